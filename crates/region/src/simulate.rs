//! Months in minutes: one stream of arrivals, departures and refusals, met by three ways of placing.
//!
//! | way | does |
//! |---|---|
//! | `at_once` | each child is placed on the day it comes, in its best home that is free; when a place comes free, those who wait are tried, longest wait first |
//! | `weekly` | every seven days all who wait are matched together |
//! | `priced` | as `at_once`, but the home is chosen by what it is worth to the child *less the price of its place*; prices are worked out once a week and kept in between |
//!
//! Prices come from matching those who wait together with the children who came in the last twelve weeks, as a picture of those to
//! come. They steer *which* home a child goes to and never *whether*: no child is kept waiting for one who may come. The
//! idea is that of dynamic refugee placement (Ahani, Gölz, Procaccia, Teytelboym and Trapp, *Dynamic placement in refugee
//! resettlement*, 2021), where choosing by prices reached 98 % of what was possible in hindsight.
//!
//! # The yardstick
//! The plan that would have been made on the first day with everything known: who comes, which places come free, who would say no.
//! It has no time in it, so no way of placing can be expected to reach it, and where ages or homes change meanwhile one may pass it by a
//! hair.
//!
//! A placed child stays to the end of the simulation. A child who waits longer than the patience is in a home bought meanwhile: its days
//! there are counted, and going from there to the family is a move.

mod world;

use std::collections::{BTreeMap, BTreeSet};

use hemvist::candidates::Candidates;
use hemvist::criteria::Criterion;
use hemvist::explain::explain;
use hemvist::input::{Choice, ChoiceKind, Day, PlacementKind, SiblingPolicy};
use hemvist::matching::{Growth, MatchOptions, match_pool};
use hemvist::plan::Plan;
use hemvist::policy::CompiledPolicy;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::{Problems, ReadOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::ladder::MOST_PER_DAY;
use crate::money::Ore;
use crate::stream::{Stream, check};
use crate::subset::subset;
use world::{World, stay_within_ages};

documents! { Simulation SIMULATION_FORMAT "hemvist.simulation/1"; }

/// Days whose arrivals stand for those to come.
const MEMORY_DAYS: i64 = 84;

/// Rounds of asking on one day before what is left waits.
const MOST_ROUNDS: usize = 50;

/// How a stream is met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulateAsked {
    /// Days between batches and between prices, 1–365; absent: 7.
    #[serde(default)]
    #[schemars(range(min = 1, max = 365))]
    pub batch_days: Option<u16>,
    /// Days that a child can wait before a home is bought for it, 0–365; absent: 14 (no evidence). A child who seeks an emergency
    /// placement cannot wait at all.
    #[serde(default)]
    #[schemars(range(min = 0, max = 365))]
    pub patience_days: Option<u16>,
    /// Price of a bought home per day, in öre; absent: days are counted and money is not.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub agency_per_day_ore: Option<i64>,
}

/// Three ways of placing and a yardstick (`hemvist.simulation/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Simulation {
    /// Always `hemvist.simulation/1`.
    pub format: &'static str,
    /// First day.
    pub from: Day,
    /// The day after the last.
    pub until: Day,
    /// Children who came.
    pub arrivals: u32,
    /// Places that came free because a child left.
    pub departures: u32,
    /// Days between batches and between prices.
    pub batch_days: u16,
    /// Days that a child can wait before a home is bought for it.
    pub patience_days: u16,
    /// With everything known on the first day.
    pub hindsight: Hindsight,
    /// The ways of placing, in the order of the module's table.
    pub ways: Vec<Outcome>,
}

/// The yardstick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hindsight {
    /// Children placed.
    pub placed: u32,
    /// Sum of their fits.
    pub fit: i64,
    /// In network homes.
    pub network: u32,
}

/// A way of placing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the day a child comes.
    AtOnce,
    /// All who wait together, every so many days.
    Weekly,
    /// On the day a child comes, by prices.
    Priced,
}

/// What came of a way of placing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The way.
    pub way: Way,
    /// Children placed.
    pub placed: u32,
    /// Children who still wait at the end.
    pub unplaced: u32,
    /// Placed, in hundredths of a per cent of the yardstick; absent if it places none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed_basis_points: Option<u32>,
    /// Sum of fits, each on the day of placing.
    pub fit: i64,
    /// The same in hundredths of a per cent of the yardstick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_basis_points: Option<u32>,
    /// In network homes.
    pub network: u32,
    /// Days waited by all who came, to their placement or the end.
    pub waiting_days: u64,
    /// Median of the days waited by those who were placed, the lower of two; absent if nobody was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_wait: Option<u32>,
    /// Longest wait of all who came.
    pub longest_wait: u32,
    /// Children placed whose distance from home is known.
    pub distances_known: u32,
    /// Their distances together, in metres.
    pub metres: u64,
    /// Days in homes bought meanwhile.
    pub bought_days: u64,
    /// What these cost; absent without a price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bought_ore: Option<Ore>,
    /// Moves: from a home bought meanwhile, or from the home where the child lived when it came.
    pub moves: u32,
    /// Families that said no.
    pub refusals: u32,
}

/// Meets a stream in three ways.
///
/// # Errors
/// [`RegionError::Refused`]: a stream that does not belong to the pool, options outside their range; [`RegionError::Match`] as a match.
///
/// # Complexity
/// For each way, a few matches for each arrival, departure and week.
///
/// # Examples
/// ```
/// use hemvist::{matching::MatchOptions, policy::Policy, pool::Pool};
/// use hemvist_region::simulate::{SimulateAsked, simulate};
/// use hemvist_region::stream::{StreamAsked, drawn};
///
/// let document = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "acceptance_rate": 100,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let pool = Pool::from_document(document)?;
/// let stream = drawn(&pool, &StreamAsked { seed: "one".into(), months: None, leave_percent: None, accept_percent: None })?;
/// let (policy, options) = (Policy::default().compile()?, MatchOptions::default());
/// let result = simulate(&pool, &policy, &stream, &SimulateAsked::default(), &options)?;
/// assert_eq!(result.hindsight.placed, 1);
/// assert_eq!(result.ways.iter().map(|way| way.placed).collect::<Vec<_>>(), [1, 1, 1]);
/// assert_eq!(result.ways[0].waiting_days, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn simulate(
    pool: &Pool,
    policy: &CompiledPolicy,
    stream: &Stream,
    asked: &SimulateAsked,
    options: &MatchOptions<'_>,
) -> Result<Simulation, RegionError> {
    check(pool, stream)?;
    let batch_days = asked.batch_days.unwrap_or(7);
    let patience_days = asked.patience_days.unwrap_or(14);
    option_within("batch_days", batch_days.into(), 1, 365)?;
    option_within("patience_days", patience_days.into(), 0, 365)?;
    let price = asked
        .agency_per_day_ore
        .map(|ore| option_within("agency_per_day_ore", ore, 0, MOST_PER_DAY));
    let price = price.transpose()?;
    let hindsight = hindsight(pool, policy, stream, options)?;
    let mut ways = Vec::new();
    for way in [Way::AtOnce, Way::Weekly, Way::Priced] {
        let mut run = Run {
            pool,
            policy,
            stream,
            options,
            says_no: stream
                .refusals
                .iter()
                .map(|r| (r.child.as_str(), r.family.as_str()))
                .collect(),
            world: World::new(pool),
            prices: Prices::default(),
            outcome: Outcome::of(way),
            waits: Vec::new(),
        };
        run.go(way, batch_days)?;
        ways.push(run.finish(&hindsight, patience_days, price));
    }
    Ok(Simulation {
        format: SIMULATION_FORMAT,
        from: stream.from,
        until: stream.until,
        arrivals: count(stream.arrivals.len()),
        departures: count(stream.departures.len()),
        batch_days,
        patience_days,
        hindsight,
        ways,
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The plan of the first day with everything known.
fn hindsight(
    pool: &Pool,
    policy: &CompiledPolicy,
    stream: &Stream,
    options: &MatchOptions<'_>,
) -> Result<Hindsight, RegionError> {
    let mut world = World::new(pool);
    for event in &stream.departures {
        world.depart(&event.child);
    }
    for event in &stream.arrivals {
        // All have come on the first day; where they lived comes free.
        world.arrive(&event.child, stream.from);
    }
    let everyone = world.pool_on(stream.from)?;
    let mut document = everyone.document().clone();
    for family in &mut document.families {
        let moving = stream
            .arrivals
            .iter()
            .filter(|event| world.lived_in(&event.child).as_ref() == Some(&family.id));
        let moving = u8::try_from(moving.count()).unwrap_or(u8::MAX);
        family.places = family.places.saturating_add(moving).min(hemvist::limits::MOST_PLACES);
        // A home that becomes available meanwhile is there.
        family.available_from = family.available_from.filter(|&day| day >= stream.until);
    }
    let decided: BTreeSet<(String, String)> = document
        .choices
        .iter()
        .map(|choice| (choice.child.clone(), choice.family.clone()))
        .collect();
    let coming: BTreeSet<&str> = stream.arrivals.iter().map(|event| event.child.as_str()).collect();
    for refusal in stream
        .refusals
        .iter()
        .filter(|refusal| coming.contains(refusal.child.as_str()))
    {
        let pair = (refusal.child.clone(), refusal.family.clone());
        if !decided.contains(&pair) {
            document.choices.push(Choice {
                kind: ChoiceKind::Refused,
                child: pair.0,
                family: pair.1,
                reason: "known in hindsight".to_owned(),
                on: None,
            });
        }
    }
    let allowed = ReadOptions {
        allow_identity_numbers: true,
    };
    let plan = match_pool(&Pool::from_document_with(document, &allowed)?, policy.policy(), options)?;
    Ok(Hindsight {
        placed: plan.totals.placed,
        fit: plan.totals.fit,
        network: plan.totals.network_placed,
    })
}

/// What a place is worth to the pool, by family.
#[derive(Default)]
struct Prices {
    of: BTreeMap<String, i128>,
    /// Points of a network home in the same sum.
    network: i128,
    fit: i128,
}

/// One way of placing under way.
struct Run<'a> {
    pool: &'a Pool,
    policy: &'a CompiledPolicy,
    stream: &'a Stream,
    options: &'a MatchOptions<'a>,
    says_no: BTreeSet<(&'a str, &'a str)>,
    world: World<'a>,
    prices: Prices,
    outcome: Outcome,
    /// Child, day of arrival, and day of placement if there was one.
    waits: Vec<(String, Day, Option<Day>)>,
}

impl Outcome {
    fn of(way: Way) -> Self {
        Self {
            way,
            placed: 0,
            unplaced: 0,
            placed_basis_points: None,
            fit: 0,
            fit_basis_points: None,
            network: 0,
            waiting_days: 0,
            median_wait: None,
            longest_wait: 0,
            distances_known: 0,
            metres: 0,
            bought_days: 0,
            bought_ore: None,
            moves: 0,
            refusals: 0,
        }
    }
}

impl Run<'_> {
    fn go(&mut self, way: Way, batch_days: u16) -> Result<(), RegionError> {
        let mut arrivals: BTreeMap<Day, Vec<&str>> = BTreeMap::new();
        for event in &self.stream.arrivals {
            arrivals.entry(event.on).or_default().push(&event.child);
        }
        let mut departures: BTreeMap<Day, Vec<&str>> = BTreeMap::new();
        for event in &self.stream.departures {
            departures.entry(event.on).or_default().push(&event.child);
        }
        let days = self.stream.until.days_since(self.stream.from);
        for n in 0..days {
            let Some(day) = self.stream.from.plus_days(n) else {
                break;
            };
            let mut freed: BTreeSet<String> = BTreeSet::new();
            for child in departures.get(&day).into_iter().flatten() {
                freed.extend(self.world.depart(child));
            }
            let mut come = arrivals.get(&day).cloned().unwrap_or_default();
            come.sort_unstable();
            for child in &come {
                self.world.arrive(child, day);
            }
            let is_batch_day = n % i64::from(batch_days) == 0;
            match way {
                Way::Weekly if is_batch_day => self.batch(day)?,
                Way::Weekly => {}
                Way::AtOnce | Way::Priced => {
                    if way == Way::Priced && is_batch_day {
                        self.price(day)?;
                    }
                    self.one_by_one(way, day, &come, freed)?;
                }
            }
        }
        Ok(())
    }

    /// Matches all who wait together, and asks until nobody says no.
    fn batch(&mut self, day: Day) -> Result<(), RegionError> {
        for _ in 0..MOST_ROUNDS {
            if self.world.waiting.is_empty() {
                return Ok(());
            }
            let pool = self.world.pool_on(day)?;
            let plan = match_pool(&pool, self.policy.policy(), self.options)?;
            if !self.ask(&pool, &plan, day) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Asks every family of a plan; whether any said no. Children to keep together go only if all are accepted.
    fn ask(&mut self, pool: &Pool, plan: &Plan, day: Day) -> bool {
        let mut no = false;
        let mut turned_down: BTreeSet<String> = BTreeSet::new();
        for placed in &plan.placed {
            if self.says_no.contains(&(placed.child.as_str(), placed.family.as_str())) {
                no = true;
                self.outcome.refusals += 1;
                self.world.refuse(&placed.child, &placed.family);
                turned_down.extend(block(pool, &placed.child));
            }
        }
        for placed in plan.placed.iter().filter(|placed| !turned_down.contains(&placed.child)) {
            self.settle(pool, &placed.child, &placed.family, day);
        }
        no
    }

    /// Places those who have just come, and those who wait for a place that came free, one block after the other.
    fn one_by_one(
        &mut self,
        way: Way,
        day: Day,
        come: &[&str],
        mut freed: BTreeSet<String>,
    ) -> Result<(), RegionError> {
        let mut new: BTreeSet<String> = come.iter().map(|&child| child.to_owned()).collect();
        // Each placement can free a place for another who waits.
        while !(new.is_empty() && freed.is_empty()) {
            let pool = self.world.pool_on(day)?;
            let mut queue: Vec<(Day, String)> = Vec::new();
            if !freed.is_empty() {
                let open: BTreeSet<FamilyIdx> = freed.iter().filter_map(|id| pool.family_idx(id)).collect();
                let candidates = Candidates::find(&pool, self.policy, self.options.threads);
                for (child, &since) in &self.world.waiting {
                    let Some(idx) = pool.child_idx(child) else { continue };
                    if candidates.of(idx).any(|candidate| open.contains(&candidate.family)) {
                        queue.push((since, child.clone()));
                    }
                }
            }
            queue.extend(new.iter().map(|child| (day, child.clone())));
            queue.sort();
            queue.dedup();
            (new, freed) = (BTreeSet::new(), BTreeSet::new());
            for (_, child) in queue {
                if self.world.waiting.contains_key(&child) {
                    freed.extend(self.try_one(way, day, &child)?);
                }
            }
        }
        Ok(())
    }

    /// Places one child, with those it is to stay together with, if a home is free and accepts; families with a place that came
    /// free by it.
    fn try_one(&mut self, way: Way, day: Day, child: &str) -> Result<Vec<String>, RegionError> {
        for _ in 0..MOST_ROUNDS {
            let pool = self.world.pool_on(day)?;
            let members = block(&pool, child);
            let alone = subset(&pool, |id| members.contains(id), |_| true)?;
            let alone = match way {
                Way::Priced if members.len() == 1 => self.only_the_best_by_price(&alone, child)?,
                _ => alone,
            };
            let plan = match_pool(&alone, self.policy.policy(), self.options)?;
            let mine: Vec<_> = plan
                .placed
                .iter()
                .filter(|placed| members.contains(&placed.child))
                .collect();
            if mine.is_empty() {
                return Ok(Vec::new());
            }
            let no: Vec<_> = mine
                .iter()
                .filter(|p| self.says_no.contains(&(p.child.as_str(), p.family.as_str())))
                .collect();
            if no.is_empty() {
                let settled = mine
                    .iter()
                    .filter_map(|placed| self.settle(&alone, &placed.child, &placed.family, day));
                return Ok(settled.collect());
            }
            for placed in no {
                self.outcome.refusals += 1;
                self.world.refuse(&placed.child, &placed.family);
            }
        }
        Ok(Vec::new())
    }

    /// Of the homes that one child could go to, only the one whose worth less its price is greatest stays open, so that all rules
    /// are kept by the match that follows. Without a home that prices single out, all stay open.
    fn only_the_best_by_price(&self, alone: &Pool, child: &str) -> Result<Pool, Problems> {
        let Some(idx) = alone.child_idx(child) else {
            return Ok(alone.clone());
        };
        let is_locked = alone
            .document()
            .choices
            .iter()
            .any(|c| c.kind == ChoiceKind::Lock && c.child == child);
        if is_locked {
            return Ok(alone.clone());
        }
        let candidates = Candidates::find(alone, self.policy, 1);
        let known: BTreeSet<&str> = alone
            .child(idx)
            .network_ties
            .iter()
            .map(|tie| tie.family.as_str())
            .collect();
        let net = |family: FamilyIdx, fit: u16| {
            let id = alone.family(family).id.as_str();
            let network = if known.contains(id) { self.prices.network } else { 0 };
            let price = self.prices.of.get(id).copied().unwrap_or(0);
            network + self.prices.fit * i128::from(fit) - price
        };
        // From the best to the worst, the first that the whole set of rules lets through.
        let mut order: Vec<(i128, FamilyIdx)> = candidates
            .of(idx)
            .map(|candidate| (net(candidate.family, candidate.fit), candidate.family))
            .collect();
        order.sort_by_key(|&(net, family)| (std::cmp::Reverse(net), family));
        for (_, family) in order {
            let open = alone.family(family).id.as_str();
            let only = subset(alone, |id| id == child, |id| id == open)?;
            let plan = match_pool(&only, self.policy.policy(), self.options);
            if plan.is_ok_and(|plan| plan.placed.iter().any(|placed| placed.child == child)) {
                return Ok(only);
            }
        }
        Ok(alone.clone())
    }

    /// Works out what places are worth, from those who wait and those who came lately.
    fn price(&mut self, day: Day) -> Result<(), RegionError> {
        let pool = self.world.pool_on(day)?;
        let mut document = pool.document().clone();
        let lately = |since: Day| day.days_since(since) <= MEMORY_DAYS;
        let past = self
            .stream
            .arrivals
            .iter()
            .filter(|event| event.on <= day && lately(event.on));
        let taken: BTreeSet<String> = document.children.iter().map(|child| child.id.clone()).collect();
        for (n, event) in past.enumerate() {
            let Some(child) = self.pool.child_idx(&event.child).map(|child| self.pool.child(child)) else {
                continue;
            };
            let mut like = child.clone();
            // One more name than there are children is enough.
            like.id = (0..=taken.len())
                .map(|k| format!("like-{n}-{k}"))
                .find(|id| !taken.contains(id))
                .unwrap_or_default();
            like.network_ties.clear();
            like.wishes = None;
            like.waiting_since = Some(day);
            stay_within_ages(&mut like, day);
            document.children.push(like);
        }
        let allowed = ReadOptions {
            allow_identity_numbers: true,
        };
        let pool = Pool::from_document_with(document, &allowed)?;
        let growth = Growth::new(&pool, self.policy, &[], self.options)?;
        let ids = pool.families().map(|family| pool.family(family).id.clone());
        self.prices = Prices {
            of: ids.zip(growth.place_prices()).collect(),
            network: growth.weights().network.into(),
            fit: growth.weights().fit.into(),
        };
        Ok(())
    }

    /// Places a child, and counts.
    fn settle(&mut self, pool: &Pool, child: &str, family: &str, day: Day) -> Option<String> {
        let since = self.world.waiting.get(child).copied().unwrap_or(day);
        let pair = pool.child_idx(child).zip(pool.family_idx(family));
        if let Some((child, family)) = pair {
            let why = explain(pool, self.policy, child, family);
            let outcome = &mut self.outcome;
            outcome.placed += 1;
            outcome.fit += i64::from(why.fit);
            outcome.network += u32::from(is_known(pool, child, family));
            let travel = why.parts.iter().find(|part| part.criterion == Criterion::TravelHome);
            if let Some(metres) = travel.and_then(|part| u64::try_from(part.facts[0]).ok()) {
                outcome.distances_known += 1;
                outcome.metres += metres;
            }
        }
        self.waits.push((child.to_owned(), since, Some(day)));
        self.world.place(child, family, day)
    }

    /// Adds up waits, bought days and moves.
    fn finish(mut self, hindsight: &Hindsight, patience_days: u16, price: Option<i64>) -> Outcome {
        for (child, since) in &self.world.waiting {
            self.waits.push((child.clone(), *since, None));
        }
        let mut outcome = self.outcome;
        let mut placed_waits = Vec::new();
        for (child, since, placed) in &self.waits {
            let days = placed.unwrap_or(self.stream.until).days_since(*since);
            let days = u32::try_from(days).unwrap_or(0);
            outcome.waiting_days += u64::from(days);
            outcome.longest_wait = outcome.longest_wait.max(days);
            let record = self.pool.child_idx(child).map(|child| self.pool.child(child));
            let emergency = record.is_some_and(|record| record.placement == PlacementKind::Emergency);
            let lived = self.world.lived_in(child).is_some();
            // Who lives somewhere waits there; nobody buys a home for it.
            let patience = if emergency { 0 } else { u32::from(patience_days) };
            let bought = if lived { 0 } else { days.saturating_sub(patience) };
            outcome.bought_days += u64::from(bought);
            if placed.is_some() {
                placed_waits.push(days);
                outcome.moves += u32::from(lived || bought > 0);
            } else {
                outcome.unplaced += 1;
            }
        }
        placed_waits.sort_unstable();
        outcome.median_wait = placed_waits.get(placed_waits.len().saturating_sub(1) / 2).copied();
        let points = |part: i64, whole: i64| {
            let points = (part * 20_000 + whole).checked_div(2 * whole)?;
            u32::try_from(points).ok()
        };
        outcome.placed_basis_points = points(outcome.placed.into(), hindsight.placed.into());
        outcome.fit_basis_points = points(outcome.fit, hindsight.fit);
        let bought = i64::try_from(outcome.bought_days).unwrap_or(i64::MAX);
        outcome.bought_ore = price.map(|price| Ore(price.saturating_mul(bought)));
        outcome
    }
}

fn is_known(pool: &Pool, child: ChildIdx, family: FamilyIdx) -> bool {
    let id = &pool.family(family).id;
    pool.child(child).network_ties.iter().any(|tie| tie.family == *id)
}

/// The child and those who wait with whom it is to stay together.
fn block(pool: &Pool, child: &str) -> BTreeSet<String> {
    let idx = pool.child_idx(child);
    let group = idx.and_then(|idx| pool.group_of(idx)).map(|group| pool.group(group));
    let together = group.filter(|group| group.policy == SiblingPolicy::Together);
    let seeks = |id: &&String| pool.child_idx(id).is_some_and(|child| pool.stays(child).is_none());
    let siblings = together
        .into_iter()
        .flat_map(|group| group.children.iter().filter(seeks));
    siblings.cloned().chain([child.to_owned()]).collect()
}

#[cfg(test)]
mod tests;
