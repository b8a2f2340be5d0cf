//! How sure a plan is: other weightings of the criteria, and families who may decline.

use std::collections::BTreeMap;
use std::ffi::c_char;

use hemvist::ask::{CallOptions, Rates, WeightRange, robustness};
use hemvist::criteria::Criterion;
use hemvist::{Code, Fact, Path, Problem, Problems};

use crate::ask::bytes;
use crate::buffer::hemvist_buffer;
use crate::call::{Call, guard};
use crate::error::hemvist_error;
use crate::options::{OptionStruct, hemvist_run_options};
use crate::plan::hemvist_plan;

/// None at all, in a field of an options struct where 0 stands for a default that is not 0.
pub const HEMVIST_NONE: u32 = u32::MAX;

/// Entries of a call list by default.
const MOST_CALLS: u32 = 3;

/// Which weightings count as plausible. Set `size` to `sizeof(hemvist_weight_range)`, everything else to 0 or what you need.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hemvist_weight_range {
    /// `sizeof(hemvist_weight_range)`.
    pub size: usize,
    /// How far every weight may vary, per mille of itself, 1 to 1000; 0: 250.
    pub share: u32,
    /// How many weightings are drawn, at most 100 000, each weight varying on its own; 0: 100; `HEMVIST_NONE`: none.
    pub samples: u32,
    /// In how many steps each weight is varied alone, to either side, at most 100; 0: 5; `HEMVIST_NONE`: none.
    pub steps: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Seed of the weightings, 1 to 200 characters in UTF-8; NULL: the seed of the plan's lots.
    pub seed: *const c_char,
    /// Bytes of `seed`.
    pub seed_length: usize,
    /// Criteria whose weights may vary by another share, by their names, such as `travel_home`; NULL: none.
    pub criteria: *const *const c_char,
    /// Bytes of each of `criteria`.
    pub criterion_lengths: *const usize,
    /// How far each of them may vary, per mille of itself, 0 to 1000; 0: not at all.
    pub criterion_shares: *const u32,
    /// Entries of the three arrays.
    pub criteria_length: usize,
}

// SAFETY: numbers and pointers; 0 is NULL.
unsafe impl OptionStruct for hemvist_weight_range {
    const SIZES: &'static [usize] = &[size_of::<Self>()];
}

/// What is known of how families answer. Set `size` to `sizeof(hemvist_call_options)`, everything else to 0 or what you need.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hemvist_call_options {
    /// `sizeof(hemvist_call_options)`.
    pub size: usize,
    /// Longest call list of a child; 0: 3; `HEMVIST_NONE`: no lists, only what is expected.
    pub most: u32,
    /// How many times the calls are played through, at most 100 000, to tell how many children would be placed if every
    /// refusal is followed by the next best plan; 0: not at all.
    pub runs: u32,
    /// How likely a family of whom no rate is known accepts, per cent, 1 to 100; `HEMVIST_NONE`: never; 0: that stays
    /// unknown, and what is expected is told for both ends.
    pub unknown_rate: u32,
    /// Must be 0.
    pub reserved: u32,
    /// Acceptance rates of single pairs, a document `hemvist.rates/1`; NULL: only the families' own.
    pub rates: *const c_char,
    /// Bytes of `rates`.
    pub rates_length: usize,
    /// Seed of the runs, 1 to 200 characters in UTF-8; NULL: the seed of the plan's lots.
    pub seed: *const c_char,
    /// Bytes of `seed`.
    pub seed_length: usize,
}

// SAFETY: numbers and pointers; 0 is NULL.
unsafe impl OptionStruct for hemvist_call_options {
    const SIZES: &'static [usize] = &[size_of::<Self>()];
}

/// A number of an options struct: 0 stands for the default, `HEMVIST_NONE` for 0.
fn number(given: u32, default: u32) -> u32 {
    match given {
        0 => default,
        HEMVIST_NONE => 0,
        number => number,
    }
}

/// That a field for later use is 0.
fn check_reserved(name: &'static str, reserved: u32) -> Result<(), Problem> {
    if reserved == 0 {
        return Ok(());
    }
    let problem = Problem::new(Code::ArgumentUnknown, Path::of(name).field("reserved"));
    Err(problem.allowed(Fact::Int(0)).found(Fact::int(reserved)))
}

impl<'c> Call<'c> {
    /// Reads a range of weightings.
    ///
    /// # Safety
    /// As [`Call::options`]; and what the struct points at lives until the function returns.
    unsafe fn range(
        &self,
        name: &'static str,
        pointer: *const hemvist_weight_range,
    ) -> Result<WeightRange<'c>, Problems> {
        // SAFETY: the same contract.
        let given = unsafe { self.options(name, pointer) }?;
        check_reserved(name, given.reserved)?;
        let default = WeightRange::default();
        Ok(WeightRange {
            share: if given.share == 0 { default.share } else { given.share },
            samples: number(given.samples, default.samples),
            steps: number(given.steps, default.steps),
            // SAFETY: the same contract.
            seed: unsafe { self.optional_text("seed", given.seed, given.seed_length) }?,
            // SAFETY: the same contract.
            shares: unsafe { self.shares(&given) }?,
        })
    }

    /// Shares of single criteria.
    ///
    /// # Safety
    /// As [`Call::range`].
    unsafe fn shares(&self, given: &hemvist_weight_range) -> Result<BTreeMap<Criterion, u32>, Problems> {
        let count = given.criteria_length;
        // SAFETY: the same contract.
        let (names, lengths, shares) = unsafe {
            (
                self.slice("criteria", given.criteria, count)?,
                self.slice("criterion_lengths", given.criterion_lengths, count)?,
                self.slice("criterion_shares", given.criterion_shares, count)?,
            )
        };
        let mut of = BTreeMap::new();
        for at in 0..count {
            // SAFETY: the same contract.
            let name = unsafe { self.text("criteria", names[at], lengths[at]) }?;
            let problem = |code| Problem::new(code, Path::of("criteria").index(at)).found(Fact::chars(name));
            let criterion = Criterion::from_code(name).ok_or_else(|| problem(Code::PolicyUnknownCriterion))?;
            if of.insert(criterion, shares[at]).is_some() {
                return Err(problem(Code::Repeated).into());
            }
        }
        Ok(of)
    }
}

/// How much of a plan rests on the weights, as a document `hemvist.robustness/1`: in what share of plausible weightings each
/// child's placement stands, and which single weight turns it, and how far.
///
/// Borrows everything (`range` and `options` NULL: defaults; the options' `seed` must be NULL or the plan's own); gives a
/// buffer. Time: one match for each weighting. Errors: `HEMVIST_OPTION_OUT_OF_RANGE`,
/// `HEMVIST_POLICY_UNKNOWN_CRITERION` and `HEMVIST_VALUE_REPEATED` at `criteria[i]`; those of `hemvist_alternatives` for the
/// options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_robustness(
    plan: *const hemvist_plan,
    range: *const hemvist_weight_range,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let range = call.range("range", range)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            let answer = plan.ask("robustness", &run, |matched, options| {
                robustness(matched, &range, options)
            })?;
            bytes(&answer)?.give(out);
            Ok(())
        })
    }
}

/// Whom to ask first for each child and whom next, and how many children that is expected to place, as a document
/// `hemvist.calls/1`. The list of the child with this id; NULL: of every child whom the plan places.
///
/// Borrows everything (`calls` and `options` NULL: defaults; the options' `seed` must be NULL or the plan's own); gives a
/// buffer. Time: a few solves for each entry, and one match for each refusal in each run. Errors:
/// `HEMVIST_OPTION_UNKNOWN_CHILD`, `HEMVIST_OPTION_OUT_OF_RANGE`, every problem of the rates with its path (codes 1001 to
/// 1411); those of `hemvist_alternatives` for the options.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hemvist_calls(
    plan: *const hemvist_plan,
    child: *const c_char,
    child_length: usize,
    calls: *const hemvist_call_options,
    options: *const hemvist_run_options,
    document_out: *mut *mut hemvist_buffer,
    error_out: *mut *mut hemvist_error,
) -> i32 {
    // SAFETY: the contract at the head of hemvist.h.
    unsafe {
        guard(error_out, |call| {
            let plan = call.handle("plan", plan)?;
            let child = call.optional_text("child", child, child_length)?;
            let given = call.options("calls", calls)?;
            let run = call.run("options", options)?;
            let out = call.out("document_out", document_out)?;
            check_reserved("calls", given.reserved)?;
            let rates = if given.rates.is_null() {
                Rates::default()
            } else {
                Rates::from_json(call.bytes("rates", given.rates, given.rates_length)?)?
            };
            let asked = CallOptions {
                child,
                most: number(given.most, MOST_CALLS) as usize,
                rates: &rates,
                unknown_rate: unknown_rate(given.unknown_rate)?,
                runs: given.runs,
                seed: call.optional_text("seed", given.seed, given.seed_length)?,
            };
            let answer = plan.ask("calls", &run, |matched, options| {
                hemvist::ask::calls(matched, &asked, options)
            })?;
            bytes(&answer)?.give(out);
            Ok(())
        })
    }
}

/// The rate of families of whom none is known; `None`: it stays unknown. The engine checks the range of what fits.
fn unknown_rate(given: u32) -> Result<Option<u8>, Problem> {
    if given == 0 {
        return Ok(None);
    }
    u8::try_from(number(given, 0)).map(Some).map_err(|_| {
        Problem::new(Code::OptionOutOfRange, Path::of("unknown_rate"))
            .allowed(Fact::Between(0, 100))
            .found(Fact::int(given))
    })
}
