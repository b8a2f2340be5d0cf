//! What one child costs in one home: own homes by fee level and age, agency homes by their price.
//!
//! An own home costs `(fee + expenses) / days of a month + secretary`, by the child's needs level and age
//! ([`crate::costs`]); emergency and network homes follow the same ladder (SKR circular 22:41). A home with a daily cost of its own
//! costs that; an agency home without one costs the price asked for. With flat means, every own home and every agency home
//! costs the mean given instead, as in Gotland's calculation.
//!
//! Nothing is guessed: a child whose needs level is not known, or whose age the fee data do not cover, is not costed and says why.

use hemvist::input::{HomeKind, PlacementKind};
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, option_within};
use crate::error::CostError;
use crate::fees::FeeYear;
use crate::ladder::{MOST_PER_DAY, fees};
use crate::money::{Exact, Ore};

/// How homes are costed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostingAsked {
    /// Year of the recommended fees. Exactly one of `year`, `fees` and `own_per_day_ore` is given.
    #[serde(default)]
    #[schemars(range(min = 1900, max = 2199))]
    pub year: Option<u16>,
    /// A fee file of one's own, as TOML.
    #[serde(default)]
    pub fees: Option<String>,
    /// Flat means: every own home costs this per day, and every agency home `agency_per_day_ore`.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub own_per_day_ore: Option<i64>,
    /// Price of an agency home per day, in öre, where the home has none of its own.
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub agency_per_day_ore: i64,
    /// Cost of the family-home secretary per child and day, in öre; absent: 0. Not with flat means, which contain it.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub secretary_per_day_ore: Option<i64>,
    /// Days by which monthly amounts are divided, 28–31; absent: 30.
    #[serde(default)]
    #[schemars(range(min = 28, max = 31))]
    pub days_per_month: Option<u8>,
    /// Days of a year, 1–366; absent: 365.
    #[serde(default)]
    #[schemars(range(min = 1, max = 366))]
    pub days_per_year: Option<u16>,
}

/// Why a child's placement has no cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCosted {
    /// The needs level is not known, so the fee level is not.
    NeedsUnknown,
    /// The fee data do not hold this level, or expenses at this age.
    NotInFees,
    /// Respite and supported lodging are not paid by the day of this ladder.
    OtherPlacement,
}

/// Ready to cost placements.
#[derive(Clone, Debug)]
pub(crate) struct Costing {
    own: Own,
    agency_per_day: i64,
    flat: bool,
    days_per_year: u16,
}

#[derive(Clone, Debug)]
enum Own {
    Flat(i64),
    Ladder {
        fees: FeeYear,
        secretary: i64,
        days_per_month: i64,
    },
}

impl Costing {
    pub(crate) fn new(asked: &CostingAsked) -> Result<Self, RegionError> {
        let per_day = |field, ore: i64| option_within(field, ore, 0, MOST_PER_DAY);
        let days_per_month = asked.days_per_month.unwrap_or(30);
        let days_per_year = asked.days_per_year.unwrap_or(365);
        option_within("days_per_month", days_per_month.into(), 28, 31)?;
        option_within("days_per_year", days_per_year.into(), 1, 366)?;
        let own = match asked.own_per_day_ore {
            Some(_) if asked.year.is_some() || asked.fees.is_some() => return Err(CostError::YearOrFees.into()),
            Some(flat) => Own::Flat(per_day("own_per_day_ore", flat)?),
            None => Own::Ladder {
                fees: fees(asked.year, asked.fees.as_deref())?,
                secretary: per_day("secretary_per_day_ore", asked.secretary_per_day_ore.unwrap_or(0))?,
                days_per_month: days_per_month.into(),
            },
        };
        Ok(Self {
            flat: matches!(own, Own::Flat(_)),
            own,
            agency_per_day: per_day("agency_per_day_ore", asked.agency_per_day_ore)?,
            days_per_year,
        })
    }

    /// What a child costs in a home in a year, in öre; `None` for a family: in an agency home at the price asked for.
    pub(crate) fn year(&self, pool: &Pool, child: ChildIdx, family: Option<FamilyIdx>) -> Result<Ore, NotCosted> {
        let per_day = self.per_day(pool, child, family)?;
        Ok(per_day.times(self.days_per_year.into()).to_ore())
    }

    fn per_day(&self, pool: &Pool, child: ChildIdx, family: Option<FamilyIdx>) -> Result<Exact, NotCosted> {
        let record = pool.child(child);
        if !matches!(record.placement, PlacementKind::LongTerm | PlacementKind::Emergency) {
            return Err(NotCosted::OtherPlacement);
        }
        let whole = |ore: i64| Exact::new(ore.into(), 1);
        let Some(home) = family.map(|family| pool.family(family)) else {
            return Ok(whole(self.agency_per_day));
        };
        if let Some(kronor) = home.daily_cost.filter(|_| !self.flat) {
            return Ok(whole(i64::from(kronor) * 100));
        }
        if home.kind == HomeKind::Agency {
            return Ok(whole(self.agency_per_day));
        }
        match &self.own {
            Own::Flat(ore) => Ok(whole(*ore)),
            Own::Ladder {
                fees,
                secretary,
                days_per_month,
            } => {
                let level = record.needs.ok_or(NotCosted::NeedsUnknown)?;
                let fee = fees.fee(level).map_err(|_| NotCosted::NotInFees)?;
                let expenses = fees.expenses(pool.age(child)).map_err(|_| NotCosted::NotInFees)?;
                let month = i128::from(fee + expenses) * 100;
                let days = i128::from(*days_per_month);
                Ok(Exact::new(month + i128::from(*secretary) * days, days))
            }
        }
    }
}
