//! A vector that knows which of its entries may be nonzero, and lists of entries.

/// Dense values with a list of the places that may be nonzero.
#[derive(Clone, Default)]
pub(super) struct Sparse {
    pub(super) value: Vec<f64>,
    /// Places that may be nonzero, each once, in the order in which they were touched.
    pub(super) index: Vec<u32>,
    listed: Vec<bool>,
}

impl Sparse {
    /// Grows to `n` places; the new ones are zero.
    pub(super) fn grow(&mut self, n: usize) {
        if self.value.len() < n {
            self.value.resize(n, 0.0);
            self.listed.resize(n, false);
        }
    }

    pub(super) fn clear(&mut self) {
        for &i in &self.index {
            self.value[i as usize] = 0.0;
            self.listed[i as usize] = false;
        }
        self.index.clear();
    }

    /// Lists a place.
    #[inline]
    pub(super) fn touch(&mut self, i: u32) {
        if !self.listed[i as usize] {
            self.listed[i as usize] = true;
            self.index.push(i);
        }
    }

    #[inline]
    pub(super) fn add(&mut self, i: u32, v: f64) {
        self.touch(i);
        self.value[i as usize] += v;
    }

    #[inline]
    pub(super) fn get(&self, i: u32) -> f64 {
        self.value[i as usize]
    }

    /// Sets entries smaller than `least` to zero and takes them off the list.
    pub(super) fn prune(&mut self, least: f64) {
        let (value, listed) = (&mut self.value, &mut self.listed);
        self.index.retain(|&i| {
            let keep = value[i as usize].abs() > least;
            if !keep {
                value[i as usize] = 0.0;
                listed[i as usize] = false;
            }
            keep
        });
    }

    /// Entries that may be nonzero.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u32, f64)> + Clone + '_ {
        self.index.iter().map(|&i| (i, self.value[i as usize]))
    }

    /// Replaces the list, after the values were filled in by other means.
    pub(super) fn relist(&mut self) {
        self.index.clear();
        for (i, (v, listed)) in self.value.iter().zip(&mut self.listed).enumerate() {
            *listed = *v != 0.0;
            if *listed {
                self.index.push(i as u32);
            }
        }
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
