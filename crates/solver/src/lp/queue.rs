//! A set of small numbers that gives back its least or greatest: the order in which a triangular solve visits its steps.

/// Bits in three levels: a bit of a level is set if a word of the level below is not zero.
#[derive(Clone, Default)]
pub(super) struct Queue {
    low: Vec<u64>,
    mid: Vec<u64>,
    high: Vec<u64>,
}

impl Queue {
    /// Makes room for numbers below `n`. The queue is empty before and after.
    pub(super) fn grow(&mut self, n: usize) {
        let words = n.div_ceil(64).max(self.low.len());
        self.low.resize(words, 0);
        self.mid.resize(words.div_ceil(64), 0);
        self.high.resize(self.mid.len().div_ceil(64), 0);
    }

    #[inline]
    pub(super) fn insert(&mut self, k: u32) {
        let k = k as usize;
        self.low[k >> 6] |= 1 << (k & 63);
        self.mid[k >> 12] |= 1 << (k >> 6 & 63);
        self.high[k >> 18] |= 1 << (k >> 12 & 63);
    }

    #[inline]
    fn remove(&mut self, k: usize) {
        self.low[k >> 6] &= !(1 << (k & 63));
        if self.low[k >> 6] == 0 {
            self.mid[k >> 12] &= !(1 << (k >> 6 & 63));
            if self.mid[k >> 12] == 0 {
                self.high[k >> 18] &= !(1 << (k >> 12 & 63));
            }
        }
    }

    /// Takes the least number out.
    #[inline]
    pub(super) fn pop_least(&mut self) -> Option<u32> {
        let h = self.high.iter().position(|&w| w != 0)?;
        let m = h << 6 | self.high[h].trailing_zeros() as usize;
        let l = m << 6 | self.mid[m].trailing_zeros() as usize;
        let k = l << 6 | self.low[l].trailing_zeros() as usize;
        self.remove(k);
        Some(k as u32)
    }

    /// Takes the greatest number out.
    #[inline]
    pub(super) fn pop_greatest(&mut self) -> Option<u32> {
        let top = |w: u64| 63 - w.leading_zeros() as usize;
        let h = self.high.iter().rposition(|&w| w != 0)?;
        let m = h << 6 | top(self.high[h]);
        let l = m << 6 | top(self.mid[m]);
        let k = l << 6 | top(self.low[l]);
        self.remove(k);
        Some(k as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_numbers_back_in_order_from_both_ends() {
        let mut queue = Queue::default();
        queue.grow(300_000);
        let numbers = [0, 1, 63, 64, 4095, 4096, 70_000, 262_143, 262_144, 299_999];
        numbers.iter().rev().for_each(|&k| queue.insert(k));
        let up: Vec<u32> = std::iter::from_fn(|| queue.pop_least()).collect();
        assert_eq!(up, numbers);
        numbers.iter().for_each(|&k| queue.insert(k));
        let down: Vec<u32> = std::iter::from_fn(|| queue.pop_greatest()).collect();
        assert!(down.iter().rev().eq(numbers.iter()));
        queue.insert(5);
        queue.insert(4100);
        assert_eq!(
            (queue.pop_greatest(), queue.pop_least(), queue.pop_least()),
            (Some(4100), Some(5), None)
        );
    }
}
