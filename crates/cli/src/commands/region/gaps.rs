//! `hemvist gaps`: which home more would bring the pool most.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::costing::CostingAsked;
use hemvist_region::gaps::{Best, Gaps, GapsAsked, gaps};

use super::{MatchedArgs, Setting, ages, bytes_of, failure, show, whole};
use crate::args::OutputArgs;
use crate::commands::cost::CostingArgs;
use crate::exit::{Exit, Failure};
use crate::load::{self, Refused};
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct GapsArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    /// Profiles of your own instead of the grid: a file with a request `gaps` (.json), or - for standard input
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
    /// How many of the best profiles of each kind and size are listed
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    list: u16,
    /// How many homes are chosen one after the other
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=100))]
    next: u16,
    /// Also give the gain of every single profile (shown with --json)
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    costing: CostingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &GapsArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let own: Option<GapsAsked> = match &args.profiles {
        None => None,
        Some(path) => {
            let read = hemvist::json::read_as(&bytes_of(path, screen)?);
            Some(read.map_err(|problems| load::refused(&problems, Refused::Small(path), screen))?)
        }
    };
    let costing: Option<CostingAsked> = args.costing.asked(screen)?;
    let asked = GapsAsked {
        profiles: own.map(|own| own.profiles).unwrap_or_default(),
        list: Some(args.list),
        next: Some(args.next),
        all: args.all,
        costing,
    };
    let found = gaps(&setting.pool, &setting.policy, &asked, &setting.options);
    let found = found.map_err(|error| failure(error, screen))?;
    show(
        &found,
        || text(&setting.pool, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &Gaps, screen: &Screen) -> String {
    let mut lines = Vec::new();
    let head = screen.pick("profiles of a home looked at", "profiler av ett hem prövade");
    lines.push(format!("{} {head}\n", found.profiles));
    let kinds: BTreeSet<_> = found.best.iter().map(|of| of.kind).collect();
    for kind in kinds {
        let best: Vec<&Best> = found
            .best
            .iter()
            .filter(|of| of.kind == kind)
            .flat_map(|of| &of.profiles)
            .collect();
        lines.push(words::home_kind(kind, screen.lang).to_owned());
        if best.is_empty() {
            let none = screen.pick(
                "no home of this kind would bring anything",
                "inget hem av detta slag skulle tillföra något",
            );
            lines.push(format!("   {none}\n"));
        } else {
            lines.push(table(pool, &best, false, screen));
        }
    }
    if !found.next.is_empty() {
        let head = screen.pick(
            "One after the other, each once the former are there",
            "Ett efter ett, vart och ett när de förra finns",
        );
        lines.push(head.to_owned());
        lines.push(table(pool, &found.next.iter().collect::<Vec<_>>(), true, screen));
    }
    lines.extend(supply(found, screen));
    lines.extend(idle(found, screen));
    let note = screen.pick(
        "Gains are exact: the best plan with one such home against the best plan without, aim by aim in their order.",
        "Vinsterna är exakta: bästa planen med ett sådant hem mot bästa planen utan, mål för mål i deras ordning.",
    );
    lines.extend(wrap(note, screen.width));
    lines.join("\n") + "\n"
}

fn table(pool: &Pool, best: &[&Best], numbered: bool, screen: &Screen) -> String {
    let mut heads = vec![
        (
            if numbered { "" } else { screen.pick("Places", "Platser") },
            Align::Right,
        ),
        (screen.pick("Ages", "Åldrar"), Align::Left),
        (screen.pick("Needs", "Behov"), Align::Right),
        (screen.pick("Children", "Barn"), Align::Right),
        (screen.pick("Urgency", "Angelägenhet"), Align::Right),
        (screen.pick("Fit", "Passning"), Align::Right),
    ];
    let costed = best.iter().any(|best| best.saving_ore.is_some());
    if costed {
        heads.push((screen.pick("Saves a year", "Sparar per år"), Align::Right));
    }
    heads.push((screen.pick("Where", "Var"), Align::Left));
    let mut table = Table::new(&heads);
    for (nth, best) in best.iter().enumerate() {
        let profile = &best.profile;
        let mut place = words::municipality(pool, &profile.municipality).to_owned();
        if numbered {
            let places = screen.pick(
                if profile.places == 1 { "place" } else { "places" },
                if profile.places == 1 { "plats" } else { "platser" },
            );
            place = format!(
                "{place}, {}, {} {places}",
                words::home_kind(profile.kind, screen.lang),
                profile.places
            );
        }
        let mut row = vec![
            if numbered {
                (nth + 1).to_string()
            } else {
                profile.places.to_string()
            },
            ages(Some(profile.ages), screen),
            profile.highest_needs.to_string(),
            format!("{:+}", best.children),
            format!("{:+}", best.gain.urgency),
            format!("{:+}", best.gain.fit),
        ];
        if costed {
            row.push(best.saving_ore.map(|ore| whole(ore, screen)).unwrap_or_default());
        }
        row.push(place);
        table.row(row);
    }
    table.text(1, screen.width)
}

/// What nobody needs: kinds, ages and sizes of which no profile places anyone.
fn supply(found: &Gaps, screen: &Screen) -> Vec<String> {
    let mut sizes: BTreeMap<_, (Vec<u8>, bool)> = BTreeMap::new();
    for row in &found.supply {
        let (useless, all) = sizes.entry((row.kind, row.ages)).or_insert((Vec::new(), true));
        if row.place_no_one == row.profiles {
            useless.push(row.places);
        } else {
            *all = false;
        }
    }
    let list: Vec<String> = (sizes.into_iter())
        .filter(|(_, (useless, _))| !useless.is_empty())
        .map(|((kind, ages), (useless, all))| {
            let places: Vec<String> = useless.iter().map(ToString::to_string).collect();
            let places = if all {
                screen.pick("of any size", "oavsett storlek").to_owned()
            } else {
                format!("{} {}", screen.pick("with places:", "med platser:"), places.join(", "))
            };
            format!("{} {}–{} {places}", words::home_kind(kind, screen.lang), ages.0, ages.1)
        })
        .collect();
    if list.is_empty() {
        return Vec::new();
    }
    let head = screen.pick(
        "Homes that would place no further child, wherever they lay",
        "Hem som inte skulle ge något barn till en plats, var de än låg",
    );
    let mut lines = wrap(&format!("{head}: {}.", list.join("; ")), screen.width);
    lines.push(String::new());
    lines
}

fn idle(found: &Gaps, screen: &Screen) -> Vec<String> {
    if found.idle.is_empty() {
        return Vec::new();
    }
    let row = |idle: &hemvist_region::gaps::Idle| {
        format!(
            "{} {}: {}",
            words::home_kind(idle.kind, screen.lang),
            ages(idle.ages, screen),
            idle.places
        )
    };
    let head = screen.pick(
        "Free places that the plan leaves empty",
        "Lediga platser som planen lämnar tomma",
    );
    let list: Vec<String> = found.idle.iter().map(row).collect();
    let mut lines = wrap(&format!("{head}: {}.", list.join(", ")), screen.width);
    lines.push(String::new());
    lines
}
