#![forbid(unsafe_code)]
//! Conformance: one set of cases as data (`cases/*.toml`), run through every face of Hemvist with the same bytes out.
//!
//! # A case
//! A TOML file with `about`, `operation` and what the operation needs; documents stand in it as text, so that any
//! language can hand them on as they are. Beside it lies `<name>.json`: the exact bytes that every face must give.
//! `expect` says what a person worked out beforehand: every key given must be found as given, lists as long as given.
//!
//! | `operation` | needs | gives, as canonical JSON |
//! |---|---|---|
//! | `match` | `pool` or `example`, maybe `policy`, `seed` | the plan |
//! | `validate` | `pool` | `{"problems": […], "total": …}` |
//! | `replay` | as `match`, then `then_pool` and `then_policy` where they differ | `{"confirmed": …, "differences": […]}` of a record of the first, replayed on the second |
//! | `audit` | as `match` | the audit record, with `run` 1 |
//! | `rank` | `pool`, `child`, maybe `policy`, `most`, `ruled_out` | the ranking |
//! | `alternatives` | as `match`, `child`, maybe `most` | the answer; likewise below |
//! | `why_not` | as `match`, `child`, `family` | |
//! | `what_if` | as `match`, `changes`, maybe `then_policy` | |
//! | `choices`, `ties` | as `match` | |
//! | `robustness` | as `match`, maybe `share`, `samples`, `steps` | |
//! | `questions` | as `match`, maybe `child` | |
//! | `calls` | as `match`, maybe `child`, `most`, `rates`, `unknown_rate`, `runs` | |
//! | `groups` | as `match`, `labels`, maybe `least` | |
//! | `canonical` | `document` | the document |
//! | `lottery` | `seed`, `ids` | `{"order": […]}` |
//! | `region` | `request`, maybe as `match` | the answer to the request |
//!
//! Numbers that are left out have the defaults of the library; `most` is 3 and `runs` 0. An operation that refuses what it
//! is given gives `{"problems": […]}`.
//!
//! `same_as` names another case whose bytes this one must give too. `policy` holds TOML, all else JSON.

mod ask;
pub mod proof;
pub mod python;
mod region;

/// The Rust in README.md compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

use std::fs;
use std::path::{Path, PathBuf};

use hemvist::audit::AuditRecord;
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::policy::Policy;
use hemvist::pool::Pool;
use hemvist::{ReadOptions, canonical, csv, json, lottery, replay};
use serde::Deserialize;
use serde_json::{Value, json};

/// A case as it stands in its file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// File name without `.toml`.
    #[serde(skip)]
    pub name: String,
    /// What the case shows, in a sentence.
    pub about: String,
    /// What is run.
    pub operation: String,
    /// The pool, JSON.
    pub pool: Option<String>,
    /// Name of a pool under `examples/` instead.
    pub example: Option<String>,
    /// The policy, TOML; the default policy if absent.
    pub policy: Option<String>,
    /// The pool to replay on, if another.
    pub then_pool: Option<String>,
    /// The policy to replay on, if another.
    pub then_policy: Option<String>,
    /// The child asked about.
    pub child: Option<String>,
    /// The family asked about.
    pub family: Option<String>,
    /// Longest list.
    pub most: Option<usize>,
    /// Whether a ranking lists the nearest misses.
    pub ruled_out: Option<bool>,
    /// Changes to the pool, JSON.
    pub changes: Option<String>,
    /// Acceptance rates, JSON.
    pub rates: Option<String>,
    /// Rate of families of whom none is known.
    pub unknown_rate: Option<u8>,
    /// How many times calls are played through.
    pub runs: Option<u32>,
    /// Labels of children, JSON.
    pub labels: Option<String>,
    /// Fewest children whose count is told.
    pub least: Option<u32>,
    /// How far weights may vary, per mille.
    pub share: Option<u32>,
    /// How many weightings are drawn.
    pub samples: Option<u32>,
    /// In how many steps each weight is varied alone.
    pub steps: Option<u32>,
    /// The seed of the draw; the policy's if absent.
    pub seed: Option<String>,
    /// Ids to draw among.
    pub ids: Option<Vec<String>>,
    /// What cooperating municipalities ask, JSON.
    pub request: Option<String>,
    /// A document to write canonically, JSON.
    pub document: Option<String>,
    /// Another case that must give the same bytes.
    pub same_as: Option<String>,
    /// What must be found in the output, JSON.
    pub expect: Option<String>,
}

/// Where the cases lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// Every case, by name.
///
/// # Panics
/// If a file cannot be read or is not a case.
pub fn cases() -> Vec<Case> {
    let entries = fs::read_dir(folder()).expect("the folder of cases");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a case");
        let mut case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        case.name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        case
    };
    paths.iter().map(read).collect()
}

impl Case {
    /// The bytes that every face must give.
    ///
    /// # Panics
    /// If there is no such file.
    pub fn golden(&self) -> Vec<u8> {
        fs::read(self.golden_path()).unwrap_or_else(|_| panic!("{}: no expected bytes", self.name))
    }

    /// Where the expected bytes lie.
    pub fn golden_path(&self) -> PathBuf {
        folder().join(format!("{}.json", self.name))
    }

    /// Runs the case through the Rust library.
    ///
    /// # Panics
    /// If the case lacks what its operation needs, or the operation fails.
    pub fn run(&self, threads: usize) -> Vec<u8> {
        match self.operation.as_str() {
            "match" => self.plan(threads),
            "validate" => self.validate(),
            "replay" => self.replay(threads),
            "region" => self.region(threads),
            "canonical" => {
                let document = self.document.as_deref().expect("a document");
                json::to_canonical(document.as_bytes()).expect("has a canonical form")
            }
            "lottery" => {
                let ids = self.ids.as_deref().expect("ids");
                let order = lottery::order(self.seed.as_deref().expect("a seed"), ids.iter().map(String::as_str));
                let order: Vec<&str> = order.into_iter().map(|at| ids[at as usize].as_str()).collect();
                canonical::to_bytes(&json!({ "order": order })).expect("has a canonical form")
            }
            _ => self.ask(threads),
        }
    }

    fn pool_bytes(&self) -> Vec<u8> {
        match (&self.pool, &self.example) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(example)) => {
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(example);
                fs::read(folder.join("pool.json")).unwrap_or_else(|_| from_tables(&folder))
            }
            (None, None) => panic!("{}: no pool", self.name),
        }
    }

    fn options(&self, threads: usize) -> MatchOptions<'_> {
        MatchOptions {
            seed: self.seed.as_deref(),
            threads,
            ..MatchOptions::default()
        }
    }

    fn plan(&self, threads: usize) -> Vec<u8> {
        let (pool, policy) = (pool(&self.pool_bytes()), policy(self.policy.as_deref()));
        let plan = match_pool(&pool, &policy, &self.options(threads)).unwrap_or_else(|e| panic!("{}: {e}", self.name));
        plan.to_bytes().expect("has a canonical form")
    }

    fn validate(&self) -> Vec<u8> {
        let problems = json::read_pool(&self.pool_bytes(), &ReadOptions::default()).err();
        canonical::to_bytes(&problems.unwrap_or_default()).expect("has a canonical form")
    }

    fn replay(&self, threads: usize) -> Vec<u8> {
        let (first, first_policy) = (pool(&self.pool_bytes()), policy(self.policy.as_deref()));
        let options = self.options(threads);
        let plan = match_pool(&first, &first_policy, &options).expect("a plan");
        let record = AuditRecord::new(&first, &first_policy, &options, &plan, Some(1)).expect("a record");
        let record = record.to_bytes().expect("has a canonical form");
        let then = self.then_pool.as_ref().map_or(first, |text| pool(text.as_bytes()));
        let then_policy = self
            .then_policy
            .as_deref()
            .map_or(first_policy, |text| policy(Some(text)));
        let replay = replay::replay(&record, &then, &then_policy).expect("a replay");
        canonical::to_bytes(&replay).expect("has a canonical form")
    }

    /// Where the output does not hold what a person expects; `None`: it does.
    ///
    /// # Panics
    /// If the output or the expectation is not JSON.
    pub fn unexpected(&self, output: &[u8]) -> Option<String> {
        let expected: Value = parse(self.expect.as_deref()?);
        let found: Value = serde_json::from_slice(output).expect("outputs are JSON");
        difference(&expected, &found, "output")
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON in a case")
}

fn pool(bytes: &[u8]) -> Pool {
    let document = json::read_pool(bytes, &ReadOptions::default()).expect("a pool document");
    Pool::from_document(document).expect("a pool without problems")
}

fn policy(text: Option<&str>) -> Policy {
    text.map_or_else(Policy::default, |text| Policy::from_toml(text).expect("a policy"))
}

/// The first place where `found` does not hold what is expected: every key given, lists as long as given.
fn difference(expected: &Value, found: &Value, path: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => expected.iter().find_map(|(key, value)| {
            let path = format!("{path}.{key}");
            match found.get(key) {
                Some(found) => difference(value, found, &path),
                None => Some(format!("{path} is missing")),
            }
        }),
        (Value::Array(expected), Value::Array(found)) if expected.len() != found.len() => Some(format!(
            "{path} has {} entries and should have {}",
            found.len(),
            expected.len()
        )),
        (Value::Array(expected), Value::Array(found)) => {
            let pairs = expected.iter().zip(found).enumerate();
            pairs
                .into_iter()
                .find_map(|(i, (e, f))| difference(e, f, &format!("{path}[{i}]")))
        }
        _ => (expected != found).then(|| format!("{path} is {found} and should be {expected}")),
    }
}

/// The document of an example that is kept as tables, as JSON.
fn from_tables(folder: &Path) -> Vec<u8> {
    let files = fs::read_dir(folder)
        .expect("an example pool")
        .map(|file| file.expect("a file"));
    let tables: Vec<(String, Vec<u8>)> = files
        .filter(|file| file.path().extension().is_some_and(|e| e == "csv"))
        .map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read(file.path()).expect("a table"))
        })
        .collect();
    let tables: Vec<(&str, &[u8])> = tables.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    let (document, _) = csv::read_pool(&tables, &ReadOptions::default()).expect("tables without problems");
    serde_json::to_vec(&document).expect("a document is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_can_fail() {
        let found = json!({ "a": [1, { "b": 2, "c": 3 }] });
        assert_eq!(difference(&json!({ "a": [1, { "b": 2 }] }), &found, "output"), None);
        for wrong in [
            json!({ "a": [1] }),
            json!({ "a": [1, { "b": 3 }] }),
            json!({ "d": 1 }),
            json!({ "a": 1 }),
        ] {
            assert!(difference(&wrong, &found, "output").is_some(), "{wrong}");
        }
    }
}
