//! The form that a document must have, read out of its JSON Schema, so that types, schema and error reports agree.
//!
//! A [`Form`] is what the tolerant reader of JSON and the reader of tables walk along. It knows types, fields and
//! ranges; what values mean together is [`crate::validate`]'s.

use std::sync::LazyLock;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

/// What must stand in a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    Text,
    Truth,
    Integer {
        least: i64,
        most: i64,
    },
    Number,
    Day,
    Month,
    /// One of these words.
    Word(Vec<&'static str>),
    List(Box<Form>),
    Object(Vec<Field>),
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// Must be given.
    pub(crate) required: bool,
    /// May be `null`, which is the same as absent.
    pub(crate) nullable: bool,
    pub(crate) form: Form,
}

/// The schema of a type.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    SchemaGenerator::default().into_root_schema_for::<T>().into()
}

impl Form {
    /// The form that a schema describes; the schema lives as long as the program, so that names in error paths can be
    /// static.
    ///
    /// Returns `None` if the schema uses anything that this module does not know; a test holds that this never
    /// happens for our documents.
    pub(crate) fn read(schema: &'static Value) -> Option<Self> {
        let definitions = schema.get("$defs").and_then(Value::as_object);
        build(schema, definitions)
    }

    /// The field of an object with this name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        match self {
            Self::Object(fields) => fields.iter().find(|field| field.name == name),
            _ => None,
        }
    }
}

static NO_FIELDS: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

type Definitions = Option<&'static Map<String, Value>>;

fn build(schema: &'static Value, definitions: Definitions) -> Option<Form> {
    if let Some(reference) = schema.get("$ref") {
        let name = reference.as_str()?.strip_prefix("#/$defs/")?;
        return match name {
            "Day" => Some(Form::Day),
            "Month" => Some(Form::Month),
            _ => build(definitions?.get(name)?, definitions),
        };
    }
    if let Some(choices) = schema.get("anyOf") {
        // An optional object: the form beside `null`.
        let mut forms = choices.as_array()?.iter().filter(|choice| !is_null(choice));
        return build(forms.next()?, definitions);
    }
    if let Some(words) = schema.get("oneOf") {
        let words = words.as_array()?.iter().map(|word| word.get("const")?.as_str());
        return Some(Form::Word(words.collect::<Option<_>>()?));
    }
    if let Some(words) = schema.get("enum") {
        let words = words.as_array()?.iter().map(Value::as_str);
        return Some(Form::Word(words.collect::<Option<_>>()?));
    }
    match kind(schema)? {
        "string" => Some(Form::Text),
        "boolean" => Some(Form::Truth),
        "number" => Some(Form::Number),
        "integer" => Some(Form::Integer {
            least: schema.get("minimum").and_then(Value::as_i64)?,
            most: schema.get("maximum").and_then(Value::as_i64)?,
        }),
        "array" => Some(Form::List(Box::new(build(schema.get("items")?, definitions)?))),
        "object" => {
            let required = schema.get("required").and_then(Value::as_array);
            let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|r| r == name));
            let properties = match schema.get("properties") {
                Some(properties) => properties.as_object()?,
                // An object without fields; a map, which may hold any, is not known here.
                None if schema.get("additionalProperties") == Some(&Value::Bool(false)) => &NO_FIELDS,
                None => return None,
            };
            let fields = properties.iter().map(|(name, schema)| {
                Some(Field {
                    name: name.as_str(),
                    required: is_required(name),
                    nullable: is_nullable(schema),
                    form: build(schema, definitions)?,
                })
            });
            Some(Form::Object(fields.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}

fn is_nullable(schema: &Value) -> bool {
    let any = schema.get("anyOf").and_then(Value::as_array);
    let kinds = schema.get("type").and_then(Value::as_array);
    any.is_some_and(|choices| choices.iter().any(is_null)) || kinds.is_some_and(|k| k.iter().any(|kind| kind == "null"))
}

/// The type of a schema, the first that is not `null` if there are two.
fn kind(schema: &'static Value) -> Option<&'static str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ => None,
    }
}
