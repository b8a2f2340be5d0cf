//! The way from an emergency home to a lasting one: how long each child has been there, its place in the queue, and alerts
//! before the clock ends.
//!
//! Hässleholm has more emergency placements than before, and hence queues for lasting homes (interview, 2020). A child may stay in
//! an emergency home two months after the child inquiry ended, longer only for special reasons (government bill 2006/07:129);
//! the clock itself is the plan's ([`hemvist::plan::Duty::EmergencyClock`]), this report puts it beside the days and the queue. While
//! the end of the inquiry is not known, the usual ceiling counts: from the day on which the child came, the usual length of an
//! inquiry and the two months. So it does for a child who does not stand under the pool's children.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hemvist::clock::Basis;
use hemvist::input::{Day, HomeKind, PlacementKind};
use hemvist::matching::urgencies;
use hemvist::plan::{Duty, Plan};
use hemvist::policy::CompiledPolicy;
use hemvist::pool::{ChildIdx, Pool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};

documents! { Emergency EMERGENCY_FORMAT "hemvist.emergency/1"; }

/// What is to be reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyAsked {
    /// Alert so many days before the clock ends, 0–365; absent: 30 (no evidence; about the time that a plan needs to be carried
    /// out).
    #[serde(default)]
    #[schemars(range(min = 0, max = 365))]
    pub warn_days: Option<u16>,
}

/// Children in emergency homes (`hemvist.emergency/1`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Emergency {
    /// Always `hemvist.emergency/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// Alerts begin so many days before the clock ends.
    pub warn_days: u16,
    /// Most pressing first: clocks that have ended or end soonest, then those without a clock by days there, longest first.
    pub children: Vec<Waiting>,
    /// How many children seek a lasting home, those in emergency homes included.
    pub queue: u32,
    /// Counts of the alerts.
    pub alerts: Alerts,
}

/// How many children are in which state of the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Alerts {
    /// The clock has ended.
    pub ended: u32,
    /// It ends within the days of warning.
    pub ends_soon: u32,
    /// It runs.
    pub running: u32,
    /// Nobody can say, as far as the pool tells.
    pub not_begun: u32,
}

/// The state of a child's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The last day has passed.
    Ended,
    /// The last day is near.
    EndsSoon,
    /// The last day is farther away.
    Running,
    /// The pool tells neither the end of the child inquiry nor the day on which the child came, so nobody can say.
    NotBegun,
}

/// A child who lives in an emergency home.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The child. One who does not stand under the pool's children is known by its placement only.
    pub child: String,
    /// The municipality responsible; absent for such a child.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// The emergency home.
    pub family: String,
    /// Days there on the pool's date; absent: since when is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// State of the clock.
    pub clock: Clock,
    /// What the last day is counted from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Last day of the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Day>,
    /// Days left; negative: passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// Place in the queue for a lasting home, from 1: most urgent first, then longest wait, then by id; absent: does not
    /// seek one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_in_queue: Option<u32>,
    /// Where the plan would have it; absent: nowhere, or it is not to be placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
}

/// Reports on every child in an emergency home. The plan must be one of this pool and policy.
///
/// # Errors
/// [`RegionError::Refused`] for an option outside its range.
///
/// # Complexity
/// `O(children · log children)`.
pub fn emergency(
    pool: &Pool,
    policy: &CompiledPolicy,
    plan: &Plan,
    asked: &EmergencyAsked,
) -> Result<Emergency, RegionError> {
    let warn_days = asked.warn_days.unwrap_or(30);
    option_within("warn_days", warn_days.into(), 0, 365)?;
    let clocks: BTreeMap<&str, (Day, Basis)> = (plan.duties.iter())
        .filter_map(|duty| match duty {
            Duty::EmergencyClock {
                child, last_day, basis, ..
            } => Some((child.as_str(), (*last_day, *basis))),
            _ => None,
        })
        .collect();
    let proposed: BTreeMap<&str, &str> = plan
        .placed
        .iter()
        .map(|placed| (placed.child.as_str(), placed.family.as_str()))
        .collect();
    let queue = queue(pool, policy);
    let mut children = Vec::new();
    for placement in &pool.document().placements {
        let family = pool.family_idx(&placement.family).map(|family| pool.family(family));
        if family.is_none_or(|family| family.kind != HomeKind::Emergency) {
            continue;
        }
        let id = placement.child.as_str();
        let child = pool.child_idx(id);
        // Of a child who is not listed nothing is known but its placement.
        let ceiling = || usual_ceiling(policy, placement.since?).map(|day| (day, Basis::UsualCeiling));
        let unlisted = child.is_none().then(ceiling).flatten();
        let running = clocks.get(id).copied().or(unlisted);
        let left = running.map(|(day, _)| day.days_since(pool.as_of()));
        let days = placement.since.map(|since| pool.as_of().days_since(since));
        children.push(Waiting {
            child: id.to_owned(),
            municipality: child.map(|child| pool.child(child).municipality.clone()),
            family: placement.family.clone(),
            days: days.and_then(|days| u32::try_from(days).ok()),
            clock: state(left, warn_days),
            basis: running.map(|(_, basis)| basis),
            last_day: running.map(|(day, _)| day),
            days_left: left,
            place_in_queue: child.and_then(|child| queue.get(&child).copied()),
            proposed: proposed.get(id).map(|&family| family.to_owned()),
        });
    }
    children.sort_by_key(|w| (w.days_left.unwrap_or(i64::MAX), Reverse(w.days), w.child.clone()));
    let mut alerts = Alerts::default();
    for waiting in &children {
        *match waiting.clock {
            Clock::Ended => &mut alerts.ended,
            Clock::EndsSoon => &mut alerts.ends_soon,
            Clock::Running => &mut alerts.running,
            Clock::NotBegun => &mut alerts.not_begun,
        } += 1;
    }
    Ok(Emergency {
        format: EMERGENCY_FORMAT,
        as_of: pool.as_of(),
        warn_days,
        queue: u32::try_from(queue.len()).unwrap_or(u32::MAX),
        children,
        alerts,
    })
}

/// The day until which a child who came on this one may stay by the usual lengths.
fn usual_ceiling(policy: &CompiledPolicy, since: Day) -> Option<Day> {
    let thresholds = &policy.policy().thresholds;
    let months = i32::try_from(thresholds.inquiry_months + thresholds.emergency_months).ok()?;
    since.plus_months(months)
}

fn state(days_left: Option<i64>, warn_days: u16) -> Clock {
    match days_left {
        None => Clock::NotBegun,
        Some(left) if left < 0 => Clock::Ended,
        Some(left) if left <= i64::from(warn_days) => Clock::EndsSoon,
        Some(_) => Clock::Running,
    }
}

/// Children who seek a lasting home, each with its place from 1.
fn queue(pool: &Pool, policy: &CompiledPolicy) -> BTreeMap<ChildIdx, u32> {
    let lasting =
        |child: &ChildIdx| pool.stays(*child).is_none() && pool.child(*child).placement == PlacementKind::LongTerm;
    let urgent = urgencies(pool, policy);
    let mut seeking: Vec<ChildIdx> = pool.children().filter(lasting).collect();
    seeking.sort_by_key(|&child| (Reverse(urgent[child.row()]), Reverse(pool.days_waited(child)), child));
    seeking.into_iter().zip(1..).collect()
}

#[cfg(test)]
mod tests {
    use hemvist::matching::{MatchOptions, match_pool};
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    fn report(pool: &Pool, warn_days: u16) -> Emergency {
        let policy = Policy::default().compile().unwrap();
        let plan = match_pool(pool, policy.policy(), &MatchOptions::default()).unwrap();
        emergency(
            pool,
            &policy,
            &plan,
            &EmergencyAsked {
                warn_days: Some(warn_days),
            },
        )
        .unwrap()
    }

    /// One child per state of the clock in one emergency home; two of them seek a lasting home.
    fn pool() -> Pool {
        let child = |id: &str, ended: Option<&str>, since: &str| {
            serde_json::json!({ "id": id, "municipality": "1293", "age": 4, "placement": "long_term",
                "inquiry_ended": ended, "waiting_since": since })
        };
        let lives = |id: &str, since: &str, moves: bool| serde_json::json!({ "child": id, "family": "e", "since": since, "may_move": moves });
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "1293" }],
            "families": [{ "id": "e", "municipality": "1293", "kind": "emergency", "places": 0 },
                         { "id": "f", "municipality": "1293", "kind": "family", "places": 0 }],
            "children": [child("ended", Some("2025-11-14"), "2025-11-14"), child("soon", Some("2025-11-30"), "2025-09-01"),
                         child("runs", Some("2026-01-10"), "2026-01-10"), child("inquiry", None, "2026-01-01"),
                         child("elsewhere", None, "2025-01-01")],
            "placements": [serde_json::json!({ "child": "forgotten", "family": "e", "age": 2, "since": "2020-01-15" }),
                           lives("ended", "2025-08-01", false), lives("soon", "2025-09-01", true), lives("runs", "2025-12-01", true),
                           lives("inquiry", "2026-01-01", false),
                           serde_json::json!({ "child": "unlisted", "family": "e", "age": 2 })]
        });
        Pool::from_document(serde_json::from_value(document).unwrap()).unwrap()
    }

    #[test]
    fn nobody_stays_silently_past_the_clock() {
        let report = report(&pool(), 30);
        let told: Vec<_> = report
            .children
            .iter()
            .map(|w| (w.child.as_str(), w.clock, w.days_left, w.days))
            .collect();
        assert_eq!(
            told,
            [
                ("forgotten", Clock::Ended, Some(-2010), Some(2192)),
                ("ended", Clock::Ended, Some(-1), Some(167)),
                ("soon", Clock::EndsSoon, Some(15), Some(136)),
                ("runs", Clock::Running, Some(54), Some(45)),
                ("inquiry", Clock::Running, Some(167), Some(14)),
                ("unlisted", Clock::NotBegun, None, None),
            ]
        );
        assert_eq!(
            report.alerts,
            Alerts {
                ended: 2,
                ends_soon: 1,
                running: 2,
                not_begun: 1
            }
        );
        // "elsewhere" has waited longest, then "soon", then "runs"; the others stay.
        let queue: Vec<_> = report.children.iter().map(|w| w.place_in_queue).collect();
        assert_eq!(
            (report.queue, queue),
            (3, vec![None, None, Some(2), Some(3), None, None])
        );
        let basis = |id: &str| report.children.iter().find(|w| w.child == id).unwrap().basis;
        assert_eq!(basis("ended"), Some(Basis::InquiryEnded));
        assert_eq!(
            (basis("inquiry"), basis("forgotten")),
            (Some(Basis::UsualCeiling), Some(Basis::UsualCeiling))
        );
        assert_eq!(basis("unlisted"), None);
    }

    #[test]
    fn warnings_begin_when_asked() {
        let clocks = |warn| report(&pool(), warn).alerts;
        assert_eq!(
            (clocks(14).ends_soon, clocks(15).ends_soon, clocks(60).ends_soon),
            (0, 1, 2)
        );
        let pool = pool();
        let policy = Policy::default().compile().unwrap();
        let plan = match_pool(&pool, policy.policy(), &MatchOptions::default()).unwrap();
        let asked = EmergencyAsked { warn_days: Some(366) };
        assert!(matches!(
            emergency(&pool, &policy, &plan, &asked),
            Err(RegionError::Refused(_))
        ));
    }

    #[test]
    fn every_child_in_an_emergency_home_of_the_examples_is_there_once() {
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            let report = report(&pool, 30);
            let there = pool
                .document()
                .placements
                .iter()
                .filter(|p| pool.family(pool.family_idx(&p.family).unwrap()).kind == HomeKind::Emergency);
            assert_eq!(report.children.len(), there.count(), "{}", shape.name);
            let Alerts {
                ended,
                ends_soon,
                running,
                not_begun,
            } = report.alerts;
            assert_eq!(
                (ended + ends_soon + running + not_begun) as usize,
                report.children.len()
            );
        }
    }
}
