//! `hemvist simulate`: months of arrivals, departures and refusals, met in three ways.

use std::path::PathBuf;

use clap::Args;
use hemvist_region::Ore;
use hemvist_region::simulate::{Outcome, SimulateAsked, Simulation, Way, simulate};
use hemvist_region::stream::{StreamAsked, drawn};

use super::{MatchedArgs, Setting, bytes_of, failure, kronor, percent, show, whole};
use crate::args::OutputArgs;
use crate::exit::{Exit, Failure};
use crate::load::{self, Refused};
use crate::render::{Align, Table, thousands, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    /// Replay this stream (hemvist.stream/1, .json), or - for standard input; without it one is drawn from the pool
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stream_seed", "months", "leave_percent", "accept_percent"])]
    stream: Option<PathBuf>,
    /// Where the draws of the stream come from
    #[arg(long, default_value = "hemvist", value_name = "TEXT")]
    stream_seed: String,
    /// How many months
    #[arg(long, default_value_t = 12, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=60))]
    months: u8,
    /// Of the children who live in a home and stay, how many per cent leave it in a year
    #[arg(long, default_value_t = 20, value_name = "PER CENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    leave_percent: u8,
    /// How many per cent of the children asked for a family accepts whose rate is not known
    #[arg(long, default_value_t = 80, value_name = "PER CENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    accept_percent: u8,
    /// Days between batches and between prices
    #[arg(long, default_value_t = 7, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=365))]
    batch_days: u16,
    /// Days that a child can wait before a home is bought for it
    #[arg(long, default_value_t = 14, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=365))]
    patience_days: u16,
    /// Price of a bought home per day, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    agency_per_day: Option<Ore>,
    /// Also write the stream that was met to this file
    #[arg(long, value_name = "FILE")]
    write_stream: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &SimulateArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let stream = if let Some(path) = &args.stream {
        let read = hemvist::json::read_as(&bytes_of(path, screen)?);
        read.map_err(|problems| load::refused(&problems, Refused::Small(path), screen))?
    } else {
        let asked = StreamAsked {
            seed: args.stream_seed.clone(),
            months: Some(args.months),
            leave_percent: Some(args.leave_percent),
            accept_percent: Some(args.accept_percent),
        };
        drawn(&setting.pool, &asked).map_err(|error| failure(error, screen))?
    };
    if let Some(file) = &args.write_stream {
        screen.put_json(&stream, Some(file))?;
    }
    let asked = SimulateAsked {
        batch_days: Some(args.batch_days),
        patience_days: Some(args.patience_days),
        agency_per_day_ore: args.agency_per_day.map(|ore| ore.0),
    };
    let found = simulate(&setting.pool, &setting.policy, &stream, &asked, &setting.options);
    let found = found.map_err(|error| failure(error, screen))?;
    show(&found, || text(&found, screen), args.output.output.as_deref(), screen)?;
    Ok(Exit::Ok)
}

fn text(found: &Simulation, screen: &Screen) -> String {
    let head = match screen.lang {
        hemvist::Lang::En => format!(
            "{} to {}: {} children come, {} places come free",
            found.from, found.until, found.arrivals, found.departures
        ),
        hemvist::Lang::Sv => format!(
            "{} till {}: {} barn kommer, {} platser blir lediga",
            found.from, found.until, found.arrivals, found.departures
        ),
    };
    let note = match screen.lang {
        hemvist::Lang::En => format!(
            "Batches and prices every {} days; a home is bought after {} days of waiting, for an emergency at once. Hindsight is the plan of \
             the first day with everything known: a yardstick that no way of placing can be expected to reach.",
            found.batch_days, found.patience_days
        ),
        hemvist::Lang::Sv => format!(
            "Omgångar och priser var {} dag; ett hem köps efter {} dagars väntan, för jour genast. Efterklokt är första dagens plan med allt \
             känt: en måttstock som inget sätt att placera kan väntas nå.",
            found.batch_days, found.patience_days
        ),
    };
    let mut lines = vec![head, String::new(), table(found, screen).text(1, screen.width)];
    lines.extend(wrap(&note, screen.width));
    lines.join("\n") + "\n"
}

/// What each way of placing came to, beside hindsight.
fn table(found: &Simulation, screen: &Screen) -> Table {
    let n = |number: u64| thousands(i128::from(number), screen.lang);
    let way = |way: Way| match way {
        Way::AtOnce => screen.pick("at once", "genast"),
        Way::Weekly => screen.pick("in batches", "i omgångar"),
        Way::Priced => screen.pick("by prices", "efter priser"),
    };
    let mut heads = vec![("", Align::Left)];
    heads.extend(found.ways.iter().map(|outcome| (way(outcome.way), Align::Right)));
    heads.push((screen.pick("hindsight", "efterklokt"), Align::Right));
    let mut table = Table::new(&heads);
    let hindsight = found.hindsight;
    let mut row = |name: &str, of: &dyn Fn(&Outcome) -> String, best: String| {
        let mut row = vec![name.to_owned()];
        row.extend(found.ways.iter().map(of));
        row.push(best);
        table.row(row);
    };
    let points = |points: Option<u32>| points.map(|points| percent(points, screen)).unwrap_or_default();
    row(
        screen.pick("placed", "placerade"),
        &|o| n(o.placed.into()),
        n(hindsight.placed.into()),
    );
    row(
        screen.pick("  % of hindsight", "  % av efterklokt"),
        &|o| points(o.placed_basis_points),
        String::new(),
    );
    row(
        screen.pick("sum of fit", "summa passning"),
        &|o| thousands(o.fit, screen.lang),
        thousands(hindsight.fit, screen.lang),
    );
    row(
        screen.pick("  % of hindsight", "  % av efterklokt"),
        &|o| points(o.fit_basis_points),
        String::new(),
    );
    row(
        screen.pick("network homes", "nätverkshem"),
        &|o| n(o.network.into()),
        n(hindsight.network.into()),
    );
    row(
        screen.pick("wait at the end", "väntar vid slutet"),
        &|o| n(o.unplaced.into()),
        String::new(),
    );
    waits(found, screen, &mut row);
    table
}

/// Adds a row: its name, what to tell of each way, and of hindsight.
type Row<'a> = &'a mut dyn FnMut(&str, &dyn Fn(&Outcome) -> String, String);

/// Rows about waiting, distance and bought homes.
fn waits(found: &Simulation, screen: &Screen, row: Row<'_>) {
    let n = |number: u64| thousands(i128::from(number), screen.lang);
    row(
        screen.pick("days waited", "väntade dagar"),
        &|o| n(o.waiting_days),
        String::new(),
    );
    let median = |o: &Outcome| o.median_wait.map(|days| days.to_string()).unwrap_or_default();
    row(
        screen.pick("  median, of placed", "  median, placerade"),
        &median,
        String::new(),
    );
    row(
        screen.pick("  longest", "  längst"),
        &|o| n(o.longest_wait.into()),
        String::new(),
    );
    let km = |o: &Outcome| {
        (o.metres / 1000)
            .checked_div(o.distances_known.into())
            .map(n)
            .unwrap_or_default()
    };
    row(
        screen.pick("mean km from home", "km hemifrån, medel"),
        &km,
        String::new(),
    );
    row(
        screen.pick("days in bought homes", "dygn i köpta hem"),
        &|o| n(o.bought_days),
        String::new(),
    );
    if found.ways.iter().any(|outcome| outcome.bought_ore.is_some()) {
        row(
            screen.pick("  kronor", "  kronor"),
            &|o| o.bought_ore.map(|ore| whole(ore, screen)).unwrap_or_default(),
            String::new(),
        );
    }
    row(screen.pick("moves", "flyttar"), &|o| n(o.moves.into()), String::new());
    row(
        screen.pick("families that said no", "familjer som tackat nej"),
        &|o| n(o.refusals.into()),
        String::new(),
    );
}
