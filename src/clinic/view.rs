//! What templates and the product's own API see of a trust and of a patient. Ages and dates are written here, on the
//! server: a browser never computes with an identifier.

use serde_json::{Value, json};

use super::generate::TODAY;
use super::patient::{Patient, Series};
use super::reply::encode;
use super::trust::{Column, NhsStyle, Tailoring};
use super::written;

/// A trust, for templates.
pub(super) fn trust(t: &Tailoring) -> Value {
    json!({
        "id": t.id, "name": t.name, "hospital": t.hospital, "number_label": t.number_label, "nhs_label": t.nhs_label,
        "born_label": t.born_label, "address_label": t.address_label, "phone_label": t.phone_label,
        "kin_label": t.kin_label, "extra": t.extra, "extra_title": t.extra_title,
        "columns": t.columns.iter().map(|c| json!({ "id": column_id(*c), "title": column_title(*c, t) })).collect::<Vec<_>>(),
        "wards": super::lists::LISTS.wards.iter().map(|w| json!({ "code": w[0], "name": w[1] })).collect::<Vec<_>>(),
        "today": written::date(TODAY, t.dates),
    })
}

fn column_id(column: Column) -> &'static str {
    match column {
        Column::Name => "name",
        Column::Born => "born",
        Column::Sex => "sex",
        Column::Nhs => "nhs",
        Column::Number => "number",
        Column::Ward => "ward",
        Column::Consultant => "consultant",
        Column::Postcode => "postcode",
    }
}

fn column_title(column: Column, t: &Tailoring) -> &'static str {
    match column {
        Column::Name => "Patient",
        Column::Born => t.born_label,
        Column::Sex => "Sex",
        Column::Nhs => t.nhs_label,
        Column::Number => t.number_label,
        Column::Ward => "Ward",
        Column::Consultant => "Consultant",
        Column::Postcode => "Postcode",
    }
}

/// A patient as lists show them.
pub(super) fn row(p: &Patient, t: &Tailoring) -> Value {
    let link = written::link(p, t);
    json!({
        "seq": p.seq, "id": link, "href": format!("/patients/{}", encode(&link)), "row": p.row(), "record": p.record,
        "number": p.number, "nhs": written::nhs(&p.nhs, t.nhs_style), "nhs_plain": p.nhs,
        "nhs_parts": nhs_parts(&p.nhs), "name": written::name(p, t.names), "title": p.title, "forename": p.forename,
        "surname": p.surname, "upper": p.surname.to_uppercase(),
        "first_last": format!("{} {}", p.forename, p.surname),
        "initial": written::initial(&p.forename), "rest": p.forename.chars().skip(1).collect::<String>(),
        "sex": p.gender(), "born": written::date(p.born, t.dates), "born_iso": p.born.to_string(), "age": p.age(TODAY),
        "ward": p.ward, "ward_name": p.ward_name, "bed": p.bed, "consultant": p.consultant, "postcode": p.postcode,
        "visit": p.visit, "accession": p.accession, "marked": p.marked,
    })
}

fn nhs_parts(nhs: &str) -> Vec<String> {
    written::nhs(nhs, NhsStyle::Spaced).split(' ').map(str::to_owned).collect()
}

/// A patient as the chart shows them.
pub(super) fn chart(p: &Patient, t: &Tailoring) -> Value {
    let mut all = row(p, t);
    let more = json!({
        "middle": p.middle, "line": p.line, "town": p.town, "phone": p.phone, "mobile": p.mobile, "email": p.email,
        "nino": p.nino,
        "kin": {
            "name": format!("{} {} {}", p.kin.title, p.kin.forename, p.kin.surname), "relation": p.kin.relation,
            "phone": p.kin.phone, "forename": p.kin.forename, "surname": p.kin.surname,
        },
        "other": {
            "name": format!("{} {}", p.other.forename, p.other.surname), "relation": p.other.relation,
            "phone": p.other.phone, "forename": p.other.forename, "surname": p.other.surname,
        },
        "gp": { "name": p.gp.name, "practice": p.gp.practice, "address": p.gp.address, "phone": p.gp.phone },
        "admitted": written::date(p.admitted, t.dates), "allergy": p.allergy,
        "problems": p.problems.iter().map(|(problem, since)| json!({
            "code": problem.code, "term": problem.term, "since": format!("{}/{}", since.month(), since.year()),
        })).collect::<Vec<_>>(),
        "medicines": p.medicines.iter().map(|m| json!({
            "name": m[0], "dose": m[1], "route": m[2], "frequency": m[3], "for": m[4],
        })).collect::<Vec<_>>(),
        "results": p.results.iter().map(|s| series(s, t)).collect::<Vec<_>>(),
        "notes": p.notes.iter().map(|n| json!({
            "on": written::date(n.on, t.dates), "author": n.author, "text": n.text,
        })).collect::<Vec<_>>(),
        "documents": p.documents.iter().map(|d| json!({
            "id": d.id, "title": d.title, "on": written::date(d.on, t.dates),
            "type": super::pages::documents::extension(d.kind),
            "file": super::pages::documents::file_name(p, d.kind),
        })).collect::<Vec<_>>(),
        "csv_name": format!("{}-{}-results.csv", p.surname, p.forename),
    });
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
        all.extend(more);
    }
    all
}

/// The results of one test.
fn series(s: &Series, t: &Tailoring) -> Value {
    json!({
        "code": s.test.code, "name": s.test.name, "short": s.test.short, "unit": s.test.unit, "low": s.test.low,
        "high": s.test.high,
        "points": s.measurements.iter().map(|m| json!({
            "on": written::date(m.on, t.dates), "at": m.at(), "value": m.shown(&s.test), "flag": m.flag(&s.test),
        })).collect::<Vec<_>>(),
    })
}
