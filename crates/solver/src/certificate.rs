//! What proves a bound: prices, cuts and a tree of decisions, in the caller's numbers. Data only.
//!
//! The argument, which [`crate::check()`] repeats from the problem alone: bins fall into parts that share no item. In a
//! part, for any prices (not negative, except for an item that must be placed),
//!
//! ```text
//! value of any answer ≤ Σ item prices + Σ limit price · room + Σ cut price · most − Σ floor price · least
//!                       + Σ over bins of max gain(S)
//! gain(S) = value(S) + floor price · class value(S) − Σ item prices − limit prices · items − Σ cut prices · what S counts
//! ```
//!
//! An answer better than the one shown can only use sets whose gain at the root prices is within a slack of their bin's
//! best; over those sets each leaf of the tree has prices that leave no room for a better answer, and the branches of
//! the tree (an item goes to a bin, or it does not) cover everything. Where such sets would be too many, the ends of the tree
//! have proofs of their own instead, each of the same kind, under the decisions that lead there.

/// Prices are counted in this many parts of a point.
pub const PRICE_SCALE: i64 = 2520;

/// The price of a floor is counted in 2 to this many parts of a point for each point of its class.
pub const FLOOR_SCALE: u32 = 40;

/// Proof of a bound for a whole problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// One proof per part.
    pub parts: Vec<PartCertificate>,
}

/// Proof of a bound for the bins of one part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartCertificate {
    /// The bins of the part, ascending.
    pub bins: Vec<u32>,
    /// Cuts that the prices may charge for.
    pub cuts: Vec<Cut>,
    /// Prices at the root.
    pub root: PriceList,
    /// For each of the bins: no set gains more at the root prices.
    pub bin_prices: Vec<i64>,
    /// The tree, its root first; empty if the root prices suffice.
    pub nodes: Vec<ProofNode>,
}

/// A cut: a set counts the sum of its rows' numerators over the denominator, rounded down, and all sets of an answer
/// together count at most the same of all rows at their most, rounded down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Rows with their numerators, each row once.
    pub rows: Vec<(CutRow, u32)>,
    /// At least 1.
    pub denominator: u32,
}

/// What a cut weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CutRow {
    /// An item (a `together` group by its smallest member): in at most one set.
    Item(u32),
    /// A bin: at most one set.
    Bin(u32),
    /// A limit, as an index into [`crate::Problem::limits`]: a set counts its items; at most the room left.
    Limit(u32),
    /// An earlier cut, as an index into [`PartCertificate::cuts`]: at most what it allows.
    Cut(u32),
}

/// Prices, [`PRICE_SCALE`] to a point; what is not listed costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList {
    /// Item (a `together` group by its smallest member) and price, ascending by item.
    pub items: Vec<(u32, i64)>,
    /// Limit, as an index into [`crate::Problem::limits`], and price per item counted.
    pub limits: Vec<(u32, i64)>,
    /// Floor, as an index into [`crate::Problem::floors`], and what a point of its class counts on top, [`FLOOR_SCALE`].
    pub floors: Vec<(u32, i64)>,
    /// Price of each cut, in the order of [`PartCertificate::cuts`]; the list may be shorter.
    pub cuts: Vec<i64>,
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofNode {
    /// Closed by these prices: no better answer.
    Leaf(PriceList),
    /// Closed by these prices with values left apart: they prove a bound below 0, so no answer at all reaches the floors.
    Dead(PriceList),
    /// Either the item goes to the bin, or it does not.
    Branch {
        /// The item (a `together` group by its smallest member).
        item: u32,
        /// The bin.
        bin: u32,
        /// Index of the node where it does; later in the list.
        yes: u32,
        /// Index of the node where it does not; later in the list.
        no: u32,
    },
    /// Closed by a proof of its own for the same bins, which need hold only under the decisions on the way here: it has its
    /// own root prices, cuts and tree, in which there is no such node.
    Own(Box<PartCertificate>),
}
