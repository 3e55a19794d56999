//! Markup of XML: tags, attributes, entities. What is not well-formed is withheld.

use std::ops::Range;

use super::MALFORMED;
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

/// A start tag.
#[derive(Debug)]
pub(super) struct Start {
    /// Name without its prefix.
    pub name: String,
    /// Name as written, which the end tag must repeat.
    pub qualified: String,
    pub attributes: Vec<Attribute>,
    pub empty: bool,
}

/// An attribute: where its value stands in the unit, quotes not included.
#[derive(Debug)]
pub(super) struct Attribute {
    /// Name without its prefix.
    pub name: String,
    /// Declares a namespace, or belongs to the schema language.
    pub of_schema: bool,
    /// Where its name stands, prefix included.
    pub named: Range<usize>,
    pub value: Range<usize>,
}

/// Something that begins at a `<`.
#[derive(Debug)]
pub(super) enum Piece {
    Start(Start),
    /// Its qualified name.
    End(String),
    Comment,
    Instruction,
    /// Where its text stands.
    Data(Range<usize>),
    Doctype,
}

/// Reads what begins at `from`, which is a `<`, and where it ends. `None` when it does not end yet.
pub(super) fn piece(text: &str, from: usize, last: bool) -> Result<Option<(Piece, usize)>, Withheld> {
    let rest = text.get(from..).ok_or(MALFORMED)?;
    let ends = |mark: &str, skip: usize| -> Result<Option<usize>, Withheld> {
        let found = rest.get(skip..).and_then(|r| memchr::memmem::find(r.as_bytes(), mark.as_bytes()));
        match found {
            Some(at) => Ok(Some(from + skip + at + mark.len())),
            None if last => Err(MALFORMED),
            None => Ok(None),
        }
    };
    // What it will be is not known before so much of it is here.
    if !last && ["<!--", "<![CDATA[", "<!DOCTYPE"].iter().any(|m| rest.len() < m.len() && m.starts_with(rest)) {
        return Ok(None);
    }
    if rest.starts_with("<!--") {
        return Ok(ends("-->", 4)?.map(|end| (Piece::Comment, end)));
    }
    if rest.starts_with("<![CDATA[") {
        return Ok(ends("]]>", 9)?.map(|end| (Piece::Data(from + 9..end - 3), end)));
    }
    if rest.starts_with("<?") {
        return Ok(ends("?>", 2)?.map(|end| (Piece::Instruction, end)));
    }
    if rest.starts_with("<!") {
        if !rest.starts_with("<!DOCTYPE") && !rest.starts_with("<!doctype") {
            return Err(MALFORMED);
        }
        let Some(end) = ends(">", 2)? else { return Ok(None) };
        // A subset may define entities, and what they stand for is then not what is read here.
        if text.get(from..end).is_some_and(|d| d.contains('[')) {
            return Err(Withheld::Malformed("XML without a document type of its own"));
        }
        return Ok(Some((Piece::Doctype, end)));
    }
    let Some(end) = end_of_tag(rest).map(|end| from + end) else {
        return if last { Err(MALFORMED) } else { Ok(None) };
    };
    let inside = text.get(from + 1..end - 1).ok_or(MALFORMED)?;
    if let Some(name) = inside.strip_prefix('/') {
        let name = name.trim_end();
        return if is_name(name) { Ok(Some((Piece::End(name.to_owned()), end))) } else { Err(MALFORMED) };
    }
    Ok(Some((Piece::Start(start(inside, from + 1)?), end)))
}

/// Behind the `>` that is not in quotes.
fn end_of_tag(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, b) in rest.bytes().enumerate() {
        match (b, quote) {
            (b'"' | b'\'', None) => quote = Some(b),
            (_, Some(q)) if q == b => quote = None,
            (b'>', None) => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A start tag from what stands between its brackets, which begins at `base`.
fn start(inside: &str, base: usize) -> Result<Start, Withheld> {
    let empty = inside.ends_with('/');
    let body = inside.strip_suffix('/').unwrap_or(inside);
    let end = body.find(char::is_whitespace).unwrap_or(body.len());
    let qualified = body.get(..end).unwrap_or_default();
    if !is_name(qualified) {
        return Err(MALFORMED);
    }
    let mut attributes = Vec::new();
    let mut at = end;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        let space = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let equals = rest.find('=').ok_or(MALFORMED)?;
        let name = rest.get(..equals).unwrap_or_default().trim_end();
        let after = rest.get(equals + 1..).unwrap_or_default();
        let gap = after.len() - after.trim_start().len();
        let quoted = after.trim_start();
        let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or(MALFORMED)?;
        let length = quoted.get(1..).and_then(|v| v.find(quote)).ok_or(MALFORMED)?;
        if space == 0 || !is_name(name) {
            return Err(MALFORMED);
        }
        let from = at + space + equals + 1 + gap + 1;
        let named = base + at + space..base + at + space + name.len();
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        attributes.push(Attribute {
            name: local.to_owned(),
            of_schema: name == "xmlns" || matches!(prefix, "xmlns" | "xsi"),
            named,
            value: base + from..base + from + length,
        });
        at = from + length + 1;
    }
    Ok(Start { name: local(qualified).to_owned(), qualified: qualified.to_owned(), attributes, empty })
}

pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

pub(super) fn is_name(name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.' | '\u{b7}');
    name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':')) && name.chars().all(part)
}

/// Decodes text with entities, which stands at `base`.
pub(super) fn decode(text: &str, base: usize, exact: &mut Run) -> Result<(), Withheld> {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Err(MALFORMED);
    }
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let Some(plain) = memchr::memchr(b'&', rest.as_bytes()) else {
            exact.push_source(rest, (base + at) as u64);
            return Ok(());
        };
        exact.push_source(rest.get(..plain).unwrap_or_default(), (base + at) as u64);
        let code = rest.get(plain + 1..).unwrap_or_default();
        let length = code.bytes().take(12).position(|b| b == b';').ok_or(MALFORMED)?;
        let c = entity(code.get(..length).unwrap_or_default()).ok_or(MALFORMED)?;
        let from = (base + at + plain) as u64;
        exact.push_char(c, from..from + (length + 2) as u64);
        at += plain + length + 2;
    }
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

/// Writes text so that it stands in an element or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Written as itself, a reader would take it for the end of a line.
            '\r' => out.push_str("&#xD;"),
            _ => out.push(c),
        }
    }
    out
}
