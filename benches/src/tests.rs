use std::collections::BTreeSet;

use super::*;

fn made(name: &str) -> Problem {
    let problem = named(name, 1).expect("a name of the list");
    problem.check().expect("well formed");
    problem
}

fn places_in_all(problem: &Problem) -> usize {
    problem.capacity.iter().sum::<u32>() as usize
}

/// Components that hold a child, as the number of children in each.
fn components(problem: &Problem) -> Vec<usize> {
    let mut root: Vec<usize> = (0..problem.n_items() + problem.n_bins()).collect();
    let find = |root: &mut Vec<usize>, mut at: usize| {
        while root[at] != at {
            root[at] = root[root[at]];
            at = root[at];
        }
        at
    };
    for item in 0..problem.n_items() {
        for &bin in &problem.bins[problem.indptr[item]..problem.indptr[item + 1]] {
            let (a, b) = (find(&mut root, item), find(&mut root, problem.n_items() + bin as usize));
            root[a] = b;
        }
    }
    for group in &problem.groups {
        for pair in group.members.windows(2) {
            let (a, b) = (find(&mut root, pair[0] as usize), find(&mut root, pair[1] as usize));
            root[a] = b;
        }
    }
    let with_edges: Vec<usize> = (0..problem.n_items())
        .filter(|&item| problem.indptr[item] < problem.indptr[item + 1])
        .map(|item| find(&mut root, item))
        .collect();
    let roots: BTreeSet<usize> = with_edges.iter().copied().collect();
    let many = |root: &usize| with_edges.iter().filter(|at| *at == root).count();
    roots.iter().map(many).collect()
}

#[test]
fn problems_are_well_formed_scarce_and_the_same_each_time() {
    for name in names().iter().filter(|name| name.starts_with("municipality")) {
        let problem = made(name);
        assert_eq!(problem, made(name));
        assert_ne!(Some(&problem), named(name, 2).as_ref());
        assert!(!problem.bins.is_empty(), "{name}");
    }
    assert!(named("region", 1).is_none() && named("region/none", 1).is_none());
}

/// The record of measurements is about these.
#[test]
fn base_problems_do_not_change() {
    let digest = |name: &str| {
        let problem = made(name);
        let numbers = (
            problem.bins.len(),
            problem.groups.len(),
            problem.values.iter().sum::<i64>(),
        );
        let mix = problem
            .bins
            .iter()
            .zip(&problem.values)
            .fold(0_u64, |sum, (bin, value)| {
                (sum ^ u64::from(*bin) ^ value.unsigned_abs()).wrapping_mul(0x0100_0000_01B3)
            });
        (numbers, mix)
    };
    assert_eq!(
        digest("municipality/base"),
        ((2_731, 13, 29_515_627), 0x870e_f80c_8366_4c3c)
    );
    assert_eq!(
        digest("region/base"),
        ((77_471, 85, 825_506_749), 0x4b61_6386_f66f_b039)
    );
    assert_eq!(
        digest("region/no-siblings"),
        ((77_536, 0, 826_709_800), 0xbb8e_bd6a_0c9c_e92c)
    );
}

#[test]
fn each_variant_is_what_its_name_says() {
    let region = |variant: &str| made(&format!("region/{variant}"));
    let grouped = |problem: &Problem| problem.groups.iter().map(|group| group.members.len()).sum::<usize>();
    let together = |problem: &Problem| {
        let together = problem
            .groups
            .iter()
            .filter(|group| group.policy == GroupPolicy::Together);
        (together.count(), problem.groups.len())
    };
    let largest = |problem: &Problem| problem.groups.iter().map(|group| group.members.len()).max();

    let base = region("base");
    assert!((205..=215).contains(&grouped(&base)));
    assert!((655..=665).contains(&places_in_all(&base)));
    assert_eq!(largest(&base), Some(4));
    let (all_in_one, groups) = together(&base);
    assert!(all_in_one * 2 > groups && all_in_one < groups);

    assert!(region("no-siblings").groups.is_empty());
    assert!((415..=425).contains(&grouped(&region("many-siblings"))));
    assert_eq!(together(&region("prefer-only")).0, 0);
    let (all_in_one, groups) = together(&region("together-only"));
    assert_eq!(all_in_one, groups);
    assert!((480..=490).contains(&places_in_all(&region("beds-70"))));
    assert!((730..=735).contains(&places_in_all(&region("beds-105"))));

    let ties = region("ties");
    assert!(ties.values.iter().collect::<BTreeSet<_>>().len() <= 5);
    assert!(ties.groups.iter().all(|group| group.pair_value == 1));
    assert_eq!((&ties.indptr, &ties.bins), (&base.indptr, &base.bins));

    let linked = region("linked");
    assert_eq!(components(&linked).len(), 1);
    assert!(linked.bins.len() > base.bins.len());
    let separate = components(&region("separate"));
    assert!(separate.len() >= 35 && separate.iter().all(|&children| children < 60));

    let large = region("six-places");
    assert!(large.capacity.iter().all(|places| [0, 6].contains(places)));
    assert_eq!(largest(&large), Some(6));
}

#[test]
fn squares_have_every_pair_and_a_place_for_each() {
    for costs in &square::COSTS {
        let problem = square::assignment(costs, 30, 1);
        problem.check().expect("well formed");
        assert_eq!((problem.bins.len(), places_in_all(&problem)), (900, 30));
        assert!(problem.values.iter().all(|value| (0..square::MOST).contains(value)));
        let found = hemvist_solver::solve(&problem, &hemvist_solver::Options::default()).expect("well formed");
        assert!(found.bin_of.iter().all(Option::is_some));
    }
}

/// Large homes and large groups of siblings ask most of the checker, which once gave up on this one.
#[test]
fn homes_of_six_places_are_proven() {
    let options = hemvist_solver::Options::default();
    let found = hemvist_solver::solve(&made("municipality/six-places"), &options).expect("an answer");
    assert_eq!(found.status, hemvist_solver::Status::Optimal);
}
