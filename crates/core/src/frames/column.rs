//! A column that is held here, and a document as such columns.

use serde_json::Value;

use super::cell::{Cell, Cells};
use crate::csv::TABLES;
use crate::csv::assemble::{cell_form, row_form};
use crate::csv::write::{rows, value};
use crate::day::Day;
use crate::form::Form;
use crate::input::PoolDocument;
use crate::problem::Shape;

/// A column of one type; `None`: absent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Column {
    /// True or false.
    Truth(Vec<Option<bool>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers.
    Real(Vec<Option<f64>>),
    /// Texts, ids and words.
    Text(Vec<Option<String>>),
    /// Days.
    Day(Vec<Option<Day>>),
    /// Lists, as the rows of another column at which each begins and ends.
    List {
        /// Whether there is a list in a row.
        given: Vec<bool>,
        /// Where each list begins, and where the last one ends; one more than there are rows.
        starts: Vec<usize>,
        /// The elements of all lists.
        elements: Box<Column>,
    },
}

impl Column {
    /// An empty column for a form.
    fn of(form: &Form) -> Self {
        match form {
            Form::Truth => Self::Truth(Vec::new()),
            Form::Integer { .. } => Self::Whole(Vec::new()),
            Form::Number => Self::Real(Vec::new()),
            Form::Day => Self::Day(Vec::new()),
            Form::List(element) => Self::List {
                given: Vec::new(),
                starts: vec![0],
                elements: Box::new(Self::of(element)),
            },
            // No column holds an object; months are texts, since no library has a type for them.
            Form::Text | Form::Month | Form::Word(_) | Form::Object(_) => Self::Text(Vec::new()),
        }
    }

    /// Adds the value of a field that has the column's form.
    fn push(&mut self, value: Option<&Value>) {
        match self {
            Self::Truth(cells) => cells.push(value.and_then(Value::as_bool)),
            Self::Whole(cells) => cells.push(value.and_then(Value::as_i64)),
            Self::Real(cells) => cells.push(value.and_then(Value::as_f64)),
            Self::Text(cells) => cells.push(value.and_then(Value::as_str).map(str::to_owned)),
            Self::Day(cells) => cells.push(value.and_then(Value::as_str).and_then(|day| day.parse().ok())),
            Self::List {
                given,
                starts,
                elements,
            } => {
                let list = value.and_then(Value::as_array);
                given.push(list.is_some());
                for element in list.into_iter().flatten() {
                    elements.push(Some(element));
                }
                starts.push(elements.len());
            }
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Truth(cells) => cells.len(),
            Self::Whole(cells) => cells.len(),
            Self::Real(cells) => cells.len(),
            Self::Text(cells) => cells.len(),
            Self::Day(cells) => cells.len(),
            Self::List { given, .. } => given.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Cells for Column {
    fn shape(&self) -> Option<Shape> {
        Some(match self {
            Self::Truth(_) => Shape::Truth,
            Self::Whole(_) => Shape::Integer,
            Self::Real(_) => Shape::Number,
            Self::Text(_) => Shape::Text,
            Self::Day(_) => Shape::Day,
            Self::List { .. } => Shape::List,
        })
    }

    fn at(&self, row: usize) -> Cell<'_> {
        let cell = match self {
            Self::Truth(cells) => cells[row].map(Cell::Truth),
            Self::Whole(cells) => cells[row].map(|number| Cell::Whole(number.into())),
            Self::Real(cells) => cells[row].map(Cell::Real),
            Self::Text(cells) => cells[row].as_deref().map(Cell::Text),
            Self::Day(cells) => cells[row].map(Cell::Day),
            Self::List {
                given,
                starts,
                elements,
            } => given[row].then(|| Cell::List(&**elements, starts[row]..starts[row + 1])),
        };
        cell.unwrap_or(Cell::Absent)
    }
}

/// A document as frames: for each table its name, and for each column its name and cells. Tables without rows are left
/// out, and so is the table `pool`; every column of a table is there, also one without values.
///
/// [`super::read_pool`] gives the document back as it was, but for empty wishes.
///
/// # Examples
/// ```
/// use hemvist::frames::{Column, write_pool};
/// use hemvist::{ReadOptions, json};
///
/// let document = json::read_pool(
///     br#"{ "format": "hemvist.pool/1", "as_of": "2026-02-01", "municipalities": [{ "id": "1276" }],
///           "children": [{ "id": "c1", "municipality": "1276", "age": 7, "placement": "long_term" }] }"#,
///     &ReadOptions::default(),
/// )?;
/// let frames = write_pool(&document);
/// let (name, columns) = &frames[1];
/// assert_eq!(*name, "children");
/// assert_eq!(columns[3], ("age", Column::Whole(vec![Some(7)])));
/// # Ok::<(), hemvist::Problems>(())
/// ```
pub fn write_pool(document: &PoolDocument) -> Vec<(&'static str, Vec<(&'static str, Column)>)> {
    let tables = TABLES.iter().filter(|table| table.section != "pool");
    let frames = tables.filter_map(|table| {
        let rows = rows(document, table)?;
        let columns = table.columns.iter().map(|column| {
            let mut cells = Column::of(cell_form(row_form(table), column));
            for row in &rows {
                cells.push(value(row, column));
            }
            (column.name, cells)
        });
        Some((table.name(), columns.collect()))
    });
    frames.collect()
}
