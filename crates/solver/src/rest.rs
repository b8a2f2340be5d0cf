//! What is left of a wide part where the program's solution is not whole.
//!
//! Nearly all columns of the program's solution have weight 1, and what is fractional lies here and there. The units and
//! bins of whole columns stay as they are; the others make a part of their own, a sixth of the size in practice, which is
//! solved like any other ([`crate::part`]). Its plan, beside what is whole, is a plan; its cuts are what a search for cuts
//! in the whole part would find, at a fraction of the cost of each iteration.
//!
//! Promises a feasible plan, the same each time, and cuts that hold for the whole part. Knows nothing of floors.

use crate::cuts::{Row, carried};
use crate::gauge::Gauge;
use crate::master::{Elsewhere, Master};
use crate::model::Part;
use crate::near::Now;
use crate::part::{self, Kept, PartOutcome};
use crate::plan::PartPlan;

/// What was found, in the numbers of the whole part.
pub(crate) struct Rest {
    pub plan: PartPlan,
    /// The program of the rest; `None` where it was none, or the part has limits.
    pub program: Option<Elsewhere>,
}

/// Solves what is left, with so much work at most; `None` if that is more than half.
pub(crate) fn solve(master: &Master<'_>, work: u64, gauge: &Gauge<'_>) -> Option<Rest> {
    let part = master.part;
    let mut sets = Vec::new();
    let mut is_open = vec![true; part.n_bins()];
    for c in master.whole() {
        let column = &master.columns[c as usize];
        is_open[column.bin as usize] = false;
        sets.push((column.bin, column.set.clone()));
    }
    let mut now = Now::of(part, &PartPlan { value: 0, sets });
    let bins: Vec<u32> = (0..part.n_bins() as u32).filter(|&b| is_open[b as usize]).collect();
    if bins.len() > part.n_bins() / 2 {
        return None;
    }
    let small = now.emptied(part, &bins);
    let its_own = gauge.within(work);
    let (answer, kept) = part::solve(&small, None, None, &its_own);
    gauge.tick(its_own.work());
    if let PartOutcome::Planned(found) = answer.outcome {
        now.fill(&bins, &small, found);
    }
    Some(Rest {
        plan: PartPlan::of(part, now.sets),
        program: program(master, &small, &kept),
    })
}

/// The program at its end, in the numbers of the whole part.
fn program(master: &Master<'_>, small: &Part, kept: &Kept) -> Option<Elsewhere> {
    let Kept::Program {
        layout,
        cuts: all,
        lp,
        columns,
        ..
    } = kept
    else {
        return None;
    };
    if !small.limit_most.is_empty() {
        return None;
    }
    let (basic, open) = lp.structure();
    let rows: Vec<Row> = open.into_iter().filter_map(|r| layout.row(r)).collect();
    let tight = rows.iter().filter_map(|row| match row {
        Row::Cut(k) => Some(*k),
        _ => None,
    });
    let there = |row: Row| match row {
        Row::Unit(u) => Some(Row::Unit(small.units[u as usize])),
        Row::Bin(b) => Some(Row::Bin(small.bins[b as usize])),
        Row::Limit(_) | Row::Cut(_) => None,
    };
    let (number, cuts) = carried(all, tight, master.sets.cuts.len() as u32, there);
    let row = |row: Row| match row {
        Row::Cut(k) => number[k as usize].map(Row::Cut),
        other => there(other),
    };
    let outside = |&c: &u32| {
        let column = &columns[c as usize];
        let set = column.set.iter().map(|&u| small.units[u as usize]);
        (small.bins[column.bin as usize], set.collect())
    };
    Some(Elsewhere {
        cuts,
        columns: basic.iter().map(outside).collect(),
        rows: rows.into_iter().filter_map(row).collect(),
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use hemvist_testkit::Rng;

    use super::*;
    use crate::model::reduce;
    use crate::problem::{Group, GroupPolicy, Problem, SCALE};
    use crate::solution::Options;

    /// Forty-two items, sixteen bins of two or three places, siblings by threes who would rather stay together.
    pub(crate) fn problem(seed: u64) -> Problem {
        let mut rng = Rng::new(seed);
        let capacity = (0..16).map(|_| 2 + u32::from(rng.between(0, 1) > 0)).collect();
        threes(&mut rng, capacity, (42, 10), 2, 20)
    }

    /// So many items, the first of them in so many threes who would rather stay together for the value given, each suited to
    /// about one bin in `odds`.
    pub(crate) fn threes(
        rng: &mut Rng,
        capacity: Vec<u32>,
        (items, groups): (u32, u32),
        odds: i32,
        pair_value: i64,
    ) -> Problem {
        let mut problem = Problem {
            indptr: vec![0],
            capacity,
            ..Problem::default()
        };
        for _ in 0..items {
            for bin in 0..problem.capacity.len() as u32 {
                if rng.between(0, odds - 1) == odds - 1 {
                    problem.bins.push(bin);
                    problem.values.push(i64::from(rng.between(100, 159)));
                }
            }
            problem.indptr.push(problem.bins.len());
        }
        for n in 0..groups {
            problem.groups.push(Group {
                members: (3 * n..3 * n + 3).collect(),
                policy: GroupPolicy::Prefer,
                pair_value,
            });
        }
        problem
    }

    /// The best plan of a part without floors that cannot be reached.
    pub(crate) fn best(part: &Part, gauge: &Gauge<'_>) -> PartPlan {
        match part::solve(part, None, None, gauge).0.outcome {
            PartOutcome::Planned(best) => best,
            _ => panic!("there is a plan"),
        }
    }

    #[test]
    fn the_rest_gives_a_plan_and_cuts_that_hold_for_the_whole() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let (mut rests, mut cuts, mut closer) = (0, 0, 0);
        for seed in 0..60 {
            let model = reduce(&problem(seed)).unwrap_or_else(|_| panic!("nothing is locked"));
            let part = &model.parts[0];
            let best = best(part, &gauge);
            let mut master = Master::new(part, &gauge);
            master.converge(&gauge, 0);
            let before = master.bound;
            if let Some(rest) = solve(&master, u64::MAX, &gauge) {
                rests += 1;
                assert!(rest.plan.is_feasible(part) && rest.plan.value <= best.value, "{seed}");
                if let Some(program) = rest.program {
                    cuts += program.cuts.len();
                    master.take_over(program);
                    master.converge(&gauge, 0);
                    assert!(master.bound >= best.value * i128::from(SCALE), "{seed}");
                    closer += u32::from(master.bound < before);
                }
            }
            let mut plan = master.plan.clone();
            let start = plan.value;
            part::in_turns(&mut master, &mut plan, &gauge);
            assert!(
                plan.is_feasible(part) && (start..=best.value).contains(&plan.value),
                "{seed}"
            );
            assert!(master.bound >= best.value * i128::from(SCALE), "{seed}");
        }
        assert!(rests > 20 && cuts > 10 && closer > 5, "{rests} {cuts} {closer}");
    }
}
