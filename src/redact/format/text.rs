//! Plain text: paragraphs, with "Label: value" lines as fields.
//!
//! A paragraph ends at a blank line; one that is longer than [`PARAGRAPH`] also at a line's end, so that a log without
//! blank lines streams. What is data all the same is read as that ([`packet`]). A name or an address that goes over a line's end is one run.

use super::scan::Scan;
use super::{decoded, packet};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// From here on a line's end ends a paragraph.
const PARAGRAPH: usize = 16 * 1024;

/// Scans plain text.
#[derive(Debug, Default)]
pub(in crate::redact) struct Text {
    paragraph: u64,
    /// It consists of parts of a page.
    parts: bool,
}

impl Scan for Text {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        if self.paragraph == 0 || self.parts {
            match packet::part(text, last) {
                Ok(None) => return Ok(None),
                Ok(Some(part)) => {
                    part.redact(ins, out)?;
                    (self.paragraph, self.parts) = (1, true);
                    return Ok(Some(part.length));
                }
                Err(packet::NoPart) => self.parts = false,
            }
        }
        let Some(end) = end_of_paragraph(text.as_bytes()).or(last.then_some(text.len())) else { return Ok(None) };
        let paragraph = text.get(..end).unwrap_or_default();
        self.paragraph += 1;
        if let Some(new) = packet::redact(ins, paragraph)? {
            out.push_str(&new);
            return Ok(Some(end));
        }
        let whence = format!("paragraph {}", self.paragraph);
        let place = Place { whence: &whence, ..Place::on(Surface::Text) };
        decoded::plain(ins, paragraph, &place, out)?;
        Ok(Some(end))
    }
}

/// Behind the first blank line, its line end included.
fn end_of_paragraph(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', bytes) {
        let blank = bytes.get(from..at)?.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r'));
        if blank || at >= PARAGRAPH {
            return Some(at + 1);
        }
        from = at + 1;
    }
    None
}
