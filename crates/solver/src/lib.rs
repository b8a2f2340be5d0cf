#![forbid(unsafe_code)]
//! Exact assignment of items to bins, with groups and side constraints, and a certificate.
//!
//! Knows items, bins and integers; no strings, no domain.

mod problem;
mod solution;
mod solve;

pub use problem::{Group, GroupPolicy, Limit, PairValue, Problem, ProblemError};
pub use solution::{Cancel, Options, Progress, Solution, Status, TieRule, Ties};
pub use solve::solve;
