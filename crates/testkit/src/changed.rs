//! Random changes to assignment problems, for tests of solves that begin with an earlier one.

use hemvist_solver::Problem;

use crate::rng::Rng;

/// A changed problem.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The problem now.
    pub problem: Problem,
    /// The number now of each item that there was; `None`: it is gone.
    pub items: Vec<Option<u32>>,
    /// Likewise of each bin.
    pub bins: Vec<Option<u32>>,
}

impl Changed {
    /// Nothing has changed yet.
    pub fn from(problem: &Problem) -> Self {
        Self {
            items: (0..).map(Some).take(problem.n_items()).collect(),
            bins: (0..).map(Some).take(problem.n_bins()).collect(),
            problem: problem.clone(),
        }
    }
}

/// One kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Another value for each edge of an item.
    Values,
    /// A place more or fewer in a bin.
    Capacity,
    /// A bin goes; those behind it move up.
    BinGone,
    /// A bin opens, which every fourth item could go to.
    BinNew,
    /// An item goes; those behind it move up.
    ItemGone,
    /// An item comes with the edges of another, each a little less worth.
    ItemNew,
    /// An edge is forbidden.
    Ban,
    /// An item is locked to a bin.
    Lock,
    /// A limit holds one more or one fewer.
    Limit,
    /// A group falls apart.
    GroupGone,
}

/// Every kind.
pub const KINDS: [Kind; 10] = [
    Kind::Values,
    Kind::Capacity,
    Kind::BinGone,
    Kind::BinNew,
    Kind::ItemGone,
    Kind::ItemNew,
    Kind::Ban,
    Kind::Lock,
    Kind::Limit,
    Kind::GroupGone,
];

/// Makes a change somewhere, if the problem has anything of that kind.
pub fn change(changed: &mut Changed, kind: Kind, rng: &mut Rng) {
    let (items, bins) = (number(changed.problem.n_items()), number(changed.problem.n_bins()));
    if items == 0 || bins == 0 {
        return;
    }
    let (item, bin) = (rng.below(items), rng.below(bins));
    let problem = &mut changed.problem;
    let row = problem.indptr[item as usize]..problem.indptr[item as usize + 1];
    let edge = (!row.is_empty()).then(|| row.start + rng.below(number(row.len())) as usize);
    match kind {
        Kind::Values => {
            for value in &mut problem.values[row] {
                *value = (*value + i64::from(rng.between(-300, 300))).max(0);
            }
        }
        Kind::Capacity => bump(&mut problem.capacity[bin as usize], rng),
        Kind::BinGone => without_bin(changed, bin),
        Kind::BinNew => with_bin(problem, rng),
        Kind::ItemGone => without_item(changed, item),
        Kind::ItemNew => with_item(problem, item, rng),
        Kind::Ban => problem.bans.extend(edge.map(|e| (item, problem.bins[e]))),
        Kind::Lock => {
            let lock = edge.map(|e| (item, problem.bins[e]));
            let locks = &mut problem.locks;
            locks.extend(lock.filter(|lock| locks.iter().all(|known| known.0 != lock.0)));
        }
        Kind::Limit => {
            let limits = number(problem.limits.len());
            if limits > 0 {
                bump(&mut problem.limits[rng.below(limits) as usize].most, rng);
            }
        }
        Kind::GroupGone => {
            let groups = number(problem.groups.len());
            if groups > 0 {
                problem.groups.remove(rng.below(groups) as usize);
            }
        }
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn bump(count: &mut u32, rng: &mut Rng) {
    *count = if rng.chance(500) {
        *count + 1
    } else {
        count.saturating_sub(1)
    };
}

fn with_bin(problem: &mut Problem, rng: &mut Rng) {
    let bin = number(problem.n_bins());
    let mean = problem.values.iter().sum::<i64>() / i64::try_from(problem.values.len().max(1)).unwrap_or(1);
    let (bins, values) = (std::mem::take(&mut problem.bins), std::mem::take(&mut problem.values));
    let rows: Vec<usize> = std::mem::take(&mut problem.indptr);
    problem.indptr.push(0);
    for row in rows.windows(2) {
        problem.bins.extend_from_slice(&bins[row[0]..row[1]]);
        problem.values.extend_from_slice(&values[row[0]..row[1]]);
        if rng.chance(250) {
            problem.bins.push(bin);
            problem.values.push((mean + i64::from(rng.between(-200, 200))).max(0));
        }
        problem.indptr.push(problem.bins.len());
    }
    problem.capacity.push(1 + rng.below(2));
    if !problem.load_capacity.is_empty() {
        problem.load_capacity.push(rng.below(7));
    }
}

fn with_item(problem: &mut Problem, like: u32, rng: &mut Rng) {
    for e in problem.indptr[like as usize]..problem.indptr[like as usize + 1] {
        problem.bins.push(problem.bins[e]);
        problem
            .values
            .push((problem.values[e] - i64::from(rng.below(20))).max(0));
    }
    problem.indptr.push(problem.bins.len());
    if !problem.load.is_empty() {
        problem.load.push(rng.below(4));
    }
}

/// The number of what comes after `gone` is one less.
fn closed_up(gone: u32) -> impl Fn(u32) -> Option<u32> {
    move |n| match n.cmp(&gone) {
        std::cmp::Ordering::Less => Some(n),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(n - 1),
    }
}

fn without_bin(changed: &mut Changed, gone: u32) {
    let now = closed_up(gone);
    let problem = &mut changed.problem;
    let rows = std::mem::replace(&mut problem.indptr, vec![0]);
    let (bins, values) = (std::mem::take(&mut problem.bins), std::mem::take(&mut problem.values));
    for row in rows.windows(2) {
        for e in row[0]..row[1] {
            if let Some(bin) = now(bins[e]) {
                problem.bins.push(bin);
                problem.values.push(values[e]);
            }
        }
        problem.indptr.push(problem.bins.len());
    }
    problem.capacity.remove(gone as usize);
    if !problem.load_capacity.is_empty() {
        problem.load_capacity.remove(gone as usize);
    }
    let pair = |&(item, bin): &(u32, u32)| now(bin).map(|bin| (item, bin));
    problem.locks = problem.locks.iter().filter_map(pair).collect();
    problem.bans = problem.bans.iter().filter_map(pair).collect();
    for limit in &mut problem.limits {
        limit.bins = limit.bins.iter().filter_map(|&b| now(b)).collect();
    }
    changed.bins.iter_mut().for_each(|b| *b = b.and_then(&now));
}

fn without_item(changed: &mut Changed, gone: u32) {
    let now = closed_up(gone);
    let problem = &mut changed.problem;
    let row = problem.indptr[gone as usize]..problem.indptr[gone as usize + 1];
    let fewer = row.len();
    problem.bins.drain(row.clone());
    problem.values.drain(row);
    problem.indptr.remove(gone as usize + 1);
    problem.indptr[gone as usize + 1..].iter_mut().for_each(|e| *e -= fewer);
    if !problem.load.is_empty() {
        problem.load.remove(gone as usize);
    }
    let edge = |&(item, bin): &(u32, u32)| now(item).map(|item| (item, bin));
    problem.locks = problem.locks.iter().filter_map(edge).collect();
    problem.bans = problem.bans.iter().filter_map(edge).collect();
    let both = |a: u32, b: u32| Some((now(a)?, now(b)?));
    problem.forbidden = problem.forbidden.iter().filter_map(|&(a, b)| both(a, b)).collect();
    problem.pairs.retain_mut(|pair| match both(pair.a, pair.b) {
        Some((a, b)) => {
            (pair.a, pair.b) = (a, b);
            true
        }
        None => false,
    });
    let left = |list: &[u32]| list.iter().filter_map(|&i| now(i)).collect::<Vec<u32>>();
    for group in &mut problem.groups {
        group.members = left(&group.members);
    }
    problem.groups.retain(|group| !group.members.is_empty());
    for floor in &mut problem.floors {
        floor.items = left(&floor.items);
    }
    problem.floors.retain(|floor| !floor.items.is_empty());
    changed.items.iter_mut().for_each(|i| *i = i.and_then(&now));
}
