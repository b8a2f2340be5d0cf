//! Reading a policy: the shipped default is the form that a caller's document is checked against and laid over.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::{DEFAULT_POLICY, Fairness, POLICY_FORMAT, Policy};
use crate::problem::{Code, Fact, Path, Problem, Problems, Shape};

/// Longest policy document read, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// Longest list in a policy.
const MOST_POINTS: usize = 64;

/// The default as a tree: every key a policy can have, with a value of the right kind. It lives as long as the
/// program, so that its keys can stand in paths.
static FORM: LazyLock<Value> = LazyLock::new(|| {
    let table: toml::Table = DEFAULT_POLICY.parse().expect("the default policy is tested to be TOML");
    serde_json::to_value(table).expect("a TOML table without dates is JSON")
});

fn too_long(bytes: usize) -> Option<Problems> {
    (bytes > MOST_BYTES).then(|| {
        Problem::new(Code::TooManyBytes, Path::root())
            .allowed(Fact::AtMost(1 << 20))
            .found(Fact::Bytes(bytes as u64))
            .into()
    })
}

pub(super) fn from_toml(text: &str) -> Result<Policy, Problems> {
    if let Some(problems) = too_long(text.len()) {
        return Err(problems);
    }
    let table = text.parse::<toml::Table>().map_err(|error| {
        let problem = Problem::new(Code::PolicySyntax, Path::root());
        match error.span() {
            Some(span) => problem.found(position(text, span.start)),
            None => problem,
        }
    })?;
    let value = serde_json::to_value(table).map_err(|_| Problem::new(Code::PolicySyntax, Path::root()))?;
    lay_over(&value)
}

pub(super) fn from_json(bytes: &[u8]) -> Result<Policy, Problems> {
    if let Some(problems) = too_long(bytes.len()) {
        return Err(problems);
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        Problem::new(Code::PolicySyntax, Path::root()).found(Fact::Position {
            line: error.line() as u64,
            column: error.column() as u64,
        })
    })?;
    lay_over(&value)
}

fn position(text: &str, at: usize) -> Fact {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
    Fact::Position {
        line: before.split(|&b| b == b'\n').count() as u64,
        column: (before.len() - line_start) as u64 + 1,
    }
}

/// Checks a document against the form of the default and fills in what it leaves out.
fn lay_over(document: &Value) -> Result<Policy, Problems> {
    let mut problems = Problems::new();
    let form: &'static Value = &FORM;
    if let Value::Object(map) = document {
        match map.get("format") {
            Some(Value::String(found)) if found == POLICY_FORMAT => {}
            Some(_) => {
                problems.push(Problem::new(Code::WrongFormat, Path::of("format")).allowed(Fact::Word(POLICY_FORMAT)));
            }
            None => {
                problems.push(Problem::new(Code::MissingField, Path::of("format")).allowed(Fact::Word(POLICY_FORMAT)));
            }
        }
    }
    let mut whole = form.clone();
    merge(form, document, &mut whole, &Path::root(), &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    serde_json::from_value(whole).map_err(|_| Problem::new(Code::PolicySyntax, Path::root()).into())
}

fn shape(value: &Value) -> Shape {
    match value {
        Value::Null => Shape::Null,
        Value::Bool(_) => Shape::Truth,
        Value::Number(n) if n.is_i64() || n.is_u64() => Shape::Integer,
        Value::Number(_) => Shape::Number,
        Value::String(_) => Shape::Text,
        Value::Array(_) => Shape::List,
        Value::Object(_) => Shape::Object,
    }
}

fn unknown_key(path: &Path) -> Code {
    use crate::problem::Step;
    match path.steps() {
        [Step::Field("rules")] => Code::PolicyUnknownRule,
        [Step::Field("criteria")] => Code::PolicyUnknownCriterion,
        _ => Code::UnknownField,
    }
}

fn merge(form: &'static Value, given: &Value, into: &mut Value, path: &Path, problems: &mut Problems) {
    match (form, given, into) {
        (Value::Object(form), Value::Object(given), Value::Object(into)) => {
            merge_tables(form, given, into, path, problems);
        }
        (Value::Number(_), Value::Number(_), into) => {
            if whole_number(given, path, problems) {
                *into = given.clone();
            }
        }
        (Value::Array(_), Value::Array(items), into) => {
            if items.len() > MOST_POINTS {
                problems.push(
                    Problem::new(Code::TooMany, path)
                        .allowed(Fact::AtMost(64))
                        .found(Fact::int(items.len() as u64)),
                );
            } else if items
                .iter()
                .enumerate()
                .fold(true, |ok, (i, item)| whole_number(item, &path.index(i), problems) && ok)
            {
                *into = given.clone();
            }
        }
        (Value::String(_), Value::String(text), into) => {
            if let Some(words) = words(path).filter(|words| !words.contains(&text.as_str())) {
                problems.push(
                    Problem::new(Code::UnknownWord, path)
                        .allowed(Fact::OneOf(words))
                        .found(Fact::chars(text)),
                );
            }
            *into = given.clone();
        }
        (Value::Bool(_), Value::Bool(_), into) => *into = given.clone(),
        (form, given, _) => problems.push(
            Problem::new(Code::WrongType, path)
                .allowed(Fact::Shape(shape(form)))
                .found(Fact::Shape(shape(given))),
        ),
    }
}

/// The words that a text in this place must be one of.
fn words(path: &Path) -> Option<Vec<&'static str>> {
    use crate::problem::Step;
    match path.steps() {
        [.., Step::Field("mode")] => Some(vec!["require", "warn", "off"]),
        [Step::Field("objective"), Step::Field("fairness")] => Some(Fairness::ALL.map(Fairness::code).to_vec()),
        _ => None,
    }
}

fn merge_tables(
    form: &'static Map<String, Value>,
    given: &Map<String, Value>,
    into: &mut Map<String, Value>,
    path: &Path,
    problems: &mut Problems,
) {
    for (place, (key, value)) in given.iter().enumerate() {
        match form.get_key_value(key) {
            Some((name, form)) => {
                let slot = into.get_mut(key).expect("a clone of the form has its keys");
                merge(form, value, slot, &path.field(name), problems);
            }
            None => problems.push(Problem::new(unknown_key(path), path.member(place))),
        }
    }
}

fn whole_number(value: &Value, path: &Path, problems: &mut Problems) -> bool {
    let Value::Number(number) = value else {
        problems.push(
            Problem::new(Code::WrongType, path)
                .allowed(Fact::Shape(Shape::Integer))
                .found(Fact::Shape(shape(value))),
        );
        return false;
    };
    let fits = number.as_u64().is_some_and(|n| u32::try_from(n).is_ok());
    if !fits {
        let problem = match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(n), _, _) => Problem::new(Code::OutOfRange, path).found(Fact::int(n)),
            (_, Some(n), _) => Problem::new(Code::OutOfRange, path).found(Fact::int(n)),
            (_, _, Some(n)) => Problem::new(Code::NotWhole, path).found(Fact::real(n)),
            _ => Problem::new(Code::NotWhole, path),
        };
        problems.push(problem.allowed(Fact::Between(0, i64::from(u32::MAX))));
    }
    fits
}
