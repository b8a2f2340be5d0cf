//! The plan answers back: what else was possible, what stands in the way, what would change, how much rests on what.
//!
//! Every function reads a [`Matched`] pool and changes nothing. Values are exact: a question that forces or forbids
//! something is answered by the best plan under that condition, whose value is that of a match from nothing. Where a
//! limit keeps that from being proven, the answer says so (`proven`).
//!
//! Answers are documents with a format and number of their own (`hemvist.alternatives/1` …): [`Document::to_bytes`]
//! gives canonical JSON, the same bytes for the same pool, policy, options and question, whatever the order of the
//! input and the number of threads. They hold ids, codes and whole numbers; sentences are in Swedish and English.
//!
//! Refuses to know how anything is solved, and what a caller does with an answer.

mod alternatives;
mod answers;
mod calls;
mod choices;
mod groups;
mod questions;
mod rates;
mod regret;
mod robustness;
mod ties;
mod what_if;
mod why_not;

pub use alternatives::{ALTERNATIVES_FORMAT, Alternative, Alternatives, alternatives, alternatives_of_all};
pub use answers::{PossibleAnswer, Subject};
pub use calls::{CALLS_FORMAT, Call, CallOptions, Calls, ChildCalls, Expected, calls};
pub use choices::{CHOICES_FORMAT, Choices, PricedChoice, choices};
pub use groups::{GROUPS_FORMAT, Group, Groups, LABELS_FORMAT, LEAST_TOLD, Label, Labels, Share, groups};
pub use questions::{
    ChildQuestions, DecisiveAnswer, DecisiveQuestion, QUESTIONS_FORMAT, Questions, questions, questions_of_all,
};
pub use rates::{PairRate, RATES_FORMAT, Rates};
pub use regret::{Move, Regret, Sentences};
pub use robustness::{ROBUSTNESS_FORMAT, Robustness, Survival, Turn, WeightEffect, WeightRange, robustness};
pub use ties::{ChildTies, Lot, TIES_FORMAT, Ties, ties};
pub use what_if::{Difference, Price, Side, WHAT_IF_FORMAT, WhatIf, what_if};
pub use why_not::{ShortAnswer, WHY_NOT_FORMAT, WhyNot, why_not};

pub use crate::matching::{AskOptions, Matched};

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::Serialize;

use crate::canonical::{self, CanonicalError};
use crate::matching::{Asking, MatchError, bin};
use crate::plan::build::{self, check_answer};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::problem::{Code, Path, Problem, Problems};
use crate::schema;
use crate::threads::workers;

/// The formats of all answers and their JSON Schemas (draft 2020-12), in the order of names.
///
/// # Examples
/// ```
/// let schemas = hemvist::ask::schemas();
/// assert!(schemas.iter().any(|(format, _)| *format == "hemvist.why_not/1"));
/// ```
pub fn schemas() -> Vec<(&'static str, serde_json::Value)> {
    vec![
        (ALTERNATIVES_FORMAT, schema::of_answer::<Alternatives>()),
        (CALLS_FORMAT, schema::of_answer::<Calls>()),
        (CHOICES_FORMAT, schema::of_answer::<Choices>()),
        (GROUPS_FORMAT, schema::of_answer::<Groups>()),
        (QUESTIONS_FORMAT, schema::of_answer::<Questions>()),
        (ROBUSTNESS_FORMAT, schema::of_answer::<Robustness>()),
        (TIES_FORMAT, schema::of_answer::<Ties>()),
        (WHAT_IF_FORMAT, schema::of_answer::<Difference>()),
        (WHY_NOT_FORMAT, schema::of_answer::<WhyNot>()),
    ]
}

/// A document that answers a question.
pub trait Document: Serialize {
    /// The document as canonical JSON (RFC 8785): equal answers give equal bytes.
    ///
    /// # Errors
    /// [`CanonicalError`] only if a count passes 2^53, which no pool within the limits reaches.
    fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_bytes(self)
    }
}

/// The child of this id, or the problem that there is none.
fn child(pool: &Pool, id: &str) -> Result<ChildIdx, Problems> {
    let unknown = || Problem::new(Code::AskedUnknownChild, Path::of("child")).into();
    pool.child_idx(id).ok_or_else(unknown)
}

/// The child and the family of these ids, or both problems.
fn pair(pool: &Pool, child: &str, family: &str) -> Result<(ChildIdx, FamilyIdx), Problems> {
    let unknown = || Problem::new(Code::AskedUnknownFamily, Path::of("family")).into();
    match (self::child(pool, child), pool.family_idx(family).ok_or_else(unknown)) {
        (Ok(child), Ok(family)) => Ok((child, family)),
        (child, family) => {
            let mut problems = child.err().unwrap_or_default();
            problems.append(family.err().unwrap_or_default());
            Err(problems)
        }
    }
}

/// Checks an answer in the pool's own words before anything is told of it. `locks`: whether every lock must be kept.
fn check(matched: &Matched, answer: &build::Answer, locks: bool) -> Result<(), MatchError> {
    let (pool, task, held) = (matched.pool(), matched.task(), &matched.answer().bin_of);
    let was_held = |child: ChildIdx, family| {
        let item = task.item_of[child.row()];
        item.is_some_and(|item| held[item as usize] == Some(bin(family)))
    };
    check_answer(pool, matched.policy(), task, &answer.bin_of, &was_held, locks)
}

/// Asks something of each entry of a list, on as many threads as the options say, one thread for each question; the
/// answers stand in the order of the list.
fn for_each<T: Sync, R: Send>(
    list: &[T],
    options: &AskOptions<'_>,
    ask: impl Fn(&T, &AskOptions<'_>) -> Result<R, MatchError> + Sync,
) -> Result<Vec<R>, MatchError> {
    let each = of_one(options);
    spread(list, options, || &each, |each, entry| ask(entry, each))
}

/// As [`for_each`], of a matched pool: each thread asks its questions one after the other.
fn for_each_asking<T: Sync, R: Send>(
    matched: &Matched,
    list: &[T],
    options: &AskOptions<'_>,
    ask: impl Fn(&T, &Asking<'_>) -> Result<R, MatchError> + Sync,
) -> Result<Vec<R>, MatchError> {
    let each = of_one(options);
    if !list.is_empty() {
        // What the threads share is made once.
        matched.solved(options);
    }
    spread(
        list,
        options,
        || matched.asking(&each),
        |asking, entry| ask(entry, asking),
    )
}

/// Options of one question among many.
fn of_one<'a>(options: &AskOptions<'a>) -> AskOptions<'a> {
    AskOptions {
        threads: 1,
        progress: None,
        ..options.clone()
    }
}

fn spread<T: Sync, R: Send, S>(
    list: &[T],
    options: &AskOptions<'_>,
    start: impl Fn() -> S + Sync,
    ask: impl Fn(&S, &T) -> Result<R, MatchError> + Sync,
) -> Result<Vec<R>, MatchError> {
    let done = AtomicUsize::new(0);
    let tell = |done| {
        if let Some(progress) = options.progress {
            progress(done, list.len());
        }
    };
    let one = |asking: &S, entry: &T| {
        // Told before each as well, so that a caller who unwinds out of its own function ends a long list at once.
        tell(done.load(Ordering::Relaxed));
        let answer = ask(asking, entry);
        tell(done.fetch_add(1, Ordering::Relaxed) + 1);
        answer
    };
    // Threads take longer to start than one question takes.
    let workers = if list.len() > 1 { workers(options.threads) } else { None };
    match workers {
        None => {
            let asking = start();
            list.iter().map(|entry| one(&asking, entry)).collect()
        }
        Some(workers) => workers.install(|| {
            let entries = list.par_iter();
            entries.map_init(&start, |asking, entry| one(asking, entry)).collect()
        }),
    }
}
