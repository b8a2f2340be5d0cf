#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "what was asked for")]
//! A problem of the solver's bench as text, for solvers in other languages: `placements PROBLEM SEED`, such as
//! `placements region/beds-70 1`; `placements` alone lists the names. One line each of whole numbers: row starts, families,
//! values, capacity, group starts, members, policies (0 together, 1 prefer), and what a pair of a group is worth.

use hemvist_benches::{named, names};
use hemvist_solver::GroupPolicy;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, seed] = &args[..] else {
        names().iter().for_each(|name| println!("{name}"));
        return Ok(());
    };
    let problem = named(name, seed.parse()?).ok_or("no such problem")?;
    let starts = problem.groups.iter().scan(0, |end, group| {
        *end += group.members.len();
        Some(*end)
    });
    let members = problem.groups.iter().flat_map(|group| group.members.iter().copied());
    let policies = problem.groups.iter().map(|group| match group.policy {
        GroupPolicy::Together => 0,
        GroupPolicy::Prefer => 1,
        GroupPolicy::Apart => 2,
    });
    line(problem.indptr.iter());
    line(problem.bins.iter());
    line(problem.values.iter());
    line(problem.capacity.iter());
    line(std::iter::once(0).chain(starts));
    line(members);
    line(policies);
    line(problem.groups.iter().map(|group| group.pair_value).take(1));
    Ok(())
}

fn line(numbers: impl Iterator<Item: ToString>) {
    println!("{}", numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(" "));
}
