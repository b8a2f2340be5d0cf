//! The most that one home can earn from a set of children at given prices: exact but for pairs who must not meet.
//!
//! Children fall into blocks: a group to keep together comes whole or not at all; of a group that prefers to be
//! together any number may come, and each pair earns the bonus; of a group to keep apart at most one; all other
//! children stand alone. Within a block, of those who may come the ones who earn most come first, so the best of each
//! size is known; a knapsack over places puts the blocks together. `O(edges · log edges + blocks · places²)`.
//!
//! Forbidden pairs, and limits over several homes, are left out of account, so the result is never too low.

use std::collections::BTreeMap;

use hemvist_solver::{GroupPolicy, Problem};

/// How the items of a problem belong together.
pub(super) struct Blocks {
    groups: Vec<(GroupPolicy, usize, i64)>,
    group_of: Vec<Option<usize>>,
    avoids: Vec<bool>,
}

impl Blocks {
    pub(super) fn new(problem: &Problem) -> Self {
        let mut group_of = vec![None; problem.n_items()];
        let mut avoids = vec![false; problem.n_items()];
        for (number, group) in problem.groups.iter().enumerate() {
            for &member in &group.members {
                group_of[member as usize] = Some(number);
            }
        }
        for &(a, b) in &problem.forbidden {
            avoids[a as usize] = true;
            avoids[b as usize] = true;
        }
        let groups = problem.groups.iter();
        Self {
            groups: groups.map(|g| (g.policy, g.members.len(), g.pair_value)).collect(),
            group_of,
            avoids,
        }
    }

    /// Whether an item must not meet another one, besides those of its own group.
    pub(super) fn has_someone_to_avoid(&self, item: u32) -> bool {
        self.avoids[item as usize]
    }

    /// Whether an item belongs to a group.
    pub(super) fn is_grouped(&self, item: u32) -> bool {
        self.group_of[item as usize].is_some()
    }

    /// The most that a home with so many places can earn; `edges` holds each item once with what it earns there.
    pub(super) fn most(&self, edges: &[(u32, i64)], places: u32) -> i128 {
        let places = places as usize;
        let mut alone = Vec::new();
        let mut blocks: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
        for &(item, earns) in edges {
            match self.group_of[item as usize] {
                Some(group) => blocks.entry(group).or_default().push(earns),
                None => alone.push(earns),
            }
        }
        // The best sum with at most so many places taken. Children who stand alone come in order of what they earn.
        alone.retain(|&earns| earns > 0);
        alone.sort_unstable_by(|a, b| b.cmp(a));
        let mut best = vec![0_i128; places + 1];
        for taken in 1..=places {
            best[taken] = best[taken - 1] + alone.get(taken - 1).map_or(0, |&earns| i128::from(earns));
        }
        for (group, mut earns) in blocks {
            let (policy, size, bonus) = self.groups[group];
            earns.sort_unstable_by(|a, b| b.cmp(a));
            let sizes = match policy {
                GroupPolicy::Together if earns.len() == size => size..=size,
                GroupPolicy::Together => continue,
                GroupPolicy::Prefer => 1..=earns.len(),
                GroupPolicy::Apart => 1..=1,
            };
            for taken in (1..=places).rev() {
                for n in sizes.clone().filter(|&n| n <= taken && n <= earns.len()) {
                    let pairs = if policy == GroupPolicy::Apart {
                        0
                    } else {
                        n * (n - 1) / 2
                    };
                    let sum: i128 = earns[..n].iter().map(|&e| i128::from(e)).sum();
                    let sum = sum + i128::from(bonus) * i128::try_from(pairs).unwrap_or(0);
                    best[taken] = best[taken].max(best[taken - n] + sum);
                }
            }
        }
        best[places]
    }
}

/// Bonus of all pairs that meet, in points of the packed sum.
pub(super) fn pairs(problem: &Problem, bin_of: &[Option<u32>]) -> i64 {
    let groups = problem.groups.iter().filter(|g| g.policy != GroupPolicy::Apart);
    let met = groups.map(|group| {
        let mut homes: BTreeMap<u32, i64> = BTreeMap::new();
        for bin in group.members.iter().filter_map(|&member| bin_of[member as usize]) {
            *homes.entry(bin).or_default() += 1;
        }
        homes.values().map(|n| n * (n - 1) / 2).sum::<i64>() * group.pair_value
    });
    met.sum()
}

#[cfg(test)]
mod tests {
    use hemvist_solver::Group;
    use proptest::prelude::*;

    use super::*;

    /// Tries every set of children.
    fn by_trying(problem: &Problem, edges: &[(u32, i64)], places: u32) -> i128 {
        let mut best = 0;
        for set in 0_u32..1 << edges.len() {
            let inside: Vec<(u32, i64)> = (0..edges.len())
                .filter(|i| set >> i & 1 == 1)
                .map(|i| edges[i])
                .collect();
            if inside.len() > places as usize {
                continue;
            }
            let mut sum: i128 = inside.iter().map(|e| i128::from(e.1)).sum();
            let mut allowed = true;
            for group in &problem.groups {
                let n = inside.iter().filter(|e| group.members.contains(&e.0)).count();
                let pairs = i128::try_from(n * n.saturating_sub(1) / 2).unwrap();
                match group.policy {
                    GroupPolicy::Together => allowed &= n == 0 || n == group.members.len(),
                    GroupPolicy::Apart => allowed &= n <= 1,
                    GroupPolicy::Prefer => {}
                }
                if group.policy != GroupPolicy::Apart {
                    sum += pairs * i128::from(group.pair_value);
                }
            }
            if allowed {
                best = best.max(sum);
            }
        }
        best
    }

    fn policy() -> impl Strategy<Value = GroupPolicy> {
        prop_oneof![
            Just(GroupPolicy::Together),
            Just(GroupPolicy::Prefer),
            Just(GroupPolicy::Apart)
        ]
    }

    proptest! {
        #[test]
        fn the_most_is_what_trying_every_set_finds(
            earns in proptest::collection::vec(proptest::option::of(-40..60_i64), 9),
            policies in proptest::collection::vec(policy(), 2),
            bonus in 0..30_i64,
            places in 0..5_u32,
        ) {
            let group = |members: Vec<u32>, policy| Group { members, policy, pair_value: bonus };
            let problem = Problem {
                indptr: vec![0; 10],
                groups: vec![group(vec![0, 1, 2], policies[0]), group(vec![4, 7], policies[1])],
                ..Problem::default()
            };
            let edges: Vec<(u32, i64)> = (0..).zip(&earns).filter_map(|(item, e)| Some((item, (*e)?))).collect();
            prop_assert_eq!(Blocks::new(&problem).most(&edges, places), by_trying(&problem, &edges, places));
        }
    }
}
