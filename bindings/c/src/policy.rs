//! Policies: rules, weights and limits as a document, ready for use.

use std::ffi::c_char;
use std::sync::Arc;

use hemvist::Problems;
use hemvist::policy::{CompiledPolicy, Policy};

use crate::buffer::{Bytes, hemvist_buffer};
use crate::call::{guard, shield};
use crate::error::hemvist_error;
use crate::handle::{self, Opaque};

/// A policy: which rules hold, what each criterion weighs, what the best plan is. It does not change.
///
/// Free it with `hemvist_policy_free`. It may be used by any number of threads at once; plans made by it keep what they
/// need, so it may be freed before them.
pub struct hemvist_policy {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_policy {
    type Inner = Arc<CompiledPolicy>;
    const TAG: u64 = u64::from_be_bytes(*b"hv:rules");
}

/// A policy ready for use, for the caller.
fn give(policy: &Policy) -> Result<*mut hemvist_policy, Problems> {
    Ok(handle::give(Arc::new(policy.compile()?)))
}

/// Gives the default policy, the one that ships with a source beside each number. Thread-safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_policy_default(
    policy_out: *mut *mut hemvist_policy,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let out = call.out("policy_out", policy_out)?;
            out.set(give(&Policy::default())?);
            Ok(())
        })
    }
}

/// Reads a policy from a document `hemvist.policy/1` in TOML; what it leaves out is as in the default policy.
///
/// Borrows the document; gives a policy. Thread-safe. Errors: every problem of the document (codes 1001 to 1206, 2001
/// to 2006); `HEMVIST_ARGUMENT_NOT_UTF8`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_policy_from_toml(
    toml: *const c_char,
    toml_length: usize,
    policy_out: *mut *mut hemvist_policy,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let toml = call.text("toml", toml, toml_length)?;
            let out = call.out("policy_out", policy_out)?;
            out.set(give(&Policy::from_toml(toml)?)?);
            Ok(())
        })
    }
}

/// Reads a policy from a document `hemvist.policy/1` in JSON; what it leaves out is as in the default policy.
///
/// Borrows the document; gives a policy. Thread-safe. Errors: as `hemvist_policy_from_toml`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_policy_from_json(
    json: *const c_char,
    json_length: usize,
    policy_out: *mut *mut hemvist_policy,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let json = call.bytes("json", json, json_length)?;
            let out = call.out("policy_out", policy_out)?;
            out.set(give(&Policy::from_json(json)?)?);
            Ok(())
        })
    }
}

/// The policy as a document `hemvist.policy/1`: canonical JSON, whose SHA-256 is the policy's digest in audit records.
///
/// Gives a buffer. Thread-safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_policy_document(
    policy: *const hemvist_policy,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let policy = call.handle("policy", policy)?;
            let out = call.out("document_out", document_out)?;
            Bytes::document(policy.policy())?.give(out);
            Ok(())
        })
    }
}

/// Frees a policy; NULL is left alone. No other thread may be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_policy_free(policy: *mut hemvist_policy) {
    // SAFETY: the contract at the head of hemvist.h.
    shield((), || unsafe { handle::free(policy) });
}
