//! `hemvist cost`: what family homes cost, what a plan costs, and what a price or a printed table means.

mod compare;
mod ladder;
mod plan;
mod prices;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use hemvist_region::Ore;
use hemvist_region::costing::CostingAsked;
use hemvist_region::ladder::Saving;

use super::region::{exact, kronor};
use crate::exit::{Exit, Failure};
use crate::files;
use crate::render::thousands;
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct CostArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Cost per child and day in a family home of one's own, by fee level:
    /// (fee + expenses) / days of a month + secretary per day
    Ladder(ladder::LadderArgs),
    /// What a plan costs in a year, and what each child saves who moves from an agency home to an own home
    Plan(plan::PlanCostArgs),
    /// The same child and home by each municipality's rules
    Compare(compare::CompareArgs),
    /// Which secretary cost a printed column of daily costs stands on
    Secretary(prices::SecretaryArgs),
    /// When a bigger team has paid for itself
    BreakEven(prices::BreakEvenArgs),
    /// A contract with included cases against a price for each case
    Contract(prices::ContractArgs),
}

/// How homes are costed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Costs")]
pub(crate) struct CostingArgs {
    /// Price of an agency home per day, in kronor, where the home has none of its own; with it, money is counted
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    agency_per_day: Option<Ore>,
    /// Year of the recommended fees; nothing is extrapolated to other years
    #[arg(long, conflicts_with = "fees", requires = "agency_per_day")]
    year: Option<u16>,
    /// A fee file of your own (hemvist.fees/1, TOML) instead of a year's recommendations
    #[arg(long, value_name = "FILE", requires = "agency_per_day")]
    fees: Option<PathBuf>,
    /// Flat mean: every own home costs this per day, and every agency home the price above
    #[arg(long, value_name = "KRONOR", value_parser = kronor, conflicts_with_all = ["year", "fees", "secretary_per_day"])]
    own_per_day: Option<Ore>,
    /// Cost of the family-home secretary per child and day, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor, requires = "agency_per_day")]
    secretary_per_day: Option<Ore>,
    /// Days by which monthly amounts are divided
    #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u8).range(28..=31))]
    days_per_month: u8,
}

impl CostingArgs {
    /// What was asked for; `None` if money is not to be counted.
    pub(crate) fn asked(&self, screen: &Screen) -> Result<Option<CostingAsked>, Failure> {
        let Some(agency) = self.agency_per_day else {
            return Ok(None);
        };
        Ok(Some(CostingAsked {
            year: self.year,
            fees: fee_file(self.fees.as_deref(), screen)?,
            own_per_day_ore: self.own_per_day.map(|ore| ore.0),
            agency_per_day_ore: agency.0,
            secretary_per_day_ore: self.secretary_per_day.map(|ore| ore.0),
            days_per_month: Some(self.days_per_month),
            days_per_year: None,
        }))
    }
}

pub(super) fn run(args: &CostArgs, screen: &Screen) -> Result<Exit, Failure> {
    match &args.what {
        What::Ladder(args) => ladder::run(args, screen),
        What::Plan(args) => plan::run(args, screen),
        What::Compare(args) => compare::run(args, screen),
        What::Secretary(args) => prices::secretary(args, screen),
        What::BreakEven(args) => prices::break_even(args, screen),
        What::Contract(args) => prices::contract(args, screen),
    }
}

/// The text of a fee file, if one is named.
fn fee_file(path: Option<&Path>, screen: &Screen) -> Result<Option<String>, Failure> {
    let bytes = path.map(|path| files::read(path, screen.lang)).transpose()?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// What a child saves in a year.
fn saving_line(saving: &Saving, screen: &Screen) -> String {
    format!(
        "{} {} ({} {}).",
        screen.pick(
            "A child who lives here rather than in the agency home saves, a year:",
            "Ett barn som bor här i stället för i konsulentstött hem sparar per år:"
        ),
        thousands(saving.per_child_and_year, screen.lang),
        saving.days_per_year,
        screen.pick("days, from the mean in whole kronor", "dagar, från medel i hela kronor"),
    )
}

/// An amount per day with its unit.
fn per_day(ore: Ore, screen: &Screen) -> String {
    format!("{} {}", exact(ore, screen), screen.pick("kr a day", "kr per dygn"))
}
