//! Who has an emergency place tonight: the board of free places, and the homes in order for one child.
//!
//! The managers of north-west Skåne wanted to share emergency homes; Klippan and Landskrona have them under contract, and
//! the notice that should tell a municipality of a child placed there did not work (minutes of 18 October 2019). So each
//! home says whom to notify.
//!
//! One call looks at the pool as it stands, with the child as one who needs an emergency placement, whatever it sought
//! before. It knows nothing of other children who may need the same place tonight.

use hemvist::criteria::Criterion;
use hemvist::explain::{Explanation, Question};
use hemvist::input::{Child, Day, HomeKind, PlacementKind};
use hemvist::policy::{CompiledPolicy, Mode};
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::rank::rank;
use hemvist::{Code, Path, Problem, ReadOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, refused};
use crate::ready::{is_ready, offers};

documents! {
    Tonight TONIGHT_FORMAT "hemvist.tonight/1";
    Board BOARD_FORMAT "hemvist.emergency_board/1";
}

/// For whom a place is sought: a child of the pool, or one who is not in it yet. Exactly one is given.
#[derive(Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TonightAsked {
    /// Id of a child of the pool.
    #[serde(default)]
    pub child: Option<String>,
    /// A child who is not in the pool, as a record of the pool document.
    #[serde(default)]
    pub new_child: Option<Child>,
}

/// Emergency homes in order for one child (`hemvist.tonight/1`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Tonight {
    /// Always `hemvist.tonight/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// The child.
    pub child: String,
    /// How many siblings the child is to stay together with, itself included; each home has places for all.
    pub together: u32,
    /// Homes that can take the child: greatest fit first, equal ones by id.
    pub homes: Vec<Bed>,
    /// How many emergency homes with a free place each rule stops, most first; a home counts under every rule it breaks.
    pub ruled_out: Vec<Stopped>,
}

/// An emergency home for a child.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Bed {
    /// The family.
    pub family: String,
    /// Where it lies.
    pub municipality: String,
    /// Kind of home.
    pub kind: HomeKind,
    /// Free places.
    pub places: u8,
    /// Fit of the pair, 0–1000.
    pub fit: u16,
    /// Metres from the child's home of origin; absent: not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metres_from_home: Option<u32>,
    /// The municipality to notify that the child stays there, if it is another than the child's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<String>,
    /// Rules set to `warn` that the pair breaks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<&'static str>,
    /// Facts that are not known and matter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
}

/// How many homes a rule stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// The rule's code.
    pub rule: &'static str,
    /// Homes.
    pub homes: u32,
}

/// Every free emergency place (`hemvist.emergency_board/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Always `hemvist.emergency_board/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// Homes that offer emergency placements and can take a child now, by municipality and id.
    pub homes: Vec<Free>,
    /// Their free places together.
    pub places: u32,
}

/// An emergency home with a free place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Free {
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

/// Every home that offers emergency placements and can take a child now.
///
/// # Examples
/// ```
/// use hemvist::pool::Pool;
/// use hemvist_region::tonight::board;
///
/// let document = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [
///         {"id": "f1", "municipality": "1276", "kind": "emergency", "places": 2,
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"},
///         {"id": "f2", "municipality": "1276", "kind": "emergency", "places": 0,
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}]
/// }"#)?;
/// let board = board(&Pool::from_document(document)?);
/// assert_eq!((board.homes.len(), board.places), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn board(pool: &Pool) -> Board {
    let free = pool
        .families()
        .filter(|&family| is_open(pool, family) && is_ready(pool, family));
    let mut homes: Vec<Free> = free
        .map(|family| {
            let record = pool.family(family);
            Free {
                municipality: record.municipality.clone(),
                family: record.id.clone(),
                kind: record.kind,
                places: record.places,
                ages: record.ages.map(|ages| (ages.from, ages.to)),
                highest_needs: record.highest_needs,
            }
        })
        .collect();
    homes.sort();
    Board {
        format: BOARD_FORMAT,
        as_of: pool.as_of(),
        places: homes.iter().map(|home| u32::from(home.places)).sum(),
        homes,
    }
}

fn is_open(pool: &Pool, family: FamilyIdx) -> bool {
    let record = pool.family(family);
    record.places > 0 && offers(record, PlacementKind::Emergency)
}

/// The emergency homes that can take one child tonight, best first, and why the others cannot.
///
/// # Errors
/// [`RegionError::Refused`]: an unknown child, no child or two, or every problem of a new child's record.
///
/// # Complexity
/// The pool is built once more, then `O(families · log families)`.
pub fn tonight(pool: &Pool, policy: &CompiledPolicy, asked: &TonightAsked) -> Result<Tonight, RegionError> {
    let id = match (&asked.child, &asked.new_child) {
        (Some(id), None) => id,
        (None, Some(child)) => &child.id,
        (None, None) => return Err(refused(Problem::new(Code::MissingField, Path::of("child")))),
        (Some(_), Some(_)) => return Err(refused(Problem::new(Code::DuplicateField, Path::of("child")))),
    };
    let (seeking, child) = seeking(pool, id, asked.new_child.as_ref())?;
    let ranking = rank(&seeking, policy, child);
    let home = seeking.lives_in(child);
    let is_bed = |family: FamilyIdx| is_open(&seeking, family) && home != Some(family);
    let eligible = ranking.eligible.iter().filter(|(family, _)| is_bed(*family));
    let homes = eligible
        .map(|(family, found)| bed(&seeking, child, *family, found))
        .collect();
    let stopped = ranking.ruled_out.iter().filter(|(family, _)| is_bed(*family));
    let mut counts = std::collections::BTreeMap::<&'static str, u32>::new();
    for (_, found) in stopped {
        for reason in found.reasons.iter().filter(|reason| reason.mode == Mode::Require) {
            *counts.entry(reason.rule.code()).or_default() += 1;
        }
    }
    let mut ruled_out: Vec<Stopped> = counts
        .into_iter()
        .map(|(rule, homes)| Stopped { rule, homes })
        .collect();
    ruled_out.sort_by_key(|stopped| (std::cmp::Reverse(stopped.homes), stopped.rule));
    Ok(Tonight {
        format: TONIGHT_FORMAT,
        as_of: pool.as_of(),
        child: id.clone(),
        together: together(&seeking, child),
        homes,
        ruled_out,
    })
}

/// The pool with the child as one who needs an emergency placement.
fn seeking(pool: &Pool, id: &str, new_child: Option<&Child>) -> Result<(Pool, ChildIdx), RegionError> {
    let unknown = || refused(Problem::new(Code::AskedUnknownChild, Path::of("child")));
    let mut document = pool.document().clone();
    if let Some(child) = new_child {
        document.children.push(child.clone());
    }
    let record = document.children.iter_mut().find(|child| child.id == id);
    record.ok_or_else(unknown)?.placement = PlacementKind::Emergency;
    let options = ReadOptions {
        allow_identity_numbers: new_child.is_none(),
    };
    let pool = Pool::from_document_with(document, &options)?;
    let child = pool.child_idx(id).ok_or_else(unknown)?;
    Ok((pool, child))
}

fn bed(pool: &Pool, child: ChildIdx, family: FamilyIdx, found: &Explanation) -> Bed {
    let record = pool.family(family);
    let municipality = &pool.child(child).municipality;
    let travel = found.parts.iter().find(|part| part.criterion == Criterion::TravelHome);
    Bed {
        family: record.id.clone(),
        municipality: record.municipality.clone(),
        kind: record.kind,
        places: record.places,
        fit: found.fit,
        // The criterion's first fact: metres, or −1 where they are not known.
        metres_from_home: travel.and_then(|part| u32::try_from(part.facts[0]).ok()),
        notify: (record.municipality != *municipality).then(|| record.municipality.clone()),
        warnings: (found.reasons.iter())
            .filter(|reason| reason.mode == Mode::Warn)
            .map(|reason| reason.rule.code())
            .collect(),
        questions: found.questions.clone(),
    }
}

/// Children of the child's group who are to stay together and seek a home, itself included.
fn together(pool: &Pool, child: ChildIdx) -> u32 {
    let group = pool.group_of(child).map(|group| pool.group(group));
    let group = group.filter(|group| group.policy == hemvist::input::SiblingPolicy::Together);
    let seeking = group.map_or(1, |group| {
        let members = group.children.iter().filter_map(|id| pool.child_idx(id));
        members.filter(|&member| pool.stays(member).is_none()).count()
    });
    u32::try_from(seeking.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    fn ask(pool: &Pool, child: &str) -> Result<Tonight, RegionError> {
        let asked = TonightAsked {
            child: Some(child.to_owned()),
            new_child: None,
        };
        tonight(pool, &Policy::default().compile().unwrap(), &asked)
    }

    /// Klippan's and Landskrona's homes for Klippan's child; staff of Landskrona are related to the second.
    fn skane() -> Pool {
        let home = |id: &str, municipality: &str, conflicts: &[&str]| {
            serde_json::json!({ "id": id, "municipality": municipality, "kind": "emergency", "places": 1,
                "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01", "conflicts": conflicts })
        };
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "1276" }, { "id": "1282" }],
            "families": [home("f1", "1282", &[]), home("f2", "1282", &["1276"]), home("f3", "1276", &[])],
            "children": [{ "id": "c1", "municipality": "1276", "age": 4, "placement": "long_term" }]
        });
        Pool::from_document(serde_json::from_value(document).unwrap()).unwrap()
    }

    #[test]
    fn free_places_come_in_order_with_whom_to_notify_and_never_in_conflict() {
        let tonight = ask(&skane(), "c1").unwrap();
        let told: Vec<(&str, Option<&str>)> = tonight
            .homes
            .iter()
            .map(|home| (home.family.as_str(), home.notify.as_deref()))
            .collect();
        assert_eq!(
            told,
            [("f3", None), ("f1", Some("1282"))],
            "its own municipality fits better"
        );
        assert_eq!(
            tonight.ruled_out,
            [Stopped {
                rule: "conflict.of_interest",
                homes: 1
            }]
        );
    }

    #[test]
    fn a_child_who_is_not_in_the_pool_yet_is_looked_at_alike() {
        let record = r#"{ "id": "tonight", "municipality": "1276", "age": 4, "placement": "emergency" }"#;
        let new_child: Child = serde_json::from_str(record).unwrap();
        let policy = Policy::default().compile().unwrap();
        let ask = |child: Option<&str>, new_child: Option<Child>| {
            tonight(
                &skane(),
                &policy,
                &TonightAsked {
                    child: child.map(str::to_owned),
                    new_child,
                },
            )
        };
        let found = ask(None, Some(new_child.clone())).unwrap();
        let known = ask(Some("c1"), None).unwrap();
        assert!(found.homes == known.homes && found.child == "tonight");
        let refused = |result: Result<Tonight, RegionError>| match result {
            Err(RegionError::Refused(problems)) => problems.iter().map(|p| p.code.slug()).collect::<Vec<_>>(),
            _ => vec![],
        };
        assert_eq!(refused(ask(None, None)), ["document.missing_field"]);
        assert_eq!(
            refused(ask(Some("c1"), Some(new_child.clone()))),
            ["document.duplicate_field"]
        );
        assert_eq!(refused(ask(Some("c9"), None)), ["option.unknown_child"]);
        let identity = Child {
            id: "640823-3234".into(),
            ..new_child
        };
        assert_eq!(refused(ask(None, Some(identity))), ["value.identity_number"]);
    }

    #[test]
    fn every_child_of_every_example_gets_only_free_and_ready_places() {
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            let board = board(&pool);
            let free: Vec<&String> = board.homes.iter().map(|home| &home.family).collect();
            assert_eq!(
                board.places,
                board.homes.iter().map(|home| u32::from(home.places)).sum::<u32>()
            );
            for child in pool.children() {
                let record = pool.child(child);
                let tonight = ask(&pool, &record.id).unwrap();
                assert!(tonight.homes.windows(2).all(|pair| pair[0].fit >= pair[1].fit));
                for home in &tonight.homes {
                    let family = pool.family(pool.family_idx(&home.family).unwrap());
                    assert!(free.contains(&&home.family), "{} {}", shape.name, home.family);
                    assert!(!family.conflicts.contains(&record.municipality));
                    assert!(u32::from(home.places) >= tonight.together);
                    assert_eq!(home.notify.is_some(), family.municipality != record.municipality);
                }
            }
        }
    }
}
