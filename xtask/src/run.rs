//! Running other programs: say what is run, run it, say whether it went well.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// Runs `cargo` with these arguments in `dir`; `true` if it ended well.
pub(crate) fn cargo(dir: &Path, args: &[&str], env: &[(&str, &str)]) -> bool {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    program(dir, Path::new(&cargo), args, env)
}

/// What cargo is told to build all of the workspace, the same in every step, so that nothing is compiled a second time with other
/// features.
pub(crate) const WHOLE: [&str; 4] = ["--workspace", "--features", "hemvist-testkit/docs", "--locked"];

/// Builds the programs and libraries of the workspace; they stand in `target/debug`. With the tests, since what these need
/// besides would otherwise change what the others are built with.
pub(crate) fn build_own(root: &Path) -> bool {
    let build = ["build", "--quiet", "--lib", "--bins", "--tests"];
    cargo(root, &[&build[..], &WHOLE].concat(), &[])
}

/// Builds and runs a program of the workspace.
pub(crate) fn own(root: &Path, binary: &str, args: &[&str]) -> bool {
    build_own(root) && program(root, &root.join("target/debug").join(binary), args, &[])
}

/// Runs any program in `dir`; `true` if it ended well. Its output goes straight to the terminal.
pub(crate) fn program(dir: &Path, program: &Path, args: &[&str], env: &[(&str, &str)]) -> bool {
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy();
    println!("$ {name} {}", args.join(" "));
    let status = Command::new(program)
        .args(args)
        .current_dir(dir)
        .envs(env.iter().copied())
        .status();
    match status {
        Ok(status) => status.success(),
        Err(error) => {
            println!("{name} could not be started: {error}");
            false
        }
    }
}

/// Runs a program whose standard error is long when all is well: it is shown only if the program fails.
pub(crate) fn quietly(dir: &Path, program: &Path, env: &[(&str, &str)]) -> bool {
    println!("$ {}", program.display());
    let output = Command::new(program)
        .current_dir(dir)
        .envs(env.iter().copied())
        .output();
    let Ok(output) = output else {
        println!("{} could not be started", program.display());
        return false;
    };
    print!("{}", String::from_utf8_lossy(&output.stdout));
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}
