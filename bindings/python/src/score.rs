//! Fits before any pool is solved: of one pair with its reasons, of all pairs, of the families for one child.

use std::sync::Arc;

use arrow_array::types::Int16Type;
use hemvist::candidates::{Candidates, fit_matrix};
use hemvist::explain::{self, Explanation};
use hemvist::rank::{Rank, RankOptions};
use hemvist::rules::Rule;
use hemvist::{Lang, Problems, canonical, pool, words};
use hemvist_solver::Cancel;
use numpy::{PyArray2, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::enter::{enter, guard};
use crate::errors::{Refused, canonical, refused};
use crate::policy::{Policy, or_default};
use crate::pool::{Pool, language};
use crate::table::{Builder, Table};

/// Everything that rules and criteria say of one pair; `hemvist.Score` documents it.
#[pyclass(frozen, subclass, module = "hemvist._hemvist")]
#[derive(Clone)]
pub(crate) struct Score {
    inner: Arc<Inner>,
}

enum Inner {
    /// As the engine made it; sentences are put together when somebody asks.
    Found {
        pool: Arc<pool::Pool>,
        child: pool::ChildIdx,
        family: pool::FamilyIdx,
        found: Explanation,
    },
    /// Restored from its documents.
    Restored {
        document: Vec<u8>,
        sentences: Vec<u8>,
        short: Short,
    },
}

/// What of a score's document is asked for most.
#[derive(Deserialize)]
struct Short {
    child: String,
    family: String,
    explanation: Verdict,
}

#[derive(Clone, Copy, Deserialize)]
struct Verdict {
    eligible: bool,
    fit: u16,
    low: u16,
    high: u16,
}

#[pymethods]
impl Score {
    #[new]
    fn new(score: &Bound<'_, Self>) -> Self {
        score.get().clone()
    }

    #[getter]
    fn child(&self) -> &str {
        match &*self.inner {
            Inner::Found { pool, child, .. } => &pool.child(*child).id,
            Inner::Restored { short, .. } => &short.child,
        }
    }

    #[getter]
    fn family(&self) -> &str {
        match &*self.inner {
            Inner::Found { pool, family, .. } => &pool.family(*family).id,
            Inner::Restored { short, .. } => &short.family,
        }
    }

    #[getter]
    fn eligible(&self) -> bool {
        self.fit_of().eligible
    }

    #[getter]
    fn fit(&self) -> u16 {
        self.fit_of().fit
    }

    #[getter]
    fn low(&self) -> u16 {
        self.fit_of().low
    }

    #[getter]
    fn high(&self) -> u16 {
        self.fit_of().high
    }

    /// The pair's explanation with its sentences in English, as canonical JSON.
    fn to_json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || match &*self.inner {
            Inner::Found {
                pool,
                child,
                family,
                found,
            } => canonical(py, canonical::to_bytes(&document(pool, *child, *family, found))),
            Inner::Restored { document, .. } => Ok(PyBytes::new(py, document)),
        })
    }

    /// All sentences in both languages, and for and against in one line, as canonical JSON.
    #[pyo3(name = "_sentences_json")]
    fn sentences<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || match &*self.inner {
            Inner::Found { pool, child, found, .. } => {
                canonical(py, canonical::to_bytes(&sentences(pool, *child, found)))
            }
            Inner::Restored { sentences, .. } => Ok(PyBytes::new(py, sentences)),
        })
    }

    /// A score from its documents.
    #[staticmethod]
    #[pyo3(name = "_restore")]
    fn restore(document: Vec<u8>, sentences: Vec<u8>) -> PyResult<Self> {
        let short =
            serde_json::from_slice(&document).map_err(|_| PyValueError::new_err("not the document of a score"))?;
        let inner = Arc::new(Inner::Restored {
            document,
            sentences,
            short,
        });
        Ok(Self { inner })
    }
}

impl Score {
    fn fit_of(&self) -> Verdict {
        match &*self.inner {
            Inner::Found { found, .. } => Verdict {
                eligible: found.eligible,
                fit: found.fit,
                low: found.low,
                high: found.high,
            },
            Inner::Restored { short, .. } => short.explanation,
        }
    }
}

/// The explanation as `hemvist explain --json` gives it.
fn document(pool: &pool::Pool, child: pool::ChildIdx, family: pool::FamilyIdx, found: &Explanation) -> Value {
    let lang = Lang::En;
    let parts: Vec<String> = found.parts.iter().map(|part| part.sentence(lang)).collect();
    let reasons: Vec<String> = found.reasons.iter().map(|reason| reason.sentence(lang)).collect();
    let questions: Vec<&str> = found.questions.iter().map(|question| question.sentence(lang)).collect();
    json!({
        "child": pool.child(child).id,
        "family": pool.family(family).id,
        "explanation": found,
        "sentences": { "lang": lang, "parts": parts, "reasons": reasons, "questions": questions },
    })
}

fn sentences(pool: &pool::Pool, child: pool::ChildIdx, found: &Explanation) -> Value {
    let both = |sentence: &dyn Fn(Lang) -> String| json!({ "en": sentence(Lang::En), "sv": sentence(Lang::Sv) });
    let parts: Vec<Value> = found
        .parts
        .iter()
        .map(|part| both(&|lang| part.sentence(lang)))
        .collect();
    let reasons: Vec<Value> = found
        .reasons
        .iter()
        .map(|reason| both(&|lang| reason.sentence(lang)))
        .collect();
    let questions = found
        .questions
        .iter()
        .map(|question| both(&|lang| question.sentence(lang).to_owned()));
    let questions: Vec<Value> = questions.collect();
    let because = both(&|lang| words::short_reasons(pool, child, found, lang));
    json!({ "because": because, "parts": parts, "reasons": reasons, "questions": questions })
}

/// The fit of one pair, with everything behind it.
#[pyfunction]
#[pyo3(signature = (pool, child, family, policy))]
pub(crate) fn score(
    py: Python<'_>,
    pool: &Bound<'_, Pool>,
    child: &str,
    family: &str,
    policy: Option<&Bound<'_, Policy>>,
) -> PyResult<Score> {
    let pool = pool.get();
    let (child, family) = (pool.child(py, child)?, pool.family(py, family)?);
    guard(py, || {
        let found = explain::explain(&pool.pool, &or_default(policy), child, family);
        let pool = Arc::clone(&pool.pool);
        let inner = Inner::Found {
            pool,
            child,
            family,
            found,
        };
        Ok(Score { inner: Arc::new(inner) })
    })
}

/// The fits of all pairs; −1 where ruled out.
#[pyfunction]
#[pyo3(signature = (pool, policy, threads))]
pub(crate) fn score_matrix<'py>(
    py: Python<'py>,
    pool: &Bound<'py, Pool>,
    policy: Option<&Bound<'py, Policy>>,
    threads: usize,
) -> PyResult<Bound<'py, PyArray2<i16>>> {
    let (pool, policy) = (Arc::clone(&pool.get().pool), or_default(policy));
    let shape = [pool.n_children(), pool.n_families()];
    let fits = enter(py, &Cancel::default(), move || fit_matrix(&pool, &policy, threads))?;
    numpy::PyArray1::from_vec(py, fits).reshape(shape)
}

/// The eligible pairs of the children who seek a home: child, family, fit, warnings.
#[pyfunction]
#[pyo3(signature = (pool, policy, threads))]
pub(crate) fn score_pairs(
    py: Python<'_>,
    pool: &Bound<'_, Pool>,
    policy: Option<&Bound<'_, Policy>>,
    threads: usize,
) -> PyResult<Table> {
    let (pool, policy) = (Arc::clone(&pool.get().pool), or_default(policy));
    let pairs = move || {
        let found = Candidates::find(&pool, &policy, threads);
        let children = pool.children().flat_map(|child| found.of(child).map(move |_| child));
        Builder::default()
            .text("child", children.map(|child| Some(pool.child(child).id.as_str())))
            .text(
                "family",
                found
                    .families
                    .iter()
                    .map(|&family| Some(pool.family(family).id.as_str())),
            )
            .number::<Int16Type>("fit", found.fits.iter().map(|&fit| i16::try_from(fit).ok()))
            .texts(
                "warnings",
                found
                    .warned
                    .iter()
                    .map(|rules| Some(rules.iter().map(Rule::code).collect())),
            )
            .build()
    };
    enter(py, &Cancel::default(), pairs)?
}

/// The families for one child in order, and for its siblings together, as canonical JSON (`hemvist.rank/1`).
#[pyfunction]
#[pyo3(signature = (pool, child, most, ruled_out, policy))]
pub(crate) fn rank_document<'py>(
    py: Python<'py>,
    pool: &Bound<'py, Pool>,
    child: String,
    most: usize,
    ruled_out: bool,
    policy: Option<&Bound<'py, Policy>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (pool, policy) = (Arc::clone(&pool.get().pool), or_default(policy));
    let work = move || {
        let options = RankOptions { most, ruled_out };
        Ok(Rank::of(&pool, &policy, &child, options)?.to_bytes())
    };
    let bytes = enter(py, &Cancel::default(), work)?;
    canonical(
        py,
        bytes.map_err(|problems: Problems| refused(py, Refused::NotInPool, &problems))?,
    )
}

/// For and against each pair, in one line.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "Python hands over what is then ours")]
pub(crate) fn short_reasons(
    py: Python<'_>,
    pool: &Bound<'_, Pool>,
    pairs: Vec<(String, String)>,
    lang: &str,
    policy: Option<&Bound<'_, Policy>>,
) -> PyResult<Vec<String>> {
    let (pool, policy, lang) = (&*pool.get().pool, or_default(policy), language(lang)?);
    guard(py, || {
        let line = |(child, family): &(String, String)| {
            let (child, family) = pool.child_idx(child).zip(pool.family_idx(family))?;
            let found = explain::explain(pool, &policy, child, family);
            Some(words::short_reasons(pool, child, &found, lang))
        };
        Ok(pairs.iter().map(|pair| line(pair).unwrap_or_default()).collect())
    })
}
