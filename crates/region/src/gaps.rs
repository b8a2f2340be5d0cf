//! Recruitment gaps: which home more would bring the pool most, and which supply nobody needs.
//!
//! Familjepoolen built up a bank of homes for small children while homes for teenagers were needed, until its staff kept in
//! touch with what each municipality needs (decision material, Jönköping county, about 2012). Here the pool itself says it: for each
//! profile of a home that could be recruited, what the best plan with one such home is worth more than the best plan without it.
//!
//! # Exact, and cheap
//! Gains are differences of proven optima ([`hemvist::matching::Growth`]), never estimates. Bounds by prices decide most
//! questions without solving: profiles are looked at in the order of their bounds, and no further than they can still matter.
//!
//! A profile is a plain home: assessed, checked, available, in the middle of its municipality, without children of its own, animals
//! or tobacco smoke, step-free. What a real home lacks of that can only make it gain less.

mod grid;

use std::collections::{BTreeMap, BTreeSet};

use hemvist::input::{Family, HomeKind};
use hemvist::matching::{Growth, MatchOptions, Worth, match_pool};
use hemvist::plan::{Plan, Status};
use hemvist::policy::{CompiledPolicy, Fairness};
use hemvist::pool::Pool;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::costing::CostingAsked;
use crate::money::Ore;
use crate::plan_cost::{PlanCostAsked, plan_cost};
pub use grid::Profile;

documents! { Gaps GAPS_FORMAT "hemvist.gaps/1"; }

/// What is to be looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GapsAsked {
    /// Profiles to look at, at most 20 000; empty or absent: every municipality of the pool that has a place on the map × ages 0–6, 7–12,
    /// 13–20 × needs level 1–5 × 1–4 places × family, emergency and respite home.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// How many of the best profiles of each kind of home and number of places are listed, 1–1000; absent: 1.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    pub list: Option<u16>,
    /// How many homes are chosen one after the other, 0–100; absent: 3.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100))]
    pub next: Option<u16>,
    /// Also give the gain of every single profile.
    #[serde(default)]
    pub all: bool,
    /// How money is counted; absent: no money.
    #[serde(default)]
    pub costing: Option<CostingAsked>,
}

/// What homes more would bring (`hemvist.gaps/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gaps {
    /// Always `hemvist.gaps/1`.
    pub format: &'static str,
    /// How good the present plan is known to be; gains are exact only if it is proven best.
    pub status: Status,
    /// What the present plan is worth.
    pub now: Worth,
    /// Profiles looked at.
    pub profiles: u32,
    /// The best of each kind of home and number of places, since kinds serve different placements and a home with four places is
    /// another find than one with one. Most gained first; of profiles that gain alike, the one that is easier to find: lower
    /// needs, then narrower ages. A profile is left out if a less demanding one gains as much, also one with fewer places.
    pub best: Vec<OfKind>,
    /// Homes of any kind to recruit one after the other, each the best once the former are there.
    pub next: Vec<Best>,
    /// By kind of home, ages and places: how many profiles would place no further child. Where that is all of them, nobody needs the
    /// supply.
    pub supply: Vec<Supply>,
    /// Free places that the plan leaves empty, by kind of home and ages; homes whose ages are not known count by themselves.
    pub idle: Vec<Idle>,
    /// Every profile with its gain, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Gained>>,
}

/// The best profiles of one kind of home and number of places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfKind {
    /// The kind.
    pub kind: HomeKind,
    /// Places of the home.
    pub places: u8,
    /// Its best profiles; empty if none gains anything.
    pub profiles: Vec<Best>,
}

/// A profile and what it gains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gained {
    /// The profile.
    pub profile: Profile,
    /// What the pool gains by one such home, tier by tier. In strict order the first tier that is not 0 decides; tiers after it can be
    /// negative.
    pub gain: Worth,
}

/// A profile with what it would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Best {
    /// The profile.
    pub profile: Profile,
    /// What the pool gains by one such home, tier by tier.
    pub gain: Worth,
    /// Children who would have a home more than before, in the plan that the draw gives.
    pub children: i64,
    /// What that plan saves in a year, children without a home counted at the agency price; absent if no costing was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saving_ore: Option<Ore>,
}

/// What profiles of one kind, these ages and so many places are good for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Supply {
    /// Kind of home.
    pub kind: HomeKind,
    /// Youngest and oldest age.
    pub ages: (u8, u8),
    /// Places of the home.
    pub places: u8,
    /// Profiles looked at.
    pub profiles: u32,
    /// Of these, how many would place no further child (meet no further urgency).
    pub place_no_one: u32,
}

/// Places that the plan leaves empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Idle {
    /// Kind of home.
    pub kind: HomeKind,
    /// Youngest and oldest age taken; absent: not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ages: Option<(u8, u8)>,
    /// Homes with an empty place.
    pub homes: u32,
    /// Empty places.
    pub places: u32,
}

/// Finds what homes more would bring.
///
/// # Errors
/// [`RegionError::Refused`]: options outside their range, a profile in a municipality that the pool does not know or that is no
/// family record; [`RegionError::Match`] as a match; [`RegionError::Cost`] for fees that are not there.
///
/// # Complexity
/// One match, one look at each profile and child, and as many matches as the bounds leave open; all profiles if `all` is asked
/// for.
///
/// # Examples
/// Two teenagers wait, and the only home takes small children: a home for teenagers places one of them.
/// ```
/// use hemvist::{matching::MatchOptions, policy::Policy, pool::Pool};
/// use hemvist_region::gaps::{GapsAsked, gaps};
///
/// let teenager = |id| serde_json::json!({"id": id, "municipality": "0163", "age": 15, "needs": 2, "placement": "long_term"});
/// let document = serde_json::json!({
///     "format": "hemvist.pool/1", "as_of": "2026-01-15",
///     "municipalities": [{"id": "0163", "location": {"lat": 59.428, "lon": 17.951}}],
///     "families": [{"id": "f1", "municipality": "0163", "kind": "family", "places": 2, "ages": {"from": 0, "to": 6},
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [teenager("c1"), teenager("c2")]
/// });
/// let pool = Pool::from_document(serde_json::from_value(document)?)?;
/// let found = gaps(&pool, &Policy::default().compile()?, &GapsAsked::default(), &MatchOptions::default())?;
/// let best = &found.best[0].profiles[0];
/// assert_eq!((best.profile.ages, best.profile.places, best.profile.highest_needs, best.children), ((13, 20), 1, 2, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gaps(
    pool: &Pool,
    policy: &CompiledPolicy,
    asked: &GapsAsked,
    options: &MatchOptions<'_>,
) -> Result<Gaps, RegionError> {
    let list = option_within("list", asked.list.unwrap_or(1).into(), 1, 1000)?;
    let next = option_within("next", asked.next.unwrap_or(3).into(), 0, 100)?;
    let profiles = grid::profiles(pool, &asked.profiles)?;
    // A home that is to be recruited is nobody's yet: what is promised to municipalities does not count here.
    let mut all_for_one = policy.policy().clone();
    all_for_one.objective.fairness = Fairness::None;
    let policy = &all_for_one.compile()?;
    let homes: Vec<Family> = grid::homes(pool, &profiles);
    let mut search = Search {
        growth: Growth::new(pool, policy, &homes, options)?,
        profiles: &profiles,
        gains: BTreeMap::new(),
        threads: threads(options.threads),
    };
    let present = Present::new(pool, policy, asked.costing.as_ref(), options)?;
    let now = search.growth.now().clone();
    let kinds: BTreeSet<(HomeKind, u8)> = profiles.iter().map(|profile| (profile.kind, profile.places)).collect();
    let mut listed = Vec::new();
    for (kind, places) in kinds {
        let of = |profile: &Profile| (profile.kind, profile.places) == (kind, places);
        let mut best = Vec::new();
        for (profile, gain) in search.best(of, usize::try_from(list).unwrap_or(usize::MAX))? {
            if !search.gains_as_much_with_fewer_places(profile)? {
                best.push(present.with(&profiles[profile], &[&homes[profile]], gain)?);
            }
        }
        listed.push(OfKind {
            kind,
            places,
            profiles: best,
        });
    }
    let supply = search.supply()?;
    let all = asked.all.then(|| search.all()).transpose()?;
    let mut chosen: Vec<Best> = Vec::new();
    let mut taken: Vec<&Family> = Vec::new();
    for _ in 0..next {
        let Some((profile, gain)) = search.best(|_| true, 1)?.into_iter().next() else {
            break;
        };
        search.take(profile)?;
        taken.push(&homes[profile]);
        let with_all = present.with(&profiles[profile], &taken, gain)?;
        let before = |of: fn(&Best) -> i64| chosen.iter().map(of).sum::<i64>();
        chosen.push(Best {
            children: with_all.children - before(|step| step.children),
            saving_ore: with_all
                .saving_ore
                .map(|all| Ore(all.0 - before(|step| step.saving_ore.unwrap_or_default().0))),
            ..with_all
        });
    }
    Ok(Gaps {
        format: GAPS_FORMAT,
        status: now.status,
        now: now.worth,
        profiles: u32::try_from(profiles.len()).unwrap_or(u32::MAX),
        best: listed,
        next: chosen,
        supply,
        idle: idle(pool, &present.plan),
        all,
    })
}

/// As many threads as asked for; 0: as there are processors.
fn threads(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        n => n,
    }
}

/// Gains worked out so far, on the pool with the homes taken so far.
struct Search<'a, 'o> {
    growth: Growth<'o>,
    profiles: &'a [Profile],
    /// Packed value and tiers gained, by profile.
    gains: BTreeMap<usize, (i128, Worth)>,
    threads: usize,
}

impl Search<'_, '_> {
    /// The gains of these profiles, worked out if they are not known. Only what the bounds do not settle is solved.
    fn settle(&mut self, profiles: &[usize]) -> Result<(), RegionError> {
        let open: Vec<usize> = profiles
            .iter()
            .copied()
            .filter(|p| !self.gains.contains_key(p))
            .collect();
        let growth = &self.growth;
        let one = |&profile: &usize| -> Result<(usize, i128, Worth), RegionError> {
            let bound = growth.bound(profile);
            if bound == growth.least(profile)
                && let Some(tiers) = growth.tiers(bound)
            {
                return Ok((profile, bound, tiers));
            }
            let reached = growth.with(profile)?;
            let before = growth.now();
            let tiers = Worth {
                urgency: reached.worth.urgency - before.worth.urgency,
                network: reached.worth.network - before.worth.network,
                fit: reached.worth.fit - before.worth.fit,
            };
            Ok((profile, reached.value - before.value, tiers))
        };
        let share = open.len().div_ceil(self.threads).max(1);
        let work = |part: &[usize]| part.iter().map(one).collect::<Result<Vec<_>, _>>();
        let work = &work;
        let found: Vec<Result<Vec<_>, RegionError>> = std::thread::scope(|scope| {
            let parts: Vec<_> = open.chunks(share).map(|part| scope.spawn(move || work(part))).collect();
            parts
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        for part in found {
            self.gains.extend(
                part?
                    .into_iter()
                    .map(|(profile, value, tiers)| (profile, (value, tiers))),
            );
        }
        Ok(())
    }

    /// Among some profiles, the `n` best that gain anything: less demanding ones first, without those that a less demanding
    /// one equals.
    fn best(&mut self, among: impl Fn(&Profile) -> bool, n: usize) -> Result<Vec<(usize, Worth)>, RegionError> {
        let asked = (0..self.profiles.len()).filter(|&p| among(&self.profiles[p]));
        let mut order: Vec<(i128, usize)> = asked.map(|p| (self.growth.bound(p), p)).collect();
        order.sort_by_key(|&(bound, profile)| (std::cmp::Reverse(bound), profile));
        let mut looked_at = 0;
        // In growing steps, so that threads have work and little is solved in vain.
        let mut step = n.max(4 * self.threads);
        loop {
            let upto = order.len().min(looked_at + step);
            let part: Vec<usize> = order[looked_at..upto].iter().map(|(_, profile)| *profile).collect();
            self.settle(&part)?;
            looked_at = upto;
            step *= 2;
            let ranked = self.ranked(&order[..looked_at]);
            let least = ranked.get(n - 1).map_or(1, |&(value, _)| value);
            // A profile further on can gain at most its bound; one that gains alike could be the easier to find.
            if looked_at == order.len() || order[looked_at].0 < least.max(1) {
                let found = ranked.into_iter().take(n);
                return Ok(found.map(|(_, profile)| (profile, self.gains[&profile].1)).collect());
            }
        }
    }

    /// Whether a profile that differs only by fewer places gains as much.
    fn gains_as_much_with_fewer_places(&mut self, profile: usize) -> Result<bool, RegionError> {
        let own = &self.profiles[profile];
        let fewer = |other: &Profile| {
            other.places < own.places
                && *other
                    == Profile {
                        places: other.places,
                        ..own.clone()
                    }
        };
        let fewer: Vec<usize> = (0..self.profiles.len()).filter(|&p| fewer(&self.profiles[p])).collect();
        self.settle(&fewer)?;
        Ok(fewer.iter().any(|other| self.gains[other].0 == self.gains[&profile].0))
    }

    /// Profiles with a gain, best first, without those that a less demanding one equals.
    fn ranked(&self, among: &[(i128, usize)]) -> Vec<(i128, usize)> {
        let gained = among.iter().map(|&(_, profile)| (self.gains[&profile].0, profile));
        let mut ranked: Vec<(i128, usize)> = gained.filter(|&(value, _)| value > 0).collect();
        ranked.sort_by(|a, b| {
            b.0.cmp(&a.0)
                .then_with(|| self.profiles[a.1].demands().cmp(&self.profiles[b.1].demands()))
        });
        let mut kept: Vec<(i128, usize)> = Vec::new();
        for (value, profile) in ranked {
            let equalled = kept.iter().any(|&(other_value, other)| {
                other_value == value && self.profiles[other].asks_no_more_than(&self.profiles[profile])
            });
            if !equalled {
                kept.push((value, profile));
            }
        }
        kept
    }

    /// How many profiles of each kind, ages and places place no further child.
    fn supply(&mut self) -> Result<Vec<Supply>, RegionError> {
        let urgency = |growth: &Growth<'_>, value: i128| growth.tiers(value).map_or(0, |tiers| tiers.urgency);
        // Bounds tell most: none more where even the bound meets no urgency, one more where the least does.
        let strict = self.growth.tiers(0).is_some();
        let unclear: Vec<usize> = (0..self.profiles.len())
            .filter(|&p| urgency(&self.growth, self.growth.least(p)) <= 0)
            .filter(|&p| !strict || urgency(&self.growth, self.growth.bound(p)) > 0)
            .collect();
        self.settle(&unclear)?;
        let mut table: BTreeMap<(HomeKind, (u8, u8), u8), Supply> = BTreeMap::new();
        for (at, profile) in self.profiles.iter().enumerate() {
            let places_no_one = match self.gains.get(&at) {
                Some((_, tiers)) => tiers.urgency <= 0,
                None => urgency(&self.growth, self.growth.least(at)) <= 0,
            };
            let row = table
                .entry((profile.kind, profile.ages, profile.places))
                .or_insert(Supply {
                    kind: profile.kind,
                    ages: profile.ages,
                    places: profile.places,
                    profiles: 0,
                    place_no_one: 0,
                });
            row.profiles += 1;
            row.place_no_one += u32::from(places_no_one);
        }
        Ok(table.into_values().collect())
    }

    /// Every profile with its gain.
    fn all(&mut self) -> Result<Vec<Gained>, RegionError> {
        let profiles: Vec<usize> = (0..self.profiles.len()).collect();
        self.settle(&profiles)?;
        let gained = |profile: &usize| Gained {
            profile: self.profiles[*profile].clone(),
            gain: self.gains[profile].1,
        };
        Ok(profiles.iter().map(gained).collect())
    }

    /// Takes one such home into the pool; what was known of gains no longer holds.
    fn take(&mut self, profile: usize) -> Result<(), RegionError> {
        self.growth.grow(profile)?;
        self.gains.clear();
        Ok(())
    }
}

/// The pool as it is, to compare with.
struct Present<'a> {
    pool: &'a Pool,
    policy: &'a CompiledPolicy,
    costing: Option<PlanCostAsked>,
    options: &'a MatchOptions<'a>,
    plan: Plan,
    cost: Option<i64>,
}

impl<'a> Present<'a> {
    fn new(
        pool: &'a Pool,
        policy: &'a CompiledPolicy,
        costing: Option<&CostingAsked>,
        options: &'a MatchOptions<'a>,
    ) -> Result<Self, RegionError> {
        let costing = costing.map(|costing| PlanCostAsked {
            costing: costing.clone(),
            agency_from_needs: None,
        });
        let plan = match_pool(pool, policy.policy(), options)?;
        let cost = costing.as_ref().map(|asked| cost(pool, &plan, asked)).transpose()?;
        Ok(Self {
            pool,
            policy,
            costing,
            options,
            plan,
            cost,
        })
    }

    /// What changes with these homes, by the plan that the draw gives.
    fn with(&self, profile: &Profile, homes: &[&Family], gain: Worth) -> Result<Best, RegionError> {
        let pool = grid::with_homes(self.pool, homes)?;
        let plan = match_pool(&pool, self.policy.policy(), self.options)?;
        let costs = self
            .costing
            .as_ref()
            .map(|asked| cost(&pool, &plan, asked))
            .transpose()?;
        Ok(Best {
            profile: profile.clone(),
            gain,
            children: i64::from(plan.totals.placed) - i64::from(self.plan.totals.placed),
            saving_ore: self.cost.zip(costs).map(|(before, after)| Ore(before - after)),
        })
    }
}

/// What everyone costs in a year, children without a home at the agency price.
fn cost(pool: &Pool, plan: &Plan, asked: &PlanCostAsked) -> Result<i64, RegionError> {
    let all = plan_cost(pool, plan, asked)?.all;
    Ok(all.planned_ore.0 + all.bought_for_them_ore.0)
}

fn idle(pool: &Pool, plan: &Plan) -> Vec<Idle> {
    let mut taken: BTreeMap<&str, u32> = BTreeMap::new();
    for placed in &plan.placed {
        *taken.entry(&placed.family).or_default() += 1;
    }
    let mut table = BTreeMap::<(HomeKind, Option<(u8, u8)>), (u32, u32)>::new();
    for record in &pool.document().families {
        let left = u32::from(record.places) - taken.get(record.id.as_str()).copied().unwrap_or(0);
        // A network home's places are for its own child only.
        if left > 0 && record.kind != HomeKind::Network {
            let ages = record.ages.map(|ages| (ages.from, ages.to));
            let row = table.entry((record.kind, ages)).or_default();
            *row = (row.0 + 1, row.1 + left);
        }
    }
    let row = |((kind, ages), (homes, places))| Idle {
        kind,
        ages,
        homes,
        places,
    };
    table.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests;
