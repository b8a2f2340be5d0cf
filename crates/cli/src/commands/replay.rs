//! `hemvist replay`: whether a record, the pool and the policy still give the same plan.

use std::fmt::Write as _;

use hemvist::replay::{Replay, ReplayError, replay};

use crate::args::ReplayArgs;
use crate::exit::{Exit, Failure};
use crate::load::Refused;
use crate::screen::Screen;
use crate::{files, load};

pub(super) fn run(args: &ReplayArgs, screen: &Screen) -> Result<Exit, Failure> {
    let record = files::read(&args.record, screen.lang)?;
    let pool = load::pool(&args.pool, screen)?;
    let policy = load::compiled(&args.policy, screen)?;
    let found = replay(&record, &pool, policy.policy()).map_err(|error| match error {
        ReplayError::Refused(problems) => load::refused(&problems, Refused::Record(&args.record), screen),
        ReplayError::Match(error) => super::matching::failure(&error, screen),
        other => Failure::new(Exit::Internal, other.to_string()),
    })?;
    if screen.json {
        screen.put_document(&found, None)?;
    } else {
        screen.put(&text(&found, screen), None)?;
    }
    Ok(if found.is_confirmed() { Exit::Ok } else { Exit::Differs })
}

fn text(found: &Replay, screen: &Screen) -> String {
    if found.is_confirmed() {
        return screen
            .pick(
                "Confirmed: the record, the pool and the policy give the same plan, byte for byte.\n",
                "Bekräftat: protokollet, poolen och policyn ger samma plan, byte för byte.\n",
            )
            .to_owned();
    }
    let mut text = screen.pick("Not confirmed:\n", "Inte bekräftat:\n").to_owned();
    for difference in &found.differences {
        let _ = writeln!(text, "  - {}", difference.sentence(screen.lang));
    }
    text
}
