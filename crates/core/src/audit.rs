//! The audit record: what was asked, of whom, with which version, and what was proposed (`hemvist.audit/1`).
//!
//! The record binds pool, policy and plan by their digests, carries the seed with its origin, the caller's count of
//! runs (whoever reruns until a seed pleases leaves a trace), every choice of a person with its reason, every network
//! home that a child does not get with the reason recorded for it, and every rule that a proposed pair breaks because
//! the policy only warns of it. It is
//! canonical JSON, sealed with a digest over itself, so that a changed byte is noticed; a seal is no signature.
//! [`crate::replay`] runs it again. The record holds ids and reasons from the pool: treat it as you treat the pool.
//! Nothing here reads a clock; a caller who wants a time stamp keeps it beside the record.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::canonical::{self, CanonicalError, Digest};
use crate::input::{Choice, Day};
use crate::matching::MatchOptions;
use crate::plan::duties::recorded;
use crate::plan::{NetworkSkipped, Placed, Plan, Reason, Status};
use crate::policy::Policy;
use crate::pool::Pool;

/// The only value of [`AuditRecord::format`].
pub const AUDIT_FORMAT: &str = "hemvist.audit/1";

/// Name and version of this engine, as records carry it.
pub const ENGINE: &str = concat!("hemvist ", env!("CARGO_PKG_VERSION"));

/// Where the seed of the draw came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedOrigin {
    /// The policy's `tie_seed`.
    Policy,
    /// The caller's, for this run.
    Caller,
}

/// Options of the run that can matter for the plan; the number of threads cannot.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedOptions {
    /// Seed of the draw.
    pub seed: String,
    /// Where it came from.
    pub seed_origin: SeedOrigin,
    /// Counted work after which the run stopped, if it was limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_limit: Option<u64>,
    /// Whether the run was limited by nothing but counted work.
    pub repeatable: bool,
}

/// A proposed pair.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPair {
    /// The child.
    pub child: String,
    /// The proposed family.
    pub family: String,
}

/// A network home that a child does not get.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedSkip {
    /// The child.
    pub child: String,
    /// The family that it is related to or knows.
    pub family: String,
    /// Every rule or bar in the way; empty: eligible, but not in the best plan.
    pub rules: Vec<String>,
    /// The reason that a person recorded with a ban, a refusal or a consideration of the pair; `null`: none yet.
    pub reason: Option<String>,
}

/// A proposed pair that breaks a rule of which the policy only warns.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedOverride {
    /// The child.
    pub child: String,
    /// The proposed family.
    pub family: String,
    /// The rule.
    pub rule: String,
    /// Why the policy only warns, as the policy says.
    pub source: String,
}

/// What was asked and what was proposed (`hemvist.audit/1`).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRecord {
    /// Always `hemvist.audit/1`.
    pub format: String,
    /// Engine and version, such as `hemvist 0.1.0`.
    pub engine: String,
    /// The caller's count of runs on this pool, if it keeps one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<u32>,
    /// The date the pool describes.
    pub as_of: Day,
    /// Digest of the pool's canonical document.
    pub pool: Digest,
    /// Digest of the policy's canonical document.
    pub policy: Digest,
    /// Digest of the plan's canonical document.
    pub plan: Digest,
    /// Options of the run.
    pub options: RecordedOptions,
    /// Locks, bans, refusals and recorded considerations in force, with the reasons that people gave.
    pub choices: Vec<Choice>,
    /// Network homes that children do not get, each with the reason recorded for it.
    pub network_skipped: Vec<RecordedSkip>,
    /// Proposed pairs that break a rule of which the policy only warns, with the source that the policy gives.
    pub overrides: Vec<RecordedOverride>,
    /// How good the plan is known to be.
    pub status: Status,
    /// The proposal, in the order of child ids.
    pub placed: Vec<RecordedPair>,
    /// Digest of the canonical record without this field.
    pub seal: Digest,
}

impl AuditRecord {
    /// The record of a run. `run` is the caller's count of runs on this pool.
    ///
    /// # Errors
    /// [`CanonicalError`] when the pool holds a number without canonical form, which validation refuses.
    pub fn new(
        pool: &Pool,
        policy: &Policy,
        options: &MatchOptions<'_>,
        plan: &Plan,
        run: Option<u32>,
    ) -> Result<Self, CanonicalError> {
        let mut record = Self {
            format: AUDIT_FORMAT.to_owned(),
            engine: ENGINE.to_owned(),
            run,
            as_of: pool.as_of(),
            pool: Digest::of_value(pool.document())?,
            policy: Digest::of_value(policy)?,
            plan: plan.digest()?,
            options: RecordedOptions {
                seed: options.seed(policy).to_owned(),
                seed_origin: if options.seed.is_some() {
                    SeedOrigin::Caller
                } else {
                    SeedOrigin::Policy
                },
                work_limit: options.work_limit,
                repeatable: options.is_repeatable(),
            },
            choices: pool.document().choices.clone(),
            network_skipped: skips(pool, plan),
            overrides: overrides(policy, plan),
            status: plan.status,
            placed: pairs(plan),
            seal: Digest::of(b""),
        };
        record.seal = record.expected_seal()?;
        Ok(record)
    }

    /// The same record with the caller's count of runs on this pool.
    ///
    /// # Errors
    /// As [`AuditRecord::new`].
    pub fn with_run(mut self, run: Option<u32>) -> Result<Self, CanonicalError> {
        self.run = run;
        self.seal = self.expected_seal()?;
        Ok(self)
    }

    /// The record as canonical JSON.
    ///
    /// # Errors
    /// As [`AuditRecord::new`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_bytes(self)
    }

    /// The seal that the record's other fields ask for.
    pub(crate) fn expected_seal(&self) -> Result<Digest, CanonicalError> {
        let mut value = serde_json::to_value(self).map_err(|_| CanonicalError::NotJson)?;
        if let Some(fields) = value.as_object_mut() {
            fields.remove("seal");
        }
        Digest::of_value(&value)
    }
}

/// The proposed pairs of a plan.
pub(crate) fn pairs(plan: &Plan) -> Vec<RecordedPair> {
    let pair = |placed: &Placed| RecordedPair {
        child: placed.child.clone(),
        family: placed.family.clone(),
    };
    plan.placed.iter().map(pair).collect()
}

/// The network homes that a plan skips, with the reasons that stand in the pool.
fn skips(pool: &Pool, plan: &Plan) -> Vec<RecordedSkip> {
    let skip = |skipped: &NetworkSkipped| RecordedSkip {
        child: skipped.child.clone(),
        family: skipped.family.clone(),
        rules: skipped.rules.iter().map(|&rule| rule.to_owned()).collect(),
        reason: recorded(pool, &skipped.child, &skipped.family).map(|choice| choice.reason.clone()),
    };
    plan.network_skipped.iter().map(skip).collect()
}

/// The rules that proposed pairs break because the policy only warns of them.
fn overrides(policy: &Policy, plan: &Plan) -> Vec<RecordedOverride> {
    let of_pair = |placed: &Placed| -> Vec<RecordedOverride> {
        let broken = placed.warnings.iter().map(Reason::code);
        broken
            .map(|rule| RecordedOverride {
                child: placed.child.clone(),
                family: placed.family.clone(),
                rule: rule.to_owned(),
                source: policy
                    .rules
                    .get(rule)
                    .map(|setting| setting.source.clone())
                    .unwrap_or_default(),
            })
            .collect()
    };
    plan.placed.iter().flat_map(of_pair).collect()
}

impl fmt::Debug for AuditRecord {
    /// Digests and counts only: the record is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditRecord")
            .field("pool", &self.pool)
            .field("policy", &self.policy)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}
