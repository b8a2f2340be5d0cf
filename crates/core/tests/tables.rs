//! Tables: what is written is read back, in every dialect; what spreadsheets and older systems do is understood.

use hemvist::csv::{self, Delimiter, Dialect, Encoded};
use hemvist::input::PoolDocument;
use hemvist::lang::Lang;
use hemvist::{Problems, ReadOptions, json};

fn document() -> PoolDocument {
    let text = r#"{
        "format": "hemvist.pool/1", "as_of": "2026-02-01",
        "municipalities": [
            { "id": "1276", "name": " Klippan; \"väst\"", "location": { "lat": 56.134, "lon": 13.128 }, "population": 17000, "shares": ["emergency", "agency"] },
            { "id": "1282", "name": "=Landskrona", "shares": [] }],
        "secretaries": [{ "id": "s1", "more_children": 3 }, { "id": "none" }],
        "families": [
            { "id": "f-å1", "municipality": "1276", "kind": "reinforced", "places": 2, "ages": { "from": 0, "to": 12 },
              "offers": ["long_term", "respite"], "assessed_on": "2025-03-01", "genders": ["girl", "other"], "own_children": [7, 12],
              "pets": [], "smoking": false, "step_free": true, "secretary": "s1", "location": { "lat": 56, "lon": 13.00001 },
              "competences": ["trauma", "deaf"], "languages": ["sv", "ar"], "daily_cost": 900, "shared_with": ["1282"], "conflicts": ["1276"] },
            { "id": "f2", "municipality": "1282", "kind": "family", "places": 0, "shared_with": [], "own_children": [] }],
        "children": [
            { "id": "c1", "municipality": "1276", "birth_month": "2019-05", "placement": "long_term", "needs": 5, "gender": "girl",
              "home": { "lat": 55.5, "lon": 12.25 }, "longest_travel_km": 42.5, "languages": ["sv"], "allergies": ["cat", "smoke"],
              "network_ties": [{ "family": "f2", "relation": "kin" }, { "family": "f-å1", "relation": "known" }],
              "wishes": { "wanted": ["f-å1"], "asked_on": "2026-01-10" }, "protected_identity": true,
              "keep_away": [{ "lat": 55.6, "lon": 13.0, "radius_km": 20 }, { "lat": -0.5, "lon": 0, "radius_km": 0.25 }] },
            { "id": "c2", "municipality": "1282", "age": 16, "placement": "supported_lodging", "network_ties": [{ "family": "f2", "relation": "kin" }] }],
        "sibling_groups": [{ "id": "g1", "children": ["c1", "c2"], "policy": "prefer" }],
        "placements": [{ "child": "c1", "family": "f2", "since": "2025-12-01", "may_move": true }, { "child": "p9", "family": "f2", "age": 4 }],
        "choices": [{ "kind": "ban", "child": "c1", "family": "f2", "reason": "'- said \"no\"; twice " }],
        "not_together": [{ "child": "c2", "other": "p9" }],
        "travel": [{ "child": "c1", "family": "f-å1", "to": "school", "minutes": 12 }, { "child": "c1", "family": "f2", "to": "home", "km": 7.125 }]
    }"#;
    json::read_pool(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn read(tables: &[(&str, &[u8])]) -> Result<(PoolDocument, csv::ReadNotes), Problems> {
    csv::read_pool(tables, &ReadOptions::default())
}

#[test]
fn what_is_written_is_read_back_in_every_dialect() {
    let document = document();
    for lang in [Lang::En, Lang::Sv] {
        for delimiter in [Delimiter::Comma, Delimiter::Semicolon, Delimiter::Tab] {
            for decimal_comma in [false, true] {
                for byte_order_mark in [false, true] {
                    let dialect = Dialect {
                        lang,
                        delimiter,
                        decimal_comma,
                        byte_order_mark,
                    };
                    let written = csv::write_pool(&document, dialect);
                    let tables: Vec<(&str, &[u8])> = written.iter().map(|(n, b)| (n.as_str(), &b[..])).collect();
                    let (back, notes) = read(&tables).unwrap();
                    assert!(back == document, "{dialect:?}");
                    assert!(
                        notes
                            .tables
                            .iter()
                            .all(|note| note.delimiter == delimiter && !note.is_guess())
                    );
                }
            }
        }
    }
}

#[test]
fn older_encodings_are_read_and_said() {
    let swedish = "barn;kommun;ålder;placeringsform;språk\r\nb1;1276;7;stadigvarande;sv\r\n";
    let windows: Vec<u8> = swedish.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide: Vec<u8> = "\u{FEFF}as_of\n2026-02-01\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (document, notes) = read(&[("pool.csv", &wide), ("Barn.CSV", &windows), ("kommuner", b"kod\n1276")]).unwrap();
    assert_eq!(document.children[0].age, Some(7));
    let said: Vec<(&str, Encoded, u64)> = notes.tables.iter().map(|n| (n.table, n.encoding, n.rows)).collect();
    let expected = [
        ("pool.csv", Encoded::Utf16, 1),
        ("municipalities.csv", Encoded::Utf8, 1),
        ("children.csv", Encoded::Windows1252, 1),
    ];
    assert_eq!(said, expected);
    assert!(notes.tables[2].is_guess());
}

#[test]
fn rows_are_counted_as_a_spreadsheet_does() {
    let pool: (&str, &[u8]) = ("pool.csv", b"as_of\n2026-02-01\n");
    let towns: (&str, &[u8]) = ("kommuner.csv", b"kod\n1276\n");
    for end in ["\n", "\r\n"] {
        let children = [
            "id,municipality,age,placement",
            "c1,1276,x,respite",
            "",
            ",,,",
            "c2,1276,5.5,respite",
            "c3,1276,21,\"respite\"",
            "c4,9999,1,away",
        ]
        .join(end);
        let problems = read(&[pool, towns, ("children.csv", children.as_bytes())])
            .err()
            .unwrap();
        let found: Vec<String> = problems
            .iter()
            .map(|p| format!("{} {}", p.code.slug(), p.path))
            .collect();
        let expected = [
            "table.not_a_number children.csv:2.age",
            "value.not_whole children.csv:5.age",
            "value.out_of_range children.csv:6.age",
            "pool.unknown_municipality children.csv:7.municipality",
            "value.unknown_word children.csv:7.placement",
        ];
        assert_eq!(found, expected);
    }
}
