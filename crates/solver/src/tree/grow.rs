//! Columns as they are needed: solves the program under decisions exactly, whatever columns it began with.
//!
//! Decisions change what a bin may take: a unit that goes elsewhere is in none of its sets, and a unit that must go there is
//! in all of them. The [`Search`] leaves the former out by its own list; for the latter the unit is paid so much for coming
//! (the *fee*) that every set worth visiting holds it.

use std::collections::BTreeMap;

use super::{Decision, Start, Tree};
use crate::cuts::{Cuts, Row};
use crate::exchange::Exchange;
use crate::gauge::Gauge;
use crate::lp::{Outcome, State};
use crate::master::{Column, LEAST_GAIN, PER_BIN};
use crate::model::Part;
use crate::part::{PartProof, lowest_value};
use crate::plan::PartPlan;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::sets::{Done, Search};
use crate::ties::{self, Draw, Settled};

/// No sum of fees of a bin passes this.
const MOST_FEES: i128 = 1 << 60;
/// Most columns that a search may need.
const MANY: usize = 100_000;
/// How far below the bound a plan is first looked for, in points.
const NEAR: i128 = 2;
/// Iterations after which the program's factors need not be made anew.
const FEW: usize = 40;
/// Rounds of cuts that may pass without a point gained.
const DULL: usize = 3;

/// What base decisions mean for bins.
pub(crate) struct Rules {
    /// Units that must go to a bin, with the bin.
    placed: Vec<(u32, u32)>,
    /// By bin: units that must go there.
    forced: BTreeMap<u32, Vec<u32>>,
    /// By bin: units that must not.
    banned: BTreeMap<u32, Vec<u32>>,
}

impl Rules {
    pub(super) fn of(decisions: &[Decision]) -> Self {
        let mut rules = Self {
            placed: Vec::new(),
            forced: BTreeMap::new(),
            banned: BTreeMap::new(),
        };
        for d in decisions {
            if d.yes {
                rules.placed.push((d.unit, d.bin));
                rules.forced.entry(d.bin).or_default().push(d.unit);
            } else {
                rules.banned.entry(d.bin).or_default().push(d.unit);
            }
        }
        rules
    }
}

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

/// Prices with the price of each bin that goes with them.
pub(super) struct Priced {
    pub prices: Prices,
    pub bins: Vec<i64>,
    /// What they prove, [`SCALE`] to a point.
    pub bound: i128,
    /// Bin and set of what would gain there.
    attractive: Vec<(u32, Vec<u32>)>,
}

impl Priced {
    /// Whether no plan is worth so much.
    pub(super) fn is_below(&self, value: i128) -> bool {
        self.bound.div_euclid(i128::from(SCALE)) < value
    }
}

/// Prices at which every bin was priced, and what no set of each bin gains more than there: what need not be priced again
/// at prices that differ little.
#[derive(Clone)]
pub(crate) struct Known {
    prices: Prices,
    most: Vec<i64>,
}

impl Known {
    /// From a proof: prices, and what no set of each bin gains more than there.
    pub(crate) fn new(prices: &Prices, most: &[i64]) -> Self {
        Self {
            prices: prices.clone(),
            most: most.to_vec(),
        }
    }

    /// What no set of each bin gains more than at other prices, which these become.
    fn move_to(&mut self, part: &Part, cuts: &Cuts, prices: &Prices) {
        let (most, places) = (&mut self.most, &part.capacity);
        // Of the units that became cheaper, no more than there are places, none by more than the most.
        let mut cheaper: Vec<(i64, i64)> = vec![(0, 0); most.len()];
        for (u, (old, new)) in (0..).zip(self.prices.unit.iter().zip(&prices.unit)) {
            if new < old {
                for (b, _) in part.row(u) {
                    let (sum, greatest) = &mut cheaper[b as usize];
                    *sum += old - new;
                    *greatest = (*greatest).max(old - new);
                }
            }
        }
        for (b, (sum, greatest)) in cheaper.into_iter().enumerate() {
            most[b] += sum.min(greatest.saturating_mul(i64::from(places[b])));
        }
        let old_toll = std::mem::take(&mut self.prices.limit);
        let cheaper: Vec<i64> = old_toll
            .iter()
            .zip(&prices.limit)
            .map(|(o, n)| (o - n).max(0))
            .collect();
        if cheaper.iter().any(|&by| by > 0) {
            for (b, limits) in part.limits_of_bin.iter().enumerate() {
                let by: i64 = limits.iter().map(|&l| cheaper[l as usize]).sum();
                most[b] += by * i64::from(places[b]);
            }
        }
        let price = |prices: &Prices, k: usize| prices.cut.get(k).copied().unwrap_or(0);
        for (k, cut) in cuts.list.iter().enumerate() {
            let by = price(&self.prices, k) - price(prices, k);
            if by > 0 {
                // A set counts at most as much as all sets together.
                let by = by.saturating_mul(cut.most);
                let mut near = vec![false; most.len()];
                for (row, _) in &cut.rows {
                    match *row {
                        Row::Unit(u) => part.row(u).for_each(|(b, _)| near[b as usize] = true),
                        Row::Bin(b) => near[b as usize] = true,
                        Row::Limit(_) | Row::Cut(_) => near.fill(true),
                    }
                }
                let near = near.into_iter().zip(most.iter_mut()).filter(|(near, _)| *near);
                near.for_each(|(_, most)| *most += by);
            }
        }
        self.prices.clone_from(prices);
    }
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
        let best = self.bound_here(wanted.least, rules, known, search, gauge);
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
    /// or nothing comes of more cuts; what prices then prove. `None`: the program has no solution, or it could not be told.
    pub(super) fn bound_here(
        &mut self,
        least: i128,
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
        while dull < DULL && !is_whole(&weights) && !best.is_below(least) && !gauge.stopped() {
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
            let columns = self.list_within(&priced, priced.bound - aim * scale, MANY, rules, search);
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
            && let Some(Some(columns)) = self.list_within(&priced, slack, MANY, rules, search)
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

    /// What the best set gains that holds the decided unit in its bin, at these prices; `None`: no set does.
    pub(crate) fn best_holding(&self, decision: Decision, prices: &Prices, search: &mut Search) -> Option<i64> {
        let rules = Rules::of(&[decision]);
        let mut best = None;
        let done = self.visit(decision.bin, prices, i64::MIN, false, &rules, search, |_, gain, _| {
            best = Some(gain);
            gain
        })?;
        match done {
            Done::All => best,
            Done::GaveUp(most) => best.map(|b| b.max(most)),
        }
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

    /// The program's prices in integers, and its prices of bins.
    fn lp_prices(&self, rules: &Rules) -> (Prices, Vec<i64>) {
        let y = self.lp.prices();
        let forced = |u: usize| {
            let placed = rules.placed.iter().map(|p| p.0).chain(self.must);
            placed.into_iter().any(|p| p as usize == u)
        };
        let prices = self.layout.prices(self.part, y, self.sets.cuts.len(), forced);
        let n = self.part.n_units();
        let round = |p: &f64| (p * SCALE as f64).round().max(0.0) as i64;
        (prices, y[n..n + self.part.n_bins()].iter().map(round).collect())
    }

    /// What the program's prices prove.
    fn price_all(&self, rules: &Rules, known: &mut Known, search: &mut Search) -> Option<Priced> {
        let (prices, mut bins) = self.lp_prices(rules);
        known.move_to(self.part, &self.sets.cuts, &prices);
        let mut attractive = Vec::new();
        for (bin, price) in (0..).zip(&mut bins) {
            let most = &mut known.most[bin as usize];
            if *most > *price {
                let (best, sets) = self.best_sets(bin, &prices, *price, rules, search)?;
                attractive.extend(sets.into_iter().map(|set| (bin, set)));
                *price = best.unwrap_or(*price).max(*price);
                *most = *price;
            }
        }
        let sum: i128 = bins.iter().map(|&p| i128::from(p)).sum();
        let bound = prices.total(self.part, &self.sets.cuts) + sum;
        Some(Priced {
            prices,
            bins,
            bound,
            attractive,
        })
    }

    /// Adds the best sets of a bin; what the best gains. `None`: no set is allowed, or the numbers are too great for this.
    fn add_best(&mut self, bin: u32, prices: &Prices, rules: &Rules, search: &mut Search) -> Option<i64> {
        let (best, sets) = self.best_sets(bin, prices, i64::MIN, rules, search)?;
        sets.into_iter().for_each(|set| self.add(bin, set));
        best
    }

    /// What the best set of a bin gains, if more than `least`, and the sets that gain more than that by enough to matter.
    /// `None`: the numbers are too great for this.
    fn best_sets(
        &self,
        bin: u32,
        prices: &Prices,
        least: i64,
        rules: &Rules,
        search: &mut Search,
    ) -> Option<(Option<i64>, Vec<Vec<u32>>)> {
        let mut best: Vec<(i64, Vec<u32>)> = Vec::new();
        let done = self.visit(bin, prices, least, false, rules, search, |set, gain, threshold| {
            let at = best.partition_point(|f| f.0 >= gain);
            best.insert(at, (gain, set.to_vec()));
            best.truncate(PER_BIN);
            if best.len() < PER_BIN {
                threshold
            } else {
                best[PER_BIN - 1].0
            }
        })?;
        let found = best.first().map(|b| b.0);
        let found = match done {
            Done::All => found,
            // Sets that were not seen may gain up to this.
            Done::GaveUp(most) => Some(found.map_or(most, |f| f.max(most))),
        };
        best.retain(|(gain, _)| *gain > least.saturating_add(LEAST_GAIN));
        Some((found, best.into_iter().map(|(_, set)| set).collect()))
    }

    /// Visits the sets that a bin may take under the rules and that gain more than `least`; the visitor gets set, gain
    /// and the threshold so far, and returns the next.
    #[expect(clippy::too_many_arguments, reason = "a question with all its conditions")]
    fn visit(
        &self,
        bin: u32,
        prices: &Prices,
        least: i64,
        all: bool,
        rules: &Rules,
        search: &mut Search,
        mut visitor: impl FnMut(&[u32], i64, i64) -> i64,
    ) -> Option<Done> {
        let forced = rules.forced.get(&bin).map_or(&[][..], Vec::as_slice);
        let banned = rules.banned.get(&bin).map_or(&[][..], Vec::as_slice);
        for &u in rules.placed.iter().filter(|p| p.1 != bin).map(|p| &p.0).chain(banned) {
            search.leave_out(u);
        }
        let done = if forced.is_empty() {
            let visit = |set: &[u32], gain: i64| visitor(set, gain, least);
            Some(if all {
                self.sets.above(search, bin as usize, prices, least, visit)
            } else {
                self.sets.good(search, bin as usize, prices, least, visit)
            })
        } else {
            self.with_fees(bin, prices, forced).map(|(paid, fees)| {
                // Whoever must come and does not costs half a fee at least.
                let floor = least.saturating_add(fees).max(fees - fees / forced.len() as i64 / 2);
                let visit = |set: &[u32], gain: i64| visitor(set, gain - fees, floor - fees) + fees;
                let done = if all {
                    self.sets.above(search, bin as usize, &paid, floor, visit)
                } else {
                    self.sets.good(search, bin as usize, &paid, floor, visit)
                };
                match done {
                    Done::All => Done::All,
                    Done::GaveUp(most) => Done::GaveUp(most - fees),
                }
            })
        };
        for &u in rules.placed.iter().filter(|p| p.1 != bin).map(|p| &p.0).chain(banned) {
            search.let_in(u);
        }
        done
    }

    /// Prices under which a set gains more than all fees but half of one if all of these units are in it, and less if not;
    /// with the sum of the fees.
    fn with_fees(&self, bin: u32, prices: &Prices, forced: &[u32]) -> Option<(Prices, i64)> {
        let part = self.part;
        let edges = part.by_bin();
        let greatest = |list: &[i64]| list.iter().map(|&p| i128::from(p.unsigned_abs())).max().unwrap_or(0);
        let values = greatest(&edges.value[edges.start[bin as usize]..edges.start[bin as usize + 1]]);
        let meetings = part.meetings.iter().flatten().filter_map(|m| m.value);
        let meetings = meetings.map(|v| i128::from(v.unsigned_abs())).max().unwrap_or(0);
        let places = i128::from(part.capacity[bin as usize].min(part.n_units() as u32)) + 1;
        let tolls = places * i128::from(prices.toll(part, bin as usize));
        let cuts: i128 = prices.cut.iter().map(|&p| i128::from(p)).sum::<i128>() * places;
        let paid = greatest(&prices.unit) * places + tolls + cuts;
        let fee = 4 * ((values + meetings * places) * places * i128::from(SCALE) + paid) + 4;
        let fees = fee * forced.len() as i128;
        if fees > MOST_FEES {
            return None;
        }
        let mut paid = prices.clone();
        for &u in forced {
            paid.unit[u as usize] -= fee as i64;
        }
        Some((paid, fees as i64))
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

    /// Every column within the slack of the best of its bin; the inner `None`: more than so many.
    #[expect(clippy::option_option, reason = "the outer one is an error")]
    pub(super) fn list_within(
        &self,
        best: &Priced,
        slack: i128,
        most: usize,
        rules: &Rules,
        search: &mut Search,
    ) -> Option<Option<Vec<Column>>> {
        let slack = i64::try_from(slack).ok()?;
        let mut found: Vec<Column> = Vec::new();
        for bin in 0..self.part.n_bins() as u32 {
            let least = best.bins[bin as usize] - slack - 1;
            let first = found.len();
            let done = self.visit(bin, &best.prices, least, true, rules, search, |set, _, threshold| {
                if found.len() > most {
                    return i64::MAX / 4;
                }
                let mut set = set.to_vec();
                set.sort_unstable();
                found.push(Column { bin, set, value: 0 });
                threshold
            })?;
            if done != Done::All || found.len() > most {
                return Some(None);
            }
            found[first..].sort_by(|a, b| a.set.cmp(&b.set));
        }
        for c in &mut found {
            c.value = self.part.set_value(c.bin, &c.set).expect("the sets found are feasible");
        }
        Some(Some(found))
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
