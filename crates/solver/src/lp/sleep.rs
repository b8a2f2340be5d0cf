//! Columns asleep: most columns of a large program stay far from entering, and a run need not look at them.
//!
//! Asleep, a column is not listed in the rows and its reduced cost is not kept; both are made good when it wakes.

use super::{Lp, Mark, NOWHERE};

/// Programs with fewer nonbasic columns are quick anyway, and waking costs iterations.
pub(super) const WORTH_DOZING: usize = 3_000;
/// Least number of iterations between two looks at the columns asleep.
const OFTEN: usize = 100;

impl Lp {
    /// Puts all nonbasic columns but the `most` with the least reduced costs to sleep: no run looks at them until they
    /// could enter. [`Lp::dual`] wakes those and goes on, so that what it says holds of all columns.
    pub(crate) fn doze(&mut self, most: usize) {
        let nonbasic = |c: &u32| self.place_of_column[*c as usize] == NOWHERE;
        let mut order: Vec<u32> = (0..self.n_columns() as u32).filter(nonbasic).collect();
        if order.len() < WORTH_DOZING.max(most) {
            return;
        }
        order.sort_by(|&a, &b| self.d_column[a as usize].total_cmp(&self.d_column[b as usize]));
        for &c in &order[most..] {
            self.asleep[c as usize] = self.d_column[c as usize] > 0.0;
        }
        self.rows.retain(|c| !self.asleep[c as usize]);
    }

    /// Wakes all columns, as if none had ever slept.
    pub(crate) fn rouse(&mut self) {
        let asleep = (0..self.n_columns() as u32).filter(|&c| self.asleep[c as usize]);
        self.get_up(&asleep.collect::<Vec<u32>>());
        self.steps += self.columns.len() as u64;
    }

    /// Wakes the columns that could enter at these prices; whether there were any.
    pub(super) fn wake(&mut self) -> bool {
        let missed = self.missed();
        self.get_up(&missed);
        !missed.is_empty()
    }

    /// If columns asleep could enter at these prices, which so are not what they seem: returns to a state in which none
    /// could, with these awake, and marks it anew, for a dual run to go on there. Whether it did.
    pub(super) fn turn_back(&mut self, mark: &mut Mark) -> bool {
        let missed = self.missed();
        if missed.is_empty() {
            return false;
        }
        self.rollback(mark);
        if !self.current {
            self.refresh(&self.rhs.clone());
        }
        self.get_up(&missed);
        self.mark(mark);
        self.relist();
        true
    }

    /// Iterations between two looks at the columns asleep: to price them takes as long as a few iterations.
    pub(super) fn watch(&self) -> u64 {
        (self.n_columns() / self.n_rows().max(1)).max(OFTEN) as u64
    }

    /// The columns asleep that could enter at these prices.
    fn missed(&mut self) -> Vec<u32> {
        let mut missed = Vec::new();
        for c in 0..self.n_columns() {
            if !self.asleep[c] || self.barred[c] {
                continue;
            }
            self.steps += self.columns[c].len() as u64;
            if self.priced(c) < -self.cost_tolerance {
                missed.push(c as u32);
            }
        }
        missed
    }

    fn get_up(&mut self, columns: &[u32]) {
        for &c in columns {
            self.asleep[c as usize] = false;
            self.d_column[c as usize] = self.priced(c as usize);
            if self.is_listed(c) {
                self.rows.put(c, &self.columns[c as usize]);
            }
        }
    }
}
