//! Problems that have been solved, asked again with something changed: the one place where anything is solved anew.
//!
//! Promises that an answer has the value of a solve from nothing of the changed problem, and, where ties are settled,
//! that it is the same answer. How it gets there is nobody else's business: the solver goes on from where it ended where
//! it can, and begins anew where it cannot.

use std::cell::{OnceCell, RefCell};
use std::time::Instant;

use hemvist_solver::{AtLeast, Cancel, Problem, Session, Solved, TieRule};

use super::MatchError;
use super::follow::Origin;
use super::run::{Draw, Matched};
use super::translate::Task;
use crate::plan::Status;
use crate::plan::build::Answer;

/// How far a question about a matched pool may go. The default: no limit, as many threads as processors.
#[derive(Clone, Default)]
pub struct AskOptions<'a> {
    /// Worker threads; 0: as many as there are processors. The answer does not depend on it.
    pub threads: usize,
    /// Stop each solve after this much counted work; a question can be repeated exactly. `None`: no limit.
    pub work_limit: Option<u64>,
    /// Stop at this time; what is not proven by then is marked so. `None`: no limit.
    pub deadline: Option<Instant>,
    /// Polled while solving; what is not proven when it is raised is marked so.
    pub cancel: Option<Cancel>,
    /// Called now and then with how many of how many solves are done, from the thread that did one.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
}

/// Something that a person could ask for, in the solver's numbers: it keeps items and bins as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The item goes to the bin.
    Lock(u32, u32),
    /// The item does not go to the bin.
    Ban(u32, u32),
    /// The item goes nowhere.
    Out(u32),
    /// The lock in this position is lifted.
    Lift(usize),
}

/// Solves a task with these steps taken. A conflict names locks of the task only, by their position there.
fn resolve(
    task: &Task,
    steps: &[Step],
    draw: Option<TieRule<'_>>,
    options: &AskOptions<'_>,
) -> Result<Answer, MatchError> {
    let (problem, locks) = taken(&task.problem, steps);
    let solution = hemvist_solver::solve(&problem, &solver_options(draw, options));
    let mut answer = Answer::from_solution(task, solution)?;
    answer.conflict = answer.conflict.iter().filter_map(|&lock| locks[lock]).collect();
    Ok(answer)
}

/// Somebody who asks a matched pool one question after the other.
pub(crate) struct Asking<'a> {
    pub(crate) matched: &'a Matched,
    pub(crate) options: AskOptions<'a>,
    /// Begun by the first question that it can answer.
    session: OnceCell<Option<RefCell<Session<'a>>>>,
}

impl<'a> Asking<'a> {
    pub(super) fn new(matched: &'a Matched, options: &AskOptions<'a>) -> Self {
        Self {
            matched,
            options: options.clone(),
            session: OnceCell::new(),
        }
    }

    fn session(&self) -> Option<&RefCell<Session<'a>>> {
        let begin = || {
            let solved = self.matched.solved(&self.options)?;
            solved.session(&self.matched.task().problem).map(RefCell::new)
        };
        self.session.get_or_init(begin).as_ref()
    }

    /// The greatest value of any plan that takes these steps, its ties left open.
    pub(crate) fn value_with(&self, steps: &[Step]) -> Result<Answer, MatchError> {
        self.answer(steps, None)
    }

    /// The plan that takes these steps, its ties settled by the same draw: the plan that a match of the pool would
    /// give if a person took these steps. Whom every best plan treats alike is left open.
    pub(crate) fn plan_with(&self, steps: &[Step]) -> Result<Answer, MatchError> {
        self.answer(steps, Some(self.matched.draw().rule(false)))
    }

    /// As [`Asking::plan_with`]; `None`: no plan that takes these steps is worth as much as `least`.
    pub(crate) fn plan_at_least(&self, least: i128, steps: &[Step]) -> Result<Option<Answer>, MatchError> {
        let answer = self.answer_at_least(least, steps, Some(self.matched.draw().rule(false)))?;
        Ok(answer.filter(|answer| answer.bound >= least || answer.status == Status::Infeasible))
    }

    /// The plans with the item in each of the `most` best bins other than its own, and in any that is worth as much as
    /// the last of these, each as [`Asking::plan_with`] gives it. `None`: only questions one by one can tell.
    pub(crate) fn plans_elsewhere(&self, item: u32, most: usize) -> Option<Vec<Answer>> {
        let options = solver_options(Some(self.matched.draw().rule(false)), &self.options);
        let best = self.session()?.borrow_mut().best_elsewhere(item, most, &options)?;
        Some(best.into_iter().map(Answer::from_best).collect())
    }

    /// As [`Asking::plan_with`], with whom every best plan treats alike.
    pub(crate) fn ties_with(&self, steps: &[Step]) -> Result<Answer, MatchError> {
        self.answer(steps, Some(self.matched.draw().rule(true)))
    }

    /// Whether it is known that the item could go to the bin if it were alone.
    pub(crate) fn is_open(&self, item: u32, bin: u32) -> bool {
        self.session()
            .is_some_and(|session| session.borrow().is_open(item, bin))
    }

    /// A number that the value of no plan passes in which the item goes to the bin. `None`: it may be that there is no
    /// such plan.
    pub(crate) fn bound_with(&self, item: u32, bin: u32) -> Option<i128> {
        self.session()?.borrow_mut().bound_with(item, bin)
    }

    fn answer(&self, steps: &[Step], draw: Option<TieRule<'_>>) -> Result<Answer, MatchError> {
        let answer = self.answer_at_least(i128::MIN, steps, draw)?;
        answer.ok_or(MatchError::Internal("worth less than anything"))
    }

    fn answer_at_least(
        &self,
        least: i128,
        steps: &[Step],
        draw: Option<TieRule<'_>>,
    ) -> Result<Option<Answer>, MatchError> {
        let task = self.matched.task();
        if let Some(steps) = in_solver(&task.problem, steps)
            && let Some(session) = self.session()
        {
            let options = solver_options(draw, &self.options);
            match session.borrow_mut().best_at_least(least, &steps, &options) {
                Some(AtLeast::Best(best)) => return Ok(Some(Answer::from_best(best))),
                Some(AtLeast::Less) => return Ok(None),
                None => {}
            }
        }
        resolve(task, steps, draw, &self.options).map(Some)
    }
}

/// The plan of a solved problem that takes these steps, its ties settled and told, once the checker has agreed that it is
/// the best; `None`: the limits are too narrow, or only a solve from nothing can tell.
pub(super) fn told(origin: &Origin, steps: &[Step], options: &AskOptions<'_>) -> Option<Answer> {
    let problem = &origin.task.problem;
    let steps = in_solver(problem, steps)?;
    let options = solver_options(Some(origin.draw.rule(true)), options);
    let (best, _) = origin.solved.session(problem)?.best_checked(&steps, &options)?;
    Some(Answer::from_best(best)).filter(|answer| answer.status == Status::Optimal)
}

/// What the solver keeps of a task that it solves to the end; `None`: it does not.
pub(super) fn solved(task: &Task, draw: &Draw, options: &AskOptions<'_>) -> Option<Solved> {
    let options = solver_options(Some(draw.rule(true)), options);
    let (_, kept) = hemvist_solver::solve_keeping(&task.problem, &options).ok()?;
    kept
}

/// The steps as the solver's; `None` if one of them takes something back.
fn in_solver(problem: &Problem, steps: &[Step]) -> Option<Vec<hemvist_solver::Step>> {
    let mut out = Vec::new();
    for step in steps {
        match *step {
            Step::Lock(item, bin) => out.push(hemvist_solver::Step::Lock(item, bin)),
            Step::Ban(item, bin) => out.push(hemvist_solver::Step::Ban(item, bin)),
            Step::Out(item) => {
                let row = problem.indptr[item as usize]..problem.indptr[item as usize + 1];
                let bans = problem.bins[row]
                    .iter()
                    .map(|&bin| hemvist_solver::Step::Ban(item, bin));
                out.extend(bans);
            }
            Step::Lift(_) => return None,
        }
    }
    Some(out)
}

fn solver_options<'a>(draw: Option<TieRule<'a>>, options: &AskOptions<'_>) -> hemvist_solver::Options<'a> {
    hemvist_solver::Options {
        work_limit: options.work_limit,
        deadline: options.deadline,
        threads: options.threads,
        cancel: options.cancel.clone(),
        progress: None,
        before: None,
        ties: draw,
    }
}

/// The problem with the steps taken, and for each of its locks the position that it had before.
fn taken(problem: &Problem, steps: &[Step]) -> (Problem, Vec<Option<usize>>) {
    let is_lifted = |lock: usize| steps.contains(&Step::Lift(lock));
    let positions: Vec<usize> = (0..problem.locks.len()).filter(|&lock| !is_lifted(lock)).collect();
    let mut locks: Vec<Option<usize>> = positions.iter().copied().map(Some).collect();
    let mut new = Problem {
        locks: positions.into_iter().map(|lock| problem.locks[lock]).collect(),
        ..problem.clone()
    };
    for step in steps {
        match *step {
            Step::Lock(item, bin) if !new.locks.contains(&(item, bin)) => {
                new.locks.push((item, bin));
                locks.push(None);
            }
            Step::Ban(item, bin) => new.bans.push((item, bin)),
            Step::Out(item) => {
                let row = problem.indptr[item as usize]..problem.indptr[item as usize + 1];
                new.bans.extend(problem.bins[row].iter().map(|&bin| (item, bin)));
            }
            Step::Lock(..) | Step::Lift(_) => {}
        }
    }
    (new, locks)
}
