use super::*;
use crate::Options;

struct Made {
    start: Vec<usize>,
    bin: Vec<u32>,
    value: Vec<i64>,
    capacity: Vec<u32>,
}

impl Made {
    fn graph(&self) -> Graph<'_> {
        Graph {
            start: &self.start,
            bin: &self.bin,
            value: &self.value,
            capacity: &self.capacity,
        }
    }
}

fn made(seed: u64) -> Made {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let (n, m) = (next(60) as usize, 1 + next(30) as usize);
    let greatest = [2, 30, 1000, 1_000_000_000_000][next(4) as usize];
    let share = 1 + next(100);
    let (mut start, mut bin, mut value) = (vec![0], Vec::new(), Vec::new());
    for _ in 0..n {
        for b in 0..m as u32 {
            if next(100) < share {
                bin.push(b);
                value.push(next(greatest) as i64);
            }
        }
        start.push(bin.len());
    }
    let most = 1 + next(5);
    let capacity = (0..m).map(|_| next(most + 1) as u32).collect();
    Made {
        start,
        bin,
        value,
        capacity,
    }
}

/// (T1) to (T4) and the equality of values that they prove.
fn assert_proved(graph: Graph<'_>, flow: &Flow) {
    let mut used = vec![0_u32; graph.capacity.len()];
    let mut value = 0;
    for i in 0..graph.n_items() {
        let mut placed = false;
        for (b, v) in graph.row(i) {
            let slack = flow.item_price[i] + flow.bin_price[b as usize] - v;
            assert!(slack >= 0);
            if flow.bin_of[i] == b {
                assert_eq!(slack, 0);
                used[b as usize] += 1;
                value += v;
                placed = true;
            }
        }
        assert_eq!(placed, flow.bin_of[i] != NONE);
        assert!(flow.item_price[i] >= 0 && (placed || flow.item_price[i] == 0));
    }
    let mut bound: i64 = flow.item_price.iter().sum();
    for (b, &c) in graph.capacity.iter().enumerate() {
        assert!(used[b] <= c && flow.bin_price[b] >= 0);
        assert!(used[b] == c || flow.bin_price[b] == 0);
        bound += i64::from(c) * flow.bin_price[b];
    }
    assert_eq!(value, bound);
}

#[test]
fn random_problems_are_proved_from_nothing_and_from_any_prices() {
    let options = Options::default();
    let gauge = Gauge::new(&options, u64::MAX, None);
    for seed in 1..3000 {
        let made = made(seed);
        let flow = solve(made.graph(), None, &gauge).expect("no limit");
        assert_proved(made.graph(), &flow);
        let prices: Vec<i64> = flow
            .bin_price
            .iter()
            .enumerate()
            .map(|(b, p)| p / 2 + (b as i64 * 7) % 50)
            .collect();
        let mut bin_of = flow.bin_of.clone();
        bin_of.rotate_left(made.start.len() / 2);
        let start = Rough {
            bin_of,
            bin_price: prices,
        };
        let again = solve(made.graph(), Some(start), &gauge).expect("no limit");
        assert_proved(made.graph(), &again);
    }
}

/// Costs that leave the short lists at a loss: everybody wants the same few bins; bins take many; and it is worth far more
/// to be placed than where.
fn hard(seed: u64) -> Made {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let n = 40 + next(80) as usize;
    let m = [n, 20, 50][seed as usize % 3];
    let places = [1, n as u64 / 15, 3][seed as usize % 3];
    let (start, bin) = ((0..=n).map(|i| i * m), (0..n).flat_map(|_| 0..m as u32));
    let (ours, theirs): (Vec<u64>, Vec<u64>) = (
        (0..n).map(|_| next(1000)).collect(),
        (0..m).map(|_| next(1000)).collect(),
    );
    let worth = [1_000_000, 0, 100_000_000][seed as usize / 3 % 3];
    let value = ours
        .iter()
        .flat_map(|a| theirs.iter().map(move |b| (worth + a * b) as i64));
    Made {
        start: start.collect(),
        bin: bin.collect(),
        value: value.collect(),
        capacity: (0..m).map(|_| next(2 * places + 1) as u32).collect(),
    }
}

#[test]
fn dense_problems_are_proved_though_lists_are_short() {
    let options = Options::default();
    let gauge = Gauge::new(&options, u64::MAX, None);
    for seed in 0..300 {
        let made = hard(seed);
        let flow = solve(made.graph(), None, &gauge).expect("no limit");
        assert_proved(made.graph(), &flow);
        let nowhere = Rough {
            bin_of: vec![NONE; flow.bin_of.len()],
            bin_price: vec![0; flow.bin_price.len()],
        };
        let by_paths = solve(made.graph(), Some(nowhere), &gauge).expect("no limit");
        assert_proved(made.graph(), &by_paths);
    }
}
