//! Decides whether a document is a pool: every problem, in document order, or none.
//!
//! Promises: each problem is reported once, at the place where it can be cured (of two records with one id, the
//! later), with sections and records in the order of the document and fields in the order of the format; nothing is
//! repaired or guessed; absent values are left absent. Refuses to know: policies, rules and scores. A lock that
//! breaks a *rule* is found when the pool is matched; here only what contradicts itself is found.
//!
//! **Ids** are opaque: 1–64 bytes, a first letter or digit, then letters, digits and `- _ . : / # + @ ~`. Letters are
//! those of ASCII and the composed Latin letters U+00C0–U+024F. So no two ids can look equal and differ in Unicode
//! form, and no id is markup, a spreadsheet formula or invisible. Ids are compared byte by byte; capitals differ from
//! small letters. **Competences** follow the same form; **languages** are two or three small letters.

mod at;
mod order;
mod people;
mod relations;
mod value;

use crate::ids::Index;
use crate::input::{POOL_FORMAT, PoolDocument};
use crate::limits;
use crate::problem::{Code, Fact, Path, Problem, Problems};

use at::At;

pub(crate) use order::{sort, stands_beside};
pub use value::id_problem;

/// How an input is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Accept ids and texts that are, or hold, personal identity numbers. Only for hosts whose random ids happen to be
    /// valid numbers: the engine needs no identity. Default: refused.
    pub allow_identity_numbers: bool,
}

/// Looks for everything that keeps the document from being a pool.
///
/// # Errors
/// Every problem found, in document order; a report holds at most [`Problems::MOST_KEPT`] and counts the rest. If a
/// section holds more records than [`limits`] allow, or the document is of another format, only that is reported.
///
/// # Complexity
/// Time O(n log n) in the number of records, plus the length of all texts; memory a few words for each record.
///
/// # Examples
/// ```
/// use hemvist::input::PoolDocument;
/// use hemvist::validate::{ReadOptions, validate};
///
/// let document: PoolDocument = serde_json::from_str(
///     r#"{ "format": "hemvist.pool/1", "as_of": "2026-02-01", "municipalities": [{ "id": "1276" }],
///          "children": [{ "id": "c1", "municipality": "1276", "age": 30, "placement": "long_term" }] }"#,
/// )?;
/// let problems = validate(&document, &ReadOptions::default()).unwrap_err();
/// assert_eq!(problems.as_slice()[0].to_string(), "children[0].age: number outside its range; allowed: 0 to 20; found: 30");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn validate(document: &PoolDocument, options: &ReadOptions) -> Result<(), Problems> {
    let problems = section_sizes(document);
    if !problems.is_empty() {
        return Err(problems);
    }
    if let Some(problem) = wrong_format(document) {
        return Err(problem.into());
    }
    let mut check = Check {
        document,
        options,
        names: Names::new(document),
        problems,
    };
    people::municipalities(&mut check);
    people::secretaries(&mut check);
    people::families(&mut check);
    people::children(&mut check);
    relations::all(&mut check);
    let mut problems = check.problems;
    sort(&mut problems);
    problems.into_result(())
}

/// As [`validate`], of a document that differs from a valid one in its choices only.
pub(crate) fn validate_choices(document: &PoolDocument, options: ReadOptions) -> Result<(), Problems> {
    let problems = section_sizes(document);
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut check = Check {
        document,
        options: &options,
        names: Names::new(document),
        problems,
    };
    relations::choices_alone(&mut check);
    let mut problems = check.problems;
    sort(&mut problems);
    problems.into_result(())
}

/// That the document is of another format, if it is: nothing else can then be said of it.
pub(crate) fn wrong_format(document: &PoolDocument) -> Option<Problem> {
    (document.format != POOL_FORMAT).then(|| {
        Problem::new(Code::WrongFormat, "format")
            .allowed(Fact::Word(POOL_FORMAT))
            .found(Fact::chars(&document.format))
    })
}

/// A run of validation: what is looked at, what can be looked up, what was found so far.
struct Check<'d> {
    document: &'d PoolDocument,
    options: &'d ReadOptions,
    names: Names<'d>,
    problems: Problems,
}

impl Check<'_> {
    fn report(&mut self, code: Code, at: &At<'_>) {
        self.problems.push(Problem::new(code, at.path()));
    }

    fn report_found(&mut self, code: Code, at: &At<'_>, found: Fact) {
        self.problems.push(Problem::new(code, at.path()).found(found));
    }

    fn report_facts(&mut self, code: Code, at: &At<'_>, allowed: Fact, found: Fact) {
        self.problems
            .push(Problem::new(code, at.path()).allowed(allowed).found(found));
    }
}

/// Which record carries which id.
struct Names<'d> {
    municipalities: Index<'d>,
    secretaries: Index<'d>,
    families: Index<'d>,
    children: Index<'d>,
    groups: Index<'d>,
    /// Children of `placements`, by place in that list.
    placed: Index<'d>,
}

impl<'d> Names<'d> {
    fn new(document: &'d PoolDocument) -> Self {
        Self {
            municipalities: Index::new(document.municipalities.iter().map(|m| m.id.as_str())),
            secretaries: Index::new(document.secretaries.iter().map(|s| s.id.as_str())),
            families: Index::new(document.families.iter().map(|f| f.id.as_str())),
            children: Index::new(document.children.iter().map(|c| c.id.as_str())),
            groups: Index::new(document.sibling_groups.iter().map(|g| g.id.as_str())),
            placed: Index::new(document.placements.iter().map(|p| p.child.as_str())),
        }
    }
}

fn section_sizes(document: &PoolDocument) -> Problems {
    [
        ("municipalities", document.municipalities.len(), limits::MUNICIPALITIES),
        ("secretaries", document.secretaries.len(), limits::SECRETARIES),
        ("families", document.families.len(), limits::FAMILIES),
        ("children", document.children.len(), limits::CHILDREN),
        ("sibling_groups", document.sibling_groups.len(), limits::SIBLING_GROUPS),
        ("placements", document.placements.len(), limits::PLACEMENTS),
        ("choices", document.choices.len(), limits::CHOICES),
        ("not_together", document.not_together.len(), limits::NOT_TOGETHER),
        ("travel", document.travel.len(), limits::TRAVEL),
    ]
    .into_iter()
    .filter(|(_, count, limit)| !limit.holds(*count))
    .map(|(section, count, limit)| {
        Problem::new(limit.code, Path::of(section))
            .allowed(limit.fact())
            .found(Fact::int(count as u64))
    })
    .collect()
}
