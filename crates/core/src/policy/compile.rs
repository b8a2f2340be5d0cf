//! From a policy document to tables of integers: the last place where a policy can be refused.
//!
//! Weights are multiplied by one common factor so that their sum `W` lies in (20 000, 32 768]. Only proportions count,
//! so that changes no fit; it makes `round(S / W)` a multiplication and a shift (see [`CompiledPolicy::fit_of`]).

use super::{Mode, POLICY_FORMAT, Policy, TravelPolicy};
use crate::criteria::{Criterion, MOST};
use crate::distance::{FARTHEST_M, hundreds};
use crate::pool::facts::Journey;
use crate::problem::{Code, Fact, Path, Problem, Problems};
use crate::rules::{Rule, RuleSet};

/// Largest single weight.
const MOST_WEIGHT: u32 = 1000;
/// Largest sum of weights after scaling.
const MOST_TOTAL: u32 = 1 << 15;
/// Farthest point of a travel curve in kilometres.
const MOST_CURVE_KM: u32 = 400;
/// Steps of 100 m in a [`Curve`]: 409.6 km, past the last point of every curve.
pub(crate) const CURVE_STEPS: u32 = 4096;
/// Shift of the division by multiplication.
const SHIFT: u32 = 42;

/// Value of a journey by its length to the nearest 100 m.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Curve(Vec<u16>);

impl Curve {
    /// Straight lines between the points, rounded down; level beyond the last.
    fn new(points: &TravelPolicy) -> Self {
        let value = |step: u32| {
            let at = u64::from(step);
            let knots = points
                .km
                .iter()
                .zip(&points.values)
                .map(|(&k, &v)| (u64::from(k) * 10, u64::from(v)));
            let (mut before, mut value) = (0, None);
            let mut height = 0;
            for (x, v) in knots {
                if x >= at && value.is_none() {
                    value = Some(if x == before {
                        v
                    } else {
                        (height * (x - at) + v * (at - before)) / (x - before)
                    });
                }
                (before, height) = (x, v);
            }
            u16::try_from(value.unwrap_or(height)).unwrap_or(MOST)
        };
        Self((0..CURVE_STEPS).map(value).collect())
    }

    /// Value at a distance.
    pub(crate) fn at(&self, metres: u32) -> u16 {
        self.0[hundreds(metres.min(FARTHEST_M)).min(CURVE_STEPS - 1) as usize]
    }

    /// Least and greatest value.
    pub(crate) fn range(&self) -> (u16, u16) {
        (self.0[self.0.len() - 1], self.0[0])
    }
}

/// A policy that has been checked and made ready: modes as sets, weights scaled, curves as tables.
#[derive(Clone, Debug)]
pub struct CompiledPolicy {
    policy: Policy,
    require: RuleSet,
    warn: RuleSet,
    weights: [i32; Criterion::COUNT],
    factor: u32,
    total: u32,
    reciprocal: u64,
    pub(crate) travel_home: Curve,
    pub(crate) travel_school: Curve,
}

impl CompiledPolicy {
    /// The same policy with other weights, by criterion, of which only the proportions count; `None` if all are 0. The
    /// document it was made from stays that of the first.
    ///
    /// Weights whose sum, divided by what they have in common, is at most 2¹⁵ keep their proportions exactly, as those
    /// of a policy do; others become shares of 2¹⁵, rounded down, so that `16 384 < W ≤ 2¹⁵` holds for all.
    pub(crate) fn reweighted(&self, weights: [u64; Criterion::COUNT]) -> Option<Self> {
        let common = weights
            .iter()
            .fold(0, |all, &weight| greatest_common_divisor(all, weight));
        let weights = weights.map(|weight| u128::from(weight.checked_div(common).unwrap_or(0)));
        let sum: u128 = weights.iter().sum();
        let most = u128::from(MOST_TOTAL);
        if sum == 0 {
            return None;
        }
        let scaled = |w: u128| if sum <= most { w * (most / sum) } else { w * most / sum };
        let weights = weights.map(|w| i32::try_from(scaled(w)).unwrap_or(0));
        let total = weights.iter().sum::<i32>().unsigned_abs();
        Some(Self {
            weights,
            factor: 1,
            total,
            reciprocal: reciprocal(total),
            ..self.clone()
        })
    }

    /// The document this was made from.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The rules that rule a pair out.
    pub fn require(&self) -> RuleSet {
        self.require
    }

    /// The rules that mark a pair.
    pub fn warn(&self) -> RuleSet {
        self.warn
    }

    /// Weight of a criterion, scaled; its share in the fit is this over [`CompiledPolicy::total`].
    pub(crate) fn weight(&self, criterion: Criterion) -> i32 {
        self.weights[usize::from(criterion.number())]
    }

    /// Weight of a criterion as the policy document has it.
    pub(crate) fn weight_as_written(&self, criterion: Criterion) -> u32 {
        self.weight(criterion).unsigned_abs() / self.factor
    }

    /// Sum of the scaled weights.
    pub(crate) fn total(&self) -> u32 {
        self.total
    }

    /// The fit of a sum of scaled weight × value: `round(points / W)`, halves up, 0–1000.
    ///
    /// Computed as `(2 points + W) · ⌈2⁴² / 2W⌉ >> 42`. That is exact: the numerator is below 2²⁶, the error of the
    /// reciprocal times `2W` is below 2¹⁶, and 2²⁶ · 2¹⁶ ≤ 2⁴² (Granlund and Montgomery 1994, theorem 4.2).
    #[inline(always)]
    #[allow(
        clippy::inline_always,
        reason = "the loop over all pairs only vectorises when this is part of it"
    )]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "points are at most 1000 W, so the quotient is at most 1000"
    )]
    pub(crate) fn fit_of(&self, points: u32) -> u16 {
        // Never wraps, as said above. Without the checks for it the loop over all pairs vectorises.
        let numerator = u64::from(points.wrapping_mul(2).wrapping_add(self.total));
        (numerator.wrapping_mul(self.reciprocal) >> SHIFT) as u16
    }

    /// A known journey in metres; minutes are counted at the policy's speed.
    pub(crate) fn metres(&self, journey: Journey) -> u32 {
        match journey {
            Journey::Metres(metres) => metres,
            Journey::Minutes(minutes) => {
                let metres = u64::from(minutes) * u64::from(self.policy.thresholds.km_per_hour) * 1000 / 60;
                u32::try_from(metres).unwrap_or(u32::MAX).min(FARTHEST_M)
            }
        }
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// What [`CompiledPolicy::fit_of`] multiplies with instead of dividing by `2 W`.
fn reciprocal(total: u32) -> u64 {
    (1_u64 << SHIFT).div_ceil(2 * u64::from(total))
}

struct Check(Problems);

impl Check {
    fn within(&mut self, path: &Path, value: u32, from: u32, to: u32) {
        if !(from..=to).contains(&value) {
            self.0.push(
                Problem::new(Code::OutOfRange, path)
                    .allowed(Fact::Between(i64::from(from), i64::from(to)))
                    .found(Fact::int(value)),
            );
        }
    }

    fn length(&mut self, path: &Path, text: &str, most: u64) {
        let n = text.chars().count() as u64;
        if n == 0 || n > most {
            self.0.push(
                Problem::new(Code::TextLength, path)
                    .allowed(Fact::Between(1, i64::try_from(most).unwrap_or(i64::MAX)))
                    .found(Fact::Chars(n)),
            );
        }
    }

    fn list(&mut self, path: &Path, values: &[u32], length: std::ops::RangeInclusive<usize>, most: u32) {
        if !length.contains(&values.len()) {
            let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            self.0.push(
                Problem::new(Code::OutOfRange, path)
                    .allowed(Fact::Between(whole(*length.start()), whole(*length.end())))
                    .found(Fact::int(values.len() as u64)),
            );
        }
        for (i, &v) in values.iter().enumerate() {
            self.within(&path.index(i), v, 0, most);
        }
    }

    fn order(&mut self, path: &Path, values: &[u32], in_order: impl Fn(u32, u32) -> bool) {
        for (i, pair) in values.windows(2).enumerate() {
            if !in_order(pair[0], pair[1]) {
                self.0
                    .push(Problem::new(Code::PolicyCurveOrder, path.index(i + 1)).found(Fact::int(pair[1])));
            }
        }
    }

    fn travel(&mut self, path: &Path, curve: &TravelPolicy) {
        let (km, values) = (path.field("km"), path.field("values"));
        self.list(&km, &curve.km, 1..=64, MOST_CURVE_KM);
        self.list(&values, &curve.values, curve.km.len()..=curve.km.len(), u32::from(MOST));
        self.order(&km, &curve.km, |a, b| a < b);
        self.order(&values, &curve.values, |a, b| a >= b);
        if let Some(&first) = curve.km.first() {
            self.within(&km.index(0), first, 0, 0);
        }
    }
}

fn check_objective(check: &mut Check, policy: &Policy) {
    let objective = Path::of("objective");
    let o = &policy.objective;
    check.within(&objective.field("sibling_bonus"), o.sibling_bonus, 0, 100_000);
    check.within(&objective.field("urgency_points"), o.urgency_points, 0, 1_000_000);
    check.within(&objective.field("network_points"), o.network_points, 0, 1_000_000);
    let urgency = objective.field("urgency");
    check.within(&urgency.field("each"), o.urgency.each, 1, 1000);
    check.within(&urgency.field("emergency"), o.urgency.emergency, 0, 1000);
    check.within(&urgency.field("days_per_step"), o.urgency.days_per_step, 1, 3650);
    check.within(&urgency.field("most_steps"), o.urgency.most_steps, 0, 1000);
    check.within(&urgency.field("emergency_clock"), o.urgency.emergency_clock, 0, 1000);
    let thresholds = Path::of("thresholds");
    let t = &policy.thresholds;
    for (field, value, from, to) in [
        ("placed_children_before_notice", t.placed_children_before_notice, 0, 12),
        ("emergency_months", t.emergency_months, 0, 60),
        ("inquiry_months", t.inquiry_months, 0, 60),
        ("emergency_near_days", t.emergency_near_days, 0, 365),
        ("lodging_age", t.lodging_age, 0, 20),
        ("age_gap_floor_years", t.age_gap_floor_years, 0, 20),
        ("protected_km", t.protected_km, 0, 1000),
        ("km_per_hour", t.km_per_hour, 1, 200),
        ("homes_per_secretary", t.homes_per_secretary, 0, 1000),
    ] {
        check.within(&thresholds.field(field), value, from, to);
    }
}

fn check_criteria(check: &mut Check, policy: &Policy) {
    let most = u32::from(MOST);
    let c = &policy.criteria;
    let criteria = Path::of("criteria");
    for (criterion, weight) in Criterion::ALL.into_iter().zip(weights(policy)) {
        check.within(
            &criteria.field(criterion.code()).field("weight"),
            weight,
            0,
            MOST_WEIGHT,
        );
    }
    for (table, field, value, from, to) in [
        ("needs", "spare_loss", c.needs.spare_loss, 0, most),
        ("needs", "short_loss", c.needs.short_loss, 0, most),
        ("competences", "required_counts", c.competences.required_counts, 1, 100),
        ("age", "edge_value", c.age.edge_value, 0, most),
        ("age", "edge_years", c.age.edge_years, 0, 20),
        ("age", "outside_loss", c.age.outside_loss, 0, most),
        ("network", "kin", c.network.kin, 0, most),
        ("network", "known", c.network.known, 0, most),
        ("wishes", "unnamed", c.wishes.unnamed, 0, most),
        ("experience", "loss_per_step", c.experience.loss_per_step, 0, most),
        (
            "continuity",
            "same_municipality",
            c.continuity.same_municipality,
            0,
            most,
        ),
        (
            "continuity",
            "school_reach_km",
            c.continuity.school_reach_km,
            0,
            MOST_CURVE_KM,
        ),
    ] {
        check.within(&criteria.field(table).field(field), value, from, to);
    }
    check.travel(&criteria.field("travel_home"), &c.travel_home);
    check.travel(&criteria.field("travel_school"), &c.travel_school);
    let gaps = criteria.field("age_gap").field("gap_values");
    check.list(&gaps, &c.age_gap.gap_values, 1..=21, most);
    check.order(&gaps, &c.age_gap.gap_values, |a, b| a <= b);
    let experience = criteria.field("experience");
    check.list(
        &experience.field("placements_at"),
        &c.experience.placements_at,
        2..=2,
        10_000,
    );
    check.order(
        &experience.field("placements_at"),
        &c.experience.placements_at,
        |a, b| a < b,
    );
    check.list(&experience.field("asked"), &c.experience.asked, 5..=5, 3);
    check.order(&experience.field("asked"), &c.experience.asked, |a, b| a <= b);
}

/// The weights as written, by criterion.
fn weights(policy: &Policy) -> [u32; Criterion::COUNT] {
    let c = &policy.criteria;
    Criterion::ALL.map(|criterion| match criterion {
        Criterion::Needs => c.needs.weight,
        Criterion::Competences => c.competences.weight,
        Criterion::Age => c.age.weight,
        Criterion::TravelHome => c.travel_home.weight,
        Criterion::TravelSchool => c.travel_school.weight,
        Criterion::Network => c.network.weight,
        Criterion::Siblings => c.siblings.weight,
        Criterion::AgeGap => c.age_gap.weight,
        Criterion::Languages => c.languages.weight,
        Criterion::Wishes => c.wishes.weight,
        Criterion::Experience => c.experience.weight,
        Criterion::Continuity => c.continuity.weight,
    })
}

/// The rules set to a mode; problems for codes that no rule has, rules that are missing and rules that are fixed.
fn modes(check: &mut Check, policy: &Policy) -> (RuleSet, RuleSet) {
    let rules = Path::of("rules");
    for (place, code) in policy.rules.keys().enumerate() {
        if Rule::from_code(code).is_none() {
            check.0.push(Problem::new(Code::PolicyUnknownRule, rules.member(place)));
        }
    }
    let (mut require, mut warn) = (RuleSet::EMPTY, RuleSet::EMPTY);
    for &rule in Rule::ALL {
        let path = rules.field(rule.code());
        match policy.rules.get(rule.code()).map(|s| s.mode) {
            None => check.0.push(Problem::new(Code::MissingField, path)),
            Some(Mode::Require) => require = require.with(rule),
            Some(Mode::Warn | Mode::Off) if rule.is_fixed() => {
                check
                    .0
                    .push(Problem::new(Code::UnknownWord, path.field("mode")).allowed(Fact::OneOf(vec!["require"])));
            }
            Some(Mode::Warn) => warn = warn.with(rule),
            Some(Mode::Off) => {}
        }
    }
    (require, warn)
}

pub(super) fn compile(policy: &Policy) -> Result<CompiledPolicy, Problems> {
    let mut check = Check(Problems::new());
    if policy.format != POLICY_FORMAT {
        let problem = Problem::new(Code::WrongFormat, Path::of("format"));
        check.0.push(problem.allowed(Fact::Word(POLICY_FORMAT)));
    }
    check.length(&Path::of("name"), &policy.name, 100);
    check.length(&Path::of("tie_seed"), &policy.tie_seed, 200);
    check_objective(&mut check, policy);
    let (require, warn) = modes(&mut check, policy);
    check_criteria(&mut check, policy);
    let raw = weights(policy);
    let sum: u64 = raw.iter().map(|&w| u64::from(w)).sum();
    if sum == 0 {
        check.0.push(Problem::new(Code::PolicyNoWeight, Path::of("criteria")));
    }
    check.0.into_result(())?;
    // Each weight is at most 1000, so the sum is at most 12 000 and the factor at least 2.
    let sum = u32::try_from(sum).map_err(|_| Problem::new(Code::PolicyOverflow, Path::of("criteria")))?;
    let factor = MOST_TOTAL / sum;
    let total = factor * sum;
    let weights = raw.map(|w| i32::try_from(w * factor).unwrap_or(0));
    Ok(CompiledPolicy {
        policy: policy.clone(),
        require,
        warn,
        weights,
        factor,
        total,
        reciprocal: reciprocal(total),
        travel_home: Curve::new(&policy.criteria.travel_home),
        travel_school: Curve::new(&policy.criteria.travel_school),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(policy: &Policy) -> Vec<(Code, String)> {
        let problems = policy.compile().expect_err("the policy is to be refused");
        problems.iter().map(|p| (p.code, p.path.to_string())).collect()
    }

    #[test]
    fn the_default_policy_compiles_and_names_every_rule() {
        let compiled = Policy::default().compile().unwrap();
        assert_eq!(compiled.require().or(compiled.warn()).len() as usize, Rule::ALL.len());
        assert_eq!(weights(compiled.policy()).iter().sum::<u32>(), 1000);
    }

    #[test]
    fn division_by_multiplication_is_exact() {
        let mut policy = Policy::default();
        for weight in [1, 7, 333, 999, 1000] {
            policy.criteria.needs.weight = weight;
            let compiled = policy.compile().unwrap();
            let w = compiled.total();
            assert!((20_000..=32_768).contains(&w));
            // Around every place where the rounding steps, and at both ends.
            for fit in 0..=1000 {
                for near in [-1_i64, 0, 1] {
                    let points = i64::from(w) * fit + i64::from(w / 2) + near;
                    let Ok(points) = u32::try_from(points.clamp(0, i64::from(w) * 1000)) else {
                        unreachable!()
                    };
                    assert_eq!(u32::from(compiled.fit_of(points)), (2 * points + w) / (2 * w));
                }
            }
        }
    }

    #[test]
    fn other_weights_keep_their_proportions() {
        let compiled = Policy::default().compile().unwrap();
        let raw = weights(compiled.policy()).map(u64::from);
        let same = compiled.reweighted(raw.map(|w| w * 1000)).unwrap();
        let shares = |policy: &CompiledPolicy| Criterion::ALL.map(|c| u64::from(policy.weight(c).unsigned_abs()));
        let (ours, total) = (shares(&same), u64::from(same.total()));
        assert!((16_385..=32_768).contains(&total));
        assert!(
            ours.iter().zip(raw).all(|(our, raw)| our * 1000 == raw * total),
            "exact"
        );
        // A sum that cannot be held exactly: shares are rounded down.
        let mut odd = raw.map(|w| w * 1000);
        odd[0] += 1;
        let (near, sum) = (compiled.reweighted(odd).unwrap(), odd.iter().sum::<u64>());
        assert!((32_757..=32_768).contains(&near.total()));
        assert_eq!(shares(&near), odd.map(|w| w * 32_768 / sum));
        let mut one = [0; Criterion::COUNT];
        one[3] = u64::MAX;
        assert_eq!(compiled.reweighted(one).unwrap().total(), 32_768);
        assert!(compiled.reweighted([0; Criterion::COUNT]).is_none());
    }

    #[test]
    fn curves_pass_through_their_points_and_never_rise() {
        let compiled = Policy::default().compile().unwrap();
        let points = &compiled.policy().criteria.travel_home;
        for (&km, &value) in points.km.iter().zip(&points.values) {
            assert_eq!(u32::from(compiled.travel_home.at(km * 1000)), value);
        }
        let values: Vec<u16> = (0..CURVE_STEPS)
            .map(|step| compiled.travel_home.at(step * 100))
            .collect();
        assert!(values.windows(2).all(|w| w[0] >= w[1]));
        assert_eq!(compiled.travel_home.at(u32::MAX), 0);
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let mut policy = Policy::default();
        policy.criteria.travel_home.values[1] = 2000;
        policy.criteria.travel_school.km[0] = 1;
        policy.criteria.experience.asked.pop();
        policy.objective.urgency.days_per_step = 0;
        policy.rules.get_mut("choice.banned").unwrap().mode = Mode::Off;
        policy.rules.remove("age.outside_range");
        let expected = [
            (Code::OutOfRange, "objective.urgency.days_per_step"),
            (Code::MissingField, "rules.age.outside_range"),
            (Code::UnknownWord, "rules.choice.banned.mode"),
            (Code::OutOfRange, "criteria.travel_home.values[1]"),
            (Code::PolicyCurveOrder, "criteria.travel_home.values[1]"),
            (Code::OutOfRange, "criteria.travel_school.km[0]"),
            (Code::OutOfRange, "criteria.experience.asked"),
        ];
        assert_eq!(codes(&policy), expected.map(|(c, p)| (c, p.to_owned())));
    }

    #[test]
    fn a_policy_without_weight_is_refused() {
        let zero = r#"{"format": "hemvist.policy/1", "criteria": {"needs": {"weight": 0}, "competences": {"weight": 0},
            "age": {"weight": 0}, "travel_home": {"weight": 0}, "travel_school": {"weight": 0}, "network": {"weight": 0},
            "siblings": {"weight": 0}, "age_gap": {"weight": 0}, "languages": {"weight": 0}, "wishes": {"weight": 0},
            "experience": {"weight": 0}, "continuity": {"weight": 0}}}"#;
        let policy = Policy::from_json(zero.as_bytes()).unwrap();
        assert_eq!(codes(&policy), [(Code::PolicyNoWeight, "criteria".to_owned())]);
    }

    #[test]
    fn unknown_keys_and_wrong_types_are_refused_by_place() {
        let text = r#"
            format = "hemvist.policy/2"
            extra = 1
            [rules]
            "age.outside" = { mode = "require", source = "x" }
            "wish.not_wanted" = { mode = "perhaps", source = "x" }
            [criteria.needs]
            weight = -1
            short_loss = 1.5
            spare_loss = "some"
        "#;
        let problems = Policy::from_toml(text).expect_err("the policy is to be refused");
        let found: Vec<_> = problems.iter().map(|p| (p.code, p.path.to_string())).collect();
        let expected = [
            (Code::WrongFormat, "format"),
            (Code::OutOfRange, "criteria.needs.weight"),
            (Code::NotWhole, "criteria.needs.short_loss"),
            (Code::WrongType, "criteria.needs.spare_loss"),
            (Code::UnknownField, "{1}"),
            (Code::PolicyUnknownRule, "rules.{0}"),
            (Code::UnknownWord, "rules.wish.not_wanted.mode"),
        ];
        let mut found = found;
        let mut expected = expected.map(|(c, p)| (c, p.to_owned())).to_vec();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        let syntax = Policy::from_toml("format = \"hemvist.policy/1\"\nname = ").expect_err("refused");
        assert_eq!(syntax.as_slice()[0].found, Some(Fact::Position { line: 2, column: 8 }));
    }

    #[test]
    fn a_policy_survives_its_own_json() {
        let policy = Policy::default();
        let json = serde_json::to_vec(&policy).unwrap();
        assert_eq!(Policy::from_json(&json).unwrap(), policy);
    }
}
