//! `match` and `Plan`: the whole pool at once, its record, and its replay.
//!
//! A plan keeps what questions need. One that comes from a file, from another process or from a replay has only its
//! documents; the first question then matches its pool again, and goes no further unless that gives the same bytes.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use hemvist::audit::AuditRecord;
use hemvist::canonical::CanonicalError;
use hemvist::matching::{MatchError, MatchOptions, Matched};
use hemvist::policy::CompiledPolicy;
use hemvist::replay;
use hemvist::{Lang, canonical, plan, pool};
use hemvist_solver::{Cancel, Progress};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::json;

use crate::enter::{Reached, end_if_interrupted, enter, enter_told, guard};
use crate::errors::{Refused, canonical, internal_error, match_error, not_repeatable, refused, replay_error};
use crate::policy::{Policy, or_default};
use crate::pool::Pool;
use crate::solve::deadline;

/// What of the options of a run matters for its record.
#[derive(Clone, Default)]
pub(crate) struct Run {
    pub(crate) seed: Option<String>,
    pub(crate) work_limit: Option<u64>,
    repeatable: bool,
}

impl Run {
    fn options(&self) -> MatchOptions<'_> {
        MatchOptions {
            seed: self.seed.as_deref(),
            work_limit: self.work_limit,
            // Only that there was a deadline is recorded, not which: this one is never reached.
            deadline: (!self.repeatable).then(|| Instant::now() + FAR_OFF),
            ..MatchOptions::default()
        }
    }
}

const FAR_OFF: Duration = Duration::from_hours(24 * 365);

/// A plan as documents: what is left of it when it has been through a file or another process.
struct Documents {
    plan: Vec<u8>,
    record: Vec<u8>,
    sentences: Vec<u8>,
}

pub(crate) struct Inner {
    pub(crate) pool: Arc<pool::Pool>,
    pub(crate) policy: Arc<CompiledPolicy>,
    pub(crate) run: Run,
    /// What questions need, from the first if the plan comes from a match.
    matched: OnceLock<Arc<Matched>>,
    /// The plan of a replay.
    replayed: Option<plan::Plan>,
    documents: OnceLock<Documents>,
}

impl Inner {
    fn of(matched: Matched, policy: Arc<CompiledPolicy>, run: Run) -> Self {
        Self {
            pool: matched.shared_pool(),
            policy,
            run,
            matched: OnceLock::from(Arc::new(matched)),
            replayed: None,
            documents: OnceLock::new(),
        }
    }

    /// The matched pool, to be asked.
    pub(crate) fn matched(&self, py: Python<'_>, threads: usize) -> PyResult<Arc<Matched>> {
        if let Some(matched) = self.matched.get() {
            return Ok(Arc::clone(matched));
        }
        let cancel = Cancel::default();
        let work = {
            let (pool, policy) = (Arc::clone(&self.pool), Arc::clone(&self.policy));
            let (run, cancel) = (self.run.clone(), cancel.clone());
            move || {
                let options = MatchOptions {
                    threads,
                    cancel: Some(cancel),
                    ..run.options()
                };
                Matched::new(pool, policy.policy(), &options)
            }
        };
        let matched = enter(py, &cancel, work)?.map_err(|error| match_error(py, &error))?;
        let again = matched.plan().to_bytes().map_err(|_| internal_error(py))?;
        if again != self.documents(py)?.plan {
            return Err(not_repeatable(py));
        }
        Ok(Arc::clone(self.matched.get_or_init(|| Arc::new(matched))))
    }

    /// The plan as documents, made once.
    fn documents(&self, py: Python<'_>) -> PyResult<&Documents> {
        if let Some(documents) = self.documents.get() {
            return Ok(documents);
        }
        let documents = self.write().map_err(|_| internal_error(py))?;
        Ok(self.documents.get_or_init(|| documents))
    }

    fn write(&self) -> Result<Documents, CanonicalError> {
        let plan = self.matched.get().map(|matched| matched.plan());
        // A restored plan has its documents from the first.
        let plan = plan.or(self.replayed.as_ref()).ok_or(CanonicalError::NotJson)?;
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
    pub(crate) inner: Arc<Inner>,
}

impl Plan {
    /// The plan of a pool that has been matched as another one was, by a run that can be repeated if that could.
    pub(crate) fn as_before(matched: Matched, policy: Arc<CompiledPolicy>, before: &Self, repeatable: bool) -> Self {
        let run = Run {
            repeatable: before.inner.run.repeatable && repeatable,
            ..before.inner.run.clone()
        };
        let inner = Arc::new(Inner::of(matched, policy, run));
        Self { inner }
    }
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
            matched: OnceLock::new(),
            replayed: None,
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
        let (policy, run) = (Arc::clone(&policy), run.clone());
        let (cancel, reached) = (cancel.clone(), reached.clone());
        move || {
            let tell = |now: Progress| {
                end_if_interrupted(&cancel);
                reached.set((now.value, now.bound, now.work));
            };
            let options = MatchOptions {
                threads,
                deadline: time_limit.and_then(deadline),
                cancel: Some(cancel.clone()),
                progress: Some(&tell),
                ..run.options()
            };
            Matched::new(pool, policy.policy(), &options)
        }
    };
    let matched = enter_told(py, &cancel, progress.map(|to| (to, &reached)), work)?;
    let matched = matched.map_err(|error: MatchError| match_error(py, &error))?;
    let inner = Arc::new(Inner::of(matched, policy, run));
    Ok(Plan { inner })
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
        matched: OnceLock::new(),
        replayed: Some(replayed.plan),
        documents: OnceLock::new(),
    };
    Ok((
        canonical(py, canonical::to_bytes(&answer))?,
        Plan { inner: Arc::new(inner) },
    ))
}
