#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "answers go to whoever started the program")]
//! The same work that a binding does, timed in Rust, on request: `timings POOL.json`, then one line in for each run and
//! one line out with its nanoseconds. A binding's own bench asks in turn with its own runs, so that both see the same
//! machine: see `bindings/python/benches/compare.py`.
//!
//! Lines: `match N` (at most N units of work), `matrix`, `pair N` (mean of N runs), `frames` (children as columns to a pool), `frames.read` (to a
//! checked document).

use std::hint::black_box;
use std::io::BufRead as _;
use std::time::{Duration, Instant};

use hemvist::ReadOptions;
use hemvist::candidates::fit_matrix;
use hemvist::explain::explain;
use hemvist::frames::{self, Batch, Cells, Column, Frame};
use hemvist::input::PoolDocument;
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::policy::{CompiledPolicy, Policy};
use hemvist::pool::Pool;

type Tables = Vec<(&'static str, Vec<(&'static str, Column)>)>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which pool? timings POOL.json")?;
    let pool = Pool::from_json(&std::fs::read(path)?, &ReadOptions::default())?;
    let policy = Policy::default().compile()?;
    let tables = children_alone(pool.document());
    for line in std::io::stdin().lock().lines() {
        println!("{}", timed(&line?, &pool, &policy, &tables)?.as_nanos());
    }
    Ok(())
}

/// The children with their municipalities, without what names other records.
fn children_alone(document: &PoolDocument) -> Tables {
    let mut tables = frames::write_pool(document);
    tables.retain(|(name, _)| ["municipalities", "children"].contains(name));
    for (_, columns) in &mut tables {
        columns.retain(|(name, _)| !name.starts_with("wishes"));
    }
    tables
}

fn timed(
    line: &str,
    pool: &Pool,
    policy: &CompiledPolicy,
    tables: &Tables,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let options = ReadOptions::default();
    let start = Instant::now();
    match line.split_once(' ').unwrap_or((line, "")) {
        ("match", work) => {
            let options = MatchOptions {
                work_limit: Some(work.parse()?),
                ..MatchOptions::default()
            };
            black_box(match_pool(pool, policy.policy(), &options)?);
        }
        ("matrix", _) => {
            black_box(fit_matrix(pool, policy, 0));
        }
        ("pair", runs) => {
            let runs: u32 = runs.parse()?;
            let (child, family) = (&pool.document().children[0].id, &pool.document().families[0].id);
            for _ in 0..runs {
                let pair = pool.child_idx(black_box(child)).zip(pool.family_idx(black_box(family)));
                let (child, family) = pair.ok_or("no such pair")?;
                black_box(explain(pool, policy, child, family));
            }
            return Ok(start.elapsed() / runs.max(1));
        }
        ("frames", _) => {
            black_box(Pool::from_frames(pool.as_of(), &frames_of(tables), &options)?);
        }
        ("frames.read", _) => {
            black_box(frames::read_pool(pool.as_of(), &frames_of(tables), &options)?);
        }
        _ => return Err("not a run that is known here".into()),
    }
    Ok(start.elapsed())
}

fn frames_of(tables: &Tables) -> Vec<Frame<'_>> {
    tables
        .iter()
        .map(|(name, columns)| Frame {
            name,
            columns: columns.iter().map(|(name, _)| *name).collect(),
            batches: vec![Batch {
                n_rows: columns.first().map_or(0, |(_, column)| column.len()),
                cells: columns.iter().map(|(_, column)| column as &dyn Cells).collect(),
            }],
        })
        .collect()
}
