//! What a match can take over from a match of the same pool before choices were added.
//!
//! A choice enters a match in two ways: a lock binds a pair, a ban or refusal is a rule against its pair. So candidates,
//! problem and draw are those from before, but for the pairs that were chosen; and the new problem is the old one with
//! steps taken, which a solved problem can be asked for ([`super::resolve`]). Promises what a match from nothing gives.
//! Does not know how anything is solved.

use std::collections::BTreeSet;
use std::sync::Arc;

use hemvist_solver::{Before, Solved};

use super::resolve::{AskOptions, Step, told};
use super::run::Draw;
use super::translate::{Goal, Task};
use crate::candidates::Candidates;
use crate::input::{Choice, ChoiceKind};
use crate::plan::build::Answer;
use crate::plan::unplaced::{Missed, Misses};
use crate::plan::{Placed, Plan};
use crate::policy::CompiledPolicy;
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// A problem that has been solved, to be asked about others that follow from it.
pub(super) struct Origin {
    pub(super) task: Arc<Task>,
    pub(super) draw: Arc<Draw>,
    pub(super) solved: Arc<Solved>,
}

/// What was solved, with the numbers that children and families have now.
pub(super) struct Begun<'a> {
    solved: &'a Solved,
    items: Vec<Option<u32>>,
    bins: Vec<Option<u32>>,
}

impl Begun<'_> {
    pub(super) fn as_before(&self) -> Before<'_> {
        Before {
            solved: self.solved,
            items: &self.items,
            bins: &self.bins,
        }
    }
}

impl Origin {
    /// What was solved of a pool, for the task of another one: its children and families by their ids.
    pub(super) fn numbers_in(&self, former: &Pool, pool: &Pool, task: &Task) -> Begun<'_> {
        let item = |&child: &ChildIdx| task.item_of[pool.child_idx(&former.child(child).id)?.row()];
        let bin = |family: FamilyIdx| u32::try_from(pool.family_idx(&former.family(family).id)?.row()).ok();
        Begun {
            solved: &self.solved,
            items: self.task.items.iter().map(item).collect(),
            bins: former.families().map(bin).collect(),
        }
    }

    /// The answer to a task that follows from this one by steps; `None`: only a solve from nothing can tell.
    pub(super) fn answer(&self, task: &Task, goal: &Goal, options: &AskOptions<'_>) -> Option<Answer> {
        let answer = told(self, &steps(&self.task, task)?, options)?;
        let worth = task.worth_of(goal, &answer.bin_of)?;
        if self.task.weights.pack(worth) != answer.value {
            return None;
        }
        // A pair less may lower the most that a tier can reach, and so the weights; the order of plans is the same.
        let value = task.weights.pack(worth);
        Some(Answer {
            value,
            bound: value,
            ..answer
        })
    }
}

/// The steps that lead from one task of a pool to another with fewer pairs and more locks; `None` if none do.
fn steps(before: &Task, after: &Task) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut edge = 0;
    for item in 0..after.items.len() {
        let end = after.problem.indptr[item + 1];
        for old in before.problem.indptr[item]..before.problem.indptr[item + 1] {
            let bin = before.problem.bins[old];
            if edge < end && after.problem.bins[edge] == bin {
                if after.fits[edge] != before.fits[old] {
                    return None;
                }
                edge += 1;
            } else {
                steps.push(Step::Ban(u32::try_from(item).ok()?, bin));
            }
        }
        if edge < end {
            return None;
        }
    }
    let (old, new) = (&before.problem.locks, &after.problem.locks);
    let added = new.iter().filter(|lock| !old.contains(lock));
    steps.extend(added.map(|&(item, bin)| Step::Lock(item, bin)));
    old.iter().all(|lock| new.contains(lock)).then_some(steps)
}

/// The pairs that bans and refusals among the choices speak against.
fn forbidden<'a>(pool: &'a Pool, choices: &'a [Choice]) -> impl Iterator<Item = (ChildIdx, FamilyIdx)> + 'a {
    let against = choices
        .iter()
        .filter(|choice| matches!(choice.kind, ChoiceKind::Ban | ChoiceKind::Refused));
    against.filter_map(|choice| pool.child_idx(&choice.child).zip(pool.family_idx(&choice.family)))
}

/// The candidates of a pool to which choices were added.
pub(super) fn candidates(before: &Candidates, pool: &Pool, policy: &CompiledPolicy, choices: &[Choice]) -> Candidates {
    let mut candidates = before.clone();
    for (child, family) in forbidden(pool, choices) {
        candidates.judge_again(pool, policy, child, family);
    }
    candidates
}

/// A plan from before the choices, which still tells what rules out the pairs of a child, or how well it fits the home that
/// it has, if no choice does.
pub(crate) struct Former<'a> {
    plan: &'a Plan,
    misses: &'a Misses,
    /// What it says of each child by row, if it has a home there.
    placed: Vec<Option<&'a Placed>>,
    /// Children, with their siblings, against whose pairs a choice speaks.
    touched: BTreeSet<ChildIdx>,
}

impl<'a> Former<'a> {
    /// `pool`: the one with the choices.
    pub(super) fn new(plan: &'a Plan, misses: &'a Misses, pool: &Pool, choices: &[Choice]) -> Self {
        let mut touched = BTreeSet::new();
        for (child, _) in forbidden(pool, choices) {
            touched.insert(child);
            let group = pool.group_of(child).map(|group| &pool.group(group).children);
            let siblings = group.into_iter().flatten();
            touched.extend(siblings.filter_map(|sibling| pool.child_idx(sibling)));
        }
        let mut placed = vec![None; pool.n_children()];
        let mut found = plan.placed.iter().peekable();
        for child in pool.children() {
            // Both in the order of ids.
            placed[child.row()] = found.next_if(|placed| placed.child == pool.child(child).id);
        }
        Self {
            plan,
            misses,
            placed,
            touched,
        }
    }

    /// What rules out the pairs of a child: told before, or told now and kept, unless a choice speaks against one of them.
    pub(crate) fn missed(&self, pool: &Pool, child: ChildIdx, tell: impl FnOnce() -> Missed) -> Missed {
        if self.touched.contains(&child) {
            return tell();
        }
        let (id, unplaced) = (&pool.child(child).id, &self.plan.unplaced);
        match unplaced.binary_search_by(|unplaced| unplaced.child.cmp(id)) {
            Ok(found) => (unplaced[found].ruled_out.clone(), unplaced[found].nearest.clone()),
            Err(_) => self.misses.of(child, tell),
        }
    }

    /// What this tells of children, for the next one.
    pub(super) fn misses(&self) -> Misses {
        if self.touched.is_empty() {
            self.misses.clone()
        } else {
            Misses::default()
        }
    }

    /// A child in the home that it had, if nothing speaks against its pairs that did not before.
    pub(crate) fn placed(&self, pool: &Pool, child: ChildIdx, family: FamilyIdx) -> Option<&'a Placed> {
        let placed = self.placed[child.row()]?;
        let same = placed.family == pool.family(family).id;
        (same && !self.touched.contains(&child)).then_some(placed)
    }
}
