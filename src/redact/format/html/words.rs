//! Labels and values: which words beside a text say what it is.

use std::sync::Arc;

use crate::redact::inspect::Inspector;
use crate::redact::label::{self, normalise};
use crate::redact::plan::FieldRule;

/// A label: its words, and the field rule that speaks of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Label {
    /// Normalised; empty when there is none.
    pub(super) words: String,
    /// What stands beside it.
    pub(super) field: Option<Arc<FieldRule>>,
}

impl Label {
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
    let find = |part: &str| {
        let words = normalise(part);
        if words.is_empty() {
            return None;
        }
        let field = if column { ins.column_field(&words) } else { ins.label_field(&words) };
        field.map(|field| Label { words, field: Some(field) })
    };
    find(text)
        .or_else(|| text.split_once('(').and_then(|(before, _)| find(before)))
        .or_else(|| text.split_once(',').and_then(|(before, _)| find(before)))
        .unwrap_or_else(|| Label { words: normalise(text), field: None })
}

/// The rule for the name or id of an element or control: `patient[nhsNumber]`, `ctl00_lblNhsNo`, `dob-day`.
pub(super) fn field_of_name(ins: &Inspector, name: &str) -> Option<Arc<FieldRule>> {
    if name.is_empty() || name.len() > 2 * label::MAX {
        return None;
    }
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
const PARTS: &[&str] = &[" day", " month", " year", " input", " field", " value", " text"];

/// Whether a text is an invitation to do something rather than a value ("Change name", "View record").
pub(super) fn is_action(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default();
    ACTIONS.iter().any(|a| first.eq_ignore_ascii_case(a))
}

const ACTIONS: &[&str] = &[
    "add", "amend", "back", "cancel", "change", "choose", "clear", "click", "close", "confirm", "copy", "create",
    "delete", "details", "download", "edit", "enter", "export", "find", "go", "help", "hide", "manage", "more", "new",
    "next", "open", "please", "previous", "print", "remove", "reset", "save", "search", "see", "select", "send", "set",
    "show", "sort", "submit", "undo", "update", "use", "view",
];
