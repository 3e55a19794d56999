//! HTML: a page is cut into tokens, read as a person and as a browser read it, and edited in place.
//!
//! ```text
//! tokens → tree (which element, how is it read) → selectors, controls, attributes, runs of text → edits into the source
//! ```
//!
//! Nothing is built from tokens: what no edit names leaves byte for byte. Decisions are taken on complete tokens and
//! complete runs only, so that how the page came in chunks cannot matter. Every surface is looked at: text, attributes,
//! comments, scripts, style sheets, doctypes, end tags that carry attributes, tags that the end of the page cuts off.
//!
//! - [`tokens`], [`bodies`]: source into tokens; [`names`] and [`tree`]: where they stand
//! - [`entity`]: character references; [`passage`] and [`segments`]: runs of text; [`words`], [`table`] and [`header`]: labels and columns; [`hint`]: what
//!   elements are called; [`name_parts`] and [`numbers`]: how much of a run is the value
//! - [`attribute`], [`state`], [`raw`], [`inside`]: what is not text, or not only; [`control`]: export and print; [`drawn`]: the same of what scripts drew; [`selector`], [`matcher`]: CSS
//! - [`scope`]: what is kept for an open element
//! - [`page`]: puts them together; [`start`], [`close`] and [`content`]: what each token does

use std::sync::Arc;

use super::Format;
use crate::redact::inspect::Inspector;
use crate::redact::withheld::Withheld;

pub(in crate::redact) mod applying;
mod attribute;
mod bodies;
mod call;
mod close;
mod content;
mod control;
pub mod drawn;
mod embedded;
mod entity;
mod grid;
mod header;
mod hint;
pub(crate) mod icon;
mod inside;
mod matcher;
mod name_parts;
mod names;
mod narrative;
pub(in crate::redact) mod numbers;
#[cfg(test)]
mod oracle;
mod page;
mod passage;
mod raw;
mod retype;
mod scope;
mod segments;
pub mod selector;
mod standin;
mod start;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod tree;
mod words;

/// A text with its character references read.
pub(crate) fn decode(text: &str) -> std::borrow::Cow<'_, str> {
    entity::decode(text, false)
}

/// A text with its character references read, as it is laid out; it stands at `at` in its source.
pub(in crate::redact) fn exact(text: &str, at: u64) -> crate::redact::run::Run {
    let mut run = crate::redact::run::Run::default();
    entity::push_exact(&mut run, text, at, true);
    run
}

/// The rewriter of one page or fragment.
#[derive(Debug)]
pub struct Html {
    page: page::Page,
}

impl Html {
    /// A page. `head` is markup that goes in after the doctype, before the first element; layout contracts are asked.
    pub fn document(head: Option<Arc<str>>) -> Self {
        Self { page: page::Page::new(head, true) }
    }

    /// Markup inside something else (JSON, a comment): nothing goes in, layout contracts are not asked.
    pub fn fragment() -> Self {
        Self { page: page::Page::new(None, false) }
    }

    /// The same, for markup that is parsed as XML (`application/xhtml+xml`): every `/>` closes, CDATA is known everywhere,
    /// and a document type that declares entities is refused.
    #[must_use]
    pub fn as_xml(mut self) -> Self {
        self.page.xml = true;
        self
    }

    /// A page inside a page (`srcdoc`): `head` goes in, layout contracts are not asked.
    fn inner(head: Arc<str>) -> Self {
        Self { page: page::Page::new(Some(head), false) }
    }
}

impl Format for Html {
    fn write(&mut self, inspector: &mut Inspector, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Withheld> {
        self.page.write(inspector, chunk, out)
    }

    fn finish(&mut self, inspector: &mut Inspector, out: &mut Vec<u8>) -> Result<(), Withheld> {
        self.page.finish(inspector, out)
    }
}
