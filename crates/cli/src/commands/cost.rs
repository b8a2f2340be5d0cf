//! `hemvist cost`: what family homes cost, by fee level and year.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hemvist_region::costs::{Ages, Ladder, LadderOptions, saving_per_year};
use hemvist_region::fees::{FeeYear, Status};
use hemvist_region::{CostError, Ore};
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::files;
use crate::render::{Align, Table, thousands, wrap};
use crate::screen::Screen;

/// Days of a year in what is saved: Gotland's.
const DAYS_PER_YEAR: u16 = 365;

#[derive(Debug, Args)]
pub(crate) struct CostArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Cost per child and day in a family home of one's own, by fee level:
    /// (fee + expenses) / days of a month + secretary per day
    Ladder(LadderArgs),
}

#[derive(Debug, Args)]
struct LadderArgs {
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

fn kronor(text: &str) -> Result<Ore, String> {
    Ore::parse(text).ok_or_else(|| "not an amount in kronor with at most two decimals".to_owned())
}

pub(super) fn run(args: &CostArgs, screen: &Screen) -> Result<Exit, Failure> {
    match &args.what {
        What::Ladder(args) => ladder(args, screen),
    }
}

fn ladder(args: &LadderArgs, screen: &Screen) -> Result<Exit, Failure> {
    let refused = |error: CostError| refused(&error, screen);
    let fees = match (&args.fees, args.year) {
        (Some(path), _) => {
            let bytes = files::read(path, screen.lang)?;
            FeeYear::from_toml(&String::from_utf8_lossy(&bytes)).map_err(refused)?
        }
        (None, year) => FeeYear::published(year.unwrap_or_default()).map_err(refused)?,
    };
    let options = LadderOptions {
        days_per_month: args.days_per_month,
        ages: args.age.map_or(Ages::MeanOfBands, Ages::Age),
        ..LadderOptions::with_secretary(args.secretary_per_day)
    };
    let ladder = Ladder::new(&fees, &options).map_err(refused)?;
    let mean = Ore::from_kronor(ladder.mean.to_kronor());
    let saving = args
        .agency_per_day
        .map(|agency| saving_per_year(agency, mean, DAYS_PER_YEAR));
    let saving = saving.transpose().map_err(refused)?;
    if screen.json {
        screen.put_json(&as_json(&ladder, args, saving), None)?;
    } else {
        screen.put(&as_text(&ladder, args, saving, screen), None)?;
    }
    Ok(Exit::Ok)
}

fn refused(error: &CostError, screen: &Screen) -> Failure {
    Failure {
        exit: Exit::Refused,
        text: error.message(screen.lang),
        json: Some(json!({ "code": error.code(), "message": error.message(screen.lang) })),
    }
}

/// `per_day` and `mean` in whole kronor, halves away from zero; what ends in `_ore` in öre.
fn as_json(ladder: &Ladder, args: &LadderArgs, saving: Option<Ore>) -> Value {
    let rows = ladder.rows.iter().map(|row| {
        json!({
            "level": row.level,
            "per_day": row.per_day.to_kronor(),
            "per_day_ore": row.per_day.to_ore(),
            "fee_per_month": row.fee,
            "fee_derived": row.status == Status::Derived,
        })
    });
    let mut answer = json!({
        "rows": rows.collect::<Vec<_>>(),
        "mean": ladder.mean.to_kronor(),
        "mean_ore": ladder.mean.to_ore(),
        "year": ladder.year,
        "days_per_month": ladder.days_per_month,
        "expenses_per_month_ore": ladder.expenses.to_ore(),
        "secretary_per_day_ore": args.secretary_per_day,
        "age": args.age,
    });
    if let (Some(saving), Some(agency)) = (saving, args.agency_per_day) {
        answer["saving"] = json!({
            "agency_per_day_ore": agency,
            "days_per_year": DAYS_PER_YEAR,
            "per_child_and_year_ore": saving,
            "per_child_and_year": saving.to_kronor(),
        });
    }
    answer
}

fn as_text(ladder: &Ladder, args: &LadderArgs, saving: Option<Ore>, screen: &Screen) -> String {
    let whole = |kronor: i64| thousands(kronor, screen.lang);
    let exact = |ore: Ore| ore.to_string().replace('.', screen.pick(".", ","));
    let mut table = Table::new(&[
        (screen.pick("Level", "Nivå"), Align::Right),
        (screen.pick("Fee a month", "Arvode/mån"), Align::Right),
        (screen.pick("Cost a day", "Kostnad/dygn"), Align::Right),
        (screen.pick("to the öre", "på öret"), Align::Right),
    ]);
    for row in &ladder.rows {
        let mark = if row.status == Status::Derived { "*" } else { "" };
        table.row(vec![
            row.level.to_string(),
            format!("{}{mark}", whole(row.fee)),
            whole(row.per_day.to_kronor()),
            exact(row.per_day.to_ore()),
        ]);
    }
    table.row(vec![
        screen.pick("mean", "medel").to_owned(),
        String::new(),
        whole(ladder.mean.to_kronor()),
        exact(ladder.mean.to_ore()),
    ]);
    let head = screen.pick("Kronor per child in a family home,", "Kronor per barn i familjehem,");
    let mut lines = vec![format!("{head} {}", ladder.year), String::new()];
    lines.push(table.text(1, screen.width));
    lines.extend(
        notes(ladder, args, saving, screen)
            .iter()
            .flat_map(|note| wrap(note, screen.width)),
    );
    lines.join("\n") + "\n"
}

/// What the table stands on, one sentence each.
fn notes(ladder: &Ladder, args: &LadderArgs, saving: Option<Ore>, screen: &Screen) -> Vec<String> {
    let exact = |ore: Ore| ore.to_string().replace('.', screen.pick(".", ","));
    let mut lines = vec![format!(
        "{} {} {}; {} {}; {} {}.",
        screen.pick("A month counts", "En månad räknas som"),
        ladder.days_per_month,
        screen.pick("days", "dagar"),
        screen.pick("expenses a month", "omkostnader per månad"),
        exact(ladder.expenses.to_ore()),
        screen.pick("secretary a day", "familjehemssekreterare per dygn"),
        exact(args.secretary_per_day),
    )];
    if ladder.rows.iter().any(|row| row.status == Status::Derived) {
        lines.push(format!(
            "* {}",
            screen.pick(
                "derived from other years, not printed in a source",
                "härlett från andra år, inte tryckt i någon källa"
            )
        ));
    }
    if let Some(saving) = saving {
        lines.push(format!(
            "{} {} ({DAYS_PER_YEAR} {}).",
            screen.pick(
                "A child who lives here rather than in the agency home saves, a year:",
                "Ett barn som bor här i stället för i konsulentstött hem sparar per år:"
            ),
            thousands(saving.to_kronor(), screen.lang),
            screen.pick("days, from the mean in whole kronor", "dagar, från medel i hela kronor"),
        ));
    }
    lines
}
