//! Bodies other than pages as they leave: part by part (a line, a record, an event, a value, a block), each let go once it
//! was looked at whole.
//!
//! A part longer than may be held is looked at in pieces that overlap.

use super::data;
use super::judge::Judge;
use super::xml::Xml;
use crate::redact::format::Media;
use crate::redact::inspect::Inspector;
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

#[cfg(test)]
mod tests;

/// Two pieces of a long part overlap by so much.
const OVERLAP: usize = 1024;
/// Scripts and style sheets have no parts; they are looked at in pieces of this size.
const PIECE: usize = 32 * 1024;
/// JSON without a string is let go from this length.
const NUMBERS: usize = 4096;

/// No word is looked for further back than that, so that none is cut.
const WORD: usize = 256;

/// What of a text is looked at, and how much of that may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    seen: usize,
    gone: usize,
}

impl Part {
    fn whole(length: usize) -> Self {
        Self { seen: length, gone: length }
    }

    /// The first `most` bytes of a part that is longer, and not all of them gone.
    fn of_long(text: &str, most: usize) -> Self {
        let seen = boundary(text, most);
        Self { seen, gone: boundary(text, seen.saturating_sub(OVERLAP)).max(1) }
    }
}

/// The last place up to `at` where no word is cut, or at least no character.
fn boundary(text: &str, at: usize) -> usize {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = text.get(..at).unwrap_or_default();
    let word = before.char_indices().rev().take(WORD).find(|(_, c)| !c.is_alphanumeric());
    word.map_or(at, |(at, c)| at + c.len_utf8())
}

/// A body as it leaves.
pub(in crate::redact) struct Parts {
    media: Media,
    xml: Xml,
    /// JSON whose string is so long that part of it is gone.
    in_string: bool,
    /// Not let go yet.
    held: Vec<u8>,
    /// Not tried again before this many bytes are held: a long part stays linear.
    retry: usize,
    bound: usize,
}

impl Parts {
    pub(super) fn new(media: Media, bound: usize) -> Self {
        let xml = Xml::new(media == Media::Xhtml);
        Self { media, xml, in_string: false, held: Vec::new(), retry: 0, bound }
    }

    /// Takes the next bytes of the body and lets go what was looked at. `mark`: see [`Judge`].
    pub(super) fn push(
        &mut self,
        ins: &Inspector,
        mark: u64,
        head: Option<&str>,
        bytes: &[u8],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Withheld> {
        self.held.extend_from_slice(bytes);
        if self.held.len() < self.retry && !last {
            return Ok(());
        }
        let judge = Judge::new(ins, mark, head);
        let text = match std::str::from_utf8(&self.held) {
            Ok(text) => text,
            Err(e) if last || e.error_len().is_some() => return Err(Withheld::BadCharset),
            Err(e) => self.held.get(..e.valid_up_to()).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default(),
        };
        let mut from = 0;
        while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty())
            && let Some(part) = if self.in_string {
                first_of(string_end(rest, 0), rest, last, self.bound)
            } else {
                first(self.media, rest, last, self.bound)
            }
        {
            let seen = rest.get(..part.seen).unwrap_or(rest);
            if self.in_string {
                judge.value(seen, Surface::Data, 0)?;
            } else {
                look(&judge, self.media, &mut self.xml, seen)?;
            }
            // A string that has not ended is cut; anything else that is long may be.
            let cut = part.gone < part.seen && self.media == Media::Json;
            self.in_string = cut && (self.in_string || seen.contains('"'));
            from += part.gone;
        }
        out.extend(self.held.drain(..from));
        self.retry = self.held.len() + self.held.len() / 2;
        Ok(())
    }
}

/// Looks at a body that is all there, part by part.
pub(super) fn whole(judge: &Judge<'_>, media: Media, text: &str) -> Result<(), Withheld> {
    let mut xml = Xml::new(media == Media::Xhtml);
    let mut from = 0;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty())
        && let Some(part) = first(media, rest, true, usize::MAX)
    {
        look(judge, media, &mut xml, rest.get(..part.seen).unwrap_or(rest))?;
        from += part.gone;
    }
    Ok(())
}

/// The first part of a text, if it ends there.
fn first(media: Media, text: &str, last: bool, bound: usize) -> Option<Part> {
    let bytes = text.as_bytes();
    let (end, most) = match media {
        Media::Ndjson | Media::Text | Media::Hl7 | Media::Edifact | Media::Multipart { .. } => {
            (memchr::memchr2(b'\n', b'\r', bytes).map(|at| at + 1), bound)
        }
        Media::Csv { .. } => (record(bytes), bound),
        Media::Form => (memchr::memchr(b'&', bytes).map(|at| at + 1), bound),
        Media::EventStream => (Events::default().first(bytes), bound),
        Media::Json => (literal(text, false), bound),
        Media::Xml | Media::Xhtml => (block(text, media == Media::Xhtml), bound),
        Media::Script => (before_remark(text), PIECE),
        Media::Style | Media::Html => (None, PIECE),
    };
    first_of(end, text, last, most)
}

/// Where a long script is best cut: before a remark that documents it and that neither this part nor the next, which begins a little
/// before the end of this one, would see whole.
fn before_remark(text: &str) -> Option<usize> {
    if text.len() <= PIECE {
        return None;
    }
    let upto = |end: usize| (0..=end).rev().find_map(|end| text.get(..end)).unwrap_or_default();
    [PIECE - OVERLAP - WORD, PIECE - OVERLAP, PIECE].into_iter().find_map(|end| {
        let piece = upto(end);
        let open = piece.rfind("/**").filter(|open| *open >= PIECE / 2)?;
        let ends = piece.get(open..).is_some_and(|remark| remark.contains("*/"));
        (!ends).then_some(open)
    })
}

fn first_of(end: Option<usize>, text: &str, last: bool, most: usize) -> Option<Part> {
    match end {
        Some(end) => Some(Part::whole(end)),
        None if text.len() > most => Some(Part::of_long(text, most)),
        None if last => Some(Part::whole(text.len())),
        None => None,
    }
}

fn look(judge: &Judge<'_>, media: Media, xml: &mut Xml, part: &str) -> Result<(), Withheld> {
    match media {
        Media::Json => data::json_part(judge, part),
        Media::Ndjson => data::json(judge, part),
        Media::Xml | Media::Xhtml => xml.look(judge, part),
        Media::Csv { .. } => data::cells(judge, part),
        Media::Hl7 => data::segments(judge, part),
        Media::Edifact => data::elements(judge, part),
        Media::Form => data::form(judge, part),
        Media::EventStream => data::event(judge, part),
        Media::Script => judge.script(part),
        Media::Style => judge.style(part),
        Media::Text | Media::Html | Media::Multipart { .. } => judge.lines(part),
    }
}

/// JSON up to the end of its first string. `last`: nothing follows.
pub(super) fn literal(text: &str, last: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let Some(open) = memchr::memchr(b'"', bytes) else {
        let end = text.rfind([',', '\n', ' ']).map(|at| at + 1).filter(|_| text.len() > NUMBERS);
        return end.or((last && !text.is_empty()).then_some(text.len()));
    };
    string_end(text, open + 1).or(last.then_some(text.len()))
}

/// Behind the quote that ends a string in which `from` stands.
fn string_end(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += found;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
    None
}

/// A record of separated values; a quoted cell may hold line ends.
fn record(bytes: &[u8]) -> Option<usize> {
    let mut quoted = false;
    memchr::memchr3_iter(b'"', b'\n', b'\r', bytes).find_map(|at| {
        if bytes.get(at) == Some(&b'"') {
            quoted = !quoted;
            return None;
        }
        (!quoted).then_some(at + 1)
    })
}

/// XML up to and with the next tag that is not part of a line.
fn block(text: &str, page: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let open = at + memchr::memchr(b'<', text.as_bytes().get(at..)?)?;
        let rest = text.get(open..)?;
        let until = |mark: &str| rest.find(mark).map(|end| open + end + mark.len());
        if rest.starts_with("<!--") {
            at = until("-->")?;
        } else if rest.starts_with("<![CDATA[") {
            at = until("]]>")?;
        } else if rest.starts_with("<?") {
            at = until("?>")?;
        } else if "<![CDATA[".starts_with(rest) || "<!--".starts_with(rest) {
            return None;
        } else {
            let mut quote = None;
            let end = rest.bytes().position(|b| match (quote, b) {
                (None, b'>') => true,
                (None, b'"' | b'\'') => {
                    quote = Some(b);
                    false
                }
                (Some(open), b) if open == b => {
                    quote = None;
                    false
                }
                _inside => false,
            })?;
            at = open + end + 1;
            let name = rest.get(1..end).unwrap_or_default().trim_start_matches('/');
            let name = name.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
            if !Xml::is_inline(page, name.rsplit(':').next().unwrap_or_default()) {
                return Some(at);
            }
        }
    }
}

/// Where events end: behind the line end of a blank line, be it of one byte or two.
#[derive(Debug, Default)]
pub(in crate::redact) struct Events {
    at: usize,
    in_line: bool,
    after_return: bool,
}

impl Events {
    /// What was looked at is gone, though no event ended.
    pub(in crate::redact) fn restart(&mut self) {
        self.at = 0;
    }

    /// The length of the first event, if it is all there. Each call must come with the same bytes and more, until it ends.
    pub(in crate::redact) fn first(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(b) = bytes.get(self.at) {
            self.at += 1;
            match b {
                b'\n' if std::mem::take(&mut self.after_return) => {}
                b'\n' | b'\r' => {
                    self.after_return = *b == b'\r';
                    if !std::mem::replace(&mut self.in_line, false) {
                        return Some(std::mem::take(&mut self.at));
                    }
                }
                _ => {
                    self.in_line = true;
                    self.after_return = false;
                }
            }
        }
        None
    }
}
