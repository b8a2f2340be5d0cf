//! What cooperating municipalities ask: one file per command, and here what they share.

mod ask;
mod caseload;
mod coverage;
mod emergency;
mod exchange;
mod fairness;
mod gaps;
mod interest;
mod listing;
mod share;
mod simulate;
mod statistics;
mod tonight;

pub(crate) use ask::RequestArgs;
pub(crate) use caseload::CaseloadArgs;
pub(crate) use coverage::CoverageArgs;
pub(crate) use emergency::EmergencyArgs;
pub(crate) use exchange::ExchangeArgs;
pub(crate) use fairness::FairnessArgs;
pub(crate) use gaps::GapsArgs;
pub(crate) use interest::InterestArgs;
pub(crate) use listing::ListingArgs;
pub(crate) use share::ShareArgs;
pub(crate) use simulate::SimulateArgs;
pub(crate) use statistics::StatisticsArgs;
pub(crate) use tonight::TonightArgs;

use std::path::Path;

use clap::Args;
use hemvist::csv::TableNote;
use hemvist::matching::{MatchOptions, match_pool};
use hemvist::plan::Plan;
use hemvist::policy::CompiledPolicy;
use hemvist::pool::Pool;
use hemvist::{Problems, ReadOptions};
use hemvist_region::{Answer, Ore, RegionError};

use crate::args::{Command, PolicyArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::load::{self, Refused};
use crate::render::thousands;
use crate::screen::Screen;
use crate::{commands, files};

/// A pool, how it is judged, and how a match of it is run.
#[derive(Debug, Args)]
pub(crate) struct MatchedArgs {
    #[command(flatten)]
    pub(crate) pool: PoolArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Seed of the drawn lots between equally good plans, instead of the policy's
    #[arg(long, value_name = "TEXT")]
    pub(crate) seed: Option<String>,
    /// Worker threads; 0: as many as there are processors. The answer does not depend on it
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
}

/// What a command about a pool works with.
pub(crate) struct Setting<'a> {
    pub(crate) pool: Pool,
    pub(crate) policy: CompiledPolicy,
    pub(crate) options: MatchOptions<'a>,
}

impl<'a> Setting<'a> {
    pub(crate) fn load(args: &'a MatchedArgs, screen: &Screen) -> Result<Self, Failure> {
        Ok(Self {
            pool: load::pool(&args.pool, screen)?,
            policy: load::compiled(&args.policy, screen)?,
            options: MatchOptions {
                seed: args.seed.as_deref(),
                threads: args.threads,
                ..MatchOptions::default()
            },
        })
    }

    /// The plan of the pool.
    pub(crate) fn plan(&self, screen: &Screen) -> Result<Plan, Failure> {
        let plan = match_pool(&self.pool, self.policy.policy(), &self.options);
        plan.map_err(|error| commands::matching::failure(&error, screen))
    }
}

/// Does what was asked.
pub(super) fn run(command: Command, screen: &Screen) -> Result<Exit, Failure> {
    match command {
        Command::Ask(args) => ask::run(&args, screen),
        Command::Caseload(args) => caseload::run(&args, screen),
        Command::Coverage(args) => coverage::run(&args, screen),
        Command::Emergency(args) => emergency::run(&args, screen),
        Command::Exchange(args) => exchange::run(&args, screen),
        Command::Fairness(args) => fairness::run(&args, screen),
        Command::Gaps(args) => gaps::run(&args, screen),
        Command::Interest(args) => interest::run(&args, screen),
        Command::Listing(args) => listing::run(&args, screen),
        Command::Share(args) => share::run(&args, screen),
        Command::Simulate(args) => simulate::run(&args, screen),
        Command::Statistics(args) => statistics::run(&args, screen),
        Command::Tonight(args) => tonight::run(&args, screen),
        _ => Err(Failure::new(Exit::Internal, "not a command of this file")),
    }
}

/// Shows an answer: as canonical JSON for programs, else as text.
pub(crate) fn show<T: Answer>(
    answer: &T,
    text: impl FnOnce() -> String,
    file: Option<&Path>,
    screen: &Screen,
) -> Result<(), Failure> {
    if screen.json {
        let mut bytes = answer
            .to_bytes()
            .map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
        bytes.push(b'\n');
        screen.put_bytes(&bytes, file)
    } else {
        screen.put(&text(), file)
    }
}

/// Why a question has no answer.
pub(crate) fn failure(error: RegionError, screen: &Screen) -> Failure {
    match error {
        RegionError::Match(error) => commands::matching::failure(&error, screen),
        RegionError::Internal(error) => Failure::new(Exit::Internal, error.to_string()),
        error => Failure {
            exit: Exit::Refused,
            text: error.message(screen.lang),
            json: Some(error.to_json()),
        },
    }
}

/// Reads a small document: a JSON text (`.json`, or `-` for standard input) or a table.
pub(crate) fn read_small<T>(
    path: &Path,
    from_json: impl FnOnce(&[u8], &ReadOptions) -> Result<T, Problems>,
    from_table: impl FnOnce(&[u8], &ReadOptions) -> Result<(T, TableNote), Problems>,
    screen: &Screen,
) -> Result<T, Failure> {
    let bytes = bytes_of(path, screen)?;
    let options = ReadOptions::default();
    let is_json = path == Path::new("-") || path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json"));
    let read = if is_json {
        from_json(&bytes, &options)
    } else {
        from_table(&bytes, &options).map(|(read, note)| {
            if note.is_guess() {
                screen.note(&note.message(screen.lang));
            }
            read
        })
    };
    read.map_err(|problems| load::refused(&problems, Refused::Small(path), screen))
}

/// The bytes of a file, or of standard input for `-`.
pub(crate) fn bytes_of(path: &Path, screen: &Screen) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        files::read_input(screen.lang)
    } else {
        files::read(path, screen.lang)
    }
}

/// Reads an amount in kronor, such as 114 or 159.50.
pub(crate) fn kronor(text: &str) -> Result<Ore, String> {
    Ore::parse(text).ok_or_else(|| "not an amount in kronor with at most two decimals".to_owned())
}

/// An amount in whole kronor, grouped.
pub(crate) fn whole(ore: Ore, screen: &Screen) -> String {
    thousands(ore.to_kronor(), screen.lang)
}

/// An amount to the öre, grouped.
pub(crate) fn exact(ore: Ore, screen: &Screen) -> String {
    let sign = if ore.0 < 0 { "−" } else { "" };
    let (kronor, rest) = (ore.0.unsigned_abs() / 100, ore.0.unsigned_abs() % 100);
    let point = screen.pick(".", ",");
    format!("{sign}{}{point}{rest:02}", thousands(kronor, screen.lang))
}

/// Hundredths of a per cent as per cent with two decimals.
pub(crate) fn percent(basis_points: u32, screen: &Screen) -> String {
    format!(
        "{}{}{:02}",
        basis_points / 100,
        screen.pick(".", ","),
        basis_points % 100
    )
}

/// Ages from the youngest to the oldest.
pub(crate) fn ages(ages: Option<(u8, u8)>, screen: &Screen) -> String {
    ages.map_or_else(
        || screen.pick("not stated", "ej angivet").to_owned(),
        |(from, to)| format!("{from}–{to}"),
    )
}
