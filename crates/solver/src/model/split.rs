//! What is not connected falls apart.

use super::part::Class;
use super::units::{Edges, Room, Units};
use super::{Meeting, Part};
use crate::problem::Problem;

const NOWHERE: u32 = u32::MAX;

/// Nodes joined into sets.
struct Joined(Vec<u32>);

impl Joined {
    fn find(&mut self, mut x: u32) -> u32 {
        while self.0[x as usize] != x {
            let up = self.0[self.0[x as usize] as usize];
            self.0[x as usize] = up;
            x = up;
        }
        x
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

/// Splits units and bins into connected parts, in order of their first unit.
pub(super) fn split(
    problem: &Problem,
    units: &Units,
    edges: &Edges,
    meetings: &[Vec<Meeting>],
    room: &Room,
    floor_left: &[i128],
) -> Vec<Part> {
    let n_bins = room.capacity.len();
    // Bins, then limits, then floors are the nodes.
    let (limits, floors) = (room.most.len(), problem.floors.len());
    let mut joined = Joined((0..(n_bins + limits + floors) as u32).collect());
    let class_of = classes(problem, units);
    for (u, &class) in class_of.iter().enumerate() {
        let bins = &edges.bin[edges.span(u)];
        for w in bins.windows(2) {
            joined.join(w[0], w[1]);
        }
        if let (Some(&b), true) = (bins.first(), class != Part::NO_CLASS) {
            joined.join(b, (n_bins + limits) as u32 + class);
        }
    }
    for (b, list) in room.limits_of_bin.iter().enumerate() {
        for &l in list {
            joined.join(b as u32, n_bins as u32 + l);
        }
    }
    let mut part_of_root = vec![NOWHERE; n_bins];
    let mut parts: Vec<Part> = Vec::new();
    let mut local_unit = vec![NOWHERE; units.items.len()];
    for (u, local) in local_unit.iter_mut().enumerate() {
        if let Some(&b) = edges.bin[edges.span(u)].first() {
            let root = joined.find(b) as usize;
            if part_of_root[root] == NOWHERE {
                part_of_root[root] = parts.len() as u32;
                parts.push(Part::default());
            }
            let part = &mut parts[part_of_root[root] as usize];
            *local = part.units.len() as u32;
            part.units.push(u as u32);
            part.sizes.push(units.items[u].len() as u32);
            part.loads.push(units.loads[u]);
        }
    }
    let mut used = vec![false; n_bins];
    edges.bin.iter().for_each(|&b| used[b as usize] = true);
    let mut local_bin = vec![NOWHERE; n_bins];
    let mut local_limit = vec![NOWHERE; limits];
    for b in (0..n_bins).filter(|&b| used[b]) {
        let part = &mut parts[part_of_root[joined.find(b as u32) as usize] as usize];
        local_bin[b] = part.bins.len() as u32;
        part.bins.push(b as u32);
        part.capacity.push(room.capacity[b]);
        part.load_capacity.push(room.load[b]);
        let mut list = Vec::new();
        for &l in &room.limits_of_bin[b] {
            if local_limit[l as usize] == NOWHERE {
                local_limit[l as usize] = part.limit_most.len() as u32;
                part.limit_most.push(room.most[l as usize]);
                part.limit_ids.push(l);
            }
            list.push(local_limit[l as usize]);
        }
        part.limits_of_bin.push(list);
    }
    for part in &mut parts {
        fill_edges(part, edges, &local_bin);
        part.meetings = part
            .units
            .iter()
            .map(|&u| {
                // Units without edges, or in other parts, never meet these.
                let here = meetings[u as usize].iter().filter_map(|m| {
                    let other = local_unit[m.other as usize];
                    (part.units.get(other as usize) == Some(&m.other)).then_some(Meeting { other, value: m.value })
                });
                here.collect()
            })
            .collect();
        fill_classes(part, &class_of, floor_left);
        part.cluster();
    }
    parts
}

impl Part {
    /// Some of the units and bins by themselves, with so much room left in each limit; units and bins bear the numbers that
    /// they have here. For parts without floors.
    pub(crate) fn only(&self, units: Vec<u32>, is_in: &[bool], most: &[u32]) -> Self {
        let mut part = Self {
            sizes: units.iter().map(|&u| self.sizes[u as usize]).collect(),
            loads: units.iter().map(|&u| self.loads[u as usize]).collect(),
            class_of: vec![Self::NO_CLASS; units.len()],
            units,
            ..Self::default()
        };
        let mut local_bin = vec![NOWHERE; self.n_bins()];
        let mut local_limit = vec![NOWHERE; most.len()];
        for b in (0..self.n_bins()).filter(|&b| is_in[b]) {
            local_bin[b] = part.bins.len() as u32;
            part.bins.push(b as u32);
            part.capacity.push(self.capacity[b]);
            part.load_capacity.push(self.load_capacity[b]);
            let list = self.limits_of_bin[b].iter().map(|&l| {
                let local = &mut local_limit[l as usize];
                if *local == NOWHERE {
                    *local = part.limit_most.len() as u32;
                    part.limit_most.push(most[l as usize]);
                    part.limit_ids.push(l);
                }
                *local
            });
            part.limits_of_bin.push(list.collect());
        }
        part.row_start.push(0);
        for &u in &part.units {
            for (b, value) in self.row(u).filter(|e| is_in[e.0 as usize]) {
                part.row_bin.push(local_bin[b as usize]);
                part.row_value.push(value);
            }
            part.row_start.push(part.row_bin.len());
        }
        turn(&mut part);
        let local = |u: u32| part.units.binary_search(&u).ok().map(|u| u as u32);
        let meetings = part.units.iter().map(|&u| {
            let here = self.meetings[u as usize].iter();
            let here = here.filter_map(|m| {
                Some(Meeting {
                    other: local(m.other)?,
                    value: m.value,
                })
            });
            here.collect()
        });
        part.meetings = meetings.collect();
        part.cluster();
        part
    }
}

/// Edges of a part by unit and by bin.
fn fill_edges(part: &mut Part, edges: &Edges, local_bin: &[u32]) {
    part.row_start.push(0);
    for &u in &part.units {
        let span = edges.span(u as usize);
        let bins = edges.bin[span.clone()].iter().map(|&b| local_bin[b as usize]);
        part.row_bin.extend(bins);
        part.row_value.extend_from_slice(&edges.value[span]);
        part.row_start.push(part.row_bin.len());
    }
    turn(part);
}

/// The edges by bin, from those by unit.
fn turn(part: &mut Part) {
    part.start = vec![0; part.bins.len() + 1];
    part.row_bin.iter().for_each(|&b| part.start[b as usize + 1] += 1);
    for b in 0..part.bins.len() {
        part.start[b + 1] += part.start[b];
    }
    let mut fill = part.start.clone();
    part.unit = vec![0; part.row_bin.len()];
    part.value = vec![0; part.row_bin.len()];
    for u in 0..part.units.len() {
        for e in part.row_start[u]..part.row_start[u + 1] {
            let at = &mut fill[part.row_bin[e] as usize];
            part.unit[*at] = u as u32;
            part.value[*at] = part.row_value[e];
            *at += 1;
        }
    }
}

/// The floor of each unit.
fn classes(problem: &Problem, units: &Units) -> Vec<u32> {
    let mut class_of = vec![Part::NO_CLASS; units.items.len()];
    for (k, floor) in problem.floors.iter().enumerate() {
        for &i in &floor.items {
            class_of[units.unit_of[i as usize] as usize] = k as u32;
        }
    }
    class_of
}

fn fill_classes(part: &mut Part, class_of: &[u32], floor_left: &[i128]) {
    let mut local: Vec<u32> = part.units.iter().map(|&u| class_of[u as usize]).collect();
    local.retain(|&k| k != Part::NO_CLASS);
    local.sort_unstable();
    local.dedup();
    part.class_of = part
        .units
        .iter()
        .map(|&u| {
            local
                .binary_search(&class_of[u as usize])
                .map_or(Part::NO_CLASS, |at| at as u32)
        })
        .collect();
    part.classes = local
        .iter()
        .map(|&id| Class {
            id,
            least: floor_left[id as usize],
        })
        .collect();
}
