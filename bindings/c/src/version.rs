//! Which library this is.

use std::ffi::{CStr, c_char};

use crate::HEMVIST_ABI_VERSION;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => panic!("a version holds no NUL"),
};

/// The number of the library's binary interface.
///
/// A program may ask at start whether this is the `HEMVIST_ABI_VERSION` that it was compiled with; the soname of the
/// shared library carries the same number. Thread-safe; cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn hemvist_abi_version() -> u32 {
    HEMVIST_ABI_VERSION
}

/// The version of the engine, such as `"0.1.0"`, NUL-terminated; lives as long as the program. Thread-safe; cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn hemvist_version() -> *const c_char {
    VERSION.as_ptr()
}
