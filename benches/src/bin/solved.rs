#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "answers go to whoever started the program")]
//! A problem of the solver's bench, solved in a process of its own, on request: `solved PROBLEM SEED SECONDS`, on one thread, or
//! `solved PROBLEM SEED SECONDS THREADS`; then for each line in one line out: nanoseconds of processor time, value, bound,
//! `optimal` or `feasible`, and by how many bytes the process grew at most beyond what it held with the problem loaded (0
//! where the system does not tell). At most SECONDS for each.

use std::io::BufRead as _;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use hemvist_benches::named;
use hemvist_solver::{Options, Status, solve};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, seed, seconds, threads @ ..] = &args[..] else {
        return Err("solved PROBLEM SEED SECONDS [THREADS]".into());
    };
    let threads = threads.first().map_or(Ok(1), |threads| threads.parse())?;
    let problem = named(name, seed.parse()?).ok_or("no such problem")?;
    let limit = Duration::try_from_secs_f64(seconds.parse()?)?;
    for line in std::io::stdin().lock().lines() {
        line?;
        forget_peak();
        let (loaded, start) = (status("VmRSS:"), ProcessTime::now());
        let options = Options {
            threads,
            deadline: Some(Instant::now() + limit),
            ..Options::default()
        };
        let found = solve(&problem, &options)?;
        let spent = start.elapsed().as_nanos();
        let grown = status("VmHWM:").saturating_sub(loaded);
        let proven = if found.status == Status::Optimal {
            "optimal"
        } else {
            "feasible"
        };
        println!("{spent} {} {} {proven} {grown}", found.value, found.bound);
    }
    Ok(())
}

/// Lets the system count the greatest size anew, so that making the problem does not count. Linux alone knows how.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// A size of this process in bytes, as Linux tells it.
fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0);
    kilobytes * 1024
}
