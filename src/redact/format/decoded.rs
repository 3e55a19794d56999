//! A decoded value and its source: from what a format unescaped to edits of what it read.

use std::ops::Range;

use super::{barred, hl7, labelled, objects, url, value};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::remark::{is_documentation, speaks_of_people};
use crate::redact::run::{Run, Span};
use crate::redact::withheld::Withheld;

/// A stretch of source and what stands there instead.
#[derive(Debug)]
pub(in crate::redact) struct Edit {
    pub span: Span,
    pub with: String,
}

/// Inspects a value. `exact` holds it as decoded, unfolded, with a map to its source; lines and "Label: value" are seen
/// here, before the text is read as a person would.
pub(in crate::redact) fn inspect(ins: &mut Inspector, exact: &Run, place: &Place<'_>) -> Result<Vec<Edit>, Withheld> {
    inspect_under(ins, exact, place, &mut None)
}

/// The same of a text in which a table may go on, whose columns are known; and afterwards those of the table that its end stands in.
fn inspect_under(
    ins: &mut Inspector,
    exact: &Run,
    place: &Place<'_>,
    columns: &mut Option<barred::Columns>,
) -> Result<Vec<Edit>, Withheld> {
    let mut edits = Vec::new();
    let mut left = None;
    if place.field.as_ref().is_none_or(|f| !f.names_identifier()) {
        for (word, new) in words(ins, exact.text(), place)? {
            let left = left.get_or_insert_with(|| exact.clone());
            let mut new = new;
            for span in exact.source_of(word.clone()) {
                if let Some(with) = &mut new {
                    edits.push(Edit { span, with: std::mem::take(with) });
                }
            }
            left.blank(word);
        }
    }
    let exact = left.as_ref().unwrap_or(exact);
    let text = exact.text();
    for part in labelled::split(ins, text, place, columns) {
        let label = if part.label.is_empty() { place.label } else { &part.label };
        let here = Place { field: part.field.clone(), label, ..place.clone() };
        read(ins, exact, part.range, &here, &mut edits)?;
    }
    Ok(edits)
}

/// Where a word stands, and what it becomes.
pub(in crate::redact) type Word = (Range<usize>, Option<String>);

/// Words of a text that hold a format of their own: an address with percent codes, base64, a token of three parts. Each
/// with what it becomes; `None` when nothing in it changed.
pub(in crate::redact) fn words(ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<Vec<Word>, Withheld> {
    let mut done = Vec::new();
    let documents = place.surface == Surface::Remark && is_documentation(text) && !speaks_of_people(text);
    let (mut at, mut word_ends) = (0, 0);
    // A program's own objects are examples, or read as what they are.
    let shown = matches!(
        place.surface,
        Surface::Text | Surface::Field | Surface::ShownAttribute | Surface::Comment | Surface::Data
    );
    let mut objects = if shown { objects::find(text) } else { Vec::new() }.into_iter().peekable();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        while objects.next_if(|object| object.range.start < at).is_some() {}
        if let Some(object) = objects.next_if(|object| object.range.start == at)
            && let Some(words) = object.redact(ins)?
        {
            at = object.range.end;
            done.extend(words);
            continue;
        }
        let rest = rest.get(..objects.peek().map_or(rest.len(), |object| object.range.start - at)).unwrap_or(rest);
        // Quotes part a word, which is searched for its end once all the same: `['mrn',['mrn',…` has no space.
        if word_ends <= at {
            let space = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>');
            word_ends = text.get(at..).and_then(|ahead| ahead.find(space)).map_or(text.len(), |length| at + length);
        }
        let length = (word_ends - at).min(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let from = at;
        at += length + rest.get(length..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
        let mark = |c: char| matches!(c, '(' | ')' | '[' | ']' | '\'' | ',' | ';' | '.' | ':' | '`');
        let inner = word.trim_start_matches(mark);
        let from = from + (word.len() - inner.len());
        let (inner, from_next) = match end_of_quoted(text, from, inner) {
            Some(end) => (inner.get(..end).unwrap_or(inner), from + end),
            None => (inner, at),
        };
        at = from_next;
        let record = from + hl7::frame_length(inner);
        if let Some(length) = text.get(record..).and_then(hl7::segment_length) {
            let segment = text.get(record..record + length).unwrap_or_default();
            let new = ins.nested(|ins| hl7::redact_segment(ins, segment))?;
            done.push((record..record + length, new));
            at = record + length;
            continue;
        }
        // `url("data:image/svg+xml,<svg width='24' …>")`: one address to where its quotes or brackets end.
        let picture = end_of_picture(text, from, inner);
        let inner = match picture {
            Some(end) => text.get(from..from + end).unwrap_or(inner),
            None => inner.trim_end_matches(mark),
        };
        let place = Place { field: None, ..place.clone() };
        // The addresses in what documents a program are examples (`greet?name=Super%20Hero`), unless somebody known stands in them.
        let example = documents && inner.contains('%') && {
            let mut known = Vec::new();
            let dictionary = ins.dictionary();
            dictionary.find_telling(&url::decode(inner, false).0, &place, dictionary.mark(), &mut known);
            known.is_empty()
        };
        if example {
            continue;
        }
        let new = if value::is_word_of_a_format(inner) {
            match value::nested(ins, inner, &place)? {
                value::Nested::Changed(new) => Some(new),
                value::Nested::Unchanged => None,
                value::Nested::Plain => continue,
            }
        } else {
            let (plain, layers) = url::decode(inner, false);
            if layers == 0 {
                continue;
            }
            // `Janet%20Williams`: a part of an address without the rest.
            match value::within_url(ins, &plain, &place)? {
                Some(new) => Some(url::encode(&new, layers, false)),
                // It may be part of what stands around it.
                None => continue,
            }
        };
        at = at.max(from + inner.len());
        done.push((from..from + inner.len(), new));
    }
    Ok(done)
}

/// The longest picture with spaces that stands in a text, in bytes.
const PICTURE: usize = 16 * 1024;

/// Where a picture that is written out in a text ends, spaces and all: at what was opened before it. Other `data:` ends as any word.
fn end_of_picture(text: &str, from: usize, word: &str) -> Option<usize> {
    const HEADS: [&str; 3] = ["data:image/svg+xml,", "data:image/svg+xml;", "data:image/svg+xml:"];
    if !HEADS.iter().any(|head| word.get(..head.len()).is_some_and(|w| w.eq_ignore_ascii_case(head))) {
        return None;
    }
    let close = match text.get(..from)?.chars().next_back()? {
        '(' => ')',
        quote @ ('"' | '\'' | '`') => quote,
        _ => return None,
    };
    let rest = text.get(from..)?;
    rest.get(..rest.floor_char_boundary(PICTURE))?.find(close)
}

/// Where a word that stands in quotes ends, when more follows without a space: `f='data:,x';\x3c/i>`. An apostrophe between
/// two letters is one of a name.
fn end_of_quoted(text: &str, from: usize, word: &str) -> Option<usize> {
    let quote = text.get(..from)?.chars().next_back().filter(|c| matches!(c, '\'' | '`'))?;
    word.match_indices(quote).map(|(at, _)| at).find(|at| {
        let behind = word.get(at + quote.len_utf8()..).and_then(|rest| rest.chars().next());
        !behind.is_some_and(char::is_alphanumeric)
    })
}

/// Reads a part of a value as a person would, and inspects it as one run.
fn read(
    ins: &mut Inspector,
    exact: &Run,
    part: Range<usize>,
    place: &Place<'_>,
    edits: &mut Vec<Edit>,
) -> Result<(), Withheld> {
    let mut read = Run::default();
    read.push_read(exact.text().get(part.clone()).unwrap_or_default(), part.start as u64);
    let spelt = |range| {
        let spans = read.source_of(range);
        let [span] = spans.as_slice() else { return None };
        let part = usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?;
        exact.text().get(part).map(str::to_owned)
    };
    for (nth, found) in ins.inspect_spelt(read.text(), place, &spelt)?.into_iter().enumerate() {
        let mut with = Some(found.with);
        for decoded in read.source_of(found.range) {
            let (Ok(from), Ok(to)) = (usize::try_from(decoded.start), usize::try_from(decoded.end)) else { continue };
            for span in exact.source_of(from..to) {
                if with.is_some() {
                    ins.found_behind(nth, span.start);
                }
                edits.push(Edit { span, with: with.take().unwrap_or_default() });
            }
        }
    }
    Ok(())
}

/// As [`plain`], where a colon makes no label: in a part of a URL.
pub(in crate::redact) fn unlabelled(
    ins: &mut Inspector,
    text: &str,
    place: &Place<'_>,
    out: &mut String,
) -> Result<(), Withheld> {
    read_as(ins, text, text, place, out)
}

/// As [`unlabelled`], but read as `shown`, which is as long: marks that join words as spaces.
pub(in crate::redact) fn read_as(
    ins: &mut Inspector,
    source: &str,
    shown: &str,
    place: &Place<'_>,
    out: &mut String,
) -> Result<(), Withheld> {
    let mut exact = Run::default();
    exact.push_source(shown, 0);
    let mut edits = Vec::new();
    read(ins, &exact, 0..shown.len(), place, &mut edits)?;
    apply(source, edits, out);
    Ok(())
}

/// Writes `source` with its edits to `out`.
pub(in crate::redact) fn apply(source: &str, mut edits: Vec<Edit>, out: &mut String) {
    edits.sort_by_key(|e| e.span.start);
    let mut at = 0;
    for edit in edits {
        let (Ok(from), Ok(to)) = (usize::try_from(edit.span.start), usize::try_from(edit.span.end)) else { continue };
        if from < at {
            continue;
        }
        out.push_str(source.get(at..from).unwrap_or_default());
        out.push_str(&edit.with);
        at = to;
    }
    out.push_str(source.get(at..).unwrap_or_default());
}

/// Inspects text that stands in its source as it is read, and writes what it becomes.
pub(in crate::redact) fn plain(
    ins: &mut Inspector,
    text: &str,
    place: &Place<'_>,
    out: &mut String,
) -> Result<(), Withheld> {
    plain_under(ins, text, place, &mut None, out)
}

/// The same of a text in which a table may go on, see [`inspect_under`].
pub(in crate::redact) fn plain_under(
    ins: &mut Inspector,
    text: &str,
    place: &Place<'_>,
    columns: &mut Option<barred::Columns>,
    out: &mut String,
) -> Result<(), Withheld> {
    let mut exact = Run::default();
    exact.push_source(text, 0);
    let edits = inspect_under(ins, &exact, place, columns)?;
    apply(text, edits, out);
    Ok(())
}
