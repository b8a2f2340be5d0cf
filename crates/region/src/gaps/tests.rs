use hemvist::policy::Policy;
use hemvist_testkit::{Shape, generate, pools};
use proptest::prelude::*;

use super::*;

fn pool(shape: &Shape) -> Pool {
    Pool::from_document(generate(shape, 1)).unwrap()
}

fn ask(pool: &Pool, asked: &GapsAsked, threads: usize) -> Gaps {
    let options = MatchOptions {
        threads,
        ..MatchOptions::default()
    };
    gaps(pool, &Policy::default().compile().unwrap(), asked, &options).unwrap()
}

fn some_profiles(pool: &Pool) -> Vec<Profile> {
    let profiles = grid::profiles(pool, &[]).unwrap();
    profiles.into_iter().step_by(7).take(30).collect()
}

/// Tiers of a match from nothing, of the pool with these homes.
fn worth(pool: &Pool, homes: &[&Family]) -> Worth {
    let larger = grid::with_homes(pool, homes).unwrap();
    match_pool(
        &larger,
        &Policy::default(),
        &MatchOptions {
            threads: 1,
            ..MatchOptions::default()
        },
    )
    .unwrap()
    .objective
    .tiers
}

fn minus(a: Worth, b: Worth) -> Worth {
    Worth {
        urgency: a.urgency - b.urgency,
        network: a.network - b.network,
        fit: a.fit - b.fit,
    }
}

fn check(pool: &Pool) {
    let profiles = some_profiles(pool);
    let homes = grid::homes(pool, &profiles);
    let asked = GapsAsked {
        profiles: profiles.clone(),
        list: Some(5),
        next: Some(2),
        all: true,
        costing: None,
    };
    let found = ask(pool, &asked, 1);
    let now = worth(pool, &[]);
    assert_eq!(found.now, now);
    let exact: Vec<Worth> = homes.iter().map(|home| minus(worth(pool, &[home]), now)).collect();
    let all = found.all.as_ref().unwrap();
    assert!(
        all.iter().zip(&exact).all(|(gained, exact)| gained.gain == *exact),
        "every gain is that of a match"
    );
    for of in &found.best {
        let exact = profiles
            .iter()
            .zip(&exact)
            .filter(|(profile, _)| (profile.kind, profile.places) == (of.kind, of.places))
            .map(|(_, gain)| *gain);
        let most = exact.max().unwrap_or_default();
        if let Some(best) = of.profiles.first() {
            // Unless the very best is left out because fewer places gain as much.
            assert!(best.gain == most || best.profile.places > 1);
        }
        assert!(of.profiles.windows(2).all(|pair| pair[0].gain >= pair[1].gain));
    }
    // Each of the next homes is the best once the former are there.
    let mut taken: Vec<&Family> = Vec::new();
    for step in &found.next {
        let before = worth(pool, &taken);
        let with = |home| minus(worth(pool, &[&taken[..], &[home]].concat()), before);
        assert_eq!(step.gain, homes.iter().map(with).max().unwrap());
        let at = profiles.iter().position(|profile| *profile == step.profile).unwrap();
        taken.push(&homes[at]);
    }
    for row in &found.supply {
        let rows = profiles
            .iter()
            .zip(&exact)
            .filter(|(p, _)| (p.kind, p.ages, p.places) == (row.kind, row.ages, row.places));
        let no_one = rows.clone().filter(|(_, gain)| gain.urgency == 0).count();
        assert_eq!(
            (row.profiles as usize, row.place_no_one as usize),
            (rows.count(), no_one)
        );
    }
}

#[test]
fn gains_orders_and_supply_are_those_of_matches_from_nothing() {
    for shape in [Shape::norr(), Shape::nordvastra_skane()] {
        check(&pool(&shape));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, ..ProptestConfig::default() })]
    #[test]
    fn the_same_on_any_small_pool(recipe in pools::strategy()) {
        check(&Pool::from_document(recipe.document()).unwrap());
    }
}

#[test]
fn homes_for_teenagers_come_first_in_familjepoolen() {
    let pool = pool(&Shape::familjepoolen());
    let grid = grid::profiles(&pool, &[]).unwrap();
    assert!(grid.len() > 1000);
    let costing = CostingAsked {
        year: Some(2021),
        secretary_per_day_ore: Some(11_400),
        agency_per_day_ore: 230_000,
        ..CostingAsked::default()
    };
    let found = ask(
        &pool,
        &GapsAsked {
            next: Some(1),
            costing: Some(costing),
            // A part of the grid; a test must not take long.
            profiles: grid
                .into_iter()
                .filter(|p| p.kind == HomeKind::Family && (3..=4).contains(&p.highest_needs))
                .collect(),
            ..GapsAsked::default()
        },
        2,
    );
    for of in found.best.iter().filter(|of| of.kind == HomeKind::Family) {
        // Four small siblings, to be kept together, wait for a home with four places; all other sizes are for teenagers.
        let ages = if of.places < 4 { (13, 20) } else { (0, 6) };
        assert!(of.profiles.iter().all(|best| best.profile.ages == ages), "{of:?}");
        assert!(
            of.profiles
                .iter()
                .all(|best| best.children > 0 && best.saving_ore.unwrap() > Ore(0))
        );
    }
    let small = found
        .supply
        .iter()
        .filter(|row| (row.kind, row.ages) == (HomeKind::Family, (0, 6)));
    for row in small.filter(|row| row.places < 4) {
        assert_eq!(
            row.place_no_one, row.profiles,
            "no home for small children places anyone: {row:?}"
        );
    }
    let idle_for = |young: bool| -> u32 {
        let rows = found
            .idle
            .iter()
            .filter(|row| row.ages.is_some_and(|ages| (ages.1 <= 12) == young));
        rows.map(|row| row.places).sum()
    };
    assert!(idle_for(true) > 2 * idle_for(false));
}

#[test]
fn threads_change_nothing() {
    let pool = pool(&Shape::hassleholm());
    let asked = GapsAsked {
        next: Some(2),
        ..GapsAsked::default()
    };
    assert_eq!(ask(&pool, &asked, 1), ask(&pool, &asked, 3));
}

#[test]
fn a_less_demanding_home_that_gains_as_much_comes_alone() {
    let found = ask(
        &pool(&Shape::norr()),
        &GapsAsked {
            list: Some(40),
            ..GapsAsked::default()
        },
        1,
    );
    let all: Vec<&Best> = found.best.iter().flat_map(|of| &of.profiles).collect();
    assert!(all.len() > 10);
    for (at, best) in all.iter().enumerate() {
        for other in &all[..at] {
            let same = best.gain == other.gain && other.profile.asks_no_more_than(&best.profile);
            let of_one_size = other.profile.places == best.profile.places;
            let but_for_places = other.profile.highest_needs == best.profile.highest_needs;
            assert!(!(same && (of_one_size || but_for_places)), "{best:?} {other:?}");
        }
    }
}

#[test]
fn profiles_that_are_none_are_told_with_their_place() {
    let pool = pool(&Shape::norr());
    let good = some_profiles(&pool)[0].clone();
    let wrong = [
        Profile {
            municipality: "0000".into(),
            ..good.clone()
        },
        Profile {
            places: 0,
            highest_needs: 6,
            ..good.clone()
        },
        Profile {
            ages: (9, 3),
            ..good.clone()
        },
        Profile { ages: (0, 21), ..good },
    ];
    let asked = GapsAsked {
        profiles: wrong.to_vec(),
        ..GapsAsked::default()
    };
    let result = gaps(
        &pool,
        &Policy::default().compile().unwrap(),
        &asked,
        &MatchOptions::default(),
    );
    let Err(RegionError::Refused(problems)) = result else {
        panic!("refused")
    };
    let told: Vec<String> = problems
        .iter()
        .map(|p| format!("{} {}", p.code.slug(), p.path))
        .collect();
    assert_eq!(
        told,
        [
            "pool.unknown_municipality profiles[0].municipality",
            "value.out_of_range profiles[1].places",
            "value.out_of_range profiles[1].highest_needs",
            "value.range_order profiles[2].ages",
            "value.out_of_range profiles[3].ages",
        ]
    );
}

#[test]
fn a_weighted_sum_has_gaps_too() {
    let pool = pool(&Shape::norr());
    let mut policy = Policy::default();
    policy.objective.strict = false;
    policy.objective.network_points = 0;
    let asked = GapsAsked {
        profiles: some_profiles(&pool),
        ..GapsAsked::default()
    };
    let found = gaps(&pool, &policy.compile().unwrap(), &asked, &MatchOptions::default()).unwrap();
    assert!(found.best.iter().any(|of| !of.profiles.is_empty()));
}
