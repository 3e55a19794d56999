//! The edit form: demographics, with a POST that saves.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Fields, chart, field, forged, no_patient};
use crate::clinic::patient::Patient;
use crate::clinic::reply::{Sending, encode};
use crate::clinic::server::System;
use crate::clinic::session::Session;

/// The longest value that a field takes.
const LONGEST: usize = 120;

pub(in crate::clinic) async fn form(
    State(system): State<System>,
    who: Session,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(patient) = system.find(&key) else { return no_patient() };
    show(&system, &who, &patient, &headers, None)
}

pub(in crate::clinic) async fn save(
    State(system): State<System>,
    who: Session,
    Path(key): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    if let Some(refusal) = forged(&fields, &who) {
        return refusal;
    }
    let Some(patient) = system.find(&key) else { return no_patient() };
    match changed(&patient, &fields) {
        Ok(new) => {
            let to = format!("/patients/{}?saved=1", encode(&system.link(&new)));
            system.replace(new);
            Redirect::to(&to).into_response()
        }
        Err(what) => {
            let mut again = show(&system, &who, &patient, &headers, Some(what));
            *again.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            again
        }
    }
}

fn show(system: &System, who: &Session, patient: &Arc<Patient>, headers: &HeaderMap, wrong: Option<&str>) -> Response {
    let mut values = chart::values(system, patient, "edit");
    if let Some(values) = values.as_object_mut() {
        values.insert("wrong".to_owned(), wrong.into());
    }
    system.page("edit.html", values, Some(who), Sending::Whole, headers)
}

/// The patient with what the form says.
fn changed(patient: &Patient, fields: &Fields) -> Result<Patient, &'static str> {
    let mut new = patient.clone();
    for (name, to, needed) in [
        ("title", &mut new.title, true),
        ("forename", &mut new.forename, true),
        ("surname", &mut new.surname, true),
        ("address", &mut new.line, true),
        ("town", &mut new.town, true),
        ("postcode", &mut new.postcode, true),
        ("phone", &mut new.phone, false),
        ("mobile", &mut new.mobile, false),
        ("email", &mut new.email, false),
    ] {
        let Some(value) = fields.get(name).map(|v| v.trim()) else { continue };
        if needed && value.is_empty() {
            return Err("Title, name, address and postcode cannot be empty.");
        }
        if value.len() > LONGEST || value.chars().any(char::is_control) {
            return Err("A value is too long or holds a character that is not allowed.");
        }
        value.clone_into(to);
    }
    let born = field(fields, "born");
    if !born.is_empty() {
        new.born = born.parse().map_err(|_| "The date of birth is written as year-month-day.")?;
    }
    Ok(new)
}
