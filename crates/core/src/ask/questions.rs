//! Facts that are not known: which of them could change what is proposed for a child.
//!
//! Where a field is left out, a fit is an interval and a rule may be asleep. For each such fact that bears on a child,
//! a few possible answers are filled in and the pool is matched anew. A question is decisive for a child if some answer
//! to it puts the child elsewhere *and* keeping the present plan would then be a loss, or not be allowed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::answers::{PossibleAnswer, Subject, answers, fill, subjects};
use super::regret::{Move, Regret, Sentences};
use crate::explain::{Explanation, Question, explain};
use crate::input::Day;
use crate::lang::Lang;
use crate::matching::{AskOptions, MatchError, Matched};
use crate::plan::Status;
use crate::policy::Mode;
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::Rule;

/// The only value of [`Questions::format`].
pub const QUESTIONS_FORMAT: &str = "hemvist.questions/1";

/// Facts that are not known and could change the proposal (`hemvist.questions/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Questions {
    /// Always `hemvist.questions/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How good the plan is known to be.
    pub status: Status,
    /// How many possible answers were tried.
    pub tried: u32,
    /// The children asked about, in the order of ids.
    pub children: Vec<ChildQuestions>,
}

/// What is not known and bears on one child.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChildQuestions {
    /// The child.
    pub child: String,
    /// Where the plan has it; `null`: nowhere.
    pub home: Option<String>,
    /// How many facts that are not known bear on it, of its own and of families that it could go to.
    pub unknown: u32,
    /// Those that could change its proposal, the one to ask first: the present plan would not be allowed, then what
    /// would be lost by keeping it, then in the order of questions and ids.
    pub decisive: Vec<DecisiveQuestion>,
}

/// A question whose answer could change the proposal for a child.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DecisiveQuestion {
    /// The field that would answer it, such as `family.smoking`.
    pub question: Question,
    /// Who it is about.
    pub about: Subject,
    /// The answers that change the proposal, of those tried.
    pub answers: Vec<DecisiveAnswer>,
    /// The question and what hangs on it, in one sentence.
    pub sentence: Sentences,
}

/// An answer that would change the proposal for a child.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DecisiveAnswer {
    /// The answer.
    pub answer: PossibleAnswer,
    /// Where the child would be proposed to go; `null`: nowhere.
    pub home: Option<String>,
    /// What the pool would lose if the present plan were kept all the same; `null`: it would not be allowed.
    pub regret: Option<Regret>,
}

impl super::Document for Questions {}

impl std::fmt::Debug for Questions {
    /// Counts only: an answer is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Questions")
            .field("children", &self.children.len())
            .finish_non_exhaustive()
    }
}

/// The facts that are not known and could change the proposal for one child.
///
/// # Errors
/// That no child has this id; else as a match.
///
/// # Complexity
/// One match for each answer tried: two to five for each fact that is not known, and one per home where a place is
/// asked for.
///
/// # Examples
/// Whether anyone smokes in the home decides for a child who does not tolerate smoke.
/// ```
/// use hemvist::ask::{AskOptions, Matched, questions};
/// use hemvist::{input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "own_children": [],
///                   "ages": {"from": 0, "to": 20}, "highest_needs": 2, "base_training": true, "placements_so_far": 9,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "needs": 2, "placement": "long_term",
///                   "allergies": ["smoke"]}]
/// }"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let found = questions(&matched, "c1", &AskOptions::default())?;
/// let first = &found.children[0].decisive[0];
/// assert_eq!(first.question.code(), "family.smoking");
/// assert_eq!(
///     first.sentence.en,
///     "does anyone smoke in the home? (f1); if yes: c1 would lose f1 and be without a home"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn questions(matched: &Matched, child: &str, options: &AskOptions<'_>) -> Result<Questions, MatchError> {
    let child = super::child(matched.pool(), child)?;
    of_children(matched, &[child], options)
}

/// [`questions`] for every child who needs a placement; an answer that bears on several is tried once.
///
/// # Errors
/// As [`questions`].
///
/// # Complexity
/// One match for each answer tried.
pub fn questions_of_all(matched: &Matched, options: &AskOptions<'_>) -> Result<Questions, MatchError> {
    of_children(matched, &matched.task().items, options)
}

/// A fact filled in.
type Scenario = (Question, Subject, PossibleAnswer);

/// What comes of it: where everyone would be, and what keeping the plan would lose.
struct Outcome {
    bin_of: Vec<Option<u32>>,
    regret: Option<Regret>,
}

fn of_children(matched: &Matched, children: &[ChildIdx], options: &AskOptions<'_>) -> Result<Questions, MatchError> {
    let mut raised: Vec<BTreeMap<(Question, Subject), BTreeSet<PossibleAnswer>>> = Vec::new();
    for &child in children {
        raised.push(
            if matched.plan().status == Status::Infeasible || matched.item(child).is_none() {
                BTreeMap::new()
            } else {
                unknown_of(matched, child)
            },
        );
    }
    let scenarios = raised.iter().flatten().flat_map(|((question, subject), answers)| {
        answers
            .iter()
            .map(|answer| (*question, subject.clone(), answer.clone()))
    });
    let scenarios: Vec<Scenario> = scenarios.collect::<BTreeSet<_>>().into_iter().collect();
    let outcomes = super::for_each(&scenarios, options, |scenario, options| {
        try_out(matched, scenario, options)
    })?;
    let outcomes: BTreeMap<&Scenario, Outcome> = scenarios
        .iter()
        .zip(outcomes)
        .filter_map(|(scenario, outcome)| Some((scenario, outcome?)))
        .collect();
    let children = children
        .iter()
        .zip(&raised)
        .map(|(&child, raised)| child_questions(matched, child, raised, &outcomes));
    Ok(Questions {
        format: QUESTIONS_FORMAT,
        as_of: matched.pool().as_of(),
        status: matched.plan().status,
        tried: u32::try_from(scenarios.len()).unwrap_or(u32::MAX),
        children: children.collect(),
    })
}

/// Every fact that is not known and bears on a child, with the answers to try.
fn unknown_of(matched: &Matched, child: ChildIdx) -> BTreeMap<(Question, Subject), BTreeSet<PossibleAnswer>> {
    let (pool, policy) = (matched.pool(), matched.policy());
    let mut homes: Vec<FamilyIdx> = Vec::new();
    let mut unknown: BTreeSet<(Question, Subject)> = BTreeSet::new();
    for family in pool.families() {
        let found = explain(pool, policy, child, family);
        if !could_be_eligible(pool, &found, child, family) {
            continue;
        }
        if found.eligible {
            homes.push(family);
        }
        let mut asked = found.questions;
        if found
            .reasons
            .iter()
            .any(|r| matches!(r.rule, Rule::KeepAway | Rule::ProtectedArea))
        {
            // A home whose place is not known is taken to lie in every zone.
            asked.push(Question::FamilyLocation);
        }
        let about = asked
            .iter()
            .flat_map(|&q| subjects(pool, q, child, family).into_iter().map(move |s| (q, s)));
        unknown.extend(about);
    }
    let tried = |(question, subject)| {
        let tried = answers(pool, policy.policy(), question, child, &homes);
        ((question, subject), tried.into_iter().collect())
    };
    unknown.into_iter().map(tried).collect()
}

/// Whether no rule stops a pair but such as could fall with a fact that is not known.
fn could_be_eligible(pool: &Pool, found: &Explanation, child: ChildIdx, family: FamilyIdx) -> bool {
    let mut stopping = found.reasons.iter().filter(|reason| reason.mode == Mode::Require);
    stopping.all(|reason| match reason.rule {
        Rule::GenderNotTaken => pool.child(child).gender.is_none(),
        Rule::KeepAway | Rule::ProtectedArea => pool.family(family).location.is_none(),
        _ => false,
    })
}

/// Matches the pool with a fact filled in; `None` if nothing comes of it.
fn try_out(
    matched: &Matched,
    (question, subject, answer): &Scenario,
    options: &AskOptions<'_>,
) -> Result<Option<Outcome>, MatchError> {
    let mut document = matched.pool().document().clone();
    fill(&mut document, *question, subject, answer);
    let Ok(pool) = Pool::from_document_with(document, matched.pool().options()) else {
        return Ok(None);
    };
    let run = matched.run(&pool, matched.policy(), options)?;
    if run.answer.status == Status::Infeasible {
        return Ok(None);
    }
    let worth = |bin_of: &[Option<u32>]| run.task.worth_of(&run.goal, bin_of);
    let best = worth(&run.answer.bin_of).ok_or(MatchError::Internal("placed without an edge"))?;
    let proven = [matched.answer().status, run.answer.status]
        .iter()
        .all(|&s| s == Status::Optimal);
    let kept = worth(&matched.answer().bin_of);
    Ok(Some(Outcome {
        regret: kept.map(|kept| Regret::between(matched, best, kept, proven)),
        bin_of: run.answer.bin_of,
    }))
}

fn child_questions(
    matched: &Matched,
    child: ChildIdx,
    raised: &BTreeMap<(Question, Subject), BTreeSet<PossibleAnswer>>,
    outcomes: &BTreeMap<&Scenario, Outcome>,
) -> ChildQuestions {
    let pool = matched.pool();
    let item = matched.item(child);
    let home = item.map_or_else(|| pool.stays(child), |item| matched.home(item));
    let id = |family: FamilyIdx| pool.family(family).id.clone();
    let mut decisive: Vec<DecisiveQuestion> = Vec::new();
    for ((question, subject), answers) in raised {
        let tried = answers.iter().filter_map(|answer| {
            let outcome = outcomes.get(&(*question, subject.clone(), answer.clone()))?;
            let then = outcome.bin_of[item? as usize].map(|bin| FamilyIdx::from_row(bin as usize));
            let matters = outcome.regret.is_none_or(|regret| regret.value > 0);
            (then != home && matters).then(|| DecisiveAnswer {
                answer: answer.clone(),
                home: then.map(id),
                regret: outcome.regret,
            })
        });
        let answers: Vec<DecisiveAnswer> = tried.collect();
        if !answers.is_empty() {
            let child = &pool.child(child).id;
            let home = home.map(id);
            decisive.push(DecisiveQuestion {
                question: *question,
                about: subject.clone(),
                sentence: Sentences::new(|lang| say(child, home.as_ref(), *question, subject, &answers, lang)),
                answers,
            });
        }
    }
    decisive.sort_by_key(|found| {
        let stands = found.answers.iter().all(|answer| answer.regret.is_some());
        let lost = found
            .answers
            .iter()
            .filter_map(|answer| Some(answer.regret?.value))
            .max();
        (stands, Reverse(lost))
    });
    ChildQuestions {
        child: pool.child(child).id.clone(),
        home: home.map(id),
        unknown: u32::try_from(raised.len()).unwrap_or(u32::MAX),
        decisive,
    }
}

/// The question, about whom, and where each answer would put the child.
fn say(
    child: &str,
    home: Option<&String>,
    question: Question,
    subject: &Subject,
    answers: &[DecisiveAnswer],
    lang: Lang,
) -> String {
    let mut by_home: Vec<(&Option<String>, Vec<String>)> = Vec::new();
    for answer in answers {
        let words = answer.answer.sentence(lang);
        match by_home.iter_mut().find(|(home, _)| *home == &answer.home) {
            Some((_, all)) => all.push(words),
            None => by_home.push((&answer.home, vec![words])),
        }
    }
    let or = lang.pick(" or ", " eller ");
    let parts = by_home.into_iter().map(|(to, words)| {
        let moved = Move {
            child: child.to_owned(),
            from: home.cloned(),
            to: to.clone(),
        };
        format!("{} {}: {}", lang.pick("if", "om"), words.join(or), moved.sentence(lang))
    });
    let parts: Vec<String> = parts.collect();
    format!("{} ({}); {}", question.sentence(lang), subject.id(), parts.join("; "))
}
