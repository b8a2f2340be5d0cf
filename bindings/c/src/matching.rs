//! Matching: a pool, a policy and options give a plan.

use std::sync::Arc;

use hemvist::matching::{MatchOptions, Matched};

use crate::call::guard;
use crate::error::hemvist_error;
use crate::handle;
use crate::log;
use crate::options::hemvist_run_options;
use crate::plan::{Planned, hemvist_plan};
use crate::policy::hemvist_policy;
use crate::pool::hemvist_pool;
use crate::work;

/// Matches a whole pool: chooses families for children so that, in strict order unless the policy says otherwise, as
/// much urgency as possible is met, as many children as possible who have an eligible network home get one, and the sum
/// of fit is greatest. The same pool, policy and options give the same plan for any number of threads.
///
/// Borrows pool, policy and options (NULL: defaults); gives a plan, which keeps what it needs of them. Thread-safe. May
/// take long; `options` limit it, stop it, and tell how far it is.
///
/// That not every child can be placed, that a limit was reached, or that locks contradict is no error: the plan says it
/// (`hemvist_plan_summary`). Errors: `HEMVIST_OPTION_OUT_OF_RANGE`, `HEMVIST_MATCH_TOO_GREAT`,
/// `HEMVIST_ARGUMENT_STRUCT_SIZE`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_match(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    options: *const hemvist_run_options,
    plan_out: *mut *mut hemvist_plan,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let run = call.run("options", options)?;
            let out = call.out("plan_out", plan_out)?;
            log::work(|| {
                format!(
                    "match begun: {} children, {} families",
                    pool.n_children(),
                    pool.n_families()
                )
            });
            let options = run.matching();
            let matched = work::run(run.progress, &run.cancel, |progress| {
                Matched::new(Arc::clone(pool), policy.policy(), &MatchOptions { progress, ..options })
            })?;
            log::work(|| {
                let totals = &matched.plan().totals;
                format!("match ended: {} placed, {} unplaced", totals.placed, totals.unplaced)
            });
            out.set(handle::give(Planned::new(matched, &run)));
            Ok(())
        })
    }
}
