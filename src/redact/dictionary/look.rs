//! A text made ready for looking: folded, its words and numbers told apart, and what is looked for at its place.

use std::borrow::Cow;
use std::ops::Range;

use crate::redact::place::{Place, Surface};
use crate::redact::plan::FieldEffect;
use crate::redact::remark::{is_documentation, is_licence, speaks_of_people};

/// A number of so many digits is known for what it is with letters right before or behind it: `id9434765919x`.
pub(super) const LONG_NUMBER: usize = 9;

/// A text made ready for looking, once for all layers.
pub(super) struct Look<'a> {
    pub(super) text: &'a str,
    pub(super) folded: Cow<'a, str>,
    pub(super) digits: usize,
    pub(super) code: bool,
    /// A postcode stands here, says the label.
    pub(super) postal: bool,
    pub(super) style: bool,
    /// A programmer's remark: whole names only.
    pub(super) remark: bool,
    /// A library's remark: no dates either, they are its own.
    pub(super) library: bool,
    /// A licence: no names at all, they are its authors'.
    pub(super) licence: bool,
}

impl<'a> Look<'a> {
    pub(super) fn at(text: &'a str, place: &Place<'_>) -> Self {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let style = place.surface == Surface::Style;
        let code = style || place.surface == Surface::Script;
        let remark = place.surface == Surface::Remark && !speaks_of_people(text);
        let kept = place.field.as_ref().is_some_and(|f| matches!(f.effect, FieldEffect::Keep));
        let library = remark && (kept || is_documentation(text));
        let licence = remark && kept && is_licence(text);
        let postal = ["postal code", "postcode", "post code", "zip"].iter().any(|l| place.label.contains(l));
        Self { text, folded: fold(text), digits, code, style, remark, library, licence, postal }
    }
}

/// Lower case, character by character, without moving any: a character whose lower case has another length stays.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| {
                let mut lower = c.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
                    _ => c,
                }
            })
            .collect(),
    )
}

/// Runs of letters and digits. A long number is a run of its own: when it goes, what touched it is a word.
pub(super) fn alphanumeric_runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, first) = chars.by_ref().find(|(_, c)| c.is_alphanumeric())?;
        let mut to = from + first.len_utf8();
        let mut digits = usize::from(first.is_ascii_digit());
        while let Some((i, c)) = chars.next_if(|&(i, c)| {
            let ends = match (c.is_ascii_digit(), digits) {
                (true, 0) => text.get(i..).is_some_and(begins_long_number),
                (false, LONG_NUMBER..) => true,
                (true | false, _) => false,
            };
            c.is_alphanumeric() && !ends
        }) {
            to = i + c.len_utf8();
            digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        }
        Some(from..to)
    })
}

/// Whether so many digits stand here that they are a number whatever touches them.
pub(super) fn begins_long_number(text: &str) -> bool {
    text.bytes().take_while(u8::is_ascii_digit).nth(LONG_NUMBER - 1).is_some()
}

/// Letters and digits from `at`, over at most two signs between them such as numbers are broken with.
pub(super) fn unspaced(bytes: &[u8], at: usize) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut i = at;
    std::iter::from_fn(move || {
        let mut signs = 0;
        loop {
            let b = *bytes.get(i)?;
            i += 1;
            match b {
                b if b.is_ascii_alphanumeric() => return Some((i - 1, b)),
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+' | b'_' | b',' if signs < 3 => signs += 1,
                _ => return None,
            }
        }
    })
}
