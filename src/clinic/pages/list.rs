//! The patient list and search, by GET and by POST to the page's own URL, which also exports.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::{Fields, exports, field, forged, no_patient};
use crate::clinic::patient::Patient;
use crate::clinic::reply::{Sending, encode};
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::trust::{DateStyle, Tailoring};
use crate::clinic::{view, written};

/// Patients on a page of the list.
const PAGE: usize = 20;

pub(in crate::clinic) async fn page(
    State(system): State<System>,
    who: Session,
    Query(query): Query<Fields>,
    headers: HeaderMap,
) -> Response {
    if field(&query, "format") == "csv" {
        return exports::csv(&system, &search(&system, &query));
    }
    show(&system, &who, &query, &headers, Sending::Gzip)
}

pub(in crate::clinic) async fn submit(
    State(system): State<System>,
    who: Session,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    if let Some(refusal) = forged(&fields, &who) {
        return refusal;
    }
    if field(&fields, "action") == "export" {
        return exports::csv(&system, &search(&system, &fields));
    }
    show(&system, &who, &fields, &headers, Sending::Chunks)
}

/// The chart of the patient chosen in a list of options.
pub(in crate::clinic) async fn open(State(system): State<System>, _: Session, Query(query): Query<Fields>) -> Response {
    match system.find(field(&query, "patient")) {
        Some(patient) => Redirect::to(&format!("/patients/{}", encode(&system.link(&patient)))).into_response(),
        None => no_patient(),
    }
}

fn show(system: &System, who: &Session, fields: &Fields, headers: &HeaderMap, sending: Sending) -> Response {
    let found = search(system, fields);
    let pages = found.len().div_ceil(PAGE).max(1);
    let at = field(fields, "page").parse().unwrap_or(1).clamp(1, pages);
    let rows: Vec<_> = found.iter().skip((at - 1) * PAGE).take(PAGE).map(|p| view::row(p, system.trust)).collect();
    let values = json!({
        "rows": rows, "count": found.len(), "page": at, "pages": pages, "asked": asked(fields),
        "recent": system.patients().iter().take(10).map(|p| view::row(p, system.trust)).collect::<Vec<_>>(),
    });
    system.page("list.html", values, Some(who), sending, headers)
}

const ASKED: [&str; 7] = ["q", "surname", "forename", "born", "nhs", "number", "ward"];

/// What was searched for, to be shown again in the form.
fn asked(fields: &Fields) -> serde_json::Value {
    ASKED.iter().map(|name| ((*name).to_owned(), field(fields, name).into())).collect::<serde_json::Map<_, _>>().into()
}

/// The patients that fit every field that is filled in.
pub(in crate::clinic) fn search(system: &System, fields: &Fields) -> Vec<Arc<Patient>> {
    let wanted = |p: &Arc<Patient>| ASKED.iter().all(|name| fits(p, name, field(fields, name), system.trust));
    system.patients().into_iter().filter(wanted).collect()
}

fn fits(p: &Patient, name: &str, value: &str, t: &Tailoring) -> bool {
    if value.is_empty() {
        return true;
    }
    let begins = |text: &str| text.to_lowercase().starts_with(&value.to_lowercase());
    let same = |text: &str| letters(text) == letters(value);
    match name {
        "surname" => begins(&p.surname),
        "forename" => begins(&p.forename),
        "born" => DateStyle::ALL.iter().any(|style| same(&written::date(p.born, *style))),
        "nhs" => same(&p.nhs),
        "number" => same(&p.number),
        "ward" => p.ward == value,
        "q" => {
            same(&p.nhs)
                || same(&p.number)
                || same(&p.record)
                || same(&p.row())
                || same(&written::name(p, t.names))
                || value.split([' ', ',']).filter(|w| !w.is_empty()).all(|word| {
                    let word = word.to_lowercase();
                    p.surname.to_lowercase().starts_with(&word) || p.forename.to_lowercase().starts_with(&word)
                })
        }
        _ => false,
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
