use hemvist::policy::Policy;
use hemvist_testkit::{Shape, generate};

use super::*;
use crate::stream::{Event, Refusal, STREAM_FORMAT, StreamAsked, drawn};

fn run(pool: &Pool, stream: &Stream, asked: &SimulateAsked) -> Simulation {
    let options = MatchOptions {
        threads: 1,
        ..MatchOptions::default()
    };
    simulate(pool, &Policy::default().compile().unwrap(), stream, asked, &options).unwrap()
}

fn pool(document: serde_json::Value) -> Pool {
    Pool::from_document(serde_json::from_value(document).unwrap()).unwrap()
}

fn home(id: &str, from: u8, places: u8) -> serde_json::Value {
    serde_json::json!({ "id": id, "municipality": "m", "kind": "family", "places": places, "ages": { "from": from, "to": 20 },
        "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01", "location": { "lat": 59.0, "lon": 17.0 } })
}

fn child(id: &str, age: u8) -> serde_json::Value {
    serde_json::json!({ "id": id, "municipality": "m", "age": age, "placement": "long_term",
        "home": { "lat": 59.0, "lon": 17.0 } })
}

fn stream(arrivals: &[(&str, &str)], departures: &[(&str, &str)], refusals: &[(&str, &str)]) -> Stream {
    let events = |all: &[(&str, &str)]| {
        all.iter()
            .map(|(child, on)| Event {
                child: (*child).into(),
                on: on.parse().unwrap(),
            })
            .collect()
    };
    Stream {
        format: STREAM_FORMAT.into(),
        from: "2026-01-01".parse().unwrap(),
        until: "2026-03-01".parse().unwrap(),
        arrivals: events(arrivals),
        departures: events(departures),
        refusals: refusals
            .iter()
            .map(|(c, f)| Refusal {
                child: (*c).into(),
                family: (*f).into(),
            })
            .collect(),
    }
}

fn of(simulation: &Simulation, way: Way) -> &Outcome {
    simulation.ways.iter().find(|outcome| outcome.way == way).unwrap()
}

#[test]
fn waits_bought_days_and_moves_are_counted() {
    // The one place is taken until 5 February; the child comes on 2 January, can wait 14 days, and is then in a bought home.
    let pool = pool(serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-01", "municipalities": [{ "id": "m" }],
        "families": [home("f", 0, 0)], "children": [child("c", 7)], "placements": [{ "child": "old", "family": "f", "age": 9 }]
    }));
    let stream = stream(&[("c", "2026-01-02")], &[("old", "2026-02-05")], &[]);
    let asked = SimulateAsked {
        agency_per_day_ore: Some(230_000),
        ..SimulateAsked::default()
    };
    let found = run(&pool, &stream, &asked);
    let at_once = of(&found, Way::AtOnce);
    assert_eq!(
        (at_once.placed, at_once.waiting_days, at_once.bought_days, at_once.moves),
        (1, 34, 20, 1)
    );
    assert_eq!(at_once.bought_ore, Some(Ore(20 * 230_000)));
    assert_eq!(
        (at_once.distances_known, at_once.metres, at_once.median_wait),
        (1, 0, Some(34))
    );
    // The batch of 1 January + 5 weeks is the day itself.
    assert_eq!(of(&found, Way::Weekly).waiting_days, 34);
    let slow = run(
        &pool,
        &stream,
        &SimulateAsked {
            batch_days: Some(10),
            ..SimulateAsked::default()
        },
    );
    assert_eq!(of(&slow, Way::Weekly).waiting_days, 39, "the batch of 10 February");
    assert_eq!((found.hindsight.placed, at_once.placed_basis_points), (1, Some(10_000)));
}

#[test]
fn a_family_that_says_no_is_asked_once_and_the_next_one_is_asked() {
    let pool = pool(serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-01", "municipalities": [{ "id": "m" }],
        "families": [home("f1", 0, 1), home("f2", 0, 1)], "children": [child("c", 7)]
    }));
    let no_to_both = stream(&[("c", "2026-01-02")], &[], &[("c", "f1"), ("c", "f2")]);
    let found = run(&pool, &no_to_both, &SimulateAsked::default());
    assert_eq!((found.hindsight.placed, found.hindsight.fit), (0, 0));
    for outcome in &found.ways {
        assert_eq!(
            (outcome.placed, outcome.unplaced, outcome.refusals),
            (0, 1, 2),
            "{:?}",
            outcome.way
        );
        assert_eq!((outcome.placed_basis_points, outcome.waiting_days), (None, 58));
    }
    let no_to_one = stream(&[("c", "2026-01-02")], &[], &[("c", "f1")]);
    for outcome in run(&pool, &no_to_one, &SimulateAsked::default()).ways {
        assert_eq!((outcome.placed, outcome.unplaced), (1, 0));
        assert!(outcome.refusals <= 1);
    }
}

#[test]
fn a_child_who_lives_in_an_emergency_home_moves_and_leaves_its_place() {
    let emergency = serde_json::json!({ "id": "e", "municipality": "m", "kind": "emergency", "places": 0,
        "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01" });
    let mut urgent = child("urgent", 5);
    urgent["placement"] = "emergency".into();
    let pool = pool(serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-01", "municipalities": [{ "id": "m" }],
        "families": [home("f", 0, 1), emergency], "children": [child("c", 7), urgent],
        "placements": [{ "child": "c", "family": "e", "may_move": true }]
    }));
    let stream = stream(&[("c", "2026-01-20"), ("urgent", "2026-01-10")], &[], &[]);
    let found = run(&pool, &stream, &SimulateAsked::default());
    assert_eq!(found.hindsight.placed, 2);
    for way in [Way::AtOnce, Way::Priced] {
        let outcome = of(&found, way);
        // "urgent" waits from the 10th until "c" moves on the 20th, all that time in a bought home.
        assert_eq!(
            (outcome.placed, outcome.waiting_days, outcome.bought_days, outcome.moves),
            (2, 10, 10, 2),
            "{way:?}"
        );
    }
}

#[test]
fn prices_keep_the_scarce_home_for_those_who_have_no_other() {
    // Teenagers can go to "any" only, small children to both, and they like "any" better: it is in their own municipality. Whoever places
    // at once gives the first small child "any"; prices have seen teenagers come and send it to "small".
    let mut small = home("small", 0, 4);
    small["municipality"] = "n".into();
    small["ages"] = serde_json::json!({ "from": 0, "to": 8 });
    let children: Vec<_> = (0..4)
        .map(|n| child(&format!("small-{n}"), 5))
        .chain((0..3).map(|n| child(&format!("teen-{n}"), 15)))
        .collect();
    let pool = pool(serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-01", "municipalities": [{ "id": "m" }, { "id": "n" }],
        "families": [home("any", 0, 3), small], "children": children
    }));
    let stream = stream(
        &[
            ("teen-0", "2026-01-02"),
            ("teen-1", "2026-01-03"),
            ("small-0", "2026-01-10"),
            ("teen-2", "2026-01-17"),
            ("small-1", "2026-01-18"),
            ("small-2", "2026-01-25"),
            ("small-3", "2026-01-26"),
        ],
        &[],
        &[],
    );
    let found = run(&pool, &stream, &SimulateAsked::default());
    assert_eq!(found.hindsight.placed, 7);
    assert!(of(&found, Way::AtOnce).placed < 7, "{:?}", of(&found, Way::AtOnce));
    assert_eq!(of(&found, Way::Priced).placed, 7);
}

#[test]
fn a_young_person_who_turns_21_meanwhile_stays_in_the_simulation() {
    let mut young = child("young", 0);
    young["age"] = serde_json::Value::Null;
    young["birth_month"] = "2005-02".into();
    let pool = pool(serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-01", "municipalities": [{ "id": "m" }],
        "families": [home("f", 0, 1)], "children": [young]
    }));
    let found = run(
        &pool,
        &stream(&[("young", "2026-02-10")], &[], &[]),
        &SimulateAsked::default(),
    );
    assert!(found.ways.iter().all(|outcome| outcome.placed == 1));
}

#[test]
fn everyone_is_counted_and_nothing_depends_on_threads() {
    for shape in [Shape::norr(), Shape::nordvastra_skane()] {
        let pool = Pool::from_document(generate(&shape, 1)).unwrap();
        let asked = StreamAsked {
            seed: "s".into(),
            months: Some(6),
            leave_percent: None,
            accept_percent: None,
        };
        let stream = drawn(&pool, &asked).unwrap();
        let found = run(&pool, &stream, &SimulateAsked::default());
        for outcome in &found.ways {
            assert_eq!(
                outcome.placed + outcome.unplaced,
                found.arrivals,
                "{} {:?}",
                shape.name,
                outcome.way
            );
            assert!(u64::from(outcome.longest_wait) <= outcome.waiting_days && outcome.longest_wait <= 184);
            assert!(
                outcome.placed <= found.hindsight.placed,
                "{} {:?}",
                shape.name,
                outcome.way
            );
        }
        let options = MatchOptions {
            threads: 2,
            ..MatchOptions::default()
        };
        let policy = Policy::default().compile().unwrap();
        assert_eq!(
            found,
            simulate(&pool, &policy, &stream, &SimulateAsked::default(), &options).unwrap()
        );
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let pool = Pool::from_document(generate(&Shape::norr(), 1)).unwrap();
    let asked = StreamAsked {
        seed: "s".into(),
        months: Some(1),
        leave_percent: None,
        accept_percent: None,
    };
    let stream = drawn(&pool, &asked).unwrap();
    let policy = Policy::default().compile().unwrap();
    let refused = |stream: &Stream, asked: &SimulateAsked| {
        matches!(
            simulate(&pool, &policy, stream, asked, &MatchOptions::default()),
            Err(RegionError::Refused(_))
        )
    };
    assert!(refused(
        &Stream {
            until: stream.from,
            ..stream.clone()
        },
        &SimulateAsked::default()
    ));
    assert!(refused(
        &stream,
        &SimulateAsked {
            batch_days: Some(0),
            ..SimulateAsked::default()
        }
    ));
    assert!(refused(
        &stream,
        &SimulateAsked {
            patience_days: Some(366),
            ..SimulateAsked::default()
        }
    ));
    assert!(refused(
        &stream,
        &SimulateAsked {
            agency_per_day_ore: Some(-1),
            ..SimulateAsked::default()
        }
    ));
}
