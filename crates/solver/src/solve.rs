//! The front door.

use crate::problem::{Problem, ProblemError};
use crate::solution::{Options, Solution, Status, Ties};

/// Finds an answer of greatest value. (First slice: greedy, so that callers can be built.)
///
/// # Errors
/// [`ProblemError`] when the problem is malformed or could overflow.
pub fn solve(problem: &Problem, _options: &Options<'_>) -> Result<Solution, ProblemError> {
    let n = problem.indptr.len() - 1;
    let mut left = problem.capacity.clone();
    let mut bin_of = vec![None; n];
    let mut value = 0;
    for i in 0..n {
        let best = (problem.indptr[i]..problem.indptr[i + 1])
            .filter(|&e| left[problem.bins[e] as usize] > 0)
            .max_by_key(|&e| (problem.values[e], std::cmp::Reverse(problem.bins[e])));
        if let Some(e) = best {
            left[problem.bins[e] as usize] -= 1;
            bin_of[i] = Some(problem.bins[e]);
            value += problem.values[e];
        }
    }
    Ok(Solution {
        bin_of,
        value,
        bound: i64::MAX / 2,
        status: Status::Feasible,
        item_prices: vec![0; n],
        bin_prices: vec![0; problem.capacity.len()],
        conflict: vec![],
        ties: Ties::default(),
        work: n as u64,
    })
}
