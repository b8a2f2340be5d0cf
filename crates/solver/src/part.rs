//! One connected part, from prices to a proven plan.
//!
//! Phases: (1) a part without groups is a transportation problem; (2) otherwise column generation and subset cuts give
//! prices and a bound; (3) a dive gives a plan; (4) fixing: a plan better than the one known can only use columns whose
//! reduced cost is below the gap, so those are listed and searched as a tree. If they are too many, a smaller gap is
//! tried first: the search then finds a plan within it, or shows that there is none.

use crate::gauge::Gauge;
use crate::master::Master;
use crate::model::Part;
use crate::pricing::{Prices, Triple};
use crate::problem::SCALE;
use crate::ties::{self, Draw, Settled};
use crate::transport;
use crate::tree::{Node, PartPlan, Tree};

/// Why the bound of a part holds.
#[derive(Clone, Debug)]
pub(crate) struct PartProof {
    /// Prices at the root and the cuts they and the leaves may charge for.
    pub root: Prices,
    pub cuts: Vec<Triple>,
    /// A closed tree over the columns that the root prices leave, or empty if the root prices suffice.
    pub tree: Vec<Node>,
}

/// A plan for a part with its bound.
#[derive(Clone, Debug)]
pub(crate) struct PartAnswer {
    pub plan: PartPlan,
    /// No plan of this part is worth more.
    pub bound: i64,
    pub proof: PartProof,
    /// What became of ties, if a draw was given and the work allowed it.
    pub ties: Option<Settled>,
    pub work: u64,
}

/// Columns searched at first, and the growth and end of that.
const FEW_COLUMNS: usize = 6_000;
const MANY_COLUMNS: usize = 3_000_000;

pub(crate) fn solve(part: &Part, draw: Option<&Draw>, gauge: &Gauge<'_>) -> PartAnswer {
    if part.is_transport()
        && let Some(answer) = solve_transport(part, draw, gauge)
    {
        return answer;
    }
    let mut master = Master::new(part, gauge);
    let mut plan = greedy(part);
    if !gauge.stopped() {
        tighten(&mut master, gauge);
    }
    gauge.report(plan.value, master.bound.div_euclid(SCALE));
    let mut tree = Vec::new();
    let mut cuts = master.cuts.clone();
    let optimal = |master: &Master<'_>, plan: &PartPlan| master.bound < (plan.value + 1) * SCALE;
    if !gauge.stopped() && !optimal(&master, &plan) {
        let columns = master.columns.clone();
        let mut dive = Tree::new(&master, columns, plan.value);
        dive.dive(gauge);
        if let Some(found) = dive.plan {
            plan = improve(part, found);
        }
    }
    let mut most = FEW_COLUMNS.max(6 * (part.units.len() + part.bins.len()));
    while !gauge.stopped() && !optimal(&master, &plan) && most <= MANY_COLUMNS {
        gauge.report(plan.value, master.bound.div_euclid(SCALE));
        let gap = master.bound - (plan.value + 1) * SCALE;
        let mut slack = gap;
        let columns = loop {
            match master.columns_within(slack, most) {
                Some(columns) => break columns,
                None => slack /= 2,
            }
        };
        // The least value whose columns are all listed; only plans worth at least this are searched for.
        let aim = (master.bound - slack + SCALE - 1).div_euclid(SCALE);
        let mut search = Tree::new(&master, columns, plan.value.max(aim - 1));
        let closed = search.search(gauge);
        if let Some(found) = search.plan.take() {
            plan = found;
        }
        if closed && (slack == gap || plan.value >= aim) {
            tree = search.nodes;
            cuts = search.cuts;
            break;
        }
        most *= 4;
    }
    let bound = if tree.is_empty() {
        master.bound.div_euclid(SCALE)
    } else {
        plan.value
    };
    gauge.report(plan.value, bound);
    let ties = match draw {
        Some(draw) if bound == plan.value => settle(&mut master, &mut plan, draw, gauge),
        _ => None,
    };
    let proof = PartProof {
        root: master.prices,
        cuts,
        tree,
    };
    PartAnswer {
        plan,
        bound,
        proof,
        ties,
        work: gauge.work(),
    }
}

/// Settles ties over the columns that an optimal plan can use.
fn settle(master: &mut Master<'_>, plan: &mut PartPlan, draw: &Draw, gauge: &Gauge<'_>) -> Option<Settled> {
    let slack = master.bound - plan.value * SCALE;
    let columns = master.columns_within(slack, MANY_COLUMNS)?;
    let mut tree = Tree::new(master, columns, plan.value - 1);
    ties::settle_tree(master.part, &mut tree, plan, draw, gauge)
}

/// Column generation and rounds of cuts until they no longer help.
fn tighten(master: &mut Master<'_>, gauge: &Gauge<'_>) {
    master.converge(gauge, SCALE / 20);
    let mut dull = 0;
    while dull < 3 && !gauge.stopped() {
        let before = master.bound;
        if master.separate() == 0 {
            break;
        }
        master.lp.dual(f64::NEG_INFINITY, gauge);
        master.converge(gauge, SCALE / 20);
        dull = if before - master.bound < SCALE { dull + 1 } else { 0 };
    }
}

fn solve_transport(part: &Part, draw: Option<&Draw>, gauge: &Gauge<'_>) -> Option<PartAnswer> {
    let n = part.units.len();
    let mut start = vec![0_usize; n + 1];
    for o in &part.offers {
        start[o.unit as usize + 1] += 1;
    }
    for u in 0..n {
        start[u + 1] += start[u];
    }
    let mut fill = start.clone();
    let (mut bin, mut value) = (vec![0_u32; part.offers.len()], vec![0_i64; part.offers.len()]);
    for b in 0..part.bins.len() {
        for o in part.offers_of(b) {
            let at = &mut fill[o.unit as usize];
            bin[*at] = b as u32;
            value[*at] = o.value;
            *at += 1;
        }
    }
    let edges = transport::Edges {
        start: &start,
        bin: &bin,
        value: &value,
    };
    let mut flow = transport::solve(&edges, &part.capacity, gauge)?;
    let ties = draw.and_then(|draw| ties::settle_flow(part, &edges, &mut flow, draw, gauge));
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(); part.bins.len()];
    for (u, b) in flow.bin_of.iter().enumerate() {
        if let Some(b) = b {
            sets[*b as usize].push(u as u32);
        }
    }
    let bound = flow.item_price.iter().sum::<i64>()
        + flow
            .bin_price
            .iter()
            .zip(&part.capacity)
            .map(|(p, &c)| p * i64::from(c))
            .sum::<i64>();
    let plan = plan_of(part, sets);
    debug_assert_eq!(plan.value, bound);
    let root = Prices {
        unit: flow.item_price.iter().map(|u| u * SCALE).collect(),
        ..Prices::default()
    };
    let proof = PartProof {
        root,
        cuts: Vec::new(),
        tree: Vec::new(),
    };
    Some(PartAnswer {
        plan,
        bound,
        proof,
        ties,
        work: gauge.work(),
    })
}

fn plan_of(part: &Part, sets: Vec<Vec<u32>>) -> PartPlan {
    let mut plan = PartPlan::default();
    for (b, mut set) in sets.into_iter().enumerate() {
        if !set.is_empty() {
            set.sort_unstable();
            plan.value += part.set_value(b, &set).expect("sets of a plan are feasible");
            plan.sets.push((b as u32, set));
        }
    }
    plan
}

/// A plan from the first moment on: best offers first.
fn greedy(part: &Part) -> PartPlan {
    improve(part, PartPlan::default())
}

/// Adds units that are out, best gain first, as long as that raises the value.
fn improve(part: &Part, plan: PartPlan) -> PartPlan {
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(); part.bins.len()];
    let mut placed = vec![false; part.units.len()];
    let mut limit_left = part.limit_most.clone();
    for (b, set) in plan.sets {
        for &u in &set {
            placed[u as usize] = true;
            for &l in &part.limits_of_bin[b as usize] {
                limit_left[l as usize] -= part.sizes[u as usize];
            }
        }
        sets[b as usize] = set;
    }
    let mut offers: Vec<(i64, u32, u32)> = (0..part.bins.len())
        .flat_map(|b| part.offers_of(b).iter().map(move |o| (o.value, o.unit, b as u32)))
        .filter(|o| !placed[o.1 as usize])
        .collect();
    offers.sort_unstable_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, u, b) in offers {
        let limits = &part.limits_of_bin[b as usize];
        let size = part.sizes[u as usize];
        if placed[u as usize] || limits.iter().any(|&l| limit_left[l as usize] < size) {
            continue;
        }
        let set = &mut sets[b as usize];
        let before = part.set_value(b as usize, set).expect("kept feasible");
        set.push(u);
        if part.set_value(b as usize, set).is_some_and(|v| v > before) {
            placed[u as usize] = true;
            limits.iter().for_each(|&l| limit_left[l as usize] -= size);
        } else {
            set.pop();
        }
    }
    plan_of(part, sets)
}
