//! Every case of `cases/` through the Rust library: the bytes beside it, with one thread and with two, and what a
//! person worked out beforehand.
//!
//! After a change that is meant to change outputs, `HEMVIST_WRITE_EXPECTED=1 cargo test -p hemvist-conformance`
//! writes the bytes anew; read the difference before committing it.
#![forbid(unsafe_code)]

use std::fs;

use hemvist_conformance::cases;

#[test]
fn every_case_gives_the_bytes_beside_it() {
    let write = std::env::var_os("HEMVIST_WRITE_EXPECTED").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let output = case.run(1);
        if let Some(difference) = case.unexpected(&output) {
            wrong.push(format!("{}: {difference}", case.name));
        }
        if case.run(2) != output {
            wrong.push(format!("{}: two threads give other bytes", case.name));
        }
        if write {
            fs::write(case.golden_path(), &output).expect("the folder of cases can be written");
        }
        if case.golden() != output {
            wrong.push(format!(
                "{}: other bytes than {}",
                case.name,
                case.golden_path().display()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn cases_that_must_agree_do() {
    let all = cases();
    for case in &all {
        if let Some(name) = &case.same_as {
            let other = all.iter().find(|c| c.name == *name).expect("the case named by same_as");
            assert_eq!(case.run(1), other.run(1), "{} and {name}", case.name);
        }
    }
}

#[test]
fn there_are_cases_enough_and_every_file_belongs_to_one() {
    let all = cases();
    assert!(all.len() >= 50, "{}", all.len());
    for entry in fs::read_dir(hemvist_conformance::folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(all.iter().any(|case| case.name == stem), "{stem} belongs to no case");
    }
}
