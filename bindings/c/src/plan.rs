//! Plans: the document, the plan as columns, and the record of the run.

use std::num::NonZero;

use hemvist::audit::AuditRecord;
use hemvist::matching::{Cancel, MatchOptions, Matched};
use hemvist::plan::{Plan, Status, Warning};

use crate::buffer::{Bytes, hemvist_buffer};
use crate::call::{guard, not_canonical, shield};
use crate::error::hemvist_error;
use crate::handle::{self, Opaque};
use crate::options::Run;
use crate::pool::{hemvist_pool, row};

/// No plan is worth more: proven, and checked by code that is not the solver's.
pub const HEMVIST_STATUS_OPTIMAL: i32 = 0;
/// A limit was reached, or the run was stopped: the best answer known, with a proven bound.
pub const HEMVIST_STATUS_FEASIBLE: i32 = 1;
/// The locks contradict, so nobody is placed; the document says which.
pub const HEMVIST_STATUS_INFEASIBLE: i32 = 2;
/// A limit was reached before any answer that keeps every promise was found; nobody is placed.
pub const HEMVIST_STATUS_UNKNOWN: i32 = 3;

/// The child has a proposed home.
pub const HEMVIST_CHILD_PLACED: i32 = 0;
/// The child has none.
pub const HEMVIST_CHILD_UNPLACED: i32 = 1;
/// The child stays where it lives.
pub const HEMVIST_CHILD_STAYS: i32 = 2;

/// A proposal for a whole pool, with what it was made from, so that it can be asked further. It does not change.
///
/// Free it with `hemvist_plan_free`. It may move between threads, and one thread may use it at a time; make one plan for
/// each thread that needs one.
pub struct hemvist_plan {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_plan {
    type Inner = Planned;
    const TAG: u64 = u64::from_be_bytes(*b"hv:plan\0");
}

/// A matched pool, and what the record of the run needs besides.
pub(crate) struct Planned {
    matched: Matched,
    seed: Option<String>,
    work_limit: Option<u64>,
}

impl Planned {
    pub(crate) fn new(matched: Matched, run: &Run<'_>) -> Self {
        Self {
            matched,
            seed: run.seed.map(str::to_owned),
            work_limit: run.work_limit,
        }
    }

    /// The plan after changes, whose lots are drawn by the same seed.
    pub(crate) fn after(&self, matched: Matched, work_limit: Option<u64>) -> Self {
        Self {
            matched,
            seed: self.seed.clone(),
            work_limit,
        }
    }

    /// The pool that was matched.
    pub(crate) fn matched(&self) -> &Matched {
        &self.matched
    }

    fn plan(&self) -> &Plan {
        self.matched.plan()
    }

    /// The options of the run, as the record needs them. The caller's flag may have been raised since, for another run,
    /// so the plan says whether this one was stopped.
    fn options(&self) -> MatchOptions<'_> {
        let stopped = Cancel::default();
        if self.plan().warnings.contains(&Warning::NotRepeatable) {
            stopped.cancel();
        }
        MatchOptions {
            seed: self.seed.as_deref(),
            work_limit: self.work_limit,
            cancel: Some(stopped),
            ..MatchOptions::default()
        }
    }
}

/// A plan's status as C knows it.
fn status(status: Status) -> i32 {
    match status {
        Status::Optimal => HEMVIST_STATUS_OPTIMAL,
        Status::Feasible => HEMVIST_STATUS_FEASIBLE,
        Status::Infeasible => HEMVIST_STATUS_INFEASIBLE,
    }
}

/// The plan as a document `hemvist.plan/1`: canonical JSON, the same bytes for the same pool, policy and options.
///
/// Gives a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_plan_document(
    plan: *const hemvist_plan,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let planned = call.handle("plan", plan)?;
            let out = call.out("document_out", document_out)?;
            Bytes::document(planned.plan())?.give(out);
            Ok(())
        })
    }
}

/// How good the plan is known to be (`HEMVIST_STATUS_…`), and how many children it places, leaves without a home, and
/// lets stay where they live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_plan_summary(
    plan: *const hemvist_plan,
    status_out: *mut i32,
    placed_out: *mut u32,
    unplaced_out: *mut u32,
    stays_out: *mut u32,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?.plan();
            let status_out = call.out("status_out", status_out)?;
            let placed_out = call.out("placed_out", placed_out)?;
            let unplaced_out = call.out("unplaced_out", unplaced_out)?;
            let stays_out = call.out("stays_out", stays_out)?;
            status_out.set(status(plan.status));
            placed_out.set(plan.totals.placed);
            unplaced_out.set(plan.totals.unplaced);
            stays_out.set(plan.totals.stays);
            Ok(())
        })
    }
}

/// The plan as columns: for each child, by its number, the number of the family, or -1 for none; the fit, 0 to 1000, or
/// -1 where no new home is proposed; and what becomes of the child (`HEMVIST_CHILD_…`). For a child who stays, the
/// family is the one it lives in.
///
/// Each array has `length` entries, which must be the number of children of the pool. Errors: `HEMVIST_ARGUMENT_LENGTH`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_plan_columns(
    plan: *const hemvist_plan,
    families_out: *mut i32,
    fits_out: *mut i16,
    states_out: *mut i32,
    length: usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let planned = call.handle("plan", plan)?;
            let (plan, pool) = (planned.plan(), planned.matched().pool());
            let families = call.fill_exactly("families_out", families_out, length, pool.n_children())?;
            let fits = call.fill_exactly("fits_out", fits_out, length, pool.n_children())?;
            let states = call.fill_exactly("states_out", states_out, length, pool.n_children())?;
            families.fill(-1);
            fits.fill(-1);
            states.fill(HEMVIST_CHILD_UNPLACED);
            let number = |family: &str| pool.family_idx(family).map_or(-1, |f| row(f.row()).cast_signed());
            for placed in &plan.placed {
                if let Some(child) = pool.child_idx(&placed.child) {
                    families[child.row()] = number(&placed.family);
                    fits[child.row()] = i16::try_from(placed.fit).unwrap_or(i16::MAX);
                    states[child.row()] = HEMVIST_CHILD_PLACED;
                }
            }
            for stay in &plan.stays {
                if let Some(child) = pool.child_idx(&stay.child) {
                    families[child.row()] = number(&stay.family);
                    states[child.row()] = HEMVIST_CHILD_STAYS;
                }
            }
            Ok(())
        })
    }
}

/// The record of the run that made the plan, a document `hemvist.audit/1`: digests, seed, options, choices with their
/// reasons, and the proposal. `hemvist_replay` runs it again.
///
/// `run` is your own count of runs on this pool, so that trying seeds until one pleases leaves a trace; 0: not counted.
/// Gives a buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_plan_audit(
    plan: *const hemvist_plan,
    run: u32,
    record_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let planned = call.handle("plan", plan)?;
            let out = call.out("record_out", record_out)?;
            let run = NonZero::new(run).map(NonZero::get);
            let matched = planned.matched();
            let policy = matched.policy().policy();
            let record = AuditRecord::new(matched.pool(), policy, &planned.options(), matched.plan(), run);
            let record = record.and_then(|record| record.to_bytes()).map_err(not_canonical)?;
            Bytes::new(record).give(out);
            Ok(())
        })
    }
}

/// The pool that the plan was made from: the one that was matched, or for a plan of `hemvist_what_if` that with the changes
/// in it, to be kept or matched again. It is the same pool, not a copy of it, and either may be freed first.
///
/// Gives a pool.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_plan_pool(
    plan: *const hemvist_plan,
    pool_out: *mut *mut hemvist_pool,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let planned = call.handle("plan", plan)?;
            let out = call.out("pool_out", pool_out)?;
            out.set(handle::give(planned.matched().shared_pool()));
            Ok(())
        })
    }
}

/// Frees a plan; NULL is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_plan_free(plan: *mut hemvist_plan) {
    // SAFETY: the contract at the head of hemvist.h.
    shield((), || unsafe { handle::free(plan) });
}
