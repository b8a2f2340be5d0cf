//! What went wrong: an object with numbers that never change, words in two languages, and a path for each problem.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use hemvist::{Code, Lang, Path, Problem, Problems};

use crate::buffer::{Bytes, hemvist_buffer};
use crate::call::{choose, guard, shield};
use crate::codes::HEMVIST_OK;
use crate::handle::{self, Opaque};

/// English.
#[expect(dead_code, reason = "read by C, through the header")]
pub const HEMVIST_LANG_EN: i32 = 0;
/// Swedish (svenska).
#[expect(dead_code, reason = "read by C, through the header")]
pub const HEMVIST_LANG_SV: i32 = 1;

/// The languages, by their numbers.
const LANGS: [Lang; 2] = [Lang::En, Lang::Sv];

/// Why a call failed: one problem or more, each with a number, a path and a message.
///
/// Given by a function that failed, through its last argument; free it with `hemvist_error_free`. Everything that is
/// read from it belongs to it and lives as long. It may be read by several threads at once.
pub struct hemvist_error {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_error {
    type Inner = Failure;
    const TAG: u64 = u64::from_be_bytes(*b"hv:error");
}

/// Why a call failed.
pub(crate) struct Failure {
    problems: Problems,
    /// What a panic said.
    fault: Option<String>,
    /// Paths, messages and the whole, as C texts; made when first asked for.
    paths: OnceLock<Vec<CString>>,
    words: [OnceLock<Words>; LANGS.len()],
}

/// The messages in one language.
struct Words {
    whole: CString,
    each: Vec<CString>,
}

impl Failure {
    /// The input or an argument was refused.
    pub(crate) fn refused(problems: Problems) -> Self {
        Self {
            problems,
            fault: None,
            paths: OnceLock::new(),
            words: [const { OnceLock::new() }; LANGS.len()],
        }
    }

    /// The library is at fault.
    pub(crate) fn fault(text: String) -> Self {
        Self {
            fault: Some(text),
            ..Self::refused(Problem::new(Code::FaultPanic, Path::root()).into())
        }
    }

    /// The number of the first problem.
    pub(crate) fn code(&self) -> i32 {
        self.problems.as_slice().first().map_or(HEMVIST_OK, |p| number(p.code))
    }

    fn paths(&self) -> &[CString] {
        self.paths
            .get_or_init(|| self.problems.iter().map(|p| text(p.path.to_string())).collect())
    }

    fn words(&self, lang: usize) -> &Words {
        self.words[lang].get_or_init(|| {
            let message = |problem: &Problem| match &self.fault {
                Some(fault) => format!("{} ({fault})", problem.message(LANGS[lang])),
                None => problem.message(LANGS[lang]),
            };
            let each: Vec<String> = self.problems.iter().map(message).collect();
            let whole = match each.as_slice() {
                [one] if !self.problems.is_capped() => one.clone(),
                _ => self.problems.message(LANGS[lang]),
            };
            Words {
                whole: text(whole),
                each: each.into_iter().map(text).collect(),
            }
        })
    }

    /// What it says, in English.
    pub(crate) fn message(&self) -> &CString {
        &self.words(0).whole
    }
}

/// A code as C knows it.
fn number(code: Code) -> i32 {
    i32::try_from(code.number()).unwrap_or(i32::MAX)
}

/// A C text; none of ours holds a NUL, and if a panic's did, the text would end there.
fn text(text: String) -> CString {
    let mut bytes = text.into_bytes();
    bytes.retain(|&byte| byte != 0);
    CString::new(bytes).unwrap_or_default()
}

/// What `read` finds in an error; `otherwise` if there is none.
///
/// # Safety
/// `error` is NULL or an error of ours that lives until the function returns.
unsafe fn look<R: Copy>(error: *const hemvist_error, otherwise: R, read: impl FnOnce(&Failure) -> Option<R>) -> R {
    shield(otherwise, || {
        // SAFETY: the same contract.
        let failure = unsafe { handle::borrow(error) };
        failure.ok().and_then(|handle| read(&handle.inner)).unwrap_or(otherwise)
    })
}

/// The number of the first problem; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_code(error: *const hemvist_error) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe { look(error, HEMVIST_OK, |failure| Some(failure.code())) }
}

/// All problems as lines for people, NUL-terminated; belongs to the error. `""` for NULL or a language not known.
///
/// `lang` is `HEMVIST_LANG_EN` or `HEMVIST_LANG_SV`. Messages name places, numbers and words of our own lists, never
/// text or ids of what was refused, so they may be logged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_message(error: *const hemvist_error, lang: i32) -> *const c_char {
    let none = c"".as_ptr();
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        look(error, none, |failure| {
            Some(failure.words(lang_at(lang)?).whole.as_ptr())
        })
    }
}

/// How many problems the error holds: at most 1000. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_count(error: *const hemvist_error) -> usize {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe { look(error, 0, |failure| Some(failure.problems.as_slice().len())) }
}

/// How many problems were found, those that the error does not hold included. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_total(error: *const hemvist_error) -> u64 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe { look(error, 0, |failure| Some(failure.problems.total())) }
}

/// The number of a problem, by its index from 0; 0 beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_code_at(error: *const hemvist_error, index: usize) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        look(error, HEMVIST_OK, |failure| {
            Some(number(failure.problems.as_slice().get(index)?.code))
        })
    }
}

/// Where a problem is, such as `"children[12].needs"` or the name of an argument, NUL-terminated; belongs to the error.
/// `""`: the input as a whole, or an index beyond the last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_path_at(error: *const hemvist_error, index: usize) -> *const c_char {
    let none = c"".as_ptr();
    // SAFETY: the contract at the head of hemvist.h.
    unsafe { look(error, none, |failure| Some(failure.paths().get(index)?.as_ptr())) }
}

/// One problem as a line for people: path, what is wrong, what is allowed, what was found; NUL-terminated, belongs to the
/// error. `""` beyond the last, or for a language not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_message_at(
    error: *const hemvist_error,
    index: usize,
    lang: i32,
) -> *const c_char {
    let none = c"".as_ptr();
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        look(error, none, |failure| {
            Some(failure.words(lang_at(lang)?).each.get(index)?.as_ptr())
        })
    }
}

/// All problems as a document: `{"problems":[{"code":…,"number":…,"path":…,"allowed":…,"found":…},…],"total":…}`,
/// canonical JSON.
///
/// Gives a buffer. Errors: `HEMVIST_ARGUMENT_NULL`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_document(
    error: *const hemvist_error,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let failure = call.handle("error", error)?;
            let out = call.out("document_out", document_out)?;
            Bytes::document(&failure.problems)?.give(out);
            Ok(())
        })
    }
}

/// Frees an error; NULL is left alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_error_free(error: *mut hemvist_error) {
    // SAFETY: the contract at the head of hemvist.h.
    shield((), || unsafe { handle::free(error) });
}

/// The stable word of a code, such as `"pool.duplicate_id"` for 1401, NUL-terminated; lives as long as the program.
/// `"ok"` for 0, NULL for a number that is no code. Thread-safe; cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn hemvist_code_slug(code: i32) -> *const c_char {
    static SLUGS: OnceLock<Vec<CString>> = OnceLock::new();
    shield(ptr::null(), || {
        if code == HEMVIST_OK {
            return c"ok".as_ptr();
        }
        let slugs = SLUGS.get_or_init(|| Code::ALL.iter().map(|code| text(code.slug().to_owned())).collect());
        let place = Code::ALL.binary_search_by_key(&code, |&code| number(code));
        place.map_or(ptr::null(), |at| slugs[at].as_ptr())
    })
}

/// Where a language stands in [`LANGS`].
fn lang_at(number: i32) -> Option<usize> {
    usize::try_from(number).ok().filter(|&at| at < LANGS.len())
}

/// The language that a number stands for.
pub(crate) fn lang(number: i32) -> Result<Lang, Problem> {
    choose("lang", number, &LANGS)
}
