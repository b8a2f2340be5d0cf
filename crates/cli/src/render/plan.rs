//! A plan as a matching meeting reads it: for each child the home with reasons, or why there is none.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use hemvist::Lang;
use hemvist::input::Choice;
use hemvist::plan::{Duty, Plan, Reason, Status};
use hemvist::policy::CompiledPolicy;
use hemvist::pool::Pool;

use super::{thousands, words, wrap};

const HEAD: Style = Style::new().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const NOTE: Style = AnsiColor::Yellow.on_default();

/// What is needed to write a plan down.
pub(crate) struct PlanText<'a> {
    pub(crate) pool: &'a Pool,
    /// The policy that the plan was made by.
    pub(crate) policy: &'a CompiledPolicy,
    pub(crate) plan: &'a Plan,
    pub(crate) lang: Lang,
    pub(crate) width: usize,
}

impl PlanText<'_> {
    /// The whole text.
    pub(crate) fn text(&self) -> String {
        let (plan, lang) = (self.plan, self.lang);
        let mut text = String::new();
        self.head(&mut text);
        self.conflicts(&mut text);
        self.promise(&mut text);
        let warnings: Vec<String> = plan.warnings.iter().map(|warning| warning.sentence(lang)).collect();
        self.list(
            &mut text,
            lang.pick("Look at this first", "Se på detta först"),
            &warnings,
        );
        if !plan.placed.is_empty() {
            section(
                &mut text,
                lang.pick("Proposed homes", "Föreslagna hem"),
                plan.placed.len(),
            );
        }
        for placed in &plan.placed {
            self.placed(placed, &mut text);
        }
        if !plan.unplaced.is_empty() {
            section(
                &mut text,
                lang.pick("Children without a home", "Barn utan hem"),
                plan.unplaced.len(),
            );
        }
        for unplaced in &plan.unplaced {
            self.unplaced(unplaced, &mut text);
        }
        self.stays(&mut text);
        let recorded = lang.pick(
            "Network homes not proposed, with the reason recorded",
            "Nätverkshem som inte föreslås, med antecknat skäl",
        );
        self.list(&mut text, recorded, &self.considered());
        let duties = lang.pick("Duties if the plan is followed", "Skyldigheter om planen följs");
        self.list(&mut text, duties, &self.duties());
        text
    }

    fn head(&self, text: &mut String) {
        let (plan, totals, lang) = (self.plan, &self.plan.totals, self.lang);
        let style = match plan.status {
            Status::Optimal => GOOD,
            Status::Feasible => NOTE,
            Status::Infeasible => BAD,
        };
        let title = lang.pick("Proposal for the pool of", "Förslag för poolen per");
        let status = plan.status.sentence(lang);
        let _ = writeln!(text, "{HEAD}{title} {}{HEAD:#}: {style}{status}{style:#}", plan.as_of);
        let count = |n: u32| thousands(n, lang);
        let children = if totals.children == 1 { "child" } else { "children" };
        let line = match lang {
            Lang::En => format!(
                "{} {children}: {} get a home, {} do not, {} stay where they live.",
                count(totals.children),
                count(totals.placed),
                count(totals.unplaced),
                count(totals.stays)
            ),
            Lang::Sv => format!(
                "{} barn: {} får ett hem, {} får inget, {} bor kvar.",
                count(totals.children),
                count(totals.placed),
                count(totals.unplaced),
                count(totals.stays)
            ),
        };
        self.lines(text, 0, &line);
        if plan.status == Status::Infeasible {
            return;
        }
        let mean = if totals.placed == 0 {
            0
        } else {
            totals.fit / i64::from(totals.placed)
        };
        let line = match lang {
            Lang::En => format!(
                "Mean fit {mean} of 1,000. Network homes for {} of {} children who could have one. {} of {} places stay free. People decide.",
                count(totals.network_placed),
                count(totals.network_possible),
                count(totals.places_free),
                count(totals.places)
            ),
            Lang::Sv => format!(
                "Passning i medeltal {mean} av 1\u{a0}000. Nätverkshem för {} av {} barn som kan få ett. {} av {} platser blir lediga. Människor beslutar.",
                count(totals.network_placed),
                count(totals.network_possible),
                count(totals.places_free),
                count(totals.places)
            ),
        };
        self.lines(text, 0, &line);
    }

    /// Children who stay, in one paragraph.
    fn stays(&self, text: &mut String) {
        if !self.plan.stays.is_empty() {
            section(
                text,
                self.lang.pick("Stay where they live", "Bor kvar"),
                self.plan.stays.len(),
            );
            let all: Vec<String> = self.plan.stays.iter().map(|stay| self.stay(stay)).collect();
            self.lines(text, 2, &all.join(", "));
        }
    }

    /// Network homes that children do not get, where a person has recorded why.
    fn considered(&self) -> Vec<String> {
        let choices = &self.pool.document().choices;
        let recorded = self.plan.network_skipped.iter().filter_map(|home| {
            let is_it = |c: &&Choice| Some(c.kind) == home.choice && c.child == home.child && c.family == home.family;
            let reason = &choices.iter().find(is_it)?.reason;
            Some(format!("{} – {}: {reason}", home.child, home.family))
        });
        recorded.collect()
    }

    /// What people must do: one notice per municipality, then the rest as the plan has it.
    fn duties(&self) -> Vec<String> {
        let mut notices: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut others = vec![];
        for duty in &self.plan.duties {
            match duty {
                Duty::NoticeToMunicipalityOfStay {
                    child,
                    family,
                    municipality,
                } => {
                    notices
                        .entry(municipality)
                        .or_default()
                        .push(format!("{child} ({family})"));
                }
                other => others.push(other.sentence(self.lang)),
            }
        }
        let notice = |(municipality, children): (&str, Vec<String>)| {
            let name = words::municipality(self.pool, municipality);
            let (notify, of) = match self.lang {
                Lang::En => ("notify", "that these children will live there"),
                Lang::Sv => ("underrätta", "om att dessa barn ska bo där"),
            };
            format!("{notify} {name} {of}: {}", children.join(", "))
        };
        let mut all: Vec<String> = notices.into_iter().map(notice).collect();
        all.append(&mut others);
        all
    }

    /// Locks that cannot be kept.
    fn conflicts(&self, text: &mut String) {
        let sentences: Vec<String> = self
            .plan
            .conflicts
            .iter()
            .map(|conflict| {
                let why = self.sentences(&conflict.reasons);
                let contradicts = self
                    .lang
                    .pick("contradicts the other locks", "motsäger de andra låsningarna");
                let why = if why.is_empty() { contradicts } else { &why };
                format!("{} → {}: {why}", conflict.child, conflict.family)
            })
            .collect();
        let title = self
            .lang
            .pick("Locks that cannot be kept", "Låsningar som inte kan hållas");
        self.list(text, title, &sentences);
    }

    /// Reasons as one sentence.
    pub(super) fn sentences(&self, reasons: &[Reason]) -> String {
        let all: Vec<String> = reasons.iter().map(|reason| reason.sentence(self.lang)).collect();
        all.join("; ")
    }

    /// A paragraph, wrapped and indented.
    pub(super) fn lines(&self, text: &mut String, indent: usize, paragraph: &str) {
        for line in wrap(paragraph, self.width.saturating_sub(indent)) {
            let _ = writeln!(text, "{}{line}", " ".repeat(indent));
        }
    }

    /// A list of sentences, each after a dash.
    fn list(&self, text: &mut String, title: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        section(text, title, items.len());
        for item in items {
            let mut lines = wrap(item, self.width.saturating_sub(4)).into_iter();
            let _ = writeln!(text, "  - {}", lines.next().unwrap_or_default());
            for line in lines {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
}

/// The head of a section.
fn section(text: &mut String, title: &str, count: usize) {
    let _ = writeln!(text, "\n{HEAD}{title} ({count}){HEAD:#}");
}
