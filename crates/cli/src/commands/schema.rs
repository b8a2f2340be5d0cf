//! `hemvist schema`: what a document may hold, as JSON Schema.

use hemvist::ask::{Labels, Rates};
use hemvist::changes::Changes;
use hemvist::policy::Policy;
use hemvist::schema;

use crate::args::{Document, SchemaArgs};
use crate::exit::{Exit, Failure};
use crate::screen::Screen;

pub(super) fn run(args: &SchemaArgs, screen: &Screen) -> Result<Exit, Failure> {
    let schema = match args.document {
        Document::Pool => schema::pool(),
        Document::Policy => Policy::schema(),
        Document::Changes => Changes::schema(),
        Document::Rates => Rates::schema(),
        Document::Labels => Labels::schema(),
    };
    screen.put_bytes(schema::text(&schema).as_bytes(), args.output.output.as_deref())?;
    Ok(Exit::Ok)
}
