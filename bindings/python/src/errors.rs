//! Problems of the engine as exceptions of the package. The classes live in Python, so that they pickle.

use hemvist::canonical::CanonicalError;
use hemvist::matching::MatchError;
use hemvist::problem::Step;
use hemvist::replay::ReplayError;
use hemvist::{Code, Lang, Path, Problem, Problems};
use hemvist_region::RegionError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::{Value, json};

/// What has been refused: the name of the exception in `hemvist._errors`.
#[derive(Clone, Copy)]
pub(crate) enum Refused {
    Pool,
    Policy,
    Options,
    Record,
    Request,
    NotInPool,
}

impl Refused {
    const fn class(self) -> &'static str {
        match self {
            Self::Pool => "PoolError",
            Self::Policy => "PolicyError",
            Self::Options => "OptionsError",
            Self::Record => "RecordError",
            Self::Request => "RequestError",
            Self::NotInPool => "NotInPoolError",
        }
    }
}

/// The exception that something has been refused, with every problem.
pub(crate) fn refused(py: Python<'_>, what: Refused, problems: &Problems) -> PyErr {
    let all: Vec<Value> = problems.iter().map(problem).collect();
    let text = json!({ "total": problems.total(), "problems": all }).to_string();
    raise(py, what.class(), Some(text))
}

/// The exception that a pool has no child, or no family, of the id that was asked about.
pub(crate) fn not_in_pool(py: Python<'_>, code: Code) -> PyErr {
    let argument = if code == Code::AskedUnknownChild {
        "child"
    } else {
        "family"
    };
    refused(py, Refused::NotInPool, &Problem::new(code, Path::of(argument)).into())
}

/// The exception that a plan from a file or another process cannot be made again here, so that it cannot be asked.
pub(crate) fn not_repeatable(py: Python<'_>) -> PyErr {
    raise(py, "NotRepeatableError", None)
}

/// Why a question to a matched pool has no answer.
pub(crate) fn ask_error(py: Python<'_>, error: &MatchError) -> PyErr {
    match error {
        MatchError::Refused(problems) => asked(py, problems),
        error => match_error(py, error),
    }
}

/// Why a question of cooperating municipalities has no answer.
pub(crate) fn region_error(py: Python<'_>, error: &RegionError) -> PyErr {
    match error {
        RegionError::Cost(error) => {
            let message = json!({ "en": error.message(Lang::En), "sv": error.message(Lang::Sv) });
            let text = json!({ "code": error.code(), "message": message }).to_string();
            raise(py, "CostError", Some(text))
        }
        RegionError::Refused(problems) => asked(py, problems),
        RegionError::Match(error) => match_error(py, error),
        _ => internal_error(py),
    }
}

/// What was wrong with a question: that the pool has not what it is about, or anything else.
fn asked(py: Python<'_>, problems: &Problems) -> PyErr {
    let missing = |problem: &Problem| matches!(problem.code, Code::AskedUnknownChild | Code::AskedUnknownFamily);
    let what = if problems.iter().all(missing) {
        Refused::NotInPool
    } else {
        Refused::Request
    };
    refused(py, what, problems)
}

/// Why a pool could not be matched.
pub(crate) fn match_error(py: Python<'_>, error: &MatchError) -> PyErr {
    match error {
        MatchError::Refused(problems) => refused(py, Refused::Options, problems),
        MatchError::TooGreat(_) => raise(py, "TooGreatError", None),
        _ => internal_error(py),
    }
}

/// Why a record could not be replayed.
pub(crate) fn replay_error(py: Python<'_>, error: &ReplayError) -> PyErr {
    match error {
        ReplayError::Refused(problems) => refused(py, Refused::Record, problems),
        ReplayError::Match(error) => match_error(py, error),
        _ => internal_error(py),
    }
}

/// Canonical JSON as bytes of Python. That there is none is a fault of ours: documents hold safe numbers only.
pub(crate) fn canonical(py: Python<'_>, bytes: Result<Vec<u8>, CanonicalError>) -> PyResult<Bound<'_, PyBytes>> {
    bytes
        .map(|bytes| PyBytes::new(py, &bytes))
        .map_err(|_| internal_error(py))
}

/// The exception for a fault of ours.
pub(crate) fn internal_error(py: Python<'_>) -> PyErr {
    raise(py, "InternalError", None)
}

fn raise(py: Python<'_>, class: &str, report: Option<String>) -> PyErr {
    let class = py.import("hemvist._errors").and_then(|module| module.getattr(class));
    let error = class.and_then(|class| match report {
        Some(report) => class.call_method1("from_report", (report,)),
        None => class.call0(),
    });
    match error {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

/// A problem with its message in both languages, and its table, row and column where it has them.
fn problem(problem: &Problem) -> Value {
    let mut value = json!(problem);
    value["message"] = json!({ "en": problem.message(Lang::En), "sv": problem.message(Lang::Sv) });
    if let [Step::Field(table), row @ (Step::Row(_) | Step::Index(_)), rest @ ..] = problem.path.steps() {
        let rest = rest.iter().fold(Path::root(), |path, step| path.step(*step));
        value["table"] = json!(table.strip_suffix(".csv").unwrap_or(table));
        value["row"] = match row {
            Step::Row(row) => json!(row),
            Step::Index(row) => json!(row),
            _ => Value::Null,
        };
        value["column"] = json!(rest);
    }
    value
}
