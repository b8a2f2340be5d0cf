#![forbid(unsafe_code)]
//! Writes the reference pages that follow from the code's own tables:
//! `cargo run -p hemvist-testkit --features docs --bin make-docs -- docs/reference`.

mod records;

use std::fmt::Write as _;
use std::path::Path;

use hemvist::Lang;
use hemvist::criteria::Criterion;
use hemvist::limits::LIMITS;
use hemvist::policy::Policy;
use hemvist::problem::Code;
use hemvist::rules::Rule;
use hemvist::schema;
use serde_json::Value;

const NOTE: &str = "<!-- made by `cargo xtask codegen` from the tables in the code; do not edit -->\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "docs/reference".to_owned());
    let policy = serde_json::to_value(Policy::default())?;
    std::fs::create_dir_all(&folder)?;
    let pages = [
        ("pool.md", records::pool(&schema::pool())),
        ("answers.md", records::answers()),
        ("requests.md", records::requests()),
        ("problems.md", problems()),
        ("rules.md", rules(&policy)),
        ("criteria.md", criteria(&policy)),
        ("limits.md", limits()),
    ];
    for (name, page) in pages {
        std::fs::write(Path::new(&folder).join(name), page)?;
    }
    Ok(())
}

/// A page with a table: heads, then rows of as many cells.
fn page<const N: usize>(title: &str, text: &str, heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut page = format!("{NOTE}\n# {title}\n\n{text}\n\n");
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    page.push_str(&line(&heads.map(str::to_owned)));
    page.push_str(&line(&heads.map(|_| "---".to_owned())));
    for row in rows {
        page.push_str(&line(&row.map(|cell| cell.replace('|', "\\|"))));
    }
    page
}

fn problems() -> String {
    let rows = Code::ALL.iter().map(|code| {
        let name = format!("`{}`", code.slug());
        let (en, sv) = (code.sentence(Lang::En), code.sentence(Lang::Sv));
        [code.number().to_string(), name, en.to_owned(), sv.to_owned()]
    });
    page(
        "Problems",
        "What can be wrong with a document, a table, a policy or an option. Numbers and codes never change and are never \
         used again. Each problem also has a path, what is allowed, and the number, date or word that was found; never free \
         text or an id.",
        ["number", "code", "English", "Swedish"],
        rows,
    )
}

fn rules(policy: &Value) -> String {
    let rows = Rule::ALL.iter().map(|&rule| {
        let setting = &policy["rules"][rule.code()];
        let mode = if rule.is_fixed() {
            "require (fixed)"
        } else {
            text(&setting["mode"])
        };
        [
            rule.number().to_string(),
            format!("`{}`", rule.code()),
            mode.to_owned(),
            sentence(rule, Lang::En),
            sentence(rule, Lang::Sv),
            text(&setting["source"]).to_owned(),
        ]
    });
    page(
        "Rules",
        "What can rule a pair of child and family out. A policy sets each rule to `require` (the pair is ruled out), `warn` \
         (the pair stays and is marked) or `off`; fixed rules state what a person has forbidden or what has no room. All \
         reasons of a pair are told, not only the first.",
        [
            "number",
            "code",
            "default",
            "English",
            "Swedish",
            "source of the default",
        ],
        rows,
    )
}

/// The sentence of a rule with the names of its facts where their numbers go.
fn sentence(rule: Rule, lang: Lang) -> String {
    let is_length = |name: &str| name.ends_with("metres");
    let mut facts = [0; 3];
    for (at, name) in (0_u8..).zip(rule.facts()) {
        facts[usize::from(at)] = if is_length(name) {
            111_100 * (i32::from(at) + 1)
        } else {
            9001 + i32::from(at)
        };
    }
    let mut sentence = rule.sentence(facts, lang);
    for (at, name) in (0_u8..).zip(rule.facts()) {
        let number = if is_length(name) {
            let digit: u8 = at + 1;
            format!("{digit}{digit}{digit}{}{digit}", lang.pick(".", ","))
        } else {
            (9001 + i32::from(at)).to_string()
        };
        sentence = sentence.replace(&number, &format!("*{name}*"));
    }
    sentence
}

fn criteria(policy: &Value) -> String {
    let all = &policy["criteria"];
    let rows = Criterion::ALL.into_iter().map(|criterion| {
        let setting = &all[criterion.code()];
        [
            criterion.number().to_string(),
            format!("`{}`", criterion.code()),
            setting["weight"].to_string(),
            criterion.label(Lang::En).to_owned(),
            criterion.label(Lang::Sv).to_owned(),
            text(&setting["source"]).to_owned(),
        ]
    });
    page(
        "Criteria",
        "What makes one eligible pair fit better than another. Each criterion gives 0–1000 in whole numbers; the fit is their \
         weighted mean, rounded. Only the proportions between weights count. Curves are in the default policy, \
         [default.toml](../../crates/core/policy/default.toml).",
        [
            "number",
            "code",
            "default weight",
            "English",
            "Swedish",
            "source of the default",
        ],
        rows,
    )
}

fn limits() -> String {
    let rows = LIMITS.iter().map(|limit| {
        let mut most = String::new();
        let digits = limit.most.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                most.push(' ');
            }
            most.push(digit);
        }
        let mut range = String::new();
        let _ = write!(range, "{} – {most} {}", limit.least, limit.unit);
        [limit.what.to_owned(), range, format!("`{}`", limit.code.slug())]
    });
    page(
        "Limits",
        "How large an input may be. Outside a limit there is a clear problem with the code named here, before memory in \
         proportion is taken.",
        ["what", "accepted", "problem outside"],
        rows,
    )
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
