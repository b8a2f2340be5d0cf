//! Reads and writes a pool document as typed tables, column by column, as data-frame libraries hold them.
//!
//! The tables and columns are those of [`crate::csv`] (names without `.csv`, English or Swedish), but cells have types:
//!
//! | field | cells |
//! |---|---|
//! | id, word, text | text; never a number, since a code such as `0180` would have lost its zero |
//! | whole number | whole numbers, also those kept as floats (`3.0`), as libraries do for columns with gaps |
//! | number | any number that is finite |
//! | yes or no | true and false, or 1 and 0 |
//! | day | a day, or a moment at the start of one; for a month, the first day of it |
//! | list | a list; an empty one is known to be empty |
//!
//! Text is taken for every field, as in a CSV file, so a table that was read as text only means the same. An absent
//! cell and a blank text are an absent value. A frame has no table `pool`: the date is handed in beside it.
//!
//! Problems are those of [`crate::json`] and [`mod@crate::validate`], at `table[row].column`, rows counted from 0. A column
//! whose cells can have no meaning in it is one problem, at `table.column`. This module promises that a document
//! written with [`write_pool`] and read again is the same document, and refuses to know any data-frame library.

mod cell;
mod column;
mod quick;
mod read;

pub use cell::{Cell, Cells};
pub use column::{Column, write_pool};
pub use read::{Batch, Frame, read_pool};
