//! A vector that knows which of its entries may be nonzero.

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
