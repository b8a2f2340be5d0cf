//! `hemvist cost secretary`, `break-even` and `contract`: prices alone, without a pool.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use hemvist_region::Ore;
use hemvist_region::contract::{Cheaper, Contract, ContractAsked};
use hemvist_region::ladder::{
    BreakEven, BreakEvenAsked, Interval, SecretaryCost, SecretaryCostAsked, break_even_of, secretary_cost,
};

use super::{fee_file, per_day};
use crate::commands::region::{exact, failure, kronor, show, whole};
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct SecretaryArgs {
    /// Year of the recommended fees; nothing is extrapolated to other years
    #[arg(long, required_unless_present = "fees", conflicts_with = "fees")]
    year: Option<u16>,
    /// A fee file of your own (hemvist.fees/1, TOML) instead of a year's recommendations
    #[arg(long, value_name = "FILE")]
    fees: Option<PathBuf>,
    /// The printed costs per day of levels 1 to 5, in whole kronor, such as 445,503,560,618,685
    #[arg(long, required = true, value_delimiter = ',', num_args = 1.., value_name = "KRONOR", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    printed: Vec<u32>,
    /// The printed mean, in whole kronor
    #[arg(long, value_name = "KRONOR", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    printed_mean: Option<u32>,
    /// A secretary cost per day to try, such as the one printed beside the column
    #[arg(long = "try", value_name = "KRONOR", value_parser = kronor)]
    tried: Option<Ore>,
    /// What the secretaries cost in a year: also say what that is per child and day
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    cost_per_year: Option<Ore>,
    /// The children that the yearly cost is spread over
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    children: u32,
    /// Days by which monthly amounts are divided
    #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u8).range(28..=31))]
    days_per_month: u8,
}

pub(super) fn secretary(args: &SecretaryArgs, screen: &Screen) -> Result<Exit, Failure> {
    let asked = SecretaryCostAsked {
        year: args.year,
        fees: fee_file(args.fees.as_deref(), screen)?,
        days_per_month: Some(args.days_per_month),
        printed: args.printed.clone(),
        printed_mean: args.printed_mean,
        tried_per_day_ore: args.tried.map(|ore| ore.0),
        cost_per_year_ore: args.cost_per_year.map(|ore| ore.0),
        children: Some(args.children),
    };
    let answer = secretary_cost(&asked).map_err(|error| failure(error, screen))?;
    show(&answer, || secretary_text(&answer, args, screen), None, screen)?;
    Ok(Exit::Ok)
}

fn secretary_text(answer: &SecretaryCost, args: &SecretaryArgs, screen: &Screen) -> String {
    let span = |interval: &Interval| {
        format!(
            "{}–{}",
            exact(interval.least_ore, screen),
            exact(interval.most_ore, screen)
        )
    };
    let mut table = Table::new(&[
        (screen.pick("Level", "Nivå"), Align::Right),
        (screen.pick("Printed", "Tryckt"), Align::Right),
        (
            screen.pick("Secretary cost that gives it", "Sekreterarkostnad som ger det"),
            Align::Right,
        ),
    ]);
    let printed = args.printed.iter().copied().chain(args.printed_mean);
    for (nth, (printed, interval)) in printed.zip(&answer.each).enumerate() {
        let level = if nth < 5 {
            (nth + 1).to_string()
        } else {
            screen.pick("mean", "medel").to_owned()
        };
        table.row(vec![level, printed.to_string(), span(interval)]);
    }
    let mut lines = vec![table.text(1, screen.width)];
    lines.push(match &answer.all {
        Some(all) => format!("{} {}.", screen.pick("All of them:", "Alla:"), span(all)),
        None => screen
            .pick(
                "No secretary cost gives all of them.",
                "Ingen sekreterarkostnad ger alla.",
            )
            .to_owned(),
    });
    if let Some(tried) = &answer.tried {
        let rows: Vec<String> = tried.rows.iter().map(ToString::to_string).collect();
        let verdict = if tried.reproduces {
            screen.pick("reproduces the column", "ger kolumnen")
        } else {
            screen.pick("does NOT reproduce the column: it gives", "ger INTE kolumnen, utan")
        };
        let mean = screen.pick("mean", "medel");
        let figures = if tried.reproduces {
            String::new()
        } else {
            format!(" {}, {mean} {}", rows.join(", "), tried.mean)
        };
        lines.extend(wrap(
            &format!("{} {verdict}{figures}.", per_day(tried.per_day_ore, screen)),
            screen.width,
        ));
    }
    if let (Some(spread), Some(cost)) = (answer.spread_per_day_ore, args.cost_per_year) {
        let over = match screen.lang {
            hemvist::Lang::En => format!(
                "{} kr a year over {} children and 365 days is",
                whole(cost, screen),
                args.children
            ),
            hemvist::Lang::Sv => format!(
                "{} kr per år på {} barn och 365 dagar är",
                whole(cost, screen),
                args.children
            ),
        };
        lines.extend(wrap(&format!("{over} {}.", per_day(spread, screen)), screen.width));
    }
    lines.join("\n") + "\n"
}

#[derive(Debug, Args)]
pub(crate) struct BreakEvenArgs {
    /// What the team costs more in a year, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    extra_per_year: Ore,
    /// Price of an agency home per day, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    agency_per_day: Ore,
    /// Cost of an own home per day, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    own_per_day: Ore,
    /// Days of a year
    #[arg(long, default_value_t = 365, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=366))]
    days_per_year: u16,
    /// Children who could move from agency homes
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    children: u32,
    /// Cost of assessing an agency home, once for each child, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    assessment: Option<Ore>,
}

pub(super) fn break_even(args: &BreakEvenArgs, screen: &Screen) -> Result<Exit, Failure> {
    let asked = BreakEvenAsked {
        extra_per_year_ore: args.extra_per_year.0,
        agency_per_day_ore: args.agency_per_day.0,
        own_per_day_ore: args.own_per_day.0,
        days_per_year: Some(args.days_per_year),
        children: Some(args.children),
        assessment_ore: args.assessment.map(|ore| ore.0),
    };
    let answer = break_even_of(&asked).map_err(|error| failure(error, screen))?;
    show(&answer, || break_even_text(&answer, screen), None, screen)?;
    Ok(Exit::Ok)
}

fn break_even_text(answer: &BreakEven, screen: &Screen) -> String {
    let saving = whole(answer.saving_per_child_and_year_ore, screen);
    let mut lines = vec![format!(
        "{} {saving} kr.",
        screen.pick("Saved per child and year:", "Sparat per barn och år:")
    )];
    lines.push(match answer.children_to_break_even {
        Some(children) => format!(
            "{} {children}.",
            screen.pick(
                "Children who must move before the team has paid for itself:",
                "Barn som måste flytta innan teamet har betalat sig:"
            )
        ),
        None => screen
            .pick(
                "Moving saves nothing, so the team never pays.",
                "Flytt sparar inget, så teamet betalar sig aldrig.",
            )
            .to_owned(),
    });
    if answer.children > 0 {
        let (year, saved, net) = (
            whole(answer.agency_year_ore, screen),
            whole(answer.saving_ore, screen),
            whole(answer.net_ore, screen),
        );
        let n = answer.children;
        lines.push(match screen.lang {
            hemvist::Lang::En => format!("{n} children in agency homes cost {year} kr a year, assessments included."),
            hemvist::Lang::Sv => {
                format!("{n} barn i konsulentstödda hem kostar {year} kr per år, utredningar inräknade.")
            }
        });
        lines.push(match screen.lang {
            hemvist::Lang::En => format!("If all move, {saved} kr are saved a year; less the team, {net} kr."),
            hemvist::Lang::Sv => format!("Om alla flyttar sparas {saved} kr per år; minus teamet {net} kr."),
        });
    }
    lines
        .iter()
        .flat_map(|line| wrap(line, screen.width))
        .collect::<Vec<_>>()
        .join("\n")
        + "\n"
}

#[derive(Debug, Args)]
pub(crate) struct ContractArgs {
    /// Price of the contract for a year, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    contract: Ore,
    /// Cases that it includes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000))]
    included: u32,
    /// Price of each further case, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    further: Ore,
    /// Price of each case without contract, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    per_case: Ore,
    /// Compare up to this many cases
    #[arg(long, default_value_t = 6, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    cases: u32,
}

pub(super) fn contract(args: &ContractArgs, screen: &Screen) -> Result<Exit, Failure> {
    let asked = ContractAsked {
        contract_ore: args.contract.0,
        included: args.included,
        further_ore: args.further.0,
        per_case_ore: args.per_case.0,
        cases: Some(args.cases),
    };
    let answer = hemvist_region::contract::contract(&asked).map_err(|error| failure(error, screen))?;
    show(&answer, || contract_text(&answer, screen), None, screen)?;
    Ok(Exit::Ok)
}

fn contract_text(answer: &Contract, screen: &Screen) -> String {
    let mut table = Table::new(&[
        (screen.pick("Cases", "Ärenden"), Align::Right),
        (screen.pick("Contract", "Avtal"), Align::Right),
        (screen.pick("Per case", "Per ärende"), Align::Right),
        (screen.pick("Cheaper", "Billigare"), Align::Left),
    ]);
    for row in &answer.rows {
        let cheaper = match row.cheaper {
            Cheaper::Contract => screen.pick("contract", "avtal"),
            Cheaper::PerCase => screen.pick("per case", "per ärende"),
            Cheaper::Same => screen.pick("the same", "lika"),
        };
        table.row(vec![
            row.cases.to_string(),
            whole(row.contract_ore, screen),
            whole(row.without_ore, screen),
            cheaper.to_owned(),
        ]);
    }
    let mut text = table.text(1, screen.width);
    if let Some(from) = answer.cheaper_from {
        let until = answer
            .cheaper_until
            .map(|n| format!(" {} {n}", screen.pick("to", "till")))
            .unwrap_or_default();
        let cheaper = screen.pick("The contract is cheaper from case", "Avtalet är billigare från ärende");
        let _ = writeln!(text, "\n{cheaper} {from}{until}.");
    }
    text
}
