//! Arrow data out of and into Python's capsules (the `PyCapsule` interface of Arrow). The only place with `unsafe`.
//!
//! What comes in is checked in full (offsets, keys, UTF-8) before anything reads it: a producer's word is not enough.

#![allow(unsafe_code, reason = "capsules hold raw pointers to the C structs of Arrow")]

use std::ffi::CStr;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::ArrowError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// The columns of a table, in order, and its rows.
pub(crate) struct Imported {
    pub(crate) names: Vec<String>,
    pub(crate) batches: Vec<RecordBatch>,
}

/// Reads a table from an object that has `__arrow_c_stream__` or `__arrow_c_array__`; `None` if it has neither.
///
/// # Errors
/// What the object raises; `ValueError` if what it hands over is not sound.
pub(crate) fn import(object: &Bound<'_, PyAny>) -> PyResult<Option<Imported>> {
    if object.hasattr("__arrow_c_stream__")? {
        let capsule = object.call_method0("__arrow_c_stream__")?;
        return from_stream(capsule.cast::<PyCapsule>()?).map(Some);
    }
    if object.hasattr("__arrow_c_array__")? {
        let capsules = object.call_method0("__arrow_c_array__")?;
        return from_array(capsules.cast::<PyTuple>()?).map(Some);
    }
    Ok(None)
}

fn from_stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<Imported> {
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: a capsule of this name holds, by the interface, a pointer to an initialised stream that lives as long as
    // the capsule, which is held by the caller; the stream is moved out and marked as released before anything of
    // Python runs.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) }.map_err(|error| unsound(&error))?;
    let names = reader
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let batches: Result<Vec<RecordBatch>, ArrowError> = reader.collect();
    let batches = batches.map_err(|error| unsound(&error))?;
    batches.iter().try_for_each(check).map_err(|error| unsound(&error))?;
    Ok(Imported { names, batches })
}

fn from_array(capsules: &Bound<'_, PyTuple>) -> PyResult<Imported> {
    let (schema, array) = (capsules.get_item(0)?, capsules.get_item(1)?);
    let schema = schema.cast::<PyCapsule>()?.pointer_checked(Some(SCHEMA))?;
    let array = array.cast::<PyCapsule>()?.pointer_checked(Some(ARRAY))?;
    // SAFETY: capsules of these names hold, by the interface, pointers to an initialised schema and array that live as
    // long as the capsules, which are held by the caller; the array is moved out and marked as released, the schema is
    // only read, and nothing of Python runs between.
    let data = unsafe {
        let array = FFI_ArrowArray::from_raw(array.cast::<FFI_ArrowArray>().as_ptr());
        from_ffi(array, schema.cast::<FFI_ArrowSchema>().as_ref())
    };
    let data = data.map_err(|error| unsound(&error))?;
    data.validate_full().map_err(|error| unsound(&error))?;
    if !matches!(data.data_type(), arrow_schema::DataType::Struct(_)) || data.null_count() > 0 {
        return Err(PyValueError::new_err("the arrow array is not a table"));
    }
    let batch = RecordBatch::from(StructArray::from(data));
    let names = batch
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let batches = vec![batch];
    Ok(Imported { names, batches })
}

fn check(batch: &RecordBatch) -> Result<(), ArrowError> {
    batch
        .columns()
        .iter()
        .try_for_each(|column| column.to_data().validate_full())
}

/// The words of the error may hold words of the data, so only its kind is told.
fn unsound(error: &ArrowError) -> PyErr {
    let kind = match error {
        ArrowError::CDataInterface(_) => "its types are not known here",
        ArrowError::ComputeError(_) | ArrowError::IoError(..) => "its producer failed",
        _ => "it is not sound",
    };
    PyValueError::new_err(format!("the arrow data cannot be read: {kind}"))
}

/// A table as a stream of one batch, in a capsule.
pub(crate) fn export<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
}

/// The types of a table, in a capsule.
pub(crate) fn export_schema<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(batch.schema().as_ref()).map_err(|error| unsound(&error))?;
    PyCapsule::new_with_value(py, schema, SCHEMA)
}
