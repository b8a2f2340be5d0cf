//! A contract with included cases against a price for each case.
//!
//! Familjehemsresursen i Skåne och Kronoberg sold a contract of 75 000 kr a year for three cases and 25 000 for each further one, or
//! 38 000 a case without contract (decision material, Jönköping county, about 2012): the contract is cheaper from the second case.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::money::Ore;

documents! { Contract CONTRACT_FORMAT "hemvist.contract/1"; }

/// Greatest price, in öre: ten million kronor.
const MOST_PRICE: i64 = 1_000_000_000;

/// Most cases that are compared.
const MOST_CASES: u32 = 1_000;

/// The prices to compare.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractAsked {
    /// Price of the contract for a year, in öre.
    #[schemars(range(min = 0, max = MOST_PRICE))]
    pub contract_ore: i64,
    /// Cases that it includes.
    #[schemars(range(min = 0, max = MOST_CASES))]
    pub included: u32,
    /// Price of each further case, in öre.
    #[schemars(range(min = 0, max = MOST_PRICE))]
    pub further_ore: i64,
    /// Price of each case without contract, in öre.
    #[schemars(range(min = 0, max = MOST_PRICE))]
    pub per_case_ore: i64,
    /// Compare 1 to this many cases, at most 1 000; absent: 10.
    #[serde(default)]
    #[schemars(range(min = 1, max = MOST_CASES))]
    pub cases: Option<u32>,
}

/// Both prices by number of cases (`hemvist.contract/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contract {
    /// Always `hemvist.contract/1`.
    pub format: &'static str,
    /// One row for each number of cases.
    pub rows: Vec<Row>,
    /// The least number of cases compared at which the contract is cheaper; absent: at none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cheaper_from: Option<u32>,
    /// The greatest number of cases compared at which it is cheaper, if it is not at the last; absent: it stays cheaper, or never is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cheaper_until: Option<u32>,
}

/// What a number of cases costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Cases in the year.
    pub cases: u32,
    /// With the contract.
    pub contract_ore: Ore,
    /// Without it.
    pub without_ore: Ore,
    /// What is cheaper.
    pub cheaper: Cheaper,
}

/// What is cheaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cheaper {
    /// The contract.
    Contract,
    /// Each case by itself.
    PerCase,
    /// Both cost the same.
    Same,
}

/// Compares a contract with a price for each case.
///
/// # Errors
/// [`RegionError::Refused`] for options outside their range.
///
/// # Examples
/// ```
/// use hemvist_region::contract::{Cheaper, ContractAsked, contract};
///
/// let prices = contract(&ContractAsked {
///     contract_ore: 7_500_000, included: 3, further_ore: 2_500_000, per_case_ore: 3_800_000, cases: None,
/// })?;
/// assert_eq!(prices.cheaper_from, Some(2));
/// let two = prices.rows[1];
/// assert_eq!((two.contract_ore.to_kronor(), two.without_ore.to_kronor()), (75_000, 76_000));
/// # Ok::<(), hemvist_region::RegionError>(())
/// ```
pub fn contract(asked: &ContractAsked) -> Result<Contract, RegionError> {
    let contract = option_within("contract_ore", asked.contract_ore, 0, MOST_PRICE)?;
    let further = option_within("further_ore", asked.further_ore, 0, MOST_PRICE)?;
    let per_case = option_within("per_case_ore", asked.per_case_ore, 0, MOST_PRICE)?;
    let included = option_within("included", asked.included.into(), 0, MOST_CASES.into())?;
    let cases = asked.cases.unwrap_or(10);
    option_within("cases", cases.into(), 1, MOST_CASES.into())?;
    let row = |cases: u32| {
        let n = i64::from(cases);
        let (with, without) = (contract + further * (n - included).max(0), per_case * n);
        Row {
            cases,
            contract_ore: Ore(with),
            without_ore: Ore(without),
            cheaper: match with.cmp(&without) {
                std::cmp::Ordering::Less => Cheaper::Contract,
                std::cmp::Ordering::Equal => Cheaper::Same,
                std::cmp::Ordering::Greater => Cheaper::PerCase,
            },
        }
    };
    let rows: Vec<Row> = (1..=cases).map(row).collect();
    let mut cheaper = rows
        .iter()
        .filter(|row| row.cheaper == Cheaper::Contract)
        .map(|row| row.cases);
    let first = cheaper.next();
    let last = cheaper.next_back().or(first);
    Ok(Contract {
        format: CONTRACT_FORMAT,
        cheaper_from: first,
        cheaper_until: last.filter(|&last| last < cases),
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(contract_ore: i64, included: u32, further_ore: i64, per_case_ore: i64) -> Contract {
        contract(&ContractAsked {
            contract_ore,
            included,
            further_ore,
            per_case_ore,
            cases: None,
        })
        .unwrap()
    }

    #[test]
    fn the_switch_lies_between_the_first_and_the_second_case() {
        let prices = of(7_500_000, 3, 2_500_000, 3_800_000);
        let cheaper: Vec<Cheaper> = prices.rows.iter().map(|row| row.cheaper).collect();
        assert_eq!(cheaper[0], Cheaper::PerCase);
        assert!(cheaper[1..].iter().all(|&row| row == Cheaper::Contract));
        let contract: Vec<i64> = prices.rows[..5]
            .iter()
            .map(|row| row.contract_ore.to_kronor())
            .collect();
        assert_eq!(contract, [75_000, 75_000, 75_000, 100_000, 125_000]);
        assert_eq!(prices.cheaper_until, None);
    }

    #[test]
    fn a_contract_can_be_cheaper_for_a_while_or_never() {
        // 100 for two cases and 90 for each further, against 60: cheaper at two only.
        let prices = of(100, 2, 90, 60);
        assert_eq!((prices.cheaper_from, prices.cheaper_until), (Some(2), Some(2)));
        assert_eq!(
            (of(100, 2, 50, 50).cheaper_from, of(100, 2, 50, 50).rows[1].cheaper),
            (None, Cheaper::Same)
        );
    }

    #[test]
    fn options_outside_their_range_are_refused() {
        let good = ContractAsked {
            contract_ore: 1,
            included: 1,
            further_ore: 1,
            per_case_ore: 1,
            cases: Some(1),
        };
        assert!(contract(&good).is_ok());
        for wrong in [
            ContractAsked {
                contract_ore: -1,
                ..good.clone()
            },
            ContractAsked {
                further_ore: MOST_PRICE + 1,
                ..good.clone()
            },
            ContractAsked {
                per_case_ore: -1,
                ..good.clone()
            },
            ContractAsked {
                included: MOST_CASES + 1,
                ..good.clone()
            },
            ContractAsked {
                cases: Some(0),
                ..good.clone()
            },
        ] {
            assert!(matches!(contract(&wrong), Err(RegionError::Refused(_))));
        }
    }
}
