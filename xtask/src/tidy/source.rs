//! Rules on Rust source: floats only where distances and input are read, `unsafe` only in the bindings, short files.

use super::{File, Finding};

/// Files that may hold floats, with the reason.
const FLOATS: &[(&str, &str)] = &[
    (
        "crates/core/src/input.rs",
        "degrees and kilometres as callers hold them",
    ),
    (
        "crates/core/src/limits.rs",
        "the longest journey that a document may state",
    ),
    (
        "crates/core/src/problem/fact.rs",
        "a number that was found, as it was written",
    ),
    ("crates/core/src/json", "numbers as JSON writes them"),
    ("crates/core/src/csv", "numbers as Swedish exports write them"),
    ("crates/core/src/frames", "numbers as data frames hold them"),
    ("crates/core/src/validate/", "ranges of degrees and kilometres"),
    ("crates/core/src/pool/", "coordinates, handed on to distance"),
    ("crates/core/src/distance", "degrees to metres, once"),
    (
        "crates/solver/src/lp",
        "linear programming; suggests prices, proves nothing",
    ),
    (
        "crates/solver/src/cuts",
        "where the linear program is fractional; cuts themselves are integers",
    ),
    (
        "crates/solver/src/master",
        "prices out of the linear program, rounded to integers here",
    ),
    (
        "crates/solver/src/tree",
        "where to branch; nodes are closed by integers",
    ),
    ("crates/solver/src/part.rs", "limits handed to the linear program"),
];

/// Longest module, in lines; a longer one is split.
const MOST_LINES: usize = 900;

/// The code of a line: without comments. Strings are kept.
pub(super) fn code(line: &str) -> &str {
    let line = line.trim_start();
    line.split_once("//").map_or(line, |(before, _)| before)
}

/// Lines of a Rust file, numbered from 1, up to its unit tests.
pub(super) fn lines_before_tests(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(text.lines())
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
}

/// Whether `word` occurs in `code` as a whole word.
pub(super) fn has_word(code: &str, word: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back().is_some_and(part_of_word);
        let after = code[at + word.len()..].chars().next().is_some_and(part_of_word);
        !before && !after
    })
}

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let rust = files.iter().filter(|file| file.is("rs"));
    rust.flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let Some(text) = &file.text else {
        return vec![file.finding(0, "not UTF-8")];
    };
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > MOST_LINES {
        found.push(file.finding(0, format!("{lines} lines, more than {MOST_LINES}: split it")));
    }
    let engine = ["crates/core/src/", "crates/solver/src/", "crates/region/src/"];
    let floats_here = FLOATS.iter().any(|(path, _)| file.path.starts_with(path));
    if engine.iter().any(|folder| file.path.starts_with(folder)) && !floats_here {
        for (number, line) in lines_before_tests(text) {
            if has_word(code(line), "f64") || has_word(code(line), "f32") {
                found.push(file.finding(number, "a float outside the files that may hold one"));
            }
        }
    }
    if !file.path.starts_with("bindings/") {
        for (number, line) in (1..).zip(text.lines()) {
            if has_word(code(line), "unsafe") && !code(line).contains('"') {
                found.push(file.finding(number, "`unsafe` outside bindings/"));
            }
        }
        let front = file.path.ends_with("src/lib.rs") || file.path.ends_with("src/main.rs");
        if front && !text.contains("#![forbid(unsafe_code)]") {
            found.push(file.finding(0, "a crate outside bindings/ starts with #![forbid(unsafe_code)]"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<usize> {
        let file = File {
            path: path.into(),
            bytes: text.len(),
            text: Some(text.into()),
        };
        check(&[file]).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn floats_are_found_outside_their_files_comments_and_tests() {
        let text = "let a: f64 = 1.0;\n// an f64\nlet f64x = 1;\n#[cfg(test)]\nmod tests { const A: f64 = 0.0; }\n";
        assert_eq!(found("crates/core/src/fit.rs", text), [1]);
        assert_eq!(found("crates/core/src/distance.rs", text), []);
        assert_eq!(found("crates/cli/src/render.rs", text), []);
    }

    #[test]
    fn the_forbidden_keyword_is_found_everywhere_but_in_bindings() {
        let text = "fn f() {\n    unsafe { g() }\n}\n";
        assert_eq!(found("crates/core/src/fit.rs", text), [2]);
        assert_eq!(found("bindings/c/src/ffi.rs", text), []);
        assert_eq!(found("crates/core/src/lib.rs", "//! Core.\n"), [0]);
    }

    #[test]
    fn long_files_are_found() {
        assert_eq!(found("benches/src/a.rs", &"x\n".repeat(MOST_LINES + 1)), [0]);
        assert_eq!(found("benches/src/a.rs", &"x\n".repeat(MOST_LINES)), []);
    }
}
