//! Recommended fees and expenses by year: dated, sourced data, and a municipality's own file in the same form.
//!
//! The data files stand in `data/fees/`. Promises: what a file does not state is an error when asked for. Refuses to
//! know: what a home costs in all ([`crate::costs`]).

use serde::Deserialize;

use crate::error::{CostError, Figure, within};

/// The only value of a fee file's `format`.
pub const FEES_FORMAT: &str = "hemvist.fees/1";

/// Highest amount per month that a fee file may state, in kronor.
pub const MOST_KRONOR: i64 = 1_000_000;

/// Highest age of a placed young person (18–20 are "unga": SOSFS 2012:11, 1 kap. 2 §).
pub const MOST_AGE: u8 = 20;

const PUBLISHED: &[(u16, &str)] = &[
    (2016, include_str!("../data/fees/2016.toml")),
    (2018, include_str!("../data/fees/2018.toml")),
    (2020, include_str!("../data/fees/2020.toml")),
    (2021, include_str!("../data/fees/2021.toml")),
    (2022, include_str!("../data/fees/2022.toml")),
    (2023, include_str!("../data/fees/2023.toml")),
];

/// How an amount is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Printed in the source named.
    Published,
    /// Computed; the source says how.
    Derived,
}

/// An amount with its source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// Kronor, 0 to [`MOST_KRONOR`].
    pub kronor: i64,
    /// How it is known.
    pub status: Status,
    /// Where it was read, or how it was derived.
    pub source: String,
}

/// Expenses (omkostnadsersättning) of an age band.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expenses {
    /// First and last age in whole years.
    pub ages: (u8, u8),
    /// Base amount in kronor per month.
    pub kronor: i64,
    /// The base amount as per cent of a twelfth of the price base amount; absent: not stated.
    #[serde(default)]
    pub percent: Option<u16>,
    /// Highest recommended amount in kronor per month; absent: not found.
    #[serde(default)]
    pub most: Option<i64>,
    /// The highest amount as per cent of a twelfth of the price base amount; absent: not stated.
    #[serde(default)]
    pub most_percent: Option<u16>,
    /// How it is known.
    pub status: Status,
    /// Where it was read, or how it was derived.
    pub source: String,
}

/// Fee (arvode) of one or more levels.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// Levels with this fee, 1–5.
    pub levels: Vec<u8>,
    /// Kronor per month.
    pub kronor: i64,
    /// How it is known.
    pub status: Status,
    /// Where it was read, or how it was derived.
    pub source: String,
}

/// All that is known of one year.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeYear {
    /// Always `hemvist.fees/1`.
    pub format: String,
    /// The calendar year.
    pub year: u16,
    /// The year's price base amount (prisbasbelopp), kronor per year; absent: not given.
    #[serde(default)]
    pub price_base_amount: Option<Amount>,
    /// Expenses by age band; ages not listed are unknown.
    #[serde(default)]
    pub expenses: Vec<Expenses>,
    /// Fees by level; levels not listed are unknown.
    #[serde(default)]
    pub fees: Vec<Fee>,
}

impl FeeYear {
    /// The recommendations of a year, as far as they were found.
    ///
    /// # Errors
    /// [`CostError::UnknownYear`]: nothing is extrapolated from other years.
    ///
    /// # Examples
    /// ```
    /// use hemvist_region::{CostError, fees::FeeYear};
    ///
    /// assert_eq!(FeeYear::published(2021)?.fee(5)?, 14_592);
    /// assert!(matches!(FeeYear::published(2017), Err(CostError::UnknownYear { year: 2017, .. })));
    /// # Ok::<(), CostError>(())
    /// ```
    pub fn published(year: u16) -> Result<Self, CostError> {
        match PUBLISHED.iter().find(|(known, _)| *known == year) {
            Some((_, text)) => Self::from_toml(text),
            None => Err(CostError::UnknownYear {
                year,
                known: Self::published_years().collect(),
            }),
        }
    }

    /// The years that ship, in ascending order.
    pub fn published_years() -> impl Iterator<Item = u16> {
        PUBLISHED.iter().map(|(year, _)| *year)
    }

    /// Reads a fee file, such as a municipality's own.
    ///
    /// # Errors
    /// [`CostError::Malformed`], [`CostError::OutOfRange`] or [`CostError::Twice`]; the first that is found.
    pub fn from_toml(text: &str) -> Result<Self, CostError> {
        let read: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| {
                text.bytes().take(span.start).filter(|&b| b == b'\n').count() + 1
            });
            CostError::Malformed { line }
        })?;
        read.check()?;
        Ok(read)
    }

    fn check(&self) -> Result<(), CostError> {
        if self.format != FEES_FORMAT {
            return Err(CostError::Malformed { line: 0 });
        }
        within("year", self.year.into(), 1900, 2199)?;
        if let Some(amount) = &self.price_base_amount {
            within("price_base_amount.kronor", amount.kronor, 0, MOST_KRONOR)?;
        }
        let mut levels = Vec::new();
        for fee in &self.fees {
            within("fees.kronor", fee.kronor, 0, MOST_KRONOR)?;
            for &level in &fee.levels {
                within("fees.levels", level.into(), 1, 5)?;
                once("fees.levels", level, &mut levels)?;
            }
        }
        let mut ages = Vec::new();
        for band in &self.expenses {
            within("expenses.kronor", band.kronor, 0, MOST_KRONOR)?;
            within(
                "expenses.most",
                band.most.unwrap_or(band.kronor),
                band.kronor,
                MOST_KRONOR,
            )?;
            let (first, last) = band.ages;
            within("expenses.ages", last.into(), first.into(), MOST_AGE.into())?;
            for age in first..=last {
                once("expenses.ages", age, &mut ages)?;
            }
        }
        Ok(())
    }

    /// The fee of a level (1–5), kronor per month.
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for a level that does not exist, [`CostError::NotPublished`] for one not stated.
    pub fn fee(&self, level: u8) -> Result<i64, CostError> {
        self.fee_with_status(level).map(|(kronor, _)| kronor)
    }

    /// As [`FeeYear::fee`], with how the amount is known.
    ///
    /// # Errors
    /// As [`FeeYear::fee`].
    pub fn fee_with_status(&self, level: u8) -> Result<(i64, Status), CostError> {
        within("level", level.into(), 1, 5)?;
        let fee = self.fees.iter().find(|fee| fee.levels.contains(&level));
        fee.map(|fee| (fee.kronor, fee.status))
            .ok_or_else(|| self.missing(Figure::Fee(level)))
    }

    /// The base expenses at an age (0–20), kronor per month.
    ///
    /// # Errors
    /// [`CostError::OutOfRange`] for an age beyond 20, [`CostError::NotPublished`] for one not stated.
    pub fn expenses(&self, age: u8) -> Result<i64, CostError> {
        within("age", age.into(), 0, MOST_AGE.into())?;
        let band = self
            .expenses
            .iter()
            .find(|band| (band.ages.0..=band.ages.1).contains(&age));
        band.map(|band| band.kronor)
            .ok_or_else(|| self.missing(Figure::Expenses(age)))
    }

    fn missing(&self, figure: Figure) -> CostError {
        CostError::NotPublished {
            year: self.year,
            figure,
        }
    }
}

fn once(field: &'static str, value: u8, seen: &mut Vec<u8>) -> Result<(), CostError> {
    if seen.contains(&value) {
        return Err(CostError::Twice { field, value });
    }
    seen.push(value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_of_its_year_and_names_its_sources() {
        for year in FeeYear::published_years() {
            let fees = FeeYear::published(year).expect("ships");
            assert_eq!(fees.year, year);
            let fee_sources = fees.fees.iter().map(|fee| &fee.source);
            let mut sources = fee_sources.chain(fees.expenses.iter().map(|band| &band.source));
            assert!(sources.all(|source| source.len() > 5), "{year}");
        }
    }

    #[test]
    fn expenses_follow_the_price_base_amount() {
        let mut checked = 0;
        for year in FeeYear::published_years() {
            let fees = FeeYear::published(year).expect("ships");
            let Some(base) = &fees.price_base_amount else { continue };
            for band in &fees.expenses {
                for (percent, kronor) in [(band.percent, Some(band.kronor)), (band.most_percent, band.most)] {
                    let Some(percent) = percent else { continue };
                    // Base × per cent / 100 / 12, halves up.
                    assert_eq!(
                        (base.kronor * i64::from(percent) + 600) / 1200,
                        kronor.expect("stated"),
                        "{year}"
                    );
                    checked += 1;
                }
            }
        }
        assert_eq!(checked, 10);
    }

    #[test]
    fn from_2020_to_2023_every_step_rose_by_the_same_amount() {
        let (before, after) = (FeeYear::published(2020).unwrap(), FeeYear::published(2023).unwrap());
        for level in 2..=5 {
            assert_eq!(after.fee(level).unwrap() - before.fee(level).unwrap(), 2991);
        }
        assert_eq!(after.fee(1), after.fee(2));
    }

    #[test]
    fn what_was_not_found_is_an_error() {
        let fees = FeeYear::published(2022).unwrap();
        assert_eq!(
            fees.fee(1).unwrap_err().to_string(),
            "the fee of level 1 for 2022 is not in the fee data"
        );
        assert_eq!(fees.expenses(7).unwrap_err().code(), "costs.not_published");
        let swedish = fees.fee(1).unwrap_err().message(hemvist::Lang::Sv);
        assert_eq!(swedish, "arvodet på nivå 1 för 2022 finns inte i underlaget");
        assert_eq!(fees.fee(6).unwrap_err().to_string(), "`level` is 6, outside 1..=5");
        assert_eq!(fees.expenses(21).unwrap_err().code(), "costs.out_of_range");
        let error = FeeYear::published(2024).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no fee data for 2024; known years: 2016, 2018, 2020, 2021, 2022, 2023"
        );
    }

    #[test]
    fn wrong_files_are_refused_without_repeating_their_text() {
        let fee = |levels: &str, kronor: &str| {
            format!(
                "format = 'hemvist.fees/1'\nyear = 2025\n[[fees]]\nlevels = {levels}\nkronor = {kronor}\nstatus = 'published'\nsource = 'own'\n"
            )
        };
        assert_eq!(FeeYear::from_toml(&fee("[1]", "9000")).unwrap().fee(1), Ok(9000));
        let cases = [
            ("Anna = 1".to_owned(), "costs.malformed"),
            (fee("[1]", "9000").replace("fees/1", "fees/2"), "costs.malformed"),
            (fee("[1]", "'Anna'"), "costs.malformed"),
            (fee("[1]", "-1"), "costs.out_of_range"),
            (fee("[1]", "1000001"), "costs.out_of_range"),
            (fee("[6]", "1"), "costs.out_of_range"),
            (fee("[2, 2]", "1"), "costs.twice"),
            (fee("[1]", "1").replace("2025", "1899"), "costs.out_of_range"),
        ];
        for (text, code) in cases {
            let error = FeeYear::from_toml(&text).unwrap_err();
            assert_eq!(error.code(), code);
            assert!(!error.to_string().contains("Anna"));
        }
        assert_eq!(
            FeeYear::from_toml(&fee("[1]", "'Anna'")).unwrap_err(),
            CostError::Malformed { line: 5 }
        );
    }

    #[test]
    fn age_bands_may_not_overlap_or_run_backwards() {
        let bands = |a: &str, b: &str| {
            let band =
                |ages: &str| format!("[[expenses]]\nages = {ages}\nkronor = 1\nstatus = 'published'\nsource = 'own'\n");
            FeeYear::from_toml(&format!(
                "format = 'hemvist.fees/1'\nyear = 2025\n{}{}",
                band(a),
                band(b)
            ))
        };
        assert!(bands("[0, 12]", "[13, 20]").is_ok());
        let overlap = CostError::Twice {
            field: "expenses.ages",
            value: 12,
        };
        assert_eq!(bands("[0, 12]", "[12, 20]").unwrap_err(), overlap);
        assert_eq!(bands("[12, 0]", "[13, 20]").unwrap_err().code(), "costs.out_of_range");
        assert_eq!(bands("[0, 12]", "[13, 21]").unwrap_err().code(), "costs.out_of_range");
    }
}
