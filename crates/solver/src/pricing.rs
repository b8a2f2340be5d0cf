//! Which sets of units a bin would take at given prices: the exact, tiny search behind every bound.
//!
//! For a bin with capacity `c` and a set `S` of units,
//!
//! ```text
//! gain(S) = Σ (value − price)  +  Σ meetings inside S  −  Σ prices of the cuts that S and the bin meet twice or more
//! ```
//!
//! Promises: [`Pricer::sets_above`] visits every feasible set whose gain exceeds the threshold, each once, in a fixed
//! order. Prices and gains are integers, [`SCALE`](crate::problem::SCALE) to a point.
//!
//! The search is depth-first over *candidates*: a unit, or, for units that attract each other (siblings: a *cluster*), each
//! subset of the cluster, listed beforehand with its exact gain inside the cluster. What lies between clusters only
//! costs or forbids, so the gains of the candidates bound the gain of the set: a branch ends as soon as what is chosen
//! plus the best that still fits, per place, cannot pass the threshold. At good prices few candidates gain anything.
//! A cluster with more than [`LISTED`] units in the bin is not listed: its units stay single, each with a promise that
//! covers what any set of the cluster could bring per place.

use crate::model::Part;
use crate::problem::SCALE;

/// A subset cut over three rows, each a unit or (numbered after the units) a bin: of the columns that meet two or
/// more of the rows, at most one is in a plan, since two of them would meet one row twice.
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
    /// Cuts that each row (unit, then bin) is in.
    cuts_of: Vec<Vec<u32>>,
    n_cuts: usize,
    /// Cluster of each unit that has any positive meeting, and what is known of each cluster.
    cluster_of: Vec<u32>,
    clusters: Vec<Cluster>,
    search: Search,
    /// Elementary steps so far.
    pub steps: u64,
}

/// Most units of a cluster in one bin whose subsets are listed.
const LISTED: usize = 8;

/// A candidate during the search of one bin: some units of one cluster, or a unit.
#[derive(Clone, Copy)]
struct Candidate {
    /// Where its units stand in [`Search::units`].
    first: u32,
    len: u32,
    size: u32,
    /// No less than what the candidate adds to any set.
    promise: i64,
    /// The cluster, if at most one candidate of it can be chosen.
    cluster: u32,
}

/// A unit during the search, with its own gain.
#[derive(Clone, Copy)]
struct Member {
    unit: u32,
    size: u32,
    gain: i64,
    cluster: u32,
}

/// Buffers of the search, reused between bins.
#[derive(Default)]
struct Search {
    candidates: Vec<Candidate>,
    /// Units of the candidates, one after the other, with their own gains.
    units: Vec<(u32, i64)>,
    /// What the chosen set adds to a unit if it joins, and how many of the set forbid it.
    extra: Vec<i64>,
    barred: Vec<u32>,
    in_cut: Vec<u8>,
    used: Vec<bool>,
    chosen: Vec<(usize, i64)>,
    set: Vec<u32>,
    /// While gathering: members of clusters in this bin, gains by subset, cuts that matter inside a cluster.
    members: Vec<Member>,
    gains: Vec<i64>,
    inner_cuts: Vec<(u32, u32, i64)>,
}

const ABSENT: u32 = u32::MAX;

impl<'a> Pricer<'a> {
    pub(crate) fn new(part: &'a Part) -> Self {
        let n = part.units.len();
        let (cluster_of, clusters) = clusters(part);
        let used = vec![false; clusters.len()];
        let search = Search {
            extra: vec![0; n],
            barred: vec![0; n],
            used,
            ..Search::default()
        };
        let cuts_of = vec![Vec::new(); n + part.bins.len()];
        Self {
            part,
            cuts_of,
            n_cuts: 0,
            cluster_of,
            clusters,
            search,
            steps: 0,
        }
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

    /// Visits sets above the threshold like [`Pricer::sets_above`], but leaves out units that could not improve any set.
    pub(crate) fn good_sets(&mut self, bin: usize, prices: &Prices, visit: impl FnMut(&[u32], i64) -> i64) {
        self.search(bin, prices, 0, Want::Best, visit);
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
        let bin_row = self.part.units.len() + bin;
        for &k in &self.cuts_of[bin_row] {
            self.search.in_cut[k as usize] = 1;
        }
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
                for k in (c.first..c.first + c.len).rev() {
                    leave(self.part, &self.cuts_of, s, s.units[k as usize].0);
                }
                if c.cluster != ABSENT {
                    s.used[c.cluster as usize] = false;
                }
                gain = before;
                promise -= c.promise;
                room += c.size;
                next = at + 1;
                continue;
            }
            let c = s.candidates[next];
            let clash = c.size > room || (c.cluster != ABSENT && s.used[c.cluster as usize]);
            let units = c.first..c.first + c.len;
            if clash || units.clone().any(|k| s.barred[s.units[k as usize].0 as usize] > 0) {
                next += 1;
                continue;
            }
            s.chosen.push((next, gain));
            for k in units {
                let (unit, own) = s.units[k as usize];
                gain += own + join(self.part, &self.cuts_of, s, unit, prices);
            }
            if c.cluster != ABSENT {
                s.used[c.cluster as usize] = true;
            }
            promise += c.promise;
            room -= c.size;
            if gain > threshold {
                threshold = visit(&s.set, gain);
            }
            next += 1;
        }
        s.candidates.clear();
        s.units.clear();
        for &k in &self.cuts_of[bin_row] {
            s.in_cut[k as usize] = 0;
        }
    }

    /// Collects the candidates that a set above the threshold can hold: those with positive promise first, by promise
    /// per place, then the others by promise. If only the best set is wanted, what never improves a set stays out.
    fn gather(&mut self, bin: usize, prices: &Prices, capacity: u32, threshold: i64, want: Want) {
        let toll: i64 = self.part.limits_of_bin[bin]
            .iter()
            .map(|&l| prices.limit[l as usize])
            .sum();
        let s = &mut self.search;
        let offers = self.part.offers_of(bin);
        self.steps += offers.len() as u64;
        s.members.clear();
        for o in offers {
            if o.size > capacity {
                continue;
            }
            let gain = o.value * SCALE - prices.unit[o.unit as usize] - toll * i64::from(o.size);
            let cluster = self.cluster_of[o.unit as usize];
            if cluster != ABSENT {
                s.members.push(Member {
                    unit: o.unit,
                    size: o.size,
                    gain,
                    cluster,
                });
            } else if gain > 0 || want == Want::All {
                let first = s.units.len() as u32;
                s.units.push((o.unit, gain));
                s.candidates.push(Candidate {
                    first,
                    len: 1,
                    size: o.size,
                    promise: gain,
                    cluster: ABSENT,
                });
            }
        }
        s.members.sort_unstable_by_key(|m| (m.cluster, m.unit));
        let mut first = 0;
        while first < s.members.len() {
            let cluster = s.members[first].cluster;
            let end = first + s.members[first..].partition_point(|m| m.cluster == cluster);
            if end - first <= LISTED {
                let bin_row = (self.part.units.len() + bin) as u32;
                list_cluster(self.part, &self.cuts_of, s, first..end, capacity, prices, bin_row, want);
            } else {
                promise_of_cluster(s, first..end, &self.clusters[cluster as usize], capacity);
            }
            first = end;
        }
        if want == Want::Best {
            s.candidates.retain(|c| c.promise > 0);
        }
        s.candidates
            .sort_unstable_by(|a, b| match (a.promise > 0, b.promise > 0) {
                (true, true) if a.size != b.size => {
                    let left = i128::from(a.promise) * i128::from(b.size);
                    let right = i128::from(b.promise) * i128::from(a.size);
                    right.cmp(&left).then(a.first.cmp(&b.first))
                }
                _ => b.promise.cmp(&a.promise).then(a.first.cmp(&b.first)),
            });
        let most = best_fill(&s.candidates, capacity).max(0);
        s.candidates.retain(|c| c.promise > 0 || most + c.promise > threshold);
    }
}

/// Puts a unit into the set; returns what it gains from the others and pays for cuts.
fn join(part: &Part, cuts_of: &[Vec<u32>], s: &mut Search, unit: u32, prices: &Prices) -> i64 {
    let mut gain = s.extra[unit as usize];
    s.set.push(unit);
    for m in &part.meetings[unit as usize] {
        match m.value {
            Some(v) => s.extra[m.other as usize] += v * SCALE,
            None => s.barred[m.other as usize] += 1,
        }
    }
    for &k in &cuts_of[unit as usize] {
        s.in_cut[k as usize] += 1;
        if s.in_cut[k as usize] == 2 {
            gain -= prices.cut[k as usize];
        }
    }
    gain
}

/// Takes the unit that came last out of the set.
fn leave(part: &Part, cuts_of: &[Vec<u32>], s: &mut Search, unit: u32) {
    s.set.pop();
    for m in &part.meetings[unit as usize] {
        match m.value {
            Some(v) => s.extra[m.other as usize] -= v * SCALE,
            None => s.barred[m.other as usize] -= 1,
        }
    }
    for &k in &cuts_of[unit as usize] {
        s.in_cut[k as usize] -= 1;
    }
}

/// Lists the subsets of one cluster's units in this bin as candidates, with their gains inside the cluster.
#[expect(
    clippy::too_many_arguments,
    reason = "the buffers of one search, taken apart for the borrow checker"
)]
fn list_cluster(
    part: &Part,
    cuts_of: &[Vec<u32>],
    s: &mut Search,
    members: std::ops::Range<usize>,
    capacity: u32,
    prices: &Prices,
    bin_row: u32,
    want: Want,
) {
    let n = members.len();
    let cluster = s.members[members.start].cluster;
    // Cuts with two or more units in the cluster; only those are sure not to be paid for by another cluster already.
    s.inner_cuts.clear();
    for (k, m) in s.members[members.clone()].iter().enumerate() {
        for &cut in &cuts_of[m.unit as usize] {
            let price = prices.cut[cut as usize];
            if price == 0 {
                continue;
            }
            match s.inner_cuts.iter_mut().find(|c| c.0 == cut) {
                Some(c) => c.1 |= 1 << k,
                None => s.inner_cuts.push((cut, 1 << k, price)),
            }
        }
    }
    s.inner_cuts.retain(|c| c.1.count_ones() >= 2);
    s.gains.clear();
    s.gains.resize(1 << n, i64::MIN);
    s.gains[0] = 0;
    for mask in 1_usize..1 << n {
        let last = mask.ilog2() as usize;
        let rest = mask & !(1 << last);
        if s.gains[rest] == i64::MIN {
            continue;
        }
        let m = s.members[members.start + last];
        let mut gain = m.gain;
        let mut size = m.size;
        let mut allowed = true;
        let meetings = &part.meetings[m.unit as usize];
        for k in 0..last {
            if rest >> k & 1 == 1 {
                let other = s.members[members.start + k];
                size += other.size;
                if let Ok(at) = meetings.binary_search_by_key(&other.unit, |x| x.other) {
                    match meetings[at].value {
                        Some(v) => gain += v * SCALE,
                        None => allowed = false,
                    }
                }
            }
        }
        if !allowed || size > capacity {
            continue;
        }
        s.gains[mask] = s.gains[rest] + gain;
        let mut promise = s.gains[mask];
        for &(cut, units, price) in &s.inner_cuts {
            let met = (units & mask as u32).count_ones() + u32::from(cuts_of[bin_row as usize].contains(&cut));
            if met >= 2 {
                promise -= price;
            }
        }
        if promise > 0 || want == Want::All {
            let first = s.units.len() as u32;
            for k in (0..n).filter(|k| mask >> k & 1 == 1) {
                let m = s.members[members.start + k];
                s.units.push((m.unit, m.gain));
            }
            s.candidates.push(Candidate {
                first,
                len: mask.count_ones(),
                size,
                promise,
                cluster,
            });
        }
    }
}

/// Units joined by positive meetings, directly or through others.
#[derive(Clone, Copy)]
struct Cluster {
    /// Greatest value of a meeting.
    most: i64,
    /// Whether every unit is a single item.
    single: bool,
}

/// The clusters of a part, and the cluster of each unit (or [`ABSENT`]).
fn clusters(part: &Part) -> (Vec<u32>, Vec<Cluster>) {
    let n = part.units.len();
    let mut of = vec![ABSENT; n];
    let mut all: Vec<Cluster> = Vec::new();
    let mut stack = Vec::new();
    for u in 0..n {
        let attracts = part.meetings[u].iter().any(|m| m.value.is_some_and(|v| v > 0));
        if !attracts || of[u] != ABSENT {
            continue;
        }
        let number = all.len() as u32;
        let mut cluster = Cluster { most: 0, single: true };
        of[u] = number;
        stack.push(u);
        while let Some(u) = stack.pop() {
            cluster.single &= part.sizes[u] == 1;
            for m in &part.meetings[u] {
                if let Some(v) = m.value
                    && v > 0
                {
                    cluster.most = cluster.most.max(v);
                    if of[m.other as usize] == ABSENT {
                        of[m.other as usize] = number;
                        stack.push(m.other as usize);
                    }
                }
            }
        }
        all.push(cluster);
    }
    (of, all)
}

/// Adds the units of one cluster as single candidates. The promise of each is the greatest gain per place of any set
/// inside the cluster that holds the unit; a set's gain is then at most the sum of its units' promises.
fn promise_of_cluster(s: &mut Search, members: std::ops::Range<usize>, cluster: &Cluster, capacity: u32) {
    s.members[members.clone()].sort_unstable_by(|a, b| b.gain.cmp(&a.gain).then(a.unit.cmp(&b.unit)));
    let most_units = members.len().min(capacity as usize);
    for rank in members.clone() {
        let own = s.members[rank];
        let mut best = i64::MIN;
        let mut ahead = 0;
        for k in 1..=most_units {
            // The k − 1 best others and this one.
            let last = members.start + k - 1;
            ahead += s.members[last].gain;
            let total = if rank <= last {
                ahead
            } else {
                ahead - s.members[last].gain + own.gain
            };
            let k = k as i64;
            let total = total + k * (k - 1) / 2 * cluster.most * SCALE;
            let places = if cluster.single || total > 0 {
                k
            } else {
                i64::from(capacity)
            };
            best = best.max(total.div_euclid(places) + 1);
        }
        let promise = if cluster.single || best > 0 {
            best * i64::from(own.size)
        } else {
            best
        };
        let first = s.units.len() as u32;
        s.units.push((own.unit, own.gain));
        s.candidates.push(Candidate {
            first,
            len: 1,
            size: own.size,
            promise,
            cluster: ABSENT,
        });
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
            let chosen: Vec<u32> = (0..offers.len())
                .filter(|k| mask >> k & 1 == 1)
                .map(|k| offers[k].unit)
                .collect();
            let Some(value) = part.set_value(bin, &chosen) else {
                continue;
            };
            let mut gain = value * SCALE;
            for &u in &chosen {
                gain -= prices.unit[u as usize];
                for &l in &part.limits_of_bin[bin] {
                    gain -= prices.limit[l as usize] * i64::from(part.sizes[u as usize]);
                }
            }
            for (cut, price) in cuts.iter().zip(&prices.cut) {
                let bin_row = part.units.len() as u32 + bin as u32;
                let met = cut.0.iter().filter(|&&r| chosen.contains(&r) || r == bin_row).count() as i64;
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
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
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
                .map(|unit| Offer {
                    unit,
                    size: part.sizes[unit as usize],
                    value: next(100) as i64,
                })
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
            let cuts: Vec<Triple> = if n >= 3 {
                vec![Triple([0, 1, 2]), Triple([0, n / 2, n - 1]), Triple([0, 1, n])]
            } else {
                Vec::new()
            };
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
            let mut best = 0;
            pricer.good_sets(0, &prices, |_, gain| {
                best = gain;
                gain
            });
            let expected = naive(&part, 0, &prices, &cuts, 0).into_iter().max_by_key(|e| e.1);
            assert_eq!(best, expected.map_or(0, |e| e.1));
        }
    }
}
