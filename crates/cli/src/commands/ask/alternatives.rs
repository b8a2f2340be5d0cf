//! `hemvist alternatives`: the best other families for a child, for the pool as a whole.

use std::fmt::Write as _;

use hemvist::ask::{Alternatives, Document as _, Matched, alternatives, alternatives_of_all};
use hemvist::input::ChoiceKind;
use hemvist::plan::Status;

use super::{NAME, exit, infeasible};
use crate::args::AlternativesArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

pub(in super::super) fn run(args: &AlternativesArgs, screen: &Screen) -> Result<Exit, Failure> {
    let matched = super::matched(&args.ask, screen)?;
    let found = super::ask(&args.ask, screen, |options| match &args.child {
        Some(child) => alternatives(&matched, child, args.most, options).map(|found| vec![found]),
        None => alternatives_of_all(&matched, args.most, options),
    })?;
    let file = args.ask.output.output.as_deref();
    if screen.json {
        // One document for each child, one on each line.
        let mut bytes = Vec::new();
        for found in &found {
            bytes.extend(found.to_bytes().map_err(super::super::matching::not_canonical)?);
            bytes.push(b'\n');
        }
        screen.put_bytes(&bytes, file)?;
    } else {
        let texts: Vec<String> = found.iter().map(|found| text(&matched, found, screen)).collect();
        screen.put(&texts.join("\n"), file)?;
    }
    let proven = found
        .iter()
        .flat_map(|found| &found.families)
        .all(|family| family.regret.proven);
    Ok(exit(matched.plan().status, proven))
}

fn text(matched: &Matched, found: &Alternatives, screen: &Screen) -> String {
    let (pool, lang) = (matched.pool(), screen.lang);
    let mut text = String::new();
    let facts = pool
        .child_idx(&found.child)
        .map(|child| words::child(pool, child, lang));
    let _ = writeln!(text, "{NAME}{}{NAME:#}  {}", found.child, facts.unwrap_or_default());
    let family = |id: &str| {
        let facts = pool.family_idx(id).map(|family| words::family(pool, family, lang));
        format!("{id}, {}", facts.unwrap_or_default())
    };
    let home = match (&found.home, found.stays) {
        (Some(home), true) => format!("{} {}", lang.pick("stays in", "bor kvar i"), family(home)),
        (Some(home), false) => format!("{}: {}", lang.pick("proposed", "förslag"), family(home)),
        (None, _) => lang.pick("no home is proposed", "inget hem föreslås").to_owned(),
    };
    let _ = writeln!(text, "{home}");
    if !found.together_with.is_empty() {
        let with = lang.pick("goes where these siblings go", "kommer dit dessa syskon kommer");
        let _ = writeln!(text, "{with}: {}", found.together_with.join(", "));
    }
    if found.status == Status::Infeasible {
        return text + &infeasible(screen);
    }
    if found.stays {
        return text;
    }
    text.push('\n');
    if found.families.is_empty() {
        let why = nothing_else(matched, found, screen);
        for line in wrap(&why, screen.width) {
            let _ = writeln!(text, "{line}");
        }
        return text;
    }
    let mut table = Table::new(&[
        ("", Align::Right),
        (lang.pick("Home", "Hem"), Align::Left),
        (lang.pick("Fit", "Passning"), Align::Right),
        (
            lang.pick(
                "What the pool loses, and who else moves",
                "Vad poolen förlorar, och vilka andra som byter hem",
            ),
            Align::Left,
        ),
    ]);
    for (nth, other) in found.families.iter().enumerate() {
        let mut meaning = other.regret.amounts(matched.plan().objective.strict, lang);
        for moved in &other.moves {
            let _ = write!(meaning, "; {}", moved.sentence(lang));
        }
        for warning in &other.warnings {
            let label = lang.pick("warning", "varning");
            let _ = write!(meaning, "; {label}: {}", warning.sentence(lang));
        }
        table.row(vec![
            (nth + 1).to_string(),
            other.family.clone(),
            other.fit.to_string(),
            meaning,
        ]);
    }
    text.push_str(&table.text(0, screen.width));
    let shown = u32::try_from(found.families.len()).unwrap_or(u32::MAX);
    let more = found.eligible.saturating_sub(found.impossible).saturating_sub(shown);
    if more > 0 {
        let more_words = lang.pick(
            "more are possible; --most shows them",
            "till är möjliga; --most visar dem",
        );
        let _ = writeln!(text, "{more} {more_words}");
    }
    text
}

/// Why a child has no other family.
fn nothing_else(matched: &Matched, found: &Alternatives, screen: &Screen) -> String {
    let choices = &matched.pool().document().choices;
    let lock = choices
        .iter()
        .find(|choice| choice.kind == ChoiceKind::Lock && choice.child == found.child);
    match lock {
        Some(lock) if found.impossible > 0 => format!(
            "{}: {}. {}",
            screen.pick("Locked by a person", "Låst av en person"),
            lock.reason,
            screen.pick("`what-if --lift` tries without.", "`what-if --lift` prövar utan.")
        ),
        _ if found.impossible > 0 => screen
            .pick(
                "No plan with another family keeps the locks and limits.",
                "Ingen plan med en annan familj håller låsningarna och gränserna.",
            )
            .to_owned(),
        _ => screen
            .pick("No other family is eligible.", "Ingen annan familj är möjlig.")
            .to_owned(),
    }
}
