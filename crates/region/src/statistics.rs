//! Children, days and days in agency homes, by quarter, year and municipality, counted from spells of placement.
//!
//! Familjehemscentrum Jämtland reports to its municipalities by quarter (social consultation group, 15 March 2019, § 20);
//! Region Gotland's table of 2012–2015 counts children at any time in the year, days, and the share of days in agency
//! homes (social services board, 2016).
//!
//! # What adds up
//! Days, days in agency homes, days elsewhere, spells begun and spells ended of the four quarters sum to those of the year,
//! and those of all municipalities to the whole. Children do not: one who is there in two quarters counts in both, and once
//! in the year. A day counts if the child was there at its end: the first day does, the day it left does not.
//!
//! Nothing is dropped: days in homes that the pool does not know count like all others, and the homes are listed.

use std::collections::{BTreeMap, BTreeSet};

use hemvist::input::{Day, HomeKind};
use hemvist::pool::Pool;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{RegionError, documents, option_within};
use crate::spells::Spell;

documents! { Statistics STATISTICS_FORMAT "hemvist.statistics/1"; }

/// What is to be counted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatisticsAsked {
    /// Calendar years, each 1900–2198; at most 50.
    #[schemars(inner(range(min = 1900, max = 2198)))]
    pub years: Vec<u16>,
}

/// Counts by year, quarter and municipality (`hemvist.statistics/1`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Always `hemvist.statistics/1`.
    pub format: &'static str,
    /// One for each year asked for, ascending.
    pub years: Vec<Year>,
    /// Homes of the spells in these years that the pool does not know, by id; absent without a pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_homes: Option<Vec<UnknownHome>>,
    /// Children in two homes on the same day in these years, by id; their days count in both.
    pub overlaps: Vec<Overlap>,
}

/// One year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Year {
    /// The calendar year.
    pub year: u16,
    /// All municipalities together.
    pub all: Periods,
    /// Each municipality that has a child or a home of a child in these years, by code.
    pub municipalities: Vec<MunicipalityYear>,
}

/// One municipality's year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MunicipalityYear {
    /// The municipality responsible for the children.
    pub municipality: String,
    /// Its counts.
    #[serde(flatten)]
    pub periods: Periods,
}

/// A year and its quarters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Periods {
    /// The whole year.
    pub year: Counts,
    /// January–March and so on.
    pub quarters: [Counts; 4],
}

/// What is counted in one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Children who were in a home on any day, each once.
    pub children: u32,
    /// Spells with any day, each once.
    pub spells: u32,
    /// Spells that began.
    pub begun: u32,
    /// Spells that ended.
    pub ended: u32,
    /// Days of all children together.
    pub days: u64,
    /// Of these, in agency homes (konsulentstödda familjehem).
    pub agency_days: u64,
    /// Of the days, in agency homes, in whole per cent, halves up; absent if there are no days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency_percent: Option<u8>,
    /// Days in homes that lie in another municipality than the child's.
    pub days_elsewhere: u64,
    /// Days of other municipalities' children in homes that lie here.
    pub days_for_others: u64,
    /// Days in homes of which it is not known where they lie.
    pub days_not_located: u64,
}

/// A home that the pool does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownHome {
    /// Its id in the spells.
    pub home: String,
    /// Its kinds in the spells, each once.
    pub kinds: Vec<HomeKind>,
    /// Municipalities whose children lived there, by code.
    pub municipalities: Vec<String>,
    /// Spells there in these years.
    pub spells: u32,
    /// Days there in these years.
    pub days: u64,
}

/// A child in two homes at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The child.
    pub child: String,
    /// Days counted more than once in these years.
    pub days: u64,
}

/// Days from the first to before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span(Day, Day);

impl Span {
    fn year(year: i16) -> Option<Self> {
        Some(Self(Day::new(year, 1, 1)?, Day::new(year + 1, 1, 1)?))
    }

    fn quarters(self) -> Option<[Self; 4]> {
        let start = |months| self.0.plus_months(months);
        Some([
            Self(start(0)?, start(3)?),
            Self(start(3)?, start(6)?),
            Self(start(6)?, start(9)?),
            Self(start(9)?, start(12)?),
        ])
    }

    /// Days of the spell that lie inside.
    fn days(self, spell: &Spell) -> u64 {
        let end = spell.until.map_or(self.1, |until| until.min(self.1));
        u64::try_from(end.days_since(spell.from.max(self.0))).unwrap_or(0)
    }

    /// Whether the spell has a day inside, or begins or ends inside.
    fn touches(self, spell: &Spell) -> bool {
        self.days(spell) > 0 || self.holds(spell.from) || spell.until.is_some_and(|until| self.holds(until))
    }

    fn holds(self, day: Day) -> bool {
        self.0 <= day && day < self.1
    }
}

/// Counts spells by year, quarter and municipality. With a pool, homes that it does not know are listed, and where a home
/// lies is taken from it if the spell does not say.
///
/// # Errors
/// [`RegionError::Refused`] if no year, more than 50, or a year outside its range is asked for.
///
/// # Complexity
/// `O(spells · log spells · years)`.
///
/// # Examples
/// ```
/// use hemvist::ReadOptions;
/// use hemvist_region::{spells, statistics::{StatisticsAsked, statistics}};
///
/// let table = b"child,home,from,until,municipality,kind\nc1,h1,2025-03-30,2025-04-02,2303,family\n";
/// let (spells, _) = spells::from_table(table, &ReadOptions::default())?;
/// let year = &statistics(&spells, None, &StatisticsAsked { years: vec![2025] })?.years[0].all;
/// assert_eq!((year.year.days, year.quarters[0].days, year.quarters[1].days), (3, 2, 1));
/// assert_eq!((year.year.children, year.quarters[0].children, year.quarters[1].children), (1, 1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn statistics(spells: &[Spell], pool: Option<&Pool>, asked: &StatisticsAsked) -> Result<Statistics, RegionError> {
    let years: BTreeSet<u16> = asked.years.iter().copied().collect();
    option_within("years", i64::try_from(years.len()).unwrap_or(i64::MAX), 1, 50)?;
    let mut spans = Vec::new();
    for &year in &years {
        let span = i16::try_from(year).ok().and_then(Span::year);
        let parts = span.and_then(Span::quarters);
        let Some((span, quarters)) = span.zip(parts) else {
            option_within("years", year.into(), 1900, 2198)?;
            continue;
        };
        spans.push((year, span, quarters));
    }
    let within: Vec<&Spell> = (spells.iter())
        .filter(|spell| spans.iter().any(|(_, span, _)| span.touches(spell)))
        .collect();
    let lies_in = |spell: &Spell| -> Option<String> {
        let known = || pool.and_then(|pool| Some(pool.family(pool.family_idx(&spell.home)?).municipality.clone()));
        spell.home_municipality.clone().or_else(known)
    };
    let located: Vec<(&Spell, Option<String>)> = within.iter().map(|spell| (*spell, lies_in(spell))).collect();
    let own = within.iter().map(|spell| spell.municipality.as_str());
    let hosts = located.iter().filter_map(|(_, lies_in)| lies_in.as_deref());
    let codes: BTreeSet<&str> = own.chain(hosts).collect();
    let year = |&(year, span, quarters): &(u16, Span, [Span; 4])| Year {
        year,
        all: periods(&located, None, span, quarters),
        municipalities: (codes.iter())
            .map(|&code| MunicipalityYear {
                municipality: code.to_owned(),
                periods: periods(&located, Some(code), span, quarters),
            })
            .collect(),
    };
    let spans_only: Vec<Span> = spans.iter().map(|(_, span, _)| *span).collect();
    Ok(Statistics {
        format: STATISTICS_FORMAT,
        years: spans.iter().map(year).collect(),
        unknown_homes: pool.map(|pool| unknown_homes(&within, pool, &spans_only)),
        overlaps: overlaps(&within, &spans_only),
    })
}

fn periods(
    spells: &[(&Spell, Option<String>)],
    municipality: Option<&str>,
    year: Span,
    quarters: [Span; 4],
) -> Periods {
    Periods {
        year: counts(spells, municipality, year),
        quarters: quarters.map(|quarter| counts(spells, municipality, quarter)),
    }
}

/// Counts one period, of one municipality or of all.
fn counts(spells: &[(&Spell, Option<String>)], municipality: Option<&str>, span: Span) -> Counts {
    let mut counts = Counts::default();
    let mut children = BTreeSet::new();
    for (spell, lies_in) in spells {
        let days = span.days(spell);
        let own = municipality.is_none_or(|code| spell.municipality == code);
        let elsewhere = lies_in.as_ref().is_some_and(|place| *place != spell.municipality);
        // Given is what others get here; over all municipalities together it is what anyone gets elsewhere.
        if elsewhere && municipality.is_none_or(|code| lies_in.as_deref() == Some(code)) {
            counts.days_for_others += days;
        }
        if !own {
            continue;
        }
        counts.begun += u32::from(span.holds(spell.from));
        counts.ended += u32::from(spell.until.is_some_and(|until| span.holds(until)));
        if days == 0 {
            continue;
        }
        children.insert(&spell.child);
        counts.spells += 1;
        counts.days += days;
        counts.agency_days += if spell.kind == HomeKind::Agency { days } else { 0 };
        counts.days_elsewhere += if elsewhere { days } else { 0 };
        counts.days_not_located += if lies_in.is_none() { days } else { 0 };
    }
    counts.children = u32::try_from(children.len()).unwrap_or(u32::MAX);
    counts.agency_percent = percent(counts.agency_days, counts.days);
    counts
}

/// `part` of `whole` in whole per cent, halves up; `None` of nothing.
///
/// # Examples
/// Gotland's printed shares of 2012–2015:
/// ```
/// use hemvist_region::statistics::percent;
///
/// let printed = [(5_532, 36_625), (4_475, 35_285), (5_711, 36_104), (8_772, 37_091)];
/// assert_eq!(printed.map(|(agency, all)| percent(agency, all)), [Some(15), Some(13), Some(16), Some(24)]);
/// ```
pub fn percent(part: u64, whole: u64) -> Option<u8> {
    let hundredths = (u128::from(part) * 200 + u128::from(whole)).checked_div(2 * u128::from(whole))?;
    u8::try_from(hundredths).ok()
}

fn unknown_homes(spells: &[&Spell], pool: &Pool, spans: &[Span]) -> Vec<UnknownHome> {
    let mut homes: BTreeMap<&str, Vec<&Spell>> = BTreeMap::new();
    for spell in spells {
        if pool.family_idx(&spell.home).is_none() {
            homes.entry(&spell.home).or_default().push(spell);
        }
    }
    let home = |(id, spells): (&str, Vec<&Spell>)| {
        let kinds: BTreeSet<HomeKind> = spells.iter().map(|spell| spell.kind).collect();
        let municipalities: BTreeSet<&String> = spells.iter().map(|spell| &spell.municipality).collect();
        let days = |spell: &&Spell| spans.iter().map(|span| span.days(spell)).sum::<u64>();
        UnknownHome {
            home: id.to_owned(),
            kinds: kinds.into_iter().collect(),
            municipalities: municipalities.into_iter().cloned().collect(),
            spells: u32::try_from(spells.len()).unwrap_or(u32::MAX),
            days: spells.iter().map(days).sum(),
        }
    };
    homes.into_iter().map(home).collect()
}

/// Children with days in two homes.
fn overlaps(spells: &[&Spell], spans: &[Span]) -> Vec<Overlap> {
    let mut by_child: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for spell in spells {
        for span in spans.iter().filter(|span| span.days(spell) > 0) {
            let until = spell.until.map_or(span.1, |until| until.min(span.1));
            by_child
                .entry(&spell.child)
                .or_default()
                .push(Span(spell.from.max(span.0), until));
        }
    }
    let overlap = |(child, mut times): (&str, Vec<Span>)| {
        times.sort_unstable();
        let mut twice = 0;
        let mut end = times.first()?.0;
        for time in times {
            twice += end.min(time.1).days_since(time.0).max(0);
            end = end.max(time.1);
        }
        (twice > 0).then(|| Overlap {
            child: child.to_owned(),
            days: twice.unsigned_abs(),
        })
    };
    by_child.into_iter().filter_map(overlap).collect()
}

#[cfg(test)]
mod tests;
