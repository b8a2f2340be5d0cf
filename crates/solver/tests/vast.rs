//! Problems so great that they go other ways, place by place or region by region: the answer's proof holds wherever it stops, and
//! threads change nothing.

use hemvist_solver::{Group, GroupPolicy, Options, Problem, Status, check, solve};
use hemvist_testkit::Rng;

const BINS: u32 = 10_500;

/// Items along a road of bins, each within reach of those around it; more than half have siblings there.
fn road() -> Problem {
    let mut rng = Rng::new(1);
    let mut problem = Problem {
        indptr: vec![0],
        capacity: (0..BINS).map(|_| 1 + rng.below(3)).collect(),
        ..Problem::default()
    };
    for item in 0..2 * BINS {
        let home = item / 2;
        for bin in home.saturating_sub(3)..(home + 4).min(BINS) {
            if rng.chance(700) {
                problem.bins.push(bin);
                problem.values.push(1_000 + i64::from(rng.below(100)));
            }
        }
        problem.indptr.push(problem.bins.len());
    }
    for first in (0..2 * BINS - 3).step_by(4) {
        let policy = *rng.pick(&[GroupPolicy::Together, GroupPolicy::Prefer, GroupPolicy::Apart]);
        problem.groups.push(Group {
            members: (first..first + 2 + rng.below(2)).collect(),
            policy,
            pair_value: 40,
        });
    }
    problem
}

#[test]
fn a_vast_problem_is_proved_as_far_as_it_was_solved() {
    let problem = road();
    let solved = |threads: usize, work: u64| {
        let options = Options {
            threads,
            work_limit: Some(work),
            ..Options::default()
        };
        solve(&problem, &options).expect("well formed")
    };
    let (mut gaps, mut cuts) = (Vec::new(), Vec::new());
    for power in [22, 26, 28] {
        let answer = solved(2, 1 << power);
        let proved = check(&problem, &answer.bin_of, &answer.certificate).expect("the proof holds");
        assert_eq!((proved.value, proved.bound), (answer.value, answer.bound), "2^{power}");
        let alone = solved(1, 1 << power);
        assert!(
            alone.bin_of == answer.bin_of && alone.certificate == answer.certificate,
            "2^{power}"
        );
        gaps.push(answer.bound - answer.value);
        cuts.push(
            answer
                .certificate
                .parts
                .iter()
                .map(|part| part.cuts.len())
                .sum::<usize>(),
        );
    }
    assert!(gaps.is_sorted_by(|a, b| a > b), "{gaps:?}");
    assert!(gaps[2] * 1_000 < gaps[0], "{gaps:?}");
    // It stops before regions, between them, and after them.
    assert!(cuts[0] == 0 && cuts[1] > 0 && cuts[2] > 10 * cuts[1], "{cuts:?}");
}

/// Items and bins in a plane, numbered at random: what its program leaves open is too much for one list.
/// Each item is within reach of the bins nearest to it; a third have a sibling.
fn plane(bins: u32) -> Problem {
    let mut rng = Rng::new(3);
    let mut problem = Problem {
        indptr: vec![0],
        capacity: (0..bins).map(|_| 1 + rng.below(3)).collect(),
        ..Problem::default()
    };
    let mut places = |n: u32| -> Vec<(i64, i64)> {
        (0..n)
            .map(|_| (i64::from(rng.below(1_000)), i64::from(rng.below(1_000))))
            .collect()
    };
    let (items, homes) = (places(2 * bins), places(bins));
    for &(x, y) in &items {
        let mut near: Vec<(i64, u32)> = (0..)
            .zip(&homes)
            .map(|(bin, home)| ((home.0 - x).pow(2) + (home.1 - y).pow(2), bin))
            .collect();
        near.sort_unstable();
        near.truncate(12);
        near.sort_unstable_by_key(|e| e.1);
        for (away, bin) in near {
            problem.bins.push(bin);
            problem.values.push(1_000 - away / 20);
        }
        problem.indptr.push(problem.bins.len());
    }
    let mut by_place: Vec<u32> = (0..2 * bins).collect();
    by_place.sort_by_key(|&item| (items[item as usize].0 / 50, items[item as usize].1));
    for pair in by_place.chunks_exact(2).step_by(3) {
        problem.groups.push(Group {
            members: pair.to_vec(),
            policy: GroupPolicy::Prefer,
            pair_value: 150,
        });
    }
    problem
}

#[test]
fn a_large_problem_is_proved_whatever_the_threads() {
    let problem = plane(1_050);
    let solved = |threads: usize| {
        let options = Options {
            threads,
            ..Options::default()
        };
        solve(&problem, &options).expect("well formed")
    };
    let answer = solved(2);
    assert_eq!(answer.status, Status::Optimal);
    let proved = check(&problem, &answer.bin_of, &answer.certificate).expect("the proof holds");
    assert_eq!((proved.value, proved.bound), (answer.value, answer.value));
    let alone = solved(1);
    assert!(alone.bin_of == answer.bin_of && alone.certificate == answer.certificate);
}
