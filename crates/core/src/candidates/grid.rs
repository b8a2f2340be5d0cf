//! Which families can lie within a child's longest travel: rows of latitude, each sorted by longitude.
//!
//! A coarse sieve that never drops a family within reach; the exact distance decides afterwards.

use crate::distance::{FARTHEST_M, micro};
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// Height of a row in millionths of a degree: a quarter of a degree, about 28 km.
const ROW: i64 = 250_000;
/// Metres in a millionth of a degree of latitude, rounded down in thousandths (111.19 mm on the mean earth).
const THOUSANDTHS_OF_METRE: i64 = 111;

/// Families sorted by row of latitude and longitude within it.
pub(super) struct Grid {
    /// (row, longitude in millionths of a degree, family), sorted.
    homes: Vec<(i64, i64, FamilyIdx)>,
    /// Families whose place is not known: within reach as far as anyone knows.
    unknown: Vec<FamilyIdx>,
}

fn row_of(lat: i64) -> i64 {
    lat.div_euclid(ROW)
}

impl Grid {
    pub(super) fn new(pool: &Pool) -> Self {
        let mut homes = Vec::new();
        let mut unknown = Vec::new();
        for family in pool.families() {
            match pool.family(family).location {
                Some(at) => homes.push((row_of(micro(at.lat).into()), i64::from(micro(at.lon)), family)),
                None => unknown.push(family),
            }
        }
        homes.sort_unstable();
        Self { homes, unknown }
    }

    /// Writes to `reach`, ascending, every family that can be within the child's longest travel, and every family with
    /// which the child has something of its own (a known journey may be shorter than the straight line). `false`: the
    /// sieve does not apply to this child, who has no known home or no limit, or a limit too wide to be worth it.
    pub(super) fn within_reach(&self, pool: &Pool, child: ChildIdx, reach: &mut Vec<FamilyIdx>) -> bool {
        let record = pool.child(child);
        let facts = &pool.children[child.row()];
        let (Some(home), Some(longest)) = (record.home, facts.longest_m) else {
            return false;
        };
        // Two metres for the rounding of distances, and one part in a hundred for the arithmetic here.
        let metres = i64::from(longest) * 101 / 100 + 2;
        let (lat, lon) = (i64::from(micro(home.lat)), i64::from(micro(home.lon)));
        let high = metres * 1000 / THOUSANDTHS_OF_METRE + 1;
        // The widest circle of latitude shrinks towards the poles; past 80° the whole row is taken.
        let poleward = lat.abs() + high;
        if poleward > 80_000_000 || longest >= FARTHEST_M {
            return false;
        }
        // 1 / cos(lat) ≤ 5.76 up to 80°; bounded from above per whole degree.
        let wide = high * i64::from(SECANT_THOUSANDTHS[usize::try_from(poleward / 1_000_000).unwrap_or(80)]) / 1000 + 1;
        let (west, east) = (lon - wide, lon + wide);
        if west < -180_000_000 || east > 180_000_000 {
            return false;
        }
        reach.clear();
        for row in row_of(lat - high)..=row_of(lat + high) {
            let from = self.homes.partition_point(|h| (h.0, h.1) < (row, west));
            let to = self.homes.partition_point(|h| (h.0, h.1) <= (row, east));
            reach.extend(self.homes[from..to.max(from)].iter().map(|h| h.2));
        }
        reach.extend(&self.unknown);
        reach.extend(facts.special.iter().map(|(family, _)| family));
        reach.sort_unstable();
        reach.dedup();
        true
    }
}

/// `1000 / cos(d + 1°)`, rounded up, for whole degrees `d` = 0–80: an upper bound between `d` and `d + 1` degrees.
#[rustfmt::skip]
const SECANT_THOUSANDTHS: [u16; 81] = [
    1001, 1001, 1002, 1003, 1004, 1006, 1008, 1010, 1013, 1016, 1019, 1023, 1027, 1031, 1036, 1041, 1046, 1052, 1058, 1065,
    1072, 1079, 1087, 1095, 1104, 1113, 1123, 1133, 1144, 1155, 1167, 1180, 1193, 1207, 1221, 1237, 1253, 1270, 1287, 1306,
    1326, 1346, 1368, 1391, 1415, 1440, 1467, 1495, 1525, 1556, 1590, 1625, 1662, 1702, 1744, 1789, 1837, 1888, 1942, 2000,
    2063, 2131, 2203, 2282, 2367, 2459, 2560, 2670, 2791, 2924, 3072, 3237, 3421, 3628, 3864, 4134, 4446, 4810, 5241, 5759,
    6393,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secants_are_upper_bounds() {
        for (degree, &bound) in SECANT_THOUSANDTHS.iter().enumerate() {
            let next = f64::from(u32::try_from(degree).unwrap() + 1).to_radians();
            assert!(f64::from(bound) >= 1000.0 / libm::cos(next), "{degree}");
        }
    }
}
