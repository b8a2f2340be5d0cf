//! Values of answers are those of solves from nothing.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hemvist::ask::{Matched, Move, Regret, ShortAnswer, alternatives, choices, ties, what_if, why_not};
use hemvist::changes::Changes;
use hemvist::input::ChoiceKind;
use hemvist::plan::{Chosen, Plan, Status};
use proptest::prelude::*;

use crate::pools::{ONE, choice, from_nothing, matched, pool, small};
use crate::{best_plan, every_plan};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        ..ProptestConfig::default()
    }
}

/// What one plan is worth more than another of the same task.
fn difference(before: &Plan, after: &Plan) -> Regret {
    let (b, a) = (before.objective.tiers, after.objective.tiers);
    Regret {
        value: before.objective.value - after.objective.value,
        urgency: b.urgency - a.urgency,
        network: b.network - a.network,
        fit: b.fit - a.fit,
        proven: true,
    }
}

fn homes(plan: &Plan) -> BTreeMap<&str, Option<&str>> {
    let placed = plan.placed.iter().map(|p| (p.child.as_str(), Some(p.family.as_str())));
    placed
        .chain(plan.unplaced.iter().map(|u| (u.child.as_str(), None)))
        .collect()
}

fn moves(before: &Plan, after: &Plan, except: &str) -> Vec<Move> {
    let (old, new) = (homes(before), homes(after));
    let differ = old
        .iter()
        .filter(|(child, home)| **child != except && new[**child] != **home);
    differ
        .map(|(child, home)| Move {
            child: (*child).to_owned(),
            from: home.map(str::to_owned),
            to: new[child].map(str::to_owned),
        })
        .collect()
}

/// The plan with one more lock, from nothing; `None` where no plan has the pair.
fn with_lock(matched: &Matched, child: &str, family: &str) -> Option<Plan> {
    let plan = from_nothing(matched, |d| d.choices.push(choice(ChoiceKind::Lock, child, family)))?;
    (plan.status == Status::Optimal).then_some(plan)
}

/// A child of the plan that is to be placed, by number.
fn child_of(plan: &Plan, number: u32) -> Option<String> {
    let homes = homes(plan);
    let children: Vec<&&str> = homes.keys().collect();
    let at = usize::try_from(number).expect("small") % children.len().max(1);
    children.get(at).map(|child| (**child).to_owned())
}

proptest! {
    #![proptest_config(config(5000))]

    #[test]
    fn alternatives_are_the_best_forced_plans((recipe, strict) in small(), number in any::<u32>(), most in 1_usize..4) {
        let matched = matched(recipe, strict);
        let plan = matched.plan();
        let Some(child) = child_of(plan, number) else { return Ok(()) };
        let found = alternatives(&matched, &child, most, &ONE).expect("an answer");
        prop_assert_eq!(found.home.as_deref(), homes(plan)[child.as_str()]);
        if plan.status == Status::Infeasible {
            prop_assert!(found.families.is_empty());
            return Ok(());
        }
        // Every other family, forced from nothing.
        let others = matched.pool().document().families.iter().filter(|f| Some(&f.id) != found.home.as_ref());
        let mut forced: Vec<(Plan, &str, u16)> = others
            .filter_map(|family| {
                let plan = with_lock(&matched, &child, &family.id)?;
                let fit = plan.placed.iter().find(|p| p.child == child)?.fit;
                Some((plan, family.id.as_str(), fit))
            })
            .collect();
        prop_assert_eq!(found.eligible - found.impossible, u32::try_from(forced.len()).expect("small"));
        forced.sort_by_key(|(plan, family, fit)| (Reverse(plan.objective.value), Reverse(*fit), *family));
        forced.truncate(most);
        prop_assert_eq!(found.families.len(), forced.len());
        for (found, (forced, family, fit)) in found.families.iter().zip(&forced) {
            prop_assert_eq!((found.family.as_str(), found.fit), (*family, *fit));
            prop_assert_eq!(found.regret, difference(plan, forced));
            prop_assert_eq!(found.tied, forced.objective.value == plan.objective.value);
            prop_assert_eq!(&found.moves, &moves(plan, forced, &child));
        }
    }

    #[test]
    fn why_not_is_the_plan_with_the_pair_forced((recipe, strict) in small(), number in any::<u32>(), family in any::<u32>()) {
        let matched = matched(recipe, strict);
        let plan = matched.plan();
        let Some(child) = child_of(plan, number) else { return Ok(()) };
        let families = &matched.pool().document().families;
        let family = &families[usize::try_from(family).expect("small") % families.len()].id;
        let found = why_not(&matched, &child, family, &ONE).expect("an answer");
        let forced = with_lock(&matched, &child, family);
        match found.answer {
            ShortAnswer::Proposed => prop_assert_eq!(Some(family), found.home.as_ref()),
            ShortAnswer::RuledOut => {
                prop_assert!(forced.is_none() && !found.reasons.is_empty());
            }
            ShortAnswer::Impossible => prop_assert!(forced.is_none() && found.reasons.is_empty()),
            ShortAnswer::Infeasible => prop_assert_eq!(plan.status, Status::Infeasible),
            ShortAnswer::Stays => prop_assert!(false, "only children who are to be placed were asked about"),
            ShortAnswer::Tied | ShortAnswer::Loses => {
                let forced = forced.expect("a plan with the pair");
                prop_assert_eq!(found.regret, Some(difference(plan, &forced)));
                prop_assert_eq!(found.answer == ShortAnswer::Tied, forced.objective.value == plan.objective.value);
                prop_assert_eq!(&found.moves, &moves(plan, &forced, &child));
                // And, where few plans can be tried one by one, no plan with the pair is worth more.
                if recipe.children <= 5 {
                    let mut document = matched.pool().document().clone();
                    document.choices.push(choice(ChoiceKind::Lock, &child, family));
                    let policy = matched.policy().policy();
                    let best = best_plan::best(&pool(document), policy).expect("a plan with the pair");
                    prop_assert_eq!(every_plan::key(policy, forced.objective.tiers), every_plan::key(policy, best));
                }
            }
        }
    }

    #[test]
    fn a_lock_tried_is_the_plan_with_the_lock((recipe, strict) in small(), number in any::<u32>(), family in any::<u32>(), kind in 0_u32..3) {
        let matched = matched(recipe, strict);
        let plan = matched.plan();
        let Some(child) = child_of(plan, number) else { return Ok(()) };
        let families = &matched.pool().document().families;
        let family = &families[usize::try_from(family).expect("small") % families.len()].id;
        let kind = [ChoiceKind::Lock, ChoiceKind::Ban, ChoiceKind::Refused][usize::try_from(kind).expect("small")];
        let changes = Changes { choices: vec![choice(kind, &child, family)], ..Changes::default() };
        let expected = from_nothing(&matched, |d| d.choices.push(choice(kind, &child, family)));
        let found = what_if(&matched, &changes, None, &ONE);
        let Some(expected) = expected else {
            prop_assert!(found.is_err());
            return Ok(());
        };
        let found = found.expect("an answer");
        prop_assert_eq!(found.matched.plan().to_bytes(), expected.to_bytes());
        let difference = &found.difference;
        if plan.status == Status::Optimal && expected.status == Status::Optimal {
            let regret = difference.regret.expect("two plans");
            let tiers = self::difference(plan, &expected);
            prop_assert_eq!((regret.urgency, regret.network, regret.fit), (tiers.urgency, tiers.network, tiers.fit));
            prop_assert_eq!(&difference.moves, &moves(plan, &expected, ""));
            if kind == ChoiceKind::Lock {
                prop_assert_eq!(difference.locks[0].regret, Some(regret));
                // What the lock costs is what lifting it gives back.
                let priced = choices(&found.matched, &ONE).expect("an answer");
                let price = priced.choices.iter().find(|c| c.price.kind == kind && c.price.child == child);
                prop_assert_eq!(price.expect("the lock").price.regret, Some(regret));
            }
        } else {
            prop_assert_eq!(difference.regret, None);
        }
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn tied_homes_are_those_that_lose_nothing((recipe, strict) in small()) {
        let matched = matched(recipe, strict);
        let plan = matched.plan();
        let found = ties(&matched, &ONE).expect("an answer");
        prop_assert_eq!(found.children.len(), homes(plan).len());
        for child in &found.children {
            let differs = matches!(child.chosen, Chosen::Drawn | Chosen::Follows);
            prop_assert_eq!(differs, child.decided_by.is_some());
            prop_assert_eq!(differs, child.tied.len() > 1, "more than one home, or none");
            if !differs {
                continue;
            }
            prop_assert!(child.tied.contains(&child.home));
            let tied = |family: &str| with_lock(&matched, &child.child, family)
                .is_some_and(|forced| forced.objective.value == plan.objective.value);
            let families = matched.pool().document().families.iter().filter(|f| tied(&f.id));
            let mut expected: Vec<Option<String>> = families.map(|f| Some(f.id.clone())).collect();
            // Without any home: all of them banned.
            let nowhere = from_nothing(&matched, |d| {
                let banned: Vec<String> = d.choices.iter().filter(|c| c.child == child.child).map(|c| c.family.clone()).collect();
                let families: Vec<String> = d.families.iter().map(|f| f.id.clone()).filter(|f| !banned.contains(f)).collect();
                d.choices.extend(families.iter().map(|family| choice(ChoiceKind::Ban, &child.child, family)));
            });
            if nowhere.is_some_and(|without| without.objective.tiers == plan.objective.tiers) {
                expected.push(None);
            }
            prop_assert_eq!(&child.tied, &expected);
            // Whoever decided was drawn itself, and not after the child that it decided for.
            let by = child.decided_by.as_ref().expect("asserted above");
            let decider = found.children.iter().find(|c| c.child == by.child).expect("a child");
            prop_assert_eq!(decider.chosen, Chosen::Drawn);
            if child.chosen == Chosen::Drawn {
                prop_assert!(by.child == child.child || decider.decided_by.as_ref().expect("drawn").turn == by.turn);
            }
        }
    }

    #[test]
    fn lifting_a_choice_gives_what_it_costs((recipe, strict) in small(), kinds in any::<u8>()) {
        let mut document = recipe.document();
        // A few choices more, of every kind.
        let pairs: Vec<(String, String)> = document.children.iter().zip(document.families.iter().cycle())
            .map(|(child, family)| (child.id.clone(), family.id.clone())).collect();
        for (at, (child, family)) in pairs.into_iter().enumerate().take(3) {
            let kind = [ChoiceKind::Ban, ChoiceKind::Refused, ChoiceKind::Lock][(usize::from(kinds) + at) % 3];
            document.choices.retain(|c| c.child != child);
            document.choices.push(choice(kind, &child, &family));
        }
        let Ok(pool) = hemvist::pool::Pool::from_document(document) else { return Ok(()) };
        let options = hemvist::matching::MatchOptions { threads: 1, ..Default::default() };
        let matched = Matched::new(pool, &crate::pools::contested(strict), &options).expect("can be matched");
        let plan = matched.plan();
        for found in choices(&matched, &ONE).expect("an answer").choices {
            let price = found.price;
            let without = from_nothing(&matched, |d| {
                d.choices.retain(|c| (c.kind, &c.child, &c.family) != (price.kind, &price.child, &price.family));
            }).expect("still a pool");
            match price.regret {
                None => prop_assert_eq!(plan.status, Status::Infeasible),
                Some(regret) => {
                    let tiers = difference(&without, plan);
                    prop_assert_eq!((regret.urgency, regret.network, regret.fit), (tiers.urgency, tiers.network, tiers.fit));
                }
            }
        }
    }
}
