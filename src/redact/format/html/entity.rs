//! Character references: how text is written in HTML, read and written.
//!
//! The names are html5ever's table of the standard's 2,231, also those that may stand without a semicolon.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

use crate::redact::run::Run;

/// A reference at the start of `text` (which begins with `&`): its one or two characters and its length in bytes.
/// `None`: the `&` is only an ampersand.
pub(super) fn read(text: &str, attribute: bool) -> Option<(char, Option<char>, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(bytes);
    }
    let alnum = bytes.iter().skip(1).take(32).take_while(|b| b.is_ascii_alphanumeric()).count();
    let lookup = |to: usize| {
        let &(first, second) = NAMED_ENTITIES.get(text.get(1..to)?)?;
        let first = char::from_u32(first).filter(|&c| c != '\0')?;
        Some((first, char::from_u32(second).filter(|&c| c != '\0'), to))
    };
    if bytes.get(1 + alnum) == Some(&b';')
        && let Some(found) = lookup(alnum + 2)
    {
        return Some(found);
    }
    // Those without a semicolon have two to six letters.
    let found = (2..=alnum.min(6)).rev().find_map(|n| lookup(1 + n))?;
    let next = bytes.get(found.2).copied().unwrap_or(b' ');
    if attribute && (next == b'=' || next.is_ascii_alphanumeric()) {
        return None;
    }
    Some(found)
}

fn numeric(bytes: &[u8]) -> Option<(char, Option<char>, usize)> {
    let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let (from, radix) = if hex { (3, 16) } else { (2, 10) };
    let digits = bytes.get(from..)?.iter().take_while(|b| char::from(**b).is_digit(radix)).count();
    if digits == 0 {
        return None;
    }
    let mut value: u32 = 0;
    for &b in bytes.get(from..from + digits)? {
        let digit = char::from(b).to_digit(radix)?;
        value = value.saturating_mul(radix).saturating_add(digit).min(0x11_0000);
    }
    let end = from + digits + usize::from(bytes.get(from + digits) == Some(&b';'));
    let c = match value {
        0x80..=0x9f => C1_REPLACEMENTS.get(value as usize - 0x80).copied().flatten(),
        0 => None,
        _ => char::from_u32(value),
    };
    let plain = char::from_u32(value).filter(|_| (0x80..=0x9f).contains(&value));
    Some((c.or(plain).unwrap_or('\u{fffd}'), None, end))
}

/// Adds text with references to a run, as a person reads it. `at` is where `text` stands in the source.
pub(super) fn push(run: &mut Run, text: &str, at: u64, attribute: bool) {
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'&', text.as_bytes().get(from..).unwrap_or_default()) {
        let amp = from + found;
        let rest = text.get(amp..).unwrap_or_default();
        match read(rest, attribute) {
            Some((first, second, length)) => {
                run.push_read(text.get(from..amp).unwrap_or_default(), at + from as u64);
                let source = at + amp as u64..at + (amp + length) as u64;
                match second {
                    Some(second) => run.push_str(&String::from_iter([first, second]), source),
                    None => run.push_read_char(first, source),
                }
                from = amp + length;
            }
            None => {
                run.push_read(text.get(from..=amp).unwrap_or_default(), at + from as u64);
                from = amp + 1;
            }
        }
    }
    run.push_read(text.get(from..).unwrap_or_default(), at + from as u64);
}

/// As [`push`], but as it is laid out: spaces and ends of lines stay. `coded`: the text has references.
pub(super) fn push_exact(run: &mut Run, text: &str, at: u64, coded: bool) {
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'&', text.as_bytes().get(from..).unwrap_or_default()).filter(|_| coded) {
        let amp = from + found;
        run.push_source(text.get(from..amp).unwrap_or_default(), at + from as u64);
        match read(text.get(amp..).unwrap_or_default(), false) {
            Some((first, second, length)) => {
                let read: String = std::iter::once(first).chain(second).collect();
                run.push_str(&read, at + amp as u64..at + (amp + length) as u64);
                from = amp + length;
            }
            None => {
                run.push_source("&", at + amp as u64);
                from = amp + 1;
            }
        }
    }
    run.push_source(text.get(from..).unwrap_or_default(), at + from as u64);
}

/// The text with its references read.
pub(super) fn decode(text: &str, attribute: bool) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut from = first;
    out.push_str(text.get(..first).unwrap_or_default());
    loop {
        let rest = text.get(from..).unwrap_or_default();
        let Some(amp) = memchr::memchr(b'&', rest.as_bytes()) else {
            out.push_str(rest);
            return Cow::Owned(out);
        };
        out.push_str(rest.get(..amp).unwrap_or_default());
        match read(rest.get(amp..).unwrap_or_default(), attribute) {
            Some((first, second, length)) => {
                out.push(first);
                out.extend(second);
                from += amp + length;
            }
            None => {
                out.push('&');
                from += amp + 1;
            }
        }
    }
}

/// The text as it stands between tags or in quotes: none of `< > & " '` is left bare.
pub(super) fn escape(text: &str) -> String {
    escape_as(text, "")
}

/// As [`escape`], but each sign is written as `source`, which the text comes from, writes it: a page of `&#34;` keeps them, and what
/// nothing was found in stays as it was.
pub(super) fn escape_as(text: &str, source: &str) -> String {
    // By sign, its references; the first of them that the source has is how it writes it.
    const SPELT: &[(char, &[&str])] = &[
        ('"', &["&quot;", "&#34;", "&#x22;", "&#X22;", "&QUOT;", "&#034;"]),
        ('\'', &["&#39;", "&#x27;", "&apos;", "&#X27;", "&#039;"]),
        ('&', &["&amp;", "&#38;", "&#x26;", "&AMP;", "&#038;"]),
        ('<', &["&lt;", "&#60;", "&#x3c;", "&#x3C;", "&LT;", "&#060;"]),
        ('>', &["&gt;", "&#62;", "&#x3e;", "&#x3E;", "&GT;", "&#062;"]),
    ];
    let spelt: Vec<(char, &str)> = SPELT
        .iter()
        .filter_map(|(sign, ways)| {
            let first = ways.iter().filter_map(|way| Some((source.find(way)?, *way))).min();
            Some((*sign, first.map(|(_, way)| way).or_else(|| ways.first().copied())?))
        })
        .collect();
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for c in text.chars() {
        match spelt.iter().find(|(sign, _)| *sign == c) {
            Some((_, way)) => out.push_str(way),
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_read() {
        for (text, attribute, want) in [
            ("O&#039;Reilly", false, "O'Reilly"),
            ("&#57;&#x34;&#X33", false, "943"),
            ("&#0000000000000057;", false, "9"),
            ("caf&eacute;s", false, "cafés"),
            ("caf&eacutes", false, "cafés"),
            ("?a=1&copy=2&amp;b=3", true, "?a=1&copy=2&b=3"),
            ("?a=1&copy=2", false, "?a=1©=2"),
            ("&notit; &notin;", false, "¬it; ∉"),
            ("&#128;&#0;&#xd800;&#99999999;", false, "€\u{fffd}\u{fffd}\u{fffd}"),
            ("a & b &; &# &#x; &unknown;", false, "a & b &; &# &#x; &unknown;"),
            ("&NotEqualTilde;", false, "≂̸"),
        ] {
            assert_eq!(decode(text, attribute), want, "{text}");
        }
    }

    #[test]
    fn signs_are_written_as_the_source_writes_them() {
        for (source, text, want) in [
            ("{&#34;a&#34;:&#x27;b&#x27;}", "{\"a\":'c'}", "{&#34;a&#34;:&#x27;c&#x27;}"),
            ("{&quot;a&quot;:1}", "{\"a\":'<'}", "{&quot;a&quot;:&#39;&lt;&#39;}"),
            ("plain", "a & b", "a &amp; b"),
        ] {
            assert_eq!(escape_as(text, source), want, "{source}");
            assert_eq!(decode(&escape_as(text, source), true), text);
        }
    }

    #[test]
    fn a_run_maps_back_through_references() {
        let mut run = Run::default();
        push(&mut run, "No &#57;43&nbsp;476 x", 10, false);
        assert_eq!(run.text(), "No 943 476 x");
        assert_eq!(run.source_of(3..10), vec![13..29]);
    }
}
