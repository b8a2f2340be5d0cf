//! Rules and fit of one child and one family: one formula, several sinks.
//!
//! `evaluate` is the only place where rules and criteria are worked out. It says what it finds to a `Sink`: one
//! keeps only points and rule bits (`Totals`), one keeps everything for people ([`crate::explain`]). The fast path
//! (`fast`) calls the same aspect functions once per class of families and looks the answers up, so it cannot drift
//! from the explanation.
//!
//! All arithmetic is in integers. `fit = round(Σ weight × value / Σ weight)`, halves up. A value that hangs on a fact
//! that is not known is the middle of the range it could take (rounded down), and the range is kept.

mod aspects;
pub(crate) mod fast;

use crate::criteria::{Criterion, MOST};
use crate::explain::Question;
use crate::policy::CompiledPolicy;
use crate::pool::facts::ChildFacts;
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::{Rule, RuleSet};

/// A value of a criterion, 0–1000, and the range it could take if all facts were known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) used: u16,
    pub(crate) low: u16,
    pub(crate) high: u16,
}

impl Value {
    fn exact(value: u32) -> Self {
        let value = u16::try_from(value).map_or(MOST, |v| v.min(MOST));
        Self {
            used: value,
            low: value,
            high: value,
        }
    }

    /// A value that hangs on an unknown fact: the middle of the range, rounded down.
    fn between(low: u32, high: u32) -> Self {
        let (low, high) = (Self::exact(low.min(high)).used, Self::exact(high.max(low)).used);
        Self {
            used: u16::midpoint(low, high),
            low,
            high,
        }
    }
}

/// Where an evaluation goes.
pub(crate) trait Sink {
    /// A rule applies; `facts` are those of [`Rule::facts`].
    fn rule(&mut self, rule: Rule, facts: [i32; 3]);
    /// A criterion's value. A criterion may come in pieces, whose values and facts add up.
    fn value(&mut self, criterion: Criterion, value: Value, facts: [i32; 3]);
    /// A fact that matters here is not known.
    fn unknown(&mut self, question: Question);
}

/// The sink that keeps sums only.
pub(crate) struct Totals<'a> {
    policy: &'a CompiledPolicy,
    /// Σ scaled weight × value.
    pub(crate) points: i32,
    /// Every rule that applies and is not off.
    pub(crate) rules: RuleSet,
}

impl<'a> Totals<'a> {
    pub(crate) fn new(policy: &'a CompiledPolicy) -> Self {
        Self {
            policy,
            points: 0,
            rules: RuleSet::EMPTY,
        }
    }

    pub(crate) fn ruled_out(&self) -> RuleSet {
        self.rules.and(self.policy.require())
    }

    pub(crate) fn warned(&self) -> RuleSet {
        self.rules.and(self.policy.warn())
    }
}

impl Sink for Totals<'_> {
    fn rule(&mut self, rule: Rule, _: [i32; 3]) {
        self.rules = self.rules.with(rule);
    }
    fn value(&mut self, criterion: Criterion, value: Value, _: [i32; 3]) {
        self.points += self.policy.weight(criterion) * i32::from(value.used);
    }
    fn unknown(&mut self, _: Question) {}
}

/// Says to `sink` every rule that applies to a pair, the value of every criterion and every unknown fact that matters.
pub(crate) fn evaluate<S: Sink>(
    pool: &Pool,
    policy: &CompiledPolicy,
    child: ChildIdx,
    family: FamilyIdx,
    sink: &mut S,
) {
    evaluate_as(pool, policy, child, &pool.children[child.row()], family, sink);
}

/// As [`evaluate`], with other facts of the child than those of the pool.
fn evaluate_as<S: Sink>(
    pool: &Pool,
    policy: &CompiledPolicy,
    child: ChildIdx,
    facts: &ChildFacts,
    family: FamilyIdx,
    sink: &mut S,
) {
    let pair = facts.pair(family);
    let (c, row) = (child.row(), family.row());
    let age = facts.asks.age;
    let place = pool.place(family);
    aspects::terms(policy, facts.asks, pool.terms.at(row), sink);
    aspects::ages(policy, age, *pool.ages.at(row), sink);
    aspects::care(policy, facts.needs, *pool.care.at(row), sink);
    aspects::competences(policy, pool.skills.at(c), pool.competences.at(row), sink);
    aspects::to_home(policy, facts, place, pair.to_home, sink);
    aspects::to_school(policy, facts, place, pair.to_school, sink);
    let same_municipality = pool.area.at(row).municipality == facts.municipality;
    aspects::zones(policy, facts, place, same_municipality, sink);
    aspects::area(policy, facts.municipality, pool.area.at(row), pair.tie, sink);
    aspects::household(policy, age, pool.household.at(row), pair.others_there, sink);
    aspects::languages(pool.speaks.at(c), pool.languages.at(row), sink);
    aspects::pair(policy, &pair, sink);
}

/// Fit of a pair if the child goes there without the siblings it is to stay together with; `None` if it is ruled out
/// even then.
pub(crate) fn fit_alone(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx, family: FamilyIdx) -> Option<u16> {
    let mut facts = ChildFacts::clone(&pool.children[child.row()]);
    facts.asks.places_needed = 1;
    let mut totals = Totals::new(policy);
    evaluate_as(pool, policy, child, &facts, family, &mut totals);
    totals
        .ruled_out()
        .is_empty()
        .then(|| policy.fit_of(totals.points.unsigned_abs()))
}

/// What rules and fit say of one pair, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The fit, 0–1000; for a pair that is ruled out, what it would be.
    pub fit: u16,
    /// The rules that rule the pair out; empty: eligible.
    pub ruled_out: RuleSet,
    /// The rules that mark the pair.
    pub warned: RuleSet,
}

impl Verdict {
    /// Whether no rule rules the pair out.
    pub fn is_eligible(&self) -> bool {
        self.ruled_out.is_empty()
    }
}

/// One eligible pair of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The family.
    pub family: FamilyIdx,
    /// The fit, 0–1000.
    pub fit: u16,
    /// The rules that mark the pair.
    pub warned: RuleSet,
}

/// Fit and all reasons of one pair. `O(log k)` in what is known of single pairs of this child.
pub fn verdict(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx, family: FamilyIdx) -> Verdict {
    let mut totals = Totals::new(policy);
    evaluate(pool, policy, child, family, &mut totals);
    Verdict {
        fit: policy.fit_of(totals.points.unsigned_abs()),
        ruled_out: totals.ruled_out(),
        warned: totals.warned(),
    }
}

/// The fit of a pair, 0–1000; `None` if it is ruled out.
///
/// # Examples
/// ```
/// use hemvist::{fit::fit, input::PoolDocument, policy::Policy, pool::Pool};
///
/// let document: PoolDocument = serde_json::from_str(r#"{
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 0, "to": 12},
///                   "assessed_on": "2025-10-01", "register_checked_on": "2025-09-01"},
///                  {"id": "f2", "municipality": "1276", "kind": "family", "places": 1}],
///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
/// }"#)?;
/// let pool = Pool::from_document(document)?;
/// let policy = Policy::default().compile()?;
/// let (child, families) = (pool.child_idx("c1").unwrap(), ["f1", "f2"].map(|f| pool.family_idx(f).unwrap()));
/// assert!(fit(&pool, &policy, child, families[0]).is_some());
/// assert_eq!(fit(&pool, &policy, child, families[1]), None, "not assessed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx, family: FamilyIdx) -> Option<u16> {
    let verdict = verdict(pool, policy, child, family);
    verdict.is_eligible().then_some(verdict.fit)
}
