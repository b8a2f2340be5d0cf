//! What the command ends with: one documented number per kind of outcome.

use std::process::ExitCode;

/// How a command ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done as asked.
    Ok = 0,
    /// The pool, the policy or an option was refused; the problems are on standard error.
    Refused = 1,
    // 2: the command line was not understood; clap ends with it.
    /// The locks contradict, so there is no plan.
    Infeasible = 3,
    /// A limit was reached: there is a plan, not proven best.
    Limit = 4,
    /// A replay gave something else than the record says.
    Differs = 5,
    /// A file could not be read or written.
    File = 6,
    /// A fault in hemvist itself.
    Internal = 70,
}

/// The table of exit codes, as `--help` shows it.
pub(crate) const TABLE: &str = "\
Exit codes:
   0  done as asked
   1  the pool, the policy or an option was refused; every problem is on standard error
   2  the command line was not understood
   3  the locks contradict: there is no plan
   4  a limit was reached: there is a plan, but it is not proven best
   5  a replay differs from its record
   6  a file could not be read or written
  70  a fault in hemvist itself";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command stopped: the exit code and what to say on standard error.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// Text for people, in the language asked for; may have several lines.
    pub(crate) text: String,
    /// The problems as JSON, where the input was refused.
    pub(crate) json: Option<serde_json::Value>,
}

impl Failure {
    /// A failure that is only a text.
    pub(crate) fn new(exit: Exit, text: impl Into<String>) -> Self {
        Self {
            exit,
            text: text.into(),
            json: None,
        }
    }
}
