//! The children of a plan, one by one.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use hemvist::explain::explain;
use hemvist::input::{ChoiceKind, SiblingPolicy};
use hemvist::plan::{Chosen, Placed, Stay, Taken, Unplaced, UnplacedReason, Why};
use hemvist::pool::{ChildIdx, FamilyIdx};

use super::plan::PlanText;
use super::{columns, words, wrap};

const NAME: Style = Style::new().bold();
const HOME: Style = AnsiColor::Green.on_default().bold();
const NONE: Style = AnsiColor::Red.on_default();
const MARK: Style = AnsiColor::Yellow.on_default();
/// Column where what belongs to a child begins.
const INDENT: usize = 7;
/// Fits stand at most this far right: a wide terminal must not tear home and fit apart.
const FARTHEST: usize = 100;
/// How many rules are told for a child whom no family can take.
const MOST_RULES: usize = 5;

impl PlanText<'_> {
    /// A child with a proposed home.
    pub(super) fn placed(&self, placed: &Placed, text: &mut String) {
        let (Some(child), Some(family)) = (self.pool.child_idx(&placed.child), self.pool.family_idx(&placed.family))
        else {
            return;
        };
        self.child(child, text);
        self.home(placed, family, text);
        let found = explain(self.pool, self.policy, child, family);
        let (strong, weak) = words::for_and_against(self.pool, child, &found, 3, self.lang);
        let indent = INDENT + 2;
        let because = |label: &str, sentences: &[String]| format!("{label}: {}", sentences.join("; "));
        if !strong.is_empty() {
            self.lines(text, indent, &because(self.lang.pick("for", "för"), &strong));
        }
        if !weak.is_empty() {
            self.lines(text, indent, &because(self.lang.pick("against", "emot"), &weak));
        }
        if !placed.siblings.is_empty() {
            let with = self.lang.pick("together with siblings", "tillsammans med syskonen");
            self.lines(text, indent, &format!("{with} {}", placed.siblings.join(", ")));
        }
        match placed.chosen {
            Chosen::Locked => self.locked(placed, text),
            Chosen::Drawn | Chosen::Follows => self.lines(text, indent, placed.chosen.sentence(self.lang)),
            Chosen::Unique | Chosen::Unproven => {}
        }
        for warning in &placed.warnings {
            let label = self.lang.pick("warning", "varning");
            let _ = write!(text, "{MARK}");
            self.lines(text, indent, &format!("{label}: {}", warning.sentence(self.lang)));
            let _ = write!(text, "{MARK:#}");
        }
    }

    /// That a person has locked the pair, with the reason given.
    fn locked(&self, placed: &Placed, text: &mut String) {
        let locks = self
            .pool
            .document()
            .choices
            .iter()
            .filter(|choice| choice.kind == ChoiceKind::Lock);
        let mut here = locks.filter(|choice| choice.child == placed.child && choice.family == placed.family);
        let reason = here.next().map_or("", |choice| choice.reason.as_str());
        self.lines(
            text,
            INDENT + 2,
            &format!("{}: {reason}", Chosen::Locked.sentence(self.lang)),
        );
    }

    /// Id and facts of a child.
    fn child(&self, child: ChildIdx, text: &mut String) {
        let id = &self.pool.child(child).id;
        let facts = words::child(self.pool, child, self.lang);
        let gap = " ".repeat(INDENT.saturating_sub(columns(id)).max(2));
        let indent = columns(id) + gap.len();
        let mut lines = wrap(&facts, self.width.saturating_sub(indent)).into_iter();
        let _ = writeln!(text, "{NAME}{id}{NAME:#}{gap}{}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(text, "{}{line}", " ".repeat(indent));
        }
    }

    /// The line with home and fit, the fit to the right.
    fn home(&self, placed: &Placed, family: FamilyIdx, text: &mut String) {
        let fit = match placed.fit_range {
            Some((least, most)) => format!("fit {} ({least}–{most})", placed.fit),
            None => format!("fit {}", placed.fit),
        };
        let fit = fit.replace("fit", self.lang.pick("fit", "passning"));
        let home = words::family(self.pool, family, self.lang);
        let used = INDENT + 2 + columns(&placed.family) + 2 + columns(&home);
        let room = self.width.min(FARTHEST).saturating_sub(used + columns(&fit));
        let _ = write!(text, "{}→ {HOME}{}{HOME:#}, {home}", " ".repeat(INDENT), placed.family);
        if room < 2 {
            let _ = writeln!(text);
            self.lines(text, INDENT + 2, &fit);
        } else {
            let _ = writeln!(text, "{}{fit}", " ".repeat(room));
        }
    }

    /// A child without a home, and why.
    pub(super) fn unplaced(&self, unplaced: &Unplaced, text: &mut String) {
        let Some(child) = self.pool.child_idx(&unplaced.child) else {
            return;
        };
        self.child(child, text);
        let mut why = unplaced.reason.sentence(self.lang).to_owned();
        if let Some(home) = &unplaced.lives_in {
            let stays = self.lang.pick("meanwhile the child is in", "tills vidare är barnet i");
            let _ = write!(why, "; {stays} {home}");
        }
        let waits = self.pool.days_waited(child);
        if waits > 0 {
            let _ = match self.lang {
                hemvist::Lang::En => write!(why, "; waiting for {waits} days"),
                hemvist::Lang::Sv => write!(why, "; har väntat {waits} dagar"),
            };
        }
        let together = self.together(child);
        if !together.is_empty() {
            let with = self.lang.pick("to live together with", "ska bo tillsammans med");
            let _ = write!(why, "; {with} {}", together.join(", "));
        }
        let _ = write!(text, "{NONE}");
        self.lines(text, INDENT, &why);
        let _ = write!(text, "{NONE:#}");
        if unplaced.reason == UnplacedReason::Taken {
            for taken in &unplaced.taken {
                self.taken(taken, text);
            }
            return;
        }
        let counts: Vec<String> = unplaced
            .ruled_out
            .iter()
            .take(MOST_RULES)
            .map(|out| format!("{} {}", words::rule(out.rule, self.lang), out.families))
            .collect();
        if !counts.is_empty() {
            let label = self.lang.pick("families ruled out", "uteslutna familjer");
            let more = if unplaced.ruled_out.len() > MOST_RULES {
                ", …"
            } else {
                ""
            };
            self.lines(text, INDENT, &format!("{label}: {}{more}", counts.join(", ")));
        }
        for near in &unplaced.nearest {
            let label = self.lang.pick("nearest", "närmast");
            let reasons = self.sentences(&near.reasons);
            self.lines(text, INDENT, &format!("{label}: {} – {reasons}", near.family));
        }
    }

    /// Siblings who are to live together with a child.
    fn together(&self, child: ChildIdx) -> Vec<&str> {
        let group = self.pool.group_of(child).map(|group| self.pool.group(group));
        let group = group.filter(|group| group.policy == SiblingPolicy::Together);
        let siblings = group.into_iter().flat_map(|group| &group.children);
        siblings
            .map(String::as_str)
            .filter(|id| *id != self.pool.child(child).id)
            .collect()
    }

    /// An eligible family that a child did not get, and what is in the way.
    fn taken(&self, taken: &Taken, text: &mut String) {
        let mut why = vec![];
        // Holders for the same reason in one phrase.
        let mut holders: Vec<(Why, Vec<&str>)> = vec![];
        for holder in &taken.holders {
            match holders.iter_mut().find(|(why, _)| *why == holder.why) {
                Some((_, children)) => children.push(&holder.child),
                None => holders.push((holder.why, vec![&holder.child])),
            }
        }
        for (reason, children) in holders {
            let to = self.lang.pick("goes to", "går till");
            why.push(format!("{to} {} ({})", children.join(", "), reason.sentence(self.lang)));
        }
        if !taken.apart_from.is_empty() {
            let apart = self.lang.pick("must not share a home with", "får inte dela hem med");
            why.push(format!("{apart} {}", taken.apart_from.join(", ")));
        }
        if let Some(secretary) = &taken.secretary {
            why.push(match self.lang {
                hemvist::Lang::En => format!("secretary {secretary} can follow no more children"),
                hemvist::Lang::Sv => format!("sekreterare {secretary} kan inte följa fler barn"),
            });
        }
        let fit = self.lang.pick("fit", "passning");
        let line = format!("{} ({fit} {}): {}", taken.family, taken.fit, why.join("; "));
        self.lines(text, INDENT, &line);
    }

    /// A child who stays.
    pub(super) fn stay(&self, stay: &Stay) -> String {
        let to = self.lang.pick("in", "i");
        format!("{} {to} {}", stay.child, stay.family)
    }
}
