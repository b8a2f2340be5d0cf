use proptest::prelude::*;

use super::*;

fn spell(child: &str, home: &str, from: &str, until: Option<&str>, municipality: &str) -> Spell {
    Spell {
        child: child.into(),
        home: home.into(),
        from: from.parse().unwrap(),
        until: until.map(|day| day.parse().unwrap()),
        municipality: municipality.into(),
        kind: HomeKind::Family,
        home_municipality: None,
    }
}

fn of(spells: &[Spell], years: &[u16]) -> Statistics {
    statistics(spells, None, &StatisticsAsked { years: years.to_vec() }).unwrap()
}

#[test]
fn the_first_day_counts_and_the_day_of_leaving_does_not() {
    let spells = [
        spell("a", "h", "2024-12-31", Some("2025-01-02"), "m"),
        spell("b", "h", "2025-12-31", None, "m"),
        spell("c", "h", "2025-06-01", Some("2025-06-01"), "m"),
    ];
    let year = of(&spells, &[2025]).years[0].all.year;
    assert_eq!((year.days, year.children, year.spells), (2, 2, 2));
    // The spell of no day began and ended, and was nobody's day.
    assert_eq!((year.begun, year.ended), (2, 2));
    assert_eq!(of(&spells, &[2024]).years[0].all.year.days, 1);
    let leap = [spell("a", "h", "2000-01-01", None, "m")];
    assert_eq!(of(&leap, &[2012]).years[0].all.year.days, 366);
    assert_eq!(of(&leap, &[2013]).years[0].all.year.days, 365);
}

#[test]
fn a_child_counts_once_and_its_double_days_are_told() {
    let spells = [
        spell("a", "h1", "2025-01-01", Some("2025-02-01"), "m"),
        spell("a", "h2", "2025-01-22", Some("2025-03-01"), "m"),
        spell("a", "h3", "2025-01-30", Some("2025-01-31"), "m"),
    ];
    let found = of(&spells, &[2025]);
    assert_eq!(
        (found.years[0].all.year.children, found.years[0].all.year.spells),
        (1, 3)
    );
    assert_eq!(
        found.overlaps,
        [Overlap {
            child: "a".into(),
            days: 11
        }]
    );
    assert_eq!(found.unknown_homes, None);
}

#[test]
fn what_is_given_is_what_is_got() {
    let away = Spell {
        home_municipality: Some("n".into()),
        ..spell("a", "h", "2025-01-01", Some("2025-01-11"), "m")
    };
    let spells = [away, spell("b", "h", "2025-01-01", Some("2025-01-06"), "n")];
    let found = of(&spells, &[2025]);
    let of = |code| {
        let year = found.years[0]
            .municipalities
            .iter()
            .find(|m| m.municipality == code)
            .unwrap();
        (
            year.periods.year.days_elsewhere,
            year.periods.year.days_for_others,
            year.periods.year.days_not_located,
        )
    };
    assert_eq!((of("m"), of("n")), ((10, 0, 0), (0, 10, 5)));
    let all = found.years[0].all.year;
    assert_eq!((all.days_elsewhere, all.days_for_others), (10, 10));
}

#[test]
fn homes_that_the_pool_does_not_know_are_listed_not_dropped() {
    let document = serde_json::json!({
        "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "m" }, { "id": "n" }],
        "families": [{ "id": "known", "municipality": "n", "kind": "family", "places": 1 }]
    });
    let pool = Pool::from_document(serde_json::from_value(document).unwrap()).unwrap();
    let spells = [
        spell("a", "known", "2025-01-01", Some("2025-01-04"), "m"),
        spell("b", "own-find", "2025-01-01", Some("2025-01-03"), "m"),
        spell("c", "long-ago", "2020-01-01", Some("2020-01-03"), "m"),
    ];
    let found = statistics(&spells, Some(&pool), &StatisticsAsked { years: vec![2025] }).unwrap();
    let unknown = found.unknown_homes.unwrap();
    assert_eq!(unknown.len(), 1);
    assert_eq!(
        (unknown[0].home.as_str(), unknown[0].spells, unknown[0].days),
        ("own-find", 1, 2)
    );
    let year = found.years[0].all.year;
    assert_eq!((year.days, year.days_elsewhere, year.days_not_located), (5, 3, 2));
}

#[test]
fn years_are_asked_for_within_reason() {
    for years in [vec![], vec![1899], vec![2199], (1900..1951).collect()] {
        assert!(matches!(
            statistics(&[], None, &StatisticsAsked { years }),
            Err(RegionError::Refused(_))
        ));
    }
}

fn any_spell() -> impl Strategy<Value = Spell> {
    let start = Day::new(2023, 6, 1).unwrap();
    (
        0..9_u8,
        0..6_u8,
        0..900_i64,
        proptest::option::of(0..500_i64),
        0..3_u8,
        any::<bool>(),
    )
        .prop_map(move |(child, home, from, length, municipality, agency)| {
            let from = start.plus_days(from).unwrap();
            Spell {
                child: format!("c{child}"),
                home: format!("h{home}"),
                from,
                until: length.map(|days| from.plus_days(days).unwrap()),
                municipality: format!("m{municipality}"),
                kind: if agency { HomeKind::Agency } else { HomeKind::Family },
                home_municipality: (home > 0).then(|| format!("m{}", home % 3)),
            }
        })
}

/// What the module says adds up.
fn additive(counts: Counts) -> [u64; 7] {
    let Counts {
        begun,
        ended,
        days,
        agency_days,
        days_elsewhere,
        days_for_others,
        days_not_located,
        ..
    } = counts;
    [
        begun.into(),
        ended.into(),
        days,
        agency_days,
        days_elsewhere,
        days_for_others,
        days_not_located,
    ]
}

fn sum(all: impl Iterator<Item = Counts>) -> [u64; 7] {
    all.map(additive)
        .fold([0; 7], |sum, next| std::array::from_fn(|i| sum[i] + next[i]))
}

proptest! {
    #[test]
    fn quarters_sum_to_the_year_and_municipalities_to_the_whole(spells in proptest::collection::vec(any_spell(), 0..40)) {
        for year in of(&spells, &[2023, 2024, 2025]).years {
            let parts = |periods: &Periods| {
                assert_eq!(sum(periods.quarters.into_iter()), additive(periods.year));
                assert!(periods.quarters.iter().all(|q| q.children <= periods.year.children));
            };
            parts(&year.all);
            year.municipalities.iter().for_each(|m| parts(&m.periods));
            let whole = |of: fn(&Periods) -> Counts| {
                let each = year.municipalities.iter().map(|m| of(&m.periods));
                assert_eq!(sum(each), additive(of(&year.all)));
            };
            whole(|p| p.year);
            whole(|p| p.quarters[2]);
            // Days, counted one by one.
            let day_by_day = (0..366_i64).filter_map(|n| {
                let day = Day::new(i16::try_from(year.year).unwrap(), 1, 1)?.plus_days(n)?;
                (day < Day::new(i16::try_from(year.year).unwrap() + 1, 1, 1)?).then_some(day)
            });
            let there = |day: Day| spells.iter().filter(|s| s.from <= day && s.until.is_none_or(|u| day < u)).count();
            prop_assert_eq!(day_by_day.map(|day| there(day) as u64).sum::<u64>(), year.all.year.days);
        }
    }
}
