//! Pools: documents and tables in, the canonical document and the numbers of children and families out.

use std::ffi::c_char;
use std::sync::Arc;

use hemvist::ask::Labels;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::{Code, Path, Problem, Problems, json};

use crate::buffer::{Bytes, hemvist_buffer};
use crate::call::{Call, Out, check_index, check_length, choose, guard, shield};
use crate::error::hemvist_error;
use crate::handle::{self, Opaque};
use crate::log;
use crate::options::hemvist_read_options;

/// A checked pool: children, families, and what is known of them. It does not change.
///
/// Free it with `hemvist_pool_free`. It may be used by any number of threads at once; plans made from it keep what they
/// need, so it may be freed before them.
///
/// Children and families have numbers from 0, in the order of their ids as bytes; arrays speak of them by these numbers.
pub struct hemvist_pool {
    _opaque: [u8; 0],
}

// SAFETY: a tag of its own.
unsafe impl Opaque for hemvist_pool {
    type Inner = Arc<Pool>;
    const TAG: u64 = u64::from_be_bytes(*b"hv:pool\0");
}

/// Reads a pool from a document `hemvist.pool/1`: JSON in UTF-8, `json_length` bytes.
///
/// Borrows the document and the options (NULL: defaults); gives a pool. Thread-safe. Time linear in the document, but for
/// the sorting of records; memory a few times the document.
///
/// Errors: every problem of the document, with its path, up to 1000 of them (codes 1001 to 1423);
/// `HEMVIST_LIMIT_BYTES` beyond 1 GiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_from_json(
    json: *const c_char,
    json_length: usize,
    options: *const hemvist_read_options,
    pool_out: *mut *mut hemvist_pool,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let json = call.bytes("json", json, json_length)?;
            let options = call.options("options", options)?.read();
            let out = call.out("pool_out", pool_out)?;
            give(Pool::from_json(json, &options)?, out);
            Ok(())
        })
    }
}

/// Reads a pool from tables, as Swedish systems and spreadsheets export them: `count` files, each with its name (such as
/// `children.csv` or `barn.csv`, UTF-8) and its bytes as they are in the file.
///
/// `names`, `name_lengths`, `contents` and `content_lengths` are arrays of `count` entries. If `notes_out` is not NULL it
/// is given a document that tells how each table was read: encoding, delimiter, rows. The same documents are described in
/// docs/reference/pool.md.
///
/// Borrows everything; gives a pool, and a buffer of notes. Thread-safe.
///
/// Errors: every problem of the tables, as `hemvist_pool_from_json`, with paths such as `children.csv:12.needs`
/// (codes 1001 to 1423).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_from_tables(
    names: *const *const c_char,
    name_lengths: *const usize,
    contents: *const *const c_char,
    content_lengths: *const usize,
    count: usize,
    options: *const hemvist_read_options,
    pool_out: *mut *mut hemvist_pool,
    notes_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let names = call.slice("names", names, count)?;
            let name_lengths = call.slice("name_lengths", name_lengths, count)?;
            let contents = call.slice("contents", contents, count)?;
            let content_lengths = call.slice("content_lengths", content_lengths, count)?;
            let options = call.options("options", options)?.read();
            let out = call.out("pool_out", pool_out)?;
            let notes_out = call.optional_out("notes_out", notes_out)?;
            let mut tables = Vec::new();
            for at in 0..count {
                let name = call.text("names", names[at], name_lengths[at])?;
                tables.push((name, call.bytes("contents", contents[at], content_lengths[at])?));
            }
            let (pool, notes) = Pool::from_tables(&tables, &options)?;
            let notes = Bytes::document(&notes)?;
            give(pool, out);
            if let Some(out) = notes_out {
                notes.give(out);
            }
            Ok(())
        })
    }
}

fn give(pool: Pool, out: Out<*mut hemvist_pool>) {
    log::work(|| {
        format!(
            "pool read: {} children, {} families",
            pool.n_children(),
            pool.n_families()
        )
    });
    out.set(handle::give(Arc::new(pool)));
}

/// Says every problem of a pool document as a document, `{"problems":[…],"total":…}`, also when there is none.
///
/// Borrows the document and the options (NULL: defaults); gives a buffer. Thread-safe. That the pool has problems is no
/// error here. Errors: those of arguments only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_validate(
    json: *const c_char,
    json_length: usize,
    options: *const hemvist_read_options,
    report_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let json = call.bytes("json", json, json_length)?;
            let options = call.options("options", options)?.read();
            let out = call.out("report_out", report_out)?;
            let problems = json::read_pool(json, &options).err().unwrap_or_default();
            Bytes::document(&problems)?.give(out);
            Ok(())
        })
    }
}

/// How many children and families a pool has. Thread-safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_size(
    pool: *const hemvist_pool,
    children_out: *mut usize,
    families_out: *mut usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let children_out = call.out("children_out", children_out)?;
            let families_out = call.out("families_out", families_out)?;
            children_out.set(pool.n_children());
            families_out.set(pool.n_families());
            Ok(())
        })
    }
}

/// The number of the child with this id. Thread-safe; time logarithmic in the pool.
///
/// Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_child(
    pool: *const hemvist_pool,
    id: *const c_char,
    id_length: usize,
    child_out: *mut u32,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let child = call.child(pool, "id", id, id_length)?;
            call.out("child_out", child_out)?.set(row(child.row()));
            Ok(())
        })
    }
}

/// The number of the family with this id. Thread-safe; time logarithmic in the pool.
///
/// Errors: `HEMVIST_OPTION_UNKNOWN_FAMILY`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_family(
    pool: *const hemvist_pool,
    id: *const c_char,
    id_length: usize,
    family_out: *mut u32,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let family = call.family(pool, "id", id, id_length)?;
            call.out("family_out", family_out)?.set(row(family.row()));
            Ok(())
        })
    }
}

/// The id of a child: `*length_out` bytes of UTF-8 that belong to the pool, without a NUL at the end. Thread-safe.
///
/// Errors: `HEMVIST_ARGUMENT_INDEX`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_child_id(
    pool: *const hemvist_pool,
    child: u32,
    id_out: *mut *const c_char,
    length_out: *mut usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let child = child_at(pool, child)?;
            call.id(&pool.child(child).id, id_out, length_out)
        })
    }
}

/// The id of a family: `*length_out` bytes of UTF-8 that belong to the pool, without a NUL at the end. Thread-safe.
///
/// Errors: `HEMVIST_ARGUMENT_INDEX`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_family_id(
    pool: *const hemvist_pool,
    family: u32,
    id_out: *mut *const c_char,
    length_out: *mut usize,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let family = family_at(pool, family)?;
            call.id(&pool.family(family).id, id_out, length_out)
        })
    }
}

/// The pool as a document `hemvist.pool/1`: canonical JSON, whose SHA-256 is the pool's digest in audit records.
///
/// Gives a buffer. Thread-safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_document(
    pool: *const hemvist_pool,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let out = call.out("document_out", document_out)?;
            Bytes::document(pool.document())?.give(out);
            Ok(())
        })
    }
}

/// By the municipality that is responsible for the child.
#[expect(dead_code, reason = "read by C, through the header")]
pub const HEMVIST_LABELS_MUNICIPALITY: i32 = 0;
/// By gender, as far as it is known.
#[expect(dead_code, reason = "read by C, through the header")]
pub const HEMVIST_LABELS_GENDER: i32 = 1;

/// Labels that the pool itself gives (`HEMVIST_LABELS_…`), as a document `hemvist.labels/1` for `hemvist_groups`.
///
/// Gives a buffer. Thread-safe. Errors: `HEMVIST_ARGUMENT_UNKNOWN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_labels(
    pool: *const hemvist_pool,
    by: i32,
    labels_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let labels = choose("by", by, &[Labels::by_municipality, Labels::by_gender])?;
            let out = call.out("labels_out", labels_out)?;
            Bytes::document(&labels(pool))?.give(out);
            Ok(())
        })
    }
}

/// Frees a pool; NULL is left alone. No other thread may be using it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_pool_free(pool: *mut hemvist_pool) {
    // SAFETY: the contract at the head of hemvist.h.
    shield((), || unsafe { handle::free(pool) });
}

/// The number of a row; pools have far fewer than 2^32.
pub(crate) fn row(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

/// The child with this number.
pub(crate) fn child_at(pool: &Pool, child: u32) -> Result<ChildIdx, Problem> {
    check_index("child", child, pool.n_children()).map(ChildIdx::from_row)
}

/// The family with this number.
pub(crate) fn family_at(pool: &Pool, family: u32) -> Result<FamilyIdx, Problem> {
    check_index("family", family, pool.n_families()).map(FamilyIdx::from_row)
}

impl<'c> Call<'c> {
    /// The child with this id.
    ///
    /// # Safety
    /// As [`Call::slice`].
    pub(crate) unsafe fn child(
        &self,
        pool: &Pool,
        name: &'static str,
        id: *const c_char,
        length: usize,
    ) -> Result<ChildIdx, Problems> {
        // SAFETY: the same contract.
        let id = unsafe { self.text(name, id, length) }?;
        let unknown = || Problem::new(Code::AskedUnknownChild, Path::of(name)).into();
        pool.child_idx(id).ok_or_else(unknown)
    }

    /// The family with this id.
    ///
    /// # Safety
    /// As [`Call::slice`].
    pub(crate) unsafe fn family(
        &self,
        pool: &Pool,
        name: &'static str,
        id: *const c_char,
        length: usize,
    ) -> Result<FamilyIdx, Problems> {
        // SAFETY: the same contract.
        let id = unsafe { self.text(name, id, length) }?;
        let unknown = || Problem::new(Code::AskedUnknownFamily, Path::of(name)).into();
        pool.family_idx(id).ok_or_else(unknown)
    }

    /// Gives an id that the pool keeps.
    ///
    /// # Safety
    /// As [`Call::out`].
    unsafe fn id(&self, id: &str, id_out: *mut *const c_char, length_out: *mut usize) -> Result<(), Problems> {
        // SAFETY: the same contract.
        let (id_out, length_out) = unsafe { (self.out("id_out", id_out)?, self.out("length_out", length_out)?) };
        id_out.set(id.as_ptr().cast());
        length_out.set(id.len());
        Ok(())
    }

    /// An array of the caller's with one place for each of `needed` records.
    ///
    /// # Safety
    /// As [`Call::fill`].
    pub(crate) unsafe fn fill_exactly<T: crate::call::Plain>(
        &self,
        name: &'static str,
        pointer: *mut T,
        length: usize,
        needed: usize,
    ) -> Result<&'c mut [T], Problems> {
        check_length(name, length, needed)?;
        // SAFETY: the same contract.
        unsafe { self.fill(name, pointer, length) }
    }
}
