#![forbid(unsafe_code)]
//! What municipalities that share family homes need on top of the engine.
//!
//! Today: what a family home costs ([`costs`]), by the association of municipalities' recommendations ([`fees`]), in exact
//! integer money ([`Ore`]). Each function follows a published calculation and is tested against its printed figures.
//!
//! Promises: integer arithmetic, rounding stated, a missing figure is an error and never an extrapolation. Refuses to
//! know: files, the clock, the solver.
//!
//! # Examples
//! The daily cost of a family home on Gotland in 2016, with 114 kr a day for the family-home secretary:
//! ```
//! use hemvist_region::{Ore, costs::{Ladder, LadderOptions}, fees::FeeYear};
//!
//! let fees = FeeYear::published(2016)?;
//! let ladder = Ladder::new(&fees, &LadderOptions::with_secretary(Ore::from_kronor(114)))?;
//! let per_day: Vec<i64> = ladder.rows.iter().map(|row| row.per_day.to_kronor()).collect();
//! assert_eq!(per_day, [445, 503, 560, 618, 685]);
//! assert_eq!(ladder.mean.to_kronor(), 562);
//! # Ok::<(), hemvist_region::CostError>(())
//! ```

mod answer;
pub mod caseload;
pub mod contract;
pub mod costing;
pub mod costs;
pub mod coverage;
pub mod emergency;
mod error;
pub mod exchange;
pub mod fairness;
pub mod fee_comparison;
pub mod fees;
pub mod gaps;
pub mod interest;
pub mod ladder;
pub mod listing;
mod money;
pub mod plan_cost;
mod ready;
pub mod request;
pub mod shares;
pub mod simulate;
pub mod spells;
pub mod statistics;
pub mod stream;
mod subset;

pub mod tonight;

pub use answer::{Answer, RegionError};
pub use error::{CostError, Figure};
pub use money::{Exact, Ore};
pub use ready::{is_ready, offers};
