//! What more homes would be worth: exact gains by solving again, and bounds by prices so that few solves are needed.
//!
//! # How
//! All homes asked about are put into one pool, so that rules and fit look at each pair once. Of its translation, the
//! edges of the present families make the base problem; each new home is a column of edges that can be added to it,
//! more than once. The values are packed with weights that hold for any number of homes, so values with and without
//! a home compare.
//!
//! # Bounds
//! For any prices `u ≥ 0` of the children, `D(u) = Σ u + Σ φ(u)`, summed over children and homes, is at least the value
//! of every plan, where `φ` is the most that one home can earn from a set of children at these prices
//! ([`bound::most`]). One more home adds its own `φ`, so it gains at most `D(u) − value + φ`. And it gains at least
//! what the children whom the plan leaves without a home earn there directly. Where both meet, the gain is known
//! without solving.
//!
//! What a policy promises to municipalities is left aside: a home that is to be recruited is nobody's yet.
//!
//! Knows the solver's problem and nothing of how it is solved; not what homes cost, nor who would recruit them.

mod bound;
mod parts;

use hemvist_solver::{Before, Limit, Problem, Solution, Solved};

use super::run::goal;
use super::translate::translate;
use super::{MatchError, MatchOptions, TooGreat, Weights, Worth};
use crate::candidates::Candidates;
use crate::input::Family;
use crate::plan::Status;
use crate::policy::CompiledPolicy;
use crate::pool::{FamilyIdx, Pool};
use bound::Blocks;
use parts::{Column, Parts, enlarged, roomy};

/// Where a child would live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// With a family of the pool.
    Family(FamilyIdx),
    /// In a home taken in with [`Growth::grow`] or asked about: its number among those given to [`Growth::new`].
    New(usize),
}

/// The best that a pool can reach, with its ties left open: who would live where, and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// How good it is known to be.
    pub status: Status,
    /// Packed value; compares with that of the same [`Growth`] only.
    pub value: i128,
    /// Worth in each tier.
    pub worth: Worth,
    /// The home of each child of the pool, by row; `None`: none, or the child stays where it lives.
    pub places: Vec<Option<Place>>,
}

/// A pool that can be asked what more homes would be worth.
pub struct Growth<'a> {
    options: MatchOptions<'a>,
    strict: bool,
    weights: Weights,
    /// Row of the child of each item.
    items: Vec<usize>,
    n_children: usize,
    n_families: usize,
    problem: Problem,
    /// Worth of each edge of `problem` by itself.
    worths: Vec<Worth>,
    columns: Vec<Column>,
    blocks: Blocks,
    /// Homes taken in, by their numbers.
    taken: Vec<usize>,
    now: Reached,
    /// Price of each item, 0 or more.
    prices: Vec<i64>,
    /// How much `D(u)` lies above the value.
    slack: i128,
    /// What the solver kept of the present problem.
    solved: Option<Solved>,
    /// The bin of each item in the present plan.
    bin_of: Vec<Option<u32>>,
    /// For each bin, who waits for a place there.
    waiting: Vec<Vec<(i64, u32)>>,
    /// Whether a lock is on a pair that is ruled out, so that nothing can be placed whatever is added.
    impossible: bool,
}

/// Items and what each earns somewhere.
type Earned = Vec<(u32, i64)>;

impl<'a> Growth<'a> {
    /// Solves the pool, and looks at each of the homes that could be added. The homes' ids may be any that the pool
    /// does not use; they follow no secretary.
    ///
    /// # Errors
    /// [`MatchError`] as for a match, and [`MatchError::Refused`] if a home cannot be part of the pool: its problems,
    /// at `families[n]` counted after the pool's own.
    pub fn new(
        pool: &Pool,
        policy: &CompiledPolicy,
        homes: &[Family],
        options: &MatchOptions<'a>,
    ) -> Result<Self, MatchError> {
        options.check()?;
        let all = enlarged(pool.document(), homes)?;
        let mut goal = goal(&all, policy.policy());
        let weights = match goal.weighted {
            Some(weights) => weights,
            None => roomy(&all, goal.sibling_bonus, &goal.urgency)?,
        };
        goal.weighted = Some(weights);
        let task = translate(&all, &Candidates::find(&all, policy, options.threads), &goal)?;
        let parts = Parts::of(&all, pool, &task, homes, &goal);
        let mut growth = Self {
            options: options.clone(),
            strict: policy.policy().objective.strict,
            weights,
            items: task.items.iter().map(|child| child.row()).collect(),
            n_children: pool.n_children(),
            n_families: pool.n_families(),
            blocks: Blocks::new(&parts.problem),
            problem: parts.problem,
            worths: parts.worths,
            columns: parts.columns,
            taken: Vec::new(),
            now: Reached {
                status: Status::Infeasible,
                value: 0,
                worth: Worth::default(),
                places: vec![None; pool.n_children()],
            },
            prices: vec![0; task.items.len()],
            slack: 0,
            solved: None,
            bin_of: Vec::new(),
            waiting: Vec::new(),
            impossible: !task.impossible.is_empty(),
        };
        growth.settle()?;
        Ok(growth)
    }

    /// What the pool reaches now, with the homes taken in.
    pub fn now(&self) -> &Reached {
        &self.now
    }

    /// A value that no plan gains by one more home of this number passes; packed.
    pub fn bound(&self, home: usize) -> i128 {
        if self.impossible {
            return 0;
        }
        let column = &self.columns[home];
        let reduced = |&(item, value, _): &(u32, i64, Worth)| (item, value - self.prices[item as usize]);
        let edges: Vec<(u32, i64)> = column.edges.iter().map(reduced).collect();
        self.slack + self.blocks.most(&edges, column.places)
    }

    /// What one more home of this number gains at least, by moves that leave everyone else where they are; packed.
    pub fn least(&self, home: usize) -> i128 {
        if self.impossible {
            return 0;
        }
        let column = &self.columns[home];
        let unplaced = |item: u32| self.bin_of[item as usize].is_none() && !self.blocks.has_someone_to_avoid(item);
        let edges = column.edges.iter().filter(|edge| unplaced(edge.0));
        let edges: Vec<(u32, i64)> = edges.map(|&(item, value, _)| (item, value)).collect();
        self.blocks.most(&edges, column.places).max(self.by_moving_up(column))
    }

    /// What the home gains by children who come one by one, most gained first, each with someone who waits taking the
    /// place that it leaves. Only children without siblings and with nobody to avoid, so that no other plan is touched.
    fn by_moving_up(&self, column: &Column) -> i128 {
        let mut used = vec![false; self.items.len()];
        let mut gained = 0;
        for _ in 0..column.places {
            let moves = column
                .edges
                .iter()
                .filter(|edge| !used[edge.0 as usize] && self.is_free_to_move(edge.0));
            let gain = |&(item, value, _): &(u32, i64, Worth)| {
                let Some(bin) = self.bin_of[item as usize] else {
                    return (i128::from(value), item, None);
                };
                let left = self
                    .edge(item as usize, bin as usize)
                    .map_or(0, |edge| self.problem.values[edge]);
                let next = self.waiting[bin as usize]
                    .iter()
                    .find(|next| next.1 != item && !used[next.1 as usize]);
                let gain = i128::from(value) - i128::from(left) + next.map_or(0, |next| i128::from(next.0));
                (gain, item, next.map(|next| next.1))
            };
            let Some((gain, item, next)) = moves.map(gain).max().filter(|best| best.0 > 0) else {
                break;
            };
            gained += gain;
            used[item as usize] = true;
            if let Some(next) = next {
                used[next as usize] = true;
            }
        }
        gained
    }

    /// Whether an item can change its bin without a word from any other.
    fn is_free_to_move(&self, item: u32) -> bool {
        !self.blocks.is_grouped(item)
            && !self.blocks.has_someone_to_avoid(item)
            && !self.problem.locks.iter().any(|&(locked, _)| locked == item)
    }

    /// The best that the pool could reach with one more home of this number.
    ///
    /// # Errors
    /// As a match.
    pub fn with(&self, home: usize) -> Result<Reached, MatchError> {
        if self.impossible {
            return Ok(self.now.clone());
        }
        let problem = self.extended(home);
        let (solution, _) = self.solve(&problem)?;
        self.read(&problem, Some(home), &solution)
    }

    /// Takes in one more home of this number: all further questions stand on it.
    ///
    /// # Errors
    /// As a match.
    pub fn grow(&mut self, home: usize) -> Result<(), MatchError> {
        self.problem = self.extended(home);
        let mut worths = Vec::with_capacity(self.problem.bins.len());
        let mut edge = 0;
        for item in 0..self.items.len() {
            let row = self.problem.indptr[item]..self.problem.indptr[item + 1];
            for bin in &self.problem.bins[row] {
                if *bin as usize == self.problem.capacity.len() - 1 {
                    worths.extend(self.columns[home].worth(item));
                } else {
                    worths.push(self.worths[edge]);
                    edge += 1;
                }
            }
        }
        self.worths = worths;
        self.taken.push(home);
        self.settle()
    }

    /// What a packed gain over the present plan is tier by tier, in strict order: the tiers of the greater value less the
    /// present ones, so lower tiers can be negative. Of a bound, no plan's tiers come after it. `None` for a weighted sum,
    /// whose value does not tell its tiers.
    pub fn tiers(&self, gain: i128) -> Option<Worth> {
        if !self.strict {
            return None;
        }
        let value = self.now.value + gain;
        let (urgency, network) = (i128::from(self.weights.urgency), i128::from(self.weights.network));
        let narrow = |n: i128| i64::try_from(n).ok();
        Some(Worth {
            urgency: narrow(value / urgency)? - self.now.worth.urgency,
            network: narrow(value % urgency / network)? - self.now.worth.network,
            fit: narrow(value % urgency % network)? - self.now.worth.fit,
        })
    }

    /// What the last free place of each family of the pool earns at the present prices, in points of the packed sum; 0 where
    /// there is none. High where many want to go: a place that is dear to the pool.
    pub fn place_prices(&self) -> Vec<i128> {
        let (edges, places, _) = self.reduced();
        let homes = edges.iter().zip(&places).take(self.n_families);
        let last = |(edges, &places): (&Earned, &u32)| match places {
            0 => 0,
            n => self.blocks.most(edges, n) - self.blocks.most(edges, n - 1),
        };
        homes.map(last).collect()
    }

    /// How many points of the packed sum one unit of each tier is.
    pub fn weights(&self) -> Weights {
        self.weights
    }

    /// Solves the present problem and keeps its prices.
    fn settle(&mut self) -> Result<(), MatchError> {
        if self.impossible {
            return Ok(());
        }
        let (solution, solved) = self.solve(&self.problem)?;
        self.solved = solved;
        self.now = self.read(&self.problem, None, &solution)?;
        self.prices = vec![0; self.items.len()];
        if solution.item_prices.len() == self.prices.len() {
            self.prices = solution.item_prices.iter().map(|&price| price.max(0)).collect();
        }
        self.bin_of = solution.bin_of;
        self.waiting = self.waiting();
        let (earned, places, handed_back) = self.reduced();
        let full: Vec<i128> = earned
            .iter()
            .zip(&places)
            .map(|(edges, &n)| self.blocks.most(edges, n))
            .collect();
        let dual = full.iter().sum::<i128>() + handed_back + self.prices.iter().map(|&p| i128::from(p)).sum::<i128>();
        self.slack = dual - self.now.value;
        Ok(())
    }

    /// For each bin, who waits for a place there and can move freely: value and item, greatest value first.
    fn waiting(&self) -> Vec<Vec<(i64, u32)>> {
        let mut waiting = vec![Vec::new(); self.problem.capacity.len()];
        for (item, row) in (0_u32..).zip(self.problem.indptr.windows(2)) {
            if self.bin_of[item as usize].is_none() && self.is_free_to_move(item) {
                for edge in row[0]..row[1] {
                    waiting[self.problem.bins[edge] as usize].push((self.problem.values[edge], item));
                }
            }
        }
        for list in &mut waiting {
            list.sort_unstable_by(|a, b| b.cmp(a));
        }
        waiting
    }

    /// For each home, what each child earns there at the present prices, and its places; and what limits hand back.
    ///
    /// A limit over several homes has a price too, the one at which `D` is least: each child in one of its homes pays it,
    /// and it is handed back as often as the limit allows children.
    fn reduced(&self) -> (Vec<Earned>, Vec<u32>, i128) {
        let mut edges: Vec<Earned> = vec![Vec::new(); self.problem.capacity.len()];
        for (item, row) in (0_u32..).zip(self.problem.indptr.windows(2)) {
            for edge in row[0]..row[1] {
                let reduced = self.problem.values[edge] - self.prices[item as usize];
                edges[self.problem.bins[edge] as usize].push((item, reduced));
            }
        }
        // No home takes more children than a limit over it allows.
        let mut places = self.problem.capacity.clone();
        for limit in &self.problem.limits {
            for &bin in &limit.bins {
                places[bin as usize] = places[bin as usize].min(limit.most);
            }
        }
        let mut handed_back = 0;
        for limit in &self.problem.limits {
            let price = self.limit_price(limit, &edges, &places);
            handed_back += i128::from(price) * i128::from(limit.most);
            for &bin in &limit.bins {
                edges[bin as usize].iter_mut().for_each(|edge| edge.1 -= price);
            }
        }
        (edges, places, handed_back)
    }

    /// The price of a limit at which its share of `D` is least. The share is convex in the price, so halving finds it.
    fn limit_price(&self, limit: &Limit, edges: &[Earned], places: &[u32]) -> i64 {
        let inside: Vec<(&Earned, u32)> = (limit.bins.iter())
            .map(|&bin| (&edges[bin as usize], places[bin as usize]))
            .collect();
        let share = |price: i64| -> i128 {
            let earned = inside.iter().map(|(edges, places)| {
                let edges: Vec<(u32, i64)> = edges.iter().map(|&(item, earns)| (item, earns - price)).collect();
                self.blocks.most(&edges, *places)
            });
            earned.sum::<i128>() + i128::from(price) * i128::from(limit.most)
        };
        let (mut low, mut high) = (
            0,
            inside
                .iter()
                .flat_map(|(edges, _)| edges.iter())
                .map(|e| e.1)
                .max()
                .unwrap_or(0),
        );
        while low < high {
            let middle = low + (high - low) / 2;
            if share(middle) <= share(middle + 1) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// The present problem with a home added as last bin.
    fn extended(&self, home: usize) -> Problem {
        let column = &self.columns[home];
        let bin = u32::try_from(self.problem.capacity.len()).unwrap_or(u32::MAX);
        let mut problem = Problem {
            indptr: vec![0],
            bins: Vec::new(),
            values: Vec::new(),
            ..self.problem.clone()
        };
        let mut edges = column.edges.iter().peekable();
        for (item, row) in (0_u32..).zip(self.problem.indptr.windows(2)) {
            problem.bins.extend(&self.problem.bins[row[0]..row[1]]);
            problem.values.extend(&self.problem.values[row[0]..row[1]]);
            if let Some(&(_, value, _)) = edges.next_if(|edge| edge.0 == item) {
                problem.bins.push(bin);
                problem.values.push(value);
            }
            problem.indptr.push(problem.bins.len());
        }
        problem.capacity.push(column.places);
        problem
    }

    /// The one place where a changed problem is solved, beginning with the present one.
    fn solve(&self, problem: &Problem) -> Result<(Solution, Option<Solved>), MatchError> {
        let options = hemvist_solver::Options {
            work_limit: self.options.work_limit,
            deadline: self.options.deadline,
            threads: self.options.threads,
            cancel: self.options.cancel.clone(),
            progress: None,
            before: self.solved.as_ref().map(Before::new),
            ties: None,
        };
        hemvist_solver::solve_keeping(problem, &options).map_err(|error| match error {
            hemvist_solver::ProblemError::Overflow { .. } => TooGreat.into(),
            _ => MatchError::Internal("problem refused"),
        })
    }

    /// Reads an answer to a problem with this home as its last bin, and checks its value against its tiers.
    fn read(&self, problem: &Problem, added: Option<usize>, solution: &Solution) -> Result<Reached, MatchError> {
        let mut places = vec![None; self.n_children];
        let mut worth = Worth::default();
        for (item, bin) in solution.bin_of.iter().enumerate() {
            let Some(bin) = bin.map(|bin| bin as usize) else {
                continue;
            };
            let taken = bin.checked_sub(self.n_families);
            let new = taken.map(|n| self.taken.iter().copied().chain(added).nth(n));
            places[self.items[item]] = Some(match new {
                None => Place::Family(FamilyIdx::from_row(bin)),
                Some(home) => Place::New(home.ok_or(MatchError::Internal("placed outside the pool"))?),
            });
            let added_here = added.filter(|_| taken == Some(self.taken.len()));
            let edge = match added_here {
                Some(home) => self.columns[home].worth(item),
                None => self.edge(item, bin).map(|edge| self.worths[edge]),
            };
            worth = worth + edge.ok_or(MatchError::Internal("placed without an edge"))?;
        }
        worth.fit += bound::pairs(problem, &solution.bin_of) / self.weights.fit.max(1);
        let value = solution.value;
        if self.weights.pack(worth) != value {
            return Err(MatchError::Internal("the value is not the sum of its tiers"));
        }
        let status = match solution.status {
            hemvist_solver::Status::Optimal => Status::Optimal,
            hemvist_solver::Status::Feasible => Status::Feasible,
            hemvist_solver::Status::Infeasible => Status::Infeasible,
            hemvist_solver::Status::Unknown => return Err(MatchError::Internal("a floor that nobody set")),
        };
        Ok(Reached {
            status,
            value,
            worth,
            places,
        })
    }

    /// The edge of an item to a bin of the present problem.
    fn edge(&self, item: usize, bin: usize) -> Option<usize> {
        let row = self.problem.indptr[item]..self.problem.indptr[item + 1];
        let bin = u32::try_from(bin).ok()?;
        let found = self.problem.bins[row.clone()].binary_search(&bin).ok()?;
        Some(row.start + found)
    }
}
