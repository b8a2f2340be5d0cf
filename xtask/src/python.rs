//! The Python package: built into a virtual environment under `target/`, then tested there.

use std::path::{Path, PathBuf};
use std::thread;

use crate::run;

/// Format and lints of the extension module, which is a workspace of its own.
pub(crate) fn lints(root: &Path) -> bool {
    let (dir, target) = (package(root), target(root));
    let env = [("CARGO_TARGET_DIR", target.as_str())];
    let clippy = ["clippy", "--locked", "--", "-D", "warnings"];
    run::cargo(&dir, &["fmt", "--", "--check"], &[]) && run::cargo(&dir, &clippy, &env)
}

/// Builds and installs the package, then runs the type checkers, its tests with every example of its documentation, and
/// the notebooks, from which its reference is built.
pub(crate) fn test(root: &Path) -> bool {
    let dir = package(root);
    let run = |program: &str, args: &[&str]| in_environment(root, &dir, program, args);
    let pages = root.join("target/python-docs");
    let docs = [
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-E",
        "docs",
        &pages.to_string_lossy(),
    ];
    let others = || {
        let ok = [
            run("mypy", &[]),
            run("stubtest", &["hemvist._hemvist"]),
            run("basedpyright", &[]),
            run("python", &docs),
        ];
        ok.iter().all(|ok| *ok)
    };
    // The tests need one processor most of the time, and so do the others.
    build(root, &[])
        && thread::scope(|scope| {
            let others = scope.spawn(others);
            let tests = run("python", &["-m", "pytest"]);
            others.join().is_ok_and(|ok| ok) && tests
        })
}

/// Measures the package side by side with Rust, on made-up pools.
pub(crate) fn bench(root: &Path) -> bool {
    let release = ["--release", "--locked", "--package"];
    let timings = [&["build"], &release[..], &["hemvist-benches", "--bin", "timings"]].concat();
    let pool = |children: &str, families: &str| -> Option<String> {
        let path = root
            .join(format!("target/pool-{children}.json"))
            .to_string_lossy()
            .into_owned();
        let generate = [
            "hemvist-cli",
            "--",
            "generate",
            "region",
            "--children",
            children,
            "--families",
            families,
            "-o",
        ];
        run::cargo(
            root,
            &[&["run"], &release[..], &generate, &[path.as_str()]].concat(),
            &[],
        )
        .then_some(path)
    };
    let program = root.join("target/release/timings").to_string_lossy().into_owned();
    build(root, RELEASE)
        && run::cargo(root, &timings, &[])
        && pool("700", "500")
            .zip(pool("20000", "12000"))
            .is_some_and(|(region, nation)| {
                let args = ["benches/compare.py", &program, &region, &nation];
                in_environment(root, &package(root), "python", &args)
            })
}

/// Measures the solver side by side with others, through the package; `args` go to the comparison.
pub(crate) fn peers(root: &Path, args: &[&str]) -> bool {
    let programs = root.join("target/release").to_string_lossy().into_owned();
    let target = target(root);
    let record = root.join("target/peers.json").to_string_lossy().into_owned();
    let build_it = [
        "build",
        "--release",
        "--locked",
        "--package",
        "hemvist-benches",
        "--bins",
    ];
    let compare = ["-m", "benches.peers", &programs, "--record", &record];
    if !build(root, RELEASE) {
        return false;
    }
    // One by one, so that a solver that cannot be had here does not keep the others away; the comparison tells which are missing.
    let wanted = std::fs::read_to_string(package(root).join("requirements-peers.txt")).unwrap_or_default();
    for peer in wanted.lines().filter(|line| !line.starts_with('#')) {
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer];
        in_environment(root, &package(root), "python", &pip);
    }
    run::cargo(root, &build_it, &[("CARGO_TARGET_DIR", &target)])
        && in_environment(root, &package(root), "python", &[&compare[..], args].concat())
}

/// How the package is built where its speed matters.
const RELEASE: &[&str] = &["--release"];

/// Installs the package into the virtual environment, built with these options.
fn build(root: &Path, options: &[&str]) -> bool {
    let environment = environment(root);
    let made = environment.join("bin/python").exists() || {
        let path = environment.to_string_lossy();
        run::program(root, Path::new("python3"), &["-m", "venv", &path], &[])
    };
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    let needs = ["--requirement", "requirements-dev.txt"];
    made && in_environment(root, &package(root), "python", &[&pip[..], &needs].concat())
        && in_environment(
            root,
            &package(root),
            "maturin",
            &[&["develop", "--locked", "--quiet"], options].concat(),
        )
}

/// Runs a program of the virtual environment.
fn in_environment(root: &Path, dir: &Path, program: &str, args: &[&str]) -> bool {
    let environment = environment(root);
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", environment.join("bin").display());
    let (venv, target) = (environment.to_string_lossy(), target(root));
    let env = [
        ("PATH", path.as_str()),
        ("VIRTUAL_ENV", venv.as_ref()),
        ("CARGO_TARGET_DIR", target.as_str()),
    ];
    run::program(dir, &environment.join("bin").join(program), args, &env)
}

fn package(root: &Path) -> PathBuf {
    root.join("bindings/python")
}

fn environment(root: &Path) -> PathBuf {
    root.join("target/python-venv")
}

fn target(root: &Path) -> String {
    root.join("target").to_string_lossy().into_owned()
}
