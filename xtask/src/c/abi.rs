//! The binary interface against its snapshots in `bindings/c/abi`: symbols, layouts, and the types of every function.
//!
//! Codes are held by the unit tests of the crate; the text of the header by the check of generated files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Link, compile, install, prefix};
use crate::run;
use crate::tools::{ABIDIFF, Setting};

/// What a program linked with the shared library brings into its process besides.
const NEEDED: &[&str] = &["ld-linux-x86-64.so.2", "libc.so.6", "libgcc_s.so.1", "libm.so.6"];

/// Whether the interface is that of the snapshots.
pub(super) fn check(root: &Path, setting: &Setting) -> bool {
    super::all(&[
        &|| symbols_are_known(root),
        &|| layouts_are_known(root),
        &|| name_and_needs_are_right(root),
        &|| {
            if cfg!(target_arch = "x86_64") {
                setting.with(&[&ABIDIFF], "the interface compared by abidiff", || {
                    types_are_known(root)
                })
            } else {
                setting.leave_out("the interface compared by abidiff", "x86-64, of which the snapshot is,")
            }
        },
    ])
}

/// Writes the snapshots anew, after a change that was meant.
pub(crate) fn write(root: &Path) -> bool {
    let folder = snapshots(root);
    install(root, &prefix(root), None)
        && symbols(root).is_some_and(|text| fs::write(folder.join("symbols.txt"), text).is_ok())
        && layouts(root).is_some_and(|text| fs::write(folder.join("layouts.txt"), text).is_ok())
        && types(root).is_some_and(|text| fs::write(folder.join("types.abi"), text).is_ok())
}

fn snapshots(root: &Path) -> PathBuf {
    super::package(root).join("abi")
}

fn shared(root: &Path) -> PathBuf {
    prefix(root).join("lib/libhemvist.so")
}

/// What a program prints.
fn output(program: &str, args: &[&Path]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says where a text differs from its snapshot.
fn is_as_in(root: &Path, file: &str, found: Option<String>) -> bool {
    let expected = fs::read_to_string(snapshots(root).join(file)).unwrap_or_default();
    let found = found.unwrap_or_default();
    let (before, now): (BTreeSet<&str>, BTreeSet<&str>) = (expected.lines().collect(), found.lines().collect());
    for line in before.difference(&now) {
        println!("bindings/c/abi/{file}: gone: {line}");
    }
    for line in now.difference(&before) {
        println!("bindings/c/abi/{file}: new: {line}");
    }
    if found != expected || found.is_empty() {
        println!("bindings/c/abi/{file} is another; if that was meant, `cargo xtask abi` writes it anew");
        return false;
    }
    true
}

/// The names that the shared library exports, one to a line.
fn symbols(root: &Path) -> Option<String> {
    let listed = output("nm", &[Path::new("-D"), Path::new("--defined-only"), &shared(root)])?;
    let mut names: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .collect();
    names.sort_unstable();
    Some(names.iter().flat_map(|name| [name, "\n"]).collect())
}

fn symbols_are_known(root: &Path) -> bool {
    let found = symbols(root);
    let foreign: Vec<&str> = (found.iter().flat_map(|text| text.lines()))
        .filter(|name| !name.starts_with("hemvist_"))
        .collect();
    for name in &foreign {
        println!("the shared library exports `{name}`, which does not begin with hemvist_");
    }
    is_as_in(root, "symbols.txt", found.clone()) && foreign.is_empty()
}

fn layouts(root: &Path) -> Option<String> {
    let program = compile(
        root,
        "layouts",
        &["layouts.c"],
        &[],
        Link::Shared(&prefix(root).join("lib")),
    )?;
    output(program.to_str()?, &[])
}

fn layouts_are_known(root: &Path) -> bool {
    is_as_in(root, "layouts.txt", layouts(root))
}

/// The soname, and the libraries that come along.
fn name_and_needs_are_right(root: &Path) -> bool {
    let listed = output("readelf", &[Path::new("-d"), &shared(root)]).unwrap_or_default();
    let named = |tag: &str| -> Vec<&str> {
        let lines = listed.lines().filter(|line| line.contains(tag));
        lines.filter_map(|line| line.split(['[', ']']).nth(1)).collect()
    };
    let expected = install::shared_name(root);
    let soname = named("(SONAME)");
    if soname.first().copied() != expected.as_deref() {
        println!("the soname is {soname:?}, not {expected:?}");
        return false;
    }
    let strange: Vec<&str> = named("(NEEDED)")
        .into_iter()
        .filter(|name| !NEEDED.contains(name))
        .collect();
    if !strange.is_empty() {
        println!("the shared library needs {strange:?}");
    }
    strange.is_empty()
}

/// The library with its types in full: see the profile in Cargo.toml.
fn with_types(root: &Path) -> Option<PathBuf> {
    let built = run::build_own(root);
    built.then(|| root.join("target/debug/libhemvist_c.so"))
}

/// The types of every function, as libabigail writes them, without what is not ours.
fn types(root: &Path) -> Option<String> {
    let library = with_types(root)?;
    let mut command = Command::new("abidw");
    command
        .args(["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs"])
        .arg(&library);
    let written = String::from_utf8(command.output().ok()?.stdout).ok()?;
    Some(ours(&written))
}

/// Only the units that declare something of ours, named without the hash of the compiler.
fn ours(written: &str) -> String {
    const UNIT: &str = "  <abi-instr ";
    const END: &str = "</abi-corpus>\n";
    let body = written.strip_suffix(END).unwrap_or(written);
    let mut units = body.split(UNIT);
    let mut text = units.next().unwrap_or_default().to_owned();
    for unit in units.filter(|unit| unit.contains("name='hemvist_")) {
        text.push_str(UNIT);
        match unit
            .split_once("/@/")
            .and_then(|(path, rest)| Some((path, rest.split_once('\'')?.1)))
        {
            Some((path, rest)) => text.extend([path, "'", rest]),
            None => text.push_str(unit),
        }
    }
    text + END
}

fn types_are_known(root: &Path) -> bool {
    let Some(library) = with_types(root) else { return false };
    let snapshot = snapshots(root).join("types.abi");
    let args = [snapshot.to_string_lossy(), library.to_string_lossy()];
    run::program(root, Path::new("abidiff"), &[&args[0], &args[1]], &[])
}

/// Whether a file names every exported function, without `hemvist_` before it too, so that none goes untried.
pub(super) fn is_named_in(root: &Path, file: &str) -> bool {
    let text = fs::read_to_string(root.join(file)).unwrap_or_default();
    let symbols = fs::read_to_string(snapshots(root).join("symbols.txt")).unwrap_or_default();
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let untried: Vec<&str> = (symbols.lines())
        .filter(|name| !words.contains(name) && !words.contains(name.trim_start_matches("hemvist_")))
        .collect();
    for name in &untried {
        println!("{file} does not try `{name}`");
    }
    untried.is_empty() && !symbols.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_units_of_ours_are_kept() {
        let written = "<abi-corpus>\n  <abi-instr path='std/@/x.1'>\n  </abi-instr>\n  <abi-instr path='c/lib.rs/@/abc' \
                       language='L'>\n    <function-decl name='hemvist_a'/>\n  </abi-instr>\n</abi-corpus>\n";
        let kept = "<abi-corpus>\n  <abi-instr path='c/lib.rs' language='L'>\n    <function-decl name='hemvist_a'/>\n  \
                    </abi-instr>\n</abi-corpus>\n";
        assert_eq!(ours(written), kept);
    }
}
