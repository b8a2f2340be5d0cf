#![forbid(unsafe_code)]
//! Writes the JSON Schemas of our documents: `cargo run -p hemvist-testkit --bin make-schemas -- schemas`.

use std::path::Path;

use hemvist::ask::{self, Labels, Rates};
use hemvist::changes::Changes;
use hemvist::policy::Policy;
use hemvist::rank::Rank;
use hemvist::schema;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "schemas".to_owned());
    std::fs::create_dir_all(&folder)?;
    let documents = [
        ("hemvist.pool/1", schema::pool()),
        ("hemvist.policy/1", Policy::schema()),
        ("hemvist.changes/1", Changes::schema()),
        ("hemvist.rates/1", Rates::schema()),
        ("hemvist.labels/1", Labels::schema()),
        ("hemvist.rank/1", Rank::schema()),
    ];
    for (format, schema) in documents.into_iter().chain(ask::schemas()) {
        let name = format!("{}.schema.json", format.replace('/', "-"));
        std::fs::write(Path::new(&folder).join(name), schema::text(&schema))?;
    }
    Ok(())
}
