//! Branch and bound over an explicit list of columns: finds the best plan among them and closes every other branch.
//!
//! The list holds every column that a better plan could use (fixing by reduced cost, see [`crate::part`]), so a closed
//! tree is a proof. Branching is on *edges*: a unit goes to a bin, or it does not. If every edge is whole, so is every
//! column: two different sets in one bin differ in some edge.
//!
//! Invariants: a leaf is closed only by integer prices whose bound, recomputed here over all columns still allowed,
//! stays below the next better value; the linear program only suggests those prices. Cuts found on the way are valid
//! everywhere in the tree.

use std::collections::BTreeMap;

use crate::cuts::{self, Cut, Cuts, Reach};
use crate::gauge::Gauge;
use crate::lp::{Lp, Mark, Outcome, State};
use crate::master::{self, Column, Layout, Master};
use crate::model::Part;
use crate::part::PartProof;
use crate::plan::PartPlan;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::sets::Sets;

mod branch;
mod grow;
pub(crate) mod halves;
mod under;
mod walk;

use branch::{Choice, Costs};
pub(crate) use grow::{Grown, Ungrown, Wanted};
pub(crate) use under::Known;

/// A decision on the way to a node: does this unit go to this bin?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    pub unit: u32,
    pub bin: u32,
    pub yes: bool,
}

/// A node of a closed tree.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// Not reached (a limit stopped the search).
    Open,
    /// Closed by these prices.
    Leaf(Prices),
    /// Closed because, values apart, no plan is left: under these prices sets cost more than they can.
    Dead(Prices),
    /// Unit, bin; the node where it goes there, the node where it does not.
    Branch { unit: u32, bin: u32, yes: u32, no: u32 },
    /// Closed under the decisions on the way here by a proof of its own.
    Own(Box<PartProof>),
}

/// A program whose basis a tree starts from, with its columns and cuts.
pub(crate) struct Start<'a> {
    pub layout: &'a Layout,
    pub cuts: &'a [Cut],
    pub lp: &'a Lp,
    pub columns: &'a [Column],
}

/// A tree without the part that it is of, to be kept for later.
pub(crate) struct Trunk {
    layout: Layout,
    cuts: Cuts,
    columns: Vec<Column>,
    of_unit: Vec<Vec<u32>>,
    of_bin: Vec<Vec<u32>>,
    lp: Lp,
}

/// Search over a list of columns.
#[derive(Clone)]
pub(crate) struct Tree<'a> {
    part: &'a Part,
    layout: Layout,
    pub sets: Sets<'a>,
    columns: Vec<Column>,
    of_unit: Vec<Vec<u32>>,
    of_bin: Vec<Vec<u32>>,
    pub lp: Lp,
    /// Decisions that hold now, and how many of them bar each column.
    path: Vec<Decision>,
    barred: Vec<u32>,
    pub nodes: Vec<Node>,
    /// Value to beat, and the plan that has it if one was found here.
    pub value: i128,
    pub plan: Option<PartPlan>,
    /// No plan is worth more: once one is worth as much, there is nothing left to search.
    pub ceiling: i128,
    /// An optimum to start searches from, and the decisions that hold there.
    home: Option<State>,
    base: Vec<Decision>,
    /// A unit that must be somewhere.
    must: Option<u32>,
    /// Rounds of cuts at the root of a search.
    rounds: usize,
    /// Whether a plan is all that is wanted, soon: see [`Tree::hunt`].
    hunts: bool,
    costs: BTreeMap<(u32, u32), Costs>,
    mark: Mark,
    /// Work in elementary steps not yet reported.
    steps: u64,
}

/// What became of a search for a plan.
pub(crate) enum Sought {
    Found(PartPlan),
    /// There is none.
    Nowhere,
    /// The gauge said stop, or the question stayed open.
    Open,
}

/// Rounds of cuts at the root of a tree.
const ROOT_ROUNDS: usize = 12;
const CUTS_AT_ONCE: usize = 30;

/// For so many rows the program looks at one nonbasic column in each iteration; the others are asleep until they could enter.
const ROWS_PER_AWAKE: usize = 2;

/// A dive fixes every column of so much weight at once, and else the heaviest: one, and for each width of a wide part one
/// in so many of the fractional ones more, since they are far apart there.
const SURE: f64 = 0.8;
const APART: usize = 64;
/// It gives up when it has lost this share of what the program promises over the plan known.
const DEAR: f64 = 0.25;

/// Greatest price of a ray in points: rays have no scale of their own, and this is fine enough.
const RAY: f64 = 1e6;

impl<'a> Tree<'a> {
    /// A tree over `columns`, to beat `value`, starting from the master's basis.
    pub(crate) fn new(master: &Master<'a>, columns: Vec<Column>, value: i128) -> Self {
        let of_master = Start {
            layout: &master.layout,
            cuts: &master.sets.cuts.list,
            lp: &master.lp,
            columns: &master.columns,
        };
        Self::from(master.part, &of_master, columns, value)
    }

    /// A tree over `columns`, to beat `value`.
    pub(crate) fn from(part: &'a Part, start: &Start<'_>, columns: Vec<Column>, value: i128) -> Self {
        let mut sets = Sets::new(part);
        sets.add_cuts(start.cuts);
        let layout = start.layout.clone();
        let mut lp = Layout::program(part, &sets.cuts.list);
        let mut of_unit = vec![Vec::new(); part.units.len()];
        let mut of_bin = vec![Vec::new(); part.bins.len()];
        for (c, column) in columns.iter().enumerate() {
            lp.add_column(column.value as f64, &layout.entries(part, &sets, column));
            column.set.iter().for_each(|&u| of_unit[u as usize].push(c as u32));
            of_bin[column.bin as usize].push(c as u32);
        }
        lp.adopt(start.lp, |c| {
            let column = &start.columns[c as usize];
            let here: &Vec<u32> = &of_bin[column.bin as usize];
            here.iter().copied().find(|&n| columns[n as usize].set == column.set)
        });
        let trunk = Trunk {
            layout,
            cuts: sets.cuts,
            columns,
            of_unit,
            of_bin,
            lp,
        };
        Self::on(part, trunk, value)
    }

    /// A tree on a trunk that came from one of the same part, to beat `value`.
    pub(crate) fn on(part: &'a Part, trunk: Trunk, value: i128) -> Self {
        let Trunk {
            layout,
            cuts,
            columns,
            of_unit,
            of_bin,
            lp,
        } = trunk;
        Self {
            part,
            layout,
            sets: Sets { part, cuts },
            barred: vec![0; columns.len()],
            columns,
            of_unit,
            of_bin,
            lp,
            path: Vec::new(),
            nodes: vec![Node::Open],
            value,
            plan: None,
            ceiling: i128::MAX,
            home: None,
            base: Vec::new(),
            must: None,
            rounds: ROOT_ROUNDS,
            hunts: false,
            costs: BTreeMap::new(),
            mark: Mark::default(),
            steps: 0,
        }
    }

    /// The columns that it searches.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// What is left of a tree without decisions.
    pub(crate) fn into_trunk(self) -> Trunk {
        Trunk {
            layout: self.layout,
            cuts: self.sets.cuts,
            columns: self.columns,
            of_unit: self.of_unit,
            of_bin: self.of_bin,
            lp: self.lp,
        }
    }

    /// Solves the program under the base decisions, so that later searches can start below more; whether that worked.
    pub(crate) fn settle_home(&mut self, gauge: &Gauge<'_>) -> bool {
        self.apply(&self.base.clone());
        let outcome = self.lp.dual(f64::NEG_INFINITY, gauge);
        self.home = Some(self.lp.state());
        // Cuts would have to be taken away again.
        self.rounds = 0;
        outcome == Outcome::Optimal
    }

    /// Searches until everything is closed, a plan is as good as any can be or the gauge says stop; returns whether everything
    /// is closed.
    pub(crate) fn search(&mut self, gauge: &Gauge<'_>) -> bool {
        self.search_below(self.base.clone(), gauge, false)
    }

    /// Searches for one plan, always deciding for the edge that weighs most: it goes down straight, and comes back where the
    /// program falls short.
    pub(crate) fn hunt(&mut self, gauge: &Gauge<'_>) {
        (self.hunts, self.rounds) = (true, 1);
        self.search_below(self.base.clone(), gauge, true);
    }

    /// Follows the linear program down to one whole plan by fixing its heaviest columns: a good plan, quickly. Gives up where
    /// fixing costs so much that it would be no better than the plan known, or hardly.
    pub(crate) fn dive(&mut self, gauge: &Gauge<'_>) {
        let mut path = self.base.clone();
        self.apply(&path);
        let mut least = f64::NEG_INFINITY;
        for round in 0.. {
            if self.lp.dual(f64::NEG_INFINITY, gauge) != Outcome::Optimal {
                break;
            }
            let now = self.lp.objective();
            if round == 0 {
                self.lp.doze(self.lp.n_rows() / ROWS_PER_AWAKE);
                least = (now - (now - self.value as f64) * DEAR).max(self.cut_off());
            } else if now < least {
                break;
            }
            let weights = self.lp.weights();
            let mut open: Vec<(u32, f64)> = weights.iter().copied().filter(|w| w.1 < 1.0 - 1e-6).collect();
            if open.is_empty() {
                self.keep_plan(&weights);
                break;
            }
            open.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let at_once = 1 + open.len() * self.part.widths() / APART;
            let before = path.len();
            let mut fixed = 0;
            for (c, w) in open {
                if w < SURE && (fixed >= at_once || fixed > 0 && w <= 0.5) {
                    break;
                }
                let column = &self.columns[c as usize];
                let clash = path.iter().any(|d| d.bin == column.bin || column.set.contains(&d.unit));
                if !clash {
                    path.extend(column.set.iter().map(|&unit| Decision {
                        unit,
                        bin: column.bin,
                        yes: true,
                    }));
                    fixed += 1;
                }
            }
            if path.len() == before {
                break;
            }
            self.apply(&path);
        }
        self.apply(&self.base.clone());
    }

    /// Where a unit can be under these decisions, as far as single columns tell; `None`: left out.
    fn options(&mut self, unit: u32, path: &[Decision]) -> Vec<Option<u32>> {
        self.apply(path);
        let open = self.of_unit[unit as usize]
            .iter()
            .filter(|&&c| self.barred[c as usize] == 0);
        let mut bins: Vec<Option<u32>> = open.map(|&c| Some(self.columns[c as usize].bin)).collect();
        bins.sort_unstable();
        bins.dedup();
        if !path.iter().any(|d| d.unit == unit && d.yes) {
            bins.push(None);
        }
        bins
    }

    /// A plan worth more than `self.value` with `unit` at `to` (or left out) under these decisions, if there is one.
    pub(crate) fn with(&mut self, path: &[Decision], unit: u32, to: Option<u32>, gauge: &Gauge<'_>) -> Sought {
        let mut path = path.to_vec();
        if let Some(bin) = to {
            path.push(Decision { unit, bin, yes: true });
        } else {
            let bins: Vec<u32> = self.options(unit, &path).into_iter().flatten().collect();
            path.extend(bins.into_iter().map(|bin| Decision { unit, bin, yes: false }));
        }
        let value = self.value;
        self.nodes.clear();
        self.nodes.push(Node::Open);
        let closed = self.search_below(path, gauge, true);
        self.value = value;
        let found = self.plan.take();
        match found {
            Some(plan) => Sought::Found(plan),
            None if closed => Sought::Nowhere,
            None => Sought::Open,
        }
    }

    /// Makes these decisions hold, and no others.
    fn apply(&mut self, path: &[Decision]) {
        let same = self.path.iter().zip(path).take_while(|(a, b)| a == b).count();
        while self.path.len() > same {
            self.undo();
        }
        for &d in &path[same..] {
            self.decide(d);
        }
    }

    /// Bars the columns that a decision excludes and tightens the row of a unit that must go somewhere.
    fn decide(&mut self, d: Decision) {
        self.path.push(d);
        self.count(d, 1);
        if d.yes {
            self.lp.tighten(d.unit, true);
        }
    }

    /// Takes the last decision back.
    fn undo(&mut self) {
        let Some(d) = self.path.pop() else { return };
        self.count(d, u32::MAX);
        if d.yes {
            self.lp.tighten(d.unit, self.must == Some(d.unit));
        }
    }

    /// Adds to how many decisions bar the columns that this one bars.
    fn count(&mut self, d: Decision, more: u32) {
        let (barred, lp) = (&mut self.barred, &mut self.lp);
        let mut bar = |c: u32| {
            let times = &mut barred[c as usize];
            *times = times.wrapping_add(more);
            lp.bar(c, *times > 0);
        };
        for &c in &self.of_unit[d.unit as usize] {
            if (self.columns[c as usize].bin == d.bin) != d.yes {
                bar(c);
            }
        }
        if d.yes {
            for &c in &self.of_bin[d.bin as usize] {
                if self.columns[c as usize].set.binary_search(&d.unit).is_err() {
                    bar(c);
                }
            }
        }
        self.steps += (self.of_unit[d.unit as usize].len() + self.of_bin[d.bin as usize].len()) as u64;
    }

    /// Solves the node's linear program, cutting for some rounds, and says what to do with the node.
    fn bound_node(&mut self, rounds: usize, gauge: &Gauge<'_>) -> Verdict {
        for round in 0.. {
            match self.lp.dual(self.cut_off(), gauge) {
                Outcome::Optimal => {}
                Outcome::Stopped | Outcome::Capped => return Verdict::Stuck,
                outcome @ (Outcome::CutOff | Outcome::Infeasible) => {
                    if let Some(closed) = self.close(outcome) {
                        return Verdict::Closed(closed);
                    }
                    // The program says closed, the integers do not: look at it without a cut-off.
                    match self.lp.dual(f64::NEG_INFINITY, gauge) {
                        Outcome::Optimal => {}
                        Outcome::Infeasible => {
                            return self.close(Outcome::Infeasible).map_or(Verdict::Stuck, Verdict::Closed);
                        }
                        _ => return Verdict::Stuck,
                    }
                }
            }
            if round == 0 && rounds > 0 {
                self.lp.doze(self.lp.n_rows() / ROWS_PER_AWAKE);
            }
            if self.lp.dual_value() < (self.value + 1) as f64
                && let Some(closed) = self.close(Outcome::Optimal)
            {
                return Verdict::Closed(closed);
            }
            let weights = self.lp.weights();
            let edges = self.fractional_edges(&weights);
            if edges.is_empty() {
                self.keep_plan(&weights);
                if let Some(closed) = self.close(Outcome::Optimal) {
                    return Verdict::Closed(closed);
                }
                // Whole, but past a limit or short of a floor by less than the program can tell: decide something all the
                // same.
                let edge = self.undecided_edge(&weights);
                return edge.map_or(Verdict::Stuck, |(unit, bin)| Verdict::Open(Choice::open(unit, bin)));
            }
            if round >= rounds || gauge.stopped() || self.cut(&weights) == 0 {
                return Verdict::Open(if self.hunts {
                    heaviest(&edges)
                } else {
                    self.choose(&edges, gauge)
                });
            }
        }
        Verdict::Stuck
    }

    /// Nodes whose program is worth less are closed.
    fn cut_off(&self) -> f64 {
        (self.value + 1) as f64 - 0.01
    }

    /// The node closed, if the program's prices in integers close it.
    fn close(&mut self, outcome: Outcome) -> Option<Node> {
        let mut forced = vec![false; self.part.units.len()];
        let mut forced_bin = vec![false; self.part.bins.len()];
        self.must.iter().for_each(|&unit| forced[unit as usize] = true);
        for d in self.path.iter().filter(|d| d.yes) {
            forced[d.unit as usize] = true;
            forced_bin[d.bin as usize] = true;
        }
        let n_cuts = self.sets.cuts.len();
        if outcome == Outcome::Infeasible && !self.part.classes.is_empty() {
            let ray = self.lp.ray();
            let greatest = ray.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
            let scaled: Vec<f64> = ray.iter().map(|v| v / greatest * RAY).collect();
            let prices = self.layout.prices(self.part, &scaled, n_cuts, |u| forced[u]);
            let bound = self.bound(&prices, &forced_bin, 0);
            if bound.is_none_or(|b| b < 0) {
                return Some(Node::Dead(prices));
            }
        }
        let prices = self.layout.prices(self.part, self.lp.prices(), n_cuts, |u| forced[u]);
        let bound = self.bound(&prices, &forced_bin, 1);
        let closed = bound.is_none_or(|b| b < (self.value + 1) * i128::from(SCALE));
        closed.then_some(Node::Leaf(prices))
    }

    /// What prices prove of the columns still allowed, their values counted so many times; `None`: nothing is allowed.
    fn bound(&mut self, prices: &Prices, forced_bin: &[bool], times: i64) -> Option<i128> {
        self.steps += self.columns.len() as u64 * 4;
        let of_row = self.layout.of_rows(prices);
        let mut bound = prices.total(self.part, &self.sets.cuts);
        for (bin, columns) in self.of_bin.iter().enumerate() {
            // Prices along a ray have no scale of their own: sums of them need more than 64 bits.
            let mut best = if forced_bin[bin] { i128::MIN } else { 0 };
            for &c in columns.iter().filter(|&&c| self.barred[c as usize] == 0) {
                let column = &self.columns[c as usize];
                let mut gain = i128::from(column.value * SCALE * times);
                for &(r, v) in self.lp.column(c) {
                    gain -= i128::from(of_row[r as usize]) * i128::from(v as i64);
                }
                if !self.part.classes.is_empty() {
                    gain += i128::from(master::floors_on_top(self.part, prices, column));
                }
                best = best.max(gain);
            }
            if best == i128::MIN {
                return None;
            }
            bound += best;
        }
        Some(bound)
    }

    /// Edges of fractional weight, with their weights.
    fn fractional_edges(&self, weights: &[(u32, f64)]) -> Vec<((u32, u32), f64)> {
        let mut edges: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for &(c, w) in weights.iter().filter(|w| w.1 < 1.0 - 1e-6) {
            let column = &self.columns[c as usize];
            for &u in &column.set {
                *edges.entry((u, column.bin)).or_default() += w;
            }
        }
        edges.into_iter().filter(|e| e.1 > 1e-6 && e.1 < 1.0 - 1e-6).collect()
    }

    /// An edge of the current solution that no decision speaks of, of a unit in a class with a floor if there is one.
    fn undecided_edge(&self, weights: &[(u32, f64)]) -> Option<(u32, u32)> {
        let columns = weights
            .iter()
            .filter(|w| w.1 > 0.5)
            .map(|w| &self.columns[w.0 as usize]);
        let edges = columns.flat_map(|column| column.set.iter().map(|&u| (u, column.bin)));
        let open = edges.filter(|&(u, b)| !self.path.iter().any(|d| (d.unit, d.bin) == (u, b)));
        open.min_by_key(|e| self.part.class_of[e.0 as usize] == Part::NO_CLASS)
    }

    /// Adds violated cuts; returns how many.
    fn cut(&mut self, weights: &[(u32, f64)]) -> usize {
        let tableau = self.layout.tableau(&mut self.lp);
        let cuts = &self.sets.cuts;
        let cuts = cuts::violated(
            self.part,
            cuts,
            &self.columns,
            weights,
            (&tableau, Reach::first(self.part)),
            CUTS_AT_ONCE,
            &mut self.steps,
        );
        self.sets.add_cuts(&cuts);
        master::add_rows(
            &mut self.lp,
            self.part,
            &self.sets,
            &self.columns,
            &self.of_bin,
            cuts.len(),
        );
        cuts.len()
    }

    /// Reads a whole plan off the weights and keeps it if it is better, and is one.
    fn keep_plan(&mut self, weights: &[(u32, f64)]) {
        let mut plan = PartPlan::default();
        for &(c, w) in weights {
            if w > 0.5 {
                let column = &self.columns[c as usize];
                plan.value += i128::from(column.value);
                plan.sets.push((column.bin, column.set.clone()));
            }
        }
        if plan.value > self.value && plan.is_feasible(self.part) && plan.reaches_floors(self.part) {
            self.value = plan.value;
            self.plan = Some(plan);
        }
    }
}

/// To decide for the edge that weighs most, the first of several.
fn heaviest(edges: &[((u32, u32), f64)]) -> Choice {
    let heavier = |a: &((u32, u32), f64), b: &((u32, u32), f64)| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0));
    let &((unit, bin), _) = edges
        .iter()
        .max_by(|a, b| heavier(a, b))
        .expect("some edge is fractional");
    Choice::open(unit, bin)
}

enum Verdict {
    Closed(Node),
    Open(Choice),
    Stuck,
}
