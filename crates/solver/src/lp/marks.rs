//! A set of small numbers, met in their order: which entries of a vector may be nonzero, which steps of a solve are to come.

/// Bits in two levels: where a word of the lower one is not zero, the bit of the upper one for it is set. (It may be set
/// where the word is zero: numbers were taken out.)
#[derive(Clone, Default)]
pub(super) struct Marks {
    low: Vec<u64>,
    high: Vec<u64>,
}

impl Marks {
    /// Makes room for numbers below `n`.
    pub(super) fn grow(&mut self, n: usize) {
        let words = n.div_ceil(64).max(self.low.len());
        self.low.resize(words, 0);
        self.high.resize(words.div_ceil(64), 0);
    }

    /// Puts a number in; whether it was not there.
    #[inline]
    pub(super) fn insert(&mut self, k: u32) -> bool {
        let k = k as usize;
        let (word, bit) = (&mut self.low[k >> 6], 1 << (k & 63));
        let is_new = *word & bit == 0;
        // Mostly not the first of its word, so that the upper level, one and the same word for most, is seldom written.
        if *word == 0 {
            self.high[k >> 12] |= 1 << (k >> 6 & 63);
        }
        *word |= bit;
        is_new
    }

    #[inline]
    pub(super) fn remove(&mut self, k: u32) {
        self.low[k as usize >> 6] &= !(1 << (k & 63));
    }

    pub(super) fn clear(&mut self) {
        for (h, word) in self.high.iter_mut().enumerate() {
            let mut rest = std::mem::take(word);
            while rest != 0 {
                self.low[h << 6 | rest.trailing_zeros() as usize] = 0;
                rest &= rest - 1;
            }
        }
    }

    /// The least number from this one on.
    #[inline]
    pub(super) fn at_or_after(&self, from: u32) -> Option<u32> {
        let l = from as usize >> 6;
        let word = self.low.get(l)? >> (from & 63);
        if word != 0 {
            return Some(from + word.trailing_zeros());
        }
        self.first_word(l + 1)
            .map(|l| (l << 6) as u32 | self.low[l].trailing_zeros())
    }

    /// The greatest number before this one.
    #[inline]
    pub(super) fn before(&self, end: u32) -> Option<u32> {
        let l = end as usize >> 6;
        let rest = end & 63;
        let word = self.low.get(l).copied().unwrap_or(0) & ((1 << rest) - 1);
        if word != 0 {
            return Some((l << 6) as u32 | word.ilog2());
        }
        self.last_word(l).map(|l| (l << 6) as u32 | self.low[l].ilog2())
    }

    /// The first word from this one on that is not zero.
    fn first_word(&self, from: usize) -> Option<usize> {
        let mut h = from >> 6;
        let mut above = self.high.get(h)? >> (from & 63) << (from & 63);
        loop {
            while above == 0 {
                h += 1;
                above = *self.high.get(h)?;
            }
            let l = h << 6 | above.trailing_zeros() as usize;
            if self.low[l] != 0 {
                return Some(l);
            }
            above &= above - 1;
        }
    }

    /// The last word before this one that is not zero.
    fn last_word(&self, end: usize) -> Option<usize> {
        let mut h = end >> 6;
        let mut above = self.high.get(h).copied().unwrap_or(0) & ((1 << (end & 63)) - 1);
        loop {
            while above == 0 {
                h = h.checked_sub(1)?;
                above = self.high[h];
            }
            let top = above.ilog2();
            let l = h << 6 | top as usize;
            if self.low[l] != 0 {
                return Some(l);
            }
            above ^= 1 << top;
        }
    }

    /// All numbers, the least first.
    pub(super) fn iter(&self) -> Iter<'_> {
        Iter {
            marks: self,
            high: self.high.first().copied().unwrap_or(0),
            h: 0,
            low: 0,
            l: 0,
        }
    }
}

/// The numbers of a set in their order.
#[derive(Clone)]
pub(super) struct Iter<'a> {
    marks: &'a Marks,
    /// What is left of the words met, and which they are.
    high: u64,
    h: usize,
    low: u64,
    l: usize,
}

impl Iterator for Iter<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        while self.low == 0 {
            while self.high == 0 {
                self.h += 1;
                self.high = *self.marks.high.get(self.h)?;
            }
            self.l = self.h << 6 | self.high.trailing_zeros() as usize;
            self.high &= self.high - 1;
            self.low = self.marks.low[self.l];
        }
        let k = (self.l << 6) as u32 | self.low.trailing_zeros();
        self.low &= self.low - 1;
        Some(k)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All numbers, found from one end.
    fn up(marks: &Marks) -> Vec<u32> {
        let mut next = marks.at_or_after(0);
        std::iter::from_fn(|| {
            let k = next?;
            next = marks.at_or_after(k + 1);
            Some(k)
        })
        .collect()
    }

    #[test]
    fn numbers_are_met_in_order_from_both_ends() {
        let mut marks = Marks::default();
        marks.grow(300_000);
        assert!(up(&marks).is_empty() && marks.before(300_000).is_none() && marks.iter().next().is_none());
        let numbers = [0, 1, 63, 64, 4095, 4096, 70_000, 262_143, 262_144, 299_999];
        assert!(numbers.iter().rev().all(|&k| marks.insert(k)));
        assert!(!marks.insert(64));
        assert_eq!(up(&marks), numbers);
        assert!(marks.iter().eq(numbers));
        let mut next = marks.before(300_000);
        let down: Vec<u32> = std::iter::from_fn(|| {
            let k = next?;
            next = marks.before(k);
            Some(k)
        })
        .collect();
        assert!(down.iter().rev().eq(&numbers));
        // Words emptied are passed over, from both sides.
        [0, 1, 63, 4095, 70_000].iter().for_each(|&k| marks.remove(k));
        assert_eq!(up(&marks), [64, 4096, 262_143, 262_144, 299_999]);
        assert!(marks.iter().eq(up(&marks)));
        assert_eq!((marks.before(262_143), marks.before(64)), (Some(4096), None));
        marks.clear();
        assert!(up(&marks).is_empty() && marks.iter().next().is_none());
        assert!(marks.insert(4096) && marks.iter().eq([4096]));
    }
}
