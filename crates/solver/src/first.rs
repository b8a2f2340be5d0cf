//! The beginning: prices and a plan from transportation problems, exact but for what siblings add.
//!
//! Every item goes its own way at first. Then the *blocks*, units of several items and units that would gain by sharing a
//! bin, are put in one by one, the largest first: a block takes its items out and goes where its value exceeds the price
//! of the places most, if that is more than its units are worth apart; whoever is crowded out finds its way by a shortest
//! path, so the rest stays exactly optimal, and prices tell the next block what has become scarce.
//!
//! Rounds of second thoughts follow. By duality no move gains more than prices say, so only the moves that look good
//! are tried, and taken back where they disappoint. (A good plan is worth its while: the simplex method needs a quarter
//! of the iterations from the best plan than from one that places a child less.)
//!
//! The prices need no plan: they are those of the transportation problem in which each item is promised half of what its
//! partners would add. So both can be sought at the same time.

use crate::gauge::Gauge;
use crate::model::Part;
use crate::plan;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::transport::{self, Exchange, Graph, NONE};

/// Rounds of second thoughts where the plan is not made better afterwards (a second one finds next to nothing), and moves
/// that a block tries in each.
pub(crate) const ROUNDS: usize = 1;
const TRIES: usize = 1;
/// Most units of a cluster that are tried as a block.
const MOST_UNITS: usize = 6;

/// The items of units, as a transportation problem.
struct Items {
    start: Vec<usize>,
    bin: Vec<u32>,
    value: Vec<i64>,
    /// The items of unit `u` are `first[u]..first[u + 1]`.
    first: Vec<u32>,
}

impl Items {
    fn of(&self, unit: u32) -> std::ops::Range<u32> {
        self.first[unit as usize]..self.first[unit as usize + 1]
    }

    fn graph<'a>(&'a self, capacity: &'a [u32]) -> Graph<'a> {
        Graph {
            start: &self.start,
            bin: &self.bin,
            value: &self.value,
            capacity,
        }
    }
}

/// Units that may go to a bin together.
struct Block {
    units: Vec<u32>,
    size: u32,
    /// Bins with room for all of them and what they are worth there, best first.
    bins: Vec<(u32, i64)>,
    /// Where it is; [`NONE`]: out, or its units go their own ways.
    at: u32,
}

struct State<'a> {
    part: &'a Part,
    items: &'a Items,
    exchange: Exchange<'a>,
    /// Places of each bin that no block has taken.
    left: Vec<u32>,
    /// Value of the blocks where they are.
    value: i128,
}

/// The first plan by bin, after so many rounds of second thoughts; if the gauge says stop, whatever finds room.
pub(crate) fn plan(part: &Part, rounds: usize, gauge: &Gauge<'_>) -> Vec<Vec<u32>> {
    find(part, rounds, gauge).unwrap_or_else(|| plan::insert(part, vec![Vec::new(); part.n_bins()]))
}

fn find(part: &Part, rounds: usize, gauge: &Gauge<'_>) -> Option<Vec<Vec<u32>>> {
    let items = items_of(part, false);
    let mut state = State {
        part,
        items: &items,
        exchange: transport::exchange(items.graph(&part.capacity), None, gauge)?,
        left: part.capacity.clone(),
        value: 0,
    };
    let mut blocks = blocks_of(part);
    for block in &mut blocks {
        if block.units.len() == 1 {
            state.exchange.remove(items.of(block.units[0]));
            state.exchange.settle();
        }
        if let Some(&(bin, _, _)) = state.moves(block).first() {
            state.shift(block, bin);
        }
        state.exchange.poll(gauge)?;
    }
    for _ in 0..rounds {
        let mut moved = false;
        for block in &mut blocks {
            let now = block.at;
            for (bin, _, _) in state.moves(block).into_iter().take(TRIES) {
                let before = state.value + state.exchange.value();
                state.shift(block, bin);
                if state.value + state.exchange.value() > before {
                    moved = true;
                    break;
                }
                state.shift(block, now);
            }
            state.exchange.poll(gauge)?;
        }
        if !moved {
            break;
        }
    }
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(); part.n_bins()];
    for block in blocks.iter().filter(|b| b.at != NONE) {
        sets[block.at as usize].extend_from_slice(&block.units);
    }
    for (u, &item) in items.first[..part.n_units()].iter().enumerate() {
        let bin = state.exchange.bin_of()[item as usize];
        if bin != NONE && part.sizes[u] == 1 {
            sets[bin as usize].push(u as u32);
        }
    }
    Some(plan::mend(part, sets))
}

impl State<'_> {
    /// Bins where a block could gain more than where it is, by the prices, with what it gains there, best first; [`NONE`]
    /// stands for going apart, or out.
    fn moves(&self, block: &Block) -> Vec<(u32, i64, i64)> {
        let size = i64::from(block.size);
        let price = |b: u32| self.exchange.bin_price()[b as usize] * size;
        let apart: i64 = if block.units.len() == 1 {
            0
        } else if block.at == NONE {
            let worth = |&u: &u32| self.exchange.item_price()[self.items.first[u as usize] as usize];
            block.units.iter().map(worth).sum()
        } else {
            block.units.iter().map(|&u| self.best_alone(u)).sum()
        };
        let here = block.bins.iter().find(|b| b.0 == block.at);
        let now = here.map_or(apart, |&(b, v)| v - price(b));
        let mut out: Vec<(u32, i64, i64)> = Vec::new();
        for &(b, v) in &block.bins {
            if v <= now {
                break;
            }
            let over = v - price(b);
            if b != block.at && over > now && self.left[b as usize] >= block.size {
                out.push((b, over, v));
            }
        }
        if block.at != NONE && apart > now {
            out.push((NONE, apart, 0));
        }
        out.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        out
    }

    /// What a unit of one item would gain by itself at the prices.
    fn best_alone(&self, unit: u32) -> i64 {
        let over = self
            .part
            .row(unit)
            .map(|(b, v)| v - self.exchange.bin_price()[b as usize]);
        over.max().unwrap_or(0).max(0)
    }

    /// Moves a block.
    fn shift(&mut self, block: &mut Block, to: u32) {
        let worth = |at: u32| i128::from(block.bins.iter().find(|b| b.0 == at).map_or(0, |b| b.1));
        self.value += worth(to) - worth(block.at);
        let (from, apart) = (block.at, block.units.len() > 1);
        if from == NONE && apart {
            block.units.iter().for_each(|&u| self.exchange.remove(self.items.of(u)));
        }
        if to != NONE {
            self.left[to as usize] -= block.size;
            self.exchange.set_capacity(to, self.left[to as usize]);
        }
        if from != NONE {
            self.left[from as usize] += block.size;
            self.exchange.set_capacity(from, self.left[from as usize]);
        }
        if to == NONE && apart {
            block
                .units
                .iter()
                .for_each(|&u| self.exchange.restore(self.items.of(u)));
        }
        self.exchange.settle();
        block.at = to;
    }
}

/// Units of several items, and clusters of single ones that could share a bin, the largest first.
fn blocks_of(part: &Part) -> Vec<Block> {
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); part.clusters.len()];
    let mut blocks = Vec::new();
    for u in 0..part.n_units() as u32 {
        if part.sizes[u as usize] > 1 {
            let bins = part.row(u).collect();
            blocks.push(block(part, vec![u], bins));
        } else if let Some(group) = groups.get_mut(part.cluster_of[u as usize] as usize) {
            group.push(u);
        }
    }
    for units in groups.into_iter().filter(|g| (2..=MOST_UNITS).contains(&g.len())) {
        let bins = part
            .row(units[0])
            .filter_map(|(b, _)| Some((b, part.set_value(b, &units)?)));
        let bins: Vec<(u32, i64)> = bins.collect();
        if !bins.is_empty() {
            blocks.push(block(part, units, bins));
        }
    }
    blocks.sort_by_key(|b| (std::cmp::Reverse(b.size), b.units[0]));
    blocks
}

fn block(part: &Part, units: Vec<u32>, mut bins: Vec<(u32, i64)>) -> Block {
    bins.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    Block {
        size: units.iter().map(|&u| part.sizes[u as usize]).sum(),
        units,
        bins,
        at: NONE,
    }
}

/// What each unit is worth beyond the price of its places when every item goes its own way, with half of what its unit's
/// partners would add wherever they fit; and the bin where its first item goes, or [`NONE`]. Nothing and nowhere if the
/// gauge says stop.
pub(crate) fn prices(part: &Part, gauge: &Gauge<'_>) -> (Prices, Vec<u32>) {
    let items = items_of(part, true);
    let Some(flow) = transport::solve(items.graph(&part.capacity), None, gauge) else {
        return (Prices::zero(part), vec![NONE; part.n_units()]);
    };
    let worth = |u: u32| SCALE * items.of(u).map(|i| flow.item_price[i as usize]).sum::<i64>();
    let bin_of = |u: u32| flow.bin_of[items.of(u).start as usize];
    let units = 0..part.n_units() as u32;
    let prices = Prices {
        unit: units.clone().map(worth).collect(),
        ..Prices::zero(part)
    };
    (prices, units.map(bin_of).collect())
}

/// The items of units; `with_partners`: each with half of what the unit's partners would add, as many as fit.
fn items_of(part: &Part, with_partners: bool) -> Items {
    let mut out = Items {
        start: vec![0],
        bin: Vec::new(),
        value: Vec::new(),
        first: vec![0],
    };
    let mut partners: Vec<i64> = Vec::new();
    for u in 0..part.n_units() as u32 {
        let size = part.sizes[u as usize];
        if with_partners {
            partners.clear();
            let positive = part.meetings[u as usize]
                .iter()
                .filter_map(|m| m.value)
                .filter(|&v| v > 0);
            partners.extend(positive);
            partners.sort_unstable_by(|a, b| b.cmp(a));
        }
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
