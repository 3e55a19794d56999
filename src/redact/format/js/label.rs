//! Labels in programs: when a name beside a literal makes it a field.
//!
//! `name: "click"` and `address: "0x1f"` are what programs are made of. So a label counts only when the value looks like
//! what it says.

use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::remark::speaks_of_people;

/// Whether a literal looks like the field that its label names.
pub(in crate::redact) fn plausible(rule: &FieldRule, label: &str, value: &str) -> bool {
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return true };
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    if value.len() > 200 || normalise(value) == label {
        return false;
    }
    match kind {
        Kind::Name => is_persons(label) && is_name(label, value),
        Kind::Address if label.contains("address") && label.contains(" line") => {
            value.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) && value.contains(char::is_alphabetic)
        }
        Kind::Address => digits > 0 && value.contains(' ') && value.len() >= 8,
        Kind::Email => value.contains('@') && value.contains('.'),
        Kind::NhsNumber | Kind::Phone | Kind::Card => digits >= 9,
        Kind::DateOfBirth => digits >= 5,
        Kind::Postcode => {
            digits > 0 && (4..=12).contains(&value.len()) && value.bytes().all(|b| !b.is_ascii_lowercase())
        }
        Kind::Nino | Kind::Vehicle | Kind::Iban => {
            digits > 0 && value.len() >= 5 && value.bytes().any(|b| b.is_ascii_uppercase())
        }
        Kind::RecordId if is_random(value) => true,
        Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Accession
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Professional
        | Kind::BankAccount
        | Kind::Ssn
        | Kind::Zip
        | Kind::IpAddress => digits >= 4 && value.len() <= 40 && !value.contains(['{', '<', '%', '/', '(', '#']),
        Kind::Other => digits > 0,
    }
}

/// `x0e5vokh`: letters and digits mixed as no word of a program has them. `patient2` is one.
fn is_random(value: &str) -> bool {
    let mixed =
        value.as_bytes().windows(2).any(|w| matches!(w, [a, b] if a.is_ascii_digit() && b.is_ascii_lowercase()));
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (7..=12).contains(&value.len())
        && mixed
        && digits > 1
        && value.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
}

/// Whether a label says something of a person: what programs call `name`, `title` or `text` may be anything.
pub(super) fn tells(label: &str) -> bool {
    const WORDS: &[&str] =
        &["birth", "dob", "address", "postcode", "email", "mail", "mobile", "surname", "nino", "insurance"];
    is_persons(label) || names_a_number(label) || label.split(' ').any(|w| WORDS.contains(&w))
}

/// A label that speaks of a person, not of a thing that has a name.
fn is_persons(label: &str) -> bool {
    const WORDS: &[&str] = &[
        "patient",
        "surname",
        "forename",
        "forenames",
        "firstname",
        "lastname",
        "given",
        "family",
        "kin",
        "mother",
        "father",
        "carer",
        "maiden",
        "consultant",
        "gp",
        "clinician",
        "doctor",
        "nurse",
        "person",
        "fullname",
        "known",
        "preferred",
        "first",
        "last",
        "middle",
        "full",
        "alias",
        "contact",
        "guardian",
        "spouse",
        "ptname",
        "patname",
        "patientname",
    ];
    label.split(' ').any(|w| WORDS.contains(&w))
}

/// Words with capitals, none of them from the label ("lastName": "Last name").
fn is_name(label: &str, value: &str) -> bool {
    let mut words = value.split([' ', ',', '-']).filter(|w| !w.is_empty());
    let name = |w: &str| {
        w.starts_with(char::is_uppercase)
            && w.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '.'))
            && !label.split(' ').any(|l| l.eq_ignore_ascii_case(w))
    };
    value.split_whitespace().count() <= 5 && words.next().is_some_and(name) && words.all(name)
}

/// A label that says that a number beside it is a person's or a record's.
pub(super) fn names_a_number(label: &str) -> bool {
    const WORDS: &[&str] = &[
        "nhs",
        "patient",
        "pat",
        "pt",
        "hosp",
        "hospital",
        "mrn",
        "unit",
        "number",
        "no",
        "record",
        "pid",
        "chi",
        "hc",
        "nhi",
        "phone",
        "tel",
        "mobile",
        "visit",
        "episode",
        "encounter",
        "accession",
        "person",
        "district",
        "chart",
    ];
    label.split(' ').any(|w| WORDS.contains(&w))
}

/// Whether a literal is worth a look for a format inside: programs are full of fragments that are none.
pub(super) fn may_nest(text: &str) -> bool {
    let text = text.trim_start();
    if text.len() < 8 {
        return false;
    }
    let image = |t: &str| {
        let head = t.get(..32).unwrap_or(t).to_ascii_lowercase();
        [
            "data:image/",
            "data:font/",
            "data:application/font",
            "data:application/x-font",
            "data:audio/",
            "data:application/wasm",
        ]
        .iter()
        .any(|p| head.starts_with(p))
            && !head.starts_with("data:image/svg")
    };
    if image(text) {
        return false;
    }
    // Pictures of a program's own, packed as base64, stay.
    !["iVBORw0KGgo", "R0lGOD", "/9j/", "UklGR", "AAABAA", "d09G", "AAEAAAA", "T1RUTw", "AGFzbQ"]
        .iter()
        .any(|magic| text.starts_with(magic))
}

/// A licence or tool comment: its names and addresses are the authors'. With a long number in it, it is looked at all the
/// same.
pub(in crate::redact) fn is_banner(comment: &str) -> bool {
    const WORDS: &[&str] = &[
        "license",
        "licence",
        "copyright",
        "(c)",
        "©",
        "@author",
        "@preserve",
        "@cc_on",
        "sourcemappingurl",
        "sourceurl",
        "jshint",
        "eslint",
        "webpack",
        "istanbul",
        "@param",
        "@return",
        "@type",
        "@version",
        "@see",
        "github",
    ];
    let text = comment.get(..comment.len().min(4096)).unwrap_or(comment).to_lowercase();
    !has_long_number(comment)
        && (comment.starts_with("/*!") || comment.starts_with("//!") || WORDS.iter().any(|w| text.contains(w)))
}

/// A comment before any code that gives somebody's address: those are its authors.
pub(super) fn names_authors(comment: &str) -> bool {
    let address = |w: &str| w.contains('@') && w.ends_with('>');
    !has_long_number(comment)
        && !speaks_of_people(comment)
        && (comment.contains("author") || comment.split_whitespace().any(|w| w.starts_with('<') && address(w)))
}

/// Whether nine digits or more stand together, spaces and hyphens between them not counted.
pub(super) fn has_long_number(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, ' ' | '-')));
    numbers.any(|n| n.bytes().filter(u8::is_ascii_digit).count() >= 9)
}
