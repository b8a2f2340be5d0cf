//! The order of a report, and which problems can be told when part of the document could not be read.

use std::collections::BTreeSet;

use crate::problem::{Code, Path, Problem, Problems, Step};

/// Sections, in the order of the format.
const SECTIONS: [&str; 11] = [
    "format",
    "as_of",
    "municipalities",
    "secretaries",
    "families",
    "children",
    "sibling_groups",
    "placements",
    "choices",
    "not_together",
    "travel",
];

/// Fields of all records, in an order that agrees with that of each record.
const FIELDS: [&str; 71] = [
    "id",
    "municipality",
    "name",
    "kind",
    "child",
    "other",
    "children",
    "policy",
    "family",
    "relation",
    "reason",
    "on",
    "since",
    "from",
    "to",
    "km",
    "minutes",
    "birth_month",
    "age",
    "may_move",
    "gender",
    "needs",
    "required_competences",
    "helpful_competences",
    "placement",
    "home",
    "school",
    "longest_travel_km",
    "waiting_since",
    "inquiry_ended",
    "offers",
    "assessed_on",
    "register_checked_on",
    "places",
    "ages",
    "highest_needs",
    "most_siblings",
    "genders",
    "competences",
    "languages",
    "network_ties",
    "allergies",
    "own_children",
    "pets",
    "smoking",
    "step_free",
    "wishes",
    "wanted",
    "not_wanted",
    "asked_on",
    "keep_away",
    "protected_identity",
    "placements_so_far",
    "base_training",
    "available_from",
    "available_until",
    "location",
    "lat",
    "lon",
    "radius_km",
    "secretary",
    "daily_cost",
    "acceptance_rate",
    "shared_with",
    "conflicts",
    "population",
    "children_at_home",
    "children_placed",
    "shares",
    "more_children",
    "more_homes",
];

/// Puts a report into document order: sections and fields in the order of the format, records by index, unknown
/// fields after known ones. Problems of one place keep their order.
pub(crate) fn sort(problems: &mut Problems) {
    problems.sort_by_key(|problem| key(&problem.path));
}

/// Steps as numbers: (what, which).
fn key(path: &Path) -> Vec<(u8, u64)> {
    let rank = |names: &[&str], name: &str| names.iter().position(|n| *n == name).unwrap_or(names.len()) as u64;
    let steps = path.steps().iter().enumerate();
    steps
        .map(|(depth, step)| match step {
            Step::Field(name) if depth == 0 => (0, rank(&SECTIONS, name)),
            Step::Field(name) => (0, rank(&FIELDS, name)),
            Step::Index(index) => (1, *index as u64),
            Step::Row(row) => (1, *row),
            Step::Member(place) => (2, *place as u64),
        })
        .collect()
}

/// Whether a problem found in a mended document stands, although the places in `mended` hold values of ours.
///
/// It does not if it lies at such a place; if it compares fields of a record of which one was mended; if it looks for
/// an id among records of which one was mended; or if it compares records and one of those was mended.
pub(crate) fn stands_beside(problem: &Problem, mended: &BTreeSet<Path>) -> bool {
    if mended.is_empty() {
        return true;
    }
    let path = &problem.path;
    if mended.iter().any(|place| place.contains(path) || path.contains(place)) {
        return false;
    }
    match problem.code {
        Code::DateOrder | Code::RangeOrder | Code::OutOfRange => {
            let record = path.steps().get(..2);
            !mended.iter().any(|place| {
                let own = record.is_some_and(|record| place.steps().starts_with(record));
                let as_of = place.steps() == [Step::Field("as_of")];
                let child = problem.code == Code::DateOrder
                    && path.steps().first() == Some(&Step::Field("placements"))
                    && place.steps().first() == Some(&Step::Field("children"));
                as_of || child || (own && problem.code != Code::OutOfRange)
            })
        }
        Code::UnknownMunicipality => !hides_ids(mended, "municipalities", "id"),
        Code::UnknownSecretary => !hides_ids(mended, "secretaries", "id"),
        Code::UnknownFamily => !hides_ids(mended, "families", "id"),
        Code::UnknownChild => !hides_ids(mended, "children", "id") && !hides_ids(mended, "placements", "child"),
        Code::InTwoGroups
        | Code::SamePairTwice
        | Code::PlacedTwice
        | Code::LockedTwice
        | Code::LockedAndBanned
        | Code::LocksExceedPlaces
        | Code::LockOfStaying
        | Code::LocksPartTogether
        | Code::LocksJoinApart
        | Code::TogetherAndApart
        | Code::AgeOfListedChild
        | Code::MoveOfUnlisted => !mended.iter().any(ties_records),
        _ => true,
    }
}

/// Whether the ids of a section could not all be read.
fn hides_ids(mended: &BTreeSet<Path>, section: &str, id: &str) -> bool {
    mended.iter().any(|place| match place.steps() {
        [Step::Field(name)] | [Step::Field(name), _] => *name == section,
        [Step::Field(name), _, Step::Field(field), ..] => *name == section && *field == id,
        _ => false,
    })
}

/// Whether a place is one by which records are compared with each other.
fn ties_records(place: &Path) -> bool {
    match place.steps() {
        [Step::Field("children" | "families"), _, Step::Field(field), ..] => matches!(*field, "id" | "places"),
        [Step::Field("municipalities" | "secretaries"), ..] => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::json::POOL_FORM;

    #[test]
    fn every_field_has_its_place_in_the_order() {
        fn names(form: &Form, depth: usize) {
            match form {
                Form::List(element) => names(element, depth),
                Form::Object(fields) => {
                    for field in fields {
                        let known: &[&str] = if depth == 0 { &SECTIONS } else { &FIELDS };
                        assert!(known.contains(&field.name), "{}", field.name);
                        names(&field.form, depth + 1);
                    }
                }
                _ => {}
            }
        }
        names(&POOL_FORM, 0);
        let distinct: BTreeSet<_> = FIELDS.iter().collect();
        assert_eq!(distinct.len(), FIELDS.len());
    }
}
