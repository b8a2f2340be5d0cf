//! Small contested pools, and policies under which they are contested.

use hemvist::ask::{AskOptions, Matched};
use hemvist::input::{Choice, ChoiceKind, PoolDocument};
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::plan::Plan;
use hemvist::policy::{Mode, Policy};
use hemvist::pool::Pool;
use hemvist_testkit::pools::Recipe;
use proptest::prelude::*;

/// One thread and no limits.
pub(crate) const ONE: AskOptions<'static> = AskOptions {
    threads: 1,
    work_limit: None,
    deadline: None,
    cancel: None,
    progress: None,
};

/// Pools of a few children and families, and whether the aims are in strict order.
pub(crate) fn small() -> impl Strategy<Value = (Recipe, bool)> {
    let recipe = (1_u32..=7, 1_u32..=5, any::<u64>());
    let recipe = recipe.prop_map(|(children, families, seed)| Recipe {
        children,
        families,
        seed,
    });
    (recipe, any::<bool>())
}

/// The default policy with the rules off that rule out most pairs.
pub(crate) fn contested(strict: bool) -> Policy {
    let mut policy = Policy::default();
    policy.objective.strict = strict;
    let kept = [
        "places.none",
        "places.too_few",
        "choice.banned",
        "choice.refused",
        "apart.lives_there",
    ];
    for (code, rule) in &mut policy.rules {
        if !kept.contains(&code.as_str()) {
            rule.mode = Mode::Off;
        }
    }
    policy
}

pub(crate) fn pool(document: PoolDocument) -> Pool {
    Pool::from_document(document).expect("made pools are valid")
}

pub(crate) fn matched(recipe: Recipe, strict: bool) -> Matched {
    let options = MatchOptions {
        threads: 1,
        ..MatchOptions::default()
    };
    Matched::new(pool(recipe.document()), &contested(strict), &options).expect("made pools can be matched")
}

/// The plan of a changed copy of a pool, from nothing; `None` if the copy is no pool.
pub(crate) fn from_nothing(matched: &Matched, change: impl FnOnce(&mut PoolDocument)) -> Option<Plan> {
    let mut document = matched.pool().document().clone();
    change(&mut document);
    let options = MatchOptions {
        threads: 1,
        ..MatchOptions::default()
    };
    let pool = Pool::from_document(document).ok()?;
    Some(match_pool(&pool, matched.policy().policy(), &options).expect("can be matched"))
}

pub(crate) fn choice(kind: ChoiceKind, child: &str, family: &str) -> Choice {
    Choice {
        kind,
        child: child.to_owned(),
        family: family.to_owned(),
        reason: "asked by a test".to_owned(),
        on: None,
    }
}
