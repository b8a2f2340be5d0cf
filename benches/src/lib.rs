//! Problems in the shape of foster care at any size, for the solver's bench: towns of unequal size, homes for some ages and
//! needs within a journey, siblings who live in one place. Integers only, so that a seed gives the same problem everywhere.
#![forbid(unsafe_code)]

use hemvist_solver::{Group, GroupPolicy, Problem};
use hemvist_testkit::Rng;

/// How large a problem is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// What it is called.
    pub name: &'static str,
    /// Children who need a home.
    pub children: u32,
    /// Families.
    pub families: u32,
    /// Side of the square they live in, in kilometres.
    pub side_km: i32,
    /// Towns.
    pub towns: u32,
    /// Each child looks at no more than so many of the nearest families that could take it.
    pub nearest: usize,
}

/// A municipality, a region, a county, a country.
pub const SIZES: [Size; 4] = [
    Size {
        name: "municipality",
        children: 100,
        families: 80,
        side_km: 20,
        towns: 1,
        nearest: 80,
    },
    Size {
        name: "region",
        children: 700,
        families: 500,
        side_km: 90,
        towns: 12,
        nearest: 500,
    },
    Size {
        name: "county",
        children: 3_000,
        families: 2_000,
        side_km: 150,
        towns: 40,
        nearest: 2_000,
    },
    Size {
        name: "nation",
        children: 20_000,
        families: 12_000,
        side_km: 700,
        towns: 250,
        nearest: 160,
    },
];

/// What a placed child is worth beside its fit of 0 to 1000, and a pair of siblings in one home.
const PLACED: i64 = 10_000;
const PAIR: i64 = 300;

struct Home {
    at: (i32, i32),
    ages: (i32, i32),
    needs: i32,
    reach: i32,
}

struct Child {
    at: (i32, i32),
    age: i32,
    needs: i32,
}

/// A problem with siblings for so many per mille of the children; six in ten of their groups must stay together, the others
/// would rather. There are nearly as many places as children.
pub fn placements(size: &Size, siblings: u32, seed: u64) -> Problem {
    let mut rng = Rng::new(seed ^ u64::from(size.children));
    let towns: Vec<((i32, i32), u32)> = (0..size.towns.max(1))
        .map(|_| {
            let side = size.side_km * 1000;
            let at = (rng.between(0, side), rng.between(0, side));
            // A few large towns and many small ones.
            let draw = 1 + rng.below(100);
            (at, 10_000 / draw)
        })
        .collect();
    let weight: u32 = towns.iter().map(|town| town.1).sum();
    let place = |rng: &mut Rng| {
        let mut ticket = rng.below(weight);
        let town = towns.iter().find(|town| {
            let hit = ticket < town.1;
            ticket = ticket.saturating_sub(town.1);
            hit
        });
        let at = town.map_or((0, 0), |town| town.0);
        let near = |rng: &mut Rng| rng.between(-6_000, 6_000) + rng.between(-6_000, 6_000);
        (at.0 + near(rng), at.1 + near(rng))
    };
    let homes: Vec<Home> = (0..size.families)
        .map(|_| {
            let from = [0, 0, 0, 3, 6, 10, 12][rng.below(7) as usize];
            Home {
                at: place(&mut rng),
                ages: (from, (from + rng.between(5, 18)).min(20)),
                needs: rng.between(1, 5),
                reach: rng.between(20_000, 110_000),
            }
        })
        .collect();
    let mut children: Vec<Child> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let in_groups = size.children * siblings / 1000;
    while children.len() < size.children as usize {
        let left = size.children - u32::try_from(children.len()).unwrap_or(u32::MAX);
        let grouped = u32::try_from(children.len()).unwrap_or(u32::MAX) + 1 < in_groups;
        let many = if grouped {
            (2 + rng.below(100) / 65 + rng.below(100) / 90).min(left)
        } else {
            1
        };
        let (at, age, needs) = (place(&mut rng), rng.between(0, 18), rng.between(1, 4));
        let first = u32::try_from(children.len()).unwrap_or(u32::MAX);
        for _ in 0..many {
            children.push(Child {
                at,
                age: (age + if many > 1 { rng.between(-5, 3) } else { 0 }).clamp(0, 20),
                needs,
            });
        }
        if many > 1 {
            let together = rng.below(10) < 6;
            groups.push(Group {
                members: (first..first + many).collect(),
                policy: if together {
                    GroupPolicy::Together
                } else {
                    GroupPolicy::Prefer
                },
                pair_value: PAIR,
            });
        }
    }
    let mut capacity: Vec<u32> = homes
        .iter()
        .map(|_| [1, 1, 1, 2, 2, 3][rng.below(6) as usize])
        .collect();
    let mut places: u32 = capacity.iter().sum();
    while places > size.children * 95 / 100 {
        // Homes close at random until places are scarce.
        let home = rng.below(size.families) as usize;
        places -= std::mem::take(&mut capacity[home]);
    }
    let mut problem = Problem {
        indptr: vec![0],
        capacity,
        groups,
        ..Problem::default()
    };
    for child in &children {
        let mut edges: Vec<(i32, u32, i64)> = (0..)
            .zip(&homes)
            .filter(|(bin, _)| problem.capacity[*bin as usize] > 0)
            .filter_map(|(bin, home)| {
                let (metres, fit) = fit(child, home)?;
                Some((metres, bin, fit))
            })
            .collect();
        edges.sort_unstable();
        edges.truncate(size.nearest);
        edges.sort_unstable_by_key(|edge| edge.1);
        for (_, bin, fit) in edges {
            problem.bins.push(bin);
            problem.values.push(PLACED + fit);
        }
        problem.indptr.push(problem.bins.len());
    }
    problem
}

/// Metres between them, and how well they fit, 0 to 1000; `None` if the home cannot take the child.
fn fit(child: &Child, home: &Home) -> Option<(i32, i64)> {
    let (dx, dy) = (i64::from(child.at.0 - home.at.0), i64::from(child.at.1 - home.at.1));
    let metres = i32::try_from((dx * dx + dy * dy).isqrt()).ok()?;
    let (from, to) = home.ages;
    if metres > home.reach || child.needs > home.needs || !(from..=to).contains(&child.age) {
        return None;
    }
    let near = 450 - i64::from(metres) * 450 / i64::from(home.reach);
    let margin = 250 - 40 * i64::from(home.needs - child.needs);
    let off = i64::from((2 * child.age - from - to).abs());
    let age = 300 - off * 300 / (2 * i64::from(to - from + 2));
    Some((metres, near + margin + age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_well_formed_scarce_and_the_same_each_time() {
        for size in &SIZES[..2] {
            let problem = placements(size, 300, 1);
            problem.check().expect("well formed");
            assert_eq!(problem, placements(size, 300, 1));
            assert_ne!(problem, placements(size, 300, 2));
            let places: u32 = problem.capacity.iter().sum();
            assert!(places <= size.children && places * 2 > size.children, "{places}");
            assert!(problem.bins.len() > 5 * size.children as usize);
            assert!(!problem.groups.is_empty() && placements(size, 0, 1).groups.is_empty());
        }
    }
}
