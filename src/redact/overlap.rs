//! Findings that overlap or touch: which of them stands, and what they cover.

use std::collections::BTreeMap;
use std::ops::Range;

use super::finding::Finding;

/// Whether two ranges have a byte in common.
pub(super) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The text with what was found covered by signs, as long as before; `None` when none of it touches a letter or a digit.
pub(super) fn veil(text: &str, found: &[Finding]) -> Option<String> {
    let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let touches = |f: &Finding| {
        let (before, behind) = (text.get(..f.range.start), text.get(f.range.end..));
        is_part(before.and_then(|t| t.chars().next_back())) || is_part(behind.and_then(|t| t.chars().next()))
    };
    if !found.iter().any(touches) {
        return None;
    }
    let mut veiled = String::with_capacity(text.len());
    let mut at = 0;
    for f in found {
        veiled.push_str(text.get(at..f.range.start)?);
        veiled.extend(std::iter::repeat_n('*', f.range.len()));
        at = f.range.end;
    }
    veiled.push_str(text.get(at..)?);
    Some(veiled)
}

/// Of findings that overlap, the surer one stands whole and the other keeps what is left of it: an address whose postcode is known
/// for sure does not lose its street for that. Sorted by where they stand.
pub(super) fn resolve(text: &str, found: &mut Vec<Finding>) {
    if found.len() < 2 {
        return;
    }
    found.sort_by(|a, b| {
        (b.confidence.cmp(&a.confidence))
            .then(b.range.len().cmp(&a.range.len()))
            .then(a.range.start.cmp(&b.range.start))
    });
    let mut kept: Vec<Finding> = Vec::with_capacity(found.len());
    // What is taken, by where it begins; none overlaps another. A run may have thousands of findings.
    let mut taken: BTreeMap<usize, usize> = BTreeMap::new();
    for finding in found.drain(..) {
        for part in left_of(&taken, &finding.range) {
            let range = if part == finding.range { part } else { words(text, part) };
            if !range.is_empty() {
                taken.insert(range.start, range.end);
                kept.push(Finding { range, ..finding.clone() });
            }
        }
    }
    *found = kept;
    found.sort_by_key(|f| f.range.start);
}

/// The parts of `whole` that are not taken.
fn left_of(taken: &BTreeMap<usize, usize>, whole: &Range<usize>) -> Vec<Range<usize>> {
    let mut left = Vec::new();
    let mut from = match taken.range(..=whole.start).next_back() {
        Some((_, end)) => whole.start.max(*end),
        None => whole.start,
    };
    for (start, end) in taken.range(whole.start.saturating_add(1)..whole.end.max(whole.start.saturating_add(1))) {
        if from < *start {
            left.push(from..*start);
        }
        from = from.max(*end);
    }
    if from < whole.end {
        left.push(from..whole.end);
    }
    left
}

/// Whether a range lies in one of those, which are in order.
pub(super) fn inside(ordered: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = ordered.partition_point(|o| o.start <= range.start);
    next.checked_sub(1).and_then(|at| ordered.get(at)).is_some_and(|o| range.end <= o.end)
}

/// The words of a part, without the commas and spaces around them; empty when there is no word of two letters.
fn words(text: &str, part: Range<usize>) -> Range<usize> {
    let piece = text.get(part.clone()).unwrap_or_default();
    let inner = piece.trim_matches(|c: char| !c.is_alphanumeric());
    if inner.chars().count() < 2 {
        return part.start..part.start;
    }
    let from = part.start + (piece.len() - piece.trim_start_matches(|c: char| !c.is_alphanumeric()).len());
    from..from + inner.len()
}
