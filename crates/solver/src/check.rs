//! The independent checker: recomputes feasibility, value and bound from the problem, the answer and the certificate.
//!
//! Promises: shares no code with the solver (only the types of the problem and the certificate), never panics, and
//! accepts nothing it has not recomputed; sums are 128-bit. It does not know how an answer or a price was found. The
//! thesis is McConnell, Mehlhorn, Näher & Schweitzer, "Certifying algorithms", 2011: for a hard problem nothing less than
//! a witness that simple code can check deserves trust.

use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::{Certificate, PRICE_SCALE, PartCertificate, PriceList, ProofNode};
use crate::problem::{GroupPolicy, Problem};

/// What the checker established.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Value of the answer.
    pub value: i128,
    /// No answer to the problem is worth more.
    pub bound: i128,
}

/// Why an answer or certificate was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Flaw {
    /// The problem itself is malformed.
    #[error("the problem is malformed")]
    Problem,
    /// The answer has the wrong length or breaks a constraint.
    #[error("the answer breaks {0}")]
    Answer(&'static str),
    /// The certificate names what does not exist, or does not cover the problem.
    #[error("the certificate is malformed: {0}")]
    Certificate(&'static str),
    /// A price is negative where it must not be.
    #[error("a price is negative")]
    NegativePrice,
    /// A leaf of the tree leaves room for a better answer.
    #[error("leaf {node} of part {part} is not closed")]
    OpenLeaf {
        /// Index of the part.
        part: usize,
        /// Index of the node.
        node: usize,
    },
    /// Checking would take more steps than allowed.
    #[error("checking would take too many steps")]
    TooLarge,
}

/// Most subsets looked at per bin.
const MOST_SUBSETS: usize = 4_000_000;
/// Stands for a meeting that is not allowed.
const FORBIDDEN: i128 = -(1 << 70);

/// Recomputes value and bound.
///
/// # Errors
/// [`Flaw`]: the first thing that is wrong.
pub fn check(problem: &Problem, bin_of: &[Option<u32>], certificate: &Certificate) -> Result<Checked, Flaw> {
    problem.check().map_err(|_| Flaw::Problem)?;
    let facts = Facts::new(problem)?;
    let sets = facts.feasible(problem, bin_of)?;
    let worth = |bin: usize| facts.set_value(bin as u32, &sets[bin]);
    let value = (0..problem.n_bins()).map(worth).sum();
    let part_of_bin = facts.cover(problem, certificate)?;
    let mut bound: i128 = 0;
    for (bin, part) in part_of_bin.iter().enumerate() {
        if part.is_none() {
            bound += facts.set_value(bin as u32, &facts.locked_in[bin]);
        }
    }
    for (number, part) in certificate.parts.iter().enumerate() {
        let reached: i128 = part.bins.iter().map(|&b| worth(b as usize)).sum();
        bound += facts.part_bound(number, part, reached)?;
    }
    Ok(Checked { value, bound })
}

/// The problem in the checker's own terms: blocks (a `together` group, or an item), named by their smallest item.
struct Facts {
    head: Vec<u32>,
    size: BTreeMap<u32, u32>,
    /// Value of each usable (block, bin), and the same by bin for blocks that are not locked.
    edge: BTreeMap<(u32, u32), i128>,
    free_in: Vec<Vec<u32>>,
    locked_in: Vec<Vec<u32>>,
    locked: BTreeSet<u32>,
    /// Value of two blocks meeting, each way.
    meeting: BTreeMap<(u32, u32), i128>,
    /// Places and limit room left beside the locked blocks, and the limits of each bin.
    room: Vec<u32>,
    limit_room: Vec<i128>,
    limits_of: Vec<Vec<u32>>,
}

impl Facts {
    fn new(problem: &Problem) -> Result<Self, Flaw> {
        let n = problem.n_items() as u32;
        let mut head: Vec<u32> = (0..n).collect();
        for group in problem.groups.iter().filter(|g| g.policy == GroupPolicy::Together) {
            for &i in &group.members {
                head[i as usize] = group.members.iter().copied().min().unwrap_or(i);
            }
        }
        let mut size: BTreeMap<u32, u32> = BTreeMap::new();
        let mut inner: BTreeMap<u32, i128> = BTreeMap::new();
        let mut meeting: BTreeMap<(u32, u32), i128> = BTreeMap::new();
        head.iter().for_each(|&h| *size.entry(h).or_default() += 1);
        let mut meet = |a: u32, b: u32, value: i128| {
            let (a, b) = (head[a as usize], head[b as usize]);
            let add = |slot: &mut i128| {
                *slot = if *slot == FORBIDDEN || value == FORBIDDEN {
                    FORBIDDEN
                } else {
                    *slot + value
                }
            };
            if a == b {
                add(inner.entry(a).or_default());
            } else {
                add(meeting.entry((a, b)).or_default());
                add(meeting.entry((b, a)).or_default());
            }
        };
        for group in &problem.groups {
            let value = if group.policy == GroupPolicy::Apart {
                FORBIDDEN
            } else {
                i128::from(group.pair_value)
            };
            for (k, &a) in group.members.iter().enumerate() {
                group.members[..k].iter().for_each(|&b| meet(a, b, value));
            }
        }
        problem.pairs.iter().for_each(|p| meet(p.a, p.b, i128::from(p.value)));
        problem.forbidden.iter().for_each(|p| meet(p.0, p.1, FORBIDDEN));

        // A block can go where all its items can.
        let mut count: BTreeMap<(u32, u32), (u32, i128)> = BTreeMap::new();
        for i in 0..n as usize {
            for e in problem.indptr[i]..problem.indptr[i + 1] {
                let slot = count.entry((head[i], problem.bins[e])).or_default();
                *slot = (slot.0 + 1, slot.1 + i128::from(problem.values[e]));
            }
        }
        let own = |h: u32| inner.get(&h).copied().unwrap_or(0);
        let whole = count
            .into_iter()
            .filter(|(k, v)| v.0 == size[&k.0] && own(k.0) != FORBIDDEN);
        let mut edge: BTreeMap<(u32, u32), i128> = whole.map(|(k, v)| (k, v.1 + own(k.0))).collect();

        let mut limits_of = vec![Vec::new(); problem.n_bins()];
        for (l, limit) in problem.limits.iter().enumerate() {
            limit.bins.iter().for_each(|&b| limits_of[b as usize].push(l as u32));
        }
        let mut room = problem.capacity.clone();
        let mut limit_room: Vec<i128> = problem.limits.iter().map(|l| i128::from(l.most)).collect();
        let mut locked_in = vec![Vec::new(); problem.n_bins()];
        let locked: BTreeSet<(u32, u32)> = problem.locks.iter().map(|l| (head[l.0 as usize], l.1)).collect();
        for &(h, b) in &locked {
            room[b as usize] = room[b as usize].checked_sub(size[&h]).ok_or(Flaw::Answer("a lock"))?;
            limits_of[b as usize]
                .iter()
                .for_each(|&l| limit_room[l as usize] -= i128::from(size[&h]));
            locked_in[b as usize].push(h);
        }
        let pairs = locked;
        let locked: BTreeSet<u32> = pairs.iter().map(|l| l.0).collect();
        edge.retain(|&(h, b), _| {
            let fits = size[&h] <= room[b as usize]
                && limits_of[b as usize]
                    .iter()
                    .all(|&l| i128::from(size[&h]) <= limit_room[l as usize])
                && locked_in[b as usize]
                    .iter()
                    .all(|&o| meeting.get(&(h, o)) != Some(&FORBIDDEN));
            if locked.contains(&h) {
                pairs.contains(&(h, b))
            } else {
                fits
            }
        });
        let mut free_in = vec![Vec::new(); problem.n_bins()];
        for &(h, b) in edge.keys().filter(|k| !locked.contains(&k.0)) {
            free_in[b as usize].push(h);
        }
        Ok(Self {
            head,
            size,
            edge,
            free_in,
            locked_in,
            locked,
            meeting,
            room,
            limit_room,
            limits_of,
        })
    }

    /// Value of a set of blocks in a bin, meetings included.
    fn set_value(&self, bin: u32, set: &[u32]) -> i128 {
        let mut total = 0;
        for (k, &a) in set.iter().enumerate() {
            total += self.edge.get(&(a, bin)).copied().unwrap_or(FORBIDDEN);
            total += set[..k]
                .iter()
                .map(|&b| self.meeting.get(&(a, b)).copied().unwrap_or(0))
                .sum::<i128>();
        }
        total
    }

    /// The blocks in each bin, if the answer keeps every constraint.
    fn feasible(&self, problem: &Problem, bin_of: &[Option<u32>]) -> Result<Vec<Vec<u32>>, Flaw> {
        if bin_of.len() != problem.n_items() {
            return Err(Flaw::Answer("its length"));
        }
        let mut sets: Vec<Vec<u32>> = vec![Vec::new(); problem.n_bins()];
        let mut used = vec![0_u32; problem.n_bins()];
        for (i, &bin) in bin_of.iter().enumerate() {
            let head = self.head[i];
            if bin != bin_of[head as usize] {
                return Err(Flaw::Answer("a together group"));
            }
            if let Some(b) = bin {
                *used.get_mut(b as usize).ok_or(Flaw::Answer("the list of bins"))? += 1;
                if head as usize == i {
                    sets[b as usize].push(head);
                }
            }
        }
        if problem.locks.iter().any(|&(i, b)| bin_of[i as usize] != Some(b)) {
            return Err(Flaw::Answer("a lock"));
        }
        if used.iter().zip(&problem.capacity).any(|(u, c)| u > c) {
            return Err(Flaw::Answer("a capacity"));
        }
        for limit in &problem.limits {
            if limit.bins.iter().map(|&b| u64::from(used[b as usize])).sum::<u64>() > u64::from(limit.most) {
                return Err(Flaw::Answer("a limit"));
            }
        }
        for (b, set) in sets.iter().enumerate() {
            if self.set_value(b as u32, set) < FORBIDDEN / 2 {
                return Err(Flaw::Answer("an edge or a forbidden pair"));
            }
        }
        Ok(sets)
    }

    /// The part of each bin; every free block must have all its bins in one part, every limit its open bins too.
    fn cover(&self, problem: &Problem, certificate: &Certificate) -> Result<Vec<Option<usize>>, Flaw> {
        let mut part_of = vec![None; problem.n_bins()];
        for (number, part) in certificate.parts.iter().enumerate() {
            for &b in &part.bins {
                let slot = part_of
                    .get_mut(b as usize)
                    .ok_or(Flaw::Certificate("a bin that does not exist"))?;
                if slot.replace(number).is_some() {
                    return Err(Flaw::Certificate("a bin in two parts"));
                }
            }
        }
        let mut part_of_block: BTreeMap<u32, usize> = BTreeMap::new();
        for (b, blocks) in self.free_in.iter().enumerate() {
            for &h in blocks {
                let part = part_of[b].ok_or(Flaw::Certificate("an open bin in no part"))?;
                if *part_of_block.entry(h).or_insert(part) != part {
                    return Err(Flaw::Certificate("an item in two parts"));
                }
            }
        }
        for limit in &problem.limits {
            let parts: BTreeSet<usize> = limit.bins.iter().filter_map(|&b| part_of[b as usize]).collect();
            if parts.len() > 1 {
                return Err(Flaw::Certificate("a limit over two parts"));
            }
        }
        Ok(part_of)
    }

    /// The bound that a part's certificate proves; `reached` is what the answer gets there.
    fn part_bound(&self, number: usize, part: &PartCertificate, reached: i128) -> Result<i128, Flaw> {
        let scale = i128::from(PRICE_SCALE);
        self.check_cuts(part)?;
        let root = self.prices(part, &part.root, &BTreeSet::new())?;
        let mut total = root.total;
        let mut best = Vec::new();
        for &bin in &part.bins {
            let lists = self.clusters(part, bin, &root, 1)?;
            let gain = best_from(&lists, self.room[bin as usize])[0][self.room[bin as usize] as usize];
            let gain = gain + self.set_value(bin, &self.locked_in[bin as usize]) * scale;
            best.push(gain);
            total += gain;
        }
        if part.nodes.is_empty() {
            return Ok(total.div_euclid(scale));
        }
        // Sets that an answer better than `reached` could use.
        let slack = total - (reached + 1) * scale;
        let mut open: Vec<Vec<Vec<u32>>> = Vec::new();
        for &bin in &part.bins {
            open.push(if slack < 0 {
                Vec::new()
            } else {
                self.sets_within(part, bin, &root, slack)?
            });
        }
        self.walk(number, part, &open, reached)?;
        Ok(reached)
    }

    fn check_cuts(&self, part: &PartCertificate) -> Result<(), Flaw> {
        for cut in &part.cuts {
            let rows: BTreeSet<u32> = cut.items.iter().copied().collect();
            let heads = cut.items.iter().all(|&i| self.head.get(i as usize) == Some(&i));
            if !heads || rows.len() != cut.items.len() || rows.len() + usize::from(cut.bin.is_some()) != 3 {
                return Err(Flaw::Certificate("a cut that is not over three"));
            }
        }
        Ok(())
    }

    /// Visits the tree from its root; each node's children come later in the list, so the walk ends.
    fn walk(&self, number: usize, part: &PartCertificate, open: &[Vec<Vec<u32>>], reached: i128) -> Result<(), Flaw> {
        let mut stack: Vec<(usize, Vec<(u32, u32, bool)>)> = vec![(0, Vec::new())];
        while let Some((at, path)) = stack.pop() {
            match part
                .nodes
                .get(at)
                .ok_or(Flaw::Certificate("a node that does not exist"))?
            {
                ProofNode::Leaf(prices) => {
                    if !self.leaf_is_closed(part, prices, &path, open, reached)? {
                        return Err(Flaw::OpenLeaf { part: number, node: at });
                    }
                }
                &ProofNode::Branch { item, bin, yes, no } => {
                    if self.head.get(item as usize) != Some(&item) || self.locked.contains(&item) {
                        return Err(Flaw::Certificate("a branch on an item that has no choice"));
                    }
                    for (child, goes) in [(yes as usize, true), (no as usize, false)] {
                        if child <= at {
                            return Err(Flaw::Certificate("a child before its parent"));
                        }
                        let mut path = path.clone();
                        path.push((item, bin, goes));
                        stack.push((child, path));
                    }
                }
            }
        }
        Ok(())
    }

    fn leaf_is_closed(
        &self,
        part: &PartCertificate,
        prices: &PriceList,
        path: &[(u32, u32, bool)],
        open: &[Vec<Vec<u32>>],
        reached: i128,
    ) -> Result<bool, Flaw> {
        let scale = i128::from(PRICE_SCALE);
        let forced: BTreeSet<u32> = path.iter().filter(|d| d.2).map(|d| d.0).collect();
        let prices = self.prices(part, prices, &forced)?;
        let mut total = prices.total;
        for (&bin, sets) in part.bins.iter().zip(open) {
            let agrees = |set: &Vec<u32>, &(item, at, goes): &(u32, u32, bool)| {
                if goes {
                    set.contains(&item) == (at == bin)
                } else {
                    at != bin || !set.contains(&item)
                }
            };
            let allowed = |set: &&Vec<u32>| path.iter().all(|decision| agrees(set, decision));
            let gains = sets
                .iter()
                .filter(allowed)
                .map(|set| self.gain(part, bin, set, &prices));
            let Some(best) = gains.max() else { return Ok(true) };
            total += best + self.set_value(bin, &self.locked_in[bin as usize]) * scale;
        }
        Ok(total < (reached + 1) * scale)
    }

    /// Reads a price list; items that are `forced` may have a negative price.
    fn prices(&self, part: &PartCertificate, list: &PriceList, forced: &BTreeSet<u32>) -> Result<Prices, Flaw> {
        let items: BTreeMap<u32, i128> = list.items.iter().map(|&(i, p)| (i, i128::from(p))).collect();
        let limits: BTreeMap<u32, i128> = list.limits.iter().map(|&(l, p)| (l, i128::from(p))).collect();
        let cuts: Vec<i128> = list.cuts.iter().map(|&p| i128::from(p)).collect();
        if items.len() != list.items.len() || limits.len() != list.limits.len() || cuts.len() > part.cuts.len() {
            return Err(Flaw::Certificate("a price given twice"));
        }
        let negative = items.iter().any(|(i, &p)| p < 0 && !forced.contains(i));
        if negative || limits.values().chain(&cuts).any(|&p| p < 0) {
            return Err(Flaw::NegativePrice);
        }
        let mut total = items.values().sum::<i128>() + cuts.iter().sum::<i128>();
        for (&l, &price) in &limits {
            total += price
                * self
                    .limit_room
                    .get(l as usize)
                    .ok_or(Flaw::Certificate("a limit that does not exist"))?;
        }
        Ok(Prices {
            items,
            limits,
            cuts,
            total,
        })
    }

    /// Gain of one block by itself in a bin, meetings with locked blocks included.
    fn own_gain(&self, bin: u32, block: u32, prices: &Prices) -> i128 {
        let toll: i128 = self.limits_of[bin as usize]
            .iter()
            .filter_map(|l| prices.limits.get(l))
            .sum();
        let locked = self.locked_in[bin as usize]
            .iter()
            .filter_map(|&o| self.meeting.get(&(block, o)));
        let value = self.edge.get(&(block, bin)).copied().unwrap_or(FORBIDDEN) + locked.sum::<i128>();
        value * i128::from(PRICE_SCALE)
            - prices.items.get(&block).copied().unwrap_or(0)
            - toll * i128::from(self.size[&block])
    }

    /// Gain of a set of free blocks in a bin, less the value of the locked ones.
    fn gain(&self, part: &PartCertificate, bin: u32, set: &[u32], prices: &Prices) -> i128 {
        let mut total: i128 = set.iter().map(|&h| self.own_gain(bin, h, prices)).sum();
        for (k, &a) in set.iter().enumerate() {
            for &b in &set[..k] {
                total += self.meeting.get(&(a, b)).copied().unwrap_or(0) * i128::from(PRICE_SCALE);
            }
        }
        for (cut, price) in part.cuts.iter().zip(&prices.cuts) {
            let met = cut.items.iter().filter(|i| set.contains(i)).count() + usize::from(cut.bin == Some(bin));
            if *price > 0 && met >= 2 && !set.is_empty() {
                total -= price;
            }
        }
        total
    }

    /// The free blocks that could add at least `least` to a set of the bin, in clusters that do not touch each other, and
    /// for each cluster every subset that fits, with its gain.
    fn clusters(
        &self,
        part: &PartCertificate,
        bin: u32,
        prices: &Prices,
        least: i128,
    ) -> Result<Vec<Vec<Subset>>, Flaw> {
        let scale = i128::from(PRICE_SCALE);
        let free = &self.free_in[bin as usize];
        let most = |h: u32| {
            // What the block could add to any set: leaving it out loses no more.
            let mut total = self.own_gain(bin, h, prices);
            for (_, &v) in self
                .meeting
                .range((h, 0)..=(h, u32::MAX))
                .filter(|(k, v)| **v > 0 && free.binary_search(&k.1).is_ok())
            {
                total += v * scale;
            }
            total
        };
        let blocks: Vec<u32> = free.iter().copied().filter(|&h| most(h) >= least).collect();
        let mut cluster: BTreeMap<u32, u32> = blocks.iter().map(|&h| (h, h)).collect();
        let mut join = |a: u32, b: u32| {
            if let (Some(&x), Some(&y)) = (cluster.get(&a), cluster.get(&b))
                && x != y
            {
                cluster.values_mut().filter(|c| **c == y).for_each(|c| *c = x);
            }
        };
        for (k, &a) in blocks.iter().enumerate() {
            blocks[..k]
                .iter()
                .filter(|&&b| self.meeting.contains_key(&(a, b)))
                .for_each(|&b| join(a, b));
        }
        for (cut, _) in part.cuts.iter().zip(&prices.cuts).filter(|c| *c.1 > 0) {
            cut.items.windows(2).for_each(|w| join(w[0], w[1]));
            join(cut.items[0], cut.items[cut.items.len() - 1]);
        }
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        cluster
            .iter()
            .for_each(|(&h, &c)| members.entry(c).or_default().push(h));
        members.values().map(|m| self.subsets(part, bin, m, prices)).collect()
    }

    fn subsets(&self, part: &PartCertificate, bin: u32, members: &[u32], prices: &Prices) -> Result<Vec<Subset>, Flaw> {
        let mut out = vec![Subset {
            size: 0,
            gain: 0,
            blocks: Vec::new(),
        }];
        for &h in members {
            for k in 0..out.len() {
                let size = out[k].size + self.size[&h];
                let meets = |o: &u32| self.meeting.get(&(h, *o)) == Some(&FORBIDDEN);
                if size <= self.room[bin as usize] && !out[k].blocks.iter().any(meets) {
                    let mut blocks = out[k].blocks.clone();
                    blocks.push(h);
                    out.push(Subset {
                        size,
                        gain: self.gain(part, bin, &blocks, prices),
                        blocks,
                    });
                }
            }
            if out.len() > MOST_SUBSETS {
                return Err(Flaw::TooLarge);
            }
        }
        Ok(out)
    }

    /// Every set of a bin (free blocks only, the empty set too) whose gain is within `slack` of the best.
    fn sets_within(
        &self,
        part: &PartCertificate,
        bin: u32,
        prices: &Prices,
        slack: i128,
    ) -> Result<Vec<Vec<u32>>, Flaw> {
        let room = self.room[bin as usize];
        let lists = self.clusters(part, bin, prices, -slack)?;
        let rest = best_from(&lists, room);
        let least = rest[0][room as usize] - slack;
        let mut partial: Vec<(u32, i128, Vec<u32>)> = vec![(room, 0, Vec::new())];
        for (k, list) in lists.iter().enumerate() {
            let mut next = Vec::new();
            for (left, gain, set) in &partial {
                for s in list.iter().filter(|s| s.size <= *left) {
                    if gain + s.gain + rest[k + 1][(left - s.size) as usize] >= least {
                        let mut set = set.clone();
                        set.extend_from_slice(&s.blocks);
                        next.push((left - s.size, gain + s.gain, set));
                    }
                }
                if next.len() > MOST_SUBSETS {
                    return Err(Flaw::TooLarge);
                }
            }
            partial = next;
        }
        Ok(partial.into_iter().map(|p| p.2).collect())
    }
}

/// Prices read from a list, and what they cost by themselves.
struct Prices {
    items: BTreeMap<u32, i128>,
    limits: BTreeMap<u32, i128>,
    cuts: Vec<i128>,
    total: i128,
}

/// A subset of a cluster.
struct Subset {
    size: u32,
    gain: i128,
    blocks: Vec<u32>,
}

/// The greatest gain from the clusters `k..` in a given number of places: `[k][places]`.
fn best_from(lists: &[Vec<Subset>], room: u32) -> Vec<Vec<i128>> {
    let mut rest = vec![vec![0_i128; room as usize + 1]; lists.len() + 1];
    for (k, list) in lists.iter().enumerate().rev() {
        for left in 0..=room {
            let fits = list.iter().filter(|s| s.size <= left);
            rest[k][left as usize] = fits
                .map(|s| s.gain + rest[k + 1][(left - s.size) as usize])
                .max()
                .unwrap_or(0);
        }
    }
    rest
}
