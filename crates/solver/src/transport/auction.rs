//! The auction: rough prices, and who would be where at them.
//!
//! Bidders bid for places of objects. Each place of an object has its own price. A bidder bids for the cheapest place of the
//! object that leaves it most, by so much that this object is then as good as its second choice, and `ε` more; whoever had
//! the place is out and bids again. A choice counts only if it leaves more than nothing, so bidders that the prices have
//! passed stay out. When nobody bids any more, everyone is within `ε` of the best for themselves. A bidder may want several
//! objects, of one place each: then it never bids against itself.
//!
//! The side with fewer places bids ([`super::core`]). Otherwise those who must stay out drive all prices up to where they
//! leave nothing, a long way if being placed is worth more than where (measured: six times as many bids on the care problems).
//!
//! Rounds have ever smaller increments. The first one begins with what the edges near the best of each bidder differ by, and
//! grows if bidders fight for few objects all the same. A later round that turns into such a war is given up: shortest
//! paths settle it from where the round before ended.

use super::NONE;
use super::lists::{Choice, Lists, Rows};
use crate::gauge::Gauge;

/// Each round has an increment of such a share of that of the round before; and in the first it grows by as much.
const NEXT_SHARE: i64 = 6;
/// The last increment, as a share of the first: finer ones cost more bids than they save paths.
const LAST_SHARE: i64 = 36;
/// Before a round, prices are lowered by this many increments of the round before.
const LOWER: i64 = 1;
/// After so many bids for each place wanted the increment of the first round grows. Rounds without a war need fewer than six.
const MANY_BIDS: u64 = 8;
/// A later round may take so many times as many before it is given up.
const PATIENCE: u64 = 5;
/// Above every price.
const BEYOND: i64 = i64::MAX / 4;
/// What a bid counts for, in edges looked at.
const BID: u64 = 8;
/// Edges looked at between two looks at the gauge.
const POLL_EVERY: u64 = 1 << 15;

/// Who bids for what.
pub(super) struct Market<'a> {
    pub(super) rows: Rows<'a>,
    /// How many objects each bidder wants, and places each object has. One of the two is 1 throughout.
    pub(super) wants: &'a [u32],
    pub(super) places: &'a [u32],
    /// No value is greater, or 0 if nobody wants nothing and no object is without places: those have this price.
    pub(super) greatest: i64,
}

impl<'a> Market<'a> {
    pub(super) fn new(rows: Rows<'a>, wants: &'a [u32], places: &'a [u32]) -> Self {
        let is_needed = wants.contains(&0) || places.contains(&0);
        let greatest = if is_needed {
            rows.value.iter().copied().max()
        } else {
            None
        };
        Self {
            rows,
            wants,
            places,
            greatest: greatest.unwrap_or(0),
        }
    }
}

/// Bidder, object and the value of the edge between them.
pub(super) type Hold = (u32, u32, i64);

/// How the auction ended.
pub(super) struct Ended {
    /// Who holds what after the last round that was not given up, and price of a place of each object then.
    pub(super) holds: Vec<Hold>,
    pub(super) prices: Vec<i64>,
    /// The lists at the end, the prices that they are of, and what bidders held then besides.
    pub(super) lists: Lists,
    pub(super) end_prices: Vec<i64>,
    pub(super) end_holds: Vec<Hold>,
}

struct Auction<'a> {
    market: &'a Market<'a>,
    /// Places of object `j` are `first[j]..first[j + 1]`.
    first: Vec<u32>,
    price: Vec<i64>,
    holder: Vec<u32>,
    /// Value of the edge between object and holder.
    value: Vec<i64>,
    /// Least price of each object.
    least: Vec<i64>,
    lists: Lists,
    /// Bidders that want something, once for each object that they want.
    queue: Vec<u32>,
    /// Bids in this round, edges looked at since the last look at the gauge.
    bids: u64,
    looked: u64,
}

/// How a round ended.
enum End {
    Quiet,
    War,
    Stopped,
}

/// Runs all rounds; `None` if the gauge says stop.
pub(super) fn run(market: &Market<'_>, gauge: &Gauge<'_>) -> Option<Ended> {
    let mut a = Auction::new(market);
    let wanted: u64 = market.wants.iter().map(|&w| u64::from(w)).sum();
    a.look_around();
    let mut step = a.lists.spread(&a.least);
    let mut last = None;
    let (mut prices, mut holds) = (a.least.clone(), Vec::new());
    loop {
        a.queue_all();
        let is_first = last.is_none();
        match a.round(&mut step, is_first, MANY_BIDS * wanted, gauge) {
            End::Quiet => {
                prices.clone_from(&a.least);
                holds = a.holds();
            }
            End::War => break,
            End::Stopped => return None,
        }
        if step <= *last.get_or_insert((step / LAST_SHARE).max(1)) {
            break;
        }
        a.clear(LOWER * step);
        step = (step / NEXT_SHARE).max(1);
    }
    Some(Ended {
        holds,
        prices,
        end_holds: a.holds(),
        end_prices: a.least,
        lists: a.lists,
    })
}

impl<'a> Auction<'a> {
    fn new(market: &'a Market<'a>) -> Self {
        let n = market.rows.len();
        let mut first = Vec::with_capacity(market.places.len() + 1);
        first.push(0);
        let mut end = 0;
        for &places in market.places {
            // More places than bidders are never needed.
            end += places.min(n as u32);
            first.push(end);
        }
        Self {
            market,
            price: vec![0; end as usize],
            holder: vec![NONE; end as usize],
            value: vec![0; end as usize],
            least: vec![0; market.places.len()],
            first,
            lists: Lists::new(n),
            queue: Vec::new(),
            bids: 0,
            looked: 0,
        }
    }

    /// Makes the first lists.
    fn look_around(&mut self) {
        self.clear(0);
        for bidder in 0..self.market.rows.len() as u32 {
            self.lists.look(self.market.rows, bidder, &self.least, |_| false);
        }
        self.looked += self.market.rows.object.len() as u64;
    }

    /// Who holds what.
    fn holds(&self) -> Vec<Hold> {
        let objects = (0..self.least.len()).flat_map(|j| {
            let places = self.first[j] as usize..self.first[j + 1] as usize;
            places.map(move |place| (place, j as u32))
        });
        let held = objects.filter(|&(place, _)| self.holder[place] != NONE);
        held.map(|(place, j)| (self.holder[place], j, self.value[place]))
            .collect()
    }

    /// Nobody holds anything; prices are lowered, those of places that nobody wanted to nothing.
    fn clear(&mut self, by: i64) {
        for (price, &holder) in self.price.iter_mut().zip(&self.holder) {
            *price = if holder == NONE { 0 } else { (*price - by).max(0) };
        }
        let mut fell = 0;
        for (least, places) in self.least.iter_mut().zip(self.first.windows(2)) {
            let places = &self.price[places[0] as usize..places[1] as usize];
            let now = places.iter().copied().min().unwrap_or(self.market.greatest);
            fell = fell.max(*least - now);
            *least = now;
        }
        self.lists.fell(fell);
        for (bidder, object, value) in self.holds() {
            if self.market.wants[bidder as usize] > 1 {
                self.lists.lost(bidder, object, value - self.least[object as usize]);
            }
        }
        self.holder.fill(NONE);
    }

    fn queue_all(&mut self) {
        self.queue.clear();
        for (bidder, &wants) in self.market.wants.iter().enumerate().rev() {
            self.queue.extend(std::iter::repeat_n(bidder as u32, wants as usize));
        }
    }

    /// All bid until nobody is out who wants something. After so many bids the increment grows if it may; if it may not, the
    /// round is given up after several times as many.
    fn round(&mut self, step: &mut i64, may_grow: bool, many: u64, gauge: &Gauge<'_>) -> End {
        self.bids = 0;
        let mut end = if may_grow { many } else { PATIENCE * many };
        while let Some(bidder) = self.queue.pop() {
            let choice = self.choose(bidder);
            if choice.object != NONE {
                self.bid(bidder, &choice, *step);
            }
            if self.looked >= POLL_EVERY && gauge.tick(std::mem::take(&mut self.looked)) {
                return End::Stopped;
            }
            if self.bids > end {
                if !may_grow {
                    return End::War;
                }
                *step *= NEXT_SHARE;
                end += many;
            }
        }
        End::Quiet
    }

    fn choose(&mut self, bidder: u32) -> Choice {
        let market = self.market;
        // Only of objects with one place each does anybody want several.
        let many = market.wants[bidder as usize] > 1;
        let holds = |object: u32| many && self.holder[object as usize] == bidder;
        self.looked += BID;
        if let Some(choice) = self.lists.choose(bidder, &self.least, holds) {
            return choice;
        }
        self.looked += market.rows.row(bidder).0.len() as u64;
        self.lists.look(market.rows, bidder, &self.least, holds)
    }

    fn bid(&mut self, bidder: u32, choice: &Choice, step: i64) {
        self.bids += 1;
        let object = choice.object as usize;
        // The cheapest place, and the next price of the same object, which is a choice too.
        let (first, end) = (self.first[object] as usize, self.first[object + 1] as usize);
        let (mut place, mut next) = (first, BEYOND);
        for k in first + 1..end {
            if self.price[k] < self.price[place] {
                next = self.price[place];
                place = k;
            } else {
                next = next.min(self.price[k]);
            }
        }
        let second = choice.second.max(choice.value - next);
        let bid = choice.value - second + step;
        let out = std::mem::replace(&mut self.holder[place], bidder);
        if out != NONE {
            if self.market.wants[out as usize] > 1 {
                self.lists.lost(out, choice.object, self.value[place] - bid);
            }
            self.queue.push(out);
        }
        self.value[place] = choice.value;
        self.price[place] = bid;
        self.least[object] = bid.min(next);
    }
}
