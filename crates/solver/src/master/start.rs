//! How a master begins: from nothing, from a plan and prices near the best ones, or from what an earlier solve left.

use super::{Column, FLOOR_UNITS, Layout, Master};
use crate::before::Like;
use crate::crash;
use crate::cuts::Weights;
use crate::first::{self, First};
use crate::gauge::Gauge;
use crate::lp::Lp;
use crate::model::Part;
use crate::part::{Kept, PartProof};
use crate::plan::{self, PartPlan};
use crate::prices::Prices;
use crate::problem::SCALE;

/// Columns per bin to begin with.
const FIRST_PER_BIN: usize = 1;
/// Further columns per bin to begin with, and how much a candidate for one may lose.
const DIVERSE: usize = 12;
const SPARE: i64 = 100 * SCALE;
/// A floor may be bought off at this many times what its points are worth: more than any plan would lose by it.
const BUY_OFF: f64 = 1000.0;

impl<'a> Master<'a> {
    /// Starts from nothing: with the first plan and what the first prices choose.
    pub(crate) fn new(part: &'a Part, gauge: &Gauge<'_>) -> Self {
        Self::first(part, first::ROUNDS, gauge)
    }

    /// The same with so many rounds of second thoughts for the plan.
    pub(crate) fn first(part: &'a Part, rounds: usize, gauge: &Gauge<'_>) -> Self {
        let mut master = Self::with_cuts(part, Vec::new());
        let first = First::new(part, gauge);
        master.plan = PartPlan::of(part, first.plan(rounds, gauge));
        let prices = master.descend(&first.prices(), gauge);
        master.begin(&prices);
        master
    }

    /// Starts from a plan by bin and what these prices choose, which stand for the cuts too.
    pub(crate) fn near(part: &'a Part, prices: &Prices, cuts: Vec<Weights>, sets: Vec<Vec<u32>>) -> Self {
        let mut master = Self::with_cuts(part, cuts);
        master.plan = PartPlan::of(part, sets);
        master.begin(prices);
        master
    }

    /// These prices and what they prove, no plan and no columns yet: see [`Master::begin`].
    pub(crate) fn priced(part: &'a Part, prices: &Prices) -> Self {
        let mut master = Self::with_cuts(part, Vec::new());
        let found = master.find(prices, 1, None);
        master.keep(prices, &found.bin_price);
        master
    }

    /// Another with the best prices of this one, without plan and program.
    pub(crate) fn quoted(&self) -> Self {
        let mut quoted = Self::empty(self.part);
        quoted.sets.add_cuts(&self.sets.cuts.list);
        quoted.keep(&self.prices, &self.bin_price);
        quoted
    }

    /// No columns, and no rows but those of the part and of these cuts.
    fn with_cuts(part: &'a Part, cuts: Vec<Weights>) -> Self {
        let mut master = Self::empty(part);
        master.push_cuts(cuts);
        master.lp = Layout::program(part, &master.sets.cuts.list);
        master.sets.fit(&mut master.search);
        master
    }

    /// Lays out the program from the plan and what these prices choose.
    pub(crate) fn begin(&mut self, prices: &Prices) {
        self.add_best(prices);
        for bin in 0..self.part.n_bins() {
            let mut more: Vec<Vec<u32>> = Vec::new();
            self.sets
                .diverse(&mut self.search, bin, prices, SPARE, DIVERSE, |set, _| {
                    more.push(set.to_vec());
                });
            for set in more {
                self.add(bin as u32, set);
            }
        }
        let plan = self.add_plan();
        let (mut columns, mut rows) = self.basis_of(&plan);
        self.buy_off_floors();
        for k in (0..self.layout.floors).filter(|&k| !self.plan.reaches(self.part, k)) {
            columns.push(self.bought + k);
            rows.push(self.layout.floor(k));
        }
        self.lp.start_from(&columns, &rows);
    }

    /// Starts from what an earlier solve left, in a part without floors.
    pub(crate) fn after(part: &'a Part, like: &Like) -> Self {
        let mut master = Self::with_cuts(part, like.cuts.clone());
        let known = like.columns.iter();
        let known: Vec<u32> = known.map(|(bin, set)| master.add(*bin, set.clone())).collect();
        master.plan = PartPlan::of(part, plan::mend(part, like.sets.clone()));
        master.add_best(&like.prices);
        let plan = master.add_plan();
        let columns: Vec<u32> = like.basic.iter().map(|&c| known[c as usize]).collect();
        let rows: Vec<u32> = like.rows.iter().map(|&row| master.layout.number(row)).collect();
        master.lp.start_from(&columns, &rows);
        if !master.lp.is_feasible() {
            let (columns, rows) = master.basis_of(&plan);
            master.lp.start_from(&columns, &rows);
        }
        master
    }

    /// As it was at the end of the solve of this part that kept this program and this proof.
    pub(crate) fn kept(part: &'a Part, kept: &Kept, proof: &PartProof) -> Self {
        let mut master = Self::empty(part);
        if let Kept::Program {
            cuts,
            lp,
            columns,
            bought,
            ..
        } = kept
        {
            master.sets.add_cuts(cuts);
            master.lp = Lp::clone(lp);
            master.bought = bought.start;
            for (c, column) in (0..).zip(columns).filter(|(c, _)| !bought.contains(c)) {
                master.of_bin[column.bin as usize].push(c);
            }
            master.columns.clone_from(columns);
        }
        master.sets.fit(&mut master.search);
        master.keep(&proof.root, &proof.bin_price);
        master
    }

    /// Adds the best sets at some prices, and keeps these.
    fn add_best(&mut self, prices: &Prices) {
        let found = self.find(prices, FIRST_PER_BIN, None);
        self.keep(prices, &found.bin_price);
        for (bin, _, set) in found.sets {
            self.add(bin, set);
        }
    }

    /// Adds the columns of the plan; returns their numbers.
    fn add_plan(&mut self) -> Vec<u32> {
        let sets = self.plan.sets.clone();
        sets.into_iter().map(|(bin, set)| self.add(bin, set)).collect()
    }

    /// A basis whose solution is these columns, filled up with such as are tight at the best prices, or nearly ([`crash`]).
    pub(super) fn basis_of(&self, plan: &[u32]) -> (Vec<u32>, Vec<u32>) {
        crash::basis(self.part, &self.columns, plan, &self.prices, &self.bin_price)
    }

    /// Lets a master that cannot reach the floors yet buy them off, at a price that makes it stop as soon as it can.
    fn buy_off_floors(&mut self) {
        self.bought = self.lp.n_columns() as u32;
        for k in 0..self.layout.floors {
            let cost = -BUY_OFF / FLOOR_UNITS * self.part.row_value.iter().copied().max().unwrap_or(1).max(1) as f64;
            self.lp.add_column(cost, &[(self.layout.floor(k), -1.0)]);
            self.columns.push(Column {
                bin: 0,
                set: Vec::new(),
                value: 0,
            });
        }
    }
}
