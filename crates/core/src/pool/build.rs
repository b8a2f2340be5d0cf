//! From a checked document in canonical order to columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::distance::{Place, metres_of_km};
use crate::ids::Index;
use crate::input::{
    Allergy, Child, Choice, Family, Gender, HomeKind, Pet, PlacementKind, PoolDocument, SiblingPolicy, TravelTo,
};
use crate::pool::classes::{Bits, Classes, Words};
use crate::pool::facts::{
    Ages, Area, Asks, Care, ChildFacts, Household, Journey, Known, PairFacts, Skills, Terms, Zone,
};
use crate::pool::{ChildIdx, FamilyIdx, GroupIdx, Pool, Resident, row};
use crate::validate::ReadOptions;

pub(crate) fn gender_bit(gender: Gender) -> u8 {
    match gender {
        Gender::Girl => 1,
        Gender::Boy => 2,
        Gender::Other => 4,
    }
}

pub(crate) fn offer_bit(kind: PlacementKind) -> u8 {
    match kind {
        PlacementKind::Emergency => 1,
        PlacementKind::LongTerm => 2,
        PlacementKind::Respite => 4,
        PlacementKind::SupportedLodging => 8,
    }
}

fn pet_bit(pet: Pet) -> u8 {
    match pet {
        Pet::Cat => 1,
        Pet::Dog => 2,
        Pet::Horse => 4,
        Pet::SmallPet => 8,
    }
}

fn allergy_bit(allergy: Allergy) -> u8 {
    match allergy {
        Allergy::Cat => 1,
        Allergy::Dog => 2,
        Allergy::Horse => 4,
        Allergy::SmallPet => 8,
        Allergy::Smoke => 0,
    }
}

fn union<T>(items: &[T], bit: impl Fn(&T) -> u8) -> u8 {
    items.iter().map(bit).fold(0, |all, b| all | b)
}

/// The placements a family offers, those usual for the home kind if it names none.
fn offers(family: &Family) -> u8 {
    if !family.offers.is_empty() {
        return union(&family.offers, |&k| offer_bit(k));
    }
    offer_bit(match family.kind {
        HomeKind::Emergency => PlacementKind::Emergency,
        HomeKind::Respite => PlacementKind::Respite,
        HomeKind::Family | HomeKind::Network | HomeKind::Reinforced | HomeKind::Agency => PlacementKind::LongTerm,
    })
}

fn care(family: &Family) -> Care {
    Care {
        highest_needs: family.highest_needs.unwrap_or(0),
        training: family.base_training.into(),
        placements: family.placements_so_far,
    }
}

fn terms(document: &PoolDocument, family: &Family) -> Terms {
    let done = |day: Option<crate::day::Day>| day.is_some_and(|d| d <= document.as_of);
    Terms {
        offers: offers(family),
        assessed: done(family.assessed_on),
        registered: done(family.register_checked_on),
        available: family.available_from.is_none_or(|d| d <= document.as_of)
            && family.available_until.is_none_or(|d| document.as_of <= d),
        places: family.places,
        most_siblings: family.most_siblings,
        genders: family.genders.as_ref().map(|g| union(g, |&g| gender_bit(g))),
        pets: family.pets.as_ref().map(|p| union(p, |&p| pet_bit(p))),
        smoking: family.smoking.into(),
        step_free: family.step_free.into(),
    }
}

fn area(document: &PoolDocument, municipalities: &Words, family: &Family) -> Area {
    let shares_kind = || {
        let home = document
            .municipalities
            .binary_search_by(|m| m.id.cmp(&family.municipality));
        home.ok()
            .and_then(|i| document.municipalities[i].shares.as_ref())
            .is_none_or(|kinds| kinds.contains(&family.kind))
    };
    let own = municipalities.number(&family.municipality);
    let open_to = match &family.shared_with {
        Some(list) => Bits::new(
            municipalities.len(),
            list.iter().filter_map(|m| municipalities.number(m)).chain(own),
        ),
        None if shares_kind() => Bits::new(municipalities.len(), 0..municipalities.len()),
        None => Bits::new(municipalities.len(), own),
    };
    Area {
        municipality: own.unwrap_or(0),
        kind: family.kind,
        open_to,
        conflicts: municipalities.bits(&family.conflicts),
    }
}

/// The age on `as_of` in whole years; a birthday falls on the first of its month.
fn age_on(document: &PoolDocument, child: &Child) -> u8 {
    let from_month = || {
        let months = document.as_of.month().months_since(child.birth_month?);
        u8::try_from(months.div_euclid(12)).ok()
    };
    child.age.or_else(from_month).unwrap_or(0)
}

/// Finds rows by id.
struct Lookup<'d> {
    children: Index<'d>,
    families: Index<'d>,
}

impl<'d> Lookup<'d> {
    fn new(document: &'d PoolDocument) -> Self {
        Self {
            children: Index::new(document.children.iter().map(|c| c.id.as_str())),
            families: Index::new(document.families.iter().map(|f| f.id.as_str())),
        }
    }
    fn child(&self, id: &str) -> Option<ChildIdx> {
        self.children.first(id).map(ChildIdx::from_row)
    }
    fn family(&self, id: &str) -> Option<FamilyIdx> {
        self.families.first(id).map(FamilyIdx::from_row)
    }
}

fn child_facts(document: &PoolDocument, words: &Vocabulary, child: &Child) -> ChildFacts {
    ChildFacts {
        municipality: words.municipalities.number(&child.municipality).unwrap_or(0),
        needs: child.needs.unwrap_or(0),
        asks: Asks {
            placement: child.placement,
            age: age_on(document, child),
            gender: child.gender.map_or(0, gender_bit),
            pets: union(&child.allergies, |&a| allergy_bit(a)),
            smoke: child.allergies.contains(&Allergy::Smoke),
            step_free: child.step_free == Some(true),
            places_needed: 1,
        },
        protected: child.protected_identity == Some(true),
        home: child.home.map(Place::new),
        school: child.school.map(Place::new),
        longest_m: child.longest_travel_km.map(metres_of_km),
        zones: child
            .keep_away
            .iter()
            .map(|z| Zone {
                centre: Place::new(crate::input::Location { lat: z.lat, lon: z.lon }),
                metres: metres_of_km(z.radius_km),
            })
            .collect(),
        group: None,
        special: Vec::new(),
    }
}

/// Competences a child asks for; one that is both required and helpful is required.
fn skills(words: &Vocabulary, child: &Child) -> Skills {
    let helpful = child.helpful_competences.iter();
    Skills {
        required: words.competences.bits(&child.required_competences),
        helpful: (words.competences).bits(helpful.filter(|c| !child.required_competences.contains(c))),
    }
}

struct Vocabulary {
    competences: Words,
    languages: Words,
    municipalities: Words,
}

impl Vocabulary {
    fn new(d: &PoolDocument) -> Self {
        fn strs(list: &[String]) -> impl Iterator<Item = &str> {
            list.iter().map(String::as_str)
        }
        Self {
            competences: Words::new(
                (d.children.iter())
                    .flat_map(|c| strs(&c.required_competences).chain(strs(&c.helpful_competences)))
                    .chain(d.families.iter().flat_map(|f| strs(&f.competences))),
            ),
            languages: Words::new(
                (d.children.iter().flat_map(|c| strs(&c.languages)))
                    .chain(d.families.iter().flat_map(|f| strs(&f.languages))),
            ),
            municipalities: Words::new(
                (d.municipalities.iter().map(|m| m.id.as_str()))
                    .chain(d.children.iter().map(|c| c.municipality.as_str()))
                    .chain(d.families.iter().map(|f| f.municipality.as_str())),
            ),
        }
    }
}

/// Who lives where and stays, per family in the order of the placements; and per child where it stays or lives now.
fn residents(
    document: &PoolDocument,
    lookup: &Lookup<'_>,
    ages: &[ChildFacts],
) -> (Vec<Vec<Resident>>, Vec<Option<FamilyIdx>>) {
    let mut there = vec![Vec::new(); document.families.len()];
    let mut stays = vec![None; document.children.len()];
    for (index, placement) in document.placements.iter().enumerate() {
        let Some(family) = lookup.family(&placement.family) else {
            continue;
        };
        let child = lookup.child(&placement.child);
        if child.is_some() && placement.may_move == Some(true) {
            continue;
        }
        let age = child.map_or(placement.age, |c| Some(ages[c.row()].asks.age));
        if let Some(child) = child {
            stays[child.row()] = Some(family);
        }
        there[family.row()].push(Resident {
            child,
            placement: row(index),
            age,
        });
    }
    (there, stays)
}

/// Fills in groups, and everything that is known of single pairs.
fn pair_facts(
    document: &PoolDocument,
    lookup: &Lookup<'_>,
    children: &mut [ChildFacts],
    there: &[Vec<Resident>],
    stays: &[Option<FamilyIdx>],
) {
    let mut pairs: BTreeMap<(ChildIdx, FamilyIdx), PairFacts> = BTreeMap::new();
    for (row, child) in document.children.iter().enumerate() {
        let idx = ChildIdx::from_row(row);
        for tie in &child.network_ties {
            if let Some(family) = lookup.family(&tie.family) {
                let slot = &mut pairs.entry((idx, family)).or_default().tie;
                *slot = Some(slot.map_or(tie.relation, |old| old.min(tie.relation)));
            }
        }
        let (wanted, not_wanted) = child
            .wishes
            .as_ref()
            .map_or((&[][..], &[][..]), |w| (&w.wanted[..], &w.not_wanted[..]));
        for family in wanted.iter().filter_map(|f| lookup.family(f)) {
            pairs.entry((idx, family)).or_default().wanted = true;
        }
        for family in not_wanted.iter().filter_map(|f| lookup.family(f)) {
            pairs.entry((idx, family)).or_default().not_wanted = true;
        }
    }
    for choice in &document.choices {
        if let (Some(child), Some(family)) = (lookup.child(&choice.child), lookup.family(&choice.family)) {
            pairs.entry((child, family)).or_default().choose(choice.kind);
        }
    }
    for travel in &document.travel {
        if let (Some(child), Some(family)) = (lookup.child(&travel.child), lookup.family(&travel.family)) {
            let pair = pairs.entry((child, family)).or_default();
            let journey = match (travel.km, travel.minutes) {
                (Some(km), _) => Some(Journey::Metres(metres_of_km(km))),
                (None, minutes) => minutes.map(Journey::Minutes),
            };
            match travel.to {
                TravelTo::Home => pair.to_home = journey,
                TravelTo::School => pair.to_school = journey,
            }
        }
    }
    let apart = apart_pairs(document);
    for (g, group) in document.sibling_groups.iter().enumerate() {
        let members: Vec<ChildIdx> = group.children.iter().filter_map(|id| lookup.child(id)).collect();
        let to_place = members.iter().filter(|c| stays[c.row()].is_none()).count();
        for &child in &members {
            let facts = &mut children[child.row()];
            facts.group = Some(GroupIdx::from_row(g));
            if group.policy == SiblingPolicy::Together && stays[child.row()].is_none() {
                facts.asks.places_needed = u8::try_from(to_place).unwrap_or(u8::MAX);
            }
            if group.policy == SiblingPolicy::Apart {
                continue;
            }
            for &sibling in &members {
                if let Some(family) = stays[sibling.row()].filter(|_| sibling != child) {
                    let mut others = Ages::default();
                    for resident in &there[family.row()] {
                        if !resident.child.is_some_and(|c| members.contains(&c)) {
                            others.add(resident.age);
                        }
                    }
                    let pair = pairs.entry((child, family)).or_default();
                    pair.sibling_there = true;
                    pair.others_there = Some(others);
                }
            }
        }
    }
    for (child, other) in apart {
        let Some(child) = lookup.child(child) else { continue };
        // Placements stand in the order of their children.
        let first = document.placements.partition_point(|p| p.child.as_str() < other);
        for placement in document.placements[first..].iter().take_while(|p| p.child == other) {
            let stays = lookup.child(other).is_none() || placement.may_move != Some(true);
            if let Some(family) = lookup.family(&placement.family).filter(|_| stays) {
                pairs.entry((child, family)).or_default().apart_there = true;
            }
        }
    }
    for ((child, family), facts) in pairs {
        children[child.row()].special.push((family, facts));
    }
}

/// Pairs of child ids who must not share a home, both ways round.
fn apart_pairs(document: &PoolDocument) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    for p in &document.not_together {
        pairs.extend([
            (p.child.as_str(), p.other.as_str()),
            (p.other.as_str(), p.child.as_str()),
        ]);
    }
    let apart_groups = document
        .sibling_groups
        .iter()
        .filter(|g| g.policy == SiblingPolicy::Apart);
    for group in apart_groups {
        for a in &group.children {
            for b in group.children.iter().filter(|b| *b != a) {
                pairs.push((a, b));
            }
        }
    }
    pairs
}

/// Builds the columns. The document is checked and in canonical order; references that lead nowhere are passed over.
pub(crate) fn build(document: PoolDocument, options: ReadOptions) -> Pool {
    let words = Vocabulary::new(&document);
    let mut children: Vec<ChildFacts> = (document.children.iter())
        .map(|c| child_facts(&document, &words, c))
        .collect();
    let lookup = Lookup::new(&document);
    let (there, stays) = residents(&document, &lookup, &children);
    pair_facts(&document, &lookup, &mut children, &there, &stays);
    let lives_in = (document.children.iter())
        .map(|c| {
            let found = document.placements.binary_search_by(|p| p.child.cmp(&c.id));
            found.ok().and_then(|i| lookup.family(&document.placements[i].family))
        })
        .collect();
    let families = &document.families;
    let household = |(row, family): (usize, &Family)| {
        let mut own = Ages::default();
        match &family.own_children {
            Some(ages) => ages.iter().for_each(|&a| own.add(Some(a))),
            None => own.unknown = true,
        }
        let mut placed = Ages::default();
        there[row].iter().for_each(|r: &Resident| placed.add(r.age));
        Household { own, placed }
    };
    let column = |facts: &dyn Fn(&Family) -> Bits| Classes::new(&families.iter().map(facts).collect::<Vec<_>>());
    let places: Vec<Option<Place>> = families.iter().map(|f| f.location.map(Place::new)).collect();
    let axis = |get: fn(Place) -> f32| places.iter().map(|p| p.map_or(0.0, get)).collect();
    let household_rows: Vec<Household> = families.iter().enumerate().map(household).collect();
    let asked: Vec<Asks> = children.iter().map(|c| c.asks).collect();
    let records = &document.children;
    Pool {
        asks: Classes::new(&asked),
        skills: Classes::new(&records.iter().map(|c| skills(&words, c)).collect::<Vec<_>>()),
        speaks: Classes::new(
            &records
                .iter()
                .map(|c| words.languages.bits(&c.languages))
                .collect::<Vec<_>>(),
        ),
        n_municipalities: words.municipalities.len(),
        care: Classes::new(&families.iter().map(care).collect::<Vec<_>>()),
        terms: Classes::new(&families.iter().map(|f| terms(&document, f)).collect::<Vec<_>>()),
        ages: Classes::new(
            &families
                .iter()
                .map(|f| f.ages.map(|a| (a.from, a.to)))
                .collect::<Vec<_>>(),
        ),
        competences: column(&|f| words.competences.bits(&f.competences)),
        languages: column(&|f| words.languages.bits(&f.languages)),
        household: Classes::new(&household_rows),
        area: Classes::new(
            &families
                .iter()
                .map(|f| area(&document, &words.municipalities, f))
                .collect::<Vec<_>>(),
        ),
        x: axis(|p| p.x),
        y: axis(|p| p.y),
        z: axis(|p| p.z),
        off_map: places.iter().map(|p| u32::from(p.is_none())).collect(),
        children: children.into_iter().map(Arc::new).collect(),
        residents: there,
        stays,
        lives_in,
        document,
        options,
    }
}

/// Enters choices that are added into the columns.
pub(crate) fn add_choices(pool: &mut Pool, choices: &[Choice]) {
    for choice in choices {
        if let (Some(child), Some(family)) = (pool.child_idx(&choice.child), pool.family_idx(&choice.family)) {
            Arc::make_mut(&mut pool.children[child.row()])
                .pair_mut(family)
                .choose(choice.kind);
        }
    }
}

impl Known {
    pub(crate) fn is_unknown(self) -> bool {
        self == Self::Unknown
    }
}
