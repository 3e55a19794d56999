//! The chart: banner and tabs.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::no_patient;
use crate::clinic::patient::Patient;
use crate::clinic::reply::{self, Sending, encode};
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::{view, written};

/// The tabs after the summary: path, title, template, how it is sent.
const TABS: [(&str, &str, &str, Sending); 6] = [
    ("problems", "Problems", "problems.html", Sending::Whole),
    ("medicines", "Medicines", "medicines.html", Sending::NoLength),
    ("results", "Results", "results.html", Sending::Brotli),
    ("notes", "Notes", "notes.html", Sending::Chunks),
    ("documents", "Documents", "documents.html", Sending::Gzip),
    ("vitals", "Vitals", "vitals.html", Sending::Whole),
];

pub(in crate::clinic) async fn summary(
    State(system): State<System>,
    who: Session,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(patient) = system.find(&key) else { return no_patient() };
    show(&system, &who, &patient, ("", "summary.html", Sending::Whole), &headers)
}

pub(in crate::clinic) async fn tab(
    State(system): State<System>,
    who: Session,
    Path((key, tab)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some((path, _, template, sending)) = TABS.iter().find(|t| t.0 == tab) else { return no_patient() };
    let Some(patient) = system.find(&key) else { return no_patient() };
    show(&system, &who, &patient, (path, template, *sending), &headers)
}

fn show(
    system: &System,
    who: &Session,
    patient: &Arc<Patient>,
    (tab, template, sending): (&str, &str, Sending),
    headers: &HeaderMap,
) -> Response {
    let mut response = system.page(template, values(system, patient, tab), Some(who), sending, headers);
    name_in_headers(&mut response, system, patient);
    response
}

/// What every page of a chart needs.
pub(in crate::clinic) fn values(system: &System, patient: &Patient, tab: &str) -> Value {
    let tabs: Vec<Value> = std::iter::once(json!({ "path": "", "title": "Summary", "on": tab.is_empty() }))
        .chain(
            TABS.iter()
                .map(|(path, title, _, _)| json!({ "path": format!("/{path}"), "title": title, "on": *path == tab })),
        )
        .collect();
    json!({ "p": view::chart(patient, system.trust), "tabs": tabs, "photo": photo(patient) })
}

/// Headers as real systems send them: for logs, for a portal before it, for the next page.
fn name_in_headers(response: &mut Response, system: &System, p: &Patient) {
    let link = encode(&system.link(p));
    let ascii: String = p.surname.chars().filter(char::is_ascii).collect();
    reply::set(response, "x-patient-name", &format!("{}^{}", ascii.to_uppercase(), written::plain(&p.forename)));
    reply::set(response, "x-record-id", &p.record);
    reply::set(response, "x-nhs-number", &p.nhs);
    reply::set(response, header::LINK.as_str(), &format!("</fhir/Patient/{link}>; rel=\"describedby\""));
    reply::set(response, "server-timing", &format!("db;desc=\"chart {}\";dur=12.4", p.record));
    reply::set(response, header::ETAG.as_str(), &format!("\"{}-{}\"", p.nhs, p.notes.len()));
    reply::set(response, header::SET_COOKIE.as_str(), &format!("recent={link}; Path=/; SameSite=Lax"));
}

/// A drawn portrait as a `data:` URL, with the patient's name in it.
fn photo(p: &Patient) -> String {
    let colour = ["#5b7fa6", "#7a6a9b", "#4f8a7b", "#a0715e"].get(p.seq % 4).copied().unwrap_or("#5b7fa6");
    let name = format!("{} {}", p.forename, p.surname).replace('&', "&amp;").replace('<', "&lt;");
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><title>{name}</title>\
         <desc>Photograph of {name}, NHS {}</desc><rect width=\"64\" height=\"64\" fill=\"{colour}\"/>\
         <circle cx=\"32\" cy=\"25\" r=\"12\" fill=\"#fff\"/><path d=\"M10 64a22 22 0 0 1 44 0z\" fill=\"#fff\"/></svg>",
        p.nhs
    );
    format!("data:image/svg+xml;base64,{}", BASE64.encode(svg.as_bytes()))
}
