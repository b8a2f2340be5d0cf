//! What belongs to which part of a certificate: every bin to at most one, and with it all that has to do with it.
//!
//! Promises that no answer can use what lies between two parts, so that their bounds add up. Knows nothing of prices.

use super::Flaw;
use super::facts::{Facts, NONE};
use crate::certificate::Certificate;

/// The part of each bin, and the free blocks of each part: every block must have all its bins in one part, every limit its
/// bins, every floor its blocks.
pub(super) fn cover(facts: &Facts<'_>, certificate: &Certificate) -> Result<(Vec<u32>, Vec<Vec<u32>>), Flaw> {
    let mut part_of = vec![NONE; facts.room.len()];
    for (number, part) in (0..).zip(&certificate.parts) {
        for &b in &part.bins {
            let slot = part_of.get_mut(b as usize);
            let slot = slot.ok_or(Flaw::Certificate("a bin that does not exist"))?;
            if std::mem::replace(slot, number) != NONE {
                return Err(Flaw::Certificate("a bin in two parts"));
            }
        }
    }
    let mut blocks = vec![Vec::new(); certificate.parts.len()];
    let mut part_of_floor = vec![NONE; facts.problem.floors.len()];
    for h in (0..facts.head.len() as u32).filter(|&h| facts.head[h as usize] == h) {
        if facts.locked[h as usize] != NONE {
            continue;
        }
        let part = match part_of_all(facts, &part_of, h) {
            NONE => part_of_some(facts, &part_of, h)?,
            part => part,
        };
        if part != NONE {
            blocks[part as usize].push(h);
            if let Some(slot) = part_of_floor.get_mut(facts.class[h as usize] as usize) {
                if *slot != NONE && *slot != part {
                    return Err(Flaw::Certificate("a floor over two parts"));
                }
                *slot = part;
            }
        }
    }
    for limit in &facts.problem.limits {
        let mut parts = limit.bins.iter().map(|&b| part_of[b as usize]).filter(|&p| p != NONE);
        if let Some(first) = parts.next()
            && parts.any(|p| p != first)
        {
            return Err(Flaw::Certificate("a limit over two parts"));
        }
    }
    Ok((part_of, blocks))
}

/// The part of all bins of a plain block, if that is one and the block fits into the first of them; the usual case.
fn part_of_all(facts: &Facts<'_>, part_of: &[u32], h: u32) -> u32 {
    match facts.plain_row(h) {
        Some((bins @ &[first, ..], _)) if fits(facts, h, first) => {
            let part = part_of[first as usize];
            if bins.iter().all(|&b| part_of[b as usize] == part) {
                part
            } else {
                NONE
            }
        }
        _ => NONE,
    }
}

/// The part of the bins that a block can use.
fn part_of_some(facts: &Facts<'_>, part_of: &[u32], h: u32) -> Result<u32, Flaw> {
    let (mut part, mut flaw) = (NONE, None);
    facts.each_edge(h, |b, _| {
        let here = part_of[b as usize];
        // An edge into no part must be one that cannot be used.
        if here == NONE {
            if fits(facts, h, b) {
                flaw = Some(Flaw::Certificate("an open bin in no part"));
            }
        } else if part != NONE && part != here && fits(facts, h, b) {
            flaw = Some(Flaw::Certificate("an item in two parts"));
        } else if part == NONE && fits(facts, h, b) {
            part = here;
        }
    });
    flaw.map_or(Ok(part), Err)
}

/// Whether a free block could share a bin with the blocks locked there.
#[inline]
pub(super) fn fits(facts: &Facts<'_>, h: u32, b: u32) -> bool {
    let (size, bin) = (facts.size[h as usize], b as usize);
    u64::from(size) <= facts.room[bin]
        && facts.load[h as usize] <= facts.load_room[bin]
        && i128::from(size) <= facts.narrowest[bin]
        && facts.locked_in[bin].iter().all(|&o| facts.meeting(h, o).is_some())
}
