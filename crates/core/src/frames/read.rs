//! Frames to document: first the quick way; if anything is wrong, row by row with every problem.

use serde_json::Value;

use super::cell::{self, Cell, Cells};
use super::quick;
use crate::csv::assemble::{Assembly, Header, Naming, Row, cell_form, most_rows, over, row_form};
use crate::csv::columns::{FREE_TEXT, TABLES, Table};
use crate::day::Day;
use crate::form::Field;
use crate::input::PoolDocument;
use crate::json::{self, Mending};
use crate::limits;
use crate::problem::{Path, Problems};
use crate::validate::{ReadOptions, validate};

/// A table by its columns.
pub struct Frame<'c> {
    /// Which table: `children`, `barn` …
    pub name: &'c str,
    /// The names of its columns.
    pub columns: Vec<&'c str>,
    /// Its rows, in order.
    pub batches: Vec<Batch<'c>>,
}

/// Some rows of a frame.
pub struct Batch<'c> {
    /// How many.
    pub n_rows: usize,
    /// The cells of each column of the frame, in the order of its names.
    pub cells: Vec<&'c dyn Cells>,
}

impl Frame<'_> {
    fn n_rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.n_rows as u64).sum()
    }
}

/// A frame whose columns have been found.
pub(super) struct Given<'f, 'c> {
    pub(super) table: &'static Table,
    pub(super) header: Header,
    pub(super) frame: &'f Frame<'c>,
}

/// Reads and checks a pool from frames.
///
/// # Errors
/// Every problem found, in the order of [`TABLES`](crate::csv::TABLES), rows and columns. If a table or column cannot
/// be read at all, or a required one is missing, what the rows hold is checked only after that is cured.
///
/// # Panics
/// If a batch has not as many columns as its frame.
///
/// # Complexity
/// Time linear in the cells, plus O(n log n) in the number of rows.
///
/// # Examples
/// ```
/// use hemvist::frames::{Batch, Column, Frame, read_pool};
/// use hemvist::ReadOptions;
///
/// let text = |cells: &[&str]| Column::Text(cells.iter().map(|cell| Some((*cell).to_owned())).collect());
/// let (ids, kinds) = (text(&["1276"]), text(&["c1", "c2"]));
/// let (of, ages, sought) = (text(&["1276", "1276"]), Column::Whole(vec![Some(7), Some(70)]), text(&["long_term"; 2]));
/// let frames = [
///     Frame { name: "municipalities", columns: vec!["id"], batches: vec![Batch { n_rows: 1, cells: vec![&ids] }] },
///     Frame {
///         name: "children",
///         columns: vec!["id", "municipality", "age", "placement"],
///         batches: vec![Batch { n_rows: 2, cells: vec![&kinds, &of, &ages, &sought] }],
///     },
/// ];
/// let problems = read_pool("2026-02-01".parse()?, &frames, &ReadOptions::default()).err().unwrap();
/// assert_eq!(problems.as_slice()[0].to_string(), "children[1].age: number outside its range; allowed: 0 to 20; found: 70");
/// # Ok::<(), hemvist::day::DateError>(())
/// ```
pub fn read_pool(as_of: Day, frames: &[Frame<'_>], options: &ReadOptions) -> Result<PoolDocument, Problems> {
    if !limits::TABLES.holds(frames.len()) {
        return Err(over(limits::TABLES, Path::root(), frames.len() as u64).into());
    }
    let (assembly, given) = open(as_of, frames, *options);
    if assembly.is_sound()
        && let Some(document) = quick::document(empty(as_of), &given)
        && validate(&document, options).is_ok()
    {
        return Ok(document);
    }
    tolerant(assembly, &given)
}

fn empty(as_of: Day) -> PoolDocument {
    PoolDocument { as_of, ..json::empty() }
}

/// Finds the tables and columns.
fn open<'f, 'c>(as_of: Day, frames: &'f [Frame<'c>], options: ReadOptions) -> (Assembly, Vec<Given<'f, 'c>>) {
    let mut assembly = Assembly::new(options, Naming::Frames, empty(as_of));
    let places = assembly.assign(frames.iter().map(|frame| frame.name));
    let given = TABLES.iter().zip(places).filter_map(|(table, place)| {
        let frame = &frames[place?];
        let header = header(&mut assembly, table, frame)?;
        Some(Given { table, header, frame })
    });
    let given = given.collect();
    (assembly, given)
}

/// Reads every row, with all problems.
fn tolerant(mut assembly: Assembly, given: &[Given<'_, '_>]) -> Result<PoolDocument, Problems> {
    for given in given {
        let rows = given.frame.batches.iter();
        let rows = rows.flat_map(|batch| (0..batch.n_rows).map(move |row| BatchRow { batch, row }));
        for (number, row) in (0..).zip(rows) {
            assembly.row(given.table, &given.header, number, &row);
        }
    }
    assembly.finish()
}

/// Which cells fill which column; `None`, and a report, if the rows cannot be read under it.
fn header(assembly: &mut Assembly, table: &'static Table, frame: &Frame<'_>) -> Option<Header> {
    for batch in &frame.batches {
        assert_eq!(batch.cells.len(), frame.columns.len(), "one column for each name");
    }
    let path = Path::of(table.name());
    if !assembly.admits(table, most_rows(table), frame.n_rows()) {
        return None;
    }
    let header = assembly.header(table, row_form(table), &path, frame.columns.iter().copied())?;
    let mut sound = true;
    for (column, place) in &header.columns {
        let Some(place) = *place else { continue };
        let form = cell_form(header.form, column);
        let shapes = frame.batches.iter().filter_map(|batch| batch.cells[place].shape());
        if let Some(found) = shapes.into_iter().find(|shape| !cell::suits(*shape, form)) {
            assembly.stop(cell::unsuited(found, form, path.field(column.name)));
            sound = false;
        }
    }
    sound.then_some(header)
}

struct BatchRow<'b, 'c> {
    batch: &'b Batch<'c>,
    row: usize,
}

impl BatchRow<'_, '_> {
    fn cell(&self, place: usize) -> Cell<'_> {
        self.batch.cells[place].at(self.row)
    }
}

impl Row for BatchRow<'_, '_> {
    fn is_absent(&self, place: usize) -> bool {
        self.cell(place).is_absent()
    }

    fn read(&self, place: usize, field: &Field, path: &Path, mending: &mut Mending) -> Option<Value> {
        match self.cell(place) {
            Cell::Text(text) if FREE_TEXT.contains(&field.name) => Some(Value::String(text.to_owned())),
            cell => cell::read(&cell, &field.form, path, mending),
        }
    }

    fn id(&self, place: usize) -> &str {
        match self.cell(place) {
            Cell::Text(text) => text.trim(),
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::{Column, write_pool};
    use crate::problem::Code;

    type Owned = Vec<(&'static str, Vec<(&'static str, Column)>)>;

    fn whole() -> (PoolDocument, Owned) {
        let document: PoolDocument = serde_json::from_str(include_str!("../json/whole.json")).unwrap();
        let owned = write_pool(&document);
        (document, owned)
    }

    /// Frames over columns that are held elsewhere.
    fn frames(owned: &Owned) -> Vec<Frame<'_>> {
        owned
            .iter()
            .map(|(name, columns)| Frame {
                name,
                columns: columns.iter().map(|(name, _)| *name).collect(),
                batches: vec![Batch {
                    n_rows: columns[0].1.len(),
                    cells: columns.iter().map(|(_, column)| column as &dyn Cells).collect(),
                }],
            })
            .collect()
    }

    fn problems(as_of: Day, owned: &Owned) -> Vec<String> {
        let read = read_pool(as_of, &frames(owned), &ReadOptions::default());
        let problems = read.err().unwrap_or_default();
        problems.iter().map(ToString::to_string).collect()
    }

    fn column<'o>(owned: &'o mut Owned, table: &str, name: &str) -> &'o mut Column {
        let (_, columns) = owned.iter_mut().find(|(found, _)| *found == table).unwrap();
        &mut columns.iter_mut().find(|(found, _)| *found == name).unwrap().1
    }

    #[test]
    fn a_document_comes_back_as_it_was() {
        let (document, owned) = whole();
        assert!(owned.len() > 8, "{}", owned.len());
        let read = read_pool(document.as_of, &frames(&owned), &ReadOptions::default());
        assert!(read.is_ok_and(|read| read == document));
    }

    /// Every column replaced by every kind of column in turn: what the quick way takes, the tolerant one takes as the
    /// same document; what it refuses, the tolerant one has a word for, unless the cells were only unusual.
    #[test]
    fn both_ways_are_of_one_mind() {
        let (document, owned) = whole();
        let texts = |text: &str, n| Column::Text(vec![Some(text.to_owned()); n]);
        let list = |elements: Column, n| Column::List {
            given: vec![true; n],
            starts: (0..=n).map(|i| i * elements.len() / n.max(1)).collect(),
            elements: Box::new(elements),
        };
        let kinds = |n: usize| {
            let mut kinds = vec![
                Column::Truth(vec![Some(true); n]),
                Column::Truth(vec![None; n]),
                Column::Day(vec!["2020-01-01".parse().ok(); n]),
                Column::Day(vec!["2020-01-02".parse().ok(); n]),
                list(Column::Whole(vec![Some(3); n]), n),
                list(texts("s", n), n),
                list(texts("cat", n), n),
                list(texts("family", 2 * n), n),
                list(Column::Text(vec![None; n]), n),
                list(Column::Text(Vec::new()), n),
            ];
            kinds.extend([0, 1, 2, 300, -1, 1 << 40].map(|number| Column::Whole(vec![Some(number); n])));
            kinds.extend([2.0, 1.0, 2.5, 1e300, f64::NAN].map(|number| Column::Real(vec![Some(number); n])));
            let words = [
                "",
                " ",
                "x",
                " f1 ",
                "cat",
                "katt",
                "yes",
                "3",
                "3,5",
                "2020-01-01",
                "2020-01",
                "a|b",
                "none",
                "kin",
                "'=x",
            ];
            kinds.extend(words.map(|text| texts(text, n)));
            kinds
        };
        let mut taken = 0;
        for table in 0..owned.len() {
            for place in 0..owned[table].1.len() {
                for kind in kinds(owned[table].1[place].1.len()) {
                    let mut changed = owned.clone();
                    let about = format!("{} {} {kind:?}", changed[table].0, changed[table].1[place].0);
                    changed[table].1[place].1 = kind;
                    let frames = frames(&changed);
                    let (assembly, given) = open(document.as_of, &frames, ReadOptions::default());
                    let sound = assembly.is_sound();
                    let tolerant = tolerant(assembly, &given);
                    let quick = quick::document(empty(document.as_of), &given).filter(|_| sound);
                    taken += usize::from(quick.is_some());
                    match quick {
                        Some(quick) => match (validate(&quick, &ReadOptions::default()), tolerant) {
                            (Ok(()), Ok(document)) => assert!(quick == document, "{about}"),
                            (Err(_), Err(_)) => {}
                            _ => panic!("{about}"),
                        },
                        None => assert!(tolerant.is_err(), "{about}"),
                    }
                }
            }
        }
        assert!(taken > 500, "{taken}");
    }

    #[test]
    fn columns_and_cells_are_named_as_in_a_frame() {
        let (document, mut owned) = whole();
        let n = column(&mut owned, "children", "id").len();
        *column(&mut owned, "children", "municipality") = Column::Whole(vec![Some(1276); n]);
        assert_eq!(
            problems(document.as_of, &owned),
            ["children.municipality: value of the wrong type; allowed: text; found: a whole number"]
        );
        let (_, mut owned) = whole();
        *column(&mut owned, "children", "home_lat") = Column::Real(vec![Some(f64::NAN); n]);
        *column(&mut owned, "children", "needs") = Column::Real(vec![Some(2.5); n]);
        *column(&mut owned, "network_ties", "relation") = Column::Text(vec![Some("aunt".to_owned()); 1]);
        let found = problems(document.as_of, &owned);
        assert_eq!(found[0], "children[0].needs: not a whole number; found: 2.5");
        assert_eq!(found[1], "children[0].home_lat: not a finite number");
        let last = "network_ties[0].relation: word not in the list; allowed: kin, known; found: text of length 4";
        assert_eq!(found.last().map(String::as_str), Some(last));
    }

    #[test]
    fn days_are_whole_and_months_begin() {
        let (document, mut owned) = whole();
        let n = column(&mut owned, "children", "id").len();
        *column(&mut owned, "children", "age") = Column::Whole(vec![None; n]);
        *column(&mut owned, "children", "birth_month") = Column::Day(vec!["2015-03-01".parse().ok(); n]);
        assert_eq!(problems(document.as_of, &owned), [""; 0]);
        *column(&mut owned, "children", "birth_month") = Column::Day(vec!["2015-03-02".parse().ok(); n]);
        assert_eq!(
            problems(document.as_of, &owned)[0],
            "children[0].birth_month: not a month of the calendar"
        );
    }

    #[test]
    fn tables_and_columns_that_are_not_ours_are_told_by_place() {
        let (document, mut owned) = whole();
        let n = owned[0].1[0].1.len();
        owned[0].1.push(("shoe_size", Column::Whole(vec![None; n])));
        owned.push(("shoes", vec![("size", Column::Whole(Vec::new()))]));
        let read = read_pool(document.as_of, &frames(&owned), &ReadOptions::default());
        let codes: Vec<Code> = read.err().unwrap().iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [Code::UnknownTable, Code::UnknownColumn]);
    }
}
