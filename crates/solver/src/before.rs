//! What an earlier solve tells of a problem that has changed since.
//!
//! Of each part: the columns that are still possible, the cuts whose rows are all still there, the last prices and the
//! last plan, and the basis that the program ended with. Columns that are no longer possible are barred in the earlier
//! program first, and its dual simplex finds the optimum without them: then what is basic and matters is all still there,
//! and values that changed, new columns and new rows leave the basis feasible.
//!
//! Promises nothing: all of it is a beginning, and any beginning gives the same value. Knows nothing of floors: a part
//! that has any is solved from nothing.

use crate::cuts::{Cut, Row, Weights, carried};
use crate::gauge::Gauge;
use crate::lp::Lp;
use crate::master::{Column, Layout};
use crate::model::{Model, Part};
use crate::part::{Kept, PartAnswer, PartOutcome};
use crate::prices::Prices;
use crate::problem::{Problem, SCALE};
use crate::session::Solved;
use crate::transport::{NONE, Rough};

/// An earlier solve to begin from, of a problem that differs in whatever way: edges, values, capacities, groups, items and
/// bins. The less has changed, the sooner the new answer is there; its value does not depend on it.
///
/// # Examples
/// A third course opens. The students keep their numbers, and so do the other two courses.
/// ```
/// use hemvist_solver::{Before, Options, Problem, solve, solve_keeping};
///
/// let two = Problem {
///     indptr: vec![0, 2, 4, 6],
///     bins: vec![0, 1, 0, 1, 0, 1],
///     values: vec![90, 70, 80, 20, 60, 50],
///     capacity: vec![1, 1],
///     ..Problem::default()
/// };
/// let (first, solved) = solve_keeping(&two, &Options::default())?;
/// assert_eq!(first.bin_of, [Some(1), Some(0), None]);
///
/// let three = Problem {
///     indptr: vec![0, 2, 4, 7],
///     bins: vec![0, 1, 0, 1, 0, 1, 2],
///     values: vec![90, 70, 80, 20, 60, 50, 55],
///     capacity: vec![1, 1, 1],
///     ..Problem::default()
/// };
/// let options = Options { before: solved.as_ref().map(Before::new), ..Options::default() };
/// let then = solve(&three, &options)?;
/// assert_eq!((then.value, then.bin_of), (205, vec![Some(1), Some(0), Some(2)]));
/// # Ok::<(), hemvist_solver::ProblemError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// What [`crate::solve_keeping`] kept.
    pub solved: &'a Solved,
    /// The number that each item of that problem has now; `None`: it is gone. If the list is empty, every item has its old
    /// number, and those that were not there are new.
    pub items: &'a [Option<u32>],
    /// Likewise of each bin.
    pub bins: &'a [Option<u32>],
}

impl<'a> Before<'a> {
    /// Of a problem in which items and bins had the numbers that they have now.
    pub fn new(solved: &'a Solved) -> Self {
        Self {
            solved,
            items: &[],
            bins: &[],
        }
    }
}

/// What is known of a part before it is solved.
pub(crate) enum Former<'a> {
    /// It is as it was, and so is its answer.
    Same(&'a PartAnswer, &'a Kept),
    /// It is much as it was.
    Like(Box<Like>),
}

/// A beginning, in the numbers of the part.
#[derive(Default)]
pub(crate) struct Like {
    /// Units of each bin; not always feasible.
    pub sets: Vec<Vec<u32>>,
    /// Prices of units, limits and cuts, and of a place in each bin in points.
    pub prices: Prices,
    place_price: Vec<i64>,
    /// Units and bins that had prices.
    knows_unit: Vec<bool>,
    knows_bin: Vec<bool>,
    pub cuts: Vec<Weights>,
    pub columns: Vec<(u32, Vec<u32>)>,
    /// The basis: which of these columns, and the rows whose slack is not in it.
    pub basic: Vec<u32>,
    pub rows: Vec<Row>,
}

impl Like {
    /// Nothing is known.
    fn none(part: &Part) -> Self {
        Self {
            sets: vec![Vec::new(); part.n_bins()],
            prices: Prices::zero(part),
            place_price: vec![0; part.n_bins()],
            knows_unit: vec![false; part.n_units()],
            knows_bin: vec![false; part.n_bins()],
            ..Self::default()
        }
    }

    /// Prices what is new as if nobody wanted it more than what there was: a bin so that its places tempt none of the units
    /// that were there, a unit so that it tempts no bin.
    fn price_the_new(&mut self, part: &Part) {
        self.lower_prices(part);
        let price = |u: u32, prices: &Prices| prices.unit[u as usize] / (SCALE * i64::from(part.sizes[u as usize]));
        for u in (0..part.n_units() as u32).filter(|&u| self.knows_unit[u as usize]) {
            for (b, value) in part.row(u).filter(|e| !self.knows_bin[e.0 as usize]) {
                let spare = value / i64::from(part.sizes[u as usize]) - price(u, &self.prices);
                let place = &mut self.place_price[b as usize];
                *place = spare.max(*place);
            }
        }
        for u in (0..part.n_units() as u32).filter(|&u| !self.knows_unit[u as usize]) {
            let size = i64::from(part.sizes[u as usize]);
            let spare = part
                .row(u)
                .map(|(b, value)| value - size * self.place_price[b as usize]);
            self.prices.unit[u as usize] = spare.fold(0, i64::max) * SCALE;
        }
    }

    /// No price needs to pass what a unit could bring here, and where values were greater before, it must not: sums over a
    /// bin would not hold it.
    fn lower_prices(&mut self, part: &Part) {
        let most = |u: u32| {
            let meetings = part.meetings[u as usize].iter().filter_map(|m| m.value);
            let best = part.row(u).map(|e| e.1).fold(0, i64::max);
            best + meetings.filter(|&v| v > 0).sum::<i64>()
        };
        let mut top = 0;
        for (u, price) in (0..).zip(&mut self.prices.unit) {
            let most = most(u);
            *price = (*price).min(most * SCALE);
            top = most.max(top);
        }
        let others = [&mut self.prices.limit, &mut self.prices.cut];
        let others = others.into_iter().flatten();
        others.for_each(|price| *price = (*price).min(top * SCALE));
        self.place_price.iter_mut().for_each(|price| *price = (*price).min(top));
    }

    /// The beginning of a transportation problem.
    pub(crate) fn rough(&self, part: &Part) -> Rough {
        let mut bin_of = vec![NONE; part.n_units()];
        for (b, set) in (0..).zip(&self.sets) {
            for &u in set.iter().filter(|&&u| part.edge(u, b).is_some()) {
                bin_of[u as usize] = b;
            }
        }
        Rough {
            bin_of,
            bin_price: self.place_price.clone(),
        }
    }
}

/// New numbers: part and number in it, [`NONE`] if gone.
type Now = (u32, u32);
const GONE: Now = (NONE, NONE);

/// What an earlier solve tells of each part, if anything.
pub(crate) fn formers<'a>(
    before: Before<'a>,
    problem: &Problem,
    model: &Model,
    gauge: &Gauge<'_>,
) -> Vec<Option<Former<'a>>> {
    let solved = before.solved;
    let items = renumbered(before.items, solved.n_items(), problem.n_items());
    let bins = renumbered(before.bins, solved.n_bins(), problem.n_bins());
    let part_of_item = model.part_of(problem.n_items());
    let mut part_of_bin = vec![GONE; problem.n_bins()];
    for (q, part) in (0..).zip(&model.parts) {
        for (b, &bin) in (0..).zip(&part.bins) {
            part_of_bin[bin as usize] = (q, b);
        }
    }
    let mut out: Vec<Option<Former<'a>>> = model.parts.iter().map(|_| None).collect();
    for (old, (answer, kept)) in solved.parts() {
        let unit = |&unit: &u32| {
            let items = solved.items_of(unit).iter().map(|&i| items[i as usize]);
            unit_now(items, &part_of_item, model)
        };
        let bin = |&bin: &u32| bins[bin as usize].map_or(GONE, |b| part_of_bin[b as usize]);
        let there = There {
            old,
            parts: &model.parts,
            units: old.units.iter().map(unit).collect(),
            bins: old.bins.iter().map(bin).collect(),
        };
        if let Some(q) = there.same() {
            out[q] = Some(Former::Same(answer, kept));
        } else if old.classes.is_empty() {
            there.tell(answer, kept, &mut out, gauge);
        }
    }
    for (part, former) in model.parts.iter().zip(&mut out) {
        if let Some(Former::Like(like)) = former {
            like.price_the_new(part);
        }
    }
    out
}

/// The new number of each of `old` things, each given once.
fn renumbered(given: &[Option<u32>], old: usize, new: usize) -> Vec<Option<u32>> {
    let mut is_taken = vec![false; new];
    let number = |n: u32| {
        if given.is_empty() {
            Some(n)
        } else {
            given.get(n as usize).copied().flatten()
        }
    };
    let mut is_free = |n: u32| {
        is_taken
            .get_mut(n as usize)
            .is_some_and(|t| !std::mem::replace(t, true))
    };
    (0..old as u32).map(|n| number(n).filter(|&n| is_free(n))).collect()
}

/// Where a unit with these items is now.
fn unit_now(mut items: impl ExactSizeIterator<Item = Option<u32>>, part_of_item: &[Now], model: &Model) -> Now {
    let count = items.len();
    let at = |item: Option<u32>| item.map_or(GONE, |i| part_of_item[i as usize]);
    let Some(first) = items.next().map(at).filter(|&now| now != GONE) else {
        return GONE;
    };
    let unit = model.parts[first.0 as usize].units[first.1 as usize];
    let is_whole = model.unit_items[unit as usize].len() == count && items.all(|item| at(item) == first);
    if is_whole { first } else { GONE }
}

/// An earlier part and where its units and bins are now.
struct There<'a> {
    old: &'a Part,
    parts: &'a [Part],
    units: Vec<Now>,
    bins: Vec<Now>,
}

impl There<'_> {
    /// The part that is the same in everything but the numbers that the problem gives.
    fn same(&self) -> Option<usize> {
        let &(q, _) = self.units.first().filter(|&&now| now != GONE)?;
        let in_order = |list: &[Now]| (0..).zip(list).all(|(n, &now)| now == (q, n));
        let part = &self.parts[q as usize];
        let same = in_order(&self.units) && in_order(&self.bins) && self.old.is_like(part);
        same.then_some(q as usize)
    }

    /// Adds what is known to every part that has something of this one.
    fn tell(&self, answer: &PartAnswer, kept: &Kept, out: &mut [Option<Former<'_>>], gauge: &Gauge<'_>) {
        let program = match kept {
            Kept::Program {
                layout,
                cuts,
                lp,
                columns,
                ..
            } => Some(Program {
                layout,
                cuts,
                lp,
                columns,
            }),
            Kept::Flow { .. } => None,
        };
        let mut touched: Vec<u32> = self.units.iter().filter(|&&now| now != GONE).map(|now| now.0).collect();
        touched.sort_unstable();
        touched.dedup();
        touched.retain(|&q| self.parts[q as usize].classes.is_empty());
        let optimum = program.as_ref().map(|program| self.optimum(program, &touched, gauge));
        for q in touched {
            let part = &self.parts[q as usize];
            let former = out[q as usize].get_or_insert_with(|| Former::Like(Box::new(Like::none(part))));
            let Former::Like(like) = former else { continue };
            self.tell_plan(q, answer, like);
            if let (Some(program), Some((basic, open))) = (&program, &optimum) {
                self.tell_program(q, program, &answer.proof.root, (basic, open), like);
            }
        }
    }

    /// Plan and prices, as far as they are of part `q`.
    fn tell_plan(&self, q: u32, answer: &PartAnswer, like: &mut Like) {
        let here = |now: &Now| (now.0 == q).then_some(now.1);
        let prices = self.units.iter().zip(&answer.proof.root.unit);
        for (u, &price) in prices.filter_map(|(now, price)| Some((here(now)?, price))) {
            like.prices.unit[u as usize] = price;
            like.knows_unit[u as usize] = true;
        }
        for (b, now) in self.bins.iter().enumerate() {
            if let Some(new) = here(now) {
                let places = SCALE * i64::from(self.old.capacity[b].max(1));
                like.place_price[new as usize] = answer.proof.bin_price[b] / places;
                like.knows_bin[new as usize] = true;
            }
        }
        if let PartOutcome::Planned(plan) = &answer.outcome {
            for (b, set) in &plan.sets {
                if let Some(b) = here(&self.bins[*b as usize]) {
                    let set = set.iter().filter_map(|&u| here(&self.units[u as usize]));
                    like.sets[b as usize].extend(set);
                }
            }
        }
    }

    /// The column as one of part `q`, if it is one.
    fn column(&self, q: u32, column: &Column) -> Option<(u32, Vec<u32>)> {
        let here = |now: Now| (now.0 == q).then_some(now.1);
        let bin = here(self.bins[column.bin as usize])?;
        let mut set = column
            .set
            .iter()
            .map(|&u| here(self.units[u as usize]))
            .collect::<Option<Vec<u32>>>()?;
        set.sort_unstable();
        self.parts[q as usize].set_value(bin, &set).map(|_| (bin, set))
    }

    /// The number of a limit in part `q`.
    fn limit(&self, q: u32, limit: u32) -> Option<u32> {
        let id = self.old.limit_ids[limit as usize];
        let mut ids = (0..).zip(&self.parts[q as usize].limit_ids);
        ids.find(|(_, new)| **new == id).map(|(l, _)| l)
    }

    /// The optimum of the program without the columns that none of these parts has, and with limits as they are now: its
    /// basic columns, and the rows whose slack is not basic.
    fn optimum(&self, program: &Program<'_>, parts: &[u32], gauge: &Gauge<'_>) -> (Vec<u32>, Vec<u32>) {
        let gone = |column: &Column| parts.iter().all(|&q| self.column(q, column).is_none());
        let gone: Vec<u32> = (0..)
            .zip(program.columns)
            .filter(|(_, column)| gone(column))
            .map(|(c, _)| c)
            .collect();
        let limits = (0..self.old.limit_most.len() as u32).filter_map(|l| {
            let (q, new) = parts.iter().find_map(|&q| Some((q, self.limit(q, l)?)))?;
            let most = self.parts[q as usize].limit_most[new as usize];
            (most != self.old.limit_most[l as usize]).then_some((program.layout.number(Row::Limit(l)), most))
        });
        let limits: Vec<(u32, u32)> = limits.collect();
        if gone.is_empty() && limits.is_empty() {
            program.lp.structure()
        } else {
            program.lp.without(&gone, &limits, gauge).structure()
        }
    }

    /// Columns, cuts and basis, as far as they are of part `q`.
    fn tell_program(
        &self,
        q: u32,
        program: &Program<'_>,
        root: &Prices,
        (basic, open): (&[u32], &[u32]),
        like: &mut Like,
    ) {
        let here = |now: Now| (now.0 == q).then_some(now.1);
        let row = |row: Row| match row {
            Row::Unit(u) => here(self.units[u as usize]).map(Row::Unit),
            Row::Bin(b) => here(self.bins[b as usize]).map(Row::Bin),
            Row::Limit(l) => self.limit(q, l).map(Row::Limit),
            Row::Cut(_) => None,
        };
        let rows: Vec<Row> = open.iter().filter_map(|&r| program.layout.row(r)).collect();
        let tight = rows.iter().filter_map(|row| match row {
            Row::Cut(k) => Some(*k),
            _ => None,
        });
        let (number, cuts) = carried(program.cuts, tight, like.cuts.len() as u32, row);
        for k in (0..program.cuts.len()).filter(|&k| number[k].is_some()) {
            like.prices.cut.push(root.cut.get(k).copied().unwrap_or(0));
        }
        like.cuts.extend(cuts);
        for (l, &price) in (0..).zip(&root.limit) {
            if let Some(new) = self.limit(q, l) {
                like.prices.limit[new as usize] = price;
            }
        }
        let mut is_basic = vec![false; program.columns.len()];
        basic.iter().for_each(|&c| is_basic[c as usize] = true);
        for (column, is_basic) in program.columns.iter().zip(is_basic) {
            if let Some(column) = self.column(q, column) {
                if is_basic {
                    like.basic.push(like.columns.len() as u32);
                }
                like.columns.push(column);
            }
        }
        like.rows.extend(rows.into_iter().filter_map(|r| match r {
            Row::Cut(k) => number[k as usize].map(Row::Cut),
            other => row(other),
        }));
    }
}

/// The program that an earlier solve ended with.
struct Program<'a> {
    layout: &'a Layout,
    cuts: &'a [Cut],
    lp: &'a Lp,
    columns: &'a [Column],
}
