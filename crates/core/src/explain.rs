//! Why: everything that rules and criteria say of one pair, with parts that sum to the fit and sentences for people.
//!
//! Reads the same formula as the fast path ([`crate::fit`]); makes no decision of its own.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::criteria::Criterion;
use crate::fit::{Sink, Value, evaluate};
use crate::lang::Lang;
use crate::policy::{CompiledPolicy, Mode};
use crate::pool::{ChildIdx, FamilyIdx, Pool};
use crate::rules::Rule;

macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident $code:literal $en:literal $sv:literal;)*) => {
        /// A fact that is not known and would matter to a pair; the code names the field to fill in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Question {
            $($(#[$doc])* $name,)*
        }

        impl Question {
            /// Every question.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The field that would answer it, such as `family.ages`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The question to ask; lower case.
            pub const fn sentence(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => lang.pick($en, $sv),)* }
            }
        }
    };
}

questions! {
    /// The child's needs level.
    ChildNeeds "child.needs" "what is the child's needs level?" "vilken behovsnivå har barnet?";
    /// Where the home of origin is.
    ChildHome "child.home" "where is the child's home of origin?" "var ligger barnets ursprungshem?";
    /// The child's gender.
    Gender "child.gender" "what is the child's gender?" "vilket kön har barnet?";
    /// Highest needs level the family can carry.
    FamilyNeeds "family.highest_needs" "what needs level can the family carry?" "vilken behovsnivå klarar familjen?";
    /// Ages the family takes.
    FamilyAges "family.ages" "which ages does the family take?" "vilka åldrar tar familjen emot?";
    /// Languages spoken in the home.
    FamilyLanguages "family.languages" "which languages are spoken in the home?" "vilka språk talas i hemmet?";
    /// The family's own children.
    OwnChildren "family.own_children" "does the family have children at home, and of what ages?" "har familjen barn hemma, och i vilka åldrar?";
    /// Ages of placed children in the home.
    PlacedAges "placements.age" "how old are the children already placed in the home?" "hur gamla är barnen som redan är placerade i hemmet?";
    /// Whether the base training is done.
    Training "family.base_training" "has the family done the base training?" "har familjen gått grundutbildningen?";
    /// How many placements the family has had.
    Placements "family.placements_so_far" "how many placements has the family had?" "hur många placeringar har familjen haft?";
    /// Where the home is.
    FamilyLocation "family.location" "where is the family's home?" "var ligger familjens hem?";
    /// Pets in the home.
    Pets "family.pets" "which animals are there in the home?" "vilka djur finns i hemmet?";
    /// Smoking in the home.
    Smoking "family.smoking" "does anyone smoke in the home?" "röker någon i hemmet?";
    /// Whether the home is step-free.
    StepFree "family.step_free" "is the home step-free?" "är hemmet utan trappsteg?";
}

impl JsonSchema for Question {
    fn schema_name() -> Cow<'static, str> {
        "Question".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes: Vec<&str> = Self::ALL.iter().map(|question| question.code()).collect();
        json_schema!({ "description": "A fact that is not known and would matter: the field that would answer it.", "type": "string", "enum": codes })
    }
}

impl Serialize for Question {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

/// A rule that applies to a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "AppliedRule")]
pub struct Reason {
    /// The rule.
    pub rule: Rule,
    /// Whether it rules the pair out or marks it.
    pub mode: Mode,
    /// The rule's facts, as [`Rule::facts`] names them; 0 where it has fewer than three.
    pub facts: [i32; 3],
}

impl Reason {
    /// The sentence with its facts; lower case, no full stop.
    pub fn sentence(&self, lang: Lang) -> String {
        self.rule.sentence(self.facts, lang)
    }
}

/// What one criterion gives to the fit of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// The criterion.
    pub criterion: Criterion,
    /// Its value, 0–1000.
    pub value: u16,
    /// Least value if all facts were known.
    pub low: u16,
    /// Greatest value if all facts were known.
    pub high: u16,
    /// Its weight in the policy.
    pub weight: u32,
    /// Points of the fit that come from it; the points of all parts sum to the fit.
    pub points: u16,
    /// Most points it could give: its points if the value were 1000, rounded down.
    pub most: u16,
    /// What it found; see [`Criterion::sentence`].
    pub facts: [i32; 3],
}

impl Part {
    /// What the criterion found, in a sentence; lower case, no full stop.
    pub fn sentence(&self, lang: Lang) -> String {
        self.criterion.sentence(self.facts, lang)
    }
}

/// Everything that rules and criteria say of one pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Whether no rule rules the pair out.
    pub eligible: bool,
    /// The fit, 0–1000; for a pair that is ruled out, what it would be.
    pub fit: u16,
    /// Least fit if all facts were known and did not rule the pair out.
    pub low: u16,
    /// Greatest fit if all facts were known.
    pub high: u16,
    /// One part per criterion, by number; their points sum to the fit.
    pub parts: Vec<Part>,
    /// Every rule that applies and is not off, by number.
    pub reasons: Vec<Reason>,
    /// Facts that are not known and matter to this pair.
    pub questions: Vec<Question>,
}

impl Explanation {
    /// The parts that give most points first; equal ones by number. For "because" lists.
    pub fn strongest(&self) -> Vec<Part> {
        let mut parts = self.parts.clone();
        parts.sort_by_key(|p| (std::cmp::Reverse(p.points), p.criterion));
        parts
    }

    /// The parts that lose most points first; equal ones by number; none that loses nothing.
    pub fn weakest(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = self
            .parts
            .iter()
            .copied()
            .filter(|p| p.value < 1000 && p.weight > 0)
            .collect();
        parts.sort_by_key(|p| (std::cmp::Reverse(u32::from(1000 - p.value) * p.weight), p.criterion));
        parts
    }
}

/// The only value of [`ExplanationDocument::format`].
pub const EXPLANATION_FORMAT: &str = "hemvist.explanation/1";

/// An explanation as a document (`hemvist.explanation/1`): with ids, and in the words of one language.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct ExplanationDocument<'a> {
    /// Always `hemvist.explanation/1`.
    pub format: &'static str,
    /// The child.
    pub child: &'a str,
    /// The family.
    pub family: &'a str,
    /// What rules and criteria say.
    pub explanation: Explanation,
    /// The same in sentences.
    pub sentences: Sentences,
}

/// The sentences of an explanation; lower case, no full stop.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Sentences {
    /// Their language.
    pub lang: Lang,
    /// One for each of [`Explanation::parts`].
    pub parts: Vec<String>,
    /// One for each of [`Explanation::reasons`].
    pub reasons: Vec<String>,
    /// One for each of [`Explanation::questions`].
    pub questions: Vec<&'static str>,
}

impl<'a> ExplanationDocument<'a> {
    /// Explains a pair as a document.
    ///
    /// # Examples
    /// ```
    /// use hemvist::explain::ExplanationDocument;
    /// use hemvist::{Lang, canonical, input::PoolDocument, policy::Policy, pool::Pool};
    ///
    /// let document: PoolDocument = serde_json::from_str(r#"{
    ///     "format": "hemvist.pool/1", "as_of": "2026-01-15", "municipalities": [{"id": "1276"}],
    ///     "families": [{"id": "f1", "municipality": "1276", "kind": "family", "places": 1,
    ///                   "register_checked_on": "2025-09-01"}],
    ///     "children": [{"id": "c1", "municipality": "1276", "age": 7, "placement": "long_term"}]
    /// }"#)?;
    /// let pool = Pool::from_document(document)?;
    /// let (child, family) = (pool.child_idx("c1").unwrap(), pool.family_idx("f1").unwrap());
    /// let document = ExplanationDocument::new(&pool, &Policy::default().compile()?, child, family, Lang::En);
    /// assert_eq!(document.sentences.reasons, ["the home has not been assessed"]);
    /// assert!(canonical::to_bytes(&document)?.starts_with(br#"{"child":"c1","explanation":{"eligible":false,"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(pool: &'a Pool, policy: &CompiledPolicy, child: ChildIdx, family: FamilyIdx, lang: Lang) -> Self {
        let explanation = explain(pool, policy, child, family);
        let sentences = Sentences {
            lang,
            parts: explanation.parts.iter().map(|part| part.sentence(lang)).collect(),
            reasons: explanation.reasons.iter().map(|reason| reason.sentence(lang)).collect(),
            questions: explanation
                .questions
                .iter()
                .map(|question| question.sentence(lang))
                .collect(),
        };
        Self {
            format: EXPLANATION_FORMAT,
            child: &pool.child(child).id,
            family: &pool.family(family).id,
            explanation,
            sentences,
        }
    }
}

/// The pieces of one criterion so far: value used, least, greatest, facts.
type Sum = (u16, u16, u16, [i32; 3]);

/// The sink that keeps everything.
struct Account<'a> {
    policy: &'a CompiledPolicy,
    reasons: Vec<Reason>,
    parts: [Sum; Criterion::COUNT],
    questions: Vec<Question>,
}

impl Sink for Account<'_> {
    fn rule(&mut self, rule: Rule, facts: [i32; 3]) {
        let mode = if self.policy.require().contains(rule) {
            Mode::Require
        } else if self.policy.warn().contains(rule) {
            Mode::Warn
        } else {
            return;
        };
        self.reasons.push(Reason { rule, mode, facts });
    }

    fn value(&mut self, criterion: Criterion, value: Value, facts: [i32; 3]) {
        let part = &mut self.parts[usize::from(criterion.number())];
        part.0 += value.used;
        part.1 += value.low;
        part.2 += value.high;
        for (sum, fact) in part.3.iter_mut().zip(facts) {
            *sum += fact;
        }
    }

    fn unknown(&mut self, question: Question) {
        if !self.questions.contains(&question) {
            self.questions.push(question);
        }
    }
}

/// Whole points per part: rounded down, then one more for those with the greatest remainders (equal ones by number)
/// until they sum to the fit.
fn share_out(fit: u16, scores: &[u32; Criterion::COUNT], total: u32) -> [u16; Criterion::COUNT] {
    let mut points = scores.map(|s| u16::try_from(s / total).unwrap_or(0));
    let mut order: [usize; Criterion::COUNT] = std::array::from_fn(|i| i);
    order.sort_by_key(|&i| (std::cmp::Reverse(scores[i] % total), i));
    let left = usize::from(fit.saturating_sub(points.iter().sum()));
    for &i in &order[..left.min(Criterion::COUNT)] {
        points[i] += 1;
    }
    points
}

/// Everything that rules and criteria say of one pair.
pub fn explain(pool: &Pool, policy: &CompiledPolicy, child: ChildIdx, family: FamilyIdx) -> Explanation {
    let mut account = Account {
        policy,
        reasons: Vec::new(),
        parts: [(0, 0, 0, [0; 3]); Criterion::COUNT],
        questions: Vec::new(),
    };
    evaluate(pool, policy, child, family, &mut account);
    let weight = |i: usize| policy.weight(Criterion::ALL[i]).unsigned_abs();
    let scores = |pick: fn(&Sum) -> u16| -> [u32; Criterion::COUNT] {
        std::array::from_fn(|i| weight(i) * u32::from(pick(&account.parts[i])))
    };
    let used = scores(|p| p.0);
    let fit = policy.fit_of(used.iter().sum());
    let points = share_out(fit, &used, policy.total());
    let parts = Criterion::ALL
        .into_iter()
        .enumerate()
        .map(|(i, criterion)| {
            let (value, low, high, facts) = account.parts[i];
            Part {
                criterion,
                value,
                low,
                high,
                weight: policy.weight_as_written(criterion),
                points: points[i],
                most: u16::try_from(1000 * weight(i) / policy.total()).unwrap_or(1000),
                facts,
            }
        })
        .collect();
    account.reasons.sort_by_key(|r| r.rule);
    account.questions.sort_unstable();
    Explanation {
        eligible: account.reasons.iter().all(|r| r.mode != Mode::Require),
        fit,
        low: policy.fit_of(scores(|p| p.1).iter().sum()),
        high: policy.fit_of(scores(|p| p.2).iter().sum()),
        parts,
        reasons: account.reasons,
        questions: account.questions,
    }
}
