//! `hemvist rank`: the families for one child, best first, before any pool is matched.

use std::cmp::Reverse;
use std::fmt::Write as _;

use anstyle::Style;
use hemvist::explain::{Explanation, explain};
use hemvist::policy::{CompiledPolicy, Mode};
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use serde_json::json;

use crate::args::RankArgs;
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

const NAME: Style = Style::new().bold();

/// What was found about every family for one child.
struct Ranking {
    /// Eligible families, best fit first, then by id.
    eligible: Vec<(FamilyIdx, Explanation)>,
    /// How many families each rule stops, most first.
    ruled_out: Vec<(&'static str, usize)>,
    /// How many families are ruled out.
    n_ruled_out: usize,
}

pub(super) fn run(args: &RankArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let policy = load::compiled(&args.policy, screen)?;
    let child = load::child(&pool, &args.child, screen)?;
    let ranking = rank(&pool, &policy, child);
    let file = args.output.output.as_deref();
    if screen.json {
        screen.put_json(&as_json(&pool, args, &ranking), file)?;
    } else {
        screen.put(&text(&pool, child, &ranking, args.most, screen), file)?;
    }
    Ok(Exit::Ok)
}

fn rank(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx) -> Ranking {
    let mut eligible = vec![];
    let mut counts = std::collections::BTreeMap::<&'static str, usize>::new();
    for family in pool.families() {
        let found = explain(pool, policy, child, family);
        for reason in found.reasons.iter().filter(|reason| reason.mode == Mode::Require) {
            *counts.entry(reason.rule.code()).or_default() += 1;
        }
        if found.eligible {
            eligible.push((family, found));
        }
    }
    let n_ruled_out = pool.n_families() - eligible.len();
    eligible.sort_by_key(|(family, found)| (Reverse(found.fit), *family));
    let mut ruled_out: Vec<_> = counts.into_iter().collect();
    ruled_out.sort_by_key(|&(rule, count)| (Reverse(count), rule));
    Ranking {
        eligible,
        ruled_out,
        n_ruled_out,
    }
}

fn as_json(pool: &Pool, args: &RankArgs, ranking: &Ranking) -> serde_json::Value {
    let families: Vec<_> = ranking
        .eligible
        .iter()
        .take(args.most)
        .map(|(family, found)| json!({ "family": pool.family(*family).id, "explanation": found }))
        .collect();
    let ruled_out: Vec<_> = ranking
        .ruled_out
        .iter()
        .map(|(rule, families)| json!({ "rule": rule, "families": families }))
        .collect();
    json!({
        "child": args.child,
        "eligible": ranking.eligible.len(),
        "families": families,
        "n_ruled_out": ranking.n_ruled_out,
        "ruled_out": ruled_out,
    })
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
    if ranking.n_ruled_out > 0 {
        let label = lang.pick("Families ruled out", "Uteslutna familjer");
        let rules: Vec<String> = ranking
            .ruled_out
            .iter()
            .map(|(rule, count)| format!("{} {count}", words::rule(rule, lang)))
            .collect();
        let line = format!("{label}: {} ({})", ranking.n_ruled_out, rules.join(", "));
        text.push('\n');
        for line in wrap(&line, screen.width) {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}
