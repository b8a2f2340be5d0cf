//! Acceptance rates, as a document (`hemvist.rates/1`): how likely a family is to say yes when asked, where someone
//! has counted or judged it. A rate is the caller's; the engine predicts nothing.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::json;
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::problem::{Code, Fact, Path, Problem, Problems};
use crate::schema;

/// The only value of [`Rates::format`].
pub const RATES_FORMAT: &str = "hemvist.rates/1";

/// Acceptance rates of single pairs (`hemvist.rates/1`); for all other pairs the family's own `acceptance_rate` holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Always `hemvist.rates/1`.
    #[schemars(extend("const" = RATES_FORMAT))]
    pub format: String,
    /// The rates, no pair twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<PairRate>,
}

/// How likely a family is to accept a child.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairRate {
    /// The child.
    pub child: String,
    /// The family.
    pub family: String,
    /// Per cent, 0–100.
    #[schemars(range(min = 0, max = 100))]
    pub rate: u8,
}

impl Default for Rates {
    /// No rates.
    fn default() -> Self {
        Self {
            format: RATES_FORMAT.to_owned(),
            rates: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Rates {
    /// Counts only: rates are about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rates")
            .field("rates", &self.rates.len())
            .finish_non_exhaustive()
    }
}

impl Rates {
    /// The JSON Schema (draft 2020-12) of the document, `hemvist.rates/1`.
    pub fn schema() -> serde_json::Value {
        schema::of::<Self>()
    }

    /// Reads rates from JSON.
    ///
    /// # Errors
    /// Every problem of form; whether the pool has the children and families, the question that uses them tells.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Problems> {
        json::read_named(bytes, RATES_FORMAT)
    }

    /// The rates by pair of a pool.
    pub(super) fn by_pair(&self, pool: &Pool) -> Result<BTreeMap<(ChildIdx, FamilyIdx), u8>, Problems> {
        let list = Path::of("rates");
        let mut problems = Problems::new();
        let mut places: BTreeMap<(ChildIdx, FamilyIdx), usize> = BTreeMap::new();
        let mut rates = BTreeMap::new();
        for (i, pair) in self.rates.iter().enumerate() {
            let at = list.index(i);
            let (child, family) = (pool.child_idx(&pair.child), pool.family_idx(&pair.family));
            if child.is_none() {
                problems.push(Problem::new(Code::UnknownChild, at.field("child")));
            }
            if family.is_none() {
                problems.push(Problem::new(Code::UnknownFamily, at.field("family")));
            }
            if pair.rate > 100 {
                let problem = Problem::new(Code::OutOfRange, at.field("rate")).allowed(Fact::Between(0, 100));
                problems.push(problem.found(Fact::int(pair.rate)));
            }
            let Some(key) = child.zip(family) else { continue };
            if let Some(&first) = places.get(&key) {
                problems.push(Problem::new(Code::SamePairTwice, at).found(Fact::Place(list.index(first))));
            } else {
                places.insert(key, i);
                rates.insert(key, pair.rate);
            }
        }
        problems.into_result(rates)
    }
}
