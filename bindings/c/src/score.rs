//! Fits as plain numbers: one pair, a list of pairs, all pairs, and the families for one child in order.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use hemvist::candidates::fit_matrix_into;
use hemvist::fit::{fit, verdict};
use hemvist::rank::best_fits;
use hemvist::rules::Rule;
use hemvist::{Path, Problem};

use crate::call::{guard, shield};
use crate::error::hemvist_error;
use crate::options;
use crate::policy::hemvist_policy;
use crate::pool::{child_at, family_at, hemvist_pool, row};

/// A fit as C knows it.
fn written(fit: Option<u16>) -> i16 {
    fit.and_then(|fit| i16::try_from(fit).ok()).unwrap_or(-1)
}

/// The fit of one pair, 0 to 1000; -1 if a rule rules the pair out.
///
/// Borrows pool and policy. Thread-safe. Errors: `HEMVIST_ARGUMENT_INDEX` for a number that is no child or no family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_score(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    child: u32,
    family: u32,
    fit_out: *mut i16,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let (child, family) = (child_at(pool, child)?, family_at(pool, family)?);
            let out = call.out("fit_out", fit_out)?;
            out.set(written(fit(pool, policy, child, family)));
            Ok(())
        })
    }
}

/// The rules that rule a pair out, and those that mark it, as bits; `hemvist_rule_code` names bit 0, 1, 2, …
///
/// `*fit_out` is the fit, 0 to 1000, also for a pair that is ruled out. Borrows pool and policy. Thread-safe. Errors: as
/// `hemvist_score`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_score_rules(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    child: u32,
    family: u32,
    fit_out: *mut i16,
    stops_out: *mut u64,
    warnings_out: *mut u64,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let (child, family) = (child_at(pool, child)?, family_at(pool, family)?);
            let fit_out = call.out("fit_out", fit_out)?;
            let stops_out = call.out("stops_out", stops_out)?;
            let warnings_out = call.out("warnings_out", warnings_out)?;
            let verdict = verdict(pool, policy, child, family);
            fit_out.set(written(Some(verdict.fit)));
            stops_out.set(verdict.ruled_out.bits().into());
            warnings_out.set(verdict.warned.bits().into());
            Ok(())
        })
    }
}

/// The fits of `count` pairs: of `children[i]` and `families[i]` at `fits_out[i]`, as `hemvist_score` gives them.
///
/// All three arrays have `count` entries. Borrows everything. Thread-safe; on one thread. Errors: as `hemvist_score`, at
/// a path such as `families[12]`; then nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_score_pairs(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    children: *const u32,
    families: *const u32,
    count: usize,
    fits_out: *mut i16,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let children = call.slice("children", children, count)?;
            let families = call.slice("families", families, count)?;
            let fits = call.fill("fits_out", fits_out, count)?;
            let pair = |at: usize| {
                let place = |name| {
                    move |problem| Problem {
                        path: Path::of(name).index(at),
                        ..problem
                    }
                };
                let child = child_at(pool, children[at]).map_err(place("children"))?;
                Ok((child, family_at(pool, families[at]).map_err(place("families"))?))
            };
            let pairs = (0..count).map(pair).collect::<Result<Vec<_>, Problem>>()?;
            for (slot, (child, family)) in fits.iter_mut().zip(pairs) {
                *slot = written(fit(pool, policy, child, family));
            }
            Ok(())
        })
    }
}

/// The fits of all pairs, row by child and column by family: that of child `c` and family `f` is
/// `fits_out[c * families + f]`, 0 to 1000, or -1 if a rule rules the pair out.
///
/// `length` is the number of entries of `fits_out` and must be children times families (`hemvist_pool_size`). `threads`
/// is the number of worker threads, at most 1024; 0: as many as there are processors; the fits do not depend on it.
///
/// Borrows everything. Thread-safe. Errors: `HEMVIST_ARGUMENT_LENGTH`, `HEMVIST_OPTION_OUT_OF_RANGE`. After
/// `HEMVIST_FAULT_PANIC` a part of the array may have been written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_score_matrix(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    threads: u32,
    fits_out: *mut i16,
    length: usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let threads = options::threads(Path::of("threads"), threads)?;
            let needed = pool.n_children() * pool.n_families();
            let fits = call.fill_exactly("fits_out", fits_out, length, needed)?;
            fit_matrix_into(pool, policy, threads, fits);
            Ok(())
        })
    }
}

/// The eligible families for one child, best fit first, equal ones in the order of their numbers; before any pool is
/// matched.
///
/// Writes the first `capacity` of them: their numbers to `families_out`, their fits to `fits_out`, both with room for
/// `capacity` entries. `*count_out` is how many are eligible, which may be more. `hemvist_rank_document` gives the same
/// with reasons.
///
/// Borrows everything. Thread-safe. Errors: `HEMVIST_ARGUMENT_INDEX`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_rank(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    child: u32,
    families_out: *mut u32,
    fits_out: *mut i16,
    capacity: usize,
    count_out: *mut usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let child = child_at(pool, child)?;
            let families = call.fill("families_out", families_out, capacity)?;
            let fits = call.fill("fits_out", fits_out, capacity)?;
            let count = call.out("count_out", count_out)?;
            let best = best_fits(pool, policy, child);
            for (at, &(family, fit)) in best.iter().take(capacity).enumerate() {
                (families[at], fits[at]) = (row(family.row()), written(Some(fit)));
            }
            count.set(best.len());
            Ok(())
        })
    }
}

/// The stable code of a rule, such as `"age.outside_range"`, by its bit; NUL-terminated, lives as long as the program.
/// NULL beyond the last rule. Thread-safe; cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn hemvist_rule_code(rule: u32) -> *const c_char {
    static CODES: OnceLock<Vec<CString>> = OnceLock::new();
    shield(ptr::null(), || {
        let codes = CODES.get_or_init(|| {
            let text = |rule: &Rule| CString::new(rule.code()).unwrap_or_default();
            Rule::ALL.iter().map(text).collect()
        });
        codes.get(rule as usize).map_or(ptr::null(), |code| code.as_ptr())
    })
}
