//! `name=value` in a text that people read: what a page or a log shows of what it was sent.
//!
//! ```text
//! personName.givenName=Shahnaz                     a property is named by the last step of its path
//! GET /Patient?family=Okafor&given=Ada 200         the parameters of an address, up to the next
//! GET /rest/v1/patient/NUH0410087/encounters       the record that its path names
//! * name[0].family = "Mutheu"                       a path of steps, see `path_set`
//! ```
//!
//! A program sets things of its own in the same way (`surname=props.surname`, `csv.column.mrn=3`), so a value counts only when it is
//! written as somebody's is. What else stands in the text is left to those who read it as prose.

use std::ops::Range;
use std::sync::Arc;

use super::labelled::{ANYBODYS, last_step};
use super::path_set;
use super::url;
use crate::redact::beside::may_be_name;
use crate::redact::detect::date;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::{self, normalise};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::plausible::can_be;

/// The most signs looked at in one text.
const MOST: usize = 512;

/// The longest value, in bytes.
const LONGEST: usize = 120;

/// A value that is set, and by which name.
pub(super) struct Assigned {
    /// Where the name begins.
    pub(super) from: usize,
    pub(super) value: Range<usize>,
    pub(super) label: String,
    pub(super) rule: Arc<FieldRule>,
}

/// The values of people that a text sets, and the records that paths in it name, in order.
pub(super) fn find(ins: &Inspector, text: &str) -> Vec<Assigned> {
    let signs = memchr::memchr_iter(b'=', text.as_bytes()).take(MOST);
    let slashes = memchr::memchr_iter(b'/', text.as_bytes()).take(MOST);
    let mut found: Vec<Assigned> =
        signs.filter_map(|sign| at_sign(ins, text, sign).or_else(|| path_set::at_sign(ins, text, sign))).collect();
    found.extend(slashes.filter_map(|slash| in_path(ins, text, slash)));
    found.sort_by_key(|set| set.from);
    found
}

/// `/patient/NUH0410087`, from the second slash: a number with a hospital's letters. `/patients/2024-05-01` and `/patients/list2` are none.
fn in_path(ins: &Inspector, text: &str, slash: usize) -> Option<Assigned> {
    const OF: &[&str] = &["client", "clients", "patient", "patients", "person", "persons"];
    let owner = text.get(..slash)?;
    let owner = owner.get(owner.floor_char_boundary(slash.saturating_sub(10))..)?.rsplit_once('/')?.1;
    if !OF.iter().any(|of| owner.eq_ignore_ascii_case(of)) {
        return None;
    }
    let rest = text.get(slash + 1..)?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
    let number = rest.get(..end)?;
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let letters = number.bytes().filter(u8::is_ascii_uppercase).count();
    let dashes = number.matches('-').count();
    let written = digits > 4 && (1..=4).contains(&letters) && dashes < 3 && digits + letters + dashes == number.len();
    // `/patient/icon-2.PNG`
    let file = rest.get(end..).is_some_and(|behind| {
        behind.strip_prefix('.').is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric()))
    });
    let label = "patient id".to_owned();
    let rule = ins.label_field(&label).filter(|_| written && !file)?;
    Some(Assigned { from: slash + 1, value: slash + 1..slash + 1 + end, label, rule })
}

fn at_sign(ins: &Inspector, text: &str, sign: usize) -> Option<Assigned> {
    let before = text.get(..sign)?;
    let from = before.trim_end_matches(is_of_name).len();
    let name = before.get(from..).filter(|name| name.len() <= label::MAX && name.starts_with(char::is_alphabetic))?;
    let opens = before.get(..from)?.chars().next_back();
    let rest = text.get(sign + 1..)?;
    let rest = rest.get(..rest.floor_char_boundary(LONGEST))?;
    let asked = matches!(opens, Some('?' | '&'));
    let length = length(rest, asked);
    if let Some(set) = shown_element(ins, text, sign, name).or_else(|| of_record(ins, text, sign, name)) {
        return Some(set);
    }
    let parameter = asked || rest.get(length..)?.starts_with('&');
    if !parameter && !opens.is_none_or(|c| c.is_whitespace()) {
        return None;
    }
    let written = rest.get(..length).filter(|value| !value.is_empty())?;
    let label = normalise(name);
    let dotted = name.contains('.');
    // `surname=` alone is a cue of those who read names, and they see where one ends.
    let told = |rule: &FieldRule| matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Name, .. });
    let theirs = !dotted && !ANYBODYS.contains(&label.as_str());
    let own = ins.label_field(&label).filter(|rule| theirs && (label.contains(' ') || !told(rule)));
    let (label, rule) = match own {
        Some(rule) => (label, rule),
        None if parameter => {
            let near = before.get(before.floor_char_boundary(from.saturating_sub(64))..from)?.to_ascii_lowercase();
            // Anything has a name and an id; letters have a family, and programs are clients.
            let of_people = near.contains("patient") || near.contains("person");
            let of_things = ANYBODYS.contains(&label.as_str()) || label == "client id";
            let typeface = label == "family" && (near.contains("font") || near.contains("css"));
            ins.param_field(name).filter(|_| (of_people || !of_things) && !typeface).map(|rule| (label, rule))?
        }
        None if dotted => last_step(ins, name)?,
        None => return None,
    };
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return None };
    let read = if parameter { url::decode(written, true).0 } else { written.to_owned() };
    is_somebodys(*kind, &read).then(|| Assigned { from, value: sign + 1..sign + 1 + length, label, rule })
}

/// `<given value="Fergus"/>` in what a page shows of FHIR's XML: the element says what its value is.
fn shown_element(ins: &Inspector, text: &str, sign: usize, name: &str) -> Option<Assigned> {
    if name != "value" {
        return None;
    }
    let before = text.get(..sign.checked_sub(name.len())?)?.trim_end();
    let element = before.get(before.trim_end_matches(is_of_name).len()..)?;
    let from = before.len() - element.len();
    before.get(..from)?.strip_suffix('<')?;
    let value = text.get(sign + 1..)?.strip_prefix('"')?;
    let length = value.find('"').filter(|length| (1..=LONGEST).contains(length))?;
    let label = normalise(element);
    let rule = ins.param_field(element).filter(|_| !ANYBODYS.contains(&label.as_str()))?;
    let FieldEffect::Identifier { kind: kind @ (Kind::Name | Kind::DateOfBirth), .. } = &rule.effect else {
        return None;
    };
    let from_value = sign + 2;
    let range = from_value..from_value + length;
    can_be(*kind, text.get(range.clone())?).then(|| Assigned { from, value: range, label, rule })
}

/// `Patient[identifier=4108681274,name=…]`, as programs write records into logs.
fn of_record(ins: &Inspector, text: &str, sign: usize, name: &str) -> Option<Assigned> {
    const RECORDS: &[&str] = &["Patient", "PatientEntity", "Person", "PersonEntity", "Subject"];
    if !matches!(normalise(name).as_str(), "id" | "identifier" | "number" | "value") {
        return None;
    }
    let from = sign.checked_sub(name.len())?;
    let holder = text.get(..from)?.strip_suffix(['[', '(', '{'])?;
    let record = holder.get(holder.trim_end_matches(is_of_name).len()..)?;
    let value = text.get(sign + 1..)?.trim_start_matches(['"', '\'']);
    let at = text.len() - value.len();
    let length = value.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(value.len());
    let number = value.get(..length)?;
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    // A row's key is short, and a UUID is a program's.
    let written =
        digits > 5 && length <= 20 && !number.bytes().any(|b| b.is_ascii_lowercase()) && !date::is_date(number);
    let label = "patient identifier".to_owned();
    let rule = ins
        .label_field(&label)
        .filter(|_| written && RECORDS.contains(&record.rsplit('.').next().unwrap_or_default()))?;
    Some(Assigned { from, value: at..at + length, label, rule })
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// How long the value at the beginning of a text is: to the next parameter, a sign that ends it, or the next name that is set.
fn length(rest: &str, asked: bool) -> usize {
    let ends =
        ['&', ';', ',', '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', '|', '\n', '\r', '\t', '\u{1f}', '#'];
    let end = rest.find(ends).unwrap_or(rest.len());
    let value = rest.get(..end).unwrap_or_default();
    // `given=Ada Successful`: only a parameter that follows says that a space is of the value.
    let follows = rest.get(end..).is_some_and(|behind| behind.starts_with('&'));
    let set = value.find('=').map(|next| value.get(..next).unwrap_or_default().trim_end_matches(is_of_name));
    match set {
        Some(before) => before.trim_end().len(),
        None if follows || !value.contains(' ') => value.trim_end().len(),
        None => {
            // A line of its own, `address1=142 Abbeydale Road`, ends where the line does.
            let signs = ['\n', '\r', ',', ';', ')', ']', '}', '|'];
            let line = rest.get(end..).is_some_and(|behind| behind.is_empty() || behind.starts_with(signs));
            if line && !asked { value.trim_end().len() } else { value.find(' ').unwrap_or(value.len()) }
        }
    }
}

/// Whether a value is written as one of people is, and hardly as a program writes its own.
pub(super) fn is_somebodys(kind: Kind, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let plain = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, ' ' | '-' | '/' | '.' | '+');
    match kind {
        Kind::Name => may_be_name(value),
        Kind::DateOfBirth => date::is_date(value),
        Kind::Address => value.starts_with(|c: char| c.is_ascii_digit()) && value.contains(char::is_uppercase),
        Kind::Postcode => digits > 1 && value.len() <= 10 && value.contains(char::is_alphabetic) && can_be(kind, value),
        Kind::Zip => digits > 4 && value.len() <= 10,
        Kind::Email => value.contains('@'),
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::Phone
        | Kind::Accession
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Vehicle
        | Kind::Professional
        | Kind::BankAccount
        | Kind::Card
        | Kind::Iban
        | Kind::Ssn
        | Kind::IpAddress
        | Kind::Other => digits > 4 && value.chars().all(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_values_end() {
        for (asked, rest, want) in [
            (true, "Okafor&given=Ada 200", "Okafor"),
            (true, "Ada 200 OK, done", "Ada"),
            (true, "Janet Williams&dob=1962", "Janet Williams"),
            (false, "142 Abbeydale Road\nnext=1", "142 Abbeydale Road"),
            (false, "LS17 8EF country=GB", "LS17 8EF"),
            (false, "Williams, forename=Janet", "Williams"),
            (false, "Janet Mary, address=1", "Janet Mary"),
            (false, "", ""),
        ] {
            assert_eq!(rest.get(..length(rest, asked)), Some(want), "{rest}");
        }
    }

    #[test]
    fn what_programs_write() {
        for (kind, value) in [
            (Kind::Name, "props.surname"),
            (Kind::Name, "None"),
            (Kind::Name, "asthma"),
            (Kind::HospitalNumber, "PID.3"),
            (Kind::Other, "normal"),
            (Kind::DateOfBirth, "0.95"),
        ] {
            assert!(!is_somebodys(kind, value), "{value}");
        }
        assert!(is_somebodys(Kind::Name, "Shahnaz"));
        assert!(is_somebodys(Kind::HospitalNumber, "QHC-18840"));
    }
}
