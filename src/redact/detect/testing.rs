//! What a detector finds, as text, for tests.
#![allow(clippy::string_slice, reason = "tests cut text that they wrote themselves")]

use super::{Context, by_id};
use crate::redact::place::{Place, Surface};

fn find(id: &str, text: &str, place: &Place<'_>) -> Vec<String> {
    let detector = by_id(id).unwrap_or_else(|| panic!("no detector {id}"));
    let context = Context::of(text, place);
    let mut out = Vec::new();
    if detector.wants(&context) {
        detector.find(text, &context, &mut out);
    }
    out.retain(|f| f.confidence >= 50);
    out.sort_by_key(|f| f.range.start);
    out.iter().map(|f| text[f.range.clone()].to_owned()).collect()
}

/// In text, from the default threshold.
pub(super) fn found(id: &str, text: &str) -> Vec<String> {
    found_in(Surface::Text, id, text)
}

/// On a surface.
pub(super) fn found_in(surface: Surface, id: &str, text: &str) -> Vec<String> {
    find(id, text, &Place::on(surface))
}

/// Beside a label.
pub(super) fn labelled(id: &str, label: &str, text: &str) -> Vec<String> {
    find(id, text, &Place::on(Surface::Text).labelled(label))
}
