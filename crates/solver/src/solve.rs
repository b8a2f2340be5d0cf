//! The front door: reduce, solve the parts, put the answer together, have it checked.

use rayon::prelude::*;

use crate::before::{self, Former};
use crate::certificate::{self, Certificate, CutRow, PartCertificate, PriceList, ProofNode};
use crate::check::{Flaw, recheck};
use crate::cuts::Row;
use crate::gauge::{Board, Gauge};
use crate::model::Part;
use crate::model::{self, Model};
use crate::part::{self, Kept, PartAnswer, PartOutcome, PartProof};
use crate::prices::Prices;
use crate::problem::{Problem, ProblemError, SCALE};
use crate::session::Solved;
use crate::solution::{Options, Solution, Status, TieRule, Ties};
use crate::ties::{Draw, Settled};
use crate::tree::Node;

/// Finds an answer of greatest value.
///
/// # Errors
/// [`ProblemError`] when the problem is malformed or could overflow.
pub fn solve(problem: &Problem, options: &Options<'_>) -> Result<Solution, ProblemError> {
    solve_keeping(problem, options).map(|(solution, _)| solution)
}

/// As [`solve`], and keeps what questions about the answer need, and solves that begin with it; `None` if there is no answer.
///
/// # Errors
/// As [`solve`].
pub fn solve_keeping(problem: &Problem, options: &Options<'_>) -> Result<(Solution, Option<Solved>), ProblemError> {
    problem.check()?;
    check_rule(problem, options)?;
    let model = match model::reduce(problem) {
        Ok(model) => model,
        Err(conflict) => return Ok((infeasible(problem, conflict), None)),
    };
    let answers = solve_parts(problem, &model, options);
    let outcomes = || answers.iter().map(|a| &a.0.outcome);
    if outcomes().any(|o| matches!(o, PartOutcome::Impossible)) {
        return Ok((infeasible(problem, Vec::new()), None));
    }
    if outcomes().any(|o| matches!(o, PartOutcome::Nothing)) {
        let unknown = Solution {
            status: Status::Unknown,
            bound: answers.iter().map(|a| a.0.bound).sum::<i128>() + model.fixed_value,
            work: answers.iter().map(|a| a.0.work).sum(),
            ..infeasible(problem, Vec::new())
        };
        return Ok((unknown, None));
    }
    let mut solution = assemble(problem, &model, &answers);
    if options.ties.is_some_and(|rule| !rule.tell) {
        solution.ties = Ties::default();
    }
    solution.certificate = Certificate {
        parts: model
            .parts
            .iter()
            .zip(&answers)
            .map(|(part, (answer, _))| certify(&model, part, &answer.proof))
            .collect(),
    };
    // Nothing leaves here unchecked: the bound is the checker's, and optimal means that it meets the checker's value.
    let mut checked = recheck(problem, &[], &solution.bin_of, &solution.certificate);
    if checked == Err(Flaw::TooLarge) {
        // The plan stands all the same, with what the prices at the root prove.
        solution
            .certificate
            .parts
            .iter_mut()
            .for_each(|part| part.nodes.clear());
        checked = recheck(problem, &[], &solution.bin_of, &solution.certificate);
    }
    let checked = checked.map_err(|flaw| ProblemError::Unproven { flaw })?;
    solution.bound = checked.bound;
    debug_assert_eq!(checked.value, solution.value);
    if checked.value == checked.bound {
        solution.status = Status::Optimal;
    }
    let solved = Solved::new(model, answers, &solution);
    Ok((solution, solved))
}

/// The tie rule must name every item once and every edge.
fn check_rule(problem: &Problem, options: &Options<'_>) -> Result<(), ProblemError> {
    let Some(rule) = &options.ties else { return Ok(()) };
    let mut seen = vec![false; problem.n_items()];
    let bad = |&(_, &i): &(usize, &u32)| seen.get_mut(i as usize).is_none_or(|s| std::mem::replace(s, true));
    if let Some((index, _)) = rule.order.iter().enumerate().find(bad) {
        return Err(ProblemError::Malformed {
            array: "ties.order",
            index,
        });
    }
    if rule.order.len() != problem.n_items() {
        return Err(ProblemError::Malformed {
            array: "ties.order",
            index: rule.order.len(),
        });
    }
    if rule.preference.len() != problem.bins.len() {
        return Err(ProblemError::Malformed {
            array: "ties.preference",
            index: rule.preference.len(),
        });
    }
    Ok(())
}

/// Solves the parts, in parallel if there are several; each part's work is its own, so the answer does not depend on the
/// number of threads.
fn solve_parts(problem: &Problem, model: &Model, options: &Options<'_>) -> Vec<(PartAnswer, Kept)> {
    let all: u64 = model.parts.iter().map(|p| p.n_edges() as u64).sum();
    let draws: Vec<Option<Draw<'_>>> = model
        .parts
        .iter()
        .map(|p| options.ties.map(|t| draw(problem, model, p, &t)))
        .collect();
    let counted = Gauge::new(options, options.work_limit.unwrap_or(u64::MAX), None);
    let formers = match options.before {
        Some(before) => before::formers(before, problem, model, &counted),
        None => model.parts.iter().map(|_| None).collect(),
    };
    let left = options.work_limit.map(|limit| limit.saturating_sub(counted.work()));
    let first = |p: &Part| match options.progress {
        Some(_) => p.n_units() as i128 * i128::from(p.row_value.iter().copied().max().unwrap_or(0)),
        None => 0,
    };
    let board = Board::new(model.parts.iter().map(first).collect(), model.fixed_value);
    let one = |(number, part): (usize, &Part)| {
        let share = |limit: u64| (u128::from(limit) * part.n_edges() as u128 / u128::from(all.max(1))) as u64;
        let gauge = Gauge::new(options, left.map_or(u64::MAX, share), Some((&board, number)));
        let draw = draws[number].as_ref();
        match &formers[number] {
            Some(Former::Same(answer, kept)) => part::again(part, answer, kept, draw, &gauge),
            Some(Former::Like(like)) => part::solve(part, draw, Some(like), &gauge),
            None => part::solve(part, draw, None, &gauge),
        }
    };
    if options.threads != 1
        && (model.parts.len() > 1 || model.parts.iter().any(may_share))
        && let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build()
    {
        return pool.install(|| model.parts.par_iter().enumerate().map(one).collect());
    }
    model.parts.iter().enumerate().map(one).collect()
}

/// Bins of a part whose tree may be searched by several at once.
const FEW_BINS: usize = 100;

/// Whether several threads may work on a part by itself; for others a pool takes longer than they do.
fn may_share(part: &Part) -> bool {
    part.is_vast() || !part.is_transport() && part.n_bins() >= FEW_BINS
}

/// The tie rule in a part's numbers.
pub(crate) fn draw<'a>(problem: &'a Problem, model: &Model, part: &Part, rule: &TieRule<'a>) -> Draw<'a> {
    let mut turn = vec![u32::MAX; problem.n_items()];
    for (n, &i) in rule.order.iter().enumerate() {
        turn[i as usize] = n as u32;
    }
    let spokesman = |&unit: &u32| {
        let items = model.unit_items[unit as usize].iter().map(|&i| i as usize);
        items.min_by_key(|&i| turn[i]).expect("a unit has items")
    };
    let spokesmen: Vec<usize> = part.units.iter().map(spokesman).collect();
    let mut order: Vec<u32> = (0..part.units.len() as u32).collect();
    order.sort_by_key(|&u| turn[spokesmen[u as usize]]);
    let rows = spokesmen.iter().map(|&i| problem.indptr[i]..problem.indptr[i + 1]);
    Draw {
        order,
        rows: rows.collect(),
        bins: &problem.bins,
        preference: rule.preference,
        tell: rule.tell,
    }
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

fn assemble(problem: &Problem, model: &Model, answers: &[(PartAnswer, Kept)]) -> Solution {
    let mut out = infeasible(problem, Vec::new());
    out.value = model.fixed_value;
    out.bound = model.fixed_value;
    for &(u, b) in &model.fixed {
        for &i in &model.unit_items[u as usize] {
            out.bin_of[i as usize] = Some(b);
        }
    }
    for (part, (answer, _)) in model.parts.iter().zip(answers) {
        let PartOutcome::Planned(plan) = &answer.outcome else {
            continue;
        };
        out.value += plan.value;
        out.bound += answer.bound;
        out.work += answer.work;
        for (b, set) in &plan.sets {
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
        for (b, price) in answer.proof.bin_price.iter().enumerate() {
            let places = i64::from(part.capacity[b].max(1));
            out.bin_prices[part.bins[b] as usize] = price / (SCALE * places);
        }
    }
    out.status = Status::Feasible;
    if answers.iter().all(|a| a.0.ties.is_some()) {
        out.ties = Ties {
            unique: vec![true; problem.n_items()],
            drawn: vec![false; problem.n_items()],
        };
        for (number, (answer, _)) in answers.iter().enumerate() {
            if let Some(settled) = &answer.ties {
                per_part(model, number, settled, &mut out.ties);
            }
        }
    }
    out
}

/// What became of the ties of a part, by item.
pub(crate) fn per_part(model: &Model, number: usize, settled: &Settled, ties: &mut Ties) {
    for (u, &unit) in model.parts[number].units.iter().enumerate() {
        for &i in &model.unit_items[unit as usize] {
            ties.unique[i as usize] = settled.unique[u];
            ties.drawn[i as usize] = settled.drawn[u];
        }
    }
}

/// The proof of a part in the caller's numbers.
pub(crate) fn certify(model: &Model, part: &Part, proof: &PartProof) -> PartCertificate {
    let item = |unit: u32| model.unit_items[part.units[unit as usize] as usize][0];
    let list = |prices: &Prices| PriceList {
        items: prices
            .unit
            .iter()
            .enumerate()
            .filter(|p| *p.1 != 0)
            .map(|(u, &p)| (item(u as u32), p))
            .collect(),
        limits: {
            let named = part.limit_ids.iter().copied().zip(prices.limit.iter().copied());
            let mut limits: Vec<(u32, i64)> = named.filter(|p| p.1 != 0).collect();
            limits.sort_unstable();
            limits
        },
        floors: part
            .classes
            .iter()
            .zip(&prices.floor)
            .filter(|p| *p.1 != 0)
            .map(|(class, &p)| (class.id, p))
            .collect(),
        cuts: prices.cut.clone(),
    };
    let row = |&(row, numerator): &(Row, u32)| match row {
        Row::Unit(u) => (CutRow::Item(item(u)), numerator),
        Row::Bin(b) => (CutRow::Bin(part.bins[b as usize]), numerator),
        Row::Limit(l) => (CutRow::Limit(part.limit_ids[l as usize]), numerator),
        Row::Cut(k) => (CutRow::Cut(k), numerator),
    };
    let cuts = proof.cuts.iter().map(|cut| certificate::Cut {
        rows: cut.rows.iter().map(row).collect(),
        denominator: cut.denominator,
    });
    let nodes = proof.tree.iter().map(|node| match node {
        Node::Leaf(prices) => ProofNode::Leaf(list(prices)),
        Node::Dead(prices) => ProofNode::Dead(list(prices)),
        Node::Open => ProofNode::Leaf(PriceList::default()),
        &Node::Branch { unit, bin, yes, no } => ProofNode::Branch {
            item: item(unit),
            bin: part.bins[bin as usize],
            yes,
            no,
        },
        Node::Own(proof) => ProofNode::Own(Box::new(certify(model, part, proof))),
    });
    PartCertificate {
        bins: part.bins.clone(),
        cuts: cuts.collect(),
        root: list(&proof.root),
        bin_prices: proof.bin_price.clone(),
        nodes: nodes.collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::rest::tests::threes;

    /// What is reported comes from where the work is done.
    #[test]
    fn a_part_that_several_may_search_has_as_many_threads_as_were_asked_for() {
        let threads = std::thread::available_parallelism().map_or(1, usize::from) + 1;
        let problem = threes(&mut hemvist_testkit::Rng::new(1), vec![2; 120], (240, 60), 8, 20);
        let seen = AtomicUsize::new(0);
        let look = |_| seen.store(rayon::current_num_threads(), Ordering::Relaxed);
        let options = Options {
            threads,
            progress: Some(&look),
            ..Options::default()
        };
        let model = model::reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
        assert!(model.parts.len() == 1 && may_share(&model.parts[0]) && !model.parts[0].is_vast());
        assert_eq!(solve(&problem, &options).map(|s| s.status), Ok(Status::Optimal));
        assert_eq!(seen.load(Ordering::Relaxed), threads);
    }
}
