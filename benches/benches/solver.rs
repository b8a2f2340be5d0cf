//! The solver on problems in the shape of foster care: criterion's figures for sizes that are solved in a moment, and one
//! table of everything, with value, bound and time, each under a deadline of a minute (`SECONDS` changes that).
#![allow(clippy::print_stdout, reason = "a bench talks to its terminal")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use hemvist_benches::{SIZES, placements};
use hemvist_solver::{Options, Problem, Status, solve};

fn once(problem: &Problem, limit: Duration) -> (Status, i128, i128, Duration) {
    let start = Instant::now();
    let options = Options {
        threads: 1,
        deadline: Some(start + limit),
        ..Options::default()
    };
    let found = solve(problem, &options).expect("made problems are well formed");
    (found.status, found.value, found.bound, start.elapsed())
}

fn table() {
    let seconds = std::env::var("SECONDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60);
    println!("problem, children, families, candidates, value, gap in millionths, status, seconds");
    for size in &SIZES {
        for siblings in [0, 300] {
            let problem = placements(size, siblings, 1);
            let (status, value, bound, time) = once(&problem, Duration::from_secs(seconds));
            println!(
                "{}/{siblings}, {}, {}, {}, {value}, {}, {status:?}, {:.3}",
                size.name,
                problem.n_items(),
                problem.n_bins(),
                problem.bins.len(),
                (bound - value) * 1_000_000 / bound.max(1),
                time.as_secs_f64()
            );
        }
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("solver");
    group.sample_size(10);
    for (size, siblings) in [(0, 0), (0, 300), (1, 0), (1, 300), (2, 0)] {
        let problem = placements(&SIZES[size], siblings, 1);
        group.bench_function(format!("{}/{siblings}_per_mille_siblings", SIZES[size].name), |b| {
            b.iter(|| {
                black_box(solve(
                    &problem,
                    &Options {
                        threads: 1,
                        ..Options::default()
                    },
                ))
            });
        });
    }
    group.finish();
    criterion.final_summary();
    if std::env::args().any(|arg| arg == "--bench") {
        table();
    }
}
