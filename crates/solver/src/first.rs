//! The beginning: prices and a plan from transportation problems, exact but for the units of several items.
//!
//! First every item goes its own way, sharing its unit's value and taking half of what its partners would add. Then the
//! units of several items are put in one by one, the largest first: a unit takes its items out and goes where its value
//! exceeds the price of the places most; whoever is crowded out finds its way by a shortest path, so the rest stays
//! exactly optimal, and prices tell the next unit what has become scarce. A second round lets each unit choose again.

use crate::gauge::Gauge;
use crate::model::Part;
use crate::plan;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::transport::{self, Exchange, Graph, NONE};

/// Rounds in which the units of several items choose.
const ROUNDS: usize = 2;

/// Prices of units, and a plan by bin.
pub(crate) struct First {
    pub prices: Prices,
    pub sets: Vec<Vec<u32>>,
}

/// The items of units, as a transportation problem.
struct Items {
    start: Vec<usize>,
    bin: Vec<u32>,
    value: Vec<i64>,
    /// The items of unit `u` are `first[u]..first[u + 1]`.
    first: Vec<u32>,
}

/// `None` if the gauge says stop.
pub(crate) fn find(part: &Part, gauge: &Gauge<'_>) -> Option<First> {
    let items = items_of(part);
    let graph = Graph {
        start: &items.start,
        bin: &items.bin,
        value: &items.value,
        capacity: &part.capacity,
    };
    let mut exchange = transport::exchange(graph, None, gauge)?;
    let n = part.n_units();
    let mut large: Vec<u32> = (0..n as u32).filter(|&u| part.sizes[u as usize] > 1).collect();
    large.sort_by_key(|&u| (std::cmp::Reverse(part.sizes[u as usize]), u));
    let mut bin_of = vec![NONE; n];
    let mut left = part.capacity.clone();
    for round in 0..ROUNDS {
        let mut moved = false;
        for &u in &large {
            let size = part.sizes[u as usize];
            if round == 0 {
                exchange.remove(items.first[u as usize]..items.first[u as usize + 1]);
            }
            let now = bin_of[u as usize];
            let best = best_bin(part, &exchange, u, now, &left);
            if best != now {
                for (bin, sign) in [(now, 1), (best, -1)] {
                    if bin != NONE {
                        left[bin as usize] = left[bin as usize].wrapping_add_signed(sign * size as i32);
                        exchange.set_capacity(bin, left[bin as usize]);
                    }
                }
                bin_of[u as usize] = best;
                moved = true;
            }
            exchange.poll(gauge)?;
        }
        if !moved {
            break;
        }
    }
    let prices = unit_prices(part, &items, &exchange);
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(); part.n_bins()];
    for u in 0..n as u32 {
        let bin = if part.sizes[u as usize] > 1 {
            bin_of[u as usize]
        } else {
            exchange.bin_of()[items.first[u as usize] as usize]
        };
        if bin != NONE {
            sets[bin as usize].push(u);
        }
    }
    let sets = plan::mend(part, sets);
    Some(First { prices, sets })
}

/// Where the value of a unit exceeds the price of its places most; where it is now, its places count as they would if
/// it left.
fn best_bin(part: &Part, exchange: &Exchange<'_>, unit: u32, now: u32, left: &[u32]) -> u32 {
    let size = part.sizes[unit as usize];
    let (mut best, mut most) = (NONE, 0);
    for (b, value) in part.row(unit) {
        let room = left[b as usize] + if b == now { size } else { 0 };
        if room >= size {
            let over = value - exchange.bin_price()[b as usize] * i64::from(size);
            if over > most {
                (best, most) = (b, over);
            }
        }
    }
    best
}

fn unit_prices(part: &Part, items: &Items, exchange: &Exchange<'_>) -> Prices {
    let mut prices = Prices::zero(part);
    for (u, price) in prices.unit.iter_mut().enumerate() {
        let size = i64::from(part.sizes[u]);
        let worth = if size > 1 {
            let over = part
                .row(u as u32)
                .map(|(b, v)| v - exchange.bin_price()[b as usize] * size);
            over.max().unwrap_or(0).max(0)
        } else {
            exchange.item_price()[items.first[u] as usize]
        };
        *price = worth * SCALE;
    }
    prices
}

fn items_of(part: &Part) -> Items {
    let mut out = Items {
        start: vec![0],
        bin: Vec::new(),
        value: Vec::new(),
        first: vec![0],
    };
    let mut partners: Vec<i64> = Vec::new();
    for u in 0..part.n_units() as u32 {
        let size = part.sizes[u as usize];
        partners.clear();
        let positive = part.meetings[u as usize]
            .iter()
            .filter_map(|m| m.value)
            .filter(|&v| v > 0);
        partners.extend(positive);
        partners.sort_unstable_by(|a, b| b.cmp(a));
        for _ in 0..size {
            for (b, v) in part.row(u) {
                let most = (part.capacity[b as usize] - size) as usize;
                let half = partners.iter().take(most).sum::<i64>() / 2;
                out.bin.push(b);
                out.value.push(((v + half) / i64::from(size)).max(0));
            }
            out.start.push(out.bin.len());
        }
        out.first.push(out.start.len() as u32 - 1);
    }
    out
}
