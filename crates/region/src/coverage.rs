//! Where homes lie against where they are needed, and which homes could take a child now.
//!
//! Users of Familjehemsresursen found that homes lay near the company rather than near the buyer, and that it goes very fast when
//! a suitable home stands ready assessed (decision material, Jönköping county, about 2012).
//!
//! Counts only; which home goes to whom is a plan's to say. A place counts in every age band that its home takes, so the bands do
//! not sum to the places.

use hemvist::candidates::Candidates;
use hemvist::criteria::Criterion;
use hemvist::explain::explain;
use hemvist::input::{Day, HomeKind};
use hemvist::policy::CompiledPolicy;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::ready::is_ready;

documents! { Coverage COVERAGE_FORMAT "hemvist.coverage/1"; }

/// Age bands of the table, both ends included: small children, school children, teenagers, young people.
pub const BANDS: [(u8, u8); 4] = [(0, 6), (7, 12), (13, 17), (18, 20)];

/// What is to be counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverageAsked {
    /// How near a home must be to count as near, in kilometres, 1–2000; absent: 30.
    #[serde(default)]
    #[schemars(range(min = 1, max = 2000))]
    pub near_km: Option<u32>,
}

/// Homes and needs by municipality (`hemvist.coverage/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Always `hemvist.coverage/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How near a home must be to count as near.
    pub near_km: u32,
    /// The age bands of the lists below.
    pub bands: [(u8, u8); 4],
    /// One for each municipality of the pool, by code.
    pub municipalities: Vec<Ground>,
    /// The pool as a whole.
    pub all: Counts,
    /// Homes that can take a child now, by municipality and id.
    pub ready: Vec<ReadyHome>,
}

/// One municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// The municipality.
    pub municipality: String,
    /// Its counts.
    #[serde(flatten)]
    pub counts: Counts,
}

/// What is needed and what is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Children who seek a home.
    pub children: u32,
    /// Of these, by age band.
    pub children_by_age: [u32; 4],
    /// Homes that lie here and have a free place.
    pub homes: u32,
    /// Free places.
    pub places: u32,
    /// Free places in homes that take some age of the band.
    pub places_by_age: [u32; 4],
    /// Free places in homes that can take a child now.
    pub ready_places: u32,
    /// Children for whom no home is eligible, in the whole pool.
    pub without_any: u32,
    /// Children with an eligible home near their home of origin. Children whose home of origin is not known do not count.
    pub with_near: u32,
    /// Children whose nearest eligible home lies in another municipality, or who have none whose distance is known.
    pub nearest_elsewhere: u32,
}

/// A home that can take a child now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReadyHome {
    /// Where it lies.
    pub municipality: String,
    /// The family.
    pub family: String,
    /// Kind of home.
    pub kind: HomeKind,
    /// Free places.
    pub places: u8,
    /// Youngest and oldest age taken; absent: not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ages: Option<(u8, u8)>,
    /// Highest needs level it can carry; absent: not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highest_needs: Option<u8>,
}

/// Counts homes and needs by municipality. Network homes are no supply for others and do not count. `threads` 0: as many as
/// there are processors.
///
/// # Errors
/// [`RegionError::Refused`] for an option outside its range.
///
/// # Complexity
/// That of finding all eligible pairs, and one explanation for each.
///
/// # Examples
/// ```
/// use hemvist::{policy::Policy, pool::Pool};
/// use hemvist_region::coverage::{CoverageAsked, coverage};
///
/// let document = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "0163"}, {"id": "0184"}],
///     "families": [{"id": "f1", "municipality": "0163", "kind": "family", "places": 2, "ages": {"from": 0, "to": 6},
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "0184", "age": 15, "placement": "long_term"}]
/// }"#)?;
/// let policy = Policy::default().compile()?;
/// let table = coverage(&Pool::from_document(document)?, &policy, &CoverageAsked::default(), 1)?;
/// let [home, need] = &table.municipalities[..] else { unreachable!() };
/// assert_eq!((home.counts.places_by_age, need.counts.children_by_age), ([2, 0, 0, 0], [0, 0, 1, 0]));
/// assert_eq!(need.counts.without_any, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn coverage(
    pool: &Pool,
    policy: &CompiledPolicy,
    asked: &CoverageAsked,
    threads: usize,
) -> Result<Coverage, RegionError> {
    let near_km = asked.near_km.unwrap_or(30);
    option_within("near_km", near_km.into(), 1, 2000)?;
    let candidates = Candidates::find(pool, policy, threads);
    let supply: Vec<FamilyIdx> = pool
        .families()
        .filter(|&family| pool.family(family).places > 0 && pool.family(family).kind != HomeKind::Network)
        .collect();
    let needs: Vec<Need> = (pool.children())
        .filter(|&child| pool.stays(child).is_none())
        .map(|child| Need::of(pool, policy, &candidates, child))
        .collect();
    let near = near_km.saturating_mul(1000);
    let counts = |of: &dyn Fn(&str) -> bool| {
        let mut counts = Counts::default();
        for need in needs.iter().filter(|need| of(&pool.child(need.child).municipality)) {
            counts.need(pool, need, near);
        }
        for &family in supply.iter().filter(|&&family| of(&pool.family(family).municipality)) {
            counts.home(pool, family);
        }
        counts
    };
    let municipalities = pool.document().municipalities.iter().map(|record| Ground {
        municipality: record.id.clone(),
        counts: counts(&|code| code == record.id),
    });
    let mut ready: Vec<ReadyHome> = (supply.iter())
        .filter(|&&family| is_ready(pool, family))
        .map(|&family| ReadyHome::of(pool, family))
        .collect();
    ready.sort();
    Ok(Coverage {
        format: COVERAGE_FORMAT,
        as_of: pool.as_of(),
        near_km,
        bands: BANDS,
        municipalities: municipalities.collect(),
        all: counts(&|_| true),
        ready,
    })
}

/// A child who seeks a home.
struct Need {
    child: ChildIdx,
    eligible: usize,
    /// Metres to the nearest eligible home whose distance is known, and where it lies.
    nearest: Option<(u32, FamilyIdx)>,
}

impl Need {
    fn of(pool: &Pool, policy: &CompiledPolicy, candidates: &Candidates, child: ChildIdx) -> Self {
        let homes = candidates.of(child).map(|candidate| candidate.family);
        let homes: Vec<FamilyIdx> = homes.filter(|&family| pool.lives_in(child) != Some(family)).collect();
        let metres = |&family: &FamilyIdx| {
            let parts = explain(pool, policy, child, family).parts;
            let travel = parts.iter().find(|part| part.criterion == Criterion::TravelHome)?;
            Some((u32::try_from(travel.facts[0]).ok()?, family))
        };
        Self {
            child,
            eligible: homes.len(),
            nearest: homes.iter().filter_map(metres).min(),
        }
    }
}

impl Counts {
    fn need(&mut self, pool: &Pool, need: &Need, near: u32) {
        self.children += 1;
        let age = pool.age(need.child);
        if let Some(band) = BANDS.iter().position(|&(from, to)| (from..=to).contains(&age)) {
            self.children_by_age[band] += 1;
        }
        self.without_any += u32::from(need.eligible == 0);
        self.with_near += u32::from(need.nearest.is_some_and(|(metres, _)| metres <= near));
        let own = &pool.child(need.child).municipality;
        let here = need
            .nearest
            .is_some_and(|(_, family)| pool.family(family).municipality == *own);
        self.nearest_elsewhere += u32::from(!here);
    }

    fn home(&mut self, pool: &Pool, family: FamilyIdx) {
        let record = pool.family(family);
        let places = u32::from(record.places);
        self.homes += 1;
        self.places += places;
        self.ready_places += if is_ready(pool, family) { places } else { 0 };
        for (band, &(from, to)) in BANDS.iter().enumerate() {
            // A home whose ages are not known may take any.
            if record.ages.is_none_or(|ages| ages.from <= to && from <= ages.to) {
                self.places_by_age[band] += places;
            }
        }
    }
}

impl ReadyHome {
    fn of(pool: &Pool, family: FamilyIdx) -> Self {
        let record = pool.family(family);
        Self {
            municipality: record.municipality.clone(),
            family: record.id.clone(),
            kind: record.kind,
            places: record.places,
            ages: record.ages.map(|ages| (ages.from, ages.to)),
            highest_needs: record.highest_needs,
        }
    }
}

#[cfg(test)]
mod tests {
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    fn of(pool: &Pool, near_km: u32) -> Coverage {
        let asked = CoverageAsked { near_km: Some(near_km) };
        coverage(pool, &Policy::default().compile().unwrap(), &asked, 1).unwrap()
    }

    #[test]
    fn municipalities_sum_to_the_whole_and_nearness_grows() {
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            let table = of(&pool, 30);
            let sum = |get: fn(&Counts) -> u32| table.municipalities.iter().map(|m| get(&m.counts)).sum::<u32>();
            let gets: [fn(&Counts) -> u32; 7] = [
                |c| c.children,
                |c| c.homes,
                |c| c.places,
                |c| c.ready_places,
                |c| c.without_any,
                |c| c.with_near,
                |c| c.nearest_elsewhere,
            ];
            for get in gets {
                assert_eq!(sum(get), get(&table.all), "{}", shape.name);
            }
            assert_eq!(table.all.children_by_age.iter().sum::<u32>(), table.all.children);
            let ready: u32 = table.ready.iter().map(|home| u32::from(home.places)).sum();
            assert_eq!(ready, table.all.ready_places);
            let far = of(&pool, 2000).all;
            assert!(table.all.with_near <= far.with_near && far.with_near + far.without_any <= far.children);
        }
    }

    #[test]
    fn teenagers_stand_against_homes_for_small_children_in_familjepoolen() {
        let pool = Pool::from_document(generate(&Shape::familjepoolen(), 1)).unwrap();
        let all = of(&pool, 30).all;
        let [small, _, teenagers, _] = all.children_by_age;
        let [for_small, _, for_teenagers, _] = all.places_by_age;
        assert!(for_small > 2 * small && for_teenagers < teenagers, "{all:?}");
    }

    #[test]
    fn options_outside_their_range_are_refused() {
        let pool = Pool::from_document(generate(&Shape::norr(), 1)).unwrap();
        let policy = Policy::default().compile().unwrap();
        for near_km in [0, 2001] {
            let asked = CoverageAsked { near_km: Some(near_km) };
            assert!(matches!(
                coverage(&pool, &policy, &asked, 1),
                Err(RegionError::Refused(_))
            ));
        }
    }
}
