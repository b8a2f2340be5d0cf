//! Pools for property tests: small ones by the thousand, and the same pool in another order.

use hemvist::input::PoolDocument;
#[cfg(any(test, feature = "strategies"))]
use proptest::prelude::{Strategy, any};

use crate::generate::generate;
use crate::rng::Rng;
use crate::shape::Shape;

/// What a made pool was made from. Documents themselves are never printed; this is, and it makes the same pool again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// Children in the pool.
    pub children: u32,
    /// Families in the pool.
    pub families: u32,
    /// Seed of the generator.
    pub seed: u64,
}

impl Recipe {
    /// The pool: a small region with many network homes, so that every kind of record occurs in few children.
    pub fn document(self) -> PoolDocument {
        let crowded = Shape {
            network: 250,
            ..Shape::region(self.children, self.families)
        };
        generate(&crowded, self.seed)
    }
}

/// Recipes of small valid pools: at most 14 children and 12 families. They shrink towards fewer.
#[cfg(any(test, feature = "strategies"))]
pub fn strategy() -> impl Strategy<Value = Recipe> {
    (0_u32..=14, 0_u32..=12, any::<u64>()).prop_map(|(children, families, seed)| Recipe {
        children,
        families,
        seed,
    })
}

/// The same pool with every list whose order means nothing in another order.
///
/// # Examples
/// ```
/// use hemvist_testkit::{Shape, generate, pools};
/// let pool = generate(&Shape::norr(), 1);
/// let other = pools::shuffled(&pool, 7);
/// assert!(other != pool);
/// assert!(hemvist::validate(&other, &hemvist::ReadOptions::default()).is_ok());
/// ```
pub fn shuffled(document: &PoolDocument, seed: u64) -> PoolDocument {
    let mut rng = Rng::new(seed);
    let mut d = document.clone();
    rng.shuffle(&mut d.municipalities);
    rng.shuffle(&mut d.secretaries);
    rng.shuffle(&mut d.families);
    rng.shuffle(&mut d.children);
    rng.shuffle(&mut d.sibling_groups);
    rng.shuffle(&mut d.placements);
    rng.shuffle(&mut d.choices);
    rng.shuffle(&mut d.not_together);
    rng.shuffle(&mut d.travel);
    for municipality in &mut d.municipalities {
        rng.shuffle(municipality.shares.as_deref_mut().unwrap_or_default());
    }
    for group in &mut d.sibling_groups {
        rng.shuffle(&mut group.children);
    }
    for pair in &mut d.not_together {
        if rng.chance(500) {
            std::mem::swap(&mut pair.child, &mut pair.other);
        }
    }
    for family in &mut d.families {
        rng.shuffle(&mut family.offers);
        rng.shuffle(family.genders.as_deref_mut().unwrap_or_default());
        rng.shuffle(&mut family.competences);
        rng.shuffle(&mut family.languages);
        rng.shuffle(family.own_children.as_deref_mut().unwrap_or_default());
        rng.shuffle(family.pets.as_deref_mut().unwrap_or_default());
        rng.shuffle(family.shared_with.as_deref_mut().unwrap_or_default());
        rng.shuffle(&mut family.conflicts);
    }
    for child in &mut d.children {
        rng.shuffle(&mut child.required_competences);
        rng.shuffle(&mut child.helpful_competences);
        rng.shuffle(&mut child.languages);
        rng.shuffle(&mut child.network_ties);
        rng.shuffle(&mut child.allergies);
        rng.shuffle(&mut child.keep_away);
        if let Some(wishes) = &mut child.wishes {
            rng.shuffle(&mut wishes.wanted);
            rng.shuffle(&mut wishes.not_wanted);
        }
    }
    d
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pool_in_another_order_is_the_same_pool() {
        for shape in Shape::all() {
            let document = generate(&shape, 3);
            let other = shuffled(&document, 9);
            assert!(document != other, "{}", shape.name);
            let pool = |d: PoolDocument| hemvist::pool::Pool::from_document(d).unwrap();
            assert!(pool(document).document() == pool(other).document(), "{}", shape.name);
        }
    }

    proptest! {
        #[test]
        fn small_pools_are_valid(recipe in strategy()) {
            prop_assert_eq!(hemvist::validate(&recipe.document(), &hemvist::ReadOptions::default()), Ok(()));
        }
    }
}
