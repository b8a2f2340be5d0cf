//! `hemvist validate`: whether a pool is one, and what it holds.

use std::fmt::Write as _;

use hemvist::pool::Pool;
use serde_json::json;

use crate::args::PoolArgs;
use crate::exit::{Exit, Failure};
use crate::load::{self, Loaded, Refused};
use crate::render::thousands;
use crate::screen::Screen;

pub(super) fn run(args: &PoolArgs, screen: &Screen) -> Result<Exit, Failure> {
    match load::check_pool(args, screen)? {
        Ok(loaded) => {
            if screen.json {
                let counts = counts(&loaded.pool);
                screen.put_json(
                    &json!({ "valid": true, "counts": counts, "tables": loaded.notes }),
                    None,
                )?;
            } else {
                screen.put(&summary(&loaded, screen), None)?;
            }
            Ok(Exit::Ok)
        }
        Err(problems) if screen.json => {
            screen.put_json(&json!({ "valid": false, "found": problems }), None)?;
            Ok(Exit::Refused)
        }
        Err(problems) => Err(load::refused(&problems, Refused::Pool(&args.pool), screen)),
    }
}

fn counts(pool: &Pool) -> serde_json::Value {
    let document = pool.document();
    json!({
        "children": document.children.len(),
        "families": document.families.len(),
        "municipalities": document.municipalities.len(),
        "secretaries": document.secretaries.len(),
        "sibling_groups": document.sibling_groups.len(),
        "placements": document.placements.len(),
        "choices": document.choices.len(),
        "not_together": document.not_together.len(),
        "travel": document.travel.len(),
    })
}

fn summary(loaded: &Loaded, screen: &Screen) -> String {
    let document = loaded.pool.document();
    let lines = [
        (document.children.len(), "children", "barn"),
        (document.families.len(), "families", "familjer"),
        (document.municipalities.len(), "municipalities", "kommuner"),
        (
            document.secretaries.len(),
            "family-home secretaries",
            "familjehemssekreterare",
        ),
        (document.sibling_groups.len(), "sibling groups", "syskongrupper"),
        (document.placements.len(), "present placements", "pågående placeringar"),
        (
            document.choices.len(),
            "locks, bans and refusals",
            "låsningar, förbud och avböjanden",
        ),
        (
            document.not_together.len(),
            "pairs who must not share a home",
            "par som inte får dela hem",
        ),
        (document.travel.len(), "known journeys", "kända resor"),
    ];
    let head = screen.pick("No problem found in the pool of", "Inga fel i poolen per");
    let mut text = format!("{head} {}:\n", document.as_of);
    for (count, en, sv) in lines.into_iter().filter(|line| line.0 > 0) {
        let count = thousands(i64::try_from(count).unwrap_or(i64::MAX), screen.lang);
        let _ = writeln!(text, "{count:>9} {}", screen.pick(en, sv));
    }
    for note in &loaded.notes {
        let _ = writeln!(text, "{}", note.message(screen.lang));
    }
    text
}
