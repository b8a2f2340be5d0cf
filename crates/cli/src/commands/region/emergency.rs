//! `hemvist emergency`: the way from an emergency home to a lasting one.

use clap::Args;
use hemvist::clock::Basis;
use hemvist_region::emergency::{Clock, Emergency, EmergencyAsked, Waiting, emergency};

use super::{MatchedArgs, Setting, failure, show};
use crate::args::OutputArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct EmergencyArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    /// Alert so many days before the clock ends
    #[arg(long, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(0..=365))]
    warn_days: u16,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &EmergencyArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let plan = setting.plan(screen)?;
    let asked = EmergencyAsked {
        warn_days: Some(args.warn_days),
    };
    let found = emergency(&setting.pool, &setting.policy, &plan, &asked).map_err(|error| failure(error, screen))?;
    show(&found, || text(&found, screen), args.output.output.as_deref(), screen)?;
    Ok(Exit::Ok)
}

fn text(found: &Emergency, screen: &Screen) -> String {
    let mut table = Table::new(&[
        (screen.pick("Child", "Barn"), Align::Left),
        (screen.pick("Emergency home", "Jourhem"), Align::Left),
        (screen.pick("Days", "Dagar"), Align::Right),
        (screen.pick("Last day", "Sista dag"), Align::Left),
        (screen.pick("Left", "Kvar"), Align::Right),
        (screen.pick("In queue", "I kö"), Align::Right),
        (screen.pick("Plan", "Plan"), Align::Left),
        (screen.pick("Clock", "Klocka"), Align::Left),
    ]);
    for waiting in &found.children {
        let or_none = |text: Option<String>| text.unwrap_or_default();
        table.row(vec![
            waiting.child.clone(),
            waiting.family.clone(),
            waiting.days.map_or_else(|| "?".to_owned(), |days| days.to_string()),
            or_none(
                waiting
                    .last_day
                    .map(|day| format!("{day}{}", if is_usual(waiting) { "*" } else { "" })),
            ),
            or_none(waiting.days_left.map(|left| left.to_string())),
            or_none(waiting.place_in_queue.map(|place| place.to_string())),
            or_none(waiting.proposed.clone()),
            clock(waiting.clock, screen).to_owned(),
        ]);
    }
    let alerts = found.alerts;
    let counts = match screen.lang {
        hemvist::Lang::En => format!(
            "{} have passed their last day, {} pass it within {} days, {} later, of {} nobody can say. {} children seek a lasting \
             home; the place in that queue goes by urgency, then by days waited.",
            alerts.ended, alerts.ends_soon, found.warn_days, alerts.running, alerts.not_begun, found.queue
        ),
        hemvist::Lang::Sv => format!(
            "{} har passerat sin sista dag, {} gör det inom {} dagar, {} senare, för {} går det inte att säga. {} barn söker ett \
             varaktigt hem; platsen i kön går efter angelägenhet, sedan efter väntade dagar.",
            alerts.ended, alerts.ends_soon, found.warn_days, alerts.running, alerts.not_begun, found.queue
        ),
    };
    let mut lines = vec![table.text(1, screen.width)];
    if found.children.iter().any(is_usual) {
        let note = screen.pick(
            "* the end of the child inquiry is not known: the usual ceiling, from the day on which the child came.",
            "* utredningens slut är inte känt: det vanliga taket, räknat från den dag då barnet kom.",
        );
        lines.extend(wrap(note, screen.width));
    }
    lines.extend(wrap(&counts, screen.width));
    lines.join("\n") + "\n"
}

fn is_usual(waiting: &Waiting) -> bool {
    waiting.basis == Some(Basis::UsualCeiling)
}

fn clock(clock: Clock, screen: &Screen) -> &'static str {
    match clock {
        Clock::Ended => screen.pick("ended", "passerad"),
        Clock::EndsSoon => screen.pick("ends soon", "snart"),
        Clock::Running => screen.pick("running", "går"),
        Clock::NotBegun => screen.pick("not known", "okänd"),
    }
}
