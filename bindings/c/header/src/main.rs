#![forbid(unsafe_code)]
//! Writes the C header from the source of `hemvist-c`, for `cargo xtask codegen`:
//! `hemvist-c-header <folder to write hemvist.h to>`.
//!
//! Functions, structs and constants come with their comments from the source, by cbindgen; what all functions share is in
//! `head.h`. Functions stand in the order of the table here, what every program needs first, each file under its title.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cbindgen::{Builder, Config, DocumentationStyle, Language, Style};

/// The files of the source in the order in which a reader should meet them.
const ORDER: &[&str] = &[
    "lib",
    "version",
    "codes",
    "error",
    "buffer",
    "pool",
    "policy",
    "score",
    "candidates",
    "document",
    "cancel",
    "options",
    "matching",
    "plan",
    "ask",
    "sure",
    "region",
    "solve",
    "solution",
    "log",
];

/// Where the functions begin and end in what cbindgen writes.
const FUNCTIONS: [&str; 2] = [
    "extern \"C\" {\n#endif // __cplusplus\n",
    "#ifdef __cplusplus\n}  // extern \"C\"",
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: hemvist-c-header FOLDER")?;
    let sources = sources()?;
    let builder = sources
        .iter()
        .fold(Builder::new().with_config(config()), |builder, (path, _)| {
            builder.with_src(path)
        });
    let mut text = Vec::new();
    builder.generate()?.write(&mut text);
    // A header in ASCII reads the same under every code page.
    let text = String::from_utf8(text)?.replace('…', "...");
    if let Some(letter) = text.chars().find(|letter| !letter.is_ascii()) {
        return Err(format!("the comments hold {letter:?}, which is not ASCII").into());
    }
    let [start, end] = FUNCTIONS.map(|mark| text.find(mark));
    let (start, end) = start.zip(end).ok_or("no functions in the header")?;
    let start = start + FUNCTIONS[0].len();
    let functions = ordered(&text[start..end], &sources)?;
    let header = format!("{}{functions}{}", tidied(&text[..start]), tidied(&text[end..]));
    fs::create_dir_all(&folder)?;
    fs::write(Path::new(&folder).join("hemvist.h"), header)?;
    Ok(())
}

fn config() -> Config {
    let mut config = Config {
        language: Language::C,
        header: Some(include_str!("head.h").to_owned()),
        include_guard: Some("HEMVIST_H".to_owned()),
        no_includes: true,
        sys_includes: ["stddef.h", "stdint.h"].map(str::to_owned).to_vec(),
        cpp_compat: true,
        style: Style::Both,
        documentation_style: DocumentationStyle::Doxy,
        line_length: 100,
        tab_width: 4,
        usize_is_size_t: true,
        ..Config::default()
    };
    config.export.exclude = vec!["hemvist_test_panic_at_step".to_owned()];
    config
}

/// Path and text of each file, in [`ORDER`].
fn sources() -> Result<Vec<(PathBuf, String)>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let files = ORDER.iter().map(|file| {
        let path = folder.join(format!("{file}.rs"));
        let text = fs::read_to_string(&path)?;
        Ok((path, text))
    });
    files.collect()
}

/// The functions in the order of the sources, each file's under its title.
fn ordered(functions: &str, sources: &[(PathBuf, String)]) -> Result<String, Box<dyn Error>> {
    let blocks = functions.split("\n\n").filter(|block| block.contains("hemvist_"));
    let mut blocks: BTreeMap<&str, &str> = blocks.map(|block| (name(block), block)).collect();
    let mut out = String::new();
    for (_, source) in sources {
        let exported: Vec<&str> = source.lines().filter_map(exported).collect();
        let mut titled = false;
        for name in exported {
            let Some(block) = blocks.remove(name) else { continue };
            if !titled {
                let title = source.lines().next().unwrap_or_default().trim_start_matches("//! ");
                write!(out, "\n/* {title} */\n")?;
                titled = true;
            }
            write!(
                out,
                "\n{}",
                tidied(block.trim_start_matches('\n')).replace("struct hemvist_", "hemvist_")
            )?;
        }
    }
    match blocks.keys().next() {
        Some(name) => Err(format!("{name} stands in no file of the table").into()),
        None => Ok(out + "\n"),
    }
}

/// The name of the function that a block declares: the last word before its first bracket outside the comment.
fn name(block: &str) -> &str {
    let declaration = block.rsplit_once("*/").map_or(block, |(_, declaration)| declaration);
    let before = declaration.split('(').next().unwrap_or_default();
    before.rsplit([' ', '*', '\n']).next().unwrap_or_default()
}

/// The name of the function that a line of the source exports.
fn exported(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("extern \"C\" fn ")?;
    after.split('(').next().filter(|name| name.starts_with("hemvist_"))
}

/// Comments of one line on one line, a typedef's name without `struct`, and an empty line between constants only where
/// the kind changes.
fn tidied(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut folded: Vec<String> = Vec::with_capacity(lines.len());
    let mut rest = lines.as_slice();
    while let Some((&line, after)) = rest.split_first() {
        match rest {
            [start, comment, end, ..] if start.trim_start() == "/**" && end.trim_start() == "*/" => {
                let indent = &start[..start.len() - start.trim_start().len()];
                folded.push(format!("{indent}/** {} */", comment.trim_start_matches([' ', '*'])));
                rest = &rest[3..];
            }
            _ => {
                folded.push(line.replace("const struct hemvist_", "const hemvist_"));
                rest = after;
            }
        }
    }
    let mut out: Vec<&str> = Vec::with_capacity(folded.len());
    let mut former: Option<String> = None;
    for (at, line) in folded.iter().enumerate() {
        let twice = line.is_empty() && out.last().is_none_or(|line| line.is_empty());
        let next = folded.get(at + 2).and_then(|line| kind(line));
        let among = line.is_empty() && former.is_some() && former == next;
        if twice || among {
            continue;
        }
        // cbindgen leaves no empty line between some constants; where the kind changes there is one.
        let here = folded.get(at + 1).and_then(|line| kind(line));
        let begins = line.starts_with("/**") && here.is_some() && former.is_some() && former != here;
        if begins && out.last().is_some_and(|line| !line.is_empty()) {
            out.push("");
        }
        if let Some(kind) = kind(line) {
            former = Some(kind);
        }
        out.push(line);
    }
    out.join("\n") + "\n"
}

/// What kind of constant a line defines: codes by their hundreds, others by their names up to the last word.
fn kind(line: &str) -> Option<String> {
    let (name, value) = line.strip_prefix("#define HEMVIST_")?.split_once(' ')?;
    match value.parse::<u32>() {
        Ok(code) if code >= 1000 => Some((code / 100).to_string()),
        _ => name.rsplit_once('_').map(|(kind, _)| kind.to_owned()),
    }
}
