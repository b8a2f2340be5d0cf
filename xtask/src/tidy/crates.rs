//! Rules on manifests: the walls between crates, and what the solver may stand on.

use std::collections::BTreeSet;

use super::{File, Finding};

/// What a crate's `[dependencies]` may name: of our own crates exactly these, of others anything unless listed.
struct Wall {
    manifest: &'static str,
    /// Our crates it may depend on.
    ours: &'static [&'static str],
    /// The only foreign crates it may depend on; `None`: any that deny.toml lets through.
    others: Option<&'static [&'static str]>,
}

const WALLS: &[Wall] = &[
    Wall {
        manifest: "crates/solver/Cargo.toml",
        ours: &[],
        others: Some(&["rayon", "thiserror"]),
    },
    Wall {
        manifest: "crates/core/Cargo.toml",
        ours: &["hemvist-solver"],
        others: None,
    },
    Wall {
        manifest: "crates/region/Cargo.toml",
        ours: &["hemvist"],
        others: None,
    },
    Wall {
        manifest: "crates/cli/Cargo.toml",
        ours: &["hemvist", "hemvist-region", "hemvist-testkit"],
        others: None,
    },
    Wall {
        manifest: "bindings/python/Cargo.toml",
        ours: &["hemvist", "hemvist-region", "hemvist-solver"],
        others: None,
    },
    Wall {
        manifest: "bindings/c/Cargo.toml",
        ours: &["hemvist", "hemvist-region", "hemvist-solver"],
        others: None,
    },
];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for wall in WALLS {
        let Some(file) = files.iter().find(|file| file.path == wall.manifest) else {
            continue;
        };
        match dependencies(file.text.as_deref().unwrap_or_default()) {
            Ok(names) => found.extend(names.iter().filter_map(|name| breach(file, wall, name))),
            Err(error) => found.push(file.finding(0, format!("not a manifest: {error}"))),
        }
    }
    found
}

fn dependencies(manifest: &str) -> Result<BTreeSet<String>, toml::de::Error> {
    let manifest: toml::Table = manifest.parse()?;
    let named = manifest.get("dependencies").and_then(toml::Value::as_table);
    Ok(named.into_iter().flat_map(toml::Table::keys).cloned().collect())
}

fn breach(file: &File, wall: &Wall, name: &str) -> Option<Finding> {
    let ours = name == "hemvist" || name.starts_with("hemvist-");
    let allowed = match (ours, wall.others) {
        (true, _) => wall.ours.contains(&name),
        (false, None) => true,
        (false, Some(others)) => others.contains(&name),
    };
    (!allowed).then(|| file.finding(0, format!("must not depend on `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, manifest: &str) -> Vec<String> {
        let file = File {
            path: path.into(),
            bytes: manifest.len(),
            text: Some(manifest.into()),
        };
        check(&[file]).into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn walls_hold() {
        let manifest =
            "[dependencies]\nrayon = '1'\nserde = '1'\nhemvist.workspace = true\n[dev-dependencies]\nproptest = '1'\n";
        assert_eq!(
            found("crates/solver/Cargo.toml", manifest),
            ["must not depend on `hemvist`", "must not depend on `serde`"]
        );
        assert_eq!(
            found("crates/core/Cargo.toml", manifest),
            ["must not depend on `hemvist`"]
        );
        assert!(found("crates/region/Cargo.toml", manifest).is_empty());
    }
}
