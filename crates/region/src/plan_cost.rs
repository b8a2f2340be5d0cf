//! What a plan costs in a year, and what it saves against agency care.
//!
//! Region Gotland bought 24 homes from firms in the autumn of 2015; for nine of the children a reinforced home was judged to be
//! needed, for fifteen only own homes were lacking (social services board, 2016). So the plan's cost says for each child who moves
//! from an agency home to an own one what that saves, and flags who lives, or would live, in an agency home without a need for it.
//!
//! Children whom the plan leaves without a home are counted at the agency price beside the plan, not in it: that is what
//! it would cost to buy homes for them.

use std::collections::BTreeMap;

use hemvist::input::HomeKind;
use hemvist::matching::homes_of;
use hemvist::plan::Plan;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::costing::{Costing, CostingAsked, NotCosted};
use crate::money::Ore;

documents! { PlanCost PLAN_COST_FORMAT "hemvist.plan_cost/1"; }

/// What is to be costed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanCostAsked {
    /// How homes are costed.
    pub costing: CostingAsked,
    /// Needs level from which an agency home is held to be called for, 1–5; absent: 4 (no evidence: the municipality sets
    /// it).
    #[serde(default)]
    #[schemars(range(min = 1, max = 5))]
    pub agency_from_needs: Option<u8>,
}

/// A plan's cost in a year (`hemvist.plan_cost/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanCost {
    /// Always `hemvist.plan_cost/1`.
    pub format: &'static str,
    /// All municipalities together.
    pub all: Side,
    /// One for each municipality of the pool, by code.
    pub municipalities: Vec<MunicipalitySide>,
    /// Children who would move from an agency home to an own home, by id.
    pub moved_from_agency: Vec<Moved>,
    /// Children in an agency home although their needs do not call for one, by id.
    pub agency_without_need: Vec<Flag>,
    /// Needs level from which an agency home is held to be called for.
    pub agency_from_needs: u8,
    /// Placements that have no cost, and why, by child; they are in no sum.
    pub not_costed: Vec<Uncosted>,
}

/// One municipality's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MunicipalitySide {
    /// The municipality responsible for the children.
    pub municipality: String,
    /// Its sums.
    #[serde(flatten)]
    pub side: Side,
}

/// Sums over children, for a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Children who live in a home today and are costed.
    pub children_now: u32,
    /// What they cost.
    pub now_ore: Ore,
    /// Children who would live in a home if the plan is followed and are costed.
    pub children_planned: u32,
    /// What they would cost.
    pub planned_ore: Ore,
    /// Children who would move from an agency home to an own home.
    pub moved_from_agency: u32,
    /// What that saves; negative if their own homes are dearer.
    pub saving_ore: Ore,
    /// Children without any home, today or planned.
    pub without_home: u32,
    /// What homes bought for them would cost.
    pub bought_for_them_ore: Ore,
}

/// A child who would move from an agency home to an own home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The child.
    pub child: String,
    /// The agency home.
    pub from: String,
    /// The own home.
    pub to: String,
    /// What that saves in a year; absent if one of them is not costed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saving_ore: Option<Ore>,
}

/// A child in an agency home without a need for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// The child.
    pub child: String,
    /// The agency home.
    pub family: String,
    /// The child's needs level.
    pub needs: u8,
    /// Whether the plan proposes it, rather than the child living there.
    pub proposed: bool,
}

/// A placement without a cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uncosted {
    /// The child.
    pub child: String,
    /// Why.
    pub reason: NotCosted,
}

/// Costs a plan. The plan must be one of this pool.
///
/// # Errors
/// [`RegionError::Cost`] for fees that are not there, [`RegionError::Refused`] for options outside their range.
///
/// # Complexity
/// `O(children)`, times the number of municipalities.
pub fn plan_cost(pool: &Pool, plan: &Plan, asked: &PlanCostAsked) -> Result<PlanCost, RegionError> {
    let costing = Costing::new(&asked.costing)?;
    let from_needs = asked.agency_from_needs.unwrap_or(4);
    option_within("agency_from_needs", from_needs.into(), 1, 5)?;
    let proposed = homes_of(pool, plan);
    let is_agency = |family: FamilyIdx| pool.family(family).kind == HomeKind::Agency;
    let id = |family: FamilyIdx| pool.family(family).id.clone();
    let mut all = Side::default();
    let mut by_municipality: BTreeMap<&str, Side> = (pool.document().municipalities.iter())
        .map(|record| (record.id.as_str(), Side::default()))
        .collect();
    let (mut moved, mut flags, mut not_costed) = (Vec::new(), Vec::new(), Vec::new());
    for child in pool.children() {
        let record = pool.child(child);
        let (now, new) = (pool.lives_in(child), proposed[child.row()]);
        let side = side(&costing, pool, child, now, new.or(now));
        let leaves_agency = now.zip(new).filter(|&(from, to)| is_agency(from) && !is_agency(to));
        let mut side = match side {
            Ok(side) => side,
            Err(reason) => {
                not_costed.push(Uncosted {
                    child: record.id.clone(),
                    reason,
                });
                Side::default()
            }
        };
        if let Some((from, to)) = leaves_agency {
            let costs = costing
                .year(pool, child, Some(from))
                .ok()
                .zip(costing.year(pool, child, Some(to)).ok());
            let saving = costs.map(|(from, to)| Ore(from.0 - to.0));
            side.moved_from_agency = 1;
            side.saving_ore = saving.unwrap_or_default();
            moved.push(Moved {
                child: record.id.clone(),
                from: id(from),
                to: id(to),
                saving_ore: saving,
            });
        }
        all.add(&side);
        by_municipality.entry(&record.municipality).or_default().add(&side);
        let home = new.or(now).filter(|&family| is_agency(family));
        if let (Some(family), Some(needs)) = (home, record.needs.filter(|&needs| needs < from_needs)) {
            flags.push(Flag {
                child: record.id.clone(),
                family: id(family),
                needs,
                proposed: new.is_some(),
            });
        }
    }
    Ok(PlanCost {
        format: PLAN_COST_FORMAT,
        all,
        municipalities: (by_municipality.into_iter())
            .map(|(code, side)| MunicipalitySide {
                municipality: code.to_owned(),
                side,
            })
            .collect(),
        moved_from_agency: moved,
        agency_without_need: flags,
        agency_from_needs: from_needs,
        not_costed,
    })
}

/// One child's part of the sums.
fn side(
    costing: &Costing,
    pool: &Pool,
    child: ChildIdx,
    now: Option<FamilyIdx>,
    planned: Option<FamilyIdx>,
) -> Result<Side, NotCosted> {
    let mut side = Side::default();
    if let Some(home) = now {
        side.now_ore = costing.year(pool, child, Some(home))?;
        side.children_now = 1;
    }
    if let Some(home) = planned {
        side.planned_ore = costing.year(pool, child, Some(home))?;
        side.children_planned = 1;
    } else {
        side.bought_for_them_ore = costing.year(pool, child, None)?;
        side.without_home = 1;
    }
    Ok(side)
}

impl Side {
    fn add(&mut self, other: &Self) {
        let sum = |a: &mut Ore, b: Ore| a.0 = a.0.saturating_add(b.0);
        self.children_now += other.children_now;
        self.children_planned += other.children_planned;
        self.moved_from_agency += other.moved_from_agency;
        self.without_home += other.without_home;
        sum(&mut self.now_ore, other.now_ore);
        sum(&mut self.planned_ore, other.planned_ore);
        sum(&mut self.saving_ore, other.saving_ore);
        sum(&mut self.bought_for_them_ore, other.bought_for_them_ore);
    }
}

#[cfg(test)]
mod tests {
    use hemvist::matching::{MatchOptions, match_pool};
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    fn cost(pool: &Pool, costing: CostingAsked) -> PlanCost {
        let plan = match_pool(pool, &Policy::default(), &MatchOptions::default()).unwrap();
        plan_cost(
            pool,
            &plan,
            &PlanCostAsked {
                costing,
                agency_from_needs: None,
            },
        )
        .unwrap()
    }

    /// Gotland's stated means.
    fn means() -> CostingAsked {
        CostingAsked {
            own_per_day_ore: Some(60_700),
            agency_per_day_ore: 230_000,
            ..CostingAsked::default()
        }
    }

    /// 24 children in agency homes, of whom 15 may move, and `k` own homes that stand free.
    fn gotland(k: usize) -> Pool {
        let home = |id: String, kind: &str, places: u8| {
            serde_json::json!({ "id": id, "municipality": "0980", "kind": kind, "places": places,
                "assessed_on": "2015-05-01", "register_checked_on": "2015-11-01" })
        };
        let agency = (0..24).map(|n| home(format!("agency-{n}"), "agency", 0));
        let families: Vec<_> = agency
            .chain((0..k).map(|n| home(format!("own-{n}"), "family", 1)))
            .collect();
        let child = |n: usize| {
            serde_json::json!({ "id": format!("c{n:02}"), "municipality": "0980", "age": 10, "placement": "long_term",
                "needs": if n < 15 { 2 } else { 5 } })
        };
        let placement = |n: usize| serde_json::json!({ "child": format!("c{n:02}"), "family": format!("agency-{n}"), "may_move": n < 15 });
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2015-12-02", "municipalities": [{ "id": "0980" }], "families": families,
            "children": (0..24).map(child).collect::<Vec<_>>(), "placements": (0..24).map(placement).collect::<Vec<_>>()
        });
        Pool::from_document(serde_json::from_value(document).unwrap()).unwrap()
    }

    #[test]
    fn k_freed_homes_save_k_times_617_945_kronor() {
        for k in [0, 1, 7, 15, 20] {
            let cost = cost(&gotland(k), means());
            let moved = k.min(15);
            assert_eq!(cost.all.moved_from_agency as usize, moved);
            assert_eq!(cost.all.saving_ore.to_kronor(), 617_945 * i64::try_from(moved).unwrap());
            assert_eq!(cost.all.now_ore.0 - cost.all.planned_ore.0, cost.all.saving_ore.0);
            // Nine need what an agency gives; the others who have not moved are flagged.
            assert_eq!(cost.agency_without_need.len(), 15 - moved);
            assert!(cost.not_costed.is_empty());
        }
    }

    #[test]
    fn own_homes_follow_fee_level_and_age() {
        let costing = CostingAsked {
            year: Some(2016),
            secretary_per_day_ore: Some(11_400),
            agency_per_day_ore: 230_000,
            ..CostingAsked::default()
        };
        let cost = cost(&gotland(1), costing);
        // Level 2, age 10: (7 508 + 3 876) / 30 + 114 = 493.4666… a day, × 365 = 180 115.33.
        assert_eq!(
            cost.moved_from_agency[0].saving_ore,
            Some(Ore(230_000 * 365 - 18_011_533))
        );
    }

    #[test]
    fn sums_agree_on_every_example_and_nobody_is_lost() {
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            let costing = CostingAsked {
                year: Some(2021),
                secretary_per_day_ore: Some(11_400),
                agency_per_day_ore: 230_000,
                ..CostingAsked::default()
            };
            let cost = cost(&pool, costing);
            let sum = |get: fn(&Side) -> i64| cost.municipalities.iter().map(|m| get(&m.side)).sum::<i64>();
            let gets: [fn(&Side) -> i64; 4] = [
                |side| side.now_ore.0,
                |side| side.planned_ore.0,
                |side| side.saving_ore.0,
                |side| side.bought_for_them_ore.0,
            ];
            for get in gets {
                assert_eq!(sum(get), get(&cost.all), "{}", shape.name);
            }
            let all = cost.all.children_planned + cost.all.without_home;
            assert_eq!(
                all as usize + cost.not_costed.len(),
                pool.n_children(),
                "{}",
                shape.name
            );
            let saved: i64 = cost
                .moved_from_agency
                .iter()
                .filter_map(|m| m.saving_ore)
                .map(|ore| ore.0)
                .sum();
            assert_eq!(saved, cost.all.saving_ore.0);
        }
    }

    #[test]
    fn flat_means_and_fees_do_not_mix() {
        let pool = gotland(1);
        let plan = match_pool(&pool, &Policy::default(), &MatchOptions::default()).unwrap();
        let refused = |costing: CostingAsked| {
            plan_cost(
                &pool,
                &plan,
                &PlanCostAsked {
                    costing,
                    agency_from_needs: None,
                },
            )
            .is_err()
        };
        assert!(refused(CostingAsked {
            year: Some(2016),
            ..means()
        }));
        assert!(refused(CostingAsked {
            own_per_day_ore: None,
            ..means()
        }));
        assert!(refused(CostingAsked {
            agency_per_day_ore: -1,
            ..means()
        }));
        assert!(refused(CostingAsked {
            days_per_year: Some(0),
            ..means()
        }));
        let asked = PlanCostAsked {
            costing: means(),
            agency_from_needs: Some(6),
        };
        assert!(plan_cost(&pool, &plan, &asked).is_err());
    }
}
