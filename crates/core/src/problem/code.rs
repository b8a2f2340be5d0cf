//! The table of problem codes: number, slug and sentence of each, in one place.
//!
//! Numbers and slugs are part of the interface (C constants, Python, logs): never changed, never reused. A code that
//! is no longer given stays in the table. Hundreds: 10 form of documents, 11 values, 12 limits, 13 tables, 14 the
//! pool as a whole, 15 changes, 16 costs, 20 policy, 30 options of a run, 31 the run itself, 40 replay and audit, 50 faults of this
//! program, 90 how a function of the C library was called.

use serde::{Serialize, Serializer};

use crate::lang::Lang;

macro_rules! codes {
    ($($number:literal $name:ident $slug:literal $en:literal $sv:literal;)*) => {
        /// What kind of problem: a stable number and slug.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u32)]
        pub enum Code {
            $(#[doc = concat!("`", $slug, "`: ", $en, ".")] $name = $number,)*
        }

        impl Code {
            /// Every code, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable slug, such as `pool.duplicate_id`.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The sentence in a language, without facts; lower case, no full stop.
            pub const fn sentence(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => lang.pick($en, $sv),)* }
            }
        }
    };
}

codes! {
    // 10: form of documents.
    1001 NotUtf8 "document.not_utf8" "not valid UTF-8" "inte giltig UTF-8";
    1002 Syntax "document.syntax" "not well formed" "inte välformat";
    1003 UnknownField "document.unknown_field" "field not known here" "fältet är inte känt här";
    1004 MissingField "document.missing_field" "required field is missing" "ett fält som krävs saknas";
    1005 DuplicateField "document.duplicate_field" "field given twice" "fältet förekommer två gånger";
    1006 WrongType "document.wrong_type" "value of the wrong type" "värde av fel typ";
    1007 WrongFormat "document.wrong_format" "not a document of this format or version" "inte ett dokument av detta format eller denna version";
    1008 NumberTooLarge "document.number_too_large" "number too large for any use" "talet är för stort";
    1009 LoneSurrogate "document.lone_surrogate" "half of a surrogate pair in a text" "halvt surrogatpar i en text";
    1010 TrailingText "document.trailing_text" "text after the end of the document" "text efter dokumentets slut";
    1011 CutShort "document.cut_short" "the document ends too early" "dokumentet slutar för tidigt";

    // 11: values.
    1101 OutOfRange "value.out_of_range" "number outside its range" "talet ligger utanför sitt intervall";
    1102 NotWhole "value.not_whole" "not a whole number" "inte ett heltal";
    1103 UnknownWord "value.unknown_word" "word not in the list" "ordet finns inte i listan";
    1104 NotADay "value.not_a_day" "not a day of the calendar" "inte en dag i kalendern";
    1105 NotAMonth "value.not_a_month" "not a month of the calendar" "inte en månad i kalendern";
    1106 TextLength "value.text_length" "text too short or too long" "texten är för kort eller för lång";
    1107 TextCharacter "value.text_character" "character not allowed in this text" "tecken som inte är tillåtet i texten";
    1108 IdForm "value.id_form" "not an id: letters, digits and - _ . : / # + @ ~ after a first letter or digit" "inte ett id: bokstäver, siffror och - _ . : / # + @ ~ efter en första bokstav eller siffra";
    1109 LanguageForm "value.language_form" "not a language code of two or three lower-case letters" "inte en språkkod med två eller tre små bokstäver";
    1110 IdentityNumber "value.identity_number" "a personal identity number or coordination number; use an id that identifies nobody" "ett personnummer eller samordningsnummer; använd ett id som inte identifierar någon";
    1111 Repeated "value.repeated" "given twice in the same list" "förekommer två gånger i samma lista";
    1112 DateOrder "value.date_order" "dates in the wrong order" "datum i fel ordning";
    1113 RangeOrder "value.range_order" "the range ends before it begins" "intervallet slutar före sin början";
    1114 NotFinite "value.not_finite" "not a finite number" "inte ett ändligt tal";

    // 12: limits.
    1201 TooManyBytes "limit.bytes" "more bytes than the documented limit" "fler byte än den dokumenterade gränsen";
    1202 TooDeep "limit.depth" "nested deeper than the documented limit" "djupare nästlat än den dokumenterade gränsen";
    1203 TooMany "limit.count" "number of entries outside the documented limits" "antalet poster ligger utanför de dokumenterade gränserna";
    1204 RecordTooLarge "limit.record" "record larger than the documented limit" "posten är större än den dokumenterade gränsen";

    // 13: tables.
    1301 UnknownTable "table.unknown" "table not known" "tabellen är inte känd";
    1302 MissingTable "table.missing" "required table is missing" "en tabell som krävs saknas";
    1303 DuplicateTable "table.duplicate" "table given twice" "tabellen förekommer två gånger";
    1304 EmptyTable "table.empty" "table without a header row" "tabellen saknar rubrikrad";
    1305 UnknownColumn "table.unknown_column" "column not known in this table" "kolumnen är inte känd i tabellen";
    1306 MissingColumn "table.missing_column" "required column is missing" "en kolumn som krävs saknas";
    1307 DuplicateColumn "table.duplicate_column" "column given twice" "kolumnen förekommer två gånger";
    1308 RowLength "table.row_length" "row with more or fewer cells than the header" "rad med fler eller färre celler än rubrikraden";
    1309 MissingCell "table.missing_cell" "required cell is empty" "en cell som krävs är tom";
    1310 NotANumber "table.not_a_number" "not a number" "inte ett tal";
    1311 NotATruth "table.not_a_truth" "neither yes nor no" "varken ja eller nej";
    1312 RowCount "table.row_count" "wrong number of rows" "fel antal rader";

    // 14: the pool as a whole.
    1401 DuplicateId "pool.duplicate_id" "id used twice" "id förekommer två gånger";
    1402 UnknownMunicipality "pool.unknown_municipality" "no municipality has this id" "ingen kommun har detta id";
    1403 UnknownFamily "pool.unknown_family" "no family has this id" "ingen familj har detta id";
    1404 UnknownChild "pool.unknown_child" "no child has this id" "inget barn har detta id";
    1405 UnknownSecretary "pool.unknown_secretary" "no secretary has this id" "ingen sekreterare har detta id";
    1406 AgeMissing "pool.age_missing" "exactly one of birth_month and age is required: neither is given" "exakt ett av birth_month och age krävs: inget är angivet";
    1407 AgeTwice "pool.age_twice" "exactly one of birth_month and age is required: both are given" "exakt ett av birth_month och age krävs: båda är angivna";
    1408 TravelMissing "pool.travel_missing" "exactly one of km and minutes is required: neither is given" "exakt ett av km och minutes krävs: inget är angivet";
    1409 TravelTwice "pool.travel_twice" "exactly one of km and minutes is required: both are given" "exakt ett av km och minutes krävs: båda är angivna";
    1410 InTwoGroups "pool.in_two_groups" "child in two sibling groups" "barnet ingår i två syskongrupper";
    1411 SamePairTwice "pool.same_pair_twice" "the same pair given twice" "samma par förekommer två gånger";
    1412 SameChild "pool.same_child" "a child paired with itself" "ett barn i par med sig självt";
    1413 PlacedTwice "pool.placed_twice" "child placed twice" "barnet är placerat två gånger";
    1414 LockedTwice "pool.locked_twice" "child locked to two families" "barnet är låst till två familjer";
    1415 LockedAndBanned "pool.locked_and_banned" "pair both locked and banned or refused" "paret är både låst och förbjudet eller avböjt";
    1416 LocksExceedPlaces "pool.locks_exceed_places" "more children locked to the family than it has places" "fler barn är låsta till familjen än den har platser";
    1417 LockOfStaying "pool.lock_of_staying" "lock of a child who stays where it lives" "låsning av ett barn som bor kvar";
    1418 LocksPartTogether "pool.locks_part_together" "locks part siblings who are to stay together" "låsningar skiljer syskon som ska bo tillsammans";
    1419 LocksJoinApart "pool.locks_join_apart" "locks join children who must not share a home" "låsningar för ihop barn som inte får dela hem";
    1420 WantedAndNotWanted "pool.wanted_and_not_wanted" "family both wanted and not wanted" "familjen är både önskad och inte önskad";
    1421 TogetherAndApart "pool.together_and_apart" "children of a group to keep together must not share a home" "barn i en grupp som ska hållas ihop får inte dela hem";
    1422 AgeOfListedChild "pool.age_of_listed_child" "age given here for a child who stands under children" "ålder angiven här för ett barn som finns under children";
    1423 MoveOfUnlisted "pool.move_of_unlisted" "a child who may move must stand under children" "ett barn som får flytta måste finnas under children";

    // 15: changes to a pool, and tables that are handed in with a question.
    1501 ChangeNoSuchChoice "change.no_such_choice" "no such choice is in force" "inget sådant val gäller";
    1502 ChangeLocked "change.locked" "a child is locked to the family: lift the lock first" "ett barn är låst till familjen: häv låsningen först";

    // 16: costs.
    1601 CostsUnknownYear "costs.unknown_year" "no fee data for this year" "det finns inga arvoden för detta år";
    1602 CostsNotPublished "costs.not_published" "this figure is not in the fee data of the year" "denna siffra finns inte i årets underlag";
    1603 CostsOutOfRange "costs.out_of_range" "amount or count outside its range" "beloppet eller antalet ligger utanför sitt intervall";
    1604 CostsMalformed "costs.malformed" "not a fee file of the form hemvist.fees/1" "inte en arvodesfil av formen hemvist.fees/1";
    1605 CostsTwice "costs.twice" "level or age covered twice" "nivå eller ålder omfattas två gånger";
    1606 CostsYearOrFees "costs.year_or_fees" "exactly one of a year and a fee file is required" "exakt ett av år och arvodesfil krävs";
    1607 CostsNoSaving "costs.no_saving" "no saving per child, so nothing breaks even" "ingen besparing per barn, så ingenting betalar sig";

    // 20: policy.
    2001 PolicyUnknownRule "policy.unknown_rule" "no rule has this code" "ingen regel har denna kod";
    2002 PolicyUnknownCriterion "policy.unknown_criterion" "no criterion has this name" "inget kriterium har detta namn";
    2003 PolicyNoWeight "policy.no_weight" "every weight is zero: no pair would have a fit" "alla vikter är noll: inget par skulle få någon passning";
    2004 PolicyCurveOrder "policy.curve_order" "curve runs backwards" "kurvan går bakåt";
    2005 PolicyOverflow "policy.overflow" "weights so large that a sum could overflow" "så stora vikter att en summa kan svämma över";
    2006 PolicySyntax "policy.syntax" "not well formed as a policy" "inte välformat som policy";

    // 30: options of a run.
    3001 OptionOutOfRange "option.out_of_range" "option outside its range" "inställningen ligger utanför sitt intervall";
    3002 AskedUnknownChild "option.unknown_child" "the child asked about is not in the pool" "barnet som efterfrågas finns inte i poolen";
    3003 AskedUnknownFamily "option.unknown_family" "the family asked about is not in the pool" "familjen som efterfrågas finns inte i poolen";

    // 31: the run itself.
    3101 SumsTooGreat "match.too_great" "the sums could pass what the engine can hold exactly" "summorna kan bli större än motorn kan hålla exakt";
    3102 ArrayOrder "solve.order" "entries out of order" "posterna står i fel ordning";

    // 40: replay and audit.
    4001 ReplayPoolDiffers "replay.pool_differs" "not the pool of the record" "inte den pool som protokollet gäller";
    4002 ReplayPolicyDiffers "replay.policy_differs" "not the policy of the record" "inte den policy som protokollet gäller";
    4003 ReplayVersionDiffers "replay.version_differs" "not the engine version of the record" "inte den programversion som protokollet gäller";
    4004 ReplayPlanDiffers "replay.plan_differs" "the run gives another plan than the record" "körningen ger en annan plan än protokollet";
    4005 ReplayOptionsDiffer "replay.options_differ" "not the options of the record" "inte de inställningar som protokollet gäller";
    4006 ReplayRecordDiffers "replay.record_differs" "the record was changed after it was written" "protokollet har ändrats efter att det skrevs";
    4007 ReplayNotRepeatable "replay.not_repeatable" "the run was limited by the clock or cancelled and cannot be repeated" "körningen begränsades av klockan eller avbröts och kan inte upprepas";
    4008 ReplayChoicesDiffer "replay.choices_differ" "not the choices, or not the reasons, of the record" "inte de val, eller inte de skäl, som protokollet gäller";

    // 50: faults of this program.
    5001 FaultUnproven "fault.unproven" "a fault in hemvist: an answer did not stand the check; please report it" "ett fel i hemvist: ett svar höll inte för kontrollen; rapportera det gärna";
    5002 FaultPanic "fault.panic" "a fault in hemvist: it stopped where it should not; please report it" "ett fel i hemvist: programmet stannade där det inte borde; rapportera det gärna";

    // 90: how a function of the C library was called.
    9001 ArgumentNull "argument.null" "a pointer is null where one is needed" "en pekare är null där en behövs";
    9002 ArgumentAlignment "argument.alignment" "the pointer is not aligned for what it points at" "pekaren är inte justerad för det den pekar på";
    9003 ArgumentNotUtf8 "argument.not_utf8" "the text is not utf-8" "texten är inte utf-8";
    9004 ArgumentLength "argument.length" "an array of another length than is needed" "en lista av annan längd än den som behövs";
    9005 ArgumentIndex "argument.index" "no record has this index" "ingen post har detta index";
    9006 ArgumentUnknown "argument.unknown" "the number stands for nothing here" "talet betyder ingenting här";
    9007 ArgumentStructSize "argument.struct_size" "the size of the struct is none that this version knows" "strukturens storlek är ingen som denna version känner";
    9008 HandleWrong "handle.wrong" "not a handle of this type, or freed already" "inte ett handtag av denna typ, eller redan frigjort";
    9009 HandlePoisoned "handle.poisoned" "a fault happened while this handle was in use; free it and make a new one" "ett fel uppstod medan handtaget användes; frigör det och skapa ett nytt";
}

impl Code {
    /// The stable number.
    pub const fn number(self) -> u32 {
        self as u32
    }

    /// The code with this number, if there is one.
    pub fn from_number(number: u32) -> Option<Self> {
        let place = Self::ALL.binary_search_by_key(&number, |code| code.number()).ok()?;
        Self::ALL.get(place).copied()
    }

    /// The code with this slug, if there is one.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.slug() == slug)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.slug())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_and_slugs_are_a_bijection() {
        assert!(
            Code::ALL.windows(2).all(|w| w[0].number() < w[1].number()),
            "numbers rise"
        );
        let slugs: BTreeSet<_> = Code::ALL.iter().map(|c| c.slug()).collect();
        assert_eq!(slugs.len(), Code::ALL.len(), "slugs differ");
        for &code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), Some(code));
            assert_eq!(Code::from_slug(code.slug()), Some(code));
        }
        assert_eq!(Code::from_number(0), None);
        assert_eq!(Code::from_slug("value"), None);
    }

    #[test]
    fn sentences_are_in_both_languages_and_lower_case() {
        for &code in Code::ALL {
            let (en, sv) = (code.sentence(Lang::En), code.sentence(Lang::Sv));
            assert_ne!(en, sv, "{}", code.slug());
            for text in [en, sv] {
                assert!(
                    !text.ends_with('.') && text.starts_with(|c: char| c.is_lowercase()),
                    "{}",
                    code.slug()
                );
            }
            assert!(
                code.slug()
                    .bytes()
                    .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.')),
                "{}",
                code.slug()
            );
        }
    }
}
