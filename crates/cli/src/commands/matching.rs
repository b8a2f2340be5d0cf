//! `hemvist match`: the whole pool at once.

use std::io::Write as _;
use std::time::{Duration, Instant};

use hemvist::audit::AuditRecord;
use hemvist::canonical::CanonicalError;
use hemvist::matching::{MatchError, MatchOptions, match_pool};
use hemvist::plan::{Plan, Status};
use hemvist::policy::CompiledPolicy;
use hemvist::pool::Pool;

use crate::args::MatchArgs;
use crate::exit::{Exit, Failure};
use crate::load::{self, Refused};
use crate::render::PlanText;
use crate::screen::Screen;

pub(super) fn run(args: &MatchArgs, screen: &Screen) -> Result<Exit, Failure> {
    let pool = load::pool(&args.pool, screen)?;
    let compiled = load::compiled(&args.policy, screen)?;
    let policy = compiled.policy();
    let show = |done: u64| {
        let label = screen.pick("working", "arbetar");
        let _ = write!(std::io::stderr(), "\r{label}: {done} ");
    };
    let watched = Screen::is_watched();
    let progress = |now: hemvist::matching::Progress| {
        if watched {
            show(now.work);
        }
    };
    let options = MatchOptions {
        seed: args.seed.as_deref(),
        threads: args.threads,
        work_limit: args.work_limit,
        deadline: args
            .time_limit
            .map(|seconds| Instant::now() + Duration::from_secs(seconds)),
        cancel: None,
        progress: Some(&progress),
    };
    let plan = match_pool(&pool, policy, &options);
    if watched {
        // Clears the line that progress was shown on.
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    let plan = plan.map_err(|error| failure(&error, screen))?;
    if let Some(path) = &args.audit {
        let record = AuditRecord::new(&pool, policy, &options, &plan, None).and_then(|record| record.to_bytes());
        screen.put_bytes(&record.map_err(not_canonical)?, Some(path))?;
    }
    let file = args.output.output.as_deref();
    if screen.json {
        screen.put_document(&plan, file)?;
    } else {
        screen.put(&text(&pool, &compiled, &plan, screen), file)?;
    }
    Ok(match plan.status {
        Status::Optimal => Exit::Ok,
        Status::Feasible => Exit::Limit,
        Status::Infeasible => Exit::Infeasible,
    })
}

fn text(pool: &Pool, policy: &CompiledPolicy, plan: &Plan, screen: &Screen) -> String {
    let text = PlanText {
        pool,
        policy,
        plan,
        lang: screen.lang,
        width: screen.width,
    };
    text.text()
}

/// Why a pool could not be matched; the policy has been compiled before.
pub(super) fn failure(error: &MatchError, screen: &Screen) -> Failure {
    match error {
        MatchError::Refused(problems) => load::refused(problems, Refused::Options, screen),
        MatchError::TooGreat(_) => Failure::new(
            Exit::Refused,
            screen.pick(
                "the pool is so large, or the policy's numbers so great, that the aims cannot be put in strict order",
                "poolen är så stor, eller policyns tal så stora, att målen inte kan ordnas strikt",
            ),
        ),
        MatchError::LimitTooSmall => Failure::new(
            Exit::Limit,
            screen.pick(
                "the limit was reached before any plan was known that keeps what is promised to the municipalities",
                "gränsen nåddes innan någon plan var känd som håller det som är utlovat till kommunerna",
            ),
        ),
        other => Failure::new(Exit::Internal, other.to_string()),
    }
}

pub(super) fn not_canonical(error: CanonicalError) -> Failure {
    Failure::new(Exit::Internal, error.to_string())
}
