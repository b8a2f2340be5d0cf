//! Changes to a pool, as a document (`hemvist.changes/1`): what a meeting wants to try, or has settled.
//!
//! [`Changes::apply`] gives another pool and leaves the first as it is. Promises: every problem is told at its place in
//! the changes; the new pool is what a caller would get who wrote the changes into the pool document by hand; nothing
//! that a person has locked is undone in silence. Refuses to know policies, rules and plans.
//!
//! The sections are applied in the order of the document: what is lifted, who withdraws, who leaves, places, then
//! families, children, sibling groups and choices that are added.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::input::{Child, Choice, ChoiceKind, Family, PoolDocument, SiblingGroup};
use crate::json;
use crate::limits::{self, MOST_PLACES};
use crate::pool::Pool;
use crate::problem::{Code, Fact, Path, Problem, Problems, Step};
use crate::schema;

/// The only value of [`Changes::format`].
pub const CHANGES_FORMAT: &str = "hemvist.changes/1";

/// Changes to a pool (`hemvist.changes/1`).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Always `hemvist.changes/1`.
    #[schemars(extend("const" = CHANGES_FORMAT))]
    pub format: String,
    /// Locks, bans and other choices that are taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted: Vec<Lifted>,
    /// Families that withdraw, by id: the pool is as if they had never been in it. A child of the pool who lives in one
    /// needs another home; a lock to one must be lifted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<String>,
    /// Children who leave, by id; the place that one leaves is not counted as free until `places` says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
    /// Families who can take another number of children than before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Places>,
    /// Families that come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<Family>,
    /// Children who come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Child>,
    /// Sibling groups that come.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sibling_groups: Vec<SiblingGroup>,
    /// Locks, bans, refusals and recorded reasons that are added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// A choice that is taken back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifted {
    /// What was decided.
    pub kind: ChoiceKind,
    /// The child.
    pub child: String,
    /// The family.
    pub family: String,
}

/// How many more children a family can take from now on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// The family.
    pub family: String,
    /// How many more children it can take, 0–12.
    #[schemars(range(min = 0, max = MOST_PLACES))]
    pub places: u8,
}

impl Default for Changes {
    /// No change.
    fn default() -> Self {
        Self {
            format: CHANGES_FORMAT.to_owned(),
            lifted: Vec::new(),
            withdrawn: Vec::new(),
            left: Vec::new(),
            places: Vec::new(),
            families: Vec::new(),
            children: Vec::new(),
            sibling_groups: Vec::new(),
            choices: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Changes {
    /// Counts only: changes are about people, and debug output ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Changes")
            .field("count", &self.count())
            .finish_non_exhaustive()
    }
}

impl Changes {
    /// The JSON Schema (draft 2020-12) of the document, `hemvist.changes/1`.
    pub fn schema() -> serde_json::Value {
        schema::of::<Self>()
    }

    /// Reads changes from JSON.
    ///
    /// # Errors
    /// Every problem of form, as for a pool; what the changes mean for a pool only [`Changes::apply`] can judge.
    ///
    /// # Examples
    /// ```
    /// use hemvist::changes::Changes;
    ///
    /// let changes = Changes::from_json(br#"{"format": "hemvist.changes/1",
    ///     "choices": [{"kind": "refused", "child": "c1", "family": "f2", "reason": "moves house in spring"}]}"#)?;
    /// assert_eq!(changes.count(), 1);
    /// # Ok::<(), hemvist::Problems>(())
    /// ```
    pub fn from_json(bytes: &[u8]) -> Result<Self, Problems> {
        json::read_named(bytes, CHANGES_FORMAT)
    }

    /// How many changes there are.
    pub fn count(&self) -> usize {
        self.lifted.len()
            + self.withdrawn.len()
            + self.left.len()
            + self.places.len()
            + self.families.len()
            + self.children.len()
            + self.sibling_groups.len()
            + self.choices.len()
    }

    /// The choices that are added, if nothing else is changed.
    pub(crate) fn only_choices(&self) -> Option<&[Choice]> {
        (self.count() == self.choices.len()).then_some(&self.choices[..])
    }

    /// The pool with the changes.
    ///
    /// # Errors
    /// Every problem, at its place in the changes: ids that the pool does not have, a lock to a family that withdraws,
    /// and whatever keeps the changed document from being a pool.
    ///
    /// # Complexity
    /// That of building the pool; that of a copy of it if only choices are added.
    pub fn apply(&self, pool: &Pool) -> Result<Pool, Problems> {
        if self.format != CHANGES_FORMAT {
            let problem = Problem::new(Code::WrongFormat, "format").allowed(Fact::Word(CHANGES_FORMAT));
            return Err(problem.found(Fact::chars(&self.format)).into());
        }
        if let Some(choices) = self.only_choices() {
            return pool.with_choices(choices).map_err(|mut problems| {
                problems.map_paths(|path| self.place(path, &Counts::of(pool.document()), &[]));
                problems
            });
        }
        let mut problems = Problems::new();
        let mut document = pool.document().clone();
        self.lift(&mut document, &mut problems);
        self.withdraw(&mut document, &mut problems);
        self.leave(&mut document, &mut problems);
        self.set_places(&mut document, &mut problems);
        let before = Counts::of(&document);
        document.families.extend(self.families.iter().cloned());
        document.children.extend(self.children.iter().cloned());
        document.sibling_groups.extend(self.sibling_groups.iter().cloned());
        document.choices.extend(self.choices.iter().cloned());
        let locked_to: Vec<String> = document.choices.iter().map(|choice| choice.family.clone()).collect();
        match Pool::from_document_with(document, pool.options()) {
            Ok(pool) => problems.into_result(pool),
            Err(mut more) => {
                more.map_paths(|path| self.place(path, &before, &locked_to));
                problems.append(more);
                Err(problems)
            }
        }
    }

    fn lift(&self, document: &mut PoolDocument, problems: &mut Problems) {
        let list = Path::of("lifted");
        for (i, lifted) in self.lifted.iter().enumerate() {
            let is_it = |c: &Choice| c.kind == lifted.kind && c.child == lifted.child && c.family == lifted.family;
            match document.choices.iter().position(is_it) {
                Some(at) => drop(document.choices.remove(at)),
                None => problems.push(Problem::new(Code::ChangeNoSuchChoice, list.index(i))),
            }
        }
    }

    fn withdraw(&self, document: &mut PoolDocument, problems: &mut Problems) {
        let list = Path::of("withdrawn");
        let known: BTreeSet<&str> = document.families.iter().map(|f| f.id.as_str()).collect();
        let gone = ids(&self.withdrawn, &known, Code::UnknownFamily, &list, problems);
        let locks = document.choices.iter().filter(|c| c.kind == ChoiceKind::Lock);
        let locked: BTreeSet<&str> = locks.map(|lock| lock.family.as_str()).collect();
        for (i, _) in (0..)
            .zip(&self.withdrawn)
            .filter(|(_, id)| locked.contains(id.as_str()))
        {
            problems.push(Problem::new(Code::ChangeLocked, list.index(i)));
        }
        if gone.is_empty() {
            return;
        }
        let stays = |id: &String| !gone.contains(id.as_str());
        document.families.retain(|family| stays(&family.id));
        document.choices.retain(|choice| stays(&choice.family));
        document.travel.retain(|journey| stays(&journey.family));
        document.placements.retain(|placement| stays(&placement.family));
        for child in &mut document.children {
            child.network_ties.retain(|tie| stays(&tie.family));
            if let Some(wishes) = &mut child.wishes {
                wishes.wanted.retain(stays);
                wishes.not_wanted.retain(stays);
            }
        }
        forget_strangers(document);
    }

    fn leave(&self, document: &mut PoolDocument, problems: &mut Problems) {
        let known: BTreeSet<&str> = document.children.iter().map(|c| c.id.as_str()).collect();
        let gone = ids(&self.left, &known, Code::UnknownChild, &Path::of("left"), problems);
        if gone.is_empty() {
            return;
        }
        let stays = |id: &str| !gone.contains(id);
        document.children.retain(|child| stays(&child.id));
        document.choices.retain(|choice| stays(&choice.child));
        document.travel.retain(|journey| stays(&journey.child));
        document.placements.retain(|placement| stays(&placement.child));
        forget_strangers(document);
    }

    fn set_places(&self, document: &mut PoolDocument, problems: &mut Problems) {
        let list = Path::of("places");
        let mut rows: BTreeMap<String, usize> = BTreeMap::new();
        for (row, family) in document.families.iter().enumerate() {
            rows.insert(family.id.clone(), row);
        }
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, change) in self.places.iter().enumerate() {
            let at = list.index(i);
            let fits = change.places <= MOST_PLACES;
            if !fits {
                let allowed = Fact::Between(0, MOST_PLACES.into());
                let problem = Problem::new(Code::OutOfRange, at.field("places")).allowed(allowed);
                problems.push(problem.found(Fact::int(change.places)));
            }
            if let Some(&first) = seen.get(change.family.as_str()) {
                let problem = Problem::new(Code::Repeated, at.field("family"));
                problems.push(problem.found(Fact::Place(list.index(first))));
                continue;
            }
            seen.insert(&change.family, i);
            match rows.get(&change.family) {
                Some(&row) if fits => document.families[row].places = change.places,
                Some(_) => {}
                None => problems.push(Problem::new(Code::UnknownFamily, at.field("family"))),
            }
        }
    }

    /// Where in the changes a place of the changed document comes from; the changes as a whole if from none of them
    /// alone.
    fn place(&self, path: &Path, before: &Counts, locked_to: &[String]) -> Path {
        let [Step::Field(section), Step::Index(index), rest @ ..] = path.steps() else {
            return Path::root();
        };
        let old = match *section {
            "families" => before.families,
            "children" => before.children,
            "sibling_groups" => before.sibling_groups,
            "choices" => before.choices,
            _ => return Path::root(),
        };
        if let Some(added) = index.checked_sub(old) {
            let start = Path::of(section).index(added);
            return rest.iter().fold(start, |path, &step| path.step(step));
        }
        // A lock that the pool had is in the way of a family's new number of places.
        let family = (*section == "choices").then(|| locked_to.get(*index)).flatten();
        let changed = family.and_then(|family| self.places.iter().position(|change| change.family == *family));
        changed.map_or_else(Path::root, |at| Path::of("places").index(at).field("places"))
    }
}

/// The ids of a list that the pool knows; problems for those that it does not, and for one that stands twice.
fn ids<'a>(
    list: &'a [String],
    known: &BTreeSet<&str>,
    unknown: Code,
    path: &Path,
    problems: &mut Problems,
) -> BTreeSet<&'a str> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, id) in list.iter().enumerate() {
        if !known.contains(id.as_str()) {
            problems.push(Problem::new(unknown, path.index(i)));
        } else if let Some(&first) = first.get(id.as_str()) {
            let place = Fact::Place(path.index(first));
            problems.push(Problem::new(Code::Repeated, path.index(i)).found(place));
        } else {
            first.insert(id, i);
        }
    }
    first.into_keys().collect()
}

/// Takes children who are no longer in the pool out of groups and pairs; a group needs at least two.
fn forget_strangers(document: &mut PoolDocument) {
    let children = document.children.iter().map(|child| child.id.as_str());
    let placed = document.placements.iter().map(|placement| placement.child.as_str());
    let known: BTreeSet<String> = children.chain(placed).map(str::to_owned).collect();
    for group in &mut document.sibling_groups {
        group.children.retain(|child| known.contains(child));
    }
    let least = usize::try_from(limits::GROUP_CHILDREN.least).unwrap_or(2);
    document.sibling_groups.retain(|group| group.children.len() >= least);
    let pairs = &mut document.not_together;
    pairs.retain(|pair| known.contains(&pair.child) && known.contains(&pair.other));
}

/// How many records the pool keeps of the sections that can grow.
struct Counts {
    families: usize,
    children: usize,
    sibling_groups: usize,
    choices: usize,
}

impl Counts {
    fn of(document: &PoolDocument) -> Self {
        Self {
            families: document.families.len(),
            children: document.children.len(),
            sibling_groups: document.sibling_groups.len(),
            choices: document.choices.len(),
        }
    }
}
