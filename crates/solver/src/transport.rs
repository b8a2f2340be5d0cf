//! The part without groups: a transportation problem, solved exactly by successive shortest paths.
//!
//! ```text
//! maximise Σ value(i, j) x(i, j),  each item at most once, bin j at most capacity(j) times
//! dual:    u(i) + p(j) ≥ value(i, j),  u, p ≥ 0,  Σ u(i) + Σ capacity(j) p(j) smallest
//! ```
//!
//! Invariants between augmentations: (T1) `u(i) + p(j) ≥ value(i, j)` on all edges; (T2) equality where item `i` is in
//! bin `j`; (T3) `p(j) = 0` while bin `j` has room; (T4) `u(i) = 0` for an item that was left out. They prove the answer.
//! Reference: Ahuja, Magnanti & Orlin, *Network Flows*, 1993, §9.7 (successive shortest paths), §12.4 (assignment).
//!
//! Time: one Dijkstra search over the touched edges per item; memory linear in the edges.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::gauge::Gauge;

/// Edges of items, in one buffer.
pub(crate) struct Edges<'a> {
    pub start: &'a [usize],
    pub bin: &'a [u32],
    pub value: &'a [i64],
}

/// An answer with the prices that prove it.
pub(crate) struct Flow {
    pub bin_of: Vec<Option<u32>>,
    /// Price of each item and of a place in each bin.
    pub item_price: Vec<i64>,
    pub bin_price: Vec<i64>,
}

const FAR: i64 = i64::MAX;

/// Solves; `None` if the gauge says stop before all items are settled.
pub(crate) fn solve(edges: &Edges<'_>, capacity: &[u32], gauge: &Gauge<'_>) -> Option<Flow> {
    let n = edges.start.len() - 1;
    let m = capacity.len();
    let best = |i: usize| {
        edges.value[edges.start[i]..edges.start[i + 1]]
            .iter()
            .copied()
            .max()
            .unwrap_or(0)
    };
    let mut s = State {
        edges,
        room: capacity.to_vec(),
        held: vec![Vec::new(); m],
        bin_of: vec![None; n],
        u: (0..n).map(|i| best(i).max(0)).collect(),
        p: vec![0; m],
        distance: vec![FAR; m],
        from: vec![0; m],
        heap: BinaryHeap::new(),
        touched: Vec::new(),
        settled: Vec::new(),
        steps: 0,
    };
    for i in 0..n {
        s.augment(i);
        if gauge.tick(std::mem::take(&mut s.steps)) {
            return None;
        }
    }
    Some(Flow {
        bin_of: s.bin_of,
        item_price: s.u,
        bin_price: s.p,
    })
}

struct State<'a> {
    edges: &'a Edges<'a>,
    room: Vec<u32>,
    held: Vec<Vec<u32>>,
    bin_of: Vec<Option<u32>>,
    u: Vec<i64>,
    p: Vec<i64>,
    /// Of the current search: distance of each bin, the item it was reached from, bins reached, bins settled.
    distance: Vec<i64>,
    from: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    touched: Vec<u32>,
    settled: Vec<u32>,
    steps: u64,
}

/// Where a shortest path ends: a bin with room, or an item that is left out.
enum End {
    Bin(u32),
    Item(u32),
}

impl State<'_> {
    /// Places item `i`, moving others along a shortest path, or leaves the item out that costs least.
    fn augment(&mut self, i: usize) {
        let mut end = End::Item(i as u32);
        let mut best = self.u[i];
        self.reach(i, 0);
        while let Some(Reverse((d, j))) = self.heap.pop() {
            if d >= best {
                break;
            }
            if d > self.distance[j as usize] {
                continue;
            }
            self.settled.push(j);
            if self.room[j as usize] > 0 {
                best = d;
                end = End::Bin(j);
                break;
            }
            for n in 0..self.held[j as usize].len() {
                let k = self.held[j as usize][n];
                if d + self.u[k as usize] < best {
                    best = d + self.u[k as usize];
                    end = End::Item(k);
                }
                self.reach(k as usize, d);
            }
        }
        // Prices along the search tree, before anything moves.
        self.u[i] -= best;
        for n in 0..self.settled.len() {
            let j = self.settled[n] as usize;
            let up = best - self.distance[j];
            if up > 0 {
                self.p[j] += up;
                for &k in &self.held[j] {
                    self.u[k as usize] -= up;
                }
            }
        }
        self.flip(i as u32, &end);
        for j in self.touched.drain(..) {
            self.distance[j as usize] = FAR;
        }
        self.settled.clear();
        self.heap.clear();
    }

    /// Relaxes the edges of an item at distance `d`.
    fn reach(&mut self, k: usize, d: i64) {
        let span = self.edges.start[k]..self.edges.start[k + 1];
        self.steps += span.len() as u64;
        for e in span {
            let j = self.edges.bin[e] as usize;
            let to = d + self.u[k] + self.p[j] - self.edges.value[e];
            if to < self.distance[j] {
                if self.distance[j] == FAR {
                    self.touched.push(j as u32);
                }
                self.distance[j] = to;
                self.from[j] = k as u32;
                self.heap.push(Reverse((to, j as u32)));
            }
        }
    }

    /// Moves items along the path that ends at `end`, back to item `i`.
    fn flip(&mut self, i: u32, end: &End) {
        let mut bin = match *end {
            End::Bin(j) => {
                self.room[j as usize] -= 1;
                j
            }
            End::Item(k) if k == i => return,
            End::Item(k) => {
                let j = self.bin_of[k as usize].take().expect("only a placed item is displaced");
                self.held[j as usize].retain(|&x| x != k);
                j
            }
        };
        loop {
            let k = self.from[bin as usize];
            let before = self.bin_of[k as usize].replace(bin);
            self.held[bin as usize].push(k);
            let Some(b) = before else { break };
            self.held[b as usize].retain(|&x| x != k);
            bin = b;
        }
    }
}
