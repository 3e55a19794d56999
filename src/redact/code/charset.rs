//! Charsets: whatever the body is written in becomes UTF-8, by the same signs and in the same order as in a browser.
//!
//! A byte order mark first, then the header, then what the body itself declares in its first 1024 bytes (`<meta>`, XML
//! declaration, `@charset`). With none of them: UTF-8; for the formats of old pages, windows-1252 when the first bytes
//! beyond ASCII are not UTF-8. A mark and a header that contradict each other, an unknown label, or bytes that are not
//! what they are declared to be are withheld: a guess could show what the detectors did not read. The mark is dropped.

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::decode::Sink;
use crate::redact::format::Media;
use crate::redact::withheld::Withheld;

/// How far a declaration inside the body is looked for, by the HTML standard.
const DECLARATION: usize = 1024;

/// Turns one body into UTF-8.
pub(in crate::redact) struct Charset {
    media: Media,
    header: Option<&'static Encoding>,
    /// The header said just "utf-16": a mark may say which.
    either_utf16: bool,
    state: State,
}

enum State {
    /// The first bytes, until they say what they are.
    Start(Vec<u8>),
    /// ASCII so far, nothing declared; at most the beginning of one character is held.
    Undeclared(Vec<u8>),
    Known(Box<encoding_rs::Decoder>),
}

impl Charset {
    /// For a body of this format whose header declares `label`.
    pub(in crate::redact) fn new(media: Media, label: Option<&str>) -> Result<Self, Withheld> {
        let header = label.map(known).transpose()?;
        let either_utf16 = label.is_some_and(|l| l.trim().eq_ignore_ascii_case("utf-16"));
        Ok(Self { media, header, either_utf16, state: State::Start(Vec::new()) })
    }

    /// Takes bytes, gives UTF-8 (which may end inside a character).
    pub(in crate::redact) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Withheld> {
        match &mut self.state {
            State::Start(first) => {
                first.extend_from_slice(bytes);
                let enough = if self.header.is_none() && declares(self.media) { DECLARATION } else { 3 };
                if first.len() < enough {
                    return Ok(());
                }
                self.begin(sink)
            }
            State::Undeclared(_) => self.undeclared(bytes, false, sink),
            State::Known(decoder) => transcode(decoder, bytes, false, sink),
        }
    }

    /// The body has ended.
    pub(in crate::redact) fn finish(&mut self, sink: &mut Sink<'_>) -> Result<(), Withheld> {
        if matches!(self.state, State::Start(_)) {
            self.begin(sink)?;
        }
        match &mut self.state {
            State::Start(_) | State::Undeclared(_) => self.undeclared(&[], true, sink),
            State::Known(decoder) => transcode(decoder, &[], true, sink),
        }
    }

    fn begin(&mut self, sink: &mut Sink<'_>) -> Result<(), Withheld> {
        let State::Start(first) = &mut self.state else { return Ok(()) };
        let first = std::mem::take(first);
        let marked = Encoding::for_bom(&first);
        let encoding = match (marked, self.header) {
            (Some((mark, _)), Some(header)) => {
                let same = mark == header || (self.either_utf16 && mark == UTF_16BE);
                if !same {
                    return Err(Withheld::BadCharset);
                }
                Some(mark)
            }
            (Some((mark, _)), None) => Some(mark),
            (None, Some(header)) => Some(header),
            (None, None) => declared(self.media, first.get(..DECLARATION).unwrap_or(&first))?,
        };
        let after = first.get(marked.map_or(0, |(_, length)| length)..).unwrap_or_default();
        match encoding {
            Some(encoding) => self.known(encoding, after, sink),
            None if self.media.has_legacy_charset() => {
                self.state = State::Undeclared(Vec::new());
                self.undeclared(after, false, sink)
            }
            None => self.known(UTF_8, after, sink),
        }
    }

    fn known(&mut self, encoding: &'static Encoding, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Withheld> {
        let mut decoder = Box::new(encoding.new_decoder_without_bom_handling());
        transcode(&mut decoder, bytes, false, sink)?;
        self.state = State::Known(decoder);
        Ok(())
    }

    /// Passes ASCII on; the first character beyond it decides, on its own bytes alone.
    fn undeclared(&mut self, bytes: &[u8], last: bool, sink: &mut Sink<'_>) -> Result<(), Withheld> {
        let State::Undeclared(held) = &mut self.state else { return Ok(()) };
        let mut all = std::mem::take(held);
        all.extend_from_slice(bytes);
        let (ascii, rest) = all.split_at(Encoding::ascii_valid_up_to(&all));
        sink(ascii)?;
        if rest.is_empty() {
            return Ok(());
        }
        match std::str::from_utf8(rest.get(..4).unwrap_or(rest)) {
            Ok(_) => self.known(UTF_8, rest, sink),
            Err(e) if e.valid_up_to() > 0 => self.known(UTF_8, rest, sink),
            Err(e) if e.error_len().is_none() && !last && rest.len() < 4 => {
                self.state = State::Undeclared(rest.to_vec());
                Ok(())
            }
            Err(_) => self.known(WINDOWS_1252, rest, sink),
        }
    }
}

/// Formats that can declare their charset inside.
fn declares(media: Media) -> bool {
    match media {
        Media::Html | Media::Xhtml | Media::Xml | Media::Style => true,
        Media::Json
        | Media::Ndjson
        | Media::Script
        | Media::Text
        | Media::Csv { .. }
        | Media::Hl7
        | Media::Form
        | Media::EventStream => false,
    }
}

fn known(label: &str) -> Result<&'static Encoding, Withheld> {
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) if encoding != encoding_rs::X_USER_DEFINED => Ok(encoding),
        Some(_) | None => Err(Withheld::BadCharset),
    }
}

/// What the first bytes declare.
fn declared(media: Media, first: &[u8]) -> Result<Option<&'static Encoding>, Withheld> {
    // Declarations are ASCII whatever they declare.
    let head: String = first.iter().map(|&b| char::from(b).to_ascii_lowercase()).collect();
    let label = match media {
        Media::Html => meta_charset(&head).or_else(|| xml_encoding(&head)),
        Media::Xhtml | Media::Xml => xml_encoding(&head),
        Media::Style => head.strip_prefix("@charset \"").and_then(|rest| rest.split('"').next()),
        Media::Json
        | Media::Ndjson
        | Media::Script
        | Media::Text
        | Media::Csv { .. }
        | Media::Hl7
        | Media::Form
        | Media::EventStream => None,
    };
    let Some(label) = label else { return Ok(None) };
    let encoding = known(label)?;
    // By the standard: a declaration that could be read byte by byte is not UTF-16.
    Ok(Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding }))
}

/// `charset=` in the first `<meta>` that has one.
fn meta_charset(head: &str) -> Option<&str> {
    let mut rest = head;
    loop {
        let comment = rest.find("<!--");
        let meta = rest.find("<meta")?;
        match comment {
            Some(at) if at < meta => {
                let inside = rest.get(at + 4..)?;
                rest = inside.get(inside.find("-->")? + 3..)?;
            }
            Some(_) | None => {
                let tag = rest.get(meta + 5..)?;
                let (tag, after) = tag.split_at(tag.find('>').unwrap_or(tag.len()));
                if let Some(label) = tag.find("charset").and_then(|at| value_after(tag.get(at + 7..)?)) {
                    return Some(label);
                }
                rest = after;
            }
        }
    }
}

fn xml_encoding(head: &str) -> Option<&str> {
    let declaration = head.strip_prefix("<?xml")?.split("?>").next()?;
    value_after(declaration.get(declaration.find("encoding")? + 8..)?)
}

/// `= "value"`, quotes optional.
fn value_after(text: &str) -> Option<&str> {
    let text = text.trim_start().strip_prefix('=')?.trim_start();
    let text = text.trim_start_matches(['"', '\'']);
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '>' | '/')).unwrap_or(text.len());
    text.get(..end).filter(|label| !label.is_empty())
}

fn transcode(
    decoder: &mut encoding_rs::Decoder,
    mut bytes: &[u8],
    last: bool,
    sink: &mut Sink<'_>,
) -> Result<(), Withheld> {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(bytes, &mut piece, last);
        sink(piece.get(..written).unwrap_or_default())?;
        bytes = bytes.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return Ok(()),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return Err(Withheld::BadCharset),
        }
    }
}
