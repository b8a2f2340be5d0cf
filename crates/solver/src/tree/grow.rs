//! Columns as they are needed: solves the program under decisions exactly, whatever columns it began with.

use super::under::{Known, Priced, Rules};
use super::{Decision, Start, Tree};
use crate::exchange::Exchange;
use crate::gauge::Gauge;
use crate::lp::{Outcome, State};
use crate::master::Column;
use crate::part::{PartProof, lowest_value};
use crate::plan::PartPlan;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::sets::Search;
use crate::ties::{self, Draw, Settled};

/// Most columns that a search may need.
const MANY: usize = 100_000;
/// How far below the bound a plan is first looked for, in points.
const NEAR: i128 = 2;
/// Iterations after which the program's factors need not be made anew.
const FEW: usize = 40;
/// Rounds of cuts that may pass without a point gained where a question is answered.
const DULL: usize = 3;

/// The best plan under decisions.
pub(crate) struct Grown {
    pub plan: PartPlan,
    /// No plan under them is worth more.
    pub bound: i128,
    /// What became of ties, if a draw was given.
    pub ties: Option<Settled>,
    /// Why the bound holds under the decisions; `None`: it is not told.
    pub proof: Option<PartProof>,
}

/// Why there is no best plan to tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ungrown {
    /// No plan is worth as much as was asked for.
    Less,
    /// There is none, or none was found before the gauge said stop, or it could not be told.
    Untold,
}

/// What is wanted of a plan under decisions.
pub(crate) struct Wanted<'d> {
    /// It is worth at least this.
    pub least: i128,
    /// Ties are settled by this draw.
    pub draw: Option<&'d Draw<'d>>,
    /// Whether it is told why its bound holds.
    pub proof: bool,
}

/// A plan under decisions before ties are settled.
struct Worked {
    plan: PartPlan,
    bound: i128,
    /// Prices that leave open what a best plan can use.
    priced: Priced,
    proof: Option<PartProof>,
}

impl<'a> Tree<'a> {
    /// The best plan under these decisions, if it is worth at least so much; proof that it is not may come long before.
    ///
    /// Leaves columns and decisions behind: the caller comes back with [`Tree::shrink`].
    pub(crate) fn grow(
        &mut self,
        base: Vec<Decision>,
        wanted: &Wanted<'_>,
        mut known: Known,
        search: &mut Search,
        gauge: &Gauge<'_>,
    ) -> Result<Grown, Ungrown> {
        let rules = Rules::of(&base);
        self.base = base;
        self.apply(&self.base.clone());
        self.admit(&rules, search).ok_or(Ungrown::Untold)?;
        let worked = self.work_out(wanted, &rules, &mut known, search, gauge)?;
        Ok(self.settled(worked, wanted.draw, &rules, search, gauge))
    }

    /// Adds the best set of each bin where someone must go: none of the columns so far may hold all of them. `None`: no set
    /// does, or it could not be told.
    pub(super) fn admit(&mut self, rules: &Rules, search: &mut Search) -> Option<()> {
        let (prices, _) = self.lp_prices(rules);
        for (&bin, must) in &rules.forced {
            self.add_best(bin, &prices, rules, search)?;
            // The best of two bins may have a unit in common.
            if self.part.set_value(bin, must).is_some() {
                self.add(bin, must.clone());
            }
        }
        Some(())
    }

    /// The best plan for each of the bins that a unit could be in instead of one: of the `most` (at least 1) bins whose plans
    /// are worth most, and of any whose plan is worth as much as the last of these; greatest value first.
    ///
    /// The unit is kept from the bins found so far, one after the other, so that each plan begins where the last ended.
    /// Leaves columns and decisions behind: the caller comes back with [`Tree::shrink`].
    pub(crate) fn grow_each(
        &mut self,
        (unit, but): (u32, Option<u32>),
        most: usize,
        mut known: Known,
        draw: Option<&Draw<'_>>,
        search: &mut Search,
        gauge: &Gauge<'_>,
    ) -> Result<Vec<Grown>, Ungrown> {
        let ban = |bin: u32| Decision { unit, bin, yes: false };
        let mut base: Vec<Decision> = but.map(ban).into_iter().collect();
        let mut found: Vec<Grown> = Vec::new();
        let (prices, _) = self.lp_prices(&Rules::of(&[]));
        let bins: Vec<u32> = self.part.row(unit).map(|e| e.0).filter(|&b| Some(b) != but).collect();
        for bin in bins {
            // None of the columns so far may hold the unit.
            let rules = Rules::of(&[Decision { unit, bin, yes: true }]);
            let mut best: Option<Vec<u32>> = None;
            let done = self.visit(bin, &prices, i64::MIN, false, &rules, search, |set, gain, _| {
                best = Some(set.to_vec());
                gain
            });
            done.ok_or(Ungrown::Untold)?;
            if let Some(set) = best {
                self.add(bin, set);
            }
        }
        while base.len() < self.part.row(unit).count() {
            self.must = Some(unit);
            self.lp.tighten(unit, true);
            self.base.clone_from(&base);
            self.apply(&base);
            let worst = found.get(most - 1);
            let wanted = Wanted {
                least: worst.map_or(i128::MIN, |grown| grown.plan.value),
                draw,
                proof: false,
            };
            let worked = match self.work_out(&wanted, &Rules::of(&base), &mut known, search, gauge) {
                Ok(worked) if worked.bound == worked.plan.value => worked,
                Err(Ungrown::Less) => break,
                _ => return Err(Ungrown::Untold),
            };
            let mut there = worked.plan.sets.iter().filter(|set| set.1.contains(&unit));
            let bin = there.next().ok_or(Ungrown::Untold)?.0;
            // What nothing is worth more than with the unit in any bin left is best with it in this one, too, and the
            // prices prove it.
            let here = Decision { unit, bin, yes: true };
            self.base = vec![here];
            found.push(self.settled(worked, draw, &Rules::of(&[here]), search, gauge));
            base.push(ban(bin));
        }
        Ok(found)
    }

    /// The best plan under the decisions that hold, its ties left open.
    fn work_out(
        &mut self,
        wanted: &Wanted<'_>,
        rules: &Rules,
        known: &mut Known,
        search: &mut Search,
        gauge: &Gauge<'_>,
    ) -> Result<Worked, Ungrown> {
        self.value = i128::MIN / 2;
        self.plan = None;
        let best = self.bound_here(wanted.least, DULL, rules, known, search, gauge);
        let best = best.ok_or(Ungrown::Untold)?;
        if best.is_below(wanted.least) {
            return Err(Ungrown::Less);
        }
        let weights = self.lp.weights();
        if is_whole(&weights) {
            self.keep_plan(&weights);
        }
        self.close_gap(best, wanted, rules, search, gauge)
    }

    /// Column generation and cuts under the decisions that hold, until no plan there is worth `least` or the program is whole
    /// or so many rounds of cuts in turn were dull, without a point gained; what prices then prove. `None`: the program has no
    /// solution, or it could not be told.
    pub(super) fn bound_here(
        &mut self,
        least: i128,
        most_dull: usize,
        rules: &Rules,
        known: &mut Known,
        search: &mut Search,
        gauge: &Gauge<'_>,
    ) -> Option<Priced> {
        let mut outcome = self.lp.dual(least as f64 - 0.01, gauge);
        if outcome == Outcome::CutOff {
            let priced = self.price_all(rules, known, search)?;
            if priced.is_below(least) {
                return Some(priced);
            }
            outcome = self.lp.dual(f64::NEG_INFINITY, gauge);
        }
        if outcome != Outcome::Optimal {
            return None;
        }
        let mut best = self.converge(rules, known, search, gauge)?;
        let mut weights = self.lp.weights();
        let mut dull = 0;
        while dull < most_dull && !is_whole(&weights) && !best.is_below(least) && !gauge.stopped() {
            if self.cut(&weights) == 0 {
                break;
            }
            self.sets.fit(search);
            if self.lp.dual(f64::NEG_INFINITY, gauge) != Outcome::Optimal {
                break;
            }
            let next = self.converge(rules, known, search, gauge)?;
            weights = self.lp.weights();
            dull = if best.bound - next.bound < i128::from(SCALE) {
                dull + 1
            } else {
                0
            };
            if next.bound < best.bound {
                best = next;
            }
        }
        Some(best)
    }

    /// From prices to the best plan: searches what they leave open.
    fn close_gap(
        &mut self,
        priced: Priced,
        wanted: &Wanted<'_>,
        rules: &Rules,
        search: &mut Search,
        gauge: &Gauge<'_>,
    ) -> Result<Worked, Ungrown> {
        let scale = i128::from(SCALE);
        let least = wanted.least;
        let lowest = lowest_value(self.part);
        let mut bound = priced.bound.div_euclid(scale);
        let mut plan = self.plan.take();
        // The best plan mostly lies just below the bound, and a search for nothing less closes soon.
        let mut below = NEAR;
        let mut proof = wanted.proof.then(|| PartProof {
            root: priced.prices.clone(),
            bin_price: priced.bins.clone(),
            cuts: self.sets.cuts.list.clone(),
            tree: Vec::new(),
        });
        loop {
            let known = plan.as_ref().map(|plan| plan.value);
            if known == Some(bound) || gauge.stopped() {
                break;
            }
            if bound < least {
                return Err(Ungrown::Less);
            }
            let aim = known.map_or(bound - below, |known| (bound - below).max(known + 1));
            let aim = aim.max(least);
            if aim < lowest {
                break;
            }
            let columns = self.list_within(&priced, priced.bound - aim * scale, MANY, rules, search, gauge);
            let Some(columns) = columns.ok_or(Ungrown::Untold)? else {
                break;
            };
            let mut tree = self.narrowed(columns, aim - 1);
            let closed = tree.search(gauge);
            if let Some(found) = tree.plan.take() {
                plan = Some(found);
            }
            if closed {
                let reached = plan.as_ref().map(|plan| plan.value).filter(|&value| value >= aim - 1);
                bound = reached.unwrap_or(aim - 1);
                if let Some(proof) = &mut proof {
                    proof.tree = tree.nodes;
                    proof.cuts = tree.sets.cuts.list;
                }
            }
            below *= 4;
        }
        Ok(Worked {
            plan: plan.ok_or(Ungrown::Untold)?,
            bound,
            priced,
            proof,
        })
    }

    /// Settles the ties of a best plan, if there is a draw.
    fn settled(
        &mut self,
        worked: Worked,
        draw: Option<&Draw<'_>>,
        rules: &Rules,
        search: &mut Search,
        gauge: &Gauge<'_>,
    ) -> Grown {
        let Worked {
            plan,
            bound,
            priced,
            proof,
        } = worked;
        let mut grown = Grown {
            plan,
            bound,
            ties: None,
            proof,
        };
        let slack = priced.bound - bound * i128::from(SCALE);
        if let Some(draw) = draw
            && bound == grown.plan.value
            && let Some(Some(columns)) = self.list_within(&priced, slack, MANY, rules, search, gauge)
            && let Some(exchange) = Exchange::new(&self.sets, &priced.prices, &priced.bins, slack, columns, &grown.plan)
        {
            let plant = |columns| self.narrowed(columns, bound - 1);
            if let Some((plan, ties)) = ties::settle_groups(self.part, exchange, plant, &self.base, draw, gauge) {
                grown.plan = plan;
                grown.ties = Some(ties);
            }
        }
        grown
    }

    /// Solves the program as it is, without decisions.
    pub(crate) fn settle(&mut self, gauge: &Gauge<'_>) {
        self.lp.dual(f64::NEG_INFINITY, gauge);
        self.lp.settle_steps(gauge);
    }

    /// The part of what prices prove that no bin decides.
    pub(crate) fn total(&self, prices: &Prices) -> i128 {
        prices.total(self.part, &self.sets.cuts)
    }

    /// Takes the decisions back, and every column and cut after those of this state.
    pub(crate) fn shrink(&mut self, state: &State, n_cuts: usize) {
        let n = state.n_columns();
        self.base.clear();
        self.home = None;
        self.apply(&[]);
        if let Some(unit) = self.must.take() {
            self.lp.tighten(unit, false);
        }
        self.costs.clear();
        for column in self.columns.drain(n..).rev() {
            self.of_bin[column.bin as usize].pop();
            for &u in &column.set {
                self.of_unit[u as usize].pop();
            }
        }
        self.barred.truncate(n);
        self.lp.reset(state);
        self.sets.cuts.truncate(n_cuts);
        self.steps = 0;
    }

    /// Tells the gauge of steps not told yet.
    pub(crate) fn settle_steps(&mut self, gauge: &Gauge<'_>) {
        gauge.tick(std::mem::take(&mut self.steps));
        self.lp.settle_steps(gauge);
    }

    /// Adds the best sets of a bin; what the best gains. `None`: no set is allowed, or the numbers are too great for this.
    fn add_best(&mut self, bin: u32, prices: &Prices, rules: &Rules, search: &mut Search) -> Option<i64> {
        let (best, sets) = self.best_sets(bin, prices, i64::MIN, rules, search)?;
        sets.into_iter().for_each(|set| self.add(bin, set));
        best
    }

    /// A tree over these columns under the same decisions, from where the program is, to beat this value. Columns that the
    /// decisions bar come along if they are basic: without them the basis would be another one, far from any optimum.
    pub(super) fn narrowed(&self, mut columns: Vec<Column>, value: i128) -> Tree<'a> {
        let (basic, _) = self.lp.structure();
        let barred = basic.into_iter().filter(|&c| self.barred[c as usize] > 0);
        columns.extend(barred.map(|c| self.columns[c as usize].clone()));
        let start = Start {
            layout: &self.layout,
            cuts: &self.sets.cuts.list,
            lp: &self.lp,
            columns: &self.columns,
        };
        let mut tree = Tree::from(self.part, &start, columns, value);
        tree.base.clone_from(&self.base);
        tree.must = self.must;
        self.must.iter().for_each(|&unit| tree.lp.tighten(unit, true));
        tree
    }

    /// Generates columns until none is attractive or the gauge says stop; the best prices on the way.
    fn converge(&mut self, rules: &Rules, known: &mut Known, search: &mut Search, gauge: &Gauge<'_>) -> Option<Priced> {
        let mut best: Option<Priced> = None;
        loop {
            let mut priced = self.price_all(rules, known, search)?;
            let before = self.columns.len();
            std::mem::take(&mut priced.attractive)
                .into_iter()
                .for_each(|(bin, set)| self.add(bin, set));
            if best.as_ref().is_none_or(|b| priced.bound < b.bound) {
                best = Some(priced);
            }
            if self.columns.len() == before
                || gauge.tick(std::mem::take(&mut search.steps))
                || self.lp.primal_keeping(FEW, gauge) != Outcome::Optimal
            {
                return best;
            }
        }
    }

    /// Adds a column unless it is there; it obeys the base decisions.
    fn add(&mut self, bin: u32, mut set: Vec<u32>) {
        set.sort_unstable();
        let known = &self.of_bin[bin as usize];
        if known.iter().any(|&c| self.columns[c as usize].set == set) {
            return;
        }
        let value = self.part.set_value(bin, &set).expect("the sets found are feasible");
        let column = Column { bin, set, value };
        let c = self.columns.len() as u32;
        self.lp
            .add_column(value as f64, &self.layout.entries(self.part, &self.sets, &column));
        column.set.iter().for_each(|&u| self.of_unit[u as usize].push(c));
        self.of_bin[bin as usize].push(c);
        self.barred.push(0);
        self.columns.push(column);
    }
}

fn is_whole(weights: &[(u32, f64)]) -> bool {
    weights.iter().all(|w| w.1 > 1.0 - 1e-6)
}
