//! Structs of options: what a caller may set, and how a struct of another version is read.
//!
//! The first field of each is its size as the caller's compiler knows it. A struct of an older version is shorter, and
//! what it lacks is 0; one of a newer version is longer, and what this version does not know must be 0. In every struct 0
//! (or NULL) stands for the default.

use std::ffi::{c_char, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::time::{Duration, Instant};

use hemvist::matching::{Cancel, MatchOptions};
use hemvist::{Code, Fact, Path, Problem, Problems, ReadOptions};

use crate::call::{Call, count};
use crate::cancel::hemvist_cancel;

/// A struct of options.
///
/// # Safety
/// `repr(C)`; the first field is its size, of type `usize`; all bits zero are a value; so are any bits of a struct that
/// a C program filled in by its documentation.
pub(crate) unsafe trait OptionStruct: Copy {
    /// The sizes that it has had, this version's last.
    const SIZES: &'static [usize];
}

/// Larger structs are taken for a mistake rather than for a later version.
const LARGEST: usize = 4096;

#[allow(clippy::unused_self, reason = "arguments are taken through the call")]
impl Call<'_> {
    /// Reads a struct of options; NULL: all defaults.
    ///
    /// # Safety
    /// `pointer` is NULL or points at a struct of as many bytes as its first field says.
    pub(crate) unsafe fn options<T: OptionStruct>(&self, name: &'static str, pointer: *const T) -> Result<T, Problems> {
        crate::call::maybe_panic();
        let mut own = MaybeUninit::<T>::zeroed();
        if pointer.is_null() {
            // SAFETY: all bits zero are a value.
            return Ok(unsafe { own.assume_init() });
        }
        if !pointer.is_aligned() {
            return Err(Problem::new(Code::ArgumentAlignment, Path::of(name)).into());
        }
        // SAFETY: not NULL, aligned, and the first field is the size.
        let size = unsafe { pointer.cast::<usize>().read() };
        let known = T::SIZES.contains(&size);
        if !known && (size <= size_of::<T>() || size > LARGEST) {
            return Err(Problem::new(Code::ArgumentStructSize, Path::of(name).field("size"))
                .allowed(Fact::Between(count(T::SIZES[0]), count(LARGEST)))
                .found(Fact::int(size as u64))
                .into());
        }
        let common = size.min(size_of::<T>());
        // SAFETY: the caller says that `size` bytes are there; as many are copied as both hold.
        unsafe { ptr::copy_nonoverlapping(pointer.cast::<u8>(), own.as_mut_ptr().cast::<u8>(), common) };
        for at in common..size {
            // SAFETY: within the `size` bytes.
            if unsafe { pointer.cast::<u8>().add(at).read() } != 0 {
                return Err(Problem::new(Code::ArgumentStructSize, Path::of(name))
                    .allowed(Fact::AtMost(count(size_of::<T>())))
                    .found(Fact::int(size as u64))
                    .into());
            }
        }
        // SAFETY: the contract of the trait.
        Ok(unsafe { own.assume_init() })
    }
}

/// How a pool is read. Set `size` to `sizeof(hemvist_read_options)`, everything else to 0 or what you need.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hemvist_read_options {
    /// `sizeof(hemvist_read_options)`.
    pub size: usize,
    /// Not 0: accept ids and texts that are, or hold, valid personal identity numbers. Only for hosts whose random ids
    /// happen to be valid numbers: the engine needs no identity.
    pub allow_identity_numbers: i32,
}

// SAFETY: plain numbers.
unsafe impl OptionStruct for hemvist_read_options {
    const SIZES: &'static [usize] = &[size_of::<Self>()];
}

impl hemvist_read_options {
    pub(crate) fn read(self) -> ReadOptions {
        ReadOptions {
            allow_identity_numbers: self.allow_identity_numbers != 0,
        }
    }
}

/// What a caller is told while long work goes on; return 0 to go on, anything else to stop with the best answer known.
///
/// Called on the thread that called the library, about twenty times a second, whether or not anything is new. `work` is
/// the counted work done, which never falls; `value` and `bound` are the sum reached and the most that is still
/// possible, as far as the part that was worked on last is concerned, held to 64 bits. In a question about a plan `work` and
/// `value` are the solves done, and `bound` how many there will be; 0 while nothing is known of that. It must not throw or
/// jump away; it may call the library.
pub type hemvist_progress_function =
    Option<unsafe extern "C" fn(context: *mut c_void, work: u64, value: i64, bound: i64) -> i32>;

/// How long work is run. Set `size` to `sizeof(hemvist_run_options)`, everything else to 0 or what you need.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hemvist_run_options {
    /// `sizeof(hemvist_run_options)`.
    pub size: usize,
    /// Worker threads, at most 1024; 0: as many as there are processors. No answer depends on it.
    pub threads: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Stop after this much counted work, at most 2^53 - 1; the same limit gives the same answer again. 0: no limit.
    pub work_limit: u64,
    /// Stop after so many milliseconds; the answer is marked as not repeatable. 0: no limit.
    pub time_limit_ms: u64,
    /// Seed of the drawn lots between equally good plans, 1 to 200 characters in UTF-8; NULL: the policy's `tie_seed`, or
    /// in a question about a plan the plan's own.
    pub seed: *const c_char,
    /// Bytes of `seed`.
    pub seed_length: usize,
    /// Told how far the work is, and asked whether to stop; NULL: nobody.
    pub progress: hemvist_progress_function,
    /// Handed to `progress` as it is.
    pub progress_context: *mut c_void,
    /// A flag that stops the work; NULL: none.
    pub cancel: *const hemvist_cancel,
}

// SAFETY: numbers and pointers; 0 is NULL.
unsafe impl OptionStruct for hemvist_run_options {
    const SIZES: &'static [usize] = &[size_of::<Self>()];
}

/// Greatest limit of counted work: the greatest number that every reader of JSON holds exactly.
const GREATEST_WORK: u64 = (1 << 53) - 1;

/// Most worker threads of one call.
const MOST_THREADS: u32 = 1024;

/// The number of threads asked for.
pub(crate) fn threads(name: Path, threads: u32) -> Result<usize, Problem> {
    if threads > MOST_THREADS {
        return Err(Problem::new(Code::OptionOutOfRange, name)
            .allowed(Fact::AtMost(MOST_THREADS.into()))
            .found(Fact::int(threads)));
    }
    Ok(threads as usize)
}

/// Options of long work, checked.
pub(crate) struct Run<'c> {
    pub(crate) seed: Option<&'c str>,
    pub(crate) threads: usize,
    pub(crate) work_limit: Option<u64>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancel: Cancel,
    pub(crate) progress: Option<Progress>,
}

/// Whom to tell how far the work is.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    function: unsafe extern "C" fn(*mut c_void, u64, i64, i64) -> i32,
    context: *mut c_void,
}

impl Progress {
    /// Tells; whether the caller wants to stop.
    pub(crate) fn tell(self, work: u64, value: i64, bound: i64) -> bool {
        // SAFETY: the caller handed in the function and its context for this call.
        unsafe { (self.function)(self.context, work, value, bound) != 0 }
    }
}

impl<'c> Call<'c> {
    /// Reads and checks the options of long work.
    ///
    /// # Safety
    /// As [`Call::options`]; and the seed and the flag live until the function returns.
    pub(crate) unsafe fn run(
        &self,
        name: &'static str,
        pointer: *const hemvist_run_options,
    ) -> Result<Run<'c>, Problems> {
        // SAFETY: the same contract.
        let options = unsafe { self.options(name, pointer) }?;
        // SAFETY: the caller says that `seed_length` bytes are there.
        let seed = unsafe { self.optional_text("seed", options.seed, options.seed_length) }?;
        // SAFETY: the caller says that it is a flag of ours.
        let cancel = unsafe { self.optional_handle("cancel", options.cancel) }?;
        if options.reserved != 0 {
            let problem = Problem::new(Code::ArgumentUnknown, Path::of(name).field("reserved"));
            return Err(problem.allowed(Fact::Int(0)).found(Fact::int(options.reserved)).into());
        }
        let some = |limit: u64| (limit > 0).then_some(limit);
        if options.work_limit > GREATEST_WORK {
            return Err(Problem::new(Code::OptionOutOfRange, Path::of("work_limit"))
                .allowed(Fact::AtMost(GREATEST_WORK.cast_signed()))
                .found(Fact::int(options.work_limit))
                .into());
        }
        Ok(Run {
            seed,
            threads: threads(Path::of("threads"), options.threads)?,
            work_limit: some(options.work_limit),
            // A moment beyond what the clock holds is no limit.
            deadline: some(options.time_limit_ms).and_then(|ms| Instant::now().checked_add(Duration::from_millis(ms))),
            cancel: cancel.cloned().unwrap_or_default(),
            progress: options.progress.map(|function| Progress {
                function,
                context: options.progress_context,
            }),
        })
    }
}

impl Run<'_> {
    /// The same for a match, all but progress.
    pub(crate) fn matching(&self) -> MatchOptions<'_> {
        MatchOptions {
            seed: self.seed,
            threads: self.threads,
            work_limit: self.work_limit,
            deadline: self.deadline,
            cancel: Some(self.cancel.clone()),
            progress: None,
        }
    }
}
