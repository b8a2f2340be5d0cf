//! Eligible pairs and their fits: for all pairs as a matrix, or sparse, child by child.
//!
//! The only place where the engine looks at children × families. [`Candidates::find`] passes over families that lie
//! farther from a child than that child may travel, by a grid over the map, so that a national pool does not visit
//! every pair; the answer is the same as that of [`fit_matrix`]. Results do not depend on the number of threads.

mod grid;

use rayon::prelude::*;

pub use crate::fit::Candidate;
use crate::fit::fast::{self, Scratch, Shared};
use crate::fit::verdict;
use crate::policy::CompiledPolicy;
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::RuleSet;
use crate::threads::workers;
use grid::Grid;

/// Fewest children of one task.
const MIN_ROWS: usize = 16;

/// Fits of all pairs: row by child, column by family, both in the order of ids; −1 where ruled out.
///
/// `threads` 0: as many as there are processors.
///
/// # Complexity
/// `O(children · families)` time, two bytes of memory for each pair.
pub fn fit_matrix(pool: &Pool, policy: &CompiledPolicy, threads: usize) -> Vec<i16> {
    let mut fits = vec![0; pool.n_children() * pool.n_families()];
    fit_matrix_into(pool, policy, threads, &mut fits);
    fits
}

/// As [`fit_matrix`], into memory of the caller.
///
/// # Panics
/// If `fits` does not hold exactly one number for each pair.
pub fn fit_matrix_into(pool: &Pool, policy: &CompiledPolicy, threads: usize, fits: &mut [i16]) {
    let width = pool.n_families();
    assert_eq!(fits.len(), pool.n_children() * width, "one number for each pair");
    if fits.is_empty() {
        return;
    }
    let shared = Shared::new(pool, policy);
    let row = |scratch: &mut Scratch, (child, row): (usize, &mut [i16])| {
        fast::row(&shared, ChildIdx::from_row(child), scratch, row);
    };
    match workers(threads) {
        None => {
            let mut scratch = Scratch::default();
            fits.chunks_mut(width)
                .enumerate()
                .for_each(|task| row(&mut scratch, task));
        }
        Some(workers) => workers.install(|| {
            let rows = fits.par_chunks_mut(width).enumerate().with_min_len(MIN_ROWS);
            rows.for_each_init(Scratch::default, row);
        }),
    }
}

/// The eligible pairs of the children who seek a home, in compressed rows: children in the order of ids, within a child
/// the families in the order of ids. A child who is placed and stays has an empty row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Row starts: the candidates of child `c` are `indptr[c]..indptr[c + 1]` of the other vectors.
    pub indptr: Vec<usize>,
    /// The family of each candidate.
    pub families: Vec<FamilyIdx>,
    /// Its fit, 0–1000.
    pub fits: Vec<u16>,
    /// The rules that mark it.
    pub warned: Vec<RuleSet>,
}

impl Candidates {
    /// Finds all candidates. `threads` 0: as many as there are processors.
    ///
    /// # Complexity
    /// Time `O(children · families within reach)`, memory in proportion to the candidates found.
    ///
    /// # Examples
    /// ```
    /// use hemvist::{candidates::Candidates, input::PoolDocument, policy::Policy, pool::Pool};
    ///
    /// let document: PoolDocument = serde_json::from_str(r#"{
    ///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
    ///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1, "ages": {"from": 0, "to": 12},
    ///                   "assessed_on": "2025-10-01", "register_checked_on": "2025-09-01"}],
    ///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"},
    ///                  {"id": "c2", "municipality": "1276", "age": 15, "placement": "long_term"}]
    /// }"#)?;
    /// let pool = Pool::from_document(document)?;
    /// let candidates = Candidates::find(&pool, &Policy::default().compile()?, 1);
    /// let of = |id| candidates.of(pool.child_idx(id).unwrap()).count();
    /// assert_eq!((of("c1"), of("c2")), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find(pool: &Pool, policy: &CompiledPolicy, threads: usize) -> Self {
        let shared = Shared::new(pool, policy);
        let grid = Grid::new(pool);
        let one = |(scratch, reach): &mut (Scratch, Vec<FamilyIdx>), row: usize| {
            let child = ChildIdx::from_row(row);
            if pool.stays(child).is_some() {
                Vec::new()
            } else if fast::only_within_reach(&shared, child) && grid.within_reach(pool, child, reach) {
                fast::among(&shared, child, reach, scratch)
            } else {
                fast::among_all(&shared, child, scratch)
            }
        };
        let rows = 0..pool.n_children();
        let found: Vec<Vec<Candidate>> = match workers(threads) {
            None => {
                let mut scratch = Default::default();
                rows.map(|row| one(&mut scratch, row)).collect()
            }
            Some(workers) => workers.install(|| rows.into_par_iter().map_init(Default::default, one).collect()),
        };
        Self::from_rows(&found)
    }

    fn from_rows(rows: &[Vec<Candidate>]) -> Self {
        let n = rows.iter().map(Vec::len).sum();
        let mut all = Self {
            indptr: vec![0],
            families: Vec::with_capacity(n),
            fits: Vec::with_capacity(n),
            warned: Vec::with_capacity(n),
        };
        for row in rows {
            for candidate in row {
                all.families.push(candidate.family);
                all.fits.push(candidate.fit);
                all.warned.push(candidate.warned);
            }
            all.indptr.push(all.families.len());
        }
        all
    }

    /// Judges a candidate anew, against which something new may speak; a pair that is none stays none.
    ///
    /// `O(candidates)` if it is one no longer.
    pub(crate) fn judge_again(&mut self, pool: &Pool, policy: &CompiledPolicy, child: ChildIdx, family: FamilyIdx) {
        let row = self.indptr[child.row()]..self.indptr[child.row() + 1];
        let Ok(at) = self.families[row.clone()].binary_search(&family) else {
            return;
        };
        let (at, verdict) = (row.start + at, verdict(pool, policy, child, family));
        if verdict.is_eligible() {
            self.warned[at] = verdict.warned;
            return;
        }
        self.families.remove(at);
        self.fits.remove(at);
        self.warned.remove(at);
        self.indptr[child.row() + 1..].iter_mut().for_each(|start| *start -= 1);
    }

    /// The candidates of a child, in the order of family ids.
    pub fn of(&self, child: ChildIdx) -> impl ExactSizeIterator<Item = Candidate> + '_ {
        (self.indptr[child.row()]..self.indptr[child.row() + 1]).map(|i| Candidate {
            family: self.families[i],
            fit: self.fits[i],
            warned: self.warned[i],
        })
    }

    /// Number of candidates of all children.
    pub fn len(&self) -> usize {
        self.families.len()
    }

    /// Whether no pair is eligible.
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }
}
