//! The problem: what may go where, what it is worth, and what must hold. Plain integers.

/// What a group of items asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupPolicy {
    /// All members in one bin, or none placed. Each pair earns `pair_value`.
    Together,
    /// Any split; each pair in one bin earns `pair_value`.
    Prefer,
    /// No two members in one bin.
    Apart,
}

/// A group of items. Groups do not overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Member items.
    pub members: Vec<u32>,
    /// What the group asks for.
    pub policy: GroupPolicy,
    /// Value of each pair of members that shares a bin; 0 or more; ignored for `Apart`.
    pub pair_value: i64,
}

/// Value earned when two items share a bin; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairValue {
    /// One item.
    pub a: u32,
    /// The other item.
    pub b: u32,
    /// Value, positive or negative.
    pub value: i64,
}

/// At most `most` items in these bins together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The class of bins.
    pub bins: Vec<u32>,
    /// Most items in all of them together.
    pub most: u32,
}

/// Items, bins and what their pairings are worth. Maximise the sum of edge values and pair values.
///
/// Every item goes to at most one bin; an item may stay out, which is worth 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Row starts: the edges of item `i` are `indptr[i]..indptr[i + 1]`; one entry more than there are items.
    pub indptr: Vec<usize>,
    /// The bin of each edge; within an item strictly increasing.
    pub bins: Vec<u32>,
    /// The value of each edge, 0 or more.
    pub values: Vec<i64>,
    /// Most items per bin.
    pub capacity: Vec<u32>,
    /// Groups, not overlapping.
    pub groups: Vec<Group>,
    /// Values of further pairs of items.
    pub pairs: Vec<PairValue>,
    /// Pairs of items that must not share a bin.
    pub forbidden: Vec<(u32, u32)>,
    /// Limits over classes of bins; a bin may be in several.
    pub limits: Vec<Limit>,
    /// Pairs (item, bin) that must be part of the answer.
    pub locks: Vec<(u32, u32)>,
}

impl Problem {
    /// Number of items.
    pub fn n_items(&self) -> usize {
        self.indptr.len().saturating_sub(1)
    }

    /// Number of bins.
    pub fn n_bins(&self) -> usize {
        self.capacity.len()
    }

    /// Every pair of items with something to say about sharing a bin: its value, or `None` if it must not.
    pub(crate) fn all_meetings(&self) -> impl Iterator<Item = (u32, u32, Option<i64>)> + '_ {
        let groups = self.groups.iter().flat_map(|g| {
            let value = (g.policy != GroupPolicy::Apart).then_some(g.pair_value);
            let members = &g.members;
            (0..members.len()).flat_map(move |a| (0..a).map(move |b| (members[a], members[b], value)))
        });
        let pairs = self.pairs.iter().map(|p| (p.a, p.b, Some(p.value)));
        let forbidden = self.forbidden.iter().map(|&(a, b)| (a, b, None));
        groups.chain(pairs).chain(forbidden)
    }

    /// Checks every promise of the fields and that no total can overflow.
    ///
    /// # Errors
    /// The first breach found, in the order of the fields.
    pub fn check(&self) -> Result<(), ProblemError> {
        let bad = |array, index| Err(ProblemError::Malformed { array, index });
        let n = self.n_items();
        let m = self.n_bins();
        // Dense numbers are held in 32 bits, the highest bit kept free.
        if n >= 1 << 31 || m >= 1 << 31 || self.bins.len() >= 1 << 31 {
            return bad("indptr", n);
        }
        if self.indptr.first() != Some(&0) {
            return bad("indptr", 0);
        }
        if let Some(i) = (0..n).find(|&i| self.indptr[i] > self.indptr[i + 1]) {
            return bad("indptr", i + 1);
        }
        if self.indptr[n] != self.bins.len() {
            return bad("indptr", n);
        }
        if self.values.len() != self.bins.len() {
            return bad("values", self.values.len());
        }
        for i in 0..n {
            for e in self.indptr[i]..self.indptr[i + 1] {
                if self.bins[e] as usize >= m || (e > self.indptr[i] && self.bins[e - 1] >= self.bins[e]) {
                    return bad("bins", e);
                }
                if self.values[e] < 0 {
                    return bad("values", e);
                }
            }
        }
        let item = |i: u32| (i as usize) < n;
        let mut seen = vec![false; n];
        for (g, group) in self.groups.iter().enumerate() {
            for &i in &group.members {
                if !item(i) || std::mem::replace(&mut seen[i as usize], true) {
                    return bad("groups", g);
                }
            }
            if group.pair_value < 0 {
                return bad("groups", g);
            }
        }
        if let Some(k) = self.pairs.iter().position(|p| !item(p.a) || !item(p.b) || p.a == p.b) {
            return bad("pairs", k);
        }
        if let Some(k) = self
            .forbidden
            .iter()
            .position(|p| !item(p.0) || !item(p.1) || p.0 == p.1)
        {
            return bad("forbidden", k);
        }
        for (k, limit) in self.limits.iter().enumerate() {
            let ascending = limit.bins.windows(2).all(|w| w[0] < w[1]);
            if !ascending || limit.bins.last().is_some_and(|&b| b as usize >= m) {
                return bad("limits", k);
            }
        }
        if let Some(k) = self.locks.iter().position(|l| !item(l.0) || l.1 as usize >= m) {
            return bad("locks", k);
        }
        self.check_total()
    }

    /// The largest total that any answer could reach must stay far from what the integers hold.
    fn check_total(&self) -> Result<(), ProblemError> {
        let mut most = 0_i128;
        for i in 0..self.n_items() {
            let row = &self.values[self.indptr[i]..self.indptr[i + 1]];
            most += i128::from(row.iter().copied().max().unwrap_or(0));
        }
        for (_, _, value) in self.all_meetings() {
            most += i128::from(value.unwrap_or(0)).abs();
        }
        if most > i128::from(MOST_TOTAL) {
            Err(ProblemError::Overflow { most: MOST_TOTAL })
        } else {
            Ok(())
        }
    }
}

/// Prices are counted in this many parts of a point: divisible by 1 to 10, so that the fractions which optimal prices
/// have in practice (halves, thirds, quarters …) are held exactly.
pub(crate) const SCALE: i64 = 2520;

/// Greatest total that [`Problem::check`] lets pass: with [`SCALE`], sums and differences stay below 2⁶².
pub const MOST_TOTAL: i64 = (1 << 60) / SCALE;

/// Why a problem was refused. Indices point into the vectors of [`Problem`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// An array does not have the length or order it must have.
    #[error("{array}[{index}] is out of order or out of range")]
    Malformed {
        /// Which array of [`Problem`].
        array: &'static str,
        /// Position in it.
        index: usize,
    },
    /// A bug of the solver, not of the problem: its own checker refused the proof, so no answer is given.
    #[error("internal: the certificate was refused: {flaw}")]
    Unproven {
        /// What the checker found.
        flaw: crate::check::Flaw,
    },
    /// A total could pass what the integers hold.
    #[error("the sum of values can pass {most}")]
    Overflow {
        /// Greatest total allowed, [`MOST_TOTAL`].
        most: i64,
    },
}
