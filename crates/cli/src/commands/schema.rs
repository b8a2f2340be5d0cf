//! `hemvist schema`: what a document holds, as JSON Schema.

use std::collections::BTreeMap;

use hemvist::{formats, schema};
use serde_json::Value;

use crate::args::SchemaArgs;
use crate::exit::{Exit, Failure};
use crate::screen::Screen;

pub(super) fn run(args: &SchemaArgs, screen: &Screen) -> Result<Exit, Failure> {
    // The name has been checked against these.
    let schema = schemas().remove(args.document.as_str()).unwrap_or_default();
    screen.put_bytes(schema::text(&schema).as_bytes(), args.output.output.as_deref())?;
    Ok(Exit::Ok)
}

/// The schemas by the names of their documents.
pub(crate) fn schemas() -> BTreeMap<&'static str, Value> {
    let all = formats::schemas().into_iter();
    all.map(|(format, schema)| (formats::name(format), schema)).collect()
}
