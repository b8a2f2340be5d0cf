//! A program linked as a stranger would: by pkg-config, and by the `CMake` package, shared and static; from a library that
//! was installed for a packager and then moved.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{fresh, install};
use crate::run;
use crate::tools::{CMAKE, PKG_CONFIG, Setting};

pub(super) fn check(root: &Path, setting: &Setting) -> bool {
    let dest_dir = root.join("target/c/dest");
    // What a packager does: install below a folder with the prefix that it will have, then move it there.
    let there = fresh(&dest_dir) && install(root, Path::new("/usr/local"), Some(&dest_dir));
    let moved = dest_dir.join("usr/local");
    there
        && super::all(&[
            &|| setting.with(&[&PKG_CONFIG], "linking by pkg-config", || by_pkg_config(root, &moved)),
            &|| setting.with(&[&CMAKE], "linking by CMake", || by_cmake(root, &moved)),
        ])
}

/// A program that asks for the version, and so must find header, library and loader path.
fn source(root: &Path) -> PathBuf {
    super::package(root).join("examples/link")
}

fn by_pkg_config(root: &Path, moved: &Path) -> bool {
    let flags = |args: &[&str]| {
        let output = Command::new("pkg-config")
            .args(args)
            .arg("hemvist")
            .env("PKG_CONFIG_PATH", moved.join("lib/pkgconfig"))
            .output();
        output
            .ok()
            .filter(|output| output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (Some(shared), Some(still)) = (
        flags(&["--cflags", "--libs"]),
        flags(&["--cflags", "--static", "--libs"]),
    ) else {
        println!("pkg-config does not know hemvist");
        return false;
    };
    let source = source(root).join("version.c").display().to_string();
    let lib = moved.join("lib").display().to_string();
    // For the static library pkg-config tells what else is needed; that it is wanted is said by its file name.
    let still = still.replace("-lhemvist ", "-l:libhemvist.a ");
    [("shared", shared), ("static", still)].iter().all(|(name, flags)| {
        let out = root
            .join("target/c")
            .join(format!("version-{name}"))
            .display()
            .to_string();
        let args: Vec<&str> = [source.as_str(), "-o", &out]
            .into_iter()
            .chain(flags.split_whitespace())
            .collect();
        let env: &[(&str, &str)] = if *name == "shared" {
            &[("LD_LIBRARY_PATH", &lib)]
        } else {
            &[]
        };
        run::program(root, Path::new("cc"), &args, &[]) && run::program(root, Path::new(&out), &[], env)
    })
}

fn by_cmake(root: &Path, moved: &Path) -> bool {
    let build = root.join("target/c/cmake");
    let (from, to) = (source(root).display().to_string(), build.display().to_string());
    let prefix = format!("-DCMAKE_PREFIX_PATH={}", moved.display());
    let cmake = Path::new("cmake");
    let built = fresh(&build)
        && run::program(
            root,
            cmake,
            &["-S", &from, "-B", &to, &prefix, "-DCMAKE_BUILD_TYPE=Release"],
            &[],
        )
        && run::program(root, cmake, &["--build", &to], &[]);
    let run_it = |name: &str| run::program(root, &build.join(name), &[], &[]);
    built && fs::metadata(build.join("version-static")).is_ok() && run_it("version-shared") && run_it("version-static")
}
