//! Plan-level codes in words, Swedish and English. Sentences name ids as they stand in the pool.

use super::{Chosen, Duty, Status, UnplacedReason, Warning, Why};
use crate::lang::Lang;
use crate::matching::Bar;

impl Bar {
    /// The bar in words; lower case, no full stop.
    pub const fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::PresentHome => lang.pick(
                "the child lives there now and needs another home",
                "barnet bor där nu och behöver ett annat hem",
            ),
            Self::ApartLivesThere => lang.pick(
                "a child with whom it must not share a home lives there",
                "ett barn som det inte får dela hem med bor där",
            ),
            Self::SiblingStaysElsewhere => lang.pick(
                "a sibling to stay together with lives, and stays, in another home",
                "ett syskon som det ska bo tillsammans med bor kvar i ett annat hem",
            ),
            Self::SiblingRuledOut => lang.pick(
                "a sibling to stay together with is ruled out there",
                "ett syskon som det ska bo tillsammans med är uteslutet där",
            ),
        }
    }
}

impl Status {
    /// The status in words; lower case, no full stop.
    pub const fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::Optimal => lang.pick("proven best", "bevisat bäst"),
            Self::Feasible => lang.pick("best known when the limit was reached", "bäst kända när gränsen nåddes"),
            Self::Infeasible => lang.pick("the locks contradict", "låsningarna motsäger varandra"),
        }
    }
}

impl Chosen {
    /// How it came, in words; lower case, no full stop.
    pub const fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::Locked => lang.pick("locked by a person", "låst av en person"),
            Self::Unique => lang.pick("the same in every best plan", "likadant i varje bästa plan"),
            Self::Drawn => lang.pick(
                "decided by lot between equally good plans",
                "avgjort genom lottning mellan likvärdiga planer",
            ),
            Self::Follows => lang.pick(
                "follows from lots drawn for other children",
                "följer av lottning för andra barn",
            ),
            Self::Unproven => lang.pick(
                "not proven: the limit was reached first",
                "inte bevisat: gränsen nåddes först",
            ),
        }
    }
}

impl UnplacedReason {
    /// The reason in words; lower case, no full stop.
    pub const fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::NoCandidate => lang.pick("no family is eligible", "ingen familj är möjlig"),
            Self::Taken => lang.pick("the eligible families are taken", "de möjliga familjerna är upptagna"),
            Self::Infeasible => lang.pick(
                "nobody is placed while the locks contradict",
                "ingen placeras så länge låsningarna motsäger varandra",
            ),
        }
    }
}

impl Why {
    /// Why the other child has the place, in words; lower case, no full stop.
    pub const fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::Locked => lang.pick("locked by a person", "låst av en person"),
            Self::Urgency => lang.pick("more urgent", "mer brådskande"),
            Self::Network => lang.pick("its own network home", "barnets eget nätverkshem"),
            Self::Fit => lang.pick("fits better", "passar bättre"),
            Self::Sum => lang.pick("weighs more in the policy's sum", "väger tyngre i policyns summa"),
            Self::Draw => lang.pick("decided by lot", "avgjort genom lottning"),
            Self::Pool => lang.pick("better for the pool as a whole", "bättre för poolen som helhet"),
        }
    }
}

impl Duty {
    /// The duty as a sentence; lower case, no full stop.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (
                Self::NoticeToMunicipalityOfStay {
                    child,
                    family,
                    municipality,
                },
                Lang::En,
            ) => {
                format!("notify municipality {municipality}, where {family} lies, that {child} will live there")
            }
            (
                Self::NoticeToMunicipalityOfStay {
                    child,
                    family,
                    municipality,
                },
                Lang::Sv,
            ) => {
                format!("underrätta kommun {municipality}, där {family} ligger, om att {child} ska bo där")
            }
            (Self::NoticeMoreThanThree { family, children }, Lang::En) => {
                format!("notify the inspectorate (IVO): {family} would have {children} placed children")
            }
            (Self::NoticeMoreThanThree { family, children }, Lang::Sv) => {
                format!("anmäl till IVO: {family} skulle få {children} placerade barn")
            }
            (
                Self::EmergencyClock {
                    child,
                    family,
                    last_day,
                    days_left,
                },
                _,
            ) => clock(lang, child, family, &last_day.to_string(), *days_left),
            (Self::RecordNetworkSkipped { child, families }, _) => {
                let names: Vec<&str> = families.iter().map(|home| home.family.as_str()).collect();
                let names = names.join(", ");
                match lang {
                    Lang::En => format!("record why {child} does not go to a home of its network ({names})"),
                    Lang::Sv => format!("dokumentera varför {child} inte får ett hem i sitt nätverk ({names})"),
                }
            }
        }
    }
}

fn clock(lang: Lang, child: &str, family: &str, last_day: &str, days_left: i64) -> String {
    let passed = -days_left;
    match (lang, days_left >= 0) {
        (Lang::En, true) => {
            format!("{child} may stay in emergency home {family} until {last_day} ({days_left} days left)")
        }
        (Lang::Sv, true) => format!("{child} får vara i jourhemmet {family} till {last_day} ({days_left} dagar kvar)"),
        (Lang::En, false) => {
            format!(
                "{child} has been {passed} days too long in emergency home {family} (last day {last_day}): record the special reasons"
            )
        }
        (Lang::Sv, false) => {
            format!(
                "{child} har varit {passed} dagar för länge i jourhemmet {family} (sista dag {last_day}): dokumentera de särskilda skälen"
            )
        }
    }
}

impl Warning {
    /// The warning as a sentence; lower case, no full stop.
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::SecretaryMoreHomes { secretary, homes, most }, Lang::En) => {
                format!("secretary {secretary} would follow {homes} new homes and has room for {most}")
            }
            (Self::SecretaryMoreHomes { secretary, homes, most }, Lang::Sv) => {
                format!("sekreterare {secretary} skulle följa {homes} nya hem och har utrymme för {most}")
            }
            (Self::SiblingsParted { group, homes }, Lang::En) => {
                format!("the siblings of group {group} would not all live in one home (homes: {homes})")
            }
            (Self::SiblingsParted { group, homes }, Lang::Sv) => {
                format!("syskonen i grupp {group} skulle inte alla bo i ett hem (hem: {homes})")
            }
            (
                Self::MoreSiblingsThanTaken {
                    group,
                    family,
                    children,
                    most,
                },
                Lang::En,
            ) => {
                format!("{family} would take {children} siblings of group {group} and takes at most {most}")
            }
            (
                Self::MoreSiblingsThanTaken {
                    group,
                    family,
                    children,
                    most,
                },
                Lang::Sv,
            ) => {
                format!("{family} skulle ta emot {children} syskon ur grupp {group} och tar högst {most}")
            }
            (Self::NotRepeatable, _) => lang
                .pick(
                    "the run was limited by the clock and may not give the same plan again",
                    "körningen begränsades av klockan och ger kanske inte samma plan igen",
                )
                .to_owned(),
        }
    }
}
