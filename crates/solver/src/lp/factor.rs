//! Factors of a basis matrix: sparse LU with a file of updates, solved where it is nonzero.
//!
//! Promises: [`Factor::ftran`] solves `B x = a` and [`Factor::btran`] solves `Bᵀ y = c` for the basis last given to
//! [`Factor::refactor`] with the column replacements since, in time that grows with the nonzeros met, not with the size of
//! the basis. Refuses to know what the columns mean.
//!
//! The bases met here (rows: units, bins, limits, cuts) are nearly triangular, so the factorisation first peels column
//! and row singletons, which need no arithmetic, and works column by column (left-looking, threshold pivoting) on
//! the small kernel that is left. Everything is then kept in *steps* of the elimination: step `k` pivots on row
//! [`Factor::row_of_step`]`[k]`, and the caller reorders its basis so that the column pivoted at step `k` stands at place `k`.
//!
//! References: Gilbert & Peierls, "Sparse partial pivoting in time proportional to arithmetic operations", 1988; the
//! singleton phases follow Suhl & Suhl,
//! "Computing sparse LU factorizations for large-scale linear programming bases", 1990; hyper-sparse solves in the simplex
//! method: Hall & `McKinnon`, "Hyper-sparsity in the revised simplex method and how to exploit it", 2005. Departure: which
//! steps to visit is not searched for beforehand; they are marked in bits as they are reached, and visited in their order,
//! so that a zero leads nowhere (more than half of what a search would visit is zero here). Nor does what only rounding left:
//! where solutions are not few entries, a third to a half of what would be visited came of it.

use super::marks::Marks;
use super::sparse::{Lists, Sparse};
use super::updates::Updates;

/// Entries smaller than this are treated as zero.
const DROP: f64 = 1e-13;
/// A pivot must be at least this share of the largest entry of its column.
const THRESHOLD: f64 = 0.1;
/// A pivot must be at least this large.
const SINGULAR: f64 = 1e-9;
const NONE: u32 = u32::MAX;

/// LU factors and the updates since.
#[derive(Clone, Default)]
pub(super) struct Factor {
    m: usize,
    step_of_row: Vec<u32>,
    row_of_step: Vec<u32>,
    diagonal: Vec<f64>,
    /// L and U by columns and by rows; entries name steps. L has ones on its diagonal, which are not kept.
    lower: Lists,
    lower_row: Lists,
    upper: Lists,
    upper_row: Lists,
    lower_empty: bool,
    updates: Updates,
    /// How many times a basis was factored.
    factored: u64,
    scratch: Sparse,
    /// The columns of the basis while it is factored.
    basis: Lists,
    /// Elementary steps so far.
    pub(super) steps: u64,
}

impl Factor {
    /// Number of column replacements since the last factorisation.
    pub(super) fn updates(&self) -> usize {
        self.updates.len()
    }

    /// How many times a basis was factored.
    pub(super) fn factored(&self) -> u64 {
        self.factored
    }

    /// Forgets all but the first so many column replacements.
    pub(super) fn truncate(&mut self, updates: usize) {
        self.updates.truncate(updates);
    }

    /// Steps spent on the update file since the last factorisation.
    pub(super) fn update_work(&self) -> u64 {
        self.updates.work
    }

    /// Entries of the factors, a measure of what a refactorisation costs.
    pub(super) fn entries(&self) -> usize {
        self.lower.entry.len() + self.upper.entry.len() + self.m
    }

    /// Factors the basis whose columns are given by place. `Ok`: the place whose column is pivoted at each step; the caller
    /// reorders its basis so. `Err` (a singular basis): rows and places that could not be paired; the caller puts unit
    /// columns of those rows there and calls again.
    pub(super) fn refactor<'a>(
        &mut self,
        m: usize,
        column: impl Fn(usize) -> &'a [(u32, f64)],
    ) -> Result<Vec<u32>, Vec<(u32, u32)>> {
        self.m = m;
        self.factored += 1;
        self.row_of_step.clear();
        self.diagonal.clear();
        self.lower.clear();
        self.upper.clear();
        self.updates.reset(m);
        self.scratch.grow(m);

        // They are looked at several times, and lie far apart where they come from.
        let mut basis = std::mem::take(&mut self.basis);
        basis.clear();
        for p in 0..m {
            basis.entry.extend_from_slice(column(p));
            basis.close();
        }
        let column = |p: usize| basis.of(p);
        let mut work = Elimination::new(m, &column);
        work.peel_columns(self, &column);
        work.peel_rows(self, &column);
        let unpaired = work.kernel(self, &column);
        self.basis = basis;
        if !unpaired.is_empty() {
            return Err(unpaired);
        }
        self.step_of_row.clear();
        self.step_of_row.resize(m, NONE);
        for (k, &r) in self.row_of_step.iter().enumerate() {
            self.step_of_row[r as usize] = k as u32;
        }
        for e in self.lower.entry.iter_mut().chain(&mut self.upper.entry) {
            e.0 = self.step_of_row[e.0 as usize];
        }
        self.lower_empty = self.lower.entry.is_empty();
        self.lower.transposed(m, &mut self.lower_row);
        self.upper.transposed(m, &mut self.upper_row);
        self.steps += (self.entries() * 4) as u64;
        Ok(work.place_of_step)
    }

    /// Solves `B x = a`: `a` lists rows on entry, `x` places on return.
    pub(super) fn ftran(&mut self, x: &mut Sparse) {
        let to = &mut self.scratch;
        to.grow(x.value.len());
        for (r, v) in x.entries() {
            to.add(self.step_of_row[r as usize], v);
        }
        x.clear();
        std::mem::swap(x, to);
        if !self.lower_empty {
            self.steps += scatter(&self.lower, None, x, Way::Up, None);
        }
        self.steps += scatter(&self.upper, Some(&self.diagonal), x, Way::Down, None);
        self.steps += self.updates.ftran(x);
        x.prune(DROP);
    }

    /// Solves `Bᵀ y = c`: `c` lists places on entry, `y` rows on return.
    pub(super) fn btran(&mut self, y: &mut Sparse) {
        let to = &mut self.scratch;
        to.grow(y.value.len());
        self.steps += self.updates.btran(y);
        self.steps += scatter(&self.upper_row, Some(&self.diagonal), y, Way::Up, None);
        self.steps += scatter(&self.lower_row, None, y, Way::Down, Some((&self.row_of_step, to)));
        y.marks.clear();
        std::mem::swap(y, to);
    }

    /// Replaces the column at `place` by one whose `ftran` is `alpha`.
    pub(super) fn update(&mut self, place: u32, alpha: &Sparse) {
        self.updates.push(place, alpha);
    }
}

/// Whether steps lead to later steps or to earlier ones.
#[derive(Clone, Copy)]
enum Way {
    Up,
    Down,
}

/// Solves with one triangular factor: each step's value is final once every step that leads to it was treated; it is then
/// divided by the diagonal and taken from what it leads to. With names for the steps the values go there instead, and `x`
/// has nothing but marks left. Returns the steps this took.
fn scatter(
    lists: &Lists,
    diagonal: Option<&[f64]>,
    x: &mut Sparse,
    way: Way,
    mut into: Option<(&[u32], &mut Sparse)>,
) -> u64 {
    let mut steps = 0;
    let first = match way {
        Way::Up => x.marks.at_or_after(0),
        Way::Down => x.marks.before(x.value.len() as u32),
    };
    let mut next = first;
    while let Some(k) = next {
        let t = x.get(k);
        if t.abs() <= DROP {
            x.erase(k);
        } else {
            let t = diagonal.map_or(t, |d| t / d[k as usize]);
            let entries = lists.of(k as usize);
            steps += 1 + entries.len() as u64;
            for &(j, v) in entries {
                x.add(j, -v * t);
            }
            match &mut into {
                Some((name, to)) => {
                    to.add(name[k as usize], t);
                    x.value[k as usize] = 0.0;
                }
                None => x.value[k as usize] = t,
            }
        }
        next = match way {
            Way::Up => x.marks.at_or_after(k + 1),
            Way::Down => x.marks.before(k),
        };
    }
    steps
}

/// The working state of one factorisation. While it runs, entries of L and U name rows.
struct Elimination {
    row_done: Vec<bool>,
    place_done: Vec<bool>,
    row_count: Vec<u32>,
    place_count: Vec<u32>,
    /// Places that have an entry in each row.
    row_start: Vec<u32>,
    row_place: Vec<u32>,
    place_of_step: Vec<u32>,
}

impl Elimination {
    fn new<'a>(m: usize, column: &impl Fn(usize) -> &'a [(u32, f64)]) -> Self {
        let mut row_start = vec![0_u32; m + 1];
        let mut place_count = vec![0_u32; m];
        for (p, count) in place_count.iter_mut().enumerate() {
            let entries = column(p);
            *count = entries.len() as u32;
            for e in entries {
                row_start[e.0 as usize + 1] += 1;
            }
        }
        let row_count = row_start[1..].to_vec();
        for r in 0..m {
            row_start[r + 1] += row_start[r];
        }
        let mut fill = row_start.clone();
        let mut row_place = vec![0_u32; row_start[m] as usize];
        for p in 0..m {
            for e in column(p) {
                row_place[fill[e.0 as usize] as usize] = p as u32;
                fill[e.0 as usize] += 1;
            }
        }
        Self {
            row_done: vec![false; m],
            place_done: vec![false; m],
            row_count,
            place_count,
            row_start,
            row_place,
            place_of_step: Vec::with_capacity(m),
        }
    }

    fn places_of(&self, row: usize) -> std::ops::Range<usize> {
        self.row_start[row] as usize..self.row_start[row + 1] as usize
    }

    /// Ends a step: marks row and place as eliminated and lowers the counts of what they meet.
    fn retire(&mut self, f: &mut Factor, row: usize, place: usize, pivot: f64, entries: &[(u32, f64)]) {
        f.upper.close();
        f.lower.close();
        f.row_of_step.push(row as u32);
        f.diagonal.push(pivot);
        self.place_of_step.push(place as u32);
        self.row_done[row] = true;
        self.place_done[place] = true;
        for n in self.places_of(row) {
            self.place_count[self.row_place[n] as usize] -= 1;
        }
        for e in entries {
            self.row_count[e.0 as usize] -= 1;
        }
    }

    /// Pivots on columns with one entry left: nothing to eliminate.
    fn peel_columns<'a>(&mut self, f: &mut Factor, column: &impl Fn(usize) -> &'a [(u32, f64)]) {
        let mut queue: Vec<u32> = (0..f.m as u32).filter(|&p| self.place_count[p as usize] == 1).collect();
        let mut next = 0;
        while next < queue.len() {
            let p = queue[next] as usize;
            next += 1;
            if self.place_done[p] || self.place_count[p] != 1 {
                continue;
            }
            let entries = column(p);
            let open = entries.iter().find(|e| !self.row_done[e.0 as usize]);
            let &(row, pivot) = open.expect("one entry is left");
            if pivot.abs() < SINGULAR {
                continue;
            }
            f.upper.entry.extend(entries.iter().filter(|e| e.0 != row));
            self.retire(f, row as usize, p, pivot, entries);
            for n in self.places_of(row as usize) {
                let q = self.row_place[n];
                if self.place_count[q as usize] == 1 && !self.place_done[q as usize] {
                    queue.push(q);
                }
            }
        }
    }

    /// Pivots on rows with one entry left: multipliers, but no fill.
    fn peel_rows<'a>(&mut self, f: &mut Factor, column: &impl Fn(usize) -> &'a [(u32, f64)]) {
        let mut queue: Vec<u32> = (0..f.m as u32)
            .filter(|&r| !self.row_done[r as usize] && self.row_count[r as usize] == 1)
            .collect();
        let mut next = 0;
        while next < queue.len() {
            let row = queue[next] as usize;
            next += 1;
            if self.row_done[row] || self.row_count[row] != 1 {
                continue;
            }
            let places = &self.row_place[self.places_of(row)];
            let Some(&p) = places.iter().find(|&&p| !self.place_done[p as usize]) else {
                continue;
            };
            let entries = column(p as usize);
            let of_row = entries.iter().find(|e| e.0 as usize == row);
            let pivot = of_row.expect("the row lists this column").1;
            let open = entries.iter().filter(|e| !self.row_done[e.0 as usize]);
            let largest = open.fold(0.0_f64, |a, e| a.max(e.1.abs()));
            if pivot.abs() < SINGULAR || pivot.abs() < THRESHOLD * largest {
                continue;
            }
            for &(r, v) in entries {
                if r as usize == row {
                } else if self.row_done[r as usize] {
                    f.upper.entry.push((r, v));
                } else {
                    f.lower.entry.push((r, v / pivot));
                }
            }
            self.retire(f, row, p as usize, pivot, entries);
            for e in entries {
                if self.row_count[e.0 as usize] == 1 && !self.row_done[e.0 as usize] {
                    queue.push(e.0);
                }
            }
        }
    }

    /// Left-looking elimination of what is left; returns rows and places that cannot be paired.
    fn kernel<'a>(&mut self, f: &mut Factor, column: &impl Fn(usize) -> &'a [(u32, f64)]) -> Vec<(u32, u32)> {
        let m = f.m;
        let mut order: Vec<u32> = (0..m as u32).filter(|&p| !self.place_done[p as usize]).collect();
        if order.is_empty() {
            return Vec::new();
        }
        order.sort_by_key(|&p| (self.place_count[p as usize], p));
        // The step whose L column each row leads to.
        let mut step_of_row = vec![NONE; m];
        for (k, &r) in f.row_of_step.iter().enumerate() {
            step_of_row[r as usize] = k as u32;
        }
        let mut work = std::mem::take(&mut f.scratch);
        let mut failed = Vec::new();
        let (mut steps, mut entries) = (Marks::default(), Vec::new());
        steps.grow(m);
        for &p in &order {
            let leads = |r: u32, f: &Factor| -> Option<u32> {
                let k = step_of_row[r as usize];
                (k != NONE && !f.lower.of(k as usize).is_empty()).then_some(k)
            };
            for &(r, v) in column(p as usize) {
                work.add(r, v);
                leads(r, f).map(|k| steps.insert(k));
            }
            let mut next = steps.at_or_after(0);
            while let Some(k) = next {
                let t = work.get(f.row_of_step[k as usize]);
                if t.abs() > DROP {
                    for &(r, v) in f.lower.of(k as usize) {
                        work.value[r as usize] -= v * t;
                        if work.marks.insert(r) {
                            leads(r, f).map(|k| steps.insert(k));
                        }
                    }
                }
                next = steps.at_or_after(k + 1);
            }
            steps.clear();
            entries.clear();
            entries.extend(work.entries().filter(|e| e.1.abs() > DROP));
            work.clear();
            let open = || entries.iter().filter(|e| !self.row_done[e.0 as usize]);
            let largest = open().fold(0.0_f64, |a, e| a.max(e.1.abs()));
            let pivot = if largest < SINGULAR {
                None
            } else {
                open()
                    .filter(|e| e.1.abs() >= THRESHOLD * largest)
                    .min_by_key(|e| (self.row_count[e.0 as usize], e.0))
            };
            if let Some(&(row, diagonal)) = pivot {
                for &(r, v) in &entries {
                    if r == row {
                    } else if self.row_done[r as usize] {
                        f.upper.entry.push((r, v));
                    } else {
                        f.lower.entry.push((r, v / diagonal));
                    }
                }
                step_of_row[row as usize] = f.row_of_step.len() as u32;
                self.retire(f, row as usize, p as usize, diagonal, &[]);
            } else {
                failed.push(p);
            }
        }
        f.scratch = work;
        let rows = (0..m as u32).filter(|&r| !self.row_done[r as usize]);
        rows.zip(failed).collect()
    }
}
