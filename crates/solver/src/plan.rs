//! Whole plans of a part: made quickly from prices, and improved by hand.

use crate::model::Part;

/// A plan for a part: the set of each bin that takes any, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PartPlan {
    pub value: i128,
    pub sets: Vec<(u32, Vec<u32>)>,
}

impl PartPlan {
    /// The plan with these sets, by bin.
    pub(crate) fn of(part: &Part, sets: Vec<Vec<u32>>) -> Self {
        let mut plan = Self::default();
        for (b, mut set) in (0..).zip(sets) {
            if !set.is_empty() {
                set.sort_unstable();
                let value = part.set_value(b, &set).expect("sets of a plan are feasible");
                plan.value += i128::from(value);
                plan.sets.push((b, set));
            }
        }
        plan
    }

    /// The plan with these sets of some bins.
    pub(crate) fn by_bin(part: &Part, sets: Vec<(u32, Vec<u32>)>) -> Self {
        let mut all = vec![Vec::new(); part.n_bins()];
        for (b, set) in sets {
            all[b as usize] = set;
        }
        Self::of(part, all)
    }

    /// Whether each bin takes one set, each unit goes to one bin, and no limit is passed.
    pub(crate) fn is_feasible(&self, part: &Part) -> bool {
        let (mut placed, mut taken) = (vec![false; part.n_units()], vec![false; part.n_bins()]);
        let mut left = part.limit_most.clone();
        self.sets.iter().all(|(b, set)| {
            let size: u32 = set.iter().map(|&u| part.sizes[u as usize]).sum();
            let holds = |l: &u32| match left[*l as usize].checked_sub(size) {
                Some(rest) => {
                    left[*l as usize] = rest;
                    true
                }
                None => false,
            };
            !std::mem::replace(&mut taken[*b as usize], true)
                && !set.iter().any(|&u| std::mem::replace(&mut placed[u as usize], true))
                && part.limits_of_bin[*b as usize].iter().all(holds)
        })
    }

    /// Whether every class gets at least its floor.
    pub(crate) fn reaches_floors(&self, part: &Part) -> bool {
        (0..part.classes.len() as u32).all(|k| self.reaches(part, k))
    }

    /// Whether a class gets at least its floor.
    pub(crate) fn reaches(&self, part: &Part, class: u32) -> bool {
        let values = self
            .sets
            .iter()
            .map(|(b, set)| i128::from(part.class_value(class, *b, set)));
        values.sum::<i128>() >= part.classes[class as usize].least
    }

    /// The bin of each unit.
    pub(crate) fn bin_of(&self, part: &Part) -> Vec<Option<u32>> {
        let mut bin_of = vec![None; part.n_units()];
        for (b, set) in &self.sets {
            set.iter().for_each(|&u| bin_of[u as usize] = Some(*b));
        }
        bin_of
    }
}

/// Makes sets of a plan feasible: drops units, the last first, until loads, limits and meetings allow what is left, and
/// fills up with units that are out.
pub(crate) fn mend(part: &Part, mut sets: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let mut left = part.limit_most.clone();
    for (b, set) in (0..).zip(&mut sets) {
        set.sort_by_key(|&u| (std::cmp::Reverse(part.edge(u, b)), u));
        while !set.is_empty() && part.set_value(b, set).is_none() {
            set.pop();
        }
        let limits = &part.limits_of_bin[b as usize];
        let size = |set: &[u32]| set.iter().map(|&u| part.sizes[u as usize]).sum::<u32>();
        while limits.iter().any(|&l| left[l as usize] < size(set)) {
            set.pop();
        }
        let size = size(set);
        limits.iter().for_each(|&l| left[l as usize] -= size);
    }
    insert(part, sets)
}

/// Adds units that are out, best value first, as long as that raises the value.
pub(crate) fn insert(part: &Part, mut sets: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    let mut placed = vec![false; part.n_units()];
    let mut left = part.limit_most.clone();
    let mut room: Vec<u32> = part.capacity.clone();
    for (b, set) in sets.iter().enumerate() {
        for &u in set {
            placed[u as usize] = true;
            room[b] -= part.sizes[u as usize];
            let limits = &part.limits_of_bin[b];
            limits.iter().for_each(|&l| left[l as usize] -= part.sizes[u as usize]);
        }
    }
    let mut offers: Vec<(i64, u32, u32)> = Vec::new();
    for u in (0..part.n_units() as u32).filter(|&u| !placed[u as usize]) {
        let open = part.row(u).filter(|e| room[e.0 as usize] >= part.sizes[u as usize]);
        offers.extend(open.map(|(b, v)| (v, u, b)));
    }
    offers.sort_unstable_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, u, b) in offers {
        let size = part.sizes[u as usize];
        let limits = &part.limits_of_bin[b as usize];
        if placed[u as usize] || room[b as usize] < size || limits.iter().any(|&l| left[l as usize] < size) {
            continue;
        }
        let set = &mut sets[b as usize];
        let before = part.set_value(b, set).expect("kept feasible");
        set.push(u);
        if part.set_value(b, set).is_some_and(|v| v > before) {
            placed[u as usize] = true;
            room[b as usize] -= size;
            limits.iter().for_each(|&l| left[l as usize] -= size);
        } else {
            set.pop();
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::reduce;
    use crate::problem::{Limit, Problem};

    #[test]
    fn what_breaks_a_rule_is_no_plan() {
        let problem = Problem {
            indptr: vec![0, 2, 4],
            bins: vec![0, 1, 0, 1],
            values: vec![4, 3, 2, 1],
            capacity: vec![1, 1],
            limits: vec![Limit {
                bins: vec![0, 1],
                most: 1,
            }],
            forbidden: vec![(0, 1)],
            ..Problem::default()
        };
        let model = reduce(&problem).unwrap_or_else(|_| panic!("nothing is locked"));
        let part = &model.parts[0];
        let is_feasible = |sets: &[(u32, Vec<u32>)]| {
            let sets = sets.to_vec();
            PartPlan { value: 0, sets }.is_feasible(part)
        };
        assert!(is_feasible(&[(0, vec![0])]));
        assert!(!is_feasible(&[(0, vec![0]), (1, vec![1])]), "the limit");
        assert!(!is_feasible(&[(0, vec![0]), (0, vec![0])]), "one unit, one bin");
    }
}
