//! Pools as files: the committed examples, and what `hemvist generate` writes.

use hemvist::csv::{self, Dialect};
use hemvist::input::PoolDocument;

use crate::generate::generate;
use crate::region;
use crate::shape::Shape;

/// The seed of the committed examples.
pub const EXAMPLE_SEED: u64 = 1;

/// A form that a pool can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One document, `pool.json`.
    Json,
    /// Tables in this dialect.
    Tables(Dialect),
}

/// A document as JSON: two spaces of indent, one line end at the end.
///
/// # Panics
/// Never: every document can be written.
pub fn json(document: &PoolDocument) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(document).expect("a pool document has string keys only");
    text.push(b'\n');
    text
}

/// A document as the files of a folder: names and bytes.
pub fn files(document: &PoolDocument, form: Form) -> Vec<(String, Vec<u8>)> {
    match form {
        Form::Json => vec![("pool.json".to_owned(), json(document))],
        Form::Tables(dialect) => csv::write_pool(document, dialect),
    }
}

/// The form of a committed example: between them they show every way in.
fn form_of(name: &str) -> Form {
    match name {
        "nordvastra-skane" | "familjepoolen" => Form::Tables(Dialect::ENGLISH),
        "hassleholm" => Form::Tables(Dialect::SWEDISH),
        _ => Form::Json,
    }
}

/// The committed examples: path below `examples/` and bytes.
pub fn examples() -> Vec<(String, Vec<u8>)> {
    let mut all = region::files();
    for shape in Shape::all() {
        let document = generate(&shape, EXAMPLE_SEED);
        for (file, bytes) in files(&document, form_of(shape.name)) {
            all.push((format!("{}/{file}", shape.name), bytes));
        }
    }
    all
}
