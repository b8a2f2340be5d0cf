//! `hemvist share`: what each municipality pays of a common cost.

use clap::{Args, ValueEnum};
use hemvist::pool::Pool;
use hemvist_region::Ore;
use hemvist_region::shares::{Key, Share, ShareAsked, share};

use super::{exact, failure, kronor, percent, show};
use crate::args::{OutputArgs, PoolArgs};
use crate::exit::{Exit, Failure};
use crate::load;
use crate::render::{Align, Table, thousands, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct ShareArgs {
    #[command(flatten)]
    pool: PoolArgs,
    /// The cost to share, in kronor, such as 4500000 or 4500000.50
    #[arg(long, value_name = "KRONOR", value_parser = kronor)]
    budget: Ore,
    /// By what it is shared
    #[arg(long, value_enum, default_value = "population", value_name = "KEY")]
    by: By,
    #[command(flatten)]
    output: OutputArgs,
}

/// By what a cost is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Inhabitants
    Population,
    /// Children 0–18 who live at home
    AtHome,
    /// Children 0–18 who are placed
    Placed,
    /// Half by children at home, half by children placed
    AtHomeAndPlaced,
}

impl From<By> for Key {
    fn from(by: By) -> Self {
        match by {
            By::Population => Self::Population,
            By::AtHome => Self::ChildrenAtHome,
            By::Placed => Self::ChildrenPlaced,
            By::AtHomeAndPlaced => Self::AtHomeAndPlaced,
        }
    }
}

pub(super) fn run(args: &ShareArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let asked = ShareAsked {
        budget_ore: args.budget.0,
        by: args.by.into(),
    };
    let shared = share(&pool, &asked).map_err(|error| failure(error, screen))?;
    show(
        &shared,
        || text(&pool, &shared, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, shared: &Share, screen: &Screen) -> String {
    let at_home = (screen.pick("At home", "Hemma"), Align::Right);
    let placed = (screen.pick("Placed", "Placerade"), Align::Right);
    let counts: &[_] = match shared.by {
        Key::Population => &[(screen.pick("Inhabitants", "Invånare"), Align::Right)],
        Key::ChildrenAtHome => &[at_home],
        Key::ChildrenPlaced => &[placed],
        Key::AtHomeAndPlaced => &[at_home, placed],
    };
    let heads = [
        &[(screen.pick("Municipality", "Kommun"), Align::Left)],
        counts,
        &[
            (screen.pick("Per cent", "Procent"), Align::Right),
            (screen.pick("Kronor", "Kronor"), Align::Right),
            ("", Align::Left),
        ],
    ];
    let mut table = Table::new(&heads.concat());
    for part in &shared.municipalities {
        let mut row = vec![words::municipality(pool, &part.municipality).to_owned()];
        row.extend(part.counts.iter().map(|&count| thousands(count, screen.lang)));
        row.push(percent(part.share_basis_points, screen));
        row.push(exact(part.amount_ore, screen));
        row.push(if part.got_remainder {
            "*".to_owned()
        } else {
            String::new()
        });
        table.row(row);
    }
    let mut sum = vec![screen.pick("sum", "summa").to_owned()];
    sum.extend(counts.iter().map(|_| String::new()));
    sum.extend([String::new(), exact(shared.budget_ore, screen), String::new()]);
    table.row(sum);
    let rule = screen.pick(
        "Each share is rounded down to whole öre; * marks those who pay one of the öre that are left, given to the greatest remainders, \
         equal ones by municipality code.",
        "Varje andel avrundas nedåt till hela ören; * märker dem som betalar ett av de ören som blir över, som går till de största \
         resterna, lika rester efter kommunkod.",
    );
    let mut lines = vec![table.text(1, screen.width)];
    lines.extend(wrap(rule, screen.width));
    lines.join("\n") + "\n"
}
