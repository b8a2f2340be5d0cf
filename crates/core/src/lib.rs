#![forbid(unsafe_code)]
//! Hemvist: a matching engine for foster care.

pub mod canonical;
pub mod day;
pub mod distance;
pub mod input;
pub mod lang;
pub mod lottery;
pub mod pool;
pub mod problem;

pub use lang::Lang;
pub use problem::{Code, Fact, Path, Problem, Problems};
