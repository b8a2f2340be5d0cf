//! What a family home of the municipality's own costs, against a home bought from an agency.
//!
//! The calculation is Region Gotland's (social services board, proposal on the family-home organisation, 2016):
//! per day, `(fee + expenses) / days per month + family-home secretary per day`. Its month has 30 days while its year has
//! 365, which overstates the yearly fee and expenses by 365/360, 1.4 %; both are options here and the defaults are its.
//!
//! Of its two printed columns the first (445, 503, 560, 618, 685, mean 562) follows from a secretary cost of 114 kr a day, as
//! printed. The second (490, 548, 605, 663, 730, mean 607) does not follow from the 160 kr printed beside it, but from 159.
//!
//! Refuses to know: where fees come from ([`crate::fees`]), and who is placed where.

use crate::error::{CostError, within};
use crate::fees::{FeeYear, Status};
use crate::money::{Exact, Ore};

/// Highest amount that the functions of this module accept, in kronor: a hundred billion.
pub const MOST_KRONOR: i64 = 100_000_000_000;

/// Most children in one calculation.
pub const MOST_CHILDREN: u32 = 1_000_000;

/// Which expenses a ladder counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ages {
    /// The plain mean of the year's age bands, each counted once: Gotland's way.
    #[default]
    MeanOfBands,
    /// The band of this age, 0–20.
    Age(u8),
}

/// How a ladder is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderOptions {
    /// Cost of the family-home secretary per child and day, 0 to 100 000 kronor.
    pub secretary_per_day: Ore,
    /// Days by which monthly amounts are divided, 28–31. Default 30: Gotland's printed figures need exactly 30.
    pub days_per_month: u8,
    /// Which expenses count. Default: the mean of the age bands.
    pub ages: Ages,
}

impl LadderOptions {
    /// The defaults with this secretary cost per child and day.
    pub const fn with_secretary(per_day: Ore) -> Self {
        Self {
            secretary_per_day: per_day,
            days_per_month: 30,
            ages: Ages::MeanOfBands,
        }
    }
}

/// One fee level of a ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Fee level, 1–5.
    pub level: u8,
    /// Fee in kronor per month.
    pub fee: i64,
    /// Whether the fee was printed in a source or derived.
    pub status: Status,
    /// Cost per child and day.
    pub per_day: Exact,
}

/// Daily cost of a family home by fee level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// The year of the fees.
    pub year: u16,
    /// Days by which monthly amounts were divided.
    pub days_per_month: u8,
    /// Expenses per month that every row counts.
    pub expenses: Exact,
    /// Levels 1–5 in order.
    pub rows: Vec<Row>,
    /// Plain mean of the rows.
    pub mean: Exact,
}

impl Ladder {
    /// Computes the daily cost of each fee level: `(fee + expenses) / days per month + secretary per day`.
    ///
    /// # Errors
    /// [`CostError::NotPublished`] if the year lacks a fee or the expenses, [`CostError::OutOfRange`] for an option outside
    /// its range.
    ///
    /// # Examples
    /// A child of 13 or older costs more than the mean, since its expenses are higher:
    /// ```
    /// use hemvist_region::{Ore, costs::{Ages, Ladder, LadderOptions}, fees::FeeYear};
    ///
    /// let options = LadderOptions {
    ///     ages: Ages::Age(15),
    ///     ..LadderOptions::with_secretary(Ore::from_kronor(114))
    /// };
    /// let ladder = Ladder::new(&FeeYear::published(2016)?, &options)?;
    /// assert_eq!(ladder.rows[0].per_day.to_ore().to_string(), "454.33");
    /// # Ok::<(), hemvist_region::CostError>(())
    /// ```
    pub fn new(fees: &FeeYear, options: &LadderOptions) -> Result<Self, CostError> {
        let secretary = within("secretary_per_day", options.secretary_per_day.0, 0, 10_000_000)?;
        let days = within("days_per_month", options.days_per_month.into(), 28, 31)?;
        let (expenses, bands) = expenses(fees, options.ages)?;
        let mut rows = Vec::with_capacity(5);
        for level in 1..=5 {
            // All over one denominator: bands × days.
            let (fee, status) = fees.fee_with_status(level)?;
            let monthly = i128::from(fee) * i128::from(bands) + i128::from(expenses);
            let denominator = i128::from(bands) * i128::from(days);
            let per_day = Exact::new(monthly * 100 + i128::from(secretary) * denominator, denominator);
            rows.push(Row {
                level,
                fee,
                status,
                per_day,
            });
        }
        let per_day: Vec<Exact> = rows.iter().map(|row| row.per_day).collect();
        Ok(Self {
            year: fees.year,
            days_per_month: options.days_per_month,
            expenses: Exact::new(i128::from(expenses) * 100, bands.into()),
            mean: Exact::mean(&per_day).unwrap_or(Exact::new(0, 1)),
            rows,
        })
    }
}

/// The sum of the expenses that count, in kronor per month, and how many bands it sums.
fn expenses(fees: &FeeYear, ages: Ages) -> Result<(i64, i64), CostError> {
    match ages {
        Ages::Age(age) => Ok((fees.expenses(age)?, 1)),
        Ages::MeanOfBands => {
            // The mean speaks for every child, so every age below 18 must be known.
            for age in 0..18 {
                fees.expenses(age)?;
            }
            let bands = fees.expenses.iter().map(|band| (band.kronor, 1));
            Ok(bands.fold((0, 0), |sum, band| (sum.0 + band.0, sum.1 + band.1)))
        }
    }
}

/// What one child costs in a year at a cost per day.
///
/// # Errors
/// [`CostError::OutOfRange`]: `per_day` within ±[`MOST_KRONOR`], `days` 0–366.
pub fn yearly(per_day: Ore, days: u16) -> Result<Ore, CostError> {
    Ok(Ore(amount("per_day", per_day)? * within("days", days.into(), 0, 366)?))
}

/// What is saved in a year by one child living in a home of the municipality's own rather than an agency's. Negative if
/// the own home is dearer.
///
/// # Errors
/// As [`yearly`].
///
/// # Examples
/// Gotland's printed savings, from its rounded means:
/// ```
/// use hemvist_region::{Ore, costs::saving_per_year};
///
/// let agency = Ore::from_kronor(2300);
/// assert_eq!(saving_per_year(agency, Ore::from_kronor(562), 365)?, Ore::from_kronor(634_370));
/// assert_eq!(saving_per_year(agency, Ore::from_kronor(607), 365)?, Ore::from_kronor(617_945));
/// # Ok::<(), hemvist_region::CostError>(())
/// ```
pub fn saving_per_year(agency_per_day: Ore, own_per_day: Ore, days: u16) -> Result<Ore, CostError> {
    let (agency, own) = (yearly(agency_per_day, days)?, yearly(own_per_day, days)?);
    Ok(Ore(agency.0 - own.0))
}

/// What agency homes cost in a year: the daily price, and one assessment for each child.
///
/// # Errors
/// [`CostError::OutOfRange`]: at most [`MOST_CHILDREN`] children, a result within ±[`MOST_KRONOR`], and as [`yearly`].
pub fn agency_year(children: u32, per_day: Ore, days: u16, assessment: Ore) -> Result<Ore, CostError> {
    let children = within("children", children.into(), 0, MOST_CHILDREN.into())?;
    let one = i128::from(yearly(per_day, days)?.0) + i128::from(amount("assessment", assessment)?);
    let sum = i64::try_from(one * i128::from(children)).unwrap_or(i64::MAX);
    Ok(Ore(amount("sum", Ore(sum))?))
}

/// How many children must move to own homes before a yearly extra cost is paid back: the extra cost over the saving per
/// child, rounded up; 0 if there is no extra cost.
///
/// # Errors
/// [`CostError::NoSaving`] if a move saves nothing; [`CostError::OutOfRange`] for amounts beyond ±[`MOST_KRONOR`].
///
/// # Examples
/// A team that costs 4.9 million kronor more a year is paid back by the eighth child:
/// ```
/// use hemvist_region::{Ore, costs::break_even};
///
/// assert_eq!(break_even(Ore::from_kronor(4_900_000), Ore::from_kronor(617_945))?, 8);
/// # Ok::<(), hemvist_region::CostError>(())
/// ```
pub fn break_even(extra_per_year: Ore, saving_per_child: Ore) -> Result<u64, CostError> {
    let extra = amount("extra_per_year", extra_per_year)?.max(0);
    let saving = amount("saving_per_child", saving_per_child)?;
    if saving <= 0 {
        return Err(CostError::NoSaving);
    }
    Ok(extra.unsigned_abs().div_ceil(saving.unsigned_abs()))
}

/// What a yearly cost comes to per child and day, such as the secretaries' salaries.
///
/// # Errors
/// [`CostError::OutOfRange`]: `children` 1 to [`MOST_CHILDREN`], `days` 1–366, the cost within ±[`MOST_KRONOR`].
pub fn per_child_and_day(cost_per_year: Ore, children: u32, days: u16) -> Result<Exact, CostError> {
    let children = within("children", children.into(), 1, MOST_CHILDREN.into())?;
    let days = within("days", days.into(), 1, 366)?;
    let cost = amount("cost_per_year", cost_per_year)?;
    Ok(Exact::new(cost.into(), i128::from(children) * i128::from(days)))
}

/// The öre of an amount within ±[`MOST_KRONOR`].
fn amount(field: &'static str, ore: Ore) -> Result<i64, CostError> {
    within(field, ore.0, -100 * MOST_KRONOR, 100 * MOST_KRONOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The printed columns, with their means last.
    const NOW: [i64; 6] = [445, 503, 560, 618, 685, 562];
    const NEW: [i64; 6] = [490, 548, 605, 663, 730, 607];

    fn column(options: &LadderOptions) -> [i64; 6] {
        let ladder = Ladder::new(&FeeYear::published(2016).unwrap(), options).unwrap();
        let rows = ladder.rows.iter().map(|row| row.per_day.to_kronor());
        let all: Vec<i64> = rows.chain([ladder.mean.to_kronor()]).collect();
        all.try_into().unwrap()
    }

    fn secretary(ore: i64) -> LadderOptions {
        LadderOptions::with_secretary(Ore(ore))
    }

    #[test]
    fn the_printed_columns_follow_from_114_and_from_159_but_not_from_160() {
        assert_eq!(column(&secretary(11_400)), NOW);
        assert_eq!(column(&secretary(15_900)), NEW);
        assert_eq!(column(&secretary(16_000)), NEW.map(|kronor| kronor + 1));
    }

    #[test]
    fn exactly_these_secretary_costs_give_the_printed_columns() {
        let giving = |printed| -> Vec<i64> {
            (10_000..17_000)
                .filter(|&ore| column(&secretary(ore)) == printed)
                .collect()
        };
        assert_eq!(giving(NOW), (11_380..=11_419).collect::<Vec<_>>());
        assert_eq!(giving(NEW), (15_880..=15_919).collect::<Vec<_>>());
    }

    #[test]
    fn only_a_month_of_30_days_gives_the_printed_rows() {
        for days_per_month in [28, 29, 31] {
            let options = LadderOptions {
                days_per_month,
                ..secretary(11_400)
            };
            assert_ne!(column(&options), NOW);
        }
    }

    #[test]
    fn rows_by_age_straddle_the_mean_of_the_bands() {
        let at = |ages| {
            let options = LadderOptions {
                ages,
                ..secretary(11_400)
            };
            let ladder = Ladder::new(&FeeYear::published(2016).unwrap(), &options).unwrap();
            ladder.rows.iter().map(|row| row.per_day.to_ore().0).collect::<Vec<_>>()
        };
        assert_eq!(at(Ages::Age(12)), [43_587, 49_347, 55_097, 60_887, 67_607]);
        assert_eq!(at(Ages::Age(13)), [45_433, 51_193, 56_943, 62_733, 69_453]);
        assert_eq!(at(Ages::MeanOfBands), [44_510, 50_270, 56_020, 61_810, 68_530]);
    }

    #[test]
    fn years_without_all_figures_are_refused() {
        for (year, whole) in [
            (2016, true),
            (2018, true),
            (2020, false),
            (2021, true),
            (2022, false),
            (2023, false),
        ] {
            let ladder = Ladder::new(&FeeYear::published(year).unwrap(), &secretary(0));
            assert_eq!(ladder.is_ok(), whole, "{year}");
            if let Err(error) = ladder {
                assert_eq!(error.code(), "costs.not_published");
            }
        }
    }

    #[test]
    fn options_outside_their_range_are_refused() {
        let fees = FeeYear::published(2016).unwrap();
        let wrong = [
            secretary(-1),
            secretary(10_000_001),
            LadderOptions {
                days_per_month: 27,
                ..secretary(0)
            },
            LadderOptions {
                days_per_month: 32,
                ..secretary(0)
            },
            LadderOptions {
                ages: Ages::Age(21),
                ..secretary(0)
            },
        ];
        for options in wrong {
            assert_eq!(Ladder::new(&fees, &options).unwrap_err().code(), "costs.out_of_range");
        }
    }

    #[test]
    fn fifteen_children_in_agency_homes_cost_thirteen_million() {
        let year = agency_year(15, Ore::from_kronor(2300), 365, Ore::from_kronor(30_000)).unwrap();
        assert_eq!(year, Ore::from_kronor(13_042_500));
    }

    #[test]
    fn break_even_rounds_up_and_needs_a_saving() {
        let saving = Ore::from_kronor(617_945);
        assert_eq!(break_even(Ore::from_kronor(8_300_000), saving), Ok(14));
        assert_eq!(break_even(saving, saving), Ok(1));
        assert_eq!(break_even(Ore(saving.0 + 1), saving), Ok(2));
        assert_eq!(break_even(Ore(-1), saving), Ok(0));
        assert_eq!(break_even(saving, Ore(0)), Err(CostError::NoSaving));
    }

    #[test]
    fn a_yearly_cost_per_child_and_day() {
        // 4.2 million over 100 children is 115.07, not the 114 printed; 5.6 million is 153.42, not 160.
        let per_day = |kronor| {
            per_child_and_day(Ore::from_kronor(kronor), 100, 365)
                .unwrap()
                .to_ore()
                .to_string()
        };
        assert_eq!(per_day(4_200_000), "115.07");
        assert_eq!(per_day(5_600_000), "153.42");
        assert_eq!(
            per_child_and_day(Ore(1), 0, 365).unwrap_err().code(),
            "costs.out_of_range"
        );
    }

    #[test]
    fn no_amount_overflows() {
        let most = Ore::from_kronor(MOST_KRONOR);
        assert!(yearly(most, 366).is_ok());
        assert_eq!(yearly(Ore(most.0 + 1), 1).unwrap_err().code(), "costs.out_of_range");
        assert_eq!(
            agency_year(MOST_CHILDREN, most, 366, most).unwrap_err().code(),
            "costs.out_of_range"
        );
        let negative = agency_year(MOST_CHILDREN, Ore(-most.0), 366, Ore(0)).unwrap_err();
        assert_eq!(negative.code(), "costs.out_of_range");
    }
}
