//! `hemvist schema`: what a document holds, as JSON Schema.

use std::collections::BTreeMap;

use hemvist::ask::{self, Labels, Rates};
use hemvist::changes::Changes;
use hemvist::policy::Policy;
use hemvist::rank::Rank;
use hemvist::schema;
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
    let documents = [
        ("hemvist.pool/1", schema::pool()),
        ("hemvist.policy/1", Policy::schema()),
        ("hemvist.changes/1", Changes::schema()),
        ("hemvist.rates/1", Rates::schema()),
        ("hemvist.labels/1", Labels::schema()),
        ("hemvist.rank/1", Rank::schema()),
    ];
    let name = |format: &'static str| format.trim_start_matches("hemvist.").trim_end_matches("/1");
    let all = documents.into_iter().chain(ask::schemas());
    all.map(|(format, schema)| (name(format), schema)).collect()
}
