//! Reads documents from JSON: the quick way when all is well, and a tolerant second look that reports every problem.
//!
//! Promises: no input crashes or hangs; memory stays within a few times the size of the text; either the whole
//! document comes back, checked, or every problem with code and path. Duplicate fields and unknown fields are
//! problems. A UTF-8 byte order mark is skipped; other encodings are refused, as are `NaN`, numbers beyond what a
//! 64-bit float holds, halves of surrogate pairs, comments, and anything after the document. `null` for an optional
//! field is the same as its absence. In fields for whole numbers, `3.0` and `-0` are not whole numbers.
//!
//! If the text is not JSON, only that is reported, with line and column. If a value has the wrong form, the rest is
//! still checked, except what depends on that value.

mod mend;
mod other;
mod scan;
mod sections;
mod strict;
mod tree;
mod value;

use std::sync::LazyLock;

use serde::de::DeserializeSeed;
use serde_json::error::Category;

use crate::canonical;
use crate::form::{self, Form};
use crate::input::PoolDocument;
use crate::limits;
use crate::problem::{Code, Fact, Path, Problem, Problems};
use crate::validate::{self, ReadOptions, validate};

pub(crate) use mend::{Mending, stand_in};
pub use other::{Request, read_as, read_request};
pub(crate) use other::{form_of, read_named};
use sections::Sections;
pub(crate) use sections::{empty, limit, push};

/// The schema that [`POOL_FORM`] is read out of; a static, not leaked memory, so that it counts as still in use when a
/// program that loaded this code looks for memory that was lost.
static POOL_SCHEMA: LazyLock<serde_json::Value> = LazyLock::new(form::schema_of::<PoolDocument>);

/// The form of a pool document.
pub(crate) static POOL_FORM: LazyLock<Form> =
    LazyLock::new(|| Form::read(&POOL_SCHEMA).expect("a test holds that the schema can be read"));

/// Reads and checks a pool document, `hemvist.pool/1`.
///
/// # Errors
/// Every problem found, in document order: form, values and contradictions together. What depends on a value of the
/// wrong form is left unjudged until that is cured.
///
/// # Complexity
/// Time linear in the text and O(n log n) in the number of records; see [`limits`] for the largest document.
///
/// # Examples
/// ```
/// use hemvist::{ReadOptions, json};
///
/// let text = br#"{ "format": "hemvist.pool/1", "as_of": "2026-02-01", "municipalities": [{ "id": "1276" }],
///     "children": [{ "id": "c1", "municipality": "1276", "age": "seven", "placement": "long_term", "shoe_size": 30 }] }"#;
/// let problems = json::read_pool(text, &ReadOptions::default()).err().unwrap();
/// let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
/// assert_eq!(lines, [
///     "children[0].age: value of the wrong type; allowed: a whole number; found: text",
///     "children[0].{4}: field not known here; found: text of length 9",
/// ]);
/// ```
pub fn read_pool(bytes: &[u8], options: &ReadOptions) -> Result<PoolDocument, Problems> {
    let text = open(bytes)?;
    let scan = scan::scan(text.as_bytes());
    if let Some(found) = scan.too_deep {
        return Err(too_deep(found).into());
    }
    if !scan.long_list
        && let Some(document) = strict::read::<PoolDocument>(text)
    {
        validate(&document, options)?;
        return Ok(document);
    }
    let (document, mending) = sections(text)?;
    finish(document, mending, *options)
}

/// The canonical form ([`canonical`]) of any JSON document: for recomputing the digests that plans and records carry.
///
/// # Errors
/// One problem, with line and column where there is a place: not JSON, a member given twice, deeper than
/// [`limits::DEPTH`], larger than [`limits::CANONICAL_BYTES`], or a whole number beyond ±(2^53 − 1).
///
/// # Complexity
/// Time linear in the text, but for the sorting of members; memory up to 30 times the text.
///
/// # Examples
/// ```
/// assert_eq!(hemvist::json::to_canonical(br#"{ "plats": 2.0, "barn": ["b-07"] }"#)?, br#"{"barn":["b-07"],"plats":2}"#);
/// # Ok::<(), hemvist::Problems>(())
/// ```
pub fn to_canonical(bytes: &[u8]) -> Result<Vec<u8>, Problems> {
    let limit = limits::CANONICAL_BYTES;
    if !limit.holds(bytes.len()) {
        let found = Fact::Bytes(bytes.len() as u64);
        return Err(Problem::new(limit.code, Path::root())
            .allowed(limit.fact())
            .found(found)
            .into());
    }
    let text = open(bytes)?;
    if let Some(found) = scan::scan(text.as_bytes()).too_deep {
        return Err(too_deep(found).into());
    }
    let value = value::read(text)?;
    canonical::to_bytes(&value).map_err(|_| Problem::new(Code::NumberTooLarge, Path::root()).into())
}

/// Checks what could be read, and puts problems of form and of content together.
pub(crate) fn finish(document: PoolDocument, mending: Mending, options: ReadOptions) -> Result<PoolDocument, Problems> {
    let Mending { mut problems, mended } = mending;
    if let Some(problem) = validate::wrong_format(&document) {
        return Err(problem.into());
    }
    if !problems.is_capped() {
        if let Err(mut more) = validate(&document, &options) {
            more.retain(|problem| validate::stands_beside(problem, &mended));
            problems.append(more);
        }
        validate::sort(&mut problems);
    }
    problems.into_result(document)
}

fn sections(text: &str) -> Result<(PoolDocument, Mending), Problems> {
    let mut sections = Sections::new(&POOL_FORM);
    let mut from = serde_json::Deserializer::from_str(text);
    sections
        .deserialize(&mut from)
        .and_then(|()| from.end())
        .map_err(|error| syntax(&error))?;
    sections.finish()
}

/// The bytes as text: within the limit, UTF-8, without byte order mark.
fn open(bytes: &[u8]) -> Result<&str, Problem> {
    if !limits::BYTES.holds(bytes.len()) {
        let found = Fact::Bytes(bytes.len() as u64);
        return Err(Problem::new(limits::BYTES.code, Path::root())
            .allowed(limits::BYTES.fact())
            .found(found));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let found = scan::position(bytes, error.valid_up_to());
        Problem::new(Code::NotUtf8, Path::root()).found(found)
    })
}

fn too_deep(found: Fact) -> Problem {
    Problem::new(limits::DEPTH.code, Path::root())
        .allowed(limits::DEPTH.fact())
        .found(found)
}

/// What the JSON reader stumbled over. Its own words are not shown: they can hold words of the input.
fn syntax(error: &serde_json::Error) -> Problem {
    let words = error.to_string();
    let code = match error.classify() {
        Category::Eof => Code::CutShort,
        _ if words.starts_with("number out of range") => Code::NumberTooLarge,
        _ if words.starts_with("lone leading surrogate") || words.starts_with("unexpected end of hex escape") => {
            Code::LoneSurrogate
        }
        _ if words.starts_with("trailing characters") => Code::TrailingText,
        _ => Code::Syntax,
    };
    Problem::new(code, Path::root()).found(Fact::Position {
        line: error.line() as u64,
        column: error.column() as u64,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn codes(text: &[u8]) -> Vec<(&'static str, String)> {
        let problems = read_pool(text, &ReadOptions::default()).err().unwrap_or_default();
        problems.iter().map(|p| (p.code.slug(), p.path.to_string())).collect()
    }

    fn head(rest: &str) -> Vec<u8> {
        format!(r#"{{"format":"hemvist.pool/1","as_of":"2026-02-01",{rest}}}"#).into_bytes()
    }

    #[test]
    fn the_form_is_read_from_the_schema() {
        let Form::Object(fields) = &*POOL_FORM else {
            panic!("an object")
        };
        assert_eq!(fields.len(), 11);
        let children = POOL_FORM.field("children").unwrap();
        let Form::List(child) = &children.form else {
            panic!("a list")
        };
        assert_eq!(child.field("age").unwrap().form, Form::Integer { least: 0, most: 20 });
        assert!(child.field("age").unwrap().nullable && !child.field("age").unwrap().required);
        assert!(child.field("id").unwrap().required && !child.field("id").unwrap().nullable);
    }

    #[test]
    fn form_and_content_are_reported_together() {
        let text = head(
            r#""municipalities":[{"id":"1276"},{"id":"1276"}],
               "children":[{"id":5,"municipality":"1276","age":3,"placement":"long_term"},
                           {"id":"c2","municipality":"12","needs":9,"age":300,"placement":"home"}],
               "choices":[{"kind":"lock","child":"c9","family":"f9","reason":""}]"#,
        );
        assert_eq!(
            codes(&text),
            [
                ("pool.duplicate_id", "municipalities[1].id".to_owned()),
                ("document.wrong_type", "children[0].id".to_owned()),
                ("pool.unknown_municipality", "children[1].municipality".to_owned()),
                ("value.out_of_range", "children[1].age".to_owned()),
                ("value.out_of_range", "children[1].needs".to_owned()),
                ("value.unknown_word", "children[1].placement".to_owned()),
                // c9 could be the child whose id could not be read.
                ("pool.unknown_family", "choices[0].family".to_owned()),
                ("value.text_length", "choices[0].reason".to_owned()),
            ]
        );
    }

    /// One document with every field, and every value in it replaced by every kind of value in turn: what the quick
    /// reader takes, the tolerant one takes as the same document; what it refuses, the tolerant one has a word for.
    #[test]
    fn both_readers_are_of_one_mind() {
        let whole: Value = serde_json::from_str(include_str!("json/whole.json")).unwrap();
        let mut places = vec![String::new()];
        for at in 0.. {
            let Some(place) = places.get(at).cloned() else { break };
            match whole.pointer(&place) {
                Some(Value::Array(list)) => places.extend((0..list.len()).map(|i| format!("{place}/{i}"))),
                Some(Value::Object(map)) => places.extend(map.keys().map(|key| format!("{place}/{key}"))),
                _ => {}
            }
        }
        assert!(places.len() > 150, "{}", places.len());
        let values = r#"[null, true, 0, 1, -1, 2.5, 1e3, 300, 1e30, "", "x", "cat", "2020-01-01", "2020-01", [], ["s"],
            [1, 2], [55.5, 13.0], ["f1", "kin"], {}, { "cat": null }, { "id": "s" }, { "lat": 1, "lon": 2 }]"#;
        let values: Vec<Value> = serde_json::from_str(values).unwrap();
        let mut taken = 0;
        for place in &places {
            for value in &values {
                let mut changed = whole.clone();
                *changed.pointer_mut(place).unwrap() = value.clone();
                let text = changed.to_string();
                let quick = strict::read::<PoolDocument>(&text);
                let (tolerant, mending) = sections(&text).unwrap();
                taken += usize::from(quick.is_some());
                // Ranges are the validation's after the quick reader, but part of the form in the tolerant one.
                let range = mending.problems.iter().any(|p| p.code == Code::OutOfRange);
                match quick {
                    Some(quick) if !range => {
                        assert!(mending.problems.is_empty() && quick == tolerant, "{place} {value}");
                    }
                    Some(_) => {}
                    None => assert!(!mending.problems.is_empty(), "{place} {value}"),
                }
            }
        }
        assert!(taken > 400, "{taken}");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        let mut text = b"\xEF\xBB\xBF".to_vec();
        text.extend(head(r#""children":[]"#));
        assert!(read_pool(&text, &ReadOptions::default()).is_ok());
    }

    #[test]
    fn what_is_not_json_is_told_by_kind() {
        let kind = |text: &[u8]| codes(text)[0].0;
        assert_eq!(kind(b""), "document.cut_short");
        assert_eq!(kind(b"{\"format\":\"\xFF\"}"), "document.not_utf8");
        assert_eq!(kind(br#"{"as_of":1e400}"#), "document.number_too_large");
        assert_eq!(kind(br#"{"as_of":"\ud800"}"#), "document.lone_surrogate");
        assert_eq!(kind(br#"{"as_of":"\ud800\u0041"}"#), "document.lone_surrogate");
        assert_eq!(kind(br#"{"as_of":NaN}"#), "document.syntax");
        assert_eq!(
            kind(&[head(r#""children":[]"#), b"x".to_vec()].concat()),
            "document.trailing_text"
        );
        assert_eq!(kind(b"[]"), "document.wrong_type");
    }
}
