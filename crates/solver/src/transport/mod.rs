//! The part without groups: a transportation problem, solved exactly by an auction and shortest paths.
//!
//! ```text
//! maximise Σ value(i, j) x(i, j),  each item at most once, bin j at most capacity(j) times
//! dual:    u(i) + p(j) ≥ value(i, j),  u, p ≥ 0,  Σ u(i) + Σ capacity(j) p(j) smallest
//! ```
//!
//! Three phases. [`auction`]: one side bids for places of the other, in rounds with ever smaller increments, which gives
//! prices near the optimal ones quickly; each bidder keeps a short list of its best edges ([`lists`]). [`settle`]: over the
//! lists alone, what is then not exactly right is put right by shortest augmenting paths, few and short because the prices
//! are good. [`core`]: a look at all edges adds those that the lists lack, until none is missing.
//!
//! Of the time for a region about half goes into the auction and an eighth into paths; the rest is reading and checking the
//! problem.
//!
//! The answer proves itself: (T1) `u(i) + p(j) ≥ value(i, j)` on all edges; (T2) equality where item `i` is in bin `j`;
//! (T3) `p(j) = 0` while bin `j` has room; (T4) `u(i) = 0` for an item that was left out.
//!
//! References: Bertsekas, "The auction algorithm for assignment and other network flow problems", 1990 (ε-scaling);
//! Bertsekas & Castañón, "The auction algorithm for the transportation problem", 1989 (places of a bin as similar
//! objects); Ahuja, Magnanti & Orlin, *Network Flows*, 1993, §9.7 (successive shortest paths), §12.4 (assignment).
//! Departure: prices are lowered by the last increment before each round, which all but ends the fights of those that must
//! stay out (measured: ten times fewer bids in the last rounds).

mod auction;
mod core;
mod lists;
mod settle;

pub(crate) use settle::Exchange;

use crate::gauge::Gauge;

/// No bin, no item.
pub(crate) const NONE: u32 = u32::MAX;

/// Edges of items, in one buffer, and the room of bins.
#[derive(Clone, Copy)]
pub(crate) struct Graph<'a> {
    /// The edges of item `i` are `start[i]..start[i + 1]`.
    pub start: &'a [usize],
    pub bin: &'a [u32],
    /// Not negative.
    pub value: &'a [i64],
    pub capacity: &'a [u32],
}

impl Graph<'_> {
    pub(crate) fn n_items(&self) -> usize {
        self.start.len() - 1
    }

    fn row(&self, item: usize) -> impl Iterator<Item = (u32, i64)> + '_ {
        let span = self.start[item]..self.start[item + 1];
        self.bin[span.clone()]
            .iter()
            .copied()
            .zip(self.value[span].iter().copied())
    }
}

/// An answer with the prices that prove it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    /// Bin of each item, or [`NONE`].
    pub bin_of: Vec<u32>,
    /// Price of each item and of a place in each bin.
    pub item_price: Vec<i64>,
    pub bin_price: Vec<i64>,
}

/// Where to begin, from a similar problem: prices of bins, and the bin of each item (or [`NONE`]). Any numbers will do.
#[derive(Clone, Debug)]
pub(crate) struct Rough {
    pub bin_of: Vec<u32>,
    pub bin_price: Vec<i64>,
}

/// Solves; `None` if the gauge says stop before all items are settled.
///
/// Time: `O(edges)` for each of the few looks that a bidder takes at its row; memory 12 bytes an edge if bins bid, none to
/// speak of if items do.
pub(crate) fn solve(graph: Graph<'_>, start: Option<Rough>, gauge: &Gauge<'_>) -> Option<Flow> {
    match start {
        Some(rough) => Some(Exchange::new(graph, rough, gauge)?.into_flow()),
        None => core::solve(graph, gauge),
    }
}

/// Edges by bin: the transpose of a graph.
#[derive(Default)]
pub(crate) struct Columns {
    /// The edges of bin `b` are `start[b]..start[b + 1]`.
    pub start: Vec<usize>,
    pub item: Vec<u32>,
    pub value: Vec<i64>,
}

impl Columns {
    pub(crate) fn of(graph: Graph<'_>) -> Self {
        let m = graph.capacity.len();
        let mut start = vec![0; m + 1];
        for &b in graph.bin {
            start[b as usize + 1] += 1;
        }
        for b in 0..m {
            start[b + 1] += start[b];
        }
        let mut fill = start.clone();
        let (mut item, mut value) = (vec![0; graph.bin.len()], vec![0; graph.bin.len()]);
        for i in 0..graph.n_items() {
            for (b, v) in graph.row(i) {
                let at = &mut fill[b as usize];
                (item[*at], value[*at]) = (i as u32, v);
                *at += 1;
            }
        }
        Self { start, item, value }
    }
}

#[cfg(test)]
mod tests;
