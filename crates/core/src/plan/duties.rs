//! What the law, the policy and the pool's own limits ask of people if the plan is followed.
//!
//! Sources: notice at more than three children, ordinance 2025:468, chapter 16, section 2; the emergency-home clock, see
//! [`crate::clock`]; relatives and other close persons first, the National Board of Health and Welfare's
//! guidance on recruiting family homes (kunskapsguiden.se). The notice to the municipality of stay is stated without
//! a paragraph: the numbering of the Social Services Act 2025:400 could not be checked when this was written.

use std::collections::{BTreeMap, BTreeSet};

use super::{Duty, NetworkSkipped, SkippedHome, Warning};
use crate::clock::{Alert, clock, clock_of_proposed};
use crate::input::{Choice, ChoiceKind, SiblingPolicy};
use crate::matching::network_homes;
use crate::policy::Thresholds;
use crate::pool::{ChildIdx, FamilyIdx, Pool};

/// Where everyone lives if the plan is followed.
pub(super) struct Homes<'a> {
    pub(super) pool: &'a Pool,
    /// The proposed family of each child by row.
    pub(super) proposed: &'a [Option<FamilyIdx>],
}

impl Homes<'_> {
    /// Where a child lives under the plan: proposed, or else where it lives now.
    fn home(&self, child: ChildIdx) -> Option<FamilyIdx> {
        self.proposed[child.row()].or_else(|| self.pool.lives_in(child))
    }

    /// Placed children of each family under the plan, by row.
    fn counts(&self) -> Vec<u32> {
        let pool = self.pool;
        let mut counts = vec![0; pool.n_families()];
        for family in pool.families() {
            // Those who are not under `children`; the others follow.
            let unlisted = pool.residents(family).iter().filter(|r| r.child.is_none()).count();
            counts[family.row()] += u32::try_from(unlisted).unwrap_or(u32::MAX);
        }
        for family in pool.children().filter_map(|child| self.home(child)) {
            counts[family.row()] += 1;
        }
        counts
    }

    /// Duties, child by child and then family by family. `skipped`: the network homes that children do not get.
    pub(super) fn duties(&self, thresholds: &Thresholds, skipped: &[NetworkSkipped]) -> Vec<Duty> {
        let mut duties = Vec::new();
        // Skipped homes stand in the order of children.
        let mut skipped = skipped;
        for child in self.pool.children() {
            let id = &self.pool.child(child).id;
            let (of_child, others) = skipped.split_at(skipped.iter().take_while(|home| home.child == *id).count());
            skipped = others;
            duties.extend(self.notice_of_stay(child));
            duties.extend(self.clock(child, thresholds));
            duties.extend(record_skipped(id, of_child));
        }
        let counts = self.counts();
        let newly: BTreeSet<FamilyIdx> = self.proposed.iter().copied().flatten().collect();
        for family in newly
            .into_iter()
            .filter(|f| counts[f.row()] > thresholds.placed_children_before_notice)
        {
            duties.push(Duty::NoticeMoreThanThree {
                family: self.pool.family(family).id.clone(),
                children: counts[family.row()],
            });
        }
        duties
    }

    fn notice_of_stay(&self, child: ChildIdx) -> Option<Duty> {
        let family = self.pool.family(self.proposed[child.row()]?);
        let record = self.pool.child(child);
        (record.municipality != family.municipality).then(|| Duty::NoticeToMunicipalityOfStay {
            child: record.id.clone(),
            family: family.id.clone(),
            municipality: family.municipality.clone(),
        })
    }

    /// The clock runs in the emergency home that the child lives in now, or else in the one proposed.
    fn clock(&self, child: ChildIdx, thresholds: &Thresholds) -> Option<Duty> {
        let proposed = || clock_of_proposed(self.pool, thresholds, child, self.proposed[child.row()]?);
        let clock = clock(self.pool, thresholds, child).or_else(proposed)?;
        let (child, family) = (
            self.pool.child(child).id.clone(),
            self.pool.family(clock.family).id.clone(),
        );
        Some(match clock.last {
            Some((last_day, basis)) => Duty::EmergencyClock {
                child,
                family,
                last_day,
                days_left: clock.days_left,
                basis,
                alert: clock.alert,
            },
            None => Duty::RecordEmergencyDates { child, family },
        })
    }

    /// Network homes that children to be placed do not get, and whether the reason is recorded.
    pub(super) fn network_skipped(
        &self,
        rules: &dyn Fn(ChildIdx, FamilyIdx) -> Vec<&'static str>,
    ) -> Vec<NetworkSkipped> {
        let mut skipped = Vec::new();
        for child in self.pool.children().filter(|&child| self.pool.stays(child).is_none()) {
            let known = network_homes(self.pool, child);
            if self.home(child).is_some_and(|home| known.contains(&home)) {
                continue;
            }
            skipped.extend(known.into_iter().map(|family| {
                let (child_id, family_id) = (&self.pool.child(child).id, &self.pool.family(family).id);
                NetworkSkipped {
                    child: child_id.clone(),
                    family: family_id.clone(),
                    rules: rules(child, family),
                    choice: recorded(self.pool, child_id, family_id).map(|choice| choice.kind),
                }
            }));
        }
        skipped
    }

    /// Warnings about children who must soon leave an emergency home and have no other.
    fn emergency_stays(&self, thresholds: &Thresholds) -> Vec<Warning> {
        let without = self
            .pool
            .children()
            .filter(|child| self.proposed[child.row()].is_none());
        let clocks = without.filter_map(|child| Some((child, clock(self.pool, thresholds, child)?)));
        let late = clocks.filter(|(_, clock)| clock.alert != Alert::Far);
        late.map(|(child, clock)| Warning::EmergencyStay {
            child: self.pool.child(child).id.clone(),
            family: self.pool.family(clock.family).id.clone(),
            days_left: clock.last.map(|_| clock.days_left),
        })
        .collect()
    }

    /// Warnings about emergency homes, secretaries and sibling groups.
    pub(super) fn warnings(&self, thresholds: &Thresholds) -> Vec<Warning> {
        let mut warnings = self.emergency_stays(thresholds);
        warnings.extend(self.secretaries());
        for group in &self.pool.document().sibling_groups {
            if group.policy == SiblingPolicy::Apart {
                continue;
            }
            let members = group.children.iter().filter_map(|id| self.pool.child_idx(id));
            let members: Vec<ChildIdx> = members.collect();
            let mut homes: BTreeMap<FamilyIdx, u32> = BTreeMap::new();
            for home in members.iter().filter_map(|&child| self.home(child)) {
                *homes.entry(home).or_default() += 1;
            }
            let moved = members.iter().any(|child| self.proposed[child.row()].is_some());
            let together: u32 = homes.values().copied().max().unwrap_or(0);
            if moved && usize::try_from(together).is_ok_and(|n| n < members.len()) {
                warnings.push(Warning::SiblingsParted {
                    group: group.id.clone(),
                    homes: u32::try_from(homes.len()).unwrap_or(u32::MAX),
                });
            }
            for (family, children) in homes {
                let record = self.pool.family(family);
                let new = members.iter().any(|child| self.proposed[child.row()] == Some(family));
                if let Some(most) = record
                    .most_siblings
                    .map(u32::from)
                    .filter(|&most| new && children > most)
                {
                    warnings.push(Warning::MoreSiblingsThanTaken {
                        group: group.id.clone(),
                        family: record.id.clone(),
                        children,
                        most,
                    });
                }
            }
        }
        warnings
    }

    fn secretaries(&self) -> Vec<Warning> {
        let mut new_homes: BTreeMap<&str, BTreeSet<FamilyIdx>> = BTreeMap::new();
        let lived_in: BTreeSet<FamilyIdx> = self
            .pool
            .children()
            .filter_map(|child| self.pool.lives_in(child))
            .collect();
        for &family in self.proposed.iter().flatten() {
            let empty_now = self.pool.residents(family).is_empty() && !lived_in.contains(&family);
            if let Some(secretary) = self.pool.family(family).secretary.as_deref().filter(|_| empty_now) {
                new_homes.entry(secretary).or_default().insert(family);
            }
        }
        let secretaries = self.pool.document().secretaries.iter();
        secretaries
            .filter_map(|secretary| {
                let most = secretary.more_homes?;
                let homes = u32::try_from(new_homes.get(secretary.id.as_str())?.len()).ok()?;
                (homes > most).then(|| Warning::SecretaryMoreHomes {
                    secretary: secretary.id.clone(),
                    homes,
                    most,
                })
            })
            .collect()
    }
}

/// What a person has recorded about a pair that does not come about; that it was considered before all else.
pub(crate) fn recorded<'a>(pool: &'a Pool, child: &str, family: &str) -> Option<&'a Choice> {
    let choices = pool.document().choices.iter();
    let here = choices.filter(|c| c.kind != ChoiceKind::Lock && c.child == child && c.family == family);
    here.max_by_key(|choice| choice.kind)
}

/// The duty to record why a child does not go to homes of its network, as far as no reason is recorded.
fn record_skipped(child: &str, skipped: &[NetworkSkipped]) -> Option<Duty> {
    let open = skipped.iter().filter(|home| home.choice.is_none());
    let families: Vec<SkippedHome> = open
        .map(|home| SkippedHome {
            family: home.family.clone(),
            rules: home.rules.clone(),
        })
        .collect();
    (!families.is_empty()).then(|| Duty::RecordNetworkSkipped {
        child: child.to_owned(),
        families,
    })
}
