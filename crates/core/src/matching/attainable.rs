//! Raises a floor to the least sum that whole children can reach.
//!
//! Between what a municipality is promised and the next sum that any set of its children is worth lies nothing; but the
//! solver's linear program places shares of children, and without this a third of an urgent child would keep the promise.
//! Every plan that keeps the floor keeps the raised one: the answer is the same, its proof far shorter.
//!
//! Refuses to know who shares homes with whom: each child is worth something between its least and its greatest edge.

use hemvist_solver::{GroupPolicy, Problem};

/// Most stretches of sums told apart; the narrowest gaps between them are closed first, which keeps every sum.
const MOST: usize = 1024;

/// The least sum, not below `least`, that these items can reach in any answer; `least` itself if they can reach none.
///
/// # Complexity
/// `O(edges of the items + items × MOST log MOST)`.
pub(super) fn raised(problem: &Problem, items: &[u32], least: i128) -> i128 {
    let mut inside = vec![false; problem.n_items()];
    items.iter().for_each(|&item| inside[item as usize] = true);
    let is_inside = |item: &u32| inside[*item as usize];
    // What may or may not come on top: pairs.
    let (mut below, mut above) = (0_i128, 0_i128);
    for pair in problem
        .pairs
        .iter()
        .filter(|pair| is_inside(&pair.a) && is_inside(&pair.b))
    {
        below += i128::from(pair.value.min(0));
        above += i128::from(pair.value.max(0));
    }
    let mut alone = inside.clone();
    let mut units = Vec::new();
    for group in problem
        .groups
        .iter()
        .filter(|group| group.members.iter().any(is_inside))
    {
        let n = group.members.len() as i128;
        let pairs = i128::from(group.pair_value) * (n * (n - 1) / 2);
        match group.policy {
            GroupPolicy::Together => {
                group.members.iter().for_each(|&item| alone[item as usize] = false);
                let sum = group.members.iter().map(|&item| span(problem, item));
                let sum = sum.reduce(|a, b| Some((a?.0 + b?.0, a?.1 + b?.1))).flatten();
                units.extend(sum.map(|(lo, hi)| (lo + pairs, hi + pairs)));
            }
            GroupPolicy::Prefer => above += pairs,
            GroupPolicy::Apart => {}
        }
    }
    units.extend(
        items
            .iter()
            .filter(|&&item| alone[item as usize])
            .filter_map(|&item| span(problem, item)),
    );
    let mut sums = vec![(below, above)];
    for (lo, hi) in units {
        let more: Vec<_> = sums.iter().map(|s| (s.0 + lo, s.1 + hi)).collect();
        sums.extend(more);
        sums = merged(sums);
        // Sums only grow: of those beyond, the least is enough.
        let first = sums.partition_point(|s| s.0 < least);
        sums.truncate(first + 1);
    }
    let reached = sums.iter().find(|s| s.1 >= least);
    reached.map_or(least, |s| s.0.max(least))
}

/// The least and the greatest value of an item's edges; `None`: it has none.
fn span(problem: &Problem, item: u32) -> Option<(i128, i128)> {
    let row = &problem.values[problem.indptr[item as usize]..problem.indptr[item as usize + 1]];
    Some((i128::from(*row.iter().min()?), i128::from(*row.iter().max()?)))
}

/// The union of stretches of whole numbers, in order; at most [`MOST`], with the narrowest gaps closed.
fn merged(mut spans: Vec<(i128, i128)>) -> Vec<(i128, i128)> {
    spans.sort_unstable();
    let mut out: Vec<(i128, i128)> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.0 <= last.1 + 1 => last.1 = last.1.max(span.1),
            _ => out.push(span),
        }
    }
    if out.len() > MOST {
        let mut gaps: Vec<(i128, usize)> = (1..out.len()).map(|k| (out[k].0 - out[k - 1].1, k)).collect();
        gaps.sort_unstable();
        let mut closed = vec![false; out.len()];
        gaps[..out.len() - MOST].iter().for_each(|gap| closed[gap.1] = true);
        let mut kept: Vec<(i128, i128)> = Vec::with_capacity(MOST);
        for (k, span) in out.into_iter().enumerate() {
            match kept.last_mut() {
                Some(last) if closed[k] => last.1 = span.1,
                _ => kept.push(span),
            }
        }
        return kept;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use hemvist_solver::{Group, PairValue};

    /// Every item has two edges, of its value and of one more.
    fn problem(values: &[i64]) -> Problem {
        Problem {
            indptr: (0..=values.len()).map(|n| 2 * n).collect(),
            bins: values.iter().flat_map(|_| [0, 1]).collect(),
            values: values.iter().flat_map(|&v| [v, v + 1]).collect(),
            capacity: vec![9, 9],
            ..Problem::default()
        }
    }

    #[test]
    fn a_floor_rises_to_the_next_sum_of_whole_items() {
        let of = problem(&[10, 10, 40]);
        let raise = |least| raised(&of, &[0, 1, 2], least);
        assert_eq!([0, 1, 10, 11, 12, 23].map(raise), [0, 10, 10, 11, 20, 40]);
        assert_eq!(raise(99), 99, "out of reach, and told so by the solver");
        assert_eq!(raised(&of, &[0, 2], 12), 40, "of these items only");
    }

    #[test]
    fn what_shares_a_home_is_whole_or_worth_more() {
        let mut of = problem(&[10, 10, 40]);
        of.groups = vec![Group {
            members: vec![0, 1],
            policy: GroupPolicy::Together,
            pair_value: 5,
        }];
        assert_eq!(raised(&of, &[0, 1, 2], 1), 25);
        of.groups[0].policy = GroupPolicy::Prefer;
        assert_eq!([1, 12, 17].map(|least| raised(&of, &[0, 1, 2], least)), [1, 12, 20]);
        of.groups[0].policy = GroupPolicy::Apart;
        of.pairs = vec![PairValue { a: 0, b: 2, value: -3 }];
        assert_eq!(raised(&of, &[0, 1, 2], 1), 7);
    }

    #[test]
    fn closing_gaps_loses_no_sum() {
        let wide: Vec<(i128, i128)> = (0..3000).map(|k: i128| (k * k, k * k)).collect();
        let kept = merged(wide.clone());
        assert_eq!(kept.len(), MOST);
        assert!(wide.iter().all(|s| kept.iter().any(|k| k.0 <= s.0 && s.1 <= k.1)));
    }
}
