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
