use super::sleep::WORTH_DOZING;
use super::*;
use crate::gauge::Gauge;

/// Optimality by duality: equal values, no negative reduced cost, no row overfull.
fn assert_optimal(lp: &Lp, note: &str) {
    let y = lp.prices();
    let bound: f64 = lp.rhs.iter().zip(y).map(|(b, y)| b * y).sum();
    let value = lp.objective();
    assert!(
        (bound - value).abs() < 1e-5 * (1.0 + value.abs()),
        "{note}: bound {bound}, value {value}"
    );
    for (c, entries) in lp.columns.iter().enumerate() {
        let d = entries.iter().fold(-lp.cost[c], |d, e| d + y[e.0 as usize] * e.1);
        assert!(d > -1e-5 || lp.barred[c], "{note}: column {c} has reduced cost {d}");
        assert!(
            (d - lp.d_column[c]).abs() < 1e-5,
            "{note}: column {c}: {d}, kept {}",
            lp.d_column[c]
        );
    }
    let mut used = vec![0.0; lp.n_rows()];
    for (c, x) in lp.weights() {
        for &(r, v) in &lp.columns[c as usize] {
            used[r as usize] += v * x;
        }
    }
    for (r, (u, b)) in used.iter().zip(&lp.rhs).enumerate() {
        assert!(*u < b + 1e-6, "{note}: row {r} holds {u} of {b}");
        assert!(!lp.tight[r] || *u > b - 1e-6, "{note}: row {r} is not tight");
    }
}

fn draws(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |n| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    }
}

/// Random packing programs, small and dense or large and sparse, through every kind of change.
#[test]
fn primal_dual_rows_and_barred_columns_agree_with_duality() {
    let mut next = draws(11);
    let options = crate::Options::default();
    let gauge = Gauge::new(&options, u64::MAX, None);
    for trial in 0..400 {
        let large = trial % 4 == 0;
        let m = if large { 60 + next(200) } else { 2 + next(12) } as usize;
        let rhs: Vec<f64> = (0..m).map(|_| 1.0 + next(2) as f64).collect();
        let mut lp = Lp::new(&rhs);
        for round in 0..3 {
            for _ in 0..next(if large { 400 } else { 20 }) {
                let mut entries: Entries = Vec::new();
                let width = if large { 1 + next(4) } else { m as u64 };
                for k in 0..width {
                    let r = if large { next(m as u64) } else { k } as u32;
                    if entries.iter().all(|e| e.0 != r) && (large || next(3) == 0) {
                        entries.push((r, 1.0 + (next(5) / 4) as f64));
                    }
                }
                if !entries.is_empty() {
                    lp.add_column(next(1000) as f64, &entries);
                }
            }
            assert_eq!(lp.primal(&gauge), Outcome::Optimal, "trial {trial}");
            assert_optimal(&lp, &format!("trial {trial} round {round}"));
        }
        let saved = lp.save();
        for k in 0..4 {
            let row: Entries = (0..lp.n_columns() as u32)
                .filter(|_| next(if large { 20 } else { 2 }) == 0)
                .map(|c| (c, 1.0))
                .collect();
            lp.add_row(1.0, &row);
            assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
            assert_optimal(&lp, &format!("trial {trial} row {k}"));
        }
        for k in 0..4 {
            if lp.n_columns() > 0 {
                let c = next(lp.n_columns() as u64) as u32;
                lp.bar(c, true);
                assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
                assert_optimal(&lp, &format!("trial {trial} bar {k}"));
                // Without it again, from where the program was before the rows: the same value as before.
                if k == 3 {
                    let before = lp.objective();
                    lp.restore(&saved);
                    lp.primal(&gauge);
                    lp.dual(f64::NEG_INFINITY, &gauge);
                    assert_optimal(&lp, &format!("trial {trial} restored"));
                    assert!((before - lp.objective()).abs() < 1e-5 * (1.0 + before.abs()));
                }
            }
        }
    }
}

/// Columns asleep are looked at again where they could enter: the value is that of a program whose columns never sleep.
#[test]
fn a_program_with_columns_asleep_has_the_same_value() {
    let mut next = draws(5);
    let options = crate::Options::default();
    let gauge = Gauge::new(&options, u64::MAX, None);
    let mut lp = Lp::new(&[1.0; 60]);
    for _ in 0..WORTH_DOZING + 200 {
        let mut entries: Entries = vec![(next(60) as u32, 1.0)];
        let other = next(60) as u32;
        if other != entries[0].0 {
            entries.push((other, 1.0));
        }
        lp.add_column(500.0 + next(500) as f64, &entries);
    }
    assert_eq!(lp.primal(&gauge), Outcome::Optimal);
    let mut awake = lp.clone();
    lp.doze(30);
    assert!(
        lp.asleep.iter().filter(|a| **a).count() > WORTH_DOZING,
        "most are asleep"
    );
    let mut early = 0;
    for round in 0..40 {
        let before = lp.clone();
        for (c, _) in lp.weights().into_iter().take(3) {
            lp.bar(c, true);
            awake.bar(c, true);
        }
        assert_eq!(awake.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
        let there = awake.objective();
        // A run that could end early knows of those that sleep.
        assert_eq!(lp.dual(there - 1.0, &gauge), Outcome::Optimal);
        let mut cut_off = before.clone();
        (0..lp.barred.len()).for_each(|c| cut_off.barred[c] = lp.barred[c]);
        let outcome = cut_off.dual(f64::midpoint(before.objective(), there), &gauge);
        assert!(
            outcome == Outcome::CutOff || outcome == Outcome::Optimal,
            "round {round}"
        );
        early += u32::from(outcome == Outcome::CutOff && cut_off.asleep != before.asleep);
        assert_eq!(cut_off.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
        assert!((cut_off.objective() - there).abs() < 1e-5 * there, "round {round}");
        let here = lp.objective();
        assert!((here - there).abs() < 1e-5 * there, "round {round}: {here}, {there}");
    }
    assert!(early > 0, "{early}");
    lp.rouse();
    assert_listed(&lp);
    let state = lp.state();
    lp.add_column(2_000.0, &[(0, 1.0), (7, 1.0)]);
    assert_eq!(lp.primal(&gauge), Outcome::Optimal);
    assert!(lp.objective() > awake.objective() + 1.0);
    assert_listed(&lp);
    lp.reset(&state);
    assert_listed(&lp);
    assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
    assert!((lp.objective() - awake.objective()).abs() < 1e-2);
}

/// The rows list all that is nonbasic and awake, and nothing else.
fn assert_listed(lp: &Lp) {
    let mut rows = vec![Entries::new(); lp.n_rows()];
    for c in (0..lp.n_columns() as u32).filter(|&c| lp.is_listed(c)) {
        lp.column(c).iter().for_each(|&(r, v)| rows[r as usize].push((c, v)));
    }
    for (r, row) in (0..).zip(rows) {
        let mut listed = lp.rows.of(r).to_vec();
        listed.sort_by_key(|e| e.0);
        assert_eq!(listed, row, "row {r}");
    }
}

/// Puts nearly all columns to sleep; gives the same program with none asleep.
fn put_to_sleep(lp: &mut Lp) -> Lp {
    lp.doze(10);
    let mut awake = lp.clone();
    awake.rouse();
    awake
}

/// Many iterations on columns that sleep, and a row that only such can fill.
#[test]
fn a_long_run_wakes_what_it_needs_on_its_way() {
    let mut next = draws(7);
    let options = crate::Options::default();
    let gauge = Gauge::new(&options, u64::MAX, None);
    let mut lp = Lp::new(&[1.0; 150]);
    for _ in 0..2 * WORTH_DOZING {
        let row = next(50) as u32;
        let entries = [row, 50 + next(50) as u32, 100 + next(50) as u32].map(|row| (row, 1.0));
        lp.add_column(500.0 + next(500) as f64, &entries);
    }
    assert_eq!(lp.primal(&gauge), Outcome::Optimal);
    let mut awake = put_to_sleep(&mut lp);
    for (c, _) in lp.weights() {
        lp.bar(c, true);
        awake.bar(c, true);
    }
    let before = lp.iterations;
    assert_eq!(awake.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
    assert_eq!(lp.dual(0.0, &gauge), Outcome::Optimal);
    let (here, there) = (lp.objective(), awake.objective());
    assert!((here - there).abs() < 1e-5 * there, "{here}, {there}");
    assert!(lp.iterations - before > lp.watch(), "a look on the way");

    let mut awake = put_to_sleep(&mut lp);
    let is_awake = |c: &u32| !lp.asleep[*c as usize] && lp.column(*c).iter().any(|e| e.0 == 0);
    let of_row: Vec<u32> = (0..lp.n_columns() as u32).filter(is_awake).collect();
    for lp in [&mut lp, &mut awake] {
        of_row.iter().for_each(|&c| lp.bar(c, true));
        lp.tighten(0, true);
        assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
    }
    let (here, there) = (lp.objective(), awake.objective());
    assert!((here - there).abs() < 1e-5 * there, "{here}, {there}");
    (0..lp.n_columns() as u32).for_each(|c| lp.bar(c, true));
    assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Infeasible);
}

/// The primal too looks again at columns asleep.
#[test]
fn a_sleeping_column_that_attracts_enters() {
    let mut next = draws(11);
    let options = crate::Options::default();
    let gauge = Gauge::new(&options, u64::MAX, None);
    let mut lp = Lp::new(&[1.0; 40]);
    for _ in 0..WORTH_DOZING + 200 {
        let row = next(40) as u32;
        lp.add_column(500.0 + next(500) as f64, &[(row, 1.0), ((row + 1) % 40, 1.0)]);
    }
    assert_eq!(lp.primal(&gauge), Outcome::Optimal);
    let mut awake = put_to_sleep(&mut lp);
    // What was best is barred, and so is worth less than some that sleep.
    for (c, _) in lp.weights() {
        lp.bar(c, true);
        awake.bar(c, true);
    }
    for lp in [&mut lp, &mut awake] {
        lp.start_from(&[], &[]);
        assert_eq!(lp.primal(&gauge), Outcome::Optimal);
    }
    assert!((lp.objective() - awake.objective()).abs() < 1e-5 * awake.objective());
}

/// A row that must be used up: its slack is held at 0.
#[test]
fn a_tight_row_is_used_up_or_shown_impossible() {
    let options = crate::Options::default();
    let gauge = Gauge::new(&options, u64::MAX, None);
    let mut lp = Lp::new(&[1.0, 1.0]);
    lp.add_column(5.0, &[(0, 1.0)]);
    lp.add_column(-3.0, &[(1, 1.0)]);
    assert_eq!(lp.primal(&gauge), Outcome::Optimal);
    assert!((lp.objective() - 5.0).abs() < 1e-9);
    lp.tighten(1, true);
    assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Optimal);
    assert!((lp.objective() - 2.0).abs() < 1e-9);
    lp.bar(1, true);
    assert_eq!(lp.dual(f64::NEG_INFINITY, &gauge), Outcome::Infeasible);
}

#[test]
fn factors_solve_random_sparse_bases() {
    let mut next = draws(7);
    for m in [1_usize, 2, 5, 20, 60, 300] {
        for _ in 0..30 {
            let mut column = |p: usize| -> Entries {
                let mut c = vec![(p as u32, 2.0 + next(3) as f64)];
                for _ in 0..next(4) {
                    let r = next(m as u64) as u32;
                    if c.iter().all(|e| e.0 != r) {
                        c.push((r, 1.0 / (1 + next(3)) as f64));
                    }
                }
                c
            };
            let mut columns: Vec<Entries> = (0..m).map(&mut column).collect();
            let mut f = Factor::default();
            let order = f.refactor(m, |p| &columns[p]).expect("diagonally heavy");
            columns = order.iter().map(|&p| columns[p as usize].clone()).collect();
            let row_of: Vec<u32> = columns.iter().map(|c| c[0].0).collect();
            let mut v = Sparse::default();
            v.grow(m);
            for k in 0..6 {
                let p = (k * 7) % m;
                let replacement = column(row_of[p] as usize);
                v.clear();
                replacement.iter().for_each(|&(r, a)| v.add(r, a));
                f.ftran(&mut v);
                if v.get(p as u32).abs() > 0.01 {
                    f.update(p as u32, &v);
                    columns[p] = replacement;
                }
            }
            for one in [true, false] {
                let given: Vec<f64> = (0..m)
                    .map(|i| {
                        if one {
                            f64::from(u8::from(i == m / 2))
                        } else {
                            (i % 3) as f64
                        }
                    })
                    .collect();
                let load = |v: &mut Sparse| {
                    v.clear();
                    given
                        .iter()
                        .enumerate()
                        .filter(|e| *e.1 != 0.0)
                        .for_each(|(i, &a)| v.add(i as u32, a));
                };
                load(&mut v);
                f.ftran(&mut v);
                let mut back = vec![0.0; m];
                for (p, c) in columns.iter().enumerate() {
                    c.iter().for_each(|&(r, a)| back[r as usize] += a * v.get(p as u32));
                }
                assert!(given.iter().zip(&back).all(|(g, b)| (g - b).abs() < 1e-8));
                load(&mut v);
                f.btran(&mut v);
                for (p, c) in columns.iter().enumerate() {
                    let dot: f64 = c.iter().map(|&(r, a)| a * v.get(r)).sum();
                    assert!((dot - given[p]).abs() < 1e-8, "column {p}: {dot}, not {}", given[p]);
                }
            }
        }
    }
}
