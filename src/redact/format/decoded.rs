//! A decoded value and its source: from what a format unescaped to edits of what it read.

use std::ops::Range;

use super::labelled;
use crate::redact::inspect::Inspector;
use crate::redact::place::Place;
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
    let text = exact.text();
    let mut edits = Vec::new();
    for part in labelled::split(ins, text, place) {
        let label = if part.label.is_empty() { place.label } else { &part.label };
        let here = Place { field: part.field.clone(), label, ..place.clone() };
        read(ins, exact, part.range, &here, &mut edits)?;
    }
    Ok(edits)
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
    for (nth, found) in ins.inspect(read.text(), place)?.into_iter().enumerate() {
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
    let mut exact = Run::default();
    exact.push_source(text, 0);
    let mut edits = Vec::new();
    read(ins, &exact, 0..text.len(), place, &mut edits)?;
    apply(text, edits, out);
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
    let mut exact = Run::default();
    exact.push_source(text, 0);
    let edits = inspect(ins, &exact, place)?;
    apply(text, edits, out);
    Ok(())
}
