//! What a plan answers: one function for each question of `hemvist::ask`, which gives its document.

use std::sync::Arc;

use hemvist::ask::{self, AskOptions, CallOptions, Labels, Matched, Rates, WeightRange};
use hemvist::canonical::{self, CanonicalError};
use hemvist::changes::Changes;
use hemvist::criteria::Criterion;
use hemvist::matching::MatchError;
use hemvist::{Code, Fact, Path, Problem};
use hemvist_solver::Cancel;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Serialize;

use crate::enter::{Reached, end_if_interrupted, enter_told};
use crate::errors::{ask_error, canonical};
use crate::matching::Plan;
use crate::policy::{Policy, or_default};
use crate::pool::Pool;
use crate::solve::deadline;

/// How far a question may go: threads, counted work and seconds of each solve, and whom to tell.
#[derive(FromPyObject)]
pub(crate) struct Limits<'py>(usize, Option<u64>, Option<f64>, Option<Bound<'py, PyAny>>);

type Bytes<'py> = PyResult<Bound<'py, PyBytes>>;

/// Asks a question of a plan.
fn question<R: Send + 'static>(
    plan: &Bound<'_, Plan>,
    limits: Limits<'_>,
    ask: impl FnOnce(&Matched, &AskOptions<'_>) -> Result<R, MatchError> + Send + 'static,
) -> PyResult<R> {
    let (py, Limits(threads, work_limit, time_limit, progress)) = (plan.py(), limits);
    let matched = plan.get().inner.matched(py, threads)?;
    let (cancel, reached) = (Cancel::default(), Reached::default());
    let work = {
        let deadline = time_limit.and_then(deadline);
        let (cancel, reached) = (cancel.clone(), reached.clone());
        move || {
            let tell = |done, total| {
                end_if_interrupted(&cancel);
                reached.raise((done, total));
            };
            let options = AskOptions {
                threads,
                work_limit,
                deadline,
                cancel: Some(cancel.clone()),
                progress: Some(&tell),
            };
            ask(&matched, &options)
        }
    };
    let answer = enter_told(py, &cancel, progress.as_ref().map(|to| (to, &reached)), work)?;
    answer.map_err(|error| ask_error(py, &error))
}

/// As [`question`], with the answer as a document.
fn document<'py, R: Serialize>(
    plan: &Bound<'py, Plan>,
    limits: Limits<'_>,
    ask: impl FnOnce(&Matched, &AskOptions<'_>) -> Result<R, MatchError> + Send + 'static,
) -> Bytes<'py> {
    let written = move |matched: &Matched, options: &AskOptions<'_>| Ok(canonical::to_bytes(&ask(matched, options)?));
    let bytes: Result<Vec<u8>, CanonicalError> = question(plan, limits, written)?;
    canonical(plan.py(), bytes)
}

/// The best other families for a child.
#[pyfunction]
pub(crate) fn alternatives<'py>(
    plan: &Bound<'py, Plan>,
    child: String,
    most: usize,
    limits: Limits<'py>,
) -> Bytes<'py> {
    document(plan, limits, move |matched, options| {
        ask::alternatives(matched, &child, most, options)
    })
}

/// The same for every child who needs a placement, as a list.
#[pyfunction]
pub(crate) fn alternatives_of_all<'py>(plan: &Bound<'py, Plan>, most: usize, limits: Limits<'py>) -> Bytes<'py> {
    document(plan, limits, move |matched, options| {
        ask::alternatives_of_all(matched, most, options)
    })
}

/// Why a child does not go to a family.
#[pyfunction]
pub(crate) fn why_not<'py>(plan: &Bound<'py, Plan>, child: String, family: String, limits: Limits<'py>) -> Bytes<'py> {
    document(plan, limits, move |matched, options| {
        ask::why_not(matched, &child, &family, options)
    })
}

/// How the plan differs once the pool is changed; the plan after, and the changed pool.
#[pyfunction]
pub(crate) fn what_if<'py>(
    plan: &Bound<'py, Plan>,
    changes: Vec<u8>,
    policy: Option<&Bound<'py, Policy>>,
    limits: Limits<'py>,
) -> PyResult<(Bound<'py, PyBytes>, Plan, Pool)> {
    let then = policy.map(|policy| or_default(Some(policy)));
    let policy = then.clone().unwrap_or_else(|| Arc::clone(&plan.get().inner.policy));
    let repeatable = limits.2.is_none();
    let found = question(plan, limits, move |matched, options| {
        let changes = Changes::from_json(&changes)?;
        let then = then.as_ref().map(|policy| policy.policy());
        let found = ask::what_if(matched, &changes, then, options)?;
        Ok((canonical::to_bytes(&found.difference), found.matched))
    });
    let (difference, matched) = found?;
    let pool = Pool {
        pool: matched.shared_pool(),
    };
    let after = Plan::as_before(matched, policy, plan.get(), repeatable);
    Ok((canonical(plan.py(), difference)?, after, pool))
}

/// What each lock, ban and refusal costs.
#[pyfunction]
pub(crate) fn choices<'py>(plan: &Bound<'py, Plan>, limits: Limits<'py>) -> Bytes<'py> {
    document(plan, limits, ask::choices)
}

/// Ties between best plans, and the lots that decided.
#[pyfunction]
pub(crate) fn ties<'py>(plan: &Bound<'py, Plan>, limits: Limits<'py>) -> Bytes<'py> {
    document(plan, limits, ask::ties)
}

/// How placements stand up to other weights.
#[pyfunction]
pub(crate) fn robustness<'py>(
    plan: &Bound<'py, Plan>,
    share: u32,
    shares: Vec<(String, u32)>,
    samples: u32,
    steps: u32,
    seed: Option<String>,
    limits: Limits<'py>,
) -> Bytes<'py> {
    document(plan, limits, move |matched, options| {
        let criterion = |(name, share): &(String, u32)| {
            let known = || Fact::OneOf(Criterion::ALL.iter().map(|c| c.code()).collect());
            let unknown = || Problem::new(Code::UnknownWord, Path::of("shares")).allowed(known());
            let criterion = Criterion::from_code(name).ok_or_else(|| MatchError::Refused(unknown().into()));
            Ok::<_, MatchError>((criterion?, *share))
        };
        let range = WeightRange {
            share,
            shares: shares.iter().map(criterion).collect::<Result<_, _>>()?,
            samples,
            steps,
            seed: seed.as_deref(),
        };
        ask::robustness(matched, &range, options)
    })
}

/// Facts that are not known and could change a proposal.
#[pyfunction]
pub(crate) fn questions<'py>(plan: &Bound<'py, Plan>, child: Option<String>, limits: Limits<'py>) -> Bytes<'py> {
    document(plan, limits, move |matched, options| match &child {
        Some(child) => ask::questions(matched, child, options),
        None => ask::questions_of_all(matched, options),
    })
}

/// Whom to ask, in which order. `rates`: a document of them, and what holds of families of whom none is known; `runs`: how many
/// times the calls are played through, and the seed of that.
#[pyfunction]
pub(crate) fn calls<'py>(
    plan: &Bound<'py, Plan>,
    child: Option<String>,
    most: usize,
    rates: (Option<Vec<u8>>, Option<u8>),
    runs: (u32, Option<String>),
    limits: Limits<'py>,
) -> Bytes<'py> {
    document(plan, limits, move |matched, options| {
        let ((rates, unknown_rate), (runs, seed)) = (rates, runs);
        let rates = rates.map(|text| Rates::from_json(&text)).transpose()?;
        let asked = CallOptions {
            child: child.as_deref(),
            most,
            rates: &rates.unwrap_or_default(),
            unknown_rate,
            runs,
            seed: seed.as_deref(),
        };
        ask::calls(matched, &asked, options)
    })
}

/// How groups of children fare, by labels from a document, or by one that the pool gives.
#[pyfunction]
pub(crate) fn groups<'py>(
    plan: &Bound<'py, Plan>,
    labels: Option<Vec<u8>>,
    by_gender: bool,
    least: u32,
    limits: Limits<'py>,
) -> Bytes<'py> {
    document(plan, limits, move |matched, _| {
        let labels = match labels {
            Some(text) => Labels::from_json(&text)?,
            None if by_gender => Labels::by_gender(matched.pool()),
            None => Labels::by_municipality(matched.pool()),
        };
        ask::groups(matched, &labels, least)
    })
}
