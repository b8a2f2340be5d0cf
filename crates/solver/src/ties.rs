//! Which of several optimal plans: serial dictatorship over the tied optima, and which units every optimum treats alike.
//!
//! Unit by unit in the order of the draw, each gets the bin it prefers among those that some optimal plan, with all
//! earlier units as settled, gives it. The result depends on the problem and the rule only, not on which optimum the
//! search met first. Reference: Demeulemeester et al., "Fair integer programming under dichotomous and cardinal
//! preferences", 2023 (random serial dictatorship over optimal solutions).
//!
//! Promises: never changes the value of the plan. In a transportation problem an exchange that keeps the optimum is a
//! cycle of edges without reduced cost; with groups it is an exchange of columns whose reduced cost the optimum leaves
//! ([`crate::exchange`]), or, where that is not told in a few steps, a small search with the program.

use std::collections::VecDeque;
use std::ops::Range;

use crate::exchange::{Answer, Changes, Exchange};
use crate::gauge::Gauge;
use crate::master::Column;
use crate::model::Part;
use crate::plan::PartPlan;
use crate::transport::{Flow, NONE};
use crate::tree::{Decision, Sought, Tree};

/// The tie rule for the units of a part: each is drawn with, and prefers like, its item that was drawn first.
pub(crate) struct Draw<'a> {
    /// Units, first drawn first.
    pub order: Vec<u32>,
    /// The edges of that item of each unit.
    pub rows: Vec<Range<usize>>,
    /// By edge of the problem: its bin, and how many edges of the same item are preferred to it.
    pub bins: &'a [u32],
    pub preference: &'a [u32],
    /// Whether it is wanted which units every optimum treats alike.
    pub tell: bool,
}

/// What became of the ties, per unit.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    pub unique: Vec<bool>,
    pub drawn: Vec<bool>,
}

impl Draw<'_> {
    fn rank(&self, part: &Part, unit: u32, bin: u32) -> u32 {
        let row = self.rows[unit as usize].clone();
        let at = self.bins[row.clone()]
            .binary_search(&part.bins[bin as usize])
            .expect("an edge of a unit is an edge of its items");
        self.preference[row.start + at]
    }

    /// The options of a unit, preferred first; being left out comes last.
    fn sort(&self, part: &Part, unit: u32, options: &mut [Option<u32>]) {
        options.sort_by_key(|o| o.map_or((1, 0, 0), |b| (0, self.rank(part, unit, b), b)));
    }
}

/// Settles the ties of a transportation problem, changing the flow in place.
pub(crate) fn settle_flow(part: &Part, flow: &mut Flow, draw: &Draw<'_>, gauge: &Gauge<'_>) -> Option<Settled> {
    let n = part.units.len();
    let mut graph = TightGraph::new(part, flow);
    let mut out = Settled {
        unique: vec![true; n],
        drawn: vec![false; n],
    };
    for u in 0..n as u32 {
        out.unique[u as usize] = !graph.options(u).into_iter().any(|to| graph.path(u, to).is_some());
        if gauge.tick(std::mem::take(&mut graph.steps)) {
            return None;
        }
    }
    for &u in &draw.order {
        let now = graph.bin_of[u as usize];
        let mut options = graph.options(u);
        options.push(now);
        draw.sort(part, u, &mut options);
        for to in options {
            if to == graph.bin_of[u as usize] {
                // Nothing better was possible; is there another choice at all?
                out.drawn[u as usize] |=
                    !out.unique[u as usize] && graph.options(u).into_iter().any(|to| graph.path(u, to).is_some());
                break;
            }
            if let Some(path) = graph.path(u, to) {
                graph.shift(u, to, &path);
                out.drawn[u as usize] = true;
                break;
            }
        }
        graph.settled[u as usize] = true;
        if gauge.tick(std::mem::take(&mut graph.steps)) {
            return None;
        }
    }
    flow.bin_of = graph.bin_of.iter().map(|b| b.unwrap_or(NONE)).collect();
    Some(out)
}

/// Edges without reduced cost, and who is where: every optimum is an exchange along them.
struct TightGraph {
    bins_of: Vec<Vec<u32>>,
    bin_of: Vec<Option<u32>>,
    held: Vec<Vec<u32>>,
    room: Vec<u32>,
    /// Bins whose places, and items whose being placed, are worth nothing at the margin.
    free_bin: Vec<bool>,
    free_item: Vec<bool>,
    free_bins: Vec<u32>,
    settled: Vec<bool>,
    steps: u64,
}

/// A node of the exchange graph.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Spot {
    Bin(u32),
    Item(u32),
    /// Out: where free bins get and leave load, and free items wait.
    Out,
}

impl TightGraph {
    fn new(part: &Part, flow: &Flow) -> Self {
        let (n, m) = (part.units.len(), part.bins.len());
        let mut held = vec![Vec::new(); m];
        let mut room = part.capacity.clone();
        for (u, &b) in flow.bin_of.iter().enumerate() {
            if b != NONE {
                held[b as usize].push(u as u32);
                room[b as usize] -= 1;
            }
        }
        let tight = |u: usize| -> Vec<u32> {
            let no_cost = |e: &(u32, i64)| flow.item_price[u] + flow.bin_price[e.0 as usize] == e.1;
            part.row(u as u32).filter(no_cost).map(|e| e.0).collect()
        };
        let free_bin: Vec<bool> = flow.bin_price.iter().map(|&p| p == 0).collect();
        Self {
            bins_of: (0..n).map(tight).collect(),
            bin_of: flow.bin_of.iter().map(|&b| (b != NONE).then_some(b)).collect(),
            held,
            room,
            free_bins: (0..m as u32).filter(|&b| free_bin[b as usize]).collect(),
            free_bin,
            free_item: flow.item_price.iter().map(|&u| u == 0).collect(),
            settled: vec![false; n],
            steps: 0,
        }
    }

    /// Where else a unit could be in an optimum, as far as its own edges tell.
    fn options(&self, u: u32) -> Vec<Option<u32>> {
        let now = self.bin_of[u as usize];
        let mut out: Vec<Option<u32>> = self.bins_of[u as usize].iter().map(|&b| Some(b)).collect();
        if self.free_item[u as usize] {
            out.push(None);
        }
        out.retain(|o| *o != now);
        out
    }

    /// The moves that make room for `u` at `to` and fill the place it leaves, if an exchange without loss exists.
    fn path(&mut self, u: u32, to: Option<u32>) -> Option<Vec<Spot>> {
        let start = to.map_or(Spot::Out, Spot::Bin);
        let goal = self.bin_of[u as usize].map_or(Spot::Out, Spot::Bin);
        let (n, m) = (self.bin_of.len(), self.held.len());
        let index = |s: Spot| match s {
            Spot::Bin(b) => b as usize,
            Spot::Item(k) => m + k as usize,
            Spot::Out => m + n,
        };
        let mut from: Vec<Option<Spot>> = vec![None; m + n + 1];
        from[index(start)] = Some(start);
        let mut queue = VecDeque::from([start]);
        while let Some(spot) = queue.pop_front() {
            if spot == goal {
                let mut path = vec![goal];
                while *path.last().expect("not empty") != start {
                    path.push(from[index(*path.last().expect("not empty"))].expect("reached from somewhere"));
                }
                path.reverse();
                return Some(path);
            }
            let mut next: Vec<Spot> = Vec::new();
            let movable = |k: &&u32| **k != u && !self.settled[**k as usize];
            match spot {
                Spot::Bin(b) => {
                    next.extend(self.held[b as usize].iter().filter(movable).map(|&k| Spot::Item(k)));
                    if self.free_bin[b as usize] && self.room[b as usize] > 0 {
                        next.push(Spot::Out);
                    }
                }
                Spot::Item(k) => {
                    let now = self.bin_of[k as usize];
                    let others = self.bins_of[k as usize].iter().filter(|&&b| Some(b) != now);
                    next.extend(others.map(|&b| Spot::Bin(b)));
                    if self.free_item[k as usize] && now.is_some() {
                        next.push(Spot::Out);
                    }
                }
                Spot::Out => {
                    next.extend(self.free_bins.iter().map(|&b| Spot::Bin(b)));
                    let waiting = |k: &u32| {
                        *k != u
                            && self.free_item[*k as usize]
                            && self.bin_of[*k as usize].is_none()
                            && !self.settled[*k as usize]
                    };
                    next.extend((0..n as u32).filter(waiting).map(Spot::Item));
                }
            }
            self.steps += next.len() as u64 + 1;
            for s in next {
                let slot = &mut from[index(s)];
                if slot.is_none() {
                    *slot = Some(spot);
                    queue.push_back(s);
                }
            }
        }
        None
    }

    /// Carries out a path found by [`TightGraph::path`].
    fn shift(&mut self, u: u32, to: Option<u32>, path: &[Spot]) {
        let mut moves = vec![(u, to)];
        for w in path.windows(2) {
            if let Spot::Item(k) = w[0] {
                moves.push((
                    k,
                    match w[1] {
                        Spot::Bin(b) => Some(b),
                        _ => None,
                    },
                ));
            }
        }
        for &(k, _) in &moves {
            if let Some(b) = self.bin_of[k as usize].take() {
                self.held[b as usize].retain(|&x| x != k);
                self.room[b as usize] += 1;
            }
        }
        for (k, to) in moves {
            self.bin_of[k as usize] = to;
            if let Some(b) = to {
                self.held[b as usize].push(k);
                self.room[b as usize] -= 1;
            }
        }
    }
}

/// A best plan of a part with groups, and what tells which other best plans there are.
struct Tied<'a, F> {
    exchange: Exchange<'a>,
    /// Decisions taken so far.
    path: Vec<Decision>,
    /// Makes a tree over columns, which can tell what `exchange` leaves open.
    plant: F,
    tree: Option<Tree<'a>>,
}

impl<'a, F: Fn(Vec<Column>) -> Tree<'a>> Tied<'a, F> {
    fn decide(&mut self, unit: u32, bin: u32, yes: bool) {
        let decision = Decision { unit, bin, yes };
        self.exchange.decide(decision);
        self.path.push(decision);
    }

    /// Keeps a unit out of a place for good.
    fn rule_out(&mut self, unit: u32, to: Option<u32>) {
        match to {
            Some(bin) => self.decide(unit, bin, false),
            None => self.exchange.place(unit),
        }
    }

    /// Keeps a unit where it is for good.
    fn fix(&mut self, unit: u32) {
        if let Some(bin) = self.exchange.bin_of(unit) {
            self.decide(unit, bin, true);
        } else {
            let others = self.exchange.options(unit).into_iter().flatten();
            others.for_each(|bin| self.decide(unit, bin, false));
        }
    }

    /// What leads to a best plan under the decisions that has this unit there; the inner `None`: there is none; the
    /// outer: the gauge said stop, or it could not be told.
    #[expect(clippy::option_option, reason = "the outer one is no answer")]
    fn with(&mut self, unit: u32, to: Option<u32>, gauge: &Gauge<'_>) -> Option<Option<Changes>> {
        let answer = self.exchange.with(unit, to);
        if gauge.tick(std::mem::take(&mut self.exchange.steps)) {
            return None;
        }
        match answer {
            Answer::Found(changes) => return Some(Some(changes)),
            Answer::Nowhere => return Some(None),
            Answer::Open => {}
        }
        if self.tree.is_none() {
            let mut tree = (self.plant)(self.exchange.columns.clone());
            if !tree.settle_home(gauge) {
                return None;
            }
            self.tree = Some(tree);
        }
        match self.tree.as_mut()?.with(&self.path, unit, to, gauge) {
            Sought::Open => None,
            Sought::Nowhere => Some(None),
            Sought::Found(plan) => Some(Some(self.exchange.changes_to(&plan)?)),
        }
    }
}

/// Settles the ties of a part with groups. `exchange` has the plan and every column that a best plan could use; `plant`
/// makes a tree over columns to beat one point less than the plan, under the same base decisions.
pub(crate) fn settle_groups<'a>(
    part: &Part,
    exchange: Exchange<'a>,
    plant: impl Fn(Vec<Column>) -> Tree<'a>,
    base: &[Decision],
    draw: &Draw<'_>,
    gauge: &Gauge<'_>,
) -> Option<(PartPlan, Settled)> {
    let n = part.units.len();
    let mut tied = Tied {
        exchange,
        path: Vec::new(),
        plant,
        tree: None,
    };
    base.iter().for_each(|d| tied.decide(d.unit, d.bin, d.yes));
    let mut out = Settled {
        unique: vec![draw.tell; n],
        drawn: vec![false; n],
    };
    for u in (0..n as u32).filter(|_| draw.tell) {
        // Every answer "no" closes an edge for good; every "yes" shows more units that are not unique.
        for to in tied.exchange.options(u) {
            if !out.unique[u as usize] {
                break;
            }
            if to == tied.exchange.bin_of(u) {
                continue;
            }
            match tied.with(u, to, gauge)? {
                Some(changes) => {
                    let movers = tied.exchange.movers(&changes);
                    movers.into_iter().for_each(|v| out.unique[v as usize] = false);
                }
                None => tied.rule_out(u, to),
            }
        }
    }
    for &u in &draw.order {
        if !out.unique[u as usize] {
            let mut options = tied.exchange.options(u);
            draw.sort(part, u, &mut options);
            let mut better = true;
            for to in options {
                if to == tied.exchange.bin_of(u) {
                    if !draw.tell {
                        break;
                    }
                    better = false;
                    continue;
                }
                if let Some(changes) = tied.with(u, to, gauge)? {
                    out.drawn[u as usize] = true;
                    if better {
                        tied.exchange.adopt(&changes);
                    }
                    break;
                }
            }
        }
        tied.fix(u);
    }
    Some((tied.exchange.plan(), out))
}
