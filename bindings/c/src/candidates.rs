//! All eligible pairs as columns: a graph in compressed rows, as `hemvist_solve` takes one.

use std::ptr;

use hemvist::Path;
use hemvist::candidates::Candidates;

use crate::call::{guard, shield};
use crate::error::hemvist_error;
use crate::handle::{self, Opaque};
use crate::options;
use crate::policy::hemvist_policy;
use crate::pool::hemvist_pool;

/// The eligible pairs of the children who seek a home, in compressed rows.
///
/// Free it with `hemvist_candidates_free`; arrays that were got from it live as long. It may be read by several threads
/// at once. It keeps nothing of the pool.
pub struct hemvist_candidates {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_candidates {
    type Inner = Columns;
    const TAG: u64 = u64::from_be_bytes(*b"hv:pairs");
}

/// The candidates in the types of C.
pub(crate) struct Columns {
    row_starts: Vec<i64>,
    families: Vec<i32>,
    fits: Vec<i16>,
    warnings: Vec<u64>,
}

impl From<Candidates> for Columns {
    fn from(found: Candidates) -> Self {
        // Numbers of rows and fits up to 1000 fit the types by far.
        Self {
            row_starts: found.indptr.iter().map(|&at| crate::call::count(at)).collect(),
            families: (found.families.iter())
                .map(|family| i32::try_from(family.row()).unwrap_or(i32::MAX))
                .collect(),
            fits: found
                .fits
                .iter()
                .map(|&fit| i16::try_from(fit).unwrap_or(i16::MAX))
                .collect(),
            warnings: found.warned.iter().map(|rules| rules.bits().into()).collect(),
        }
    }
}

/// Finds all eligible pairs of the children who seek a home; those who are placed and stay have none.
///
/// `threads` as in `hemvist_score_matrix`. Borrows pool and policy; gives candidates. Thread-safe. Time in proportion to
/// children times families within reach.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_candidates_find(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    threads: u32,
    candidates_out: *mut *mut hemvist_candidates,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let threads = options::threads(Path::of("threads"), threads)?;
            let out = call.out("candidates_out", candidates_out)?;
            out.set(handle::give(Candidates::find(pool, policy, threads).into()));
            Ok(())
        })
    }
}

/// The candidates as arrays that belong to them: those of child `c` are the entries from `row_starts[c]` up to but not
/// including `row_starts[c + 1]` of the other three.
///
/// `*row_starts_out`: one entry more than there are children. `*families_out`: numbers of families, ascending within a
/// child. `*fits_out`: 0 to 1000. `*warnings_out`: the rules that mark the pair, as bits (`hemvist_rule_code`).
/// `*children_out` is the number of children, `*count_out` that of candidates, which is the length of the last three
/// arrays. An array without entries may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_candidates_columns(
    candidates: *const hemvist_candidates,
    row_starts_out: *mut *const i64,
    families_out: *mut *const i32,
    fits_out: *mut *const i16,
    warnings_out: *mut *const u64,
    children_out: *mut usize,
    count_out: *mut usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let columns = call.handle("candidates", candidates)?;
            let row_starts = call.out("row_starts_out", row_starts_out)?;
            let families = call.out("families_out", families_out)?;
            let fits = call.out("fits_out", fits_out)?;
            let warnings = call.out("warnings_out", warnings_out)?;
            let children = call.out("children_out", children_out)?;
            let count = call.out("count_out", count_out)?;
            row_starts.set(first(&columns.row_starts));
            families.set(first(&columns.families));
            fits.set(first(&columns.fits));
            warnings.set(first(&columns.warnings));
            children.set(columns.row_starts.len() - 1);
            count.set(columns.families.len());
            Ok(())
        })
    }
}

/// Frees candidates; NULL is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_candidates_free(candidates: *mut hemvist_candidates) {
    // SAFETY: the contract at the head of hemvist.h.
    shield((), || unsafe { handle::free(candidates) });
}

/// Where an array begins; NULL if it has no entries.
fn first<T>(array: &[T]) -> *const T {
    array.first().map_or(ptr::null(), ptr::from_ref)
}
