//! The entrance: every page of the console is asked for by an [`Admin`], every change by a [`Posted`].
//!
//! Both are made here alone, after the gate's checks, so that a handler which has one cannot have skipped them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::desk::Desk;
use super::gate::Stopped;
use super::page;
use crate::access::Role;
use crate::base::id::EngineerId;
use crate::identity::demo::ROLE_PATH;

/// The address at the other end, put into every request by the listener.
#[derive(Debug, Clone, Copy)]
pub(super) struct PeerAddress(pub(super) IpAddr);

/// A rule admin, at one of the console's own host names.
#[derive(Debug, Clone)]
pub(super) struct Admin {
    who: EngineerId,
    token: String,
}

impl Admin {
    /// Who.
    pub(super) fn who(&self) -> &EngineerId {
        &self.who
    }

    /// The token for forms.
    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

impl FromRequestParts<Arc<Desk>> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Response> {
        desk.gate.host(&parts.headers).map_err(stopped)?;
        let Some(PeerAddress(peer)) = parts.extensions.get::<PeerAddress>().copied() else {
            return Err(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let identified = match desk.house.identity().identify(&parts.headers, peer) {
            Ok(identified) => identified,
            Err(error) => {
                let body = html! {
                    p { (error.to_string()) }
                    p { (error.remedy()) }
                    @if desk.house.identity().sign_in() == Some(ROLE_PATH) { (page::become_admin()) }
                };
                return Err(page::refusal(error.status(), "Please sign in", &body));
            }
        };
        if !identified.identity.is(Role::RuleAdmin) {
            let body = html! {
                p { "The console is for rule admins; " strong { (identified.identity.engineer()) } " is not one." }
                @if desk.house.identity().sign_in() == Some(ROLE_PATH) { (page::become_admin()) }
            };
            return Err(page::refusal(StatusCode::FORBIDDEN, "For rule admins", &body));
        }
        let who = identified.identity.engineer().clone();
        let token = desk.gate.token(&who);
        Ok(Self { who, token })
    }
}

/// A form that an admin sent from one of our own pages.
#[derive(Debug)]
pub(super) struct Posted {
    /// Who sent it.
    pub(super) admin: Admin,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// The largest form, in bytes: a rule file and a pasted sample, percent-encoded.
    pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;

    /// A field's value; empty when it is not there.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }
}

impl FromRequest<Arc<Desk>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, desk: &Arc<Desk>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let admin = Admin::from_request_parts(&mut parts, desk).await?;
        desk.gate.same_origin(&parts.headers).map_err(stopped)?;
        let body = Bytes::from_request(Request::from_parts(parts, body), desk).await.map_err(|e| {
            let body = html! { p { "The form is larger than " (Self::MAX_BYTES / 1024 / 1024) " MiB, or did not come whole." } };
            page::refusal(e.status(), "The form cannot be read", &body)
        })?;
        let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        let posted = Self { admin, fields };
        desk.gate.believe(posted.admin.who(), posted.field("token")).map_err(stopped)?;
        Ok(posted)
    }
}

fn stopped(why: Stopped) -> Response {
    let body =
        html! { p { "Refused: " (why.to_string()) "." } p { "Open the console by its own address and try again." } };
    page::refusal(StatusCode::FORBIDDEN, "Not from here", &body)
}
