//! The doors into the engine: leave the GIL to others, heed Ctrl-C, tell progress, and turn a panic into an exception.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hemvist_solver::Cancel;
use pyo3::prelude::*;

use crate::errors::internal_error;

/// How often signals are looked at.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// How often progress is told.
const BETWEEN_REPORTS: Duration = Duration::from_millis(100);

/// Ends work in the middle once its call was interrupted: called from its progress functions. It unwinds, as a panic does but
/// without a word, to the thread of [`enter`], where nobody waits for a result any more.
pub(crate) fn end_if_interrupted(cancel: &Cancel) {
    if cancel.is_cancelled() {
        resume_unwind(Box::new("interrupted"));
    }
}

/// Value, bound and work of a solve, or how many of how many steps are done.
pub(crate) trait Told: Copy + for<'py> IntoPyObject<'py> {}

impl Told for (i128, i128, u64) {}
impl Told for (usize, usize) {}

/// What a running piece of work has reached last, and whether it has been told.
#[derive(Clone)]
pub(crate) struct Reached<T>(Arc<Mutex<(Option<T>, bool)>>);

impl<T> Default for Reached<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((None, true))))
    }
}

impl<T: Told> Reached<T> {
    /// Called by the work, from whatever thread; never touches Python.
    pub(crate) fn set(&self, reached: T) {
        *self.last() = (Some(reached), false);
    }

    /// The same where threads may come in any order, and the most is what counts.
    pub(crate) fn raise(&self, reached: T)
    where
        T: PartialOrd,
    {
        let mut last = self.last();
        if last.0.is_none_or(|most| most < reached) {
            *last = (Some(reached), false);
        }
    }

    fn take(&self) -> Option<T> {
        let mut last = self.last();
        let is_told = std::mem::replace(&mut last.1, true);
        last.0.filter(|_| !is_told)
    }

    fn last(&self) -> MutexGuard<'_, (Option<T>, bool)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs long `work` on a thread of its own while the GIL is released; the calling thread looks for signals.
///
/// An interrupted call returns at once: `cancel` is raised, and the thread, which holds nothing of Python's, ends
/// when the work next polls it.
///
/// # Errors
/// `KeyboardInterrupt`, or what else a signal handler raises; `hemvist.InternalError` if `work` panicked.
pub(crate) fn enter<R: Send + 'static>(
    py: Python<'_>,
    cancel: &Cancel,
    work: impl FnOnce() -> R + Send + 'static,
) -> PyResult<R> {
    enter_told::<_, (usize, usize)>(py, cancel, None, work)
}

/// As [`enter`]; calls `progress` now and then, and once more in the end, with what has been reached since, if anything,
/// and the seconds. What it raises ends the call.
pub(crate) fn enter_told<R: Send + 'static, T: Told>(
    py: Python<'_>,
    cancel: &Cancel,
    progress: Option<(&Bound<'_, PyAny>, &Reached<T>)>,
    work: impl FnOnce() -> R + Send + 'static,
) -> PyResult<R> {
    let start = Instant::now();
    let (send, mut receive) = channel();
    std::thread::spawn(move || {
        // The receiver may be gone: then nobody waits for the result.
        let _ = send.send(catch_unwind(AssertUnwindSafe(work)).ok());
    });
    let mut told = start;
    let tell = || -> PyResult<()> {
        if let Some((to, reached)) = &progress {
            to.call1((reached.take(), start.elapsed().as_secs_f64()))?;
        }
        Ok(())
    };
    loop {
        let received;
        (receive, received) = py.detach(move || {
            let received = receive.recv_timeout(BETWEEN_LOOKS);
            (receive, received)
        });
        match received {
            Ok(Some(result)) => return tell().map(|()| result),
            Ok(None) | Err(RecvTimeoutError::Disconnected) => return Err(internal_error(py)),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let mut looked = py.check_signals();
        if told.elapsed() >= BETWEEN_REPORTS {
            told = Instant::now();
            looked = looked.and_then(|()| tell());
        }
        if let Err(error) = looked {
            cancel.cancel();
            return Err(error);
        }
    }
}

/// Runs short `work` where it is called, with the GIL held.
///
/// # Errors
/// What `work` gives; `hemvist.InternalError` if it panicked.
pub(crate) fn guard<R>(py: Python<'_>, work: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(internal_error(py)))
}

/// Panics on purpose, at either door: how else could a test see that a panic becomes an exception?
#[pyfunction]
pub(crate) fn panic_on_purpose(py: Python<'_>, long: bool) -> PyResult<()> {
    if long {
        return enter(py, &Cancel::default(), || panic!("on purpose, in long work"));
    }
    guard(py, || panic!("on purpose, in short work"))
}
