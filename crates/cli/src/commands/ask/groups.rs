//! `hemvist groups`: how groups of children fare.

use std::fmt::Write as _;

use hemvist::ask::{Group, Groups, Labels, Share, groups};
use hemvist::pool::Pool;

use super::{exit, paragraph};
use crate::args::{By, GroupsArgs};
use crate::exit::{Exit, Failure};
use crate::files;
use crate::load::{self, Refused};
use crate::render::{Align, Table, words};
use crate::screen::Screen;

pub(in super::super) fn run(args: &GroupsArgs, screen: &Screen) -> Result<Exit, Failure> {
    let labels = match &args.labels {
        Some(path) => {
            let bytes = files::read(path, screen.lang)?;
            Some(
                Labels::from_json(&bytes)
                    .map_err(|problems| load::refused(&problems, Refused::Labels(path), screen))?,
            )
        }
        None => None,
    };
    let matched = super::matched(&args.ask, screen)?;
    let labels = labels.unwrap_or_else(|| match args.by {
        Some(By::Gender) => Labels::by_gender(matched.pool()),
        Some(By::Municipality) | None => Labels::by_municipality(matched.pool()),
    });
    let path = args.labels.as_deref().unwrap_or(std::path::Path::new("labels"));
    let found =
        groups(&matched, &labels, args.least).map_err(|error| super::failure(&error, Refused::Labels(path), screen))?;
    let file = args.ask.output.output.as_deref();
    super::put(&found, || text(matched.pool(), &found, args.by, screen), file, screen)?;
    Ok(exit(found.status, true))
}

fn text(pool: &Pool, found: &Groups, by: Option<By>, screen: &Screen) -> String {
    let lang = screen.lang;
    let mut table = Table::new(&[
        (lang.pick("Group", "Grupp"), Align::Left),
        (lang.pick("Children", "Barn"), Align::Right),
        (lang.pick("Get a home", "Får hem"), Align::Right),
        (lang.pick("Network home", "Nätverkshem"), Align::Right),
        (lang.pick("By lot", "Lottade"), Align::Right),
        (lang.pick("Fit", "Passning"), Align::Right),
        (lang.pick("Days waited", "Väntat, dagar"), Align::Right),
    ]);
    let number = |n: Option<u32>| n.map_or_else(|| "·".to_owned(), |n| n.to_string());
    let share = |share: Share| match (share.count, share.of, share.per_mille) {
        (Some(count), Some(_), Some(per_mille)) => format!("{count} ({} %)", (per_mille + 5) / 10),
        (Some(_), _, _) => "–".to_owned(),
        _ => "·".to_owned(),
    };
    let mut row = |name: String, group: &Group| {
        table.row(vec![
            name,
            number(group.children),
            share(group.placed),
            share(group.network),
            share(group.drawn),
            number(group.mean_fit),
            number(group.mean_days_waited),
        ]);
    };
    for group in &found.groups {
        let name = match (&group.label, by) {
            (Some(label), Some(By::Municipality)) => words::municipality(pool, label).to_owned(),
            (Some(label), Some(By::Gender)) => gender(label, screen).to_owned(),
            (Some(label), None) => label.clone(),
            (None, _) => lang.pick("others together", "övriga tillsammans").to_owned(),
        };
        row(name, group);
    }
    row(lang.pick("all", "alla").to_owned(), &found.total);
    let mut text = table.text(0, screen.width);
    let small = match lang {
        hemvist::Lang::En => format!(
            "A dot: left out, since fewer than {} children could be recognised. Groups smaller than that are told together.",
            found.least
        ),
        hemvist::Lang::Sv => format!(
            "En punkt: utelämnat, eftersom färre än {} barn skulle kunna kännas igen. Mindre grupper redovisas tillsammans.",
            found.least
        ),
    };
    let _ = writeln!(text);
    paragraph(&mut text, &small, screen.width);
    text
}

/// A gender in words.
fn gender<'a>(label: &'a str, screen: &Screen) -> &'a str {
    match label {
        "girl" => screen.pick("girls", "flickor"),
        "boy" => screen.pick("boys", "pojkar"),
        "other" => screen.pick("other", "annat"),
        _ => label,
    }
}
