//! Improves a plan in places: where it loses most against the bound, the bins around are emptied and filled anew, exactly.
//!
//! A plan falls short of the bound by what single sets gain less than the price of their bin, and by the prices of units
//! that are out. Such losses have causes nearby: units that a set would rather have are in bins a few exchanges away. So
//! the bins are taken that exchanges reach with the least loss and in few steps, with the units in them and those that are out,
//! and this small part is solved like any other ([`crate::part`]), from the prices it has, beside all that stays.
//!
//! Places that are apart are looked at two at a time, whatever the number of threads.
//!
//! Promises a plan that is no worse, the same each time. Leaves plans alone that have floors to reach.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::cuts::{Row, carried};
use crate::gauge::Gauge;
use crate::master::{Column, Master};
use crate::model::Part;
use crate::part::{self, PartOutcome};
use crate::plan::PartPlan;
use crate::prices::Prices;
use crate::problem::SCALE;

/// Bins emptied around a place, first and last.
pub(crate) const SIZES: [usize; 3] = [40, 100, 250];
/// In a wide part, where no tree does the rest.
pub(crate) const WIDE_SIZES: [usize; 4] = [40, 100, 250, MOST];
/// Where a search found nothing.
pub(crate) const MOST: usize = 600;
/// Places looked at for so many that are apart, whose bins are emptied at the same time; limits may join any of them.
const LOOKED_AT: usize = 8;
const AT_ONCE: usize = 2;
/// What an exchange costs besides its loss: of the many that lose nothing, those next to each other are wanted.
const EXCHANGE: i64 = SCALE;
/// Parts of fewer bins are not worth it: their trees are small.
pub(crate) const FEW_BINS: usize = 1_000;

/// What exchanges cost: columns of little loss, by bin and by unit.
struct Ways<'a> {
    columns: &'a [Column],
    loss: Vec<i64>,
    of_bin: Vec<Vec<u32>>,
    of_unit: Vec<Vec<u32>>,
}

/// A plan by bin and by unit.
pub(crate) struct Now {
    pub sets: Vec<Vec<u32>>,
    bin_of: Vec<Option<u32>>,
}

impl<'a> Ways<'a> {
    fn new(master: &Master<'_>, columns: &'a [Column]) -> Self {
        let mut of_bin = vec![Vec::new(); master.part.n_bins()];
        let mut of_unit = vec![Vec::new(); master.part.n_units()];
        for (c, column) in (0..).zip(columns) {
            of_bin[column.bin as usize].push(c);
            column.set.iter().for_each(|&u| of_unit[u as usize].push(c));
        }
        Self {
            loss: columns.iter().map(|column| loss(master, column)).collect(),
            columns,
            of_bin,
            of_unit,
        }
    }

    /// The bins that exchanges reach at the least cost from here, nearest first.
    fn around(&self, now: &Now, from: Place, size: usize) -> Vec<u32> {
        let beyond = |at: i64, c: u32| at + self.loss[c as usize] + EXCHANGE;
        let mut cost = vec![i64::MAX; self.of_bin.len()];
        let mut heap = BinaryHeap::new();
        let mut reach = |heap: &mut BinaryHeap<_>, bin: u32, at: i64| {
            if at < cost[bin as usize] {
                cost[bin as usize] = at;
                heap.push(Reverse((at, bin)));
            }
        };
        match from {
            Place::Bin(bin) => reach(&mut heap, bin, 0),
            Place::Out(unit) => {
                for &c in &self.of_unit[unit as usize] {
                    reach(&mut heap, self.columns[c as usize].bin, self.loss[c as usize]);
                }
            }
        }
        let (mut bins, mut is_in) = (Vec::new(), vec![false; self.of_bin.len()]);
        while let Some(Reverse((at, bin))) = heap.pop() {
            if std::mem::replace(&mut is_in[bin as usize], true) {
                continue;
            }
            bins.push(bin);
            if bins.len() == size {
                break;
            }
            // Others leave their bins for this one, and its own go elsewhere.
            for &c in &self.of_bin[bin as usize] {
                for &unit in &self.columns[c as usize].set {
                    if let Some(other) = now.bin_of[unit as usize] {
                        reach(&mut heap, other, beyond(at, c));
                    }
                }
            }
            for &unit in &now.sets[bin as usize] {
                for &c in &self.of_unit[unit as usize] {
                    reach(&mut heap, self.columns[c as usize].bin, beyond(at, c));
                }
            }
        }
        bins
    }
}

/// Where a plan loses something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Bin(u32),
    Out(u32),
}

/// What a column gains less than the price of its bin.
fn loss(master: &Master<'_>, column: &Column) -> i64 {
    master.bin_price[column.bin as usize] - master.sets.gain(&master.prices, column)
}

impl Now {
    pub(crate) fn of(part: &Part, plan: &PartPlan) -> Self {
        let mut sets = vec![Vec::new(); part.n_bins()];
        for (b, set) in &plan.sets {
            sets[*b as usize].clone_from(set);
        }
        Self {
            bin_of: plan.bin_of(part),
            sets,
        }
    }

    /// What the plan loses in a place.
    fn lost(&self, master: &Master<'_>, place: Place) -> i64 {
        match place {
            Place::Bin(bin) => {
                let set = &self.sets[bin as usize];
                let value = master.part.set_value(bin, set).expect("sets of a plan are feasible");
                let set = set.clone();
                loss(master, &Column { bin, set, value })
            }
            Place::Out(unit) if self.bin_of[unit as usize].is_none() => master.prices.unit[unit as usize],
            Place::Out(_) => 0,
        }
    }

    /// The bin of a unit that is not out.
    pub(crate) fn bin_of(&self, unit: u32) -> Option<u32> {
        self.bin_of[unit as usize]
    }

    /// The part that these bins make with the units in them and those that are out, beside all else.
    pub(crate) fn emptied(&self, part: &Part, bins: &[u32]) -> Part {
        let mut is_in = vec![false; part.n_bins()];
        bins.iter().for_each(|&b| is_in[b as usize] = true);
        let is_free = |u: u32| self.bin_of(u).is_none_or(|b| is_in[b as usize]);
        let by_bin = part.by_bin();
        let reached = bins
            .iter()
            .flat_map(|&b| &by_bin.unit[by_bin.start[b as usize]..by_bin.start[b as usize + 1]]);
        let mut units: Vec<u32> = reached.copied().filter(|&u| is_free(u)).collect();
        units.sort_unstable();
        units.dedup();
        let mut most = part.limit_most.clone();
        let others = self.sets.iter().enumerate().filter(|(b, _)| !is_in[*b]);
        for (b, set) in others.filter(|_| !part.limit_most.is_empty()) {
            let size: u32 = set.iter().map(|&u| part.sizes[u as usize]).sum();
            part.limits_of_bin[b].iter().for_each(|&l| most[l as usize] -= size);
        }
        part.only(units, &is_in, &most)
    }

    /// Solves such a part, from the prices, the cuts and the plan that the whole has there.
    pub(crate) fn solved(&self, master: &Master<'_>, small: &Part, gauge: &Gauge<'_>) -> PartOutcome {
        let (answer, _) = if small.is_transport() {
            part::solve(small, None, None, gauge)
        } else {
            part::go_on(self.begun(master, small), None, gauge)
        };
        answer.outcome
    }

    fn begun<'a>(&self, master: &Master<'_>, small: &'a Part) -> Master<'a> {
        let all = &master.prices;
        let here = |list: &[u32], whole: u32| list.binary_search(&whole).ok().map(|n| n as u32);
        let row = |row: Row| match row {
            Row::Unit(u) => here(&small.units, u).map(Row::Unit),
            Row::Bin(b) => here(&small.bins, b).map(Row::Bin),
            Row::Limit(l) => (0..).zip(&small.limit_ids).find(|e| *e.1 == l).map(|e| Row::Limit(e.0)),
            Row::Cut(_) => None,
        };
        let tight = (0..).zip(&all.cut).filter(|c| *c.1 > 0).map(|c| c.0);
        let (number, cuts) = carried(&master.sets.cuts.list, tight, 0, row);
        let carried = number.iter().zip(&all.cut).filter(|c| c.0.is_some());
        let prices = Prices {
            unit: small.units.iter().map(|&u| all.unit[u as usize]).collect(),
            limit: small.limit_ids.iter().map(|&l| all.limit[l as usize]).collect(),
            cut: carried.map(|c| *c.1).collect(),
            floor: Vec::new(),
        };
        let unit = |&u: &u32| here(&small.units, u).expect("who is in these bins is here");
        let set = |&b: &u32| self.sets[b as usize].iter().map(unit).collect();
        Master::near(small, &prices, cuts, small.bins.iter().map(set).collect())
    }

    /// Whether everyone in a plan of such a part is out or in these bins still.
    fn may_fill(&self, bins: &[u32], small: &Part, found: &PartPlan) -> bool {
        let mut units = found.sets.iter().flat_map(|(_, set)| set);
        units.all(|&u| {
            let bin = self.bin_of(small.units[u as usize]);
            bin.is_none_or(|b| bins.contains(&b))
        })
    }

    /// Puts a plan of such a part in place of what was there.
    pub(crate) fn fill(&mut self, bins: &[u32], small: &Part, found: PartPlan) {
        for &b in bins {
            for u in self.sets[b as usize].drain(..) {
                self.bin_of[u as usize] = None;
            }
        }
        for (b, set) in found.sets {
            let b = small.bins[b as usize];
            // Both number units in the same order.
            let set: Vec<u32> = set.into_iter().map(|u| small.units[u as usize]).collect();
            set.iter().for_each(|&u| self.bin_of[u as usize] = Some(b));
            self.sets[b as usize] = set;
        }
    }
}

/// Places where the plan loses a point or more, most first.
struct Queue {
    heap: BinaryHeap<(i64, Reverse<Place>)>,
    bin_waits: Vec<bool>,
    unit_waits: Vec<bool>,
}

impl Queue {
    fn new(part: &Part) -> Self {
        Self {
            heap: BinaryHeap::new(),
            bin_waits: vec![false; part.n_bins()],
            unit_waits: vec![false; part.n_units()],
        }
    }

    fn waits(&mut self, place: Place) -> &mut bool {
        match place {
            Place::Bin(bin) => &mut self.bin_waits[bin as usize],
            Place::Out(unit) => &mut self.unit_waits[unit as usize],
        }
    }

    fn extend(&mut self, now: &Now, master: &Master<'_>, places: impl Iterator<Item = Place>) {
        for place in places {
            let lost = now.lost(master, place);
            if lost >= SCALE && !std::mem::replace(self.waits(place), true) {
                self.heap.push((lost, Reverse(place)));
            }
        }
    }

    /// What is lost may have changed since a place came here.
    fn next(&mut self, now: &Now, master: &Master<'_>) -> Option<Place> {
        while let Some((lost, Reverse(place))) = self.heap.pop() {
            *self.waits(place) = false;
            if now.lost(master, place) == lost {
                return Some(place);
            }
            self.extend(now, master, std::iter::once(place));
        }
        None
    }
}

/// A place with the bins around it that are to be filled anew.
struct Job {
    place: Place,
    bins: Vec<u32>,
    small: Part,
}

/// The next places, most first, whose bins are apart; those between that are not wait on.
fn next_jobs(ways: &Ways<'_>, now: &Now, master: &Master<'_>, queue: &mut Queue, size: usize) -> Vec<Job> {
    let part = master.part;
    let most = if part.limit_most.is_empty() { AT_ONCE } else { 1 };
    let (mut jobs, mut waiting): (Vec<Job>, Vec<Place>) = (Vec::new(), Vec::new());
    let mut is_taken = vec![false; part.n_bins()];
    while jobs.len() < most
        && jobs.len() + waiting.len() < LOOKED_AT
        && let Some(place) = queue.next(now, master)
    {
        let bins = ways.around(now, place, size);
        if bins.iter().any(|&b| is_taken[b as usize]) {
            waiting.push(place);
            continue;
        }
        bins.iter().for_each(|&b| is_taken[b as usize] = true);
        let small = now.emptied(part, &bins);
        jobs.push(Job { place, bins, small });
    }
    queue.extend(now, master, waiting.into_iter());
    jobs
}

/// The plan, or a better one, after so much work at most, bins emptied so many at once; `columns` are those whose loss is
/// small.
pub(crate) fn improve(
    master: &Master<'_>,
    plan: PartPlan,
    columns: &[Column],
    sizes: &[usize],
    work: u64,
    gauge: &Gauge<'_>,
) -> PartPlan {
    let part = master.part;
    if !part.classes.is_empty() {
        return plan;
    }
    let ways = Ways::new(master, columns);
    let mut now = Now::of(part, &plan);
    let end = gauge.work().saturating_add(work);
    for &size in sizes {
        let mut queue = Queue::new(part);
        queue.extend(&now, master, (0..part.n_bins() as u32).map(Place::Bin));
        queue.extend(&now, master, (0..part.n_units() as u32).map(Place::Out));
        loop {
            let jobs = next_jobs(&ways, &now, master, &mut queue, size);
            if jobs.is_empty() {
                break;
            }
            let its_own = gauge.within(end.saturating_sub(gauge.work()));
            let outcomes = its_own.each(jobs, |job, gauge| {
                let outcome = now.solved(master, &job.small, gauge);
                (job, outcome)
            });
            if gauge.tick(its_own.work()) || gauge.work() >= end {
                return PartPlan::of(part, now.sets);
            }
            for (Job { place, bins, small }, outcome) in outcomes {
                let before: i128 = bins.iter().map(|&b| value(part, b, &now.sets[b as usize])).sum();
                let PartOutcome::Planned(found) = outcome else { continue };
                if found.value <= before {
                    continue;
                }
                // Both may have found use for one that was out.
                if now.may_fill(&bins, &small, &found) {
                    now.fill(&bins, &small, found);
                    queue.extend(&now, master, bins.into_iter().map(Place::Bin));
                    queue.extend(&now, master, small.units.into_iter().map(Place::Out));
                } else {
                    queue.extend(&now, master, std::iter::once(place));
                }
            }
        }
    }
    PartPlan::of(part, now.sets)
}

fn value(part: &Part, bin: u32, set: &[u32]) -> i128 {
    part.set_value(bin, set).expect("sets of a plan are feasible").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reduce;
    use crate::problem::{Group, GroupPolicy, Limit, Problem};
    use crate::solution::Options;

    /// Twelve items and eight bins, with siblings, a limit and a load.
    fn problem(seed: u64) -> Problem {
        let mut state = seed;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % n
        };
        let mut problem = Problem {
            indptr: vec![0],
            capacity: (0..8).map(|_| 1 + below(2) as u32).collect(),
            load: (0..12).map(|_| below(3) as u32).collect(),
            load_capacity: (0..8).map(|_| 2 + below(2) as u32).collect(),
            limits: vec![Limit {
                bins: vec![0, 1, 2],
                most: 2,
            }],
            ..Problem::default()
        };
        for _ in 0..12 {
            for bin in 0..8 {
                if below(3) > 0 {
                    problem.bins.push(bin);
                    problem.values.push(100 + below(40) as i64);
                }
            }
            problem.indptr.push(problem.bins.len());
        }
        let policies = [GroupPolicy::Prefer, GroupPolicy::Together, GroupPolicy::Apart];
        for (n, policy) in (0..).zip(policies) {
            problem.groups.push(Group {
                members: vec![3 * n, 3 * n + 1],
                policy,
                pair_value: if policy == GroupPolicy::Prefer { 30 } else { 0 },
            });
        }
        problem
    }

    #[test]
    fn where_everything_is_near_the_best_plan_is_found_and_elsewhere_no_worse_one() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let (mut better, mut paired) = (0, 0);
        for seed in 0..300 {
            let mut problem = problem(seed);
            // With limits one place is looked at a time.
            problem.limits.truncate(seed as usize % 2);
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            for part in &model.parts {
                let best = crate::rest::tests::best(part, &gauge);
                let mut master = Master::new(part, &gauge);
                master.converge(&gauge, 0);
                let start = PartPlan::of(part, vec![Vec::new(); part.n_bins()]);
                let all = master.columns_within(i128::from(SCALE) * 10_000, usize::MAX, &gauge);
                let all = all.expect("few are possible");
                let found = improve(&master, start.clone(), &all, &SIZES, u64::MAX, &gauge);
                assert!(found.is_feasible(part), "{seed}");
                // Losses below a point are left alone.
                assert_eq!(found.value, best.value, "{seed}");
                // It needs the prices only.
                let again = improve(&master.quoted(), start.clone(), &all, &SIZES, u64::MAX, &gauge);
                assert_eq!(again.sets, found.sets, "{seed}");
                let few = master.columns_within(i128::from(SCALE), usize::MAX, &gauge);
                let found = improve(&master, start.clone(), &few.expect("few"), &SIZES, 200, &gauge);
                assert!(found.is_feasible(part) && found.value >= start.value, "{seed}");
                better += u32::from(found.value > start.value);
                // Several places at a time, each with a bin or two.
                let poor = crate::plan::insert(part, vec![Vec::new(); part.n_bins()]);
                let now = Now::of(part, &PartPlan::of(part, poor));
                let mut queue = Queue::new(part);
                queue.extend(&now, &master, (0..part.n_bins() as u32).map(Place::Bin));
                let jobs = next_jobs(&Ways::new(&master, &all), &now, &master, &mut queue, 2);
                let mut taken: Vec<u32> = jobs.iter().flat_map(|job| job.bins.clone()).collect();
                taken.sort_unstable();
                assert!(taken.windows(2).all(|w| w[0] != w[1]), "{seed}");
                assert!(jobs.len() < 2 || part.limit_most.is_empty(), "{seed}");
                paired += usize::from(jobs.len() > 1);
                let found = improve(&master, start.clone(), &all, &[1, 2], u64::MAX, &gauge);
                assert!(found.is_feasible(part) && found.value > start.value, "{seed}");
            }
        }
        assert!(better > 50 && paired > 50, "{better} {paired}");
    }

    /// A circle of bins, each with a unit that the next one would take at no loss, numbered crosswise.
    #[test]
    fn of_exchanges_that_lose_nothing_the_nearest_are_taken() {
        let n = 20;
        let at = |place: u32| place % n * 7 % n;
        let columns: Vec<Column> = (0..n)
            .map(|place| Column {
                bin: at(place + 1),
                set: vec![at(place)],
                value: 0,
            })
            .collect();
        let mut ways = Ways {
            columns: &columns,
            loss: vec![0; n as usize],
            of_bin: vec![Vec::new(); n as usize],
            of_unit: vec![Vec::new(); n as usize],
        };
        for (c, column) in (0..).zip(&columns) {
            ways.of_bin[column.bin as usize].push(c);
            ways.of_unit[column.set[0] as usize].push(c);
        }
        let now = Now {
            sets: (0..n).map(|bin| vec![bin]).collect(),
            bin_of: (0..n).map(Some).collect(),
        };
        for place in 0..n {
            let mut around = ways.around(&now, Place::Bin(at(place + 2)), 5);
            around.sort_unstable();
            let mut nearest: Vec<u32> = (place..place + 5).map(at).collect();
            nearest.sort_unstable();
            assert_eq!(around, nearest, "{place}");
        }
        // A way that loses more than it is shorter is not taken.
        ways.loss[0] = 3 * EXCHANGE;
        let mut around = ways.around(&now, Place::Bin(at(0)), 4);
        around.sort_unstable();
        let mut nearest: Vec<u32> = [0, n - 1, n - 2, n - 3].map(at).to_vec();
        nearest.sort_unstable();
        assert_eq!(around, nearest);
    }
}
