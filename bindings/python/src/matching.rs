//! `match` and `Plan`: the whole pool at once, its record, and its replay.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use hemvist::audit::AuditRecord;
use hemvist::canonical::CanonicalError;
use hemvist::explain::explain;
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::policy::CompiledPolicy;
use hemvist::replay;
use hemvist::{Lang, canonical, plan, pool, words};
use hemvist_solver::Cancel;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::json;

use crate::enter::{Reached, enter, enter_told, guard};
use crate::errors::{Refused, canonical, internal_error, match_error, refused, replay_error};
use crate::policy::{Policy, or_default};
use crate::pool::{Pool, language};
use crate::solve::deadline;

/// What of the options of a run matters for its record.
#[derive(Clone, Default)]
struct Run {
    seed: Option<String>,
    work_limit: Option<u64>,
    repeatable: bool,
}

impl Run {
    fn options(&self) -> MatchOptions<'_> {
        MatchOptions {
            seed: self.seed.as_deref(),
            work_limit: self.work_limit,
            // Only that there was a deadline is recorded, not which.
            deadline: (!self.repeatable).then(Instant::now),
            ..MatchOptions::default()
        }
    }
}

/// A plan as documents: what is left of it when it has been through a file or another process.
struct Documents {
    plan: Vec<u8>,
    record: Vec<u8>,
    sentences: Vec<u8>,
}

struct Inner {
    pool: Arc<pool::Pool>,
    policy: Arc<CompiledPolicy>,
    run: Run,
    /// The plan as the engine made it; `None`: restored from documents.
    plan: Option<plan::Plan>,
    documents: OnceLock<Documents>,
}

impl Inner {
    /// The plan as documents, made once.
    fn documents(&self, py: Python<'_>) -> PyResult<&Documents> {
        if let Some(documents) = self.documents.get() {
            return Ok(documents);
        }
        let documents = self.write().map_err(|_| internal_error(py))?;
        Ok(self.documents.get_or_init(|| documents))
    }

    fn write(&self) -> Result<Documents, CanonicalError> {
        // A restored plan has its documents from the first.
        let plan = self.plan.as_ref().ok_or(CanonicalError::NotJson)?;
        let both = |sentence: &dyn Fn(Lang) -> String| json!({ "en": sentence(Lang::En), "sv": sentence(Lang::Sv) });
        let duties: Vec<_> = plan
            .duties
            .iter()
            .map(|duty| both(&|lang| duty.sentence(lang)))
            .collect();
        let warnings: Vec<_> = plan
            .warnings
            .iter()
            .map(|warning| both(&|lang| warning.sentence(lang)))
            .collect();
        let record = AuditRecord::new(&self.pool, self.policy.policy(), &self.run.options(), plan, None)?;
        Ok(Documents {
            plan: plan.to_bytes()?,
            record: record.to_bytes()?,
            sentences: canonical::to_bytes(&json!({ "duties": duties, "warnings": warnings }))?,
        })
    }
}

/// A proposal for a whole pool; `hemvist.Plan` documents it.
#[pyclass(frozen, subclass, module = "hemvist._hemvist")]
#[derive(Clone)]
pub(crate) struct Plan {
    inner: Arc<Inner>,
}

/// What [`Plan::restore`] needs: seed, work limit, whether repeatable, and the three documents.
type State<'py> = (
    Option<String>,
    Option<u64>,
    bool,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
);

#[pymethods]
impl Plan {
    #[new]
    fn new(plan: &Bound<'_, Self>) -> Self {
        plan.get().clone()
    }

    /// The plan as canonical JSON.
    fn to_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || Ok(PyBytes::new(py, &self.inner.documents(py)?.plan)))
    }

    /// The sentences of duties and warnings, as canonical JSON.
    #[pyo3(name = "_sentences_json")]
    fn sentences<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || Ok(PyBytes::new(py, &self.inner.documents(py)?.sentences)))
    }

    /// The audit record, as canonical JSON.
    #[pyo3(name = "_record", signature = (run))]
    fn record<'py>(&self, py: Python<'py>, run: Option<u32>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || {
            let record = &self.inner.documents(py)?.record;
            let numbered = replay::read_record(record).map_err(|problems| refused(py, Refused::Record, &problems))?;
            canonical(py, numbered.with_run(run).and_then(|record| record.to_bytes()))
        })
    }

    /// For and against each pair, in one line.
    #[allow(clippy::needless_pass_by_value, reason = "Python hands over what is then ours")]
    #[pyo3(name = "_short")]
    fn short(&self, py: Python<'_>, pairs: Vec<(String, String)>, lang: &str) -> PyResult<Vec<String>> {
        let (lang, inner) = (language(lang)?, &*self.inner);
        guard(py, || {
            let line = |(child, family): &(String, String)| {
                let (child, family) = inner.pool.child_idx(child).zip(inner.pool.family_idx(family))?;
                let found = explain(&inner.pool, &inner.policy, child, family);
                Some(words::short_reasons(&inner.pool, child, &found, lang))
            };
            Ok(pairs.iter().map(|pair| line(pair).unwrap_or_default()).collect())
        })
    }

    /// All that makes the plan besides pool and policy.
    #[pyo3(name = "_state")]
    fn state<'py>(&self, py: Python<'py>) -> PyResult<State<'py>> {
        guard(py, || {
            let (run, documents) = (&self.inner.run, self.inner.documents(py)?);
            let bytes = |bytes: &[u8]| PyBytes::new(py, bytes);
            let (plan, record, sentences) = (&documents.plan, &documents.record, &documents.sentences);
            Ok((
                run.seed.clone(),
                run.work_limit,
                run.repeatable,
                bytes(plan),
                bytes(record),
                bytes(sentences),
            ))
        })
    }

    /// A plan from what [`Plan::state`] gave.
    #[staticmethod]
    #[pyo3(name = "_restore")]
    fn restore(pool: &Bound<'_, Pool>, policy: &Bound<'_, Policy>, state: State<'_>) -> Self {
        let (seed, work_limit, repeatable, plan, record, sentences) = state;
        let bytes = |bytes: &Bound<'_, PyBytes>| bytes.as_bytes().to_vec();
        let documents = Documents {
            plan: bytes(&plan),
            record: bytes(&record),
            sentences: bytes(&sentences),
        };
        let inner = Inner {
            pool: Arc::clone(&pool.get().pool),
            policy: or_default(Some(policy)),
            run: Run {
                seed,
                work_limit,
                repeatable,
            },
            plan: None,
            documents: OnceLock::from(documents),
        };
        Self { inner: Arc::new(inner) }
    }
}

/// Matches a pool.
#[pyfunction]
#[pyo3(signature = (pool, policy, seed, threads, work_limit, time_limit, progress))]
#[allow(
    clippy::too_many_arguments,
    reason = "one per argument of the documented Python function"
)]
pub(crate) fn match_pools(
    py: Python<'_>,
    pool: &Bound<'_, Pool>,
    policy: Option<&Bound<'_, Policy>>,
    seed: Option<String>,
    threads: usize,
    work_limit: Option<u64>,
    time_limit: Option<f64>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Plan> {
    let (pool, policy) = (Arc::clone(&pool.get().pool), or_default(policy));
    let cancel = Cancel::default();
    let run = Run {
        seed,
        work_limit,
        repeatable: time_limit.is_none(),
    };
    let reached = Reached::default();
    let work = {
        let (pool, policy, run) = (Arc::clone(&pool), Arc::clone(&policy), run.clone());
        let (cancel, reached, told) = (cancel.clone(), reached.clone(), progress.is_some());
        move || {
            let tell = |now| reached.set(now);
            let options = MatchOptions {
                threads,
                deadline: time_limit.and_then(deadline),
                cancel: Some(cancel),
                progress: told.then_some(&tell as _),
                ..run.options()
            };
            match_pool(&pool, policy.policy(), &options)
        }
    };
    let plan = enter_told(py, &cancel, progress.map(|to| (to, &reached)), work)?;
    let inner = Inner {
        pool,
        policy,
        run,
        plan: Some(plan.map_err(|error| match_error(py, &error))?),
        documents: OnceLock::new(),
    };
    Ok(Plan { inner: Arc::new(inner) })
}

/// Runs a record again: whether it was confirmed and every difference, as canonical JSON, and the plan of this run.
#[pyfunction]
#[pyo3(signature = (record, pool, policy))]
pub(crate) fn replay_record<'py>(
    py: Python<'py>,
    record: Vec<u8>,
    pool: &Bound<'py, Pool>,
    policy: Option<&Bound<'py, Policy>>,
) -> PyResult<(Bound<'py, PyBytes>, Plan)> {
    let (pool, policy) = (Arc::clone(&pool.get().pool), or_default(policy));
    let work = {
        let (pool, policy) = (Arc::clone(&pool), Arc::clone(&policy));
        move || {
            let replayed = replay::replay(&record, &pool, policy.policy())?;
            let record = replay::read_record(&record)?;
            Ok((replayed, record))
        }
    };
    let (replayed, record) = enter(py, &Cancel::default(), work)?.map_err(|error| replay_error(py, &error))?;
    let sentences: Vec<_> = (replayed.differences.iter())
        .map(|difference| json!({ "en": difference.sentence(Lang::En), "sv": difference.sentence(Lang::Sv) }))
        .collect();
    let answer = json!({
        "confirmed": replayed.is_confirmed(),
        "differences": replayed.differences,
        "sentences": sentences,
    });
    let run = Run {
        seed: Some(record.options.seed),
        work_limit: record.options.work_limit,
        repeatable: true,
    };
    let inner = Inner {
        pool,
        policy,
        run,
        plan: Some(replayed.plan),
        documents: OnceLock::new(),
    };
    Ok((
        canonical(py, canonical::to_bytes(&answer))?,
        Plan { inner: Arc::new(inner) },
    ))
}
