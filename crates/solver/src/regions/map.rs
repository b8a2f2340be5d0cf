//! A vast part cut into regions: bins that compete for the same units lie together.
//!
//! Bins are linked where a unit of the one could as well be in the other, which follows distance, ages and whatever else
//! makes bins alike without knowing any of it. A region grows by the bin that has most of its links there, so that none is
//! left behind alone.
//!
//! Promises: every bin in one region, the same each time; no region of more bins than asked for, most of them not of many
//! fewer.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::Part;
use crate::problem::SCALE;

/// The best bins of a unit that are linked.
const WAYS: usize = 6;
/// A whole, where shares of links are counted.
const WHOLE: u32 = 1_000_000;
const NOWHERE: u32 = u32::MAX;

/// Links between bins.
pub(super) struct Map {
    start: Vec<usize>,
    link: Vec<u32>,
}

/// Bins by region.
pub(super) struct Regions {
    pub of_bin: Vec<u32>,
    /// Ascending.
    pub bins: Vec<Vec<u32>>,
}

impl Map {
    /// The home of each unit is linked with its best bins at these prices of a place.
    pub(super) fn new(part: &Part, home: &[u32], place: &[i64]) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut best: Vec<(Reverse<i64>, u32)> = Vec::new();
        for (u, &at) in (0..).zip(home) {
            let size = i64::from(part.sizes[u as usize]);
            let gains = part
                .row(u)
                .map(|(b, v)| (Reverse(v * SCALE - place[b as usize] * size), b));
            best.clear();
            best.extend(gains);
            if best.len() > WAYS {
                best.select_nth_unstable(WAYS);
            }
            let others = best.iter().take(WAYS).map(|w| w.1).filter(|&b| b != at);
            pairs.extend(others.flat_map(|b| [(at, b), (b, at)]));
        }
        let mut start = vec![0; part.n_bins() + 1];
        pairs.iter().for_each(|p| start[p.0 as usize + 1] += 1);
        for b in 0..part.n_bins() {
            start[b + 1] += start[b];
        }
        let mut fill = start.clone();
        let mut link = vec![0; pairs.len()];
        for (a, b) in pairs {
            link[fill[a as usize]] = b;
            fill[a as usize] += 1;
        }
        Self { start, link }
    }

    fn links(&self, bin: u32) -> &[u32] {
        &self.link[self.start[bin as usize]..self.start[bin as usize + 1]]
    }

    /// What one link is of all that a bin has.
    fn share(&self, bin: u32) -> u32 {
        WHOLE / self.links(bin).len().max(1) as u32
    }

    /// Regions of so many bins. Each begins where most is linked with those that are there already, or else with what the
    /// regions `before` cut off, so that their borders come to lie inside.
    pub(super) fn regions(&self, size: usize, before: Option<&Regions>) -> Regions {
        let n = self.start.len() - 1;
        let mut weight = vec![0; n];
        if let Some(Regions { of_bin, .. }) = before {
            for b in 0..n as u32 {
                let cut = |&&o: &&u32| of_bin[o as usize] != of_bin[b as usize];
                weight[b as usize] = self.links(b).iter().filter(cut).count() as u32;
            }
        }
        let mut seeds: BinaryHeap<(u32, Reverse<u32>)> =
            (0..n as u32).map(|b| (weight[b as usize], Reverse(b))).collect();
        let mut of_bin = vec![NOWHERE; n];
        let mut inside = vec![0; n];
        let mut bins = Vec::new();
        while let Some((w, Reverse(seed))) = seeds.pop() {
            if of_bin[seed as usize] != NOWHERE || w < weight[seed as usize] {
                continue;
            }
            let (mut region, mut reached) = (Vec::new(), Vec::new());
            let mut heap = BinaryHeap::from([(0, Reverse(seed))]);
            while let Some((share, Reverse(b))) = heap.pop() {
                if of_bin[b as usize] != NOWHERE || share < inside[b as usize] {
                    continue;
                }
                of_bin[b as usize] = bins.len() as u32;
                region.push(b);
                for &o in self.links(b).iter().filter(|&&o| of_bin[o as usize] == NOWHERE) {
                    inside[o as usize] += self.share(o);
                    reached.push(o);
                    heap.push((inside[o as usize], Reverse(o)));
                    if before.is_none() {
                        weight[o as usize] += self.share(o);
                        seeds.push((weight[o as usize], Reverse(o)));
                    }
                }
                if region.len() == size {
                    break;
                }
            }
            reached.into_iter().for_each(|b| inside[b as usize] = 0);
            region.sort_unstable();
            bins.push(region);
        }
        Regions { of_bin, bins }
    }

    /// Regions in rounds: no two of a round are linked.
    pub(super) fn rounds(&self, regions: &Regions) -> Vec<Vec<u32>> {
        let mut round_of = vec![NOWHERE; regions.bins.len()];
        let mut rounds: Vec<Vec<u32>> = Vec::new();
        let mut taken: Vec<u32> = Vec::new();
        for (r, bins) in (0..).zip(&regions.bins) {
            let linked = bins
                .iter()
                .flat_map(|&b| self.links(b))
                .map(|&o| regions.of_bin[o as usize]);
            taken.clear();
            taken.extend(
                linked
                    .filter(|&o| o != r)
                    .map(|o| round_of[o as usize])
                    .filter(|&c| c != NOWHERE),
            );
            taken.sort_unstable();
            taken.dedup();
            let round = (0..)
                .zip(&taken)
                .find(|(c, t)| c != *t)
                .map_or(taken.len() as u32, |(c, _)| c);
            round_of[r as usize] = round;
            if rounds.len() == round as usize {
                rounds.push(Vec::new());
            }
            rounds[round as usize].push(r);
        }
        rounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reduce;
    use crate::regions::tests::problem;

    #[test]
    fn every_bin_is_in_one_region_and_regions_of_a_round_are_not_linked() {
        let model = reduce(&problem(1)).unwrap_or_else(|_| panic!("nothing is locked"));
        let part = &model.parts[0];
        let place = vec![0; part.n_bins()];
        let home: Vec<u32> = (0..part.n_units() as u32)
            .map(|u| part.row(u).next().expect("units have edges").0)
            .collect();
        let map = Map::new(part, &home, &place);
        let first = map.regions(6, None);
        let second = map.regions(6, Some(&first));
        assert_ne!(first.bins, second.bins);
        for regions in [first, second] {
            let mut seen = vec![0; part.n_bins()];
            for (r, bins) in (0..).zip(&regions.bins) {
                assert!(bins.len() <= 6 && bins.is_sorted());
                for &b in bins {
                    seen[b as usize] += 1;
                    assert_eq!(regions.of_bin[b as usize], r);
                }
            }
            assert!(seen.iter().all(|&n| n == 1));
            assert!(regions.bins.len() <= part.n_bins() / 3);
            let mut done = 0;
            for round in map.rounds(&regions) {
                done += round.len();
                for &r in &round {
                    let links = regions.bins[r as usize].iter().flat_map(|&b| map.links(b));
                    let others = links.map(|&o| regions.of_bin[o as usize]).filter(|&o| o != r);
                    assert!(others.into_iter().all(|o| !round.contains(&o)));
                }
            }
            assert_eq!(done, regions.bins.len());
        }
    }
}
