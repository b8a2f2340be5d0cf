//! Every rule and criterion, grouped by the facts of the family that they read.
//!
//! Each function reads the child, one set of facts of the family and the policy, and says what it finds to a sink. What
//! is said here is all there is: the fast path tabulates these functions, the explanation listens to them.

use crate::criteria::{Criterion, MOST};
use crate::distance::{Place, hundreds};
use crate::explain::Question;
use crate::fit::{Sink, Value};
use crate::input::{HomeKind, PlacementKind, Relation};
use crate::policy::CompiledPolicy;
use crate::pool::build::{gender_bit, offer_bit};
use crate::pool::classes::Bits;
use crate::pool::facts::{Ages, Area, Asks, Care, ChildFacts, Household, Journey, Known, PairFacts, Skills, Terms};
use crate::rules::Rule;

const FULL: u32 = MOST as u32;
/// Natural ends of the ages: a range that reaches them has no edge there.
const YOUNGEST: u8 = 0;
const OLDEST: u8 = 20;

fn fact(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// On what terms the family takes children, and what the home is like.
pub(crate) fn terms<S: Sink>(policy: &CompiledPolicy, child: Asks, family: &Terms, sink: &mut S) {
    let mut when = |applies: bool, rule: Rule, facts: [i32; 3]| {
        if applies {
            sink.rule(rule, facts);
        }
    };
    let (needed, places) = (i32::from(child.places_needed), i32::from(family.places));
    let lodging_age = policy.policy().thresholds.lodging_age;
    let too_young = child.placement == PlacementKind::SupportedLodging && u32::from(child.age) < lodging_age;
    when(!family.assessed, Rule::NotAssessed, [0; 3]);
    when(!family.registered, Rule::NotRegisterChecked, [0; 3]);
    when(
        family.offers & offer_bit(child.placement) == 0,
        Rule::PlacementNotOffered,
        [0; 3],
    );
    when(places == 0, Rule::NoPlace, [0; 3]);
    when(needed > 1 && places < needed, Rule::TooFewPlaces, [needed, places, 0]);
    if let Some(most) = family.most_siblings {
        let most = i32::from(most);
        when(needed > 1 && most < needed, Rule::TooManySiblings, [needed, most, 0]);
    }
    if let Some(taken) = family.genders {
        let stated_other = child.gender == gender_bit(crate::input::Gender::Other);
        when(taken & child.gender == 0 && !stated_other, Rule::GenderNotTaken, [0; 3]);
    }
    when(
        family.pets.is_some_and(|p| p & child.pets != 0),
        Rule::PetAllergy,
        [0; 3],
    );
    when(child.smoke && family.smoking == Known::Yes, Rule::SmokeAllergy, [0; 3]);
    when(
        child.step_free && family.step_free == Known::No,
        Rule::NotStepFree,
        [0; 3],
    );
    when(!family.available, Rule::NotAvailable, [0; 3]);
    when(
        too_young,
        Rule::LodgingAge,
        [i32::from(child.age), fact(lodging_age), 0],
    );
    let mut ask = |matters: bool, question: Question| {
        if matters {
            sink.unknown(question);
        }
    };
    ask(child.pets != 0 && family.pets.is_none(), Question::Pets);
    ask(child.smoke && family.smoking.is_unknown(), Question::Smoking);
    ask(child.step_free && family.step_free.is_unknown(), Question::StepFree);
    ask(family.genders.is_some() && child.gender == 0, Question::Gender);
}

/// Age within the family's range, with its edges.
pub(crate) fn ages<S: Sink>(policy: &CompiledPolicy, age: u8, range: Option<(u8, u8)>, sink: &mut S) {
    let p = &policy.policy().criteria.age;
    let Some((from, to)) = range else {
        let low = if policy.require().contains(Rule::AgeOutsideRange) {
            p.edge_value
        } else {
            0
        };
        sink.value(Criterion::Age, Value::between(low, FULL), [i32::from(age), -1, -1]);
        sink.unknown(Question::FamilyAges);
        return;
    };
    let facts = [i32::from(age), i32::from(from), i32::from(to)];
    let outside = u32::from(from.saturating_sub(age).max(age.saturating_sub(to)));
    let value = if outside > 0 {
        sink.rule(Rule::AgeOutsideRange, facts);
        p.edge_value.saturating_sub(p.outside_loss * outside)
    } else {
        let below = if from == YOUNGEST { u8::MAX } else { age - from };
        let above = if to >= OLDEST { u8::MAX } else { to - age };
        let inside = u32::from(below.min(above)).min(p.edge_years);
        let rise = FULL - p.edge_value;
        p.edge_value + (rise * inside).checked_div(p.edge_years).unwrap_or(rise)
    };
    sink.value(Criterion::Age, Value::exact(value), facts);
}

/// Needs against what the family can carry, and experience and training against the needs.
pub(crate) fn care<S: Sink>(policy: &CompiledPolicy, level: u8, family: Care, sink: &mut S) {
    needs(policy, level, family.highest_needs, sink);
    experience(policy, level, family, sink);
}

fn needs<S: Sink>(policy: &CompiledPolicy, needs: u8, carried: u8, sink: &mut S) {
    let p = &policy.policy().criteria.needs;
    let value = |needs: u8, carried: u8| {
        let (spare, short) = (carried.saturating_sub(needs), needs.saturating_sub(carried));
        FULL.saturating_sub(p.spare_loss * u32::from(spare) + p.short_loss * u32::from(short))
    };
    let known = |level: u8| if level == 0 { -1 } else { i32::from(level) };
    let facts = [known(needs), known(carried), 0];
    if needs > 0 && carried > 0 {
        if carried < needs {
            sink.rule(Rule::NeedsAbove, facts);
        }
        sink.value(Criterion::Needs, Value::exact(value(needs, carried)), facts);
        return;
    }
    // What could be: all levels of the unknown side that would not rule the pair out.
    let levels = |level: u8| if level == 0 { 1..=5 } else { level..=level };
    let ruled = policy.require().contains(Rule::NeedsAbove);
    let (mut low, mut high) = (FULL, 0);
    for n in levels(needs) {
        for c in levels(carried).filter(|&c| !ruled || c >= n) {
            low = low.min(value(n, c));
            high = high.max(value(n, c));
        }
    }
    sink.value(Criterion::Needs, Value::between(low, high), facts);
    if needs == 0 {
        sink.unknown(Question::ChildNeeds);
    }
    if carried == 0 {
        sink.unknown(Question::FamilyNeeds);
    }
}

fn experience<S: Sink>(policy: &CompiledPolicy, needs: u8, family: Care, sink: &mut S) {
    let p = &policy.policy().criteria.experience;
    let by_placements = |n: u16| p.placements_at.iter().filter(|&&at| u32::from(n) >= at).count();
    let most = p.placements_at.len();
    let (few, many) = family
        .placements
        .map_or((0, most), |n| (by_placements(n), by_placements(n)));
    let (untrained, trained) = match family.training {
        Known::No => (0, 0),
        Known::Yes => (1, 1),
        Known::Unknown => (0, 1),
    };
    let steps = |n: usize| u32::try_from(n).unwrap_or(0);
    let (least, greatest) = (steps(few + untrained), steps(many + trained));
    let asked = |level: u8| p.asked[usize::from(level.clamp(1, 5)) - 1];
    let (little, much) = if needs == 0 {
        (asked(1), asked(5))
    } else {
        (asked(needs), asked(needs))
    };
    let value = |steps: u32, asked: u32| FULL.saturating_sub(p.loss_per_step * asked.saturating_sub(steps));
    let range = Value::between(value(least, much), value(greatest, little));
    let if_known = |n: (u32, u32)| if n.0 == n.1 { fact(n.0) } else { -1 };
    sink.value(
        Criterion::Experience,
        range,
        [if_known((least, greatest)), if_known((little, much)), 0],
    );
    if range.low < range.high {
        if family.training.is_unknown() {
            sink.unknown(Question::Training);
        }
        if family.placements.is_none() {
            sink.unknown(Question::Placements);
        }
    }
}

/// Required and helpful competences.
pub(crate) fn competences<S: Sink>(policy: &CompiledPolicy, child: &Skills, family: &Bits, sink: &mut S) {
    let counts = policy.policy().criteria.competences.required_counts;
    let (required, helpful) = (child.required.count(), child.helpful.count());
    let (has_required, has_helpful) = (child.required.shared(family), child.helpful.shared(family));
    if has_required < required {
        sink.rule(
            Rule::CompetenceMissing,
            [fact(required - has_required), fact(required), 0],
        );
    }
    let value = (FULL * (counts * has_required + has_helpful))
        .checked_div(counts * required + helpful)
        .unwrap_or(FULL);
    sink.value(
        Criterion::Competences,
        Value::exact(value),
        [fact(has_required + has_helpful), fact(required + helpful), 0],
    );
}

/// The child's languages as far as they are spoken in the home. A child whose languages are not stated asks for none.
pub(crate) fn languages<S: Sink>(child: &Bits, family: &Bits, sink: &mut S) {
    let asked = child.count();
    if asked > 0 && family.is_empty() {
        sink.value(Criterion::Languages, Value::between(0, FULL), [-1, fact(asked), 0]);
        sink.unknown(Question::FamilyLanguages);
        return;
    }
    let shared = child.shared(family);
    let value = (FULL * shared).checked_div(asked).unwrap_or(FULL);
    sink.value(
        Criterion::Languages,
        Value::exact(value),
        [fact(shared), fact(asked), 0],
    );
}

/// Age gap to the nearest child in the home; the child's own siblings who live there do not count.
pub(crate) fn household<S: Sink>(
    policy: &CompiledPolicy,
    age: u8,
    family: &Household,
    others: Option<Ages>,
    sink: &mut S,
) {
    let values = &policy.policy().criteria.age_gap.gap_values;
    let placed = others.unwrap_or(family.placed);
    let years = family.own.years | placed.years;
    let gap = (0..32_u32)
        .filter(|y| years >> y & 1 == 1)
        .map(|y| y.abs_diff(u32::from(age)))
        .min();
    let value = gap.map_or(FULL, |g| values[(g as usize).min(values.len() - 1)]);
    let floor = policy.policy().thresholds.age_gap_floor_years;
    if let Some(gap) = gap.filter(|&g| g < floor) {
        sink.rule(Rule::AgeGap, [fact(gap), fact(floor), 0]);
    }
    let unknown = family.own.unknown || placed.unknown;
    let range = if unknown {
        Value::between(values[0].min(value), value)
    } else {
        Value::exact(value)
    };
    sink.value(Criterion::AgeGap, range, [gap.map_or(-1, fact), i32::from(!unknown), 0]);
    if range.low < range.high {
        sink.unknown(if family.own.unknown {
            Question::OwnChildren
        } else {
            Question::PlacedAges
        });
    }
}

/// Where the home belongs: sharing, conflicts of interest, network homes, same municipality.
pub(crate) fn area<S: Sink>(
    policy: &CompiledPolicy,
    municipality: usize,
    family: &Area,
    tie: Option<Relation>,
    sink: &mut S,
) {
    if !family.open_to.has(municipality) {
        sink.rule(Rule::OutsideSharing, [0; 3]);
    }
    if family.conflicts.has(municipality) {
        sink.rule(Rule::ConflictOfInterest, [0; 3]);
    }
    if family.kind == HomeKind::Network && tie.is_none() {
        sink.rule(Rule::NetworkOfOther, [0; 3]);
    }
    let same = family.municipality == municipality;
    let value = if same {
        policy.policy().criteria.continuity.same_municipality
    } else {
        0
    };
    sink.value(Criterion::Continuity, Value::exact(value), [i32::from(same), 0, 0]);
}

/// Distance to the home of origin.
pub(crate) fn to_home<S: Sink>(
    policy: &CompiledPolicy,
    child: &ChildFacts,
    place: Option<Place>,
    journey: Option<Journey>,
    sink: &mut S,
) {
    let straight = || Some(child.home?.metres_to(place?));
    let Some(metres) = journey.map(|j| policy.metres(j)).or_else(straight) else {
        let (low, high) = policy.travel_home.range();
        sink.value(
            Criterion::TravelHome,
            Value::between(low.into(), high.into()),
            [-1, 0, 0],
        );
        sink.unknown(if child.home.is_none() {
            Question::ChildHome
        } else {
            Question::FamilyLocation
        });
        return;
    };
    if let Some(longest) = child.longest_m.filter(|&longest| metres > longest) {
        sink.rule(Rule::TooFar, [fact(metres), fact(longest), 0]);
    }
    home_value(policy, metres, sink);
}

/// Value of an unknown distance to the home of origin.
pub(crate) fn home_unknown<S: Sink>(policy: &CompiledPolicy, sink: &mut S) {
    let (low, high) = policy.travel_home.range();
    sink.value(
        Criterion::TravelHome,
        Value::between(low.into(), high.into()),
        [-1, 0, 0],
    );
}

/// Value of a distance to the home of origin; the same for all that round to the same 100 m.
pub(crate) fn home_value<S: Sink>(policy: &CompiledPolicy, metres: u32, sink: &mut S) {
    let value = policy.travel_home.at(metres);
    sink.value(Criterion::TravelHome, Value::exact(value.into()), [fact(metres), 0, 0]);
}

/// Distance to the school, and whether the school is within reach.
pub(crate) fn to_school<S: Sink>(
    policy: &CompiledPolicy,
    child: &ChildFacts,
    place: Option<Place>,
    journey: Option<Journey>,
    sink: &mut S,
) {
    if child.school.is_none() && journey.is_none() {
        school_none(policy, sink);
        return;
    }
    let straight = || Some(child.school?.metres_to(place?));
    let Some(metres) = journey.map(|j| policy.metres(j)).or_else(straight) else {
        school_unknown(policy, sink);
        sink.unknown(Question::FamilyLocation);
        return;
    };
    school_value(policy, metres, sink);
}

/// The school part of continuity: what the same municipality leaves to 1000.
fn school_share(policy: &CompiledPolicy) -> u32 {
    FULL - policy.policy().criteria.continuity.same_municipality
}

/// Values for a child who has no school to keep: nothing is lost anywhere.
pub(crate) fn school_none<S: Sink>(policy: &CompiledPolicy, sink: &mut S) {
    sink.value(Criterion::TravelSchool, Value::exact(FULL), [-1, 0, 0]);
    sink.value(Criterion::Continuity, Value::exact(school_share(policy)), [0, 2, 0]);
}

/// Values of an unknown distance to the school.
pub(crate) fn school_unknown<S: Sink>(policy: &CompiledPolicy, sink: &mut S) {
    let (low, high) = policy.travel_school.range();
    sink.value(
        Criterion::TravelSchool,
        Value::between(low.into(), high.into()),
        [-1, 1, 0],
    );
    sink.value(
        Criterion::Continuity,
        Value::between(0, school_share(policy)),
        [0, -1, 0],
    );
}

/// Values of a distance to the school; the same for all that round to the same 100 m.
pub(crate) fn school_value<S: Sink>(policy: &CompiledPolicy, metres: u32, sink: &mut S) {
    let value = policy.travel_school.at(metres);
    sink.value(
        Criterion::TravelSchool,
        Value::exact(value.into()),
        [fact(metres), 1, 0],
    );
    // Counted to the nearest 100 m like the curve, so that both are read from one table.
    let within = hundreds(metres) <= policy.policy().criteria.continuity.school_reach_km * 10;
    let reach = if within { school_share(policy) } else { 0 };
    sink.value(Criterion::Continuity, Value::exact(reach), [0, i32::from(within), 0]);
}

/// Zones that the child must keep away from, and the area closed to a child with protected personal data. A home whose
/// place is not known may lie inside, and is taken to.
pub(crate) fn zones<S: Sink>(
    policy: &CompiledPolicy,
    child: &ChildFacts,
    place: Option<Place>,
    same_municipality: bool,
    sink: &mut S,
) {
    let inside = |centre: Place, metres: u32| place.is_none_or(|p| p.metres_to(centre) <= metres);
    if child.zones.iter().any(|z| inside(z.centre, z.metres)) {
        sink.rule(Rule::KeepAway, [0; 3]);
    }
    if child.protected {
        let closed = policy.policy().thresholds.protected_km * 1000;
        let near = match (child.home, place) {
            (Some(home), Some(place)) => home.metres_to(place) <= closed,
            _ => same_municipality,
        };
        if near {
            sink.rule(Rule::ProtectedArea, [0; 3]);
        }
    }
}

/// What is known of this pair in particular.
pub(crate) fn pair<S: Sink>(policy: &CompiledPolicy, pair: &PairFacts, sink: &mut S) {
    for (applies, rule) in [
        (pair.banned, Rule::Banned),
        (pair.refused, Rule::Refused),
        (pair.not_wanted, Rule::NotWanted),
        (pair.apart_there, Rule::ApartThere),
    ] {
        if applies {
            sink.rule(rule, [0; 3]);
        }
    }
    let criteria = &policy.policy().criteria;
    let (network, tie) = match pair.tie {
        Some(Relation::Kin) => (criteria.network.kin, 2),
        Some(Relation::Known) => (criteria.network.known, 1),
        None => (0, 0),
    };
    sink.value(Criterion::Network, Value::exact(network), [tie, 0, 0]);
    let sibling = if pair.sibling_there { FULL } else { 0 };
    sink.value(
        Criterion::Siblings,
        Value::exact(sibling),
        [i32::from(pair.sibling_there), 0, 0],
    );
    let (wish, named) = match (pair.not_wanted, pair.wanted) {
        (true, _) => (0, 0),
        (false, true) => (FULL, 2),
        (false, false) => (criteria.wishes.unnamed, 1),
    };
    sink.value(Criterion::Wishes, Value::exact(wish), [named, 0, 0]);
}
