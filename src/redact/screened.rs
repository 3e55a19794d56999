//! Screened bytes: the only ones that may go to a viewer.
//!
//! The responder takes nothing else, and there are three ways to make them: the engine rewrote them, a route allows their
//! type as it is, or Fanlight wrote them itself. So an upstream byte cannot leave by a path that somebody forgot.

use bytes::Bytes;

use super::code::origins::{Origins, Stage};
use super::format::media::{Media, essence};

/// Bytes that a viewer may receive.
#[derive(Clone, Default)]
pub struct Screened(Bytes);

impl Screened {
    /// What the engine wrote.
    pub(in crate::redact) fn from_engine(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }

    /// Upstream bytes of a type that a route lets through as it is, but for the upstream's own addresses in code.
    pub fn inert(bytes: Bytes, allowed: &mut Inert) -> Self {
        match &mut allowed.addresses {
            None => Self(bytes),
            Some(stage) => Self(stage.push(&bytes).into()),
        }
    }

    /// What was held back of them, at their end.
    pub fn inert_end(mut allowed: Inert) -> Self {
        Self(allowed.addresses.as_mut().map(Stage::finish).unwrap_or_default().into())
    }

    /// A page of our own.
    pub fn own(page: OwnPage) -> Self {
        Self(page.0)
    }

    /// The bytes, to send.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Upstream bytes do not print.
impl std::fmt::Debug for Screened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Screened({} bytes)", self.0.len())
    }
}

/// Proof that a route lets a content type through as it is.
///
/// ```
/// use fanlight::redact::screened::Inert;
/// let allowed = ["image/png".to_owned(), "font/*".to_owned()];
/// assert!(Inert::check(&allowed, "image/png").is_some());
/// assert!(Inert::check(&allowed, "font/woff2").is_some());
/// assert!(Inert::check(&allowed, "image/svg+xml").is_none());
/// // What can hold text about people is never inert, whatever a route says.
/// assert!(Inert::check(&["*/*".to_owned(), "text/html".to_owned()], "text/html").is_none());
/// ```
#[derive(Debug)]
pub struct Inert {
    /// Whether it is a program's or a style's text, in which the upstream may name itself.
    code: bool,
    addresses: Option<Stage>,
}

impl Inert {
    /// Whether `allowed` (types, or `image/*`) names this content type, and it is one that can be inert at all.
    pub fn check(allowed: &[String], content_type: &str) -> Option<Self> {
        let essence = essence(content_type).to_ascii_lowercase();
        let (main, _) = essence.split_once('/')?;
        let media = Media::from_content_type(&essence);
        let code = media.is_some();
        let possible = match media {
            // Code and style may be a vendor's, byte for byte; a document never is.
            Some(Media::Script | Media::Style) => true,
            Some(
                Media::Html
                | Media::Xhtml
                | Media::Xml
                | Media::Json
                | Media::Ndjson
                | Media::Text
                | Media::Csv { .. }
                | Media::Hl7
                | Media::Edifact
                | Media::Form
                | Media::EventStream
                | Media::Multipart { .. },
            ) => false,
            None => {
                matches!(main, "image" | "font" | "audio" | "video")
                    || essence == "application/wasm"
                    || essence.starts_with("application/font-")
                    || essence == "application/vnd.ms-fontobject"
            }
        };
        let named = allowed.iter().any(|a| match a.strip_suffix("/*") {
            Some(group) => group.eq_ignore_ascii_case(main),
            None => a.eq_ignore_ascii_case(&essence),
        });
        (possible && named).then_some(Self { code, addresses: None })
    }
}

impl Inert {
    /// Whether a route lets binary messages of a socket pass, by `application/octet-stream`: whoever writes that knows what its
    /// system sends. A response of that type never passes.
    pub fn messages(allowed: &[String]) -> Option<Self> {
        let named = allowed.iter().any(|a| a.eq_ignore_ascii_case("application/octet-stream"));
        named.then_some(Self { code: false, addresses: None })
    }

    /// The upstream's own addresses in scripts and styles become ours: their pages would lead away from here otherwise.
    #[must_use]
    pub fn at_home(mut self, origins: Option<Origins>) -> Self {
        self.addresses = origins.filter(|_| self.code).map(Stage::new);
        self
    }
}

/// A page or document that Fanlight wrote: made from a template, a constant or a value of our own, never from bytes.
#[derive(Debug, Clone)]
pub struct OwnPage(Bytes);

impl OwnPage {
    /// A page from a template that escapes what it is given.
    pub fn html(markup: maud::Markup) -> Self {
        Self(markup.into_string().into())
    }

    /// A text that is part of the program.
    pub fn fixed(text: &'static str) -> Self {
        Self(Bytes::from_static(text.as_bytes()))
    }

    /// A JSON document (a problem, an API of our own); an empty one if it cannot be written.
    pub fn json<T: serde::Serialize>(value: &T) -> Self {
        Self(serde_json::to_vec(value).unwrap_or_default().into())
    }
}
