//! Formats: where text stands in each, and how it is escaped there.

use super::inspect::Inspector;
use super::withheld::Withheld;

pub mod html;
pub mod path;

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
