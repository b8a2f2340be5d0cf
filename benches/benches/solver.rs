//! The solver on made problems: criterion's figures for those that it proves in a moment, and one table with value, gap,
//! processor time (the median of five runs, if one takes less than a second) and memory of the first run beyond the problem itself,
//! each problem in a process of its own under a limit of a minute.
//!
//! `SECONDS` sets another limit. `PROBLEMS` names what the table holds, separated by spaces: names, or starts of names such as
//! `nation/base`, `county` or `continent/no`.
#![allow(clippy::print_stdout, reason = "a bench talks to its terminal")]

use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Write as _};
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
    println!(
        "problem, children, families, candidates, value, gap in millionths, status, seconds, runs, bytes per candidate"
    );
    let mut silent = Vec::new();
    for name in starting(&asked) {
        let problem = named(&name, 1).ok_or("a name of the list")?;
        let runs = runs(&name, &seconds)?;
        let Some(Run {
            value,
            bound,
            status,
            grown,
            ..
        }) = runs.first()
        else {
            silent.push(name);
            continue;
        };
        let mut spent: Vec<u64> = runs.iter().map(|run| run.spent).collect();
        spent.sort_unstable();
        println!(
            "{name}, {}, {}, {}, {value}, {}, {status}, {:.4}, {}, {}",
            problem.n_items(),
            problem.n_bins(),
            problem.bins.len(),
            (bound - value) * 1_000_000 / bound.max(&1),
            Duration::from_nanos(spent[spent.len() / 2]).as_secs_f64(),
            spent.len(),
            grown / problem.bins.len().max(1),
        );
    }
    if silent.is_empty() {
        return Ok(());
    }
    Err(format!("no answer: {}", silent.join(", ")).into())
}

/// A line of `solved`.
struct Run {
    spent: u64,
    value: i128,
    bound: i128,
    status: String,
    grown: usize,
}

/// Five runs in a process of their own, one if it takes more than a second; none if the solver gives no answer.
fn runs(name: &str, seconds: &str) -> Result<Vec<Run>, Box<dyn std::error::Error>> {
    let mut solved = Command::new(env!("CARGO_BIN_EXE_solved"))
        .args([name, "1", seconds])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut ask = solved.stdin.take().ok_or("no input")?;
    let mut answers = BufReader::new(solved.stdout.take().ok_or("no output")?).lines();
    let mut runs: Vec<Run> = Vec::new();
    while runs.len()
        < runs
            .first()
            .map_or(1, |first| if first.spent < 1_000_000_000 { 5 } else { 1 })
    {
        ask.write_all(b"\n")?;
        let Some(line) = answers.next() else { break };
        let line = line?;
        let [spent, value, bound, status, grown] = line.split(' ').collect::<Vec<_>>()[..] else {
            return Err(format!("{name}: what does `{line}` mean?").into());
        };
        runs.push(Run {
            spent: spent.parse()?,
            value: value.parse()?,
            bound: bound.parse()?,
            status: status.into(),
            grown: grown.parse()?,
        });
    }
    drop(ask);
    solved.wait()?;
    Ok(runs)
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
