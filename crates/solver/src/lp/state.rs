//! Where a program stood, to come back to: its basis alone; with values and prices, as long as the factors are the same; or
//! everything, to the bit, with the rows and columns added since taken away.

use super::factor::Factor;
use super::{Lp, NOWHERE, Var};

/// A basis to come back to.
#[derive(Clone, Default)]
pub(crate) struct Basis(Vec<Var>);

/// A state to come back to, cheaply as long as the basis was not factored anew since.
#[derive(Clone, Default)]
pub(crate) struct Mark {
    basis: Vec<Var>,
    x: Vec<f64>,
    d_column: Vec<f64>,
    d_slack: Vec<f64>,
    factored: u64,
    updates: usize,
}

/// A state to come back to exactly, with the factors: columns and rows added since are taken away.
#[derive(Clone, Default)]
pub(crate) struct State {
    n_rows: usize,
    n_columns: usize,
    basis: Vec<Var>,
    place_of_column: Vec<u32>,
    place_of_slack: Vec<u32>,
    x: Vec<f64>,
    d_column: Vec<f64>,
    d_slack: Vec<f64>,
    w_column: Vec<f64>,
    w_slack: Vec<f64>,
    factor: Factor,
    current: bool,
    cost_tolerance: f64,
}

impl State {
    pub(crate) fn n_columns(&self) -> usize {
        self.n_columns
    }
}

impl Lp {
    pub(crate) fn save(&self) -> Basis {
        Basis(self.basis.clone())
    }

    /// Returns to a saved basis; rows added since get their slacks.
    pub(crate) fn restore(&mut self, basis: &Basis) {
        self.basis.clone_from(&basis.0);
        let missing = basis.0.len()..self.n_rows();
        self.basis.extend(missing.map(|r| Var::Slack(r as u32)));
        self.current = false;
    }

    /// Remembers the state: at an optimum, or in a dual run.
    pub(crate) fn mark(&self, into: &mut Mark) {
        into.basis.clone_from(&self.basis);
        into.x.clone_from(&self.x);
        into.d_column.clone_from(&self.d_column);
        into.d_slack.clone_from(&self.d_slack);
        into.factored = if self.current { self.factor.factored() } else { 0 };
        into.updates = self.factor.updates();
    }

    /// Returns to a state. No row or column was added since.
    pub(crate) fn rollback(&mut self, mark: &Mark) {
        if mark.factored == 0 || mark.factored != self.factor.factored() {
            self.basis.clone_from(&mark.basis);
            self.current = false;
            return;
        }
        for p in 0..self.basis.len() {
            if self.basis[p] != mark.basis[p] {
                self.place(self.basis[p], NOWHERE);
            }
        }
        for p in 0..self.basis.len() {
            if self.basis[p] != mark.basis[p] {
                self.basis[p] = mark.basis[p];
                self.place(self.basis[p], p as u32);
            }
        }
        self.x.clone_from(&mark.x);
        self.d_column.clone_from(&mark.d_column);
        self.d_slack.clone_from(&mark.d_slack);
        self.factor.truncate(mark.updates);
        self.current = true;
    }

    /// The state as it is.
    pub(crate) fn state(&self) -> State {
        State {
            n_rows: self.n_rows(),
            n_columns: self.n_columns(),
            basis: self.basis.clone(),
            place_of_column: self.place_of_column.clone(),
            place_of_slack: self.place_of_slack.clone(),
            x: self.x.clone(),
            d_column: self.d_column.clone(),
            d_slack: self.d_slack.clone(),
            w_column: self.w_column.clone(),
            w_slack: self.w_slack.clone(),
            factor: self.factor.clone(),
            current: self.current,
            cost_tolerance: self.cost_tolerance,
        }
    }

    /// Returns to a state to the bit; what was barred or tightened since stays so.
    pub(crate) fn reset(&mut self, state: &State) {
        for c in state.n_columns..self.n_columns() {
            if self.is_listed(c as u32) {
                self.rows.take(c as u32, &self.columns[c]);
            }
        }
        self.columns.truncate(state.n_columns);
        for column in &mut self.columns {
            while column.last().is_some_and(|e| e.0 as usize >= state.n_rows) {
                column.pop();
            }
        }
        self.rows.truncate(state.n_rows);
        self.rhs.truncate(state.n_rows);
        self.tight.truncate(state.n_rows);
        self.cost.truncate(state.n_columns);
        self.barred.truncate(state.n_columns);
        self.asleep.truncate(state.n_columns);
        self.basis.clone_from(&state.basis);
        self.place_columns(|places| places.clone_from(&state.place_of_column));
        self.place_of_slack.clone_from(&state.place_of_slack);
        self.x.clone_from(&state.x);
        self.d_column.clone_from(&state.d_column);
        self.d_slack.clone_from(&state.d_slack);
        self.w_column.clone_from(&state.w_column);
        self.w_slack.clone_from(&state.w_slack);
        let steps = self.factor.steps;
        self.factor.clone_from(&state.factor);
        self.factor.steps = steps;
        self.current = state.current;
        self.cost_tolerance = state.cost_tolerance;
    }
}
