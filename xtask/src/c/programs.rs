//! The programs of `bindings/c/examples`: each ranks, matches, explains and asks the plan, and prints what the command prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::prefix;
use crate::run;
use crate::tools::{CXX, JAVAC, JNA, MCS, MONO, NODE, NPM, Setting};

const POOL: &str = "examples/nordvastra-skane";
const CHILD: &str = "C-015";
const FAMILY: &str = "F-024";
/// What is tried on the plan.
const CHANGES: &str = "bindings/c/examples/changes.json";
/// What draws the lots, in the caller's own letters.
const SEED: &str = "möte 7";
/// A pool that is kept as one document.
const FIRST_POOL: &str = "examples/gotland";

/// Whether each program prints what the command prints of the same questions.
pub(super) fn check(root: &Path, setting: &Setting) -> bool {
    let record = root.join("target/c/record.json");
    let record_path = record.display().to_string();
    let questions: &[&[&str]] = &[
        &["rank", POOL, CHILD],
        &["match", POOL, "--seed", SEED, "--audit", &record_path],
        &["explain", POOL, CHILD, FAMILY],
        &["alternatives", POOL, CHILD, "--seed", SEED],
        &["why-not", POOL, CHILD, FAMILY, "--seed", SEED],
        &["what-if", POOL, "--changes", CHANGES, "--seed", SEED],
    ];
    let Some(mut expected) = from_command(root, questions) else {
        return false;
    };
    // The record, which the command writes to a file, comes last.
    expected.extend(fs::read(record).unwrap_or_default());
    expected.push(b'\n');
    let ask = Ask {
        args: &[POOL, CHILD, FAMILY, CHANGES, SEED],
        input: None,
        expected,
    };
    let at = Place::new(root);
    super::all(&[
        &|| at.c("c/program.c", &ask),
        &|| setting.with(&[&CXX], "the program in C++", || at.cpp("cpp/program.cpp", &ask)),
        &|| {
            setting.with(&[&MCS, &MONO], "the program in C#", || {
                at.csharp("csharp/Program.cs", &ask)
            })
        },
        &|| {
            setting.with(&[&JAVAC, &JNA], "the program in Java", || {
                at.java("java/Program.java", "Program", &ask)
            })
        },
        &|| setting.with(&[&NODE, &NPM], "the program in Node", || at.node(setting, &ask)),
    ])
}

/// Whether the first programs of the README, which read a pool from standard input, print the plan of the command.
pub(super) fn first_steps(root: &Path, setting: &Setting) -> bool {
    let Some(expected) = from_command(root, &[&["match", FIRST_POOL]]) else {
        return false;
    };
    let ask = Ask {
        args: &[],
        input: Some(root.join(FIRST_POOL).join("pool.json")),
        expected,
    };
    let at = Place::new(root);
    super::all(&[
        &|| at.c("first/first.c", &ask),
        &|| setting.with(&[&CXX], "the first program in C++", || at.cpp("first/first.cpp", &ask)),
        &|| {
            setting.with(&[&MCS, &MONO], "the first program in C#", || {
                at.csharp("first/First.cs", &ask)
            })
        },
        &|| {
            setting.with(&[&JAVAC, &JNA], "the first program in Java", || {
                at.java("first/First.java", "First", &ask)
            })
        },
    ])
}

/// What the command prints of questions.
fn from_command(root: &Path, questions: &[&[&str]]) -> Option<Vec<u8>> {
    let command = root.join("target/debug/hemvist");
    let ask = |args: &&[&str]| {
        let output = Command::new(&command)
            .args(*args)
            .arg("--json")
            .current_dir(root)
            .output()
            .ok()?;
        output.stdout.ends_with(b"}\n").then_some(output.stdout)
    };
    let answers = run::build_own(root).then(|| questions.iter().map(ask).collect::<Option<Vec<_>>>());
    let answers = answers.flatten();
    if answers.is_none() {
        println!("the command `hemvist` does not answer");
    }
    Some(answers?.concat())
}

/// What a program is asked, and what it must print.
struct Ask<'a> {
    args: &'a [&'a str],
    /// A file for its standard input.
    input: Option<PathBuf>,
    expected: Vec<u8>,
}

/// Where programs are built.
struct Place<'a> {
    root: &'a Path,
    examples: PathBuf,
    out: PathBuf,
    lib: String,
}

impl<'a> Place<'a> {
    fn new(root: &'a Path) -> Self {
        Self {
            root,
            examples: super::package(root).join("examples"),
            out: root.join("target/c/programs"),
            lib: prefix(root).join("lib").display().to_string(),
        }
    }

    fn example(&self, file: &str) -> String {
        self.examples.join(file).display().to_string()
    }

    /// Where something is built; its folder is made.
    fn built(&self, file: &str) -> String {
        let path = self.out.join(file);
        let _ = path.parent().map(fs::create_dir_all);
        path.display().to_string()
    }

    fn build(&self, program: &str, args: &[&str]) -> bool {
        run::program(self.root, Path::new(program), args, &[])
    }

    /// Runs a program and compares what it prints.
    fn prints_the_same(&self, program: &str, args: &[&str], env: &[(&str, &str)], ask: &Ask<'_>) -> bool {
        println!("$ {program} {}", [args, ask.args].concat().join(" "));
        let input = match &ask.input {
            Some(path) => fs::File::open(path).map_or_else(|_| Stdio::null(), Stdio::from),
            None => Stdio::null(),
        };
        let output = Command::new(program)
            .args(args)
            .args(ask.args)
            .stdin(input)
            .envs(env.iter().copied())
            .env("LD_LIBRARY_PATH", &self.lib)
            .current_dir(self.root)
            .output();
        let Ok(output) = output else {
            println!("{program} could not be started");
            return false;
        };
        if !output.status.success() {
            println!("{program} failed: {}", String::from_utf8_lossy(&output.stderr));
            return false;
        }
        let same = output.stdout == ask.expected;
        if !same {
            println!("{program} prints other bytes than the command `hemvist`");
        }
        same
    }

    /// Compiles and runs a program in C or C++.
    fn compiled(&self, compiler: &str, flags: &[&str], source: &str, ask: &Ask<'_>) -> bool {
        let out = self.built(&source.replace('/', "-"));
        let include = format!("-I{}", prefix(self.root).join("include").display());
        let (lib, source) = (format!("-L{}", self.lib), self.example(source));
        let args = [flags, &[&include, &source, "-o", &out, &lib, "-lhemvist"]].concat();
        self.build(compiler, &args) && self.prints_the_same(&out, &[], &[], ask)
    }

    fn c(&self, source: &str, ask: &Ask<'_>) -> bool {
        self.compiled("cc", super::C_FLAGS, source, ask)
    }

    fn cpp(&self, source: &str, ask: &Ask<'_>) -> bool {
        self.compiled("g++", super::CXX_FLAGS, source, ask)
    }

    fn csharp(&self, source: &str, ask: &Ask<'_>) -> bool {
        let out = self.built(&source.replace('/', "-").replace(".cs", ".exe"));
        let to = format!("-out:{out}");
        let (wrapper, program) = (self.example("csharp/Hemvist.cs"), self.example(source));
        self.build("mcs", &["-warnaserror", &to, &wrapper, &program]) && self.prints_the_same("mono", &[&out], &[], ask)
    }

    fn java(&self, source: &str, class: &str, ask: &Ask<'_>) -> bool {
        let classes = self.built("java/.");
        let (wrapper, program) = (self.example("java/Hemvist.java"), self.example(source));
        let compile = [
            "-Xlint:all",
            "-Werror",
            "-cp",
            JNA.name,
            "-d",
            &classes,
            &wrapper,
            &program,
        ];
        let (path, library) = (
            format!("{}:{classes}", JNA.name),
            format!("-Djna.library.path={}", self.lib),
        );
        self.build("javac", &compile) && self.prints_the_same("java", &[&library, "-cp", &path, class], &[], ask)
    }

    fn node(&self, setting: &Setting, ask: &Ask<'_>) -> bool {
        let folder = self.out.join("node");
        let copied = fs::create_dir_all(&folder).is_ok()
            && ["package.json", "hemvist.js", "program.js"]
                .iter()
                .all(|file| fs::copy(self.example(&format!("node/{file}")), folder.join(file)).is_ok());
        let install = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"];
        let there = folder.join("node_modules/koffi").exists();
        if copied && !there && !run::program(&folder, Path::new("npm"), &install, &[]) {
            return setting.leave_out("the program in Node", "koffi, which npm could not install,");
        }
        let program = folder.join("program.js").display().to_string();
        let library = format!("{}/libhemvist.so", self.lib);
        copied && self.prints_the_same("node", &[&program], &[("HEMVIST_LIBRARY", &library)], ask)
    }
}
