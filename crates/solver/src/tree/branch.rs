//! Which edge to decide next: the one that costs both ways most.
//!
//! What an edge costs is found by a few dual iterations either way (strong branching) the first time that it comes up, and
//! from what it cost before from then on (pseudo-costs; Achterberg, Koch & Martin, "Branching rules revisited", 2005). An
//! edge that closes one side at once is taken on the spot: it is a reduction rather than a branch.

use super::{Decision, Node, Tree};
use crate::gauge::Gauge;
use crate::lp::{Mark, Outcome};

/// Edges tried, and the iterations spent on either side of each.
const TRIED: usize = 4;
const ITERATIONS: u64 = 20;
/// Least cost of a side, in points.
const LEAST: f64 = 0.01;

/// What deciding an edge has cost per weight moved: sum and number, for yes and no.
#[derive(Clone, Copy, Default)]
pub(super) struct Costs {
    yes: (f64, u32),
    no: (f64, u32),
}

/// What to decide next.
pub(super) struct Choice {
    pub unit: u32,
    pub bin: u32,
    /// Sides that are closed already: yes, no.
    pub closed: [Option<Node>; 2],
    pub yes_first: bool,
}

impl Choice {
    pub(super) fn open(unit: u32, bin: u32) -> Self {
        Self {
            unit,
            bin,
            closed: [None, None],
            yes_first: true,
        }
    }
}

impl Tree<'_> {
    /// The edge to decide of these fractional ones, with their weights.
    pub(super) fn choose(&mut self, edges: &[((u32, u32), f64)], gauge: &Gauge<'_>) -> Choice {
        let room = (self.lp.dual_value() - self.cut_off()).max(2.0 * LEAST);
        let average = self.average();
        let expect = |costs: Option<&Costs>, w: f64| {
            let mean = |side: (f64, u32), all: f64| if side.1 == 0 { all } else { side.0 / f64::from(side.1) };
            let costs = costs.copied().unwrap_or_default();
            (mean(costs.yes, average.0) * (1.0 - w), mean(costs.no, average.1) * w)
        };
        let score = |yes: f64, no: f64| yes.clamp(LEAST, room) * no.clamp(LEAST, room);
        let mut order: Vec<(f64, usize)> = Vec::new();
        for (n, &(edge, w)) in edges.iter().enumerate() {
            let (yes, no) = expect(self.costs.get(&edge), w);
            order.push((score(yes, no), n));
        }
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.truncate(TRIED);
        let mut best: Option<(f64, Choice)> = None;
        let mut mark = std::mem::take(&mut self.mark);
        self.lp.mark(&mut mark);
        for &(_, n) in &order {
            let ((unit, bin), w) = edges[n];
            let costs = self.costs.get(&(unit, bin)).copied().unwrap_or_default();
            let (yes, no) = if costs.yes.1 > 0 && costs.no.1 > 0 {
                expect(Some(&costs), w)
            } else {
                let mut sides = [0.0; 2];
                let mut closed = [None, None];
                for (side, yes) in [true, false].into_iter().enumerate() {
                    let (cost, leaf) = self.probe(Decision { unit, bin, yes }, &mark, gauge);
                    (sides[side], closed[side]) = (cost, leaf);
                }
                let costs = self.costs.entry((unit, bin)).or_default();
                if closed.iter().any(Option::is_some) {
                    self.mark = mark;
                    return Choice {
                        closed,
                        ..Choice::open(unit, bin)
                    };
                }
                costs.yes.0 += sides[0] / (1.0 - w);
                costs.no.0 += sides[1] / w;
                costs.yes.1 += 1;
                costs.no.1 += 1;
                sides.into()
            };
            if best.as_ref().is_none_or(|b| score(yes, no) > b.0) {
                // A no that costs nothing says next to nothing.
                let yes_first = yes <= no;
                best = Some((
                    score(yes, no),
                    Choice {
                        yes_first,
                        ..Choice::open(unit, bin)
                    },
                ));
            }
        }
        self.mark = mark;
        best.expect("some edge is fractional").1
    }

    /// Average cost per weight moved so far, for yes and no.
    fn average(&self) -> (f64, f64) {
        let (mut yes, mut no) = ((0.0, 0), (0.0, 0));
        for costs in self.costs.values() {
            yes = (yes.0 + costs.yes.0, yes.1 + costs.yes.1);
            no = (no.0 + costs.no.0, no.1 + costs.no.1);
        }
        let mean = |(sum, n): (f64, u32)| if n == 0 { 1.0 } else { sum / f64::from(n) };
        (mean(yes), mean(no))
    }

    /// What a decision costs as far as a few iterations tell; the leaf, if it closes.
    fn probe(&mut self, decision: Decision, mark: &Mark, gauge: &Gauge<'_>) -> (f64, Option<Node>) {
        let before = self.lp.dual_value();
        self.decide(decision);
        let outcome = self.lp.dual_steps(self.cut_off(), ITERATIONS, gauge);
        let closed = match outcome {
            Outcome::CutOff | Outcome::Infeasible => self.close(outcome),
            _ => None,
        };
        let cost = (before - self.lp.dual_value()).max(0.0);
        self.undo();
        self.lp.rollback(mark);
        (cost, closed)
    }
}
