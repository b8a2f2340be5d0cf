//! The committed example pools are what the generator makes, no more and no less.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn committed_examples_are_what_the_generator_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut made = BTreeSet::new();
    for (name, bytes) in hemvist_testkit::export::examples() {
        let committed = std::fs::read(root.join(&name)).unwrap_or_default();
        assert!(
            committed == bytes,
            "examples/{name} differs; `cargo xtask examples` writes it anew"
        );
        assert!(bytes.len() < 1_000_000, "examples/{name} has {} bytes", bytes.len());
        made.insert(name);
    }
    for shape in hemvist_testkit::Shape::all() {
        for file in std::fs::read_dir(root.join(shape.name)).unwrap() {
            let name = format!("{}/{}", shape.name, file.unwrap().file_name().display());
            assert!(made.contains(&name), "examples/{name} is not made by the generator");
        }
    }
}
