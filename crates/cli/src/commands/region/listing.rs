//! `hemvist listing`: the homes of a pool, anonymously.

use std::path::PathBuf;

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::listing::{DEFAULT_K, Listing, ListingAsked, Shown, listing};

use super::{failure, show};
use crate::args::{OutputArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct ListingArgs {
    #[command(flatten)]
    pool: PoolArgs,
    /// At least so many homes share all that is shown of each
    #[arg(long, default_value_t = DEFAULT_K, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
    k: u32,
    /// Where the handles come from; keep it from those who see the listing
    #[arg(long, value_name = "TEXT")]
    seed: String,
    /// Also write which handle is which family to this file, for the pool's own staff
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &ListingArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let asked = ListingAsked {
        k: Some(args.k),
        seed: args.seed.clone(),
    };
    let (listing, key) = listing(&pool, &asked).map_err(|error| failure(error, screen))?;
    if let Some(file) = &args.key {
        screen.put_json(&key, Some(file))?;
    }
    show(
        &listing,
        || text(&pool, &listing, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, listing: &Listing, screen: &Screen) -> String {
    let none = || "–".to_owned();
    let mut table = Table::new(&[
        (screen.pick("Homes", "Hem"), Align::Left),
        (screen.pick("Ages", "Åldrar"), Align::Left),
        (screen.pick("Needs up to", "Behov upp till"), Align::Left),
        (screen.pick("Places", "Platser"), Align::Left),
        (screen.pick("Ready", "Klart"), Align::Left),
        (screen.pick("Municipality", "Kommun"), Align::Left),
        (screen.pick("Kind", "Hemtyp"), Align::Left),
    ]);
    // Homes of which the same is shown stand in one row.
    let same = |a: &Shown, b: &Shown| {
        let shown = |home: &Shown| Shown {
            handle: String::new(),
            ..home.clone()
        };
        shown(a) == shown(b)
    };
    for alike in listing.homes.chunk_by(same) {
        let (Some(home), Some(last)) = (alike.first(), alike.last()) else {
            continue;
        };
        let yes = |is: bool| {
            if is {
                screen.pick("yes", "ja")
            } else {
                screen.pick("no", "nej")
            }
        };
        let ages = home.ages.map_or_else(none, |(from, to)| format!("{from}–{to}"));
        let kind = home.kind.map(|kind| words::home_kind(kind, screen.lang).to_owned());
        let municipality = home
            .municipality
            .as_deref()
            .map(|code| words::municipality(pool, code).to_owned());
        table.row(vec![
            format!("{} … {}", home.handle, last.handle),
            ages,
            home.highest_needs.map_or_else(none, |needs| needs.to_string()),
            home.places.map_or_else(none, |places| places.to_string()),
            home.ready.map_or_else(none, |ready| yes(ready).to_owned()),
            municipality.unwrap_or_else(none),
            kind.unwrap_or_else(none),
        ]);
    }
    let mut lines = vec![table.text(1, screen.width)];
    let (k, withheld) = (listing.k, listing.withheld);
    let note = match screen.lang {
        hemvist::Lang::En => format!(
            "{} homes; each shares all that is shown of it with at least {} others; – is not stated. {withheld} homes with a free place are \
             not shown.",
            listing.homes.len(),
            k - 1
        ),
        hemvist::Lang::Sv => format!(
            "{} hem; vart och ett delar allt som visas om det med minst {} andra; – är ej angivet. {withheld} hem med ledig plats visas inte.",
            listing.homes.len(),
            k - 1
        ),
    };
    lines.extend(wrap(&note, screen.width));
    lines.join("\n") + "\n"
}
