//! Runs the small Python scripts that recompute what Hemvist computes, where Python is there.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a script of this package prints for these arguments and this standard input; `None` without Python 3.
///
/// # Panics
/// If the script fails or prints something that is not UTF-8.
pub fn run(script: &str, arguments: &[&str], input: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let mut child = Command::new("python3")
        .arg(path)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut pipe = child.stdin.take().expect("the pipe was asked for");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the script ends");
    writer
        .join()
        .expect("no panic")
        .expect("the script reads all its input");
    assert!(output.status.success(), "{script} failed");
    Some(String::from_utf8(output.stdout).expect("the script prints UTF-8"))
}
