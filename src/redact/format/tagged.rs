//! Markup where a field's value should stand: `"mrn": "<a href=\'/p/7\'>RFH-4410982</a>"`, as grids send their cells.
//!
//! The text between the tags is the value and goes; then the whole is read as markup, for what attributes hold. So links and classes
//! stay, and the grid shows what it should.

use super::{Media, elements, embedded};
use crate::redact::inspect::Inspector;
use crate::redact::place::Place;
use crate::redact::withheld::Withheld;

/// Whether a text has a tag and its end, so that it is markup for sure.
pub(super) fn has_tags(text: &str) -> bool {
    let opens = text.match_indices('<').any(|(at, _)| is_tag(text.get(at..).unwrap_or_default()));
    opens && (text.contains("</") || text.contains("/>") || text.trim_start().starts_with('<')) && text.contains('>')
}

/// Whether a tag begins here.
fn is_tag(text: &str) -> bool {
    // One sign of each: looking on through thousands of them at each of them would take for ever.
    let Some(name) = text.strip_prefix('<') else { return false };
    let name = name.strip_prefix('/').unwrap_or(name);
    let letters = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let ends = name.as_bytes().get(letters).is_some_and(|b| matches!(b, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r'));
    ends && name.get(..letters).is_some_and(elements::is_element)
}

/// Replaces the text between the tags by what the field of `place` says, and what the tags hold by what markup says; `None` when
/// nothing changed.
pub(super) fn redact(ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<Option<String>, Withheld> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = if is_tag(rest) && rest.starts_with('<') { tag(rest) } else { next_tag(rest) };
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        rest = after;
        match if piece.starts_with('<') { None } else { ins.redact(piece, place)? } {
            Some(new) => out.push_str(&new),
            None => out.push_str(piece),
        }
    }
    let read = embedded(ins, Media::Html, &out)?.unwrap_or(out);
    Ok((read != text).then_some(read))
}

/// The length of the tag at the front, with what stands in quotes.
fn tag(text: &str) -> usize {
    let mut quote = None;
    for (at, b) in text.bytes().enumerate() {
        match (quote, b) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), _) if open == b => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// Where the next tag begins; the end when there is none.
fn next_tag(text: &str) -> usize {
    let starts = |at: usize| text.get(at..).is_some_and(is_tag);
    text.match_indices('<').map(|(at, _)| at).find(|at| *at > 0 && starts(*at)).unwrap_or(text.len())
}
