//! Every set of a bin that gains at least so much: the search behind the bound of a part.
//!
//! Blocks that have to do with each other (siblings) are a *clan*. Of a clan with few members in a bin every subset is
//! listed with what it gains there, less what the cuts that it fills by itself cost. Between clans nothing is gained, and
//! cuts can only cost more, so the sum over the subsets chosen, less what cuts cost so far, is never less than what the
//! whole set gains: a branch ends when that, with the best that still fits, place by place, stays below. Members of a
//! greater clan stand by themselves, each with half of the most that the others could add. Blocks that must be in the bin are
//! in every set from the start: without them a set may gain any amount, and nobody asks for it.
//!
//! Promises: visits each set once. Knows the prices of the part and nothing of what is done with the sets.

use super::super::Flaw;
use super::{Candidate, MOST_STEPS, Part, Prices};

/// Most members of a clan in a bin whose subsets are listed.
const LISTED: usize = 8;
/// No clan that has to be heeded.
const NO_CLAN: usize = usize::MAX;

/// Blocks of one clan that could join a set.
struct Choice {
    blocks: Vec<u32>,
    size: u64,
    load: u64,
    /// What they gain, cuts apart.
    gain: i128,
    /// No less than what they add to any set.
    hope: i128,
    /// At most one choice of a clan is taken.
    clan: usize,
}

/// Places and load that a bin has left.
struct Space {
    room: u64,
    load: u64,
}

/// What the choices so far gain, cuts apart, no less than what they gain beside any others, cuts apart, and what cuts cost.
#[derive(Clone, Copy, Default)]
struct Sum {
    gain: i128,
    most: i128,
    cuts: i128,
}

impl Sum {
    /// No less than what the choices gain in any set: others can only make cuts cost more.
    fn hope(&self) -> i128 {
        self.most - self.cuts
    }
}

impl Part<'_> {
    /// Visits every set of candidates, of one block at least, that fits into the bin, has all that must be there and gains at
    /// least so much.
    pub(super) fn search(
        &self,
        bin: u32,
        candidates: &[Candidate],
        prices: &Prices,
        least: i128,
        mut visit: impl FnMut(&[u32], i128),
    ) -> Result<(), Flaw> {
        let forced = self.decisions.iter().filter(|d| d.2 && d.1 == bin);
        let mut forced: Vec<u32> = forced.map(|d| d.0).collect();
        forced.sort_unstable();
        forced.dedup();
        let Some((Space { mut room, mut load }, start)) = self.begin(bin, &forced, candidates, prices) else {
            return Ok(());
        };
        if !forced.is_empty() && start.gain - start.cuts >= least {
            visit(&forced, start.gain - start.cuts);
        }
        let others = self.beside(&forced, candidates, prices);
        let (choices, n_clans) = self.choices(bin, &others, prices, least - start.hope(), &Space { room, load });
        let mut taken = vec![false; n_clans];
        // Choices on the way with what stood before each.
        let mut chosen: Vec<(usize, Sum)> = Vec::new();
        let mut set = forced.clone();
        let (mut next, mut sum) = (0, start);
        for steps in 0.. {
            if steps > MOST_STEPS {
                return Err(Flaw::TooLarge);
            }
            let may = room > 0 && next < choices.len() && sum.hope() + most(&choices[next..], room) >= least;
            if !may {
                let Some((at, before)) = chosen.pop() else {
                    break;
                };
                let choice = &choices[at];
                set.truncate(set.len() - choice.blocks.len());
                room += choice.size;
                load += choice.load;
                if choice.clan != NO_CLAN {
                    taken[choice.clan] = false;
                }
                (next, sum) = (at + 1, before);
                continue;
            }
            let choice = &choices[next];
            let fits = choice.size <= room && choice.load <= load && !taken.get(choice.clan).is_some_and(|&t| t);
            let chosen_so_far = &set[forced.len()..];
            let pairs = || {
                let blocks = choice.blocks.iter();
                blocks.flat_map(|&b| chosen_so_far.iter().map(move |&o| (b, o)))
            };
            let met: Option<i128> = pairs().map(|(b, o)| self.meeting_gain(b, o, prices)).sum();
            if let Some(met) = met.filter(|_| fits) {
                chosen.push((next, sum));
                set.extend_from_slice(&choice.blocks);
                sum.gain += choice.gain + met;
                // What a clan's subset gains is exact; a member of a greater clan may meet others yet.
                sum.most += if choice.clan == NO_CLAN {
                    choice.hope
                } else {
                    choice.gain + met
                };
                sum.cuts = self.cut_price(bin, &set, &prices.cuts);
                room -= choice.size;
                load -= choice.load;
                if choice.clan != NO_CLAN {
                    taken[choice.clan] = true;
                }
                let gain = sum.gain - sum.cuts;
                if gain >= least {
                    visit(&set, gain);
                }
            }
            next += 1;
        }
        Ok(())
    }

    /// The space that blocks which must be in a bin leave there, and what they gain; `None`: no set with all of them passed
    /// the candidates' test, fits, or is allowed.
    fn begin(&self, bin: u32, forced: &[u32], candidates: &[Candidate], prices: &Prices) -> Option<(Space, Sum)> {
        let facts = self.facts;
        let (mut room, mut load) = (facts.room[bin as usize], facts.load_room[bin as usize]);
        let mut gain = 0;
        for (n, &block) in forced.iter().enumerate() {
            room = room.checked_sub(u64::from(facts.size[block as usize]))?;
            load = load.checked_sub(facts.load[block as usize])?;
            gain += candidates.iter().find(|c| c.block == block)?.own;
            for &other in &forced[..n] {
                gain += self.meeting_gain(block, other, prices)?;
            }
        }
        let cuts = self.cut_price(bin, forced, &prices.cuts);
        let most = gain;
        Some((Space { room, load }, Sum { gain, most, cuts }))
    }

    /// The candidates that may stand beside blocks which must be in the bin, with what meeting those adds.
    fn beside(&self, forced: &[u32], candidates: &[Candidate], prices: &Prices) -> Vec<Candidate> {
        let free = candidates.iter().filter(|c| !forced.contains(&c.block));
        let with_met = |c: &Candidate| {
            let met = forced.iter().map(|&f| self.meeting_gain(c.block, f, prices));
            let met = met.sum::<Option<i128>>()?;
            let (own, hope) = (c.own + met, c.hope + met);
            Some(Candidate { own, hope, ..*c })
        };
        free.filter_map(with_met).collect()
    }

    /// What sets can be made of in so much space, the most hopeful for its size first, and a number that no clan passes.
    fn choices(
        &self,
        bin: u32,
        candidates: &[Candidate],
        prices: &Prices,
        least: i128,
        space: &Space,
    ) -> (Vec<Choice>, usize) {
        let facts = self.facts;
        let mut choices = Vec::new();
        let clans = self.clans(candidates);
        for (clan, members) in clans.iter().enumerate() {
            if members.len() > LISTED {
                for &c in members {
                    let block = candidates[c].block;
                    choices.push(Choice {
                        blocks: vec![block],
                        size: u64::from(facts.size[block as usize]),
                        load: facts.load[block as usize],
                        gain: candidates[c].own,
                        hope: candidates[c].hope,
                        clan: NO_CLAN,
                    });
                }
                continue;
            }
            // By subset, in bits: what it gains; `None` if two of it must not meet.
            let mut gains: Vec<Option<i128>> = vec![Some(0); 1 << members.len()];
            for subset in 1..gains.len() {
                let first = subset.trailing_zeros() as usize;
                let rest = subset & (subset - 1);
                let this = &candidates[members[first]];
                let others = (0..members.len()).filter(|m| rest >> m & 1 == 1);
                let met: Option<i128> = others
                    .map(|m| self.meeting_gain(this.block, candidates[members[m]].block, prices))
                    .sum();
                gains[subset] = gains[rest].and_then(|gain| Some(gain + this.own + met?));
                let Some(gain) = gains[subset] else { continue };
                let inside = (0..members.len()).filter(|m| subset >> m & 1 == 1);
                let blocks: Vec<u32> = inside.map(|m| candidates[members[m]].block).collect();
                let size = blocks.iter().map(|&b| u64::from(facts.size[b as usize])).sum();
                let load = blocks.iter().map(|&b| facts.load[b as usize]).sum();
                if size > space.room || load > space.load {
                    continue;
                }
                let cuts = if blocks.len() > 1 {
                    self.least_cut_price(bin, &blocks, &prices.cuts)
                } else {
                    0
                };
                choices.push(Choice {
                    blocks,
                    size,
                    load,
                    gain,
                    hope: gain - cuts,
                    clan,
                });
            }
        }
        // Hopeful ones by what a place gains; after them, as taking several only costs more, the least costly.
        let rate = |a: &Choice, b: &Choice| (b.hope * i128::from(a.size)).cmp(&(a.hope * i128::from(b.size)));
        choices.sort_by(|a, b| match (a.hope > 0, b.hope > 0) {
            (true, true) => rate(a, b),
            (false, false) => b.hope.cmp(&a.hope),
            (first, second) => second.cmp(&first),
        });
        let passes = |c: &Choice| c.hope + filled(&choices, space.room.saturating_sub(c.size)) >= least;
        let passing: Vec<bool> = choices.iter().map(passes).collect();
        let mut passing = passing.into_iter();
        choices.retain(|_| passing.next().unwrap_or(true));
        (choices, clans.len())
    }

    /// Candidates, by their places in the list, that have to do with each other, directly or by others of the list.
    fn clans(&self, candidates: &[Candidate]) -> Vec<Vec<usize>> {
        let mut place: Vec<(u32, usize)> = (0..).zip(candidates).map(|(n, c)| (c.block, n)).collect();
        place.sort_unstable();
        let mut seen = vec![false; candidates.len()];
        let mut clans = Vec::new();
        for n in 0..candidates.len() {
            if std::mem::replace(&mut seen[n], true) {
                continue;
            }
            let mut clan = vec![n];
            let mut at = 0;
            while at < clan.len() {
                for (other, _) in &self.facts.meetings[candidates[clan[at]].block as usize] {
                    let Ok(found) = place.binary_search_by_key(other, |p| p.0) else {
                        continue;
                    };
                    if !std::mem::replace(&mut seen[place[found].1], true) {
                        clan.push(place[found].1);
                    }
                }
                at += 1;
            }
            clans.push(clan);
        }
        clans
    }
}

/// No less than what any one or more of these choices, in their order, add in so many places.
fn most(choices: &[Choice], room: u64) -> i128 {
    match choices.first() {
        Some(first) if first.hope <= 0 => first.hope,
        _ => filled(choices, room),
    }
}

/// The hopeful ones, as they come, until all places are filled; the last for the part that fits.
fn filled(choices: &[Choice], mut room: u64) -> i128 {
    let mut sum = 0;
    for choice in choices.iter().take_while(|c| c.hope > 0) {
        if choice.size >= room {
            let (size, part) = (i128::from(choice.size.max(1)), choice.hope * i128::from(room));
            return sum + (part + size - 1) / size;
        }
        room -= choice.size;
        sum += choice.hope;
    }
    sum
}
