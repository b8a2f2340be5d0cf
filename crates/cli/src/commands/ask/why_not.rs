//! `hemvist why-not`: every rule that stops a pair, or what the pool would lose.

use std::fmt::Write as _;

use hemvist::ask::{Matched, ShortAnswer, WhyNot, why_not};

use super::{NAME, bullets, exit, list, paragraph};
use crate::args::WhyNotArgs;
use crate::exit::{Exit, Failure};
use crate::render::words;
use crate::screen::Screen;

pub(in super::super) fn run(args: &WhyNotArgs, screen: &Screen) -> Result<Exit, Failure> {
    let matched = super::matched(&args.ask, screen)?;
    let found = super::ask(&args.ask, screen, |options| {
        why_not(&matched, &args.child, &args.family, options)
    })?;
    let file = args.ask.output.output.as_deref();
    super::put(&found, || text(&matched, &found, screen), file, screen)?;
    Ok(exit(
        matched.plan().status,
        found.regret.is_none_or(|regret| regret.proven),
    ))
}

fn text(matched: &Matched, found: &WhyNot, screen: &Screen) -> String {
    let (pool, lang) = (matched.pool(), screen.lang);
    let mut text = String::new();
    let child = pool
        .child_idx(&found.child)
        .map(|child| words::child(pool, child, lang));
    let family = pool
        .family_idx(&found.family)
        .map(|family| words::family(pool, family, lang));
    let _ = writeln!(text, "{NAME}{}{NAME:#}  {}", found.child, child.unwrap_or_default());
    let _ = writeln!(
        text,
        "{NAME}{}{NAME:#}  {}, {} {}\n",
        found.family,
        family.unwrap_or_default(),
        lang.pick("fit", "passning"),
        found.fit
    );
    if found.answer == ShortAnswer::RuledOut {
        let cannot = match lang {
            hemvist::Lang::En => format!("{} cannot go to {}:", found.child, found.family),
            hemvist::Lang::Sv => format!("{} kan inte komma till {}:", found.child, found.family),
        };
        let _ = writeln!(text, "{cannot}");
        let reasons = found
            .reasons
            .iter()
            .map(|reason| format!("{} ({})", reason.sentence(lang), reason.code()));
        bullets(&mut text, reasons, screen.width);
    } else {
        paragraph(&mut text, found.sentence.pick(lang), screen.width);
    }
    let warnings: Vec<String> = found.warnings.iter().map(|warning| warning.sentence(lang)).collect();
    list(&mut text, lang.pick("Warnings", "Varningar"), &warnings, screen.width);
    text
}
