//! A first basis that is close to the last: whose solution is a given plan and whose prices are nearly the given ones.
//!
//! A basis whose solution is the plan must hold the plan's columns, the slacks of units that are out and of empty bins. The
//! places left, one for each unit that is placed, may be filled with any independent columns (at weight 0), and those
//! that are tight at good prices give good prices back. Subtract from such a column the plan's column of its bin: what is left
//! concerns placed units only, nearly always one or two, so choosing columns is growing trees: each column that concerns
//! just one unit not yet reached reaches it, the tightest first. A unit that is never reached gets its slack.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::master::Column;
use crate::model::Part;
use crate::prices::Prices;
use crate::problem::SCALE;

const NONE: u32 = u32::MAX;

/// Columns, and the row that each covers in the basis. `plan` lists the plan's columns.
pub(crate) fn basis(
    part: &Part,
    columns: &[Column],
    plan: &[u32],
    prices: &Prices,
    bin_price: &[i64],
) -> (Vec<u32>, Vec<u32>) {
    let n = part.n_units();
    let mut of_bin = vec![NONE; part.n_bins()];
    let mut placed = vec![false; n];
    for &c in plan {
        let column = &columns[c as usize];
        of_bin[column.bin as usize] = c;
        column.set.iter().for_each(|&u| placed[u as usize] = true);
    }
    let mut chosen: Vec<u32> = plan.to_vec();
    let mut covered: Vec<u32> = plan.iter().map(|&c| n as u32 + columns[c as usize].bin).collect();

    // What each column concerns, and the columns that concern each unit.
    let mut concerns: Vec<Vec<u32>> = Vec::with_capacity(columns.len());
    let mut by_unit: Vec<Vec<u32>> = vec![Vec::new(); n];
    let mut slack: Vec<i64> = Vec::with_capacity(columns.len());
    for (c, column) in columns.iter().enumerate() {
        let here = of_bin[column.bin as usize];
        let plans: &[u32] = if here == NONE { &[] } else { &columns[here as usize].set };
        let mut units: Vec<u32> = Vec::new();
        units.extend(column.set.iter().filter(|u| placed[**u as usize] && !plans.contains(u)));
        units.extend(plans.iter().filter(|u| !column.set.contains(u)));
        units.iter().for_each(|&u| by_unit[u as usize].push(c as u32));
        concerns.push(units);
        let paid: i64 = column.set.iter().map(|&u| prices.unit[u as usize]).sum();
        slack.push((bin_price[column.bin as usize] - column.value * SCALE + paid).max(0));
    }
    let mut open: Vec<usize> = concerns.iter().map(Vec::len).collect();
    let mut heap: BinaryHeap<Reverse<(i64, u32)>> = BinaryHeap::new();
    let ready = (0..columns.len()).filter(|&c| open[c] == 1);
    heap.extend(ready.map(|c| Reverse((slack[c], c as u32))));
    let mut reached = vec![false; n];
    let mut rest: Vec<u32> = (0..n as u32).filter(|&u| placed[u as usize]).collect();
    rest.sort_by_key(|&u| (Reverse(prices.unit[u as usize]), u));
    loop {
        let unit = match heap.pop() {
            Some(Reverse((_, c))) => {
                let Some(&unit) = concerns[c as usize].iter().find(|&&u| !reached[u as usize]) else {
                    continue;
                };
                chosen.push(c);
                covered.push(unit);
                unit
            }
            None => match rest.pop() {
                Some(unit) if reached[unit as usize] => continue,
                Some(unit) => unit,
                None => break,
            },
        };
        reached[unit as usize] = true;
        for &c in &by_unit[unit as usize] {
            open[c as usize] -= 1;
            if open[c as usize] == 1 {
                heap.push(Reverse((slack[c as usize], c)));
            }
        }
    }
    (chosen, covered)
}
