//! What can be asked of a matched pool.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{OutputArgs, PolicyArgs, PoolArgs};

/// A matched pool, and how far a question about it may go.
#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    #[command(flatten)]
    pub(crate) pool: PoolArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    /// Seed of the drawn lots between equally good plans, instead of the policy's
    #[arg(long, value_name = "TEXT")]
    pub(crate) seed: Option<String>,
    /// Worker threads; 0: as many as there are processors. The answer does not depend on it
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// Stop each solve after this much counted work; the same limit gives the same answer again
    #[arg(long, value_name = "UNITS")]
    pub(crate) work_limit: Option<u64>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AlternativesArgs {
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// Id of the child; without it, every child who needs a placement
    #[arg(value_name = "CHILD")]
    pub(crate) child: Option<String>,
    /// List at most this many families
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) most: usize,
}

#[derive(Debug, Args)]
pub(crate) struct WhyNotArgs {
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// Id of the child
    #[arg(value_name = "CHILD")]
    pub(crate) child: String,
    /// Id of the family
    #[arg(value_name = "FAMILY")]
    pub(crate) family: String,
}

#[derive(Debug, Args)]
pub(crate) struct WhatIfArgs {
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// The child is to go to this family
    #[arg(long, num_args = 2, value_names = ["CHILD", "FAMILY"])]
    pub(crate) lock: Vec<String>,
    /// The child must not go to this family
    #[arg(long, num_args = 2, value_names = ["CHILD", "FAMILY"])]
    pub(crate) ban: Vec<String>,
    /// The family has been asked about this child and said no
    #[arg(long, num_args = 2, value_names = ["CHILD", "FAMILY"])]
    pub(crate) refused: Vec<String>,
    /// The family, of the child's network, has been considered first, and --reason tells why the child goes elsewhere
    #[arg(long, num_args = 2, value_names = ["CHILD", "FAMILY"])]
    pub(crate) considered: Vec<String>,
    /// The reason for what is locked, banned, refused or considered here; goes with it into the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Every lock, ban or other choice for this pair is taken back
    #[arg(long, num_args = 2, value_names = ["CHILD", "FAMILY"])]
    pub(crate) lift: Vec<String>,
    /// The family withdraws
    #[arg(long, value_name = "FAMILY")]
    pub(crate) withdraw: Vec<String>,
    /// The child leaves
    #[arg(long, value_name = "CHILD")]
    pub(crate) leave: Vec<String>,
    /// The family can take this many more children
    #[arg(long, num_args = 2, value_names = ["FAMILY", "N"])]
    pub(crate) places: Vec<String>,
    /// More changes from a document (hemvist.changes/1), such as families and children who come
    #[arg(long, value_name = "FILE")]
    pub(crate) changes: Option<PathBuf>,
    /// Another policy for the plan after
    #[arg(long, value_name = "FILE")]
    pub(crate) then_policy: Option<PathBuf>,
    /// Keep the changes: write the changed pool to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) keep: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RobustnessArgs {
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// How far every weight may vary, per cent of itself
    #[arg(long, default_value_t = 25, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) share: u32,
    /// How far one weight may vary instead, such as `travel_home` 50; 0: not at all
    #[arg(long, num_args = 2, value_names = ["CRITERION", "PERCENT"])]
    pub(crate) share_of: Vec<String>,
    /// How many weightings are drawn
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub(crate) samples: u32,
    /// In how many steps each weight is varied alone, to either side
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) steps: u32,
    /// Seed of the weightings, instead of that of the lots
    #[arg(long, value_name = "TEXT")]
    pub(crate) sample_seed: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct QuestionsArgs {
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// Id of the child; without it, every child who needs a placement
    #[arg(value_name = "CHILD")]
    pub(crate) child: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CallsArgs {
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// Id of the child; without it, every child whom the plan places
    #[arg(value_name = "CHILD")]
    pub(crate) child: Option<String>,
    /// Longest call list
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) most: usize,
    /// Acceptance rates of single pairs, a document (hemvist.rates/1)
    #[arg(long, value_name = "FILE")]
    pub(crate) rates: Option<PathBuf>,
    /// Rate of families of whom none is known; without it, both ends are told
    #[arg(long, value_name = "PERCENT")]
    pub(crate) unknown_rate: Option<u8>,
    /// How many times the calls are played through
    #[arg(long, default_value_t = 100, value_name = "N")]
    pub(crate) runs: u32,
    /// Seed of those runs, instead of that of the lots
    #[arg(long, value_name = "TEXT")]
    pub(crate) run_seed: Option<String>,
}

/// Labels that the pool itself gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Municipality,
    Gender,
}

#[derive(Debug, Args)]
pub(crate) struct GroupsArgs {
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// Labels of children, a document (hemvist.labels/1); they never enter the fit
    #[arg(long, value_name = "FILE", required_unless_present = "by")]
    pub(crate) labels: Option<PathBuf>,
    /// Labels that the pool itself gives
    #[arg(long, value_enum, conflicts_with = "labels")]
    pub(crate) by: Option<By>,
    /// Fewest children whose count is told
    #[arg(long, default_value_t = hemvist::ask::LEAST_TOLD, value_name = "N")]
    pub(crate) least: u32,
}
