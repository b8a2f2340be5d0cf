//! From a plan and a bound to the best plan and its proof.
//!
//! Fixing: a plan better than the one known can only use columns whose reduced cost is below the gap, so those are listed and
//! searched as a tree. If they are too many, a smaller gap is tried first: the search then finds a plan within it, or shows
//! that there is none, and the next one reaches further. In a large part the plan is improved in places before that
//! ([`crate::near`]), half of what is then open is tried first, and if that is in vain, the plan is improved once more, with more
//! bins at once. A part of few bins is halved instead ([`halves`]), and so is
//! any whose list would be too long, but for wide parts, which no tree closes, and parts with floors.
//!
//! A search that found no plan worth so much is the proof of any plan worth a point less, if there is one.
//!
//! Refuses to know how prices and plan were found.

use super::{among_known, lowest_value};
use crate::cuts::Cut;
use crate::gauge::Gauge;
use crate::master::{Column, Master};
use crate::near;
use crate::plan::PartPlan;
use crate::problem::SCALE;
use crate::tree::{Node, Tree, halves};

/// One bin in so many tells whether a list would be too long, where that makes as many bins and longer lists may follow.
pub(super) const SAMPLE: usize = 16;
/// By how much lists grow, and the longest.
const GROWTH: usize = 4;
pub(super) const MANY_COLUMNS: usize = 3_000_000;
/// A step that leaves less than one in so many of what it reaches goes to the end.
const LAST_STEP: i128 = 8;
/// Lists searched in a part of few bins before it is halved.
const FEW_LISTS: usize = 2;

/// What came of the search.
pub(super) struct Searched {
    /// The plan known, or a better one.
    pub plan: Option<PartPlan>,
    /// Why it is the best, if the master's bound does not say so and no limit came first.
    pub tree: Vec<Node>,
    /// The cuts that its leaves and the master's prices charge for.
    pub cuts: Vec<Cut>,
    /// Proved: there is no plan.
    pub impossible: bool,
}

/// A search that found nothing: no plan is worth `aim`, as far below the bound as `slack`.
struct Empty {
    slack: i128,
    aim: i128,
    nodes: Vec<Node>,
    cuts: Vec<Cut>,
}

/// Searches what the master's bound leaves open above the plan known, `few` columns at first. In a large part the plan is made
/// better first, and longer lists are searched.
pub(super) fn search(
    master: &mut Master<'_>,
    mut plan: Option<PartPlan>,
    few: usize,
    is_large: bool,
    gauge: &Gauge<'_>,
) -> Searched {
    let scale = i128::from(SCALE);
    let lowest = lowest_value(master.part);
    let value = |plan: &Option<PartPlan>| plan.as_ref().map_or(lowest - 1, |p| p.value);
    let closed = |master: &Master<'_>, plan: &Option<PartPlan>| master.bound < (value(plan) + 1) * scale;
    let (mut tree, mut cuts) = (Vec::new(), master.sets.cuts.list.clone());
    let mut impossible = closed(master, &plan) && plan.is_none();
    let has_floors = !master.part.classes.is_empty();
    let may_improve = is_large && !has_floors;
    let is_wide = master.part.widths() > 0 && !has_floors;
    // Of a wide part no list that fits in memory reaches all that is open.
    let longest = if is_wide { few } else { MANY_COLUMNS };
    let (mut most, mut lists) = (few, 0);
    // What was searched and holds no better plan.
    let mut empty: Option<Empty> = None;
    let mut is_improved = false;
    loop {
        if let Some(empty) = empty.take_if(|empty| plan.is_some() && value(&plan) == empty.aim - 1) {
            (tree, cuts) = (empty.nodes, empty.cuts);
            break;
        }
        let may_list = most <= longest && (is_large || has_floors || lists < FEW_LISTS);
        if gauge.stopped() || closed(master, &plan) || !may_list {
            break;
        }
        gauge.report(value(&plan), master.bound.div_euclid(scale));
        let gap = master.bound - (value(&plan) + 1) * scale;
        // Without any plan the gap is the whole bound, and lists reach as far as fits.
        let searched = empty.as_ref().filter(|_| plan.is_some());
        let wide = match searched {
            // The more is open the longer a tree is, by far, and what was in vain costs less than reaching too far.
            Some(empty) if is_large => empty.slack + (empty.slack / 2).max(scale),
            Some(empty) => empty.slack + empty.slack.max(scale),
            // The best plan lies somewhere between the bound and one that was improved; the less is searched, the sooner.
            None if is_improved => (gap / 2).max(scale),
            None => gap,
        };
        // What so short a last step would leave undone costs more than to go all the way.
        let wide = if wide + wide / LAST_STEP >= gap { gap } else { wide };
        let Some((slack, columns)) = list(master, wide, most, plan.is_some(), gauge) else {
            // Even of those that cost nothing there are more: what is worth the bound may be among the program's own.
            plan = among_known(master, value(&plan), gauge).or(plan);
            most *= GROWTH;
            continue;
        };
        // Less than a point further may be nothing new.
        if slack < wide && searched.is_some_and(|empty| slack < empty.slack + scale) {
            most *= GROWTH;
            continue;
        }
        if may_improve
            && slack < gap
            && !is_improved
            && let Some(known) = plan.take()
        {
            // The better the plan, the shorter the list, and the more of it may be searched.
            let sizes: &[usize] = if is_wide { &near::WIDE_SIZES } else { &near::SIZES };
            plan = Some(near::improve(master, known, &columns, sizes, gauge.work(), gauge));
            is_improved = true;
            continue;
        }
        lists += 1;
        // The least value whose columns are all listed; only plans worth at least this are searched for.
        let aim = (master.bound - slack + scale - 1).div_euclid(scale);
        let mut search = Tree::new(master, columns, value(&plan).max(aim - 1));
        if let Some(empty) = &empty {
            search.ceiling = empty.aim - 1;
        }
        let done = search.search(gauge);
        plan = search.plan.take().or(plan);
        if done && (slack == gap || value(&plan) >= aim) {
            impossible = plan.is_none();
            // A plan worth the bound needs no more proof.
            if !closed(master, &plan) {
                (tree, cuts) = (search.nodes, search.sets.cuts.list);
            }
            break;
        }
        // What is searched next takes longer by far: a better plan makes it less.
        let is_first = may_improve && !is_wide && empty.is_none();
        if done
            && is_first
            && let Some(known) = plan.take()
        {
            let (columns, work) = (search.columns(), gauge.work() / 2);
            plan = Some(near::improve(master, known, columns, &[near::MOST], work, gauge));
        }
        // What fitted whole may fit again.
        if slack < wide || !done {
            most *= GROWTH;
        }
        if done {
            empty = Some(Empty {
                slack,
                aim,
                nodes: search.nodes,
                cuts: search.sets.cuts.list,
            });
        }
    }
    if tree.is_empty() && !has_floors && !is_wide && !gauge.stopped() && !closed(master, &plan) {
        let halved = halves::search(master, value(&plan), few, gauge);
        plan = halved.plan.or(plan);
        if let Some(nodes) = halved.nodes {
            impossible = plan.is_none();
            tree = nodes;
        }
    }
    Searched {
        plan,
        tree,
        cuts,
        impossible,
    }
}

/// The columns within the gap, or within so small a part of it that they are few, with that part; `None` if there is none so
/// small, or if the gauge says stop.
fn list(
    master: &mut Master<'_>,
    gap: i128,
    most: usize,
    has_plan: bool,
    gauge: &Gauge<'_>,
) -> Option<(i128, Vec<Column>)> {
    let mut slack = gap;
    loop {
        let found = if slack > 0 && seems_long(master, slack, most, gauge) {
            None
        } else {
            master.columns_within(slack, most, gauge)
        };
        match found {
            Some(columns) => return Some((slack, columns)),
            None if gauge.stopped() || slack == 0 => return None,
            // Without any plan the gap is the whole bound, which says nothing.
            None => slack /= if has_plan { 2 } else { 16 },
        }
    }
}

/// Whether some of the bins say that a list would be too long, if they are asked at all.
pub(super) fn seems_long(master: &mut Master<'_>, slack: i128, most: usize, gauge: &Gauge<'_>) -> bool {
    let n_bins = master.part.n_bins();
    let sample = (0..n_bins).step_by(SAMPLE);
    let is_asked = n_bins >= SAMPLE * SAMPLE && most < MANY_COLUMNS / SAMPLE;
    is_asked && master.columns_of(sample, slack, most / SAMPLE, gauge).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::{Certificate, ProofNode};
    use crate::check::check;
    use crate::model::reduce;
    use crate::part::{PartProof, quick_plan};
    use crate::problem::{Floor, Group, GroupPolicy, Problem};
    use crate::rest;
    use crate::solution::{Options, Status};
    use crate::solve::certify;

    /// Nothing but two siblings who would rather stay together.
    fn paired() -> Problem {
        Problem {
            groups: vec![Group {
                members: vec![0, 1],
                policy: GroupPolicy::Prefer,
                pair_value: 1,
            }],
            ..Problem::default()
        }
    }

    /// What the first thirty items get at least; they would not by themselves.
    const FLOOR: i64 = 4750;

    #[test]
    fn what_lists_leave_open_is_halved_or_listed_at_length_and_proved() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let (mut halved, mut dear) = ([0; 2], 0);
        for seed in 0..20 {
            let mut rng = hemvist_testkit::Rng::new(seed);
            let mut problem = rest::tests::threes(&mut rng, vec![3; 30], (90, 30), 2, 20);
            let mut best = crate::solve(&problem, &options).expect("well-formed");
            if seed % 8 == 6 {
                let items = (0..30).collect();
                problem.floors.push(Floor { items, least: FLOOR });
                let floored = crate::solve(&problem, &options).expect("well-formed");
                assert_eq!(floored.status, Status::Optimal, "{seed}");
                dear += usize::from(floored.value < best.value);
                best = floored;
            }
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            assert!(model.parts.len() == 1 && model.fixed.is_empty(), "{seed}");
            for is_large in [false, true] {
                let mut master = Master::new(&model.parts[0], &gauge);
                master.converge(&gauge, 0);
                let start = Some(master.plan.clone()).filter(|plan| plan.reaches_floors(master.part));
                let start = start.or_else(|| quick_plan(&master, -1, false, &gauge));
                let searched = search(&mut master, start, 30, is_large, &gauge);
                let plan = searched.plan.expect("there is one");
                assert!(plan.is_feasible(master.part) && plan.value == best.value, "{seed}");
                let proof = PartProof {
                    root: master.prices.clone(),
                    bin_price: master.bin_price.clone(),
                    cuts: searched.cuts,
                    tree: searched.tree,
                };
                let part = certify(&model, master.part, &proof);
                let is_halved = part.nodes.iter().any(|node| matches!(node, ProofNode::Own(_)));
                halved[usize::from(is_large)] += usize::from(is_halved);
                let checked = check(&problem, &best.bin_of, &Certificate { parts: vec![part] });
                assert_eq!(
                    checked.map(|c| (c.value, c.bound)),
                    Ok((best.value, best.value)),
                    "{seed}"
                );
            }
        }
        assert!(halved[0] > 2 && halved[1] == 0 && dear > 0, "{halved:?} {dear}");
    }

    #[test]
    fn what_a_search_that_found_nothing_shows_proves_the_next_best_plan() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let mut shown = 0;
        for seed in 0..300 {
            let mut rng = hemvist_testkit::Rng::new(seed);
            let problem = rest::tests::threes(&mut rng, vec![3; 12], (36, 12), 2, 20);
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            let part = &model.parts[0];
            let best = rest::tests::best(part, &gauge);
            let mut master = Master::new(part, &gauge);
            master.converge(&gauge, 0);
            // A plan and a length so that the first list ends where only plans better than the best one would be.
            let slack = (master.bound - (best.value + 1) * i128::from(SCALE)).max(0);
            let Some(few) = master.columns_within(slack, usize::MAX, &gauge).map(|list| list.len()) else {
                continue;
            };
            for lost in 1..40 {
                let start = PartPlan {
                    value: best.value - lost,
                    ..best.clone()
                };
                let gap = master.bound - (start.value + 1) * i128::from(SCALE);
                let (slack, columns) = list(&mut master, gap, few, true, &gauge).expect("some fit");
                let aim = (master.bound - slack + i128::from(SCALE) - 1).div_euclid(SCALE.into());
                if aim != best.value + 1 {
                    continue;
                }
                let mut first = Tree::new(&master, columns, best.value);
                assert!(first.search(&gauge) && first.plan.is_none(), "{seed} {lost}");
                let searched = search(&mut master, Some(start), few, false, &gauge);
                let plan = searched.plan.expect("there is one");
                assert!(plan.is_feasible(part) && plan.value == best.value, "{seed} {lost}");
                // Where the second list is too long as well, it is halved.
                let shape = |nodes: &[Node]| format!("{nodes:?}");
                shown += usize::from(shape(&searched.tree) == shape(&first.nodes));
                break;
            }
        }
        assert!(shown > 5, "{shown}");
    }

    #[test]
    fn a_list_that_would_be_too_long_at_any_gap_is_none() {
        let problem = Problem {
            indptr: vec![0, 2, 4, 6, 8],
            bins: vec![0, 1, 0, 1, 0, 1, 0, 1],
            values: vec![5; 8],
            capacity: vec![2, 2],
            ..paired()
        };
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
        let mut master = Master::new(&model.parts[0], &gauge);
        master.converge(&gauge, 0);
        let gap = 3 * i128::from(SCALE);
        assert!(list(&mut master, gap, 1, true, &gauge).is_none());
        let (slack, columns) = list(&mut master, gap, 100, true, &gauge).expect("there are so few");
        assert!(slack == gap && columns.len() > 4, "{slack} {}", columns.len());
        let found = among_known(&master, 10, &gauge).map(|plan| plan.value);
        assert_eq!(found, Some(21), "two by two, the siblings together");
    }

    #[test]
    fn a_sample_tells_long_lists_from_short_ones() {
        let bins = 2 * (SAMPLE * SAMPLE) as u32;
        let near = |item: u32| {
            let mut near: Vec<u32> = (0..8).map(|k| (item + 5 * k) % bins).collect();
            near.sort_unstable();
            near
        };
        let problem = Problem {
            indptr: (0..=bins as usize).map(|n| 8 * n).collect(),
            bins: (0..bins).flat_map(near).collect(),
            values: (0..i64::from(8 * bins)).map(|n| 100 + n * 7919 % 50).collect(),
            capacity: vec![2; bins as usize],
            ..paired()
        };
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
        let mut master = Master::new(&model.parts[0], &gauge);
        master.converge(&gauge, 0);
        let gap = 20 * i128::from(SCALE);
        let all = master
            .columns_within(gap, usize::MAX, &gauge)
            .expect("few are possible")
            .len();
        assert!(seems_long(&mut master, gap, all / 4, &gauge));
        assert!(!seems_long(&mut master, gap, 4 * all, &gauge));
        let (slack, columns) = list(&mut master, gap, all / 4, true, &gauge).expect("a smaller gap has fewer");
        assert!(slack < gap && columns.len() <= all / 4);
        let (slack, columns) = list(&mut master, gap, 4 * all, true, &gauge).expect("few");
        assert!(slack == gap && columns.len() == all);
    }
}
