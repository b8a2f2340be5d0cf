//! The same child in the same home, costed by each municipality's rules.
//!
//! In north-west Skåne the fees to family homes differed, although all said that they follow the recommendations (minutes of
//! 18 October 2019). Each municipality's rules are a fee file (`hemvist.fees/1`) or a year's recommendations, and its own day count.

use hemvist::pool::Pool;
use hemvist::{Code, Path, Problem, Problems};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, refused};
use crate::fees::Status;
use crate::ladder::{MOST_PER_DAY, fees};
use crate::money::{Exact, Ore};

documents! { FeeComparison FEE_COMPARISON_FORMAT "hemvist.fee_comparison/1"; }

/// What is to be compared.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeeComparisonAsked {
    /// The child, of the pool; its needs level is the fee level, its age decides the expenses.
    pub child: String,
    /// The home, of the pool.
    pub family: String,
    /// The rules to compare, at most one for each municipality of the pool.
    pub rules: Vec<Rules>,
}

/// One municipality's rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The municipality.
    pub municipality: String,
    /// Year of the recommended fees. Exactly one of `year` and `fees` is given.
    #[serde(default)]
    #[schemars(range(min = 1900, max = 2199))]
    pub year: Option<u16>,
    /// A fee file of its own, as TOML.
    #[serde(default)]
    pub fees: Option<String>,
    /// Cost of the family-home secretary per child and day, in öre; absent: 0.
    #[serde(default)]
    #[schemars(range(min = 0, max = MOST_PER_DAY))]
    pub secretary_per_day_ore: Option<i64>,
    /// Days by which monthly amounts are divided, 28–31; absent: 30.
    #[serde(default)]
    #[schemars(range(min = 28, max = 31))]
    pub days_per_month: Option<u8>,
}

/// One child and home by several rules (`hemvist.fee_comparison/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeeComparison {
    /// Always `hemvist.fee_comparison/1`.
    pub format: &'static str,
    /// The child.
    pub child: String,
    /// The home.
    pub family: String,
    /// Fee level: the child's needs level.
    pub level: u8,
    /// The child's age.
    pub age: u8,
    /// The municipality responsible for the child.
    pub responsible: String,
    /// By each municipality's rules, in the order of their codes.
    pub costs: Vec<MunicipalityCost>,
    /// Greatest less least cost per month, without the secretary.
    pub spread_per_month_ore: Ore,
    /// The same in whole per cent of the least, halves up; absent if the least is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread_percent: Option<u32>,
    /// The home's own daily cost, if it has one: then none of these rules applies to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_cost: Option<u32>,
}

/// What one municipality would pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MunicipalityCost {
    /// The municipality.
    pub municipality: String,
    /// Year of its fees.
    pub year: u16,
    /// Fee per month, in whole kronor.
    pub fee_per_month: i64,
    /// Whether the fee was derived rather than printed in its source.
    pub fee_derived: bool,
    /// Expenses per month, in whole kronor.
    pub expenses_per_month: i64,
    /// Both per day, with the secretary.
    pub per_day_ore: Ore,
}

/// Costs one child in one home by each municipality's rules.
///
/// # Errors
/// [`RegionError::Refused`]: unknown child, home or municipality, a municipality twice, no rules, a child without needs level;
/// [`RegionError::Cost`] for figures that are not there.
pub fn fee_comparison(pool: &Pool, asked: &FeeComparisonAsked) -> Result<FeeComparison, RegionError> {
    let mut problems = Problems::new();
    let child = pool.child_idx(&asked.child);
    let family = pool.family_idx(&asked.family);
    if child.is_none() {
        problems.push(Problem::new(Code::AskedUnknownChild, Path::of("child")));
    }
    if family.is_none() {
        problems.push(Problem::new(Code::AskedUnknownFamily, Path::of("family")));
    }
    let known = |code: &str| pool.document().municipalities.iter().any(|record| record.id == code);
    for (at, rules) in asked.rules.iter().enumerate() {
        let here = Path::of("rules").index(at).field("municipality");
        if !known(&rules.municipality) {
            problems.push(Problem::new(Code::UnknownMunicipality, here));
        } else if asked.rules[..at]
            .iter()
            .any(|before| before.municipality == rules.municipality)
        {
            problems.push(Problem::new(Code::Repeated, here));
        }
    }
    if asked.rules.is_empty() {
        problems.push(Problem::new(Code::MissingField, Path::of("rules")));
    }
    let (Some(child), Some(family), true) = (child, family, problems.is_empty()) else {
        return Err(problems.into());
    };
    let record = pool.child(child);
    let missing = || refused(Problem::new(Code::MissingField, Path::of("children").field("needs")));
    let (level, age) = (record.needs.ok_or_else(missing)?, pool.age(child));
    let mut costs = Vec::new();
    for rules in &asked.rules {
        costs.push(cost(rules, level, age)?);
    }
    costs.sort_by(|a, b| a.municipality.cmp(&b.municipality));
    let month = |cost: &MunicipalityCost| cost.fee_per_month + cost.expenses_per_month;
    let (least, most) = (
        costs.iter().map(month).min().unwrap_or(0),
        costs.iter().map(month).max().unwrap_or(0),
    );
    let percent = ((most - least) * 200 + least).checked_div(2 * least);
    Ok(FeeComparison {
        format: FEE_COMPARISON_FORMAT,
        child: record.id.clone(),
        family: asked.family.clone(),
        level,
        age,
        responsible: record.municipality.clone(),
        costs,
        spread_per_month_ore: Ore::from_kronor(most - least),
        spread_percent: percent.and_then(|percent| u32::try_from(percent).ok()),
        daily_cost: pool.family(family).daily_cost,
    })
}

fn cost(rules: &Rules, level: u8, age: u8) -> Result<MunicipalityCost, RegionError> {
    let fees = fees(rules.year, rules.fees.as_deref())?;
    let (fee, status) = fees.fee_with_status(level)?;
    let expenses = fees.expenses(age)?;
    let days = rules.days_per_month.unwrap_or(30);
    crate::answer::option_within("days_per_month", days.into(), 28, 31)?;
    let secretary = rules.secretary_per_day_ore.unwrap_or(0);
    crate::answer::option_within("secretary_per_day_ore", secretary, 0, MOST_PER_DAY)?;
    let month = i128::from(fee + expenses) * 100 + i128::from(secretary) * i128::from(days);
    Ok(MunicipalityCost {
        municipality: rules.municipality.clone(),
        year: fees.year,
        fee_per_month: fee,
        fee_derived: status == Status::Derived,
        expenses_per_month: expenses,
        per_day_ore: Exact::new(month, days.into()).to_ore(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> Pool {
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "1276" }, { "id": "1282" }],
            "families": [{ "id": "f1", "municipality": "1276", "kind": "family", "places": 1 }],
            "children": [{ "id": "c1", "municipality": "1276", "age": 13, "placement": "long_term", "needs": 3 },
                         { "id": "c2", "municipality": "1276", "age": 13, "placement": "long_term" }]
        });
        Pool::from_document(serde_json::from_value(document).unwrap()).unwrap()
    }

    fn rules(municipality: &str, year: Option<u16>, fees: Option<&str>) -> Rules {
        Rules {
            municipality: municipality.into(),
            year,
            fees: fees.map(str::to_owned),
            ..Rules::default()
        }
    }

    fn ask(child: &str, rules: Vec<Rules>) -> Result<FeeComparison, RegionError> {
        fee_comparison(
            &pool(),
            &FeeComparisonAsked {
                child: child.into(),
                family: "f1".into(),
                rules,
            },
        )
    }

    #[test]
    fn the_spread_is_shown() {
        let own = "format = 'hemvist.fees/1'\nyear = 2021\n[[fees]]\nlevels = [1, 2, 3, 4, 5]\nkronor = 11000\n\
             status = 'published'\nsource = 'own decision'\n[[expenses]]\nages = [0, 20]\nkronor = 5000\n\
             status = 'published'\nsource = 'own decision'\n";
        let found = ask(
            "c1",
            vec![rules("1282", None, Some(own)), rules("1276", Some(2021), None)],
        )
        .unwrap();
        let told: Vec<(&str, i64)> = found
            .costs
            .iter()
            .map(|c| (c.municipality.as_str(), c.fee_per_month + c.expenses_per_month))
            .collect();
        // 10 374 + 4 958 by the recommendations of 2021.
        assert_eq!(told, [("1276", 15_332), ("1282", 16_000)]);
        assert_eq!(
            (found.spread_per_month_ore, found.spread_percent),
            (Ore(66_800), Some(4))
        );
        assert_eq!(found.costs[1].per_day_ore, Ore(53_333));
        let mut paid = rules("1276", Some(2021), None);
        paid.secretary_per_day_ore = Some(11_400);
        assert_eq!(ask("c1", vec![paid]).unwrap().costs[0].per_day_ore, Ore(62_507));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let year = |code: &str| rules(code, Some(2021), None);
        let codes = |result: Result<FeeComparison, RegionError>| match result {
            Err(RegionError::Refused(problems)) => problems.iter().map(|p| p.code.slug()).collect::<Vec<_>>(),
            Err(RegionError::Cost(error)) => vec![error.code()],
            _ => vec![],
        };
        assert_eq!(
            codes(ask("c9", vec![year("1276"), year("1276"), year("0000")])),
            ["option.unknown_child", "value.repeated", "pool.unknown_municipality"]
        );
        assert_eq!(codes(ask("c1", vec![])), ["document.missing_field"]);
        assert_eq!(codes(ask("c2", vec![year("1276")])), ["document.missing_field"]);
        assert_eq!(
            codes(ask("c1", vec![rules("1276", Some(2023), None)])),
            ["costs.not_published"]
        );
        assert_eq!(
            codes(ask("c1", vec![rules("1276", None, None)])),
            ["costs.year_or_fees"]
        );
    }
}
