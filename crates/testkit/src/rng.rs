//! A small random generator whose numbers are the same on every platform and in every version.

/// `SplitMix64` (Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, OOPSLA 2014).
///
/// Kept here in full because the committed example pools depend on its exact numbers; no library promises those
/// across its versions. Not for secrets.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A generator whose numbers follow from `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n - 1`; 0 if `n` is 0. The bias of the multiplication is below 2⁻³² for every `u32`.
    pub fn below(&mut self, n: u32) -> u32 {
        let high = (u128::from(self.next_u64()) * u128::from(n)) >> 64;
        u32::try_from(high).unwrap_or(0)
    }

    /// A number from `from` to `to`, both ends included; `from` if the range is empty.
    pub fn between(&mut self, from: i32, to: i32) -> i32 {
        if to <= from {
            return from;
        }
        let width = u32::try_from(i64::from(to) - i64::from(from) + 1).unwrap_or(u32::MAX);
        let step = i32::try_from(self.below(width)).unwrap_or(0);
        from.saturating_add(step)
    }

    /// True in `per_mille` cases of 1 000.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of the items.
    ///
    /// # Panics
    /// If `items` is empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = self.below(u32::try_from(items.len()).unwrap_or(u32::MAX));
        &items[at as usize]
    }

    /// A position, drawn in proportion to the weights; 0 if all weights are 0.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (at, &weight) in weights.iter().enumerate() {
            if left < weight {
                return at;
            }
            left -= weight;
        }
        0
    }

    /// Puts the items in a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(u32::try_from(at + 1).unwrap_or(u32::MAX)) as usize;
            items.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_paper() {
        // The first outputs of SplitMix64 from state 1234567, as published with the reference C code.
        let mut rng = Rng::new(1_234_567);
        assert_eq!(rng.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next_u64(), 3_203_168_211_198_807_973);
        assert_eq!(rng.next_u64(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn ranges_reach_both_ends_and_no_further() {
        let mut rng = Rng::new(1);
        let seen: std::collections::BTreeSet<i32> = (0..500).map(|_| rng.between(-2, 2)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let mut rng = Rng::new(2);
        assert!((0..500).all(|_| rng.weighted(&[0, 3, 0, 1]) % 2 == 1));
    }

    #[test]
    fn shuffling_keeps_every_item() {
        let mut items: Vec<u32> = (0..20).collect();
        Rng::new(3).shuffle(&mut items);
        assert_ne!(items, (0..20).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..20).collect::<Vec<_>>());
    }
}
