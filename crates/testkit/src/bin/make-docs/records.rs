//! Pages that describe documents, out of their schemas.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hemvist::ask::{self, LABELS_FORMAT, Labels, RATES_FORMAT, Rates};
use hemvist::changes::{CHANGES_FORMAT, Changes};
use hemvist::rank::{RANK_FORMAT, Rank};
use hemvist_region::request::{self, About};
use serde_json::Value;

use crate::{NOTE, text};

/// The pool document, record by record and word by word, out of its schema.
pub(crate) fn pool(schema: &Value) -> String {
    let mut page = format!(
        "{NOTE}\n# The pool document\n\n{} Format `hemvist.pool/1`, JSON in UTF-8; the same as a folder of CSV tables. \
         The machine-readable form is [hemvist.pool-1.schema.json](../../schemas/hemvist.pool-1.schema.json), the largest \
         sizes are in [limits.md](limits.md). An unknown field is an error; absent is never zero.\n",
        text(&schema["description"])
    );
    fields(&mut page, schema, Side::Read);
    for (name, record) in definitions(schema) {
        define(&mut page, name, record, Side::Read);
    }
    page
}

/// What can be asked of a matched pool, and what is handed in with a question: each document, then what they share.
pub(crate) fn answers() -> String {
    let mut page = format!(
        "{NOTE}\n# Questions and answers\n\nWhat a matched pool answers, and the documents handed in with a question. Every \
         answer is canonical JSON (RFC 8785): the same bytes for the same pool, policy, options and question, for any order of \
         the input and any number of threads. Amounts that can pass 2^53 are text. Schemas are in [schemas](../../schemas). \
         [A meeting](../meeting.md) shows them in use.\n"
    );
    let handed_in = [
        (CHANGES_FORMAT, Changes::schema()),
        (RATES_FORMAT, Rates::schema()),
        (LABELS_FORMAT, Labels::schema()),
    ];
    let answers: Vec<_> = std::iter::once((RANK_FORMAT, Rank::schema()))
        .chain(ask::schemas())
        .collect();
    let _ = write!(page, "\nAnswers:");
    links(&mut page, answers.iter().map(|(format, _)| *format));
    let _ = write!(page, "Handed in:");
    links(&mut page, handed_in.iter().map(|(format, _)| *format));
    let written = answers
        .into_iter()
        .map(|(format, schema)| (format, schema, Side::Written));
    let read = handed_in
        .into_iter()
        .map(|(format, schema)| (format, schema, Side::Read));
    let mut shared: BTreeMap<String, (Value, Side)> = BTreeMap::new();
    for (format, schema, side) in written.chain(read) {
        let _ = write!(page, "\n## {format}\n\n{}\n", text(&schema["description"]));
        fields(&mut page, &schema, side);
        shared.extend(definitions(&schema).map(|(name, record)| (name.clone(), (record.clone(), side))));
    }
    page.push_str("\n# Shared records and words\n");
    for (name, (record, side)) in &shared {
        define(&mut page, name, record, *side);
    }
    page
}

/// What cooperating municipalities can ask: each question with its options, then what they share.
pub(crate) fn requests() -> String {
    let mut page = format!(
        "{NOTE}\n# What cooperating municipalities ask\n\nA request is a JSON object with `ask`, the name of the question, and \
         the question's options beside it, such as `{{\"ask\": \"share\", \"budget_ore\": 450000000, \"by\": \"population\"}}`. \
         `hemvist ask`, the C function `hemvist_ask_region` and the Python package take the same request and give the same \
         bytes: canonical JSON with a format of its own. Amounts are whole öre. An option not known is an error. A question \
         about a plan matches the pool first.\n\n| question | about | answers |\n| --- | --- | --- |\n"
    );
    let questions = request::questions();
    for question in &questions {
        let about = match question.about {
            About::Request => "the request alone",
            About::Pool => "a pool",
            About::Plan => "a plan",
        };
        let (name, meaning) = (question.name, question.meaning);
        let _ = writeln!(page, "| [`{name}`](#{name}) | {about} | {meaning} |");
    }
    let mut shared: BTreeMap<String, Value> = BTreeMap::new();
    for question in &questions {
        let _ = write!(page, "\n## {}\n\n{}\n", question.name, question.meaning);
        if question.options["properties"]
            .as_object()
            .is_none_or(serde_json::Map::is_empty)
        {
            page.push_str("\nIt has no options.\n");
        } else {
            fields(&mut page, &question.options, Side::Read);
        }
        shared.extend(definitions(&question.options).map(|(name, record)| (name.clone(), record.clone())));
    }
    page.push_str("\n# Shared records and words\n");
    for (name, record) in &shared {
        define(&mut page, name, record, Side::Read);
    }
    page
}

/// Links to sections that are named after formats.
fn links<'a>(page: &mut String, formats: impl Iterator<Item = &'a str>) {
    let links: Vec<String> = formats
        .map(|format| {
            let anchor: String = format.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
            format!(" [`{format}`](#{anchor})")
        })
        .collect();
    let _ = writeln!(page, "{}\n", links.join(","));
}

/// The records and words that a schema defines; days and months need no section of their own.
fn definitions(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let all = schema["$defs"].as_object().into_iter().flatten();
    all.filter(|(name, _)| !["Day", "Month"].contains(&name.as_str()))
}

/// A section on a record or a list of words.
fn define(page: &mut String, name: &str, record: &Value, side: Side) {
    let _ = write!(page, "\n## {name}\n\n{}\n", text(&record["description"]));
    if record["properties"].is_object() {
        fields(page, record, side);
    } else if record["oneOf"].is_array() {
        words(page, record, side);
    } else if let Some(codes) = record["enum"].as_array() {
        let codes: Vec<String> = codes.iter().map(|code| format!("`{}`", text(code))).collect();
        let _ = writeln!(page, "\nOne of {}.", codes.join(", "));
    }
}

/// Whether a document is read, so that a field may be required, or written, so that it may always be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Read,
    Written,
}

/// A table of the fields of an object.
fn fields(page: &mut String, record: &Value, side: Side) {
    page.push_str("\n| field | holds | meaning |\n| --- | --- | --- |\n");
    let required = |name: &str| {
        let all = record["required"].as_array();
        all.is_some_and(|all| all.iter().any(|r| r == name))
    };
    for (name, field) in record["properties"].as_object().into_iter().flatten() {
        let needed = match (side, required(name)) {
            (Side::Read, true) => ", required",
            (Side::Written, false) => "; may be absent",
            (Side::Written, true) if is_nullable(field) => " or `null`",
            _ => "",
        };
        let meaning = text(&field["description"]).replace('\n', " ").replace('|', "\\|");
        let _ = writeln!(page, "| `{name}` | {}{needed} | {meaning} |", kind(field, side));
    }
}

fn is_nullable(field: &Value) -> bool {
    let kinds = [&field["anyOf"], &field["type"]]
        .into_iter()
        .filter_map(Value::as_array)
        .flatten();
    kinds.into_iter().any(|kind| kind == "null" || kind["type"] == "null")
}

/// A table of the words of a list of ours, or of the forms that a value can have.
fn words(page: &mut String, list: &Value, side: Side) {
    let forms = list["oneOf"].as_array().into_iter().flatten();
    let is_words = list["oneOf"][0]["properties"].is_null();
    let heads = if is_words {
        "| word | meaning |\n| --- | --- |\n"
    } else {
        "| form | holds | meaning |\n| --- | --- | --- |\n"
    };
    let _ = write!(page, "\n{heads}");
    for form in forms {
        let meaning = text(&form["description"]);
        match form["properties"].as_object().and_then(|fields| fields.iter().next()) {
            Some((name, field)) => {
                let _ = writeln!(page, "| `{{\"{name}\": …}}` | {} | {meaning} |", kind(field, side));
            }
            None => {
                let _ = writeln!(page, "| `{}` | {meaning} |", text(&form["const"]));
            }
        }
    }
}

/// What a field holds, in words.
fn kind(field: &Value, side: Side) -> String {
    if let Some(name) = text(&field["$ref"]).strip_prefix("#/$defs/") {
        return match name {
            "Day" => "day `YYYY-MM-DD`".to_owned(),
            "Month" => "month `YYYY-MM`".to_owned(),
            name => format!("[{name}](#{})", name.to_lowercase()),
        };
    }
    if let Some(first) = field["anyOf"].get(0) {
        return kind(first, side);
    }
    let name = field["type"].as_str().or_else(|| field["type"].get(0)?.as_str());
    match name.unwrap_or_default() {
        "array" if field["prefixItems"].is_array() => "pair of whole numbers".to_owned(),
        "array" => format!("list of {}", kind(&field["items"], side)),
        "integer" if field["maximum"].is_number() && side == Side::Read => {
            format!("whole number {} to {}", field["minimum"], field["maximum"])
        }
        "integer" => "whole number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "string" => "text".to_owned(),
        "" | "object" => "object".to_owned(),
        other => other.to_owned(),
    }
}
