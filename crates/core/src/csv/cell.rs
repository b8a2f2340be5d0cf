//! One cell as a value of a form.

use serde_json::{Number, Value};

use super::columns::{NONE, TRUTHS, WORDS, fold};
use crate::day::{Day, Month};
use crate::form::Form;
use crate::json::{Mending, stand_in};
use crate::problem::{Code, Fact, Path, Problem};

/// A cell of free text, spaces around it included.
pub(super) fn free_text(cell: &str) -> Value {
    Value::String(unguarded(cell).to_owned())
}

/// The cell as a value; `None`, and a report, if it has not the form. The cell is not empty.
pub(crate) fn read(cell: &str, form: &Form, path: &Path, mending: &mut Mending) -> Option<Value> {
    let cell = cell.trim();
    let problem = match form {
        Form::Text => return Some(Value::String(unguarded(cell).to_owned())),
        Form::Truth => match TRUTHS.iter().position(|words| words.contains(&fold(cell).as_str())) {
            Some(truth) => return Some(Value::Bool(truth == 1)),
            None => Problem::new(Code::NotATruth, path)
                .allowed(Fact::OneOf(TRUTHS.concat()))
                .found(Fact::chars(cell)),
        },
        Form::Integer { least, most } => match integer(cell) {
            Ok(number) if (i128::from(*least)..=i128::from(*most)).contains(&number) => {
                return i64::try_from(number).ok().map(Value::from);
            }
            Ok(number) => Problem::new(Code::OutOfRange, path)
                .allowed(Fact::Between(*least, *most))
                .found(Fact::int(number)),
            Err(code) => Problem::new(code, path).found(Fact::chars(cell)),
        },
        Form::Number => match number(cell) {
            Some(number) => return Number::from_f64(number).map(Value::Number),
            None => Problem::new(Code::NotANumber, path).found(Fact::chars(cell)),
        },
        Form::Day if cell.parse::<Day>().is_ok() => return Some(Value::String(cell.to_owned())),
        Form::Day => Problem::new(Code::NotADay, path)
            .allowed(Fact::Word("YYYY-MM-DD"))
            .found(Fact::chars(cell)),
        Form::Month if cell.parse::<Month>().is_ok() => return Some(Value::String(cell.to_owned())),
        Form::Month => Problem::new(Code::NotAMonth, path)
            .allowed(Fact::Word("YYYY-MM"))
            .found(Fact::chars(cell)),
        Form::Word(words) => match word(cell, words) {
            Some(word) => return Some(Value::String(word.to_owned())),
            None => Problem::new(Code::UnknownWord, path)
                .allowed(Fact::OneOf(words.clone()))
                .found(Fact::chars(cell)),
        },
        Form::List(element) => return Some(list(cell, element, path, mending)),
        // A test holds that no column fills an object.
        Form::Object(_) => return None,
    };
    mending.bad(problem);
    None
}

/// Entries parted by `|`, or by spaces if there is none.
fn list(cell: &str, element: &Form, path: &Path, mending: &mut Mending) -> Value {
    if is_none(cell) {
        return Value::Array(Vec::new());
    }
    let by_bar: Vec<&str> = cell.split('|').map(str::trim).collect();
    let by_space: Vec<&str> = cell.split_whitespace().collect();
    let entries = if by_bar.len() > 1 { by_bar } else { by_space };
    let entries = entries.into_iter().filter(|entry| !entry.is_empty()).enumerate();
    entries
        .map(|(i, entry)| read(entry, element, &path.index(i), mending).unwrap_or_else(|| stand_in(element)))
        .collect()
}

/// Whether a cell says that a list is known to be empty.
pub(super) fn is_none(cell: &str) -> bool {
    NONE.contains(&fold(cell).as_str())
}

/// The word of ours that the cell says, in either language.
pub(crate) fn word(cell: &str, words: &[&'static str]) -> Option<&'static str> {
    if let Some(word) = words.iter().find(|word| **word == cell) {
        return Some(word);
    }
    let cell = fold(cell);
    let swedish = |word: &str| {
        let known = WORDS.iter().find(|(english, _)| *english == word);
        known.is_some_and(|(_, swedish)| swedish.iter().any(|s| fold(s) == cell))
    };
    words.iter().copied().find(|word| **word == *cell || swedish(word))
}

fn sign(cell: &str) -> (bool, &str) {
    match cell.strip_prefix('-').or_else(|| cell.strip_prefix('\u{2212}')) {
        Some(rest) => (true, rest),
        None => (false, cell),
    }
}

fn integer(cell: &str) -> Result<i128, Code> {
    let (negative, digits) = sign(cell);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(if number(cell).is_some() {
            Code::NotWhole
        } else {
            Code::NotANumber
        });
    }
    // So many digits that no 128-bit number holds them are out of every range, too.
    let size: i128 = digits.parse().unwrap_or(i128::MAX);
    Ok(if negative { -size } else { size })
}

/// Digits with at most one decimal point or comma, no exponent, no thousands separator.
fn number(cell: &str) -> Option<f64> {
    let (negative, rest) = sign(cell);
    let (whole, part) = rest.split_once(['.', ',']).unwrap_or((rest, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) || cell.len() > 400 {
        return None;
    }
    let size: f64 = format!("{whole}.{part}").parse().ok().filter(|n: &f64| n.is_finite())?;
    Some(if negative { -size } else { size })
}

/// Signs with which a spreadsheet would begin a formula, and the guard itself.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// A text with a `'` before it if a spreadsheet could take it for a formula.
pub(super) fn guarded(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    format!("{guard}{text}")
}

/// A text without the guard that [`guarded`] set.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| rest.starts_with(FORMULA))
        .unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_notations() {
        assert_eq!(number("56,13"), Some(56.13));
        assert_eq!(number("-0.5"), Some(-0.5));
        assert_eq!(number("\u{2212}3"), Some(-3.0));
        for none in [
            "", ".", "1.", ",5", "1.234,5", "1 234", "1e5", "NaN", "inf", "0x1", "1,2,3", "+1", "--1",
        ] {
            assert_eq!(number(none), None, "{none}");
        }
        assert_eq!(integer("007"), Ok(7));
        assert_eq!(integer("3,0"), Err(Code::NotWhole));
        assert_eq!(integer("three"), Err(Code::NotANumber));
        assert_eq!(integer(&"9".repeat(60)), Ok(i128::MAX));
    }

    #[test]
    fn formulas_are_guarded_and_come_back() {
        for text in ["=1+1", "'=x", "'", "'abc", "-", "plain", "@x", "''"] {
            let written = guarded(text);
            assert!(!written.starts_with(['=', '+', '-', '@']), "{written}");
            assert_eq!(unguarded(&written), text);
        }
    }
}
