//! The command line: what can be asked for, and its help.

mod ask;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Parser, Subcommand, ValueEnum};
use hemvist::Lang;
use hemvist::policy::Fairness;

pub(crate) use self::ask::{
    AlternativesArgs, AskArgs, By, CallsArgs, GroupsArgs, QuestionsArgs, RobustnessArgs, WhatIfArgs, WhyNotArgs,
};
use crate::commands::{
    CaseloadArgs, CostArgs, CoverageArgs, EmergencyArgs, ExchangeArgs, FairnessArgs, GapsArgs, InterestArgs,
    ListingArgs, RequestArgs, ShareArgs, SimulateArgs, StatisticsArgs, TonightArgs,
};
use crate::exit;

/// Matches the children of a pool who need a home with the family homes that can take them. It proposes; people decide.
#[derive(Debug, Parser)]
#[command(name = "hemvist", version, after_help = exit::TABLE, max_term_width = 80)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// How the answer is shown.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Display")]
pub(crate) struct Look {
    /// Language of the sentences: en (English) or sv (svenska)
    #[arg(long, global = true, default_value = "en", value_parser = lang())]
    pub(crate) lang: Lang,
    /// Answer in JSON, for other programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// When to use colour; `auto` means on a terminal, unless the variable `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: Colour,
    /// Lines at most this wide; without it the terminal's width, or 80 where there is none
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..=500))]
    pub(crate) width: Option<u16>,
}

fn lang() -> impl clap::builder::TypedValueParser<Value = Lang> {
    PossibleValuesParser::new(["en", "sv"]).try_map(|text| text.parse::<Lang>())
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a pool and say every problem that it has
    Validate(PoolArgs),
    /// Say how well each child and family fit, as a table of values for other programs
    Score(ScoreArgs),
    /// List the families for one child, best first, and say which rules stop the others
    Rank(RankArgs),
    /// Match the whole pool: for each child a home with reasons, or why there is none
    Match(MatchArgs),
    /// Explain one child and one family: every rule, every part of the fit
    Explain(ExplainArgs),
    /// List the best other families for a child, by what the pool as a whole would lose
    Alternatives(AlternativesArgs),
    /// Say why a child does not go to a family: every rule that stops it, or what the pool would lose
    WhyNot(WhyNotArgs),
    /// Try changes, such as a lock, a refusal or a family that withdraws, and say what differs
    WhatIf(WhatIfArgs),
    /// Say what each lock, ban and refusal costs the pool
    Choices(AskArgs),
    /// Say for which children another best plan says otherwise, and whose lot decided
    Ties(AskArgs),
    /// Say in what share of plausible weightings each placement survives, and which weight turns it first
    Robustness(RobustnessArgs),
    /// Say which fact that is not known could change a proposal
    Questions(QuestionsArgs),
    /// List for each child whom to ask, and whom next if that family says no
    Calls(CallsArgs),
    /// Say how groups of children fare, for labels of your own
    Groups(GroupsArgs),
    /// Run a match again from its audit record and say whether it gives the same bytes
    Replay(ReplayArgs),
    /// Make up a pool, from a seed: the same seed gives the same pool everywhere
    Generate(GenerateArgs),
    /// Print the JSON Schema of a document
    Schema(SchemaArgs),
    /// What family homes and plans cost
    Cost(CostArgs),
    /// Share a common cost among the municipalities, to the öre
    Share(ShareArgs),
    /// Say what each municipality gives to the pool and gets from it
    Exchange(ExchangeArgs),
    /// Compare the joint plan with each municipality alone
    Fairness(FairnessArgs),
    /// Count children, days and days in agency homes by quarter, year and municipality
    Statistics(StatisticsArgs),
    /// List the homes with a free place anonymously
    Listing(ListingArgs),
    /// Promise homes to the municipalities that want them, each once
    Interest(InterestArgs),
    /// Say who has an emergency place tonight, for one child or at all
    Tonight(TonightArgs),
    /// Follow the children in emergency homes to a lasting one: days, queue, alerts
    Emergency(EmergencyArgs),
    /// Hold where homes lie against where they are needed
    Coverage(CoverageArgs),
    /// Count the homes and children that each worker follows
    Caseload(CaseloadArgs),
    /// Find which home more would bring the pool most
    Gaps(GapsArgs),
    /// Play months of arrivals, departures and refusals, and compare ways of placing
    Simulate(SimulateArgs),
    /// Answer a request in JSON about any of these, for other programs
    Ask(RequestArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    pub(crate) pool: PoolArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// One row per child and one column per family, instead of one row per eligible pair
    #[arg(long)]
    pub(crate) matrix: bool,
    /// Worker threads; 0: as many as there are processors. The answer does not depend on it
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RankArgs {
    #[command(flatten)]
    pub(crate) pool: PoolArgs,
    /// Id of the child
    #[arg(value_name = "CHILD")]
    pub(crate) child: String,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// List at most this many families
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) most: usize,
    /// List the nearest misses too, with every rule that stops them
    #[arg(long)]
    pub(crate) ruled_out: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) pool: PoolArgs,
    /// Id of the child
    #[arg(value_name = "CHILD")]
    pub(crate) child: String,
    /// Id of the family
    #[arg(value_name = "FAMILY")]
    pub(crate) family: String,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    #[command(flatten)]
    pub(crate) pool: PoolArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Seed of the drawn lots between equally good plans, instead of the policy's
    #[arg(long, value_name = "TEXT")]
    pub(crate) seed: Option<String>,
    /// Worker threads; 0: as many as there are processors. The plan does not depend on it
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// Stop after this much counted work; the same limit gives the same plan again
    #[arg(long, value_name = "UNITS")]
    pub(crate) work_limit: Option<u64>,
    /// Stop after this many seconds; marked in the plan as not repeatable
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=604_800))]
    pub(crate) time_limit: Option<u64>,
    /// Also write an audit record to this file, from which `replay` can check the plan
    #[arg(long, value_name = "FILE")]
    pub(crate) audit: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The audit record
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    #[command(flatten)]
    pub(crate) pool: PoolArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
}

/// The names of the documents that have a schema.
fn documents() -> PossibleValuesParser {
    PossibleValuesParser::new(crate::commands::schemas().into_keys())
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Which document
    #[arg(default_value = "pool", value_name = "DOCUMENT", value_parser = documents())]
    pub(crate) document: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Which pool, and how to read it.
#[derive(Debug, Args)]
pub(crate) struct PoolArgs {
    /// A pool document (.json), a folder of tables (.csv) or with a pool.json, or - for a document on standard input
    #[arg(value_name = "POOL")]
    pub(crate) pool: PathBuf,
    /// Accept ids that could be personal identity numbers; the engine needs no identity, so they are refused otherwise
    #[arg(long)]
    pub(crate) allow_identity_numbers: bool,
}

/// Which policy to go by.
#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// A policy file (.toml or .json) that holds what differs from the default policy
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// What plans promise to the municipalities that share their homes, instead of the policy's choice. `alone`: no municipality's
    /// children get less than in its own homes alone; `max_min`: the smallest share of what a municipality could have is as great as
    /// possible
    #[arg(long, value_name = "PROMISE", value_parser = fairness())]
    pub(crate) fairness: Option<Fairness>,
}

fn fairness() -> impl clap::builder::TypedValueParser<Value = Fairness> {
    PossibleValuesParser::new(Fairness::ALL.map(Fairness::code)).map(|text| {
        let found = Fairness::ALL.into_iter().find(|fairness| fairness.code() == text);
        found.unwrap_or_default()
    })
}

#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// nordvastra-skane, hassleholm, gotland, familjepoolen, norr, or region with --children and --families
    #[arg(value_name = "SHAPE", default_value = "region", value_parser = shapes())]
    pub(crate) shape: String,
    /// Children of a region
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) children: u32,
    /// Families of a region
    #[arg(long, default_value_t = 90, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) families: u32,
    /// Where the random numbers start
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write tables (.csv) to this folder instead of one document; with --lang sv in the Swedish dialect
    #[arg(long, value_name = "FOLDER", conflicts_with = "output")]
    pub(crate) tables: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

fn shapes() -> PossibleValuesParser {
    let names = hemvist_testkit::Shape::all().into_iter().map(|shape| shape.name);
    PossibleValuesParser::new(names.chain(["region"]).collect::<Vec<_>>())
}

/// Where the answer goes.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Write the answer to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
