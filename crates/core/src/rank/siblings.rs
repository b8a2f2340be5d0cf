//! Siblings: the families that can take all of a group, and the best split if none can.

use std::cmp::Reverse;

use hemvist_solver::{Group, GroupPolicy, Options, Problem, TieRule};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fit::{Verdict, fit_alone, verdict};
use crate::input::SiblingPolicy;
use crate::policy::CompiledPolicy;
use crate::pool::{ChildIdx, FamilyIdx, GroupIdx, Pool};
use crate::rules::RuleSet;

/// A sibling group and the families for it.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SiblingGroupRank {
    /// The group.
    pub group: String,
    /// What is asked for.
    pub policy: SiblingPolicy,
    /// Its children who need a placement.
    pub children: Vec<String>,
    /// The families that can take all of them: greatest sum of fits first, equal ones by id.
    pub together: Vec<GroupHome>,
    /// If none can: the best split, home by home in the order of ids. As many children as possible have a home, then
    /// as many pairs as possible share one (also with siblings who live there), then the sum of fits is greatest.
    pub split: Option<Vec<SplitHome>>,
}

/// A family that every child of a sibling group can go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroupHome {
    /// The family.
    #[serde(skip)]
    pub family: FamilyIdx,
    /// Its id.
    #[serde(rename = "family")]
    pub id: String,
    /// The fit of each child, in the order in which the children were given.
    pub fits: Vec<u16>,
    /// The rules that mark any of the pairs.
    pub warned: RuleSet,
}

/// A home of a split.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SplitHome {
    /// The family; `null`: no home is left for these children.
    pub family: Option<String>,
    /// The children there.
    pub children: Vec<ChildFit>,
}

/// A child and its fit.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChildFit {
    /// The child.
    pub child: String,
    /// The fit; `null` without a home.
    pub fit: Option<u16>,
}

macro_rules! nothing_told {
    ($($type:ident)*) => {
        $(impl std::fmt::Debug for $type {
            /// Nothing about anyone: debug output ends in logs.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        })*
    };
}
nothing_told! { SiblingGroupRank SplitHome ChildFit }

/// The group of a child of which others are to be placed too.
pub(super) fn of_child(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx, most: usize) -> Option<SiblingGroupRank> {
    let group = pool.group_of(child)?;
    let record = pool.group(group);
    let children: Vec<ChildIdx> = record.children.iter().filter_map(|id| pool.child_idx(id)).collect();
    let to_place: Vec<ChildIdx> = children
        .into_iter()
        .filter(|&child| pool.stays(child).is_none())
        .collect();
    if to_place.len() < 2 {
        return None;
    }
    let mut together = rank_together(pool, policy, &to_place);
    let homes = sibling_homes(pool, group);
    if record.policy == SiblingPolicy::Together && !homes.is_empty() {
        // Those who stay do not move, so the others can only join them.
        together.retain(|home| homes.contains(&home.family));
    }
    let split = together.is_empty().then(|| best_split(pool, policy, group, &to_place));
    together.truncate(most);
    Some(SiblingGroupRank {
        group: record.id.clone(),
        policy: record.policy,
        children: to_place.iter().map(|&child| pool.child(child).id.clone()).collect(),
        together,
        split,
    })
}

/// Homes where children of a group live and stay, one entry per child.
fn sibling_homes(pool: &Pool, group: GroupIdx) -> Vec<FamilyIdx> {
    let children = pool.group(group).children.iter().filter_map(|id| pool.child_idx(id));
    children.filter_map(|child| pool.stays(child)).collect()
}

/// The families that can take these children together: eligible for each, with places for all, and no two of them
/// apart; greatest sum of fits first, equal ones by id. For the children of one sibling group who seek a home.
pub fn rank_together(pool: &Pool, policy: &CompiledPolicy, children: &[ChildIdx]) -> Vec<GroupHome> {
    if children.is_empty() || must_part(pool, children) {
        return Vec::new();
    }
    let home = |family: FamilyIdx| {
        let verdicts: Vec<_> = children.iter().map(|&c| verdict(pool, policy, c, family)).collect();
        let fits = children.len() <= room(pool, family) && verdicts.iter().all(Verdict::is_eligible);
        fits.then(|| GroupHome {
            family,
            id: pool.family(family).id.clone(),
            fits: verdicts.iter().map(|v| v.fit).collect(),
            warned: verdicts.iter().fold(RuleSet::EMPTY, |all, v| all.or(v.warned)),
        })
    };
    let mut homes: Vec<GroupHome> = pool.families().filter_map(home).collect();
    homes.sort_by_key(|h| (Reverse(h.fits.iter().map(|&f| u32::from(f)).sum::<u32>()), h.family));
    homes
}

/// How many siblings a family can take.
fn room(pool: &Pool, family: FamilyIdx) -> usize {
    let record = pool.family(family);
    usize::from(record.most_siblings.unwrap_or(u8::MAX)).min(record.places.into())
}

/// Whether two of the children must not share a home.
fn must_part(pool: &Pool, children: &[ChildIdx]) -> bool {
    let has = |id: &str| children.iter().any(|&c| pool.child(c).id == id);
    let document = pool.document();
    let apart = |group: &&crate::input::SiblingGroup| group.policy == SiblingPolicy::Apart;
    document
        .not_together
        .iter()
        .any(|pair| has(&pair.child) && has(&pair.other))
        || document
            .sibling_groups
            .iter()
            .filter(apart)
            .any(|group| group.children.iter().filter(|id| has(id)).count() > 1)
}

/// The best way to part siblings whom no family can take together, as if nobody else wanted a home.
fn best_split(pool: &Pool, policy: &CompiledPolicy, group: GroupIdx, children: &[ChildIdx]) -> Vec<SplitHome> {
    let homes = sibling_homes(pool, group);
    let apart = pool.group(group).policy == SiblingPolicy::Apart;
    // One pair outweighs all fits; one home outweighs all pairs, of which twelve siblings make 66.
    let pair = 1000 * i64::try_from(children.len()).unwrap_or(12) + 1;
    let home = 67 * pair;
    let mut problem = Problem {
        indptr: vec![0],
        capacity: pool
            .families()
            .map(|f| u32::try_from(room(pool, f)).unwrap_or(u32::MAX))
            .collect(),
        ..Problem::default()
    };
    let mut fits: Vec<u16> = Vec::new();
    for &child in children {
        let possible = pool.families().filter(|&family| pool.lives_in(child) != Some(family));
        for (family, fit) in possible.filter_map(|family| Some((family, fit_alone(pool, policy, child, family)?))) {
            let there = if apart {
                0
            } else {
                homes.iter().filter(|&&home| home == family).count()
            };
            problem.bins.push(u32::try_from(family.row()).unwrap_or(u32::MAX));
            problem
                .values
                .push(home + pair * i64::try_from(there).unwrap_or(0) + i64::from(fit));
            fits.push(fit);
        }
        problem.indptr.push(problem.bins.len());
    }
    let items = 0..u32::try_from(children.len()).unwrap_or(u32::MAX);
    problem.groups.push(Group {
        members: items.clone().collect(),
        policy: if apart { GroupPolicy::Apart } else { GroupPolicy::Prefer },
        pair_value: pair,
    });
    problem.forbidden = not_together(pool, children);
    let preference = preferences(&problem, &fits);
    let options = Options {
        threads: 1,
        ties: Some(TieRule {
            order: &items.collect::<Vec<_>>(),
            preference: &preference,
            tell: false,
        }),
        ..Options::default()
    };
    let bin_of = hemvist_solver::solve(&problem, &options).map_or_else(|_| vec![None; children.len()], |s| s.bin_of);
    let fit_at = |item: usize, bin: u32| {
        let row = problem.indptr[item]..problem.indptr[item + 1];
        let at = problem.bins[row.clone()].binary_search(&bin).ok()?;
        Some(fits[row.start + at])
    };
    let mut used: Vec<Option<u32>> = bin_of.clone();
    used.sort_unstable_by_key(|bin| bin.unwrap_or(u32::MAX));
    used.dedup();
    let split = used.into_iter().map(|bin| SplitHome {
        family: bin.map(|bin| pool.family(FamilyIdx::from_row(bin as usize)).id.clone()),
        children: (0..children.len())
            .filter(|&item| bin_of[item] == bin)
            .map(|item| ChildFit {
                child: pool.child(children[item]).id.clone(),
                fit: bin.and_then(|bin| fit_at(item, bin)),
            })
            .collect(),
    });
    split.collect()
}

/// Pairs of these children, by their place in the list, who must not share a home though their group may.
fn not_together(pool: &Pool, children: &[ChildIdx]) -> Vec<(u32, u32)> {
    let place = |id: &str| {
        let at = children.iter().position(|&child| pool.child(child).id == id)?;
        u32::try_from(at).ok()
    };
    let pairs = pool.document().not_together.iter();
    let pairs = pairs.filter_map(|pair| place(&pair.child).zip(place(&pair.other)));
    pairs.map(|(a, b)| (a.min(b), a.max(b))).collect()
}

/// Per edge, how many edges of the same child are preferred to it: better fit first, then by id.
fn preferences(problem: &Problem, fits: &[u16]) -> Vec<u32> {
    let mut preference = vec![0; fits.len()];
    for row in problem.indptr.windows(2) {
        let mut edges: Vec<usize> = (row[0]..row[1]).collect();
        edges.sort_by_key(|&edge| (Reverse(fits[edge]), edge));
        for (rank, edge) in (0..).zip(edges) {
            preference[edge] = rank;
        }
    }
    preference
}
