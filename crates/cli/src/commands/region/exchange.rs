//! `hemvist exchange`: what each municipality gives to the pool and gets from it.

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::Ore;
use hemvist_region::exchange::{Exchange, ExchangeAsked, exchange};
use hemvist_region::shares::ShareAsked;

use super::share::By;
use super::{MatchedArgs, Setting, exact, failure, kronor, percent, show};
use crate::args::OutputArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct ExchangeArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    /// A common cost to set beside what each gets, in kronor
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    budget: Option<Ore>,
    /// By what the cost is shared
    #[arg(long, value_enum, default_value = "population", value_name = "KEY")]
    by: By,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &ExchangeArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let plan = setting.plan(screen)?;
    let asked = ExchangeAsked {
        share: args.budget.map(|budget| ShareAsked {
            budget_ore: budget.0,
            by: args.by.into(),
        }),
    };
    let found = exchange(&setting.pool, &plan, &asked).map_err(|error| failure(error, screen))?;
    show(
        &found,
        || text(&setting.pool, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &Exchange, screen: &Screen) -> String {
    let mut heads = vec![
        (screen.pick("Municipality", "Kommun"), Align::Left),
        (screen.pick("Homes", "Hem"), Align::Right),
        (screen.pick("Places", "Platser"), Align::Right),
        (screen.pick("Seek", "Söker"), Align::Right),
        (screen.pick("Own", "Egna"), Align::Right),
        (screen.pick("Got", "Fått"), Align::Right),
        (screen.pick("Gave", "Gett"), Align::Right),
        (screen.pick("Left", "Utan"), Align::Right),
    ];
    let costed = found.municipalities.iter().any(|balance| balance.cost_ore.is_some());
    if costed {
        heads.extend([
            (screen.pick("Placed %", "Placerade %"), Align::Right),
            (screen.pick("Cost %", "Kostnad %"), Align::Right),
            (screen.pick("Kronor", "Kronor"), Align::Right),
        ]);
    }
    let mut table = Table::new(&heads);
    for balance in &found.municipalities {
        let flow = balance.plan;
        let numbers = [
            balance.homes,
            balance.places,
            balance.children,
            flow.own,
            flow.got,
            flow.gave,
            balance.unplaced,
        ];
        let mut row = vec![words::municipality(pool, &balance.municipality).to_owned()];
        row.extend(numbers.map(|n| n.to_string()));
        if costed {
            row.extend([
                balance
                    .placed_basis_points
                    .map(|points| percent(points, screen))
                    .unwrap_or_default(),
                balance
                    .cost_basis_points
                    .map(|points| percent(points, screen))
                    .unwrap_or_default(),
                balance.cost_ore.map(|ore| exact(ore, screen)).unwrap_or_default(),
            ]);
        }
        table.row(row);
    }
    let now = found.municipalities.iter().map(|balance| balance.now.got).sum::<u32>();
    let note = screen.pick(
        "Own, got and gave count the children whom the plan places: in own homes, in others' homes, others' children in homes here. \
         Children who live in another municipality's home today:",
        "Egna, fått och gett räknar barnen som planen placerar: i egna hem, i andras hem, andras barn i hem här. Barn som i dag bor i \
         en annan kommuns hem:",
    );
    let mut lines = vec![table.text(1, screen.width)];
    lines.extend(wrap(&format!("{note} {now}."), screen.width));
    lines.join("\n") + "\n"
}
