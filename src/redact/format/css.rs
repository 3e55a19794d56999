//! Style sheets: strings, `url()`, comments and long numbers in selectors; everything else stays byte for byte.

use super::decoded;
use super::js::dictionary_only;
use super::scan::{Scan, whole};
use super::url;
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

/// Rewrites a style sheet or a `style` attribute; `None` when nothing changed.
///
/// # Errors
/// As [`crate::redact::format::embedded`].
pub fn redact(ins: &mut Inspector, source: &str) -> Result<Option<String>, Withheld> {
    ins.nested(|ins| whole(Css::default(), ins, source))
}

/// Scans a style sheet.
#[derive(Debug, Default)]
pub(in crate::redact) struct Css {
    /// The property that the value belongs to, or the last word.
    word: String,
}

impl Scan for Css {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let bytes = text.as_bytes();
        let Some(&first) = bytes.first() else { return Ok(None) };
        match first {
            b'/' if bytes.len() == 1 && !last => Ok(None),
            b'/' if bytes.starts_with(b"/*") => {
                let end = memchr::memmem::find(bytes.get(2..).unwrap_or_default(), b"*/").map(|at| at + 4);
                let Some(end) = end.or(last.then_some(text.len())) else { return Ok(None) };
                let comment = text.get(..end).unwrap_or_default();
                let field = super::js::is_banner(comment).then(dictionary_only);
                let place = Place { whence: "comment", ..Place::on(Surface::Remark).with_field(field) };
                decoded::plain(ins, comment, &place, out)?;
                Ok(Some(end))
            }
            b'"' | b'\'' => {
                let Some(end) = string_end(bytes, first).or(last.then_some(text.len())) else { return Ok(None) };
                let source = text.get(..end).unwrap_or_default();
                let closed = source.len() > 1 && source.as_bytes().last() == Some(&first);
                let inside = source.get(1..source.len() - usize::from(closed)).unwrap_or_default();
                if self.word == "import" {
                    out.push(char::from(first));
                    out.push_str(&url::redact(ins, inside)?.unwrap_or_else(|| inside.to_owned()));
                    out.push_str(source.get(1 + inside.len()..).unwrap_or_default());
                    return Ok(Some(end));
                }
                let mut exact = Run::default();
                unescape(inside, &mut exact);
                // Fonts and files are named in strings; text that is shown stands in `content` and in selectors.
                let shown = matches!(self.word.as_str(), "content" | "quotes" | "");
                let place =
                    Place { whence: "string", ..Place::on(Surface::Style).with_field((!shown).then(dictionary_only)) };
                let edits = decoded::inspect(ins, &exact, &place)?;
                decoded::apply(source, edits, out);
                Ok(Some(end))
            }
            _ if is_word(first) => {
                let end = bytes.iter().position(|&b| !is_word(b)).unwrap_or(text.len());
                if end == text.len() && !last {
                    return Ok(None);
                }
                let word = text.get(..end).unwrap_or_default();
                if word.eq_ignore_ascii_case("url") && bytes.get(end) == Some(&b'(') {
                    return self.url(ins, text, end + 1, last, out);
                }
                if word.bytes().filter(u8::is_ascii_digit).count() >= 9 {
                    let place = Place { whence: "selector", ..Place::on(Surface::Style) };
                    out.push_str(&url::joined(ins, word, &place)?);
                } else {
                    out.push_str(word);
                }
                if !word.bytes().all(|b| b.is_ascii_digit()) {
                    self.word = word.to_ascii_lowercase();
                }
                Ok(Some(end))
            }
            _ => {
                if matches!(first, b';' | b'{' | b'}' | b'[' | b',' | b'=') {
                    self.word.clear();
                }
                let Some(c) = text.chars().next() else { return Ok(None) };
                out.push(c);
                Ok(Some(c.len_utf8()))
            }
        }
    }
}

impl Css {
    /// `url(…)`, its quotes optional.
    fn url(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        from: usize,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let bytes = text.as_bytes();
        let mut at = from;
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let bare = !matches!(bytes.get(at), Some(b'"' | b'\''));
        let end = match bytes.get(at) {
            None if !last => return Ok(None),
            None => None,
            Some(&quote @ (b'"' | b'\'')) => {
                let inner = bytes.get(at..).and_then(|b| string_end(b, quote));
                at += 1;
                inner.map(|end| at + end - 2)
            }
            Some(_) => bytes.get(at..).and_then(|b| memchr::memchr(b')', b)).map(|end| at + end),
        };
        let Some(end) = end.or(last.then_some(text.len())) else { return Ok(None) };
        let source = text.get(at..end).unwrap_or_default();
        out.push_str(text.get(..at).unwrap_or_default());
        // A picture of the style sheet's own stays.
        let own = url::is_packed_picture(source);
        let new = if own { None } else { url::redact(ins, source)? };
        match new {
            // Without quotes a bracket ends the address.
            Some(new) if bare => out.push_str(&new.replace('(', "%28").replace(')', "%29")),
            Some(new) => out.push_str(&new),
            None => out.push_str(source),
        }
        self.word.clear();
        Ok(Some(end.max(1)))
    }
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'\\') || b >= 0x80
}

/// Behind the string at the front; a line end that is not escaped ends it.
fn string_end(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        let found = at + memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes.get(found) {
            Some(b'\\') => at = found + 2,
            Some(b'\n') => return Some(found),
            _ => return Some(found + 1),
        }
    }
}

/// `\39` and `\000039 ` are `9`. The text stands one byte behind its quote.
fn unescape(inside: &str, exact: &mut Run) {
    let mut at = 0;
    while let Some(rest) = inside.get(at..) {
        let Some(plain) = memchr::memchr(b'\\', rest.as_bytes()) else {
            exact.push_source(rest, 1 + at as u64);
            return;
        };
        exact.push_source(rest.get(..plain).unwrap_or_default(), 1 + at as u64);
        let code = rest.get(plain + 1..).unwrap_or_default();
        let digits: String = code.chars().take(6).take_while(char::is_ascii_hexdigit).collect();
        let (c, length) = if digits.is_empty() {
            match code.chars().next() {
                Some('\n') | None => (None, 2),
                Some(c) => (Some(c), 1 + c.len_utf8()),
            }
        } else {
            let space = code.get(digits.len()..).is_some_and(|r| r.starts_with([' ', '\n', '\t']));
            let c = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
            (c.or(Some('\u{fffd}')), 1 + digits.len() + usize::from(space))
        };
        let from = 1 + (at + plain) as u64;
        if let Some(c) = c {
            exact.push_char(c, from..from + length as u64);
        }
        at += plain + length;
    }
}
