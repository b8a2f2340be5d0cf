//! Counts work and says when to stop: limits are polled here and nowhere else.

use std::cell::Cell;

use crate::solution::Options;

/// Work counter of one part. Work is counted in elementary steps that are the same on every machine.
pub(crate) struct Gauge<'a> {
    options: &'a Options<'a>,
    limit: u64,
    work: Cell<u64>,
    stopped: Cell<bool>,
}

impl<'a> Gauge<'a> {
    pub(crate) fn new(options: &'a Options<'a>, limit: u64) -> Self {
        Self {
            options,
            limit,
            work: Cell::new(0),
            stopped: Cell::new(false),
        }
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

    pub(crate) fn stopped(&self) -> bool {
        self.stopped.get()
    }

    pub(crate) fn work(&self) -> u64 {
        self.work.get()
    }
}
