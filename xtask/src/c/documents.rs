//! What a vendor reads where there is no repository: the README of the C library, the reference pages, schemas, the wrappers
//! and programs to start from, all below one folder, and no link that leads nowhere.

use std::fs;
use std::io;
use std::path::Path;

/// Where the README ends for those who only use the library.
const FOR_US: &str = "\n## Working on it";

/// Copies everything to `to`, which stands for the repository's root there; headers lie at `../../../include`.
pub(super) fn copy(root: &Path, to: &Path) -> io::Result<()> {
    let package = super::package(root);
    for (from, at, ends) in [
        (root.join("docs/reference"), "docs/reference", ".md"),
        (root.join("schemas"), "schemas", ".json"),
        (package.join("examples"), "examples", ""),
    ] {
        fs::create_dir_all(to.join(at))?;
        copy_files(&from, &to.join(at), ends)?;
    }
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"] {
        fs::copy(root.join(file), to.join(file))?;
    }
    let readme = fs::read_to_string(package.join("README.md"))?;
    fs::write(to.join("README.md"), moved(&readme))?;
    for folder in ["", "docs/reference"] {
        for entry in fs::read_dir(to.join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "md") {
                let page = fs::read_to_string(&path)?;
                let there = |link: &str| path.parent().is_some_and(|folder| folder.join(link).exists());
                fs::write(&path, without_dead_links(&page, there))?;
            }
        }
    }
    Ok(())
}

/// Copies the files of a folder whose names end so, and the folders in it.
fn copy_files(from: &Path, to: &Path, ends: &str) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            fs::create_dir_all(to.join(&name))?;
            copy_files(&path, &to.join(&name), ends)?;
        } else if name.to_string_lossy().ends_with(ends) {
            fs::copy(&path, to.join(&name))?;
        }
    }
    Ok(())
}

/// The README where it is installed: its links lead to what lies beside it.
fn moved(readme: &str) -> String {
    let (readme, _) = readme.split_once(FOR_US).unwrap_or((readme, ""));
    let readme = readme
        .replace("](../../", "](")
        .replace("](include/", "](../../../include/");
    readme.trim_end().to_owned() + "\n"
}

/// A page whose links to files that are not there are plain text.
fn without_dead_links(page: &str, there: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(middle) = rest.find("](") {
        let text = rest[..middle].rfind('[').unwrap_or(middle);
        let Some(length) = rest[middle..].find(')') else { break };
        let target = &rest[middle + 2..middle + length];
        let file = target.split('#').next().unwrap_or_default();
        if file.is_empty() || file.contains("://") || there(file) {
            out.push_str(&rest[..=middle + length]);
        } else {
            out.push_str(&rest[..text]);
            out.push_str(rest.get(text + 1..middle).unwrap_or_default());
        }
        rest = &rest[middle + length + 1..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_somewhere_or_are_none() {
        let page = "See [a](docs/a.md#x), [`b`](gone/b.md), [c](#here) and [d](https://example.org/d).";
        let tidied = without_dead_links(page, |file| file == "docs/a.md");
        assert_eq!(
            tidied,
            "See [a](docs/a.md#x), `b`, [c](#here) and [d](https://example.org/d)."
        );
        assert_eq!(without_dead_links("no end [a](b", |_| true), "no end [a](b");
    }

    #[test]
    fn the_readme_is_read_beside_what_is_installed() {
        let readme =
            "# a\n[h](include/hemvist.h), [p](../../docs/reference/pool.md)\n\n## Working on it\n\n[t](tests/t.c)\n";
        let expected = "# a\n[h](../../../include/hemvist.h), [p](docs/reference/pool.md)\n";
        assert_eq!(moved(readme), expected);
    }
}
