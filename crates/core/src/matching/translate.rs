//! From children and families to items and bins: the one place where a pool becomes a solver's problem.
//!
//! # What becomes what
//! - **Items** are the children who need a placement: all under `children` but those who stay where they live. A child
//!   with `may_move` is an item, needs *another* home, and takes a new place in it; its present place is not counted
//!   as free, since the plan must also hold on the day before anyone has moved.
//! - **Edges** are the candidates, less the pairs that rules on single pairs cannot see ([`Bar`]).
//! - **Capacity** is `places`, how many more children the family can take now; children who stay take none of it.
//! - A **`together` group** is one block. If some of its children stay where they live, the others can only join
//!   them there: any other home would break the rule. If a person finds another home better, the group becomes
//!   `prefer`, or the sibling may move. A group can only go where every one of its children may. That it finds places
//!   enough, and is not larger than the family takes, are rules of pairs ([`crate::rules`]).
//! - A **`prefer` group** may be split; each pair that shares a home earns the policy's bonus, also with a sibling who
//!   already lives there. A family's `most_siblings` does not stop it; the plan warns.
//! - **`apart` groups** and `not_together` become forbidden pairs; with children who live in a home, the pair of child
//!   and home is barred.
//! - **A secretary's `more_children`** is a limit over the homes that this secretary follows. The policy's
//!   `homes_per_secretary` is one over those of them in which no placed child lives now: each child who newly comes there
//!   counts as a home more, which siblings in one home do not need, so the cap is always kept and sometimes not reached.
//! - **Locks** stay locks. A lock on a pair that is ruled out or barred is not obeyed in silence: the pool is
//!   infeasible, and the plan says which lock and why.
//!
//! Knows the solver's problem and nothing of how it is solved.

use std::collections::{BTreeMap, BTreeSet};

use hemvist_solver::{Group, GroupPolicy, Limit, Problem};

use super::tiers::{TooGreat, Weights, Worth};
use crate::candidates::Candidates;
use crate::input::{ChoiceKind, SiblingPolicy};
use crate::pool::{ChildIdx, FamilyIdx, GroupIdx, Pool};

/// Why an eligible pair is still no candidate for the plan: something beyond the pair itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// The child lives there now and needs another home.
    PresentHome,
    /// A child with whom it must not share a home lives there still.
    ApartLivesThere,
    /// A sibling with whom it is to stay together lives, and stays, in another home.
    SiblingStaysElsewhere,
    /// A sibling of the group to keep together is ruled out or barred there.
    SiblingRuledOut,
}

impl Bar {
    /// Every bar, in the order in which reports list them.
    pub const ALL: [Self; 4] = [
        Self::PresentHome,
        Self::ApartLivesThere,
        Self::SiblingStaysElsewhere,
        Self::SiblingRuledOut,
    ];

    /// The stable code, of the same kind as the codes of rules.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PresentHome => "plan.present_home",
            Self::ApartLivesThere => "plan.apart_lives_there",
            Self::SiblingStaysElsewhere => "plan.sibling_stays_elsewhere",
            Self::SiblingRuledOut => "plan.sibling_ruled_out",
        }
    }
}

/// What the policy asks of the pool as a whole, as integers.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    /// Urgency of each child by row, at least 1.
    pub(crate) urgency: Vec<i64>,
    /// Bonus for each pair of siblings kept together, 0 or more.
    pub(crate) sibling_bonus: i64,
    /// Weights of one weighted sum; `None`: strict tiers.
    pub(crate) weighted: Option<Weights>,
    /// Most homes with placed children that a secretary follows; 0: no cap.
    pub(crate) homes_per_secretary: u32,
}

/// A pool as a solver's problem, with what is needed to read the answer.
#[derive(Clone)]
pub(crate) struct Task {
    /// The child of each item.
    pub(crate) items: Vec<ChildIdx>,
    /// The item of each child by row; `None`: stays where it lives.
    pub(crate) item_of: Vec<Option<u32>>,
    /// What the solver is asked.
    pub(crate) problem: Problem,
    /// The problem's group of each item.
    pub(crate) group_of: Vec<Option<usize>>,
    /// Fit of each edge.
    pub(crate) fits: Vec<u16>,
    /// Whether the family of each edge is a network home of the child.
    pub(crate) network: Vec<bool>,
    /// Siblings who already live at the end of each edge.
    pub(crate) siblings_there: Vec<u8>,
    /// Eligible pairs that are barred, with the reason.
    pub(crate) barred: BTreeMap<(ChildIdx, FamilyIdx), Bar>,
    /// Rows in `choices` of the solver's locks, in their order.
    pub(crate) locks: Vec<usize>,
    /// Rows in `choices` of locks on pairs that are ruled out or barred.
    pub(crate) impossible: Vec<usize>,
    /// The most that any plan can reach in each tier.
    pub(crate) most: Worth,
    /// How tiers are packed into the solver's values.
    pub(crate) weights: Weights,
}

impl Task {
    /// The edge of an item to a family, if there is one.
    pub(crate) fn edge(&self, item: u32, family: u32) -> Option<usize> {
        let row = self.problem.indptr[item as usize]..self.problem.indptr[item as usize + 1];
        let found = self.problem.bins[row.clone()].binary_search(&family).ok()?;
        Some(row.start + found)
    }

    /// The items that go where this one goes: its `together` block, or itself alone.
    pub(crate) fn block(&self, item: u32) -> Vec<u32> {
        let group = self.group_of[item as usize].map(|group| &self.problem.groups[group]);
        let block = group.filter(|group| group.policy == GroupPolicy::Together);
        block.map_or_else(|| vec![item], |group| group.members.clone())
    }

    /// The task of a pool that differs from this one's in its locks only.
    pub(super) fn with_locks_of(&self, pool: &Pool) -> Self {
        let mut task = self.clone();
        task.problem.locks.clear();
        task.locks.clear();
        task.impossible.clear();
        add_locks(pool, &mut task);
        task
    }

    /// What an answer is worth, tier by tier: every edge by itself, and the bonus of siblings who meet there.
    ///
    /// Returns `None` if an item is in a bin to which it has no edge.
    pub(crate) fn worth_of(&self, goal: &Goal, bin_of: &[Option<u32>]) -> Option<Worth> {
        let placed = (0..).zip(bin_of).filter_map(|(item, bin)| Some((item, (*bin)?)));
        let alone: Option<Worth> = placed
            .map(|(item, bin)| Some(self.worth(goal, item, self.edge(item, bin)?)))
            .sum();
        let mut worth = alone?;
        worth.fit += self.new_pairs(bin_of) * goal.sibling_bonus;
        Some(worth)
    }

    /// Pairs of siblings, both newly placed, in one home.
    pub(crate) fn new_pairs(&self, bin_of: &[Option<u32>]) -> i64 {
        let groups = self.problem.groups.iter().filter(|g| g.policy != GroupPolicy::Apart);
        let pairs = groups.map(|group| {
            let homes: Vec<u32> = group.members.iter().filter_map(|&m| bin_of[m as usize]).collect();
            let later = |i: usize| homes[i + 1..].iter().filter(|&&home| home == homes[i]).count();
            (0..homes.len()).map(later).sum::<usize>()
        });
        i64::try_from(pairs.sum::<usize>()).unwrap_or(i64::MAX)
    }

    /// What an edge is worth by itself, without pairs.
    pub(crate) fn worth(&self, goal: &Goal, item: u32, edge: usize) -> Worth {
        Worth {
            urgency: goal.urgency[self.items[item as usize].row()],
            network: i64::from(self.network[edge]),
            fit: i64::from(self.fits[edge]) + i64::from(self.siblings_there[edge]) * goal.sibling_bonus,
        }
    }
}

/// Translates a pool. `O(candidates + groups)` time and memory, times logarithms.
pub(crate) fn translate(pool: &Pool, candidates: &Candidates, goal: &Goal) -> Result<Task, TooGreat> {
    let items: Vec<ChildIdx> = pool.children().filter(|&c| pool.stays(c).is_none()).collect();
    let mut item_of = vec![None; pool.n_children()];
    for (item, child) in (0..).zip(&items) {
        item_of[child.row()] = Some(item);
    }
    let groups = groups(pool);
    let barred = bars(pool, &items, candidates, &groups);
    let mut task = Task {
        group_of: vec![None; items.len()],
        items,
        item_of,
        problem: Problem {
            indptr: vec![0],
            capacity: pool.families().map(|f| u32::from(pool.family(f).places)).collect(),
            ..Problem::default()
        },
        fits: Vec::new(),
        network: Vec::new(),
        siblings_there: Vec::new(),
        barred,
        locks: Vec::new(),
        impossible: Vec::new(),
        most: Worth::default(),
        weights: Weights {
            urgency: 1,
            network: 1,
            fit: 1,
        },
    };
    add_edges(pool, candidates, &mut task);
    add_groups(pool, &groups, goal, &mut task);
    add_limits(pool, goal, &mut task);
    add_locks(pool, &mut task);
    set_values(goal, &mut task)?;
    Ok(task)
}

/// A sibling group as far as it is to be placed.
struct Siblings {
    policy: SiblingPolicy,
    /// Children who need a placement, in order.
    to_place: Vec<ChildIdx>,
    /// Homes of the children who stay, one entry per child.
    homes: Vec<FamilyIdx>,
}

fn groups(pool: &Pool) -> Vec<Siblings> {
    let mut by_group: BTreeMap<GroupIdx, Siblings> = BTreeMap::new();
    for child in pool.children() {
        let Some(group) = pool.group_of(child) else { continue };
        let siblings = by_group.entry(group).or_insert_with(|| Siblings {
            policy: pool.group(group).policy,
            to_place: Vec::new(),
            homes: Vec::new(),
        });
        match pool.stays(child) {
            Some(home) => siblings.homes.push(home),
            None => siblings.to_place.push(child),
        }
    }
    by_group.into_values().filter(|g| !g.to_place.is_empty()).collect()
}

/// Who must not share a home with each child, by row, from groups and single pairs, among the listed children.
fn apart_from(pool: &Pool) -> BTreeSet<(ChildIdx, ChildIdx)> {
    let document = pool.document();
    let mut pairs = BTreeSet::new();
    let mut add = |a: ChildIdx, b: ChildIdx| pairs.extend([(a, b), (b, a)]);
    for pair in &document.not_together {
        if let (Some(a), Some(b)) = (pool.child_idx(&pair.child), pool.child_idx(&pair.other)) {
            add(a, b);
        }
    }
    for group in document
        .sibling_groups
        .iter()
        .filter(|g| g.policy == SiblingPolicy::Apart)
    {
        let members: Vec<ChildIdx> = group.children.iter().filter_map(|id| pool.child_idx(id)).collect();
        for (i, &a) in members.iter().enumerate() {
            members[i + 1..].iter().for_each(|&b| add(a, b));
        }
    }
    pairs
}

fn bars(
    pool: &Pool,
    items: &[ChildIdx],
    candidates: &Candidates,
    groups: &[Siblings],
) -> BTreeMap<(ChildIdx, FamilyIdx), Bar> {
    let eligible_families = |child| row(candidates, child).0.iter().copied();
    let is_eligible = |child, family| row(candidates, child).0.binary_search(&family).is_ok();
    let mut barred = BTreeMap::new();
    for &child in items {
        if let Some(home) = pool.lives_in(child).filter(|&home| is_eligible(child, home)) {
            barred.insert((child, home), Bar::PresentHome);
        }
    }
    for (child, other) in apart_from(pool) {
        let home = pool.lives_in(other).filter(|_| pool.stays(child).is_none());
        if let Some(home) = home.filter(|&home| is_eligible(child, home)) {
            barred.entry((child, home)).or_insert(Bar::ApartLivesThere);
        }
    }
    for group in groups.iter().filter(|g| g.policy == SiblingPolicy::Together) {
        for &child in group.to_place.iter().filter(|_| !group.homes.is_empty()) {
            for family in eligible_families(child).filter(|family| !group.homes.contains(family)) {
                barred.entry((child, family)).or_insert(Bar::SiblingStaysElsewhere);
            }
        }
        // Where one sibling may not go, none may.
        for &child in &group.to_place {
            for family in eligible_families(child) {
                let is_open = |&s: &ChildIdx| is_eligible(s, family) && !barred.contains_key(&(s, family));
                if !group.to_place.iter().all(is_open) {
                    barred.entry((child, family)).or_insert(Bar::SiblingRuledOut);
                }
            }
        }
    }
    barred
}

/// The candidates of a child: families in ascending order and their fit.
fn row(candidates: &Candidates, child: ChildIdx) -> (&[FamilyIdx], &[u16]) {
    let range = candidates.indptr[child.row()]..candidates.indptr[child.row() + 1];
    (&candidates.families[range.clone()], &candidates.fits[range])
}

/// A family as the solver's bin.
pub(crate) fn bin(family: FamilyIdx) -> u32 {
    u32::try_from(family.row()).expect("pools are limited to far fewer rows than 2^32")
}

fn add_edges(pool: &Pool, candidates: &Candidates, task: &mut Task) {
    for &child in &task.items {
        let tied: Vec<FamilyIdx> = network_homes(pool, child);
        let siblings = sibling_homes(pool, child);
        let (families, fits) = row(candidates, child);
        for (&family, &fit) in families.iter().zip(fits) {
            if task.barred.contains_key(&(child, family)) {
                continue;
            }
            let there = siblings.iter().filter(|&&home| home == family).count();
            task.problem.bins.push(bin(family));
            task.fits.push(fit);
            task.network.push(tied.contains(&family));
            task.siblings_there.push(u8::try_from(there).unwrap_or(u8::MAX));
        }
        task.problem.indptr.push(task.problem.bins.len());
    }
}

/// The families that the child is related to or knows, whatever their home kind, in ascending order.
pub(crate) fn network_homes(pool: &Pool, child: ChildIdx) -> Vec<FamilyIdx> {
    let ties = &pool.child(child).network_ties;
    let homes: BTreeSet<FamilyIdx> = ties.iter().filter_map(|tie| pool.family_idx(&tie.family)).collect();
    homes.into_iter().collect()
}

/// Homes where siblings of the child live and stay, one entry per sibling; none if they are to be kept apart.
pub(super) fn sibling_homes(pool: &Pool, child: ChildIdx) -> Vec<FamilyIdx> {
    let Some(group) = pool.group_of(child).map(|g| pool.group(g)) else {
        return Vec::new();
    };
    if group.policy == SiblingPolicy::Apart {
        return Vec::new();
    }
    let siblings = group.children.iter().filter_map(|id| pool.child_idx(id));
    siblings.filter_map(|sibling| pool.stays(sibling)).collect()
}

fn add_groups(pool: &Pool, groups: &[Siblings], goal: &Goal, task: &mut Task) {
    for group in groups.iter().filter(|g| g.to_place.len() > 1) {
        let members: Vec<u32> = group.to_place.iter().filter_map(|c| task.item_of[c.row()]).collect();
        for &member in &members {
            task.group_of[member as usize] = Some(task.problem.groups.len());
        }
        task.problem.groups.push(Group {
            members,
            policy: match group.policy {
                SiblingPolicy::Together => GroupPolicy::Together,
                SiblingPolicy::Prefer => GroupPolicy::Prefer,
                SiblingPolicy::Apart => GroupPolicy::Apart,
            },
            pair_value: match group.policy {
                SiblingPolicy::Apart => 0,
                SiblingPolicy::Together | SiblingPolicy::Prefer => goal.sibling_bonus,
            },
        });
    }
    for (a, b) in apart_from(pool).into_iter().filter(|(a, b)| a < b) {
        let group = pool.group_of(a).filter(|_| pool.group_of(a) == pool.group_of(b));
        let same_apart_group = group.is_some_and(|g| pool.group(g).policy == SiblingPolicy::Apart);
        if let (Some(a), Some(b), false) = (task.item_of[a.row()], task.item_of[b.row()], same_apart_group) {
            task.problem.forbidden.push((a, b));
        }
    }
}

fn add_limits(pool: &Pool, goal: &Goal, task: &mut Task) {
    let mut homes: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut new_homes: BTreeMap<&str, (Vec<u32>, u32)> = BTreeMap::new();
    let lived_in: BTreeSet<FamilyIdx> = pool.children().filter_map(|child| pool.lives_in(child)).collect();
    for family in pool.families() {
        if let Some(secretary) = &pool.family(family).secretary {
            homes.entry(secretary).or_default().push(bin(family));
            let (empty, others) = new_homes.entry(secretary).or_default();
            if pool.residents(family).is_empty() && !lived_in.contains(&family) {
                empty.push(bin(family));
            } else {
                *others += 1;
            }
        }
    }
    if goal.homes_per_secretary > 0 {
        let caps = new_homes.into_values().filter(|(empty, _)| !empty.is_empty());
        let caps = caps.map(|(bins, others)| Limit {
            bins,
            most: goal.homes_per_secretary.saturating_sub(others),
        });
        task.problem.limits.extend(caps);
    }
    for secretary in &pool.document().secretaries {
        if let (Some(most), Some(bins)) = (secretary.more_children, homes.remove(secretary.id.as_str())) {
            task.problem.limits.push(Limit { bins, most });
        }
    }
}

fn add_locks(pool: &Pool, task: &mut Task) {
    let locks = pool.document().choices.iter().enumerate();
    for (choice, lock) in locks.filter(|(_, choice)| choice.kind == ChoiceKind::Lock) {
        let item = pool.child_idx(&lock.child).and_then(|c| task.item_of[c.row()]);
        let family = pool.family_idx(&lock.family).map(bin);
        let pair = item
            .zip(family)
            .filter(|&(item, family)| task.edge(item, family).is_some());
        match pair {
            Some(pair) => {
                task.problem.locks.push(pair);
                task.locks.push(choice);
            }
            None => task.impossible.push(choice),
        }
    }
}

/// Finds the most of each tier, the weights, and the value of every edge and pair.
fn set_values(goal: &Goal, task: &mut Task) -> Result<(), TooGreat> {
    let mut most = Worth::default();
    let mut worths = Vec::with_capacity(task.problem.bins.len());
    for item in (0..).take(task.items.len()) {
        let edges = task.problem.indptr[item as usize]..task.problem.indptr[item as usize + 1];
        let first = worths.len();
        worths.extend(edges.map(|edge| task.worth(goal, item, edge)));
        let best = |of: fn(&Worth) -> i64| worths[first..].iter().map(of).max().unwrap_or(0);
        most = most
            + Worth {
                urgency: best(|w| w.urgency),
                network: best(|w| w.network),
                fit: best(|w| w.fit),
            };
    }
    for group in &task.problem.groups {
        let n = i64::try_from(group.members.len()).map_err(|_| TooGreat)?;
        let bonus = group.pair_value.checked_mul(n * (n - 1) / 2).ok_or(TooGreat)?;
        most.fit = most.fit.checked_add(bonus).ok_or(TooGreat)?;
    }
    task.most = most;
    task.weights = match goal.weighted {
        None => Weights::strict(most)?,
        Some(weights) => weights.weighted(most)?,
    };
    let packed = worths.into_iter().map(|worth| i64::try_from(task.weights.pack(worth)));
    task.problem.values = packed.collect::<Result<_, _>>().map_err(|_| TooGreat)?;
    for group in &mut task.problem.groups {
        group.pair_value *= task.weights.fit;
    }
    Ok(())
}
