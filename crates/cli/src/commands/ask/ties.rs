//! `hemvist ties`: where another best plan says otherwise, and whose lot decided.

use std::fmt::Write as _;

use hemvist::ask::{Matched, Ties, ties};
use hemvist::plan::Status;

use super::{exit, infeasible, paragraph};
use crate::args::AskArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table};
use crate::screen::Screen;

pub(in super::super) fn run(args: &AskArgs, screen: &Screen) -> Result<Exit, Failure> {
    let matched = super::matched(args, screen)?;
    let found = super::ask(args, screen, |options| ties(&matched, options))?;
    super::put(
        &found,
        || text(&matched, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(exit(found.status, true))
}

fn text(matched: &Matched, found: &Ties, screen: &Screen) -> String {
    let lang = screen.lang;
    let mut text = String::new();
    match found.status {
        Status::Infeasible => return infeasible(screen),
        Status::Feasible => {
            let why = lang.pick(
                "The limit was reached before the plan was proven best, so nothing is known of ties.",
                "Gränsen nåddes innan planen var bevisat bäst, så inget är känt om likvärdiga planer.",
            );
            paragraph(&mut text, why, screen.width);
            return text;
        }
        Status::Optimal => {}
    }
    let (unique, all) = (found.unique, found.children.len());
    let head = match lang {
        hemvist::Lang::En => {
            format!("{unique} of {all} children who need a placement fare the same in every best plan.")
        }
        hemvist::Lang::Sv => {
            format!("För {unique} av {all} barn som behöver placering säger varje bästa plan detsamma.")
        }
    };
    paragraph(&mut text, &head, screen.width);
    let nowhere = lang.pick("no home", "inget hem");
    let name = |home: &Option<String>| home.clone().unwrap_or_else(|| nowhere.to_owned());
    let mut table = Table::new(&[
        (lang.pick("Child", "Barn"), Align::Left),
        (lang.pick("Plan", "Plan"), Align::Left),
        (lang.pick("As good", "Lika bra"), Align::Left),
        (lang.pick("Decided by the lot of", "Avgjort av lotten för"), Align::Left),
    ]);
    let tied: Vec<_> = found.children.iter().filter(|child| !child.tied.is_empty()).collect();
    for child in &tied {
        let others: Vec<String> = child
            .tied
            .iter()
            .filter(|home| **home != child.home)
            .map(name)
            .collect();
        let lot = child.decided_by.as_ref().map_or_else(String::new, |lot| match lang {
            hemvist::Lang::En => format!("{}, drawn as number {} of {all}", lot.child, lot.turn),
            hemvist::Lang::Sv => format!("{}, dragen som nummer {} av {all}", lot.child, lot.turn),
        });
        table.row(vec![child.child.clone(), name(&child.home), others.join(", "), lot]);
    }
    if !tied.is_empty() {
        let _ = write!(text, "\n{}", table.text(0, screen.width));
        let seed = match lang {
            hemvist::Lang::En => format!("Seed of the draw: {}. Anyone can recompute it.", matched.seed()),
            hemvist::Lang::Sv => format!("Lottningens frö: {}. Vem som helst kan räkna efter.", matched.seed()),
        };
        text.push('\n');
        paragraph(&mut text, &seed, screen.width);
    }
    text
}
