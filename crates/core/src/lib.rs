#![forbid(unsafe_code)]
//! Hemvist: a matching engine for foster care.

pub mod ask;
pub mod audit;
pub mod candidates;
pub mod canonical;
pub mod changes;
pub mod clock;
pub mod criteria;
pub mod csv;
pub mod day;
pub mod distance;
pub mod explain;
pub mod fit;
mod form;
pub mod formats;
pub mod frames;
mod ids;
pub mod input;
pub mod json;
pub mod lang;
pub mod limits;
pub mod lottery;
pub mod matching;
pub mod personal_id;
pub mod plan;
pub mod policy;
pub mod pool;
pub mod problem;
pub mod rank;
mod records;
pub mod replay;
pub mod rules;
pub mod schema;
mod threads;
pub mod validate;
pub mod words;

pub use lang::Lang;
pub use problem::{Code, Fact, Path, Problem, Problems};
pub use validate::{ReadOptions, validate};
