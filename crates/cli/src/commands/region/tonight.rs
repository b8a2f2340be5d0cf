//! `hemvist tonight`: who has an emergency place, for one child or at all.

use std::path::PathBuf;

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::RegionError;
use hemvist_region::tonight::{Board, Tonight, TonightAsked, board, tonight};

use super::{ages, bytes_of, failure, show};
use crate::args::{OutputArgs, PolicyArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct TonightArgs {
    #[command(flatten)]
    pool: PoolArgs,
    /// Id of the child; without one, every free emergency place is listed
    #[arg(value_name = "CHILD", conflicts_with = "new_child")]
    child: Option<String>,
    /// A child who is not in the pool yet: a file with one child's record of a pool document (.json), or - for standard input
    #[arg(long, value_name = "FILE")]
    new_child: Option<PathBuf>,
    #[command(flatten)]
    policy: PolicyArgs,
    /// List at most this many homes
    #[arg(long, default_value_t = 10, value_name = "N")]
    most: usize,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &TonightArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let file = args.output.output.as_deref();
    let new_child = args.new_child.as_ref().map(|path| {
        let read = hemvist::json::read_as(&bytes_of(path, screen)?);
        read.map_err(|problems| load::refused(&problems, load::Refused::Small(path), screen))
    });
    let asked = TonightAsked {
        child: args.child.clone(),
        new_child: new_child.transpose()?,
    };
    if asked.child.is_none() && asked.new_child.is_none() {
        let board = board(&pool);
        show(&board, || board_text(&pool, &board, screen), file, screen)?;
        return Ok(Exit::Ok);
    }
    let policy = load::compiled(&args.policy, screen)?;
    let found = tonight(&pool, &policy, &asked).map_err(|error: RegionError| failure(error, screen))?;
    show(&found, || text(&pool, &found, args.most, screen), file, screen)?;
    Ok(Exit::Ok)
}

fn board_text(pool: &Pool, board: &Board, screen: &Screen) -> String {
    let mut table = Table::new(&[
        (screen.pick("Municipality", "Kommun"), Align::Left),
        (screen.pick("Home", "Hem"), Align::Left),
        (screen.pick("Places", "Platser"), Align::Right),
        (screen.pick("Ages", "Åldrar"), Align::Left),
        (screen.pick("Needs up to", "Behov upp till"), Align::Right),
        (screen.pick("Kind", "Hemtyp"), Align::Left),
    ]);
    for home in &board.homes {
        table.row(vec![
            words::municipality(pool, &home.municipality).to_owned(),
            home.family.clone(),
            home.places.to_string(),
            ages(home.ages, screen),
            home.highest_needs
                .map_or_else(|| "?".to_owned(), |needs| needs.to_string()),
            words::home_kind(home.kind, screen.lang).to_owned(),
        ]);
    }
    let free = screen.pick("free emergency places on", "lediga jourplatser den");
    format!(
        "{} {free} {}\n\n{}",
        board.places,
        board.as_of,
        table.text(1, screen.width)
    )
}

fn text(pool: &Pool, found: &Tonight, most: usize, screen: &Screen) -> String {
    let mut table = Table::new(&[
        ("", Align::Right),
        (screen.pick("Home", "Hem"), Align::Left),
        (screen.pick("Fit", "Passning"), Align::Right),
        ("km", Align::Right),
        (screen.pick("Places", "Platser"), Align::Right),
        (screen.pick("Lies in", "Ligger i"), Align::Left),
        (screen.pick("Notify", "Underrätta"), Align::Left),
    ]);
    for (nth, home) in found.homes.iter().take(most).enumerate() {
        let km = home
            .metres_from_home
            .map_or_else(|| "?".to_owned(), |metres| ((metres + 500) / 1000).to_string());
        let notify = home.notify.as_deref().map(|code| words::municipality(pool, code));
        table.row(vec![
            (nth + 1).to_string(),
            home.family.clone(),
            home.fit.to_string(),
            km,
            home.places.to_string(),
            words::municipality(pool, &home.municipality).to_owned(),
            notify.unwrap_or_default().to_owned(),
        ]);
    }
    let head = match found.together {
        1 => String::new(),
        n => format!(", {n} {}", screen.pick("siblings together", "syskon tillsammans")),
    };
    let mut lines = vec![format!("{}{head}", found.child), String::new()];
    if found.homes.is_empty() {
        lines.push(
            screen
                .pick(
                    "No emergency home can take the child tonight.",
                    "Inget jourhem kan ta emot i natt.",
                )
                .to_owned(),
        );
    } else {
        lines.push(table.text(1, screen.width));
    }
    if !found.ruled_out.is_empty() {
        let rules: Vec<String> = found
            .ruled_out
            .iter()
            .map(|stop| format!("{} {}", words::rule(stop.rule, screen.lang), stop.homes))
            .collect();
        let head = screen.pick(
            "Homes with a free place that are ruled out",
            "Hem med ledig plats som utesluts",
        );
        lines.extend(wrap(&format!("{head}: {}", rules.join(", ")), screen.width));
    }
    lines.join("\n") + "\n"
}
