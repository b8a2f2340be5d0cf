//! `solve`: the solver on a caller's own numbers.

use std::time::{Duration, Instant};

use hemvist_solver::{Cancel, Group, GroupPolicy, Options, Problem, ProblemError, Solution, Status};
use numpy::{PyArray1, ToPyArray};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{Arg, Ints};
use crate::enter::enter;
use crate::errors::internal_error;

/// Bins, objective, bound, status, prices of places, prices of children.
type Answer<'py> = (
    Bound<'py, PyArray1<i32>>,
    i128,
    i128,
    &'static str,
    Bound<'py, PyArray1<i64>>,
    Bound<'py, PyArray1<i64>>,
);

/// Row starts, members and policies of the groups.
type Groups<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Solves a problem given as arrays; `hemvist.solve` documents it.
#[pyfunction]
#[pyo3(signature = (indptr, indices, values, capacity, groups, placed_value, pair_bonus, time_limit, threads))]
#[allow(
    clippy::too_many_arguments,
    reason = "one per argument of the documented Python function"
)]
pub(crate) fn solve<'py>(
    py: Python<'py>,
    indptr: &Bound<'py, PyAny>,
    indices: &Bound<'py, PyAny>,
    values: &Bound<'py, PyAny>,
    capacity: &Bound<'py, PyAny>,
    groups: Option<Groups<'py>>,
    placed_value: i64,
    pair_bonus: i64,
    time_limit: Option<f64>,
    threads: usize,
) -> PyResult<Answer<'py>> {
    let mut problem = graph(indptr, indices, values, capacity, placed_value)?;
    let children = problem.indptr.len() - 1;
    let groups = groups.map(|groups| read_groups(&groups, children, pair_bonus));
    problem.groups = groups.transpose()?.unwrap_or_default();
    let cancel = Cancel::default();
    let options = Options {
        deadline: time_limit.and_then(deadline),
        threads,
        cancel: Some(cancel.clone()),
        ..Options::default()
    };
    let (solution, problem) = enter(py, &cancel, move || {
        (hemvist_solver::solve(&problem, &options), problem)
    })?;
    let solution = solution.map_err(|error| refused(py, &error, &problem))?;
    Ok(answer(py, &solution))
}

/// The moment this many seconds from now; `None` if it lies beyond what the clock holds, which is no limit.
pub(crate) fn deadline(seconds: f64) -> Option<Instant> {
    let limit = Duration::try_from_secs_f64(seconds).ok()?;
    Instant::now().checked_add(limit)
}

fn graph(
    indptr: &Bound<'_, PyAny>,
    indices: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    capacity: &Bound<'_, PyAny>,
    placed_value: i64,
) -> PyResult<Problem> {
    let (name, ints) = ("indices", &Ints::borrow("indices", indices)?);
    let indices = Arg { name, ints };
    let (name, ints) = ("indptr", &Ints::borrow("indptr", indptr)?);
    let indptr = Arg { name, ints };
    let (name, ints) = ("values", &Ints::borrow("values", values)?);
    let values = Arg { name, ints };
    let (name, ints) = ("capacity", &Ints::borrow("capacity", capacity)?);
    let capacity = Arg { name, ints };
    if values.len() != indices.len() {
        let (found, needed) = (values.len(), indices.len());
        return Err(PyValueError::new_err(format!(
            "values has {found} entries, but indices has {needed}"
        )));
    }
    let indptr = indptr.row_starts(indices.len(), "indices")?;
    let mut capacity: Vec<u32> = capacity.within(u32::MAX.into())?;
    let last_family = i64::try_from(capacity.len()).unwrap_or(i64::MAX) - 1;
    let bins: Vec<u32> = indices.within(last_family.min(i32::MAX.into()))?;
    // More places than children who can go there change nothing, and the solver takes memory in proportion.
    // (Homes of one place never have more, so that a large assignment problem need not be counted.)
    if capacity.iter().any(|&places| places > 1) {
        let mut who_can = vec![0_u32; capacity.len()];
        for &bin in &bins {
            who_can[bin as usize] += 1;
        }
        for (places, most) in capacity.iter_mut().zip(who_can) {
            *places = (*places).min(most);
        }
    }
    let mut values: Vec<i64> = values.within(i64::MAX)?;
    let greatest = values.iter().copied().max().unwrap_or(0);
    if greatest.checked_add(placed_value).is_none() {
        let is_beyond = |value: &i64| value.checked_add(placed_value).is_none();
        let position = values.iter().position(is_beyond).unwrap_or(0);
        return Err(PyValueError::new_err(format!(
            "values[{position}] plus placed_value is beyond 64 bits"
        )));
    }
    if placed_value != 0 {
        for value in &mut values {
            *value += placed_value;
        }
    }
    Ok(Problem {
        indptr,
        bins,
        values,
        capacity,
        ..Problem::default()
    })
}

fn read_groups((ptr, members, policy): &Groups<'_>, children: usize, pair_bonus: i64) -> PyResult<Vec<Group>> {
    let (name, ints) = ("group_members", &Ints::borrow("group_members", members)?);
    let members = Arg { name, ints };
    let (name, ints) = ("group_ptr", &Ints::borrow("group_ptr", ptr)?);
    let ptr = Arg { name, ints }.row_starts(members.len(), "group_members")?;
    let (name, ints) = ("group_policy", &Ints::borrow("group_policy", policy)?);
    let policy: Vec<u8> = Arg { name, ints }.within(2)?;
    if policy.len() != ptr.len() - 1 {
        let (found, needed) = (policy.len(), ptr.len() - 1);
        return Err(PyValueError::new_err(format!(
            "group_policy has {found} entries, but group_ptr describes {needed} groups"
        )));
    }
    let last_child = i64::try_from(children).unwrap_or(i64::MAX) - 1;
    let members: Vec<u32> = members.within(last_child)?;
    let mut seen = vec![false; children];
    for (position, &child) in members.iter().enumerate() {
        if std::mem::replace(&mut seen[child as usize], true) {
            return Err(PyValueError::new_err(format!(
                "group_members[{position}] is {child}, who is in a group already"
            )));
        }
    }
    let groups = ptr.windows(2).zip(policy).map(|(range, policy)| Group {
        members: members[range[0]..range[1]].to_vec(),
        policy: match policy {
            0 => GroupPolicy::Together,
            1 => GroupPolicy::Prefer,
            _ => GroupPolicy::Apart,
        },
        pair_value: pair_bonus,
    });
    Ok(groups.collect())
}

/// The solver's refusal in the caller's words.
fn refused(py: Python<'_>, error: &ProblemError, problem: &Problem) -> PyErr {
    let text = match error {
        ProblemError::Malformed { array: "bins", index } => match problem.bins.get(*index) {
            Some(found) => {
                format!("indices[{index}] is {found}; each child's families must be in ascending order, each once")
            }
            None => format!("indices[{index}] is out of order or out of range"),
        },
        ProblemError::Malformed { array, index } => format!("{array}[{index}] is out of order or out of range"),
        ProblemError::TooMany { most, .. } => format!("group_members: more than {most} pairs of children"),
        ProblemError::Overflow { most } => format!(
            "values, placed_value and pair_bonus: what one family could hold passes {most}, so that a sum overflows"
        ),
        _ => return internal_error(py),
    };
    PyValueError::new_err(text)
}

fn answer<'py>(py: Python<'py>, solution: &Solution) -> Answer<'py> {
    let bin = |bin: &Option<u32>| bin.and_then(|bin| i32::try_from(bin).ok()).unwrap_or(-1);
    let bins: Vec<i32> = solution.bin_of.iter().map(bin).collect();
    let status = match solution.status {
        Status::Optimal => "optimal",
        Status::Feasible => "feasible",
        // Without locks and floors there is always an answer.
        Status::Infeasible | Status::Unknown => "infeasible",
    };
    (
        bins.to_pyarray(py),
        solution.value,
        solution.bound,
        status,
        solution.bin_prices.to_pyarray(py),
        solution.item_prices.to_pyarray(py),
    )
}
