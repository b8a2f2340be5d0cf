//! Which sets of units a bin would take at given prices: the exact, tiny search behind every bound.
//!
//! Promises: [`Sets::above`] visits every feasible set whose gain (see [`crate::prices`]) exceeds the threshold, each once,
//! in a fixed order, unless it says that it gave up.
//!
//! The search is depth-first over *candidates*: a unit, or, for units that attract each other (siblings: a *cluster*), each
//! subset of the cluster, listed beforehand with its exact gain inside the cluster. What lies between clusters only
//! costs or forbids, and cuts cost more the more units they count, so the gains of the candidates bound the gain of the set:
//! a branch ends as soon as what the chosen gain plus the best that still fits, per place, cannot pass the threshold. At
//! good prices few candidates gain anything.
//! A cluster with more than [`LISTED`] units in the bin is not listed: its units stay single, each with a promise that
//! covers what any set of the cluster could bring per place.

mod diverse;
#[cfg(test)]
mod tests;

use crate::cuts::{Cut, Cuts};
use crate::master::Column;
use crate::model::{Cluster, Part, Run};
use crate::prices::{Prices, on_top};
use crate::problem::SCALE;

/// Most units of a cluster in one bin whose subsets are listed.
const LISTED: usize = 8;
/// Steps after which the search of one bin gives up.
const MOST_STEPS: u64 = 20_000_000;
const ABSENT: u32 = u32::MAX;

/// What the search needs of a part besides prices.
#[derive(Clone)]
pub(crate) struct Sets<'a> {
    pub part: &'a Part,
    pub cuts: Cuts,
}

/// A candidate: some units of one cluster, or a unit.
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

/// Buffers of a search, reused between bins; one per thread.
#[derive(Default)]
pub(crate) struct Search {
    candidates: Vec<Candidate>,
    /// Units of the candidates, one after the other, with their own gains.
    units: Vec<(u32, i64)>,
    /// What the chosen set adds to a unit if it joins, and how many of the set forbid it.
    extra: Vec<i64>,
    barred: Vec<u32>,
    /// Sum of numerators in each cut.
    in_cut: Vec<u32>,
    used: Vec<bool>,
    chosen: Vec<(usize, i64, i64)>,
    set: Vec<u32>,
    /// What each edge of the bin gains by itself.
    own: Vec<i64>,
    /// While listing the subsets of a cluster.
    members: Vec<(u32, i64)>,
    gains: Vec<i64>,
    inner_cuts: Vec<(u32, [u32; LISTED])>,
    /// Elementary steps so far.
    pub steps: u64,
}

/// What becomes of a search.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Done {
    /// Every set above the threshold was visited.
    All,
    /// Too many steps; sets not visited may gain up to this.
    GaveUp(i64),
}

impl Search {
    /// Leaves a unit out of every set, until it is let in as often.
    pub(crate) fn leave_out(&mut self, unit: u32) {
        self.barred[unit as usize] += 1;
    }

    /// Takes back one [`Search::leave_out`].
    pub(crate) fn let_in(&mut self, unit: u32) {
        self.barred[unit as usize] -= 1;
    }
}

impl<'a> Sets<'a> {
    pub(crate) fn new(part: &'a Part) -> Self {
        Self {
            part,
            cuts: Cuts::new(part),
        }
    }

    /// Adds cuts after those already there.
    pub(crate) fn add_cuts(&mut self, cuts: &[Cut]) {
        cuts.iter().for_each(|cut| self.cuts.push(cut.clone()));
    }

    /// The cuts that a column counts in, with its count.
    pub(crate) fn counts(&self, bin: u32, set: &[u32]) -> Vec<(u32, i64)> {
        self.cuts.counts(self.part, bin, set)
    }

    /// What a column gains at these prices, floors apart.
    pub(crate) fn gain(&self, prices: &Prices, column: &Column) -> i64 {
        let toll = prices.toll(self.part, column.bin as usize);
        let units = column.set.iter().map(|&u| u as usize);
        let units: i64 = units
            .map(|u| prices.unit[u] + toll * i64::from(self.part.sizes[u]))
            .sum();
        let counts = self.counts(column.bin, &column.set).into_iter();
        let cuts = counts.filter_map(|(k, count)| Some(prices.cut.get(k as usize)? * count));
        column.value * SCALE - units - cuts.sum::<i64>()
    }

    /// Buffers that fit this part and its cuts.
    pub(crate) fn fit(&self, s: &mut Search) {
        s.extra.resize(self.part.n_units(), 0);
        s.barred.resize(self.part.n_units(), 0);
        s.used.resize(self.part.clusters.len(), false);
        s.in_cut.resize(self.cuts.len(), 0);
    }

    /// Visits every set of `bin` whose gain exceeds the threshold; the visitor returns the threshold from there on, never
    /// a lower one. `s` fits this part ([`Sets::fit`]).
    pub(crate) fn above(
        &self,
        s: &mut Search,
        bin: usize,
        prices: &Prices,
        threshold: i64,
        visit: impl FnMut(&[u32], i64) -> i64,
    ) -> Done {
        self.search(s, bin, prices, threshold, true, visit)
    }

    /// Like [`Sets::above`], but leaves out sets with a part that lowers their gain: enough to find the best, and quicker.
    pub(crate) fn good(
        &self,
        s: &mut Search,
        bin: usize,
        prices: &Prices,
        threshold: i64,
        visit: impl FnMut(&[u32], i64) -> i64,
    ) -> Done {
        self.search(s, bin, prices, threshold.max(0), false, visit)
    }

    fn search(
        &self,
        s: &mut Search,
        bin: usize,
        prices: &Prices,
        mut threshold: i64,
        all: bool,
        mut visit: impl FnMut(&[u32], i64) -> i64,
    ) -> Done {
        self.gather(s, bin, prices, threshold, all);
        for &(k, numerator) in &self.cuts.of_bin[bin] {
            s.in_cut[k as usize] = numerator;
        }
        let n = s.candidates.len();
        let load_capacity = u64::from(self.part.load_capacity[bin]);
        let (mut next, mut room, mut load) = (0, self.part.capacity[bin], 0_u64);
        // What the chosen gain, and no less than what they gain beside any others.
        let (mut gain, mut hope) = (0_i64, 0_i64);
        let mut steps = 0_u64;
        let mut done = Done::All;
        loop {
            steps += 1;
            if steps > MOST_STEPS && done == Done::All {
                done = Done::GaveUp(best_fill(&s.candidates, self.part.capacity[bin]).max(0));
            }
            let go =
                next < n && room > 0 && done == Done::All && hope + best_fill(&s.candidates[next..], room) > threshold;
            if !go {
                // Back: drop the last chosen candidate and go on after it.
                let Some((at, gain_before, hope_before)) = s.chosen.pop() else {
                    break;
                };
                let c = s.candidates[at];
                for k in (c.first..c.first + c.len).rev() {
                    let unit = s.units[k as usize].0;
                    load -= u64::from(self.part.loads[unit as usize]);
                    self.leave(s, bin, unit, prices);
                }
                if c.cluster != ABSENT {
                    s.used[c.cluster as usize] = false;
                }
                (gain, hope) = (gain_before, hope_before);
                room += c.size;
                next = at + 1;
                continue;
            }
            let c = s.candidates[next];
            let units = c.first as usize..(c.first + c.len) as usize;
            let clash = c.size > room || (c.cluster != ABSENT && s.used[c.cluster as usize]);
            let heavy = s.units[units.clone()]
                .iter()
                .map(|u| u64::from(self.part.loads[u.0 as usize]));
            let heavy: u64 = heavy.sum();
            if clash
                || load + heavy > load_capacity
                || s.units[units.clone()].iter().any(|u| s.barred[u.0 as usize] > 0)
            {
                next += 1;
                continue;
            }
            s.chosen.push((next, gain, hope));
            for k in units {
                let (unit, own) = s.units[k];
                let met = s.extra[unit as usize];
                let joined = self.join(s, bin, unit, prices);
                gain += own + joined;
                // Others can only cost more, but for a large cluster's unit, whose promise covers those it may meet yet.
                let is_singled_out = c.cluster == ABSENT && self.part.cluster_of[unit as usize] != ABSENT;
                hope += if is_singled_out {
                    c.promise + joined - met
                } else {
                    own + joined
                };
            }
            if c.cluster != ABSENT {
                s.used[c.cluster as usize] = true;
            }
            room -= c.size;
            load += heavy;
            if gain > threshold {
                threshold = visit(&s.set, gain);
            }
            next += 1;
        }
        s.candidates.clear();
        s.units.clear();
        for &(k, _) in &self.cuts.of_bin[bin] {
            s.in_cut[k as usize] = 0;
        }
        s.steps += steps;
        done
    }

    /// Collects the candidates that a set above the threshold can hold: those with positive promise first, by promise
    /// per place, then, if all are wanted, the others by promise.
    fn gather(&self, s: &mut Search, bin: usize, prices: &Prices, threshold: i64, all: bool) {
        let part = self.part;
        let toll = prices.toll(part, bin);
        let capacity = part.capacity[bin];
        let edges = part.by_bin();
        let span = edges.start[bin]..edges.start[bin + 1];
        let plain = edges.plain_end[bin] - span.start;
        let runs = &edges.runs[edges.run_start[bin] as usize..edges.run_start[bin + 1] as usize];
        s.steps += span.len() as u64;
        // What each unit gains by itself, and the most that any place could.
        let mut own = std::mem::take(&mut s.own);
        own.clear();
        let units = &edges.unit[span.clone()];
        let gains = units.iter().zip(&edges.value[span.clone()]);
        own.extend(gains.map(|(&u, &v)| self.own_gain(u, v, toll, prices)));
        for run in runs {
            self.list_run(s, bin, run, &own, prices, Between(&|_| 0, i64::MAX));
        }
        let mut top = Top::new(capacity);
        for (&u, &gain) in units[..plain].iter().zip(&own) {
            top.see(gain, part.sizes[u as usize]);
        }
        for c in &s.candidates {
            top.see(c.promise, c.size);
        }
        // With every other place filled as well as any could be, a candidate must pass the threshold.
        let least = |size: u32| {
            let least = threshold.saturating_sub(top.sum(capacity.saturating_sub(size)));
            if all { least } else { least.max(0) }
        };
        s.candidates.retain(|c| c.promise > least(c.size));
        // Larger ones have to promise more, so nothing of no promise is wanted if nothing of size 1 is.
        if all && least(1) < 0 {
            for run in runs {
                self.list_run(s, bin, run, &own, prices, Between(&least, 0));
            }
        }
        let least_of_one = least(1);
        for (&u, &gain) in units[..plain].iter().zip(&own) {
            if gain > least_of_one {
                let size = part.sizes[u as usize];
                if size == 1 || gain > least(size) {
                    s.push_single(u, size, gain);
                }
            }
        }
        s.own = own;
        s.candidates.sort_unstable_by(by_promise);
        if all {
            let most = best_fill(&s.candidates, capacity).max(0);
            s.candidates.retain(|c| c.promise > 0 || most + c.promise > threshold);
        }
    }

    /// Gain of a unit by itself, cuts apart.
    #[inline]
    fn own_gain(&self, unit: u32, value: i64, toll: i64, prices: &Prices) -> i64 {
        let mut gain = value * SCALE - prices.unit[unit as usize];
        if toll != 0 {
            gain -= toll * i64::from(self.part.sizes[unit as usize]);
        }
        if !prices.floor.is_empty()
            && let Some(&price) = prices.floor.get(self.part.class_of[unit as usize] as usize)
        {
            gain += on_top(price, value);
        }
        gain
    }

    /// Lists the subsets of one cluster's units in this bin that are wanted for their promise.
    fn list_run(&self, s: &mut Search, bin: usize, run: &Run, own: &[i64], prices: &Prices, wanted: Between<'_>) {
        let part = self.part;
        let edges = part.by_bin();
        let cluster = &part.clusters[run.cluster as usize];
        let others = i64::from(part.capacity[bin]) - 1;
        s.members.clear();
        // A subset gains the sum of what each member gains with half of each of its meetings there: at most `most`.
        let (mut positive, mut best) = (0_i64, i64::MIN);
        for e in run.start as usize..run.end as usize {
            let (unit, gain) = (edges.unit[e], own[e - edges.start[bin]]);
            let with_others = gain + self.met_by_others(cluster, unit, others, prices) / 2 + 1;
            best = best.max(with_others);
            positive += with_others.max(0);
            s.members.push((unit, gain));
        }
        let most = if best > 0 { positive } else { best };
        if most <= (wanted.0)(1) {
            return;
        }
        if s.members.len() > LISTED {
            self.single_out(s, cluster, prices, part.capacity[bin], wanted);
        } else {
            self.list_subsets(s, bin, run.cluster, prices, wanted);
        }
    }

    /// The most that a unit's meetings with so many others of its cluster could gain.
    fn met_by_others(&self, cluster: &Cluster, unit: u32, others: i64, prices: &Prices) -> i64 {
        let met = cluster.most_of_unit.min(cluster.most_of_pair.saturating_mul(others));
        let floor = prices.floor.get(self.part.class_of[unit as usize] as usize);
        met * SCALE + floor.map_or(0, |&p| on_top(p, met))
    }

    /// Lists subsets of `s.members`, with their gains inside the cluster.
    fn list_subsets(&self, s: &mut Search, bin: usize, cluster: u32, prices: &Prices, wanted: Between<'_>) {
        let part = self.part;
        let n = s.members.len();
        let capacity = part.capacity[bin];
        s.inner_cuts.clear();
        for k in 0..n {
            for &(cut, numerator) in &self.cuts.of_unit[s.members[k].0 as usize] {
                if prices.cut.get(cut as usize).is_some_and(|&p| p > 0) {
                    let at = s.inner_cuts.iter().position(|c| c.0 == cut).unwrap_or_else(|| {
                        s.inner_cuts.push((cut, [0; LISTED]));
                        s.inner_cuts.len() - 1
                    });
                    s.inner_cuts[at].1[k] = numerator;
                }
            }
        }
        s.gains.clear();
        s.gains.resize(1 << n, i64::MIN);
        s.gains[0] = 0;
        for mask in 1_usize..1 << n {
            let last = mask.ilog2() as usize;
            let rest = mask & !(1 << last);
            if s.gains[rest] == i64::MIN {
                continue;
            }
            let (unit, mut gain) = s.members[last];
            let mut size = part.sizes[unit as usize];
            let mut allowed = true;
            for k in (0..last).filter(|k| rest >> k & 1 == 1) {
                let other = s.members[k].0;
                size = size.saturating_add(part.sizes[other as usize]);
                match part.meeting(unit, other) {
                    Some(0) => {}
                    Some(v) => gain += self.meeting_gain(unit, other, v, prices),
                    None => allowed = false,
                }
            }
            if !allowed || size > capacity {
                continue;
            }
            s.gains[mask] = s.gains[rest] + gain;
            let mut promise = s.gains[mask];
            for &(cut, numerators) in &s.inner_cuts {
                let denominator = self.cuts.list[cut as usize].denominator;
                let sum: u32 = (0..n).filter(|k| mask >> k & 1 == 1).map(|k| numerators[k]).sum();
                // What comes on top of others may count less than with the bin alone, but never less than by itself.
                promise -= prices.cut[cut as usize] * i64::from(sum / denominator);
            }
            if wanted.holds(size, promise) {
                let first = s.units.len() as u32;
                s.units
                    .extend((0..n).filter(|k| mask >> k & 1 == 1).map(|k| s.members[k]));
                s.candidates.push(Candidate {
                    first,
                    len: mask.count_ones(),
                    size,
                    promise,
                    cluster,
                });
            }
        }
        s.steps += 1 << n;
    }

    /// Adds the units of a large cluster as single candidates. The promise of each is the greatest gain per place of any
    /// set inside the cluster that holds the unit; a set's gain is then at most the sum of its units' promises.
    fn single_out(&self, s: &mut Search, cluster: &Cluster, prices: &Prices, capacity: u32, wanted: Between<'_>) {
        s.members.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let most_units = s.members.len().min(capacity as usize);
        let floor = self.part.class_of[s.members[0].0 as usize];
        let top = prices
            .floor
            .get(floor as usize)
            .map_or(0, |&p| on_top(p, cluster.most_of_pair));
        let pair = cluster.most_of_pair * SCALE + top;
        for rank in 0..s.members.len() {
            let own = s.members[rank];
            let size = self.part.sizes[own.0 as usize];
            let mut best = i64::MIN;
            let mut ahead = 0;
            for k in 1..=most_units {
                // The k − 1 best others and this one.
                ahead += s.members[k - 1].1;
                let total = if rank < k {
                    ahead
                } else {
                    ahead - s.members[k - 1].1 + own.1
                };
                let k = k as i64;
                let total = total + k * (k - 1) / 2 * pair;
                let places = if cluster.single || total > 0 {
                    k
                } else {
                    i64::from(capacity)
                };
                best = best.max(total.div_euclid(places) + 1);
            }
            let promise = if cluster.single || best > 0 {
                best * i64::from(size)
            } else {
                best
            };
            if wanted.holds(size, promise) {
                s.push_single_of(own, size, promise);
            }
        }
    }

    /// Puts a unit into the set; returns what it gains from the others and pays for cuts.
    fn join(&self, s: &mut Search, bin: usize, unit: u32, prices: &Prices) -> i64 {
        let mut gain = s.extra[unit as usize];
        s.set.push(unit);
        for m in &self.part.meetings[unit as usize] {
            match m.value {
                Some(v) => s.extra[m.other as usize] += self.meeting_gain(unit, m.other, v, prices),
                None => s.barred[m.other as usize] += 1,
            }
        }
        if self.cuts.len() > 0 {
            for &(k, numerator) in &self.cuts.of_unit[unit as usize] {
                gain -= self.count_up(s, k, numerator, prices);
            }
            for &l in &self.part.limits_of_bin[bin] {
                for &(k, numerator) in &self.cuts.of_limit[l as usize] {
                    gain -= self.count_up(s, k, numerator * self.part.sizes[unit as usize], prices);
                }
            }
        }
        gain
    }

    /// Takes the unit that came last out of the set.
    fn leave(&self, s: &mut Search, bin: usize, unit: u32, prices: &Prices) {
        s.set.pop();
        for m in &self.part.meetings[unit as usize] {
            match m.value {
                Some(v) => s.extra[m.other as usize] -= self.meeting_gain(unit, m.other, v, prices),
                None => s.barred[m.other as usize] -= 1,
            }
        }
        if self.cuts.len() > 0 {
            for &(k, numerator) in &self.cuts.of_unit[unit as usize] {
                self.count_down(s, k, numerator);
            }
            for &l in &self.part.limits_of_bin[bin] {
                for &(k, numerator) in &self.cuts.of_limit[l as usize] {
                    self.count_down(s, k, numerator * self.part.sizes[unit as usize]);
                }
            }
        }
    }

    /// Adds to what the set counts in a cut, and so perhaps in later cuts; returns what that costs.
    fn count_up(&self, s: &mut Search, cut: u32, numerator: u32, prices: &Prices) -> i64 {
        let denominator = self.cuts.list[cut as usize].denominator;
        let sum = &mut s.in_cut[cut as usize];
        let before = *sum / denominator;
        *sum += numerator;
        let more = *sum / denominator - before;
        if more == 0 {
            return 0;
        }
        let mut cost = prices.cut.get(cut as usize).copied().unwrap_or(0) * i64::from(more);
        for &(later, a) in &self.cuts.of_cut[cut as usize] {
            cost += self.count_up(s, later, a * more, prices);
        }
        cost
    }

    fn count_down(&self, s: &mut Search, cut: u32, numerator: u32) {
        let denominator = self.cuts.list[cut as usize].denominator;
        let sum = &mut s.in_cut[cut as usize];
        let before = *sum / denominator;
        *sum -= numerator;
        let less = before - *sum / denominator;
        if less > 0 {
            for &(later, a) in &self.cuts.of_cut[cut as usize] {
                self.count_down(s, later, a * less);
            }
        }
    }

    /// What a meeting adds to the gain of a set, its floor included.
    fn meeting_gain(&self, a: u32, b: u32, value: i64, prices: &Prices) -> i64 {
        let class = self.part.class_of[a as usize];
        let top = if class != Part::NO_CLASS && class == self.part.class_of[b as usize] {
            on_top(prices.floor[class as usize], value)
        } else {
            0
        };
        value * SCALE + top
    }
}

/// Promises above the least for their size and up to a most.
#[derive(Clone, Copy)]
struct Between<'a>(&'a dyn Fn(u32) -> i64, i64);

impl Between<'_> {
    fn holds(self, size: u32, promise: i64) -> bool {
        promise <= self.1 && promise > (self.0)(size)
    }
}

/// The greatest promises of single places, none below 0.
struct Top {
    greatest: [i64; Self::KEPT],
    kept: usize,
}

impl Top {
    const KEPT: usize = 12;

    fn new(places: u32) -> Self {
        Self {
            greatest: [0; Self::KEPT],
            kept: (places as usize).clamp(1, Self::KEPT),
        }
    }

    /// A promise over so many places, shared by them equally.
    #[inline]
    fn see(&mut self, promise: i64, places: u32) {
        let last = self.kept - 1;
        let number = if places == 1 {
            promise
        } else {
            promise / i64::from(places) + 1
        };
        if number > self.greatest[last] {
            for _ in 0..places.min(self.kept as u32) {
                let mut at = last;
                while at > 0 && self.greatest[at - 1] < number {
                    self.greatest[at] = self.greatest[at - 1];
                    at -= 1;
                }
                if number > self.greatest[at] {
                    self.greatest[at] = number;
                }
            }
        }
    }

    /// No less than the sum of the greatest `count`.
    fn sum(&self, count: u32) -> i64 {
        let kept = self.greatest[..self.kept].iter();
        let sum: i64 = kept.take(count as usize).sum();
        let more = i64::from(count).saturating_sub(self.kept as i64).max(0);
        sum.saturating_add(more.saturating_mul(self.greatest[self.kept - 1]))
    }
}

impl Search {
    fn push_single(&mut self, unit: u32, size: u32, gain: i64) {
        self.push_single_of((unit, gain), size, gain);
    }

    fn push_single_of(&mut self, unit: (u32, i64), size: u32, promise: i64) {
        let first = self.units.len() as u32;
        self.units.push(unit);
        self.candidates.push(Candidate {
            first,
            len: 1,
            size,
            promise,
            cluster: ABSENT,
        });
    }
}

/// Those with positive promise first, by promise per place, then the others by promise.
fn by_promise(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    let order = if a.size == b.size || a.promise <= 0 || b.promise <= 0 {
        b.promise.cmp(&a.promise)
    } else {
        let left = i128::from(a.promise) * i128::from(b.size);
        let right = i128::from(b.promise) * i128::from(a.size);
        right.cmp(&left)
    };
    order.then(a.first.cmp(&b.first))
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
