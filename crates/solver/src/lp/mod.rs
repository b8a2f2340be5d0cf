//! The restricted master: a linear program in packing form, solved by the simplex method.
//!
//! ```text
//! maximise  c·x   subject to   A x + s = b,   x ≥ 0,   s ≥ 0        (small integers in A and b)
//! ```
//!
//! Columns may be barred (held at 0) and rows tightened (their slack held at 0), which is all that branching needs.
//! [`Lp::primal`] continues after columns were added, [`Lp::dual`] after rows were added or columns barred.
//!
//! Promises: the same calls give the same bits everywhere (only `+ − × ÷`, a fixed order, no fused operations). What
//! it returns is a *guess*: prices and weights in floating point. Everything that counts is recomputed from them in
//! integers by the caller, so a rounding error here can cost time, never a proof. It refuses to know what rows and
//! columns mean.
//!
//! An iteration costs what it touches: the basis of these programs falls into small trees, one around each unit that is out
//! or bin that has room, so that right-hand sides, solutions and changed reduced costs are mostly few entries beside the rows
//! of a large program; cuts link these trees, and then they are a third of them. Lists of what is infeasible or attractive
//! are kept as it changes; nothing is scanned.
//!
//! References: Harris, "Pivot selection methods of the Devex LP code", 1973 (both pricing rules, ratio tests); Hall &
//! `McKinnon`, "Hyper-sparsity in the revised simplex method and how to exploit it", 2005.

mod dual;
mod factor;
mod marks;
mod primal;
mod rows;
mod sleep;
mod sparse;
mod state;
mod updates;

use crate::gauge::Gauge;
use factor::Factor;
use rows::Rows;
use sparse::Sparse;
pub(crate) use state::{Basis, Mark, State};

/// How far below zero a basic variable may be.
const FEASIBLE: f64 = 1e-9;
/// Least pivot.
const PIVOT: f64 = 1e-7;
/// Elementary steps between two looks at the gauge, and the end of a run that does not get anywhere.
const POLL_EVERY: u64 = 1 << 14;
const MOST_ITERATIONS: u64 = 20_000_000;

/// A variable: a structural column or the slack of a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Var {
    Column(u32),
    Slack(u32),
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// Optimal within tolerances.
    Optimal,
    /// The dual simplex found no feasible point.
    Infeasible,
    /// The dual bound fell below the cut-off.
    CutOff,
    /// As many iterations were done as were allowed.
    Capped,
    /// Stopped by the gauge, or numerically stuck.
    Stopped,
}

/// Entries of one column or row.
type Entries = Vec<(u32, f64)>;

/// The linear program and its current basis.
#[derive(Clone, Default)]
pub(crate) struct Lp {
    rhs: Vec<f64>,
    tight: Vec<bool>,
    rows: Rows,
    cost: Vec<f64>,
    barred: Vec<bool>,
    /// Columns that no run looks at for now; see [`Lp::doze`].
    asleep: Vec<bool>,
    columns: Vec<Entries>,
    basis: Vec<Var>,
    place_of_column: Vec<u32>,
    place_of_slack: Vec<u32>,
    /// Values of the basic variables, by place.
    x: Vec<f64>,
    /// Reduced costs `y·a − c`: at an optimum none is negative.
    d_column: Vec<f64>,
    d_slack: Vec<f64>,
    /// Devex weights of columns and slacks: of the primal while nonbasic, of the dual while basic.
    w_column: Vec<f64>,
    w_slack: Vec<f64>,
    factor: Factor,
    /// Whether `factor`, `x` and `d` belong to the basis and the rows and columns as they are.
    current: bool,
    cost_tolerance: f64,
    /// Least pivot where there is no greater one.
    finest: f64,
    /// Whether such a pivot was taken since the basis was last factored: the values need a second look.
    rough: bool,
    ray: Vec<f64>,
    work: Work,
    /// Simplex iterations so far, and steps counted outside the factors.
    pub(crate) iterations: u64,
    steps: u64,
}

/// Vectors of one iteration, kept between iterations.
#[derive(Clone, Default)]
struct Work {
    alpha: Sparse,
    rho: Sparse,
    row: Sparse,
    /// Places that may be infeasible, and which of them are listed.
    list: Vec<u32>,
    listed: Vec<bool>,
    /// What may enter in a dual iteration: its entry in the tableau row, of the sign that lets it, and its reduced cost.
    able: Vec<(Var, f64, f64)>,
    /// What may enter in primal ones.
    attractive: primal::Attractive,
    /// Where columns stood.
    places: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl Lp {
    /// A program with these right-hand sides and no columns; the basis is all slacks.
    pub(crate) fn new(rhs: &[f64]) -> Self {
        let mut lp = Self {
            cost_tolerance: 1e-7,
            finest: PIVOT,
            ..Self::default()
        };
        for &b in rhs {
            lp.push_row(b, Entries::new());
        }
        lp
    }

    /// Lets pivots be this small where there is no greater one, for programs whose numbers differ widely.
    pub(crate) fn allow_pivots(&mut self, finest: f64) {
        self.finest = finest;
    }

    fn push_row(&mut self, rhs: f64, row: Entries) {
        let r = self.rhs.len() as u32;
        self.rhs.push(rhs);
        self.rows.push(row);
        self.tight.push(false);
        self.place_of_slack.push(self.basis.len() as u32);
        self.basis.push(Var::Slack(r));
        self.x.push(0.0);
        self.d_slack.push(0.0);
        self.w_slack.push(1.0);
        self.current = false;
    }

    pub(crate) fn n_columns(&self) -> usize {
        self.cost.len()
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.rhs.len()
    }

    /// Adds a column, nonbasic at 0. Entries are in any order, each row at most once.
    pub(crate) fn add_column(&mut self, cost: f64, entries: &[(u32, f64)]) {
        let c = self.cost.len() as u32;
        self.cost.push(cost);
        self.barred.push(false);
        self.asleep.push(false);
        self.place_of_column.push(NOWHERE);
        self.w_column.push(1.0);
        let mut d = -cost;
        for &(r, v) in entries {
            d += v * self.d_slack[r as usize];
        }
        self.rows.put(c, entries);
        self.d_column.push(d);
        self.columns.push(entries.to_vec());
        self.work.row.grow(self.cost.len());
        self.cost_tolerance = self.cost_tolerance.max(1e-7 + 1e-13 * cost.abs());
    }

    /// Adds a row `Σ entries ≤ rhs` with its slack basic.
    pub(crate) fn add_row(&mut self, rhs: f64, entries: &[(u32, f64)]) {
        let r = self.rhs.len() as u32;
        for &(c, v) in entries {
            self.columns[c as usize].push((r, v));
        }
        let listed = entries.iter().filter(|e| self.is_listed(e.0));
        self.push_row(rhs, listed.copied().collect());
    }

    /// Whether the rows list a column.
    fn is_listed(&self, column: u32) -> bool {
        self.place_of_column[column as usize] == NOWHERE && !self.asleep[column as usize]
    }

    /// The reduced cost of a column at the row prices.
    fn priced(&self, column: usize) -> f64 {
        let entries = self.columns[column].iter();
        entries.fold(-self.cost[column], |d, e| d + self.d_slack[e.0 as usize] * e.1)
    }

    /// Holds a column at 0, or lets it go.
    pub(crate) fn bar(&mut self, column: u32, barred: bool) {
        self.barred[column as usize] = barred;
    }

    /// The entries of a column.
    pub(crate) fn column(&self, column: u32) -> &[(u32, f64)] {
        &self.columns[column as usize]
    }

    /// The optimum of this program, itself at one, without these columns and with these right-hand sides, by the dual simplex.
    pub(crate) fn without(&self, columns: &[u32], rhs: &[(u32, u32)], gauge: &Gauge<'_>) -> Self {
        let mut lp = self.clone();
        columns.iter().for_each(|&c| lp.bar(c, true));
        for &(row, most) in rhs {
            lp.rhs[row as usize] = f64::from(most);
        }
        lp.current = false;
        lp.dual(f64::NEG_INFINITY, gauge);
        lp
    }

    /// Whether the basis, repaired if need be, has a solution without negative values.
    pub(crate) fn is_feasible(&mut self) -> bool {
        let rhs = self.rhs.clone();
        self.refresh(&rhs);
        self.x.iter().all(|&x| x >= -FEASIBLE)
    }

    /// Holds the slack of a row at 0, or lets it go.
    pub(crate) fn tighten(&mut self, row: u32, tight: bool) {
        self.tight[row as usize] = tight;
    }

    /// Takes as basis these columns and, for every row that is not among the ones they are to cover, its slack.
    ///
    /// `covered` and `columns` have the same length; a singular choice is repaired with slacks.
    pub(crate) fn start_from(&mut self, columns: &[u32], covered: &[u32]) {
        self.basis = (0..self.n_rows() as u32).map(Var::Slack).collect();
        for (&c, &r) in columns.iter().zip(covered) {
            self.basis[r as usize] = Var::Column(c);
        }
        self.current = false;
    }

    /// The basic columns, and as many rows: those whose slack is not basic.
    pub(crate) fn structure(&self) -> (Vec<u32>, Vec<u32>) {
        let mut is_open = vec![true; self.n_rows()];
        let mut columns = Vec::new();
        for &v in &self.basis {
            match v {
                Var::Column(c) => columns.push(c),
                Var::Slack(r) => is_open[r as usize] = false,
            }
        }
        let rows = (0..self.n_rows() as u32).filter(|&r| is_open[r as usize]);
        (columns, rows.collect())
    }

    /// Takes over the basis of a program with the same rows whose column `c` is column `map(c)` here.
    pub(crate) fn adopt(&mut self, other: &Self, map: impl Fn(u32) -> Option<u32>) {
        let mut used = vec![false; self.n_rows()];
        self.basis.clear();
        for &v in &other.basis {
            if let Var::Slack(r) = v {
                used[r as usize] = true;
            }
        }
        let mut free = (0..self.n_rows()).filter(|&r| !used[r]);
        for &v in &other.basis {
            let mapped = match v {
                Var::Column(c) => map(c).map(Var::Column),
                slack @ Var::Slack(_) => Some(slack),
            };
            // A column that is not here leaves a hole; which slack fills it is settled by the factorisation.
            if let Some(v) = mapped.or_else(|| free.next().map(|r| Var::Slack(r as u32))) {
                self.basis.push(v);
            }
        }
        self.current = false;
    }

    /// Weight of each column in the current solution, nonzero ones only, by column.
    pub(crate) fn weights(&self) -> Vec<(u32, f64)> {
        let mut out: Vec<(u32, f64)> = Vec::new();
        for (p, v) in self.basis.iter().enumerate() {
            if let Var::Column(c) = *v
                && self.x[p] > 1e-7
            {
                out.push((c, self.x[p]));
            }
        }
        out.sort_unstable_by_key(|e| e.0);
        out
    }

    /// For each column of fractional weight, in order: the multipliers of the rows that make up its row of the tableau.
    pub(crate) fn fractional_rows(&mut self) -> Vec<Vec<(u32, f64)>> {
        let rhs = self.rhs.clone();
        if !self.current {
            self.refresh(&rhs);
        }
        let fractional = |p: &usize| self.x[*p] > 1e-5 && self.x[*p] < 1.0 - 1e-5;
        let places: Vec<usize> = (0..self.basis.len()).filter(fractional).collect();
        let mut out = Vec::new();
        for p in places {
            if let Var::Column(c) = self.basis[p] {
                self.btran(p as u32);
                let mut rows: Vec<(u32, f64)> = self.work.rho.entries().collect();
                rows.sort_unstable_by_key(|e| e.0);
                out.push((c, rows));
            }
        }
        out.sort_by_key(|e| e.0);
        out.into_iter().map(|e| e.1).collect()
    }

    /// The price of each row: the reduced cost of its slack.
    pub(crate) fn prices(&self) -> &[f64] {
        &self.d_slack
    }

    /// Value of the current solution.
    pub(crate) fn objective(&self) -> f64 {
        let mut total = 0.0;
        for (p, v) in self.basis.iter().enumerate() {
            if let Var::Column(c) = *v {
                total += self.cost[c as usize] * self.x[p];
            }
        }
        total
    }

    /// The bound that the current prices prove for this program (columns priced in are taken as 0).
    pub(crate) fn dual_value(&self) -> f64 {
        self.rhs.iter().zip(&self.d_slack).map(|(b, y)| b * y).sum()
    }

    fn held(&self, v: Var) -> bool {
        match v {
            Var::Column(c) => self.barred[c as usize],
            Var::Slack(r) => self.tight[r as usize],
        }
    }

    fn d(&self, v: Var) -> f64 {
        match v {
            Var::Column(c) => self.d_column[c as usize],
            Var::Slack(r) => self.d_slack[r as usize],
        }
    }

    fn set_d(&mut self, v: Var, d: f64) {
        match v {
            Var::Column(c) => self.d_column[c as usize] = d,
            Var::Slack(r) => self.d_slack[r as usize] = d,
        }
    }

    fn weight(&self, v: Var) -> f64 {
        match v {
            Var::Column(c) => self.w_column[c as usize],
            Var::Slack(r) => self.w_slack[r as usize],
        }
    }

    fn set_weight(&mut self, v: Var, w: f64) {
        match v {
            Var::Column(c) => self.w_column[c as usize] = w,
            Var::Slack(r) => self.w_slack[r as usize] = w,
        }
    }

    fn place(&mut self, v: Var, place: u32) {
        match v {
            Var::Column(c) => {
                let before = std::mem::replace(&mut self.place_of_column[c as usize], place);
                self.list_moved(c, before);
            }
            Var::Slack(r) => self.place_of_slack[r as usize] = place,
        }
    }

    /// Places all columns anew.
    fn place_columns(&mut self, place: impl FnOnce(&mut Vec<u32>)) {
        let mut before = std::mem::take(&mut self.work.places);
        std::mem::swap(&mut before, &mut self.place_of_column);
        place(&mut self.place_of_column);
        for (c, &before) in (0..self.place_of_column.len() as u32).zip(&before) {
            self.list_moved(c, before);
        }
        self.work.places = before;
    }

    /// The rows list a column no longer, or again, if it entered or left the basis.
    fn list_moved(&mut self, column: u32, before: u32) {
        let c = column as usize;
        match (before == NOWHERE, self.place_of_column[c] == NOWHERE) {
            _ if self.asleep[c] => {}
            (true, false) => self.rows.take(column, &self.columns[c]),
            (false, true) => self.rows.put(column, &self.columns[c]),
            _ => {}
        }
    }

    /// Factors the basis, reordering it; repairs a singular one with slacks.
    fn refactor(&mut self) {
        let m = self.n_rows();
        let unit: Vec<(u32, f64)> = (0..m as u32).map(|r| (r, 1.0)).collect();
        let order = loop {
            let mut factor = std::mem::take(&mut self.factor);
            let result = factor.refactor(m, |p| match self.basis[p] {
                Var::Column(c) => &self.columns[c as usize],
                Var::Slack(r) => &unit[r as usize..=r as usize],
            });
            self.factor = factor;
            match result {
                Ok(order) => break order,
                Err(unpaired) => {
                    for (r, p) in unpaired {
                        self.basis[p as usize] = Var::Slack(r);
                    }
                }
            }
        };
        self.basis = order.iter().map(|&p| self.basis[p as usize]).collect();
        let (n, basis) = (self.n_columns(), std::mem::take(&mut self.basis));
        self.place_of_slack.fill(NOWHERE);
        self.place_columns(|places| {
            places.clear();
            places.resize(n, NOWHERE);
            for (p, v) in (0..).zip(&basis) {
                if let Var::Column(c) = *v {
                    places[c as usize] = p;
                }
            }
        });
        for (p, v) in (0..).zip(&basis) {
            if let Var::Slack(r) = *v {
                self.place_of_slack[r as usize] = p;
            }
        }
        self.basis = basis;
        for work in [&mut self.work.alpha, &mut self.work.rho] {
            work.clear();
            work.grow(m);
        }
        self.work.row.clear();
        self.work.row.grow(self.n_columns());
        self.steps += m as u64 * 4;
    }

    /// Values of the basic variables for a right-hand side.
    fn solve_x(&mut self, rhs: &[f64]) {
        let mut x = std::mem::take(&mut self.work.alpha);
        x.clear();
        for (r, &b) in rhs.iter().enumerate().filter(|e| *e.1 != 0.0) {
            x.add(r as u32, b);
        }
        self.factor.ftran(&mut x);
        self.x.clear();
        self.x.extend_from_slice(&x.value[..rhs.len()]);
        x.clear();
        self.work.alpha = x;
    }

    /// Recomputes the row prices from the basis.
    fn price_rows(&mut self) {
        let mut y = std::mem::take(&mut self.work.rho);
        y.clear();
        for (p, v) in self.basis.iter().enumerate() {
            if let Var::Column(c) = *v {
                y.add(p as u32, self.cost[c as usize]);
            }
        }
        self.factor.btran(&mut y);
        for (r, d) in self.d_slack.iter_mut().enumerate() {
            *d = if self.place_of_slack[r] == NOWHERE {
                y.value[r]
            } else {
                0.0
            };
        }
        y.clear();
        self.work.rho = y;
    }

    /// Recomputes the reduced costs of columns awake from the row prices.
    fn price_columns(&mut self) {
        for c in 0..self.n_columns() {
            if self.asleep[c] {
                continue;
            }
            self.d_column[c] = if self.place_of_column[c] == NOWHERE {
                self.steps += self.columns[c].len() as u64;
                self.priced(c)
            } else {
                0.0
            };
        }
    }

    /// Makes factors, values and reduced costs those of the basis, for a right-hand side.
    fn refresh(&mut self, rhs: &[f64]) {
        self.refresh_rows(rhs);
        self.price_columns();
        self.current = true;
    }

    /// Like [`Lp::refresh`], but leaves the reduced costs of columns as they are.
    fn refresh_rows(&mut self, rhs: &[f64]) {
        self.refactor();
        self.rough = false;
        self.solve_x(rhs);
        self.price_rows();
    }

    /// Row of the tableau for `rho = B⁻ᵀ e_p`: nonzeros over nonbasic columns, in `work.row`.
    fn pivot_row(&mut self) {
        let Work { rho, row, .. } = &mut self.work;
        row.clear();
        row.grow(self.cost.len());
        for (r, y) in rho.entries() {
            let entries = self.rows.of(r);
            self.steps += entries.len() as u64;
            for &(c, v) in entries {
                row.add(c, y * v);
            }
        }
    }

    /// Puts a column of the program into `work.alpha` and solves for it.
    fn ftran(&mut self, v: Var) {
        let alpha = &mut self.work.alpha;
        alpha.clear();
        match v {
            Var::Column(c) => {
                for &(r, a) in &self.columns[c as usize] {
                    alpha.add(r, a);
                }
            }
            Var::Slack(r) => alpha.add(r, 1.0),
        }
        self.factor.ftran(alpha);
    }

    /// Solves for the row of the basis inverse at a place, into `work.rho`.
    fn btran(&mut self, place: u32) {
        let rho = &mut self.work.rho;
        rho.clear();
        rho.add(place, 1.0);
        self.factor.btran(rho);
    }

    /// Takes the ratio times the tableau row from the reduced costs.
    fn step_prices(&mut self, ratio: f64) {
        for (c, a) in self.work.row.entries() {
            self.d_column[c as usize] -= ratio * a;
        }
        for (r, y) in self.work.rho.entries() {
            if self.place_of_slack[r as usize] == NOWHERE {
                self.d_slack[r as usize] -= ratio * y;
            }
        }
    }

    /// Moves the basic variables along `work.alpha`, the entering one to `step`.
    fn step_values(&mut self, place: u32, step: f64) {
        for (p, a) in self.work.alpha.entries() {
            self.x[p as usize] -= step * a;
        }
        self.x[place as usize] = step;
    }

    /// Swaps the variable at `place` for `entering`, whose solved column is in `work.alpha`.
    fn swap(&mut self, place: u32, entering: Var) {
        let leaving = self.basis[place as usize];
        self.place(leaving, NOWHERE);
        self.place(entering, place);
        self.basis[place as usize] = entering;
        self.rough |= self.work.alpha.get(place).abs() < PIVOT;
        self.factor.update(place, &self.work.alpha);
    }

    /// Whether the update file has grown so that factoring anew pays.
    fn worn(&self) -> bool {
        self.factor.updates() >= 20
            && self.factor.update_work() > (10 * self.factor.entries() + 4 * self.cost.len()) as u64
    }

    /// Tells the gauge of steps not told yet.
    pub(crate) fn settle_steps(&mut self, gauge: &Gauge<'_>) -> bool {
        gauge.tick(std::mem::take(&mut self.steps) + std::mem::take(&mut self.factor.steps))
    }

    /// Looks at the gauge once enough was done since the last look.
    fn poll(&mut self, gauge: &Gauge<'_>) -> bool {
        let steps = self.steps + self.factor.steps;
        if steps < POLL_EVERY {
            return false;
        }
        self.steps = 0;
        self.factor.steps = 0;
        gauge.tick(steps)
    }
}

#[cfg(test)]
mod tests;
