//! The checker refuses what is not true, and limits leave an honest answer.

use hemvist_solver::certificate::{Certificate, Cut, CutRow, PartCertificate, PriceList, ProofNode};
use hemvist_solver::{
    Cancel, Flaw, Group, GroupPolicy, Limit, Options, Problem, Solution, Status, TieRule, check, solve,
};
use hemvist_testkit::{Rng, oracle, problems};

/// Siblings who compete for few places: big enough that prices alone do not prove the optimum.
fn crowded(seed: u64) -> Problem {
    let mut rng = Rng::new(seed);
    let (items, bins) = (60_u32, 30_u32);
    let mut problem = Problem {
        indptr: vec![0],
        ..Problem::default()
    };
    for _ in 0..items {
        for b in 0..bins {
            if rng.chance(300) {
                problem.bins.push(b);
                problem.values.push(10_000 + i64::from(rng.below(1000)));
            }
        }
        problem.indptr.push(problem.bins.len());
    }
    problem.capacity = (0..bins).map(|_| 1 + rng.below(4)).collect();
    for first in (0..items - 20).step_by(3) {
        let policy = *rng.pick(&[
            GroupPolicy::Together,
            GroupPolicy::Prefer,
            GroupPolicy::Prefer,
            GroupPolicy::Apart,
        ]);
        let members = (first..first + 2 + rng.below(2)).collect();
        problem.groups.push(Group {
            members,
            policy,
            pair_value: 300,
        });
    }
    problem.limits.push(Limit {
        bins: vec![0, 1, 2, 3, 4],
        most: 5,
    });
    problem.forbidden.push((58, 59));
    problem
}

fn proved(problem: &Problem) -> Solution {
    let answer = solve(problem, &Options::default()).expect("well formed");
    assert_eq!(answer.status, Status::Optimal);
    answer
}

/// A crowded problem whose proof needs a tree.
fn with_tree() -> (Problem, Solution) {
    for seed in 0..200 {
        let problem = crowded(seed);
        let answer = proved(&problem);
        if answer.certificate.parts.iter().any(|p| p.nodes.len() > 1) {
            return (problem, answer);
        }
    }
    panic!("no seed needs a tree: the test has lost its teeth");
}

type Tamper = fn(&mut Vec<Option<u32>>, &mut Certificate);

/// Whether the checker sees through a change: an error, or a bound that no longer proves the optimum.
fn caught(problem: &Problem, answer: &Solution, tamper: Tamper) -> bool {
    let mut bin_of = answer.bin_of.clone();
    let mut certificate = answer.certificate.clone();
    tamper(&mut bin_of, &mut certificate);
    assert!(
        bin_of != answer.bin_of || certificate != answer.certificate,
        "nothing was changed"
    );
    check(problem, &bin_of, &certificate).map_or(true, |c| c.value != c.bound)
}

fn tree_of(certificate: &mut Certificate) -> &mut Vec<ProofNode> {
    let part = certificate.parts.iter_mut().max_by_key(|p| p.nodes.len());
    let part = part.expect("a part");
    &mut part.nodes
}

fn leaf_of(certificate: &mut Certificate) -> &mut PriceList {
    tree_of(certificate)
        .iter_mut()
        .find_map(|node| match node {
            ProofNode::Leaf(prices) if !prices.items.is_empty() => Some(prices),
            _ => None,
        })
        .expect("a leaf with prices")
}

fn place(bin_of: &mut [Option<u32>], item: usize) -> &mut Option<u32> {
    let at = (item..bin_of.len())
        .find(|&i| bin_of[i].is_some())
        .expect("a placed item");
    &mut bin_of[at]
}

const PLAN_LIES: &[(&str, Tamper)] = &[
    ("an item left out", |p, _| *place(p, 0) = None),
    ("another item left out", |p, _| *place(p, 50) = None),
    ("an item in a bin it has no edge to", |p, _| {
        *place(p, 40) = Some(u32::MAX);
    }),
    ("an item moved", |p, _| {
        *place(p, 45) = place(p, 45).map(|b| (b + 1) % 30);
    }),
    ("a bin overfull", |p, _| p[40..].iter_mut().for_each(|b| *b = Some(7))),
    ("everything in one bin", |p, _| p.iter_mut().for_each(|b| *b = Some(0))),
    ("nothing placed", |p, _| p.iter_mut().for_each(|b| *b = None)),
    ("too short", |p, _| p.truncate(10)),
    ("too long", |p, _| p.push(None)),
];

const PROOF_LIES: &[(&str, Tamper)] = &[
    ("no parts", |_, c| c.parts.clear()),
    ("a part twice", |_, c| c.parts.push(c.parts[0].clone())),
    ("a bin missing", |_, c| {
        c.parts[0].bins.pop();
    }),
    ("a bin that does not exist", |_, c| c.parts[0].bins.push(999)),
    ("a part cut in two", |_, c| {
        let mut other = c.parts[0].clone();
        let half = c.parts[0].bins.len() / 2;
        other.bins.drain(..half);
        c.parts[0].bins.truncate(half);
        c.parts.push(other);
    }),
    ("a negative root price", |_, c| c.parts[0].root.items[0].1 = -1),
    ("a price for one item twice", |_, c| {
        let again = c.parts[0].root.items[0];
        c.parts[0].root.items.insert(0, again);
    }),
    ("tree gone", |_, c| tree_of(c).clear()),
    ("a leaf without prices", |_, c| {
        *leaf_of(c) = PriceList::default();
    }),
    ("a leaf with doubled prices", |_, c| {
        leaf_of(c).items.iter_mut().for_each(|p| p.1 *= 2);
    }),
    ("a leaf with a negative price", |_, c| {
        leaf_of(c).items.push((59, -5_000_000));
    }),
    ("a leaf with a negative limit price", |_, c| {
        leaf_of(c).limits = vec![(0, -10_000_000)];
    }),
    ("a leaf with a limit that does not exist", |_, c| {
        leaf_of(c).limits = vec![(7, 1)];
    }),
    ("a leaf with too many cut prices", |_, c| {
        leaf_of(c).cuts.resize(100_000, 0);
    }),
    ("both branches the same leaf", |_, c| {
        if let ProofNode::Branch { yes, no, .. } = &mut tree_of(c)[0] {
            *no = *yes;
        }
    }),
    ("branches exchanged", |_, c| {
        if let ProofNode::Branch { yes, no, .. } = &mut tree_of(c)[0] {
            std::mem::swap(yes, no);
        }
    }),
    ("a tree that runs in a circle", |_, c| {
        if let ProofNode::Branch { yes, .. } = &mut tree_of(c)[0] {
            *yes = 0;
        }
    }),
    ("a missing node", |_, c| {
        let last = tree_of(c).len() - 1;
        tree_of(c).truncate(last);
    }),
    ("a branch on an item that does not exist", |_, c| {
        if let ProofNode::Branch { item, .. } = &mut tree_of(c)[0] {
            *item = 10_000;
        }
    }),
    ("a cut over an item that does not exist", |_, c| {
        for part in &mut c.parts {
            part.cuts.push(Cut {
                rows: vec![(CutRow::Item(10_000), 1)],
                denominator: 2,
            });
        }
    }),
    ("a cut with one item twice", |_, c| {
        for part in &mut c.parts {
            part.cuts.push(Cut {
                rows: vec![(CutRow::Item(58), 1), (CutRow::Item(58), 1), (CutRow::Item(59), 1)],
                denominator: 2,
            });
        }
    }),
];

#[test]
fn every_lie_is_caught() {
    let (problem, answer) = with_tree();
    assert!(check(&problem, &answer.bin_of, &answer.certificate).is_ok_and(|c| c.value == c.bound));
    for (name, tamper) in PLAN_LIES.iter().chain(PROOF_LIES) {
        assert!(caught(&problem, &answer, *tamper), "not caught: {name}");
    }
}

/// What is below a node, numbered anew.
fn below(nodes: &[ProofNode], at: u32) -> Vec<ProofNode> {
    let mut out = vec![nodes[at as usize].clone()];
    if let &ProofNode::Branch { item, bin, yes, no } = &nodes[at as usize] {
        let mut next = [0, 0];
        for (child, next) in [yes, no].into_iter().zip(&mut next) {
            let first = u32::try_from(out.len()).expect("few nodes");
            let moved = below(nodes, child).into_iter().map(|node| match node {
                ProofNode::Branch { item, bin, yes, no } => ProofNode::Branch {
                    item,
                    bin,
                    yes: yes + first,
                    no: no + first,
                },
                end => end,
            });
            out.extend(moved);
            *next = first;
        }
        let [yes, no] = next;
        out[0] = ProofNode::Branch { item, bin, yes, no };
    }
    out
}

/// The same certificate, but either half of the part with the largest tree has a proof of its own.
fn halved(certificate: &Certificate) -> Certificate {
    let mut certificate = certificate.clone();
    let part = certificate.parts.iter_mut().max_by_key(|part| part.nodes.len());
    let part = part.expect("a part");
    let &ProofNode::Branch { item, bin, yes, no } = &part.nodes[0] else {
        panic!("the root is a branch")
    };
    let half = |at: u32| {
        let nodes = below(&part.nodes, at);
        ProofNode::Own(Box::new(PartCertificate { nodes, ..part.clone() }))
    };
    let halves = [half(yes), half(no)];
    part.nodes = vec![ProofNode::Branch {
        item,
        bin,
        yes: 1,
        no: 2,
    }];
    part.nodes.extend(halves);
    certificate
}

/// The proof of the half that has more to prove.
fn inner(certificate: &mut Certificate) -> &mut PartCertificate {
    let halves = tree_of(certificate).iter_mut().filter_map(|node| match node {
        ProofNode::Own(part) => Some(&mut **part),
        _ => None,
    });
    halves.max_by_key(|part| part.nodes.len()).expect("two halves")
}

const LIES_WITHIN: &[(&str, Tamper)] = &[
    ("no tree in a proof that needs one", |_, c| inner(c).nodes.clear()),
    ("a leaf without prices", |_, c| {
        let leaves = inner(c).nodes.iter_mut().filter_map(|node| match node {
            ProofNode::Leaf(prices) => Some(prices),
            _ => None,
        });
        leaves.for_each(|prices| *prices = PriceList::default());
    }),
    ("prices of bins that are too low", |_, c| {
        inner(c).bin_prices.fill(0);
    }),
    ("not the bins of the part", |_, c| {
        inner(c).bins.pop();
        inner(c).bin_prices.pop();
    }),
    ("another proof within", |_, c| {
        let own = inner(c).clone();
        inner(c).nodes = vec![ProofNode::Own(Box::new(own))];
    }),
    ("what holds in one half told of both", |_, c| {
        let nodes = tree_of(c);
        nodes[1] = nodes[2].clone();
    }),
    ("what holds in the other half told of both", |_, c| {
        let nodes = tree_of(c);
        nodes[2] = nodes[1].clone();
    }),
];

#[test]
fn a_proof_within_a_proof_is_read_as_closely() {
    let (problem, answer) = with_tree();
    let certificate = halved(&answer.certificate);
    let sound = Solution { certificate, ..answer };
    let checked = check(&problem, &sound.bin_of, &sound.certificate);
    assert!(checked.is_ok_and(|c| c.value == c.bound));
    for (name, tamper) in LIES_WITHIN.iter().chain(PLAN_LIES) {
        assert!(caught(&problem, &sound, *tamper), "not caught: {name}");
    }
}

/// Where a tree closes the rest, its leaves may prove enough under any prices at the root; without one the root is all.
#[test]
fn doubled_prices_at_the_root_no_longer_prove() {
    let mut tried = 0;
    for seed in 0..40 {
        let problem = crowded(seed);
        let answer = proved(&problem);
        if answer.certificate.parts.iter().any(|p| !p.nodes.is_empty()) {
            continue;
        }
        let double: Tamper = |_, c| c.parts[0].root.items.iter_mut().for_each(|p| p.1 *= 2);
        assert!(caught(&problem, &answer, double), "seed {seed}");
        tried += 1;
    }
    assert!(tried > 5, "only {tried} were proved at the root");
}

/// Without groups the prices are the whole proof, and none of them is too high.
#[test]
fn without_groups_no_price_can_be_lowered() {
    let mut lowered = 0;
    for seed in 0..20 {
        let mut problem = crowded(seed);
        (problem.groups, problem.limits, problem.forbidden) = Default::default();
        let answer = proved(&problem);
        let refused = |certificate: &Certificate| check(&problem, &answer.bin_of, certificate).is_err();
        for p in 0..answer.certificate.parts.len() {
            let part = &answer.certificate.parts[p];
            for k in (0..part.root.items.len()).filter(|&k| part.root.items[k].1 > 0) {
                let mut other = answer.certificate.clone();
                other.parts[p].root.items[k].1 -= 1;
                assert!(refused(&other), "seed {seed}, item {k}");
                lowered += 1;
            }
            for k in (0..part.bins.len()).filter(|&k| part.bin_prices[k] > 0) {
                let mut other = answer.certificate.clone();
                other.parts[p].bin_prices[k] -= 1;
                assert!(refused(&other), "seed {seed}, bin {k}");
                lowered += 1;
            }
        }
    }
    assert!(lowered > 500, "only {lowered} prices");
}

#[test]
fn a_higher_claim_is_refused() {
    // Raise one value that the plan does not use far enough that a better plan exists: the old proof must fail.
    let (mut problem, answer) = with_tree();
    let used = |problem: &Problem, e: usize| {
        let item = problem.indptr.partition_point(|&s| s <= e) - 1;
        answer.bin_of[item] == Some(problem.bins[e])
    };
    let mut refused = 0;
    for e in (0..problem.bins.len())
        .filter(|&e| !used(&problem, e))
        .collect::<Vec<_>>()
    {
        let before = problem.values[e];
        problem.values[e] += 20_000;
        let better = proved(&problem).value > answer.value;
        let verdict = check(&problem, &answer.bin_of, &answer.certificate);
        if better {
            assert!(verdict.map_or(true, |c| c.value != c.bound), "edge {e}");
            refused += 1;
        }
        problem.values[e] = before;
        if refused > 12 {
            break;
        }
    }
    assert!(refused > 5, "only {refused} claims tried");
}

#[test]
fn garbage_gives_a_flaw_not_a_panic() {
    let mut rng = Rng::new(3);
    let (problem, answer) = with_tree();
    for _ in 0..300 {
        let mut c = answer.certificate.clone();
        for part in &mut c.parts {
            for (item, price) in &mut part.root.items {
                match rng.below(40) {
                    0 => *item = rng.below(u32::MAX),
                    1 => *price = i64::MAX - i64::from(rng.below(9)),
                    2 => *price = i64::MIN,
                    _ => {}
                }
            }
            if rng.chance(300) {
                part.nodes = vec![ProofNode::Branch {
                    item: rng.below(99),
                    bin: rng.below(99),
                    yes: 1,
                    no: rng.below(9),
                }];
            }
        }
        let _ = check(&problem, &answer.bin_of, &c);
    }
    let none = check(&Problem::default(), &[], &Certificate::default());
    assert_eq!(none, Err(Flaw::Problem), "an empty indptr is malformed");
}

#[test]
fn every_work_limit_leaves_a_valid_plan_and_a_true_bound() {
    let mut rng = Rng::new(11);
    for _ in 0..60 {
        let problem = problems::random(&mut rng);
        let Some(best) = oracle::best(&problem) else { continue };
        let full = solve(&problem, &Options::default()).expect("well formed");
        let mut limit = 0;
        while limit <= full.work + 1 {
            let options = Options {
                work_limit: Some(limit),
                ..Options::default()
            };
            let answer = solve(&problem, &options).expect("well formed");
            assert_eq!(oracle::value(&problem, &answer.bin_of), Ok(answer.value));
            assert!(
                answer.value <= best && best <= answer.bound,
                "{limit}: {} {best} {}",
                answer.value,
                answer.bound
            );
            assert_eq!(
                answer,
                solve(&problem, &options).expect("well formed"),
                "a work limit is repeatable"
            );
            limit += 1 + full.work / 50;
        }
    }
    let problem = crowded(5);
    let best = proved(&problem);
    for share in 0..20 {
        let options = Options {
            work_limit: Some(best.work * share / 20),
            ..Options::default()
        };
        let answer = solve(&problem, &options).expect("well formed");
        assert!(
            answer.value <= best.value && best.value <= answer.bound,
            "share {share}"
        );
        let checked = check(&problem, &answer.bin_of, &answer.certificate).expect("a feasible answer is checked too");
        assert_eq!(checked.bound, answer.bound);
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a deadline is a time")]
fn cancelling_and_deadlines_leave_a_valid_plan() {
    let problem = crowded(6);
    let best = proved(&problem).value;
    let cancel = Cancel::default();
    cancel.cancel();
    let past = std::time::Instant::now();
    for options in [
        Options {
            cancel: Some(cancel),
            ..Options::default()
        },
        Options {
            deadline: Some(past),
            ..Options::default()
        },
    ] {
        let answer = solve(&problem, &options).expect("well formed");
        assert_eq!(answer.status, Status::Feasible);
        assert!(answer.value > 0 && answer.value <= best && best <= answer.bound);
    }
}

#[test]
fn the_answer_does_not_depend_on_threads_and_progress_is_told() {
    for seed in 0..6 {
        // Several parts: the same crowd three times over, side by side.
        let one = crowded(seed);
        let mut problem = Problem {
            indptr: vec![0],
            ..Problem::default()
        };
        for copy in 0..3_u32 {
            let (items, bins) = (copy * 60, copy * 30);
            let edges = problem.bins.len();
            problem.bins.extend(one.bins.iter().map(|b| b + bins));
            problem.values.extend(one.values.iter().map(|v| v + i64::from(copy)));
            problem.indptr.extend(one.indptr[1..].iter().map(|s| s + edges));
            problem.capacity.extend(&one.capacity);
            problem.groups.extend(one.groups.iter().map(|g| Group {
                members: g.members.iter().map(|m| m + items).collect(),
                ..g.clone()
            }));
        }
        let order: Vec<u32> = (0..180).rev().collect();
        let preference: Vec<u32> = problem
            .values
            .iter()
            .map(|v| 20_000 - u32::try_from(*v).unwrap())
            .collect();
        let told = std::sync::Mutex::new(Vec::new());
        let tell = |p: hemvist_solver::Progress| told.lock().expect("not poisoned").push(p);
        let run = |threads| {
            let ties = Some(TieRule {
                order: &order,
                preference: &preference,
                tell: true,
            });
            solve(
                &problem,
                &Options {
                    threads,
                    ties,
                    progress: Some(&tell),
                    ..Options::default()
                },
            )
            .expect("well formed")
        };
        let alone = run(1);
        assert_eq!(alone.status, Status::Optimal);
        assert_eq!(alone, run(2));
        assert_eq!(alone, run(8));
        let told = told.into_inner().expect("not poisoned");
        assert!(told.len() >= 9 && told.iter().all(|p| p.value <= alone.value && p.bound >= alone.value));
    }
}
