//! Which sets of units a bin would take at given prices: the exact, tiny search behind every bound.
//!
//! For a bin with capacity `c` and a set `S` of units,
//!
//! ```text
//! gain(S) = Σ (value − price)  +  Σ meetings inside S  −  Σ cut prices · ⌊|S ∩ T| / 2⌋ (T: cut triples)
//! ```
//!
//! Promises: [`Pricer::sets_above`] visits every feasible set whose gain exceeds the threshold, each once, in a fixed
//! order. Prices and gains are integers, [`SCALE`](crate::problem::SCALE) to a point.
//!
//! The search is depth-first over candidates in order of their *promise* (own gain plus half of what their best
//! partners in this bin would add, per place). The promise of a set bounds its gain, because every meeting is shared
//! half and half, forbidden meetings only forbid and cuts only cost; so a branch ends as soon as what is chosen plus the
//! best that still fits cannot pass the threshold. At good prices few candidates have promise at all.

use crate::model::Part;
use crate::problem::SCALE;

/// A cut over three units: at most one bin holds two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Triple(pub [u32; 3]);

/// Prices of everything scarce in a part, [`SCALE`] to a point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prices {
    /// Per unit.
    pub unit: Vec<i64>,
    /// Per limit, per item counted.
    pub limit: Vec<i64>,
    /// Per cut, in the order of the part's cuts.
    pub cut: Vec<i64>,
}

/// What the search needs of a part besides prices: fixed once.
pub(crate) struct Pricer<'a> {
    part: &'a Part,
    /// Cuts that each unit is in.
    cuts_of: Vec<Vec<u32>>,
    n_cuts: usize,
    /// Whether a unit has any positive meeting.
    attracts: Vec<bool>,
    search: Search,
    /// Elementary steps so far.
    pub steps: u64,
}

/// A candidate during the search of one bin.
#[derive(Clone, Copy)]
struct Candidate {
    unit: u32,
    size: u32,
    gain: i64,
    promise: i64,
}

/// Buffers of the search, reused between bins.
#[derive(Default)]
struct Search {
    candidates: Vec<Candidate>,
    /// While gathering: which units are among the candidates of this bin.
    at: Vec<u32>,
    /// What the chosen set adds to a unit if it joins, and how many of the set forbid it.
    extra: Vec<i64>,
    barred: Vec<u32>,
    in_cut: Vec<u8>,
    chosen: Vec<(usize, i64)>,
    set: Vec<u32>,
    partners: Vec<i64>,
}

const ABSENT: u32 = u32::MAX;

impl<'a> Pricer<'a> {
    pub(crate) fn new(part: &'a Part) -> Self {
        let n = part.units.len();
        let attracts = part.meetings.iter().map(|l| l.iter().any(|m| m.value.is_some_and(|v| v > 0))).collect();
        let search =
            Search { at: vec![ABSENT; n], extra: vec![0; n], barred: vec![0; n], ..Search::default() };
        Self { part, cuts_of: vec![Vec::new(); n], n_cuts: 0, attracts, search, steps: 0 }
    }

    /// Adds cuts after those already there.
    pub(crate) fn add_cuts(&mut self, cuts: &[Triple]) {
        for cut in cuts {
            for &u in &cut.0 {
                self.cuts_of[u as usize].push(self.n_cuts as u32);
            }
            self.n_cuts += 1;
        }
        self.search.in_cut.resize(self.n_cuts, 0);
    }

    /// The gain of the best set of a bin (0: the empty set), which is written to `set`.
    pub(crate) fn best(&mut self, bin: usize, prices: &Prices, set: &mut Vec<u32>) -> i64 {
        set.clear();
        let mut best = 0;
        self.search(bin, prices, 0, Want::Best, |found, gain| {
            best = gain;
            set.clear();
            set.extend_from_slice(found);
            gain
        });
        set.sort_unstable();
        best
    }

    /// Visits every set of `bin` whose gain exceeds the threshold; the visitor returns the threshold from there on.
    pub(crate) fn sets_above(
        &mut self,
        bin: usize,
        prices: &Prices,
        threshold: i64,
        visit: impl FnMut(&[u32], i64) -> i64,
    ) {
        self.search(bin, prices, threshold, Want::All, visit);
    }

    fn search(
        &mut self,
        bin: usize,
        prices: &Prices,
        threshold: i64,
        want: Want,
        mut visit: impl FnMut(&[u32], i64) -> i64,
    ) {
        let mut threshold = threshold;
        let capacity = self.part.capacity[bin];
        self.gather(bin, prices, capacity, threshold, want);
        let s = &mut self.search;
        let n = s.candidates.len();
        let mut next = 0;
        let mut room = capacity;
        let (mut gain, mut promise) = (0_i64, 0_i64);
        loop {
            self.steps += 1;
            let go = next < n && room > 0 && promise + best_fill(&s.candidates[next..], room) > threshold;
            if !go {
                // Back: drop the last chosen candidate and go on after it.
                let Some((at, before)) = s.chosen.pop() else { break };
                let c = s.candidates[at];
                s.set.pop();
                gain = before;
                promise -= c.promise;
                room += c.size;
                for m in &self.part.meetings[c.unit as usize] {
                    match m.value {
                        Some(v) => s.extra[m.other as usize] -= v * SCALE,
                        None => s.barred[m.other as usize] -= 1,
                    }
                }
                for &k in &self.cuts_of[c.unit as usize] {
                    s.in_cut[k as usize] -= 1;
                }
                next = at + 1;
                continue;
            }
            let c = s.candidates[next];
            let u = c.unit as usize;
            if c.size > room || s.barred[u] > 0 {
                next += 1;
                continue;
            }
            s.chosen.push((next, gain));
            s.set.push(c.unit);
            gain += c.gain + s.extra[u];
            promise += c.promise;
            room -= c.size;
            for m in &self.part.meetings[u] {
                match m.value {
                    Some(v) => s.extra[m.other as usize] += v * SCALE,
                    None => s.barred[m.other as usize] += 1,
                }
            }
            for &k in &self.cuts_of[u] {
                s.in_cut[k as usize] += 1;
                if s.in_cut[k as usize] == 2 {
                    gain -= prices.cut[k as usize];
                }
            }
            if gain > threshold {
                threshold = visit(&s.set, gain);
            }
            next += 1;
        }
        s.candidates.clear();
    }

    /// Collects the units that a set above the threshold can hold: those with positive promise first, by promise per
    /// place, then the others by promise. If only the `best` set is wanted, units that never improve a set stay out.
    fn gather(&mut self, bin: usize, prices: &Prices, capacity: u32, threshold: i64, want: Want) {
        let toll: i64 = self.part.limits_of_bin[bin].iter().map(|&l| prices.limit[l as usize]).sum();
        let s = &mut self.search;
        let offers = self.part.offers_of(bin);
        self.steps += offers.len() as u64;
        for o in offers {
            let gain = o.value * SCALE - prices.unit[o.unit as usize] - toll * i64::from(o.size);
            if (gain > 0 || want == Want::All || self.attracts[o.unit as usize]) && o.size <= capacity {
                s.at[o.unit as usize] = s.candidates.len() as u32;
                s.candidates.push(Candidate { unit: o.unit, size: o.size, gain, promise: gain });
            }
        }
        // Half of each meeting, with those partners only that this bin could take and that fit beside it.
        for n in 0..s.candidates.len() {
            let c = s.candidates[n];
            if self.attracts[c.unit as usize] {
                s.partners.clear();
                for m in &self.part.meetings[c.unit as usize] {
                    if let Some(v) = m.value
                        && v > 0
                        && s.at[m.other as usize] != ABSENT
                    {
                        s.partners.push(v);
                    }
                }
                s.partners.sort_unstable_by(|a, b| b.cmp(a));
                let most = (capacity - c.size) as usize;
                s.candidates[n].promise += s.partners.iter().take(most).sum::<i64>() * SCALE / 2;
            }
        }
        for c in &s.candidates {
            s.at[c.unit as usize] = ABSENT;
        }
        if want == Want::Best {
            s.candidates.retain(|c| 2 * c.promise - c.gain > 0);
        }
        s.candidates.sort_unstable_by(|a, b| match (a.promise > 0, b.promise > 0) {
            (true, true) if a.size != b.size => {
                let left = i128::from(a.promise) * i128::from(b.size);
                let right = i128::from(b.promise) * i128::from(a.size);
                right.cmp(&left).then(a.unit.cmp(&b.unit))
            }
            _ => b.promise.cmp(&a.promise).then(a.unit.cmp(&b.unit)),
        });
        let most = best_fill(&s.candidates, capacity).max(0);
        s.candidates.retain(|c| c.promise > 0 || most + c.promise > threshold);
    }
}

/// Which sets a search is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    Best,
    All,
}

/// The most that one or more candidates, in order, can promise in `room` places, the last one in part.
fn best_fill(candidates: &[Candidate], room: u32) -> i64 {
    let mut left = i64::from(room);
    let mut total = 0;
    for (n, c) in candidates.iter().enumerate() {
        if c.promise <= 0 {
            return if n == 0 { c.promise } else { total };
        }
        let size = i64::from(c.size);
        if size <= left {
            total += c.promise;
            left -= size;
            if left == 0 {
                break;
            }
        } else {
            total += (i128::from(c.promise) * i128::from(left) / i128::from(size)) as i64 + 1;
            break;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Meeting, Offer};

    /// All subsets, by definition.
    fn naive(part: &Part, bin: usize, prices: &Prices, cuts: &[Triple], threshold: i64) -> Vec<(Vec<u32>, i64)> {
        let offers = part.offers_of(bin);
        let mut out = Vec::new();
        for mask in 1_u32..1 << offers.len() {
            let chosen: Vec<u32> = (0..offers.len()).filter(|k| mask >> k & 1 == 1).map(|k| offers[k].unit).collect();
            let Some(value) = part.set_value(bin, &chosen) else { continue };
            let mut gain = value * SCALE;
            for &u in &chosen {
                gain -= prices.unit[u as usize];
                for &l in &part.limits_of_bin[bin] {
                    gain -= prices.limit[l as usize] * i64::from(part.sizes[u as usize]);
                }
            }
            for (cut, price) in cuts.iter().zip(&prices.cut) {
                let met = cut.0.iter().filter(|u| chosen.contains(u)).count() as i64;
                gain -= price * (met / 2);
            }
            if gain > threshold {
                out.push((chosen, gain));
            }
        }
        out.sort();
        out
    }

    #[test]
    fn visits_every_set_above_the_threshold_once() {
        let mut state = 5_u64;
        let mut next = move |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        for _ in 0..500 {
            let n = 1 + next(8) as u32;
            let mut part = Part {
                units: (0..n).collect(),
                bins: vec![0],
                sizes: (0..n).map(|_| 1 + u32::from(next(3) == 0)).collect(),
                capacity: vec![1 + next(4) as u32],
                meetings: vec![Vec::new(); n as usize],
                limit_most: vec![3],
                limit_ids: vec![0],
                limits_of_bin: vec![vec![0]],
                ..Part::default()
            };
            part.offers = (0..n)
                .map(|unit| Offer { unit, size: part.sizes[unit as usize], value: next(100) as i64 })
                .collect();
            part.start = vec![0, n as usize];
            for a in 0..n {
                for b in 0..a {
                    let value = match next(6) {
                        0 => None,
                        1 => Some(next(60) as i64 - 20),
                        _ => continue,
                    };
                    part.meetings[a as usize].push(Meeting { other: b, value });
                    part.meetings[b as usize].push(Meeting { other: a, value });
                }
            }
            part.meetings.iter_mut().for_each(|l| l.sort_by_key(|m| m.other));
            let cuts: Vec<Triple> = if n >= 3 { vec![Triple([0, 1, 2]), Triple([0, n / 2, n - 1])] } else { Vec::new() };
            let prices = Prices {
                unit: (0..n).map(|_| next(90 * SCALE as u64) as i64).collect(),
                limit: vec![next(9 * SCALE as u64) as i64],
                cut: cuts.iter().map(|_| next(30 * SCALE as u64) as i64).collect(),
            };
            let threshold = next(60 * SCALE as u64) as i64 - 20 * SCALE;
            // A triple with a repeated unit is not a cut; skip such draws.
            if cuts.iter().any(|c| c.0[0] == c.0[1] || c.0[1] == c.0[2]) {
                continue;
            }
            let mut pricer = Pricer::new(&part);
            pricer.add_cuts(&cuts);
            let mut found = Vec::new();
            pricer.sets_above(0, &prices, threshold, |set, gain| {
                let mut set = set.to_vec();
                set.sort_unstable();
                found.push((set, gain));
                threshold
            });
            found.sort();
            let all = naive(&part, 0, &prices, &cuts, threshold);
            assert_eq!(found, all);
            let mut set = Vec::new();
            let best = pricer.best(0, &prices, &mut set);
            let expected = naive(&part, 0, &prices, &cuts, 0).into_iter().max_by_key(|e| e.1);
            assert_eq!(best, expected.map_or(0, |e| e.1));
        }
    }
}
