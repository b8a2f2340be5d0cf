//! `hemvist what-if`: changes tried, and kept if wanted.

use std::fmt::Write as _;
use std::path::Path;

use hemvist::ask::{Difference, Regret, WhatIf, what_if};
use hemvist::changes::{Changes, Lifted, Places};
use hemvist::input::{Choice, ChoiceKind};
use hemvist::plan::{Plan, Status};
use hemvist::pool::Pool;
use hemvist::{Code, Problem, Problems};

use super::{GOOD, NAME, exit, list, paragraph};
use crate::args::{PolicyArgs, WhatIfArgs};
use crate::exit::{Exit, Failure};
use crate::files;
use crate::load::{self, Refused};
use crate::render::{Align, Table, thousands};
use crate::screen::Screen;

pub(in super::super) fn run(args: &WhatIfArgs, screen: &Screen) -> Result<Exit, Failure> {
    let matched = super::matched(&args.ask, screen)?;
    let changes = changes(args, matched.pool(), screen)?;
    let policy = match &args.then_policy {
        Some(path) => Some(load::compiled(
            &PolicyArgs {
                policy: Some(path.clone()),
                fairness: args.ask.policy.fairness,
            },
            screen,
        )?),
        None => None,
    };
    let policy = policy.as_ref().map(hemvist::policy::CompiledPolicy::policy);
    let path = args.changes.as_deref().unwrap_or(Path::new("changes"));
    let options = hemvist::ask::AskOptions {
        threads: args.ask.threads,
        work_limit: args.ask.work_limit,
        ..Default::default()
    };
    let found = what_if(&matched, &changes, policy, &options)
        .map_err(|error| super::failure(&error, Refused::Changes(path), screen))?;
    if let Some(path) = &args.keep {
        let mut bytes = serde_json::to_vec_pretty(found.matched.pool().document())
            .map_err(|_| Failure::new(Exit::Internal, "the pool could not be written as JSON"))?;
        bytes.push(b'\n');
        screen.put_bytes(&bytes, Some(path))?;
    }
    let file = args.ask.output.output.as_deref();
    super::put(
        &found.difference,
        || text(matched.plan(), &found, args.keep.as_deref(), screen),
        file,
        screen,
    )?;
    let proven = found.difference.regret.is_none_or(|regret| regret.proven);
    Ok(exit(found.difference.after.status, proven))
}

/// The changes of the document and of the command line together.
fn changes(args: &WhatIfArgs, pool: &Pool, screen: &Screen) -> Result<Changes, Failure> {
    let mut changes = match &args.changes {
        Some(path) => {
            let bytes = files::read(path, screen.lang)?;
            Changes::from_json(&bytes).map_err(|problems| load::refused(&problems, Refused::Changes(path), screen))?
        }
        None => Changes::default(),
    };
    let reason = args
        .reason
        .clone()
        .unwrap_or_else(|| screen.pick("tried by what-if", "prövat med what-if").to_owned());
    for (kind, pairs) in [
        (ChoiceKind::Lock, &args.lock),
        (ChoiceKind::Ban, &args.ban),
        (ChoiceKind::Refused, &args.refused),
        (ChoiceKind::Considered, &args.considered),
    ] {
        changes.choices.extend(pairs.chunks_exact(2).map(|pair| Choice {
            kind,
            child: pair[0].clone(),
            family: pair[1].clone(),
            reason: reason.clone(),
            on: None,
        }));
    }
    for pair in args.lift.chunks_exact(2) {
        let here = pool
            .document()
            .choices
            .iter()
            .filter(|c| c.child == pair[0] && c.family == pair[1]);
        let lifted: Vec<Lifted> = here
            .map(|choice| Lifted {
                kind: choice.kind,
                child: choice.child.clone(),
                family: choice.family.clone(),
            })
            .collect();
        if lifted.is_empty() {
            let problems = Problems::from(Problem::new(Code::ChangeNoSuchChoice, "lifted"));
            return Err(load::refused(&problems, Refused::Changes(Path::new("--lift")), screen));
        }
        changes.lifted.extend(lifted);
    }
    changes.withdrawn.extend(args.withdraw.iter().cloned());
    changes.left.extend(args.leave.iter().cloned());
    for pair in args.places.chunks_exact(2) {
        let Ok(places) = pair[1].parse() else {
            let problems = Problems::from(Problem::new(Code::OutOfRange, "places"));
            return Err(load::refused(
                &problems,
                Refused::Changes(Path::new("--places")),
                screen,
            ));
        };
        changes.places.push(Places {
            family: pair[0].clone(),
            places,
        });
    }
    Ok(changes)
}

fn text(before: &Plan, found: &WhatIf, kept: Option<&Path>, screen: &Screen) -> String {
    let (difference, lang, width) = (&found.difference, screen.lang, screen.width);
    let mut text = String::new();
    let strict = difference.plan.objective.strict;
    if difference.after.status == Status::Infeasible {
        paragraph(&mut text, difference.sentence.pick(lang), width);
        let locks: Vec<String> = difference
            .plan
            .conflicts
            .iter()
            .map(|c| format!("{} – {}", c.child, c.family))
            .collect();
        list(
            &mut text,
            lang.pick("Locks that cannot be kept", "Låsningar som inte kan hållas"),
            &locks,
            width,
        );
        return text;
    }
    text.push_str(&counts(before, difference, screen));
    text.push('\n');
    let lost = difference.regret.map_or_else(
        || {
            lang.pick(
                "Another policy counts in other points, so the sums cannot be compared.",
                "En annan policy räknar i andra poäng, så summorna kan inte jämföras.",
            )
            .to_owned()
        },
        |regret| sentence_case(&regret.sentence(strict, lang)),
    );
    paragraph(&mut text, &lost, width);
    let moves: Vec<String> = difference.moves.iter().map(|moved| moved.sentence(lang)).collect();
    if moves.is_empty() {
        paragraph(&mut text, lang.pick("Nobody moves.", "Ingen byter hem."), width);
    }
    list(&mut text, lang.pick("Who moves", "Vilka som byter hem"), &moves, width);
    let arrived = difference.arrived.iter().map(|moved| match &moved.to {
        Some(home) => format!("{} → {home}", moved.child),
        None => format!("{}: {}", moved.child, lang.pick("no home", "inget hem")),
    });
    list(
        &mut text,
        lang.pick("Who came", "Vilka som kom"),
        &arrived.collect::<Vec<_>>(),
        width,
    );
    let left = difference.left.iter().map(|moved| match &moved.from {
        Some(home) => format!("{} ({home})", moved.child),
        None => moved.child.clone(),
    });
    list(
        &mut text,
        lang.pick("Who left", "Vilka som lämnade"),
        &left.collect::<Vec<_>>(),
        width,
    );
    let locks = difference.locks.iter().map(|lock| {
        let price = lock
            .regret
            .as_ref()
            .map_or_else(String::new, |regret| price(regret, strict, screen));
        format!("{} – {}: {price}", lock.child, lock.family)
    });
    list(
        &mut text,
        lang.pick("What the locks cost", "Vad låsningarna kostar"),
        &locks.collect::<Vec<_>>(),
        width,
    );
    let _ = match kept {
        Some(path) => {
            let label = lang.pick("Kept in", "Sparat i");
            writeln!(text, "\n{GOOD}{label} {}{GOOD:#}", path.display())
        }
        None => writeln!(
            text,
            "\n{}",
            lang.pick(
                "Nothing is kept; --keep FILE writes the changed pool.",
                "Inget sparas; --keep FIL skriver den ändrade poolen.",
            )
        ),
    };
    text
}

/// What a choice costs, in words.
fn price(regret: &Regret, strict: bool, screen: &Screen) -> String {
    if regret.is_nothing() {
        screen.pick("costs nothing", "kostar ingenting").to_owned()
    } else {
        regret.sentence(strict, screen.lang)
    }
}

/// Both plans in numbers.
fn counts(before: &Plan, difference: &Difference, screen: &Screen) -> String {
    let lang = screen.lang;
    let (old, new) = (&difference.before.totals, &difference.after.totals);
    let mean = |fit: i64, placed: u32| if placed == 0 { 0 } else { fit / i64::from(placed) };
    let mut table = Table::new(&[
        ("", Align::Left),
        (lang.pick("before", "förut"), Align::Right),
        (lang.pick("after", "efter"), Align::Right),
    ]);
    let rows = [
        (
            lang.pick("children who get a home", "barn som får ett hem"),
            i64::from(old.placed),
            i64::from(new.placed),
        ),
        (
            lang.pick("children who do not", "barn som inte får något"),
            i64::from(old.unplaced),
            i64::from(new.unplaced),
        ),
        (
            lang.pick("steps of urgency met", "steg av brådska"),
            difference.before.tiers.urgency,
            difference.after.tiers.urgency,
        ),
        (
            lang.pick("network homes", "nätverkshem"),
            i64::from(old.network_placed),
            i64::from(new.network_placed),
        ),
        (
            lang.pick("mean fit", "passning i medeltal"),
            mean(old.fit, old.placed),
            mean(new.fit, new.placed),
        ),
        (
            lang.pick("sibling pairs together", "syskonpar tillsammans"),
            i64::from(old.sibling_pairs),
            i64::from(new.sibling_pairs),
        ),
        (
            lang.pick("places left free", "lediga platser kvar"),
            i64::from(old.places_free),
            i64::from(new.places_free),
        ),
    ];
    for (what, old, new) in rows {
        table.row(vec![what.to_owned(), thousands(old, lang), thousands(new, lang)]);
    }
    let status = difference.after.status.sentence(lang);
    format!(
        "{NAME}{}{NAME:#} {}: {status}\n\n{}",
        screen.pick("Tried on the pool of", "Prövat på poolen per"),
        before.as_of,
        table.text(0, screen.width)
    )
}

/// A sentence as it stands alone: a capital and a full stop.
pub(super) fn sentence_case(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
