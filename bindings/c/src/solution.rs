//! Solutions of `hemvist_solve`.

use hemvist::{Code, Path, Problem, Problems};
use hemvist_solver::{Solution, Status};

use crate::call::{guard, shield};
use crate::error::hemvist_error;
use crate::handle::{self, Opaque};
use crate::plan::{HEMVIST_STATUS_FEASIBLE, HEMVIST_STATUS_INFEASIBLE, HEMVIST_STATUS_OPTIMAL, HEMVIST_STATUS_UNKNOWN};

/// An answer of `hemvist_solve`. It does not change.
///
/// Free it with `hemvist_solution_free`. It may be read by several threads at once. It keeps nothing of the problem.
pub struct hemvist_solution {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_solution {
    type Inner = Solution;
    const TAG: u64 = u64::from_be_bytes(*b"hv:solve");
}

/// How good the answer is known to be (`HEMVIST_STATUS_…`), what it is worth, and the most that any answer can be worth.
///
/// `*objective_out` is `placed_value` plus value over all placed children, plus all bonuses of pairs. The status is
/// `HEMVIST_STATUS_OPTIMAL` if and only if it equals `*bound_out`, checked by code that is not the solver's. Errors:
/// `HEMVIST_MATCH_TOO_GREAT` for a sum beyond 64 bits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_solution_summary(
    solution: *const hemvist_solution,
    status_out: *mut i32,
    objective_out: *mut i64,
    bound_out: *mut i64,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let solution = call.handle("solution", solution)?;
            let status_out = call.out("status_out", status_out)?;
            let objective_out = call.out("objective_out", objective_out)?;
            let bound_out = call.out("bound_out", bound_out)?;
            let (objective, bound) = (sum(solution.value)?, sum(solution.bound)?);
            status_out.set(match solution.status {
                Status::Optimal => HEMVIST_STATUS_OPTIMAL,
                Status::Feasible => HEMVIST_STATUS_FEASIBLE,
                Status::Infeasible => HEMVIST_STATUS_INFEASIBLE,
                Status::Unknown => HEMVIST_STATUS_UNKNOWN,
            });
            objective_out.set(objective);
            bound_out.set(bound);
            Ok(())
        })
    }
}

/// A sum in 64 bits.
fn sum(sum: i128) -> Result<i64, Problems> {
    i64::try_from(sum).map_err(|_| Problem::new(Code::SumsTooGreat, Path::root()).into())
}

/// The family of each child, by their places in the arrays of the problem; -1: unplaced.
///
/// `length` is the number of entries of `families_out` and must be the number of children. Errors:
/// `HEMVIST_ARGUMENT_LENGTH`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_solution_families(
    solution: *const hemvist_solution,
    families_out: *mut i32,
    length: usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let solution = call.handle("solution", solution)?;
            let families = call.fill_exactly("families_out", families_out, length, solution.bin_of.len())?;
            for (slot, bin) in families.iter_mut().zip(&solution.bin_of) {
                *slot = bin.and_then(|bin| i32::try_from(bin).ok()).unwrap_or(-1);
            }
            Ok(())
        })
    }
}

/// Prices at the root of the proof, in points, rounded: what one more place in each family would be worth, and what each
/// child is worth beyond the places that it competes for.
///
/// `families` and `children` are the numbers of entries of the two arrays and must be those of the problem. Errors:
/// `HEMVIST_ARGUMENT_LENGTH`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_solution_prices(
    solution: *const hemvist_solution,
    family_prices_out: *mut i64,
    families: usize,
    child_prices_out: *mut i64,
    children: usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let solution = call.handle("solution", solution)?;
            let (of_families, of_children) = (&solution.bin_prices, &solution.item_prices);
            let families = call.fill_exactly("family_prices_out", family_prices_out, families, of_families.len())?;
            let children = call.fill_exactly("child_prices_out", child_prices_out, children, of_children.len())?;
            families.copy_from_slice(of_families);
            children.copy_from_slice(of_children);
            Ok(())
        })
    }
}

/// Frees a solution; NULL is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_solution_free(solution: *mut hemvist_solution) {
    // SAFETY: the contract at the head of hemvist.h.
    shield((), || unsafe { handle::free(solution) });
}
