//! Documents that are asked for by id: what is said of one pair, of one child, of a record; and any document in its
//! canonical form.
//!
//! To add a function of this kind: take the handles and texts through [`crate::call::Call`], ask the engine for its
//! answer, and give it with [`Bytes::document`].

use std::ffi::c_char;

use hemvist::explain::ExplanationDocument;
use hemvist::rank::{Rank, RankOptions};
use hemvist::replay::replay;
use hemvist::{formats, json, lottery, schema};

use crate::buffer::{Bytes, hemvist_buffer};
use crate::call::guard;
use crate::error::hemvist_error;
use crate::policy::hemvist_policy;
use crate::pool::hemvist_pool;

/// The families for one child, best first, as a document `hemvist.rank/1`: at most `most` of the eligible ones with
/// everything that speaks for and against them; how many families each rule stops; and for a child of a sibling group the
/// families that can take them together, or the best way to part them. `ruled_out` not 0: also the families that fewest rules
/// stop, at most `most`. The child is named by its id.
///
/// Borrows everything; gives a buffer. Thread-safe. Time: families times children of the sibling group; where no family can
/// take the group, one small solve. Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_rank_document(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    child: *const c_char,
    child_length: usize,
    most: u32,
    ruled_out: i32,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let child = call.child(pool, "child", child, child_length)?;
            let out = call.out("document_out", document_out)?;
            let options = RankOptions {
                most: most as usize,
                ruled_out: ruled_out != 0,
            };
            Bytes::document(&Rank::of(pool, policy, &pool.child(child).id, options)?)?.give(out);
            Ok(())
        })
    }
}

/// Everything that rules and criteria say of one child and one family, as a document `hemvist.explanation/1` with
/// sentences in one language (`HEMVIST_LANG_…`). Child and family are named by their ids.
///
/// Borrows everything; gives a buffer. Thread-safe. Errors: `HEMVIST_OPTION_UNKNOWN_CHILD`,
/// `HEMVIST_OPTION_UNKNOWN_FAMILY`, `HEMVIST_ARGUMENT_UNKNOWN` for a language not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_explain(
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    child: *const c_char,
    child_length: usize,
    family: *const c_char,
    family_length: usize,
    lang: i32,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let child = call.child(pool, "child", child, child_length)?;
            let family = call.family(pool, "family", family, family_length)?;
            let lang = crate::error::lang(lang)?;
            let out = call.out("document_out", document_out)?;
            Bytes::document(&ExplanationDocument::new(pool, policy, child, family, lang))?.give(out);
            Ok(())
        })
    }
}

/// Runs an audit record again on a pool and a policy and says what differs, as a document
/// `{"confirmed":…,"differences":[…]}`: in the record, the engine, the pool, the policy, the seed, or the plan, child by
/// child.
///
/// Borrows everything; gives a buffer. Thread-safe. Takes as long as the match. That something differs is no error.
/// Errors: `HEMVIST_DOCUMENT_SYNTAX`, `HEMVIST_DOCUMENT_WRONG_FORMAT` for what is no record; those of `hemvist_match`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_replay(
    record: *const c_char,
    record_length: usize,
    pool: *const hemvist_pool,
    policy: *const hemvist_policy,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let record = call.bytes("record", record, record_length)?;
            let pool = call.handle("pool", pool)?;
            let policy = call.handle("policy", policy)?;
            let out = call.out("document_out", document_out)?;
            Bytes::document(&replay(record, pool, policy.policy())?)?.give(out);
            Ok(())
        })
    }
}

/// Any JSON document in canonical form (RFC 8785): what the digests in plans and records are taken of.
///
/// Borrows the document; gives a buffer. Thread-safe. Errors: `HEMVIST_DOCUMENT_SYNTAX` and its like,
/// `HEMVIST_DOCUMENT_DUPLICATE_FIELD`, `HEMVIST_DOCUMENT_NUMBER_TOO_LARGE`, `HEMVIST_LIMIT_DEPTH`,
/// `HEMVIST_LIMIT_BYTES` beyond 64 MiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_canonical(
    json: *const c_char,
    json_length: usize,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let json = call.bytes("json", json, json_length)?;
            let out = call.out("document_out", document_out)?;
            Bytes::new(json::to_canonical(json)?).give(out);
            Ok(())
        })
    }
}

/// The JSON Schema (draft 2020-12) of a document, by the document's name: that of its format without `hemvist.` and number,
/// such as `pool`, `policy`, `changes` or `why_not`.
///
/// Borrows the name; gives a buffer. Thread-safe. Errors: `HEMVIST_VALUE_UNKNOWN_WORD`, whose message lists the names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_schema(
    document: *const c_char,
    document_length: usize,
    schema_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let document = call.text("document", document, document_length)?;
            let out = call.out("schema_out", schema_out)?;
            Bytes::new(schema::text(&formats::schema(document)?).into_bytes()).give(out);
            Ok(())
        })
    }
}

/// Who goes first when whole pools are served equally well: the places of `count` ids in drawing order under a seed.
/// `order_out[0]` is the place, from 0, of the id that goes first. Anyone can recompute it; see docs.
///
/// `ids` and `id_lengths` are arrays of `count` entries, as is `order_out`. Borrows everything. Thread-safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_lottery_order(
    seed: *const c_char,
    seed_length: usize,
    ids: *const *const c_char,
    id_lengths: *const usize,
    count: usize,
    order_out: *mut u32,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let seed = call.text("seed", seed, seed_length)?;
            let ids = call.slice("ids", ids, count)?;
            let id_lengths = call.slice("id_lengths", id_lengths, count)?;
            let order = call.fill("order_out", order_out, count)?;
            let mut texts = Vec::new();
            for at in 0..count {
                texts.push(call.text("ids", ids[at], id_lengths[at])?);
            }
            order.copy_from_slice(&lottery::order(seed, texts));
            Ok(())
        })
    }
}
