//! Malformed documents as data: each under `tests/bad-input/` with the exact problems expected, in order.
//!
//! A case is a TOML file beside a JSON file or a folder of tables of the same name. Large documents are made here from
//! a rule in the TOML: texts and how often each is repeated. Where more problems are found than a report holds, the
//! case gives the first few and the total.

#![allow(
    clippy::disallowed_methods,
    reason = "the engine may not touch files; its tests read their cases from there"
)]

use std::fs;
use std::path::{Path, PathBuf};

use hemvist::{Lang, Problems, ReadOptions, csv, json};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows, for people.
    about: String,
    #[serde(default)]
    allow_identity_numbers: bool,
    /// How the document is made, instead of a file.
    #[serde(default)]
    make: Vec<Part>,
    /// Problems in all, where it is more than are listed.
    total: Option<u64>,
    /// Code and path of each problem.
    problems: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Part {
    text: String,
    times: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/bad-input")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    cases.sort();
    cases
}

fn report(path: &Path, case: &Case) -> Problems {
    let options = ReadOptions {
        allow_identity_numbers: case.allow_identity_numbers,
    };
    let tables = path.with_extension("");
    if tables.is_dir() {
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(tables)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|file| {
                (
                    file.file_name().unwrap().to_str().unwrap().to_owned(),
                    fs::read(&file).unwrap(),
                )
            })
            .collect();
        files.sort();
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        return csv::read_pool(&files, &options).err().unwrap_or_default();
    }
    let bytes = if case.make.is_empty() {
        fs::read(path.with_extension("json")).unwrap()
    } else {
        case.make
            .iter()
            .flat_map(|part| part.text.repeat(part.times).into_bytes())
            .collect()
    };
    json::read_pool(&bytes, &options).err().unwrap_or_default()
}

#[test]
fn every_case_gives_exactly_its_problems() {
    let cases = cases();
    assert!(cases.len() >= 100, "the cases are there");
    let mut failures = Vec::new();
    for path in cases {
        let case: Case = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert!(!case.about.is_empty() && !case.problems.is_empty());
        let report = report(&path, &case);
        let mut found: Vec<(String, String)> = report
            .iter()
            .map(|problem| (problem.code.slug().to_owned(), problem.path.to_string()))
            .collect();
        if case.total.is_some() {
            found.truncate(case.problems.len());
        }
        let total = case.total.unwrap_or(case.problems.len() as u64);
        if found != case.problems || report.total() != total {
            failures.push(format!(
                "{}\n  expected {total}: {:?}\n  found {}: {found:?}",
                path.file_name().unwrap().to_string_lossy(),
                case.problems,
                report.total(),
            ));
        }
        // A report is for people in both languages, and for machines.
        for lang in [Lang::Sv, Lang::En] {
            let lines = report.message(lang);
            assert_eq!(lines.lines().count(), report.iter().count() + 1, "one line each");
        }
        assert!(serde_json::to_value(&report).is_ok());
    }
    assert!(
        failures.is_empty(),
        "{} cases differ\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn a_document_past_the_size_limit_is_not_looked_at() {
    // Zeroed memory is not touched until it is read: this takes no time unless someone looks.
    let bytes = vec![0u8; 1_073_741_825];
    let problems = json::read_pool(&bytes, &ReadOptions::default()).err().unwrap();
    assert_eq!(
        problems.to_string(),
        "1 problem\nmore bytes than the documented limit; allowed: at most 1073741824; found: 1073741825 bytes"
    );
    let problems = csv::read_pool(&[("barn.csv", &bytes)], &ReadOptions::default())
        .err()
        .unwrap();
    assert_eq!(problems.as_slice()[0].code.slug(), "limit.bytes");
}
