//! The independent checker: recomputes feasibility, value and bound from the problem, the answer and the certificate.
//!
//! Promises: shares no code with the solver (only the types of the problem and the certificate), never panics, and
//! accepts nothing it has not recomputed; sums are 128-bit. It does not know how an answer or a price was found. The
//! thesis is `McConnell`, Mehlhorn, Näher & Schweitzer, "Certifying algorithms", 2011: for a hard problem nothing less than
//! a witness that simple code can check deserves trust.
//!
//! It speaks of *blocks*: a `together` group, or an item that is in none; a block is named by its smallest item.

mod bound;
mod cover;
mod facts;

use crate::certificate::Certificate;
use crate::problem::Problem;
use crate::session::Step;
use facts::Facts;

/// What the checker established.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Value of the answer.
    pub value: i128,
    /// No answer to the problem is worth more.
    pub bound: i128,
}

/// Why an answer or certificate was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The problem itself is malformed.
    #[error("the problem is malformed")]
    Problem,
    /// The answer has the wrong length or breaks a constraint.
    #[error("the answer breaks {0}")]
    Answer(&'static str),
    /// The certificate names what does not exist, or does not cover the problem.
    #[error("the certificate is malformed: {0}")]
    Certificate(&'static str),
    /// A price is negative where it must not be.
    #[error("a price is negative")]
    NegativePrice,
    /// A leaf of the tree leaves room for a better answer.
    #[error("leaf {node} of part {part} is not closed")]
    OpenLeaf {
        /// Index of the part.
        part: usize,
        /// Index of the node.
        node: usize,
    },
    /// Checking would take more steps than allowed.
    #[error("checking would take too many steps")]
    TooLarge,
}

/// Recomputes value and bound.
///
/// Time: `O(edges)` for a proof by prices, and the sets left by them for each leaf of a tree; as much again for each proof
/// of its own in the tree; memory `O(items + bins)` and those sets.
///
/// # Errors
/// [`Flaw`]: the first thing that is wrong.
pub fn check(problem: &Problem, bin_of: &[Option<u32>], certificate: &Certificate) -> Result<Checked, Flaw> {
    problem.check().map_err(|_| Flaw::Problem)?;
    recheck(problem, &[], bin_of, certificate)
}

/// As [`check`], of an answer that takes these steps, such as that of [`crate::Session::best_checked`]: the bound holds for
/// the answers that take them, and only for those.
///
/// # Errors
/// As [`check`]; [`Flaw::Answer`] if the answer does not take a step.
///
/// # Examples
/// A ban that the best answer keeps to anyway: what proves that answer proves it under the ban, too.
/// ```
/// use hemvist_solver::{Options, Problem, Step, check_with, solve};
///
/// let problem = Problem {
///     indptr: vec![0, 2],
///     bins: vec![0, 1],
///     values: vec![9, 7],
///     capacity: vec![1, 1],
///     ..Problem::default()
/// };
/// let solution = solve(&problem, &Options::default())?;
/// let steps = [Step::Ban(0, 1)];
/// assert_eq!(check_with(&problem, &steps, &solution.bin_of, &solution.certificate)?.bound, 9);
/// assert!(check_with(&problem, &[Step::Ban(0, 0)], &solution.bin_of, &solution.certificate).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_with(
    problem: &Problem,
    steps: &[Step],
    bin_of: &[Option<u32>],
    certificate: &Certificate,
) -> Result<Checked, Flaw> {
    problem.check().map_err(|_| Flaw::Problem)?;
    recheck(problem, steps, bin_of, certificate)
}

/// [`check_with`] of a problem that is known to be well-formed.
pub(crate) fn recheck(
    problem: &Problem,
    steps: &[Step],
    bin_of: &[Option<u32>],
    certificate: &Certificate,
) -> Result<Checked, Flaw> {
    let facts = Facts::new(problem)?;
    let reached = facts.feasible(bin_of)?;
    let is_taken = |step: &Step| match *step {
        Step::Lock(item, bin) => bin_of.get(item as usize) == Some(&Some(bin)),
        Step::Ban(item, bin) => bin_of.get(item as usize).is_some_and(|&at| at != Some(bin)),
    };
    if !steps.iter().all(is_taken) {
        return Err(Flaw::Answer("a step that was asked for"));
    }
    let decisions = steps.iter().filter_map(|step| {
        let (item, bin, goes) = match *step {
            Step::Lock(item, bin) => (item, bin, true),
            Step::Ban(item, bin) => (item, bin, false),
        };
        let block = facts.head[item as usize];
        (facts.locked[block as usize] == facts::NONE).then_some((block, bin, goes))
    });
    let decisions: Vec<_> = decisions.collect();
    Ok(Checked {
        value: reached.iter().sum(),
        bound: bound::of(&facts, &decisions, certificate, &reached)?,
    })
}
