//! The README of the C library: its snippets are files that are compiled and run, and the page shows what they hold.

use std::fs;
use std::path::Path;

use super::{prefix, programs};
use crate::tools::Setting;

pub(super) fn check(root: &Path, setting: &Setting) -> bool {
    let page = fs::read_to_string(super::package(root).join("README.md")).unwrap_or_default();
    let shown = shown(&page);
    let mut same = !shown.is_empty();
    for (file, block) in shown {
        let held = fs::read_to_string(super::package(root).join(file)).unwrap_or_default();
        if held.trim_end() != block.trim_end() {
            println!("bindings/c/README.md shows {file} otherwise than it is");
            same = false;
        }
    }
    same && prefix(root).exists() && programs::first_steps(root, setting)
}

/// The blocks of code after a line such as `<!-- examples/first/first.c -->`, with the file that they show.
fn shown(page: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let file = line
            .strip_prefix("<!-- examples/")
            .and_then(|rest| rest.strip_suffix(" -->"));
        let Some(file) = file else { continue };
        let start = page.find(line).unwrap_or(0) + "<!-- ".len();
        let path = &page[start..start + "examples/".len() + file.len()];
        let block: Vec<&str> = lines
            .by_ref()
            .skip_while(|line| !line.starts_with("```"))
            .skip(1)
            .take_while(|line| !line.starts_with("```"))
            .collect();
        found.push((path, block.join("\n")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_with_their_files() {
        let page = "text\n<!-- examples/a.c -->\n```c\nint a;\n\nint b;\n```\n```sh\nls\n```\n<!-- examples/b.cs -->\n\n```cs\nx\n```\n";
        assert_eq!(
            shown(page),
            [
                ("examples/a.c", "int a;\n\nint b;".to_owned()),
                ("examples/b.cs", "x".to_owned())
            ]
        );
    }
}
