//! `hemvist choices`: what each lock, ban and refusal costs the pool.

use hemvist::ask::{Choices, Matched, choices};
use hemvist::input::ChoiceKind;
use hemvist::plan::Status;

use super::what_if::sentence_case;
use super::{exit, infeasible};
use crate::args::AskArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table};
use crate::screen::Screen;

pub(in super::super) fn run(args: &AskArgs, screen: &Screen) -> Result<Exit, Failure> {
    let matched = super::matched(args, screen)?;
    let found = super::ask(args, screen, |options| choices(&matched, options))?;
    super::put(
        &found,
        || text(&matched, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    let proven = found
        .choices
        .iter()
        .filter_map(|choice| choice.price.regret)
        .all(|regret| regret.proven);
    Ok(exit(found.status, proven))
}

fn text(matched: &Matched, found: &Choices, screen: &Screen) -> String {
    let lang = screen.lang;
    if found.choices.is_empty() {
        let none = lang.pick(
            "No lock, ban or refusal is in force.",
            "Ingen låsning, inget förbud och inget avböjande gäller.",
        );
        return format!("{none}\n");
    }
    if found.status == Status::Infeasible {
        return infeasible(screen);
    }
    let strict = matched.plan().objective.strict;
    let mut table = Table::new(&[
        (lang.pick("Choice", "Val"), Align::Left),
        (lang.pick("Child", "Barn"), Align::Left),
        (lang.pick("Home", "Hem"), Align::Left),
        (
            lang.pick(
                "What it costs the pool, and why it was made",
                "Vad det kostar poolen, och varför det gjordes",
            ),
            Align::Left,
        ),
    ]);
    for choice in &found.choices {
        let kind = match choice.price.kind {
            ChoiceKind::Lock => lang.pick("lock", "lås"),
            ChoiceKind::Ban => lang.pick("ban", "förbud"),
            ChoiceKind::Refused => lang.pick("refused", "avböjt"),
            ChoiceKind::Considered => lang.pick("considered", "prövat"),
        };
        let cost = choice
            .price
            .regret
            .map_or_else(String::new, |regret| regret.amounts(strict, lang));
        table.row(vec![
            kind.to_owned(),
            choice.price.child.clone(),
            choice.price.family.clone(),
            format!("{cost}. {}", sentence_case(&choice.reason)),
        ]);
    }
    table.text(0, screen.width)
}
