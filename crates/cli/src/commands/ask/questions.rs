//! `hemvist questions`: which fact that is not known could change a proposal.

use std::fmt::Write as _;

use hemvist::ask::{Matched, Questions, questions, questions_of_all};
use hemvist::plan::Status;

use super::{NAME, bullets, exit, infeasible, paragraph};
use crate::args::QuestionsArgs;
use crate::exit::{Exit, Failure};
use crate::render::words;
use crate::screen::Screen;

pub(in super::super) fn run(args: &QuestionsArgs, screen: &Screen) -> Result<Exit, Failure> {
    let matched = super::matched(&args.ask, screen)?;
    let found = super::ask(&args.ask, screen, |options| match &args.child {
        Some(child) => questions(&matched, child, options),
        None => questions_of_all(&matched, options),
    })?;
    let file = args.ask.output.output.as_deref();
    super::put(
        &found,
        || text(&matched, &found, args.child.is_some(), screen),
        file,
        screen,
    )?;
    let answers = found
        .children
        .iter()
        .flat_map(|child| &child.decisive)
        .flat_map(|question| &question.answers);
    let proven = answers.filter_map(|answer| answer.regret).all(|regret| regret.proven);
    Ok(exit(found.status, proven))
}

fn text(matched: &Matched, found: &Questions, one: bool, screen: &Screen) -> String {
    let (pool, lang) = (matched.pool(), screen.lang);
    if found.status == Status::Infeasible {
        return infeasible(screen);
    }
    let mut text = String::new();
    for child in found.children.iter().filter(|child| one || !child.decisive.is_empty()) {
        let facts = pool
            .child_idx(&child.child)
            .map(|child| words::child(pool, child, lang));
        let _ = writeln!(text, "{NAME}{}{NAME:#}  {}", child.child, facts.unwrap_or_default());
        if child.decisive.is_empty() {
            let none = match lang {
                hemvist::Lang::En => format!(
                    "{} facts are not known; none of them would change the proposal.",
                    child.unknown
                ),
                hemvist::Lang::Sv => format!(
                    "{} uppgifter saknas; ingen av dem skulle ändra förslaget.",
                    child.unknown
                ),
            };
            paragraph(&mut text, &none, screen.width);
        }
        for (nth, question) in child.decisive.iter().enumerate() {
            // All of them for one child, the first for each of many.
            if nth > 0 && !one {
                let more = child.decisive.len() - nth;
                let words = lang.pick(
                    "more could; ask for this child alone",
                    "till kan; fråga om detta barn ensamt",
                );
                let _ = writeln!(text, "    {more} {words}");
                break;
            }
            bullets(&mut text, [question.sentence.pick(lang)], screen.width);
        }
    }
    if !one {
        let quiet = found.children.iter().filter(|child| child.decisive.is_empty()).count();
        let head = match lang {
            hemvist::Lang::En => format!(
                "For {quiet} of {} children no fact that is not known would change the proposal.",
                found.children.len()
            ),
            hemvist::Lang::Sv => format!(
                "För {quiet} av {} barn skulle ingen uppgift som saknas ändra förslaget.",
                found.children.len()
            ),
        };
        if quiet < found.children.len() {
            text.push('\n');
        }
        paragraph(&mut text, &head, screen.width);
    }
    text
}
