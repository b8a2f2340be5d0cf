//! `hemvist cost compare`: the same child and home by each municipality's rules.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::Ore;
use hemvist_region::fee_comparison::{FeeComparison, FeeComparisonAsked, Rules, fee_comparison};

use super::fee_file;
use crate::args::{OutputArgs, PoolArgs};
use crate::commands::region::{exact, failure, kronor, show, whole};
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, thousands, words};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    #[command(flatten)]
    pool: PoolArgs,
    /// Id of the child
    #[arg(value_name = "CHILD")]
    child: String,
    /// Id of the family
    #[arg(value_name = "FAMILY")]
    family: String,
    /// A municipality's own rules, CODE=FILE with a fee file (hemvist.fees/1, TOML); can be given more than once
    #[arg(long = "rules", value_name = "CODE=FILE", value_parser = rules)]
    rules: Vec<(String, String)>,
    /// All other municipalities of the pool follow this year's recommendations; without it they are left out
    #[arg(long)]
    year: Option<u16>,
    /// Cost of the family-home secretary per child and day, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    secretary_per_day: Option<Ore>,
    #[command(flatten)]
    output: OutputArgs,
}

fn rules(text: &str) -> Result<(String, String), String> {
    let (code, file) = text.split_once('=').ok_or("not of the form CODE=FILE")?;
    Ok((code.to_owned(), file.to_owned()))
}

pub(super) fn run(args: &CompareArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let mut all = Vec::new();
    for (code, file) in &args.rules {
        all.push(Rules {
            municipality: code.clone(),
            fees: fee_file(Some(Path::new(file)), screen)?,
            secretary_per_day_ore: args.secretary_per_day.map(|ore| ore.0),
            ..Rules::default()
        });
    }
    if args.year.is_some() {
        let others = pool.document().municipalities.iter();
        for other in others.filter(|other| args.rules.iter().all(|(code, _)| *code != other.id)) {
            all.push(Rules {
                municipality: other.id.clone(),
                year: args.year,
                secretary_per_day_ore: args.secretary_per_day.map(|ore| ore.0),
                ..Rules::default()
            });
        }
    }
    let asked = FeeComparisonAsked {
        child: args.child.clone(),
        family: args.family.clone(),
        rules: all,
    };
    let found = fee_comparison(&pool, &asked).map_err(|error| failure(error, screen))?;
    show(
        &found,
        || text(&pool, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &FeeComparison, screen: &Screen) -> String {
    let mut table = Table::new(&[
        (screen.pick("By the rules of", "Enligt reglerna i"), Align::Left),
        (screen.pick("Fee", "Arvode"), Align::Right),
        (screen.pick("Expenses", "Omkostnader"), Align::Right),
        (screen.pick("A month", "Per månad"), Align::Right),
        (screen.pick("A day", "Per dygn"), Align::Right),
        (screen.pick("Fees of", "Arvoden"), Align::Right),
    ]);
    for cost in &found.costs {
        let whole = |kronor: i64| thousands(kronor, screen.lang);
        table.row(vec![
            words::municipality(pool, &cost.municipality).to_owned(),
            whole(cost.fee_per_month),
            whole(cost.expenses_per_month),
            whole(cost.fee_per_month + cost.expenses_per_month),
            exact(cost.per_day_ore, screen),
            cost.year.to_string(),
        ]);
    }
    let (child, family, level, age) = (&found.child, &found.family, found.level, found.age);
    let head = match screen.lang {
        hemvist::Lang::En => format!("{child} ({age} years, fee level {level}) in {family}"),
        hemvist::Lang::Sv => format!("{child} ({age} år, arvodesnivå {level}) i {family}"),
    };
    let spread = whole(found.spread_per_month_ore, screen);
    let percent = found
        .spread_percent
        .map(|percent| format!(" ({percent} %)"))
        .unwrap_or_default();
    let line = screen.pick(
        "From the least to the most a month:",
        "Från lägst till högst per månad:",
    );
    let mut text = format!(
        "{head}\n\n{}\n{line} {spread} kr{percent}.\n",
        table.text(1, screen.width)
    );
    if let Some(own) = found.daily_cost {
        let note = screen.pick(
            "The home has a daily cost of its own, so none of these rules applies to it:",
            "Hemmet har en egen dygnskostnad, så ingen av reglerna gäller det:",
        );
        let _ = writeln!(text, "{note} {} kr.", thousands(own, screen.lang));
    }
    text
}
