//! The door for long work: leaves the GIL to others, heeds Ctrl-C, and turns a panic into an exception.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use hemvist_solver::Cancel;
use pyo3::prelude::*;

/// How often signals are looked at.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Runs `work` on a thread of its own while the GIL is released; the calling thread looks for signals.
///
/// # Errors
/// `KeyboardInterrupt`, or what else a signal handler raises, after `cancel` was raised and `work` has ended;
/// `hemvist.InternalError` if `work` panicked.
pub(crate) fn enter<R: Send>(py: Python<'_>, cancel: &Cancel, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    let done = (Mutex::new(None), Condvar::new());
    let interrupted = std::thread::scope(|scope| {
        scope.spawn(|| {
            let result = catch_unwind(AssertUnwindSafe(work));
            *done.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            done.1.notify_all();
        });
        let mut interrupted = None;
        while !py.detach(|| wait(&done)) {
            if interrupted.is_none() {
                interrupted = py.check_signals().err();
                if interrupted.is_some() {
                    cancel.cancel();
                }
            }
        }
        interrupted
    });
    if let Some(error) = interrupted {
        return Err(error);
    }
    match done.0.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(Ok(result)) => Ok(result),
        _ => Err(internal_error(py)),
    }
}

/// Waits a while; `true` once there is a result.
fn wait<T>(done: &(Mutex<Option<T>>, Condvar)) -> bool {
    let guard = done.0.lock().unwrap_or_else(PoisonError::into_inner);
    let waited = done
        .1
        .wait_timeout_while(guard, BETWEEN_LOOKS, |result| result.is_none());
    let (guard, _) = waited.unwrap_or_else(PoisonError::into_inner);
    guard.is_some()
}

/// The Python exception for a fault of ours. The class lives in Python, so that it pickles.
pub(crate) fn internal_error(py: Python<'_>) -> PyErr {
    let class = py
        .import("hemvist._errors")
        .and_then(|module| module.getattr("InternalError"));
    match class.and_then(|class| class.call0()) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}
