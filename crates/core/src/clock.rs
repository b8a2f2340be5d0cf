//! The emergency clock: how long a child may stay in an emergency home (*jourhem*).
//!
//! A child may stay in an emergency home more than two months after the child inquiry (*barnavårdsutredning*) ended
//! only for special reasons (government bill 2006/07:129). While the inquiry goes on, its usual length is the guide:
//! it is to be finished within four months (Social Services Act 2001:453, chapter 11, section 2, whose rule the Act of
//! 2025 took over; the new number was not at hand when this was written), so that the usual ceiling is four months
//! and two from the day on which the child came. Knows one child at a time and no plan.

use serde::Serialize;

use crate::day::Day;
use crate::input::HomeKind;
use crate::policy::Thresholds;
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// What the last day is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The day on which the child inquiry ended: the statutory end.
    InquiryEnded,
    /// The day on which the child came to the home, while the end of the inquiry is not known: the usual ceiling.
    UsualCeiling,
}

/// How near the last day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// Farther away than the policy's `emergency_near_days`.
    Far,
    /// At most so many days away.
    Near,
    /// Gone by.
    Passed,
}

/// The clock of one child in one emergency home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The emergency home.
    pub family: FamilyIdx,
    /// The last day, and what it is counted from; `None`: no date is known from which it could be counted.
    pub last: Option<(Day, Basis)>,
    /// Days left on the date of the pool; negative: passed. 0 if the last day is not known.
    pub days_left: i64,
    /// How near the last day is; [`Alert::Near`] if it is not known, since it may have passed.
    pub alert: Alert,
}

/// The clock of a child who lives in an emergency home; `None`: it lives in none.
pub fn clock(pool: &Pool, thresholds: &Thresholds, child: ChildIdx) -> Option<Clock> {
    let family = pool.lives_in(child)?;
    if pool.family(family).kind != HomeKind::Emergency {
        return None;
    }
    let since = pool.came_on(child);
    Some(count(pool, thresholds, child, family, since))
}

/// The clock of a child who is to go to an emergency home, if its inquiry has ended.
pub(crate) fn clock_of_proposed(
    pool: &Pool,
    thresholds: &Thresholds,
    child: ChildIdx,
    family: FamilyIdx,
) -> Option<Clock> {
    let is_emergency = pool.family(family).kind == HomeKind::Emergency;
    let clock = is_emergency.then(|| count(pool, thresholds, child, family, None))?;
    clock.last.is_some().then_some(clock)
}

fn count(pool: &Pool, thresholds: &Thresholds, child: ChildIdx, family: FamilyIdx, since: Option<Day>) -> Clock {
    let after = |day: Day, months: u32| i32::try_from(months).ok().and_then(|months| day.plus_months(months));
    let stay = thresholds.emergency_months;
    let last = match (pool.child(child).inquiry_ended, since) {
        (Some(ended), _) => after(ended, stay).map(|day| (day, Basis::InquiryEnded)),
        (None, Some(since)) => after(since, thresholds.inquiry_months + stay).map(|day| (day, Basis::UsualCeiling)),
        (None, None) => None,
    };
    let days_left = last.map_or(0, |(day, _)| day.days_since(pool.as_of()));
    let alert = if last.is_some() && days_left < 0 {
        Alert::Passed
    } else if days_left <= i64::from(thresholds.emergency_near_days) {
        Alert::Near
    } else {
        Alert::Far
    };
    Clock {
        family,
        last,
        days_left,
        alert,
    }
}

impl Clock {
    /// How many of the policy's steps urgency has risen: none while the last day is farther away than
    /// `emergency_near_days`, all of `most` on the last day and after it, and in between in proportion, rounded down.
    pub fn steps(&self, thresholds: &Thresholds, most: u32) -> u32 {
        let near = i64::from(thresholds.emergency_near_days);
        if self.last.is_none() || self.days_left >= near && near > 0 || self.days_left > 0 && near == 0 {
            return 0;
        }
        let gone = (near - self.days_left).min(near).max(i64::from(near == 0));
        u32::try_from(i64::from(most) * gone / near.max(1)).unwrap_or(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn pool(ended: &str, since: &str) -> Pool {
        let field = |name: &str, day: &str| match day {
            "" => String::new(),
            day => format!(r#", "{name}": "{day}""#),
        };
        let text = format!(
            r#"{{"format": "hemvist.pool/1", "as_of": "2026-05-04", "municipalities": [{{"id": "1276"}}],
                "families": [{{"id": "f1", "municipality": "1276", "kind": "emergency", "places": 0}}],
                "children": [{{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"{}}}],
                "placements": [{{"child": "c1", "family": "f1", "may_move": true{}}}]}}"#,
            field("inquiry_ended", ended),
            field("since", since)
        );
        Pool::from_document(serde_json::from_str(&text).expect("a document")).expect("a pool")
    }

    fn found(ended: &str, since: &str) -> (Option<(String, Basis)>, i64, Alert, u32) {
        let (pool, policy) = (pool(ended, since), Policy::default());
        let child = pool.child_idx("c1").expect("a child");
        let clock = clock(&pool, &policy.thresholds, child).expect("lives in an emergency home");
        let last = clock.last.map(|(day, basis)| (day.to_string(), basis));
        (last, clock.days_left, clock.alert, clock.steps(&policy.thresholds, 10))
    }

    #[test]
    fn two_months_after_the_inquiry_or_six_after_the_child_came() {
        let ended = |day: &str| Some((day.to_owned(), Basis::InquiryEnded));
        assert_eq!(
            found("2026-04-20", "2026-01-01"),
            (ended("2026-06-20"), 47, Alert::Far, 0)
        );
        assert_eq!(found("2026-04-03", ""), (ended("2026-06-03"), 30, Alert::Near, 0));
        assert_eq!(found("2026-04-01", ""), (ended("2026-06-01"), 28, Alert::Near, 0));
        assert_eq!(found("2026-03-19", ""), (ended("2026-05-19"), 15, Alert::Near, 5));
        assert_eq!(found("2026-03-04", ""), (ended("2026-05-04"), 0, Alert::Near, 10));
        assert_eq!(found("2026-03-03", ""), (ended("2026-05-03"), -1, Alert::Passed, 10));
        let ceiling = Some(("2026-05-10".to_owned(), Basis::UsualCeiling));
        assert_eq!(found("", "2025-11-10"), (ceiling, 6, Alert::Near, 8));
        assert_eq!(
            found("", ""),
            (None, 0, Alert::Near, 0),
            "no date is no reason to be silent"
        );
    }

    #[test]
    fn without_days_of_nearing_urgency_rises_on_the_last_day() {
        let thresholds = Thresholds {
            emergency_near_days: 0,
            ..Policy::default().thresholds
        };
        for (ended, steps) in [("2026-03-05", 0), ("2026-03-04", 7), ("2026-01-04", 7)] {
            let pool = pool(ended, "");
            let clock = clock(&pool, &thresholds, pool.child_idx("c1").expect("a child")).expect("a clock");
            assert_eq!(clock.steps(&thresholds, 7), steps, "{ended}");
        }
    }
}
