//! What a made-up pool looks like: how many of what, in which proportions, and where the figures come from.
//!
//! Figures that no publication gives are assumptions and say so. The published ones:
//!
//! * **Ages of placed children** (Socialstyrelsen, *Barn och unga – insatser år 2014*, 2015-12-33): care by agreement
//!   and by court order together 0–3: 2 012, 4–6: 1 970, 7–9: 2 286, 10–12: 2 592, 13–14: 2 781, 15–17: 8 708,
//!   18–20: 8 967. The last two include residential care and the unaccompanied of those years; half of the children in
//!   family homes in 2022 were under 15, so both are scaled down to make 15–20 half of all.
//! * **Children per home** (Socialstyrelsen 2013-8-2): of the children, 10–11 % live in homes of three and about 3 % in
//!   homes of four; 56 % and 30 % in homes of one and two are an assumption. Per home that is 56 : 15 : 3.5 : 0.9.
//! * **Boys** 51 % (2021, same series).
//! * **Network homes** about a fifth (Hässleholm 2020); no national share is published.
//! * **Homes supported by a firm**: 3 of 100 children (Hässleholm), 19 of 97 (Gotland 2016), 1 050 to 4 200 kr a day,
//!   2 300 on average (Gotland 2016).
//! * **Emergency homes** mostly take young children (Skoog 2020, 59 % of 200 files).
//! * **Homes per worker**: 12–14 (Familjehemssamverkan i Norr), at most 15–17 (Gotland's target).

use crate::seats::{self, Seat};

/// Proportions and numbers from which a pool is made. Shares are per mille unless said otherwise.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Short name, also the folder name of the committed example.
    pub name: &'static str,
    /// One sentence that says what the pool shows.
    pub summary: &'static str,
    /// Municipalities; children and homes are spread in proportion to their inhabitants.
    pub seats: &'static [Seat],
    /// Children in the pool.
    pub children: u32,
    /// Homes in the pool, of every kind.
    pub families: u32,
    /// Of the children, how many live in their home and stay there.
    pub staying: u32,
    /// Of the children, how many live in an emergency home and wait for a lasting one.
    pub in_emergency: u32,
    /// Of the children, how many live in an agency home: those who stay, and those to be moved to an own home.
    pub in_agency: (u32, u32),
    /// Of the homes, how many are agency homes.
    pub agency_homes: u32,
    /// Codes of the municipalities with an emergency home, one entry per home.
    pub emergency_homes: &'static [&'static str],
    /// Emergency homes besides those, spread in proportion to inhabitants.
    pub emergency_elsewhere: u32,
    /// Whether Landskrona's house "Barnens bo" with six emergency places is among the homes.
    pub barnens_bo: bool,
    /// Of the homes, how many are respite families.
    pub respite_homes: u32,
    /// Share of ordinary homes that are reinforced.
    pub reinforced: u32,
    /// Share of children who have a network home of their own.
    pub network: u32,
    /// Weights of the age bands 0–3, 4–6, 7–9, 10–12, 13–14, 15–17, 18–20.
    pub child_ages: [u32; 7],
    /// Weights of the ages that homes take: see [`Shape::HOME_AGES`].
    pub home_ages: [u32; 8],
    /// Weights of a child's needs level 1–5.
    pub needs: [u32; 5],
    /// Weights of 0, 1, 2, 3 free places in an ordinary home.
    pub places: [u32; 4],
    /// Weights of the placement sought: emergency, long-term, respite, supported lodging.
    pub sought: [u32; 4],
    /// Share of children with a longest acceptable travel, and its shortest and longest value in kilometres.
    pub travel: (u32, i32, i32),
    /// How far from the middle of their municipality homes lie, in kilometres.
    pub scatter: i32,
    /// Kilometres per degree of longitude here.
    pub km_per_lon: i32,
    /// Homes that one secretary follows.
    pub homes_per_secretary: u32,
}

/// Ages of placed children, scaled as the module head says.
const AGES: [u32; 7] = [2012, 1970, 2286, 2592, 2781, 7500, 4100];
/// As `AGES`, without the years in which few new placements are sought: an assumption.
const AGES_SEEKING: [u32; 7] = [2012, 1970, 2286, 2592, 2781, 4600, 500];
/// Assumption: no national distribution of fee levels is published.
const NEEDS: [u32; 5] = [14, 30, 32, 17, 7];
/// Assumption, after the complaints in every source: most homes prefer small children.
const HOME_AGES: [u32; 8] = [16, 18, 22, 17, 10, 6, 8, 3];

impl Shape {
    /// The age ranges that [`Shape::home_ages`] weighs.
    pub const HOME_AGES: [(u8, u8); 8] = [(0, 6), (0, 10), (3, 12), (6, 15), (10, 17), (13, 20), (0, 18), (0, 3)];

    /// The named shapes, in the order in which they are listed to people.
    pub fn all() -> Vec<Self> {
        vec![
            Self::nordvastra_skane(),
            Self::hassleholm(),
            Self::gotland(),
            Self::familjepoolen(),
            Self::norr(),
        ]
    }

    /// The named shape, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|shape| shape.name == name)
    }

    /// Two further committed pools, which show one thing each: KAK's comes from two systems, Jämtland's with a history of
    /// placements.
    pub fn further() -> Vec<Self> {
        vec![
            Self {
                name: "kak",
                summary: "three small municipalities whose systems export the same pool in two dialects",
                seats: seats::KAK,
                children: 24,
                families: 22,
                staying: 6,
                in_emergency: 2,
                barnens_bo: false,
                emergency_homes: &["1983", "1984"],
                agency_homes: 1,
                respite_homes: 1,
                travel: (300, 20, 70),
                scatter: 10,
                km_per_lon: 57,
                ..Self::nordvastra_skane()
            },
            Self {
                name: "jamtland",
                summary: "eight municipalities with long roads and one centre that recruits for all",
                seats: seats::JAMTLAND,
                children: 64,
                families: 58,
                staying: 24,
                in_emergency: 4,
                barnens_bo: false,
                emergency_homes: &["2380", "2380", "2309"],
                agency_homes: 4,
                respite_homes: 2,
                travel: (300, 60, 240),
                scatter: 16,
                km_per_lon: 50,
                ..Self::nordvastra_skane()
            },
        ]
    }

    /// A pool of `children` and `families` of the ordinary kind, spread over north-west Skåne; nobody is placed
    /// beforehand. A tenth of the homes are emergency homes.
    pub fn region(children: u32, families: u32) -> Self {
        Self {
            name: "region",
            summary: "a region of any size, nobody placed beforehand",
            children,
            families,
            staying: 0,
            in_emergency: 0,
            barnens_bo: false,
            emergency_homes: &[],
            emergency_elsewhere: families / 10,
            agency_homes: families / 20,
            respite_homes: families / 25,
            ..Self::nordvastra_skane()
        }
    }

    /// North-west Skåne: eleven municipalities, emergency homes in Klippan and Landskrona, and Barnens bo.
    /// The size is chosen so that a person can read the plan.
    pub fn nordvastra_skane() -> Self {
        Self {
            name: "nordvastra-skane",
            summary: "eleven municipalities that share emergency homes and family homes",
            seats: seats::NORDVASTRA_SKANE,
            children: 56,
            families: 50,
            staying: 8,
            in_emergency: 5,
            in_agency: (0, 0),
            agency_homes: 2,
            emergency_homes: &["1276", "1276", "1282", "1282"],
            emergency_elsewhere: 0,
            barnens_bo: true,
            respite_homes: 3,
            reinforced: 150,
            network: 160,
            child_ages: AGES_SEEKING,
            home_ages: HOME_AGES,
            needs: NEEDS,
            places: [36, 48, 13, 3],
            sought: [22, 66, 8, 4],
            travel: (450, 15, 60),
            scatter: 9,
            km_per_lon: 62,
            homes_per_secretary: 14,
        }
    }

    /// Hässleholm: 100 children, a fifth in network homes, three in agency homes, five emergency homes.
    pub fn hassleholm() -> Self {
        Self {
            name: "hassleholm",
            summary: "one municipality: a fifth in network homes, a queue from emergency homes to lasting ones",
            seats: seats::HASSLEHOLM,
            children: 100,
            families: 84,
            staying: 55,
            in_emergency: 9,
            in_agency: (3, 0),
            agency_homes: 3,
            emergency_homes: &["1293"; 5],
            emergency_elsewhere: 0,
            barnens_bo: false,
            respite_homes: 3,
            reinforced: 120,
            network: 200,
            child_ages: AGES_SEEKING,
            home_ages: HOME_AGES,
            needs: NEEDS,
            places: [58, 32, 8, 2],
            sought: [22, 68, 8, 2],
            travel: (300, 10, 50),
            scatter: 18,
            km_per_lon: 62,
            homes_per_secretary: 14,
        }
    }

    /// Gotland: 97 children, 19 of them in agency homes. In 2015, 15 of 24 were there only because own homes were
    /// lacking; the same share of 19 is 12, who may move.
    pub fn gotland() -> Self {
        Self {
            name: "gotland",
            summary: "97 children, 19 of them in homes bought from firms, most of those for want of own homes",
            seats: seats::GOTLAND,
            children: 97,
            families: 88,
            staying: 42,
            in_emergency: 6,
            in_agency: (7, 12),
            agency_homes: 17,
            emergency_homes: &["0980"; 4],
            emergency_elsewhere: 0,
            barnens_bo: false,
            respite_homes: 3,
            reinforced: 140,
            network: 150,
            child_ages: AGES,
            home_ages: HOME_AGES,
            needs: NEEDS,
            places: [62, 30, 7, 1],
            sought: [18, 72, 8, 2],
            travel: (250, 15, 70),
            scatter: 24,
            km_per_lon: 60,
            homes_per_secretary: 16,
        }
    }

    /// Familjepoolen: six municipalities, 700 placed children, most homes for small children while teenagers wait.
    pub fn familjepoolen() -> Self {
        Self {
            name: "familjepoolen",
            summary: "six municipalities, 700 children: many homes for small children while teenagers wait",
            seats: seats::FAMILJEPOOLEN,
            children: 700,
            families: 470,
            staying: 380,
            in_emergency: 40,
            in_agency: (40, 20),
            agency_homes: 48,
            emergency_homes: &[
                "0114", "0114", "0114", "0139", "0139", "0163", "0163", "0163", "0163", "0183", "0183", "0183", "0184",
                "0184", "0184", "0184", "0184", "0191", "0191", "0191",
            ],
            emergency_elsewhere: 0,
            barnens_bo: false,
            respite_homes: 16,
            reinforced: 120,
            network: 120,
            child_ages: [1100, 1200, 1700, 2400, 3400, 8000, 2200],
            home_ages: [34, 24, 16, 8, 4, 2, 6, 6],
            needs: NEEDS,
            places: [42, 42, 12, 4],
            sought: [20, 70, 6, 4],
            travel: (350, 15, 80),
            scatter: 12,
            km_per_lon: 56,
            homes_per_secretary: 16,
        }
    }

    /// Familjehemssamverkan i Norr: teenagers who are hard to place, 26 homes, two consultants, long roads.
    pub fn norr() -> Self {
        Self {
            name: "norr",
            summary: "teenagers in six municipalities with 200 to 300 km between them",
            seats: seats::NORR,
            children: 44,
            families: 32,
            staying: 10,
            in_emergency: 2,
            in_agency: (0, 0),
            agency_homes: 2,
            emergency_homes: &["2580", "2582"],
            emergency_elsewhere: 0,
            barnens_bo: false,
            respite_homes: 1,
            reinforced: 350,
            network: 90,
            child_ages: [0, 0, 0, 4, 30, 60, 6],
            home_ages: [0, 0, 2, 12, 34, 34, 18, 0],
            needs: [4, 20, 36, 28, 12],
            places: [34, 52, 12, 2],
            sought: [14, 74, 4, 8],
            travel: (400, 90, 300),
            scatter: 16,
            km_per_lon: 46,
            homes_per_secretary: 13,
        }
    }
}
