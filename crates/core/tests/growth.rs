//! What one more home is worth is what a match of the larger pool says, and bounds hold.
#![forbid(unsafe_code)]

use hemvist::ReadOptions;
use hemvist::input::{AgeRange, Family, HomeKind, PlacementKind, PoolDocument};
use hemvist::matching::{Growth, MatchOptions, Place, Worth, homes_of, match_pool, urgencies, worth_of};
use hemvist::policy::Policy;
use hemvist::pool::Pool;
use hemvist_testkit::{Rng, Shape, generate, pools};
use proptest::prelude::*;

/// A home that takes anyone of these ages, on these terms.
fn home(document: &PoolDocument, id: &str, rng: &mut Rng) -> Family {
    let record = serde_json::json!({
        "id": id, "municipality": rng.pick(&document.municipalities).id, "kind": "family",
        "assessed_on": document.as_of, "register_checked_on": document.as_of,
        "places": rng.between(0, 4), "highest_needs": rng.between(1, 5),
        "own_children": [], "pets": [], "smoking": false, "step_free": true,
    });
    let (from, to) = *rng.pick(&[(0, 6), (0, 20), (7, 12), (13, 20)]);
    let mut family: Family = serde_json::from_value(record).unwrap();
    family.ages = Some(AgeRange { from, to });
    if rng.chance(300) {
        family.kind = HomeKind::Emergency;
        family.offers = vec![PlacementKind::Emergency];
    }
    family.location = document.municipalities[0].location;
    family
}

fn pool(document: &PoolDocument) -> Pool {
    let options = ReadOptions {
        allow_identity_numbers: true,
    };
    Pool::from_document_with(document.clone(), &options).unwrap()
}

fn tiers(document: &PoolDocument, policy: &Policy) -> Worth {
    let plan = match_pool(
        &pool(document),
        policy,
        &MatchOptions {
            threads: 1,
            ..MatchOptions::default()
        },
    )
    .unwrap();
    plan.objective.tiers
}

/// `base` with further homes, under ids of their own.
fn with(base: &PoolDocument, homes: &[&Family]) -> PoolDocument {
    let mut larger = base.clone();
    for (n, home) in homes.iter().enumerate() {
        larger.families.push(Family {
            id: format!("more-{n}"),
            ..(*home).clone()
        });
    }
    larger
}

fn check(document: &PoolDocument, seed: u64, policy: &Policy) {
    let mut rng = Rng::new(seed);
    let homes: Vec<Family> = ["A-new", "Z-new", "f-new"]
        .iter()
        .map(|id| home(document, id, &mut rng))
        .collect();
    let options = MatchOptions {
        threads: 1,
        ..MatchOptions::default()
    };
    let compiled = policy.compile().unwrap();
    let mut growth = Growth::new(&pool(document), &compiled, &homes, &options).unwrap();
    let mut taken: Vec<&Family> = Vec::new();
    for first in [0, 1, 1] {
        assert_eq!(growth.now().worth, tiers(&with(document, &taken), policy));
        for (n, home) in homes.iter().enumerate() {
            let reached = growth.with(n).unwrap();
            let more = [&taken[..], &[home]].concat();
            assert_eq!(reached.worth, tiers(&with(document, &more), policy), "home {n}");
            let gain = reached.value - growth.now().value;
            assert!(growth.least(n) <= gain && gain <= growth.bound(n), "home {n}");
            if let Some(tiers) = growth.tiers(gain) {
                assert_eq!(tiers + growth.now().worth, reached.worth);
                assert!(growth.tiers(growth.bound(n)).unwrap() >= tiers);
            }
            let new = reached.places.iter().filter(|p| **p == Some(Place::New(n))).count();
            let before = taken.iter().filter(|t| t.id == home.id).count();
            assert!(new <= (before + 1) * usize::from(home.places));
        }
        growth.grow(first).unwrap();
        taken.push(&homes[first]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn gains_are_those_of_a_match_and_bounds_hold(recipe in pools::strategy(), seed in any::<u64>()) {
        check(&recipe.document(), seed, &Policy::default());
    }
}

#[test]
fn a_weighted_sum_grows_alike() {
    let mut policy = Policy::default();
    policy.objective.strict = false;
    for seed in 0..20 {
        let recipe = pools::Recipe {
            children: 12,
            families: 6,
            seed,
        };
        check(&recipe.document(), seed, &policy);
    }
}

#[test]
fn bounds_are_sharp_enough_to_tell_what_nobody_needs() {
    for shape in [
        Shape::norr(),
        Shape::nordvastra_skane(),
        Shape::hassleholm(),
        Shape::gotland(),
    ] {
        let document = generate(&shape, 1);
        let mut rng = Rng::new(1);
        let homes: Vec<Family> = (0..40)
            .map(|n| home(&document, &format!("new-{n}"), &mut rng))
            .collect();
        let options = MatchOptions {
            threads: 1,
            ..MatchOptions::default()
        };
        let growth = Growth::new(
            &pool(&document),
            &Policy::default().compile().unwrap(),
            &homes,
            &options,
        )
        .unwrap();
        let homes: Vec<usize> = (0..homes.len()).collect();
        let urgency = |value| growth.tiers(value).unwrap().urgency;
        let gain = |&n: &usize| growth.with(n).unwrap().value - growth.now().value;
        let of_no_use = homes.iter().filter(|&n| urgency(gain(n)) == 0).count();
        let told = homes.iter().filter(|&&n| urgency(growth.bound(n)) == 0).count();
        let settled = homes.iter().filter(|&&n| growth.bound(n) == growth.least(n)).count();
        assert!(
            told <= of_no_use && 2 * told >= of_no_use && settled > 0,
            "{}: {told} of {of_no_use}, {settled}",
            shape.name
        );
    }
}

#[test]
fn the_worth_of_municipalities_sums_to_that_of_the_plan() {
    let policy = Policy::default().compile().unwrap();
    for shape in Shape::all() {
        let pool = pool(&generate(&shape, 1));
        let plan = match_pool(&pool, policy.policy(), &MatchOptions::default()).unwrap();
        let homes = homes_of(&pool, &plan);
        let all = &pool.document().municipalities;
        let of = |id: &str| worth_of(&pool, &policy, &homes, |child| pool.child(child).municipality == id);
        assert_eq!(
            all.iter().map(|m| of(&m.id)).sum::<Worth>(),
            plan.objective.tiers,
            "{}",
            shape.name
        );
        let placed = pool.children().filter(|child| homes[child.row()].is_some());
        let urgent: i64 = placed.map(|child| urgencies(&pool, &policy)[child.row()]).sum();
        assert_eq!(urgent, plan.objective.tiers.urgency);
    }
}
