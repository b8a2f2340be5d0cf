//! A vast part, region by region: prices and a plan near the best, in time that grows with the number of edges.
//!
//! The program over sets of a whole continent does not come to an end in minutes, and that of a region takes a second.
//! So the bins are cut into regions ([`map`]), twice:
//!
//! 1. In each region the prices of its units, and cuts with theirs, are chosen anew while all else stands ([`prices`]). So
//!    the dual is minimised over one block after another, which never makes the bound worse: each step is measured on the
//!    whole, and shortened or left out if it gains nothing.
//! 2. In smaller ones the bins are emptied and filled again, from these prices, exactly as far as the work allows, beside
//!    all that stays ([`fill`]); then in others, whose borders lie elsewhere.
//!
//! Regions that are not linked are done at the same time, and the first plan beside the prices.
//!
//! Promises: a bound no worse than the first prices prove, and a feasible plan no worse than the first; the same for every
//! number of threads. Knows nothing of limits and floors, whose parts are never vast.

mod border;
mod fill;
mod map;
mod prices;

use std::cmp::Reverse;

use crate::first::First;
use crate::gauge::Gauge;
use crate::master::Master;
use crate::model::Part;
use crate::near::Now;
use crate::plan::PartPlan;
use crate::prices::Prices;
use crate::problem::{MOST_IN_BIN, SCALE};
use crate::sets::{Done, Search, Sets};
use crate::transport::NONE;
use map::{Map, Regions};

/// Bins of a region whose prices are chosen, and of one whose plan is.
pub(crate) const SIZES: [usize; 2] = [1_000, 500];
/// How often the plan goes through regions.
const TURNS: usize = 2;
/// How much more work at most goes into the plan of a region than on average into the prices of one.
const TIMES: u64 = 2;
/// Parts of a point in which a region counts values, since those of units from elsewhere are not whole.
const FINE: i64 = 16;
/// Regions done at the same time.
const AT_ONCE: usize = 16;
/// So few bins are not shared out.
const FEW_BINS: usize = 1_000;

/// What the best set of a bin gains, and what its last place costs by that.
#[derive(Clone, Copy)]
struct Best {
    gain: i64,
    place: i64,
}

/// A master with prices, cuts and a plan, region by region.
struct Priced<'a> {
    master: Master<'a>,
    /// What the last place of each bin costs.
    place: Vec<i64>,
    regions: Regions,
    /// Work for each region.
    work: u64,
}

/// Whether a part is to begin this way: it is vast, and its values are so small that they may be counted in parts of a point.
pub(crate) fn suit(part: &Part) -> bool {
    let most = |list: &mut dyn Iterator<Item = i64>| i128::from(list.max().unwrap_or(0));
    let value = || most(&mut part.row_value.iter().copied()) + most(&mut part.clusters.iter().map(|c| c.most_of_unit));
    let places = || most(&mut part.capacity.iter().map(|&c| i64::from(c)));
    part.is_vast() && value() * places() * i128::from(FINE) <= i128::from(MOST_IN_BIN)
}

/// A master with prices, cuts and a plan from regions of so many bins for each; with columns, unless the gauge says stop.
pub(crate) fn begin<'a>(part: &'a Part, sizes: [usize; 2], gauge: &Gauge<'_>) -> Master<'a> {
    let first = First::new(part, gauge);
    let (priced, plan) = gauge.both(
        |gauge| priced(&first, part, sizes[0], gauge),
        |gauge| first.plan(0, gauge),
    );
    let Priced {
        mut master,
        place,
        mut regions,
        work,
    } = priced;
    master.plan = PartPlan::of(part, plan);
    gauge.report(master.plan.value, master.bound.div_euclid(SCALE.into()));
    let mut now = Now::of(part, &master.plan);
    for _ in 0..TURNS {
        if gauge.stopped() {
            break;
        }
        let map = Map::new(part, &homes(part, &place, |u| now.bin_of(u)), &place);
        regions = map.regions(sizes[1], Some(&regions));
        fill::again(&master, &mut now, &map, &regions, TIMES * work, gauge);
    }
    master.plan = PartPlan::of(part, now.sets);
    gauge.report(master.plan.value, master.bound.div_euclid(SCALE.into()));
    if !gauge.stopped() {
        let prices = master.prices.clone();
        master.begin(&prices);
    }
    master
}

/// A master with the first prices, made better in regions of so many bins.
fn priced<'a>(first: &First<'_>, part: &'a Part, size: usize, gauge: &Gauge<'_>) -> Priced<'a> {
    let bin_of = first.bin_of();
    let mut master = Master::priced(part, &first.prices());
    let all: Vec<u32> = (0..part.n_bins() as u32).collect();
    let mut place: Vec<i64> = look(&master, &all, gauge).iter().map(|best| best.place).collect();
    let home = homes(part, &place, |u| Some(bin_of[u as usize]).filter(|&b| b != NONE));
    let map = Map::new(part, &home, &place);
    let regions = map.regions(size, None);
    let before = gauge.work();
    if !gauge.stopped() {
        prices::improve(&mut master, &mut place, &home, &map, &regions, gauge);
    }
    Priced {
        master,
        place,
        work: (gauge.work() - before) / regions.bins.len() as u64,
        regions,
    }
}

/// The bin of each unit, or else the best one at these prices of a place.
fn homes(part: &Part, place: &[i64], bin_of: impl Fn(u32) -> Option<u32>) -> Vec<u32> {
    let home = |u: u32| {
        bin_of(u).unwrap_or_else(|| {
            let size = i64::from(part.sizes[u as usize]);
            let gain = |&(b, v): &(u32, i64)| (v * SCALE - place[b as usize] * size, Reverse(b));
            part.row(u).max_by_key(gain).expect("units have edges").0
        })
    };
    let mut all: Vec<u32> = (0..part.n_units() as u32).map(home).collect();
    // Who would gain by sharing a bin belongs to one region.
    let mut of_cluster = vec![NONE; part.clusters.len()];
    for (home, &cluster) in all.iter_mut().zip(&part.cluster_of) {
        if let Some(of_cluster) = of_cluster.get_mut(cluster as usize) {
            if *of_cluster == NONE {
                *of_cluster = *home;
            }
            *home = *of_cluster;
        }
    }
    all
}

/// The best set of each of these bins at the master's prices.
fn look(master: &Master<'_>, bins: &[u32], gauge: &Gauge<'_>) -> Vec<Best> {
    let some = bins.chunks(FEW_BINS.max(bins.len() / AT_ONCE)).collect();
    let found: Vec<Vec<Best>> = gauge.each(some, |bins: &[u32], gauge| {
        let mut search = Search::default();
        master.sets.fit(&mut search);
        let best = bins
            .iter()
            .map(|&b| best(&master.sets, &mut search, b, &master.prices))
            .collect();
        gauge.tick(search.steps);
        best
    });
    found.concat()
}

fn best(sets: &Sets<'_>, search: &mut Search, bin: u32, prices: &Prices) -> Best {
    let (mut gain, mut place) = (0, 0);
    let done = sets.good(search, bin as usize, prices, 0, |set, its_gain| {
        if its_gain > gain {
            (gain, place) = (its_gain, last_place(sets.part, prices, bin, set));
        }
        gain
    });
    if let Done::GaveUp(most) = done {
        gain = gain.max(most);
    }
    Best { gain, place }
}

/// What the last place of a bin costs that takes this set: what the unit gains by itself that gains least, if it is full.
fn last_place(part: &Part, prices: &Prices, bin: u32, set: &[u32]) -> i64 {
    let size: u32 = set.iter().map(|&u| part.sizes[u as usize]).sum();
    if size < part.capacity[bin as usize] {
        return 0;
    }
    let gain = |&u: &u32| {
        let value = part.edge(u, bin).expect("of the set");
        (value * SCALE - prices.unit[u as usize]) / i64::from(part.sizes[u as usize])
    };
    set.iter().map(gain).min().unwrap_or(0).max(0)
}

#[cfg(test)]
mod tests {
    use hemvist_testkit::Rng;

    use super::*;
    use crate::model::reduce;
    use crate::problem::{Group, GroupPolicy, Problem};
    use crate::solution::Options;

    /// Sixty items along a road of twenty-four bins, each within reach of those around it; siblings, loads.
    pub(super) fn problem(seed: u64) -> Problem {
        let mut rng = Rng::new(seed);
        let mut to = |most: i32| rng.between(0, most).unsigned_abs();
        let mut problem = Problem {
            indptr: vec![0],
            capacity: (0..24).map(|_| 2 + to(1)).collect(),
            load: (0..60).map(|_| to(2)).collect(),
            load_capacity: (0..24).map(|_| 2 + to(3)).collect(),
            ..Problem::default()
        };
        for item in 0..60 {
            for bin in 0..24_u32 {
                let away = (2 * item / 5_u32).abs_diff(bin);
                if away < 5 && to(3) > 0 {
                    problem.bins.push(bin);
                    problem.values.push(i64::from(1000 + to(99) - 10 * away));
                }
            }
            problem.indptr.push(problem.bins.len());
        }
        let policies = [GroupPolicy::Prefer, GroupPolicy::Together, GroupPolicy::Apart];
        for (n, policy) in (0..15).zip(policies.into_iter().cycle()) {
            let size = if policy == GroupPolicy::Prefer { 3 } else { 2 };
            problem.groups.push(Group {
                members: (4 * n..4 * n + size).collect(),
                policy,
                pair_value: if policy == GroupPolicy::Apart { 0 } else { 60 },
            });
        }
        problem
    }

    #[test]
    fn prices_prove_a_closer_bound_and_the_plan_comes_closer() {
        let options = Options {
            threads: 1,
            ..Options::default()
        };
        let gauge = Gauge::new(&options, u64::MAX, None);
        let (mut gained, mut possible, mut better, mut lost, mut cuts) = (0, 0, 0, 0, 0);
        for seed in 0..60 {
            let model = reduce(&problem(seed)).unwrap_or_else(|_| panic!("nothing is locked"));
            for part in &model.parts {
                let best = crate::rest::tests::best(part, &gauge);
                let first = First::new(part, &gauge);
                let start = Master::priced(part, &first.prices()).bound;
                let first = PartPlan::of(part, first.plan(0, &gauge)).value;
                let mut master = begin(part, [9, 5], &gauge);
                cuts += master.sets.cuts.len();
                assert!(master.plan.is_feasible(part), "{seed}");
                assert!((first..=best.value).contains(&master.plan.value), "{seed}");
                let possible_bounds = best.value * i128::from(SCALE)..=start;
                assert!(possible_bounds.contains(&master.bound), "{seed}");
                // The bound is what its prices prove.
                let bins: i128 = master.bin_price.iter().map(|&p| i128::from(p)).sum();
                assert_eq!(
                    master.bound,
                    bins + master.prices.total(part, &master.sets.cuts),
                    "{seed}"
                );
                for (bin, &price) in master.bin_price.iter().enumerate() {
                    let more = |_: &[u32], _| panic!("{seed}: a set gains more than its bin's price");
                    let search = &mut master.search;
                    assert!(master.sets.above(search, bin, &master.prices, price, more) == Done::All);
                }
                gained += start - master.bound;
                better += master.plan.value - first;
                lost += best.value - first;
                master.converge(&gauge, 0);
                assert!(master.bound >= best.value * i128::from(SCALE), "{seed}");
                possible += start - master.bound;
            }
        }
        assert!(10 * gained > 7 * possible, "{gained} of {possible}");
        assert!(2 * better > lost, "{better} of {lost}");
        assert!(cuts > 50, "{cuts}");
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        for seed in 0..10 {
            let model = reduce(&problem(seed)).unwrap_or_else(|_| panic!("nothing is locked"));
            let of = |threads: usize| {
                let options = Options {
                    threads,
                    ..Options::default()
                };
                let gauge = Gauge::new(&options, u64::MAX, None);
                let master = begin(&model.parts[0], [6, 3], &gauge);
                (master.prices, master.bin_price, master.plan, gauge.work())
            };
            assert_eq!(of(1), of(2), "{seed}");
        }
    }

    #[test]
    fn whenever_it_is_stopped_there_is_a_plan_and_a_bound_that_holds() {
        let options = Options::default();
        let model = reduce(&problem(1)).unwrap_or_else(|_| panic!("nothing is locked"));
        let part = &model.parts[0];
        let free = Gauge::new(&options, u64::MAX, None);
        let best = crate::rest::tests::best(part, &free);
        let mut stops = 0;
        for power in 0..24 {
            let gauge = Gauge::new(&options, 1 << power, None);
            let master = begin(part, [6, 3], &gauge);
            stops += u32::from(gauge.stopped());
            assert!(master.plan.is_feasible(part) && master.plan.value > 0);
            assert!(master.plan.value <= best.value && master.bound >= best.value * i128::from(SCALE));
        }
        assert!((8..24).contains(&stops), "{stops}");
    }
}
