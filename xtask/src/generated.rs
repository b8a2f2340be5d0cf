//! Files that programs of ours write and that are committed: example pools, reference pages, schemas.
//!
//! Written in place, or, to check, beside the committed ones under `target/` and compared byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::run;

/// A committed folder and the program that writes it, with the folder as argument.
struct Made {
    folder: &'static str,
    /// The folder of the program's workspace, if it is not the whole's.
    workspace: Option<&'static str>,
    binary: &'static str,
    /// Files in the folder that are kept by hand.
    by_hand: &'static [&'static str],
}

const EXAMPLES: &[Made] = &[Made {
    folder: "examples",
    workspace: None,
    binary: "make-examples",
    by_hand: &[],
}];

const PAGES: &[Made] = &[
    Made {
        folder: "docs/reference",
        workspace: None,
        binary: "make-docs",
        by_hand: &[],
    },
    Made {
        folder: "schemas",
        workspace: None,
        binary: "make-schemas",
        by_hand: &[],
    },
    Made {
        folder: "bindings/c/include",
        workspace: Some("bindings/c/header"),
        binary: "hemvist-c-header",
        by_hand: &["hemvist.hpp"],
    },
];

/// Writes the example pools.
pub(crate) fn examples(root: &Path) -> bool {
    EXAMPLES.iter().all(|made| write(root, made, &root.join(made.folder)))
}

/// Writes everything else that is generated.
pub(crate) fn codegen(root: &Path) -> bool {
    PAGES.iter().all(|made| write(root, made, &root.join(made.folder)))
}

/// Whether every committed file is what its program writes, and no other file stands beside it.
pub(crate) fn check(root: &Path) -> bool {
    // Every folder is looked at, even after one has failed.
    let stale = EXAMPLES.iter().chain(PAGES).filter(|made| !is_current(root, made));
    stale.count() == 0
}

fn write(root: &Path, made: &Made, to: &Path) -> bool {
    let to = to.to_string_lossy();
    let Some(workspace) = made.workspace else {
        return run::own(root, made.binary, &[&to]);
    };
    let target = root.join("target").to_string_lossy().into_owned();
    let args = ["run", "--quiet", "--locked", "--bin", made.binary, "--", &to];
    run::cargo(&root.join(workspace), &args, &[("CARGO_TARGET_DIR", &target)])
}

fn is_current(root: &Path, made: &Made) -> bool {
    let fresh = root.join("target/generated").join(made.folder);
    let emptied = !fresh.exists() || fs::remove_dir_all(&fresh).is_ok();
    if !emptied || !write(root, made, &fresh) {
        return false;
    }
    match differences(&root.join(made.folder), &fresh) {
        Ok(mut files) => {
            files.retain(|file| !made.by_hand.iter().any(|kept| file == Path::new(kept)));
            for file in &files {
                println!("{}/{}: not what `{}` writes", made.folder, file.display(), made.binary);
            }
            files.is_empty()
        }
        Err(error) => {
            println!("{}: cannot compare: {error}", made.folder);
            false
        }
    }
}

/// Files that are not the same in both folders, or only in one.
fn differences(committed: &Path, fresh: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut left, mut right) = (BTreeMap::new(), BTreeMap::new());
    read(committed, committed, &mut left)?;
    read(fresh, fresh, &mut right)?;
    let changed = left.iter().filter(|(path, bytes)| right.get(*path) != Some(bytes));
    let missing = right.keys().filter(|path| !left.contains_key(*path));
    Ok(changed.map(|(path, _)| path).chain(missing).cloned().collect())
}

fn read(top: &Path, dir: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            read(top, &path, into)?;
        } else {
            let name = path.strip_prefix(top).unwrap_or(&path).to_path_buf();
            into.insert(name, fs::read(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_missing_and_left_over_files_are_found() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/generated-test");
        let (committed, fresh) = (top.join("committed"), top.join("fresh"));
        for (folder, files) in [
            (&committed, [("same/a", "1"), ("changed", "1"), ("left_over", "1")]),
            (&fresh, [("same/a", "1"), ("changed", "2"), ("missing", "1")]),
        ] {
            for (name, text) in files {
                let path = folder.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
        let found = differences(&committed, &fresh).unwrap();
        assert_eq!(found, ["changed", "left_over", "missing"].map(PathBuf::from));
        assert!(differences(&committed, &committed).unwrap().is_empty());
        assert!(differences(&top.join("nowhere"), &fresh).is_err());
    }
}
