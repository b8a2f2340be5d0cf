//! What one question costs beside a match of the whole pool: Familjepoolen, 700 children, 470 families.
//!
//! After criterion's own figures comes one interleaved run whose ratios are held: one `why_not` or one-lock `what_if`
//! at most a tenth of a match, the three best alternatives of every child at most twenty matches.
#![allow(clippy::print_stdout, reason = "a bench talks to its terminal")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use hemvist::ask::{AskOptions, Matched, alternatives_of_all, what_if, why_not};
use hemvist::changes::Changes;
use hemvist::input::{Choice, ChoiceKind};
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::policy::Policy;
use hemvist::pool::Pool;
use hemvist_testkit::export::EXAMPLE_SEED;
use hemvist_testkit::{Shape, generate};

/// A child and an eligible family other than the plan's.
type Pair = (String, String);

fn asking(threads: usize) -> AskOptions<'static> {
    AskOptions {
        threads,
        ..AskOptions::default()
    }
}

struct Bench {
    pool: Pool,
    policy: Policy,
    matched: Matched,
    /// Pairs to ask about, one after the other.
    pairs: Vec<Pair>,
}

impl Bench {
    fn new() -> Self {
        let pool = Pool::from_document(generate(&Shape::familjepoolen(), EXAMPLE_SEED)).expect("made pools are valid");
        let policy = Policy::default();
        let options = MatchOptions {
            threads: 1,
            ..MatchOptions::default()
        };
        let matched = Matched::new(pool.clone(), &policy, &options).expect("made pools can be matched");
        let pairs = pairs(&matched);
        Self {
            pool,
            policy,
            matched,
            pairs,
        }
    }

    fn full(&self, threads: usize) {
        let options = MatchOptions {
            threads,
            ..MatchOptions::default()
        };
        black_box(match_pool(&self.pool, &self.policy, &options).expect("can be matched"));
    }

    fn why_not(&self, nth: usize, threads: usize) {
        let (child, family) = &self.pairs[nth % self.pairs.len()];
        black_box(why_not(&self.matched, child, family, &asking(threads)).expect("an answer"));
    }

    fn one_lock(&self, nth: usize, threads: usize) {
        let (child, family) = &self.pairs[nth % self.pairs.len()];
        let changes = Changes {
            choices: vec![Choice {
                kind: ChoiceKind::Lock,
                child: child.clone(),
                family: family.clone(),
                reason: "asked by a bench".to_owned(),
                on: None,
            }],
            ..Changes::default()
        };
        black_box(what_if(&self.matched, &changes, None, &asking(threads)).expect("an answer"));
    }

    fn alternatives(&self, threads: usize) {
        black_box(alternatives_of_all(&self.matched, 3, &asking(threads)).expect("an answer"));
    }
}

/// For every tenth child its best-fitting family that the plan does not give it.
fn pairs(matched: &Matched) -> Vec<Pair> {
    let (pool, policy) = (matched.pool(), matched.policy());
    let locked = |child: &str| {
        pool.document()
            .choices
            .iter()
            .any(|c| c.kind == ChoiceKind::Lock && c.child == child)
    };
    let to_place = pool
        .children()
        .filter(|&child| pool.stays(child).is_none() && !locked(&pool.child(child).id));
    let other = |child| {
        let id = &pool.child(child).id;
        let home = matched.plan().placed.iter().find(|p| p.child == *id).map(|p| &p.family);
        let ranked = hemvist::rank::rank(pool, policy, child).eligible;
        let family = ranked
            .into_iter()
            .map(|(family, _)| &pool.family(family).id)
            .find(|family| Some(*family) != home)?;
        Some((id.clone(), family.clone()))
    };
    to_place.step_by(10).filter_map(other).collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// One interleaved run of medians with so many threads on both sides (0: one per processor), and whether a ratio is past
/// its limit.
fn ratios(bench: &Bench, threads: usize) -> bool {
    let rounds = 15;
    let (mut full, mut why, mut lock, mut all) = (vec![], vec![], vec![], vec![]);
    for round in 0..rounds {
        full.push(time(|| bench.full(threads)));
        why.push(time(|| bench.why_not(round, threads)));
        lock.push(time(|| bench.one_lock(round, threads)));
        if round % 3 == 0 {
            all.push(time(|| bench.alternatives(threads)));
        }
    }
    let full = median(full).as_secs_f64();
    let rows = [
        ("why_not", median(why).as_secs_f64() / full, 0.1),
        ("what_if, one lock", median(lock).as_secs_f64() / full, 0.1),
        (
            "alternatives of all, three each",
            median(all).as_secs_f64() / full,
            20.0,
        ),
    ];
    let with = if threads == 0 {
        "a thread for each processor"
    } else {
        "one thread"
    };
    println!("\na match of the pool, {with}: {:.1} ms", full * 1000.0);
    for (name, ratio, most) in rows {
        let word = if ratio <= most { "holds" } else { "PAST IT" };
        println!("{name}: {ratio:.3} matches, at most {most}: {word}");
    }
    rows.iter().any(|(_, ratio, most)| ratio > most)
}

fn main() {
    let bench = Bench::new();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("ask_700_children");
    group.sample_size(20);
    group.bench_function("match", |b| b.iter(|| bench.full(1)));
    let mut nth = 0;
    let mut next = || {
        nth += 1;
        nth
    };
    group.bench_function("why_not", |b| b.iter(|| bench.why_not(next(), 1)));
    group.bench_function("what_if_one_lock", |b| b.iter(|| bench.one_lock(next(), 1)));
    group.sample_size(10);
    group.bench_function("alternatives_of_all", |b| b.iter(|| bench.alternatives(1)));
    group.finish();
    criterion.final_summary();
    if std::env::args().any(|arg| arg == "--bench") {
        let past = [1, 0].map(|threads| ratios(&bench, threads));
        std::process::exit(i32::from(past.contains(&true)));
    }
}
