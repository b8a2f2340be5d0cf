//! One typed cell as a value of a form.

use std::ops::Range;

use serde_json::{Number, Value};

use crate::csv::cell as text;
use crate::day::Day;
use crate::form::Form;
use crate::json::{Mending, stand_in};
use crate::problem::{Code, Fact, Path, Problem, Shape};

/// What a cell holds.
#[derive(Clone)]
pub enum Cell<'c> {
    /// Nothing.
    Absent,
    /// True or false.
    Truth(bool),
    /// A whole number.
    Whole(i128),
    /// A number that is kept as a float.
    Real(f64),
    /// Text.
    Text(&'c str),
    /// A day.
    Day(Day),
    /// A moment within a day, or a day outside the years 1900–2199.
    NotADay,
    /// Cells of another column, from and up to a row of it.
    List(&'c dyn Cells, Range<usize>),
    /// Something that no field of ours can hold.
    Other,
}

/// The cells of a column, or of a part of it.
pub trait Cells: Sync {
    /// The kind of all cells that are not absent; `None`: of more than one kind. [`Shape::Object`] stands for kinds that
    /// no field of ours can hold, [`Shape::Null`] for a column in which all cells are absent.
    fn shape(&self) -> Option<Shape>;

    /// The cell of a row; rows are only asked for as far as the caller has promised them.
    fn at(&self, row: usize) -> Cell<'_>;
}

impl Cell<'_> {
    /// Whether the cell holds nothing, or nothing but spaces.
    pub(super) fn is_absent(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    fn shape(&self) -> Shape {
        match self {
            Self::Absent => Shape::Null,
            Self::Truth(_) => Shape::Truth,
            Self::Whole(_) => Shape::Integer,
            Self::Real(_) => Shape::Number,
            Self::Text(_) => Shape::Text,
            Self::Day(_) | Self::NotADay => Shape::Day,
            Self::List(..) => Shape::List,
            Self::Other => Shape::Object,
        }
    }
}

/// Whether cells of a kind can have a meaning in a form.
pub(super) fn suits(shape: Shape, form: &Form) -> bool {
    match shape {
        Shape::Null => true,
        Shape::Text => !matches!(form, Form::Object(_)),
        Shape::Truth => matches!(form, Form::Truth),
        Shape::Integer | Shape::Number => matches!(form, Form::Integer { .. } | Form::Number | Form::Truth),
        Shape::Day => matches!(form, Form::Day | Form::Month),
        Shape::List => matches!(form, Form::List(_)),
        Shape::Object => false,
    }
}

/// That a kind was found where a form stands.
pub(super) fn unsuited(found: Shape, form: &Form, path: Path) -> Problem {
    let allowed = match form {
        Form::Text | Form::Month | Form::Word(_) => Shape::Text,
        Form::Truth => Shape::Truth,
        Form::Integer { .. } => Shape::Integer,
        Form::Number => Shape::Number,
        Form::Day => Shape::Day,
        Form::List(_) => Shape::List,
        Form::Object(_) => Shape::Object,
    };
    Problem::new(Code::WrongType, path)
        .allowed(Fact::Shape(allowed))
        .found(Fact::Shape(found))
}

/// A float that is a whole number, as one. Beyond 2^53 floats skip numbers, so none is taken there.
pub(super) fn whole(number: f64) -> Option<i64> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number within 2^53, as the line above it says"
    )]
    (number.fract() == 0.0 && number.abs() <= MOST).then_some(number as i64)
}

/// The cell as a value of a form; `None`, and a report, if it has not the form. The cell is not absent.
pub(super) fn read(cell: &Cell<'_>, form: &Form, path: &Path, mending: &mut Mending) -> Option<Value> {
    let problem = match (cell, form) {
        (Cell::Text(cell), Form::Text) => return Some(Value::String(cell.trim().to_owned())),
        (Cell::Text(cell), _) => return text::read(cell, form, path, mending),
        (Cell::List(of, rows), Form::List(element)) => return Some(list(*of, rows.clone(), element, path, mending)),
        (Cell::Truth(truth), Form::Truth) => return Some(Value::Bool(*truth)),
        (Cell::Whole(truth @ (0 | 1)), Form::Truth) => return Some(Value::Bool(*truth == 1)),
        (Cell::Whole(number), Form::Integer { least, most }) => {
            return integer(*number, *least, *most, path, mending);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a whole number beyond 2^53 is out of every range of ours"
        )]
        (Cell::Whole(number), Form::Number) => return Number::from_f64(*number as f64).map(Value::Number),
        (Cell::Real(number), Form::Integer { .. } | Form::Truth) => match whole(*number) {
            Some(whole) => return read(&Cell::Whole(whole.into()), form, path, mending),
            None => unwhole(*number, path),
        },
        (Cell::Real(number), Form::Number) => match Number::from_f64(*number) {
            Some(number) => return Some(Value::Number(number)),
            None => unwhole(*number, path),
        },
        (Cell::Day(day), Form::Day) => return Some(Value::String(day.to_string())),
        (Cell::Day(day), Form::Month) if day.is_first_of_month() => {
            return Some(Value::String(day.month().to_string()));
        }
        (Cell::Day(_) | Cell::NotADay, Form::Month) => Problem::new(Code::NotAMonth, path),
        (Cell::NotADay, Form::Day) => Problem::new(Code::NotADay, path),
        (Cell::Whole(number), Form::Truth) => Problem::new(Code::NotATruth, path).found(Fact::int(*number)),
        (cell, form) => unsuited(cell.shape(), form, path.clone()),
    };
    mending.bad(problem);
    None
}

fn integer(number: i128, least: i64, most: i64, path: &Path, mending: &mut Mending) -> Option<Value> {
    match i64::try_from(number) {
        Ok(number) if (least..=most).contains(&number) => Some(Value::from(number)),
        _ => {
            let problem = Problem::new(Code::OutOfRange, path).allowed(Fact::Between(least, most));
            mending.bad(problem.found(Fact::int(number)));
            None
        }
    }
}

/// A float that is no whole number of ours, or no number at all.
fn unwhole(number: f64, path: &Path) -> Problem {
    if number.is_finite() {
        Problem::new(Code::NotWhole, path).found(Fact::real(number))
    } else {
        Problem::new(Code::NotFinite, path)
    }
}

fn list(of: &dyn Cells, rows: Range<usize>, element: &Form, path: &Path, mending: &mut Mending) -> Value {
    rows.enumerate()
        .map(|(i, row)| {
            let (cell, path) = (of.at(row), path.index(i));
            if cell.is_absent() {
                mending.bad(unsuited(Shape::Null, element, path));
                return stand_in(element);
            }
            read(&cell, element, &path, mending).unwrap_or_else(|| stand_in(element))
        })
        .collect()
}
