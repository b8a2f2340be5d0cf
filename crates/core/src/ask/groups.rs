//! How groups of children fare: outcome rates for labels that a caller supplies and that never enter the fit.
//!
//! # Small cells
//! A count of so few children that they could be recognised is not told. Labels with fewer than `least` children are
//! told as one group; if that is still too small, the smallest other group joins it. Within a column, a count is left
//! out if it, or what is left of its group, is at least 1 and under `least`. Where one cell of a column is left out, it
//! could be found from the total, so a second one is left out too, or the total if there is no second. A count of none
//! or of all is told: that no child of a group got a home is what such an audit is for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::input::{Day, Gender};
use crate::json;
use crate::matching::{MatchError, Matched};
use crate::plan::{Chosen, Plan, Status};
use crate::pool::Pool;
use crate::problem::{Code, Fact, Path, Problem, Problems};
use crate::schema;
use crate::validate::id_problem;

/// The only value of [`Labels::format`].
pub const LABELS_FORMAT: &str = "hemvist.labels/1";
/// The only value of [`Groups::format`].
pub const GROUPS_FORMAT: &str = "hemvist.groups/1";

/// Fewest children whose count is told, by default: the usual limit of published small cells.
pub const LEAST_TOLD: u32 = 5;
/// Range of that limit.
const LEAST_RANGE: std::ops::RangeInclusive<u32> = 1..=1000;

/// Labels of children (`hemvist.labels/1`): sex, origin, municipality or whatever a caller wants to audit by. They are
/// never kept and never enter the fit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Always `hemvist.labels/1`.
    #[schemars(extend("const" = LABELS_FORMAT))]
    pub format: String,
    /// The labels, no child twice; a child without one is counted under none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
}

/// The label of one child.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The child.
    pub child: String,
    /// Its group: in the form of an id, and no identity number.
    pub label: String,
}

impl std::fmt::Debug for Labels {
    /// Counts only: labels are about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Labels")
            .field("labels", &self.labels.len())
            .finish_non_exhaustive()
    }
}

impl Labels {
    /// The JSON Schema (draft 2020-12) of the document, `hemvist.labels/1`.
    pub fn schema() -> serde_json::Value {
        schema::of::<Self>()
    }

    /// Reads labels from JSON.
    ///
    /// # Errors
    /// Every problem of form; whether the pool has the children, [`groups`] tells.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Problems> {
        json::read_named(bytes, LABELS_FORMAT)
    }

    /// Every child by the municipality that is responsible for it.
    pub fn by_municipality(pool: &Pool) -> Self {
        Self::of(pool, |child| Some(child.municipality.clone()))
    }

    /// Every child by its gender, as far as it is known.
    pub fn by_gender(pool: &Pool) -> Self {
        Self::of(pool, |child| {
            let word = match child.gender? {
                Gender::Girl => "girl",
                Gender::Boy => "boy",
                Gender::Other => "other",
            };
            Some(word.to_owned())
        })
    }

    fn of(pool: &Pool, label: impl Fn(&crate::input::Child) -> Option<String>) -> Self {
        let labelled = pool.document().children.iter().filter_map(|child| {
            Some(Label {
                child: child.id.clone(),
                label: label(child)?,
            })
        });
        Self {
            format: LABELS_FORMAT.to_owned(),
            labels: labelled.collect(),
        }
    }

    /// The label of each child.
    fn by_child(&self, pool: &Pool) -> Result<BTreeMap<&str, &str>, Problems> {
        let list = Path::of("labels");
        let mut problems = Problems::new();
        let mut labels: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        for (i, label) in self.labels.iter().enumerate() {
            let at = list.index(i);
            if pool.child_idx(&label.child).is_none() {
                problems.push(Problem::new(Code::UnknownChild, at.field("child")));
            } else if let Some(&(first, _)) = labels.get(label.child.as_str()) {
                let problem = Problem::new(Code::Repeated, at.field("child"));
                problems.push(problem.found(Fact::Place(list.index(first))));
            } else {
                labels.insert(&label.child, (i, &label.label));
            }
            if let Some(problem) = id_problem(&label.label, pool.options(), || at.field("label")) {
                problems.push(problem);
            }
        }
        let labels = labels.into_iter().map(|(child, (_, label))| (child, label)).collect();
        problems.into_result(labels)
    }
}

/// How groups of children fare in a plan (`hemvist.groups/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Groups {
    /// Always `hemvist.groups/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// How good the plan is known to be.
    pub status: Status,
    /// Fewest children whose count is told.
    pub least: u32,
    /// Groups by label; then, without a label, those too small to be told apart, children without a label among them.
    pub groups: Vec<Group>,
    /// All children who need a placement.
    pub total: Group,
}

/// How one group of children who need a placement fares. What is left out to keep children from being recognised is
/// `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Group {
    /// The label; `null`: all, or those of several labels that are too small.
    pub label: Option<String>,
    /// Labels told together, a missing one counted as one.
    pub labels: u32,
    /// Children of the group.
    pub children: Option<u32>,
    /// Those who get a home.
    pub placed: Share,
    /// Those who get a network home, of the children who have one that is eligible.
    pub network: Share,
    /// Those for whom a lot decided.
    pub drawn: Share,
    /// Mean fit of those who get a home, rounded down.
    pub mean_fit: Option<u32>,
    /// Mean days waited, rounded down.
    pub mean_days_waited: Option<u32>,
}

/// A count out of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Share {
    /// How many.
    pub count: Option<u32>,
    /// Out of how many.
    pub of: Option<u32>,
    /// Per mille, rounded to the nearest, halves up.
    pub per_mille: Option<u32>,
}

impl super::Document for Groups {}

/// What is counted of a group before anything is left out.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    labels: u32,
    children: u32,
    placed: u32,
    network: u32,
    network_possible: u32,
    drawn: u32,
    fit: u64,
    days: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.labels += other.labels;
        self.children += other.children;
        self.placed += other.placed;
        self.network += other.network;
        self.network_possible += other.network_possible;
        self.drawn += other.drawn;
        self.fit += other.fit;
        self.days += other.days;
    }
}

/// How groups of children who need a placement fare in the plan, by labels of the caller. `least`: fewest children whose
/// count is told, 1–1000; usual is [`LEAST_TOLD`].
///
/// # Errors
/// [`MatchError::Refused`] with every problem of the labels and of `least`.
///
/// # Complexity
/// `O(children · log children)`.
///
/// # Examples
/// ```
/// use hemvist::ask::{Labels, Matched, groups};
/// use hemvist::{input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let children: Vec<String> = (0..12).map(|i| format!(
///     r#"{{"id": "c{i}", "municipality": "127{}", "age": 7, "placement": "long_term"}}"#, i % 2)).collect();
/// let document: PoolDocument = serde_json::from_str(&format!(r#"{{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{{"id": "1270"}}, {{"id": "1271"}}],
///     "children": [{}]}}"#, children.join(",")))?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let found = groups(&matched, &Labels::by_municipality(matched.pool()), 5)?;
/// assert_eq!(found.groups.len(), 2);
/// assert_eq!((found.groups[0].children, found.groups[0].placed.count), (Some(6), Some(0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn groups(matched: &Matched, labels: &Labels, least: u32) -> Result<Groups, MatchError> {
    let mut problems = Problems::new();
    if !LEAST_RANGE.contains(&least) {
        let problem = Problem::new(Code::OptionOutOfRange, Path::of("least"));
        problems.push(problem.allowed(Fact::Between(1, 1000)).found(Fact::int(least)));
    }
    let labels = labels.by_child(matched.pool());
    match labels {
        Ok(labels) if problems.is_empty() => Ok(table(matched, &labels, least)),
        labels => {
            problems.append(labels.err().unwrap_or_default());
            Err(problems.into())
        }
    }
}

fn table(matched: &Matched, labels: &BTreeMap<&str, &str>, least: u32) -> Groups {
    let mut tallies = tallies(matched, labels);
    let mut total = Tally::default();
    tallies.values().for_each(|tally| total.add(tally));
    let merged = merge_small(&mut tallies, least);
    let mut rows: Vec<(Option<String>, Tally)> = tallies
        .into_iter()
        .map(|(label, tally)| (label.map(str::to_owned), tally))
        .collect();
    rows.extend(merged.map(|tally| (None, tally)));
    rows.push((None, total));
    let (groups, total) = filled(rows, least);
    Groups {
        format: GROUPS_FORMAT,
        as_of: matched.pool().as_of(),
        status: matched.plan().status,
        least,
        groups,
        total,
    }
}

/// Counts by label; children without one under `None`.
fn tallies<'a>(matched: &Matched, labels: &BTreeMap<&'a str, &'a str>) -> BTreeMap<Option<&'a str>, Tally> {
    let (pool, plan) = (matched.pool(), matched.plan());
    let placed: BTreeMap<&str, (u16, bool, Chosen)> = plan
        .placed
        .iter()
        .map(|p| (p.child.as_str(), (p.fit, p.network, p.chosen)))
        .collect();
    let by_lot = drawn_unplaced(plan);
    let task = matched.task();
    let mut tallies: BTreeMap<Option<&str>, Tally> = BTreeMap::new();
    for (item, &child) in task.items.iter().enumerate() {
        let id = pool.child(child).id.as_str();
        let row = task.problem.indptr[item]..task.problem.indptr[item + 1];
        let home = placed.get(id);
        let is_lot = |chosen: Chosen| matches!(chosen, Chosen::Drawn | Chosen::Follows);
        let drawn = home.map_or_else(|| by_lot.contains(&id), |&(_, _, chosen)| is_lot(chosen));
        let tally = tallies.entry(labels.get(id).copied()).or_insert(Tally {
            labels: 1,
            ..Tally::default()
        });
        tally.add(&Tally {
            labels: 0,
            children: 1,
            placed: u32::from(home.is_some()),
            network: u32::from(home.is_some_and(|home| home.1)),
            network_possible: u32::from(task.network[row].contains(&true)),
            drawn: u32::from(drawn),
            fit: home.map_or(0, |home| home.0.into()),
            days: pool.days_waited(child).into(),
        });
    }
    tallies
}

/// Children without a home for whom a lot decided.
fn drawn_unplaced(plan: &Plan) -> Vec<&str> {
    let is_lot = |chosen: Option<Chosen>| matches!(chosen, Some(Chosen::Drawn | Chosen::Follows));
    plan.unplaced
        .iter()
        .filter(|u| is_lot(u.chosen))
        .map(|u| u.child.as_str())
        .collect()
}

/// Takes groups with fewer than `least` children out, as one group; the smallest others join it until it is large
/// enough.
fn merge_small(tallies: &mut BTreeMap<Option<&str>, Tally>, least: u32) -> Option<Tally> {
    let mut merged: Option<Tally> = None;
    loop {
        let is_open = merged.as_ref().is_none_or(|m| m.children < least);
        let smallest = tallies.iter().min_by_key(|(label, tally)| (tally.children, **label));
        let (&label, tally) = smallest?;
        let joins = tally.children < least || label.is_none() || (merged.is_some() && is_open);
        if !joins {
            // Children without a label are no group of their own.
            let Some(tally) = tallies.remove(&None) else {
                return merged;
            };
            merged.get_or_insert_default().add(&tally);
            continue;
        }
        let tally = *tally;
        tallies.remove(&label);
        merged.get_or_insert_default().add(&tally);
        if tallies.is_empty() {
            return merged;
        }
    }
}

/// Rows as groups, the last of them the total, without what is too small.
fn filled(rows: Vec<(Option<String>, Tally)>, least: u32) -> (Vec<Group>, Group) {
    let tallies: Vec<Tally> = rows.iter().map(|(_, tally)| *tally).collect();
    let column = |of: fn(&Tally) -> (u32, u32)| told(&tallies.iter().map(of).collect::<Vec<_>>(), least);
    let children = column(|t| (t.children, t.children));
    let placed = column(|t| (t.placed, t.children));
    let network = column(|t| (t.network, t.network_possible));
    let drawn = column(|t| (t.drawn, t.children));
    let group = |(at, (label, tally)): (usize, (Option<String>, Tally))| {
        let mean = |sum: u64, n: u32| {
            sum.checked_div(n.into())
                .map(|mean| u32::try_from(mean).unwrap_or(u32::MAX))
        };
        let is_told = children[at];
        Group {
            label,
            labels: tally.labels,
            children: is_told.then_some(tally.children),
            placed: share(is_told && placed[at], tally.placed, tally.children),
            network: share(is_told && network[at], tally.network, tally.network_possible),
            drawn: share(is_told && drawn[at], tally.drawn, tally.children),
            // A mean and the count of its group give a sum, so it is told by the same rule.
            mean_fit: mean(tally.fit, tally.placed).filter(|_| is_told && placed[at]),
            mean_days_waited: mean(tally.days, tally.children).filter(|_| is_told),
        }
    };
    let mut groups: Vec<Group> = rows.into_iter().enumerate().map(group).collect();
    // There is always a total.
    let total = groups.pop().unwrap_or_else(|| group((0, (None, Tally::default()))));
    (groups, total)
}

fn share(is_told: bool, count: u32, of: u32) -> Share {
    if !is_told {
        return Share::default();
    }
    let per_mille = (u64::from(count) * 2000 + u64::from(of)).checked_div(u64::from(of) * 2);
    Share {
        count: Some(count),
        of: Some(of),
        per_mille: per_mille.and_then(|n| u32::try_from(n).ok()),
    }
}

/// Which cells of a column may be told: pairs of a count and what it is out of, the total last.
fn told(column: &[(u32, u32)], least: u32) -> Vec<bool> {
    let small = |n: u32| n > 0 && n < least;
    let mut told: Vec<bool> = column
        .iter()
        .map(|&(count, of)| !small(count) && !small(of - count) && !small(of))
        .collect();
    let Some(total) = column.len().checked_sub(1) else {
        return told;
    };
    if told[..total].iter().filter(|told| !**told).count() == 1 {
        // The one that is left out would follow from the total.
        let others = (0..total).filter(|&at| told[at] && column[at].1 > 0);
        let second = others.min_by_key(|&at| (column[at].1, at)).unwrap_or(total);
        told[second] = false;
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tally(children: u32) -> Tally {
        Tally {
            labels: 1,
            children,
            ..Tally::default()
        }
    }

    #[test]
    fn small_groups_are_told_as_one() {
        let merged = |sizes: &[(Option<&'static str>, u32)]| {
            let mut tallies: BTreeMap<Option<&str>, Tally> = sizes.iter().map(|&(l, n)| (l, tally(n))).collect();
            let merged = merge_small(&mut tallies, 5);
            let left: Vec<_> = tallies
                .iter()
                .map(|(label, tally)| (label.unwrap_or("-"), tally.children))
                .collect();
            (left, merged.map(|m| (m.labels, m.children)))
        };
        assert_eq!(
            merged(&[(Some("a"), 7), (Some("b"), 5)]),
            (vec![("a", 7), ("b", 5)], None)
        );
        let three = [(Some("a"), 7), (Some("b"), 3), (Some("c"), 2)];
        assert_eq!(merged(&three), (vec![("a", 7)], Some((2, 5))));
        let two = [(Some("a"), 9), (Some("b"), 7), (Some("c"), 2)];
        assert_eq!(merged(&two), (vec![("a", 9)], Some((2, 9))), "the smallest other joins");
        assert_eq!(
            merged(&[(None, 6), (Some("a"), 7)]),
            (vec![("a", 7)], Some((1, 6))),
            "no label is no group"
        );
        assert_eq!(merged(&[(Some("a"), 2)]), (vec![], Some((1, 2))));
        assert_eq!(merged(&[]), (vec![], None));
    }

    #[test]
    fn what_would_follow_from_the_total_is_left_out_too() {
        assert_eq!(told(&[(2, 9), (7, 14), (9, 23)], 5), [false, false, true]);
        assert_eq!(
            told(&[(2, 9), (3, 9), (7, 14), (12, 32)], 5),
            [false, false, true, true]
        );
        assert_eq!(told(&[(2, 9), (2, 9)], 5), [false, false], "the total is the group");
        assert_eq!(
            told(&[(0, 9), (14, 14), (14, 23)], 5),
            [true, true, true],
            "none and all are told"
        );
        assert_eq!(
            told(&[(6, 9), (7, 14), (13, 23)], 5),
            [false, false, true],
            "what is left is small"
        );
    }

    proptest! {
        /// A reader who takes the total and subtracts finds at most the sum of two cells.
        #[test]
        fn no_single_cell_that_is_left_out_can_be_found(cells in prop::collection::vec((0_u32..30, 0_u32..30), 1..6)) {
            let mut column: Vec<(u32, u32)> = cells.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
            column.push(column.iter().fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1)));
            let told = told(&column, 5);
            let total = column.len() - 1;
            for (&(count, of), _) in column.iter().zip(&told).filter(|(_, told)| **told) {
                prop_assert!(count == 0 || count >= 5);
                prop_assert!(of == count || of - count >= 5);
            }
            let hidden = told[..total].iter().filter(|told| !**told).count();
            prop_assert!(hidden != 1 || !told[total]);
        }
    }
}
