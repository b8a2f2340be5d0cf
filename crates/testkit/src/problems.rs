//! Small random assignment problems with every kind of constraint, for differential tests against [`crate::oracle`].

use hemvist_solver::{Floor, Group, GroupPolicy, Limit, PairValue, Problem};
#[cfg(any(test, feature = "strategies"))]
use proptest::prelude::{Strategy, any};

use crate::rng::Rng;

/// A random problem of at most six items and five bins: well-formed, not always feasible.
///
/// About half of the problems have no constraint of a given kind; values are sometimes many and far apart, sometimes few and
/// tied, sometimes in strict tiers.
pub fn random(rng: &mut Rng) -> Problem {
    let (items, bins) = (rng.below(7), 1 + rng.below(5));
    sized(items, bins, rng.next_u64())
}

/// Random problems for proptest; they shrink towards fewer items and bins.
#[cfg(any(test, feature = "strategies"))]
pub fn strategy() -> impl Strategy<Value = Problem> {
    (0_u32..=6, 1_u32..=5, any::<u64>()).prop_map(|(items, bins, seed)| sized(items, bins, seed))
}

/// A random problem of this many items and bins. The oracle's time limits what is useful: eight items, six bins.
///
/// # Panics
/// If there are no bins.
pub fn sized(items: u32, bins: u32, seed: u64) -> Problem {
    let mut rng = Rng::new(seed);
    let mut problem = edges(&mut rng, items, bins);
    if rng.chance(500) {
        groups(&mut rng, items, &mut problem);
    }
    for _ in 0..some(&mut rng, 4) {
        if let Some((a, b)) = pair(&mut rng, items) {
            let value = i64::from(rng.between(-400, 400));
            problem.pairs.push(PairValue { a, b, value });
        }
    }
    for _ in 0..some(&mut rng, 3) {
        problem.forbidden.extend(pair(&mut rng, items));
    }
    for _ in 0..some(&mut rng, 3) {
        let within: Vec<u32> = (0..bins).filter(|_| rng.chance(500)).collect();
        let most = rng.below(4);
        problem.limits.push(Limit { bins: within, most });
    }
    for _ in 0..some(&mut rng, 2) {
        if let Some(pair) = an_edge(&mut rng, &problem) {
            problem.bans.push(pair);
        }
    }
    if rng.chance(250) {
        problem.load = (0..items).map(|_| rng.below(4)).collect();
        problem.load_capacity = (0..bins).map(|_| rng.below(7)).collect();
    }
    if rng.chance(250) {
        floors(&mut rng, items, &mut problem);
    }
    for _ in 0..some(&mut rng, 2) {
        if let Some(lock) = an_edge(&mut rng, &problem)
            && !problem.locks.contains(&lock)
        {
            problem.locks.push(lock);
        }
    }
    problem
}

/// An item and a bin that it could go to, if there is an edge.
fn an_edge(rng: &mut Rng, problem: &Problem) -> Option<(u32, u32)> {
    let edges = u32::try_from(problem.bins.len()).unwrap_or(0);
    let at = if edges > 0 {
        rng.below(edges) as usize
    } else {
        return None;
    };
    let item = problem.indptr.partition_point(|&start| start <= at) - 1;
    Some((u32::try_from(item).unwrap_or(0), problem.bins[at]))
}

/// One or two floors under disjoint classes, each a bit below or above what their items could get: no pair with a value
/// crosses a class.
fn floors(rng: &mut Rng, items: u32, problem: &mut Problem) {
    let mut class: Vec<u32> = (0..items).map(|_| rng.below(3)).collect();
    // Whoever has a pair with a value goes where the other goes.
    for _ in 0..items {
        for g in problem.groups.iter().filter(|g| g.policy != GroupPolicy::Apart) {
            let first = g.members[0] as usize;
            g.members.iter().for_each(|&i| class[i as usize] = class[first]);
        }
        for p in &problem.pairs {
            class[p.b as usize] = class[p.a as usize];
        }
    }
    let crosses = |a: u32, b: u32| class[a as usize] != class[b as usize];
    let groups = problem.groups.iter().filter(|g| g.policy != GroupPolicy::Apart);
    if groups
        .flat_map(|g| g.members.iter().map(|&i| (g.members[0], i)))
        .any(|(a, b)| crosses(a, b))
        || problem.pairs.iter().any(|p| crosses(p.a, p.b))
    {
        return;
    }
    for number in 1..=2 {
        let items: Vec<u32> = (0..items).filter(|&i| class[i as usize] == number).collect();
        let best = |&i: &u32| {
            let row = problem.indptr[i as usize]..problem.indptr[i as usize + 1];
            problem.values[row].iter().copied().max().unwrap_or(0)
        };
        let most: i64 = items.iter().map(best).sum();
        let least = most * i64::from(rng.below(11)) / 10;
        if !items.is_empty() && rng.chance(700) {
            problem.floors.push(Floor { items, least });
        }
    }
}

/// None in half of the cases, else one to `most`.
fn some(rng: &mut Rng, most: u32) -> u32 {
    if rng.chance(500) { 0 } else { 1 + rng.below(most) }
}

/// Two different items, in either order.
fn pair(rng: &mut Rng, items: u32) -> Option<(u32, u32)> {
    let (a, b) = (rng.below(items), rng.below(items));
    (a != b).then_some((a, b))
}

fn edges(rng: &mut Rng, items: u32, bins: u32) -> Problem {
    let density = *rng.pick(&[300, 600, 900]);
    let kind = rng.below(4);
    let mut problem = Problem {
        indptr: vec![0],
        ..Problem::default()
    };
    for _ in 0..items {
        for bin in 0..bins {
            if rng.chance(density) {
                problem.bins.push(bin);
                problem.values.push(match kind {
                    0 => i64::from(rng.below(3)),
                    1 => i64::from(rng.below(1001)),
                    2 => i64::from(rng.below(3)) * 1_000_000_000 + i64::from(rng.below(1001)),
                    _ => 500,
                });
            }
        }
        problem.indptr.push(problem.bins.len());
    }
    let most = 1 + rng.below(4);
    problem.capacity = (0..bins).map(|_| rng.below(most + 1)).collect();
    problem
}

/// Splits some of the items, in random order, into groups of one to four.
fn groups(rng: &mut Rng, items: u32, problem: &mut Problem) {
    let mut order: Vec<u32> = (0..items).collect();
    rng.shuffle(&mut order);
    let mut rest = order.as_slice();
    while !rest.is_empty() && rng.chance(750) {
        let size = (1 + rng.below(4) as usize).min(rest.len());
        let (members, later) = rest.split_at(size);
        rest = later;
        problem.groups.push(Group {
            members: members.to_vec(),
            policy: *rng.pick(&[GroupPolicy::Together, GroupPolicy::Prefer, GroupPolicy::Apart]),
            pair_value: i64::from(rng.below(500)),
        });
    }
}
