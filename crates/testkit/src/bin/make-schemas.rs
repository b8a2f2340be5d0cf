#![forbid(unsafe_code)]
//! Writes the JSON Schemas of our documents: `cargo run -p hemvist-testkit --bin make-schemas -- schemas`.

use std::path::Path;

use hemvist::{formats, schema};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "schemas".to_owned());
    std::fs::create_dir_all(&folder)?;
    for (format, schema) in formats::schemas() {
        let name = format!("{}.schema.json", format.replace('/', "-"));
        std::fs::write(Path::new(&folder).join(name), schema::text(&schema))?;
    }
    Ok(())
}
