//! The search against all sets.

use super::*;
use crate::cuts::Row;
use crate::model::reduce;
use crate::problem::{Group, GroupPolicy, Problem};

#[test]
fn every_set_above_the_threshold_is_visited_once_however_large_a_family() {
    let mut visited = 0;
    for seed in 0..60 {
        let mut rng = hemvist_testkit::Rng::new(seed);
        // More than are listed, or fewer.
        let (items, family) = (13_u32, 2 + rng.below(10));
        let problem = Problem {
            indptr: (0..=items as usize).map(|n| 2 * n).collect(),
            bins: (0..2 * items).map(|n| n % 2).collect(),
            values: (0..2 * items).map(|_| i64::from(rng.between(100, 159))).collect(),
            capacity: vec![5, 5],
            groups: vec![Group {
                members: (0..family).collect(),
                policy: GroupPolicy::Prefer,
                pair_value: 1 + i64::from(rng.below(40)),
            }],
            ..Problem::default()
        };
        let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
        let part = &model.parts[0];
        let mut sets = Sets::new(part);
        let price = |rng: &mut hemvist_testkit::Rng| SCALE * i64::from(rng.between(80, 200));
        let mut prices = Prices {
            unit: (0..items).map(|_| price(&mut rng)).collect(),
            ..Prices::zero(part)
        };
        for _ in 0..6 {
            let first = rng.below(items - 4);
            let rows = [first, first + 1 + rng.below(2), first + 3 + rng.below(2)];
            let cut = sets
                .cuts
                .cut(part, rows.iter().map(|&u| (Row::Unit(u), 1)).collect(), 2);
            sets.cuts.push(cut);
            prices.cut.push(SCALE * i64::from(rng.below(50)));
        }
        let mut search = Search::default();
        sets.fit(&mut search);
        let all = (1..1_u32 << items).filter(|set| set.count_ones() <= 5);
        let gain = |set: u32| {
            let set: Vec<u32> = (0..items).filter(|u| set >> u & 1 == 1).collect();
            let value = part.set_value(0, &set).expect("nothing is forbidden");
            let column = Column { bin: 0, set, value };
            (sets.gain(&prices, &column), column.set)
        };
        let threshold = SCALE * i64::from(rng.between(-60, 60));
        let mut expected: Vec<(i64, Vec<u32>)> = all.map(gain).filter(|s| s.0 > threshold).collect();
        let mut found = Vec::new();
        let done = sets.above(&mut search, 0, &prices, threshold, |set, gain| {
            let mut set = set.to_vec();
            set.sort_unstable();
            found.push((gain, set));
            threshold
        });
        expected.sort_unstable();
        found.sort_unstable();
        assert!(done == Done::All && found == expected, "{seed}");
        visited += found.len();
    }
    assert!(visited > 1000, "{visited}");
}
