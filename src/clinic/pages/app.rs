//! The single-page results app and the interfaces it loads from: the product's own JSON, and FHIR R4.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Fields, field, list};
use crate::clinic::reply::{self, Sending};
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::{fhir, view};

/// Patients in one answer.
const MOST: usize = 12;

pub(in crate::clinic) async fn page(State(system): State<System>, who: Session, headers: HeaderMap) -> Response {
    system.page("app.html", json!({}), Some(&who), Sending::Whole, &headers)
}

pub(in crate::clinic) async fn search(
    State(system): State<System>,
    _: Session,
    Query(query): Query<Fields>,
) -> Response {
    let found = list::search(&system, &query);
    let rows: Vec<Value> = found
        .iter()
        .take(MOST)
        .map(|p| {
            let row = view::row(p, system.trust);
            let of = |key: &str| row.get(key).cloned().unwrap_or_default();
            json!({
                "id": of("id"), "displayName": of("name"), "dateOfBirth": of("born"), "age": of("age"),
                "nhsNumber": of("nhs_plain"), "hospitalNumber": of("number"), "ward": of("ward"), "sex": of("sex"),
                "url": of("href"),
            })
        })
        .collect();
    Json(json!({ "total": found.len(), "patients": rows, "generated": "2026-11-20T08:15:00Z" })).into_response()
}

pub(in crate::clinic) async fn patient(State(system): State<System>, _: Session, Path(key): Path<String>) -> Response {
    match system.find(&key) {
        Some(p) => {
            let mut chart = view::chart(&p, system.trust);
            if let Some(chart) = chart.as_object_mut() {
                // What only templates need.
                chart.retain(|key, _| !matches!(key.as_str(), "row" | "nhs_parts" | "initial" | "rest" | "seq"));
            }
            Json(chart).into_response()
        }
        None => (StatusCode::NOT_FOUND, Json(json!({ "title": "no such patient", "status": 404 }))).into_response(),
    }
}

fn fhir_json(value: &Value) -> Response {
    reply::typed("application/fhir+json; charset=utf-8", serde_json::to_string_pretty(value).unwrap_or_default())
}

fn outcome(status: StatusCode, text: &str) -> Response {
    let mut response = fhir_json(&json!({
        "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "not-found", "diagnostics": text }],
    }));
    *response.status_mut() = status;
    response
}

pub(in crate::clinic) async fn metadata(_: Session) -> Response {
    fhir_json(&fhir::capabilities())
}

pub(in crate::clinic) async fn fhir_patient(
    State(system): State<System>,
    _: Session,
    Path(id): Path<String>,
) -> Response {
    match system.find(&id) {
        Some(p) => fhir_json(&fhir::patient(&p, system.trust)),
        None => outcome(StatusCode::NOT_FOUND, "There is no such patient."),
    }
}

pub(in crate::clinic) async fn fhir_observations(
    State(system): State<System>,
    _: Session,
    Query(query): Query<Fields>,
) -> Response {
    let key = field(&query, "patient");
    match system.find(key.strip_prefix("Patient/").unwrap_or(key)) {
        Some(p) => fhir_json(&fhir::observations(&p, system.trust, field(&query, "code"))),
        None => outcome(StatusCode::NOT_FOUND, "Name a patient."),
    }
}
