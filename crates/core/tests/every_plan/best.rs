//! The best plan of a tiny pool, found by trying every plan.

use hemvist::matching::Worth;
use hemvist::policy::Policy;
use hemvist::pool::Pool;

use crate::every_plan::{each, key, worth};

/// The worth of the best plan; `None` if no plan keeps every lock.
pub(crate) fn best(pool: &Pool, policy: &Policy) -> Option<Worth> {
    let mut best = None;
    each(pool, policy, &mut |plan, fits| {
        let worth = worth(pool, policy, plan, fits);
        if best.is_none_or(|best| key(policy, worth) > key(policy, best)) {
            best = Some(worth);
        }
    });
    best
}
