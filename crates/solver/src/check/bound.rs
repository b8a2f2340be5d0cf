//! The bound that a certificate proves. The argument stands in [`crate::certificate`].

mod search;

use std::collections::BTreeMap;

use super::Flaw;
use super::cover::{cover, fits};
use super::facts::{Facts, NONE};
use crate::certificate::{self, Certificate, CutRow, FLOOR_SCALE, PRICE_SCALE, PartCertificate, PriceList, ProofNode};

const SCALE: i128 = PRICE_SCALE as i128;
/// Most steps of the searches of one bin, and most sets kept for a tree.
const MOST_STEPS: usize = 20_000_000;

/// Far above the price of any value, and far enough from what 64 bits hold to add and subtract two of them.
const HUGE: i64 = 1 << 61;

/// Prices by name, and what they cost by themselves.
struct Prices {
    items: Vec<i128>,
    limits: Vec<i128>,
    cuts: Vec<i128>,
    floors: Vec<i128>,
    total: i128,
}

/// A block that could join a set of a bin: its gain alone, and with half of all it could gain from others.
struct Candidate {
    block: u32,
    own: i128,
    hope: i128,
}

/// A set that a better answer could use, with the cuts that count it.
struct Set {
    bin: u32,
    blocks: Vec<u32>,
    /// Value with the blocks locked into the bin, the part of it that counts for each floor, and items.
    value: i128,
    counts: Vec<(u32, i128)>,
}

/// Places in the lists of a part, by block and by bin; [`NONE`] for those of other parts.
struct Places {
    block: Vec<u32>,
    bin: Vec<u32>,
}

/// A cut with what follows from its rows: the most that all sets together may count.
struct Cut {
    denominator: u64,
    most: i128,
    /// Later cuts that weigh this one.
    later: Vec<(u32, u64)>,
}

/// Whether a block goes to a bin.
type Decision = (u32, u32, bool);

struct Part<'a> {
    facts: &'a Facts<'a>,
    /// What is decided from the start.
    decisions: &'a [Decision],
    certificate: &'a PartCertificate,
    blocks: &'a [u32],
    places: &'a Places,
    cuts: Vec<Cut>,
    /// Cuts that weigh each block, bin and limit, with numerators.
    cuts_of_block: Vec<Vec<(u32, u64)>>,
    cuts_of_bin: Vec<Vec<(u32, u64)>>,
    cuts_of_limit: Vec<Vec<(u32, u64)>>,
}

/// The bound; `reached` is what the answer gets in each bin.
pub(super) fn of(
    facts: &Facts<'_>,
    decisions: &[Decision],
    certificate: &Certificate,
    reached: &[i128],
) -> Result<i128, Flaw> {
    let (part_of, blocks) = cover(facts, certificate)?;
    let mut bound = 0;
    for (b, part) in (0..).zip(&part_of) {
        if *part == NONE {
            bound += facts
                .set_value(b, &facts.locked_in[b as usize])
                .ok_or(Flaw::Answer("a lock"))?;
        }
    }
    let mut places = Places {
        block: vec![NONE; facts.head.len()],
        bin: vec![NONE; facts.room.len()],
    };
    for (number, part) in certificate.parts.iter().enumerate() {
        let here = part.bins.iter().map(|&b| reached[b as usize]).sum();
        (0..)
            .zip(&blocks[number])
            .for_each(|(at, &h)| places.block[h as usize] = at);
        (0..).zip(&part.bins).for_each(|(at, &b)| places.bin[b as usize] = at);
        bound += Part::new(facts, decisions, part, &blocks[number], &places)?.bound(number, here)?;
        blocks[number].iter().for_each(|&h| places.block[h as usize] = NONE);
        part.bins.iter().for_each(|&b| places.bin[b as usize] = NONE);
    }
    Ok(bound)
}

fn cost(counts: &[(u32, i128)], prices: &[i128]) -> i128 {
    counts
        .iter()
        .map(|&(k, n)| prices.get(k as usize).copied().unwrap_or(0) * n)
        .sum()
}

/// Whether a decision allows a set of a bin.
fn agrees(bin: u32, set: &[u32], &(block, at, goes): &Decision) -> bool {
    let here = bin == at;
    if goes {
        set.contains(&block) == here
    } else {
        !here || !set.contains(&block)
    }
}

/// The most that single places of a bin could gain, the best first.
struct Top {
    best: Vec<i128>,
    places: u64,
}

impl Top {
    /// More places than these share what the last of them could gain.
    const KEPT: u64 = 12;

    fn new(places: u64) -> Self {
        Self {
            best: Vec::new(),
            places,
        }
    }

    /// A block of this size could gain this.
    fn see(&mut self, hope: i128, size: u32) {
        if hope <= 0 {
            return;
        }
        // Dividing takes longer than all else here, and most blocks are of one item.
        let each = if size > 1 { hope / i128::from(size) + 1 } else { hope };
        let kept = self.places.min(Self::KEPT) as usize;
        for _ in 0..size.min(Self::KEPT as u32) {
            let full = self.best.len() >= kept;
            if full && self.best.last().is_none_or(|&last| each <= last) {
                return;
            }
            let at = self.best.partition_point(|&b| b >= each);
            self.best.insert(at, each);
            self.best.truncate(kept);
        }
    }

    /// No less than what the places beside a block of this size could gain.
    fn beside(&self, size: u32) -> i128 {
        let left = self.places.saturating_sub(u64::from(size));
        let first = self.best.iter().take(usize::try_from(left).unwrap_or(usize::MAX));
        let more = i128::from(left.saturating_sub(Self::KEPT));
        first.sum::<i128>() + more * self.best.last().copied().unwrap_or(0)
    }
}

impl<'a> Part<'a> {
    fn new(
        facts: &'a Facts<'a>,
        decisions: &'a [Decision],
        certificate: &'a PartCertificate,
        blocks: &'a [u32],
        places: &'a Places,
    ) -> Result<Self, Flaw> {
        let cut = !certificate.cuts.is_empty();
        let lists = |n: usize| vec![Vec::new(); if cut { n } else { 0 }];
        let mut part = Self {
            facts,
            decisions,
            certificate,
            blocks,
            places,
            cuts: Vec::with_capacity(certificate.cuts.len()),
            cuts_of_block: lists(blocks.len()),
            cuts_of_bin: lists(certificate.bins.len()),
            cuts_of_limit: lists(facts.limit_room.len()),
        };
        for (k, cut) in (0..).zip(&certificate.cuts) {
            part.add_cut(k, cut)?;
        }
        Ok(part)
    }

    fn add_cut(&mut self, k: u32, cut: &certificate::Cut) -> Result<(), Flaw> {
        let mut named: Vec<CutRow> = cut.rows.iter().map(|r| r.0).collect();
        named.sort_unstable();
        if cut.denominator == 0 || named.windows(2).any(|w| w[0] == w[1]) {
            return Err(Flaw::Certificate(
                "a cut that names a row twice, or without denominator",
            ));
        }
        let mut sum = 0_i128;
        for &(row, numerator) in &cut.rows {
            let place = |places: &[u32], name: u32| places.get(name as usize).map_or(usize::MAX, |&p| p as usize);
            let (list, most) = match row {
                CutRow::Item(i) => (self.cuts_of_block.get_mut(place(&self.places.block, i)), 1),
                CutRow::Bin(b) => (self.cuts_of_bin.get_mut(place(&self.places.bin, b)), 1),
                CutRow::Limit(l) => {
                    let room = self.facts.limit_room.get(l as usize).copied().unwrap_or(0);
                    (self.cuts_of_limit.get_mut(l as usize), room)
                }
                CutRow::Cut(c) => match self.cuts.get_mut(c as usize) {
                    Some(earlier) => (Some(&mut earlier.later), earlier.most),
                    None => (None, 0),
                },
            };
            list.ok_or(Flaw::Certificate("a cut over what is not in the part"))?
                .push((k, u64::from(numerator)));
            sum += i128::from(numerator) * most;
        }
        self.cuts.push(Cut {
            denominator: u64::from(cut.denominator),
            most: sum.div_euclid(i128::from(cut.denominator)),
            later: Vec::new(),
        });
        Ok(())
    }

    /// The bound that the certificate proves; `reached` is what the answer gets here.
    fn bound(&self, number: usize, reached: i128) -> Result<i128, Flaw> {
        let forced: Vec<u32> = self.decisions.iter().filter(|d| d.2).map(|d| d.0).collect();
        let root = self.prices(&self.certificate.root, &forced)?;
        let bin_prices = &self.certificate.bin_prices;
        if bin_prices.len() != self.certificate.bins.len() || bin_prices.iter().any(|&p| p < 0) {
            return Err(Flaw::Certificate("not one price for each bin"));
        }
        let mut total = root.total;
        for (&bin, &price) in self.certificate.bins.iter().zip(bin_prices) {
            total += i128::from(price) + self.locked_value(bin)? * SCALE;
        }
        // Sets that an answer better than `reached` could use: within the slack of their bin's price. Where no leaf of a tree
        // speaks of them, only those are looked for that must not be: beyond the price.
        let nodes = &self.certificate.nodes;
        let has_leaves = nodes
            .iter()
            .any(|node| matches!(node, ProofNode::Leaf(_) | ProofNode::Dead(_)));
        let slack = if has_leaves {
            (total - (reached + 1) * SCALE).max(-1)
        } else {
            -1
        };
        let mut open: Vec<Set> = Vec::new();
        let candidates = if slack == -1 && self.is_closed_by_shares(&root) {
            self.certificate.bins.iter().map(|_| Vec::new()).collect()
        } else {
            self.candidates(&root, slack)
        };
        for ((&bin, list), &price) in self.certificate.bins.iter().zip(&candidates).zip(bin_prices) {
            let price = i128::from(price);
            let least = price - slack;
            let mut dear = false;
            let mut sets: Vec<Vec<u32>> = Vec::new();
            if least <= 0 && self.is_decided_so(bin, &[]) {
                sets.push(Vec::new());
            }
            self.search(bin, list, &root, least, |set, gain| {
                if self.is_decided_so(bin, set) {
                    dear |= gain > price;
                    sets.push(set.to_vec());
                }
            })?;
            if dear {
                return Err(Flaw::Certificate("a set that gains more than its bin's price"));
            }
            for blocks in sets {
                open.push(self.set(bin, blocks)?);
            }
            if open.len() > MOST_STEPS {
                return Err(Flaw::TooLarge);
            }
        }
        if nodes.is_empty() {
            return Ok(total.div_euclid(SCALE));
        }
        self.walk(number, &open, reached)?;
        Ok(reached)
    }

    /// Whether the decisions allow a set of a bin.
    fn is_decided_so(&self, bin: u32, set: &[u32]) -> bool {
        self.decisions.iter().all(|decision| agrees(bin, set, decision))
    }

    fn locked_value(&self, bin: u32) -> Result<i128, Flaw> {
        let locked = &self.facts.locked_in[bin as usize];
        self.facts.set_value(bin, locked).ok_or(Flaw::Answer("a lock"))
    }

    /// Reads a price list; items that are `forced` may have a negative price.
    fn prices(&self, list: &PriceList, forced: &[u32]) -> Result<Prices, Flaw> {
        let facts = self.facts;
        let mut out = Prices {
            items: vec![0; self.blocks.len()],
            limits: vec![0; facts.limit_room.len()],
            cuts: list.cuts.iter().map(|&p| i128::from(p)).collect(),
            floors: vec![0; facts.problem.floors.len()],
            total: 0,
        };
        let unknown = || Flaw::Certificate("a price of what is not in the part");
        for names in [&list.items, &list.limits, &list.floors] {
            if names.windows(2).any(|w| w[0].0 >= w[1].0) {
                return Err(Flaw::Certificate("prices out of order"));
            }
        }
        for &(item, price) in &list.items {
            let place = self.places.block.get(item as usize).copied().unwrap_or(NONE);
            *out.items.get_mut(place as usize).ok_or_else(unknown)? = i128::from(price);
        }
        for (names, into) in [(&list.limits, &mut out.limits), (&list.floors, &mut out.floors)] {
            for &(name, price) in names {
                *into.get_mut(name as usize).ok_or_else(unknown)? = i128::from(price);
            }
        }
        if out.cuts.len() > self.certificate.cuts.len() {
            return Err(unknown());
        }
        let negative = list.items.iter().any(|&(i, p)| p < 0 && !forced.contains(&i));
        let others = out.limits.iter().chain(&out.cuts).chain(&out.floors);
        if negative || others.clone().any(|&p| p < 0) {
            return Err(Flaw::NegativePrice);
        }
        out.total = out.items.iter().sum();
        out.total += out
            .limits
            .iter()
            .zip(&facts.limit_room)
            .map(|(p, r)| p * r)
            .sum::<i128>();
        out.total += out
            .cuts
            .iter()
            .zip(&self.cuts)
            .map(|(price, cut)| price * cut.most)
            .sum::<i128>();
        for (price, least) in out.floors.iter().zip(&facts.floor_left) {
            out.total -= (price * least * SCALE) >> FLOOR_SCALE;
        }
        Ok(out)
    }

    /// What a value counts for a class that has a floor, [`SCALE`] to a point, rounded up.
    fn on_top(prices: &Prices, class: u32, value: i128) -> i128 {
        let price = prices.floors.get(class as usize).copied().unwrap_or(0);
        (price * value * SCALE + (1 << FLOOR_SCALE) - 1) >> FLOOR_SCALE
    }

    /// What two blocks gain by sharing a bin; `None`: they must not.
    fn meeting_gain(&self, a: u32, b: u32, prices: &Prices) -> Option<i128> {
        if self.facts.meetings[a as usize].is_empty() {
            return Some(0);
        }
        let value = self.facts.meeting(a, b)?;
        if value == 0 {
            return Some(0);
        }
        let class = self.facts.class[a as usize];
        let top = if class == self.facts.class[b as usize] {
            Self::on_top(prices, class, value)
        } else {
            0
        };
        Some(value * SCALE + top)
    }

    /// Whether, where no two blocks have to do with each other, each gains no more in any bin than one place's share of the
    /// bin's price: then no set gains more than the price. `false`: somebody may; the sets have to tell.
    fn is_closed_by_shares(&self, prices: &Prices) -> bool {
        let facts = self.facts;
        if !prices.floors.is_empty() || !prices.cuts.is_empty() {
            return false;
        }
        // What a block may be worth in a bin beyond its own price; bins of other parts are not asked here.
        let mut most = vec![HUGE; facts.room.len()];
        for (&b, &price) in self.certificate.bins.iter().zip(&self.certificate.bin_prices) {
            let share = i128::from(price) / i128::from(facts.room[b as usize].max(1));
            most[b as usize] = i64::try_from(share + self.toll(b, prices)).map_or(HUGE, |most| most.min(HUGE));
        }
        self.blocks.iter().zip(&prices.items).all(|(&h, &price)| {
            let is_alone = facts.size[h as usize] == 1 && facts.meetings[h as usize].is_empty();
            let price = i64::try_from(price.min(i128::from(HUGE))).ok().filter(|&p| p >= -HUGE);
            let (Some((bins, values)), Some(price), true) = (facts.plain_row(h), price, is_alone) else {
                return false;
            };
            // All are counted: nearly every row passes, and a way out of the loop would only slow it down.
            let row = bins.iter().zip(values);
            row.filter(|&(&b, &v)| v * PRICE_SCALE - price > most[b as usize])
                .count()
                == 0
        })
    }

    /// For each bin, the free blocks that could be in a set there that gains its price less the slack.
    fn candidates(&self, prices: &Prices, slack: i128) -> Vec<Vec<Candidate>> {
        // First the most that single places of each bin could gain, then who passes with the others filled as well as that.
        let mut tops: Vec<Top> = Vec::with_capacity(self.certificate.bins.len());
        for &b in &self.certificate.bins {
            tops.push(Top::new(self.facts.room[b as usize]));
        }
        self.each_hope(prices, &|_| true, |place, block, own, hope| {
            let _ = own;
            tops[place].see(hope, self.facts.size[block as usize]);
        });
        // Where all places together do not gain enough, nobody needs to be asked.
        let least = |place: usize| i128::from(self.certificate.bin_prices[place]) - slack;
        let open: Vec<bool> = (0..)
            .zip(&tops)
            .map(|(place, top)| top.beside(0) >= least(place))
            .collect();
        let mut lists: Vec<Vec<Candidate>> = self.certificate.bins.iter().map(|_| Vec::new()).collect();
        self.each_hope(prices, &|place| open[place], |place, block, own, hope| {
            let rest = tops[place].beside(self.facts.size[block as usize]);
            if hope + rest >= least(place) {
                lists[place].push(Candidate { block, own, hope });
            }
        });
        let mut present = vec![false; self.blocks.len()];
        for (place, (&bin, list)) in self.certificate.bins.iter().zip(&mut lists).enumerate() {
            self.hope(bin, list, &mut present, prices);
            // The others on the list add less than all others could: some who seemed to pass do not.
            let size = |c: &Candidate| self.facts.size[c.block as usize];
            let mut top = Top::new(self.facts.room[bin as usize]);
            list.iter().for_each(|c| top.see(c.hope, size(c)));
            list.retain(|c| c.hope + top.beside(size(c)) >= least(place));
        }
        lists
    }

    /// Tells of each free block in each of its bins (by place) that is asked about: what it gains there alone, and with half
    /// of the most that as many others as there is room for could add.
    fn each_hope(
        &self,
        prices: &Prices,
        is_asked: &dyn Fn(usize) -> bool,
        mut tell: impl FnMut(usize, u32, i128, i128),
    ) {
        let facts = self.facts;
        let tolls: Vec<i128> = self.certificate.bins.iter().map(|&b| self.toll(b, prices)).collect();
        // What others could add to a block, the best first, summed up.
        let mut others: Vec<i128> = Vec::new();
        for (&h, &price) in self.blocks.iter().zip(&prices.items) {
            let size = facts.size[h as usize];
            others.clear();
            let met = facts.meetings[h as usize]
                .iter()
                .filter_map(|m| self.meeting_gain(h, m.0, prices));
            others.extend(met.filter(|&g| g > 0));
            others.sort_unstable_by(|a, b| b.cmp(a));
            for k in 1..others.len() {
                others[k] += others[k - 1];
            }
            facts.each_edge(h, |b, value| {
                let barred = |&(block, at, goes): &Decision| block == h && goes != (at == b);
                let place = self.places.bin[b as usize];
                if place == NONE || !is_asked(place as usize) || !fits(facts, h, b) {
                    return;
                }
                if self.decisions.iter().any(barred) {
                    return;
                }
                // Those locked there add to it; what counts for its class is rounded up once.
                let (mut all, mut of_class) = (value, value);
                for &o in &facts.locked_in[b as usize] {
                    let met = facts.meeting(h, o).unwrap_or(0);
                    all += met;
                    if facts.class[h as usize] == facts.class[o as usize] {
                        of_class += met;
                    }
                }
                let mut own = all * SCALE - price - tolls[place as usize] * i128::from(size);
                if !prices.floors.is_empty() {
                    own += Self::on_top(prices, facts.class[h as usize], of_class);
                }
                let room = facts.room[b as usize] - u64::from(size);
                let partners = others.len().min(usize::try_from(room).unwrap_or(usize::MAX));
                let half = if partners > 0 {
                    (others[partners - 1] + 1) / 2
                } else {
                    0
                };
                tell(place as usize, h, own, own + half);
            });
        }
    }

    fn toll(&self, bin: u32, prices: &Prices) -> i128 {
        let limits = &self.facts.limits_of[bin as usize];
        limits.iter().map(|&l| prices.limits[l as usize]).sum()
    }

    /// Gives each candidate half of the most that the others on the list could add to it, and puts the most hopeful first.
    /// `present` is all `false` before and after.
    fn hope(&self, bin: u32, list: &mut [Candidate], present: &mut [bool], prices: &Prices) {
        let place = |block: u32| self.places.block[block as usize] as usize;
        let blocks: Vec<u32> = list.iter().map(|c| c.block).collect();
        blocks.iter().for_each(|&h| present[place(h)] = true);
        let mut met: Vec<i128> = Vec::new();
        for c in list.iter_mut() {
            let partners = self.facts.meetings[c.block as usize].iter();
            let here = partners.filter(|m| present.get(place(m.0)).copied().unwrap_or(false));
            met.clear();
            met.extend(
                here.filter_map(|m| self.meeting_gain(c.block, m.0, prices))
                    .filter(|&g| g > 0),
            );
            met.sort_unstable_by(|a, b| b.cmp(a));
            let room = self.facts.room[bin as usize].saturating_sub(u64::from(self.facts.size[c.block as usize]));
            let most: i128 = met.iter().take(usize::try_from(room).unwrap_or(usize::MAX)).sum();
            c.hope = c.own + (most + 1) / 2;
        }
        blocks.iter().for_each(|&h| present[place(h)] = false);
        list.sort_by(|a, b| b.hope.cmp(&a.hope).then(a.block.cmp(&b.block)));
    }

    /// The cuts that count a set of a bin, and how often.
    fn counts(&self, bin: u32, set: &[u32]) -> Vec<(u32, i128)> {
        let of_bin: &[(u32, u64)] = match self.places.bin.get(bin as usize) {
            Some(&place) if !self.cuts.is_empty() => &self.cuts_of_bin[place as usize],
            _ => &[],
        };
        self.counts_beside(of_bin, bin, set)
    }

    /// As [`Part::counts`], with these numerators of the bin's own row.
    fn counts_beside(&self, of_bin: &[(u32, u64)], bin: u32, set: &[u32]) -> Vec<(u32, i128)> {
        let mut out = Vec::new();
        if self.cuts.is_empty() || set.is_empty() {
            return out;
        }
        let mut sums: BTreeMap<u32, u64> = BTreeMap::new();
        let mut add = |list: &[(u32, u64)], times: u64| {
            list.iter().for_each(|&(k, a)| *sums.entry(k).or_default() += a * times);
        };
        for &h in set {
            add(&self.cuts_of_block[self.places.block[h as usize] as usize], 1);
        }
        add(of_bin, 1);
        let items: u64 = set.iter().map(|&h| u64::from(self.facts.size[h as usize])).sum();
        for &l in &self.facts.limits_of[bin as usize] {
            add(&self.cuts_of_limit[l as usize], items);
        }
        // A cut weighs earlier ones only, so its sum is complete when its turn comes.
        while let Some((k, sum)) = sums.pop_first() {
            let cut = &self.cuts[k as usize];
            let count = sum / cut.denominator;
            if count > 0 {
                out.push((k, i128::from(count)));
                cut.later
                    .iter()
                    .for_each(|&(later, a)| *sums.entry(later).or_default() += a * count);
            }
        }
        out
    }

    fn cut_price(&self, bin: u32, set: &[u32], prices: &[i128]) -> i128 {
        cost(&self.counts(bin, set), prices)
    }

    /// What cuts cost a set at least, whatever else is beside it in the bin: the costs of sets that share nothing add up to
    /// no more than that of all of them. The bin's own row, which they share, is left out.
    fn least_cut_price(&self, bin: u32, set: &[u32], prices: &[i128]) -> i128 {
        cost(&self.counts_beside(&[], bin, set), prices)
    }

    fn set(&self, bin: u32, blocks: Vec<u32>) -> Result<Set, Flaw> {
        let all: Vec<u32> = blocks
            .iter()
            .chain(&self.facts.locked_in[bin as usize])
            .copied()
            .collect();
        Ok(Set {
            bin,
            value: self.facts.set_value(bin, &all).ok_or(Flaw::Answer("a lock"))?,
            counts: self.counts(bin, &blocks),
            blocks,
        })
    }

    /// Gain of a set at a leaf's prices, the value of the locked blocks with it.
    fn gain(&self, set: &Set, prices: &Prices) -> i128 {
        let facts = self.facts;
        let mut total = set.value * SCALE;
        let items: u64 = set.blocks.iter().map(|&h| u64::from(facts.size[h as usize])).sum();
        let price = |&h: &u32| prices.items[self.places.block[h as usize] as usize];
        total -= set.blocks.iter().map(price).sum::<i128>();
        total -= self.toll(set.bin, prices) * i128::from(items);
        for &(k, n) in &set.counts {
            total -= prices.cuts.get(k as usize).copied().unwrap_or(0) * n;
        }
        for (k, _) in (0..).zip(&prices.floors).filter(|p| *p.1 > 0) {
            // Rounded up once for the whole set: at most what the solver, who rounds part by part, allows for.
            total += Self::on_top(prices, k, facts.class_value(k, set.bin, &set.blocks));
        }
        total
    }

    /// Visits the tree from its root; each node's children come later in the list, so the walk ends.
    fn walk(&self, number: usize, open: &[Set], reached: i128) -> Result<(), Flaw> {
        let nodes = &self.certificate.nodes;
        let mut stack = vec![(0_usize, self.decisions.to_vec())];
        while let Some((at, path)) = stack.pop() {
            match nodes.get(at).ok_or(Flaw::Certificate("a node that does not exist"))? {
                ProofNode::Leaf(prices) | ProofNode::Dead(prices) => {
                    let dead = matches!(nodes[at], ProofNode::Dead(_));
                    let (times, below) = if dead { (0, 0) } else { (1, (reached + 1) * SCALE) };
                    if self.leaf_bound(prices, &path, open, times)?.is_some_and(|b| b >= below) {
                        return Err(Flaw::OpenLeaf { part: number, node: at });
                    }
                }
                ProofNode::Own(own) => {
                    // One within the other would be no stronger, and this must end.
                    let is_own = |node: &ProofNode| matches!(node, ProofNode::Own(_));
                    if own.bins != self.certificate.bins || own.nodes.iter().any(is_own) {
                        return Err(Flaw::Certificate(
                            "a proof in a tree of other bins or with another in it",
                        ));
                    }
                    let own = Part::new(self.facts, &path, own, self.blocks, self.places)?;
                    if own.bound(number, reached)? > reached {
                        return Err(Flaw::OpenLeaf { part: number, node: at });
                    }
                }
                &ProofNode::Branch { item, bin, yes, no } => {
                    let known = self.facts.head.get(item as usize) == Some(&item);
                    if !known || self.facts.locked[item as usize] != NONE {
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

    /// What a leaf's prices prove of the sets that its decisions allow, values counted so many times; `None`: nothing is
    /// allowed.
    fn leaf_bound(
        &self,
        prices: &PriceList,
        path: &[Decision],
        open: &[Set],
        times: i128,
    ) -> Result<Option<i128>, Flaw> {
        let forced: Vec<u32> = path.iter().filter(|d| d.2).map(|d| d.0).collect();
        let prices = self.prices(prices, &forced)?;
        let mut total = prices.total;
        let mut sets = open.iter().peekable();
        for &bin in &self.certificate.bins {
            let mut best = None;
            while let Some(set) = sets.next_if(|s| s.bin == bin) {
                if path.iter().all(|decision| agrees(set.bin, &set.blocks, decision)) {
                    best = best.max(Some(self.gain(set, &prices) - set.value * SCALE * (1 - times)));
                }
            }
            let Some(best) = best else { return Ok(None) };
            total += best;
        }
        Ok(Some(total))
    }
}
