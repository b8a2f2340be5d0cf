//! A region with what its border asks of it, as a part of its own.
//!
//! Only the prices of the region's units are sought; all others stand. So a unit of the region is worth what it brings more
//! than the best bin far outside would pay for it, and a unit from elsewhere can be had by any bin for its price. The dual
//! of this part is the dual of the whole with all other prices as they are, but for what is said at [`Bordered::new`].

use std::cmp::Reverse;

use super::FINE;
use crate::model::{Meeting, Part};
use crate::prices::Prices;
use crate::problem::SCALE;

/// A unit from elsewhere that gains so much less than the last place of a bin costs is not wanted there.
const SPARE: i64 = 100 * SCALE;

pub(super) struct Bordered {
    /// Values in `1 / FINE` points. The units of the region come first.
    pub part: Part,
    /// What the bins far outside would pay for each unit of the region.
    pub least: Vec<i64>,
}

impl Bordered {
    /// The units of a region (ascending), and the bins (ascending) that could soon take any of them. Left out: that several
    /// of the units could go to one bin far outside together, and units from elsewhere beyond those that fill a bin.
    pub(super) fn new(whole: &Part, units: &[u32], bins: &[u32], prices: &Prices, place: &[i64]) -> Self {
        let mut part = Part {
            units: units.to_vec(),
            bins: bins.to_vec(),
            capacity: bins.iter().map(|&b| whole.capacity[b as usize]).collect(),
            load_capacity: bins.iter().map(|&b| whole.load_capacity[b as usize]).collect(),
            limits_of_bin: vec![Vec::new(); bins.len()],
            row_start: vec![0],
            ..Part::default()
        };
        let mut least = Vec::new();
        let mut here: Vec<(u32, i64)> = Vec::new();
        for &u in units {
            let size = i64::from(whole.sizes[u as usize]);
            let mut most = 0;
            here.clear();
            for (b, v) in whole.row(u) {
                match bins.binary_search(&b) {
                    Ok(local) => here.push((local as u32, v)),
                    Err(_) => most = most.max(v * SCALE - place[b as usize] * size),
                }
            }
            let less = fine(most);
            for (b, v) in here.iter().map(|&(b, v)| (b, v * FINE - less)).filter(|e| e.1 > 0) {
                part.row_bin.push(b);
                part.row_value.push(v);
            }
            part.row_start.push(part.row_bin.len());
            least.push(most);
        }
        add_strangers(&mut part, whole, units, prices, place);
        part.strangers = (part.units.len() - units.len()) as u32;
        part.sizes = part.units.iter().map(|&u| whole.sizes[u as usize]).collect();
        part.loads = part.units.iter().map(|&u| whole.loads[u as usize]).collect();
        part.class_of = vec![Part::NO_CLASS; part.units.len()];
        part.meetings = meetings(&part, whole, units.len());
        part.cluster();
        Self { part, least }
    }
}

/// Adds, for each bin, the best units from elsewhere at their prices, as many as could fill it, each with this one edge.
fn add_strangers(part: &mut Part, whole: &Part, units: &[u32], prices: &Prices, place: &[i64]) {
    let by_bin = whole.by_bin();
    let mut found: Vec<(Reverse<i64>, u32, i64)> = Vec::new();
    for (local, &b) in (0..).zip(&part.bins) {
        let edges = by_bin.start[b as usize]..by_bin.start[b as usize + 1];
        found.clear();
        for (&u, &v) in by_bin.unit[edges.clone()].iter().zip(&by_bin.value[edges]) {
            let size = i64::from(whole.sizes[u as usize]);
            let gain = v * SCALE - prices.unit[u as usize];
            if gain > 0 && gain >= place[b as usize] * size - SPARE && units.binary_search(&u).is_err() {
                found.push((Reverse(gain / size), u, fine(gain)));
            }
        }
        found.sort_unstable();
        found.truncate(whole.capacity[b as usize] as usize);
        for &(_, u, value) in found.iter().filter(|f| f.2 > 0) {
            part.units.push(u);
            part.row_bin.push(local);
            part.row_value.push(value);
            part.row_start.push(part.row_bin.len());
        }
    }
}

/// How the units get on, the first `own` of which stand there once, the others once for each bin.
fn meetings(part: &Part, whole: &Part, own: usize) -> Vec<Vec<Meeting>> {
    let mut others: Vec<(u32, u32)> = part.units[own..].iter().copied().zip(own as u32..).collect();
    others.sort_unstable();
    let here = |u: u32| {
        let once = part.units[..own].binary_search(&u).ok().map(|n| n as u32);
        let first = others.partition_point(|o| o.0 < u);
        let more = others[first..].iter().take_while(move |o| o.0 == u);
        once.into_iter().chain(more.map(|o| o.1))
    };
    let of_unit = |&u: &u32| {
        let all = whole.meetings[u as usize].iter();
        let mut list: Vec<Meeting> = all
            .flat_map(|m| {
                let value = m.value.map(|v| v * FINE);
                here(m.other).map(move |other| Meeting { other, value })
            })
            .collect();
        list.sort_unstable_by_key(|m| m.other);
        list
    };
    part.units.iter().map(of_unit).collect()
}

/// A price in `1 / FINE` points.
fn fine(price: i64) -> i64 {
    (price * FINE + SCALE / 2) / SCALE
}
