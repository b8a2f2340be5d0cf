//! The Python package: built into a virtual environment under `target/`, then tested there.

use std::path::{Path, PathBuf};

use crate::run;

/// Format and lints of the extension module, which is a workspace of its own.
pub(crate) fn lints(root: &Path) -> bool {
    let (dir, target) = (package(root), target(root));
    let env = [("CARGO_TARGET_DIR", target.as_str())];
    let clippy = ["clippy", "--release", "--locked", "--", "-D", "warnings"];
    run::cargo(&dir, &["fmt", "--", "--check"], &[]) && run::cargo(&dir, &clippy, &env)
}

/// Builds and installs the package, then runs its tests, the examples in its documentation, and the type checkers.
pub(crate) fn test(root: &Path) -> bool {
    let dir = package(root);
    build(root)
        && in_environment(root, &dir, "python", &["-m", "pytest"])
        && in_environment(root, &dir, "python", &["-m", "pytest", "--doctest-modules", "python"])
        && in_environment(root, &dir, "mypy", &[])
        && in_environment(root, &dir, "stubtest", &["hemvist"])
}

fn build(root: &Path) -> bool {
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
            &["develop", "--release", "--locked", "--quiet"],
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
