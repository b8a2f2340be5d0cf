//! `hemvist caseload`: how many homes and children each worker follows.

use std::path::PathBuf;

use clap::Args;
use hemvist::ReadOptions;
use hemvist_region::caseload::{Caseload, CaseloadAsked, Follows, Load, caseload, from_table};

use super::{MatchedArgs, Setting, failure, read_small, show};
use crate::args::OutputArgs;
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
pub(crate) struct CaseloadArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    /// Most homes of a family-home secretary
    #[arg(long, default_value_t = 17, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    homes: u16,
    /// Most children of a social worker
    #[arg(long, default_value_t = 17, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    children: u16,
    /// Which social worker follows which child: a table (.csv) with child and worker
    #[arg(long, value_name = "FILE")]
    workers: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &CaseloadArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let plan = setting.plan(screen)?;
    let from_json = |bytes: &[u8], _: &ReadOptions| {
        let asked: CaseloadAsked = hemvist::json::read_as(bytes)?;
        Ok(asked.workers)
    };
    let read = |bytes: &[u8], _: &ReadOptions| from_table(bytes);
    let workers: Option<Vec<Follows>> = args
        .workers
        .as_ref()
        .map(|path| read_small(path, from_json, read, screen))
        .transpose()?;
    let asked = CaseloadAsked {
        homes: Some(args.homes),
        children: Some(args.children),
        workers: workers.unwrap_or_default(),
    };
    let found = caseload(&setting.pool, &plan, &asked).map_err(|error| failure(error, screen))?;
    show(&found, || text(&found, screen), args.output.output.as_deref(), screen)?;
    Ok(Exit::Ok)
}

fn text(found: &Caseload, screen: &Screen) -> String {
    let secretary = screen.pick("Secretary (homes)", "Familjehemssekreterare (hem)");
    let mut text = loads(secretary, &found.secretaries, screen);
    if !found.workers.is_empty() {
        text.push('\n');
        text.push_str(&loads(
            screen.pick("Social worker (children)", "Socialsekreterare (barn)"),
            &found.workers,
            screen,
        ));
    }
    let over = found
        .secretaries
        .iter()
        .chain(&found.workers)
        .filter(|load| load.over)
        .count();
    let note = match screen.lang {
        hemvist::Lang::En => format!(
            "Targets: {} homes, {} children. {over} would be over. Homes with a placed child and no secretary under the plan: {}.",
            found.most_homes, found.most_children, found.homes_without_secretary
        ),
        hemvist::Lang::Sv => format!(
            "Mål: {} hem, {} barn. {over} skulle gå över. Hem med placerat barn och utan sekreterare enligt planen: {}.",
            found.most_homes, found.most_children, found.homes_without_secretary
        ),
    };
    text.push('\n');
    for line in wrap(&note, screen.width) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn loads(head: &'static str, all: &[Load], screen: &Screen) -> String {
    let mut table = Table::new(&[
        (head, Align::Left),
        (screen.pick("Now", "Nu"), Align::Right),
        (screen.pick("Plan", "Plan"), Align::Right),
        ("", Align::Left),
    ]);
    for load in all {
        let mark = if load.over {
            screen.pick("over the target", "över målet")
        } else {
            ""
        };
        table.row(vec![
            load.id.clone(),
            load.now.to_string(),
            load.planned.to_string(),
            mark.to_owned(),
        ]);
    }
    table.text(1, screen.width)
}
