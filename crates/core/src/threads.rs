//! Worker threads of one call: a pool of its own each time, never rayon's global one, so that a caller may fork.
//!
//! The threads have ended when the call returns, so that a caller may also unload the library that holds this code.

use std::num::NonZero;
use std::thread::{Builder, JoinHandle};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// A thread pool whose threads end, and are waited for, when it is dropped.
pub(crate) struct Workers {
    pool: Option<ThreadPool>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    fn new(count: usize) -> Option<Self> {
        let mut threads = Vec::with_capacity(count);
        let pool = ThreadPoolBuilder::new()
            .num_threads(count)
            .spawn_handler(|thread| {
                threads.push(Builder::new().spawn(|| thread.run())?);
                Ok(())
            })
            .build();
        let pool = pool.ok();
        // If not all threads could be had, those that could are waited for here.
        let workers = Self { pool, threads };
        workers.pool.is_some().then_some(workers)
    }

    /// Runs `work` on the pool.
    pub(crate) fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        // Dropping the pool tells its threads to end.
        self.pool = None;
        join(std::mem::take(&mut self.threads));
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        // A panic of a task has come out of `install` already; the thread itself has nothing more to say.
        let _ = thread.join();
    }
}

/// A thread pool for one call; `None`: work on the calling thread, because one thread was asked for or no more could
/// be had. 0 asks for as many as there are processors. Results never depend on it.
pub(crate) fn workers(threads: usize) -> Option<Workers> {
    let threads = match threads {
        0 => std::thread::available_parallelism().map_or(1, NonZero::get),
        n => n,
    };
    if threads == 1 {
        return None;
    }
    Workers::new(threads)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn threads_have_ended_when_the_pool_is_dropped() {
        static ALIVE: AtomicUsize = AtomicUsize::new(0);
        struct Life;
        impl Drop for Life {
            fn drop(&mut self) {
                ALIVE.fetch_sub(1, Ordering::SeqCst);
            }
        }
        thread_local! {
            static LIFE: Life = {
                ALIVE.fetch_add(1, Ordering::SeqCst);
                Life
            };
        }
        for _ in 0..20 {
            let workers = workers(3).expect("three threads can be had");
            workers.install(|| rayon::broadcast(|_| LIFE.with(|_| ())));
            assert_eq!(ALIVE.load(Ordering::SeqCst), 3);
            drop(workers);
            assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
        }
    }
}
