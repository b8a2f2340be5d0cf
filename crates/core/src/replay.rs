//! Replay: run an audit record again and say what differs.
//!
//! A record, the pool and the policy of that day give the same plan, or [`replay`] names every difference: in the
//! record itself, the engine's version, the pool, the policy, the seed, or the plan, child by child. It promises that
//! no change of a single byte in any of them passes unnoticed. It decides nothing about what a difference means.

use std::collections::BTreeMap;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::audit::{AUDIT_FORMAT, AuditRecord, ENGINE, SeedOrigin, pairs};
use crate::canonical::CanonicalError;
use crate::lang::Lang;
use crate::matching::{MatchError, MatchOptions, match_pool};
use crate::plan::Plan;
use crate::policy::Policy;
use crate::pool::Pool;
use crate::problem::{Code, Fact, Path, Problem, Problems};

/// Something that is not as the record says.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// The record does not bear its own seal: it was changed after it was written.
    Record,
    /// Another engine or version wrote the record.
    Engine,
    /// The pool is not the one of the record.
    Pool,
    /// The policy is not the one of the record.
    Policy,
    /// The record names the policy's seed, and the policy has another one.
    Seed,
    /// The choices of people, or the reasons for them, are not those of the pool.
    Choices,
    /// The run was limited by the clock or cancelled, so the same plan cannot be asked for.
    NotRepeatable,
    /// The run gives another plan; the children who are placed otherwise follow.
    Plan,
    /// A child is placed otherwise.
    Child {
        /// The child.
        child: String,
        /// Where the record places it; absent: nowhere.
        #[serde(skip_serializing_if = "Option::is_none")]
        recorded: Option<String>,
        /// Where this run places it; absent: nowhere.
        #[serde(skip_serializing_if = "Option::is_none")]
        found: Option<String>,
    },
}

impl Difference {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Record => Code::ReplayRecordDiffers,
            Self::Engine => Code::ReplayVersionDiffers,
            Self::Pool => Code::ReplayPoolDiffers,
            Self::Policy => Code::ReplayPolicyDiffers,
            Self::Seed => Code::ReplayOptionsDiffer,
            Self::Choices => Code::ReplayChoicesDiffer,
            Self::NotRepeatable => Code::ReplayNotRepeatable,
            Self::Plan | Self::Child { .. } => Code::ReplayPlanDiffers,
        }
    }

    /// The difference as a sentence; lower case, no full stop.
    pub fn sentence(&self, lang: Lang) -> String {
        let Self::Child { child, recorded, found } = self else {
            return self.code().sentence(lang).to_owned();
        };
        let nowhere = lang.pick("no home", "inget hem");
        let [recorded, found] = [recorded, found].map(|home| home.as_deref().unwrap_or(nowhere));
        match lang {
            Lang::En => format!("{child}: {recorded} in the record, {found} now"),
            Lang::Sv => format!("{child}: {recorded} i protokollet, {found} nu"),
        }
    }
}

/// What came of a replay.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Every difference, in the order record, engine, pool, policy, seed, choices, run, plan, children; empty: the same plan.
    pub differences: Vec<Difference>,
    /// The plan of this run.
    pub plan: Plan,
}

impl Replay {
    /// Whether the record was confirmed: nothing differs and the plan has the same bytes.
    pub fn is_confirmed(&self) -> bool {
        self.differences.is_empty()
    }
}

impl std::fmt::Debug for Difference {
    /// The code only: a difference may name a child.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code().slug())
    }
}

/// Why a record could not be replayed at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The record is not a document `hemvist.audit/1`.
    #[error(transparent)]
    Refused(#[from] Problems),
    /// The pool could not be matched.
    #[error(transparent)]
    Match(#[from] MatchError),
    /// The pool or the plan has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

impl From<ReplayError> for Problems {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Refused(problems) => problems,
            ReplayError::Match(error) => error.into(),
            ReplayError::Canonical(_) => Problem::new(Code::FaultUnproven, Path::root()).into(),
        }
    }
}

impl Serialize for Replay {
    /// `{"confirmed": …, "differences": […]}`; the plan is a document of its own.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("Replay", 2)?;
        fields.serialize_field("confirmed", &self.is_confirmed())?;
        fields.serialize_field("differences", &self.differences)?;
        fields.end()
    }
}

/// Reads an audit record.
///
/// # Errors
/// One problem with line and column when the bytes are not a record: not JSON, a field missing, unknown or of another
/// type, or another format.
pub fn read_record(bytes: &[u8]) -> Result<AuditRecord, Problems> {
    let refused = |error: serde_json::Error| {
        let code = match error.classify() {
            serde_json::error::Category::Data => Code::WrongFormat,
            _ => Code::Syntax,
        };
        let at = Fact::Position {
            line: error.line() as u64,
            column: error.column() as u64,
        };
        Problem::new(code, Path::root()).found(at)
    };
    let record: AuditRecord = serde_json::from_slice(bytes).map_err(refused)?;
    if record.format == AUDIT_FORMAT {
        Ok(record)
    } else {
        let problem = Problem::new(Code::WrongFormat, Path::of("format")).allowed(Fact::Word(AUDIT_FORMAT));
        Err(problem.into())
    }
}

/// Runs a record again on a pool and a policy and names every difference.
///
/// # Errors
/// [`ReplayError`] when the bytes are no record, or pool and policy cannot be matched at all.
///
/// # Complexity
/// One match, and one hash of pool, policy and plan.
pub fn replay(record: &[u8], pool: &Pool, policy: &Policy) -> Result<Replay, ReplayError> {
    let record = read_record(record)?;
    let options = MatchOptions {
        seed: Some(&record.options.seed),
        work_limit: record.options.work_limit,
        ..MatchOptions::default()
    };
    let plan = match_pool(pool, policy, &options)?;
    let seed_differs = record.options.seed_origin == SeedOrigin::Policy && record.options.seed != policy.tie_seed;
    // What a record of this run would say: every field that is not a digest is held against it, too.
    let fresh = AuditRecord::new(pool, policy, &options, &plan, record.run)?;
    let same_skips = skipped(&record) == skipped(&fresh);
    let choices_differ = record.choices != fresh.choices || (same_skips && reasons(&record) != reasons(&fresh));
    let plan_differs = (&record.plan, record.status, &record.placed, &record.overrides)
        != (&fresh.plan, fresh.status, &fresh.placed, &fresh.overrides)
        || !same_skips;
    let checks = [
        (Difference::Record, record.seal != record.expected_seal()?),
        (Difference::Engine, record.engine != ENGINE),
        (
            Difference::Pool,
            (record.pool, record.as_of) != (fresh.pool, fresh.as_of),
        ),
        (Difference::Policy, record.policy != fresh.policy),
        (Difference::Seed, seed_differs),
        (Difference::Choices, choices_differ),
        (Difference::NotRepeatable, !record.options.repeatable),
        (Difference::Plan, plan_differs),
    ];
    let mut differences: Vec<Difference> = checks
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(d, _)| d)
        .collect();
    differences.extend(children(&record, &plan));
    Ok(Replay { differences, plan })
}

/// The network homes that a record says were skipped, and what stood in the way.
fn skipped(record: &AuditRecord) -> Vec<(&str, &str, &[String])> {
    let skips = record.network_skipped.iter();
    skips
        .map(|skip| (skip.child.as_str(), skip.family.as_str(), &skip.rules[..]))
        .collect()
}

/// The reasons that a record gives for them.
fn reasons(record: &AuditRecord) -> Vec<Option<&str>> {
    record
        .network_skipped
        .iter()
        .map(|skip| skip.reason.as_deref())
        .collect()
}

fn children(record: &AuditRecord, plan: &Plan) -> Vec<Difference> {
    let found = pairs(plan);
    let mut homes: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
    for (side, pairs) in [&record.placed, &found].into_iter().enumerate() {
        for pair in pairs {
            homes.entry(&pair.child).or_default()[side] = Some(&pair.family);
        }
    }
    let differ = homes.into_iter().filter(|(_, [recorded, found])| recorded != found);
    differ
        .map(|(child, [recorded, found])| Difference::Child {
            child: child.to_owned(),
            recorded: recorded.map(str::to_owned),
            found: found.map(str::to_owned),
        })
        .collect()
}
