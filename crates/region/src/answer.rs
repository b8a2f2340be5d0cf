//! What every question of this crate shares: the answer as bytes, and why there is none.

use hemvist::canonical::{self, CanonicalError};
use hemvist::matching::MatchError;
use hemvist::{Code, Fact, Lang, Path, Problem, Problems};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::CostError;

/// A document that answers a question.
pub trait Answer: Serialize {
    /// The document as canonical JSON (RFC 8785): equal answers give equal bytes.
    ///
    /// # Errors
    /// [`CanonicalError`] only if a number passes 2^53, which no pool and amount within the limits reaches.
    fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_bytes(self)
    }
}

/// Declares documents: the constant of each format, and that it is an [`Answer`].
macro_rules! documents {
    ($($type:ident $constant:ident $format:literal;)*) => {
        $(
            #[doc = concat!("The only value of `format` in ", stringify!($type), ".")]
            pub const $constant: &str = $format;
            impl crate::answer::Answer for $type {}
        )*
    };
}
pub(crate) use documents;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegionError {
    /// A cost cannot be computed.
    #[error(transparent)]
    Cost(#[from] CostError),
    /// The question, a document that came with it, or the pool lacks something.
    #[error(transparent)]
    Refused(#[from] Problems),
    /// The pool could not be matched.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// An answer could not be written; a defect of this program.
    #[error(transparent)]
    Internal(#[from] CanonicalError),
}

impl RegionError {
    /// The error in words; lower case. Several lines if there are several problems.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::Cost(error) => error.message(lang),
            Self::Refused(problems) | Self::Match(MatchError::Refused(problems)) => problems.message(lang),
            Self::Match(error) => error.to_string(),
            Self::Internal(error) => error.to_string(),
        }
    }

    /// The error for programs: problems as [`Problems`] are written, all else as an object with `code` and `message`.
    pub fn to_json(&self) -> Value {
        let told = |code: &str| json!({ "code": code, "message": self.message(Lang::En) });
        match self {
            Self::Cost(error) => told(error.code()),
            Self::Refused(problems) | Self::Match(MatchError::Refused(problems)) => {
                serde_json::to_value(problems).unwrap_or_default()
            }
            Self::Match(MatchError::TooGreat(_)) => told("match.too_great"),
            Self::Match(_) | Self::Internal(_) => told("internal"),
        }
    }
}

impl From<RegionError> for Problems {
    /// The same for faces that tell every error alike.
    fn from(error: RegionError) -> Self {
        match error {
            RegionError::Cost(error) => error.problem().into(),
            RegionError::Refused(problems) => problems,
            RegionError::Match(error) => error.into(),
            RegionError::Internal(_) => Problem::new(Code::FaultUnproven, Path::root()).into(),
        }
    }
}

/// An option that lies outside its range.
pub(crate) fn out_of_range(option: &'static str, allowed: (i64, i64), found: i64) -> RegionError {
    let problem = Problem::new(Code::OptionOutOfRange, Path::of(option));
    let problem = problem
        .allowed(Fact::Between(allowed.0, allowed.1))
        .found(Fact::int(found));
    Problems::from(problem).into()
}

/// `found`, or the error that an option lies outside `least..=most`.
pub(crate) fn option_within(option: &'static str, found: i64, least: i64, most: i64) -> Result<i64, RegionError> {
    if (least..=most).contains(&found) {
        return Ok(found);
    }
    Err(out_of_range(option, (least, most), found))
}

/// One problem as an error.
pub(crate) fn refused(problem: Problem) -> RegionError {
    Problems::from(problem).into()
}
