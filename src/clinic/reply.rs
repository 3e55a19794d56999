//! How pages are sent: plain, compressed, in chunks, without a length, in windows-1252. Each page of the product has
//! its way, as real systems grown over years do.

use std::convert::Infallible;
use std::io::Write;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;

/// How a page is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// With its length.
    Whole,
    /// gzip, asked for or not, as the appliance before some systems does.
    Gzip,
    /// Brotli, unless the client says that it cannot.
    Brotli,
    /// Chunked, in pieces that end anywhere, also inside a character.
    Chunks,
    /// HTTP/1.0: the end of the connection is the end of the page.
    NoLength,
    /// windows-1252, said in the header.
    Windows,
    /// windows-1252, said in the page's `meta` only.
    WindowsByMeta,
}

/// A page, sent so.
pub(super) fn page(html: String, sending: Sending, request: &HeaderMap) -> Response {
    let utf8 = "text/html; charset=utf-8";
    match sending {
        Sending::Whole => typed(utf8, html),
        Sending::Gzip => coded(utf8, "gzip", gzip(html.as_bytes())),
        Sending::Brotli if refuses_brotli(request) => typed(utf8, html),
        Sending::Brotli => coded(utf8, "br", brotli(html.as_bytes())),
        Sending::Chunks => typed(utf8, pieces(html, 1021)),
        Sending::NoLength => {
            let mut response = typed(utf8, pieces(html, 4096));
            *response.version_mut() = Version::HTTP_10;
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
        Sending::Windows => typed("text/html; charset=windows-1252", windows(&html)),
        Sending::WindowsByMeta => typed("text/html", windows(&html)),
    }
}

/// A body of this type.
pub(super) fn typed(content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A file to download or show under a name. The name stands in both forms of RFC 6266.
pub(super) fn file(content_type: &'static str, how: &str, name: &str, body: impl Into<Body>) -> Response {
    let mut response = typed(content_type, body);
    let ascii: String = name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let value = format!("{how}; filename=\"{}\"; filename*=UTF-8''{}", ascii.replace(['"', '\\'], "_"), encode(name));
    set(&mut response, header::CONTENT_DISPOSITION.as_str(), &value);
    response
}

/// Sets a header when the value can be one.
pub(super) fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}

/// An answer that says what is wrong.
pub(super) fn problem(status: StatusCode, what: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], what).into_response()
}

/// Percent-encodes everything but letters, digits and `-._~`.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Undoes [`encode`]; what is no escape stays.
pub(super) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.extend(before.bytes());
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push(b'%');
                rest = after;
            }
        }
    }
    out.extend(rest.bytes());
    String::from_utf8_lossy(&out).into_owned()
}

fn coded(content_type: &'static str, coding: &'static str, body: Vec<u8>) -> Response {
    let mut response = typed(content_type, body);
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn pieces(html: String, size: usize) -> Body {
    let all = Bytes::from(html);
    let count = all.len().div_ceil(size);
    let parts = (0..count).map(move |i| {
        let end = ((i + 1) * size).min(all.len());
        Ok::<_, Infallible>(all.slice(i * size..end))
    });
    Body::from_stream(stream::iter(parts))
}

fn refuses_brotli(request: &HeaderMap) -> bool {
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    accepted.is_some_and(|a| !a.split(',').any(|c| matches!(c.split(';').next().map(str::trim), Some("br" | "*"))))
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail.
    encoder.write_all(body).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
    // As above.
    if encoder.write_all(body).is_err() {
        return Vec::new();
    }
    encoder.into_inner()
}

/// What windows-1252 lacks is written as `&#322;`.
fn windows(html: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(html).0.into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn codings_are_what_they_say() {
        let text = "Siân Brzęczyszczykiewicz ".repeat(200);
        let mut back = String::new();
        flate2::read::GzDecoder::new(gzip(text.as_bytes()).as_slice()).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        back.clear();
        brotli::Decompressor::new(brotli(text.as_bytes()).as_slice(), 4096).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
    }

    #[test]
    fn windows_1252_writes_what_it_lacks_as_references() {
        assert_eq!(windows("Siân Wiśniewski £5"), b"Si\xe2n Wi&#347;niewski \xa35");
    }

    #[test]
    fn brotli_only_for_those_who_take_it() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            refuses_brotli(&headers)
        };
        assert!(
            with("gzip, deflate") && with("identity") && !with("gzip, br;q=0.9") && !refuses_brotli(&HeaderMap::new())
        );
    }

    #[test]
    fn names_become_safe_in_urls() {
        assert_eq!(encode("393~O'Reilly~Siân"), "393~O%27Reilly~Si%C3%A2n");
        assert_eq!(decode("393~O%27Reilly~Si%C3%A2n 5%"), "393~O'Reilly~Siân 5%");
    }
}
