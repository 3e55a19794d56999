//! A value whose format nobody named: plain text, a URL, JSON, markup, base64.

use crate::redact::inspect::Inspector;
use crate::redact::place::Place;
use crate::redact::withheld::Withheld;

/// Rewrites a decoded value that may itself hold a format: recognised and recursed into, otherwise inspected as text.
/// `None` when nothing changed.
///
/// # Errors
/// As [`crate::redact::format::embedded`].
pub fn value(ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<Option<String>, Withheld> {
    ins.redact(text, place)
}
