#![forbid(unsafe_code)]
//! Writes every case as a folder of plain files, for faces whose language reads no TOML:
//! `cargo run -p hemvist-conformance --bin export-cases -- FOLDER`.
//!
//! A folder for each case, named after it; in it a file for each field that is given, named after the field and holding
//! its bytes; `ids` one to a line; `example` the path of the example's folder; `expected` the bytes that must come out.

use std::error::Error;
use std::fs;
use std::path::Path;

use hemvist_conformance::cases;

fn main() -> Result<(), Box<dyn Error>> {
    let to = std::env::args().nth(1).ok_or("usage: export-cases FOLDER")?;
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples")
        .canonicalize()?;
    for case in cases() {
        let folder = Path::new(&to).join(&case.name);
        fs::create_dir_all(&folder)?;
        let example = case
            .example
            .as_ref()
            .map(|name| examples.join(name).to_string_lossy().into_owned());
        let ids = case.ids.as_ref().map(|ids| ids.join("\n"));
        let fields = [
            ("operation", Some(&case.operation)),
            ("pool", case.pool.as_ref()),
            ("example", example.as_ref()),
            ("policy", case.policy.as_ref()),
            ("then_pool", case.then_pool.as_ref()),
            ("then_policy", case.then_policy.as_ref()),
            ("seed", case.seed.as_ref()),
            ("ids", ids.as_ref()),
            ("document", case.document.as_ref()),
        ];
        for (name, text) in fields {
            if let Some(text) = text {
                fs::write(folder.join(name), text)?;
            }
        }
        fs::write(folder.join("expected"), case.golden())?;
    }
    Ok(())
}
