//! From a [`Problem`] to independent parts: the one place where the caller's nouns are rewritten.
//!
//! Reductions, in order: `together` groups become one *unit*; locks become fixed units (capacity taken, partners'
//! values moved onto their edges); edges that cannot be used go; what is not connected falls apart into [`Part`]s.
//! Promises: an answer to every part plus the fixed units is an answer to the problem, and values add up. Knows
//! nothing of prices or bounds.

mod clusters;
mod part;
mod split;
mod units;

pub(crate) use clusters::{ByBin, Cluster, Run};
pub(crate) use part::{Meeting, Part};

use crate::problem::Problem;

/// No part, no unit, no bin.
const NOWHERE: u32 = u32::MAX;
use split::split;
use units::{Room, Units};

/// The reduced problem.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    /// Items of each unit, ascending; a unit's first item stands for it.
    pub unit_items: Vec<Vec<u32>>,
    /// Bin of each unit that a lock fixes.
    pub fixed: Vec<(u32, u32)>,
    /// Value of each fixed unit, with its meetings with those fixed before it, and the sum.
    pub fixed_values: Vec<i64>,
    pub fixed_value: i128,
    pub parts: Vec<Part>,
}

impl Model {
    /// Part and unit of each of so many items; [`NOWHERE`] twice if a lock or the lack of edges has settled it.
    pub(crate) fn part_of(&self, n_items: usize) -> Vec<(u32, u32)> {
        let mut part_of = vec![(NOWHERE, NOWHERE); n_items];
        for (p, part) in (0..).zip(&self.parts) {
            for (u, &unit) in (0..).zip(&part.units) {
                for &i in &self.unit_items[unit as usize] {
                    part_of[i as usize] = (p, u);
                }
            }
        }
        part_of
    }
}

/// Locks that contradict each other or the problem, as indices into [`Problem::locks`]; none if a floor cannot be reached.
pub(crate) type Conflict = Vec<usize>;

/// Reduces a well-formed problem. `O(edges + meetings)`, times logarithms.
pub(crate) fn reduce(problem: &Problem) -> Result<Model, Conflict> {
    let units = Units::new(problem);
    let mut edges = units.edges(problem);
    let meetings = units.meetings(problem);
    let mut room = Room::new(problem);
    let mut model = Model::default();
    units.fix(problem, &mut edges, &meetings, &mut room, &mut model)?;
    units.drop_unfit(&mut edges, &room);
    let floor_left = units.floor_left(problem, &model.fixed, &model.fixed_values);
    model.parts = split(problem, &units, edges, &meetings, &room, &floor_left);
    let free = model
        .parts
        .iter()
        .flat_map(|part| part.classes.iter().map(|class| class.id));
    let free: Vec<u32> = free.collect();
    let hopeless = (0..).zip(&floor_left).any(|(k, &left)| left > 0 && !free.contains(&k));
    if hopeless {
        return Err(Vec::new());
    }
    model.unit_items = units.items;
    Ok(model)
}
