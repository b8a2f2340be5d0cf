//! Words into lines, numbers into words.

use hemvist::Lang;

/// How many columns a text takes on a terminal: letters of the Latin script take one each.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Breaks a text at spaces into lines of at most `width` columns; a longer word stands alone.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![];
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// A whole number in groups of three, as the language writes it; the space does not break.
pub(crate) fn thousands(number: impl Into<i128>, lang: Lang) -> String {
    let number: i128 = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push_str(lang.pick(",", "\u{a0}"));
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_long_as_fits() {
        assert_eq!(wrap("ett två tre fyra", 8), ["ett två", "tre fyra"]);
        assert_eq!(wrap("en överlångtord två", 6), ["en", "överlångtord", "två"]);
        assert_eq!(wrap("", 6), [""]);
    }

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        assert_eq!(thousands(1_234_567, Lang::En), "1,234,567");
        assert_eq!(thousands(-1_234, Lang::Sv), "−1\u{a0}234");
        assert_eq!(thousands(0, Lang::Sv), "0");
    }
}
