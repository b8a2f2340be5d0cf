//! `Pool`: documents and tables in, documents and tables out.

use std::sync::Arc;

use hemvist::canonical::{self, Digest};
use hemvist::day::Day;
use hemvist::pool::{self, ChildIdx, FamilyIdx};
use hemvist::{Code, Lang, Problems, ReadOptions, csv, frames, words};
use hemvist_solver::Cancel;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::enter::{enter, guard};
use crate::errors::{Refused, canonical, not_in_pool, refused};
use crate::frames::Table as Given;
use crate::table::Builder;

/// A checked pool; `hemvist.Pool` documents it.
#[pyclass(frozen, subclass, module = "hemvist._hemvist")]
#[derive(Clone)]
pub(crate) struct Pool {
    pub(crate) pool: Arc<pool::Pool>,
}

impl Pool {
    /// The child of this id.
    pub(crate) fn child(&self, py: Python<'_>, id: &str) -> PyResult<ChildIdx> {
        let found = self.pool.child_idx(id);
        found.ok_or_else(|| not_in_pool(py, Code::AskedUnknownChild))
    }

    /// The family of this id.
    pub(crate) fn family(&self, py: Python<'_>, id: &str) -> PyResult<FamilyIdx> {
        let found = self.pool.family_idx(id);
        found.ok_or_else(|| not_in_pool(py, Code::AskedUnknownFamily))
    }
}

#[pymethods]
impl Pool {
    #[new]
    fn new(pool: &Bound<'_, Self>) -> Self {
        pool.get().clone()
    }

    /// The date the pool describes, `YYYY-MM-DD`.
    #[getter(_day)]
    fn day(&self) -> String {
        self.pool.as_of().to_string()
    }

    #[getter]
    fn n_children(&self) -> usize {
        self.pool.n_children()
    }

    #[getter]
    fn n_families(&self) -> usize {
        self.pool.n_families()
    }

    #[getter]
    fn allow_identity_numbers(&self) -> bool {
        self.pool.options().allow_identity_numbers
    }

    /// The ids of the children, in order.
    #[pyo3(name = "_children")]
    fn children(&self) -> Vec<&str> {
        self.pool
            .children()
            .map(|child| self.pool.child(child).id.as_str())
            .collect()
    }

    /// The ids of the families, in order.
    #[pyo3(name = "_families")]
    fn families(&self) -> Vec<&str> {
        self.pool
            .families()
            .map(|family| self.pool.family(family).id.as_str())
            .collect()
    }

    /// The document as canonical JSON.
    fn to_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || canonical(py, canonical::to_bytes(self.pool.document())))
    }

    /// SHA-256 of the document's canonical JSON, as audit records carry it.
    fn digest(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || {
            let digest = Digest::of_value(self.pool.document());
            digest
                .map(|digest| digest.to_string())
                .map_err(|_| crate::errors::internal_error(py))
        })
    }

    /// The document as tables, by name.
    #[pyo3(name = "_frames")]
    fn frames<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tables = PyDict::new(py);
        guard(py, || {
            for (name, columns) in frames::write_pool(self.pool.document()) {
                tables.set_item(name, Builder::of_frame(&columns)?)?;
            }
            Ok(())
        })?;
        Ok(tables)
    }

    /// A child in a few words.
    #[pyo3(name = "_child_words")]
    fn child_words(&self, py: Python<'_>, id: &str, lang: &str) -> PyResult<String> {
        let (child, lang) = (self.child(py, id)?, language(lang)?);
        guard(py, || Ok(words::child(&self.pool, child, lang)))
    }

    /// A family in a few words.
    #[pyo3(name = "_family_words")]
    fn family_words(&self, py: Python<'_>, id: &str, lang: &str) -> PyResult<String> {
        let (family, lang) = (self.family(py, id)?, language(lang)?);
        guard(py, || Ok(words::family(&self.pool, family, lang)))
    }
}

/// `en` or `sv`.
pub(crate) fn language(code: &str) -> PyResult<Lang> {
    code.parse()
        .map_err(|_| PyValueError::new_err("lang must be \"en\" or \"sv\""))
}

fn pool(py: Python<'_>, read: Result<pool::Pool, Problems>) -> PyResult<Pool> {
    match read {
        Ok(pool) => Ok(Pool { pool: Arc::new(pool) }),
        Err(problems) => Err(refused(py, Refused::Pool, &problems)),
    }
}

/// Reads a JSON document.
#[pyfunction]
pub(crate) fn read_json(py: Python<'_>, bytes: Vec<u8>, allow_identity_numbers: bool) -> PyResult<Pool> {
    let options = ReadOptions { allow_identity_numbers };
    let read = enter(py, &Cancel::default(), move || pool::Pool::from_json(&bytes, &options))?;
    pool(py, read)
}

/// What was assumed in order to read a table: as a line in English and in Swedish, and whether it was a guess.
type Note = (String, String, bool);

/// Reads CSV tables: file names and their bytes.
#[pyfunction]
pub(crate) fn read_csv(
    py: Python<'_>,
    tables: Vec<(String, Vec<u8>)>,
    allow_identity_numbers: bool,
) -> PyResult<(Pool, Vec<Note>)> {
    let options = ReadOptions { allow_identity_numbers };
    let read = move || {
        let tables: Vec<(&str, &[u8])> = tables.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        pool::Pool::from_tables(&tables, &options)
    };
    let (read, notes) = match enter(py, &Cancel::default(), read)? {
        Ok((pool, notes)) => (Ok(pool), notes),
        Err(problems) => (Err(problems), csv::ReadNotes::default()),
    };
    let note = |note: &csv::TableNote| (note.message(Lang::En), note.message(Lang::Sv), note.is_guess());
    Ok((pool(py, read)?, notes.tables.iter().map(note).collect()))
}

/// Reads tables of data-frame libraries, or of Python's own lists, by name.
#[pyfunction]
pub(crate) fn read_frames(
    py: Python<'_>,
    as_of: &str,
    tables: Vec<(String, Bound<'_, PyAny>)>,
    allow_identity_numbers: bool,
) -> PyResult<Pool> {
    let options = ReadOptions { allow_identity_numbers };
    let as_of: Day = as_of
        .parse()
        .map_err(|_| PyValueError::new_err("as_of is not a day of the calendar, YYYY-MM-DD, years 1900 to 2199"))?;
    let given: Vec<Given> = guard(py, || {
        tables
            .into_iter()
            .map(|(name, table)| Given::take(name, &table))
            .collect()
    })?;
    let read = move || {
        let frames: Vec<frames::Frame<'_>> = given.iter().map(Given::frame).collect();
        pool::Pool::from_frames(as_of, &frames, &options)
    };
    let read = enter(py, &Cancel::default(), read)?;
    pool(py, read)
}
