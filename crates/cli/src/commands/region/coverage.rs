//! `hemvist coverage`: where homes lie against where they are needed.

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::coverage::{Counts, Coverage, CoverageAsked, coverage};

use super::{ages, failure, show};
use crate::args::{OutputArgs, PolicyArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct CoverageArgs {
    #[command(flatten)]
    pool: PoolArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    /// How near a home must be to count as near
    #[arg(long, default_value_t = 30, value_name = "KM", value_parser = clap::value_parser!(u32).range(1..=2000))]
    near_km: u32,
    /// Also list the homes that can take a child now
    #[arg(long)]
    ready: bool,
    /// Worker threads; 0: as many as there are processors. The answer does not depend on it
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &CoverageArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let policy = load::compiled(&args.policy, screen)?;
    let asked = CoverageAsked {
        near_km: Some(args.near_km),
    };
    let found = coverage(&pool, &policy, &asked, args.threads).map_err(|error| failure(error, screen))?;
    show(
        &found,
        || text(&pool, &found, args.ready, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &Coverage, with_ready: bool, screen: &Screen) -> String {
    let mut table = Table::new(&[
        (screen.pick("Municipality", "Kommun"), Align::Left),
        ("0–6", Align::Right),
        ("7–12", Align::Right),
        ("13–17", Align::Right),
        ("18–20", Align::Right),
        (screen.pick("Ready", "Klara"), Align::Right),
        (screen.pick("None", "Inget"), Align::Right),
        (screen.pick("Near", "Nära"), Align::Right),
        (screen.pick("Away", "Borta"), Align::Left),
    ]);
    for ground in &found.municipalities {
        row(
            &mut table,
            words::municipality(pool, &ground.municipality),
            &ground.counts,
        );
    }
    row(&mut table, screen.pick("all", "alla"), &found.all);
    let near = found.near_km;
    let note = match screen.lang {
        hemvist::Lang::En => format!(
            "By age: children who seek a home / free places in homes that lie here and take some of these ages. Ready: free places that can be \
             used now. None: children for whom no home of the pool is eligible. Near: children with an eligible home within {near} km. Away: \
             children whose nearest eligible home lies in another municipality, or who have none."
        ),
        hemvist::Lang::Sv => format!(
            "Per ålder: barn som söker hem / lediga platser i hem som ligger här och tar någon av dessa åldrar. Klara: lediga platser som kan \
             användas nu. Inget: barn som inget hem i poolen är möjligt för. Nära: barn med ett möjligt hem inom {near} km. Borta: barn vars \
             närmaste möjliga hem ligger i en annan kommun, eller som inte har något."
        ),
    };
    let mut lines = vec![table.text(1, screen.width)];
    lines.extend(wrap(&note, screen.width));
    if with_ready {
        let mut homes = Table::new(&[
            (screen.pick("Ready home", "Klart hem"), Align::Left),
            (screen.pick("Places", "Platser"), Align::Right),
            (screen.pick("Ages", "Åldrar"), Align::Left),
            (screen.pick("Municipality", "Kommun"), Align::Left),
            (screen.pick("Kind", "Hemtyp"), Align::Left),
        ]);
        for home in &found.ready {
            homes.row(vec![
                home.family.clone(),
                home.places.to_string(),
                ages(home.ages, screen),
                words::municipality(pool, &home.municipality).to_owned(),
                words::home_kind(home.kind, screen.lang).to_owned(),
            ]);
        }
        lines.extend([String::new(), homes.text(1, screen.width)]);
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}

fn row(table: &mut Table, who: &str, counts: &Counts) {
    let mut row = vec![who.to_owned()];
    let bands = counts.children_by_age.iter().zip(&counts.places_by_age);
    row.extend(bands.map(|(children, places)| format!("{children}/{places}")));
    let rest = [
        counts.ready_places,
        counts.without_any,
        counts.with_near,
        counts.nearest_elsewhere,
    ];
    row.extend(rest.map(|n| n.to_string()));
    table.row(row);
}
