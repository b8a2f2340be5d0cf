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
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                assert!(made.contains(&name), "examples/{name} is not made by the generator");
            }
        }
    }
}
