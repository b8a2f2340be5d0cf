//! Small things that stand alone: canonical JSON, the draw, schemas, and the engine's words.

use std::collections::BTreeMap;

use hemvist::ask::{self, Labels, Rates};
use hemvist::changes::Changes;
use hemvist::policy::{self, DEFAULT_POLICY};
use hemvist::rank::Rank;
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
        let mut all = schemas();
        let unknown = |names: Vec<&str>| PyValueError::new_err(format!("there are schemas of {}", names.join(", ")));
        match all.remove(name) {
            Some(schema) => canonical(py, canonical::to_bytes(&schema)),
            None => Err(unknown(all.into_keys().collect())),
        }
    })
}

/// The schemas by the names of their documents.
fn schemas() -> BTreeMap<&'static str, Value> {
    let documents = [
        ("hemvist.pool/1", schema::pool()),
        ("hemvist.policy/1", policy::Policy::schema()),
        ("hemvist.changes/1", Changes::schema()),
        ("hemvist.rates/1", Rates::schema()),
        ("hemvist.labels/1", Labels::schema()),
        ("hemvist.rank/1", Rank::schema()),
    ];
    let name = |format: &'static str| format.trim_start_matches("hemvist.").trim_end_matches("/1");
    let all = documents.into_iter().chain(ask::schemas());
    all.map(|(format, schema)| (name(format), schema)).collect()
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
