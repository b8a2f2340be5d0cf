//! Siblings whom no family can take together: the split is the best of all, tried one by one.

use hemvist::fit::fit;
use hemvist::input::{PoolDocument, SiblingPolicy};
use hemvist::policy::Policy;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::rank::{Rank, RankOptions};
use hemvist_testkit::pools::Recipe;
use proptest::prelude::*;

use crate::pools::contested;

/// Children placed, pairs of siblings in one home, sum of fits.
type Worth = (usize, usize, u32);

/// The pool of a recipe with one sibling group of its first children, and little room in its families.
fn with_group(recipe: Recipe, size: usize, policy: SiblingPolicy, apart: bool) -> Option<PoolDocument> {
    let mut document = recipe.document();
    let ids: Vec<String> = document.children.iter().take(size).map(|c| c.id.clone()).collect();
    if ids.len() < 2 {
        return None;
    }
    document.choices.clear();
    document.not_together.clear();
    if apart && policy == SiblingPolicy::Prefer {
        let [child, other, ..] = &ids[..] else { return None };
        document.not_together.push(hemvist::input::NotTogether {
            child: child.clone(),
            other: other.clone(),
        });
    }
    document.sibling_groups = vec![hemvist::input::SiblingGroup {
        id: "G".to_owned(),
        children: ids,
        policy,
    }]
    .into();
    for (at, family) in document.families.iter_mut().enumerate() {
        family.places = u8::try_from(at % 3).expect("small");
    }
    Some(document)
}

/// What every child may reach when it goes without the others: the rules as for siblings who need not stay together.
fn alone(document: &PoolDocument) -> Pool {
    let mut document = document.clone();
    for group in &mut document.sibling_groups {
        group.policy = SiblingPolicy::Prefer;
    }
    Pool::from_document(document).expect("still a pool")
}

fn best(pool: &Pool, policy: &Policy, children: &[ChildIdx], homes: &mut Vec<Option<FamilyIdx>>, apart: bool) -> Worth {
    let compiled = policy.compile().expect("valid");
    if homes.len() == children.len() {
        let placed = homes.iter().flatten().count();
        let same = |i: usize| {
            homes[i + 1..]
                .iter()
                .filter(|home| home.is_some() && **home == homes[i])
                .count()
        };
        let fits = children
            .iter()
            .zip(homes.iter())
            .filter_map(|(&c, home)| fit(pool, &compiled, c, (*home)?));
        return (placed, (0..homes.len()).map(same).sum(), fits.map(u32::from).sum());
    }
    let child = children[homes.len()];
    let mut found = {
        homes.push(None);
        let found = best(pool, policy, children, homes, apart);
        homes.pop();
        found
    };
    for family in pool.families() {
        let record = pool.family(family);
        let there: Vec<usize> = (0..homes.len()).filter(|&i| homes[i] == Some(family)).collect();
        let room = usize::from(record.places.min(record.most_siblings.unwrap_or(u8::MAX)));
        let id = |i: usize| &pool.child(children[i]).id;
        let meets = |i: usize| {
            let pairs = pool.document().not_together.iter();
            let (a, b) = (id(i), &pool.child(child).id);
            apart
                || pairs
                    .into_iter()
                    .any(|p| (&p.child, &p.other) == (a, b) || (&p.child, &p.other) == (b, a))
        };
        if there.len() < room && !there.iter().any(|&i| meets(i)) && fit(pool, &compiled, child, family).is_some() {
            homes.push(Some(family));
            found = found.max(best(pool, policy, children, homes, apart));
            homes.pop();
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_split_is_the_best_of_all(families in 1_u32..6, seed in any::<u64>(), size in 2_usize..5, kind in 0_usize..3, apart in any::<bool>()) {
        let kind = [SiblingPolicy::Together, SiblingPolicy::Prefer, SiblingPolicy::Apart][kind];
        let recipe = Recipe { children: 5, families, seed };
        let Some(document) = with_group(recipe, size, kind, apart) else { return Ok(()) };
        let policy = contested(true);
        let pool = Pool::from_document(document.clone()).expect("a pool");
        let compiled = policy.compile().expect("valid");
        let first = &document.sibling_groups[0].children[0];
        let rank = Rank::of(&pool, &compiled, first, RankOptions::default()).expect("a child");
        let found = rank.siblings.expect("siblings to place");
        prop_assert_eq!(found.children.len(), size.min(5));
        let free = alone(&document);
        let children: Vec<ChildIdx> = found.children.iter().map(|id| free.child_idx(id).expect("a child")).collect();
        let expected = best(&free, &policy, &children, &mut Vec::new(), kind == SiblingPolicy::Apart);
        match found.split {
            None => prop_assert!(!found.together.is_empty()),
            Some(split) => {
                prop_assert!(found.together.is_empty());
                let homes = split.iter().filter(|home| home.family.is_some());
                let placed: usize = homes.clone().map(|home| home.children.len()).sum();
                let pairs: usize = homes.clone().map(|home| home.children.len() * (home.children.len() - 1) / 2).sum();
                let fits = homes.flat_map(|home| &home.children).filter_map(|child| child.fit).map(u32::from).sum();
                prop_assert_eq!((placed, pairs, fits), expected);
                let all: usize = split.iter().map(|home| home.children.len()).sum();
                prop_assert_eq!(all, found.children.len(), "every sibling once");
            }
        }
    }
}
