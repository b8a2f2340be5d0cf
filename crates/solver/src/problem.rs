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
    /// A total could pass what the integers hold.
    #[error("the sum of values can pass 2^62")]
    Overflow,
}
