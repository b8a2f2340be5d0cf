//! Tables for Python: columns of Arrow that every data-frame library takes over as they are.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, PrimitiveBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Date32Type, Float64Type, Int16Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{DataType, Field, Schema};
use hemvist::frames;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

use crate::capsule;

/// Rows and named columns; `hemvist.Table` documents it.
#[pyclass(frozen, subclass, module = "hemvist._hemvist")]
#[derive(Clone)]
pub(crate) struct Table {
    batch: RecordBatch,
}

#[pymethods]
impl Table {
    #[new]
    fn new(table: &Bound<'_, Self>) -> Self {
        table.get().clone()
    }

    /// A table from its columns: name, kind (those of [`kind`]) and cells.
    #[staticmethod]
    #[pyo3(name = "_of_lists")]
    fn of_lists(columns: Vec<(String, String, Bound<'_, PyList>)>) -> PyResult<Self> {
        let mut builder = Builder::default();
        for (name, kind, cells) in columns {
            match kind.as_str() {
                "text" => builder.text(&name, cells.extract::<Vec<Option<String>>>()?),
                "int" => builder.number::<Int64Type>(&name, cells.extract::<Vec<Option<i64>>>()?),
                "int16" => builder.number::<Int16Type>(&name, cells.extract::<Vec<Option<i16>>>()?),
                "float" => builder.number::<Float64Type>(&name, cells.extract::<Vec<Option<f64>>>()?),
                "date" => builder.number::<Date32Type>(&name, cells.extract::<Vec<Option<i32>>>()?),
                "bool" => builder.truth(&name, cells.extract::<Vec<Option<bool>>>()?),
                "texts" => builder.texts(&name, cells.extract::<Vec<Option<Vec<String>>>>()?),
                "ints" => builder.wholes(&name, cells.extract::<Vec<Option<Vec<i64>>>>()?),
                _ => return Err(PyValueError::new_err("no such kind of column")),
            };
        }
        builder.build()
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    /// The names of the columns.
    #[getter(_names)]
    fn names(&self) -> Vec<String> {
        self.batch
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect()
    }

    /// The kinds of the columns.
    #[getter(_kinds)]
    fn kinds(&self) -> Vec<&'static str> {
        self.batch
            .columns()
            .iter()
            .map(|column| kind(column.data_type()))
            .collect()
    }

    /// The cells of a column: values of Python, `None` where absent; days as numbers since 1970.
    #[pyo3(name = "_cells")]
    fn cells<'py>(&self, py: Python<'py>, place: usize) -> PyResult<Bound<'py, PyAny>> {
        let column = self.batch.columns().get(place);
        cells(py, column.ok_or_else(|| PyValueError::new_err("no such column"))?)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A wish that a producer may pass over, by the interface.
        let _ = requested_schema;
        capsule::export(py, &self.batch)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsule::export_schema(py, &self.batch)
    }
}

/// The kinds of columns: days are numbers since 1970.
fn kind(of: &DataType) -> &'static str {
    match of {
        DataType::Boolean => "bool",
        DataType::Float64 => "float",
        DataType::Date32 => "date",
        DataType::Utf8 => "text",
        DataType::List(of) if *of.data_type() == DataType::Utf8 => "texts",
        DataType::List(_) => "ints",
        DataType::Int16 => "int16",
        _ => "int",
    }
}

fn cells<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Bound<'py, PyAny>> {
    match column.data_type() {
        DataType::Boolean => column.as_boolean().iter().collect::<Vec<_>>().into_pyobject(py),
        DataType::Int16 => column
            .as_primitive::<Int16Type>()
            .iter()
            .collect::<Vec<_>>()
            .into_pyobject(py),
        DataType::Int64 => column
            .as_primitive::<Int64Type>()
            .iter()
            .collect::<Vec<_>>()
            .into_pyobject(py),
        DataType::Date32 => column
            .as_primitive::<Date32Type>()
            .iter()
            .collect::<Vec<_>>()
            .into_pyobject(py),
        DataType::Float64 => column
            .as_primitive::<Float64Type>()
            .iter()
            .collect::<Vec<_>>()
            .into_pyobject(py),
        DataType::List(_) => {
            let lists = column
                .as_list::<i32>()
                .iter()
                .map(|list| list.map(|list| cells(py, &list)).transpose());
            lists.collect::<PyResult<Vec<_>>>()?.into_pyobject(py)
        }
        _ => column.as_string::<i32>().iter().collect::<Vec<_>>().into_pyobject(py),
    }
}

/// A table in the making, column by column; all columns must have the same length.
#[derive(Default)]
pub(crate) struct Builder {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Builder {
    fn add(&mut self, name: &str, column: ArrayRef) -> &mut Self {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(column);
        self
    }

    /// Texts.
    pub(crate) fn text<S: AsRef<str>>(&mut self, name: &str, cells: impl IntoIterator<Item = Option<S>>) -> &mut Self {
        self.add(name, Arc::new(cells.into_iter().collect::<StringArray>()))
    }

    /// Numbers of any type.
    pub(crate) fn number<T: ArrowPrimitiveType>(
        &mut self,
        name: &str,
        cells: impl IntoIterator<Item = Option<T::Native>>,
    ) -> &mut Self {
        let mut builder = PrimitiveBuilder::<T>::new();
        builder.extend(cells);
        let column: PrimitiveArray<T> = builder.finish();
        self.add(name, Arc::new(column))
    }

    /// True or false.
    pub(crate) fn truth(&mut self, name: &str, cells: impl IntoIterator<Item = Option<bool>>) -> &mut Self {
        self.add(name, Arc::new(cells.into_iter().collect::<BooleanArray>()))
    }

    /// Lists of texts.
    pub(crate) fn texts<S: AsRef<str>>(
        &mut self,
        name: &str,
        cells: impl IntoIterator<Item = Option<Vec<S>>>,
    ) -> &mut Self {
        let mut builder = ListBuilder::new(StringBuilder::new());
        for list in cells {
            for text in list.iter().flatten() {
                builder.values().append_value(text);
            }
            builder.append(list.is_some());
        }
        self.add(name, Arc::new(builder.finish()))
    }

    /// Lists of whole numbers.
    fn wholes(&mut self, name: &str, cells: impl IntoIterator<Item = Option<Vec<i64>>>) -> &mut Self {
        let mut builder = ListBuilder::new(PrimitiveBuilder::<Int64Type>::new());
        for list in cells {
            builder.append_option(list.map(|list| list.into_iter().map(Some)));
        }
        self.add(name, Arc::new(builder.finish()))
    }

    /// A column of the engine's.
    fn column(&mut self, name: &str, column: &frames::Column) -> &mut Self {
        use frames::Column;
        match column {
            Column::Truth(cells) => self.truth(name, cells.iter().copied()),
            Column::Whole(cells) => self.number::<Int64Type>(name, cells.iter().copied()),
            Column::Real(cells) => self.number::<Float64Type>(name, cells.iter().copied()),
            Column::Day(cells) => {
                let days = cells
                    .iter()
                    .map(|day| day.and_then(|day| i32::try_from(day.unix_days()).ok()));
                self.number::<Date32Type>(name, days)
            }
            Column::Text(cells) => self.text(name, cells.iter().map(Option::as_deref)),
            Column::List {
                given,
                starts,
                elements,
            } => {
                let rows = || given.iter().zip(starts.windows(2));
                match &**elements {
                    Column::Whole(cells) => {
                        let list =
                            |range: &[usize]| cells[range[0]..range[1]].iter().map(|cell| cell.unwrap_or(0)).collect();
                        self.wholes(name, rows().map(|(given, range)| given.then(|| list(range))))
                    }
                    Column::Text(cells) => {
                        let list = |range: &[usize]| -> Vec<&str> {
                            cells[range[0]..range[1]]
                                .iter()
                                .map(|cell| cell.as_deref().unwrap_or_default())
                                .collect()
                        };
                        self.texts(name, rows().map(|(given, range)| given.then(|| list(range))))
                    }
                    // No list of ours has other elements; a test holds that every pool comes back.
                    _ => self,
                }
            }
            _ => self,
        }
    }

    /// A table of the engine's.
    pub(crate) fn of_frame(columns: &[(&'static str, frames::Column)]) -> PyResult<Table> {
        let mut builder = Self::default();
        for (name, column) in columns {
            builder.column(name, column);
        }
        builder.build()
    }

    /// The table.
    ///
    /// # Errors
    /// `ValueError` if the columns have not the same length.
    pub(crate) fn build(&mut self) -> PyResult<Table> {
        let schema = Arc::new(Schema::new(std::mem::take(&mut self.fields)));
        let columns = std::mem::take(&mut self.columns);
        let n_rows = columns.first().map_or(0, Array::len);
        let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
        let batch = RecordBatch::try_new_with_options(schema, columns, &options);
        let batch = batch.map_err(|_| PyValueError::new_err("the columns have not the same length"))?;
        Ok(Table { batch })
    }
}
