//! Column generation: prices for a part with groups, and the bound that they prove.
//!
//! A *column* is a bin with a set of units (Dantzig–Wolfe: each bin's choice is made exactly). The restricted master
//! holds the columns met so far; its prices go to the [`Pricer`], which answers with better columns and with the
//! Lagrangean bound
//!
//! ```text
//! bound(prices) = Σ unit prices + Σ limit · price + Σ cut prices + Σ over bins of the best gain
//! ```
//!
//! in integers, valid for any prices that are not negative. Pricing happens between the best prices known and those of
//! the master (Wentges, "Weighted Dantzig–Wolfe decomposition", 1997), which saves most of the rounds. Where the master's
//! solution is fractional, subset cuts on three units (Jepsen et al., "Subset-row inequalities applied to the vehicle
//! routing problem with time windows", 2008) close most of the gap; the pricer charges for them exactly.
//!
//! Refuses to know how a plan is found or proved: see [`crate::tree`].

use std::collections::BTreeMap;

use crate::gauge::Gauge;
use crate::model::Part;
use crate::pricing::{Pricer, Prices, Triple};
use crate::problem::SCALE;
use crate::simplex::{Lp, Outcome};
use crate::transport;

/// A bin with the set of units it takes, and what that is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub bin: u32,
    /// Ascending.
    pub set: Vec<u32>,
    pub value: i64,
}

/// Columns kept per bin and round.
const PER_BIN: usize = 4;
/// Most cuts added at a time.
const CUTS_AT_ONCE: usize = 60;
/// A cut must be violated by this much.
const VIOLATION: f64 = 0.02;

/// The restricted master of one part.
pub(crate) struct Master<'a> {
    pub part: &'a Part,
    pub pricer: Pricer<'a>,
    pub lp: Lp,
    pub columns: Vec<Column>,
    pub cuts: Vec<Triple>,
    index: BTreeMap<(u32, Vec<u32>), u32>,
    /// Best prices so far, what they prove, and the best gain of each bin at them.
    pub prices: Prices,
    pub bound: i64,
    pub gains: Vec<i64>,
}

impl<'a> Master<'a> {
    pub(crate) fn new(part: &'a Part, gauge: &Gauge<'_>) -> Self {
        let (n, m) = (part.units.len(), part.bins.len());
        let mut rhs = vec![1.0; n + m];
        rhs.extend(part.limit_most.iter().map(|&l| f64::from(l)));
        let mut master = Self {
            part,
            pricer: Pricer::new(part),
            lp: Lp::new(&rhs),
            columns: Vec::new(),
            cuts: Vec::new(),
            index: BTreeMap::new(),
            prices: Prices {
                unit: vec![0; n],
                limit: vec![0; part.limit_most.len()],
                cut: Vec::new(),
            },
            bound: i64::MAX,
            gains: vec![0; m],
        };
        let zero = master.prices.clone();
        master.try_prices(&zero);
        if let Some(start) = first_prices(part, gauge) {
            master.try_prices(&start);
        }
        master
    }

    /// Row of a unit, a bin, a limit, a cut in the linear program.
    fn bin_row(&self, bin: u32) -> u32 {
        self.part.units.len() as u32 + bin
    }
    fn limit_row(&self, limit: u32) -> u32 {
        (self.part.units.len() + self.part.bins.len()) as u32 + limit
    }
    fn cut_row(&self, cut: usize) -> u32 {
        (self.part.units.len() + self.part.bins.len() + self.part.limit_most.len() + cut) as u32
    }

    /// Entries of a column in the linear program.
    pub(crate) fn entries(&self, column: &Column) -> Vec<(u32, f64)> {
        let mut out: Vec<(u32, f64)> = column.set.iter().map(|&u| (u, 1.0)).collect();
        out.push((self.bin_row(column.bin), 1.0));
        let size: u32 = column.set.iter().map(|&u| self.part.sizes[u as usize]).sum();
        for &l in &self.part.limits_of_bin[column.bin as usize] {
            out.push((self.limit_row(l), f64::from(size)));
        }
        for (k, cut) in self.cuts.iter().enumerate() {
            if meets(self.part, column, *cut) {
                out.push((self.cut_row(k), 1.0));
            }
        }
        out
    }

    /// Adds a column unless it is there; returns its number.
    pub(crate) fn add(&mut self, bin: u32, mut set: Vec<u32>) -> u32 {
        set.sort_unstable();
        if let Some(&c) = self.index.get(&(bin, set.clone())) {
            return c;
        }
        let value = self
            .part
            .set_value(bin as usize, &set)
            .expect("the pricer gives feasible sets");
        let column = Column { bin, set, value };
        self.lp.add_column(value as f64, &self.entries(&column));
        let c = self.columns.len() as u32;
        self.index.insert((bin, column.set.clone()), c);
        self.columns.push(column);
        c
    }

    /// Bound of these prices; keeps them if they are the best. Adds the best columns of each bin.
    fn try_prices(&mut self, prices: &Prices) -> i64 {
        let m = self.part.bins.len();
        let mut bound = price_total(self.part, prices);
        let mut gains = vec![0; m];
        let mut found: Vec<(i64, Vec<u32>)> = Vec::new();
        for bin in 0..m {
            found.clear();
            self.pricer.good_sets(bin, prices, |set, gain| {
                let at = found.partition_point(|f| f.0 >= gain);
                found.insert(at, (gain, set.to_vec()));
                found.truncate(PER_BIN);
                if found.len() < PER_BIN { 0 } else { found[PER_BIN - 1].0 }
            });
            if let Some(f) = found.first() {
                gains[bin] = f.0;
                bound += f.0;
            }
            for (_, set) in found.drain(..) {
                self.add(bin as u32, set);
            }
        }
        if bound < self.bound {
            self.bound = bound;
            self.prices = prices.clone();
            self.gains = gains;
        }
        bound
    }

    /// The master's prices in integers.
    pub(crate) fn master_prices(&self) -> Prices {
        round_prices(self.part, self.lp.prices(), self.cuts.len(), |_| false)
    }

    /// Generates columns until the master's value meets the bound, or the gauge says stop.
    pub(crate) fn converge(&mut self, gauge: &Gauge<'_>, close_enough: i64) {
        let mut keep = 0.6;
        loop {
            if self.lp.primal(gauge) == Outcome::Stopped {
                return;
            }
            let value = (self.lp.objective() * SCALE as f64) as i64;
            if self.bound - value <= close_enough {
                return;
            }
            let here = self.master_prices();
            let columns = self.columns.len();
            let steps = self.pricer.steps;
            if keep > 0.0 {
                let between = mix(&self.prices, &here, keep);
                self.try_prices(&between);
            }
            if self.gain_at(&here, columns) == 0 {
                // Nothing new for the master: price exactly where it stands.
                self.try_prices(&here);
                if self.gain_at(&here, columns) == 0 {
                    return;
                }
                keep = (keep - 0.1_f64).max(0.0);
            }
            if gauge.tick(self.pricer.steps - steps) {
                return;
            }
        }
    }

    /// How many of the columns from `first` on would improve the master at these prices.
    fn gain_at(&self, prices: &Prices, first: usize) -> usize {
        let y = self.lp.prices();
        let improves = |c: &&Column| {
            let bin_price = (y[self.bin_row(c.bin) as usize] * SCALE as f64) as i64;
            gain(self.part, &self.cuts, prices, c) > bin_price + SCALE / 100
        };
        self.columns[first..].iter().filter(improves).count()
    }

    /// Adds the most violated subset cuts at the master's solution; returns how many.
    pub(crate) fn separate(&mut self) -> usize {
        let cuts = new_cuts(self.part, &self.columns, &self.lp.weights(), &self.cuts, CUTS_AT_ONCE);
        self.add_cuts(&cuts);
        cuts.len()
    }

    fn add_cuts(&mut self, cuts: &[Triple]) {
        let rows: Vec<(f64, Vec<(u32, f64)>)> = cuts
            .iter()
            .map(|&cut| {
                let entries = self
                    .columns
                    .iter()
                    .enumerate()
                    .filter(|(_, c)| meets(self.part, c, cut));
                (1.0, entries.map(|(c, _)| (c as u32, 1.0)).collect())
            })
            .collect();
        self.lp.add_rows(&rows);
        self.pricer.add_cuts(cuts);
        self.cuts.extend_from_slice(cuts);
        self.prices.cut.resize(self.cuts.len(), 0);
    }

    /// Every column whose reduced cost at the best prices is at most `slack`; `None` if more than `most`.
    pub(crate) fn columns_within(&mut self, slack: i64, most: usize) -> Option<Vec<Column>> {
        let mut out: Vec<Column> = Vec::new();
        let prices = self.prices.clone();
        for bin in 0..self.part.bins.len() {
            let threshold = self.gains[bin] - slack - 1;
            let first = out.len();
            let mut full = false;
            self.pricer.sets_above(bin, &prices, threshold, |set, _| {
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
            if full {
                return None;
            }
            out[first..].sort_by(|a, b| a.set.cmp(&b.set));
            for c in &mut out[first..] {
                c.value = self
                    .part
                    .set_value(bin, &c.set)
                    .expect("the pricer gives feasible sets");
            }
        }
        Some(out)
    }
}

/// Prices that a master's row prices stand for; units that are `forced` may have a negative price.
pub(crate) fn round_prices(part: &Part, y: &[f64], n_cuts: usize, forced: impl Fn(usize) -> bool) -> Prices {
    let (n, m, l) = (part.units.len(), part.bins.len(), part.limit_most.len());
    let round = |v: f64| (v * SCALE as f64).round() as i64;
    Prices {
        unit: (0..n)
            .map(|u| if forced(u) { round(y[u]) } else { round(y[u]).max(0) })
            .collect(),
        limit: (0..l).map(|k| round(y[n + m + k]).max(0)).collect(),
        cut: (0..n_cuts).map(|k| round(y[n + m + l + k]).max(0)).collect(),
    }
}

/// What the prices cost by themselves: the part of the bound that no bin decides.
pub(crate) fn price_total(part: &Part, prices: &Prices) -> i64 {
    let limits = prices
        .limit
        .iter()
        .zip(&part.limit_most)
        .map(|(p, &most)| p * i64::from(most));
    prices.unit.iter().sum::<i64>() + limits.sum::<i64>() + prices.cut.iter().sum::<i64>()
}

/// Gain of a column at given prices.
pub(crate) fn gain(part: &Part, cuts: &[Triple], prices: &Prices, column: &Column) -> i64 {
    let mut total = column.value * SCALE;
    let mut size = 0;
    for &u in &column.set {
        total -= prices.unit[u as usize];
        size += i64::from(part.sizes[u as usize]);
    }
    for &l in &part.limits_of_bin[column.bin as usize] {
        total -= prices.limit[l as usize] * size;
    }
    for (cut, price) in cuts.iter().zip(&prices.cut) {
        if *price != 0 && meets(part, column, *cut) {
            total -= price;
        }
    }
    total
}

/// Whether a column meets two or more of a cut's rows.
pub(crate) fn meets(part: &Part, column: &Column, cut: Triple) -> bool {
    let bin_row = part.units.len() as u32 + column.bin;
    let met = |r: &&u32| **r == bin_row || column.set.binary_search(r).is_ok();
    cut.0.iter().filter(met).count() >= 2
}

/// Violated subset cuts at a master's solution that are not among `cuts`, most violated first.
pub(crate) fn new_cuts(
    part: &Part,
    columns: &[Column],
    weights: &[(u32, f64)],
    cuts: &[Triple],
    most: usize,
) -> Vec<Triple> {
    let n = part.units.len() as u32;
    let rows: Vec<(Vec<u32>, f64)> = weights
        .iter()
        .filter(|w| w.1 < 1.0 - 1e-6)
        .map(|&(c, w)| {
            let column = &columns[c as usize];
            let mut rows = column.set.clone();
            rows.push(n + column.bin);
            (rows, w)
        })
        .collect();
    let mut found = violated(&rows);
    found.retain(|c| !cuts.contains(&c.1));
    found.truncate(most);
    found.into_iter().map(|c| c.1).collect()
}

fn mix(a: &Prices, b: &Prices, keep: f64) -> Prices {
    let blend = |a: &[i64], b: &[i64]| -> Vec<i64> {
        a.iter()
            .zip(b)
            .map(|(&a, &b)| b + ((a - b) as f64 * keep).round() as i64)
            .collect()
    };
    Prices {
        unit: blend(&a.unit, &b.unit),
        limit: blend(&a.limit, &b.limit),
        cut: blend(&a.cut, &b.cut),
    }
}

/// Violated subset cuts over three rows, most violated first; a column is given by its rows.
///
/// Two of a cut's three pairs must share columns, so paths `a – b – c` in the graph of pairs that share a fractional
/// column are all that need looking at.
fn violated(columns: &[(Vec<u32>, f64)]) -> Vec<(f64, Triple)> {
    let mut pair: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let mut three: BTreeMap<[u32; 3], f64> = BTreeMap::new();
    for (set, w) in columns {
        for (n, &a) in set.iter().enumerate() {
            for (k, &b) in set[..n].iter().enumerate() {
                *pair.entry((b, a)).or_default() += w;
                for &c in &set[..k] {
                    *three.entry([c, b, a]).or_default() += w;
                }
            }
        }
    }
    let mut next: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(a, b) in pair.keys() {
        next.entry(a).or_default().push(b);
        next.entry(b).or_default().push(a);
    }
    let weight = |a: u32, b: u32| pair.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0);
    let mut found: BTreeMap<[u32; 3], f64> = BTreeMap::new();
    for (&b, around) in &next {
        for (n, &a) in around.iter().enumerate() {
            for &c in &around[..n] {
                let mut t = [a, b, c];
                t.sort_unstable();
                let all = three.get(&t).copied().unwrap_or(0.0);
                let over = weight(a, b) + weight(b, c) + weight(a, c) - 2.0 * all - 1.0;
                if over > VIOLATION {
                    found.insert(t, over);
                }
            }
        }
    }
    let mut out: Vec<(f64, Triple)> = found.into_iter().map(|(t, v)| (v, Triple(t))).collect();
    out.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    out
}

/// Prices to begin with: those of the transportation problem in which every item goes its own way, sharing its unit's
/// value equally and taking half of what its partners would add where two fit.
fn first_prices(part: &Part, gauge: &Gauge<'_>) -> Option<Prices> {
    let n = part.units.len();
    let mut item_of: Vec<u32> = Vec::with_capacity(n + 1);
    let mut items = 0;
    for &s in &part.sizes {
        item_of.push(items);
        items += s;
    }
    item_of.push(items);
    let mut degree = vec![0_usize; items as usize + 1];
    for o in &part.offers {
        for i in item_of[o.unit as usize]..item_of[o.unit as usize + 1] {
            degree[i as usize + 1] += 1;
        }
    }
    for i in 0..items as usize {
        degree[i + 1] += degree[i];
    }
    let start = degree.clone();
    let mut bin = vec![0_u32; start[items as usize]];
    let mut value = vec![0_i64; bin.len()];
    for b in 0..part.bins.len() {
        let room = i64::from(part.capacity[b]);
        for o in part.offers_of(b) {
            let mut partners: Vec<i64> = part.meetings[o.unit as usize]
                .iter()
                .filter_map(|m| m.value)
                .filter(|&v| v > 0)
                .collect();
            partners.sort_unstable_by(|a, b| b.cmp(a));
            let most = (room - i64::from(o.size)).max(0) as usize;
            let half: i64 = partners.iter().take(most).sum::<i64>() * SCALE / 2;
            for i in item_of[o.unit as usize]..item_of[o.unit as usize + 1] {
                let at = &mut degree[i as usize];
                bin[*at] = b as u32;
                value[*at] = (o.value * SCALE + half) / i64::from(o.size);
                *at += 1;
            }
        }
    }
    let edges = transport::Edges {
        start: &start,
        bin: &bin,
        value: &value,
    };
    let flow = transport::solve(&edges, &part.capacity, gauge)?;
    let unit = (0..n)
        .map(|u| {
            flow.item_price[item_of[u] as usize..item_of[u + 1] as usize]
                .iter()
                .sum()
        })
        .collect();
    Some(Prices {
        unit,
        limit: vec![0; part.limit_most.len()],
        cut: Vec::new(),
    })
}
