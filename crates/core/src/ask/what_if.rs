//! What would change: locks, bans and refusals, families and children who come and go, another policy.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::regret::{Move, Regret, Sentences};
use crate::changes::Changes;
use crate::input::{ChoiceKind, Day};
use crate::lang::Lang;
use crate::matching::{AskOptions, MatchError, Matched, Step, Worth};
use crate::plan::{Plan, Status, Totals};
use crate::policy::Policy;

/// The only value of [`Difference::format`].
pub const WHAT_IF_FORMAT: &str = "hemvist.what_if/1";

/// What came of changes: the difference, and the changed pool, matched, to be asked further.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// The difference as a document.
    pub difference: Difference,
    /// The changed pool and its plan.
    pub matched: Matched,
}

/// How the plan differs once a pool is changed (`hemvist.what_if/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// Always `hemvist.what_if/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// The plan before.
    pub before: Side,
    /// The plan after.
    pub after: Side,
    /// What the pool as a whole loses, tier by tier, negative where it gains; `null` if the policy was changed, whose
    /// points cannot be held against the others, or if either plan is infeasible.
    pub regret: Option<Regret>,
    /// Children of both pools whose home differs.
    pub moves: Vec<Move>,
    /// Children who came, with their home.
    pub arrived: Vec<Move>,
    /// Children who left, with the home that they had.
    pub left: Vec<Move>,
    /// What each new lock costs.
    pub locks: Vec<Price>,
    /// The plan after, in full (`hemvist.plan/1`).
    #[serde(serialize_with = "shared")]
    #[schemars(with = "serde_json::Value")]
    pub plan: Arc<Plan>,
    /// The difference in one sentence.
    pub sentence: Sentences,
}

fn shared<S: Serializer>(plan: &Arc<Plan>, to: S) -> Result<S::Ok, S::Error> {
    plan.as_ref().serialize(to)
}

/// How one of the plans stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// How good it is known to be.
    pub status: Status,
    /// Its worth in each tier.
    pub tiers: Worth,
    /// Counts and sums.
    pub totals: Totals,
}

impl Side {
    fn of(plan: &Plan) -> Self {
        Self {
            status: plan.status,
            tiers: plan.objective.tiers,
            totals: plan.totals,
        }
    }
}

/// What a choice costs the pool: what the best plan without it would be worth more.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Price {
    /// What was decided.
    pub kind: ChoiceKind,
    /// The child.
    pub child: String,
    /// The family.
    pub family: String,
    /// What the pool loses by it; `null` if the locks contradict, so that there is no plan to compare with.
    pub regret: Option<Regret>,
}

impl super::Document for Difference {}

impl std::fmt::Debug for Difference {
    /// Status and counts only: an answer is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Difference")
            .field("before", &self.before)
            .field("after", &self.after)
            .field("moves", &self.moves.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Price")
            .field("regret", &self.regret)
            .finish_non_exhaustive()
    }
}

/// Matches a pool anew with changes, and with another policy if one is given, and tells the difference.
///
/// The plan after is the plan that [`crate::matching::match_pool`] gives for the changed pool, byte for byte. That holds
/// for a chain of changes, too: what comes of them can be changed again.
///
/// # Errors
/// [`MatchError::Refused`] with every problem of the changes or the policy; else as a match.
///
/// # Complexity
/// One match, and one solve for each new lock if there are several changes.
///
/// Where only choices are added and no policy is given, nothing is matched anew that they do not touch: a copy of the pool,
/// one question to the solved problem, and a plan whose reasons are taken over. The problem is solved anew after all if
/// only that can tell: without sibling groups, where the policy promises something to municipalities, under a work limit,
/// or where the locks contradict. A pool that was not solved anew is solved by the first other question to it.
///
/// # Examples
/// The family says no; the child goes to the other one.
/// ```
/// use hemvist::ask::{AskOptions, Matched, what_if};
/// use hemvist::{changes::Changes, input::PoolDocument, matching::MatchOptions, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [
///         {"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 0, "to": 12},
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"},
///         {"id": "f2", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 7, "to": 12},
///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let matched = Matched::new(Pool::from_document(document)?, &Policy::default(), &MatchOptions::default())?;
/// let changes = Changes::from_json(br#"{"format": "hemvist.changes/1",
///     "choices": [{"kind": "refused", "child": "c1", "family": "f1", "reason": "moves house in spring"}]}"#)?;
/// let answer = what_if(&matched, &changes, None, &AskOptions::default())?;
/// let [moved] = &answer.difference.moves[..] else { panic!("one child moves") };
/// assert_eq!((moved.from.as_deref(), moved.to.as_deref()), (Some("f1"), Some("f2")));
/// assert_eq!(answer.difference.regret.unwrap().fit, 30);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn what_if(
    matched: &Matched,
    changes: &Changes,
    policy: Option<&Policy>,
    options: &AskOptions<'_>,
) -> Result<WhatIf, MatchError> {
    let pool = Arc::new(changes.apply(matched.pool())?);
    let after = match (policy, changes.only_choices()) {
        (Some(policy), _) => matched.again(pool, Arc::new(policy.compile()?), options)?,
        (None, None) => matched.again(pool, matched.shared_policy(), options)?,
        (None, Some(choices)) => matched.with_choices(pool, choices, options)?,
    };
    let locks = new_locks(matched, &after, changes, policy.is_some(), options)?;
    let difference = difference(matched, &after, locks, policy.is_some());
    Ok(WhatIf {
        difference,
        matched: after,
    })
}

fn difference(before: &Matched, after: &Matched, locks: Vec<Price>, other_policy: bool) -> Difference {
    let (old, new) = (homes(before.plan()), homes(after.plan()));
    let step = |child: &str, from: Option<Option<&str>>, to: Option<Option<&str>>| Move {
        child: child.to_owned(),
        from: from.flatten().map(str::to_owned),
        to: to.flatten().map(str::to_owned),
    };
    let (mut moves, mut arrived, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let (mut in_old, mut in_new) = (old.into_iter().peekable(), new.into_iter().peekable());
    while let Some(child) = [in_old.peek(), in_new.peek()]
        .into_iter()
        .flatten()
        .map(|home| home.0)
        .min()
    {
        let from = in_old.next_if(|home| home.0 == child).map(|home| home.1);
        let to = in_new.next_if(|home| home.0 == child).map(|home| home.1);
        match (from, to) {
            (Some(f), Some(t)) if f == t => {}
            (Some(_), Some(_)) => moves.push(step(child, from, to)),
            (None, _) => arrived.push(step(child, from, to)),
            (_, None) => left.push(step(child, from, to)),
        }
    }
    let sides = [Side::of(before.plan()), Side::of(after.plan())];
    let comparable = !other_policy && sides.iter().all(|side| side.status != Status::Infeasible);
    let proven = sides.iter().all(|side| side.status == Status::Optimal);
    let regret = comparable.then(|| Regret::between(before, sides[0].tiers, sides[1].tiers, proven));
    let strict = after.plan().objective.strict;
    let sentence = Sentences::new(|lang| say(&sides, regret.as_ref(), &moves, strict, lang));
    Difference {
        format: WHAT_IF_FORMAT,
        as_of: after.plan().as_of,
        before: sides[0],
        after: sides[1],
        regret,
        moves,
        arrived,
        left,
        locks,
        plan: after.shared_plan(),
        sentence,
    }
}

/// Where every child of a plan is to live, those who stay included, in the order of ids.
fn homes(plan: &Plan) -> Vec<(&str, Option<&str>)> {
    let placed = plan.placed.iter().map(|p| (p.child.as_str(), Some(p.family.as_str())));
    let unplaced = plan.unplaced.iter().map(|u| (u.child.as_str(), None));
    let stays = plan.stays.iter().map(|s| (s.child.as_str(), Some(s.family.as_str())));
    let mut homes: Vec<_> = placed.chain(unplaced).chain(stays).collect();
    homes.sort();
    homes
}

fn say(sides: &[Side; 2], regret: Option<&Regret>, moves: &[Move], strict: bool, lang: Lang) -> String {
    let [before, after] = sides.map(|side| side.totals.placed);
    if sides[1].status == Status::Infeasible {
        return lang
            .pick(
                "the locks contradict: there is no plan",
                "låsningarna motsäger varandra: det finns ingen plan",
            )
            .to_owned();
    }
    let mut parts = vec![match lang {
        Lang::En => format!("{after} children get a home ({before} before)"),
        Lang::Sv => format!("{after} barn får ett hem ({before} tidigare)"),
    }];
    parts.extend(regret.map(|regret| regret.sentence(strict, lang)));
    parts.push(if moves.is_empty() {
        lang.pick("nobody moves", "ingen byter hem").to_owned()
    } else {
        Move::phrase(moves, lang)
    });
    parts.join("; ")
}

/// What each lock of the changes costs.
fn new_locks(
    before: &Matched,
    after: &Matched,
    changes: &Changes,
    other_policy: bool,
    options: &AskOptions<'_>,
) -> Result<Vec<Price>, MatchError> {
    let locks: Vec<_> = changes.choices.iter().filter(|c| c.kind == ChoiceKind::Lock).collect();
    let only = changes.count() == 1 && !other_policy;
    let is_plan = |plan: &Plan| plan.status != Status::Infeasible;
    super::for_each(&locks, options, |lock, options| {
        let mut price = Price {
            kind: lock.kind,
            child: lock.child.clone(),
            family: lock.family.clone(),
            regret: None,
        };
        if only && is_plan(before.plan()) && is_plan(after.plan()) {
            // Without the lock the pool is what it was.
            let (old, new) = (&before.plan().objective, &after.plan().objective);
            let proven = old.gap == 0 && new.gap == 0;
            price.regret = Some(Regret::between(before, old.tiers, new.tiers, proven));
        } else {
            price.regret = lifted(after, &lock.child, &lock.family, options)?;
        }
        Ok(price)
    })
}

/// What a lock in force costs: the best plan without it against the plan.
pub(super) fn lifted(
    matched: &Matched,
    child: &str,
    family: &str,
    options: &AskOptions<'_>,
) -> Result<Option<Regret>, MatchError> {
    let choices = &matched.pool().document().choices;
    let is_it = |&&choice: &&usize| {
        let lock = &choices[choice];
        lock.child == child && lock.family == family
    };
    let position = matched.task().locks.iter().position(|choice| is_it(&choice));
    let (Some(position), true) = (position, matched.plan().status != Status::Infeasible) else {
        return Ok(None);
    };
    let answer = matched.asking(options).plan_with(&[Step::Lift(position)])?;
    super::check(matched, &answer, false)?;
    Ok(Some(Regret::of(matched, &answer)?.reversed()))
}
