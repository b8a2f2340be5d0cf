use hemvist::policy::Policy;
use hemvist_testkit::{Rng, Shape, generate};

use super::*;

fn interest(pool: &Pool, child: ChildIdx, family: &str) -> Interest {
    let record = pool.child(child);
    Interest {
        municipality: record.municipality.clone(),
        child: record.id.clone(),
        handle: None,
        family: Some(family.to_owned()),
        on: None,
    }
}

fn ask(pool: &Pool, interests: Vec<Interest>) -> Result<Promises, RegionError> {
    let asked = InterestAsked {
        interests,
        k: None,
        listing_seed: None,
    };
    promise(
        pool,
        &Policy::default().compile().unwrap(),
        &asked,
        &MatchOptions::default(),
    )
}

/// Two children of two municipalities, and one home with two places.
fn two(waits: [&str; 2]) -> Pool {
    let child = |id: &str, municipality: &str, since: &str| {
        serde_json::json!({ "id": id, "municipality": municipality, "age": 7, "placement": "long_term",
            "waiting_since": since })
    };
    let document = serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "1983" }, { "id": "1984" }],
        "families": [{ "id": "f1", "municipality": "1984", "kind": "family", "places": 2,
            "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01" }],
        "children": [child("c1", "1983", waits[0]), child("c2", "1984", waits[1])]
    });
    Pool::from_document(serde_json::from_value(document).unwrap()).unwrap()
}

#[test]
fn two_municipalities_want_one_home_and_exactly_one_gets_it() {
    for (waits, winner, why) in [
        (["2025-06-01", "2026-01-01"], "c1", Why::Urgency),
        (["2026-01-01", "2025-06-01"], "c2", Why::Urgency),
    ] {
        let pool = two(waits);
        let both = pool.children().map(|child| interest(&pool, child, "f1")).collect();
        let answer = ask(&pool, both).unwrap();
        assert_eq!(answer.promises.len(), 1);
        assert_eq!(answer.promises[0].children, [winner]);
        assert_eq!(answer.declined.len(), 1);
        let declined = &answer.declined[0];
        assert_eq!(
            (declined.reason, declined.why),
            (DeclinedReason::HomePromised, Some(why))
        );
        assert_eq!(declined.promised_to, [winner]);
    }
}

#[test]
fn interests_that_fit_nothing_are_told_with_their_place() {
    let pool = two(["2026-01-01", "2026-01-01"]);
    let good = interest(&pool, pool.children().next().unwrap(), "f1");
    let wrong = vec![
        Interest {
            municipality: "1984".into(),
            ..good.clone()
        },
        Interest {
            family: Some("f9".into()),
            ..good.clone()
        },
        Interest {
            family: None,
            ..good.clone()
        },
        Interest {
            handle: Some("L-001".into()),
            ..good.clone()
        },
        Interest {
            handle: Some("L-001".into()),
            family: None,
            ..good.clone()
        },
    ];
    let Err(RegionError::Refused(problems)) = ask(&pool, wrong) else {
        panic!("refused")
    };
    let told: Vec<String> = problems
        .iter()
        .map(|p| format!("{} {}", p.code.slug(), p.path))
        .collect();
    assert_eq!(
        told,
        [
            "pool.unknown_child interests[0].child",
            "pool.unknown_family interests[1].family",
            "document.missing_field interests[2].family",
            "document.duplicate_field interests[3].family",
            "pool.unknown_family interests[4].handle",
        ]
    );
}

#[test]
fn every_interest_is_answered_once_and_no_home_is_promised_twice() {
    for shape in Shape::all() {
        let pool = Pool::from_document(generate(&shape, 1)).unwrap();
        let mut rng = Rng::new(7);
        let seeking: Vec<ChildIdx> = pool.children().filter(|&child| pool.stays(child).is_none()).collect();
        let open: Vec<FamilyIdx> = pool.families().filter(|&f| pool.family(f).places > 0).collect();
        let mut interests: Vec<Interest> = (0..60)
            .map(|_| interest(&pool, *rng.pick(&seeking), &pool.family(*rng.pick(&open)).id))
            .collect();
        let pairs: BTreeSet<(String, String)> = interests
            .iter()
            .map(|i| (i.child.clone(), i.family.clone().unwrap()))
            .collect();
        let answer = ask(&pool, interests.clone()).unwrap();
        interests.reverse();
        assert!(
            answer == ask(&pool, interests).unwrap(),
            "{}: the order of interests",
            shape.name
        );
        let mut answered: BTreeSet<(String, String)> = BTreeSet::new();
        for promise in &answer.promises {
            let of = |id: &String| pool.child_idx(id).and_then(|child| pool.group_of(child));
            assert!(
                promise.children.len() == 1
                    || promise
                        .children
                        .iter()
                        .all(|c| of(c).is_some() && of(c) == of(&promise.children[0]))
            );
            for child in &promise.children {
                assert!(answered.insert((child.clone(), promise.family.clone())));
            }
        }
        let children = answered.iter().map(|pair| &pair.0).collect::<BTreeSet<_>>().len();
        assert_eq!(children, answered.len(), "{}: one home for each child", shape.name);
        for declined in &answer.declined {
            assert!(answered.insert((declined.child.clone(), declined.family.clone())));
        }
        assert_eq!(answered, pairs, "{}", shape.name);
    }
}

#[test]
fn handles_lead_to_the_homes_they_were_made_for() {
    let pool = Pool::from_document(generate(&Shape::familjepoolen(), 1)).unwrap();
    let asked = ListingAsked {
        k: None,
        seed: "autumn".into(),
    };
    let (_, key) = listing(&pool, &asked).unwrap();
    let seeking = pool.children().find(|&child| pool.stays(child).is_none()).unwrap();
    for home in key.homes.iter().take(20) {
        let by_handle = Interest {
            handle: Some(home.handle.clone()),
            family: None,
            ..interest(&pool, seeking, "")
        };
        let asked = InterestAsked {
            interests: vec![by_handle],
            k: None,
            listing_seed: Some("autumn".into()),
        };
        let policy = Policy::default().compile().unwrap();
        let answer = promise(&pool, &policy, &asked, &MatchOptions::default()).unwrap();
        let told = answer
            .promises
            .iter()
            .map(|p| &p.family)
            .chain(answer.declined.iter().map(|d| &d.family));
        assert_eq!(told.collect::<Vec<_>>(), [&home.family]);
    }
}

#[test]
fn the_table_is_read_in_either_language() {
    let english = from_table(b"municipality,child,family\n1983,c1,f1\n").unwrap().0;
    let swedish = from_table("kommun;barn;familj\n1983;c1;f1\n".as_bytes()).unwrap().0;
    assert!(english == swedish && english.len() == 1);
}
