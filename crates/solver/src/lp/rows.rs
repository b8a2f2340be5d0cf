//! The program by rows: what a dual iteration meets.
//!
//! Promises: a row lists the entries of those columns alone that a step of the prices moves: nonbasic and awake ones. Half or
//! more of what a full row has is basic. In what order a row lists them depends on what happened before, and nothing may
//! depend on that order.

use super::Entries;

#[derive(Clone, Default)]
pub(super) struct Rows(Vec<Entries>);

impl Rows {
    pub(super) fn push(&mut self, row: Entries) {
        self.0.push(row);
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        self.0.truncate(rows);
    }

    #[inline]
    pub(super) fn of(&self, row: u32) -> &[(u32, f64)] {
        &self.0[row as usize]
    }

    /// Lists a column.
    pub(super) fn put(&mut self, column: u32, entries: &[(u32, f64)]) {
        for &(r, v) in entries {
            self.0[r as usize].push((column, v));
        }
    }

    /// Takes a column off, which is listed.
    pub(super) fn take(&mut self, column: u32, entries: &[(u32, f64)]) {
        for &(r, _) in entries {
            let row = &mut self.0[r as usize];
            let at = row.iter().rposition(|e| e.0 == column);
            row.swap_remove(at.expect("the column is listed"));
        }
    }

    /// Takes off every column for which this is false. What is left is copied together, to lie close in memory.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        for row in &mut self.0 {
            *row = row.iter().copied().filter(|e| keep(e.0)).collect();
        }
    }
}
