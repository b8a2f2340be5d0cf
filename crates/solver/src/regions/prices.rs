//! Prices of units and cuts, one region after another.
//!
//! Each region is a part of its own ([`Bordered`]), whose prices come from column generation and rounds of cuts like those
//! of any other. Its cuts weigh rows of the region only, which mean the same in the whole.
//!
//! Promises: the master's prices prove its bound at any time, and the bound only falls.

use super::border::Bordered;
use super::map::{Map, Regions};
use super::{AT_ONCE, FINE, look};
use crate::cuts::{self, Cut, Reach, Row};
use crate::gauge::Gauge;
use crate::master::Master;
use crate::part;
use crate::problem::SCALE;

/// How often a step is halved.
const HALVES: u32 = 3;
/// A round of cuts that gains fewer points helps a region little.
const DULL_GAIN: i64 = 20;

/// A region whose prices are sought: its units, and the bins that could take them, both ascending.
struct Job {
    units: Vec<u32>,
    bins: Vec<u32>,
}

/// Prices of a region's units, and its cuts with theirs.
struct Found {
    unit: Vec<i64>,
    cuts: Vec<Cut>,
    cut: Vec<i64>,
}

/// Chooses prices in one region after another; units belong where their home is.
pub(super) fn improve(
    master: &mut Master<'_>,
    place: &mut [i64],
    home: &[u32],
    map: &Map,
    regions: &Regions,
    gauge: &Gauge<'_>,
) {
    let mut units = vec![Vec::new(); regions.bins.len()];
    for (u, &b) in (0..).zip(home) {
        units[regions.of_bin[b as usize] as usize].push(u);
    }
    'rounds: for round in map.rounds(regions) {
        for some in round.chunks(AT_ONCE) {
            let inhabited = some.iter().filter(|&&r| !units[r as usize].is_empty());
            let job = |&r: &u32| Job {
                bins: wanted(master, place, &regions.bins[r as usize], &units[r as usize]),
                units: units[r as usize].clone(),
            };
            let jobs: Vec<Job> = inhabited.map(job).collect();
            let found = gauge.each(jobs.iter().collect(), |job, gauge| prices(master, job, place, gauge));
            if gauge.stopped() {
                break 'rounds;
            }
            for (job, found) in jobs.iter().zip(found) {
                step(master, place, job, &found, gauge);
            }
        }
    }
    master.take_up(master.sets.cuts.len());
}

/// The bins of a region and all others that could soon take one of its units.
fn wanted(master: &Master<'_>, place: &[i64], bins: &[u32], units: &[u32]) -> Vec<u32> {
    let part = master.part;
    let mut near = bins.to_vec();
    for &u in units {
        let size = i64::from(part.sizes[u as usize]);
        let partners = part.clusters.get(part.cluster_of[u as usize] as usize);
        let worth = master.prices.unit[u as usize] - partners.map_or(0, |c| c.most_of_unit) * SCALE / 2;
        let wants = |&(b, v): &(u32, i64)| v * SCALE - worth > place[b as usize] * size;
        near.extend(part.row(u).filter(wants).map(|e| e.0));
    }
    near.sort_unstable();
    near.dedup();
    near
}

/// The best prices of a region's units and cuts while all others stand.
fn prices(master: &Master<'_>, job: &Job, place: &[i64], gauge: &Gauge<'_>) -> Found {
    let Bordered { part, least } = Bordered::new(master.part, &job.units, &job.bins, &master.prices, place);
    // The plan is of no use but as a start: no second thoughts.
    let mut program = Master::first(&part, 0, gauge);
    part::tighten(&mut program, i128::from(DULL_GAIN * FINE), Reach::SHORT, gauge);
    let whole = |price: &i64| price / FINE;
    let more = program.prices.unit.iter().map(whole);
    Found {
        unit: least.iter().zip(more).map(|(least, more)| least + more).collect(),
        cut: program.prices.cut.iter().map(whole).collect(),
        cuts: program.sets.cuts.list,
    }
}

/// Goes to the prices found for a region, from none for its cuts, as far as that makes the bound better.
fn step(master: &mut Master<'_>, place: &mut [i64], job: &Job, found: &Found, gauge: &Gauge<'_>) {
    let part = master.part;
    let first = master.sets.cuts.len();
    let cut_to = add_cuts(master, job, found);
    let from: Vec<i64> = job.units.iter().map(|&u| master.prices.unit[u as usize]).collect();
    let mut bins: Vec<u32> = job.bins.clone();
    bins.extend(job.units.iter().flat_map(|&u| part.row(u).map(|e| e.0)));
    bins.sort_unstable();
    bins.dedup();
    for halves in 0..=HALVES {
        let mut change = 0;
        for ((&u, &from), &to) in job.units.iter().zip(&from).zip(&found.unit) {
            let way = (to - from) >> halves;
            master.prices.unit[u as usize] = from + way;
            change += i128::from(way);
        }
        for (k, to) in (first..).zip(&cut_to) {
            master.prices.cut[k] = to >> halves;
            change += i128::from(to >> halves) * i128::from(master.sets.cuts.list[k].most);
        }
        let best = look(master, &bins, gauge);
        let old = bins.iter().map(|&b| i128::from(master.bin_price[b as usize]));
        change += best.iter().map(|best| i128::from(best.gain)).sum::<i128>() - old.sum::<i128>();
        if change < 0 {
            for (&b, best) in bins.iter().zip(&best) {
                (master.bin_price[b as usize], place[b as usize]) = (best.gain, best.place);
            }
            master.bound += change;
            return;
        }
    }
    for (&u, from) in job.units.iter().zip(from) {
        master.prices.unit[u as usize] = from;
    }
    master.prices.cut.truncate(first);
    master.sets.cuts.truncate(first);
}

/// Adds the cuts of a region that cost something to those of the whole, for nothing at first; returns what they are to cost.
fn add_cuts(master: &mut Master<'_>, job: &Job, found: &Found) -> Vec<i64> {
    let first = master.sets.cuts.len();
    let row = |row: Row| match row {
        Row::Unit(u) => job.units.get(u as usize).map(|&u| Row::Unit(u)),
        Row::Bin(b) => Some(Row::Bin(job.bins[b as usize])),
        Row::Limit(_) | Row::Cut(_) => None,
    };
    let tight = (0..).zip(&found.cut).filter(|c| *c.1 > 0).map(|c| c.0);
    let (number, cuts) = cuts::carried(&found.cuts, tight, first as u32, row);
    master.push_cuts(cuts);
    let carried = number.iter().enumerate().filter(|n| n.1.is_some());
    let to = carried.map(|(k, _)| found.cut.get(k).copied().unwrap_or(0)).collect();
    master.prices.cut.resize(master.sets.cuts.len(), 0);
    to
}
