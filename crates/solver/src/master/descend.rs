//! First prices made better without a program, where bins take many units.
//!
//! The more units a set has, the longer the simplex method goes from one degenerate basis to the next before the prices of
//! a master settle, while a look at all bins costs next to nothing. So such a part first goes down along the bound itself:
//! each round prices all bins, makes dearer what more of their best sets want than there is, and cheaper what none wants,
//! judged by a mean over the rounds so far (the volume algorithm: Barahona and Anbil, "The volume algorithm: producing
//! primal solutions with a subgradient method", 2000). The sets found on the way are columns to begin with.
//!
//! Promises prices that prove no more than those it was given. Moves prices of units only.

use super::{Column, Master};
use crate::gauge::Gauge;
use crate::model::Part;
use crate::prices::Prices;
use crate::problem::SCALE;

/// From so many units in a full bin on, in the mean, this pays.
const MANY_UNITS: u64 = 2;
const ROUNDS: usize = 50;
/// The weight of a round in the mean.
const NEW: f64 = 0.1;
/// Steps go this share of the way that would close the gap to the plan were the bound as steep everywhere as here; a greater
/// one after a round that proves less than any before, a smaller one after so many that do not.
const SHARE: f64 = 0.7;
const LONGER: f64 = 1.1;
const SHORTER: f64 = 0.66;
const PATIENCE: u32 = 2;

/// Whether sets are so large that the program would be slow to begin with.
fn suits(part: &Part) -> bool {
    let items: u64 = part.sizes.iter().map(|&size| u64::from(size)).sum();
    let places: u64 = part.capacity.iter().map(|&places| items.min(places.into())).sum();
    places * part.n_units() as u64 >= MANY_UNITS * part.n_bins() as u64 * items
}

impl Master<'_> {
    /// Prices that prove no more than these, mostly much less.
    ///
    /// # Complexity
    /// A search for the best set of each bin in each of the rounds.
    pub(super) fn descend(&mut self, from: &Prices, gauge: &Gauge<'_>) -> Prices {
        let mut best = from.clone();
        if !suits(self.part) {
            return best;
        }
        let (mut at, mut lowest) = (from.clone(), i128::MAX);
        let most: Vec<i64> = (0..self.part.n_units() as u32).map(|u| self.worth(u)).collect();
        let plan = self.plan.value * i128::from(SCALE);
        let mut known: Vec<Option<Column>> = vec![None; self.part.n_bins()];
        let mut wanted = vec![0.0; self.part.n_units()];
        let (mut share, mut patience) = (SHARE, PATIENCE);
        for round in 0..ROUNDS {
            // The best set of the round before gains this much still.
            let gain = |column: &Column| (self.sets.gain(&at, column) - 1).max(0);
            let least: Vec<i64> = known.iter().map(|known| known.as_ref().map_or(0, gain)).collect();
            let found = self.find(&at, 1, Some(&least));
            let bound = self.keep(&at, &found.bin_price);
            if gauge.tick(std::mem::take(&mut self.search.steps)) {
                break;
            }
            let mut now = vec![0.0; wanted.len()];
            for (bin, _, set) in found.sets {
                set.iter().for_each(|&u| now[u as usize] += 1.0);
                let column = self.add(bin, set);
                known[bin as usize] = Some(self.columns[column as usize].clone());
            }
            let new = if round == 0 { 1.0 } else { NEW };
            wanted
                .iter_mut()
                .zip(now)
                .for_each(|(mean, now)| *mean += new * (now - *mean));
            if bound < lowest {
                (lowest, patience) = (bound, PATIENCE);
                best.clone_from(&at);
                share = (share * LONGER).min(1.0);
            } else {
                patience -= 1;
                if patience == 0 {
                    (share, patience) = (share * SHORTER, PATIENCE);
                }
            }
            // What is free cannot become cheaper.
            let over = |(wanted, price): (&f64, &i64)| {
                if *price == 0 {
                    (wanted - 1.0).max(0.0)
                } else {
                    wanted - 1.0
                }
            };
            let over: Vec<f64> = wanted.iter().zip(&best.unit).map(over).collect();
            let norm: f64 = over.iter().map(|over| over * over).sum();
            if lowest <= plan || norm <= f64::EPSILON {
                break;
            }
            let step = share * (lowest - plan) as f64 / norm;
            for (u, over) in over.into_iter().enumerate() {
                at.unit[u] = (best.unit[u] as f64 + step * over).round().clamp(0.0, most[u] as f64) as i64;
            }
        }
        best
    }

    /// No set gains by a unit that costs more.
    fn worth(&self, unit: u32) -> i64 {
        let part = self.part;
        let own = part.row(unit).map(|(_, value)| value).max().unwrap_or(0);
        let cluster = part.clusters.get(part.cluster_of[unit as usize] as usize);
        SCALE * (own + cluster.map_or(0, |cluster| cluster.most_of_unit)).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::first::First;
    use crate::model::reduce;
    use crate::problem::{Floor, Limit, Problem};
    use crate::rest;
    use crate::solution::Options;

    /// A master with a plan that leaves everything out, in which nothing was priced.
    fn bare(part: &Part) -> Master<'_> {
        let mut master = Master::empty(part);
        master.sets.fit(&mut master.search);
        master
    }

    fn problem(seed: u64, places: u32) -> Problem {
        let mut rng = hemvist_testkit::Rng::new(seed);
        rest::tests::threes(&mut rng, vec![places; 30], (90, 30), 2, 20)
    }

    #[test]
    fn where_bins_take_few_units_the_first_prices_stand() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let model = reduce(&problem(0, 1)).unwrap_or_else(|_| panic!("nothing is locked"));
        for part in &model.parts {
            let from = First::new(part, &gauge).prices();
            assert!(!suits(part) && bare(part).descend(&from, &gauge) == from);
        }
    }

    #[test]
    fn prices_come_down_and_what_they_prove_holds() {
        let options = Options::default();
        let gauge = Gauge::new(&options, u64::MAX, None);
        let (mut lower, mut closed) = (0, 0);
        for seed in 0..20 {
            let mut problem = problem(seed, 3);
            match seed % 4 {
                1 => problem.limits.push(Limit {
                    bins: (0..8).collect(),
                    most: 9,
                }),
                2 => problem.floors.push(Floor {
                    items: (0..30).collect(),
                    least: 4_000,
                }),
                3 => problem.values.iter_mut().for_each(|value| *value <<= 36),
                _ => {}
            }
            let best = crate::solve(&problem, &options).expect("well-formed").value * i128::from(SCALE);
            let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
            let [part] = &model.parts[..] else {
                panic!("{seed}: one part")
            };
            assert!(suits(part), "{seed}");
            let mut master = bare(part);
            let from = First::new(part, &gauge).prices();
            let first = Master::priced(part, &from).bound;
            let prices = master.descend(&from, &gauge);
            let last = Master::priced(part, &prices).bound;
            assert_eq!(last, master.bound, "{seed}");
            assert!(last <= first && last >= best, "{seed}: {first} {last} {best}");
            lower += usize::from(last < first);
            closed += usize::from(2 * (last - best) < first - best);
        }
        assert!(lower > 14 && closed > 9, "{lower} {closed}");
    }
}
