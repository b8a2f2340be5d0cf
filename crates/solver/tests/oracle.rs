//! The solver against an exhaustive search that shares nothing with it.

use hemvist_solver::{Options, Problem, Status, TieRule, solve};
use hemvist_testkit::{Rng, oracle, problems};

#[test]
fn equals_the_oracle_on_random_small_problems() {
    let mut rng = Rng::new(20_261_122);
    let mut unproved = 0;
    for trial in 0..100_000 {
        let problem = problems::random(&mut rng);
        let answer = solve(&problem, &Options::default()).expect("well formed");
        match oracle::best(&problem) {
            // That floors cannot be reached, by however little, is not always proved, but never denied.
            None if !problem.floors.is_empty() => {
                unproved += usize::from(answer.status == Status::Unknown);
                assert!(
                    matches!(answer.status, Status::Infeasible | Status::Unknown),
                    "trial {trial}"
                );
            }
            None => assert_eq!(answer.status, Status::Infeasible, "trial {trial}"),
            Some(best) => {
                assert_eq!(
                    oracle::value(&problem, &answer.bin_of),
                    Ok(answer.value),
                    "trial {trial}: {problem:?}"
                );
                assert_eq!(answer.value, best, "trial {trial}: {problem:?}");
                assert_eq!(answer.status, Status::Optimal, "trial {trial}: {problem:?}");
            }
        }
    }
    assert!(
        unproved < 1000,
        "{unproved} floors that cannot be reached were not proved so"
    );
}

/// Serial dictatorship over the list of all optima, by definition.
fn dictate(problem: &Problem, rule: &TieRule<'_>, mut optima: Vec<Vec<Option<u32>>>) -> Vec<Option<u32>> {
    let head = |item: u32| {
        problem
            .groups
            .iter()
            .find(|g| g.policy == hemvist_solver::GroupPolicy::Together && g.members.contains(&item))
    };
    for (turn, &item) in rule.order.iter().enumerate() {
        // A together group speaks once, with the voice of its first drawn member.
        if head(item).is_some_and(|g| rule.order[..turn].iter().any(|i| g.members.contains(i))) {
            continue;
        }
        let rank = |plan: &Vec<Option<u32>>| {
            plan[item as usize].map_or((1, 0, 0), |bin| {
                let row = problem.indptr[item as usize]..problem.indptr[item as usize + 1];
                let edge = row.start
                    + problem.bins[row.clone()]
                        .iter()
                        .position(|&b| b == bin)
                        .expect("an edge");
                (0, rule.preference[edge], bin)
            })
        };
        let best = optima.iter().map(rank).min().expect("there is an optimum");
        optima.retain(|plan| rank(plan) == best);
    }
    optima.swap_remove(0)
}

#[test]
fn ties_are_settled_by_the_draw_alone() {
    let mut rng = Rng::new(7);
    let mut tied = 0;
    for trial in 0..24_000 {
        let mut problem = problems::random(&mut rng);
        // Few values, so that ties are common.
        for value in &mut problem.values {
            *value = 10 + *value % 3;
        }
        let Some((best, optima)) = oracle::optima(&problem) else {
            continue;
        };
        let mut order: Vec<u32> = (0..).take(problem.indptr.len() - 1).collect();
        rng.shuffle(&mut order);
        let preference: Vec<u32> = problem.bins.iter().map(|_| rng.below(4)).collect();
        let rule = TieRule {
            order: &order,
            preference: &preference,
            tell: true,
        };
        let answer = solve(
            &problem,
            &Options {
                ties: Some(rule),
                ..Options::default()
            },
        )
        .expect("well formed");
        assert_eq!(answer.value, best, "trial {trial}: {problem:?}");
        assert_eq!(
            answer.ties.unique.len(),
            order.len(),
            "trial {trial}: {problem:?} {rule:?}"
        );
        for item in 0..order.len() {
            let alike = optima.iter().all(|plan| plan[item] == optima[0][item]);
            assert_eq!(
                answer.ties.unique[item], alike,
                "trial {trial}, item {item}: {problem:?}"
            );
            assert!(!answer.ties.drawn[item] || !alike);
        }
        tied += usize::from(optima.len() > 1);
        assert_eq!(
            answer.bin_of,
            dictate(&problem, &rule, optima),
            "trial {trial}: {problem:?} {rule:?}"
        );
    }
    assert!(tied > 2_000, "only {tied} tied problems: the test has lost its teeth");
}
