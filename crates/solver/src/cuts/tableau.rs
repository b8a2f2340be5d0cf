//! Violated cuts from rows of the simplex tableau (Gomory, "Outline of an algorithm for integer solutions to linear
//! programs", 1958).
//!
//! The multipliers of such a row, less their whole parts, are weights of a cut that the solution breaks. The determinants
//! of these programs are small, so the multipliers are fractions with a small denominator, and their multiples are tried
//! too, within a [`Reach`].

use super::{Cut, Fractional, Reach, Row, VIOLATION, may_weigh};

/// A fractional column's row of the simplex tableau: multipliers of the program's rows, `None` for rows that no cut weighs.
pub(crate) type Tableau = Vec<(Option<Row>, f64)>;

/// Violated cuts, in no order.
pub(super) fn violated(fractional: &Fractional<'_>, tableau: &[Tableau], reach: Reach) -> Vec<(f64, Cut)> {
    let mut out = Vec::new();
    for rows in tableau {
        let Some((denominator, whole)) = (2..=reach.denominator).find_map(|d| Some((d, scaled(rows, d)?))) else {
            continue;
        };
        for times in 1..i64::from(denominator) {
            let numerator = |v: i64| (v * times).rem_euclid(i64::from(denominator)) as u32;
            let weighed = whole.iter().map(|&(row, v)| (row, numerator(v))).filter(|e| e.1 != 0);
            let may = |row: Option<Row>| row.filter(|&row| may_weigh(fractional.part, row));
            let Some(rows) = weighed.map(|(row, a)| Some((may(row)?, a))).collect::<Option<Vec<_>>>() else {
                continue;
            };
            if rows.is_empty() || rows.len() > reach.rows {
                continue;
            }
            let cut = fractional.cut(rows, denominator);
            let over = fractional.violation(&cut);
            if over > VIOLATION {
                out.push((over, cut));
            }
        }
    }
    out
}

/// The multipliers times a number, if that makes all of them whole.
fn scaled(rows: &Tableau, times: u32) -> Option<Vec<(Option<Row>, i64)>> {
    let whole = |v: f64| {
        let scaled = v * f64::from(times);
        ((scaled - scaled.round()).abs() < 1e-6).then_some(scaled.round() as i64)
    };
    rows.iter().map(|&(row, v)| Some((row, whole(v)?))).collect()
}
