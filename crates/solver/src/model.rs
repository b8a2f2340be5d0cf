//! From a [`Problem`] to independent parts: the one place where the caller's nouns are rewritten.
//!
//! Reductions, in order: `together` groups become one *unit*; locks become fixed units (capacity taken, partners'
//! values moved onto their edges); edges that cannot be used go; what is not connected falls apart into [`Part`]s.
//! Promises: an answer to every part plus the fixed units is an answer to the problem, and values add up. Knows
//! nothing of prices or bounds.

use crate::problem::{GroupPolicy, Problem};

/// How two units get on in one bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// The other unit.
    pub other: u32,
    /// Value of sharing a bin; `None`: they must not.
    pub value: Option<i64>,
}

/// A unit that could go into a bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Unit, numbered within the part.
    pub unit: u32,
    /// Items it consists of.
    pub size: u32,
    /// Value of the unit in this bin alone.
    pub value: i64,
}

/// One connected part of the problem.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    /// Units as numbered in [`Model`], and bins as numbered in the problem, ascending.
    pub units: Vec<u32>,
    pub bins: Vec<u32>,
    pub sizes: Vec<u32>,
    pub capacity: Vec<u32>,
    /// Offers of each bin: `offers[start[b]..start[b + 1]]`, by unit.
    pub start: Vec<usize>,
    pub offers: Vec<Offer>,
    /// How units of this part get on, per unit by other unit.
    pub meetings: Vec<Vec<Meeting>>,
    /// Items that each limit still allows, and the limits of each bin.
    pub limit_most: Vec<u32>,
    pub limits_of_bin: Vec<Vec<u32>>,
    /// The problem's number of each limit.
    pub limit_ids: Vec<u32>,
}

impl Part {
    pub(crate) fn offers_of(&self, bin: usize) -> &[Offer] {
        &self.offers[self.start[bin]..self.start[bin + 1]]
    }

    /// Whether this is a transportation problem: single items, no meetings, no limits.
    pub(crate) fn is_transport(&self) -> bool {
        self.limit_most.is_empty() && self.sizes.iter().all(|&s| s == 1) && self.meetings.iter().all(Vec::is_empty)
    }

    /// Value of a set of units in a bin; `None` if it does not fit or two must not meet.
    pub(crate) fn set_value(&self, bin: usize, set: &[u32]) -> Option<i64> {
        let offers = self.offers_of(bin);
        let mut total = 0;
        let mut size = 0;
        for (n, &u) in set.iter().enumerate() {
            let at = offers.binary_search_by_key(&u, |o| o.unit).ok()?;
            total += offers[at].value;
            size += offers[at].size;
            for v in &set[..n] {
                if let Ok(m) = self.meetings[u as usize].binary_search_by_key(v, |m| m.other) {
                    total += self.meetings[u as usize][m].value?;
                }
            }
        }
        (size <= self.capacity[bin]).then_some(total)
    }
}

/// The reduced problem.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    /// Items of each unit, ascending; a unit's first item stands for it.
    pub unit_items: Vec<Vec<u32>>,
    /// Bin of each unit that a lock fixes.
    pub fixed: Vec<(u32, u32)>,
    /// Value that the fixed units bring.
    pub fixed_value: i64,
    pub parts: Vec<Part>,
}

/// Locks that contradict each other or the problem, as indices into [`Problem::locks`].
pub(crate) type Conflict = Vec<usize>;

/// Reduces a well-formed problem.
pub(crate) fn reduce(problem: &Problem) -> Result<Model, Conflict> {
    let units = Units::new(problem);
    let mut edges = units.edges(problem);
    let meetings = units.meetings(problem);
    let mut capacity = problem.capacity.clone();
    let mut most: Vec<u32> = problem.limits.iter().map(|l| l.most).collect();
    let mut limits_of_bin: Vec<Vec<u32>> = vec![Vec::new(); capacity.len()];
    for (l, limit) in problem.limits.iter().enumerate() {
        for &b in &limit.bins {
            limits_of_bin[b as usize].push(l as u32);
        }
    }

    let mut model = Model {
        unit_items: units.items.clone(),
        ..Model::default()
    };
    let lock_of = fix(problem, &units, &edges, &meetings, &mut model)?;
    take_room(
        problem,
        &units,
        &lock_of,
        &limits_of_bin,
        &mut capacity,
        &mut most,
        &mut model,
    )?;

    // Partners of fixed units: the meeting becomes part of their edge there, or forbids it.
    let mut bin_of_fixed = vec![None; units.items.len()];
    for &(u, b) in &model.fixed {
        bin_of_fixed[u as usize] = Some(b);
    }
    for &(u, b) in &model.fixed {
        for m in &meetings[u as usize] {
            let list = &mut edges[m.other as usize];
            if let Ok(at) = list.binary_search_by_key(&b, |e| e.0) {
                match m.value {
                    Some(v) => list[at].1 += v,
                    None => {
                        list.remove(at);
                    }
                }
            }
        }
    }
    for (u, list) in edges.iter_mut().enumerate() {
        if bin_of_fixed[u].is_some() {
            list.clear();
        }
        let size = units.items[u].len() as u32;
        let room = |b: u32| {
            size <= capacity[b as usize] && limits_of_bin[b as usize].iter().all(|&l| size <= most[l as usize])
        };
        list.retain(|e| room(e.0));
    }
    model.parts = split(&units, &edges, &meetings, &capacity, &most, &limits_of_bin);
    Ok(model)
}

/// Items grouped into units.
struct Units {
    items: Vec<Vec<u32>>,
    unit_of: Vec<u32>,
    /// Value that the pairs inside a unit bring when it is placed; `None`: two members must not meet.
    inner: Vec<Option<i64>>,
}

impl Units {
    fn new(problem: &Problem) -> Self {
        let n = problem.n_items();
        let mut head: Vec<u32> = (0..n as u32).collect();
        for g in &problem.groups {
            if g.policy == GroupPolicy::Together
                && let Some(&first) = g.members.iter().min()
            {
                for &i in &g.members {
                    head[i as usize] = first;
                }
            }
        }
        let mut unit_of = vec![0_u32; n];
        let mut items: Vec<Vec<u32>> = Vec::new();
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
        for (a, b, value) in problem.all_meetings() {
            let u = unit_of[a as usize];
            if u == unit_of[b as usize] {
                inner[u as usize] = inner[u as usize].and_then(|t: i64| value.map(|v| t + v));
            }
        }
        Self { items, unit_of, inner }
    }

    /// Edges of each unit by bin: those that every member has.
    fn edges(&self, problem: &Problem) -> Vec<Vec<(u32, i64)>> {
        let row = |i: u32| {
            let span = problem.indptr[i as usize]..problem.indptr[i as usize + 1];
            problem.bins[span.clone()]
                .iter()
                .copied()
                .zip(problem.values[span].iter().copied())
        };
        let mut all = Vec::with_capacity(self.items.len());
        for (items, inner) in self.items.iter().zip(&self.inner) {
            let Some(inner) = inner else {
                all.push(Vec::new());
                continue;
            };
            let mut list: Vec<(u32, i64)> = row(items[0]).map(|(b, v)| (b, v + inner)).collect();
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
            all.push(list);
        }
        all
    }

    /// How units get on, each list by other unit without repeats.
    fn meetings(&self, problem: &Problem) -> Vec<Vec<Meeting>> {
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
}

/// Fixes the units of locked items; returns a lock for each unit.
fn fix(
    problem: &Problem,
    units: &Units,
    edges: &[Vec<(u32, i64)>],
    meetings: &[Vec<Meeting>],
    model: &mut Model,
) -> Result<Vec<Option<usize>>, Conflict> {
    let mut lock_of: Vec<Option<usize>> = vec![None; units.items.len()];
    for (n, &(item, bin)) in problem.locks.iter().enumerate() {
        let u = units.unit_of[item as usize] as usize;
        if let Some(before) = lock_of[u] {
            if problem.locks[before].1 != bin {
                return Err(vec![before, n]);
            }
            continue;
        }
        let Ok(at) = edges[u].binary_search_by_key(&bin, |e| e.0) else {
            return Err(vec![n]);
        };
        lock_of[u] = Some(n);
        model.fixed.push((u as u32, bin));
        model.fixed_value += edges[u][at].1;
        for m in &meetings[u] {
            let Some(other) = lock_of[m.other as usize] else {
                continue;
            };
            if problem.locks[other].1 == bin {
                model.fixed_value += m.value.ok_or_else(|| vec![other, n])?;
            }
        }
    }
    model.fixed.sort_unstable();
    Ok(lock_of)
}

/// Takes the room of the fixed units from bins and limits.
fn take_room(
    problem: &Problem,
    units: &Units,
    lock_of: &[Option<usize>],
    limits_of_bin: &[Vec<u32>],
    capacity: &mut [u32],
    most: &mut [u32],
    model: &mut Model,
) -> Result<(), Conflict> {
    let locks_where = |in_class: &dyn Fn(u32) -> bool| -> Conflict {
        let mut out: Conflict = lock_of
            .iter()
            .flatten()
            .copied()
            .filter(|&n| in_class(problem.locks[n].1))
            .collect();
        out.sort_unstable();
        out
    };
    for &(u, b) in &model.fixed {
        let size = units.items[u as usize].len() as u32;
        capacity[b as usize] = capacity[b as usize]
            .checked_sub(size)
            .ok_or_else(|| locks_where(&|x| x == b))?;
        for &l in &limits_of_bin[b as usize] {
            most[l as usize] = most[l as usize]
                .checked_sub(size)
                .ok_or_else(|| locks_where(&|x| limits_of_bin[x as usize].contains(&l)))?;
        }
    }
    Ok(())
}

/// Splits units and bins into connected parts, in order of their first unit.
fn split(
    units: &Units,
    edges: &[Vec<(u32, i64)>],
    meetings: &[Vec<Meeting>],
    capacity: &[u32],
    most: &[u32],
    limits_of_bin: &[Vec<u32>],
) -> Vec<Part> {
    let n_bins = capacity.len();
    // Union-find over bins; a limit is a node after the bins.
    let mut parent: Vec<u32> = (0..(n_bins + most.len()) as u32).collect();
    fn find(parent: &mut [u32], mut x: u32) -> u32 {
        while parent[x as usize] != x {
            parent[x as usize] = parent[parent[x as usize] as usize];
            x = parent[x as usize];
        }
        x
    }
    let mut join = |a: u32, b: u32| {
        let (a, b) = (find(&mut parent, a), find(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    };
    for list in edges {
        for w in list.windows(2) {
            join(w[0].0, w[1].0);
        }
    }
    for (b, limits) in limits_of_bin.iter().enumerate() {
        for &l in limits {
            join(b as u32, n_bins as u32 + l);
        }
    }
    let mut part_of_root = vec![u32::MAX; n_bins];
    let mut parts: Vec<Part> = Vec::new();
    let mut local_unit = vec![u32::MAX; edges.len()];
    for (u, list) in edges.iter().enumerate() {
        if let Some(&(b, _)) = list.first() {
            let root = find(&mut parent, b) as usize;
            if part_of_root[root] == u32::MAX {
                part_of_root[root] = parts.len() as u32;
                parts.push(Part::default());
            }
            let part = &mut parts[part_of_root[root] as usize];
            local_unit[u] = part.units.len() as u32;
            part.units.push(u as u32);
            part.sizes.push(units.items[u].len() as u32);
        }
    }
    let mut local_bin = vec![u32::MAX; n_bins];
    let mut used = vec![false; n_bins];
    for list in edges {
        list.iter().for_each(|e| used[e.0 as usize] = true);
    }
    let mut local_limit = vec![u32::MAX; most.len()];
    for b in (0..n_bins).filter(|&b| used[b]) {
        let part = &mut parts[part_of_root[find(&mut parent, b as u32) as usize] as usize];
        local_bin[b] = part.bins.len() as u32;
        part.bins.push(b as u32);
        part.capacity.push(capacity[b]);
        let mut limits = Vec::new();
        for &l in &limits_of_bin[b] {
            if local_limit[l as usize] == u32::MAX {
                local_limit[l as usize] = part.limit_most.len() as u32;
                part.limit_most.push(most[l as usize]);
                part.limit_ids.push(l);
            }
            limits.push(local_limit[l as usize]);
        }
        part.limits_of_bin.push(limits);
    }
    for part in &mut parts {
        let mut count = vec![0_usize; part.bins.len() + 1];
        for &u in &part.units {
            for e in &edges[u as usize] {
                count[local_bin[e.0 as usize] as usize + 1] += 1;
            }
        }
        for b in 0..part.bins.len() {
            count[b + 1] += count[b];
        }
        part.start.clone_from(&count);
        part.offers = vec![
            Offer {
                unit: 0,
                size: 0,
                value: 0
            };
            count[part.bins.len()]
        ];
        for (local, &u) in part.units.iter().enumerate() {
            for &(b, value) in &edges[u as usize] {
                let at = &mut count[local_bin[b as usize] as usize];
                part.offers[*at] = Offer {
                    unit: local as u32,
                    size: part.sizes[local],
                    value,
                };
                *at += 1;
            }
        }
        part.meetings = part
            .units
            .iter()
            .map(|&u| {
                let shared = |v: u32| {
                    edges[u as usize]
                        .iter()
                        .any(|e| edges[v as usize].binary_search_by_key(&e.0, |f| f.0).is_ok())
                };
                meetings[u as usize]
                    .iter()
                    .filter(|m| local_unit[m.other as usize] != u32::MAX && shared(m.other))
                    .map(|m| Meeting {
                        other: local_unit[m.other as usize],
                        value: m.value,
                    })
                    .collect()
            })
            .collect();
    }
    parts
}
