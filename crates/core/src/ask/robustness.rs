//! How much rests on the weights: in what share of plausible weightings each placement survives, and which weight
//! turns it first.
//!
//! Rules, urgency and network homes do not depend on weights, so only the fit is at stake. Each weighting is matched
//! anew, its ties settled by the same draw.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::criteria::Criterion;
use crate::input::Day;
use crate::lottery;
use crate::matching::{AskOptions, LONGEST_SEED, MatchError, Matched};
use crate::plan::Status;
use crate::plan::build::Answer;
use crate::pool::FamilyIdx;
use crate::problem::{Code, Fact, Path, Problem, Problems};

/// The only value of [`Robustness::format`].
pub const ROBUSTNESS_FORMAT: &str = "hemvist.robustness/1";

/// Greatest share by which a weight may vary, per mille.
const MOST_SHARE: u32 = 1000;
/// Most samples.
const MOST_SAMPLES: u32 = 100_000;
/// Most steps on either side of a weight.
const MOST_STEPS: u32 = 100;

/// Which weightings count as plausible. The default: every weight up to a quarter less or more, 100 samples, and one
/// weight at a time in steps of a twentieth. No evidence says how far weights can be trusted; a municipality declares
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightRange<'a> {
    /// How far every weight may vary, per mille of itself, 1–1000.
    pub share: u32,
    /// How far single weights may vary instead; 0: not at all.
    pub shares: BTreeMap<Criterion, u32>,
    /// How many weightings are drawn, 0–100 000; in each every weight varies on its own.
    pub samples: u32,
    /// In how many steps each weight is varied alone, to either side, 0–100.
    pub steps: u32,
    /// Seed of the samples; the seed of the draw if absent; 1–200 characters.
    pub seed: Option<&'a str>,
}

impl Default for WeightRange<'_> {
    fn default() -> Self {
        Self {
            share: 250,
            shares: BTreeMap::new(),
            samples: 100,
            steps: 5,
            seed: None,
        }
    }
}

impl WeightRange<'_> {
    fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        if let Some(seed) = self
            .seed
            .filter(|seed| !(1..=LONGEST_SEED).contains(&seed.chars().count()))
        {
            let problem = Problem::new(Code::OptionOutOfRange, Path::of("seed")).allowed(Fact::Between(1, 200));
            problems.push(problem.found(Fact::chars(seed)));
        }
        let mut within = |path: Path, value: u32, from: u32, to: u32| {
            if !(from..=to).contains(&value) {
                let allowed = Fact::Between(from.into(), to.into());
                problems.push(
                    Problem::new(Code::OptionOutOfRange, path)
                        .allowed(allowed)
                        .found(Fact::int(value)),
                );
            }
        };
        within(Path::of("share"), self.share, 1, MOST_SHARE);
        for (criterion, &share) in &self.shares {
            within(Path::of("shares").field(criterion.code()), share, 0, MOST_SHARE);
        }
        within(Path::of("samples"), self.samples, 0, MOST_SAMPLES);
        within(Path::of("steps"), self.steps, 0, MOST_STEPS);
        problems.into_result(())
    }

    fn of(&self, criterion: Criterion) -> u32 {
        self.shares.get(&criterion).copied().unwrap_or(self.share)
    }
}

/// How placements stand up to other weights (`hemvist.robustness/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Robustness {
    /// Always `hemvist.robustness/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How good the plan is known to be.
    pub status: Status,
    /// Weightings drawn.
    pub samples: u32,
    /// Seed of the samples.
    pub seed: String,
    /// Plans looked at: samples, and one weight at a time.
    pub plans: u32,
    /// Of these, how many are proven best.
    pub proven: u32,
    /// The criteria that have a weight, by number.
    pub criteria: Vec<WeightEffect>,
    /// Children who need a placement, in the order of ids.
    pub children: Vec<Survival>,
}

/// What one weight alone can turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WeightEffect {
    /// The criterion.
    pub criterion: Criterion,
    /// Its weight in the policy.
    pub weight: u32,
    /// How far it was varied, per mille of itself.
    pub share: u32,
    /// Children who would be elsewhere somewhere in that range.
    pub turns: u32,
}

/// How one child's placement stands up.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Survival {
    /// The child.
    pub child: String,
    /// Where the plan has it; `null`: nowhere.
    pub home: Option<String>,
    /// In how many of the samples it is the same.
    pub survives: u32,
    /// The least change of one weight that turns it; absent: none within the range does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_turn: Option<Turn>,
}

/// A change of one weight that places a child elsewhere.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Turn {
    /// Whose weight.
    pub criterion: Criterion,
    /// The change, per mille of the weight; negative: less weight.
    pub change: i32,
    /// Where the child would be; `null`: nowhere.
    pub home: Option<String>,
}

impl super::Document for Robustness {}

macro_rules! counts_only {
    ($($type:ident)*) => {
        $(impl std::fmt::Debug for $type {
            /// Nothing about anyone: debug output ends in logs.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        })*
    };
}
counts_only! { Robustness Survival Turn }

/// One weighting: a sample, or one weight changed by so many per mille.
struct Weighting {
    weights: [u64; Criterion::COUNT],
    alone: Option<(Criterion, i32)>,
}

/// In what share of plausible weightings each placement survives, and the weight that turns it first.
///
/// In sample `s` (from 1) the weight of a criterion is multiplied by `1000 + u` and divided by 1000, where `u` is
/// [`lottery::below`] of the seed, the label `robustness/s/criterion` and `2 · share + 1`, less `share`.
///
/// # Errors
/// [`MatchError::Refused`] with every option out of range; else as a match.
///
/// # Complexity
/// One match for each sample, and `2 · steps` for each criterion that has a weight.
///
/// # Examples
/// ```
/// use hemvist::ask::{AskOptions, Matched, WeightRange, robustness};
/// use hemvist::{input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let range = WeightRange { samples: 10, ..WeightRange::default() };
/// let found = robustness(&matched, &range, &AskOptions::default())?;
/// assert_eq!(found.children[0].survives, 10, "there is only one home");
/// assert!(found.children[0].first_turn.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn robustness(
    matched: &Matched,
    range: &WeightRange<'_>,
    options: &AskOptions<'_>,
) -> Result<Robustness, MatchError> {
    range.check()?;
    let seed = range.seed.unwrap_or(matched.seed());
    let base = Criterion::ALL.map(|criterion| matched.policy().weight_as_written(criterion));
    let weightings: Vec<Weighting> = samples(&base, range, seed).chain(alone(&base, range)).collect();
    let answers = super::for_each(&weightings, options, |weighting, options| {
        match matched.policy().reweighted(weighting.weights) {
            Some(policy) => matched
                .run(matched.pool(), &policy, options)
                .map(|run| Some(run.answer)),
            None => Ok(None),
        }
    })?;
    let plans: Vec<(&Weighting, &Answer)> = weightings
        .iter()
        .zip(&answers)
        .filter_map(|(w, answer)| Some((w, answer.as_ref()?)))
        .collect();
    let (pool, task) = (matched.pool(), matched.task());
    let id = |bin: Option<u32>| bin.map(|bin| pool.family(FamilyIdx::from_row(bin as usize)).id.clone());
    let mut turns = [0_u32; Criterion::COUNT];
    let mut children = Vec::with_capacity(task.items.len());
    for (item, &child) in task.items.iter().enumerate() {
        let home = matched.answer().bin_of[item];
        let same = |plan: &&(&Weighting, &Answer)| plan.1.bin_of[item] == home;
        let sampled = plans.iter().filter(|(weighting, _)| weighting.alone.is_none());
        let turned = plans
            .iter()
            .filter(|plan| !same(plan))
            .filter_map(|(w, answer)| Some((w.alone?, answer.bin_of[item])));
        let mut turned: Vec<((Criterion, i32), Option<u32>)> = turned.collect();
        turned.sort_by_key(|&((criterion, change), _)| (change.abs(), criterion, change));
        for criterion in Criterion::ALL {
            if turned.iter().any(|((turning, _), _)| *turning == criterion) {
                turns[usize::from(criterion.number())] += 1;
            }
        }
        children.push(Survival {
            child: pool.child(child).id.clone(),
            home: id(home),
            survives: count(sampled.filter(same).count()),
            first_turn: turned.first().map(|&((criterion, change), home)| Turn {
                criterion,
                change,
                home: id(home),
            }),
        });
    }
    let weighty = Criterion::ALL.into_iter().filter(|c| base[usize::from(c.number())] > 0);
    Ok(Robustness {
        format: ROBUSTNESS_FORMAT,
        as_of: pool.as_of(),
        status: matched.plan().status,
        samples: range.samples,
        seed: seed.to_owned(),
        plans: count(plans.len()),
        proven: count(
            plans
                .iter()
                .filter(|(_, answer)| answer.status == Status::Optimal)
                .count(),
        ),
        criteria: weighty
            .map(|criterion| WeightEffect {
                criterion,
                weight: base[usize::from(criterion.number())],
                share: range.of(criterion),
                turns: turns[usize::from(criterion.number())],
            })
            .collect(),
        children,
    })
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A weight changed by so many per mille, in thousandths.
fn changed(weight: u32, change: i32) -> u64 {
    let factor = u64::try_from(1000 + change).unwrap_or(0);
    u64::from(weight) * factor
}

fn samples(base: &[u32; Criterion::COUNT], range: &WeightRange<'_>, seed: &str) -> impl Iterator<Item = Weighting> {
    (1..=range.samples).map(move |sample| Weighting {
        weights: Criterion::ALL.map(|criterion| {
            let share = range.of(criterion);
            let label = format!("robustness/{sample}/{}", criterion.code());
            let drawn = lottery::below(seed, &label, 2 * share + 1);
            changed(
                base[usize::from(criterion.number())],
                drawn.cast_signed() - share.cast_signed(),
            )
        }),
        alone: None,
    })
}

/// Each weight alone, in steps to either side.
fn alone(base: &[u32; Criterion::COUNT], range: &WeightRange<'_>) -> impl Iterator<Item = Weighting> {
    let weighty = Criterion::ALL.into_iter().filter(|c| base[usize::from(c.number())] > 0);
    weighty.flat_map(move |criterion| {
        let share = range.of(criterion).cast_signed();
        let most = range.steps.cast_signed();
        let steps = (-most..=most).filter(move |&step| step != 0 && share > 0);
        let changes = steps.map(move |step| share * step / most);
        changes.filter(|&change| change != 0).map(move |change| {
            let mut weights = base.map(|weight| changed(weight, 0));
            let at = usize::from(criterion.number());
            weights[at] = changed(base[at], change);
            Weighting {
                weights,
                alone: Some((criterion, change)),
            }
        })
    })
}
