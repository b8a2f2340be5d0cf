//! Money in whole öre, and exact quotients that are rounded once.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in öre, 1/100 krona. Negative amounts are allowed: a saving can be one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ore(pub i64);

impl Ore {
    /// Whole kronor as öre. Saturates beyond ±92 × 10¹⁵ kronor.
    pub const fn from_kronor(kronor: i64) -> Self {
        Self(kronor.saturating_mul(100))
    }

    /// Kronor, halves away from zero.
    pub const fn to_kronor(self) -> i64 {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            50.. => whole + 1,
            ..=-50 => whole - 1,
            _ => whole,
        }
    }

    /// Reads `114`, `159.5` or `159,50`: kronor with at most two decimals, no spaces. `None` if it is anything else or
    /// has more than twelve digits before the decimal sign.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, part) = digits.split_once(['.', ',']).unwrap_or((digits, "00"));
        let plain = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(part) || whole.len() > 12 || part.len() > 2 {
            return None;
        }
        let tens = if part.len() == 1 { 10 } else { 1 };
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = part.parse().ok()?;
        Some(Self(sign * (whole * 100 + part * tens)))
    }
}

/// Kronor with two decimals and a decimal point, such as `445.10`.
impl fmt::Display for Ore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let öre = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", öre / 100, öre % 100)
    }
}

/// An exact amount: `numerator / denominator` öre, denominator 1 or more.
///
/// Rounded only when asked for, and then once, so that a figure in kronor does not inherit the rounding to öre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    numerator: i128,
    denominator: i128,
}

impl Exact {
    /// `numerator / denominator` öre; a denominator below 1 counts as 1.
    pub(crate) fn new(numerator: i128, denominator: i128) -> Self {
        Self {
            numerator,
            denominator: denominator.max(1),
        }
    }

    /// The plain mean of amounts with one denominator; `None` of nothing.
    pub(crate) fn mean(of: &[Self]) -> Option<Self> {
        let denominator = of.first()?.denominator;
        debug_assert!(of.iter().all(|exact| exact.denominator == denominator));
        let sum = of.iter().map(|exact| exact.numerator).sum();
        Some(Self::new(sum, denominator * i128::try_from(of.len()).ok()?))
    }

    /// Whole öre, halves away from zero.
    pub fn to_ore(self) -> Ore {
        Ore(self.rounded(1))
    }

    /// Whole kronor, halves away from zero.
    pub fn to_kronor(self) -> i64 {
        self.rounded(100)
    }

    /// The least whole öre that must be added to reach `target`.
    pub(crate) fn shortfall_to(self, target: i64) -> i64 {
        let missing = i128::from(target) * self.denominator - self.numerator;
        let rounded = missing.div_euclid(self.denominator) + i128::from(missing.rem_euclid(self.denominator) > 0);
        i64::try_from(rounded).unwrap_or(i64::MAX)
    }

    /// So many times the amount.
    pub(crate) fn times(self, factor: i64) -> Self {
        Self::new(self.numerator * i128::from(factor), self.denominator)
    }

    /// In units of `unit` öre. Saturates, although no amount within the documented ranges comes near.
    fn rounded(self, unit: i128) -> i64 {
        let denominator = self.denominator * unit;
        let magnitude = (self.numerator.abs() * 2 + denominator) / (denominator * 2);
        let rounded = magnitude * self.numerator.signum();
        i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kronor_are_rounded_with_halves_away_from_zero() {
        for (öre, kronor) in [
            (0, 0),
            (49, 0),
            (50, 1),
            (149, 1),
            (150, 2),
            (-49, 0),
            (-50, -1),
            (-150, -2),
        ] {
            assert_eq!(Ore(öre).to_kronor(), kronor, "{öre}");
            assert_eq!(Exact::new(öre.into(), 1).to_kronor(), kronor, "{öre}");
        }
    }

    #[test]
    fn an_exact_amount_is_rounded_once() {
        // 49.5 öre is 50 öre, which alone would be 1 krona; exactly it is less than half a krona.
        let exact = Exact::new(99, 2);
        assert_eq!(exact.to_ore(), Ore(50));
        assert_eq!(exact.to_kronor(), 0);
    }

    #[test]
    fn amounts_are_read_and_written() {
        for (text, öre) in [
            ("114", 11_400),
            ("159.5", 15_950),
            ("159,50", 15_950),
            ("0.05", 5),
            ("-1.10", -110),
        ] {
            assert_eq!(Ore::parse(text), Some(Ore(öre)), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "1.234",
            "1 000",
            "1e3",
            "1234567890123",
            "+1",
            "１",
        ] {
            assert_eq!(Ore::parse(text), None, "{text}");
        }
        assert_eq!(Ore(-110).to_string(), "-1.10");
        assert_eq!(Ore(44_510).to_string(), "445.10");
    }
}
