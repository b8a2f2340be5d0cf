//! One connected part of a problem, in dense numbers of its own.

use std::sync::OnceLock;

use super::{ByBin, Cluster};

/// How two units get on in one bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// The other unit.
    pub other: u32,
    /// Value of sharing a bin; `None`: they must not.
    pub value: Option<i64>,
}

/// A floor under a class of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Class {
    /// The problem's number of the floor.
    pub id: u32,
    /// Least sum of the values of its units here.
    pub least: i128,
}

/// One connected part of the problem.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    /// Units as numbered in [`super::Model`], and bins as numbered in the problem, ascending.
    pub units: Vec<u32>,
    pub bins: Vec<u32>,
    /// So many of the units, the last ones, stand for such as are elsewhere: cuts leave them alone.
    pub strangers: u32,
    /// Items of each unit, and its second load.
    pub sizes: Vec<u32>,
    pub loads: Vec<u32>,
    /// Room of each bin for items and for the second load.
    pub capacity: Vec<u32>,
    pub load_capacity: Vec<u32>,
    /// Edges by unit: `row_start[u]..row_start[u + 1]`, by bin.
    pub row_start: Vec<usize>,
    pub row_bin: Vec<u32>,
    pub row_value: Vec<i64>,
    /// The same edges by bin, once somebody asks: a transportation problem never does.
    pub(crate) by_bin: OnceLock<ByBin>,
    pub clusters: Vec<Cluster>,
    /// Cluster of each unit, or a number that no cluster has.
    pub cluster_of: Vec<u32>,
    /// How units of this part get on, per unit by other unit.
    pub meetings: Vec<Vec<Meeting>>,
    /// Items that each limit still allows, and the limits of each bin.
    pub limit_most: Vec<u32>,
    pub limits_of_bin: Vec<Vec<u32>>,
    /// The problem's number of each limit.
    pub limit_ids: Vec<u32>,
    /// Floors, and the class of each unit or [`Part::NO_CLASS`].
    pub classes: Vec<Class>,
    pub class_of: Vec<u32>,
}

impl Part {
    pub(crate) const NO_CLASS: u32 = u32::MAX;
    /// Bins of a wide part.
    const WIDE: usize = 4_000;
    /// Bins of a vast part.
    const VAST: usize = 10_000;

    pub(crate) fn n_units(&self) -> usize {
        self.units.len()
    }

    pub(crate) fn n_bins(&self) -> usize {
        self.bins.len()
    }

    pub(crate) fn n_edges(&self) -> usize {
        self.row_bin.len()
    }

    /// Whether this is the same part as another but for the numbers that the problem gives to units, bins, limits and floors.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.sizes == other.sizes
            && self.loads == other.loads
            && self.capacity == other.capacity
            && self.load_capacity == other.load_capacity
            && self.row_start == other.row_start
            && self.row_bin == other.row_bin
            && self.row_value == other.row_value
            && self.meetings == other.meetings
            && self.limit_most == other.limit_most
            && self.limits_of_bin == other.limits_of_bin
            && self.class_of == other.class_of
            && self.classes.len() == other.classes.len()
            && self.classes.iter().zip(&other.classes).all(|(a, b)| a.least == b.least)
    }

    /// Whether this is a transportation problem: single items, no meetings, no limits, no loads, no floors.
    pub(crate) fn is_transport(&self) -> bool {
        self.limit_most.is_empty()
            && self.classes.is_empty()
            && self.sizes.iter().all(|&s| s == 1)
            && self.loads.iter().all(|&l| l == 0)
            && self.meetings.iter().all(Vec::is_empty)
    }

    /// Whether a unit stands for one that is elsewhere.
    pub(crate) fn is_stranger(&self, unit: u32) -> bool {
        unit as usize >= self.n_units() - self.strangers as usize
    }

    /// Whether it is so wide that it is brought near the end region by region ([`crate::regions`]).
    pub(crate) fn is_vast(&self) -> bool {
        self.n_bins() >= Self::VAST && self.classes.is_empty() && self.limit_most.is_empty()
    }

    /// How many wide parts it makes: 0 for most; in others so much is far apart that things can be done in as many places at
    /// once.
    pub(crate) fn widths(&self) -> usize {
        self.n_bins() / Self::WIDE
    }

    /// Bins that a unit could go to, and its values there.
    pub(crate) fn row(&self, unit: u32) -> impl ExactSizeIterator<Item = (u32, i64)> + Clone + '_ {
        let span = self.row_start[unit as usize]..self.row_start[unit as usize + 1];
        self.row_bin[span.clone()]
            .iter()
            .copied()
            .zip(self.row_value[span].iter().copied())
    }

    /// The edges by bin.
    pub(crate) fn by_bin(&self) -> &ByBin {
        self.by_bin.get_or_init(|| ByBin::of(self))
    }

    /// Value of a unit alone in a bin, if it could go there.
    pub(crate) fn edge(&self, unit: u32, bin: u32) -> Option<i64> {
        let span = self.row_start[unit as usize]..self.row_start[unit as usize + 1];
        let at = self.row_bin[span.clone()].binary_search(&bin).ok()?;
        Some(self.row_value[span.start + at])
    }

    /// What two units add by sharing a bin; `None`: they must not.
    pub(crate) fn meeting(&self, a: u32, b: u32) -> Option<i64> {
        let list = &self.meetings[a as usize];
        list.binary_search_by_key(&b, |m| m.other)
            .map_or(Some(0), |at| list[at].value)
    }

    /// Value of a set of units in a bin; `None` if it does not fit or two must not meet.
    pub(crate) fn set_value(&self, bin: u32, set: &[u32]) -> Option<i64> {
        let mut total = 0;
        let (mut size, mut load) = (0, 0);
        for (n, &u) in set.iter().enumerate() {
            total += self.edge(u, bin)?;
            size += u64::from(self.sizes[u as usize]);
            load += u64::from(self.loads[u as usize]);
            if !self.meetings[u as usize].is_empty() {
                for &v in &set[..n] {
                    total += self.meeting(u, v)?;
                }
            }
        }
        let fits =
            size <= u64::from(self.capacity[bin as usize]) && load <= u64::from(self.load_capacity[bin as usize]);
        fits.then_some(total)
    }

    /// What a set of units in a bin counts towards a floor.
    pub(crate) fn class_value(&self, class: u32, bin: u32, set: &[u32]) -> i64 {
        let mut total = 0;
        for (n, &u) in set.iter().enumerate() {
            if self.class_of[u as usize] == class {
                total += self.edge(u, bin).unwrap_or(0);
                for &v in &set[..n] {
                    if self.class_of[v as usize] == class {
                        total += self.meeting(u, v).unwrap_or(0);
                    }
                }
            }
        }
        total
    }
}
