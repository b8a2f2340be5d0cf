//! Writes the proof of a pool's plan to a file, or checks such a file: `cargo xtask certificate`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command talks to its terminal"
)]

use std::path::Path;
use std::process::ExitCode;

use hemvist::matching::{MatchOptions, prove};
use hemvist::policy::Policy;
use hemvist::{ReadOptions, pool::Pool};
use hemvist_conformance::proof;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["write", pool, file] => write(Path::new(pool), Path::new(file)),
        ["check", file] => check(Path::new(file)),
        _ => Err("certificate write POOL.json FILE | certificate check FILE".to_owned()),
    };
    match done {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn write(pool: &Path, file: &Path) -> Result<String, String> {
    let bytes = std::fs::read(pool).map_err(|error| error.to_string())?;
    let pool = Pool::from_json(&bytes, &ReadOptions::default()).map_err(|problems| problems.to_string())?;
    let proof = prove(&pool, &Policy::default(), &MatchOptions::default()).map_err(|error| error.to_string())?;
    let text = proof::write(&proof).to_string();
    std::fs::write(file, &text).map_err(|error| error.to_string())?;
    let nodes: usize = proof.certificate.parts.iter().map(|part| part.nodes.len()).sum();
    Ok(format!(
        "{} children, {} families, {} parts, {nodes} nodes: {} bytes",
        proof.problem.n_items(),
        proof.problem.n_bins(),
        proof.certificate.parts.len(),
        text.len()
    ))
}

fn check(file: &Path) -> Result<String, String> {
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let document = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    let proof = proof::read(&document).ok_or("not a proof (hemvist.proof/1)")?;
    let checked = hemvist_solver::check(&proof.problem, &proof.bin_of, &proof.certificate);
    let checked = checked.map_err(|flaw| flaw.to_string())?;
    let (value, bound) = (checked.value, checked.bound);
    if value == bound {
        Ok(format!("the plan is worth {value}, and no plan is worth more"))
    } else {
        Ok(format!(
            "the plan is worth {value}, and no plan is worth more than {bound}"
        ))
    }
}
