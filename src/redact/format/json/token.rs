//! Tokens of JSON: strings, numbers, words, and what stands around documents.

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
        found.push(rest.get(..length).unwrap_or_default());
        at += length.max(1);
    }
    found
}

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

/// `true`, `false` or `null`.
pub(super) fn word(text: &str, last: bool) -> Result<Option<&'static str>, Withheld> {
    for word in ["true", "false", "null"] {
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

const PREFIXES: &[&str] =
    &["\u{feff}", ")]}',", ")]}'", "while(1);", "while (1);", "for(;;);", "for (;;);", "throw 1;", "/**/"];

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
