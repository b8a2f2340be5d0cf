//! Dates without clocks: whole days and months, written as ISO 8601 and counted as integers.
//!
//! The calendar itself is `jiff`'s; it stays private so that it can be replaced. Nothing here reads the clock.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day, `YYYY-MM-DD`, years 1900–2199.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A calendar month, `YYYY-MM`, years 1900–2199.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// The text was not a day or month of the calendar in the documented form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the calendar in the form {expected}, years 1900 to 2199")]
pub struct DateError {
    expected: &'static str,
}

const DAY_FORM: DateError = DateError { expected: "YYYY-MM-DD" };
const MONTH_FORM: DateError = DateError { expected: "YYYY-MM" };

fn digits(text: &str) -> Option<i16> {
    (text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

impl Day {
    /// The last day that can be written: 2199-12-31.
    pub const LAST: Self = Self(jiff::civil::date(2199, 12, 31));

    /// The day with this year, month (1–12) and day of month, if the calendar has it.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(1900..=2199).contains(&year) {
            return None;
        }
        Date::new(year, month, day).ok().map(Self)
    }

    /// Whole days from `earlier` to `self`; negative if `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from((self.0 - earlier.0).get_days())
    }

    /// The day this many calendar months later, clamped to the end of the month; `None` past 2199.
    pub fn plus_months(self, months: i32) -> Option<Self> {
        let span = jiff::Span::new().try_months(months).ok()?;
        let date = self.0.checked_add(span).ok()?;
        Self::new(date.year(), date.month(), date.day())
    }

    /// The day this many days later (earlier if negative); `None` outside 1900–2199.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        let span = jiff::Span::new().try_days(days).ok()?;
        let date = self.0.checked_add(span).ok()?;
        Self::new(date.year(), date.month(), date.day())
    }

    /// The day so many days after 1970-01-01 (before it if negative), as most programs count them; `None` outside
    /// 1900–2199.
    pub fn from_unix_days(days: i64) -> Option<Self> {
        Self(jiff::civil::date(1970, 1, 1)).plus_days(days)
    }

    /// Whole days from 1970-01-01; negative before it.
    pub fn unix_days(self) -> i64 {
        self.days_since(Self(jiff::civil::date(1970, 1, 1)))
    }

    /// Whether this is the first day of its month.
    pub fn is_first_of_month(self) -> bool {
        self.0.day() == 1
    }

    /// The month this day lies in.
    pub fn month(self) -> Month {
        Month {
            year: self.0.year(),
            month: self.0.month(),
        }
    }
}

impl Month {
    /// The month with this year and number (1–12).
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1900..=2199).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// Whole months from `earlier` to `self`; negative if `earlier` is later.
    pub fn months_since(self, earlier: Self) -> i32 {
        (i32::from(self.year) - i32::from(earlier.year)) * 12 + i32::from(self.month) - i32::from(earlier.month)
    }
}

impl FromStr for Day {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        let b = text.as_bytes();
        if b.len() != 10 || b[4] != b'-' || b[7] != b'-' || !text.is_ascii() {
            return Err(DAY_FORM);
        }
        let (y, m, d) = (digits(&text[..4]), digits(&text[5..7]), digits(&text[8..]));
        let (Some(y), Some(m), Some(d)) = (y, m, d) else {
            return Err(DAY_FORM);
        };
        let (Ok(m), Ok(d)) = (i8::try_from(m), i8::try_from(d)) else {
            return Err(DAY_FORM);
        };
        Self::new(y, m, d).ok_or(DAY_FORM)
    }
}

impl FromStr for Month {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        let b = text.as_bytes();
        if b.len() != 7 || b[4] != b'-' || !text.is_ascii() {
            return Err(MONTH_FORM);
        }
        let (Some(y), Some(m)) = (digits(&text[..4]), digits(&text[5..])) else {
            return Err(MONTH_FORM);
        };
        i8::try_from(m).ok().and_then(|m| Self::new(y, m)).ok_or(MONTH_FORM)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! as_text {
    ($type:ty, $name:literal, $pattern:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}
as_text!(Day, "Day", "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$");
as_text!(Month, "Month", "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$");
