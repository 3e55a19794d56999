//! Text as a person or a program would read it: entities, percent escapes and backslashes undone, spaces folded.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::LazyLock;

use data_encoding::Encoding;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use crate::redact::remark::is_documentation;
use crate::redact::run::Run;

/// The longest end tag that is looked into.
const END_TAG: usize = 4096;

/// Spaces folded, what has no width dropped, full-width characters made plain.
pub(super) fn as_seen(text: &str) -> Cow<'_, str> {
    let mut before = b' ';
    let plain = text.bytes().all(|b| {
        let plain = b.is_ascii_graphic() || (b == b' ' && before != b' ');
        before = b;
        plain
    });
    if plain {
        return Cow::Borrowed(text);
    }
    let mut run = Run::default();
    // Browsers drop NULs.
    let text = if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) };
    run.push_read(&text, 0);
    Cow::Owned(run.text().to_owned())
}

/// Character references undone, by html5ever's tokenizer.
pub(super) fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    #[derive(Default)]
    struct Text(RefCell<String>);
    impl TokenSink for Text {
        type Handle = ();
        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            match token {
                Token::CharacterTokens(text) => self.0.borrow_mut().push_str(&text),
                Token::NullCharacterToken
                | Token::DoctypeToken(_)
                | Token::TagToken(_)
                | Token::CommentToken(_)
                | Token::ParseError(_)
                | Token::EOFToken => {}
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(Text::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    // A text has no tags.
    queue.push_back(StrTendril::from(text.replace('<', "&lt;")));
    // It pauses for scripts alone, and there are none.
    _ = tokenizer.feed(&queue);
    tokenizer.end();
    Cow::Owned(tokenizer.sink.0.into_inner())
}

/// Percent escapes undone; `None` when there are none.
pub(super) fn percents(text: &str) -> Option<String> {
    let undone = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    (undone != text).then(|| undone.into_owned())
}

/// The escapes of JSON and scripts undone; `None` when there are none.
pub(super) fn backslashes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let hex = |from: usize, to: usize| {
            let digits = after.get(from..to)?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        };
        let mut chars = after.chars();
        let (c, used) = match chars.next() {
            Some('u') if after.starts_with("u{") => {
                let end = after.find('}').unwrap_or(0);
                hex(2, end).map_or((' ', 1), |c| (c, end + 1))
            }
            Some('u') => hex(1, 5).map_or((' ', 1), |c| (c, 5)),
            Some('x') => hex(1, 3).map_or((' ', 1), |c| (c, 3)),
            Some('n' | 'r' | 't' | 'b' | 'f') => (' ', 1),
            Some(other) => (other, other.len_utf8()),
            None => ('\\', 0),
        };
        out.push(c);
        rest = after.get(used..).unwrap_or_default();
    }
    out.push_str(rest);
    (out != text).then_some(out)
}

/// The escapes of style sheets undone: up to six hexadecimal digits and a space; `None` when there are none.
pub(super) fn css_escapes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = after.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        let code = after.get(..digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        match code.and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = after.get(digits..).unwrap_or_default();
                rest = rest.strip_prefix(' ').unwrap_or(rest);
            }
            // A line end after a backslash is none; anything else is itself.
            None => rest = after.strip_prefix('\n').unwrap_or(after),
        }
    }
    out.push_str(rest);
    (out != text).then_some(out)
}

/// The escapes of HL7 v2 undone.
pub(super) fn hl7_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for (n, part) in text.split('\\').enumerate() {
        match part {
            _ if n % 2 == 0 => out.push_str(part),
            "F" => out.push('|'),
            "S" => out.push('^'),
            "T" => out.push('&'),
            "R" => out.push('~'),
            "E" => out.push('\\'),
            "H" | "N" => {}
            _ if part.starts_with('.') => out.push(' '),
            _ => match part
                .strip_prefix('X')
                .and_then(|hex| data_encoding::HEXUPPER_PERMISSIVE.decode(hex.as_bytes()).ok())
            {
                Some(bytes) => out.push_str(&String::from_utf8_lossy(&bytes)),
                None => out.push_str(part),
            },
        }
    }
    Cow::Owned(out)
}

/// The texts inside base64: of a `data:` URL, of a token of three parts, of a value that is nothing else.
pub(super) fn base64(text: &str) -> impl Iterator<Item = String> {
    let coded = text.split_once(";base64,").map_or(text, |(_, coded)| coded).trim();
    let whole = coded.len() >= 16 && coded.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_=.%\r\n".contains(&b));
    let parts = coded.split('.').take(3).filter(move |part| whole && part.len() >= 16);
    parts.filter_map(|part| {
        let mut plain: Vec<u8> = part.bytes().filter(|b| !matches!(b, b'=' | b'\r' | b'\n')).collect();
        plain.iter_mut().for_each(|b| *b = if *b == b'-' { b'+' } else { *b });
        plain.iter_mut().for_each(|b| *b = if *b == b'_' { b'/' } else { *b });
        // Bits behind the last byte mean nothing.
        static LOOSE: LazyLock<Option<Encoding>> = LazyLock::new(|| {
            let mut spec = data_encoding::BASE64_NOPAD.specification();
            spec.check_trailing_bits = false;
            spec.encoding().ok()
        });
        String::from_utf8(LOOSE.as_ref()?.decode(&plain).ok()?).ok()
    })
}

/// What stands behind the name in end tags.
pub(super) fn end_tags(source: &str) -> impl Iterator<Item = &str> {
    // What was read with an end tag before is not read again: of `</a </a </a` each would be all that follows.
    let mut read = 0;
    memchr::memmem::find_iter(source.as_bytes(), b"</").filter_map(move |at| {
        if at < read {
            return None;
        }
        let tag = source.get(at + 2..)?;
        let name = tag.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_')))?;
        let tag = tag.get(name..)?;
        if name == 0 || tag.starts_with('>') {
            return None;
        }
        let bytes = tag.as_bytes();
        let end = memchr::memchr(b'>', bytes.get(..END_TAG).unwrap_or(bytes)).unwrap_or(END_TAG.min(tag.len()));
        // One that was cut is read on from its middle, so that nothing stands on the cut.
        let closed = bytes.get(end) == Some(&b'>');
        read = at + 2 + name + if closed { end } else { end / 2 };
        (0..=end).rev().find_map(|end| tag.get(..end)).filter(|inside| !inside.trim().is_empty())
    })
}

/// The first remark that documents a function, with what stands before and behind it: `/**`, tags, a star before lines. What stands
/// between two strings of a script is not written so.
pub(super) fn documentation(script: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let at = from + memchr::memmem::find(script.get(from..)?.as_bytes(), b"/**")?;
        let remark = script.get(at..)?;
        let end = memchr::memmem::find(remark.get(3..)?.as_bytes(), b"*/")? + 5;
        let remark = remark.get(..end)?;
        let starred = remark.lines().filter(|line| line.trim_start().starts_with('*')).count();
        // With another beginning in it, the first stood in a string: what is between is code.
        let one =
            remark.get(3..).is_some_and(|inside| inside.starts_with(char::is_whitespace) && !inside.contains("/*"));
        if one && starred >= 2 && starred * 4 >= remark.lines().count() && is_documentation(remark) {
            return Some((script.get(..at)?, remark, script.get(at + end..)?));
        }
        from = at + 3;
    }
}
