//! Programs that some checks need besides Rust, gcc and Python, and what becomes of a check whose program is missing.
//!
//! On a contributor's machine such a check is left out, and the summary says which and why. With `--complete`, as CI
//! runs, a missing program is a failure. `cargo xtask tools --install` installs them from Debian's packages.

use std::cell::RefCell;
use std::path::Path;

use crate::run;

/// A program, or a file, that a check needs.
pub(crate) struct Tool {
    /// Its name, or the path of the file.
    pub(crate) name: &'static str,
    /// The Debian package that holds it.
    pub(crate) package: &'static str,
    /// What it is for.
    purpose: &'static str,
}

macro_rules! tools {
    ($($constant:ident $name:literal $package:literal $purpose:literal;)*) => {
        $(pub(crate) const $constant: Tool = Tool { name: $name, package: $package, purpose: $purpose };)*
        const TOOLS: &[&Tool] = &[$(&$constant,)*];
    };
}

tools! {
    CXX "g++" "g++" "hemvist.hpp, and programs in C++";
    PKG_CONFIG "pkg-config" "pkg-config" "linking by hemvist.pc";
    CMAKE "cmake" "cmake" "linking by the CMake package";
    VALGRIND "valgrind" "valgrind" "memory that the C library loses or misuses";
    ABIDIFF "abidiff" "abigail-tools" "the binary interface against its snapshot";
    MCS "mcs" "mono-mcs" "the program in C#";
    MONO "mono" "mono-runtime" "the program in C#";
    JAVAC "javac" "default-jdk-headless" "the program in Java";
    JNA "/usr/share/java/jna.jar" "libjna-java" "the program in Java";
    NODE "node" "nodejs" "the program in Node";
    NPM "npm" "npm" "the program in Node";
}

impl Tool {
    /// Whether it is on this machine.
    fn is_here(&self) -> bool {
        if self.name.starts_with('/') {
            return Path::new(self.name).exists();
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(self.name).is_file())
    }
}

/// Says which programs are here and which are missing; with `install`, installs the missing ones. `true` if none is
/// missing in the end.
pub(crate) fn report(root: &Path, install: bool) -> bool {
    let missing: Vec<&Tool> = TOOLS.iter().copied().filter(|tool| !tool.is_here()).collect();
    if install && !missing.is_empty() {
        let mut packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
        packages.dedup();
        let apt = Path::new("apt-get");
        let quiet = [("DEBIAN_FRONTEND", "noninteractive")];
        let install = [
            &["install", "--yes", "--quiet", "--no-install-recommends"],
            packages.as_slice(),
        ]
        .concat();
        let installed =
            run::program(root, apt, &["update", "--quiet"], &quiet) && run::program(root, apt, &install, &quiet);
        if !installed {
            println!("installing did not work; it needs Debian and the rights of root");
        }
    }
    let mut all = true;
    for tool in TOOLS {
        let here = tool.is_here();
        all &= here;
        let state = if here { "here   " } else { "missing" };
        println!("{state} {} (package {}): {}", tool.name, tool.package, tool.purpose);
    }
    all
}

/// What a run of checks does about missing programs, and what it left out.
pub(crate) struct Setting {
    complete: bool,
    left_out: RefCell<Vec<String>>,
}

impl Setting {
    pub(crate) fn new(complete: bool) -> Self {
        Self {
            complete,
            left_out: RefCell::new(Vec::new()),
        }
    }

    /// Runs a check that needs these tools. If one is missing it is left out, which is a failure in a complete run.
    pub(crate) fn with(&self, tools: &[&Tool], what: &str, check: impl FnOnce() -> bool) -> bool {
        match tools.iter().find(|tool| !tool.is_here()) {
            None => check(),
            Some(missing) => self.leave_out(what, &format!("{} (package {})", missing.name, missing.package)),
        }
    }

    /// Notes that a check was left out for want of something.
    pub(crate) fn leave_out(&self, what: &str, missing: &str) -> bool {
        let line = format!("{what}: {missing} is missing");
        println!("left out: {line}");
        self.left_out.borrow_mut().push(line);
        !self.complete
    }

    /// What was left out since the last time it was asked.
    pub(crate) fn take_left_out(&self) -> Vec<String> {
        self.left_out.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Tool = Tool {
        name: "a-program-that-nobody-has",
        package: "none",
        purpose: "this test",
    };

    #[test]
    fn a_missing_program_fails_a_complete_run_only() {
        for complete in [false, true] {
            let setting = Setting::new(complete);
            assert_eq!(setting.with(&[&NEVER], "a check", || unreachable!()), !complete);
            assert_eq!(
                setting.take_left_out(),
                ["a check: a-program-that-nobody-has (package none) is missing"]
            );
            assert!(setting.with(&[], "another", || true) && setting.take_left_out().is_empty());
        }
    }
}
