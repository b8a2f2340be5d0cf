//! Matching: the whole pool at once, from candidates to a plan.
//!
//! [`match_pool`] is a pure function of pool, policy and options. It promises the same plan for every order of the
//! input and every number of threads; that `optimal` is said only of what the solver has proven and its checker has
//! confirmed; and that what the solver answers is checked here once more against the pool's own words before it
//! becomes a plan. It does not know how fit is made, nor how the solver works.

mod attainable;
pub(crate) mod fairness;
mod follow;
mod growth;
mod resolve;
mod run;
mod tally;
mod tiers;
mod translate;

use std::sync::Arc;
use std::time::Instant;

pub use hemvist_solver::{Cancel, Progress};

pub(crate) use fairness::Promised;
pub use fairness::{counts_for, owners};
pub(crate) use follow::Former;
pub use growth::{Growth, Place, Reached};
pub use resolve::AskOptions;
pub(crate) use resolve::{Asking, Step};
pub use run::Matched;
use run::Run;
pub use tally::{homes_of, urgencies, worth_of};
pub use tiers::{TooGreat, Weights, Worth};
pub use translate::Bar;
pub(crate) use translate::{Goal, Task, bin, network_homes};

use crate::plan::Plan;
use crate::policy::Policy;
use crate::pool::Pool;
use crate::problem::{Code, Fact, Path, Problem, Problems};

/// Longest seed, in characters; as for a policy's `tie_seed`.
pub(crate) const LONGEST_SEED: usize = 200;
/// Greatest work limit: what canonical JSON can hold as a number, 2^53 − 1.
const GREATEST_WORK: u64 = (1 << 53) - 1;

/// How to run a match. The default: the policy's seed, no limit, as many threads as processors.
#[derive(Clone, Default)]
pub struct MatchOptions<'a> {
    /// Seed of the drawn lots, 1–200 characters, instead of the policy's `tie_seed`.
    pub seed: Option<&'a str>,
    /// Worker threads; 0: as many as there are processors. The plan does not depend on it.
    pub threads: usize,
    /// Stop after this much counted work, at most 2^53 − 1 units; a run can be repeated exactly. `None`: no limit.
    pub work_limit: Option<u64>,
    /// Stop at this time; marks the plan as not repeatable. `None`: no limit.
    pub deadline: Option<Instant>,
    /// Polled while solving; a cancelled run gives the best plan known, marked as not repeatable.
    pub cancel: Option<Cancel>,
    /// Called now and then, from the calling thread.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
}

impl MatchOptions<'_> {
    /// The seed that a run with this policy uses.
    pub fn seed<'s>(&'s self, policy: &'s Policy) -> &'s str {
        self.seed.unwrap_or(&policy.tie_seed)
    }

    /// Whether the same run gives the same plan again: it was not limited by the clock and not cancelled.
    pub fn is_repeatable(&self) -> bool {
        self.deadline.is_none() && !self.cancel.as_ref().is_some_and(Cancel::is_cancelled)
    }

    fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        if let Some(seed) = self.seed
            && !(1..=LONGEST_SEED).contains(&seed.chars().count())
        {
            problems.push(
                Problem::new(Code::OptionOutOfRange, Path::of("seed"))
                    .allowed(Fact::Between(1, 200))
                    .found(Fact::chars(seed)),
            );
        }
        if let Some(work) = self.work_limit.filter(|&work| work > GREATEST_WORK) {
            problems.push(
                Problem::new(Code::OptionOutOfRange, Path::of("work_limit"))
                    .allowed(Fact::AtMost((1 << 53) - 1))
                    .found(Fact::int(work)),
            );
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// Why a pool could not be matched at all. That not everyone can be placed is no error but an answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MatchError {
    /// The policy or the options were refused.
    #[error(transparent)]
    Refused(#[from] Problems),
    /// Pool and policy together need greater sums than 2^62.
    #[error(transparent)]
    TooGreat(#[from] TooGreat),
    /// The limits were reached before any plan was known that keeps what the policy promises to municipalities.
    #[error("the limits leave no room to find a plan that keeps the promise")]
    LimitTooSmall,
    /// The solver's answer did not stand the check; a defect of this program, never a plan.
    #[error("the answer did not stand the check ({0}); please report this")]
    Internal(&'static str),
}

impl From<MatchError> for Problems {
    fn from(error: MatchError) -> Self {
        let code = match error {
            MatchError::Refused(problems) => return problems,
            MatchError::LimitTooSmall => {
                return Problem::new(Code::OptionOutOfRange, Path::of("work_limit")).into();
            }
            MatchError::TooGreat(_) => Code::SumsTooGreat,
            MatchError::Internal(_) => Code::FaultUnproven,
        };
        Problem::new(code, Path::root()).into()
    }
}

/// Matches a pool: chooses families for children so that, in strict order unless the policy says otherwise, as much
/// urgency as possible is met, as many children as possible who have an eligible network home get one, and the sum
/// of fit and sibling bonuses is greatest.
///
/// # Errors
/// [`MatchError`] when policy or options are refused, or the sums would be too great. That locks contradict is not
/// an error: the plan is then [`crate::plan::Status::Infeasible`] and says which.
///
/// # Complexity
/// Candidates as in [`crate::candidates`]; solving is NP-hard in general because of sibling groups, and near linear in
/// candidates at the sizes that occur.
///
/// # Examples
/// Two children, one place: the one who has waited longer gets it, and the other is told why not.
/// ```
/// use hemvist::matching::{MatchOptions, match_pool};
/// use hemvist::{input::PoolDocument, plan::Why, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15",
///     "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [
///         {"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term", "waiting_since": "2026-01-10"},
///         {"id": "c2", "municipality": "1276", "age": 7, "placement": "long_term", "waiting_since": "2025-07-10"}]
/// }"#)?;
/// let plan = match_pool(&Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// assert_eq!((plan.placed[0].child.as_str(), plan.placed[0].family.as_str()), ("c2", "f1"));
/// assert_eq!(plan.unplaced[0].taken[0].holders[0].why, Why::Urgency);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn match_pool(pool: &Pool, policy: &Policy, options: &MatchOptions<'_>) -> Result<Plan, MatchError> {
    options.check()?;
    let policy = policy.compile()?;
    Run::new(pool, &policy, options)?.plan(pool, &policy, options, None)
}

/// Why a plan is the best: for those who want to check that with code of their own.
#[derive(Clone)]
pub struct Proof {
    /// The pool as the solver's problem: items are children who need a placement, bins are families, both in the order of
    /// their ids.
    pub problem: hemvist_solver::Problem,
    /// The plan: the bin of each item.
    pub bin_of: Vec<Option<u32>>,
    /// What proves that no plan is worth more, or how much more one could be; see [`hemvist_solver::certificate`].
    pub certificate: hemvist_solver::certificate::Certificate,
}

impl std::fmt::Debug for Proof {
    /// Counts only: numbers of children are as good as ids for those who have the pool.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proof")
            .field("items", &self.problem.n_items())
            .field("bins", &self.problem.n_bins())
            .finish_non_exhaustive()
    }
}

/// The plan of [`match_pool`] with its proof, for [`hemvist_solver::check()`] or a checker of one's own.
///
/// # Errors
/// As [`match_pool`].
///
/// # Complexity
/// A match and one more solve.
pub fn prove(pool: &Pool, policy: &Policy, options: &MatchOptions<'_>) -> Result<Proof, MatchError> {
    options.check()?;
    let run = Run::new(pool, &policy.compile()?, options)?;
    let options = hemvist_solver::Options {
        work_limit: options.work_limit,
        deadline: options.deadline,
        threads: options.threads,
        cancel: options.cancel.clone(),
        progress: None,
        before: None,
        ties: None,
    };
    let solution = hemvist_solver::solve(&run.task.problem, &options);
    let solution = solution.map_err(|_| MatchError::Internal("problem refused"))?;
    Ok(Proof {
        problem: Arc::unwrap_or_clone(run.task).problem,
        bin_of: run.answer.bin_of,
        certificate: solution.certificate,
    })
}
