//! The quick way from frames to a document: cells go straight into records, with no tree of values between.
//!
//! It takes what the tolerant way takes and gives the same document, or gives nothing: what is wrong, the tolerant way
//! tells. A test holds that both are of one mind.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::cell::{self, Cell, Cells};
use super::read::{Batch, Given};
use crate::csv::assemble::Header;
use crate::csv::columns::FREE_TEXT;
use crate::form::{Field, Form};
use crate::input::{Child, PoolDocument};
use crate::json::Mending;
use crate::problem::Path;

/// The document, if nothing is wrong in the form of any cell.
pub(super) fn document(mut document: PoolDocument, given: &[Given<'_, '_>]) -> Option<PoolDocument> {
    for given in given {
        let rows = Rows::new(given);
        match (given.table.section, given.table.within_child) {
            ("municipalities", _) => document.municipalities = rows.records()?.into(),
            ("secretaries", _) => document.secretaries = rows.records()?.into(),
            ("families", _) => document.families = rows.records()?.into(),
            ("children", None) => document.children = rows.records()?.into(),
            ("children", Some("network_ties")) => {
                rows.within(&mut document.children, |child, tie| child.network_ties.push(tie))?;
            }
            ("children", Some(_)) => rows.within(&mut document.children, |child, zone| child.keep_away.push(zone))?,
            ("sibling_groups", _) => document.sibling_groups = rows.records()?.into(),
            ("placements", _) => document.placements = rows.records()?.into(),
            ("choices", _) => document.choices = rows.records()?,
            ("not_together", _) => document.not_together = rows.records()?.into(),
            ("travel", _) => document.travel = rows.records()?.into(),
            // A frame has no table `pool`.
            _ => return None,
        }
    }
    Some(document)
}

/// The rows of a frame, and where the fields of their records come from.
struct Rows<'g> {
    header: &'g Header,
    batches: &'g [Batch<'g>],
    slots: Vec<Slot>,
}

/// Where a field of a record comes from.
struct Slot {
    field: &'static Field,
    from: From,
}

enum From {
    /// The cells at a place.
    Cells(usize),
    /// Several columns, one for each field of a part.
    Part(Vec<Slot>),
}

impl<'g> Rows<'g> {
    fn new(given: &'g Given<'_, '_>) -> Self {
        let mut slots: Vec<Slot> = Vec::new();
        for (column, place) in &given.header.columns {
            let Some(place) = *place else { continue };
            let field = column.field.first().and_then(|outer| given.header.form.field(outer));
            let Some(field) = field else { continue };
            let inner = column.field.get(1).and_then(|inner| field.form.field(inner));
            let cells = From::Cells(place);
            match inner {
                None => slots.push(Slot { field, from: cells }),
                Some(inner) => {
                    let slot = Slot {
                        field: inner,
                        from: cells,
                    };
                    match slots.last_mut() {
                        Some(Slot {
                            field: last,
                            from: From::Part(part),
                        }) if last.name == field.name => part.push(slot),
                        _ => slots.push(Slot {
                            field,
                            from: From::Part(vec![slot]),
                        }),
                    }
                }
            }
        }
        Self {
            header: &given.header,
            batches: &given.frame.batches,
            slots,
        }
    }

    /// Each row, as what its record is read from.
    fn each(&self) -> impl Iterator<Item = Record<'_>> {
        self.batches.iter().flat_map(move |batch| {
            (0..batch.n_rows).map(move |row| Record {
                slots: &self.slots,
                cells: &batch.cells,
                row,
            })
        })
    }

    fn records<T: DeserializeOwned>(&self) -> Option<Vec<T>> {
        self.each().map(|record| T::deserialize(record).ok()).collect()
    }

    /// Reads each row as an entry within the child that it names.
    fn within<T: DeserializeOwned>(&self, children: &mut [Child], put: impl Fn(&mut Child, T)) -> Option<()> {
        let place = self.header.place("child")?;
        let mut by_id: Vec<(String, usize)> = children.iter().map(|child| child.id.clone()).zip(0..).collect();
        by_id.sort_unstable();
        for record in self.each() {
            let Cell::Text(id) = record.cells[place].at(record.row) else {
                return None;
            };
            let found = by_id
                .binary_search_by(|(other, _)| other.as_str().cmp(id.trim()))
                .ok()?;
            put(&mut children[by_id[found].1], T::deserialize(record).ok()?);
        }
        Some(())
    }
}

/// That something is not as it should be; the tolerant way says what.
#[derive(Debug)]
struct NotSo;

impl fmt::Display for NotSo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of this form")
    }
}

impl std::error::Error for NotSo {}

impl Error for NotSo {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// One row, or the part of a record in it.
#[derive(Clone, Copy)]
struct Record<'r> {
    slots: &'r [Slot],
    cells: &'r [&'r dyn Cells],
    row: usize,
}

impl<'r> Record<'r> {
    fn cell(&self, place: usize) -> Cell<'r> {
        self.cells[place].at(self.row)
    }

    fn part(&self, slots: &'r [Slot]) -> Self {
        Self { slots, ..*self }
    }

    /// Whether no cell of the record holds anything.
    fn is_absent(&self) -> bool {
        self.slots.iter().all(|slot| match &slot.from {
            From::Cells(place) => self.cell(*place).is_absent(),
            From::Part(part) => self.part(part).is_absent(),
        })
    }
}

impl<'de> Deserializer<'de> for Record<'_> {
    type Error = NotSo;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSo> {
        visitor.visit_map(Fields {
            record: self,
            next: 0,
            value: None,
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSo> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The fields of a record that are not absent, one after the other.
struct Fields<'r> {
    record: Record<'r>,
    next: usize,
    value: Option<Held<'r>>,
}

/// The value of a field.
enum Held<'r> {
    Cell(Typed<'r>),
    Part(Record<'r>),
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = NotSo;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotSo> {
        while let Some(slot) = self.record.slots.get(self.next) {
            self.next += 1;
            let held = match &slot.from {
                From::Cells(place) => {
                    let cell = self.record.cell(*place);
                    (!cell.is_absent()).then_some(Held::Cell(Typed {
                        cell,
                        form: &slot.field.form,
                        is_free: FREE_TEXT.contains(&slot.field.name),
                    }))
                }
                From::Part(part) => {
                    let part = self.record.part(part);
                    (!part.is_absent()).then_some(Held::Part(part))
                }
            };
            if held.is_some() {
                self.value = held;
                let key: StrDeserializer<'_, NotSo> = slot.field.name.into_deserializer();
                return seed.deserialize(key).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, NotSo> {
        match self.value.take() {
            Some(Held::Cell(cell)) => seed.deserialize(cell),
            Some(Held::Part(part)) => seed.deserialize(part),
            None => Err(NotSo),
        }
    }
}

/// A cell and the form that it must have.
#[derive(Clone)]
struct Typed<'r> {
    cell: Cell<'r>,
    form: &'r Form,
    is_free: bool,
}

impl Typed<'_> {
    /// The word of ours that the cell says.
    fn word(&self) -> Result<&'static str, NotSo> {
        match (&self.cell, self.form) {
            (Cell::Text(text), Form::Word(words)) => crate::csv::cell::word(text.trim(), words).ok_or(NotSo),
            _ => Err(NotSo),
        }
    }
}

impl<'de> Deserializer<'de> for Typed<'_> {
    type Error = NotSo;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSo> {
        match (&self.cell, self.form) {
            (Cell::Text(text), Form::Text) if self.is_free => visitor.visit_str(text),
            (Cell::Text(text), Form::Text | Form::Day | Form::Month) => visitor.visit_str(text.trim()),
            (Cell::Truth(truth), Form::Truth) => visitor.visit_bool(*truth),
            (Cell::Whole(number), Form::Integer { .. }) => {
                visitor.visit_i64(i64::try_from(*number).map_err(|_| NotSo)?)
            }
            (Cell::Real(number), Form::Integer { .. }) => visitor.visit_i64(cell::whole(*number).ok_or(NotSo)?),
            (Cell::Real(number), Form::Number) if number.is_finite() => visitor.visit_f64(*number),
            (Cell::List(of, rows), Form::List(element)) => visitor.visit_seq(Elements {
                of: *of,
                rows: rows.clone(),
                form: element,
            }),
            _ => {
                let mut mending = Mending::default();
                let value = cell::read(&self.cell, self.form, &Path::root(), &mut mending);
                let value = value.filter(|_| mending.problems.is_empty()).ok_or(NotSo)?;
                value.deserialize_any(visitor).map_err(|_| NotSo)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotSo> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotSo> {
        let word: StrDeserializer<'_, NotSo> = self.word()?.into_deserializer();
        visitor.visit_enum(word)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The elements of a list.
struct Elements<'r> {
    of: &'r dyn Cells,
    rows: std::ops::Range<usize>,
    form: &'r Form,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = NotSo;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, NotSo> {
        let Some(row) = self.rows.next() else {
            return Ok(None);
        };
        let cell = self.of.at(row);
        if cell.is_absent() {
            return Err(NotSo);
        }
        seed.deserialize(Typed {
            cell,
            form: self.form,
            is_free: false,
        })
        .map(Some)
    }
}
