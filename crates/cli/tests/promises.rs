//! What holds for every pool and every way of calling: same bytes, exit codes, no colour where none belongs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder for the files of one test, emptied first.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn hemvist(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hemvist"))
        .args(args)
        .current_dir(root())
        .output()
        .unwrap()
}

fn code(args: &[&str]) -> i32 {
    hemvist(args).status.code().unwrap()
}

fn stdout(args: &[&str]) -> String {
    String::from_utf8(hemvist(args).stdout).unwrap()
}

#[test]
fn a_plan_has_the_same_bytes_for_any_threads_and_order() {
    let folder = folder("order");
    for shape in hemvist_testkit::Shape::all() {
        let pool = format!("examples/{}", shape.name);
        let document = hemvist_testkit::generate(&shape, hemvist_testkit::export::EXAMPLE_SEED);
        let shuffled = folder.join(format!("{}.json", shape.name));
        let other_order = hemvist_testkit::pools::shuffled(&document, 5);
        std::fs::write(&shuffled, hemvist_testkit::export::json(&other_order)).unwrap();
        let shuffled = shuffled.to_str().unwrap();
        for display in [&[][..], &["--json"]] {
            let run = |pool: &str, threads: &str| stdout(&[&["match", pool, "--threads", threads], display].concat());
            let plan = run(&pool, "1");
            assert!(plan.len() > 1000, "{}", shape.name);
            assert!(plan == run(&pool, "2"), "{}: two threads", shape.name);
            assert!(plan == run(shuffled, "2"), "{}: another order", shape.name);
        }
    }
}

#[test]
fn every_child_is_shown_with_a_home_or_a_reason() {
    let text = stdout(&["match", "examples/nordvastra-skane"]);
    let document = hemvist_testkit::generate(&hemvist_testkit::Shape::nordvastra_skane(), 1);
    let stays = |id: &str| {
        document
            .placements
            .iter()
            .any(|p| p.child == id && p.may_move != Some(true))
    };
    for child in &document.children {
        let head = format!("\n{}  ", child.id);
        let after = text.split_once(&head).map(|(_, after)| after);
        let shown = after.and_then(|after| after.lines().nth(1)).map(str::trim_start);
        if stays(&child.id) {
            let words: Vec<&str> = text.split_whitespace().collect();
            let stays = words.windows(2).any(|pair| pair == [child.id.as_str(), "in"]);
            assert!(stays, "{}", child.id);
        } else {
            let shown = shown.unwrap_or_else(|| panic!("{} is not shown", child.id));
            assert!(
                shown.starts_with('→') || shown.contains("famil"),
                "{}: {shown}",
                child.id
            );
        }
    }
}

#[test]
fn lines_keep_to_the_width() {
    for width in ["60", "80", "120"] {
        for lang in ["en", "sv"] {
            let text = stdout(&["match", "examples/hassleholm", "--width", width, "--lang", lang]);
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(longest <= width.parse().unwrap(), "{lang}, {width}: {longest}");
        }
    }
}

#[test]
fn colour_is_only_where_it_was_asked_for() {
    let args = ["match", "examples/norr"];
    let plain = stdout(&args);
    assert!(!plain.contains('\u{1b}'));
    let coloured = stdout(&[&args[..], &["--color", "always"]].concat());
    assert!(coloured.contains("\u{1b}[1m"));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn a_record_is_confirmed_until_something_changes() {
    let folder = folder("replay");
    let record = folder.join("audit.json");
    let record = record.to_str().unwrap();
    let pool = "examples/norr";
    assert_eq!(
        code(&["match", pool, "--audit", record, "--seed", "Luleå 2026-05-04"]),
        0
    );
    assert_eq!(code(&["replay", record, pool]), 0);
    assert_eq!(code(&["replay", record, "examples/gotland"]), 5, "another pool");
    let text = std::fs::read_to_string(record).unwrap();
    std::fs::write(record, text.replacen("Luleå", "Piteå", 1)).unwrap();
    let changed = hemvist(&["replay", record, pool]);
    assert_eq!(changed.status.code(), Some(5), "another seed in the record");
    std::fs::write(record, "{}").unwrap();
    assert_eq!(code(&["replay", record, pool]), 1, "no record");
}

#[test]
fn a_limit_gives_a_plan_and_its_own_exit_code() {
    let limited = hemvist(&["match", "examples/familjepoolen", "--work-limit", "1", "--json"]);
    let plan: serde_json::Value = serde_json::from_slice(&limited.stdout).unwrap();
    assert_eq!(limited.status.code(), Some(4));
    assert_eq!(plan["status"], "feasible");
    assert_eq!(plan["totals"]["children"], 700);
}

#[test]
fn answers_go_to_a_file_when_asked() {
    let folder = folder("files");
    let file = folder.join("plan.txt");
    let args = ["match", "examples/norr"];
    let silent = stdout(&[&args[..], &["--color", "always", "-o", file.to_str().unwrap()]].concat());
    assert_eq!(silent, "");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), stdout(&args));
    let nowhere = folder.join("no/such/folder/plan.txt");
    assert_eq!(code(&[&args[..], &["-o", nowhere.to_str().unwrap()]].concat()), 6);
}

#[test]
fn a_pool_can_come_through_a_pipe() {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_hemvist"))
        .args(["validate", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let document = hemvist_testkit::generate(&hemvist_testkit::Shape::region(3, 2), 1);
    let bytes = hemvist_testkit::export::json(&document);
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
}
