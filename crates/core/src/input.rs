//! Records as callers hold them: the pool document `hemvist.pool/1`, before anything has been checked.
//!
//! Every field that may be absent is an `Option` (or a list that may be empty), and its documentation says what
//! absence means: absent is never zero. Ids are opaque strings; no field holds a name or free text, except the
//! `reason` of a choice. Nothing here knows policies, rules or scores; [`mod@crate::validate`] decides
//! whether a document is a pool.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::day::{Day, Month};
use crate::limits;
pub use crate::records::Records;

/// The only value of [`PoolDocument::format`].
pub const POOL_FORMAT: &str = "hemvist.pool/1";

/// A whole pool as a document: who needs a home, who can take a child, and what is already decided.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolDocument {
    /// Always `hemvist.pool/1`.
    #[schemars(extend("const" = POOL_FORMAT))]
    pub format: String,
    /// The date the pool describes; ages, waiting times and availability are counted from it.
    pub as_of: Day,
    /// Municipalities that children and families belong to.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub municipalities: Records<Municipality>,
    /// Family-home secretaries (familjehemssekreterare) whose caseload is limited.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub secretaries: Records<Secretary>,
    /// Family homes (familjehem) of every home kind.
    #[serde(default)]
    pub families: Records<Family>,
    /// Children and young people who need a placement now, or are placed and stay.
    #[serde(default)]
    pub children: Records<Child>,
    /// Sibling groups.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub sibling_groups: Records<SiblingGroup>,
    /// Who already lives where.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub placements: Records<Placement>,
    /// Pairs fixed, forbidden, refused or considered by a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Pairs of children who must not share a home, besides sibling groups with policy `apart`.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub not_together: Records<NotTogether>,
    /// Known distances or travel times, used instead of the straight-line distance.
    #[serde(default, skip_serializing_if = "Records::is_empty")]
    pub travel: Records<Travel>,
}

impl PoolDocument {
    /// A document of the present format without records.
    ///
    /// # Examples
    /// ```
    /// use hemvist::input::{Day, PoolDocument};
    /// use hemvist::pool::Pool;
    ///
    /// let day = Day::new(2026, 1, 15).expect("a day of the calendar");
    /// let pool = Pool::from_document(PoolDocument::new(day))?;
    /// assert_eq!(pool.n_children(), 0);
    /// # Ok::<(), hemvist::problem::Problems>(())
    /// ```
    pub fn new(as_of: Day) -> Self {
        Self {
            format: POOL_FORMAT.to_owned(),
            as_of,
            municipalities: Records::default(),
            secretaries: Records::default(),
            families: Records::default(),
            children: Records::default(),
            sibling_groups: Records::default(),
            placements: Records::default(),
            choices: Vec::new(),
            not_together: Records::default(),
            travel: Records::default(),
        }
    }
}

/// A point on the map, WGS 84.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Latitude in degrees, −90 to 90.
    #[schemars(range(min = -90.0, max = 90.0))]
    pub lat: f64,
    /// Longitude in degrees, −180 to 180.
    #[schemars(range(min = -180.0, max = 180.0))]
    pub lon: f64,
}

/// A municipality (kommun).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Municipality {
    /// Official code, such as `1276` for Klippan.
    pub id: String,
    /// Name shown in reports; the id if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The seat; absent: not drawn on maps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Inhabitants; absent: not part of a share by population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::LARGEST_POPULATION))]
    pub population: Option<u32>,
    /// Children 0–18 living at home; absent: not part of a share by children.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::LARGEST_POPULATION))]
    pub children_at_home: Option<u32>,
    /// Children 0–18 placed; absent: not part of a share by placed children.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::LARGEST_POPULATION))]
    pub children_placed: Option<u32>,
    /// Home kinds that it shares with the other municipalities of the pool; absent: all kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shares: Option<Vec<HomeKind>>,
}

/// A family-home secretary (familjehemssekreterare).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Secretary {
    /// Opaque id.
    pub id: String,
    /// How many more children this secretary's homes may take now; absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::LARGEST_CASELOAD))]
    pub more_children: Option<u32>,
    /// How many more homes this secretary can follow; absent: no limit. Reported as a warning, not a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::LARGEST_CASELOAD))]
    pub more_homes: Option<u32>,
}

/// What kind of home a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HomeKind {
    /// Ordinary family home (familjehem).
    Family,
    /// Home of a relative or other close person (nätverkshem).
    Network,
    /// Emergency home (jourhem).
    Emergency,
    /// Home with extra training or support (förstärkt familjehem).
    Reinforced,
    /// Home recruited and supported by a licensed firm (konsulentstött familjehem).
    Agency,
    /// Contact or respite family (kontaktfamilj, avlastningshem).
    Respite,
}

/// What kind of placement is sought or offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlacementKind {
    /// Temporary, at short notice (jourplacering).
    Emergency,
    /// Lasting care (stadigvarande familjehemsplacering).
    LongTerm,
    /// Now and then, at weekends (avlastning).
    Respite,
    /// Own housing with support, ages 16–20 (stödboende).
    SupportedLodging,
}

/// Gender as registered; used only where a rule needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Girl or young woman.
    Girl,
    /// Boy or young man.
    Boy,
    /// Other or not stated; no rule on gender stops the pair.
    Other,
}

/// Something in a home that a child may not tolerate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Allergy {
    /// Cats.
    Cat,
    /// Dogs.
    Dog,
    /// Horses.
    Horse,
    /// Rodents, birds and other small pets.
    SmallPet,
    /// Tobacco smoke.
    Smoke,
}

/// An animal kept in a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pet {
    /// Cat.
    Cat,
    /// Dog.
    Dog,
    /// Horse.
    Horse,
    /// Rodent, bird or other small pet.
    SmallPet,
}

/// How a child knows a family beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Relative (släkting).
    Kin,
    /// Other close person (annan närstående).
    Known,
}

/// A named relation between one child and one family.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkTie {
    /// The family.
    pub family: String,
    /// How they are related.
    pub relation: Relation,
}

/// What the child has said.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// Families the child would like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<String>,
    /// Families the child does not want.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_wanted: Vec<String>,
    /// When the child was asked; absent: not recorded that the child was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_on: Option<Day>,
}

/// A circle in which the child must not live.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepAway {
    /// Centre: latitude in degrees.
    #[schemars(range(min = -90.0, max = 90.0))]
    pub lat: f64,
    /// Centre: longitude in degrees.
    #[schemars(range(min = -180.0, max = 180.0))]
    pub lon: f64,
    /// Radius in kilometres, more than 0 and at most 2 000.
    #[schemars(range(min = 0.0, max = limits::LONGEST_KM))]
    pub radius_km: f64,
}

/// A child or young person (0–20) who needs a placement now, or is placed and stays.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// Opaque id; never a personal identity number.
    pub id: String,
    /// The municipality that is responsible for the child.
    pub municipality: String,
    /// Month of birth, `YYYY-MM`. Exactly one of `birth_month` and `age` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_month: Option<Month>,
    /// Age in whole years on `as_of`, 0–20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::OLDEST))]
    pub age: Option<u8>,
    /// Gender; absent: unknown, and a family that takes one gender only is ruled out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Needs level 1–5, the same ladder as the fee levels; absent: unknown, the fit carries the range it could take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = limits::HIGHEST_NEEDS))]
    pub needs: Option<u8>,
    /// Competences that the family must have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required_competences: Vec<String>,
    /// Competences that help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub helpful_competences: Vec<String>,
    /// The placement sought.
    pub placement: PlacementKind,
    /// Where the home of origin is; absent: travel to it is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Location>,
    /// Where the child's present school is; absent: no school to keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<Location>,
    /// Longest acceptable distance from the home of origin in kilometres; absent: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = limits::LONGEST_KM))]
    pub longest_travel_km: Option<f64>,
    /// Waiting since this date; absent: since `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Day>,
    /// When the child inquiry (barnavårdsutredning) ended; the emergency-home clock runs from it. Absent: still going on or not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inquiry_ended: Option<Day>,
    /// Languages the child speaks, ISO 639 codes in lower case; empty: unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Families the child knows beforehand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub network_ties: Vec<NetworkTie>,
    /// What the child does not tolerate in a home; empty: nothing known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergies: Vec<Allergy>,
    /// Whether the child needs a step-free home; absent: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_free: Option<bool>,
    /// The child's own wishes; absent: not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wishes: Option<Wishes>,
    /// Zones in which the child must not live.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep_away: Vec<KeepAway>,
    /// Protected personal data (skyddade personuppgifter); absent: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_identity: Option<bool>,
}

/// Ages a family takes, whole years, both ends included.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeRange {
    /// Youngest, 0–20.
    #[schemars(range(min = 0, max = limits::OLDEST))]
    pub from: u8,
    /// Oldest, 0–20, at least `from`.
    #[schemars(range(min = 0, max = limits::OLDEST))]
    pub to: u8,
}

/// A family home that can take children.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Opaque id; never a personal identity number.
    pub id: String,
    /// The municipality where the home lies.
    pub municipality: String,
    /// Home kind.
    pub kind: HomeKind,
    /// Placements offered; empty: those usual for the home kind (emergency homes offer `emergency`, respite homes
    /// `respite`, all others `long_term`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<PlacementKind>,
    /// When the home was assessed; absent: not assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessed_on: Option<Day>,
    /// When the registers were checked; absent: not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register_checked_on: Option<Day>,
    /// How many more children the family can take now, 0–12.
    #[schemars(range(min = 0, max = limits::MOST_PLACES))]
    pub places: u8,
    /// Ages taken; absent: unknown, no child is ruled out by age and the fit carries a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ages: Option<AgeRange>,
    /// Highest needs level the family can carry, 1–5; absent: unknown, no child is ruled out by it and the fit carries a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = limits::HIGHEST_NEEDS))]
    pub highest_needs: Option<u8>,
    /// Largest sibling group taken, 1–12; absent: as many as there are places.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = limits::MOST_PLACES))]
    pub most_siblings: Option<u8>,
    /// Genders taken; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genders: Option<Vec<Gender>>,
    /// Competences the family has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competences: Vec<String>,
    /// Languages spoken in the home, ISO 639 codes in lower case; empty: unknown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Ages of the family's own children at home, whole years, 0–40; absent: unknown; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 0, max = limits::OLDEST_OWN_CHILD)))]
    pub own_children: Option<Vec<u8>>,
    /// Pets; absent: unknown; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pets: Option<Vec<Pet>>,
    /// Whether anyone smokes in the home; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smoking: Option<bool>,
    /// Whether the home is step-free; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_free: Option<bool>,
    /// How many placements the family has had; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::MOST_PLACEMENTS_SO_FAR))]
    pub placements_so_far: Option<u16>,
    /// Whether the base training (Ett hem att växa i, or equal) is done; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_training: Option<bool>,
    /// First date the family can take a child; absent: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_from: Option<Day>,
    /// Last date the family can take a child; absent: no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_until: Option<Day>,
    /// Where the home is; absent: distances are unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The family-home secretary who follows the home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secretary: Option<String>,
    /// Cost per day in kronor where it does not follow the fee levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::HIGHEST_DAILY_COST))]
    pub daily_cost: Option<u32>,
    /// Share of asked placements that the family accepts, per cent 0–100; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 100))]
    pub acceptance_rate: Option<u8>,
    /// Municipalities whose children the home may take, besides its own; absent: all of the pool, as far as the
    /// home municipality shares this home kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_with: Option<Vec<String>>,
    /// Municipalities with a conflict of interest (jäv): their children are not placed here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<String>,
}

/// What a sibling group asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiblingPolicy {
    /// All in one family, or none placed.
    Together,
    /// In one family if possible: each pair together earns the policy's sibling bonus.
    Prefer,
    /// No two in one family.
    Apart,
}

/// Children who are siblings.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SiblingGroup {
    /// Opaque id.
    pub id: String,
    /// The children, 2–12, each in one group only.
    pub children: Vec<String>,
    /// What is asked for.
    pub policy: SiblingPolicy,
}

/// A child who already lives in a family.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// The child. If the same id stands under `children`, that child stays where it lives unless `may_move`.
    /// Otherwise only its age below is known: it takes no new place but counts for the home.
    pub child: String,
    /// The family.
    pub family: String,
    /// Since when; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Age of a placed child who does not stand under `children`; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::OLDEST))]
    pub age: Option<u8>,
    /// Whether the child needs another home and is to be matched; absent: no, the child stays. A child in an
    /// emergency home who waits for a lasting one has `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_move: Option<bool>,
}

/// What a person has decided about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceKind {
    /// The child is to go to this family.
    Lock,
    /// The child must not go to this family.
    Ban,
    /// The family has been asked about this child and said no; the pair is never proposed again.
    Refused,
    /// The family, of the child's own network, has been considered first, and the reason tells why the child goes
    /// elsewhere all the same. The pair stays possible.
    Considered,
}

/// A pair fixed, forbidden, refused or considered by a person, with a reason.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What was decided.
    pub kind: ChoiceKind,
    /// The child.
    pub child: String,
    /// The family.
    pub family: String,
    /// Why: a short reason for the audit record, 1–500 characters, without names.
    pub reason: String,
    /// When; absent: `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Day>,
}

/// Two children who must not share a home.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotTogether {
    /// One child: under `children`, or a child of `placements`.
    pub child: String,
    /// The other child.
    pub other: String,
}

/// Where a known journey leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TravelTo {
    /// To the home of origin.
    Home,
    /// To the school.
    School,
}

/// A known distance or travel time between a child and a family.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Travel {
    /// The child.
    pub child: String,
    /// The family.
    pub family: String,
    /// From the family to where.
    pub to: TravelTo,
    /// Distance in kilometres; exactly one of `km` and `minutes` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = limits::LONGEST_KM))]
    pub km: Option<f64>,
    /// Travel time one way in minutes; counted as kilometres at the policy's speed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::LONGEST_MINUTES))]
    pub minutes: Option<u32>,
}
