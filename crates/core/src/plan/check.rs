//! A second look at a proposal, in the pool's own words: shares no code with the translation to the solver's problem.
//!
//! The solver's certificate checker proves the answer to the problem it was given. This proves that the answer, read
//! back, is one that the pool allows: a defect in the translation must not reach a child.

use std::collections::{BTreeMap, BTreeSet};

use crate::input::{ChoiceKind, SiblingPolicy};
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// What the proposal breaks, if anything. `proposed` holds a family per child by row; `is_eligible` is the rules' word
/// on a pair; with `locks`, every lock must be kept; `most_homes` is the cap on a secretary's homes, 0: none.
pub(super) fn check(
    pool: &Pool,
    proposed: &[Option<FamilyIdx>],
    is_eligible: &dyn Fn(ChildIdx, FamilyIdx) -> bool,
    locks: bool,
    most_homes: u32,
) -> Result<(), &'static str> {
    // Children by family, by row.
    let mut taken = vec![0_u32; pool.n_families()];
    for child in pool.children() {
        let Some(family) = proposed[child.row()] else { continue };
        if pool.stays(child).is_some() {
            return Err("a child who stays was moved");
        }
        if pool.lives_in(child) == Some(family) {
            return Err("a child was placed where it lives");
        }
        if !is_eligible(child, family) {
            return Err("a pair that is ruled out was placed");
        }
        taken[family.row()] += 1;
    }
    let mut filled = pool.families().zip(&taken);
    if filled.any(|(family, &n)| n > u32::from(pool.family(family).places)) {
        return Err("a family has more children than places");
    }
    let place_of = |id: &str| pool.child_idx(id).and_then(|child| proposed[child.row()]);
    groups(pool, proposed)?;
    for pair in &pool.document().not_together {
        if shares_home(pool, proposed, &pair.child, &pair.other) {
            return Err("children who must not share a home share one");
        }
    }
    let mut followed: BTreeMap<&str, u32> = BTreeMap::new();
    for (family, n) in pool.families().zip(&taken).filter(|(_, n)| **n > 0) {
        if let Some(secretary) = &pool.family(family).secretary {
            *followed.entry(secretary).or_default() += n;
        }
    }
    for secretary in &pool.document().secretaries {
        let children = followed.get(secretary.id.as_str()).copied().unwrap_or(0);
        if secretary.more_children.is_some_and(|most| children > most) {
            return Err("a secretary has more children than their limit");
        }
    }
    if most_homes > 0 && passes_cap(pool, &taken, most_homes) {
        return Err("a secretary has more homes than the cap");
    }
    let choices = &pool.document().choices;
    let mut kept = choices
        .iter()
        .filter(|choice| locks && choice.kind == ChoiceKind::Lock)
        .map(|lock| place_of(&lock.child).is_some_and(|family| pool.family(family).id == lock.family));
    if kept.all(|kept| kept) {
        Ok(())
    } else {
        Err("a lock was not kept")
    }
}

/// Whether the proposal gives a secretary homes, and more of them than the cap.
fn passes_cap(pool: &Pool, taken: &[u32], most: u32) -> bool {
    let document = pool.document();
    let lived_in: BTreeSet<&str> = document.placements.iter().map(|p| p.family.as_str()).collect();
    let mut homes: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for family in &document.families {
        let Some(secretary) = &family.secretary else { continue };
        let (now, new) = homes.entry(secretary).or_default();
        if lived_in.contains(family.id.as_str()) {
            *now += 1;
        } else if pool
            .family_idx(&family.id)
            .is_some_and(|family| taken[family.row()] > 0)
        {
            *new += 1;
        }
    }
    homes.into_values().any(|(now, new)| new > 0 && now + new > most)
}

fn groups(pool: &Pool, proposed: &[Option<FamilyIdx>]) -> Result<(), &'static str> {
    for group in &pool.document().sibling_groups {
        let members: Vec<ChildIdx> = group.children.iter().filter_map(|id| pool.child_idx(id)).collect();
        match group.policy {
            SiblingPolicy::Prefer => {}
            SiblingPolicy::Apart => {
                for (i, a) in group.children.iter().enumerate() {
                    if group.children[i + 1..]
                        .iter()
                        .any(|b| shares_home(pool, proposed, a, b))
                    {
                        return Err("siblings to keep apart share a home");
                    }
                }
            }
            SiblingPolicy::Together => {
                let mut to_place = members.iter().filter(|child| pool.stays(**child).is_none());
                let first = to_place.next().and_then(|child| proposed[child.row()]);
                let mut homes = members.iter().filter_map(|&child| pool.stays(child)).peekable();
                let joins = first.is_none() || homes.peek().is_none() || homes.any(|home| Some(home) == first);
                if !joins || to_place.any(|child| proposed[child.row()] != first) {
                    return Err("siblings to keep together were parted");
                }
            }
        }
    }
    Ok(())
}

/// Whether a proposal brings two children into one home, counting where each lives now as well as where it would go.
fn shares_home(pool: &Pool, proposed: &[Option<FamilyIdx>], a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (pool.child_idx(a), pool.child_idx(b)) else {
        return false;
    };
    let meets = |one: ChildIdx, other: ChildIdx| {
        let home = proposed[one.row()];
        home.is_some() && (home == proposed[other.row()] || home == pool.lives_in(other))
    };
    meets(a, b) || meets(b, a)
}
