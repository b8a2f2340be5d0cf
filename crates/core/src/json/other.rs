//! Reads small documents of any type: requests, spells of placement, streams of arrivals.
//!
//! One tolerant pass for all of them, along the form that their schema tells; what the values mean together is judged by
//! whoever asked. Not for pools, which are read record by record.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

use super::tree::{Budget, Tree};
use super::{Mending, open, scan, syntax, too_deep};
use crate::form::{Form, schema_of};
use crate::limits;
use crate::problem::{Code, Fact, Path, Problem, Problems, Shape, Step};

/// The forms of the types read so far, each with the schema that its names stand in. A form follows from its type alone.
/// Both are kept here, so that they count as still in use when a program looks for lost memory.
static FORMS: Mutex<BTreeMap<TypeId, Kept>> = Mutex::new(BTreeMap::new());

/// A form, and the schema that it borrows from.
struct Kept {
    form: &'static Form,
    _schema: &'static Value,
}

/// The form of a type, built once.
///
/// # Panics
/// If its schema uses what [`Form`] does not know; every type that is read here has a test.
pub(crate) fn form_of<T: JsonSchema + 'static>() -> &'static Form {
    let mut forms = FORMS.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = forms.entry(TypeId::of::<T>()).or_insert_with(|| {
        let schema: &Value = Box::leak(Box::new(schema_of::<T>()));
        let form = Form::read(schema).expect("a test reads every type of document");
        Kept {
            form: Box::leak(Box::new(form)),
            _schema: schema,
        }
    });
    kept.form
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
    let mut mending = Mending::default();
    let value = mending.mend(tree(bytes)?, form_of::<T>(), &Path::root());
    finish(value, mending.problems)
}

/// Reads a document that says its format in a field `format`, such as changes to a pool.
///
/// # Errors
/// As [`read_as`]; of a document of another format, only that.
pub(crate) fn read_named<T: DeserializeOwned + JsonSchema + 'static>(
    bytes: &[u8],
    format: &'static str,
) -> Result<T, Problems> {
    let mut mending = Mending::default();
    let value = mending.mend(tree(bytes)?, form_of::<T>(), &Path::root());
    if let Some(found) = value.get("format").and_then(Value::as_str)
        && found != format
        && !mending.mended.iter().any(|mended| mended.contains(&Path::of("format")))
    {
        let problem = Problem::new(Code::WrongFormat, "format").allowed(Fact::Word(format));
        return Err(problem.found(Fact::chars(found)).into());
    }
    finish(value, mending.problems)
}

/// A request: which question, and its options, not read yet.
pub struct Request {
    name: String,
    members: Vec<(String, Tree)>,
    /// Where among the members the name stood.
    place: usize,
}

/// Reads an object one of whose members, a text, names the question that the others are options of.
///
/// # Errors
/// The text is no such object, or has the member twice; a document too large, as in [`read_as`].
///
/// # Examples
/// ```
/// let request = hemvist::json::read_request(br#"{ "ask": "share", "by": "population" }"#, "ask")?;
/// assert_eq!(request.name(), "share");
/// # Ok::<(), hemvist::Problems>(())
/// ```
pub fn read_request(bytes: &[u8], member: &'static str) -> Result<Request, Problems> {
    let here = || Path::of(member);
    let mut members = match tree(bytes)? {
        Tree::Object(members) => members,
        other => {
            let problem = Problem::new(Code::WrongType, Path::root()).allowed(Fact::Shape(Shape::Object));
            return Err(problem.found(Fact::Shape(other.shape())).into());
        }
    };
    let is_name = |entry: &(String, Tree)| entry.0 == member;
    let place = members
        .iter()
        .position(is_name)
        .ok_or_else(|| Problem::new(Code::MissingField, here()))?;
    let name = match members.remove(place).1 {
        Tree::Text(name) => name,
        other => {
            let problem = Problem::new(Code::WrongType, here()).allowed(Fact::Shape(Shape::Text));
            return Err(problem.found(Fact::Shape(other.shape())).into());
        }
    };
    if members.iter().any(is_name) {
        return Err(Problem::new(Code::DuplicateField, here()).into());
    }
    Ok(Request { name, members, place })
}

impl Request {
    /// The name of the question.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The options, as a document of this type.
    ///
    /// # Errors
    /// Every problem of form, as in [`read_as`].
    ///
    /// # Panics
    /// As [`read_as`].
    pub fn read<T: DeserializeOwned + JsonSchema + 'static>(self) -> Result<T, Problems> {
        let mut mending = Mending::default();
        let value = mending.mend(Tree::Object(self.members), form_of::<T>(), &Path::root());
        let mut problems = mending.problems;
        // Places of members are counted with the name among them.
        problems.map_paths(|path| match path.steps() {
            [Step::Member(place), rest @ ..] if *place >= self.place => rest
                .iter()
                .fold(Path::root().member(place + 1), |path, step| path.step(*step)),
            _ => path.clone(),
        });
        finish(value, problems)
    }
}

/// The text as a tree of values, within the limits.
fn tree(bytes: &[u8]) -> Result<Tree, Problems> {
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
    Ok(tree)
}

fn finish<T: DeserializeOwned>(value: Value, problems: Problems) -> Result<T, Problems> {
    if !problems.is_empty() {
        return Err(problems);
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
        assert_eq!(kind(&long[1..]), "document.cut_short", "as many as allowed");
        let values = |n: usize| format!("[{}0]", "0,".repeat(n - 2));
        let most = usize::try_from(limits::OTHER_VALUES.most).unwrap();
        assert_eq!(kind(values(most + 1).as_bytes()), "limit.record");
        assert_eq!(
            kind(values(most).as_bytes()),
            "document.wrong_type",
            "as many as allowed"
        );
    }

    #[test]
    fn a_request_is_a_name_and_options() {
        let read = |text: &str| read_request(text.as_bytes(), "ask").and_then(Request::read::<Sample>);
        let told = |text: &str| {
            let problems = read(text).err().unwrap_or_default();
            problems
                .iter()
                .map(|p| format!("{} {}", p.code.slug(), p.path))
                .collect::<Vec<_>>()
        };
        let good = r#"{ "on": "2026-02-01", "ask": "it", "list": [] }"#;
        assert!(read(good).is_ok());
        assert_eq!(told("[]"), ["document.wrong_type "]);
        assert_eq!(told("{}"), ["document.missing_field ask"]);
        assert_eq!(told(r#"{ "ask": 1 }"#), ["document.wrong_type ask"]);
        assert_eq!(
            told(r#"{ "ask": "it", "ask": "that" }"#),
            ["document.duplicate_field ask"]
        );
        let places = r#"{ "x": 1, "ask": "it", "y": 1, "on": "2026-02-01", "list": [], "list": [] }"#;
        assert_eq!(
            told(places),
            [
                "document.unknown_field {0}",
                "document.unknown_field {2}",
                "document.duplicate_field list"
            ]
        );
    }
}
