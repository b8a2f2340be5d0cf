//! `Policy`: documents in, ready for use, documents out.

use std::sync::{Arc, OnceLock};

use hemvist::Problems;
use hemvist::canonical;
use hemvist::policy::{self, CompiledPolicy};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::enter::guard;
use crate::errors::{Refused, canonical, refused};

/// A policy, ready for use; `hemvist.Policy` documents it.
#[pyclass(frozen, subclass, module = "hemvist._hemvist")]
#[derive(Clone)]
pub(crate) struct Policy {
    compiled: Arc<CompiledPolicy>,
}

#[pymethods]
impl Policy {
    #[new]
    fn new(policy: &Bound<'_, Self>) -> Self {
        policy.get().clone()
    }

    /// The whole document as canonical JSON.
    fn to_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || canonical(py, canonical::to_bytes(self.compiled.policy())))
    }
}

/// The policy that was given, or the default one, which is made ready once.
pub(crate) fn or_default(given: Option<&Bound<'_, Policy>>) -> Arc<CompiledPolicy> {
    static DEFAULT: OnceLock<Arc<CompiledPolicy>> = OnceLock::new();
    match given {
        Some(policy) => Arc::clone(&policy.get().compiled),
        None => Arc::clone(DEFAULT.get_or_init(|| {
            let default = policy::Policy::default().compile();
            Arc::new(default.expect("the default policy is tested to be valid"))
        })),
    }
}

fn read(py: Python<'_>, policy: impl FnOnce() -> Result<policy::Policy, Problems>) -> PyResult<Policy> {
    guard(py, || match policy().and_then(|policy| policy.compile()) {
        Ok(compiled) => Ok(Policy {
            compiled: Arc::new(compiled),
        }),
        Err(problems) => Err(refused(py, Refused::Policy, &problems)),
    })
}

/// The default policy.
#[pyfunction]
pub(crate) fn default_policy(py: Python<'_>) -> PyResult<Policy> {
    guard(py, || {
        Ok(Policy {
            compiled: or_default(None),
        })
    })
}

/// Reads a policy from TOML.
#[pyfunction]
pub(crate) fn policy_from_toml(py: Python<'_>, text: &str) -> PyResult<Policy> {
    read(py, || policy::Policy::from_toml(text))
}

/// Reads a policy from JSON.
#[pyfunction]
pub(crate) fn policy_from_json(py: Python<'_>, bytes: &[u8]) -> PyResult<Policy> {
    read(py, || policy::Policy::from_json(bytes))
}
