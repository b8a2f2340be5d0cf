//! Municipalities, secretaries, families and children, each record on its own and against the ids it names.

use super::Check;
use super::at::At;
use super::value::To;
use crate::input::{Child, Family, Wishes};
use crate::limits::{self, HIGHEST_NEEDS, LARGEST_CASELOAD, LARGEST_POPULATION, LONGEST_KM, MOST_PLACES, OLDEST};
use crate::problem::{Code, Fact};

pub(super) fn municipalities(check: &mut Check<'_>) {
    let list = At::of("municipalities");
    for (i, municipality) in check.document.municipalities.iter().enumerate() {
        let at = list.index(i);
        check.own_id("municipalities", i, &municipality.id, |names| &names.municipalities);
        if let Some(name) = &municipality.name {
            check.text(name, &limits::NAME_CHARS, &at.field("name"));
        }
        check.location(municipality.location, &at.field("location"));
        for (count, field) in [
            (municipality.population, "population"),
            (municipality.children_at_home, "children_at_home"),
            (municipality.children_placed, "children_placed"),
        ] {
            check.integer(count, 0, LARGEST_POPULATION, &at.field(field));
        }
        if let Some(shares) = &municipality.shares {
            check.set(shares, &at.field("shares"));
        }
    }
}

pub(super) fn secretaries(check: &mut Check<'_>) {
    let list = At::of("secretaries");
    for (i, secretary) in check.document.secretaries.iter().enumerate() {
        let at = list.index(i);
        check.own_id("secretaries", i, &secretary.id, |names| &names.secretaries);
        check.integer(secretary.more_children, 0, LARGEST_CASELOAD, &at.field("more_children"));
        check.integer(secretary.more_homes, 0, LARGEST_CASELOAD, &at.field("more_homes"));
    }
}

pub(super) fn families(check: &mut Check<'_>) {
    let list = At::of("families");
    for (i, family) in check.document.families.iter().enumerate() {
        check.own_id("families", i, &family.id, |names| &names.families);
        self::family(check, family, &list.index(i));
    }
}

fn family(check: &mut Check<'_>, family: &Family, at: &At<'_>) {
    check.reference(&family.municipality, To::Municipality, &at.field("municipality"));
    check.set(&family.offers, &at.field("offers"));
    check.past(family.assessed_on, &at.field("assessed_on"));
    check.past(family.register_checked_on, &at.field("register_checked_on"));
    check.integer(Some(family.places), 0, MOST_PLACES, &at.field("places"));
    if let Some(ages) = family.ages {
        let at = at.field("ages");
        check.integer(Some(ages.from), 0, OLDEST, &at.field("from"));
        check.integer(Some(ages.to), 0, OLDEST, &at.field("to"));
        if ages.from > ages.to && ages.from <= OLDEST {
            let allowed = Fact::AtLeast(i64::from(ages.from));
            check.report_facts(Code::RangeOrder, &at.field("to"), allowed, Fact::int(ages.to));
        }
    }
    check.integer(family.highest_needs, 1, HIGHEST_NEEDS, &at.field("highest_needs"));
    check.integer(family.most_siblings, 1, MOST_PLACES, &at.field("most_siblings"));
    if let Some(genders) = &family.genders {
        let at = at.field("genders");
        if check.count(genders.len(), &limits::GENDERS, &at) {
            check.set(genders, &at);
        }
    }
    check.words(&family.competences, &at.field("competences"));
    check.languages(&family.languages, &at.field("languages"));
    if let Some(ages) = &family.own_children {
        let at = at.field("own_children");
        if check.count(ages.len(), &limits::OWN_CHILDREN, &at) {
            for (i, &age) in ages.iter().enumerate() {
                check.integer(Some(age), 0, limits::OLDEST_OWN_CHILD, &at.index(i));
            }
        }
    }
    if let Some(pets) = &family.pets {
        check.set(pets, &at.field("pets"));
    }
    let most = limits::MOST_PLACEMENTS_SO_FAR;
    check.integer(family.placements_so_far, 0, most, &at.field("placements_so_far"));
    if let (Some(from), Some(until)) = (family.available_from, family.available_until)
        && until < from
    {
        let at = at.field("available_until");
        check.report_facts(Code::DateOrder, &at, Fact::NotBefore(from), Fact::Day(until));
    }
    check.location(family.location, &at.field("location"));
    if let Some(secretary) = &family.secretary {
        check.reference(secretary, To::Secretary, &at.field("secretary"));
    }
    let most = limits::HIGHEST_DAILY_COST;
    check.integer(family.daily_cost, 0, most, &at.field("daily_cost"));
    check.integer(family.acceptance_rate, 0, 100, &at.field("acceptance_rate"));
    let most = &limits::MUNICIPALITY_LIST;
    if let Some(shared_with) = &family.shared_with {
        check.references(shared_with, To::Municipality, most, &at.field("shared_with"));
    }
    check.references(&family.conflicts, To::Municipality, most, &at.field("conflicts"));
}

pub(super) fn children(check: &mut Check<'_>) {
    let list = At::of("children");
    for (i, child) in check.document.children.iter().enumerate() {
        check.own_id("children", i, &child.id, |names| &names.children);
        self::child(check, child, &list.index(i));
    }
}

fn child(check: &mut Check<'_>, child: &Child, at: &At<'_>) {
    check.reference(&child.municipality, To::Municipality, &at.field("municipality"));
    age(check, child, at);
    check.integer(child.needs, 1, HIGHEST_NEEDS, &at.field("needs"));
    check.words(&child.required_competences, &at.field("required_competences"));
    check.words(&child.helpful_competences, &at.field("helpful_competences"));
    check.location(child.home, &at.field("home"));
    check.location(child.school, &at.field("school"));
    check.km(child.longest_travel_km, &at.field("longest_travel_km"));
    for (day, field) in [
        (child.waiting_since, "waiting_since"),
        (child.inquiry_ended, "inquiry_ended"),
    ] {
        let at = at.field(field);
        if let (true, Some(day), Some(born)) = (check.past(day, &at), day, child.birth_month)
            && day.month() < born
        {
            check.report_facts(Code::DateOrder, &at, Fact::NotBeforeMonth(born), Fact::Day(day));
        }
    }
    check.languages(&child.languages, &at.field("languages"));
    let ties = at.field("network_ties");
    if check.count(child.network_ties.len(), &limits::NETWORK_TIES, &ties) {
        for (i, tie) in child.network_ties.iter().enumerate() {
            let here = ties.index(i);
            let at = here.field("family");
            if check.reference(&tie.family, To::Family, &at)
                && let Some(first) = child.network_ties[..i].iter().position(|t| t.family == tie.family)
            {
                let place = ties.index(first).field("family").path();
                check.report_found(Code::Repeated, &at, Fact::Place(place));
            }
        }
    }
    check.set(&child.allergies, &at.field("allergies"));
    if let Some(wishes) = &child.wishes {
        self::wishes(check, wishes, &at.field("wishes"));
    }
    let zones = at.field("keep_away");
    if check.count(child.keep_away.len(), &limits::KEEP_AWAY, &zones) {
        for (i, zone) in child.keep_away.iter().enumerate() {
            let at = zones.index(i);
            check.coordinate(zone.lat, 90.0, &at.field("lat"));
            check.coordinate(zone.lon, 180.0, &at.field("lon"));
            let radius = zone.radius_km;
            if !(radius > 0.0 && radius <= LONGEST_KM) {
                let allowed = Fact::BetweenReal(0.0, LONGEST_KM);
                check.number(radius, allowed, Fact::real(radius), &at.field("radius_km"));
            }
        }
    }
}

/// Exactly one of birth month and age; the age on `as_of` between 0 and 20.
fn age(check: &mut Check<'_>, child: &Child, at: &At<'_>) {
    match (child.birth_month, child.age) {
        (None, None) => check.report(Code::AgeMissing, at),
        (Some(_), Some(_)) => check.report(Code::AgeTwice, at),
        (None, age) => check.integer(age, 0, OLDEST, &at.field("age")),
        (Some(born), None) => {
            let now = check.document.as_of.month();
            let months = now.months_since(born);
            let at = at.field("birth_month");
            if months < 0 {
                check.report_facts(Code::DateOrder, &at, Fact::NotAfterMonth(now), Fact::Month(born));
            } else if months / 12 > i32::from(OLDEST) {
                let allowed = Fact::Between(0, i64::from(OLDEST));
                check.report_facts(Code::OutOfRange, &at, allowed, Fact::int(months / 12));
            }
        }
    }
}

fn wishes(check: &mut Check<'_>, wishes: &Wishes, at: &At<'_>) {
    check.references(&wishes.wanted, To::Family, &limits::WISHES, &at.field("wanted"));
    let list = at.field("not_wanted");
    check.references(&wishes.not_wanted, To::Family, &limits::WISHES, &list);
    if limits::WISHES.holds(wishes.wanted.len()) && limits::WISHES.holds(wishes.not_wanted.len()) {
        for (i, family) in wishes.not_wanted.iter().enumerate() {
            if let Some(wanted) = wishes.wanted.iter().position(|w| w == family) {
                let place = at.field("wanted").index(wanted).path();
                check.report_found(Code::WantedAndNotWanted, &list.index(i), Fact::Place(place));
            }
        }
    }
    check.past(wishes.asked_on, &at.field("asked_on"));
}
