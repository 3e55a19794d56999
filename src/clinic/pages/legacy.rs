//! The legacy screens: frames, windows-1252, record keys that spell the patient out.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::{Fields, chart, field, no_patient};
use crate::clinic::reply::Sending;
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::view;

/// Rows of a list.
const MOST: usize = 15;

pub(in crate::clinic) async fn frames(State(system): State<System>, who: Session, headers: HeaderMap) -> Response {
    let first = system.patients().first().map(|p| view::row(p, system.trust));
    system.page("legacy_frames.html", json!({ "first": first }), Some(&who), Sending::Windows, &headers)
}

pub(in crate::clinic) async fn menu(State(system): State<System>, who: Session, headers: HeaderMap) -> Response {
    system.page("legacy_menu.html", json!({}), Some(&who), Sending::Windows, &headers)
}

pub(in crate::clinic) async fn list(
    State(system): State<System>,
    who: Session,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    let ward = field(&query, "ward");
    let rows: Vec<_> = system
        .patients()
        .iter()
        .filter(|p| ward.is_empty() || p.ward == ward)
        .take(MOST)
        .map(|p| view::row(p, system.trust))
        .collect();
    system.page("legacy_list.html", json!({ "rows": rows, "ward": ward }), Some(&who), Sending::WindowsByMeta, &headers)
}

pub(in crate::clinic) async fn patient(
    State(system): State<System>,
    who: Session,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    let Some(p) = system.find(field(&query, "ref")) else { return no_patient() };
    system.page("legacy_patient.html", chart::values(&system, &p, "legacy"), Some(&who), Sending::Windows, &headers)
}
