//! What the examples of cooperating municipalities need beside a pool: histories of placements, fee files, interests, a policy.
//!
//! All of it is made up. Gotland's history is made so that its yearly sums are those that Region Gotland printed (social services
//! board, 2016): children 141, 124, 130 and 184, days 36 625, 35 285, 36 104 and 37 091, of which in agency homes 5 532, 4 475, 5 711 and
//! 8 772.

use std::fmt::Write as _;

use hemvist::csv::Dialect;
use hemvist::input::{Day, Family, HomeKind, PlacementKind, PoolDocument};

use crate::export::{EXAMPLE_SEED, Form, files as pool_files, json};
use crate::generate::generate;
use crate::rng::Rng;
use crate::shape::Shape;

/// Files below `examples/` that are no pool of [`Shape::all`]: path and bytes.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let mut all = vec![
        ("gotland/region/spells.csv".to_owned(), gotland().into_bytes()),
        (
            "norr/region/longest-wait-first.toml".to_owned(),
            LONGEST_WAIT_FIRST.as_bytes().to_vec(),
        ),
    ];
    let familjepoolen = generate(&Shape::familjepoolen(), EXAMPLE_SEED);
    all.push((
        "familjepoolen/region/interests.csv".to_owned(),
        interests(&familjepoolen).into_bytes(),
    ));
    for (file, text) in FEES {
        all.push((format!("nordvastra-skane/region/{file}"), text.as_bytes().to_vec()));
    }
    for shape in Shape::further() {
        let document = generate(&shape, EXAMPLE_SEED);
        let at = |file: &str| format!("{}/{file}", shape.name);
        if shape.name == "kak" {
            for (file, bytes) in pool_files(&document, Form::Tables(Dialect::ENGLISH)) {
                all.push((at(&format!("system-a/{file}")), bytes));
            }
            // The other system exports in Swedish, with semicolons and in Windows-1252.
            let swedish = Dialect {
                byte_order_mark: false,
                ..Dialect::SWEDISH
            };
            for (file, bytes) in pool_files(&document, Form::Tables(swedish)) {
                all.push((at(&format!("system-b/{file}")), windows_1252(&bytes)));
            }
        } else {
            all.push((at("pool.json"), json(&document)));
            all.push((at("region/spells.csv"), history(&document).into_bytes()));
        }
    }
    all
}

/// Text in the letters of Western Europe, one byte each.
fn windows_1252(utf8: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(utf8);
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

const LONGEST_WAIT_FIRST: &str = "\
format = \"hemvist.policy/1\"
name = \"longest wait first among equals\"

# A child placed counts for more than any wait, and each day waited counts: of two who could have the same home, the one who has
# waited longer gets it.
[objective.urgency]
each = 1000
emergency = 1000
days_per_step = 1
most_steps = 900
source = \"Familjehemssamverkan i Norr: waits are long, and the longest goes first among equals\"

# No consultant follows more than 14 homes.
[thresholds]
homes_per_secretary = 14
source = \"Familjehemssamverkan i Norr: 12 to 14 homes for each consultant\"
";

/// Fee files of three municipalities, made up.
const FEES: [(&str, &str); 3] = [
    (
        "fees-1276.toml",
        "\
# Made up for this example: Klippan follows the recommendations of 2021.
format = \"hemvist.fees/1\"
year = 2021
expenses = [
  { ages = [0, 12], kronor = 4363, status = \"published\", source = \"SKR circular 20:52\" },
  { ages = [13, 20], kronor = 4958, status = \"published\", source = \"SKR circular 20:52\" },
]
fees = [
  { levels = [1], kronor = 6503, status = \"published\", source = \"SKR circular 20:52\" },
  { levels = [2], kronor = 8436, status = \"published\", source = \"SKR circular 20:52\" },
  { levels = [3], kronor = 10374, status = \"published\", source = \"SKR circular 20:52\" },
  { levels = [4], kronor = 12326, status = \"published\", source = \"SKR circular 20:52\" },
  { levels = [5], kronor = 14592, status = \"published\", source = \"SKR circular 20:52\" },
]
",
    ),
    (
        "fees-1282.toml",
        "\
# Made up for this example: Landskrona pays a tenth more than the recommendations of 2021.
format = \"hemvist.fees/1\"
year = 2021
expenses = [{ ages = [0, 20], kronor = 4958, status = \"derived\", source = \"made up: one band for all ages\" }]
fees = [
  { levels = [1], kronor = 7153, status = \"derived\", source = \"made up: a tenth more\" },
  { levels = [2], kronor = 9280, status = \"derived\", source = \"made up: a tenth more\" },
  { levels = [3], kronor = 11411, status = \"derived\", source = \"made up: a tenth more\" },
  { levels = [4], kronor = 13559, status = \"derived\", source = \"made up: a tenth more\" },
  { levels = [5], kronor = 16051, status = \"derived\", source = \"made up: a tenth more\" },
]
",
    ),
    (
        "fees-1284.toml",
        "\
# Made up for this example: Höganäs has not changed its fees since 2018.
format = \"hemvist.fees/1\"
year = 2018
expenses = [
  { ages = [0, 12], kronor = 3981, status = \"published\", source = \"SKL circular 17:52\" },
  { ages = [13, 20], kronor = 4550, status = \"published\", source = \"SKL circular 17:52\" },
]
fees = [
  { levels = [1], kronor = 6075, status = \"published\", source = \"SKL circular 17:52\" },
  { levels = [2], kronor = 7880, status = \"published\", source = \"SKL circular 17:52\" },
  { levels = [3], kronor = 9690, status = \"published\", source = \"SKL circular 17:52\" },
  { levels = [4], kronor = 11513, status = \"published\", source = \"SKL circular 17:52\" },
  { levels = [5], kronor = 13629, status = \"published\", source = \"SKL circular 17:52\" },
]
",
    ),
];

const HEAD: &str = "child,home,from,until,municipality,kind,home_municipality\n";

/// The word of a home kind, as tables write it.
const fn word(kind: HomeKind) -> &'static str {
    match kind {
        HomeKind::Family => "family",
        HomeKind::Network => "network",
        HomeKind::Emergency => "emergency",
        HomeKind::Reinforced => "reinforced",
        HomeKind::Agency => "agency",
        HomeKind::Respite => "respite",
    }
}

/// First day of a year.
fn new_year(year: i16) -> Day {
    Day::new(year, 1, 1).unwrap_or(Day::LAST)
}

/// Spells whose sums by year are those that Region Gotland printed.
fn gotland() -> String {
    // Who stayed all four years: in own homes and in agency homes.
    const STAYED: (u32, u32) = (60, 8);
    // Year, children, days, days in agency homes, and how many of the others were in agency homes.
    const PRINTED: [(i16, u32, i64, i64, u32); 4] = [
        (2012, 141, 36_625, 5_532, 16),
        (2013, 124, 35_285, 4_475, 10),
        (2014, 130, 36_104, 5_711, 16),
        (2015, 184, 37_091, 8_772, 36),
    ];
    let mut rng = Rng::new(2016);
    let mut text = HEAD.to_owned();
    let mut n = 0;
    let mut spell = |text: &mut String, home: &str, from: Day, until: Day| {
        n += 1;
        let kind = if home.starts_with('K') { "agency" } else { "family" };
        let _ = writeln!(text, "G-{n:03},{home},{from},{until},0980,{kind},0980");
    };
    for (count, stem) in [(STAYED.0, "H"), (STAYED.1, "K")] {
        for home in 1..=count {
            spell(&mut text, &format!("{stem}-{home:03}"), new_year(2012), new_year(2016));
        }
    }
    for (year, children, days, agency_days, in_agency) in PRINTED {
        let (start, end) = (new_year(year), new_year(year + 1));
        let length = end.days_since(start);
        let others = children - STAYED.0 - STAYED.1;
        for (count, left, stem) in [
            (
                others - in_agency,
                days - agency_days - i64::from(STAYED.0) * length,
                "H",
            ),
            (in_agency, agency_days - i64::from(STAYED.1) * length, "K"),
        ] {
            for (home, stayed) in (101..).zip(parts(&mut rng, left, count, length)) {
                let room = i32::try_from(length - stayed).unwrap_or(0);
                let from = start.plus_days(rng.between(0, room).into()).unwrap_or(start);
                let until = from.plus_days(stayed).unwrap_or(end);
                spell(&mut text, &format!("{stem}-{home}"), from, until);
            }
        }
    }
    text
}

/// `sum` in `count` parts of 1 to `most` each, drawn around their mean.
fn parts(rng: &mut Rng, sum: i64, count: u32, most: i64) -> Vec<i64> {
    let mut left = sum;
    let mut parts = Vec::new();
    for after in (0..i64::from(count)).rev() {
        let mean = left / (after + 1);
        // What is left must stay within what the others can take.
        let (least, greatest) = ((left - after * most).max(1), (left - after).min(most));
        let wide = i32::try_from(mean * 2 / 3).unwrap_or(0);
        let part = if after == 0 {
            left
        } else {
            mean + i64::from(rng.between(-wide, wide))
        };
        let part = part.clamp(least, greatest.max(least));
        parts.push(part);
        left -= part;
    }
    parts
}

/// A made-up year and a half before a pool's date: most spells in homes of the pool, some in homes that the municipalities found
/// themselves and the centre does not know.
fn history(document: &PoolDocument) -> String {
    let mut rng = Rng::new(2019);
    let mut text = HEAD.to_owned();
    let homes: Vec<&Family> = document
        .families
        .iter()
        .filter(|f| f.kind != HomeKind::Network)
        .collect();
    for placement in &document.placements {
        let home = document.families.iter().find(|family| family.id == placement.family);
        let child = document.children.iter().find(|child| child.id == placement.child);
        if let (Some(home), Some(since)) = (home, placement.since) {
            let municipality = child.map_or(&home.municipality, |child| &child.municipality);
            let kind = word(home.kind);
            let _ = writeln!(
                text,
                "{},{},{since},,{municipality},{kind},{}",
                placement.child, home.id, home.municipality
            );
        }
    }
    for n in 1..=90 {
        let municipality = &rng.pick(&document.municipalities).id;
        let from = new_year(2024)
            .plus_days(rng.between(180, 720).into())
            .unwrap_or(Day::LAST);
        let until = from.plus_days(rng.between(3, 200).into()).unwrap_or(Day::LAST);
        if rng.chance(120) {
            // Found by the municipality itself.
            let home = rng.between(1, 7);
            let _ = writeln!(
                text,
                "T-{n:03},OWN-{municipality}-{home},{from},{until},{municipality},family,{municipality}"
            );
        } else {
            let home = rng.pick(&homes);
            let (id, kind, lies) = (&home.id, word(home.kind), &home.municipality);
            let _ = writeln!(text, "T-{n:03},{id},{from},{until},{municipality},{kind},{lies}");
        }
    }
    text
}

/// Four homes, each wanted by up to three municipalities for a child of an age that the home takes.
fn interests(document: &PoolDocument) -> String {
    let lives = |id: &str| document.placements.iter().any(|placement| placement.child == id);
    let open = document.families.iter().filter(|family| {
        matches!(family.kind, HomeKind::Family | HomeKind::Reinforced)
            && family.places > 0
            && family.assessed_on.is_some()
            && family.ages.is_some()
    });
    let mut text = "municipality,child,family\n".to_owned();
    for home in open.step_by(7).take(4) {
        let takes = |age: Option<u8>| {
            home.ages
                .zip(age)
                .is_some_and(|(ages, age)| (ages.from..=ages.to).contains(&age))
        };
        let wanted = document.municipalities.iter().filter_map(|municipality| {
            document.children.iter().find(|child| {
                child.municipality == municipality.id
                    && child.placement == PlacementKind::LongTerm
                    && !lives(&child.id)
                    && takes(child.age)
            })
        });
        for child in wanted.take(3) {
            let _ = writeln!(text, "{},{},{}", child.municipality, child.id, home.id);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gotlands_history_has_the_printed_sums() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let text = gotland();
        let spells: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
        for (year, children, days, agency) in [
            (2012, 141, 36_625, 5_532),
            (2013, 124, 35_285, 4_475),
            (2014, 130, 36_104, 5_711),
            (2015, 184, 37_091, 8_772),
        ] {
            let (start, end) = (new_year(year), new_year(year + 1));
            let inside = |spell: &&Vec<&str>| day(spell[3]).min(end).days_since(day(spell[2]).max(start)).max(0);
            let there = spells.iter().filter(|spell| inside(spell) > 0);
            let bought = spells.iter().filter(|spell| spell[5] == "agency");
            assert_eq!(there.count(), children);
            assert_eq!(spells.iter().map(|spell| inside(&spell)).sum::<i64>(), days);
            assert_eq!(bought.map(|spell| inside(&spell)).sum::<i64>(), agency);
        }
    }

    #[test]
    fn parts_sum_and_stay_within_bounds() {
        let mut rng = Rng::new(1);
        for (sum, count, most) in [(10, 10, 3), (9_133, 57, 366), (364, 1, 366), (730, 2, 365)] {
            let parts = parts(&mut rng, sum, count, most);
            assert_eq!((parts.iter().sum::<i64>(), parts.len()), (sum, count as usize));
            assert!(parts.iter().all(|part| (1..=most).contains(part)), "{parts:?}");
        }
    }
}
