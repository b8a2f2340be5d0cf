//! Municipalities show interest in homes, and each home is promised once.
//!
//! Köping, Arboga and Kungsör competed for the same homes before they worked together; Familjepoolen lets several
//! municipalities show interest in one family (decision material, Jönköping county, about 2012). Here all interests are
//! weighed together, as a plan of only these children and these homes, by the same policy and the same draw: as much urgency as
//! possible is met, then network homes, then fit.
//!
//! Promises: a home is promised to one child, or to siblings of one group; a child is promised one home; a pair that a rule
//! stops is never promised; each interest is answered once, with the reason. It proposes: people make the promise.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use hemvist::csv::{self, Table, TableNote};
use hemvist::fit::verdict;
use hemvist::input::{Choice, ChoiceKind, Day, NotTogether};
use hemvist::limits::Limit;
use hemvist::matching::{MatchOptions, match_pool, worth_of};
use hemvist::plan::Why;
use hemvist::policy::CompiledPolicy;
use hemvist::pool::{ChildIdx, FamilyIdx, Pool};
use hemvist::rules::Rule;
use hemvist::{Code, Path, Problem, Problems, ReadOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents};
use crate::listing::{DEFAULT_K, ListingAsked, listing};
use crate::spells::column;
use crate::subset::subset;

documents! { Promises PROMISES_FORMAT "hemvist.promises/1"; }

/// Most interests at one time.
pub const MOST_INTERESTS: Limit = Limit {
    what: "interests",
    least: 0,
    most: 20_000,
    unit: "records",
    code: Code::TooMany,
};

/// One municipality's interest in one home for one child.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// The municipality; it must be responsible for the child.
    pub municipality: String,
    /// The child, of the pool.
    pub child: String,
    /// The home, by its handle in the listing. Exactly one of `handle` and `family` is given.
    #[serde(default)]
    pub handle: Option<String>,
    /// The home, by its id.
    #[serde(default)]
    pub family: Option<String>,
    /// When the interest was shown; does not count in the choice, but is kept in the answer.
    #[serde(default)]
    pub on: Option<Day>,
}

/// The table of interests.
static TABLE: &Table = &Table {
    file: "interests.csv",
    swedish: &["intressen"],
    section: "interests",
    within_child: None,
    columns: &[
        column("municipality", &["kommun"], &["municipality"]),
        column("child", &["barn"], &["child"]),
        column("handle", &["annons"], &["handle"]),
        column("family", &["familj"], &["family"]),
        column("on", &["datum"], &["on"]),
    ],
};

/// What is to be promised.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InterestAsked {
    /// Every interest that is open.
    pub interests: Vec<Interest>,
    /// The listing's `k`, where interests name handles; absent: 5.
    #[serde(default)]
    #[schemars(range(min = 2, max = 1000))]
    pub k: Option<u32>,
    /// The listing's seed, where interests name handles; absent: the policy's seed of the draw.
    #[serde(default)]
    pub listing_seed: Option<String>,
}

/// Which home is promised to whom (`hemvist.promises/1`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Promises {
    /// Always `hemvist.promises/1`.
    pub format: &'static str,
    /// The date the pool describes.
    pub as_of: Day,
    /// Homes promised, by id.
    pub promises: Vec<Promise>,
    /// Interests that got no promise, by municipality, child and home.
    pub declined: Vec<Declined>,
}

/// One home, promised.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// The home.
    pub family: String,
    /// The municipality it is promised to.
    pub municipality: String,
    /// The child, or siblings of one group, by id.
    pub children: Vec<String>,
    /// Sum of their fits.
    pub fit: u32,
}

/// An interest without a promise.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Declined {
    /// The municipality.
    pub municipality: String,
    /// The child.
    pub child: String,
    /// The home.
    pub family: String,
    /// Why.
    pub reason: DeclinedReason,
    /// The children that the home is promised to, if it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promised_to: Vec<String>,
    /// Why they and not this one, if nothing else stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// The rules that stop the pair, if they do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<&'static str>,
}

/// Why an interest got no promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclinedReason {
    /// The child stays where it lives.
    Stays,
    /// A person has locked the child to another home.
    Locked,
    /// A rule stops the pair.
    RuledOut,
    /// The child is promised another home that it was named for.
    PromisedElsewhere,
    /// The home is promised to another child.
    HomePromised,
    /// Neither is promised anything: siblings, limits or locks stand in the way.
    Other,
}

/// Reads interests from a table, `interests.csv` or `intressen.csv`.
///
/// # Errors
/// Every problem of the table.
pub fn from_table(bytes: &[u8]) -> Result<(Vec<Interest>, TableNote), Problems> {
    csv::read_rows(TABLE, MOST_INTERESTS, bytes)
}

/// Promises each home that someone wants to one child, or siblings of one group.
///
/// # Errors
/// [`RegionError::Refused`]: every interest that names a child, home or municipality that is not there or do not belong
/// together, or names none or two; [`RegionError::Match`] as a match.
///
/// # Complexity
/// One match of the wanted homes and the children named; `O(children × homes)` of these.
pub fn promise(
    pool: &Pool,
    policy: &CompiledPolicy,
    asked: &InterestAsked,
    options: &MatchOptions<'_>,
) -> Result<Promises, RegionError> {
    let wanted = resolve(pool, policy, asked, options)?;
    let plan = match_pool(&contest(pool, &wanted)?, policy.policy(), options)?;
    let given: BTreeMap<&str, &str> = plan
        .placed
        .iter()
        .map(|p| (p.child.as_str(), p.family.as_str()))
        .collect();
    let mut holders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (child, family) in &given {
        holders.entry(family).or_default().push(child);
    }
    let id = |child: ChildIdx| pool.child(child).id.as_str();
    let municipality = |id: &str| pool.child_idx(id).map(|child| pool.child(child).municipality.clone());
    let fit = |child: &str| {
        plan.placed
            .iter()
            .find(|p| p.child == child)
            .map_or(0, |p| u32::from(p.fit))
    };
    let promises = holders.iter().map(|(family, children)| Promise {
        family: (*family).to_owned(),
        municipality: children
            .first()
            .and_then(|child| municipality(child))
            .unwrap_or_default(),
        children: children.iter().map(|&child| child.to_owned()).collect(),
        fit: children.iter().map(|child| fit(child)).sum(),
    });
    let elsewhere = locked_elsewhere(pool, &wanted);
    let declined = wanted.iter().filter_map(|&(child, family)| {
        let (child_id, family_id) = (id(child), pool.family(family).id.as_str());
        if given.get(child_id) == Some(&family_id) {
            return None;
        }
        let rules: Vec<&'static str> = verdict(pool, policy, child, family)
            .ruled_out
            .iter()
            .map(Rule::code)
            .collect();
        let holders = holders.get(family_id);
        let reason = if pool.stays(child).is_some() {
            DeclinedReason::Stays
        } else if elsewhere.contains(child_id) {
            DeclinedReason::Locked
        } else if !rules.is_empty() {
            DeclinedReason::RuledOut
        } else if given.contains_key(child_id) {
            DeclinedReason::PromisedElsewhere
        } else if holders.is_some() {
            DeclinedReason::HomePromised
        } else {
            DeclinedReason::Other
        };
        Some(Declined {
            municipality: pool.child(child).municipality.clone(),
            child: child_id.to_owned(),
            family: family_id.to_owned(),
            reason,
            promised_to: holders.into_iter().flatten().map(|&holder| holder.to_owned()).collect(),
            why: holders
                .filter(|_| reason == DeclinedReason::HomePromised)
                .map(|holders| why(pool, policy, family, holders, child)),
            rules,
        })
    });
    let declined: BTreeSet<Declined> = declined.collect();
    Ok(Promises {
        format: PROMISES_FORMAT,
        as_of: pool.as_of(),
        promises: promises.collect(),
        declined: declined.into_iter().collect(),
    })
}

/// Why the children who are promised a home have it and not this one: the first aim in which their placement there is worth
/// more.
fn why(pool: &Pool, policy: &CompiledPolicy, family: FamilyIdx, holders: &[&str], child: ChildIdx) -> Why {
    let holders: Vec<ChildIdx> = holders.iter().filter_map(|id| pool.child_idx(id)).collect();
    let locks = pool
        .document()
        .choices
        .iter()
        .filter(|choice| choice.kind == ChoiceKind::Lock);
    let is_locked = |c: ChildIdx| locks.clone().any(|lock| lock.child == pool.child(c).id);
    if holders.iter().any(|&holder| is_locked(holder)) {
        return Why::Locked;
    }
    let worth = |children: &[ChildIdx]| {
        let mut homes = vec![None; pool.n_children()];
        for child in children {
            homes[child.row()] = Some(family);
        }
        worth_of(pool, policy, &homes, |_| true)
    };
    let (theirs, own) = (worth(&holders), worth(&[child]));
    let aims = [
        (theirs.urgency, own.urgency, Why::Urgency),
        (theirs.network, own.network, Why::Network),
        (theirs.fit, own.fit, Why::Fit),
    ];
    let objective = &policy.policy().objective;
    if !objective.strict {
        let sum = |of: fn(&(i64, i64, Why)) -> i64| {
            let weights = [objective.urgency_points, objective.network_points, 1];
            aims.iter()
                .zip(weights)
                .map(|(aim, weight)| i128::from(of(aim)) * i128::from(weight))
                .sum::<i128>()
        };
        return match sum(|aim| aim.0).cmp(&sum(|aim| aim.1)) {
            Ordering::Greater => Why::Sum,
            Ordering::Equal => Why::Draw,
            Ordering::Less => Why::Pool,
        };
    }
    match aims.into_iter().find(|(theirs, own, _)| theirs != own) {
        None => Why::Draw,
        Some((theirs, own, why)) if theirs > own => why,
        Some(_) => Why::Pool,
    }
}

/// The pairs wanted, each once.
fn resolve(
    pool: &Pool,
    policy: &CompiledPolicy,
    asked: &InterestAsked,
    options: &MatchOptions<'_>,
) -> Result<BTreeSet<(ChildIdx, FamilyIdx)>, RegionError> {
    let mut problems = Problems::new();
    if !MOST_INTERESTS.holds(asked.interests.len()) {
        return Err(crate::answer::refused(
            Problem::new(MOST_INTERESTS.code, "interests").allowed(MOST_INTERESTS.fact()),
        ));
    }
    let mut handles: Option<BTreeMap<String, String>> = None;
    let mut wanted = BTreeSet::new();
    for (at, interest) in asked.interests.iter().enumerate() {
        let here = Path::of("interests").index(at);
        let child = pool.child_idx(&interest.child);
        let child = child.filter(|&child| pool.child(child).municipality == interest.municipality);
        if child.is_none() {
            problems.push(Problem::new(Code::UnknownChild, here.field("child")));
        }
        let family = match (&interest.handle, &interest.family) {
            (Some(handle), None) => {
                if handles.is_none() {
                    handles = Some(key(pool, policy, asked, options)?);
                }
                let family = handles.as_ref().and_then(|handles| handles.get(handle));
                let family = family.and_then(|family| pool.family_idx(family));
                family.ok_or_else(|| Problem::new(Code::UnknownFamily, here.field("handle")))
            }
            (None, Some(family)) => pool
                .family_idx(family)
                .ok_or_else(|| Problem::new(Code::UnknownFamily, here.field("family"))),
            (None, None) => Err(Problem::new(Code::MissingField, here.field("family"))),
            (Some(_), Some(_)) => Err(Problem::new(Code::DuplicateField, here.field("family"))),
        };
        match (child, family) {
            (Some(child), Ok(family)) => {
                wanted.insert((child, family));
            }
            (_, Err(problem)) => problems.push(problem),
            (None, Ok(_)) => {}
        }
    }
    Ok(problems.into_result(wanted)?)
}

/// The family of each handle.
fn key(
    pool: &Pool,
    policy: &CompiledPolicy,
    asked: &InterestAsked,
    options: &MatchOptions<'_>,
) -> Result<BTreeMap<String, String>, RegionError> {
    let seed = asked.listing_seed.as_deref().unwrap_or(options.seed(policy.policy()));
    let listed = ListingAsked {
        k: Some(asked.k.unwrap_or(DEFAULT_K)),
        seed: seed.to_owned(),
    };
    let (_, key) = listing(pool, &listed)?;
    Ok(key.homes.into_iter().map(|home| (home.handle, home.family)).collect())
}

/// Only the children and homes of the interests, with every other pair forbidden, and no home for children of two blocks.
fn contest(pool: &Pool, wanted: &BTreeSet<(ChildIdx, FamilyIdx)>) -> Result<Pool, RegionError> {
    let elsewhere = locked_elsewhere(pool, wanted);
    let children = wanted.iter().map(|&(child, _)| pool.child(child).id.as_str());
    let children: BTreeSet<&str> = children.filter(|id| !elsewhere.contains(id)).collect();
    let families: BTreeSet<&str> = wanted
        .iter()
        .map(|&(_, family)| pool.family(family).id.as_str())
        .collect();
    let part = subset(pool, |id| children.contains(id), |id| families.contains(id))?;
    let mut document = part.document().clone();
    let decided: BTreeSet<(String, String)> = (document.choices.iter())
        .map(|choice| (choice.child.clone(), choice.family.clone()))
        .collect();
    let wants = |child: &str, family: &str| {
        let pair = pool.child_idx(child).zip(pool.family_idx(family));
        pair.is_some_and(|pair| wanted.contains(&pair))
    };
    for child in part.children().filter(|&child| part.stays(child).is_none()) {
        let child = &part.child(child).id;
        for &family in &families {
            if !wants(child, family) && !decided.contains(&(child.clone(), family.to_owned())) {
                document.choices.push(Choice {
                    kind: ChoiceKind::Ban,
                    child: child.clone(),
                    family: family.to_owned(),
                    reason: "no interest shown".to_owned(),
                    on: None,
                });
            }
        }
    }
    let known: BTreeSet<(String, String)> = (document.not_together.iter())
        .map(|pair| (pair.child.clone(), pair.other.clone()))
        .collect();
    for (a, b) in rivals(&part, &families, &wants) {
        if !known.contains(&(a.clone(), b.clone())) && !known.contains(&(b.clone(), a.clone())) {
            document.not_together.push(NotTogether { child: a, other: b });
        }
    }
    let options = ReadOptions {
        allow_identity_numbers: true,
    };
    Ok(Pool::from_document_with(document, &options)?)
}

/// Children whom a person has locked to a home that they are not named for here.
fn locked_elsewhere<'p>(pool: &'p Pool, wanted: &BTreeSet<(ChildIdx, FamilyIdx)>) -> BTreeSet<&'p str> {
    let locks = pool
        .document()
        .choices
        .iter()
        .filter(|choice| choice.kind == ChoiceKind::Lock);
    let elsewhere = locks.filter(|lock| {
        let pair = pool.child_idx(&lock.child).zip(pool.family_idx(&lock.family));
        pair.is_some_and(|pair| !wanted.contains(&pair))
    });
    elsewhere.map(|lock| lock.child.as_str()).collect()
}

/// Pairs of children who want the same home and are not siblings of one group; a lock of both to it is obeyed instead.
fn rivals(pool: &Pool, families: &BTreeSet<&str>, wants: &dyn Fn(&str, &str) -> bool) -> BTreeSet<(String, String)> {
    let locked = |child: ChildIdx| {
        let locks = pool
            .document()
            .choices
            .iter()
            .filter(|choice| choice.kind == ChoiceKind::Lock);
        locks.into_iter().any(|lock| lock.child == pool.child(child).id)
    };
    let seeking: Vec<ChildIdx> = pool.children().filter(|&child| pool.stays(child).is_none()).collect();
    let mut pairs = BTreeSet::new();
    for family in families {
        let here: Vec<ChildIdx> = seeking
            .iter()
            .copied()
            .filter(|&c| wants(&pool.child(c).id, family))
            .collect();
        for (at, &a) in here.iter().enumerate() {
            for &b in &here[at + 1..] {
                let siblings = pool.group_of(a).is_some() && pool.group_of(a) == pool.group_of(b);
                let decided = locked(a) && locked(b);
                if !siblings && !decided {
                    pairs.insert((pool.child(a).id.clone(), pool.child(b).id.clone()));
                }
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
