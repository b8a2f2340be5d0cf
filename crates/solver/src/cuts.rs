//! Cuts: what whole answers obey and fractional ones break.
//!
//! Take some rows of the master (a unit is in at most one chosen set, a bin has at most one, a limit holds so many items,
//! an earlier cut), weigh each with `numerator / denominator`, add up, and round down on both sides: since columns count
//! whole times, what is left still holds (Chvátal, "Edmonds polytopes and a hierarchy of combinatorial problems", 1973).
//! Every such cut is given by its rows and weights alone, so that the search for sets can charge for it exactly and the
//! checker can verify it.
//!
//! Two ways to find violated ones: on three rows with weight 1/2 (the subset cuts of Jepsen et al., "Subset-row inequalities
//! applied to the vehicle routing problem with time windows", 2008), and from rows of the simplex tableau (Gomory, "Outline
//! of an algorithm for integer solutions to linear programs", 1958). The fractional parts of these programs are small and
//! their determinants are too, so tableau cuts have few rows and small denominators, and close most of what subset
//! cuts leave (measured: two thirds to nine tenths of the gap at 60 % of children in groups).

use std::collections::BTreeMap;

use crate::master::Column;
use crate::model::Part;

/// A row that a cut weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Row {
    Unit(u32),
    Bin(u32),
    Limit(u32),
    /// An earlier cut.
    Cut(u32),
}

/// A cut over rows of a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cut {
    /// Rows with their numerators (at least 1, less than the denominator), ascending by row.
    pub rows: Vec<(Row, u32)>,
    pub denominator: u32,
    /// The most that the chosen columns together may count.
    pub most: i64,
}

/// The cuts of a part, and which of them weigh each row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cuts {
    pub list: Vec<Cut>,
    /// By row: cuts with their numerators.
    pub of_unit: Vec<Vec<(u32, u32)>>,
    pub of_bin: Vec<Vec<(u32, u32)>>,
    pub of_limit: Vec<Vec<(u32, u32)>>,
    pub of_cut: Vec<Vec<(u32, u32)>>,
}

impl Cuts {
    pub(crate) fn new(part: &Part) -> Self {
        Self {
            list: Vec::new(),
            of_unit: vec![Vec::new(); part.n_units()],
            of_bin: vec![Vec::new(); part.n_bins()],
            of_limit: vec![Vec::new(); part.limit_most.len()],
            of_cut: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn push(&mut self, cut: Cut) {
        let k = self.list.len() as u32;
        for &(row, numerator) in &cut.rows {
            let list = match row {
                Row::Unit(u) => &mut self.of_unit[u as usize],
                Row::Bin(b) => &mut self.of_bin[b as usize],
                Row::Limit(l) => &mut self.of_limit[l as usize],
                Row::Cut(c) => &mut self.of_cut[c as usize],
            };
            list.push((k, numerator));
        }
        self.of_cut.push(Vec::new());
        self.list.push(cut);
    }

    /// The cut with these weights; its right-hand side follows from those of its rows.
    fn cut(&self, part: &Part, rows: Vec<(Row, u32)>, denominator: u32) -> Cut {
        let most = |row: Row| match row {
            Row::Unit(_) | Row::Bin(_) => 1,
            Row::Limit(l) => i64::from(part.limit_most[l as usize]),
            Row::Cut(k) => self.list[k as usize].most,
        };
        let sum: i64 = rows.iter().map(|&(row, a)| i64::from(a) * most(row)).sum();
        Cut {
            rows,
            denominator,
            most: sum / i64::from(denominator),
        }
    }

    /// The cuts that a column counts in, with its count, by cut.
    pub(crate) fn counts(&self, part: &Part, bin: u32, set: &[u32]) -> Vec<(u32, i64)> {
        let mut out = Vec::new();
        if self.list.is_empty() {
            return out;
        }
        let mut sums: Vec<(u32, u32)> = Vec::new();
        for &u in set {
            sums.extend_from_slice(&self.of_unit[u as usize]);
        }
        sums.extend_from_slice(&self.of_bin[bin as usize]);
        for &l in &part.limits_of_bin[bin as usize] {
            let size: u32 = set.iter().map(|&u| part.sizes[u as usize]).sum();
            sums.extend(self.of_limit[l as usize].iter().map(|&(k, a)| (k, a * size)));
        }
        if sums.len() < 2 && part.limit_most.is_empty() {
            return out;
        }
        sums.sort_unstable();
        // A cut's count may add to later cuts, so they are settled in order.
        let mut at = 0;
        while at < sums.len() {
            let k = sums[at].0;
            let mut sum = 0;
            while at < sums.len() && sums[at].0 == k {
                sum += sums[at].1;
                at += 1;
            }
            let count = sum / self.list[k as usize].denominator;
            if count > 0 {
                out.push((k, i64::from(count)));
                for &(later, a) in &self.of_cut[k as usize] {
                    let place = at + sums[at..].partition_point(|s| s.0 < later);
                    sums.insert(place, (later, a * count));
                }
            }
        }
        out
    }
}

/// A cut must be violated by this much.
const VIOLATION: f64 = 0.02;
/// Greatest denominator of the weights of a cut.
const MOST_DENOMINATOR: u32 = 12;
/// Most rows of a cut.
const MOST_ROWS: usize = 24;

/// A fractional column's row of the simplex tableau: multipliers of the program's rows.
pub(crate) type Tableau = Vec<(u32, f64)>;

/// The weighted columns of a solution by the rows they are in.
struct Weighted<'a> {
    part: &'a Part,
    cuts: &'a Cuts,
    columns: &'a [Column],
    of_row: BTreeMap<Row, Vec<(u32, f64)>>,
}

impl<'a> Weighted<'a> {
    fn new(part: &'a Part, cuts: &'a Cuts, columns: &'a [Column], weights: &[(u32, f64)]) -> Self {
        let mut of_row: BTreeMap<Row, Vec<(u32, f64)>> = BTreeMap::new();
        for &(c, w) in weights {
            let column = &columns[c as usize];
            let mut put = |row: Row| of_row.entry(row).or_default().push((c, w));
            column.set.iter().for_each(|&u| put(Row::Unit(u)));
            put(Row::Bin(column.bin));
            let limits = &part.limits_of_bin[column.bin as usize];
            limits.iter().for_each(|&l| put(Row::Limit(l)));
            let counts = cuts.counts(part, column.bin, &column.set);
            counts.iter().for_each(|c| put(Row::Cut(c.0)));
        }
        Self {
            part,
            cuts,
            columns,
            of_row,
        }
    }

    /// What a column counts in a cut that is not among the cuts yet.
    fn count(&self, cut: &Cut, column: &Column) -> i64 {
        let counts = self.cuts.counts(self.part, column.bin, &column.set);
        let mut sum = 0;
        for &(row, a) in &cut.rows {
            let times = match row {
                Row::Unit(u) => i64::from(column.set.binary_search(&u).is_ok()),
                Row::Bin(b) => i64::from(column.bin == b),
                Row::Limit(l) if self.part.limits_of_bin[column.bin as usize].contains(&l) => {
                    column.set.iter().map(|&u| i64::from(self.part.sizes[u as usize])).sum()
                }
                Row::Limit(_) => 0,
                Row::Cut(k) => counts.iter().find(|c| c.0 == k).map_or(0, |c| c.1),
            };
            sum += i64::from(a) * times;
        }
        sum / i64::from(cut.denominator)
    }

    /// By how much the solution breaks a cut.
    fn violation(&self, cut: &Cut) -> f64 {
        let rows = cut.rows.iter().filter_map(|r| self.of_row.get(&r.0));
        let mut near: Vec<(u32, f64)> = rows.flatten().copied().collect();
        near.sort_by_key(|e| e.0);
        near.dedup_by_key(|e| e.0);
        let count = |c: u32| self.count(cut, &self.columns[c as usize]) as f64;
        near.iter().map(|&(c, w)| w * count(c)).sum::<f64>() - cut.most as f64
    }
}

/// Violated cuts at a solution that are not among the cuts, most violated first.
pub(crate) fn violated(
    part: &Part,
    cuts: &Cuts,
    columns: &[Column],
    weights: &[(u32, f64)],
    tableau: &[Tableau],
    most: usize,
) -> Vec<Cut> {
    let weighted = Weighted::new(part, cuts, columns, weights);
    let shared = Shared::new(part, columns, weights);
    let mut found = triples(part, cuts, &shared);
    found.truncate(most);
    found.extend(cycles(&weighted, &shared));
    let mut more: Vec<(f64, Cut)> = Vec::new();
    for rows in tableau {
        more.extend(gomory(&weighted, rows));
    }
    sort(&mut more);
    more.truncate(most);
    found.extend(more);
    sort(&mut found);
    found.retain(|c| !cuts.list.contains(&c.1));
    found.into_iter().map(|c| c.1).collect()
}

fn sort(found: &mut Vec<(f64, Cut)>) {
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
}

/// What pairs and triples of rows (units, then bins) have in common: the weight of the fractional columns that are in all
/// of them.
struct Shared {
    n_units: u32,
    pair: BTreeMap<(u32, u32), f64>,
    three: BTreeMap<[u32; 3], f64>,
    /// Rows that share a column, with the weight.
    next: BTreeMap<u32, Vec<(u32, f64)>>,
}

impl Shared {
    fn new(part: &Part, columns: &[Column], weights: &[(u32, f64)]) -> Self {
        let n_units = part.n_units() as u32;
        let mut pair: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        let mut three: BTreeMap<[u32; 3], f64> = BTreeMap::new();
        let mut rows: Vec<u32> = Vec::new();
        for &(c, w) in weights.iter().filter(|w| w.1 < 1.0 - 1e-6) {
            let column = &columns[c as usize];
            rows.clear();
            rows.extend_from_slice(&column.set);
            rows.push(n_units + column.bin);
            for (at, &a) in rows.iter().enumerate() {
                for (k, &b) in rows[..at].iter().enumerate() {
                    *pair.entry((b, a)).or_default() += w;
                    for &c in &rows[..k] {
                        *three.entry([c, b, a]).or_default() += w;
                    }
                }
            }
        }
        let mut next: BTreeMap<u32, Vec<(u32, f64)>> = BTreeMap::new();
        for (&(a, b), &w) in &pair {
            next.entry(a).or_default().push((b, w));
            next.entry(b).or_default().push((a, w));
        }
        Self {
            n_units,
            pair,
            three,
            next,
        }
    }

    fn weight(&self, a: u32, b: u32) -> f64 {
        self.pair.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0)
    }

    /// The cut with weight one half on these rows.
    fn half(&self, part: &Part, cuts: &Cuts, rows: impl Iterator<Item = u32>) -> Cut {
        let row = |r: u32| {
            if r < self.n_units {
                Row::Unit(r)
            } else {
                Row::Bin(r - self.n_units)
            }
        };
        cuts.cut(part, rows.map(|r| (row(r), 1)).collect(), 2)
    }
}

/// Violated cuts over three rows with weight one half.
///
/// Two of a cut's three pairs must share columns, so paths `a – b – c` in the graph of pairs that share a fractional
/// column are all that need looking at.
fn triples(part: &Part, cuts: &Cuts, shared: &Shared) -> Vec<(f64, Cut)> {
    let mut found: BTreeMap<[u32; 3], f64> = BTreeMap::new();
    for (&b, around) in &shared.next {
        for (at, &(a, ab)) in around.iter().enumerate() {
            for &(c, bc) in &around[..at] {
                let mut t = [a, b, c];
                t.sort_unstable();
                let all = shared.three.get(&t).copied().unwrap_or(0.0);
                let over = ab + bc + shared.weight(a, c) - 2.0 * all - 1.0;
                if over > VIOLATION {
                    found.insert(t, over);
                }
            }
        }
    }
    let cut = |t: [u32; 3]| shared.half(part, cuts, t.into_iter());
    let mut out: Vec<(f64, Cut)> = found.into_iter().map(|(t, over)| (over, cut(t))).collect();
    sort(&mut out);
    out
}

/// Violated cuts over longer odd cycles of rows with weight one half.
///
/// On a cycle of `2k + 1` rows the neighbours that share a column may weigh `k` together; with `1 − 2 · weight` as length
/// of an edge (but not less than nothing) it is violated where the cycle is shorter than 1. The shortest odd closed walk
/// through a row is a shortest path between its two copies in the doubled graph (Grötschel, Lovász & Schrijver,
/// *Geometric Algorithms and Combinatorial Optimization*, 1988, §9.1).
fn cycles(weighted: &Weighted<'_>, shared: &Shared) -> Vec<(f64, Cut)> {
    let rows: Vec<u32> = shared.next.keys().copied().collect();
    let place = |r: u32| rows.binary_search(&r).expect("a neighbour is a row");
    let next: Vec<Vec<(usize, f64)>> = shared
        .next
        .values()
        .map(|list| {
            list.iter()
                .map(|&(r, w)| (place(r), (1.0 - 2.0 * w).max(0.0)))
                .collect()
        })
        .collect();
    let n = rows.len();
    let mut out: Vec<(f64, Cut)> = Vec::new();
    let mut distance = vec![f64::INFINITY; 2 * n];
    let mut from = vec![usize::MAX; 2 * n];
    for start in 0..n {
        let mut touched = vec![start];
        let mut heap = std::collections::BinaryHeap::new();
        distance[start] = 0.0;
        heap.push(Step(0.0, start));
        while let Some(Step(d, at)) = heap.pop() {
            if d > distance[at] || at == n + start {
                continue;
            }
            for &(r, length) in &next[at % n] {
                let to = if at < n { n + r } else { r };
                // A hair per edge, so that of equally short walks the one with fewer rows is found.
                let reached = d + length + 1e-4;
                if reached < distance[to] && reached < 1.0 - VIOLATION {
                    if distance[to] == f64::INFINITY {
                        touched.push(to);
                    }
                    distance[to] = reached;
                    from[to] = at;
                    heap.push(Step(reached, to));
                }
            }
        }
        if distance[n + start] < 1.0 {
            let mut times: BTreeMap<u32, u32> = BTreeMap::new();
            let mut at = n + start;
            while at != start {
                *times.entry(rows[at % n]).or_default() += 1;
                at = from[at];
            }
            // Rows that the walk passes twice cancel out.
            let odd = times.iter().filter(|t| t.1 % 2 == 1).map(|t| *t.0);
            if (4..=MOST_ROWS).contains(&odd.clone().count()) {
                let cut = shared.half(weighted.part, weighted.cuts, odd);
                let over = weighted.violation(&cut);
                if over > VIOLATION {
                    out.push((over, cut));
                }
            }
        }
        for at in touched {
            distance[at] = f64::INFINITY;
        }
    }
    sort(&mut out);
    out
}

/// A place in a search, nearest first.
#[derive(PartialEq)]
struct Step(f64, usize);

impl Eq for Step {}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Violated cuts from a row of the tableau: its multipliers, or a multiple of them, less their whole parts.
fn gomory(weighted: &Weighted<'_>, rows: &Tableau) -> Vec<(f64, Cut)> {
    let part = weighted.part;
    let scaled = |d: u32| {
        let whole = |v: f64| {
            let scaled = v * f64::from(d);
            ((scaled - scaled.round()).abs() < 1e-6).then_some(scaled.round() as i64)
        };
        rows.iter()
            .map(|&(r, v)| Some((r, whole(v)?)))
            .collect::<Option<Vec<_>>>()
    };
    let Some((denominator, whole)) = (2..=MOST_DENOMINATOR).find_map(|d| Some((d, scaled(d)?))) else {
        if std::env::var("TRACE2").is_ok() {
            eprintln!("den fail {:?}", rows);
        }
        return Vec::new();
    };
    let (n, m, l) = (part.n_units(), part.n_bins(), part.limit_most.len());
    let row = |r: u32| match r as usize {
        r if r < n => Some(Row::Unit(r as u32)),
        r if r < n + m => Some(Row::Bin((r - n) as u32)),
        r if r < n + m + l => Some(Row::Limit((r - n - m) as u32)),
        r if r < n + m + l + part.classes.len() => None,
        r => Some(Row::Cut((r - n - m - l - part.classes.len()) as u32)),
    };
    let mut out = Vec::new();
    for times in 1..i64::from(denominator) {
        let mut named: Option<Vec<(Row, u32)>> = Some(Vec::new());
        for &(r, v) in &whole {
            let numerator = (v * times).rem_euclid(i64::from(denominator)) as u32;
            if numerator != 0 {
                match (row(r), &mut named) {
                    (Some(row), Some(list)) => list.push((row, numerator)),
                    _ => named = None,
                }
            }
        }
        if std::env::var("TRACE2").is_ok() {
            eprintln!(
                "den {denominator} times {times} rows {:?}",
                named.as_ref().map(|l| l.len())
            );
        }
        let Some(named) = named.filter(|list| !list.is_empty() && list.len() <= MOST_ROWS) else {
            continue;
        };
        let cut = weighted.cuts.cut(part, named, denominator);
        let over = weighted.violation(&cut);
        if over > VIOLATION {
            out.push((over, cut));
        }
    }
    out
}
