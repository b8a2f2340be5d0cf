//! The policy: rules on or off, weights, curves, objective and limits as data.
//!
//! A [`Policy`] is a document (`hemvist.policy/1`, TOML or JSON) in which every number stands beside its source. A
//! document need hold only what differs from [`Policy::default`]; an unknown key is a problem, never ignored.
//! [`Policy::compile`] is the last place where a policy can be refused. Nothing here knows children or families.

mod compile;
mod read;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::Problems;
pub(crate) use compile::CURVE_STEPS;
pub use compile::CompiledPolicy;

/// The only value of [`Policy::format`].
pub const POLICY_FORMAT: &str = "hemvist.policy/1";

/// The default policy as it ships: TOML with the source of every number beside it.
pub const DEFAULT_POLICY: &str = include_str!("../../policy/default.toml");

static DEFAULT: LazyLock<Policy> =
    LazyLock::new(|| Policy::from_toml(DEFAULT_POLICY).expect("the default policy is tested to be valid"));

/// What happens when a rule applies to a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The pair is ruled out.
    Require,
    /// The pair stays eligible and is marked.
    Warn,
    /// The rule is not looked at.
    Off,
}

/// A rule's mode, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSetting {
    /// What happens when the rule applies.
    pub mode: Mode,
    /// Law, agreement or reason.
    pub source: String,
}

/// How urgently a child needs a home, in whole steps; each child counts at least `each`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UrgencyPolicy {
    /// Steps of every child, 1–1000.
    pub each: u32,
    /// Further steps when an emergency placement is sought, 0–1000.
    pub emergency: u32,
    /// Days waited that make one further step, 1–3650.
    pub days_per_step: u32,
    /// Most further steps for waiting, 0–1000.
    pub most_steps: u32,
    /// Further steps when the last day in an emergency home has come, 0–1000; they rise over the days that
    /// `thresholds.emergency_near_days` counts.
    pub emergency_clock: u32,
    /// Source or reason.
    pub source: String,
}

/// What a plan promises to the municipalities that share their homes, as a condition and not as an aim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fairness {
    /// Nothing: the best plan for the pool as a whole.
    #[default]
    None,
    /// No municipality's children get less than they would in its own homes alone, the aims taken in their order.
    Alone,
    /// The municipality that gets the smallest share of what it could have, served before all others, gets as great a share
    /// as possible: of the urgency met in strict order, else of the weighted sum.
    MaxMin,
}

impl Fairness {
    /// Every promise.
    pub const ALL: [Self; 3] = [Self::None, Self::Alone, Self::MaxMin];

    /// The word for it in a policy.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Alone => "alone",
            Self::MaxMin => "max_min",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// What the best plan is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Whether urgency, network homes and fit are aims in strict order; if not, they are added up as points.
    pub strict: bool,
    /// Points for each sibling pair in one home, 0–100 000; a fit is at most 1000.
    pub sibling_bonus: u32,
    /// Points per step of urgency when not strict, 0–1 000 000.
    pub urgency_points: u32,
    /// Points per child in an eligible network home when not strict, 0–1 000 000.
    pub network_points: u32,
    /// What is promised to municipalities. Left out when it is nothing, so that policies from before it keep their digest.
    #[serde(default, skip_serializing_if = "Fairness::is_none")]
    pub fairness: Fairness,
    /// How urgency is counted.
    pub urgency: UrgencyPolicy,
    /// Source or reason.
    pub source: String,
}

/// Numbers that rules and duties compare with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Most placed children in a home before a notice is due and a person must consent, 0–12.
    pub placed_children_before_notice: u32,
    /// Months a child may stay in an emergency home after the inquiry ended, 0–60.
    pub emergency_months: u32,
    /// Months that a child inquiry takes at most as a rule, 0–60; counted where its end is not known.
    pub inquiry_months: u32,
    /// Days before the last day in an emergency home from which it counts as near, 0–365.
    pub emergency_near_days: u32,
    /// Youngest age for supported lodging, 0–20 years.
    pub lodging_age: u32,
    /// Smallest age gap to a child in the home, 0–20 whole years; 0: any gap will do.
    pub age_gap_floor_years: u32,
    /// Radius around the home of origin that is closed to a child with protected personal data, 0–1000 km.
    pub protected_km: u32,
    /// Speed that turns minutes into kilometres, 1–200.
    pub km_per_hour: u32,
    /// Most homes with placed children that a family-home secretary follows, 0–1000; 0: no cap. A limit, which no plan passes: each
    /// child who newly comes to a home without placed children counts as a home more, so that siblings in one new home count as
    /// several. Left out when it is 0, so that policies from before it keep their digest.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub homes_per_secretary: u32,
    /// Source or reason.
    pub source: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

macro_rules! criteria_tables {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub struct $name {
                /// Share in the fit, 0–1000; only the proportions between weights count.
                pub weight: u32,
                $($(#[$field_doc])* pub $field: $type,)*
                /// Source or reason.
                pub source: String,
            }
        )*
    };
}

criteria_tables! {
    /// The child's needs level against what the family can carry.
    NeedsPolicy {
        /// Lost per level to spare, 0–1000.
        spare_loss: u32,
        /// Lost per level short, 0–1000.
        short_loss: u32,
    }
    /// Required and helpful competences.
    CompetencesPolicy {
        /// How many helpful competences one required one counts as, 1–100.
        required_counts: u32,
    }
    /// Age within the family's range.
    AgePolicy {
        /// Value at the youngest and oldest age taken, 0–1000.
        edge_value: u32,
        /// Full value from this many years inside the range, 0–20.
        edge_years: u32,
        /// Lost per year outside the range, 0–1000.
        outside_loss: u32,
    }
    /// A journey: value by distance, straight lines between the points, level beyond the last.
    TravelPolicy {
        /// Distances in kilometres, rising from 0, at most 400.
        km: Vec<u32>,
        /// Values at these distances, 0–1000, never rising.
        values: Vec<u32>,
    }
    /// A tie that was there before.
    NetworkPolicy {
        /// Value for a relative, 0–1000.
        kin: u32,
        /// Value for another close person, 0–1000.
        known: u32,
    }
    /// A sibling who lives there: 1000, else 0.
    SiblingsPolicy {}
    /// Age gap to the nearest child in the home.
    AgeGapPolicy {
        /// Values 0–1000 for a gap of 0, 1, 2 … whole years, never falling; the last holds for greater gaps.
        gap_values: Vec<u32>,
    }
    /// Share of the child's languages spoken in the home.
    LanguagesPolicy {}
    /// The child's wishes: wanted 1000, not wanted 0.
    WishesPolicy {
        /// Value for a family the child has not named, 0–1000.
        unnamed: u32,
    }
    /// Experience and training against the needs, in steps.
    ExperiencePolicy {
        /// Placements so far that make the first and the second step, rising; base training is one step more.
        placements_at: Vec<u32>,
        /// Steps that needs levels 1–5 ask for, 0–3 each.
        asked: Vec<u32>,
        /// Lost per step short, 0–1000.
        loss_per_step: u32,
    }
    /// Same municipality, and the same school within reach.
    ContinuityPolicy {
        /// Value for the same municipality, 0–1000; what is left to 1000 is for the school within reach.
        same_municipality: u32,
        /// How far the school may be, 0–400 km.
        school_reach_km: u32,
    }
}

/// Weight and curve of every criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CriteriaPolicy {
    /// The child's needs level against what the family can carry.
    pub needs: NeedsPolicy,
    /// Required and helpful competences.
    pub competences: CompetencesPolicy,
    /// Age within the family's range.
    pub age: AgePolicy,
    /// Distance from the home of origin.
    pub travel_home: TravelPolicy,
    /// Distance from the present school.
    pub travel_school: TravelPolicy,
    /// A tie that was there before.
    pub network: NetworkPolicy,
    /// A sibling who lives there.
    pub siblings: SiblingsPolicy,
    /// Age gap to the nearest child in the home.
    pub age_gap: AgeGapPolicy,
    /// Shared languages.
    pub languages: LanguagesPolicy,
    /// The child's wishes.
    pub wishes: WishesPolicy,
    /// Experience and training against the needs.
    pub experience: ExperiencePolicy,
    /// Same municipality, and the same school within reach.
    pub continuity: ContinuityPolicy,
}

/// A policy document, complete: what a caller left out has the default's values.
///
/// # Examples
/// ```
/// use hemvist::policy::{Mode, Policy};
///
/// let policy = Policy::from_toml(r#"
///     format = "hemvist.policy/1"
///     [rules]
///     "wish.not_wanted" = { mode = "warn", source = "Decision of the board, 2026" }
///     [criteria.travel_home]
///     weight = 150
/// "#)?;
/// assert_eq!(policy.rules["wish.not_wanted"].mode, Mode::Warn);
/// assert_eq!(policy.criteria.needs, Policy::default().criteria.needs);
/// policy.compile()?;
/// # Ok::<(), hemvist::Problems>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Always `hemvist.policy/1`.
    pub format: String,
    /// Name shown in reports, 1–100 characters.
    pub name: String,
    /// Seed of the drawn lots, 1–200 characters; fixed before the pool is known, never derived from it.
    pub tie_seed: String,
    /// What the best plan is.
    pub objective: Objective,
    /// Numbers that rules and duties compare with.
    pub thresholds: Thresholds,
    /// Mode of every rule, by its code.
    pub rules: BTreeMap<String, RuleSetting>,
    /// Weight and curve of every criterion.
    pub criteria: CriteriaPolicy,
}

impl Default for Policy {
    /// The policy in [`DEFAULT_POLICY`].
    fn default() -> Self {
        DEFAULT.clone()
    }
}

impl Policy {
    /// Reads a policy from TOML; what it leaves out is as in [`Policy::default`].
    ///
    /// # Errors
    /// Every problem of form: syntax, unknown keys, values of the wrong type. Values are judged by [`Policy::compile`].
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        read::from_toml(text)
    }

    /// Reads a policy from JSON; what it leaves out is as in [`Policy::default`].
    ///
    /// # Errors
    /// As [`Policy::from_toml`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, Problems> {
        read::from_json(bytes)
    }

    /// The policy ready for use: weights scaled, curves as tables.
    ///
    /// # Errors
    /// Every problem of its values, such as weights that are all 0 or a curve that runs backwards.
    pub fn compile(&self) -> Result<CompiledPolicy, Problems> {
        compile::compile(self)
    }

    /// The JSON Schema of a policy document, in which only `format` is required.
    pub fn schema() -> serde_json::Value {
        let mut schema = schemars::schema_for!(Policy).to_value();
        require_nothing(&mut schema);
        schema["required"] = serde_json::json!(["format"]);
        schema["properties"]["format"] = serde_json::json!({ "const": POLICY_FORMAT });
        schema
    }
}

fn require_nothing(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(map) => {
            if map.get("required").is_some_and(serde_json::Value::is_array) {
                map.remove("required");
            }
            map.values_mut().for_each(require_nothing);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(require_nothing),
        _ => {}
    }
}
