//! Why a cost cannot be computed.

use hemvist::{Code, Fact, Lang, Path, Problem};

/// Why a cost cannot be computed. Holds numbers and words of our own lists, never text from a caller's file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// No fee data ship for this year; the caller can hand in a file of its own.
    #[error("no fee data for {year}; known years: {}", .known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    UnknownYear {
        /// The year asked for.
        year: u16,
        /// The years that ship.
        known: Vec<u16>,
    },
    /// The year is known, but this figure was not found in any source.
    #[error("{figure} for {year} is not in the fee data")]
    NotPublished {
        /// The year.
        year: u16,
        /// What is missing.
        figure: Figure,
    },
    /// A number lies outside its documented range.
    #[error("`{field}` is {found}, outside {least}..={most}")]
    OutOfRange {
        /// Which number.
        field: &'static str,
        /// What was found.
        found: i64,
        /// Least allowed.
        least: i64,
        /// Most allowed.
        most: i64,
    },
    /// A fee file is not of the form `hemvist.fees/1`.
    #[error("not a fee file of the form hemvist.fees/1 (line {line})")]
    Malformed {
        /// Line counted from 1 where reading stopped; 0 if the file as a whole is wrong.
        line: usize,
    },
    /// Two entries of a fee file cover the same level or age.
    #[error("`{field}` covers {value} twice")]
    Twice {
        /// Which list.
        field: &'static str,
        /// The level or age.
        value: u8,
    },
    /// Fees come from a published year or from a file, and not exactly one was given.
    #[error("exactly one of a year and a fee file is required")]
    YearOrFees,
    /// Moving a child saves nothing, so no number of children pays for anything.
    #[error("no saving per child, so nothing breaks even")]
    NoSaving,
}

/// A figure that a year's fee data may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Figure {
    /// The fee of a level, 1–5.
    Fee(u8),
    /// The expenses at an age.
    Expenses(u8),
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fee(level) => write!(f, "the fee of level {level}"),
            Self::Expenses(age) => write!(f, "the expenses at age {age}"),
        }
    }
}

impl CostError {
    /// The stable code of the error. Codes are never reused.
    pub const fn code(&self) -> &'static str {
        self.listed().slug()
    }

    /// The code in the table that all problems share.
    const fn listed(&self) -> Code {
        match self {
            Self::UnknownYear { .. } => Code::CostsUnknownYear,
            Self::NotPublished { .. } => Code::CostsNotPublished,
            Self::OutOfRange { .. } => Code::CostsOutOfRange,
            Self::Malformed { .. } => Code::CostsMalformed,
            Self::Twice { .. } => Code::CostsTwice,
            Self::YearOrFees => Code::CostsYearOrFees,
            Self::NoSaving => Code::CostsNoSaving,
        }
    }

    /// The same as a problem, for faces that tell every error alike: its path is the option, or the part of the fee data,
    /// that is wrong.
    pub fn problem(&self) -> Problem {
        let at = |field| Problem::new(self.listed(), Path::of(field));
        match *self {
            Self::UnknownYear { year, .. } => at("year").found(Fact::int(year)),
            Self::NotPublished { figure, .. } => match figure {
                Figure::Fee(level) => at("fee").found(Fact::int(level)),
                Figure::Expenses(age) => at("expenses").found(Fact::int(age)),
            },
            Self::OutOfRange {
                field,
                found,
                least,
                most,
            } => at(field).allowed(Fact::Between(least, most)).found(Fact::int(found)),
            Self::Malformed { line: 0 } => at("fees"),
            Self::Malformed { line } => Problem::new(self.listed(), Path::of("fees").row(line as u64)),
            Self::Twice { field, value } => at(field).found(Fact::int(value)),
            Self::YearOrFees => at("year"),
            Self::NoSaving => Problem::new(self.listed(), Path::root()),
        }
    }

    /// The error as a sentence without a full stop. English is what `Display` gives.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::UnknownYear { year, known } => {
                let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                format!("det finns inga arvoden för {year}; kända år: {}", known.join(", "))
            }
            Self::NotPublished { year, figure } => {
                let figure = match figure {
                    Figure::Fee(level) => format!("arvodet på nivå {level}"),
                    Figure::Expenses(age) => format!("omkostnaderna vid {age} års ålder"),
                };
                format!("{figure} för {year} finns inte i underlaget")
            }
            Self::OutOfRange {
                field,
                found,
                least,
                most,
            } => format!("`{field}` är {found}, utanför {least}..={most}"),
            Self::Malformed { line } => format!("inte en arvodesfil av formen hemvist.fees/1 (rad {line})"),
            Self::Twice { field, value } => format!("`{field}` omfattar {value} två gånger"),
            Self::YearOrFees => "exakt ett av år och arvodesfil krävs".to_owned(),
            Self::NoSaving => "ingen besparing per barn, så ingenting betalar sig".to_owned(),
        }
    }
}

/// `found`, or the error that it lies outside `least..=most`.
pub(crate) fn within(field: &'static str, found: i64, least: i64, most: i64) -> Result<i64, CostError> {
    if (least..=most).contains(&found) {
        return Ok(found);
    }
    Err(CostError::OutOfRange {
        field,
        found,
        least,
        most,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_problem_with_the_same_code() {
        let known = vec![2023];
        let errors = [
            (CostError::UnknownYear { year: 2019, known }, "year"),
            (
                CostError::NotPublished {
                    year: 2016,
                    figure: Figure::Expenses(12),
                },
                "expenses",
            ),
            (within("age", 21, 0, 20).unwrap_err(), "age"),
            (CostError::Malformed { line: 7 }, "fees:7"),
            (CostError::Malformed { line: 0 }, "fees"),
            (CostError::Twice { field: "fee", value: 3 }, "fee"),
            (CostError::YearOrFees, "year"),
            (CostError::NoSaving, ""),
        ];
        for (error, path) in errors {
            let problem = error.problem();
            assert_eq!(
                (problem.code.slug(), problem.path.to_string().as_str()),
                (error.code(), path)
            );
        }
        assert!(within("age", 20, 0, 20).is_ok());
    }
}
