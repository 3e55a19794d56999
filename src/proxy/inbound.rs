//! What a request brings: the host that it names, the size of its head, its body; each with its bound.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header;
use http::request::Parts;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use crate::config::Bounds;
use crate::policy::refusal::Refused;

/// The host that a request names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// Lower case, without port.
    pub(super) name: String,
    /// As the viewer's browser writes it: with its port.
    pub(super) authority: String,
}

/// The one host of a request. Two that differ, or none, are refused: someone would be deceived.
pub(super) fn host(parts: &Parts) -> Result<Host, Refused> {
    const BAD: Refused = Refused::BadRequest("it does not name exactly one host");
    if !matches!(parts.uri.scheme_str(), None | Some("http" | "https")) {
        return Err(Refused::BadRequest("its address is neither http nor https"));
    }
    let mut named = parts.headers.get_all(header::HOST).iter();
    let first = named.next().map(|v| v.to_str().map_err(|_| BAD)).transpose()?;
    if named.next().is_some() {
        return Err(BAD);
    }
    let authority = match (parts.uri.authority().map(http::uri::Authority::as_str), first) {
        (Some(a), Some(b)) if !a.eq_ignore_ascii_case(b) => return Err(BAD),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => return Err(BAD),
    };
    let parsed: http::uri::Authority = authority.parse().map_err(|_| BAD)?;
    // What stands behind the host is written into pages as our address: nothing but a port.
    let port = authority.strip_prefix(parsed.host()).unwrap_or(":");
    let digits = port.strip_prefix(':').unwrap_or("0");
    if authority.contains('@') || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BAD);
    }
    let name = parsed.host().trim_end_matches('.').to_ascii_lowercase();
    Ok(Host { name, authority: parsed.as_str().to_ascii_lowercase() })
}

/// Refuses a head that is larger than the bounds.
pub(super) fn head(parts: &Parts, bounds: &Bounds) -> Result<(), Refused> {
    let url = parts.uri.path_and_query().map_or(0, |p| p.as_str().len());
    if url > bounds.url {
        return Err(Refused::UrlTooLong { limit: bounds.url });
    }
    let fields: usize = parts.headers.iter().map(|(n, v)| n.as_str().len() + v.len() + 4).sum();
    if fields + url > bounds.header {
        return Err(Refused::HeadTooLarge { limit: bounds.header });
    }
    Ok(())
}

/// The whole body.
pub(super) async fn read(mut incoming: Incoming, limit: u64, idle: Duration) -> Result<Bytes, Refused> {
    // It says so itself.
    if incoming.size_hint().lower() > limit {
        return Err(Refused::BodyTooLarge { limit });
    }
    let mut all = BytesMut::new();
    loop {
        let frame = tokio::time::timeout(idle, incoming.frame()).await.map_err(|_| Refused::BodySlow)?;
        let Some(frame) = frame else { return Ok(all.freeze()) };
        let frame = frame.map_err(|_| Refused::BadRequest("its body is not whole"))?;
        if let Ok(data) = frame.into_data() {
            if all.len() as u64 + data.len() as u64 > limit {
                return Err(Refused::BodyTooLarge { limit });
            }
            all.extend_from_slice(&data);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn of(uri: &str, hosts: &[&str]) -> Result<Host, Refused> {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header("host", *host);
        }
        host(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn exactly_one_host_counts() {
        assert_eq!(of("/", &["Royal-Free.localhost:8080"]).unwrap().name, "royal-free.localhost");
        assert_eq!(of("/", &["a.example."]).unwrap().name, "a.example");
        assert_eq!(of("http://a.example/", &["A.example"]).unwrap().name, "a.example");
        for (uri, hosts) in [
            ("/", &[][..]),
            ("/", &["a", "b"]),
            ("/", &["a", "a"]),
            ("http://a/", &["b"]),
            ("/", &["user@a"]),
            ("/", &["a b"]),
            ("/", &["a/b"]),
            ("/", &["a:80'x"]),
            ("/", &["a:"]),
        ] {
            assert!(of(uri, hosts).is_err(), "{uri} {hosts:?}");
        }
    }
}
