//! `hemvist cost plan`: what a plan costs in a year and saves against agency care.

use clap::{ArgGroup, Args};
use hemvist::pool::Pool;
use hemvist_region::costing::NotCosted;
use hemvist_region::plan_cost::{PlanCost, PlanCostAsked, Side, plan_cost};

use super::CostingArgs;
use crate::args::OutputArgs;
use crate::commands::region::{MatchedArgs, Setting, failure, show, whole};
use crate::exit::{Exit, Failure};
use crate::render::{Align, Table, words, wrap};
use crate::screen::Screen;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("priced").args(["agency_per_day"]).required(true)))]
pub(crate) struct PlanCostArgs {
    #[command(flatten)]
    matched: MatchedArgs,
    #[command(flatten)]
    costing: CostingArgs,
    /// Needs level from which an agency home is held to be called for
    #[arg(long, default_value_t = 4, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=5))]
    agency_from_needs: u8,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &PlanCostArgs, screen: &Screen) -> Result<Exit, Failure> {
    let setting = Setting::load(&args.matched, screen)?;
    let plan = setting.plan(screen)?;
    let asked = PlanCostAsked {
        costing: args.costing.asked(screen)?.unwrap_or_default(),
        agency_from_needs: Some(args.agency_from_needs),
    };
    let found = plan_cost(&setting.pool, &plan, &asked).map_err(|error| failure(error, screen))?;
    show(
        &found,
        || text(&setting.pool, &found, screen),
        args.output.output.as_deref(),
        screen,
    )?;
    Ok(Exit::Ok)
}

fn text(pool: &Pool, found: &PlanCost, screen: &Screen) -> String {
    let mut table = Table::new(&[
        (screen.pick("Municipality", "Kommun"), Align::Left),
        (screen.pick("Now", "Nu"), Align::Right),
        (screen.pick("kr a year", "kr per år"), Align::Right),
        (screen.pick("Plan", "Plan"), Align::Right),
        (screen.pick("kr a year", "kr per år"), Align::Right),
        (screen.pick("Moved", "Flyttar"), Align::Right),
        (screen.pick("saves", "sparar"), Align::Right),
        (screen.pick("No home", "Utan hem"), Align::Right),
    ]);
    if found.municipalities.len() > 1 {
        for municipality in &found.municipalities {
            row(
                &mut table,
                words::municipality(pool, &municipality.municipality),
                &municipality.side,
                screen,
            );
        }
    }
    row(&mut table, screen.pick("all", "alla"), &found.all, screen);
    let mut lines = vec![table.text(1, screen.width)];
    let bought = whole(found.all.bought_for_them_ore, screen);
    lines.extend(wrap(
        &match screen.lang {
            hemvist::Lang::En => format!(
                "Now and plan: children who live in a home and what they cost. Moved: children who move from an agency home to an own \
                 home. Homes bought for those without one would cost {bought} kr a year."
            ),
            hemvist::Lang::Sv => format!(
                "Nu och plan: barn som bor i ett hem och vad de kostar. Flyttar: barn som flyttar från konsulentstött till eget hem. Köpta \
                 hem för dem som saknar skulle kosta {bought} kr per år."
            ),
        },
        screen.width,
    ));
    if !found.moved_from_agency.is_empty() {
        let list = found.moved_from_agency.iter().map(|moved| {
            let saving = moved
                .saving_ore
                .map_or_else(|| "?".to_owned(), |ore| whole(ore, screen));
            format!("{} {} → {} {saving} kr", moved.child, moved.from, moved.to)
        });
        let head = screen.pick(
            "From agency homes to own homes, with what it saves a year",
            "Från konsulentstödda till egna hem, med vad det sparar per år",
        );
        lines.extend(wrap(
            &format!("{head}: {}.", list.collect::<Vec<_>>().join(", ")),
            screen.width,
        ));
    }
    if !found.agency_without_need.is_empty() {
        let list = found
            .agency_without_need
            .iter()
            .map(|flag| format!("{} {}", flag.child, flag.family));
        let head = screen.pick(
            "In an agency home without a need for it (needs under level",
            "I konsulentstött hem utan att behoven kräver det (behov under nivå",
        );
        let list = list.collect::<Vec<_>>().join(", ");
        lines.extend(wrap(
            &format!("{head} {}): {list}.", found.agency_from_needs),
            screen.width,
        ));
    }
    lines.extend(not_costed(found, screen));
    lines.join("\n") + "\n"
}

fn row(table: &mut Table, who: &str, side: &Side, screen: &Screen) {
    table.row(vec![
        who.to_owned(),
        side.children_now.to_string(),
        whole(side.now_ore, screen),
        side.children_planned.to_string(),
        whole(side.planned_ore, screen),
        side.moved_from_agency.to_string(),
        whole(side.saving_ore, screen),
        side.without_home.to_string(),
    ]);
}

fn not_costed(found: &PlanCost, screen: &Screen) -> Vec<String> {
    let mut lines = Vec::new();
    for (reason, en, sv) in [
        (NotCosted::NeedsUnknown, "needs level not known", "behovsnivån är okänd"),
        (
            NotCosted::NotInFees,
            "level or age not in the fees",
            "nivån eller åldern saknas i arvodena",
        ),
        (
            NotCosted::OtherPlacement,
            "respite or supported lodging",
            "avlastning eller stödboende",
        ),
    ] {
        let children: Vec<&str> = found
            .not_costed
            .iter()
            .filter(|child| child.reason == reason)
            .map(|child| child.child.as_str())
            .collect();
        if !children.is_empty() {
            let head = screen.pick("Not in the sums", "Inte i summorna");
            let text = format!(
                "{head}, {}: {} ({}).",
                screen.pick(en, sv),
                children.len(),
                children.join(", ")
            );
            lines.extend(wrap(&text, screen.width));
        }
    }
    lines
}
