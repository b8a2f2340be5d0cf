//! One door for every face: a question as JSON, an answer as canonical JSON.
//!
//! The command line, C and Python hand the same request on and give the same bytes back, so that a function of this crate has the same
//! name, options and answer everywhere. A request is an object with `ask`, the function's name, and the function's own options
//! beside it:
//!
//! ```json
//! { "ask": "share", "budget_ore": 500000000, "by": "population" }
//! ```
//!
//! [`NAMES`] lists the questions, and [`questions`] describes them. Those about a pool need one; those about a plan match
//! the pool first, by the policy and options given, or are asked of a plan that is there already ([`answer_about`]).

use std::borrow::Cow;

use hemvist::matching::{MatchOptions, match_pool};
use hemvist::plan::Plan;
use hemvist::policy::CompiledPolicy;
use hemvist::pool::Pool;
use hemvist::{Code, Fact, Path, Problem, ReadOptions, json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Answer, RegionError, refused};
use crate::interest::{InterestAsked, promise};
use crate::listing::{ListingAsked, listing};
use crate::spells::Spell;
use crate::statistics::StatisticsAsked;
use crate::stream::{Stream, StreamAsked};
use crate::{
    caseload, contract, coverage, emergency, exchange, fairness, fee_comparison, gaps, ladder, plan_cost, shares,
    simulate, spells, statistics, stream, tonight,
};

/// Every question, in alphabetical order.
pub const NAMES: [&str; 20] = [
    "break_even",
    "caseload",
    "contract",
    "coverage",
    "emergency",
    "emergency_board",
    "exchange",
    "fairness",
    "fee_comparison",
    "gaps",
    "interest",
    "ladder",
    "listing",
    "listing_key",
    "plan_cost",
    "secretary_cost",
    "share",
    "simulate",
    "statistics",
    "tonight",
];

/// What a question is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// What stands in the request: no pool is needed.
    Request,
    /// The pool.
    Pool,
    /// The pool's plan, which is made first.
    Plan,
}

/// A question, described.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its name, which stands under `ask`.
    pub name: &'static str,
    /// What it is asked of.
    pub about: About,
    /// What it answers, in a sentence.
    pub meaning: &'static str,
    /// Its options as JSON Schema (draft 2020-12), without `ask`.
    pub options: Value,
}

/// Every question, described, in the order of [`NAMES`].
///
/// # Examples
/// ```
/// let questions = hemvist_region::request::questions();
/// let share = questions.iter().find(|question| question.name == "share").unwrap();
/// assert!(share.options["properties"]["budget_ore"].is_object());
/// ```
pub fn questions() -> Vec<Question> {
    fn question<Asked: JsonSchema>(name: &'static str, about: About, meaning: &'static str) -> Question {
        let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
        let options = generator.into_root_schema_for::<Asked>().into();
        Question {
            name,
            about,
            meaning,
            options,
        }
    }
    vec![
        question::<ladder::BreakEvenAsked>("break_even", About::Request, "How many children pay for a bigger team."),
        question::<caseload::CaseloadAsked>(
            "caseload",
            About::Plan,
            "How many homes each family-home secretary follows and how many children each social worker has, now and under the plan.",
        ),
        question::<contract::ContractAsked>(
            "contract",
            About::Request,
            "A contract with included cases against a price for each case.",
        ),
        question::<coverage::CoverageAsked>(
            "coverage",
            About::Pool,
            "Where homes lie against where they are needed, and which could take a child now.",
        ),
        question::<emergency::EmergencyAsked>(
            "emergency",
            About::Plan,
            "How long each child has been in an emergency home, its place in the queue for a lasting one, and alerts before the clock ends.",
        ),
        question::<Nothing>(
            "emergency_board",
            About::Pool,
            "The places in emergency homes, taken and free.",
        ),
        question::<exchange::ExchangeAsked>(
            "exchange",
            About::Plan,
            "What each municipality gives to the pool and gets from it.",
        ),
        question::<Nothing>(
            "fairness",
            About::Plan,
            "What each municipality's children get from the shared pool, and what they would get from its own homes.",
        ),
        question::<fee_comparison::FeeComparisonAsked>(
            "fee_comparison",
            About::Pool,
            "What the same child in the same home costs by each municipality's rules.",
        ),
        question::<gaps::GapsAsked>(
            "gaps",
            About::Plan,
            "Which home more would bring the pool most, and which supply nobody needs.",
        ),
        question::<InterestAsked>(
            "interest",
            About::Plan,
            "Which municipality each home is promised to, once, where several show interest.",
        ),
        question::<ladder::LadderAsked>(
            "ladder",
            About::Request,
            "The daily cost of a family home at each fee level.",
        ),
        question::<ListingAsked>(
            "listing",
            About::Pool,
            "The homes as they may be shown before identities are exchanged.",
        ),
        question::<ListingAsked>(
            "listing_key",
            About::Pool,
            "Which home each handle of that listing stands for.",
        ),
        question::<plan_cost::PlanCostAsked>(
            "plan_cost",
            About::Plan,
            "What the plan costs in a year, and what it saves against agency care.",
        ),
        question::<ladder::SecretaryCostAsked>(
            "secretary_cost",
            About::Request,
            "Which secretary cost a printed column of fees stands on.",
        ),
        question::<shares::ShareAsked>("share", About::Pool, "What each municipality pays of a common cost."),
        question::<SimulateRequest>(
            "simulate",
            About::Plan,
            "How one stream of arrivals, departures and refusals is met by three ways of placing.",
        ),
        question::<StatisticsRequest>(
            "statistics",
            About::Request,
            "Children, days and days in agency homes, by quarter, year and municipality.",
        ),
        question::<tonight::TonightAsked>("tonight", About::Pool, "The emergency homes in order for one child."),
    ]
}

/// Nothing is asked for but the answer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Statistics with the spells they are counted from.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StatisticsRequest {
    /// The spells.
    spells: Vec<Spell>,
    /// Calendar years.
    #[schemars(inner(range(min = 1900, max = 2198)))]
    years: Vec<u16>,
}

/// A simulation with its stream, or how to draw one. Exactly one is given.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SimulateRequest {
    /// The stream.
    #[serde(default)]
    stream: Option<Stream>,
    /// How to draw one from the pool.
    #[serde(default)]
    draw: Option<StreamAsked>,
    /// How it is met.
    #[serde(default)]
    options: Option<simulate::SimulateAsked>,
}

/// What a question is asked of.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The pool; `None` for questions about prices alone.
    pub pool: Option<&'a Pool>,
    /// The policy.
    pub policy: &'a CompiledPolicy,
    /// How matches are run.
    pub options: &'a MatchOptions<'a>,
}

/// Answers a request.
///
/// # Errors
/// [`RegionError::Refused`]: every problem of the request, or that it needs a pool; the rest as the function asked for.
///
/// # Examples
/// ```
/// use hemvist::{matching::MatchOptions, policy::Policy};
/// use hemvist_region::request::{Context, answer};
///
/// let (policy, options) = (Policy::default().compile()?, MatchOptions::default());
/// let context = Context { pool: None, policy: &policy, options: &options };
/// let request = br#"{ "ask": "contract", "contract_ore": 7500000, "included": 3, "further_ore": 2500000,
///                     "per_case_ore": 3800000, "cases": 1 }"#;
/// let bytes = answer(request, context)?;
/// assert_eq!(String::from_utf8(bytes)?,
///     r#"{"format":"hemvist.contract/1","rows":[{"cases":1,"cheaper":"per_case","contract_ore":7500000,"without_ore":3800000}]}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn answer(request: &[u8], context: Context<'_>) -> Result<Vec<u8>, RegionError> {
    answered(request, None, context)
}

/// As [`answer`], with the plan that questions about a plan are asked of, rather than a match of the pool. It must be one of this
/// pool and policy.
///
/// # Errors
/// As [`answer`].
///
/// # Examples
/// ```
/// use hemvist::{matching::{MatchOptions, match_pool}, policy::Policy, pool::Pool};
/// use hemvist_region::request::{Context, answer, answer_about};
///
/// let document = serde_json::from_str(r#"{"format": "hemvist.pool/1", "as_of": "2026-01-15"}"#)?;
/// let (pool, policy, options) = (Pool::from_document(document)?, Policy::default(), MatchOptions::default());
/// let plan = match_pool(&pool, &policy, &options)?;
/// let policy = policy.compile()?;
/// let context = Context { pool: Some(&pool), policy: &policy, options: &options };
/// let request = br#"{ "ask": "caseload" }"#;
/// assert_eq!(answer_about(request, &plan, context)?, answer(request, context)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn answer_about(request: &[u8], plan: &Plan, context: Context<'_>) -> Result<Vec<u8>, RegionError> {
    answered(request, Some(plan), context)
}

fn answered(request: &[u8], plan: Option<&Plan>, context: Context<'_>) -> Result<Vec<u8>, RegionError> {
    let asked = json::read_request(request, "ask")?;
    let Context { policy, options, .. } = context;
    let planned = |context| planned(plan, context);
    let name = NAMES.into_iter().find(|name| *name == asked.name());
    let name = name.ok_or_else(|| unknown(asked.name()))?;
    match name {
        "break_even" => bytes(&ladder::break_even_of(&asked.read()?)?),
        "caseload" => {
            let asked = asked.read()?;
            let (pool, plan) = planned(context)?;
            bytes(&caseload::caseload(pool, &plan, &asked)?)
        }
        "contract" => bytes(&contract::contract(&asked.read()?)?),
        "coverage" => {
            let asked = asked.read()?;
            bytes(&coverage::coverage(pool(context)?, policy, &asked, options.threads)?)
        }
        "emergency" => {
            let asked = asked.read()?;
            let (pool, plan) = planned(context)?;
            bytes(&emergency::emergency(pool, policy, &plan, &asked)?)
        }
        "emergency_board" => {
            asked.read::<Nothing>()?;
            bytes(&tonight::board(pool(context)?))
        }
        "exchange" => {
            let asked = asked.read()?;
            let (pool, plan) = planned(context)?;
            bytes(&exchange::exchange(pool, &plan, &asked)?)
        }
        "fairness" => {
            let asked = asked.read()?;
            bytes(&fairness::fairness(pool(context)?, policy, &asked, options)?)
        }
        "fee_comparison" => {
            let asked = asked.read()?;
            bytes(&fee_comparison::fee_comparison(pool(context)?, &asked)?)
        }
        "gaps" => {
            let asked = asked.read()?;
            bytes(&gaps::gaps(pool(context)?, policy, &asked, options)?)
        }
        "interest" => {
            let asked: InterestAsked = asked.read()?;
            bytes(&promise(pool(context)?, policy, &asked, options)?)
        }
        "ladder" => bytes(&ladder::ladder(&asked.read()?)?),
        "listing" | "listing_key" => {
            let asked: ListingAsked = asked.read()?;
            let (listing, key) = listing(pool(context)?, &asked)?;
            if name == "listing" {
                bytes(&listing)
            } else {
                bytes(&key)
            }
        }
        "plan_cost" => {
            let asked = asked.read()?;
            let (pool, plan) = planned(context)?;
            bytes(&plan_cost::plan_cost(pool, &plan, &asked)?)
        }
        "secretary_cost" => bytes(&ladder::secretary_cost(&asked.read()?)?),
        "share" => {
            let asked = asked.read()?;
            bytes(&shares::share(pool(context)?, &asked)?)
        }
        "simulate" => bytes(&simulation(context, asked.read()?)?),
        "statistics" => {
            let asked: StatisticsRequest = asked.read()?;
            let place = |at| Path::of("spells").index(at);
            spells::check(&asked.spells, ReadOptions::default(), place)?;
            let years = StatisticsAsked { years: asked.years };
            bytes(&statistics::statistics(&asked.spells, context.pool, &years)?)
        }
        "tonight" => {
            let asked = asked.read()?;
            bytes(&tonight::tonight(pool(context)?, policy, &asked)?)
        }
        _ => Err(unknown(name)),
    }
}

fn unknown(ask: &str) -> RegionError {
    let problem = Problem::new(Code::UnknownWord, Path::of("ask")).allowed(Fact::OneOf(NAMES.to_vec()));
    refused(problem.found(Fact::chars(ask)))
}

fn bytes<T: Answer + Serialize>(answer: &T) -> Result<Vec<u8>, RegionError> {
    Ok(answer.to_bytes()?)
}

fn pool(context: Context<'_>) -> Result<&Pool, RegionError> {
    context
        .pool
        .ok_or_else(|| refused(Problem::new(Code::MissingField, Path::of("pool"))))
}

/// The pool and its plan, which is made if there is none.
fn planned<'a>(plan: Option<&'a Plan>, context: Context<'a>) -> Result<(&'a Pool, Cow<'a, Plan>), RegionError> {
    let pool = pool(context)?;
    let plan = match plan {
        Some(plan) => Cow::Borrowed(plan),
        None => Cow::Owned(match_pool(pool, context.policy.policy(), context.options)?),
    };
    Ok((pool, plan))
}

fn simulation(context: Context<'_>, asked: SimulateRequest) -> Result<simulate::Simulation, RegionError> {
    let pool = pool(context)?;
    let stream = match (asked.stream, asked.draw) {
        (Some(stream), None) => stream,
        (None, Some(draw)) => stream::drawn(pool, &draw)?,
        (None, None) => return Err(refused(Problem::new(Code::MissingField, Path::of("stream")))),
        (Some(_), Some(_)) => return Err(refused(Problem::new(Code::DuplicateField, Path::of("stream")))),
    };
    let options = asked.options.unwrap_or_default();
    simulate::simulate(pool, context.policy, &stream, &options, context.options)
}

#[cfg(test)]
mod tests {
    use hemvist::policy::Policy;
    use hemvist_testkit::{Shape, generate};

    use super::*;

    fn ask(request: &str, pool: Option<&Pool>) -> Result<Value, RegionError> {
        let (policy, options) = (Policy::default().compile().unwrap(), MatchOptions::default());
        let context = Context {
            pool,
            policy: &policy,
            options: &options,
        };
        answer(request.as_bytes(), context).map(|bytes| serde_json::from_slice(&bytes).unwrap())
    }

    fn problems(request: &str, pool: Option<&Pool>) -> Vec<String> {
        match ask(request, pool) {
            Err(RegionError::Refused(problems)) => problems
                .iter()
                .map(|p| format!("{} {}", p.code.slug(), p.path))
                .collect(),
            _ => vec![],
        }
    }

    /// A request of every name: with a pool each has an answer of its own format.
    const ONE_OF_EACH: [(&str, &str); 20] = [
        (
            "hemvist.break_even/1",
            r#""ask":"break_even","extra_per_year_ore":1,"agency_per_day_ore":2,"own_per_day_ore":1"#,
        ),
        ("hemvist.caseload/1", r#""ask":"caseload""#),
        (
            "hemvist.contract/1",
            r#""ask":"contract","contract_ore":1,"included":1,"further_ore":1,"per_case_ore":1"#,
        ),
        ("hemvist.coverage/1", r#""ask":"coverage""#),
        ("hemvist.emergency/1", r#""ask":"emergency""#),
        ("hemvist.emergency_board/1", r#""ask":"emergency_board""#),
        (
            "hemvist.exchange/1",
            r#""ask":"exchange","share":{"budget_ore":100,"by":"population"}"#,
        ),
        ("hemvist.fairness/1", r#""ask":"fairness""#),
        (
            "hemvist.fee_comparison/1",
            r#""ask":"fee_comparison","child":"C-001","family":"F-001","rules":[{"municipality":"2580","year":2021}]"#,
        ),
        (
            "hemvist.gaps/1",
            r#""ask":"gaps","next":0,"costing":{"year":2021,"agency_per_day_ore":230000},
               "profiles":[{"municipality":"2580","kind":"family","ages":{"from":13,"to":20},"highest_needs":4,"places":1}]"#,
        ),
        (
            "hemvist.promises/1",
            r#""ask":"interest","interests":[{"municipality":"2580","child":"C-001","family":"F-001"}]"#,
        ),
        (
            "hemvist.ladder/1",
            r#""ask":"ladder","year":2016,"secretary_per_day_ore":11400"#,
        ),
        ("hemvist.listing/1", r#""ask":"listing","seed":"s""#),
        ("hemvist.listing_key/1", r#""ask":"listing_key","seed":"s""#),
        (
            "hemvist.plan_cost/1",
            r#""ask":"plan_cost","costing":{"year":2021,"agency_per_day_ore":230000}"#,
        ),
        (
            "hemvist.secretary_cost/1",
            r#""ask":"secretary_cost","year":2016,"printed":[490,548,605,663,730]"#,
        ),
        (
            "hemvist.share/1",
            r#""ask":"share","budget_ore":100,"by":"at_home_and_placed""#,
        ),
        (
            "hemvist.simulation/1",
            r#""ask":"simulate","draw":{"seed":"s","months":1}"#,
        ),
        (
            "hemvist.statistics/1",
            r#""ask":"statistics","years":[2025],"spells":[{"child":"c","home":"h","from":"2025-01-01","municipality":"m","kind":"family"}]"#,
        ),
        ("hemvist.tonight/1", r#""ask":"tonight","child":"C-001""#),
    ];

    #[test]
    fn every_question_has_an_answer_of_its_own_format() {
        let mut document = generate(&Shape::norr(), 1);
        "2580".clone_into(&mut document.children[0].municipality);
        document.children[0].needs = Some(3);
        let pool = Pool::from_document(document).unwrap();
        for (name, (format, request)) in NAMES.iter().zip(ONE_OF_EACH) {
            assert!(request.contains(&format!(r#""ask":"{name}""#)), "{name}");
            let answer = ask(&format!("{{{request}}}"), Some(&pool));
            let answer = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(answer["format"], format);
        }
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn a_pool_is_asked_for_only_where_it_is_needed() {
        let without: Vec<&str> = (NAMES.into_iter().zip(ONE_OF_EACH))
            .filter(|(_, (_, request))| ask(&format!("{{{request}}}"), None).is_ok())
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            without,
            ["break_even", "contract", "ladder", "secretary_cost", "statistics"]
        );
        assert_eq!(problems(r#"{"ask":"fairness"}"#, None), ["document.missing_field pool"]);
        let alone = questions()
            .into_iter()
            .filter(|question| question.about == About::Request);
        assert_eq!(alone.map(|question| question.name).collect::<Vec<_>>(), without);
    }

    /// What is described is what is read: every option of a request of each name, and all that is required.
    #[test]
    fn every_question_is_described() {
        let described = questions();
        assert_eq!(
            described.iter().map(|question| question.name).collect::<Vec<_>>(),
            NAMES
        );
        for (question, (_, request)) in described.iter().zip(ONE_OF_EACH) {
            let request: Value = serde_json::from_str(&format!("{{{request}}}")).unwrap();
            let given = request.as_object().unwrap();
            for option in given.keys().filter(|option| *option != "ask") {
                assert!(
                    question.options["properties"][option].is_object(),
                    "{}: {option}",
                    question.name
                );
            }
            for required in question.options["required"].as_array().into_iter().flatten() {
                assert!(
                    given.contains_key(required.as_str().unwrap()),
                    "{}: {required}",
                    question.name
                );
            }
        }
    }

    #[test]
    fn what_is_no_request_is_told_by_kind_and_place() {
        for (request, told) in [
            ("", "document.cut_short "),
            ("{", "document.cut_short "),
            ("[]", "document.wrong_type "),
            ("{} x", "document.trailing_text "),
            ("{}", "document.missing_field ask"),
            (r#"{"ask":1}"#, "document.wrong_type ask"),
            (r#"{"ask":"shares"}"#, "value.unknown_word ask"),
            (r#"{"ask":"fairness","x":1}"#, "document.unknown_field {1}"),
            (
                r#"{"ask":"share","budget_ore":-1,"by":"population"}"#,
                "value.out_of_range budget_ore",
            ),
            (r#"{"ask":"simulate"}"#, "document.missing_field pool"),
        ] {
            assert_eq!(problems(request, None), [told], "{request}");
        }
    }
}
