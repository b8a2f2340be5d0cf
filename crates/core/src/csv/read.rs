//! Tables to document: each row becomes a record of the same form as in JSON, then the same checks follow.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::columns::{Column, FREE_TEXT, TABLES, Table};
use super::text::Text;
use super::{ReadNotes, TableNote, cell};
use crate::form::{Field, Form};
use crate::input::{KeepAway, PoolDocument};
use crate::json::{self, Mending, POOL_FORM, stand_in};
use crate::limits::{self, Limit};
use crate::personal_id;
use crate::problem::{Code, Fact, Path, Problem, Problems, Step};
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
    let mut reader = Reader::new(*options);
    let given = reader.assign(tables);
    for (table, bytes) in TABLES.iter().zip(given) {
        match bytes {
            Some(bytes) => reader.table(table, bytes),
            None if table.section == "pool" => reader.stop(Problem::new(Code::MissingTable, table.file)),
            None => {}
        }
    }
    reader.finish()
}

fn over(limit: Limit, path: Path, found: u64) -> Problem {
    Problem::new(limit.code, path)
        .allowed(limit.fact())
        .found(Fact::int(found))
}

/// What has been read so far.
pub(super) struct Reader {
    options: ReadOptions,
    document: PoolDocument,
    /// Problems of single values, at paths of the document.
    pub(super) mending: Mending,
    /// Problems of tables as such, at paths of tables.
    pub(super) tables: Problems,
    /// Whether a problem of a table keeps the rest from being checked.
    stopped: bool,
    pub(super) notes: ReadNotes,
    /// Whether the id of any child could not be read.
    lacks_ids: bool,
    /// Row of each record, by section.
    rows: BTreeMap<&'static str, Vec<u64>>,
    /// Row of each entry of a list within a child, by list.
    rows_within: BTreeMap<&'static str, BTreeMap<(usize, usize), u64>>,
    /// Place of each child, by id.
    children: BTreeMap<String, usize>,
}

impl Reader {
    pub(super) fn new(options: ReadOptions) -> Self {
        Self {
            options,
            document: json::empty(),
            mending: Mending::default(),
            tables: Problems::new(),
            stopped: false,
            notes: ReadNotes::default(),
            lacks_ids: false,
            rows: BTreeMap::new(),
            rows_within: BTreeMap::new(),
            children: BTreeMap::new(),
        }
    }

    fn stop(&mut self, problem: Problem) {
        self.tables.push(problem);
        self.stopped = true;
    }

    /// Which bytes belong to which of [`TABLES`].
    fn assign<'b>(&mut self, tables: &[(&str, &'b [u8])]) -> Vec<Option<&'b [u8]>> {
        let mut given = vec![None; TABLES.len()];
        for (place, (name, bytes)) in tables.iter().enumerate() {
            match TABLES.iter().position(|table| table.is_named(name)) {
                None => {
                    let problem = Problem::new(Code::UnknownTable, Path::of("tables").index(place));
                    self.stop(problem.found(Fact::chars(name)));
                }
                Some(i) if given[i].is_some() => self.stop(Problem::new(Code::DuplicateTable, TABLES[i].file)),
                Some(i) => given[i] = Some(*bytes),
            }
        }
        given
    }

    fn table(&mut self, table: &'static Table, bytes: &[u8]) {
        let row = &mut |reader: &mut Self, header: &Header, row, cells: &csv::StringRecord| {
            reader.row(table, header, row, cells);
        };
        self.rows_of(table, row_form(table), limit(table), bytes, row);
    }

    /// Reads the rows of a table under its header, at most as many as the limit says.
    pub(super) fn rows_of(
        &mut self,
        table: &'static Table,
        form: &'static Form,
        limit: Limit,
        bytes: &[u8],
        each: &mut dyn FnMut(&mut Self, &Header, u64, &csv::StringRecord),
    ) {
        let text = Text::decode(bytes);
        let file = Path::of(table.file);
        if text.has_open_quote() {
            self.stop(Problem::new(Code::Syntax, file));
            return;
        }
        let mut rows = text.rows();
        let header = match rows.advance(table.file) {
            Some(Ok((row, cells))) => self.header(table, form, &file.row(row), cells),
            Some(Err(problem)) => return self.stop(problem),
            None => return self.stop(Problem::new(Code::EmptyTable, file)),
        };
        let Some(header) = header else { return };
        let mut count = 0;
        while let Some(row) = rows.advance(table.file) {
            let (row, cells) = match row {
                Ok(row) => row,
                Err(problem) => return self.stop(problem),
            };
            count += 1;
            if table.section == "pool" && count > 1 {
                return self.stop(
                    Problem::new(Code::RowCount, file)
                        .allowed(Fact::Int(1))
                        .found(Fact::AtLeast(2)),
                );
            }
            if count > limit.most {
                return self.stop(over(limit, file, count));
            }
            if cells.len() == header.width {
                each(self, &header, row, cells);
            } else {
                let problem = Problem::new(Code::RowLength, file.row(row));
                let width = Fact::int(header.width as u64);
                self.stop(problem.allowed(width).found(Fact::int(cells.len() as u64)));
            }
        }
        if table.section == "pool" && count == 0 {
            self.stop(
                Problem::new(Code::RowCount, file)
                    .allowed(Fact::Int(1))
                    .found(Fact::Int(0)),
            );
        }
        self.notes.tables.push(TableNote {
            table: table.file,
            encoding: text.encoding,
            delimiter: text.delimiter,
            rows: count,
        });
    }

    /// Which cell fills which column; `None`, and a report, if the rows cannot be read under it.
    fn header(
        &mut self,
        table: &'static Table,
        form: &'static Form,
        path: &Path,
        cells: &csv::StringRecord,
    ) -> Option<Header> {
        if !limits::COLUMNS.holds(cells.len()) {
            self.stop(over(limits::COLUMNS, path.clone(), cells.len() as u64));
            return None;
        }
        let mut cell_of = vec![None; table.columns.len()];
        let mut sound = true;
        for (place, name) in cells.iter().enumerate() {
            let problem = match table.columns.iter().position(|column| column.is_named(name)) {
                Some(i) if cell_of[i].is_none() => {
                    cell_of[i] = Some(place);
                    continue;
                }
                Some(i) => Problem::new(Code::DuplicateColumn, path.field(table.columns[i].name)),
                // A column without a header and without cells is what some spreadsheets leave behind the last one.
                None if name.trim().is_empty() && place + 1 == cells.len() => continue,
                None => Problem::new(Code::UnknownColumn, path.member(place)).found(Fact::chars(name.trim())),
            };
            self.tables.push(problem);
        }
        let columns = table.columns.iter().zip(cell_of);
        let columns: Vec<(&Column, Option<usize>)> = columns.collect();
        for (column, cell) in &columns {
            let must = match column.field {
                [field] => form.field(field).is_some_and(|field| field.required),
                _ => false,
            };
            // A child's entry in a list has a column for the child, which is no field of the entry.
            let must = must || (table.within_child.is_some() && column.name == "child");
            if must && cell.is_none() && column.name != "format" {
                self.stop(Problem::new(Code::MissingColumn, path.field(column.name)));
                sound = false;
            }
        }
        sound.then(|| Header {
            width: cells.len(),
            columns,
            form,
        })
    }

    fn row(&mut self, table: &'static Table, header: &Header, row: u64, cells: &csv::StringRecord) {
        if table.section == "pool" {
            let record = self.record(header, &Path::root(), cells);
            if let Some(format) = record.get("format").and_then(Value::as_str) {
                format.clone_into(&mut self.document.format);
            }
            if let Some(Ok(day)) = record.get("as_of").cloned().map(serde_json::from_value) {
                self.document.as_of = day;
            }
            self.rows.insert("pool", vec![row]);
        } else if let Some(list) = table.within_child {
            self.entry(table, list, header, row, cells);
        } else {
            let rows = self.rows.entry(table.section).or_default();
            let index = rows.len();
            rows.push(row);
            let record = self.record(header, &Path::of(table.section).index(index), cells);
            if table.section == "children" {
                self.lacks_ids |= self
                    .mending
                    .mended
                    .contains(&Path::of("children").index(index).field("id"));
                if let Some(id) = record.get("id").and_then(Value::as_str) {
                    self.children.entry(id.to_owned()).or_insert(index);
                }
            }
            json::push(&mut self.document, table.section, Value::Object(record));
        }
    }

    /// A row that belongs to a list within a child.
    fn entry(
        &mut self,
        table: &'static Table,
        list: &'static str,
        header: &Header,
        row: u64,
        cells: &csv::StringRecord,
    ) {
        let at = Path::of(table.file).row(row).field("child");
        let cell = header
            .columns
            .iter()
            .find(|(column, _)| column.name == "child")
            .and_then(|(_, cell)| *cell);
        let id = cell.and_then(|cell| cells.get(cell)).unwrap_or_default().trim();
        let Some(&child) = self.children.get(id) else {
            let problem = if id.is_empty() {
                Problem::new(Code::MissingCell, at)
            } else if !self.options.allow_identity_numbers && personal_id::is_in(id) {
                Problem::new(Code::IdentityNumber, at)
            } else {
                Problem::new(Code::UnknownChild, at).found(Fact::chars(id))
            };
            // Without all ids of children, it cannot be told which are unknown.
            if problem.code != Code::UnknownChild || !(self.stopped || self.lacks_ids) {
                self.tables.push(problem);
            }
            return;
        };
        let rows = self.rows_within.entry(list).or_default();
        let next = rows
            .range((child, 0)..(child + 1, 0))
            .next_back()
            .map_or(0, |((_, k), _)| k + 1);
        rows.insert((child, next), row);
        let path = Path::of("children").index(child).field(list).index(next);
        let record = Value::Object(self.record(header, &path, cells));
        let Some(child) = self.document.children.get_mut(child) else {
            return;
        };
        match list {
            "network_ties" => child.network_ties.extend(serde_json::from_value(record).ok()),
            _ => child.keep_away.extend(serde_json::from_value::<KeepAway>(record).ok()),
        }
    }

    /// The cells of a row as a record of the form.
    pub(super) fn record(&mut self, header: &Header, path: &Path, cells: &csv::StringRecord) -> Map<String, Value> {
        let mut record = Map::new();
        for (column, cell) in &header.columns {
            let Some(text) = cell
                .and_then(|cell| cells.get(cell))
                .filter(|text| !text.trim().is_empty())
            else {
                continue;
            };
            let (Some(outer), inner) = (column.field.first(), column.field.get(1)) else {
                continue;
            };
            let Some(field) = header.form.field(outer) else {
                continue;
            };
            let at = path.field(field.name);
            match inner {
                None => self.cell(&mut record, field, text, &at),
                Some(inner) => {
                    let Some(field) = field.form.field(inner) else { continue };
                    let part = record.entry(*outer).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(part) = part {
                        self.cell(part, field, text, &at.field(field.name));
                    }
                }
            }
        }
        self.complete(&mut record, header.form, path);
        record
    }

    fn cell(&mut self, record: &mut Map<String, Value>, field: &Field, text: &str, path: &Path) {
        if FREE_TEXT.contains(&field.name) {
            record.insert(field.name.to_owned(), cell::free_text(text));
            return;
        }
        let value = cell::read(text, &field.form, path, &mut self.mending);
        let value = value.or_else(|| field.required.then(|| stand_in(&field.form)));
        if let Some(value) = value {
            record.insert(field.name.to_owned(), value);
        }
    }

    /// Reports required cells that are empty, within parts that are given too.
    fn complete(&mut self, record: &mut Map<String, Value>, form: &Form, path: &Path) {
        let Form::Object(fields) = form else { return };
        for field in fields {
            let at = path.field(field.name);
            match record.get_mut(field.name) {
                Some(Value::Object(part)) => self.complete(part, &field.form, &at),
                None if field.required && field.name != "format" => {
                    self.mending.bad(Problem::new(Code::MissingCell, at));
                    record.insert(field.name.to_owned(), stand_in(&field.form));
                }
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Result<(PoolDocument, ReadNotes), Problems> {
        let document = std::mem::replace(&mut self.document, json::empty());
        let mending = std::mem::take(&mut self.mending);
        let checked = if self.stopped {
            mending.problems.into_result(document)
        } else {
            json::finish(document, mending, self.options)
        };
        let mut problems = std::mem::take(&mut self.tables);
        match checked {
            Ok(document) if problems.is_empty() => return Ok((document, self.notes)),
            Ok(_) => {}
            Err(mut found) => {
                found.map_paths(|path| self.in_tables(path));
                problems.append(found);
            }
        }
        problems.sort_by_key(|problem| key(&problem.path));
        Err(problems)
    }

    /// A path of the document as a path of the tables it was read from.
    fn in_tables(&self, path: &Path) -> Path {
        let (section, index, mut rest) = match path.steps() {
            [Step::Field(section), Step::Index(index), rest @ ..] => (*section, *index, rest),
            [Step::Field("format" | "as_of"), ..] => ("pool", 0, path.steps()),
            [Step::Field(section)] => {
                return TABLES
                    .iter()
                    .find(|table| table.section == *section)
                    .map_or_else(|| path.clone(), |t| t.file.into());
            }
            // Paths of tables already.
            _ => return path.clone(),
        };
        let mut within = None;
        let mut row = self.rows.get(section).and_then(|rows| rows.get(index)).copied();
        if let [Step::Field(list), Step::Index(entry), inner @ ..] = rest
            && let Some(rows) = self.rows_within.get(list)
        {
            within = Some(*list);
            row = rows.get(&(index, *entry)).copied();
            rest = inner;
        }
        let table = TABLES
            .iter()
            .find(|table| table.section == section && table.within_child == within);
        let (Some(table), Some(row)) = (table, row) else {
            return path.clone();
        };
        let fields: Vec<&str> = rest
            .iter()
            .filter_map(|step| {
                if let Step::Field(name) = step {
                    Some(*name)
                } else {
                    None
                }
            })
            .collect();
        let mut place = Path::of(table.file).row(row);
        if let Some(column) = table.columns.iter().find(|column| column.field == fields) {
            place = place.field(column.name);
        } else if let [list] = fields[..] {
            place = place.field(list);
        }
        rest.iter()
            .filter(|step| matches!(step, Step::Index(_)))
            .fold(place, |place, step| place.step(*step))
    }
}

/// The columns of a table as it was given.
pub(super) struct Header {
    width: usize,
    columns: Vec<(&'static Column, Option<usize>)>,
    form: &'static Form,
}

/// The form of a table's rows.
pub(super) fn row_form(table: &Table) -> &'static Form {
    let element = |form: &'static Form, field: &str| match form.field(field).map(|field| &field.form) {
        Some(Form::List(element)) => Some(&**element),
        _ => None,
    };
    let record = element(&POOL_FORM, table.section);
    let row = table.within_child.map_or(record, |list| element(record?, list));
    // The table `pool` has the fields of the document itself; a test holds that all other forms are found.
    row.unwrap_or(&POOL_FORM)
}

fn limit(table: &Table) -> Limit {
    match table.within_child {
        Some(_) => limits::ENTRIES,
        None => json::limit(table.section),
    }
}

/// Order of a report: tables in the order of [`TABLES`], rows, columns, entries; unknown tables first.
fn key(path: &Path) -> Vec<(u8, u64)> {
    let table = match path.steps().first() {
        Some(Step::Field(name)) => TABLES.iter().position(|table| table.file == *name),
        _ => None,
    };
    let column = |name: &str| {
        let columns = table.map_or(&[][..], |table| TABLES[table].columns);
        columns
            .iter()
            .position(|column| column.name == name)
            .unwrap_or(columns.len())
    };
    let steps = path.steps().iter().enumerate();
    steps
        .map(|(depth, step)| match step {
            Step::Field(_) if depth == 0 => (0, table.map_or(0, |table| table as u64 + 1)),
            Step::Field(name) => (0, column(name) as u64),
            Step::Row(row) => (1, *row),
            Step::Index(index) => (1, *index as u64),
            Step::Member(place) => (2, *place as u64),
        })
        .collect()
}
