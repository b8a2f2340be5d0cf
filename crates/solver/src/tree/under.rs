//! What bins may take under decisions, and what prices prove of that.
//!
//! A unit that goes elsewhere is in none of a bin's sets, and a unit that must go there is in all of them. The [`Search`]
//! leaves the former out by its own list; for the latter the unit is paid so much for coming (the *fee*) that every set worth
//! visiting holds it. For parts without floors. Only looks: neither program nor tree changes here.

use std::collections::BTreeMap;

use super::{Decision, Tree};
use crate::cuts::{Cuts, Row};
use crate::gauge::Gauge;
use crate::master::{Column, LEAST_GAIN, PER_BIN};
use crate::model::Part;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::sets::{Done, Search};

/// No sum of fees of a bin passes this.
const MOST_FEES: i128 = 1 << 60;

/// What base decisions mean for bins.
pub(super) struct Rules {
    /// Units that must go to a bin, with the bin.
    pub placed: Vec<(u32, u32)>,
    /// By bin: units that must go there.
    pub forced: BTreeMap<u32, Vec<u32>>,
    /// By bin: units that must not.
    pub banned: BTreeMap<u32, Vec<u32>>,
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

/// Prices with the price of each bin that goes with them.
pub(super) struct Priced {
    pub prices: Prices,
    pub bins: Vec<i64>,
    /// What they prove, [`SCALE`] to a point.
    pub bound: i128,
    /// Bin and set of what would gain there.
    pub attractive: Vec<(u32, Vec<u32>)>,
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

impl Tree<'_> {
    /// The program's prices in integers, and its prices of bins.
    pub(super) fn lp_prices(&self, rules: &Rules) -> (Prices, Vec<i64>) {
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
    pub(super) fn price_all(&self, rules: &Rules, known: &mut Known, search: &mut Search) -> Option<Priced> {
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

    /// What the best set of a bin gains, if more than `least`, and the sets that gain more than that by enough to matter.
    /// `None`: the numbers are too great for this.
    pub(super) fn best_sets(
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

    /// Every column within the slack of the best of its bin; the inner `None`: more than so many, or the gauge says stop.
    #[expect(clippy::option_option, reason = "the outer one is an error")]
    pub(super) fn list_within(
        &self,
        best: &Priced,
        slack: i128,
        most: usize,
        rules: &Rules,
        search: &mut Search,
        gauge: &Gauge<'_>,
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
            let stopped = gauge.tick(std::mem::take(&mut search.steps));
            if stopped || done != Done::All || found.len() > most {
                return Some(None);
            }
            found[first..].sort_by(|a, b| a.set.cmp(&b.set));
        }
        for c in &mut found {
            c.value = self.part.set_value(c.bin, &c.set).expect("the sets found are feasible");
        }
        Some(Some(found))
    }

    /// Visits the sets that a bin may take under the rules and that gain more than `least`; the visitor gets set, gain
    /// and the threshold so far, and returns the next.
    #[expect(clippy::too_many_arguments, reason = "a question with all its conditions")]
    pub(super) fn visit(
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
                // No set without one of them gains as much.
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
}
