//! Labels and values: which words beside a text say what it is.

use std::sync::Arc;

use crate::redact::beside::identifies;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::{self, normalise};
use crate::redact::own_number;
use crate::redact::plan::{FieldEffect, FieldRule};

/// A label: its words, and the field rule that speaks of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Label {
    /// Normalised; empty when there is none.
    pub(super) words: String,
    /// What stands beside it.
    pub(super) field: Option<Arc<FieldRule>>,
    /// It is what an element is called, not what stands beside it: the text must look like what it says.
    pub(super) hint: bool,
}

/// The kind of identifier that a rule names.
pub(super) fn kind_of(rule: &FieldRule) -> Option<Kind> {
    match &rule.effect {
        FieldEffect::Identifier { kind, .. } => Some(*kind),
        FieldEffect::Prose | FieldEffect::Keep => None,
    }
}

impl Label {
    /// A label without words, by what an element or control is called.
    pub(super) fn of_rule(field: Arc<FieldRule>, hint: bool) -> Self {
        Self { words: String::new(), field: Some(field), hint }
    }

    /// The same, of which only what looks like it is a value.
    pub(super) fn as_hint(&self) -> Self {
        Self { hint: true, ..self.clone() }
    }

    /// The kind of identifier that stands beside it.
    pub(super) fn kind(&self) -> Option<Kind> {
        self.field.as_deref().and_then(kind_of)
    }

    /// Whether a rule speaks of it.
    pub(super) fn known(&self) -> bool {
        self.field.is_some()
    }
}

/// The label that a text is, with its rule if there is one: as a whole, then without what stands in brackets or behind a
/// comma ("Date of birth (DOB)", "NHS number, sortable").
pub(super) fn label_of(ins: &Inspector, text: &str, column: bool) -> Label {
    let text = text.trim();
    if text.is_empty() || text.len() > 2 * label::MAX {
        return Label::default();
    }
    // "RiO ID: 1184207" is a label with its value: what follows it is none.
    if text.split_once(':').is_some_and(|(_, value)| value.bytes().filter(u8::is_ascii_digit).count() >= 3) {
        return Label { words: normalise(text), ..Label::default() };
    }
    let find = |part: &str| {
        let words = normalise(part);
        if words.is_empty() {
            return None;
        }
        let field = if column { ins.column_field(&words) } else { ins.label_field(&words) };
        field.map(|field| Label { words, field: Some(field), hint: false })
    };
    find(text)
        .or_else(|| text.split_once('(').filter(|(_, rest)| ends_there(rest)).and_then(|(before, _)| find(before)))
        .or_else(|| text.split_once(',').and_then(|(before, _)| find(before)))
        .or_else(|| of_parts(text, column, &find))
        .or_else(|| find(said_twice(&normalise(text))?))
        .or_else(|| of_control(ins, text))
        .unwrap_or_else(|| Label { words: normalise(text), ..Label::default() })
}

/// `First Name⏎first_name`: what a column is, and what the program calls it.
fn said_twice(words: &str) -> Option<&str> {
    let middle = words.len() / 2;
    let (once, again) = words.split_at_checked(middle)?;
    again.strip_prefix(' ').filter(|again| *again == once)
}

/// What a page of an error calls a control by its program's name: `ctl00$c$txtForename`.
fn of_control(ins: &Inspector, text: &str) -> Option<Label> {
    let named = text.contains('$') && !text.contains(char::is_whitespace) && text.starts_with(char::is_alphabetic);
    let field = field_of_name(ins, text).filter(|_| named)?;
    Some(Label { words: normalise(text), field: Some(field), hint: false })
}

/// The label of several things at once, `MRN / Name`, `Protocol ID - Subject ID`: a name among them stands in the text beside the others,
/// and so does a number. What is called a name alone is somebody's beside a number of theirs.
fn of_parts(text: &str, column: bool, find: &dyn Fn(&str) -> Option<Label>) -> Option<Label> {
    let sign = |c: char| matches!(c, '/' | '&' | '|' | '+' | '\n' | '\r' | '\t');
    let parts = text.split(" - ").flat_map(|part| part.split(sign)).map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.take(MOST_PARTS).collect();
    let found: Vec<Option<Label>> = parts.iter().map(|part| find(part)).collect();
    // "Insurer / membership no."
    if let ([first, Some(last)], false) = (found.as_slice(), column)
        && first.as_ref().is_none_or(|label| label.kind().is_none())
        && last.kind().is_some_and(Kind::has_digits)
        && parts.first().is_some_and(|first| INSURERS.contains(&normalise(first).as_str()))
    {
        return Some(Label { words: normalise(text), ..last.clone() });
    }
    // Of what is no column's, a trail of pages (`Home / Patient`) looks the same.
    if found.len() < 2 || !(column || found.iter().all(Option::is_some)) {
        return None;
    }
    let is = |label: &&Label, wanted: fn(Kind) -> bool| label.kind().is_some_and(wanted);
    let known = || found.iter().flatten();
    let number = known().find(|label| is(label, identifies));
    // "Patient / Ward", "Patient / Test": what stands there may be either.
    let of_person = |label: &&Label| {
        number.is_some() || label.words != "name" && label.words.split(' ').any(|w| w.ends_with("name"))
    };
    let name = known().find(|label| is(label, |kind| kind == Kind::Name) && of_person(label));
    // "MRN / Type": the other is none of theirs.
    let numbers = || {
        parts.iter().all(|part| {
            let words = normalise(part);
            [" id", " ids", " no", " number"].iter().any(|end| words.ends_with(end))
        })
    };
    let field = name.or(number.filter(|_| numbers()))?.field.clone();
    // Beside a number that nothing else would tell, all of it is theirs.
    Some(Label { words: normalise(text), field, hint: name.is_none() || number.is_none() })
}

/// Who gives the number that a label speaks of as well.
const INSURERS: &[&str] = &["fund", "insurance", "insurance company", "insurer", "payer", "scheme"];

/// The most things that one label speaks of.
const MOST_PARTS: usize = 4;

/// Whether words in running text are the end of an address, and another label behind that: "(53 Victoria) Street, Oxford Clinic date". The words
/// behind the comma of a label say more of it: they are small, or one, or speak of addresses.
fn ends_an_address(words: &str) -> bool {
    let Some((before, behind)) = words.split_once(',') else { return false };
    const ROADS: &[&str] = &["avenue", "close", "drive", "lane", "place", "road", "square", "street", "terrace", "way"];
    const OF_ADDRESS: &[&str] = &[
        "address",
        "apartment",
        "building",
        "city",
        "code",
        "country",
        "county",
        "district",
        "flat",
        "floor",
        "house",
        "line",
        "locality",
        "name",
        "number",
        "parish",
        "post",
        "postcode",
        "province",
        "region",
        "state",
        "suburb",
        "suite",
        "town",
        "unit",
        "village",
        "zip",
    ];
    let words: Vec<&str> = behind.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let capital = words.first().is_some_and(|word| word.starts_with(char::is_uppercase));
    ROADS.contains(&normalise(before).as_str())
        && capital
        && words.len() > 1
        && !words.iter().any(|word| OF_ADDRESS.contains(&word.to_lowercase().as_str()))
}

/// Nothing but a sign stands behind the bracket.
fn ends_there(rest: &str) -> bool {
    rest.split_once([')', ']']).is_none_or(|(_, behind)| !behind.chars().any(char::is_alphanumeric))
}

/// The rule for the name or id of an element or control: `patient[nhsNumber]`, `ctl00_lblNhsNo`, `dob-day`.
pub(super) fn field_of_name(ins: &Inspector, name: &str) -> Option<Arc<FieldRule>> {
    if name.is_empty() || name.len() > 2 * label::MAX {
        return None;
    }
    // `date_of_birth(3i)`: a part of a date.
    let name = name.trim_end_matches(']');
    let name =
        name.rsplit_once('(').filter(|(_, part)| part.len() <= 4 && part.ends_with("i)")).map_or(name, |(n, _)| n);
    let last = name.trim_end_matches("[]").rsplit(['$', ':', '.', '[']).find(|p| p.chars().any(char::is_alphanumeric));
    let last = last.unwrap_or(name).trim_end_matches(']');
    ins.param_field(name).or_else(|| {
        let words = normalise(last);
        let mut words = words.as_str();
        loop {
            if let Some(found) = ins.label_field(words) {
                return Some(found);
            }
            let stripped = PREFIXES.iter().find_map(|p| words.strip_prefix(p)).or_else(|| {
                // ASP.NET's `ctl00_`
                words.strip_prefix("ctl").and_then(|w| w.split_once(' ')).map(|(_, rest)| rest)
            });
            match stripped.or_else(|| PARTS.iter().find_map(|p| words.strip_suffix(p))) {
                Some(rest) => words = rest,
                None => {
                    // `patient[dateOfBirth][day]`: a part of what the name before it says.
                    let before = PARTS.iter().any(|p| p.trim_start() == words).then(|| name.rsplit_once('['))??.0;
                    return if before.len() < name.len() { field_of_name(ins, before) } else { None };
                }
            }
        }
    })
}

const PREFIXES: &[&str] = &["lbl ", "txt ", "fld ", "hdn ", "hid ", "ddl ", "spn ", "val ", "input ", "field "];
const PARTS: &[&str] =
    &[" day", " month", " year", " input", " field", " value", " text", " d", " m", " y", " dd", " mm", " yyyy"];

/// Whether a text is an invitation to do something rather than a value ("Change name", "View record").
pub(super) fn is_action(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default();
    ACTIONS.iter().any(|a| first.eq_ignore_ascii_case(a))
}

const ACTIONS: &[&str] = &[
    "add", "admit", "amend", "back", "begin", "book", "cancel", "change", "choose", "clear", "click", "close",
    "confirm", "copy", "create", "delete", "details", "download", "edit", "enter", "export", "find", "go", "help",
    "hide", "less", "link", "manage", "more", "new", "next", "open", "order", "please", "previous", "print", "record",
    "register", "remove", "request", "reset", "save", "search", "see", "select", "send", "set", "show", "sort",
    "start", "submit", "undo", "update", "use", "view",
];

/// A label that a rule knows at the end of a text (`Ward 3. NHS number:`), without its colon.
pub(super) fn label_at_end(ins: &Inspector, before: &str) -> Option<Label> {
    before_colon(ins, before).map(|(_, label)| label).filter(Label::known)
}

/// The label that ends at a colon: the longest of the last six words that a rule knows; or, at the very beginning, a few
/// words that no rule knows, as context.
pub(super) fn before_colon(ins: &Inspector, before: &str) -> Option<(usize, Label)> {
    let before = before.trim_end();
    if let Some(key) = label::quoted_key(before) {
        let label = label_of(ins, before.get(key.clone())?, false);
        if label.known() {
            return Some((key.start - 1, label));
        }
        // `"family":"Quelch","given":[`: what stands before a member of an object is another member, and no part of its key.
        let outside = before.get(..key.start - 1)?.trim_end();
        if outside.is_empty() || outside.ends_with(['{', ',', '[']) {
            return None;
        }
    }
    let mut starts: Vec<usize> = Vec::new();
    let mut end = before.len();
    while starts.len() < 6 && before.len() - end < label::MAX {
        let from = before.get(..end)?.rfind([' ', '|', ';', '•', '·']).map_or(0, |p| p + 1);
        let from = if before.is_char_boundary(from) { from } else { end };
        if from < end {
            starts.push(from);
        }
        let Some(rest) = before.get(..from.saturating_sub(1)) else { break };
        if from == 0 || !rest.is_char_boundary(rest.len()) {
            break;
        }
        end = rest.trim_end().len();
        if end == 0 {
            break;
        }
    }
    for &from in starts.iter().rev() {
        let words = before.get(from..)?;
        if ends_an_address(words) {
            continue;
        }
        let label = label_of(ins, words, false);
        // "Customer code" is no code that programs have.
        let kept = label.field.as_deref().is_some_and(|rule| matches!(rule.effect, FieldEffect::Keep));
        if from > 0 && kept && own_number::is_called(before) {
            continue;
        }
        let before = before.get(..from)?;
        if label.known() && !label::names_a_thing(&label.words, before) && !is_anybody(&label.words, before) {
            return Some((from, label));
        }
    }
    if let Some(&from) = starts.first() {
        let words = normalise(before.get(from..)?);
        if from > 0 && OTHER_LABELS.contains(&words.as_str()) {
            return Some((from, Label { words, ..Label::default() }));
        }
    }
    let whole = before.trim();
    let short = whole.len() <= 40 && whole.split(' ').count() <= 5 && whole.chars().all(|c| !c.is_ascii_digit());
    let words = normalise(whole);
    (short && !words.is_empty()).then_some((0, Label { words, ..Label::default() }))
}

/// "or register a new patient:" speaks of nobody yet.
fn is_anybody(label: &str, before: &str) -> bool {
    const ANY: &[&str] = &["a", "an", "another", "any", "each", "every", "new", "no"];
    let last = before.trim_end().rsplit(' ').next().unwrap_or_default();
    matches!(label, "patient" | "client" | "participant" | "resident")
        && ANY.iter().any(|a| last.eq_ignore_ascii_case(a))
}

/// Words that end the value before them when a colon follows, although no rule speaks of them.
const OTHER_LABELS: &[&str] = &[
    "admitted",
    "age",
    "alerts",
    "allergies",
    "allergy",
    "bed",
    "bmi",
    "clinic",
    "consultant",
    "date",
    "department",
    "diagnosis",
    "discharged",
    "ethnicity",
    "gender",
    "gp",
    "height",
    "hospital",
    "language",
    "location",
    "note",
    "notes",
    "occupation",
    "practice",
    "priority",
    "reason",
    "referral",
    "religion",
    "result",
    "results",
    "room",
    "seen",
    "sex",
    "site",
    "speciality",
    "specialty",
    "status",
    "team",
    "time",
    "title",
    "type",
    "ward",
    "weight",
];

/// What sentences have and addresses have not.
const OF_SENTENCES: &[&str] = &[
    "are", "be", "been", "did", "does", "had", "has", "have", "he", "her", "his", "is", "not", "please", "said",
    "seen", "she", "should", "that", "their", "they", "this", "was", "we", "were", "which", "who", "will", "would",
    "you",
];

/// Whether a line is of running text: `Furosemide was continued.` is no line of an address, whatever stood above it.
pub(super) fn is_prose(line: &str) -> bool {
    let word = |w: &str| w.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    line.split_whitespace()
        .skip(1)
        .any(|w| w.starts_with(char::is_lowercase) && OF_SENTENCES.contains(&word(w).as_str()))
}

/// Whether a label's values go on line by line.
pub(super) fn has_lines(label: &Label) -> bool {
    label.field.as_ref().is_some_and(|f| matches!(f.effect, FieldEffect::Identifier { kind: Kind::Address, .. }))
}
