//! What people's choices cost the pool: each lock, ban and refusal in force, and what lifting it would give.

use schemars::JsonSchema;
use serde::Serialize;

use super::what_if::{Price, lifted};
use super::{Regret, what_if};
use crate::changes::{Changes, Lifted};
use crate::explain::explain;
use crate::input::{Choice, ChoiceKind, Day};
use crate::matching::{AskOptions, MatchError, Matched};
use crate::plan::Status;
use crate::policy::Mode;
use crate::rules::Rule;

/// The only value of [`Choices::format`].
pub const CHOICES_FORMAT: &str = "hemvist.choices/1";

/// What each choice in force costs (`hemvist.choices/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Choices {
    /// Always `hemvist.choices/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How good the plan is known to be.
    pub status: Status,
    /// The choices, in the order of the pool's canonical document; those that only record a reason are left out, since
    /// they cost nothing.
    pub choices: Vec<PricedChoice>,
}

/// A choice and what it costs.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PricedChoice {
    /// The choice and what the pool loses by it.
    #[serde(flatten)]
    pub price: Price,
    /// The reason that was given.
    pub reason: String,
    /// When it was made; absent: on the date of the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
}

impl super::Document for Choices {}

impl std::fmt::Debug for Choices {
    /// Counts only: an answer is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Choices")
            .field("choices", &self.choices.len())
            .finish_non_exhaustive()
    }
}

/// What the pool as a whole loses by each lock, ban and refusal in force: the best plan without it, all others kept,
/// against the plan.
///
/// # Errors
/// As a match.
///
/// # Complexity
/// One solve for each choice that could matter: a banned or refused pair that another rule stops too costs nothing.
///
/// # Examples
/// ```
/// use hemvist::ask::{AskOptions, Matched, choices};
/// use hemvist::{input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}],
///     "choices": [{"kind": "ban", "child": "c1", "family": "f1", "reason": "an earlier placement ended badly"}]
/// }"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let found = choices(&matched, &AskOptions::default())?;
/// assert_eq!(found.choices[0].price.regret.unwrap().urgency, 10, "the child would have a home");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn choices(matched: &Matched, options: &AskOptions<'_>) -> Result<Choices, MatchError> {
    let all: Vec<&Choice> = (matched.pool().document().choices.iter())
        .filter(|choice| choice.kind != ChoiceKind::Considered)
        .collect();
    let choices = super::for_each(&all, options, |choice, options| {
        Ok(PricedChoice {
            price: Price {
                kind: choice.kind,
                child: choice.child.clone(),
                family: choice.family.clone(),
                regret: price(matched, choice, options)?,
            },
            reason: choice.reason.clone(),
            on: choice.on,
        })
    })?;
    Ok(Choices {
        format: CHOICES_FORMAT,
        as_of: matched.pool().as_of(),
        status: matched.plan().status,
        choices,
    })
}

fn price(matched: &Matched, choice: &Choice, options: &AskOptions<'_>) -> Result<Option<Regret>, MatchError> {
    if matched.plan().status == Status::Infeasible {
        return Ok(None);
    }
    let own = match choice.kind {
        ChoiceKind::Lock => return lifted(matched, &choice.child, &choice.family, options),
        ChoiceKind::Ban => Rule::Banned,
        ChoiceKind::Refused | ChoiceKind::Considered => Rule::Refused,
    };
    let pool = matched.pool();
    let (Some(child), Some(family)) = (pool.child_idx(&choice.child), pool.family_idx(&choice.family)) else {
        return Ok(None);
    };
    let reasons = explain(pool, matched.policy(), child, family).reasons;
    let others = reasons.iter().any(|r| r.mode == Mode::Require && r.rule != own);
    if others || matched.item(child).is_none() {
        return Ok(Some(Regret::of_plan(matched)));
    }
    let changes = Changes {
        lifted: vec![Lifted {
            kind: choice.kind,
            child: choice.child.clone(),
            family: choice.family.clone(),
        }],
        ..Changes::default()
    };
    let without = what_if(matched, &changes, None, options)?;
    Ok(without.difference.regret.map(Regret::reversed))
}
