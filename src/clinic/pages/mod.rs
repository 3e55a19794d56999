//! The product's pages, one file each.

pub(super) mod app;
pub(super) mod chart;
pub(super) mod documents;
pub(super) mod edit;
pub(super) mod exports;
pub(super) mod home;
pub(super) mod legacy;
pub(super) mod list;
pub(super) mod live;
pub(super) mod login;
pub(super) mod own;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;

use super::reply;
use super::session::Session;

/// A posted form or a query, by name.
type Fields = BTreeMap<String, String>;

/// A field's value, trimmed; empty when it is missing.
fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", |v| v.trim())
}

/// Refuses a form that does not carry its session's token.
fn forged(fields: &Fields, who: &Session) -> Option<Response> {
    let right = subtle::ConstantTimeEq::ct_eq(field(fields, "csrf").as_bytes(), who.csrf.as_bytes());
    (!bool::from(right))
        .then(|| reply::problem(StatusCode::FORBIDDEN, "The form is out of date. Go back, reload and try again."))
}

fn no_patient() -> Response {
    reply::problem(StatusCode::NOT_FOUND, "There is no such patient.")
}
