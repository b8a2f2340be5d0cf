//! Fits of one child and many families: aspects worked out once per class of families, then looked up and added.
//!
//! For each child, every aspect function of [`crate::fit`] is called once per *class* of families, into a table of
//! points; values of journeys are tables by whole 100 m, the same for all children. A fit is then a handful of table
//! look-ups, two distances and one division by multiplication. The few pairs that have something of their own (ties,
//! wishes, choices, known journeys, siblings who live there) are evaluated one by one afterwards.
//!
//! A rule that rules a pair out is a point value so low that no sum of the others can lift it to 0.
//!
//! Equal to [`super::evaluate`] on every pair: tested on random pools.

use super::{Totals, Verdict, aspects, verdict};
use crate::candidates::Candidate;
use crate::distance::{Place, metres};
use crate::policy::{CURVE_STEPS, CompiledPolicy};
use crate::pool::classes::Classes;
use crate::pool::facts::{ChildFacts, PairFacts};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::{Rule, RuleSet};

/// Points of what is ruled out. The sum of weights is at most 2¹⁵ and values at most 1000, so all criteria together
/// give less than 2²⁵; and of these at most ten are added up, so that `i32` holds.
const RULED_OUT: i32 = -(1 << 27);
/// Families looked at together; their sums stay in the first-level cache.
const BLOCK: usize = 512;
/// Length of a table of journeys: known steps, then unknown ones, the last entry being 0.
const STEPS: usize = 2 * CURVE_STEPS as usize;
/// Entry of a journey whose length is not known.
const UNKNOWN: u32 = CURVE_STEPS;
/// Entry that adds nothing.
const NOTHING: u32 = 2 * CURVE_STEPS - 1;

type Steps = Box<[i32; STEPS]>;

fn points(policy: &CompiledPolicy, say: impl FnOnce(&mut Totals<'_>)) -> (i32, RuleSet) {
    let mut totals = Totals::new(policy);
    say(&mut totals);
    let ruled_out = !totals.ruled_out().is_empty();
    (if ruled_out { RULED_OUT } else { totals.points }, totals.rules)
}

/// What does not depend on the child: values of journeys.
pub(crate) struct Shared<'a> {
    pool: &'a Pool,
    policy: &'a CompiledPolicy,
    home: Steps,
    school: Steps,
    no_school: i32,
    /// Warning rules that are not told by classes of families alone.
    pair_warnings: RuleSet,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(pool: &'a Pool, policy: &'a CompiledPolicy) -> Self {
        let table = |known: &dyn Fn(u32, &mut Totals<'_>), unknown: &dyn Fn(&mut Totals<'_>)| -> Steps {
            let mut steps: Steps = Box::new([0; STEPS]);
            for (step, slot) in (0..).zip(&mut steps[..CURVE_STEPS as usize]) {
                *slot = points(policy, |sink| known(step * 100, sink)).0;
            }
            steps[UNKNOWN as usize] = points(policy, |sink| unknown(sink)).0;
            steps
        };
        let by_pair = [
            Rule::TooFar,
            Rule::KeepAway,
            Rule::ProtectedArea,
            Rule::NotWanted,
            Rule::Refused,
        ];
        Self {
            pool,
            policy,
            home: table(&|m, s| aspects::home_value(policy, m, s), &|s| {
                aspects::home_unknown(policy, s)
            }),
            school: table(&|m, s| aspects::school_value(policy, m, s), &|s| {
                aspects::school_unknown(policy, s)
            }),
            no_school: points(policy, |s| aspects::school_none(policy, s)).0,
            pair_warnings: by_pair.into_iter().collect::<RuleSet>().and(policy.warn()),
        }
    }
}

/// Points and rules of one aspect, per class of families.
#[derive(Default)]
struct Column {
    points: Vec<i32>,
    rules: Vec<RuleSet>,
}

impl Column {
    fn fill<T>(&mut self, policy: &CompiledPolicy, classes: &Classes<T>, say: impl Fn(&T, &mut Totals<'_>)) {
        self.points.clear();
        self.rules.clear();
        for facts in &classes.facts {
            let (points, rules) = points(policy, |sink| say(facts, sink));
            self.points.push(points);
            self.rules.push(rules);
        }
    }
}

/// The tables of one child; kept and refilled from child to child.
#[derive(Default)]
pub(crate) struct Tables {
    terms: Column,
    ages: Column,
    care: Column,
    competences: Column,
    languages: Column,
    household: Column,
    area: Column,
    /// Points of what is the same for all families that are nothing special to the child.
    base: i32,
    /// Farther than this is ruled out.
    longest: u32,
    /// Whether zones may rule families out.
    zones: bool,
    /// Room for one row of fits.
    fits: Vec<i16>,
}

struct Block {
    home: [u32; BLOCK],
    school: [u32; BLOCK],
    sums: [i32; BLOCK],
}

impl Tables {
    fn fill(&mut self, shared: &Shared<'_>, child: &ChildFacts) {
        let (pool, policy) = (shared.pool, shared.policy);
        let require = policy.require();
        self.terms
            .fill(policy, &pool.terms, |f, s| aspects::terms(policy, child, f, s));
        self.ages
            .fill(policy, &pool.ages, |f, s| aspects::ages(policy, child, *f, s));
        self.care
            .fill(policy, &pool.care, |f, s| aspects::care(policy, child, *f, s));
        (self.competences).fill(policy, &pool.competences, |f, s| {
            aspects::competences(policy, child, f, s)
        });
        (self.languages).fill(policy, &pool.languages, |f, s| aspects::languages(child, f, s));
        (self.household).fill(policy, &pool.household, |f, s| {
            aspects::household(policy, child, f, None, s)
        });
        self.area
            .fill(policy, &pool.area, |f, s| aspects::area(policy, child, f, None, s));
        self.base = points(policy, |s| aspects::pair(policy, &PairFacts::default(), s)).0;
        if child.school.is_none() {
            self.base += shared.no_school;
        }
        let far = child.longest_m.filter(|_| require.contains(Rule::TooFar));
        self.longest = far.unwrap_or(u32::MAX);
        self.zones = (!child.zones.is_empty() && require.contains(Rule::KeepAway))
            || (child.protected && require.contains(Rule::ProtectedArea));
    }

    /// Fits of one child and all families, −1 where ruled out.
    pub(crate) fn row(&mut self, shared: &Shared<'_>, child: ChildIdx, out: &mut [i16]) {
        let facts = &shared.pool.children[child.row()];
        self.fill(shared, facts);
        let mut block = Block {
            home: [UNKNOWN; BLOCK],
            school: [NOTHING; BLOCK],
            sums: [0; BLOCK],
        };
        for (number, fits) in out.chunks_mut(BLOCK).enumerate() {
            self.block(shared, facts, number * BLOCK, &mut block, fits);
        }
        for &(family, _) in &facts.special {
            out[family.row()] = written(verdict(shared.pool, shared.policy, child, family));
        }
    }

    /// Each aspect's class of every family, and its answers.
    fn columns<'t>(&'t self, pool: &'t Pool) -> [(&'t [u32], &'t Column); 7] {
        [
            (&pool.terms.of, &self.terms),
            (&pool.ages.of, &self.ages),
            (&pool.care.of, &self.care),
            (&pool.competences.of, &self.competences),
            (&pool.languages.of, &self.languages),
            (&pool.household.of, &self.household),
            (&pool.area.of, &self.area),
        ]
    }

    /// Fits of one child and the families from `first` on, as if none were special.
    fn block(&self, shared: &Shared<'_>, child: &ChildFacts, first: usize, block: &mut Block, fits: &mut [i16]) {
        let pool = shared.pool;
        let n = fits.len();
        let rows = first..first + n;
        let mut far = [0; BLOCK];
        if let Some(home) = child.home {
            journeys(pool, first, home, &mut block.home[..n], |j, metres| far[j] = metres);
        }
        if let Some(school) = child.school {
            journeys(pool, first, school, &mut block.school[..n], |_, _| {});
        }
        let columns = self
            .columns(pool)
            .map(|(of, column)| (&of[rows.clone()], &column.points[..]));
        for j in 0..n {
            let mut sum = self.base;
            for (of, points) in &columns {
                sum += points[of[j] as usize];
            }
            sum += shared.home[(block.home[j] as usize) % STEPS] + shared.school[(block.school[j] as usize) % STEPS];
            block.sums[j] = sum;
        }
        if self.longest < u32::MAX {
            for (sum, &metres) in block.sums[..n].iter_mut().zip(&far[..n]) {
                *sum += if metres > self.longest { RULED_OUT } else { 0 };
            }
        }
        if self.zones {
            for (j, sum) in block.sums[..n].iter_mut().enumerate() {
                let family = FamilyIdx::from_row(first + j);
                let same = pool.area.at(first + j).municipality == child.municipality;
                let zoned = points(shared.policy, |s| {
                    aspects::zones(shared.policy, child, pool.place(family), same, s);
                });
                *sum += zoned.0;
            }
        }
        for (fit, &sum) in fits.iter_mut().zip(&block.sums[..n]) {
            let value = shared.policy.fit_of(sum.max(0).unsigned_abs()).cast_signed();
            *fit = if sum < 0 { -1 } else { value };
        }
    }
}

/// Entries in a table of journeys for the families from `first` on; hands out the metres, 0 where unknown.
#[inline(always)]
#[allow(clippy::inline_always, reason = "the closure must become part of the loop")]
fn journeys(pool: &Pool, first: usize, from: Place, entries: &mut [u32], mut each: impl FnMut(usize, u32)) {
    let rows = first..first + entries.len();
    let (x, y, z) = (&pool.x[rows.clone()], &pool.y[rows.clone()], &pool.z[rows.clone()]);
    let unknown = &pool.off_map[rows];
    for (j, entry) in entries.iter_mut().enumerate() {
        let metres = metres(from.x - x[j], from.y - y[j], from.z - z[j]);
        let off = unknown[j];
        let step = (metres / 100).min(CURVE_STEPS - 1);
        *entry = if off == 0 { step } else { UNKNOWN };
        each(j, if off == 0 { metres } else { 0 });
    }
}

fn written(verdict: Verdict) -> i16 {
    if verdict.is_eligible() {
        verdict.fit.cast_signed()
    } else {
        -1
    }
}

impl Tables {
    /// Whether only families within the child's longest travel can be eligible.
    pub(crate) fn may_be_near_only(&self, shared: &Shared<'_>, child: ChildIdx) -> bool {
        let facts = &shared.pool.children[child.row()];
        facts.home.is_some() && facts.longest_m.is_some() && shared.policy.require().contains(Rule::TooFar)
    }

    /// The candidates of a child among all families.
    pub(crate) fn all(&mut self, shared: &Shared<'_>, child: ChildIdx, found: &mut Vec<Candidate>) {
        let mut fits = std::mem::take(&mut self.fits);
        fits.resize(shared.pool.n_families(), 0);
        self.row(shared, child, &mut fits);
        let eligible = shared.pool.families().zip(&fits).filter(|(_, fit)| **fit >= 0);
        found.extend(eligible.map(|(family, fit)| Candidate {
            family,
            fit: fit.unsigned_abs(),
            warned: self.warned(shared, child, family),
        }));
        self.fits = fits;
    }

    /// The candidates of a child among the families listed, in their order.
    pub(crate) fn listed(
        &mut self,
        shared: &Shared<'_>,
        child: ChildIdx,
        families: &[FamilyIdx],
        found: &mut Vec<Candidate>,
    ) {
        let facts = &shared.pool.children[child.row()];
        self.fill(shared, facts);
        for &family in families {
            // Cheap first: what the classes rule out needs no distance.
            if self.ruled_out_by_class(shared.pool, family) && !is_special(shared.pool, child, family) {
                continue;
            }
            let verdict = verdict(shared.pool, shared.policy, child, family);
            if verdict.is_eligible() {
                found.push(Candidate {
                    family,
                    fit: verdict.fit,
                    warned: verdict.warned,
                });
            }
        }
    }

    /// Whether the classes of a family rule it out for the child of these tables.
    fn ruled_out_by_class(&self, pool: &Pool, family: FamilyIdx) -> bool {
        let columns = self.columns(pool);
        columns
            .iter()
            .any(|(of, column)| column.points[of[family.row()] as usize] < 0)
    }

    /// The rules that mark an eligible pair of the child of these tables.
    fn warned(&self, shared: &Shared<'_>, child: ChildIdx, family: FamilyIdx) -> RuleSet {
        if !shared.pair_warnings.is_empty() || is_special(shared.pool, child, family) {
            return verdict(shared.pool, shared.policy, child, family).warned;
        }
        let columns = self.columns(shared.pool);
        let rules = columns
            .iter()
            .map(|(of, column)| column.rules[of[family.row()] as usize]);
        rules.fold(RuleSet::EMPTY, RuleSet::or).and(shared.policy.warn())
    }
}

/// Whether the child has something of its own with this family, which classes do not tell.
fn is_special(pool: &Pool, child: ChildIdx, family: FamilyIdx) -> bool {
    let special = &pool.children[child.row()].special;
    special.binary_search_by_key(&family, |(f, _)| *f).is_ok()
}
