//! Where in an input: built from our own names and from numbers, so that no text of the input can get in.

use std::fmt;

use serde::{Serialize, Serializer};

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A field or table of ours.
    Field(&'static str),
    /// An element of a list, from 0.
    Index(usize),
    /// A member of an object whose key is not ours, by its place from 0.
    Member(usize),
    /// A row of a table as a spreadsheet counts them; the header is row 1.
    Row(u64),
}

/// A place in an input, such as `children[12].needs` or `children.csv:12.needs`; empty for the input as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

impl Path {
    /// The input as a whole.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// A field of the input itself.
    pub fn of(field: &'static str) -> Self {
        Self(vec![Step::Field(field)])
    }

    /// A field of what this path names.
    #[must_use]
    pub fn field(&self, name: &'static str) -> Self {
        self.step(Step::Field(name))
    }

    /// An element, from 0, of the list that this path names.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// A member, by place from 0, of the object that this path names; for keys that are not ours.
    #[must_use]
    pub fn member(&self, place: usize) -> Self {
        self.step(Step::Member(place))
    }

    /// A row of the table that this path names, counted as a spreadsheet does: the header is row 1.
    #[must_use]
    pub fn row(&self, row: u64) -> Self {
        self.step(Step::Row(row))
    }

    /// This path, one step further.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// The steps from the input as a whole to here.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this names the input as a whole.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `other` is this place or lies within it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl From<&'static str> for Path {
    fn from(field: &'static str) -> Self {
        Self::of(field)
    }
}

impl From<&Path> for Path {
    fn from(path: &Path) -> Self {
        path.clone()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if i == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Member(place) if i == 0 => write!(f, "{{{place}}}")?,
                Step::Member(place) => write!(f, ".{{{place}}}")?,
                Step::Row(row) => write!(f, ":{row}")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_by_index() {
        assert_eq!(Path::root().to_string(), "");
        let needs = Path::of("children").index(12).field("needs");
        assert_eq!(needs.to_string(), "children[12].needs");
        assert_eq!(Path::of("children").index(12).member(3).to_string(), "children[12].{3}");
        assert_eq!(Path::root().member(0).to_string(), "{0}");
        assert_eq!(
            Path::of("children.csv").row(12).field("needs").to_string(),
            "children.csv:12.needs"
        );
        assert!(Path::of("children").contains(&needs));
        assert!(!Path::of("children").index(1).contains(&needs));
    }
}
