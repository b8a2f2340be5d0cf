//! Together against alone: what each municipality's children get from the shared pool, and what they would get from its
//! own homes.
//!
//! Jönköping county asked what joint recruitment would bring, and feared that scarcity makes sharing feel unfair; small
//! municipalities in Norr feel that they get little for their fee (decision material, Jönköping county, about 2012).
//! Kidney exchange has the same question, and the same answer: no participant worse off than alone, as a condition of
//! the plan and not as a repair.
//!
//! # Alone, and the promise
//! [`hemvist::matching::counts_for`] and [`hemvist::matching::owners`] say whose each child and home is. A municipality alone
//! places its own children in its own homes, by the same policy; what people have locked stands. What all reach alone can
//! be done together too, so the joint plan is worth at least the sum. But it may take a place from one municipality's child
//! and give it to another's. The promise forbids that: floors under each municipality's children, kept by the solver
//! ([`hemvist::policy::Fairness`]). Its price is the worth of the joint plan less that of the best plan that keeps it.
//!
//! # Max-min
//! Another answer to the same fear: of what each municipality could have if it were served before all others, the smallest share
//! is made as great as possible. The price of fairness is the relative loss (Bertsimas, Farias and Trichakis, *The price of
//! fairness*, 2011).

use std::cmp::Ordering;

use hemvist::matching::{MatchOptions, Worth, counts_for, homes_of, match_pool, owners, worth_of};
use hemvist::plan::{Plan, PromisedPart, Status};
use hemvist::policy::{self, CompiledPolicy};
use hemvist::pool::Pool;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents};

documents! { Fairness FAIRNESS_FORMAT "hemvist.fairness/1"; }

/// What is to be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FairnessAsked {
    /// Also the plan in which the smallest share is greatest; absent: no.
    #[serde(default)]
    pub max_min: bool,
}

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
    /// What the promise costs the pool as a whole, tier by tier: the joint plan's worth less that of the best plan that keeps it. In
    /// strict order the first tier that is not 0 is lost; tiers after it may be gained, as negative numbers. Absent if one of
    /// the two is not proven best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Worth>,
    /// The best plan that keeps the promise.
    pub with_promise: Fair,
    /// The plan in which the smallest share is greatest, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_min: Option<Fair>,
}

/// A plan under a promise, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fair {
    /// How good it is known to be.
    pub status: Status,
    /// What it is worth.
    pub worth: Worth,
    /// Children placed.
    pub placed: u32,
    /// The smallest share that a municipality has of what it could have, in hundredths of a per cent, rounded down; absent if nobody
    /// could have anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_share_basis_points: Option<u32>,
    /// For `max_min`: whether no greater share is proven to be possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_share_proven: Option<bool>,
    /// The price of fairness: what the joint plan is worth more, in hundredths of a per cent of it, rounded down; of the urgency
    /// met in strict order, else of the weighted sum. Absent if one of the two is not proven best, or the joint plan is worth
    /// nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_basis_points: Option<u32>,
}

/// What one municipality's children get in a plan under a promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Got {
    /// Children placed.
    pub placed: u32,
    /// What their placements are worth.
    pub worth: Worth,
    /// Of what they could have, in hundredths of a per cent, rounded down; absent if they could have nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_basis_points: Option<u32>,
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
    /// What they get in the best plan that keeps the promise; shares are of what they reach alone.
    pub with_promise: Got,
    /// What they get in the plan in which the smallest share is greatest, if asked for; shares are of `served_first`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_min: Option<Got>,
    /// What they could have if they were served before all others; only with `max_min`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub served_first: Option<Worth>,
}

/// Compares the joint plan with each municipality alone, and with the plans that promise something to each.
///
/// # Errors
/// As a match of the pool.
///
/// # Complexity
/// Of `n` municipalities: `n + 3` solves of the pool or a part of it; with `max_min` twice as many, and some ten more under floors.
///
/// # Examples
/// ```
/// use hemvist::{matching::MatchOptions, policy::Policy, pool::Pool};
/// use hemvist_region::fairness::{FairnessAsked, fairness};
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
/// let pool = Pool::from_document(document)?;
/// let report = fairness(&pool, &policy, &FairnessAsked::default(), &MatchOptions::default())?;
/// assert!(report.joint_is_at_least_the_sum && !report.promise_kept);
/// assert_eq!(report.below, ["1276"]);
/// // With the promise Klippan's child gets it, which costs the pool the six months that the other has waited.
/// assert_eq!(report.price.map(|price| price.urgency), Some(6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fairness(
    pool: &Pool,
    policy: &CompiledPolicy,
    asked: &FairnessAsked,
    options: &MatchOptions<'_>,
) -> Result<Fairness, RegionError> {
    let under = |fairness: policy::Fairness| {
        let mut policy = policy.policy().clone();
        policy.objective.fairness = fairness;
        match_pool(pool, &policy, options)
    };
    let joint = under(policy::Fairness::None)?;
    let promise = under(policy::Fairness::Alone)?;
    let max_min = asked.max_min.then(|| under(policy::Fairness::MaxMin)).transpose()?;
    let homes = homes_of(pool, &joint);
    let (whose, owners) = (counts_for(pool), owners(pool));
    let mut sides = Vec::new();
    for (at, record) in pool.document().municipalities.iter().enumerate() {
        let code = record.id.as_str();
        let own = |child: hemvist::pool::ChildIdx| whose[child.row()] == code;
        let together = worth_of(pool, policy, &homes, own);
        // Without a promise the locks contradict, and nobody has anything.
        let of = |plan: &Plan| plan.promise.as_ref().map(|promise| promise.municipalities[at].clone());
        let (alone, first) = (of(&promise), max_min.as_ref().map(of));
        let could = |part: &Option<PromisedPart>| part.as_ref().map_or_else(Worth::default, |part| part.could);
        sides.push(Side {
            municipality: record.id.clone(),
            children: count(pool.children().filter(|&c| own(c) && pool.stays(c).is_none())),
            homes: count(owners.iter().filter(|owner| **owner == code)),
            placed_alone: alone.as_ref().map_or(0, |part| part.could_place),
            placed_together: count(pool.children().filter(|&c| own(c) && homes[c.row()].is_some())),
            alone: could(&alone),
            together,
            below: compare(policy, together, could(&alone)) == Ordering::Less,
            with_promise: got(alone.as_ref()),
            max_min: first.as_ref().map(|first| got(first.as_ref())),
            served_first: first.as_ref().map(could),
        });
    }
    let alone: Worth = sides.iter().map(|side| side.alone).sum();
    let below: Vec<String> = (sides.iter().filter(|side| side.below))
        .map(|side| side.municipality.clone())
        .collect();
    Ok(Fairness {
        format: FAIRNESS_FORMAT,
        status: joint.status,
        alone,
        together: joint.objective.tiers,
        placed_alone: sides.iter().map(|side| side.placed_alone).sum(),
        placed_together: joint.totals.placed,
        joint_is_at_least_the_sum: compare(policy, joint.objective.tiers, alone) != Ordering::Less,
        promise_kept: below.is_empty(),
        price: promise.price_of_promise(),
        with_promise: fair(policy, &promise),
        max_min: max_min.as_ref().map(|plan| fair(policy, plan)),
        below,
        municipalities: sides,
    })
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

fn got(part: Option<&PromisedPart>) -> Got {
    part.map_or_else(Got::default, |part| Got {
        placed: part.placed,
        worth: part.reached,
        share_basis_points: part.share_basis_points,
    })
}

fn fair(policy: &CompiledPolicy, plan: &Plan) -> Fair {
    let shares = plan.promise.iter().flat_map(|promise| &promise.municipalities);
    let price = plan
        .price_of_promise()
        .zip(plan.promise.as_ref().and_then(|promise| promise.without));
    let price = price.and_then(|(price, without)| {
        let of = |worth| amount(policy, worth);
        (of(price) * 10_000).checked_div(of(without))
    });
    Fair {
        status: plan.status,
        worth: plan.objective.tiers,
        placed: plan.totals.placed,
        least_share_basis_points: shares.filter_map(|part| part.share_basis_points).min(),
        least_share_proven: plan.promise.as_ref().and_then(|promise| promise.least_share_proven),
        price_basis_points: price.and_then(|points| u32::try_from(points).ok()),
    }
}

/// What shares and prices are told of: urgency in strict order, else the weighted sum.
fn amount(policy: &CompiledPolicy, worth: Worth) -> i128 {
    let objective = &policy.policy().objective;
    if objective.strict {
        return worth.urgency.into();
    }
    i128::from(worth.urgency) * i128::from(objective.urgency_points)
        + i128::from(worth.network) * i128::from(objective.network_points)
        + i128::from(worth.fit)
}

/// Which of two worths is more under a policy: tier by tier in strict order, or as a weighted sum.
fn compare(policy: &CompiledPolicy, a: Worth, b: Worth) -> Ordering {
    if policy.policy().objective.strict {
        a.cmp(&b)
    } else {
        amount(policy, a).cmp(&amount(policy, b))
    }
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
        let asked = FairnessAsked {
            max_min: pool.n_children() < 200,
        };
        fairness(pool, &policy.compile().unwrap(), &asked, &options).unwrap()
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
                    assert_eq!(report.promise_kept, report.below.is_empty());
                    nobody_is_below(&report, strict, shape.name);
                }
            }
        }
    }

    /// With the promise nobody is below what it reaches alone, and the price is what the pool gives up for it.
    fn nobody_is_below(report: &Fairness, strict: bool, name: &str) {
        let mut policy = Policy::default();
        policy.objective.strict = strict;
        let policy = policy.compile().unwrap();
        for side in &report.municipalities {
            let kept = compare(&policy, side.with_promise.worth, side.alone) != Ordering::Less;
            assert!(kept, "{name} {}", side.municipality);
            assert_eq!(side.below, report.below.contains(&side.municipality));
        }
        let (joint, fair) = (report.together, report.with_promise);
        assert_ne!(compare(&policy, joint, fair.worth), Ordering::Less, "{name}");
        let lost = |a: Worth, b: Worth| Worth {
            urgency: a.urgency - b.urgency,
            network: a.network - b.network,
            fit: a.fit - b.fit,
        };
        if report.status == Status::Optimal && fair.status == Status::Optimal {
            assert_eq!(report.price, Some(lost(joint, fair.worth)), "{name}");
            assert_eq!(
                report.promise_kept,
                compare(&policy, joint, fair.worth) == Ordering::Equal,
                "{name}"
            );
        }
        let placed: u32 = report.municipalities.iter().map(|side| side.with_promise.placed).sum();
        assert_eq!(placed, fair.placed);
        if let Some(max_min) = report.max_min {
            assert_ne!(compare(&policy, joint, max_min.worth), Ordering::Less, "{name}");
            let shares = report
                .municipalities
                .iter()
                .filter_map(|side| side.max_min?.share_basis_points);
            assert_eq!(shares.min(), max_min.least_share_basis_points);
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
            for strict in [true, false] {
                let report = report(&pool, strict);
                prop_assert!(report.joint_is_at_least_the_sum);
                nobody_is_below(&report, strict, "made");
            }
        }
    }
}
