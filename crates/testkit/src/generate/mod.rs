//! Makes a pool of a shape from a seed.
//!
//! The order of the steps is part of the result: one generator feeds them all, so a change anywhere changes every
//! number after it, and the committed examples must then be made anew.

mod children;
mod families;
mod links;

use hemvist::input::{Child, Day, Location, Municipality, PoolDocument};

use crate::rng::Rng;
use crate::seats::Seat;
use crate::shape::Shape;

/// The date that every made pool describes.
const AS_OF: (i16, i8, i8) = (2026, 5, 4);

/// A pool of this shape. The same shape and seed give the same document, on every platform.
///
/// Every document passes validation, and no record in it describes a real person or home. Time and memory grow
/// linearly with children and families.
///
/// # Examples
/// ```
/// use hemvist_testkit::{Shape, generate};
/// let pool = generate(&Shape::norr(), 1);
/// assert_eq!(pool.children.len(), 44);
/// assert!(pool == generate(&Shape::norr(), 1));
/// ```
pub fn generate(shape: &Shape, seed: u64) -> PoolDocument {
    let mut making = Making::new(shape, seed);
    making.municipalities();
    making.homes();
    making.children();
    making.network_homes();
    making.secretaries();
    making.links();
    making.dates();
    making.pool
}

/// The pool so far, and what the steps tell each other.
struct Making<'a> {
    shape: &'a Shape,
    rng: Rng,
    as_of: Day,
    pool: PoolDocument,
    /// Network homes still to be made.
    networks: Vec<Network>,
    /// The child whose network home a person has decided on.
    decided: Option<usize>,
}

/// Children who have a network home, and whether they live there already.
struct Network {
    /// One child, or siblings; indices into the pool's children.
    children: Vec<usize>,
    lives: bool,
}

impl<'a> Making<'a> {
    fn new(shape: &'a Shape, seed: u64) -> Self {
        let (year, month, day) = AS_OF;
        let Some(as_of) = Day::new(year, month, day) else {
            unreachable!("a day of the calendar")
        };
        Self {
            shape,
            rng: Rng::new(seed),
            as_of,
            pool: PoolDocument::new(as_of),
            networks: vec![],
            decided: None,
        }
    }

    /// How many of the homes are network homes: never more than a third.
    fn n_networks(&self) -> u32 {
        (self.shape.children * self.shape.network / 1000).min(self.shape.families / 3)
    }

    /// The day this many days before the pool's date.
    fn days_ago(&self, days: i32) -> Option<Day> {
        self.as_of.plus_days(-i64::from(days))
    }

    /// A municipality, drawn in proportion to its inhabitants.
    fn seat(&mut self) -> &'static Seat {
        let seats = self.shape.seats;
        let weights: Vec<u32> = seats.iter().map(|seat| seat.thousands).collect();
        &seats[self.rng.weighted(&weights)]
    }

    /// The municipality of this code.
    fn seat_of(&self, code: &str) -> &'static Seat {
        let seats = self.shape.seats;
        seats.iter().find(|seat| seat.code == code).unwrap_or(&seats[0])
    }

    /// A point near the middle of a municipality, to three decimals.
    fn near(&mut self, seat: &Seat, km: i32) -> Location {
        let (north, east) = (
            seat.inland.0 + self.rng.between(-km, km),
            seat.inland.1 + self.rng.between(-km, km),
        );
        let fine = (self.rng.between(-4, 4), self.rng.between(-4, 4));
        point(
            seat.lat + north * 1000 / 111 + fine.0,
            seat.lon + east * 1000 / self.shape.km_per_lon + fine.1,
        )
    }

    /// Nothing in `per_mille` of cases, else what is given: how facts go missing in real registers.
    fn or_missing<T>(&mut self, per_mille: u32, fact: T) -> Option<T> {
        (!self.rng.chance(per_mille)).then_some(fact)
    }

    fn municipalities(&mut self) {
        for seat in self.shape.seats {
            // About a fifth of the inhabitants are 0–18; 1.2 to 2.5 of 1 000 inhabitants are placed children
            // (Jönköping county and Familjepoolen's area, computed from their own figures).
            let people = seat.thousands * 1000;
            let placed = people / 1000 * self.rng.between(12, 25).unsigned_abs() / 10;
            let at_home = people / 5 + self.rng.below(people / 100 + 1);
            self.pool.municipalities.push(Municipality {
                id: seat.code.to_owned(),
                name: Some(seat.name.to_owned()),
                location: Some(point(seat.lat, seat.lon)),
                population: Some(people),
                children_at_home: Some(at_home),
                children_placed: Some(placed),
                shares: None,
            });
        }
    }
}

/// A location from thousandths of a degree; dividing by 1 000 rounds the same on every platform.
fn point(lat: i32, lon: i32) -> Location {
    Location {
        lat: f64::from(lat) / 1000.0,
        lon: f64::from(lon) / 1000.0,
    }
}

/// Age in whole years on the pool's date.
fn age_of(child: &Child, as_of: Day) -> u8 {
    let months = child.birth_month.map_or(0, |birth| as_of.month().months_since(birth));
    child.age.unwrap_or_else(|| u8::try_from(months / 12).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use hemvist::input::{ChoiceKind, Family, HomeKind, Placement, SiblingPolicy};

    use super::*;

    fn all() -> impl Iterator<Item = (Shape, PoolDocument)> {
        Shape::all().into_iter().map(|shape| {
            let pool = generate(&shape, 1);
            (shape, pool)
        })
    }

    #[test]
    fn numbers_are_those_of_the_shape() {
        for (shape, pool) in all() {
            assert_eq!(pool.children.len(), shape.children as usize, "{}", shape.name);
            assert_eq!(pool.families.len(), shape.families as usize, "{}", shape.name);
            let living = |may_move: Option<bool>, emergency: bool| {
                let lives = |p: &&Placement| {
                    p.may_move == may_move
                        && pool.children.iter().any(|c| c.id == p.child)
                        && pool
                            .families
                            .iter()
                            .any(|f| f.id == p.family && (f.kind == HomeKind::Emergency) == emergency)
                };
                u32::try_from(pool.placements.iter().filter(lives).count()).unwrap()
            };
            assert_eq!(living(Some(true), true), shape.in_emergency, "{}", shape.name);
            assert_eq!(living(Some(true), false), shape.in_agency.1, "{}", shape.name);
            assert_eq!(living(None, false), shape.staying + shape.in_agency.0, "{}", shape.name);
        }
    }

    #[test]
    fn every_pool_is_valid() {
        let mut shapes = Shape::all();
        shapes.push(Shape::region(60, 20));
        shapes.push(Shape::region(300, 400));
        for (shape, seed) in shapes.iter().flat_map(|shape| (0..40).map(move |seed| (shape, seed))) {
            let found = hemvist::validate(&generate(shape, seed), &hemvist::ReadOptions::default());
            assert_eq!(found, Ok(()), "{} from seed {seed}", shape.name);
        }
    }

    #[test]
    fn regions_of_any_size_are_made() {
        for (children, families) in [(0, 0), (1, 0), (0, 1), (1, 1), (7, 3), (30, 2), (200, 10), (3, 60)] {
            let pool = generate(&Shape::region(children, families), 7);
            assert_eq!(
                (pool.children.len(), pool.families.len()),
                (children as usize, families as usize)
            );
        }
    }

    #[test]
    fn seeds_differ_and_repeat() {
        let shape = Shape::nordvastra_skane();
        assert!(generate(&shape, 1) == generate(&shape, 1));
        assert!(generate(&shape, 1) != generate(&shape, 2));
    }

    #[test]
    fn teenagers_are_short_of_homes_in_familjepoolen() {
        let pool = generate(&Shape::familjepoolen(), 1);
        let seeking: Vec<u8> = pool
            .children
            .iter()
            .filter(|c| {
                !pool
                    .placements
                    .iter()
                    .any(|p| p.child == c.id && p.may_move != Some(true))
            })
            .map(|c| age_of(c, pool.as_of))
            .collect();
        let places = |age: u8| -> u32 {
            let takes = |f: &&Family| f.ages.is_some_and(|r| r.from <= age && age <= r.to);
            pool.families.iter().filter(takes).map(|f| u32::from(f.places)).sum()
        };
        let teenagers = seeking.iter().filter(|&&age| age >= 13).count();
        let small = seeking.iter().filter(|&&age| age <= 6).count();
        assert!(
            places(15) < u32::try_from(teenagers).unwrap(),
            "{} for {teenagers}",
            places(15)
        );
        assert!(places(4) > u32::try_from(small).unwrap(), "{} for {small}", places(4));
    }

    #[test]
    fn every_kind_of_record_occurs() {
        let pool = generate(&Shape::familjepoolen(), 1);
        assert!(!pool.sibling_groups.is_empty() && !pool.not_together.is_empty() && !pool.travel.is_empty());
        for policy in [SiblingPolicy::Together, SiblingPolicy::Prefer, SiblingPolicy::Apart] {
            assert!(pool.sibling_groups.iter().any(|g| g.policy == policy));
        }
        for kind in [ChoiceKind::Lock, ChoiceKind::Ban, ChoiceKind::Refused] {
            assert!(pool.choices.iter().any(|c| c.kind == kind));
        }
        assert!(
            pool.children
                .iter()
                .any(|c| c.protected_identity == Some(true) && !c.keep_away.is_empty())
        );
        assert!(pool.families.iter().any(|f| !f.conflicts.is_empty()));
    }
}
