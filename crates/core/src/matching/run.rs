//! One run of the pipeline, kept: from candidates to a plan, with what is needed to ask about it afterwards.

use std::fmt;
use std::sync::{Arc, OnceLock};

use hemvist_solver::{Solved, TieRule};

use super::fairness::{Court, Promised};
use super::follow::{self, Former, Origin};
use super::resolve::{AskOptions, Asking};
use super::translate::{Goal, Task, translate};
use super::{MatchError, MatchOptions, Weights};
use crate::candidates::Candidates;
use crate::clock::clock;
use crate::input::{Choice, PlacementKind};
use crate::lottery;
use crate::plan::Plan;
use crate::plan::build::{Answer, Beside, build};
use crate::plan::unplaced::Misses;
use crate::policy::{CompiledPolicy, Fairness, Policy};
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// The draw as the solver's tie rule: children in the order of their lottery numbers, each preferring better fit, then
/// the family with the lower number.
#[derive(Clone)]
pub(crate) struct Draw {
    /// All items, first drawn first.
    pub(crate) order: Vec<u32>,
    /// Per edge, how many edges of the same item are preferred to it.
    pub(crate) preference: Vec<u32>,
}

impl Draw {
    fn new(pool: &Pool, task: &Task, seed: &str) -> Self {
        let families = lottery::ranks(seed, pool.families().map(|family| pool.family(family).id.as_str()));
        let problem = &task.problem;
        let mut preference = vec![0; problem.bins.len()];
        for row in problem.indptr.windows(2) {
            let mut edges: Vec<usize> = (row[0]..row[1]).collect();
            edges.sort_unstable_by_key(|&e| (std::cmp::Reverse(task.fits[e]), families[problem.bins[e] as usize]));
            for (rank, edge) in (0..).zip(edges) {
                preference[edge] = rank;
            }
        }
        Self {
            order: lottery::order(seed, task.items.iter().map(|&child| pool.child(child).id.as_str())),
            preference,
        }
    }

    /// `tell`: whether it is wanted, too, whom every best plan treats alike.
    pub(super) fn rule(&self, tell: bool) -> TieRule<'_> {
        TieRule {
            order: &self.order,
            preference: &self.preference,
            tell,
        }
    }
}

/// A pool as a problem, and the answer to it.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) goal: Goal,
    candidates: Candidates,
    pub(crate) task: Arc<Task>,
    pub(crate) draw: Arc<Draw>,
    pub(crate) answer: Answer,
    /// What the solver kept, if it was asked and the plan is proven.
    solved: OnceLock<Arc<Solved>>,
    /// The solved problem that gave the answer, if it is another's.
    origin: Option<Arc<Origin>>,
    /// What the plan promises to municipalities, if the policy asks for it.
    promised: Option<Promised>,
}

impl Run {
    /// Solves a pool; the options have been checked.
    pub(super) fn new(pool: &Pool, policy: &CompiledPolicy, options: &MatchOptions<'_>) -> Result<Self, MatchError> {
        Self::after(None, pool, policy, options)
    }

    /// As [`Run::new`]; sooner, if what was solved of a pool before is much like this one.
    fn after(
        before: Option<(&Pool, &Origin)>,
        pool: &Pool,
        policy: &CompiledPolicy,
        options: &MatchOptions<'_>,
    ) -> Result<Self, MatchError> {
        let candidates = Candidates::find(pool, policy, options.threads);
        let goal = goal(pool, policy.policy());
        let task = translate(pool, &candidates, &goal)?;
        let draw = Arc::new(Draw::new(pool, &task, options.seed(policy.policy())));
        Unsolved {
            goal,
            candidates,
            task,
            draw,
        }
        .solve(before, pool, policy, options)
    }

    /// As [`Run::new`], of this run's pool with choices added.
    fn following(
        &self,
        pool: &Pool,
        policy: &CompiledPolicy,
        choices: &[Choice],
        (options, asked): (&MatchOptions<'_>, &AskOptions<'_>),
    ) -> Result<Self, MatchError> {
        let promises = policy.policy().objective.fairness != Fairness::None;
        let candidates = follow::candidates(&self.candidates, pool, policy, choices);
        // No choice makes anything more urgent.
        let goal = self.goal.clone();
        let task = if candidates == self.candidates && !promises {
            self.task.with_locks_of(pool)
        } else {
            translate(pool, &candidates, &goal)?
        };
        let draw = if task.problem.bins == self.task.problem.bins {
            Arc::clone(&self.draw)
        } else {
            Arc::new(Draw::new(pool, &task, options.seed(policy.policy())))
        };
        let next = Unsolved {
            goal,
            candidates,
            task,
            draw,
        };
        // A match that is limited may end before it knows what is known here.
        let may_ask = !promises && options.work_limit.is_none() && next.task.impossible.is_empty();
        let origin = self.origin().filter(|_| may_ask);
        let told = origin.and_then(|origin| Some((origin.answer(&next.task, &next.goal, asked)?, origin)));
        match told {
            Some((answer, origin)) => Ok(Self {
                origin: Some(origin),
                ..next.answered(answer)
            }),
            None => next.solve(None, pool, policy, options),
        }
    }

    /// The solved problem that another one can be told from.
    fn origin(&self) -> Option<Arc<Origin>> {
        match self.solved.get() {
            Some(solved) => Some(Arc::new(Origin {
                task: Arc::clone(&self.task),
                draw: Arc::clone(&self.draw),
                solved: Arc::clone(solved),
            })),
            None => self.origin.clone(),
        }
    }

    /// What the solver kept; a problem whose answer came from another's is solved when this is first asked.
    fn solved(&self, options: &AskOptions<'_>) -> Option<&Solved> {
        if self.solved.get().is_none() && self.origin.is_some() {
            let kept = super::resolve::solved(&self.task, &self.draw, options)?;
            // Whoever was first: it is the same.
            let _ = self.solved.set(Arc::new(kept));
        }
        self.solved.get().map(|solved| &**solved)
    }

    /// Reads the answer as a plan. `former`: a plan that tells some of the same.
    pub(super) fn plan(
        &self,
        pool: &Pool,
        policy: &CompiledPolicy,
        options: &MatchOptions<'_>,
        former: Option<&Former<'_>>,
    ) -> Result<Plan, MatchError> {
        let beside = Beside {
            promised: self.promised.as_ref(),
            former,
            repeatable: options.is_repeatable(),
        };
        build(pool, policy, &self.task, &self.goal, &self.answer, &beside)
    }
}

/// A pool as a problem that nobody has solved yet.
struct Unsolved {
    goal: Goal,
    candidates: Candidates,
    task: Task,
    draw: Arc<Draw>,
}

impl Unsolved {
    fn answered(self, answer: Answer) -> Run {
        Run {
            goal: self.goal,
            candidates: self.candidates,
            task: Arc::new(self.task),
            draw: self.draw,
            answer,
            solved: OnceLock::new(),
            origin: None,
            promised: None,
        }
    }

    fn solve(
        mut self,
        before: Option<(&Pool, &Origin)>,
        pool: &Pool,
        policy: &CompiledPolicy,
        options: &MatchOptions<'_>,
    ) -> Result<Run, MatchError> {
        let fairness = policy.policy().objective.fairness;
        if !self.task.impossible.is_empty() {
            let answer = Answer::infeasible(&self.task);
            return Ok(self.answered(answer));
        }
        if fairness != Fairness::None {
            let court = Court {
                pool,
                goal: &self.goal,
                draw: &self.draw,
                options,
            };
            if let Some((promised, answer)) = court.solve(fairness, &mut self.task)? {
                return Ok(Run {
                    promised: Some(promised),
                    ..self.answered(answer)
                });
            }
        }
        let mut solved = OnceLock::new();
        // A limited match must not depend on what was known before.
        let before = before.filter(|_| options.work_limit.is_none());
        let begun = before.map(|(former, origin)| origin.numbers_in(former, pool, &self.task));
        let solution = hemvist_solver::solve_keeping(
            &self.task.problem,
            &hemvist_solver::Options {
                work_limit: options.work_limit,
                deadline: options.deadline,
                threads: options.threads,
                cancel: options.cancel.clone(),
                progress: options.progress,
                before: begun.as_ref().map(|begun| begun.as_before()),
                ties: Some(self.draw.rule(true)),
            },
        );
        let solution = solution.map(|(solution, kept)| {
            solved = kept.map(|kept| OnceLock::from(Arc::new(kept))).unwrap_or_default();
            solution
        });
        let answer = Answer::from_solution(&self.task, solution)?;
        Ok(Run {
            solved,
            ..self.answered(answer)
        })
    }
}

/// What the policy asks of the pool as a whole.
pub(super) fn goal(pool: &Pool, policy: &Policy) -> Goal {
    let objective = &policy.objective;
    Goal {
        urgency: pool
            .children()
            .map(|child| i64::from(urgency(pool, policy, child)))
            .collect(),
        sibling_bonus: i64::from(objective.sibling_bonus),
        homes_per_secretary: policy.thresholds.homes_per_secretary,
        weighted: (!objective.strict).then(|| Weights {
            urgency: i64::from(objective.urgency_points),
            network: i64::from(objective.network_points),
            fit: 1,
        }),
    }
}

/// How many steps of urgency a child has: those of every child, those of an acute need, one for each so many days of
/// waiting, and those of an emergency home that it must soon leave.
fn urgency(pool: &Pool, policy: &Policy, child: ChildIdx) -> u32 {
    let steps = &policy.objective.urgency;
    let emergency = pool.child(child).placement == PlacementKind::Emergency;
    let waited = (pool.days_waited(child) / steps.days_per_step.max(1)).min(steps.most_steps);
    let clock = clock(pool, &policy.thresholds, child);
    let rises = clock.map_or(0, |clock| clock.steps(&policy.thresholds, steps.emergency_clock));
    steps.each.max(1) + waited + rises + if emergency { steps.emergency } else { 0 }
}

/// A matched pool: its plan, and what is needed to answer questions about it ([`crate::ask`]).
///
/// Holds pool and policy, so that no question can be asked of another pool than the one that was matched.
///
/// # Examples
/// ```
/// use hemvist::matching::{MatchOptions, Matched};
/// use hemvist::{input::PoolDocument, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(
///     r#"{"format": "hemvist.pool/1", "as_of": "2026-01-15"}"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// assert_eq!(matched.plan().totals.children, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Matched {
    pool: Arc<Pool>,
    policy: Arc<CompiledPolicy>,
    /// The caller's seed, if it gave one.
    seed: Option<String>,
    run: Run,
    plan: Arc<Plan>,
    /// What rules out the pairs of children who are placed, as far as questions told it.
    misses: Misses,
}

impl Matched {
    /// Matches a pool as [`super::match_pool`] does, and keeps what questions need.
    ///
    /// # Errors
    /// As [`super::match_pool`].
    pub fn new(pool: impl Into<Arc<Pool>>, policy: &Policy, options: &MatchOptions<'_>) -> Result<Self, MatchError> {
        options.check()?;
        Self::compiled(pool.into(), Arc::new(policy.compile()?), options)
    }

    /// As [`Matched::new`], with checked options and a policy that is ready for use.
    pub(crate) fn compiled(
        pool: Arc<Pool>,
        policy: Arc<CompiledPolicy>,
        options: &MatchOptions<'_>,
    ) -> Result<Self, MatchError> {
        let run = Run::new(&pool, &policy, options)?;
        Ok(Self {
            plan: Arc::new(run.plan(&pool, &policy, options, None)?),
            misses: Misses::default(),
            run,
            seed: options.seed.map(str::to_owned),
            pool,
            policy,
        })
    }

    /// The pool that was matched.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The same, to be shared.
    pub fn shared_pool(&self) -> Arc<Pool> {
        Arc::clone(&self.pool)
    }

    /// The policy it was matched by.
    pub fn policy(&self) -> &CompiledPolicy {
        &self.policy
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan, to be shared.
    pub fn shared_plan(&self) -> Arc<Plan> {
        Arc::clone(&self.plan)
    }

    /// The plan alone.
    pub fn into_plan(self) -> Plan {
        Arc::unwrap_or_clone(self.plan)
    }

    /// The seed of the draw.
    pub fn seed(&self) -> &str {
        self.seed.as_deref().unwrap_or(&self.policy.policy().tie_seed)
    }

    pub(crate) fn shared_policy(&self) -> Arc<CompiledPolicy> {
        Arc::clone(&self.policy)
    }

    pub(crate) fn goal(&self) -> &Goal {
        &self.run.goal
    }

    pub(crate) fn task(&self) -> &Task {
        &self.run.task
    }

    pub(crate) fn draw(&self) -> &Draw {
        &self.run.draw
    }

    pub(crate) fn answer(&self) -> &Answer {
        &self.run.answer
    }

    /// The item of a child; `None`: the child stays where it lives.
    pub(crate) fn item(&self, child: ChildIdx) -> Option<u32> {
        self.run.task.item_of[child.row()]
    }

    /// The proposed family of each item, as a bin.
    pub(crate) fn home(&self, item: u32) -> Option<FamilyIdx> {
        self.run.answer.bin_of[item as usize].map(|bin| FamilyIdx::from_row(bin as usize))
    }

    /// Matches another pool, or by another policy, as this one was matched.
    ///
    /// # Errors
    /// As [`Matched::new`].
    pub(crate) fn again(
        &self,
        pool: Arc<Pool>,
        policy: Arc<CompiledPolicy>,
        options: &AskOptions<'_>,
    ) -> Result<Self, MatchError> {
        let of_match = self.options(options);
        let run = self.run(&pool, &policy, options)?;
        Ok(Self {
            plan: Arc::new(run.plan(&pool, &policy, &of_match, None)?),
            misses: Misses::default(),
            run,
            seed: self.seed.clone(),
            pool,
            policy,
        })
    }

    /// Matches this pool with choices added as it was matched; `pool` is the one that has them.
    ///
    /// # Errors
    /// As [`Matched::new`].
    pub(crate) fn with_choices(
        &self,
        pool: Arc<Pool>,
        choices: &[Choice],
        options: &AskOptions<'_>,
    ) -> Result<Self, MatchError> {
        let policy = Arc::clone(&self.policy);
        let of_match = self.options(options);
        let run = self.run.following(&pool, &policy, choices, (&of_match, options))?;
        let former = Former::new(&self.plan, &self.misses, &pool, choices);
        Ok(Self {
            plan: Arc::new(run.plan(&pool, &policy, &of_match, Some(&former))?),
            misses: former.misses(),
            run,
            seed: self.seed.clone(),
            pool,
            policy,
        })
    }

    /// The answer to another pool, or by another policy, without the plan that could be read from it.
    pub(crate) fn run(
        &self,
        pool: &Pool,
        policy: &CompiledPolicy,
        options: &AskOptions<'_>,
    ) -> Result<Run, MatchError> {
        let origin = self.run.origin();
        let before = origin.as_deref().map(|origin| (&*self.pool, origin));
        Run::after(before, pool, policy, &self.options(options))
    }

    /// Options of a match with the same draw.
    fn options<'a>(&'a self, options: &AskOptions<'a>) -> MatchOptions<'a> {
        MatchOptions {
            seed: self.seed.as_deref(),
            threads: options.threads,
            work_limit: options.work_limit,
            deadline: options.deadline,
            cancel: options.cancel.clone(),
            progress: None,
        }
    }

    /// Somebody who asks this pool.
    pub(crate) fn asking<'a>(&'a self, options: &AskOptions<'a>) -> Asking<'a> {
        Asking::new(self, options)
    }

    /// What the solver kept, made if need be.
    pub(crate) fn solved(&self, options: &AskOptions<'_>) -> Option<&Solved> {
        self.run.solved(options)
    }
}

impl fmt::Debug for Matched {
    /// As the plan's: status and counts only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.plan, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{ChoiceKind, PoolDocument};

    #[test]
    fn a_chain_of_locks_is_told_from_one_solved_problem() {
        let family = |id: &str| {
            format!(
                r#"{{"id": "{id}", "municipality": "1276", "kind": "family", "places": 2, "ages": {{"from": 0, "to": 12}},
                "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}}"#
            )
        };
        let child =
            |id: &str| format!(r#"{{"id": "{id}", "municipality": "1276", "age": 7, "placement": "long_term"}}"#);
        let document: PoolDocument = serde_json::from_str(&format!(
            r#"{{"format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{{"id": "1276"}}],
            "families": [{}, {}], "children": [{}, {}, {}],
            "sibling_groups": [{{"id": "g1", "children": ["c1", "c2"], "policy": "prefer"}}]}}"#,
            family("f1"),
            family("f2"),
            child("c1"),
            child("c2"),
            child("c3"),
        ))
        .expect("a document");
        let pool = Pool::from_document(document).expect("a pool");
        let mut matched = Matched::new(pool, &Policy::default(), &MatchOptions::default()).expect("a plan");
        let options = AskOptions::default();
        for (child, family) in [("c1", "f2"), ("c2", "f1")] {
            let lock = [Choice {
                kind: ChoiceKind::Lock,
                child: child.to_owned(),
                family: family.to_owned(),
                reason: "asked by a test".to_owned(),
                on: None,
            }];
            let pool = Arc::new(matched.pool.with_choices(&lock).expect("a pool"));
            matched = matched.with_choices(pool, &lock, &options).expect("a plan");
            assert!(matched.run.origin.is_some() && matched.run.solved.get().is_none());
        }
        assert!(matched.solved(&options).is_some(), "solved once it is asked");
        assert!(matched.run.solved.get().is_some());
    }
}
