//! Document to tables, in a dialect that the reader accepts and the spreadsheets of the place open.

use serde::Serialize;
use serde_json::Value;

use super::Delimiter;
use super::assemble::{cell_form, row_form};
use super::cell::{guarded, is_none};
use super::columns::{Column, NONE, TABLES, TRUTHS, Table, WORDS};
use crate::form::Form;
use crate::input::PoolDocument;
use crate::lang::Lang;

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Language of file names, headers and words.
    pub lang: Lang,
    /// What parts the cells.
    pub delimiter: Delimiter,
    /// Write decimal commas instead of points.
    pub decimal_comma: bool,
    /// Begin each file with a byte order mark, so that spreadsheets read it as UTF-8.
    pub byte_order_mark: bool,
}

impl Dialect {
    /// English names, commas, decimal points, UTF-8 without byte order mark.
    pub const ENGLISH: Self = Self {
        lang: Lang::En,
        delimiter: Delimiter::Comma,
        decimal_comma: false,
        byte_order_mark: false,
    };

    /// Swedish names, semicolons, decimal commas, UTF-8 with byte order mark: what a spreadsheet set to Swedish opens.
    pub const SWEDISH: Self = Self {
        lang: Lang::Sv,
        delimiter: Delimiter::Semicolon,
        decimal_comma: true,
        byte_order_mark: true,
    };
}

/// Writes a document as tables: file names and bytes, in the order of [`TABLES`]. Tables without rows and columns
/// without values are left out, lines end in `\n`.
///
/// [`super::read_pool`] gives a valid document back as it was, but for empty wishes.
///
/// # Examples
/// ```
/// use hemvist::{ReadOptions, csv, json};
///
/// let document = json::read_pool(
///     br#"{ "format": "hemvist.pool/1", "as_of": "2026-02-01", "municipalities": [{ "id": "1276" }],
///           "children": [{ "id": "c1", "municipality": "1276", "age": 7, "placement": "long_term" }] }"#,
///     &ReadOptions::default(),
/// )?;
/// let tables = csv::write_pool(&document, csv::Dialect::ENGLISH);
/// assert_eq!(tables[2].0, "children.csv");
/// assert_eq!(tables[2].1, b"id,municipality,age,placement\nc1,1276,7,long_term\n");
/// # Ok::<(), hemvist::Problems>(())
/// ```
pub fn write_pool(document: &PoolDocument, dialect: Dialect) -> Vec<(String, Vec<u8>)> {
    TABLES
        .iter()
        .filter_map(|table| Some((file(table, dialect), bytes(table, &rows(document, table)?, dialect)?)))
        .collect()
}

fn file(table: &Table, dialect: Dialect) -> String {
    match (dialect.lang, table.swedish.first()) {
        (Lang::Sv, Some(swedish)) => format!("{swedish}.csv"),
        _ => table.file.to_owned(),
    }
}

/// The rows of a table as objects; `None` for a table that is left out.
pub(crate) fn rows(document: &PoolDocument, table: &Table) -> Option<Vec<Value>> {
    fn all<T: Serialize>(records: &[T]) -> Option<Vec<Value>> {
        records.iter().map(|record| serde_json::to_value(record).ok()).collect()
    }
    let rows = match table.section {
        "pool" => vec![serde_json::json!({ "format": document.format, "as_of": document.as_of })],
        "municipalities" => all(&document.municipalities)?,
        "secretaries" => all(&document.secretaries)?,
        "families" => all(&document.families)?,
        "children" => match table.within_child {
            None => all(&document.children)?,
            Some(list) => entries(document, list)?,
        },
        "sibling_groups" => all(&document.sibling_groups)?,
        "placements" => all(&document.placements)?,
        "choices" => all(&document.choices)?,
        "not_together" => all(&document.not_together)?,
        _ => all(&document.travel)?,
    };
    (!rows.is_empty()).then_some(rows)
}

/// The entries of a list within the children, each with the child's id.
fn entries(document: &PoolDocument, list: &str) -> Option<Vec<Value>> {
    let mut rows = Vec::new();
    for child in &document.children {
        let entries = match list {
            "network_ties" => serde_json::to_value(&child.network_ties).ok()?,
            _ => serde_json::to_value(&child.keep_away).ok()?,
        };
        let Value::Array(entries) = entries else { return None };
        rows.extend(entries.into_iter().map(|mut entry| {
            entry["child"] = Value::String(child.id.clone());
            entry
        }));
    }
    Some(rows)
}

fn bytes(table: &Table, rows: &[Value], dialect: Dialect) -> Option<Vec<u8>> {
    let form = row_form(table);
    let columns: Vec<(&Column, &Form)> = table
        .columns
        .iter()
        .filter(|column| rows.iter().any(|row| value(row, column).is_some()))
        .map(|column| (column, cell_form(form, column)))
        .collect();
    let mut bytes = if dialect.byte_order_mark {
        "\u{FEFF}".as_bytes().to_vec()
    } else {
        Vec::new()
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(dialect.delimiter.byte())
        .from_writer(&mut bytes);
    writer
        .write_record(columns.iter().map(|(column, _)| header(column, dialect)))
        .ok()?;
    for row in rows {
        let cells = columns.iter().map(|(column, form)| match value(row, column) {
            Some(value) => cell(value, form, dialect),
            None => String::new(),
        });
        writer.write_record(cells).ok()?;
    }
    writer.flush().ok()?;
    drop(writer);
    Some(bytes)
}

/// The value of a column in a row.
pub(crate) fn value<'r>(row: &'r Value, column: &Column) -> Option<&'r Value> {
    column.field.iter().try_fold(row, |value, field| value.get(field))
}

fn header(column: &Column, dialect: Dialect) -> &'static str {
    match (dialect.lang, column.swedish.first()) {
        (Lang::Sv, Some(swedish)) => swedish,
        _ => column.name,
    }
}

fn cell(value: &Value, form: &Form, dialect: Dialect) -> String {
    let swedish = dialect.lang == Lang::Sv;
    match (value, form) {
        (Value::Bool(truth), _) => TRUTHS[usize::from(*truth)][usize::from(swedish)].to_owned(),
        (Value::Number(number), _) => {
            let number = match number.as_f64() {
                Some(real) if number.is_f64() => real.to_string(),
                _ => number.to_string(),
            };
            if dialect.decimal_comma {
                number.replace('.', ",")
            } else {
                number
            }
        }
        (Value::String(word), Form::Word(_)) => match WORDS.iter().find(|(english, _)| english == word) {
            Some((_, [first, ..])) if swedish => (*first).to_owned(),
            _ => word.clone(),
        },
        (Value::String(text), _) => guarded(text),
        (Value::Array(entries), _) if entries.is_empty() => NONE[usize::from(swedish)].to_owned(),
        (Value::Array(entries), Form::List(element)) => {
            let cells: Vec<String> = entries.iter().map(|entry| cell(entry, element, dialect)).collect();
            // A single id could be spelt like the word for an empty list.
            let end = if cells.len() == 1 && is_none(&cells[0]) {
                "|"
            } else {
                ""
            };
            cells.join("|") + end
        }
        _ => String::new(),
    }
}
