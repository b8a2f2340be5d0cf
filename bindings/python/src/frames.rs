//! Tables of Python as frames of the engine: anything that hands over Arrow data, or lists of Python's own values.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use hemvist::day::Day;
use hemvist::frames::{Batch, Cell, Cells, Frame};
use hemvist::problem::Shape;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

use crate::capsule;

/// A table that belongs to us, in batches of columns.
pub(crate) struct Table {
    name: String,
    columns: Vec<String>,
    batches: Vec<(usize, Vec<Column>)>,
}

impl Table {
    /// Takes over a table of Python: a dict of lists, or what hands over Arrow data.
    pub(crate) fn take(name: String, object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(columns) = object.cast::<PyDict>() {
            return Self::of_lists(name, columns);
        }
        let Some(imported) = capsule::import(object)? else {
            return Err(PyTypeError::new_err(format!(
                "{name} is no table: give a data frame with the Arrow interface (pandas, polars, pyarrow, duckdb …) or a \
                 dict of lists"
            )));
        };
        let batches = imported.batches.iter().map(|batch| {
            let columns = batch.columns().iter().map(Column::new).collect();
            (batch.num_rows(), columns)
        });
        let mut table = Self {
            name,
            batches: batches.collect(),
            columns: imported.names,
        };
        table.drop_index();
        Ok(table)
    }

    /// The index of a pandas frame that is not the plain one comes along as a column; it is no column of ours.
    fn drop_index(&mut self) {
        let is_index = |name: &String| {
            let level = name
                .strip_prefix("__index_level_")
                .and_then(|rest| rest.strip_suffix("__"));
            level.is_some_and(|level| level.bytes().all(|b| b.is_ascii_digit()))
        };
        let keep: Vec<bool> = self.columns.iter().map(|name| !is_index(name)).collect();
        let mut of_names = keep.iter();
        self.columns.retain(|_| of_names.next().copied().unwrap_or(true));
        for (_, columns) in &mut self.batches {
            let mut of_columns = keep.iter();
            columns.retain(|_| of_columns.next().copied().unwrap_or(true));
        }
    }

    fn of_lists(name: String, given: &Bound<'_, PyDict>) -> PyResult<Self> {
        let (mut columns, mut cells) = (Vec::new(), Vec::new());
        let mut rows = None;
        for (column, list) in given.iter() {
            let column: String = column.extract()?;
            let list: Vec<Own> = list
                .cast::<PyList>()?
                .iter()
                .map(|cell| Own::of(&cell))
                .collect::<PyResult<_>>()?;
            if *rows.get_or_insert(list.len()) != list.len() {
                return Err(pyo3::exceptions::PyValueError::new_err(format!(
                    "the columns of {name} have not the same length"
                )));
            }
            columns.push(column);
            cells.push(Column::Own(list));
        }
        let batches = vec![(rows.unwrap_or(0), cells)];
        Ok(Self { name, columns, batches })
    }

    /// The table as the engine reads it.
    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame {
            name: &self.name,
            columns: self.columns.iter().map(String::as_str).collect(),
            batches: (self.batches.iter())
                .map(|(n_rows, columns)| Batch {
                    n_rows: *n_rows,
                    cells: columns.iter().map(|column| column as &dyn Cells).collect(),
                })
                .collect(),
        }
    }
}

/// A value of Python's own types.
enum Own {
    Absent,
    Truth(bool),
    Whole(i128),
    Real(f64),
    Text(String),
    List(Box<Column>, usize),
    Other,
}

impl Own {
    fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(if value.is_none() {
            Self::Absent
        } else if let Ok(truth) = value.cast::<PyBool>() {
            Self::Truth(truth.is_true())
        } else if let Ok(number) = value.cast::<PyInt>() {
            number.extract().map_or(Self::Other, Self::Whole)
        } else if let Ok(number) = value.cast::<PyFloat>() {
            Self::Real(number.value())
        } else if let Ok(text) = value.cast::<PyString>() {
            // A text with half a surrogate pair has no UTF-8.
            text.to_str().map_or(Self::Other, |text| Self::Text(text.to_owned()))
        } else if let Ok(list) = value.cast::<PyList>() {
            let cells: Vec<Self> = list.iter().map(|cell| Self::of(&cell)).collect::<PyResult<_>>()?;
            let n = cells.len();
            Self::List(Box::new(Column::Own(cells)), n)
        } else {
            Self::Other
        })
    }
}

/// A column of one of the types that have a meaning here.
enum Column {
    Null,
    Truth(ArrayRef),
    Whole(Box<dyn Fn(usize) -> i128 + Sync + Send>, Option<NullBuffer>),
    Real(Box<dyn Fn(usize) -> f64 + Sync + Send>, Option<NullBuffer>),
    Text(ArrayRef),
    LargeText(ArrayRef),
    TextView(ArrayRef),
    /// Days, and moments as days where they are the start of one.
    Day(Box<dyn Fn(usize) -> Option<Day> + Sync + Send>, Option<NullBuffer>),
    List(
        Box<dyn Fn(usize) -> Range<usize> + Sync + Send>,
        Box<Column>,
        Option<NullBuffer>,
    ),
    Dictionary(
        Box<dyn Fn(usize) -> usize + Sync + Send>,
        Box<Column>,
        Option<NullBuffer>,
    ),
    /// Decimals: the digits, and how many of them stand after the point.
    Decimal(PrimitiveArray<Decimal128Type>, u32),
    Own(Vec<Own>),
    Other,
}

fn whole<T: ArrowPrimitiveType>(array: &ArrayRef) -> Column
where
    T::Native: Into<i128>,
{
    let (values, nulls) = (array.as_primitive::<T>().values().clone(), array.nulls().cloned());
    Column::Whole(Box::new(move |row| values[row].into()), nulls)
}

fn real<T: ArrowPrimitiveType>(array: &ArrayRef) -> Column
where
    T::Native: Into<f64>,
{
    let (values, nulls) = (array.as_primitive::<T>().values().clone(), array.nulls().cloned());
    Column::Real(Box::new(move |row| values[row].into()), nulls)
}

/// Moments, of which so many make a day.
fn moments<T: ArrowPrimitiveType>(array: &ArrayRef, in_a_day: i64) -> Column
where
    T::Native: Into<i64>,
{
    let (values, nulls) = (array.as_primitive::<T>().values().clone(), array.nulls().cloned());
    let day = move |row: usize| {
        let moment: i64 = values[row].into();
        let is_day = moment.rem_euclid(in_a_day) == 0;
        is_day
            .then(|| Day::from_unix_days(moment.div_euclid(in_a_day)))
            .flatten()
    };
    Column::Day(Box::new(day), nulls)
}

fn dictionary(array: &ArrayRef) -> Column {
    let any = array.as_any_dictionary();
    let values = Column::new(any.values());
    let nulls = any.keys().nulls().cloned();
    // Keys of absent cells may be anything.
    let keys: Arc<[usize]> = match any.values().len() {
        0 => vec![0; any.keys().len()].into(),
        _ => any.normalized_keys().into(),
    };
    Column::Dictionary(Box::new(move |row| keys[row]), Box::new(values), nulls)
}

impl Column {
    fn new(array: &ArrayRef) -> Self {
        const DAY_S: i64 = 86_400;
        match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Truth(Arc::clone(array)),
            DataType::Int8 => whole::<Int8Type>(array),
            DataType::Int16 => whole::<Int16Type>(array),
            DataType::Int32 => whole::<Int32Type>(array),
            DataType::Int64 => whole::<Int64Type>(array),
            DataType::UInt8 => whole::<UInt8Type>(array),
            DataType::UInt16 => whole::<UInt16Type>(array),
            DataType::UInt32 => whole::<UInt32Type>(array),
            DataType::UInt64 => whole::<UInt64Type>(array),
            DataType::Float16 => real::<Float16Type>(array),
            DataType::Float32 => real::<Float32Type>(array),
            DataType::Float64 => real::<Float64Type>(array),
            DataType::Decimal128(_, scale) => match u32::try_from(*scale) {
                Ok(scale) => Self::Decimal(array.as_primitive::<Decimal128Type>().clone(), scale),
                Err(_) => Self::Other,
            },
            DataType::Utf8 => Self::Text(Arc::clone(array)),
            DataType::LargeUtf8 => Self::LargeText(Arc::clone(array)),
            DataType::Utf8View => Self::TextView(Arc::clone(array)),
            DataType::Date32 => moments::<Date32Type>(array, 1),
            DataType::Date64 => moments::<Date64Type>(array, DAY_S * 1_000),
            DataType::Timestamp(TimeUnit::Second, None) => moments::<TimestampSecondType>(array, DAY_S),
            DataType::Timestamp(TimeUnit::Millisecond, None) => {
                moments::<TimestampMillisecondType>(array, DAY_S * 1_000)
            }
            DataType::Timestamp(TimeUnit::Microsecond, None) => {
                moments::<TimestampMicrosecondType>(array, DAY_S * 1_000_000)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, None) => {
                moments::<TimestampNanosecondType>(array, DAY_S * 1_000_000_000)
            }
            DataType::List(_) => Self::list(array.as_list::<i32>()),
            DataType::LargeList(_) => Self::list(array.as_list::<i64>()),
            DataType::FixedSizeList(..) => {
                let list = array.as_fixed_size_list();
                let size = usize::try_from(list.value_length()).unwrap_or(0);
                let range = move |row: usize| row * size..(row + 1) * size;
                Self::List(
                    Box::new(range),
                    Box::new(Self::new(list.values())),
                    list.nulls().cloned(),
                )
            }
            DataType::Dictionary(..) => dictionary(array),
            _ => Self::Other,
        }
    }

    fn list<O: arrow_array::OffsetSizeTrait>(list: &arrow_array::GenericListArray<O>) -> Self {
        let offsets = list.offsets().clone();
        let range = move |row: usize| offsets[row].as_usize()..offsets[row + 1].as_usize();
        Self::List(
            Box::new(range),
            Box::new(Self::new(list.values())),
            list.nulls().cloned(),
        )
    }
}

/// A cell of an array that may be absent.
fn given<'c>(nulls: Option<&NullBuffer>, row: usize, cell: impl FnOnce() -> Cell<'c>) -> Cell<'c> {
    match nulls {
        Some(nulls) if nulls.is_null(row) => Cell::Absent,
        _ => cell(),
    }
}

impl Cells for Column {
    fn shape(&self) -> Option<Shape> {
        Some(match self {
            Self::Null => Shape::Null,
            Self::Truth(_) => Shape::Truth,
            Self::Whole(..) => Shape::Integer,
            Self::Real(..) | Self::Decimal(..) => Shape::Number,
            Self::Text(_) | Self::LargeText(_) | Self::TextView(_) => Shape::Text,
            Self::Day(..) => Shape::Day,
            Self::List(..) => Shape::List,
            Self::Dictionary(_, values, _) => return values.shape(),
            Self::Own(_) => return None,
            Self::Other => Shape::Object,
        })
    }

    fn at(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Null => Cell::Absent,
            Self::Truth(array) => given(array.nulls(), row, || Cell::Truth(array.as_boolean().value(row))),
            Self::Whole(value, nulls) => given(nulls.as_ref(), row, || Cell::Whole(value(row))),
            Self::Real(value, nulls) => given(nulls.as_ref(), row, || Cell::Real(value(row))),
            Self::Text(array) => given(array.nulls(), row, || Cell::Text(array.as_string::<i32>().value(row))),
            Self::LargeText(array) => given(array.nulls(), row, || Cell::Text(array.as_string::<i64>().value(row))),
            Self::TextView(array) => given(array.nulls(), row, || Cell::Text(array.as_string_view().value(row))),
            Self::Day(value, nulls) => given(nulls.as_ref(), row, || value(row).map_or(Cell::NotADay, Cell::Day)),
            Self::List(range, values, nulls) => given(nulls.as_ref(), row, || Cell::List(&**values, range(row))),
            Self::Dictionary(key, values, nulls) => given(nulls.as_ref(), row, || values.at(key(row))),
            Self::Decimal(array, scale) => given(array.nulls(), row, || decimal(array.value(row), *scale)),
            Self::Own(cells) => match &cells[row] {
                Own::Absent => Cell::Absent,
                Own::Truth(truth) => Cell::Truth(*truth),
                Own::Whole(number) => Cell::Whole(*number),
                Own::Real(number) => Cell::Real(*number),
                Own::Text(text) => Cell::Text(text),
                Own::List(values, n) => Cell::List(&**values, 0..*n),
                Own::Other => Cell::Other,
            },
            Self::Other => Cell::Other,
        }
    }
}

/// A decimal as the whole number that it is, or as the nearest float.
fn decimal(digits: i128, scale: u32) -> Cell<'static> {
    match 10_i128.checked_pow(scale) {
        Some(one) if digits % one == 0 => Cell::Whole(digits / one),
        // Read from text, so that 55.1 is the same float as everywhere else.
        _ => format!("{digits}e-{scale}").parse().map_or(Cell::Other, Cell::Real),
    }
}
