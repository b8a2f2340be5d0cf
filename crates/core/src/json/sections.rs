//! Walks through a pool document record by record, so that a hostile one takes no memory beyond one record.

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::mend::{Mending, stand_in};
use super::tree::{Budget, Tree};
use crate::day::Day;
use crate::form::{Field, Form};
use crate::input::PoolDocument;
use crate::limits::{self, Limit};
use crate::problem::{Code, Fact, Path, Problem, Problems, Shape};

/// What has been read so far.
pub(super) struct Sections {
    form: &'static Form,
    document: PoolDocument,
    mending: Mending,
    /// Sections with more records than the limit.
    too_many: Problems,
}

impl Sections {
    pub(super) fn new(form: &'static Form) -> Self {
        Self {
            form,
            document: empty(),
            mending: Mending::default(),
            too_many: Problems::new(),
        }
    }

    /// The document as far as it could be read, and what was wrong.
    ///
    /// # Errors
    /// Only the sections with more records than the limit, if there are any.
    pub(super) fn finish(self) -> Result<(PoolDocument, Mending), Problems> {
        self.too_many.into_result((self.document, self.mending))
    }

    fn field(&mut self, field: &'static Field, tree: Tree) {
        let path = Path::of(field.name);
        let value = self.mending.mend(tree, &field.form, &path);
        if self.mending.mended.contains(&path) {
            return;
        }
        if field.name == "format" {
            value.as_str().unwrap_or_default().clone_into(&mut self.document.format);
        } else if let Ok(day) = serde_json::from_value(value) {
            self.document.as_of = day;
        }
    }
}

/// A document without records, on the last day of the calendar.
pub(crate) fn empty() -> PoolDocument {
    PoolDocument::new(Day::LAST)
}

/// Adds a mended record to its section.
pub(crate) fn push(document: &mut PoolDocument, section: &str, record: Value) {
    fn to<T: DeserializeOwned>(list: &mut Vec<T>, record: Value) {
        // A mended record has the form of its type; a test on every form holds that.
        list.extend(serde_json::from_value(record).ok());
    }
    match section {
        "municipalities" => to(&mut document.municipalities, record),
        "secretaries" => to(&mut document.secretaries, record),
        "families" => to(&mut document.families, record),
        "children" => to(&mut document.children, record),
        "sibling_groups" => to(&mut document.sibling_groups, record),
        "placements" => to(&mut document.placements, record),
        "choices" => to(&mut document.choices, record),
        "not_together" => to(&mut document.not_together, record),
        "travel" => to(&mut document.travel, record),
        _ => {}
    }
}

/// The limit on the records of a section.
pub(crate) fn limit(section: &str) -> Limit {
    match section {
        "municipalities" => limits::MUNICIPALITIES,
        "secretaries" => limits::SECRETARIES,
        "families" => limits::FAMILIES,
        "children" => limits::CHILDREN,
        "sibling_groups" => limits::SIBLING_GROUPS,
        "placements" => limits::PLACEMENTS,
        "choices" => limits::CHOICES,
        "not_together" => limits::NOT_TOGETHER,
        _ => limits::TRAVEL,
    }
}

impl<'de> DeserializeSeed<'de> for &mut Sections {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(Root(self))
    }
}

/// Implements the visits of everything that should not stand here.
macro_rules! refuse {
    ($($visit:ident: $type:ty => $shape:ident,)*) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }
        $(fn $visit<E>(self, _: $type) -> Result<(), E> {
            self.refuse(Shape::$shape);
            Ok(())
        })*
        fn visit_unit<E>(self) -> Result<(), E> {
            self.refuse(Shape::Null);
            Ok(())
        }
    };
}

/// The document itself.
struct Root<'s>(&'s mut Sections);

impl Root<'_> {
    fn refuse(self, found: Shape) {
        let problem = Problem::new(Code::WrongType, Path::root());
        self.0
            .mending
            .bad(problem.allowed(Fact::Shape(Shape::Object)).found(Fact::Shape(found)));
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();

    refuse! { visit_bool: bool => Truth, visit_u64: u64 => Integer, visit_i64: i64 => Integer, visit_f64: f64 => Number, visit_str: &str => Text, }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        self.refuse(Shape::List);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Form::Object(fields) = self.0.form else {
            return Ok(());
        };
        let mut seen = vec![false; fields.len()];
        let mut place = 0;
        while let Some(key) = map.next_key::<String>()? {
            let known = fields.iter().position(|field| field.name == key);
            if let Some(i) = known.filter(|&i| !std::mem::replace(&mut seen[i], true)) {
                let field = &fields[i];
                if let Form::List(record) = &field.form {
                    map.next_value_seed(Section {
                        sections: &mut *self.0,
                        name: field.name,
                        record,
                    })?;
                } else {
                    let tree = map.next_value_seed(&Budget::new(limits::RECORD_VALUES.most))?;
                    self.0.field(field, tree);
                }
            } else {
                map.next_value::<IgnoredAny>()?;
                let problem = if let Some(i) = known {
                    Problem::new(Code::DuplicateField, fields[i].name)
                } else {
                    let path = Path::root().member(place);
                    Problem::new(Code::UnknownField, path).found(Fact::chars(&key))
                };
                self.0.mending.problems.push(problem);
            }
            place += 1;
        }
        for (field, _) in fields.iter().zip(seen).filter(|(field, seen)| field.required && !seen) {
            self.0.mending.bad(Problem::new(Code::MissingField, field.name));
        }
        Ok(())
    }
}

/// One section: a list of records.
struct Section<'s> {
    sections: &'s mut Sections,
    name: &'static str,
    record: &'static Form,
}

impl Section<'_> {
    fn refuse(self, found: Shape) {
        let problem = Problem::new(Code::WrongType, self.name);
        self.sections
            .mending
            .bad(problem.allowed(Fact::Shape(Shape::List)).found(Fact::Shape(found)));
    }
}

impl<'de> DeserializeSeed<'de> for Section<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Section<'_> {
    type Value = ();

    refuse! { visit_bool: bool => Truth, visit_u64: u64 => Integer, visit_i64: i64 => Integer, visit_f64: f64 => Number, visit_str: &str => Text, }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.refuse(Shape::Object);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let limit = limit(self.name);
        let list = Path::of(self.name);
        let Sections {
            document,
            mending,
            too_many,
            ..
        } = self.sections;
        for index in 0.. {
            if index as u64 == limit.most {
                let mut count = index;
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                if count > index {
                    let found = Fact::int(count as u64);
                    too_many.push(Problem::new(limit.code, list).allowed(limit.fact()).found(found));
                }
                return Ok(());
            }
            let budget = Budget::new(limits::RECORD_VALUES.most);
            let Some(tree) = seq.next_element_seed(&budget)? else {
                return Ok(());
            };
            let path = list.index(index);
            let record = if budget.is_spent() {
                let limit = limits::RECORD_VALUES;
                mending.bad(Problem::new(limit.code, path).allowed(limit.fact()));
                stand_in(self.record)
            } else {
                mending.mend(tree, self.record, &path)
            };
            push(document, self.name, record);
        }
        Ok(())
    }
}
