#![forbid(unsafe_code)]
//! What the tests, the examples and `hemvist generate` stand on: seeded pools, naive oracles, random problems.
//!
//! * [`generate`] makes a whole pool of a [`Shape`] from a seed: the same bytes on every platform. No record of it
//!   describes a real person or home.
//! * Nothing here knows how the engine ranks or solves.

mod generate;
mod rng;
pub mod seats;
mod shape;

pub use generate::generate;
pub use rng::Rng;
pub use shape::Shape;
