#![forbid(unsafe_code)]
//! Writes the JSON Schemas of our documents: `cargo run -p hemvist-testkit --bin make-schemas -- schemas`.

use std::path::Path;

use hemvist::ask::{Labels, Rates};
use hemvist::changes::Changes;
use hemvist::policy::Policy;
use hemvist::schema;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "schemas".to_owned());
    std::fs::create_dir_all(&folder)?;
    for (name, schema) in [
        ("hemvist.pool-1.schema.json", schema::pool()),
        ("hemvist.policy-1.schema.json", Policy::schema()),
        ("hemvist.changes-1.schema.json", Changes::schema()),
        ("hemvist.rates-1.schema.json", Rates::schema()),
        ("hemvist.labels-1.schema.json", Labels::schema()),
    ] {
        std::fs::write(Path::new(&folder).join(name), schema::text(&schema))?;
    }
    Ok(())
}
