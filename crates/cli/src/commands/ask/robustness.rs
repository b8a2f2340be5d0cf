//! `hemvist robustness`: how placements stand up to other weights.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hemvist::ask::{Robustness, Turn, WeightRange, robustness};
use hemvist::criteria::Criterion;
use hemvist::plan::Status;
use hemvist::{Code, Fact, Path, Problem, Problems};

use super::{NAME, exit, infeasible, paragraph};
use crate::args::RobustnessArgs;
use crate::exit::{Exit, Failure};
use crate::load::{self, Refused};
use crate::render::{Align, Table};
use crate::screen::Screen;

pub(in super::super) fn run(args: &RobustnessArgs, screen: &Screen) -> Result<Exit, Failure> {
    let range = WeightRange {
        share: args.share * 10,
        shares: shares(&args.share_of, screen)?,
        samples: args.samples,
        steps: args.steps,
        seed: args.sample_seed.as_deref(),
    };
    let matched = super::matched(&args.ask, screen)?;
    let found = super::ask(&args.ask, screen, |options| robustness(&matched, &range, options))?;
    super::put(
        &found,
        || text(&found, &range, screen),
        args.ask.output.output.as_deref(),
        screen,
    )?;
    Ok(exit(found.status, found.proven == found.plans))
}

/// Pairs of a criterion and per cents, as per milles.
fn shares(pairs: &[String], screen: &Screen) -> Result<BTreeMap<Criterion, u32>, Failure> {
    let mut problems = Problems::new();
    let mut shares = BTreeMap::new();
    for pair in pairs.chunks_exact(2) {
        match (Criterion::from_code(&pair[0]), pair[1].parse::<u32>()) {
            (Some(criterion), Ok(share @ 0..=100)) => drop(shares.insert(criterion, share * 10)),
            (None, _) => problems.push(Problem::new(Code::PolicyUnknownCriterion, Path::of("share_of"))),
            (Some(_), _) => {
                let problem = Problem::new(Code::OptionOutOfRange, Path::of("share_of"));
                problems.push(problem.allowed(Fact::Between(0, 100)));
            }
        }
    }
    if problems.is_empty() {
        Ok(shares)
    } else {
        Err(load::refused(&problems, Refused::Options, screen))
    }
}

fn text(found: &Robustness, range: &WeightRange<'_>, screen: &Screen) -> String {
    let lang = screen.lang;
    if found.status == Status::Infeasible {
        return infeasible(screen);
    }
    let mut text = String::new();
    let steady = found
        .children
        .iter()
        .filter(|c| c.survives == found.samples && c.first_turn.is_none())
        .count();
    let (all, percent) = (found.children.len(), range.share / 10);
    let head = match lang {
        hemvist::Lang::En => format!(
            "{} weightings, every weight up to {percent} per cent less or more: {steady} of {all} children fare the same in all of them.",
            found.plans
        ),
        hemvist::Lang::Sv => format!(
            "{} viktningar, varje vikt upp till {percent} procent mindre eller mer: {steady} av {all} barn får samma utfall i alla.",
            found.plans
        ),
    };
    paragraph(&mut text, &head, screen.width);
    if found.proven < found.plans {
        let unproven = lang.pick(
            "plans were not proven best: the limit was reached.",
            "planer bevisades inte bäst: gränsen nåddes.",
        );
        let _ = writeln!(text, "{} {unproven}", found.plans - found.proven);
    }
    let mut shaky: Vec<_> = found
        .children
        .iter()
        .filter(|c| c.survives < found.samples || c.first_turn.is_some())
        .collect();
    shaky.sort_by_key(|child| (child.survives, &child.child));
    if !shaky.is_empty() {
        let mut table = Table::new(&[
            (lang.pick("Child", "Barn"), Align::Left),
            (lang.pick("Plan", "Plan"), Align::Left),
            (lang.pick("Same in", "Samma i"), Align::Right),
            (lang.pick("First turned by", "Vänds först av"), Align::Left),
        ]);
        let nowhere = lang.pick("no home", "inget hem");
        for child in shaky {
            let turned = child.first_turn.as_ref().map_or_else(
                || lang.pick("no weight alone", "ingen vikt ensam").to_owned(),
                |first| turn(first, screen),
            );
            table.row(vec![
                child.child.clone(),
                child.home.clone().unwrap_or_else(|| nowhere.to_owned()),
                share(child.survives, found.samples),
                turned,
            ]);
        }
        let _ = write!(text, "\n{}", table.text(0, screen.width));
    }
    let mut table = Table::new(&[
        (lang.pick("Weight alone", "Vikt ensam"), Align::Left),
        (lang.pick("Now", "Nu"), Align::Right),
        ("±", Align::Right),
        (
            lang.pick("Children it can turn", "Barn som den kan vända"),
            Align::Right,
        ),
    ]);
    for effect in &found.criteria {
        table.row(vec![
            effect.criterion.label(lang).to_owned(),
            effect.weight.to_string(),
            format!("{} %", effect.share / 10),
            effect.turns.to_string(),
        ]);
    }
    let _ = write!(text, "\n{NAME}{NAME:#}{}", table.text(0, screen.width));
    text
}

/// A share in per cent, rounded down so that 100 means all.
fn share(of: u32, all: u32) -> String {
    match (u64::from(of) * 100).checked_div(all.into()) {
        Some(percent) => format!("{percent} %"),
        None => "–".to_owned(),
    }
}

/// A change of one weight, and where it puts the child.
fn turn(turn: &Turn, screen: &Screen) -> String {
    let lang = screen.lang;
    let percent = (turn.change.abs() + 5) / 10;
    let less = if turn.change < 0 {
        lang.pick("less", "mindre")
    } else {
        lang.pick("more", "mer")
    };
    let home = turn.home.as_deref().unwrap_or(lang.pick("no home", "inget hem"));
    format!("{percent} % {less} {} (→ {home})", turn.criterion.label(lang))
}
