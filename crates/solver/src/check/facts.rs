//! The problem in the checker's own terms, and whether an answer keeps every constraint.

use super::Flaw;
use crate::problem::{GroupPolicy, Problem};

pub(super) const NONE: u32 = u32::MAX;

/// The problem by blocks. Lists by block are indexed by the block's smallest item.
pub(super) struct Facts<'a> {
    pub(super) problem: &'a Problem,
    pub(super) head: Vec<u32>,
    pub(super) size: Vec<u32>,
    pub(super) load: Vec<u64>,
    /// Items of each `together` group, by head; empty for items that are in none.
    members: Vec<Vec<u32>>,
    /// Value of the pairs inside a block; `None`: two of them must not meet.
    inner: Vec<Option<i128>>,
    /// What blocks add by sharing a bin (`None`: they must not), by other block.
    pub(super) meetings: Vec<Vec<(u32, Option<i128>)>>,
    /// The bin that a lock gives a block, and the blocks locked into each bin.
    pub(super) locked: Vec<u32>,
    pub(super) locked_in: Vec<Vec<u32>>,
    /// Room left beside the locked blocks.
    pub(super) room: Vec<u64>,
    pub(super) load_room: Vec<u64>,
    pub(super) limit_room: Vec<i128>,
    pub(super) limits_of: Vec<Vec<u32>>,
    /// What the narrowest limit over each bin leaves.
    pub(super) narrowest: Vec<i128>,
    banned: Vec<(u32, u32)>,
    /// The floor that each block counts for, and what of each floor the locked blocks leave to reach.
    pub(super) class: Vec<u32>,
    pub(super) floor_left: Vec<i128>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(problem: &'a Problem) -> Result<Self, Flaw> {
        let (n, m) = (problem.n_items(), problem.n_bins());
        let mut f = Self {
            problem,
            head: (0..n as u32).collect(),
            size: vec![0; n],
            load: vec![0; n],
            members: vec![Vec::new(); n],
            inner: vec![Some(0); n],
            meetings: vec![Vec::new(); n],
            locked: vec![NONE; n],
            locked_in: vec![Vec::new(); m],
            room: problem.capacity.iter().map(|&c| u64::from(c)).collect(),
            load_room: problem.load_capacity.iter().map(|&c| u64::from(c)).collect(),
            limit_room: problem.limits.iter().map(|l| i128::from(l.most)).collect(),
            limits_of: vec![Vec::new(); m],
            narrowest: Vec::new(),
            banned: Vec::new(),
            class: vec![NONE; n],
            floor_left: problem.floors.iter().map(|f| i128::from(f.least)).collect(),
        };
        f.load_room.resize(m, u64::MAX);
        f.join_groups();
        for i in 0..n {
            f.size[f.head[i] as usize] += 1;
            f.load[f.head[i] as usize] += u64::from(problem.load.get(i).copied().unwrap_or(0));
        }
        for pair in &problem.pairs {
            f.meet(pair.a, pair.b, Some(i128::from(pair.value)));
        }
        problem.forbidden.iter().for_each(|p| f.meet(p.0, p.1, None));
        f.merge_meetings();
        for (l, limit) in problem.limits.iter().enumerate() {
            limit.bins.iter().for_each(|&b| f.limits_of[b as usize].push(l as u32));
        }
        for (k, floor) in problem.floors.iter().enumerate() {
            floor
                .items
                .iter()
                .for_each(|&i| f.class[f.head[i as usize] as usize] = k as u32);
        }
        f.banned = problem.bans.iter().map(|&(i, b)| (f.head[i as usize], b)).collect();
        f.banned.sort_unstable();
        f.take_locks()?;
        let room = |&l: &u32| f.limit_room[l as usize];
        let narrowest = f.limits_of.iter().map(|limits| limits.iter().map(room).min());
        f.narrowest = narrowest.map(|least| least.unwrap_or(i128::MAX)).collect();
        for k in 0..problem.floors.len() as u32 {
            let there = (0..).zip(&f.locked_in).map(|(b, set)| f.of_class(k, b, set));
            let reached: i128 = there.sum();
            f.floor_left[k as usize] -= reached;
        }
        Ok(f)
    }

    fn join_groups(&mut self) {
        for group in &self.problem.groups {
            let members = &group.members;
            let value = i128::from(group.pair_value);
            if group.policy == GroupPolicy::Together
                && let Some(&head) = members.iter().min()
            {
                members.iter().for_each(|&i| self.head[i as usize] = head);
                let k = members.len() as i128;
                self.inner[head as usize] = Some(value * (k * (k - 1) / 2));
                self.members[head as usize].clone_from(members);
            }
        }
        for group in self.problem.groups.iter().filter(|g| g.policy != GroupPolicy::Together) {
            let value = (group.policy == GroupPolicy::Prefer).then_some(i128::from(group.pair_value));
            for (k, &a) in group.members.iter().enumerate() {
                group.members[..k].iter().for_each(|&b| self.meet(a, b, value));
            }
        }
    }

    fn meet(&mut self, a: u32, b: u32, value: Option<i128>) {
        let (a, b) = (self.head[a as usize], self.head[b as usize]);
        if a == b {
            let inner = &mut self.inner[a as usize];
            *inner = inner.and_then(|v| Some(v + value?));
        } else {
            self.meetings[a as usize].push((b, value));
            self.meetings[b as usize].push((a, value));
        }
    }

    fn merge_meetings(&mut self) {
        for list in self.meetings.iter_mut().filter(|l| l.len() > 1) {
            list.sort_unstable_by_key(|m| m.0);
            list.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 = kept.1.and_then(|v| Some(v + next.1?));
                }
                same
            });
        }
    }

    fn take_locks(&mut self) -> Result<(), Flaw> {
        for &(i, b) in &self.problem.locks {
            let h = self.head[i as usize];
            if self.locked[h as usize] == b {
                continue;
            }
            if self.locked[h as usize] != NONE {
                return Err(Flaw::Answer("a lock"));
            }
            self.locked[h as usize] = b;
            self.locked_in[b as usize].push(h);
            let (room, load) = (&mut self.room[b as usize], &mut self.load_room[b as usize]);
            *room = room
                .checked_sub(u64::from(self.size[h as usize]))
                .ok_or(Flaw::Answer("a lock"))?;
            *load = load.checked_sub(self.load[h as usize]).ok_or(Flaw::Answer("a lock"))?;
            for &l in &self.limits_of[b as usize] {
                self.limit_room[l as usize] -= i128::from(self.size[h as usize]);
            }
        }
        Ok(())
    }

    pub(super) fn meeting(&self, a: u32, b: u32) -> Option<i128> {
        let list = &self.meetings[a as usize];
        list.binary_search_by_key(&b, |m| m.0).map_or(Some(0), |at| list[at].1)
    }

    fn row(&self, item: u32) -> impl Iterator<Item = (u32, i64)> + '_ {
        let span = self.problem.indptr[item as usize]..self.problem.indptr[item as usize + 1];
        let bins = self.problem.bins[span.clone()].iter().copied();
        bins.zip(self.problem.values[span].iter().copied())
    }

    /// The edges of a block, if they are those of its only item as they stand in the problem.
    pub(super) fn plain_row(&self, head: u32) -> Option<(&'a [u32], &'a [i64])> {
        let head = head as usize;
        let is_plain = self.banned.is_empty() && self.members[head].is_empty() && self.inner[head] == Some(0);
        let span = self.problem.indptr[head]..self.problem.indptr[head + 1];
        is_plain.then(|| (&self.problem.bins[span.clone()], &self.problem.values[span]))
    }

    /// Tells of every bin that all items of a block have and that is not banned, with the block's value there.
    pub(super) fn each_edge(&self, head: u32, mut tell: impl FnMut(u32, i128)) {
        let Some(inner) = self.inner[head as usize] else { return };
        let members = &self.members[head as usize];
        let open = |b: u32| self.banned.is_empty() || self.banned.binary_search(&(head, b)).is_err();
        if members.is_empty() {
            self.row(head)
                .filter(|e| open(e.0))
                .for_each(|(b, v)| tell(b, i128::from(v) + inner));
            return;
        }
        let mut all: Vec<(u32, i128)> = members
            .iter()
            .flat_map(|&i| self.row(i).map(|(b, v)| (b, i128::from(v))))
            .collect();
        all.sort_unstable_by_key(|e| e.0);
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            if same.len() == members.len() && open(same[0].0) {
                tell(same[0].0, inner + same.iter().map(|e| e.1).sum::<i128>());
            }
        }
    }

    /// Value of a block in a bin, if it may go there.
    fn edge(&self, head: u32, bin: u32) -> Option<i128> {
        if let Some((bins, values)) = self.plain_row(head) {
            return bins.binary_search(&bin).ok().map(|at| i128::from(values[at]));
        }
        let mut found = None;
        self.each_edge(head, |b, v| {
            if b == bin {
                found = Some(v);
            }
        });
        found
    }

    /// Value of blocks that share a bin, by themselves and with each other.
    pub(super) fn set_value(&self, bin: u32, set: &[u32]) -> Option<i128> {
        let mut total = 0;
        for (k, &a) in set.iter().enumerate() {
            total += self.edge(a, bin)?;
            for &b in &set[..k] {
                total += self.meeting(a, b)?;
            }
        }
        Some(total)
    }

    /// What the blocks of a class get among blocks that share a bin.
    fn of_class(&self, class: u32, bin: u32, set: &[u32]) -> i128 {
        let own = set.iter().copied().filter(|&h| self.class[h as usize] == class);
        self.set_value(bin, &own.collect::<Vec<u32>>()).unwrap_or(0)
    }

    /// What free blocks add for a class in a bin, beside the blocks locked there.
    pub(super) fn class_value(&self, class: u32, bin: u32, set: &[u32]) -> i128 {
        let locked = &self.locked_in[bin as usize];
        let all: Vec<u32> = set.iter().chain(locked).copied().collect();
        self.of_class(class, bin, &all) - self.of_class(class, bin, locked)
    }

    /// The value that the answer gets in each bin, if it keeps every constraint.
    pub(super) fn feasible(&self, bin_of: &[Option<u32>]) -> Result<Vec<i128>, Flaw> {
        let problem = self.problem;
        if bin_of.len() != problem.n_items() {
            return Err(Flaw::Answer("its length"));
        }
        let m = problem.n_bins();
        let mut sets: Vec<Vec<u32>> = vec![Vec::new(); m];
        let (mut used, mut load) = (vec![0_u64; m], vec![0_u64; m]);
        for (i, &bin) in bin_of.iter().enumerate() {
            let head = self.head[i];
            if bin != bin_of[head as usize] {
                return Err(Flaw::Answer("a together group"));
            }
            if let Some(b) = bin {
                *used.get_mut(b as usize).ok_or(Flaw::Answer("the list of bins"))? += 1;
                load[b as usize] += u64::from(problem.load.get(i).copied().unwrap_or(0));
                if head as usize == i {
                    sets[b as usize].push(head);
                }
            }
        }
        if problem.locks.iter().any(|&(i, b)| bin_of[i as usize] != Some(b)) {
            return Err(Flaw::Answer("a lock"));
        }
        if used.iter().zip(&problem.capacity).any(|(&u, &c)| u > u64::from(c)) {
            return Err(Flaw::Answer("a capacity"));
        }
        if load.iter().zip(&problem.load_capacity).any(|(&u, &c)| u > u64::from(c)) {
            return Err(Flaw::Answer("a load"));
        }
        for limit in &problem.limits {
            if limit.bins.iter().map(|&b| used[b as usize]).sum::<u64>() > u64::from(limit.most) {
                return Err(Flaw::Answer("a limit"));
            }
        }
        let mut reached = Vec::with_capacity(m);
        for (b, set) in (0..).zip(&sets) {
            let value = self.set_value(b, set);
            reached.push(value.ok_or(Flaw::Answer("an edge or a forbidden pair"))?);
        }
        for (k, floor) in problem.floors.iter().enumerate() {
            let values = (0..).zip(&sets).map(|(b, set)| self.of_class(k as u32, b, set));
            if values.sum::<i128>() < i128::from(floor.least) {
                return Err(Flaw::Answer("a floor"));
            }
        }
        Ok(reached)
    }
}
