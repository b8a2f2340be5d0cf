//! How far the best plan is the only one: per child the families that it has in some best plan, and the lot that
//! decided between them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::input::Day;
use crate::lottery;
use crate::matching::{AskOptions, Asking, MatchError, Matched, Step, bin};
use crate::plan::{Chosen, Status};
use crate::pool::FamilyIdx;

/// The only value of [`Ties::format`].
pub const TIES_FORMAT: &str = "hemvist.ties/1";

/// Ties between best plans (`hemvist.ties/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ties {
    /// Always `hemvist.ties/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How good the plan is known to be; ties are known only of an optimal one.
    pub status: Status,
    /// The seed of the draw.
    pub seed: String,
    /// Children with the same home in every best plan, or the same lack of one; those who stay not counted.
    pub unique: u32,
    /// Children who need a placement, in the order of ids.
    pub children: Vec<ChildTies>,
}

/// What best plans say of one child.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChildTies {
    /// The child.
    pub child: String,
    /// Where the plan has it; `null`: nowhere.
    pub home: Option<String>,
    /// How it came to that.
    pub chosen: Chosen,
    /// Where the child is in some best plan, by id, nowhere (`null`) last; absent where every best plan says the same
    /// or nothing is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tied: Vec<Option<String>>,
    /// The lot that decided; absent where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Lot>,
}

/// A child's lot, which anyone can recompute ([`crate::lottery`]).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lot {
    /// The child whose turn it was.
    pub child: String,
    /// When it was its turn, from 1, among all children who need a placement.
    pub turn: u32,
    /// Its lottery number, 64 hexadecimal digits; the lowest goes first.
    pub number: String,
}

impl super::Document for Ties {}

impl std::fmt::Debug for Ties {
    /// Counts only: an answer is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ties")
            .field("unique", &self.unique)
            .field("children", &self.children.len())
            .finish_non_exhaustive()
    }
}

/// The ties between best plans: per child every home that some best plan gives it, and whose lot decided.
///
/// # Errors
/// As a match.
///
/// # Complexity
/// One solve for each home that could be tied, and one for each child whose lot decided something.
///
/// # Examples
/// Two alike children, one place.
/// ```
/// use hemvist::ask::{AskOptions, Matched, ties};
/// use hemvist::{input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
///                   "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"},
///                  {"id": "c2", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let found = ties(&matched, &AskOptions::default())?;
/// let tied = [Some("f1".to_owned()), None];
/// assert!(found.children.iter().all(|child| child.tied == tied));
/// // Whoever was drawn first decided for both.
/// let first = found.children.iter().find(|child| child.home.is_some()).unwrap();
/// assert!(found.children.iter().all(|c| c.decided_by.as_ref().unwrap().child == first.child));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ties(matched: &Matched, options: &AskOptions<'_>) -> Result<Ties, MatchError> {
    let (pool, plan) = (matched.pool(), matched.plan());
    let mut chosen: std::collections::BTreeMap<&str, Chosen> = std::collections::BTreeMap::new();
    chosen.extend(plan.placed.iter().map(|p| (p.child.as_str(), p.chosen)));
    chosen.extend(plan.unplaced.iter().filter_map(|u| Some((u.child.as_str(), u.chosen?))));
    let items: Vec<u32> = (0..).zip(&matched.task().items).map(|(item, _)| item).collect();
    let unique = |item: u32| matched.answer().ties.unique.get(item as usize).copied();
    let tied = super::for_each_asking(matched, &items, options, |&item, asking| match unique(item) {
        Some(false) => tied_homes(asking, item),
        _ => Ok(Vec::new()),
    })?;
    let deciders = deciders(&matched.asking(options))?;
    let children = items.iter().zip(tied).map(|(&item, tied)| {
        let id = &pool.child(matched.task().items[item as usize]).id;
        ChildTies {
            child: id.clone(),
            home: matched.home(item).map(|home| pool.family(home).id.clone()),
            chosen: chosen.get(id.as_str()).copied().unwrap_or(Chosen::Unproven),
            tied,
            decided_by: deciders[item as usize].map(|by| lot(matched, by)),
        }
    });
    Ok(Ties {
        format: TIES_FORMAT,
        as_of: pool.as_of(),
        status: plan.status,
        seed: matched.seed().to_owned(),
        unique: u32::try_from(items.iter().filter(|&&item| unique(item) == Some(true)).count()).unwrap_or(u32::MAX),
        children: children.collect(),
    })
}

/// Every home that some best plan gives an item, in the order of ids; nowhere last.
fn tied_homes(asking: &Asking<'_>, item: u32) -> Result<Vec<Option<String>>, MatchError> {
    let matched = asking.matched;
    let (task, best) = (matched.task(), matched.answer().value);
    let is_best = |step: Step| -> Result<bool, MatchError> {
        let answer = asking.value_with(&[step])?;
        Ok(answer.status == Status::Optimal && answer.value == best)
    };
    let mut homes = Vec::new();
    for edge in task.problem.indptr[item as usize]..task.problem.indptr[item as usize + 1] {
        let bin = task.problem.bins[edge];
        let is_tied = matched.answer().bin_of[item as usize] == Some(bin)
            || (asking.bound_with(item, bin).is_none_or(|bound| bound >= best) && is_best(Step::Lock(item, bin))?);
        if is_tied {
            homes.push(Some(
                matched.pool().family(FamilyIdx::from_row(bin as usize)).id.clone(),
            ));
        }
    }
    if matched.home(item).is_none() || is_best(Step::Out(item))? {
        homes.push(None);
    }
    Ok(homes)
}

/// For each item that best plans differ on, the item at whose turn in the draw it was settled: the first after which
/// all best plans that are left agree.
fn deciders(asking: &Asking<'_>) -> Result<Vec<Option<u32>>, MatchError> {
    let matched = asking.matched;
    let (answer, task) = (matched.answer(), matched.task());
    let mut deciders = vec![None; task.items.len()];
    if answer.ties.unique.len() != task.items.len() || answer.status != Status::Optimal {
        return Ok(deciders);
    }
    let mut open: Vec<u32> = (0..)
        .zip(&answer.ties.unique)
        .filter(|(_, u)| !**u)
        .map(|(item, _)| item)
        .collect();
    let mut settled = Vec::new();
    let mut steps = Vec::new();
    for &item in &matched.draw().order {
        if open.is_empty() {
            break;
        }
        if !answer.ties.drawn[item as usize] || settled.contains(&item) {
            continue;
        }
        settled.extend(matched.task().block(item));
        steps.push(match matched.home(item) {
            Some(home) => Step::Lock(item, bin(home)),
            None => Step::Out(item),
        });
        let left = asking.ties_with(&steps)?;
        let is_open = |other: u32| left.ties.unique.get(other as usize) == Some(&false);
        for &other in open.iter().filter(|&&other| !is_open(other)) {
            deciders[other as usize] = Some(item);
        }
        open.retain(|&other| is_open(other));
    }
    Ok(deciders)
}

fn lot(matched: &Matched, item: u32) -> Lot {
    let child = &matched.pool().child(matched.task().items[item as usize]).id;
    let turn = matched
        .draw()
        .order
        .iter()
        .position(|&drawn| drawn == item)
        .unwrap_or(0);
    Lot {
        child: child.clone(),
        turn: u32::try_from(turn + 1).unwrap_or(u32::MAX),
        number: lottery::hex(&lottery::number(matched.seed(), child)),
    }
}
