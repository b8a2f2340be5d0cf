//! The assignment problem of textbooks: as many bins as items, one place each, every pair allowed, costs of a known kind.

use hemvist_solver::Problem;
use hemvist_testkit::Rng;

/// The first half of the names of problems, with how many items, and bins, they have.
pub const SIDES: [(&str, u32); 3] = [("square", 1_000), ("square-3000", 3_000), ("square-5000", 5_000)];

/// No pair costs more. A pair's value is this less its cost, so that the greatest value is the least cost.
pub const MOST: i64 = 1_000_000;

/// What pairs cost.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    /// What they are called.
    pub name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Drawn one by one.
    Uniform,
    /// The product of a number of the item and one of the bin.
    Product,
    /// The distance of two points in a square.
    Geometric,
}

/// All kinds.
#[rustfmt::skip]
pub const COSTS: [Costs; 3] = [
    Costs { name: "uniform", kind: Kind::Uniform },
    Costs { name: "product", kind: Kind::Product },
    Costs { name: "geometric", kind: Kind::Geometric },
];

/// A problem with so many items, and bins.
pub fn assignment(costs: &Costs, side: u32, seed: u64) -> Problem {
    let mut rng = Rng::new(seed ^ u64::from(side));
    let number = |rng: &mut Rng| i64::from(rng.between(1, 1_000));
    let point = |rng: &mut Rng| (i64::from(rng.between(0, 700_000)), i64::from(rng.between(0, 700_000)));
    let numbers: Vec<(i64, i64)> = (0..side).map(|_| (number(&mut rng), number(&mut rng))).collect();
    let points: Vec<_> = (0..side).map(|_| (point(&mut rng), point(&mut rng))).collect();
    let mut problem = Problem {
        indptr: vec![0],
        capacity: vec![1; side as usize],
        ..Problem::default()
    };
    for item in 0..side as usize {
        for (bin, at) in (0..side).zip(0..) {
            let cost = match costs.kind {
                Kind::Uniform => i64::from(rng.between(1, 1_000_000)),
                Kind::Product => numbers[item].0 * numbers[at].1,
                Kind::Geometric => {
                    let (from, to): ((i64, i64), (i64, i64)) = (points[item].0, points[at].1);
                    ((from.0 - to.0).pow(2) + (from.1 - to.1).pow(2)).isqrt()
                }
            };
            problem.bins.push(bin);
            problem.values.push(MOST - cost);
        }
        problem.indptr.push(problem.bins.len());
    }
    problem
}
