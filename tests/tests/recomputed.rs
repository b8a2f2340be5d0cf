//! What Hemvist promises that others can recompute, recomputed by Python.
#![forbid(unsafe_code)]

use hemvist::{canonical, lottery};
use hemvist_conformance::python;
use serde_json::{Map, Number, Value};

/// `SplitMix64`: the same sequence everywhere, so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() >> 32).expect("32 bits") % n
    }
    fn text(&mut self) -> String {
        const LETTERS: [char; 20] = [
            'a',
            'b',
            'z',
            'A',
            'å',
            'ä',
            'ö',
            '0',
            '-',
            ' ',
            '"',
            '\\',
            '/',
            '\n',
            '\u{1}',
            '\u{1f}',
            '\u{80}',
            '€',
            '\u{fb33}',
            '\u{1f600}',
        ];
        (0..self.below(8)).map(|_| LETTERS[self.below(20)]).collect()
    }
    fn value(&mut self, depth: u32) -> Value {
        match self.below(if depth == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 => Value::from(i64::try_from(self.next() >> 11).expect("53 bits") - (1 << 52)),
            3 => loop {
                // Any bit pattern now, a coordinate-like number then.
                let bits = self.next();
                let number = if bits.is_multiple_of(2) {
                    Number::from_f64(f64::from_bits(bits))
                } else {
                    format!("{}.{}", bits % 180, (bits >> 20) % 1_000_000).parse().ok()
                };
                if let Some(number) = number {
                    break Value::Number(number);
                }
            },
            4 => Value::String(self.text()),
            5 => Value::Array((0..self.below(5)).map(|_| self.value(depth - 1)).collect()),
            _ => Value::Object(
                (0..self.below(5))
                    .map(|_| (self.text(), self.value(depth - 1)))
                    .collect::<Map<_, _>>(),
            ),
        }
    }
}

#[test]
fn ten_thousand_draws_agree_with_twenty_lines_of_python() {
    let mut numbers = Numbers(1);
    for draw in 0..20 {
        let ids: Vec<String> = (0..500).map(|i| format!("barn-{i}-{}", numbers.below(1000))).collect();
        let seed = format!("dragning {draw} å");
        let ours: Vec<&str> = lottery::order(&seed, ids.iter().map(String::as_str))
            .into_iter()
            .map(|at| ids[at as usize].as_str())
            .collect();
        let Some(theirs) = python::run("lottery.py", &[&seed], &ids.join("\n")) else {
            return;
        };
        assert_eq!(theirs.lines().collect::<Vec<_>>(), ours, "draw {draw}");
    }
}

#[test]
fn ten_thousand_documents_have_one_canonical_form() {
    let mut numbers = Numbers(2);
    let documents: Vec<Value> = (0..10_000).map(|_| numbers.value(3)).collect();
    let input: String = documents.iter().map(|d| d.to_string() + "\n").collect();
    let Some(theirs) = python::run("canonical.py", &[], &input) else {
        return;
    };
    let theirs: Vec<&str> = theirs.split_terminator('\n').collect();
    assert_eq!(theirs.len(), documents.len());
    for (document, theirs) in documents.iter().zip(theirs) {
        let ours = canonical::to_bytes(document).expect("safe numbers only");
        assert_eq!(String::from_utf8(ours).expect("is text"), theirs);
    }
}
