//! From the solver's answer back to children and families, checked in the pool's own words.

use hemvist_solver::{ProblemError, Solution, Ties};

use super::check::check;
use super::duties::Homes;
use super::unplaced::unplaced;
use super::{
    Conflict, Objective, PLAN_FORMAT, Placed, Plan, Promise, PromisedPart, Reason, Status, Stay, TierWeights, Totals,
    Unplaced, Warning,
};
use crate::explain::explain;
use crate::fit::{fit, verdict};
use crate::matching::{Former, Goal, MatchError, Promised, Task, TooGreat, Worth, bin, counts_for, worth_of};
use crate::policy::{CompiledPolicy, Mode};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::Rule;

/// The solver's answer, or that it need not be asked.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) bin_of: Vec<Option<u32>>,
    pub(crate) value: i128,
    pub(crate) bound: i128,
    pub(crate) ties: Ties,
    /// Positions in the problem's locks.
    pub(crate) conflict: Vec<usize>,
}

impl Answer {
    /// Locks on pairs that are ruled out: nobody is placed.
    pub(crate) fn infeasible(task: &Task) -> Self {
        Self {
            status: Status::Infeasible,
            bin_of: vec![None; task.items.len()],
            value: 0,
            bound: 0,
            ties: Ties::default(),
            conflict: Vec::new(),
        }
    }

    /// The solver's answer.
    pub(crate) fn from_solution(task: &Task, solution: Result<Solution, ProblemError>) -> Result<Self, MatchError> {
        let solution = match solution {
            Ok(solution) => solution,
            Err(ProblemError::Overflow { .. }) => return Err(TooGreat.into()),
            Err(_) => return Err(MatchError::Internal("problem refused")),
        };
        let status = match solution.status {
            hemvist_solver::Status::Optimal => Status::Optimal,
            hemvist_solver::Status::Feasible => Status::Feasible,
            hemvist_solver::Status::Unknown => return Err(MatchError::LimitTooSmall),
            hemvist_solver::Status::Infeasible => {
                return Ok(Self {
                    conflict: solution.conflict,
                    ..Self::infeasible(task)
                });
            }
        };
        Ok(Self {
            status,
            bin_of: solution.bin_of,
            value: solution.value,
            bound: solution.bound,
            ties: solution.ties,
            conflict: Vec::new(),
        })
    }
}

impl Answer {
    /// The solver's answer to a question.
    pub(crate) fn from_best(best: hemvist_solver::Best) -> Self {
        Self {
            status: match best.status {
                hemvist_solver::Status::Optimal => Status::Optimal,
                _ => Status::Feasible,
            },
            bin_of: best.bin_of,
            value: best.value,
            bound: best.bound,
            ties: best.ties,
            conflict: Vec::new(),
        }
    }
}

/// An answer beside everything needed to read it.
pub(super) struct Reading<'a> {
    pub(super) pool: &'a Pool,
    pub(super) compiled: &'a CompiledPolicy,
    pub(super) task: &'a Task,
    pub(super) goal: &'a Goal,
    pub(super) status: Status,
    pub(super) ties: &'a Ties,
    pub(super) bin_of: &'a [Option<u32>],
    /// Items in each bin, ascending.
    pub(super) inside: Vec<Vec<u32>>,
    pub(super) promised: Option<&'a Promised>,
    pub(super) former: Option<&'a Former<'a>>,
}

/// What stands beside an answer.
pub(crate) struct Beside<'a> {
    /// What the plan promises to municipalities.
    pub(crate) promised: Option<&'a Promised>,
    /// A plan that tells some of the same.
    pub(crate) former: Option<&'a Former<'a>>,
    /// Whether the same run gives the same answer again.
    pub(crate) repeatable: bool,
}

/// Reads an answer back into a plan.
///
/// # Errors
/// [`MatchError::Internal`] when the answer is not one that the pool allows, or its value is not what it says.
pub(crate) fn build(
    pool: &Pool,
    compiled: &CompiledPolicy,
    task: &Task,
    goal: &Goal,
    answer: &Answer,
    beside: &Beside<'_>,
) -> Result<Plan, MatchError> {
    let &Beside {
        promised,
        former,
        repeatable,
    } = beside;
    let mut inside = vec![Vec::new(); pool.n_families()];
    for (item, bin) in (0..).zip(&answer.bin_of) {
        if let Some(bin) = *bin {
            inside[bin as usize].push(item);
        }
    }
    let reading = Reading {
        pool,
        compiled,
        task,
        goal,
        status: answer.status,
        ties: &answer.ties,
        bin_of: &answer.bin_of,
        inside,
        promised,
        former,
    };
    let locks = answer.status != Status::Infeasible;
    let was_held = |child, family| former.is_some_and(|former| former.placed(pool, child, family).is_some());
    check_answer(pool, compiled, task, &answer.bin_of, &was_held, locks)?;
    let objective = reading.objective(answer)?;
    let proposed = proposed(pool, task, &answer.bin_of);
    let homes = Homes {
        pool,
        proposed: &proposed,
    };
    let promise = promised
        .map(|promised| reading.promise(promised, &proposed))
        .transpose()?;
    let thresholds = &compiled.policy().thresholds;
    let mut warnings = homes.warnings(thresholds);
    if !repeatable {
        warnings.push(Warning::NotRepeatable);
    }
    let infeasible = answer.status == Status::Infeasible;
    // Where nothing is proposed, nobody is skipped, and only the clocks that run anyway are left.
    let skipped = if infeasible {
        Vec::new()
    } else {
        homes.network_skipped(&|child, family| reading.codes(child, family))
    };
    let duties = homes.duties(thresholds, &skipped);
    let placed = reading.placed();
    let unplaced: Vec<Unplaced> = reading.unplaced();
    let stays = reading.stays();
    let totals = reading.totals(&placed, &unplaced, &stays);
    Ok(Plan {
        format: PLAN_FORMAT,
        as_of: pool.as_of(),
        status: answer.status,
        objective,
        promise,
        totals,
        placed,
        unplaced,
        stays,
        conflicts: reading.conflicts(&answer.conflict),
        network_skipped: skipped,
        duties,
        warnings,
    })
}

/// The proposed family of each child by row.
fn proposed(pool: &Pool, task: &Task, bin_of: &[Option<u32>]) -> Vec<Option<FamilyIdx>> {
    let mut proposed = vec![None; pool.n_children()];
    for (child, bin) in task.items.iter().zip(bin_of) {
        proposed[child.row()] = bin.map(|bin| FamilyIdx::from_row(bin as usize));
    }
    proposed
}

/// Holds an answer against the pool's own words; with `locks`, every lock must be kept. Pairs that were held against them
/// before are not asked about once more.
///
/// # Errors
/// [`MatchError::Internal`] with what it breaks.
pub(crate) fn check_answer(
    pool: &Pool,
    compiled: &CompiledPolicy,
    task: &Task,
    bin_of: &[Option<u32>],
    was_held: &dyn Fn(ChildIdx, FamilyIdx) -> bool,
    locks: bool,
) -> Result<(), MatchError> {
    let is_eligible = |child, family| was_held(child, family) || fit(pool, compiled, child, family).is_some();
    let most_homes = compiled.policy().thresholds.homes_per_secretary;
    check(pool, &proposed(pool, task, bin_of), &is_eligible, locks, most_homes).map_err(MatchError::Internal)
}

/// Every rule and bar in the way of a pair, with facts; empty: a candidate.
pub(crate) fn reasons(
    pool: &Pool,
    compiled: &CompiledPolicy,
    task: &Task,
    child: ChildIdx,
    family: FamilyIdx,
) -> Vec<Reason> {
    let rules = explain(pool, compiled, child, family).reasons.into_iter();
    let bar = task.barred.get(&(child, family)).copied();
    rules
        .filter(|r| r.mode == Mode::Require)
        .map(Reason::Rule)
        .chain(bar.map(Reason::Bar))
        .collect()
}

impl Reading<'_> {
    pub(super) fn id(&self, family: FamilyIdx) -> String {
        self.pool.family(family).id.clone()
    }

    pub(super) fn child_id(&self, item: u32) -> String {
        self.pool.child(self.task.items[item as usize]).id.clone()
    }

    /// Codes of every rule and bar in the way of a pair; empty: a candidate.
    pub(super) fn codes(&self, child: ChildIdx, family: FamilyIdx) -> Vec<&'static str> {
        let rules = verdict(self.pool, self.compiled, child, family).ruled_out;
        let bar = self.task.barred.get(&(child, family));
        rules.iter().map(Rule::code).chain(bar.map(|bar| bar.code())).collect()
    }

    /// Every rule and bar in the way of a pair, with facts.
    pub(super) fn reasons(&self, child: ChildIdx, family: FamilyIdx) -> Vec<Reason> {
        reasons(self.pool, self.compiled, self.task, child, family)
    }

    pub(super) fn is_locked(&self, item: u32) -> bool {
        self.task.problem.locks.iter().any(|&(locked, _)| locked == item)
    }

    /// The plan's worth, tier by tier, checked against the solver's packed value.
    fn objective(&self, answer: &Answer) -> Result<Objective, MatchError> {
        let weights = &self.task.weights;
        let tiers = self.task.worth_of(self.goal, self.bin_of);
        let tiers = tiers.ok_or(MatchError::Internal("placed without an edge"))?;
        if weights.pack(tiers) != answer.value {
            return Err(MatchError::Internal("the value is not the sum of its tiers"));
        }
        if answer.bound < answer.value || (answer.status == Status::Optimal && answer.bound != answer.value) {
            return Err(MatchError::Internal("the bound does not meet the value"));
        }
        let value = answer.value;
        let bound = answer.bound.min(weights.pack(self.task.most));
        let strict = self.goal.weighted.is_none();
        Ok(Objective {
            value,
            bound,
            gap: bound - value,
            strict,
            weights: TierWeights {
                urgency: weights.urgency,
                network: weights.network,
                fit: weights.fit,
            },
            tiers,
            tier_bounds: strict.then(|| weights.unpack(bound, self.task.most)),
        })
    }

    /// What each municipality was promised and has, held against the pool's own words.
    fn promise(&self, promised: &Promised, homes: &[Option<FamilyIdx>]) -> Result<Promise, MatchError> {
        let whose = counts_for(self.pool);
        let strict = self.goal.weighted.is_none();
        let told = promised.codes.iter().enumerate().map(|(party, code)| {
            let side = &promised.sides[party];
            let reached = worth_of(self.pool, self.compiled, homes, |child| whose[child.row()] == *code);
            if self.task.weights.pack(reached) < promised.least(party) {
                return Err(MatchError::Internal("a municipality has less than it was promised"));
            }
            let own = self
                .bin_of
                .iter()
                .zip(&promised.of_item)
                .filter(|(_, of)| **of == party);
            let share = |worth: Worth| {
                if strict {
                    worth.urgency.into()
                } else {
                    self.task.weights.pack(worth)
                }
            };
            Ok(PromisedPart {
                municipality: code.clone(),
                children: side.children,
                homes: side.homes,
                could: side.could,
                could_place: side.placed,
                reached,
                placed: u32::try_from(own.filter(|(bin, _)| bin.is_some()).count()).unwrap_or(u32::MAX),
                share_basis_points: (share(reached) * 10_000)
                    .checked_div(share(side.could))
                    .and_then(|share| u32::try_from(share).ok()),
            })
        });
        Ok(Promise {
            fairness: promised.fairness,
            least_share_basis_points: promised.least_share.map(|(share, _)| share),
            least_share_proven: promised.least_share.map(|(_, proven)| proven),
            municipalities: told.collect::<Result<_, _>>()?,
            without: promised.without,
        })
    }

    fn placed(&self) -> Vec<Placed> {
        (0..)
            .zip(self.bin_of)
            .filter_map(|(item, bin)| {
                let bin = (*bin)?;
                let child = self.task.items[item as usize];
                let edge = self.task.edge(item, bin)?;
                let row = &self.task.problem.indptr[item as usize..=item as usize + 1];
                Some(self.placed_child(item, child, edge, u32::try_from(row[1] - row[0]).unwrap_or(u32::MAX)))
            })
            .collect()
    }

    fn placed_child(&self, item: u32, child: ChildIdx, edge: usize, candidates: u32) -> Placed {
        let family = FamilyIdx::from_row(self.task.problem.bins[edge] as usize);
        let (siblings, chosen) = (self.siblings_in(child, family), self.chosen(item));
        if let Some(before) = self.former.and_then(|former| former.placed(self.pool, child, family)) {
            return Placed {
                siblings,
                candidates,
                chosen,
                ..before.clone()
            };
        }
        let why = explain(self.pool, self.compiled, child, family);
        Placed {
            child: self.child_id(item),
            family: self.id(family),
            fit: self.task.fits[edge],
            fit_range: (why.low < why.high).then_some((why.low, why.high)),
            parts: why.strongest().into_iter().filter(|part| part.points > 0).collect(),
            questions: why.questions,
            warnings: why.reasons.into_iter().map(Reason::Rule).collect(),
            network: self.task.network[edge],
            siblings,
            candidates,
            chosen,
        }
    }

    /// Siblings who will live there too: proposed there, or living there and staying.
    fn siblings_in(&self, child: ChildIdx, family: FamilyIdx) -> Vec<String> {
        let Some(group) = self.pool.group_of(child).map(|g| self.pool.group(g)) else {
            return Vec::new();
        };
        let lives_there = |sibling: ChildIdx| match self.task.item_of[sibling.row()] {
            Some(item) => self.bin_of[item as usize] == Some(bin(family)),
            None => self.pool.stays(sibling) == Some(family),
        };
        let siblings = group.children.iter().filter_map(|id| self.pool.child_idx(id));
        siblings
            .filter(|&sibling| sibling != child && lives_there(sibling))
            .map(|sibling| self.pool.child(sibling).id.clone())
            .collect()
    }

    fn unplaced(&self) -> Vec<Unplaced> {
        let without = (0..).zip(self.bin_of).filter(|(_, bin)| bin.is_none());
        without
            .map(|(item, _)| unplaced(self, self.task.items[item as usize], item))
            .collect()
    }

    fn stays(&self) -> Vec<Stay> {
        let stay = |child: ChildIdx| {
            Some(Stay {
                child: self.pool.child(child).id.clone(),
                family: self.id(self.pool.stays(child)?),
            })
        };
        self.pool.children().filter_map(stay).collect()
    }

    fn totals(&self, placed: &[Placed], unplaced: &[Unplaced], stays: &[Stay]) -> Totals {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let places: u32 = self.task.problem.capacity.iter().sum();
        let rows = self.task.problem.indptr.windows(2);
        let with_siblings_there = (0..).zip(self.bin_of).filter_map(|(item, bin)| {
            let edge = self.task.edge(item, (*bin)?)?;
            Some(u32::from(self.task.siblings_there[edge]))
        });
        Totals {
            children: count(placed.len() + unplaced.len() + stays.len()),
            placed: count(placed.len()),
            unplaced: count(unplaced.len()),
            stays: count(stays.len()),
            network_possible: count(
                rows.filter(|row| self.task.network[row[0]..row[1]].contains(&true))
                    .count(),
            ),
            network_placed: count(placed.iter().filter(|p| p.network).count()),
            fit: placed.iter().map(|p| i64::from(p.fit)).sum(),
            sibling_pairs: u32::try_from(self.task.new_pairs(self.bin_of)).unwrap_or(u32::MAX)
                + with_siblings_there.sum::<u32>(),
            places,
            places_free: places - count(placed.len()),
        }
    }

    /// Locks that cannot be kept: those on pairs that are ruled out or barred, or those the solver found to clash.
    fn conflicts(&self, clashing: &[usize]) -> Vec<Conflict> {
        let choices = self
            .task
            .impossible
            .iter()
            .chain(clashing.iter().map(|&lock| &self.task.locks[lock]));
        choices
            .map(|&choice| {
                let lock = &self.pool.document().choices[choice];
                let pair = self.pool.child_idx(&lock.child).zip(self.pool.family_idx(&lock.family));
                Conflict {
                    child: lock.child.clone(),
                    family: lock.family.clone(),
                    reasons: pair
                        .map(|(child, family)| self.reasons(child, family))
                        .unwrap_or_default(),
                }
            })
            .collect()
    }
}
