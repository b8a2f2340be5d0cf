//! Validation as a contract: planted faults are all found and nothing else is, limits hold at their edges, identity
//! numbers are refused in every notation, and no report shows what stood in the input.

use hemvist::{Code, Problems, ReadOptions, csv, json, limits, validate};
use hemvist_testkit::Rng;
use hemvist_testkit::pools::Recipe;
use serde_json::{Value, json};

fn read(document: &Value) -> Problems {
    let text = document.to_string();
    json::read_pool(text.as_bytes(), &ReadOptions::default())
        .err()
        .unwrap_or_default()
}

fn found(problems: &Problems) -> Vec<(&'static str, String)> {
    problems.iter().map(|p| (p.code.slug(), p.path.to_string())).collect()
}

/// A fault: what to change in a record, and what the report must say of it.
type Fault = (&'static str, fn(&mut Value), &'static str, &'static str);

/// Faults of one record, none of which makes another record wrong.
const FAULTS: [Fault; 24] = [
    ("children", |r| r["needs"] = json!(9), "value.out_of_range", ".needs"),
    (
        "children",
        |r| r["needs"] = json!("high"),
        "document.wrong_type",
        ".needs",
    ),
    ("children", |r| r["needs"] = json!(2.5), "value.not_whole", ".needs"),
    (
        "children",
        |r| r["placement"] = json!("somewhere"),
        "value.unknown_word",
        ".placement",
    ),
    (
        "children",
        |r| drop(r.as_object_mut().unwrap().remove("placement")),
        "document.missing_field",
        ".placement",
    ),
    (
        "children",
        |r| r["municipality"] = json!("nowhere"),
        "pool.unknown_municipality",
        ".municipality",
    ),
    (
        "children",
        |r| r["waiting_since"] = json!("2999-01-01"),
        "value.not_a_day",
        ".waiting_since",
    ),
    (
        "children",
        |r| r["waiting_since"] = json!("2199-01-01"),
        "value.date_order",
        ".waiting_since",
    ),
    (
        "children",
        |r| r["home"] = json!({ "lat": 91, "lon": 0 }),
        "value.out_of_range",
        ".home.lat",
    ),
    (
        "children",
        |r| r["home"] = json!({ "lat": 55 }),
        "document.missing_field",
        ".home.lon",
    ),
    (
        "children",
        |r| r["languages"] = json!(["sv", "SV"]),
        "value.language_form",
        ".languages[1]",
    ),
    (
        "children",
        |r| r["allergies"] = json!(["cat", "cat"]),
        "value.repeated",
        ".allergies[1]",
    ),
    (
        "children",
        |r| r["step_free"] = json!("no"),
        "document.wrong_type",
        ".step_free",
    ),
    (
        "children",
        |r| r["wishes"] = json!({ "wanted": ["f 1"] }),
        "value.id_form",
        ".wishes.wanted[0]",
    ),
    (
        "families",
        |r| r["highest_needs"] = json!(0),
        "value.out_of_range",
        ".highest_needs",
    ),
    ("families", |r| r["kind"] = json!(7), "document.wrong_type", ".kind"),
    (
        "families",
        |r| drop(r.as_object_mut().unwrap().remove("kind")),
        "document.missing_field",
        ".kind",
    ),
    (
        "families",
        |r| r["secretary"] = json!("s-unknown"),
        "pool.unknown_secretary",
        ".secretary",
    ),
    (
        "families",
        |r| r["ages"] = json!({ "from": 9, "to": 3 }),
        "value.range_order",
        ".ages.to",
    ),
    (
        "families",
        |r| r["own_children"] = json!([3, 99]),
        "value.out_of_range",
        ".own_children[1]",
    ),
    ("families", |r| r["genders"] = json!([]), "limit.count", ".genders"),
    (
        "families",
        |r| r["competences"] = json!(["640823-3234"]),
        "value.identity_number",
        ".competences[0]",
    ),
    (
        "families",
        |r| r["daily_cost"] = json!(-1),
        "value.out_of_range",
        ".daily_cost",
    ),
    (
        "families",
        |r| r["assessed_on"] = json!("2025-02-29"),
        "value.not_a_day",
        ".assessed_on",
    ),
];

/// Records that are wrong as a whole, added at the end of their section, whatever the pool.
type Added = (&'static str, fn(&Value) -> Value, &'static str, &'static str);

const ADDED: [Added; 8] = [
    ("secretaries", |_| json!({ "id": "" }), "value.text_length", ".id"),
    ("secretaries", |_| json!(["s"]), "document.wrong_type", ""),
    ("families", |d| d["families"][0].clone(), "pool.duplicate_id", ".id"),
    ("children", |d| d["children"][0].clone(), "pool.duplicate_id", ".id"),
    (
        "sibling_groups",
        |_| json!({ "id": "g-new", "children": ["one"], "policy": "apart" }),
        "limit.count",
        ".children",
    ),
    (
        "choices",
        |d| json!({ "kind": "ban", "child": "c-new", "family": d["families"][0]["id"], "reason": "r" }),
        "pool.unknown_child",
        ".child",
    ),
    (
        "not_together",
        |d| json!({ "child": d["children"][0]["id"], "other": d["children"][0]["id"] }),
        "pool.same_child",
        ".other",
    ),
    (
        "travel",
        |d| json!({ "child": "c-new", "family": d["families"][0]["id"], "to": "home", "km": 3 }),
        "pool.unknown_child",
        ".child",
    ),
];

/// Sections in the order of a report.
const SECTIONS: [&str; 9] = [
    "municipalities",
    "secretaries",
    "families",
    "children",
    "sibling_groups",
    "placements",
    "choices",
    "not_together",
    "travel",
];

#[test]
fn the_report_is_exactly_the_planted_faults() {
    let mut rng = Rng::new(14);
    let pools = 2_000;
    let mut planted = 0;
    for round in 0..pools {
        let recipe = Recipe {
            children: 4 + rng.below(10),
            families: 4 + rng.below(8),
            seed: rng.next_u64(),
        };
        let mut document = serde_json::to_value(recipe.document()).unwrap();
        assert!(read(&document).is_empty(), "{recipe:?} is valid");
        let mut expected: Vec<(usize, usize, &str, String)> = Vec::new();
        for _ in 0..=rng.below(20) {
            if rng.chance(700) {
                let &(section, change, code, path) = rng.pick(&FAULTS);
                let rank = SECTIONS.iter().position(|s| *s == section).unwrap();
                let records = document[section].as_array().unwrap().len();
                let record = rng.below(u32::try_from(records).unwrap()) as usize;
                // One fault for each record, and none in the first, which others are copies of.
                if record == 0 || expected.iter().any(|e| (e.0, e.1) == (rank, record)) {
                    continue;
                }
                change(&mut document[section][record]);
                expected.push((rank, record, code, format!("{section}[{record}]{path}")));
            } else {
                let &(section, record, code, path) = rng.pick(&ADDED);
                let rank = SECTIONS.iter().position(|s| *s == section).unwrap();
                // An unreadable secretary could be the one that a family names; ids read once are not read twice.
                if expected.iter().any(|e| e.2 == code && e.0 == rank) {
                    continue;
                }
                if code == "document.wrong_type" && expected.iter().any(|e| e.2 == "pool.unknown_secretary") {
                    continue;
                }
                let record = record(&document);
                let list = document
                    .as_object_mut()
                    .unwrap()
                    .entry(section)
                    .or_insert_with(|| json!([]));
                let place = list.as_array().unwrap().len();
                list.as_array_mut().unwrap().push(record);
                expected.push((rank, place, code, format!("{section}[{place}]{path}")));
            }
        }
        let hidden = expected.iter().any(|e| e.0 == 1 && e.2 == "document.wrong_type");
        expected.retain(|e| !(hidden && e.2 == "pool.unknown_secretary"));
        expected.sort();
        planted += expected.len();
        let expected: Vec<(&str, String)> = expected.into_iter().map(|(_, _, code, path)| (code, path)).collect();
        assert_eq!(found(&read(&document)), expected, "round {round}, {recipe:?}");
    }
    assert!(planted > pools * 3, "faults were planted: {planted}");
}

/// A valid number with this serial: date, three digits, check digit.
fn identity_number(rng: &mut Rng, coordination: bool) -> (String, String, String) {
    let (year, month, day) = (rng.between(1930, 2025), rng.between(1, 12), rng.between(1, 28));
    let day = if coordination { day + 60 } else { day };
    let nine = format!("{:02}{month:02}{day:02}{:03}", year % 100, rng.between(0, 999));
    let sum: u32 = (nine.bytes().zip([2, 1].into_iter().cycle()))
        .map(|(digit, factor)| u32::from(digit - b'0') * factor)
        .map(|product| product / 10 + product % 10)
        .sum();
    let last = format!("{}{}", &nine[6..], (10 - sum % 10) % 10);
    ((year / 100).to_string(), nine[..6].to_owned(), last)
}

#[test]
fn identity_numbers_are_refused_everywhere_in_every_notation() {
    let mut rng = Rng::new(17);
    let base = Recipe {
        children: 6,
        families: 6,
        seed: 3,
    }
    .document();
    let base = serde_json::to_value(base).unwrap();
    for round in 0..1_000 {
        let (century, date, last) = identity_number(&mut rng, round % 2 == 0);
        let digits = format!("{date}{last}");
        let wide: String = digits
            .chars()
            .map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap())
            .collect();
        let notations = [
            digits.clone(),
            format!("{century}{digits}"),
            format!("{date}-{last}"),
            format!("{date}+{last}"),
            format!("{century}{date}-{last}"),
            format!("{date} {last}"),
            format!("barn {century}{date} - {last}, se akt"),
            wide,
        ];
        for notation in notations {
            let mut document = base.clone();
            let places = [
                ("/municipalities/0/name", "municipalities[0].name"),
                ("/families/0/id", "families[0].id"),
                ("/families/0/municipality", "families[0].municipality"),
                (
                    "/children/0/required_competences",
                    "children[0].required_competences[0]",
                ),
                ("/choices", "choices[0].reason"),
            ];
            let &(pointer, path) = rng.pick(&places);
            let text = json!(notation);
            match pointer {
                "/choices" => {
                    let (child, family) = (&base["children"][0]["id"], &base["families"][0]["id"]);
                    document["choices"] =
                        json!([{ "kind": "refused", "child": child, "family": family, "reason": text }]);
                    document["placements"] = json!([]);
                }
                "/children/0/required_competences" => document["children"][0]["required_competences"] = json!([text]),
                "/municipalities/0/name" => document["municipalities"][0]["name"] = text,
                _ => *document.pointer_mut(pointer).unwrap() = text,
            }
            let problems = read(&document);
            let first = problems
                .iter()
                .find(|problem| problem.path.to_string() == path)
                .unwrap();
            assert_eq!(first.code, Code::IdentityNumber, "{path}");
            assert!(
                first.found.is_none() && first.allowed.is_none(),
                "only the path is told"
            );
            assert_shows_nothing(&problems, &[&notation, &digits, &last]);
        }
    }
}

/// That no form of a report holds any of these texts.
fn assert_shows_nothing(problems: &Problems, secrets: &[&str]) {
    let shown = [
        problems.to_string(),
        format!("{problems:?}"),
        problems.message(hemvist::Lang::Sv),
        serde_json::to_string(problems).unwrap(),
    ];
    for text in shown {
        for secret in secrets {
            assert!(!text.contains(secret), "a report shows text of the input");
        }
    }
}

const CANARY: &str = "Kanariefågel";

/// Puts the canary in place of one value (or beside it, as a key) of a document, for every value in turn.
fn with_canaries(document: &Value) -> Vec<Value> {
    fn places(value: &Value, at: &str, all: &mut Vec<String>) {
        all.push(at.to_owned());
        match value {
            Value::Array(list) => list
                .iter()
                .enumerate()
                .for_each(|(i, v)| places(v, &format!("{at}/{i}"), all)),
            Value::Object(map) => map.iter().for_each(|(key, v)| places(v, &format!("{at}/{key}"), all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    places(document, "", &mut all);
    let mut documents = Vec::new();
    for place in all {
        for text in [
            json!(CANARY),
            json!(format!("{CANARY} <b>")),
            json!({ CANARY: CANARY }),
            json!([CANARY]),
        ] {
            let mut changed = document.clone();
            *changed.pointer_mut(&place).unwrap() = text;
            documents.push(changed);
        }
        let mut changed = document.clone();
        if let Some(Value::Object(map)) = changed.pointer_mut(&place) {
            map.insert(CANARY.to_owned(), json!(CANARY));
            documents.push(changed);
        }
    }
    documents
}

#[test]
fn no_report_shows_text_of_the_input() {
    let recipe = Recipe {
        children: 5,
        families: 5,
        seed: 16,
    };
    let document = serde_json::to_value(recipe.document()).unwrap();
    let mut refused = 0;
    for changed in with_canaries(&document) {
        let problems = read(&changed);
        refused += usize::from(!problems.is_empty());
        assert_shows_nothing(&problems, &[CANARY, "anarie"]);
    }
    assert!(refused > 500, "{refused} documents were refused");
    // Text that is no JSON, and tables: names, headers, cells.
    let cut = document
        .to_string()
        .replace("hemvist.pool/1", &format!("{CANARY}\\ud800"));
    let problems = json::read_pool(cut.as_bytes(), &ReadOptions::default()).err().unwrap();
    assert_shows_nothing(&problems, &["anarie"]);
    let tables = csv::write_pool(&recipe.document(), csv::Dialect::SWEDISH);
    for (i, (_, bytes)) in tables.iter().enumerate() {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let header = text.lines().next().unwrap().to_owned();
        let cells = header.split(';').count();
        let changes = [
            text.replacen(&header, &format!("{header};{CANARY}"), 1),
            format!("{text}{CANARY};{CANARY}\n"),
            format!("{text}{}\n", vec![CANARY; cells].join(";")),
            format!("{text}\"{CANARY}"),
        ];
        for change in changes {
            let mut given: Vec<(&str, &[u8])> =
                tables.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
            given[i].1 = change.as_bytes();
            given.push((CANARY, b"x"));
            let problems = csv::read_pool(&given, &ReadOptions::default()).err().unwrap();
            assert_shows_nothing(&problems, &["anarie"]);
        }
    }
}

#[test]
fn every_limit_holds_at_its_edges() {
    let base = || {
        json!({
            "format": "hemvist.pool/1", "as_of": "2026-02-01", "municipalities": [{ "id": "m0" }],
            "families": [{ "id": "f0", "municipality": "m0", "kind": "family", "places": 1 }],
            "children": [{ "id": "c0", "municipality": "m0", "age": 5, "placement": "long_term" }]
        })
    };
    let many = |n: u64, make: &dyn Fn(u64) -> Value| Value::Array((0..n).map(make).collect());
    let text = |n: u64| json!("å".repeat(usize::try_from(n).unwrap()));
    // A letter a, then names of other families, languages and so on.
    let letters = |n: u64| {
        format!(
            "{}{}",
            char::from(b'a' + u8::try_from(n / 26).unwrap()),
            char::from(b'a' + u8::try_from(n % 26).unwrap())
        )
    };
    let with_family = |field: &str, value: Value| {
        let mut document = base();
        document["families"][0][field] = value;
        document
    };
    let with_child = |field: &str, value: Value| {
        let mut document = base();
        document["municipalities"] = Value::Array((0..1_001).map(|i| json!({ "id": format!("m{i}") })).collect());
        let family = |i: u64| json!({ "id": format!("f{i}"), "municipality": "m0", "kind": "family", "places": 1 });
        document["families"] = Value::Array((0..65).map(family).collect());
        document["children"][0][field] = value;
        document
    };
    let mut checked = Vec::new();
    for limit in limits::LIMITS {
        let at = |n: u64| -> Option<Value> {
            let mut document = base();
            match limit.what {
                "municipalities" => document["municipalities"] = many(n, &|i| json!({ "id": format!("m{i}") })),
                "secretaries" => document["secretaries"] = many(n, &|i| json!({ "id": format!("s{i}") })),
                "id or competence" => {
                    document["secretaries"] = json!([{ "id": "a".repeat(usize::try_from(n).unwrap()) }]);
                }
                "name of a municipality" => document["municipalities"][0]["name"] = text(n),
                "reason of a choice" => {
                    document["choices"] = json!([{ "kind": "ban", "child": "c0", "family": "f0", "reason": text(n) }]);
                }
                "children of a sibling group" => {
                    let child = |i: u64| json!({ "id": format!("c{i}"), "municipality": "m0", "age": 5, "placement": "respite" });
                    document["children"] = many(13, &child);
                    document["sibling_groups"] =
                        json!([{ "id": "g", "policy": "prefer", "children": many(n, &|i| json!(format!("c{i}"))) }]);
                }
                "competences of a record" => {
                    document = with_family("competences", many(n, &|i| json!(format!("k{i}"))));
                }
                "languages of a record" => document = with_family("languages", many(n, &|i| json!(letters(i)))),
                "own children of a family" => document = with_family("own_children", many(n, &|_| json!(3))),
                "network ties of a child" => {
                    document = with_child(
                        "network_ties",
                        many(n, &|i| json!({ "family": format!("f{i}"), "relation": "kin" })),
                    );
                }
                "families wanted, or not wanted, by a child" => {
                    document = with_child("wishes", json!({ "not_wanted": many(n, &|i| json!(format!("f{i}"))) }));
                }
                "keep-away zones of a child" => {
                    document = with_child("keep_away", many(n, &|i| json!({ "lat": i, "lon": 1, "radius_km": 1 })));
                }
                "municipalities in a list of a family" => {
                    document = with_child("needs", json!(1));
                    document["families"][0]["conflicts"] = many(n, &|i| json!(format!("m{i}")));
                }
                _ => return None,
            }
            Some(document)
        };
        let (Some(most), Some(above)) = (at(limit.most), at(limit.most + 1)) else {
            continue;
        };
        checked.push(limit.what);
        assert!(read(&most).is_empty(), "{}: the most is accepted", limit.what);
        let over = read(&above);
        assert_eq!(over.total(), 1, "{}", limit.what);
        assert_eq!(over.as_slice()[0].code, limit.code, "{}", limit.what);
        if limit.least > 0 {
            assert!(
                read(&at(limit.least).unwrap()).is_empty(),
                "{}: the least is accepted",
                limit.what
            );
            let under = read(&at(limit.least - 1).unwrap());
            assert_eq!(under.as_slice()[0].code, limit.code, "{}", limit.what);
        }
    }
    assert_eq!(checked.len(), 13, "{checked:?}");
}

#[test]
fn limits_of_tables_hold_at_their_edges() {
    let pool: (&str, &[u8]) = ("pool.csv", b"as_of\n2026-02-01\n");
    let codes = |tables: &[(&str, &[u8])]| {
        let problems = csv::read_pool(tables, &ReadOptions::default())
            .err()
            .unwrap_or_default();
        problems
            .iter()
            .map(|p| (p.code, p.path.to_string()))
            .collect::<Vec<_>>()
    };
    let columns = |n: usize| format!("id{}\n", ",x".repeat(n - 1));
    let wide = codes(&[pool, ("secretaries.csv", columns(256).as_bytes())]);
    assert!(wide.len() == 255 && wide.iter().all(|(code, _)| *code == Code::UnknownColumn));
    let wider = codes(&[pool, ("secretaries.csv", columns(257).as_bytes())]);
    assert_eq!(wider, [(Code::TooMany, "secretaries.csv:1".to_owned())]);
    let cell = |n: usize| format!("id,name\n1276,{}\n", "x".repeat(n));
    let long = codes(&[pool, ("municipalities.csv", cell(65_536).as_bytes())]);
    assert_eq!(long, [(Code::TextLength, "municipalities.csv:2.name".to_owned())]);
    let longer = codes(&[pool, ("municipalities.csv", cell(65_537).as_bytes())]);
    assert_eq!(longer, [(Code::TooManyBytes, "municipalities.csv:2".to_owned())]);
    let mut tables = vec![pool; 64];
    assert_eq!(codes(&tables).len(), 63, "the same table again and again");
    tables.push(pool);
    assert_eq!(codes(&tables), [(Code::TooMany, String::new())]);
}

#[test]
fn every_stand_in_is_read() {
    // A record so wrong that all of it is replaced must still be counted, or paths after it would be off by one.
    let mut document = json!({ "format": "hemvist.pool/1", "as_of": "2026-02-01" });
    for section in SECTIONS {
        document[section] = json!([null, { "x": 1 }]);
    }
    let problems = read(&document);
    for section in SECTIONS {
        let of = |i: usize| {
            problems
                .iter()
                .filter(|p| p.path.to_string().starts_with(&format!("{section}[{i}]")))
                .count()
        };
        assert_eq!(of(0), 1, "{section}");
        assert!(of(1) > 1, "{section}");
    }
    assert!(
        problems
            .iter()
            .all(|p| matches!(p.code, Code::WrongType | Code::MissingField | Code::UnknownField))
    );
}

#[test]
fn typed_documents_are_held_to_the_same_rules() {
    // Values that JSON cannot hold, but callers of the library can.
    let mut document = Recipe {
        children: 3,
        families: 3,
        seed: 1,
    }
    .document();
    document.children[0].longest_travel_km = Some(f64::NAN);
    document.families[1].location = Some(hemvist::input::Location {
        lat: f64::INFINITY,
        lon: 13.0,
    });
    let problems = validate(&document, &ReadOptions::default()).err().unwrap();
    let expected = [
        ("value.not_finite", "families[1].location.lat".to_owned()),
        ("value.not_finite", "children[0].longest_travel_km".to_owned()),
    ];
    assert_eq!(found(&problems), expected);
}
