//! Plans, one region after another.
//!
//! Promises: a feasible plan, no worse than before, whenever it stops.

use super::AT_ONCE;
use super::map::{Map, Regions};
use crate::gauge::Gauge;
use crate::master::Master;
use crate::model::Part;
use crate::near::Now;
use crate::part::PartOutcome;
use crate::plan::PartPlan;

/// Fills one region after another anew, each with so much work at most.
pub(super) fn again(master: &Master<'_>, now: &mut Now, map: &Map, regions: &Regions, work: u64, gauge: &Gauge<'_>) {
    let part = master.part;
    for round in map.rounds(regions) {
        for some in round.chunks(AT_ONCE) {
            let found = gauge.each(some.to_vec(), |r, gauge| {
                let small = now.emptied(part, &regions.bins[r as usize]);
                let its_own = gauge.within(work);
                let outcome = now.solved(master, &small, &its_own);
                gauge.tick(its_own.work());
                (small, outcome)
            });
            for (&r, (small, outcome)) in some.iter().zip(found) {
                if let PartOutcome::Planned(plan) = outcome {
                    take(part, now, &regions.bins[r as usize], &small, plan);
                }
            }
            if gauge.stopped() {
                return;
            }
        }
    }
}

/// Takes over the plan of a region if it is better: of its units those that nobody took meanwhile.
fn take(part: &Part, now: &mut Now, bins: &[u32], small: &Part, mut plan: PartPlan) {
    let is_here = |b: u32| bins.binary_search(&b).is_ok();
    for (_, set) in &mut plan.sets {
        set.retain(|&u| now.bin_of(small.units[u as usize]).is_none_or(is_here));
    }
    let plan = PartPlan::by_bin(small, plan.sets);
    let before = bins.iter().map(|&b| {
        let value = part.set_value(b, &now.sets[b as usize]);
        i128::from(value.expect("sets of a plan are feasible"))
    });
    if plan.value > before.sum() {
        now.fill(bins, small, plan);
    }
}
