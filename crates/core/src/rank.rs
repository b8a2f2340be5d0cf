//! Families in order for one child, or for siblings together, before any pool is matched.
//!
//! Looks at every family, with all reasons; knows nothing of other children who may want the same home.

mod siblings;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::canonical::{self, CanonicalError};
use crate::explain::{Explanation, explain};
use crate::fit::fit;
use crate::input::Day;
use crate::policy::{CompiledPolicy, Mode};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::problem::{Code, Path, Problem, Problems};
use crate::rules::Rule;
use crate::schema;

pub use siblings::{ChildFit, GroupHome, SiblingGroupRank, SplitHome, rank_together};

/// The only value of [`Rank::format`].
pub const RANK_FORMAT: &str = "hemvist.rank/1";

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
    /// How many families each rule stops, most first, equal ones by code. A family is counted under every rule that
    /// stops it.
    pub fn stops(&self) -> Vec<(Rule, usize)> {
        let mut counts: BTreeMap<Rule, usize> = BTreeMap::new();
        for (_, explanation) in &self.ruled_out {
            for reason in explanation.reasons.iter().filter(|r| r.mode == Mode::Require) {
                *counts.entry(reason.rule).or_default() += 1;
            }
        }
        let mut stops: Vec<_> = counts.into_iter().collect();
        stops.sort_by_key(|&(rule, count)| (Reverse(count), rule.code()));
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

/// How much of a ranking is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankOptions {
    /// At most so many families of each list.
    pub most: usize,
    /// Whether the families that are ruled out are listed, with their reasons.
    pub ruled_out: bool,
}

impl Default for RankOptions {
    /// The ten best, and counts of the others.
    fn default() -> Self {
        Self {
            most: 10,
            ruled_out: false,
        }
    }
}

/// The families for one child as a document (`hemvist.rank/1`).
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rank {
    /// Always `hemvist.rank/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// The child.
    pub child: String,
    /// Where it lives and stays, if it does; it then seeks no other home.
    pub stays: Option<String>,
    /// How many families are eligible.
    pub eligible: u32,
    /// The best of them: greatest fit first, equal ones by id.
    pub families: Vec<RankedFamily>,
    /// How many families are ruled out.
    pub n_ruled_out: u32,
    /// How many families each rule stops, most first, equal ones by code; a family counts under every rule that stops
    /// it.
    pub stops: Vec<Stop>,
    /// The nearest misses, if they were asked for: fewest reasons first, then greatest fit, then by id.
    pub ruled_out: Option<Vec<RankedFamily>>,
    /// The child's sibling group, if others of it are to be placed too.
    pub siblings: Option<SiblingGroupRank>,
}

/// A family, and all that rules and criteria say of it.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RankedFamily {
    /// The family.
    pub family: String,
    /// All that rules and criteria say.
    pub explanation: Explanation,
}

/// How many families a rule stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stop {
    /// The rule.
    pub rule: Rule,
    /// How many families.
    pub families: u32,
}

impl std::fmt::Debug for Rank {
    /// Counts only: a ranking is about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rank")
            .field("eligible", &self.eligible)
            .field("n_ruled_out", &self.n_ruled_out)
            .finish_non_exhaustive()
    }
}

impl Rank {
    /// The families for a child, and for its siblings together.
    ///
    /// # Errors
    /// That no child has this id.
    ///
    /// # Complexity
    /// `O(families · log families)`, times the children of the sibling group; where no family can take a group, one
    /// solve of its children and all families.
    ///
    /// # Examples
    /// ```
    /// use hemvist::{input::PoolDocument, policy::Policy, pool::Pool, rank::{Rank, RankOptions}};
    ///
    /// let document: PoolDocument = serde_json::from_str(r#"{
    ///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
    ///     "families": [
    ///         {"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 0, "to": 20},
    ///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"},
    ///         {"id": "f2", "municipality": "1276", "kind": "family", "places": 2, "ages": {"from": 0, "to": 6},
    ///          "assessed_on": "2025-05-01", "register_checked_on": "2025-11-01"}],
    ///     "children": [
    ///         {"id": "c1", "municipality": "1276", "age": 9, "placement": "long_term"},
    ///         {"id": "c2", "municipality": "1276", "age": 5, "placement": "long_term"},
    ///         {"id": "c3", "municipality": "1276", "age": 3, "placement": "long_term"}],
    ///     "sibling_groups": [{"id": "g1", "children": ["c1", "c2", "c3"], "policy": "together"}]
    /// }"#)?;
    /// let pool = Pool::from_document(document)?;
    /// let rank = Rank::of(&pool, &Policy::default().compile()?, "c1", RankOptions::default())?;
    /// assert_eq!((rank.eligible, rank.n_ruled_out), (0, 2), "no home has three places");
    /// let siblings = rank.siblings.unwrap();
    /// assert!(siblings.together.is_empty());
    /// let split: Vec<_> = siblings.split.unwrap().iter().map(|home| home.children.len()).collect();
    /// assert_eq!(split, [1, 2], "c1 alone, the little ones together");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(pool: &Pool, policy: &CompiledPolicy, child: &str, options: RankOptions) -> Result<Self, Problems> {
        let unknown = || Problems::from(Problem::new(Code::AskedUnknownChild, Path::of("child")));
        let child = pool.child_idx(child).ok_or_else(unknown)?;
        let ranking = rank(pool, policy, child);
        let stops = ranking.stops().into_iter().map(|(rule, families)| Stop {
            rule,
            families: count(families),
        });
        let (eligible, n_ruled_out) = (count(ranking.eligible.len()), count(ranking.ruled_out.len()));
        let stops = stops.collect();
        let listed = |list: Vec<(FamilyIdx, Explanation)>| -> Vec<RankedFamily> {
            let first = list.into_iter().take(options.most);
            first
                .map(|(family, explanation)| RankedFamily {
                    family: pool.family(family).id.clone(),
                    explanation,
                })
                .collect()
        };
        Ok(Self {
            format: RANK_FORMAT,
            as_of: pool.as_of(),
            child: pool.child(child).id.clone(),
            stays: pool.stays(child).map(|home| pool.family(home).id.clone()),
            eligible,
            families: listed(ranking.eligible),
            n_ruled_out,
            stops,
            ruled_out: options.ruled_out.then(|| listed(ranking.ruled_out)),
            siblings: siblings::of_child(pool, policy, child, options.most),
        })
    }

    /// The JSON Schema (draft 2020-12) of the document, `hemvist.rank/1`.
    pub fn schema() -> serde_json::Value {
        schema::of_answer::<Self>()
    }

    /// The document as canonical JSON (RFC 8785).
    ///
    /// # Errors
    /// [`CanonicalError`] only if a count passes 2^53, which no pool within the limits reaches.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_bytes(self)
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
