//! Questions to a plan: what else was possible, what stands in the way, what would change.
//!
//! Every answer is a document in canonical JSON, the same bytes as the command `hemvist` prints with `--json`, described in
//! docs/reference/answers.md. To add a question: take the handles and texts through [`crate::call::Call`], in the order of
//! the arguments, and hand the engine's function to [`Planned::ask`].

use std::ffi::c_char;
use std::sync::atomic::{AtomicUsize, Ordering};

use hemvist::ask::{
    AskOptions, Document, LEAST_TOLD, Labels, WhatIf, alternatives, alternatives_of_all, choices, groups, questions,
    questions_of_all, ties, what_if, why_not,
};
use hemvist::changes::Changes;
use hemvist::matching::{MatchError, Matched, Progress};
use hemvist::{Code, Path, Problem, Problems};

use crate::buffer::{Bytes, hemvist_buffer};
use crate::call::{guard, not_canonical};
use crate::error::hemvist_error;
use crate::handle;
use crate::log;
use crate::options::{Run, hemvist_run_options};
use crate::plan::{Planned, hemvist_plan};
use crate::policy::hemvist_policy;
use crate::work;

impl Planned {
    /// Asks a question, with someone waiting.
    pub(crate) fn ask<R: Send>(
        &self,
        name: &'static str,
        run: &Run<'_>,
        question: impl FnOnce(&Matched, &AskOptions<'_>) -> Result<R, MatchError> + Send,
    ) -> Result<R, Problems> {
        let matched = self.matched();
        if run.seed.is_some_and(|seed| seed != matched.seed()) {
            return Err(Problem::new(Code::ArgumentUnknown, Path::of("seed")).into());
        }
        log::work(|| format!("{name} begun: {} children", matched.pool().n_children()));
        let options = AskOptions {
            threads: run.threads,
            work_limit: run.work_limit,
            deadline: run.deadline,
            cancel: Some(run.cancel.clone()),
            progress: None,
        };
        let answer = work::run(run.progress, &run.cancel, |report| {
            let most = AtomicUsize::new(0);
            let told = |done: usize, all: usize| {
                // Solves end on several threads; what is told never falls.
                let done = most.fetch_max(done, Ordering::Relaxed).max(done);
                if let Some(report) = report {
                    report(Progress {
                        work: done as u64,
                        value: done as i128,
                        bound: all as i128,
                    });
                }
            };
            let progress = report.is_some().then_some(&told as &(dyn Fn(usize, usize) + Sync));
            question(matched, &AskOptions { progress, ..options })
        });
        log::work(|| format!("{name} ended"));
        Ok(answer?)
    }
}

/// An answer as its bytes.
pub(crate) fn bytes(answer: &impl Document) -> Result<Bytes, Problems> {
    answer.to_bytes().map(Bytes::new).map_err(not_canonical)
}

/// Answers as JSON Lines.
fn lines(answers: &[impl Document]) -> Result<Bytes, Problems> {
    let mut lines = Vec::new();
    for answer in answers {
        lines.extend(answer.to_bytes().map_err(not_canonical)?);
        lines.push(b'\n');
    }
    Ok(Bytes::new(lines))
}

/// The best other families for a child, by what the pool as a whole would lose: for each the exact loss against the plan,
/// in urgency, network homes and points, and who else would move. At most `most` of them.
/// Where a limit keeps a loss from being proven, the answer says so (`proven`), as do the answers below.
///
/// The child is named by its id; NULL: every child who needs a placement, and the document is then JSON Lines, one
/// `hemvist.alternatives/1` for each child in the order of ids, each ended by a newline.
///
/// Borrows everything (`options` NULL: defaults; its `seed` must be NULL or the plan's own); gives a buffer. Time: one
/// solve for each family listed, and a few more. Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`; `HEMVIST_OPTION_OUT_OF_RANGE`,
/// `HEMVIST_ARGUMENT_STRUCT_SIZE`, `HEMVIST_ARGUMENT_UNKNOWN` for the options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_alternatives(
    plan: *const hemvist_plan,
    child: *const c_char,
    child_length: usize,
    most: u32,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let child = call.optional_text("child", child, child_length)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            let most = most as usize;
            let found = plan.ask("alternatives", &run, |matched, options| match child {
                Some(child) => alternatives(matched, child, most, options).map(|one| vec![one]),
                None => alternatives_of_all(matched, most, options),
            })?;
            match (child, &found[..]) {
                (Some(_), [one]) => bytes(one)?,
                (_, all) => lines(all)?,
            }
            .give(out);
            Ok(())
        })
    }
}

/// Why a child does not go to a family, as a document `hemvist.why_not/1`: every rule that stops the pair; or, if none
/// does, exactly what the pool would lose if the child went there, and who would move. Both are named by their ids.
///
/// Borrows everything (`options` NULL: defaults; its `seed` must be NULL or the plan's own); gives a buffer. Time: two
/// solves at most. Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`, `HEMVIST_OPTION_UNKNOWN_FAMILY`; those of
/// `hemvist_alternatives` for the options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_why_not(
    plan: *const hemvist_plan,
    child: *const c_char,
    child_length: usize,
    family: *const c_char,
    family_length: usize,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let child = call.text("child", child, child_length)?;
            let family = call.text("family", family, family_length)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            let answer = plan.ask("why not", &run, |matched, options| {
                why_not(matched, child, family, options)
            })?;
            bytes(&answer)?.give(out);
            Ok(())
        })
    }
}

/// What changes would do: a document `hemvist.changes/1` (locks, bans, refusals, families who come or withdraw, children who
/// come or leave) in, the difference between the plans as a document `hemvist.what_if/1` out. Nothing is kept: the plan that
/// was asked stays as it is.
///
/// `policy` is another policy for the plan after; NULL: the plan's own. If `plan_out` is not NULL it is given the plan
/// after, to be read and asked in its turn; `hemvist_plan_pool` gives its pool, with the changes in it, to be kept.
///
/// Borrows everything (`options` NULL: defaults; its `seed` must be NULL or the plan's own); gives a buffer, and a plan if
/// asked. Time: one match, and one solve for each lock among the changes. Errors: every problem of the changes, with paths
/// such as `choices[0].child`, up to 1000 of them (codes 1001 to 1502); those of `hemvist_match`; those of
/// `hemvist_alternatives` for the options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_what_if(
    plan: *const hemvist_plan,
    changes: *const c_char,
    changes_length: usize,
    policy: *const hemvist_policy,
    options: *const hemvist_run_options,
    difference_out: *mut *mut hemvist_buffer,
    plan_out: *mut *mut hemvist_plan,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let changes = call.bytes("changes", changes, changes_length)?;
            let policy = call.optional_handle("policy", policy)?;
            let run = call.run("options", options)?;
            let out = call.out("difference_out", difference_out)?;
            let plan_out = call.optional_out("plan_out", plan_out)?;
            let changes = Changes::from_json(changes)?;
            let policy = policy.map(|policy| policy.policy());
            let WhatIf { difference, matched } = plan.ask("what if", &run, |matched, options| {
                what_if(matched, &changes, policy, options)
            })?;
            let difference = bytes(&difference)?;
            if let Some(plan_out) = plan_out {
                plan_out.set(handle::give(plan.after(matched, run.work_limit)));
            }
            difference.give(out);
            Ok(())
        })
    }
}

/// What each lock, ban and refusal in force costs the pool, as a document `hemvist.choices/1`.
///
/// Borrows everything (`options` NULL: defaults; its `seed` must be NULL or the plan's own); gives a buffer. Time: one
/// solve for each choice. Errors: those of `hemvist_alternatives` for the options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_choices(
    plan: *const hemvist_plan,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            bytes(&plan.ask("choices", &run, choices)?)?.give(out);
            Ok(())
        })
    }
}

/// Where several plans are equally good and a lot decided, and by whose lot, as a document `hemvist.ties/1`.
///
/// Borrows everything (`options` NULL: defaults; its `seed` must be NULL or the plan's own); gives a buffer. Time: a few
/// solves for each child whose home is not the same in every best plan. Errors: those of `hemvist_alternatives` for the
/// options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_ties(
    plan: *const hemvist_plan,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            bytes(&plan.ask("ties", &run, ties)?)?.give(out);
            Ok(())
        })
    }
}

/// Which facts that are not known could change the proposal, the one to ask first in front, as a document
/// `hemvist.questions/1`. For the child with this id; NULL: for every child who needs a placement.
///
/// Borrows everything (`options` NULL: defaults; its `seed` must be NULL or the plan's own); gives a buffer. Time: one
/// match for each possible answer. Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`; those of `hemvist_alternatives` for the options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_questions(
    plan: *const hemvist_plan,
    child: *const c_char,
    child_length: usize,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let child = call.optional_text("child", child, child_length)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            let answer = plan.ask("questions", &run, |matched, options| match child {
                Some(child) => questions(matched, child, options),
                None => questions_of_all(matched, options),
            })?;
            bytes(&answer)?.give(out);
            Ok(())
        })
    }
}

/// How groups of children fare, as a document `hemvist.groups/1`; no count below `least` children is told (1 to 1000;
/// 0: 5). `labels` is a document `hemvist.labels/1` that puts children in groups, such as `hemvist_pool_labels` gives; labels
/// never enter the fit and are not kept.
///
/// Borrows everything; gives a buffer. Time linear in the pool. Errors: every problem of the labels, with its path (codes
/// 1001 to 1411); `HEMVIST_OPTION_OUT_OF_RANGE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_groups(
    plan: *const hemvist_plan,
    labels: *const c_char,
    labels_length: usize,
    least: u32,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let labels = call.bytes("labels", labels, labels_length)?;
            let out = call.out("document_out", document_out)?;
            let labels = Labels::from_json(labels)?;
            let least = if least == 0 { LEAST_TOLD } else { least };
            bytes(&groups(plan.matched(), &labels, least)?)?.give(out);
            Ok(())
        })
    }
}
