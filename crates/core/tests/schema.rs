//! The published JSON Schema: current, and of one mind with the reader.

#![allow(
    clippy::disallowed_methods,
    reason = "the engine may not touch files; its tests read their cases from there"
)]

use std::fs;
use std::path::Path;

use hemvist::{ReadOptions, json, schema};
use serde_json::{Value, json};

/// The copy in the repository. To renew it: `cargo xtask codegen`.
#[test]
fn the_committed_schema_is_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/hemvist.pool-1.schema.json");
    let current = schema::text(&schema::pool());
    let committed = fs::read_to_string(&file).unwrap();
    assert!(committed == current, "renew it: cargo xtask codegen");
}

fn base() -> Value {
    json!({
        "format": "hemvist.pool/1", "as_of": "2026-02-01",
        "municipalities": [{ "id": "1276", "location": { "lat": 56.13, "lon": 13.13 }, "shares": ["emergency"] }],
        "secretaries": [{ "id": "s1", "more_children": 3 }],
        "families": [{ "id": "f1", "municipality": "1276", "kind": "reinforced", "places": 2, "ages": { "from": 0, "to": 12 },
            "genders": ["girl"], "own_children": [7], "pets": [], "secretary": "s1", "location": { "lat": 56, "lon": 13 } }],
        "children": [{ "id": "c1", "municipality": "1276", "birth_month": "2019-05", "placement": "long_term",
            "needs": 5, "wishes": { "wanted": ["f1"], "asked_on": "2026-01-10" },
            "keep_away": [{ "lat": 55.6, "lon": 13.0, "radius_km": 20 }] }],
        "travel": [{ "child": "c1", "family": "f1", "to": "school", "minutes": 12 }]
    })
}

fn both(document: &Value) -> (bool, bool) {
    let validator = jsonschema::validator_for(&schema::pool()).unwrap();
    let text = document.to_string();
    let read = json::read_pool(text.as_bytes(), &ReadOptions::default());
    (validator.is_valid(document), read.is_ok())
}

#[test]
fn what_the_reader_accepts_the_schema_accepts() {
    assert_eq!(both(&base()), (true, true));
}

#[test]
fn faults_of_form_and_range_are_refused_by_both() {
    let faults = [
        ("/format", json!("hemvist.pool/2")),
        ("/as_of", json!("2026-2-1")),
        ("/children/0/needs", json!(6)),
        ("/children/0/needs", json!(0)),
        ("/children/0/needs", json!(2.5)),
        ("/children/0/placement", json!("home")),
        ("/children/0/birth_month", json!("2019-13")),
        ("/children/0/wishes", json!({ "hoped": [] })),
        ("/children/0/keep_away/0/radius_km", json!(2001)),
        ("/families/0/places", json!(-1)),
        ("/families/0/places", json!(13)),
        ("/families/0/places", Value::Null),
        ("/families/0/ages/to", json!(21)),
        ("/families/0/own_children", json!([41])),
        ("/families/0/own_children", json!([-1])),
        ("/families/0/location/lat", json!(91)),
        ("/families/0/id", json!(1)),
        ("/secretaries/0/more_children", json!(10_001)),
        ("/travel/0/minutes", json!(2_881)),
        ("/travel/0", json!({ "child": "c1", "family": "f1" })),
        ("/municipalities", json!({})),
    ];
    for (place, fault) in faults {
        let mut document = base();
        *document.pointer_mut(place).unwrap() = fault;
        assert_eq!(both(&document), (false, false), "{place}");
    }
}

/// Every answer that the conformance cases expect has the form that its schema says.
#[test]
fn answers_have_the_form_of_their_schemas() {
    let mut schemas: Vec<(&str, Value)> = hemvist::ask::schemas();
    schemas.push((hemvist::rank::RANK_FORMAT, hemvist::rank::Rank::schema()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut seen: Vec<&str> = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let answer: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let Some((format, schema)) = schemas.iter().find(|(format, _)| answer["format"] == *format) else {
            continue;
        };
        let validator = jsonschema::validator_for(schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        // And nothing stands in it that the schema does not know.
        let known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let told: Vec<&String> = answer.as_object().unwrap().keys().collect();
        assert_eq!(told, known, "{}", path.display());
        seen.push(format);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), schemas.len(), "a case for every answer: {seen:?}");
}
