//! Children: those who seek a home, alone or with siblings, and those who live in one already.

use std::collections::BTreeSet;

use hemvist::input::{
    AgeRange, Allergy, Child, Day, Family, Gender, HomeKind, KeepAway, Location, Month, NetworkTie, Placement,
    PlacementKind, Relation, SiblingGroup, SiblingPolicy,
};

use super::families::COMPETENCES;
use super::{Making, Network, age_of};
use crate::seats::Seat;

/// First and last age of the bands of `Shape::child_ages`.
const BANDS: [(u8, u8); 7] = [(0, 3), (4, 6), (7, 9), (10, 12), (13, 14), (15, 17), (18, 20)];

impl Making<'_> {
    /// All children, with the homes that those who are placed live in.
    pub(super) fn children(&mut self) {
        let shape = self.shape;
        let living = shape.staying + shape.in_emergency + shape.in_agency.0 + shape.in_agency.1;
        let mut seeking = shape.children.saturating_sub(living);
        let networks = self.n_networks();
        let network_staying = (shape.staying * shape.network / 1000).min(networks);

        let mut units = vec![];
        while seeking > 0 {
            let size = if self.rng.chance(130) {
                2 + u32::try_from(self.rng.weighted(&[70, 22, 8])).unwrap_or(0)
            } else {
                1
            };
            let size = size.min(seeking);
            seeking -= size;
            units.push(self.unit(size));
        }
        self.choose_networks(&units, networks - network_staying);
        for _ in 0..network_staying {
            let at = self.single(PlacementKind::LongTerm);
            self.pool.children[at].keep_away.clear();
            self.pool.children[at].protected_identity = None;
            self.networks.push(Network {
                children: vec![at],
                lives: true,
            });
        }
        self.staying(shape.staying - network_staying);
        self.in_emergency(shape.in_emergency);
        self.in_agency(shape.in_agency);
        self.others_placed();
    }

    /// Children who seek a home: one alone, or siblings who share home, language and waiting.
    fn unit(&mut self, size: u32) -> Vec<usize> {
        let sought = [
            PlacementKind::Emergency,
            PlacementKind::LongTerm,
            PlacementKind::Respite,
            PlacementKind::SupportedLodging,
        ][self.rng.weighted(&self.shape.sought)];
        let sought = if size > 1 && sought == PlacementKind::SupportedLodging {
            PlacementKind::LongTerm
        } else {
            sought
        };
        let first = self.single(sought);
        let mut unit = vec![first];
        for _ in 1..size {
            unit.push(self.sibling(first));
        }
        if size > 1 {
            self.group(&unit);
        }
        unit
    }

    /// One child who seeks this placement (or a long-term one, where nobody of the shape has the age for it).
    fn single(&mut self, sought: PlacementKind) -> usize {
        let fits: [u32; 7] = match sought {
            PlacementKind::Emergency => [4, 4, 3, 2, 2, 1, 0],
            PlacementKind::Respite => [1, 2, 2, 1, 0, 0, 0],
            PlacementKind::SupportedLodging => [0, 0, 0, 0, 0, 1, 1],
            PlacementKind::LongTerm => [1, 1, 1, 1, 1, 1, 1],
        };
        let mut weights: Vec<u32> = (0..7).map(|i| fits[i] * self.shape.child_ages[i]).collect();
        let mut sought = sought;
        if weights.iter().all(|&w| w == 0) {
            sought = PlacementKind::LongTerm;
            weights = self.shape.child_ages.to_vec();
        }
        let band = BANDS[self.rng.weighted(&weights)];
        let mut age = u8::try_from(self.rng.between(band.0.into(), band.1.into())).unwrap_or(band.0);
        if sought == PlacementKind::SupportedLodging {
            age = age.max(16);
        }
        let seat = self.seat();
        let child = self.child(age, seat, sought);
        self.pool.children.push(child);
        self.pool.children.len() - 1
    }

    fn child(&mut self, age: u8, seat: &Seat, placement: PlacementKind) -> Child {
        let id = format!("C-{:03}", self.pool.children.len() + 1);
        let (birth_month, age_given) = self.birth(age);
        // 51 % boys (2021).
        let gender = [Gender::Boy, Gender::Girl, Gender::Other][self.rng.weighted(&[510, 480, 10])];
        let needs = self.needs(age);
        let home = self.near(seat, 5);
        let waited = if placement == PlacementKind::Emergency {
            self.rng.between(0, 9)
        } else {
            // Most wait some weeks, some up to a year (Familjepoolen's history).
            let (a, b) = (self.rng.between(1, 380), self.rng.between(1, 380));
            a.min(b)
        };
        let mut child = Child {
            id,
            municipality: seat.code.to_owned(),
            birth_month,
            age: age_given,
            gender: self.or_missing(25, gender),
            needs: self.or_missing(45, needs),
            required_competences: vec![],
            helpful_competences: vec![],
            placement,
            home: self.or_missing(25, home),
            school: None,
            longest_travel_km: None,
            waiting_since: self.days_ago(waited),
            inquiry_ended: None,
            languages: vec![],
            network_ties: vec![],
            allergies: vec![],
            step_free: None,
            wishes: None,
            keep_away: vec![],
            protected_identity: None,
        };
        self.care(&mut child, needs);
        self.surroundings(&mut child, age, home);
        child
    }

    /// Birth month for four children of five, age for the others.
    fn birth(&mut self, age: u8) -> (Option<Month>, Option<u8>) {
        let months = i64::from(age) * 12 + i64::from(self.rng.below(12));
        if self.rng.chance(200) {
            return (None, Some(age));
        }
        // The middle of the month counted back: 30.4375 days a month, exact enough to stay inside it.
        let days = months * 304_375 / 10_000;
        let month = self.as_of.plus_days(-days).map(Day::month);
        let exact = month.filter(|&m| self.as_of.month().months_since(m) / 12 == i32::from(age));
        exact.map_or((None, Some(age)), |m| (Some(m), None))
    }

    /// Needs level; teenagers and those in the youngest band need more (an assumption).
    fn needs(&mut self, age: u8) -> u8 {
        let level = u8::try_from(self.rng.weighted(&self.shape.needs) + 1).unwrap_or(3);
        let more = u8::from(age >= 13 && self.rng.chance(300));
        (level + more).min(5)
    }

    /// Competences, languages, allergies.
    fn care(&mut self, child: &mut Child, needs: u8) {
        let share = match needs {
            5 => 650,
            4 => 450,
            3 => 150,
            _ => 40,
        };
        if self.rng.chance(share) {
            child.required_competences = vec![(*self.rng.pick(&COMPETENCES)).to_owned()];
        }
        if self.rng.chance(420) {
            let helpful = (*self.rng.pick(&COMPETENCES)).to_owned();
            if !child.required_competences.contains(&helpful) {
                child.helpful_competences = vec![helpful];
            }
        }
        if !self.rng.chance(60) {
            child.languages = vec!["sv".to_owned()];
            if self.rng.chance(280) {
                child.languages.insert(0, self.language());
                child.languages.sort();
            }
        }
        for (allergy, share) in [
            (Allergy::Cat, 45),
            (Allergy::Dog, 30),
            (Allergy::Horse, 8),
            (Allergy::Smoke, 50),
        ] {
            if self.rng.chance(share) {
                child.allergies.push(allergy);
            }
        }
        if self.rng.chance(25) {
            child.step_free = Some(true);
        }
    }

    /// School, longest travel, protection.
    fn surroundings(&mut self, child: &mut Child, age: u8, home: Location) {
        if (6..=18).contains(&age) && self.rng.chance(800) {
            child.school = Some(Location {
                lat: shift(home.lat, self.rng.between(-30, 30)),
                lon: shift(home.lon, self.rng.between(-50, 50)),
            });
        }
        let (share, shortest, longest) = self.shape.travel;
        if self.rng.chance(share) {
            let km = self.rng.between(shortest / 5, longest / 5) * 5;
            child.longest_travel_km = Some(f64::from(km));
        }
        // A child whose whereabouts are hidden (LVU 14 §) must live well away from the home of origin.
        if self.rng.chance(35) {
            let protected = self.rng.chance(700);
            child.keep_away.push(KeepAway {
                lat: home.lat,
                lon: home.lon,
                radius_km: f64::from(self.rng.between(2, 5) * 5),
            });
            child.longest_travel_km = None;
            if protected {
                child.protected_identity = Some(true);
                child.school = None;
            }
        }
    }

    /// A sibling of a child: same home, school town, language and waiting; another age.
    fn sibling(&mut self, of: usize) -> usize {
        let first = self.pool.children[of].clone();
        let oldest = i32::from(age_of(&first, self.as_of));
        let top = if first.placement == PlacementKind::Respite {
            13
        } else {
            17
        };
        let age = (oldest + self.rng.between(-5, 4)).clamp(0, top);
        let age = u8::try_from(age).unwrap_or(0);
        let seat = self.seat_of(&first.municipality);
        let mut child = self.child(age, seat, first.placement);
        child.home = first.home;
        child.waiting_since = first.waiting_since;
        child.languages = first.languages;
        child.keep_away = first.keep_away;
        child.protected_identity = first.protected_identity;
        child.longest_travel_km = first.longest_travel_km;
        if child.protected_identity == Some(true) {
            child.school = None;
        }
        self.pool.children.push(child);
        self.pool.children.len() - 1
    }

    fn group(&mut self, unit: &[usize]) {
        // Shares are an assumption: law and guidance ask for siblings to be kept together where that is best for each.
        let policy =
            [SiblingPolicy::Prefer, SiblingPolicy::Together, SiblingPolicy::Apart][self.rng.weighted(&[55, 35, 10])];
        let children = unit.iter().map(|&at| self.pool.children[at].id.clone()).collect();
        let number = self.pool.sibling_groups.len() + 1;
        self.pool.sibling_groups.push(SiblingGroup {
            id: format!("G-{number:03}"),
            children,
            policy,
        });
    }

    /// Draws which of the units have a network home.
    fn choose_networks(&mut self, units: &[Vec<usize>], wanted: u32) {
        let mut order: Vec<usize> = (0..units.len()).collect();
        self.rng.shuffle(&mut order);
        let fits = |unit: &Vec<usize>| {
            unit.iter().all(|&at| {
                let child = &self.pool.children[at];
                child.keep_away.is_empty() && child.placement == PlacementKind::LongTerm
            })
        };
        // Units that cannot have one come last, so that the number of homes is met in any case.
        order.sort_by_key(|&at| !fits(&units[at]));
        order.truncate(wanted as usize);
        for at in order {
            self.networks.push(Network {
                children: units[at].clone(),
                lives: false,
            });
        }
    }

    /// Children who live in an ordinary home and stay.
    fn staying(&mut self, count: u32) {
        let mut homes = self.homes_where(|home| matches!(home.kind, HomeKind::Family | HomeKind::Reinforced));
        self.rng.shuffle(&mut homes);
        let mut left = count;
        for at in homes.iter().cycle() {
            if left == 0 || homes.is_empty() {
                break;
            }
            // Children per home, see the head of `shape`.
            let together = u32::try_from(self.rng.weighted(&[560, 150, 35, 9]) + 1).unwrap_or(1);
            for _ in 0..together.min(left) {
                self.living(*at, None);
                left -= 1;
            }
        }
    }

    /// Children in emergency homes who wait for a lasting one; for some the clock has run out.
    fn in_emergency(&mut self, count: u32) {
        let homes = self.homes_where(|home| home.kind == HomeKind::Emergency);
        for nth in 0..count as usize {
            if homes.is_empty() {
                break;
            }
            let at = self.living(homes[nth % homes.len()], Some(true));
            // The inquiry takes at most four months, and two months after it the stay needs special reasons.
            let since = self.rng.between(30, 160);
            let ended = self.rng.between(0, since.min(85));
            let since = self.days_ago(since);
            self.pool.children[at].waiting_since = since;
            let ended = self.days_ago(ended);
            self.pool.children[at].inquiry_ended = if self.rng.chance(300) { None } else { ended };
            if let Some(placement) = self.pool.placements.last_mut() {
                placement.since = since;
            }
        }
    }

    /// Children in agency homes: those whose needs call for it stay, the others may move to an own home.
    fn in_agency(&mut self, (stay, may_move): (u32, u32)) {
        let homes = self.homes_where(|home| home.kind == HomeKind::Agency);
        for nth in 0..(stay + may_move) as usize {
            if homes.is_empty() {
                break;
            }
            let moves = nth >= stay as usize;
            let at = self.living(homes[nth % homes.len()], moves.then_some(true));
            let child = &mut self.pool.children[at];
            child.needs = Some(if moves {
                child.needs.unwrap_or(3).min(3)
            } else {
                child.needs.unwrap_or(4).max(4)
            });
            if moves {
                child.required_competences.clear();
            }
        }
    }

    /// Children of others, of whom only the age is known, in some of the homes.
    fn others_placed(&mut self) {
        let lived_in: BTreeSet<String> = self.pool.placements.iter().map(|p| p.family.clone()).collect();
        for at in 0..self.pool.families.len() {
            let home = &self.pool.families[at];
            let full = home.places == 0 && !lived_in.contains(&home.id);
            if home.kind == HomeKind::Respite || !(full || self.rng.chance(120)) {
                continue;
            }
            for _ in 0..=self.rng.weighted(&[560, 150, 35]) {
                let home = &self.pool.families[at];
                let (from, to) = home.ages.map_or((0, 17), |ages| (ages.from, ages.to.min(17)));
                let family = home.id.clone();
                let age = u8::try_from(self.rng.between(from.into(), to.into())).unwrap_or(from);
                let days = self.rng.between(60, 2500);
                let since = self.days_ago(days);
                let number = self.pool.placements.len() + 1;
                self.pool.placements.push(Placement {
                    child: format!("P-{number:03}"),
                    family,
                    since,
                    age: if self.rng.chance(60) { None } else { Some(age) },
                    may_move: None,
                });
            }
        }
    }

    fn homes_where(&self, wanted: impl Fn(&Family) -> bool) -> Vec<usize> {
        (0..self.pool.families.len())
            .filter(|&at| wanted(&self.pool.families[at]))
            .collect()
    }

    /// A child who lives in this home, of an age and needs that fit there.
    fn living(&mut self, home: usize, may_move: Option<bool>) -> usize {
        let at = self.single(PlacementKind::LongTerm);
        let home = self.pool.families[home].clone();
        let seat = if self.rng.chance(700) {
            self.seat_of(&home.municipality)
        } else {
            self.seat()
        };
        let ages = home.ages.unwrap_or(AgeRange { from: 0, to: 17 });
        let age = age_of(&self.pool.children[at], self.as_of).clamp(ages.from, ages.to);
        let origin = self.near(seat, 5);
        let days = if may_move.is_some() {
            self.rng.between(30, 500)
        } else {
            self.rng.between(60, 3000).min(i32::from(age) * 365 + 20)
        };
        let since = self.days_ago(days);
        let child = &mut self.pool.children[at];
        child.municipality.clear();
        child.municipality.push_str(seat.code);
        if age != age_of(child, self.as_of) {
            child.birth_month = None;
            child.age = Some(age);
        }
        child.home = Some(origin);
        child.school = None;
        child.keep_away.clear();
        child.protected_identity = None;
        child.longest_travel_km = None;
        child.needs = child.needs.map(|needs| needs.min(home.highest_needs.unwrap_or(5)));
        let placement = Placement {
            child: child.id.clone(),
            family: home.id,
            since,
            age: None,
            may_move,
        };
        self.pool.placements.push(placement);
        at
    }

    /// Homes of relatives and other close people, made for the children they know.
    pub(super) fn network_homes(&mut self) {
        let mut lock_made = false;
        for network in std::mem::take(&mut self.networks) {
            // The first child alone gets a home without a flaw: a person has decided for it.
            let flawless = !network.lives && !lock_made && network.children.len() == 1;
            lock_made |= flawless;
            self.network_home(&network, flawless || network.lives);
            if flawless {
                self.decided = Some(network.children[0]);
            }
        }
        // Fewer sibling groups and single children than network homes wanted: ordinary homes instead.
        while self.pool.families.len() < self.shape.families as usize {
            let seat = self.seat();
            self.home(HomeKind::Family, seat);
        }
    }

    fn network_home(&mut self, network: &Network, flawless: bool) {
        let first = self.pool.children[network.children[0]].clone();
        let seat = if self.rng.chance(600) {
            self.seat_of(&first.municipality)
        } else {
            self.seat()
        };
        let mut home = self.plain_home(HomeKind::Network, seat);
        let ages = network
            .children
            .iter()
            .map(|&at| age_of(&self.pool.children[at], self.as_of));
        let (youngest, oldest) = ages.fold((20, 0), |(low, high), age| (age.min(low), age.max(high)));
        let needs = network
            .children
            .iter()
            .filter_map(|&at| self.pool.children[at].needs)
            .max();
        let needs = needs.unwrap_or(3);
        // A quarter of those willing carry less than the child asks for; the evidence that kin homes need extra
        // support (SBU 2016) is why that is not rarer.
        let short = u8::from(!flawless && self.rng.chance(250));
        home.highest_needs = Some(needs.saturating_sub(short).max(1));
        let (below, above) = (self.rng.between(1, 4), self.rng.between(2, 6));
        home.ages = Some(AgeRange {
            from: u8::try_from(i32::from(youngest) - below).unwrap_or(0),
            to: u8::try_from((i32::from(oldest) + above).min(20)).unwrap_or(20),
        });
        home.places = if network.lives {
            0
        } else {
            u8::try_from(network.children.len()).unwrap_or(1)
        };
        let (assessed, checked) = (self.rng.between(10, 300), self.rng.between(5, 200));
        let (assessed, checked) = (self.days_ago(assessed), self.days_ago(checked));
        home.assessed_on = if flawless || self.rng.chance(880) {
            assessed
        } else {
            None
        };
        home.register_checked_on = if flawless || self.rng.chance(930) {
            checked
        } else {
            None
        };
        home.languages.clone_from(&first.languages);
        home.competences = network
            .children
            .iter()
            .flat_map(|&at| self.pool.children[at].required_competences.clone())
            .collect();
        home.competences.sort();
        home.competences.dedup();
        home.pets = Some(vec![]);
        home.smoking = Some(false);
        home.step_free = first.step_free;
        home.placements_so_far = Some(u16::from(network.lives));
        home.base_training = Some(self.rng.chance(250));
        let kin = self.rng.chance(650);
        for &at in &network.children {
            self.pool.children[at].network_ties.push(tie(&home.id, kin));
            if network.lives {
                let days = self.rng.between(60, 1500);
                let since = self.days_ago(days);
                self.pool.placements.push(Placement {
                    child: self.pool.children[at].id.clone(),
                    family: home.id.clone(),
                    since,
                    age: None,
                    may_move: None,
                });
            }
        }
        self.pool.families.push(home);
    }
}

fn shift(degrees: f64, thousandths: i32) -> f64 {
    // Through integers again, so that the result is a plain number of three decimals.
    ((degrees * 1000.0).round() + f64::from(thousandths)) / 1000.0
}

/// Relation of a network home to the children it knows.
pub(super) fn tie(family: &str, kin: bool) -> NetworkTie {
    NetworkTie {
        family: family.to_owned(),
        relation: if kin { Relation::Kin } else { Relation::Known },
    }
}
