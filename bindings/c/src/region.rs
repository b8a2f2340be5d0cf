//! What cooperating municipalities ask: one door for every question, a request as JSON, the answer as canonical JSON.

use std::ffi::c_char;
use std::sync::Arc;

use hemvist::matching::MatchOptions;
use hemvist::policy::Policy;
use hemvist_region::request::{Context, answer};

use crate::buffer::{Bytes, hemvist_buffer};
use crate::call::guard;
use crate::error::hemvist_error;
use crate::log;
use crate::options::hemvist_run_options;
use crate::policy::hemvist_policy;
use crate::pool::hemvist_pool;
use crate::work;

/// Answers a question of cooperating municipalities. `request` is a JSON object with `ask`, the name of the question, and its
/// own options beside it, such as `{"ask":"share","budget_ore":450000000,"by":"population"}`; amounts are in ore, hundredths
/// of a krona. The answer is a document with a format of its own, the same bytes as the command `hemvist ask` prints.
///
/// About what the request holds: `ladder`, `secretary_cost`, `break_even`, `contract`, `statistics`. About a pool: `share`,
/// `listing`, `listing_key`, `coverage`, `emergency_board`, `tonight`, `fee_comparison`. About a plan, which is made first:
/// `caseload`, `emergency`, `exchange`, `plan_cost`, `fairness`, `interest`, `gaps`, `simulate`. What each answers, and its
/// options, is in docs/reference/requests.md.
///
/// Borrows everything (`pool` NULL: none; `policy` and `options` NULL: defaults); gives a buffer.
/// Thread-safe. Time: a moment without a pool; a match for a plan; many matches for `gaps` and `simulate`. Errors: every problem of the request, with
/// its path (codes 1001 to 1607); `HEMVIST_VALUE_UNKNOWN_WORD` at `ask` for a question not known,
/// `HEMVIST_DOCUMENT_MISSING_FIELD` at `pool` where one is needed; those of `hemvist_match`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_ask_region(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    request: *const c_char,
    request_length: usize,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.optional_handle("pool", pool)?;
            let policy = call.optional_handle("policy", policy)?;
            let request = call.bytes("request", request, request_length)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            let policy = policy.map_or_else(
                || Policy::default().compile().map(Arc::new),
                |policy| Ok(Arc::clone(policy)),
            )?;
            let options = run.matching();
            log::work(|| "question of municipalities begun".to_owned());
            let answered = work::run(run.progress, &run.cancel, |progress| {
                let context = Context {
                    pool: pool.map(|pool| &**pool),
                    policy: &policy,
                    options: &MatchOptions { progress, ..options },
                };
                answer(request, context)
            });
            log::work(|| "question of municipalities ended".to_owned());
            Bytes::new(answered?).give(out);
            Ok(())
        })
    }
}
