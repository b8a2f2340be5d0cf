//! The criteria: what makes one eligible pair fit better than another. One table of names, units and sentences.
//!
//! Each criterion gives 0–1000 for one child and one family. What is the same for every family cannot rank families
//! and is no criterion. Nothing is scored on ethnicity, religion or the sex of the carers.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::lang::Lang;
use crate::rules::{fill, kilometres};

/// Highest value of a criterion, and of the fit.
pub const MOST: u16 = 1000;

macro_rules! criteria {
    ($($(#[$doc:meta])* $number:literal $name:ident $code:literal $en:literal $sv:literal;)*) => {
        /// One aspect of how a child and a family meet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Criterion {
            $($(#[$doc])* $name = $number,)*
        }

        impl Criterion {
            /// Every criterion, by number.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$name,)*];
            /// How many criteria there are.
            pub const COUNT: usize = [$($number,)*].len();

            /// The stable code, such as `travel_home`; also the name of its table in a policy.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The short name for tables and reports.
            pub const fn label(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => lang.pick($en, $sv),)* }
            }
        }
    };
}

criteria! {
    /// The child's needs level against what the family can carry; short costs more than spare.
    0 Needs "needs" "needs" "behov";
    /// Share of the child's required and helpful competences that the family has.
    1 Competences "competences" "competences" "kompetenser";
    /// Where in the family's range of ages the child's age lies.
    2 Age "age" "age" "ålder";
    /// Distance from the home of origin.
    3 TravelHome "travel_home" "travel to home of origin" "resa till ursprungshemmet";
    /// Distance from the present school.
    4 TravelSchool "travel_school" "travel to school" "resa till skolan";
    /// Whether the child knows the family beforehand.
    5 Network "network" "network tie" "nätverk";
    /// Whether a sibling already lives there.
    6 Siblings "siblings" "siblings" "syskon";
    /// Age gap to the family's own and other placed children.
    7 AgeGap "age_gap" "age gap in the home" "åldersskillnad i hemmet";
    /// Share of the child's languages that are spoken in the home.
    8 Languages "languages" "languages" "språk";
    /// What the child wishes.
    9 Wishes "wishes" "the child's wishes" "barnets önskan";
    /// The family's experience and training against the child's needs.
    10 Experience "experience" "experience and training" "erfarenhet och utbildning";
    /// Same municipality, and the same school within reach.
    11 Continuity "continuity" "continuity" "kontinuitet";
}

impl Criterion {
    /// The stable number; the position in [`Criterion::ALL`].
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The criterion with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }

    /// What the criterion found, in a sentence; lower case, no full stop.
    ///
    /// `facts` are those of the part: whole numbers whose meaning is the criterion's, −1 where a fact is not known.
    pub fn sentence(self, facts: [i32; 3], lang: Lang) -> String {
        let [a, b, _] = facts;
        let text = |en: &'static str, sv: &'static str| fill(lang.pick(en, sv), facts, lang);
        match self {
            Self::Needs if a < 0 || b < 0 => text(
                "needs or what the family carries is not known",
                "behov eller vad familjen klarar är inte känt",
            ),
            Self::Needs => text(
                "needs at level {0}, the family carries up to {1}",
                "behov på nivå {0}, familjen klarar upp till {1}",
            ),
            Self::Competences if b == 0 => text("no competence is asked for", "ingen kompetens efterfrågas"),
            Self::Competences => text(
                "has {0} of {1} competences asked for",
                "har {0} av {1} efterfrågade kompetenser",
            ),
            Self::Age if b < 0 => text(
                "age {0}, the family's range is not known",
                "{0} år, familjens åldrar är inte kända",
            ),
            Self::Age => text("age {0} in the range {1} to {2}", "{0} år i intervallet {1} till {2}"),
            Self::TravelHome if a < 0 => text(
                "distance to the home of origin is not known",
                "avståndet till ursprungshemmet är inte känt",
            ),
            Self::TravelHome => format!(
                "{} km {}",
                kilometres(a, lang),
                lang.pick("from the home of origin", "från ursprungshemmet")
            ),
            Self::TravelSchool if b == 0 => text("no school to keep", "ingen skola att behålla"),
            Self::TravelSchool if a < 0 => text(
                "distance to the school is not known",
                "avståndet till skolan är inte känt",
            ),
            Self::TravelSchool => format!(
                "{} km {}",
                kilometres(a, lang),
                lang.pick("from the school", "från skolan")
            ),
            Self::Network => match a {
                0 => text(
                    "not known to the child beforehand",
                    "inte känd av barnet sedan tidigare",
                ),
                1 => text("a close person whom the child knows", "en närstående som barnet känner"),
                _ => text("a relative of the child", "en släkting till barnet"),
            },
            Self::Siblings if a == 0 => text("no sibling lives there", "inget syskon bor där"),
            Self::Siblings => text("a sibling lives there", "ett syskon bor där"),
            Self::AgeGap if b == 0 => text(
                "ages of the children in the home are not all known",
                "åldrarna på barnen i hemmet är inte alla kända",
            ),
            Self::AgeGap if a < 0 => text("no other children in the home", "inga andra barn i hemmet"),
            Self::AgeGap => text(
                "{0} years to the nearest child in the home",
                "{0} år till närmaste barn i hemmet",
            ),
            Self::Languages if b == 0 => text("the child's languages are not stated", "barnets språk är inte angivna"),
            Self::Languages if a < 0 => text("languages in the home are not known", "språken i hemmet är inte kända"),
            Self::Languages => text(
                "{0} of the child's {1} languages spoken in the home",
                "{0} av barnets {1} språk talas i hemmet",
            ),
            Self::Wishes => match a {
                0 => text("the child does not want this", "barnet vill inte detta"),
                1 => text(
                    "the child has not named this family",
                    "barnet har inte nämnt denna familj",
                ),
                _ => text("the child wants this family", "barnet önskar denna familj"),
            },
            Self::Experience if a < 0 || b < 0 => text(
                "experience or needs are not known",
                "erfarenhet eller behov är inte kända",
            ),
            Self::Experience => text(
                "experience and training at step {0}, the needs ask for {1}",
                "erfarenhet och utbildning på steg {0}, behoven kräver {1}",
            ),
            Self::Continuity => {
                let municipality = match a {
                    0 => lang.pick("another municipality", "annan kommun"),
                    _ => lang.pick("same municipality", "samma kommun"),
                };
                let school = match b {
                    0 => lang.pick("the school out of reach", "skolan utom räckhåll"),
                    1 => lang.pick("the school within reach", "skolan inom räckhåll"),
                    2 => lang.pick("no school to keep", "ingen skola att behålla"),
                    _ => lang.pick("reach of the school not known", "skolans räckhåll inte känt"),
                };
                format!("{municipality}, {school}")
            }
        }
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl JsonSchema for Criterion {
    fn schema_name() -> Cow<'static, str> {
        "Criterion".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes = Self::ALL.map(Self::code);
        json_schema!({ "description": "One aspect of how a child and a family meet.", "type": "string", "enum": codes })
    }
}

impl Serialize for Criterion {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positions_and_codes_differ() {
        for (i, criterion) in Criterion::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(criterion.number()), i);
            assert_eq!(Criterion::from_code(criterion.code()), Some(criterion));
        }
    }
}
