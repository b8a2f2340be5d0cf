//! The C library: its header, its binary interface, its tests in C and C++, and the programs in other languages.
//!
//! Everything is built into `target/` and installed to `target/c/prefix`, and tested there as a vendor would use it.

mod abi;
mod documents;
mod install;
mod links;
mod programs;
mod readme;

use std::fs;
use std::path::{Path, PathBuf};

use crate::run;
use crate::tools::{CXX, Setting, VALGRIND};

pub(crate) use abi::write as write_abi;
pub(crate) use install::install;

/// Warnings are errors in everything of ours.
const C_FLAGS: &[&str] = &[
    "-std=c11",
    "-D_POSIX_C_SOURCE=200809L",
    "-g",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
];
const CXX_FLAGS: &[&str] = &[
    "-std=c++17",
    "-g",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wshadow",
    "-Werror",
];
/// Backtraces of the panics that tests ask for would be kept in memory to the end.
const NO_BACKTRACE: (&str, &str) = ("RUST_BACKTRACE", "0");

/// The library as it is installed, its interface against the snapshots, and its tests.
pub(crate) fn library(root: &Path, setting: &Setting) -> bool {
    if !cfg!(target_os = "linux") {
        return setting.leave_out("the C library", "Linux");
    }
    let prefix = prefix(root);
    if !fresh(&prefix) || !install(root, &prefix, None) {
        return false;
    }
    let Some(sanitize) = sanitizers(root, setting) else {
        return false;
    };
    all(&[
        &|| abi::check(root, setting),
        &|| units(root, sanitize),
        &|| torture(root, sanitize),
        &|| conformance(root),
        &|| wrapper(root, setting, sanitize),
        &|| valgrind(root, setting),
        &|| links::check(root, setting),
        &|| readme::check(root, setting),
        &|| header_lints(root),
    ])
}

/// Format and lints of the program that writes the header, which is a workspace of its own.
fn header_lints(root: &Path) -> bool {
    let (folder, target) = (package(root).join("header"), root.join("target").display().to_string());
    let env = [("CARGO_TARGET_DIR", target.as_str())];
    run::cargo(&folder, &["fmt", "--", "--check"], &[])
        && run::cargo(&folder, &["clippy", "--locked", "--", "-D", "warnings"], &env)
}

/// The programs in C, C++, C#, Java and Node, which must print the bytes that the command prints.
pub(crate) fn programs(root: &Path, setting: &Setting) -> bool {
    if !cfg!(target_os = "linux") {
        return setting.leave_out("programs over the C library", "Linux");
    }
    (prefix(root).exists() || install(root, &prefix(root), None)) && programs::check(root, setting)
}

/// Measures calls through the installed library against the same calls in Rust, built alike.
pub(crate) fn bench(root: &Path) -> bool {
    let library = prefix(root).join("lib/libhemvist.so").display().to_string();
    let bench = [
        "run",
        "--quiet",
        "--locked",
        "--profile",
        install::PROFILE,
        "--package",
        "hemvist-c-bench",
        "--",
        &library,
    ];
    install(root, &prefix(root), None) && run::cargo(root, &bench, &[])
}

/// Every check, even after one has failed.
fn all(checks: &[&dyn Fn() -> bool]) -> bool {
    checks.iter().filter(|check| !check()).count() == 0
}

fn package(root: &Path) -> PathBuf {
    root.join("bindings/c")
}

/// Where the library is installed for the tests.
fn prefix(root: &Path) -> PathBuf {
    root.join("target/c/prefix")
}

/// A folder that is there and empty.
fn fresh(folder: &Path) -> bool {
    (!folder.exists() || fs::remove_dir_all(folder).is_ok()) && fs::create_dir_all(folder).is_ok()
}

/// How a program is linked.
#[derive(Clone, Copy)]
enum Link<'a> {
    /// With the shared library in this folder.
    Shared(&'a Path),
    /// With the static library that is installed.
    Static,
}

/// Compiles a test program of `bindings/c/tests`; gives its path.
fn compile(root: &Path, name: &str, sources: &[&str], flags: &[&str], link: Link<'_>) -> Option<PathBuf> {
    let out = root.join("target/c").join(name);
    let is_cxx = sources
        .iter()
        .any(|source| Path::new(source).extension().is_some_and(|end| end == "cpp"));
    let (compiler, standard) = if is_cxx { ("g++", CXX_FLAGS) } else { ("cc", C_FLAGS) };
    let tests = package(root).join("tests");
    let mut args: Vec<String> = standard.iter().chain(flags).map(|&flag| flag.to_owned()).collect();
    args.push(format!("-I{}", prefix(root).join("include").display()));
    args.extend(sources.iter().map(|source| tests.join(source).display().to_string()));
    args.extend(["-o".to_owned(), out.display().to_string()]);
    match link {
        Link::Shared(folder) => {
            args.push(format!("-L{0} -Wl,-rpath,{0}", folder.display()));
            args.push("-lhemvist".to_owned());
        }
        Link::Static => {
            args.push(prefix(root).join("lib/libhemvist.a").display().to_string());
            args.extend(install::NATIVE_LIBRARIES.iter().map(|&library| library.to_owned()));
        }
    }
    args.push("-lpthread".to_owned());
    let args: Vec<&str> = args.iter().flat_map(|arg| arg.split(' ')).collect();
    run::program(root, Path::new(compiler), &args, &[]).then_some(out)
}

const UNITS: &[&str] = &[
    "units.c",
    "support.c",
    "test_ask.c",
    "test_document.c",
    "test_error.c",
    "test_log.c",
    "test_plan.c",
    "test_policy.c",
    "test_pool.c",
    "test_score.c",
    "test_solve.c",
];
/// Flags of the compiler that report memory lost or misused; no flags if it came without the libraries for that, nothing
/// if that is a failure.
fn sanitizers(root: &Path, setting: &Setting) -> Option<&'static [&'static str]> {
    const FLAGS: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    if compile(
        root,
        "layouts-sanitized",
        &["layouts.c"],
        FLAGS,
        Link::Shared(&prefix(root).join("lib")),
    )
    .is_some()
    {
        return Some(FLAGS);
    }
    (setting.leave_out("the sanitizers in C tests", "a library of gcc")).then_some(&[])
}

fn run_on_examples(root: &Path, program: &Path) -> bool {
    let examples = root.join("examples").display().to_string();
    run::program(root, program, &[&examples], &[NO_BACKTRACE])
}

/// Every handle through its tests: shared under the sanitizers, and static.
fn units(root: &Path, sanitize: &[&str]) -> bool {
    let lib = prefix(root).join("lib");
    let shared = compile(root, "units-sanitized", UNITS, sanitize, Link::Shared(&lib));
    let still = compile(root, "units-static", UNITS, &[], Link::Static);
    [shared, still]
        .iter()
        .all(|program| program.as_ref().is_some_and(|program| run_on_examples(root, program)))
}

const TORTURE: &[&str] = &["torture.c", "support.c"];

/// Every function asked wrongly; and, with a library that panics on request, panicking at each step.
fn torture(root: &Path, sanitize: &[&str]) -> bool {
    let lib = prefix(root).join("lib");
    let plain = compile(root, "torture-sanitized", TORTURE, sanitize, Link::Shared(&lib));
    let Some(panicking) = panicking_library(root) else {
        return false;
    };
    let flags = [sanitize, &["-DPANIC_INJECTION"]].concat();
    let injected = compile(root, "torture-panics", TORTURE, &flags, Link::Shared(&panicking));
    abi::is_named_in(root, "bindings/c/tests/torture.c")
        // What a panic says goes to standard error too, and here more than a hundred are asked for.
        && [plain, injected]
            .iter()
            .all(|program| (program.as_ref()).is_some_and(|program| run::quietly(root, program, &[NO_BACKTRACE])))
}

/// Builds the library that panics on request; gives its folder.
fn panicking_library(root: &Path) -> Option<PathBuf> {
    let build = ["build", "--quiet", "--lib", "--tests"];
    let args = [&build[..], &run::WHOLE, &["--features", "hemvist-c/panic-injection"]].concat();
    let folder = root.join("target/c/panicking");
    let from = root.join("target/debug/libhemvist_c.so");
    let made = run::cargo(root, &args, &[])
        && fresh(&folder)
        && fs::copy(&from, folder.join(install::shared_name(root)?)).is_ok()
        && fs::copy(&from, folder.join("libhemvist.so")).is_ok();
    made.then_some(folder)
}

/// The cases that every face must answer with the same bytes.
fn conformance(root: &Path) -> bool {
    let cases = root.join("target/c/cases");
    let lib = prefix(root).join("lib");
    let folder = cases.display().to_string();
    let sources = ["conformance.c", "support.c"];
    fresh(&cases)
        && run::own(root, "export-cases", &[&folder])
        && compile(root, "conformance", &sources, &[], Link::Shared(&lib))
            .is_some_and(|program| run::program(root, &program, &[&folder], &[]))
}

/// `hemvist.hpp`.
fn wrapper(root: &Path, setting: &Setting, sanitize: &[&str]) -> bool {
    setting.with(&[&CXX], "tests of hemvist.hpp", || {
        let lib = prefix(root).join("lib");
        let sources = ["wrapper.cpp", "wrapper_again.cpp"];
        let shared = compile(root, "wrapper-sanitized", &sources, sanitize, Link::Shared(&lib));
        let still = compile(root, "wrapper-static", &sources, &[], Link::Static);
        [shared, still]
            .iter()
            .all(|program| program.as_ref().is_some_and(|program| run_on_examples(root, program)))
    })
}

/// The same under valgrind, which also sees misuse inside the library: no error, nothing lost.
fn valgrind(root: &Path, setting: &Setting) -> bool {
    setting.with(&[&VALGRIND], "C tests under valgrind", || {
        let lib = prefix(root).join("lib");
        let suppressions = format!("--suppressions={}", package(root).join("tests/valgrind.supp").display());
        let examples = root.join("examples").display().to_string();
        let watched = |name: &str, sources: &[&str]| {
            let Some(program) = compile(root, name, sources, &[], Link::Shared(&lib)) else {
                return false;
            };
            let program = program.display().to_string();
            let args = [
                "--quiet",
                "--leak-check=full",
                "--show-leak-kinds=definite,indirect,possible",
                "--errors-for-leak-kinds=definite,indirect,possible",
                "--error-exitcode=9",
                &suppressions,
                &program,
                &examples,
            ];
            run::program(root, Path::new("valgrind"), &args, &[NO_BACKTRACE])
        };
        all(&[&|| watched("units", UNITS), &|| watched("torture", TORTURE)])
    })
}
