//! What rules, fit and candidates promise: on random pools and policies, and case by case.

mod cases;
mod properties;
mod random;
