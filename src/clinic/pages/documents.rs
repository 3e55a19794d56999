//! Documents: a page around each, and the document itself as text, PDF or C-CDA.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;

use super::{chart, no_patient};
use crate::clinic::generate::TODAY;
use crate::clinic::patient::{DocumentKind, Patient};
use crate::clinic::reply::{self, Sending};
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::trust::{NhsStyle, Tailoring};
use crate::clinic::{cda, notes, pdf, written};

/// `txt`, `pdf` or `xml`.
pub(in crate::clinic) fn extension(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Text => "txt",
        DocumentKind::Letter => "pdf",
        DocumentKind::Cda => "xml",
    }
}

/// The name under which a document is sent; it names the patient, as they do.
pub(in crate::clinic) fn file_name(p: &Patient, kind: DocumentKind) -> String {
    format!("{}_{}_{}.{}", p.surname.to_uppercase(), p.forename, p.nhs, extension(kind))
}

pub(in crate::clinic) async fn page(
    State(system): State<System>,
    who: Session,
    Path((key, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(patient) = system.find(&key) else { return no_patient() };
    let Some(document) = patient.documents.iter().find(|d| d.id == id) else { return no_patient() };
    let mut values = chart::values(&system, &patient, "documents");
    if let Some(values) = values.as_object_mut() {
        let text = text(&patient, system.trust);
        let shown = json!({
            "id": document.id, "title": document.title, "on": written::date(document.on, system.trust.dates),
            "type": extension(document.kind), "file": file_name(&patient, document.kind), "text": text,
        });
        values.insert("doc".to_owned(), shown);
    }
    system.page("document.html", values, Some(&who), Sending::Whole, &headers)
}

pub(in crate::clinic) async fn raw(
    State(system): State<System>,
    _: Session,
    Path((key, id, _file)): Path<(String, String, String)>,
) -> Response {
    let Some(patient) = system.find(&key) else { return no_patient() };
    let Some(document) = patient.documents.iter().find(|d| d.id == id) else { return no_patient() };
    let name = file_name(&patient, document.kind);
    match document.kind {
        DocumentKind::Text => reply::file("text/plain; charset=utf-8", "inline", &name, text(&patient, system.trust)),
        DocumentKind::Letter => {
            let title = format!("Clinic letter {} {}", patient.forename, patient.surname);
            reply::file("application/pdf", "inline", &name, pdf::document(&title, &letter(&patient, system.trust)))
        }
        DocumentKind::Cda => reply::file("application/xml", "inline", &name, cda::document(&patient, system.trust)),
    }
}

/// The discharge summary.
fn text(p: &Patient, t: &Tailoring) -> String {
    let mut out = format!(
        "{}\nDISCHARGE SUMMARY\n\nPatient: {}\n{}: {}\n{}: {}\n{}: {}\n{}: {}, {}, {}\nGP: {}, {}\n\n",
        t.hospital,
        written::name(p, t.names),
        t.born_label,
        written::date(p.born, t.dates),
        t.nhs_label,
        written::nhs(&p.nhs, NhsStyle::Spaced),
        t.number_label,
        p.number,
        t.address_label,
        p.line,
        p.town,
        p.postcode,
        p.gp.name,
        p.gp.practice,
    );
    out.push_str(&notes::filled(
        "Dear colleague,\n\n{title} {surname} was under our care on this admission. {He} was admitted with shortness \
         of breath and treated with diuretics. {Forename} was seen by the heart failure nurse; {his} {kin_relation} \
         {kin_full} ({kin_phone}) was present.\n\nDiagnoses\n",
        p,
    ));
    for (problem, _) in &p.problems {
        out.push_str(&format!("  - {} ({})\n", problem.term, problem.code));
    }
    out.push_str("\nMedicines on discharge\n");
    for m in &p.medicines {
        out.push_str(&format!("  - {}: {} {} {}\n", m[0], m[1], m[2], m[3]));
    }
    out.push_str(&notes::filled(
        "\nFollow-up: six weeks, letter to {line}, {postcode}. Copy to {email}.\nSpell {number}/1 closed.\n",
        p,
    ));
    out
}

/// The lines of the clinic letter.
fn letter(p: &Patient, t: &Tailoring) -> Vec<String> {
    let mut lines = vec![
        t.hospital.to_owned(),
        written::long(TODAY),
        String::new(),
        format!("{} {} {}", p.title, p.forename, p.surname),
        p.line.clone(),
        format!("{}  {}", p.town, p.postcode),
        String::new(),
        format!(
            "{}: {}    NHS: {}    {}: {}",
            t.number_label,
            p.number,
            written::nhs(&p.nhs, NhsStyle::Spaced),
            t.born_label,
            written::slashes(p.born)
        ),
        String::new(),
        notes::filled("Dear {title} {surname},", p),
        String::new(),
    ];
    let body = notes::filled(
        "It was a pleasure to see you in clinic with your {kin_relation} {kin_forename}. Your blood tests are stable. \
         We will telephone you on {mobile} to arrange the next appointment. Please bring this letter, {forename}.",
        p,
    );
    let mut line = String::new();
    for word in body.split(' ') {
        if line.len() + word.len() > 84 {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.extend([line, String::new(), "Yours sincerely,".to_owned(), p.consultant.to_owned()]);
    lines
}
