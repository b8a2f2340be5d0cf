//! Where more columns could be of use than can be listed: the part is halved at an edge, a unit goes to a bin or it does not,
//! and each half again, until what its own prices leave open can be listed and searched.
//!
//! Columns are generated and cuts found anew under the decisions of each half, from where the one stood that it came from;
//! its proof is one of its own ([`Node::Own`]). So lists stay short however wide the gap. This pays where homes take many
//! children: there the columns within a gap are too many, and one decision with the cuts that it makes possible lowers the
//! bound by more than any list could be searched for.
//!
//! Not for parts with floors: fees and bounds under decisions ([`super::under`]) know nothing of their prices.

use super::under::{Known, Priced, Rules};
use super::{Decision, Node, Tree};
use crate::gauge::Gauge;
use crate::master::Master;
use crate::part::PartProof;
use crate::plan::PartPlan;
use crate::problem::SCALE;
use crate::sets::Search;

/// What came of halving a part.
pub(crate) struct Halved {
    /// A plan better than the one known, if one was found: the best there is, if there is a tree.
    pub plan: Option<PartPlan>,
    /// The tree, if every half is closed; else a limit was reached, or the halves would take too much memory.
    pub nodes: Option<Vec<Node>>,
}

/// A half to look at.
struct Half<'a> {
    at: u32,
    /// Its base are the decisions.
    tree: Tree<'a>,
    known: Known,
}

/// What is to be done with a half.
enum Verdict {
    Closed(PartProof),
    /// The edge to halve it at.
    Open(u32, u32),
    Stuck,
}

/// Rounds of cuts that may pass without a point gained: halving again gains more than another.
const DULL: usize = 1;
/// Columns that the halves not yet looked at may have in memory.
const MOST_KEPT: usize = 3_000_000;

/// Looks for plans worth more than `value` by halves, of each of which at most so many columns are listed.
pub(crate) fn search(master: &Master<'_>, value: i128, most: usize, gauge: &Gauge<'_>) -> Halved {
    let mut search = Search::default();
    let mut nodes = vec![Node::Open];
    let mut halved = Halved {
        plan: None,
        nodes: None,
    };
    let mut open = vec![Half {
        at: 0,
        tree: Tree::new(master, master.real_columns(), value),
        known: Known::new(&master.prices, &master.bin_price),
    }];
    let mut value = value;
    while let Some(mut half) = open.pop() {
        half.tree.value = value;
        let verdict = half.look(most, &mut search, gauge);
        half.tree.settle_steps(gauge);
        if let Some(better) = half.tree.plan.take() {
            value = half.tree.value;
            halved.plan = Some(better);
            gauge.report(value, master.bound.div_euclid(i128::from(SCALE)));
        }
        let kept: usize = open.iter().map(|half| half.tree.columns.len()).sum();
        match verdict {
            Verdict::Closed(proof) => nodes[half.at as usize] = Node::Own(Box::new(proof)),
            Verdict::Open(unit, bin) if kept < MOST_KEPT => half.divide(unit, bin, &mut nodes, &mut open),
            // Without a proof of this half there is none of the whole.
            _ => return halved,
        }
        if gauge.stopped() {
            return halved;
        }
    }
    halved.nodes = Some(nodes);
    halved
}

impl Half<'_> {
    /// Bounds the half and, if what that leaves open can be listed, searches it.
    fn look(&mut self, most: usize, search: &mut Search, gauge: &Gauge<'_>) -> Verdict {
        let tree = &mut self.tree;
        let rules = Rules::of(&tree.base);
        tree.sets.fit(search);
        tree.apply(&tree.base.clone());
        if tree.admit(&rules, search).is_none() {
            return Verdict::Stuck;
        }
        let bound = tree.bound_here(tree.value + 1, DULL, &rules, &mut self.known, search, gauge);
        let Some(priced) = bound else {
            return Verdict::Stuck;
        };
        let proof = |priced: Priced, tree: &Tree<'_>, nodes: Vec<Node>| PartProof {
            root: priced.prices,
            bin_price: priced.bins,
            cuts: tree.sets.cuts.list.clone(),
            tree: nodes,
        };
        if priced.is_below(tree.value + 1) {
            return Verdict::Closed(proof(priced, tree, Vec::new()));
        }
        let weights = tree.lp.weights();
        let edges = tree.fractional_edges(&weights);
        if edges.is_empty() {
            tree.keep_plan(&weights);
            if priced.is_below(tree.value + 1) {
                return Verdict::Closed(proof(priced, tree, Vec::new()));
            }
        }
        let slack = priced.bound - (tree.value + 1) * i128::from(SCALE);
        match tree.list_within(&priced, slack, most, &rules, search, gauge) {
            Some(Some(columns)) => {
                let mut below = tree.narrowed(columns, tree.value);
                let closed = below.search(gauge);
                tree.value = below.value;
                tree.plan = below.plan.take().or(tree.plan.take());
                if closed {
                    let nodes = std::mem::take(&mut below.nodes);
                    Verdict::Closed(proof(priced, &below, nodes))
                } else {
                    Verdict::Stuck
                }
            }
            Some(None) if gauge.stopped() => Verdict::Stuck,
            Some(None) if edges.is_empty() => {
                // The program is whole, and yet its prices prove too little: they were too costly to judge.
                let edge = tree.undecided_edge(&weights);
                edge.map_or(Verdict::Stuck, |(unit, bin)| Verdict::Open(unit, bin))
            }
            Some(None) => {
                let choice = tree.choose(&edges, gauge);
                Verdict::Open(choice.unit, choice.bin)
            }
            _ => Verdict::Stuck,
        }
    }
}

impl<'a> Half<'a> {
    /// Both halves of this one. The unit goes there first: that leads to plans soon, while a half without the edge is little
    /// smaller than the whole and its bound hardly lower.
    fn divide(self, unit: u32, bin: u32, nodes: &mut Vec<Node>, open: &mut Vec<Half<'a>>) {
        let child = nodes.len() as u32;
        nodes[self.at as usize] = Node::Branch {
            unit,
            bin,
            yes: child,
            no: child + 1,
        };
        nodes.extend([Node::Open, Node::Open]);
        // The last one pushed is next.
        let mut push = |mut tree: Tree<'a>, known: Known, yes: bool| {
            tree.base.push(Decision { unit, bin, yes });
            let at = child + u32::from(!yes);
            open.push(Half { at, tree, known });
        };
        push(self.tree.clone(), self.known.clone(), false);
        push(self.tree, self.known, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::check::check;
    use crate::model::{Model, reduce};
    use crate::problem::{Limit, Problem};
    use crate::rest;
    use crate::solution::Options;
    use crate::solve::certify;

    /// Where the items go in a plan of the only part.
    fn bin_of(problem: &Problem, model: &Model, plan: &PartPlan) -> Vec<Option<u32>> {
        let part = &model.parts[0];
        let mut bin_of = vec![None; problem.n_items()];
        for (bin, set) in &plan.sets {
            for unit in set
                .iter()
                .flat_map(|&u| &model.unit_items[part.units[u as usize] as usize])
            {
                bin_of[*unit as usize] = Some(part.bins[*bin as usize]);
            }
        }
        bin_of
    }

    #[test]
    fn the_best_plan_is_found_and_proved_however_short_the_lists() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let mut halvings = 0;
        for seed in 0..20 {
            let mut rng = hemvist_testkit::Rng::new(seed);
            let mut problem = rest::tests::threes(&mut rng, vec![3; 30], (90, 30), 2, 20);
            if seed % 2 == 1 {
                let bins = (0..8).collect();
                problem.limits.push(Limit { bins, most: 9 });
            }
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            assert!(model.parts.len() == 1 && model.fixed.is_empty(), "{seed}");
            let part = &model.parts[0];
            let best = rest::tests::best(part, &gauge);
            let mut master = Master::new(part, &gauge);
            master.converge(&gauge, 0);
            for known in [-1, best.value] {
                let halved = search(&master, known, 40, &gauge);
                assert_eq!(halved.plan.is_some(), known < best.value, "{seed}");
                let plan = halved.plan.unwrap_or_else(|| best.clone());
                assert!(plan.is_feasible(part) && plan.value == best.value, "{seed}");
                let tree = halved.nodes.expect("small halves close");
                halvings += tree.iter().filter(|node| matches!(node, Node::Branch { .. })).count();
                let proof = PartProof {
                    root: master.prices.clone(),
                    bin_price: master.bin_price.clone(),
                    cuts: Vec::new(),
                    tree,
                };
                let certificate = Certificate {
                    parts: vec![certify(&model, part, &proof)],
                };
                let checked = check(&problem, &bin_of(&problem, &model, &plan), &certificate);
                assert_eq!(
                    checked.map(|c| (c.value, c.bound)),
                    Ok((best.value, best.value)),
                    "{seed}"
                );
                // The same proof does not hold for less.
                let mut less = bin_of(&problem, &model, &plan);
                *less.iter_mut().find(|bin| bin.is_some()).expect("someone is placed") = None;
                assert!(check(&problem, &less, &certificate).is_err(), "{seed}");
            }
        }
        assert!(halvings > 40, "{halvings}");
    }
}
