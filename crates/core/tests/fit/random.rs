//! Pools with every kind of fact, known and unknown, and policies with every kind of setting.

use hemvist::input::{
    Allergy, Choice, ChoiceKind, Gender, KeepAway, NetworkTie, NotTogether, Pet, Placement, PlacementKind,
    PoolDocument, Relation, Travel, TravelTo, Wishes,
};
use hemvist::policy::{CompiledPolicy, Mode, Policy};
use hemvist::pool::Pool;
use hemvist::problem::{Code, Path};
use hemvist::rules::Rule;
use hemvist_testkit::{Rng, Shape, generate};

/// A pool of some shape with its facts shaken up.
pub(crate) fn document(seed: u64) -> PoolDocument {
    let mut rng = Rng::new(seed);
    let shapes = Shape::all();
    let shape = match rng.below(8) as usize {
        n if n < shapes.len() && shapes[n].name != "familjepoolen" => shapes[n].clone(),
        // Past 512 families the fast path works in more than one block.
        7 => Shape::region(rng.below(6), rng.below(700)),
        _ => Shape::region(rng.below(25), rng.below(60)),
    };
    let mut document = generate(&shape, rng.next_u64());
    shake(&mut document, &mut rng);
    part(&mut document);
    document
}

/// Takes out locks that would join a child with one it must be apart from, such as one who lives in the home: shaken facts
/// know nothing of each other.
fn part(d: &mut PoolDocument) {
    let Err(problems) = Pool::from_document(d.clone()) else {
        return;
    };
    let joins = |at: usize| {
        let here = Path::of("choices").index(at);
        problems
            .iter()
            .any(|p| p.code == Code::LocksJoinApart && p.path == here)
    };
    let mut at = 0..;
    d.choices.retain(|_| !joins(at.next().unwrap_or(usize::MAX)));
}

pub(crate) fn pool(seed: u64) -> Pool {
    Pool::from_document(document(seed)).expect("shaken pools stay valid")
}

fn some<T>(rng: &mut Rng, per_mille: u32, value: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    rng.chance(per_mille).then(|| value(rng))
}

fn level(rng: &mut Rng) -> u8 {
    u8::try_from(rng.between(1, 5)).unwrap()
}

#[allow(clippy::too_many_lines, reason = "one fact after the other")]
fn shake(d: &mut PoolDocument, rng: &mut Rng) {
    let family_ids: Vec<String> = d.families.iter().map(|f| f.id.clone()).collect();
    let child_ids: Vec<String> = d.children.iter().map(|c| c.id.clone()).collect();
    let words = ["trauma", "lvu", "diabetes", "deafness", "autism"];
    for f in &mut d.families {
        if rng.chance(500) {
            f.highest_needs = some(rng, 700, level);
            f.ages = f.ages.filter(|_| rng.chance(600));
            f.genders = some(rng, 300, |rng| {
                vec![*rng.pick(&[Gender::Girl, Gender::Boy, Gender::Other])]
            });
            f.pets = some(rng, 600, |rng| {
                vec![*rng.pick(&[Pet::Cat, Pet::Dog, Pet::Horse, Pet::SmallPet])]
            });
            f.smoking = some(rng, 600, |rng| rng.chance(500));
            f.step_free = some(rng, 600, |rng| rng.chance(500));
            f.own_children = some(rng, 600, |rng| vec![u8::try_from(rng.below(19)).unwrap()]);
            f.base_training = some(rng, 600, |rng| rng.chance(500));
            f.placements_so_far = some(rng, 600, |rng| u16::try_from(rng.below(8)).unwrap());
            f.location = f.location.filter(|_| rng.chance(850));
            f.most_siblings = some(rng, 400, |rng| u8::try_from(rng.between(1, 4)).unwrap());
            f.languages = if rng.chance(700) {
                vec!["sv".to_owned(), "so".to_owned()]
            } else {
                vec![]
            };
            f.competences = words
                .iter()
                .filter(|_| rng.chance(500))
                .map(|w| (*w).to_owned())
                .collect();
        }
    }
    for c in &mut d.children {
        if rng.chance(500) {
            c.needs = some(rng, 700, level);
            c.gender = some(rng, 700, |rng| *rng.pick(&[Gender::Girl, Gender::Boy, Gender::Other]));
            c.allergies = if rng.chance(300) {
                vec![Allergy::Dog, Allergy::Smoke]
            } else {
                vec![]
            };
            c.step_free = some(rng, 300, |_| true);
            if rng.chance(100) {
                c.placement = PlacementKind::SupportedLodging;
            }
            c.protected_identity = some(rng, 200, |_| true);
            c.languages = if rng.chance(600) {
                vec!["so".to_owned(), "ar".to_owned()]
            } else {
                vec![]
            };
            c.school = c.home.filter(|_| rng.chance(500));
            c.longest_travel_km = some(rng, 700, |rng| f64::from(rng.between(1, 400)));
            if let Some(home) = c.home.filter(|_| rng.chance(300)) {
                c.keep_away = vec![KeepAway {
                    lat: home.lat + 0.1,
                    lon: home.lon,
                    radius_km: f64::from(rng.between(1, 40)),
                }];
            }
            c.home = c.home.filter(|_| rng.chance(850));
            c.required_competences = words
                .iter()
                .filter(|_| rng.chance(100))
                .map(|w| (*w).to_owned())
                .collect();
            c.helpful_competences = words
                .iter()
                .filter(|_| rng.chance(400))
                .map(|w| (*w).to_owned())
                .collect();
        }
        if !family_ids.is_empty() && rng.chance(400) {
            let (a, b) = (rng.pick(&family_ids).clone(), rng.pick(&family_ids).clone());
            let not_wanted = if a == b { vec![] } else { vec![b.clone()] };
            c.wishes = Some(Wishes {
                wanted: vec![a],
                not_wanted,
                asked_on: None,
            });
            let relation = *rng.pick(&[Relation::Kin, Relation::Known]);
            c.network_ties = vec![NetworkTie { family: b, relation }];
        }
    }
    if family_ids.is_empty() || child_ids.is_empty() {
        return;
    }
    d.travel.clear();
    for child in &child_ids {
        if rng.chance(300) {
            let minutes = rng.below(200);
            d.travel.push(Travel {
                child: child.clone(),
                family: rng.pick(&family_ids).clone(),
                to: *rng.pick(&[TravelTo::Home, TravelTo::School]),
                km: some(rng, 500, |_| f64::from(minutes) / 3.0),
                minutes: None,
            });
            let last = d.travel.last_mut().expect("just pushed");
            last.minutes = last.km.is_none().then_some(minutes);
        }
        let locked_or_chosen = d.choices.iter().any(|c| c.child == *child);
        if !locked_or_chosen && rng.chance(200) {
            d.choices.push(Choice {
                kind: *rng.pick(&[ChoiceKind::Ban, ChoiceKind::Refused]),
                child: child.clone(),
                family: rng.pick(&family_ids).clone(),
                reason: "test".to_owned(),
                on: None,
            });
        }
        let placed = d.placements.iter().any(|p| p.child == *child);
        let locked = |d: &PoolDocument| {
            d.choices
                .iter()
                .any(|c| c.child == *child && c.kind == ChoiceKind::Lock)
        };
        if !placed && !locked(d) && rng.chance(100) {
            d.placements.push(Placement {
                child: child.clone(),
                family: rng.pick(&family_ids).clone(),
                since: None,
                age: None,
                may_move: some(rng, 400, |_| true),
            });
        }
    }
    let grouped = |id: &String| d.sibling_groups.iter().any(|g| g.children.contains(id));
    let loose: Vec<&String> = child_ids.iter().filter(|id| !grouped(id)).collect();
    if let [a, b, ..] = loose[..] {
        let chosen = |id: &String| d.choices.iter().any(|c| c.child == *id && c.kind == ChoiceKind::Lock);
        let same = |n: &NotTogether| (&n.child, &n.other) == (a, b) || (&n.child, &n.other) == (b, a);
        if !chosen(a) && !chosen(b) && !d.not_together.iter().any(same) {
            d.not_together.push(NotTogether {
                child: a.clone(),
                other: b.clone(),
            });
        }
    }
}

/// A policy with random modes and weights.
pub(crate) fn policy(seed: u64) -> Policy {
    let mut rng = Rng::new(seed);
    let mut policy = Policy::default();
    if rng.chance(300) {
        return policy;
    }
    let soft = rng.below(600);
    for rule in Rule::ALL.iter().filter(|r| !r.is_fixed()) {
        if rng.chance(soft) {
            policy.rules.get_mut(rule.code()).unwrap().mode = *rng.pick(&[Mode::Warn, Mode::Off]);
        }
    }
    let mut weight = || if rng.chance(200) { 0 } else { rng.below(334) };
    let c = &mut policy.criteria;
    for slot in [
        &mut c.needs.weight,
        &mut c.competences.weight,
        &mut c.age.weight,
        &mut c.travel_home.weight,
        &mut c.travel_school.weight,
        &mut c.network.weight,
        &mut c.siblings.weight,
        &mut c.age_gap.weight,
        &mut c.languages.weight,
        &mut c.wishes.weight,
        &mut c.experience.weight,
    ] {
        *slot = weight();
    }
    c.continuity.weight = 1 + weight();
    policy
}

pub(crate) fn compiled(seed: u64) -> CompiledPolicy {
    policy(seed).compile().expect("random policies are valid")
}

/// All weights, multiplied.
pub(crate) fn scaled(policy: &Policy, factor: u32) -> Policy {
    let mut policy = policy.clone();
    let c = &mut policy.criteria;
    for slot in [
        &mut c.needs.weight,
        &mut c.competences.weight,
        &mut c.age.weight,
        &mut c.travel_home.weight,
        &mut c.travel_school.weight,
        &mut c.network.weight,
        &mut c.siblings.weight,
        &mut c.age_gap.weight,
        &mut c.languages.weight,
        &mut c.wishes.weight,
        &mut c.experience.weight,
        &mut c.continuity.weight,
    ] {
        *slot *= factor;
    }
    policy
}
