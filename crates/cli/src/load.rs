//! Pools and policies from the file system, or every problem found in them.

use std::path::Path;

use hemvist::csv::TableNote;
use hemvist::policy::{CompiledPolicy, Policy};
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::{Code, Problem, Problems, ReadOptions};

use crate::args::{PolicyArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::files;
use crate::screen::Screen;

/// The document in a folder that holds no tables.
const POOL_FILE: &str = "pool.json";

/// A pool, and what was assumed in order to read it.
pub(crate) struct Loaded {
    pub(crate) pool: Pool,
    /// Empty for a JSON document.
    pub(crate) notes: Vec<TableNote>,
}

/// Reads and checks a pool; the inner error holds every problem found.
pub(crate) fn check_pool(args: &PoolArgs, screen: &Screen) -> Result<Result<Loaded, Problems>, Failure> {
    let options = ReadOptions {
        allow_identity_numbers: args.allow_identity_numbers,
    };
    let path = &args.pool;
    if path.is_dir() && !path.join(POOL_FILE).exists() {
        let tables = files::read_tables(path, screen.lang)?;
        let tables: Vec<(&str, &[u8])> = tables
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
            .collect();
        return Ok(Pool::from_tables(&tables, &options).map(|(pool, notes)| Loaded {
            pool,
            notes: notes.tables,
        }));
    }
    let bytes = if path == Path::new("-") {
        files::read_input(screen.lang)?
    } else if path.is_dir() {
        files::read(&path.join(POOL_FILE), screen.lang)?
    } else {
        files::read(path, screen.lang)?
    };
    Ok(Pool::from_json(&bytes, &options).map(|pool| Loaded { pool, notes: vec![] }))
}

/// Reads a pool; a pool with problems is a failure that lists them. Guesses that matter are said on standard error.
pub(crate) fn pool(args: &PoolArgs, screen: &Screen) -> Result<Pool, Failure> {
    let loaded = check_pool(args, screen)?.map_err(|problems| refused(&problems, Refused::Pool(&args.pool), screen))?;
    for note in loaded.notes.iter().filter(|note| note.is_guess()) {
        screen.note(&note.message(screen.lang));
    }
    Ok(loaded.pool)
}

/// Reads a policy, or takes the default one, ready for use.
pub(crate) fn compiled(args: &PolicyArgs, screen: &Screen) -> Result<CompiledPolicy, Failure> {
    let path = args.policy.as_deref().unwrap_or(Path::new("policy"));
    policy(args, screen)?
        .compile()
        .map_err(|problems| refused(&problems, Refused::Policy(path), screen))
}

/// Reads a policy, or takes the default one, with what the command says besides.
fn policy(args: &PolicyArgs, screen: &Screen) -> Result<Policy, Failure> {
    let mut policy = policy_of_file(args, screen)?;
    if let Some(fairness) = args.fairness {
        policy.objective.fairness = fairness;
    }
    Ok(policy)
}

fn policy_of_file(args: &PolicyArgs, screen: &Screen) -> Result<Policy, Failure> {
    let Some(path) = &args.policy else {
        return Ok(Policy::default());
    };
    let bytes = files::read(path, screen.lang)?;
    let policy = if path.extension().is_some_and(|end| end == "json") {
        Policy::from_json(&bytes)
    } else {
        match std::str::from_utf8(&bytes) {
            Ok(text) => Policy::from_toml(text),
            Err(_) => Err(Problem::new(Code::NotUtf8, hemvist::Path::default()).into()),
        }
    };
    policy.map_err(|problems| refused(&problems, Refused::Policy(path), screen))
}

/// The child of this id.
pub(crate) fn child(pool: &Pool, id: &str, screen: &Screen) -> Result<ChildIdx, Failure> {
    pool.child_idx(id)
        .ok_or_else(|| unknown(Code::AskedUnknownChild, screen))
}

/// The family of this id.
pub(crate) fn family(pool: &Pool, id: &str, screen: &Screen) -> Result<FamilyIdx, Failure> {
    pool.family_idx(id)
        .ok_or_else(|| unknown(Code::AskedUnknownFamily, screen))
}

fn unknown(code: Code, screen: &Screen) -> Failure {
    let problems = Problems::from(Problem::new(code, hemvist::Path::default()));
    Failure {
        exit: Exit::Refused,
        text: code.sentence(screen.lang).to_owned(),
        json: serde_json::to_value(&problems).ok(),
    }
}

/// What was refused, and how it can be cured.
#[derive(Clone, Copy)]
pub(crate) enum Refused<'a> {
    Pool(&'a Path),
    Policy(&'a Path),
    Record(&'a Path),
    /// A document or table other than a pool.
    Small(&'a Path),
    Changes(&'a Path),
    Rates(&'a Path),
    Labels(&'a Path),
    Options,
}

impl Refused<'_> {
    /// Its name.
    fn name(self, screen: &Screen) -> String {
        match self {
            Self::Pool(path) | Self::Small(path) if path == Path::new("-") => {
                screen.pick("standard input", "standard in").to_owned()
            }
            Self::Pool(path)
            | Self::Policy(path)
            | Self::Record(path)
            | Self::Small(path)
            | Self::Changes(path)
            | Self::Rates(path)
            | Self::Labels(path) => path.display().to_string(),
            Self::Options => screen.pick("options", "inställningar").to_owned(),
        }
    }

    /// Where to look.
    fn cure(self, screen: &Screen) -> &'static str {
        match self {
            Self::Pool(_) => screen.pick(
                "Nothing was read. `hemvist schema pool` shows every field and what it may hold.",
                "Ingenting lästes in. `hemvist schema pool` visar varje fält och vad det får innehålla.",
            ),
            Self::Policy(_) => screen.pick(
                "Nothing was read. `hemvist schema policy` shows every field and what it may hold.",
                "Ingenting lästes in. `hemvist schema policy` visar varje fält och vad det får innehålla.",
            ),
            Self::Record(_) => screen.pick(
                "A record is written by `hemvist match --audit FILE`.",
                "Ett protokoll skrivs av `hemvist match --audit FIL`.",
            ),
            Self::Small(_) => screen.pick(
                "Nothing was read. docs/region.md shows what such a file holds.",
                "Ingenting lästes in. docs/region.md visar vad en sådan fil innehåller.",
            ),
            Self::Changes(_) => screen.pick(
                "Nothing was changed. `hemvist schema changes` shows every field and what it may hold.",
                "Ingenting ändrades. `hemvist schema changes` visar varje fält och vad det får innehålla.",
            ),
            Self::Rates(_) => screen.pick(
                "`hemvist schema rates` shows every field and what it may hold.",
                "`hemvist schema rates` visar varje fält och vad det får innehålla.",
            ),
            Self::Labels(_) => screen.pick(
                "`hemvist schema labels` shows every field and what it may hold.",
                "`hemvist schema labels` visar varje fält och vad det får innehålla.",
            ),
            Self::Options => screen.pick(
                "`hemvist help match` shows every option.",
                "`hemvist help match` visar varje inställning.",
            ),
        }
    }
}

/// The failure that an input was refused, with every problem and where to look.
pub(crate) fn refused(problems: &Problems, what: Refused<'_>, screen: &Screen) -> Failure {
    let lines = problems.message(screen.lang).replace('\n', "\n  ");
    Failure {
        exit: Exit::Refused,
        text: format!("{}: {lines}\n{}", what.name(screen), what.cure(screen)),
        json: serde_json::to_value(problems).ok(),
    }
}
