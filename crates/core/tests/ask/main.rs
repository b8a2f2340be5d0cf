//! What the plan answers, held against solves from nothing: the pair forced, the change applied, the choice lifted.
#![forbid(unsafe_code)]

#[path = "../every_plan/best.rs"]
mod best_plan;
mod chosen;
#[path = "../every_plan/mod.rs"]
mod every_plan;
mod exact;
mod others;
mod pools;
mod siblings;
mod what_if;
