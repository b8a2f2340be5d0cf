//! Finds Swedish personal identity numbers (personnummer) and coordination numbers (samordningsnummer) in text.
//!
//! A number is ten digits `YYMMDDNNNN` or twelve `YYYYMMDDNNNN`, whose day may be raised by 60 (coordination
//! number), with the last digit the Luhn check of the nine before it (Folkbokföringslagen 18 §, 18 a §). It is found
//! alone or inside text, with `-`, `+`, spaces, dots, slashes or dashes between year, month, day and the last four,
//! with one separator between all digits, and in the decimal digits of other scripts (full-width, Arabic and others).
//!
//! Date *and* check digit must hold, so that only about 0.7 % of random ten-digit ids are hit by chance; a caller whose
//! ids are hit can allow them. Longer runs of digits are no number: a digit on either side rules it out.

use crate::day::Day;

/// Whether the text is, or holds, a valid personal identity number or coordination number.
///
/// # Complexity
/// Time linear in the text; no memory unless it holds ten digits.
///
/// # Examples
/// ```
/// use hemvist::personal_id::is_in;
///
/// assert!(is_in("640823-3234"));
/// assert!(is_in("see 19640823 3234."));
/// assert!(!is_in("640823-3235"));
/// ```
pub fn is_in(text: &str) -> bool {
    let mut digits = 0;
    let mut ascii = true;
    for byte in text.bytes() {
        digits += usize::from(byte.is_ascii_digit());
        ascii &= byte.is_ascii();
    }
    if ascii && digits < 10 {
        return false;
    }
    let signs: Vec<Sign> = text.chars().map(Sign::of).collect();
    (0..signs.len()).any(|start| {
        let after_digit = start > 0 && matches!(signs[start - 1], Sign::Digit(_));
        !after_digit && begins(&signs[start..])
    })
}

/// What a character can be within a number.
#[derive(Clone, Copy)]
enum Sign {
    Digit(u8),
    Separator,
    Other,
}

/// First characters of the runs of ten decimal digits that are looked for besides ASCII.
const ZEROS: [char; 12] = [
    '\u{0660}',
    '\u{06F0}',
    '\u{0966}',
    '\u{09E6}',
    '\u{0E50}',
    '\u{FF10}',
    '\u{1D7CE}',
    '\u{1D7D8}',
    '\u{1D7E2}',
    '\u{1D7EC}',
    '\u{1D7F6}',
    '\u{1FBF0}',
];

impl Sign {
    fn of(c: char) -> Self {
        if c.is_ascii_digit() {
            return Self::Digit(c as u8 - b'0');
        }
        match c {
            '-' | '+' | '.' | '/' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0B}' | '\u{FF0D}' => {
                Self::Separator
            }
            // Soft hyphen, zero-width characters and joiners count as nothing more than a separator.
            '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => Self::Separator,
            c if c.is_whitespace() => Self::Separator,
            c if c.is_ascii() => Self::Other,
            c => ZEROS
                .iter()
                .find_map(|&zero| (c as u32).checked_sub(zero as u32).filter(|&d| d < 10))
                .and_then(|d| u8::try_from(d).ok())
                .map_or(Self::Other, Self::Digit),
        }
    }
}

/// Most separators in a row.
const SEPARATORS: usize = 3;

/// Whether a number begins with the first sign.
fn begins(signs: &[Sign]) -> bool {
    let mut digits = [0u8; 12];
    let mut count = 0;
    let mut gap = 0;
    // Bit b: a separator stands after b digits.
    let mut gaps = 0u16;
    let mut longest_gap = 0;
    for (i, sign) in signs.iter().enumerate() {
        match *sign {
            Sign::Digit(digit) => {
                if gap > 0 {
                    gaps |= 1 << count;
                    longest_gap = longest_gap.max(gap);
                    gap = 0;
                }
                digits[count] = digit;
                count += 1;
                let ends = !matches!(signs.get(i + 1), Some(Sign::Digit(_)));
                if ends && is_number(&digits[..count], gaps, longest_gap) {
                    return true;
                }
                if count == 12 {
                    return false;
                }
            }
            Sign::Separator if count > 0 && gap < SEPARATORS => gap += 1,
            _ => return false,
        }
    }
    false
}

fn is_number(digits: &[u8], gaps: u16, longest_gap: usize) -> bool {
    // Separators stand between the parts, or one between every two digits.
    let (parts, every): (u16, u16) = match digits.len() {
        10 => (0b101_0100, 0b11_1111_1110),
        12 => (0b1_0101_0100, 0b1111_1111_1110),
        _ => return false,
    };
    let spaced = gaps & !parts == 0 || (gaps == every && longest_gap == 1);
    spaced && luhn(&digits[digits.len() - 10..]) && date(digits)
}

fn luhn(ten: &[u8]) -> bool {
    let sum: u32 = (ten.iter().enumerate())
        .map(|(i, &digit)| {
            let doubled = u32::from(digit) * if i % 2 == 0 { 2 } else { 1 };
            doubled / 10 + doubled % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn date(digits: &[u8]) -> bool {
    let two = |at: usize| i16::from(digits[at]) * 10 + i16::from(digits[at + 1]);
    let at = digits.len() - 10;
    let (year, month, day) = (two(at), two(at + 2), two(at + 4));
    let day = if day > 60 { day - 60 } else { day };
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
        return false;
    };
    // Without a century any will do; 29 February is the only day on which they differ.
    let centuries = if at == 2 { two(0)..=two(0) } else { 19..=20 };
    centuries.into_iter().any(|century| {
        // Years before 1900 and after 2199 are not numbers of living people.
        Day::new(century * 100 + year, month, day).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::is_in;

    /// Numbers set aside by the Swedish Tax Agency for tests, or made up for documentation; no real person's.
    const PERSONAL: &str = "6408233234";
    const COORDINATION: &str = "7010632391";

    #[test]
    fn every_notation_is_found() {
        for number in [PERSONAL, COORDINATION] {
            let (date, last) = number.split_at(6);
            let spaced: Vec<String> = number.chars().map(String::from).collect();
            let wide: String = (number.chars())
                .map(|c| char::from_u32(c as u32 - '0' as u32 + 0xFF10).unwrap())
                .collect();
            for text in [
                number.to_owned(),
                format!("19{number}"),
                format!("{date}-{last}"),
                format!("{date}+{last}"),
                format!("19{date}-{last}"),
                format!("{date} {last}"),
                format!("19{} {} {} {last}", &date[..2], &date[2..4], &date[4..]),
                format!("19{}-{}-{} - {last}", &date[..2], &date[2..4], &date[4..]),
                spaced.join(" "),
                wide,
                format!("P{number}"),
                format!("the child ({date}\u{2013}{last}) asked"),
                format!("{date}\u{00A0}-\u{00A0}{last}x"),
                format!("3 {date}-{last} 4"),
            ] {
                assert!(is_in(&text), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_left_alone() {
        for text in [
            "",
            "6408233235",       // wrong check digit
            "6413233230",       // month 13
            "6402303237",       // 30 February
            "64082332340",      // eleven digits
            "064082332340",     // twelve digits, century 06
            "1064082332345",    // thirteen digits
            "6408-23-3-234",    // separators elsewhere
            "640823----3234",   // too many separators
            "640823x3234",      // a letter within
            "2026-01-15 14:30", // a time
            "C-000123",
            "familj-17",
        ] {
            assert!(!is_in(text), "{text}");
        }
        assert!(is_in("0002293231"), "29 February 2000 is a day");
        assert!(!is_in("190002293231"), "29 February 1900 is not");
    }

    #[test]
    fn few_random_ids_are_hit() {
        // SplitMix64, so that the count is the same everywhere.
        let mut state = 1u64;
        let mut next = move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        };
        let ids = 100_000;
        let hits = (0..ids)
            .filter(|_| is_in(&format!("{:010}", next() % 10_000_000_000)))
            .count();
        assert!((500..=800).contains(&hits), "{hits} of {ids}");
    }
}
