//! The plan: a proposal for the whole pool, with a reason for every child. People decide.
//!
//! # Promises
//! - Every child of the pool stands in exactly one of `placed`, `unplaced` and `stays`.
//! - No family gets more children than it has places; no pair that is ruled out is placed.
//! - Lists are in the order of ids; [`Plan::to_bytes`] gives the same bytes for the same pool, policy and options,
//!   whatever the order of the input and the number of threads.
//! - `optimal` is said only where the value equals a proven bound.
//!
//! The plan holds ids and codes, no sentences: [`Duty::sentence`], [`Warning::sentence`] and the rules' own sentences
//! put them into words. It does not know how it was found.

pub(crate) mod build;
mod check;
pub(crate) mod duties;
pub(crate) mod unplaced;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::canonical::{self, CanonicalError, Digest};
use crate::clock::{Alert, Basis};
use crate::explain::{self, Part, Question};
use crate::input::{ChoiceKind, Day};
use crate::lang::Lang;
use crate::matching::{Bar, Worth};
use crate::policy::Fairness;

/// The only value of [`Plan::format`].
pub const PLAN_FORMAT: &str = "hemvist.plan/1";

/// A proposal for the whole pool (`hemvist.plan/1`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Always `hemvist.plan/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How good the plan is known to be.
    pub status: Status,
    /// What the plan is worth, and the most that any plan could be worth.
    pub objective: Objective,
    /// What the policy promises to municipalities, and what each has; absent if it promises nothing, or if infeasible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise: Option<Promise>,
    /// Counts and sums.
    pub totals: Totals,
    /// Children with a proposed home.
    pub placed: Vec<Placed>,
    /// Children without one, and why.
    pub unplaced: Vec<Unplaced>,
    /// Children who stay where they live.
    pub stays: Vec<Stay>,
    /// Locks that cannot be kept; only if infeasible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<Conflict>,
    /// Network homes that children to be placed do not get, and whether the reason is recorded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_skipped: Vec<NetworkSkipped>,
    /// What the law or the policy asks of people if the plan is followed.
    pub duties: Vec<Duty>,
    /// What people should look at before they follow the plan.
    pub warnings: Vec<Warning>,
}

/// How good a plan is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No plan is worth more: proven, and checked by code that is not the solver's.
    Optimal,
    /// A limit was reached or the run was cancelled: the best plan known, with a proven bound.
    Feasible,
    /// No plan keeps every lock; `conflicts` says which stand in the way. Nobody is placed.
    Infeasible,
}

/// What the plan is worth in the solver's one sum, and tier by tier.
///
/// The sum packs the tiers so that a higher one always wins; it can pass 2^53, so it is written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Objective {
    /// Packed value of the plan.
    #[serde(serialize_with = "as_text")]
    pub value: i128,
    /// Proven upper bound of the packed value of every plan.
    #[serde(serialize_with = "as_text")]
    pub bound: i128,
    /// `bound − value`; 0: proven best.
    #[serde(serialize_with = "as_text")]
    pub gap: i128,
    /// Whether the tiers are in strict order, or summed with the policy's weights.
    pub strict: bool,
    /// Points of the sum per unit of each tier.
    pub weights: TierWeights,
    /// The plan's worth in each tier.
    pub tiers: Worth,
    /// In strict order: no plan's tiers come after these in dictionary order. Absent for a weighted sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier_bounds: Option<Worth>,
}

/// Points of the packed sum per unit of each tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TierWeights {
    /// Points per unit of urgency.
    #[serde(serialize_with = "as_text")]
    pub urgency: i64,
    /// Points per child with a network home.
    #[serde(serialize_with = "as_text")]
    pub network: i64,
    /// Points per point of fit.
    #[serde(serialize_with = "as_text")]
    pub fit: i64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn as_text<S: Serializer>(number: &impl fmt::Display, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(number)
}

/// What the policy promises to the municipalities that share their homes ([`crate::matching::counts_for`] says whose a
/// child is), and what each of them has in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// What is promised.
    pub fairness: Fairness,
    /// The share that every municipality has at least of what it could have, in hundredths of a per cent, rounded down. Only for
    /// `max_min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_share_basis_points: Option<u32>,
    /// Whether it is proven that no plan gives all of them a hundredth more; if not, none was found within the work that each
    /// question about a share may take. Only for `max_min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_share_proven: Option<bool>,
    /// One for each municipality of the pool, by code.
    pub municipalities: Vec<PromisedPart>,
    /// What the best plan without the promise is worth; absent if that is not proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without: Option<Worth>,
}

/// What one municipality's children could have, and have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PromisedPart {
    /// The municipality.
    pub municipality: String,
    /// Its children who need a placement.
    pub children: u32,
    /// Its homes.
    pub homes: u32,
    /// What they could have: in its own homes alone for `alone`, in any home of the pool before all others for `max_min`.
    pub could: Worth,
    /// How many of them would be placed then.
    pub could_place: u32,
    /// What they have in the plan.
    pub reached: Worth,
    /// How many of them the plan places.
    pub placed: u32,
    /// What they have of what they could have, in hundredths of a per cent, rounded down: of the urgency in strict order, else of
    /// the weighted sum. Can pass the whole for `alone`; absent if they could have nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_basis_points: Option<u32>,
}

impl Plan {
    /// What the promise costs the pool as a whole, tier by tier: the worth of the best plan without it less that of this
    /// one. In strict order the first tier that is not 0 is lost; tiers after it may be gained, as negative numbers. `None`:
    /// nothing is promised, or one of the two is not proven best.
    pub fn price_of_promise(&self) -> Option<Worth> {
        let without = self.promise.as_ref()?.without?;
        let with = self.objective.tiers;
        (self.status == Status::Optimal).then(|| Worth {
            urgency: without.urgency - with.urgency,
            network: without.network - with.network,
            fit: without.fit - with.fit,
        })
    }
}

/// Counts and sums over the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Totals {
    /// Children in the pool: `placed + unplaced + stays`.
    pub children: u32,
    /// Children with a proposed home.
    pub placed: u32,
    /// Children without one.
    pub unplaced: u32,
    /// Children who stay where they live.
    pub stays: u32,
    /// Children to place who have an eligible network home.
    pub network_possible: u32,
    /// Children placed in a network home.
    pub network_placed: u32,
    /// Sum of the fit of the proposed pairs.
    pub fit: i64,
    /// Pairs of siblings kept together by the plan, with siblings who already live there.
    pub sibling_pairs: u32,
    /// Places in all families.
    pub places: u32,
    /// Places that the plan leaves free.
    pub places_free: u32,
}

/// How it came that a child got this home, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// A person locked the pair.
    Locked,
    /// Every best plan says the same for this child.
    Unique,
    /// Other best plans say otherwise; the draw decided at this child's turn.
    Drawn,
    /// Other best plans say otherwise; the draws of children who went before left only this.
    Follows,
    /// Not proven best, so nothing is known of ties.
    Unproven,
}

/// Something that stands between a child and a family, with its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A rule of the pair.
    Rule(explain::Reason),
    /// Something beyond the pair.
    Bar(Bar),
}

impl Reason {
    /// The stable code of the rule or bar.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Rule(reason) => reason.rule.code(),
            Self::Bar(bar) => bar.code(),
        }
    }

    /// The reason in words, with its facts; lower case, no full stop.
    pub fn sentence(&self, lang: Lang) -> String {
        match self {
            Self::Rule(reason) => reason.sentence(lang),
            Self::Bar(bar) => bar.sentence(lang).to_owned(),
        }
    }

    /// Names, with units, and values of the facts.
    pub fn facts(&self) -> BTreeMap<&'static str, i32> {
        match self {
            Self::Rule(reason) => reason.rule.facts().iter().copied().zip(reason.facts).collect(),
            Self::Bar(_) => BTreeMap::new(),
        }
    }
}

impl JsonSchema for Reason {
    fn schema_name() -> Cow<'static, str> {
        "Reason".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Something that stands between a child and a family, with its facts.",
            "type": "object",
            "properties": {
                "rule": { "description": "The stable code of the rule or bar.", "type": "string" },
                "facts": {
                    "description": "Facts by name, with their unit in it; absent where there are none.",
                    "type": "object",
                    "additionalProperties": { "type": "integer" }
                }
            },
            "required": ["rule"]
        })
    }
}

impl Serialize for Reason {
    /// `{"rule": code}`, with `facts` by name where there are any.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let facts = self.facts();
        let mut fields = to.serialize_struct("Reason", 2)?;
        fields.serialize_field("rule", self.code())?;
        if facts.is_empty() {
            fields.skip_field("facts")?;
        } else {
            fields.serialize_field("facts", &facts)?;
        }
        fields.end()
    }
}

/// A child with a proposed home.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The child.
    pub child: String,
    /// The proposed family.
    pub family: String,
    /// Fit of the pair, 0–1000.
    pub fit: u16,
    /// Least and greatest fit that the missing facts allow; absent: nothing that matters is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_range: Option<(u16, u16)>,
    /// The parts of the fit, most points first; those of 0 points left out.
    pub parts: Vec<Part>,
    /// Facts that are not known and would matter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Rules set to `warn` that the pair breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Reason>,
    /// Whether the child is related to the family or knows it.
    pub network: bool,
    /// Siblings who will live there too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<String>,
    /// How many families could have been chosen.
    pub candidates: u32,
    /// How it came that the child got this home.
    pub chosen: Chosen,
}

/// A child who stays where it lives.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Stay {
    /// The child.
    pub child: String,
    /// Where it lives.
    pub family: String,
}

/// Why a child has no proposed home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnplacedReason {
    /// No family is eligible.
    NoCandidate,
    /// Families are eligible, but what stands in [`Unplaced::taken`] is in the way of each.
    Taken,
    /// The locks contradict, so nobody is placed.
    Infeasible,
}

/// A child without a proposed home, and why.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Unplaced {
    /// The child.
    pub child: String,
    /// Why, in short.
    pub reason: UnplacedReason,
    /// Where the child lives now, if it waits in a home for another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lives_in: Option<String>,
    /// How many families could have been chosen.
    pub candidates: u32,
    /// How many families each rule rules out, most first, then by code; a family counts under every rule it breaks.
    pub ruled_out: Vec<RuledOut>,
    /// The families ruled out for the fewest reasons: what would have to change. At most [`Unplaced::MOST_NEAREST`].
    pub nearest: Vec<Nearest>,
    /// For the best-fitting candidates, what is in the way. At most [`Unplaced::MOST_TAKEN`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Taken>,
    /// How it came that the child got none; absent if infeasible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
}

impl Unplaced {
    /// How many nearest misses a plan lists for a child.
    pub const MOST_NEAREST: usize = 3;
    /// How many taken candidates a plan lists for a child.
    pub const MOST_TAKEN: usize = 3;
}

/// How many families a rule rules out for a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RuledOut {
    /// The rule's code, or a bar's ([`crate::matching::Bar`]).
    pub rule: &'static str,
    /// Number of families.
    pub families: u32,
}

/// A family that is nearly eligible for a child.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// The family.
    pub family: String,
    /// Every rule or bar in the way, with its facts.
    pub reasons: Vec<Reason>,
}

/// An eligible family that a child did not get, and what is in the way.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The family.
    pub family: String,
    /// Fit of the pair.
    pub fit: u16,
    /// Places that the plan leaves free there.
    pub places_free: u32,
    /// Places that the child needs there: more than one for a group to keep together.
    pub places_needed: u32,
    /// Who has the other places, and why they and not this child.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<Holder>,
    /// Children proposed there with whom this child, or a sibling of its block, must not share a home.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apart_from: Vec<String>,
    /// The secretary whose homes may take no more children.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secretary: Option<String>,
}

/// A child who has a place that another one did not get.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// The child.
    pub child: String,
    /// Why it and not the other.
    pub why: Why,
}

/// Why one child has a place and not another: what the pool would lose if the place changed hands between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A person locked the pair.
    Locked,
    /// Less urgency would be met.
    Urgency,
    /// Equal urgency, but a child would lose a network home.
    Network,
    /// Equal so far, but the fit, with the bonus for siblings kept together, would be less.
    Fit,
    /// The policy's weighted sum would be less.
    Sum,
    /// Nothing would be lost; the draw decided.
    Draw,
    /// More than these two children would be affected: the whole pool is better served this way.
    Pool,
    /// The two count for different municipalities, and what the plan promises to each of them stands in the way.
    Promise,
}

/// A lock that cannot be kept.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The locked child.
    pub child: String,
    /// The family it is locked to.
    pub family: String,
    /// Every rule or bar in the way, with its facts; empty: the lock contradicts the other locks in this list or a limit.
    pub reasons: Vec<Reason>,
}

/// What people must do if the plan is followed.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "duty", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Duty {
    /// The home lies in another municipality than the one responsible for the child: tell that municipality
    /// (vistelsekommun).
    NoticeToMunicipalityOfStay {
        /// The child.
        child: String,
        /// The family.
        family: String,
        /// Where the home lies.
        municipality: String,
    },
    /// The home would have more placed children than the policy's limit, three by ordinance 2025:468, chapter 16,
    /// section 2: notice to the Health and Social Care Inspectorate (IVO).
    NoticeMoreThanThree {
        /// The family.
        family: String,
        /// Placed children in the home under the plan.
        children: u32,
    },
    /// A child in an emergency home, which it may not stay in for long ([`crate::clock`]).
    EmergencyClock {
        /// The child.
        child: String,
        /// The emergency home that it lives in, or is proposed to go to.
        family: String,
        /// The last day.
        last_day: Day,
        /// Days left on the date of the pool; negative: passed.
        days_left: i64,
        /// What the last day is counted from.
        basis: Basis,
        /// How near it is.
        alert: Alert,
    },
    /// A child in an emergency home of whom neither the end of the inquiry nor the day on which it came is known, so
    /// that nobody can say how long it may stay.
    RecordEmergencyDates {
        /// The child.
        child: String,
        /// The emergency home.
        family: String,
    },
    /// The child is related to a family of the pool or knows it, and is not proposed to go there: the reason must be
    /// recorded, since a relative or other close person is to be considered first.
    RecordNetworkSkipped {
        /// The child.
        child: String,
        /// The families that it is related to or knows, as far as no reason is recorded.
        families: Vec<SkippedHome>,
    },
}

/// A network home that a child does not get, and for which no reason is recorded.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SkippedHome {
    /// The family.
    pub family: String,
    /// Every rule or bar in the way; empty: eligible, but not in the best plan.
    pub rules: Vec<&'static str>,
}

/// A network home that a child does not get, and whether a person has recorded the reason.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NetworkSkipped {
    /// The child.
    pub child: String,
    /// The family that it is related to or knows.
    pub family: String,
    /// Every rule or bar in the way; empty: eligible, but not in the best plan.
    pub rules: Vec<&'static str>,
    /// The choice that records the reason: a ban, a refusal, or that the family was considered. Absent: a reason is
    /// still to be recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<ChoiceKind>,
}

/// What people should look at before they follow the plan.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Warning {
    /// A secretary would follow more new homes than they have room for.
    SecretaryMoreHomes {
        /// The secretary.
        secretary: String,
        /// Homes without placed children now that the plan gives one.
        homes: u32,
        /// How many more homes the secretary can follow.
        most: u32,
    },
    /// Siblings to be kept together if possible are not all in one home.
    SiblingsParted {
        /// The sibling group.
        group: String,
        /// In how many homes they live under the plan, those without one not counted.
        homes: u32,
    },
    /// More siblings in one home than the family takes.
    MoreSiblingsThanTaken {
        /// The sibling group.
        group: String,
        /// The family.
        family: String,
        /// Siblings there under the plan.
        children: u32,
        /// How many the family takes.
        most: u32,
    },
    /// A child for whom the last day in its emergency home is near or has passed, and for whom the plan has no other
    /// home.
    EmergencyStay {
        /// The child.
        child: String,
        /// The emergency home.
        family: String,
        /// Days left on the date of the pool; negative: passed; absent: no date is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        days_left: Option<i64>,
    },
    /// The run was limited by the clock, so it may not give the same plan again.
    NotRepeatable,
}

impl Plan {
    /// The plan as canonical JSON (RFC 8785): equal plans give equal bytes.
    ///
    /// # Errors
    /// [`CanonicalError`] only if a count passes 2^53, which no pool within the limits reaches.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_bytes(self)
    }

    /// SHA-256 of [`Plan::to_bytes`].
    ///
    /// # Errors
    /// As [`Plan::to_bytes`].
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        Ok(Digest::of(&self.to_bytes()?))
    }
}

impl fmt::Debug for Plan {
    /// Status and counts only: a plan is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("status", &self.status)
            .field("totals", &self.totals)
            .finish_non_exhaustive()
    }
}
