//! `hemvist rank`: the families for one child, best first, before any pool is matched.

use std::fmt::Write as _;

use anstyle::Style;
use hemvist::pool::{ChildIdx, Pool};
use hemvist::rank::{Ranking, RankingDocument, rank};

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
    let file = args.output.output.as_deref();
    if screen.json {
        screen.put_document(&RankingDocument::new(&pool, &policy, child, args.most), file)?;
    } else {
        let ranking = rank(&pool, &policy, child);
        screen.put(&text(&pool, child, &ranking, args.most, screen), file)?;
    }
    Ok(Exit::Ok)
}

fn text(pool: &Pool, child: ChildIdx, ranking: &Ranking, most: usize, screen: &Screen) -> String {
    let lang = screen.lang;
    let mut text = String::new();
    let id = &pool.child(child).id;
    let _ = writeln!(text, "{NAME}{id}{NAME:#}  {}\n", words::child(pool, child, lang));
    if ranking.eligible.is_empty() {
        let none = lang.pick("No family is eligible.", "Ingen familj är möjlig.");
        let _ = writeln!(text, "{none}");
    } else {
        let mut table = Table::new(&[
            ("", Align::Right),
            (lang.pick("Home", "Hem"), Align::Left),
            (lang.pick("Fit", "Passning"), Align::Right),
            (lang.pick("For and against", "För och emot"), Align::Left),
        ]);
        for (nth, (family, found)) in ranking.eligible.iter().take(most).enumerate() {
            table.row(vec![
                (nth + 1).to_string(),
                pool.family(*family).id.clone(),
                found.fit.to_string(),
                format!(
                    "{}. {}",
                    words::family(pool, *family, lang),
                    words::short_reasons(pool, child, found, lang)
                ),
            ]);
        }
        text.push_str(&table.text(0, screen.width));
        let more = ranking.eligible.len().saturating_sub(most);
        if more > 0 {
            let eligible = lang.pick(
                "more are eligible; --most shows them",
                "till är möjliga; --most visar dem",
            );
            let _ = writeln!(text, "{more} {eligible}");
        }
    }
    if !ranking.ruled_out.is_empty() {
        let label = lang.pick("Families ruled out", "Uteslutna familjer");
        let rules: Vec<String> = ranking
            .stops()
            .iter()
            .map(|(rule, count)| format!("{} {count}", words::rule(rule.code(), lang)))
            .collect();
        let line = format!("{label}: {} ({})", ranking.ruled_out.len(), rules.join(", "));
        text.push('\n');
        for line in wrap(&line, screen.width) {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}
