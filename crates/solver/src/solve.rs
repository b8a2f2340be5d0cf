//! The front door: reduce, solve the parts, put the answer together, have it checked.

use crate::certificate::{Certificate, Cut, PartCertificate, PriceList, ProofNode};
use crate::check;
use crate::gauge::Gauge;
use crate::model::Part;
use crate::model::{self, Model};
use crate::part::{self, PartAnswer};
use crate::pricing::Prices;
use crate::problem::{Problem, ProblemError, SCALE};
use crate::solution::{Options, Solution, Status, Ties};
use crate::tree::Node;

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
    let mut solution = assemble(problem, &model, &answers);
    solution.certificate = Certificate {
        parts: model
            .parts
            .iter()
            .zip(&answers)
            .map(|(part, answer)| certify(&model, part, answer))
            .collect(),
    };
    // Nothing leaves here unchecked: the bound is the checker's, and optimal means that it meets the checker's value.
    let checked = check::check(problem, &solution.bin_of, &solution.certificate)
        .map_err(|flaw| ProblemError::Unproven { flaw })?;
    solution.bound = i64::try_from(checked.bound).unwrap_or(i64::MAX);
    debug_assert_eq!(checked.value, i128::from(solution.value));
    if checked.value == checked.bound {
        solution.status = Status::Optimal;
    }
    Ok(solution)
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
        certificate: Certificate::default(),
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
    out.status = Status::Feasible;
    out
}

/// The proof of a part in the caller's numbers.
fn certify(model: &Model, part: &Part, answer: &PartAnswer) -> PartCertificate {
    let n = part.units.len() as u32;
    let item = |unit: u32| model.unit_items[part.units[unit as usize] as usize][0];
    let list = |prices: &Prices| PriceList {
        items: prices
            .unit
            .iter()
            .enumerate()
            .filter(|p| *p.1 != 0)
            .map(|(u, &p)| (item(u as u32), p))
            .collect(),
        limits: part
            .limit_ids
            .iter()
            .copied()
            .zip(prices.limit.iter().copied())
            .filter(|p| p.1 != 0)
            .collect(),
        cuts: prices.cut.clone(),
    };
    let cuts = answer.proof.cuts.iter().map(|cut| Cut {
        items: cut.0.iter().filter(|&&r| r < n).map(|&r| item(r)).collect(),
        bin: cut.0.iter().find(|&&r| r >= n).map(|&r| part.bins[(r - n) as usize]),
    });
    let nodes = answer.proof.tree.iter().map(|node| match node {
        Node::Leaf(prices) => ProofNode::Leaf(list(prices)),
        Node::Open => ProofNode::Leaf(PriceList::default()),
        &Node::Branch { unit, bin, yes, no } => ProofNode::Branch {
            item: item(unit),
            bin: part.bins[bin as usize],
            yes,
            no,
        },
    });
    PartCertificate {
        bins: part.bins.clone(),
        cuts: cuts.collect(),
        root: list(&answer.proof.root),
        nodes: nodes.collect(),
    }
}
