//! Server-sent events: the data lines of an event are joined, as a reader joins them, and rewritten as one value.
//!
//! An event is a unit, so each leaves as soon as its blank line has come. An event that did not change leaves byte for
//! byte; one that did has its data lines written anew where the first one stood.

use super::scan::Scan;
use super::{decoded, value};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// Scans an event stream.
#[derive(Debug, Default)]
pub(in crate::redact) struct EventStream;

impl Scan for EventStream {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let mut lines: Vec<Line<'_>> = Vec::new();
        let mut at = 0;
        let complete = loop {
            let Some(line) = line(text.get(at..).unwrap_or_default()) else { break false };
            at += line.text.len() + line.end.len();
            let blank = line.text.is_empty();
            lines.push(line);
            if blank {
                break true;
            }
        };
        if !complete {
            if !last {
                return Ok(None);
            }
            // A browser drops an event that was cut short, but whoever reads the body sees it.
            lines.push(Line { text: text.get(at..).unwrap_or_default(), end: "" });
            at = text.len();
        }
        event(ins, &lines, out)?;
        Ok(Some(at))
    }

    fn urgent(&self, chunk: &[u8]) -> bool {
        memchr::memchr2(b'\n', b'\r', chunk).is_some()
    }
}

struct Line<'a> {
    text: &'a str,
    end: &'a str,
}

/// The first line with its end. A line feed behind a carriage return may still be to come; it is then a blank line of its
/// own, which says nothing, so that an event need not wait for it.
fn line(text: &str) -> Option<Line<'_>> {
    let at = memchr::memchr2(b'\n', b'\r', text.as_bytes())?;
    let (line, rest) = text.split_at(at);
    let end = if rest.starts_with("\r\n") { 2 } else { 1 };
    Some(Line { text: line, end: rest.get(..end)? })
}

fn event(ins: &mut Inspector, lines: &[Line<'_>], out: &mut String) -> Result<(), Withheld> {
    let data: Vec<&str> = lines.iter().filter_map(|l| field(l.text, "data")).collect();
    let name = lines.iter().find_map(|l| field(l.text, "event")).unwrap_or_default();
    let label = crate::redact::label::normalise(name);
    let new = if data.is_empty() {
        None
    } else {
        let place = Place { surface: Surface::Data, field: None, label: &label, whence: "event data" };
        value::value(ins, &data.join("\n"), &place)?
    };
    let mut new = new.map(Some);
    for line in lines {
        if field(line.text, "data").is_some() {
            match &mut new {
                None => {}
                Some(new) => {
                    let end = if line.end.is_empty() { "\n" } else { line.end };
                    if let Some(new) = new.take() {
                        for part in new.split('\n') {
                            out.push_str("data: ");
                            out.push_str(part);
                            out.push_str(end);
                        }
                    }
                    continue;
                }
            }
            out.push_str(line.text);
        } else {
            // Comments, event names and ids are text too.
            decoded::plain(ins, line.text, &Place { whence: "event", ..Place::on(Surface::Data) }, out)?;
        }
        out.push_str(line.end);
    }
    Ok(())
}

/// The value of a line of this field, by the standard: one space after the colon does not count.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let rest = line.trim_start_matches('\u{feff}').strip_prefix(name)?;
    if rest.is_empty() {
        return Some("");
    }
    let value = rest.strip_prefix(':')?;
    Some(value.strip_prefix(' ').unwrap_or(value))
}
