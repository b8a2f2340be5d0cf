//! What a caller asks for and what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::before::Before;
use crate::certificate::Certificate;

/// A flag that another thread may raise; the solver polls it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the solver to stop soon, keeping the best plan it knows.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    /// Whether [`Cancel::cancel`] has been called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far a solve has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Value of the best plan so far.
    pub value: i128,
    /// Proven upper bound so far.
    pub bound: i128,
    /// Work done so far, in work units.
    pub work: u64,
}

/// Who goes first among equal optima, and what each item likes best there.
#[derive(Clone, Copy, Debug)]
pub struct TieRule<'a> {
    /// All items, first in the draw first.
    pub order: &'a [u32],
    /// Per edge, in the order of [`crate::Problem::bins`]: lower is preferred by the item.
    pub preference: &'a [u32],
    /// Whether [`Solution::ties`] is wanted too. Without it only the answer is settled, which takes less time.
    pub tell: bool,
}

/// How to solve.
#[derive(Clone, Default)]
pub struct Options<'a> {
    /// Stop after this much counted work; repeatable. `None`: no limit.
    pub work_limit: Option<u64>,
    /// Stop at this time; not repeatable. `None`: no limit.
    pub deadline: Option<Instant>,
    /// An earlier solve to begin from.
    pub before: Option<Before<'a>>,
    /// Worker threads; 0: as many as there are processors. The answer does not depend on it.
    pub threads: usize,
    /// Polled while solving.
    pub cancel: Option<Cancel>,
    /// Called when a part has a better plan or bound, from the thread that works on it; not called after the answer.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// If given, the answer is the optimum that this rule puts first, and [`Solution::ties`] is filled if the rule asks for it.
    pub ties: Option<TieRule<'a>>,
}

/// How good the answer is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Proven: value equals bound, and the certificate checker agrees.
    Optimal,
    /// A limit was reached or the solve was cancelled: best known, with its bound. Without either, the proof would have taken
    /// too much memory (more than three million sets at once): that is for parts of thousands of bins, or with floors.
    Feasible,
    /// The locks contradict each other or a limit, see [`Solution::conflict`], or no answer reaches the floors.
    Infeasible,
    /// A limit was reached before any answer that reaches the floors was found; every item is left out.
    Unknown,
}

/// What is known of ties among optimal answers, per item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// Whether every optimal answer gives this item the same bin (or leaves it out).
    pub unique: Vec<bool>,
    /// Whether the tie rule, rather than the values, chose the bin of this item at its turn.
    pub drawn: Vec<bool>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The bin of each item; `None`: left out.
    pub bin_of: Vec<Option<u32>>,
    /// Sum of edge and pair values.
    pub value: i128,
    /// Proven upper bound of every answer's value.
    pub bound: i128,
    /// How good the answer is known to be.
    pub status: Status,
    /// Price of each item at the root of the proof, in points (rounded).
    pub item_prices: Vec<i64>,
    /// Price of a place in each bin at the root of the proof, in points (rounded): its share of what the bin's best set gains.
    pub bin_prices: Vec<i64>,
    /// What proves the bound; empty if infeasible.
    pub certificate: Certificate,
    /// Indices into [`crate::Problem::locks`] that contradict each other, if infeasible.
    pub conflict: Vec<usize>,
    /// Ties; empty vectors unless asked for and the answer is optimal.
    pub ties: Ties,
    /// Work done, in work units.
    pub work: u64,
}

/// Whether a deadline has passed. The only look at a clock, and only when a caller gave a deadline.
#[expect(
    clippy::disallowed_methods,
    reason = "a deadline is wall-clock time; without one the clock is never read"
)]
pub(crate) fn passed(deadline: Instant) -> bool {
    Instant::now() >= deadline
}
