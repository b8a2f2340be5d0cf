//! The two languages that sentences for people are written in.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Language of the sentences shown to people. Codes, slugs and JSON are the same in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Swedish (svenska).
    Sv,
    /// English.
    #[default]
    En,
}

impl Lang {
    /// The ISO 639 code, `sv` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    /// The one of two texts that is in this language.
    pub const fn pick(self, en: &'static str, sv: &'static str) -> &'static str {
        match self {
            Self::Sv => sv,
            Self::En => en,
        }
    }
}

/// The text was neither `sv` nor `en`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a language: allowed are sv and en")]
pub struct UnknownLang;

impl FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        match text {
            "sv" => Ok(Self::Sv),
            "en" => Ok(Self::En),
            _ => Err(UnknownLang),
        }
    }
}
