//! JSON Schemas of the documents, generated from the Rust types, so that schema and code cannot drift apart.
//!
//! The repository keeps a copy of each under `schemas/`; a test holds that the copies are current. A schema tells
//! form and ranges; what must agree between fields and records only [`mod@crate::validate`] knows.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::input::PoolDocument;

/// The JSON Schema (draft 2020-12) of the pool document, `hemvist.pool/1`.
pub fn pool() -> Value {
    of::<PoolDocument>()
}

/// The JSON Schema (draft 2020-12) of a document.
pub(crate) fn of<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<T>()
        .into()
}

/// The JSON Schema (draft 2020-12) of a document that is only written: a field that is always there is required.
pub(crate) fn of_answer<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>()
        .into()
}

/// A schema as text: indented by two spaces, keys sorted, one newline at the end.
///
/// # Examples
/// ```
/// use hemvist::schema;
///
/// let text = schema::text(&schema::pool());
/// assert!(text.starts_with("{\n  \"$defs\""));
/// ```
pub fn text(schema: &Value) -> String {
    // The alternate form of a JSON value is the indented one.
    format!("{schema:#}\n")
}
