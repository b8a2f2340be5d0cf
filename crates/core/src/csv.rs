//! Reads and writes a pool document as tables: named CSV files, as Swedish systems and spreadsheets export them.
//!
//! What is accepted, and noted in [`ReadNotes`]: comma, semicolon or tab (whichever the header row holds most often);
//! UTF-8 with or without byte order mark, UTF-16 with one, else Windows-1252; decimal point or comma; English or
//! Swedish file names, headers, enum words and yes/no ([`TABLES`], [`WORDS`]). Dates are `YYYY-MM-DD`, months
//! `YYYY-MM`, never guessed. An empty cell is an absent value. Entries of a list are parted by `|` or by spaces;
//! `none` (`inga`) is a list known to be empty. A text that a spreadsheet could take for a formula is written with `'`
//! before it, and read without. Empty rows are skipped.
//!
//! Only `pool.csv`, with the date `as_of`, is required; a table that is not given has no rows. Problems are those of
//! [`crate::json`] and [`mod@crate::validate`], at `file:row.column`; rows are counted as a spreadsheet does, the header
//! being row 1. File names and headers that are not ours are told by place only.
//!
//! One thing is not kept: wishes without any family and date are the same as none.

pub(crate) mod assemble;
pub(crate) mod cell;
pub(crate) mod columns;
mod read;
mod rows;
mod text;
pub(crate) mod write;

use serde::Serialize;

use crate::lang::Lang;

pub use columns::{Column, NONE, TABLES, TRUTHS, Table, WORDS};
pub use read::read_pool;
pub use rows::read_rows;
pub use write::{Dialect, write_pool};

/// How the bytes of a table were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Encoded {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// UTF-16 with a byte order mark.
    Utf16,
    /// Windows-1252: assumed, since the bytes are not UTF-8.
    Windows1252,
}

/// What parts the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Delimiter {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// What was assumed in order to read one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TableNote {
    /// The table.
    pub table: &'static str,
    /// Its encoding.
    pub encoding: Encoded,
    /// Its delimiter.
    pub delimiter: Delimiter,
    /// Rows read, without the header and empty rows.
    pub rows: u64,
}

impl TableNote {
    /// Whether the encoding is a guess that a person should look at: other letters than A–Z may be wrong.
    pub fn is_guess(&self) -> bool {
        self.encoding == Encoded::Windows1252
    }

    /// The note as a line for people.
    pub fn message(&self, lang: Lang) -> String {
        let encoding = match self.encoding {
            Encoded::Utf8 => "UTF-8",
            Encoded::Utf8Bom => lang.pick("UTF-8 with byte order mark", "UTF-8 med byteordningsmarkering"),
            Encoded::Utf16 => "UTF-16",
            Encoded::Windows1252 => lang.pick(
                "Windows-1252 (assumed: the bytes are not UTF-8)",
                "Windows-1252 (antaget: filen är inte UTF-8)",
            ),
        };
        let delimiter = match self.delimiter {
            Delimiter::Comma => lang.pick("comma", "komma"),
            Delimiter::Semicolon => lang.pick("semicolon", "semikolon"),
            Delimiter::Tab => lang.pick("tab", "tabb"),
        };
        let (table, rows) = (self.table, self.rows);
        match lang {
            Lang::En => format!("{table}: {rows} rows, {encoding}, cells parted by {delimiter}"),
            Lang::Sv => format!("{table}: {rows} rader, {encoding}, celler skilda av {delimiter}"),
        }
    }
}

/// What was assumed in order to read tables, in the order in which they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReadNotes {
    /// One note for each table.
    pub tables: Vec<TableNote>,
}
