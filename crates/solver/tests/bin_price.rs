//! What the price of a bin must stand for: the best set there, whoever belongs together and whoever must be in it.

use hemvist_solver::certificate::{Certificate, Cut, CutRow, PRICE_SCALE, PartCertificate, PriceList, ProofNode};
use hemvist_solver::{Flaw, Group, GroupPolicy, Options, Problem, check, solve};
use hemvist_testkit::Rng;

/// A set of two pairs of siblings is counted by a cut once, each pair beside the bin's own row once too: what the pairs
/// would pay apart is more than what they pay together.
#[test]
fn a_cut_over_a_bin_is_paid_once() {
    let pair = |first: u32| Group {
        members: vec![first, first + 1],
        policy: GroupPolicy::Prefer,
        pair_value: 1,
    };
    let problem = Problem {
        indptr: vec![0, 1, 2, 3, 4],
        bins: vec![0; 4],
        values: vec![10; 4],
        capacity: vec![4],
        groups: vec![pair(0), pair(2)],
        ..Problem::default()
    };
    let cut = Cut {
        rows: vec![(CutRow::Item(0), 1), (CutRow::Item(2), 1), (CutRow::Bin(0), 1)],
        denominator: 2,
    };
    let price = 5 * PRICE_SCALE;
    let certificate = |bin_price: i64| Certificate {
        parts: vec![PartCertificate {
            bins: vec![0],
            cuts: vec![cut.clone()],
            root: PriceList {
                cuts: vec![price],
                ..PriceList::default()
            },
            bin_prices: vec![bin_price],
            nodes: Vec::new(),
        }],
    };
    let all = vec![Some(0); 4];
    let honest = certificate(42 * PRICE_SCALE - price);
    assert_eq!(check(&problem, &all, &honest).map(|checked| checked.bound), Ok(42));
    assert!(check(&problem, &all, &certificate(42 * PRICE_SCALE - 2 * price)).is_err());
}

/// Items with one bin, the first of them a group, prices of items, and cuts over three items each with their prices.
struct OneBin {
    problem: Problem,
    prices: Vec<i64>,
    cuts: Vec<([u32; 3], i64)>,
}

impl OneBin {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        // Nine and more of a group in a bin are not looked at by subsets.
        let (items, family) = (13, 2 + rng.below(10));
        let problem = Problem {
            indptr: (0..=items as usize).collect(),
            bins: vec![0; items as usize],
            values: (0..items).map(|_| 100 + i64::from(rng.below(60))).collect(),
            capacity: vec![5],
            groups: vec![Group {
                members: (0..family).collect(),
                policy: GroupPolicy::Prefer,
                pair_value: i64::from(rng.below(40)),
            }],
            ..Problem::default()
        };
        let prices = (0..items)
            .map(|_| PRICE_SCALE * (80 + i64::from(rng.below(120))))
            .collect();
        let cuts = (0..6)
            .map(|_| {
                let first = rng.below(items - 4);
                let rows = [first, first + 1 + rng.below(2), first + 3 + rng.below(2)];
                (rows, PRICE_SCALE * i64::from(rng.below(50)))
            })
            .collect();
        Self { problem, prices, cuts }
    }

    /// The most that a set of the bin gains at the prices, of those asked about, by trying all; 0 if there is none.
    fn best_gain(&self, is_asked: impl Fn(u32) -> bool) -> i64 {
        let problem = &self.problem;
        let gain = |set: u32| {
            let is_in = |&item: &u32| set >> item & 1 == 1;
            let items = (0..).zip(problem.values.iter().zip(&self.prices));
            let items = items.filter(|(i, _)| is_in(i));
            let own: i64 = items.map(|(_, (value, price))| value * PRICE_SCALE - price).sum();
            let met: i64 = problem
                .groups
                .iter()
                .map(|group| {
                    let n: i64 = group.members.iter().map(|i| i64::from(is_in(i))).sum();
                    n * (n - 1) / 2 * group.pair_value * PRICE_SCALE
                })
                .sum();
            let two = |rows: &[u32; 3]| rows.iter().filter(|i| is_in(i)).count() > 1;
            let cost: i64 = self.cuts.iter().filter(|(rows, _)| two(rows)).map(|cut| cut.1).sum();
            own + met - cost
        };
        let sets = (0..1_u32 << problem.n_items()).filter(|set| set.count_ones() <= problem.capacity[0]);
        sets.filter(|&set| is_asked(set)).map(gain).max().unwrap_or(0)
    }

    fn certificate(&self, bin_price: i64, nodes: Vec<ProofNode>) -> PartCertificate {
        PartCertificate {
            bins: vec![0],
            cuts: self
                .cuts
                .iter()
                .map(|(rows, _)| Cut {
                    rows: rows.iter().map(|&item| (CutRow::Item(item), 1)).collect(),
                    denominator: 2,
                })
                .collect(),
            root: PriceList {
                items: (0..).zip(self.prices.iter().copied()).collect(),
                limits: Vec::new(),
                floors: Vec::new(),
                cuts: self.cuts.iter().map(|cut| cut.1).collect(),
            },
            bin_prices: vec![bin_price],
            nodes,
        }
    }

    /// The bound that the checker finds for an answer with one part.
    fn checked(&self, bin_of: &[Option<u32>], part: PartCertificate) -> Result<i128, Flaw> {
        let certificate = Certificate { parts: vec![part] };
        check(&self.problem, bin_of, &certificate).map(|checked| checked.bound)
    }
}

#[test]
fn a_bin_costs_what_its_best_set_gains_and_no_less_however_large_a_family() {
    for seed in 0..60 {
        let one = OneBin::new(seed);
        let nobody = vec![None; one.prices.len()];
        let best = one.best_gain(|_| true);
        let total = one.prices.iter().chain(one.cuts.iter().map(|cut| &cut.1)).sum::<i64>() + best;
        let bound = i128::from(total.div_euclid(PRICE_SCALE));
        assert_eq!(
            one.checked(&nobody, one.certificate(best, Vec::new())),
            Ok(bound),
            "{seed}"
        );
        if best > 0 {
            let less = one.checked(&nobody, one.certificate(best - 1, Vec::new()));
            assert!(matches!(less, Err(Flaw::Certificate(_))), "{seed}: {less:?}");
        }
    }
}

/// Where decisions say that items must be in the bin, sets without them do not count and those with them do.
#[test]
fn who_must_be_in_a_bin_is_in_every_set_that_its_price_stands_for() {
    let dear = Flaw::Certificate("a set that gains more than its bin's price");
    let mut lower = 0;
    for seed in 0..120 {
        let mut one = OneBin::new(seed);
        // Prices that together are worth less than a point: what they prove is the best answer.
        one.prices.iter_mut().for_each(|price| *price /= 2 * PRICE_SCALE);
        one.cuts.iter_mut().for_each(|cut| cut.1 /= PRICE_SCALE);
        let (places, forced): (u32, &[u32]) = match seed % 4 {
            0 => (1, &[12]),
            1 => (2, &[12, 0]),
            2 => (3, &[12, 0, 1]),
            // A decision made twice says nothing new.
            _ => (2, &[12, 0, 12]),
        };
        if seed % 5 == 4 {
            // There is room for nobody else.
            one.problem.capacity = vec![places];
        }
        let has = |set: u32, item: u32| set >> item & 1 == 1;
        let all = one.best_gain(|_| true);
        let with_them = one.best_gain(|set| forced.iter().all(|&item| has(set, item)));
        lower += u32::from(with_them < all);
        // One item after the other goes there or does not.
        let proof = |price: i64| {
            let mut nodes = Vec::new();
            for ((n, &item), at) in forced.iter().enumerate().zip((0..).step_by(2)) {
                let so_far = |set: u32| forced[..n].iter().all(|&item| has(set, item));
                let without = one.best_gain(|set| so_far(set) && !has(set, item));
                nodes.push(ProofNode::Branch {
                    item,
                    bin: 0,
                    yes: at + 2,
                    no: at + 1,
                });
                nodes.push(ProofNode::Own(Box::new(one.certificate(without, Vec::new()))));
            }
            nodes.push(ProofNode::Own(Box::new(one.certificate(price, Vec::new()))));
            one.certificate(all, nodes)
        };
        let answer = solve(&one.problem, &Options::default()).expect("well formed");
        assert_eq!(
            one.checked(&answer.bin_of, proof(with_them)),
            Ok(answer.value),
            "{seed}"
        );
        let less = one.checked(&answer.bin_of, proof(with_them - 1));
        assert_eq!(less, Err(dear), "{seed}");
    }
    assert!(lower > 60, "{lower}");
}
