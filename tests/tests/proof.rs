//! Proofs go through files unharmed, and a file that was tampered with is found out.
#![forbid(unsafe_code)]

use hemvist::matching::{MatchOptions, prove};
use hemvist::policy::Policy;
use hemvist::pool::Pool;
use hemvist_conformance::proof;
use hemvist_solver::check;
use hemvist_testkit::{Shape, generate};
use serde_json::{Value, json};

fn written() -> Value {
    let pool = Pool::from_document(generate(
        &Shape::nordvastra_skane(),
        hemvist_testkit::export::EXAMPLE_SEED,
    ))
    .expect("made pools are valid");
    let proof = prove(&pool, &Policy::default(), &MatchOptions::default()).expect("a plan");
    let again = proof::read(&proof::write(&proof)).expect("a proof");
    assert_eq!(
        (again.problem, again.bin_of, again.certificate),
        (proof.problem.clone(), proof.bin_of.clone(), proof.certificate.clone())
    );
    proof::write(&proof)
}

fn is_proved(document: &Value) -> bool {
    let Some(proof) = proof::read(document) else {
        return false;
    };
    check(&proof.problem, &proof.bin_of, &proof.certificate).is_ok_and(|checked| checked.value == checked.bound)
}

#[test]
fn a_proof_is_read_as_it_was_written_and_holds() {
    assert!(is_proved(&written()));
}

#[test]
fn a_proof_within_a_proof_is_read_as_it_was_written_and_holds() {
    let mut document = written();
    for part in document["certificate"].as_array_mut().expect("a list") {
        part["nodes"] = json!([{ "own": part.clone() }]);
    }
    assert!(is_proved(&document));
    let proof = proof::read(&document).expect("a proof");
    assert_eq!(proof::write(&proof), document);
    document["certificate"][0]["nodes"][0]["own"]["root"]["items"] = json!([]);
    assert!(!is_proved(&document), "without prices");
}

#[test]
fn a_proof_that_was_changed_is_found_out() {
    let good = written();
    let homes = good["bin_of"].as_array().expect("a list");
    let placed = homes
        .iter()
        .position(|home| !home.is_null())
        .expect("someone is placed");
    let mut changed = good.clone();
    changed["bin_of"][placed] = Value::Null;
    assert!(!is_proved(&changed), "a child taken out");
    let mut changed = good.clone();
    changed["certificate"] = json!([]);
    assert!(!is_proved(&changed), "no proof at all");
    let mut changed = good.clone();
    for part in changed["certificate"].as_array_mut().expect("a list") {
        for price in part["root"]["items"].as_array_mut().expect("a list") {
            price[1] = json!(0);
        }
        for price in part["bin_prices"].as_array_mut().expect("a list") {
            *price = json!(0);
        }
    }
    assert!(!is_proved(&changed), "prices of nothing");
    let mut changed = good;
    changed["format"] = json!("hemvist.proof/2");
    assert!(!is_proved(&changed), "another format");
}
