//! Choices that are added, round after round: each plan, and every answer to what is asked of it, is that of a match from
//! nothing.

use hemvist::ask::{AskOptions, CallOptions, Document as _, Matched, Rates, alternatives_of_all, calls, choices};
use hemvist::ask::{ties, what_if, why_not};
use hemvist::audit::AuditRecord;
use hemvist::changes::Changes;
use hemvist::input::{Choice, ChoiceKind, PoolDocument};
use hemvist::matching::{MatchError, MatchOptions, match_pool};
use hemvist::plan::Status;
use hemvist::policy::{Fairness, Policy};
use hemvist::pool::Pool;
use hemvist::problem::Problems;
use hemvist_testkit::pools::Recipe;
use hemvist_testkit::{Rng, Shape, generate};
use proptest::prelude::*;

use crate::pools::{ONE, choice, contested, pool};

const MATCH: MatchOptions<'static> = MatchOptions {
    seed: Some("drawn once"),
    threads: 1,
    work_limit: None,
    deadline: None,
    cancel: None,
    progress: None,
};

/// A policy of any kind, mostly a contested one.
fn policy(rng: &mut Rng) -> Policy {
    let strict = rng.chance(500);
    let mut policy = if rng.chance(800) {
        contested(strict)
    } else {
        Policy::default()
    };
    policy.objective.strict = strict;
    policy
}

/// One to three choices: about anyone, often against the plan, often about siblings or about one child twice.
fn draw(rng: &mut Rng, matched: &Matched) -> Vec<Choice> {
    let document = matched.pool().document();
    let mut drawn: Vec<Choice> = Vec::new();
    if document.families.is_empty() || document.children.is_empty() {
        return drawn;
    }
    for _ in 0..=rng.below(3) {
        let kind = *rng.pick(&[
            ChoiceKind::Lock,
            ChoiceKind::Lock,
            ChoiceKind::Ban,
            ChoiceKind::Refused,
            ChoiceKind::Considered,
        ]);
        let mut child = rng.pick(&document.children).id.clone();
        let mut family = rng.pick(&document.families).id.clone();
        let (siblings, last) = (&document.sibling_groups, drawn.last());
        match (rng.below(5), last) {
            (0, Some(last)) => child.clone_from(&last.child),
            (1, Some(last)) => family.clone_from(&last.family),
            (2, _) if !siblings.is_empty() => {
                let group = rng.pick(siblings);
                let member = rng.pick(&group.children).clone();
                if matched.pool().child_idx(&member).is_some() {
                    child = member;
                }
            }
            (3, _) => {
                // What the plan says already, or what nobody can undo: where a child lives and stays.
                let placed = matched.plan().placed.iter().map(|p| (&p.child, &p.family));
                let stays = matched.plan().stays.iter().map(|s| (&s.child, &s.family));
                if let Some((_, home)) = placed.chain(stays).find(|(id, _)| **id == child) {
                    family.clone_from(home);
                }
            }
            _ => {}
        }
        drawn.push(choice(kind, &child, &family));
    }
    drawn
}

/// Problems in words; those of a whole document, which had so many choices before, in words of the changes.
fn told(problems: &Problems, before: usize) -> Vec<String> {
    let new = |at: usize| (format!("choices[{}]", before + at), format!("choices[{at}]"));
    let in_changes = |text: String| {
        let text = match text.split_once("; found: see ") {
            // What was there before has no name in the changes.
            Some((start, place)) if (0..4).all(|at| new(at).0 != place) => start.to_owned(),
            _ => text,
        };
        (0..4).fold(text, |text, at| text.replace(&new(at).0, &new(at).1))
    };
    problems.iter().map(|problem| in_changes(problem.to_string())).collect()
}

/// The answers to questions of every kind.
fn asked(matched: &Matched) -> Vec<Vec<u8>> {
    let bytes = |document: Result<Vec<u8>, _>| document.expect("a form");
    let rates = Rates::default();
    let list = CallOptions {
        child: None,
        most: 2,
        rates: &rates,
        unknown_rate: None,
        runs: 0,
        seed: None,
    };
    let mut all = vec![
        bytes(ties(matched, &ONE).expect("an answer").to_bytes()),
        bytes(choices(matched, &ONE).expect("an answer").to_bytes()),
        bytes(calls(matched, &list, &ONE).expect("an answer").to_bytes()),
    ];
    for answer in alternatives_of_all(matched, 2, &ONE).expect("an answer") {
        all.push(bytes(answer.to_bytes()));
    }
    let document = matched.pool().document();
    for (child, family) in document.children.iter().zip(&document.families) {
        all.push(bytes(
            why_not(matched, &child.id, &family.id, &ONE)
                .expect("an answer")
                .to_bytes(),
        ));
    }
    all
}

/// Rounds of choices at a meeting; each is held against a match of the document that says them all.
fn meeting(document: PoolDocument, rounds: usize, promise: Fairness, rng: &mut Rng) -> Result<(), TestCaseError> {
    let mut policy = policy(rng);
    policy.objective.fairness = promise;
    // Every question about everyone takes long where there are many; promises stand while they are asked.
    let asks = match (promise, document.children.len()) {
        (Fairness::None, 0..=8) => 300,
        (Fairness::None, _) => 30,
        _ => 0,
    };
    let mut matched = Matched::new(pool(document), &policy, &MATCH).expect("can be matched");
    for _ in 0..rounds {
        if rng.chance(asks) {
            asked(&matched);
        }
        let changes = Changes {
            choices: draw(rng, &matched),
            ..Changes::default()
        };
        let mut by_hand = matched.pool().document().clone();
        let before = by_hand.choices.len();
        by_hand.choices.extend(changes.choices.iter().cloned());
        let found = what_if(&matched, &changes, None, &ONE);
        let expected = match Pool::from_document(by_hand) {
            Ok(pool) => Matched::new(pool, &policy, &MATCH).expect("can be matched"),
            Err(problems) => {
                let Err(MatchError::Refused(found)) = found else {
                    panic!("refused, as by hand")
                };
                prop_assert_eq!(told(&found, 0), told(&problems, before));
                continue;
            }
        };
        let found = found.expect("an answer");
        prop_assert_eq!(found.difference.plan.to_bytes(), expected.plan().to_bytes());
        prop_assert_eq!(found.matched.plan().to_bytes(), expected.plan().to_bytes());
        prop_assert!(found.matched.pool().document() == expected.pool().document());
        if expected.plan().status == Status::Optimal && matched.plan().status == Status::Optimal {
            let lost = found.difference.regret.expect("comparable");
            let (old, new) = (matched.plan().objective.tiers, expected.plan().objective.tiers);
            prop_assert_eq!(
                (lost.urgency, lost.network, lost.fit),
                (old.urgency - new.urgency, old.network - new.network, old.fit - new.fit)
            );
        }
        let record = |matched: &Matched| {
            let record = AuditRecord::new(matched.pool(), &policy, &MATCH, matched.plan(), None).expect("a record");
            record.to_bytes().expect("has a form")
        };
        prop_assert_eq!(record(&found.matched), record(&expected));
        if rng.chance(asks) {
            prop_assert_eq!(asked(&found.matched), asked(&expected));
        }
        matched = found.matched;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2500, ..ProptestConfig::default() })]

    #[test]
    fn a_meeting_about_a_few_children(children in 1_u32..=8, families in 1_u32..=6, seed in any::<u64>()) {
        let recipe = Recipe { children, families, seed };
        meeting(recipe.document(), 3, Fairness::None, &mut Rng::new(seed))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_meeting_about_many_children(children in 9_u32..=24, families in 6_u32..=16, seed in any::<u64>()) {
        let recipe = Recipe { children, families, seed };
        meeting(recipe.document(), 4, Fairness::None, &mut Rng::new(seed))?;
    }
}

#[test]
fn a_meeting_about_a_region() {
    for seed in 1..=2 {
        let document = generate(&Shape::nordvastra_skane(), seed);
        meeting(document, 5, Fairness::None, &mut Rng::new(seed)).expect("as from nothing");
    }
}

#[test]
fn a_meeting_where_something_is_promised() {
    for (seed, promise) in (0..40).zip([Fairness::Alone, Fairness::MaxMin].into_iter().cycle()) {
        let recipe = Recipe {
            children: 6,
            families: 4,
            seed,
        };
        meeting(recipe.document(), 3, promise, &mut Rng::new(seed)).expect("as from nothing");
    }
}

#[test]
fn a_limit_holds_for_what_if_as_for_a_match() {
    let document = generate(&Shape::nordvastra_skane(), 5);
    let matched = Matched::new(pool(document), &contested(true), &MATCH).expect("can be matched");
    let [first, ..] = &matched.plan().placed[..] else {
        panic!("somebody is placed")
    };
    let changes = Changes {
        choices: vec![choice(ChoiceKind::Ban, &first.child, &first.family)],
        ..Changes::default()
    };
    for work in [1, 1000, 1_000_000] {
        let asked = AskOptions {
            work_limit: Some(work),
            ..ONE
        };
        let options = MatchOptions {
            work_limit: Some(work),
            ..MATCH
        };
        let found = what_if(&matched, &changes, None, &asked).expect("an answer");
        let plan = match_pool(found.matched.pool(), &contested(true), &options).expect("a plan");
        assert_eq!(found.matched.plan().to_bytes(), plan.to_bytes());
    }
}
