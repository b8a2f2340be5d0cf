//! The C library, loaded while the program runs, as a host with its own language would.

use std::error::Error;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;

/// A handle of the library.
pub(crate) type Handle = *mut c_void;

type Give2 = unsafe extern "C" fn(*mut Handle, *mut Handle) -> i32;
type Read = unsafe extern "C" fn(*const c_char, usize, *const c_void, *mut Handle, *mut Handle) -> i32;
type Score = unsafe extern "C" fn(*const c_void, *const c_void, u32, u32, *mut i16, *mut Handle) -> i32;
type Matrix = unsafe extern "C" fn(*const c_void, *const c_void, u32, *mut i16, usize, *mut Handle) -> i32;
type Match = unsafe extern "C" fn(*const c_void, *const c_void, *const RunOptions, *mut Handle, *mut Handle) -> i32;
type Free = unsafe extern "C" fn(Handle);

/// `hemvist_run_options`.
#[repr(C)]
struct RunOptions {
    size: usize,
    threads: u32,
    reserved: u32,
    limits: [u64; 2],
    seed: *const c_char,
    seed_length: usize,
    progress: *const c_void,
    progress_context: *mut c_void,
    cancel: *const c_void,
}

unsafe extern "C" {
    fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// Look up every symbol at once, so that no call pays for it.
const RTLD_NOW: c_int = 2;

/// The functions that are measured.
pub(crate) struct Library {
    policy_default: Give2,
    pool_from_json: Read,
    score: Score,
    score_matrix: Matrix,
    match_pool: Match,
    pool_free: Free,
    plan_free: Free,
}

macro_rules! function {
    ($library:expr, $type:ty, $name:literal) => {{
        // SAFETY: the library is open and the name is NUL-terminated.
        let found = unsafe { dlsym($library, concat!($name, "\0").as_ptr().cast()) };
        if found.is_null() {
            return Err(concat!("the library has no ", $name).into());
        }
        // SAFETY: hemvist.h declares the function so.
        unsafe { std::mem::transmute::<*mut c_void, $type>(found) }
    }};
}

/// A handle, and the function that frees it.
pub(crate) struct Made(Handle, Free);

impl Drop for Made {
    fn drop(&mut self) {
        // SAFETY: the library gave the handle, and the function belongs to its type.
        unsafe { (self.1)(self.0) };
    }
}

fn done(code: i32) {
    assert_eq!(code, 0, "the C library refuses");
}

impl Library {
    pub(crate) fn load(path: &str) -> Result<Self, Box<dyn Error>> {
        let file = CString::new(path)?;
        // SAFETY: a path; loading the library runs nothing.
        let library = unsafe { dlopen(file.as_ptr(), RTLD_NOW) };
        if library.is_null() {
            return Err(format!("{path} cannot be loaded").into());
        }
        Ok(Self {
            policy_default: function!(library, Give2, "hemvist_policy_default"),
            pool_from_json: function!(library, Read, "hemvist_pool_from_json"),
            score: function!(library, Score, "hemvist_score"),
            score_matrix: function!(library, Matrix, "hemvist_score_matrix"),
            match_pool: function!(library, Match, "hemvist_match"),
            pool_free: function!(library, Free, "hemvist_pool_free"),
            plan_free: function!(library, Free, "hemvist_plan_free"),
        })
    }

    pub(crate) fn policy(&self) -> Handle {
        let mut policy = ptr::null_mut();
        // SAFETY: as hemvist.h asks.
        done(unsafe { (self.policy_default)(&raw mut policy, ptr::null_mut()) });
        policy
    }

    pub(crate) fn pool(&self, json: &[u8]) -> Handle {
        let mut pool = ptr::null_mut();
        // SAFETY: as hemvist.h asks.
        let code = unsafe {
            (self.pool_from_json)(
                json.as_ptr().cast(),
                json.len(),
                ptr::null(),
                &raw mut pool,
                ptr::null_mut(),
            )
        };
        done(code);
        pool
    }

    /// A pool that is freed when it is dropped.
    pub(crate) fn made_pool(&self, json: &[u8]) -> Made {
        Made(self.pool(json), self.pool_free)
    }

    pub(crate) fn score(&self, pool: Handle, policy: Handle, child: u32, family: u32) -> i16 {
        let mut fit = 0;
        // SAFETY: as hemvist.h asks.
        done(unsafe { (self.score)(pool, policy, child, family, &raw mut fit, ptr::null_mut()) });
        fit
    }

    pub(crate) fn matrix(&self, pool: Handle, policy: Handle, fits: &mut [i16]) {
        // SAFETY: as hemvist.h asks.
        done(unsafe { (self.score_matrix)(pool, policy, 1, fits.as_mut_ptr(), fits.len(), ptr::null_mut()) });
    }

    /// Matches; the plan is freed when it is dropped.
    pub(crate) fn match_pool(&self, pool: Handle, policy: Handle) -> Made {
        let options = RunOptions {
            size: size_of::<RunOptions>(),
            threads: 1,
            reserved: 0,
            limits: [0; 2],
            seed: ptr::null(),
            seed_length: 0,
            progress: ptr::null(),
            progress_context: ptr::null_mut(),
            cancel: ptr::null(),
        };
        let mut plan = ptr::null_mut();
        // SAFETY: as hemvist.h asks.
        done(unsafe { (self.match_pool)(pool, policy, &raw const options, &raw mut plan, ptr::null_mut()) });
        Made(plan, self.plan_free)
    }
}
