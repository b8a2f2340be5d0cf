//! The committed example pools are what the generator makes.

use std::path::Path;

#[test]
fn committed_examples_are_what_the_generator_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for (name, bytes) in hemvist_testkit::export::examples() {
        let committed = std::fs::read(root.join(&name)).unwrap_or_default();
        assert!(
            committed == bytes,
            "examples/{name} differs; `cargo run -p hemvist-testkit --bin make-examples` writes it anew"
        );
        assert!(bytes.len() < 1_000_000, "examples/{name} has {} bytes", bytes.len());
    }
}
