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
//! Knows items, bins and integers; no strings, no domain.

pub mod certificate;
mod check;
mod crash;
mod cuts;
mod first;
mod gauge;
mod lp;
mod master;
mod model;
mod part;
mod plan;
mod prices;
mod problem;
mod session;
mod sets;
mod solution;
mod solve;
mod ties;
mod transport;
mod tree;

pub use check::{Checked, Flaw, check};
pub use problem::{Floor, Group, GroupPolicy, Limit, MOST_IN_BIN, PairValue, Problem, ProblemError};
pub use session::{Best, Session, Solved, Step};
pub use solution::{Cancel, Options, Progress, Solution, Status, TieRule, Ties};
pub use solve::{solve, solve_keeping};
