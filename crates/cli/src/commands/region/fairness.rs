//! `hemvist fairness`: together against alone.

use std::fmt::Write as _;

use clap::Args;
use hemvist::pool::Pool;
use hemvist_region::fairness::{Fair, Fairness, FairnessAsked, fairness};

use super::{MatchedArgs, Setting, failure, percent, show};
use crate::args::OutputArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, amounts, not_proven_greatest, share, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct FairnessArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    /// Also the plan in which the smallest share that a municipality gets, of what it could have, is as great as possible
    #[arg(long)]
    max_min: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &FairnessArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let asked = FairnessAsked { max_min: args.max_min };
    let found = fairness(&setting.pool, &setting.policy, &asked, &setting.options);
    let found = found.map_err(|error| failure(error, screen))?;
    let objective = &setting.policy.policy().objective;
    let points = [objective.urgency_points, objective.network_points, 1];
    let weights = (!objective.strict).then(|| points.map(i64::from));
    show(
        &found,
        || text(&setting.pool, &found, weights, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &Fairness, weights: Option<[i64; 3]>, screen: &Screen) -> String {
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
    lines.extend(wrap(&promise(found, weights, screen), screen.width));
    if !found.promise_kept || found.max_min.is_some() {
        lines.push(String::new());
        lines.push(under_promises(pool, found, screen));
        let placed = screen.pick(
            "Children placed (steps of urgency met). Promise: the best plan in which no municipality is below what it reaches alone.",
            "Placerade barn (angelägenhet som möts). Löfte: den bästa plan där ingen kommun får mindre än ensam.",
        );
        let max_min = found.max_min.map(|fair| format!(" {}", max_min(&fair, screen)));
        lines.extend(wrap(&(placed.to_owned() + &max_min.unwrap_or_default()), screen.width));
    }
    lines.join("\n") + "\n"
}

/// Whether the joint plan keeps the promise, and what it costs to keep it.
fn promise(found: &Fairness, weights: Option<[i64; 3]>, screen: &Screen) -> String {
    if found.promise_kept {
        let kept = screen.pick(
            "No municipality is worse off than alone, and that costs nothing.",
            "Ingen kommun får det sämre än ensam, och det kostar ingenting.",
        );
        return kept.to_owned();
    }
    let below = screen.pick(
        "In the joint plan some municipality is worse off than alone.",
        "I den gemensamma planen får någon kommun det sämre än ensam.",
    );
    let price = match found.price {
        Some(price) => format!(
            "{} {}.",
            screen.pick(
                "To promise that none is costs the pool:",
                "Att lova att ingen får det kostar poolen:"
            ),
            amounts(price, weights, screen.lang)
        ),
        None => screen
            .pick(
                "What the promise costs is not proven.",
                "Vad löftet kostar är inte bevisat.",
            )
            .to_owned(),
    };
    format!("{below} {price}")
}

/// The joint plan beside those that promise something.
fn under_promises(pool: &Pool, found: &Fairness, screen: &Screen) -> String {
    let mut heads = vec![
        (screen.pick("Municipality", "Kommun"), Align::Left),
        (screen.pick("Alone", "Ensam"), Align::Right),
        (screen.pick("Joint", "Gemensam"), Align::Right),
        (screen.pick("Promise", "Löfte"), Align::Right),
    ];
    if found.max_min.is_some() {
        heads.push(("Max-min", Align::Right));
        heads.push((screen.pick("Share", "Andel"), Align::Right));
    }
    let mut table = Table::new(&heads);
    let cell = |placed: u32, urgency: i64| format!("{placed} ({urgency})");
    let row = |name: &str, three: [(u32, i64); 3], max_min: Option<(u32, i64, Option<u32>)>| {
        let mut cells = vec![name.to_owned()];
        cells.extend(three.map(|(placed, urgency)| cell(placed, urgency)));
        if let Some((placed, urgency, points)) = max_min {
            cells.extend([cell(placed, urgency), share(points)]);
        }
        cells
    };
    for side in &found.municipalities {
        let three = [
            (side.placed_alone, side.alone.urgency),
            (side.placed_together, side.together.urgency),
            (side.with_promise.placed, side.with_promise.worth.urgency),
        ];
        let max_min = side
            .max_min
            .map(|got| (got.placed, got.worth.urgency, got.share_basis_points));
        table.row(row(words::municipality(pool, &side.municipality), three, max_min));
    }
    let three = [
        (found.placed_alone, found.alone.urgency),
        (found.placed_together, found.together.urgency),
        (found.with_promise.placed, found.with_promise.worth.urgency),
    ];
    let max_min = found
        .max_min
        .map(|fair| (fair.placed, fair.worth.urgency, fair.least_share_basis_points));
    table.row(row(screen.pick("all", "alla"), three, max_min));
    table.text(1, screen.width)
}

fn max_min(fair: &Fair, screen: &Screen) -> String {
    let note = screen.pick(
        "Max-min: the plan in which the smallest share, of what a municipality could have if it were served first, is greatest; the last column \
         is that share, and for all the smallest.",
        "Max-min: den plan där den minsta andelen, av vad en kommun kunde få om den gick först, är störst; sista kolumnen är den andelen, \
         och för alla den minsta.",
    );
    let mut text = note.to_owned();
    if fair.least_share_proven == Some(false) {
        let _ = write!(text, " {}", not_proven_greatest(screen.lang));
    }
    if let Some(points) = fair.price_basis_points {
        let price = screen.pick("Its price of fairness:", "Dess pris för rättvisa:");
        let _ = write!(text, " {price} {} %.", percent(points, screen));
    }
    text
}
