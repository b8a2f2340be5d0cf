//! Single tables besides a pool's: spells of placement, interests, workers.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::TableNote;
use super::assemble::{Assembly, Naming};
use super::columns::Table;
use super::read::rows_of;
use super::text::Text;
use crate::json::{self, form_of};
use crate::limits::Limit;
use crate::problem::{Path, Problems};
use crate::validate::ReadOptions;

/// Reads one table whose rows are records of this type, in every dialect that [`super::read_pool`] reads.
///
/// # Errors
/// Every problem of the table, its columns and its cells, at `file:row.column`. What the values mean together is judged
/// by whoever asked; so are the ids ([`crate::validate::id_problem`]).
///
/// # Panics
/// As [`crate::json::read_as`].
pub fn read_rows<T: DeserializeOwned + JsonSchema + 'static>(
    table: &'static Table,
    limit: Limit,
    bytes: &[u8],
) -> Result<(Vec<T>, TableNote), Problems> {
    let mut assembly = Assembly::new(ReadOptions::default(), Naming::Files, json::empty());
    let mut rows = Vec::new();
    let file = Path::of(table.file);
    let note = rows_of(
        &mut assembly,
        table,
        (form_of::<T>(), limit),
        bytes,
        &mut |assembly, header, row, cells| {
            let record = Value::Object(assembly.record(header, &file.row(row), cells));
            rows.extend(serde_json::from_value(record).ok());
        },
    );
    let problems = assembly.into_problems();
    let note = note.unwrap_or_else(|| {
        let text = Text::decode(&[]);
        TableNote {
            table: table.file,
            encoding: text.encoding,
            delimiter: text.delimiter,
            rows: 0,
        }
    });
    problems.into_result((rows, note))
}

#[cfg(test)]
mod tests {
    use super::super::Column;
    use super::*;

    #[derive(serde::Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        child: String,
        #[serde(default)]
        on: Option<crate::day::Day>,
    }

    const TABLE: Table = Table {
        file: "samples.csv",
        swedish: &["prov"],
        section: "samples",
        within_child: None,
        columns: &[
            Column {
                name: "child",
                swedish: &["barn"],
                field: &["child"],
            },
            Column {
                name: "on",
                swedish: &["datum"],
                field: &["on"],
            },
        ],
    };
    const LIMIT: Limit = crate::limits::CHOICES;

    #[test]
    fn rows_come_in_either_language_and_problems_with_their_place() {
        let english = read_rows::<Sample>(&TABLE, LIMIT, b"child,on\nc1,2026-01-02\nc2,\n").unwrap();
        let swedish = "\u{feff}datum;barn\n2026-01-02;c1\n;c2\n";
        let swedish = read_rows::<Sample>(&TABLE, LIMIT, swedish.as_bytes()).unwrap();
        for (rows, note) in [english, swedish] {
            assert_eq!(note.rows, 2);
            assert_eq!((rows[0].child.as_str(), rows[1].child.as_str()), ("c1", "c2"));
            assert!(rows[0].on.is_some() && rows[1].on.is_none());
        }
        let codes = |bytes: &[u8]| -> Vec<String> {
            let problems = read_rows::<Sample>(&TABLE, LIMIT, bytes).err().unwrap();
            problems
                .iter()
                .map(|p| format!("{} {}", p.code.slug(), p.path))
                .collect()
        };
        assert_eq!(
            codes(b"child,on\n,2026-13-02\n"),
            [
                "value.not_a_day samples.csv:2.on",
                "table.missing_cell samples.csv:2.child"
            ]
        );
        assert_eq!(codes(b"on\n2026-01-02\n"), ["table.missing_column samples.csv:1.child"]);
        assert_eq!(codes(b""), ["table.empty samples.csv"]);
    }
}
