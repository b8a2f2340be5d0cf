//! Changes of every kind: the plan after is the plan of a document that a person changed by hand; what cannot be is
//! told at its place.

use hemvist::Code;
use hemvist::ask::{AskOptions, Document as _, Matched, what_if};
use hemvist::changes::{Changes, Lifted, Places};
use hemvist::input::{ChoiceKind, PoolDocument};
use hemvist::matching::{MatchError, MatchOptions, match_pool};
use hemvist::policy::Policy;
use hemvist::pool::Pool;
use hemvist_testkit::Rng;
use hemvist_testkit::pools::Recipe;
use proptest::prelude::*;

use crate::pools::{choice, contested, matched, pool, small};

/// Changes drawn at random, and the document as a person would change it by hand.
fn random(rng: &mut Rng, document: &PoolDocument, others: &PoolDocument) -> (Changes, PoolDocument) {
    let (mut changes, mut by_hand) = (Changes::default(), document.clone());
    if let (Some(first), true) = (document.choices.first(), rng.chance(500)) {
        changes.lifted.push(Lifted {
            kind: first.kind,
            child: first.child.clone(),
            family: first.family.clone(),
        });
        by_hand.choices.remove(0);
    }
    let locked: Vec<String> = by_hand
        .choices
        .iter()
        .filter(|c| c.kind == ChoiceKind::Lock)
        .map(|c| c.family.clone())
        .collect();
    for family in document.families.iter().filter(|f| !locked.contains(&f.id)) {
        if rng.chance(150) {
            changes.withdrawn.push(family.id.clone());
            let gone = |id: &String| *id == family.id;
            by_hand.families.retain(|f| !gone(&f.id));
            by_hand.choices.retain(|c| !gone(&c.family));
            by_hand.travel.retain(|t| !gone(&t.family));
            by_hand.placements.retain(|p| !gone(&p.family));
            for child in &mut by_hand.children {
                child.network_ties.retain(|tie| !gone(&tie.family));
                if let Some(wishes) = &mut child.wishes {
                    wishes.wanted.retain(|f| !gone(f));
                    wishes.not_wanted.retain(|f| !gone(f));
                }
            }
        } else if rng.chance(200) {
            let places = u8::try_from(rng.below(4)).expect("small");
            changes.places.push(Places {
                family: family.id.clone(),
                places,
            });
            by_hand
                .families
                .iter_mut()
                .find(|f| f.id == family.id)
                .expect("still there")
                .places = places;
        }
    }
    for child in &document.children {
        if rng.chance(150) {
            changes.left.push(child.id.clone());
            let gone = |id: &String| *id == child.id;
            by_hand.children.retain(|c| !gone(&c.id));
            by_hand.choices.retain(|c| !gone(&c.child));
            by_hand.travel.retain(|t| !gone(&t.child));
            by_hand.placements.retain(|p| !gone(&p.child));
        }
    }
    let known: Vec<String> = by_hand
        .children
        .iter()
        .map(|c| c.id.clone())
        .chain(by_hand.placements.iter().map(|p| p.child.clone()))
        .collect();
    for group in &mut by_hand.sibling_groups {
        group.children.retain(|child| known.contains(child));
    }
    by_hand.sibling_groups.retain(|group| group.children.len() > 1);
    by_hand
        .not_together
        .retain(|pair| known.contains(&pair.child) && known.contains(&pair.other));
    // Someone comes from another pool, under another id and without ties.
    if let (Some(family), true) = (others.families.first(), rng.chance(400)) {
        let mut family = family.clone();
        (family.id, family.secretary) = ("new".to_owned(), None);
        family.municipality.clone_from(&document.municipalities[0].id);
        (family.shared_with, family.conflicts) = (None, Vec::new());
        changes.families.push(family.clone());
        by_hand.families.push(family);
    }
    if let (Some(child), true) = (others.children.first(), rng.chance(400)) {
        let mut child = child.clone();
        (child.id, child.wishes, child.network_ties) = ("new".to_owned(), None, Vec::new());
        child.municipality.clone_from(&document.municipalities[0].id);
        changes.children.push(child.clone());
        by_hand.children.push(child);
    }
    if let (Some(child), Some(family), true) = (by_hand.children.first(), by_hand.families.last(), rng.chance(500)) {
        let kind = *rng.pick(&[ChoiceKind::Ban, ChoiceKind::Refused, ChoiceKind::Considered]);
        let added = choice(kind, &child.id, &family.id);
        changes.choices.push(added.clone());
        by_hand.choices.push(added);
    }
    (changes, by_hand)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_plan_after_is_that_of_a_document_changed_by_hand((recipe, strict) in small(), seed in any::<u64>(), other_policy in any::<bool>()) {
        let matched = matched(recipe, strict);
        let others = Recipe { seed: seed ^ 1, ..recipe }.document();
        let (changes, by_hand) = random(&mut Rng::new(seed), matched.pool().document(), &others);
        let policy = other_policy.then(|| contested(!strict));
        let options = AskOptions { threads: 1, ..AskOptions::default() };
        let found = what_if(&matched, &changes, policy.as_ref(), &options);
        let expected = match Pool::from_document(by_hand) {
            Ok(pool) => pool,
            Err(problems) => {
                // A lock and less room for it, or the same pair chosen twice: told in words of the changes.
                let Err(MatchError::Refused(found)) = found else { panic!("refused, as by hand") };
                prop_assert_eq!(
                    found.iter().map(|p| p.code).collect::<Vec<_>>(),
                    problems.iter().map(|p| p.code).collect::<Vec<_>>()
                );
                return Ok(());
            }
        };
        let found = found.expect("an answer");
        let policy = policy.unwrap_or_else(|| matched.policy().policy().clone());
        let plan = match_pool(&expected, &policy, &MatchOptions { threads: 1, ..MatchOptions::default() }).expect("a plan");
        prop_assert_eq!(found.difference.plan.to_bytes(), plan.to_bytes());
        prop_assert!(found.matched.pool().document() == expected.document());
        prop_assert_eq!(found.difference.regret.is_none(), other_policy || [&found.difference.before, &found.difference.after]
            .iter().any(|side| side.status == hemvist::plan::Status::Infeasible));
        prop_assert_eq!(found.difference.arrived.len(), changes.children.len());
        prop_assert_eq!(found.difference.left.len(), changes.left.len());
        // Everyone of both pools who is not told of stays where it was.
        let homes = |m: &Matched| -> Vec<(String, Option<String>)> {
            let plan = m.plan();
            let placed = plan.placed.iter().map(|p| (p.child.clone(), Some(p.family.clone())));
            let stays = plan.stays.iter().map(|s| (s.child.clone(), Some(s.family.clone())));
            let mut all: Vec<_> = placed.chain(stays).chain(plan.unplaced.iter().map(|u| (u.child.clone(), None))).collect();
            all.sort();
            all
        };
        let mut replayed = homes(&matched);
        replayed.retain(|(child, _)| !changes.left.contains(child));
        for moved in &found.difference.moves {
            let (_, home) = replayed.iter_mut().find(|(child, _)| *child == moved.child).expect("of both pools");
            prop_assert_eq!(&*home, &moved.from);
            home.clone_from(&moved.to);
        }
        replayed.extend(found.difference.arrived.iter().map(|a| (a.child.clone(), a.to.clone())));
        replayed.sort();
        prop_assert_eq!(replayed, homes(&found.matched));
        // The answer has a canonical form and is the same with more threads.
        let again = what_if(&matched, &changes, Some(&policy).filter(|_| other_policy), &AskOptions { threads: 2, ..AskOptions::default() });
        prop_assert_eq!(again.expect("an answer").difference.to_bytes(), found.difference.to_bytes());
    }
}

fn refused(matched: &Matched, changes: &str) -> Vec<(Code, String)> {
    let changes = match Changes::from_json(changes.as_bytes()) {
        Ok(changes) => changes,
        Err(problems) => return problems.iter().map(|p| (p.code, p.path.to_string())).collect(),
    };
    match what_if(matched, &changes, None, &AskOptions::default()) {
        Err(MatchError::Refused(problems)) => problems.iter().map(|p| (p.code, p.path.to_string())).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

/// Two children, two families, one lock.
fn town() -> Matched {
    let text = r#"{"format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
        "families": [
            {"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"},
            {"id": "f2", "municipality": "1276", "kind": "family", "places": 1, "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
        "children": [
            {"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"},
            {"id": "c2", "municipality": "1276", "age": 7, "placement": "long_term"},
            {"id": "c3", "municipality": "1276", "age": 7, "placement": "long_term"}],
        "placements": [{"child": "c3", "family": "f2"}, {"child": "p9", "family": "f2"}],
        "choices": [{"kind": "lock", "child": "c1", "family": "f1", "reason": "agreed"}]}"#;
    let document = serde_json::from_str(text).expect("a document");
    Matched::new(pool(document), &Policy::default(), &MatchOptions::default()).expect("a plan")
}

#[test]
fn what_cannot_be_is_told_at_its_place() {
    let town = town();
    let told = |changes: &str| {
        let text = format!(r#"{{"format": "hemvist.changes/1", {changes}}}"#);
        refused(&town, &text)
    };
    let at = |code: Code, path: &str| (code, path.to_owned());
    assert_eq!(told(r#""left": ["c2"]"#), []);
    assert_eq!(
        told(
            r#""lifted": [{"kind": "ban", "child": "c1", "family": "f1"}], "left": ["c9", "c2", "c2"], "withdrawn": ["f9", "f1"],
               "places": [{"family": "f2", "places": 2}, {"family": "f2", "places": 1}, {"family": "f8", "places": 0}],
               "choices": [{"kind": "lock", "child": "c7", "family": "f2", "reason": "x"}]"#
        ),
        [
            at(Code::ChangeNoSuchChoice, "lifted[0]"),
            at(Code::UnknownFamily, "withdrawn[0]"),
            at(Code::ChangeLocked, "withdrawn[1]"),
            at(Code::UnknownChild, "left[0]"),
            at(Code::Repeated, "left[2]"),
            at(Code::Repeated, "places[1].family"),
            at(Code::UnknownFamily, "places[2].family"),
            at(Code::UnknownChild, "choices[0].child"),
        ]
    );
    // Of the changed document, in words of the changes.
    assert_eq!(
        told(r#""places": [{"family": "f2", "places": 2}, {"family": "f1", "places": 0}]"#),
        [at(Code::LocksExceedPlaces, "places[1].places")]
    );
    assert_eq!(
        told(
            r#""choices": [{"kind": "lock", "child": "c2", "family": "f1", "reason": "x"}, {"kind": "ban", "child": "c1", "family": "f1", "reason": "x"},
                            {"kind": "lock", "child": "c3", "family": "f1", "reason": ""}]"#
        ),
        [
            at(Code::LocksExceedPlaces, "choices[0]"),
            at(Code::LockedAndBanned, "choices[1]"),
            at(Code::LockOfStaying, "choices[2]"),
            at(Code::TextLength, "choices[2].reason"),
        ]
    );
    assert_eq!(
        told(
            r#""families": [{"id": "f1", "municipality": "9", "kind": "family", "places": 1}],
                "children": [{"id": "c4", "municipality": "1276", "placement": "long_term"}],
                "sibling_groups": [{"id": "g1", "children": ["c4", "c8"], "policy": "prefer"}]"#
        ),
        [
            at(Code::DuplicateId, "families[0].id"),
            at(Code::UnknownMunicipality, "families[0].municipality"),
            at(Code::AgeMissing, "children[0]"),
            at(Code::UnknownChild, "sibling_groups[0].children[1]"),
        ]
    );
}

#[test]
fn what_is_no_document_of_changes_is_told_by_form() {
    let town = town();
    let told = |text: &str| refused(&town, text);
    let at = |code: Code, path: &str| (code, path.to_owned());
    assert_eq!(told(""), [at(Code::CutShort, "")]);
    assert_eq!(told("[]"), [at(Code::WrongType, "")]);
    assert_eq!(told("{}"), [at(Code::MissingField, "format")]);
    assert_eq!(
        told(r#"{"format": "hemvist.pool/1", "as_of": 3}"#),
        [at(Code::WrongFormat, "format")]
    );
    assert_eq!(told(r#"{"format": 3}"#), [at(Code::WrongType, "format")]);
    assert_eq!(
        told(
            r#"{"format": "hemvist.changes/1", "left": [1, null], "choices": [{"kind": "wish", "family": "f1", "shoe": 1}],
                "places": [{"family": "f1", "places": 13}], "left": [], "Anna Andersson": 1}"#
        ),
        [
            at(Code::WrongType, "left[0]"),
            at(Code::WrongType, "left[1]"),
            at(Code::UnknownWord, "choices[0].kind"),
            at(Code::UnknownField, "choices[0].{2}"),
            at(Code::MissingField, "choices[0].child"),
            at(Code::MissingField, "choices[0].reason"),
            at(Code::OutOfRange, "places[0].places"),
            at(Code::DuplicateField, "left"),
            at(Code::UnknownField, "{5}"),
        ]
    );
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(told(&deep)[0].0, Code::TooDeep);
    let many = format!(
        r#"{{"format": "hemvist.changes/1", "left": [{}1]}}"#,
        "1,".repeat(4_000_001)
    );
    assert_eq!(told(&many), [at(Code::RecordTooLarge, "")]);
    let long = format!(
        r#"{{"format": "hemvist.changes/1", "left": ["{}"]}}"#,
        "x".repeat(32 << 20)
    );
    assert_eq!(told(&long), [at(Code::TooManyBytes, "")]);
}

#[test]
fn who_lived_with_a_family_that_withdraws_needs_another_home() {
    let town = town();
    let changes = Changes {
        withdrawn: vec!["f2".to_owned()],
        ..Changes::default()
    };
    let found = what_if(&town, &changes, None, &AskOptions::default())
        .expect("an answer")
        .difference;
    let moved: Vec<_> = found
        .moves
        .iter()
        .map(|m| (m.child.as_str(), m.from.as_deref(), m.to.as_deref()))
        .collect();
    assert_eq!(moved, [("c2", Some("f2"), None), ("c3", Some("f2"), None)]);
    assert_eq!(found.plan.totals.stays, 0);
}
