//! The codes of the engine as C constants.
//!
//! Numbers are the engine's own (`hemvist::Code`), which never changes or reuses one; a test holds that every code
//! stands here under its number and that `abi/codes.txt` lists the same.

/// The call did what it should.
pub const HEMVIST_OK: i32 = 0;

/// Not valid UTF-8.
pub const HEMVIST_DOCUMENT_NOT_UTF8: i32 = 1001;
/// Not well formed.
pub const HEMVIST_DOCUMENT_SYNTAX: i32 = 1002;
/// Field not known here.
pub const HEMVIST_DOCUMENT_UNKNOWN_FIELD: i32 = 1003;
/// Required field is missing.
pub const HEMVIST_DOCUMENT_MISSING_FIELD: i32 = 1004;
/// Field given twice.
pub const HEMVIST_DOCUMENT_DUPLICATE_FIELD: i32 = 1005;
/// Value of the wrong type.
pub const HEMVIST_DOCUMENT_WRONG_TYPE: i32 = 1006;
/// Not a document of this format or version.
pub const HEMVIST_DOCUMENT_WRONG_FORMAT: i32 = 1007;
/// Number too large for any use.
pub const HEMVIST_DOCUMENT_NUMBER_TOO_LARGE: i32 = 1008;
/// Half of a surrogate pair in a text.
pub const HEMVIST_DOCUMENT_LONE_SURROGATE: i32 = 1009;
/// Text after the end of the document.
pub const HEMVIST_DOCUMENT_TRAILING_TEXT: i32 = 1010;
/// The document ends too early.
pub const HEMVIST_DOCUMENT_CUT_SHORT: i32 = 1011;

/// Number outside its range.
pub const HEMVIST_VALUE_OUT_OF_RANGE: i32 = 1101;
/// Not a whole number.
pub const HEMVIST_VALUE_NOT_WHOLE: i32 = 1102;
/// Word not in the list.
pub const HEMVIST_VALUE_UNKNOWN_WORD: i32 = 1103;
/// Not a day of the calendar.
pub const HEMVIST_VALUE_NOT_A_DAY: i32 = 1104;
/// Not a month of the calendar.
pub const HEMVIST_VALUE_NOT_A_MONTH: i32 = 1105;
/// Text too short or too long.
pub const HEMVIST_VALUE_TEXT_LENGTH: i32 = 1106;
/// Character not allowed in this text.
pub const HEMVIST_VALUE_TEXT_CHARACTER: i32 = 1107;
/// Not an id: letters, digits and - _ . : / # + @ ~ after a first letter or digit.
pub const HEMVIST_VALUE_ID_FORM: i32 = 1108;
/// Not a language code of two or three lower-case letters.
pub const HEMVIST_VALUE_LANGUAGE_FORM: i32 = 1109;
/// A personal identity number or coordination number; use an id that identifies nobody.
pub const HEMVIST_VALUE_IDENTITY_NUMBER: i32 = 1110;
/// Given twice in the same list.
pub const HEMVIST_VALUE_REPEATED: i32 = 1111;
/// Dates in the wrong order.
pub const HEMVIST_VALUE_DATE_ORDER: i32 = 1112;
/// The range ends before it begins.
pub const HEMVIST_VALUE_RANGE_ORDER: i32 = 1113;
/// Not a finite number.
pub const HEMVIST_VALUE_NOT_FINITE: i32 = 1114;

/// More bytes than the documented limit.
pub const HEMVIST_LIMIT_BYTES: i32 = 1201;
/// Nested deeper than the documented limit.
pub const HEMVIST_LIMIT_DEPTH: i32 = 1202;
/// Number of entries outside the documented limits.
pub const HEMVIST_LIMIT_COUNT: i32 = 1203;
/// Record larger than the documented limit.
pub const HEMVIST_LIMIT_RECORD: i32 = 1204;

/// Table not known.
pub const HEMVIST_TABLE_UNKNOWN: i32 = 1301;
/// Required table is missing.
pub const HEMVIST_TABLE_MISSING: i32 = 1302;
/// Table given twice.
pub const HEMVIST_TABLE_DUPLICATE: i32 = 1303;
/// Table without a header row.
pub const HEMVIST_TABLE_EMPTY: i32 = 1304;
/// Column not known in this table.
pub const HEMVIST_TABLE_UNKNOWN_COLUMN: i32 = 1305;
/// Required column is missing.
pub const HEMVIST_TABLE_MISSING_COLUMN: i32 = 1306;
/// Column given twice.
pub const HEMVIST_TABLE_DUPLICATE_COLUMN: i32 = 1307;
/// Row with more or fewer cells than the header.
pub const HEMVIST_TABLE_ROW_LENGTH: i32 = 1308;
/// Required cell is empty.
pub const HEMVIST_TABLE_MISSING_CELL: i32 = 1309;
/// Not a number.
pub const HEMVIST_TABLE_NOT_A_NUMBER: i32 = 1310;
/// Neither yes nor no.
pub const HEMVIST_TABLE_NOT_A_TRUTH: i32 = 1311;
/// Wrong number of rows.
pub const HEMVIST_TABLE_ROW_COUNT: i32 = 1312;

/// Id used twice.
pub const HEMVIST_POOL_DUPLICATE_ID: i32 = 1401;
/// No municipality has this id.
pub const HEMVIST_POOL_UNKNOWN_MUNICIPALITY: i32 = 1402;
/// No family has this id.
pub const HEMVIST_POOL_UNKNOWN_FAMILY: i32 = 1403;
/// No child has this id.
pub const HEMVIST_POOL_UNKNOWN_CHILD: i32 = 1404;
/// No secretary has this id.
pub const HEMVIST_POOL_UNKNOWN_SECRETARY: i32 = 1405;
/// Exactly one of birth_month and age is required: neither is given.
pub const HEMVIST_POOL_AGE_MISSING: i32 = 1406;
/// Exactly one of birth_month and age is required: both are given.
pub const HEMVIST_POOL_AGE_TWICE: i32 = 1407;
/// Exactly one of km and minutes is required: neither is given.
pub const HEMVIST_POOL_TRAVEL_MISSING: i32 = 1408;
/// Exactly one of km and minutes is required: both are given.
pub const HEMVIST_POOL_TRAVEL_TWICE: i32 = 1409;
/// Child in two sibling groups.
pub const HEMVIST_POOL_IN_TWO_GROUPS: i32 = 1410;
/// The same pair given twice.
pub const HEMVIST_POOL_SAME_PAIR_TWICE: i32 = 1411;
/// A child paired with itself.
pub const HEMVIST_POOL_SAME_CHILD: i32 = 1412;
/// Child placed twice.
pub const HEMVIST_POOL_PLACED_TWICE: i32 = 1413;
/// Child locked to two families.
pub const HEMVIST_POOL_LOCKED_TWICE: i32 = 1414;
/// Pair both locked and banned or refused.
pub const HEMVIST_POOL_LOCKED_AND_BANNED: i32 = 1415;
/// More children locked to the family than it has places.
pub const HEMVIST_POOL_LOCKS_EXCEED_PLACES: i32 = 1416;
/// Lock of a child who stays where it lives.
pub const HEMVIST_POOL_LOCK_OF_STAYING: i32 = 1417;
/// Locks part siblings who are to stay together.
pub const HEMVIST_POOL_LOCKS_PART_TOGETHER: i32 = 1418;
/// Locks join children who must not share a home.
pub const HEMVIST_POOL_LOCKS_JOIN_APART: i32 = 1419;
/// Family both wanted and not wanted.
pub const HEMVIST_POOL_WANTED_AND_NOT_WANTED: i32 = 1420;
/// Children of a group to keep together must not share a home.
pub const HEMVIST_POOL_TOGETHER_AND_APART: i32 = 1421;
/// Age given here for a child who stands under children.
pub const HEMVIST_POOL_AGE_OF_LISTED_CHILD: i32 = 1422;
/// A child who may move must stand under children.
pub const HEMVIST_POOL_MOVE_OF_UNLISTED: i32 = 1423;

/// No such choice is in force.
pub const HEMVIST_CHANGE_NO_SUCH_CHOICE: i32 = 1501;
/// A child is locked to the family: lift the lock first.
pub const HEMVIST_CHANGE_LOCKED: i32 = 1502;

/// No fee data for this year.
pub const HEMVIST_COSTS_UNKNOWN_YEAR: i32 = 1601;
/// This figure is not in the fee data of the year.
pub const HEMVIST_COSTS_NOT_PUBLISHED: i32 = 1602;
/// Amount or count outside its range.
pub const HEMVIST_COSTS_OUT_OF_RANGE: i32 = 1603;
/// Not a fee file of the form hemvist.fees/1.
pub const HEMVIST_COSTS_MALFORMED: i32 = 1604;
/// Level or age covered twice.
pub const HEMVIST_COSTS_TWICE: i32 = 1605;
/// Exactly one of a year and a fee file is required.
pub const HEMVIST_COSTS_YEAR_OR_FEES: i32 = 1606;
/// No saving per child, so nothing breaks even.
pub const HEMVIST_COSTS_NO_SAVING: i32 = 1607;

/// No rule has this code.
pub const HEMVIST_POLICY_UNKNOWN_RULE: i32 = 2001;
/// No criterion has this name.
pub const HEMVIST_POLICY_UNKNOWN_CRITERION: i32 = 2002;
/// Every weight is zero: no pair would have a fit.
pub const HEMVIST_POLICY_NO_WEIGHT: i32 = 2003;
/// Curve runs backwards.
pub const HEMVIST_POLICY_CURVE_ORDER: i32 = 2004;
/// Weights so large that a sum could overflow.
pub const HEMVIST_POLICY_OVERFLOW: i32 = 2005;
/// Not well formed as a policy.
pub const HEMVIST_POLICY_SYNTAX: i32 = 2006;

/// Option outside its range.
pub const HEMVIST_OPTION_OUT_OF_RANGE: i32 = 3001;
/// The child asked about is not in the pool.
pub const HEMVIST_OPTION_UNKNOWN_CHILD: i32 = 3002;
/// The family asked about is not in the pool.
pub const HEMVIST_OPTION_UNKNOWN_FAMILY: i32 = 3003;

/// The sums could pass what the engine can hold exactly.
pub const HEMVIST_MATCH_TOO_GREAT: i32 = 3101;
/// Entries out of order.
pub const HEMVIST_SOLVE_ORDER: i32 = 3102;

/// Not the pool of the record.
pub const HEMVIST_REPLAY_POOL_DIFFERS: i32 = 4001;
/// Not the policy of the record.
pub const HEMVIST_REPLAY_POLICY_DIFFERS: i32 = 4002;
/// Not the engine version of the record.
pub const HEMVIST_REPLAY_VERSION_DIFFERS: i32 = 4003;
/// The run gives another plan than the record.
pub const HEMVIST_REPLAY_PLAN_DIFFERS: i32 = 4004;
/// Not the options of the record.
pub const HEMVIST_REPLAY_OPTIONS_DIFFER: i32 = 4005;
/// The record was changed after it was written.
pub const HEMVIST_REPLAY_RECORD_DIFFERS: i32 = 4006;
/// The run was limited by the clock or cancelled and cannot be repeated.
pub const HEMVIST_REPLAY_NOT_REPEATABLE: i32 = 4007;
/// Not the choices, or not the reasons, of the record.
pub const HEMVIST_REPLAY_CHOICES_DIFFER: i32 = 4008;

/// A fault in hemvist: an answer did not stand the check; please report it.
pub const HEMVIST_FAULT_UNPROVEN: i32 = 5001;
/// A fault in hemvist: it stopped where it should not; please report it.
pub const HEMVIST_FAULT_PANIC: i32 = 5002;

/// A pointer is null where one is needed.
pub const HEMVIST_ARGUMENT_NULL: i32 = 9001;
/// The pointer is not aligned for what it points at.
pub const HEMVIST_ARGUMENT_ALIGNMENT: i32 = 9002;
/// The text is not utf-8.
pub const HEMVIST_ARGUMENT_NOT_UTF8: i32 = 9003;
/// An array of another length than is needed.
pub const HEMVIST_ARGUMENT_LENGTH: i32 = 9004;
/// No record has this index.
pub const HEMVIST_ARGUMENT_INDEX: i32 = 9005;
/// The number stands for nothing here.
pub const HEMVIST_ARGUMENT_UNKNOWN: i32 = 9006;
/// The size of the struct is none that this version knows.
pub const HEMVIST_ARGUMENT_STRUCT_SIZE: i32 = 9007;
/// Not a handle of this type, or freed already.
pub const HEMVIST_HANDLE_WRONG: i32 = 9008;
/// A fault happened while this handle was in use; free it and make a new one.
pub const HEMVIST_HANDLE_POISONED: i32 = 9009;

#[cfg(test)]
mod tests {
    use hemvist::{Code, Lang};

    /// A constant: its sentence, name and number.
    fn constants() -> Vec<(String, String, u32)> {
        let lines: Vec<&str> = include_str!("codes.rs").lines().collect();
        let named = lines.iter().enumerate().filter_map(|(at, line)| {
            let (name, number) = line.strip_prefix("pub const HEMVIST_")?.split_once(": i32 = ")?;
            let number = number.strip_suffix(';')?.parse().ok()?;
            let sentence = lines.get(at.checked_sub(1)?)?.strip_prefix("/// ")?;
            Some((sentence.to_owned(), name.to_owned(), number))
        });
        named.filter(|(_, _, number)| *number != 0).collect()
    }

    /// The sentence of a code as a comment: capital first, full stop last.
    fn comment(code: Code) -> String {
        let sentence = code.sentence(Lang::En);
        let (first, rest) = sentence.split_at(1);
        format!("{}{rest}.", first.to_uppercase())
    }

    #[test]
    fn every_code_of_the_engine_is_a_constant() {
        let expected = Code::ALL.iter().map(|&code| {
            (
                comment(code),
                code.slug().to_uppercase().replace('.', "_"),
                code.number(),
            )
        });
        assert_eq!(constants(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn no_code_was_ever_changed_or_taken_back() {
        let listed = constants()
            .into_iter()
            .map(|(_, name, number)| format!("{number} HEMVIST_{name}"));
        let kept: Vec<&str> = include_str!("../abi/codes.txt").lines().collect();
        assert_eq!(
            listed.collect::<Vec<_>>(),
            kept,
            "a new code gets a line of its own; old lines stay as they are"
        );
    }
}
