//! One file per command: call the engine, hand the answer to `render`.

mod ask;
mod cost;
mod explain;
mod generate;
mod matching;
mod rank;
mod region;
mod replay;
mod schema;
mod score;
mod validate;

pub(crate) use cost::CostArgs;
pub(crate) use region::{
    CaseloadArgs, CoverageArgs, EmergencyArgs, ExchangeArgs, FairnessArgs, GapsArgs, InterestArgs, ListingArgs,
    RequestArgs, ShareArgs, SimulateArgs, StatisticsArgs, TonightArgs,
};
pub(crate) use schema::schemas;

use crate::args::Command;
use crate::exit::{Exit, Failure};
use crate::screen::Screen;

/// Does what was asked.
pub(crate) fn run(command: Command, screen: &Screen) -> Result<Exit, Failure> {
    match command {
        Command::Validate(args) => validate::run(&args, screen),
        Command::Score(args) => score::run(&args, screen),
        Command::Match(args) => matching::run(&args, screen),
        Command::Replay(args) => replay::run(&args, screen),
        Command::Rank(args) => rank::run(&args, screen),
        Command::Explain(args) => explain::run(&args, screen),
        Command::Alternatives(args) => ask::alternatives(&args, screen),
        Command::WhyNot(args) => ask::why_not(&args, screen),
        Command::WhatIf(args) => ask::what_if(&args, screen),
        Command::Choices(args) => ask::choices(&args, screen),
        Command::Ties(args) => ask::ties(&args, screen),
        Command::Robustness(args) => ask::robustness(&args, screen),
        Command::Questions(args) => ask::questions(&args, screen),
        Command::Calls(args) => ask::calls(&args, screen),
        Command::Groups(args) => ask::groups(&args, screen),
        Command::Generate(args) => generate::run(&args, screen),
        Command::Schema(args) => schema::run(&args, screen),
        Command::Cost(args) => cost::run(&args, screen),
        region => region::run(region, screen),
    }
}
