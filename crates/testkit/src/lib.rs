#![forbid(unsafe_code)]
//! What the tests, the examples and `hemvist generate` stand on: seeded pools, naive oracles, random problems.
//!
//! * [`generate`] makes a whole pool of a [`Shape`] from a seed: the same bytes on every platform. No record of it
//!   describes a real person or home.
//! * [`problems`] makes small assignment problems with every kind of constraint; [`oracle`] solves them by trying every
//!   answer.
//! * [`pools`] makes small pools for property tests, and the same pool in another order.
//! * Nothing here knows how the engine ranks or solves.

pub mod changed;
pub mod export;
mod generate;
pub mod oracle;
pub mod pools;
pub mod problems;
mod region;
mod rng;
pub mod seats;
mod shape;

pub use generate::generate;
pub use rng::Rng;
pub use shape::Shape;
