//! From rough prices to an exact answer, by shortest augmenting paths.
//!
//! Kept throughout: (T1) `u(i) + p(j) ≥ value(i, j)`, (T2) equality where item `i` is in bin `j`, and `u, p ≥ 0`. At first
//! some bins have room although a place costs something, and some items are out although being placed is worth something
//! to them. A path from such a bin, or such an item, moves items along edges without slack and puts one of these right;
//! none is ever made wrong again. Paths are searched over bins (an item is in one bin only), Dijkstra's way, with the
//! slack `u(i) + p(j) − value(i, j)` as length.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Columns, Flow, Graph, NONE, Rough};
use crate::gauge::Gauge;

const FAR: i64 = i64::MAX;
/// Edges looked at between two looks at the gauge.
const POLL_EVERY: u64 = 1 << 15;

/// An exact answer that can be changed and is exact again once the changes are settled.
pub(crate) struct Exchange<'a> {
    graph: Graph<'a>,
    columns: Columns,
    capacity: Vec<u32>,
    held: Vec<Vec<u32>>,
    bin_of: Vec<u32>,
    u: Vec<i64>,
    p: Vec<i64>,
    /// Sum of the values of all items where they are.
    value: i128,
    /// What changed: items that may have gone out, and bins that may have got room.
    out: Vec<u32>,
    roomy: Vec<u32>,
    /// Of the current search: distance of each bin, the item it was reached through with the bin that looked at it, the
    /// bins reached, the bins settled.
    distance: Vec<i64>,
    from: Vec<(u32, u32)>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    touched: Vec<u32>,
    settled: Vec<u32>,
    looked: u64,
}

/// Price of an item that was taken out of the problem: no path is long enough to reach it.
const GONE: i64 = i64::MAX / 8;

impl<'a> Exchange<'a> {
    /// Settles from a rough beginning; `None` if the gauge says stop.
    pub(crate) fn new(graph: Graph<'a>, rough: Rough, gauge: &Gauge<'_>) -> Option<Self> {
        let n = graph.n_items();
        let m = graph.capacity.len();
        let mut s = Self {
            graph,
            columns: Columns::of(graph),
            capacity: graph.capacity.to_vec(),
            held: vec![Vec::new(); m],
            bin_of: vec![NONE; n],
            u: vec![0; n],
            p: rough.bin_price,
            value: 0,
            out: Vec::new(),
            roomy: Vec::new(),
            distance: vec![FAR; m],
            from: vec![(NONE, NONE); m],
            heap: BinaryHeap::new(),
            touched: Vec::new(),
            settled: Vec::new(),
            looked: 2 * graph.bin.len() as u64,
        };
        for i in 0..n {
            s.begin(i, rough.bin_of[i]);
        }
        for b in 0..m as u32 {
            s.use_room(b);
            s.poll(gauge)?;
        }
        for i in 0..n as u32 {
            s.use_worth(i);
            s.poll(gauge)?;
        }
        Some(s)
    }

    pub(crate) fn into_flow(self) -> Flow {
        Flow {
            bin_of: self.bin_of,
            item_price: self.u,
            bin_price: self.p,
        }
    }

    /// The bin of each item, or [`NONE`].
    pub(crate) fn bin_of(&self) -> &[u32] {
        &self.bin_of
    }

    /// Price of a place in each bin.
    pub(crate) fn bin_price(&self) -> &[i64] {
        &self.p
    }

    /// Price of each item; meaningless for items that were taken out.
    pub(crate) fn item_price(&self) -> &[i64] {
        &self.u
    }

    /// Sum of the values of all items where they are.
    pub(crate) fn value(&self) -> i128 {
        self.value
    }

    /// Puts items that were taken out back into the problem.
    pub(crate) fn restore(&mut self, items: std::ops::Range<u32>) {
        for i in items {
            if self.u[i as usize] == GONE {
                self.begin(i as usize, NONE);
                self.out.push(i);
            }
        }
    }

    /// Takes items out of the problem.
    pub(crate) fn remove(&mut self, items: std::ops::Range<u32>) {
        for i in items {
            if self.u[i as usize] == GONE {
                continue;
            }
            let bin = self.bin_of[i as usize];
            self.take(i);
            self.u[i as usize] = GONE;
            if bin != NONE {
                self.roomy.push(bin);
            }
        }
    }

    /// Gives a bin another capacity.
    pub(crate) fn set_capacity(&mut self, bin: u32, capacity: u32) {
        self.capacity[bin as usize] = capacity;
        while self.held[bin as usize].len() > capacity as usize {
            // Whoever goes out first: the paths sort it out.
            let item = self.held[bin as usize][0];
            self.take(item);
            self.out.push(item);
        }
        self.roomy.push(bin);
    }

    /// Puts right what changed: who is out takes the room there is before anybody else moves for it.
    pub(crate) fn settle(&mut self) {
        while let Some(item) = self.out.pop() {
            self.use_worth(item);
        }
        while let Some(bin) = self.roomy.pop() {
            self.use_room(bin);
        }
    }

    fn use_room(&mut self, bin: u32) {
        while self.has_room(bin) && self.p[bin as usize] > 0 {
            self.fill(bin);
        }
    }

    fn use_worth(&mut self, item: u32) {
        let i = item as usize;
        if self.bin_of[i] == NONE && self.u[i] > 0 && self.u[i] != GONE {
            self.place(item);
        }
    }

    /// Prices the item at the bins' prices and keeps it where it is if that is a best place for it.
    fn begin(&mut self, item: usize, bin: u32) {
        let (mut best, mut here) = (0, -1);
        for (b, v) in self.graph.row(item) {
            let left = v - self.p[b as usize];
            best = best.max(left);
            if b == bin {
                here = left;
            }
        }
        self.u[item] = best;
        if bin != NONE && here == best && self.has_room(bin) {
            self.put(item as u32, bin);
        }
    }

    fn has_room(&self, bin: u32) -> bool {
        self.held[bin as usize].len() < self.capacity[bin as usize] as usize
    }

    /// Puts an item into a bin where it has no slack, so that its value is what both prices say.
    fn put(&mut self, item: u32, bin: u32) {
        self.bin_of[item as usize] = bin;
        self.held[bin as usize].push(item);
        self.value += i128::from(self.u[item as usize] + self.p[bin as usize]);
    }

    fn take(&mut self, item: u32) {
        let bin = std::mem::replace(&mut self.bin_of[item as usize], NONE);
        if bin != NONE {
            self.value -= i128::from(self.u[item as usize] + self.p[bin as usize]);
            let held = &mut self.held[bin as usize];
            if let Some(at) = held.iter().position(|&i| i == item) {
                held.swap_remove(at);
            }
        }
    }

    pub(crate) fn poll(&mut self, gauge: &Gauge<'_>) -> Option<()> {
        let stop = self.looked >= POLL_EVERY && gauge.tick(std::mem::take(&mut self.looked));
        (!stop).then_some(())
    }

    /// Settles the nearest bin if it is nearer than `best`.
    fn nearest(&mut self, best: i64) -> Option<(i64, u32)> {
        while let Some(Reverse((d, b))) = self.heap.pop() {
            if d >= best {
                return None;
            }
            if d == self.distance[b as usize] {
                self.settled.push(b);
                return Some((d, b));
            }
        }
        None
    }

    fn reach(&mut self, bin: u32, distance: i64, item: u32, by: u32) {
        let known = &mut self.distance[bin as usize];
        if distance < *known {
            if *known == FAR {
                self.touched.push(bin);
            }
            *known = distance;
            self.from[bin as usize] = (item, by);
            self.heap.push(Reverse((distance, bin)));
        }
    }

    fn forget(&mut self) {
        for b in self.touched.drain(..) {
            self.distance[b as usize] = FAR;
        }
        self.settled.clear();
        self.heap.clear();
    }

    /// A bin with room and a price: gets an item that is out, or takes one from a bin that can do without, or lowers its price.
    fn fill(&mut self, bin: u32) {
        let mut best = self.p[bin as usize];
        // The item that moves last (first on the path), and the bin that gets it.
        let mut end = None;
        self.reach(bin, 0, NONE, NONE);
        while let Some((d, b)) = self.nearest(best) {
            if b != bin && d + self.p[b as usize] < best {
                best = d + self.p[b as usize];
                end = Some(self.from[b as usize]);
            }
            let base = d + self.p[b as usize];
            let (from, to) = (self.columns.start[b as usize], self.columns.start[b as usize + 1]);
            self.looked += (to - from) as u64;
            for e in from..to {
                let (item, value) = (self.columns.item[e], self.columns.value[e]);
                let length = base + self.u[item as usize] - value;
                if length < best {
                    let holder = self.bin_of[item as usize];
                    if holder == NONE {
                        best = length;
                        end = Some((item, b));
                    } else {
                        self.reach(holder, length, item, b);
                    }
                }
            }
        }
        for &b in &self.settled {
            let down = best - self.distance[b as usize];
            if down > 0 {
                self.p[b as usize] -= down;
                for &i in &self.held[b as usize] {
                    self.u[i as usize] += down;
                }
            }
        }
        let mut step = end;
        while let Some((item, to)) = step {
            self.take(item);
            self.put(item, to);
            step = (to != bin).then(|| self.from[to as usize]);
        }
        self.forget();
    }

    /// An item that is out although being placed is worth something: gets a place, or another item that loses less goes
    /// out, or it is worth nothing.
    fn place(&mut self, item: u32) {
        let mut best = self.u[item as usize];
        // The bin that takes one in, and the item that goes out there, if one does.
        let mut end: Option<(u32, u32)> = None;
        self.look_around(item, 0, NONE, best);
        while let Some((d, b)) = self.nearest(best) {
            if self.has_room(b) {
                best = d;
                end = Some((b, NONE));
                break;
            }
            for n in 0..self.held[b as usize].len() {
                let other = self.held[b as usize][n];
                if d + self.u[other as usize] < best {
                    best = d + self.u[other as usize];
                    end = Some((b, other));
                }
                self.look_around(other, d, b, best);
            }
        }
        self.u[item as usize] -= best;
        for &b in &self.settled {
            let up = best - self.distance[b as usize];
            if up > 0 {
                self.p[b as usize] += up;
                for &i in &self.held[b as usize] {
                    self.u[i as usize] -= up;
                }
            }
        }
        if let Some((mut bin, out)) = end {
            if out != NONE {
                self.take(out);
            }
            loop {
                let (mover, before) = self.from[bin as usize];
                self.take(mover);
                self.put(mover, bin);
                if before == NONE {
                    break;
                }
                bin = before;
            }
        }
        self.forget();
    }

    /// Reaches the bins of an item that stands at distance `d`, in bin `by`.
    fn look_around(&mut self, item: u32, d: i64, by: u32, best: i64) {
        let span = self.graph.start[item as usize]..self.graph.start[item as usize + 1];
        self.looked += span.len() as u64;
        let base = d + self.u[item as usize];
        for e in span {
            let b = self.graph.bin[e];
            let length = base + self.p[b as usize] - self.graph.value[e];
            if length < best {
                self.reach(b, length, item, by);
            }
        }
    }
}
