//! Pools and policies from the file system, or every problem found in them.

use std::path::Path;

use hemvist::pool::Pool;
use hemvist::{Problems, ReadOptions, json};

use crate::args::PoolArgs;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::screen::Screen;

/// Reads and checks a pool; the inner error holds every problem found.
pub(crate) fn check_pool(args: &PoolArgs, screen: &Screen) -> Result<Result<Pool, Problems>, Failure> {
    let path = &args.pool;
    let bytes = if path == Path::new("-") {
        files::read_input(screen.lang)?
    } else if path.is_dir() {
        files::read(&path.join("pool.json"), screen.lang)?
    } else {
        files::read(path, screen.lang)?
    };
    let options = ReadOptions {
        allow_identity_numbers: args.allow_identity_numbers,
    };
    Ok(json::read_pool(&bytes, &options).and_then(Pool::from_document))
}

/// The failure that an input was refused, with every problem and where to look.
pub(crate) fn refused(problems: &Problems, path: &Path, screen: &Screen) -> Failure {
    let mut text = format!(
        "{}: {}",
        path.display(),
        problems.message(screen.lang).replace('\n', "\n  ")
    );
    text.push('\n');
    text.push_str(screen.pick(
        "Nothing was read. `hemvist schema` shows every field and what it may hold.",
        "Ingenting lästes in. `hemvist schema` visar varje fält och vad det får innehålla.",
    ));
    Failure {
        exit: Exit::Refused,
        text,
        json: serde_json::to_value(problems).ok(),
    }
}
