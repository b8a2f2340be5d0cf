//! A vector that knows which of its entries may be nonzero, and lists of entries.

use super::marks::{Iter, Marks};

/// Dense values, and the places that may be nonzero.
#[derive(Clone, Default)]
pub(super) struct Sparse {
    pub(super) value: Vec<f64>,
    pub(super) marks: Marks,
}

impl Sparse {
    /// Grows to `n` places; the new ones are zero.
    pub(super) fn grow(&mut self, n: usize) {
        if self.value.len() < n {
            self.value.resize(n, 0.0);
            self.marks.grow(n);
        }
    }

    pub(super) fn clear(&mut self) {
        for i in self.marks.iter() {
            self.value[i as usize] = 0.0;
        }
        self.marks.clear();
    }

    #[inline]
    pub(super) fn add(&mut self, i: u32, v: f64) {
        self.value[i as usize] += v;
        self.marks.insert(i);
    }

    #[inline]
    pub(super) fn get(&self, i: u32) -> f64 {
        self.value[i as usize]
    }

    /// Makes an entry zero.
    #[inline]
    pub(super) fn erase(&mut self, i: u32) {
        self.value[i as usize] = 0.0;
        self.marks.remove(i);
    }

    /// Makes entries zero that are smaller than `least`.
    pub(super) fn prune(&mut self, least: f64) {
        let mut next = self.marks.at_or_after(0);
        while let Some(i) = next {
            if self.get(i).abs() <= least {
                self.erase(i);
            }
            next = self.marks.at_or_after(i + 1);
        }
    }

    /// Places of entries that may be nonzero, in their order.
    pub(super) fn places(&self) -> Iter<'_> {
        self.marks.iter()
    }

    /// Entries that may be nonzero, in the order of their places.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u32, f64)> + Clone + '_ {
        self.places().map(|i| (i, self.value[i as usize]))
    }
}

/// Sparse columns (or rows) in one buffer.
#[derive(Clone, Default)]
pub(super) struct Lists {
    start: Vec<u32>,
    pub(super) entry: Vec<(u32, f64)>,
}

impl Lists {
    pub(super) fn clear(&mut self) {
        self.start.clear();
        self.start.push(0);
        self.entry.clear();
    }
    pub(super) fn close(&mut self) {
        self.start.push(self.entry.len() as u32);
    }
    pub(super) fn truncate(&mut self, lists: usize) {
        self.start.truncate(lists + 1);
        self.entry.truncate(self.start[lists] as usize);
    }
    pub(super) fn of(&self, k: usize) -> &[(u32, f64)] {
        &self.entry[self.start[k] as usize..self.start[k + 1] as usize]
    }
    /// The transpose: `n` lists, entry `(k, v)` of list `j` where list `k` has `(j, v)`.
    pub(super) fn transposed(&self, n: usize, into: &mut Lists) {
        into.start.clear();
        into.start.resize(n + 1, 0);
        for e in &self.entry {
            into.start[e.0 as usize + 1] += 1;
        }
        for k in 0..n {
            into.start[k + 1] += into.start[k];
        }
        into.entry.clear();
        into.entry.resize(self.entry.len(), (0, 0.0));
        let mut fill: Vec<u32> = into.start[..n].to_vec();
        for k in 0..self.start.len() - 1 {
            for &(j, v) in self.of(k) {
                into.entry[fill[j as usize] as usize] = (k as u32, v);
                fill[j as usize] += 1;
            }
        }
    }
}
