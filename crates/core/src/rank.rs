//! Families in order for one child, before any pool is matched.
//!
//! Looks at every family, with all reasons; knows nothing of other children who may want the same home.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::explain::{Explanation, explain};
use crate::fit::{fit, verdict};
use crate::input::SiblingPolicy;
use crate::policy::{CompiledPolicy, Mode};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::{Rule, RuleSet};

/// The families for one child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// Eligible families: greatest fit first, equal ones by id.
    pub eligible: Vec<(FamilyIdx, Explanation)>,
    /// Families that are ruled out: fewest reasons first, then greatest fit, then by id. The first are the nearest
    /// misses.
    pub ruled_out: Vec<(FamilyIdx, Explanation)>,
}

impl Ranking {
    /// How many families each rule stops, most first, equal ones by number. A family is counted under every rule that
    /// stops it.
    pub fn stops(&self) -> Vec<(Rule, usize)> {
        let mut counts: BTreeMap<Rule, usize> = BTreeMap::new();
        for (_, explanation) in &self.ruled_out {
            for reason in explanation.reasons.iter().filter(|r| r.mode == Mode::Require) {
                *counts.entry(reason.rule).or_default() += 1;
            }
        }
        let mut stops: Vec<_> = counts.into_iter().collect();
        stops.sort_by_key(|&(rule, count)| (Reverse(count), rule));
        stops
    }
}

/// The families in order for one child, with everything that speaks for and against each.
///
/// # Complexity
/// `O(families · log families)`.
pub fn rank(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx) -> Ranking {
    let (mut eligible, mut ruled_out): (Vec<_>, Vec<_>) = pool
        .families()
        .map(|family| (family, explain(pool, policy, child, family)))
        .partition(|(_, explanation)| explanation.eligible);
    eligible.sort_by_key(|(family, e)| (Reverse(e.fit), *family));
    let stopping = |e: &Explanation| e.reasons.iter().filter(|r| r.mode == Mode::Require).count();
    ruled_out.sort_by_key(|(family, e)| (stopping(e), Reverse(e.fit), *family));
    Ranking { eligible, ruled_out }
}

/// The only value of [`RankingDocument::format`].
pub const RANKING_FORMAT: &str = "hemvist.ranking/1";

/// A ranking as a document (`hemvist.ranking/1`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RankingDocument<'a> {
    /// Always `hemvist.ranking/1`.
    pub format: &'static str,
    /// The child.
    pub child: &'a str,
    /// How many families are eligible.
    pub n_eligible: usize,
    /// The eligible families, best first, as many as were asked for.
    pub families: Vec<RankedFamily<'a>>,
    /// How many families are ruled out.
    pub n_ruled_out: usize,
    /// How many families each rule stops, as [`Ranking::stops`].
    pub ruled_out: Vec<Stop>,
}

/// An eligible family of a ranking.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct RankedFamily<'a> {
    /// The family.
    pub family: &'a str,
    /// Everything that speaks for and against it.
    pub explanation: Explanation,
}

/// How many families a rule stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// The rule.
    pub rule: Rule,
    /// Number of families.
    pub families: usize,
}

impl<'a> RankingDocument<'a> {
    /// Ranks the families for one child as a document that lists at most so many of the eligible ones.
    ///
    /// # Examples
    /// ```
    /// use hemvist::rank::RankingDocument;
    /// use hemvist::{canonical, input::PoolDocument, policy::Policy, pool::Pool};
    ///
    /// let document: PoolDocument = serde_json::from_str(r#"{
    ///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
    ///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
    ///                   "register_checked_on": "2025-09-01"}],
    ///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
    /// }"#)?;
    /// let pool = Pool::from_document(document)?;
    /// let ranking = RankingDocument::new(&pool, &Policy::default().compile()?, pool.child_idx("c1").unwrap(), 10);
    /// assert_eq!(
    ///     String::from_utf8(canonical::to_bytes(&ranking)?)?,
    ///     r#"{"child":"c1","families":[],"format":"hemvist.ranking/1","n_eligible":0,"n_ruled_out":1,"ruled_out":[{"families":1,"rule":"assessment.missing"}]}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(pool: &'a Pool, policy: &CompiledPolicy, child: ChildIdx, most: usize) -> Self {
        let ranking = rank(pool, policy, child);
        let stops = ranking.stops().into_iter();
        Self {
            format: RANKING_FORMAT,
            child: &pool.child(child).id,
            n_eligible: ranking.eligible.len(),
            n_ruled_out: ranking.ruled_out.len(),
            ruled_out: stops.map(|(rule, families)| Stop { rule, families }).collect(),
            families: (ranking.eligible.into_iter().take(most))
                .map(|(family, explanation)| RankedFamily {
                    family: &pool.family(family).id,
                    explanation,
                })
                .collect(),
        }
    }
}

/// The eligible families for one child with their fits, greatest first, equal ones by id: the order of
/// [`Ranking::eligible`], without what speaks for and against.
///
/// # Complexity
/// `O(families · log families)`; several times faster than [`rank`].
pub fn best_fits(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx) -> Vec<(FamilyIdx, u16)> {
    let fit = |family| Some((family, fit(pool, policy, child, family)?));
    let mut best: Vec<_> = pool.families().filter_map(fit).collect();
    best.sort_by_key(|&(family, fit)| (Reverse(fit), family));
    best
}

/// A family that every child of a sibling group can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupHome {
    /// The family.
    pub family: FamilyIdx,
    /// The fit of each child, in the order in which the children were given.
    pub fits: Vec<u16>,
    /// The rules that mark any of the pairs.
    pub warned: RuleSet,
}

/// The families that can take these children together: eligible for each, with places for all, and no two of them
/// apart; greatest sum of fits first, equal ones by id. For the children of one sibling group who seek a home.
pub fn rank_together(pool: &Pool, policy: &CompiledPolicy, children: &[ChildIdx]) -> Vec<GroupHome> {
    if children.is_empty() || must_part(pool, children) {
        return Vec::new();
    }
    let home = |family: FamilyIdx| {
        let record = pool.family(family);
        let most = usize::from(record.most_siblings.unwrap_or(u8::MAX)).min(record.places.into());
        let verdicts: Vec<_> = children.iter().map(|&c| verdict(pool, policy, c, family)).collect();
        let fits = children.len() <= most && verdicts.iter().all(crate::fit::Verdict::is_eligible);
        fits.then(|| GroupHome {
            family,
            fits: verdicts.iter().map(|v| v.fit).collect(),
            warned: verdicts.iter().fold(RuleSet::EMPTY, |all, v| all.or(v.warned)),
        })
    };
    let mut homes: Vec<GroupHome> = pool.families().filter_map(home).collect();
    homes.sort_by_key(|h| (Reverse(h.fits.iter().map(|&f| u32::from(f)).sum::<u32>()), h.family));
    homes
}

/// Whether two of the children must not share a home.
fn must_part(pool: &Pool, children: &[ChildIdx]) -> bool {
    let has = |id: &str| children.iter().any(|&c| pool.child(c).id == id);
    let document = pool.document();
    document
        .not_together
        .iter()
        .any(|pair| has(&pair.child) && has(&pair.other))
        || (document
            .sibling_groups
            .iter()
            .filter(|g| g.policy == SiblingPolicy::Apart))
        .any(|group| group.children.iter().filter(|id| has(id)).count() > 1)
}
