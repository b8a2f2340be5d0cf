//! Profiles of homes that could be recruited, and the homes they stand for.

use hemvist::input::{AgeRange, Family, HomeKind};
use hemvist::pool::Pool;
use hemvist::{Code, Fact, Path, Problem, Problems, ReadOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::RegionError;

/// Most profiles at one time.
const MOST_PROFILES: usize = 20_000;

/// Kinds of home that the grid looks at. Reinforced homes are family homes that carry more; network homes cannot be
/// recruited for others.
const KINDS: [HomeKind; 3] = [HomeKind::Family, HomeKind::Emergency, HomeKind::Respite];

/// Ages that a family is asked for: small children, school children, teenagers and young people.
const AGES: [(u8, u8); 3] = [(0, 6), (7, 12), (13, 20)];

/// A home that could be recruited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Where it would lie: in the middle of this municipality.
    pub municipality: String,
    /// Kind of home; it offers the placements that are usual for the kind.
    pub kind: HomeKind,
    /// Youngest and oldest age it would take, 0–20.
    #[serde(with = "ages")]
    #[schemars(with = "AgeRange")]
    pub ages: (u8, u8),
    /// Highest needs level it would carry, 1–5.
    #[schemars(range(min = 1, max = 5))]
    pub highest_needs: u8,
    /// Places it would have, 1–12.
    #[schemars(range(min = 1, max = 12))]
    pub places: u8,
    /// Competences it would have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<String>,
}

/// Ages as everywhere else: `{"from": 13, "to": 17}`.
mod ages {
    use hemvist::input::AgeRange;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
    pub(super) fn serialize<S: Serializer>(ages: &(u8, u8), to: S) -> Result<S::Ok, S::Error> {
        AgeRange {
            from: ages.0,
            to: ages.1,
        }
        .serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<(u8, u8), D::Error> {
        AgeRange::deserialize(from).map(|ages| (ages.from, ages.to))
    }
}

impl Profile {
    /// How hard a home of this profile is to find: fewer places, lower needs, narrower ages come first; then kind, ages, place.
    pub(super) fn demands(&self) -> (u8, u8, usize, u8, HomeKind, (u8, u8), &str) {
        let (from, to) = self.ages;
        let skills = self.competences.len();
        (
            self.places,
            self.highest_needs,
            skills,
            to - from,
            self.kind,
            self.ages,
            &self.municipality,
        )
    }

    /// Whether a home of this profile asks no more of a family than one of the other, in the same place and for the same
    /// children.
    pub(super) fn asks_no_more_than(&self, other: &Self) -> bool {
        self.municipality == other.municipality
            && self.kind == other.kind
            && self.ages == other.ages
            && self.places <= other.places
            && self.highest_needs <= other.highest_needs
            && self.competences.iter().all(|skill| other.competences.contains(skill))
    }
}

/// The profiles asked for, or the grid.
pub(super) fn profiles(pool: &Pool, asked: &[Profile]) -> Result<Vec<Profile>, RegionError> {
    if asked.is_empty() {
        return Ok(grid(pool));
    }
    let mut problems = Problems::new();
    if asked.len() > MOST_PROFILES {
        let problem = Problem::new(Code::TooMany, Path::of("profiles"));
        problems.push(
            problem
                .allowed(Fact::AtMost(20_000))
                .found(Fact::int(asked.len() as u64)),
        );
    }
    for (at, profile) in asked.iter().enumerate().take(MOST_PROFILES) {
        let here = Path::of("profiles").index(at);
        if !pool
            .document()
            .municipalities
            .iter()
            .any(|record| record.id == profile.municipality)
        {
            problems.push(Problem::new(Code::UnknownMunicipality, here.field("municipality")));
        }
        let between = |field, found: u8, least: u8, most: u8| {
            let problem = Problem::new(Code::OutOfRange, here.field(field));
            let problem = problem
                .allowed(Fact::Between(least.into(), most.into()))
                .found(Fact::int(found));
            (!(least..=most).contains(&found)).then_some(problem)
        };
        problems_of(
            &mut problems,
            [
                between("places", profile.places, 1, 12),
                between("highest_needs", profile.highest_needs, 1, 5),
                between("ages", profile.ages.1, 0, 20),
            ],
        );
        if profile.ages.0 > profile.ages.1 {
            problems.push(Problem::new(Code::RangeOrder, here.field("ages")));
        }
    }
    Ok(problems.into_result(asked.to_vec())?)
}

fn problems_of<const N: usize>(problems: &mut Problems, found: [Option<Problem>; N]) {
    found.into_iter().flatten().for_each(|problem| problems.push(problem));
}

fn grid(pool: &Pool) -> Vec<Profile> {
    let seats = pool
        .document()
        .municipalities
        .iter()
        .filter(|record| record.location.is_some());
    let mut all = Vec::new();
    for municipality in seats {
        for kind in KINDS {
            for ages in AGES {
                for highest_needs in 1..=5 {
                    for places in 1..=4 {
                        all.push(Profile {
                            municipality: municipality.id.clone(),
                            kind,
                            ages,
                            highest_needs,
                            places,
                            competences: Vec::new(),
                        });
                    }
                }
            }
        }
    }
    all
}

/// The homes that the profiles stand for, under ids that the pool does not use.
pub(super) fn homes(pool: &Pool, profiles: &[Profile]) -> Vec<Family> {
    // Ids are 1 to 64 bytes long; no id of the pool begins like these once the stem is longer than all of them share.
    let mut stem = "new-home".to_owned();
    while pool
        .document()
        .families
        .iter()
        .any(|family| family.id.starts_with(&stem))
    {
        stem.push('-');
    }
    let place = |code: &str| {
        pool.document()
            .municipalities
            .iter()
            .find(|record| record.id == code)?
            .location
    };
    let home = |(at, profile): (usize, &Profile)| Family {
        id: format!("{stem}{at:05}"),
        municipality: profile.municipality.clone(),
        kind: profile.kind,
        offers: Vec::new(),
        assessed_on: Some(pool.as_of()),
        register_checked_on: Some(pool.as_of()),
        places: profile.places,
        ages: Some(AgeRange {
            from: profile.ages.0,
            to: profile.ages.1,
        }),
        highest_needs: Some(profile.highest_needs),
        most_siblings: None,
        genders: None,
        competences: profile.competences.clone(),
        languages: Vec::new(),
        own_children: Some(Vec::new()),
        pets: Some(Vec::new()),
        smoking: Some(false),
        step_free: Some(true),
        placements_so_far: None,
        base_training: None,
        available_from: None,
        available_until: None,
        location: place(&profile.municipality),
        secretary: None,
        daily_cost: None,
        acceptance_rate: None,
        shared_with: None,
        conflicts: Vec::new(),
    };
    profiles.iter().enumerate().map(home).collect()
}

/// The pool with these homes; the same home twice is two homes.
pub(super) fn with_homes(pool: &Pool, homes: &[&Family]) -> Result<Pool, RegionError> {
    let mut document = pool.document().clone();
    for (at, home) in homes.iter().enumerate() {
        document.families.push(Family {
            id: format!("{}.{at}", home.id),
            ..(*home).clone()
        });
    }
    let options = ReadOptions {
        allow_identity_numbers: true,
    };
    Ok(Pool::from_document_with(document, &options)?)
}
