//! The first page, and a ward's board with its live feed.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::no_patient;
use crate::clinic::lists::LISTS;
use crate::clinic::reply::{Sending, decode};
use crate::clinic::server::System;
use crate::clinic::session::{Session, cookie};
use crate::clinic::view;

pub(in crate::clinic) async fn page(State(system): State<System>, who: Session, headers: HeaderMap) -> Response {
    let patients = system.patients();
    let last = cookie(&headers, "recent").and_then(|key| system.find(&decode(key)));
    let values = json!({
        "last": last.map(|p| view::row(&p, system.trust)),
        "admissions": patients.iter().rev().take(6).map(|p| view::row(p, system.trust)).collect::<Vec<_>>(),
        "count": patients.len(),
    });
    system.page("home.html", values, Some(&who), Sending::Gzip, &headers)
}

pub(in crate::clinic) async fn ward(
    State(system): State<System>,
    who: Session,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(ward) = LISTS.wards.iter().find(|w| w[0] == code) else { return no_patient() };
    let there: Vec<_> =
        system.patients().iter().filter(|p| p.ward == ward[0]).map(|p| view::row(p, system.trust)).collect();
    let values = json!({ "ward": { "code": ward[0], "name": ward[1] }, "patients": there });
    system.page("ward.html", values, Some(&who), Sending::Gzip, &headers)
}
