//! The plain auction: items bid, and look at all their edges for each bid. Where the search for a part with groups begins.
//!
//! Of the many optimal prices a transportation problem has, those that follow from this auction suit that search; those of
//! [`super::auction`] are found in a third of the time and are as exact, but with them a pool whose municipalities have floors
//! was not solved in eight minutes instead of one second (measured). How it bids stands there, too; it differs in this:
//! increments begin with a share of the greatest value, and before a round prices are lowered by twice the last increment.
//!
//! Items that fight for a few places raise the price by `ε` at a time, which can take very long where values are great. A
//! round that turns into such a war is given up: shortest paths settle it from where the round before ended.

use super::{Graph, NONE, Rough};
use crate::gauge::Gauge;

/// Increment of the first round, as a share of the greatest value; each next round has a sixth of it.
const FIRST_SHARE: i64 = 4;
const NEXT_SHARE: i64 = 6;
/// The last increment: finer ones cost more bids than they save paths.
const LAST: i64 = 12;
/// Before a round, prices are lowered by this many increments of the round before.
const LOWER: i64 = 2;
/// A round may look at each edge this many times on average; rounds without a war need less than a dozen.
const MOST_LOOKS: u64 = 20;
/// Price of a bin without places.
const BEYOND: i64 = i64::MAX / 4;
/// Edges looked at between two looks at the gauge.
const POLL_EVERY: u64 = 1 << 15;

struct Auction<'a> {
    graph: Graph<'a>,
    /// Places of bin `b` are `first[b]..first[b + 1]`.
    first: Vec<u32>,
    price: Vec<i64>,
    holder: Vec<u32>,
    /// Least price in each bin.
    least: Vec<i64>,
    bin_of: Vec<u32>,
    /// Edges looked at in this round, and since the last look at the gauge.
    in_round: u64,
    looked: u64,
}

/// How a round ended.
enum End {
    Quiet,
    War,
    Stopped,
}

/// Runs all rounds; `None` if the gauge says stop.
pub(super) fn run(graph: Graph<'_>, gauge: &Gauge<'_>) -> Option<Rough> {
    let m = graph.capacity.len();
    let n = graph.n_items();
    let mut first = vec![0_u32; m + 1];
    for b in 0..m {
        // More places than items are never needed.
        first[b + 1] = first[b] + graph.capacity[b].min(n as u32);
    }
    let places = first[m] as usize;
    let mut a = Auction {
        graph,
        first,
        price: vec![0; places],
        holder: vec![NONE; places],
        least: vec![0; m],
        bin_of: vec![NONE; n],
        in_round: 0,
        looked: 0,
    };
    let greatest = graph.value.iter().copied().max().unwrap_or(0);
    let mut step = (greatest / FIRST_SHARE).max(1);
    let mut before = 0;
    let mut queue: Vec<u32> = Vec::with_capacity(n);
    let most = MOST_LOOKS * (graph.bin.len() + 8 * n) as u64;
    let mut rough = a.rough(greatest);
    loop {
        a.clear(LOWER * before);
        queue.extend((0..n as u32).rev());
        match a.round(&mut queue, step, most, gauge) {
            End::Quiet => rough = a.rough(greatest),
            End::War => break,
            End::Stopped => return None,
        }
        if step <= LAST {
            break;
        }
        before = step;
        step /= NEXT_SHARE;
    }
    Some(rough)
}

impl Auction<'_> {
    /// Where everyone is, and at what prices.
    fn rough(&self, greatest: i64) -> Rough {
        let price = |&p: &i64| if p == BEYOND { greatest } else { p };
        Rough {
            bin_of: self.bin_of.clone(),
            bin_price: self.least.iter().map(price).collect(),
        }
    }

    /// Everyone out; prices lowered, those of places that nobody wanted to nothing.
    fn clear(&mut self, by: i64) {
        self.bin_of.iter_mut().for_each(|b| *b = NONE);
        for (price, holder) in self.price.iter_mut().zip(&mut self.holder) {
            *price = if *holder == NONE { 0 } else { (*price - by).max(0) };
            *holder = NONE;
        }
        for b in 0..self.least.len() {
            let places = &self.price[self.first[b] as usize..self.first[b + 1] as usize];
            self.least[b] = places.iter().copied().min().unwrap_or(BEYOND);
        }
    }

    fn round(&mut self, queue: &mut Vec<u32>, step: i64, most: u64, gauge: &Gauge<'_>) -> End {
        self.in_round = 0;
        while let Some(item) = queue.pop() {
            let Some((bin, value, best, second)) = self.choices(item) else {
                continue;
            };
            // The cheapest place, and the next price in the same bin, which is a choice too.
            let places = self.first[bin as usize] as usize..self.first[bin as usize + 1] as usize;
            let (mut place, mut next) = (places.start, BEYOND);
            for k in places.start + 1..places.end {
                if self.price[k] < self.price[place] {
                    next = self.price[place];
                    place = k;
                } else {
                    next = next.min(self.price[k]);
                }
            }
            let second = second.max(value - next);
            let bid = self.price[place] + (best - second) + step;
            let out = std::mem::replace(&mut self.holder[place], item);
            if out != NONE {
                self.bin_of[out as usize] = NONE;
                queue.push(out);
            }
            self.bin_of[item as usize] = bin;
            self.price[place] = bid;
            self.least[bin as usize] = bid.min(next);
            if self.looked >= POLL_EVERY {
                self.in_round += self.looked;
                if gauge.tick(std::mem::take(&mut self.looked)) {
                    return End::Stopped;
                }
                if self.in_round > most {
                    return End::War;
                }
            }
        }
        End::Quiet
    }

    /// The bin that leaves most, its value, what it leaves, and what the second bin (or staying out) leaves.
    fn choices(&mut self, item: u32) -> Option<(u32, i64, i64, i64)> {
        let (mut bin, mut value, mut best, mut second) = (NONE, 0, 0, 0);
        let span = self.graph.start[item as usize]..self.graph.start[item as usize + 1];
        self.looked += 8 + span.len() as u64;
        let bins = &self.graph.bin[span.clone()];
        for (&b, &v) in bins.iter().zip(&self.graph.value[span]) {
            let left = v - self.least[b as usize];
            if left > second {
                if left > best {
                    (second, best) = (best, left);
                    (bin, value) = (b, v);
                } else {
                    second = left;
                }
            }
        }
        (bin != NONE).then_some((bin, value, best, second))
    }
}
