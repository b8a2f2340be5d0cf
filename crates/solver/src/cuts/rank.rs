//! Violated cuts on a few rows, by local search.
//!
//! On up to five rows the weights that matter are known: every other choice gives a cut that these imply (Pecin, Pessoa,
//! Poggi & Uchoa, "Limited memory rank-1 cuts for vehicle routing problems", 2017). On more rows only halves are looked for:
//! they break odd circles of rows. For each of these and each row that fractional columns share, rows are chosen one by one
//! and then exchanged as long as that breaks the cut more; halves grow by two rows at a time.

use super::{Cut, Fractional, VIOLATION};

/// Numerators, greatest first, and denominators.
const PATTERNS: [(&[u32], u32); 5] = [
    (&[2, 1, 1, 1], 3),
    (&[1, 1, 1, 1, 1], 3),
    (&[2, 2, 1, 1, 1], 4),
    (&[3, 1, 1, 1, 1], 4),
    (&[3, 2, 2, 1, 1], 5),
];

/// Violated cuts, in no order; `longest` rows at most are weighed with one half each.
pub(super) fn violated(fractional: &Fractional<'_>, longest: usize, steps: &mut u64) -> Vec<(f64, Cut)> {
    let halves = vec![1; longest];
    let mut out = Vec::new();
    let mut search = Local::new(fractional);
    for seed in 0..fractional.rows.len() as u32 {
        for (numerators, denominator) in PATTERNS {
            search.start(seed, numerators[0]);
            if search.grow(&numerators[1..], denominator) {
                search.exchange(numerators, denominator);
                out.extend(search.violated(numerators, denominator));
            }
        }
        search.start(seed, 1);
        while search.chosen.len() < longest && search.grow(&[1, 1], 2) {
            let halves = &halves[..search.chosen.len()];
            search.exchange(halves, 2);
            out.extend(search.violated(halves, 2));
        }
    }
    *steps += search.steps;
    out
}

/// The state of one local search.
struct Local<'a> {
    fractional: &'a Fractional<'a>,
    /// Chosen rows, by slot.
    chosen: Vec<u32>,
    /// What each column counts: sum of numerators.
    sum: Vec<u32>,
    /// Rows that share a column with a chosen one.
    near: Vec<u32>,
    mark: Vec<u32>,
    stamp: u32,
    steps: u64,
}

impl<'a> Local<'a> {
    fn new(fractional: &'a Fractional<'a>) -> Self {
        Self {
            fractional,
            chosen: Vec::new(),
            sum: vec![0; fractional.rows_of.len()],
            near: Vec::new(),
            mark: vec![0; fractional.rows.len()],
            stamp: 0,
            steps: 0,
        }
    }

    /// Begins anew with one row.
    fn start(&mut self, row: u32, numerator: u32) {
        self.chosen.clear();
        self.sum.iter_mut().for_each(|s| *s = 0);
        self.put(row, numerator);
    }

    /// Chooses a row more for each of these numerators; whether there were so many.
    fn grow(&mut self, numerators: &[u32], denominator: u32) -> bool {
        numerators.iter().all(|&a| {
            // A share of the denominator counts for something here, so that the first choices are not blind.
            let share = |s: u32| f64::from(s.min(denominator));
            self.list_near(usize::MAX);
            let row = self.best(|s| share(s + a) - share(s));
            row.inspect(|&(_, row)| self.put(row, a)).is_some()
        })
    }

    /// Exchanges rows but the first, as long as that breaks the cut more.
    fn exchange(&mut self, numerators: &[u32], denominator: u32) {
        let whole = |s: u32| f64::from(s / denominator);
        let mut changed = true;
        while changed {
            changed = false;
            for (slot, &a) in numerators.iter().enumerate().skip(1) {
                let old = self.chosen[slot];
                self.take(old, a);
                self.list_near(slot);
                let gains = |s: u32| whole(s + a) - whole(s);
                let before = self.gain(old, gains);
                match self.best(gains) {
                    Some((gain, row)) if gain > before + 1e-9 => {
                        self.chosen[slot] = row;
                        self.add(row, a);
                        changed = true;
                    }
                    _ => self.add(old, a),
                }
            }
        }
    }

    /// The cut of the chosen rows and by how much it is broken, if it is.
    fn violated(&self, numerators: &[u32], denominator: u32) -> Option<(f64, Cut)> {
        let counted = self
            .touched()
            .into_iter()
            .map(|(c, w)| w * f64::from(self.sum[c as usize] / denominator));
        let over = counted.sum::<f64>() - f64::from(numerators.iter().sum::<u32>() / denominator);
        (over > VIOLATION).then(|| {
            let weighed = self.chosen.iter().zip(numerators);
            let rows = weighed.map(|(&r, &a)| (self.fractional.rows[r as usize], a)).collect();
            (over, self.fractional.cut(rows, denominator))
        })
    }

    fn put(&mut self, row: u32, numerator: u32) {
        self.chosen.push(row);
        self.add(row, numerator);
    }

    fn add(&mut self, row: u32, numerator: u32) {
        for &(c, _) in &self.fractional.of_row[row as usize] {
            self.sum[c as usize] += numerator;
        }
    }

    fn take(&mut self, row: u32, numerator: u32) {
        for &(c, _) in &self.fractional.of_row[row as usize] {
            self.sum[c as usize] -= numerator;
        }
    }

    /// Columns in chosen rows, each once, with their weights.
    fn touched(&self) -> Vec<(u32, f64)> {
        let mut out: Vec<(u32, f64)> = Vec::new();
        for &row in &self.chosen {
            out.extend_from_slice(&self.fractional.of_row[row as usize]);
        }
        out.sort_unstable_by_key(|e| e.0);
        out.dedup_by_key(|e| e.0);
        out
    }

    /// Lists the rows next to those chosen, but for the slot given.
    fn list_near(&mut self, without: usize) {
        self.stamp += 1;
        self.near.clear();
        for (slot, &row) in self.chosen.iter().enumerate() {
            if slot != without {
                self.mark[row as usize] = self.stamp;
            }
        }
        for (_, &row) in self.chosen.iter().enumerate().filter(|e| e.0 != without) {
            for &next in &self.fractional.next[row as usize] {
                if self.mark[next as usize] != self.stamp {
                    self.mark[next as usize] = self.stamp;
                    self.near.push(next);
                }
            }
        }
    }

    /// The near row with the greatest gain, the first of several.
    fn best(&mut self, gains: impl Fn(u32) -> f64) -> Option<(f64, u32)> {
        let mut best: Option<(f64, u32)> = None;
        for &row in &self.near {
            let gain = self.gain(row, &gains);
            if best.is_none_or(|b| gain > b.0 + 1e-9) {
                best = Some((gain, row));
            }
        }
        self.steps += 4 * self.near.len() as u64;
        best
    }

    /// What a row adds, if a column with this sum gains so much.
    fn gain(&self, row: u32, gains: impl Fn(u32) -> f64) -> f64 {
        let columns = self.fractional.of_row[row as usize].iter();
        columns.map(|&(c, w)| w * gains(self.sum[c as usize])).sum()
    }
}
