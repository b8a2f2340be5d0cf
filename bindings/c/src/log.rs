//! The log: the one thing that the library keeps between calls, and only if asked to.

use std::cell::Cell;
use std::ffi::{CString, c_char, c_void};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::call::{choose, guard};
use crate::error::{Failure, hemvist_error};

/// Nothing is told.
pub const HEMVIST_LOG_NONE: i32 = 0;
/// Only faults of the library are told.
pub const HEMVIST_LOG_FAULTS: i32 = 1;
/// Faults, and the begin and end of long work, with counts.
pub const HEMVIST_LOG_WORK: i32 = 2;

/// What the library tells: the level, and a line in English, NUL-terminated, that lives until the function returns.
///
/// Lines hold counts and words of ours, never ids or text of a pool. The function is called from the thread that called
/// the library, so several threads may call it at once. It must not throw or jump away.
pub type hemvist_log_function = Option<unsafe extern "C" fn(context: *mut c_void, level: i32, line: *const c_char)>;

/// Whom to tell.
#[derive(Clone, Copy)]
struct Sink {
    function: unsafe extern "C" fn(*mut c_void, i32, *const c_char),
    context: *mut c_void,
}

// SAFETY: the pointer is only handed back to the caller's function, which the header asks to stand several threads.
unsafe impl Send for Sink {}
// SAFETY: as above.
unsafe impl Sync for Sink {}

static SINK: RwLock<Option<Sink>> = RwLock::new(None);
/// The level asked for, so that nothing else is looked at when nobody listens.
static LEVEL: AtomicI32 = AtomicI32::new(HEMVIST_LOG_NONE);

thread_local! {
    /// Whether this thread is in the caller's function, which may call the library again.
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Has the library tell what it does to `function`, up to and with `level`; NULL or `HEMVIST_LOG_NONE` ends it.
///
/// `context` is handed to the function as it is. After this returns no line goes to the former function, but one that was
/// on its way in another thread may still be in it.
///
/// Thread-safe. Errors: `HEMVIST_ARGUMENT_UNKNOWN` for a level not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_log_set(
    function: hemvist_log_function,
    context: *mut c_void,
    level: i32,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |_| {
            let level = choose(
                "level",
                level,
                &[HEMVIST_LOG_NONE, HEMVIST_LOG_FAULTS, HEMVIST_LOG_WORK],
            )?;
            let sink = function.map(|function| Sink { function, context });
            *SINK.write().unwrap_or_else(PoisonError::into_inner) = sink;
            LEVEL.store(if sink.is_some() { level } else { HEMVIST_LOG_NONE }, Ordering::Relaxed);
            Ok(())
        })
    }
}

/// Tells of a fault.
pub(crate) fn fault(failure: &Failure) {
    if LEVEL.load(Ordering::Relaxed) >= HEMVIST_LOG_FAULTS {
        tell(HEMVIST_LOG_FAULTS, failure.message());
    }
}

/// Tells of long work; the line is made only if someone listens.
pub(crate) fn work(line: impl FnOnce() -> String) {
    if LEVEL.load(Ordering::Relaxed) >= HEMVIST_LOG_WORK
        && let Ok(line) = CString::new(line())
    {
        tell(HEMVIST_LOG_WORK, &line);
    }
}

fn tell(level: i32, line: &CString) {
    // The lock is let go before the caller's function runs, so that it may set another one.
    let sink = *SINK.read().unwrap_or_else(PoisonError::into_inner);
    let Some(sink) = sink else { return };
    if TELLING.replace(true) {
        return;
    }
    // SAFETY: the caller handed in the function and its context for this, and the line lives until it returns.
    unsafe { (sink.function)(sink.context, level, line.as_ptr()) };
    TELLING.set(false);
}
