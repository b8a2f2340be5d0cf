//! `hemvist explain`: one child and one family, every rule and every part of the fit.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use hemvist::explain::{Explanation, ExplanationDocument, explain};
use hemvist::policy::Mode;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};

use crate::args::ExplainArgs;
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

const NAME: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

pub(super) fn run(args: &ExplainArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let policy = load::compiled(&args.policy, screen)?;
    let child = load::child(&pool, &args.child, screen)?;
    let family = load::family(&pool, &args.family, screen)?;
    let file = args.output.output.as_deref();
    if screen.json {
        let document = ExplanationDocument::new(&pool, &policy, child, family, screen.lang);
        screen.put_document(&document, file)?;
    } else {
        let found = explain(&pool, &policy, child, family);
        screen.put(&text(&pool, child, family, &found, screen), file)?;
    }
    Ok(Exit::Ok)
}

fn text(pool: &Pool, child: ChildIdx, family: FamilyIdx, found: &Explanation, screen: &Screen) -> String {
    let lang = screen.lang;
    let mut text = String::new();
    let (child_id, family_id) = (&pool.child(child).id, &pool.family(family).id);
    let _ = writeln!(text, "{NAME}{child_id}{NAME:#}  {}", words::child(pool, child, lang));
    let _ = writeln!(
        text,
        "{NAME}{family_id}{NAME:#}  {}\n",
        words::family(pool, family, lang)
    );
    let fit = if found.low == found.high {
        found.fit.to_string()
    } else {
        let when = lang.pick("once what is missing is known", "när det som saknas är känt");
        format!("{}, {}–{} {when}", found.fit, found.low, found.high)
    };
    let _ = if found.eligible {
        let eligible = lang.pick("Eligible", "Möjligt");
        writeln!(text, "{GOOD}{eligible}{GOOD:#}, {} {fit}", lang.pick("fit", "passning"))
    } else {
        let out = lang.pick("Ruled out", "Uteslutet");
        writeln!(
            text,
            "{BAD}{out}{BAD:#}; {} {fit}",
            lang.pick("without that, the fit would be", "annars vore passningen")
        )
    };
    for reason in &found.reasons {
        let label = match reason.mode {
            Mode::Warn => lang.pick("warning: ", "varning: "),
            _ => "",
        };
        let sentence = format!("{label}{} ({})", reason.sentence(lang), reason.rule);
        bullet(&mut text, &sentence, screen.width);
    }
    text.push('\n');
    let mut table = Table::new(&[
        (lang.pick("Criterion", "Kriterium"), Align::Left),
        (lang.pick("Points", "Poäng"), Align::Right),
        (lang.pick("of", "av"), Align::Right),
        (lang.pick("Finding", "Iakttagelse"), Align::Left),
    ]);
    for part in found.parts.iter().filter(|part| part.weight > 0) {
        table.row(vec![
            part.criterion.label(lang).to_owned(),
            part.points.to_string(),
            part.most.to_string(),
            part.sentence(lang),
        ]);
    }
    table.row(vec![
        lang.pick("fit", "passning").to_owned(),
        found.fit.to_string(),
        "1000".to_owned(),
        String::new(),
    ]);
    text.push_str(&table.text(0, screen.width));
    if !found.questions.is_empty() {
        let _ = writeln!(text, "\n{NAME}{}{NAME:#}", lang.pick("To find out", "Att ta reda på"));
        for question in &found.questions {
            bullet(&mut text, question.sentence(lang), screen.width);
        }
    }
    text
}

fn bullet(text: &mut String, sentence: &str, width: usize) {
    for (nth, line) in wrap(sentence, width.saturating_sub(4)).into_iter().enumerate() {
        let _ = writeln!(text, "  {} {line}", if nth == 0 { "-" } else { " " });
    }
}
