//! What is not connected falls apart.

use super::part::Class;
use super::units::{Edges, Room, Units};
use super::{Meeting, NOWHERE, Part};
use crate::problem::Problem;

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

    /// Whether they were apart before.
    fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
        a != b
    }

    /// Joins the bins of each unit. Most problems are one part, and a few units show it: then the others are not looked at.
    fn join_rows(&mut self, edges: &Edges, used: &[bool]) {
        let mut apart = used.iter().filter(|&&u| u).count();
        for row in edges.start.windows(2) {
            let Some((&first, others)) = edges.bin[row[0]..row[1]].split_first() else {
                continue;
            };
            let mut root = self.find(first);
            for &b in others {
                if self.0[b as usize] != root && self.join(root, b) {
                    apart -= 1;
                    root = self.find(root);
                }
            }
            if apart <= 1 {
                return;
            }
        }
    }
}

/// Splits units and bins into connected parts, in order of their first unit.
pub(super) fn split(
    problem: &Problem,
    units: &Units,
    edges: Edges,
    meetings: &[Vec<Meeting>],
    room: &Room,
    floor_left: &[i128],
) -> Vec<Part> {
    let n_bins = room.capacity.len();
    // Bins, then limits, then floors are the nodes.
    let (limits, floors) = (room.most.len(), problem.floors.len());
    let mut joined = Joined((0..(n_bins + limits + floors) as u32).collect());
    let class_of = classes(problem, units);
    let used = used_bins(&edges, room);
    joined.join_rows(&edges, &used);
    for (u, &class) in class_of.iter().enumerate().filter(|c| *c.1 != Part::NO_CLASS) {
        if let Some(&b) = edges.bin[edges.span(u)].first() {
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
    fill_all(&mut parts, edges, &local_bin);
    for part in &mut parts {
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

/// Bins that have an edge.
fn used_bins(edges: &Edges, room: &Room) -> Vec<bool> {
    let mut used = vec![false; room.capacity.len()];
    // Edges to bins without room are gone.
    let mut left = room.capacity.iter().filter(|&&c| c > 0).count();
    for &b in &edges.bin {
        if !std::mem::replace(&mut used[b as usize], true) {
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    used
}

/// Edges of the parts by unit.
fn fill_all(parts: &mut [Part], mut edges: Edges, local_bin: &[u32]) {
    if let [part] = parts {
        // All edges are its own: they need not be copied. Units that are not in it have none.
        let mut own = part.units.iter().peekable();
        let ends = (0..)
            .zip(&edges.start[1..])
            .filter(|(u, _)| own.next_if_eq(&u).is_some());
        part.row_start.push(0);
        part.row_start.extend(ends.map(|end| *end.1));
        if part.bins.len() < local_bin.len() {
            edges.bin.iter_mut().for_each(|b| *b = local_bin[*b as usize]);
        }
        (part.row_bin, part.row_value) = (edges.bin, edges.value);
        return;
    }
    for part in parts {
        part.row_start.push(0);
        for &u in &part.units {
            let span = edges.span(u as usize);
            let bins = edges.bin[span.clone()].iter().map(|&b| local_bin[b as usize]);
            part.row_bin.extend(bins);
            part.row_value.extend_from_slice(&edges.value[span]);
            part.row_start.push(part.row_bin.len());
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
