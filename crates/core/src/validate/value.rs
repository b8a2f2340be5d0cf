//! Checks of single values: ids, texts, numbers, dates, coordinates, lists.

use super::at::At;
use crate::ids::Index;
use std::collections::BTreeMap;

use super::{Check, Names, ReadOptions};
use crate::day::Day;
use crate::input::Location;
use crate::limits::{self, Limit};
use crate::personal_id;
use crate::problem::{Code, Fact, Path, Problem};

/// Which records a reference may name.
#[derive(Clone, Copy)]
pub(super) enum To {
    Municipality,
    Secretary,
    Family,
    /// A child under `children`.
    Child,
    /// A child under `children` or in `placements`.
    AnyChild,
}

/// Whether a character may stand in an id, after the first.
fn in_id(c: char) -> bool {
    starts_id(c) || matches!(c, '-' | '_' | '.' | ':' | '/' | '#' | '+' | '@' | '~')
}

/// Whether a character may begin an id: ASCII letters and digits, composed Latin letters. All are equal to their own
/// Unicode normal form C, and none combines with what stands before it.
fn starts_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || (matches!(c, '\u{00C0}'..='\u{024F}') && c != '\u{00D7}' && c != '\u{00F7}')
}

/// Whether a character may stand in a name or reason: nothing that controls a terminal or the direction of writing.
fn in_text(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// What keeps a text from being an id, if anything: an identity number, its length or its form.
///
/// For readers of other documents that name children and homes, and for labels, which are shown like ids; a pool's own
/// ids are judged by [`validate`](super::validate).
pub fn id_problem(id: &str, options: &ReadOptions, path: impl FnOnce() -> Path) -> Option<Problem> {
    if !options.allow_identity_numbers && personal_id::is_in(id) {
        Some(Problem::new(Code::IdentityNumber, path()))
    } else if !limits::ID_BYTES.holds(id.len()) {
        let problem = Problem::new(Code::TextLength, path()).allowed(limits::ID_BYTES.fact());
        Some(problem.found(Fact::Bytes(id.len() as u64)))
    } else if !id.starts_with(starts_id) || !id.chars().all(in_id) {
        Some(Problem::new(Code::IdForm, path()).found(Fact::chars(id)))
    } else {
        None
    }
}

impl<'d> Check<'d> {
    /// An id of its own: form, length, no identity number. Returns whether it may be looked up.
    pub(super) fn id_form(&mut self, id: &str, at: &At<'_>) -> bool {
        let problem = id_problem(id, self.options, || at.path());
        let well = problem.is_none();
        if let Some(problem) = problem {
            self.problems.push(problem);
        }
        well
    }

    /// An id that must be the only one of its kind. `record` is the place of its record.
    pub(super) fn own_id(
        &mut self,
        section: &'static str,
        record: usize,
        id: &str,
        index: for<'n> fn(&'n Names<'d>) -> &'n Index<'d>,
    ) {
        let list = At::of(section);
        let here = list.index(record);
        let at = here.field("id");
        if !self.id_form(id, &at) {
            return;
        }
        let index = index(&self.names);
        if !index.has_repeats() {
            return;
        }
        match index.first(id) {
            Some(first) if first != record => {
                let place = list.index(first).field("id").path();
                self.report_found(Code::DuplicateId, &at, Fact::Place(place));
            }
            _ => {}
        }
    }

    /// A reference to another record; whether that record is there.
    pub(super) fn reference(&mut self, id: &str, to: To, at: &At<'_>) -> bool {
        let (known, code) = match to {
            To::Municipality => (self.names.municipalities.has(id), Code::UnknownMunicipality),
            To::Secretary => (self.names.secretaries.has(id), Code::UnknownSecretary),
            To::Family => (self.names.families.has(id), Code::UnknownFamily),
            To::Child => (self.names.children.has(id), Code::UnknownChild),
            To::AnyChild => (
                self.names.children.has(id) || self.names.placed.has(id),
                Code::UnknownChild,
            ),
        };
        if known {
            return true;
        }
        if self.id_form(id, at) {
            self.report_found(code, at, Fact::chars(id));
        }
        false
    }

    /// References to other records, each once.
    pub(super) fn references(&mut self, ids: &[String], to: To, most: &Limit, at: &At<'_>) {
        if !self.count(ids.len(), most, at) {
            return;
        }
        // A list can be long enough that comparing each with each would let a hostile document take hours.
        let mut seen = BTreeMap::new();
        for (i, id) in ids.iter().enumerate() {
            let here = at.index(i);
            if !self.reference(id, to, &here) {
                continue;
            }
            if let Some(&first) = seen.get(id.as_str()) {
                self.report_found(Code::Repeated, &here, Fact::Place(at.index(first).path()));
            } else {
                seen.insert(id.as_str(), i);
            }
        }
    }

    /// Words of the caller's own vocabulary in the form of ids, each once.
    pub(super) fn words(&mut self, words: &[String], at: &At<'_>) {
        if !self.count(words.len(), &limits::COMPETENCES, at) {
            return;
        }
        for (i, word) in words.iter().enumerate() {
            if self.id_form(word, &at.index(i)) {
                self.not_before(words, i, at);
            }
        }
    }

    /// Language codes, each once.
    pub(super) fn languages(&mut self, codes: &[String], at: &At<'_>) {
        if !self.count(codes.len(), &limits::LANGUAGES, at) {
            return;
        }
        for (i, code) in codes.iter().enumerate() {
            if matches!(code.len(), 2..=3) && code.bytes().all(|b| b.is_ascii_lowercase()) {
                self.not_before(codes, i, at);
            } else {
                self.report_found(Code::LanguageForm, &at.index(i), Fact::chars(code));
            }
        }
    }

    /// Words of our own lists, each once.
    pub(super) fn set<T: PartialEq>(&mut self, entries: &[T], at: &At<'_>) {
        if !self.count(entries.len(), &limits::WORD_LIST, at) {
            return;
        }
        for i in 0..entries.len() {
            self.not_before(entries, i, at);
        }
    }

    /// That the entry has not been given earlier in its (short) list.
    fn not_before<T: PartialEq>(&mut self, entries: &[T], i: usize, at: &At<'_>) {
        if let Some(first) = entries[..i].iter().position(|other| *other == entries[i]) {
            let place = at.index(first).path();
            self.report_found(Code::Repeated, &at.index(i), Fact::Place(place));
        }
    }

    /// The number of entries of a list.
    pub(super) fn count(&mut self, count: usize, limit: &Limit, at: &At<'_>) -> bool {
        let holds = limit.holds(count);
        if !holds {
            self.report_facts(limit.code, at, limit.fact(), Fact::int(count as u64));
        }
        holds
    }

    /// A name or reason.
    pub(super) fn text(&mut self, text: &str, limit: &Limit, at: &At<'_>) {
        let chars = if text.trim().is_empty() {
            0
        } else {
            text.chars().count()
        };
        if !limit.holds(chars) {
            self.report_facts(limit.code, at, limit.fact(), Fact::Chars(chars as u64));
        } else if !self.options.allow_identity_numbers && personal_id::is_in(text) {
            self.report(Code::IdentityNumber, at);
        } else if !text.chars().all(in_text) {
            self.report_found(Code::TextCharacter, at, Fact::Chars(chars as u64));
        }
    }

    /// A whole number within a range, if it is given.
    pub(super) fn integer<N: Into<i64> + Copy>(&mut self, number: Option<N>, least: N, most: N, at: &At<'_>) {
        let Some(number) = number else { return };
        let (number, least, most) = (number.into(), least.into(), most.into());
        if !(least..=most).contains(&number) {
            self.report_facts(Code::OutOfRange, at, Fact::Between(least, most), Fact::int(number));
        }
    }

    /// A number of kilometres of 0 up to the longest, if it is given.
    pub(super) fn km(&mut self, km: Option<f64>, at: &At<'_>) {
        let Some(km) = km else { return };
        if !(0.0..=limits::LONGEST_KM).contains(&km) {
            let allowed = Fact::BetweenReal(0.0, limits::LONGEST_KM);
            self.number(km, allowed, Fact::real(km), at);
        }
    }

    /// A number already known to be outside its range, or not finite.
    pub(super) fn number(&mut self, number: f64, allowed: Fact, found: Fact, at: &At<'_>) {
        if number.is_finite() {
            self.report_facts(Code::OutOfRange, at, allowed, found);
        } else {
            self.report(Code::NotFinite, at);
        }
    }

    /// A point on the map.
    pub(super) fn location(&mut self, location: Option<Location>, at: &At<'_>) {
        if let Some(Location { lat, lon }) = location {
            self.coordinate(lat, 90.0, &at.field("lat"));
            self.coordinate(lon, 180.0, &at.field("lon"));
        }
    }

    /// Degrees between `-most` and `most`. They say where someone lives, so only their size is told.
    pub(super) fn coordinate(&mut self, degrees: f64, most: f64, at: &At<'_>) {
        if !(-most..=most).contains(&degrees) {
            self.number(degrees, Fact::BetweenReal(-most, most), Fact::About(degrees), at);
        }
    }

    /// A day that cannot lie after `as_of`, if it is given.
    pub(super) fn past(&mut self, day: Option<Day>, at: &At<'_>) -> bool {
        let as_of = self.document.as_of;
        match day {
            Some(day) if day > as_of => {
                self.report_facts(Code::DateOrder, at, Fact::NotAfter(as_of), Fact::Day(day));
                false
            }
            _ => true,
        }
    }
}
