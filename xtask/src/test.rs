//! `cargo xtask test`: every check, in the order in which they fail fastest, with a summary at the end.
//!
//! A failed step does not stop the others: one run shows all that is wrong.

use std::path::Path;
use std::time::Instant;

use crate::{generated, python, run, tidy};

/// A named check.
type Step = (&'static str, fn(&Path) -> bool);

const STEPS: &[Step] = &[
    ("tidy", tidy::report),
    ("format", format),
    ("lints", lints),
    ("documentation", documentation),
    ("Rust tests", rust_tests),
    ("generated files", generated::check),
    ("Python lints", python::lints),
    ("Python tests", python::test),
];

/// Runs every check; `true` if all passed.
pub(crate) fn all(root: &Path) -> bool {
    let mut results = Vec::with_capacity(STEPS.len());
    for &(name, check) in STEPS {
        println!("\n=== {name}");
        let start = Instant::now();
        let ok = check(root);
        results.push((name, ok, start.elapsed().as_secs()));
    }
    println!("\n=== summary");
    for (name, ok, seconds) in &results {
        println!("{} {name} ({seconds} s)", if *ok { "ok    " } else { "FAILED" });
    }
    results.iter().all(|(_, ok, _)| *ok)
}

fn format(root: &Path) -> bool {
    run::cargo(root, &["fmt", "--all", "--", "--check"], &[])
}

fn lints(root: &Path) -> bool {
    let args = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    run::cargo(root, &args, &[])
}

fn documentation(root: &Path) -> bool {
    // Libraries only: the command `hemvist` and the crate `hemvist` would write to the same page.
    let args = ["doc", "--workspace", "--lib", "--no-deps", "--locked"];
    run::cargo(root, &args, &[("RUSTDOCFLAGS", "-D warnings")])
}

fn rust_tests(root: &Path) -> bool {
    run::cargo(root, &["test", "--workspace", "--locked", "--no-fail-fast"], &[])
}
