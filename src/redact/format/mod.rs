//! Formats: where text stands in each, and how it is escaped there.
//!
//! A [`Format`] is a push rewriter of one body; [`open`] makes the one for a [`Media`]. The same formats stand inside one
//! another (JSON in a script, HTML in JSON): [`embedded`] rewrites a text that is known to be of a format, [`value()`] one
//! that may be anything.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use scan::Held;

use super::inspect::Inspector;
use super::withheld::Withheld;

mod assigned;
mod barred;
mod breaks;
mod carets;
pub mod css;
pub(in crate::redact) mod csv;
pub(in crate::redact) mod decoded;
mod dicom_dump;
pub(in crate::redact) mod edifact;
pub(in crate::redact) mod elements;
pub(in crate::redact) mod ends;
mod fixed_width;
pub(in crate::redact) mod form;
pub(in crate::redact) mod hl7;
pub mod html;
pub mod js;
pub(in crate::redact) mod json;
pub(in crate::redact) mod labelled;
pub mod media;
pub(in crate::redact) mod multipart;
mod objects;
mod packet;
pub mod path;
mod path_set;
mod person;
pub(in crate::redact) mod rows;
pub(in crate::redact) mod scan;
mod spoken;
pub(in crate::redact) mod sse;
mod tagged;
#[cfg(test)]
pub(in crate::redact) mod testing;
pub(in crate::redact) mod text;
pub mod url;
pub mod value;
mod x12;
pub(crate) mod xml;

pub use media::Media;
pub use value::value;

/// A push rewriter of one format. Source in, redacted source out; output does not depend on chunking.
pub trait Format: Send {
    /// Takes the next part of the source (UTF-8; a chunk may end inside a character).
    ///
    /// # Errors
    /// The body is withheld; nothing written so far may be followed by raw bytes.
    fn write(&mut self, inspector: &mut Inspector, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Withheld>;

    /// The source has ended.
    ///
    /// # Errors
    /// As [`Format::write`].
    fn finish(&mut self, inspector: &mut Inspector, out: &mut Vec<u8>) -> Result<(), Withheld>;
}

/// The rewriter of a body. `head` is markup that HTML puts in after the doctype, before the first element (the guard and
/// the mark), and XHTML and XML at the beginning of the root; other formats have no place for it.
pub fn open(media: Media, head: Option<Arc<str>>) -> Box<dyn Format> {
    match media {
        Media::Html => Box::new(html::Html::document(head)),
        Media::Xhtml => Box::new(html::Html::document(head).as_xml()),
        Media::Json => Box::new(Held::new(json::Json::document())),
        Media::Ndjson => Box::new(Held::new(json::Json::lines())),
        Media::Script => Box::new(Held::new(js::Js::default())),
        Media::Style => Box::new(Held::new(css::Css::default())),
        Media::Text => Box::new(Held::new(text::Text::default())),
        Media::Csv { separator } => Box::new(Held::new(csv::Csv::new(separator))),
        Media::Hl7 => Box::new(Held::new(hl7::Hl7::default())),
        Media::Edifact => Box::new(Held::new(edifact::Edifact::default())),
        Media::Form => Box::new(Held::new(form::Form)),
        Media::EventStream => Box::new(Held::new(sse::EventStream)),
        Media::Multipart { boundary } => Box::new(Held::new(multipart::Multipart::new(boundary))),
        Media::Xml => Box::new(Held::new(xml::Xml::document(head))),
    }
}

/// Rewrites a whole text of a known format that stands inside another; `None` when nothing changed.
///
/// # Errors
/// When the text is not of that format, or is nested too deep, or a rule withholds.
pub fn embedded(ins: &mut Inspector, media: Media, text: &str) -> Result<Option<String>, Withheld> {
    ins.nested(|ins| {
        let mut format = match media {
            Media::Html => Box::new(html::Html::fragment()) as Box<dyn Format>,
            Media::Xhtml => Box::new(html::Html::fragment().as_xml()),
            Media::Xml
            | Media::Json
            | Media::Ndjson
            | Media::Script
            | Media::Style
            | Media::Text
            | Media::Csv { .. }
            | Media::Hl7
            | Media::Edifact
            | Media::Form
            | Media::EventStream
            | Media::Multipart { .. } => open(media, None),
        };
        let mut out = Vec::with_capacity(text.len());
        format.write(ins, text.as_bytes(), &mut out)?;
        format.finish(ins, &mut out)?;
        if out == text.as_bytes() {
            return Ok(None);
        }
        String::from_utf8(out).map(Some).map_err(|_| Withheld::BadCharset)
    })
}
