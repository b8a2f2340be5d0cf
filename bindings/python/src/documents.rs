//! Small things that stand alone: canonical JSON, the draw, schemas, and the engine's words.

use hemvist::policy::{self, DEFAULT_POLICY};
use hemvist::{canonical, lottery, schema, words};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::Value;

use crate::enter::guard;
use crate::errors::canonical;
use crate::pool::language;

/// A JSON text in canonical form.
#[pyfunction]
pub(crate) fn canonical_json<'py>(py: Python<'py>, text: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    guard(py, || {
        let document: Value =
            serde_json::from_slice(text).map_err(|_| PyValueError::new_err("not well-formed JSON"))?;
        let unsafe_number = |_| PyValueError::new_err("a whole number lies outside -(2**53 - 1) to 2**53 - 1");
        let bytes = canonical::to_bytes(&document).map_err(unsafe_number)?;
        Ok(PyBytes::new(py, &bytes))
    })
}

/// The places of the ids, first in the draw first.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "Python hands over what is then ours")]
pub(crate) fn lottery_order(py: Python<'_>, seed: &str, ids: Vec<String>) -> PyResult<Vec<u32>> {
    guard(py, || Ok(lottery::order(seed, ids.iter().map(String::as_str))))
}

/// The JSON Schema of a kind of document.
#[pyfunction]
pub(crate) fn schema_of<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyBytes>> {
    guard(py, || {
        let schema = match name {
            "pool" => schema::pool(),
            "policy" => policy::Policy::schema(),
            _ => return Err(PyValueError::new_err("there are schemas of \"pool\" and \"policy\"")),
        };
        canonical(py, canonical::to_bytes(&schema))
    })
}

/// The default policy as it ships: TOML with the source of every number.
#[pyfunction]
pub(crate) fn default_policy_text() -> &'static str {
    DEFAULT_POLICY
}

/// What the codes in the engine's documents mean, by kind of code, as canonical JSON.
#[pyfunction]
pub(crate) fn vocabulary<'py>(py: Python<'py>, lang: &str) -> PyResult<Bound<'py, PyBytes>> {
    let lang = language(lang)?;
    guard(py, || canonical(py, canonical::to_bytes(&words::vocabulary(lang))))
}
