//! One connected part, from prices to a proven plan.
//!
//! Phases: (1) a part without groups is a transportation problem; (2) otherwise column generation and subset cuts give
//! prices and a bound; (3) a dive gives a plan, in a large part while greater cuts lower the bound, or, where more columns cost
//! nothing than can be listed, what the program leaves open ([`crate::rest`]), or a hunt; (4) fixing: a plan better than the
//! one known can only use columns whose reduced cost is below the gap, so those are listed and searched as a tree. If they are
//! too many, in a large part the plan is improved in places first ([`crate::near`]), and then a smaller gap is tried: the search
//! finds a plan within it, or shows that there is none, and the plan is improved once more before the next. (5) A part of few bins is halved instead ([`crate::tree::halves`]), and so is any
//! whose list would be too long. In a wide part (2) and (3) go by what the program leaves open ([`crate::rest`]), and (4) ends
//! with the first list.

mod close;

use crate::before::Like;
use crate::cuts::{Cut, Reach};
use crate::exchange::Exchange;
use crate::gauge::Gauge;
use crate::lp::Lp;
use crate::master::{Column, Layout, Master};
use crate::model::Part;
use crate::near;
use crate::plan::PartPlan;
use crate::prices::Prices;
use crate::problem::SCALE;
use crate::regions;
use crate::rest;
use crate::ties::{self, Draw, Settled};
use crate::transport::{self, Flow, Graph, NONE};
use crate::tree::{Node, Tree};
use close::seems_long;

/// Why the bound of a part holds.
#[derive(Clone, Debug)]
pub(crate) struct PartProof {
    /// Prices at the root and the cuts they and the leaves may charge for.
    pub root: Prices,
    /// What no set of each bin gains more than at these prices.
    pub bin_price: Vec<i64>,
    pub cuts: Vec<Cut>,
    /// A closed tree, over the columns that the root prices leave or with proofs of its own at its ends; empty if the root
    /// prices suffice.
    pub tree: Vec<Node>,
}

/// What was found for a part.
#[derive(Clone, Debug)]
pub(crate) enum PartOutcome {
    Planned(PartPlan),
    /// Proved: no plan reaches the floors.
    Impossible,
    /// A limit was reached before any plan that reaches the floors was found.
    Nothing,
}

/// A plan for a part with its bound.
#[derive(Clone, Debug)]
pub(crate) struct PartAnswer {
    pub outcome: PartOutcome,
    /// No plan of this part is worth more.
    pub bound: i128,
    pub proof: PartProof,
    /// What became of ties, if a draw was given and the work allowed it.
    pub ties: Option<Settled>,
    pub work: u64,
}

/// Nonbasic columns for each row that stay awake while cuts are taken up.
const AWAKE_PER_ROW: usize = 2;

/// Columns searched at first, at least.
const FEW_COLUMNS: usize = 12_000;

/// How often what a wide part leaves open is solved.
const TURNS: usize = 2;

/// The share of the work done so far that a dive may take in a part that is not large, if there is a short list: where the
/// program does not lead down quickly, the plan at its end is poor, and that list finds a better one.
const DIVE: u64 = 8;

/// The share of the work done so far that each look for a plan among cuts may take.
const TRIES: u64 = 8;

/// What is kept of a solve, to be asked again: a program that is optimal for the part as it is, or prices of a
/// transportation problem, in points.
#[derive(Clone)]
pub(crate) enum Kept {
    Program {
        layout: Layout,
        cuts: Vec<Cut>,
        lp: Box<Lp>,
        columns: Vec<Column>,
        /// The numbers of those that only buy off floors.
        bought: std::ops::Range<u32>,
    },
    Flow {
        item_price: Vec<i64>,
        bin_price: Vec<i64>,
    },
}

/// Solves a part, beginning with what is known of it.
pub(crate) fn solve(
    part: &Part,
    draw: Option<&Draw<'_>>,
    former: Option<&Like>,
    gauge: &Gauge<'_>,
) -> (PartAnswer, Kept) {
    if part.is_transport()
        && let Some(answer) = solve_transport(part, draw, former, gauge)
    {
        return answer;
    }
    let master = match former {
        Some(like) if !like.columns.is_empty() => Master::after(part, like),
        _ if regions::suit(part) => regions::begin(part, regions::SIZES, gauge),
        _ => Master::new(part, gauge),
    };
    go_on(master, draw, gauge)
}

/// Solves a part from where its master stands.
pub(crate) fn go_on(mut master: Master<'_>, draw: Option<&Draw<'_>>, gauge: &Gauge<'_>) -> (PartAnswer, Kept) {
    let part = master.part;
    let scale = i128::from(SCALE);
    let lowest = lowest_value(part);
    let mut plan = Some(master.plan.clone()).filter(|plan| plan.reaches_floors(part));
    let is_wide = part.widths() > 0 && part.classes.is_empty();
    let is_large = part.n_bins() >= near::FEW_BINS;
    let few = FEW_COLUMNS.max(6 * (part.n_units() + part.n_bins()));
    match &mut plan {
        _ if gauge.stopped() => {}
        Some(plan) if is_wide => in_turns(&mut master, plan, gauge),
        _ => plan = tighten_or_find(&mut master, plan, few, gauge),
    }
    let value = |plan: &Option<PartPlan>| plan.as_ref().map_or(lowest - 1, |p| p.value);
    gauge.report(value(&plan), master.bound.div_euclid(scale));
    let is_closed = master.bound < (value(&plan) + 1) * scale;
    if !gauge.stopped() && !is_closed {
        let is_tied = seems_long(&mut master, 0, few, gauge);
        let dull_gain = dull_gain(part);
        let found = match (is_wide, is_large && !is_tied) {
            // Each point that is not open any more saves more of a large tree than these cuts cost.
            (true, true) => {
                tighten(&mut master, dull_gain, Reach::LONG, gauge);
                None
            }
            (false, true) => {
                let mut dive = Tree::new(&master, master.real_columns(), value(&plan));
                let cuts = |gauge: &Gauge<'_>| tighten(&mut master, dull_gain, Reach::LONG, gauge);
                gauge.both(cuts, |gauge| dive.dive(gauge));
                dive.plan.map(|found| improve(part, found))
            }
            (true, false) => None,
            (false, false) => quick_plan(&master, value(&plan), is_tied, gauge),
        };
        plan = found.or(plan);
    }
    let searched = close::search(&mut master, plan, few, is_large, gauge);
    let (mut plan, tree) = (searched.plan, searched.tree);
    let bound = if tree.is_empty() {
        master.bound.div_euclid(scale)
    } else {
        value(&plan)
    };
    gauge.report(value(&plan), bound);
    let ties = match (&mut plan, draw) {
        (Some(plan), Some(draw)) if bound == plan.value => settle(&mut master, plan, draw, gauge),
        _ => None,
    };
    let bought = master.bought();
    let proof = PartProof {
        root: master.prices,
        bin_price: master.bin_price,
        cuts: searched.cuts,
        tree,
    };
    let answer = PartAnswer {
        outcome: match plan {
            Some(plan) => PartOutcome::Planned(plan),
            None if searched.impossible => PartOutcome::Impossible,
            None => PartOutcome::Nothing,
        },
        bound,
        proof,
        ties,
        work: gauge.work(),
    };
    let kept = Kept::Program {
        layout: master.layout.clone(),
        cuts: master.sets.cuts.list.clone(),
        bought,
        lp: Box::new(master.lp),
        columns: master.columns,
    };
    (answer, kept)
}

/// Solves a part that is as it was: only ties are to be settled.
pub(crate) fn again(
    part: &Part,
    answer: &PartAnswer,
    kept: &Kept,
    draw: Option<&Draw<'_>>,
    gauge: &Gauge<'_>,
) -> (PartAnswer, Kept) {
    let mut answer = PartAnswer {
        ties: None,
        work: 0,
        ..answer.clone()
    };
    if let PartOutcome::Planned(plan) = &mut answer.outcome {
        gauge.report(plan.value, answer.bound);
        if let Some(draw) = draw.filter(|_| answer.bound == plan.value) {
            answer.ties = match kept {
                Kept::Program { .. } => {
                    let mut master = Master::kept(part, kept, &answer.proof);
                    settle(&mut master, plan, draw, gauge)
                }
                Kept::Flow { item_price, bin_price } => {
                    let mut flow = Flow {
                        bin_of: plan.bin_of(part).into_iter().map(|b| b.unwrap_or(NONE)).collect(),
                        item_price: item_price.clone(),
                        bin_price: bin_price.clone(),
                    };
                    let ties = ties::settle_flow(part, &mut flow, draw, gauge);
                    *plan = plan_of(part, &flow);
                    ties
                }
            };
        }
        answer.work = gauge.work();
    }
    (answer, kept.clone())
}

/// The plan of a transportation problem.
fn plan_of(part: &Part, flow: &Flow) -> PartPlan {
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(); part.n_bins()];
    for (u, &b) in flow.bin_of.iter().enumerate() {
        if b != NONE {
            sets[b as usize].push(u as u32);
        }
    }
    PartPlan::of(part, sets)
}

/// No plan is worth less: every meeting that costs something, and nothing else.
pub(crate) fn lowest_value(part: &Part) -> i128 {
    let costs = part
        .meetings
        .iter()
        .flatten()
        .filter_map(|m| m.value)
        .filter(|&v| v < 0);
    costs.map(i128::from).sum::<i128>() / 2
}

/// Settles ties over the columns that an optimal plan can use.
fn settle(master: &mut Master<'_>, plan: &mut PartPlan, draw: &Draw<'_>, gauge: &Gauge<'_>) -> Option<Settled> {
    let slack = master.bound - plan.value * i128::from(SCALE);
    let columns = master.columns_within(slack, close::MANY_COLUMNS, gauge)?;
    let exchange = Exchange::new(&master.sets, &master.prices, &master.bin_price, slack, columns, plan)?;
    let value = plan.value - 1;
    let plant = |columns| Tree::new(master, columns, value);
    let (settled_plan, settled) = ties::settle_groups(master.part, exchange, plant, &[], draw, gauge)?;
    *plan = settled_plan;
    Some(settled)
}

/// A round of cuts that gains fewer points helps little: what is left is for the tree, which in a wide part has no hope to
/// close everything, and a plan is wanted sooner.
fn dull_gain(part: &Part) -> i128 {
    if part.widths() > 0 {
        part.n_bins() as i128 / 100
    } else {
        1
    }
}

/// Column generation and rounds of cuts, until three in turn gain less than so many points each.
pub(crate) fn tighten(master: &mut Master<'_>, dull_gain: i128, reach: Reach, gauge: &Gauge<'_>) {
    tighten_unless(master, dull_gain, reach, gauge, |_| false);
}

/// The same, but before each round of cuts it may be done.
fn tighten_unless(
    master: &mut Master<'_>,
    dull_gain: i128,
    reach: Reach,
    gauge: &Gauge<'_>,
    mut is_done: impl FnMut(&mut Master<'_>) -> bool,
) {
    master.converge(gauge, SCALE / 20);
    let mut dull = 0;
    while dull < 3 && !gauge.stopped() && !is_done(master) {
        let before = master.bound;
        if master.separate(reach) == 0 {
            break;
        }
        resume(master, gauge);
        dull = if before - master.bound < i128::from(SCALE) * dull_gain {
            dull + 1
        } else {
            0
        };
    }
    // What is asked of the program later takes columns away again, the last ones first.
    master.lp.rouse();
}

/// Tightens until the plan is worth the bound, and gives the plan or a better one. Where more columns cost nothing than
/// `most`, ties leave the program whole nearly everywhere, and before each round of cuts what it leaves open is solved:
/// that is quick, and a plan worth the bound mostly comes long before the last cut.
fn tighten_or_find(
    master: &mut Master<'_>,
    mut plan: Option<PartPlan>,
    most: usize,
    gauge: &Gauge<'_>,
) -> Option<PartPlan> {
    let mut is_tied = None;
    tighten_unless(
        master,
        dull_gain(master.part),
        Reach::first(master.part),
        gauge,
        |master| {
            let bound = master.bound.div_euclid(SCALE.into());
            let is_tied = *is_tied.get_or_insert_with(|| seems_long(master, 0, most, gauge));
            if let Some(known) = plan.as_mut().filter(|known| is_tied && known.value < bound)
                && let Some(better) = beside_whole(master, known.value, gauge.work() / TRIES, gauge)
            {
                *known = better;
            }
            plan.as_ref().is_some_and(|plan| plan.value == bound)
        },
    );
    plan
}

/// A plan worth more than `value` that keeps what is whole in the program's solution, if that is most of it.
fn beside_whole(master: &Master<'_>, value: i128, work: u64, gauge: &Gauge<'_>) -> Option<PartPlan> {
    if !master.part.classes.is_empty() {
        return None;
    }
    let rest = rest::solve(master, work, gauge)?;
    Some(rest.plan).filter(|plan| plan.value > value)
}

/// A plan worth more than `value`, to begin the search with; `is_tied`: more columns cost nothing than a short list holds.
fn quick_plan(master: &Master<'_>, value: i128, is_tied: bool, gauge: &Gauge<'_>) -> Option<PartPlan> {
    if is_tied {
        among_known(master, value, gauge)
    } else {
        dive(master, value, gauge.work() / DIVE, gauge)
    }
}

/// A plan worth more than `value`, if following the program down to a whole solution gives one with so much work.
fn dive(master: &Master<'_>, value: i128, work: u64, gauge: &Gauge<'_>) -> Option<PartPlan> {
    let its_own = gauge.within(work);
    let mut dive = Tree::new(master, master.real_columns(), value);
    dive.dive(&its_own);
    gauge.tick(its_own.work());
    dive.plan.map(|found| improve(master.part, found))
}

/// A plan worth more than `value`, with as much work for each attempt as was done before: the best beside what is whole in
/// the program's solution, which where nearly everything is tied is next to all; if that falls short of the bound, one of
/// columns that the program has, first one worth the bound, then any.
fn among_known(master: &Master<'_>, value: i128, gauge: &Gauge<'_>) -> Option<PartPlan> {
    let most = master.bound.div_euclid(SCALE.into());
    let beside = beside_whole(master, value, gauge.work(), gauge);
    let value = beside.as_ref().map_or(value, |plan| plan.value);
    if value == most {
        return beside;
    }
    let hunt = |value: i128| {
        let its_own = gauge.within(gauge.work());
        let mut known = Tree::new(master, master.real_columns(), value);
        known.hunt(&its_own);
        gauge.tick(its_own.work());
        known.plan
    };
    let attempt = |value: i128| dive(master, value, gauge.work(), gauge).or_else(|| hunt(value));
    let any = || (value < most - 1).then(|| attempt(value)).flatten();
    attempt(value.max(most - 1)).or_else(any).or(beside)
}

/// A wide part without floors: what the program leaves open is a part of its own ([`rest`]), whose plan and cuts are
/// taken over, twice: with the cuts less is open, and they can be better met. Where more is open than whole, it goes as in
/// any other part. While the program goes on, the plan is improved in places.
pub(crate) fn in_turns(master: &mut Master<'_>, plan: &mut PartPlan, gauge: &Gauge<'_>) {
    master.converge(gauge, SCALE / 20);
    for _ in 0..TURNS {
        gauge.report(plan.value, master.bound.div_euclid(SCALE.into()));
        if gauge.stopped() {
            return;
        }
        let rest = rest::solve(master, gauge.work() / 4, gauge);
        let is_last = rest.is_none();
        let (found, program) = match rest {
            Some(rest) => (Some(rest.plan), rest.program),
            None => (dive(master, plan.value, u64::MAX, gauge), None),
        };
        if let Some(found) = found.filter(|found| found.value > plan.value) {
            *plan = found;
        }
        if gauge.stopped() {
            return;
        }
        let (now, columns) = (master.quoted(), master.real_columns());
        let (known, work) = (std::mem::take(plan), gauge.work() / 8);
        let better = |gauge: &Gauge<'_>| near::improve(&now, known, &columns, &near::WIDE_SIZES, work, gauge);
        let on = |gauge: &Gauge<'_>| match program {
            Some(program) => {
                master.take_over(program);
                master.converge(gauge, SCALE / 20);
            }
            None => tighten(master, dull_gain(master.part), Reach::first(master.part), gauge),
        };
        (*plan, ()) = gauge.both(better, on);
        if is_last {
            return;
        }
    }
}

/// Meets cuts that were just taken up.
fn resume(master: &mut Master<'_>, gauge: &Gauge<'_>) {
    // Few of the columns far from entering will enter now.
    master.lp.doze(AWAKE_PER_ROW * master.lp.n_rows());
    master.lp.dual(f64::NEG_INFINITY, gauge);
    master.converge(gauge, SCALE / 20);
}

fn solve_transport(
    part: &Part,
    draw: Option<&Draw<'_>>,
    former: Option<&Like>,
    gauge: &Gauge<'_>,
) -> Option<(PartAnswer, Kept)> {
    let graph = Graph {
        start: &part.row_start,
        bin: &part.row_bin,
        value: &part.row_value,
        capacity: &part.capacity,
    };
    let mut flow = transport::solve(graph, former.map(|like| like.rough(part)), gauge)?;
    let ties = draw.and_then(|draw| ties::settle_flow(part, &mut flow, draw, gauge));
    let plan = plan_of(part, &flow);
    let bound = plan.value;
    let root = Prices {
        unit: flow.item_price.iter().map(|u| u * SCALE).collect(),
        ..Prices::zero(part)
    };
    let places = flow.bin_price.iter().zip(&part.capacity);
    let bin_price = places
        .map(|(&p, &c)| p * SCALE * i64::from(c.min(part.n_units() as u32)))
        .collect();
    let proof = PartProof {
        root,
        bin_price,
        cuts: Vec::new(),
        tree: Vec::new(),
    };
    let answer = PartAnswer {
        outcome: PartOutcome::Planned(plan),
        bound,
        proof,
        ties,
        work: gauge.work(),
    };
    let kept = Kept::Flow {
        item_price: flow.item_price,
        bin_price: flow.bin_price,
    };
    Some((answer, kept))
}

/// Adds units that are out as long as that raises the value.
fn improve(part: &Part, plan: PartPlan) -> PartPlan {
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(); part.bins.len()];
    for (b, set) in plan.sets {
        sets[b as usize] = set;
    }
    PartPlan::of(part, crate::plan::insert(part, sets))
}

#[cfg(test)]
mod tests {
    use super::close::SAMPLE;
    use super::*;
    use crate::first::First;
    use crate::model::reduce;
    use crate::problem::{Group, GroupPolicy, Problem};
    use crate::solution::Options;

    #[test]
    fn greater_cuts_lower_the_bound_and_never_below_a_plan() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let mut closer = 0;
        for seed in 0..100 {
            let model = reduce(&rest::tests::problem(seed)).unwrap_or_else(|_| panic!("nothing is locked"));
            let mut master = Master::new(&model.parts[0], &gauge);
            tighten(&mut master, 0, Reach::SHORT, &gauge);
            let before = master.bound;
            tighten(&mut master, 0, Reach::LONG, &gauge);
            closer += u32::from(master.bound < before);
            let best = rest::tests::best(&model.parts[0], &gauge);
            assert!(master.bound >= best.value * i128::from(SCALE), "{seed}");
        }
        assert!(closer > 5, "{closer}");
    }

    #[test]
    fn among_ties_a_plan_worth_the_bound_comes_before_the_cuts() {
        let mut sooner = 0;
        for seed in 0..40 {
            let mut rng = hemvist_testkit::Rng::new(seed);
            let bins = (SAMPLE * SAMPLE) as u32;
            let mut problem = Problem {
                indptr: vec![0],
                capacity: vec![2; bins as usize],
                ..Problem::default()
            };
            for item in 0..2 * bins {
                let mut near: Vec<u32> = (0..3).map(|_| rng.between(0, bins as i32 - 1) as u32).collect();
                near.push(item % bins);
                near.sort_unstable();
                near.dedup();
                problem.values.extend(near.iter().map(|_| i64::from(rng.between(1, 2))));
                problem.bins.extend(near);
                problem.indptr.push(problem.bins.len());
                if item % 3 == 2 {
                    problem.groups.push(Group {
                        members: vec![item - 2, item - 1, item],
                        policy: GroupPolicy::Prefer,
                        pair_value: 2,
                    });
                }
            }
            let options = Options::default();
            let gauge = Gauge::new(&options, u64::MAX, None);
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            let largest = model.parts.iter().max_by_key(|part| part.n_bins());
            let part = largest.expect("there is one");
            // From the first prices as they are: made better, they leave no cuts to come.
            let first = First::new(part, &gauge);
            let begin = || Master::near(part, &first.prices(), Vec::new(), first.plan(1, &gauge));
            let mut master = begin();
            let start = master.plan.clone();
            let found = tighten_or_find(&mut master, Some(start.clone()), 100, &gauge).expect("a better one");
            assert!(found.is_feasible(part) && found.value > start.value);
            assert_eq!(found.value, master.bound.div_euclid(SCALE.into()));
            let cuts = master.sets.cuts.list.len();
            let mut master = begin();
            tighten(&mut master, dull_gain(part), Reach::first(part), &gauge);
            sooner += u32::from(cuts < master.sets.cuts.list.len());
        }
        assert!(sooner > 0, "none of them");
    }

    #[test]
    fn a_hunt_finds_the_best_of_the_known_columns_and_nothing_beyond() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let mut nodes = 0;
        for seed in 0..60 {
            let model = reduce(&rest::tests::problem(seed)).unwrap_or_else(|_| panic!("nothing is locked"));
            let mut master = Master::new(&model.parts[0], &gauge);
            master.converge(&gauge, 0);
            let mut search = Tree::new(&master, master.real_columns(), -1);
            assert!(search.search(&gauge), "{seed}");
            let best = search.value;
            let mut hunt = |value: i128| {
                let mut tree = Tree::new(&master, master.real_columns(), value);
                tree.hunt(&gauge);
                nodes += tree.nodes.len();
                tree.plan
            };
            let found = hunt(best - 1).expect("there is one");
            assert!(found.is_feasible(&model.parts[0]) && found.value == best, "{seed}");
            assert!(hunt(best).is_none(), "{seed}");
        }
        assert!(nodes > 150, "{nodes}");
    }
}
