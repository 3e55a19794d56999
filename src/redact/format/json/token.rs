//! Tokens of JSON: strings, numbers, words, and what stands around documents.

use std::ops::Range;

use super::MALFORMED;
use crate::redact::withheld::Withheld;

/// The string at the front, with its quotes; `None` when it does not end yet.
pub(super) fn string(text: &str, last: bool) -> Result<Option<&str>, Withheld> {
    match end_of_string(text.as_bytes()) {
        Some(end) => Ok(Some(text.get(..end).ok_or(MALFORMED)?)),
        None if last => Err(MALFORMED),
        None => Ok(None),
    }
}

/// Where the string at the front ends, its closing quote included.
pub(super) fn end_of_string(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// The number at the front; it ends before the first byte that cannot be part of one.
pub(super) fn number(text: &str, last: bool) -> Result<Option<&str>, Withheld> {
    let part = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    let end = text.bytes().position(|b| !part(b));
    let number = match end {
        Some(end) => text.get(..end).unwrap_or_default(),
        None if last => text,
        None => return Ok(None),
    };
    if is_number(number) { Ok(Some(number)) } else { Err(MALFORMED) }
}

/// Whether a text is a number or a word of JSON.
pub(in crate::redact) fn is_scalar(text: &str) -> bool {
    is_number(text) || matches!(text, "true" | "false" | "null")
}

/// The strings (keys too), numbers and words of a well-formed document, in order, as they are written.
pub(in crate::redact) fn scalars(text: &str) -> Vec<&str> {
    scalar_ranges(text).into_iter().filter_map(|range| text.get(range)).collect()
}

/// Where the scalars of a well-formed document stand.
pub(in crate::redact) fn scalar_ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = match rest.as_bytes().first() {
            Some(b'"') => end_of_string(rest.as_bytes()).unwrap_or(rest.len()),
            Some(b'{' | b'}' | b'[' | b']' | b':' | b',' | b' ' | b'\t' | b'\r' | b'\n') | None => {
                at += 1;
                continue;
            }
            Some(_) => rest.find(['{', '}', '[', ']', ':', ',', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()),
        };
        found.push(at..at + length);
        at += length.max(1);
    }
    found
}

/// Whether a text is a number as JSON writes one: `-2.5e3`, and not `007`.
fn is_number(text: &str) -> bool {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let text = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text.starts_with('0')) {
        return false;
    }
    let mut rest = text.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let n = digits(fraction);
        if n == 0 {
            return false;
        }
        rest = fraction.get(n..).unwrap_or_default();
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let n = digits(exponent);
        if n == 0 {
            return false;
        }
        rest = exponent.get(n..).unwrap_or_default();
    }
    rest.is_empty()
}

/// The number as a person writes it: `9.434765919e9` and `9434765919.0` are `9434765919`.
pub(super) fn integral(number: &str) -> String {
    if !number.contains(['.', 'e', 'E']) {
        return number.to_owned();
    }
    match number.parse::<f64>() {
        // Every whole number below 2^53 is exact.
        Ok(n) if n.fract() == 0.0 && n.abs() < 9.0e15 => format!("{n:.0}"),
        Ok(_) | Err(_) => number.to_owned(),
    }
}

/// `true`, `false` or `null`; also `NaN` and `Infinity`, which no standard has and Python writes.
pub(super) fn word(text: &str, last: bool) -> Result<Option<&'static str>, Withheld> {
    for word in ["true", "false", "null", "NaN", "Infinity", "-Infinity"] {
        if text.starts_with(word) {
            return Ok(Some(word));
        }
        if word.starts_with(text) && !last {
            return Ok(None);
        }
    }
    Err(MALFORMED)
}

/// What stands at the front of a body that does not begin with a value.
pub(super) enum Guard {
    /// `true`, `false` or `null`.
    Word,
    /// So many bytes that keep the body from being run as a script.
    Prefix(usize),
    /// So many bytes of a JSONP call.
    Call(usize),
}

const PREFIXES: &[&str] = &[
    "\u{feff}",
    ")]}',",
    ")]}'",
    "//OK",
    "//EX",
    "while(1);",
    "while (1);",
    "for(;;);",
    "for (;;);",
    "throw 1;",
    "/**/",
];

/// The longest name of a JSONP callback.
const CALLBACK: usize = 128;

pub(super) fn guard(text: &str, last: bool) -> Result<Option<Guard>, Withheld> {
    for prefix in PREFIXES {
        // The longer of two that begin alike is waited for.
        if !last && text.len() < prefix.len() && prefix.starts_with(text) {
            return Ok(None);
        }
        if text.starts_with(prefix) {
            return Ok(Some(Guard::Prefix(prefix.len())));
        }
    }
    let name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.');
    match text.bytes().position(|b| !name(b)) {
        Some(0) => Err(MALFORMED),
        Some(n) if n <= CALLBACK && text.as_bytes().get(n) == Some(&b'(') && !has_long_number(text.get(..n)) => {
            Ok(Some(Guard::Call(n + 1)))
        }
        None if !last && text.len() <= CALLBACK => Ok(None),
        Some(_) | None => Ok(Some(Guard::Word)),
    }
}

/// jQuery's callbacks hold a random number and a time, 13 digits and more; ten digits may be an identifier.
fn has_long_number(name: Option<&str>) -> bool {
    name.unwrap_or_default().split(|c: char| !c.is_ascii_digit()).any(|n| (6..=12).contains(&n.len()))
}

/// What stands at the front of a line of rows: `1:{"a":1}`, `2:I["x"]`, `3:T5,words`.
pub(super) enum Row {
    /// No row, but perhaps a document.
    None,
    /// So many bytes, then JSON.
    Json(usize),
    /// So many bytes, then text, as long as they say.
    Text(usize),
}

/// The longest head of a row.
const ROW: usize = 24;

/// The head of the row at the front; `None` when more must come.
pub(super) fn row(text: &str, last: bool) -> Option<Row> {
    let bytes = text.as_bytes();
    let hex = bytes.iter().take(ROW).take_while(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()).count();
    let rest = bytes.get(hex..).unwrap_or_default();
    let more = if last || bytes.len() >= ROW { Some(Row::None) } else { None };
    match rest {
        [] => more,
        [b':', after @ ..] if hex <= 8 => {
            let letters = after.iter().take(3).take_while(|b| b.is_ascii_uppercase()).count();
            let from = hex + 1 + letters;
            match after.get(letters) {
                None => more,
                Some(b'[' | b'{' | b'"') => Some(Row::Json(from)),
                Some(b'0'..=b'9' | b't' | b'f' | b'n' | b'-') if letters == 0 && hex > 0 => Some(Row::Json(from)),
                Some(_) if letters == 1 && after.first() == Some(&b'T') => {
                    let size = after.iter().skip(1).take(8).take_while(|b| b.is_ascii_hexdigit()).count();
                    match after.get(1 + size) {
                        None => more,
                        Some(b',') if size > 0 => Some(Row::Text(from + size + 1)),
                        Some(_) => Some(Row::None),
                    }
                }
                Some(_) => Some(Row::None),
            }
        }
        _ => Some(Row::None),
    }
}

/// Whether a text begins as rows do.
pub(in crate::redact) fn is_row(text: &str) -> bool {
    let hex = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    let begins = text.as_bytes().get(hex) == Some(&b':') && text.ends_with(['}', ']', '"', '\n']);
    begins
        && hex > 0
        && matches!(row(text, true), Some(Row::Json(_) | Row::Text(_)))
        && text.get(hex + 1..).is_some_and(|rest| rest.starts_with(['[', '{', 'I', 'H', 'T', 'E']))
}

/// A number of letters and digits in single quotes at the front: `'Y8T_570'`.
pub(super) fn packed(text: &str, last: bool) -> Result<Option<&str>, Withheld> {
    let inside =
        text.bytes().skip(1).take(13).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$')).count();
    match text.as_bytes().get(inside + 1) {
        Some(b'\'') if inside > 0 && inside < 13 => Ok(text.get(..inside + 2)),
        None if !last => Ok(None),
        Some(_) | None => Err(MALFORMED),
    }
}

/// Whether a script is a JSONP call and nothing else: `callback({…});`.
pub(in crate::redact) fn is_call(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let text = text.strip_prefix("/**/").unwrap_or(text);
    let Some((name, rest)) = text.split_once('(') else { return false };
    let named = !name.is_empty()
        && name.len() <= CALLBACK
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.'));
    let inside = rest.trim_end_matches(';').strip_suffix(')').map(str::trim).unwrap_or_default();
    named && inside.starts_with(['{', '[']) && crate::redact::format::value::is_json(inside)
}
