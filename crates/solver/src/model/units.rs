//! Items joined into units, their edges and meetings, and what locks leave of rooms.

use super::{Conflict, Meeting, Model};
use crate::problem::{GroupPolicy, Problem};

/// Items grouped into units.
pub(super) struct Units {
    pub(super) items: Vec<Vec<u32>>,
    pub(super) unit_of: Vec<u32>,
    pub(super) loads: Vec<u32>,
    /// Value that the pairs inside a unit bring when it is placed; `None`: two members must not meet.
    inner: Vec<Option<i64>>,
}

/// Edges by unit.
pub(super) struct Edges {
    pub(super) start: Vec<usize>,
    pub(super) bin: Vec<u32>,
    pub(super) value: Vec<i64>,
}

impl Edges {
    pub(super) fn span(&self, unit: usize) -> std::ops::Range<usize> {
        self.start[unit]..self.start[unit + 1]
    }

    fn at(&self, unit: u32, bin: u32) -> Option<usize> {
        let span = self.span(unit as usize);
        let at = self.bin[span.clone()].binary_search(&bin).ok()?;
        Some(span.start + at)
    }

    /// Drops the edges that are not wanted.
    pub(super) fn retain(&mut self, mut wanted: impl FnMut(u32, u32) -> bool) {
        let mut kept = 0;
        let mut from = 0;
        for u in 0..self.start.len() - 1 {
            let to = self.start[u + 1];
            for e in from..to {
                if wanted(u as u32, self.bin[e]) {
                    self.bin[kept] = self.bin[e];
                    self.value[kept] = self.value[e];
                    kept += 1;
                }
            }
            from = to;
            self.start[u + 1] = kept;
        }
        self.bin.truncate(kept);
        self.value.truncate(kept);
    }
}

/// What is left of capacities, loads and limits.
pub(super) struct Room {
    pub(super) capacity: Vec<u32>,
    pub(super) load: Vec<u32>,
    pub(super) most: Vec<u32>,
    /// Limits of each bin.
    pub(super) limits_of_bin: Vec<Vec<u32>>,
}

impl Room {
    pub(super) fn new(problem: &Problem) -> Self {
        let m = problem.n_bins();
        let mut limits_of_bin: Vec<Vec<u32>> = vec![Vec::new(); m];
        for (l, limit) in problem.limits.iter().enumerate() {
            for &b in &limit.bins {
                limits_of_bin[b as usize].push(l as u32);
            }
        }
        Self {
            capacity: problem.capacity.clone(),
            load: if problem.load_capacity.is_empty() {
                vec![u32::MAX; m]
            } else {
                problem.load_capacity.clone()
            },
            most: problem.limits.iter().map(|l| l.most).collect(),
            limits_of_bin,
        }
    }

    /// Whether a unit by itself still fits into a bin.
    pub(super) fn holds(&self, units: &Units, unit: u32, bin: u32) -> bool {
        let (u, b) = (unit as usize, bin as usize);
        let size = units.items[u].len() as u32;
        size <= self.capacity[b]
            && units.loads[u] <= self.load[b]
            && self.limits_of_bin[b].iter().all(|&l| size <= self.most[l as usize])
    }

    /// Takes room for a unit; `false` if there is not enough.
    fn take(&mut self, units: &Units, unit: u32, bin: u32) -> bool {
        let fits = self.holds(units, unit, bin);
        if fits {
            let (u, b) = (unit as usize, bin as usize);
            let size = units.items[u].len() as u32;
            self.capacity[b] -= size;
            self.load[b] -= units.loads[u];
            self.limits_of_bin[b]
                .iter()
                .for_each(|&l| self.most[l as usize] -= size);
        }
        fits
    }
}

impl Units {
    pub(super) fn new(problem: &Problem) -> Self {
        let n = problem.n_items();
        let mut head: Vec<u32> = (0..n as u32).collect();
        let together = problem.groups.iter().filter(|g| g.policy == GroupPolicy::Together);
        for g in together.clone() {
            if let Some(&first) = g.members.iter().min() {
                for &i in &g.members {
                    head[i as usize] = first;
                }
            }
        }
        let mut unit_of = vec![0_u32; n];
        let mut items: Vec<Vec<u32>> = Vec::with_capacity(n);
        for i in 0..n {
            if head[i] as usize == i {
                unit_of[i] = items.len() as u32;
                items.push(vec![i as u32]);
            } else {
                let u = unit_of[head[i] as usize];
                unit_of[i] = u;
                items[u as usize].push(i as u32);
            }
        }
        let mut inner = vec![Some(0); items.len()];
        for g in together {
            if let Some(&first) = g.members.first() {
                let k = g.members.len() as i64;
                let pairs = g.pair_value.saturating_mul(k * (k - 1) / 2);
                inner[unit_of[first as usize] as usize] = Some(pairs);
            }
        }
        for (a, b, value) in problem.all_meetings() {
            let u = unit_of[a as usize];
            if u == unit_of[b as usize] {
                inner[u as usize] = inner[u as usize].and_then(|t: i64| value.map(|v| t + v));
            }
        }
        let load = |i: &u32| u64::from(problem.load.get(*i as usize).copied().unwrap_or(0));
        let loads = items.iter().map(|list| {
            let sum: u64 = list.iter().map(load).sum();
            u32::try_from(sum).unwrap_or(u32::MAX)
        });
        Self {
            loads: loads.collect(),
            items,
            unit_of,
            inner,
        }
    }

    /// Edges of each unit by bin: those that every member has and that are not banned.
    pub(super) fn edges(&self, problem: &Problem) -> Edges {
        let row = |i: u32| {
            let span = problem.indptr[i as usize]..problem.indptr[i as usize + 1];
            let bins = problem.bins[span.clone()].iter().copied();
            bins.zip(problem.values[span].iter().copied())
        };
        let untouched = self.items.len() == problem.n_items() && self.inner.iter().all(|&inner| inner == Some(0));
        if untouched && problem.bans.is_empty() {
            return Edges {
                start: problem.indptr.clone(),
                bin: problem.bins.clone(),
                value: problem.values.clone(),
            };
        }
        let mut edges = Edges {
            start: Vec::with_capacity(self.items.len() + 1),
            bin: Vec::with_capacity(problem.bins.len()),
            value: Vec::with_capacity(problem.bins.len()),
        };
        edges.start.push(0);
        let mut list: Vec<(u32, i64)> = Vec::new();
        for (items, inner) in self.items.iter().zip(&self.inner) {
            match inner {
                Some(0) if items.len() == 1 => {
                    let span = problem.indptr[items[0] as usize]..problem.indptr[items[0] as usize + 1];
                    edges.bin.extend_from_slice(&problem.bins[span.clone()]);
                    edges.value.extend_from_slice(&problem.values[span]);
                }
                Some(inner) => {
                    list.clear();
                    list.extend(row(items[0]).map(|(b, v)| (b, v + inner)));
                    for &i in &items[1..] {
                        let mut more = row(i).peekable();
                        list.retain_mut(|e| {
                            while more.next_if(|m| m.0 < e.0).is_some() {}
                            more.next_if(|m| m.0 == e.0).is_some_and(|m| {
                                e.1 += m.1;
                                true
                            })
                        });
                    }
                    edges.bin.extend(list.iter().map(|e| e.0));
                    edges.value.extend(list.iter().map(|e| e.1));
                }
                None => {}
            }
            edges.start.push(edges.bin.len());
        }
        if !problem.bans.is_empty() {
            let unit = |&(i, b): &(u32, u32)| (self.unit_of[i as usize], b);
            let mut banned: Vec<(u32, u32)> = problem.bans.iter().map(unit).collect();
            banned.sort_unstable();
            edges.retain(|u, b| banned.binary_search(&(u, b)).is_err());
        }
        edges
    }

    /// Drops the edges of units that do not fit into the room left.
    pub(super) fn drop_unfit(&self, edges: &mut Edges, room: &Room) {
        let is_plain = |u: usize| self.items[u].len() == 1 && self.loads[u] == 0;
        if self.items.is_empty() || !(0..self.items.len()).all(is_plain) {
            edges.retain(|unit, bin| room.holds(self, unit, bin));
            return;
        }
        // Where one fits, all do; and closed bins seldom have edges.
        let open: Vec<bool> = (0..room.capacity.len() as u32)
            .map(|b| room.holds(self, 0, b))
            .collect();
        if !open.iter().all(|&o| o) && !edges.bin.iter().all(|&b| open[b as usize]) {
            edges.retain(|_, bin| open[bin as usize]);
        }
    }

    /// How units get on, each list by other unit without repeats.
    pub(super) fn meetings(&self, problem: &Problem) -> Vec<Vec<Meeting>> {
        let mut lists: Vec<Vec<Meeting>> = vec![Vec::new(); self.items.len()];
        for (a, b, value) in problem.all_meetings() {
            let (u, v) = (self.unit_of[a as usize], self.unit_of[b as usize]);
            if u != v {
                lists[u as usize].push(Meeting { other: v, value });
                lists[v as usize].push(Meeting { other: u, value });
            }
        }
        for list in &mut lists {
            list.sort_unstable_by_key(|m| m.other);
            list.dedup_by(|next, kept| {
                let same = next.other == kept.other;
                if same {
                    kept.value = kept.value.and_then(|k| next.value.map(|n| k + n));
                }
                same
            });
            list.retain(|m| m.value != Some(0));
        }
        lists
    }

    /// Fixes the units of locked items: takes their room, gives their partners' meetings to the edges there, and drops
    /// their edges.
    pub(super) fn fix(
        &self,
        problem: &Problem,
        edges: &mut Edges,
        meetings: &[Vec<Meeting>],
        room: &mut Room,
        model: &mut Model,
    ) -> Result<(), Conflict> {
        if problem.locks.is_empty() {
            return Ok(());
        }
        let mut lock_of: Vec<Option<usize>> = vec![None; self.items.len()];
        for (n, &(item, bin)) in problem.locks.iter().enumerate() {
            let u = self.unit_of[item as usize];
            if let Some(before) = lock_of[u as usize] {
                if problem.locks[before].1 != bin {
                    return Err(vec![before, n]);
                }
                continue;
            }
            let at = edges.at(u, bin).ok_or_else(|| vec![n])?;
            lock_of[u as usize] = Some(n);
            let mut value = edges.value[at];
            for m in &meetings[u as usize] {
                if let Some(other) = lock_of[m.other as usize].filter(|&o| problem.locks[o].1 == bin) {
                    value += m.value.ok_or_else(|| vec![other, n])?;
                }
            }
            model.fixed.push((u, bin));
            model.fixed_values.push(value);
            model.fixed_value += i128::from(value);
        }
        for &(u, bin) in &model.fixed {
            if !room.take(self, u, bin) {
                return Err(rivals(problem, &lock_of, room, bin));
            }
        }
        let mut ruined: Vec<(u32, u32)> = Vec::new();
        for &(u, bin) in &model.fixed {
            for m in &meetings[u as usize] {
                if let Some(at) = edges.at(m.other, bin) {
                    match m.value {
                        Some(v) => edges.value[at] += v,
                        None => ruined.push((m.other, bin)),
                    }
                }
            }
        }
        ruined.sort_unstable();
        edges.retain(|u, b| lock_of[u as usize].is_none() && ruined.binary_search(&(u, b)).is_err());
        Ok(())
    }

    /// What the fixed units leave of each floor. No pair with a value crosses a class, so a fixed unit counts wholly or not
    /// at all.
    pub(super) fn floor_left(&self, problem: &Problem, fixed: &[(u32, u32)], values: &[i64]) -> Vec<i128> {
        let mut left: Vec<i128> = problem.floors.iter().map(|f| i128::from(f.least)).collect();
        for (floor, left) in problem.floors.iter().zip(&mut left) {
            let mut own = vec![false; self.items.len()];
            floor
                .items
                .iter()
                .for_each(|&i| own[self.unit_of[i as usize] as usize] = true);
            let reached = fixed.iter().zip(values).filter(|(f, _)| own[f.0 as usize]);
            *left -= reached.map(|(_, &v)| i128::from(v)).sum::<i128>();
        }
        left
    }
}

/// The locks that need room in a bin or in the limits it is in.
fn rivals(problem: &Problem, lock_of: &[Option<usize>], room: &Room, bin: u32) -> Conflict {
    let limits = &room.limits_of_bin;
    let shares = |other: u32| other == bin || limits[other as usize].iter().any(|l| limits[bin as usize].contains(l));
    let mut out: Conflict = lock_of
        .iter()
        .flatten()
        .copied()
        .filter(|&n| shares(problem.locks[n].1))
        .collect();
    out.sort_unstable();
    out
}
