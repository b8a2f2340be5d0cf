//! Canonical JSON and its digest: one document, one sequence of bytes, one SHA-256.
//!
//! The form is RFC 8785 (JSON Canonicalization Scheme): no white space, keys sorted by their UTF-16 code units,
//! strings with the shortest escapes, numbers as ECMAScript prints them. Whole numbers beyond ±(2^53 − 1) are
//! refused, since readers that keep numbers as doubles would change them (RFC 7493, section 2.2); our documents
//! write such values as text. The module promises the same bytes for the same value, whatever the order of fields
//! or the platform. It knows no pool, no policy and no plan.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};
use sha2::{Digest as _, Sha256};

/// Largest whole number that survives a reader with doubles: 2^53 − 1.
const LARGEST_SAFE: u64 = (1 << 53) - 1;

/// A value has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CanonicalError {
    /// A whole number lies outside ±(2^53 − 1).
    #[error("a whole number lies outside -(2^53 - 1) to 2^53 - 1 and must be written as text")]
    UnsafeNumber,
    /// The value cannot be written as JSON at all, such as a map whose keys are not strings.
    #[error("the value cannot be written as json")]
    NotJson,
}

/// The canonical JSON bytes of a value (RFC 8785).
///
/// # Errors
/// [`CanonicalError`] when a whole number is beyond ±(2^53 − 1) or the value is not expressible as JSON.
///
/// # Complexity
/// Linear in the size of the document, times the logarithm of the longest object for sorting keys.
///
/// # Examples
/// ```
/// let document = serde_json::json!({ "plats": 2, "barn": ["b-07", "b-12"] });
/// assert_eq!(hemvist::canonical::to_bytes(&document)?, br#"{"barn":["b-07","b-12"],"plats":2}"#);
/// # Ok::<(), hemvist::canonical::CanonicalError>(())
/// ```
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    let value = serde_json::to_value(value).map_err(|_| CanonicalError::NotJson)?;
    let mut text = String::new();
    write_value(&value, &mut text)?;
    Ok(text.into_bytes())
}

fn write_value(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(item, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (i, (key, item)) in fields.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_text(key, out);
                out.push(':');
                write_value(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

const HEX: [&str; 16] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f",
];

/// RFC 8785, section 3.2.2.2.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => out.extend(["\\u00", if c < '\u{10}' { "0" } else { "1" }, HEX[c as usize % 16]]),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn write_number(number: &Number, out: &mut String) -> Result<(), CanonicalError> {
    let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
    if let Some(magnitude) = magnitude {
        if magnitude > LARGEST_SAFE {
            return Err(CanonicalError::UnsafeNumber);
        }
        out.push_str(&number.to_string());
        return Ok(());
    }
    write_ecmascript(&number.to_string(), out)
}

/// ECMAScript `Number::toString` (ECMA-262, section 6.1.6.1.20).
///
/// `shortest` holds the fewest digits that read back as the same double, of two equally near ones the even one, in
/// any notation: what `serde_json` prints. (The standard library's own printing picks the odd one of such two.)
fn write_ecmascript(shortest: &str, out: &mut String) -> Result<(), CanonicalError> {
    let (sign, magnitude) = shortest.strip_prefix('-').map_or(("", shortest), |m| ("-", m));
    let (mantissa, exponent) = magnitude.split_once('e').unwrap_or((magnitude, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| CanonicalError::NotJson)?;
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, rest].concat();
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0');
    if digits.is_empty() {
        out.push('0');
        return Ok(());
    }
    out.push_str(sign);
    let length = |n: usize| i32::try_from(n).map_err(|_| CanonicalError::NotJson);
    let count = length(digits.len())?;
    // The point stands after this many of `digits`.
    let point = length(whole.len())? + exponent - length(leading)?;
    let zeros = |n: i32| "0".repeat(usize::try_from(n).unwrap_or(0));
    if count <= point && point <= 21 {
        out.extend([digits, &zeros(point - count)]);
    } else if 0 < point && point <= 21 {
        let (whole, rest) = digits.split_at(usize::try_from(point).unwrap_or(0));
        out.extend([whole, ".", rest]);
    } else if -6 < point && point <= 0 {
        out.extend(["0.", &zeros(-point), digits]);
    } else {
        let (first, rest) = digits.split_at(1);
        out.extend([first, if rest.is_empty() { "" } else { "." }, rest]);
        let exponent = point - 1;
        out.extend([
            if exponent < 0 { "e-" } else { "e+" },
            &exponent.unsigned_abs().to_string(),
        ]);
    }
    Ok(())
}

/// The SHA-256 of a document's bytes, written `sha256:` and 64 hexadecimal digits.
///
/// A digest of a small document can be guessed by trying all documents; treat it as you treat the document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    ///
    /// # Examples
    /// ```
    /// use hemvist::canonical::Digest;
    /// let digest = Digest::of(b"{}").to_string();
    /// assert_eq!(digest, "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    /// ```
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of a value's canonical JSON.
    ///
    /// # Errors
    /// As [`to_bytes`].
    pub fn of_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, CanonicalError> {
        Ok(Self::of(&to_bytes(value)?))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a digest in the form sha256: and 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl FromStr for Digest {
    type Err = DigestError;
    fn from_str(text: &str) -> Result<Self, DigestError> {
        let hex = text.strip_prefix("sha256:").ok_or(DigestError)?.as_bytes();
        if hex.len() != 64 {
            return Err(DigestError);
        }
        let nibble = |b: u8| match b {
            b'0'..=b'9' => Ok(b - b'0'),
            b'a'..=b'f' => Ok(b - b'a' + 10),
            _ => Err(DigestError),
        };
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn canonical(json: &str) -> String {
        let value: Value = serde_json::from_str(json).expect("a test document");
        String::from_utf8(to_bytes(&value).expect("has a canonical form")).expect("is text")
    }

    /// RFC 8785, section 3.2.4: the sample of sections 3.2.2 and 3.2.3, byte for byte.
    #[test]
    fn rfc_8785_sample() {
        let input = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let expected = concat!(
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
            r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        );
        assert_eq!(canonical(input), expected);
    }

    /// RFC 8785, section 3.2.3: keys sorted by UTF-16 code units, where U+1F600 comes before U+FB33.
    #[test]
    fn rfc_8785_sorting() {
        let input = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let text = canonical(input);
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let places: Vec<usize> = order.iter().map(|w| text.find(w).expect("is there")).collect();
        assert!(places.is_sorted(), "{places:?}");
    }

    /// RFC 8785, appendix B: doubles by their bits and their text.
    #[test]
    fn rfc_8785_numbers() {
        let vectors: [(u64, &str); 22] = [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ];
        for (bits, text) in vectors {
            let mut out = String::new();
            write_number(&Number::from_f64(f64::from_bits(bits)).expect("finite"), &mut out).expect("writes");
            assert_eq!(out, text, "{bits:016x}");
        }
    }

    #[test]
    fn whole_numbers_end_at_two_to_the_53() {
        assert_eq!(
            canonical("[9007199254740991,-9007199254740991]"),
            "[9007199254740991,-9007199254740991]"
        );
        for beyond in [
            json!(LARGEST_SAFE + 1),
            json!(-9_007_199_254_740_992_i64),
            json!(u64::MAX),
        ] {
            assert_eq!(to_bytes(&beyond), Err(CanonicalError::UnsafeNumber));
        }
    }

    #[test]
    fn a_digest_reads_back_and_nothing_else_does() {
        let digest = Digest::of(b"abc");
        let text = digest.to_string();
        assert_eq!(
            text,
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(text.parse(), Ok(digest));
        for wrong in [
            &text[7..],
            &text[..70],
            "sha256:",
            &text.to_uppercase(),
            &format!("{text}0"),
        ] {
            assert_eq!(wrong.parse::<Digest>(), Err(DigestError), "{wrong}");
        }
    }
}
