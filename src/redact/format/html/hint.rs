//! What an element is called: `class="patient-name"`, `id="ptBanner_DOB"`, `col-id="nhsNumber"`, `ng-bind="vm.patient.name"`.
//!
//! Programs name the places of a page for themselves, and those names say what stands there as well as a label would. Several
//! words may stand before (`patientHeaderPatientBirthdate`, `ctl00_Main_lblPostCode`, `banner__name`), a hash behind
//! (`PatientBanner_name__x7Gk2`). Such a name is a hint only: what stands there must look like what it says
//! ([`part`]), because `class="phone"` may be an icon and `class="dob"` a column's head.
//!
//! ```text
//! <span class="sp-patient__dob">14 Mar 1962</span>     a birth date
//! <div class="drug-name">Amoxicillin</div>             no person's name
//! ```

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::matcher::Element;
use super::name_parts;
use crate::redact::detect::{date, gazetteer};
use crate::redact::format::ends::name_ends;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::{FieldEffect, FieldRule};

/// Attributes in which programs name a place, the most telling first.
const NAMES: &[&str] = &[
    "data-field",
    "itemprop",
    "id",
    "col-id",
    "data-testid",
    "data-test",
    "data-test-id",
    "data-cy",
    "data-qa",
    "data-bind",
    "ng-bind",
    "v-text",
    "x-text",
    "data-col",
    "data-name",
    "field",
    "formcontrolname",
    "headers",
    "class",
];

/// The most names remembered; a page has a few hundred.
const MOST: usize = 2048;

/// The longest attribute that is taken apart.
const LONGEST: usize = 160;

/// How far inside an element that is called after a person other elements are about that person.
pub(super) const NEAR: u8 = 6;

/// What names have been seen, and what they said: pages repeat them row by row.
#[derive(Debug, Default)]
pub(super) struct Hints {
    far: HashMap<String, Option<Arc<FieldRule>>>,
    near: HashMap<String, Option<Arc<FieldRule>>>,
}

impl Hints {
    /// What an element is called after, if that is a field. `near`: an element around it is called after a person.
    pub(super) fn of(&mut self, ins: &Inspector, element: &Element<'_>, near: bool) -> Option<Arc<FieldRule>> {
        NAMES.iter().filter_map(|a| element.attr(a)).find_map(|value| self.look(ins, value, near))
    }

    fn look(&mut self, ins: &Inspector, value: &str, near: bool) -> Option<Arc<FieldRule>> {
        if value.is_empty() || value.len() > LONGEST {
            return None;
        }
        let seen = if near { &mut self.near } else { &mut self.far };
        if let Some(known) = seen.get(value) {
            return known.clone();
        }
        let near = near || value.split_ascii_whitespace().any(|token| about_person(&normalise(token)));
        let found = value.split_ascii_whitespace().find_map(|token| field_of(ins, token, near));
        if seen.len() < MOST {
            seen.insert(value.to_owned(), found.clone());
        }
        found
    }
}

/// Whether an element is called after a person, so that a `name` in it is that person's.
pub(super) fn of_person(element: &Element<'_>) -> bool {
    // `<select name="patient_id">` asks for one by its name alone, `<select name="patient_language">` for what she speaks.
    let asks = |name: &&str| {
        let words = normalise(name);
        about_person(words.strip_suffix(" id").unwrap_or(&words).rsplit(' ').next().unwrap_or_default())
    };
    let name = element.attr("name").filter(|name| element.name == "select" && name.len() <= LONGEST && asks(name));
    let names = ["id", "class", "data-testid", "itemtype"].iter().filter_map(|a| element.attr(a)).chain(name);
    names
        .filter(|v| v.len() <= LONGEST)
        .any(|v| v.split_ascii_whitespace().any(|token| about_person(&normalise(token))))
}

fn about_person(words: &str) -> bool {
    words.split(' ').any(|w| PERSONS.contains(&w))
}

const PERSONS: &[&str] = &[
    "patient",
    "patients",
    "pt",
    "pat",
    "demographics",
    "demographic",
    "demog",
    "participant",
    "client",
    "resident",
    "nok",
    "kin",
    "person",
    "lbl",
    "storyboard",
    "ptbanner",
    "patientbanner",
    "patientheader",
    "pds",
];

/// Parts of names that are about the place and not about what stands in it.
const PLACES: &[&str] = &[
    "value",
    "val",
    "text",
    "txt",
    "data",
    "field",
    "cell",
    "col",
    "column",
    "td",
    "item",
    "info",
    "display",
    "content",
    "container",
    "wrapper",
    "wrap",
    "row",
    "line",
    "block",
    "box",
    "group",
    "output",
    "span",
    "div",
    "string",
    "formatted",
    "full",
    "inner",
    "view",
    "readonly",
    "ro",
    "static",
    "bold",
    "large",
    "small",
    "main",
    "lg",
    "sm",
    "md",
    "xs",
];

/// Parts of names by which an element says that it is something beside the value.
const BESIDE: &[&str] = &[
    "label",
    "labels",
    "lbl",
    "heading",
    "header",
    "head",
    "title",
    "caption",
    "icon",
    "btn",
    "button",
    "input",
    "search",
    "filter",
    "sort",
    "link",
    "tooltip",
    "hint",
    "error",
    "help",
    "type",
    "status",
    "toggle",
    "menu",
    "list",
    "format",
    "unknown",
    "edit",
    "select",
    "checkbox",
    "image",
    "img",
    "photo",
    "avatar",
    "legend",
    "placeholder",
    "count",
    "action",
    "actions",
    "tab",
    "tabs",
    "form",
    "modal",
];

/// Single words that say what stands there wherever they are used.
const TELLING: &[&str] = &[
    "surname",
    "forename",
    "forenames",
    "lastname",
    "firstname",
    "middlename",
    "fullname",
    "nickname",
    "familyname",
    "givenname",
    "dob",
    "birthdate",
    "birthday",
    "dateofbirth",
    "nhsnumber",
    "nhsno",
    "nhs",
    "mrn",
    "hospno",
    "hospitalnumber",
    "ssn",
    "nino",
    "postcode",
    "patientname",
    "nok",
    "crn",
];

/// Single words that say it where a person is spoken of.
const NEAR_PERSON: &[&str] = &[
    "name",
    "names",
    "address",
    "phone",
    "telephone",
    "tel",
    "mobile",
    "fax",
    "email",
    "born",
    "zip",
    "landline",
    "identifier",
    "id",
];

/// Words before "name" that make it the name of a thing.
const THINGS: &[&str] = &[
    "app",
    "clinic",
    "drug",
    "facility",
    "field",
    "file",
    "firm",
    "form",
    "group",
    "hospital",
    "list",
    "location",
    "med",
    "medication",
    "order",
    "org",
    "organisation",
    "practice",
    "procedure",
    "product",
    "provider",
    "role",
    "service",
    "site",
    "staff",
    "system",
    "team",
    "test",
    "trust",
    "user",
    "ward",
    "worklist",
];

/// The field that a name ends with: the longest such ending counts.
fn field_of(ins: &Inspector, token: &str, near: bool) -> Option<Arc<FieldRule>> {
    let token = token.rsplit(['.', '$', ':']).find(|p| p.chars().any(char::is_alphabetic)).unwrap_or(token);
    let words = normalise(token);
    let mut words: Vec<&str> = words.split(' ').filter(|w| !w.is_empty()).collect();
    // A hash that a bundler put behind, a number of a row, and words about the place.
    while words.len() > 1
        && words.last().is_some_and(|w| PLACES.contains(w) || w.len() < 2 || w.bytes().any(|b| b.is_ascii_digit()))
    {
        words.pop();
    }
    let last = words.last()?;
    if BESIDE.contains(last) || words.len() > 12 {
        return None;
    }
    (0..words.len()).find_map(|from| {
        let rest = words.get(from..)?;
        if let [only] = rest {
            // `list-name`, `drug-name` in a table of patients.
            let thing = from.checked_sub(1).and_then(|n| words.get(n)).is_some_and(|w| THINGS.contains(w));
            if thing || !(TELLING.contains(only) || (near && NEAR_PERSON.contains(only))) {
                return None;
            }
        }
        let said = rest.join(" ");
        let rule =
            if said == "id" || said == "identifier" { ins.label_field("patient id") } else { ins.label_field(&said) };
        rule.filter(|r| matches!(r.effect, FieldEffect::Identifier { .. }) && said != "birth plan")
    })
}

/// The part of a text that is what a hint says of it: a date without the age around it, a number without the words before it.
/// None where nothing there looks like that.
pub(super) fn part(rule: &FieldRule, text: &str) -> Option<Range<usize>> {
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return None };
    let lead = text.len() - text.trim_start().len();
    let whole = lead..lead + text.trim().len();
    match kind {
        Kind::Name => {
            let to = name_ends(text).unwrap_or(whole.end);
            let name = text.get(..to)?;
            (is_name(name) && !name_parts::is_beside(name)).then_some(whole.start..to)
        }
        Kind::DateOfBirth => {
            date::find_all(text).into_iter().next().map(|(range, _)| range).filter(|_| text.len() <= 64)
        }
        _ if !fits(rule, text) => None,
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Ssn
        | Kind::Nino
        | Kind::Accession
        | Kind::Visit => {
            // "No. RF123456", "(10031A)"
            let digit = text.find(|c: char| c.is_ascii_digit())?;
            let from = text.get(..digit)?.rfind([' ', '(', '[', ':', '#']).map_or(whole.start, |at| at + 1);
            let to = text.get(..whole.end)?.trim_end_matches([')', ']', '.', ',']).len();
            (from < to).then_some(from..to)
        }
        Kind::Address
        | Kind::Postcode
        | Kind::Phone
        | Kind::Email
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Vehicle
        | Kind::Professional
        | Kind::BankAccount
        | Kind::Card
        | Kind::Iban
        | Kind::Zip
        | Kind::IpAddress
        | Kind::Other => Some(whole),
    }
}

/// The words that a label would have, as context for detectors where the text is not what the hint says.
pub(super) fn words(rule: &FieldRule) -> &'static str {
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return "" };
    match kind {
        Kind::NhsNumber => "nhs number",
        Kind::HospitalNumber | Kind::RecordId => "hospital number",
        Kind::DateOfBirth => "date of birth",
        Kind::Address => "address",
        Kind::Postcode => "postcode",
        Kind::Phone => "phone",
        Kind::Name
        | Kind::Nino
        | Kind::Email
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
        | Kind::Zip
        | Kind::IpAddress
        | Kind::Other => "",
    }
}

/// Whether a text looks like what a hint says of it.
fn fits(rule: &FieldRule, value: &str) -> bool {
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return false };
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let words = value.split_whitespace().count();
    match kind {
        Kind::Name => is_name(value),
        Kind::DateOfBirth => value.len() <= 48 && !date::find_all(value).is_empty(),
        Kind::Address => (digits > 0 || value.contains(',')) && words > 1 && words <= 24 && value.len() <= 200,
        Kind::Email => value.contains('@') && words == 1,
        Kind::NhsNumber | Kind::Phone | Kind::Card => digits >= 6 && value.len() <= 48,
        Kind::Postcode | Kind::Zip => digits > 0 && value.len() <= 12,
        Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::Accession
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Vehicle
        | Kind::Professional
        | Kind::BankAccount
        | Kind::Iban
        | Kind::Ssn
        | Kind::IpAddress => digits >= 3 && words <= 4 && value.len() <= 40,
        Kind::Other => digits > 0 && words <= 4,
    }
}

/// One to six words with capitals (or letters that have none), no digits, no sentence.
pub(super) fn is_name(value: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<&str> = value.split([' ', ',', '\u{a0}', '^', '(', ')']).filter(|w| !w.is_empty()).collect();
    let written = |w: &&str| w.chars().any(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()));
    let name = |w: &&str| {
        let w = w.to_lowercase();
        lists.is_forename(&w) || lists.is_surname(&w) || !lists.is_word(&w)
    };
    let plain = |c: char| {
        c.is_alphabetic() || matches!(c, ' ' | '\u{a0}' | ',' | '.' | '\'' | '’' | '-' | '(' | ')' | '^' | '·')
    };
    !words.is_empty()
        && words.len() <= 7
        && value.len() <= 96
        && value.chars().all(plain)
        && value.chars().filter(|c| c.is_alphabetic()).count() > 1
        && words.iter().any(name)
        && (words.iter().any(written)
            || words.iter().all(|w| !w.contains('-') && (lists.is_forename(w) || lists.is_surname(w)))
            // "xyzia brontwick": what no list knows is no word.
            || (words.len() > 1
                && words.iter().all(|w| w.len() > 3 && !w.contains('-') && !lists.is_word(w) && !lists.is_thing(w))))
        && !words.last().is_some_and(|w| lists.is_after(&w.to_lowercase()) && !lists.is_surname(&w.to_lowercase()))
}
