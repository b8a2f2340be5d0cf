//! How large an input may be: every limit in one table.
//!
//! Past a limit there is a clear problem (`limit.*`, `value.*`) before any memory in proportion is taken. The
//! numbers are far above what a country needs (Sweden places about 20 000 children in family homes a year), and low
//! enough that a hostile document cannot take more than a few times its own size in memory.

use crate::problem::{Code, Fact};

/// One documented limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is limited, in words of the format.
    pub what: &'static str,
    /// The least that is accepted.
    pub least: u64,
    /// The most that is accepted.
    pub most: u64,
    /// What is counted.
    pub unit: &'static str,
    /// The code of the problem outside the limit.
    pub code: Code,
}

impl Limit {
    /// Whether a count lies within the limit.
    pub const fn holds(&self, count: usize) -> bool {
        count as u64 >= self.least && count as u64 <= self.most
    }

    /// The limit as what is allowed.
    pub fn fact(&self) -> Fact {
        let (least, most) = (as_i64(self.least), as_i64(self.most));
        if least == 0 {
            Fact::AtMost(most)
        } else {
            Fact::Between(least, most)
        }
    }
}

/// `count` as a signed number for a [`Fact`]; counts in memory always fit.
pub(crate) fn as_i64(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $what:literal, $least:literal ..= $most:literal $unit:literal, $code:ident;)*) => {
        $($(#[$doc])* pub const $name: Limit = Limit {
            what: $what, least: $least, most: $most, unit: $unit, code: Code::$code,
        };)*

        /// Every limit, in the order of the documentation.
        pub const LIMITS: &[Limit] = &[$($name,)*];
    };
}

limits! {
    /// Size of a whole document, or of all tables together: 1 GiB.
    BYTES = "document, or all tables together", 0..=1_073_741_824 "bytes", TooManyBytes;
    /// Size of a document other than a pool, such as a request or spells of placement: 32 MiB.
    OTHER_BYTES = "document other than a pool", 0..=33_554_432 "bytes", TooManyBytes;
    /// Values in a document other than a pool.
    OTHER_VALUES = "values in a document other than a pool", 0..=4_000_000 "values", RecordTooLarge;
    /// Size of a document of any kind that is to be brought into canonical form: 64 MiB.
    CANONICAL_BYTES = "document to bring into canonical form", 0..=67_108_864 "bytes", TooManyBytes;
    /// Objects and lists within each other.
    DEPTH = "objects and lists within each other", 0..=64 "levels", TooDeep;
    /// Values of one record of a JSON document, those not known here included.
    RECORD_VALUES = "values in one record", 0..=4_096 "values", RecordTooLarge;
    /// Municipalities.
    MUNICIPALITIES = "municipalities", 0..=10_000 "records", TooMany;
    /// Secretaries.
    SECRETARIES = "secretaries", 0..=100_000 "records", TooMany;
    /// Families.
    FAMILIES = "families", 0..=1_000_000 "records", TooMany;
    /// Children.
    CHILDREN = "children", 0..=1_000_000 "records", TooMany;
    /// Sibling groups.
    SIBLING_GROUPS = "sibling_groups", 0..=500_000 "records", TooMany;
    /// Placements.
    PLACEMENTS = "placements", 0..=2_000_000 "records", TooMany;
    /// Choices.
    CHOICES = "choices", 0..=2_000_000 "records", TooMany;
    /// Pairs of children who must not share a home.
    NOT_TOGETHER = "not_together", 0..=2_000_000 "records", TooMany;
    /// Known distances.
    TRAVEL = "travel", 0..=5_000_000 "records", TooMany;
    /// Rows of a table of entries within children: network ties, keep-away zones.
    ENTRIES = "rows of network_ties or keep_away as tables", 0..=4_000_000 "rows", TooMany;
    /// Length of an id, a competence.
    ID_BYTES = "id or competence", 1..=64 "bytes", TextLength;
    /// Length of a municipality's name.
    NAME_CHARS = "name of a municipality", 1..=100 "characters", TextLength;
    /// Length of the reason of a choice.
    REASON_CHARS = "reason of a choice", 1..=500 "characters", TextLength;
    /// Children of one sibling group.
    GROUP_CHILDREN = "children of a sibling group", 2..=12 "entries", TooMany;
    /// Required or helpful competences of a child, competences of a family.
    COMPETENCES = "competences of a record", 0..=64 "entries", TooMany;
    /// Languages of a child or family.
    LANGUAGES = "languages of a record", 0..=32 "entries", TooMany;
    /// Network ties of a child.
    NETWORK_TIES = "network ties of a child", 0..=64 "entries", TooMany;
    /// Families wanted, and families not wanted, by a child.
    WISHES = "families wanted, or not wanted, by a child", 0..=64 "entries", TooMany;
    /// Keep-away zones of a child.
    KEEP_AWAY = "keep-away zones of a child", 0..=32 "entries", TooMany;
    /// Own children of a family.
    OWN_CHILDREN = "own children of a family", 0..=20 "entries", TooMany;
    /// Municipalities that a family is shared with, or has a conflict with.
    MUNICIPALITY_LIST = "municipalities in a list of a family", 0..=1_000 "entries", TooMany;
    /// Genders that a family takes.
    GENDERS = "genders taken by a family", 1..=16 "entries", TooMany;
    /// Words of our own in one list; each may stand only once, so a longer list is wrong anyway.
    WORD_LIST = "words of one list", 0..=16 "entries", TooMany;
    /// Columns of a table.
    COLUMNS = "columns of a table", 1..=256 "columns", TooMany;
    /// Tables handed in together.
    TABLES = "tables", 0..=64 "tables", TooMany;
    /// Length of one cell of a table.
    CELL_BYTES = "cell of a table", 0..=65_536 "bytes", TooManyBytes;
}

/// Oldest age of a child in whole years: care can last until the day before 21 [Socialtjänstlagen; LVU 21 §].
pub const OLDEST: u8 = 20;
/// Oldest own child at home that is told of, in whole years.
pub const OLDEST_OWN_CHILD: u8 = 40;
/// Highest needs level.
pub const HIGHEST_NEEDS: u8 = 5;
/// Most places of a family.
pub const MOST_PLACES: u8 = 12;
/// Most placements that a family can have had.
pub const MOST_PLACEMENTS_SO_FAR: u16 = 1_000;
/// Highest daily cost in kronor.
pub const HIGHEST_DAILY_COST: u32 = 100_000;
/// Largest population and count of children of a municipality.
pub const LARGEST_POPULATION: u32 = 100_000_000;
/// Largest caseload of a secretary.
pub const LARGEST_CASELOAD: u32 = 10_000;
/// Longest distance and radius in kilometres.
pub const LONGEST_KM: f64 = 2_000.0;
/// Longest journey in minutes (two days).
pub const LONGEST_MINUTES: u32 = 2_880;
