//! Who may import whom inside core: the table in ARCHITECTURE.md against the `crate::` paths of the source.
//!
//! The table is the rule. A module that it does not name, a name that is no module, an import that it does not allow,
//! and a permission to import a module of a later row (so: a cycle between rows) are all findings. Modules of one row may
//! use each other. Unit tests may import anything.

use std::collections::BTreeSet;

use super::source::{code, lines_before_tests};
use super::{File, Finding};

const PAGE: &str = "ARCHITECTURE.md";
const FOLDER: &str = "crates/core/src/";
const START: &str = "<!-- imports of crates/core: checked by `cargo xtask tidy` -->";

/// A row of the table: its line, its modules, and the modules that these may use besides each other.
struct Row {
    number: usize,
    modules: BTreeSet<String>,
    uses: BTreeSet<String>,
}

fn rows(page: &str) -> Vec<Row> {
    let names = |cell: &str| -> BTreeSet<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    (1..)
        .zip(page.lines())
        .skip_while(|(_, line)| !line.starts_with(START))
        .skip(1)
        .skip_while(|(_, line)| !line.starts_with('|'))
        .take_while(|(_, line)| line.starts_with('|'))
        .map(|(number, line)| {
            let cells: Vec<&str> = line.split('|').collect();
            Row {
                number,
                modules: names(cells.get(1).unwrap_or(&"")),
                uses: names(cells.get(2).unwrap_or(&"")),
            }
        })
        .filter(|row| !row.modules.is_empty())
        .collect()
}

/// The top-level module that a file of core belongs to; `None` for the front door.
fn module_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(FOLDER)?;
    let first = inside.split('/').next()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (name != "lib").then_some(name)
}

/// The modules that a line of code reaches through `crate::`.
fn reached(line: &str) -> Vec<&str> {
    code(line)
        .split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            // `use crate::{a::B, c}`: the first name after each comma outside inner braces.
            Some(list) => top_level_names(list),
            None => vec![first_name(rest)],
        })
        .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect()
}

fn first_name(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

fn top_level_names(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0_i32, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(first_name(list[start..at].trim_start()));
                return names;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(first_name(list[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    names.push(first_name(list[start..].trim_start()));
    names
}

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let Some(page) = files.iter().find(|file| file.path == PAGE) else {
        return Vec::new();
    };
    let rows = rows(page.text.as_deref().unwrap_or_default());
    let row_of = |module: &str| rows.iter().find(|row| row.modules.contains(module));
    let modules: BTreeSet<&str> = files.iter().filter_map(|file| module_of(&file.path)).collect();
    let mut found = check_table(page, &rows, &modules);
    for file in files.iter().filter(|file| file.is("rs")) {
        let Some(module) = module_of(&file.path) else { continue };
        let Some(row) = row_of(module) else {
            found.push(file.finding(
                0,
                format!("module `{module}` is missing from the import table of {PAGE}"),
            ));
            continue;
        };
        for (number, line) in lines_before_tests(file.text.as_deref().unwrap_or_default()) {
            for name in reached(line) {
                if modules.contains(name) && !row.uses.contains(name) && !row.modules.contains(name) {
                    found.push(file.finding(number, format!("`{module}` may not use `{name}` (table in {PAGE})")));
                }
            }
        }
    }
    found
}

fn check_table(page: &File, rows: &[Row], modules: &BTreeSet<&str>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut above: BTreeSet<&str> = BTreeSet::new();
    if rows.is_empty() {
        found.push(page.finding(0, format!("no import table after `{START}`")));
    }
    for row in rows {
        for name in row.modules.iter().filter(|name| !modules.contains(name.as_str())) {
            found.push(page.finding(row.number, format!("`{name}` is no module of core")));
        }
        for used in row.uses.iter().filter(|used| !above.contains(used.as_str())) {
            found.push(page.finding(
                row.number,
                format!("`{used}` stands in no row above, so may not be used here"),
            ));
        }
        above.extend(row.modules.iter().map(String::as_str));
    }
    found
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

    fn page(table: &str) -> File {
        file(
            PAGE,
            &format!("# A\n{START}\n\n| module | may use |\n|---|---|\n{table}\nmore\n"),
        )
    }

    fn texts(files: &[File]) -> Vec<String> {
        check(files).into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn allowed_imports_pass_and_others_are_found() {
        let table = page("| `day` | nothing |\n| `input` | `day` |\n| `fit` | `day` |\n");
        let files = [
            table,
            file("crates/core/src/lib.rs", "pub use crate::fit::Fit;"),
            file("crates/core/src/day.rs", "use crate::day::x; // crate::fit"),
            file("crates/core/src/input.rs", "use crate::{day::{Day, Month}, fit::Fit};"),
            file("crates/core/src/fit/mod.rs", "#[cfg(test)]\nuse crate::input::Child;"),
            file("crates/core/src/fit/curve.rs", "type A = crate::input::Child;"),
        ];
        let expected = ["`input` may not use `fit`", "`fit` may not use `input`"];
        let found = texts(&files);
        assert_eq!(found.len(), 2, "{found:?}");
        for (text, start) in found.iter().zip(expected) {
            assert!(text.starts_with(start), "{text}");
        }
    }

    #[test]
    fn modules_of_one_row_may_use_each_other() {
        let files = [
            page("| `day` | nothing |\n| `fit`, `explain` | `day` |\n"),
            file("crates/core/src/day.rs", "use crate::fit::A;"),
            file("crates/core/src/fit.rs", "use crate::explain::B;"),
            file("crates/core/src/explain.rs", "use crate::{fit, day::C};"),
        ];
        assert_eq!(texts(&files), ["`day` may not use `fit` (table in ARCHITECTURE.md)"]);
    }

    #[test]
    fn the_table_itself_is_checked() {
        let files = [
            page("| `day` | `fit` |\n| `fit` | nothing |\n| `gone` | nothing |\n"),
            file("crates/core/src/day.rs", ""),
            file("crates/core/src/fit.rs", ""),
            file("crates/core/src/new.rs", ""),
        ];
        let found = texts(&files);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("stands in no row above"));
        assert!(found[1].contains("`gone` is no module"));
        assert!(found[2].contains("`new` is missing"));
        assert!(texts(&[file(PAGE, "# no table")])[0].contains("no import table"));
    }
}
