//! What proves a bound: prices, cuts and a tree of decisions, in the caller's numbers. Data only.
//!
//! The argument, which [`crate::check`] repeats from the problem alone: bins fall into parts that share no item. In a
//! part, for any prices (not negative, except for an item that must be placed),
//!
//! ```text
//! value of any answer ≤ Σ item prices + Σ limit price · room + Σ cut prices + Σ over bins of max gain(S)
//! gain(S) = value(S) − Σ item prices − limit prices · items − Σ prices of the cuts that S and the bin meet twice
//! ```
//!
//! An answer better than the one shown can only use sets whose gain at the root prices is within a slack of their bin's
//! best; over those sets each leaf of the tree has prices that leave no room for a better answer, and the branches of
//! the tree (an item goes to a bin, or it does not) cover everything.

/// Prices are counted in this many parts of a point.
pub const PRICE_SCALE: i64 = crate::problem::SCALE;

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
    /// Subset cuts that the prices may charge for.
    pub cuts: Vec<Cut>,
    /// Prices at the root.
    pub root: PriceList,
    /// The tree, its root first; empty if the root prices suffice.
    pub nodes: Vec<ProofNode>,
}

/// A subset cut: of all sets that meet two or more of these three, at most one is in an answer, since two of them would
/// share an item or a bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Two or three items; a `together` group is named by its smallest member.
    pub items: Vec<u32>,
    /// The bin, if it is one of the three.
    pub bin: Option<u32>,
}

/// Prices, [`PRICE_SCALE`] to a point; what is not listed costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceList {
    /// Item (a `together` group by its smallest member) and price, ascending by item.
    pub items: Vec<(u32, i64)>,
    /// Limit, as an index into [`crate::Problem::limits`], and price per item counted.
    pub limits: Vec<(u32, i64)>,
    /// Price of each cut, in the order of [`PartCertificate::cuts`]; the list may be shorter.
    pub cuts: Vec<i64>,
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofNode {
    /// Closed by these prices.
    Leaf(PriceList),
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
}
