//! Strict tiers in one number: what a plan is worth, packed so that a higher tier always wins.
//!
//! A plan's worth has three tiers: urgency met, network homes found, fit (with the bonus for siblings kept
//! together). In strict order, a plan with more of a higher tier is better whatever the lower tiers say. The solver
//! maximises one integer; this module chooses weights for which that integer has exactly this order.
//!
//! # Why the packing is right
//! Let `N` and `F` be the most that any plan of this pool can reach in the network and fit tiers, and let no tier
//! ever be negative. With `w_fit = 1`, `w_network = F + 1` and `w_urgency = w_network · N + F + 1`:
//!
//! 1. Two plans equal in urgency, where one has more network homes: it gains at least `w_network = F + 1` and loses
//!    at most `F` in the fit tier, so its sum is greater.
//! 2. Two plans where one meets more urgency: it gains at least `w_urgency` and loses at most `w_network · N + F`,
//!    which is `w_urgency − 1`, in the lower tiers, so its sum is greater.
//!
//! So sums order plans exactly as the tiers do, and equal sums mean equal tiers. The same bounds make the packing
//! reversible: the lower tiers of any plan sum to less than `w_urgency`, and its fit to less than `w_network`.
//! Sums are 128-bit, so
//! that the pool of a whole country fits; [`Weights::strict`] and the solver refuse what does not, before any work starts.

use schemars::JsonSchema;
use serde::Serialize;

/// Greatest packed sum; the solver's own limit, on what one family could hold, is far lower and checked by the solver.
const LARGEST: i128 = 1 << 100;

/// What a pair or a plan is worth in each tier; no tier is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Worth {
    /// Sum of the urgencies of the children placed.
    pub urgency: i64,
    /// Children with an eligible network home who get one.
    pub network: i64,
    /// Sum of fit, 0–1000 a child, and of the bonus for each pair of siblings kept together.
    pub fit: i64,
}

impl std::ops::Add for Worth {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            urgency: self.urgency + other.urgency,
            network: self.network + other.network,
            fit: self.fit + other.fit,
        }
    }
}

impl std::iter::Sum for Worth {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, next| sum + next)
    }
}

/// The pool is so large, or the policy's numbers so great, that the packed sum cannot be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tiers of this pool and policy cannot be held in one sum")]
pub struct TooGreat;

/// How many points of the packed sum one point of each tier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// Points per unit of urgency.
    pub urgency: i64,
    /// Points per network home.
    pub network: i64,
    /// Points per point of fit.
    pub fit: i64,
}

impl Weights {
    /// Weights under which a higher tier always wins, given the most that any plan can reach in each tier.
    ///
    /// # Errors
    /// [`TooGreat`] when a weight does not fit into 64 bits, or the greatest sum into 100.
    pub fn strict(most: Worth) -> Result<Self, TooGreat> {
        let network = i128::from(most.fit) + 1;
        let urgency = network * i128::from(most.network) + i128::from(most.fit) + 1;
        let narrow = |weight: i128| i64::try_from(weight).map_err(|_| TooGreat);
        let weights = Self {
            urgency: narrow(urgency)?,
            network: narrow(network)?,
            fit: 1,
        };
        weights.checked(most)
    }

    /// The policy's own weights for one weighted sum, where tiers trade against each other.
    ///
    /// # Errors
    /// [`TooGreat`] when a weight does not fit into 64 bits, or the greatest sum into 100.
    pub fn weighted(self, most: Worth) -> Result<Self, TooGreat> {
        self.checked(most)
    }

    fn checked(self, most: Worth) -> Result<Self, TooGreat> {
        let term = |weight: i64, amount: i64| i128::from(weight).checked_mul(i128::from(amount));
        let sum = term(self.urgency, most.urgency)
            .zip(term(self.network, most.network))
            .zip(term(self.fit, most.fit))
            .and_then(|((u, n), f)| u.checked_add(n)?.checked_add(f));
        match sum {
            Some(0..=LARGEST) => Ok(self),
            _ => Err(TooGreat),
        }
    }

    /// The packed sum.
    pub fn pack(&self, worth: Worth) -> i128 {
        let term = |weight: i64, amount: i64| i128::from(weight) * i128::from(amount);
        term(self.urgency, worth.urgency) + term(self.network, worth.network) + term(self.fit, worth.fit)
    }

    /// The greatest worth, in tier order, whose packed sum is at most `sum`: a bound on packed sums becomes a bound
    /// on tiers. Only for strict weights, with the `most` that they were made for, and sums of 0 or more.
    pub fn unpack(&self, sum: i128, most: Worth) -> Worth {
        let urgency = sum / i128::from(self.urgency);
        if urgency > i128::from(most.urgency) {
            return most;
        }
        let rest = sum % i128::from(self.urgency);
        // Each is a remainder or a quotient by a 64-bit weight, and at most the most of its tier.
        let narrow = |amount: i128| i64::try_from(amount).unwrap_or(i64::MAX);
        Worth {
            urgency: narrow(urgency),
            network: narrow(rest / i128::from(self.network)),
            fit: narrow(rest % i128::from(self.network)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn within(most: Worth) -> impl Strategy<Value = Worth> {
        (0..=most.urgency, 0..=most.network, 0..=most.fit).prop_map(|(urgency, network, fit)| Worth {
            urgency,
            network,
            fit,
        })
    }

    fn two_plans() -> impl Strategy<Value = (Worth, Worth, Worth)> {
        (1..200_i64, 0..40_i64, 0..50_000_i64).prop_flat_map(|(urgency, network, fit)| {
            let most = Worth { urgency, network, fit };
            (Just(most), within(most), within(most))
        })
    }

    proptest! {
        #[test]
        fn sums_order_plans_as_tiers_do((most, a, b) in two_plans()) {
            let weights = Weights::strict(most).expect("small");
            prop_assert_eq!(weights.pack(a).cmp(&weights.pack(b)), a.cmp(&b));
        }

        #[test]
        fn a_sum_unpacks_to_its_tiers((most, a, b) in two_plans()) {
            let weights = Weights::strict(most).expect("small");
            prop_assert_eq!(weights.unpack(weights.pack(a), most), a);
            // A bound between two sums unpacks to a worth that is no better than the upper one.
            let (low, high) = (weights.pack(a.min(b)), weights.pack(a.max(b)));
            let middle = weights.unpack(low + (high - low) / 2, most);
            prop_assert!(middle >= a.min(b) && middle <= a.max(b));
        }
    }

    #[test]
    fn the_tightest_case_of_each_step_of_the_proof() {
        let most = Worth {
            urgency: 5,
            network: 3,
            fit: 900,
        };
        let w = Weights::strict(most).expect("small");
        let more_network = Worth {
            urgency: 2,
            network: 1,
            fit: 0,
        };
        let more_fit = Worth {
            urgency: 2,
            network: 0,
            fit: 900,
        };
        assert_eq!(w.pack(more_network) - w.pack(more_fit), 1);
        let more_urgency = Worth {
            urgency: 3,
            network: 0,
            fit: 0,
        };
        let all_the_rest = Worth {
            urgency: 2,
            network: 3,
            fit: 900,
        };
        assert_eq!(w.pack(more_urgency) - w.pack(all_the_rest), 1);
    }

    #[test]
    fn a_bound_past_everything_is_cut_to_what_any_plan_can_reach() {
        let most = Worth {
            urgency: 5,
            network: 3,
            fit: 900,
        };
        let w = Weights::strict(most).expect("small");
        assert_eq!(w.unpack(i128::MAX, most), most);
        let no_network = Worth {
            urgency: 5,
            network: 0,
            fit: 0,
        };
        let w = Weights::strict(no_network).expect("small");
        assert_eq!(w.unpack(w.pack(no_network), no_network), no_network);
    }

    #[test]
    fn what_cannot_be_held_is_refused_before_work() {
        let most = |urgency| Worth {
            urgency,
            network: 1 << 30,
            fit: (1 << 32) - 1,
        };
        assert!(Weights::strict(most(1 << 30)).is_ok());
        assert_eq!(Weights::strict(most(1 << 40)), Err(TooGreat));
        let huge = Worth {
            urgency: i64::MAX,
            network: i64::MAX,
            fit: i64::MAX,
        };
        assert_eq!(Weights::strict(huge), Err(TooGreat));
        let heavy = Weights {
            urgency: i64::MAX,
            network: i64::MAX,
            fit: i64::MAX,
        };
        assert_eq!(heavy.weighted(huge), Err(TooGreat));
    }
}
