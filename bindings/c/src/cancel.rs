//! A flag that one thread raises to stop work in another.

use hemvist::matching::Cancel;

use crate::call::guard;
use crate::error::hemvist_error;
use crate::handle::{self, Opaque};

/// A flag that stops work: hand it to the work in `hemvist_run_options`, and raise it from any thread.
///
/// Free it with `hemvist_cancel_free` once no call that was given it has still to begin; work under way keeps what it
/// needs. It may be used by several threads at once.
pub struct hemvist_cancel {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_cancel {
    type Inner = Cancel;
    const TAG: u64 = u64::from_be_bytes(*b"hv:stop\0");
}

/// Makes a flag that is not raised. Thread-safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_cancel_new(
    cancel_out: *mut *mut hemvist_cancel,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let out = call.out("cancel_out", cancel_out)?;
            out.set(handle::give(Cancel::default()));
            Ok(())
        })
    }
}

/// Raises the flag, for good: work that has it ends soon, with the best answer it knows. Thread-safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_cancel_raise(
    cancel: *const hemvist_cancel,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            call.handle("cancel", cancel)?.cancel();
            Ok(())
        })
    }
}

/// Frees a flag; NULL is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_cancel_free(cancel: *mut hemvist_cancel) {
    // SAFETY: the contract at the head of hemvist.h.
    crate::call::shield((), || unsafe { handle::free(cancel) });
}
