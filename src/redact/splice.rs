//! The splicer: a window on the source, edits into it, and everything else byte for byte.
//!
//! Rewriters never build output from tokens: they name stretches of source to replace. What they do not name leaves as
//! it came, so a rewriter cannot garble what it did not understand, and the output cannot depend on chunking.
//!
//! ```
//! use fanlight::redact::splice::Splice;
//! let mut splice = Splice::default();
//! splice.push(b"name: Smith, ward 3");
//! splice.edit(6..11, "••••••");
//! let mut out = Vec::new();
//! splice.flush_to(11, &mut out);
//! assert_eq!(out, "name: ••••••".as_bytes());
//! ```

use super::run::Span;

#[derive(Debug)]
struct Edit {
    span: Span,
    with: Vec<u8>,
}

/// Source held back until what it becomes is decided.
#[derive(Debug, Default)]
pub struct Splice {
    /// Where the first held byte stands in the source.
    base: u64,
    held: Vec<u8>,
    edits: Vec<Edit>,
}

impl Splice {
    /// Takes the next bytes of the source.
    pub fn push(&mut self, chunk: &[u8]) {
        self.held.extend_from_slice(chunk);
    }

    /// Where the source ends so far.
    pub fn end(&self) -> u64 {
        self.base + self.held.len() as u64
    }

    /// Where the held part begins.
    pub fn start(&self) -> u64 {
        self.base
    }

    /// How many bytes are held back.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// A stretch of the held source; empty when it is not (or no longer) held.
    pub fn bytes(&self, span: Span) -> &[u8] {
        let (Some(from), Some(to)) = (span.start.checked_sub(self.base), span.end.checked_sub(self.base)) else {
            return &[];
        };
        usize::try_from(from)
            .ok()
            .zip(usize::try_from(to).ok())
            .and_then(|(a, b)| self.held.get(a..b))
            .unwrap_or_default()
    }

    /// A stretch of the held source as text; the charset stage has made it UTF-8. Empty when cut inside a character.
    pub fn text(&self, span: Span) -> &str {
        std::str::from_utf8(self.bytes(span)).unwrap_or_default()
    }

    /// Replaces a stretch of held source. Where two edits overlap, the one that begins first wins whole, of two that
    /// begin together the longer; an insertion (empty span) always stands.
    pub fn edit(&mut self, span: Span, with: impl Into<Vec<u8>>) {
        debug_assert!(span.start >= self.base, "edit of bytes that have left");
        self.edits.push(Edit { span, with: with.into() });
    }

    /// Whether something in this stretch, and nothing beyond it, is to be replaced.
    pub fn touches(&self, span: &Span) -> bool {
        self.edits.iter().any(|e| span.start <= e.span.start && e.span.end <= span.end)
    }

    /// Replaces stretches that together are one value: the first becomes `with`, the others nothing.
    pub fn edit_all(&mut self, spans: &[Span], with: impl Into<Vec<u8>>) {
        let mut with = Some(with.into());
        for span in spans {
            self.edit(span.clone(), with.take().unwrap_or_default());
        }
    }

    /// Lets everything before `to` go, edits applied. No edit before `to` may come later.
    pub fn flush_to(&mut self, to: u64, out: &mut Vec<u8>) {
        let to = to.min(self.end());
        if to <= self.base {
            return;
        }
        let order = |e: &Edit| (e.span.start, !e.span.is_empty(), std::cmp::Reverse(e.span.end));
        self.edits.sort_by_key(order);
        let mut at = self.base;
        let ready = self.edits.partition_point(|e| e.span.start < to);
        let mut late = None;
        for edit in self.edits.drain(..ready) {
            if edit.span.start < at {
                continue;
            }
            if edit.span.end > to {
                // Reaches past what may go: keep it, and stop before it.
                late = Some(edit);
                break;
            }
            let from = usize::try_from(at - self.base).unwrap_or(usize::MAX);
            let upto = usize::try_from(edit.span.start - self.base).unwrap_or(usize::MAX);
            out.extend_from_slice(self.held.get(from..upto).unwrap_or_default());
            out.extend_from_slice(&edit.with);
            at = edit.span.end;
        }
        let stop = late.as_ref().map_or(to, |e| e.span.start);
        let from = usize::try_from(at - self.base).unwrap_or(usize::MAX);
        let upto = usize::try_from(stop.max(at) - self.base).unwrap_or(usize::MAX);
        out.extend_from_slice(self.held.get(from..upto).unwrap_or_default());
        let gone = stop.max(at);
        self.held.drain(..usize::try_from(gone - self.base).unwrap_or(self.held.len()).min(self.held.len()));
        self.base = gone;
        if let Some(edit) = late {
            self.edits.insert(0, edit);
        }
    }

    /// Lets everything go.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let end = self.end();
        self.flush_to(end, out);
        // Insertions at the very end of the source.
        for edit in self.edits.drain(..) {
            out.extend_from_slice(&edit.with);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untouched_bytes_leave_as_they_came() {
        let mut splice = Splice::default();
        let mut out = Vec::new();
        for chunk in [b"abc".as_slice(), b"def", b"ghi"] {
            splice.push(chunk);
        }
        splice.edit(2..4, "X");
        splice.edit(3..5, "overlapped, dropped");
        splice.flush_to(3, &mut out);
        assert_eq!(out, b"ab", "an edit that reaches past the mark waits");
        splice.finish(&mut out);
        assert_eq!(out, b"abXefghi");
    }

    #[test]
    fn insertions_stand_beside_replacements() {
        let mut splice = Splice::default();
        splice.push(b"abc");
        splice.edit(1..1, "<");
        splice.edit(1..2, "B");
        splice.edit(3..3, ">");
        let mut out = Vec::new();
        splice.finish(&mut out);
        assert_eq!(String::from_utf8_lossy(&out), "a<Bc>");
    }
}
