//! Questions to a solved problem: what would the best answer be if an item had to go here, or could not go there?
//!
//! A question is answered from where the solve ended: the program of the part that it touches takes up the decision and
//! goes on from its optimum, pricing what it needs ([`crate::tree`]). Promises the value of a solve from nothing, and
//! with a tie rule the same answer; a session keeps nothing of a question, so answers do not depend on what was asked
//! before. What it cannot tell for sure it leaves to a solve from nothing: no answer at all, floors, numbers too great.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::certificate::Certificate;
use crate::check::recheck;
use crate::gauge::Gauge;
use crate::lp::State;
use crate::model::{Model, Part};
use crate::part::{Kept, PartAnswer, PartOutcome, PartProof};
use crate::problem::{Problem, SCALE};
use crate::sets::Search;
use crate::solution::{Options, Solution, Status, TieRule, Ties};
use crate::solve::{certify, draw, per_part};
use crate::transport::{self, Graph, NONE, Rough};
use crate::tree::{Decision, Grown, Known, Start, Tree, Trunk, Ungrown, Wanted};

/// A decision that a person could take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The item goes to the bin.
    Lock(u32, u32),
    /// The item does not go to the bin.
    Ban(u32, u32),
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// The bin of each item; `None`: left out.
    pub bin_of: Vec<Option<u32>>,
    /// Sum of edge and pair values.
    pub value: i128,
    /// No answer that takes the steps is worth more.
    pub bound: i128,
    /// [`Status::Optimal`], or [`Status::Feasible`] if a limit was reached.
    pub status: Status,
    /// Ties; empty vectors unless asked for and the answer is optimal.
    pub ties: Ties,
    /// Work done, in work units.
    pub work: u64,
}

/// The answer to a question, if it is worth enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtLeast {
    /// The best answer; worth less than was asked for only if a limit was reached.
    Best(Best),
    /// Proof was found that no answer that takes the steps is worth as much.
    Less,
}

/// A solved problem that can be asked questions, if its answer is proven, and from which others can begin ([`crate::Before`]).
///
/// # Examples
/// Two courses with one place each, two students; what would it cost to give the first student the second course?
/// ```
/// use hemvist_solver::{AtLeast, Options, Problem, Step, solve_keeping};
///
/// let problem = Problem {
///     indptr: vec![0, 2, 4],
///     bins: vec![0, 1, 0, 1],
///     values: vec![90, 70, 80, 20],
///     capacity: vec![1, 1],
///     ..Problem::default()
/// };
/// let (solution, solved) = solve_keeping(&problem, &Options::default())?;
/// assert_eq!((solution.value, &solution.bin_of), (150, &vec![Some(1), Some(0)]));
/// let solved = solved.expect("solved to the end");
/// let mut session = solved.session(&problem).expect("proven");
/// let other = session.best_with(&[Step::Lock(0, 0)], &Options::default()).expect("there is one");
/// assert_eq!((other.value, other.bin_of), (110, vec![Some(0), Some(1)]));
/// assert!(session.bound_with(0, 0).expect("an edge") >= other.value);
/// let enough = session.best_at_least(111, &[Step::Lock(0, 0)], &Options::default());
/// assert_eq!(enough, Some(AtLeast::Less));
/// # Ok::<(), hemvist_solver::ProblemError>(())
/// ```
#[derive(Clone)]
pub struct Solved {
    model: Model,
    parts: Vec<SolvedPart>,
    /// Part and unit of each item; [`NONE`] if a lock or the lack of edges has settled it.
    part_of: Vec<(u32, u32)>,
    bin_of: Vec<Option<u32>>,
    n_bins: usize,
    value: i128,
    is_proven: bool,
}

#[derive(Clone)]
struct SolvedPart {
    kept: Kept,
    answer: PartAnswer,
    /// Value of the plan.
    value: i128,
    spares: Spares,
}

/// Programs that sessions made and left, for the next ones: each as it was before the first question.
#[derive(Default)]
struct Spares(Mutex<Vec<Spare>>);

struct Spare {
    trunk: Trunk,
    search: Search,
    state: State,
}

impl Spares {
    fn take(&self) -> Option<Spare> {
        self.0.lock().ok()?.pop()
    }

    fn put(&self, spare: Spare) {
        if let Ok(mut spares) = self.0.lock() {
            spares.push(spare);
        }
    }
}

impl Clone for Spares {
    /// None: they are made when they are needed.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Solved {
    pub(crate) fn new(model: Model, answers: Vec<(PartAnswer, Kept)>, solution: &Solution) -> Option<Self> {
        let part_of = model.part_of(solution.bin_of.len());
        let parts = answers.into_iter().map(|(answer, kept)| {
            let value = match &answer.outcome {
                PartOutcome::Planned(plan) => plan.value,
                _ => return None,
            };
            Some(SolvedPart {
                kept,
                answer,
                value,
                spares: Spares::default(),
            })
        });
        Some(Self {
            parts: parts.collect::<Option<_>>()?,
            model,
            part_of,
            bin_of: solution.bin_of.clone(),
            n_bins: solution.bin_prices.len(),
            value: solution.value,
            is_proven: solution.status == Status::Optimal,
        })
    }

    pub(crate) fn n_items(&self) -> usize {
        self.bin_of.len()
    }

    pub(crate) fn n_bins(&self) -> usize {
        self.n_bins
    }

    /// The items of a unit.
    pub(crate) fn items_of(&self, unit: u32) -> &[u32] {
        &self.model.unit_items[unit as usize]
    }

    /// The parts and what was found for each.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&Part, (&PartAnswer, &Kept))> {
        let found = self.parts.iter().map(|p| (&p.answer, &p.kept));
        self.model.parts.iter().zip(found)
    }

    /// A session of questions, to be asked one after the other; `problem` is the one that was solved. `None` unless the
    /// answer is [`Status::Optimal`].
    ///
    /// Cheap; the first question about a part makes what the later ones use, in time linear in its columns.
    pub fn session<'a>(&'a self, problem: &'a Problem) -> Option<Session<'a>> {
        self.is_proven.then(|| Session {
            solved: self,
            problem,
            trees: self.parts.iter().map(|_| None).collect(),
        })
    }
}

/// Questions to a solved problem, one after the other.
pub struct Session<'a> {
    solved: &'a Solved,
    problem: &'a Problem,
    trees: Vec<Option<Asked<'a>>>,
}

/// The program of a part, ready to be asked.
struct Asked<'a> {
    tree: Tree<'a>,
    search: Search,
    state: State,
    n_cuts: usize,
    /// Whether a question is being answered, or one was not answered to the end.
    busy: bool,
}

impl Asked<'_> {
    fn new(tree: Tree<'_>, search: Search, state: State) -> Asked<'_> {
        Asked {
            n_cuts: tree.sets.cuts.len(),
            tree,
            search,
            state,
            busy: false,
        }
    }

    /// The program that a solve ended with, without what only bought off floors.
    fn first<'a>(part: &'a Part, kept: &Kept) -> Option<Asked<'a>> {
        let Kept::Program {
            layout,
            cuts,
            lp,
            columns,
            bought,
        } = kept
        else {
            return None;
        };
        let start = Start {
            layout,
            cuts,
            lp,
            columns,
        };
        let real = (0..).zip(columns).filter(|(c, _)| !bought.contains(c));
        let mut tree = Tree::from(part, &start, real.map(|(_, column)| column.clone()).collect(), 0);
        let none = Options::default();
        tree.settle(&Gauge::new(&none, u64::MAX, None));
        let mut search = Search::default();
        tree.sets.fit(&mut search);
        let state = tree.lp.state();
        Some(Asked::new(tree, search, state))
    }

    /// As it was before the question.
    fn back(&mut self, gauge: &Gauge<'_>) {
        self.tree.settle_steps(gauge);
        self.tree.shrink(&self.state, self.n_cuts);
        gauge.tick(std::mem::take(&mut self.search.steps));
        self.busy = false;
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let trees = self.trees.iter_mut().zip(&self.solved.parts);
        for (asked, part) in trees.filter_map(|(slot, part)| Some((slot.take().filter(|asked| !asked.busy)?, part))) {
            part.spares.put(Spare {
                trunk: asked.tree.into_trunk(),
                search: asked.search,
                state: asked.state,
            });
        }
    }
}

impl<'a> Session<'a> {
    /// The best answer that takes these steps. `None`: there is none, or only a solve from nothing can tell.
    ///
    /// # Complexity
    /// A few dual simplex iterations and a few looks at every edge of the part; a small tree where that leaves a gap.
    pub fn best_with(&mut self, steps: &[Step], options: &Options<'_>) -> Option<Best> {
        match self.best_at_least(i128::MIN, steps, options)? {
            AtLeast::Best(best) => Some(best),
            AtLeast::Less => None,
        }
    }

    /// As [`Session::best_with`], for an answer that has to stand by itself: told only if it is optimal and the checker
    /// ([`crate::check_with`]) says so too, with the certificate that it was given.
    ///
    /// # Complexity
    /// That of the answer and of [`crate::check()`].
    pub fn best_checked(&mut self, steps: &[Step], options: &Options<'_>) -> Option<(Best, Certificate)> {
        let mut proofs = BTreeMap::new();
        let AtLeast::Best(best) = self.answer(i128::MIN, steps, options, Some(&mut proofs))? else {
            return None;
        };
        let solved = self.solved;
        let parts = (0..).zip(&solved.model.parts).zip(&solved.parts);
        let certificate = Certificate {
            parts: parts
                .map(|((number, part), solved_part)| {
                    let proof = proofs.get(&number).unwrap_or(&solved_part.answer.proof);
                    certify(&solved.model, part, proof)
                })
                .collect(),
        };
        let checked = recheck(self.problem, steps, &best.bin_of, &certificate).ok()?;
        let proven = best.status == Status::Optimal && checked.value == best.value && checked.bound == best.value;
        proven.then_some((best, certificate))
    }

    /// As [`Session::best_with`], for answers worth at least `least`: that there is none is often seen early. `None`: as
    /// there.
    pub fn best_at_least(&mut self, least: i128, steps: &[Step], options: &Options<'_>) -> Option<AtLeast> {
        self.answer(least, steps, options, None)
    }

    /// The best answers that have the item in another bin than it has, one for each bin: for the `most` bins whose best
    /// answers are worth most, and for any whose answer is worth as much as the last of these; greatest value first, and
    /// each as [`Session::best_with`] tells it. `None`: only questions one by one can tell.
    ///
    /// # Complexity
    /// That of so many questions and one, each begun where the one before it ended.
    ///
    /// # Examples
    /// Two siblings who like to share a course with two places, or else one of two others: where else could the first go?
    /// ```
    /// use hemvist_solver::{Group, GroupPolicy, Options, Problem, solve_keeping};
    ///
    /// let problem = Problem {
    ///     indptr: vec![0, 3, 6],
    ///     bins: vec![0, 1, 2, 0, 1, 2],
    ///     values: vec![50, 40, 30, 50, 40, 30],
    ///     capacity: vec![2, 1, 1],
    ///     groups: vec![Group { members: vec![0, 1], policy: GroupPolicy::Prefer, pair_value: 5 }],
    ///     ..Problem::default()
    /// };
    /// let (solution, solved) = solve_keeping(&problem, &Options::default())?;
    /// assert_eq!(solution.bin_of, [Some(0), Some(0)]);
    /// let solved = solved.expect("solved to the end");
    /// let mut session = solved.session(&problem).expect("proven");
    /// let others = session.best_elsewhere(0, 1, &Options::default()).expect("told");
    /// assert_eq!((others.len(), others[0].value, &others[0].bin_of), (1, 90, &vec![Some(1), Some(0)]));
    /// # Ok::<(), hemvist_solver::ProblemError>(())
    /// ```
    pub fn best_elsewhere(&mut self, item: u32, most: usize, options: &Options<'_>) -> Option<Vec<Best>> {
        let solved = self.solved;
        let (number, unit) = *solved.part_of.get(item as usize).filter(|at| at.0 != NONE)?;
        if most == 0 {
            return Some(Vec::new());
        }
        let part = &solved.model.parts[number as usize];
        let but = solved.bin_of[item as usize].and_then(|bin| part.bins.binary_search(&bin).ok());
        let draw = options.ties.map(|rule| draw(self.problem, &solved.model, part, &rule));
        let gauge = Gauge::new(options, options.work_limit.unwrap_or(u64::MAX), None);
        let as_it_stands = self.as_it_stands(options)?;
        let known = self.known(number);
        let asked = self.asked(number)?;
        asked.busy = true;
        let from = (unit, but.map(|bin| bin as u32));
        let each = asked
            .tree
            .grow_each(from, most, known, draw.as_ref(), &mut asked.search, &gauge);
        asked.back(&gauge);
        let each = each.ok()?;
        let told = |grown: &Grown| draw.is_none() || grown.ties.is_some();
        let answer = |grown: Grown| {
            let mut best = as_it_stands.clone();
            self.put(number, &grown, &mut best);
            best
        };
        each.iter().all(told).then(|| each.into_iter().map(answer).collect())
    }

    /// The answer, and, if asked for, why the bound of each part that it touches holds.
    fn answer(
        &mut self,
        least: i128,
        steps: &[Step],
        options: &Options<'_>,
        mut proofs: Option<&mut BTreeMap<u32, PartProof>>,
    ) -> Option<AtLeast> {
        let mut decisions: Vec<(u32, Decision)> = Vec::new();
        for &step in steps {
            let (item, bin, yes) = match step {
                Step::Lock(item, bin) => (item, bin, true),
                Step::Ban(item, bin) => (item, bin, false),
            };
            match self.decision(item, bin, yes)? {
                Some(decision) if !decisions.contains(&decision) => decisions.push(decision),
                _ => {}
            }
        }
        decisions.sort_by_key(|d| (d.0, !d.1.yes, d.1.unit, d.1.bin));
        let solved = self.solved;
        let mut best = self.as_it_stands(options)?;
        let groups: Vec<&[(u32, Decision)]> = decisions.chunk_by(|a, b| a.0 == b.0).collect();
        for group in &groups {
            let number = group[0].0;
            let base: Vec<Decision> = group.iter().map(|d| d.1).collect();
            let part = &solved.model.parts[number as usize];
            let draw = options.ties.map(|rule| draw(self.problem, &solved.model, part, &rule));
            let gauge = Gauge::new(options, options.work_limit.unwrap_or(u64::MAX), None);
            let others = solved.value - solved.parts[number as usize].value;
            let least = if groups.len() == 1 {
                least.saturating_sub(others)
            } else {
                i128::MIN
            };
            let wanted = Wanted {
                least,
                draw: draw.as_ref(),
                proof: proofs.is_some(),
            };
            let mut grown = match &solved.parts[number as usize].kept {
                Kept::Program { .. } => match self.grow(number, base, &wanted, &gauge) {
                    Ok(grown) => grown,
                    Err(Ungrown::Less) => return Some(AtLeast::Less),
                    Err(Ungrown::Untold) => return None,
                },
                Kept::Flow { .. } if draw.is_none() => flow_with(part, &solved.parts[number as usize], &base, &gauge)?,
                Kept::Flow { .. } => return None,
            };
            if draw.is_some() && grown.ties.is_none() && grown.bound == grown.plan.value && !gauge.stopped() {
                return None;
            }
            best.work += gauge.work();
            if let Some(proofs) = proofs.as_deref_mut() {
                proofs.extend(grown.proof.take().map(|proof| (number, proof)));
            }
            self.put(number, &grown, &mut best);
        }
        Some(if best.bound < least {
            AtLeast::Less
        } else {
            AtLeast::Best(best)
        })
    }

    /// Whether the item can go to the bin as far as the two by themselves tell: if not, only a solve from nothing can tell
    /// what came of it.
    pub fn is_open(&self, item: u32, bin: u32) -> bool {
        matches!(self.decision(item, bin, true), Some(Some(_)))
    }

    /// A number that the value of no answer passes in which the item goes to the bin. `None`: it cannot go there, or only a
    /// solve can tell.
    pub fn bound_with(&mut self, item: u32, bin: u32) -> Option<i128> {
        if self.solved.bin_of[item as usize] == Some(bin) {
            return Some(self.solved.value);
        }
        let (number, decision) = self.decision(item, bin, true)??;
        let solved = self.solved;
        let of_part = &solved.parts[number as usize];
        let part = &solved.model.parts[number as usize];
        let others = solved.value - of_part.value;
        match &of_part.kept {
            Kept::Flow { item_price, bin_price } => {
                let price = item_price[decision.unit as usize] + bin_price[decision.bin as usize];
                let value = part.edge(decision.unit, decision.bin)?;
                Some(solved.value - i128::from(price - value))
            }
            Kept::Program { .. } => {
                let asked = self.asked(number)?;
                let proof = &of_part.answer.proof;
                asked.busy = true;
                let best = asked.tree.best_holding(decision, &proof.root, &mut asked.search);
                asked.search.steps = 0;
                asked.busy = false;
                let best = best?;
                let bins: i128 = proof.bin_price.iter().map(|&p| i128::from(p)).sum();
                let total = asked.tree.total(&proof.root) + bins;
                let bound = total - i128::from(proof.bin_price[decision.bin as usize]) + i128::from(best);
                Some(others + bound.div_euclid(i128::from(SCALE)).min(of_part.value))
            }
        }
    }

    /// A step as a decision of a part. The outer `None`: only a solve from nothing can tell; the inner: nothing to decide.
    #[expect(clippy::option_option, reason = "the outer one is no answer")]
    fn decision(&self, item: u32, bin: u32, yes: bool) -> Option<Option<(u32, Decision)>> {
        let solved = self.solved;
        let (number, unit) = *solved.part_of.get(item as usize)?;
        if number == NONE {
            // Settled: by a lock, or because it has no edge.
            let there = solved.bin_of[item as usize] == Some(bin);
            return (there == yes).then_some(None);
        }
        let part = &solved.model.parts[number as usize];
        let local = part.bins.binary_search(&bin).ok().map(|b| b as u32);
        match local.filter(|&b| part.edge(unit, b).is_some()) {
            Some(bin) => Some(Some((number, Decision { unit, bin, yes }))),
            None => (!yes).then_some(None),
        }
    }

    /// The answer to no question.
    fn as_it_stands(&self, options: &Options<'_>) -> Option<Best> {
        let solved = self.solved;
        let rule = options.ties.as_ref().filter(|rule| rule.tell);
        Some(Best {
            bin_of: solved.bin_of.clone(),
            value: solved.value,
            bound: solved.value,
            status: Status::Optimal,
            ties: rule.map_or(Some(Ties::default()), |rule| self.ties_so_far(rule))?,
            work: 0,
        })
    }

    /// Ties of the answer as it stands, for parts that no step touches.
    fn ties_so_far(&self, rule: &TieRule<'_>) -> Option<Ties> {
        let n = rule.order.len();
        let mut ties = Ties {
            unique: vec![true; n],
            drawn: vec![false; n],
        };
        for (number, of_part) in self.solved.parts.iter().enumerate() {
            let settled = of_part.answer.ties.as_ref()?;
            per_part(&self.solved.model, number, settled, &mut ties);
        }
        Some(ties)
    }

    /// The program of a part, made if need be.
    fn asked(&mut self, number: u32) -> Option<&mut Asked<'a>> {
        let solved = self.solved;
        let slot = &mut self.trees[number as usize];
        if slot.is_none() {
            let (model, of_part) = (&solved.model, &solved.parts[number as usize]);
            let part = &model.parts[number as usize];
            if !part.classes.is_empty() {
                return None;
            }
            let again = |spare: Spare| Asked::new(Tree::on(part, spare.trunk, 0), spare.search, spare.state);
            *slot = of_part
                .spares
                .take()
                .map(again)
                .or_else(|| Asked::first(part, &of_part.kept));
        }
        slot.as_mut()
    }

    fn grow(
        &mut self,
        number: u32,
        base: Vec<Decision>,
        wanted: &Wanted<'_>,
        gauge: &Gauge<'_>,
    ) -> Result<Grown, Ungrown> {
        let known = self.known(number);
        let asked = self.asked(number).ok_or(Ungrown::Untold)?;
        asked.busy = true;
        let grown = asked.tree.grow(base, wanted, known, &mut asked.search, gauge);
        asked.back(gauge);
        grown
    }

    /// What the prices of the solve tell of a part.
    fn known(&self, number: u32) -> Known {
        let proof = &self.solved.parts[number as usize].answer.proof;
        Known::new(&proof.root, &proof.bin_price)
    }

    /// Puts the plan of a part into an answer.
    fn put(&self, number: u32, grown: &Grown, best: &mut Best) {
        let solved = self.solved;
        let (model, of_part) = (&solved.model, &solved.parts[number as usize]);
        let part = &model.parts[number as usize];
        let items = |unit: u32| &model.unit_items[part.units[unit as usize] as usize];
        for unit in 0..part.n_units() as u32 {
            items(unit).iter().for_each(|&i| best.bin_of[i as usize] = None);
        }
        for (bin, set) in &grown.plan.sets {
            for &unit in set {
                let bin = part.bins[*bin as usize];
                items(unit).iter().for_each(|&i| best.bin_of[i as usize] = Some(bin));
            }
        }
        best.value += grown.plan.value - of_part.value;
        best.bound += grown.bound - of_part.value;
        if grown.bound > grown.plan.value {
            best.status = Status::Feasible;
        }
        match &grown.ties {
            Some(settled) if !best.ties.unique.is_empty() => per_part(model, number as usize, settled, &mut best.ties),
            _ => best.ties = Ties::default(),
        }
    }
}

/// A transportation problem under decisions, settled from the prices that it had without.
fn flow_with(part: &Part, solved: &SolvedPart, base: &[Decision], gauge: &Gauge<'_>) -> Option<Grown> {
    let Kept::Flow { bin_price, .. } = &solved.kept else {
        return None;
    };
    let PartOutcome::Planned(plan) = &solved.answer.outcome else {
        return None;
    };
    let mut bin_of: Vec<u32> = plan.bin_of(part).into_iter().map(|b| b.unwrap_or(NONE)).collect();
    let mut capacity = part.capacity.clone();
    let mut fixed = vec![NONE; part.n_units()];
    for d in base.iter().filter(|d| d.yes) {
        let to = &mut fixed[d.unit as usize];
        if *to != NONE && *to != d.bin {
            return None;
        }
        if *to == NONE {
            *to = d.bin;
            let room = &mut capacity[d.bin as usize];
            *room = room.checked_sub(1)?;
        }
    }
    let banned = |u: u32, b: u32| base.iter().any(|d| !d.yes && (d.unit, d.bin) == (u, b));
    let (mut start, mut bin, mut value) = (vec![0], Vec::new(), Vec::new());
    let mut fixed_value = 0_i128;
    for u in 0..part.n_units() as u32 {
        let own = fixed[u as usize];
        if own == NONE {
            let decided = base.iter().any(|d| d.unit == u);
            for (b, v) in part.row(u).filter(|e| !decided || !banned(u, e.0)) {
                bin.push(b);
                value.push(v);
            }
            if decided && bin_of[u as usize] != NONE && banned(u, bin_of[u as usize]) {
                bin_of[u as usize] = NONE;
            }
        } else {
            if banned(u, own) {
                return None;
            }
            fixed_value += i128::from(part.edge(u, own)?);
            bin_of[u as usize] = NONE;
        }
        start.push(bin.len());
    }
    let graph = Graph {
        start: &start,
        bin: &bin,
        value: &value,
        capacity: &capacity,
    };
    let rough = Rough {
        bin_of,
        bin_price: bin_price.clone(),
    };
    let flow = transport::solve(graph, Some(rough), gauge)?;
    let mut sets: Vec<Vec<u32>> = vec![Vec::new(); part.n_bins()];
    for (u, (&b, &own)) in (0..).zip(flow.bin_of.iter().zip(&fixed)) {
        let at = if own == NONE { b } else { own };
        if at != NONE {
            sets[at as usize].push(u);
        }
    }
    let plan = crate::plan::PartPlan::of(part, sets);
    debug_assert!(plan.value >= fixed_value);
    Some(Grown {
        bound: plan.value,
        plan,
        ties: None,
        proof: None,
    })
}
