//! Any JSON document as a tree of values in which no member is given twice.
//!
//! The usual reader keeps the last of two members with one name; readers differ in this, so a document with such
//! members has no one meaning and no canonical form (RFC 8785, section 3.1).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::problem::{Code, Fact, Path, Problem};

/// What the reader says of a member given twice; told apart from other errors by these words.
const TWICE: &str = "member given twice";

/// Reads a whole text, whose depth has been looked at before.
pub(super) fn read(text: &str) -> Result<Value, Problem> {
    let mut from = serde_json::Deserializer::from_str(text);
    let value = Unique
        .deserialize(&mut from)
        .and_then(|value| from.end().map(|()| value));
    value.map_err(|error| {
        if error.to_string().starts_with(TWICE) {
            Problem::new(Code::DuplicateField, Path::root()).found(Fact::Position {
                line: error.line() as u64,
                column: error.column() as u64,
            })
        } else {
            super::syntax(&error)
        }
    })
}

/// Reads a value whose objects name each member once.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a json value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = from.next_element_seed(Unique)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = from.next_key::<String>()? {
            let value = from.next_value_seed(Unique)?;
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::super::to_canonical;

    fn refused(text: &[u8]) -> &'static str {
        to_canonical(text).err().unwrap().as_slice()[0].code.slug()
    }

    #[test]
    fn what_has_no_one_meaning_has_no_canonical_form() {
        assert_eq!(refused(br#"{"a":1,"a":1}"#), "document.duplicate_field");
        assert_eq!(refused(br#"[{"b":{"a":1,"\u0061":2}}]"#), "document.duplicate_field");
        assert_eq!(refused(b"[9007199254740992]"), "document.number_too_large");
        assert_eq!(refused(b"[1e999]"), "document.number_too_large");
        assert_eq!(refused(b"[1,]"), "document.syntax");
        assert_eq!(refused(b"[1] x"), "document.trailing_text");
        assert_eq!(refused(b""), "document.cut_short");
        assert_eq!(refused(b"\"\xFF\""), "document.not_utf8");
        assert_eq!(refused("[".repeat(65).as_bytes()), "limit.depth");
    }

    #[test]
    fn members_are_sorted_and_numbers_shortest() {
        let text = br#" { "b" : [ 1.50, -0, 1e2, true, null ] , "a" : "\u00e5" } "#;
        assert_eq!(
            to_canonical(text).unwrap(),
            "{\"a\":\"å\",\"b\":[1.5,0,100,true,null]}".as_bytes()
        );
    }
}
