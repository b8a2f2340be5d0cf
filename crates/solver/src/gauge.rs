//! Counts work, says when to stop and reports progress: limits are polled here and nowhere else. Shares work out among
//! threads, so that what each may do does not depend on their number.

use std::cell::Cell;
use std::sync::Mutex;

use rayon::prelude::*;

use crate::solution::{Options, Progress};

/// What all parts of one solve know of each other, for progress reports only: value and bound per part.
pub(crate) struct Board {
    parts: Mutex<Vec<(i128, i128)>>,
    base: i128,
}

impl Board {
    /// A board for parts with these first bounds; `base` is what fixed units bring.
    pub(crate) fn new(bounds: Vec<i128>, base: i128) -> Self {
        Self {
            parts: Mutex::new(bounds.into_iter().map(|b| (0, b)).collect()),
            base,
        }
    }
}

/// Work counter of one part. Work is counted in elementary steps that are the same on every machine.
pub(crate) struct Gauge<'a> {
    options: &'a Options<'a>,
    limit: u64,
    work: Cell<u64>,
    stopped: Cell<bool>,
    board: Option<(&'a Board, usize)>,
}

impl<'a> Gauge<'a> {
    pub(crate) fn new(options: &'a Options<'a>, limit: u64, board: Option<(&'a Board, usize)>) -> Self {
        Self {
            options,
            limit,
            work: Cell::new(0),
            stopped: Cell::new(false),
            board,
        }
    }

    /// A counter of its own for a piece of the work, which stops after so much, or where this one would. What it counted is
    /// to be told here.
    pub(crate) fn within(&self, limit: u64) -> Gauge<'a> {
        Gauge::new(self.options, limit.min(self.limit.saturating_sub(self.work())), None)
    }

    /// Adds work done; returns whether to stop. Once it has said stop, it always does.
    pub(crate) fn tick(&self, steps: u64) -> bool {
        self.work.set(self.work.get().saturating_add(steps));
        if !self.stopped.get() {
            let o = self.options;
            let stop = self.work.get() >= self.limit
                || o.cancel.as_ref().is_some_and(crate::Cancel::is_cancelled)
                || o.deadline.is_some_and(crate::solution::passed);
            self.stopped.set(stop);
        }
        self.stopped.get()
    }

    /// Does a job for each of these, in parallel if the caller allows it; each counts its work on a gauge of its own, and may do
    /// its share of what is left. The outcome does not depend on the number of threads.
    pub(crate) fn each<T: Send, R: Send>(&self, list: Vec<T>, job: impl Fn(T, &Gauge<'a>) -> R + Sync) -> Vec<R> {
        let left = self.limit.saturating_sub(self.work());
        let (options, limit) = (self.options, left / list.len().max(1) as u64);
        let one = |each: T| {
            let its_own = Gauge::new(options, limit, None);
            (job(each, &its_own), its_own.work())
        };
        let done: Vec<(R, u64)> = if options.threads == 1 {
            list.into_iter().map(one).collect()
        } else {
            list.into_par_iter().map(one).collect()
        };
        self.tick(done.iter().map(|d| d.1).sum());
        done.into_iter().map(|d| d.0).collect()
    }

    /// Does two jobs, like [`Gauge::each`]: each may do half of what is left.
    pub(crate) fn both<A: Send, B: Send>(
        &self,
        a: impl FnOnce(&Gauge<'a>) -> A + Send,
        b: impl FnOnce(&Gauge<'a>) -> B + Send,
    ) -> (A, B) {
        let (options, limit) = (self.options, self.limit.saturating_sub(self.work()) / 2);
        let a = || {
            let its_own = Gauge::new(options, limit, None);
            (a(&its_own), its_own.work())
        };
        let b = || {
            let its_own = Gauge::new(options, limit, None);
            (b(&its_own), its_own.work())
        };
        let ((a, of_a), (b, of_b)) = if options.threads == 1 {
            (a(), b())
        } else {
            rayon::join(a, b)
        };
        self.tick(of_a + of_b);
        (a, b)
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stopped.get()
    }

    pub(crate) fn work(&self) -> u64 {
        self.work.get()
    }

    /// Tells the caller, if it asked, what this part has reached.
    pub(crate) fn report(&self, value: i128, bound: i128) {
        if let (Some(progress), Some((board, part))) = (self.options.progress, self.board)
            && let Ok(mut parts) = board.parts.lock()
        {
            parts[part] = (value, bound);
            let sum = |f: fn(&(i128, i128)) -> i128| {
                board
                    .base
                    .saturating_add(parts.iter().map(f).fold(0, i128::saturating_add))
            };
            let report = Progress {
                value: sum(|p| p.0),
                bound: sum(|p| p.1),
                work: self.work.get(),
            };
            drop(parts);
            progress(report);
        }
    }
}
