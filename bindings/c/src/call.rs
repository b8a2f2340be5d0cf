//! The door of every function: checks what came in, keeps panics inside, and lets outputs out only on success.
//!
//! [`guard`] runs the body of a function. The body takes each argument through [`Call`], which refuses what cannot be
//! used, naming the argument, and at its end gives the outputs through [`Out`]. Refuses to know what the arguments
//! mean.

use std::any::Any;
use std::cell::Cell;
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};

use hemvist::canonical::CanonicalError;
use hemvist::{Code, Fact, Path, Problem, Problems};

use crate::codes::HEMVIST_OK;
use crate::error::{Failure, hemvist_error};
use crate::handle::{self, Opaque, Unusable};
use crate::log;

/// Handles that one function takes at most.
const MOST_HANDLES: usize = 4;

/// A call under way.
pub(crate) struct Call<'c> {
    /// Flags of the handles in use, raised if a fault happens.
    handles: [Cell<Option<&'c AtomicBool>>; MOST_HANDLES],
}

/// Runs the body of an exported function and gives its code; a failure goes to `error_out`, if that is not NULL.
///
/// # Safety
/// `error_out` is NULL or points at a pointer that may be written.
pub(crate) unsafe fn guard<'c>(
    error_out: *mut *mut hemvist_error,
    body: impl FnOnce(&Call<'c>) -> Result<(), Problems>,
) -> i32 {
    let call = Call {
        handles: [const { Cell::new(None) }; MOST_HANDLES],
    };
    let failure = match catch_unwind(AssertUnwindSafe(|| body(&call))) {
        Ok(Ok(())) => return HEMVIST_OK,
        Ok(Err(problems)) => Failure::refused(problems),
        Err(payload) => {
            call.poison();
            let failure = Failure::fault(text_of(payload));
            log::fault(&failure);
            failure
        }
    };
    let code = failure.code();
    if !error_out.is_null() && error_out.is_aligned() {
        // SAFETY: not NULL, aligned, and the caller says that it may be written.
        unsafe { error_out.write(handle::give(failure)) };
    }
    code
}

/// Runs the body of a function that cannot fail but for a fault, in which case it gives `otherwise`.
pub(crate) fn shield<R>(otherwise: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        log::fault(&Failure::fault(text_of(payload)));
        otherwise
    })
}

/// What a panic said.
fn text_of(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => {
            if let Some(text) = payload.downcast_ref::<&'static str>() {
                return (*text).to_owned();
            }
            // Dropping what we do not know could panic again.
            std::mem::forget(payload);
            "no text".to_owned()
        }
    }
}

/// Why an argument was refused.
fn refused(code: Code, name: &'static str) -> Problem {
    Problem::new(code, Path::of(name))
}

/// Counts for messages; saturated, since an argument may be any number.
pub(crate) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[allow(
    clippy::unused_self,
    reason = "arguments are taken through the call, which lends its lifetime"
)]
impl<'c> Call<'c> {
    fn poison(&self) {
        for flag in self.handles.iter().filter_map(Cell::get) {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// What is behind a handle.
    ///
    /// # Safety
    /// The pointer is NULL or a handle of ours, of any type, that lives until the function returns.
    pub(crate) unsafe fn handle<H: Opaque>(
        &self,
        name: &'static str,
        pointer: *const H,
    ) -> Result<&'c H::Inner, Problems>
    where
        H::Inner: 'c,
    {
        maybe_panic();
        // SAFETY: the same contract.
        let handle = unsafe { handle::borrow(pointer) }.map_err(|unusable| {
            let code = match unusable {
                Unusable::Null => Code::ArgumentNull,
                Unusable::Wrong => Code::HandleWrong,
                Unusable::Poisoned => Code::HandlePoisoned,
            };
            refused(code, name)
        })?;
        let free = self.handles.iter().find(|slot| slot.get().is_none());
        if let Some(slot) = free {
            slot.set(Some(&handle.poisoned));
        }
        Ok(&handle.inner)
    }

    /// What is behind a handle that may be left out by NULL.
    ///
    /// # Safety
    /// As [`Call::handle`].
    pub(crate) unsafe fn optional_handle<H: Opaque>(
        &self,
        name: &'static str,
        pointer: *const H,
    ) -> Result<Option<&'c H::Inner>, Problems>
    where
        H::Inner: 'c,
    {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: the same contract.
        unsafe { self.handle(name, pointer) }.map(Some)
    }

    /// The elements of an array; (NULL, 0) is one without elements.
    ///
    /// # Safety
    /// `pointer` is NULL or points at `length` elements that are not changed until the function returns.
    pub(crate) unsafe fn slice<T: Plain>(
        &self,
        name: &'static str,
        pointer: *const T,
        length: usize,
    ) -> Result<&'c [T], Problems> {
        maybe_panic();
        if length == 0 {
            return Ok(&[]);
        }
        check_array(name, pointer, length)?;
        // SAFETY: checked above as far as it can be; the caller says that the elements are there. Any bits are a `T`.
        Ok(unsafe { slice::from_raw_parts(pointer, length) })
    }

    /// The bytes of a document.
    ///
    /// # Safety
    /// As [`Call::slice`].
    pub(crate) unsafe fn bytes(
        &self,
        name: &'static str,
        pointer: *const c_char,
        length: usize,
    ) -> Result<&'c [u8], Problems> {
        // SAFETY: the same contract; `c_char` and `u8` have the same layout.
        unsafe { self.slice(name, pointer.cast::<u8>(), length) }
    }

    /// A text in UTF-8.
    ///
    /// # Safety
    /// As [`Call::slice`].
    pub(crate) unsafe fn text(
        &self,
        name: &'static str,
        pointer: *const c_char,
        length: usize,
    ) -> Result<&'c str, Problems> {
        // SAFETY: the same contract.
        let bytes = unsafe { self.bytes(name, pointer, length) }?;
        std::str::from_utf8(bytes).map_err(|_| refused(Code::ArgumentNotUtf8, name).into())
    }

    /// A text that may be left out by NULL.
    ///
    /// # Safety
    /// As [`Call::slice`].
    pub(crate) unsafe fn optional_text(
        &self,
        name: &'static str,
        pointer: *const c_char,
        length: usize,
    ) -> Result<Option<&'c str>, Problems> {
        if pointer.is_null() {
            return Ok(None);
        }
        // SAFETY: the same contract.
        unsafe { self.text(name, pointer, length) }.map(Some)
    }

    /// An array of the caller's to fill.
    ///
    /// # Safety
    /// `pointer` is NULL or points at `length` elements that nothing else reads or writes until the function returns.
    pub(crate) unsafe fn fill<T: Plain>(
        &self,
        name: &'static str,
        pointer: *mut T,
        length: usize,
    ) -> Result<&'c mut [T], Problems> {
        maybe_panic();
        if length == 0 {
            return Ok(&mut []);
        }
        check_array(name, pointer, length)?;
        // SAFETY: checked above as far as it can be; the caller says that the memory is its own. It may not have been
        // written yet, but any bits are a `T`, and memory that comes from C holds some bits.
        Ok(unsafe { slice::from_raw_parts_mut(pointer, length) })
    }

    /// A place of the caller's for one output.
    ///
    /// # Safety
    /// `pointer` is NULL or may be written until the function returns.
    pub(crate) unsafe fn out<T>(&self, name: &'static str, pointer: *mut T) -> Result<Out<T>, Problems> {
        maybe_panic();
        // SAFETY: the same contract.
        let out = unsafe { self.optional_out(name, pointer) }?;
        out.ok_or_else(|| refused(Code::ArgumentNull, name).into())
    }

    /// A place of the caller's for one output that may be left out by NULL.
    ///
    /// # Safety
    /// As [`Call::out`].
    pub(crate) unsafe fn optional_out<T>(
        &self,
        name: &'static str,
        pointer: *mut T,
    ) -> Result<Option<Out<T>>, Problems> {
        if pointer.is_null() {
            return Ok(None);
        }
        if !pointer.is_aligned() {
            return Err(refused(Code::ArgumentAlignment, name).into());
        }
        Ok(Some(Out(pointer)))
    }
}

/// That an array of so many elements can be there at all.
fn check_array<T>(name: &'static str, pointer: *const T, length: usize) -> Result<(), Problem> {
    if pointer.is_null() {
        return Err(refused(Code::ArgumentNull, name));
    }
    if !pointer.is_aligned() {
        return Err(refused(Code::ArgumentAlignment, name));
    }
    let most = isize::MAX.unsigned_abs() / size_of::<T>();
    if length > most {
        return Err(refused(Code::ArgumentLength, name)
            .allowed(Fact::AtMost(count(most)))
            .found(Fact::int(length as u64)));
    }
    Ok(())
}

/// That an array has the length that is needed.
pub(crate) fn check_length(name: &'static str, length: usize, needed: usize) -> Result<(), Problem> {
    if length == needed {
        return Ok(());
    }
    let needed = count(needed);
    Err(refused(Code::ArgumentLength, name)
        .allowed(Fact::Between(needed, needed))
        .found(Fact::int(length as u64)))
}

/// That an index names one of `n` records.
pub(crate) fn check_index(name: &'static str, index: u32, n: usize) -> Result<usize, Problem> {
    let at = index as usize;
    if at < n {
        return Ok(at);
    }
    Err(refused(Code::ArgumentIndex, name)
        .allowed(Fact::Between(0, count(n) - 1))
        .found(Fact::int(index)))
}

/// The one of several meanings that a number stands for, by its place.
pub(crate) fn choose<T: Copy>(name: &'static str, number: i32, meanings: &[T]) -> Result<T, Problem> {
    let meaning = usize::try_from(number).ok().and_then(|at| meanings.get(at));
    meaning.copied().ok_or_else(|| {
        refused(Code::ArgumentUnknown, name)
            .allowed(Fact::Between(0, count(meanings.len()) - 1))
            .found(Fact::int(number))
    })
}

/// What has no canonical form; no document of ours is such.
pub(crate) fn not_canonical(_: CanonicalError) -> Problems {
    Problem::new(Code::FaultUnproven, Path::root()).into()
}

/// Numbers and pointers of which any bits are a value.
///
/// # Safety
/// Any bits are a value of the type.
pub(crate) unsafe trait Plain: Copy {}

macro_rules! plain {
    ($($type:ty)*) => { $(
        // SAFETY: any bits are such a number.
        unsafe impl Plain for $type {}
    )* };
}
plain! { u8 i16 i32 u32 i64 u64 usize }
// SAFETY: any bits are a pointer, as long as it is not followed.
unsafe impl<T> Plain for *const T {}

/// A place of the caller's for one output; set when nothing can fail any more.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// Writes the output.
    pub(crate) fn set(self, value: T) {
        // SAFETY: `Call::out` saw that the pointer is neither NULL nor misaligned, and its caller that it may be written.
        unsafe { self.0.write(value) };
    }
}

/// Panics if a test asked for it; nothing in the library that is installed.
#[cfg(not(feature = "panic-injection"))]
#[inline(always)]
pub(crate) fn maybe_panic() {}

#[cfg(feature = "panic-injection")]
pub(crate) use injection::maybe_panic;

/// Panics on request.
#[cfg(feature = "panic-injection")]
mod injection {
    use std::cell::Cell;

    thread_local! {
        /// Steps until the panic; 0: none is asked for.
        static STEPS: Cell<u32> = const { Cell::new(0) };
    }

    /// The next call of this thread panics at its so manieth step; 0 takes the request back.
    #[unsafe(no_mangle)]
    pub extern "C" fn hemvist_test_panic_at_step(step: u32) {
        STEPS.set(step);
    }

    pub(crate) fn maybe_panic() {
        let left = STEPS.get();
        STEPS.set(left.saturating_sub(1));
        assert!(left != 1, "a panic on request");
    }
}
