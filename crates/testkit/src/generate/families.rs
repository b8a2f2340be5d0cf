//! Homes of every kind but network homes, which are made for the children they know.

use hemvist::input::{AgeRange, Family, Gender, HomeKind, Pet, PlacementKind, Secretary};

use super::Making;
use crate::seats::Seat;
use crate::shape::Shape;

/// Competences that homes have and children ask for; words of the made pools, not a list of the engine.
pub(super) const COMPETENCES: [&str; 10] = [
    "trauma",
    "neuropsychiatric",
    "infant_care",
    "teenagers",
    "disability",
    "self_harm",
    "substance_use",
    "medical_care",
    "sign_language",
    "school_support",
];

/// Languages other than Swedish, with weights; an assumption after the largest groups in the country.
pub(super) const LANGUAGES: [(&str, u32); 9] = [
    ("ar", 26),
    ("so", 12),
    ("en", 14),
    ("fa", 10),
    ("bs", 8),
    ("ti", 7),
    ("pl", 9),
    ("ku", 6),
    ("fi", 8),
];

impl Making<'_> {
    /// All homes but network homes: emergency, agency, respite, and ordinary or reinforced ones for the rest.
    pub(super) fn homes(&mut self) {
        let shape = self.shape;
        if shape.barnens_bo {
            self.barnens_bo();
        }
        for code in shape.emergency_homes {
            let seat = self.seat_of(code);
            self.home(HomeKind::Emergency, seat);
        }
        for _ in 0..shape.emergency_elsewhere {
            let seat = self.seat();
            self.home(HomeKind::Emergency, seat);
        }
        for _ in 0..shape.agency_homes {
            let seat = self.seat();
            self.home(HomeKind::Agency, seat);
        }
        for _ in 0..shape.respite_homes {
            let seat = self.seat();
            self.home(HomeKind::Respite, seat);
        }
        let wanted = (shape.families - self.n_networks()) as usize;
        self.pool.families.truncate(wanted);
        while self.pool.families.len() < wanted {
            let seat = self.seat();
            let reinforced = self.rng.chance(shape.reinforced);
            self.home(
                if reinforced {
                    HomeKind::Reinforced
                } else {
                    HomeKind::Family
                },
                seat,
            );
        }
    }

    /// Landskrona's house with six emergency places: costly, staffed for the children who need most.
    fn barnens_bo(&mut self) {
        let seat = self.seat_of("1282");
        let mut home = self.plain_home(HomeKind::Emergency, seat);
        home.assessed_on = self.days_ago(400);
        home.register_checked_on = self.days_ago(90);
        home.places = 6;
        home.ages = Some(AgeRange { from: 0, to: 17 });
        home.highest_needs = Some(5);
        home.competences = ["infant_care", "medical_care", "neuropsychiatric", "self_harm", "trauma"]
            .map(str::to_owned)
            .to_vec();
        home.own_children = Some(vec![]);
        home.pets = Some(vec![]);
        home.smoking = Some(false);
        home.step_free = Some(true);
        home.placements_so_far = Some(140);
        home.base_training = Some(true);
        home.daily_cost = Some(4200);
        self.pool.families.push(home);
    }

    pub(super) fn home(&mut self, kind: HomeKind, seat: &Seat) {
        let mut home = self.plain_home(kind, seat);
        self.capacity(&mut home);
        self.household(&mut home);
        self.record(&mut home);
        self.agreements(&mut home);
        self.pool.families.push(home);
    }

    /// A home that is assessed and checked, with nothing else known.
    pub(super) fn plain_home(&mut self, kind: HomeKind, seat: &Seat) -> Family {
        let scatter = self.shape.scatter;
        Family {
            id: format!("F-{:03}", self.pool.families.len() + 1),
            municipality: seat.code.to_owned(),
            kind,
            offers: vec![],
            assessed_on: None,
            register_checked_on: None,
            places: 1,
            ages: None,
            highest_needs: None,
            most_siblings: None,
            genders: None,
            competences: vec![],
            languages: vec!["sv".to_owned()],
            own_children: None,
            pets: None,
            smoking: None,
            step_free: None,
            placements_so_far: None,
            base_training: None,
            available_from: None,
            available_until: None,
            location: Some(self.near(seat, scatter)),
            secretary: None,
            daily_cost: None,
            acceptance_rate: None,
            shared_with: None,
            conflicts: vec![],
        }
    }

    /// Places, ages, needs and genders.
    fn capacity(&mut self, home: &mut Family) {
        let rng = &mut self.rng;
        let places = match home.kind {
            HomeKind::Emergency => rng.weighted(&[20, 45, 30, 5]),
            HomeKind::Agency => rng.weighted(&[55, 35, 10]),
            HomeKind::Respite => 1,
            _ => rng.weighted(&self.shape.places),
        };
        home.places = u8::try_from(places).unwrap_or(1);
        // Emergency homes mostly take young children (Skoog 2020).
        let ages = match home.kind {
            HomeKind::Emergency => [30, 30, 10, 5, 5, 5, 15, 0],
            HomeKind::Agency => [4, 8, 16, 24, 24, 16, 8, 0],
            _ => self.shape.home_ages,
        };
        let ages = if home.kind == HomeKind::Respite {
            (0, 13)
        } else {
            Shape::HOME_AGES[rng.weighted(&ages)]
        };
        let needs = match home.kind {
            HomeKind::Reinforced => [0, 4, 22, 46, 28],
            HomeKind::Agency => [0, 10, 30, 38, 22],
            HomeKind::Emergency => [0, 14, 40, 34, 12],
            _ => [8, 34, 38, 16, 4],
        };
        let needs = u8::try_from(rng.weighted(&needs) + 1).unwrap_or(3);
        let ages = AgeRange {
            from: ages.0,
            to: ages.1,
        };
        home.ages = self.or_missing(30, ages);
        home.highest_needs = self.or_missing(40, needs);
        if home.places >= 2 && self.rng.chance(500) {
            home.most_siblings = Some(home.places);
        }
        if self.rng.chance(70) {
            let gender = if self.rng.chance(500) {
                Gender::Girl
            } else {
                Gender::Boy
            };
            home.genders = Some(vec![gender]);
        }
        let teenagers = ages.to >= 17 && matches!(home.kind, HomeKind::Family | HomeKind::Reinforced);
        if teenagers && self.rng.chance(220) {
            home.offers = vec![PlacementKind::LongTerm, PlacementKind::SupportedLodging];
        } else if home.kind == HomeKind::Family && self.rng.chance(50) {
            home.offers = vec![PlacementKind::Emergency, PlacementKind::LongTerm];
        }
    }

    /// Who and what lives there. Missing facts: an assumption, a few per cent each.
    fn household(&mut self, home: &mut Family) {
        let own: Vec<u8> = (0..self.rng.weighted(&[40, 22, 25, 13]))
            .map(|_| u8::try_from(self.rng.below(19)).unwrap_or(0))
            .collect();
        let pets: Vec<Pet> = [(Pet::Cat, 210), (Pet::Dog, 260), (Pet::Horse, 40), (Pet::SmallPet, 80)]
            .into_iter()
            .filter(|&(_, share)| self.rng.chance(share))
            .map(|(pet, _)| pet)
            .collect();
        let smoking = self.rng.chance(80);
        let step_free = self.rng.chance(250);
        home.own_children = self.or_missing(60, own);
        home.pets = self.or_missing(60, pets);
        home.smoking = self.or_missing(60, smoking);
        home.step_free = self.or_missing(120, step_free);
        if self.rng.chance(60) {
            home.languages.clear();
        } else if self.rng.chance(260) {
            home.languages.insert(0, self.language());
            home.languages.sort();
        }
        if self.rng.chance(15) {
            home.location = None;
        }
    }

    /// Another language than Swedish.
    pub(super) fn language(&mut self) -> String {
        let weights = LANGUAGES.map(|(_, weight)| weight);
        LANGUAGES[self.rng.weighted(&weights)].0.to_owned()
    }

    /// Assessment, training and experience.
    fn record(&mut self, home: &mut Family) {
        let assessed = self.rng.between(40, 1800);
        let checked = self.rng.between(5, 330);
        let assessed = self.days_ago(assessed);
        let checked = self.days_ago(checked);
        home.assessed_on = if self.rng.chance(45) { None } else { assessed };
        home.register_checked_on = if self.rng.chance(25) { None } else { checked };
        let (skilled, most) = match home.kind {
            HomeKind::Reinforced | HomeKind::Agency => (950, 4),
            HomeKind::Emergency => (900, 3),
            _ => (550, 2),
        };
        if self.rng.chance(skilled) {
            for _ in 0..self.rng.between(1, most) {
                home.competences.push((*self.rng.pick(&COMPETENCES)).to_owned());
            }
            home.competences.sort();
            home.competences.dedup();
        }
        let so_far = u16::try_from(match home.kind {
            HomeKind::Emergency => self.rng.between(6, 60),
            HomeKind::Reinforced | HomeKind::Agency => self.rng.between(1, 12),
            _ => self.rng.between(0, 5),
        })
        .unwrap_or(0);
        let trained = self.rng.chance(700);
        home.placements_so_far = self.or_missing(70, so_far);
        home.base_training = self.or_missing(60, trained);
        if self.rng.chance(60) {
            home.available_from = self.as_of.plus_days(i64::from(self.rng.between(5, 60)));
        }
        if self.rng.chance(30) {
            home.available_until = self.as_of.plus_days(i64::from(self.rng.between(60, 200)));
        }
        if self.rng.chance(350) {
            home.acceptance_rate = u8::try_from(self.rng.between(8, 20) * 5).ok();
        }
        if home.kind == HomeKind::Agency {
            // 1 050 to 4 200 kr a day, 2 300 on average (Gotland 2016): three draws lean towards the lower end.
            let (a, b) = (self.rng.between(21, 54), self.rng.between(21, 84));
            home.daily_cost = u32::try_from(a.midpoint(b) * 50).ok();
        }
    }

    /// Whom the home is shared with, and whose staff are related to it.
    fn agreements(&mut self, home: &mut Family) {
        let others: Vec<&'static str> = self.shape.seats.iter().map(|seat| seat.code).collect();
        if others.len() > 1 && self.rng.chance(60) {
            let mut with: Vec<String> = (0..3).map(|_| (*self.rng.pick(&others)).to_owned()).collect();
            with.retain(|code| *code != home.municipality);
            with.sort();
            with.dedup();
            home.shared_with = Some(with);
        }
        if self.rng.chance(40) {
            let whose = if self.rng.chance(600) {
                home.municipality.clone()
            } else {
                (*self.rng.pick(&others)).to_owned()
            };
            if let Some(with) = &mut home.shared_with {
                with.retain(|code| *code != whose);
            }
            home.conflicts = vec![whose];
        }
    }

    /// Secretaries per municipality, each with the homes that lie there.
    pub(super) fn secretaries(&mut self) {
        let per = self.shape.homes_per_secretary.max(1) as usize;
        for seat in self.shape.seats {
            let homes: Vec<usize> = (0..self.pool.families.len())
                .filter(|&at| self.pool.families[at].municipality == seat.code)
                .collect();
            for (nth, part) in homes.chunks(per).enumerate() {
                let id = format!("S-{}-{}", seat.code, nth + 1);
                for &at in part {
                    if !self.rng.chance(30) {
                        self.pool.families[at].secretary = Some(id.clone());
                    }
                }
                let more_children = u32::try_from(part.len()).unwrap_or(0) / 2 + self.rng.below(6) + 1;
                let more_homes = self.rng.below(5);
                let more_children = self.or_missing(250, more_children);
                let more_homes = self.or_missing(400, more_homes);
                self.pool.secretaries.push(Secretary {
                    id,
                    more_children,
                    more_homes,
                });
            }
        }
    }
}
