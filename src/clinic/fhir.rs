//! FHIR R4: a patient, their observations, what the server can do.

use serde_json::{Value, json};

use super::patient::Patient;
use super::trust::{NhsStyle, Tailoring};
use super::written;

/// The Patient resource.
pub(super) fn patient(p: &Patient, t: &Tailoring) -> Value {
    let id = written::link(p, t);
    let mut given = vec![p.forename.clone()];
    given.extend(p.middle.clone());
    let full = format!("{} {}", p.forename, p.surname);
    let story = format!(
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><b>{}</b>, born {}, NHS {}</p><p>{}, {}</p></div>",
        text(&written::name(p, t.names)),
        written::long(p.born),
        written::nhs(&p.nhs, NhsStyle::Spaced),
        text(&p.line),
        p.postcode,
    );
    json!({
        "resourceType": "Patient",
        "id": id,
        "meta": { "versionId": "3", "lastUpdated": "2026-11-19T16:02:11Z", "security": marked(p) },
        "text": { "status": "generated", "div": story },
        "identifier": [
            { "use": "official", "system": "https://fhir.nhs.uk/Id/nhs-number", "value": p.nhs },
            { "use": "usual", "system": format!("https://{}.nhs.example/Id/local", t.id), "type": { "text": t.number_label },
              "value": p.number },
        ],
        "active": true,
        "name": [{ "use": "official", "text": full, "family": p.surname, "given": given, "prefix": [p.title] }],
        "telecom": [
            { "system": "phone", "use": "home", "value": p.phone },
            { "system": "phone", "use": "mobile", "value": p.mobile },
            { "system": "email", "value": p.email },
        ],
        "gender": p.gender(),
        "birthDate": p.born.to_string(),
        "address": [{ "use": "home", "text": format!("{}, {}, {}", p.line, p.town, p.postcode), "line": [p.line],
            "city": p.town, "postalCode": p.postcode, "country": "GB" }],
        "contact": Vec::from([&p.kin, &p.other]).iter().map(|r| json!({
            "relationship": [{ "text": r.relation }],
            "name": { "family": r.surname, "given": [r.forename], "prefix": [r.title] },
            "telecom": [{ "system": "phone", "value": r.phone }],
        })).collect::<Vec<_>>(),
        "generalPractitioner": [{ "display": p.gp.name }],
        "managingOrganization": { "display": t.name },
    })
}

fn marked(p: &Patient) -> Value {
    if p.marked {
        json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST" }])
    } else {
        json!([])
    }
}

/// A search set of the patient's observations; `code` narrows it to one LOINC code.
pub(super) fn observations(p: &Patient, t: &Tailoring, code: &str) -> Value {
    let id = written::link(p, t);
    let entries: Vec<Value> = p
        .results
        .iter()
        .filter(|s| code.is_empty() || s.test.code == code)
        .flat_map(|s| s.measurements.iter().enumerate().map(move |(i, m)| (s, i, m)))
        .map(|(s, i, m)| {
            let value: Value = serde_json::from_str(&m.shown(&s.test)).unwrap_or_default();
            json!({
                "fullUrl": format!("urn:hearthside:observation:{}-{i}", s.test.code),
                "resource": {
                    "resourceType": "Observation",
                    "id": format!("{}-{i}", s.test.code),
                    "status": "final",
                    "code": { "coding": [{ "system": "http://loinc.org", "code": s.test.code, "display": s.test.name }] },
                    "subject": { "reference": format!("Patient/{id}"), "display": written::name(p, t.names) },
                    "effectiveDateTime": m.at(),
                    "valueQuantity": { "value": value, "unit": s.test.unit, "system": "http://unitsofmeasure.org" },
                    "referenceRange": [{ "low": { "value": s.test.low }, "high": { "value": s.test.high } }],
                    "specimen": { "display": p.accession },
                },
            })
        })
        .collect();
    json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len(),
        "link": [{ "relation": "self", "url": format!("/fhir/Observation?patient={}", super::reply::encode(&id)) }],
        "entry": entries })
}

/// The capability statement.
pub(super) fn capabilities() -> Value {
    json!({
        "resourceType": "CapabilityStatement", "status": "active", "date": "2026-01-05", "kind": "instance",
        "software": { "name": "Hearthside", "version": "7.3.1" }, "fhirVersion": "4.0.1", "format": ["json"],
        "rest": [{ "mode": "server", "resource": [
            { "type": "Patient", "interaction": [{ "code": "read" }] },
            { "type": "Observation", "interaction": [{ "code": "search-type" }],
              "searchParam": [{ "name": "patient", "type": "reference" }, { "name": "code", "type": "token" }] },
        ] }],
    })
}

fn text(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;")
}
