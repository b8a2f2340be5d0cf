//! Bytes to rows: each table is decoded, parted into rows and handed on; see [`super::assemble`].

use serde_json::Value;

use super::assemble::{Assembly, Header, Naming, Row, most_rows, over, row_form};
use super::columns::{FREE_TEXT, TABLES, Table};
use super::text::Text;
use super::{ReadNotes, TableNote, cell};
use crate::form::{Field, Form};
use crate::input::PoolDocument;
use crate::json::{self, Mending};
use crate::limits::{self, Limit};
use crate::problem::{Code, Fact, Path, Problem, Problems};
use crate::validate::ReadOptions;

/// Reads and checks a pool from tables: file names and their bytes. Nothing is read from a disk.
///
/// # Errors
/// Every problem found, in the order of [`TABLES`], rows and columns. If a table cannot be read as rows under known
/// columns, or a required column is missing, what the rows hold is checked only after that is cured.
///
/// # Complexity
/// Time linear in the bytes, plus O(n log n) in the number of rows; memory a few times the bytes.
///
/// # Examples
/// ```
/// use hemvist::{ReadOptions, csv};
///
/// let tables: [(&str, &[u8]); 3] = [
///     ("pool.csv", b"as_of\n2026-02-01\n"),
///     ("kommuner.csv", b"kommunkod;namn\n1276;Klippan\n"),
///     ("barn.csv", "barn;kommun;ålder;placeringsform\nb1;1276;sju;stadigvarande\n".as_bytes()),
/// ];
/// let problems = csv::read_pool(&tables, &ReadOptions::default()).err().unwrap();
/// assert_eq!(problems.as_slice()[0].to_string(), "children.csv:2.age: not a number; found: text of length 3");
/// ```
pub fn read_pool(tables: &[(&str, &[u8])], options: &ReadOptions) -> Result<(PoolDocument, ReadNotes), Problems> {
    let bytes = tables
        .iter()
        .fold(0usize, |sum, (_, bytes)| sum.saturating_add(bytes.len()));
    for (count, limit) in [(tables.len(), limits::TABLES), (bytes, limits::BYTES)] {
        if !limit.holds(count) {
            return Err(over(limit, Path::root(), count as u64).into());
        }
    }
    let mut assembly = Assembly::new(*options, Naming::Files, json::empty());
    let mut notes = ReadNotes::default();
    let given = assembly.assign(tables.iter().map(|(name, _)| *name));
    for (table, place) in TABLES.iter().zip(given) {
        match place {
            Some(place) => notes.tables.extend(read_table(&mut assembly, table, tables[place].1)),
            None if table.section == "pool" => assembly.stop(Problem::new(Code::MissingTable, table.file)),
            None => {}
        }
    }
    Ok((assembly.finish()?, notes))
}

/// What is done with each row: its header, its number and its cells.
type Each<'a> = &'a mut dyn FnMut(&mut Assembly, &Header, u64, &csv::StringRecord);

/// Reads the rows of a pool's table as far as they can be read.
fn read_table(assembly: &mut Assembly, table: &'static Table, bytes: &[u8]) -> Option<TableNote> {
    let each: Each<'_> = &mut |assembly, header, row, cells| assembly.row(table, header, row, cells);
    rows_of(assembly, table, (row_form(table), most_rows(table)), bytes, each)
}

/// Reads the rows of a table as far as they can be read: records of this form, at most as many as the limit says.
pub(super) fn rows_of(
    assembly: &mut Assembly,
    table: &'static Table,
    (form, limit): (&'static Form, Limit),
    bytes: &[u8],
    each: Each<'_>,
) -> Option<TableNote> {
    let text = Text::decode(bytes);
    let rows = match read_rows(assembly, table, (form, limit), &text, each) {
        Ok(rows) => rows?,
        Err(problem) => {
            assembly.stop(problem);
            return None;
        }
    };
    Some(TableNote {
        table: table.file,
        encoding: text.encoding,
        delimiter: text.delimiter,
        rows,
    })
}

/// How many rows the table has; `None` if its header, or their number, has been refused.
fn read_rows(
    assembly: &mut Assembly,
    table: &'static Table,
    (form, limit): (&'static Form, Limit),
    text: &Text,
    each: Each<'_>,
) -> Result<Option<u64>, Problem> {
    let file = Path::of(table.file);
    if text.has_open_quote() {
        return Err(Problem::new(Code::Syntax, file));
    }
    let mut rows = text.rows();
    let (row, names) = rows
        .advance(table.file)
        .unwrap_or_else(|| Err(Problem::new(Code::EmptyTable, &file)))?;
    let width = names.len();
    let names: Vec<&str> = names.iter().collect();
    let Some(header) = assembly.header(table, form, &file.row(row), names.into_iter()) else {
        return Ok(None);
    };
    let is_pool = table.section == "pool";
    let row_count = |found| Problem::new(Code::RowCount, &file).allowed(Fact::Int(1)).found(found);
    let mut count = 0;
    while let Some(row) = rows.advance(table.file) {
        let (row, cells) = row?;
        count += 1;
        if is_pool && count > 1 {
            return Err(row_count(Fact::AtLeast(2)));
        }
        if !assembly.admits(table, limit, count) {
            return Ok(None);
        }
        if cells.len() == width {
            each(assembly, &header, row, cells);
        } else {
            let problem = Problem::new(Code::RowLength, file.row(row));
            let allowed = Fact::int(width as u64);
            assembly.stop(problem.allowed(allowed).found(Fact::int(cells.len() as u64)));
        }
    }
    if is_pool && count == 0 {
        return Err(row_count(Fact::Int(0)));
    }
    Ok(Some(count))
}

impl Row for csv::StringRecord {
    fn is_absent(&self, place: usize) -> bool {
        self.id(place).is_empty()
    }

    fn read(&self, place: usize, field: &Field, path: &Path, mending: &mut Mending) -> Option<Value> {
        let text = self.get(place)?;
        if FREE_TEXT.contains(&field.name) {
            return Some(cell::free_text(text));
        }
        cell::read(text, &field.form, path, mending)
    }

    fn id(&self, place: usize) -> &str {
        self.get(place).unwrap_or_default().trim()
    }
}
