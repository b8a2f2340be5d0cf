#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its terminal"
)]
//! `cargo xtask`: the one menu of what a contributor and CI run.
//!
//! Promises: needs nothing but Rust, gcc and Python; every step says what it runs; the exit code is 0 only if all went
//! well. Refuses to know: anything about children and families.

mod generated;
mod python;
mod run;
mod test;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const MENU: &str = "\
cargo xtask COMMAND

  test              everything CI runs: tidy, format, lints, docs, all tests
  tidy              house rules that no compiler checks (see ARCHITECTURE.md)
  codegen           write docs/reference and schemas/ anew
  examples          write the example pools anew
  codegen --check   whether all generated files are current
  python            build, test and document the Python package in target/python-venv
  python-bench      measure the Python package side by side with Rust
  bench [ARGS]      criterion benches; ARGS go to criterion
";

/// The root of the repository.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let root = root();
    let ok = match words.as_slice() {
        ["test"] => test::all(&root),
        ["tidy"] => tidy::report(&root),
        ["codegen"] => generated::codegen(&root),
        ["examples"] => generated::examples(&root),
        ["codegen" | "examples", "--check"] => generated::check(&root),
        ["python"] => python::lints(&root) && python::test(&root),
        ["python-bench"] => python::bench(&root),
        ["bench", rest @ ..] => run::cargo(&root, &[&["bench", "--package", "hemvist-benches"], rest].concat(), &[]),
        ["--help" | "-h" | "help"] => {
            print!("{MENU}");
            true
        }
        _ => {
            eprint!("{MENU}");
            return ExitCode::from(2);
        }
    };
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
