//! What rules and criteria read, as small integers: one set of facts per child, one per class of families and aspect,
//! and one for each pair that has something of its own (a tie, a wish, a choice, a known journey, a sibling who lives
//! there).

use crate::distance::Place;
use crate::input::{ChoiceKind, HomeKind, PlacementKind, Relation};
use crate::pool::classes::Bits;
use crate::pool::{FamilyIdx, GroupIdx};

/// Something that may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    No,
    Yes,
    Unknown,
}

impl From<Option<bool>> for Known {
    fn from(value: Option<bool>) -> Self {
        match value {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Unknown,
        }
    }
}

/// A known journey, one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Journey {
    Metres(u32),
    Minutes(u32),
}

/// Ages of people in a home: bit `n` stands for age `n` in whole years, 31 for older.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ages {
    pub(crate) years: u32,
    /// Whether there is someone whose age is not known, or it is not known whether there is anyone.
    pub(crate) unknown: bool,
}

impl Ages {
    pub(crate) fn add(&mut self, age: Option<u8>) {
        match age {
            Some(years) => self.years |= 1 << years.min(31),
            None => self.unknown = true,
        }
    }
}

/// A circle in which a child must not live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Zone {
    pub(crate) centre: Place,
    pub(crate) metres: u32,
}

/// What the terms of a family are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Asks {
    pub(crate) placement: PlacementKind,
    /// Whole years on `as_of`.
    pub(crate) age: u8,
    /// Bit of `Gender`; 0: unknown.
    pub(crate) gender: u8,
    /// Pets not tolerated, bits of `Pet`.
    pub(crate) pets: u8,
    pub(crate) smoke: bool,
    pub(crate) step_free: bool,
    /// How many places the child's `together` group needs in one home; 1 for all other children.
    pub(crate) places_needed: u8,
}

/// Competences asked for; none is in both sets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Skills {
    pub(crate) required: Bits,
    pub(crate) helpful: Bits,
}

/// One child.
#[derive(Clone, PartialEq)]
pub(crate) struct ChildFacts {
    pub(crate) municipality: usize,
    /// 1–5; 0: unknown.
    pub(crate) needs: u8,
    pub(crate) asks: Asks,
    pub(crate) protected: bool,
    pub(crate) home: Option<Place>,
    pub(crate) school: Option<Place>,
    pub(crate) longest_m: Option<u32>,
    pub(crate) zones: Vec<Zone>,
    pub(crate) group: Option<GroupIdx>,
    /// Families with which this child has something of its own, ascending.
    pub(crate) special: Vec<(FamilyIdx, PairFacts)>,
}

impl ChildFacts {
    /// What is known of this child and this family in particular.
    pub(crate) fn pair(&self, family: FamilyIdx) -> PairFacts {
        self.special
            .binary_search_by_key(&family, |(f, _)| *f)
            .map_or_else(|_| PairFacts::default(), |i| self.special[i].1)
    }

    /// The same, to be added to.
    pub(crate) fn pair_mut(&mut self, family: FamilyIdx) -> &mut PairFacts {
        let at = match self.special.binary_search_by_key(&family, |(f, _)| *f) {
            Ok(at) => at,
            Err(at) => {
                self.special.insert(at, (family, PairFacts::default()));
                at
            }
        };
        &mut self.special[at].1
    }
}

/// What is known of one child and one family in particular. All empty for most pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a fact that a person entered about the pair"
)]
pub(crate) struct PairFacts {
    pub(crate) tie: Option<Relation>,
    pub(crate) wanted: bool,
    pub(crate) not_wanted: bool,
    pub(crate) banned: bool,
    pub(crate) refused: bool,
    pub(crate) to_home: Option<Journey>,
    pub(crate) to_school: Option<Journey>,
    /// A sibling who is not to be kept apart lives there and stays.
    pub(crate) sibling_there: bool,
    /// Someone lives there and stays with whom the child must not share a home.
    pub(crate) apart_there: bool,
    /// The placed children who live there and stay, without the child's siblings; `None`: as for everyone.
    pub(crate) others_there: Option<Ages>,
}

impl PairFacts {
    /// Enters what a person has chosen.
    pub(crate) fn choose(&mut self, kind: ChoiceKind) {
        match kind {
            ChoiceKind::Ban => self.banned = true,
            ChoiceKind::Refused => self.refused = true,
            ChoiceKind::Lock | ChoiceKind::Considered => {}
        }
    }
}

/// What a family can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Care {
    /// 1–5; 0: unknown.
    pub(crate) highest_needs: u8,
    pub(crate) training: Known,
    pub(crate) placements: Option<u16>,
}

/// On what terms a family takes children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::struct_excessive_bools, reason = "three unrelated facts, each a yes or no")]
pub(crate) struct Terms {
    /// Bits of `PlacementKind`.
    pub(crate) offers: u8,
    pub(crate) assessed: bool,
    pub(crate) registered: bool,
    pub(crate) available: bool,
    pub(crate) places: u8,
    pub(crate) most_siblings: Option<u8>,
    /// Bits of `Gender`; `None`: all.
    pub(crate) genders: Option<u8>,
    /// Bits of `Pet`; `None`: unknown.
    pub(crate) pets: Option<u8>,
    pub(crate) smoking: Known,
    pub(crate) step_free: Known,
}

/// Who lives in a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Household {
    /// The family's own children.
    pub(crate) own: Ages,
    /// Placed children who stay.
    pub(crate) placed: Ages,
}

/// Where a home belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Area {
    pub(crate) municipality: usize,
    pub(crate) kind: HomeKind,
    /// Municipalities whose children it may take, its own included.
    pub(crate) open_to: Bits,
    /// Municipalities with a conflict of interest.
    pub(crate) conflicts: Bits,
}
