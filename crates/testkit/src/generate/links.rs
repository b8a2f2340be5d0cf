//! What connects children and homes that both exist: further ties, wishes, choices, pairs apart, known journeys.

use std::collections::{BTreeMap, BTreeSet};

use hemvist::input::{
    Choice, ChoiceKind, HomeKind, NotTogether, Placement, SiblingGroup, SiblingPolicy, Travel, TravelTo, Wishes,
};

use super::children::tie;
use super::{Making, age_of};

const BANNED: [&str; 3] = [
    "an earlier placement in this home ended badly",
    "a close relative of the child works with the family",
    "the home lies next to people whom the child must not meet",
];
const REFUSED: [&str; 3] = [
    "the family feels that it cannot meet the needs now",
    "the family asks to wait until its own child has moved out",
    "the family wants a younger child",
];

impl Making<'_> {
    /// All links, after every child and home exists.
    pub(super) fn links(&mut self) {
        let seeking = self.seeking();
        self.siblings_of_placed(&seeking);
        self.pairs_apart(&seeking);
        let homes = self.pool.families.iter();
        if homes.filter(|home| home.kind != HomeKind::Network).count() < 3 {
            return;
        }
        self.further_ties(&seeking);
        self.wishes(&seeking);
        self.choices(&seeking);
        self.journeys(&seeking);
    }

    /// No waiting, inquiry or placement before the child was born.
    pub(super) fn dates(&mut self) {
        let placements = self.pool.placements.iter_mut();
        let mut lives: BTreeMap<String, &mut Placement> = placements.map(|p| (p.child.clone(), p)).collect();
        for child in &mut self.pool.children {
            let Some(born) = child.birth_month else { continue };
            // Late in the month of birth, or the pool's date for those born this month.
            let day = format!("{born}-28").parse().unwrap_or(self.as_of).min(self.as_of);
            child.waiting_since = child.waiting_since.map(|since| since.max(day));
            child.inquiry_ended = child.inquiry_ended.map(|ended| ended.max(day));
            if let Some(placement) = lives.get_mut(&child.id) {
                placement.since = placement.since.map(|since| since.max(day));
            }
        }
    }

    /// Children who seek a home, by index: not placed, or placed and to be moved.
    fn seeking(&self) -> Vec<usize> {
        let stays: BTreeSet<&str> = self
            .pool
            .placements
            .iter()
            .filter(|placement| placement.may_move != Some(true))
            .map(|placement| placement.child.as_str())
            .collect();
        (0..self.pool.children.len())
            .filter(|&at| !stays.contains(self.pool.children[at].id.as_str()))
            .collect()
    }

    /// Some who seek are siblings of children who stay in a home.
    fn siblings_of_placed(&mut self, seeking: &[usize]) {
        let grouped: BTreeSet<String> = self
            .pool
            .sibling_groups
            .iter()
            .flat_map(|g| g.children.clone())
            .collect();
        let known: BTreeSet<String> = self.pool.children.iter().map(|c| c.id.clone()).collect();
        let mut staying: Vec<String> = self
            .pool
            .placements
            .iter()
            .filter(|p| p.may_move.is_none() && known.contains(&p.child))
            .map(|p| p.child.clone())
            .collect();
        for &at in seeking {
            let child = &self.pool.children[at];
            let free = !grouped.contains(&child.id) && child.keep_away.is_empty();
            if !free || staying.is_empty() || !self.rng.chance(50) {
                continue;
            }
            let nth = self.rng.below(u32::try_from(staying.len()).unwrap_or(1)) as usize;
            let sibling = staying.swap_remove(nth);
            let number = self.pool.sibling_groups.len() + 1;
            self.pool.sibling_groups.push(SiblingGroup {
                id: format!("G-{number:03}"),
                children: vec![self.pool.children[at].id.clone(), sibling],
                policy: SiblingPolicy::Prefer,
            });
        }
    }

    /// Some children know an ordinary home beforehand: a former respite family, a teacher, a friend's parents.
    fn further_ties(&mut self, seeking: &[usize]) {
        for &at in seeking {
            if self.rng.chance(60) {
                let home = self.any_home(&[]);
                let child = &mut self.pool.children[at];
                if child.network_ties.iter().all(|tie| tie.family != home) {
                    child.network_ties.push(tie(&home, false));
                }
            }
        }
    }

    fn wishes(&mut self, seeking: &[usize]) {
        for &at in seeking {
            let age = age_of(&self.pool.children[at], self.as_of);
            if age < 5 || !self.rng.chance(450) {
                continue;
            }
            let days = self.rng.between(1, 40);
            let mut wishes = Wishes {
                asked_on: self.days_ago(days),
                ..Wishes::default()
            };
            let known = self.pool.children[at]
                .network_ties
                .first()
                .map(|tie| tie.family.clone());
            if let Some(family) = known {
                if self.rng.chance(700) {
                    wishes.wanted.push(family);
                }
            } else if self.rng.chance(150) {
                wishes.wanted.push(self.any_home(&[]));
            }
            if self.rng.chance(120) {
                wishes.not_wanted.push(self.any_home(&wishes.wanted));
            }
            self.pool.children[at].wishes = Some(wishes);
        }
    }

    /// A home that is no network home and none of these, of which there are at most two.
    fn any_home(&mut self, but: &[String]) -> String {
        loop {
            let home = self.rng.pick(&self.pool.families);
            if home.kind != HomeKind::Network && !but.contains(&home.id) {
                return home.id.clone();
            }
        }
    }

    /// One pair decided by a person, and a few bans and refusals. No pair twice.
    fn choices(&mut self, seeking: &[usize]) {
        if let Some(at) = self.decided {
            let child = &mut self.pool.children[at];
            let family = child.network_ties[0].family.clone();
            // What could rule the decided pair out is left unsaid of this child.
            child.longest_travel_km = None;
            if let Some(wishes) = &mut child.wishes {
                wishes.not_wanted.clear();
            }
            let reason = "the child has lived with the family every weekend for two years";
            self.choice(ChoiceKind::Lock, at, family, reason);
        }
        let many = u32::try_from(seeking.len()).unwrap_or(0);
        for (kind, count, reasons) in [
            (ChoiceKind::Ban, 1 + many / 40, BANNED),
            (ChoiceKind::Refused, 2 + many / 20, REFUSED),
        ] {
            for _ in 0..count {
                if seeking.is_empty() {
                    break;
                }
                let at = *self.rng.pick(seeking);
                let family = self.any_home(&[]);
                let reason = *self.rng.pick(&reasons);
                let child = &self.pool.children[at].id;
                if Some(at) != self.decided
                    && !self
                        .pool
                        .choices
                        .iter()
                        .any(|c| c.child == *child && c.family == family)
                {
                    self.choice(kind, at, family, reason);
                }
            }
        }
    }

    fn choice(&mut self, kind: ChoiceKind, child: usize, family: String, reason: &str) {
        let days = self.rng.between(1, 30);
        let on = self.days_ago(days);
        self.pool.choices.push(Choice {
            kind,
            child: self.pool.children[child].id.clone(),
            family,
            reason: reason.to_owned(),
            on,
        });
    }

    /// Pairs of children who must not share a home, besides siblings apart; never two of one sibling group.
    fn pairs_apart(&mut self, seeking: &[usize]) {
        let groups = self.pool.sibling_groups.clone();
        let siblings = |a: &String, b: &String| groups.iter().any(|g| g.children.contains(a) && g.children.contains(b));
        for _ in 0..=seeking.len() / 30 {
            if seeking.len() < 4 {
                break;
            }
            let (a, b) = (*self.rng.pick(seeking), *self.rng.pick(seeking));
            let (a, b) = (&self.pool.children[a].id, &self.pool.children[b].id);
            let pair = if a < b { (a, b) } else { (b, a) };
            let known = self.pool.not_together.iter().any(|n| (&n.child, &n.other) == pair);
            if a != b && !known && !siblings(a, b) {
                self.pool.not_together.push(NotTogether {
                    child: pair.0.clone(),
                    other: pair.1.clone(),
                });
            }
        }
        // And one who must not meet a child already placed.
        let placed = self.pool.placements.iter().find(|p| p.child.starts_with('P'));
        if let (Some(placed), Some(&at)) = (placed, seeking.first()) {
            self.pool.not_together.push(NotTogether {
                child: self.pool.children[at].id.clone(),
                other: placed.child.clone(),
            });
        }
    }

    /// Known journeys for a few pairs: minutes by bus to the school, or kilometres by road to the home of origin.
    fn journeys(&mut self, seeking: &[usize]) {
        let mut seen = BTreeSet::new();
        for _ in 0..seeking.len() / 6 {
            let at = *self.rng.pick(seeking);
            let family = self.any_home(&[]);
            let child = &self.pool.children[at];
            let to_school = child.school.is_some();
            if child.home.is_none() || !seen.insert((at, family.clone())) {
                continue;
            }
            let id = child.id.clone();
            let travel = if to_school {
                Travel {
                    child: id,
                    family,
                    to: TravelTo::School,
                    km: None,
                    minutes: Some(self.rng.between(2, 18).unsigned_abs() * 5),
                }
            } else {
                Travel {
                    child: id,
                    family,
                    to: TravelTo::Home,
                    km: Some(f64::from(self.rng.between(3, 70))),
                    minutes: None,
                }
            };
            self.pool.travel.push(travel);
        }
    }
}
