#![forbid(unsafe_code)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its terminal"
)]
//! `cargo xtask`: the one menu of what a contributor and CI run.
//!
//! Promises: needs nothing but Rust, gcc and Python, and says what it left out for want of more; every step says what it
//! runs; the exit code is 0 only if all went well. Refuses to know: anything about children and families.

mod c;
mod generated;
mod python;
mod run;
mod test;
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const MENU: &str = "\
cargo xtask COMMAND

  test              everything CI runs: tidy, format, lints, docs, all tests
  test --complete   the same, and what cannot be run for want of a program fails
  tools             which programs some tests need, and which are missing
  tools --install   install the missing ones from Debian's packages
  tidy              house rules that no compiler checks (see ARCHITECTURE.md)
  codegen           write docs/reference, schemas/ and the C header anew
  examples          write the example pools anew
  codegen --check   whether all generated files are current
  c                 build and test the C library, and the programs that use it
  bench-c           what a call through the C library costs over the same in Rust
  abi               write the snapshots of the C library's binary interface anew
  install --prefix DIR
                    build the C library and install it with headers, pkg-config file and
                    CMake package; the variable DESTDIR is put before DIR
  python            build, test and document the Python package in target/python-venv
  certificate write POOL.json FILE
                    write the plan of a pool with its proof to a file
  certificate check FILE
                    check such a file with the checker alone
  python-bench      measure the Python package side by side with Rust
  bench [ARGS]      criterion benches; ARGS go to criterion
  bench --peers     the solver side by side with others, one table of ratios;
                    --only PROBLEM, --peer NAME, --time-limit SECONDS choose
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
        ["test"] => test::all(&root, false),
        ["test", "--complete"] => test::all(&root, true),
        ["tools"] => tools::report(&root, false),
        ["tools", "--install"] => tools::report(&root, true),
        ["tidy"] => tidy::report(&root),
        ["codegen"] => generated::codegen(&root),
        ["examples"] => generated::examples(&root),
        ["codegen" | "examples", "--check"] => generated::check(&root),
        ["c"] => {
            let setting = tools::Setting::new(false);
            // Both, even after one has failed.
            let results = [c::library(&root, &setting), c::programs(&root, &setting)];
            results.iter().all(|&passed| passed)
        }
        ["bench-c"] => c::bench(&root),
        ["abi"] => c::write_abi(&root),
        ["install", "--prefix", prefix] => {
            let dest_dir = std::env::var_os("DESTDIR").filter(|folder| !folder.is_empty());
            match std::path::absolute(prefix) {
                Ok(prefix) => c::install(&root, &prefix, dest_dir.as_deref().map(Path::new)),
                Err(_) => false,
            }
        }
        ["python"] => python::lints(&root) && python::test(&root),
        ["certificate", rest @ ..] => run::cargo(
            &root,
            &[
                &[
                    "run",
                    "--quiet",
                    "--release",
                    "--package",
                    "hemvist-conformance",
                    "--bin",
                    "certificate",
                    "--",
                ],
                rest,
            ]
            .concat(),
            &[],
        ),
        ["python-bench"] => python::bench(&root),
        ["bench", "--peers", rest @ ..] => python::peers(&root, rest),
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
