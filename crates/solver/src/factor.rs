//! Factors of a basis matrix: sparse LU with a product-form update file.
//!
//! Promises: [`Factor::ftran`] solves `B x = a` and [`Factor::btran`] solves `Bᵀ y = c` for the basis last given to
//! [`Factor::refactor`] with the column replacements since. Refuses to know what the columns mean.
//!
//! The bases met here (rows: items, bins, limits, subset cuts) are nearly triangular, so the factorisation first
//! peels column and row singletons, which need no arithmetic, and works column by column (left-looking, threshold
//! pivoting) on the small kernel that is left.
//! Reference: Gilbert & Peierls, "Sparse partial pivoting in time proportional to arithmetic operations", 1988;
//! the singleton phases follow Suhl & Suhl, "Computing sparse LU factorizations for large-scale linear programming
//! bases", 1990.

/// Entries smaller than this are treated as zero.
const DROP: f64 = 1e-13;
/// A pivot must be at least this share of the largest entry of its column.
const THRESHOLD: f64 = 0.1;
/// A pivot must be at least this large.
const SINGULAR: f64 = 1e-9;

/// Sparse columns in one buffer.
#[derive(Default)]
struct Lists {
    start: Vec<usize>,
    index: Vec<u32>,
    value: Vec<f64>,
}

impl Lists {
    fn clear(&mut self) {
        self.start.clear();
        self.start.push(0);
        self.index.clear();
        self.value.clear();
    }
    fn push(&mut self, index: u32, value: f64) {
        self.index.push(index);
        self.value.push(value);
    }
    fn close(&mut self) {
        self.start.push(self.index.len());
    }
    fn entries(&self, k: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let span = self.start[k]..self.start[k + 1];
        self.index[span.clone()]
            .iter()
            .map(|&i| i as usize)
            .zip(self.value[span].iter().copied())
    }
}

/// One replaced column: position, its entry there, the others.
struct Eta {
    position: u32,
    pivot: f64,
}

/// LU factors and the updates since.
#[derive(Default)]
pub(crate) struct Factor {
    m: usize,
    /// Pivot row and basis position of each elimination step.
    pivot_row: Vec<u32>,
    pivot_pos: Vec<u32>,
    diagonal: Vec<f64>,
    /// Steps whose L column is not trivial, with their multipliers by row.
    lower_step: Vec<u32>,
    lower: Lists,
    /// U by columns (entries by row) and by rows (entries by basis position), per step.
    upper: Lists,
    upper_row: Lists,
    etas: Vec<Eta>,
    eta_entries: Lists,
    scratch: Vec<f64>,
}

impl Factor {
    /// Number of column replacements since the last factorisation.
    pub(crate) fn updates(&self) -> usize {
        self.etas.len()
    }

    /// Total update entries, a measure of how slow solves have become.
    pub(crate) fn update_entries(&self) -> usize {
        self.eta_entries.index.len()
    }

    /// Factors the basis whose columns are given by position. Returns the rows and positions that could not be paired
    /// (a singular basis); the caller puts unit columns of those rows there and calls again.
    pub(crate) fn refactor<'a>(
        &mut self,
        m: usize,
        column: impl Fn(usize) -> (&'a [u32], &'a [f64]),
    ) -> Vec<(u32, u32)> {
        self.m = m;
        self.pivot_row.clear();
        self.pivot_pos.clear();
        self.diagonal.clear();
        self.lower_step.clear();
        self.lower.clear();
        self.upper.clear();
        self.etas.clear();
        self.eta_entries.clear();
        self.scratch.clear();
        self.scratch.resize(m, 0.0);

        let mut work = Elimination::new(m, &column);
        work.peel_columns(self, &column);
        work.peel_rows(self, &column);
        let unpaired = work.kernel(self, &column);
        if unpaired.is_empty() {
            self.transpose_upper();
        }
        unpaired
    }

    fn transpose_upper(&mut self) {
        let m = self.m;
        let mut step_of_row = vec![0_u32; m];
        for (k, &r) in self.pivot_row.iter().enumerate() {
            step_of_row[r as usize] = k as u32;
        }
        let mut count = vec![0_usize; m + 1];
        for &r in &self.upper.index {
            count[step_of_row[r as usize] as usize + 1] += 1;
        }
        for k in 0..m {
            count[k + 1] += count[k];
        }
        let rows = &mut self.upper_row;
        rows.start.clone_from(&count);
        rows.index.clear();
        rows.index.resize(self.upper.index.len(), 0);
        rows.value.clear();
        rows.value.resize(self.upper.index.len(), 0.0);
        for k in 0..m {
            for (r, v) in self.upper.entries(k) {
                let s = step_of_row[r] as usize;
                rows.index[count[s]] = self.pivot_pos[k];
                rows.value[count[s]] = v;
                count[s] += 1;
            }
        }
    }

    /// Solves `B x = a`: `a` by row on entry, `x` by basis position on return.
    pub(crate) fn ftran(&mut self, a: &mut Vec<f64>) {
        for (n, &k) in self.lower_step.iter().enumerate() {
            let t = a[self.pivot_row[k as usize] as usize];
            if t != 0.0 {
                for (r, l) in self.lower.entries(n) {
                    a[r] -= l * t;
                }
            }
        }
        let x = &mut self.scratch;
        for k in (0..self.m).rev() {
            let r = self.pivot_row[k] as usize;
            let w = a[r];
            let p = self.pivot_pos[k] as usize;
            if w.abs() > DROP {
                let t = w / self.diagonal[k];
                x[p] = t;
                for (row, u) in self.upper.entries(k) {
                    a[row] -= u * t;
                }
            } else {
                x[p] = 0.0;
            }
        }
        std::mem::swap(a, x);
        for (n, eta) in self.etas.iter().enumerate() {
            let p = eta.position as usize;
            if a[p] != 0.0 {
                let t = a[p] / eta.pivot;
                for (i, v) in self.eta_entries.entries(n) {
                    a[i] -= v * t;
                }
                a[p] = t;
            }
        }
    }

    /// Solves `Bᵀ y = c`: `c` by basis position on entry, `y` by row on return.
    pub(crate) fn btran(&mut self, c: &mut Vec<f64>) {
        for (n, eta) in self.etas.iter().enumerate().rev() {
            let p = eta.position as usize;
            let mut s = c[p];
            for (i, v) in self.eta_entries.entries(n) {
                s -= v * c[i];
            }
            c[p] = s / eta.pivot;
        }
        let z = &mut self.scratch;
        for k in 0..self.m {
            let w = c[self.pivot_pos[k] as usize];
            let r = self.pivot_row[k] as usize;
            if w.abs() > DROP {
                let t = w / self.diagonal[k];
                z[r] = t;
                for (p, u) in self.upper_row.entries(k) {
                    c[p] -= u * t;
                }
            } else {
                z[r] = 0.0;
            }
        }
        std::mem::swap(c, z);
        for (n, &k) in self.lower_step.iter().enumerate().rev() {
            let mut s = 0.0;
            for (r, l) in self.lower.entries(n) {
                s += l * c[r];
            }
            c[self.pivot_row[k as usize] as usize] -= s;
        }
    }

    /// Replaces the column at `position` by one whose `ftran` is `alpha` (by position).
    pub(crate) fn update(&mut self, position: usize, alpha: &[f64]) {
        self.etas.push(Eta {
            position: position as u32,
            pivot: alpha[position],
        });
        for (i, &v) in alpha.iter().enumerate() {
            if v.abs() > DROP && i != position {
                self.eta_entries.push(i as u32, v);
            }
        }
        self.eta_entries.close();
    }
}

/// The working state of one factorisation.
struct Elimination {
    /// Elimination step of each row and whether each position is done.
    row_done: Vec<bool>,
    pos_done: Vec<bool>,
    row_count: Vec<u32>,
    pos_count: Vec<u32>,
    /// Positions that have an entry in each row.
    row_start: Vec<usize>,
    row_pos: Vec<u32>,
}

impl Elimination {
    fn new<'a>(m: usize, column: &impl Fn(usize) -> (&'a [u32], &'a [f64])) -> Self {
        let mut row_start = vec![0_usize; m + 1];
        let mut pos_count = vec![0_u32; m];
        for p in 0..m {
            let (rows, _) = column(p);
            pos_count[p] = rows.len() as u32;
            for &r in rows {
                row_start[r as usize + 1] += 1;
            }
        }
        let row_count = row_start[1..].iter().map(|&c| c as u32).collect();
        for r in 0..m {
            row_start[r + 1] += row_start[r];
        }
        let mut fill = row_start.clone();
        let mut row_pos = vec![0_u32; row_start[m]];
        for p in 0..m {
            for &r in column(p).0 {
                row_pos[fill[r as usize]] = p as u32;
                fill[r as usize] += 1;
            }
        }
        Self {
            row_done: vec![false; m],
            pos_done: vec![false; m],
            row_count,
            pos_count,
            row_start,
            row_pos,
        }
    }

    /// Marks row and position as eliminated and lowers the counts of what they meet.
    fn retire(&mut self, row: usize, rows_of_pos: &[u32], pos: usize) {
        self.row_done[row] = true;
        self.pos_done[pos] = true;
        for n in self.row_start[row]..self.row_start[row + 1] {
            self.pos_count[self.row_pos[n] as usize] -= 1;
        }
        for &r in rows_of_pos {
            self.row_count[r as usize] -= 1;
        }
    }

    /// Pivots on columns with one entry left: nothing to eliminate.
    fn peel_columns<'a>(&mut self, f: &mut Factor, column: &impl Fn(usize) -> (&'a [u32], &'a [f64])) {
        let m = f.m;
        let mut queue: Vec<u32> = (0..m as u32).filter(|&p| self.pos_count[p as usize] == 1).collect();
        let mut next = 0;
        while next < queue.len() {
            let p = queue[next] as usize;
            next += 1;
            if self.pos_done[p] || self.pos_count[p] != 1 {
                continue;
            }
            let (rows, values) = column(p);
            let at = rows
                .iter()
                .position(|&r| !self.row_done[r as usize])
                .expect("one entry is left");
            if values[at].abs() < SINGULAR {
                continue;
            }
            let row = rows[at] as usize;
            for (n, (&r, &v)) in rows.iter().zip(values).enumerate() {
                if n != at {
                    f.upper.push(r, v);
                }
            }
            f.upper.close();
            f.pivot_row.push(row as u32);
            f.pivot_pos.push(p as u32);
            f.diagonal.push(values[at]);
            self.retire(row, rows, p);
            for n in self.row_start[row]..self.row_start[row + 1] {
                let q = self.row_pos[n];
                if self.pos_count[q as usize] == 1 && !self.pos_done[q as usize] {
                    queue.push(q);
                }
            }
        }
    }

    /// Pivots on rows with one entry left: multipliers, but no fill.
    fn peel_rows<'a>(&mut self, f: &mut Factor, column: &impl Fn(usize) -> (&'a [u32], &'a [f64])) {
        let m = f.m;
        let mut queue: Vec<u32> = (0..m as u32)
            .filter(|&r| !self.row_done[r as usize] && self.row_count[r as usize] == 1)
            .collect();
        let mut next = 0;
        while next < queue.len() {
            let row = queue[next] as usize;
            next += 1;
            if self.row_done[row] || self.row_count[row] != 1 {
                continue;
            }
            let span = self.row_start[row]..self.row_start[row + 1];
            let Some(&p) = self.row_pos[span].iter().find(|&&p| !self.pos_done[p as usize]) else {
                continue;
            };
            let p = p as usize;
            let (rows, values) = column(p);
            let at = rows
                .iter()
                .position(|&r| r as usize == row)
                .expect("the row lists this column");
            let pivot = values[at];
            let largest = rows.iter().zip(values).filter(|&(&r, _)| !self.row_done[r as usize]);
            let largest = largest.fold(0.0_f64, |a, (_, v)| a.max(v.abs()));
            if pivot.abs() < SINGULAR || pivot.abs() < THRESHOLD * largest {
                continue;
            }
            let step = f.pivot_row.len() as u32;
            let mut below = false;
            for (&r, &v) in rows.iter().zip(values) {
                if r as usize == row {
                } else if self.row_done[r as usize] {
                    f.upper.push(r, v);
                } else {
                    f.lower.push(r, v / pivot);
                    below = true;
                }
            }
            if below {
                f.lower_step.push(step);
                f.lower.close();
            }
            f.upper.close();
            f.pivot_row.push(row as u32);
            f.pivot_pos.push(p as u32);
            f.diagonal.push(pivot);
            self.retire(row, rows, p);
            for &r in rows {
                if self.row_count[r as usize] == 1 && !self.row_done[r as usize] {
                    queue.push(r);
                }
            }
        }
    }

    /// Left-looking elimination of what is left; returns rows and positions that cannot be paired.
    fn kernel<'a>(&mut self, f: &mut Factor, column: &impl Fn(usize) -> (&'a [u32], &'a [f64])) -> Vec<(u32, u32)> {
        let m = f.m;
        let mut order: Vec<u32> = (0..m as u32).filter(|&p| !self.pos_done[p as usize]).collect();
        order.sort_by_key(|&p| (self.pos_count[p as usize], p));
        let first_kernel_step = f.pivot_row.len();
        let mut work = vec![0.0_f64; m];
        let mut touched: Vec<u32> = Vec::new();
        let mut mark = vec![false; m];
        // Which L column (index into `lower_step`) belongs to each row, to visit only those that matter.
        let mut lower_of_row = vec![u32::MAX; m];
        for (n, &k) in f.lower_step.iter().enumerate() {
            lower_of_row[f.pivot_row[k as usize] as usize] = n as u32;
        }
        let mut failed = Vec::new();
        let mut heap = std::collections::BinaryHeap::new();
        for &p in &order {
            let (rows, values) = column(p as usize);
            for (&r, &v) in rows.iter().zip(values) {
                work[r as usize] = v;
                mark[r as usize] = true;
                touched.push(r);
                if lower_of_row[r as usize] != u32::MAX {
                    heap.push(std::cmp::Reverse(lower_of_row[r as usize]));
                }
            }
            while let Some(std::cmp::Reverse(n)) = heap.pop() {
                let t = work[f.pivot_row[f.lower_step[n as usize] as usize] as usize];
                if t.abs() <= DROP {
                    continue;
                }
                for e in f.lower.start[n as usize]..f.lower.start[n as usize + 1] {
                    let r = f.lower.index[e] as usize;
                    work[r] -= f.lower.value[e] * t;
                    if !mark[r] {
                        mark[r] = true;
                        touched.push(r as u32);
                        if lower_of_row[r] != u32::MAX {
                            heap.push(std::cmp::Reverse(lower_of_row[r]));
                        }
                    }
                }
            }
            let open = touched.iter().map(|&r| r as usize).filter(|&r| !self.row_done[r]);
            let largest = open.clone().fold(0.0_f64, |a, r| a.max(work[r].abs()));
            let pivot = if largest < SINGULAR {
                None
            } else {
                open.filter(|&r| work[r].abs() >= THRESHOLD * largest)
                    .min_by_key(|&r| (self.row_count[r], r))
            };
            if let Some(row) = pivot {
                let step = f.pivot_row.len() as u32;
                let diagonal = work[row];
                let mut below = false;
                for &r in &touched {
                    let (r, v) = (r as usize, work[r as usize]);
                    if r == row || v.abs() <= DROP {
                    } else if self.row_done[r] {
                        f.upper.push(r as u32, v);
                    } else {
                        f.lower.push(r as u32, v / diagonal);
                        below = true;
                    }
                }
                if below {
                    lower_of_row[row] = f.lower_step.len() as u32;
                    f.lower_step.push(step);
                    f.lower.close();
                }
                f.upper.close();
                f.pivot_row.push(row as u32);
                f.pivot_pos.push(p);
                f.diagonal.push(diagonal);
                self.row_done[row] = true;
                self.pos_done[p as usize] = true;
            } else {
                failed.push(p);
            }
            for &r in &touched {
                work[r as usize] = 0.0;
                mark[r as usize] = false;
            }
            touched.clear();
        }
        debug_assert!(first_kernel_step <= f.pivot_row.len());
        let rows = (0..m as u32).filter(|&r| !self.row_done[r as usize]);
        rows.zip(failed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `B x` and `Bᵀ y` recomputed from the columns.
    fn check(columns: &[Vec<(u32, f64)>], updates: &[(usize, Vec<(u32, f64)>)]) {
        let m = columns.len();
        let mut now = columns.to_vec();
        let split = |c: &[Vec<(u32, f64)>]| -> Vec<(Vec<u32>, Vec<f64>)> {
            c.iter()
                .map(|c| (c.iter().map(|e| e.0).collect(), c.iter().map(|e| e.1).collect()))
                .collect()
        };
        let parts = split(&now);
        let mut f = Factor::default();
        assert!(f.refactor(m, |p| (&parts[p].0, &parts[p].1)).is_empty());
        for (p, column) in updates {
            let mut a = vec![0.0; m];
            for &(r, v) in column {
                a[r as usize] = v;
            }
            f.ftran(&mut a);
            f.update(*p, &a);
            now[*p].clone_from(column);
        }
        let a: Vec<f64> = (0..m).map(|i| if i % 3 == 0 { 1.0 + i as f64 } else { 0.0 }).collect();
        let mut x = a.clone();
        f.ftran(&mut x);
        let mut back = vec![0.0; m];
        for (p, c) in now.iter().enumerate() {
            for &(r, v) in c {
                back[r as usize] += v * x[p];
            }
        }
        for (u, v) in a.iter().zip(&back) {
            assert!((u - v).abs() < 1e-8, "B x is {v}, not {u}");
        }
        let mut y = a.clone();
        f.btran(&mut y);
        for (p, c) in now.iter().enumerate() {
            let dot: f64 = c.iter().map(|&(r, v)| v * y[r as usize]).sum();
            assert!((dot - a[p]).abs() < 1e-8, "column {p}: {dot}, not {}", a[p]);
        }
    }

    #[test]
    fn solves_random_sparse_bases() {
        let mut state = 7_u64;
        let mut next = move |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        for m in [1_usize, 2, 5, 20, 60] {
            for _ in 0..40 {
                let column = |next: &mut dyn FnMut(u64) -> u64, p: usize| -> Vec<(u32, f64)> {
                    let mut c = vec![(p as u32, 2.0 + next(3) as f64)];
                    for _ in 0..next(4) {
                        let r = next(m as u64) as u32;
                        if c.iter().all(|e| e.0 != r) {
                            c.push((r, 1.0 / (1 + next(3)) as f64));
                        }
                    }
                    c
                };
                let columns: Vec<_> = (0..m).map(|p| column(&mut next, p)).collect();
                let updates: Vec<_> = (0..next(6))
                    .map(|_| {
                        let p = next(m as u64) as usize;
                        let mut c = vec![(p as u32, 7.0)];
                        let r = next(m as u64) as u32;
                        if r as usize != p {
                            c.push((r, 1.0));
                        }
                        (p, c)
                    })
                    .collect();
                check(&columns, &updates);
            }
        }
    }
}
