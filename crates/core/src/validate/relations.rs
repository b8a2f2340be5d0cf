//! What ties records together: sibling groups, placements, choices, pairs apart, journeys.

use std::collections::BTreeMap;

use super::Check;
use super::at::At;
use super::value::To;
use crate::input::{Choice, ChoiceKind, SiblingPolicy};
use crate::limits::{self, LONGEST_MINUTES, OLDEST};
use crate::problem::{Code, Fact, Path};

/// Checks all sections after `children`.
pub(super) fn all(check: &mut Check<'_>) {
    let groups = sibling_groups(check);
    placements(check);
    choices(check, &groups);
    not_together(check, &groups);
    travel(check);
}

/// Checks the choices of a document in which nothing else is wrong.
pub(super) fn choices_alone(check: &mut Check<'_>) {
    let groups = sibling_groups(check);
    choices(check, &groups);
}

/// Place of the group that a child belongs to, by the child's id.
type GroupOf<'d> = BTreeMap<&'d str, usize>;

fn sibling_groups<'d>(check: &mut Check<'d>) -> GroupOf<'d> {
    let document = check.document;
    let list = At::of("sibling_groups");
    let mut group_of = GroupOf::new();
    for (i, group) in document.sibling_groups.iter().enumerate() {
        check.own_id("sibling_groups", i, &group.id, |names| &names.groups);
        let here = list.index(i);
        let at = here.field("children");
        if !check.count(group.children.len(), &limits::GROUP_CHILDREN, &at) {
            continue;
        }
        for (k, child) in group.children.iter().enumerate() {
            let at_child = at.index(k);
            if !check.reference(child, To::AnyChild, &at_child) {
                continue;
            }
            match group_of.get(child.as_str()) {
                None => {
                    group_of.insert(child, i);
                }
                Some(&first) if first == i => {
                    let first = group.children.iter().position(|c| c == child).unwrap_or(k);
                    check.report_found(Code::Repeated, &at_child, Fact::Place(at.index(first).path()));
                }
                Some(&first) => {
                    check.report_found(Code::InTwoGroups, &at_child, Fact::Place(list.index(first).path()));
                }
            }
        }
    }
    group_of
}

fn placements(check: &mut Check<'_>) {
    let document = check.document;
    let list = At::of("placements");
    for (i, placement) in document.placements.iter().enumerate() {
        let at = list.index(i);
        let at_child = at.field("child");
        let listed = check.names.children.first(&placement.child);
        if listed.is_some() || check.id_form(&placement.child, &at_child) {
            match check.names.placed.first(&placement.child) {
                Some(first) if first != i => {
                    let place = list.index(first).path();
                    check.report_found(Code::PlacedTwice, &at_child, Fact::Place(place));
                }
                _ => {}
            }
        }
        check.reference(&placement.family, To::Family, &at.field("family"));
        let at_since = at.field("since");
        if let (true, Some(since), Some(born)) = (
            check.past(placement.since, &at_since),
            placement.since,
            listed.and_then(|child| document.children[child].birth_month),
        ) && since.month() < born
        {
            check.report_facts(Code::DateOrder, &at_since, Fact::NotBeforeMonth(born), Fact::Day(since));
        }
        let at_age = at.field("age");
        match listed {
            Some(child) if placement.age.is_some() => {
                let place = At::of("children").index(child).path();
                check.report_found(Code::AgeOfListedChild, &at_age, Fact::Place(place));
            }
            _ => check.integer(placement.age, 0, OLDEST, &at_age),
        }
        if listed.is_none() && placement.may_move == Some(true) {
            check.report(Code::MoveOfUnlisted, &at.field("may_move"));
        }
    }
}

/// What the choices so far say.
#[derive(Default)]
struct Chosen<'d> {
    /// First choice of each kind for a pair.
    pairs: BTreeMap<(&'d str, &'d str, ChoiceKind), usize>,
    /// First lock of a child, and its family.
    lock_of: BTreeMap<&'d str, (usize, &'d str)>,
    /// Locks that take a place, by family.
    taken: BTreeMap<&'d str, usize>,
    /// First lock in a group to keep together, and its family.
    group_lock: BTreeMap<usize, (usize, &'d str)>,
}

fn choices<'d>(check: &mut Check<'d>, group_of: &GroupOf<'d>) {
    let apart = apart(check);
    let list = At::of("choices");
    let mut chosen = Chosen::default();
    for (i, choice) in check.document.choices.iter().enumerate() {
        let at = list.index(i);
        let child = check.reference(&choice.child, To::Child, &at.field("child"));
        let family = check.reference(&choice.family, To::Family, &at.field("family"));
        check.text(&choice.reason, &limits::REASON_CHARS, &at.field("reason"));
        check.past(choice.on, &at.field("on"));
        if !(child && family) {
            continue;
        }
        let pair = |kind| (choice.child.as_str(), choice.family.as_str(), kind);
        if let Some(&first) = chosen.pairs.get(&pair(choice.kind)) {
            check.report_found(Code::SamePairTwice, &at, Fact::Place(list.index(first).path()));
            continue;
        }
        let against: &[ChoiceKind] = match choice.kind {
            ChoiceKind::Lock => &[ChoiceKind::Ban, ChoiceKind::Refused],
            ChoiceKind::Ban | ChoiceKind::Refused => &[ChoiceKind::Lock],
            ChoiceKind::Considered => &[],
        };
        if let Some(&first) = against.iter().find_map(|&kind| chosen.pairs.get(&pair(kind))) {
            check.report_found(Code::LockedAndBanned, &at, Fact::Place(list.index(first).path()));
        }
        chosen.pairs.insert(pair(choice.kind), i);
        if choice.kind == ChoiceKind::Lock {
            lock(check, &mut chosen, i, choice, group_of, &apart);
        }
    }
}

/// One lock against the family's places, the child's home, its siblings, and the locks before it.
fn lock<'d>(
    check: &mut Check<'d>,
    chosen: &mut Chosen<'d>,
    i: usize,
    choice: &'d Choice,
    group_of: &GroupOf<'d>,
    apart: &Apart<'d>,
) {
    let document = check.document;
    let list = At::of("choices");
    let at = list.index(i);
    let (child, family) = (choice.child.as_str(), choice.family.as_str());
    let first_lock = |first: usize| Fact::Place(list.index(first).path());

    if let Some(&(first, _)) = chosen.lock_of.get(child) {
        check.report_found(Code::LockedTwice, &at, first_lock(first));
        return;
    }
    let placement = check.names.placed.first(child);
    let home = placement.map(|place| &document.placements[place]);
    let stays = home.filter(|home| home.may_move != Some(true));
    if let (Some(stays), Some(place)) = (stays, placement)
        && stays.family != family
    {
        let place = At::of("placements").index(place).path();
        check.report_found(Code::LockOfStaying, &at, Fact::Place(place));
        return;
    }
    if home.is_none_or(|home| home.family != family) {
        let taken = chosen.taken.entry(family).or_default();
        *taken += 1;
        let places = check
            .names
            .families
            .first(family)
            .map_or(0, |f| document.families[f].places);
        if *taken > usize::from(places) {
            let found = Fact::int(*taken as u64);
            check.report_facts(Code::LocksExceedPlaces, &at, Fact::AtMost(i64::from(places)), found);
        }
    }
    if let Some(&group) = group_of.get(child)
        && document.sibling_groups[group].policy == SiblingPolicy::Together
    {
        let &mut (first, first_family) = chosen.group_lock.entry(group).or_insert((i, family));
        if first_family != family {
            check.report_found(Code::LocksPartTogether, &at, first_lock(first));
        }
    }
    let listed = apart.of(child);
    let group = group_of.get(child).map(|&group| &document.sibling_groups[group]);
    let siblings = group
        .filter(|group| group.policy == SiblingPolicy::Apart)
        .map_or(&[][..], |g| &g.children);
    let siblings = siblings.iter().map(String::as_str);
    let siblings = siblings.filter(|other| *other != child && listed.binary_search(other).is_err());
    for other in listed.iter().copied().chain(siblings) {
        let lives_there = check.names.placed.first(other).filter(|&place| {
            let placement = &document.placements[place];
            placement.family == family && placement.may_move != Some(true)
        });
        if let Some(&(first, _)) = chosen.lock_of.get(other).filter(|lock| lock.1 == family) {
            check.report_found(Code::LocksJoinApart, &at, first_lock(first));
        } else if let Some(place) = lives_there {
            let place = At::of("placements").index(place).path();
            check.report_found(Code::LocksJoinApart, &at, Fact::Place(place));
        }
    }
    chosen.lock_of.insert(child, (i, family));
}

/// Pairs of `not_together`, both ways, sorted; those of sibling groups are looked up in the group.
struct Apart<'d> {
    pairs: Vec<(&'d str, &'d str)>,
    others: Vec<&'d str>,
}

impl<'d> Apart<'d> {
    /// Those who must not share a home with this child.
    fn of(&self, child: &str) -> &[&'d str] {
        let from = self.pairs.partition_point(|pair| pair.0 < child);
        let until = self.pairs.partition_point(|pair| pair.0 <= child);
        &self.others[from..until]
    }
}

fn apart<'d>(check: &Check<'d>) -> Apart<'d> {
    let document = check.document;
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for pair in &document.not_together {
        pairs.push((&pair.child, &pair.other));
        pairs.push((&pair.other, &pair.child));
    }
    pairs.retain(|pair| pair.0 != pair.1);
    pairs.sort_unstable();
    pairs.dedup();
    let others = pairs.iter().map(|pair| pair.1).collect();
    Apart { pairs, others }
}

fn not_together<'d>(check: &mut Check<'d>, group_of: &GroupOf<'d>) {
    let document = check.document;
    let list = At::of("not_together");
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (i, pair) in document.not_together.iter().enumerate() {
        let at = list.index(i);
        let child = check.reference(&pair.child, To::AnyChild, &at.field("child"));
        let other = check.reference(&pair.other, To::AnyChild, &at.field("other"));
        if !(child && other) {
            continue;
        }
        let (a, b) = (pair.child.as_str(), pair.other.as_str());
        if a == b {
            check.report(Code::SameChild, &at.field("other"));
            continue;
        }
        if let Some(&first) = seen.get(&(a.min(b), a.max(b))) {
            check.report_found(Code::SamePairTwice, &at, Fact::Place(list.index(first).path()));
            continue;
        }
        seen.insert((a.min(b), a.max(b)), i);
        if let (Some(group), Some(same)) = (group_of.get(a), group_of.get(b))
            && group == same
            && document.sibling_groups[*group].policy == SiblingPolicy::Together
        {
            let place: Path = At::of("sibling_groups").index(*group).path();
            check.report_found(Code::TogetherAndApart, &at, Fact::Place(place));
        }
    }
}

fn travel(check: &mut Check<'_>) {
    let document = check.document;
    let list = At::of("travel");
    let mut order: Vec<usize> = (0..document.travel.len()).collect();
    let key = |i: usize| {
        let journey = &document.travel[i];
        (journey.child.as_str(), journey.family.as_str(), journey.to)
    };
    order.sort_by(|&a, &b| key(a).cmp(&key(b)).then(a.cmp(&b)));
    for (i, journey) in document.travel.iter().enumerate() {
        let at = list.index(i);
        let child = check.reference(&journey.child, To::Child, &at.field("child"));
        let family = check.reference(&journey.family, To::Family, &at.field("family"));
        check.km(journey.km, &at.field("km"));
        check.integer(journey.minutes, 0, LONGEST_MINUTES, &at.field("minutes"));
        match (journey.km, journey.minutes) {
            (None, None) => check.report(Code::TravelMissing, &at),
            (Some(_), Some(_)) => check.report(Code::TravelTwice, &at),
            _ => {}
        }
        if child && family {
            let first = order[order.partition_point(|&other| key(other) < key(i))];
            if first != i {
                check.report_found(Code::SamePairTwice, &at, Fact::Place(list.index(first).path()));
            }
        }
    }
}
