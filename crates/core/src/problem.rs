//! What is wrong with an input: a stable code, where, what is allowed and what was found.
//!
//! Every stage that can refuse something (JSON, CSV, validation, policy, options, replay) speaks through
//! [`Problem`]. Error texts end in logs, so the types here have **no room for text from the input**: a [`Path`] is
//! made of our own field names and of numbers, a [`Fact`] holds numbers, dates, lengths and words of our own lists.
//! Of text that failed, its length is told; of an unknown key, its place. Numbers so long that they could be a
//! personal identity number are told by their count of digits.
//!
//! Paths are by index from 0, as in `children[12].needs`; `children[12].{3}` is the fourth member of that object,
//! used where its key is not ours. In tables, rows are counted as a spreadsheet does, the header being row 1:
//! `children.csv:12.needs`.

mod code;
mod fact;
mod path;

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub use code::Code;
pub use fact::{Fact, Shape};
pub use path::{Path, Step};

use crate::lang::Lang;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What kind of problem.
    pub code: Code,
    /// Where in the input; empty: the input as a whole.
    pub path: Path,
    /// What would be accepted here, if that can be said in short.
    pub allowed: Option<Fact>,
    /// What was found, if it may be shown.
    pub found: Option<Fact>,
}

impl Problem {
    /// A problem without facts.
    pub fn new(code: Code, path: impl Into<Path>) -> Self {
        Self {
            code,
            path: path.into(),
            allowed: None,
            found: None,
        }
    }

    /// The same, saying what would be accepted.
    #[must_use]
    pub fn allowed(mut self, fact: Fact) -> Self {
        self.allowed = Some(fact);
        self
    }

    /// The same, saying what was found.
    #[must_use]
    pub fn found(mut self, fact: Fact) -> Self {
        self.found = Some(fact);
        self
    }

    /// The problem as one line: path, sentence, what is allowed, what was found.
    pub fn message(&self, lang: Lang) -> String {
        let mut line = String::new();
        if !self.path.is_root() {
            line.push_str(&self.path.to_string());
            line.push_str(": ");
        }
        line.push_str(self.code.sentence(lang));
        if let Some(allowed) = &self.allowed {
            line.push_str(lang.pick("; allowed: ", "; tillåtet: "));
            line.push_str(&allowed.text(lang));
        }
        if let Some(found) = &self.found {
            line.push_str(lang.pick("; found: ", "; funnet: "));
            line.push_str(&found.text(lang));
        }
        line
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for Problem {}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("Problem", 5)?;
        fields.serialize_field("code", &self.code)?;
        fields.serialize_field("number", &self.code.number())?;
        fields.serialize_field("path", &self.path)?;
        match &self.allowed {
            Some(fact) => fields.serialize_field("allowed", fact)?,
            None => fields.skip_field("allowed")?,
        }
        match &self.found {
            Some(fact) => fields.serialize_field("found", fact)?,
            None => fields.skip_field("found")?,
        }
        fields.end()
    }
}

/// Every problem found in an input, in document order; the first [`Problems::MOST_KEPT`] are kept, all are counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems {
    kept: Vec<Problem>,
    total: u64,
}

impl Problems {
    /// How many problems one report holds; further ones are only counted, and [`Problems::total`] says so.
    pub const MOST_KEPT: usize = 1_000;

    /// An empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem; past [`Problems::MOST_KEPT`] it is only counted.
    pub fn push(&mut self, problem: Problem) {
        self.total += 1;
        if self.kept.len() < Self::MOST_KEPT {
            self.kept.push(problem);
        }
    }

    /// Adds all problems of another report.
    pub fn append(&mut self, other: Self) {
        let uncounted = other.total - other.kept.len() as u64;
        for problem in other.kept {
            self.push(problem);
        }
        self.total += uncounted;
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// How many problems were found, kept or not.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether there were more than the report holds.
    pub fn is_capped(&self) -> bool {
        self.total > self.kept.len() as u64
    }

    /// The problems kept.
    pub fn as_slice(&self) -> &[Problem] {
        &self.kept
    }

    /// The problems kept, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.kept.iter()
    }

    /// `value` if nothing is wrong.
    ///
    /// # Errors
    /// The report itself, if it holds any problem.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The report as lines for people: how many, then one line each.
    pub fn message(&self, lang: Lang) -> String {
        use fmt::Write as _;
        let mut text = match (self.total, lang) {
            (1, Lang::En) => "1 problem".to_owned(),
            (n, Lang::En) => format!("{n} problems"),
            (n, Lang::Sv) => format!("{n} fel"),
        };
        if self.is_capped() {
            let _ = match lang {
                Lang::En => write!(text, ", of which the first {} are shown", self.kept.len()),
                Lang::Sv => write!(text, ", varav de första {} visas", self.kept.len()),
            };
        }
        for problem in &self.kept {
            text.push('\n');
            text.push_str(&problem.message(lang));
        }
        text
    }

    pub(crate) fn sort_by_key<K: Ord>(&mut self, key: impl FnMut(&Problem) -> K) {
        self.kept.sort_by_cached_key(key);
    }

    /// Removes kept problems for which `keep` is false.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Problem) -> bool) {
        let before = self.kept.len();
        self.kept.retain(keep);
        self.total -= (before - self.kept.len()) as u64;
    }

    pub(crate) fn map_paths(&mut self, mut to: impl FnMut(&Path) -> Path) {
        for problem in &mut self.kept {
            problem.path = to(&problem.path);
            for fact in [&mut problem.allowed, &mut problem.found].into_iter().flatten() {
                if let Fact::Place(place) = fact {
                    *place = to(place);
                }
            }
            // A place that has no name there is not told.
            problem
                .found
                .take_if(|found| matches!(found, Fact::Place(place) if place.is_root()));
        }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        let mut problems = Self::new();
        problems.push(problem);
        problems
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(all: I) -> Self {
        let mut problems = Self::new();
        for problem in all {
            problems.push(problem);
        }
        problems
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for Problems {}

impl Serialize for Problems {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("Problems", 2)?;
        fields.serialize_field("total", &self.total)?;
        fields.serialize_field("problems", &self.kept)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_in_both_languages() {
        let path = Path::of("children").index(12).field("needs");
        let problem = Problem::new(Code::OutOfRange, path)
            .allowed(Fact::Between(1, 5))
            .found(Fact::int(9));
        assert_eq!(
            problem.message(Lang::En),
            "children[12].needs: number outside its range; allowed: 1 to 5; found: 9"
        );
        assert_eq!(
            problem.message(Lang::Sv),
            "children[12].needs: talet ligger utanför sitt intervall; tillåtet: 1 till 5; funnet: 9"
        );
        assert_eq!(
            serde_json::to_value(&problem).unwrap(),
            serde_json::json!({
                "code": "value.out_of_range", "number": 1101, "path": "children[12].needs",
                "allowed": { "from": 1, "to": 5 }, "found": 9
            })
        );
    }

    #[test]
    fn a_capped_report_says_so() {
        let problems: Problems = (0..1_500)
            .map(|i| Problem::new(Code::DuplicateId, Path::of("children").index(i)))
            .collect();
        assert_eq!(problems.total(), 1_500);
        assert_eq!(problems.iter().count(), Problems::MOST_KEPT);
        assert!(problems.is_capped());
        assert!(
            problems
                .to_string()
                .starts_with("1500 problems, of which the first 1000 are shown\n")
        );
    }
}
