//! Cuts: what whole answers obey and fractional ones break.
//!
//! Take some rows of the master (a unit is in at most one chosen set, a bin has at most one, a limit holds so many items,
//! an earlier cut), weigh each with `numerator / denominator`, add up, and round down on both sides: since columns count
//! whole times, what is left still holds (Chvátal, "Edmonds polytopes and a hierarchy of combinatorial problems", 1973).
//! Every such cut is given by its rows and weights alone, so that the search for sets can charge for it exactly and the
//! checker can verify it.
//!
//! Violated ones are found on a few rows by local search ([`rank`]) and from rows of the simplex tableau ([`tableau`]).

mod rank;
mod tableau;

pub(crate) use tableau::Tableau;

use std::collections::BTreeMap;

use crate::master::Column;
use crate::model::Part;

/// A row that a cut weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Row {
    Unit(u32),
    Bin(u32),
    Limit(u32),
    /// An earlier cut.
    Cut(u32),
}

/// A cut over rows of a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cut {
    /// Rows with their numerators (at least 1, less than the denominator), ascending by row.
    pub rows: Vec<(Row, u32)>,
    pub denominator: u32,
    /// The most that the chosen columns together may count.
    pub most: i64,
}

/// What a cut weighs: rows with their numerators, and the denominator.
pub(crate) type Weights = (Vec<(Row, u32)>, u32);

/// Cuts carried from one program to another: those that are tight and those that they weigh, as far as all their rows are
/// there, in the numbers that `row` gives (of rows that are no cuts). With the new number of each of all the cuts that is
/// carried; they follow `before` others.
pub(crate) fn carried(
    all: &[Cut],
    tight: impl Iterator<Item = u32>,
    before: u32,
    row: impl Fn(Row) -> Option<Row>,
) -> (Vec<Option<u32>>, Vec<Weights>) {
    let mut is_wanted = vec![false; all.len()];
    tight.for_each(|k| is_wanted[k as usize] = true);
    // A cut weighs earlier ones only.
    for k in (0..all.len()).rev() {
        for &(row, _) in &all[k].rows {
            if let Row::Cut(other) = row {
                is_wanted[other as usize] |= is_wanted[k];
            }
        }
    }
    let mut number = vec![None; all.len()];
    let mut cuts = Vec::new();
    for (k, cut) in all.iter().enumerate().filter(|(k, _)| is_wanted[*k]) {
        let there = |&(r, numerator): &(Row, u32)| {
            let there = match r {
                Row::Cut(k) => number[k as usize].map(Row::Cut),
                other => row(other),
            };
            Some((there?, numerator))
        };
        if let Some(mut rows) = cut.rows.iter().map(there).collect::<Option<Vec<_>>>() {
            rows.sort_unstable();
            number[k] = Some(before + cuts.len() as u32);
            cuts.push((rows, cut.denominator));
        }
    }
    (number, cuts)
}

/// The cuts of a part, and which of them weigh each row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cuts {
    pub list: Vec<Cut>,
    /// By row: cuts with their numerators.
    pub of_unit: Vec<Vec<(u32, u32)>>,
    pub of_bin: Vec<Vec<(u32, u32)>>,
    pub of_limit: Vec<Vec<(u32, u32)>>,
    pub of_cut: Vec<Vec<(u32, u32)>>,
}

impl Cuts {
    pub(crate) fn new(part: &Part) -> Self {
        Self {
            list: Vec::new(),
            of_unit: vec![Vec::new(); part.n_units()],
            of_bin: vec![Vec::new(); part.n_bins()],
            of_limit: vec![Vec::new(); part.limit_most.len()],
            of_cut: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn push(&mut self, cut: Cut) {
        let k = self.list.len() as u32;
        for &(row, numerator) in &cut.rows {
            let list = match row {
                Row::Unit(u) => &mut self.of_unit[u as usize],
                Row::Bin(b) => &mut self.of_bin[b as usize],
                Row::Limit(l) => &mut self.of_limit[l as usize],
                Row::Cut(c) => &mut self.of_cut[c as usize],
            };
            list.push((k, numerator));
        }
        self.of_cut.push(Vec::new());
        self.list.push(cut);
    }

    /// Takes away all cuts after the first `n`.
    pub(crate) fn truncate(&mut self, n: usize) {
        while self.list.len() > n {
            for (row, _) in self.list.pop().expect("not empty").rows {
                let list = match row {
                    Row::Unit(u) => &mut self.of_unit[u as usize],
                    Row::Bin(b) => &mut self.of_bin[b as usize],
                    Row::Limit(l) => &mut self.of_limit[l as usize],
                    Row::Cut(c) => &mut self.of_cut[c as usize],
                };
                list.pop();
            }
            self.of_cut.pop();
        }
    }

    /// The cut with these weights; its right-hand side follows from those of its rows.
    pub(crate) fn cut(&self, part: &Part, rows: Vec<(Row, u32)>, denominator: u32) -> Cut {
        let most = |row: Row| match row {
            Row::Unit(_) | Row::Bin(_) => 1,
            Row::Limit(l) => i64::from(part.limit_most[l as usize]),
            Row::Cut(k) => self.list[k as usize].most,
        };
        let sum: i64 = rows.iter().map(|&(row, a)| i64::from(a) * most(row)).sum();
        Cut {
            rows,
            denominator,
            most: sum / i64::from(denominator),
        }
    }

    /// The cuts that a column counts in, with its count, by cut.
    pub(crate) fn counts(&self, part: &Part, bin: u32, set: &[u32]) -> Vec<(u32, i64)> {
        let mut out = Vec::new();
        if self.list.is_empty() {
            return out;
        }
        let mut sums: Vec<(u32, u32)> = Vec::new();
        for &u in set {
            sums.extend_from_slice(&self.of_unit[u as usize]);
        }
        sums.extend_from_slice(&self.of_bin[bin as usize]);
        for &l in &part.limits_of_bin[bin as usize] {
            let size: u32 = set.iter().map(|&u| part.sizes[u as usize]).sum();
            sums.extend(self.of_limit[l as usize].iter().map(|&(k, a)| (k, a * size)));
        }
        if sums.len() < 2 && part.limit_most.is_empty() {
            return out;
        }
        sums.sort_unstable();
        // A cut's count may add to later cuts, so they are settled in order.
        let mut at = 0;
        while at < sums.len() {
            let k = sums[at].0;
            let mut sum = 0;
            while at < sums.len() && sums[at].0 == k {
                sum += sums[at].1;
                at += 1;
            }
            let count = sum / self.list[k as usize].denominator;
            if count > 0 {
                out.push((k, i64::from(count)));
                for &(later, a) in &self.of_cut[k as usize] {
                    let place = at + sums[at..].partition_point(|s| s.0 < later);
                    sums.insert(place, (later, a * count));
                }
            }
        }
        out
    }
}

/// A cut must be violated by this much.
const VIOLATION: f64 = 0.02;

/// What cuts need to know of a solution: its fractional columns and the rows that they are in.
struct Fractional<'a> {
    part: &'a Part,
    cuts: &'a Cuts,
    columns: &'a [Column],
    /// Every column of positive weight by the rows it is in.
    all: BTreeMap<Row, Vec<(u32, f64)>>,
    /// Rows of units and bins that fractional columns are in, those columns (numbered anew) with their weights, and the rows
    /// that share one.
    rows: Vec<Row>,
    of_row: Vec<Vec<(u32, f64)>>,
    rows_of: Vec<Vec<u32>>,
    next: Vec<Vec<u32>>,
}

impl<'a> Fractional<'a> {
    fn new(part: &'a Part, cuts: &'a Cuts, columns: &'a [Column], weights: &[(u32, f64)]) -> Self {
        let mut all: BTreeMap<Row, Vec<(u32, f64)>> = BTreeMap::new();
        let mut by_row: BTreeMap<Row, Vec<(u32, f64)>> = BTreeMap::new();
        let mut n_fractional = 0;
        for &(c, w) in weights {
            let column = &columns[c as usize];
            let simple = column.set.iter().map(|&u| Row::Unit(u)).chain([Row::Bin(column.bin)]);
            if w < 1.0 - 1e-6 {
                simple
                    .clone()
                    .for_each(|row| by_row.entry(row).or_default().push((n_fractional, w)));
                n_fractional += 1;
            }
            let limits = part.limits_of_bin[column.bin as usize].iter().map(|&l| Row::Limit(l));
            let counts = cuts.counts(part, column.bin, &column.set);
            let counted = counts.iter().map(|c| Row::Cut(c.0));
            simple
                .chain(limits)
                .chain(counted)
                .for_each(|row| all.entry(row).or_default().push((c, w)));
        }
        by_row.retain(|&row, list| list.len() > 1 && may_weigh(part, row));
        let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); n_fractional as usize];
        for (r, list) in by_row.values().enumerate() {
            list.iter().for_each(|&(c, _)| rows_of[c as usize].push(r as u32));
        }
        let next = by_row.values().enumerate().map(|(r, list)| {
            let mut next: Vec<u32> = list
                .iter()
                .flat_map(|&(c, _)| rows_of[c as usize].iter().copied())
                .collect();
            next.sort_unstable();
            next.dedup();
            next.retain(|&other| other != r as u32);
            next
        });
        Self {
            next: next.collect(),
            rows_of,
            rows: by_row.keys().copied().collect(),
            of_row: by_row.into_values().collect(),
            part,
            cuts,
            columns,
            all,
        }
    }

    fn cut(&self, mut rows: Vec<(Row, u32)>, denominator: u32) -> Cut {
        rows.sort_unstable();
        self.cuts.cut(self.part, rows, denominator)
    }

    /// What a column counts in a cut that is not among the cuts yet.
    fn count(&self, cut: &Cut, column: &Column) -> i64 {
        let counts = self.cuts.counts(self.part, column.bin, &column.set);
        let mut sum = 0;
        for &(row, a) in &cut.rows {
            let times = match row {
                Row::Unit(u) => i64::from(column.set.binary_search(&u).is_ok()),
                Row::Bin(b) => i64::from(column.bin == b),
                Row::Limit(l) if self.part.limits_of_bin[column.bin as usize].contains(&l) => {
                    column.set.iter().map(|&u| i64::from(self.part.sizes[u as usize])).sum()
                }
                Row::Limit(_) => 0,
                Row::Cut(k) => counts.iter().find(|c| c.0 == k).map_or(0, |c| c.1),
            };
            sum += i64::from(a) * times;
        }
        sum / i64::from(cut.denominator)
    }

    /// By how much the solution breaks a cut.
    fn violation(&self, cut: &Cut) -> f64 {
        let rows = cut.rows.iter().filter_map(|r| self.all.get(&r.0));
        let mut near: Vec<(u32, f64)> = rows.flatten().copied().collect();
        near.sort_by_key(|e| e.0);
        near.dedup_by_key(|e| e.0);
        let count = |c: u32| self.count(cut, &self.columns[c as usize]) as f64;
        near.iter().map(|&(c, w)| w * count(c)).sum::<f64>() - cut.most as f64
    }
}

/// Whether a cut may weigh a row.
fn may_weigh(part: &Part, row: Row) -> bool {
    match row {
        Row::Unit(u) => !part.is_stranger(u),
        Row::Bin(_) | Row::Limit(_) | Row::Cut(_) => true,
    }
}

/// How great cuts may be: many rows and great denominators make cuts weak, and dear to charge for.
#[derive(Clone, Copy)]
pub(crate) struct Reach {
    /// Of cuts from the tableau.
    denominator: u32,
    rows: usize,
    /// Rows of the cuts by local search that weigh each with one half.
    halves: usize,
}

impl Reach {
    /// For most parts.
    pub(crate) const SHORT: Self = Self {
        denominator: 12,
        rows: 24,
        halves: 5,
    };
    /// Where the tree over what those leave is large.
    pub(crate) const LONG: Self = Self {
        denominator: 30,
        rows: 60,
        halves: 17,
    };
    /// Parts with so many bins have large trees.
    const LARGE: usize = 1_000;

    /// To begin with. In a large part, long odd circles of rows are what keeps the bound from the best plan; in a wide one,
    /// which no tree closes, a plan is wanted sooner.
    pub(crate) fn first(part: &Part) -> Self {
        if part.n_bins() >= Self::LARGE && part.widths() == 0 {
            Self {
                halves: 11,
                ..Self::SHORT
            }
        } else {
            Self::SHORT
        }
    }
}

/// Violated cuts at a solution that are not among the cuts: up to `most` from either source, most violated first.
pub(crate) fn violated(
    part: &Part,
    cuts: &Cuts,
    columns: &[Column],
    weights: &[(u32, f64)],
    (tableau, reach): (&[Tableau], Reach),
    most: usize,
    steps: &mut u64,
) -> Vec<Cut> {
    let fractional = Fractional::new(part, cuts, columns, weights);
    let mut found = Vec::new();
    for mut some in [
        rank::violated(&fractional, reach.halves, steps),
        tableau::violated(&fractional, tableau, reach),
    ] {
        some.retain(|c| !cuts.list.contains(&c.1));
        sort(&mut some);
        some.truncate(most);
        found.extend(some);
    }
    sort(&mut found);
    found.into_iter().map(|c| c.1).collect()
}

fn sort(found: &mut Vec<(f64, Cut)>) {
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reduce;
    use crate::problem::{Group, GroupPolicy, Problem};

    /// A circle of units, each half in either of two homes for neighbours, broken by a cut that weighs all of them.
    #[test]
    fn long_odd_circles_are_broken_within_reach() {
        let n = 7_u32;
        let mut problem = Problem {
            indptr: vec![0],
            capacity: vec![2; n as usize],
            groups: vec![Group {
                members: (0..n).collect(),
                policy: GroupPolicy::Prefer,
                pair_value: 1,
            }],
            ..Problem::default()
        };
        for unit in 0..n {
            let mut bins = [unit, (unit + n - 1) % n];
            bins.sort_unstable();
            problem.bins.extend(bins);
            problem.values.extend([5, 5]);
            problem.indptr.push(problem.bins.len());
        }
        let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
        let part = &model.parts[0];
        let columns: Vec<Column> = (0..n)
            .map(|bin| {
                let mut set = vec![bin, (bin + 1) % n];
                set.sort_unstable();
                Column { bin, set, value: 11 }
            })
            .collect();
        let weights: Vec<(u32, f64)> = (0..n).map(|c| (c, 0.5)).collect();
        let cuts = Cuts::new(part);
        let found = |reach| violated(part, &cuts, &columns, &weights, (&[], reach), 10, &mut 0);
        assert!(found(Reach::SHORT).is_empty());
        let circle = Cut {
            rows: (0..n).map(|unit| (Row::Unit(unit), 1)).collect(),
            denominator: 2,
            most: 3,
        };
        assert_eq!(found(Reach::LONG), [circle]);
    }
}
