#![forbid(unsafe_code)]
//! Writes the committed example pools anew: `cargo run -p hemvist-testkit --bin make-examples -- examples`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "examples".to_owned());
    for (name, bytes) in hemvist_testkit::export::examples() {
        let path = Path::new(&folder).join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
