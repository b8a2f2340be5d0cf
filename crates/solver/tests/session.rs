//! Questions to a solved problem against solves from nothing.

use hemvist_solver::certificate::{Certificate, PRICE_SCALE};
use hemvist_solver::{
    AtLeast, Options, Problem, Solved, Status, Step, TieRule, check, check_with, solve, solve_keeping,
};
use hemvist_testkit::{Rng, problems};

/// The problem with the steps taken.
fn taken(problem: &Problem, steps: &[Step]) -> Problem {
    let mut new = problem.clone();
    for step in steps {
        match *step {
            Step::Lock(item, bin) if !new.locks.contains(&(item, bin)) => new.locks.push((item, bin)),
            Step::Lock(..) => {}
            Step::Ban(item, bin) => new.bans.push((item, bin)),
        }
    }
    new
}

/// Steps along random edges.
fn steps(problem: &Problem, rng: &mut Rng) -> Vec<Step> {
    let mut out = Vec::new();
    for _ in 0..=rng.below(3) {
        let edge = rng.below(u32::try_from(problem.bins.len()).unwrap()) as usize;
        let item = problem.indptr.partition_point(|&start| start <= edge) - 1;
        let (item, bin) = (u32::try_from(item).unwrap(), problem.bins[edge]);
        out.push(if rng.below(3) < 2 {
            Step::Lock(item, bin)
        } else {
            Step::Ban(item, bin)
        });
    }
    out
}

/// Counts of questions answered, and of those that were left to a solve from nothing although there is an answer.
#[derive(Default, Debug)]
struct Tally {
    answered: usize,
    checked: usize,
    lies: usize,
    left: usize,
    elsewhere: usize,
}

fn hold(
    problem: &Problem,
    rule: TieRule<'_>,
    (solved, best): (&Solved, i128),
    rng: &mut Rng,
    questions: usize,
    tally: &mut Tally,
) {
    let mut session = solved.session(problem).expect("proven");
    for question in 0..questions {
        let steps = steps(problem, rng);
        let rule = TieRule {
            tell: question % 4 == 0,
            ..rule
        };
        let ties = (question % 2 == 0).then_some(rule);
        let options = Options {
            ties,
            ..Options::default()
        };
        let anew = solve(&taken(problem, &steps), &options).expect("well formed");
        let found = session.best_with(&steps, &options);
        if let [Step::Lock(item, bin)] = steps[..]
            && anew.status == Status::Optimal
            && let Some(bound) = session.bound_with(item, bin)
        {
            assert!(bound >= anew.value, "{bound} {} {steps:?} {problem:?}", anew.value);
        }
        let Some(found) = found else {
            tally.left += usize::from(anew.status == Status::Optimal);
            continue;
        };
        tally.answered += 1;
        assert_eq!(anew.status, Status::Optimal, "{steps:?} {problem:?}");
        assert_eq!(
            (found.status, found.value, found.bound),
            (Status::Optimal, anew.value, anew.value),
            "{steps:?} {problem:?}"
        );
        if ties.is_some() {
            assert_eq!(found.bin_of, anew.bin_of, "{steps:?} {problem:?} {rule:?}");
            assert_eq!(found.ties, anew.ties, "{steps:?} {problem:?} {rule:?}");
        }
        // Asked for more than there is, it says so; asked for as much, it says the same.
        let more = session.best_at_least(anew.value + 1 + i128::from(rng.below(3)), &steps, &options);
        assert_eq!(more, Some(AtLeast::Less), "{steps:?} {problem:?}");
        if question % 2 == 1 {
            let least = anew.value - i128::from(rng.below(2));
            let Some(AtLeast::Best(same)) = session.best_at_least(least, &steps, &options) else {
                panic!("there is one: {steps:?} {problem:?}")
            };
            assert_eq!(
                (same.value, same.bound),
                (found.value, found.bound),
                "{steps:?} {problem:?}"
            );
        }
        // Where the checker is asked too, it mostly agrees, and nothing changes.
        if let Some((checked, mut certificate)) = session.best_checked(&steps, &options) {
            assert_eq!(checked, found, "{steps:?} {problem:?}");
            tally.checked += 1;
            // The proof holds under the steps, proves nothing false without them, and its prices bear no less.
            let bound = |certificate: &Certificate| check_with(problem, &steps, &found.bin_of, certificate);
            assert!(
                bound(&certificate).is_ok_and(|c| c.bound == found.value),
                "{steps:?} {problem:?}"
            );
            let without = check(problem, &found.bin_of, &certificate);
            assert!(
                without.is_ok_and(|c| c.bound >= best) || without.is_err(),
                "{steps:?} {problem:?}"
            );
            for part in &mut certificate.parts {
                part.bin_prices.iter_mut().for_each(|price| *price -= PRICE_SCALE);
            }
            // With a tree the prices at the root may be higher than they have to.
            let is_tight = certificate.parts.iter().all(|part| part.nodes.is_empty());
            let is_lie = is_tight && certificate.parts.iter().any(|part| !part.bins.is_empty());
            let lie = bound(&certificate);
            assert!(lie.is_err() || !is_lie, "{lie:?} {steps:?} {problem:?}");
            tally.lies += usize::from(is_lie);
        }
        // Another session, not asked anything else before, says the same.
        if question % 3 == 0 {
            assert_eq!(
                solved.session(problem).expect("proven").best_with(&steps, &options),
                Some(found)
            );
        }
    }
}

/// Holds the best answers with an item elsewhere against a question for each bin.
fn hold_elsewhere(
    problem: &Problem,
    rule: TieRule<'_>,
    (solved, homes): (&Solved, &[Option<u32>]),
    rng: &mut Rng,
    tally: &mut Tally,
) {
    let mut session = solved.session(problem).expect("proven");
    for question in 0..3 {
        let item = rng.below(u32::try_from(problem.indptr.len() - 1).unwrap());
        let most = rng.below(4) as usize;
        let options = Options {
            ties: (question > 0).then_some(TieRule {
                tell: question == 2,
                ..rule
            }),
            ..Options::default()
        };
        let Some(found) = session.best_elsewhere(item, most, &options) else {
            continue;
        };
        tally.elsewhere += 1;
        let mut each: Vec<(i128, u32)> = Vec::new();
        for &bin in &problem.bins[problem.indptr[item as usize]..problem.indptr[item as usize + 1]] {
            let steps = [Step::Lock(item, bin)];
            let anew = solve(&taken(problem, &steps), &options).expect("well formed");
            if homes[item as usize] == Some(bin) || anew.status != Status::Optimal || !session.is_open(item, bin) {
                continue;
            }
            each.push((anew.value, bin));
            let here = found.iter().find(|best| best.bin_of[item as usize] == Some(bin));
            if let Some(best) = here {
                assert_eq!((best.value, best.bound), (anew.value, anew.value), "{item} {problem:?}");
                if question > 0 {
                    assert_eq!(best.bin_of, anew.bin_of, "{item} {problem:?} {rule:?}");
                    assert_eq!(best.ties, anew.ties, "{item} {problem:?} {rule:?}");
                }
            }
        }
        each.sort_unstable_by_key(|&(value, _)| std::cmp::Reverse(value));
        let last = match most {
            0 => i128::MAX,
            _ => each.get(most - 1).map_or(i128::MIN, |e| e.0),
        };
        let mut wanted: Vec<(i128, u32)> = each.into_iter().filter(|e| e.0 >= last).collect();
        let mut told: Vec<(i128, u32)> = found
            .iter()
            .map(|best| (best.value, best.bin_of[item as usize].expect("somewhere")))
            .collect();
        assert!(told.is_sorted_by(|a, b| a.0 >= b.0), "{item} {problem:?}");
        wanted.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, wanted, "{item} {most} {problem:?}");
        // What was asked in between changes nothing, nor does a session that was left to another one.
        let again = solved
            .session(problem)
            .expect("proven")
            .best_elsewhere(item, most, &options);
        assert_eq!(again, Some(found), "{item} {problem:?}");
    }
}

fn run(problem: &Problem, rng: &mut Rng, questions: usize, tally: &mut Tally) {
    let mut order: Vec<u32> = (0..).take(problem.indptr.len() - 1).collect();
    rng.shuffle(&mut order);
    let preference: Vec<u32> = problem.bins.iter().map(|_| rng.below(4)).collect();
    let rule = TieRule {
        order: &order,
        preference: &preference,
        tell: true,
    };
    let options = Options {
        ties: Some(rule),
        ..Options::default()
    };
    let (solution, solved) = solve_keeping(problem, &options).expect("well formed");
    if let Some(solved) = solved
        && solution.status == Status::Optimal
        && !problem.bins.is_empty()
    {
        hold(problem, rule, (&solved, solution.value), rng, questions, tally);
        hold_elsewhere(problem, rule, (&solved, &solution.bin_of), rng, tally);
    }
}

#[test]
fn questions_are_answered_as_by_a_solve_from_nothing() {
    let mut rng = Rng::new(20_261_124);
    let mut tally = Tally::default();
    for trial in 0..10_000 {
        let mut problem = problems::random(&mut rng);
        if trial % 2 == 0 {
            // Few values, so that ties are common.
            problem.values.iter_mut().for_each(|v| *v = 10 + *v % 3);
        }
        run(&problem, &mut rng, 4, &mut tally);
    }
    for seed in 0..4 {
        let problem = problems::sized(40, 20, seed);
        run(&problem, &mut rng, 20, &mut tally);
    }
    assert!(tally.answered > 5_000 && tally.left * 4 < tally.answered, "{tally:?}");
    assert!(tally.checked * 10 > tally.answered * 9, "{tally:?}");
    assert!(tally.lies > 3_000, "{tally:?}");
    assert!(tally.elsewhere > 4_000, "{tally:?}");
}
