//! `hemvist fairness`: together against alone.

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::fairness::{Fairness, fairness};

use super::{MatchedArgs, Setting, failure, show};
use crate::args::OutputArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct FairnessArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &FairnessArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let found = fairness(&setting.pool, &setting.policy, &setting.options).map_err(|error| failure(error, screen))?;
    show(
        &found,
        || text(&setting.pool, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &Fairness, screen: &Screen) -> String {
    let mut table = Table::new(&[
        (screen.pick("Municipality", "Kommun"), Align::Left),
        (screen.pick("Seek", "Söker"), Align::Right),
        (screen.pick("Homes", "Hem"), Align::Right),
        (screen.pick("Placed", "Placerade"), Align::Right),
        (screen.pick("Urgency", "Angelägenhet"), Align::Right),
        (screen.pick("Network", "Nätverk"), Align::Right),
        (screen.pick("Fit", "Passning"), Align::Right),
        ("", Align::Left),
    ]);
    let pair = |alone: i64, together: i64| format!("{alone} → {together}");
    for side in &found.municipalities {
        table.row(vec![
            words::municipality(pool, &side.municipality).to_owned(),
            side.children.to_string(),
            side.homes.to_string(),
            pair(side.placed_alone.into(), side.placed_together.into()),
            pair(side.alone.urgency, side.together.urgency),
            pair(side.alone.network, side.together.network),
            pair(side.alone.fit, side.together.fit),
            if side.below {
                screen.pick("below", "sämre").to_owned()
            } else {
                String::new()
            },
        ]);
    }
    table.row(vec![
        screen.pick("all", "alla").to_owned(),
        String::new(),
        String::new(),
        pair(found.placed_alone.into(), found.placed_together.into()),
        pair(found.alone.urgency, found.together.urgency),
        pair(found.alone.network, found.together.network),
        pair(found.alone.fit, found.together.fit),
        String::new(),
    ]);
    let mut lines = vec![table.text(1, screen.width)];
    let note = screen.pick(
        "Alone → together: what each municipality's children reach in its own homes, and in the joint plan. Below: less than alone, the aims taken \
         in their order.",
        "Ensam → tillsammans: vad varje kommuns barn når i egna hem, och i den gemensamma planen. Sämre: mindre än ensam, målen i deras ordning.",
    );
    lines.extend(wrap(note, screen.width));
    let sum = if found.joint_is_at_least_the_sum {
        screen.pick(
            "Together is worth at least the sum of all alone.",
            "Tillsammans är värt minst summan av alla ensamma.",
        )
    } else {
        screen.pick(
            "Together is worth less than the sum of all alone: a limit spans municipalities.",
            "Tillsammans är värt mindre än summan av alla ensamma: en gräns gäller över kommungränser.",
        )
    };
    lines.push(sum.to_owned());
    let promise = if found.promise_kept {
        screen.pick(
            "No municipality is worse off than alone, and that costs nothing.",
            "Ingen kommun får det sämre än ensam, och det kostar ingenting.",
        )
    } else {
        screen.pick(
            "Some municipality is worse off than alone. What a plan that avoids it would cost is not worked out here.",
            "Någon kommun får det sämre än ensam. Vad en plan som undviker det skulle kosta räknas inte ut här.",
        )
    };
    lines.extend(wrap(promise, screen.width));
    lines.join("\n") + "\n"
}
