//! The bytes of a table as text: encoding, delimiter, rows.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{Delimiter, Encoded};
use crate::limits;
use crate::problem::{Code, Fact, Path, Problem};

/// A table as text, and what was assumed to read it.
pub(super) struct Text {
    pub(super) content: String,
    pub(super) encoding: Encoded,
    pub(super) delimiter: Delimiter,
}

impl Text {
    /// Decodes by byte order mark; else as UTF-8; else, if it is not that, as Windows-1252.
    pub(super) fn decode(bytes: &[u8]) -> Self {
        let (text, encoding) = if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
            let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
            let encoding = if encoding == UTF_8 {
                Encoded::Utf8Bom
            } else {
                Encoded::Utf16
            };
            (text.into_owned(), encoding)
        } else if let Ok(text) = std::str::from_utf8(bytes) {
            (text.to_owned(), Encoded::Utf8)
        } else {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            (text.into_owned(), Encoded::Windows1252)
        };
        let delimiter = delimiter(&text);
        Self {
            content: text,
            encoding,
            delimiter,
        }
    }

    /// The rows with their numbers, the header first. Empty rows are left out but counted.
    pub(super) fn rows(&self) -> Rows<'_> {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter.byte())
            .from_reader(self.content.as_bytes());
        Rows {
            text: self.content.as_bytes(),
            reader,
            record: csv::StringRecord::new(),
            seen: 0,
            row: 1,
        }
    }

    /// Whether a quoted cell is never closed, so that the rest of the table would be lost in it.
    pub(super) fn has_open_quote(&self) -> bool {
        !self.content.matches('"').count().is_multiple_of(2)
    }
}

/// The delimiter that the header row holds most often, outside quotes.
fn delimiter(text: &str) -> Delimiter {
    let mut counts = [0usize; 3];
    let mut quoted = false;
    for c in text.trim_start_matches(['\r', '\n']).chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' | '\r' if !quoted => break,
            ';' if !quoted => counts[0] += 1,
            '\t' if !quoted => counts[1] += 1,
            ',' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    match counts {
        [semicolons, tabs, commas] if semicolons >= tabs && semicolons >= commas && semicolons > 0 => {
            Delimiter::Semicolon
        }
        [_, tabs, commas] if tabs >= commas && tabs > 0 => Delimiter::Tab,
        _ => Delimiter::Comma,
    }
}

/// The rows of a table, one at a time.
pub(super) struct Rows<'t> {
    text: &'t [u8],
    reader: csv::Reader<&'t [u8]>,
    record: csv::StringRecord,
    seen: usize,
    row: u64,
}

impl Rows<'_> {
    /// The next row that is not empty, and its number; the header has 1 unless empty lines stand before it.
    pub(super) fn advance(&mut self, table: &'static str) -> Option<Result<(u64, &csv::StringRecord), Problem>> {
        loop {
            match self.reader.read_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                // The text is valid UTF-8 and rows may be of any length, so this is only out of memory limits.
                Err(_) => return Some(Err(Problem::new(Code::Syntax, Path::of(table)))),
            }
            let row = self.number();
            if let Some(cell) = self.record.iter().find(|cell| !limits::CELL_BYTES.holds(cell.len())) {
                let limit = limits::CELL_BYTES;
                let problem = Problem::new(limit.code, Path::of(table).row(row));
                let found = Fact::Bytes(cell.len() as u64);
                return Some(Err(problem.allowed(limit.fact()).found(found)));
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                return Some(Ok((row, &self.record)));
            }
        }
    }

    /// The line on which the record just read begins: empty lines before it are skipped by the reader.
    fn number(&mut self) -> u64 {
        let start = self.record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(self.text.len());
        let breaks = |bytes: &[u8]| bytes.split(|b| *b == b'\n').count() - 1;
        let blank = self.text[start..]
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let begin = (start + blank).max(self.seen);
        self.row += breaks(&self.text[self.seen..begin]) as u64;
        self.seen = begin;
        self.row
    }
}
