//! Content codings and charsets: from the bytes that upstream sends to text, and back to bytes.
//!
//! Both are push decoders, bounded, and closed: what they do not know or what is damaged is withheld.

pub(in crate::redact) mod charset;
pub(in crate::redact) mod decode;
pub mod encode;
