//! The rules: what can rule a pair out. One table of numbers, codes, facts and sentences.
//!
//! Numbers and codes are part of the interface and never change or come back. The number is also the bit of the rule
//! in a [`RuleSet`], so that all reasons of a pair fit one integer. When a rule applies is decided in [`crate::fit`];
//! whether it then rules out, warns or is silent is the policy's [`crate::policy::Mode`].

use std::fmt;

use serde::{Serialize, Serializer};

use crate::lang::Lang;

macro_rules! rules {
    ($($(#[$doc:meta])* $number:literal $name:ident $code:literal [$($fact:literal),*] $en:literal $sv:literal;)*) => {
        /// A hard rule about one child and one family.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Rule {
            $($(#[$doc])* $name = $number,)*
        }

        impl Rule {
            /// Every rule, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code, such as `age.outside_range`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Names and units of the facts of a reason, in order; at most three.
            pub const fn facts(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($fact),*],)* }
            }

            const fn template(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => lang.pick($en, $sv),)* }
            }
        }
    };
}

rules! {
    /// The home has not been assessed on the pool's date.
    0 NotAssessed "assessment.missing" []
        "the home has not been assessed" "hemmet är inte utrett";
    /// The registers have not been checked on the pool's date.
    1 NotRegisterChecked "register_check.missing" []
        "the registers have not been checked for this home" "registerkontroll är inte gjord för hemmet";
    /// The family does not offer the kind of placement that is sought.
    2 PlacementNotOffered "placement.not_offered" []
        "the family does not offer the placement that is sought" "familjen erbjuder inte den placering som söks";
    /// The family has no free place.
    3 NoPlace "places.none" []
        "the family has no free place" "familjen har ingen ledig plats";
    /// The family has fewer free places than the siblings who are to be kept together need.
    4 TooFewPlaces "places.too_few" ["needed", "free"]
        "{0} siblings are to live together and the family has {1} free places"
        "{0} syskon ska bo tillsammans och familjen har {1} lediga platser";
    /// The family does not take sibling groups of this size.
    5 TooManySiblings "siblings.more_than_taken" ["siblings", "most"]
        "{0} siblings are to live together and the family takes at most {1}"
        "{0} syskon ska bo tillsammans och familjen tar emot högst {1}";
    /// The child's age lies outside the ages the family takes.
    6 AgeOutsideRange "age.outside_range" ["age_years", "from_years", "to_years"]
        "the child is {0} years old and the family takes ages {1} to {2}"
        "barnet är {0} år och familjen tar emot åldrarna {1} till {2}";
    /// The child's needs level is above what the family can carry.
    7 NeedsAbove "needs.above_capacity" ["needs_level", "highest_level"]
        "the child's needs are at level {0} and the family can carry level {1}"
        "barnets behov är på nivå {0} och familjen klarar nivå {1}";
    /// The family lacks a competence that the child requires.
    8 CompetenceMissing "competence.missing" ["missing", "required"]
        "the family lacks {0} of {1} required competences" "familjen saknar {0} av {1} kompetenser som krävs";
    /// The home lies farther from the home of origin than is acceptable for the child.
    9 TooFar "travel.too_far" ["metres", "longest_metres"]
        "it is {0km} km to the home of origin, longest acceptable is {1km} km"
        "det är {0km} km till ursprungshemmet, längst godtagbart är {1km} km";
    /// The home lies inside a zone that the child must keep away from, or its place is unknown and may lie there.
    10 KeepAway "keep_away.inside" []
        "the home lies, or may lie, inside a zone that the child must keep away from"
        "hemmet ligger, eller kan ligga, i ett område som barnet ska hållas borta från";
    /// The family does not take children of this gender.
    11 GenderNotTaken "gender.not_taken" []
        "the family does not take children of this gender, or the gender is unknown"
        "familjen tar inte emot barn av detta kön, eller könet är okänt";
    /// The home has an animal that the child does not tolerate.
    12 PetAllergy "allergy.pet" []
        "there is an animal in the home that the child does not tolerate" "det finns ett djur i hemmet som barnet inte tål";
    /// Someone smokes in the home and the child does not tolerate it.
    13 SmokeAllergy "allergy.smoke" []
        "someone smokes in the home and the child does not tolerate it" "någon röker i hemmet och barnet tål det inte";
    /// The child needs a step-free home and this one is not.
    14 NotStepFree "step_free.missing" []
        "the child needs a step-free home and this one is not" "barnet behöver ett hem utan trappsteg och det är detta inte";
    /// The family cannot take a child on the pool's date.
    15 NotAvailable "availability.outside" []
        "the family is not available on this date" "familjen är inte tillgänglig detta datum";
    /// The home is not shared with the child's municipality.
    16 OutsideSharing "sharing.outside_agreement" []
        "the home is not shared with the child's municipality" "hemmet delas inte med barnets kommun";
    /// The child's municipality has a conflict of interest with the family.
    17 ConflictOfInterest "conflict.of_interest" []
        "the child's municipality has a conflict of interest with the family" "jäv råder mellan barnets kommun och familjen";
    /// A person has forbidden the pair.
    18 Banned "choice.banned" []
        "the pair has been ruled out by a person" "paret är uteslutet genom ett beslut";
    /// The family has been asked about the child and said no.
    19 Refused "choice.refused" []
        "the family has said no to this child" "familjen har tackat nej till detta barn";
    /// The child does not want to live there.
    20 NotWanted "wish.not_wanted" []
        "the child does not want to live with this family" "barnet vill inte bo hos denna familj";
    /// A network home of someone else's network.
    21 NetworkOfOther "network.other_child" []
        "the home is a network home of another child" "hemmet är ett nätverkshem för ett annat barn";
    /// A child in the home is too close in age.
    22 AgeGap "age_gap.under_floor" ["gap_years", "floor_years"]
        "the age gap to a child in the home is {0} years, under the floor of {1}"
        "åldersskillnaden till ett barn i hemmet är {0} år, under golvet {1}";
    /// The home lies inside the area excluded for a child with protected personal data, or may lie there.
    23 ProtectedArea "protected.inside_area" []
        "the home lies, or may lie, inside the area excluded because of protected personal data"
        "hemmet ligger, eller kan ligga, i det område som är uteslutet på grund av skyddade personuppgifter";
    /// Supported lodging is not for children this young.
    24 LodgingAge "lodging.under_age" ["age_years", "least_years"]
        "supported lodging is from age {1} and the young person is {0}"
        "stödboende är från {1} år och den unge är {0} år";
    /// Someone lives there with whom the child must not share a home.
    25 ApartThere "apart.lives_there" []
        "someone lives in the home with whom the child must not share it" "i hemmet bor någon som barnet inte får dela hem med";
}

impl Rule {
    /// The stable number, 0–31; also the bit in a [`RuleSet`].
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The rule with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.code() == code)
    }

    /// Whether the rule cannot be softened by a policy: it states what a person has forbidden or what has no room.
    pub const fn is_fixed(self) -> bool {
        matches!(
            self,
            Self::NoPlace | Self::TooFewPlaces | Self::Banned | Self::ApartThere
        )
    }

    /// The sentence with its facts filled in; lower case, no full stop.
    pub fn sentence(self, facts: [i32; 3], lang: Lang) -> String {
        fill(self.template(lang), facts, lang)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

/// Fills `{0}`, `{1}`, `{2}` with whole numbers and `{0km}`, `{1km}` with kilometres to one decimal.
pub(crate) fn fill(template: &str, facts: [i32; 3], lang: Lang) -> String {
    let mut text = template.to_owned();
    for (i, fact) in facts.into_iter().enumerate() {
        text = text.replace(&format!("{{{i}}}"), &fact.to_string());
        let km = format!("{{{i}km}}");
        if text.contains(&km) {
            text = text.replace(&km, &kilometres(fact, lang));
        }
    }
    text
}

/// Metres as kilometres with one decimal, rounded half up; decimal comma in Swedish.
pub(crate) fn kilometres(metres: i32, lang: Lang) -> String {
    let tenths = (i64::from(metres) + 50) / 100;
    format!("{}{}{}", tenths / 10, lang.pick(".", ","), tenths % 10)
}

/// A set of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleSet(u32);

impl RuleSet {
    /// No rule.
    pub const EMPTY: Self = Self(0);

    /// The set whose bits are these; bits that no rule has are dropped.
    pub fn from_bits(bits: u32) -> Self {
        Rule::ALL
            .iter()
            .filter(|r| bits >> r.number() & 1 == 1)
            .copied()
            .collect()
    }

    /// One bit per rule, by [`Rule::number`].
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether no rule is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many rules are in it.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether this rule is in it.
    pub const fn contains(self, rule: Rule) -> bool {
        self.0 >> rule.number() & 1 == 1
    }

    /// The set with one more rule.
    #[must_use]
    pub const fn with(self, rule: Rule) -> Self {
        Self(self.0 | 1 << rule.number())
    }

    /// The rules in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The rules in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The rules in it, by number.
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        Rule::ALL.iter().copied().filter(move |&r| self.contains(r))
    }
}

impl FromIterator<Rule> for RuleSet {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        rules.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl Serialize for RuleSet {
    /// As a list of codes, by number.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_and_codes_are_a_bijection_and_fit_a_mask() {
        let numbers: BTreeSet<u8> = Rule::ALL.iter().map(|r| r.number()).collect();
        let codes: BTreeSet<&str> = Rule::ALL.iter().map(|r| r.code()).collect();
        assert_eq!((numbers.len(), codes.len()), (Rule::ALL.len(), Rule::ALL.len()));
        assert!(numbers.iter().all(|&n| n < 32));
        for &rule in Rule::ALL {
            assert_eq!(Rule::from_code(rule.code()), Some(rule));
            assert!(RuleSet::EMPTY.with(rule).contains(rule));
        }
        assert_eq!(RuleSet::from_bits(u32::MAX).len() as usize, Rule::ALL.len());
    }

    #[test]
    fn every_sentence_fills_all_its_facts_in_both_languages() {
        for &rule in Rule::ALL {
            for lang in [Lang::En, Lang::Sv] {
                let text = rule.sentence([11, 22, 33], lang);
                assert!(!text.contains('{') && !text.ends_with('.'), "{rule}: {text}");
                assert_eq!(
                    !rule.facts().is_empty(),
                    text.chars().any(|c| c.is_ascii_digit()),
                    "{rule}"
                );
            }
            assert_ne!(rule.template(Lang::En), rule.template(Lang::Sv));
        }
    }

    #[test]
    fn kilometres_are_rounded_and_written_as_the_language_does() {
        assert_eq!(
            Rule::TooFar.sentence([61_950, 60_000, 0], Lang::Sv),
            "det är 62,0 km till ursprungshemmet, längst godtagbart är 60,0 km"
        );
        assert_eq!(kilometres(49, Lang::En), "0.0");
        assert_eq!(kilometres(1_250, Lang::En), "1.3");
    }
}
