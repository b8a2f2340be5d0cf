//! `cargo xtask install`: the library, static and shared, its headers, what pkg-config and `CMake` need to find it, and what
//! a programmer reads.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::run;

/// System libraries that a program linked with the static library needs besides, in this order (what
/// `rustc --print native-static-libs` says on Linux with glibc).
pub(super) const NATIVE_LIBRARIES: &[&str] = &["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];

/// The build profile of what is shipped.
pub(super) const PROFILE: &str = "ship";

/// Builds the library and installs it under `prefix`; with `dest_dir`, below that folder, for packagers.
pub(crate) fn install(root: &Path, prefix: &Path, dest_dir: Option<&Path>) -> bool {
    let args = ["build", "--locked", "--profile", PROFILE, "--package", "hemvist-c"];
    if !run::cargo(root, &args, &[]) {
        return false;
    }
    let to = match dest_dir {
        Some(folder) => folder.join(prefix.strip_prefix("/").unwrap_or(prefix)),
        None => prefix.to_path_buf(),
    };
    match copy(root, &to) {
        Ok(size) => {
            println!("installed to {}; the shared library has {size} bytes", to.display());
            true
        }
        Err(error) => {
            println!("cannot install to {}: {error}", to.display());
            false
        }
    }
}

/// The file name of the shared library, which is its soname.
pub(super) fn shared_name(root: &Path) -> Option<String> {
    let abi = constant(root, "pub const HEMVIST_ABI_VERSION: u32 = ", "bindings/c/src/lib.rs")?;
    Some(format!("libhemvist.so.{abi}"))
}

/// What stands between `start` and the semicolon, in a file of the repository.
fn constant(root: &Path, start: &str, file: &str) -> Option<String> {
    let text = fs::read_to_string(root.join(file)).ok()?;
    let found = text
        .lines()
        .find_map(|line| line.strip_prefix(start)?.strip_suffix(';'));
    found.map(str::to_owned)
}

fn version(root: &Path) -> io::Result<String> {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let manifest: toml::Table = manifest.parse().map_err(io::Error::other)?;
    let version = manifest["workspace"]["package"]["version"].as_str();
    version
        .map(str::to_owned)
        .ok_or_else(|| io::Error::other("no version in Cargo.toml"))
}

/// Copies everything; gives the size of the shared library.
fn copy(root: &Path, to: &Path) -> io::Result<u64> {
    let package = super::package(root);
    let built = root.join("target").join(PROFILE);
    let shared = shared_name(root).ok_or_else(|| io::Error::other("no ABI version in bindings/c/src/lib.rs"))?;
    let fill_in = |template: &str| -> io::Result<String> {
        let text = fs::read_to_string(package.join("packaging").join(template))?;
        Ok(text
            .replace("@VERSION@", &version(root)?)
            .replace("@SHARED@", &shared)
            .replace("@NATIVE@", &NATIVE_LIBRARIES.join(" "))
            .replace("@NATIVE_LIST@", &NATIVE_LIBRARIES.join(";")))
    };
    let (lib, include, share) = (to.join("lib"), to.join("include"), to.join("share/doc/hemvist"));
    let (pkg_config, cmake) = (lib.join("pkgconfig"), lib.join("cmake/hemvist"));
    for folder in [&lib, &include, &share, &pkg_config, &cmake] {
        fs::create_dir_all(folder)?;
    }
    let size = fs::copy(built.join("libhemvist_c.so"), lib.join(&shared))?;
    fs::copy(built.join("libhemvist_c.a"), lib.join("libhemvist.a"))?;
    link(&shared, &lib.join("libhemvist.so"))?;
    for header in ["hemvist.h", "hemvist.hpp"] {
        fs::copy(package.join("include").join(header), include.join(header))?;
    }
    fs::write(pkg_config.join("hemvist.pc"), fill_in("hemvist.pc.in")?)?;
    for file in ["hemvist-config.cmake", "hemvist-config-version.cmake"] {
        fs::write(cmake.join(file), fill_in(&format!("{file}.in"))?)?;
    }
    super::documents::copy(root, &share)?;
    Ok(size)
}

#[cfg(unix)]
fn link(name: &str, at: &PathBuf) -> io::Result<()> {
    if at.symlink_metadata().is_ok() {
        fs::remove_file(at)?;
    }
    std::os::unix::fs::symlink(name, at)
}

#[cfg(not(unix))]
fn link(_: &str, _: &PathBuf) -> io::Result<()> {
    Err(io::Error::other(
        "made for Linux; elsewhere build with `cargo build --profile ship -p hemvist-c` and copy the files",
    ))
}
