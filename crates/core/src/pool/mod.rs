//! The pool: children and families as immutable columns, in the order of their ids.
//!
//! # Promises
//! - Rows are sorted by id and every list is in canonical order ([`Pool::document`]), so nothing that is computed from
//!   a pool can depend on the order in which its records came.
//! - [`ChildIdx`] and [`FamilyIdx`] are dense row numbers of this pool only; they cannot be mixed up, and they are the
//!   positions of the records in [`Pool::document`].
//! - Once built, a pool does not change.
//!
//! It refuses to know policies, weights and scores. Rules and criteria read it in [`crate::fit`].

pub(crate) mod build;
pub(crate) mod classes;
pub(crate) mod facts;
mod order;

use std::fmt;
use std::sync::Arc;

use crate::csv::{self, ReadNotes};
use crate::distance::Place;
use crate::frames::{self, Frame};
use crate::input::{Child, Choice, Day, Family, PoolDocument, SiblingGroup};
use crate::json;
use crate::problem::Problems;
use crate::validate::{ReadOptions, validate, validate_choices};
use classes::{Bits, Classes};
use facts::{Area, Asks, Care, ChildFacts, Household, Skills, Terms};

/// Row number as stored: pools are limited far below 2³² rows by validation.
pub(crate) fn row(index: usize) -> u32 {
    u32::try_from(index).expect("pools are limited to far fewer rows than 2^32")
}

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The index of this row.
            ///
            /// # Panics
            /// If `row` does not fit 32 bits, which no pool reaches.
            pub fn from_row(index: usize) -> Self {
                Self(row(index))
            }
            /// The row number.
            pub fn row(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index! {
    /// A child of one pool: its row in the order of ids.
    ChildIdx
}
index! {
    /// A family of one pool: its row in the order of ids.
    FamilyIdx
}
index! {
    /// A sibling group of one pool: its row in the order of ids.
    GroupIdx
}

/// A placed child who stays in a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resident {
    /// The child, if it stands under the pool's children.
    pub child: Option<ChildIdx>,
    /// The placement's row in [`PoolDocument::placements`] of [`Pool::document`].
    pub placement: u32,
    /// Age in whole years; `None`: unknown.
    pub age: Option<u8>,
}

/// A checked pool, in columns.
///
/// # Examples
/// ```
/// use hemvist::{input::PoolDocument, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15",
///     "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f2", "municipality": "1276", "kind": "family", "places": 1},
///                  {"id": "f1", "municipality": "1276", "kind": "emergency", "places": 2}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let pool = Pool::from_document(document)?;
/// let first = pool.families().next().unwrap();
/// assert_eq!(pool.family(first).id, "f1");
/// assert_eq!(pool.family_idx("f1"), Some(first));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Pool {
    pub(crate) document: PoolDocument,
    pub(crate) children: Vec<Arc<ChildFacts>>,
    pub(crate) asks: Classes<Asks>,
    pub(crate) skills: Classes<Skills>,
    pub(crate) speaks: Classes<Bits>,
    pub(crate) n_municipalities: usize,
    pub(crate) care: Classes<Care>,
    pub(crate) terms: Classes<Terms>,
    pub(crate) ages: Classes<Option<(u8, u8)>>,
    pub(crate) competences: Classes<Bits>,
    pub(crate) languages: Classes<Bits>,
    pub(crate) household: Classes<Household>,
    pub(crate) area: Classes<Area>,
    pub(crate) x: Vec<f32>,
    pub(crate) y: Vec<f32>,
    pub(crate) z: Vec<f32>,
    /// 1 where the place of the home is not known, else 0.
    pub(crate) off_map: Vec<u32>,
    residents: Vec<Vec<Resident>>,
    stays: Vec<Option<FamilyIdx>>,
    lives_in: Vec<Option<FamilyIdx>>,
    options: ReadOptions,
}

impl Pool {
    /// Builds a pool from a document.
    ///
    /// # Errors
    /// Every problem of the document; a pool is built only from one that has none.
    ///
    /// # Complexity
    /// `O(n log n)` in the number of records.
    pub fn from_document(document: PoolDocument) -> Result<Self, Problems> {
        Self::from_document_with(document, &ReadOptions::default())
    }

    /// As [`Pool::from_document`], with options of reading.
    ///
    /// # Errors
    /// As [`Pool::from_document`].
    pub fn from_document_with(document: PoolDocument, options: &ReadOptions) -> Result<Self, Problems> {
        validate(&document, options)?;
        Ok(Self::from_checked(document, *options))
    }

    /// Reads a pool from a document `hemvist.pool/1` in JSON: [`json::read_pool`] and [`Pool::from_document`] in one,
    /// which checks the document once.
    ///
    /// # Errors
    /// Every problem of the document.
    ///
    /// # Examples
    /// ```
    /// use hemvist::{ReadOptions, pool::Pool};
    ///
    /// let text = br#"{ "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "1276" }] }"#;
    /// assert_eq!(Pool::from_json(text, &ReadOptions::default())?.n_children(), 0);
    /// # Ok::<(), hemvist::Problems>(())
    /// ```
    pub fn from_json(bytes: &[u8], options: &ReadOptions) -> Result<Self, Problems> {
        json::read_pool(bytes, options).map(|document| Self::from_checked(document, *options))
    }

    /// Reads a pool from tables: [`csv::read_pool`] and [`Pool::from_document`] in one, which checks the document once.
    ///
    /// # Errors
    /// Every problem of the tables.
    pub fn from_tables(tables: &[(&str, &[u8])], options: &ReadOptions) -> Result<(Self, ReadNotes), Problems> {
        let (document, notes) = csv::read_pool(tables, options)?;
        Ok((Self::from_checked(document, *options), notes))
    }

    /// Reads a pool from frames: [`frames::read_pool`] and [`Pool::from_document`] in one, which checks the document
    /// once.
    ///
    /// # Errors
    /// Every problem of the frames.
    ///
    /// # Panics
    /// As [`frames::read_pool`].
    pub fn from_frames(as_of: Day, frames: &[Frame<'_>], options: &ReadOptions) -> Result<Self, Problems> {
        frames::read_pool(as_of, frames, options).map(|document| Self::from_checked(document, *options))
    }

    /// The pool of a document that has been validated.
    fn from_checked(mut document: PoolDocument, options: ReadOptions) -> Self {
        order::canonical(&mut document);
        build::build(document, options)
    }

    /// The pool with more choices: that of a document that says them too.
    ///
    /// # Errors
    /// As [`Pool::from_document`] of that document, the new choices standing behind those that [`Pool::document`] has.
    ///
    /// # Complexity
    /// That of a copy of the pool, and a look at every choice.
    pub(crate) fn with_choices(&self, choices: &[Choice]) -> Result<Self, Problems> {
        let mut pool = self.clone();
        pool.document.choices.extend_from_slice(choices);
        validate_choices(&pool.document, self.options)?;
        order::canonical_choices(&mut pool.document.choices);
        build::add_choices(&mut pool, choices);
        Ok(pool)
    }

    /// The date the pool describes.
    pub fn as_of(&self) -> Day {
        self.document.as_of
    }

    /// The options that it was read with; a changed copy of it is read with the same.
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// The document in canonical order: the same for every order in which the same records may have come.
    pub fn document(&self) -> &PoolDocument {
        &self.document
    }

    /// Number of children.
    pub fn n_children(&self) -> usize {
        self.children.len()
    }

    /// Number of families.
    pub fn n_families(&self) -> usize {
        self.document.families.len()
    }

    /// All children, in the order of ids.
    pub fn children(&self) -> impl ExactSizeIterator<Item = ChildIdx> + use<> {
        (0..row(self.n_children())).map(ChildIdx)
    }

    /// All families, in the order of ids.
    pub fn families(&self) -> impl ExactSizeIterator<Item = FamilyIdx> + use<> {
        (0..row(self.n_families())).map(FamilyIdx)
    }

    /// The record of a child.
    pub fn child(&self, child: ChildIdx) -> &Child {
        &self.document.children[child.row()]
    }

    /// The record of a family.
    pub fn family(&self, family: FamilyIdx) -> &Family {
        &self.document.families[family.row()]
    }

    /// The child with this id. `O(log n)`.
    pub fn child_idx(&self, id: &str) -> Option<ChildIdx> {
        let found = self.document.children.binary_search_by(|c| c.id.as_str().cmp(id));
        found.ok().map(ChildIdx::from_row)
    }

    /// The family with this id. `O(log n)`.
    pub fn family_idx(&self, id: &str) -> Option<FamilyIdx> {
        let found = self.document.families.binary_search_by(|f| f.id.as_str().cmp(id));
        found.ok().map(FamilyIdx::from_row)
    }

    /// Age of a child in whole years on [`Pool::as_of`]; a birthday falls on the first of its month.
    pub fn age(&self, child: ChildIdx) -> u8 {
        self.children[child.row()].asks.age
    }

    /// Whole days that a child has waited on [`Pool::as_of`], 0 or more.
    pub fn days_waited(&self, child: ChildIdx) -> u32 {
        let since = self.child(child).waiting_since;
        since.map_or(0, |day| u32::try_from(self.as_of().days_since(day)).unwrap_or(0))
    }

    /// The sibling group of a child.
    pub fn group_of(&self, child: ChildIdx) -> Option<GroupIdx> {
        self.children[child.row()].group
    }

    /// The record of a sibling group.
    pub fn group(&self, group: GroupIdx) -> &SiblingGroup {
        &self.document.sibling_groups[group.row()]
    }

    /// The family in which a child is placed and stays; such a child seeks no new home.
    pub fn stays(&self, child: ChildIdx) -> Option<FamilyIdx> {
        self.stays[child.row()]
    }

    /// The family in which a child lives now, whether it stays or needs another home.
    pub fn lives_in(&self, child: ChildIdx) -> Option<FamilyIdx> {
        self.lives_in[child.row()]
    }

    /// The day on which a child came to the family in which it lives now, if known.
    pub fn came_on(&self, child: ChildIdx) -> Option<Day> {
        let id = self.child(child).id.as_str();
        let placements = &self.document.placements;
        let at = placements.binary_search_by(|p| p.child.as_str().cmp(id)).ok()?;
        placements[at].since
    }

    /// The placed children who live in a home and stay.
    pub fn residents(&self, family: FamilyIdx) -> &[Resident] {
        &self.residents[family.row()]
    }

    /// Where a home is, if known.
    pub(crate) fn place(&self, family: FamilyIdx) -> Option<Place> {
        let row = family.row();
        (self.off_map[row] == 0).then(|| Place {
            x: self.x[row],
            y: self.y[row],
            z: self.z[row],
        })
    }
}

impl fmt::Debug for Pool {
    /// Sizes only: a pool is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("n_children", &self.n_children())
            .field("n_families", &self.n_families())
            .finish_non_exhaustive()
    }
}
