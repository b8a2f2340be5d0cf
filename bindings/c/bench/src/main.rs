//! What a call through the C library costs over the same call in Rust: `cargo xtask bench-c`.
//!
//! Both sides run in one process on the same pools, in turns; figures are medians over the rounds.

mod library;

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use hemvist::ReadOptions;
use hemvist::candidates::fit_matrix_into;
use hemvist::fit::fit;
use hemvist::input::PoolDocument;
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::policy::{CompiledPolicy, Policy};
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist_testkit::{Shape, generate};
use library::{Handle, Library};

const ROUNDS: usize = 31;
/// Of what takes only milliseconds.
const MANY_ROUNDS: usize = 501;

/// A pool and a policy on both sides.
struct Both<'a> {
    c: &'a Library,
    pool: Pool,
    policy: CompiledPolicy,
    c_pool: Handle,
    c_policy: Handle,
}

impl<'a> Both<'a> {
    fn new(c: &'a Library, shape: &Shape) -> Result<Self, Box<dyn Error>> {
        let json = serde_json::to_vec(&generate(shape, 1))?;
        Ok(Self {
            c,
            pool: Pool::from_json(&json, &ReadOptions::default())?,
            policy: Policy::default().compile()?,
            c_pool: c.pool(&json),
            c_policy: c.policy(),
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: hemvist-c-bench LIBHEMVIST.SO")?;
    let library = Library::load(&path)?;
    let region = Both::new(&library, &Shape::region(700, 500))?;
    println!("medians of {ROUNDS} rounds in turns ({MANY_ROUNDS} for the fit matrix), one thread");
    one_pair(&region);
    all_pairs(&region);
    whole_pool(&Both::new(&library, &Shape::familjepoolen())?);
    loading(&library)
}

/// Seconds that a call takes, without giving back what it made.
fn seconds<R>(call: impl FnOnce() -> R) -> f64 {
    let start = Instant::now();
    let made = black_box(call());
    let seconds = start.elapsed().as_secs_f64();
    drop(made);
    seconds
}

/// Medians of both sides, and of what each round says of them.
fn medians<R, C>(
    rounds: usize,
    mut rust: impl FnMut() -> R,
    mut c: impl FnMut() -> C,
    compare: fn(f64, f64) -> f64,
) -> [f64; 3] {
    rust();
    c();
    let mut all: [Vec<f64>; 3] = [vec![], vec![], vec![]];
    for round in 0..rounds {
        // Who goes first changes, so that neither always finds the caches warm.
        let (r, c) = if round % 2 == 0 {
            let r = seconds(&mut rust);
            (r, seconds(&mut c))
        } else {
            let c = seconds(&mut c);
            (seconds(&mut rust), c)
        };
        for (list, figure) in all.iter_mut().zip([r, c, compare(r, c)]) {
            list.push(figure);
        }
    }
    all.map(|mut list| {
        list.sort_by(f64::total_cmp);
        list[list.len() / 2]
    })
}

fn one_pair(both: &Both<'_>) {
    let pairs = || {
        let (children, families) = (both.pool.n_children(), both.pool.n_families());
        (0..children).flat_map(move |c| (0..families).step_by(7).map(move |f| (c, f)))
    };
    let count = f64::from(u32::try_from(pairs().count()).unwrap_or(u32::MAX));
    let rust = || {
        for (c, f) in pairs() {
            let (child, family) = (ChildIdx::from_row(black_box(c)), FamilyIdx::from_row(black_box(f)));
            black_box(fit(&both.pool, &both.policy, child, family));
        }
    };
    let c = || {
        for (c, f) in pairs() {
            let (child, family) = (index(black_box(c)), index(black_box(f)));
            black_box(both.c.score(both.c_pool, both.c_policy, child, family));
        }
    };
    let [rust, c, more] = medians(ROUNDS, rust, c, |rust, c| c - rust).map(|seconds| seconds * 1e9 / count);
    println!("one pair:   Rust {rust:.1} ns, C {c:.1} ns, C costs {more:.1} ns more");
}

fn index(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn all_pairs(both: &Both<'_>) {
    let n = both.pool.n_children() * both.pool.n_families();
    let (mut ours, mut theirs) = (vec![0; n], vec![0; n]);
    let [rust, c, ratio] = medians(
        MANY_ROUNDS,
        || fit_matrix_into(&both.pool, &both.policy, 1, black_box(&mut ours)),
        || both.c.matrix(both.c_pool, both.c_policy, black_box(&mut theirs)),
        |rust, c| c / rust,
    );
    assert_eq!(ours, theirs, "the same fits");
    println!(
        "fit matrix: 700 children, 500 families: Rust {:.3} ms, C {:.3} ms, C takes {ratio:.3} of Rust",
        rust * 1e3,
        c * 1e3
    );
}

fn whole_pool(both: &Both<'_>) {
    let options = MatchOptions {
        threads: 1,
        ..MatchOptions::default()
    };
    let [rust, c, ratio] = medians(
        ROUNDS,
        || match_pool(&both.pool, both.policy.policy(), &options),
        || both.c.match_pool(both.c_pool, both.c_policy),
        |rust, c| c / rust,
    );
    println!(
        "match:      Familjepoolen, 700 children: Rust {:.2} ms, C {:.2} ms, C takes {ratio:.3} of Rust",
        rust * 1e3,
        c * 1e3
    );
}

fn loading(library: &Library) -> Result<(), Box<dyn Error>> {
    let json = serde_json::to_vec(&generate(&Shape::region(20_000, 15_000), 1))?;
    #[allow(clippy::cast_precision_loss, reason = "a size in megabytes")]
    let megabytes = json.len() as f64 / 1e6;
    let [rust, c, ratio] = medians(
        11,
        || Pool::from_json(&json, &ReadOptions::default()),
        || library.made_pool(&json),
        |rust, c| c / rust,
    );
    println!(
        "loading:    20 000 children and 15 000 families, {megabytes:.1} MB of JSON: Rust {:.0} MB/s, C {:.0} MB/s, C takes {ratio:.3} of Rust",
        megabytes / rust,
        megabytes / c
    );
    // How much of it is the reader of JSON, before anything is checked, sorted or put into columns.
    let [_, alone, share] = medians(
        11,
        || Pool::from_json(&json, &ReadOptions::default()),
        || serde_json::from_slice::<PoolDocument>(&json),
        |whole, alone| alone / whole,
    );
    println!(
        "            serde_json alone reads {:.0} MB/s, {share:.2} of the time of loading",
        megabytes / alone
    );
    Ok(())
}
