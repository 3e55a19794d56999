//! A value whose format nobody named: plain text, a URL, JSON, markup, a message, a form, base64.
//!
//! Recognised by its first characters and checked before it is recursed into; what only looks like a format is text.

use serde::de::IgnoredAny;

use super::{Media, decoded, edifact, elements, embedded, hl7, json, packet, tagged, url};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::FieldEffect;
use crate::redact::withheld::Withheld;

/// Rewrites a decoded value that may itself hold a format: recognised and recursed into, otherwise inspected as text.
/// `None` when nothing changed.
///
/// # Errors
/// As [`crate::redact::format::embedded`].
pub fn value(ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<Option<String>, Withheld> {
    match nested(ins, text, place)? {
        Nested::Changed(new) => Ok(Some(new)),
        Nested::Unchanged => Ok(None),
        Nested::Plain => as_text(ins, text, place),
    }
}

/// As [`value()`], for a decoded part of a URL: another URL, JSON or markup in it, but no relative path, which it is.
pub(in crate::redact) fn within_url(
    ins: &mut Inspector,
    text: &str,
    place: &Place<'_>,
) -> Result<Option<String>, Withheld> {
    match recognise(text) {
        Some(_) => value(ins, text, place),
        None => as_part(ins, text, place),
    }
}

fn as_part(ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<Option<String>, Withheld> {
    let mut out = String::with_capacity(text.len());
    decoded::unlabelled(ins, text, place, &mut out)?;
    Ok((out != text).then_some(out))
}

/// Inspects a value as text, whatever it looks like; `None` when nothing changed.
///
/// # Errors
/// As [`value()`].
pub(in crate::redact) fn as_text(
    ins: &mut Inspector,
    text: &str,
    place: &Place<'_>,
) -> Result<Option<String>, Withheld> {
    let mut out = String::with_capacity(text.len());
    decoded::plain(ins, text, place, &mut out)?;
    Ok((out != text).then_some(out))
}

/// What recursing into a value gave.
pub(in crate::redact) enum Nested {
    /// It holds no other format: inspect it as text.
    Plain,
    /// It does, and nothing changed.
    Unchanged,
    /// It became this.
    Changed(String),
}

impl From<Option<String>> for Nested {
    fn from(new: Option<String>) -> Self {
        new.map_or(Nested::Unchanged, Nested::Changed)
    }
}

/// Recurses into a value, if it is of a format.
pub(in crate::redact) fn nested(ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<Nested, Withheld> {
    match place.field.as_ref().map(|f| &f.effect) {
        // A link to a record holds its key in its last part.
        Some(FieldEffect::Identifier { kind, .. }) if kind.is_key() && is_link(text) && !is_slashed(text) => {
            return Ok(ins.nested(|ins| url::redact_link(ins, text, place))?.into());
        }
        // `<a href="…">RFH-4410982</a>`: the text goes, the tags stay.
        Some(FieldEffect::Identifier { .. }) if place.surface == Surface::Data && tagged::has_tags(text) => {
            return Ok(tagged::redact(ins, text, place)?.into());
        }
        // `<input name="dob" value='{"year": 2009, "month": 7, "day": 17}'>`: read as a member of that name.
        Some(FieldEffect::Identifier { kind: Kind::DateOfBirth, .. })
            if place.surface == Surface::Attribute && text.trim_start().starts_with('{') && is_json(text) =>
        {
            const HEAD: &str = "{\"dob\":";
            let new = embedded(ins, Media::Json, &format!("{HEAD}{text}}}"))?;
            let inner = |new: String| Some(new.strip_prefix(HEAD)?.strip_suffix('}')?.to_owned());
            return Ok(new.map(|new| inner(new).unwrap_or_default()).into());
        }
        // The whole value goes.
        Some(FieldEffect::Identifier { .. }) => return Ok(Nested::Plain),
        // A rule keeps it: the telephone of an organisation is not looked at as one of a person.
        Some(FieldEffect::Keep) if starts_with_any(text.trim(), &["tel:", "mailto:", "sms:", "fax:"]) => {
            return Ok(Nested::Plain);
        }
        Some(FieldEffect::Prose | FieldEffect::Keep) | None => {}
    }
    let Some(shape) = recognise(text) else { return Ok(Nested::Plain) };
    let done = match shape {
        Shape::Url => match url::redact(ins, text)? {
            // `N/826459/7` is as good a hospital number as `Patient/7` is a link: what is no link for sure is also read as text.
            None if is_bare_relative(text.trim()) => return Ok(Nested::Plain),
            done => done,
        },
        Shape::Query => ins.nested(|ins| url::redact_query(ins, text))?,
        Shape::Json => match embedded(ins, Media::Json, text) {
            // Not quite JSON: read as text.
            Err(Withheld::Malformed(_)) => return Ok(Nested::Plain),
            done => done?,
        },
        Shape::Message(n) => {
            let lead = text.len() - text.trim_start().len();
            let (head, body) = text.split_at_checked(lead + n).unwrap_or((text, ""));
            embedded(ins, Media::Json, body)?.map(|new| format!("{head}{new}"))
        }
        Shape::Rows => match embedded(ins, Media::Ndjson, text) {
            // A row that is cut off: read as text.
            Err(Withheld::Malformed(_)) => return Ok(Nested::Plain),
            done => done?,
        },
        Shape::Html => embedded(ins, Media::Html, text)?,
        Shape::Xml => match embedded(ins, Media::Xml, text) {
            Err(Withheld::Malformed(_)) => embedded(ins, Media::Html, text)?,
            done => done?,
        },
        Shape::Hl7 => embedded(ins, Media::Hl7, text)?,
        Shape::Slot => ins.nested(|ins| hl7::redact_slot(ins, text))?,
        Shape::Edifact => embedded(ins, Media::Edifact, text)?,
        Shape::Base64(inside, dress) => {
            // What was packed is text that somebody reads, wherever the packet stands.
            let surface = match place.surface {
                Surface::Attribute | Surface::Url | Surface::Script | Surface::Style | Surface::Header => Surface::Data,
                Surface::Text
                | Surface::Field
                | Surface::ShownAttribute
                | Surface::Comment
                | Surface::Remark
                | Surface::Data => place.surface,
            };
            let place = &Place { surface, ..place.clone() };
            let new = ins.nested(|ins| value(ins, &inside, place))?;
            new.map(|new| dress.encode(new.as_bytes()))
        }
        // A document or a picture in base64: nobody can say what it shows.
        Shape::Binary => Some(String::new()),
        Shape::Jwt(claims) => {
            // Signed: it cannot be changed, only withheld.
            let holds = ins.nested(|ins| value(ins, &claims, place))?.is_some();
            holds.then(|| "••••••".to_owned())
        }
    };
    Ok(done.into())
}

enum Shape {
    Url,
    Query,
    Json,
    /// JSON behind so many bytes: a message of a socket.
    Message(usize),
    /// Rows of a server component.
    Rows,
    Html,
    Xml,
    Hl7,
    /// One field of a message, with its place.
    Slot,
    Edifact,
    /// What it decodes to, and how it was written.
    Base64(String, data_encoding::Encoding),
    Binary,
    /// The claims of a signed token.
    Jwt(String),
}

/// Shorter than that, no word holds a format.
pub(in crate::redact) const SHORTEST_WORD: usize = 16;

/// Whether a word in running text holds a format that reading it as text does not undo.
pub(in crate::redact) fn is_word_of_a_format(word: &str) -> bool {
    if word.len() < SHORTEST_WORD {
        return false;
    }
    let packed = |word: &str| {
        // Nearly all words are no base64 by their letters alone.
        let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
        word.len() >= SHORTEST_WORD
            && has(u8::is_ascii_uppercase)
            && has(u8::is_ascii_lowercase)
            && matches!(jwt(word).or_else(|| base64(word)), Some(Shape::Jwt(_) | Shape::Base64(..) | Shape::Binary))
    };
    let url = word.contains('%')
        || word.contains(";base64,")
        || (word.contains(['/', '=']) && word.split(['/', '?', '&', '=', '#', ';']).any(packed));
    packed(word) || (url && matches!(recognise(word), Some(Shape::Url | Shape::Query)))
}

/// Whether a value looks like one of a format.
pub(in crate::redact) fn is_format(text: &str) -> bool {
    recognise(text).is_some()
}

/// Whether a text that is shown is of a format all the same: JSON on a page, markup that was escaped to be seen, base64.
/// Addresses are read as they stand, unless they hold codes.
pub(in crate::redact) fn holds_format(text: &str) -> bool {
    match recognise(text) {
        None => false,
        Some(Shape::Url | Shape::Query) => text.contains('%') || text.contains(";base64,"),
        Some(
            Shape::Json
            | Shape::Message(_)
            | Shape::Rows
            | Shape::Html
            | Shape::Xml
            | Shape::Hl7
            | Shape::Slot
            | Shape::Edifact
            | Shape::Base64(..)
            | Shape::Binary
            | Shape::Jwt(_),
        ) => true,
    }
}

/// What a value looks like by its first characters; `None` is text.
fn recognise(text: &str) -> Option<Shape> {
    let text = text.trim();
    let first = text.chars().next()?;
    match first {
        '{' | '[' if text.ends_with(['}', ']']) && text.len() > 2 => is_json(text).then_some(Shape::Json),
        '<' if text.starts_with("<?xml") || elements::has_prefix(text) => Some(Shape::Xml),
        '0'..='9' if text.ends_with(['}', ']']) && packet::is_message(text) => Some(Shape::Message(packet::head(text))),
        '0'..='9' | 'a'..='f' if json::is_row(text) => Some(Shape::Rows),
        // `MSH|^~\\&`: its separators stand behind.
        'M' if text.starts_with("MSH|")
            && text.bytes().skip(4).take(3).filter(u8::is_ascii_punctuation).count() == 3 =>
        {
            Some(Shape::Hl7)
        }
        'P' if hl7::is_slot(text) => Some(Shape::Slot),
        'U' | 'I' | 'N' | 'S' | 'G' | 'H' | 'B' | 'C' if edifact::begins(text) => Some(Shape::Edifact),
        '"' if text.len() > 2 && text.ends_with('"') && is_json(text) => Some(Shape::Json),
        _ if is_url(text) => Some(Shape::Url),
        _ if elements::has_markup(text) => Some(if elements::is_xml_root(text) { Shape::Xml } else { Shape::Html }),
        _ if has_references(text) => Some(Shape::Html),
        _ if is_query(text) => Some(Shape::Query),
        _ => jwt(text).or_else(|| base64(text)),
    }
}

/// Text that was escaped for a page before it was put where it stands: `O&#039;Reilly`. `&amp;` alone says nothing, for it joins
/// parameters too.
fn has_references(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        let Some((name, _)) = rest.split_once(';').filter(|(name, _)| name.len() <= 8) else { return false };
        match name.strip_prefix('#') {
            Some(number) => {
                !number.is_empty() && number.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, 'x' | 'X'))
            }
            None => matches!(
                name,
                "apos" | "quot" | "nbsp" | "rsquo" | "lsquo" | "shy" | "ensp" | "emsp" | "thinsp" | "zwnj" | "zwj"
            ),
        }
    })
}

/// Whether a text is JSON of more than one word, or a message, whole.
pub(super) fn is_data(text: &str) -> bool {
    let text = text.trim();
    let json = text.starts_with(['{', '[']) && text.contains('"') && is_json(text);
    json || text.starts_with("MSH|")
}

pub(in crate::redact) fn is_json(text: &str) -> bool {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(IgnoredAny) => true,
        // Deeper than that parser goes, but perhaps not deeper than ours.
        Err(e) => !e.is_syntax() && !e.is_eof() || e.to_string().starts_with("recursion limit"),
    }
}

/// `Patient/42`, `urn:uuid:…`, `https://x/Patient/42`: a reference whose key comes last.
fn is_link(text: &str) -> bool {
    let text = text.trim();
    let last = text.rsplit(['/', ':']).next().unwrap_or_default();
    !text.contains(['?', '#', ' ']) && !last.is_empty() && last.len() < text.len() && is_url(text)
}

fn is_url(text: &str) -> bool {
    const SCHEMES: &[&str] = &[
        "http://",
        "https://",
        "ws://",
        "wss://",
        "ftp://",
        "file://",
        "mailto:",
        "tel:",
        "sms:",
        "sip:",
        "data:",
        "javascript:",
        "cid:",
        "blob:",
        "urn:",
    ];
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) && !starts_with_any(text, &["data:", "javascript:"]) {
        return false;
    }
    let relative = text.starts_with('/') && text.len() > 1
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with('?') && text.contains('=')
        || text.starts_with("#/");
    relative || starts_with_any(text, SCHEMES) || is_bare_relative(text)
}

/// `chart.aspx?id=42`, `Patient/42`: a path of names without a slash in front.
fn is_bare_relative(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let segments = path.split('/').count();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~' | '%' | ';' | ':');
    let named = path.starts_with(|c: char| c.is_ascii_alphabetic()) && path.chars().all(plain);
    // `and/or` is text; `Patient/42` and `a/b?c=d` are not.
    let numbered = path.rsplit('/').next().is_some_and(|last| last.chars().any(|c| c.is_ascii_digit()));
    // A patient's key may be of words alone.
    let of_person = ["Patient/", "RelatedPerson/", "Person/"].iter().any(|head| path.starts_with(head));
    named && ((segments > 1 && (numbered || of_person)) || (text.len() > path.len() + 1 && text.contains('=')))
}

/// `N/10/10`, `RE1/12/13`: a number of slips and registers. What a link leads to is named by a word.
fn is_slashed(text: &str) -> bool {
    let first = text.trim().split('/').next().unwrap_or_default();
    let named = first.len() > 2 && first.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'));
    !named && is_bare_relative(text.trim()) && !text.contains(['?', '#', '.'])
}

fn starts_with_any(text: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|p| text.get(..p.len()).is_some_and(|t| t.eq_ignore_ascii_case(p)))
}

/// `name=John+Smith&dob=1962-03-14`.
fn is_query(text: &str) -> bool {
    text.contains('&')
        && !text.chars().any(char::is_whitespace)
        && text.split('&').all(|part| {
            part.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.[]%+".contains(&b))
            })
        })
}

/// The claims of a JSON web token.
fn jwt(text: &str) -> Option<Shape> {
    let mut parts = text.strip_prefix("Bearer ").unwrap_or(text).split('.');
    let (head, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !head.starts_with("eyJ") || signature.contains(char::is_whitespace) {
        return None;
    }
    let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).ok()?;
    String::from_utf8(claims).ok().map(Shape::Jwt)
}

/// Base64 that holds text or a document; a random key decodes to neither and stays.
fn base64(text: &str) -> Option<Shape> {
    // Shorter than that, it holds no identifier.
    if text.len() < 12 || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_=\r\n".contains(&b)) {
        return None;
    }
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = base64_bytes(&packed)?;
    if is_binary_document(&bytes) {
        return Some(Shape::Binary);
    }
    let dress = match (packed.contains(['-', '_']), packed.len().is_multiple_of(4)) {
        (false, true) => data_encoding::BASE64,
        (false, false) => data_encoding::BASE64_NOPAD,
        (true, true) => data_encoding::BASE64URL,
        (true, false) => data_encoding::BASE64URL_NOPAD,
    };
    readable(bytes).map(|inside| Shape::Base64(inside, dress))
}

/// Base64 that holds no text: what it shows, nobody can say.
pub(in crate::redact) fn is_opaque(text: &str) -> bool {
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    packed.len() >= 16 && base64_bytes(&packed).is_some_and(|bytes| readable(bytes).is_none())
}

/// The text that base64 holds, if it is text.
pub(in crate::redact) fn base64_text(packed: &str) -> Option<String> {
    String::from_utf8(base64_bytes(packed)?).ok()
}

pub(in crate::redact) fn base64_bytes(packed: &str) -> Option<Vec<u8>> {
    let bare = packed.trim_end_matches('=').as_bytes();
    data_encoding::BASE64_NOPAD.decode(bare).or_else(|_| data_encoding::BASE64URL_NOPAD.decode(bare)).ok()
}

/// Files that show things, by their first bytes.
fn is_binary_document(bytes: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"%PDF",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"II*\0",
        b"MM\0*",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"BM",
        b"RIFF",
        b"{\\rtf",
        b"\xd0\xcf\x11\xe0",
        b"\0\0\x01\0",
    ];
    let dicom = bytes.get(128..132) == Some(b"DICM");
    dicom || (bytes.len() > 32 && MAGIC.iter().any(|m| bytes.starts_with(m)))
}

/// Decoded text that somebody wrote: UTF-8, printable; where it is short, nearly all of it ASCII, for a few random bytes may
/// be UTF-8 by chance.
fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    // DICOM pads what it packs to an even length.
    let odd = text.trim_end_matches('\0').chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    let plain = text.chars().filter(char::is_ascii).count() * 10 >= text.chars().count() * 9;
    (odd == 0 && (plain || text.len() >= 18)).then_some(text)
}
