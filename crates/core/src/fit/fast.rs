//! Fits of one child and many families: aspects worked out once per class of children and families, then added up.
//!
//! Every aspect function of [`crate::fit`] reads one set of facts of the child and one of the family. It is called once
//! for each *class* of children and each *class* of families, and its points kept as a [`Page`]; values of journeys are
//! tables by 100 m, the same for all children. For one child the pages are laid out as one table, in which every
//! family has seven entries; a fit is then nine look-ups, two distances and one division by multiplication. The few
//! pairs that have something of their own (ties, wishes, choices, known journeys, siblings who
//! live there) are evaluated one by one afterwards.
//!
//! A rule that rules a pair out is a point value so low that no sum of the others can lift it to 0.
//!
//! Equal to [`super::evaluate`] on every pair: tested on random pools and policies.

use std::sync::OnceLock;

use super::{Candidate, Totals, Verdict, aspects, verdict};
use crate::distance::{Place, hundreds, metres};
use crate::policy::{CURVE_STEPS, CompiledPolicy};
use crate::pool::classes::Classes;
use crate::pool::facts::{ChildFacts, PairFacts};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::{Rule, RuleSet};

/// Points of what is ruled out. The sum of weights is at most 2¹⁵ and values at most 1000, so all criteria together
/// give less than 2²⁵; and of these at most eleven are added up, so that `i32` holds.
const RULED_OUT: i32 = -(1 << 27);
/// Families looked at together; their sums stay in the first-level cache.
const BLOCK: usize = 512;
/// Length of a table of journeys: by steps of 100 m, then the same for homes whose place is not known.
const STEPS: usize = 2 * CURVE_STEPS as usize;
/// First entry of journeys whose length is not known.
const UNKNOWN: u32 = CURVE_STEPS;
/// Entries of a table that needs no check of its bounds, because its indices are 16 bits wide.
const NARROW: usize = 1 << 16;
/// Most answers that one book keeps, 8 bytes each; past it, pages are written anew for each child.
const MOST_KEPT: usize = 1 << 22;
/// Aspects that are told by classes.
const ASPECTS: usize = 7;

type Steps = Box<[i32; STEPS]>;

fn points(policy: &CompiledPolicy, say: impl FnOnce(&mut Totals<'_>)) -> (i32, RuleSet) {
    let mut totals = Totals::new(policy);
    say(&mut totals);
    let ruled_out = !totals.ruled_out().is_empty();
    (if ruled_out { RULED_OUT } else { totals.points }, totals.rules)
}

/// A table of journeys: what `known` says of each 100 m, and `unknown` of a journey whose length is not known.
fn steps(policy: &CompiledPolicy, known: impl Fn(u32, &mut Totals<'_>), unknown: impl Fn(&mut Totals<'_>)) -> Steps {
    let mut steps = vec![0; STEPS];
    for (step, slot) in (0..CURVE_STEPS).zip(&mut steps) {
        *slot = points(policy, |sink| known(step * 100, sink)).0;
    }
    let unknown = points(policy, unknown).0;
    steps[UNKNOWN as usize..].fill(unknown);
    steps.try_into().expect("made with this length")
}

/// Answers of one aspect for one class of children: points and rules per class of families.
#[derive(Default)]
struct Page {
    points: Vec<i32>,
    rules: Vec<RuleSet>,
}

/// Answers of one aspect, a page per class of children, written when first asked for.
struct Book<'a> {
    /// Empty if the book would be too large to keep.
    pages: Vec<OnceLock<Page>>,
    /// Class of families of each family.
    of: &'a [u32],
    /// How many classes of families there are.
    classes: usize,
}

impl<'a> Book<'a> {
    fn new<T>(child_classes: usize, families: &'a Classes<T>) -> Self {
        let kept = child_classes * families.facts.len() <= MOST_KEPT;
        Self {
            pages: (0..if kept { child_classes } else { 0 })
                .map(|_| OnceLock::new())
                .collect(),
            of: &families.of,
            classes: families.facts.len(),
        }
    }

    /// The page of a class of children; `spare` holds it if the book keeps none.
    fn page<'b, T>(
        &'b self,
        class: usize,
        policy: &CompiledPolicy,
        families: &Classes<T>,
        spare: &'b mut Page,
        say: impl Fn(&T, &mut Totals<'_>),
    ) -> (&'b [u32], &'b Page) {
        let write = |page: &mut Page| {
            let answers = families
                .facts
                .iter()
                .map(|facts| points(policy, |sink| say(facts, sink)));
            (page.points, page.rules) = answers.unzip();
        };
        let page = if let Some(kept) = self.pages.get(class) {
            kept.get_or_init(|| {
                let mut page = Page::default();
                write(&mut page);
                page
            })
        } else {
            write(spare);
            spare
        };
        (self.of, page)
    }
}

/// What all children of one call share.
pub(crate) struct Shared<'a> {
    pool: &'a Pool,
    policy: &'a CompiledPolicy,
    home: Steps,
    school: Steps,
    /// A table that adds nothing.
    nothing: Steps,
    /// Points of an unknown distance to the home of origin, and of having no school to keep.
    no_home: i32,
    no_school: i32,
    /// Points of a pair that has nothing of its own.
    ordinary: i32,
    /// Warning rules that classes do not tell.
    pair_warnings: RuleSet,
    books: [Book<'a>; ASPECTS],
    /// Where the page of each aspect begins in a child's table; last, where all end.
    starts: [usize; ASPECTS + 1],
    rows: Rows,
    /// For each family 0, or [`UNKNOWN`] if its place is not known.
    off_map: Vec<u32>,
}

/// The entries of every family in a child's table, one per aspect; the eighth is 0.
enum Rows {
    Narrow(Vec<[u16; 8]>),
    Wide(Vec<[u32; 8]>),
}

fn rows<T: Copy + Default + TryFrom<usize>>(n: usize, books: &[Book<'_>; ASPECTS], starts: &[usize]) -> Vec<[T; 8]> {
    let entry = |family: usize, aspect: usize| -> T {
        let entry = starts[aspect] + books[aspect].of[family] as usize;
        T::try_from(entry)
            .ok()
            .expect("the width was chosen to hold every entry")
    };
    (0..n)
        .map(|family| {
            std::array::from_fn(|aspect| {
                if aspect < ASPECTS {
                    entry(family, aspect)
                } else {
                    T::default()
                }
            })
        })
        .collect()
}

impl<'a> Shared<'a> {
    pub(crate) fn new(pool: &'a Pool, policy: &'a CompiledPolicy) -> Self {
        Self::with_narrow(pool, policy, NARROW)
    }

    /// As [`Shared::new`]; tables of at most `narrow` entries have indices 16 bits wide.
    fn with_narrow(pool: &'a Pool, policy: &'a CompiledPolicy, narrow: usize) -> Self {
        let by_pair = [Rule::TooFar, Rule::KeepAway, Rule::ProtectedArea];
        let (asks, skills, speaks) = (pool.asks.facts.len(), pool.skills.facts.len(), pool.speaks.facts.len());
        let books = [
            Book::new(asks, &pool.terms),
            Book::new(21, &pool.ages),
            Book::new(6, &pool.care),
            Book::new(skills, &pool.competences),
            Book::new(speaks, &pool.languages),
            Book::new(21, &pool.household),
            Book::new(pool.n_municipalities, &pool.area),
        ];
        let mut starts = [0; ASPECTS + 1];
        for (aspect, book) in books.iter().enumerate() {
            starts[aspect + 1] = starts[aspect] + book.classes;
        }
        let n = pool.n_families();
        let narrow = starts[ASPECTS] <= narrow.min(NARROW);
        Self {
            pool,
            policy,
            home: steps(
                policy,
                |m, s| aspects::home_value(policy, m, s),
                |s| aspects::home_unknown(policy, s),
            ),
            school: steps(
                policy,
                |m, s| aspects::school_value(policy, m, s),
                |s| aspects::school_unknown(policy, s),
            ),
            nothing: steps(policy, |_, _| {}, |_| {}),
            no_home: points(policy, |s| aspects::home_unknown(policy, s)).0,
            no_school: points(policy, |s| aspects::school_none(policy, s)).0,
            ordinary: points(policy, |s| aspects::pair(policy, &PairFacts::default(), s)).0,
            pair_warnings: by_pair.into_iter().collect::<RuleSet>().and(policy.warn()),
            rows: if narrow {
                Rows::Narrow(rows(n, &books, &starts))
            } else {
                Rows::Wide(rows(n, &books, &starts))
            },
            off_map: pool.off_map.iter().map(|off| off * UNKNOWN).collect(),
            books,
            starts,
        }
    }
}

/// Room that is kept from child to child.
#[derive(Default)]
pub(crate) struct Scratch {
    spare: [Page; ASPECTS],
    table: Vec<i32>,
    fits: Vec<i16>,
}

/// The answers that hold for one child.
struct Tables<'t> {
    shared: &'t Shared<'t>,
    child: ChildIdx,
    facts: &'t ChildFacts,
    /// For each aspect the class of every family, and the answers.
    aspects: [(&'t [u32], &'t Page); ASPECTS],
    /// Points of what is the same for all families that are nothing special to the child.
    base: i32,
    /// Farther than this is ruled out.
    longest: u32,
    /// Whether zones may rule families out.
    zones: bool,
}

struct Block {
    home: [u32; BLOCK],
    school: [u32; BLOCK],
    metres: [u32; BLOCK],
    sums: [i32; BLOCK],
}

impl<'t> Tables<'t> {
    fn new(shared: &'t Shared<'t>, child: ChildIdx, spare: &'t mut [Page; ASPECTS]) -> Self {
        let (pool, p, row) = (shared.pool, shared.policy, child.row());
        let facts = &pool.children[row];
        let [terms, ages, care, competences, languages, household, area] = &shared.books;
        let [s0, s1, s2, s3, s4, s5, s6] = spare;
        let (asks, age, needs) = (facts.asks, facts.asks.age, facts.needs);
        let (skills, speaks) = (pool.skills.at(row), pool.speaks.at(row));
        let class = |of: &[u32]| of[row] as usize;
        let require = p.require();
        let far = facts.longest_m.filter(|_| require.contains(Rule::TooFar));
        Self {
            shared,
            child,
            facts,
            aspects: [
                terms.page(class(&pool.asks.of), p, &pool.terms, s0, |f, s| {
                    aspects::terms(p, asks, f, s);
                }),
                ages.page(age.into(), p, &pool.ages, s1, |f, s| aspects::ages(p, age, *f, s)),
                care.page(needs.into(), p, &pool.care, s2, |f, s| aspects::care(p, needs, *f, s)),
                competences.page(class(&pool.skills.of), p, &pool.competences, s3, |f, s| {
                    aspects::competences(p, skills, f, s);
                }),
                languages.page(class(&pool.speaks.of), p, &pool.languages, s4, |f, s| {
                    aspects::languages(speaks, f, s);
                }),
                household.page(age.into(), p, &pool.household, s5, |f, s| {
                    aspects::household(p, age, f, None, s);
                }),
                area.page(facts.municipality, p, &pool.area, s6, |f, s| {
                    aspects::area(p, facts.municipality, f, None, s);
                }),
            ],
            base: shared.ordinary
                + if facts.home.is_none() { shared.no_home } else { 0 }
                + if facts.school.is_none() { shared.no_school } else { 0 },
            longest: far.unwrap_or(u32::MAX),
            zones: (!facts.zones.is_empty() && require.contains(Rule::KeepAway))
                || (facts.protected && require.contains(Rule::ProtectedArea)),
        }
    }

    /// Fits of the child and all families, −1 where ruled out.
    fn row(&self, table: &mut Vec<i32>, out: &mut [i16]) {
        table.resize(NARROW.max(self.shared.starts[ASPECTS]), 0);
        for ((_, page), &start) in self.aspects.iter().zip(&self.shared.starts) {
            table[start..start + page.points.len()].copy_from_slice(&page.points);
        }
        let mut block = Block {
            home: [0; BLOCK],
            school: [0; BLOCK],
            metres: [0; BLOCK],
            sums: [0; BLOCK],
        };
        for (number, fits) in out.chunks_mut(BLOCK).enumerate() {
            self.block(number * BLOCK, table, &mut block, fits);
        }
        for &(family, _) in &self.facts.special {
            out[family.row()] = written(self.verdict(family));
        }
    }

    fn verdict(&self, family: FamilyIdx) -> Verdict {
        verdict(self.shared.pool, self.shared.policy, self.child, family)
    }

    /// Fits of the families from `first` on, as if none were special.
    fn block(&self, first: usize, table: &[i32], block: &mut Block, fits: &mut [i16]) {
        let n = fits.len();
        if let Some(school) = self.facts.school {
            self.journeys(first, school, &mut block.school[..n], &mut block.metres[..n]);
        }
        if let Some(home) = self.facts.home {
            self.journeys(first, home, &mut block.home[..n], &mut block.metres[..n]);
        }
        match &self.shared.rows {
            Rows::Narrow(rows) => {
                let table: &[i32; NARROW] = table.first_chunk().expect("tables are at least this long");
                self.add_up(&rows[first..first + n], |entry| table[usize::from(entry)], block);
            }
            Rows::Wide(rows) => self.add_up(&rows[first..first + n], |entry| table[entry as usize], block),
        }
        let sums = &mut block.sums[..n];
        if self.longest < u32::MAX && self.facts.home.is_some() {
            for ((sum, &metres), &step) in sums.iter_mut().zip(&block.metres).zip(&block.home) {
                let too_far = metres > self.longest && step < UNKNOWN;
                *sum = sum.wrapping_add(if too_far { RULED_OUT } else { 0 });
            }
        }
        if self.zones {
            for (j, sum) in sums.iter_mut().enumerate().filter(|(_, sum)| **sum >= 0) {
                *sum = sum.wrapping_add(self.in_zones(FamilyIdx::from_row(first + j)));
            }
        }
        for (fit, &sum) in fits.iter_mut().zip(&*sums) {
            let value = self.shared.policy.fit_of(sum.max(0).unsigned_abs()).cast_signed();
            *fit = if sum < 0 { -1 } else { value };
        }
    }

    /// Adds up the look-ups. Sums never wrap (see [`RULED_OUT`]); without the checks for it this is much faster.
    fn add_up<I: Copy>(&self, rows: &[[I; 8]], at: impl Fn(I) -> i32, block: &mut Block) {
        let n = rows.len();
        let home = if self.facts.home.is_some() {
            &self.shared.home
        } else {
            &self.shared.nothing
        };
        let school = if self.facts.school.is_some() {
            &self.shared.school
        } else {
            &self.shared.nothing
        };
        let (to_home, to_school, sums) = (&block.home[..n], &block.school[..n], &mut block.sums[..n]);
        for j in 0..n {
            let entries = &rows[j];
            sums[j] = (self.base)
                .wrapping_add(at(entries[0]))
                .wrapping_add(at(entries[1]))
                .wrapping_add(at(entries[2]))
                .wrapping_add(at(entries[3]))
                .wrapping_add(at(entries[4]))
                .wrapping_add(at(entries[5]))
                .wrapping_add(at(entries[6]))
                .wrapping_add(home[to_home[j] as usize % STEPS])
                .wrapping_add(school[to_school[j] as usize % STEPS]);
        }
    }

    /// Entries in a table of journeys for the families from `first` on, and their metres.
    fn journeys(&self, first: usize, from: Place, entries: &mut [u32], lengths: &mut [u32]) {
        let n = entries.len();
        let rows = first..first + n;
        let pool = self.shared.pool;
        let (x, y, z) = (&pool.x[rows.clone()], &pool.y[rows.clone()], &pool.z[rows.clone()]);
        let (off_map, lengths) = (&self.shared.off_map[rows], &mut lengths[..n]);
        for j in 0..n {
            let metres = metres(from.x - x[j], from.y - y[j], from.z - z[j]);
            lengths[j] = metres;
            entries[j] = hundreds(metres).min(CURVE_STEPS - 1).wrapping_add(off_map[j]);
        }
    }

    /// [`RULED_OUT`] if a zone rules the family out, else 0.
    fn in_zones(&self, family: FamilyIdx) -> i32 {
        let (pool, policy) = (self.shared.pool, self.shared.policy);
        let same = pool.area.at(family.row()).municipality == self.facts.municipality;
        points(policy, |s| {
            aspects::zones(policy, self.facts, pool.place(family), same, s);
        })
        .0
    }

    /// The fit of one family, `None` if it is ruled out: cheap first, what classes rule out needs no distance.
    fn fit(&self, family: FamilyIdx) -> Option<u16> {
        if self.is_special(family) {
            let verdict = self.verdict(family);
            return verdict.is_eligible().then_some(verdict.fit);
        }
        let (shared, facts, row) = (self.shared, self.facts, family.row());
        let told = self.aspects.iter().map(|(of, page)| page.points[of[row] as usize]);
        let mut sum = told.sum::<i32>() + self.base;
        if sum < 0 {
            return None;
        }
        let place = shared.pool.place(family);
        let step = |from: Place| {
            let metres = place.map(|place| from.metres_to(place));
            let step = metres.map_or(UNKNOWN, |m| hundreds(m).min(CURVE_STEPS - 1));
            (metres.unwrap_or(0), step as usize)
        };
        if let Some(home) = facts.home {
            let (metres, step) = step(home);
            sum += if metres > self.longest {
                RULED_OUT
            } else {
                shared.home[step]
            };
        }
        if let Some(school) = facts.school {
            sum += shared.school[step(school).1];
        }
        if self.zones && sum >= 0 {
            sum += self.in_zones(family);
        }
        u32::try_from(sum).ok().map(|points| shared.policy.fit_of(points))
    }

    /// The rules that mark an eligible pair.
    fn warned(&self, family: FamilyIdx) -> RuleSet {
        if !self.shared.pair_warnings.is_empty() || self.is_special(family) {
            return self.verdict(family).warned;
        }
        let row = family.row();
        let rules = self.aspects.iter().map(|(of, page)| page.rules[of[row] as usize]);
        rules.fold(RuleSet::EMPTY, RuleSet::or).and(self.shared.policy.warn())
    }

    /// Whether the child has something of its own with this family, which classes do not tell.
    fn is_special(&self, family: FamilyIdx) -> bool {
        self.facts.special.binary_search_by_key(&family, |(f, _)| *f).is_ok()
    }
}

fn written(verdict: Verdict) -> i16 {
    if verdict.is_eligible() {
        verdict.fit.cast_signed()
    } else {
        -1
    }
}

/// Fits of one child and all families, −1 where ruled out.
pub(crate) fn row(shared: &Shared<'_>, child: ChildIdx, scratch: &mut Scratch, fits: &mut [i16]) {
    Tables::new(shared, child, &mut scratch.spare).row(&mut scratch.table, fits);
}

/// Whether only families within the child's longest travel can be eligible.
pub(crate) fn only_within_reach(shared: &Shared<'_>, child: ChildIdx) -> bool {
    let facts = &shared.pool.children[child.row()];
    facts.home.is_some() && facts.longest_m.is_some() && shared.policy.require().contains(Rule::TooFar)
}

/// The candidates of a child among all families.
pub(crate) fn among_all(shared: &Shared<'_>, child: ChildIdx, scratch: &mut Scratch) -> Vec<Candidate> {
    let tables = Tables::new(shared, child, &mut scratch.spare);
    scratch.fits.resize(shared.pool.n_families(), 0);
    tables.row(&mut scratch.table, &mut scratch.fits);
    let eligible = shared.pool.families().zip(&scratch.fits).filter(|(_, fit)| **fit >= 0);
    eligible
        .map(|(family, fit)| Candidate {
            family,
            fit: fit.unsigned_abs(),
            warned: tables.warned(family),
        })
        .collect()
}

/// The candidates of a child among the families listed, in their order.
pub(crate) fn among(
    shared: &Shared<'_>,
    child: ChildIdx,
    families: &[FamilyIdx],
    scratch: &mut Scratch,
) -> Vec<Candidate> {
    let tables = Tables::new(shared, child, &mut scratch.spare);
    let judged = families
        .iter()
        .filter_map(|&family| Some((family, tables.fit(family)?)));
    judged
        .map(|(family, fit)| Candidate {
            family,
            fit,
            warned: tables.warned(family),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    /// Pools of so many classes that 16 bits do not hold them are too large for a test; the wide rows are tried on a
    /// small one.
    #[test]
    fn wide_rows_give_the_same_fits() {
        let document = hemvist_testkit::generate(&hemvist_testkit::Shape::nordvastra_skane(), 5);
        let document = serde_json::from_value(serde_json::to_value(document).unwrap()).unwrap();
        let pool = Pool::from_document(document).unwrap();
        let policy = Policy::default().compile().unwrap();
        let narrow = Shared::new(&pool, &policy);
        let wide = Shared::with_narrow(&pool, &policy, 0);
        assert!(matches!((&narrow.rows, &wide.rows), (Rows::Narrow(_), Rows::Wide(_))));
        let mut scratch = Scratch::default();
        let mut eligible = 0;
        for child in pool.children() {
            let (mut a, mut b) = (vec![0; pool.n_families()], vec![0; pool.n_families()]);
            row(&narrow, child, &mut scratch, &mut a);
            row(&wide, child, &mut scratch, &mut b);
            assert_eq!(a, b);
            eligible += a.iter().filter(|fit| **fit >= 0).count();
        }
        assert!(eligible > 0);
    }
}
