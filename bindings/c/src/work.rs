//! Long work with someone waiting: the work goes to a thread of its own, and the calling thread tells how far it is.
//!
//! So a caller's function runs on the caller's thread, which languages with a runtime of their own ask for, is called
//! whether or not anything is new, and never holds up the work.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use hemvist::matching::{Cancel, Progress as Told};

use crate::options::Progress;

/// How often the caller is told.
const BETWEEN: Duration = Duration::from_millis(50);

/// How the work stands.
struct State<R> {
    done: Option<thread::Result<R>>,
    told: Option<Told>,
}

/// Runs `work`, which is given the function to report to, and tells `progress` now and then. A panic in it goes on here.
pub(crate) fn run<R: Send>(
    progress: Option<Progress>,
    cancel: &Cancel,
    work: impl FnOnce(Option<&(dyn Fn(Told) + Sync)>) -> R + Send,
) -> R {
    let Some(progress) = progress else {
        return work(None);
    };
    let state = Mutex::new(State { done: None, told: None });
    let ended = Condvar::new();
    let report = |told: Told| {
        let mut state = lock(&state);
        // Parts are worked on at the same time; what is told of work never falls.
        let work = state.told.map_or(0, |before| before.work).max(told.work);
        state.told = Some(Told { work, ..told });
    };
    let task = Mutex::new(Some(work));
    let do_it = || {
        let work = lock(&task).take();
        let result = work.map(|work| catch_unwind(AssertUnwindSafe(|| work(Some(&report)))));
        lock(&state).done = result;
        ended.notify_all();
    };
    // Not `thread::scope`: that keeps a note of the calling thread, which a program that looks for lost memory at its end
    // would find.
    // SAFETY: `Joined` waits for the thread before anything that it borrows goes out of scope.
    let thread = unsafe { thread::Builder::new().spawn_unchecked(do_it) };
    if let Ok(thread) = thread {
        let _joined = Joined(Some(thread));
        watch(&state, &ended, progress, cancel);
    } else {
        // No thread can be had, so the work is done here, and the caller is told once, before.
        if progress.tell(0, 0, 0) {
            cancel.cancel();
        }
        do_it();
    }
    let done = state.into_inner().unwrap_or_else(PoisonError::into_inner).done;
    match done {
        Some(Ok(result)) => result,
        Some(Err(payload)) => resume_unwind(payload),
        None => unreachable!("the work is done when its thread has ended"),
    }
}

/// Tells the caller how the work stands until it is done.
fn watch<R>(state: &Mutex<State<R>>, ended: &Condvar, progress: Progress, cancel: &Cancel) {
    let mut guard = lock(state);
    while guard.done.is_none() {
        let waited = ended.wait_timeout_while(guard, BETWEEN, |state| state.done.is_none());
        guard = waited.unwrap_or_else(PoisonError::into_inner).0;
        let told = guard.told;
        drop(guard);
        let (work, value, bound) = told.map_or((0, 0, 0), |told| (told.work, held(told.value), held(told.bound)));
        if progress.tell(work, value, bound) {
            cancel.cancel();
        }
        guard = lock(state);
    }
}

/// A sum held to 64 bits.
fn held(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// A thread that is waited for, whatever happens meanwhile.
struct Joined(Option<thread::JoinHandle<()>>);

impl Drop for Joined {
    fn drop(&mut self) {
        // The work catches its own panics, so the thread has nothing more to say.
        let _ = self.0.take().map(thread::JoinHandle::join);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
