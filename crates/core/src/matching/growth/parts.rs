//! One pool with all homes asked about, translated once and taken apart: the present families, and a column for each home.

use std::collections::BTreeMap;

use hemvist_solver::Problem;

use super::super::translate::Task;
use super::super::{Goal, MatchError, TooGreat, Weights, Worth};
use crate::input::{Family, PoolDocument, SiblingPolicy};
use crate::pool::Pool;
use crate::validate::ReadOptions;

/// One home asked about: its places and edges.
pub(super) struct Column {
    pub(super) places: u32,
    /// Item, value and worth of each edge, items ascending.
    pub(super) edges: Vec<(u32, i64, Worth)>,
}

impl Column {
    /// The worth of the edge of an item, if it has one.
    pub(super) fn worth(&self, item: usize) -> Option<Worth> {
        let found = self.edges.binary_search_by_key(&item, |edge| edge.0 as usize).ok()?;
        Some(self.edges[found].2)
    }
}

/// The pool with the homes as further families.
pub(super) fn enlarged(document: &PoolDocument, homes: &[Family]) -> Result<Pool, MatchError> {
    let mut document = document.clone();
    document.families.extend(homes.iter().map(|home| Family {
        secretary: None,
        ..home.clone()
    }));
    let options = ReadOptions {
        allow_identity_numbers: true,
    };
    Ok(Pool::from_document_with(document, &options)?)
}

/// Weights of strict tiers that hold whatever homes are added: no child earns more than a fit of 1000 and the bonus of
/// all its siblings.
pub(super) fn roomy(pool: &Pool, bonus: i64, urgency: &[i64]) -> Result<Weights, MatchError> {
    let mut most = Worth::default();
    for child in pool.children().filter(|&child| pool.stays(child).is_none()) {
        let group = pool.group_of(child).map(|group| pool.group(group));
        let siblings = group
            .filter(|group| group.policy != SiblingPolicy::Apart)
            .map_or(0, |group| group.children.len() - 1);
        let bonus = bonus.saturating_mul(i64::try_from(siblings).unwrap_or(i64::MAX));
        let fit = bonus.checked_add(1000).ok_or(TooGreat)?;
        most = Worth {
            urgency: most.urgency + urgency[child.row()],
            network: most.network + 1,
            fit: most.fit.checked_add(fit).ok_or(TooGreat)?,
        };
    }
    Ok(Weights::strict(most)?)
}

/// The translated pool taken apart: the present families, and a column for each home.
pub(super) struct Parts {
    pub(super) problem: Problem,
    pub(super) worths: Vec<Worth>,
    pub(super) columns: Vec<Column>,
}

impl Parts {
    pub(super) fn of(all: &Pool, pool: &Pool, task: &Task, homes: &[Family], goal: &Goal) -> Self {
        // Families of the enlarged pool stand in the order of ids, old and new mixed.
        let mut becomes = vec![None; all.n_families()];
        for (home, record) in homes.iter().enumerate() {
            if let Some(family) = all.family_idx(&record.id) {
                becomes[family.row()] = Some(Err(home));
            }
        }
        for (bin, family) in (0_u32..).zip(pool.families()) {
            if let Some(family) = all.family_idx(&pool.family(family).id) {
                becomes[family.row()] = Some(Ok(bin));
            }
        }
        let mut columns: Vec<Column> = homes
            .iter()
            .map(|home| Column {
                places: home.places.into(),
                edges: Vec::new(),
            })
            .collect();
        let mut problem = Problem {
            indptr: vec![0],
            bins: Vec::new(),
            values: Vec::new(),
            capacity: pool.families().map(|f| pool.family(f).places.into()).collect(),
            ..task.problem.clone()
        };
        let mut worths = Vec::new();
        // A locked child goes nowhere else.
        let locked: BTreeMap<u32, u32> = task.problem.locks.iter().copied().collect();
        for (item, row) in (0_u32..).zip(task.problem.indptr.windows(2)) {
            let goes_there = |&edge: &usize| locked.get(&item).is_none_or(|&bin| bin == task.problem.bins[edge]);
            for edge in (row[0]..row[1]).filter(goes_there) {
                let (value, worth) = (task.problem.values[edge], task.worth(goal, item, edge));
                match becomes[task.problem.bins[edge] as usize] {
                    Some(Ok(bin)) => {
                        problem.bins.push(bin);
                        problem.values.push(value);
                        worths.push(worth);
                    }
                    Some(Err(home)) => columns[home].edges.push((item, value, worth)),
                    None => {}
                }
            }
            problem.indptr.push(problem.bins.len());
        }
        let old = |bin: u32| becomes[bin as usize].and_then(Result::ok);
        for limit in &mut problem.limits {
            limit.bins = limit.bins.iter().filter_map(|&bin| old(bin)).collect();
        }
        problem.locks = (task.problem.locks.iter())
            .filter_map(|&(item, bin)| Some((item, old(bin)?)))
            .collect();
        Self {
            problem,
            worths,
            columns,
        }
    }
}
