//! Column generation: prices for a part with groups, and the bound that they prove.
//!
//! A *column* is a bin with a set of units (Dantzig–Wolfe: each bin's choice is made exactly). The restricted master
//! holds the columns met so far; its prices go to the [`Sets`], which answer with better columns and with the Lagrangean
//! bound of [`crate::prices`], in integers, valid for any prices.
//!
//! It starts near the end ([`start`]): prices of the transportation problem in which every item goes its own way, made better
//! where sets are large ([`descend`]), choose the first columns and, with a plan, the first basis ([`crate::crash`]). Where the
//! master's solution is fractional, cuts close most of the gap ([`crate::cuts`]); the sets charge for them exactly.
//!
//! Refuses to know how a plan is found or proved: see [`crate::tree`].

mod descend;
mod start;

use crate::certificate::FLOOR_SCALE;
use crate::cuts::{self, Cut, Reach, Row, Tableau, Weights};
use crate::gauge::Gauge;
use crate::lp::{Lp, Outcome};
use crate::model::Part;
use crate::plan::PartPlan;
use crate::prices::{Prices, between, on_top};
use crate::problem::SCALE;
use crate::sets::{Done, Search, Sets};

/// A bin with the set of units it takes, and what that is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub bin: u32,
    /// Ascending.
    pub set: Vec<u32>,
    pub value: i64,
}

/// Columns kept per bin and round.
pub(crate) const PER_BIN: usize = 4;
/// Cuts added at a time; in wide parts so many for each width.
const CUTS_AT_ONCE: usize = 100;
/// A column of more weight is whole.
const WHOLE: f64 = 1.0 - 1e-6;
/// By how much the search for columns moves toward the best prices known each time that the master's prove less, and the
/// most; in sixteenths of the way.
const PULL: i64 = 4;
const MOST_PULL: i64 = 14;
/// A column must improve the master by this share of a point.
pub(crate) const LEAST_GAIN: i64 = SCALE / 100;

/// Which row of the linear program stands for what: units, bins, limits, floors, then cuts.
#[derive(Clone)]
pub(crate) struct Layout {
    units: u32,
    bins: u32,
    limits: u32,
    floors: u32,
    floor_units: Vec<f64>,
}

impl Layout {
    pub(crate) fn of(part: &Part) -> Self {
        Self {
            units: part.n_units() as u32,
            bins: part.n_bins() as u32,
            limits: part.limit_most.len() as u32,
            floors: part.classes.len() as u32,
            floor_units: floor_units(part),
        }
    }

    /// The row of what a cut can weigh.
    pub(crate) fn number(&self, row: Row) -> u32 {
        match row {
            Row::Unit(u) => u,
            Row::Bin(b) => self.bin(b),
            Row::Limit(l) => self.limit(l),
            Row::Cut(k) => self.cut(k),
        }
    }

    fn bin(&self, bin: u32) -> u32 {
        self.units + bin
    }

    fn limit(&self, limit: u32) -> u32 {
        self.units + self.bins + limit
    }

    fn floor(&self, floor: u32) -> u32 {
        self.units + self.bins + self.limits + floor
    }

    pub(crate) fn cut(&self, cut: u32) -> u32 {
        self.units + self.bins + self.limits + self.floors + cut
    }

    /// What a row stands for, if cuts can weigh it.
    pub(crate) fn row(&self, row: u32) -> Option<Row> {
        let (bins, limits, floors) = (self.units, self.bin(self.bins), self.limit(self.limits));
        let cuts = self.floor(self.floors);
        match row {
            r if r < bins => Some(Row::Unit(r)),
            r if r < limits => Some(Row::Bin(r - bins)),
            r if r < floors => Some(Row::Limit(r - limits)),
            r if r < cuts => None,
            r => Some(Row::Cut(r - cuts)),
        }
    }

    /// The rows of the tableau that belong to columns of fractional weight.
    pub(crate) fn tableau(&self, lp: &mut Lp) -> Vec<Tableau> {
        let rows = lp.fractional_rows().into_iter();
        rows.map(|list| list.into_iter().map(|(r, v)| (self.row(r), v)).collect())
            .collect()
    }

    /// Right-hand sides of all rows but those of cuts.
    fn rhs(part: &Part) -> Vec<f64> {
        let mut rhs = vec![1.0; part.n_units() + part.n_bins()];
        rhs.extend(part.limit_most.iter().map(|&l| f64::from(l)));
        let units = floor_units(part);
        rhs.extend(
            part.classes
                .iter()
                .zip(&units)
                .map(|(class, unit)| -(class.least as f64 / unit)),
        );
        rhs
    }

    /// A program with all rows and no columns.
    pub(crate) fn program(part: &Part, cuts: &[Cut]) -> Lp {
        let mut rhs = Self::rhs(part);
        rhs.extend(cuts.iter().map(|cut| cut.most as f64));
        let mut lp = Lp::new(&rhs);
        if !part.classes.is_empty() {
            lp.allow_pivots(1e-11);
        }
        lp
    }

    /// Entries of a column in the program.
    pub(crate) fn entries(&self, part: &Part, sets: &Sets<'_>, column: &Column) -> Vec<(u32, f64)> {
        let mut out: Vec<(u32, f64)> = column.set.iter().map(|&u| (u, 1.0)).collect();
        out.push((self.bin(column.bin), 1.0));
        let limits = &part.limits_of_bin[column.bin as usize];
        if !limits.is_empty() {
            let size: u32 = column.set.iter().map(|&u| part.sizes[u as usize]).sum();
            out.extend(limits.iter().map(|&l| (self.limit(l), f64::from(size))));
        }
        if self.floors > 0 {
            let mut classes: Vec<u32> = column.set.iter().map(|&u| part.class_of[u as usize]).collect();
            classes.retain(|&k| k != Part::NO_CLASS);
            classes.sort_unstable();
            classes.dedup();
            for k in classes {
                let value = part.class_value(k, column.bin, &column.set);
                out.push((self.floor(k), -(value as f64 / self.floor_units[k as usize])));
            }
        }
        for (k, count) in sets.counts(column.bin, &column.set) {
            out.push((self.cut(k), count as f64));
        }
        out
    }

    /// Prices by row: what a column pays for each unit of what it takes there. Bins have none, and floors are apart.
    pub(crate) fn of_rows(&self, prices: &Prices) -> Vec<i64> {
        let mut out = prices.unit.clone();
        out.resize(self.limit(0) as usize, 0);
        out.extend_from_slice(&prices.limit);
        out.resize(self.cut(0) as usize, 0);
        out.extend_from_slice(&prices.cut);
        out
    }

    /// Prices that row prices stand for, and the prices of bins; units that are `forced` may have a negative price.
    pub(crate) fn prices(&self, part: &Part, y: &[f64], n_cuts: usize, forced: impl Fn(usize) -> bool) -> Prices {
        // No price needs to be greater than what the rows are worth; a wild guess must not overflow.
        let most = 1_i64 << 61;
        let round = |row: u32| round(y[row as usize]).clamp(-most, most);
        let floor = |k: u32| {
            let price = y[self.floor(k) as usize] / self.floor_units[k as usize];
            (price * (1_u64 << FLOOR_SCALE) as f64).round().max(0.0) as i64
        };
        Prices {
            unit: (0..self.units)
                .map(|u| if forced(u as usize) { round(u) } else { round(u).max(0) })
                .collect(),
            limit: (0..self.limits).map(|k| round(self.limit(k)).max(0)).collect(),
            cut: (0..n_cuts as u32).map(|k| round(self.cut(k)).max(0)).collect(),
            floor: (0..self.floors)
                .map(|k| floor(k).min(most_floor_price(part, self.floor_units[k as usize])))
                .collect(),
        }
    }
}

/// Each floor is counted in units of a ten-thousandth of the greatest value in its class: what strict tiers leave of small
/// differences must not drown in the program's tolerances.
fn floor_units(part: &Part) -> Vec<f64> {
    let mut most = vec![1_i64; part.classes.len()];
    for u in 0..part.n_units() as u32 {
        if let Some(most) = most.get_mut(part.class_of[u as usize] as usize) {
            *most = part.row(u).map(|e| e.1).fold(*most, i64::max);
        }
    }
    most.into_iter().map(|v| v as f64 / FLOOR_UNITS).collect()
}

/// How many units of a floor the greatest value in its class is.
const FLOOR_UNITS: f64 = 1e4;
/// Greatest price of a floor: what it adds to the gain of a set must not pass 2⁶⁰.
fn most_floor_price(part: &Part, unit: f64) -> i64 {
    let places = part.capacity.iter().copied().max().unwrap_or(1).max(1);
    let most =
        (1_u64 << 60) as f64 / (unit * FLOOR_UNITS * f64::from(places) * SCALE as f64) * (1_u64 << FLOOR_SCALE) as f64;
    most.min((1_u64 << 62) as f64) as i64
}

/// The restricted master of one part.
pub(crate) struct Master<'a> {
    pub part: &'a Part,
    pub sets: Sets<'a>,
    pub search: Search,
    pub layout: Layout,
    pub lp: Lp,
    pub columns: Vec<Column>,
    /// Columns of each bin.
    of_bin: Vec<Vec<u32>>,
    /// The first of the columns that buy off floors.
    bought: u32,
    /// Best prices so far, the price of each bin that goes with them (no set gains more), and what they prove.
    pub prices: Prices,
    pub bin_price: Vec<i64>,
    pub bound: i128,
    /// A plan made from the first prices.
    pub plan: PartPlan,
}

/// An optimum of a program over some of the rows, with cuts of its own; see [`crate::rest`].
pub(crate) struct Elsewhere {
    /// Each cut that is tight, and those that these weigh.
    pub cuts: Vec<Weights>,
    /// Bin and set of the basic columns.
    pub columns: Vec<(u32, Vec<u32>)>,
    /// As many rows: those whose slack is not basic.
    pub rows: Vec<Row>,
}

/// Sets found at some prices.
struct Found {
    /// What no set of each bin gains more than.
    bin_price: Vec<i64>,
    sets: Vec<(u32, i64, Vec<u32>)>,
}

impl<'a> Master<'a> {
    /// No rows but those of the part, no columns.
    fn empty(part: &'a Part) -> Self {
        let m = part.n_bins();
        Self {
            part,
            sets: Sets::new(part),
            search: Search::default(),
            layout: Layout::of(part),
            lp: Layout::program(part, &[]),
            columns: Vec::new(),
            of_bin: vec![Vec::new(); m],
            bought: 0,
            prices: Prices::zero(part),
            bin_price: vec![0; m],
            bound: i128::MAX,
            plan: PartPlan::default(),
        }
    }

    /// Every column but those that buy off floors.
    pub(crate) fn real_columns(&self) -> Vec<Column> {
        let all = (0..).zip(&self.columns);
        all.filter(|(c, _)| !self.is_bought(*c))
            .map(|(_, column)| column.clone())
            .collect()
    }

    /// The numbers of the columns that buy off floors.
    pub(crate) fn bought(&self) -> std::ops::Range<u32> {
        self.bought..self.bought + self.layout.floors
    }

    /// Whether a column buys off a floor.
    fn is_bought(&self, column: u32) -> bool {
        self.bought().contains(&column)
    }

    /// Adds a column unless it is there; returns its number.
    pub(crate) fn add(&mut self, bin: u32, mut set: Vec<u32>) -> u32 {
        set.sort_unstable();
        let known = self.of_bin[bin as usize].iter();
        if let Some(&c) = known.clone().find(|&&c| self.columns[c as usize].set == set) {
            return c;
        }
        let value = self.part.set_value(bin, &set).expect("the sets found are feasible");
        let column = Column { bin, set, value };
        self.lp
            .add_column(value as f64, &self.layout.entries(self.part, &self.sets, &column));
        let c = self.columns.len() as u32;
        self.of_bin[bin as usize].push(c);
        self.columns.push(column);
        c
    }

    /// The best sets of each bin at these prices, up to `most` a bin, that gain more than the given bin prices or else than
    /// nothing.
    fn find(&mut self, prices: &Prices, most: usize, least: Option<&[i64]>) -> Found {
        let m = self.part.n_bins();
        let mut out = Found {
            bin_price: vec![0; m],
            sets: Vec::new(),
        };
        let mut best: Vec<(i64, Vec<u32>)> = Vec::new();
        for bin in 0..m {
            best.clear();
            let least = least.map_or(0, |l| l[bin]);
            let done = self.sets.good(&mut self.search, bin, prices, least, |set, gain| {
                let at = best.partition_point(|f| f.0 >= gain);
                best.insert(at, (gain, set.to_vec()));
                best.truncate(most);
                if best.len() < most { least } else { best[most - 1].0 }
            });
            let price = best.first().map_or(least, |b| b.0);
            out.bin_price[bin] = match done {
                Done::All => price,
                Done::GaveUp(most) => price.max(most),
            };
            out.sets
                .extend(best.drain(..).map(|(gain, set)| (bin as u32, gain, set)));
        }
        out
    }

    /// Keeps prices if they prove a better bound; returns what they prove.
    fn keep(&mut self, prices: &Prices, bin_price: &[i64]) -> i128 {
        let bins: i128 = bin_price.iter().map(|&p| i128::from(p)).sum();
        let bound = prices.total(self.part, &self.sets.cuts) + bins;
        if bound < self.bound {
            self.bound = bound;
            self.prices.clone_from(prices);
            self.bin_price.copy_from_slice(bin_price);
        }
        bound
    }

    /// The master's prices in integers, and its prices of bins.
    pub(crate) fn master_prices(&self) -> (Prices, Vec<i64>) {
        let y = self.lp.prices();
        let prices = self.layout.prices(self.part, y, self.sets.cuts.len(), |_| false);
        let n = self.part.n_units();
        let bins = y[n..n + self.part.n_bins()].iter().map(|&p| round(p).max(0)).collect();
        (prices, bins)
    }

    /// Value of the master's solution, [`SCALE`] to a point.
    fn master_value(&self) -> i128 {
        (self.lp.objective() * SCALE as f64) as i128
    }

    /// Generates columns until the master's value meets the bound, or the gauge says stop.
    ///
    /// The prices of a master that knows few columns are wild, and the columns that look good at them are of little use. So
    /// as long as its prices prove less than the best ones known, sets are sought at prices between the two (Wentges,
    /// "Weighted Dantzig–Wolfe decomposition for linear mixed-integer programming", 1997): reduced costs are linear in
    /// prices and no set gains at the best ones, so what gains between gains at the master's own as well; and where nothing
    /// gains, the bound has come closer.
    pub(crate) fn converge(&mut self, gauge: &Gauge<'_>, close_enough: i64) {
        let mut pull = 0;
        loop {
            if self.lp.primal(gauge) == Outcome::Stopped {
                return;
            }
            let (here, bins) = self.master_prices();
            let bound = self.bound;
            let mut found = self.find_between(&here, &bins, pull);
            let is_close = |master: &Self| master.bound - master.master_value() <= i128::from(close_enough);
            if pull > 0 && found == 0 && !is_close(self) {
                found = self.find_between(&here, &bins, 0);
            }
            pull = if self.bound < bound {
                (pull - PULL).max(0)
            } else {
                (pull + PULL).min(MOST_PULL)
            };
            let steps = std::mem::take(&mut self.search.steps);
            if gauge.tick(steps) || found == 0 || is_close(self) {
                return;
            }
        }
    }

    /// Seeks sets at prices so many sixteenths of the way from the master's to the best ones; keeps the prices if they prove
    /// more, and adds what would gain; returns how many sets are new.
    fn find_between(&mut self, here: &Prices, bins: &[i64], pull: i64) -> usize {
        let at = here.toward(&self.prices, pull);
        let best = self.bin_price.iter();
        let bins: Vec<i64> = bins.iter().zip(best).map(|(&h, &b)| between(h, b, pull)).collect();
        let found = self.find(&at, PER_BIN, Some(&bins));
        self.keep(&at, &found.bin_price);
        let before = self.columns.len();
        for (bin, gain, set) in found.sets {
            if gain > bins[bin as usize] + LEAST_GAIN {
                self.add(bin, set);
            }
        }
        self.columns.len() - before
    }

    /// Adds the most violated cuts at the master's solution; returns how many.
    pub(crate) fn separate(&mut self, reach: Reach) -> usize {
        let tableau = self.layout.tableau(&mut self.lp);
        let mut weights = self.lp.weights();
        weights.retain(|w| !self.is_bought(w.0));
        let cuts = cuts::violated(
            self.part,
            &self.sets.cuts,
            &self.columns,
            &weights,
            (&tableau, reach),
            CUTS_AT_ONCE * self.part.widths().max(1),
            &mut self.search.steps,
        );
        self.add_cuts(&cuts);
        cuts.len()
    }

    /// The columns that are whole in the master's solution.
    pub(crate) fn whole(&self) -> Vec<u32> {
        let weights = self.lp.weights().into_iter();
        weights.filter(|w| w.1 > WHOLE).map(|w| w.0).collect()
    }

    /// Takes up the cuts of the rest, and starts from a basis whose solution is the rest's beside what is whole.
    pub(crate) fn take_over(&mut self, rest: Elsewhere) {
        let (mut columns, mut rows) = self.basis_of(&self.whole());
        let count = rest.cuts.len();
        self.push_cuts(rest.cuts);
        self.take_up(count);
        columns.extend(rest.columns.into_iter().map(|(bin, set)| self.add(bin, set)));
        rows.extend(rest.rows.into_iter().map(|row| self.layout.number(row)));
        self.lp.start_from(&columns, &rows);
    }

    /// Adds cuts from elsewhere, not as rows yet.
    pub(crate) fn push_cuts(&mut self, cuts: Vec<Weights>) {
        for (rows, denominator) in cuts {
            let cut = self.sets.cuts.cut(self.part, rows, denominator);
            self.sets.cuts.push(cut);
        }
    }

    fn add_cuts(&mut self, cuts: &[Cut]) {
        self.sets.add_cuts(cuts);
        self.take_up(cuts.len());
    }

    /// Makes the last `count` cuts rows of the program.
    pub(crate) fn take_up(&mut self, count: usize) {
        self.sets.fit(&mut self.search);
        add_rows(&mut self.lp, self.part, &self.sets, &self.columns, &self.of_bin, count);
    }

    /// Every column whose reduced cost at the best prices is at most `slack`; `None` if more than `most`, or if the gauge says stop.
    pub(crate) fn columns_within(&mut self, slack: i128, most: usize, gauge: &Gauge<'_>) -> Option<Vec<Column>> {
        self.columns_of(0..self.part.n_bins(), slack, most, gauge)
    }

    /// Those of some bins.
    pub(crate) fn columns_of(
        &mut self,
        bins: impl Iterator<Item = usize>,
        slack: i128,
        most: usize,
        gauge: &Gauge<'_>,
    ) -> Option<Vec<Column>> {
        let slack = i64::try_from(slack).ok()?;
        let mut out: Vec<Column> = Vec::new();
        for bin in bins {
            let threshold = self.bin_price[bin] - slack - 1;
            let first = out.len();
            let mut full = false;
            let done = self
                .sets
                .above(&mut self.search, bin, &self.prices, threshold, |set, _| {
                    if out.len() < most {
                        let mut set = set.to_vec();
                        set.sort_unstable();
                        out.push(Column {
                            bin: bin as u32,
                            set,
                            value: 0,
                        });
                        threshold
                    } else {
                        full = true;
                        i64::MAX
                    }
                });
            if gauge.tick(std::mem::take(&mut self.search.steps)) || full || done != Done::All {
                return None;
            }
            out[first..].sort_by(|a, b| a.set.cmp(&b.set));
            for c in &mut out[first..] {
                c.value = self.part.set_value(c.bin, &c.set).expect("the sets found are feasible");
            }
        }
        Some(out)
    }
}

/// Adds the last `count` cuts to a program as rows.
pub(crate) fn add_rows(
    lp: &mut Lp,
    part: &Part,
    sets: &Sets<'_>,
    columns: &[Column],
    of_bin: &[Vec<u32>],
    count: usize,
) {
    let first = sets.cuts.len() - count;
    let mut entries: Vec<Vec<(u32, f64)>> = vec![Vec::new(); count];
    // Only columns of bins that the new cuts have to do with can count in them.
    let mut near = vec![false; part.n_bins()];
    let mut cuts: Vec<usize> = (first..sets.cuts.len()).collect();
    let mut seen = vec![false; sets.cuts.len()];
    while let Some(k) = cuts.pop() {
        if std::mem::replace(&mut seen[k], true) {
            continue;
        }
        for &(row, _) in &sets.cuts.list[k].rows {
            match row {
                Row::Unit(u) => part.row(u).for_each(|e| near[e.0 as usize] = true),
                Row::Bin(b) => near[b as usize] = true,
                Row::Limit(l) => (0..part.n_bins())
                    .filter(|&b| part.limits_of_bin[b].contains(&l))
                    .for_each(|b| near[b] = true),
                Row::Cut(c) => cuts.push(c as usize),
            }
        }
    }
    for b in (0..part.n_bins()).filter(|&b| near[b]) {
        for &c in &of_bin[b] {
            for (k, n) in sets.counts(b as u32, &columns[c as usize].set) {
                if k as usize >= first {
                    entries[k as usize - first].push((c, n as f64));
                }
            }
        }
    }
    for (cut, entries) in sets.cuts.list[first..].iter().zip(&entries) {
        lp.add_row(cut.most as f64, entries);
    }
}

fn round(price: f64) -> i64 {
    (price * SCALE as f64).round() as i64
}

/// What the floors add to the gain of a column.
pub(crate) fn floors_on_top(part: &Part, prices: &Prices, column: &Column) -> i64 {
    let mut total = 0;
    for (n, &u) in column.set.iter().enumerate() {
        let class = part.class_of[u as usize];
        if let Some(&price) = prices.floor.get(class as usize) {
            total += on_top(price, part.edge(u, column.bin).unwrap_or(0));
            for &v in column.set[..n].iter().filter(|&&v| part.class_of[v as usize] == class) {
                total += on_top(price, part.meeting(u, v).unwrap_or(0));
            }
        }
    }
    total
}
