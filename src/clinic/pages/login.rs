//! Log-in and log-out. The training system takes any user name with the password `demo`.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::{Fields, field, forged};
use crate::clinic::reply::{self, Sending};
use crate::clinic::server::System;
use crate::clinic::session::{COOKIE, Session};

/// The password of the training system.
const PASSWORD: &str = "demo";

pub(in crate::clinic) async fn form(
    State(system): State<System>,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    let values = json!({ "next": local(field(&query, "next")), "failed": false });
    system.page("login.html", values, None, Sending::Whole, &headers)
}

pub(in crate::clinic) async fn enter(
    State(system): State<System>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let next = local(field(&fields, "next"));
    let user = field(&fields, "user");
    if user.is_empty() || field(&fields, "password") != PASSWORD {
        let values = json!({ "next": next, "failed": true });
        let mut again = system.page("login.html", values, None, Sending::Whole, &headers);
        *again.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return again;
    }
    let Some(id) = system.sessions.open(user) else {
        return reply::problem(StatusCode::INTERNAL_SERVER_ERROR, "No session could be opened.");
    };
    let mut response = Redirect::to(next).into_response();
    reply::set(&mut response, header::SET_COOKIE.as_str(), &format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax"));
    response
}

pub(in crate::clinic) async fn leave(
    State(system): State<System>,
    who: Session,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    if let Some(refusal) = forged(&fields, &who) {
        return refusal;
    }
    system.sessions.close(&headers);
    let mut response = Redirect::to("/login").into_response();
    reply::set(&mut response, header::SET_COOKIE.as_str(), &format!("{COOKIE}=; Path=/; Max-Age=0"));
    response
}

/// Only ways inside this site.
fn local(next: &str) -> &str {
    if next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') { next } else { "/" }
}
