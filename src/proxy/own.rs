//! Fanlight's own endpoints, under `/.fanlight/` on every host: they never go upstream.
//!
//! `/.fanlight/health` says whether the trail can be written, and warns when a system behind cannot be reached, for load
//! balancers, on any host and to anyone; it names nothing. `/.fanlight/ended` is where a browser is
//! sent when a view is over: it clears what the browser kept.

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use super::body::Body;
use super::hooks::OwnRequest;
use super::house::House;
use super::{inbound, page};
use crate::net::listener::Peer;
use crate::policy::{look, screen};
use crate::redact::screened::{OwnPage, Screened};

/// Where our own endpoints are.
pub(super) const PREFIX: &str = "/.fanlight/";

/// The most bytes of a request's body that pages beside the proxy's take.
const HOOK_BODY: u64 = 64 * 1024;

/// The answer to `/.fanlight/health` and `/.fanlight/ended`.
pub(super) fn answer(house: &House, method: &Method, path: &str) -> Option<Response<Body>> {
    let head_only = match *method {
        Method::GET => false,
        Method::HEAD => true,
        _ => return None,
    };
    match path {
        "/.fanlight/health" => {
            let up = house.trail().is_up();
            let status = if up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            let text = match (up, house.trusts().iter().any(|trust| trust.client().is_resting())) {
                (false, _) => "{\"status\":\"fail\"}\n",
                // Other trusts' views work.
                (true, true) => "{\"status\":\"warn\",\"output\":\"a system behind cannot be reached\"}\n",
                (true, false) => "{\"status\":\"pass\"}\n",
            };
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/health+json"));
            screen::protect_own(&mut headers, "default-src 'none'; frame-ancestors 'none'; sandbox");
            Some(page::own(status, headers, Screened::own(OwnPage::fixed(text)), head_only, None))
        }
        "/.fanlight/ended" => {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static(page::CLEARED));
            screen::protect_own(&mut headers, &look::content_security_policy(&[]));
            let screened = Screened::own(OwnPage::html(page::ended()));
            Some(page::own(StatusCode::OK, headers, screened, head_only, None))
        }
        _ => None,
    }
}

/// Asks the pages beside the proxy's, if there are any.
pub(super) async fn beside(
    house: &House,
    host: &str,
    peer: Peer,
    request: Request<Incoming>,
) -> Option<Response<Body>> {
    let routes = house.hooks.own_routes.as_ref()?;
    let (parts, incoming) = request.into_parts();
    let idle = house.settings().config.timeouts.request_body_idle;
    let body = inbound::read(incoming, HOOK_BODY, idle).await.unwrap_or_default();
    let head_only = parts.method == Method::HEAD;
    let asked = OwnRequest {
        host: host.to_owned(),
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        body,
        peer: peer.address.ip(),
    };
    let answer = routes.answer(asked).await?;
    Some(answer.map(|bytes| if head_only { Body::empty(None) } else { Body::beside(bytes) }))
}
