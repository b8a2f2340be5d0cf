//! Promises that hold for every pool and policy.

use std::cmp::Reverse;

use hemvist::candidates::{Candidates, fit_matrix};
use hemvist::distance::Place;
use hemvist::explain::explain;
use hemvist::fit::{Verdict, verdict};
use hemvist::input::{Location, NetworkTie, Relation, SiblingPolicy};
use hemvist::policy::{CompiledPolicy, Mode};
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::rank::{rank, rank_together};
use hemvist_testkit::pools::shuffled;
use proptest::prelude::*;

use crate::random;

fn pairs(pool: &Pool) -> impl Iterator<Item = (ChildIdx, FamilyIdx)> + '_ {
    pool.children().flat_map(|c| pool.families().map(move |f| (c, f)))
}

/// A few pairs of a pool, spread over it by a number.
fn some_pairs(pool: &Pool, spread: usize) -> Vec<(ChildIdx, FamilyIdx)> {
    let step = 1 + (pool.n_children() * pool.n_families()) / 40;
    pairs(pool).skip(spread % step).step_by(step).collect()
}

fn as_written(verdict: &Verdict) -> i16 {
    if verdict.is_eligible() {
        i16::try_from(verdict.fit).unwrap()
    } else {
        -1
    }
}

fn judged(pool: &Pool, policy: &CompiledPolicy, child: &str, family: &str) -> Verdict {
    let (child, family) = (pool.child_idx(child).unwrap(), pool.family_idx(family).unwrap());
    verdict(pool, policy, child, family)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn all_pairs_at_once_equal_each_pair_explained(seed in any::<u64>(), settings in any::<u64>()) {
        let (pool, policy) = (random::pool(seed), random::compiled(settings));
        let matrix = fit_matrix(&pool, &policy, 1);
        prop_assert_eq!(&matrix, &fit_matrix(&pool, &policy, 2));
        for ((child, family), &found) in pairs(&pool).zip(&matrix) {
            let explained = explain(&pool, &policy, child, family);
            let verdict = verdict(&pool, &policy, child, family);
            prop_assert_eq!(found, as_written(&verdict));
            prop_assert_eq!(found >= 0, explained.eligible);
            prop_assert_eq!(verdict.fit, explained.fit);
            let of_mode = |mode| explained.reasons.iter().filter(|r| r.mode == mode).map(|r| r.rule).collect();
            prop_assert_eq!(verdict.ruled_out, of_mode(Mode::Require));
            prop_assert_eq!(verdict.warned, of_mode(Mode::Warn));
        }
    }

    #[test]
    fn candidates_are_the_eligible_pairs_of_children_who_seek_a_home(seed in any::<u64>(), settings in any::<u64>()) {
        let (pool, policy) = (random::pool(seed), random::compiled(settings));
        let candidates = Candidates::find(&pool, &policy, 1);
        prop_assert_eq!(&candidates, &Candidates::find(&pool, &policy, 2));
        for child in pool.children() {
            let expected: Vec<_> = pool
                .families()
                .map(|family| (family, verdict(&pool, &policy, child, family)))
                .filter(|(_, v)| v.is_eligible() && pool.stays(child).is_none())
                .map(|(family, v)| (family, v.fit, v.warned))
                .collect();
            let found: Vec<_> = candidates.of(child).map(|c| (c.family, c.fit, c.warned)).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn parts_sum_to_the_fit_within_its_range(seed in any::<u64>(), settings in any::<u64>(), spread in any::<usize>()) {
        let (pool, policy) = (random::pool(seed), random::compiled(settings));
        for (child, family) in some_pairs(&pool, spread) {
            let e = explain(&pool, &policy, child, family);
            prop_assert_eq!(e.parts.iter().map(|p| p.points).sum::<u16>(), e.fit);
            prop_assert!(e.low <= e.fit && e.fit <= e.high && e.high <= 1000);
            prop_assert!(e.parts.iter().all(|p| p.low <= p.value && p.value <= p.high && p.high <= 1000));
            prop_assert!(e.low == e.high || !e.questions.is_empty(), "an open fit names a question");
        }
    }

    #[test]
    fn row_order_is_irrelevant(seed in any::<u64>(), settings in any::<u64>(), order in any::<u64>()) {
        let document = random::document(seed);
        let policy = random::compiled(settings);
        let other = Pool::from_document(shuffled(&document, order)).unwrap();
        let pool = Pool::from_document(document).unwrap();
        prop_assert!(pool.document() == other.document());
        prop_assert_eq!(fit_matrix(&pool, &policy, 1), fit_matrix(&other, &policy, 1));
    }

    #[test]
    fn scaling_all_weights_changes_nothing(seed in any::<u64>(), settings in any::<u64>(), factor in 2_u32..=3) {
        let pool = random::pool(seed);
        let policy = random::policy(settings);
        prop_assume!(random::scaled(&policy, factor).compile().is_ok());
        let (one, many) = (policy.compile().unwrap(), random::scaled(&policy, factor).compile().unwrap());
        prop_assert_eq!(fit_matrix(&pool, &one, 1), fit_matrix(&pool, &many, 1));
        for (child, family) in some_pairs(&pool, 0) {
            let points = |p| explain(&pool, p, child, family).parts.iter().map(|p| p.points).collect::<Vec<_>>();
            prop_assert_eq!(points(&one), points(&many));
        }
    }

    #[test]
    fn moving_a_family_nearer_never_lowers_fit(
        seed in any::<u64>(), settings in any::<u64>(), spread in any::<usize>(), share in 0.0..1.0_f64,
    ) {
        let mut document = random::document(seed);
        document.travel.clear();
        for child in &mut document.children {
            child.school = child.school.and(child.home);
        }
        let policy = random::compiled(settings);
        let pool = Pool::from_document(document.clone()).unwrap();
        for (child, family) in some_pairs(&pool, spread) {
            let (Some(home), Some(from)) = (pool.child(child).home, pool.family(family).location) else { continue };
            let nearer = Location {
                lat: from.lat + (home.lat - from.lat) * share,
                lon: from.lon + (home.lon - from.lon) * share,
            };
            let metres = |l| Place::new(home).metres_to(Place::new(l));
            if metres(nearer) > metres(from) {
                continue;
            }
            let (child, family) = (&pool.child(child).id, &pool.family(family).id);
            let mut moved = document.clone();
            moved.families.iter_mut().find(|f| f.id == *family).unwrap().location = Some(nearer);
            let moved = Pool::from_document(moved).unwrap();
            let (before, after) = (judged(&pool, &policy, child, family), judged(&moved, &policy, child, family));
            prop_assert!(after.fit >= before.fit);
        }
    }

    #[test]
    fn adding_a_network_tie_never_lowers_fit_nor_rules_out(
        seed in any::<u64>(), settings in any::<u64>(), spread in any::<usize>(), kin in any::<bool>(),
    ) {
        let document = random::document(seed);
        let mut policy = random::policy(settings);
        policy.criteria.network.known = 1000.min(policy.criteria.network.known);
        let policy = policy.compile().unwrap();
        let pool = Pool::from_document(document.clone()).unwrap();
        for (child, family) in some_pairs(&pool, spread) {
            let (child, family) = (&pool.child(child).id, &pool.family(family).id);
            let mut tied = document.clone();
            let ties = &mut tied.children.iter_mut().find(|c| c.id == *child).unwrap().network_ties;
            if ties.iter().any(|t| t.family == *family) {
                continue;
            }
            let relation = if kin { Relation::Kin } else { Relation::Known };
            ties.push(NetworkTie { family: family.clone(), relation });
            let tied = Pool::from_document(tied).unwrap();
            let (before, after) = (judged(&pool, &policy, child, family), judged(&tied, &policy, child, family));
            prop_assert!(after.fit >= before.fit);
            prop_assert!(after.is_eligible() || !before.is_eligible());
        }
    }
    #[test]
    fn ranking_holds_every_family_once_and_in_order(seed in any::<u64>(), settings in any::<u64>()) {
        let (pool, policy) = (random::pool(seed), random::compiled(settings));
        for child in pool.children().take(4) {
            let ranking = rank(&pool, &policy, child);
            let mut families: Vec<_> = ranking.eligible.iter().chain(&ranking.ruled_out).map(|(f, _)| *f).collect();
            prop_assert!(ranking.eligible.windows(2).all(|w| (Reverse(w[0].1.fit), w[0].0) < (Reverse(w[1].1.fit), w[1].0)));
            prop_assert!(ranking.eligible.iter().all(|(_, e)| e.eligible));
            prop_assert!(ranking.ruled_out.iter().all(|(_, e)| e.reasons.iter().any(|r| r.mode == Mode::Require)));
            let stops: usize = ranking.stops().iter().map(|s| s.1).sum();
            prop_assert!(stops >= ranking.ruled_out.len());
            families.sort_unstable();
            prop_assert_eq!(families, pool.families().collect::<Vec<_>>());
        }
    }

    #[test]
    fn homes_for_siblings_together_take_each_of_them(seed in any::<u64>(), settings in any::<u64>()) {
        let (pool, policy) = (random::pool(seed), random::compiled(settings));
        for group in &pool.document().sibling_groups {
            let ids = group.children.iter().filter_map(|id| pool.child_idx(id));
            let children: Vec<_> = ids.filter(|&c| pool.stays(c).is_none()).collect();
            let homes = rank_together(&pool, &policy, &children);
            if group.policy == SiblingPolicy::Apart && children.len() > 1 {
                prop_assert!(homes.is_empty());
            }
            for home in homes {
                prop_assert!(usize::from(pool.family(home.family).places) >= children.len());
                for (&child, &fit) in children.iter().zip(&home.fits) {
                    prop_assert_eq!(hemvist::fit::fit(&pool, &policy, child, home.family), Some(fit));
                }
            }
        }
    }
}
