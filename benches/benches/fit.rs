//! Fit of all pairs, 10 000 children × 10 000 families, every rule and criterion, on one and on two threads; and the
//! candidates of the same pool. Throughput is in pairs.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hemvist::candidates::{Candidates, fit_matrix_into};
use hemvist::policy::Policy;
use hemvist::pool::Pool;
use hemvist_testkit::{Shape, generate};

fn fits(bench: &mut Criterion) {
    let (children, families) = (10_000, 10_000);
    let pool = Pool::from_document(generate(&Shape::region(children, families), 1)).expect("made pools are valid");
    let policy = Policy::default().compile().expect("the default policy is valid");
    let mut fits = vec![0_i16; pool.n_children() * pool.n_families()];
    let mut group = bench.benchmark_group("fit_10000x10000");
    group.throughput(Throughput::Elements(u64::from(children) * u64::from(families)));
    group.sample_size(10);
    for threads in [1, 2] {
        group.bench_function(format!("all_pairs/{threads}_threads"), |b| {
            b.iter(|| fit_matrix_into(&pool, &policy, threads, black_box(&mut fits)));
        });
    }
    group.bench_function("candidates/1_threads", |b| {
        b.iter(|| Candidates::find(&pool, &policy, 1));
    });
    group.finish();
}

criterion_group!(benches, fits);
criterion_main!(benches);
