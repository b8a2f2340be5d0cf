//! Why a child has no proposed home: counts of what rules families out, nearest misses, and who has the places.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use hemvist_solver::GroupPolicy;

use super::build::Reading;
use super::{Chosen, Holder, Nearest, RuledOut, Status, Taken, Unplaced, UnplacedReason, Why};
use crate::matching::{Worth, bin, network_homes};
use crate::pool::{ChildIdx, FamilyIdx};
use crate::rules::Rule;

/// What rules out the pairs of a child: counts per reason over all families that are no candidates, and the nearest of
/// these. Follows from the pool and its policy, whatever the plan.
pub(crate) type Missed = (Vec<RuledOut>, Vec<Nearest>);

/// What rules out the pairs of children, as far as it was told; shared by copies.
#[derive(Clone, Default)]
pub(crate) struct Misses(Arc<Mutex<BTreeMap<ChildIdx, Missed>>>);

impl Misses {
    /// Of this child; `tell` is called unless it was told before.
    pub(crate) fn of(&self, child: ChildIdx, tell: impl FnOnce() -> Missed) -> Missed {
        let told = |missed: &Missed| missed.clone();
        if let Some(missed) = self.0.lock().ok().and_then(|known| known.get(&child).map(told)) {
            return missed;
        }
        let missed = tell();
        if let Ok(mut known) = self.0.lock() {
            known.insert(child, missed.clone());
        }
        missed
    }
}

/// The reasons of an unplaced child.
pub(super) fn unplaced(reading: &Reading<'_>, child: ChildIdx, item: u32) -> Unplaced {
    let problem = &reading.task.problem;
    let edges = problem.indptr[item as usize]..problem.indptr[item as usize + 1];
    let tell = || misses(reading, child, &problem.bins[edges.clone()]);
    let (ruled_out, nearest) = match reading.former {
        Some(former) => former.missed(reading.pool, child, tell),
        None => tell(),
    };
    let infeasible = reading.status == Status::Infeasible;
    let taken = if infeasible { Vec::new() } else { taken(reading, item) };
    Unplaced {
        child: reading.pool.child(child).id.clone(),
        reason: match (infeasible, edges.is_empty()) {
            (true, _) => UnplacedReason::Infeasible,
            (false, true) => UnplacedReason::NoCandidate,
            (false, false) => UnplacedReason::Taken,
        },
        lives_in: reading.pool.lives_in(child).map(|home| reading.id(home)),
        candidates: u32::try_from(edges.len()).unwrap_or(u32::MAX),
        ruled_out,
        nearest,
        taken,
        chosen: (!infeasible).then(|| reading.chosen(item)),
    }
}

/// Rules about what a home is for, or what people have settled: no call or visit brings such a pair nearer.
const SETTLED: [Rule; 8] = [
    Rule::PlacementNotOffered,
    Rule::NetworkOfOther,
    Rule::ConflictOfInterest,
    Rule::KeepAway,
    Rule::ProtectedArea,
    Rule::Banned,
    Rule::Refused,
    Rule::NotWanted,
];

/// What rules out the pairs of a child. Nearest are pairs that nothing settled stands against, then those with the fewest
/// reasons, network homes first among equals, then by id.
fn misses(reading: &Reading<'_>, child: ChildIdx, candidates: &[u32]) -> Missed {
    let known = network_homes(reading.pool, child);
    let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut nearest: Vec<(bool, usize, bool, FamilyIdx)> = Vec::new();
    let no_candidates = reading
        .pool
        .families()
        .filter(|f| candidates.binary_search(&bin(*f)).is_err());
    for family in no_candidates {
        let codes = reading.codes(child, family);
        let settled = codes.iter().any(|code| SETTLED.iter().any(|rule| rule.code() == *code));
        nearest.push((settled, codes.len(), !known.contains(&family), family));
        nearest.sort_unstable();
        nearest.truncate(Unplaced::MOST_NEAREST);
        for code in codes {
            *counts.entry(code).or_default() += 1;
        }
    }
    let mut ruled_out: Vec<RuledOut> = counts
        .into_iter()
        .map(|(rule, families)| RuledOut { rule, families })
        .collect();
    ruled_out.sort_by_key(|r| (Reverse(r.families), r.rule));
    let nearest = nearest
        .into_iter()
        .map(|(_, _, _, family)| Nearest {
            family: reading.id(family),
            reasons: reading.reasons(child, family),
        })
        .collect();
    (ruled_out, nearest)
}

/// What is in the way of the best-fitting candidates of an item, and of its block if it has one.
fn taken(reading: &Reading<'_>, item: u32) -> Vec<Taken> {
    let problem = &reading.task.problem;
    let mut edges: Vec<usize> = (problem.indptr[item as usize]..problem.indptr[item as usize + 1]).collect();
    edges.sort_by_key(|&edge| (Reverse(reading.task.fits[edge]), edge));
    edges.truncate(Unplaced::MOST_TAKEN);
    let block = reading.task.block(item);
    edges
        .into_iter()
        .map(|edge| taken_family(reading, &block, edge))
        .collect()
}

fn taken_family(reading: &Reading<'_>, block: &[u32], edge: usize) -> Taken {
    let bin = reading.task.problem.bins[edge];
    let inside = &reading.inside[bin as usize];
    let free = reading.task.problem.capacity[bin as usize].saturating_sub(count(inside));
    let apart = inside
        .iter()
        .filter(|&&other| block.iter().any(|&b| reading.is_apart(b, other)));
    Taken {
        family: reading.id(FamilyIdx::from_row(bin as usize)),
        fit: reading.task.fits[edge],
        places_free: free,
        places_needed: count(block),
        holders: if count(block) > free {
            holders(reading, block, bin)
        } else {
            Vec::new()
        },
        apart_from: apart.map(|&other| reading.child_id(other)).collect(),
        secretary: full_limit(reading, bin, count(block), 0),
    }
}

fn count(items: &[u32]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

/// The secretary whose limit has no room in this bin for so many more when so many leave it.
fn full_limit(reading: &Reading<'_>, bin: u32, more: u32, leave: u32) -> Option<String> {
    let problem = &reading.task.problem;
    let is_full = problem
        .limits
        .iter()
        .filter(|limit| limit.bins.contains(&bin))
        .any(|limit| {
            let used: usize = limit.bins.iter().map(|&b| reading.inside[b as usize].len()).sum();
            u32::try_from(used)
                .unwrap_or(u32::MAX)
                .saturating_sub(leave)
                .saturating_add(more)
                > limit.most
        });
    let record = reading.pool.family(FamilyIdx::from_row(bin as usize));
    record.secretary.clone().filter(|_| is_full)
}

fn holders(reading: &Reading<'_>, block: &[u32], bin: u32) -> Vec<Holder> {
    let inside = &reading.inside[bin as usize];
    inside
        .iter()
        .map(|&holder| Holder {
            child: reading.child_id(holder),
            why: why(reading, block, holder, bin),
        })
        .collect()
}

/// What the pool would lose if the holder, with its block, went and this block came.
fn why(reading: &Reading<'_>, block: &[u32], holder: u32, bin: u32) -> Why {
    let leaving = reading.task.block(holder);
    if leaving.iter().any(|&item| reading.is_locked(item)) {
        return Why::Locked;
    }
    let rest: Vec<u32> = reading.inside[bin as usize]
        .iter()
        .copied()
        .filter(|i| !leaving.contains(i))
        .collect();
    let (now, then) = (worth(reading, &leaving, &rest, bin), worth(reading, block, &rest, bin));
    match reading.compare(now, then) {
        (Ordering::Greater, why) => why,
        (Ordering::Equal, _) if reading.is_proven() && has_room(reading, block, &leaving, &rest, bin) => Why::Draw,
        (Ordering::Less, _) if reading.is_promised_apart(block, &leaving) => Why::Promise,
        (Ordering::Equal | Ordering::Less, _) => Why::Pool,
    }
}

/// What a block is worth in a bin beside the others there.
fn worth(reading: &Reading<'_>, block: &[u32], others: &[u32], bin: u32) -> Worth {
    let alone: Worth = block
        .iter()
        .filter_map(|&item| Some(reading.task.worth(reading.goal, item, reading.task.edge(item, bin)?)))
        .sum();
    let within = block.len() * (block.len() - 1) / 2;
    let beside = block
        .iter()
        .map(|&item| others.iter().filter(|&&o| reading.are_siblings(item, o)).count());
    let pairs = i64::try_from(within + beside.sum::<usize>()).unwrap_or(i64::MAX);
    alone
        + Worth {
            fit: pairs * reading.goal.sibling_bonus,
            ..Worth::default()
        }
}

fn has_room(reading: &Reading<'_>, block: &[u32], leaving: &[u32], rest: &[u32], bin: u32) -> bool {
    count(block) + count(rest) <= reading.task.problem.capacity[bin as usize]
        && !block.iter().any(|&b| rest.iter().any(|&r| reading.is_apart(b, r)))
        && full_limit(reading, bin, count(block), count(leaving)).is_none()
}

impl Reading<'_> {
    fn are_siblings(&self, a: u32, b: u32) -> bool {
        let group =
            self.task.group_of[a as usize].filter(|_| self.task.group_of[a as usize] == self.task.group_of[b as usize]);
        group.is_some_and(|g| self.task.problem.groups[g].policy != GroupPolicy::Apart)
    }

    fn is_apart(&self, a: u32, b: u32) -> bool {
        let group =
            self.task.group_of[a as usize].filter(|_| self.task.group_of[a as usize] == self.task.group_of[b as usize]);
        group.is_some_and(|g| self.task.problem.groups[g].policy == GroupPolicy::Apart)
            || self.task.problem.forbidden.binary_search(&(a.min(b), a.max(b))).is_ok()
    }

    /// Whether something is promised, and the blocks count for different municipalities.
    fn is_promised_apart(&self, block: &[u32], other: &[u32]) -> bool {
        let whose = |items: &[u32]| Some(self.promised?.of_item[*items.first()? as usize]);
        whose(block) != whose(other)
    }

    fn is_proven(&self) -> bool {
        self.status == Status::Optimal
    }

    /// Which of two worths is greater, and in which tier.
    fn compare(&self, a: Worth, b: Worth) -> (Ordering, Why) {
        if self.goal.weighted.is_some() {
            return (self.task.weights.pack(a).cmp(&self.task.weights.pack(b)), Why::Sum);
        }
        let tiers = [
            (a.urgency, b.urgency, Why::Urgency),
            (a.network, b.network, Why::Network),
            (a.fit, b.fit, Why::Fit),
        ];
        let first = tiers.into_iter().find(|(a, b, _)| a != b);
        first.map_or((Ordering::Equal, Why::Draw), |(a, b, why)| (a.cmp(&b), why))
    }

    /// How it came that the item went where it did, or nowhere.
    pub(super) fn chosen(&self, item: u32) -> Chosen {
        if self.is_locked(item) {
            return Chosen::Locked;
        }
        let (unique, drawn) = (self.ties.unique.get(item as usize), self.ties.drawn.get(item as usize));
        match (self.status, unique, drawn) {
            (Status::Optimal, Some(true), _) => Chosen::Unique,
            (Status::Optimal, Some(false), Some(true)) => Chosen::Drawn,
            (Status::Optimal, Some(false), _) => Chosen::Follows,
            _ => Chosen::Unproven,
        }
    }
}
