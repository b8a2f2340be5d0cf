//! Spells of placement: who lived in which home from when until when. What statistics are counted from.
//!
//! A pool says who lives where today; a spell says it of the past too. Spells come as a document (`hemvist.spells/1`) or as
//! a table in every dialect that a pool's tables may have, in English or Swedish. Ids are as opaque as a pool's.

use std::collections::BTreeMap;

use hemvist::csv::{self, Column, Table, TableNote};
use hemvist::input::{Day, HomeKind};
use hemvist::limits::Limit;
use hemvist::validate::id_problem;
use hemvist::{Code, Fact, Path, Problem, Problems, ReadOptions, json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The only value of [`SpellsDocument::format`].
pub const SPELLS_FORMAT: &str = "hemvist.spells/1";

/// Most spells in one document or table.
pub const MOST_SPELLS: Limit = Limit {
    what: "spells",
    least: 0,
    most: 500_000,
    unit: "records",
    code: Code::TooMany,
};

/// Spells of placement as a document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpellsDocument {
    /// Always `hemvist.spells/1`.
    pub format: String,
    /// The spells, in any order.
    pub spells: Vec<Spell>,
}

/// One child's time in one home.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spell {
    /// The child: an opaque id, the same in all its spells.
    pub child: String,
    /// The home.
    pub home: String,
    /// First day; it counts.
    pub from: Day,
    /// The day the child left, which counts no more; absent: still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The municipality responsible for the child.
    pub municipality: String,
    /// What kind of home it is.
    pub kind: HomeKind,
    /// The municipality where the home lies; absent: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_municipality: Option<String>,
}

impl std::fmt::Debug for Spell {
    /// The kind of home only: a spell is about a child, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spell")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The table of spells.
pub const SPELLS_TABLE: Table = Table {
    file: "spells.csv",
    swedish: &["placeringstider"],
    section: "spells",
    within_child: None,
    columns: &[
        column("child", &["barn"], &["child"]),
        column("home", &["familj", "hem"], &["home"]),
        column("from", &["från"], &["from"]),
        column("until", &["till"], &["until"]),
        column("municipality", &["kommun"], &["municipality"]),
        column("kind", &["hemtyp", "typ"], &["kind"]),
        column("home_municipality", &["hemkommun"], &["home_municipality"]),
    ],
};

pub(crate) const fn column(
    name: &'static str,
    swedish: &'static [&'static str],
    field: &'static [&'static str],
) -> Column {
    Column { name, swedish, field }
}

static TABLE: &Table = &SPELLS_TABLE;

/// Reads spells from a JSON document.
///
/// # Errors
/// Every problem of form, or else every problem of ids and dates.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as all readers take it")]
pub fn from_json(bytes: &[u8], options: &ReadOptions) -> Result<Vec<Spell>, Problems> {
    let document: SpellsDocument = json::read_as(bytes)?;
    if document.format != SPELLS_FORMAT {
        let problem = Problem::new(Code::WrongFormat, "format").allowed(Fact::Word(SPELLS_FORMAT));
        return Err(problem.found(Fact::chars(&document.format)).into());
    }
    if !MOST_SPELLS.holds(document.spells.len()) {
        let problem = Problem::new(MOST_SPELLS.code, "spells").allowed(MOST_SPELLS.fact());
        return Err(problem.found(Fact::int(document.spells.len() as u64)).into());
    }
    check(&document.spells, *options, |at| Path::of("spells").index(at))?;
    Ok(document.spells)
}

/// Reads spells from a table.
///
/// # Errors
/// As [`from_json`], at rows of the table.
///
/// # Examples
/// ```
/// use hemvist::ReadOptions;
/// use hemvist_region::spells;
///
/// let table = "barn;familj;från;till;kommun;hemtyp\nb1;h1;2025-02-01;2025-03-01;2303;jour\n";
/// let (spells, note) = spells::from_table(table.as_bytes(), &ReadOptions::default())?;
/// assert_eq!((spells.len(), note.rows), (1, 1));
/// # Ok::<(), hemvist::Problems>(())
/// ```
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as all readers take it")]
pub fn from_table(bytes: &[u8], options: &ReadOptions) -> Result<(Vec<Spell>, TableNote), Problems> {
    let (spells, note) = csv::read_rows::<Spell>(TABLE, MOST_SPELLS, bytes)?;
    // Rows are counted as a spreadsheet does, the header being the first; empty rows are told of as the ones before.
    check(&spells, *options, |at| Path::of(TABLE.file).row(at as u64 + 2))?;
    Ok((spells, note))
}

/// Ids that are none, spells that end before they begin, and the same spell twice.
pub(crate) fn check(spells: &[Spell], options: ReadOptions, place: impl Fn(usize) -> Path) -> Result<(), Problems> {
    let mut problems = Problems::new();
    let mut seen: BTreeMap<&Spell, usize> = BTreeMap::new();
    for (at, spell) in spells.iter().enumerate() {
        let here = place(at);
        let ids = [
            ("child", Some(&spell.child)),
            ("home", Some(&spell.home)),
            ("municipality", Some(&spell.municipality)),
            ("home_municipality", spell.home_municipality.as_ref()),
        ];
        for (field, id) in ids {
            if let Some(problem) = id.and_then(|id| id_problem(id, &options, || here.field(field))) {
                problems.push(problem);
            }
        }
        if let Some(until) = spell.until.filter(|&until| until < spell.from) {
            let problem = Problem::new(Code::DateOrder, here.field("until"));
            problems.push(problem.allowed(Fact::NotBefore(spell.from)).found(Fact::Day(until)));
        }
        if let Some(&first) = seen.get(spell) {
            problems.push(Problem::new(Code::Repeated, here).found(Fact::Place(place(first))));
        } else {
            seen.insert(spell, at);
        }
    }
    problems.into_result(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(result: Result<Vec<Spell>, Problems>) -> Vec<String> {
        let problems = result.err().unwrap_or_default();
        problems
            .iter()
            .map(|p| format!("{} {}", p.code.slug(), p.path))
            .collect()
    }

    #[test]
    fn the_same_spells_as_document_and_as_table() {
        let document = br#"{ "format": "hemvist.spells/1", "spells": [
            { "child": "c1", "home": "h1", "from": "2025-01-01", "municipality": "2303", "kind": "agency" },
            { "child": "c2", "home": "h2", "from": "2025-01-01", "until": "2025-02-01", "municipality": "2303",
              "kind": "emergency", "home_municipality": "2380" }] }"#;
        let options = ReadOptions::default();
        let from_document = from_json(document, &options).unwrap();
        let english = "child,home,from,until,municipality,kind,home_municipality\n\
             c1,h1,2025-01-01,,2303,agency,\nc2,h2,2025-01-01,2025-02-01,2303,emergency,2380\n";
        let swedish = "hemtyp;kommun;barn;hem;från;till;hemkommun\n\
             konsulentstött;2303;c1;h1;2025-01-01;;\njour;2303;c2;h2;2025-01-01;2025-02-01;2380\n";
        for table in [english, swedish] {
            assert!(
                from_table(table.as_bytes(), &options).unwrap().0 == from_document,
                "{table}"
            );
        }
    }

    #[test]
    fn every_problem_of_form_or_else_of_content_is_told() {
        let options = ReadOptions::default();
        let table = "child,home,from,until,municipality,kind\n\
             c1,h1,2025-03-01,2025-02-28,2303,family\n640823-3234,,2025-01-01,,2303,castle\n";
        let read = |text: &str| from_table(text.as_bytes(), &options).map(|read| read.0);
        assert_eq!(
            codes(read(table)),
            [
                "value.unknown_word spells.csv:3.kind",
                "table.missing_cell spells.csv:3.home"
            ]
        );
        let table = "child,home,from,until,municipality,kind\n\
             c1,h1,2025-03-01,2025-02-28,2303,family\n640823-3234,h2,2025-01-01,,2303,family\n\
             c3,h3,2025-01-01,,2303,family\nc3,h3,2025-01-01,,2303,family\n";
        assert_eq!(
            codes(read(table)),
            [
                "value.date_order spells.csv:2.until",
                "value.identity_number spells.csv:3.child",
                "value.repeated spells.csv:5"
            ]
        );
        let other = br#"{ "format": "hemvist.pool/1", "spells": [] }"#;
        assert_eq!(codes(from_json(other, &options)), ["document.wrong_format format"]);
        let allowed = ReadOptions {
            allow_identity_numbers: true,
        };
        let one = b"child,home,from,municipality,kind\n640823-3234,h2,2025-01-01,2303,family\n";
        assert!(from_table(one, &allowed).is_ok());
    }
}
