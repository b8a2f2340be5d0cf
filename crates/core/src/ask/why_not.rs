//! Why a child does not go to a family: every rule that stops it, or exactly what the pool would lose and who would
//! be displaced.

use schemars::JsonSchema;
use serde::Serialize;

use super::alternatives::sentence;
use super::regret::{Move, Regret, Sentences, list, moves};
use crate::explain::explain;
use crate::input::Day;
use crate::lang::Lang;
use crate::matching::{AskOptions, MatchError, Matched, Step, bin};
use crate::plan::build::reasons;
use crate::plan::{Reason, Status};
use crate::policy::Mode;
use crate::pool::{ChildIdx, FamilyIdx};

/// The only value of [`WhyNot::format`].
pub const WHY_NOT_FORMAT: &str = "hemvist.why_not/1";

/// What stands between a child and a family, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShortAnswer {
    /// Nothing: the plan has this pair.
    Proposed,
    /// The child stays where it lives and is not to be placed.
    Stays,
    /// Rules stop the pair; `reasons` holds every one.
    RuledOut,
    /// No rule stops the pair, but no plan with it keeps the locks and limits; `locks` holds what contradicts.
    Impossible,
    /// Another plan, as good as the proposed one, has this pair: the draw decided.
    Tied,
    /// The pool as a whole would lose; `regret` tells exactly what.
    Loses,
    /// The locks contradict, so there is no plan to compare with.
    Infeasible,
}

/// Why a child does not go to a family (`hemvist.why_not/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WhyNot {
    /// Always `hemvist.why_not/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// The child.
    pub child: String,
    /// The family asked about.
    pub family: String,
    /// Where the plan has the child, or where it stays; `null`: nowhere.
    pub home: Option<String>,
    /// What stands between them, in short.
    pub answer: ShortAnswer,
    /// Fit of the pair; for a pair that is ruled out, what it would be.
    pub fit: u16,
    /// Every rule or bar in the way, with its facts.
    pub reasons: Vec<Reason>,
    /// Rules set to `warn` that the pair breaks.
    pub warnings: Vec<Reason>,
    /// Locks that no plan with this pair keeps.
    pub locks: Vec<KeptLock>,
    /// What the pool would lose; `null` unless a plan with the pair exists.
    pub regret: Option<Regret>,
    /// Who else would be elsewhere in that plan.
    pub moves: Vec<Move>,
    /// The answer in one sentence.
    pub sentence: Sentences,
}

/// A lock that stands in the way.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeptLock {
    /// The locked child.
    pub child: String,
    /// The family it is locked to.
    pub family: String,
}

impl super::Document for WhyNot {}

impl std::fmt::Debug for WhyNot {
    /// The short answer only: an answer is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WhyNot")
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// Why a child does not go to a family.
///
/// # Errors
/// That no child or no family has this id (both are told); [`MatchError::Internal`] for a defect.
///
/// # Complexity
/// One solve where no rule stops the pair, else that of [`explain`].
///
/// # Examples
/// ```
/// use hemvist::ask::{AskOptions, Matched, ShortAnswer, why_not};
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
/// let answer = why_not(&matched, "c1", "f1", &AskOptions::default())?;
/// assert_eq!(
///     answer.sentence.en,
///     "c1 could go to f1: the pool as a whole loses 10 steps of urgency and 675 points of fit; c2 would lose f1 and be \
///      without a home"
/// );
/// let answer = why_not(&matched, "c2", "f2", &AskOptions::default())?;
/// assert_eq!(answer.answer, ShortAnswer::RuledOut);
/// assert_eq!(answer.sentence.en, "c2 cannot go to f2: the child is 5 years old and the family takes ages 10 to 20");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn why_not(matched: &Matched, child: &str, family: &str, options: &AskOptions<'_>) -> Result<WhyNot, MatchError> {
    let (child, family) = super::pair(matched.pool(), child, family)?;
    let (pool, policy, task) = (matched.pool(), matched.policy(), matched.task());
    let item = matched.item(child);
    let home = item.map_or_else(|| pool.stays(child), |item| matched.home(item));
    let found = explain(pool, policy, child, family);
    let warned = found.reasons.iter().filter(|r| r.mode == Mode::Warn).copied();
    let mut told = WhyNot {
        format: WHY_NOT_FORMAT,
        as_of: pool.as_of(),
        child: pool.child(child).id.clone(),
        family: pool.family(family).id.clone(),
        home: home.map(|home| pool.family(home).id.clone()),
        answer: ShortAnswer::Stays,
        fit: found.fit,
        reasons: reasons(pool, policy, task, child, family),
        warnings: warned.map(Reason::Rule).collect(),
        locks: Vec::new(),
        regret: None,
        moves: Vec::new(),
        sentence: Sentences::new(|_| String::new()),
    };
    if let Some(item) = item {
        told.answer = if !told.reasons.is_empty() {
            ShortAnswer::RuledOut
        } else if matched.plan().status == Status::Infeasible {
            ShortAnswer::Infeasible
        } else if home == Some(family) {
            told.regret = Some(Regret::of_plan(matched));
            ShortAnswer::Proposed
        } else {
            forced(matched, item, family, options, &mut told)?
        };
    }
    told.sentence = Sentences::new(|lang| say(matched, &told, child, lang));
    Ok(told)
}

/// Solves with the pair forced and fills in what comes of it.
fn forced(
    matched: &Matched,
    item: u32,
    family: FamilyIdx,
    options: &AskOptions<'_>,
    told: &mut WhyNot,
) -> Result<ShortAnswer, MatchError> {
    let plan = matched.asking(options).plan_with(&[Step::Lock(item, bin(family))])?;
    if plan.status == Status::Infeasible {
        let choices = &matched.pool().document().choices;
        let locks = plan.conflict.iter().map(|&lock| &choices[matched.task().locks[lock]]);
        told.locks = locks
            .map(|lock| KeptLock {
                child: lock.child.clone(),
                family: lock.family.clone(),
            })
            .collect();
        return Ok(ShortAnswer::Impossible);
    }
    super::check(matched, &plan, true)?;
    let regret = Regret::of(matched, &plan)?;
    told.moves = moves(matched, &plan, &[item]);
    told.regret = Some(regret);
    Ok(if regret.is_nothing() {
        ShortAnswer::Tied
    } else {
        ShortAnswer::Loses
    })
}

fn say(matched: &Matched, told: &WhyNot, child: ChildIdx, lang: Lang) -> String {
    let (c, f) = (&told.child, &told.family);
    match told.answer {
        ShortAnswer::Proposed => match lang {
            Lang::En => format!("{c} is proposed to go to {f}"),
            Lang::Sv => format!("{c} föreslås komma till {f}"),
        },
        ShortAnswer::Stays => {
            let home = matched.pool().stays(child).map(|home| &matched.pool().family(home).id);
            let home = home.map_or("", String::as_str);
            match lang {
                Lang::En => format!("{c} lives in {home}, stays there and is not to be placed"),
                Lang::Sv => format!("{c} bor i {home}, bor kvar där och ska inte placeras"),
            }
        }
        ShortAnswer::RuledOut => {
            let why: Vec<String> = told.reasons.iter().map(|reason| reason.sentence(lang)).collect();
            let cannot = lang.pick("cannot go to", "kan inte komma till");
            format!("{c} {cannot} {f}: {}", why.join("; "))
        }
        ShortAnswer::Impossible => {
            let locks: Vec<String> = told
                .locks
                .iter()
                .map(|l| format!("{} – {}", l.child, l.family))
                .collect();
            let cannot = lang.pick("cannot go to", "kan inte komma till");
            if locks.is_empty() {
                let why = if matched.plan().promise.is_some() {
                    lang.pick(
                        "no plan with this pair keeps the limits and what is promised to the municipalities",
                        "ingen plan med paret håller gränserna och det som är utlovat till kommunerna",
                    )
                } else {
                    lang.pick(
                        "no plan with this pair keeps the limits",
                        "ingen plan med paret håller gränserna",
                    )
                };
                format!("{c} {cannot} {f}: {why}")
            } else {
                let why = lang.pick(
                    "no plan with this pair keeps what people have locked",
                    "ingen plan med paret håller det som människor har låst",
                );
                format!("{c} {cannot} {f}: {why} ({})", list(&locks, lang))
            }
        }
        ShortAnswer::Infeasible => match lang {
            Lang::En => format!("no rule stops {c} from going to {f}, but the locks contradict and there is no plan"),
            Lang::Sv => format!(
                "ingen regel hindrar {c} från att komma till {f}, men låsningarna motsäger varandra och det finns ingen plan"
            ),
        },
        ShortAnswer::Tied => match lang {
            Lang::En => {
                format!("{c} could as well go to {f}: another plan, equally good, has it so, and the draw decided")
            }
            Lang::Sv => {
                format!("{c} kunde lika gärna komma till {f}: en annan, lika bra plan har det så, och lotten avgjorde")
            }
        },
        ShortAnswer::Loses => {
            let could = lang.pick("could go to", "kunde komma till");
            let regret = told.regret.unwrap_or(Regret::NONE);
            format!("{c} {could} {f}: {}", sentence(matched, &regret, &told.moves, lang))
        }
    }
}
