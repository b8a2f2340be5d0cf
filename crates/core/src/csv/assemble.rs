//! Rows of tables to a document: each row becomes a record of the same form as in JSON, then the same checks follow.
//!
//! Files and frames are read through here, so that a table means the same however it came. This module knows which
//! column fills which field and where each row's problems belong; it does not know what cells are made of.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::columns::{Column, TABLES, Table};
use crate::form::{Field, Form};
use crate::input::{KeepAway, PoolDocument};
use crate::json::{self, Mending, POOL_FORM, stand_in};
use crate::limits::{self, Limit};
use crate::personal_id;
use crate::problem::{Code, Fact, Path, Problem, Problems, Step};
use crate::validate::ReadOptions;

/// How tables and rows are named in reports.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// `children.csv:12`, rows counted as a spreadsheet does.
    Files,
    /// `children[12]`, rows counted from 0.
    Frames,
}

impl Naming {
    pub(crate) fn table(self, table: &Table) -> &'static str {
        match self {
            Self::Files => table.file,
            Self::Frames => table.name(),
        }
    }

    fn step(self, row: u64) -> Step {
        match self {
            Self::Files => Step::Row(row),
            Self::Frames => Step::Index(usize::try_from(row).unwrap_or(usize::MAX)),
        }
    }
}

/// The cells of one row, by place.
pub(crate) trait Row {
    /// Whether a cell holds nothing.
    fn is_absent(&self, place: usize) -> bool;
    /// A cell that holds something, as a value of a field; `None`, and a report, if it has not the form.
    fn read(&self, place: usize, field: &Field, path: &Path, mending: &mut Mending) -> Option<Value>;
    /// The text of a cell that holds an id, without the spaces around it; empty if it holds none.
    fn id(&self, place: usize) -> &str;
}

/// The columns of a table as it was given.
pub(crate) struct Header {
    /// Every column of the table and the place of the cells that fill it.
    pub(crate) columns: Vec<(&'static Column, Option<usize>)>,
    /// The form of the rows.
    pub(crate) form: &'static Form,
}

impl Header {
    /// The place of the cells of a column.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        let (_, place) = self.columns.iter().find(|(column, _)| column.name == name)?;
        *place
    }
}

/// What has been read so far.
pub(crate) struct Assembly {
    options: ReadOptions,
    naming: Naming,
    document: PoolDocument,
    /// Problems of single values, at paths of the document.
    mending: Mending,
    /// Problems of tables as such, at paths of tables.
    tables: Problems,
    /// Whether a problem of a table keeps the rest from being checked.
    stopped: bool,
    /// Whether the id of any child could not be read.
    lacks_ids: bool,
    /// Row of each record, by section.
    rows: BTreeMap<&'static str, Vec<u64>>,
    /// Row of each entry of a list within a child, by list.
    rows_within: BTreeMap<&'static str, BTreeMap<(usize, usize), u64>>,
    /// Place of each child, by id.
    children: BTreeMap<String, usize>,
}

impl Assembly {
    /// Nothing read yet, into this document.
    pub(crate) fn new(options: ReadOptions, naming: Naming, document: PoolDocument) -> Self {
        Self {
            options,
            naming,
            document,
            mending: Mending::default(),
            tables: Problems::new(),
            stopped: false,
            lacks_ids: false,
            rows: BTreeMap::new(),
            rows_within: BTreeMap::new(),
            children: BTreeMap::new(),
        }
    }

    /// Reports a problem of a table that keeps what its rows hold from being checked.
    pub(crate) fn stop(&mut self, problem: Problem) {
        self.tables.push(problem);
        self.stopped = true;
    }

    /// Whether nothing has been reported of the tables as such.
    pub(crate) fn is_sound(&self) -> bool {
        self.tables.is_empty()
    }

    /// Which of the given tables is which of [`TABLES`].
    pub(crate) fn assign<'n>(&mut self, names: impl Iterator<Item = &'n str>) -> Vec<Option<usize>> {
        let mut given = vec![None; TABLES.len()];
        for (place, name) in names.enumerate() {
            match TABLES.iter().position(|table| table.is_named(name)) {
                None => {
                    let problem = Problem::new(Code::UnknownTable, Path::of("tables").index(place));
                    self.stop(problem.found(Fact::chars(name)));
                }
                Some(i) if given[i].is_some() => {
                    self.stop(Problem::new(Code::DuplicateTable, self.naming.table(&TABLES[i])));
                }
                Some(i) => given[i] = Some(place),
            }
        }
        given
    }

    /// Whether a table of so many rows is within its limit; if not, that is reported.
    pub(crate) fn admits(&mut self, table: &'static Table, limit: Limit, rows: u64) -> bool {
        let admits = rows <= limit.most;
        if !admits {
            self.stop(over(limit, Path::of(self.naming.table(table)), rows));
        }
        admits
    }

    /// Which cells fill which column; `None`, and a report, if the rows cannot be read under it.
    pub(crate) fn header<'n>(
        &mut self,
        table: &'static Table,
        form: &'static Form,
        path: &Path,
        names: impl ExactSizeIterator<Item = &'n str>,
    ) -> Option<Header> {
        let width = names.len();
        if !limits::COLUMNS.holds(width) {
            self.stop(over(limits::COLUMNS, path.clone(), width as u64));
            return None;
        }
        let mut place_of = vec![None; table.columns.len()];
        let mut sound = true;
        for (place, name) in names.enumerate() {
            let problem = match table.columns.iter().position(|column| column.is_named(name)) {
                Some(i) if place_of[i].is_none() => {
                    place_of[i] = Some(place);
                    continue;
                }
                Some(i) => Problem::new(Code::DuplicateColumn, path.field(table.columns[i].name)),
                // A column without a header and without cells is what some spreadsheets leave behind the last one.
                None if name.trim().is_empty() && place + 1 == width => continue,
                None => Problem::new(Code::UnknownColumn, path.member(place)).found(Fact::chars(name.trim())),
            };
            self.tables.push(problem);
        }
        let columns: Vec<(&Column, Option<usize>)> = table.columns.iter().zip(place_of).collect();
        for (column, place) in &columns {
            let must = match column.field {
                [field] => form.field(field).is_some_and(|field| field.required),
                _ => false,
            };
            // A child's entry in a list has a column for the child, which is no field of the entry.
            let must = must || (table.within_child.is_some() && column.name == "child");
            if must && place.is_none() && column.name != "format" {
                self.stop(Problem::new(Code::MissingColumn, path.field(column.name)));
                sound = false;
            }
        }
        sound.then_some(Header { columns, form })
    }

    /// Adds the record that a row holds.
    pub(crate) fn row(&mut self, table: &'static Table, header: &Header, row: u64, cells: &dyn Row) {
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
    fn entry(&mut self, table: &'static Table, list: &'static str, header: &Header, row: u64, cells: &dyn Row) {
        let at = Path::of(self.naming.table(table))
            .step(self.naming.step(row))
            .field("child");
        let id = header.place("child").map_or("", |place| cells.id(place));
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
    pub(crate) fn record(&mut self, header: &Header, path: &Path, cells: &dyn Row) -> Map<String, Value> {
        let mut record = Map::new();
        for (column, place) in &header.columns {
            let Some(place) = place.filter(|&place| !cells.is_absent(place)) else {
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
                None => self.cell(&mut record, field, cells, place, &at),
                Some(inner) => {
                    let Some(field) = field.form.field(inner) else { continue };
                    let part = record.entry(*outer).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(part) = part {
                        self.cell(part, field, cells, place, &at.field(field.name));
                    }
                }
            }
        }
        self.complete(&mut record, header.form, path);
        record
    }

    fn cell(&mut self, record: &mut Map<String, Value>, field: &Field, cells: &dyn Row, place: usize, path: &Path) {
        let value = cells.read(place, field, path, &mut self.mending);
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

    /// The document, checked.
    ///
    /// # Errors
    /// Every problem found, in the order of [`TABLES`], rows and columns.
    pub(crate) fn finish(mut self) -> Result<PoolDocument, Problems> {
        let document = std::mem::replace(&mut self.document, json::empty());
        let mending = std::mem::take(&mut self.mending);
        let checked = if self.stopped {
            mending.problems.into_result(document)
        } else {
            json::finish(document, mending, self.options)
        };
        let mut problems = std::mem::take(&mut self.tables);
        match checked {
            Ok(document) if problems.is_empty() => return Ok(document),
            Ok(_) => {}
            Err(mut found) => {
                found.map_paths(|path| self.in_tables(path));
                problems.append(found);
            }
        }
        problems.sort_by_key(|problem| self.key(&problem.path));
        Err(problems)
    }

    /// What has been reported so far, for tables that are no part of a pool.
    pub(crate) fn into_problems(self) -> Problems {
        let mut problems = self.tables;
        problems.append(self.mending.problems);
        problems
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
                    .map_or_else(|| path.clone(), |t| self.naming.table(t).into());
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
        let mut place = Path::of(self.naming.table(table)).step(self.naming.step(row));
        if let Some(column) = table.columns.iter().find(|column| column.field == fields) {
            place = place.field(column.name);
        } else if let [list] = fields[..] {
            place = place.field(list);
        }
        rest.iter()
            .filter(|step| matches!(step, Step::Index(_)))
            .fold(place, |place, step| place.step(*step))
    }

    /// Order of a report: tables in the order of [`TABLES`], rows, columns, entries; unknown tables first.
    fn key(&self, path: &Path) -> Vec<(u8, u64)> {
        let table = match path.steps().first() {
            Some(Step::Field(name)) => TABLES.iter().position(|table| self.naming.table(table) == *name),
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
}

/// The problem that something passes a limit.
pub(crate) fn over(limit: Limit, path: Path, found: u64) -> Problem {
    Problem::new(limit.code, path)
        .allowed(limit.fact())
        .found(Fact::int(found))
}

/// How many rows a table of a pool may have.
pub(crate) fn most_rows(table: &Table) -> Limit {
    match table.within_child {
        Some(_) => limits::ENTRIES,
        None => json::limit(table.section),
    }
}

/// The form of a table's rows.
pub(crate) fn row_form(table: &Table) -> &'static Form {
    let element = |form: &'static Form, field: &str| match form.field(field).map(|field| &field.form) {
        Some(Form::List(element)) => Some(&**element),
        _ => None,
    };
    let record = element(&POOL_FORM, table.section);
    let row = table.within_child.map_or(record, |list| element(record?, list));
    // The table `pool` has the fields of the document itself; a test holds that all other forms are found.
    row.unwrap_or(&POOL_FORM)
}

/// The form of a column's cells; text for the child of an entry, which is no field of its own.
pub(crate) fn cell_form<'f>(row: &'f Form, column: &Column) -> &'f Form {
    let mut fields = column.field.iter();
    fields
        .try_fold(row, |form, name| form.field(name).map(|field| &field.form))
        .unwrap_or(&Form::Text)
}
