//! Worker threads of one call: a pool of its own each time, never rayon's global one, so that a caller may fork.

use std::num::NonZero;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// A thread pool for one call; `None`: work on the calling thread, because one thread was asked for or no more could
/// be had. 0 asks for as many as there are processors. Results never depend on it.
pub(crate) fn workers(threads: usize) -> Option<ThreadPool> {
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, NonZero::get),
        n => n,
    };
    if threads == 1 {
        return None;
    }
    ThreadPoolBuilder::new().num_threads(threads).build().ok()
}
