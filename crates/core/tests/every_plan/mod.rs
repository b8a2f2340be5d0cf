//! Every plan of a tiny pool and what it is worth, judged by ids and the words of the pool document alone.

use std::collections::BTreeMap;

use hemvist::fit::fit;
use hemvist::input::{ChoiceKind, PlacementKind, SiblingPolicy};
use hemvist::matching::Worth;
use hemvist::policy::Policy;
use hemvist::pool::Pool;

/// The home of each child who gets one.
pub(crate) type Plan<'a> = BTreeMap<&'a str, &'a str>;

/// What orders plans: the tiers in dictionary order, or the weighted sum.
pub(crate) fn key(policy: &Policy, worth: Worth) -> (i64, i64, i64) {
    let objective = &policy.objective;
    if objective.strict {
        (worth.urgency, worth.network, worth.fit)
    } else {
        let sum = i64::from(objective.urgency_points) * worth.urgency
            + i64::from(objective.network_points) * worth.network
            + worth.fit;
        (sum, 0, 0)
    }
}

/// Tells of every plan that the pool allows, with the sum of its fits.
pub(crate) fn each(pool: &Pool, policy: &Policy, tell: &mut dyn FnMut(&Plan<'_>, i64)) {
    let compiled = policy.compile().expect("valid");
    let to_place: Vec<(&str, Vec<(&str, i64)>)> = pool
        .children()
        .filter(|&child| pool.stays(child).is_none())
        .map(|child| {
            let homes = pool.families().filter_map(|family| {
                let fit = fit(pool, &compiled, child, family)?;
                Some((pool.family(family).id.as_str(), i64::from(fit)))
            });
            (pool.child(child).id.as_str(), homes.collect())
        })
        .collect();
    try_all(pool, &to_place, &mut Plan::new(), 0, tell);
}

fn try_all<'a>(
    pool: &'a Pool,
    to_place: &[(&'a str, Vec<(&'a str, i64)>)],
    plan: &mut Plan<'a>,
    fits: i64,
    tell: &mut dyn FnMut(&Plan<'_>, i64),
) {
    let Some(((child, homes), rest)) = to_place.split_first() else {
        if is_allowed(pool, plan) {
            tell(plan, fits);
        }
        return;
    };
    try_all(pool, rest, plan, fits, tell);
    for (home, fit) in homes {
        let places = usize::from(pool.family(pool.family_idx(home).expect("a family")).places);
        if plan.values().filter(|h| *h == home).count() < places {
            plan.insert(child, home);
            try_all(pool, rest, plan, fits + fit, tell);
            plan.remove(child);
        }
    }
}

/// Where a child lives now, and whether it stays.
fn lives<'a>(pool: &'a Pool, child: &str) -> Option<(&'a str, bool)> {
    let placement = pool.document().placements.iter().find(|p| p.child == child)?;
    Some((&placement.family, placement.may_move != Some(true)))
}

fn stays<'a>(pool: &'a Pool, child: &str) -> Option<&'a str> {
    lives(pool, child).filter(|(_, stays)| *stays).map(|(home, _)| home)
}

fn is_allowed(pool: &Pool, plan: &Plan<'_>) -> bool {
    let document = pool.document();
    let another_home = plan
        .iter()
        .all(|(child, home)| lives(pool, child).is_none_or(|(now, _)| now != *home));
    let mut apart: Vec<(&str, &str)> = document
        .not_together
        .iter()
        .map(|p| (p.child.as_str(), p.other.as_str()))
        .collect();
    for group in document
        .sibling_groups
        .iter()
        .filter(|g| g.policy == SiblingPolicy::Apart)
    {
        for a in &group.children {
            apart.extend(
                group
                    .children
                    .iter()
                    .filter(|b| a < *b)
                    .map(|b| (a.as_str(), b.as_str())),
            );
        }
    }
    let meets = |a: &str, b: &str| {
        plan.get(a)
            .is_some_and(|home| plan.get(b) == Some(home) || lives(pool, b).is_some_and(|(now, _)| now == *home))
    };
    let are_apart = apart.iter().all(|(a, b)| !meets(a, b) && !meets(b, a));
    let are_together = document
        .sibling_groups
        .iter()
        .filter(|g| g.policy == SiblingPolicy::Together)
        .all(|group| {
            let homes: Vec<&str> = group.children.iter().filter_map(|c| stays(pool, c)).collect();
            let moving = group.children.iter().filter(|c| stays(pool, c).is_none());
            let mut new: Vec<Option<&str>> = moving.map(|c| plan.get(c.as_str()).copied()).collect();
            new.dedup();
            match new[..] {
                [] | [None] => true,
                [Some(home)] => homes.is_empty() || homes.contains(&home),
                _ => false,
            }
        });
    let secretaries = document.secretaries.iter().all(|secretary| {
        let follows = |home: &&str| {
            document
                .families
                .iter()
                .any(|f| f.id == **home && f.secretary.as_deref() == Some(&secretary.id))
        };
        let children = plan.values().filter(|home| follows(home)).count();
        secretary.more_children.is_none_or(|most| children <= most as usize)
    });
    let locks = document.choices.iter().filter(|c| c.kind == ChoiceKind::Lock);
    let are_kept = locks
        .into_iter()
        .all(|lock| plan.get(lock.child.as_str()) == Some(&lock.family.as_str()));
    another_home && are_apart && are_together && secretaries && are_kept
}

/// What a plan with this sum of fits is worth.
pub(crate) fn worth(pool: &Pool, policy: &Policy, plan: &Plan<'_>, fits: i64) -> Worth {
    let document = pool.document();
    let mut worth = Worth {
        fit: fits,
        ..Worth::default()
    };
    let steps = &policy.objective.urgency;
    for child in document.children.iter().filter(|c| plan.contains_key(c.id.as_str())) {
        let days = child
            .waiting_since
            .map_or(0, |since| document.as_of.days_since(since).max(0));
        let waited = (days / i64::from(steps.days_per_step)).min(i64::from(steps.most_steps));
        let acute = i64::from(child.placement == PlacementKind::Emergency) * i64::from(steps.emergency);
        worth.urgency += i64::from(steps.each) + waited + acute;
        let home = plan[child.id.as_str()];
        worth.network += i64::from(child.network_ties.iter().any(|tie| tie.family == home));
    }
    for group in document
        .sibling_groups
        .iter()
        .filter(|g| g.policy != SiblingPolicy::Apart)
    {
        for (i, a) in group.children.iter().enumerate() {
            for b in &group.children[i + 1..] {
                let homes = [a, b].map(|c| plan.get(c.as_str()).copied().or_else(|| stays(pool, c)));
                let new = plan.contains_key(a.as_str()) || plan.contains_key(b.as_str());
                if new && homes[0].is_some() && homes[0] == homes[1] {
                    worth.fit += i64::from(policy.objective.sibling_bonus);
                }
            }
        }
    }
    worth
}
