//! The pool on one day of a simulation: who has come, who lives where, which places are free.

use std::collections::{BTreeMap, BTreeSet};

use hemvist::input::{Child, Choice, ChoiceKind, Day, Placement};
use hemvist::pool::{ChildIdx, Pool};
use hemvist::{Problems, ReadOptions};

/// Who would turn 21 meanwhile is counted as 20 to the end: when care ends is not the simulation's to say.
pub(super) fn stay_within_ages(child: &mut Child, day: Day) {
    let oldest = hemvist::limits::OLDEST;
    let months = (i32::from(oldest) + 1) * 12;
    if child
        .birth_month
        .is_some_and(|born| day.month().months_since(born) >= months)
    {
        child.birth_month = None;
        child.age = Some(oldest);
    }
}

/// What has happened so far.
#[derive(Clone)]
pub(super) struct World<'a> {
    base: &'a Pool,
    /// Children who have come and wait, since when.
    pub(super) waiting: BTreeMap<String, Day>,
    /// Children placed in the simulation: the family, and since when.
    pub(super) placed: BTreeMap<String, (String, Day)>,
    /// Children of the pool's placements who have left their home.
    left: BTreeSet<String>,
    /// Free places by family.
    places: BTreeMap<String, u8>,
    /// Families that have said no, by child.
    refused: BTreeSet<(String, String)>,
}

impl<'a> World<'a> {
    /// Nobody has come yet: those who live somewhere and seek another home stay there until they do.
    pub(super) fn new(base: &'a Pool) -> Self {
        let families = base.document().families.iter();
        Self {
            base,
            waiting: BTreeMap::new(),
            placed: BTreeMap::new(),
            left: BTreeSet::new(),
            places: families.map(|family| (family.id.clone(), family.places)).collect(),
            refused: BTreeSet::new(),
        }
    }

    /// A child comes to need a home.
    pub(super) fn arrive(&mut self, child: &str, on: Day) {
        self.waiting.insert(child.to_owned(), on);
    }

    /// A child leaves its home; the family with the place that comes free.
    pub(super) fn depart(&mut self, child: &str) -> Option<String> {
        let lived = self
            .base
            .document()
            .placements
            .iter()
            .find(|placement| placement.child == child)?;
        self.left.insert(child.to_owned());
        self.free(&lived.family);
        Some(lived.family.clone())
    }

    /// A family says no to a child.
    pub(super) fn refuse(&mut self, child: &str, family: &str) {
        self.refused.insert((child.to_owned(), family.to_owned()));
    }

    /// A child goes to a family; the family with the place that comes free, if the child lived elsewhere.
    pub(super) fn place(&mut self, child: &str, family: &str, on: Day) -> Option<String> {
        self.waiting.remove(child);
        self.placed.insert(child.to_owned(), (family.to_owned(), on));
        if let Some(places) = self.places.get_mut(family) {
            *places = places.saturating_sub(1);
        }
        let left = self.lived_in(child)?;
        self.free(&left);
        Some(left)
    }

    /// Where a child lived when the simulation began.
    pub(super) fn lived_in(&self, child: &str) -> Option<String> {
        let home = self.base.lives_in(self.base.child_idx(child)?)?;
        Some(self.base.family(home).id.clone())
    }

    fn free(&mut self, family: &str) {
        if let Some(places) = self.places.get_mut(family) {
            *places = (*places + 1).min(hemvist::limits::MOST_PLACES);
        }
    }

    /// The pool as it stands on a day, for those who wait to be placed.
    pub(super) fn pool_on(&self, day: Day) -> Result<Pool, Problems> {
        let mut document = self.base.document().clone();
        document.as_of = day;
        let seeks = |id: &str| {
            self.base
                .child_idx(id)
                .is_some_and(|c: ChildIdx| self.base.stays(c).is_none())
        };
        // Of those who seek a home in the pool, only who has come is there, or who lives somewhere and so is a resident.
        let here = |id: &str| {
            !self.left.contains(id)
                && (!seeks(id)
                    || self.waiting.contains_key(id)
                    || self.placed.contains_key(id)
                    || self.lived_in(id).is_some())
        };
        document.children.retain(|child| here(&child.id));
        for child in &mut document.children {
            if let Some(&since) = self.waiting.get(&child.id) {
                child.waiting_since = Some(since);
            }
            stay_within_ages(child, day);
        }
        document
            .placements
            .retain(|placement| !self.left.contains(&placement.child) && !self.placed.contains_key(&placement.child));
        for placement in &mut document.placements {
            if seeks(&placement.child) {
                placement.may_move = Some(self.waiting.contains_key(&placement.child));
            }
        }
        for (child, (family, since)) in &self.placed {
            document.placements.push(Placement {
                child: child.clone(),
                family: family.clone(),
                since: Some(*since),
                age: None,
                may_move: None,
            });
        }
        for family in &mut document.families {
            family.places = self.places.get(&family.id).copied().unwrap_or(0);
        }
        let known: BTreeSet<String> = document.children.iter().map(|child| child.id.clone()).collect();
        for group in &mut document.sibling_groups {
            group.children.retain(|id| known.contains(id));
        }
        document.sibling_groups.retain(|group| group.children.len() > 1);
        document.choices.retain(|choice| {
            // A lock is for a child who is to be placed; once it is, the lock has done its work.
            known.contains(&choice.child)
                && (choice.kind != ChoiceKind::Lock || self.waiting.contains_key(&choice.child))
        });
        let decided: BTreeSet<(String, String)> = document
            .choices
            .iter()
            .map(|choice| (choice.child.clone(), choice.family.clone()))
            .collect();
        for pair in self
            .refused
            .iter()
            .filter(|pair| known.contains(&pair.0) && !decided.contains(*pair))
        {
            document.choices.push(Choice {
                kind: ChoiceKind::Refused,
                child: pair.0.clone(),
                family: pair.1.clone(),
                reason: "asked in the simulation".to_owned(),
                on: None,
            });
        }
        document.travel.retain(|travel| known.contains(&travel.child));
        let resident: BTreeSet<String> = document.placements.iter().map(|p| p.child.clone()).collect();
        document.not_together.retain(|pair| {
            let there = |id: &String| known.contains(id) || resident.contains(id);
            there(&pair.child) && there(&pair.other) && (known.contains(&pair.child) || known.contains(&pair.other))
        });
        // Ids were accepted when the pool was read.
        let options = ReadOptions {
            allow_identity_numbers: true,
        };
        Pool::from_document_with(document, &options)
    }
}
