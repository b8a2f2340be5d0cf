#![forbid(unsafe_code)]
//! Writes every case as a folder of plain files, for faces whose language reads no TOML:
//! `cargo run -p hemvist-conformance --bin export-cases -- FOLDER`.
//!
//! A folder for each case, named after it; in it a file for each field that is given, named after the field and holding
//! its bytes; numbers in digits, `ruled_out` as 1; `ids` one to a line; `example` the path of the example's folder; `expected` the bytes that must come out.

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
        let numbers = [
            ("most", case.most.map(|n| n.to_string())),
            (
                "ruled_out",
                case.ruled_out.filter(|&listed| listed).map(|_| "1".to_owned()),
            ),
            ("unknown_rate", case.unknown_rate.map(|n| n.to_string())),
            ("runs", case.runs.map(|n| n.to_string())),
            ("least", case.least.map(|n| n.to_string())),
            ("share", case.share.map(|n| n.to_string())),
            ("samples", case.samples.map(|n| n.to_string())),
            ("steps", case.steps.map(|n| n.to_string())),
        ];
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
            ("child", case.child.as_ref()),
            ("family", case.family.as_ref()),
            ("changes", case.changes.as_ref()),
            ("rates", case.rates.as_ref()),
            ("labels", case.labels.as_ref()),
            ("request", case.request.as_ref()),
        ];
        let numbers = numbers.iter().map(|(name, number)| (*name, number.as_ref()));
        for (name, text) in fields.into_iter().chain(numbers) {
            if let Some(text) = text {
                fs::write(folder.join(name), text)?;
            }
        }
        fs::write(folder.join("expected"), case.golden())?;
    }
    Ok(())
}
