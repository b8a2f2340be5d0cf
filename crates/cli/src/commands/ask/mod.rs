//! Questions to a matched pool: match it, ask, render the answer.

mod alternatives;
mod calls;
mod choices;
mod groups;
mod questions;
mod robustness;
mod ties;
mod what_if;
mod why_not;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use hemvist::ask::{AskOptions, Document, Matched};
use hemvist::matching::{MatchError, MatchOptions};
use hemvist::plan::Status;
use hemvist::{Code, Problems};

use crate::args::AskArgs;
use crate::exit::{Exit, Failure};
use crate::load::{self, Refused};
use crate::render::wrap;
use crate::screen::Screen;

pub(super) use alternatives::run as alternatives;
pub(super) use calls::run as calls;
pub(super) use choices::run as choices;
pub(super) use groups::run as groups;
pub(super) use questions::run as questions;
pub(super) use robustness::run as robustness;
pub(super) use ties::run as ties;
pub(super) use what_if::run as what_if;
pub(super) use why_not::run as why_not;

const NAME: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

/// Matches the pool that a question is about.
fn matched(args: &AskArgs, screen: &Screen) -> Result<Matched, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let policy = load::compiled(&args.policy, screen)?;
    let options = MatchOptions {
        seed: args.seed.as_deref(),
        threads: args.threads,
        work_limit: args.work_limit,
        ..MatchOptions::default()
    };
    Matched::new(pool, policy.policy(), &options).map_err(|error| failure(&error, Refused::Options, screen))
}

/// Puts a question, with progress shown to whoever watches.
fn ask<T>(
    args: &AskArgs,
    screen: &Screen,
    question: impl FnOnce(&AskOptions<'_>) -> Result<T, MatchError>,
) -> Result<T, Failure> {
    let show = |done: usize, all: usize| {
        if Screen::is_watched() {
            let label = screen.pick("working", "arbetar");
            let _ = write!(std::io::stderr(), "\r{label}: {done}/{all} ");
        }
    };
    let options = AskOptions {
        threads: args.threads,
        work_limit: args.work_limit,
        progress: Some(&show),
        ..AskOptions::default()
    };
    let answer = question(&options);
    if Screen::is_watched() {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    answer.map_err(|error| failure(&error, Refused::Options, screen))
}

/// Why there is no answer.
fn failure(error: &MatchError, what: Refused<'_>, screen: &Screen) -> Failure {
    match error {
        MatchError::Refused(problems) if problems.iter().all(|p| is_asked(p.code)) => unknown(problems, screen),
        MatchError::Refused(problems) => load::refused(problems, what, screen),
        other => super::matching::failure(other, screen),
    }
}

/// Whether a problem is that the child or family asked about is not there.
fn is_asked(code: Code) -> bool {
    matches!(code, Code::AskedUnknownChild | Code::AskedUnknownFamily)
}

fn unknown(problems: &Problems, screen: &Screen) -> Failure {
    let sentences: Vec<&str> = problems
        .iter()
        .map(|problem| problem.code.sentence(screen.lang))
        .collect();
    Failure {
        exit: Exit::Refused,
        text: sentences.join("; "),
        json: serde_json::to_value(problems).ok(),
    }
}

/// Writes an answer: its canonical bytes for programs, else the text.
fn put(
    answer: &impl Document,
    text: impl FnOnce() -> String,
    file: Option<&Path>,
    screen: &Screen,
) -> Result<(), Failure> {
    if screen.json {
        let mut bytes = answer.to_bytes().map_err(super::matching::not_canonical)?;
        bytes.push(b'\n');
        screen.put_bytes(&bytes, file)
    } else {
        screen.put(&text(), file)
    }
}

/// The exit code of an answer about a plan of this status, all of which is proven or not.
fn exit(status: Status, proven: bool) -> Exit {
    match status {
        Status::Infeasible => Exit::Infeasible,
        Status::Optimal if proven => Exit::Ok,
        Status::Optimal | Status::Feasible => Exit::Limit,
    }
}

/// A paragraph, wrapped.
fn paragraph(text: &mut String, sentence: &str, width: usize) {
    for line in wrap(sentence, width) {
        let _ = writeln!(text, "{line}");
    }
}

/// A list of sentences, each after a dash, under a head with their number.
fn list(text: &mut String, title: &str, items: &[String], width: usize) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{NAME}{title} ({}){NAME:#}", items.len());
    bullets(text, items, width);
}

/// Sentences, each after a dash.
fn bullets(text: &mut String, items: impl IntoIterator<Item = impl AsRef<str>>, width: usize) {
    for item in items {
        for (nth, line) in wrap(item.as_ref(), width.saturating_sub(4)).into_iter().enumerate() {
            let _ = writeln!(text, "  {} {line}", if nth == 0 { "-" } else { " " });
        }
    }
}

/// That the locks contradict, so that nothing can be asked.
fn infeasible(screen: &Screen) -> String {
    let why = screen.pick(
        "The locks contradict, so there is no plan to ask about; `hemvist match` says which.",
        "Låsningarna motsäger varandra, så det finns ingen plan att fråga om; `hemvist match` visar vilka.",
    );
    let mut text = format!("{BAD}");
    paragraph(&mut text, why, screen.width);
    let _ = write!(text, "{BAD:#}");
    text
}
