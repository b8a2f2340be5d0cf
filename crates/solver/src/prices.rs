//! Prices of everything scarce in a part, and the bound that they prove.
//!
//! ```text
//! bound(prices) = Σ unit prices + Σ limit price · most + Σ cut price · most − Σ floor price · least
//!                 + Σ over bins of the best gain
//! gain(S) = value(S) + floor price · class value(S) − Σ unit prices − limit prices · items − Σ cut prices · count
//! ```
//!
//! In integers, [`SCALE`] to a point, and valid for any prices that are not negative.

use crate::certificate::FLOOR_SCALE;
use crate::cuts::Cuts;
use crate::model::Part;
use crate::problem::SCALE;

/// Prices, [`SCALE`] to a point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prices {
    /// Per unit.
    pub unit: Vec<i64>,
    /// Per limit, per item counted.
    pub limit: Vec<i64>,
    /// Per cut, in the order of the part's cuts; the list may be shorter.
    pub cut: Vec<i64>,
    /// Per floor: how much a point of its class counts on top, 2⁻⁴⁰ of a point each.
    pub floor: Vec<i64>,
}

/// The price so many sixteenths of the way from one to another.
pub(crate) fn between(from: i64, to: i64, sixteenths: i64) -> i64 {
    from + (to - from) / 16 * sixteenths
}

/// What a floor's price adds to a value of its class, rounded up, [`SCALE`] to a point.
pub(crate) fn on_top(price: i64, value: i64) -> i64 {
    if price == 0 {
        return 0;
    }
    let product = i128::from(price) * i128::from(value) * i128::from(SCALE);
    let up = (product + (1 << FLOOR_SCALE) - 1) >> FLOOR_SCALE;
    i64::try_from(up).unwrap_or(i64::MAX / 4)
}

impl Prices {
    pub(crate) fn zero(part: &Part) -> Self {
        Self {
            unit: vec![0; part.n_units()],
            limit: vec![0; part.limit_most.len()],
            cut: Vec::new(),
            floor: vec![0; part.classes.len()],
        }
    }

    /// These prices, moved so many sixteenths of the way to others, whose list of cuts may be shorter.
    pub(crate) fn toward(&self, other: &Self, sixteenths: i64) -> Self {
        let mix = |from: &[i64], to: &[i64]| {
            let to = to.iter().copied().chain(std::iter::repeat(0));
            from.iter().zip(to).map(|(&f, t)| between(f, t, sixteenths)).collect()
        };
        Self {
            unit: mix(&self.unit, &other.unit),
            limit: mix(&self.limit, &other.limit),
            cut: mix(&self.cut, &other.cut),
            floor: mix(&self.floor, &other.floor),
        }
    }

    /// The part of the bound that no bin decides.
    pub(crate) fn total(&self, part: &Part, cuts: &Cuts) -> i128 {
        let units: i128 = self.unit.iter().map(|&p| i128::from(p)).sum();
        let limits = self.limit.iter().zip(&part.limit_most);
        let limits: i128 = limits.map(|(&p, &most)| i128::from(p) * i128::from(most)).sum();
        let cuts = self.cut.iter().zip(&cuts.list);
        let cuts: i128 = cuts.map(|(&p, cut)| i128::from(p) * i128::from(cut.most)).sum();
        let floors = self.floor.iter().zip(&part.classes);
        let floors: i128 = floors
            .map(|(&p, class)| (i128::from(p) * class.least * i128::from(SCALE)) >> FLOOR_SCALE)
            .sum();
        units + limits + cuts - floors
    }

    /// What a place in this bin costs by its limits.
    pub(crate) fn toll(&self, part: &Part, bin: usize) -> i64 {
        let limits = &part.limits_of_bin[bin];
        limits.iter().map(|&l| self.limit[l as usize]).sum()
    }
}
