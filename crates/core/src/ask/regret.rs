//! What a pool loses and who moves: the two things that every answer about another plan tells.

use std::fmt;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::lang::Lang;
use crate::matching::{MatchError, Matched, Worth};
use crate::plan::Status;
use crate::plan::build::Answer;
use crate::pool::FamilyIdx;

/// How many children a sentence names one by one.
const MOST_NAMED: usize = 5;

/// What the pool as a whole loses: the worth of the plan less that of the best plan under a condition.
///
/// In strict order the first tier that is not 0 decides and is lost; tiers after it may be gained, as negative numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Regret {
    /// Points of the packed value lost; text in JSON, since it can pass 2^53.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub value: i128,
    /// Steps of urgency lost.
    pub urgency: i64,
    /// Network homes lost.
    pub network: i64,
    /// Points of fit, and of the bonus for siblings kept together, lost.
    pub fit: i64,
    /// Whether both plans are proven best; if not, this is the difference of the best plans known.
    pub proven: bool,
}

pub(super) fn as_text<S: Serializer>(number: &i128, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(number)
}

/// Whether both answers are proven best.
fn proven(one: &Answer, other: &Answer) -> bool {
    one.status == Status::Optimal && other.status == Status::Optimal
}

impl Regret {
    /// Nothing lost, nothing gained.
    pub const NONE: Self = Self {
        value: 0,
        urgency: 0,
        network: 0,
        fit: 0,
        proven: true,
    };

    /// What is lost by the plan itself: nothing, and proven if the plan is.
    pub(super) fn of_plan(matched: &Matched) -> Self {
        Self {
            proven: matched.answer().status == Status::Optimal,
            ..Self::NONE
        }
    }

    /// What the plan of a matched pool is worth more than another answer to the same task.
    pub(super) fn of(matched: &Matched, other: &Answer) -> Result<Self, MatchError> {
        let (task, goal, base) = (matched.task(), matched.goal(), matched.answer());
        let worth = |answer: &Answer| {
            let worth = task.worth_of(goal, &answer.bin_of);
            worth.ok_or(MatchError::Internal("placed without an edge"))
        };
        let (before, after) = (worth(base)?, worth(other)?);
        let regret = Self::between(matched, before, after, proven(base, other));
        if regret.value == base.value - other.value {
            Ok(regret)
        } else {
            Err(MatchError::Internal("the value is not the sum of its tiers"))
        }
    }

    /// The difference of two worths; its value in points of the packing of a matched pool.
    pub(super) fn between(matched: &Matched, before: Worth, after: Worth, proven: bool) -> Self {
        let tiers = Self {
            value: 0,
            urgency: before.urgency - after.urgency,
            network: before.network - after.network,
            fit: before.fit - after.fit,
            proven,
        };
        let weights = &matched.task().weights;
        let term = |weight: i64, amount: i64| i128::from(weight) * i128::from(amount);
        Self {
            value: term(weights.urgency, tiers.urgency)
                + term(weights.network, tiers.network)
                + term(weights.fit, tiers.fit),
            ..tiers
        }
    }

    /// What is gained where this says lost, and the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            value: -self.value,
            urgency: -self.urgency,
            network: -self.network,
            fit: -self.fit,
            proven: self.proven,
        }
    }

    /// Whether nothing is lost: another best plan does the same.
    pub fn is_nothing(&self) -> bool {
        self.value == 0
    }

    /// What is lost and gained in words, with the pool as subject; lower case, no full stop. `strict`: whether the tiers
    /// are in strict order.
    pub fn sentence(&self, strict: bool, lang: Lang) -> String {
        let pool = lang.pick("the pool as a whole", "poolen som helhet");
        let (lost, gained) = self.parts(strict, lang);
        let (loses, gains) = (lang.pick("loses", "förlorar"), lang.pick("gains", "vinner"));
        let text = match (lost.is_empty(), gained.is_empty()) {
            (true, true) => format!("{pool} {loses} {}", lang.pick("nothing", "ingenting")),
            (false, true) => format!("{pool} {loses} {}", list(&lost, lang)),
            (true, false) => format!("{pool} {gains} {}", list(&gained, lang)),
            (false, false) => {
                let and = lang.pick("and", "och");
                format!(
                    "{pool} {loses} {}, {and} {gains} {}",
                    list(&lost, lang),
                    list(&gained, lang)
                )
            }
        };
        text + self.doubt(lang)
    }

    /// The same for a table under a head such as "what the pool loses": amounts only.
    pub fn amounts(&self, strict: bool, lang: Lang) -> String {
        let (lost, gained) = self.parts(strict, lang);
        let mut text = if lost.is_empty() {
            lang.pick("nothing", "ingenting").to_owned()
        } else {
            list(&lost, lang)
        };
        if !gained.is_empty() {
            let gains = lang.pick("gains", "vinner");
            text = format!("{text}; {gains} {}", list(&gained, lang));
        }
        text + self.doubt(lang)
    }

    /// Amounts lost and amounts gained, tier by tier.
    fn parts(&self, strict: bool, lang: Lang) -> (Vec<String>, Vec<String>) {
        let tiers = [
            (self.urgency, Tier::Urgency),
            (self.network, Tier::Network),
            (self.fit, Tier::Fit),
        ];
        let part = |sign: i64| -> Vec<String> {
            let of_sign = tiers.iter().filter(|(lost, _)| lost.signum() == sign);
            of_sign.map(|(lost, tier)| tier.amount(lost.abs(), lang)).collect()
        };
        let (mut lost, mut gained) = (part(1), part(-1));
        if !strict && self.value != 0 {
            let sum = lang.pick("points of the policy's sum", "poäng av policyns summa");
            let side = if self.value > 0 { &mut lost } else { &mut gained };
            side.insert(0, format!("{} {sum}", self.value.abs()));
        }
        (lost, gained)
    }

    fn doubt(&self, lang: Lang) -> &'static str {
        if self.proven {
            ""
        } else {
            lang.pick(
                ", as far as was known when the limit was reached",
                ", såvitt var känt när gränsen nåddes",
            )
        }
    }
}

/// One of the aims.
#[derive(Clone, Copy)]
enum Tier {
    Urgency,
    Network,
    Fit,
}

impl Tier {
    fn amount(self, n: i64, lang: Lang) -> String {
        let one = n == 1;
        let unit = match self {
            Self::Urgency if one => lang.pick("step of urgency", "steg av brådska"),
            Self::Urgency => lang.pick("steps of urgency", "steg av brådska"),
            Self::Network if one => lang.pick("network home", "nätverkshem"),
            Self::Network => lang.pick("network homes", "nätverkshem"),
            Self::Fit if one => lang.pick("point of fit", "poäng i passning"),
            Self::Fit => lang.pick("points of fit", "poäng i passning"),
        };
        format!("{n} {unit}")
    }
}

/// Words as a list: "a", "a and b", "a, b and c".
pub(super) fn list(words: &[String], lang: Lang) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {} {last}", most.join(", "), lang.pick("and", "och")),
    }
}

/// A child whose home differs between two plans; no home is `null`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Move {
    /// The child.
    pub child: String,
    /// Its home in the first plan.
    pub from: Option<String>,
    /// Its home in the second.
    pub to: Option<String>,
}

impl fmt::Debug for Move {
    /// Nothing but that it is one: debug output ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Move").finish_non_exhaustive()
    }
}

impl Move {
    /// The move in words.
    pub fn sentence(&self, lang: Lang) -> String {
        let child = &self.child;
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => match lang {
                Lang::En => format!("{child} would go to {to} instead of {from}"),
                Lang::Sv => format!("{child} skulle komma till {to} i stället för {from}"),
            },
            (Some(from), None) => match lang {
                Lang::En => format!("{child} would lose {from} and be without a home"),
                Lang::Sv => format!("{child} skulle förlora {from} och bli utan hem"),
            },
            (None, Some(to)) => match lang {
                Lang::En => format!("{child}, without a home until now, would go to {to}"),
                Lang::Sv => format!("{child}, hittills utan hem, skulle komma till {to}"),
            },
            (None, None) => child.clone(),
        }
    }

    /// Moves in one phrase: the first few by name, the rest counted.
    pub(super) fn phrase(moves: &[Self], lang: Lang) -> String {
        let mut words: Vec<String> = moves.iter().take(MOST_NAMED).map(|m| m.sentence(lang)).collect();
        if let Some(more) = moves.len().checked_sub(MOST_NAMED).filter(|&more| more > 0) {
            words.push(match lang {
                Lang::En if more == 1 => "1 more child would change homes".to_owned(),
                Lang::En => format!("{more} more children would change homes"),
                Lang::Sv => format!("{more} barn till skulle byta hem"),
            });
        }
        words.join("; ")
    }
}

/// Who is elsewhere in another answer to the same task, in the order of ids; items in `except` are left out.
pub(super) fn moves(matched: &Matched, other: &Answer, except: &[u32]) -> Vec<Move> {
    let (pool, task) = (matched.pool(), matched.task());
    let id = |bin: u32| pool.family(FamilyIdx::from_row(bin as usize)).id.clone();
    let pairs = (0..).zip(&matched.answer().bin_of).zip(&other.bin_of);
    pairs
        .filter(|((item, before), after)| before != after && !except.contains(item))
        .map(|((item, before), after)| Move {
            child: pool.child(task.items[item as usize]).id.clone(),
            from: before.map(id),
            to: after.map(id),
        })
        .collect()
}

/// One sentence in each language.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sentences {
    /// English.
    pub en: String,
    /// Swedish.
    pub sv: String,
}

impl Sentences {
    /// The same said in both languages.
    pub fn new(say: impl Fn(Lang) -> String) -> Self {
        Self {
            en: say(Lang::En),
            sv: say(Lang::Sv),
        }
    }

    /// The sentence in one language.
    pub fn pick(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Sv => &self.sv,
        }
    }
}

impl fmt::Debug for Sentences {
    /// Nothing: sentences name children, and debug output ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sentences").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_and_gained_is_said_tier_by_tier() {
        let regret = |urgency, network, fit| Regret {
            value: 7,
            urgency,
            network,
            fit,
            proven: true,
        };
        assert_eq!(
            regret(12, -1, -300).sentence(true, Lang::En),
            "the pool as a whole loses 12 steps of urgency, and gains 1 network home and 300 points of fit"
        );
        assert_eq!(
            regret(0, 2, 1).sentence(true, Lang::Sv),
            "poolen som helhet förlorar 2 nätverkshem och 1 poäng i passning"
        );
        assert_eq!(
            Regret::NONE.sentence(true, Lang::En),
            "the pool as a whole loses nothing"
        );
        let unproven = Regret {
            proven: false,
            ..regret(0, 0, -5)
        };
        assert_eq!(
            unproven.sentence(false, Lang::En),
            "the pool as a whole loses 7 points of the policy's sum, and gains 5 points of fit, as far as was known when \
             the limit was reached"
        );
    }
}
