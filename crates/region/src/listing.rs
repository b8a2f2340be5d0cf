//! Anonymous listings: what may be shown of a family before its identity is exchanged.
//!
//! Familjepoolen shows its municipalities an anonymous description of each family on a page behind a login; they show
//! interest, and the pool makes contact (decision material, Jönköping county, about 2012).
//!
//! # What is promised
//! - **k-anonymity**: each home shown shares *all* its shown fields with at least `k − 1` other homes. Homes for which that
//!   cannot be had are withheld and only counted.
//! - Nothing finer than a municipality; no id, date, place, free text or fact about anyone in the family.
//! - **Protected cases never leave**: a home is withheld if a child with protected personal data lives there or is locked
//!   to it. Network homes are withheld too: they were assessed for their own child.
//! - Handles (`L-001`) follow from a seed and the pool's date by the lottery, so that they do not follow the order of ids
//!   and cannot be matched between editions of different dates. Who may see the key keeps it apart.
//!
//! What it cannot promise: that two editions, compared, do not show which fields a home that is known to be new has. k-anonymity holds
//! within an edition.
//!
//! # How
//! All homes start as one class that shows nothing. Field by field, in the order of the list of fields, each class is split by its
//! values; values held by fewer than `k` homes stay together with the field not stated, and if those homes are fewer than
//! `k`, the smallest of the split-off classes joins them until they are not. So no class ever has fewer than `k` homes.

use std::collections::{BTreeMap, BTreeSet};

use hemvist::input::{AgeRange, ChoiceKind, Family, HomeKind};
use hemvist::lottery;
use hemvist::pool::{FamilyIdx, Pool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::ready::is_ready;

documents! {
    Listing LISTING_FORMAT "hemvist.listing/1";
    ListingKey LISTING_KEY_FORMAT "hemvist.listing_key/1";
}

/// Homes that share all shown fields, if nothing else is asked: five, since Swedish official statistics hide counts of one to
/// four.
pub const DEFAULT_K: u32 = 5;

/// What is to be listed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListingAsked {
    /// At least so many homes share all that is shown of each, 2–1000; absent: 5.
    #[serde(default)]
    #[schemars(range(min = 2, max = 1000))]
    pub k: Option<u32>,
    /// Where the handles come from, 1–200 characters; keep it secret from those who see the listing, or handles can be
    /// recomputed from ids.
    pub seed: String,
}

/// A field that may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Kind,
    Ages,
    Municipality,
    Needs,
    Places,
    Ready,
}

impl Field {
    /// Most telling first: what is split first is stated most often.
    const ALL: [Self; 6] = [
        Self::Kind,
        Self::Ages,
        Self::Municipality,
        Self::Needs,
        Self::Places,
        Self::Ready,
    ];
}

/// An anonymous listing (`hemvist.listing/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// Always `hemvist.listing/1`.
    pub format: &'static str,
    /// The date of the edition.
    pub as_of: hemvist::input::Day,
    /// At least so many homes share all that is shown of each.
    pub k: u32,
    /// The homes, alike ones together.
    pub homes: Vec<Shown>,
    /// Homes with a free place that are not shown, for any reason.
    pub withheld: u32,
}

/// What is shown of one home. A field that is absent is not stated: not known, or too rare to be shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Shown {
    /// What to call the home when showing interest.
    pub handle: String,
    /// Kind of home.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<HomeKind>,
    /// Youngest and oldest age taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ages: Option<(u8, u8)>,
    /// Where it lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// Highest needs level it can carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highest_needs: Option<u8>,
    /// Free places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub places: Option<u8>,
    /// Whether it is assessed, checked and available now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<bool>,
}

/// Which handle is which family: for the pool's own staff only (`hemvist.listing_key/1`).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ListingKey {
    /// Always `hemvist.listing_key/1`.
    pub format: &'static str,
    /// Handle and family, by handle.
    pub homes: Vec<KeyEntry>,
}

/// One handle and its family.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct KeyEntry {
    /// The handle.
    pub handle: String,
    /// The family.
    pub family: String,
}

/// Lists the homes of a pool that have a free place, anonymously, and gives the key beside it.
///
/// # Errors
/// [`RegionError::Refused`] for options outside their range.
///
/// # Complexity
/// `O(homes · log homes)`.
///
/// # Examples
/// Two homes for teenagers and three for small children: with `k` = 2 the ages are shown, with `k` = 3 they are not.
/// ```
/// use hemvist::pool::Pool;
/// use hemvist_region::listing::{ListingAsked, listing};
///
/// let home = |id, from, to| serde_json::json!({"id": id, "municipality": "0163", "kind": "family", "places": 1,
///     "ages": {"from": from, "to": to}});
/// let document = serde_json::json!({
///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "0163"}],
///     "families": [home("a", 13, 17), home("b", 13, 17), home("c", 0, 6), home("d", 0, 6), home("e", 0, 6)]
/// });
/// let pool = Pool::from_document(serde_json::from_value(document)?)?;
/// let shown = |k| listing(&pool, &ListingAsked { k: Some(k), seed: "autumn".into() }).map(|(listing, _)| listing.homes);
/// assert!(shown(2)?.iter().all(|home| home.ages.is_some()));
/// assert!(shown(3)?.iter().all(|home| home.ages.is_none()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn listing(pool: &Pool, asked: &ListingAsked) -> Result<(Listing, ListingKey), RegionError> {
    let k = option_within("k", asked.k.unwrap_or(DEFAULT_K).into(), 2, 1000)?;
    let length = i64::try_from(asked.seed.chars().count()).unwrap_or(i64::MAX);
    option_within("seed", length, 1, 200)?;
    let free: Vec<FamilyIdx> = pool.families().filter(|&family| has_place(pool, family)).collect();
    let protected = protected(pool);
    let may_be_shown = |&family: &FamilyIdx| {
        let record = pool.family(family);
        record.kind != HomeKind::Network && !protected.contains(record.id.as_str())
    };
    let open: Vec<FamilyIdx> = free.iter().copied().filter(may_be_shown).collect();
    let classes = classes(pool, &open, usize::try_from(k).unwrap_or(usize::MAX));
    // A new date gives new handles, so that editions cannot be laid side by side home by home.
    let seed = format!("{}/{}", asked.seed, pool.as_of());
    let mut homes: Vec<(Shown, lottery::Number, FamilyIdx)> = Vec::new();
    for (shown, members) in classes {
        for family in members {
            homes.push((shown.clone(), lottery::number(&seed, &pool.family(family).id), family));
        }
    }
    homes.sort();
    let width = homes.len().to_string().len().max(3);
    for (at, (shown, _, _)) in (1..).zip(&mut homes) {
        shown.handle = format!("L-{at:0width$}");
    }
    let key = homes.iter().map(|(shown, _, family)| KeyEntry {
        handle: shown.handle.clone(),
        family: pool.family(*family).id.clone(),
    });
    let key = ListingKey {
        format: LISTING_KEY_FORMAT,
        homes: key.collect(),
    };
    let listing = Listing {
        format: LISTING_FORMAT,
        as_of: pool.as_of(),
        k: u32::try_from(k).unwrap_or(u32::MAX),
        withheld: u32::try_from(free.len() - homes.len()).unwrap_or(u32::MAX),
        homes: homes.into_iter().map(|(shown, _, _)| shown).collect(),
    };
    Ok((listing, key))
}

fn has_place(pool: &Pool, family: FamilyIdx) -> bool {
    let record = pool.family(family);
    record.places > 0 && record.available_until.is_none_or(|last| pool.as_of() <= last)
}

/// Families of protected cases: a child with protected personal data lives there or is locked to it.
fn protected(pool: &Pool) -> BTreeSet<&str> {
    let document = pool.document();
    let is_protected = |id: &str| {
        let child = pool.child_idx(id);
        child.is_some_and(|child| pool.child(child).protected_identity == Some(true))
    };
    let lived_in = document.placements.iter().filter(|p| is_protected(&p.child));
    let locks = document.choices.iter().filter(|c| c.kind == ChoiceKind::Lock);
    let locked = locks.filter(|c| is_protected(&c.child));
    lived_in
        .map(|p| p.family.as_str())
        .chain(locked.map(|c| c.family.as_str()))
        .collect()
}

type Class = (Shown, Vec<FamilyIdx>);

/// The homes in classes of at least `k`, each with what it shows; none if there are fewer than `k` homes.
fn classes(pool: &Pool, homes: &[FamilyIdx], k: usize) -> Vec<Class> {
    if homes.len() < k {
        return Vec::new();
    }
    let nothing = Shown {
        handle: String::new(),
        kind: None,
        ages: None,
        municipality: None,
        highest_needs: None,
        places: None,
        ready: None,
    };
    let mut classes = vec![(nothing, homes.to_vec())];
    for field in Field::ALL {
        classes = classes
            .into_iter()
            .flat_map(|class| split(pool, class, field, k))
            .collect();
    }
    classes
}

/// A class split by the values of a field, as far as every part keeps at least `k` homes.
fn split(pool: &Pool, (shown, homes): Class, field: Field, k: usize) -> Vec<Class> {
    let mut parts: BTreeMap<Shown, Vec<FamilyIdx>> = BTreeMap::new();
    for family in homes {
        let with = state(&shown, pool, family, field);
        parts.entry(with).or_default().push(family);
    }
    // Homes whose value is not known state nothing, like those whose value is too rare.
    let mut rest = parts.remove(&shown).unwrap_or_default();
    let (mut kept, rare): (Vec<Class>, Vec<Class>) = parts.into_iter().partition(|(_, homes)| homes.len() >= k);
    rest.extend(rare.into_iter().flat_map(|(_, homes)| homes));
    kept.sort_by(|a, b| (b.1.len(), &b.0).cmp(&(a.1.len(), &a.0)));
    while !rest.is_empty() && rest.len() < k {
        let Some((_, homes)) = kept.pop() else { break };
        rest.extend(homes);
    }
    if !rest.is_empty() {
        rest.sort_unstable();
        kept.push((shown, rest));
    }
    kept
}

/// What is shown, with one field more.
fn state(shown: &Shown, pool: &Pool, family: FamilyIdx, field: Field) -> Shown {
    let record: &Family = pool.family(family);
    let mut with = shown.clone();
    match field {
        Field::Kind => with.kind = Some(record.kind),
        Field::Ages => with.ages = record.ages.map(|AgeRange { from, to }| (from, to)),
        Field::Municipality => with.municipality = Some(record.municipality.clone()),
        Field::Needs => with.highest_needs = record.highest_needs,
        Field::Places => with.places = Some(record.places),
        Field::Ready => with.ready = Some(is_ready(pool, family)),
    }
    with
}

/// How many homes share all shown fields, for the least such number of a listing; `None` if it shows nothing.
///
/// A listing that keeps its promise gives at least its `k`. For those who publish one and want to count again.
pub fn smallest_class(listing: &Listing) -> Option<usize> {
    let alike: BTreeSet<Shown> = listing.homes.iter().map(without_handle).collect();
    let size = |one: &Shown| listing.homes.iter().filter(|home| without_handle(home) == *one).count();
    alike.iter().map(size).min()
}

fn without_handle(home: &Shown) -> Shown {
    Shown {
        handle: String::new(),
        ..home.clone()
    }
}

#[cfg(test)]
mod tests {
    use hemvist_testkit::{Shape, generate, pools};
    use proptest::prelude::*;

    use super::*;
    use crate::answer::Answer as _;

    fn asked(k: u32) -> ListingAsked {
        ListingAsked {
            k: Some(k),
            seed: "test".into(),
        }
    }

    #[test]
    fn every_example_is_anonymous_and_says_something() {
        for shape in Shape::all() {
            let pool = Pool::from_document(generate(&shape, 1)).unwrap();
            let (listing, key) = listing(&pool, &asked(5)).unwrap();
            assert!(
                smallest_class(&listing).is_none_or(|least| least >= 5),
                "{}",
                shape.name
            );
            assert!(listing.homes.iter().any(|home| home.ages.is_some()), "{}", shape.name);
            let free = pool.families().filter(|&f| has_place(&pool, f)).count();
            assert_eq!(listing.homes.len() + listing.withheld as usize, free, "{}", shape.name);
            assert_eq!(key.homes.len(), listing.homes.len());
            // No family's id, place or name.
            let text = String::from_utf8(listing.to_bytes().unwrap()).unwrap();
            assert!(!text.contains("F-") && !text.contains("location"), "{}", shape.name);
        }
    }

    #[test]
    fn homes_of_protected_children_and_of_networks_are_absent() {
        let mut document = generate(&Shape::familjepoolen(), 1);
        let places: Vec<String> = document
            .families
            .iter()
            .filter(|f| f.places > 0)
            .map(|f| f.id.clone())
            .collect();
        // Everyone who lives in a home with a free place becomes protected.
        for placement in document.placements.clone() {
            if let Some(child) = document.children.iter_mut().find(|c| c.id == placement.child) {
                child.protected_identity = Some(places.contains(&placement.family));
            }
        }
        let lived_in: BTreeSet<String> = (document.placements.iter())
            .filter(|p| document.children.iter().any(|c| c.id == p.child))
            .map(|p| p.family.clone())
            .collect();
        let pool = Pool::from_document(document).unwrap();
        let (_, key) = listing(&pool, &asked(2)).unwrap();
        assert!(key.homes.len() > 20);
        for home in &key.homes {
            assert!(!lived_in.contains(&home.family));
            assert_ne!(
                pool.family(pool.family_idx(&home.family).unwrap()).kind,
                HomeKind::Network
            );
        }
    }

    #[test]
    fn handles_change_with_the_edition_and_do_not_follow_ids() {
        let mut document = generate(&Shape::familjepoolen(), 1);
        let first = listing(&Pool::from_document(document.clone()).unwrap(), &asked(5)).unwrap();
        document.as_of = document.as_of.plus_days(1).unwrap();
        let second = listing(&Pool::from_document(document).unwrap(), &asked(5)).unwrap();
        let same = first
            .1
            .homes
            .iter()
            .zip(&second.1.homes)
            .filter(|(a, b)| a.family == b.family)
            .count();
        assert!(same * 3 < first.1.homes.len(), "{same} of {}", first.1.homes.len());
        // Within each class of alike homes, handles are not in the order of ids throughout.
        let ids: Vec<&String> = first.1.homes.iter().map(|home| &home.family).collect();
        let rising = ids.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!(rising * 4 < 3 * ids.len(), "{rising} of {}", ids.len());
    }

    #[test]
    fn a_rare_home_drags_the_smallest_class_back_with_it() {
        let home = |n: usize, from: u8| {
            serde_json::json!({ "id": format!("f{n}"), "municipality": "m", "kind": "family", "places": 1,
                "ages": { "from": from, "to": 20 } })
        };
        // Four homes from 0, three from 13, one from 6: the one alone would stand out, so those from 13 are not stated.
        let ages = [0, 0, 0, 0, 13, 13, 13, 6];
        let families: Vec<_> = ages.iter().enumerate().map(|(n, &from)| home(n, from)).collect();
        let document = serde_json::json!({
            "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{ "id": "m" }], "families": families
        });
        let pool = Pool::from_document(serde_json::from_value(document).unwrap()).unwrap();
        let (listing, _) = listing(&pool, &asked(3)).unwrap();
        let stated = listing.homes.iter().filter(|home| home.ages == Some((0, 20))).count();
        assert_eq!(
            (stated, listing.homes.iter().filter(|home| home.ages.is_none()).count()),
            (4, 4)
        );
        assert_eq!(listing.withheld, 0);
    }

    #[test]
    fn too_few_homes_show_nothing_and_are_counted() {
        let pool = Pool::from_document(generate(&Shape::norr(), 1)).unwrap();
        let (listing, key) = listing(&pool, &asked(1000)).unwrap();
        assert!(listing.homes.is_empty() && key.homes.is_empty() && listing.withheld > 10);
        assert_eq!(smallest_class(&listing), None);
        for wrong in [
            asked(1),
            asked(1001),
            ListingAsked {
                k: None,
                seed: String::new(),
            },
        ] {
            assert!(matches!(super::listing(&pool, &wrong), Err(RegionError::Refused(_))));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]
        /// Counted again from the listing alone, and in any order of the input.
        #[test]
        fn listings_are_k_anonymous(families in 0..60_u32, seed in any::<u64>(), k in 2..8_u32) {
            let document = generate(&Shape::region(4, families), seed);
            let shuffled = pools::shuffled(&document, seed);
            let (first, _) = listing(&Pool::from_document(document).unwrap(), &asked(k)).unwrap();
            prop_assert!(smallest_class(&first).is_none_or(|least| least >= k as usize));
            let (second, _) = listing(&Pool::from_document(shuffled).unwrap(), &asked(k)).unwrap();
            prop_assert_eq!(first, second);
        }
    }
}
