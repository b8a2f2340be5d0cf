//! Whose worth is whose: the part of a plan's worth that belongs to some of its children.

use super::Worth;
use super::run::goal;
use super::translate::{network_homes, sibling_homes};
use crate::fit::fit;
use crate::input::SiblingPolicy;
use crate::plan::Plan;
use crate::policy::CompiledPolicy;
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// How urgently each child needs a home, by row, in the policy's steps; at least 1.
pub fn urgencies(pool: &Pool, policy: &CompiledPolicy) -> Vec<i64> {
    goal(pool, policy.policy()).urgency
}

/// What the placements of these children are worth, tier by tier: their urgency, their network homes, their fit, the
/// bonus for siblings who live there already, and the bonus of each pair of siblings newly in one home, which belongs to
/// the one whose id comes first. Over a partition of the children these sum to the plan's tiers.
///
/// `homes` holds the proposed family of each child by row, as a plan does; `counts` says whose worth is asked for.
///
/// # Complexity
/// `O(children)`, times the sizes of sibling groups.
///
/// # Examples
/// ```
/// use hemvist::matching::{MatchOptions, Worth, homes_of, match_pool, worth_of};
/// use hemvist::{input::PoolDocument, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}, {"id": "1282"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 2,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"},
///                  {"id": "c2", "municipality": "1282", "age": 9, "placement": "long_term"}]
/// }"#)?;
/// let (pool, policy) = (Pool::from_document(document)?, Policy::default().compile()?);
/// let plan = match_pool(&pool, policy.policy(), &MatchOptions::default())?;
/// let homes = homes_of(&pool, &plan);
/// let of = |id| worth_of(&pool, &policy, &homes, |child| pool.child(child).municipality == id);
/// assert_eq!(of("1276") + of("1282"), plan.objective.tiers);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn worth_of(
    pool: &Pool,
    policy: &CompiledPolicy,
    homes: &[Option<FamilyIdx>],
    counts: impl Fn(ChildIdx) -> bool,
) -> Worth {
    let goal = goal(pool, policy.policy());
    let of = |child: ChildIdx| {
        let family = homes[child.row()]?;
        let there = sibling_homes(pool, child).into_iter().filter(|&home| home == family);
        let bonuses = there.count() + newly_with(pool, homes, child, family);
        let bonus = goal.sibling_bonus * i64::try_from(bonuses).unwrap_or(i64::MAX);
        Some(Worth {
            urgency: goal.urgency[child.row()],
            network: i64::from(network_homes(pool, child).contains(&family)),
            fit: i64::from(fit(pool, policy, child, family).unwrap_or(0)) + bonus,
        })
    };
    pool.children().filter(|&child| counts(child)).filter_map(of).sum()
}

/// The proposed family of each child of a plan, by row.
pub fn homes_of(pool: &Pool, plan: &Plan) -> Vec<Option<FamilyIdx>> {
    let mut homes = vec![None; pool.n_children()];
    for placed in &plan.placed {
        if let Some(child) = pool.child_idx(&placed.child) {
            homes[child.row()] = pool.family_idx(&placed.family);
        }
    }
    homes
}

/// Siblings whose id comes after the child's and who newly come to the same home.
fn newly_with(pool: &Pool, homes: &[Option<FamilyIdx>], child: ChildIdx, family: FamilyIdx) -> usize {
    let Some(group) = pool.group_of(child).map(|group| pool.group(group)) else {
        return 0;
    };
    if group.policy == SiblingPolicy::Apart {
        return 0;
    }
    let siblings = group.children.iter().filter_map(|id| pool.child_idx(id));
    siblings
        .filter(|&sibling| sibling > child && homes[sibling.row()] == Some(family))
        .count()
}
