//! Escapes of JSON strings.

use super::MALFORMED;
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

/// Decodes a string with its quotes into `exact`, whose source positions count from the opening quote.
pub(super) fn decode(source: &str, exact: &mut Run) -> Result<(), Withheld> {
    let inside = source.strip_prefix('"').and_then(|s| s.strip_suffix('"')).ok_or(MALFORMED)?;
    if inside.bytes().any(|b| b < 0x20) {
        return Err(MALFORMED);
    }
    let mut at = 0;
    loop {
        let rest = inside.get(at..).unwrap_or_default();
        let Some(plain) = memchr::memchr(b'\\', rest.as_bytes()) else {
            exact.push_source(rest, 1 + at as u64);
            return Ok(());
        };
        exact.push_source(rest.get(..plain).unwrap_or_default(), 1 + at as u64);
        let (c, length) = escaped(rest.get(plain..).unwrap_or_default())?;
        let from = 1 + (at + plain) as u64;
        exact.push_char(c, from..from + length as u64);
        at += plain + length;
    }
}

/// The character that an escape at the front stands for, and how long it is.
fn escaped(text: &str) -> Result<(char, usize), Withheld> {
    let c = match text.as_bytes().get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = hex4(text.get(2..6))?;
            if !(0xd800..0xe000).contains(&unit) {
                return Ok((char::from_u32(unit).ok_or(MALFORMED)?, 6));
            }
            // A surrogate stands only in a pair, high then low.
            let low = if text.get(6..8) == Some("\\u") { hex4(text.get(8..12))? } else { 0 };
            if unit >= 0xdc00 || !(0xdc00..0xe000).contains(&low) {
                return Err(MALFORMED);
            }
            let c = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return Ok((char::from_u32(c).ok_or(MALFORMED)?, 12));
        }
        Some(_) | None => return Err(MALFORMED),
    };
    Ok((c, 2))
}

fn hex4(text: Option<&str>) -> Result<u32, Withheld> {
    let text = text.filter(|t| t.bytes().all(|b| b.is_ascii_hexdigit())).ok_or(MALFORMED)?;
    u32::from_str_radix(text, 16).map_err(|_| MALFORMED)
}

/// Writes a string with its quotes; safe inside `<script>` too.
pub(in crate::redact) fn write(text: &str, out: &mut String) {
    out.push('"');
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Only what could end or comment out a script: markup in strings stays readable.
            '<' if ends_script(chars.as_str()) => out.push_str("\\u003c"),
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Whether a `<` before this text means something to an HTML parser inside a script.
pub(in crate::redact) fn ends_script(after: &str) -> bool {
    ["/script", "script", "!--"].iter().any(|m| after.get(..m.len()).is_some_and(|a| a.eq_ignore_ascii_case(m)))
}

/// What a string, number or word of a document stands for.
pub(in crate::redact) fn text_of(source: &str) -> String {
    let mut exact = Run::default();
    match decode(source, &mut exact) {
        Ok(()) => exact.text().to_owned(),
        Err(_) => source.to_owned(),
    }
}
