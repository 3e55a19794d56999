//! Units: how the smaller formats stream.
//!
//! A format is written as a function on text that reads one *unit* (a JSON token, a paragraph, a CSV record, a segment)
//! from the front and writes what it becomes. [`Held`] feeds it from chunks: what is not yet a whole unit waits. So a unit
//! is decided on its whole text, whatever the chunks were, and the same function serves a value inside another format.

use crate::redact::format::Format;
use crate::redact::inspect::Inspector;
use crate::redact::withheld::Withheld;

/// Reads one unit at a time.
pub(in crate::redact) trait Scan: Send {
    /// Reads one unit from the front of `text` and appends what it becomes to `out`; says how many bytes it read.
    /// `None`: the unit does not end in `text`, and `last` is false. When `last`, a text that is not empty is read.
    ///
    /// What it decides must not depend on what stands behind the unit, except where it asks for more by `None`.
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld>;

    /// Whether a unit may end in this chunk so that it is tried at once, however much is held; matters where a reader
    /// waits for it.
    fn urgent(&self, _chunk: &[u8]) -> bool {
        false
    }

    /// The text has ended, all of it read.
    fn end(&mut self, _ins: &mut Inspector, _out: &mut String) -> Result<(), Withheld> {
        Ok(())
    }
}

/// A scanner fed from chunks.
#[derive(Debug)]
pub(in crate::redact) struct Held<S> {
    scan: S,
    /// Bytes not yet read: less than one unit, and perhaps the beginning of a character.
    held: Vec<u8>,
    /// Not tried again before this many bytes are held: a long unit in small chunks stays linear.
    retry: usize,
    text: String,
    /// How many bytes of the body were read.
    base: u64,
}

impl<S: Scan> Held<S> {
    pub(in crate::redact) fn new(scan: S) -> Self {
        Self { scan, held: Vec::new(), retry: 0, text: String::new(), base: 0 }
    }

    fn read(&mut self, ins: &mut Inspector, last: bool, out: &mut Vec<u8>) -> Result<(), Withheld> {
        let valid = match std::str::from_utf8(&self.held) {
            Ok(text) => text,
            Err(e) if e.error_len().is_some() || last => return Err(Withheld::BadCharset),
            Err(e) => self.held.get(..e.valid_up_to()).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default(),
        };
        let read = units(&mut self.scan, ins, valid, self.base, last, &mut self.text);
        out.extend_from_slice(self.text.as_bytes());
        self.text.clear();
        let read = read?;
        self.held.drain(..read);
        self.base += read as u64;
        self.retry = self.held.len().saturating_add(self.held.len() / 2);
        Ok(())
    }
}

/// Reads units while there are whole ones; each is at most [`Inspector::longest_value`] long, so that memory is bounded.
fn units(
    scan: &mut impl Scan,
    ins: &mut Inspector,
    text: &str,
    base: u64,
    last: bool,
    out: &mut String,
) -> Result<usize, Withheld> {
    let limit = ins.longest_value();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        ins.reading_from(base + at as u64);
        match scan.unit(ins, rest, last, out)? {
            Some(n) if n > limit => return Err(Withheld::ValueTooLong { limit }),
            // A scanner that reads nothing of a whole text would be called for ever.
            Some(0) => return Err(Withheld::Parser("a unit of no length")),
            Some(n) => at += n,
            None if last || rest.len() > limit => return Err(Withheld::ValueTooLong { limit }),
            None => break,
        }
    }
    Ok(at)
}

impl<S: Scan> Format for Held<S> {
    fn write(&mut self, ins: &mut Inspector, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Withheld> {
        self.held.extend_from_slice(chunk);
        if self.held.len() < self.retry && !self.scan.urgent(chunk) {
            return Ok(());
        }
        self.read(ins, false, out)
    }

    fn finish(&mut self, ins: &mut Inspector, out: &mut Vec<u8>) -> Result<(), Withheld> {
        self.read(ins, true, out)?;
        self.scan.end(ins, &mut self.text)?;
        out.extend_from_slice(self.text.as_bytes());
        Ok(())
    }
}

/// Reads a whole text at once; `None` when it comes out as it was.
pub(in crate::redact) fn whole(
    mut scan: impl Scan,
    ins: &mut Inspector,
    text: &str,
) -> Result<Option<String>, Withheld> {
    let mut out = String::with_capacity(text.len());
    units(&mut scan, ins, text, 0, true, &mut out)?;
    scan.end(ins, &mut out)?;
    Ok((out != text).then_some(out))
}

/// Where a part that was cut out of a text begins in it, in bytes; 0 when it is no part of it.
pub(in crate::redact) fn offset_in(text: &str, part: &str) -> u64 {
    let within = (part.as_ptr().addr()).checked_sub(text.as_ptr().addr());
    within.filter(|at| *at <= text.len()).map_or(0, |at| at as u64)
}
