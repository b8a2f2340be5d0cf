//! Rules on whole files: size, left-overs, words that belong to one machine, links that lead nowhere.

use std::collections::BTreeSet;

use super::{File, Finding};

/// No file is larger, so that a clone stays small and a review possible.
const MOST_BYTES: usize = 1_000_000;

/// Paths of single machines, in two halves so that this file passes its own rule.
const MACHINE_WORDS: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("/tm", "p/"),
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("../sha", "red/"),
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    files
        .iter()
        .flat_map(|file| {
            let mut found = Vec::new();
            if file.bytes > MOST_BYTES {
                found.push(file.finding(0, format!("{} bytes, more than {MOST_BYTES}", file.bytes)));
            }
            if let Some(text) = &file.text {
                for (number, line) in (1..).zip(text.lines()) {
                    found.extend(check_line(file, number, line));
                }
                if file.is("md") {
                    found.extend(check_links(file, text, &paths));
                }
            }
            found
        })
        .collect()
}

fn check_line(file: &File, number: usize, line: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (start, end) in MACHINE_WORDS {
        let word = format!("{start}{end}");
        if line.contains(&word) {
            found.push(file.finding(
                number,
                format!("`{word}` belongs to one machine, not to the repository"),
            ));
        }
    }
    if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
        found.push(file.finding(number, "a merge was left half done"));
    }
    found
}

/// Relative links of a Markdown page must lead to a file or folder of the repository.
fn check_links(file: &File, text: &str, paths: &BTreeSet<&str>) -> Vec<Finding> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for part in line.split("](").skip(1) {
            let Some((target, _)) = part.split_once(')') else {
                continue;
            };
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let full = resolve(folder, target);
            let as_folder = format!("{full}/");
            if !paths.contains(full.as_str()) && !paths.iter().any(|path| path.starts_with(&as_folder)) {
                found.push(file.finding(number, format!("the link to `{target}` leads nowhere")));
            }
        }
    }
    found
}

/// `target` as seen from `folder`, with `.` and `..` taken out.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File {
            path: path.into(),
            bytes: text.len(),
            text: Some(text.into()),
        }
    }

    #[test]
    fn large_files_machine_words_and_conflicts_are_found() {
        let mut large = file("a.csv", "x");
        large.bytes = MOST_BYTES + 1;
        let word = ["see /wo", "rk/notes"].concat();
        let found = check(&[
            large,
            file("b.rs", &word),
            file("c.rs", "ok\n<<<<<<< HEAD\n"),
            file("d.rs", "fine"),
        ]);
        let at: Vec<_> = found.iter().map(|f| (f.file.to_string_lossy(), f.line)).collect();
        assert_eq!(at, [("a.csv".into(), 0), ("b.rs".into(), 1), ("c.rs".into(), 2)]);
    }

    #[test]
    fn links_are_followed_from_the_page_that_holds_them() {
        let page = "[a](b.md) [c](../README.md#x) [d](gone.md) [e](https://example.org) [f](sub)";
        let found = check(&[
            file("docs/a.md", page),
            file("docs/b.md", ""),
            file("docs/sub/x", ""),
            file("README.md", ""),
        ]);
        assert_eq!(found.len(), 1);
        assert!(found[0].text.contains("gone.md"));
    }
}
