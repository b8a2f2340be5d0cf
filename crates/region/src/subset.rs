//! A pool cut down to some of its children and families, so that part of it can be matched by itself.
//!
//! What a plan of the part says must be possible in the whole: children who live in a home and are left out still live
//! there, and homes that are left out still stand where they are, without a free place.

use std::collections::BTreeSet;

use hemvist::input::{ChoiceKind, PoolDocument, SiblingPolicy};
use hemvist::pool::Pool;
use hemvist::{Problems, ReadOptions};

/// The pool with only these children to place, and free places only in these families.
///
/// Children left out who live in a home stay there as residents. Of a group to keep together that is not wholly
/// inside, nobody is left in, since the rest would have to come along. Choices, wishes, ties and pairs of children who are
/// gone go with them; a child locked to a family outside is left out.
pub(crate) fn subset(
    pool: &Pool,
    children: impl Fn(&str) -> bool,
    families: impl Fn(&str) -> bool,
) -> Result<Pool, Problems> {
    let document = pool.document();
    let stays = |id: &str| pool.child_idx(id).and_then(|child| pool.stays(child)).is_some();
    let locks = document.choices.iter().filter(|choice| choice.kind == ChoiceKind::Lock);
    let locked_away: BTreeSet<&str> = locks
        .filter(|lock| !families(&lock.family))
        .map(|lock| lock.child.as_str())
        .collect();
    // Those who stay where they live stay in the document, whosever they are: siblings and ages in the home count.
    let mut inside: BTreeSet<&str> = (document.children.iter())
        .map(|child| child.id.as_str())
        .filter(|id| stays(id) || (children(id) && !locked_away.contains(id)))
        .collect();
    for group in &document.sibling_groups {
        let torn = group.children.iter().any(|id| !inside.contains(id.as_str()));
        if group.policy == SiblingPolicy::Together && torn {
            for id in group.children.iter().filter(|id| !stays(id)) {
                inside.remove(id.as_str());
            }
        }
    }
    let inside: BTreeSet<String> = inside.into_iter().map(str::to_owned).collect();
    let ages = |id: &str| pool.child_idx(id).map(|child| pool.age(child));
    let mut part = document.clone();
    cut(&mut part, &inside, ages, families);
    // Ids were accepted when the pool was read.
    let options = ReadOptions {
        allow_identity_numbers: true,
    };
    Pool::from_document_with(part, &options)
}

fn cut(
    part: &mut PoolDocument,
    inside: &BTreeSet<String>,
    ages: impl Fn(&str) -> Option<u8>,
    families: impl Fn(&str) -> bool,
) {
    part.children.retain(|child| inside.contains(&child.id));
    for placement in &mut part.placements {
        if let Some(age) = ages(&placement.child).filter(|_| !inside.contains(&placement.child)) {
            placement.age = Some(age);
            placement.may_move = None;
        }
    }
    for family in part.families.iter_mut().filter(|family| !families(&family.id)) {
        family.places = 0;
    }
    for group in &mut part.sibling_groups {
        group.children.retain(|id| inside.contains(id));
    }
    part.sibling_groups.retain(|group| group.children.len() > 1);
    part.choices.retain(|choice| inside.contains(&choice.child));
    part.travel.retain(|travel| inside.contains(&travel.child));
    let lives: BTreeSet<&String> = part.placements.iter().map(|placement| &placement.child).collect();
    part.not_together.retain(|pair| {
        let known = |id: &String| inside.contains(id) || lives.contains(id);
        known(&pair.child) && known(&pair.other) && (inside.contains(&pair.child) || inside.contains(&pair.other))
    });
}

#[cfg(test)]
mod tests {
    use hemvist::matching::{MatchOptions, match_pool};
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    #[test]
    fn every_part_of_every_example_is_a_pool_and_its_plan_stays_inside() {
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            for municipality in &pool.document().municipalities {
                let of_child = |id: &str| pool.child(pool.child_idx(id).unwrap()).municipality == municipality.id;
                let of_family = |id: &str| pool.family(pool.family_idx(id).unwrap()).municipality == municipality.id;
                let part = subset(&pool, of_child, of_family).unwrap();
                let plan = match_pool(&part, &Policy::default(), &MatchOptions::default()).unwrap();
                for placed in &plan.placed {
                    assert!(of_child(&placed.child) && of_family(&placed.family), "{}", shape.name);
                }
            }
        }
    }

    #[test]
    fn all_of_a_pool_is_the_pool() {
        let pool = Pool::from_document(generate(&Shape::hassleholm(), 1)).unwrap();
        let part = subset(&pool, |_| true, |_| true).unwrap();
        assert!(part.document() == pool.document());
    }

    #[test]
    fn a_group_that_is_torn_is_left_out_whole_and_residents_keep_their_age() {
        let children = ["a", "b", "c", "d"]
            .map(|id| serde_json::json!({ "id": id, "municipality": "m", "age": 7, "placement": "long_term" }));
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "m" }],
            "families": [{ "id": "f", "municipality": "m", "kind": "family", "places": 2 }],
            "children": children,
            "sibling_groups": [{ "id": "g", "children": ["a", "b"], "policy": "together" }],
            "placements": [{ "child": "c", "family": "f", "may_move": true }, { "child": "d", "family": "f" }],
            "not_together": [{ "child": "a", "other": "c" }, { "child": "d", "other": "c" }]
        });
        let pool = Pool::from_document(serde_json::from_value(document).unwrap()).unwrap();
        let part = subset(&pool, |id| id == "a", |_| true).unwrap();
        let document = part.document();
        let left: Vec<&str> = document.children.iter().map(|child| child.id.as_str()).collect();
        assert_eq!(left, ["d"], "a would need b; d lives there and stays");
        assert!(document.sibling_groups.is_empty());
        let moved = document.placements.iter().find(|p| p.child == "c").unwrap();
        assert_eq!((moved.age, moved.may_move), (Some(7), None));
        assert_eq!(document.not_together.len(), 1, "d is inside and c still lives there");
    }
}
