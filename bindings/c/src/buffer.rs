//! Bytes that the library hands out: documents in canonical JSON.

use std::ffi::c_char;
use std::ptr;

use hemvist::{Problems, canonical};
use serde::Serialize;

use crate::call::{Out, not_canonical, shield};
use crate::handle::{self, Opaque};

/// Bytes given by a function: a document in JSON, UTF-8.
///
/// Free it with `hemvist_buffer_free`. It may be read by several threads at once.
pub struct hemvist_buffer {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_buffer {
    type Inner = Bytes;
    const TAG: u64 = u64::from_be_bytes(*b"hv:bytes");
}

/// Bytes, and after them one NUL that does not count.
pub(crate) struct Bytes(Vec<u8>);

impl Bytes {
    pub(crate) fn new(mut bytes: Vec<u8>) -> Self {
        bytes.push(0);
        Self(bytes)
    }

    /// A value as canonical JSON.
    pub(crate) fn document<T: Serialize + ?Sized>(value: &T) -> Result<Self, Problems> {
        canonical::to_bytes(value).map(Self::new).map_err(not_canonical)
    }

    /// Gives the bytes to the caller.
    pub(crate) fn give(self, out: Out<*mut hemvist_buffer>) {
        out.set(handle::give(self));
    }
}

/// The first byte, which lives as long as the buffer; NULL for NULL. After the last byte stands a NUL that does not
/// count to the length, so that a document can be used as a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_buffer_data(buffer: *const hemvist_buffer) -> *const c_char {
    shield(ptr::null(), || {
        // SAFETY: the contract at the head of hemvist.h.
        let buffer = unsafe { handle::borrow(buffer) };
        buffer.map_or(ptr::null(), |handle| handle.inner.0.as_ptr().cast())
    })
}

/// How many bytes it holds; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_buffer_length(buffer: *const hemvist_buffer) -> usize {
    shield(0, || {
        // SAFETY: the contract at the head of hemvist.h.
        let buffer = unsafe { handle::borrow(buffer) };
        buffer.map_or(0, |handle| handle.inner.0.len() - 1)
    })
}

/// Frees a buffer; NULL is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_buffer_free(buffer: *mut hemvist_buffer) {
    // SAFETY: the contract at the head of hemvist.h.
    shield((), || unsafe { handle::free(buffer) });
}
