//! What cooperating municipalities ask, through the one door of `hemvist_region::request`.

use std::sync::Arc;

use hemvist::matching::MatchOptions;
use hemvist_region::request::{Context, answer, answer_about};
use hemvist_solver::Cancel;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::enter::{end_if_interrupted, enter};
use crate::errors::region_error;
use crate::matching::Plan;
use crate::policy::{Policy, or_default};
use crate::pool::Pool;

/// How the matches behind an answer are run: seed of the draw, threads, counted work.
#[derive(FromPyObject)]
pub(crate) struct Run(Option<String>, usize, Option<u64>);

/// Answers a request, as canonical JSON; about a plan if one is given, else about a pool or about prices alone.
#[pyfunction]
#[pyo3(signature = (request, pool, policy, plan, run))]
pub(crate) fn ask_region<'py>(
    py: Python<'py>,
    request: Vec<u8>,
    pool: Option<&Bound<'py, Pool>>,
    policy: Option<&Bound<'py, Policy>>,
    plan: Option<&Bound<'py, Plan>>,
    run: Run,
) -> PyResult<Bound<'py, PyBytes>> {
    let Run(seed, threads, work_limit) = run;
    let cancel = Cancel::default();
    let (pool, policy, seed, work_limit, matched) = if let Some(plan) = plan {
        let inner = &plan.get().inner;
        let (pool, policy) = (Arc::clone(&inner.pool), Arc::clone(&inner.policy));
        let matched = inner.matched(py, threads)?;
        let (seed, work_limit) = (inner.run.seed.clone(), inner.run.work_limit);
        (Some(pool), policy, seed, work_limit, Some(matched))
    } else {
        let pool = pool.map(|pool| Arc::clone(&pool.get().pool));
        (pool, or_default(policy), seed, work_limit, None)
    };
    let work = {
        let cancel = cancel.clone();
        move || {
            let end = |_| end_if_interrupted(&cancel);
            let options = MatchOptions {
                seed: seed.as_deref(),
                threads,
                work_limit,
                cancel: Some(cancel.clone()),
                progress: Some(&end),
                ..MatchOptions::default()
            };
            let context = Context {
                pool: pool.as_deref(),
                policy: &policy,
                options: &options,
            };
            match &matched {
                Some(matched) => answer_about(&request, matched.plan(), context),
                None => answer(&request, context),
            }
        }
    };
    let bytes = enter(py, &cancel, work)?.map_err(|error| region_error(py, &error))?;
    Ok(PyBytes::new(py, &bytes))
}
