//! The solver on made problems: criterion's figures for those that it proves in a moment, and one table with value, gap,
//! processor time and memory, each problem in a process of its own under a limit of a minute.
//!
//! `SECONDS` sets another limit. `PROBLEMS` names what the table holds, separated by spaces: names, or starts of names such as
//! `nation/base`, `county` or `continent/no`.
#![allow(clippy::print_stdout, reason = "a bench talks to its terminal")]

use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};

use std::time::{Duration, Instant};

use criterion::Criterion;
use hemvist_benches::{named, names};
use hemvist_solver::{Options, Status, solve};

/// Criterion measures those of these that are proven within [`MOMENT`]; the table has them all, and [`MORE`].
const MOMENTS: [&str; 4] = ["municipality/", "region/", "county/no-siblings", "square/"];
const MOMENT: Duration = Duration::from_secs(2);
const MORE: [&str; 3] = ["county/", "nation/base", "nation/no-siblings"];

fn starting<'a>(starts: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let hit = |name: &String| starts.iter().any(|start| name.starts_with(start));
    names().into_iter().filter(hit)
}

fn table() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = std::env::var("SECONDS").unwrap_or_else(|_| "60".into());
    let asked = std::env::var("PROBLEMS").unwrap_or_else(|_| [&MOMENTS[..], &MORE].concat().join(" "));
    let asked: Vec<&str> = asked.split_whitespace().collect();
    println!("problem, children, families, candidates, value, gap in millionths, status, seconds, bytes per candidate");
    let mut silent = Vec::new();
    for name in starting(&asked) {
        let problem = named(&name, 1).ok_or("a name of the list")?;
        let answer = answer(&name, &seconds)?;
        let [spent, value, bound, status, grown] = answer.split_whitespace().collect::<Vec<_>>()[..] else {
            silent.push(name);
            continue;
        };
        let (value, bound): (i128, i128) = (value.parse()?, bound.parse()?);
        let (spent, grown): (u64, usize) = (spent.parse()?, grown.parse()?);
        println!(
            "{name}, {}, {}, {}, {value}, {}, {status}, {:.4}, {}",
            problem.n_items(),
            problem.n_bins(),
            problem.bins.len(),
            (bound - value) * 1_000_000 / bound.max(1),
            Duration::from_nanos(spent).as_secs_f64(),
            grown / problem.bins.len().max(1),
        );
    }
    if silent.is_empty() {
        return Ok(());
    }
    Err(format!("no answer: {}", silent.join(", ")).into())
}

/// What `solved` says of a problem; nothing if the solver refused it.
fn answer(name: &str, seconds: &str) -> Result<String, Box<dyn std::error::Error>> {
    let mut solved = Command::new(env!("CARGO_BIN_EXE_solved"))
        .args([name, "1", seconds])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    solved.stdin.take().ok_or("no input")?.write_all(b"\n")?;
    Ok(String::from_utf8(solved.wait_with_output()?.stdout)?)
}

fn one_thread(limit: Option<Duration>) -> Options<'static> {
    Options {
        threads: 1,
        deadline: limit.map(|limit| Instant::now() + limit),
        ..Options::default()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("solver");
    group.sample_size(10);
    for name in starting(&MOMENTS) {
        let problem = named(&name, 1).ok_or("a name of the list")?;
        let found = solve(&problem, &one_thread(Some(MOMENT)));
        if found.is_ok_and(|found| found.status == Status::Optimal) {
            group.bench_function(name, |b| b.iter(|| black_box(solve(&problem, &one_thread(None)))));
        }
    }
    group.finish();
    criterion.final_summary();
    if std::env::args().any(|arg| arg == "--bench") {
        table()?;
    }
    Ok(())
}
