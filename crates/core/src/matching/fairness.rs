//! What the plan promises to each municipality that shares its homes, as floors in the solver.
//!
//! # Whose is what
//! A child counts for its municipality; siblings to be placed together, or together if possible, count as one for the
//! municipality of most of them, the one with the lower code among equals, so that the bonus for keeping them together
//! belongs to somebody. A home is its municipality's; a network home that only children of one municipality know is
//! that one's.
//!
//! # Alone
//! What a municipality reaches alone is the worth of the best plan for its own children in its own homes, by the same
//! policy. What people have locked stands, whoever it concerns. A secretary who follows homes of several municipalities
//! has room for each in proportion to its homes, rounded down. So all plans alone together are a plan, and a joint plan
//! in which nobody has less than alone always exists, unless the locks contradict.
//!
//! # What a floor is measured in
//! The packed sum of the tiers ([`super::tiers`]), taken over the municipality's own children. It orders worths as
//! the policy does, so "not less than alone" means exactly what "not a better plan" means for the pool: in strict order
//! a municipality may not meet less urgency, nor as much with fewer network homes, nor as much of both with less fit.
//! No lower tier can make up for a higher one. A count of children placed would let a municipality get a small child's
//! place instead of an emergency; a floor under each tier by itself would forbid plans that are better for everybody.
//!
//! The greatest least share is measured in urgency alone (strict), since shares of a packed sum mean nothing to people:
//! the solver's floor is then the urgency's own part of the sum, which the lower tiers together cannot reach. Under a
//! weighted sum it is the share of that sum.

use std::collections::{BTreeMap, BTreeSet};

use hemvist_solver::{Floor, Limit, Problem, Solution, Status as Found, TieRule};

use super::attainable;
use super::run::Draw;
use super::translate::{Goal, Task};
use super::{MatchError, MatchOptions, TooGreat, Worth};
use crate::input::{HomeKind, SiblingPolicy};
use crate::plan::build::Answer;
use crate::policy::Fairness;
use crate::pool::Pool;

/// The bin of each item.
type BinOf = Vec<Option<u32>>;

/// Hundredths of a per cent in the whole.
const WHOLE: i128 = 10_000;

/// Work that one question about a share may take; a question that is not answered by then counts as answered by no.
const STEP_WORK: u64 = 3_000_000;

/// The municipality that each child counts for, by row: its code.
///
/// # Complexity
/// `O(children)`, times logarithms.
pub fn counts_for(pool: &Pool) -> Vec<&str> {
    let mut of: Vec<&str> = pool
        .children()
        .map(|child| pool.child(child).municipality.as_str())
        .collect();
    let groups = &pool.document().sibling_groups;
    for group in groups.iter().filter(|group| group.policy != SiblingPolicy::Apart) {
        let members: Vec<usize> = (group.children.iter())
            .filter_map(|id| Some(pool.child_idx(id)?.row()))
            .collect();
        let mut most: BTreeMap<&str, usize> = BTreeMap::new();
        for &member in &members {
            *most.entry(of[member]).or_default() += 1;
        }
        // The first of those with the most: `max_by_key` would take the last.
        let whose = most.into_iter().min_by_key(|&(code, n)| (std::cmp::Reverse(n), code));
        if let Some((code, _)) = whose {
            members.into_iter().for_each(|member| of[member] = code);
        }
    }
    of
}

/// The municipality whose home each family is, by row: its code.
///
/// # Complexity
/// `O(network ties + families)`, times logarithms.
pub fn owners(pool: &Pool) -> Vec<&str> {
    let mut known_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for child in &pool.document().children {
        for tie in &child.network_ties {
            known_by.entry(&tie.family).or_default().insert(&child.municipality);
        }
    }
    let owner = |family| {
        let record = pool.family(family);
        let knowing = known_by
            .get(record.id.as_str())
            .filter(|codes| record.kind == HomeKind::Network && codes.len() == 1);
        knowing
            .and_then(|codes| codes.first().copied())
            .unwrap_or(record.municipality.as_str())
    };
    pool.families().map(owner).collect()
}

/// Children and homes by municipality.
pub(crate) struct Parties {
    /// The municipalities, in the pool's order.
    pub(crate) codes: Vec<String>,
    /// The municipality of each item, by its place in `codes`.
    pub(crate) of_item: Vec<usize>,
    /// The municipality of each bin.
    of_bin: Vec<usize>,
}

impl Parties {
    fn new(pool: &Pool, task: &Task) -> Self {
        let records = &pool.document().municipalities;
        let place: BTreeMap<&str, usize> = (records.iter().enumerate())
            .map(|(at, record)| (record.id.as_str(), at))
            .collect();
        let children = counts_for(pool);
        Self {
            codes: records.iter().map(|record| record.id.clone()).collect(),
            of_item: task.items.iter().map(|child| place[children[child.row()]]).collect(),
            of_bin: owners(pool).into_iter().map(|code| place[code]).collect(),
        }
    }

    fn items(&self, party: usize) -> Vec<u32> {
        (0..)
            .zip(&self.of_item)
            .filter(|&(_, &of)| of == party)
            .map(|(item, _)| item)
            .collect()
    }

    /// An answer as far as it concerns a municipality's children.
    fn part(&self, party: usize, bin_of: &[Option<u32>]) -> Vec<Option<u32>> {
        (bin_of.iter().zip(&self.of_item))
            .map(|(bin, &of)| bin.filter(|_| of == party))
            .collect()
    }
}

/// One municipality's side.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Side {
    /// Its children who need a placement.
    pub(crate) children: u32,
    /// Its homes.
    pub(crate) homes: u32,
    /// What it could have: alone, or served before all others.
    pub(crate) could: Worth,
    /// Of its children, placed then.
    pub(crate) placed: u32,
    /// Least packed worth in the plan.
    least: i128,
}

/// What was promised.
#[derive(Clone)]
pub(crate) struct Promised {
    pub(crate) fairness: Fairness,
    pub(crate) codes: Vec<String>,
    pub(crate) of_item: Vec<usize>,
    pub(crate) sides: Vec<Side>,
    /// The greatest least share, in hundredths of a per cent, and whether none greater is proven to be possible.
    pub(crate) least_share: Option<(u32, bool)>,
    /// What the best plan without the promise is worth, if it is proven best.
    pub(crate) without: Option<Worth>,
}

impl Promised {
    /// The least packed worth of the children of a municipality.
    pub(crate) fn least(&self, party: usize) -> i128 {
        self.sides[party].least
    }
}

/// Which homes stand open when a municipality is served by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Homes {
    Own,
    All,
}

/// Works out what is promised and writes it into the task's floors; with it a plan that keeps them.
pub(super) struct Court<'a> {
    pub(super) pool: &'a Pool,
    pub(super) goal: &'a Goal,
    pub(super) draw: &'a Draw,
    pub(super) options: &'a MatchOptions<'a>,
}

impl Court<'_> {
    /// Solves a task under a promise; `None` if its locks contradict, which a solve without one tells better.
    pub(super) fn solve(&self, fairness: Fairness, task: &mut Task) -> Result<Option<(Promised, Answer)>, MatchError> {
        let parties = Parties::new(self.pool, task);
        let homes = if fairness == Fairness::MaxMin {
            Homes::All
        } else {
            Homes::Own
        };
        let mut sides = Vec::with_capacity(parties.codes.len());
        // The plans of all by themselves, together.
        let mut together: Vec<Option<u32>> = vec![None; task.items.len()];
        for party in 0..parties.codes.len() {
            let Some((side, part)) = self.side(task, &parties, party, homes)? else {
                return Ok(None);
            };
            sides.push(side);
            for (slot, bin) in together.iter_mut().zip(part) {
                *slot = slot.or(bin);
            }
        }
        let free = self.run(&task.problem, None, None)?;
        if free.status == Found::Infeasible {
            return Ok(None);
        }
        let (mut known, mut least_share) = (together, None);
        if fairness == Fairness::MaxMin {
            let (share, plan, is_greatest) = self.greatest_least(task, &parties, &sides, free.bin_of.clone())?;
            (known, least_share) = (plan, Some((share, is_greatest)));
            for side in &mut sides {
                side.least = least(task, self.goal, side.could, i128::from(share));
            }
        }
        task.problem.floors = floors(&task.problem, &parties, &sides)?;
        let answer = self.answer(task, known)?;
        let without = task.worth_of(self.goal, &free.bin_of);
        let promised = Promised {
            fairness,
            codes: parties.codes,
            of_item: parties.of_item,
            sides,
            least_share,
            without: without.filter(|_| free.status == Found::Optimal),
        };
        Ok(Some((promised, answer)))
    }

    /// The answer under the floors; if the limits end the search before it knows any, the one that is known anyway.
    fn answer(&self, task: &Task, known: BinOf) -> Result<Answer, MatchError> {
        let mut found = self.run(&task.problem, Some(self.draw.rule(true)), None)?;
        if found.status == Found::Unknown {
            let worth = task.worth_of(self.goal, &known);
            let worth = worth.ok_or(MatchError::Internal("placed without an edge"))?;
            found = Solution {
                bin_of: known,
                value: task.weights.pack(worth),
                status: Found::Feasible,
                ..found
            };
        }
        Answer::from_solution(task, Ok(found))
    }

    /// What a municipality could have, and in which homes; `None` if the locks contradict.
    fn side(
        &self,
        task: &Task,
        parties: &Parties,
        party: usize,
        homes: Homes,
    ) -> Result<Option<(Side, BinOf)>, MatchError> {
        let found = self.run(&served(task, parties, party, homes), None, None)?;
        if found.status == Found::Infeasible {
            return Ok(None);
        }
        let part = parties.part(party, &found.bin_of);
        let could = task.worth_of(self.goal, &part);
        let could = could.ok_or(MatchError::Internal("placed without an edge"))?;
        let side = Side {
            children: count(parties.of_item.iter().filter(|&&of| of == party)),
            homes: count(parties.of_bin.iter().filter(|&&of| of == party)),
            could,
            placed: count(part.iter().flatten()),
            least: task.weights.pack(could),
        };
        Ok(Some((side, part)))
    }

    /// The greatest share, in hundredths of a per cent, that every municipality can have of what it could have, a plan in
    /// which it has, and whether no greater one is proven to be possible. Found by halving: each step asks the solver for
    /// a plan above the share in the middle.
    fn greatest_least(
        &self,
        task: &Task,
        parties: &Parties,
        sides: &[Side],
        free: BinOf,
    ) -> Result<(u32, BinOf, bool), MatchError> {
        let share_of = |bin_of: &[Option<u32>]| {
            let shares = sides.iter().enumerate().filter_map(|(party, side)| {
                let whole = amount(task, self.goal, side.could);
                let has = amount(task, self.goal, task.worth_of(self.goal, &parties.part(party, bin_of))?);
                (whole > 0).then(|| has * WHOLE / whole)
            });
            shares.min().unwrap_or(WHOLE)
        };
        let question = self.question(task);
        let (mut share, mut plan) = (share_of(&free), free);
        // Not below the first is a plan known, and none at all from the second on.
        let (mut unknown, mut impossible) = (WHOLE + 1, WHOLE + 1);
        // The lowest floors that no plan is known for: other shares can come to the same.
        let mut refused = None;
        while unknown - share > 1 {
            let middle = share + (unknown - share) / 2;
            let mut asked = sides.to_vec();
            for side in &mut asked {
                side.least = least(task, self.goal, side.could, middle) / i128::from(question.1);
            }
            let floors = floors(&question.0, parties, &asked)?;
            if refused.as_ref() == Some(&floors) {
                impossible = if impossible == unknown { middle } else { impossible };
                unknown = middle;
                continue;
            }
            let problem = Problem {
                floors,
                ..question.0.clone()
            };
            let found = self.run(&problem, None, Some(STEP_WORK))?;
            match found.status {
                Found::Optimal | Found::Feasible => {
                    share = share_of(&found.bin_of).max(middle);
                    plan = found.bin_of;
                }
                Found::Infeasible => (unknown, impossible) = (middle, middle),
                // Nothing is promised that no plan is known for.
                Found::Unknown => unknown = middle,
            }
            if unknown == middle {
                refused = Some(problem.floors);
            }
        }
        Ok((u32::try_from(share).unwrap_or(0), plan, impossible == unknown))
    }

    /// The problem that asks whether a share can be had, and what its values are divided by: in strict order only urgency
    /// counts, and small numbers are easier.
    fn question(&self, task: &Task) -> (Problem, i64) {
        let mut problem = task.problem.clone();
        if self.goal.weighted.is_some() {
            return (problem, 1);
        }
        for (item, row) in task.problem.indptr.windows(2).enumerate() {
            problem.values[row[0]..row[1]].fill(self.goal.urgency[task.items[item].row()]);
        }
        problem.groups.iter_mut().for_each(|group| group.pair_value = 0);
        (problem, task.weights.urgency)
    }

    fn run(
        &self,
        problem: &Problem,
        ties: Option<TieRule<'_>>,
        most_work: Option<u64>,
    ) -> Result<Solution, MatchError> {
        let options = hemvist_solver::Options {
            work_limit: self.options.work_limit.into_iter().chain(most_work).min(),
            deadline: self.options.deadline,
            threads: self.options.threads,
            cancel: self.options.cancel.clone(),
            progress: self.options.progress,
            before: None,
            ties,
        };
        hemvist_solver::solve(problem, &options).map_err(|error| match error {
            hemvist_solver::ProblemError::Overflow { .. } => TooGreat.into(),
            _ => MatchError::Internal("problem refused"),
        })
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> u32 {
    u32::try_from(of.count()).unwrap_or(u32::MAX)
}

/// What a share is taken of: urgency in strict order, else the weighted sum.
fn amount(task: &Task, goal: &Goal, worth: Worth) -> i128 {
    if goal.weighted.is_some() {
        task.weights.pack(worth)
    } else {
        i128::from(worth.urgency)
    }
}

/// The least packed worth with this share, in hundredths of a per cent, of what could be had; rounded up.
fn least(task: &Task, goal: &Goal, could: Worth, share: i128) -> i128 {
    let amount = (amount(task, goal, could) * share + WHOLE - 1) / WHOLE;
    if goal.weighted.is_some() {
        amount
    } else {
        amount * i128::from(task.weights.urgency)
    }
}

fn floors(problem: &Problem, parties: &Parties, sides: &[Side]) -> Result<Vec<Floor>, TooGreat> {
    let promised = sides.iter().enumerate().filter(|(_, side)| side.least > 0);
    promised
        .map(|(party, side)| {
            let items = parties.items(party);
            let least = i64::try_from(attainable::raised(problem, &items, side.least)).map_err(|_| TooGreat)?;
            Ok(Floor { items, least })
        })
        .collect()
}

/// The problem of one municipality by itself: its own children, and those who are locked, whoever's they are.
fn served(task: &Task, parties: &Parties, party: usize, homes: Homes) -> Problem {
    let whole = &task.problem;
    let mut locked: Vec<Option<u32>> = vec![None; task.items.len()];
    for &(item, bin) in &whole.locks {
        task.block(item)
            .into_iter()
            .for_each(|other| locked[other as usize] = Some(bin));
    }
    let open = |item: usize, bin: u32| match locked[item] {
        Some(home) => home == bin,
        None => parties.of_item[item] == party && (homes == Homes::All || parties.of_bin[bin as usize] == party),
    };
    let mut part = Problem {
        indptr: vec![0],
        bins: Vec::new(),
        values: Vec::new(),
        ..whole.clone()
    };
    for (item, row) in whole.indptr.windows(2).enumerate() {
        for edge in (row[0]..row[1]).filter(|&edge| open(item, whole.bins[edge])) {
            part.bins.push(whole.bins[edge]);
            part.values.push(whole.values[edge]);
        }
        part.indptr.push(part.bins.len());
    }
    if homes == Homes::Own {
        part.limits
            .iter_mut()
            .for_each(|limit| own_part(limit, parties, party, &locked));
    }
    part
}

/// What a limit leaves to one municipality: what is locked, and of the rest its part by homes, rounded down.
fn own_part(limit: &mut Limit, parties: &Parties, party: usize, locked: &[Option<u32>]) {
    let inside = |bin: &u32| limit.bins.binary_search(bin).is_ok();
    let taken = count(locked.iter().flatten().filter(|bin| inside(bin)));
    let own = count(limit.bins.iter().filter(|&&bin| parties.of_bin[bin as usize] == party));
    let rest = u64::from(limit.most.saturating_sub(taken)) * u64::from(own);
    let share = rest / u64::from(count(limit.bins.iter()).max(1));
    if taken <= limit.most {
        limit.most = taken + u32::try_from(share).unwrap_or(u32::MAX);
    }
}
