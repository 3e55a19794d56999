//! The engine: one body, from its first byte to its report.
//!
//! A body that ends inside the look-ahead window is read twice: once to learn who it is about, once to rewrite; so the
//! order in the page does not matter. A longer one streams, with what is known so far.

use std::sync::Arc;

use super::dictionary::Dictionary;
use super::finding::Report;
use super::format::media::{Media, essence};
use super::inspect::Inspector;
use super::screened::Screened;
use super::withheld::Withheld;

/// Rewrites one body.
pub struct BodyRewriter {
    essence: String,
}

/// What remains when a body has been rewritten.
#[derive(Debug)]
pub struct Done {
    /// What was replaced, and the records shown.
    pub report: Report,
    /// What the grant knows now.
    pub dictionary: Dictionary,
}

impl BodyRewriter {
    /// A rewriter for a body of this content type and coding. `head`: see [`super::format::open`].
    ///
    /// # Errors
    /// The type or coding is unknown or missing.
    pub fn open(
        _ins: Inspector,
        content_type: Option<&str>,
        _content_encoding: Option<&str>,
        _head: Option<Arc<str>>,
    ) -> Result<Self, Withheld> {
        let content_type = content_type.unwrap_or_default();
        Media::from_content_type(content_type).ok_or(Withheld::UnknownType(String::new()))?;
        Ok(Self { essence: essence(content_type).to_ascii_lowercase() })
    }

    /// Takes the next bytes as upstream sent them, and appends what may leave.
    ///
    /// # Errors
    /// The body is withheld; when something has left already, the connection must be reset.
    pub fn write(&mut self, _chunk: &[u8], _out: &mut Vec<u8>) -> Result<(), Withheld> {
        Err(Withheld::Parser("not built yet"))
    }

    /// The body has ended.
    ///
    /// # Errors
    /// As [`BodyRewriter::write`].
    pub fn finish(self, _out: &mut Vec<u8>) -> Result<Done, Withheld> {
        Err(Withheld::Parser("not built yet"))
    }

    /// As [`BodyRewriter::write`], for the responder.
    ///
    /// # Errors
    /// As [`BodyRewriter::write`].
    pub fn write_screened(&mut self, chunk: &[u8]) -> Result<Screened, Withheld> {
        let mut out = Vec::new();
        self.write(chunk, &mut out)?;
        Ok(Screened::from_engine(out))
    }

    /// As [`BodyRewriter::finish`], for the responder.
    ///
    /// # Errors
    /// As [`BodyRewriter::write`].
    pub fn finish_screened(self) -> Result<(Screened, Done), Withheld> {
        let mut out = Vec::new();
        let done = self.finish(&mut out)?;
        Ok((Screened::from_engine(out), done))
    }

    /// Nothing has left yet: the response can still become a refusal page.
    pub fn held_whole(&self) -> bool {
        true
    }

    /// The content type to send: the same, in UTF-8.
    pub fn output_type(&self) -> String {
        format!("{}; charset=utf-8", self.essence)
    }
}
