//! What a fact that is not known could turn out to be: a few answers to each question, and the pool with each filled in.
//!
//! Where the possible answers are few (a needs level, yes or no), all are tried. Where they are many (a place, an age
//! range, languages), those are tried that speak most for or most against a pair: near to where it matters, or the
//! range that takes the child in or leaves it out.

use schemars::JsonSchema;
use serde::Serialize;

use crate::explain::Question;
use crate::input::{AgeRange, Allergy, Gender, Location, Pet, PoolDocument};
use crate::lang::Lang;
use crate::limits::{HIGHEST_NEEDS, MOST_PLACEMENTS_SO_FAR, OLDEST};
use crate::policy::Policy;
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// Who a question is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A child of the pool, by id.
    Child(String),
    /// A family, by id.
    Family(String),
    /// A placed child who does not stand under `children`, by id.
    Placement(String),
}

impl Subject {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::Child(id) | Self::Family(id) | Self::Placement(id) => id,
        }
    }
}

/// A possible answer. In JSON: the value that the field would hold; of a place, only what it is near.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PossibleAnswer {
    /// A needs level.
    Level(u8),
    /// How many.
    Count(u32),
    /// Whole years.
    Years(u8),
    /// Ages of the family's own children.
    OwnChildren(Vec<u8>),
    /// Ages from and to, both included.
    Ages(u8, u8),
    /// Yes or no.
    Truth(bool),
    /// A gender.
    Gender(Gender),
    /// Animals.
    Pets(Vec<Pet>),
    /// Languages.
    Languages(Vec<String>),
    /// Where this family's home is.
    NearFamily(String),
    /// Where this child's home of origin is.
    NearHomeOf(String),
    /// Where this child's school is.
    NearSchoolOf(String),
}

impl PossibleAnswer {
    /// The answer in words.
    pub fn sentence(&self, lang: Lang) -> String {
        let none = lang.pick("none", "inga");
        let listed = |words: Vec<String>| {
            if words.is_empty() {
                none.to_owned()
            } else {
                words.join(", ")
            }
        };
        match self {
            Self::Level(level) => format!("{} {level}", lang.pick("level", "nivå")),
            Self::Count(count) => count.to_string(),
            Self::Years(years) => format!("{years} {}", lang.pick("years", "år")),
            Self::OwnChildren(ages) if ages.is_empty() => lang.pick("no", "nej").to_owned(),
            Self::OwnChildren(ages) => {
                let ages = listed(ages.iter().map(u8::to_string).collect());
                format!("{} {ages} {}", lang.pick("yes, aged", "ja,"), lang.pick("", "år"))
                    .trim_end()
                    .to_owned()
            }
            Self::Ages(from, to) => format!("{from} {} {to}", lang.pick("to", "till")),
            Self::Truth(true) => lang.pick("yes", "ja").to_owned(),
            Self::Truth(false) => lang.pick("no", "nej").to_owned(),
            Self::Gender(Gender::Girl) => lang.pick("girl", "flicka").to_owned(),
            Self::Gender(Gender::Boy) => lang.pick("boy", "pojke").to_owned(),
            Self::Gender(Gender::Other) => lang.pick("other", "annat").to_owned(),
            Self::Pets(pets) => listed(pets.iter().map(|pet| self::pet(*pet, lang).to_owned()).collect()),
            Self::Languages(codes) => listed(codes.clone()),
            Self::NearFamily(id) => format!("{} {id}", lang.pick("near", "nära")),
            Self::NearHomeOf(id) => format!(
                "{} {id}",
                lang.pick("near the home of origin of", "nära ursprungshemmet för")
            ),
            Self::NearSchoolOf(id) => format!("{} {id}", lang.pick("near the school of", "nära skolan för")),
        }
    }
}

fn pet(pet: Pet, lang: Lang) -> &'static str {
    match pet {
        Pet::Cat => lang.pick("cat", "katt"),
        Pet::Dog => lang.pick("dog", "hund"),
        Pet::Horse => lang.pick("horse", "häst"),
        Pet::SmallPet => lang.pick("small pet", "smådjur"),
    }
}

/// Who a question that came up between a child and a family is about; more than one for the ages of placed children.
pub(super) fn subjects(pool: &Pool, question: Question, child: ChildIdx, family: FamilyIdx) -> Vec<Subject> {
    match question {
        Question::ChildNeeds | Question::ChildHome | Question::Gender => {
            vec![Subject::Child(pool.child(child).id.clone())]
        }
        Question::PlacedAges => {
            let unknown = pool.residents(family).iter().filter(|r| r.age.is_none());
            let placements = &pool.document().placements;
            unknown
                .map(|r| Subject::Placement(placements[r.placement as usize].child.clone()))
                .collect()
        }
        _ => vec![Subject::Family(pool.family(family).id.clone())],
    }
}

/// The answers that are tried for a child. `families`: where it may go.
pub(super) fn answers(
    pool: &Pool,
    policy: &Policy,
    question: Question,
    child: ChildIdx,
    families: &[FamilyIdx],
) -> Vec<PossibleAnswer> {
    use PossibleAnswer as A;
    let (record, age) = (pool.child(child), pool.age(child));
    let truths = || vec![A::Truth(false), A::Truth(true)];
    match question {
        Question::ChildNeeds | Question::FamilyNeeds => (1..=HIGHEST_NEEDS).map(A::Level).collect(),
        Question::Gender => [Gender::Girl, Gender::Boy, Gender::Other].map(A::Gender).to_vec(),
        Question::ChildHome => {
            let known = families.iter().filter(|f| pool.family(**f).location.is_some());
            known.map(|f| A::NearFamily(pool.family(*f).id.clone())).collect()
        }
        Question::FamilyLocation => {
            let home = record.home.map(|_| A::NearHomeOf(record.id.clone()));
            let school = record.school.map(|_| A::NearSchoolOf(record.id.clone()));
            home.into_iter()
                .chain(school)
                .chain(farthest(pool, child).map(A::NearFamily))
                .collect()
        }
        Question::FamilyAges => {
            let below = age.checked_sub(1).map(|to| A::Ages(0, to));
            let above = (age < OLDEST).then(|| A::Ages(age + 1, OLDEST));
            [Some(A::Ages(0, OLDEST)), below, above].into_iter().flatten().collect()
        }
        Question::FamilyLanguages => {
            let others = ["sv", "en", "fi", "ar"]
                .into_iter()
                .find(|code| !record.languages.iter().any(|l| l == code));
            let other = others.map(|code| A::Languages(vec![code.to_owned()]));
            other
                .into_iter()
                .chain([A::Languages(record.languages.clone())])
                .collect()
        }
        Question::OwnChildren => vec![A::OwnChildren(Vec::new()), A::OwnChildren(vec![age])],
        Question::PlacedAges => {
            let far = if age > OLDEST / 2 { 0 } else { OLDEST };
            vec![A::Years(age), A::Years(far)]
        }
        Question::Training | Question::Smoking | Question::StepFree => truths(),
        Question::Placements => {
            let most = policy
                .criteria
                .experience
                .placements_at
                .iter()
                .copied()
                .max()
                .unwrap_or(1);
            vec![A::Count(0), A::Count(most.min(MOST_PLACEMENTS_SO_FAR.into()))]
        }
        Question::Pets => {
            let all = [Pet::Cat, Pet::Dog, Pet::Horse, Pet::SmallPet];
            let clash = all.into_iter().filter(|&pet| record.allergies.contains(&allergy(pet)));
            vec![A::Pets(Vec::new()), A::Pets(clash.collect())]
        }
    }
}

fn allergy(pet: Pet) -> Allergy {
    match pet {
        Pet::Cat => Allergy::Cat,
        Pet::Dog => Allergy::Dog,
        Pet::Horse => Allergy::Horse,
        Pet::SmallPet => Allergy::SmallPet,
    }
}

/// The family whose home lies farthest from the child's home of origin.
fn farthest(pool: &Pool, child: ChildIdx) -> Option<String> {
    let home = crate::distance::Place::new(pool.child(child).home?);
    let known = pool.families().filter_map(|family| Some((family, pool.place(family)?)));
    let farthest = known.max_by_key(|(family, place)| (place.metres_to(home), std::cmp::Reverse(*family)))?;
    Some(pool.family(farthest.0).id.clone())
}

/// Fills an answer into a document. Nothing happens if its subject or what it is near is not there.
pub(super) fn fill(document: &mut PoolDocument, question: Question, subject: &Subject, answer: &PossibleAnswer) {
    let place = place_of(document, answer);
    match subject {
        Subject::Child(id) => {
            let Some(child) = document.children.iter_mut().find(|c| c.id == *id) else {
                return;
            };
            match (question, answer) {
                (Question::ChildNeeds, &PossibleAnswer::Level(level)) => child.needs = Some(level),
                (Question::Gender, &PossibleAnswer::Gender(gender)) => child.gender = Some(gender),
                (Question::ChildHome, _) => child.home = place,
                _ => {}
            }
        }
        Subject::Placement(id) => {
            let placement = document.placements.iter_mut().find(|p| p.child == *id);
            if let (Some(placement), &PossibleAnswer::Years(years)) = (placement, answer) {
                placement.age = Some(years);
            }
        }
        Subject::Family(id) => {
            let Some(family) = document.families.iter_mut().find(|f| f.id == *id) else {
                return;
            };
            match (question, answer) {
                (Question::FamilyNeeds, &PossibleAnswer::Level(level)) => family.highest_needs = Some(level),
                (Question::FamilyAges, &PossibleAnswer::Ages(from, to)) => family.ages = Some(AgeRange { from, to }),
                (Question::FamilyLanguages, PossibleAnswer::Languages(codes)) => family.languages.clone_from(codes),
                (Question::OwnChildren, PossibleAnswer::OwnChildren(ages)) => family.own_children = Some(ages.clone()),
                (Question::Pets, PossibleAnswer::Pets(pets)) => family.pets = Some(pets.clone()),
                (Question::Training, &PossibleAnswer::Truth(truth)) => family.base_training = Some(truth),
                (Question::Smoking, &PossibleAnswer::Truth(truth)) => family.smoking = Some(truth),
                (Question::StepFree, &PossibleAnswer::Truth(truth)) => family.step_free = Some(truth),
                (Question::Placements, &PossibleAnswer::Count(count)) => {
                    family.placements_so_far = u16::try_from(count).ok();
                }
                (Question::FamilyLocation, _) => family.location = place,
                _ => {}
            }
        }
    }
}

fn place_of(document: &PoolDocument, answer: &PossibleAnswer) -> Option<Location> {
    let child = |id: &String| document.children.iter().find(|c| c.id == *id);
    match answer {
        PossibleAnswer::NearFamily(id) => document.families.iter().find(|f| f.id == *id)?.location,
        PossibleAnswer::NearHomeOf(id) => child(id)?.home,
        PossibleAnswer::NearSchoolOf(id) => child(id)?.school,
        _ => None,
    }
}
