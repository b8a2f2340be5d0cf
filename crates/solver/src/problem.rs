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
    /// The class of bins, ascending.
    pub bins: Vec<u32>,
    /// Most items in all of them together.
    pub most: u32,
}

/// At least `least` from these items together: the values of their edges in the answer, and of the pairs among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// The class of items. Classes do not overlap, and no `Together` group or pair with a value crosses the edge of one.
    pub items: Vec<u32>,
    /// Least sum of their values.
    pub least: i64,
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
    /// A second load: how much of it each item is. Empty: no item has any.
    pub load: Vec<u32>,
    /// Most of the second load per bin. Empty: any.
    pub load_capacity: Vec<u32>,
    /// Floors under classes of items.
    pub floors: Vec<Floor>,
    /// Pairs (item, bin) that must be part of the answer.
    pub locks: Vec<(u32, u32)>,
    /// Pairs (item, bin) that must not be; a pair without an edge is banned already.
    pub bans: Vec<(u32, u32)>,
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

    /// Every pair of items, but for the members of a `Together` group, with something to say about sharing a bin: its
    /// value, or `None` if it must not.
    pub(crate) fn all_meetings(&self) -> impl Iterator<Item = (u32, u32, Option<i64>)> + '_ {
        let loose = self.groups.iter().filter(|g| g.policy != GroupPolicy::Together);
        let groups = loose.flat_map(|g| {
            let value = (g.policy != GroupPolicy::Apart).then_some(g.pair_value);
            let members = &g.members;
            (0..members.len()).flat_map(move |a| (0..a).map(move |b| (members[a], members[b], value)))
        });
        let pairs = self.pairs.iter().map(|p| (p.a, p.b, Some(p.value)));
        let forbidden = self.forbidden.iter().map(|&(a, b)| (a, b, None));
        groups.chain(pairs).chain(forbidden)
    }

    /// Checks every promise of the fields and that no sum can overflow.
    ///
    /// # Errors
    /// The first breach found, in the order of the fields.
    pub fn check(&self) -> Result<(), ProblemError> {
        let greatest = self.check_edges()?;
        self.check_groups()?;
        self.check_pairs()?;
        self.check_classes()?;
        self.check_choices()?;
        self.check_sums(greatest)
    }

    /// Rows, bins and values; returns the greatest value.
    fn check_edges(&self) -> Result<i64, ProblemError> {
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
        for row in self.indptr.windows(2) {
            let bins = &self.bins[row[0]..row[1]];
            // All are counted: nearly every row passes, and a way out of the loop would only slow it down.
            let ascending = bins.windows(2).filter(|w| w[0] >= w[1]).count() == 0;
            if !ascending || bins.last().is_some_and(|&b| b as usize >= m) {
                let wrong = |k: &usize| bins[*k] as usize >= m || (*k > 0 && bins[*k - 1] >= bins[*k]);
                return bad("bins", row[0] + (0..bins.len()).find(wrong).unwrap_or(0));
            }
        }
        let (mut greatest, mut signs) = (0, 0);
        for &v in &self.values {
            greatest = v.max(greatest);
            signs |= v;
        }
        if signs < 0 {
            return bad("values", self.values.iter().position(|&v| v < 0).unwrap_or(0));
        }
        Ok(greatest)
    }

    fn check_groups(&self) -> Result<(), ProblemError> {
        let mut seen = vec![false; if self.groups.is_empty() { 0 } else { self.n_items() }];
        for (g, group) in self.groups.iter().enumerate() {
            for &i in &group.members {
                let slot = seen.get_mut(i as usize);
                if slot.is_none_or(|s| std::mem::replace(s, true)) {
                    return bad("groups", g);
                }
            }
            if group.pair_value < 0 {
                return bad("groups", g);
            }
        }
        let loose = self.groups.iter().filter(|g| g.policy != GroupPolicy::Together);
        let pairs: usize = loose
            .map(|g| g.members.len() * g.members.len().saturating_sub(1) / 2)
            .sum();
        if pairs > MOST_PAIRS {
            return Err(ProblemError::TooMany {
                array: "groups",
                most: MOST_PAIRS,
            });
        }
        Ok(())
    }

    fn check_pairs(&self) -> Result<(), ProblemError> {
        let wrong = |a: u32, b: u32| a as usize >= self.n_items() || b as usize >= self.n_items() || a == b;
        if let Some(k) = self.pairs.iter().position(|p| wrong(p.a, p.b)) {
            return bad("pairs", k);
        }
        if let Some(k) = self.forbidden.iter().position(|p| wrong(p.0, p.1)) {
            return bad("forbidden", k);
        }
        Ok(())
    }

    /// Limits, loads and floors.
    fn check_classes(&self) -> Result<(), ProblemError> {
        let (n, m) = (self.n_items(), self.n_bins());
        for (k, limit) in self.limits.iter().enumerate() {
            let ascending = limit.bins.windows(2).all(|w| w[0] < w[1]);
            if !ascending || limit.bins.last().is_some_and(|&b| b as usize >= m) {
                return bad("limits", k);
            }
        }
        if !self.load.is_empty() && self.load.len() != n {
            return bad("load", self.load.len());
        }
        if !self.load_capacity.is_empty() && self.load_capacity.len() != m {
            return bad("load_capacity", self.load_capacity.len());
        }
        if self.floors.is_empty() {
            return Ok(());
        }
        let mut class = vec![usize::MAX; n];
        for (k, floor) in self.floors.iter().enumerate() {
            for &i in &floor.items {
                match class.get_mut(i as usize) {
                    Some(slot) if *slot == usize::MAX => *slot = k,
                    _ => return bad("floors", k),
                }
            }
        }
        let together = self.groups.iter().filter(|g| g.policy == GroupPolicy::Together);
        let inside = together.flat_map(|g| g.members.windows(2).map(|w| (w[0], w[1])));
        let valued = self
            .all_meetings()
            .filter(|m| m.2.is_some_and(|v| v != 0))
            .map(|m| (m.0, m.1));
        for (a, b) in inside.chain(valued) {
            let (a, b) = (class[a as usize], class[b as usize]);
            if a != b {
                return bad("floors", a.min(b));
            }
        }
        Ok(())
    }

    fn check_choices(&self) -> Result<(), ProblemError> {
        let wrong = |pair: &(u32, u32)| pair.0 as usize >= self.n_items() || pair.1 as usize >= self.n_bins();
        if let Some(k) = self.locks.iter().position(wrong) {
            return bad("locks", k);
        }
        if let Some(k) = self.bans.iter().position(wrong) {
            return bad("bans", k);
        }
        Ok(())
    }

    /// The most that a bin could hold must stay far from what the integers hold; sums over bins are 128-bit.
    fn check_sums(&self, greatest: i64) -> Result<(), ProblemError> {
        let mut meetings = vec![0_i128; self.n_items()];
        for (a, b, value) in self.all_meetings() {
            let value = i128::from(value.unwrap_or(0)).abs();
            meetings[a as usize] += value;
            meetings[b as usize] += value;
        }
        for group in self.groups.iter().filter(|g| g.policy == GroupPolicy::Together) {
            let others = i128::from(group.pair_value) * (group.members.len().max(1) - 1) as i128;
            group.members.iter().for_each(|&i| meetings[i as usize] += others);
        }
        let one = i128::from(greatest) + meetings.into_iter().max().unwrap_or(0);
        let places = self.capacity.iter().copied().max().unwrap_or(0);
        let many = i128::from(places).min(self.n_items() as i128);
        if one.saturating_mul(many) > i128::from(MOST_IN_BIN) {
            return Err(ProblemError::Overflow { most: MOST_IN_BIN });
        }
        Ok(())
    }
}

/// Most pairs of members in all `Prefer` and `Apart` groups together.
const MOST_PAIRS: usize = 1 << 26;

fn bad<T>(array: &'static str, index: usize) -> Result<T, ProblemError> {
    Err(ProblemError::Malformed { array, index })
}

/// Prices are counted in this many parts of a point: divisible by 1 to 10, so that the fractions which optimal prices
/// have in practice (halves, thirds, quarters …) are held exactly.
pub(crate) const SCALE: i64 = 2520;

/// Greatest value that the items of one bin may have together, as [`Problem::check`] bounds it: the greatest edge value
/// with all pair values of an item, times the places of the largest bin. In parts of a point it stays below 2⁶¹.
pub const MOST_IN_BIN: i64 = 1 << 49;

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
    /// More pairs of items than are looked at one by one.
    #[error("{array} hold more than {most} pairs")]
    TooMany {
        /// Which array of [`Problem`].
        array: &'static str,
        /// Most pairs allowed.
        most: usize,
    },
    /// A bug of the solver, not of the problem: its own checker refused the proof, so no answer is given.
    #[error("internal: the certificate was refused: {flaw}")]
    Unproven {
        /// What the checker found.
        flaw: crate::check::Flaw,
    },
    /// A sum could pass what the integers hold.
    #[error("the values of one bin can pass {most}")]
    Overflow {
        /// Greatest sum allowed, [`MOST_IN_BIN`].
        most: i64,
    },
}
