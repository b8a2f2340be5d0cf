//! Which documents there are, and the JSON Schema of each: the one list that every face and every reference page reads.
//!
//! Refuses to know what is in them.

use serde_json::Value;

use crate::ask::{self, Labels, Rates};
use crate::changes::Changes;
use crate::policy::Policy;
use crate::problem::{Code, Fact, Path, Problem};
use crate::rank::Rank;
use crate::schema;

/// Every format that has a schema, such as `hemvist.pool/1`, with its JSON Schema (draft 2020-12): what a caller hands in
/// first, then what it is given.
///
/// # Examples
/// ```
/// let formats: Vec<&str> = hemvist::formats::schemas().into_iter().map(|(format, _)| format).collect();
/// assert_eq!(formats[0], "hemvist.pool/1");
/// assert!(formats.contains(&"hemvist.why_not/1"));
/// ```
pub fn schemas() -> Vec<(&'static str, Value)> {
    let mut all = vec![
        ("hemvist.pool/1", schema::pool()),
        ("hemvist.policy/1", Policy::schema()),
        ("hemvist.changes/1", Changes::schema()),
        ("hemvist.rates/1", Rates::schema()),
        ("hemvist.labels/1", Labels::schema()),
        ("hemvist.rank/1", Rank::schema()),
    ];
    all.extend(ask::schemas());
    all
}

/// The name of a format: `pool` for `hemvist.pool/1`.
pub fn name(format: &'static str) -> &'static str {
    let (_, name) = format.split_once('.').unwrap_or(("", format));
    name.split_once('/').map_or(name, |(name, _)| name)
}

/// The schema of the document of this name, such as `pool` or `why_not`.
///
/// # Errors
/// [`Code::UnknownWord`] at `document`, with the names that there are.
///
/// # Examples
/// ```
/// use hemvist::{Code, formats};
///
/// assert_eq!(formats::schema("policy")?["title"], "Policy");
/// assert_eq!(formats::schema("letter").unwrap_err().code, Code::UnknownWord);
/// # Ok::<(), hemvist::Problem>(())
/// ```
pub fn schema(document: &str) -> Result<Value, Problem> {
    let schemas = schemas();
    let names = schemas.iter().map(|(format, _)| name(format)).collect();
    let found = schemas.into_iter().find(|(format, _)| name(format) == document);
    found.map(|(_, schema)| schema).ok_or_else(|| {
        Problem::new(Code::UnknownWord, Path::of("document"))
            .allowed(Fact::OneOf(names))
            .found(Fact::chars(document))
    })
}
