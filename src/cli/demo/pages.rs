//! The demo's own pages: the front page, the choice of a role, and the compare page. They hold nothing from any upstream.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, Response, StatusCode, header};
use maud::{Markup, html};

use super::compare::{self, Stop, local_path};
use super::front;
use super::samples::Samples;
use crate::base::id::TrustId;
use crate::identity::demo::{Demo, DemoRole, ROLE_PATH};
use crate::policy::look::{self, Own};
use crate::proxy::hooks::{OwnRequest, OwnRoutes};

/// The style of these pages, beside the shared one.
pub(super) const STYLE: &str = include_str!("demo.css");

/// Where everything of the demo is.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Port of the proxy.
    pub(super) port: u16,
    /// Port of the console.
    pub(super) console_port: u16,
    /// Id and name of each trust, in order.
    pub(super) trusts: Vec<(String, String)>,
    /// Where each trust's clinic listens, in the same order.
    pub(super) clinics: Vec<SocketAddr>,
}

impl Place {
    /// Where the front page is.
    pub(super) fn front_origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Where the console is.
    pub(super) fn console_origin(&self) -> String {
        format!("http://localhost:{}", self.console_port)
    }

    /// Where a trust is, through Fanlight.
    pub(super) fn trust_origin(&self, id: &str) -> String {
        format!("http://{id}.localhost:{}", self.port)
    }

    /// Where a trust's clinic is, past Fanlight: on a name below the trust's own, so that its cookies are its own, and the
    /// browser takes both panes of the compare page for one site and lets each keep its session.
    fn inside_origin(&self, index: usize) -> Option<String> {
        let (id, _) = self.trusts.get(index)?;
        Some(format!("http://hospital.{id}.localhost:{}", self.clinics.get(index)?.port()))
    }
}

/// The link that chooses a role at an origin and goes on.
pub(super) fn role_link(origin: &str, role: DemoRole, next: &str) -> String {
    format!("{origin}{ROLE_PATH}?as={}&next={}", role.as_str(), query_value(next))
}

/// The pages.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) place: Place,
    pub(super) samples: Arc<Samples>,
}

impl OwnRoutes for Pages {
    fn answer(&self, request: OwnRequest) -> BoxFuture<'_, Option<Response<Bytes>>> {
        Box::pin(async move { self.route(&request).await })
    }
}

impl Pages {
    async fn route(&self, request: &OwnRequest) -> Option<Response<Bytes>> {
        let trust = self.place.trusts.iter().position(|(id, _)| request.host == format!("{id}.localhost"));
        let front = matches!(request.host.as_str(), "localhost" | "127.0.0.1" | "[::1]" | "::1");
        if !front && trust.is_none() {
            return None;
        }
        if !matches!(request.method, Method::GET | Method::HEAD) {
            return None;
        }
        match (request.uri.path(), trust) {
            (ROLE_PATH, _) => Some(role(&self.place, request)),
            ("/", None) if request.host == "localhost" => {
                let role = Demo::chosen(&request.headers).ok().flatten().unwrap_or(DemoRole::Engineer);
                Some(own_page(StatusCode::OK, front::page(&self.place, role), None))
            }
            // Cookies and addresses are made for names; the number is sent on to the name.
            ("/", None) => Some(see_other(&self.place.front_origin(), None)),
            ("/.fanlight/compare", Some(index)) => self.compare(index, request).await,
            (_, None) => Some(missing(&self.place)),
            (_, Some(_)) => None,
        }
    }

    async fn compare(&self, index: usize, request: &OwnRequest) -> Option<Response<Bytes>> {
        let (id, name) = self.place.trusts.get(index)?;
        let inside = self.place.inside_origin(index)?;
        let trust = TrustId::new(id).ok()?;
        let stops: Vec<Stop> = Samples::stops(&trust).into_iter().map(|(path, name)| Stop { path, name }).collect();
        let wanted = parameter(request, "path").unwrap_or_default();
        let path = local_path(&wanted).or(stops.first().map(|s| s.path.as_str())).unwrap_or("/");
        let frames = format!("frame-src 'self' {inside}");
        let page = compare::page(&self.place, name, &inside, path, &stops);
        let mut response = own_page(StatusCode::OK, page, Some(&frames));
        // One session for both panes: the clinic's own name is below the trust's, so the cookie reaches both.
        if let Some(session) = self.samples.session(&trust).await
            && let Ok(cookie) = format!("{session}; Domain={id}.localhost; Path=/; HttpOnly; SameSite=Lax").parse()
        {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        Some(response)
    }
}

/// Chooses a role, or asks which.
fn role_answer(query: &str, asks: impl FnOnce(&str) -> Markup) -> Response<Bytes> {
    let next = pair(query, "next").and_then(|n| local_path(&n).map(str::to_owned)).unwrap_or_else(|| "/".into());
    match pair(query, "as").as_deref().map(DemoRole::from_name) {
        Some(Some(role)) => see_other(&next, Some(Demo::cookie(role))),
        Some(None) | None => own_page(StatusCode::OK, asks(&next), None),
    }
}

fn role(place: &Place, request: &OwnRequest) -> Response<Bytes> {
    role_answer(request.uri.query().unwrap_or_default(), |next| chooser(&place.front_origin(), next))
}

/// The page that asks for a role, on hosts that are not the front page's.
fn chooser(front: &str, next: &str) -> Markup {
    let nav = [(front, "Trusts", false)];
    let frame = look::Frame {
        title: "Who are you?",
        place: "demo",
        home: front,
        nav: &nav,
        style: STYLE,
        ..look::Frame::default()
    };
    look::framed(
        &frame,
        html! {
            h1 { "Who are you?" }
            p.lead { "This is the demonstration: choose who you are, as a sign-in would say elsewhere." }
            ul.choices {
                @for role in front::OFFERED {
                    li { a href=(role_link("", role, next)) { strong { (role.title()) } small { (front::promise(role)) } } }
                }
            }
        },
    )
}

fn missing(place: &Place) -> Response<Bytes> {
    let front = place.front_origin();
    let page = look::page(
        "There is no such page",
        html! { p { "The demonstration begins on its " a href=(front) { "front page" } "." } },
    );
    own_page(StatusCode::NOT_FOUND, page, None)
}

fn see_other(to: &str, cookie: Option<String>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    for (name, value) in [(header::LOCATION, Some(to.to_owned())), (header::SET_COOKIE, cookie)] {
        if let Some(value) = value.and_then(|v| v.parse().ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

/// A page of ours with its policy; `more` adds a directive.
fn own_page(status: StatusCode, page: Markup, more: Option<&str>) -> Response<Bytes> {
    let mut policy = look::content_security_policy(&[Own::Style(STYLE)]);
    if let Some(more) = more {
        policy = format!("{policy}; {more}");
    }
    let mut response = Response::new(Bytes::from(page.into_string()));
    *response.status_mut() = status;
    let set = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in set {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn parameter(request: &OwnRequest, name: &str) -> Option<String> {
    pair(request.uri.query()?, name)
}

/// The first value of this name in a query.
fn pair(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A value as it stands in a query.
pub(super) fn query_value(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
