//! The front door: reduce, solve the parts, put the answer together, have it checked.

use crate::gauge::Gauge;
use crate::model::{self, Model};
use crate::part::{self, PartAnswer};
use crate::problem::{Problem, ProblemError, SCALE};
use crate::solution::{Options, Solution, Status, Ties};

/// Finds an answer of greatest value.
///
/// # Errors
/// [`ProblemError`] when the problem is malformed or could overflow.
pub fn solve(problem: &Problem, options: &Options<'_>) -> Result<Solution, ProblemError> {
    problem.check()?;
    let model = match model::reduce(problem) {
        Ok(model) => model,
        Err(conflict) => return Ok(infeasible(problem, conflict)),
    };
    let answers: Vec<PartAnswer> = model
        .parts
        .iter()
        .map(|p| part::solve(p, &Gauge::new(options, options.work_limit.unwrap_or(u64::MAX))))
        .collect();
    Ok(assemble(problem, &model, &answers))
}

fn infeasible(problem: &Problem, conflict: Vec<usize>) -> Solution {
    Solution {
        bin_of: vec![None; problem.n_items()],
        value: 0,
        bound: 0,
        status: Status::Infeasible,
        item_prices: vec![0; problem.n_items()],
        bin_prices: vec![0; problem.n_bins()],
        conflict,
        ties: Ties::default(),
        work: 0,
    }
}

fn assemble(problem: &Problem, model: &Model, answers: &[PartAnswer]) -> Solution {
    let mut out = infeasible(problem, Vec::new());
    out.value = model.fixed_value;
    out.bound = model.fixed_value;
    for &(u, b) in &model.fixed {
        for &i in &model.unit_items[u as usize] {
            out.bin_of[i as usize] = Some(b);
        }
    }
    for (part, answer) in model.parts.iter().zip(answers) {
        out.value += answer.plan.value;
        out.bound += answer.bound;
        out.work += answer.work;
        for (b, set) in &answer.plan.sets {
            for &u in set {
                for &i in &model.unit_items[part.units[u as usize] as usize] {
                    out.bin_of[i as usize] = Some(part.bins[*b as usize]);
                }
            }
        }
        for (u, price) in answer.proof.root.unit.iter().enumerate() {
            let items = &model.unit_items[part.units[u] as usize];
            out.item_prices[items[0] as usize] = price / SCALE;
        }
    }
    out.status = if out.value == out.bound {
        Status::Optimal
    } else {
        Status::Feasible
    };
    out
}
