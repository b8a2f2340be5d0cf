//! docs/meeting.md and docs/region.md, typed command by command: what they show is what the command prints.
//!
//! Each `console` block holds one command after `$ `, maybe `? ` and the exit code, then the output, in which a line
//! `...` stands for any number of lines. The commands of a page run one after the other in a folder of
//! their own.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A command of the page and what it shows of the output.
struct Shown {
    command: String,
    code: i32,
    lines: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn blocks(page: &str) -> Vec<Shown> {
    let blocks = page
        .split("```console\n")
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a block ends"));
    let shown = |block: &str| {
        let mut lines = block.lines().peekable();
        let command = lines
            .next()
            .and_then(|line| line.strip_prefix("$ hemvist "))
            .expect("a command of ours");
        let code = lines
            .next_if(|line| line.starts_with("? "))
            .map_or(0, |line| line[2..].parse().expect("a code"));
        Shown {
            command: command.to_owned(),
            code,
            lines: lines.map(str::to_owned).collect(),
        }
    };
    blocks.map(shown).collect()
}

/// The words of a command; double quotes hold words together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![];
    for (nth, part) in command.split('"').enumerate() {
        if nth % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Whether the lines are shown, where `...` stands for any number of them; else the first line that is not found.
fn differs(shown: &[String], printed: &[&str]) -> Option<String> {
    let Some((first, rest)) = shown.split_first() else {
        return printed.first().map(|line| format!("not shown: {line}"));
    };
    if first == "..." {
        let all = (0..=printed.len()).map(|skip| differs(rest, &printed[skip..]));
        let found: Vec<Option<String>> = all.collect();
        return if found.contains(&None) {
            None
        } else {
            Some(rest.first().cloned().unwrap_or_default())
        };
    }
    match printed.split_first() {
        Some((line, others)) if line == first => differs(rest, others),
        _ => Some(first.clone()),
    }
}

/// The folder in which the commands of a page are typed, with the example pools in it.
fn folder(page: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(page);
    let _ = std::fs::remove_dir_all(&folder);
    copy(&root().join("examples"), &folder.join("examples"));
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let into = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &into);
        } else {
            std::fs::copy(entry.path(), into).unwrap();
        }
    }
}

/// Types a page's commands, and holds what it shows against what they print.
fn is_printed(page: &str, least: usize) {
    let text = std::fs::read_to_string(root().join(format!("docs/{page}.md"))).unwrap();
    let shown = blocks(&text);
    assert!(shown.len() >= least, "{}", shown.len());
    let folder = folder(page);
    for block in shown {
        let output = Command::new(env!("CARGO_BIN_EXE_hemvist"))
            .args(words(&block.command))
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(block.code), "{}", block.command);
        let text = String::from_utf8(output.stdout).unwrap();
        let printed: Vec<&str> = text.lines().collect();
        if let Some(line) = differs(&block.lines, &printed) {
            panic!("hemvist {}: {line:?} is not what is printed:\n{text}", block.command);
        }
    }
}

#[test]
fn the_meeting_is_what_the_command_prints() {
    is_printed("meeting", 12);
}

#[test]
fn what_municipalities_need_is_what_the_command_prints() {
    is_printed("region", 25);
}

#[test]
fn a_page_that_shows_something_else_is_found_out() {
    let shown = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let printed = ["a", "b", "c", "d"];
    assert_eq!(differs(&shown(&["a", "b", "c", "d"]), &printed), None);
    assert_eq!(differs(&shown(&["a", "...", "d"]), &printed), None);
    assert_eq!(differs(&shown(&["...", "b", "...", "d", "..."]), &printed), None);
    assert!(differs(&shown(&["a", "b", "c"]), &printed).is_some());
    assert!(differs(&shown(&["a", "...", "c"]), &printed).is_some());
    assert!(differs(&shown(&["...", "c", "...", "b", "..."]), &printed).is_some());
}
