//! Where answers go: language, width, colour, standard output and standard error.

use std::io::{ErrorKind, IsTerminal as _, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use hemvist::Lang;
use serde::Serialize;

use crate::args::{Colour, Look};
use crate::exit::{Exit, Failure};
use crate::files;

/// How and where this run speaks.
pub(crate) struct Screen {
    pub(crate) lang: Lang,
    pub(crate) json: bool,
    /// Columns that lines may take.
    pub(crate) width: usize,
    choice: ColorChoice,
}

impl Screen {
    pub(crate) fn new(look: Look) -> Self {
        let terminal = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0.clamp(40, 500));
        Self {
            lang: look.lang,
            json: look.json,
            width: look.width.or_else(terminal).unwrap_or(80).into(),
            choice: match look.color {
                Colour::Auto => ColorChoice::Auto,
                Colour::Always => ColorChoice::Always,
                Colour::Never => ColorChoice::Never,
            },
        }
    }

    /// The text in the language of this run.
    pub(crate) fn pick(&self, en: &'static str, sv: &'static str) -> &'static str {
        self.lang.pick(en, sv)
    }

    /// Writes an answer to standard output, or without colour to a file.
    pub(crate) fn put(&self, text: &str, file: Option<&Path>) -> Result<(), Failure> {
        match file {
            Some(path) => files::write(
                path,
                anstream::adapter::strip_str(text).to_string().as_bytes(),
                self.lang,
            ),
            None => self.out(text.as_bytes()),
        }
    }

    /// Writes bytes as they are to standard output or to a file.
    pub(crate) fn put_bytes(&self, bytes: &[u8], file: Option<&Path>) -> Result<(), Failure> {
        match file {
            Some(path) => files::write(path, bytes, self.lang),
            None => self.out(bytes),
        }
    }

    /// Writes a value as JSON, two spaces of indent.
    pub(crate) fn put_json(&self, value: &impl Serialize, file: Option<&Path>) -> Result<(), Failure> {
        let mut text = serde_json::to_string_pretty(value)
            .map_err(|_| Failure::new(Exit::Internal, "the answer could not be written as JSON"))?;
        text.push('\n');
        self.put_bytes(text.as_bytes(), file)
    }

    /// Writes a document of the engine as the same bytes that every face of it gives: canonical JSON, and a line end.
    pub(crate) fn put_document(&self, document: &impl Serialize, file: Option<&Path>) -> Result<(), Failure> {
        let mut bytes =
            hemvist::canonical::to_bytes(document).map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
        bytes.push(b'\n');
        self.put_bytes(&bytes, file)
    }

    fn out(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = AutoStream::new(std::io::stdout().lock(), self.choice);
        match out.write_all(bytes).and_then(|()| out.flush()) {
            // A reader such as `head` has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(files::failure(self.lang, None, &error)),
            Ok(()) => Ok(()),
        }
    }

    /// Says on standard error why the command stopped. If even that fails, the exit code remains.
    pub(crate) fn fail(&self, failure: &Failure) {
        let mut err = AutoStream::new(std::io::stderr().lock(), self.choice);
        let _ = match (&failure.json, self.json) {
            (Some(json), true) => writeln!(err, "{json:#}"),
            _ => writeln!(err, "hemvist: {}", failure.text),
        };
    }

    /// Says something beside the answer, on standard error. If even that fails, nothing is lost.
    pub(crate) fn note(&self, text: &str) {
        let _ = writeln!(
            AutoStream::new(std::io::stderr().lock(), self.choice),
            "hemvist: {text}"
        );
    }

    /// Whether someone watches standard error, so that progress is worth showing.
    pub(crate) fn is_watched() -> bool {
        std::io::stderr().is_terminal()
    }
}
