//! What a plan promises to municipalities, held against every plan of tiny pools tried one by one, and kept in every run.
#![forbid(unsafe_code)]

mod every_plan;

use every_plan::{Plan as Homes, key};
use hemvist::audit::AuditRecord;
use hemvist::fit::fit;
use hemvist::input::PoolDocument;
use hemvist::matching::{MatchOptions, Worth, counts_for, homes_of, match_pool, owners, worth_of};
use hemvist::plan::{Plan, Status, Why};
use hemvist::policy::{Fairness, Mode, Policy};
use hemvist::pool::Pool;
use hemvist::replay::{Difference, replay};
use hemvist_testkit::pools::{self, Recipe};
use hemvist_testkit::{Shape, generate};
use proptest::prelude::*;

fn pool(document: PoolDocument) -> Pool {
    Pool::from_document(document).expect("made pools are valid")
}

/// A policy with this promise; contested: only the rules that nothing can soften are left, so that small pools are.
fn policy(fairness: Fairness, strict: bool, contested: bool) -> Policy {
    let mut policy = Policy::default();
    policy.objective.strict = strict;
    policy.objective.fairness = fairness;
    let kept = [
        "places.none",
        "places.too_few",
        "choice.banned",
        "apart.lives_there",
        "choice.refused",
    ];
    for (code, rule) in &mut policy.rules {
        if contested && !kept.contains(&code.as_str()) {
            rule.mode = Mode::Off;
        }
    }
    policy
}

fn one() -> MatchOptions<'static> {
    MatchOptions {
        threads: 1,
        ..MatchOptions::default()
    }
}

fn plan_of(pool: &Pool, policy: &Policy) -> Plan {
    match_pool(pool, policy, &one()).expect("made pools can be matched")
}

/// What every plan of a tiny pool is worth, municipality by municipality, and whether each uses own homes only.
struct Every {
    plans: Vec<(Worth, Vec<(Worth, bool)>)>,
}

impl Every {
    fn of(pool: &Pool, policy: &Policy) -> Self {
        let compiled = policy.compile().expect("valid");
        let codes: Vec<&str> = pool.document().municipalities.iter().map(|m| m.id.as_str()).collect();
        let (whose, owners) = (counts_for(pool), owners(pool));
        let child = |id: &str| pool.child_idx(id).expect("a child");
        let family = |id: &str| pool.family_idx(id).expect("a family");
        let mut plans = vec![];
        every_plan::each(pool, policy, &mut |plan, fits| {
            let of = |code: &&str| {
                let part: Homes<'_> = (plan.iter())
                    .filter(|(id, _)| whose[child(id).row()] == *code)
                    .map(|(id, home)| (*id, *home))
                    .collect();
                let fits = part
                    .iter()
                    .map(|(id, home)| i64::from(fit(pool, &compiled, child(id), family(home)).expect("eligible")));
                let inside = part.values().all(|home| owners[family(home).row()] == *code);
                (every_plan::worth(pool, policy, &part, fits.sum()), inside)
            };
            plans.push((
                every_plan::worth(pool, policy, plan, fits),
                codes.iter().map(of).collect(),
            ));
        });
        Self { plans }
    }

    /// The best part of each municipality, in own homes or in any.
    fn could(&self, policy: &Policy, own: bool) -> Vec<Worth> {
        let n = self.plans.first().map_or(0, |(_, parts)| parts.len());
        let best = |at: usize| {
            let parts = self
                .plans
                .iter()
                .map(|(_, parts)| parts[at])
                .filter(|(_, inside)| *inside || !own);
            parts
                .map(|(worth, _)| worth)
                .max_by_key(|worth| key(policy, *worth))
                .expect("the empty plan")
        };
        (0..n).map(best).collect()
    }
}

/// What shares are taken of.
fn amount(policy: &Policy, worth: Worth) -> i64 {
    key(policy, worth).0
}

/// A small pool without the limits and locks that speak across municipalities, which have tests of their own.
fn small() -> impl Strategy<Value = Pool> {
    (0_u32..=6, 0_u32..=5, any::<u64>()).prop_map(|(children, families, seed)| {
        let mut document = Recipe {
            children,
            families,
            seed,
        }
        .document();
        document
            .secretaries
            .iter_mut()
            .for_each(|secretary| secretary.more_children = None);
        document.choices.clear();
        // Two municipalities only, so that what one gets the other often lacks.
        let codes: Vec<String> = document.municipalities.iter().take(2).map(|m| m.id.clone()).collect();
        for (at, child) in document.children.iter_mut().enumerate() {
            child.municipality.clone_from(&codes[(at + at / 3) % codes.len()]);
        }
        for (at, family) in document.families.iter_mut().enumerate() {
            family.municipality.clone_from(&codes[at % codes.len()]);
            family.places = family.places.min(1 + u8::from(at == 0));
            family.shared_with = None;
        }
        pool(document)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn the_promise_is_kept_at_the_least_price(pool in small(), strict in any::<bool>(), contest in any::<bool>()) {
        let policy = policy(Fairness::Alone, strict, contest);
        let every = Every::of(&pool, &policy);
        let alone = every.could(&policy, true);
        let plan = plan_of(&pool, &policy);
        let promise = plan.promise.as_ref().expect("promised");
        prop_assert_eq!(promise.municipalities.iter().map(|m| m.could).collect::<Vec<_>>(), alone.clone());
        let keeps = |parts: &[(Worth, bool)]| {
            parts.iter().zip(&alone).all(|((has, _), least)| key(&policy, *has) >= key(&policy, *least))
        };
        let fair = every.plans.iter().filter(|(_, parts)| keeps(parts)).map(|(worth, _)| key(&policy, *worth));
        prop_assert_eq!(plan.status, Status::Optimal);
        prop_assert_eq!(Some(key(&policy, plan.objective.tiers)), fair.max());
        let best = every.plans.iter().map(|(worth, _)| key(&policy, *worth)).max();
        prop_assert_eq!(promise.without.map(|worth| key(&policy, worth)), best);
    }

    #[test]
    fn the_smallest_share_is_greatest(pool in small(), strict in any::<bool>(), contest in any::<bool>()) {
        let policy = policy(Fairness::MaxMin, strict, contest);
        let every = Every::of(&pool, &policy);
        let could = every.could(&policy, false);
        let share = |parts: &[(Worth, bool)]| {
            let shares = parts.iter().zip(&could).filter(|(_, could)| amount(&policy, **could) > 0);
            shares.map(|((has, _), could)| amount(&policy, *has) * 10_000 / amount(&policy, *could)).min().unwrap_or(10_000)
        };
        let greatest = every.plans.iter().map(|(_, parts)| share(parts)).max().expect("the empty plan");
        let plan = plan_of(&pool, &policy);
        let promise = plan.promise.as_ref().expect("promised");
        prop_assert_eq!(promise.least_share_basis_points.map(i64::from), Some(greatest));
        prop_assert_eq!(promise.least_share_proven, Some(true));
        let fair = every.plans.iter().filter(|(_, parts)| share(parts) >= greatest);
        let best = fair.map(|(worth, _)| key(&policy, *worth)).max();
        prop_assert_eq!(Some(key(&policy, plan.objective.tiers)), best);
    }
}

/// Asserts that a plan keeps its promise, in the words of the pool.
fn is_kept(pool: &Pool, policy: &Policy, plan: &Plan) {
    let Some(promise) = &plan.promise else {
        assert_eq!(plan.status, Status::Infeasible);
        return;
    };
    let (compiled, homes, whose) = (policy.compile().expect("valid"), homes_of(pool, plan), counts_for(pool));
    for part in &promise.municipalities {
        let has = worth_of(pool, &compiled, &homes, |child| whose[child.row()] == part.municipality);
        assert_eq!(has, part.reached);
        match policy.objective.fairness {
            Fairness::Alone => assert!(key(policy, has) >= key(policy, part.could), "below alone"),
            _ => assert!(part.share_basis_points >= part.share_basis_points.and(promise.least_share_basis_points)),
        }
    }
    let sum: Worth = promise.municipalities.iter().map(|part| part.reached).sum();
    assert_eq!(sum, plan.objective.tiers);
    let placed: u32 = promise.municipalities.iter().map(|part| part.placed).sum();
    assert_eq!(placed, plan.totals.placed);
    for placed in &plan.placed {
        let pair = (
            pool.child_idx(&placed.child).unwrap(),
            pool.family_idx(&placed.family).unwrap(),
        );
        assert!(fit(pool, &compiled, pair.0, pair.1).is_some(), "eligible");
    }
    for family in &pool.document().families {
        let inside = plan.placed.iter().filter(|placed| placed.family == family.id).count();
        assert!(inside <= usize::from(family.places));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_promise_holds_with_locks_and_limits_too(
        recipe in pools::strategy(), strict in any::<bool>(), contest in any::<bool>(), max_min in any::<bool>()
    ) {
        let pool = pool(recipe.document());
        let fairness = if max_min { Fairness::MaxMin } else { Fairness::Alone };
        let policy = policy(fairness, strict, contest);
        let plan = plan_of(&pool, &policy);
        is_kept(&pool, &policy, &plan);
        let shuffled = Pool::from_document(pools::shuffled(pool.document(), recipe.seed)).unwrap();
        let again = match_pool(&shuffled, &policy, &MatchOptions { threads: 2, ..one() }).unwrap();
        prop_assert_eq!(again.to_bytes().unwrap(), plan.to_bytes().unwrap());
    }
}

/// A pool whose program came to a basis so close to singular that its whole solution was no plan.
#[test]
fn rounding_in_the_program_makes_no_plan() {
    let recipe = Recipe {
        children: 11,
        families: 7,
        seed: 9_331_867_891_085_064_752,
    };
    let (pool, policy) = (pool(recipe.document()), policy(Fairness::MaxMin, true, true));
    let plan = plan_of(&pool, &policy);
    assert_eq!(plan.status, Status::Optimal);
    is_kept(&pool, &policy, &plan);
}

#[test]
fn every_example_keeps_both_promises() {
    for shape in Shape::all() {
        let pool = pool(generate(&shape, 1));
        for fairness in [Fairness::Alone, Fairness::MaxMin] {
            let policy = policy(fairness, true, false);
            let plan = plan_of(&pool, &policy);
            assert_eq!(plan.status, Status::Optimal, "{} {fairness:?}", shape.name);
            is_kept(&pool, &policy, &plan);
        }
    }
}

/// The home lies in a, whose child has waited less than b's.
fn contested_home() -> Pool {
    let child = |id: &str, municipality: &str, since: &str| serde_json::json!({ "id": id, "municipality": municipality, "age": 7, "placement": "long_term", "waiting_since": since });
    let document = serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "a" }, { "id": "b" }],
        "families": [{ "id": "f", "municipality": "a", "kind": "family", "places": 1,
            "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01" }],
        "children": [child("c1", "a", "2026-01-10"), child("c2", "b", "2025-07-10")]
    });
    pool(serde_json::from_value(document).unwrap())
}

#[test]
fn what_is_promised_is_told_with_its_price_and_why() {
    let pool = contested_home();
    let plan = plan_of(&pool, &policy(Fairness::Alone, true, false));
    assert_eq!(plan.placed[0].child, "c1");
    assert_eq!(plan.price_of_promise().map(|price| price.urgency), Some(6));
    assert_eq!(plan.unplaced[0].taken[0].holders[0].why, Why::Promise);
    // No share above 0 can be had by both: the promise of max-min is empty, and the pool is served best.
    let plan = plan_of(&pool, &policy(Fairness::MaxMin, true, false));
    assert_eq!(plan.promise.as_ref().unwrap().least_share_basis_points, Some(0));
    assert_eq!(plan.placed[0].child, "c2");
    assert!(plan_of(&pool, &Policy::default()).promise.is_none());
}

#[test]
fn a_lock_stands_whatever_is_promised() {
    let mut document = contested_home().document().clone();
    let lock = serde_json::json!({ "kind": "lock", "child": "c2", "family": "f", "reason": "decided" });
    document.choices.push(serde_json::from_value(lock).unwrap());
    let plan = plan_of(&pool(document), &policy(Fairness::Alone, true, false));
    assert_eq!((plan.status, plan.placed[0].child.as_str()), (Status::Optimal, "c2"));
    assert_eq!(
        plan.promise.unwrap().municipalities[0].could_place,
        0,
        "alone, too, the home is given"
    );
}

#[test]
fn a_limit_across_municipalities_is_parted_by_homes() {
    let home = |id: &str, municipality: &str| {
        serde_json::json!({ "id": id, "municipality": municipality, "kind": "family", "places": 1, "secretary": "s",
            "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01" })
    };
    let child = |id: &str, municipality: &str| serde_json::json!({ "id": id, "municipality": municipality, "age": 7, "placement": "long_term" });
    let document = serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "a" }, { "id": "b" }],
        "secretaries": [{ "id": "s", "more_children": 2 }],
        "families": [home("f1", "a"), home("f2", "a"), home("f3", "b"), home("f4", "b")],
        "children": [child("c1", "a"), child("c2", "a"), child("c3", "b"), child("c4", "b")]
    });
    let plan = plan_of(
        &pool(serde_json::from_value(document).unwrap()),
        &policy(Fairness::Alone, true, false),
    );
    let promise = plan.promise.unwrap();
    assert_eq!(
        promise.municipalities.iter().map(|m| m.could_place).collect::<Vec<_>>(),
        [1, 1]
    );
    assert_eq!(
        promise.municipalities.iter().map(|m| m.placed).collect::<Vec<_>>(),
        [1, 1]
    );
}

#[test]
fn siblings_count_for_the_municipality_of_most_of_them() {
    let child = |id: &str, municipality: &str| serde_json::json!({ "id": id, "municipality": municipality, "age": 7, "placement": "long_term" });
    let document = serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "a" }, { "id": "b" }],
        "children": [child("c1", "a"), child("c2", "b"), child("c3", "b"), child("c4", "a"), child("c5", "b")],
        "sibling_groups": [{ "id": "g", "children": ["c1", "c2", "c3"], "policy": "prefer" },
                           { "id": "h", "children": ["c4", "c5"], "policy": "together" }]
    });
    let pool = pool(serde_json::from_value(document).unwrap());
    assert_eq!(counts_for(&pool), ["b", "b", "b", "a", "a"]);
}

#[test]
fn a_record_carries_the_promise() {
    let pool = contested_home();
    let fair = policy(Fairness::Alone, true, false);
    let plan = plan_of(&pool, &fair);
    let record = AuditRecord::new(&pool, &fair, &one(), &plan, None)
        .unwrap()
        .to_bytes()
        .unwrap();
    assert!(replay(&record, &pool, &fair).unwrap().is_confirmed());
    let other = replay(&record, &pool, &Policy::default()).unwrap().differences;
    let told: Vec<String> = other.iter().map(|d| format!("{d:?}")).collect();
    assert!(
        other.contains(&Difference::Policy) && other.contains(&Difference::Plan),
        "{told:?}"
    );
}

#[test]
fn a_policy_without_a_promise_keeps_its_digest() {
    let value = serde_json::to_value(Policy::default()).unwrap();
    assert!(value["objective"].get("fairness").is_none());
    let text = "format = \"hemvist.policy/1\"\n[objective]\nfairness = \"max_min\"";
    assert_eq!(Policy::from_toml(text).unwrap().objective.fairness, Fairness::MaxMin);
    let problems = Policy::from_toml(&text.replace("max_min", "fair")).unwrap_err();
    assert_eq!(
        problems.iter().map(|p| p.path.to_string()).collect::<Vec<_>>(),
        ["objective.fairness"]
    );
}
