//! What each municipality gives to the pool and gets from it.
//!
//! Small municipalities in Norr felt that they got little for their fee, and Familjepoolen's got too few of their homes from the
//! pool (decision material, Jönköping county, about 2012). So: whose children live in whose homes, now and under a plan, and
//! beside it each one's share of the cost.

use hemvist::matching::homes_of;
use hemvist::plan::Plan;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents};
use crate::money::Ore;
use crate::shares::{ShareAsked, share};

documents! { Exchange EXCHANGE_FORMAT "hemvist.exchange/1"; }

/// What is to be reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeAsked {
    /// A common cost to set beside what each gets; absent: none.
    #[serde(default)]
    pub share: Option<ShareAsked>,
}

/// Given and got (`hemvist.exchange/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// Always `hemvist.exchange/1`.
    pub format: &'static str,
    /// One for each municipality of the pool, by code.
    pub municipalities: Vec<Balance>,
}

/// One municipality's balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// The municipality.
    pub municipality: String,
    /// Homes that lie there.
    pub homes: u32,
    /// Free places in them.
    pub places: u32,
    /// Its children who seek a home.
    pub children: u32,
    /// Today: whose children live where.
    pub now: Flow,
    /// The children whom the plan places.
    pub plan: Flow,
    /// Its children whom the plan leaves without a home.
    pub unplaced: u32,
    /// What it pays of the common cost, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_ore: Option<Ore>,
    /// Its share of the cost in hundredths of a per cent, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_basis_points: Option<u32>,
    /// Its share of the children whom the plan places, in hundredths of a per cent; absent if it places none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed_basis_points: Option<u32>,
}

/// Children by whose they are and where the home lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Own children in homes that lie here.
    pub own: u32,
    /// Own children in homes of other municipalities: got.
    pub got: u32,
    /// Other municipalities' children in homes that lie here: given.
    pub gave: u32,
}

/// Who gives and who gets. The plan must be one of this pool.
///
/// # Errors
/// As [`share`], if a cost is given.
///
/// # Complexity
/// `O(municipalities · (children + families))`.
pub fn exchange(pool: &Pool, plan: &Plan, asked: &ExchangeAsked) -> Result<Exchange, RegionError> {
    let shared = asked.share.as_ref().map(|asked| share(pool, asked)).transpose()?;
    let proposed = homes_of(pool, plan);
    let lives: Vec<Option<FamilyIdx>> = pool.children().map(|child| pool.lives_in(child)).collect();
    let placed_in_all = u64::from(plan.totals.placed);
    let municipalities = pool.document().municipalities.iter().enumerate().map(|(at, record)| {
        let code = record.id.as_str();
        let own = |child: ChildIdx| pool.child(child).municipality == code;
        let families = pool
            .families()
            .map(|family| pool.family(family))
            .filter(|family| family.municipality == code);
        let (homes, places) = families.fold((0, 0), |(n, places), f| (n + 1, places + u32::from(f.places)));
        let flow = |homes: &[Option<FamilyIdx>]| {
            let mut flow = Flow::default();
            for (child, family) in pool.children().zip(homes) {
                let Some(family) = family else { continue };
                let here = pool.family(*family).municipality == code;
                match (own(child), here) {
                    (true, true) => flow.own += 1,
                    (true, false) => flow.got += 1,
                    (false, true) => flow.gave += 1,
                    (false, false) => {}
                }
            }
            flow
        };
        let seeking = pool
            .children()
            .filter(|&child| own(child) && pool.stays(child).is_none())
            .count();
        let planned = flow(&proposed);
        let part = shared.as_ref().and_then(|shared| shared.municipalities.get(at));
        let placed = u64::from(planned.own + planned.got);
        let points = (placed * 20_000 + placed_in_all).checked_div(2 * placed_in_all);
        let seeking = u32::try_from(seeking).unwrap_or(u32::MAX);
        Balance {
            municipality: record.id.clone(),
            homes,
            places,
            children: seeking,
            now: flow(&lives),
            plan: planned,
            unplaced: seeking - planned.own - planned.got,
            cost_ore: part.map(|part| part.amount_ore),
            cost_basis_points: part.map(|part| part.share_basis_points),
            placed_basis_points: points.and_then(|points| u32::try_from(points).ok()),
        }
    });
    Ok(Exchange {
        format: EXCHANGE_FORMAT,
        municipalities: municipalities.collect(),
    })
}

#[cfg(test)]
mod tests {
    use hemvist::matching::{MatchOptions, match_pool};
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;
    use crate::shares::Key;

    #[test]
    fn what_is_given_is_what_is_got_and_everyone_counts_once() {
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            let plan = match_pool(&pool, &Policy::default(), &MatchOptions::default()).unwrap();
            let asked = ExchangeAsked {
                share: Some(ShareAsked {
                    budget_ore: 100_000_001,
                    by: Key::Population,
                }),
            };
            let all = exchange(&pool, &plan, &asked).unwrap().municipalities;
            let sum = |get: &dyn Fn(&Balance) -> u32| all.iter().map(get).sum::<u32>();
            for flow in [|b: &Balance| b.now, |b: &Balance| b.plan] {
                assert_eq!(sum(&|b| flow(b).got), sum(&|b| flow(b).gave), "{}", shape.name);
            }
            assert_eq!(sum(&|b| b.plan.own + b.plan.got), plan.totals.placed);
            assert_eq!(sum(&|b| b.unplaced), plan.totals.unplaced);
            let living = pool.children().filter(|&child| pool.lives_in(child).is_some()).count();
            assert_eq!(sum(&|b| b.now.own + b.now.got) as usize, living);
            assert_eq!(sum(&|b| b.homes) as usize, pool.n_families());
            assert_eq!(
                all.iter().filter_map(|b| b.cost_ore).map(|ore| ore.0).sum::<i64>(),
                100_000_001
            );
        }
    }
}
