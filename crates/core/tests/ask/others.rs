//! Call lists, missing facts, robustness, limits.

use std::collections::BTreeMap;

use hemvist::ask::{
    AskOptions, CallOptions, Document as _, Labels, Rates, WeightRange, alternatives_of_all, calls, choices, groups,
    questions, questions_of_all, robustness, ties, why_not,
};
use hemvist::criteria::Criterion;
use hemvist::input::ChoiceKind;
use hemvist::matching::{MatchError, MatchOptions, match_pool};
use hemvist::plan::{Plan, Status};
use hemvist::policy::{Fairness, Policy};
use hemvist::pool::Pool;
use hemvist::{Code, matching::Matched};
use hemvist_testkit::pools::Recipe;
use proptest::prelude::*;

use crate::pools::{ONE, choice, contested, from_nothing, matched, pool, small};

fn homes(plan: &Plan) -> BTreeMap<String, Option<String>> {
    let placed = plan.placed.iter().map(|p| (p.child.clone(), Some(p.family.clone())));
    placed
        .chain(plan.unplaced.iter().map(|u| (u.child.clone(), None)))
        .collect()
}

/// All weights but one as they are, this one as given.
fn weigh(policy: &mut Policy, criterion: Criterion, weight: impl Fn(u32) -> u32) {
    let c = &mut policy.criteria;
    let slot = match criterion {
        Criterion::Needs => &mut c.needs.weight,
        Criterion::Competences => &mut c.competences.weight,
        Criterion::Age => &mut c.age.weight,
        Criterion::TravelHome => &mut c.travel_home.weight,
        Criterion::TravelSchool => &mut c.travel_school.weight,
        Criterion::Network => &mut c.network.weight,
        Criterion::Siblings => &mut c.siblings.weight,
        Criterion::AgeGap => &mut c.age_gap.weight,
        Criterion::Languages => &mut c.languages.weight,
        Criterion::Wishes => &mut c.wishes.weight,
        Criterion::Experience => &mut c.experience.weight,
        Criterion::Continuity => &mut c.continuity.weight,
        _ => unreachable!("every criterion is named"),
    };
    *slot = weight(*slot);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// The next call is the best plan once everyone called before has declined.
    #[test]
    fn call_lists_follow_refusals((recipe, strict) in small()) {
        let matched = matched(recipe, strict);
        let rates = Rates::default();
        let options = CallOptions { child: None, most: 3, rates: &rates, unknown_rate: None, runs: 0, seed: None };
        let found = calls(&matched, &options, &ONE).expect("an answer");
        prop_assert_eq!(found.placed, matched.plan().totals.placed);
        for child in found.children.iter().filter(|child| !child.locked) {
            let mut declined: Vec<&str> = Vec::new();
            for call in &child.calls {
                let plan = from_nothing(&matched, |d| {
                    let refused = declined.iter().map(|family| choice(ChoiceKind::Refused, &child.child, family));
                    d.choices.extend(refused);
                }).expect("still a pool");
                let before = matched.plan().objective.tiers;
                let lost = (call.regret.urgency, call.regret.network, call.regret.fit);
                let after = plan.objective.tiers;
                prop_assert_eq!(lost, (before.urgency - after.urgency, before.network - after.network, before.fit - after.fit));
                declined.push(&call.family);
            }
            if child.calls.len() < 3 {
                // Nobody is left to call: the best plan leaves the child without a home.
                let plan = from_nothing(&matched, |d| {
                    d.choices.extend(declined.iter().map(|family| choice(ChoiceKind::Refused, &child.child, family)));
                }).expect("still a pool");
                prop_assert!(plan.unplaced.iter().any(|u| u.child == child.child));
            }
        }
    }

    /// What is expected lies between nobody and everybody, and is certain if every family accepts.
    #[test]
    fn calls_played_through_place_as_many_as_accept((recipe, strict) in small(), rate in 0_u8..=100) {
        let mut document = recipe.document();
        document.families.iter_mut().for_each(|family| family.acceptance_rate = None);
        let policy = contested(strict);
        let matched = Matched::new(pool(document), &policy, &MatchOptions::default()).expect("a plan");
        let rates = Rates::default();
        let all = |unknown_rate| {
            let options = CallOptions { child: None, most: 1, rates: &rates, unknown_rate, runs: 5, seed: Some("x") };
            calls(&matched, &options, &ONE).expect("an answer")
        };
        let placed = u64::from(matched.plan().totals.placed);
        let ends = all(None);
        prop_assert_eq!((ends.first_calls.unknown_accept, ends.all_calls.expect("runs").unknown_accept), (100 * placed, 100 * placed));
        let locked = ends.children.iter().filter(|c| c.locked).count() as u64;
        prop_assert_eq!((ends.first_calls.unknown_decline, ends.all_calls.expect("runs").unknown_decline), (100 * locked, 100 * locked));
        let some = all(Some(rate));
        prop_assert_eq!(some.first_calls.unknown_accept, 100 * locked + u64::from(rate) * (placed - locked));
        prop_assert!(some.all_calls.expect("runs").unknown_accept <= 100 * placed);
    }

    /// A question is decisive if, and only if, an answer puts the child elsewhere and keeping the plan would be worse.
    #[test]
    fn needs_that_are_not_known_are_asked_for_when_they_matter((recipe, strict) in small()) {
        let mut document = recipe.document();
        document.children.iter_mut().for_each(|child| child.needs = None);
        document.families.iter_mut().enumerate().for_each(|(at, family)| family.highest_needs = Some(u8::try_from(at % 5 + 1).expect("small")));
        let mut policy = contested(strict);
        policy.rules.get_mut("needs.above_capacity").expect("a rule").mode = hemvist::policy::Mode::Require;
        let matched = Matched::new(pool(document), &policy, &MatchOptions::default()).expect("a plan");
        let before = homes(matched.plan());
        if matched.plan().status != Status::Optimal {
            return Ok(());
        }
        for child in questions_of_all(&matched, &ONE).expect("an answer").children {
            let asked = child.decisive.iter().find(|d| d.question.code() == "child.needs");
            let told: Vec<_> = asked.iter().flat_map(|d| &d.answers).map(|a| (serde_json::to_value(&a.answer).expect("JSON"), a.home.clone(), a.regret.map(|r| (r.urgency, r.network, r.fit)))).collect();
            let bears = matched.pool().families().any(|f| {
                hemvist::explain::explain(matched.pool(), matched.policy(), matched.pool().child_idx(&child.child).expect("a child"), f).eligible
            });
            let mut expected = Vec::new();
            for level in (1..=5_u8).filter(|_| bears) {
                let fill = |d: &mut hemvist::input::PoolDocument| {
                    d.children.iter_mut().find(|c| c.id == child.child).expect("a child").needs = Some(level);
                };
                let plan = from_nothing(&matched, fill).expect("still a pool");
                let home = homes(&plan)[&child.child].clone();
                if home == before[&child.child] || plan.status != Status::Optimal {
                    continue;
                }
                // The present plan, kept: every pair locked, everyone else without a home banned from all.
                let kept = from_nothing(&matched, |d| {
                    fill(d);
                    d.choices.clear();
                    for (child, home) in &before {
                        match home {
                            Some(home) => d.choices.push(choice(ChoiceKind::Lock, child, home)),
                            None => d.choices.extend(d.families.iter().map(|f| choice(ChoiceKind::Ban, child, &f.id)).collect::<Vec<_>>()),
                        }
                    }
                });
                let kept = kept.filter(|kept| kept.status == Status::Optimal).map(|kept| {
                    let (best, kept) = (plan.objective.tiers, kept.objective.tiers);
                    (best.urgency - kept.urgency, best.network - kept.network, best.fit - kept.fit)
                });
                if kept != Some((0, 0, 0)) {
                    expected.push((serde_json::json!({"level": level}), home, kept));
                }
            }
            if strict {
                prop_assert_eq!(told, expected);
            }
        }
    }

    /// One weight at a time, by nothing or by double: the plans of policies that say so.
    #[test]
    fn turns_are_plans_of_other_policies((recipe, strict) in small()) {
        let matched = matched(recipe, strict);
        let range = WeightRange { share: 1000, samples: 0, steps: 1, ..WeightRange::default() };
        let found = robustness(&matched, &range, &ONE).expect("an answer");
        let before = homes(matched.plan());
        let mut first: BTreeMap<String, (Criterion, i32, Option<String>)> = BTreeMap::new();
        let mut turns: BTreeMap<Criterion, u32> = BTreeMap::new();
        for criterion in Criterion::ALL {
            let mut turned: Vec<String> = Vec::new();
            for change in [-1000, 1000] {
                let mut policy = matched.policy().policy().clone();
                weigh(&mut policy, criterion, |weight| if change < 0 { 0 } else { weight * 2 });
                let options = MatchOptions { threads: 1, ..MatchOptions::default() };
                let plan = match_pool(matched.pool(), &policy, &options).expect("a plan");
                for (child, home) in homes(&plan) {
                    if home != before[&child] {
                        turned.push(child.clone());
                        first.entry(child).or_insert((criterion, change, home));
                    }
                }
            }
            turned.sort();
            turned.dedup();
            turns.insert(criterion, u32::try_from(turned.len()).expect("few"));
        }
        for child in &found.children {
            let told = child.first_turn.as_ref().map(|turn| (turn.criterion, turn.change, turn.home.clone()));
            prop_assert_eq!(told, first.get(&child.child).cloned());
        }
        for effect in &found.criteria {
            prop_assert_eq!(effect.turns, turns[&effect.criterion]);
        }
    }

    /// However little work is allowed, answers are given, and what is not proven says so.
    #[test]
    fn limited_answers_say_so((recipe, strict) in small(), work in 0_u64..300) {
        let matched = matched(recipe, strict);
        let limited = AskOptions { work_limit: Some(work), threads: 1, ..AskOptions::default() };
        for found in alternatives_of_all(&matched, 2, &limited).expect("an answer") {
            for family in &found.families {
                let exact = why_not(&matched, &found.child, &family.family, &ONE).expect("an answer");
                let exact = exact.regret.expect("a plan with the pair");
                prop_assert!(family.regret.value >= exact.value, "no plan is worth more than the best");
                prop_assert!(!family.regret.proven || family.regret == exact);
            }
        }
        prop_assert!(ties(&matched, &limited).is_ok());
        prop_assert!(choices(&matched, &limited).is_ok());
        let range = WeightRange { samples: 2, steps: 1, ..WeightRange::default() };
        let found = robustness(&matched, &range, &limited).expect("an answer");
        prop_assert!(found.proven <= found.plans);
    }

    /// Threads and the order of the input change no byte of any answer.
    #[test]
    fn answers_have_one_form((recipe, strict) in small(), shuffle in any::<u64>()) {
        let document = recipe.document();
        let policy = contested(strict);
        let answers = |document, threads| -> Vec<Vec<u8>> {
            let matched = Matched::new(pool(document), &policy, &MatchOptions { threads, ..MatchOptions::default() }).expect("a plan");
            let options = AskOptions { threads, ..AskOptions::default() };
            let rates = Rates::default();
            let call = CallOptions { child: None, most: 2, rates: &rates, unknown_rate: Some(50), runs: 2, seed: None };
            let range = WeightRange { samples: 2, steps: 1, ..WeightRange::default() };
            let mut all: Vec<Vec<u8>> = alternatives_of_all(&matched, 2, &options).expect("an answer").iter().map(|a| a.to_bytes().expect("a form")).collect();
            all.push(ties(&matched, &options).expect("an answer").to_bytes().expect("a form"));
            all.push(choices(&matched, &options).expect("an answer").to_bytes().expect("a form"));
            all.push(questions_of_all(&matched, &options).expect("an answer").to_bytes().expect("a form"));
            all.push(calls(&matched, &call, &options).expect("an answer").to_bytes().expect("a form"));
            all.push(robustness(&matched, &range, &options).expect("an answer").to_bytes().expect("a form"));
            all.push(groups(&matched, &Labels::by_municipality(matched.pool()), 2).expect("an answer").to_bytes().expect("a form"));
            all
        };
        let first = answers(document.clone(), 1);
        prop_assert_eq!(answers(document.clone(), 2), first.clone());
        prop_assert_eq!(answers(hemvist_testkit::pools::shuffled(&document, shuffle), 3), first);
    }
}

#[test]
fn options_and_labels_that_cannot_be_are_refused() {
    let recipe = Recipe {
        children: 3,
        families: 2,
        seed: 5,
    };
    let matched = matched(recipe, true);
    let told = |error: MatchError| match error {
        MatchError::Refused(problems) => problems
            .iter()
            .map(|p| (p.code, p.path.to_string()))
            .collect::<Vec<_>>(),
        other => panic!("{other}"),
    };
    let at = |code: Code, path: &str| (code, path.to_owned());
    let range = WeightRange {
        share: 0,
        samples: 100_001,
        steps: 101,
        seed: Some(""),
        shares: BTreeMap::from([(Criterion::Age, 1001)]),
    };
    let expected = ["seed", "share", "shares.age", "samples", "steps"].map(|path| at(Code::OptionOutOfRange, path));
    assert_eq!(told(robustness(&matched, &range, &ONE).expect_err("refused")), expected);
    let rates = Rates::from_json(br#"{"format": "hemvist.rates/1", "rates": [{"child": "C-001", "family": "F-9", "rate": 1},
        {"child": "C-001", "family": "F-001", "rate": 1}, {"child": "C-001", "family": "F-001", "rate": 2}, {"child": "X", "family": "F-001", "rate": 2}]}"#).expect("rates");
    let call = CallOptions {
        child: None,
        most: 2,
        rates: &rates,
        unknown_rate: None,
        runs: 0,
        seed: None,
    };
    let expected = [
        at(Code::UnknownFamily, "rates[0].family"),
        at(Code::SamePairTwice, "rates[2]"),
        at(Code::UnknownChild, "rates[3].child"),
    ];
    assert_eq!(told(calls(&matched, &call, &ONE).expect_err("refused")), expected);
    let none = Rates::default();
    let call = CallOptions {
        child: None,
        most: 2,
        rates: &none,
        unknown_rate: Some(101),
        runs: 100_001,
        seed: Some(""),
    };
    let expected = ["unknown_rate", "runs", "seed"].map(|path| at(Code::OptionOutOfRange, path));
    assert_eq!(told(calls(&matched, &call, &ONE).expect_err("refused")), expected);
    let labels = Labels::from_json(br#"{"format": "hemvist.labels/1", "labels": [{"child": "C-001", "label": "a"}, {"child": "C-001", "label": "b"},
        {"child": "C-9", "label": "<b>"}, {"child": "C-002", "label": "19811218-9876"}]}"#).expect("labels");
    let expected = [
        at(Code::OptionOutOfRange, "least"),
        at(Code::Repeated, "labels[1].child"),
        at(Code::UnknownChild, "labels[2].child"),
        at(Code::IdForm, "labels[2].label"),
        at(Code::IdentityNumber, "labels[3].label"),
    ];
    assert_eq!(told(groups(&matched, &labels, 0).expect_err("refused")), expected);
    assert_eq!(
        told(questions(&matched, "C-9", &ONE).expect_err("refused")),
        [at(Code::AskedUnknownChild, "child")]
    );
    assert_eq!(
        told(why_not(&matched, "C-9", "F-9", &ONE).expect_err("refused")),
        [
            at(Code::AskedUnknownChild, "child"),
            at(Code::AskedUnknownFamily, "family")
        ]
    );
}

/// Every answer is about people, and debug output ends in logs.
#[test]
fn debug_output_names_nobody() {
    let recipe = Recipe {
        children: 9,
        families: 6,
        seed: 5,
    };
    let matched = matched(recipe, true);
    let document = matched.pool().document();
    let child = &document.children[0].id;
    let (rates, labels) = (Rates::default(), Labels::by_gender(matched.pool()));
    let call = CallOptions {
        child: None,
        most: 2,
        rates: &rates,
        unknown_rate: None,
        runs: 2,
        seed: None,
    };
    let changes = hemvist::changes::Changes {
        left: vec![child.clone()],
        ..Default::default()
    };
    let rank = hemvist::rank::Rank::of(
        matched.pool(),
        matched.policy(),
        child,
        hemvist::rank::RankOptions::default(),
    )
    .expect("a rank");
    let texts = [
        format!("{matched:?} {changes:?} {rank:?} {labels:?} {rates:?}"),
        format!("{:?}", alternatives_of_all(&matched, 2, &ONE).expect("an answer")),
        format!(
            "{:?}",
            why_not(&matched, child, &document.families[0].id, &ONE).expect("an answer")
        ),
        format!(
            "{:?}",
            hemvist::ask::what_if(&matched, &changes, None, &ONE).expect("an answer")
        ),
        format!("{:?}", choices(&matched, &ONE).expect("an answer")),
        format!("{:?}", ties(&matched, &ONE).expect("an answer")),
        format!("{:?}", questions_of_all(&matched, &ONE).expect("an answer")),
        format!("{:?}", calls(&matched, &call, &ONE).expect("an answer")),
        format!(
            "{:?}",
            robustness(&matched, &WeightRange::default(), &ONE).expect("an answer")
        ),
    ];
    let ids = document
        .children
        .iter()
        .map(|c| &c.id)
        .chain(document.families.iter().map(|f| &f.id));
    for id in ids {
        let told = texts.iter().find(|text| text.contains(id.as_str()));
        assert_eq!(told, None, "{id}");
    }
}

/// A lock beside a locked sibling under a floor: the checker's prices are rounded as the solver's are.
#[test]
fn calls_under_a_promise_are_proven() {
    let recipe = Recipe {
        children: 8,
        families: 4,
        seed: 2977,
    };
    let mut policy = Policy::default();
    policy.objective.fairness = Fairness::Alone;
    let pool = Pool::from_document(recipe.document()).expect("made pools are valid");
    let matched = Matched::new(pool, &policy, &MatchOptions::default()).expect("can be matched");
    let rates = Rates::default();
    let options = CallOptions {
        child: None,
        most: 3,
        rates: &rates,
        unknown_rate: None,
        runs: 0,
        seed: None,
    };
    assert!(calls(&matched, &options, &ONE).is_ok());
}
