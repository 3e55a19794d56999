//! What goes upstream: the request's headers and body, with what a viewer may not decide taken out.
//!
//! Taken out: hop-by-hop headers and those named in `Connection`, `Range` and every condition (a 206 or 304 would be a
//! body that nobody screened), method overrides, forwarding and identity headers, our own cookies. Set: `Host`,
//! `Accept-Encoding` (what the engine decodes), `X-Forwarded-*` and `Forwarded`, fresh. Turned back: tokens, wherever
//! they stand. `Origin` and `Referer` say the upstream's own address.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method};

use super::cookie;
use super::home::Home;
use super::parts;
use super::refusal::Refused;
use super::returned;
use super::screen::ROTATING_COOKIE;
use super::target;
use super::tokens;
use crate::redact::format::Media;
use crate::redact::operator::token::Tokens;

/// Never sent on.
const STRIPPED: &[&str] = &[
    // Hop by hop.
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
    "content-length",
    "expect",
    // Parts and conditions.
    "range",
    "if-range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "cache-control",
    "pragma",
    // Set afresh.
    "host",
    "accept-encoding",
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-server",
    "x-forwarded-scheme",
    "x-forwarded-ssl",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "x-original-forwarded-for",
    "x-originating-ip",
    "x-remote-ip",
    "x-remote-addr",
    // Another method, path or host than the one that was looked at.
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-original-uri",
    "x-rewrite-url",
    "x-original-host",
    "x-host",
    // Who someone is.
    "x-forwarded-user",
    "x-forwarded-groups",
    "x-forwarded-email",
    "x-forwarded-preferred-username",
    "x-forwarded-access-token",
    "x-remote-user",
    "remote-user",
    "x-ssl-client-cert",
    "x-client-cert",
    "client-cert",
    // Compressed messages could not be read.
    "sec-websocket-extensions",
    "service-worker",
    "service-worker-navigation-preload",
    "a-im",
];

/// So many cookies are taken back at once.
const STALE: usize = 32;

/// What the browser says it will do with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intent {
    /// Show it as a page or frame: then it must be HTML, or one of our pages around it.
    pub document: bool,
    /// It would rather have HTML than JSON when we refuse.
    pub page: bool,
}

/// Reads the intent from `Sec-Fetch-*`, or from `Accept` where a browser does not send those.
///
/// What a viewer sends here decides only how an answer looks to that viewer, never what is in it.
///
/// # Errors
/// The browser is about to download the answer, or to install a service worker.
pub fn intent(headers: &HeaderMap) -> Result<Intent, Refused> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if headers.contains_key("service-worker") || text("sec-fetch-dest") == "serviceworker" {
        return Err(Refused::ServiceWorker);
    }
    let (mode, dest) = (text("sec-fetch-mode"), text("sec-fetch-dest"));
    if mode == "navigate" && dest == "empty" {
        return Err(Refused::DownloadRequest);
    }
    let accepts_html = text("accept").to_ascii_lowercase().contains("text/html");
    // What is fetched ahead may be shown later.
    let ahead = text("sec-purpose").contains("prefetch") || text("purpose") == "prefetch";
    let document = match dest {
        _ if ahead => true,
        "document" | "iframe" | "frame" | "embed" | "object" => true,
        "" => accepts_html,
        _ => false,
    };
    Ok(Intent { document, page: document || accepts_html })
}

/// Whether the refusal of a request should be a page, when its headers could not be judged otherwise.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    matches!(text("sec-fetch-dest"), "document" | "iframe" | "frame" | "embed" | "object")
        || text("accept").to_ascii_lowercase().contains("text/html")
}

/// Where a request goes and whence it came.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// Both addresses.
    pub home: &'a Home,
    /// The engineer's address.
    pub from: IpAddr,
    /// The tokens of the grant.
    pub tokens: &'a Tokens,
    /// The upstream is on this machine: compressing would cost and save nothing.
    pub near: bool,
    /// The answer will pass as it is, so it must not be compressed.
    pub plain: bool,
}

/// The headers that go upstream.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn headers(incoming: &HeaderMap, way: &Way<'_>) -> Result<HeaderMap, Refused> {
    let named: Vec<String> = incoming
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(',').map(|n| n.trim().to_ascii_lowercase()))
        .collect();
    let mut out = HeaderMap::with_capacity(incoming.len() + 8);
    for (name, value) in incoming {
        let text = name.as_str();
        // Servers that hand headers to programs as variables take `x_forwarded_user` for `x-forwarded-user`.
        if STRIPPED.contains(&text.replace('_', "-").as_str()) || named.iter().any(|n| n == text) {
            continue;
        }
        let value = match *name {
            header::COOKIE => match cookies(value, way)? {
                Some(value) => value,
                None => continue,
            },
            header::REFERER => match referer(value, way)? {
                Some(value) => value,
                None => continue,
            },
            header::ORIGIN => match origin(value, way) {
                Some(value) => value,
                None => continue,
            },
            _ => resolved(value, way)?,
        };
        // HTTP/2 sends cookies in crumbs; HTTP/1.1 has one header of them (RFC 9113, 8.2.3).
        match out.get_mut(header::COOKIE).filter(|_| *name == header::COOKIE) {
            Some(cookies) => *cookies = joined(cookies, &value)?,
            None => {
                out.append(name.clone(), value);
            }
        }
    }
    let accept = if way.near || way.plain { "identity" } else { "gzip, deflate, br, zstd" };
    out.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
    let proto = if way.home.is_secure() { "https" } else { "http" };
    let for_ = match way.from {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("\"[{ip}]\""),
    };
    // A host with a port would stand in quotation marks (RFC 7239, 6), and systems take those for a part of it (Orthanc does).
    let named = if way.home.own().contains(':') { String::new() } else { format!("host={};", way.home.own()) };
    let fresh = [
        (header::HOST, way.home.host().to_owned()),
        (header::FORWARDED, format!("for={for_};{named}proto={proto}")),
        (HeaderName::from_static("x-forwarded-for"), way.from.to_string()),
        (HeaderName::from_static("x-forwarded-host"), way.home.own().to_owned()),
        (HeaderName::from_static("x-forwarded-proto"), proto.to_owned()),
    ];
    for (name, value) in fresh {
        let value = HeaderValue::try_from(value).map_err(|_| Refused::BadRequest("its host is malformed"))?;
        out.insert(name, value);
    }
    Ok(out)
}

/// Tokens and addresses of ours (`Destination`, `X-Return-To`) become what upstream knows.
fn resolved(value: &HeaderValue, way: &Way<'_>) -> Result<HeaderValue, Refused> {
    let Ok(text) = value.to_str() else { return Ok(value.clone()) };
    let resolved = tokens::header(way.tokens, text)?;
    let homed = way.home.to_upstream(resolved.as_deref().unwrap_or(text));
    match homed.or(resolved) {
        None => Ok(value.clone()),
        Some(text) => HeaderValue::try_from(text).map_err(|_| Refused::ForgedToken),
    }
}

fn joined(first: &HeaderValue, second: &HeaderValue) -> Result<HeaderValue, Refused> {
    let both = [first.as_bytes(), b"; ", second.as_bytes()].concat();
    HeaderValue::from_bytes(&both).map_err(|_| Refused::BadRequest("its cookies are malformed"))
}

fn cookies(value: &HeaderValue, way: &Way<'_>) -> Result<Option<HeaderValue>, Refused> {
    let own = |pair: &str| pair.split('=').next().is_some_and(|n| n.trim() == ROTATING_COOKIE);
    // A script keeps what a page shows: such a cookie is left out, for refused it would shut the engineer out until they delete it.
    let kept: Vec<String> = value
        .as_bytes()
        .split(|b| *b == b';')
        .filter(|pair| !returned::bytes_hold(pair))
        .map(|pair| String::from_utf8_lossy(pair).trim().to_owned())
        .filter(|pair| !pair.is_empty() && !own(pair))
        .map(|pair| cookie::to_upstream(&pair))
        .collect();
    if kept.is_empty() {
        return Ok(None);
    }
    let kept = kept.join("; ");
    let kept = tokens::cookie(way.tokens, &kept)?.unwrap_or(kept);
    let kept = way.home.to_upstream(&kept).unwrap_or(kept);
    HeaderValue::try_from(kept).map(Some).map_err(|_| Refused::BadRequest("its cookies are malformed"))
}

fn referer(value: &HeaderValue, way: &Way<'_>) -> Result<Option<HeaderValue>, Refused> {
    // Another site's address is none of the upstream's business.
    let Some(rest) = value.to_str().ok().and_then(|text| way.home.after_own(text)) else { return Ok(None) };
    let rest = tokens::url(way.tokens, rest)?.unwrap_or_else(|| rest.to_owned());
    let rest = way.home.to_upstream(&rest).unwrap_or(rest);
    let (origin, base) = (way.home.upstream_origin(), way.home.base());
    let (path, query) = rest.split_at_checked(rest.find(['?', '#']).unwrap_or(rest.len())).unwrap_or((&rest, ""));
    Ok(HeaderValue::try_from(format!("{origin}{base}{}{query}", way.home.below(path))).ok())
}

fn origin(value: &HeaderValue, way: &Way<'_>) -> Option<HeaderValue> {
    match value.to_str().ok()? {
        "null" => Some(value.clone()),
        text if way.home.after_own(text).is_some() => HeaderValue::try_from(way.home.upstream_origin()).ok(),
        // A request from another site keeps its origin, so that the application's own protection sees it.
        _ => Some(value.clone()),
    }
}

/// Names of cookies with a token that is none of the grant's: one that an earlier view left, mostly. The refusal that they cause takes them
/// back, so that the next request is a good one.
pub fn stale_cookies(incoming: &HeaderMap, tokens: &Tokens) -> Vec<String> {
    let all = incoming.get_all(header::COOKIE).into_iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut names = Vec::new();
    for value in all {
        let stale = value.split(';').map(str::trim).filter(|pair| tokens::cookie(tokens, pair).is_err());
        names.extend(stale.map(|pair| pair.split_once('=').map_or("", |(name, _)| name).trim().to_owned()));
    }
    names.truncate(STALE);
    names
}

/// The paths under which a browser that asks for this one may keep a cookie (RFC 6265, 5.1.4).
pub fn cookie_paths(path: &str) -> Vec<String> {
    let mut paths = vec!["/".to_owned()];
    for (at, _) in path.match_indices('/').skip(1).take(STALE) {
        let folder = path.get(..at).unwrap_or_default();
        paths.extend([folder.to_owned(), format!("{folder}/")]);
    }
    if path.len() > 1 && !path.ends_with('/') {
        paths.push(path.to_owned());
    }
    // One with a parameter cannot be the path of a cookie.
    paths.retain(|path| !path.contains(';'));
    paths
}

/// The parameters of a form body; none for other types.
pub fn form(content_type: Option<&str>, body: &[u8]) -> Vec<(String, String)> {
    match content_type.and_then(Media::from_content_type) {
        Some(Media::Form) => std::str::from_utf8(body).map(target::parameters).unwrap_or_default(),
        Some(Media::Multipart { boundary }) => parts::fields(boundary.as_str(), body),
        Some(_) | None => Vec::new(),
    }
}

/// A body as it goes upstream.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn body(content_type: Option<&str>, body: Bytes, tokens: &Tokens) -> Result<Bytes, Refused> {
    let media = content_type.and_then(Media::from_content_type);
    if let Some(Media::Multipart { boundary }) = media {
        return Ok(parts::resolved(boundary.as_str(), &body, tokens)?.map_or(body, Bytes::from));
    }
    // What is not UTF-8 (an uploaded picture) holds nothing that our pages wrote.
    let Ok(text) = std::str::from_utf8(&body) else { return Ok(body) };
    let resolved = match media {
        Some(Media::Form) => tokens::url(tokens, text)?,
        Some(Media::Json | Media::Ndjson) => tokens::json(tokens, text)?,
        Some(Media::Html | Media::Xhtml | Media::Xml) => tokens::markup(tokens, text)?,
        Some(
            Media::Text
            | Media::Csv { .. }
            | Media::Hl7
            | Media::Edifact
            | Media::EventStream
            | Media::Script
            | Media::Style
            | Media::Multipart { .. },
        )
        | None => tokens::plain(tokens, text)?,
    };
    Ok(resolved.map_or(body, Bytes::from))
}

/// A body in which addresses of ours are the upstream's.
pub fn homed(content_type: Option<&str>, body: Bytes, home: &Home) -> Bytes {
    let media = content_type.and_then(Media::from_content_type);
    let homed = match media {
        Some(Media::Multipart { boundary }) => parts::homed(boundary.as_str(), &body, home),
        Some(_) | None => {
            std::str::from_utf8(&body).ok().and_then(|text| home.to_upstream(text)).map(String::into_bytes)
        }
    };
    homed.map_or(body, Bytes::from)
}

/// A form or query that says another method than the request's is refused: frameworks would believe it.
///
/// # Errors
/// [`Refused::Method`].
pub fn method_override(method: &Method, query: &[(String, String)], form: &[(String, String)]) -> Result<(), Refused> {
    let says_other = |(name, value): &(String, String)| {
        matches!(
            name.to_ascii_lowercase().as_str(),
            "_method" | "x-http-method-override" | "x-http-method" | "httpmethod"
        ) && !value.eq_ignore_ascii_case(method.as_str())
    };
    if query.iter().chain(form).any(says_other) {
        return Err(Refused::Method { allowed: vec![Method::GET, Method::HEAD] });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{GrantId, TrustId};
    use crate::base::secret::Key;
    use crate::redact::kind::Kind;
    use crate::redact::operator::GrantKeys;

    fn tokens() -> Tokens {
        let keys = GrantKeys::new(&Key::from_bytes([1; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
        Tokens::new(&keys)
    }

    fn sent(lines: &[(&'static str, &str)]) -> Result<HeaderMap, Refused> {
        let mut incoming = HeaderMap::new();
        for (name, value) in lines {
            incoming.append(HeaderName::from_static(name), HeaderValue::try_from(*value).unwrap());
        }
        let upstream: http::Uri = "http://pas.internal:9000/app".parse().unwrap();
        let tokens = tokens();
        let home = Home::new(&upstream, "pas.internal:9000", None, "royal-free.localhost:8080", false);
        let way = Way { home: &home, from: IpAddr::from([192, 0, 2, 10]), tokens: &tokens, near: true, plain: false };
        headers(&incoming, &way)
    }

    #[test]
    fn what_a_viewer_may_not_decide_is_taken_out() {
        let out = sent(&[
            ("host", "royal-free.localhost:8080"),
            ("connection", "keep-alive, X-Secret-Hop"),
            ("x-secret-hop", "1"),
            ("range", "bytes=0-10"),
            ("if-none-match", "\"x\""),
            ("x-http-method-override", "DELETE"),
            ("x-original-url", "/admin"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-user", "root"),
            ("forwarded", "for=10.0.0.1"),
            ("accept-encoding", "zstd, dcb"),
            ("sec-websocket-extensions", "permessage-deflate"),
            ("accept", "text/html"),
            ("x-csrf-token", "abc123"),
        ])
        .unwrap();
        let mut names: Vec<&str> = out.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        let expected = [
            "accept",
            "accept-encoding",
            "forwarded",
            "host",
            "x-csrf-token",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
        ];
        assert_eq!(names, expected);
        assert_eq!(out["host"], "pas.internal:9000");
        assert_eq!(out["x-forwarded-for"], "192.0.2.10");
        assert_eq!(out["accept-encoding"], "identity");
    }

    #[test]
    fn addresses_of_ours_become_the_upstreams() {
        let token = tokens().seal(Kind::NhsNumber, "943 476 5919").unwrap();
        let out = sent(&[
            ("referer", &format!("http://royal-free.localhost:8080/p/{token}?a=1")),
            ("origin", "http://royal-free.localhost:8080"),
        ])
        .unwrap();
        assert_eq!(out["referer"], "http://pas.internal:9000/app/p/943%20476%205919?a=1");
        assert_eq!(out["origin"], "http://pas.internal:9000");
        let out = sent(&[
            ("referer", "http://royal-free.localhost:8080/app/p?next=http%3A%2F%2Froyal-free.localhost%3A8080%2Fx"),
            ("destination", "http://royal-free.localhost:8080/b"),
        ])
        .unwrap();
        let of_base = sent(&[("referer", "http://royal-free.localhost:8080/app?x=1")]).unwrap();
        assert_eq!(of_base["referer"], "http://pas.internal:9000/app/?x=1");
        assert_eq!(out["referer"], "http://pas.internal:9000/app/p?next=http%3A%2F%2Fpas.internal%3A9000%2Fx");
        assert_eq!(out["destination"], "http://pas.internal:9000/b");
        let out = sent(&[("referer", "https://evil.example/x"), ("origin", "https://evil.example")]).unwrap();
        assert!(!out.contains_key("referer"));
        assert_eq!(out["origin"], "https://evil.example");
    }

    #[test]
    fn cookies_lose_ours_and_their_tokens() {
        let token = tokens().seal(Kind::HospitalNumber, "RF123").unwrap();
        let out = sent(&[("cookie", &format!("a=1; fanlight-page=x; last={token}"))]).unwrap();
        assert_eq!(out["cookie"], "a=1; last=RF123");
        // What would end the cookie, or the header, is escaped as the application had it.
        let token = tokens().seal(Kind::Name, "Siân; b=2").unwrap();
        let out = sent(&[("cookie", &format!("last={token}; c=3"))]).unwrap();
        assert_eq!(out["cookie"], "last=Si%C3%A2n%3B%20b%3D2; c=3");
        assert!(!sent(&[("cookie", "fanlight-page=x")]).unwrap().contains_key("cookie"));
    }

    #[test]
    fn bodies_lose_their_tokens_escaped_for_their_type() {
        let token = tokens().seal(Kind::Name, "O'Neil & Co").unwrap();
        let form = format!("name={token}&x=%41");
        let out = body(Some("application/x-www-form-urlencoded"), form.into(), &tokens()).unwrap();
        assert_eq!(out, "name=O%27Neil%20%26%20Co&x=%41");
        let out = body(Some("application/fhir+json"), format!("{{\"n\":\"{token}\"}}").into(), &tokens()).unwrap();
        assert_eq!(out, "{\"n\":\"O'Neil & Co\"}");
        assert_eq!(body(None, Bytes::from_static(b"\xff\xfe"), &tokens()).unwrap(), &b"\xff\xfe"[..]);
    }

    #[test]
    fn downloads_and_service_workers_announce_themselves() {
        let of = |lines: &[(&'static str, &'static str)]| {
            intent(&lines.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect())
        };
        assert_eq!(of(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "empty")]), Err(Refused::DownloadRequest));
        assert_eq!(of(&[("service-worker", "script")]), Err(Refused::ServiceWorker));
        assert!(of(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]).unwrap().document);
        assert!(!of(&[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")]).unwrap().document);
        assert!(of(&[("accept", "text/html,*/*")]).unwrap().document);
        assert!(!of(&[("accept", "*/*")]).unwrap().page);
    }

    #[test]
    fn a_method_in_disguise_is_refused() {
        let other = [("_method".to_owned(), "delete".to_owned())];
        assert!(method_override(&Method::POST, &[], &other).is_err());
        assert!(method_override(&Method::GET, &other, &[]).is_err());
        assert!(method_override(&Method::POST, &[], &[("_method".into(), "post".into())]).is_ok());
    }
}
