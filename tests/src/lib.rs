#![forbid(unsafe_code)]
//! Conformance: one set of cases as data, run through every face of Hemvist with the same bytes out.

pub mod python;
