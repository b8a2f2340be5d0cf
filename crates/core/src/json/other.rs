//! Reads small documents of any type: requests, spells of placement, streams of arrivals.
//!
//! One tolerant pass for all of them, along the form that their schema tells; what the values mean together is judged by
//! whoever asked. Not for pools, which are read record by record.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, DeserializeSeed};

use super::tree::Budget;
use super::{Mending, open, scan, syntax, too_deep};
use crate::form::Form;
use crate::limits;
use crate::problem::{Code, Fact, Path, Problem, Problems};

/// The forms of the types read so far. A form follows from its type alone.
static FORMS: Mutex<BTreeMap<TypeId, &'static Form>> = Mutex::new(BTreeMap::new());

/// The form of a type, built once.
///
/// # Panics
/// If its schema uses what [`Form`] does not know; every type that is read here has a test.
pub(crate) fn form_of<T: JsonSchema + 'static>() -> &'static Form {
    let mut forms = FORMS.lock().unwrap_or_else(PoisonError::into_inner);
    forms.entry(TypeId::of::<T>()).or_insert_with(|| {
        let form = Form::of::<T>().expect("a test reads every type of document");
        Box::leak(Box::new(form))
    })
}

/// Reads a document of this type from JSON: fields, types, words and ranges as its schema tells.
///
/// # Errors
/// Every problem of form, in document order; nothing is repaired. A document of more than
/// [`limits::OTHER_BYTES`] bytes or [`limits::OTHER_VALUES`] values is refused.
///
/// # Panics
/// If the type's schema uses maps, tuples or variants with content, which no document of ours does.
///
/// # Examples
/// ```
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Asked {
///     /// Years to look at.
///     #[schemars(inner(range(min = 1900, max = 2199)))]
///     years: Vec<u16>,
/// }
/// let asked: Asked = hemvist::json::read_as(br#"{ "years": [2025, 2026] }"#)?;
/// assert_eq!(asked.years, [2025, 2026]);
/// let problems = hemvist::json::read_as::<Asked>(br#"{ "years": [20], "place": 1 }"#).err().unwrap();
/// let codes: Vec<&str> = problems.iter().map(|problem| problem.code.slug()).collect();
/// assert_eq!(codes, ["value.out_of_range", "document.unknown_field"]);
/// # Ok::<(), hemvist::Problems>(())
/// ```
pub fn read_as<T: DeserializeOwned + JsonSchema + 'static>(bytes: &[u8]) -> Result<T, Problems> {
    let limit = limits::OTHER_BYTES;
    if !limit.holds(bytes.len()) {
        let problem = Problem::new(limit.code, Path::root()).allowed(limit.fact());
        return Err(problem.found(Fact::Bytes(bytes.len() as u64)).into());
    }
    let text = open(bytes)?;
    if let Some(found) = scan::scan(text.as_bytes()).too_deep {
        return Err(too_deep(found).into());
    }
    let budget = Budget::new(limits::OTHER_VALUES.most);
    let mut from = serde_json::Deserializer::from_str(text);
    let tree = (&budget)
        .deserialize(&mut from)
        .and_then(|tree| from.end().map(|()| tree))
        .map_err(|error| syntax(&error))?;
    if budget.is_spent() {
        let limit = limits::OTHER_VALUES;
        return Err(Problem::new(limit.code, Path::root()).allowed(limit.fact()).into());
    }
    let mut mending = Mending::default();
    let value = mending.mend(tree, form_of::<T>(), &Path::root());
    if !mending.problems.is_empty() {
        return Err(mending.problems);
    }
    // What has the form of a type can be read as it; only a wrong schema could come here.
    serde_json::from_value(value).map_err(|_| Problem::new(Code::WrongType, Path::root()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        on: crate::day::Day,
        #[serde(default)]
        #[schemars(range(min = 1, max = 9))]
        number: Option<u8>,
        list: Vec<String>,
    }

    fn codes(text: &[u8]) -> Vec<(&'static str, String)> {
        let problems = read_as::<Sample>(text).err().unwrap_or_default();
        problems.iter().map(|p| (p.code.slug(), p.path.to_string())).collect()
    }

    #[test]
    fn every_problem_of_form_is_told() {
        let read: Sample = read_as(br#"{ "on": "2026-02-01", "list": ["a"], "number": null }"#).unwrap();
        assert_eq!((read.number, read.list.len()), (None, 1));
        assert_eq!(read.on, "2026-02-01".parse().unwrap());
        assert_eq!(
            codes(br#"{ "on": "2026-02-30", "list": ["a", 1], "number": 10, "x": 1 }"#),
            [
                ("value.not_a_day", "on".to_owned()),
                ("document.wrong_type", "list[1]".to_owned()),
                ("value.out_of_range", "number".to_owned()),
                ("document.unknown_field", "{3}".to_owned()),
            ]
        );
    }

    #[test]
    fn what_is_no_document_is_told_by_kind() {
        let kind = |text: &[u8]| codes(text)[0].0;
        assert_eq!(kind(b""), "document.cut_short");
        assert_eq!(kind(b"[]"), "document.wrong_type");
        assert_eq!(kind(b"{} {}"), "document.trailing_text");
        assert_eq!(kind("[".repeat(65).as_bytes()), "limit.depth");
        let long = vec![b' '; usize::try_from(limits::OTHER_BYTES.most).unwrap() + 1];
        assert_eq!(kind(&long), "limit.bytes");
    }
}
