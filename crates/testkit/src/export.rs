//! Pools as files: the committed examples, and what `hemvist generate` writes.

use hemvist::input::PoolDocument;

use crate::generate::generate;
use crate::shape::Shape;

/// The seed of the committed examples.
pub const EXAMPLE_SEED: u64 = 1;

/// A document as JSON: two spaces of indent, one line end at the end.
///
/// # Panics
/// Never: every document can be written.
pub fn json(document: &PoolDocument) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(document).expect("a pool document has string keys only");
    text.push(b'\n');
    text
}

/// The committed examples: path below `examples/` and bytes.
pub fn examples() -> Vec<(String, Vec<u8>)> {
    let mut files = vec![];
    for shape in Shape::all() {
        let document = generate(&shape, EXAMPLE_SEED);
        files.push((format!("{}/pool.json", shape.name), json(&document)));
    }
    files
}
