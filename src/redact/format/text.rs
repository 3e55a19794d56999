//! Plain text: paragraphs, with "Label: value" lines as fields.
//!
//! A paragraph ends at a blank line; one that is longer than [`PARAGRAPH`] also at a line's end, so that a log without
//! blank lines streams. A name or an address that goes over a line's end is one run. Headers of a table stay with the rows
//! that a blank line parts from them. A text that begins as an EDIFACT interchange is one, whatever its type says; what is
//! data all the same is read as that ([`packet`]).

use super::barred::Columns;
use super::edifact::{self, Edifact};
use super::fixed_width;
use super::scan::Scan;
use super::x12;
use super::{decoded, packet};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// From here on a line's end ends a paragraph.
const PARAGRAPH: usize = 16 * 1024;

/// So much of a text says what it is.
const BEGINNING: usize = 16;

/// Scans plain text.
#[derive(Debug, Default)]
pub(in crate::redact) struct Text {
    paragraph: u64,
    interchange: Option<Edifact>,
    /// Those of the table in which the last paragraph ended.
    columns: Option<Columns>,
    begun: bool,
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
        if !self.begun {
            if text.len() < BEGINNING && !last {
                return Ok(None);
            }
            if x12::beginning(text, last).is_none() {
                return Ok(None);
            }
            self.begun = true;
            self.interchange = edifact::opens(text).then(Edifact::default);
        }
        if let Some(interchange) = &mut self.interchange {
            return interchange.unit(ins, text, last, out);
        }
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
        let end = end_of_paragraph(ins, text).or(last.then_some(text.len()));
        let Some(end) = end else { return Ok(None) };
        let paragraph = text.get(..end).unwrap_or_default();
        self.paragraph += 1;
        if let Some(new) = packet::redact(ins, paragraph)? {
            self.columns = None;
            out.push_str(&new);
            return Ok(Some(end));
        }
        let whence = format!("paragraph {}", self.paragraph);
        let place = Place { whence: &whence, ..Place::on(Surface::Text) };
        decoded::plain_under(ins, paragraph, &place, &mut self.columns, out)?;
        Ok(Some(end))
    }
}

/// Behind the first blank line that does not only part a table's headers from its rows, its line end included.
fn end_of_paragraph(ins: &Inspector, text: &str) -> Option<usize> {
    let mut from = 0;
    let mut headed = false;
    for at in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = text.get(from..at)?;
        let blank = line.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\r'));
        if (blank && !headed) || at >= PARAGRAPH {
            return Some(at + 1);
        }
        headed = !blank && fixed_width::are_headers(ins, line);
        from = at + 1;
    }
    None
}
