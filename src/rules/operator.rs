//! `[[operator]]`: what replaces a kind of identifier, where a person reads it and where a program does.
//!
//! ```toml
//! [[operator]]
//! id = "names-as-pseudonyms"
//! kind = ["name"]
//! shown = "pseudonym"
//! reference = "token"
//! hit = "Seen today: Mr John Smith"
//! miss = "Seen today: the patient"
//! ```

use std::sync::Arc;

use super::field::{kind_named, operator_named};
use super::read::{Problems, Table};
use crate::redact::kind::Kind;
use crate::redact::operator::Operator;

/// An operator rule as its file says it.
#[derive(Debug, Clone)]
pub struct OperatorRule {
    /// For which kinds.
    pub kinds: Vec<Kind>,
    /// Where a person reads it.
    pub shown: Option<Arc<dyn Operator>>,
    /// Where a program reads it and may send it back.
    pub reference: Option<Arc<dyn Operator>>,
}

impl OperatorRule {
    /// For which kinds, and what.
    pub fn summary(&self) -> (String, String) {
        let kinds: Vec<&str> = self.kinds.iter().map(|k| k.as_str()).collect();
        let part = |name: &str, op: &Option<Arc<dyn Operator>>| op.as_ref().map(|o| format!("{name} {}", o.id()));
        let parts: Vec<String> =
            [part("shown", &self.shown), part("reference", &self.reference)].into_iter().flatten().collect();
        (kinds.join(", "), parts.join(", "))
    }
}

/// Reads the own part of an `[[operator]]`.
pub fn read(table: &mut Table<'_>, _id: &str, problems: &mut Problems) -> Option<OperatorRule> {
    if !table.has("kind") {
        problems.push(table.missing("kind"));
    }
    let texts = table.texts("kind", problems);
    let kinds: Vec<Kind> = texts.iter().filter_map(|t| kind_named(table, t, problems)).collect();
    let shown = table.text("shown", problems);
    let reference = table.text("reference", problems);
    if shown.is_none() && reference.is_none() {
        let error = table.error(table.span(), "the rule names no operator");
        problems.push(error.help("add `shown = \"mask\"`, `reference = \"token\"`, or both"));
    }
    let shown = shown.and_then(|o| operator_named(table, &o, problems));
    let reference = reference.and_then(|o| operator_named(table, &o, problems));
    (!kinds.is_empty() && (shown.is_some() || reference.is_some())).then_some(OperatorRule { kinds, shown, reference })
}
