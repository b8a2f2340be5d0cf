//! `hemvist interest`: which home is promised to which municipality.

use std::path::PathBuf;

use clap::Args;
use hemvist::ReadOptions;
use hemvist::pool::Pool;
use hemvist_region::interest::{Declined, DeclinedReason, Interest, InterestAsked, Promises, from_table, promise};

use super::{MatchedArgs, Setting, failure, read_small, show};
use crate::args::OutputArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, words};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct InterestArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    /// Who wants which home for which child: a table (.csv) with municipality, child, and handle or family
    #[arg(value_name = "INTERESTS")]
    interests: PathBuf,
    /// The listing's k, where interests name handles
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=1000))]
    k: Option<u32>,
    /// The listing's seed, where interests name handles
    #[arg(long, value_name = "TEXT")]
    listing_seed: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &InterestArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let from_json = |bytes: &[u8], _: &ReadOptions| {
        let asked: InterestAsked = hemvist::json::read_as(bytes)?;
        Ok(asked.interests)
    };
    let read = |bytes: &[u8], _: &ReadOptions| from_table(bytes);
    let interests: Vec<Interest> = read_small(&args.interests, from_json, read, screen)?;
    let asked = InterestAsked {
        interests,
        k: args.k,
        listing_seed: args.listing_seed.clone(),
    };
    let found = promise(&setting.pool, &setting.policy, &asked, &setting.options);
    let found = found.map_err(|error| failure(error, screen))?;
    show(
        &found,
        || text(&setting.pool, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &Promises, screen: &Screen) -> String {
    let mut promised = Table::new(&[
        (screen.pick("Home", "Hem"), Align::Left),
        (screen.pick("Promised to", "Utlovat till"), Align::Left),
        (screen.pick("Fit", "Passning"), Align::Right),
        (screen.pick("Children", "Barn"), Align::Left),
    ]);
    for promise in &found.promises {
        promised.row(vec![
            promise.family.clone(),
            words::municipality(pool, &promise.municipality).to_owned(),
            promise.fit.to_string(),
            promise.children.join(", "),
        ]);
    }
    let mut declined = Table::new(&[
        (screen.pick("No promise", "Inget löfte"), Align::Left),
        (screen.pick("Child", "Barn"), Align::Left),
        (screen.pick("Home", "Hem"), Align::Left),
        (screen.pick("Why", "Varför"), Align::Left),
    ]);
    for interest in &found.declined {
        declined.row(vec![
            words::municipality(pool, &interest.municipality).to_owned(),
            interest.child.clone(),
            interest.family.clone(),
            why(interest, screen),
        ]);
    }
    let mut text = promised.text(1, screen.width);
    if !found.declined.is_empty() {
        text.push('\n');
        text.push_str(&declined.text(1, screen.width));
    }
    text
}

fn why(interest: &Declined, screen: &Screen) -> String {
    let lang = screen.lang;
    match interest.reason {
        DeclinedReason::Stays => screen
            .pick("the child stays where it lives", "barnet bor kvar")
            .to_owned(),
        DeclinedReason::Locked => screen
            .pick("a person has decided on another home", "ett annat hem är beslutat")
            .to_owned(),
        DeclinedReason::RuledOut => {
            let rules: Vec<&str> = interest.rules.iter().map(|rule| words::rule(rule, lang)).collect();
            rules.join(", ")
        }
        DeclinedReason::PromisedElsewhere => screen
            .pick(
                "promised another home that it was named for",
                "utlovat ett annat hem som det anmälts till",
            )
            .to_owned(),
        DeclinedReason::HomePromised => {
            let to = interest.promised_to.join(", ");
            let reason = interest.why.map(|why| why.sentence(lang)).unwrap_or_default();
            format!("{} {to}: {reason}", screen.pick("promised to", "utlovat till"))
        }
        DeclinedReason::Other => screen
            .pick(
                "siblings, limits or locks stand in the way",
                "syskon, gränser eller låsningar hindrar",
            )
            .to_owned(),
    }
}
