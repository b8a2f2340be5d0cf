//! `hemvist statistics`: children, days and days in agency homes, by quarter, year and municipality.

use std::path::PathBuf;

use clap::Args;
use hemvist::ReadOptions;
use hemvist::pool::Pool;
use hemvist_region::spells;
use hemvist_region::statistics::{Counts, Periods, Statistics, StatisticsAsked, statistics};

use super::{failure, read_small, show};
use crate::args::{OutputArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, thousands, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct StatisticsArgs {
    /// Spells of placement: a document (.json) or a table (.csv)
    #[arg(value_name = "SPELLS")]
    spells: PathBuf,
    /// Calendar year to count; can be given more than once
    #[arg(long = "year", required = true, value_name = "YEAR", value_parser = clap::value_parser!(u16).range(1900..=2198))]
    years: Vec<u16>,
    /// A pool whose homes are known: homes of the spells that it lacks are listed
    #[arg(long, value_name = "POOL")]
    pool: Option<PathBuf>,
    /// Show only this municipality, quarter by quarter
    #[arg(long, value_name = "CODE")]
    municipality: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &StatisticsArgs, screen: &Screen) -> Result<Exit, Failure> {
    let from_json = |bytes: &[u8], options: &ReadOptions| spells::from_json(bytes, options);
    let read = read_small(&args.spells, from_json, spells::from_table, screen)?;
    let pool = args.pool.clone().map(|pool| {
        let args = PoolArgs {
            pool,
            allow_identity_numbers: false,
        };
        load::pool(&args, screen)
    });
    let pool = pool.transpose()?;
    let asked = StatisticsAsked {
        years: args.years.clone(),
    };
    let mut found = statistics(&read, pool.as_ref(), &asked).map_err(|error| failure(error, screen))?;
    if let Some(code) = &args.municipality {
        for year in &mut found.years {
            year.municipalities
                .retain(|municipality| municipality.municipality == *code);
        }
    }
    let only = args.municipality.is_some();
    show(
        &found,
        || text(pool.as_ref(), &found, only, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: Option<&Pool>, found: &Statistics, only: bool, screen: &Screen) -> String {
    let name = |code: &str| match pool {
        Some(pool) => words::municipality(pool, code).to_owned(),
        None => code.to_owned(),
    };
    let mut lines = Vec::new();
    for year in &found.years {
        let mut table = Table::new(&[
            (screen.pick("Municipality", "Kommun"), Align::Left),
            (screen.pick("Period", "Period"), Align::Left),
            (screen.pick("Children", "Barn"), Align::Right),
            (screen.pick("Begun", "Nya"), Align::Right),
            (screen.pick("Ended", "Slut"), Align::Right),
            (screen.pick("Days", "Dygn"), Align::Right),
            (screen.pick("Agency", "Konsulent"), Align::Right),
            ("%", Align::Right),
            (screen.pick("Elsewhere", "Annan kommun"), Align::Right),
        ]);
        if !only {
            quarters(&mut table, screen.pick("all", "alla"), &year.all, year.year, screen);
        }
        for municipality in &year.municipalities {
            let who = name(&municipality.municipality);
            if only {
                quarters(&mut table, &who, &municipality.periods, year.year, screen);
            } else {
                row(
                    &mut table,
                    &who,
                    &year.year.to_string(),
                    &municipality.periods.year,
                    screen,
                );
            }
        }
        lines.push(table.text(1, screen.width));
    }
    if let Some(unknown) = &found.unknown_homes {
        let days = unknown.iter().map(|home| home.days).sum::<u64>();
        let head = screen.pick(
            "Homes that the pool does not know, counted above all the same",
            "Hem som poolen inte känner, räknade ovan ändå",
        );
        let list: Vec<String> = unknown
            .iter()
            .map(|home| format!("{} ({})", home.home, home.days))
            .collect();
        let all = thousands(i128::from(days), screen.lang);
        let text = format!(
            "{head}: {} ({all} {}). {}",
            unknown.len(),
            screen.pick("days", "dygn"),
            list.join(", ")
        );
        lines.extend(wrap(&text, screen.width));
    }
    if !found.overlaps.is_empty() {
        let days = found.overlaps.iter().map(|overlap| overlap.days).sum::<u64>();
        let head = screen.pick("Children in two homes on the same day", "Barn i två hem samma dygn");
        let days_word = screen.pick("days counted twice", "dygn räknade två gånger");
        lines.push(format!("{head}: {} ({days} {days_word}).", found.overlaps.len()));
    }
    let note = screen.pick(
        "Days and spells of the quarters sum to the year; a child who is there in two quarters counts once in the year.",
        "Dygn och placeringar i kvartalen summerar till året; ett barn som finns i två kvartal räknas en gång för året.",
    );
    lines.extend(wrap(note, screen.width));
    lines.join("\n") + "\n"
}

fn quarters(table: &mut Table, who: &str, periods: &Periods, year: u16, screen: &Screen) {
    for (n, counts) in (1..).zip(&periods.quarters) {
        row(table, who, &format!("{}{n}", screen.pick("Q", "kv ")), counts, screen);
    }
    row(table, who, &year.to_string(), &periods.year, screen);
}

fn row(table: &mut Table, who: &str, period: &str, counts: &Counts, screen: &Screen) {
    let n = |number: u64| thousands(i128::from(number), screen.lang);
    table.row(vec![
        who.to_owned(),
        period.to_owned(),
        n(counts.children.into()),
        n(counts.begun.into()),
        n(counts.ended.into()),
        n(counts.days),
        n(counts.agency_days),
        counts
            .agency_percent
            .map(|percent| percent.to_string())
            .unwrap_or_default(),
        n(counts.days_elsewhere),
    ]);
}
