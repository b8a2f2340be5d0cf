#![forbid(unsafe_code)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "items, bins and edges are checked to fit u32 before work starts; prices leave floating point by rounding and are then checked in integers"
)]
#![allow(
    clippy::many_single_char_names,
    reason = "textbook letters of linear programming, each defined where it is used"
)]
//! Exact assignment of items to bins, with groups and side constraints, and a certificate.
//!
//! Items go to bins along edges that each have a value; a bin takes so many items. Items may belong to groups that go
//! [together](GroupPolicy::Together) or not at all, that [gain](GroupPolicy::Prefer) by sharing a bin, or that must go
//! [apart](GroupPolicy::Apart); pairs may have a value or be forbidden to meet; classes of bins may have a [`Limit`], bins a
//! second load, classes of items a [`Floor`]; locks and bans fix single edges. [`solve`] finds an answer of greatest value,
//! or the best it could within a limit, with a bound that it proves. It knows items, bins and integers; no strings, no
//! domain.
//!
//! # How it works
//!
//! Locks, bans and `together` groups are reduced away (`model`); what is not connected falls apart into parts, which are
//! solved one by one, on several threads if there are several. A part without groups is a
//! transportation problem (`transport`): an auction, settled by shortest paths. In any other part each bin chooses a *set*
//! of items, and the program over these sets is solved by column generation (`master`): a hyper-sparse simplex method of our
//! own (`lp`) suggests prices, an exact search (`sets`) answers with the sets that gain most at them, and cuts over a few
//! rows at a time (`cuts`) close most of the gap between the program and whole answers. What is left within the gap, often
//! nothing, is a small tree (`tree`); several trees share the work if it is not small. A part of tens of thousands of bins is
//! first brought near the end region by region, several at a time (`regions`). Ties are settled by a rule of the caller's (`ties`), so that the answer does not depend on
//! the way the search went.
//!
//! Floating point is used where prices and branches are *suggested*, never where something is proved: a bound counts only
//! once it has been recomputed from rounded prices in integers, and [`Status::Optimal`] is given only when the
//! [checker](check()), which shares no code with all of the above, has recomputed value and bound from the problem and the
//! [certificate] alone. The same problem and options give the same answer on every machine and with any number of threads.
//!
//! # Examples
//! Course allocation. Two courses with two places and one with one; Ada and Bo want to sit in the same course (worth 15 to
//! them), Cy and Di must not.
//! ```
//! use hemvist_solver::{Group, GroupPolicy, Options, Problem, Status, check, solve};
//!
//! let (ada, bo, cy, di) = (0, 1, 2, 3);
//! let problem = Problem {
//!     // How much each of the four wants each of the three courses, row by row.
//!     indptr: vec![0, 3, 6, 9, 12],
//!     bins: vec![0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2],
//!     values: vec![60, 50, 10, 40, 60, 20, 70, 30, 50, 65, 20, 45],
//!     capacity: vec![2, 2, 1],
//!     groups: vec![Group { members: vec![ada, bo], policy: GroupPolicy::Prefer, pair_value: 15 }],
//!     forbidden: vec![(cy, di)],
//!     ..Problem::default()
//! };
//! let answer = solve(&problem, &Options::default())?;
//! assert_eq!(answer.status, Status::Optimal);
//! assert_eq!(answer.bin_of, [Some(1), Some(1), Some(0), Some(2)]);
//! assert_eq!(answer.value, 50 + 60 + 15 + 70 + 45);
//! // Anyone can check that nothing better exists, from the problem and the certificate alone.
//! assert_eq!(check(&problem, &answer.bin_of, &answer.certificate)?.bound, answer.value);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//! What would it cost to put Ada into the first course? [`solve_keeping`] keeps what such questions need; see [`Solved`]. And if
//! a course is cancelled, or somebody new comes, the next solve can begin where this one ended; see [`Before`].

mod before;
pub mod certificate;
mod check;
mod crash;
mod cuts;
mod exchange;
mod first;
mod gauge;
mod lp;
mod master;
mod model;
mod near;
mod part;
mod plan;
mod prices;
mod problem;
mod regions;
mod rest;
mod session;
mod sets;
mod solution;
mod solve;
mod ties;
mod transport;
mod tree;

pub use before::Before;
pub use check::{Checked, Flaw, check, check_with};
pub use problem::{Floor, Group, GroupPolicy, Limit, MOST_IN_BIN, PairValue, Problem, ProblemError};
pub use session::{AtLeast, Best, Session, Solved, Step};
pub use solution::{Cancel, Options, Progress, Solution, Status, TieRule, Ties};
pub use solve::{solve, solve_keeping};
