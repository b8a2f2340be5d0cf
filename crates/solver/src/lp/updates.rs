//! The update file: columns of the basis that were replaced since it was factored, in product form.
//!
//! Promises: [`Updates::ftran`] and [`Updates::btran`] take all updates up in their order, to the same numbers whether the
//! file is passed through as a whole (a short one) or only those updates are met that the vector's nonzeros concern (a
//! long one, of which each solve concerns little: Hall & `McKinnon`, "Hyper-sparsity in the revised simplex method and
//! how to exploit it", 2005). Refuses to know the factors.

use super::marks::Marks;
use super::sparse::{Lists, Sparse};

/// Files with fewer entries are passed through as a whole.
const SHORT: usize = 2_000;
const NONE: u32 = u32::MAX;

/// Replaced columns: the place of each, its entry there, and its other entries.
#[derive(Clone, Default)]
pub(super) struct Updates {
    place: Vec<u32>,
    pivot: Vec<f64>,
    others: Lists,
    /// The latest update whose pivot is at each place, and for each update the one before it there.
    pivot_at: Vec<u32>,
    pivot_before: Vec<u32>,
    /// The latest entry of an update at each place, and for each entry its update and the entry before it there.
    entry_at: Vec<u32>,
    entry_before: Vec<(u32, u32)>,
    queue: Marks,
    /// Elementary steps since the file was empty.
    pub work: u64,
}

impl Updates {
    pub(super) fn len(&self) -> usize {
        self.place.len()
    }

    /// Empties the file, for so many places.
    pub(super) fn reset(&mut self, m: usize) {
        self.place.clear();
        self.pivot.clear();
        self.others.clear();
        self.pivot_before.clear();
        self.entry_before.clear();
        for at in [&mut self.pivot_at, &mut self.entry_at] {
            at.clear();
            at.resize(m, NONE);
        }
        self.work = 0;
    }

    /// Replaces the column at a place by one whose solution is `alpha`.
    pub(super) fn push(&mut self, place: u32, alpha: &Sparse) {
        let update = self.len() as u32;
        self.place.push(place);
        self.pivot.push(alpha.get(place));
        self.pivot_before.push(self.pivot_at[place as usize]);
        self.pivot_at[place as usize] = update;
        for e in alpha.entries().filter(|e| e.0 != place) {
            self.others.entry.push(e);
            let at = &mut self.entry_at[e.0 as usize];
            let before = std::mem::replace(at, self.entry_before.len() as u32);
            self.entry_before.push((update, before));
        }
        self.others.close();
        self.queue.grow(self.place.len());
    }

    /// Forgets all but the first so many.
    pub(super) fn truncate(&mut self, updates: usize) {
        for n in (updates..self.len()).rev() {
            self.pivot_at[self.place[n] as usize] = self.pivot_before[n];
            for e in self.others.of(n).iter().rev() {
                let before = self.entry_before.pop();
                self.entry_at[e.0 as usize] = before.map_or(NONE, |b| b.1);
            }
        }
        self.place.truncate(updates);
        self.pivot.truncate(updates);
        self.pivot_before.truncate(updates);
        self.others.truncate(updates);
    }

    fn is_short(&self) -> bool {
        self.others.entry.len() < SHORT
    }

    /// Takes the updates up, the first one first; returns the steps this took.
    pub(super) fn ftran(&mut self, x: &mut Sparse) -> u64 {
        let mut steps = 0;
        if self.is_short() {
            for n in 0..self.len() {
                steps += self.ftran_one(n, x, |_| ());
            }
            return steps + self.len() as u64 / 4;
        }
        let mut queue = std::mem::take(&mut self.queue);
        for (i, v) in x.entries() {
            if v != 0.0 {
                self.queue_pivots(i, None, &mut queue);
            }
        }
        let mut next = queue.at_or_after(0);
        while let Some(n) = next {
            steps += self.ftran_one(n as usize, x, |i| self.queue_pivots(i, Some(n), &mut queue));
            next = queue.at_or_after(n + 1);
        }
        queue.clear();
        self.queue = queue;
        steps
    }

    /// Takes one update up, and tells of places that were 0 before.
    fn ftran_one(&self, n: usize, x: &mut Sparse, mut is_new: impl FnMut(u32)) -> u64 {
        let p = self.place[n];
        let a = x.get(p);
        if a == 0.0 {
            return 0;
        }
        let t = a / self.pivot[n];
        let others = self.others.of(n);
        for &(i, v) in others {
            if x.get(i) == 0.0 {
                is_new(i);
            }
            x.add(i, -v * t);
        }
        x.value[p as usize] = t;
        others.len() as u64
    }

    /// Takes the transposed updates up, the last one first; returns the steps this took.
    pub(super) fn btran(&mut self, y: &mut Sparse) -> u64 {
        let mut steps = 0;
        if self.is_short() {
            for n in (0..self.len()).rev() {
                steps += self.btran_one(n, y, |_| ());
            }
        } else {
            let mut queue = std::mem::take(&mut self.queue);
            for i in y.places() {
                self.queue_uses(i, NONE, &mut queue);
            }
            let mut next = queue.before(self.len() as u32);
            while let Some(n) = next {
                steps += self.btran_one(n as usize, y, |p| self.queue_uses(p, n, &mut queue));
                next = queue.before(n);
            }
            queue.clear();
            self.queue = queue;
        }
        self.work += steps;
        steps
    }

    /// Takes one transposed update up, and tells of its place if that was 0 before.
    fn btran_one(&self, n: usize, y: &mut Sparse, mut is_new: impl FnMut(u32)) -> u64 {
        let p = self.place[n];
        let old = y.get(p);
        let others = self.others.of(n);
        let s = others.iter().fold(old, |s, &(i, v)| s - v * y.get(i));
        if s != 0.0 {
            if old == 0.0 {
                is_new(p);
            }
            y.marks.insert(p);
        }
        y.value[p as usize] = s / self.pivot[n];
        1 + others.len() as u64
    }

    /// Queues the updates after this one (or all) with their pivot at a place.
    #[inline]
    fn queue_pivots(&self, place: u32, after: Option<u32>, queue: &mut Marks) {
        let mut update = self.pivot_at[place as usize];
        while update != NONE && after.is_none_or(|after| update > after) {
            queue.insert(update);
            update = self.pivot_before[update as usize];
        }
    }

    /// Queues the updates before this one (or all: [`NONE`]) that have to do with a place.
    #[inline]
    fn queue_uses(&self, place: u32, before: u32, queue: &mut Marks) {
        let mut update = self.pivot_at[place as usize];
        while update != NONE {
            if update < before {
                queue.insert(update);
            }
            update = self.pivot_before[update as usize];
        }
        let mut entry = self.entry_at[place as usize];
        while entry != NONE {
            let (update, next) = self.entry_before[entry as usize];
            if update < before {
                queue.insert(update);
            }
            entry = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random updates of a large basis; what a solve gives for a vector with few nonzeros.
    fn file(updates: usize) -> (Updates, impl FnMut() -> Sparse) {
        let m = 5_000;
        let mut state = 7_u64;
        let mut below = move |n: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((state >> 33) % u64::from(n)) as u32
        };
        let mut vector = move |entries: u32| {
            let mut x = Sparse::default();
            x.grow(m);
            let near = below(m as u32 - 100);
            for _ in 0..entries {
                x.add(near + below(100), 1.0 + f64::from(below(8)));
            }
            x
        };
        let mut file = Updates::default();
        file.reset(m);
        for _ in 0..updates {
            let alpha = vector(12);
            file.push(alpha.places().next().expect("it has entries"), &alpha);
        }
        (file, move || vector(3))
    }

    #[test]
    fn a_long_file_gives_the_same_numbers_as_one_passed_through() {
        let (mut file, mut vector) = file(1_000);
        assert!(!file.is_short());
        for round in 0..200 {
            if round == 100 {
                file.truncate(500);
                assert!(!file.is_short());
            }
            let x = vector();
            let (mut here, mut through) = (x.clone(), x.clone());
            file.ftran(&mut here);
            for n in 0..file.len() {
                file.ftran_one(n, &mut through, |_| ());
            }
            assert_eq!(here.value, through.value, "ftran");
            let (mut here, mut through) = (x.clone(), x);
            file.btran(&mut here);
            for n in (0..file.len()).rev() {
                file.btran_one(n, &mut through, |_| ());
            }
            assert_eq!(here.value, through.value, "btran");
            let listed = |y: &Sparse| (0..5_000).all(|i| y.get(i) == 0.0 || y.places().any(|k| k == i));
            assert!(listed(&here));
        }
    }
}
