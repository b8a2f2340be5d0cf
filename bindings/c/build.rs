//! Gives the shared library its soname, so that a program asks for the ABI that it was linked with.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/lib.rs");
    let source = include_str!("src/lib.rs");
    let abi = source
        .lines()
        .find_map(|line| {
            line.strip_prefix("pub const HEMVIST_ABI_VERSION: u32 = ")?
                .strip_suffix(';')
        })
        .expect("src/lib.rs states the ABI version");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libhemvist.so.{abi}");
    }
}
