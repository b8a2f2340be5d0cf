//! `hemvist cost ladder`: the daily cost of a home of one's own, by fee level and year.

use std::path::PathBuf;

use clap::Args;
use hemvist_region::Ore;
use hemvist_region::ladder::{LadderAnswer, LadderAsked, ladder};

use super::{fee_file, saving_line};
use crate::commands::region::{exact, failure, kronor, show};
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, thousands, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct LadderArgs {
    /// Year of the recommended fees; nothing is extrapolated to other years
    #[arg(long, required_unless_present = "fees", conflicts_with = "fees")]
    year: Option<u16>,
    /// A fee file of your own (hemvist.fees/1, TOML) instead of a year's recommendations
    #[arg(long, value_name = "FILE")]
    fees: Option<PathBuf>,
    /// Cost of the family-home secretary per child and day, in kronor, such as 114 or 159.50
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    secretary_per_day: Ore,
    /// Days by which monthly amounts are divided
    #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u8).range(28..=31))]
    days_per_month: u8,
    /// Count the expenses of this age instead of the mean of the age bands
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=20))]
    age: Option<u8>,
    /// Price of an agency home per day, in kronor: also say what a child in a home of one's own saves in a year
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    agency_per_day: Option<Ore>,
}

pub(super) fn run(args: &LadderArgs, screen: &Screen) -> Result<Exit, Failure> {
    let asked = LadderAsked {
        year: args.year,
        fees: fee_file(args.fees.as_deref(), screen)?,
        secretary_per_day_ore: args.secretary_per_day.0,
        days_per_month: Some(args.days_per_month),
        age: args.age,
        agency_per_day_ore: args.agency_per_day.map(|ore| ore.0),
    };
    let answer = ladder(&asked).map_err(|error| failure(error, screen))?;
    show(&answer, || text(&answer, screen), None, screen)?;
    Ok(Exit::Ok)
}

fn text(ladder: &LadderAnswer, screen: &Screen) -> String {
    let whole = |kronor: i64| thousands(kronor, screen.lang);
    let mut table = Table::new(&[
        (screen.pick("Level", "Nivå"), Align::Right),
        (screen.pick("Fee a month", "Arvode/mån"), Align::Right),
        (screen.pick("Cost a day", "Kostnad/dygn"), Align::Right),
        (screen.pick("to the öre", "på öret"), Align::Right),
    ]);
    for row in &ladder.rows {
        let mark = if row.fee_derived { "*" } else { "" };
        table.row(vec![
            row.level.to_string(),
            format!("{}{mark}", whole(row.fee_per_month)),
            whole(row.per_day),
            exact(row.per_day_ore, screen),
        ]);
    }
    table.row(vec![
        screen.pick("mean", "medel").to_owned(),
        String::new(),
        whole(ladder.mean),
        exact(ladder.mean_ore, screen),
    ]);
    let head = screen.pick("Kronor per child in a family home,", "Kronor per barn i familjehem,");
    let mut lines = vec![format!("{head} {}", ladder.year), String::new()];
    lines.push(table.text(1, screen.width));
    lines.extend(notes(ladder, screen).iter().flat_map(|note| wrap(note, screen.width)));
    lines.join("\n") + "\n"
}

/// What the table stands on, one sentence each.
fn notes(ladder: &LadderAnswer, screen: &Screen) -> Vec<String> {
    let mut lines = vec![format!(
        "{} {} {}; {} {}; {} {}.",
        screen.pick("A month counts", "En månad räknas som"),
        ladder.days_per_month,
        screen.pick("days", "dagar"),
        screen.pick("expenses a month", "omkostnader per månad"),
        exact(ladder.expenses_per_month_ore, screen),
        screen.pick("secretary a day", "familjehemssekreterare per dygn"),
        exact(ladder.secretary_per_day_ore, screen),
    )];
    if ladder.rows.iter().any(|row| row.fee_derived) {
        lines.push(format!(
            "* {}",
            screen.pick(
                "derived from other years, not printed in a source",
                "härlett från andra år, inte tryckt i någon källa"
            )
        ));
    }
    if let Some(saving) = &ladder.saving {
        lines.push(saving_line(saving, screen));
    }
    lines
}
