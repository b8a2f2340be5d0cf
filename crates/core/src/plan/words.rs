//! Plan-level codes in words, Swedish and English. Sentences name ids as they stand in the pool.

use super::{Chosen, Duty, Status, UnplacedReason, Warning, Why};
use crate::clock::Basis;
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
            Self::Promise => lang.pick(
                "what the plan promises to the municipalities",
                "det som planen lovar kommunerna",
            ),
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
                    basis,
                    ..
                },
                _,
            ) => clock(lang, child, family, &last_day.to_string(), *days_left, *basis),
            (Self::RecordEmergencyDates { child, family }, Lang::En) => {
                format!(
                    "record when the child inquiry of {child} ended, or since when it is in emergency home {family}: nobody can say how long it may stay"
                )
            }
            (Self::RecordEmergencyDates { child, family }, Lang::Sv) => {
                format!(
                    "dokumentera när barnavårdsutredningen om {child} avslutades, eller sedan när barnet är i jourhemmet {family}: ingen kan säga hur länge det får vara där"
                )
            }
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

fn clock(lang: Lang, child: &str, family: &str, last_day: &str, days_left: i64, basis: Basis) -> String {
    let passed = -days_left;
    let days = |n: i64| match (lang, n) {
        (Lang::En, 1) => "1 day".to_owned(),
        (Lang::En, n) => format!("{n} days"),
        (Lang::Sv, 1) => "1 dag".to_owned(),
        (Lang::Sv, n) => format!("{n} dagar"),
    };
    match (lang, days_left >= 0, basis) {
        (Lang::En, true, Basis::InquiryEnded) => {
            format!(
                "{child} may stay in emergency home {family} until {last_day} ({} left)",
                days(days_left)
            )
        }
        (Lang::Sv, true, Basis::InquiryEnded) => {
            format!(
                "{child} får vara i jourhemmet {family} till {last_day} ({} kvar)",
                days(days_left)
            )
        }
        (Lang::En, false, Basis::InquiryEnded) => {
            format!(
                "{child} has been {} too long in emergency home {family} (last day {last_day}): record the special reasons",
                days(passed)
            )
        }
        (Lang::Sv, false, Basis::InquiryEnded) => {
            format!(
                "{child} har varit {} för länge i jourhemmet {family} (sista dag {last_day}): dokumentera de särskilda skälen",
                days(passed)
            )
        }
        (Lang::En, true, Basis::UsualCeiling) => {
            format!(
                "{child} is in emergency home {family} while its inquiry goes on; as a rule until {last_day} at most ({} left)",
                days(days_left)
            )
        }
        (Lang::Sv, true, Basis::UsualCeiling) => {
            format!(
                "{child} är i jourhemmet {family} medan utredningen pågår; i regel längst till {last_day} ({} kvar)",
                days(days_left)
            )
        }
        (Lang::En, false, Basis::UsualCeiling) => {
            format!(
                "{child} is in emergency home {family}, {} past what is usual ({last_day}), and no end of its inquiry is recorded",
                days(passed)
            )
        }
        (Lang::Sv, false, Basis::UsualCeiling) => {
            format!(
                "{child} är i jourhemmet {family}, {} längre än brukligt ({last_day}), och inget slut på utredningen är antecknat",
                days(passed)
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
            (
                Self::EmergencyStay {
                    child,
                    family,
                    days_left,
                },
                _,
            ) => emergency_stay(lang, child, family, *days_left),
            (Self::NotRepeatable, _) => lang
                .pick(
                    "the run was limited by the clock and may not give the same plan again",
                    "körningen begränsades av klockan och ger kanske inte samma plan igen",
                )
                .to_owned(),
        }
    }
}

fn emergency_stay(lang: Lang, child: &str, family: &str, days_left: Option<i64>) -> String {
    match (lang, days_left) {
        (Lang::En, Some(0..)) => {
            let days = days_left.unwrap_or(0);
            format!("{child} must leave emergency home {family} within {days} days and has no other home in this plan")
        }
        (Lang::Sv, Some(0..)) => {
            let days = days_left.unwrap_or(0);
            format!("{child} ska lämna jourhemmet {family} inom {days} dagar och får inget annat hem i denna plan")
        }
        (Lang::En, Some(_)) => {
            format!("{child} is past its last day in emergency home {family} and has no other home in this plan")
        }
        (Lang::Sv, Some(_)) => {
            format!("{child} har passerat sin sista dag i jourhemmet {family} och får inget annat hem i denna plan")
        }
        (Lang::En, None) => {
            format!(
                "{child} is in emergency home {family}, nobody knows until when, and has no other home in this plan"
            )
        }
        (Lang::Sv, None) => {
            format!("{child} är i jourhemmet {family}, ingen vet hur länge, och får inget annat hem i denna plan")
        }
    }
}
