//! What each municipality pays of a common cost: by inhabitants, by children, or half by each of two keys.
//!
//! Familjehemssamverkan i Norr shares by inhabitants; Familjepoolen takes half the budget by the children 0–18 who live
//! at home and half by those placed, both counted on 1 November of the year before (decision material on joint recruitment
//! of family homes, Jönköping county, about 2012). Counts come from the pool's municipalities.
//!
//! Promises: the parts sum to the budget to the öre. Each part is its exact share rounded down; the öre that are left go
//! one each to the greatest remainders, equal ones to the lower municipality code. Refuses to know what the money is for.

use hemvist::input::Municipality;
use hemvist::pool::Pool;
use hemvist::{Code, Fact, Path, Problem, Problems};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within, refused};
use crate::money::Ore;

documents! { Share SHARE_FORMAT "hemvist.share/1"; }

/// Greatest budget, in öre: a hundred billion kronor.
pub const MOST_ORE: i64 = 10_000_000_000_000;

/// Greatest sum of a key over all municipalities: more than all people there are.
const MOST_TOTAL: i64 = 100_000_000_000;

/// By what a cost is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Inhabitants (Familjehemssamverkan i Norr).
    Population,
    /// Children 0–18 who live at home.
    ChildrenAtHome,
    /// Children 0–18 who are placed.
    ChildrenPlaced,
    /// Half by children at home, half by children placed (Familjepoolen).
    AtHomeAndPlaced,
}

impl Key {
    /// The counts that the key stands on, each for an equal part of the budget.
    fn counts(self) -> &'static [Count] {
        const POPULATION: Count = ("population", |m| m.population);
        const AT_HOME: Count = ("children_at_home", |m| m.children_at_home);
        const PLACED: Count = ("children_placed", |m| m.children_placed);
        match self {
            Self::Population => &[POPULATION],
            Self::ChildrenAtHome => &[AT_HOME],
            Self::ChildrenPlaced => &[PLACED],
            Self::AtHomeAndPlaced => &[AT_HOME, PLACED],
        }
    }
}

type Count = (&'static str, fn(&Municipality) -> Option<u32>);

/// What is to be shared.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareAsked {
    /// The cost, in öre, 0–10 000 000 000 000.
    #[schemars(range(min = 0, max = MOST_ORE))]
    pub budget_ore: i64,
    /// By what.
    pub by: Key,
}

/// A cost, shared (`hemvist.share/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Always `hemvist.share/1`.
    pub format: &'static str,
    /// The cost.
    pub budget_ore: Ore,
    /// By what.
    pub by: Key,
    /// How the last öre are given out; see the module's head.
    pub remainder_rule: &'static str,
    /// One for each municipality of the pool, by code.
    pub municipalities: Vec<Part>,
}

/// One municipality's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The municipality.
    pub municipality: String,
    /// Its counts that the key stands on, in the key's order.
    pub counts: Vec<u32>,
    /// What it pays.
    pub amount_ore: Ore,
    /// Whether that is one öre more than its exact share rounded down.
    pub got_remainder: bool,
    /// Its share of the budget in hundredths of a per cent, halves up; computed from the counts, not from the amount.
    pub share_basis_points: u32,
}

/// Shares a cost among the municipalities of a pool.
///
/// # Errors
/// [`RegionError::Refused`]: a municipality without a count that the key needs, at its place; counts that sum to 0; a
/// budget outside its range.
///
/// # Examples
/// One krona, half by children at home (2 to 1) and half by children placed (1 to 3): 58⅓ öre and 41⅔ öre.
/// ```
/// use hemvist::pool::Pool;
/// use hemvist_region::shares::{Key, ShareAsked, share};
///
/// let document = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [
///         {"id": "0163", "children_at_home": 2000, "children_placed": 50},
///         {"id": "0184", "children_at_home": 1000, "children_placed": 150}]
/// }"#)?;
/// let asked = ShareAsked { budget_ore: 100, by: Key::AtHomeAndPlaced };
/// let parts = share(&Pool::from_document(document)?, &asked)?.municipalities;
/// assert_eq!(parts.iter().map(|part| part.amount_ore.0).collect::<Vec<_>>(), [46, 54]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn share(pool: &Pool, asked: &ShareAsked) -> Result<Share, RegionError> {
    let budget = option_within("budget_ore", asked.budget_ore, 0, MOST_ORE)?;
    let counts = counts(pool, asked.by)?;
    let keys = asked.by.counts().len();
    // Exact share: budget × Σ count / total / keys, all over one denominator.
    let total = |key: usize| counts.iter().map(|row| i128::from(row[key])).sum::<i128>();
    let totals: Vec<i128> = (0..keys).map(total).collect();
    let others = |key: usize| -> i128 { (0..keys).filter(|&k| k != key).map(|k| totals[k]).product() };
    let denominator = totals.iter().product::<i128>() * i128::try_from(keys).unwrap_or(1);
    let numerator = |row: &Vec<u32>| (0..keys).map(|key| i128::from(row[key]) * others(key)).sum::<i128>();
    let numerators: Vec<i128> = counts.iter().map(numerator).collect();
    let amounts = apportion(budget, &numerators, denominator);
    let parts = pool.document().municipalities.iter().zip(counts);
    let municipalities = parts
        .zip(numerators.iter().zip(amounts))
        .map(|((record, counts), (&part, amount))| Part {
            municipality: record.id.clone(),
            counts,
            amount_ore: Ore(amount),
            got_remainder: i128::from(amount) > i128::from(budget) * part / denominator,
            share_basis_points: u32::try_from((part * 20_000 + denominator) / (2 * denominator)).unwrap_or(0),
        });
    Ok(Share {
        format: SHARE_FORMAT,
        budget_ore: Ore(budget),
        by: asked.by,
        remainder_rule: "largest_remainder",
        municipalities: municipalities.collect(),
    })
}

/// The counts of each municipality, in the key's order, or every one that is missing.
fn counts(pool: &Pool, by: Key) -> Result<Vec<Vec<u32>>, RegionError> {
    let mut problems = Problems::new();
    let all = &pool.document().municipalities;
    let mut rows = Vec::with_capacity(all.len());
    for (at, record) in all.iter().enumerate() {
        let mut row = Vec::new();
        for (field, count) in by.counts() {
            match count(record) {
                Some(count) => row.push(count),
                None => problems.push(Problem::new(
                    Code::MissingField,
                    Path::of("municipalities").index(at).field(field),
                )),
            }
        }
        rows.push(row);
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    for key in 0..by.counts().len() {
        let total: i64 = rows.iter().map(|row| i64::from(row[key])).sum();
        if !(1..=MOST_TOTAL).contains(&total) {
            let problem = Problem::new(Code::OutOfRange, Path::of("municipalities").field(by.counts()[key].0));
            return Err(refused(
                problem.allowed(Fact::Between(1, MOST_TOTAL)).found(Fact::int(total)),
            ));
        }
    }
    Ok(rows)
}

/// Parts of an amount that are as `numerators` to `denominator`, their sum: each rounded down, and what is left one each to
/// the greatest remainders, equal ones to the earlier. The parts sum to the amount.
fn apportion(amount: i64, numerators: &[i128], denominator: i128) -> Vec<i64> {
    let exact = |&part: &i128| i128::from(amount) * part;
    let narrow = |n: i128| i64::try_from(n).unwrap_or(0);
    let mut parts: Vec<i64> = numerators
        .iter()
        .map(|part| narrow(exact(part) / denominator))
        .collect();
    let left = usize::try_from(amount - parts.iter().sum::<i64>()).unwrap_or(0);
    let mut order: Vec<usize> = (0..numerators.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(exact(&numerators[at]) % denominator), at));
    for at in order.into_iter().take(left) {
        parts[at] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pool(counts: &[(u32, u32, u32)]) -> Pool {
        let municipalities: Vec<_> = (0..).zip(counts).map(|(n, (population, home, placed))| {
            serde_json::json!({ "id": format!("{n:04}"), "population": population, "children_at_home": home, "children_placed": placed })
        }).collect();
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": municipalities
        });
        Pool::from_document(serde_json::from_value(document).unwrap()).unwrap()
    }

    fn amounts(pool: &Pool, budget_ore: i64, by: Key) -> Vec<i64> {
        let shared = share(pool, &ShareAsked { budget_ore, by }).unwrap();
        shared.municipalities.iter().map(|part| part.amount_ore.0).collect()
    }

    #[test]
    fn the_last_ore_go_to_the_greatest_remainders() {
        // 100 by 1 : 1 : 1 leaves one öre, and equal remainders go by code.
        assert_eq!(
            amounts(&pool(&[(1, 0, 0), (1, 0, 0), (1, 0, 0)]), 100, Key::Population),
            [34, 33, 33]
        );
        // 10 by 3 : 3 : 1: 4.28…, 4.28…, 1.43…: the smallest has the greatest remainder.
        assert_eq!(
            amounts(&pool(&[(3, 0, 0), (3, 0, 0), (1, 0, 0)]), 10, Key::Population),
            [4, 4, 2]
        );
        let shared = share(
            &pool(&[(3, 0, 0), (3, 0, 0), (1, 0, 0)]),
            &ShareAsked {
                budget_ore: 10,
                by: Key::Population,
            },
        );
        let got: Vec<bool> = shared
            .unwrap()
            .municipalities
            .iter()
            .map(|part| part.got_remainder)
            .collect();
        assert_eq!(got, [false, false, true]);
    }

    #[test]
    fn what_is_missing_is_told_with_its_place() {
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15",
            "municipalities": [{ "id": "0001", "children_at_home": 4 }, { "id": "0002", "children_placed": 1 }]
        });
        let pool = Pool::from_document(serde_json::from_value(document).unwrap()).unwrap();
        let asked = ShareAsked {
            budget_ore: 1,
            by: Key::AtHomeAndPlaced,
        };
        let Err(RegionError::Refused(problems)) = share(&pool, &asked) else {
            panic!("refused")
        };
        let places: Vec<String> = problems.iter().map(|problem| problem.path.to_string()).collect();
        assert_eq!(
            places,
            [
                "municipalities[0].children_placed",
                "municipalities[1].children_at_home"
            ]
        );
    }

    #[test]
    fn nothing_to_share_by_is_refused() {
        for counts in [&[][..], &[(0, 0, 0), (0, 0, 0)]] {
            let asked = ShareAsked {
                budget_ore: 1,
                by: Key::Population,
            };
            assert!(matches!(share(&pool(counts), &asked), Err(RegionError::Refused(_))));
        }
        for budget_ore in [-1, MOST_ORE + 1] {
            let asked = ShareAsked {
                budget_ore,
                by: Key::Population,
            };
            assert!(matches!(
                share(&pool(&[(1, 1, 1)]), &asked),
                Err(RegionError::Refused(_))
            ));
        }
    }

    proptest! {
        /// Sums to the budget, and no part is an öre or more from `½ B h/H + ½ B p/P`.
        #[test]
        fn parts_sum_to_the_budget_and_lie_next_to_their_exact_share(
            counts in proptest::collection::vec((0..5_000_000_u32, 0..1_000_000_u32, 0..2_000_u32), 1..30),
            budget in 0..=MOST_ORE,
        ) {
            prop_assume!(counts.iter().any(|c| c.0 > 0) && counts.iter().any(|c| c.1 > 0) && counts.iter().any(|c| c.2 > 0));
            let pool = pool(&counts);
            let (h, p): (i128, i128) = counts.iter().fold((0, 0), |(h, p), c| (h + i128::from(c.1), p + i128::from(c.2)));
            let amounts = amounts(&pool, budget, Key::AtHomeAndPlaced);
            prop_assert_eq!(amounts.iter().sum::<i64>(), budget);
            for (amount, (_, home, placed)) in amounts.iter().zip(&counts) {
                let exact = i128::from(budget) * (i128::from(*home) * p + i128::from(*placed) * h);
                let off = i128::from(*amount) * 2 * h * p - exact;
                prop_assert!(off.abs() < 2 * h * p, "less than one öre off");
            }
            for by in [Key::Population, Key::ChildrenAtHome, Key::ChildrenPlaced] {
                prop_assert_eq!(self::amounts(&pool, budget, by).iter().sum::<i64>(), budget);
            }
        }
    }
}
