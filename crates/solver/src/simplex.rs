//! The restricted master: a linear program in packing form, solved by the simplex method.
//!
//! ```text
//! maximise  c·x   subject to   A x + s = b,   x ≥ 0,   s ≥ 0        (A, b ≥ 0, small integers)
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
//! Primal: Devex pricing, Harris ratio test on right-hand sides perturbed against stalling. Dual: steepest edge.
//! References: Harris, "Pivot selection methods of the Devex LP code", 1973; Forrest & Goldfarb, "Steepest-edge
//! simplex algorithms for linear programming", 1992, §5.

use crate::factor::Factor;
use crate::gauge::Gauge;

const FEASIBLE: f64 = 1e-9;
const PIVOT: f64 = 1e-7;
const REFACTOR_EVERY: usize = 80;
/// Iterations between two looks at the gauge, and the end of a run that does not get anywhere.
const POLL_EVERY: u64 = 16;
const MOST_ITERATIONS: u64 = 2_000_000;

/// A variable: a structural column or the slack of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
    /// Stopped at the iteration limit, or numerically stuck.
    Stopped,
}

/// A basis to come back to.
#[derive(Clone)]
pub(crate) struct Basis(Vec<Var>);

/// The linear program and its current basis.
#[derive(Default)]
pub(crate) struct Lp {
    rhs: Vec<f64>,
    tight: Vec<bool>,
    cost: Vec<f64>,
    barred: Vec<bool>,
    start: Vec<usize>,
    index: Vec<u32>,
    value: Vec<f64>,
    by_row: RowCopy,
    basis: Vec<Var>,
    place_of_column: Vec<u32>,
    place_of_slack: Vec<u32>,
    x: Vec<f64>,
    /// Reduced costs `y·a − c`: at an optimum none is negative.
    d_column: Vec<f64>,
    d_slack: Vec<f64>,
    /// Dual steepest-edge weights by basis position.
    edge: Vec<f64>,
    factor: Factor,
    cost_tolerance: f64,
    /// Simplex iterations so far.
    iterations: u64,
}

#[derive(Default)]
struct RowCopy {
    current: bool,
    start: Vec<usize>,
    column: Vec<u32>,
    value: Vec<f64>,
}

const NOWHERE: u32 = u32::MAX;

impl Lp {
    /// A program with these right-hand sides and no columns; the basis is all slacks.
    pub(crate) fn new(rhs: &[f64]) -> Self {
        let m = rhs.len();
        Self {
            rhs: rhs.to_vec(),
            tight: vec![false; m],
            start: vec![0],
            basis: (0..m as u32).map(Var::Slack).collect(),
            place_of_slack: (0..m as u32).collect(),
            x: rhs.to_vec(),
            d_slack: vec![0.0; m],
            edge: vec![1.0; m],
            cost_tolerance: 1e-7,
            ..Self::default()
        }
    }

    fn columns(&self) -> usize {
        self.cost.len()
    }

    pub(crate) fn rows(&self) -> usize {
        self.rhs.len()
    }

    /// Adds a column, nonbasic at 0.
    pub(crate) fn add_column(&mut self, cost: f64, entries: &[(u32, f64)]) {
        self.cost.push(cost);
        self.barred.push(false);
        self.place_of_column.push(NOWHERE);
        self.d_column.push(0.0);
        for &(r, v) in entries {
            self.index.push(r);
            self.value.push(v);
        }
        self.start.push(self.index.len());
        self.by_row.current = false;
        self.cost_tolerance = self.cost_tolerance.max(1e-7 + 1e-13 * cost.abs());
    }

    /// Adds rows `Σ entries ≤ rhs`, each with its slack basic. Entries are sorted by column.
    pub(crate) fn add_rows(&mut self, rows: &[(f64, Vec<(u32, f64)>)]) {
        let mut extra: Vec<Vec<(u32, f64)>> = vec![Vec::new(); self.columns()];
        for (rhs, entries) in rows {
            let r = self.rhs.len() as u32;
            self.rhs.push(*rhs);
            self.tight.push(false);
            self.place_of_slack.push(self.basis.len() as u32);
            self.basis.push(Var::Slack(r));
            self.x.push(0.0);
            self.d_slack.push(0.0);
            self.edge.push(1.0);
            for &(c, v) in entries {
                extra[c as usize].push((r, v));
            }
        }
        let (mut start, mut index, mut value) = (vec![0], Vec::new(), Vec::new());
        for (c, more) in extra.iter().enumerate() {
            let span = self.start[c]..self.start[c + 1];
            index.extend_from_slice(&self.index[span.clone()]);
            value.extend_from_slice(&self.value[span]);
            index.extend(more.iter().map(|e| e.0));
            value.extend(more.iter().map(|e| e.1));
            start.push(index.len());
        }
        (self.start, self.index, self.value) = (start, index, value);
        self.by_row.current = false;
    }

    /// Holds a column at 0, or lets it go.
    pub(crate) fn bar(&mut self, column: usize, barred: bool) {
        self.barred[column] = barred;
    }

    /// Holds the slack of a row at 0, or lets it go.
    pub(crate) fn tighten(&mut self, row: usize, tight: bool) {
        self.tight[row] = tight;
    }

    pub(crate) fn save(&self) -> Basis {
        Basis(self.basis.clone())
    }

    /// Returns to a saved basis; rows added since get their slacks.
    pub(crate) fn restore(&mut self, basis: &Basis) {
        self.basis.clone_from(&basis.0);
        for r in basis.0.len()..self.rows() {
            self.basis.push(Var::Slack(r as u32));
        }
        self.edge.iter_mut().for_each(|w| *w = 1.0);
    }

    /// Takes over the basis of a program with the same rows whose column `c` is column `map(c)` here.
    pub(crate) fn adopt(&mut self, other: &Self, map: impl Fn(u32) -> Option<u32>) {
        self.basis = (0..self.rows())
            .map(|p| match other.basis[p] {
                Var::Column(c) => map(c).map_or(Var::Slack(p as u32), Var::Column),
                slack @ Var::Slack(_) => slack,
            })
            .collect();
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

    fn column(&self, c: usize) -> (&[u32], &[f64]) {
        let span = self.start[c]..self.start[c + 1];
        (&self.index[span.clone()], &self.value[span])
    }

    fn held(&self, v: Var) -> bool {
        match v {
            Var::Column(c) => self.barred[c as usize],
            Var::Slack(r) => self.tight[r as usize],
        }
    }

    /// Factors the basis; repairs a singular one with slacks.
    fn refactor(&mut self) {
        const ONE: [f64; 1] = [1.0];
        let unit: Vec<u32> = (0..self.rows() as u32).collect();
        loop {
            let mut factor = std::mem::take(&mut self.factor);
            let unpaired = factor.refactor(self.rows(), |p| match self.basis[p] {
                Var::Column(c) => self.column(c as usize),
                Var::Slack(r) => (&unit[r as usize..=r as usize], &ONE),
            });
            self.factor = factor;
            if unpaired.is_empty() {
                break;
            }
            for (r, p) in unpaired {
                self.basis[p as usize] = Var::Slack(r);
            }
        }
        self.place_of_column.iter_mut().for_each(|p| *p = NOWHERE);
        self.place_of_slack.iter_mut().for_each(|p| *p = NOWHERE);
        for (p, v) in self.basis.iter().enumerate() {
            match *v {
                Var::Column(c) => self.place_of_column[c as usize] = p as u32,
                Var::Slack(r) => self.place_of_slack[r as usize] = p as u32,
            }
        }
    }

    fn solve_x(&mut self, rhs: &[f64]) {
        let mut x = rhs.to_vec();
        self.factor.ftran(&mut x);
        self.x = x;
    }

    /// Recomputes all reduced costs from the basis.
    fn price_all(&mut self) {
        let mut y: Vec<f64> = self
            .basis
            .iter()
            .map(|v| match *v {
                Var::Column(c) => self.cost[c as usize],
                Var::Slack(_) => 0.0,
            })
            .collect();
        self.factor.btran(&mut y);
        for c in 0..self.columns() {
            self.d_column[c] = if self.place_of_column[c] == NOWHERE {
                let (rows, values) = self.column(c);
                let mut d = -self.cost[c];
                for (&r, &v) in rows.iter().zip(values) {
                    d += y[r as usize] * v;
                }
                d
            } else {
                0.0
            };
        }
        for r in 0..self.rows() {
            self.d_slack[r] = if self.place_of_slack[r] == NOWHERE { y[r] } else { 0.0 };
        }
    }

    fn copy_rows(&mut self) {
        if self.by_row.current {
            return;
        }
        let m = self.rows();
        let mut start = vec![0_usize; m + 1];
        for &r in &self.index {
            start[r as usize + 1] += 1;
        }
        for r in 0..m {
            start[r + 1] += start[r];
        }
        let mut fill = start.clone();
        let mut column = vec![0_u32; self.index.len()];
        let mut value = vec![0.0; self.index.len()];
        for c in 0..self.columns() {
            for e in self.start[c]..self.start[c + 1] {
                let at = &mut fill[self.index[e] as usize];
                column[*at] = c as u32;
                value[*at] = self.value[e];
                *at += 1;
            }
        }
        self.by_row = RowCopy {
            current: true,
            start,
            column,
            value,
        };
    }

    /// Row of the tableau for `rho = B⁻ᵀ e_p`: nonzeros over nonbasic columns, in `row` with `touched`.
    fn pivot_row(&self, rho: &[f64], row: &mut [f64], touched: &mut Vec<u32>) {
        for (r, &y) in rho.iter().enumerate() {
            if y.abs() <= 1e-12 {
                continue;
            }
            for e in self.by_row.start[r]..self.by_row.start[r + 1] {
                let c = self.by_row.column[e] as usize;
                if self.place_of_column[c] != NOWHERE {
                    continue;
                }
                if row[c] == 0.0 {
                    touched.push(c as u32);
                }
                row[c] += y * self.by_row.value[e];
                if row[c] == 0.0 {
                    row[c] = 1e-300; // keep the mark that it is listed
                }
            }
        }
    }

    fn load_column(&self, v: Var, into: &mut Vec<f64>) {
        into.clear();
        into.resize(self.rows(), 0.0);
        match v {
            Var::Column(c) => {
                let (rows, values) = self.column(c as usize);
                for (&r, &a) in rows.iter().zip(values) {
                    into[r as usize] = a;
                }
            }
            Var::Slack(r) => into[r as usize] = 1.0,
        }
    }

    /// Swaps the variable at `place` for `entering`.
    fn swap(&mut self, place: usize, entering: Var, alpha: &[f64]) {
        match self.basis[place] {
            Var::Column(c) => self.place_of_column[c as usize] = NOWHERE,
            Var::Slack(r) => self.place_of_slack[r as usize] = NOWHERE,
        }
        match entering {
            Var::Column(c) => self.place_of_column[c as usize] = place as u32,
            Var::Slack(r) => self.place_of_slack[r as usize] = place as u32,
        }
        self.basis[place] = entering;
        self.factor.update(place, alpha);
    }

    fn worn(&self) -> bool {
        self.factor.updates() >= REFACTOR_EVERY || self.factor.update_entries() > 8 * self.rows() + 4000
    }

    /// Right-hand sides moved a little, differently for each row, so that few basic variables are zero at once.
    fn perturbed(&self) -> Vec<f64> {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        self.rhs
            .iter()
            .zip(&self.tight)
            .map(|(&b, &tight)| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let share = 1.0 + (state >> 40) as f64 / (1_u64 << 24) as f64;
                if tight { b } else { b + 5e-6 * share }
            })
            .collect()
    }

    /// Continues from the current basis until no column has a negative reduced cost.
    ///
    /// Precondition: the basis is primal feasible (as after [`Lp::add_column`] or at the start).
    pub(crate) fn primal(&mut self, gauge: &Gauge<'_>) -> Outcome {
        self.copy_rows();
        self.refactor();
        let rhs = self.perturbed();
        self.solve_x(&rhs);
        self.price_all();
        let outcome = self.primal_loop(&rhs, gauge);
        let rhs = self.rhs.clone();
        self.refactor();
        self.solve_x(&rhs);
        self.price_all();
        if outcome == Outcome::Optimal {
            self.dual_loop(f64::NEG_INFINITY, gauge)
        } else {
            outcome
        }
    }

    fn primal_loop(&mut self, rhs: &[f64], gauge: &Gauge<'_>) -> Outcome {
        let mut weight_column = vec![1.0_f64; self.columns()];
        let mut weight_slack = vec![1.0_f64; self.rows()];
        let mut alpha = Vec::new();
        let mut rho = Vec::new();
        let mut row = vec![0.0; self.columns()];
        let mut touched = Vec::new();
        let tolerance = self.cost_tolerance;
        for _ in 0..MOST_ITERATIONS {
            let mut best = 0.0;
            let mut entering = None;
            for (c, &d) in self.d_column.iter().enumerate() {
                if d < -tolerance && !self.barred[c] {
                    let score = d * d / weight_column[c];
                    if score > best {
                        best = score;
                        entering = Some(Var::Column(c as u32));
                    }
                }
            }
            for (r, &d) in self.d_slack.iter().enumerate() {
                if d < -tolerance && !self.tight[r] {
                    let score = d * d / weight_slack[r];
                    if score > best {
                        best = score;
                        entering = Some(Var::Slack(r as u32));
                    }
                }
            }
            let Some(entering) = entering else {
                return Outcome::Optimal;
            };
            self.iterations += 1;
            if self.iterations % POLL_EVERY == 0 && gauge.tick(POLL_EVERY * self.rows() as u64) {
                return Outcome::Stopped;
            }
            self.load_column(entering, &mut alpha);
            self.factor.ftran(&mut alpha);
            let Some(place) = self.primal_ratio(&alpha) else {
                return Outcome::Stopped;
            };
            let step = (self.x[place] / alpha[place]).max(0.0);
            for (x, &a) in self.x.iter_mut().zip(&alpha) {
                *x -= step * a;
            }
            self.x[place] = step;

            rho.clear();
            rho.resize(self.rows(), 0.0);
            rho[place] = 1.0;
            self.factor.btran(&mut rho);
            self.pivot_row(&rho, &mut row, &mut touched);
            let (d_in, pivot) = match entering {
                Var::Column(c) => (self.d_column[c as usize], alpha[place]),
                Var::Slack(r) => (self.d_slack[r as usize], alpha[place]),
            };
            let ratio = d_in / pivot;
            let w_in = match entering {
                Var::Column(c) => weight_column[c as usize],
                Var::Slack(r) => weight_slack[r as usize],
            };
            for &c in &touched {
                let c = c as usize;
                let a = row[c];
                row[c] = 0.0;
                self.d_column[c] -= ratio * a;
                let w = a / pivot;
                weight_column[c] = weight_column[c].max(w * w * w_in);
            }
            touched.clear();
            for (r, &a) in rho.iter().enumerate() {
                if a.abs() > 1e-12 && self.place_of_slack[r] == NOWHERE {
                    self.d_slack[r] -= ratio * a;
                    let w = a / pivot;
                    weight_slack[r] = weight_slack[r].max(w * w * w_in);
                }
            }
            let leaving = self.basis[place];
            self.swap(place, entering, &alpha);
            let w_out = (w_in / (pivot * pivot)).max(1.0);
            match leaving {
                Var::Column(c) => (self.d_column[c as usize], weight_column[c as usize]) = (-ratio, w_out),
                Var::Slack(r) => (self.d_slack[r as usize], weight_slack[r as usize]) = (-ratio, w_out),
            }
            match entering {
                Var::Column(c) => self.d_column[c as usize] = 0.0,
                Var::Slack(r) => self.d_slack[r as usize] = 0.0,
            }
            if self.worn() {
                self.refactor();
                self.solve_x(rhs);
                self.price_all();
            }
        }
        Outcome::Stopped
    }

    /// Harris ratio test: the place that leaves, largest pivot among the nearly first.
    fn primal_ratio(&self, alpha: &[f64]) -> Option<usize> {
        let mut limit = f64::INFINITY;
        for (p, &a) in alpha.iter().enumerate() {
            if a > PIVOT {
                limit = limit.min((self.x[p].max(0.0) + FEASIBLE) / a);
            } else if a < -PIVOT && self.held(self.basis[p]) {
                limit = limit.min(FEASIBLE / -a);
            }
        }
        let mut best = 0.0;
        let mut place = None;
        for (p, &a) in alpha.iter().enumerate() {
            let blocks = if a > PIVOT {
                self.x[p].max(0.0) / a <= limit
            } else {
                a < -PIVOT && self.held(self.basis[p])
            };
            if blocks && a.abs() > best {
                best = a.abs();
                place = Some(p);
            }
        }
        place
    }

    /// Continues from the current basis, whose reduced costs are not negative, until no basic variable is.
    ///
    /// Stops early when the value is sure to end below `cut_off`.
    pub(crate) fn dual(&mut self, cut_off: f64, gauge: &Gauge<'_>) -> Outcome {
        self.copy_rows();
        self.refactor();
        let rhs = self.rhs.clone();
        self.solve_x(&rhs);
        self.price_all();
        let outcome = self.dual_loop(cut_off, gauge);
        if outcome == Outcome::Optimal && self.has_negative() {
            // Rounding, or a variable let go since: finish with primal steps on the exact right-hand sides.
            let outcome = self.primal_loop(&rhs, gauge);
            self.refactor();
            self.solve_x(&rhs);
            self.price_all();
            return outcome;
        }
        outcome
    }

    fn has_negative(&self) -> bool {
        let t = -4.0 * self.cost_tolerance;
        self.d_column.iter().zip(&self.barred).any(|(&d, &b)| d < t && !b)
            || self.d_slack.iter().zip(&self.tight).any(|(&d, &b)| d < t && !b)
    }

    fn dual_loop(&mut self, cut_off: f64, gauge: &Gauge<'_>) -> Outcome {
        let mut alpha = Vec::new();
        let mut tau: Vec<f64> = Vec::new();
        let mut rho = Vec::new();
        let mut row = vec![0.0; self.columns()];
        let mut touched = Vec::new();
        let mut retried = false;
        let mut round = 0;
        while round < MOST_ITERATIONS {
            round += 1;
            // Leaving: the largest violation for its weight.
            let mut best = 0.0;
            let mut leaving = None;
            for (p, &x) in self.x.iter().enumerate() {
                let excess = if x < -FEASIBLE {
                    x
                } else if x > FEASIBLE && self.held(self.basis[p]) {
                    x
                } else {
                    continue;
                };
                let score = excess * excess / self.edge[p];
                if score > best {
                    best = score;
                    leaving = Some(p);
                }
            }
            let Some(place) = leaving else { return Outcome::Optimal };
            if round % 8 == 0 && cut_off > f64::NEG_INFINITY && self.dual_value() < cut_off {
                return Outcome::CutOff;
            }
            self.iterations += 1;
            if self.iterations % POLL_EVERY == 0 && gauge.tick(POLL_EVERY * self.rows() as u64) {
                return Outcome::Stopped;
            }
            let up = self.x[place] > 0.0; // leaves at its upper bound 0
            rho.clear();
            rho.resize(self.rows(), 0.0);
            rho[place] = 1.0;
            self.factor.btran(&mut rho);
            self.pivot_row(&rho, &mut row, &mut touched);
            let Some((entering, a)) = self.dual_ratio(&rho, &row, &touched, up) else {
                for &c in &touched {
                    row[c as usize] = 0.0;
                }
                touched.clear();
                if !retried && self.factor.updates() > 0 {
                    retried = true;
                    self.fresh();
                    continue;
                }
                self.follow_ray(place, &rho, cut_off);
                return Outcome::Infeasible;
            };
            self.load_column(entering, &mut alpha);
            self.factor.ftran(&mut alpha);
            if (alpha[place] - a).abs() > 1e-6 * (1.0 + a.abs()) && self.factor.updates() > 0 {
                for &c in &touched {
                    row[c as usize] = 0.0;
                }
                touched.clear();
                self.fresh();
                continue;
            }
            let pivot = alpha[place];
            let ratio = match entering {
                Var::Column(c) => self.d_column[c as usize],
                Var::Slack(r) => self.d_slack[r as usize],
            } / pivot;
            for &c in &touched {
                let c = c as usize;
                self.d_column[c] -= ratio * row[c];
                row[c] = 0.0;
            }
            touched.clear();
            for (r, &y) in rho.iter().enumerate() {
                if y != 0.0 && self.place_of_slack[r] == NOWHERE {
                    self.d_slack[r] -= ratio * y;
                }
            }
            let step = self.x[place] / pivot;
            for (x, &a) in self.x.iter_mut().zip(&alpha) {
                *x -= step * a;
            }
            self.x[place] = step;
            // Steepest-edge weights.
            tau.clone_from(&rho);
            self.factor.ftran(&mut tau);
            let w = rho.iter().map(|v| v * v).sum::<f64>().max(1e-8);
            for (p, &a) in alpha.iter().enumerate() {
                if a != 0.0 && p != place {
                    let k = a / pivot;
                    self.edge[p] = (self.edge[p] - 2.0 * k * tau[p] + k * k * w).max(k * k * w).max(1e-4);
                }
            }
            self.edge[place] = (w / (pivot * pivot)).max(1e-4);
            let out = self.basis[place];
            self.swap(place, entering, &alpha);
            match out {
                Var::Column(c) => self.d_column[c as usize] = -ratio,
                Var::Slack(r) => self.d_slack[r as usize] = -ratio,
            }
            match entering {
                Var::Column(c) => self.d_column[c as usize] = 0.0,
                Var::Slack(r) => self.d_slack[r as usize] = 0.0,
            }
            if self.worn() {
                self.fresh();
                retried = false;
            }
        }
        Outcome::Stopped
    }

    /// No step bounds the dual: moves the prices along the ray until they prove a value below `cut_off`.
    fn follow_ray(&mut self, place: usize, rho: &[f64], cut_off: f64) {
        let target = if cut_off == f64::NEG_INFINITY { 0.0 } else { cut_off };
        let x = self.x[place];
        let excess = (self.dual_value() - target).max(0.0) + 1.0 + target.abs() * 1e-9;
        let step = excess / x.abs();
        let signed = if x > 0.0 { -step } else { step };
        for (d, r) in self.d_slack.iter_mut().zip(rho) {
            *d += signed * r;
        }
    }

    fn fresh(&mut self) {
        self.refactor();
        let rhs = self.rhs.clone();
        self.solve_x(&rhs);
        self.price_all();
    }

    /// The bound that the current prices prove for this program (columns priced in are taken as 0).
    fn dual_value(&self) -> f64 {
        self.rhs.iter().zip(&self.d_slack).map(|(b, y)| b * y).sum()
    }

    /// Harris ratio test over the nonbasic variables of a tableau row.
    fn dual_ratio(&self, rho: &[f64], row: &[f64], touched: &[u32], up: bool) -> Option<(Var, f64)> {
        // The leaving variable moves to 0 from below (or from above, if `up`): candidates have the sign that lets it.
        let sign = if up { 1.0 } else { -1.0 };
        let slack = self.cost_tolerance;
        let columns = touched.iter().filter(|&&c| !self.barred[c as usize]);
        let columns = columns.map(|&c| (Var::Column(c), row[c as usize] * sign, self.d_column[c as usize]));
        let slacks = (0..rho.len()).filter(|&r| rho[r] != 0.0 && self.place_of_slack[r] == NOWHERE && !self.tight[r]);
        let slacks = slacks.map(|r| (Var::Slack(r as u32), rho[r] * sign, self.d_slack[r]));
        let all = columns.chain(slacks).filter(|e| e.1 > PIVOT);
        let limit = all
            .clone()
            .fold(f64::INFINITY, |l, (_, a, d)| l.min((d.max(0.0) + slack) / a));
        let mut best: Option<(Var, f64)> = None;
        for (v, a, d) in all {
            if d.max(0.0) / a <= limit && best.is_none_or(|b| a > b.1) {
                best = Some((v, a));
            }
        }
        best.map(|(v, a)| (v, a * sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Best of all basic solutions is hard to enumerate; instead check optimality by duality.
    fn assert_optimal(lp: &Lp) {
        let y = lp.prices();
        let bound: f64 = lp.rhs.iter().zip(y).map(|(b, y)| b * y).sum();
        assert!(
            (bound - lp.objective()).abs() < 1e-5,
            "bound {bound}, value {}",
            lp.objective()
        );
        for c in 0..lp.columns() {
            let (rows, values) = lp.column(c);
            let d: f64 = rows.iter().zip(values).map(|(&r, v)| y[r as usize] * v).sum::<f64>() - lp.cost[c];
            assert!(d > -1e-5 || lp.barred[c], "column {c} has reduced cost {d}");
        }
        let mut used = vec![0.0; lp.rows()];
        for (c, x) in lp.weights() {
            let (rows, values) = lp.column(c as usize);
            for (&r, v) in rows.iter().zip(values) {
                used[r as usize] += v * x;
            }
        }
        for (u, b) in used.iter().zip(&lp.rhs) {
            assert!(*u < b + 1e-6);
        }
    }

    #[test]
    fn primal_dual_and_barred_columns_agree_with_duality() {
        let mut state = 11_u64;
        let mut next = move |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let options = crate::Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        for trial in 0..200 {
            let m = 2 + next(12) as usize;
            let rhs: Vec<f64> = (0..m).map(|_| 1.0 + next(2) as f64).collect();
            let mut lp = Lp::new(&rhs);
            for _ in 0..3 {
                for _ in 0..next(20) {
                    let mut entries: Vec<(u32, f64)> = Vec::new();
                    for r in 0..m as u32 {
                        if next(3) == 0 {
                            entries.push((r, 1.0));
                        }
                    }
                    if !entries.is_empty() {
                        lp.add_column(next(1000) as f64, &entries);
                    }
                }
                assert_eq!(lp.primal(&gauge), Outcome::Optimal, "trial {trial}");
                assert_optimal(&lp);
            }
            let row: Vec<(u32, f64)> = (0..lp.columns() as u32)
                .filter(|_| next(2) == 0)
                .map(|c| (c, 1.0))
                .collect();
            lp.add_rows(&[(1.0, row)]);
            assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
            assert_optimal(&lp);
            if lp.columns() > 0 {
                lp.bar(next(lp.columns() as u64) as usize, true);
                assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
                assert_optimal(&lp);
            }
        }
    }
}
