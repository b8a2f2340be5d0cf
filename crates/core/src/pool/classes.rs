//! Columns of repeated facts: each distinct set of facts is kept once, each row holds a small number.
//!
//! A criterion or rule that reads one column is then worked out once per class instead of once per family.

use std::collections::BTreeMap;

/// A column in which equal facts share one entry. Classes are numbered in the order of the facts, so the numbering
/// does not depend on the order of the rows.
#[derive(Clone, Debug)]
pub(crate) struct Classes<T> {
    /// The distinct facts, in ascending order.
    pub(crate) facts: Vec<T>,
    /// For each row, its place in `facts`.
    pub(crate) of: Vec<u32>,
}

impl<T: Ord + Clone> Classes<T> {
    /// Interns a column. `O(n log k)` time for `n` rows of `k` classes.
    pub(crate) fn new(rows: &[T]) -> Self {
        let mut numbers: BTreeMap<&T, u32> = rows.iter().map(|row| (row, 0)).collect();
        for (number, slot) in (0..).zip(numbers.values_mut()) {
            *slot = number;
        }
        let of = rows.iter().map(|row| numbers[row]).collect();
        let facts = numbers.into_keys().cloned().collect();
        Self { facts, of }
    }

    /// The facts of a row.
    pub(crate) fn at(&self, row: usize) -> &T {
        &self.facts[self.of[row] as usize]
    }
}

/// A set of interned words as bits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Bits(Box<[u64]>);

impl Bits {
    /// The set of these numbers, all below `limit`.
    pub(crate) fn new(limit: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut words = vec![0_u64; limit.div_ceil(64)];
        for m in members {
            words[m / 64] |= 1 << (m % 64);
        }
        Self(words.into())
    }

    /// How many members both sets have.
    pub(crate) fn shared(&self, other: &Self) -> u32 {
        self.0.iter().zip(&other.0).map(|(a, b)| (a & b).count_ones()).sum()
    }

    /// How many members it has.
    pub(crate) fn count(&self) -> u32 {
        self.0.iter().map(|w| w.count_ones()).sum()
    }

    /// Whether it has no member.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|&w| w == 0)
    }

    /// Whether it has this member.
    pub(crate) fn has(&self, m: usize) -> bool {
        self.0.get(m / 64).is_some_and(|w| w >> (m % 64) & 1 == 1)
    }
}

/// The words of a document's own vocabulary (competences, languages, municipalities), numbered in sorted order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words(Vec<String>);

impl Words {
    /// The distinct words among these.
    pub(crate) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all: Vec<&str> = words.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        Self(all.into_iter().map(str::to_owned).collect())
    }

    /// The number of a word.
    pub(crate) fn number(&self, word: &str) -> Option<usize> {
        self.0.binary_search_by(|w| w.as_str().cmp(word)).ok()
    }

    /// How many words there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The set of these words; unknown ones are left out.
    pub(crate) fn bits<'a>(&self, words: impl IntoIterator<Item = &'a String>) -> Bits {
        Bits::new(self.len(), words.into_iter().filter_map(|w| self.number(w)))
    }
}
