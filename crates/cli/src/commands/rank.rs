//! `hemvist rank`: the families for one child, best first, before any pool is matched.

use std::fmt::Write as _;

use anstyle::Style;
use hemvist::input::SiblingPolicy;
use hemvist::policy::Mode;
use hemvist::pool::{ChildIdx, Pool};
use hemvist::rank::{Rank, RankOptions, RankedFamily, SiblingGroupRank};

use crate::args::RankArgs;
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

const NAME: Style = Style::new().bold();

pub(super) fn run(args: &RankArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let policy = load::compiled(&args.policy, screen)?;
    let child = load::child(&pool, &args.child, screen)?;
    let options = RankOptions {
        most: args.most,
        ruled_out: args.ruled_out,
    };
    let rank = Rank::of(&pool, &policy, &args.child, options)
        .map_err(|problems| load::refused(&problems, load::Refused::Options, screen))?;
    let file = args.output.output.as_deref();
    if screen.json {
        screen.put_document(&rank, file)?;
    } else {
        screen.put(&text(&pool, child, &rank, screen), file)?;
    }
    Ok(Exit::Ok)
}

fn text(pool: &Pool, child: ChildIdx, rank: &Rank, screen: &Screen) -> String {
    let lang = screen.lang;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{NAME}{}{NAME:#}  {}\n",
        rank.child,
        words::child(pool, child, lang)
    );
    if rank.families.is_empty() {
        let none = lang.pick("No family is eligible.", "Ingen familj är möjlig.");
        let _ = writeln!(text, "{none}");
    } else {
        text.push_str(&table(pool, child, &rank.families, screen));
        let shown = u32::try_from(rank.families.len()).unwrap_or(u32::MAX);
        let more = rank.eligible.saturating_sub(shown);
        if more > 0 {
            let eligible = lang.pick(
                "more are eligible; --most shows them",
                "till är möjliga; --most visar dem",
            );
            let _ = writeln!(text, "{more} {eligible}");
        }
    }
    if let Some(siblings) = &rank.siblings {
        text.push_str(&group(siblings, screen));
    }
    if rank.n_ruled_out > 0 {
        let label = lang.pick("Families ruled out", "Uteslutna familjer");
        let rules: Vec<String> = rank
            .stops
            .iter()
            .map(|stop| format!("{} {}", words::rule(stop.rule.code(), lang), stop.families))
            .collect();
        paragraph(
            &mut text,
            &format!("{label}: {} ({})", rank.n_ruled_out, rules.join(", ")),
            screen,
        );
    }
    if let Some(ruled_out) = rank.ruled_out.as_ref().filter(|list| !list.is_empty()) {
        let _ = writeln!(text, "\n{NAME}{}{NAME:#}", lang.pick("Nearest misses", "Närmast"));
        for near in ruled_out {
            let stopping = near
                .explanation
                .reasons
                .iter()
                .filter(|reason| reason.mode == Mode::Require);
            let why: Vec<String> = stopping.map(|reason| reason.sentence(lang)).collect();
            for (nth, line) in wrap(
                &format!("{}: {}", near.family, why.join("; ")),
                screen.width.saturating_sub(4),
            )
            .into_iter()
            .enumerate()
            {
                let _ = writeln!(text, "  {} {line}", if nth == 0 { "-" } else { " " });
            }
        }
    }
    text
}

fn paragraph(text: &mut String, sentence: &str, screen: &Screen) {
    text.push('\n');
    for line in wrap(sentence, screen.width) {
        let _ = writeln!(text, "{line}");
    }
}

fn table(pool: &Pool, child: ChildIdx, families: &[RankedFamily], screen: &Screen) -> String {
    let lang = screen.lang;
    let mut table = Table::new(&[
        ("", Align::Right),
        (lang.pick("Home", "Hem"), Align::Left),
        (lang.pick("Fit", "Passning"), Align::Right),
        (lang.pick("For and against", "För och emot"), Align::Left),
    ]);
    for (nth, ranked) in families.iter().enumerate() {
        let facts = pool
            .family_idx(&ranked.family)
            .map(|family| words::family(pool, family, lang));
        table.row(vec![
            (nth + 1).to_string(),
            ranked.family.clone(),
            ranked.explanation.fit.to_string(),
            format!(
                "{}. {}",
                facts.unwrap_or_default(),
                words::short_reasons(pool, child, &ranked.explanation, lang)
            ),
        ]);
    }
    table.text(0, screen.width)
}

/// The child's siblings: who can take all of them, or how they would best be parted.
fn group(siblings: &SiblingGroupRank, screen: &Screen) -> String {
    let lang = screen.lang;
    let mut text = String::new();
    let wish = match siblings.policy {
        SiblingPolicy::Together => lang.pick("to stay together", "ska bo tillsammans"),
        SiblingPolicy::Prefer => lang.pick("together if possible", "helst tillsammans"),
        SiblingPolicy::Apart => lang.pick("to be kept apart", "ska hållas isär"),
    };
    let label = lang.pick("Siblings", "Syskon");
    let _ = writeln!(
        text,
        "\n{NAME}{label} {}{NAME:#}: {} ({wish})",
        siblings.group,
        siblings.children.join(", ")
    );
    if let Some(split) = &siblings.split {
        let none = match siblings.policy {
            SiblingPolicy::Apart => lang.pick("Best homes, each of their own:", "Bästa hem, vart och ett för sig:"),
            _ => lang.pick(
                "No family can take all of them. The best split, if nobody else wanted these homes:",
                "Ingen familj kan ta emot alla. Bästa delningen, om ingen annan ville ha hemmen:",
            ),
        };
        for line in wrap(none, screen.width) {
            let _ = writeln!(text, "{line}");
        }
        for home in split {
            let family = home.family.as_deref().unwrap_or(lang.pick("no home", "inget hem"));
            let children: Vec<String> = home
                .children
                .iter()
                .map(|child| match child.fit {
                    Some(fit) => format!("{} ({} {fit})", child.child, lang.pick("fit", "passning")),
                    None => child.child.clone(),
                })
                .collect();
            let _ = writeln!(text, "  {family}: {}", children.join(", "));
        }
        return text;
    }
    let can = lang.pick("These can take all of them:", "Dessa kan ta emot alla:");
    let _ = writeln!(text, "{can}");
    for home in &siblings.together {
        let fits: Vec<String> = home.fits.iter().map(u16::to_string).collect();
        let _ = writeln!(
            text,
            "  {} ({} {})",
            home.id,
            lang.pick("fit", "passning"),
            fits.join(", ")
        );
    }
    text
}
