//! `hemvist ask`: any question of cooperating municipalities as a request in JSON, for programs.

use std::path::PathBuf;

use clap::Args;
use hemvist::matching::MatchOptions;
use hemvist_region::request::{Context, answer};

use super::{bytes_of, failure};
use crate::args::{OutputArgs, PolicyArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::load;
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    /// The request, such as {"ask": "share", "`budget_ore"`: 450000000, "by": "population"}: a file, or - for standard input
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    /// The pool that it is about
    #[arg(value_name = "POOL")]
    pool: Option<PathBuf>,
    /// Accept ids that could be personal identity numbers; the engine needs no identity, so they are refused otherwise
    #[arg(long)]
    allow_identity_numbers: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Seed of the drawn lots between equally good plans, instead of the policy's
    #[arg(long, value_name = "TEXT")]
    seed: Option<String>,
    /// Worker threads; 0: as many as there are processors. The answer does not depend on it
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &RequestArgs, screen: &Screen) -> Result<Exit, Failure> {
    let request = bytes_of(&args.request, screen)?;
    let pool = args.pool.clone().map(|pool| {
        let args = PoolArgs {
            pool,
            allow_identity_numbers: args.allow_identity_numbers,
        };
        load::pool(&args, screen)
    });
    let pool = pool.transpose()?;
    let policy = load::compiled(&args.policy, screen)?;
    let options = MatchOptions {
        seed: args.seed.as_deref(),
        threads: args.threads,
        ..MatchOptions::default()
    };
    let context = Context {
        pool: pool.as_ref(),
        policy: &policy,
        options: &options,
    };
    let mut bytes = answer(&request, context).map_err(|error| failure(error, screen))?;
    bytes.push(b'\n');
    screen.put_bytes(&bytes, args.output.output.as_deref())?;
    Ok(Exit::Ok)
}
