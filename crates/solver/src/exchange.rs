//! Exchanges between best plans: is there a best plan that has a unit somewhere else, reached from the one at hand by
//! moving a few units?
//!
//! Two plans differ in bins that hang together by the units they share. Each such piece of a difference is an exchange
//! of its own: it leaves everybody else where they are, and between best plans it changes no value. So whether some
//! best plan puts a unit elsewhere can be told by following the exchange from there: the units that must leave, the
//! bins they go to, whoever has to leave those. At good prices few columns are open and the search ends after a
//! handful of steps; it gives up after [`MOST_STEPS`] and says so.
//!
//! A limit over a class of bins can bind two such pieces together: one makes the room that the other takes. So a piece
//! that passes a limit, or that is worth less but makes room in one, goes on with any other bin of that limit.
//!
//! Promises: [`Answer::Nowhere`] is a proof, given that every column that a best plan can hold is listed. Leaves every
//! question open where there are floors over classes of units.

use crate::master::Column;
use crate::model::Part;
use crate::plan::PartPlan;
use crate::prices::Prices;
use crate::sets::Sets;
use crate::transport::NONE;
use crate::tree::Decision;

/// Steps after which a question is left open.
const MOST_STEPS: u32 = 2_000;
/// More than anything can cost.
const NEVER: i64 = i64::MAX / 4;

/// Bins that take another column, or none ([`NONE`]).
pub(crate) type Changes = Vec<(u32, u32)>;

pub(crate) enum Answer {
    /// These changes lead to such a plan.
    Found(Changes),
    /// No best plan has it.
    Nowhere,
    /// Not told.
    Open,
}

/// A best plan, and the columns that best plans are made of.
pub(crate) struct Exchange<'a> {
    part: &'a Part,
    pub columns: Vec<Column>,
    of_unit: Vec<Vec<u32>>,
    of_bin: Vec<Vec<u32>>,
    /// What a plan falls short of the bound by each column, by each bin that is empty, by each unit that is left out.
    short: Vec<i64>,
    short_empty: Vec<i64>,
    short_out: Vec<i64>,
    /// What every best plan falls short of the bound in all.
    slack: i64,
    /// Whether there are floors.
    floors: bool,
    /// Limits that these columns could pass, and how much room the plan at hand leaves in each limit.
    strict: Vec<bool>,
    room: Vec<i64>,
    /// How many decisions bar each column.
    barred: Vec<u32>,
    /// Column of each bin and bin of each unit in the plan at hand.
    column_of: Vec<u32>,
    bin_of: Vec<u32>,
    walk: Walk,
    /// Elementary steps not yet reported.
    pub steps: u64,
}

/// An exchange on the way.
#[derive(Default)]
struct Walk {
    /// Bins that have been given a column, and units that have been given a place (in one of these, or out).
    given: Vec<bool>,
    settled: Vec<bool>,
    changes: Changes,
    out: Vec<u32>,
    /// Who has lost what it had, in the order met; those who have been given something else since are passed over.
    todo: Vec<Loser>,
    short: i64,
    value: i64,
    steps: u32,
}

#[derive(Clone, Copy)]
enum Loser {
    Bin(u32),
    Unit(u32),
}

/// Where a walk stood.
#[derive(Clone, Copy)]
struct Mark {
    changes: usize,
    out: usize,
    todo: usize,
    short: i64,
    value: i64,
}

impl<'a> Exchange<'a> {
    /// Over the columns within `slack` of the bound that these prices, with the prices of bins that go with them, prove.
    /// `None`: the plan is not made of these columns.
    pub(crate) fn new(
        sets: &Sets<'a>,
        prices: &Prices,
        bin_price: &[i64],
        slack: i128,
        columns: Vec<Column>,
        plan: &PartPlan,
    ) -> Option<Self> {
        let part = sets.part;
        let floors = !part.classes.is_empty();
        let mut of_unit = vec![Vec::new(); part.n_units()];
        let mut of_bin = vec![Vec::new(); part.n_bins()];
        let mut short = Vec::with_capacity(columns.len());
        for (c, column) in (0..).zip(&columns) {
            column.set.iter().for_each(|&u| of_unit[u as usize].push(c));
            of_bin[column.bin as usize].push(c);
            if !floors {
                short.push(bin_price[column.bin as usize] - sets.gain(prices, column));
            }
        }
        let mut exchange = Self {
            part,
            of_unit,
            of_bin,
            short,
            short_empty: bin_price.to_vec(),
            short_out: prices.unit.clone(),
            slack: i64::try_from(slack).ok()?,
            floors,
            strict: vec![false; part.limit_most.len()],
            room: part.limit_most.iter().map(|&most| i64::from(most)).collect(),
            barred: vec![0; columns.len()],
            columns,
            column_of: vec![NONE; part.n_bins()],
            bin_of: vec![NONE; part.n_units()],
            walk: Walk {
                given: vec![false; part.n_bins()],
                settled: vec![false; part.n_units()],
                ..Walk::default()
            },
            steps: 0,
        };
        let mut most = vec![0; part.limit_most.len()];
        for (bin, columns) in exchange.of_bin.iter().enumerate() {
            let size = columns.iter().map(|&c| exchange.size(c)).max().unwrap_or(0);
            part.limits_of_bin[bin].iter().for_each(|&l| most[l as usize] += size);
        }
        for (strict, (most, room)) in exchange.strict.iter_mut().zip(most.iter().zip(&exchange.room)) {
            *strict = most > room;
        }
        let changes = exchange.changes_to(plan)?;
        exchange.adopt(&changes);
        Some(exchange)
    }

    /// What takes the plan at hand to this one; `None`: it is not made of the columns listed.
    pub(crate) fn changes_to(&self, plan: &PartPlan) -> Option<Changes> {
        let mut column_of = vec![NONE; self.part.n_bins()];
        for (bin, set) in &plan.sets {
            let columns = &self.of_bin[*bin as usize];
            column_of[*bin as usize] = *columns.iter().find(|&&c| self.columns[c as usize].set == *set)?;
        }
        let pairs = (0..).zip(column_of).zip(&self.column_of);
        Some(pairs.filter(|(new, old)| new.1 != **old).map(|(new, _)| new).collect())
    }

    /// Units whose bin changes.
    pub(crate) fn movers(&self, changes: &Changes) -> Vec<u32> {
        let after = self.bins_after(changes);
        let pairs = (0..).zip(after.iter().zip(&self.bin_of));
        pairs
            .filter(|(_, (new, old))| new != old)
            .map(|(unit, _)| unit)
            .collect()
    }

    /// The bin of each unit after changes; [`NONE`]: left out.
    fn bins_after(&self, changes: &Changes) -> Vec<u32> {
        let mut bins = self.bin_of.clone();
        for &(bin, _) in changes {
            self.set_of(self.column_of[bin as usize])
                .iter()
                .for_each(|&u| bins[u as usize] = NONE);
        }
        for &(bin, column) in changes {
            self.set_of(column).iter().for_each(|&u| bins[u as usize] = bin);
        }
        bins
    }

    /// Makes the changed plan the one at hand.
    pub(crate) fn adopt(&mut self, changes: &Changes) {
        for (limit, more) in self.loads(changes) {
            self.room[limit as usize] -= more;
        }
        self.bin_of = self.bins_after(changes);
        changes
            .iter()
            .for_each(|&(bin, column)| self.column_of[bin as usize] = column);
    }

    /// The plan at hand.
    pub(crate) fn plan(&self) -> PartPlan {
        let mut plan = PartPlan::default();
        for (bin, &c) in (0..).zip(&self.column_of).filter(|&(_, &c)| c != NONE) {
            let column = &self.columns[c as usize];
            plan.value += i128::from(column.value);
            plan.sets.push((bin, column.set.clone()));
        }
        plan
    }

    /// Where a unit is in the plan at hand.
    pub(crate) fn bin_of(&self, unit: u32) -> Option<u32> {
        Some(self.bin_of[unit as usize]).filter(|&bin| bin != NONE)
    }

    /// Never leaves a unit out, for good.
    pub(crate) fn place(&mut self, unit: u32) {
        self.short_out[unit as usize] = NEVER;
    }

    /// Takes a decision, for good.
    pub(crate) fn decide(&mut self, d: Decision) {
        let mut steps = self.of_unit[d.unit as usize].len();
        for &c in &self.of_unit[d.unit as usize] {
            if (self.columns[c as usize].bin == d.bin) != d.yes {
                self.barred[c as usize] += 1;
            }
        }
        if d.yes {
            steps += self.of_bin[d.bin as usize].len();
            for &c in &self.of_bin[d.bin as usize] {
                if !self.columns[c as usize].set.contains(&d.unit) {
                    self.barred[c as usize] += 1;
                }
            }
            self.short_out[d.unit as usize] = NEVER;
            self.short_empty[d.bin as usize] = NEVER;
        }
        self.steps += steps as u64;
    }

    /// Where a unit could be in a best plan, as far as single columns tell; `None`, the last: left out.
    pub(crate) fn options(&self, unit: u32) -> Vec<Option<u32>> {
        let open = self.of_unit[unit as usize].iter().filter(|&&c| self.is_open(c));
        let mut bins: Vec<Option<u32>> = open.map(|&c| Some(self.columns[c as usize].bin)).collect();
        bins.sort_unstable();
        bins.dedup();
        let may_be_out = if self.floors { NEVER - 1 } else { self.slack };
        if self.short_out[unit as usize] <= may_be_out {
            bins.push(None);
        }
        bins
    }

    /// Is there a best plan under the decisions taken that has this unit there (`None`: leaves it out)?
    pub(crate) fn with(&mut self, unit: u32, to: Option<u32>) -> Answer {
        if self.floors {
            return Answer::Open;
        }
        self.walk.steps = 0;
        let found = if let Some(bin) = to {
            self.go_to(unit, bin)
        } else {
            self.leave_out(unit);
            let home = self.bin_of(unit).map(Loser::Bin);
            self.walk.todo.extend(home);
            self.go_on(0)
        };
        let answer = match found {
            Some(true) => Answer::Found(self.walk.changes.clone()),
            Some(false) => Answer::Nowhere,
            None => Answer::Open,
        };
        self.back_to(Mark {
            changes: 0,
            out: 0,
            todo: 0,
            short: 0,
            value: 0,
        });
        self.steps += u64::from(self.walk.steps) * 8;
        answer
    }

    fn go_to(&mut self, unit: u32, to: u32) -> Option<bool> {
        for n in 0..self.of_unit[unit as usize].len() {
            let c = self.of_unit[unit as usize][n];
            if self.columns[c as usize].bin == to && self.give_and_go_on(to, c, 0)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn is_open(&self, column: u32) -> bool {
        self.barred[column as usize] == 0
    }

    fn set_of(&self, column: u32) -> &[u32] {
        if column == NONE {
            &[]
        } else {
            &self.columns[column as usize].set
        }
    }

    /// Goes on until nobody is left who lost something; whether that gave a best plan. `None`: too many steps.
    fn go_on(&mut self, mut next: usize) -> Option<bool> {
        while let Some(&loser) = self.walk.todo.get(next) {
            next += 1;
            match loser {
                Loser::Bin(bin) if !self.walk.given[bin as usize] => return self.give_bin(bin, next),
                Loser::Unit(unit) if !self.walk.settled[unit as usize] => return self.give_unit(unit, next),
                _ => {}
            }
        }
        let limits = self.limits_with_a_say();
        if limits.is_empty() {
            return Some(self.walk.value == 0);
        }
        for bin in 0..self.column_of.len() as u32 {
            let bound = self.part.limits_of_bin[bin as usize].iter().any(|l| limits.contains(l));
            if bound && !self.walk.given[bin as usize] && self.give_bin(bin, next)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// At the end of a walk: limits that it passes; if none, and it is worth less, limits in which it makes room.
    fn limits_with_a_say(&self) -> Vec<u32> {
        if !self.strict.contains(&true) {
            return Vec::new();
        }
        let mut loads = self.loads(&self.walk.changes);
        loads.retain(|load| self.strict[load.0 as usize]);
        let passed = loads.iter().filter(|load| load.1 > self.room[load.0 as usize]);
        let mut limits: Vec<u32> = passed.map(|load| load.0).collect();
        if limits.is_empty() && self.walk.value < 0 {
            limits.extend(loads.iter().filter(|load| load.1 < 0).map(|load| load.0));
        }
        limits
    }

    /// How much more is in each limit after changes.
    fn loads(&self, changes: &Changes) -> Vec<(u32, i64)> {
        let mut loads: Vec<(u32, i64)> = Vec::new();
        for &(bin, column) in changes {
            let more = self.size(column) - self.size(self.column_of[bin as usize]);
            for &limit in &self.part.limits_of_bin[bin as usize] {
                match loads.iter_mut().find(|load| load.0 == limit) {
                    Some(load) => load.1 += more,
                    None => loads.push((limit, more)),
                }
            }
        }
        loads
    }

    /// Items in a column.
    fn size(&self, column: u32) -> i64 {
        let sizes = self
            .set_of(column)
            .iter()
            .map(|&u| i64::from(self.part.sizes[u as usize]));
        sizes.sum()
    }

    fn give_bin(&mut self, bin: u32, next: usize) -> Option<bool> {
        for n in 0..self.of_bin[bin as usize].len() {
            let c = self.of_bin[bin as usize][n];
            if c != self.column_of[bin as usize] && self.give_and_go_on(bin, c, next)? {
                return Some(true);
            }
        }
        self.give_and_go_on(bin, NONE, next)
    }

    fn give_unit(&mut self, unit: u32, next: usize) -> Option<bool> {
        for n in 0..self.of_unit[unit as usize].len() {
            let c = self.of_unit[unit as usize][n];
            let bin = self.columns[c as usize].bin;
            if !self.walk.given[bin as usize] && self.give_and_go_on(bin, c, next)? {
                return Some(true);
            }
        }
        if self.walk.short + self.short_out[unit as usize] > self.slack {
            return Some(false);
        }
        let mark = self.mark();
        self.leave_out(unit);
        let found = self.go_on(next)?;
        if !found {
            self.back_to(mark);
        }
        Some(found)
    }

    /// Gives a bin a column, if that can be, and goes on from there.
    fn give_and_go_on(&mut self, bin: u32, column: u32, next: usize) -> Option<bool> {
        self.walk.steps += 1;
        if self.walk.steps > MOST_STEPS {
            return None;
        }
        let short = if column == NONE {
            self.short_empty[bin as usize]
        } else {
            self.short[column as usize]
        };
        let fits = (column == NONE || self.is_open(column))
            && self.walk.short + short <= self.slack
            && !self.set_of(column).iter().any(|&u| self.walk.settled[u as usize]);
        if !fits {
            return Some(false);
        }
        let mark = self.mark();
        let old = self.column_of[bin as usize];
        let value = |c: u32| if c == NONE { 0 } else { self.columns[c as usize].value };
        self.walk.value += value(column) - value(old);
        self.walk.short += short;
        self.walk.given[bin as usize] = true;
        self.walk.changes.push((bin, column));
        let (columns, walk) = (&self.columns, &mut self.walk);
        if column != NONE {
            for &u in &columns[column as usize].set {
                walk.settled[u as usize] = true;
                let home = self.bin_of[u as usize];
                if home != NONE && home != bin {
                    walk.todo.push(Loser::Bin(home));
                }
            }
        }
        if old != NONE {
            let left = columns[old as usize].set.iter().filter(|&&u| !walk.settled[u as usize]);
            walk.todo.extend(left.map(|&u| Loser::Unit(u)));
        }
        let found = self.go_on(next)?;
        if !found {
            self.back_to(mark);
        }
        Some(found)
    }

    fn leave_out(&mut self, unit: u32) {
        self.walk.settled[unit as usize] = true;
        self.walk.out.push(unit);
        self.walk.short += self.short_out[unit as usize];
    }

    fn mark(&self) -> Mark {
        Mark {
            changes: self.walk.changes.len(),
            out: self.walk.out.len(),
            todo: self.walk.todo.len(),
            short: self.walk.short,
            value: self.walk.value,
        }
    }

    fn back_to(&mut self, mark: Mark) {
        let walk = &mut self.walk;
        for (bin, column) in walk.changes.drain(mark.changes..) {
            walk.given[bin as usize] = false;
            if column != NONE {
                let set = &self.columns[column as usize].set;
                set.iter().for_each(|&u| walk.settled[u as usize] = false);
            }
        }
        for unit in walk.out.drain(mark.out..) {
            walk.settled[unit as usize] = false;
        }
        walk.todo.truncate(mark.todo);
        walk.short = mark.short;
        walk.value = mark.value;
    }
}
