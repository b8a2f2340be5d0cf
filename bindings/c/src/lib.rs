#![allow(
    non_camel_case_types,
    unreachable_pub,
    reason = "names are those of the C header, and every exported item is public in C"
)]
#![allow(
    clippy::missing_safety_doc,
    clippy::missing_errors_doc,
    reason = "the contract that all functions share stands once, at the head of hemvist.h; errors are told per function"
)]
//! The C library of Hemvist: thin functions over the engine, one file per handle.
//!
//! Promises: no panic leaves a function; every pointer is checked for NULL and alignment, every handle for its type;
//! outputs are written only on success; what went wrong is an error object with stable numbers. Refuses to know:
//! children, families and rules beyond their indices and ids. What each function does, owns and may be called from
//! stands at the function, and from there in `include/hemvist.h`, which `cargo xtask codegen` writes; what all functions
//! share stands in `header/src/head.h`.
//!
//! Where to look: `call` is the door through which every function goes, `handle` what a pointer points at,
//! `error` what comes out when a call fails.

mod call;
#[expect(dead_code, reason = "read by C, through the header")]
#[allow(clippy::doc_markdown, reason = "sentences of the engine, word by word")]
mod codes;
mod handle;

mod ask;
mod buffer;
mod cancel;
mod candidates;
mod document;
mod error;
mod log;
mod matching;
mod options;
mod plan;
mod policy;
mod pool;
mod region;
mod score;
mod solution;
mod solve;
mod sure;
mod version;
mod work;

/// The number of this binary interface; `hemvist_abi_version` gives the library's own. It changes only when a program
/// that was linked before would no longer work; new functions and longer option structs leave it alone.
pub const HEMVIST_ABI_VERSION: u32 = 1;
