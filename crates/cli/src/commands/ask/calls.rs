//! `hemvist calls`: whom to ask, and whom next.

use std::fmt::Write as _;

use hemvist::ask::{CallOptions, Calls, Expected, Matched, Rates, calls};
use hemvist::plan::Status;

use super::{exit, infeasible, paragraph};
use crate::args::CallsArgs;
use crate::exit::{Exit, Failure};
use crate::files;
use crate::load::{self, Refused};
use crate::render::{Align, Table};
use crate::screen::Screen;

pub(in super::super) fn run(args: &CallsArgs, screen: &Screen) -> Result<Exit, Failure> {
    let rates = match &args.rates {
        Some(path) => {
            let bytes = files::read(path, screen.lang)?;
            Rates::from_json(&bytes).map_err(|problems| load::refused(&problems, Refused::Rates(path), screen))?
        }
        None => Rates::default(),
    };
    let options = CallOptions {
        child: args.child.as_deref(),
        most: args.most,
        rates: &rates,
        unknown_rate: args.unknown_rate,
        runs: args.runs,
        seed: args.run_seed.as_deref(),
    };
    let matched = super::matched(&args.ask, screen)?;
    let found = super::ask(&args.ask, screen, |ask| calls(&matched, &options, ask))?;
    super::put(
        &found,
        || text(&matched, &found, screen),
        args.ask.output.output.as_deref(),
        screen,
    )?;
    let listed = found.children.iter().flat_map(|child| &child.calls);
    Ok(exit(found.status, listed.into_iter().all(|call| call.regret.proven)))
}

fn text(matched: &Matched, found: &Calls, screen: &Screen) -> String {
    let lang = screen.lang;
    if found.status == Status::Infeasible {
        return infeasible(screen);
    }
    let strict = matched.plan().objective.strict;
    let mut text = String::new();
    let first = expected(found.first_calls, screen);
    let mut head = match lang {
        hemvist::Lang::En => format!(
            "{} children have a proposed home. The first calls alone would place {first} of them on average",
            found.placed
        ),
        hemvist::Lang::Sv => format!(
            "{} barn har ett föreslaget hem. De första samtalen ensamma skulle i medeltal placera {first} av dem",
            found.placed
        ),
    };
    if let Some(all) = found.all_calls {
        let all = expected(all, screen);
        let _ = match lang {
            hemvist::Lang::En => write!(head, "; asking on after every no, {all} ({} runs)", found.runs),
            hemvist::Lang::Sv => write!(
                head,
                "; om man frågar vidare efter varje nej {all} ({} körningar)",
                found.runs
            ),
        };
    }
    paragraph(&mut text, &format!("{head}."), screen.width);
    let mut table = Table::new(&[
        (lang.pick("Child", "Barn"), Align::Left),
        ("", Align::Right),
        (lang.pick("Ask", "Fråga"), Align::Left),
        (lang.pick("Says yes", "Tackar ja"), Align::Right),
        (lang.pick("What the pool loses", "Vad poolen förlorar"), Align::Left),
    ]);
    for child in &found.children {
        for (nth, call) in child.calls.iter().enumerate() {
            let rate = call.rate.map_or_else(|| "?".to_owned(), |rate| format!("{rate} %"));
            let meaning = match (nth, child.locked) {
                (0, true) => lang.pick("locked", "låst").to_owned(),
                (0, false) => lang.pick("nothing: the plan", "ingenting: planen").to_owned(),
                _ => {
                    let lost = call.regret.amounts(strict, lang);
                    let moves = match (call.moves.len(), lang) {
                        (0, _) => String::new(),
                        (1, hemvist::Lang::En) => "; 1 other child moves".to_owned(),
                        (n, hemvist::Lang::En) => format!("; {n} other children move"),
                        (1, hemvist::Lang::Sv) => "; 1 annat barn byter hem".to_owned(),
                        (n, hemvist::Lang::Sv) => format!("; {n} andra barn byter hem"),
                    };
                    format!("{lost}{moves}")
                }
            };
            let name = if nth == 0 { child.child.clone() } else { String::new() };
            table.row(vec![name, (nth + 1).to_string(), call.family.clone(), rate, meaning]);
        }
    }
    if found.children.is_empty() {
        let none = lang.pick("Nobody is to be asked.", "Ingen ska frågas.");
        paragraph(&mut text, none, screen.width);
    } else {
        let _ = write!(text, "\n{}", table.text(0, screen.width));
    }
    text
}

/// An average number of children, with both ends where they differ.
fn expected(expected: Expected, screen: &Screen) -> String {
    let number = |hundredths: u64| format!("{}{}{:02}", hundredths / 100, screen.pick(".", ","), hundredths % 100);
    let (low, high) = (expected.unknown_decline, expected.unknown_accept);
    if low == high {
        number(low)
    } else {
        format!("{}–{}", number(low.min(high)), number(low.max(high)))
    }
}
