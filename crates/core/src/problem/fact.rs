//! What an error may show: numbers, dates, lengths, words of our own lists. Never text from the input.

use std::fmt::Write as _;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::path::Path;
use crate::day::{Day, Month};
use crate::lang::Lang;

/// What kind of value stands or should stand in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// Nothing (`null`).
    Null,
    /// True or false.
    Truth,
    /// A whole number.
    Integer,
    /// A number, whole or not.
    Number,
    /// Text.
    Text,
    /// A day.
    Day,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Shape {
    const fn word(self, lang: Lang) -> &'static str {
        match self {
            Self::Null => lang.pick("null", "null"),
            Self::Truth => lang.pick("true or false", "sant eller falskt"),
            Self::Integer => lang.pick("a whole number", "ett heltal"),
            Self::Number => lang.pick("a number", "ett tal"),
            Self::Text => lang.pick("text", "text"),
            Self::Day => lang.pick("a day", "en dag"),
            Self::List => lang.pick("a list", "en lista"),
            Self::Object => lang.pick("an object", "ett objekt"),
        }
    }

    const fn slug(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Truth => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Text => "string",
            Self::Day => "date",
            Self::List => "array",
            Self::Object => "object",
        }
    }
}

/// One fact of a problem. Serialised as a plain number or word where it is one, else as a small object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fact {
    /// A whole number; make it with [`Fact::int`], which hides numbers that could identify a person.
    Int(i64),
    /// A number; make it with [`Fact::real`].
    Real(f64),
    /// A number told to three significant figures: of coordinates, which say where a child lives.
    About(f64),
    /// A whole number of this many digits, ten or more, which is not shown.
    Digits(u32),
    /// Whole numbers, both ends included.
    Between(i64, i64),
    /// Numbers, both ends included.
    BetweenReal(f64, f64),
    /// At most this.
    AtMost(i64),
    /// At least this.
    AtLeast(i64),
    /// A day.
    Day(Day),
    /// Days up to and with this one.
    NotAfter(Day),
    /// Days from and with this one.
    NotBefore(Day),
    /// A month.
    Month(Month),
    /// Months up to and with this one.
    NotAfterMonth(Month),
    /// Months from and with this one.
    NotBeforeMonth(Month),
    /// A word of our own: an enum word, a format, a field.
    Word(&'static str),
    /// One of these words of our own.
    OneOf(Vec<&'static str>),
    /// A length in bytes.
    Bytes(u64),
    /// A length in characters.
    Chars(u64),
    /// A kind of value.
    Shape(Shape),
    /// Another place in the same input, such as the first record with the same id.
    Place(Path),
    /// A place in a text: line and column, both from 1.
    Position {
        /// Line, from 1.
        line: u64,
        /// Column in bytes, from 1.
        column: u64,
    },
    /// A SHA-256 digest.
    Digest([u8; 32]),
}

impl Fact {
    /// A whole number that was found. Ten digits or more could be a personal identity number and are only counted.
    pub fn int(number: impl Into<i128>) -> Self {
        let number: i128 = number.into();
        match i64::try_from(number) {
            Ok(small) if small.unsigned_abs() < 1_000_000_000 => Self::Int(small),
            _ => Self::Digits(number.unsigned_abs().ilog10() + 1),
        }
    }

    /// A number that was found; ten digits or more before the decimal point are only counted.
    pub fn real(number: f64) -> Self {
        if number.abs() < 1e9 {
            return Self::Real(number);
        }
        let digits = number.abs().log10().floor().clamp(0.0, 400.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0 to 400 the line above; a NaN becomes 0"
        )]
        Self::Digits(digits as u32 + 1)
    }

    /// The length of a text that was found.
    pub fn chars(text: &str) -> Self {
        Self::Chars(text.chars().count() as u64)
    }

    /// The fact in words.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Int(n) => n.to_string(),
            Self::Real(n) => n.to_string(),
            Self::About(n) => format!("{} {}", lang.pick("about", "ungefär"), significant(*n)),
            Self::Digits(n) => match lang {
                Lang::En => format!("a number of {n} digits"),
                Lang::Sv => format!("ett tal med {n} siffror"),
            },
            Self::Between(a, b) => format!("{a} {} {b}", lang.pick("to", "till")),
            Self::BetweenReal(a, b) => format!("{a} {} {b}", lang.pick("to", "till")),
            Self::AtMost(n) => format!("{} {n}", lang.pick("at most", "högst")),
            Self::AtLeast(n) => format!("{} {n}", lang.pick("at least", "minst")),
            Self::Day(day) => day.to_string(),
            Self::NotAfter(day) => format!("{} {day}", lang.pick("not after", "senast")),
            Self::NotBefore(day) => format!("{} {day}", lang.pick("not before", "tidigast")),
            Self::Month(month) => month.to_string(),
            Self::NotAfterMonth(month) => format!("{} {month}", lang.pick("not after", "senast")),
            Self::NotBeforeMonth(month) => format!("{} {month}", lang.pick("not before", "tidigast")),
            Self::Word(word) => (*word).to_owned(),
            Self::OneOf(words) => words.join(", "),
            Self::Bytes(1) => "1 byte".to_owned(),
            Self::Bytes(n) => format!("{n} {}", lang.pick("bytes", "byte")),
            Self::Chars(n) => match lang {
                Lang::En => format!("text of length {n}"),
                Lang::Sv => format!("text av längd {n}"),
            },
            Self::Shape(shape) => shape.word(lang).to_owned(),
            Self::Place(path) => format!("{} {path}", lang.pick("see", "se")),
            Self::Position { line, column } => match lang {
                Lang::En => format!("line {line}, column {column}"),
                Lang::Sv => format!("rad {line}, kolumn {column}"),
            },
            Self::Digest(bytes) => hex(bytes),
        }
    }
}

fn significant(number: f64) -> String {
    let text = format!("{number:.2e}");
    text.parse::<f64>().map_or(text, |rounded| rounded.to_string())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        fn pair<S: Serializer, A: Serialize, B: Serialize>(
            to: S,
            (a, av): (&str, A),
            (b, bv): (&str, B),
        ) -> Result<S::Ok, S::Error> {
            let mut map = to.serialize_map(Some(2))?;
            map.serialize_entry(a, &av)?;
            map.serialize_entry(b, &bv)?;
            map.end()
        }
        fn one<S: Serializer, A: Serialize>(to: S, key: &str, value: A) -> Result<S::Ok, S::Error> {
            let mut map = to.serialize_map(Some(1))?;
            map.serialize_entry(key, &value)?;
            map.end()
        }
        match self {
            Self::Int(n) => to.serialize_i64(*n),
            Self::Real(n) => to.serialize_f64(*n),
            Self::About(n) => one(to, "about", significant(*n)),
            Self::Digits(n) => one(to, "digits", n),
            Self::Between(a, b) => pair(to, ("from", a), ("to", b)),
            Self::BetweenReal(a, b) => pair(to, ("from", a), ("to", b)),
            Self::AtMost(n) => one(to, "at_most", n),
            Self::AtLeast(n) => one(to, "at_least", n),
            Self::Day(day) => day.serialize(to),
            Self::NotAfter(day) => one(to, "not_after", day),
            Self::NotBefore(day) => one(to, "not_before", day),
            Self::Month(month) => month.serialize(to),
            Self::NotAfterMonth(month) => one(to, "not_after", month),
            Self::NotBeforeMonth(month) => one(to, "not_before", month),
            Self::Word(word) => to.serialize_str(word),
            Self::OneOf(words) => words.serialize(to),
            Self::Bytes(n) => one(to, "bytes", n),
            Self::Chars(n) => one(to, "chars", n),
            Self::Shape(shape) => one(to, "type", shape.slug()),
            Self::Place(path) => one(to, "place", path),
            Self::Position { line, column } => pair(to, ("line", line), ("column", column)),
            Self::Digest(bytes) => to.serialize_str(&hex(bytes)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_could_identify_a_person_are_only_counted() {
        assert_eq!(Fact::int(999_999_999), Fact::Int(999_999_999));
        assert_eq!(Fact::int(1_000_000_000), Fact::Digits(10));
        assert_eq!(Fact::int(-9_223_372_036_854_775_808_i64), Fact::Digits(19));
        assert_eq!(Fact::int(u64::MAX), Fact::Digits(20));
        assert_eq!(Fact::real(1.5), Fact::Real(1.5));
        assert_eq!(Fact::real(1e9), Fact::Digits(10));
        assert_eq!(Fact::real(1e300), Fact::Digits(301));
    }

    #[test]
    fn coordinates_are_told_roughly() {
        assert_eq!(Fact::About(6_148_213.4).text(Lang::En), "about 6150000");
        assert_eq!(Fact::About(-181.25).text(Lang::Sv), "ungefär -181");
    }
}
