//! Documents, files and frames to pools, in one step and checked once: what a face calls to read a pool.

use crate::csv::{self, ReadNotes};
use crate::day::Day;
use crate::frames::{self, Frame};
use crate::json;
use crate::pool::Pool;
use crate::problem::Problems;
use crate::validate::ReadOptions;

/// Reads a pool from a JSON document.
///
/// # Errors
/// As [`json::read_pool`].
///
/// # Examples
/// ```
/// use hemvist::{ReadOptions, read};
///
/// let text = br#"{ "format": "hemvist.pool/1", "as_of": "2026-02-01", "municipalities": [{ "id": "1276" }],
///     "children": [{ "id": "c1", "municipality": "1276", "age": 7, "placement": "long_term" }] }"#;
/// assert_eq!(read::from_json(text, &ReadOptions::default())?.n_children(), 1);
/// # Ok::<(), hemvist::Problems>(())
/// ```
pub fn from_json(bytes: &[u8], options: &ReadOptions) -> Result<Pool, Problems> {
    json::read_pool(bytes, options).map(Pool::from_checked)
}

/// Reads a pool from CSV tables: file names and their bytes.
///
/// # Errors
/// As [`csv::read_pool`].
pub fn from_csv(tables: &[(&str, &[u8])], options: &ReadOptions) -> Result<(Pool, ReadNotes), Problems> {
    csv::read_pool(tables, options).map(|(document, notes)| (Pool::from_checked(document), notes))
}

/// Reads a pool from frames.
///
/// # Errors
/// As [`frames::read_pool`].
///
/// # Panics
/// As [`frames::read_pool`].
pub fn from_frames(as_of: Day, frames: &[Frame<'_>], options: &ReadOptions) -> Result<Pool, Problems> {
    frames::read_pool(as_of, frames, options).map(Pool::from_checked)
}
