//! Questions to a matched pool, as cases put them.

use hemvist::Problems;
use hemvist::ask::{
    AskOptions, CallOptions, Document, LEAST_TOLD, Labels, Matched, Rates, WeightRange, alternatives, calls, choices,
    groups, questions, questions_of_all, robustness, ties, what_if, why_not,
};
use hemvist::audit::AuditRecord;
use hemvist::canonical;
use hemvist::changes::Changes;
use hemvist::matching::{MatchError, MatchOptions};
use hemvist::rank::{Rank, RankOptions};
use serde_json::json;

use crate::{Case, policy, pool};

type Answer = Result<Vec<u8>, MatchError>;

impl Case {
    /// Asks what the case asks of its pool.
    pub(crate) fn ask(&self, threads: usize) -> Vec<u8> {
        let options = AskOptions {
            threads,
            ..AskOptions::default()
        };
        let answer = match self.operation.as_str() {
            "audit" => Ok(self.audit(threads)),
            "rank" => self.rank(),
            _ => self.question(&options),
        };
        match answer {
            Ok(bytes) => bytes,
            Err(MatchError::Refused(problems)) => {
                let problems: Vec<_> = problems.iter().cloned().collect();
                canonical::to_bytes(&json!({ "problems": problems })).expect("has a canonical form")
            }
            Err(other) => panic!("{}: {other}", self.name),
        }
    }

    fn audit(&self, threads: usize) -> Vec<u8> {
        let (pool, policy, options) = (
            pool(&self.pool_bytes()),
            policy(self.policy.as_deref()),
            self.options(threads),
        );
        let matched = Matched::new(pool, &policy, &options).expect("a plan");
        let record = AuditRecord::new(matched.pool(), &policy, &options, matched.plan(), Some(1)).expect("a record");
        record.to_bytes().expect("has a canonical form")
    }

    fn rank(&self) -> Answer {
        let policy = policy(self.policy.as_deref()).compile()?;
        let options = RankOptions {
            most: self.most.unwrap_or(3),
            ruled_out: self.ruled_out == Some(true),
        };
        let child = self.child.as_deref().expect("a child");
        let rank = Rank::of(&pool(&self.pool_bytes()), &policy, child, options)?;
        Ok(rank.to_bytes().expect("has a canonical form"))
    }

    fn question(&self, options: &AskOptions<'_>) -> Answer {
        let start = MatchOptions {
            threads: options.threads,
            ..self.options(options.threads)
        };
        let matched = Matched::new(pool(&self.pool_bytes()), &policy(self.policy.as_deref()), &start)?;
        let (child, most) = (self.child.as_deref(), self.most.unwrap_or(3));
        let asked = || child.expect("a child");
        match self.operation.as_str() {
            "alternatives" => bytes(&alternatives(&matched, asked(), most, options)?),
            "why_not" => bytes(&why_not(
                &matched,
                asked(),
                self.family.as_deref().expect("a family"),
                options,
            )?),
            "what_if" => {
                let changes = Changes::from_json(self.changes.as_deref().expect("changes").as_bytes())?;
                let then = self.then_policy.as_deref().map(|text| policy(Some(text)));
                bytes(&what_if(&matched, &changes, then.as_ref(), options)?.difference)
            }
            "choices" => bytes(&choices(&matched, options)?),
            "ties" => bytes(&ties(&matched, options)?),
            "robustness" => bytes(&robustness(&matched, &self.range(), options)?),
            "questions" => bytes(&match child {
                Some(child) => questions(&matched, child, options)?,
                None => questions_of_all(&matched, options)?,
            }),
            "calls" => {
                let rates = read(self.rates.as_deref(), Rates::from_json)?.unwrap_or_default();
                let asked = CallOptions {
                    child,
                    most,
                    rates: &rates,
                    unknown_rate: self.unknown_rate,
                    runs: self.runs.unwrap_or(0),
                    seed: None,
                };
                bytes(&calls(&matched, &asked, options)?)
            }
            "groups" => {
                let labels = read(self.labels.as_deref(), Labels::from_json)?.expect("labels");
                bytes(&groups(&matched, &labels, self.least.unwrap_or(LEAST_TOLD))?)
            }
            other => panic!("{}: no operation {other}", self.name),
        }
    }

    fn range(&self) -> WeightRange<'static> {
        let default = WeightRange::default();
        WeightRange {
            share: self.share.unwrap_or(default.share),
            samples: self.samples.unwrap_or(default.samples),
            steps: self.steps.unwrap_or(default.steps),
            ..default
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "so that every arm is a call of this")]
fn bytes(answer: &impl Document) -> Answer {
    Ok(answer.to_bytes().expect("has a canonical form"))
}

fn read<T>(text: Option<&str>, from_json: impl Fn(&[u8]) -> Result<T, Problems>) -> Result<Option<T>, Problems> {
    text.map(|text| from_json(text.as_bytes())).transpose()
}
