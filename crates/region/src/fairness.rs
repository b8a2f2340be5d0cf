//! Together against alone: what each municipality's children get from the shared pool, and what they would get from its
//! own homes.
//!
//! Jönköping county asked what joint recruitment would bring, and feared that scarcity makes sharing feel unfair; small
//! municipalities in Norr feel that they get little for their fee (decision material, Jönköping county, about 2012).
//! Kidney exchange has the same question, and the same answer: no participant worse off than alone, as a condition of
//! the plan and not as a repair.
//!
//! # Alone
//! Each home belongs to one municipality: where it lies, or for a network home that only children of one municipality know,
//! that municipality. A municipality alone places its own children in its own homes, by the same policy. What all reach alone
//! can be done together too, since no home is used twice; so the joint plan is worth at least the sum, unless a
//! secretary's limit spans municipalities. The report computes both sides and says so.
//!
//! # The promise
//! No municipality's children get less than alone. If the joint plan keeps it, it costs nothing. If not, the report says who
//! is below and by how much; the least that the promise costs is then the worth of the joint plan less that of the best
//! plan that keeps it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use hemvist::input::HomeKind;
use hemvist::matching::{MatchOptions, Worth, homes_of, match_pool, worth_of};
use hemvist::plan::Status;
use hemvist::policy::CompiledPolicy;
use hemvist::pool::Pool;
use serde::Serialize;

use crate::answer::{RegionError, documents};
use crate::subset::subset;

documents! { Fairness FAIRNESS_FORMAT "hemvist.fairness/1"; }

/// Together against alone (`hemvist.fairness/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fairness {
    /// Always `hemvist.fairness/1`.
    pub format: &'static str,
    /// How good the joint plan is known to be; a joint plan that is not proven best may look worse than it could.
    pub status: Status,
    /// One for each municipality of the pool, by code.
    pub municipalities: Vec<Side>,
    /// Sum of what all reach alone.
    pub alone: Worth,
    /// What the joint plan is worth.
    pub together: Worth,
    /// Children placed, summed over all alone.
    pub placed_alone: u32,
    /// Children placed by the joint plan.
    pub placed_together: u32,
    /// Whether the joint plan is worth at least the sum.
    pub joint_is_at_least_the_sum: bool,
    /// Whether no municipality is below what it reaches alone.
    pub promise_kept: bool,
    /// Municipalities that are below, by code.
    pub below: Vec<String>,
    /// What the promise costs the pool as a whole, tier by tier: nothing if the joint plan keeps it anyway; absent if that
    /// has not been worked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Worth>,
}

/// One municipality's two sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The municipality.
    pub municipality: String,
    /// Its children who seek a home.
    pub children: u32,
    /// Homes that it has alone.
    pub homes: u32,
    /// Of its children, placed alone.
    pub placed_alone: u32,
    /// Of its children, placed by the joint plan.
    pub placed_together: u32,
    /// What its children's placements are worth alone.
    pub alone: Worth,
    /// What they are worth in the joint plan.
    pub together: Worth,
    /// Whether that is less than alone.
    pub below: bool,
}

/// Compares the joint plan with each municipality alone.
///
/// # Errors
/// As a match of the pool and its parts.
///
/// # Complexity
/// One match of the pool, and one of each municipality's part.
///
/// # Examples
/// ```
/// use hemvist::{matching::MatchOptions, policy::Policy, pool::Pool};
/// use hemvist_region::fairness::fairness;
///
/// // The home lies in Klippan, whose child has waited less: together it goes to Landskrona's child.
/// let document = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}, {"id": "1282"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [
///         {"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term", "waiting_since": "2026-01-10"},
///         {"id": "c2", "municipality": "1282", "age": 7, "placement": "long_term", "waiting_since": "2025-07-10"}]
/// }"#)?;
/// let policy = Policy::default().compile()?;
/// let report = fairness(&Pool::from_document(document)?, &policy, &MatchOptions::default())?;
/// assert!(report.joint_is_at_least_the_sum && !report.promise_kept);
/// assert_eq!(report.below, ["1276"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fairness(pool: &Pool, policy: &CompiledPolicy, options: &MatchOptions<'_>) -> Result<Fairness, RegionError> {
    let plan = match_pool(pool, policy.policy(), options)?;
    let homes = homes_of(pool, &plan);
    let owners = owners(pool);
    let mut sides = Vec::new();
    for record in &pool.document().municipalities {
        let code = record.id.as_str();
        let own = |id: &str| {
            pool.child_idx(id)
                .is_some_and(|child| pool.child(child).municipality == code)
        };
        let part = subset(pool, own, |id| owners.get(id) == Some(&code))?;
        let alone = match_pool(&part, policy.policy(), options)?;
        let together = worth_of(pool, policy, &homes, |child| pool.child(child).municipality == code);
        let of = |id: &String| own(id);
        sides.push(Side {
            municipality: record.id.clone(),
            children: count(
                pool.children()
                    .filter(|&c| own(&pool.child(c).id) && pool.stays(c).is_none()),
            ),
            homes: count(owners.values().filter(|owner| **owner == code)),
            placed_alone: alone.totals.placed,
            placed_together: count(plan.placed.iter().filter(|placed| of(&placed.child))),
            alone: alone.objective.tiers,
            together,
            below: compare(policy, together, alone.objective.tiers) == Ordering::Less,
        });
    }
    let alone: Worth = sides.iter().map(|side| side.alone).sum();
    let below: Vec<String> = (sides.iter().filter(|side| side.below))
        .map(|side| side.municipality.clone())
        .collect();
    Ok(Fairness {
        format: FAIRNESS_FORMAT,
        status: plan.status,
        alone,
        together: plan.objective.tiers,
        placed_alone: sides.iter().map(|side| side.placed_alone).sum(),
        placed_together: plan.totals.placed,
        joint_is_at_least_the_sum: compare(policy, plan.objective.tiers, alone) != Ordering::Less,
        promise_kept: below.is_empty(),
        price: below.is_empty().then(Worth::default),
        below,
        municipalities: sides,
    })
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

/// Whose each home is, by its id.
fn owners(pool: &Pool) -> BTreeMap<&str, &str> {
    let mut known_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for child in &pool.document().children {
        for tie in &child.network_ties {
            known_by.entry(&tie.family).or_default().insert(&child.municipality);
        }
    }
    let owner = |family: &'_ hemvist::input::Family| {
        let knowing = known_by
            .get(family.id.as_str())
            .filter(|_| family.kind == HomeKind::Network);
        knowing
            .filter(|codes| codes.len() == 1)
            .and_then(|codes| codes.first().copied())
    };
    let families = pool.document().families.iter();
    families
        .map(|family| (family.id.as_str(), owner(family).unwrap_or(&family.municipality)))
        .collect()
}

/// Which of two worths is more under a policy: tier by tier in strict order, or as a weighted sum.
fn compare(policy: &CompiledPolicy, a: Worth, b: Worth) -> Ordering {
    let objective = &policy.policy().objective;
    if objective.strict {
        return a.cmp(&b);
    }
    let sum = |worth: Worth| {
        i128::from(worth.urgency) * i128::from(objective.urgency_points)
            + i128::from(worth.network) * i128::from(objective.network_points)
            + i128::from(worth.fit)
    };
    sum(a).cmp(&sum(b))
}

#[cfg(test)]
mod tests {
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate, pools};
    use proptest::prelude::*;

    use super::*;

    fn report(pool: &Pool, strict: bool) -> Fairness {
        let mut policy = Policy::default();
        policy.objective.strict = strict;
        let options = MatchOptions {
            threads: 1,
            ..MatchOptions::default()
        };
        fairness(pool, &policy.compile().unwrap(), &options).unwrap()
    }

    #[test]
    fn together_is_worth_at_least_the_sum_on_every_example() {
        for shape in Shape::all() {
            for seed in 1..4 {
                let pool = Pool::from_document(generate(&shape, seed)).unwrap();
                for strict in [true, false] {
                    let report = report(&pool, strict);
                    assert!(report.joint_is_at_least_the_sum, "{} {seed} {strict}", shape.name);
                    assert_eq!(
                        report.municipalities.iter().map(|m| m.together).sum::<Worth>(),
                        report.together
                    );
                    let children: u32 = report.municipalities.iter().map(|m| m.children).sum();
                    assert_eq!(
                        children as usize,
                        pool.children().filter(|&c| pool.stays(c).is_none()).count()
                    );
                    assert_eq!(report.price.is_some(), report.promise_kept);
                    assert_eq!(report.promise_kept, report.below.is_empty());
                }
            }
        }
    }

    #[test]
    fn one_municipality_alone_is_the_whole_pool() {
        let pool = Pool::from_document(generate(&Shape::hassleholm(), 1)).unwrap();
        let report = report(&pool, true);
        assert_eq!((report.alone, report.promise_kept), (report.together, true));
        assert_eq!(report.price, Some(Worth::default()));
    }

    #[test]
    fn a_network_home_belongs_to_the_child_who_knows_it() {
        let home = |id: &str, kind: &str| {
            serde_json::json!({ "id": id, "municipality": "far", "kind": kind, "places": 1,
                "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01" })
        };
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "near" }, { "id": "far" }],
            "families": [home("aunt", "network"), home("friend", "family")],
            "children": [{ "id": "c", "municipality": "near", "age": 7, "placement": "long_term",
                "network_ties": [{ "family": "aunt", "relation": "kin" }, { "family": "friend", "relation": "known" }] }]
        });
        let pool = Pool::from_document(serde_json::from_value(document).unwrap()).unwrap();
        let report = report(&pool, true);
        let homes: Vec<(String, u32)> = report
            .municipalities
            .into_iter()
            .map(|m| (m.municipality, m.homes))
            .collect();
        assert_eq!(homes, [("far".to_owned(), 1), ("near".to_owned(), 1)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
        #[test]
        fn together_is_worth_at_least_the_sum(recipe in pools::strategy()) {
            let pool = Pool::from_document(recipe.document()).unwrap();
            prop_assert!(report(&pool, true).joint_is_at_least_the_sum);
        }
    }
}
