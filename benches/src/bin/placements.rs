#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "what was asked for")]
//! A problem of the solver's bench as text, for solvers in other languages: `placements SIZE SIBLINGS SEED`, a size of
//! [`SIZES`] by name, siblings per mille of the children. One line each of whole numbers: row starts, families, values, capacity,
//! group starts, members, policies (0 together, 1 prefer).

use hemvist_benches::{SIZES, placements};
use hemvist_solver::GroupPolicy;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, siblings, seed] = &args[..] else {
        return Err("placements SIZE SIBLINGS SEED".into());
    };
    let size = SIZES.iter().find(|size| size.name == name).ok_or("no such size")?;
    let problem = placements(size, siblings.parse()?, seed.parse()?);
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
    Ok(())
}

fn line(numbers: impl Iterator<Item: ToString>) {
    println!("{}", numbers.map(|n| n.to_string()).collect::<Vec<_>>().join(" "));
}
