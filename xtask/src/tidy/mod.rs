//! `cargo xtask tidy`: house rules that no compiler checks.
//!
//! Every finding names file, line and rule. The rules read the files as text and know no Rust grammar beyond comments;
//! what they cannot see is left to lints and to review.

mod crates;
mod files;
mod imports;
mod source;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// One broken rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// File, relative to the root.
    pub(crate) file: PathBuf,
    /// Line counted from 1; 0: the whole file.
    pub(crate) line: usize,
    /// What is wrong, and what to do.
    pub(crate) text: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file.display(), self.text),
            line => write!(f, "{}:{line}: {}", self.file.display(), self.text),
        }
    }
}

/// A file of the repository, read once.
pub(crate) struct File {
    /// Path relative to the root, with `/`.
    pub(crate) path: String,
    /// Length in bytes.
    pub(crate) bytes: usize,
    /// Content, if it is UTF-8.
    pub(crate) text: Option<String>,
}

impl File {
    /// Whether the file's name ends in `.` and this.
    fn is(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|found| found == extension)
    }

    fn finding(&self, line: usize, text: impl Into<String>) -> Finding {
        Finding {
            file: PathBuf::from(&self.path),
            line,
            text: text.into(),
        }
    }
}

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &[
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".venv",
    "__pycache__",
    "criterion",
    "target",
];

fn read_tree(root: &Path, dir: &Path, into: &mut Vec<File>) -> std::io::Result<()> {
    let mut entries = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_ref()) {
                read_tree(root, &path, into)?;
            }
        } else if !name.ends_with(".so") && !name.ends_with(".pyc") && name != ".git" {
            let content = fs::read(&path)?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            into.push(File {
                path: relative.to_string_lossy().replace('\\', "/"),
                bytes: content.len(),
                text: String::from_utf8(content).ok(),
            });
        }
    }
    Ok(())
}

/// Checks every rule; all findings, in file order.
fn findings(root: &Path) -> std::io::Result<Vec<Finding>> {
    let mut files = Vec::new();
    read_tree(root, root, &mut files)?;
    let mut found = files::check(&files);
    found.extend(source::check(&files));
    found.extend(crates::check(&files));
    found.extend(imports::check(&files));
    Ok(found)
}

/// Prints what [`findings`] returns; `true` if there is nothing to say.
pub(crate) fn report(root: &Path) -> bool {
    match findings(root) {
        Ok(found) => {
            for finding in &found {
                println!("{finding}");
            }
            println!("tidy: {} findings", found.len());
            found.is_empty()
        }
        Err(error) => {
            println!("tidy: cannot read the tree: {error}");
            false
        }
    }
}
