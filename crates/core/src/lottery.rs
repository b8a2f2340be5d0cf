//! The draw: who goes first when the whole pool is served equally well by more than one plan.
//!
//! Every child (and every family, for the order in which a child likes equally fitting homes) has one lottery
//! number, and the lowest goes first. Nobody's place in a list can help or hurt; only the seed decides, and the seed
//! is the caller's: fixed before the pool is frozen, for instance from a public draw, never derived from the pool.
//!
//! # Byte layout
//! `number = SHA-256(prefix ‖ seed ‖ id)`, where `prefix` is the 13 ASCII bytes `hemvist.lot/1` and `seed` and `id`
//! are their UTF-8 bytes, with nothing between. Numbers compare as 32 bytes, first byte first; equal numbers compare
//! by the bytes of the id. Within one draw the seed is the same for all, so different ids hash different bytes.
//! `tests/lottery.py` recomputes a draw in a few lines.
//!
//! One number per child, not one per family and child, as in school choice (Ashlagi and Nikzad, *What matters in
//! school choice tie-breaking?*, 2020); the numbers order a serial dictatorship over the tied best plans
//! (Demeulemeester, Goossens, Hermans and Leus, *Fair integer programming*, arXiv 2306.13383).

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// First bytes of every hashed text; a new layout gets a new number.
pub const PREFIX: &str = "hemvist.lot/1";

/// A lottery number; lower goes first.
pub type Number = [u8; 32];

/// The lottery number of an id under a seed.
///
/// # Examples
/// ```
/// let a = hemvist::lottery::number("2026-11-22 extra val", "barn-07");
/// assert_eq!(a, hemvist::lottery::number("2026-11-22 extra val", "barn-07"));
/// assert_ne!(a, hemvist::lottery::number("2026-11-23 extra val", "barn-07"));
/// ```
pub fn number(seed: &str, id: &str) -> Number {
    Sha256::new()
        .chain_update(PREFIX)
        .chain_update(seed)
        .chain_update(id)
        .finalize()
        .into()
}

/// A number as 64 hexadecimal digits, first byte first.
pub fn hex(number: &Number) -> String {
    number.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A whole number from 0 to `n − 1` that follows from a seed and a label: the first eight bytes of the label's lottery
/// number as a fraction of 2⁶⁴, times `n`, rounded down. 0 if `n` is 0. For samples that anyone can recompute.
pub fn below(seed: &str, label: &str, n: u32) -> u32 {
    let number = number(seed, label);
    let first = number[..8].iter().fold(0_u64, |all, &byte| all << 8 | u64::from(byte));
    u32::try_from((u128::from(first) * u128::from(n)) >> 64).unwrap_or(0)
}

/// Positions of `ids` in drawing order: the position of who goes first, then of who goes second, and so on.
///
/// # Complexity
/// One hash per id and a sort.
pub fn order<'a>(seed: &str, ids: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
    let mut draw: Vec<(Number, &str, u32)> = (0..).zip(ids).map(|(at, id)| (number(seed, id), id, at)).collect();
    draw.sort_unstable();
    draw.into_iter().map(|(_, _, at)| at).collect()
}

/// For each of `ids`, how many go before it.
pub fn ranks<'a>(seed: &str, ids: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
    let order = order(seed, ids);
    let mut ranks = vec![0; order.len()];
    for (rank, at) in (0..).zip(order) {
        ranks[at as usize] = rank;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's hashlib: `sha256(b"hemvist.lot/1" + b"seed-1" + b"c1").hexdigest()`.
    #[test]
    fn the_byte_layout_is_the_documented_one() {
        let expected: [u64; 4] = [
            0x4157_d840_ec01_8b71,
            0x6352_acce_23bd_ba5d,
            0x4df6_f1e9_14a2_d93a,
            0xe978_8837_01b2_be84,
        ];
        let words = number("seed-1", "c1");
        let words = words
            .chunks_exact(8)
            .map(|w| w.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)));
        assert!(words.eq(expected));
    }

    #[test]
    fn the_draw_does_not_see_the_order_of_the_list() {
        let ids = ["c1", "c2", "c3", "c4", "c5", "c6"];
        let drawn: Vec<&str> = order("s", ids).into_iter().map(|at| ids[at as usize]).collect();
        let turned: Vec<&str> = ids.iter().rev().copied().collect();
        let drawn_again: Vec<&str> = order("s", turned.iter().copied())
            .into_iter()
            .map(|at| turned[at as usize])
            .collect();
        assert_eq!(drawn, drawn_again);
        let ranks = ranks("s", ids);
        assert!(drawn.iter().enumerate().all(|(rank, id)| {
            let at = ids.iter().position(|i| i == id).expect("drawn from the list");
            ranks[at] as usize == rank
        }));
    }

    #[test]
    fn samples_follow_from_the_number() {
        assert_eq!(hex(&number("seed-1", "c1"))[..16], *"4157d840ec018b71");
        // 0x4157d840ec018b71 / 2^64 is 0.25525…
        assert_eq!(below("seed-1", "c1", 1000), 255);
        assert_eq!((below("seed-1", "c1", 1), below("seed-1", "c1", 0)), (0, 0));
    }

    /// Six alike children, one place: over many seeds each comes first equally often. Pearson's chi-square with 5
    /// degrees of freedom stays under 20.515 with probability 0.999 (Abramowitz and Stegun, table 26.8).
    #[test]
    fn alike_children_come_first_equally_often() {
        let ids = ["c1", "c2", "c3", "c4", "c5", "c6"];
        let draws = 60_000_u32;
        let mut firsts = [0_u32; 6];
        for seed in 0..draws {
            firsts[order(&seed.to_string(), ids)[0] as usize] += 1;
        }
        let expected = i64::from(draws / 6);
        let squares: i64 = firsts.iter().map(|&n| (i64::from(n) - expected).pow(2)).sum();
        // squares / expected < 20.515, in whole numbers.
        assert!(squares * 1000 < 20_515 * expected, "{firsts:?}");
    }
}
