//! Columns asleep: most columns of a large program stay far from entering, and a run need not look at them.
//!
//! Asleep, a column is no entry of the rows and its reduced cost is not kept; both are made good when it wakes.

use super::{Lp, NOWHERE};

/// Programs with fewer nonbasic columns are quick anyway, and waking costs iterations.
pub(super) const WORTH_DOZING: usize = 3_000;

impl Lp {
    /// Puts all nonbasic columns but the `most` with the least reduced costs to sleep: no run looks at them until they
    /// could enter. [`Lp::dual`] wakes those at its end and goes on, so that what it says holds of all columns.
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
        for row in &mut self.rows {
            row.retain(|e| !self.asleep[e.0 as usize]);
        }
    }

    /// Wakes all columns, as if none had ever slept.
    pub(crate) fn rouse(&mut self) {
        if !self.asleep.contains(&true) {
            return;
        }
        for c in (0..self.n_columns()).filter(|&c| self.asleep[c]) {
            self.d_column[c] = self.priced(c);
        }
        self.asleep.fill(false);
        // Some may have woken before and stand behind younger ones: the rows are made anew, in order.
        self.rows.iter_mut().for_each(Vec::clear);
        for (c, entries) in (0..).zip(&self.columns) {
            for &(r, v) in entries {
                self.rows[r as usize].push((c, v));
            }
        }
        self.steps += self.columns.len() as u64;
    }

    /// Wakes the columns that could enter at these prices, and tells which.
    pub(super) fn wake(&mut self) -> Vec<u32> {
        let mut woken = Vec::new();
        for c in 0..self.n_columns() {
            if !self.asleep[c] || self.barred[c] {
                continue;
            }
            let entries = &self.columns[c];
            let d = self.priced(c);
            self.steps += entries.len() as u64;
            if d < -self.cost_tolerance {
                self.asleep[c] = false;
                self.d_column[c] = d;
                for &(r, v) in entries {
                    self.rows[r as usize].push((c as u32, v));
                }
                woken.push(c as u32);
            }
        }
        woken
    }
}
