//! Problems for the solver's bench, each with a name: `SIZE/VARIANT` in the shape of foster care, and `square/COSTS`,
//! `square-3000/COSTS` and `square-5000/COSTS`.
//!
//! Those of foster care have towns of unequal size, homes for some ages and needs within a journey, siblings who live in one
//! place. Integers only, so that a seed gives the same problem everywhere.
#![forbid(unsafe_code)]

use hemvist_solver::{Group, GroupPolicy, Problem};
use hemvist_testkit::Rng;

pub mod square;

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

/// A municipality, a region, a county, a country, a continent.
pub const SIZES: [Size; 5] = [
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
    Size {
        name: "continent",
        children: 400_000,
        families: 220_000,
        side_km: 3_500,
        towns: 4_000,
        nearest: 160,
    },
];

/// In what a problem differs from others of its size.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// What it is called.
    pub name: &'static str,
    /// Children in sibling groups, per mille.
    pub siblings: u32,
    /// Groups that must stay together, in ten; the others would rather.
    pub together: u32,
    /// Places in homes, in percent of the children.
    pub places: u32,
    /// Homes of six places and sibling groups of two to six, instead of one to three places and groups of two to four.
    pub large: bool,
    /// Values of 1 to 5 and pairs worth 1, instead of [`PLACED`] with a fit to a thousand and pairs worth [`PAIR`].
    pub coarse: bool,
    /// Which homes are within a child's reach.
    pub links: Links,
}

/// Which homes are within a child's reach, as far as ages and needs allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Those within the journey that the family accepts.
    Journey,
    /// All: the problem is one component.
    All,
    /// Those of its own municipality, which has [`OWN`] children on average: none is linked with another.
    Own,
}

/// The variant that others differ from in one thing each.
pub const BASE: Variant = Variant {
    name: "base",
    siblings: 300,
    together: 6,
    places: 95,
    large: false,
    coarse: false,
    links: Links::Journey,
};

/// All variants. The nation has a thousand municipalities in `separate`.
#[rustfmt::skip]
pub const VARIANTS: [Variant; 11] = [
    BASE,
    Variant { name: "no-siblings", siblings: 0, ..BASE },
    Variant { name: "many-siblings", siblings: 600, ..BASE },
    Variant { name: "prefer-only", together: 0, ..BASE },
    Variant { name: "together-only", together: 10, ..BASE },
    Variant { name: "beds-70", places: 70, ..BASE },
    Variant { name: "beds-105", places: 105, ..BASE },
    Variant { name: "ties", coarse: true, ..BASE },
    Variant { name: "linked", links: Links::All, ..BASE },
    Variant { name: "separate", links: Links::Own, ..BASE },
    Variant { name: "six-places", large: true, ..BASE },
];

/// Children of a municipality in [`Links::Own`], on average.
pub const OWN: u32 = 20;

/// What a placed child is worth beside its fit of 0 to 1000, and a pair of siblings in one home.
pub const PLACED: i64 = 10_000;
/// See [`PLACED`].
pub const PAIR: i64 = 300;

/// The names of all problems.
pub fn names() -> Vec<String> {
    let care = SIZES
        .iter()
        .flat_map(|size| VARIANTS.iter().map(|variant| format!("{}/{}", size.name, variant.name)));
    let squares = square::SIDES
        .iter()
        .flat_map(|(side, _)| square::COSTS.iter().map(move |costs| format!("{side}/{}", costs.name)));
    care.chain(squares).collect()
}

/// The problem of this name, drawn from a seed; `None` if there is no such name.
pub fn named(name: &str, seed: u64) -> Option<Problem> {
    let (size, variant) = name.split_once('/')?;
    if let Some(&(_, side)) = square::SIDES.iter().find(|known| known.0 == size) {
        let costs = square::COSTS.iter().find(|costs| costs.name == variant)?;
        return Some(square::assignment(costs, side, seed));
    }
    let size = SIZES.iter().find(|known| known.name == size)?;
    let variant = VARIANTS.iter().find(|known| known.name == variant)?;
    Some(placements(size, variant, seed))
}

struct Home {
    town: u32,
    at: (i32, i32),
    ages: (i32, i32),
    needs: i32,
    reach: i32,
}

struct Child {
    town: u32,
    at: (i32, i32),
    age: i32,
    needs: i32,
}

/// A problem in the shape of foster care, drawn from a seed.
pub fn placements(size: &Size, variant: &Variant, seed: u64) -> Problem {
    let mut rng = Rng::new(seed ^ u64::from(size.children));
    let towns = Towns::drawn(size, variant, &mut rng);
    let homes: Vec<Home> = (0..size.families)
        .map(|_| {
            let from = [0, 0, 0, 3, 6, 10, 12][rng.below(7) as usize];
            let (town, at) = towns.place(&mut rng);
            Home {
                town,
                at,
                ages: (from, (from + rng.between(5, 18)).min(20)),
                needs: rng.between(1, 5),
                reach: rng.between(20_000, 110_000),
            }
        })
        .collect();
    let (children, groups) = families_of_children(size, variant, &towns, &mut rng);
    let mut problem = Problem {
        indptr: vec![0],
        capacity: places(size, variant, &mut rng),
        groups,
        ..Problem::default()
    };
    let open = (0..).zip(&homes).filter(|(bin, _)| problem.capacity[*bin as usize] > 0);
    let near = Cells::new(open, variant.links);
    for child in &children {
        let mut edges: Vec<(i32, u32, i64)> = near
            .homes(child.at)
            .filter(|(_, home)| variant.links != Links::Own || home.town == child.town)
            .filter_map(|(bin, home)| {
                let (metres, fit) = fit(child, home, variant.links)?;
                Some((metres, bin, fit))
            })
            .collect();
        edges.sort_unstable();
        edges.truncate(size.nearest);
        edges.sort_unstable_by_key(|edge| edge.1);
        for (_, bin, fit) in edges {
            problem.bins.push(bin);
            problem
                .values
                .push(if variant.coarse { 1 + fit / 250 } else { PLACED + fit });
        }
        problem.indptr.push(problem.bins.len());
    }
    problem
}

/// Where people live: towns with a place and a weight each.
struct Towns(Vec<((i32, i32), u32)>, u32);

impl Towns {
    fn drawn(size: &Size, variant: &Variant, rng: &mut Rng) -> Self {
        let side = size.side_km * 1000;
        let own = variant.links == Links::Own;
        let many = if own { size.children / OWN } else { size.towns };
        let towns: Vec<_> = (0..many.max(1))
            .map(|_| {
                let at = (rng.between(0, side), rng.between(0, side));
                // A few large towns and many small ones; municipalities are alike.
                let draw = 1 + rng.below(100);
                (at, if own { 1 } else { 10_000 / draw })
            })
            .collect();
        let weight = towns.iter().map(|town| town.1).sum();
        Self(towns, weight)
    }

    /// A town, and a place near it.
    fn place(&self, rng: &mut Rng) -> (u32, (i32, i32)) {
        let mut ticket = rng.below(self.1);
        let town = (0..).zip(&self.0).find(|(_, town)| {
            let hit = ticket < town.1;
            ticket = ticket.saturating_sub(town.1);
            hit
        });
        let (town, at) = town.map_or((0, (0, 0)), |(number, town)| (number, town.0));
        let near = |rng: &mut Rng| rng.between(-6_000, 6_000) + rng.between(-6_000, 6_000);
        (town, (at.0 + near(rng), at.1 + near(rng)))
    }
}

/// Children, those with siblings first.
fn families_of_children(size: &Size, variant: &Variant, towns: &Towns, rng: &mut Rng) -> (Vec<Child>, Vec<Group>) {
    let mut children: Vec<Child> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    let in_groups = size.children * variant.siblings / 1000;
    while children.len() < size.children as usize {
        let first = u32::try_from(children.len()).unwrap_or(u32::MAX);
        let left = size.children - first;
        let many = if first + 1 >= in_groups {
            1
        } else if variant.large {
            (2 + rng.below(5)).min(left)
        } else {
            (2 + rng.below(100) / 65 + rng.below(100) / 90).min(left)
        };
        let (town, at) = towns.place(rng);
        let (age, needs) = (rng.between(0, 18), rng.between(1, 4));
        for _ in 0..many {
            children.push(Child {
                town,
                at,
                age: (age + if many > 1 { rng.between(-5, 3) } else { 0 }).clamp(0, 20),
                needs,
            });
        }
        if many > 1 {
            let together = rng.below(10) < variant.together;
            groups.push(Group {
                members: (first..first + many).collect(),
                policy: if together {
                    GroupPolicy::Together
                } else {
                    GroupPolicy::Prefer
                },
                pair_value: if variant.coarse { 1 } else { PAIR },
            });
        }
    }
    (children, groups)
}

/// The places of each home: no more in all than the variant asks for.
fn places(size: &Size, variant: &Variant, rng: &mut Rng) -> Vec<u32> {
    let usual: [u32; 6] = if variant.large { [6; 6] } else { [1, 1, 1, 2, 2, 3] };
    let mut capacity: Vec<u32> = (0..size.families).map(|_| usual[rng.below(6) as usize]).collect();
    let mut open: u32 = capacity.iter().sum();
    let most = size.children * variant.places / 100;
    // Homes that can take one more do, where there are too few.
    while open < most {
        capacity[rng.below(size.families) as usize] += 1;
        open += 1;
    }
    // Homes close at random until places are scarce.
    while open > most {
        let home = rng.below(size.families) as usize;
        open -= std::mem::take(&mut capacity[home]);
    }
    capacity
}

/// Homes by the square of the map they lie in, so that a child looks at nine squares rather than at a continent.
struct Cells<'a> {
    side: i32,
    homes: std::collections::BTreeMap<(i32, i32), Vec<(u32, &'a Home)>>,
}

impl<'a> Cells<'a> {
    fn new(open: impl Iterator<Item = (u32, &'a Home)>, links: Links) -> Self {
        // No journey is longer than a square's side.
        let side = if links == Links::All { i32::MAX } else { 110_000 };
        let mut cells = Self {
            side,
            homes: std::collections::BTreeMap::new(),
        };
        for (bin, home) in open {
            let cell = cells.of(home.at);
            cells.homes.entry(cell).or_default().push((bin, home));
        }
        cells
    }

    fn of(&self, at: (i32, i32)) -> (i32, i32) {
        (at.0.div_euclid(self.side), at.1.div_euclid(self.side))
    }

    fn homes(&self, at: (i32, i32)) -> impl Iterator<Item = (u32, &'a Home)> {
        let (x, y) = self.of(at);
        let around = (x - 1..=x + 1).flat_map(move |x| (y - 1..=y + 1).map(move |y| (x, y)));
        around.filter_map(|cell| self.homes.get(&cell)).flatten().copied()
    }
}

/// Metres between them, and how well they fit, 0 to 1000; `None` if the home cannot take the child.
fn fit(child: &Child, home: &Home, links: Links) -> Option<(i32, i64)> {
    let (dx, dy) = (i64::from(child.at.0 - home.at.0), i64::from(child.at.1 - home.at.1));
    let metres = i32::try_from((dx * dx + dy * dy).isqrt()).ok()?;
    let (from, to) = home.ages;
    let far = links == Links::Journey && metres > home.reach;
    if far || child.needs > home.needs || !(from..=to).contains(&child.age) {
        return None;
    }
    let near = 450 - i64::from(metres.min(home.reach)) * 450 / i64::from(home.reach);
    let margin = 250 - 40 * i64::from(home.needs - child.needs);
    let off = i64::from((2 * child.age - from - to).abs());
    let age = 300 - off * 300 / (2 * i64::from(to - from + 2));
    Some((metres, near + margin + age))
}

#[cfg(test)]
mod tests;
