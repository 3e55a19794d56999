//! Documents that a page embeds: `<object>` and `<embed>` would hand a PDF to the browser's own viewer, with its buttons to save and to print,
//! and the content policy of the view allows neither. So each becomes a frame, in which our viewer shows the document:
//!
//! ```text
//! <object class="card" data="/letters/7.pdf" type="application/pdf" width="640">Your browser …</object>
//! <iframe class="card" src="/letters/7.pdf" width="640"></iframe>
//! ```
//!
//! A document that the page holds itself (`data:application/pdf;base64,…`) is taken out of it, and has an address of ours instead.
//!
//! What an `<object>` holds is for browsers that show no PDF, often a link to save it: it goes.

use super::matcher::Element;
use super::page::Page;
use super::tokens::Attr;
use crate::redact::enclosure;
use crate::redact::inspect::Inspector;
use crate::redact::run::Span;

/// The attribute with the address, of an element that shows a PDF.
fn address(element: &Element<'_>, enclosed: bool) -> Option<&'static str> {
    let name = match element.name {
        "object" => "data",
        "embed" => "src",
        _ => return None,
    };
    let address = element.attr(name)?.trim();
    if enclosed {
        return Some(name);
    }
    // What the page itself holds has been looked at with the page, and is no address.
    if address.is_empty() || address.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return None;
    }
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let named = path.to_ascii_lowercase().ends_with(".pdf");
    match element.attr("type").map(str::trim).filter(|kind| !kind.is_empty()) {
        Some(kind) => kind.to_ascii_lowercase().starts_with("application/pdf").then_some(name),
        None => named.then_some(name),
    }
}

/// Which attribute holds a document, and where that is shown instead.
pub(super) fn enclosed(ins: &Inspector, element: &Element<'_>) -> Option<(usize, String)> {
    let name = match element.name {
        "iframe" | "frame" | "embed" => "src",
        "object" => "data",
        _ => return None,
    };
    let (at, (_, address)) = element.attrs.iter().enumerate().find(|(_, (called, _))| called == name)?;
    Some((at, ins.enclose(enclosure::document(address)?)?))
}

/// What means something else to a frame, or nothing.
const DROPPED: &[&str] =
    &["type", "classid", "codebase", "codetype", "archive", "standby", "declare", "form", "usemap", "typemustmatch"];

impl Page {
    /// Makes a frame of an element that embeds a PDF; whether it is one. What its attributes say has been redacted.
    pub(super) fn frame_document(
        &mut self,
        element: &Element<'_>,
        attrs: &[Attr],
        span: &Span,
        enclosed: bool,
    ) -> bool {
        let Some(address) = address(element, enclosed).filter(|_| !self.xml) else { return false };
        let name = span.start + 1..span.start + 1 + element.name.len() as u64;
        self.splice.edit(name, "iframe");
        for (attr, (called, _)) in attrs.iter().zip(element.attrs) {
            if called == address {
                self.splice.edit(attr.name.clone(), "src");
            } else if DROPPED.contains(&called.as_ref()) {
                self.splice.edit(attr.whole.clone(), "");
            }
        }
        self.splice.edit(span.end..span.end, "</iframe>");
        true
    }
}
