//! The dual simplex: the largest violation for its Devex weight leaves, Harris ratio test on reduced costs.

use super::{FEASIBLE, Lp, MOST_ITERATIONS, Mark, Outcome, PIVOT, Var};
use crate::gauge::Gauge;

/// How often a run goes on after its end was looked at again with fresh factors.
const LOOKS: u32 = 8;
/// Violations of less than this that no variable can mend are errors of rounding.
const NOISE: f64 = 1e-7;

impl Lp {
    /// Continues from the current basis, whose reduced costs are not negative, until no basic variable is.
    ///
    /// Stops early when the value is sure to end below `cut_off`.
    pub(crate) fn dual(&mut self, cut_off: f64, gauge: &Gauge<'_>) -> Outcome {
        self.dual_steps(cut_off, u64::MAX, gauge)
    }

    /// Like [`Lp::dual`], for at most so many iterations, during which the basis is not factored anew if that can be helped.
    pub(crate) fn dual_steps(&mut self, cut_off: f64, most: u64, gauge: &Gauge<'_>) -> Outcome {
        let rhs = self.rhs.clone();
        if !self.current {
            self.refresh(&rhs);
        }
        loop {
            let is_watched = most == u64::MAX && self.asleep.contains(&true);
            let mut mark = is_watched.then(Mark::default);
            let mut outcome = self.dual_run(cut_off, most, mark.as_mut(), gauge);
            if outcome == Outcome::Optimal && self.has_negative() {
                if !self.current {
                    self.refresh(&rhs);
                }
                // Rounding, or a variable let go or added since.
                outcome = self.primal_run(&rhs, most == u64::MAX, 0, gauge);
                if outcome == Outcome::Optimal && most == u64::MAX {
                    outcome = self.dual_run(f64::NEG_INFINITY, u64::MAX, None, gauge);
                }
            }
            if outcome != Outcome::Optimal || most != u64::MAX || !self.wake() {
                return outcome;
            }
            if !self.current {
                self.refresh(&rhs);
            }
            let outcome = self.primal_run(&rhs, true, 0, gauge);
            if outcome != Outcome::Optimal {
                return outcome;
            }
        }
    }

    fn has_negative(&self) -> bool {
        let t = -4.0 * self.cost_tolerance;
        self.d_column.iter().zip(&self.barred).any(|(&d, &b)| d < t && !b)
            || self.d_slack.iter().zip(&self.tight).any(|(&d, &b)| d < t && !b)
    }

    /// How far a basic variable is outside: negative below 0, positive above where it is held at 0.
    fn excess(&self, place: u32) -> f64 {
        let x = self.x[place as usize];
        if x < -FEASIBLE || (x > FEASIBLE && self.held(self.basis[place as usize])) {
            x
        } else {
            0.0
        }
    }

    fn list_infeasible(&mut self) {
        let m = self.n_rows();
        self.work.list.clear();
        self.work.listed.clear();
        self.work.listed.resize(m, false);
        for p in 0..m as u32 {
            self.set_weight(self.basis[p as usize], 1.0);
            self.note(p);
        }
        self.steps += m as u64;
    }

    fn note(&mut self, place: u32) {
        if self.excess(place) != 0.0 && !std::mem::replace(&mut self.work.listed[place as usize], true) {
            self.work.list.push(place);
        }
    }

    /// The largest violation for its weight; the list loses what is no longer violated.
    fn choose_leaving(&mut self) -> Option<u32> {
        let mut best = 0.0;
        let mut leaving = None;
        let mut n = 0;
        while n < self.work.list.len() {
            let p = self.work.list[n];
            let excess = self.excess(p);
            if excess == 0.0 {
                self.work.listed[p as usize] = false;
                self.work.list.swap_remove(n);
                continue;
            }
            let score = excess * excess / self.weight(self.basis[p as usize]);
            if score > best {
                best = score;
                leaving = Some(p);
            }
            n += 1;
        }
        self.steps += n as u64;
        leaving
    }

    /// The run itself. With a mark, columns asleep are looked at now and then, and before it is said that the run cannot end
    /// well: where one could have entered, it goes back to the last look with that one awake.
    pub(super) fn dual_run(
        &mut self,
        cut_off: f64,
        most: u64,
        mut mark: Option<&mut Mark>,
        gauge: &Gauge<'_>,
    ) -> Outcome {
        self.list_infeasible();
        if let Some(mark) = &mut mark {
            self.mark(mark);
        }
        // At an optimum, primal steps take up what is missed.
        let watch = if cut_off == f64::NEG_INFINITY {
            u64::MAX
        } else {
            self.watch()
        };
        let mut next_look = watch;
        let (mut retried, mut looks) = (false, 0);
        let mut value = self.dual_value();
        for round in 0..MOST_ITERATIONS {
            let Some(place) = self.choose_leaving() else {
                if self.rough && looks < LOOKS {
                    looks += 1;
                    self.fresh();
                    continue;
                }
                return Outcome::Optimal;
            };
            if value < cut_off {
                value = self.dual_value();
            }
            if let Some(mark) = &mut mark
                && (value < cut_off || round >= next_look)
            {
                next_look = round.saturating_add(watch);
                if self.turn_back(mark) {
                    (value, retried) = (self.dual_value(), false);
                    continue;
                }
                self.mark(mark);
            }
            if value < cut_off {
                return Outcome::CutOff;
            }
            if round >= most {
                return Outcome::Capped;
            }
            self.iterations += 1;
            if self.poll(gauge) {
                return Outcome::Stopped;
            }
            let up = self.x[place as usize] > 0.0; // leaves at its upper bound 0
            self.btran(place);
            self.pivot_row();
            let entering = self.dual_ratio(up, PIVOT);
            let Some((entering, a)) = entering.or_else(|| self.dual_ratio(up, self.finest)) else {
                if !retried && self.factor.updates() > 0 {
                    retried = true;
                    self.fresh();
                    continue;
                }
                if self.is_noise(place) {
                    continue;
                }
                self.keep_ray(place);
                self.follow_ray(place, cut_off);
                if let Some(mark) = &mut mark
                    && self.turn_back(mark)
                {
                    (value, retried) = (self.dual_value(), false);
                    continue;
                }
                return Outcome::Infeasible;
            };
            self.ftran(entering);
            let pivot = self.work.alpha.get(place);
            if (pivot - a).abs() > 1e-6 * (1.0 + a.abs()) && self.factor.updates() > 0 {
                self.fresh();
                continue;
            }
            let ratio = self.d(entering) / pivot;
            self.step_prices(ratio);
            value -= (ratio * self.x[place as usize]).abs();
            let step = self.x[place as usize] / pivot;
            self.step_values(place, step);
            let leaving = self.basis[place as usize];
            let w = self.weight(leaving);
            self.step_weights(place, pivot, w);
            self.swap(place, entering);
            self.set_weight(entering, (w / (pivot * pivot)).max(1.0));
            self.set_d(entering, 0.0);
            self.set_d(leaving, -ratio);
            self.note(place);
            if most == u64::MAX && self.worn() {
                self.fresh();
                retried = false;
            }
        }
        Outcome::Stopped
    }

    /// The weights of basic variables as the column in `work.alpha` enters at `place`, and which of them are infeasible now; `w`:
    /// the weight of the variable that leaves.
    fn step_weights(&mut self, place: u32, pivot: f64, w: f64) {
        let alpha = std::mem::take(&mut self.work.alpha);
        for (p, a) in alpha.entries().filter(|e| e.0 != place) {
            let k = a / pivot;
            let v = self.basis[p as usize];
            self.set_weight(v, self.weight(v).max(k * k * w));
            self.note(p);
        }
        self.work.alpha = alpha;
    }

    /// Whether the violation that no variable can mend is an error of rounding, which is then taken away.
    fn is_noise(&mut self, place: u32) -> bool {
        let x = &mut self.x[place as usize];
        let is_noise = x.abs() < NOISE;
        if is_noise {
            *x = 0.0;
        }
        is_noise
    }

    /// Remembers the ray along which the dual falls without end.
    fn keep_ray(&mut self, place: u32) {
        let sign = if self.x[place as usize] > 0.0 { -1.0 } else { 1.0 };
        self.ray.clear();
        self.ray.resize(self.n_rows(), 0.0);
        for (r, v) in self.work.rho.entries() {
            self.ray[r as usize] = sign * v;
        }
    }

    /// After [`Outcome::Infeasible`]: multipliers of the rows, under which no column costs anything, although together they
    /// would have to.
    pub(crate) fn ray(&self) -> &[f64] {
        &self.ray
    }

    /// No step bounds the dual: moves the prices along the ray until they prove a value below `cut_off`.
    fn follow_ray(&mut self, place: u32, cut_off: f64) {
        let target = if cut_off == f64::NEG_INFINITY { 0.0 } else { cut_off };
        let x = self.x[place as usize];
        let excess = (self.dual_value() - target).max(0.0) + 1.0 + target.abs() * 1e-9;
        let step = excess / x.abs();
        let signed = if x > 0.0 { -step } else { step };
        for (r, v) in self.work.rho.entries() {
            self.d_slack[r as usize] += signed * v;
        }
        self.current = false;
    }

    /// Factors anew, keeping the weights.
    fn fresh(&mut self) {
        let rhs = self.rhs.clone();
        self.refresh(&rhs);
        self.relist();
    }

    /// Lists what is infeasible anew, keeping the weights.
    pub(super) fn relist(&mut self) {
        let m = self.n_rows();
        self.work.list.clear();
        self.work.listed.clear();
        self.work.listed.resize(m, false);
        (0..m as u32).for_each(|p| self.note(p));
    }

    /// Harris ratio test over the nonbasic variables of a tableau row.
    fn dual_ratio(&mut self, up: bool, least: f64) -> Option<(Var, f64)> {
        // The leaving variable moves to 0 from below (or from above, if `up`): candidates have the sign that lets it.
        let sign = if up { 1.0 } else { -1.0 };
        let slack = self.cost_tolerance;
        let mut able = std::mem::take(&mut self.work.able);
        able.clear();
        let mut limit = f64::INFINITY;
        let mut admit = |v: Var, a: f64, d: f64| {
            let d = d.max(0.0);
            if d <= limit * a {
                limit = limit.min((d + slack) / a);
                able.push((v, a, d));
            }
        };
        for (c, a) in self.work.row.entries() {
            if a * sign > least && !self.barred[c as usize] {
                admit(Var::Column(c), a * sign, self.d_column[c as usize]);
            }
        }
        for (r, a) in self.work.rho.entries() {
            let is_open = || self.place_of_slack[r as usize] == super::NOWHERE && !self.tight[r as usize];
            if a * sign > least && is_open() {
                admit(Var::Slack(r), a * sign, self.d_slack[r as usize]);
            }
        }
        let mut best: Option<(Var, f64)> = None;
        for &(v, a, d) in &able {
            if d <= limit * a && best.is_none_or(|b| a > b.1) {
                best = Some((v, a));
            }
        }
        self.work.able = able;
        best.map(|(v, a)| (v, a * sign))
    }
}
