//! Charsets: whatever the body is written in becomes UTF-8, by the same signs and in the same order as in a browser.
//!
//! A byte order mark first, then the header, then what the body itself declares in its first 1024 bytes (`<meta>`, XML
//! declaration, `@charset`; see [`super::declared`]). With none of them: UTF-16 where every second of the first bytes is
//! zero; else UTF-8; for the formats of old pages, windows-1252 when the first bytes beyond ASCII are not UTF-8.
//!
//! Withheld are a mark and a header that contradict each other, bytes that look like UTF-16 where the header says
//! otherwise, the marks of UTF-32, an unknown label, and bytes that are not what they are declared to be: a guess could show
//! what the detectors did not read. A header and a declaration that differ are settled as in a browser, the header holds;
//! what leaves is UTF-8 and says so, and the declaration in it is put right. The mark is dropped.

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::declared::{Declared, declared};
use super::decode::Sink;
use crate::redact::format::Media;
use crate::redact::withheld::Withheld;

/// How far a declaration inside the body is looked for, by the HTML standard.
const DECLARATION: usize = 1024;
/// So many bytes say whether a body looks like UTF-16.
const START: usize = 16;
/// The longest byte order mark.
const MARK: usize = 3;

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
                let enough = looked_at(self.media);
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
        if first.starts_with(&[0xff, 0xfe, 0, 0]) || first.starts_with(&[0, 0, 0xfe, 0xff]) {
            return Err(Withheld::BadCharset);
        }
        let marked = Encoding::for_bom(&first);
        // No reader takes an event stream in UTF-16; and the mark of UTF-32 begins with that of UTF-16 and is longer than what is
        // waited for here, so that it would depend on the chunks which of them is seen.
        if self.media == Media::EventStream && marked.is_some_and(|(mark, _)| mark != UTF_8) {
            return Err(Withheld::BadCharset);
        }
        let looks = match (marked, self.media) {
            (Some(_), _) | (None, Media::EventStream) => None,
            (None, _) => looks_like_utf16(&first),
        };
        let declared = declared(self.media, first.get(..DECLARATION).unwrap_or(&first));
        let encoding = match (marked, self.header) {
            (Some((mark, _)), Some(header)) => {
                let same = mark == header || (self.either_utf16 && mark == UTF_16BE);
                if !same {
                    return Err(Withheld::BadCharset);
                }
                Some(mark)
            }
            (Some((mark, _)), None) => Some(mark),
            (None, Some(header)) => match looks {
                Some(seen) if self.either_utf16 => Some(seen),
                Some(seen) if seen != header => return Err(Withheld::BadCharset),
                Some(_) | None => Some(header),
            },
            (None, None) => match (&declared, looks) {
                (_, Some(seen)) => Some(seen),
                (Some(declared), None) => Some(by_declaration(&declared.label)?),
                (None, None) => None,
            },
        };
        let after = first.get(marked.map_or(0, |(_, length)| length)..).unwrap_or_default();
        let put_right = declared.filter(|d| !d.label.eq_ignore_ascii_case("utf-8"));
        let after = put_right.and_then(|d| relabelled(&first, &d)).unwrap_or_else(|| after.to_vec());
        match encoding {
            Some(encoding) => self.known(encoding, &after, sink),
            None if self.media.has_legacy_charset() => {
                self.state = State::Undeclared(Vec::new());
                self.undeclared(&after, false, sink)
            }
            None => self.known(UTF_8, &after, sink),
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

/// How many bytes are looked at before the first leaves.
fn looked_at(media: Media) -> usize {
    match media {
        Media::Html | Media::Xhtml | Media::Xml | Media::Style => DECLARATION,
        Media::Json
        | Media::Ndjson
        | Media::Script
        | Media::Text
        | Media::Csv { .. }
        | Media::Hl7
        | Media::Edifact
        | Media::Form
        | Media::Multipart { .. } => START,
        // Somebody waits for the first event; and the standard knows it in UTF-8 alone.
        Media::EventStream => MARK,
    }
}

/// The encoding of a label; those that no body can have been written in are none.
fn known(label: &str) -> Result<&'static Encoding, Withheld> {
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or(Withheld::BadCharset)
}

/// By the standard: a declaration that could be read byte by byte is not UTF-16, and `x-user-defined` in a page is
/// windows-1252.
fn by_declaration(label: &str) -> Result<&'static Encoding, Withheld> {
    let encoding = known(label)?;
    Ok(if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else if encoding == encoding_rs::X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    })
}

/// The first bytes, with another label where one was declared: it can be read byte by byte, so it is written so.
fn relabelled(first: &[u8], declared: &Declared) -> Option<Vec<u8>> {
    let skip = Encoding::for_bom(first).map_or(0, |(_, length)| length);
    Some([first.get(skip..declared.at.start)?, b"utf-8", first.get(declared.at.end..)?].concat())
}

/// Text of the Latin script in UTF-16 without a mark: of the first characters every one has a zero byte, on the same side.
fn looks_like_utf16(first: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = first.get(..first.len().min(START)).unwrap_or_default().as_chunks::<2>();
    if pairs.is_empty() {
        return None;
    }
    if pairs.iter().all(|[a, b]| *a == 0 && *b != 0) {
        return Some(UTF_16BE);
    }
    pairs.iter().all(|[a, b]| *a != 0 && *b == 0).then_some(UTF_16LE)
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
