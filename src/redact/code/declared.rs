//! The charset that a body declares within itself: by the HTML standard's prescan, in an XML declaration, by `@charset`.
//!
//! ```text
//! <meta charset="koi8-r">      <meta http-equiv="Content-Type" content="text/html; charset=koi8-r">
//! <?xml version="1.0" encoding="koi8-r"?>      @charset "koi8-r";
//! ```
//!
//! What only looks like a declaration (in a comment, in another element's attribute, a `<meta>` of another purpose) is none.

use std::ops::Range;

use crate::redact::format::Media;

/// A declaration: the label as written, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) label: String,
    pub(super) at: Range<usize>,
}

/// What the first bytes declare.
pub(super) fn declared(media: Media, first: &[u8]) -> Option<Declared> {
    let at = match media {
        Media::Html => meta(first).or_else(|| xml(first)),
        Media::Xhtml | Media::Xml => xml(first),
        Media::Style => style(first),
        Media::Json
        | Media::Ndjson
        | Media::Script
        | Media::Text
        | Media::Csv { .. }
        | Media::Hl7
        | Media::Edifact
        | Media::Form
        | Media::EventStream
        | Media::Multipart { .. } => None,
    }?;
    // Declarations are ASCII whatever they declare.
    let label: String = first.get(at.clone())?.iter().map(|&b| char::from(b)).collect();
    (!label.trim().is_empty()).then_some(Declared { label, at })
}

/// `@charset "…";`, to the letter.
fn style(first: &[u8]) -> Option<Range<usize>> {
    let from = b"@charset \"".len();
    let rest = first.strip_prefix(b"@charset \"")?;
    let end = memchr::memchr(b'"', rest)?;
    (rest.get(end + 1) == Some(&b';')).then_some(from..from + end)
}

/// `encoding=` of an XML declaration at the very front (a mark may stand before it).
fn xml(first: &[u8]) -> Option<Range<usize>> {
    let skip = if first.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let text = first.get(skip..)?;
    if !text.starts_with(b"<?xml") {
        return None;
    }
    let text = text.get(..memchr::memchr(b'>', text).unwrap_or(text.len()))?;
    let mut at = memchr::memmem::find(text, b"encoding")? + b"encoding".len();
    let skip_space = |at: &mut usize| {
        while text.get(*at).is_some_and(u8::is_ascii_whitespace) {
            *at += 1;
        }
    };
    skip_space(&mut at);
    if text.get(at) != Some(&b'=') {
        return None;
    }
    at += 1;
    skip_space(&mut at);
    let quote = *text.get(at).filter(|q| matches!(q, b'"' | b'\''))?;
    let end = memchr::memchr(quote, text.get(at + 1..)?)?;
    Some(skip + at + 1..skip + at + 1 + end)
}

/// The prescan: tags are skipped with their attributes, comments and other markup to their end.
fn meta(first: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        at += memchr::memchr(b'<', first.get(at..)?)?;
        let rest = first.get(at..)?;
        if rest.starts_with(b"<!--") {
            // `<!-->` is a whole comment.
            at += 2 + memchr::memmem::find(rest.get(2..)?, b"-->")? + 3;
        } else if rest.get(..5).is_some_and(|t| t.eq_ignore_ascii_case(b"<meta"))
            && rest.get(5).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/')
        {
            let mut attributes = Attributes { bytes: first, at: at + 5 };
            if let Some(found) = of_meta(&mut attributes) {
                return Some(found);
            }
            at = attributes.at;
        } else if rest.get(1).is_some_and(u8::is_ascii_alphabetic)
            || (rest.starts_with(b"</") && rest.get(2).is_some_and(u8::is_ascii_alphabetic))
        {
            let name = rest.iter().position(|b| b.is_ascii_whitespace() || *b == b'>')?;
            let mut attributes = Attributes { bytes: first, at: at + name };
            while attributes.next().is_some() {}
            at = attributes.at;
        } else if matches!(rest.get(1), Some(b'!' | b'/' | b'?')) {
            at += memchr::memchr(b'>', rest)? + 1;
        } else {
            at += 1;
        }
    }
}

/// What one `<meta>` declares.
fn of_meta(attributes: &mut Attributes<'_>) -> Option<Range<usize>> {
    let (mut pragma, mut charset, mut content) = (false, None, None);
    while let Some((name, value)) = attributes.next() {
        let text = attributes.bytes.get(value.clone()).unwrap_or_default();
        if name.eq_ignore_ascii_case(b"http-equiv") {
            pragma |= text.eq_ignore_ascii_case(b"content-type");
        } else if name.eq_ignore_ascii_case(b"charset") {
            charset = charset.or(Some(value));
        } else if name.eq_ignore_ascii_case(b"content") {
            content = content.or_else(|| within_content(text).map(|at| value.start + at.start..value.start + at.end));
        }
    }
    charset.or(content.filter(|_| pragma))
}

/// `charset=` in the value of `content`.
fn within_content(text: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        at += rest.windows(7).position(|w| w.eq_ignore_ascii_case(b"charset"))? + 7;
        let space = |from: usize| {
            from + text.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_whitespace()).count()
        };
        let equals = space(at);
        if text.get(equals) != Some(&b'=') {
            continue;
        }
        let from = space(equals + 1);
        let rest = text.get(from..)?;
        return match rest.first()? {
            quote @ (b'"' | b'\'') => {
                let end = memchr::memchr(*quote, rest.get(1..)?)?;
                Some(from + 1..from + 1 + end)
            }
            _ => {
                let end = rest.iter().position(|b| b.is_ascii_whitespace() || *b == b';').unwrap_or(rest.len());
                Some(from..from + end)
            }
        };
    }
}

/// The attributes of a tag, as the prescan reads them; afterwards `at` is behind the tag.
struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Attributes<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip(&mut self, over: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&over) {
            self.at += 1;
        }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(|b| b.is_ascii_whitespace() || b == b'/');
        let first = self.peek()?;
        if first == b'>' {
            self.at += 1;
            return None;
        }
        let from = self.at;
        // A name may begin with `=`.
        self.at += 1;
        self.skip(|b| !(b.is_ascii_whitespace() || matches!(b, b'=' | b'>' | b'/')));
        let name = self.bytes.get(from..self.at)?;
        self.skip(|b| b.is_ascii_whitespace());
        if self.peek() != Some(b'=') {
            return Some((name, self.at..self.at));
        }
        self.at += 1;
        self.skip(|b| b.is_ascii_whitespace());
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                let from = self.at + 1;
                // What is cut off is no declaration.
                let end = from + memchr::memchr(quote, self.bytes.get(from..)?)?;
                self.at = end + 1;
                Some((name, from..end))
            }
            Some(b'>') | None => Some((name, self.at..self.at)),
            Some(_) => {
                let from = self.at;
                self.skip(|b| !(b.is_ascii_whitespace() || b == b'>'));
                Some((name, from..self.at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_and_what_only_looks_like_one() {
        let html = |text: &str| declared(Media::Html, text.as_bytes()).map(|d| d.label);
        for (text, wanted) in [
            ("<meta charset=koi8-r>", Some("koi8-r")),
            ("<html><head><META\tCharSet = 'Shift_JIS' />", Some("Shift_JIS")),
            ("<meta http-equiv=Content-Type content='text/html; charset=gbk'>", Some("gbk")),
            ("<meta content=\"text/html;charset = 'gbk' \" http-equiv=\"content-type\">", Some("gbk")),
            ("<meta content=\"charsets; charset=big5;x\" http-equiv=content-type>", Some("big5")),
            ("<?xml version='1.0' encoding='iso-8859-2'?><html>", Some("iso-8859-2")),
            ("<!-- <meta charset=gbk> --><meta charset=big5>", Some("big5")),
            ("<!--><meta charset=big5>-->", Some("big5")),
            ("<meta name=charset content='charset=gbk'>", None),
            ("<meta name=x content='text/html; charset=gbk'>", None),
            ("<p title='<meta charset=gbk>'>", None),
            ("<p title=\"a'<meta charset=gbk>\">", None),
            ("</p title='<meta charset=gbk>'><metal charset=gbk>", None),
            ("<!doctype '<meta charset=gbk'><meta data-charset=gbk>", None),
            ("<meta charset='gbk", None),
            ("<meta charset=''>", None),
            ("charset=gbk", None),
        ] {
            assert_eq!(html(text).as_deref(), wanted, "{text}");
        }
        let xml = |text: &str| declared(Media::Xml, text.as_bytes()).map(|d| d.label);
        assert_eq!(xml("<?xml version=\"1.0\" encoding = \"EUC-KR\" ?>").as_deref(), Some("EUC-KR"));
        assert_eq!(xml("<a/><?xml encoding='gbk'?>"), None);
        assert_eq!(xml("<?xml version='1.0'?><a encoding='gbk'/>"), None);
        let css = |text: &str| declared(Media::Style, text.as_bytes()).map(|d| d.label);
        assert_eq!(css("@charset \"gbk\";a{}").as_deref(), Some("gbk"));
        assert_eq!(css("@charset 'gbk';"), None);
    }
}
