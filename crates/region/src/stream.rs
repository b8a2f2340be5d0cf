//! A stream of arrivals, departures and refusals over months: what a simulation replays.
//!
//! A stream is a document (`hemvist.stream/1`), written by someone who knows what happened, or drawn from a pool by a seed: the
//! pool's children who seek a home arrive one by one, some who live in a home leave it, and families say no to some children. All
//! draws are SHA-256 of the seed and ids ([`hemvist::lottery`]), so the same seed gives the same stream everywhere, and every way of
//! placing meets the same events: a family that would say no to a child says so whoever asks and whenever.

use std::collections::{BTreeMap, BTreeSet};

use hemvist::input::{Day, HomeKind};
use hemvist::lottery;
use hemvist::pool::{ChildIdx, Pool};
use hemvist::{Code, Fact, Path, Problem, Problems};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, option_within};

/// The only value of [`Stream::format`].
pub const STREAM_FORMAT: &str = "hemvist.stream/1";

/// Longest stream, in days: five years.
const MOST_DAYS: i64 = 1826;

/// What happens from one day until before another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Always `hemvist.stream/1`.
    pub format: String,
    /// First day; that of the pool.
    pub from: Day,
    /// The day after the last.
    pub until: Day,
    /// Children who come to need a home; each seeks one in the pool. Those who are not named do not come.
    #[serde(default)]
    pub arrivals: Vec<Event>,
    /// Children who live in a home and leave it, so that a place comes free.
    #[serde(default)]
    pub departures: Vec<Event>,
    /// Families that would say no to a child, if asked.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
}

/// A child and a day.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub on: Day,
    /// The child.
    pub child: String,
}

/// A family that would say no to a child.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The child.
    pub child: String,
    /// The family.
    pub family: String,
}

impl std::fmt::Debug for Stream {
    /// Counts only: a stream is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("arrivals", &self.arrivals.len())
            .field("departures", &self.departures.len())
            .field("refusals", &self.refusals.len())
            .finish_non_exhaustive()
    }
}

/// How a stream is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamAsked {
    /// Where the draws come from, 1–200 characters.
    pub seed: String,
    /// Months, 1–60; absent: 12.
    #[serde(default)]
    #[schemars(range(min = 1, max = 60))]
    pub months: Option<u8>,
    /// Of the children who live in a home and stay, how many per cent leave it in a year, 0–100; absent: 20 (no evidence).
    #[serde(default)]
    #[schemars(range(min = 0, max = 100))]
    pub leave_percent: Option<u8>,
    /// How many per cent of the children asked for a family without a known acceptance rate accepts, 0–100; absent: 80 (no
    /// evidence).
    #[serde(default)]
    #[schemars(range(min = 0, max = 100))]
    pub accept_percent: Option<u8>,
}

/// Draws a stream from a pool. Siblings of one group arrive on the same day.
///
/// # Errors
/// [`RegionError::Refused`] for options outside their range.
///
/// # Complexity
/// One hash for each pair of a child who seeks a home and a family.
///
/// # Examples
/// ```
/// use hemvist::pool::Pool;
/// use hemvist_region::stream::{StreamAsked, drawn};
///
/// let document = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [], "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let asked = StreamAsked { seed: "one".into(), months: Some(6), leave_percent: None, accept_percent: None };
/// let stream = drawn(&Pool::from_document(document)?, &asked)?;
/// assert_eq!((stream.arrivals.len(), stream.until), (1, "2026-07-15".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn drawn(pool: &Pool, asked: &StreamAsked) -> Result<Stream, RegionError> {
    let length = i64::try_from(asked.seed.chars().count()).unwrap_or(i64::MAX);
    option_within("seed", length, 1, 200)?;
    let months = asked.months.unwrap_or(12);
    option_within("months", months.into(), 1, 60)?;
    let leave = option_within("leave_percent", asked.leave_percent.unwrap_or(20).into(), 0, 100)?;
    let accept = option_within("accept_percent", asked.accept_percent.unwrap_or(80).into(), 0, 100)?;
    let from = pool.as_of();
    let until = from.plus_months(months.into()).unwrap_or(Day::LAST);
    let days = until.days_since(from).max(1);
    let draw = |what: &str, id: &str, below: i64| below_of(&asked.seed, what, id, below);
    let seeking: Vec<ChildIdx> = pool.children().filter(|&child| pool.stays(child).is_none()).collect();
    let arrives = |child: ChildIdx| {
        let group = pool.group_of(child).map(|group| pool.group(group).id.as_str());
        let id = pool.child(child).id.as_str();
        let on = draw("arrival", group.unwrap_or(id), days);
        Some(Event {
            on: from.plus_days(on)?,
            child: id.to_owned(),
        })
    };
    let mut arrivals: Vec<Event> = seeking.iter().copied().filter_map(arrives).collect();
    arrivals.sort();
    // Leaving within the stream: its share of a year, in hundredths of a per cent.
    let part = leave * 100 * days / 365;
    let stays = (pool.document().placements.iter()).filter(|placement| {
        pool.child_idx(&placement.child)
            .is_none_or(|child| pool.stays(child).is_some())
    });
    let leaves = |id: &str| {
        let goes = draw("leaves", id, 10_000) < part;
        let on = from.plus_days(draw("departure", id, days))?;
        goes.then(|| Event {
            on,
            child: id.to_owned(),
        })
    };
    let mut departures: Vec<Event> = stays.filter_map(|placement| leaves(&placement.child)).collect();
    departures.sort();
    let mut refusals = Vec::new();
    for child in seeking {
        let id = &pool.child(child).id;
        for family in pool.families().map(|family| pool.family(family)) {
            // A network home is there for its child.
            let accepts = family.acceptance_rate.map_or(accept, i64::from);
            let pair = format!("{id}|{}", family.id);
            if family.kind != HomeKind::Network && draw("refusal", &pair, 100) >= accepts {
                refusals.push(Refusal {
                    child: id.clone(),
                    family: family.id.clone(),
                });
            }
        }
    }
    Ok(Stream {
        format: STREAM_FORMAT.to_owned(),
        from,
        until,
        arrivals,
        departures,
        refusals,
    })
}

/// A number from 0 to before `below`, drawn by the first eight bytes of the lottery number. With `below` up to 10 000 no number is
/// likelier than another by more than one part in 10¹⁵.
fn below_of(seed: &str, what: &str, id: &str, below: i64) -> i64 {
    let number = lottery::number(&format!("{seed}/{what}/"), id);
    let first = number
        .iter()
        .take(8)
        .fold(0_u64, |all, &byte| all << 8 | u64::from(byte));
    i64::try_from(u128::from(first) % u128::from(below.max(1).unsigned_abs())).unwrap_or(0)
}

/// Whether a stream belongs to a pool.
///
/// # Errors
/// Every problem: another format or first day, days outside the stream, a child that does not seek a home arriving or one that does not
/// stay in one leaving, a child twice, a refusal of someone unknown.
pub fn check(pool: &Pool, stream: &Stream) -> Result<(), Problems> {
    if stream.format != STREAM_FORMAT {
        let problem = Problem::new(Code::WrongFormat, "format").allowed(Fact::Word(STREAM_FORMAT));
        return Err(problem.found(Fact::chars(&stream.format)).into());
    }
    let mut problems = Problems::new();
    if stream.from != pool.as_of() {
        let problem = Problem::new(Code::DateOrder, "from").allowed(Fact::Day(pool.as_of()));
        problems.push(problem.found(Fact::Day(stream.from)));
    }
    let days = stream.until.days_since(stream.from);
    if !(1..=MOST_DAYS).contains(&days) {
        let problem = Problem::new(Code::DateOrder, "until").allowed(Fact::Between(1, MOST_DAYS));
        problems.push(problem.found(Fact::int(days)));
    }
    let seeks = |id: &str| pool.child_idx(id).is_some_and(|child| pool.stays(child).is_none());
    let lives: BTreeSet<&str> = pool.document().placements.iter().map(|p| p.child.as_str()).collect();
    let stays = |id: &str| lives.contains(id) && !seeks(id);
    events(&mut problems, "arrivals", stream, &stream.arrivals, &seeks);
    events(&mut problems, "departures", stream, &stream.departures, &stays);
    for (at, refusal) in stream.refusals.iter().enumerate() {
        let here = Path::of("refusals").index(at);
        if pool.child_idx(&refusal.child).is_none() {
            problems.push(Problem::new(Code::UnknownChild, here.field("child")));
        }
        if pool.family_idx(&refusal.family).is_none() {
            problems.push(Problem::new(Code::UnknownFamily, here.field("family")));
        }
    }
    problems.into_result(())
}

fn events(
    problems: &mut Problems,
    list: &'static str,
    stream: &Stream,
    events: &[Event],
    belongs: &dyn Fn(&str) -> bool,
) {
    let mut seen = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        let here = Path::of(list).index(at);
        if !belongs(&event.child) {
            problems.push(Problem::new(Code::UnknownChild, here.field("child")));
        } else if let Some(first) = seen.insert(event.child.as_str(), at) {
            let first = Path::of(list).index(first).field("child");
            problems.push(Problem::new(Code::Repeated, here.field("child")).found(Fact::Place(first)));
        }
        if event.on < stream.from {
            let problem = Problem::new(Code::DateOrder, here.field("on")).allowed(Fact::NotBefore(stream.from));
            problems.push(problem.found(Fact::Day(event.on)));
        } else if event.on >= stream.until {
            let problem = Problem::new(Code::DateOrder, here.field("on")).allowed(Fact::NotAfter(stream.until));
            problems.push(problem.found(Fact::Day(event.on)));
        }
    }
}

#[cfg(test)]
mod tests {
    use hemvist_testkit::{Shape, generate, pools};

    use super::*;

    fn asked(seed: &str) -> StreamAsked {
        StreamAsked {
            seed: seed.into(),
            months: Some(12),
            leave_percent: None,
            accept_percent: None,
        }
    }

    #[test]
    fn a_seed_gives_the_same_stream_in_any_order_and_another_seed_another() {
        let document = generate(&Shape::nordvastra_skane(), 1);
        let other_order = Pool::from_document(pools::shuffled(&document, 3)).unwrap();
        let pool = Pool::from_document(document).unwrap();
        let stream = drawn(&pool, &asked("a")).unwrap();
        assert!(stream == drawn(&other_order, &asked("a")).unwrap());
        assert!(stream != drawn(&pool, &asked("b")).unwrap());
        assert!(check(&pool, &stream).is_ok());
        let seeking = pool.children().filter(|&child| pool.stays(child).is_none()).count();
        assert_eq!(stream.arrivals.len(), seeking);
        assert!(
            stream
                .arrivals
                .iter()
                .all(|event| stream.from <= event.on && event.on < stream.until)
        );
    }

    #[test]
    fn shares_are_about_as_asked() {
        let pool = Pool::from_document(generate(&Shape::familjepoolen(), 1)).unwrap();
        let moving = |child: &ChildIdx| pool.lives_in(*child).is_some() && pool.stays(*child).is_none();
        let stay = pool.document().placements.len() - pool.children().filter(moving).count();
        let left = |seed: u8| drawn(&pool, &asked(&seed.to_string())).unwrap().departures.len();
        let mean = (0..20).map(left).sum::<usize>() / 20;
        assert!((stay * 18 / 100..stay * 22 / 100).contains(&mean), "{mean} of {stay}");
        let none = StreamAsked {
            leave_percent: Some(0),
            accept_percent: Some(100),
            ..asked("a")
        };
        let none = drawn(&pool, &none).unwrap();
        assert!(none.departures.is_empty());
        let rated = |id: &str| pool.family(pool.family_idx(id).unwrap()).acceptance_rate.is_some();
        assert!(none.refusals.iter().all(|refusal| rated(&refusal.family)));
    }

    #[test]
    fn siblings_arrive_together() {
        let pool = Pool::from_document(generate(&Shape::familjepoolen(), 1)).unwrap();
        let stream = drawn(&pool, &asked("a")).unwrap();
        let on: BTreeMap<&str, Day> = stream.arrivals.iter().map(|e| (e.child.as_str(), e.on)).collect();
        for group in &pool.document().sibling_groups {
            let days: BTreeSet<&Day> = group.children.iter().filter_map(|id| on.get(id.as_str())).collect();
            assert!(days.len() <= 1);
        }
    }

    #[test]
    fn a_stream_that_does_not_belong_to_the_pool_is_refused() {
        let pool = Pool::from_document(generate(&Shape::norr(), 1)).unwrap();
        let good = drawn(&pool, &asked("a")).unwrap();
        let codes = |stream: Stream| -> Vec<String> {
            let problems = check(&pool, &stream).err().unwrap_or_default();
            problems
                .iter()
                .map(|p| format!("{} {}", p.code.slug(), p.path))
                .collect()
        };
        let late = good.until;
        let stays = pool.children().find(|&child| pool.stays(child).is_some()).unwrap();
        let mut wrong = good.clone();
        wrong.arrivals = vec![
            Event {
                on: late,
                child: good.arrivals[0].child.clone(),
            },
            Event {
                on: good.from,
                child: good.arrivals[0].child.clone(),
            },
            Event {
                on: good.from,
                child: pool.child(stays).id.clone(),
            },
        ];
        wrong.departures = vec![Event {
            on: good.from,
            child: good.arrivals[0].child.clone(),
        }];
        wrong.refusals = vec![Refusal {
            child: "nobody".into(),
            family: "nowhere".into(),
        }];
        assert_eq!(
            codes(wrong),
            [
                "value.date_order arrivals[0].on",
                "value.repeated arrivals[1].child",
                "pool.unknown_child arrivals[2].child",
                "pool.unknown_child departures[0].child",
                "pool.unknown_child refusals[0].child",
                "pool.unknown_family refusals[0].family",
            ]
        );
        assert_eq!(
            codes(Stream {
                format: "x".into(),
                ..good.clone()
            }),
            ["document.wrong_format format"]
        );
        let turned = Stream {
            from: good.until,
            until: good.from,
            arrivals: vec![],
            departures: vec![],
            ..good
        };
        assert_eq!(codes(turned), ["value.date_order from", "value.date_order until"]);
    }
}
