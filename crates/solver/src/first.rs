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
//! partners would add. The plan begins where that ends, and looks only at the bins that leave each item most at those prices:
//! all others cost it twice the time and make it no better (measured, in regions and counties).

use crate::gauge::Gauge;
use crate::model::Part;
use crate::plan;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::transport::{self, Exchange, Flow, Graph, NONE, Rough};

/// Rounds of second thoughts where the plan is not made better afterwards (a second one finds next to nothing), and moves
/// that a block tries in each.
pub(crate) const ROUNDS: usize = 1;
const TRIES: usize = 1;
/// Most units of a cluster that are tried as a block.
const MOST_UNITS: usize = 6;
/// Bins that an item may go to in the plan.
const NEAR: usize = 16;

/// What plan and prices begin with: every item its own way.
pub(crate) struct First<'a> {
    part: &'a Part,
    /// The items of unit `u` are `start[u]..start[u + 1]`.
    start: Vec<u32>,
    /// Where each goes that is promised half of what its unit's partners would add, wherever they fit; `None`: the gauge said
    /// stop.
    flow: Option<Flow>,
}

/// The items of units, as a transportation problem.
struct Items {
    start: Vec<usize>,
    bin: Vec<u32>,
    value: Vec<i64>,
    /// The items of unit `u` are `first[u]..first[u + 1]`.
    first: Vec<u32>,
}

impl Items {
    fn empty() -> Self {
        Self {
            start: vec![0],
            bin: Vec::new(),
            value: Vec::new(),
            first: vec![0],
        }
    }

    /// Adds the items of a unit, each with these edges.
    fn push(&mut self, part: &Part, unit: u32, edges: &(impl Iterator<Item = (u32, i64)> + Clone)) {
        for _ in 0..part.sizes[unit as usize] {
            for (bin, value) in edges.clone() {
                self.bin.push(bin);
                self.value.push(value);
            }
            self.start.push(self.bin.len());
        }
        self.first.push(self.start.len() as u32 - 1);
    }

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

impl<'a> First<'a> {
    pub(crate) fn new(part: &'a Part, gauge: &Gauge<'_>) -> Self {
        let items = promised(part);
        let flow = transport::solve(items.graph(&part.capacity), None, gauge);
        let start = items.first;
        Self { part, start, flow }
    }

    /// What each unit is worth beyond the price of its places; nothing if the gauge said stop.
    pub(crate) fn prices(&self) -> Prices {
        let Some(flow) = &self.flow else {
            return Prices::zero(self.part);
        };
        let items = self.start.windows(2).map(|w| w[0] as usize..w[1] as usize);
        Prices {
            unit: items
                .map(|items| SCALE * flow.item_price[items].iter().sum::<i64>())
                .collect(),
            ..Prices::zero(self.part)
        }
    }

    /// The bin where the first item of each unit goes, or [`NONE`].
    pub(crate) fn bin_of(&self) -> Vec<u32> {
        let units = &self.start[..self.part.n_units()];
        let bin_of = |flow: &Flow| units.iter().map(|&i| flow.bin_of[i as usize]).collect();
        self.flow.as_ref().map_or_else(|| vec![NONE; units.len()], bin_of)
    }

    /// The first plan by bin, after so many rounds of second thoughts; if the gauge says stop, whatever finds room.
    pub(crate) fn plan(&self, rounds: usize, gauge: &Gauge<'_>) -> Vec<Vec<u32>> {
        let found = self
            .flow
            .as_ref()
            .and_then(|flow| find(self.part, &self.start, flow, rounds, gauge));
        found.unwrap_or_else(|| plan::insert(self.part, vec![Vec::new(); self.part.n_bins()]))
    }
}

fn find(part: &Part, first: &[u32], flow: &Flow, rounds: usize, gauge: &Gauge<'_>) -> Option<Vec<Vec<u32>>> {
    let items = near(part, first, flow);
    let start = Rough {
        bin_of: flow.bin_of.clone(),
        bin_price: flow.bin_price.clone(),
    };
    let mut state = State {
        part,
        items: &items,
        exchange: Exchange::new(items.graph(&part.capacity), start, gauge)?,
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

/// The items of units, each promised half of what its unit's partners would add.
fn promised(part: &Part) -> Items {
    let mut out = Items::empty();
    let mut worth = Worth::new(part);
    for unit in 0..part.n_units() as u32 {
        out.push(part, unit, &worth.of(unit).map(|(b, _, promised)| (b, promised)));
    }
    out
}

/// The items of units with the bins where they are in the flow, and those that leave them most at its prices, if what they are
/// promised counts; of bins that leave the same, each unit begins with others.
fn near(part: &Part, first: &[u32], flow: &Flow) -> Items {
    let mut out = Items::empty();
    let mut worth = Worth::new(part);
    let mut bins: Vec<(i64, u32, u32, i64)> = Vec::new();
    let n_bins = part.n_bins() as u32;
    for unit in 0..part.n_units() as u32 {
        let here = &flow.bin_of[first[unit as usize] as usize..first[unit as usize + 1] as usize];
        let turn = |b: u32| (b + n_bins - unit % n_bins) % n_bins;
        let short = |(b, own, promised): (u32, i64, i64)| {
            let left = if here.contains(&b) {
                i64::MAX
            } else {
                promised - flow.bin_price[b as usize]
            };
            (-left, turn(b), b, own)
        };
        bins.clear();
        bins.extend(worth.of(unit).map(short));
        if bins.len() > NEAR {
            bins.select_nth_unstable(NEAR);
            bins.truncate(NEAR);
        }
        bins.sort_unstable_by_key(|bin| bin.2);
        out.push(part, unit, &bins.iter().map(|&(_, _, b, own)| (b, own)));
    }
    out
}

/// What items are worth.
struct Worth<'a> {
    part: &'a Part,
    /// What partners would add, the best first.
    partners: Vec<i64>,
}

impl<'a> Worth<'a> {
    fn new(part: &'a Part) -> Self {
        let partners = Vec::new();
        Self { part, partners }
    }

    /// What each item of a unit is worth in each of its bins: by itself, and with half of what as many of the unit's partners
    /// would add as fit.
    fn of(&mut self, unit: u32) -> impl Iterator<Item = (u32, i64, i64)> + Clone + '_ {
        let part = self.part;
        let size = part.sizes[unit as usize];
        let positive = part.meetings[unit as usize]
            .iter()
            .filter_map(|m| m.value)
            .filter(|&v| v > 0);
        self.partners.clear();
        self.partners.extend(positive);
        self.partners.sort_unstable_by(|a, b| b.cmp(a));
        let partners = &self.partners[..];
        let each = move |value: i64| (value / i64::from(size)).max(0);
        part.row(unit).map(move |(b, v)| {
            let most = (part.capacity[b as usize] - size) as usize;
            let half = partners.iter().take(most).sum::<i64>() / 2;
            (b, each(v), each(v + half))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reduce;
    use crate::problem::{Group, GroupPolicy, Problem};
    use crate::solution::Options;

    const BINS: u32 = 40;

    /// Items that may go anywhere, of which some must and some would stay together, worth one thing or another.
    fn problem(seed: u64, worth: i32) -> Problem {
        let mut rng = hemvist_testkit::Rng::new(seed);
        let mut problem = Problem {
            indptr: vec![0],
            capacity: vec![2; BINS as usize],
            ..Problem::default()
        };
        for item in 0..2 * BINS - 2 {
            problem.bins.extend(0..BINS);
            problem
                .values
                .extend((0..BINS).map(|_| i64::from(100 + rng.between(0, worth))));
            problem.indptr.push(problem.bins.len());
            let policy = [GroupPolicy::Together, GroupPolicy::Prefer][item as usize / 2 % 2];
            if item % 2 == 1 {
                problem.groups.push(Group {
                    members: vec![item - 1, item],
                    policy,
                    pair_value: 5,
                });
            }
        }
        problem
    }

    #[test]
    fn the_plan_looks_at_the_bins_that_leave_most_and_at_others_for_each_unit_among_equals() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        for seed in 0..40 {
            let worth = if seed % 2 == 0 { 1 } else { 1_000 };
            let model = reduce(&problem(seed, worth)).unwrap_or_else(|_| panic!("nothing is locked"));
            let part = &model.parts[0];
            let first = First::new(part, &gauge);
            let flow = first.flow.as_ref().expect("no limit");
            let items = near(part, &first.start, flow);
            let mut is_listed = vec![false; part.n_bins()];
            let mut all = Worth::new(part);
            for unit in 0..part.n_units() as u32 {
                for item in items.of(unit) {
                    let row = &items.bin[items.start[item as usize]..items.start[item as usize + 1]];
                    let here = flow.bin_of[item as usize];
                    assert_eq!(row.len(), NEAR, "{seed}");
                    assert!(here == NONE || row.contains(&here), "{seed}");
                    row.iter().for_each(|&b| is_listed[b as usize] = true);
                    let left = |&(b, _, promised): &(u32, i64, i64)| promised - flow.bin_price[b as usize];
                    let of_flow = |b: u32| items.of(unit).any(|i| flow.bin_of[i as usize] == b);
                    let listed = all.of(unit).filter(|e| row.contains(&e.0) && !of_flow(e.0));
                    let least = listed.map(|e| left(&e)).min().expect("there are more");
                    assert!(all.of(unit).all(|e| row.contains(&e.0) || left(&e) <= least), "{seed}");
                }
            }
            assert!(is_listed.iter().all(|&is| is), "{seed}");
        }
    }

    #[test]
    fn plans_are_feasible_and_hardly_worse_than_the_best() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let (mut found, mut best) = (0, 0);
        for seed in 0..40 {
            let problem = problem(seed, 1_000);
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            let part = &model.parts[0];
            let plan = plan::PartPlan::of(part, First::new(part, &gauge).plan(ROUNDS, &gauge));
            assert!(plan.is_feasible(part), "{seed}");
            found += plan.value;
            best += crate::solve(&problem, &options).expect("well-formed").value;
        }
        assert!(found <= best && found * 1_000 > best * 998, "{found} {best}");
    }
}
