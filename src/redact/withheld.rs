//! Why a whole response is withheld. Never carries a byte of it.

/// The reason; the proxy turns it into a page or a problem document, `fanlight redact` into exit code 3.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Withheld {
    /// No rewriter knows the media type, and no route allows it as inert.
    #[error("the content type {0:?} is not one that Fanlight can redact")]
    UnknownType(String),
    /// A content coding that is not gzip, deflate, br or zstd, or more than two of them.
    #[error("the content coding is not one that Fanlight can decode")]
    UnknownCoding,
    /// The coded body is damaged, cut short or followed by something else.
    #[error("the body does not decode as its content coding says")]
    BadCoding,
    /// Decoding makes the body larger than allowed for its coded size, or larger than the bound.
    #[error("the decoded body is larger than allowed (limit {limit} bytes)")]
    TooLarge {
        /// The bound in bytes.
        limit: u64,
    },
    /// The charset is unknown, or two declarations contradict each other.
    #[error("the character encoding is unknown or contradictory")]
    BadCharset,
    /// Not well-formed for its type, where guessing could show something.
    #[error("the body is not well-formed {0}")]
    Malformed(&'static str),
    /// A format inside a format inside a format, past the bound.
    #[error("the content is nested deeper than {0} levels")]
    TooDeep(u32),
    /// A token, value or held-back text longer than the bound.
    #[error("one value is longer than allowed (limit {limit} bytes)")]
    ValueTooLong {
        /// The bound in bytes.
        limit: usize,
    },
    /// An export that is shown as a page.
    #[error("it is no page but {0}")]
    Export(&'static str),
    /// A rule says to withhold the response.
    #[error("rule {0} withholds this response")]
    ByRule(String),
    /// The page does not hold what its layout contract says.
    #[error("the page does not look as its rules expect (contract {0})")]
    Contract(String),
    /// The leak gate found an identifier in the rewritten body.
    #[error("the leak gate found an identifier of kind {0} in the rewritten page")]
    Leak(crate::redact::kind::Kind),
    /// The parser gave up (memory bound, ambiguous markup).
    #[error("the parser refused the body: {0}")]
    Parser(&'static str),
}
