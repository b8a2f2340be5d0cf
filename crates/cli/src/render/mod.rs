//! Text for people: tables and paragraphs that fit the width.

mod plan;
mod plan_children;
mod promise;
mod table;
mod text;

pub(crate) use hemvist::words;
pub(crate) use plan::PlanText;
pub(crate) use promise::{amounts, not_proven_greatest, share};
pub(crate) use table::{Align, Table};
pub(crate) use text::{columns, thousands, wrap};
