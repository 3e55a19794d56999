//! What leaves the product as a file or on paper.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Fields, chart, list, no_patient};
use crate::clinic::patient::Patient;
use crate::clinic::reply::{self, Sending};
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::written;

const CSV: &str = "text/csv; charset=utf-8";

/// The register as CSV.
pub(in crate::clinic) async fn register(
    State(system): State<System>,
    _: Session,
    Query(query): Query<Fields>,
) -> Response {
    csv(&system, &list::search(&system, &query))
}

/// Patients as CSV.
pub(super) fn csv(system: &System, patients: &[Arc<Patient>]) -> Response {
    let t = system.trust;
    let mut out = line(&[
        "Surname",
        "Forename",
        t.born_label,
        t.nhs_label,
        t.number_label,
        "Address",
        "Postcode",
        t.phone_label,
        "Ward",
    ]);
    for p in patients {
        let born = written::date(p.born, t.dates);
        let nhs = written::nhs(&p.nhs, t.nhs_style);
        out.push_str(&line(&[
            &p.surname,
            &p.forename,
            &born,
            &nhs,
            &p.number,
            &p.line,
            &p.postcode,
            &p.mobile,
            p.ward,
        ]));
    }
    reply::file(CSV, "attachment", "patients.csv", out)
}

/// A patient's results as CSV, under the patient's name.
pub(in crate::clinic) async fn results(State(system): State<System>, _: Session, Path(key): Path<String>) -> Response {
    let Some(p) = system.find(&key) else { return no_patient() };
    let name = format!("{} {}", p.forename, p.surname);
    let mut out = line(&["Patient", system.trust.nhs_label, "Test", "Collected", "Result", "Unit"]);
    for series in &p.results {
        for m in &series.measurements {
            out.push_str(&line(&[&name, &p.nhs, series.test.name, &m.at(), &m.shown(&series.test), series.test.unit]));
        }
    }
    reply::file(CSV, "attachment", &format!("{} {} {}.csv", p.surname.to_uppercase(), p.forename, p.nhs), out)
}

/// A page for paper, which prints itself when it is loaded.
pub(in crate::clinic) async fn print(
    State(system): State<System>,
    who: Session,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(p) = system.find(&key) else { return no_patient() };
    system.page("print.html", chart::values(&system, &p, "print"), Some(&who), Sending::Whole, &headers)
}

fn line(cells: &[&str]) -> String {
    let quoted: Vec<String> = cells
        .iter()
        .map(|c| if c.contains([',', '"', '\n']) { format!("\"{}\"", c.replace('"', "\"\"")) } else { (*c).to_owned() })
        .collect();
    format!("{}\r\n", quoted.join(","))
}
