//! An audit record, replayed: the same bytes, or every difference by name; no flipped byte passes unnoticed.
#![forbid(unsafe_code)]

use hemvist::audit::{AuditRecord, SeedOrigin};
use hemvist::canonical;
use hemvist::input::PoolDocument;
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::policy::Policy;
use hemvist::pool::Pool;
use hemvist::replay::{Difference, Replay, read_record, replay};
use hemvist::{Code, ReadOptions, json};
use hemvist_testkit::pools::Recipe;

const RECIPE: Recipe = Recipe {
    children: 5,
    families: 5,
    seed: 11,
};

fn pool(document: PoolDocument) -> Pool {
    Pool::from_document(document).expect("valid")
}

fn record(pool: &Pool, policy: &Policy, options: &MatchOptions<'_>) -> Vec<u8> {
    let plan = match_pool(pool, policy, options).expect("a plan");
    let record = AuditRecord::new(pool, policy, options, &plan, Some(3)).expect("a record");
    record.to_bytes().expect("has a form")
}

fn codes(replay: &Replay) -> Vec<Code> {
    replay.differences.iter().map(Difference::code).collect()
}

/// The record with one field changed and the seal made anew: a forgery that its writer could make.
fn forged(bytes: &[u8], change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
    let mut value: serde_json::Value = serde_json::from_slice(bytes).expect("a record");
    change(&mut value);
    value.as_object_mut().expect("an object").remove("seal");
    let seal = canonical::Digest::of_value(&value).expect("has a form");
    value["seal"] = serde_json::json!(seal);
    canonical::to_bytes(&value).expect("has a form")
}

#[test]
fn a_record_is_confirmed_on_its_own_pool_and_policy() {
    let (pool, policy) = (pool(RECIPE.document()), Policy::default());
    for options in [
        MatchOptions::default(),
        MatchOptions {
            seed: Some("dragen av notarius 2026-11-22"),
            work_limit: Some(1_000_000),
            threads: 2,
            ..MatchOptions::default()
        },
    ] {
        let bytes = record(&pool, &policy, &options);
        let replay = replay(&bytes, &pool, &policy).expect("a replay");
        assert_eq!(codes(&replay), []);
        assert!(replay.is_confirmed());
        let read = read_record(&bytes).expect("a record");
        assert_eq!(read.to_bytes().expect("has a form"), bytes);
        assert_eq!(read.plan, replay.plan.digest().expect("has a form"));
        let expected = if options.seed.is_some() {
            SeedOrigin::Caller
        } else {
            SeedOrigin::Policy
        };
        assert_eq!(read.options.seed_origin, expected);
    }
}

#[test]
fn every_flipped_byte_of_a_record_is_named() {
    let (pool, policy) = (pool(RECIPE.document()), Policy::default());
    let bytes = record(&pool, &policy, &MatchOptions::default());
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 7);
        if let Ok(replay) = replay(&flipped, &pool, &policy) {
            assert!(codes(&replay).contains(&Code::ReplayRecordDiffers), "byte {at}");
        }
    }
}

#[test]
fn every_flipped_byte_of_the_pool_is_named() {
    let (first, policy) = (pool(RECIPE.document()), Policy::default());
    let bytes = record(&first, &policy, &MatchOptions::default());
    let document = canonical::to_bytes(first.document()).expect("has a form");
    let mut read = 0;
    for at in 0..document.len() {
        let mut flipped = document.clone();
        flipped[at] ^= 1 << (at % 5);
        let Ok(other) = json::read_pool(&flipped, &ReadOptions::default()).and_then(Pool::from_document) else {
            continue;
        };
        read += 1;
        let replay = replay(&bytes, &other, &policy).expect("a replay");
        assert!(codes(&replay).contains(&Code::ReplayPoolDiffers), "byte {at}");
    }
    assert!(read > 50, "enough flips leave a pool: {read}");
}

#[test]
fn every_flipped_byte_of_the_policy_is_named() {
    let (pool, policy) = (pool(RECIPE.document()), Policy::default());
    let bytes = record(&pool, &policy, &MatchOptions::default());
    let document = canonical::to_bytes(&policy).expect("has a form");
    let mut read = 0;
    for at in (0..document.len()).step_by(3) {
        let mut flipped = document.clone();
        flipped[at] ^= 1 << (at % 5);
        let Ok(other) = Policy::from_json(&flipped) else {
            continue;
        };
        let Ok(replay) = replay(&bytes, &pool, &other) else {
            continue;
        };
        read += 1;
        assert!(codes(&replay).contains(&Code::ReplayPolicyDiffers), "byte {at}");
    }
    assert!(read > 50, "enough flips leave a policy: {read}");
}

#[test]
fn a_forged_record_is_caught_by_what_it_says() {
    let (pool, policy) = (pool(RECIPE.document()), Policy::default());
    let bytes = record(&pool, &policy, &MatchOptions::default());
    let caught = |change: &dyn Fn(&mut serde_json::Value)| {
        codes(&replay(&forged(&bytes, change), &pool, &policy).expect("a replay"))
    };
    assert_eq!(caught(&|_| {}), []);
    assert_eq!(
        caught(&|r| r["engine"] = "hemvist 0.0.9".into()),
        [Code::ReplayVersionDiffers]
    );
    assert_eq!(
        caught(&|r| r["options"]["repeatable"] = false.into()),
        [Code::ReplayNotRepeatable]
    );
    assert!(caught(&|r| r["options"]["seed"] = "another".into()).contains(&Code::ReplayOptionsDiffer));
    let placed = |r: &mut serde_json::Value| r["placed"][0]["family"] = "elsewhere".into();
    assert_eq!(caught(&placed), [Code::ReplayPlanDiffers, Code::ReplayPlanDiffers]);
    let digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
    assert_eq!(caught(&|r| r["plan"] = digest.into()), [Code::ReplayPlanDiffers]);
    assert_eq!(caught(&|r| r["pool"] = digest.into()), [Code::ReplayPoolDiffers]);
    assert_eq!(caught(&|r| r["policy"] = digest.into()), [Code::ReplayPolicyDiffers]);
}

#[test]
fn what_is_no_record_is_refused_with_a_place() {
    let refused = |bytes: &[u8]| {
        let problems = read_record(bytes).expect_err("no record");
        problems
            .iter()
            .map(|p| (p.code, p.path.to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(refused(b"{"), [(Code::Syntax, String::new())]);
    assert_eq!(refused(b"{}"), [(Code::WrongFormat, String::new())]);
    let (pool, policy) = (pool(RECIPE.document()), Policy::default());
    let bytes = record(&pool, &policy, &MatchOptions::default());
    let other = forged(&bytes, |r| r["format"] = "hemvist.audit/2".into());
    assert_eq!(refused(&other), [(Code::WrongFormat, "format".to_owned())]);
    let more = forged(&bytes, |r| r["more"] = 1.into());
    assert_eq!(refused(&more), [(Code::WrongFormat, String::new())]);
}
