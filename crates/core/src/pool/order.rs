//! The canonical order of a pool document: equal pools become equal documents, whatever order their lists came in.

use crate::input::{Child, Choice, Family, Municipality, PoolDocument};

fn sorted<T: Ord>(list: &mut Vec<T>) {
    list.sort_unstable();
    list.dedup();
}

fn sort_family(family: &mut Family) {
    sorted(&mut family.offers);
    sorted(&mut family.competences);
    sorted(&mut family.languages);
    sorted(&mut family.conflicts);
    if let Some(genders) = &mut family.genders {
        sorted(genders);
    }
    if let Some(own) = &mut family.own_children {
        own.sort_unstable();
    }
    if let Some(pets) = &mut family.pets {
        sorted(pets);
    }
    if let Some(shared) = &mut family.shared_with {
        sorted(shared);
    }
}

fn sort_child(child: &mut Child) {
    sorted(&mut child.required_competences);
    sorted(&mut child.helpful_competences);
    sorted(&mut child.languages);
    sorted(&mut child.allergies);
    child
        .network_ties
        .sort_by(|a, b| (&a.family, a.relation).cmp(&(&b.family, b.relation)));
    if let Some(wishes) = &mut child.wishes {
        sorted(&mut wishes.wanted);
        sorted(&mut wishes.not_wanted);
    }
    child.keep_away.sort_by(|a, b| {
        a.lat
            .total_cmp(&b.lat)
            .then(a.lon.total_cmp(&b.lon))
            .then(a.radius_km.total_cmp(&b.radius_km))
    });
}

fn sort_municipality(municipality: &mut Municipality) {
    if let Some(shares) = &mut municipality.shares {
        sorted(shares);
    }
}

/// Sorts every list of the document whose order means nothing; lists of words also lose repetitions.
pub(crate) fn canonical(document: &mut PoolDocument) {
    document.municipalities.iter_mut().for_each(sort_municipality);
    document.families.iter_mut().for_each(sort_family);
    document.children.iter_mut().for_each(sort_child);
    document.municipalities.sort_by(|a, b| a.id.cmp(&b.id));
    document.secretaries.sort_by(|a, b| a.id.cmp(&b.id));
    document.families.sort_by(|a, b| a.id.cmp(&b.id));
    document.children.sort_by(|a, b| a.id.cmp(&b.id));
    for group in &mut document.sibling_groups {
        group.children.sort_unstable();
    }
    document.sibling_groups.sort_by(|a, b| a.id.cmp(&b.id));
    document
        .placements
        .sort_by(|a, b| (&a.child, &a.family).cmp(&(&b.child, &b.family)));
    canonical_choices(&mut document.choices);
    for pair in &mut document.not_together {
        if pair.other < pair.child {
            std::mem::swap(&mut pair.child, &mut pair.other);
        }
    }
    document
        .not_together
        .sort_by(|a, b| (&a.child, &a.other).cmp(&(&b.child, &b.other)));
    document.not_together.dedup();
    document
        .travel
        .sort_by(|a, b| (&a.child, &a.family, a.to).cmp(&(&b.child, &b.family, b.to)));
}

/// Sorts the choices of a document.
pub(crate) fn canonical_choices(choices: &mut [Choice]) {
    choices.sort_by(|a, b| {
        (&a.child, &a.family, a.kind, a.on, &a.reason).cmp(&(&b.child, &b.family, b.kind, b.on, &b.reason))
    });
}
