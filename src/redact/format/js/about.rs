//! Whom data in a program is about: what makes an object, a row or the arguments of a call those of a patient's record.
//!
//! ```text
//! viewPatient(4471120)                     the name of the call says it
//! printLabel('RL6651284', 'Deniz Yildiz')  a record's number beside a name
//! {p: 'Summers, Ray', h: 'RFH331900'}      the same in an object
//! {name: 'April Jones', gender: 'M'}       who has a name and a sex
//! ```

use super::data::{Literal, Node, headers_of};
use super::label::plausible;
use crate::redact::beside::{is_code, may_be_name};
use crate::redact::detect::{date, gazetteer};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::{FieldEffect, FieldRule};

/// Whether a called name is about a patient's record, which its numbers then key.
pub(super) fn is_record_call(label: &str) -> bool {
    const RECORDS: &[&str] = &[
        "patient",
        "pat",
        "pid",
        "person",
        "record",
        "chart",
        "patients",
        "mrn",
        "nhs",
        "casenote",
        "relationships",
        "demographics",
    ];
    // `setPatientTabWidth(300)`, `patientPageSize(100)`, `recordCount(250)`.
    const MEASURES: &[&str] = &[
        "width", "height", "size", "count", "limit", "page", "timeout", "delay", "interval", "offset", "index",
        "total", "length", "max", "min", "color", "colour", "year", "axis", "series", "type", "options", "render",
        "draw", "data",
    ];
    let words = || label.split(' ');
    let glued =
        |w: &str| ["topatient", "showpatient", "openpatient", "gopatient", "selectpatient", "viewpatient"].contains(&w);
    words().any(|w| RECORDS.contains(&w) || glued(w)) && !words().any(|w| MEASURES.contains(&w))
}

/// `patient1Id`, `personAId`, `set_pid`: the key of a record, whatever stands between.
pub(super) fn is_record_key(label: &str) -> bool {
    const PEOPLE: &[&str] = &["patient", "pat", "pt", "person", "client", "participant", "subject"];
    const KEYS: &[&str] = &["id", "pk", "key", "no", "num", "number", "uid", "ids"];
    let counted: String = label.chars().filter(|c| !c.is_ascii_digit()).collect();
    let words: Vec<&str> = counted.split(' ').collect();
    let Some((last, before)) = words.split_last() else { return false };
    let whose = before.iter().rposition(|w| PEOPLE.contains(w));
    let near = whose.is_some_and(|at| before.iter().skip(at + 1).all(|w| w.len() <= 1));
    (KEYS.contains(last) && near) || matches!(*last, "pid" | "patid" | "ptid" | "patientid" | "personid")
}

/// What a value is, if it is anything of a person's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    /// It stands in quotes.
    pub(super) quoted: bool,
}

/// What the values of a row, or the arguments of a call, are to the person whom they are about. `record`: the call says that it is
/// about a record.
pub(super) fn judge(values: &[Value<'_>], record: bool) -> Vec<Option<Kind>> {
    // `popupChart(710, 1024, …)` says how large a window is: short numbers count alone, and in front.
    let short = |v: &Value<'_>| !v.quoted && v.text.len() < 5;
    let measures = values.iter().filter(|v| is_key(v, record) && short(v)).count() > 1
        || values.first().is_none_or(|first| !(is_key(first, record) && short(first)));
    let numbers: Vec<bool> = values.iter().map(|v| is_key(v, record) && !(measures && short(v))).collect();
    let mut names: Vec<bool> = values.iter().map(|v| v.quoted && may_be_name(v.text) && !is_acronym(v.text)).collect();
    // Beside "John Smith", "Current Appointment" is none.
    if values.iter().zip(&names).any(|(v, name)| *name && is_strong(v.text)) {
        names.iter_mut().zip(values).filter(|(_, v)| is_event(v.text)).for_each(|(name, _)| *name = false);
    }
    let code = |v: &Value<'_>| {
        let letters = v.text.bytes().filter(u8::is_ascii_alphabetic).count();
        let digits = v.text.bytes().filter(u8::is_ascii_digit).count();
        v.quoted && is_code(v.text) && !date::is_date(v.text) && (digits >= 7 || (letters > 0 && digits >= 5))
    };
    let numbered = numbers.iter().any(|n| *n);
    let neighbours = names.windows(2).any(|two| matches!(two, [true, true]));
    let named = values.iter().zip(&names).any(|(v, name)| *name && is_strong(v.text)) || neighbours;
    let is_person = if record { numbered } else { named && values.iter().any(code) };
    if !is_person {
        names.clear();
    }
    let kind = |(i, v): (usize, &Value<'_>)| {
        if numbers.get(i) == Some(&true) && (record || is_person) {
            Some(Kind::RecordId)
        } else if names.get(i) == Some(&true) {
            Some(Kind::Name)
        } else if is_person && v.quoted && is_birth(v.text) {
            Some(Kind::DateOfBirth)
        } else {
            None
        }
    };
    values.iter().enumerate().map(kind).collect()
}

/// `FBC, CRP`, `MFFD`: capitals that are nobody's name on the lists.
fn is_acronym(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let acronym = |word: &str| {
        let lower = word.to_lowercase();
        word.len() < 5
            && word.chars().all(char::is_uppercase)
            && !lists.is_forename(&lower)
            && !lists.is_surname(&lower)
    };
    text.split([' ', ',']).filter(|word| !word.is_empty()).all(acronym)
}

/// Two words and more that lists of names have.
fn is_strong(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<String> = text.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let known = |w: &String| lists.is_forename(w) || lists.is_surname(w);
    words.len() > 1 && words.iter().filter(|w| known(w)).count() > 1
}

/// Words of the language, none of them a forename, and not two that are names.
pub(super) fn is_ordinary(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words = || text.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_lowercase);
    // "X-ray"
    let named = |w: &String| !w.split('-').any(|part| part.len() == 1) && (lists.is_forename(w) || lists.is_surname(w));
    let alone = words().count() == 1 && words().any(|w| named(&w));
    words().all(|w| lists.is_word(&w) && !(named(&w) && lists.is_forename(&w))) && !alone && !is_strong(text)
}

/// "Current Appointment", "Video Call": what takes place; there are people called Current and Blood.
fn is_event(text: &str) -> bool {
    is_ordinary(text) && ends_as_event(text)
}

/// Words of the language, the last of them of what takes place: "Blood test", where a key says that it is of a sort.
pub(super) fn ends_as_event(text: &str) -> bool {
    const EVENTS: &[&str] = &[
        "appointment",
        "assessment",
        "call",
        "check",
        "consultation",
        "exam",
        "examination",
        "procedure",
        "review",
        "scan",
        "test",
        "therapy",
        "visit",
    ];
    let lists = gazetteer::shipped();
    let last = text.rsplit(' ').next().unwrap_or_default().to_lowercase();
    let words = text.split([' ', ',']).filter(|w| !w.is_empty()).all(|w| {
        let lower = w.to_lowercase();
        lists.is_word(&lower) && !lists.is_forename(&lower)
    });
    text.contains(' ') && words && EVENTS.contains(&last.as_str())
}

/// Three digits and more of a number, or a code of capitals and digits.
fn is_key(value: &Value<'_>, record: bool) -> bool {
    let text = value.text;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !value.quoted {
        return record && digits >= 3 && text.len() == digits;
    }
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || matches!(b, b'-' | b'/'));
    let letters = text.bytes().filter(u8::is_ascii_uppercase).count();
    let dated = date::is_date(text);
    if record { digits >= 3 && plain && letters <= 5 && text.len() <= 20 && !dated } else { is_code(text) && !dated }
}

/// An old date, and no more.
fn is_birth(text: &str) -> bool {
    date::is_date(text) && date::days(text).iter().all(|d| d.year <= 2012)
}

/// Whether a literal is about people: read as data then.
pub(super) fn is_about_people(ins: &Inspector, literal: &Literal, holder: &str, headers: &[String]) -> bool {
    About { ins, literal, headers }.node(&literal.root, holder)
}

/// Headers of which rules know at least two.
pub(super) fn are_headers(ins: &Inspector, headers: &[String]) -> bool {
    headers.iter().filter(|h| ins.column_field(h).is_some_and(|rule| rule.names_identifier())).count() > 1
}

/// So many values of a list are looked at.
const LISTED: usize = 8;

struct About<'a> {
    ins: &'a Inspector,
    literal: &'a Literal,
    headers: &'a [String],
}

impl About<'_> {
    fn text(&self, at: usize) -> &str {
        self.literal.scalars.get(at).map(|s| s.text.as_str()).unwrap_or_default()
    }

    fn node(&self, node: &Node, holder: &str) -> bool {
        match node {
            Node::Scalar(_) => false,
            Node::List(values) => {
                let row = values.len() > 1 && values.len() == self.headers.len();
                (row && values.iter().all(|v| matches!(v, Node::Scalar(_))))
                    || values.iter().any(|value| self.node(value, holder))
            }
            Node::Map(pairs) => {
                let headed = |node: &Node| headers_of(self.literal, node).is_some_and(|h| are_headers(self.ins, &h));
                let rows = |node: &Node| matches!(node, Node::List(v) if v.iter().all(|r| matches!(r, Node::List(_))));
                self.object(pairs, holder)
                    || (pairs.iter().any(|(_, v)| headed(v)) && pairs.iter().any(|(_, v)| rows(v)))
                    || pairs.iter().any(|(key, value)| self.node(value, &normalise(self.text(*key))))
            }
        }
    }

    fn object(&self, pairs: &[(usize, Node)], holder: &str) -> bool {
        // `full_name: ["Sandy Smith"]`: what a list holds is called as the list is.
        let held = |value: &Node| match value {
            Node::Scalar(at) => vec![*at],
            Node::List(values) => values.iter().take(LISTED).filter_map(scalar).collect(),
            Node::Map(_) => Vec::new(),
        };
        let scalars: Vec<(String, &str)> = pairs
            .iter()
            .flat_map(|(key, value)| held(value).into_iter().map(|at| (normalise(self.text(*key)), self.text(at))))
            .collect();
        let named = scalars.iter().any(|(key, value)| is_name_key(key) && is_capitalised(value));
        pairs.iter().any(|(key, value)| self.is_birth_in_parts(key, value))
            || scalars.iter().any(|(key, value)| self.identifies(key, holder, value))
            || scalars.iter().any(|(_, value)| is_reversed_name(value))
            || (named && scalars.iter().any(|(key, value)| is_sex(key, value) || is_age(key, value)))
            || (is_of_patients(holder) && scalars.iter().any(|(key, value)| key == "name" && is_written_name(value)))
            || self.labelled(&scalars)
    }

    /// `"date-of-birth": ["01", "06", "1960"]`
    fn is_birth_in_parts(&self, key: &usize, value: &Node) -> bool {
        let Node::List(parts) = value else { return false };
        let parts: Vec<&str> = parts.iter().filter_map(scalar).map(|at| self.text(at)).collect();
        let digits = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let year = |part: &&str| part.len() == 4 && matches!(part.get(..2), Some("18" | "19" | "20"));
        let born = |rule: &FieldRule| matches!(rule.effect, FieldEffect::Identifier { kind: Kind::DateOfBirth, .. });
        parts.len() == 3
            && parts.iter().all(digits)
            && parts.iter().filter(|part| year(part)).count() == 1
            && self.ins.label_field(&normalise(self.text(*key))).is_some_and(|rule| born(&rule))
    }

    /// A number or birth date under a label that rules know.
    fn identifies(&self, key: &str, holder: &str, value: &str) -> bool {
        let both = format!("{holder} {key}");
        let certain = |label: &str| {
            self.ins.label_field(label).filter(|rule| is_certain(rule) && plausible(rule, label, value)).is_some()
        };
        value.bytes().filter(u8::is_ascii_digit).count() >= 4
            && (certain(key) || (!holder.is_empty() && certain(&both)))
    }

    /// `{"displayName": "Last name", "value": "Kowal"}`
    fn labelled(&self, scalars: &[(String, &str)]) -> bool {
        const LABELS: &[&str] =
            &["label", "display name", "name", "title", "caption", "field", "header", "question", "key"];
        const VALUES: &[&str] = &["value", "val", "answer", "text", "display", "content"];
        let rule = scalars.iter().find_map(|(key, value)| {
            let label = normalise(value);
            let rule = LABELS.contains(&key.as_str()).then(|| self.ins.label_field(&label)).flatten()?;
            rule.names_identifier().then_some((rule, label))
        });
        rule.is_some_and(|(rule, label)| {
            scalars.iter().any(|(key, value)| VALUES.contains(&key.as_str()) && plausible(&rule, &label, value))
        })
    }
}

/// Where the text of a value that is no list and no object stands.
fn scalar(node: &Node) -> Option<usize> {
    match node {
        Node::Scalar(at) => Some(*at),
        Node::List(_) | Node::Map(_) => None,
    }
}

/// Kinds of which the value tells that somebody has it.
fn is_certain(rule: &FieldRule) -> bool {
    match &rule.effect {
        FieldEffect::Identifier { kind, .. } => matches!(
            kind,
            Kind::NhsNumber | Kind::HospitalNumber | Kind::RecordId | Kind::DateOfBirth | Kind::Nino | Kind::Ssn
        ),
        FieldEffect::Prose | FieldEffect::Keep => false,
    }
}

pub(super) fn is_name_key(key: &str) -> bool {
    matches!(key.rsplit(' ').next(), Some("name" | "display" | "patient" | "label" | "fullname" | "person"))
}

/// One to four words with capitals and nothing else: what a name looks like where its key says that one stands.
pub(super) fn is_capitalised(text: &str) -> bool {
    let words = text.split_whitespace();
    let word = |w: &str| {
        w.starts_with(char::is_uppercase)
            && w.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | ',' | '.'))
    };
    (1..=4).contains(&words.clone().count()) && words.clone().all(word) && text.len() <= 64
}

/// `var dataPatients = [`, `patient: {`; children are of trees, and clients of programs, too.
fn is_of_patients(holder: &str) -> bool {
    const PATIENTS: &[&str] = &["patient", "patients", "resident", "residents"];
    holder.rsplit(' ').next().is_some_and(|last| PATIENTS.contains(&last))
}

/// Two to four words of letters, and one of them no word of the language: "priya patel", "Hr. Westernhagen".
fn is_written_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<String> = text.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let plain = text.chars().all(|c| c.is_alphabetic() || " '’-.,".contains(c));
    (2..=4).contains(&words.len())
        && plain
        && words.iter().any(|w| !lists.is_word(w))
        && !words.iter().any(|w| lists.is_thing(w))
}

/// `age: 78`
fn is_age(key: &str, value: &str) -> bool {
    key == "age" && (1..=3).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit())
}

/// `gender: 'M'`
pub(super) fn is_sex(key: &str, value: &str) -> bool {
    let sexes = ["m", "f", "male", "female", "u", "unknown", "other", "indeterminate"];
    matches!(key.rsplit(' ').next(), Some("gender" | "sex")) && sexes.iter().any(|s| value.eq_ignore_ascii_case(s))
}

/// `Whitcombe, Janet`, `PARK, Ji-woo`: the family name first, and one of both on the lists.
pub(super) fn is_reversed_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let Some((family, given)) = text.split_once(", ") else { return false };
    let words = |part: &str| part.split([' ', '-']).map(str::to_lowercase).collect::<Vec<String>>();
    let (family_words, given_words) = (words(family), words(given));
    let known = family_words.iter().any(|w| lists.is_surname(w)) || given_words.iter().any(|w| lists.is_forename(w));
    let odd = |all: &[String]| all.iter().any(|w| !lists.is_word(w));
    let plain =
        |w: &str| w.starts_with(char::is_uppercase) && w.chars().all(|c| c.is_alphabetic() || " '-’.".contains(c));
    known
        && (odd(&family_words) || given_words.first().is_some_and(|w| lists.is_forename(w)))
        && family_words.len() <= 3
        && (1..=3).contains(&given_words.len())
        && plain(family)
        && plain(given)
        && !family_words.iter().chain(&given_words).any(|w| lists.is_thing(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(values: &[&str], record: bool) -> Vec<Option<Kind>> {
        let values: Vec<Value<'_>> = values.iter().map(|text| Value { text, quoted: true }).collect();
        judge(&values, record)
    }

    #[test]
    fn arguments_beside_a_record() {
        assert_eq!(judged(&["6161", "2285"], true), [Some(Kind::RecordId), Some(Kind::RecordId)]);
        assert_eq!(
            judged(&["7719", "PATIENCE", "Ebenezer"], true),
            [Some(Kind::RecordId), Some(Kind::Name), Some(Kind::Name)]
        );
        assert_eq!(judged(&["7719", "Allergies"], true), [Some(Kind::RecordId), None]);
        assert_eq!(judged(&["RL6651284", "Deniz Yildiz"], false), [Some(Kind::RecordId), Some(Kind::Name)]);
        assert_eq!(judged(&["RL6651284", "Discharge letter"], false), [None, None]);
        assert_eq!(judged(&["tabs", "300"], false), [None, None]);
    }

    #[test]
    fn labels_of_records() {
        for label in ["patient1 id", "patient1id", "person a id", "set pid", "pid", "pat no"] {
            assert!(is_record_key(label), "{label}");
        }
        for label in ["patient name id", "id", "ward id", "patient width"] {
            assert!(!is_record_key(label), "{label}");
        }
        assert!(is_record_call("open pat") && is_record_call("topatient") && !is_record_call("patient page size"));
    }
}
