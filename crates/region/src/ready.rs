//! Which homes can take a child now.

use hemvist::input::{Family, HomeKind, PlacementKind};
use hemvist::pool::{FamilyIdx, Pool};

/// Whether a home is assessed, its registers are checked, and it is available on the pool's date and has a free place.
pub fn is_ready(pool: &Pool, family: FamilyIdx) -> bool {
    let record = pool.family(family);
    let done = |day: Option<hemvist::input::Day>| day.is_some_and(|day| day <= pool.as_of());
    record.places > 0
        && done(record.assessed_on)
        && done(record.register_checked_on)
        && record.available_from.is_none_or(|first| first <= pool.as_of())
        && record.available_until.is_none_or(|last| pool.as_of() <= last)
}

/// Whether a home offers a kind of placement: those it names, or if it names none those usual for its kind of home.
pub fn offers(family: &Family, placement: PlacementKind) -> bool {
    if !family.offers.is_empty() {
        return family.offers.contains(&placement);
    }
    let usual = match family.kind {
        HomeKind::Emergency => PlacementKind::Emergency,
        HomeKind::Respite => PlacementKind::Respite,
        HomeKind::Family | HomeKind::Network | HomeKind::Reinforced | HomeKind::Agency => PlacementKind::LongTerm,
    };
    placement == usual
}

#[cfg(test)]
mod tests {
    use hemvist::explain::explain;
    use hemvist::policy::Policy;
    use hemvist::rules::Rule;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    /// The rules say the same of every pair of every example.
    #[test]
    fn rules_agree() {
        let policy = Policy::default().compile().unwrap();
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            let child = pool.children().next().unwrap();
            for family in pool.families() {
                let reasons = explain(&pool, &policy, child, family).reasons;
                let has = |rule: Rule| reasons.iter().any(|reason| reason.rule == rule);
                let ready = [
                    Rule::NotAssessed,
                    Rule::NotRegisterChecked,
                    Rule::NoPlace,
                    Rule::NotAvailable,
                ];
                assert_eq!(is_ready(&pool, family), !ready.into_iter().any(has));
                let sought = pool.child(child).placement;
                assert_eq!(offers(pool.family(family), sought), !has(Rule::PlacementNotOffered));
            }
        }
    }
}
