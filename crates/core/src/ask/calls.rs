//! Whom to ask first, whom next if that one says no, and how many placements to expect.
//!
//! If the family of the plan declines, the best plan without that pair is what the pool should ask for next; so a
//! child's call list is its home in the plan, then the families by what the pool loses, down to where leaving the
//! child without a home would serve the pool better than the next call.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::alternatives::Ranked;
use super::rates::Rates;
use super::regret::{Move, Regret, moves};
use crate::input::Day;
use crate::lottery;
use crate::matching::{AskOptions, Asking, LONGEST_SEED, MatchError, Matched, Step, bin};
use crate::plan::Status;
use crate::pool::{ChildIdx, FamilyIdx};
use crate::problem::{Code, Fact, Path, Problem, Problems};

/// The only value of [`Calls::format`].
pub const CALLS_FORMAT: &str = "hemvist.calls/1";

/// Most rounds of calls in one run; more would need more families than a child can have asked.
const MOST_ROUNDS: usize = 1000;
/// Most runs.
const MOST_RUNS: u32 = 100_000;

/// What is known of how families answer, and how much is to be worked out.
#[derive(Clone, Debug)]
pub struct CallOptions<'a> {
    /// Tell the call list of this child only; `None`: of all whom the plan places.
    pub child: Option<&'a str>,
    /// Longest call list.
    pub most: usize,
    /// Rates of single pairs; else the family's own holds.
    pub rates: &'a Rates,
    /// The rate of families of whom none is known, per cent, 0–100; `None`: it stays unknown, and what is expected is
    /// told for both ends.
    pub unknown_rate: Option<u8>,
    /// How many times the calls are played through, 0–100 000.
    pub runs: u32,
    /// Seed of those runs; the seed of the draw if absent; 1–200 characters.
    pub seed: Option<&'a str>,
}

/// Whom to ask, in which order (`hemvist.calls/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Calls {
    /// Always `hemvist.calls/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How good the plan is known to be.
    pub status: Status,
    /// Children whom the plan places.
    pub placed: u32,
    /// How many of them would be placed by the first calls alone, on average.
    pub first_calls: Expected,
    /// How many would be placed if every refusal is followed by the next best plan, on average over the runs; `null`
    /// without runs.
    pub all_calls: Option<Expected>,
    /// How many times the calls were played through.
    pub runs: u32,
    /// The call lists, in the order of ids; a child without a proposed home has none.
    pub children: Vec<ChildCalls>,
}

/// An average number of children, in hundredths, by what is taken of families whose rate is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expected {
    /// If each of them declines.
    pub unknown_decline: u64,
    /// If each of them accepts.
    pub unknown_accept: u64,
}

/// The call list of one child.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChildCalls {
    /// The child.
    pub child: String,
    /// Siblings to stay together with, for whom the same calls are made.
    pub together_with: Vec<String>,
    /// Whether a person has locked the pair, so that there is nobody to ask.
    pub locked: bool,
    /// The families in the order in which to ask them; the first is the plan's.
    pub calls: Vec<Call>,
}

/// A family to ask.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Call {
    /// The family.
    pub family: String,
    /// How likely it is to accept, per cent; `null`: not known.
    pub rate: Option<u8>,
    /// What the pool loses if the child comes here, against the plan.
    pub regret: Regret,
    /// Who else would be elsewhere then.
    pub moves: Vec<Move>,
}

impl super::Document for Calls {}

impl std::fmt::Debug for Calls {
    /// Counts only: an answer is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calls")
            .field("placed", &self.placed)
            .field("first_calls", &self.first_calls)
            .field("all_calls", &self.all_calls)
            .finish_non_exhaustive()
    }
}

impl CallOptions<'_> {
    fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        let range = |path, value: u64, most: i64| {
            (value > most.unsigned_abs()).then(|| {
                let allowed = Fact::Between(0, most);
                Problem::new(Code::OptionOutOfRange, Path::of(path))
                    .allowed(allowed)
                    .found(Fact::int(value))
            })
        };
        let rate = self
            .unknown_rate
            .and_then(|rate| range("unknown_rate", rate.into(), 100));
        let runs = range("runs", self.runs.into(), MOST_RUNS.into());
        let seed = self
            .seed
            .filter(|seed| !(1..=LONGEST_SEED).contains(&seed.chars().count()));
        let seed = seed.map(|seed| {
            let problem = Problem::new(Code::OptionOutOfRange, Path::of("seed")).allowed(Fact::Between(1, 200));
            problem.found(Fact::chars(seed))
        });
        for problem in [rate, runs, seed].into_iter().flatten() {
            problems.push(problem);
        }
        problems.into_result(())
    }
}

/// Call lists of children whom the plan places, and how many placements to expect.
///
/// The first calls' average is exact: the sum of the rates. The other comes from playing the calls through: in each
/// run every proposed family that has not answered yet is asked and accepts if [`lottery::below`] of the seed, the
/// label `calls/run/child/family` (runs from 1, the first child of siblings who stay together) and 100 is less than its
/// rate; who accepts is locked, who declines is never asked for that child again, and the pool is matched anew until
/// nobody declines. A locked pair counts as accepted.
///
/// # Errors
/// [`MatchError::Refused`] with every option or rate that was refused, or that no child has this id; else as a match.
///
/// # Complexity
/// As [`super::alternatives`] for every child placed, and for each run as many solves as there are rounds of calls.
///
/// # Examples
/// ```
/// use hemvist::ask::{AskOptions, CallOptions, Matched, Rates, calls};
/// use hemvist::{input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [
///         {"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 0, "to": 12},
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01", "acceptance_rate": 40},
///         {"id": "f2", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 7, "to": 12},
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01", "acceptance_rate": 50}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let rates = Rates::default();
/// let options = CallOptions { child: None, most: 3, rates: &rates, unknown_rate: None, runs: 1000, seed: None };
/// let found = calls(&matched, &options, &AskOptions::default())?;
/// let list: Vec<_> = found.children[0].calls.iter().map(|call| call.family.as_str()).collect();
/// assert_eq!(list, ["f1", "f2"]);
/// assert_eq!(found.first_calls.unknown_decline, 40, "0.40 children");
/// // One minus 0.6 · 0.5 is 0.70; the runs come close.
/// assert!((65..75).contains(&found.all_calls.unwrap().unknown_accept));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn calls(matched: &Matched, calls: &CallOptions<'_>, options: &AskOptions<'_>) -> Result<Calls, MatchError> {
    calls.check()?;
    let asked = Asked {
        matched,
        rates: calls.rates.by_pair(matched.pool())?,
        unknown: calls.unknown_rate,
        seed: calls.seed.unwrap_or(matched.seed()),
    };
    let items = (0..).zip(&matched.answer().bin_of);
    let placed: Vec<u32> = items.filter(|(_, bin)| bin.is_some()).map(|(item, _)| item).collect();
    let only = match calls.child {
        Some(id) => Some(matched.item(super::child(matched.pool(), id)?)),
        None => None,
    };
    let told = placed
        .iter()
        .copied()
        .filter(|&item| only.is_none_or(|only| only == Some(item)));
    let told: Vec<u32> = told.collect();
    let children = super::for_each_asking(matched, &told, options, |&item, asking| {
        asked.list(item, calls.most, asking)
    })?;
    let all_calls = match calls.runs {
        0 => None,
        runs => Some(asked.play_all(runs, options)?),
    };
    Ok(Calls {
        format: CALLS_FORMAT,
        as_of: matched.pool().as_of(),
        status: matched.plan().status,
        placed: u32::try_from(placed.len()).unwrap_or(u32::MAX),
        first_calls: asked.ends(|unknown| Ok(asked.first(&placed, unknown)))?,
        all_calls,
        runs: calls.runs,
        children,
    })
}

/// A matched pool and how its families answer.
struct Asked<'a> {
    matched: &'a Matched,
    rates: BTreeMap<(ChildIdx, FamilyIdx), u8>,
    unknown: Option<u8>,
    seed: &'a str,
}

impl Asked<'_> {
    /// How likely a family is to accept the child of an item, per cent; a locked pair has been accepted.
    fn rate(&self, item: u32, family: FamilyIdx) -> Option<u8> {
        if self.is_locked(item) {
            return Some(100);
        }
        let pair = (self.matched.task().items[item as usize], family);
        let own = || self.matched.pool().family(family).acceptance_rate;
        self.rates.get(&pair).copied().or_else(own).or(self.unknown)
    }

    fn is_locked(&self, item: u32) -> bool {
        let locks = &self.matched.task().problem.locks;
        let together = self.matched.task().block(item);
        locks.iter().any(|(locked, _)| together.contains(locked))
    }

    fn id(&self, item: u32) -> &str {
        &self.matched.pool().child(self.matched.task().items[item as usize]).id
    }

    fn list(&self, item: u32, most: usize, asking: &Asking<'_>) -> Result<ChildCalls, MatchError> {
        let (matched, task) = (self.matched, self.matched.task());
        let locked = self.is_locked(item);
        let mut calls = Vec::new();
        if let Some(home) = matched.home(item).filter(|_| most > 0) {
            calls.push(Call {
                family: matched.pool().family(home).id.clone(),
                rate: self.rate(item, home),
                regret: Regret::of_plan(matched),
                moves: Vec::new(),
            });
        }
        if !locked && most > 1 {
            let without = asking.value_with(&[Step::Out(item)])?.value;
            let ranked = Ranked::find(asking, item, most - 1)?;
            let worth_a_call = ranked.best.iter().take_while(|(_, answer)| answer.value >= without);
            for (edge, answer) in worth_a_call {
                let family = FamilyIdx::from_row(task.problem.bins[*edge] as usize);
                super::check(matched, answer, true)?;
                calls.push(Call {
                    family: matched.pool().family(family).id.clone(),
                    rate: self.rate(item, family),
                    regret: Regret::of(matched, answer)?,
                    moves: moves(matched, answer, &[item]),
                });
            }
        }
        let siblings = matched.task().block(item).into_iter().filter(|&other| other != item);
        Ok(ChildCalls {
            child: self.id(item).to_owned(),
            together_with: siblings.map(|other| self.id(other).to_owned()).collect(),
            locked,
            calls,
        })
    }

    /// A number for both ends of what is not known, or one number for both.
    fn ends(&self, of: impl Fn(u8) -> Result<u64, MatchError>) -> Result<Expected, MatchError> {
        match self.unknown {
            Some(rate) => of(rate).map(|number| Expected {
                unknown_decline: number,
                unknown_accept: number,
            }),
            None => Ok(Expected {
                unknown_decline: of(0)?,
                unknown_accept: of(100)?,
            }),
        }
    }

    /// Hundredths of children whom the first calls place on average.
    fn first(&self, placed: &[u32], unknown: u8) -> u64 {
        let rate = |&item: &u32| Some(self.rate(item, self.matched.home(item)?).unwrap_or(unknown));
        placed.iter().filter_map(rate).map(u64::from).sum()
    }

    fn play_all(&self, runs: u32, options: &AskOptions<'_>) -> Result<Expected, MatchError> {
        let runs: Vec<u32> = (1..=runs).collect();
        self.ends(|unknown| {
            let placed = super::for_each_asking(self.matched, &runs, options, |&run, asking| {
                self.play(run, unknown, asking)
            })?;
            Ok(placed.into_iter().sum::<u64>() * 100 / runs.len().max(1) as u64)
        })
    }

    /// Plays the calls through once: how many children are placed in the end.
    fn play(&self, run: u32, unknown: u8, asking: &Asking<'_>) -> Result<u64, MatchError> {
        let mut steps: Vec<Step> = Vec::new();
        let mut settled: BTreeSet<u32> = BTreeSet::new();
        let mut bin_of = self.matched.answer().bin_of.clone();
        for _ in 0..MOST_ROUNDS {
            let mut declined = false;
            for item in (0..).take(bin_of.len()) {
                let Some(home) = bin_of[item as usize].filter(|_| !settled.contains(&item)) else {
                    continue;
                };
                let together = self.matched.task().block(item);
                if together.iter().any(|&other| other < item) {
                    // Asked with the first of its block.
                    continue;
                }
                let family = FamilyIdx::from_row(home as usize);
                let rate = self.rate(item, family).unwrap_or(unknown);
                let family_id = &self.matched.pool().family(family).id;
                let label = format!("calls/{run}/{}/{family_id}", self.id(item));
                if lottery::below(self.seed, &label, 100) < u32::from(rate) {
                    steps.extend(together.iter().map(|&other| Step::Lock(other, bin(family))));
                    settled.extend(together);
                } else {
                    steps.extend(together.iter().map(|&other| Step::Ban(other, bin(family))));
                    declined = true;
                }
            }
            if !declined {
                break;
            }
            bin_of = asking.plan_with(&steps)?.bin_of;
        }
        Ok(settled.len() as u64)
    }
}
