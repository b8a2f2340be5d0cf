//! The way through a tree: depth first from where the program is, and where much is left after a while, several trees at
//! once, each on a copy of the program, unless that is very large.
//!
//! Those work in rounds: each looks at the nodes that it has open until it did its share of work, then all tell what they
//! found and what edges cost, and who has nothing left gets the shallowest node of who has most. How many there are does not
//! depend on the number of threads, and so neither does what comes out.

use std::iter;
use std::sync::Arc;

use super::branch::Choice;
use super::{Decision, Node, Tree, Verdict};
use crate::gauge::Gauge;
use crate::lp::Basis;

/// Nodes after which a search is a long one.
const LONG: usize = 8;
/// A round takes one in so many of the work that those took.
const ROUNDS: u64 = 4;
/// Trees that then work at once.
const AT_ONCE: usize = 4;
/// Columns above which a program takes too much memory to be copied.
const MOST_COPIED: usize = 200_000;

/// A node to look at.
struct OpenNode {
    at: u32,
    path: Vec<Decision>,
    /// Where to start; `None`: from where the program is, which only the next one can.
    basis: Option<Arc<Basis>>,
}

/// A tree with its share of the open nodes.
struct Hand<'t, 'a> {
    tree: &'t mut Tree<'a>,
    open: Vec<OpenNode>,
    /// What its first nodes are in the whole tree.
    names: Vec<u32>,
}

impl Tree<'_> {
    /// Searches below given decisions; `first` stops at the first plan found.
    pub(super) fn search_below(&mut self, path: Vec<Decision>, gauge: &Gauge<'_>, first: bool) -> bool {
        let depth = path.len();
        // Decisions only bar columns, so a basis that is optimal without them has no negative reduced cost with them.
        if let Some(home) = &self.home {
            self.lp.reset(home);
        }
        let mut open = vec![OpenNode {
            at: 0,
            path,
            basis: None,
        }];
        if first {
            return self.walk(&mut open, depth, gauge, |tree, _| tree.plan.is_some());
        }
        let root = self.walk(&mut open, depth, gauge, |_, seen| seen == 1);
        let before = gauge.work();
        let below = self.walk(&mut open, depth, gauge, |_, seen| seen == LONG);
        let share = (gauge.work() - before) / ROUNDS;
        let rest = match &open[..] {
            [] => true,
            _ if gauge.stopped() => false,
            _ if self.columns.len() > MOST_COPIED => self.walk(&mut open, depth, gauge, |_, _| false),
            _ => self.walk_at_once(open, depth, share, gauge),
        };
        root && below && rest && self.value < self.ceiling
    }

    /// Looks at open nodes, the last ones first, until the end or none is left; whether all are closed that are not left.
    /// The end may depend on how many were seen.
    fn walk(
        &mut self,
        open: &mut Vec<OpenNode>,
        depth: usize,
        gauge: &Gauge<'_>,
        is_end: impl Fn(&Self, usize) -> bool,
    ) -> bool {
        let mut all_closed = true;
        let mut seen = 0;
        while !is_end(self, seen)
            && self.value < self.ceiling
            && let Some(node) = open.pop()
        {
            if gauge.tick(std::mem::take(&mut self.steps)) {
                return false;
            }
            seen += 1;
            self.apply(&node.path);
            if let Some(basis) = &node.basis {
                self.lp.restore(basis);
            }
            let rounds = if node.path.len() == depth { self.rounds } else { 0 };
            match self.bound_node(rounds, gauge) {
                Verdict::Closed(closed) => self.nodes[node.at as usize] = closed,
                Verdict::Stuck => all_closed = false,
                Verdict::Open(choice) => self.divide(&node, choice, open),
            }
        }
        all_closed
    }

    /// Looks at all open nodes with several trees, each doing so much work in a round.
    fn walk_at_once(&mut self, open: Vec<OpenNode>, depth: usize, share: u64, gauge: &Gauge<'_>) -> bool {
        let mut nodes = std::mem::take(&mut self.nodes);
        let mut others = vec![self.clone(); AT_ONCE - 1];
        let trees = iter::once(self).chain(&mut others);
        let mut hands: Vec<Hand<'_, '_>> = trees.map(Hand::new).collect();
        hands[0].open = open;
        let mut all_closed = true;
        while hands.iter().any(|hand| !hand.open.is_empty())
            && hands[0].tree.value < hands[0].tree.ceiling
            && !gauge.stopped()
        {
            deal(&mut hands);
            let busy = hands.iter_mut().filter(|hand| !hand.open.is_empty()).collect();
            let closed = gauge.each(busy, |hand: &mut Hand<'_, '_>, gauge| hand.work(depth, share, gauge));
            all_closed &= closed.into_iter().all(|closed| closed);
            hands.iter_mut().for_each(|hand| hand.graft(&mut nodes));
            agree(&mut hands);
        }
        hands[0].tree.nodes = nodes;
        all_closed && !gauge.stopped()
    }

    /// Opens what comes of a choice at a node.
    fn divide(&mut self, node: &OpenNode, choice: Choice, open: &mut Vec<OpenNode>) {
        let Choice {
            unit,
            bin,
            closed,
            yes_first,
        } = choice;
        let child = self.nodes.len() as u32;
        self.nodes[node.at as usize] = Node::Branch {
            unit,
            bin,
            yes: child,
            no: child + 1,
        };
        let basis = closed.iter().all(Option::is_none).then(|| Arc::new(self.lp.save()));
        let mut below = Vec::new();
        for (n, (closed, yes)) in closed.into_iter().zip([true, false]).enumerate() {
            self.nodes.push(Node::Open);
            if let Some(leaf) = closed {
                self.nodes[child as usize + n] = leaf;
            } else {
                let mut path = node.path.clone();
                path.push(Decision { unit, bin, yes });
                below.push((yes == yes_first, child + n as u32, path));
            }
        }
        // The last one pushed is next, and goes on from where the program is.
        below.sort_by_key(|b| b.0);
        let last = below.len();
        for (n, (_, at, path)) in below.into_iter().enumerate() {
            let basis = if n + 1 == last { None } else { basis.clone() };
            open.push(OpenNode { at, path, basis });
        }
    }
}

impl<'t, 'a> Hand<'t, 'a> {
    fn new(tree: &'t mut Tree<'a>) -> Self {
        Self {
            tree,
            open: Vec::new(),
            names: Vec::new(),
        }
    }

    /// Looks at its open nodes until it did so much work; whether all are closed that are not left.
    fn work(&mut self, depth: usize, share: u64, gauge: &Gauge<'_>) -> bool {
        self.names = self.open.iter().map(|node| node.at).collect();
        (0..).zip(&mut self.open).for_each(|(at, node)| node.at = at);
        self.tree.nodes = vec![Node::Open; self.names.len()];
        let is_end = |_: &Tree<'_>, seen| seen > 0 && gauge.work() >= share;
        self.tree.walk(&mut self.open, depth, gauge, is_end)
    }

    /// Puts what it did in its place in the whole tree.
    fn graft(&mut self, whole: &mut Vec<Node>) {
        let names = std::mem::take(&mut self.names);
        let next = whole.len() as u32;
        let name = |at: u32| {
            let known = names.get(at as usize).copied();
            known.unwrap_or_else(|| next + at - names.len() as u32)
        };
        for (at, mut node) in (0..).zip(self.tree.nodes.drain(..)) {
            if let Node::Branch { yes, no, .. } = &mut node {
                (*yes, *no) = (name(*yes), name(*no));
            }
            match names.get(at) {
                Some(&at) => whole[at as usize] = node,
                None => whole.push(node),
            }
        }
        self.open.iter_mut().for_each(|node| node.at = name(node.at));
    }
}

/// Gives each that has nothing open the shallowest node of the one that has most, the first of several, if that keeps one.
fn deal(hands: &mut [Hand<'_, '_>]) {
    while let Some(idle) = hands.iter().position(|hand| hand.open.is_empty())
        && let Some(richest) = hands.iter_mut().rev().max_by_key(|hand| hand.open.len())
        && richest.open.len() > 1
    {
        let node = richest.open.remove(0);
        hands[idle].open.push(node);
    }
}

/// All know the best plan that one found, and what any edge costs.
fn agree(hands: &mut [Hand<'_, '_>]) {
    let best = hands.iter_mut().rev().max_by_key(|hand| hand.tree.value);
    let Some((plan, value)) = best.map(|hand| (hand.tree.plan.clone(), hand.tree.value)) else {
        return;
    };
    let mut costs = std::mem::take(&mut hands[0].tree.costs);
    for hand in &hands[1..] {
        hand.tree.costs.iter().for_each(|(&edge, &its)| {
            costs.entry(edge).or_insert(its);
        });
    }
    for hand in hands {
        hand.tree.costs.clone_from(&costs);
        hand.tree.plan.clone_from(&plan);
        hand.tree.value = value;
    }
}

#[cfg(test)]
mod tests {
    use hemvist_testkit::Rng;

    use super::*;
    use crate::master::Master;
    use crate::model::reduce;
    use crate::problem::SCALE;
    use crate::rest::tests::threes;
    use crate::solution::Options;

    #[test]
    fn once_a_plan_is_as_good_as_any_can_be_the_search_is_over() {
        let (options, mut open) = (Options::default(), 0);
        let gauge = Gauge::new(&options, u64::MAX, None);
        for seed in 0..40 {
            let problem = threes(&mut Rng::new(seed), vec![2; 16], (42, 14), 3, 60);
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            let mut master = Master::new(&model.parts[0], &gauge);
            master.converge(&gauge, 0);
            let columns = master.columns_within(300 * i128::from(SCALE), usize::MAX, &gauge);
            let mut whole = Tree::new(&master, columns.expect("no limit"), -1);
            whole.rounds = 0;
            let mut short = whole.clone();
            assert!(whole.search(&gauge), "{seed}");
            short.ceiling = whole.value;
            assert!(!short.search(&gauge) && short.value == whole.value, "{seed}");
            open += usize::from(short.nodes.iter().any(|node| matches!(node, Node::Open)));
        }
        assert!(open > 10, "{open}");
    }

    #[test]
    fn several_trees_close_all_that_one_does_whatever_the_threads() {
        let mut long = 0;
        for seed in 0..40 {
            // In bins of two places, whom of three to part is what a tree has to find out.
            let problem = threes(&mut Rng::new(seed), vec![2; 16], (42, 14), 3, 60);
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            let searched = |threads, at_once: bool| {
                let options = Options {
                    threads,
                    ..Options::default()
                };
                let gauge = Gauge::new(&options, u64::MAX, None);
                let mut master = Master::new(&model.parts[0], &gauge);
                master.converge(&gauge, 0);
                let slack = 300 * i128::from(SCALE);
                let columns = master.columns_within(slack, usize::MAX, &gauge);
                let mut tree = Tree::new(&master, columns.expect("no limit"), -1);
                // Without cuts more is left for the nodes.
                tree.rounds = 0;
                if at_once {
                    assert!(tree.search(&gauge), "{seed}");
                } else {
                    let open = OpenNode {
                        at: 0,
                        path: Vec::new(),
                        basis: None,
                    };
                    assert!(tree.walk(&mut vec![open], 0, &gauge, |_, _| false), "{seed}");
                }
                let plan = tree.plan.map(|plan| plan.sets);
                (tree.value, plan, tree.nodes, gauge.work())
            };
            let (best, _, one, _) = searched(1, false);
            let (value, plan, nodes, work) = searched(1, true);
            assert_eq!(value, best, "{seed}");
            long += usize::from(one.len() > 3 * LONG);
            // Every node is closed, and every one but the first is below exactly one other.
            let mut below = vec![0; nodes.len()];
            for node in &nodes {
                match node {
                    Node::Open | Node::Own(_) => panic!("{seed}: an open node, or one that no walk makes"),
                    Node::Leaf(_) | Node::Dead(_) => {}
                    &Node::Branch { yes, no, .. } => [yes, no].iter().for_each(|&at| below[at as usize] += 1),
                }
            }
            assert!(below[0] == 0 && below[1..].iter().all(|&times| times == 1), "{seed}");
            for threads in [2, 8] {
                let again = searched(threads, true);
                let shape = |nodes: &[Node]| format!("{nodes:?}");
                assert_eq!((again.0, &again.1, again.3), (value, &plan, work), "{seed}");
                assert_eq!(shape(&again.2), shape(&nodes), "{seed}");
            }
        }
        assert!(long > 3, "{long}");
    }
}
