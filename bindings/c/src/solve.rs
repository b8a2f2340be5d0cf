//! The solver on a caller's own numbers: arrays in, a solution out.

use hemvist::{Code, Fact, Path, Problem as Refusal, Problems};
use hemvist_solver::{Group, GroupPolicy, Options, Problem, ProblemError};

use crate::call::{Call, check_length, count, guard};
use crate::error::hemvist_error;
use crate::handle;
use crate::log;
use crate::options::{OptionStruct, hemvist_run_options};
use crate::solution::hemvist_solution;
use crate::work;

/// The whole group goes to one family, or none of it is placed.
pub const HEMVIST_GROUP_TOGETHER: u8 = 0;
/// Any split is allowed.
pub const HEMVIST_GROUP_PREFER: u8 = 1;
/// No two members go to one family.
pub const HEMVIST_GROUP_APART: u8 = 2;

/// Children, families and what each pair is worth, as arrays. Set `size` to `sizeof(hemvist_problem)`.
///
/// The sum to be made greatest: `placed_value` plus value over all placed children, plus `pair_bonus` for every pair of
/// members of one group who share a family. Each child goes to one family at most, and `capacity[f]` children at most to
/// family `f`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hemvist_problem {
    /// `sizeof(hemvist_problem)`.
    pub size: usize,
    /// Where each child's candidates start: those of child `c` are the entries from `indptr[c]` up to but not including
    /// `indptr[c + 1]` of `indices` and `values`. One entry more than there are children, the first 0.
    pub indptr: *const i64,
    /// Entries of `indptr`: the number of children plus 1.
    pub indptr_length: usize,
    /// The families that each child can go to, ascending within a child, each once.
    pub indices: *const i32,
    /// Entries of `indices`.
    pub indices_length: usize,
    /// The value of each candidate, 0 or more; Hemvist's own fits are 0 to 1000.
    pub values: *const i64,
    /// Entries of `values`: as many as of `indices`.
    pub values_length: usize,
    /// The most children that each family can take, 0 or more.
    pub capacity: *const i32,
    /// Entries of `capacity`: the number of families.
    pub capacity_length: usize,
    /// Where each group's members start; one entry more than there are groups, the first 0. NULL: no groups.
    pub group_ptr: *const i64,
    /// Entries of `group_ptr`: the number of groups plus 1, or 0.
    pub group_ptr_length: usize,
    /// The children of each group; no child in two groups.
    pub group_members: *const i32,
    /// Entries of `group_members`.
    pub group_members_length: usize,
    /// What each group asks for (`HEMVIST_GROUP_…`).
    pub group_policy: *const u8,
    /// Entries of `group_policy`: the number of groups.
    pub group_policy_length: usize,
    /// What placing a child is worth besides its value; 0 or more.
    pub placed_value: i64,
    /// What each pair of a group in one family is worth; 0 or more.
    pub pair_bonus: i64,
}

// SAFETY: numbers and pointers; 0 is NULL.
unsafe impl OptionStruct for hemvist_problem {
    const SIZES: &'static [usize] = &[size_of::<Self>()];
}

/// Solves a problem given as arrays, exactly: the answer is proven best unless a limit stopped it.
///
/// Borrows the problem, its arrays and the options (NULL: defaults; `seed` must be NULL, since nothing is drawn); gives a
/// solution. Thread-safe. May take long; `options` limit it, stop it, and tell how far it is.
///
/// Errors, with the array and the position, such as `indices[7]`: `HEMVIST_VALUE_OUT_OF_RANGE`, `HEMVIST_SOLVE_ORDER`,
/// `HEMVIST_VALUE_REPEATED` for a child in two groups, `HEMVIST_ARGUMENT_LENGTH`; `HEMVIST_MATCH_TOO_GREAT` if a sum
/// could pass what is held exactly.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_solve(
    problem: *const hemvist_problem,
    options: *const hemvist_run_options,
    solution_out: *mut *mut hemvist_solution,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            if problem.is_null() {
                return Err(Refusal::new(Code::ArgumentNull, Path::of("problem")).into());
            }
            let problem = call.problem(&call.options("problem", problem)?)?;
            let run = call.run("options", options)?;
            if run.seed.is_some() {
                return Err(Refusal::new(Code::ArgumentUnknown, Path::of("seed")).into());
            }
            let out = call.out("solution_out", solution_out)?;
            log::work(|| {
                format!(
                    "solve begun: {} children, {} families",
                    problem.n_items(),
                    problem.n_bins()
                )
            });
            let options = Options {
                work_limit: run.work_limit,
                deadline: run.deadline,
                threads: run.threads,
                cancel: Some(run.cancel.clone()),
                ..Options::default()
            };
            let solution = work::run(run.progress, &run.cancel, |progress| {
                hemvist_solver::solve(&problem, &Options { progress, ..options })
            });
            let solution = solution.map_err(|error| refused(&error))?;
            log::work(|| format!("solve ended: value {}, bound {}", solution.value, solution.bound));
            out.set(handle::give(solution));
            Ok(())
        })
    }
}

/// A number outside its range.
fn outside(path: Path, most: i64, found: i64) -> Refusal {
    let problem = Refusal::new(Code::OutOfRange, path).found(Fact::int(found));
    match most {
        i64::MAX => problem.allowed(Fact::AtLeast(0)),
        // Nothing is allowed, as in an index where there are no records.
        ..0 => problem,
        most => problem.allowed(Fact::Between(0, most)),
    }
}

/// Every entry as another type, if all lie within `0..=most`.
fn within<S: Copy + Into<i64>, T: TryFrom<i64>>(name: &'static str, from: &[S], most: i64) -> Result<Vec<T>, Refusal> {
    let convert = |(at, &found): (usize, &S)| {
        let found: i64 = found.into();
        let inside = (0..=most).contains(&found);
        let converted = T::try_from(found).ok().filter(|_| inside);
        converted.ok_or_else(|| outside(Path::of(name).index(at), most, found))
    };
    from.iter().enumerate().map(convert).collect()
}

/// Row starts: from 0, never falling, the last one `end`.
fn row_starts(name: &'static str, from: &[i64], end: usize) -> Result<Vec<usize>, Refusal> {
    let starts: Vec<usize> = within(name, from, count(end))?;
    let last = starts.len().checked_sub(1);
    let Some(last) = last else {
        return Err(Refusal::new(Code::ArgumentLength, Path::of(name))
            .allowed(Fact::AtLeast(1))
            .found(Fact::Int(0)));
    };
    let wrong = |at: usize, allowed: Fact| {
        let path = Path::of(name).index(at);
        Err(Refusal::new(Code::ArrayOrder, path)
            .allowed(allowed)
            .found(Fact::int(from[at])))
    };
    if starts[0] != 0 {
        return wrong(0, Fact::Int(0));
    }
    if let Some(at) = (1..=last).find(|&at| starts[at] < starts[at - 1]) {
        return wrong(at, Fact::AtLeast(from[at - 1]));
    }
    if starts[last] != end {
        return wrong(last, Fact::Int(count(end)));
    }
    Ok(starts)
}

impl Call<'_> {
    /// The problem in the solver's types.
    ///
    /// # Safety
    /// Each array of `problem` is NULL or has as many entries as it says.
    unsafe fn problem(&self, problem: &hemvist_problem) -> Result<Problem, Problems> {
        // SAFETY: the same contract.
        let (indptr, indices, values, capacity) = unsafe {
            (
                self.slice("indptr", problem.indptr, problem.indptr_length)?,
                self.slice("indices", problem.indices, problem.indices_length)?,
                self.slice("values", problem.values, problem.values_length)?,
                self.slice("capacity", problem.capacity, problem.capacity_length)?,
            )
        };
        check_length("values", values.len(), indices.len())?;
        let indptr = row_starts("indptr", indptr, indices.len())?;
        let n = indptr.len() - 1;
        let placed_value = not_negative("placed_value", problem.placed_value)?;
        let mut values: Vec<i64> = within("values", values, i64::MAX)?;
        for (at, value) in values.iter_mut().enumerate() {
            let sum = value.checked_add(placed_value);
            *value = sum.ok_or_else(|| Refusal::new(Code::SumsTooGreat, Path::of("values").index(at)))?;
        }
        // No family can take more children than there are.
        let most: u32 = u32::try_from(n).unwrap_or(u32::MAX);
        let capacity: Vec<u32> = within("capacity", capacity, i64::MAX)?;
        // SAFETY: the same contract.
        let groups = unsafe { self.groups(problem, n) }?;
        Ok(Problem {
            indptr,
            bins: within("indices", indices, count(capacity.len()) - 1)?,
            values,
            capacity: capacity.into_iter().map(|places| places.min(most)).collect(),
            groups,
            ..Problem::default()
        })
    }

    /// The groups in the solver's types.
    ///
    /// # Safety
    /// As [`Call::problem`].
    unsafe fn groups(&self, problem: &hemvist_problem, children: usize) -> Result<Vec<Group>, Problems> {
        // SAFETY: the same contract.
        let (starts, members, policies) = unsafe {
            (
                self.slice("group_ptr", problem.group_ptr, problem.group_ptr_length)?,
                self.slice("group_members", problem.group_members, problem.group_members_length)?,
                self.slice("group_policy", problem.group_policy, problem.group_policy_length)?,
            )
        };
        let pair_value = not_negative("pair_bonus", problem.pair_bonus)?;
        if starts.is_empty() && members.is_empty() && policies.is_empty() {
            return Ok(Vec::new());
        }
        let starts = row_starts("group_ptr", starts, members.len())?;
        check_length("group_policy", policies.len(), starts.len() - 1)?;
        let members: Vec<u32> = within("group_members", members, count(children) - 1)?;
        let mut seen = vec![false; children];
        for (at, &child) in members.iter().enumerate() {
            if std::mem::replace(&mut seen[child as usize], true) {
                let path = Path::of("group_members").index(at);
                return Err(Refusal::new(Code::Repeated, path).found(Fact::int(child)).into());
            }
        }
        let policy = |(at, &policy): (usize, &u8)| match policy {
            HEMVIST_GROUP_TOGETHER => Ok(GroupPolicy::Together),
            HEMVIST_GROUP_PREFER => Ok(GroupPolicy::Prefer),
            HEMVIST_GROUP_APART => Ok(GroupPolicy::Apart),
            other => Err(outside(Path::of("group_policy").index(at), 2, other.into())),
        };
        let policies = policies.iter().enumerate().map(policy).collect::<Result<Vec<_>, _>>()?;
        let groups = starts.windows(2).zip(policies).map(|(range, policy)| Group {
            members: members[range[0]..range[1]].to_vec(),
            policy,
            pair_value,
        });
        Ok(groups.collect())
    }
}

fn not_negative(name: &'static str, found: i64) -> Result<i64, Refusal> {
    if found < 0 {
        return Err(outside(Path::of(name), i64::MAX, found));
    }
    Ok(found)
}

/// The solver's refusal in the caller's words; lengths and ranges have been checked before.
fn refused(error: &ProblemError) -> Problems {
    let problem = match *error {
        ProblemError::Malformed { array: "bins", index } => {
            Refusal::new(Code::ArrayOrder, Path::of("indices").index(index))
        }
        ProblemError::Malformed { array, index } => Refusal::new(Code::ArrayOrder, Path::of(array).index(index)),
        ProblemError::Overflow { .. } => Refusal::new(Code::SumsTooGreat, Path::of("values")),
        _ => Refusal::new(Code::FaultUnproven, Path::root()),
    };
    problem.into()
}
