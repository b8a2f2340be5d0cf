//! One look over the bytes of a document before anything is built from them: how deep, how long are its lists.

use crate::limits;
use crate::problem::Fact;

/// What the look found.
#[derive(Debug, PartialEq)]
pub(super) struct Scan {
    /// Where the text goes deeper than [`limits::DEPTH`].
    pub(super) too_deep: Option<Fact>,
    /// Whether a list is so long that the quick reader, which takes memory as it goes, must not see it.
    pub(super) long_list: bool,
}

/// More elements than any list within a record may have, unknown ones included.
const LONG_IN_RECORD: u64 = limits::RECORD_VALUES.most;
/// More records than the strictest section may have.
const LONG_SECTION: u64 = limits::CHILDREN.most;
const MOST_LEVELS: usize = 64;
const _: () = assert!(limits::DEPTH.most == MOST_LEVELS as u64, "one depth");

/// Looks over a text that may not even be JSON; strings are skipped, brackets and commas counted.
///
/// # Complexity
/// Time linear in the text, constant memory.
pub(super) fn scan(text: &[u8]) -> Scan {
    let mut commas = [0u64; MOST_LEVELS + 1];
    let mut depth = 0;
    let mut long_list = false;
    let mut in_string = false;
    let mut bytes = text.iter().enumerate();
    while let Some((at, &byte)) = bytes.next() {
        if in_string {
            match byte {
                b'\\' => {
                    bytes.next();
                }
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > MOST_LEVELS {
                    return Scan {
                        too_deep: Some(position(text, at)),
                        long_list,
                    };
                }
                commas[depth] = 0;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => {
                commas[depth] += 1;
                let most = if depth <= 2 { LONG_SECTION } else { LONG_IN_RECORD };
                long_list |= commas[depth] >= most;
            }
            _ => {}
        }
    }
    Scan {
        too_deep: None,
        long_list,
    }
}

/// Line and column, from 1, of a byte.
pub(super) fn position(text: &[u8], at: usize) -> Fact {
    let before = &text[..at];
    let line_start = before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |newline| newline + 1);
    let lines = before.split(|&b| b == b'\n').count();
    Fact::Position {
        line: lines as u64,
        column: (at - line_start) as u64 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_strings() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(scan(nested(64).as_bytes()).too_deep, None);
        let deep = Fact::Position { line: 1, column: 65 };
        assert_eq!(scan(nested(65).as_bytes()).too_deep, Some(deep));
        assert_eq!(scan(format!("\"\\\"{}\"", "[".repeat(99)).as_bytes()).too_deep, None);
    }

    #[test]
    fn long_lists_are_seen() {
        let list = |n: usize| format!("[[[{}0]]]", "0,".repeat(n - 1));
        assert!(!scan(list(4_096).as_bytes()).long_list);
        assert!(scan(list(4_097).as_bytes()).long_list);
    }
}
