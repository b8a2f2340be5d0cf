//! The extension module `hemvist._hemvist`: thin functions behind the Python package.
//!
//! Promises: arguments that are wrong raise `ValueError` with name and position, or an exception with every problem; a
//! panic of ours becomes `hemvist.InternalError`, never `PanicException`; long work releases the GIL and heeds Ctrl-C.
//! Refuses to know: children, families, rules. What a Python user sees is in `python/hemvist/`.
//!
//! Every function takes handles and plain values and gives a handle, a [`table::Table`] or canonical JSON; the package
//! puts classes, names and documentation on top. Long work goes through [`enter::enter`], short work through
//! [`enter::guard`].
//!
//! # To add a question
//! 1. Here, a function of about six lines: of a plan by `ask::document`, else handles and plain values in,
//!    `enter(py, &cancel, move || the engine's function)`, problems to `errors`, and out either canonical JSON or a table of
//!    [`table::Builder`]. One line in the list below, one in `_hemvist.pyi`, which stubtest holds against this. What
//!    cooperating municipalities ask needs nothing here: it goes through `region::ask_region` by its name.
//! 2. In the package, `class WhyNot(Answer)` with the columns of its lists and names for what matters of it; reading like a
//!    `dict`, tables, bytes, files, pickles, equality and a page in notebooks come with [`Answer`]. A method or function of two
//!    lines, with its documentation, whose example a test runs.
//! 3. Its name in `__all__` and in `docs/reference.md`; a test fails for a public class that does not pickle, show itself
//!    or stand in `test_manners.everything`, and for a question of the engine that has no function.
//!
//! [`Answer`]: ../../python/hemvist/_document.py

mod arrays;
mod ask;
mod capsule;
mod documents;
mod enter;
mod errors;
mod frames;
mod matching;
mod policy;
mod pool;
mod region;
mod score;
mod solve;
mod table;

/// The extension module.
#[pyo3::pymodule(gil_used = false)]
mod _hemvist {
    #[pymodule_export]
    use crate::ask::{
        alternatives, alternatives_of_all, calls, choices, groups, questions, robustness, ties, what_if, why_not,
    };
    #[pymodule_export]
    use crate::documents::{canonical_json, default_policy_text, lottery_order, schema_of, vocabulary};
    #[pymodule_export]
    use crate::enter::panic_on_purpose;
    #[pymodule_export]
    use crate::matching::{Plan, match_pools, replay_record};
    #[pymodule_export]
    use crate::policy::{Policy, default_policy, policy_from_json, policy_from_toml};
    #[pymodule_export]
    use crate::pool::{Pool, read_csv, read_frames, read_json};
    #[pymodule_export]
    use crate::region::ask_region;
    #[pymodule_export]
    use crate::score::{Score, rank_document, score, score_matrix, score_pairs, short_reasons};
    #[pymodule_export]
    use crate::solve::solve;
    #[pymodule_export]
    use crate::table::Table;
}
