//! Packets in plain text: what servers send as `text/plain` that is data all the same.
//!
//! ```text
//! 42["patient:update",{…}]\u{1e}42[…]      messages of a socket by polling: a number, then JSON
//! 12|updatePanel|u|<table>…</table>|       parts of a page: how long, of what kind, for which element, and what stands there
//! ```

use super::{Media, embedded, value};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// What parts messages from each other.
const BETWEEN: char = '\u{1e}';
/// The longest part, in UTF-16 units.
const LONGEST: usize = 256 * 1024;
/// The longest head of a part.
const HEAD: usize = 1024;

/// Rewrites a paragraph that is JSON, or messages that hold it; `None` when it is neither.
pub(super) fn redact(ins: &mut Inspector, text: &str) -> Result<Option<String>, Withheld> {
    if !text.split(BETWEEN).all(is_message) {
        return Ok(None);
    }
    let mut out = String::with_capacity(text.len());
    for (nth, message) in text.split(BETWEEN).enumerate() {
        if nth > 0 {
            out.push(BETWEEN);
        }
        let (head, body) = message.split_at_checked(head(message)).unwrap_or((message, ""));
        out.push_str(head);
        match embedded(ins, Media::Json, body) {
            Ok(Some(new)) => out.push_str(&new),
            Ok(None) => out.push_str(body),
            // A text that was cut amid a character: read as text.
            Err(Withheld::Malformed(_)) => return Ok(None),
            Err(why) => return Err(why),
        }
    }
    Ok(Some(out))
}

/// Whether a text is one such message, with a number in front: `42["patient:update",{…}]`.
pub(in crate::redact) fn is_message(text: &str) -> bool {
    let body = text.get(head(text)..).unwrap_or_default().trim();
    body.starts_with(['{', '[']) && body.ends_with(['}', ']']) && value::is_json(body)
}

/// The length of the number in front of a message, with the name of its channel: `42/ward,7`.
pub(in crate::redact) fn head(text: &str) -> usize {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let kind = digits(text);
    if kind == 0 || kind > 3 {
        return 0;
    }
    let rest = text.get(kind..).unwrap_or_default();
    let channel = match rest.split_once(',') {
        Some((name, _))
            if name.starts_with('/')
                && name.len() < 40
                && name.bytes().skip(1).all(|b| b.is_ascii_alphabetic() || b == b'-') =>
        {
            name.len() + 1
        }
        Some(_) | None => 0,
    };
    let number = digits(rest.get(channel..).unwrap_or_default()).min(4);
    kind + channel + number
}

/// A part of a page as it came.
#[derive(Debug)]
pub(super) struct Part<'a> {
    kind: &'a str,
    id: &'a str,
    content: &'a str,
    /// How long it is with its head and its end.
    pub length: usize,
}

/// The part at the front; `Ok(None)` when it does not end yet.
pub(super) fn part(text: &str, last: bool) -> Result<Option<Part<'_>>, NoPart> {
    let near = (0..=text.len().min(HEAD))
        .rev()
        .find(|&i| text.is_char_boundary(i))
        .and_then(|i| text.get(..i))
        .unwrap_or_default();
    let mut marks = near.match_indices('|').map(|(at, _)| at);
    let (Some(first), Some(second), Some(third)) = (marks.next(), marks.next(), marks.next()) else {
        let may_come =
            !last && text.len() < HEAD && near.bytes().take_while(|b| *b != b'|').all(|b| b.is_ascii_digit());
        return if may_come { Ok(None) } else { Err(NoPart) };
    };
    // A longer one could not be waited for: `20240611|WARD|1|` begins a line of a log.
    let units: usize =
        near.get(..first).and_then(|n| n.parse().ok()).filter(|units| *units <= LONGEST).ok_or(NoPart)?;
    let kind = near.get(first + 1..second).ok_or(NoPart)?;
    if !(kind == "#" || (!kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphabetic()))) {
        return Err(NoPart);
    }
    let from = third + 1;
    let (mut counted, mut bytes) = (0, 0);
    let rest = text.get(from..).ok_or(NoPart)?;
    for c in rest.chars() {
        if counted >= units {
            break;
        }
        counted += c.len_utf16();
        bytes += c.len_utf8();
    }
    match rest.as_bytes().get(bytes) {
        Some(b'|') if counted == units => Ok(Some(Part {
            kind,
            id: near.get(second + 1..third).ok_or(NoPart)?,
            content: rest.get(..bytes).ok_or(NoPart)?,
            length: from + bytes + 1,
        })),
        None if !last => Ok(None),
        Some(_) | None => Err(NoPart),
    }
}

/// The text is no part of a page.
#[derive(Debug)]
pub(super) struct NoPart;

impl Part<'_> {
    /// Writes the part with its content rewritten and its length counted again.
    pub(super) fn redact(&self, ins: &mut Inspector, out: &mut String) -> Result<(), Withheld> {
        let new = match self.kind {
            "updatePanel" => embedded(ins, Media::Html, self.content)?,
            "scriptBlock" | "scriptStartupBlock" => embedded(ins, Media::Script, self.content)?,
            _ => value(ins, self.content, &Place::on(Surface::Data))?,
        };
        let content = new.as_deref().unwrap_or(self.content);
        let id = value(ins, self.id, &Place::on(Surface::Attribute))?;
        let id = id.as_deref().unwrap_or(self.id);
        let units: usize = content.chars().map(char::len_utf16).sum();
        // The first part says a number of its own.
        out.push_str(&format!("{units}|{}|{id}|{content}|", self.kind));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_parts() {
        assert!(is_message("42[\"a\",{\"b\":1}]") && is_message("{\"a\":1}") && is_message("42/ward,[1]"));
        assert!(!is_message("42 patients") && !is_message("[see above]") && !is_message("plain"));
        let length = |text: &str| part(text, true).ok().flatten().map(|p| p.length);
        assert_eq!(length("3|updatePanel|u|a\u{e9}b|0|x||"), Some("3|updatePanel|u|a\u{e9}b|".len()));
        assert_eq!(length("3|updatePanel|u|abcd|"), None);
        assert!(matches!(part("12|updatePanel|u|abc", false), Ok(None)));
        assert!(part("20240611|T4|1|0830|D118842|", true).is_err());
        assert!(part("20240611|WARD|1|0830|D118842|", false).is_err());
    }
}
