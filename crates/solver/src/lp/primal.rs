//! The primal simplex: partial Devex pricing, Harris ratio test.
//!
//! Attractive variables are gathered from one stretch of the program after another, some hundreds at a time; only these have
//! reduced costs and weights that are kept up to date, and of these each iteration meets only those with entries in rows
//! whose prices it moves. What an iteration costs therefore does not depend on the number of columns.
//!
//! Most bases of a packing program have many basic variables at 0, and an iteration that meets one moves nothing. So each
//! run first lifts every basic variable by its own small amount (which is the same as moving the right-hand side), and ends
//! on the true right-hand side with a few dual iterations if need be.

use super::{FEASIBLE, Lp, MOST_ITERATIONS, NOWHERE, Outcome, PIVOT, Var, Work};
use crate::gauge::Gauge;

/// The lift: between one and two of these.
const LIFT: f64 = 4e-6;
/// Least number of attractive variables gathered, and for so many rows one more: the choice among more takes fewer
/// iterations, which pays where they are costly.
const GATHER: usize = 200;
const ROWS_PER_GATHERED: usize = 32;

/// Attractive variables: their numbers, reduced costs, Devex weights, and by row where they have entries, so that a step of
/// the prices meets only those that it changes.
#[derive(Clone, Default)]
pub(super) struct Attractive {
    name: Vec<u32>,
    d: Vec<f64>,
    weight: Vec<f64>,
    /// Entries in the row of the basis inverse of this iteration, and whose are not 0.
    along: Vec<f64>,
    touched: Vec<u32>,
    of_row: Vec<Vec<(u32, f64)>>,
    /// Rows of which that is not empty.
    rows: Vec<u32>,
}

impl Attractive {
    fn clear(&mut self) {
        self.name.clear();
        self.d.clear();
        self.weight.clear();
        self.along.clear();
        for r in self.rows.drain(..) {
            self.of_row[r as usize].clear();
        }
    }

    fn push(&mut self, name: u32, d: f64, entries: &[(u32, f64)]) {
        let number = self.name.len() as u32;
        self.name.push(name);
        self.d.push(d);
        self.weight.push(1.0 + entries.len() as f64);
        self.along.push(0.0);
        for &(r, v) in entries {
            let list = &mut self.of_row[r as usize];
            if list.is_empty() {
                self.rows.push(r);
            }
            list.push((number, v));
        }
    }
}

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
        loop {
            let mut outcome = self.primal_run(&rhs, true, few, gauge);
            if outcome == Outcome::Optimal {
                outcome = self.dual_run(f64::NEG_INFINITY, u64::MAX, None, gauge);
            }
            if outcome != Outcome::Optimal || !self.wake() {
                return outcome;
            }
        }
    }

    /// The run itself. Afterwards factors, values and prices belong to the true right-hand side.
    pub(super) fn primal_run(&mut self, rhs: &[f64], lift: bool, few: usize, gauge: &Gauge<'_>) -> Outcome {
        let mut from = 0;
        self.gather(&mut from);
        if self.work.attractive.name.is_empty() {
            return Outcome::Optimal;
        }
        let lifted = if lift { self.lift(rhs) } else { rhs.to_vec() };
        let outcome = self.primal_loop(&lifted, from, gauge);
        if self.rough || self.factor.updates() > few {
            self.refresh(rhs);
        } else {
            self.solve_x(rhs);
            self.price_rows();
            self.price_columns();
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

    /// Lists attractive variables and no others, going on at `from` (columns by number, then slacks), until there are enough
    /// or all have been seen.
    fn gather(&mut self, from: &mut usize) {
        let (n, m) = (self.n_columns(), self.n_rows());
        let mut listed = std::mem::take(&mut self.work.attractive);
        listed.clear();
        listed.of_row.resize(m.max(listed.of_row.len()), Vec::new());
        let most = GATHER.max(m / ROWS_PER_GATHERED);
        let mut seen = 0;
        while seen < n + m && listed.name.len() < most {
            if *from >= n + m {
                *from = 0;
            }
            let v = self.named(*from);
            let d = self.price(v);
            if d < -self.cost_tolerance {
                match v {
                    Var::Column(c) => listed.push(*from as u32, d, &self.columns[c as usize]),
                    Var::Slack(r) => listed.push(*from as u32, d, &[(r, 1.0)]),
                }
            }
            *from += 1;
            seen += 1;
        }
        self.work.attractive = listed;
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
            let Some((entering, d, weight)) = self.choose_entering(&mut from) else {
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
            self.step_priced(ratio, pivot, weight);
            let leaving = self.basis[place as usize];
            self.swap(place, entering);
            if let Var::Slack(r) = leaving {
                self.d_slack[r as usize] = -ratio;
            }
            if let Var::Slack(r) = entering {
                self.d_slack[r as usize] = 0.0;
            }
            if self.worn() {
                self.refresh_rows(rhs);
                for k in 0..self.work.attractive.name.len() {
                    self.work.attractive.d[k] = self.price(self.named(self.work.attractive.name[k] as usize));
                }
            }
        }
        Outcome::Stopped
    }

    /// The most attractive of the listed variables for its weight; the list is filled anew when none is left.
    fn choose_entering(&mut self, from: &mut usize) -> Option<(Var, f64, f64)> {
        let mut fresh = false;
        loop {
            let listed = &self.work.attractive;
            let (mut best, mut at) = (0.0, None);
            for (k, (&d, &weight)) in listed.d.iter().zip(&listed.weight).enumerate() {
                if d < -self.cost_tolerance && d * d > best * weight {
                    best = d * d / weight;
                    at = Some(k);
                }
            }
            self.steps += listed.d.len() as u64;
            if let Some(at) = at {
                let v = self.named(self.work.attractive.name[at] as usize);
                let d = self.price(v);
                self.work.attractive.d[at] = 0.0;
                if d < -self.cost_tolerance {
                    return Some((v, d, self.work.attractive.weight[at]));
                }
                continue;
            }
            if fresh {
                return None;
            }
            self.gather(from);
            fresh = true;
        }
    }

    /// Takes a step of the prices along `work.rho` into the listed variables.
    fn step_priced(&mut self, ratio: f64, pivot: f64, weight: f64) {
        let Work {
            rho,
            attractive: listed,
            ..
        } = &mut self.work;
        for (r, y) in rho.entries() {
            for &(k, v) in &listed.of_row[r as usize] {
                let along = &mut listed.along[k as usize];
                if *along == 0.0 {
                    listed.touched.push(k);
                }
                *along += y * v;
            }
        }
        self.steps += 2 * listed.touched.len() as u64;
        for k in listed.touched.drain(..) {
            let k = k as usize;
            let a = std::mem::take(&mut listed.along[k]);
            if listed.d[k] != 0.0 {
                listed.d[k] -= ratio * a;
                listed.weight[k] = listed.weight[k].max(a / pivot * (a / pivot) * weight);
            }
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
