//! `cargo xtask test`: every check, in the order in which they fail fastest, with a summary at the end.
//!
//! A failed step does not stop the others: one run shows all that is wrong. What needs a program that is not on the
//! machine is left out and told of, or, with `--complete`, fails.

use std::path::Path;
use std::time::Instant;

use crate::tools::Setting;
use crate::{c, generated, python, run, tidy};

/// A named check.
type Step = (&'static str, fn(&Path, &Setting) -> bool);

const STEPS: &[Step] = &[
    ("tidy", |root, _| tidy::report(root)),
    ("format", |root, _| format(root)),
    ("lints", |root, _| lints(root)),
    ("documentation", |root, _| documentation(root)),
    ("Rust tests", |root, _| rust_tests(root)),
    ("generated files", |root, _| generated::check(root)),
    ("C library", c::library),
    ("programs over the C library", c::programs),
    ("Python lints", |root, _| python::lints(root)),
    ("Python tests", |root, _| python::test(root)),
];

/// Runs every check; `true` if all passed. With `complete`, a check that cannot be run has not passed.
pub(crate) fn all(root: &Path, complete: bool) -> bool {
    let setting = Setting::new(complete);
    let mut results = Vec::with_capacity(STEPS.len());
    for &(name, check) in STEPS {
        println!("\n=== {name}");
        let start = Instant::now();
        let ok = check(root, &setting);
        results.push((name, ok, start.elapsed().as_secs(), setting.take_left_out()));
    }
    println!("\n=== summary");
    for (name, ok, seconds, left_out) in &results {
        println!("{} {name} ({seconds} s)", if *ok { "ok    " } else { "FAILED" });
        for line in left_out {
            println!("         left out: {line}");
        }
    }
    results.iter().all(|(_, ok, ..)| *ok)
}

fn format(root: &Path) -> bool {
    run::cargo(root, &["fmt", "--all", "--", "--check"], &[])
}

fn lints(root: &Path) -> bool {
    let args = [&["clippy", "--all-targets"][..], &run::WHOLE, &["--", "-D", "warnings"]];
    run::cargo(root, &args.concat(), &[])
}

fn documentation(root: &Path) -> bool {
    // Libraries only: the command `hemvist` and the crate `hemvist` would write to the same page.
    let args = ["doc", "--workspace", "--lib", "--no-deps", "--locked"];
    run::cargo(root, &args, &[("RUSTDOCFLAGS", "-D warnings")])
}

fn rust_tests(root: &Path) -> bool {
    // The same cases in every run, so that a failure is the change's own; long runs with other seeds have a command of their own.
    let seed = [("PROPTEST_RNG_SEED", "20261124")];
    run::cargo(root, &[&["test", "--no-fail-fast"][..], &run::WHOLE].concat(), &seed)
}
