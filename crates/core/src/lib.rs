#![forbid(unsafe_code)]
//! Hemvist: a matching engine for foster care.

pub mod day;
pub mod input;
