//! One record as a tree of values, kept small: members in the order of the text, doubles included.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::problem::Shape;

/// A JSON value as it stands in the text.
#[derive(PartialEq)]
pub(crate) enum Tree {
    Null,
    Truth(bool),
    Natural(u64),
    Negative(i64),
    Real(f64),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub(crate) fn shape(&self) -> Shape {
        match self {
            Self::Null => Shape::Null,
            Self::Truth(_) => Shape::Truth,
            Self::Natural(_) | Self::Negative(_) => Shape::Integer,
            Self::Real(_) => Shape::Number,
            Self::Text(_) => Shape::Text,
            Self::List(_) => Shape::List,
            Self::Object(_) => Shape::Object,
        }
    }
}

/// Reads a tree of at most so many values; what comes after is skipped, and [`Budget::is_spent`] says so.
pub(crate) struct Budget {
    left: Cell<u64>,
    spent: Cell<bool>,
}

impl Budget {
    pub(crate) fn new(values: u64) -> Self {
        Self {
            left: Cell::new(values),
            spent: Cell::new(false),
        }
    }

    /// Whether something was left out.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent.get()
    }

    fn take(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left == 0 {
            self.spent.set(true);
        }
        left > 0
    }
}

impl<'de> DeserializeSeed<'de> for &Budget {
    type Value = Tree;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Tree, D::Error> {
        if self.take() {
            from.deserialize_any(self)
        } else {
            from.deserialize_ignored_any(IgnoredAny).map(|_| Tree::Null)
        }
    }
}

impl<'de> Visitor<'de> for &Budget {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Truth(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Natural(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(u64::try_from(value).map_or(Tree::Negative(value), Tree::Natural))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Real(value))
    }
    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(self)? {
            if !self.is_spent() {
                list.push(value);
            }
        }
        Ok(Tree::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(self)?;
            if !self.is_spent() {
                members.push((key, value));
            }
        }
        Ok(Tree::Object(members))
    }
}
