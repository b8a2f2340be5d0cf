//! The primal simplex: partial pricing, Harris ratio test.
//!
//! Attractive columns are gathered from one stretch of the program after another, a few hundred at a time; only these are
//! priced in each iteration, from the row prices, which are all that is kept up to date. What an iteration costs therefore
//! does not depend on the number of columns.
//!
//! Most bases of a packing program have many basic variables at 0, and an iteration that meets one moves nothing. So each
//! run first lifts every basic variable by its own small amount (which is the same as moving the right-hand side), and ends
//! on the true right-hand side with a few dual iterations if need be.

use super::{FEASIBLE, Lp, MOST_ITERATIONS, NOWHERE, Outcome, PIVOT, Var};
use crate::gauge::Gauge;

/// The lift: between one and two of these.
const LIFT: f64 = 4e-6;
/// Attractive variables priced in each iteration.
const GATHER: usize = 200;

impl Lp {
    /// Continues from the current basis until no column has a negative reduced cost.
    ///
    /// Precondition: the basis is primal feasible (as after [`Lp::add_column`] or at the start).
    pub(crate) fn primal(&mut self, gauge: &Gauge<'_>) -> Outcome {
        self.primal_keeping(0, gauge)
    }

    /// Like [`Lp::primal`], but keeps the factors at the end if no more columns than these were replaced: for runs of a
    /// few iterations.
    pub(crate) fn primal_keeping(&mut self, few: usize, gauge: &Gauge<'_>) -> Outcome {
        let rhs = self.rhs.clone();
        if !self.current {
            self.refresh(&rhs);
        }
        let outcome = self.primal_run(&rhs, true, few, gauge);
        if outcome == Outcome::Optimal {
            return self.dual_run(f64::NEG_INFINITY, u64::MAX, gauge);
        }
        outcome
    }

    /// The run itself. Afterwards factors, values and prices belong to the true right-hand side.
    pub(super) fn primal_run(&mut self, rhs: &[f64], lift: bool, few: usize, gauge: &Gauge<'_>) -> Outcome {
        self.work.list.clear();
        let mut from = 0;
        self.gather(&mut from);
        if self.work.list.is_empty() {
            return Outcome::Optimal;
        }
        let lifted = if lift { self.lift(rhs) } else { rhs.to_vec() };
        let outcome = self.primal_loop(&lifted, from, gauge);
        if self.rough || self.factor.updates() > few {
            self.refresh(rhs);
        } else {
            self.solve_x(rhs);
            self.price_all();
        }
        outcome
    }

    /// Reduced cost of a variable at the row prices; 0 for basic and held ones, which never enter.
    fn price(&self, v: Var) -> f64 {
        match v {
            Var::Column(c) => {
                let c = c as usize;
                if self.place_of_column[c] != NOWHERE || self.barred[c] || self.asleep[c] {
                    return 0.0;
                }
                self.priced(c)
            }
            Var::Slack(r) => {
                if self.tight[r as usize] {
                    0.0
                } else {
                    self.d_slack[r as usize]
                }
            }
        }
    }

    /// Lists attractive variables, going on at `from` (columns by number, then slacks), until there are enough or all have
    /// been seen.
    fn gather(&mut self, from: &mut usize) {
        let (n, m) = (self.n_columns(), self.n_rows());
        let mut seen = 0;
        while seen < n + m && self.work.list.len() < GATHER {
            if *from >= n + m {
                *from = 0;
            }
            if self.price(self.named(*from)) < -self.cost_tolerance {
                self.work.list.push(*from as u32);
            }
            *from += 1;
            seen += 1;
        }
        self.steps += 4 * seen as u64;
    }

    fn named(&self, name: usize) -> Var {
        let n = self.n_columns();
        if name < n {
            Var::Column(name as u32)
        } else {
            Var::Slack((name - n) as u32)
        }
    }

    /// Lifts the basic variables and returns the right-hand side that this stands for.
    fn lift(&mut self, rhs: &[f64]) -> Vec<f64> {
        let mut lifted = rhs.to_vec();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for p in 0..self.basis.len() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            if self.held(self.basis[p]) {
                continue;
            }
            let share = 1.0 + (state >> 40) as f64 / (1_u64 << 24) as f64;
            let by = LIFT * share + (-self.x[p]).max(0.0);
            self.x[p] += by;
            match self.basis[p] {
                Var::Column(c) => {
                    for &(r, a) in &self.columns[c as usize] {
                        lifted[r as usize] += a * by;
                    }
                }
                Var::Slack(r) => lifted[r as usize] += by,
            }
        }
        lifted
    }

    fn primal_loop(&mut self, rhs: &[f64], mut from: usize, gauge: &Gauge<'_>) -> Outcome {
        for _ in 0..MOST_ITERATIONS {
            let Some((entering, d)) = self.choose_entering(&mut from) else {
                return Outcome::Optimal;
            };
            self.iterations += 1;
            if self.poll(gauge) {
                return Outcome::Stopped;
            }
            self.ftran(entering);
            let Some(place) = self.primal_ratio() else {
                return Outcome::Stopped;
            };
            let pivot = self.work.alpha.get(place);
            let step = (self.x[place as usize] / pivot).max(0.0);
            self.step_values(place, step);
            self.btran(place);
            let ratio = d / pivot;
            for (r, v) in self.work.rho.entries() {
                if self.place_of_slack[r as usize] == NOWHERE {
                    self.d_slack[r as usize] -= ratio * v;
                }
            }
            let leaving = self.basis[place as usize];
            self.swap(place, entering);
            if let Var::Slack(r) = leaving {
                self.d_slack[r as usize] = -ratio;
            }
            if let Var::Slack(r) = entering {
                self.d_slack[r as usize] = 0.0;
            }
            if self.worn() {
                self.refresh(rhs);
            }
        }
        Outcome::Stopped
    }

    /// The most attractive of the listed variables for the length of its column; the list loses what no longer attracts
    /// and is filled again when it is empty.
    fn choose_entering(&mut self, from: &mut usize) -> Option<(Var, f64)> {
        let mut fresh = false;
        loop {
            let mut best = 0.0;
            let mut entering = None;
            let mut n = 0;
            while n < self.work.list.len() {
                let v = self.named(self.work.list[n] as usize);
                let d = self.price(v);
                if d >= -self.cost_tolerance {
                    self.work.list.swap_remove(n);
                    continue;
                }
                let length = match v {
                    Var::Column(c) => 1 + self.columns[c as usize].len(),
                    Var::Slack(_) => 2,
                };
                let score = d * d / length as f64;
                if score > best {
                    best = score;
                    entering = Some((v, d));
                }
                n += 1;
            }
            self.steps += 4 * n as u64;
            if entering.is_some() || fresh {
                return entering;
            }
            self.gather(from);
            fresh = true;
        }
    }

    /// Harris ratio test: the place that leaves, largest pivot among the nearly first.
    fn primal_ratio(&self) -> Option<u32> {
        let mut limit = f64::INFINITY;
        for (p, a) in self.work.alpha.entries() {
            if a > PIVOT {
                limit = limit.min((self.x[p as usize].max(0.0) + FEASIBLE) / a);
            } else if a < -PIVOT && self.held(self.basis[p as usize]) {
                limit = limit.min(FEASIBLE / -a);
            }
        }
        let mut best = 0.0;
        let mut place = None;
        for (p, a) in self.work.alpha.entries() {
            let blocks = if a > PIVOT {
                self.x[p as usize].max(0.0) / a <= limit
            } else {
                a < -PIVOT && self.held(self.basis[p as usize])
            };
            if blocks && (a.abs() > best || (a.abs() >= best && place.is_none_or(|q| p < q))) {
                best = a.abs();
                place = Some(p);
            }
        }
        place
    }
}
