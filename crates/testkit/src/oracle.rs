//! The best answer to a tiny assignment problem, by trying every one of them.
//!
//! Written from the definitions in [`hemvist_solver::Problem`] and from nothing else: no prices, no bounds, no order of
//! preference. Slow on purpose; for problems of at most about eight items. A second search, written the other way
//! round (bins choose sets of items), checks it in the tests.

use hemvist_solver::{GroupPolicy, Problem};

/// What an answer breaks; the numbers are indices into the vectors of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The answer does not have one entry per item.
    Length,
    /// The item has no edge to its bin.
    NoEdge {
        /// The item.
        item: usize,
    },
    /// More items than places.
    Capacity {
        /// The bin.
        bin: usize,
    },
    /// The members of a `Together` group are neither in one bin nor all out.
    Split {
        /// The group.
        group: usize,
    },
    /// Two members of an `Apart` group share a bin.
    NotApart {
        /// The group.
        group: usize,
    },
    /// A forbidden pair shares a bin.
    Forbidden {
        /// The pair.
        pair: usize,
    },
    /// More items in the bins of a limit than it allows.
    Limit {
        /// The limit.
        limit: usize,
    },
    /// More of the second load than a bin holds.
    Load {
        /// The bin.
        bin: usize,
    },
    /// A class of items gets less than its floor.
    Floor {
        /// The floor.
        floor: usize,
    },
    /// A ban is part of the answer.
    Ban {
        /// The ban.
        ban: usize,
    },
    /// A lock is not part of the answer.
    Lock {
        /// The lock.
        lock: usize,
    },
}

/// Value of the edge from `item` to `bin`, if there is one.
fn edge(problem: &Problem, item: usize, bin: u32) -> Option<i64> {
    let row = problem.indptr[item]..problem.indptr[item + 1];
    problem.bins[row.clone()]
        .iter()
        .position(|&b| b == bin)
        .map(|at| problem.values[row.start + at])
}

/// The value of an answer, one bin or none per item.
///
/// # Errors
/// The first thing that the answer breaks, in the order of [`Broken`].
///
/// # Panics
/// If the problem itself is malformed, such as a group with an item that does not exist.
pub fn value(problem: &Problem, bin_of: &[Option<u32>]) -> Result<i128, Broken> {
    if bin_of.len() + 1 != problem.indptr.len() {
        return Err(Broken::Length);
    }
    let mut total = 0_i128;
    for (item, bin) in bin_of.iter().enumerate() {
        if let Some(bin) = *bin {
            total += i128::from(edge(problem, item, bin).ok_or(Broken::NoEdge { item })?);
        }
    }
    let in_bin = |bin: u32| bin_of.iter().filter(|&&b| b == Some(bin)).count();
    for (bin, &capacity) in problem.capacity.iter().enumerate() {
        if in_bin(u32::try_from(bin).unwrap_or(u32::MAX)) > capacity as usize {
            return Err(Broken::Capacity { bin });
        }
    }
    let together = |a: u32, b: u32| {
        let (a, b) = (bin_of[a as usize], bin_of[b as usize]);
        a.is_some() && a == b
    };
    for (group, g) in problem.groups.iter().enumerate() {
        let pairs = g.members.iter().enumerate().flat_map(|(i, &a)| {
            let later = &g.members[i + 1..];
            later.iter().map(move |&b| (a, b))
        });
        let shared = pairs.filter(|&(a, b)| together(a, b)).count();
        let placed = g.members.iter().filter(|&&a| bin_of[a as usize].is_some()).count();
        let all = g.members.len() * (g.members.len().saturating_sub(1)) / 2;
        let whole = placed == 0 || (placed == g.members.len() && shared == all);
        let earned = i128::from(g.pair_value) * shared as i128;
        match g.policy {
            GroupPolicy::Together if !whole => return Err(Broken::Split { group }),
            GroupPolicy::Apart if shared > 0 => return Err(Broken::NotApart { group }),
            GroupPolicy::Apart => {}
            GroupPolicy::Together | GroupPolicy::Prefer => total += earned,
        }
    }
    for pair in &problem.pairs {
        if together(pair.a, pair.b) {
            total += i128::from(pair.value);
        }
    }
    if let Some(pair) = problem.forbidden.iter().position(|&(a, b)| together(a, b)) {
        return Err(Broken::Forbidden { pair });
    }
    for (limit, l) in problem.limits.iter().enumerate() {
        if l.bins.iter().map(|&bin| in_bin(bin)).sum::<usize>() > l.most as usize {
            return Err(Broken::Limit { limit });
        }
    }
    for (bin, &most) in problem.load_capacity.iter().enumerate() {
        let here = bin_of
            .iter()
            .zip(&problem.load)
            .filter(|(b, _)| b.is_some_and(|b| b as usize == bin));
        if here.map(|(_, &load)| u64::from(load)).sum::<u64>() > u64::from(most) {
            return Err(Broken::Load { bin });
        }
    }
    for (floor, f) in problem.floors.iter().enumerate() {
        let own = |item: &u32| f.items.contains(item);
        let edges = f
            .items
            .iter()
            .filter_map(|&item| edge(problem, item as usize, bin_of[item as usize]?));
        let mut reached: i128 = edges.map(i128::from).sum();
        for g in problem.groups.iter().filter(|g| g.policy != GroupPolicy::Apart) {
            for (i, &a) in g.members.iter().enumerate() {
                let later = g.members[i + 1..]
                    .iter()
                    .filter(|&&b| own(&a) && own(&b) && together(a, b));
                reached += i128::from(g.pair_value) * later.count() as i128;
            }
        }
        let pairs = problem
            .pairs
            .iter()
            .filter(|p| own(&p.a) && own(&p.b) && together(p.a, p.b));
        reached += pairs.map(|p| i128::from(p.value)).sum::<i128>();
        if reached < i128::from(f.least) {
            return Err(Broken::Floor { floor });
        }
    }
    let kept = |&(item, bin): &(u32, u32)| bin_of[item as usize] == Some(bin);
    if let Some(ban) = problem.bans.iter().position(kept) {
        return Err(Broken::Ban { ban });
    }
    if let Some(lock) = problem.locks.iter().position(|lock| !kept(lock)) {
        return Err(Broken::Lock { lock });
    }
    Ok(total)
}

/// The greatest value of any answer; `None` if no answer keeps every lock and rule.
///
/// Time grows as the product over the items of one more than their edges.
///
/// # Panics
/// As [`value`].
pub fn best(problem: &Problem) -> Option<i128> {
    every_answer(problem).into_iter().map(|(value, _)| value).max()
}

/// The greatest value and every answer that reaches it, in increasing order; `None` as in [`best`].
///
/// # Panics
/// As [`value`].
pub fn optima(problem: &Problem) -> Option<(i128, Vec<Vec<Option<u32>>>)> {
    let answers = every_answer(problem);
    let best = answers.iter().map(|&(value, _)| value).max()?;
    let mut optima: Vec<_> = answers
        .into_iter()
        .filter(|&(v, _)| v == best)
        .map(|(_, a)| a)
        .collect();
    optima.sort();
    Some((best, optima))
}

/// Every answer that breaks nothing, with its value.
fn every_answer(problem: &Problem) -> Vec<(i128, Vec<Option<u32>>)> {
    let mut found = vec![];
    let mut answer = vec![None; problem.indptr.len() - 1];
    let mut left = problem.capacity.clone();
    fill(problem, 0, &mut left, &mut answer, &mut found);
    found
}

fn fill(
    problem: &Problem,
    item: usize,
    left: &mut [u32],
    answer: &mut [Option<u32>],
    found: &mut Vec<(i128, Vec<Option<u32>>)>,
) {
    if item == answer.len() {
        if let Ok(value) = value(problem, answer) {
            found.push((value, answer.to_vec()));
        }
        return;
    }
    answer[item] = None;
    fill(problem, item + 1, left, answer, found);
    for &bin in &problem.bins[problem.indptr[item]..problem.indptr[item + 1]] {
        if left[bin as usize] > 0 {
            left[bin as usize] -= 1;
            answer[item] = Some(bin);
            fill(problem, item + 1, left, answer, found);
            left[bin as usize] += 1;
        }
    }
    answer[item] = None;
}

#[cfg(test)]
mod tests {
    use hemvist_solver::{Floor, Group, Limit, PairValue};

    use super::*;
    use crate::problems;
    use crate::rng::Rng;

    /// Three items, two bins of two places: item 0 is worth 5 and 3, item 1 4 and 4, item 2 9 and 0.
    fn small() -> Problem {
        Problem {
            indptr: vec![0, 2, 4, 6],
            bins: vec![0, 1, 0, 1, 0, 1],
            values: vec![5, 3, 4, 4, 9, 0],
            capacity: vec![2, 2],
            ..Problem::default()
        }
    }

    fn group(members: &[u32], policy: GroupPolicy, pair_value: i64) -> Group {
        Group {
            members: members.to_vec(),
            policy,
            pair_value,
        }
    }

    #[test]
    fn places_are_kept() {
        // All three best in bin 0, which has two places: 5 + 9 there, 4 in the other.
        assert_eq!(best(&small()), Some(18));
        assert_eq!(optima(&small()), Some((18, vec![vec![Some(0), Some(1), Some(0)]])));
    }

    #[test]
    fn groups_are_kept() {
        let with = |g: Group| Problem {
            groups: vec![g],
            ..small()
        };
        // 0 and 1 together: both in bin 0 (9) and 2 in bin 1 (0), or both in bin 1 (7) and 2 in bin 0 (9); pair 2.
        assert_eq!(best(&with(group(&[0, 1], GroupPolicy::Together, 2))), Some(18));
        // Preferred with 1 is not worth leaving 18 for 17; with 3 it is worth 16 + 3.
        assert_eq!(best(&with(group(&[0, 1], GroupPolicy::Prefer, 1))), Some(18));
        assert_eq!(best(&with(group(&[0, 1], GroupPolicy::Prefer, 3))), Some(19));
        // 0 and 2 apart: 3 + 4 + 9 with 0 in bin 1.
        assert_eq!(best(&with(group(&[0, 2], GroupPolicy::Apart, 0))), Some(16));
        // A group larger than any bin stays out whole.
        assert_eq!(best(&with(group(&[0, 1, 2], GroupPolicy::Together, 100))), Some(0));
        assert_eq!(best(&with(group(&[0, 1, 2], GroupPolicy::Apart, 0))), Some(13));
    }

    #[test]
    fn pairs_limits_and_locks_are_kept() {
        let worse = PairValue { a: 0, b: 2, value: -5 };
        let with = |p: Problem| best(&p);
        assert_eq!(
            with(Problem {
                pairs: vec![worse],
                ..small()
            }),
            Some(16)
        );
        assert_eq!(
            with(Problem {
                forbidden: vec![(2, 0)],
                ..small()
            }),
            Some(16)
        );
        let limit = |bins: &[u32], most| Problem {
            limits: vec![Limit {
                bins: bins.to_vec(),
                most,
            }],
            ..small()
        };
        assert_eq!(with(limit(&[0, 1], 2)), Some(14));
        assert_eq!(with(limit(&[0], 1)), Some(16));
        assert_eq!(
            with(Problem {
                locks: vec![(2, 1)],
                ..small()
            }),
            Some(9)
        );
        // Three locks into two places, one item locked twice, and a lock that a limit of none stops.
        assert_eq!(
            with(Problem {
                locks: vec![(0, 0), (1, 0), (2, 0)],
                ..small()
            }),
            None
        );
        assert_eq!(
            with(Problem {
                locks: vec![(0, 0), (0, 1)],
                ..small()
            }),
            None
        );
        assert_eq!(
            with(Problem {
                locks: vec![(0, 0)],
                ..limit(&[0], 0)
            }),
            None
        );
    }

    #[test]
    fn loads_floors_and_bans_are_kept() {
        let heavy = Problem {
            load: vec![3, 1, 2],
            load_capacity: vec![4, 2],
            ..small()
        };
        // 0 does not fit into bin 1, and with 2 it is too much for bin 0: 4 + 9, 4 + 5 + 0, or 5 and 4 with 2 left out.
        assert_eq!(best(&heavy), Some(13));
        assert_eq!(value(&heavy, &[Some(0), None, Some(0)]), Err(Broken::Load { bin: 0 }));
        let banned = Problem {
            bans: vec![(2, 0)],
            ..small()
        };
        assert_eq!(best(&banned), Some(9));
        let floor = |least| Problem {
            floors: vec![Floor {
                items: vec![0, 1],
                least,
            }],
            groups: vec![group(&[0, 1], GroupPolicy::Prefer, 2)],
            ..small()
        };
        assert_eq!(best(&floor(9)), Some(18));
        // Ten or more only with both in bin 0, which leaves bin 1 for item 2.
        assert_eq!(best(&floor(10)), Some(11));
        assert_eq!(best(&floor(12)), None);
    }

    #[test]
    fn what_is_broken_is_named() {
        let p = small();
        assert_eq!(value(&p, &[None; 2]), Err(Broken::Length));
        assert_eq!(value(&p, &[None, None, Some(7)]), Err(Broken::NoEdge { item: 2 }));
        assert_eq!(value(&p, &[Some(0); 3]), Err(Broken::Capacity { bin: 0 }));
        let p = Problem {
            groups: vec![group(&[0, 1], GroupPolicy::Together, 0)],
            locks: vec![(2, 0)],
            ..small()
        };
        assert_eq!(value(&p, &[Some(1), None, Some(0)]), Err(Broken::Split { group: 0 }));
        assert_eq!(value(&p, &[None, None, Some(1)]), Err(Broken::Lock { lock: 0 }));
        assert_eq!(value(&p, &[Some(1), Some(1), Some(0)]), Ok(16));
    }

    /// Depth first over bins; the items left are a bit set, walked by the usual submask step.
    fn go(
        bin: usize,
        left: u32,
        sum: i128,
        sets: &mut Vec<u32>,
        set_value: &dyn Fn(usize, u32) -> Option<i128>,
        done: &mut dyn FnMut(&[u32], i128),
    ) {
        if bin == sets.len() {
            return done(sets, sum);
        }
        let mut set = left;
        loop {
            if let Some(more) = set_value(bin, set) {
                sets[bin] = set;
                go(bin + 1, left & !set, sum + more, sets, set_value, done);
            }
            if set == 0 {
                break;
            }
            set = (set - 1) & left;
        }
    }

    /// The same question the other way round: each bin in turn takes a set of the items left, as bits.
    fn best_by_bins(problem: &Problem) -> Option<i128> {
        let n = problem.indptr.len() - 1;
        let mut worth = vec![vec![None; n]; problem.capacity.len()];
        for (item, row) in problem.indptr.windows(2).enumerate() {
            for at in row[0]..row[1] {
                worth[problem.bins[at] as usize][item] = Some(i128::from(problem.values[at]));
            }
        }
        let bit = |item: u32| 1_u32 << item;
        let mut clash: Vec<u32> = problem.forbidden.iter().map(|&(a, b)| bit(a) | bit(b)).collect();
        let mut whole = vec![];
        let mut earn: Vec<(u32, i128)> = problem
            .pairs
            .iter()
            .map(|p| (bit(p.a) | bit(p.b), p.value.into()))
            .collect();
        for &(item, bin) in &problem.bans {
            worth[bin as usize][item as usize] = None;
        }
        let classes: Vec<u32> = problem
            .floors
            .iter()
            .map(|f| f.items.iter().fold(0, |bits, &i| bits | bit(i)))
            .collect();
        for g in &problem.groups {
            let all = g.members.iter().fold(0, |bits, &item| bits | bit(item));
            for &a in &g.members {
                for &b in g.members.iter().filter(|&&b| b > a) {
                    match g.policy {
                        GroupPolicy::Apart => clash.push(bit(a) | bit(b)),
                        _ => earn.push((bit(a) | bit(b), g.pair_value.into())),
                    }
                }
            }
            if g.policy == GroupPolicy::Together {
                whole.push(all);
            }
        }
        let sum_of = |bin: usize, set: u32| -> Option<i128> {
            let items = (0..n).filter(|item| set >> item & 1 == 1);
            let alone: Option<i128> = items.map(|item| worth[bin][item]).sum();
            let met = earn.iter().filter(|&&(pair, _)| set & pair == pair);
            Some(alone? + met.map(|&(_, v)| v).sum::<i128>())
        };
        let set_value = |bin: usize, set: u32| -> Option<i128> {
            let load: u32 = (0..n)
                .filter(|item| set >> item & 1 == 1)
                .map(|item| problem.load.get(item).copied().unwrap_or(0))
                .sum();
            let ok = set.count_ones() <= problem.capacity[bin]
                && problem.load_capacity.get(bin).is_none_or(|&most| load <= most)
                && clash.iter().all(|&c| set & c != c)
                && whole.iter().all(|&w| set & w == 0 || set & w == w);
            if ok { sum_of(bin, set) } else { None }
        };
        let mut best = None;
        let mut sets = vec![0; problem.capacity.len()];
        go(0, (1 << n) - 1, 0, &mut sets, &set_value, &mut |sets, sum| {
            let locked = problem
                .locks
                .iter()
                .all(|&(item, bin)| sets[bin as usize] & bit(item) != 0);
            let within = problem.limits.iter().all(|l| {
                let held: u32 = l.bins.iter().map(|&b| sets[b as usize].count_ones()).sum();
                held <= l.most
            });
            let reached = |class: u32| -> i128 {
                let parts = sets
                    .iter()
                    .enumerate()
                    .filter_map(|(bin, &set)| sum_of(bin, set & class));
                parts.sum()
            };
            let floors = problem.floors.iter().zip(&classes);
            let enough = floors.clone().all(|(f, &class)| reached(class) >= i128::from(f.least));
            if locked && within && enough {
                best = best.max(Some(sum));
            }
        });
        best
    }

    #[test]
    fn a_search_the_other_way_round_agrees() {
        let mut rng = Rng::new(11);
        let (mut infeasible, mut richest) = (0, 0);
        for _ in 0..12_000 {
            let problem = problems::random(&mut rng);
            let found = best(&problem);
            assert_eq!(found, best_by_bins(&problem), "{problem:?}");
            infeasible += usize::from(found.is_none());
            let kinds = [
                problem.groups.len(),
                problem.pairs.len(),
                problem.forbidden.len(),
                problem.limits.len(),
                problem.locks.len(),
                problem.bans.len(),
                problem.load.len(),
                problem.floors.len(),
            ];
            richest += usize::from(kinds.iter().filter(|&&count| count > 0).count() + 1 >= kinds.len());
        }
        // The problems must be worth asking: some contradict themselves, some have nearly every kind of constraint at once.
        assert!((120..4800).contains(&infeasible), "{infeasible}");
        assert!(richest > 10, "{richest}");
    }
}
