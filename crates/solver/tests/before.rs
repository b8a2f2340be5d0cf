//! Solves that begin with an earlier one against solves from nothing.

use hemvist_solver::{
    Before, Group, GroupPolicy, Limit, Options, Problem, Solution, Solved, TieRule, solve, solve_keeping,
};
use hemvist_testkit::changed::{Changed, KINDS, change};
use hemvist_testkit::{Rng, problems};

fn before<'a>(solved: &'a Solved, changed: &'a Changed) -> Before<'a> {
    Before {
        solved,
        items: &changed.items,
        bins: &changed.bins,
    }
}

/// Changes a problem again and again, each solve beginning with the one before; with a draw the answers are the same to
/// the letter. Returns how often there was something to begin with.
fn hold(mut problem: Problem, rng: &mut Rng, rounds: u32) -> u32 {
    let mut begun = 0;
    let mut solved: Option<Solved> = None;
    let mut changed = Changed::from(&problem);
    for round in 0..rounds {
        let mut order: Vec<u32> = (0..).take(problem.n_items()).collect();
        rng.shuffle(&mut order);
        let preference: Vec<u32> = problem.bins.iter().map(|_| rng.below(4)).collect();
        let rule = TieRule {
            order: &order,
            preference: &preference,
            tell: round % 2 == 0,
        };
        let nothing = Options {
            ties: (rng.below(3) > 0).then_some(rule),
            ..Options::default()
        };
        let options = Options {
            before: solved.as_ref().map(|solved| before(solved, &changed)),
            ..nothing.clone()
        };
        begun += u32::from(options.before.is_some());
        let anew = solve(&problem, &nothing).expect("well formed");
        let (again, kept) = solve_keeping(&problem, &options).expect("well formed");
        let shown = |s: &Solution| (s.status, s.value, s.bound);
        assert_eq!(shown(&again), shown(&anew), "{round} {changed:?}");
        if nothing.ties.is_some() {
            assert_eq!(again.bin_of, anew.bin_of, "{round} {rule:?} {changed:?}");
            assert_eq!(again.ties, anew.ties, "{round} {rule:?} {changed:?}");
        }
        solved = kept;
        changed = Changed::from(&problem);
        for _ in 0..rng.below(4) {
            change(&mut changed, *rng.pick(&KINDS), rng);
        }
        problem = changed.problem.clone();
    }
    begun
}

#[test]
fn a_changed_problem_has_the_answer_of_a_solve_from_nothing() {
    let mut rng = Rng::new(20_261_129);
    let mut begun = 0;
    for trial in 0..20_000 {
        let mut problem = problems::random(&mut rng);
        if trial % 2 == 0 {
            // Few values, so that ties are common.
            problem.values.iter_mut().for_each(|v| *v = 10 + *v % 3);
        }
        begun += hold(problem, &mut rng, 4);
    }
    assert!(begun > 39_000, "{begun}");
    for seed in 0..6 {
        hold(problems::sized(40, 20, seed), &mut rng, 5);
    }
}

/// Prices of a problem whose values are as great as can be, in one whose bins hold many.
#[test]
fn great_prices_do_not_overflow() {
    let problem = |places: u32, value: i64| Problem {
        indptr: (0..=12).map(|i| 14 * i).collect(),
        bins: (0..12).flat_map(|_| 0..14).collect(),
        values: (0..12 * 14).map(|e| value - e * e % 17).collect(),
        capacity: vec![places; 14],
        groups: vec![Group {
            members: vec![0, 1, 2],
            policy: GroupPolicy::Prefer,
            pair_value: 3,
        }],
        limits: vec![Limit {
            bins: vec![0, 1],
            most: 2 * places - 1,
        }],
        ..Problem::default()
    };
    let great = problem(1, (1 << 49) - 20);
    let (_, solved) = solve_keeping(&great, &Options::default()).expect("well formed");
    let solved = solved.expect("an answer");
    for places in [2, 6, 12] {
        let small = problem(places, 1_000);
        let options = Options {
            before: Some(Before::new(&solved)),
            ..Options::default()
        };
        let anew = solve(&small, &Options::default()).expect("well formed");
        let again = solve(&small, &options).expect("well formed");
        assert_eq!((again.status, again.value), (anew.status, anew.value), "{places}");
    }
}

/// Any numbers will do, also wrong ones: the answer is the best all the same.
#[test]
fn a_wrong_beginning_is_no_harm() {
    let mut rng = Rng::new(3);
    for seed in 0..300 {
        let (one, other) = (problems::sized(12, 8, seed), problems::sized(14, 6, seed + 1_000));
        let (_, solved) = solve_keeping(&one, &Options::default()).expect("well formed");
        let Some(solved) = solved else { continue };
        let any = |n: u32, rng: &mut Rng| rng.chance(800).then(|| rng.below(n + 3));
        let items: Vec<Option<u32>> = (0..rng.below(14)).map(|_| any(14, &mut rng)).collect();
        let bins: Vec<Option<u32>> = (0..rng.below(10)).map(|_| any(6, &mut rng)).collect();
        let options = Options {
            before: Some(Before {
                solved: &solved,
                items: &items,
                bins: &bins,
            }),
            ..Options::default()
        };
        let anew = solve(&other, &Options::default()).expect("well formed");
        let again = solve(&other, &options).expect("well formed");
        assert_eq!((again.status, again.value), (anew.status, anew.value), "{seed}");
    }
}
