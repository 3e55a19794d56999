//! What may come back: the type gate and the headers.
//!
//! The gate is closed: a body goes through the engine, or is of a type that the route lets pass, or is withheld. Headers
//! are a short list of names; each value goes through the engine, for names of files and people stand there too.

use std::borrow::Cow;

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, StatusCode};

use super::cookie;
use super::home::Home;
use super::link;
use super::refusal::Refused;
use crate::redact::format::media::{self, Media};
use crate::redact::format::{self};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::screened::Inert;
use crate::redact::withheld::Withheld;

/// What becomes of a body.
#[derive(Debug)]
pub enum Gate {
    /// There is none, or it is not shown (redirects).
    Empty,
    /// It goes through the engine.
    Rewrite {
        /// Its format.
        media: Media,
        /// A browser shows it as a page or in a frame, and it can carry the guard. A fragment that a script asked for, for a part of
        /// its page, must stay what it is.
        guarded: bool,
    },
    /// It goes through the engine and is shown in a page of ours: browsers would open it without the guard.
    Framed {
        /// Its format.
        media: Media,
    },
    /// A document that a browser would open in a viewer of its own: it is shown as pictures.
    Document {
        /// Pictures in it are shown.
        pictures: bool,
    },
    /// A page of ours asks for it as a picture: browsers would open it without the guard.
    Picture,
    /// It passes as it is.
    Inert {
        /// Its type, without parameters.
        essence: String,
        /// The proof.
        proof: Inert,
    },
}

/// A response's head and how it came about.
#[derive(Debug, Clone, Copy)]
pub struct Came<'a> {
    /// The request's method.
    pub method: &'a Method,
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Types that the route lets pass.
    pub inert: &'a [String],
    /// The browser shows it as a page or frame.
    pub document: bool,
}

/// Decides.
///
/// # Errors
/// Why the response does not leave.
pub fn gate(came: &Came<'_>) -> Result<Gate, Refused> {
    if came.status.is_informational()
        || matches!(came.status, StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED)
        || came.status == StatusCode::MULTI_STATUS && came.method != Method::GET
    {
        // No part and no condition was asked for.
        return Err(Refused::UnexpectedStatus);
    }
    if attachment(came.headers) {
        return Err(Refused::Attachment);
    }
    let no_body = matches!(came.status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT);
    let redirect = came.status.is_redirection() && came.headers.contains_key(header::LOCATION);
    if no_body || redirect || came.headers.get(header::CONTENT_LENGTH).is_some_and(|l| l == "0") {
        return Ok(Gate::Empty);
    }
    let content_type = content_type(came.headers)?;
    let essence = media::essence(&content_type).to_ascii_lowercase();
    if came.headers.get_all(header::CONTENT_ENCODING).iter().next().is_none()
        && let Some(proof) = Inert::check(came.inert, &essence)
    {
        if came.document && essence.starts_with("image/") {
            return Ok(Gate::Picture);
        }
        return Ok(Gate::Inert { essence, proof });
    }
    if came.document
        && came.status == StatusCode::OK
        && matches!(essence.as_str(), "application/pdf" | "application/x-pdf")
    {
        // Which pictures pass by themselves, a route says by type; in a document each kind may be.
        let pictures = came.inert.iter().any(|t| t.eq_ignore_ascii_case("image/*"));
        return Ok(Gate::Document { pictures });
    }
    let Some(media) = Media::from_content_type(&content_type) else {
        return Err(Refused::Withheld(Withheld::UnknownType(essence)));
    };
    match media {
        Media::Html | Media::Xhtml => Ok(Gate::Rewrite { media, guarded: came.document }),
        // A diagram is shown by the browser itself, runs scripts, and has room for one more.
        Media::Xml if came.document && essence == "image/svg+xml" => Ok(Gate::Rewrite { media, guarded: true }),
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
        | Media::Multipart { .. }
            if came.document =>
        {
            Ok(Gate::Framed { media })
        }
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
        | Media::Multipart { .. } => Ok(Gate::Rewrite { media, guarded: false }),
    }
}

/// The one content type: browsers take the last of several, so several are refused.
///
/// # Errors
/// There is none, there are several, or it is not text.
pub fn content_type(headers: &HeaderMap) -> Result<String, Refused> {
    let unknown = || Refused::Withheld(Withheld::UnknownType(String::new()));
    let mut all = headers.get_all(header::CONTENT_TYPE).iter();
    let first = all.next().ok_or_else(unknown)?;
    if all.any(|other| other != first) {
        return Err(unknown());
    }
    let text = first.to_str().map_err(|_| unknown())?;
    // A list in one header is two types as well.
    if media::essence(text).contains(',') { Err(unknown()) } else { Ok(text.to_owned()) }
}

/// The content codings, joined as one header.
pub fn content_encoding(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let mut joined = String::new();
    for value in headers.get_all(header::CONTENT_ENCODING) {
        let text = value.to_str().map_err(|_| Refused::Withheld(Withheld::UnknownCoding))?;
        if !joined.is_empty() {
            joined.push_str(", ");
        }
        joined.push_str(text);
    }
    Ok((!joined.is_empty()).then_some(joined))
}

/// Browsers download anything whose disposition is there and not `inline`.
fn attachment(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_DISPOSITION).iter().any(|value| {
        let text = String::from_utf8_lossy(value.as_bytes());
        let kind = text.split(';').next().unwrap_or_default().trim();
        !kind.is_empty() && !kind.eq_ignore_ascii_case("inline")
    })
}

/// Whether the first bytes of an inert body are what its type says. Types whose bytes nobody sniffs only must not look
/// like markup.
pub fn looks_like(essence: &str, head: &[u8]) -> bool {
    let starts = |with: &[u8]| head.starts_with(with);
    let at = |from: usize, with: &[u8]| head.get(from..from + with.len()) == Some(with);
    let markup = head.iter().find(|b| !b.is_ascii_whitespace() && **b != 0).is_some_and(|b| *b == b'<');
    match essence {
        "image/png" | "image/apng" => starts(b"\x89PNG\r\n\x1a\n"),
        "image/jpeg" | "image/jpg" | "image/pjpeg" => starts(b"\xff\xd8\xff"),
        "image/gif" => starts(b"GIF87a") || starts(b"GIF89a"),
        "image/webp" => starts(b"RIFF") && at(8, b"WEBP"),
        "image/bmp" => starts(b"BM"),
        "image/x-icon" | "image/vnd.microsoft.icon" => {
            starts(b"\0\0\x01\0") || starts(b"\0\0\x02\0") || starts(b"\x89PNG")
        }
        "image/avif" => at(4, b"ftyp"),
        "font/woff" | "application/font-woff" => starts(b"wOFF"),
        "font/woff2" | "application/font-woff2" => starts(b"wOF2"),
        "font/ttf" | "font/sfnt" | "application/font-sfnt" => {
            starts(b"\0\x01\0\0") || starts(b"true") || starts(b"OTTO")
        }
        "font/otf" => starts(b"OTTO") || starts(b"\0\x01\0\0"),
        "font/collection" => starts(b"ttcf"),
        "application/wasm" => starts(b"\0asm"),
        _ => !markup && !starts(b"%PDF") && !starts(b"PK\x03\x04"),
    }
}

/// Headers that pass, each value through the engine. Any other passes only if a rule of the trust speaks of it.
const PASSED: &[&str] = &[
    "allow",
    "content-language",
    "date",
    "retry-after",
    "vary",
    "www-authenticate",
    "x-csrf-token",
    "x-xsrf-token",
    "x-total-count",
    "x-ua-compatible",
    "last-event-id",
    "hx-trigger",
    "hx-redirect",
    "hx-refresh",
    "hx-push-url",
    "hx-replace-url",
    "hx-reswap",
    "hx-retarget",
];

/// The headers that leave, before the screen-only ones are put on. No body header is among them.
///
/// # Errors
/// A rule withholds a value.
pub fn headers(came: &HeaderMap, home: &Home, ins: &mut Inspector) -> Result<HeaderMap, Withheld> {
    let mut out = HeaderMap::new();
    for (name, value) in came.iter().filter(|(name, _)| !never(name)) {
        let text = String::from_utf8_lossy(value.as_bytes());
        let value = match name.as_str() {
            "location" | "content-location" | "hx-redirect" | "hx-push-url" | "hx-replace-url" => {
                Some(location(&text, home, ins)?)
            }
            "refresh" => refresh(&text, home, ins)?,
            "link" => link::kept(&text, |url| location(url, home, ins))?,
            "set-cookie" => {
                for cookie in cookie::set(&text, home, ins)? {
                    if let Ok(value) = HeaderValue::from_bytes(cookie.as_bytes()) {
                        out.append(header::SET_COOKIE, value);
                    }
                }
                None
            }
            passed => {
                let rule = ins.plan().fields.headers.get(passed).and_then(|rules| ins.pick(rules));
                if rule.is_none() && !PASSED.contains(&passed) {
                    continue;
                }
                let place = Place { whence: passed, ..Place::on(Surface::Header) }.with_field(rule);
                let text = home.to_viewer(&text).map_or(text, Cow::Owned);
                Some(ins.redact(&text, &place)?.unwrap_or_else(|| text.into_owned()))
            }
        };
        // A value that cannot be written (a mask outside ASCII) is sent as UTF-8 bytes, as servers do.
        let value = value.and_then(|v| HeaderValue::from_bytes(v.as_bytes()).ok());
        if let Some(value) = value {
            out.append(name.clone(), value);
        }
    }
    Ok(out)
}

/// An address of the upstream becomes one of ours, without the authority, which a viewer's browser knows.
fn location(text: &str, home: &Home, ins: &mut Inspector) -> Result<String, Withheld> {
    // Browsers leave tabs out before they look for slashes: `/<tab>/host` is another host.
    let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    let homed = home.to_viewer(&text);
    let own = own_path(homed.as_deref().unwrap_or(&text), home);
    let own = own.or(homed).unwrap_or(text);
    Ok(format::url::redact(ins, &own)?.unwrap_or(own))
}

fn own_path(text: &str, home: &Home) -> Option<String> {
    let path = match text.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(end)?;
            authority.eq_ignore_ascii_case(home.own()).then_some(path)?
        }
        None if text.starts_with('/') => text,
        None => home.after_own(text)?,
    };
    // Two slashes would be another host to a browser.
    Some(format!("/{}", path.trim_start_matches(['/', '\\'])))
}

/// `5; url=/next`.
fn refresh(text: &str, home: &Home, ins: &mut Inspector) -> Result<Option<String>, Withheld> {
    let (seconds, rest) = text.split_once([';', ',']).unwrap_or((text, ""));
    let seconds = seconds.trim();
    if seconds.is_empty() || !seconds.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Ok(None);
    }
    let rest = rest.trim();
    let url = match rest.split_once('=') {
        Some((word, url)) if word.trim().eq_ignore_ascii_case("url") => url.trim(),
        Some(_) | None => rest,
    };
    let url = url.trim_matches(['"', '\'']);
    if url.is_empty() {
        return Ok(Some(seconds.to_owned()));
    }
    Ok(Some(format!("{seconds}; url={}", location(url, home, ins)?)))
}

/// Names under which no header of upstream ever leaves, whatever a rule says: they are about the body that came, not the
/// one that leaves, or about storing it.
pub fn never(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "etag"
            | "last-modified"
            | "accept-ranges"
            | "content-range"
            | "content-md5"
            | "digest"
            | "repr-digest"
            | "content-digest"
            | "server-timing"
            | "sourcemap"
            | "x-sourcemap"
            | "alt-svc"
            | "clear-site-data"
            | "age"
            | "expires"
            | "content-disposition"
            | "content-length"
            | "content-encoding"
            | "content-type"
            | "transfer-encoding"
            | "connection"
            | "keep-alive"
            | "trailer"
            | "upgrade"
            | "service-worker-allowed"
            | "strict-transport-security"
            | "nel"
            | "report-to"
            | "reporting-endpoints"
            | "access-control-allow-origin"
    )
}
