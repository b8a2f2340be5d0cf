//! A child, a family, a rule, a pair in a few words, for people: what every face shows where it has no room for more.
//!
//! Holds no layout and makes no decision; full sentences are with what they tell of.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::criteria::Criterion;
use crate::explain::{Explanation, Part};
use crate::input::{HomeKind, PlacementKind};
use crate::lang::Lang;
use crate::matching::Bar;
use crate::plan::{Chosen, Status, UnplacedReason, Why};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::Rule;

/// A home kind.
pub fn home_kind(kind: HomeKind, lang: Lang) -> &'static str {
    match kind {
        HomeKind::Family => lang.pick("family home", "familjehem"),
        HomeKind::Network => lang.pick("network home", "nätverkshem"),
        HomeKind::Emergency => lang.pick("emergency home", "jourhem"),
        HomeKind::Reinforced => lang.pick("reinforced family home", "förstärkt familjehem"),
        HomeKind::Agency => lang.pick("agency home", "konsulentstött familjehem"),
        HomeKind::Respite => lang.pick("respite family", "kontaktfamilj"),
    }
}

/// A placement sought.
pub fn placement(kind: PlacementKind, lang: Lang) -> &'static str {
    match kind {
        PlacementKind::Emergency => lang.pick("emergency placement", "jourplacering"),
        PlacementKind::LongTerm => lang.pick("long-term placement", "stadigvarande placering"),
        PlacementKind::Respite => lang.pick("respite", "avlastning"),
        PlacementKind::SupportedLodging => lang.pick("supported lodging", "stödboende"),
    }
}

/// The name of a municipality, or its code.
pub fn municipality<'a>(pool: &'a Pool, id: &'a str) -> &'a str {
    let all = &pool.document().municipalities;
    all.iter()
        .find(|m| m.id == id)
        .and_then(|m| m.name.as_deref())
        .unwrap_or(id)
}

/// A family in a few words: kind and where.
pub fn family(pool: &Pool, family: FamilyIdx, lang: Lang) -> String {
    let record = pool.family(family);
    format!(
        "{}, {}",
        home_kind(record.kind, lang),
        municipality(pool, &record.municipality)
    )
}

/// A child in a few words: age, where, what is sought.
pub fn child(pool: &Pool, child: ChildIdx, lang: Lang) -> String {
    let record = pool.child(child);
    let needs = record.needs.map_or_else(
        || lang.pick("needs not known", "behov okända").to_owned(),
        |needs| format!("{} {needs}", lang.pick("needs level", "behovsnivå")),
    );
    let age = pool.age(child);
    let years = lang.pick(if age == 1 { "year" } else { "years" }, "år");
    format!(
        "{age} {years}, {}, {needs}, {}",
        municipality(pool, &record.municipality),
        placement(record.placement, lang),
    )
}

/// A rule or bar in a few words, for counts; the code where there are none.
pub fn rule(code: &'static str, lang: Lang) -> &'static str {
    let (en, sv) = match code {
        "assessment.missing" => ("not assessed", "inte utredda"),
        "register_check.missing" => ("registers not checked", "utan registerkontroll"),
        "placement.not_offered" => ("placement not offered", "erbjuder inte placeringen"),
        "places.none" => ("no free place", "utan ledig plats"),
        "places.too_few" => ("too few places", "för få platser"),
        "siblings.more_than_taken" => ("sibling group too large", "för stor syskongrupp"),
        "age.outside_range" => ("age not taken", "tar inte åldern"),
        "needs.above_capacity" => ("needs too great", "för stora behov"),
        "competence.missing" => ("competence missing", "saknar kompetens"),
        "travel.too_far" => ("too far", "för långt bort"),
        "keep_away.inside" => ("inside a keep-away zone", "inom område att undvika"),
        "gender.not_taken" => ("gender not taken", "tar inte könet"),
        "allergy.pet" => ("animals", "djur"),
        "allergy.smoke" => ("smoking", "rökning"),
        "step_free.missing" => ("not step-free", "inte utan trappsteg"),
        "availability.outside" => ("not available now", "inte tillgängliga nu"),
        "sharing.outside_agreement" => ("not shared", "delas inte"),
        "conflict.of_interest" => ("conflict of interest", "jäv"),
        "choice.banned" => ("ruled out by a person", "uteslutna genom beslut"),
        "choice.refused" => ("said no", "tackat nej"),
        "wish.not_wanted" => ("not wanted by the child", "barnet vill inte"),
        "network.other_child" => ("another child's network", "annat barns nätverk"),
        "age_gap.under_floor" => ("too close in age", "för nära i ålder"),
        "protected.inside_area" => ("inside the protected area", "inom skyddat område"),
        "lodging.under_age" => ("too young for lodging", "för ung för stödboende"),
        "apart.lives_there" | "plan.apart_lives_there" => (
            "someone to keep apart lives there",
            "någon att hållas isär från bor där",
        ),
        "plan.present_home" => ("the present home", "det nuvarande hemmet"),
        "plan.sibling_stays_elsewhere" => ("a sibling stays elsewhere", "ett syskon bor kvar i ett annat hem"),
        "plan.sibling_ruled_out" => ("a sibling is ruled out", "ett syskon är uteslutet"),
        _ => (code, code),
    };
    lang.pick(en, sv)
}

/// The criteria that set a pair apart: at most `most` that speak for it, and at most two that speak against it.
pub fn for_and_against(
    pool: &Pool,
    child: ChildIdx,
    found: &Explanation,
    most: usize,
    lang: Lang,
) -> (Vec<String>, Vec<String>) {
    // A part speaks for the pair when it gives nine tenths of what it could, and against it when it gives under half.
    let strong = found
        .strongest()
        .into_iter()
        .filter(|part| part.value >= 900 && part.weight > 0);
    let weak = found.weakest().into_iter().filter(|part| part.value < 500);
    let sentences = |parts: &mut dyn Iterator<Item = Part>, most: usize| -> Vec<String> {
        let telling = parts.filter(|part| tells(pool, child, part));
        telling.take(most).map(|part| part.sentence(lang)).collect()
    };
    (
        sentences(&mut strong.into_iter(), most),
        sentences(&mut weak.into_iter(), 2),
    )
}

/// Whether a part says something about this pair: its facts are known and the child has something to judge by.
fn tells(pool: &Pool, child: ChildIdx, part: &Part) -> bool {
    let [a, b, _] = part.facts;
    let judged = match part.criterion {
        Criterion::Needs | Criterion::Experience => a >= 0 && b >= 0,
        Criterion::Age => b >= 0,
        Criterion::TravelHome => a >= 0,
        Criterion::Competences | Criterion::Languages | Criterion::TravelSchool => a >= 0 && b != 0,
        Criterion::AgeGap => b != 0,
        Criterion::Network => part.value > 0 || !pool.child(child).network_ties.is_empty(),
        Criterion::Siblings => part.value > 0 || has_placed_sibling(pool, child),
        _ => true,
    };
    judged && part.low == part.high
}

/// Whether a sibling of the child is placed and stays.
fn has_placed_sibling(pool: &Pool, child: ChildIdx) -> bool {
    let Some(group) = pool.group_of(child) else {
        return false;
    };
    let siblings = pool.group(group).children.iter();
    siblings
        .filter_map(|id| pool.child_idx(id))
        .any(|sibling| pool.stays(sibling).is_some())
}

/// The same in one line.
pub fn short_reasons(pool: &Pool, child: ChildIdx, found: &Explanation, lang: Lang) -> String {
    let (strong, weak) = for_and_against(pool, child, found, 2, lang);
    let mut parts = strong;
    if !weak.is_empty() {
        parts.push(format!("{} {}", lang.pick("but", "men"), weak.join("; ")));
    }
    parts.join("; ")
}

/// What the codes in the engine's documents mean: for each kind of code, every code and its words.
///
/// Kinds are `bar`, `chosen`, `criterion`, `home_kind`, `placement`, `rule`, `status`, `unplaced` and `why`.
pub fn vocabulary(lang: Lang) -> BTreeMap<&'static str, BTreeMap<String, &'static str>> {
    use HomeKind::{Agency, Emergency, Family, Network, Reinforced, Respite};
    use PlacementKind as Sought;

    fn by_code<T: Serialize + Copy>(
        all: impl IntoIterator<Item = T>,
        words: impl Fn(T) -> &'static str,
    ) -> BTreeMap<String, &'static str> {
        let code = |value: T| match serde_json::to_value(value) {
            Ok(serde_json::Value::String(code)) => Some(code),
            _ => None,
        };
        all.into_iter()
            .filter_map(|value| Some((code(value)?, words(value))))
            .collect()
    }
    let kinds = [Family, Network, Emergency, Reinforced, Agency, Respite];
    let sought = [
        Sought::Emergency,
        Sought::LongTerm,
        Sought::Respite,
        Sought::SupportedLodging,
    ];
    let statuses = [Status::Optimal, Status::Feasible, Status::Infeasible];
    let chosen = [
        Chosen::Locked,
        Chosen::Unique,
        Chosen::Drawn,
        Chosen::Follows,
        Chosen::Unproven,
    ];
    let unplaced = [
        UnplacedReason::NoCandidate,
        UnplacedReason::Taken,
        UnplacedReason::Infeasible,
    ];
    let whys = [
        Why::Locked,
        Why::Urgency,
        Why::Network,
        Why::Fit,
        Why::Sum,
        Why::Draw,
        Why::Pool,
        Why::Promise,
    ];
    let codes = Rule::ALL.iter().map(|rule| rule.code()).chain(Bar::ALL.map(Bar::code));
    BTreeMap::from([
        (
            "bar",
            Bar::ALL.map(|bar| (bar.code().to_owned(), bar.sentence(lang))).into(),
        ),
        ("chosen", by_code(chosen, |c| c.sentence(lang))),
        ("criterion", by_code(Criterion::ALL, |c| c.label(lang))),
        ("home_kind", by_code(kinds, |kind| home_kind(kind, lang))),
        ("placement", by_code(sought, |kind| placement(kind, lang))),
        ("rule", codes.map(|code| (code.to_owned(), rule(code, lang))).collect()),
        ("status", by_code(statuses, |s| s.sentence(lang))),
        ("unplaced", by_code(unplaced, |u| u.sentence(lang))),
        ("why", by_code(whys, |w| w.sentence(lang))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_in_both_languages() {
        let (en, sv) = (vocabulary(Lang::En), vocabulary(Lang::Sv));
        assert_eq!(en.keys().collect::<Vec<_>>(), sv.keys().collect::<Vec<_>>());
        for (kind, words) in &en {
            assert!(words.len() >= 3, "{kind}");
            for (code, word) in words {
                assert!(
                    *kind != "rule" || word != code,
                    "{code}: a rule without words of its own"
                );
                assert!(!sv[kind][code].is_empty(), "{kind} {code}");
            }
        }
    }
}
