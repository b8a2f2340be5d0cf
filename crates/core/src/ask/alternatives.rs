//! The best other families for a child: not by fit alone, but by what the pool as a whole loses.

use std::cmp::Reverse;

use schemars::JsonSchema;
use serde::Serialize;

use super::child;
use super::regret::{Move, Regret, Sentences, moves};
use crate::explain::explain;
use crate::input::Day;
use crate::lang::Lang;
use crate::matching::{AskOptions, Asking, MatchError, Matched, Step, Task, bin};
use crate::plan::build::Answer;
use crate::plan::{Reason, Status};
use crate::policy::Mode;
use crate::pool::{ChildIdx, FamilyIdx};

/// The only value of [`Alternatives::format`].
pub const ALTERNATIVES_FORMAT: &str = "hemvist.alternatives/1";

/// Other families for a child, by what the pool as a whole loses (`hemvist.alternatives/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Alternatives {
    /// Always `hemvist.alternatives/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// The child.
    pub child: String,
    /// Where the plan has it, or where it stays; `null`: nowhere.
    pub home: Option<String>,
    /// Whether the child stays where it lives, so that no other family is looked for.
    pub stays: bool,
    /// Siblings who are to stay together with the child and go where it goes.
    pub together_with: Vec<String>,
    /// How good the plan is known to be.
    pub status: Status,
    /// Families, other than the plan's, that no rule stops.
    pub eligible: u32,
    /// Of these, how many are in no plan at all, because a lock or a limit stands in the way.
    pub impossible: u32,
    /// The best of them: least lost first, then greatest fit, then by id.
    pub families: Vec<Alternative>,
}

/// A family that the child could go to instead.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Alternative {
    /// The family.
    pub family: String,
    /// Fit of the pair, 0–1000.
    pub fit: u16,
    /// Whether the child is related to the family or knows it.
    pub network: bool,
    /// What the pool loses by the best plan with this pair.
    pub regret: Regret,
    /// Whether nothing is lost: another best plan has this pair.
    pub tied: bool,
    /// Who else would be elsewhere in that plan, siblings who go along included.
    pub moves: Vec<Move>,
    /// Rules set to `warn` that the pair breaks.
    pub warnings: Vec<Reason>,
    /// The same in words.
    pub sentence: Sentences,
}

impl super::Document for Alternatives {}

impl std::fmt::Debug for Alternatives {
    /// Counts only: an answer is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alternatives")
            .field("families", &self.families.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Alternative {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alternative")
            .field("regret", &self.regret)
            .finish_non_exhaustive()
    }
}

/// The `most` best other families for a child, for the pool as a whole.
///
/// # Errors
/// That no child has this id; [`MatchError::Internal`] for a defect.
///
/// # Complexity
/// One question to the solved pool for each of the best, and one more; where only that can tell, one solve for each family
/// that could be among them.
///
/// # Examples
/// Two children, two homes. The older child could go to `f1` too, and then the younger would be without a home.
/// ```
/// use hemvist::ask::{AskOptions, Matched, alternatives};
/// use hemvist::{input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [
///         {"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 0, "to": 20},
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"},
///         {"id": "f2", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 10, "to": 20},
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [
///         {"id": "c1", "municipality": "1276", "age": 15, "placement": "long_term"},
///         {"id": "c2", "municipality": "1276", "age": 5, "placement": "long_term"}]
/// }"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let found = alternatives(&matched, "c1", 3, &AskOptions::default())?;
/// assert_eq!(found.home.as_deref(), Some("f2"));
/// let other = &found.families[0];
/// assert_eq!((other.family.as_str(), other.regret.urgency), ("f1", 10));
/// assert_eq!((other.moves[0].child.as_str(), other.moves[0].to.as_deref()), ("c2", None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn alternatives(
    matched: &Matched,
    child: &str,
    most: usize,
    options: &AskOptions<'_>,
) -> Result<Alternatives, MatchError> {
    of_child(&matched.asking(options), self::child(matched.pool(), child)?, most)
}

/// [`alternatives`] for every child who needs a placement, in the order of ids.
///
/// # Errors
/// As [`alternatives`].
///
/// # Complexity
/// As that of [`alternatives`] for each child, shared out to the threads.
pub fn alternatives_of_all(
    matched: &Matched,
    most: usize,
    options: &AskOptions<'_>,
) -> Result<Vec<Alternatives>, MatchError> {
    let items = &matched.task().items;
    super::for_each_asking(matched, items, options, |&child, asking| of_child(asking, child, most))
}

fn of_child(asking: &Asking<'_>, child: ChildIdx, most: usize) -> Result<Alternatives, MatchError> {
    let matched = asking.matched;
    let pool = matched.pool();
    let home = matched
        .item(child)
        .map_or_else(|| pool.stays(child), |item| matched.home(item));
    let mut found = Alternatives {
        format: ALTERNATIVES_FORMAT,
        as_of: pool.as_of(),
        child: pool.child(child).id.clone(),
        home: home.map(|home| pool.family(home).id.clone()),
        stays: matched.item(child).is_none(),
        together_with: Vec::new(),
        status: matched.plan().status,
        eligible: 0,
        impossible: 0,
        families: Vec::new(),
    };
    let Some(item) = matched.item(child).filter(|_| found.status != Status::Infeasible) else {
        return Ok(found);
    };
    let block = matched.task().block(item);
    let ids = block.iter().filter(|&&i| i != item);
    found.together_with = ids
        .map(|&i| pool.child(matched.task().items[i as usize]).id.clone())
        .collect();
    let ranked = Ranked::find(asking, item, most)?;
    (found.eligible, found.impossible) = (ranked.eligible, ranked.impossible);
    for (edge, answer) in &ranked.best {
        found.families.push(alternative(asking, item, *edge, answer)?);
    }
    Ok(found)
}

/// The edges of an item to other homes than its own, best for the pool first.
pub(super) struct Ranked {
    /// Edges, other than the plan's.
    pub(super) eligible: u32,
    /// Edges that are in no plan.
    pub(super) impossible: u32,
    /// The best edges, each with the best plan that uses it.
    pub(super) best: Vec<(usize, Answer)>,
}

impl Ranked {
    /// Asks for the best plans with the item elsewhere. Edges that may be in no plan are asked about one by one, and so
    /// are all if only that can tell: those with the greatest bounds first, until no bound that is left could come among
    /// the best.
    pub(super) fn find(asking: &Asking<'_>, item: u32, most: usize) -> Result<Self, MatchError> {
        let matched = asking.matched;
        let task = matched.task();
        let now = matched.home(item).map(bin);
        let row = task.problem.indptr[item as usize]..task.problem.indptr[item as usize + 1];
        let others = row.filter(|&edge| Some(task.problem.bins[edge]) != now);
        let (sure, unsure): (Vec<_>, Vec<_>) = others.partition(|&edge| asking.is_open(item, task.problem.bins[edge]));
        let mut ranked = Self {
            eligible: u32::try_from(unsure.len() + sure.len()).unwrap_or(u32::MAX),
            impossible: 0,
            best: Vec::new(),
        };
        if most == 0 {
            return Ok(ranked);
        }
        for edge in unsure {
            ranked.ask(asking, item, most, edge)?;
        }
        if let Some(answers) = asking.plans_elsewhere(item, most) {
            for answer in answers {
                let home = answer.bin_of[item as usize];
                let edge = sure.iter().find(|&&edge| home == Some(task.problem.bins[edge]));
                let edge = *edge.ok_or(MatchError::Internal("a plan with a pair that was not asked for"))?;
                ranked.insert(task, most, edge, answer);
            }
            return Ok(ranked);
        }
        let bound = |edge: usize| asking.bound_with(item, task.problem.bins[edge]);
        let mut sure: Vec<_> = sure.into_iter().map(|edge| (bound(edge), edge)).collect();
        sure.sort_unstable_by_key(|&(bound, edge)| (bound.is_some(), Reverse(bound), edge));
        for (bound, edge) in sure {
            if bound.is_some_and(|bound| bound < ranked.least(most)) {
                break;
            }
            ranked.ask(asking, item, most, edge)?;
        }
        Ok(ranked)
    }

    /// What the value of a plan must reach to come among the best.
    fn least(&self, most: usize) -> i128 {
        let worst = self.best.last().filter(|_| self.best.len() == most);
        worst.map_or(i128::MIN, |(_, answer)| answer.value)
    }

    /// Puts an edge among the best if its plan is worth as much.
    fn ask(&mut self, asking: &Asking<'_>, item: u32, most: usize, edge: usize) -> Result<(), MatchError> {
        let task = asking.matched.task();
        let steps = [Step::Lock(item, task.problem.bins[edge])];
        match asking.plan_at_least(self.least(most), &steps)? {
            Some(answer) if answer.status == Status::Infeasible => self.impossible += 1,
            Some(answer) => self.insert(task, most, edge, answer),
            None => {}
        }
        Ok(())
    }

    /// Puts an edge among the best, which are in order: greatest value, then greatest fit, then edge, which is the order of
    /// ids.
    fn insert(&mut self, task: &Task, most: usize, edge: usize, answer: Answer) {
        let key = |edge: usize, answer: &Answer| (Reverse(answer.value), Reverse(task.fits[edge]), edge);
        let before = |other: &(usize, Answer)| key(other.0, &other.1) < key(edge, &answer);
        let at = self.best.partition_point(before);
        self.best.insert(at, (edge, answer));
        self.best.truncate(most);
    }
}

fn alternative(asking: &Asking<'_>, item: u32, edge: usize, answer: &Answer) -> Result<Alternative, MatchError> {
    let matched = asking.matched;
    let (pool, task) = (matched.pool(), matched.task());
    let bin = task.problem.bins[edge];
    super::check(matched, answer, true)?;
    let regret = Regret::of(matched, answer)?;
    let moves = moves(matched, answer, &[item]);
    let (child, family) = (task.items[item as usize], FamilyIdx::from_row(bin as usize));
    let warnings = explain(pool, matched.policy(), child, family).reasons.into_iter();
    Ok(Alternative {
        family: pool.family(family).id.clone(),
        fit: task.fits[edge],
        network: task.network[edge],
        tied: regret.is_nothing(),
        sentence: Sentences::new(|lang| sentence(matched, &regret, &moves, lang)),
        regret,
        moves,
        warnings: warnings.filter(|r| r.mode == Mode::Warn).map(Reason::Rule).collect(),
    })
}

/// What the pool loses and who would be elsewhere, in one sentence.
pub(super) fn sentence(matched: &Matched, regret: &Regret, moves: &[Move], lang: Lang) -> String {
    let lost = regret.sentence(matched.plan().objective.strict, lang);
    if moves.is_empty() {
        let nobody = lang.pick("nobody else would move", "ingen annan skulle byta hem");
        format!("{lost}; {nobody}")
    } else {
        format!("{lost}; {}", Move::phrase(moves, lang))
    }
}
