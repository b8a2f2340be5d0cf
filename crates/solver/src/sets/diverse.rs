//! Many good sets of one bin at once, to begin with: greedy, not exact.

use super::{ABSENT, Search, Sets};
use crate::prices::Prices;

impl Sets<'_> {
    /// Visits, for each of the most promising candidates of a bin, a set that holds it and is filled up with others, the most
    /// promising first: good sets that between them hold many units. Candidates that lose more than `spare` are left out.
    pub(crate) fn diverse(
        &self,
        s: &mut Search,
        bin: usize,
        prices: &Prices,
        spare: i64,
        most: usize,
        mut visit: impl FnMut(&[u32], i64),
    ) {
        self.gather(s, bin, prices, -spare, true);
        for &(k, numerator) in &self.cuts.of_bin[bin] {
            s.in_cut[k as usize] = numerator;
        }
        let capacity = self.part.capacity[bin];
        let load_capacity = u64::from(self.part.load_capacity[bin]);
        let n = s.candidates.len();
        for first in 0..n.min(most) {
            let (mut room, mut load, mut gain) = (capacity, 0_u64, 0);
            for at in std::iter::once(first).chain((0..n).filter(|&at| at != first)) {
                let c = s.candidates[at];
                if at != first && c.promise <= 0 || room == 0 {
                    break;
                }
                let units = c.first as usize..(c.first + c.len) as usize;
                let heavy = s.units[units.clone()]
                    .iter()
                    .map(|u| u64::from(self.part.loads[u.0 as usize]));
                let heavy: u64 = heavy.sum();
                if c.size > room
                    || (c.cluster != ABSENT && s.used[c.cluster as usize])
                    || load + heavy > load_capacity
                    || s.units[units.clone()].iter().any(|u| s.barred[u.0 as usize] > 0)
                {
                    continue;
                }
                let before = s.set.len();
                let mut added = 0;
                for k in units {
                    let (unit, own) = s.units[k];
                    added += own + self.join(s, bin, unit, prices);
                }
                if at != first && added <= 0 {
                    while s.set.len() > before {
                        let unit = s.set[s.set.len() - 1];
                        self.leave(s, bin, unit, prices);
                    }
                    continue;
                }
                gain += added;
                room -= c.size;
                load += heavy;
                if c.cluster != ABSENT {
                    s.used[c.cluster as usize] = true;
                    s.chosen.push((c.cluster as usize, 0, 0));
                }
            }
            if !s.set.is_empty() {
                visit(&s.set, gain);
            }
            while let Some(&unit) = s.set.last() {
                self.leave(s, bin, unit, prices);
            }
            for (cluster, ..) in s.chosen.drain(..) {
                s.used[cluster] = false;
            }
        }
        s.steps += (n.min(most) * n.min(capacity as usize + 4)) as u64;
        s.candidates.clear();
        s.units.clear();
        for &(k, _) in &self.cuts.of_bin[bin] {
            s.in_cut[k as usize] = 0;
        }
    }
}
