//! How a refusal looks: a page for a person, an RFC 9457 problem document for a program. Both name the request, as the
//! trail does, and neither holds a byte of what was asked or answered.

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use maud::{Markup, html};
use serde::Serialize;

use super::body::{Body, Closing};
use super::trust::Trust;
use crate::access::{Denial, Permit};
use crate::audit::RequestId;
use crate::policy::look::{self, Own};
use crate::policy::refusal::Refused;
use crate::policy::screen;
use crate::redact::screened::{OwnPage, Screened};

/// What a browser forgets when a view is over.
pub(super) const CLEARED: &str = "\"cache\", \"cookies\", \"storage\"";

/// An RFC 9457 problem.
#[derive(Debug, Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    instance: String,
    remedy: &'a str,
}

/// The answer to a request that is refused.
pub(super) fn refusal(
    refused: &Refused,
    request: RequestId,
    page: bool,
    head_only: bool,
    sign_in: Option<&str>,
    closing: Option<Closing>,
) -> Response<Body> {
    let (title, detail, remedy, status) = (refused.title(), refused.detail(), refused.remedy(), refused.status());
    let mut headers = HeaderMap::new();
    let screened = if page {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        screen::protect_own(&mut headers, &look::content_security_policy(&[Own::Script(look::FORGETS)]));
        Screened::own(OwnPage::html(refusal_page(refused, &detail, request, sign_in)))
    } else {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        screen::protect_own(&mut headers, "default-src 'none'; frame-ancestors 'none'; sandbox");
        Screened::own(OwnPage::json(&Problem {
            kind: format!("urn:fanlight:problem:{}", refused.code()),
            title,
            status: status.as_u16(),
            detail: &detail,
            instance: format!("urn:fanlight:request:{request}"),
            remedy,
        }))
    };
    if let Some(seconds) = refused.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Refused::Method { allowed } = refused {
        let names: Vec<&str> = allowed.iter().map(http::Method::as_str).collect();
        if let Ok(value) = HeaderValue::try_from(names.join(", ")) {
            headers.insert(header::ALLOW, value);
        }
    }
    if let Refused::Denied(Denial::Expired(_) | Denial::Revoked(_)) = refused {
        // The view is over, and nothing of it stays. Browsers hear it by https alone.
        headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static(CLEARED));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Fanlight"));
    }
    own(status, headers, screened, head_only, closing)
}

/// The words of the mark; the guard adds the time.
pub(super) fn mark(permit: &Permit, trust: &Trust) -> String {
    format!("{} · {} · {}", permit.engineer(), permit.ticket(), trust.name())
}

/// The page around an application that may ask: see [`screen::shell`].
pub(super) fn shell(permit: &Permit, trust: &Trust) -> Response<Body> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    screen::protect_own(&mut headers, screen::shell::policy());
    let page = screen::shell::page(&screen::head(&mark(permit, trust)), trust.name());
    own(StatusCode::OK, headers, Screened::own(OwnPage::html(page)), false, None)
}

/// A response of our own.
pub(super) fn own(
    status: StatusCode,
    mut headers: HeaderMap,
    screened: Screened,
    head_only: bool,
    closing: Option<Closing>,
) -> Response<Body> {
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(screened.len()));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Sec-Fetch-Dest"));
    let body = if head_only { Body::empty(closing) } else { Body::whole(screened, closing) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn refusal_page(refused: &Refused, detail: &str, request: RequestId, sign_in: Option<&str>) -> Markup {
    let code = format!("{} · {}", refused.status().as_u16(), refused.code());
    look::refusal(
        &code,
        refused.title(),
        html! {
            p { (detail) }
            p { (refused.remedy()) }
            @if let (Some(to), true) = (sign_in, refused.status() == StatusCode::UNAUTHORIZED) {
                p { a href=(to) { "Sign in" } }
            }
            p { small { "Reference " code { (request) } } }
        },
    )
}

/// A page of ours around text that browsers would otherwise open without the guard.
pub(super) fn framed(head: &str, title: &str, text: &str) -> OwnPage {
    OwnPage::html(html! {
        (maud::DOCTYPE)
        (maud::PreEscaped(head))
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                title { (title) }
            }
            body { pre { (text) } }
        }
    })
}

/// A page of ours that asks for its own address once more, as a picture.
pub(super) fn picture(head: &str, title: &str) -> OwnPage {
    OwnPage::html(html! {
        (maud::DOCTYPE)
        (maud::PreEscaped(head))
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                title { (title) }
            }
            body { img src="#" alt="A picture"; }
        }
    })
}

/// Where someone comes whose view has ended.
pub(super) fn ended() -> Markup {
    look::page(
        "This view has ended",
        html! {
            p { "Nothing of it was kept here. Close the tab, or ask for a new grant if the work goes on." }
        },
    )
}
