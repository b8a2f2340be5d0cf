//! The extension module `hemvist._hemvist`: thin functions behind the Python package.
//!
//! Promises: arguments that are wrong raise `ValueError` with name and position; a panic of ours becomes
//! `hemvist.InternalError`, never `PanicException`; long work releases the GIL and heeds Ctrl-C. Refuses to know:
//! children, families, rules. What a Python user sees is in `python/hemvist/`.

mod arrays;
mod enter;
mod solve;

/// The extension module.
#[pyo3::pymodule(gil_used = false)]
mod _hemvist {
    #[pymodule_export]
    use crate::solve::solve;
}
