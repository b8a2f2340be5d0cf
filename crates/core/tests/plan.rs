//! What a plan promises, held against made pools: everyone once, no home overfilled, nothing ruled out, the same bytes
//! in any order and with any number of threads, and worth as much as the best of all plans tried one by one.
#![forbid(unsafe_code)]

#[path = "every_plan/best.rs"]
mod best_plan;
mod every_plan;

use std::collections::{BTreeMap, BTreeSet};

use hemvist::fit::fit;
use hemvist::input::PoolDocument;
use hemvist::matching::{MatchError, MatchOptions, match_pool};
use hemvist::plan::{Chosen, Plan, Status, Taken};
use hemvist::policy::{Mode, Policy};
use hemvist::pool::Pool;
use hemvist::{Code, lottery};
use hemvist_testkit::pools::{self, Recipe};
use proptest::prelude::*;

fn pool(document: PoolDocument) -> Pool {
    Pool::from_document(document).expect("made pools are valid")
}

/// The default policy with the rules that rule out most pairs switched off, so that small pools are contested.
fn contested(strict: bool) -> Policy {
    let mut policy = Policy::default();
    policy.objective.strict = strict;
    let kept = [
        "places.none",
        "places.too_few",
        "choice.banned",
        "apart.lives_there",
        "choice.refused",
    ];
    for (code, rule) in &mut policy.rules {
        if !kept.contains(&code.as_str()) {
            rule.mode = Mode::Off;
        }
    }
    policy
}

fn plan_of(pool: &Pool, policy: &Policy, options: &MatchOptions<'_>) -> Plan {
    match_pool(pool, policy, options).expect("made pools can be matched")
}

/// Asserts what every plan promises, whatever its status.
fn keeps_its_promises(pool: &Pool, policy: &Policy, plan: &Plan) {
    let compiled = policy.compile().expect("valid");
    let mut seen: Vec<&str> = plan.placed.iter().map(|p| p.child.as_str()).collect();
    seen.extend(plan.unplaced.iter().map(|u| u.child.as_str()));
    seen.extend(plan.stays.iter().map(|s| s.child.as_str()));
    seen.sort_unstable();
    let all: Vec<&str> = pool.document().children.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(seen, all, "every child once");

    let mut taken: BTreeMap<&str, u32> = BTreeMap::new();
    for placed in &plan.placed {
        let (child, family) = (pool.child_idx(&placed.child), pool.family_idx(&placed.family));
        let found = fit(pool, &compiled, child.expect("a child"), family.expect("a family"));
        assert_eq!(found, Some(placed.fit), "eligible, with this fit");
        assert_eq!(
            placed.parts.iter().map(|p| p.points).sum::<u16>(),
            placed.fit,
            "parts sum"
        );
        *taken.entry(&placed.family).or_default() += 1;
    }
    for family in &pool.document().families {
        let n = taken.get(family.id.as_str()).copied().unwrap_or(0);
        assert!(n <= u32::from(family.places), "no home overfilled");
    }

    for child in &plan.unplaced {
        let has_reason = child.candidates > 0 || !child.ruled_out.is_empty() || pool.n_families() == 0;
        assert!(has_reason, "a reason for everyone without a home");
        let is_free = |t: &Taken| t.places_free >= t.places_needed && t.apart_from.is_empty() && t.secretary.is_none();
        if plan.status == Status::Optimal {
            assert!(
                !child.taken.iter().any(is_free),
                "nobody waits beside a home that is free for it"
            );
        }
    }
    let totals = plan.totals;
    assert_eq!(totals.children, totals.placed + totals.unplaced + totals.stays);
    assert_eq!(plan.objective.gap, plan.objective.bound - plan.objective.value);
    assert!(
        plan.status != Status::Optimal || plan.objective.gap == 0,
        "optimal only without a gap"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_keeps_its_promises(recipe in pools::strategy(), contest in any::<bool>()) {
        let pool = pool(recipe.document());
        let policy = if contest { contested(true) } else { Policy::default() };
        keeps_its_promises(&pool, &policy, &plan_of(&pool, &policy, &MatchOptions::default()));
    }

    #[test]
    fn order_and_threads_change_no_byte(recipe in pools::strategy(), shuffle in any::<u64>()) {
        let document = recipe.document();
        let other = pool(pools::shuffled(&document, shuffle));
        let first = pool(document);
        let bytes = |pool: &Pool, threads| {
            let options = MatchOptions { threads, ..MatchOptions::default() };
            plan_of(pool, &contested(true), &options).to_bytes().expect("has a form")
        };
        let expected = bytes(&first, 1);
        prop_assert_eq!(&bytes(&other, 1), &expected);
        prop_assert_eq!(&bytes(&first, 2), &expected);
        prop_assert_eq!(&bytes(&other, 3), &expected);
    }

    #[test]
    fn no_plan_is_worth_more(children in 0_u32..8, families in 0_u32..6, seed in any::<u64>(), strict in any::<bool>()) {
        let document = Recipe { children, families, seed }.document();
        let (pool, policy) = (pool(document), contested(strict));
        let plan = plan_of(&pool, &policy, &MatchOptions::default());
        match best_plan::best(&pool, &policy) {
            None => prop_assert_eq!(plan.status, Status::Infeasible),
            Some(best) => {
                prop_assert_eq!(plan.status, Status::Optimal);
                prop_assert_eq!(every_plan::key(&policy, plan.objective.tiers), every_plan::key(&policy, best));
                prop_assert_eq!(plan.objective.tier_bounds, strict.then_some(plan.objective.tiers));
            }
        }
    }

    #[test]
    fn work_limits_give_valid_plans(recipe in pools::strategy(), work in 0_u64..2000) {
        let (pool, policy) = (pool(recipe.document()), contested(true));
        let best = plan_of(&pool, &policy, &MatchOptions::default());
        let options = MatchOptions { work_limit: Some(work), ..MatchOptions::default() };
        let plan = plan_of(&pool, &policy, &options);
        keeps_its_promises(&pool, &policy, &plan);
        prop_assert!(plan.objective.tiers <= best.objective.tiers);
        prop_assert!(plan.objective.bound >= best.objective.value);
        prop_assert!(plan_of(&pool, &policy, &options) == plan, "counted work can be repeated");
    }
}

/// Alike children and one place: over many seeds the child with the lowest lottery number has it, and is said to have
/// been drawn, and each of them has it at some seed.
#[test]
fn among_alike_children_the_draw_decides() {
    let child = |i| format!(r#"{{"id": "c{i}", "municipality": "1276", "age": 7, "placement": "long_term"}}"#);
    let text = format!(
        r#"{{"format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{{"id": "1276"}}],
            "families": [{{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
                           "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}}],
            "children": [{}]}}"#,
        (1..=4).map(child).collect::<Vec<_>>().join(",")
    );
    let pool = pool(serde_json::from_str(&text).expect("a document"));
    let ids = ["c1", "c2", "c3", "c4"];
    let mut winners = BTreeSet::new();
    for seed in 0..60 {
        let seed = format!("dragning {seed}");
        let options = MatchOptions {
            seed: Some(&seed),
            ..MatchOptions::default()
        };
        let plan = plan_of(&pool, &Policy::default(), &options);
        let first = ids[lottery::order(&seed, ids)[0] as usize];
        assert_eq!(plan.placed[0].child, first, "{seed}");
        assert_eq!(plan.placed[0].chosen, Chosen::Drawn);
        winners.insert(first);
    }
    assert_eq!(winners.len(), ids.len());
}

#[test]
fn options_out_of_range_are_all_refused() {
    let recipe = Recipe {
        children: 2,
        families: 2,
        seed: 1,
    };
    let pool = pool(recipe.document());
    let options = MatchOptions {
        seed: Some(""),
        work_limit: Some(1 << 53),
        ..MatchOptions::default()
    };
    let Err(MatchError::Refused(problems)) = match_pool(&pool, &Policy::default(), &options) else {
        panic!("refused");
    };
    let found: Vec<_> = problems.iter().map(|p| (p.code, p.path.to_string())).collect();
    let expected = ["seed", "work_limit"].map(|path| (Code::OptionOutOfRange, path.to_owned()));
    assert_eq!(found, expected);
    let longest = "å".repeat(200);
    let options = MatchOptions {
        seed: Some(&longest),
        work_limit: Some((1 << 53) - 1),
        ..MatchOptions::default()
    };
    assert!(match_pool(&pool, &Policy::default(), &options).is_ok());
}

#[test]
fn debug_output_names_nobody() {
    let recipe = Recipe {
        children: 9,
        families: 7,
        seed: 5,
    };
    let document = recipe.document();
    let children = document.children.iter().map(|c| c.id.clone());
    let ids: Vec<String> = children.chain(document.families.iter().map(|f| f.id.clone())).collect();
    let plan = plan_of(&pool(document), &Policy::default(), &MatchOptions::default());
    let text = format!("{plan:?}");
    assert!(!ids.iter().any(|id| text.contains(id.as_str())), "{text}");
}
