//! How many homes each family-home secretary follows and how many children each social worker has, now and under a plan.
//!
//! A target, not a law: at most 15–17 homes for a secretary and 15–17 children for a social worker (Region Gotland, 2016, while 17–25
//! and 15–20 were the practice), 12–14 homes for a consultant (Familjehemssamverkan i Norr, about 2012). So it warns.
//! What no plan passes are the limits in the solver: the pool's on children (`secretaries[].more_children`), and the policy's cap on homes
//! (`thresholds.homes_per_secretary`).

use std::collections::{BTreeMap, BTreeSet};

use hemvist::csv::{self, Table, TableNote};
use hemvist::limits::Limit;
use hemvist::matching::homes_of;
use hemvist::plan::Plan;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::validate::id_problem;
use hemvist::{Code, Path, Problem, Problems, ReadOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::spells::column;

documents! { Caseload CASELOAD_FORMAT "hemvist.caseload/1"; }

/// Most rows of who works with whom.
pub const MOST_WORKERS: Limit = Limit {
    what: "workers",
    least: 0,
    most: 1_000_000,
    unit: "records",
    code: Code::TooMany,
};

/// Which social worker (socialsekreterare) follows a child.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// The child, of the pool.
    pub child: String,
    /// The worker: an opaque id.
    pub worker: String,
}

static TABLE: &Table = &Table {
    file: "workers.csv",
    swedish: &["socialsekreterare"],
    section: "workers",
    within_child: None,
    columns: &[
        column("child", &["barn"], &["child"]),
        column("worker", &["socialsekreterare"], &["worker"]),
    ],
};

/// Reads who works with whom from a table, `workers.csv` or `socialsekreterare.csv`.
///
/// # Errors
/// Every problem of the table.
pub fn from_table(bytes: &[u8]) -> Result<(Vec<Follows>, TableNote), Problems> {
    csv::read_rows(TABLE, MOST_WORKERS, bytes)
}

/// What is to be reported.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseloadAsked {
    /// Most homes of a secretary, 1–1000; absent: 17.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    pub homes: Option<u16>,
    /// Most children of a social worker, 1–1000; absent: 17.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1000))]
    pub children: Option<u16>,
    /// Which worker follows which child; children without a row have none.
    #[serde(default)]
    pub workers: Vec<Follows>,
}

/// Caseloads now and under a plan (`hemvist.caseload/1`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Caseload {
    /// Always `hemvist.caseload/1`.
    pub format: &'static str,
    /// The target of homes for a secretary.
    pub most_homes: u16,
    /// The target of children for a social worker.
    pub most_children: u16,
    /// Secretaries who follow any home, by id.
    pub secretaries: Vec<Load>,
    /// Social workers, by id.
    pub workers: Vec<Load>,
    /// Homes with a placed child under the plan that no secretary follows.
    pub homes_without_secretary: u32,
    /// Placed children under the plan whom no worker follows; absent if no workers were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children_without_worker: Option<u32>,
}

/// One person's caseload: homes with a placed child for a secretary, placed children for a worker.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Load {
    /// The secretary or worker.
    pub id: String,
    /// Now.
    pub now: u32,
    /// If the plan is followed.
    pub planned: u32,
    /// Whether the planned load passes the target.
    pub over: bool,
}

/// Counts the caseloads of a pool now and under its plan.
///
/// # Errors
/// [`RegionError::Refused`]: targets outside their range; rows that name no child of the pool, a child twice, or a worker whose
/// id is none.
///
/// # Complexity
/// `O(n log n)` in children, placements and rows.
pub fn caseload(pool: &Pool, plan: &Plan, asked: &CaseloadAsked) -> Result<Caseload, RegionError> {
    let (homes, children) = (asked.homes.unwrap_or(17), asked.children.unwrap_or(17));
    option_within("homes", homes.into(), 1, 1000)?;
    option_within("children", children.into(), 1, 1000)?;
    let workers = workers(pool, &asked.workers)?;
    let proposed = homes_of(pool, plan);
    let lived_in = |planned: bool| -> BTreeSet<FamilyIdx> {
        // Whoever does not stand under the children stays; of the others, the plan says.
        let unlisted = pool
            .families()
            .filter(|&f| pool.residents(f).iter().any(|r| r.child.is_none()));
        let listed = pool
            .children()
            .filter_map(|child| home(pool, &proposed, child, planned));
        unlisted.chain(listed).collect()
    };
    let (now, planned) = (lived_in(false), lived_in(true));
    let by_secretary = |homes: &BTreeSet<FamilyIdx>| {
        let mut count: BTreeMap<Option<&str>, u32> = BTreeMap::new();
        for &family in homes {
            *count.entry(pool.family(family).secretary.as_deref()).or_default() += 1;
        }
        count
    };
    let (now, planned) = (by_secretary(&now), by_secretary(&planned));
    let followed: BTreeSet<&str> = pool
        .document()
        .families
        .iter()
        .filter_map(|f| f.secretary.as_deref())
        .collect();
    let load = |id: &str, now: u32, planned: u32, most: u16| Load {
        id: id.to_owned(),
        now,
        planned,
        over: planned > u32::from(most),
    };
    let of = |count: &BTreeMap<Option<&str>, u32>, id: Option<&str>| count.get(&id).copied().unwrap_or(0);
    let mut by_worker: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let mut without = 0;
    for child in pool.children() {
        let now = u32::from(home(pool, &proposed, child, false).is_some());
        let planned = u32::from(home(pool, &proposed, child, true).is_some());
        match workers.get(&child) {
            Some(worker) => {
                let counts = by_worker.entry(worker).or_default();
                *counts = (counts.0 + now, counts.1 + planned);
            }
            None => without += planned,
        }
    }
    Ok(Caseload {
        format: CASELOAD_FORMAT,
        most_homes: homes,
        most_children: children,
        secretaries: (followed.into_iter())
            .map(|id| load(id, of(&now, Some(id)), of(&planned, Some(id)), homes))
            .collect(),
        workers: by_worker
            .iter()
            .map(|(id, &(now, planned))| load(id, now, planned, children))
            .collect(),
        homes_without_secretary: of(&planned, None),
        children_without_worker: (!asked.workers.is_empty()).then_some(without),
    })
}

/// Where a child lives, now or if the plan is followed.
fn home(pool: &Pool, proposed: &[Option<FamilyIdx>], child: ChildIdx, planned: bool) -> Option<FamilyIdx> {
    proposed[child.row()]
        .filter(|_| planned)
        .or_else(|| pool.lives_in(child))
}

fn workers<'a>(pool: &Pool, rows: &'a [Follows]) -> Result<BTreeMap<ChildIdx, &'a str>, Problems> {
    let mut problems = Problems::new();
    let mut workers = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let here = Path::of("workers").index(at);
        if let Some(problem) = id_problem(&row.worker, &ReadOptions::default(), || here.field("worker")) {
            problems.push(problem);
        }
        match pool.child_idx(&row.child) {
            None => problems.push(Problem::new(Code::UnknownChild, here.field("child"))),
            Some(child) => {
                if workers.insert(child, row.worker.as_str()).is_some() {
                    problems.push(Problem::new(Code::Repeated, here.field("child")));
                }
            }
        }
    }
    problems.into_result(workers)
}

#[cfg(test)]
mod tests {
    use hemvist::matching::{MatchOptions, match_pool};
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    fn plan(pool: &Pool, policy: &Policy) -> Plan {
        match_pool(pool, policy, &MatchOptions::default()).unwrap()
    }

    /// No consultant of Norr has more than 14 homes, whatever the seed and the order of aims.
    #[test]
    fn no_consultant_of_norr_passes_fourteen_homes() {
        for seed in 1..30 {
            let pool = Pool::from_document(generate(&Shape::norr(), seed)).unwrap();
            for strict in [true, false] {
                let mut policy = Policy::default();
                policy.objective.strict = strict;
                let asked = CaseloadAsked {
                    homes: Some(14),
                    ..CaseloadAsked::default()
                };
                let report = caseload(&pool, &plan(&pool, &policy), &asked).unwrap();
                assert!(
                    report.secretaries.iter().all(|load| !load.over && load.planned <= 14),
                    "{seed}"
                );
                assert!(report.secretaries.iter().any(|load| load.planned > 3));
            }
        }
    }

    /// With a cap no secretary has more homes than the cap, or than now; without it many would.
    #[test]
    fn a_cap_on_homes_is_never_passed() {
        let mut passed_without = 0;
        for seed in 1..6 {
            for shape in [Shape::norr(), Shape::nordvastra_skane(), Shape::gotland()] {
                let pool = Pool::from_document(generate(&shape, seed)).unwrap();
                for cap in [1, 3, 14] {
                    let asked = CaseloadAsked {
                        homes: Some(cap),
                        ..CaseloadAsked::default()
                    };
                    let mut policy = Policy::default();
                    let free = caseload(&pool, &plan(&pool, &policy), &asked).unwrap();
                    passed_without += free
                        .secretaries
                        .iter()
                        .filter(|l| l.planned > l.now.max(cap.into()))
                        .count();
                    policy.thresholds.homes_per_secretary = cap.into();
                    let capped = caseload(&pool, &plan(&pool, &policy), &asked).unwrap();
                    for load in &capped.secretaries {
                        assert!(load.planned <= load.now.max(cap.into()), "{} {seed} {cap}", shape.name);
                    }
                }
            }
        }
        assert!(passed_without > 50, "{passed_without}");
    }

    #[test]
    fn homes_and_children_are_counted_now_and_planned() {
        let family = |id: &str| {
            serde_json::json!({ "id": id, "municipality": "m", "kind": "family", "places": 1, "secretary": "s",
                "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01" })
        };
        let child = |id: &str| serde_json::json!({ "id": id, "municipality": "m", "age": 7, "placement": "long_term" });
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "m" }],
            "secretaries": [{ "id": "s" }], "families": [family("f1"), family("f2"), family("f3")],
            "children": [child("stays"), child("seeks")],
            "placements": [{ "child": "stays", "family": "f1" }, { "child": "unlisted", "family": "f1" }]
        });
        let pool = Pool::from_document(serde_json::from_value(document).unwrap()).unwrap();
        let follows = |child: &str, worker: &str| Follows {
            child: child.into(),
            worker: worker.into(),
        };
        let asked = |homes, workers| CaseloadAsked {
            homes: Some(homes),
            children: Some(1),
            workers,
        };
        let plan = plan(&pool, &Policy::default());
        let one = caseload(
            &pool,
            &plan,
            &asked(1, vec![follows("stays", "w"), follows("seeks", "w")]),
        )
        .unwrap();
        let told = |load: &Load| (load.now, load.planned, load.over);
        assert_eq!(told(&one.secretaries[0]), (1, 2, true));
        assert_eq!(
            (told(&one.workers[0]), one.children_without_worker),
            ((1, 2, true), Some(0))
        );
        let two = caseload(&pool, &plan, &asked(2, vec![follows("stays", "w")])).unwrap();
        assert_eq!(told(&two.secretaries[0]), (1, 2, false));
        assert_eq!(
            (told(&two.workers[0]), two.children_without_worker),
            ((1, 1, false), Some(1))
        );
        let wrong = asked(
            1,
            vec![
                follows("nobody", "640823-3234"),
                follows("stays", "w"),
                follows("stays", "v"),
            ],
        );
        let Err(RegionError::Refused(problems)) = caseload(&pool, &plan, &wrong) else {
            panic!("refused")
        };
        let told: Vec<String> = problems
            .iter()
            .map(|p| format!("{} {}", p.code.slug(), p.path))
            .collect();
        assert_eq!(
            told,
            [
                "value.identity_number workers[0].worker",
                "pool.unknown_child workers[0].child",
                "value.repeated workers[2].child"
            ]
        );
    }
}
