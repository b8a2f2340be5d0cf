//! For each bidder of an auction a short list of the edges that leave it most, and how much any other edge can leave it.
//!
//! While prices only rise, what an edge leaves only falls, so a list stays good: whoever finds more on it than any other edge
//! can leave need not look at the others. Where prices fall, the bound on the others rises by as much.

use super::NONE;

/// Edges on a list. Fewer make bidders look more often at all their edges, more make each bid read more; between six and
/// twelve the difference is within noise on the care problems and on squares.
const KEPT: usize = 8;
/// Above what any edge leaves.
const UNKNOWN: i64 = i64::MAX / 4;

/// The edges of bidders: those of bidder `i` are `start[i]..start[i + 1]`.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) start: &'a [usize],
    pub(super) object: &'a [u32],
    /// Not negative.
    pub(super) value: &'a [i64],
}

impl<'a> Rows<'a> {
    pub(super) fn len(&self) -> usize {
        self.start.len() - 1
    }

    pub(super) fn row(&self, bidder: u32) -> (&'a [u32], &'a [i64]) {
        let span = self.start[bidder as usize]..self.start[bidder as usize + 1];
        (&self.object[span.clone()], &self.value[span])
    }
}

/// An edge of a bidder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) value: i64,
    pub(super) object: u32,
}

/// It leaves less than any edge, whatever the price.
const NO_EDGE: Edge = Edge {
    value: i64::MIN / 4,
    object: 0,
};

/// What a bidder would choose; without an object: to stay out, which leaves nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    pub(super) object: u32,
    pub(super) value: i64,
    /// What it leaves, and no less than what the second choice leaves.
    pub(super) best: i64,
    pub(super) second: i64,
}

pub(super) struct Lists {
    edges: Vec<[Edge; KEPT]>,
    /// For each bidder, less what prices had fallen by when it looked: no edge beside the list and those it holds leaves more.
    others: Vec<i64>,
    fallen: i64,
}

impl Lists {
    /// Nobody has looked yet.
    pub(super) fn new(n_bidders: usize) -> Self {
        Self {
            edges: vec![[NO_EDGE; KEPT]; n_bidders],
            others: vec![UNKNOWN; n_bidders],
            fallen: 0,
        }
    }

    /// No price has fallen by more.
    pub(super) fn fell(&mut self, by: i64) {
        self.fallen += by;
    }

    /// The bidder no longer holds an object that would now leave it so much.
    pub(super) fn lost(&mut self, bidder: u32, object: u32, left: i64) {
        if self.of(bidder).any(|edge| edge.object == object) {
            return;
        }
        let others = &mut self.others[bidder as usize];
        *others = (*others).max(left - self.fallen);
    }

    /// The list of a bidder.
    pub(super) fn of(&self, bidder: u32) -> impl Iterator<Item = Edge> + '_ {
        let edges = self.edges[bidder as usize].iter().copied();
        edges.filter(|edge| edge.value != NO_EDGE.value)
    }

    /// No edge beside the list and those it holds leaves the bidder more.
    pub(super) fn most_of_others(&self, bidder: u32) -> i64 {
        self.others[bidder as usize] + self.fallen
    }

    /// What the bidder would choose at these prices of what it does not hold; `None` if the list cannot tell.
    #[inline]
    pub(super) fn choose(&self, bidder: u32, prices: &[i64], holds: impl Fn(u32) -> bool) -> Option<Choice> {
        let mut choice = Choice {
            object: NONE,
            value: 0,
            best: 0,
            second: 0,
        };
        for edge in &self.edges[bidder as usize] {
            let left = edge.value - prices[edge.object as usize];
            if left > choice.second && !holds(edge.object) {
                if left > choice.best {
                    choice.second = choice.best;
                    (choice.object, choice.value, choice.best) = (edge.object, edge.value, left);
                } else {
                    choice.second = left;
                }
            }
        }
        let others = self.most_of_others(bidder);
        choice.second = choice.second.max(others);
        (choice.best >= others).then_some(choice)
    }

    /// Makes the list of a bidder anew, and tells its choice.
    pub(super) fn look(&mut self, rows: Rows<'_>, bidder: u32, prices: &[i64], holds: impl Fn(u32) -> bool) -> Choice {
        // What is left, greatest first, of edges that leave more than `least`.
        let least = self.least_of_list(bidder, prices, &holds);
        let mut kept = [(least, NO_EDGE); KEPT];
        let (objects, values) = rows.row(bidder);
        for (&object, &value) in objects.iter().zip(values) {
            let left = value - prices[object as usize];
            if left > kept[KEPT - 1].0 && !holds(object) {
                let mut at = KEPT - 1;
                while at > 0 && left > kept[at - 1].0 {
                    kept[at] = kept[at - 1];
                    at -= 1;
                }
                kept[at] = (left, Edge { value, object });
            }
        }
        self.edges[bidder as usize] = kept.map(|k| k.1);
        self.others[bidder as usize] = kept[KEPT - 1].0 - self.fallen;
        let (best, edge) = kept[0];
        Choice {
            object: if best > 0 { edge.object } else { NONE },
            value: edge.value,
            best,
            second: kept[1].0,
        }
    }

    /// Every edge of the list leaves more than this; 0, for edges that leave nothing are no choice, if the list is not full
    /// of such. So few others come on the next list, if any, and few guesses of the processor are wrong.
    fn least_of_list(&self, bidder: u32, prices: &[i64], holds: impl Fn(u32) -> bool) -> i64 {
        let edges = &self.edges[bidder as usize];
        let left = edges.iter().map(|edge| edge.value - prices[edge.object as usize]);
        let least = left.fold(i64::MAX, i64::min) - 1;
        if least > 0 && !edges.iter().any(|edge| holds(edge.object)) {
            least
        } else {
            0
        }
    }

    /// How far apart the edges of a list are, on average, in what they leave at these prices; at least 1.
    pub(super) fn spread(&self, prices: &[i64]) -> i64 {
        let (mut sum, mut count) = (0_i128, 0_i128);
        for edges in &self.edges {
            let left = |edge: &Edge| edge.value - prices[edge.object as usize];
            if let [first, .., last] = edges
                && last.value != NO_EDGE.value
            {
                sum += i128::from(left(first) - left(last));
                count += KEPT as i128 - 1;
            }
        }
        i64::try_from(sum / count.max(1)).unwrap_or(i64::MAX).max(1)
    }
}
