//! What a solve costs that begins with an earlier one, beside one from nothing: regions and a municipality, after one change
//! of each kind, one interleaved run, medians.
//!
//! `PROBLEMS` names others, separated by spaces.
#![allow(clippy::print_stdout, reason = "a bench talks to its terminal")]

use std::time::{Duration, Instant};

use hemvist_benches::named;
use hemvist_solver::{Before, Options, Problem, Solved, Status, solve, solve_keeping};
use hemvist_testkit::Rng;
use hemvist_testkit::changed::{Changed, KINDS, Kind, change};

const PROBLEMS: &str = "municipality/base region/base region/many-siblings region/no-siblings";
const CHANGES: u32 = 9;

fn options() -> Options<'static> {
    Options {
        threads: 1,
        ..Options::default()
    }
}

fn time<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = run();
    (done, start.elapsed())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// Seconds from nothing and after the earlier solve, for changes of one kind; `None`: there is nothing of the kind.
fn held(problem: &Problem, solved: &Solved, kind: Kind) -> Result<Option<(f64, f64)>, Box<dyn std::error::Error>> {
    let (mut nothing, mut again) = (Vec::new(), Vec::new());
    for seed in 0..CHANGES {
        let mut changed = Changed::from(problem);
        change(&mut changed, kind, &mut Rng::new(seed.into()));
        if changed.problem == *problem {
            continue;
        }
        let begun = Options {
            before: Some(Before {
                solved,
                items: &changed.items,
                bins: &changed.bins,
            }),
            ..options()
        };
        let (anew, took) = time(|| solve(&changed.problem, &options()));
        let (found, took_again) = time(|| solve(&changed.problem, &begun));
        let (anew, found) = (anew?, found?);
        if (found.status, found.value) != (anew.status, anew.value) {
            return Err(format!("{kind:?}, seed {seed}: not the same").into());
        }
        if anew.status == Status::Optimal {
            nothing.push(took);
            again.push(took_again);
        }
    }
    Ok((!again.is_empty()).then(|| (median(nothing), median(again))))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let asked = std::env::var("PROBLEMS").unwrap_or_else(|_| PROBLEMS.into());
    println!("problem, change, ms from nothing, ms after the earlier solve, ratio");
    for name in asked.split_whitespace() {
        let problem = named(name, 1).ok_or("no such problem")?;
        let (_, solved) = solve_keeping(&problem, &options())?;
        let solved = solved.ok_or("no answer")?;
        for kind in KINDS {
            if let Some((nothing, again)) = held(&problem, &solved, kind)? {
                let (nothing, again) = (1e3 * nothing, 1e3 * again);
                println!("{name}, {kind:?}, {nothing:.2}, {again:.2}, {:.2}", again / nothing);
            }
        }
    }
    Ok(())
}
