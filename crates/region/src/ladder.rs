//! The ladder of daily costs as a question and an answer, what a team costs and saves, and which secretary cost a printed
//! column stands on.
//!
//! The arithmetic is [`crate::costs`]'s; here it gets options that any face can hand in and documents that it can hand out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::costs::{
    Ages, Ladder, LadderOptions, MOST_CHILDREN, MOST_KRONOR, agency_year, break_even, per_child_and_day,
    saving_per_year,
};
use crate::error::CostError;
use crate::fees::{FeeYear, Status};
use crate::money::Ore;

documents! {
    LadderAnswer LADDER_FORMAT "hemvist.ladder/1";
    SecretaryCost SECRETARY_COST_FORMAT "hemvist.secretary_cost/1";
    BreakEven BREAK_EVEN_FORMAT "hemvist.break_even/1";
}

/// Greatest cost per day that options accept, in öre: a hundred thousand kronor.
pub const MOST_PER_DAY: i64 = 10_000_000;

/// Greatest yearly amount that options accept, in öre: a hundred billion kronor.
pub const MOST_PER_YEAR: i64 = MOST_KRONOR * 100;

/// The fees to go by: a year's recommendations, or a fee file of the municipality's own. Exactly one is given.
pub(crate) fn fees(year: Option<u16>, file: Option<&str>) -> Result<FeeYear, RegionError> {
    match (year, file) {
        (Some(year), None) => Ok(FeeYear::published(year)?),
        (None, Some(text)) => Ok(FeeYear::from_toml(text)?),
        _ => Err(CostError::YearOrFees.into()),
    }
}

/// A ladder asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderAsked {
    /// Year of the recommended fees; nothing is extrapolated. Exactly one of `year` and `fees` is given.
    #[serde(default)]
    #[schemars(range(min = 1900, max = 2199))]
    pub year: Option<u16>,
    /// A fee file of one's own (`hemvist.fees/1`), as TOML.
    #[serde(default)]
    pub fees: Option<String>,
    /// Cost of the family-home secretary per child and day, in öre, 0–10 000 000.
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub secretary_per_day_ore: i64,
    /// Days by which monthly amounts are divided, 28–31; absent: 30.
    #[serde(default)]
    #[schemars(range(min = 28, max = 31))]
    pub days_per_month: Option<u8>,
    /// Count the expenses of this age, 0–20; absent: the mean of the age bands.
    #[serde(default)]
    #[schemars(range(min = 0, max = 20))]
    pub age: Option<u8>,
    /// Price of an agency home per day, in öre: also say what a child in an own home saves. Absent: not said.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub agency_per_day_ore: Option<i64>,
}

/// A ladder of daily costs (`hemvist.ladder/1`). Amounts without unit are whole kronor, halves away from zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LadderAnswer {
    /// Always `hemvist.ladder/1`.
    pub format: &'static str,
    /// The year of the fees.
    pub year: u16,
    /// Days by which monthly amounts were divided.
    pub days_per_month: u8,
    /// The age whose expenses count; absent: the mean of the age bands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<u8>,
    /// Expenses per month that every row counts.
    pub expenses_per_month_ore: Ore,
    /// Cost of the secretary per child and day.
    pub secretary_per_day_ore: Ore,
    /// Levels 1–5.
    pub rows: Vec<LadderRow>,
    /// Plain mean of the rows.
    pub mean: i64,
    /// The same to the öre.
    pub mean_ore: Ore,
    /// What a child saves who lives in an own home rather than an agency home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saving: Option<Saving>,
}

/// One fee level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LadderRow {
    /// Fee level, 1–5.
    pub level: u8,
    /// Cost per child and day.
    pub per_day: i64,
    /// The same to the öre.
    pub per_day_ore: Ore,
    /// The fee per month.
    pub fee_per_month: i64,
    /// Whether the fee was derived from other years rather than printed.
    pub fee_derived: bool,
}

/// What a child saves in a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Saving {
    /// Price of an agency home per day.
    pub agency_per_day_ore: Ore,
    /// Cost of an own home per day that was counted: the mean in whole kronor.
    pub own_per_day_ore: Ore,
    /// Days of a year.
    pub days_per_year: u16,
    /// Saved per child and year.
    pub per_child_and_year: i64,
    /// The same to the öre.
    pub per_child_and_year_ore: Ore,
}

/// Computes a ladder of daily costs.
///
/// # Errors
/// [`RegionError::Cost`] for fees that are not there and options outside their range.
///
/// # Examples
/// Gotland's "now" column of 2016, and what it says a child saves:
/// ```
/// use hemvist_region::ladder::{LadderAsked, ladder};
///
/// let asked = LadderAsked {
///     year: Some(2016),
///     secretary_per_day_ore: 11_400,
///     agency_per_day_ore: Some(230_000),
///     ..LadderAsked::default()
/// };
/// let answer = ladder(&asked)?;
/// assert_eq!(answer.rows.iter().map(|row| row.per_day).collect::<Vec<_>>(), [445, 503, 560, 618, 685]);
/// assert_eq!((answer.mean, answer.saving.unwrap().per_child_and_year), (562, 634_370));
/// # Ok::<(), hemvist_region::RegionError>(())
/// ```
pub fn ladder(asked: &LadderAsked) -> Result<LadderAnswer, RegionError> {
    let fees = fees(asked.year, asked.fees.as_deref())?;
    let ladder = Ladder::new(&fees, &asked.options())?;
    let mean = Ore::from_kronor(ladder.mean.to_kronor());
    let saving = |agency: i64| -> Result<Saving, RegionError> {
        option_within("agency_per_day_ore", agency, 0, MOST_PER_DAY)?;
        let saved = saving_per_year(Ore(agency), mean, 365)?;
        Ok(Saving {
            agency_per_day_ore: Ore(agency),
            own_per_day_ore: mean,
            days_per_year: 365,
            per_child_and_year: saved.to_kronor(),
            per_child_and_year_ore: saved,
        })
    };
    Ok(LadderAnswer {
        format: LADDER_FORMAT,
        year: ladder.year,
        days_per_month: ladder.days_per_month,
        age: asked.age,
        expenses_per_month_ore: ladder.expenses.to_ore(),
        secretary_per_day_ore: Ore(asked.secretary_per_day_ore),
        rows: (ladder.rows.iter())
            .map(|row| LadderRow {
                level: row.level,
                per_day: row.per_day.to_kronor(),
                per_day_ore: row.per_day.to_ore(),
                fee_per_month: row.fee,
                fee_derived: row.status == Status::Derived,
            })
            .collect(),
        mean: ladder.mean.to_kronor(),
        mean_ore: ladder.mean.to_ore(),
        saving: asked.agency_per_day_ore.map(saving).transpose()?,
    })
}

impl LadderAsked {
    fn options(&self) -> LadderOptions {
        LadderOptions {
            days_per_month: self.days_per_month.unwrap_or(30),
            ages: self.age.map_or(Ages::MeanOfBands, Ages::Age),
            ..LadderOptions::with_secretary(Ore(self.secretary_per_day_ore))
        }
    }
}

/// A printed column to be explained, and a yearly cost of secretaries to be spread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretaryCostAsked {
    /// Year of the recommended fees. Exactly one of `year` and `fees` is given.
    #[serde(default)]
    #[schemars(range(min = 1900, max = 2199))]
    pub year: Option<u16>,
    /// A fee file of one's own, as TOML.
    #[serde(default)]
    pub fees: Option<String>,
    /// Days by which monthly amounts are divided, 28–31; absent: 30.
    #[serde(default)]
    #[schemars(range(min = 28, max = 31))]
    pub days_per_month: Option<u8>,
    /// The printed costs per day of levels 1–5, in whole kronor: five numbers.
    #[schemars(inner(range(min = 0, max = 100_000)))]
    pub printed: Vec<u32>,
    /// The printed mean; absent: none.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100_000))]
    pub printed_mean: Option<u32>,
    /// A secretary cost per day to try, in öre, such as the one printed beside the column; absent: none.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub tried_per_day_ore: Option<i64>,
    /// What the secretaries cost in a year, in öre; absent: nothing is spread.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_YEAR))]
    pub cost_per_year_ore: Option<i64>,
    /// The children that it is spread over, 1 to 1 000 000; absent: 100, as Gotland assumes.
    #[serde(default)]
    #[schemars(range(min = 1, max = MOST_CHILDREN))]
    pub children: Option<u32>,
}

/// Which secretary cost a printed column stands on (`hemvist.secretary_cost/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretaryCost {
    /// Always `hemvist.secretary_cost/1`.
    pub format: &'static str,
    /// The year of the fees.
    pub year: u16,
    /// Days by which monthly amounts were divided.
    pub days_per_month: u8,
    /// The secretary costs, in öre, that give each printed figure alone: levels 1–5, then the mean if it was given.
    pub each: Vec<Interval>,
    /// Those that give all of them; absent: none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Interval>,
    /// What the cost to be tried gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
    /// The yearly cost per child and day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread_per_day_ore: Option<Ore>,
}

/// Amounts from the least to the most, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// The least.
    pub least_ore: Ore,
    /// The most.
    pub most_ore: Ore,
}

/// What a secretary cost gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// The cost.
    pub per_day_ore: Ore,
    /// Levels 1–5, in whole kronor.
    pub rows: Vec<i64>,
    /// Their mean.
    pub mean: i64,
    /// Whether that is the printed column.
    pub reproduces: bool,
}

/// Finds every secretary cost that gives a printed column, and tries one.
///
/// # Errors
/// [`RegionError::Cost`] for fees that are not there; [`RegionError::Refused`] for a column that has not five levels.
///
/// # Examples
/// Gotland's "new" column stands on 159 kr a day; the 160 kr printed beside it gives one krona more on every level.
/// ```
/// use hemvist_region::Ore;
/// use hemvist_region::ladder::{Interval, SecretaryCostAsked, secretary_cost};
///
/// let answer = secretary_cost(&SecretaryCostAsked {
///     year: Some(2016),
///     printed: vec![490, 548, 605, 663, 730],
///     printed_mean: Some(607),
///     tried_per_day_ore: Some(16_000),
///     ..SecretaryCostAsked::default()
/// })?;
/// assert_eq!(answer.all, Some(Interval { least_ore: Ore(15_880), most_ore: Ore(15_919) }));
/// let tried = answer.tried.unwrap();
/// assert_eq!((tried.rows, tried.mean, tried.reproduces), (vec![491, 549, 606, 664, 731], 608, false));
/// # Ok::<(), hemvist_region::RegionError>(())
/// ```
pub fn secretary_cost(asked: &SecretaryCostAsked) -> Result<SecretaryCost, RegionError> {
    let levels = i64::try_from(asked.printed.len()).unwrap_or(i64::MAX);
    option_within("printed", levels, 5, 5)?;
    let fees = fees(asked.year, asked.fees.as_deref())?;
    let days_per_month = asked.days_per_month.unwrap_or(30);
    let with = |secretary: Ore| {
        let options = LadderOptions {
            days_per_month,
            ..LadderOptions::with_secretary(secretary)
        };
        Ladder::new(&fees, &options)
    };
    let base = with(Ore(0))?;
    let printed: Vec<u32> = asked.printed.iter().copied().chain(asked.printed_mean).collect();
    let figures = base.rows.iter().map(|row| row.per_day).chain([base.mean]);
    // A figure of k kronor stands for amounts from k − ½ up to, not with, k + ½; the secretary's part is what the base leaves.
    let each: Vec<Interval> = (figures.zip(&printed))
        .map(|(figure, &kronor)| {
            let (low, high) = (i64::from(kronor) * 100 - 50, i64::from(kronor) * 100 + 50);
            Interval {
                least_ore: Ore(figure.shortfall_to(low)),
                most_ore: Ore(figure.shortfall_to(high) - 1),
            }
        })
        .collect();
    let least = each
        .iter()
        .map(|interval| interval.least_ore)
        .max()
        .unwrap_or_default()
        .max(Ore(0));
    let most = each.iter().map(|interval| interval.most_ore).min().unwrap_or_default();
    let tried = |ore: i64| -> Result<Tried, RegionError> {
        let ladder = with(Ore(ore))?;
        let rows: Vec<i64> = ladder.rows.iter().map(|row| row.per_day.to_kronor()).collect();
        let mean = ladder.mean.to_kronor();
        let same = rows
            .iter()
            .chain([&mean])
            .zip(&printed)
            .all(|(found, &printed)| *found == i64::from(printed));
        Ok(Tried {
            per_day_ore: Ore(ore),
            rows,
            mean,
            reproduces: same,
        })
    };
    let spread = |cost: i64| per_child_and_day(Ore(cost), asked.children.unwrap_or(100), 365);
    Ok(SecretaryCost {
        format: SECRETARY_COST_FORMAT,
        year: fees.year,
        days_per_month,
        all: (least <= most).then_some(Interval {
            least_ore: least,
            most_ore: most,
        }),
        each,
        tried: asked.tried_per_day_ore.map(tried).transpose()?,
        spread_per_day_ore: asked
            .cost_per_year_ore
            .map(spread)
            .transpose()?
            .map(super::money::Exact::to_ore),
    })
}

/// A bigger team and what it saves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakEvenAsked {
    /// What the team costs more in a year, in öre.
    #[schemars(range(min = 0, max = MOST_PER_YEAR))]
    pub extra_per_year_ore: i64,
    /// Price of an agency home per day, in öre.
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub agency_per_day_ore: i64,
    /// Cost of an own home per day, in öre.
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub own_per_day_ore: i64,
    /// Days of a year, 1–366; absent: 365.
    #[serde(default)]
    #[schemars(range(min = 1, max = 366))]
    pub days_per_year: Option<u16>,
    /// Children who could move from agency homes; absent: 0.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_CHILDREN))]
    pub children: Option<u32>,
    /// Cost of assessing an agency home, once for each child, in öre; absent: 0.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_YEAR))]
    pub assessment_ore: Option<i64>,
}

/// When a bigger team pays (`hemvist.break_even/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BreakEven {
    /// Always `hemvist.break_even/1`.
    pub format: &'static str,
    /// Saved by one child in a year.
    pub saving_per_child_and_year_ore: Ore,
    /// Children who must move before the extra cost is paid; absent: moving saves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children_to_break_even: Option<u64>,
    /// Children who could move.
    pub children: u32,
    /// What they cost in agency homes in a year, with one assessment each.
    pub agency_year_ore: Ore,
    /// What they save in a year if they all move; the assessments, paid once, are not counted.
    pub saving_ore: Ore,
    /// That less the extra cost of the team.
    pub net_ore: Ore,
}

/// Computes when a bigger team pays, and what children in agency homes cost and would save.
///
/// # Errors
/// [`RegionError::Cost`] for amounts outside their range.
///
/// # Examples
/// Gotland, 2016: a team that costs 4.9 million kronor more is paid by the eighth child who moves; its 15 children cost 13.0425 million
/// and would save 15 × 617 945 kr.
/// ```
/// use hemvist_region::ladder::{BreakEvenAsked, break_even_of};
///
/// let answer = break_even_of(&BreakEvenAsked {
///     extra_per_year_ore: 490_000_000,
///     agency_per_day_ore: 230_000,
///     own_per_day_ore: 60_700,
///     children: Some(15),
///     assessment_ore: Some(3_000_000),
///     ..BreakEvenAsked::default()
/// })?;
/// assert_eq!(answer.children_to_break_even, Some(8));
/// assert_eq!(answer.agency_year_ore.to_kronor(), 13_042_500);
/// assert_eq!(answer.saving_ore.to_kronor(), 15 * 617_945);
/// # Ok::<(), hemvist_region::RegionError>(())
/// ```
pub fn break_even_of(asked: &BreakEvenAsked) -> Result<BreakEven, RegionError> {
    let days = asked.days_per_year.unwrap_or(365);
    let children = asked.children.unwrap_or(0);
    let (agency, own) = (Ore(asked.agency_per_day_ore), Ore(asked.own_per_day_ore));
    let saving = saving_per_year(agency, own, days)?;
    let extra = Ore(option_within(
        "extra_per_year_ore",
        asked.extra_per_year_ore,
        0,
        MOST_PER_YEAR,
    )?);
    let all = i128::from(saving.0) * i128::from(option_within("children", children.into(), 0, MOST_CHILDREN.into())?);
    let all = i64::try_from(all).unwrap_or(i64::MAX);
    let all = option_within("saving_ore", all, -MOST_PER_YEAR * 100, MOST_PER_YEAR * 100)?;
    let children_to_break_even = match break_even(extra, saving) {
        Ok(children) => Some(children),
        Err(CostError::NoSaving) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(BreakEven {
        format: BREAK_EVEN_FORMAT,
        saving_per_child_and_year_ore: saving,
        children_to_break_even,
        children,
        agency_year_ore: agency_year(children, agency, days, Ore(asked.assessment_ore.unwrap_or(0)))?,
        saving_ore: Ore(all),
        net_ore: Ore(all - extra.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: [u32; 5] = [445, 503, 560, 618, 685];
    const NEW: [u32; 5] = [490, 548, 605, 663, 730];

    fn secretary(printed: &[u32], mean: Option<u32>, tried: Option<i64>) -> Result<SecretaryCost, RegionError> {
        secretary_cost(&SecretaryCostAsked {
            year: Some(2016),
            printed: printed.to_vec(),
            printed_mean: mean,
            tried_per_day_ore: tried,
            cost_per_year_ore: Some(560_000_000),
            ..SecretaryCostAsked::default()
        })
    }

    #[test]
    fn both_printed_columns_are_explained() {
        let now = secretary(&NOW, Some(562), Some(11_400)).unwrap();
        assert_eq!(
            now.all,
            Some(Interval {
                least_ore: Ore(11_380),
                most_ore: Ore(11_419)
            })
        );
        assert!(now.tried.unwrap().reproduces);
        let new = secretary(&NEW, Some(607), Some(16_000)).unwrap();
        assert_eq!(
            new.all,
            Some(Interval {
                least_ore: Ore(15_880),
                most_ore: Ore(15_919)
            })
        );
        assert!(!new.tried.unwrap().reproduces);
        // 5.6 million over 100 children is neither 160 nor 159 a day.
        assert_eq!(new.spread_per_day_ore, Some(Ore(15_342)));
    }

    /// Every öre inside the interval gives the column, and the ones beside it do not.
    #[test]
    fn intervals_end_where_the_ladder_turns() {
        let found = secretary(&NEW, Some(607), None).unwrap().all.unwrap();
        let column = |ore: i64| {
            let asked = LadderAsked {
                year: Some(2016),
                secretary_per_day_ore: ore,
                ..LadderAsked::default()
            };
            let answer = ladder(&asked).unwrap();
            let rows: Vec<u32> = answer
                .rows
                .iter()
                .map(|row| u32::try_from(row.per_day).unwrap())
                .collect();
            rows == NEW && answer.mean == 607
        };
        for ore in found.least_ore.0 - 1..=found.most_ore.0 + 1 {
            assert_eq!(
                column(ore),
                (found.least_ore.0..=found.most_ore.0).contains(&ore),
                "{ore}"
            );
        }
    }

    #[test]
    fn a_column_that_no_cost_gives_is_told() {
        let mut wrong = NEW;
        wrong[2] += 1;
        assert_eq!(secretary(&wrong, Some(607), None).unwrap().all, None);
        assert_eq!(
            secretary(&[100; 5], None, None).unwrap().all,
            None,
            "less than the fee alone"
        );
        assert!(matches!(secretary(&NOW[..4], None, None), Err(RegionError::Refused(_))));
    }

    #[test]
    fn a_year_or_a_file_and_not_both() {
        let file = include_str!("../data/fees/2016.toml");
        let of = |year: Option<u16>, fees: Option<&str>| {
            let asked = LadderAsked {
                year,
                fees: fees.map(str::to_owned),
                secretary_per_day_ore: 11_400,
                ..LadderAsked::default()
            };
            ladder(&asked).map(|answer| answer.mean)
        };
        assert_eq!(
            (of(Some(2016), None).unwrap(), of(None, Some(file)).unwrap()),
            (562, 562)
        );
        for (year, fees, code) in [
            (None, None, "costs.year_or_fees"),
            (Some(2016), Some(file), "costs.year_or_fees"),
            (Some(2024), None, "costs.unknown_year"),
            (Some(2022), None, "costs.not_published"),
        ] {
            let Err(RegionError::Cost(error)) = of(year, fees) else {
                panic!("refused")
            };
            assert_eq!(error.code(), code);
        }
    }

    #[test]
    fn a_team_that_saves_nothing_never_pays() {
        let answer = break_even_of(&BreakEvenAsked {
            own_per_day_ore: 1,
            ..BreakEvenAsked::default()
        })
        .unwrap();
        assert_eq!(
            (answer.children_to_break_even, answer.saving_per_child_and_year_ore),
            (None, Ore(-365))
        );
    }
}
