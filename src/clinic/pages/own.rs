//! The page that only this trust has; its template bears the page's path.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use crate::clinic::reply::Sending;
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::view;

/// Patients on it.
const MOST: usize = 8;

pub(in crate::clinic) async fn page(State(system): State<System>, who: Session, headers: HeaderMap) -> Response {
    let rows: Vec<_> =
        system.patients().iter().filter(|p| p.seq % 3 == 1).take(MOST).map(|p| view::chart(p, system.trust)).collect();
    let template = format!("own_{}.html", system.trust.extra);
    system.page(&template, json!({ "rows": rows }), Some(&who), Sending::Gzip, &headers)
}
