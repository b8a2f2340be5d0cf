//! Scratch: solve a dumped pool.
use hemvist_solver::*;
fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let mut at = 0;
        let mut next = || { let v = i64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()); at += 8; v };
        let (n, m, e, g) = (next() as usize, next() as usize, next() as usize, next() as usize);
        let mut take = |k: usize| -> Vec<i64> { (0..k).map(|_| next()).collect() };
        let cap = take(m); let indptr = take(n + 1); let bins = take(e); let values = take(e);
        let gp = take(g + 1); let gm = take(gp[g] as usize); let pol = take(g);
        let p = Problem {
            indptr: indptr.iter().map(|&x| x as usize).collect(),
            bins: bins.iter().map(|&x| x as u32).collect(),
            values: values.iter().map(|&x| x + 10000).collect(),
            capacity: cap.iter().map(|&x| x as u32).collect(),
            groups: (0..g).map(|k| Group { members: gm[gp[k] as usize..gp[k+1] as usize].iter().map(|&x| x as u32).collect(), policy: if pol[k]==0 {GroupPolicy::Together} else {GroupPolicy::Prefer}, pair_value: 300 }).collect(),
            ..Problem::default()
        };
        let t = std::time::Instant::now();
        let s = solve(&p, &Options { deadline: std::env::var("LIMIT").ok().map(|l| t + std::time::Duration::from_secs(l.parse().unwrap())), ..Options::default() }).unwrap();
        println!("{path}: {:?} value {} bound {} gap {} work {} in {:.3}s", s.status, s.value, s.bound, s.bound - s.value, s.work, t.elapsed().as_secs_f64());
    }
}
