//! `[[detector]]`: how sure a detector must be to count, or a pattern of one's own.
//!
//! ```toml
//! [[detector]]
//! id = "postcode-surer"
//! use = "postcode"
//! threshold = 70
//! hit = "NW3 2QG"
//! miss = "T4 N1"
//!
//! [[detector]]
//! id = "unit-number"
//! pattern = '[A-Z]\d{6}'
//! kind = "hospital-number"
//! context = ["unit no", "unit number"]
//! hit = "Unit No H123456"
//! miss = "Batch H123456"
//! ```

use std::sync::Arc;

use super::field::kind_named;
use super::read::{At, Problems, Table};
use super::suggest;
use crate::redact::detect::pattern::PatternDetector;
use crate::redact::detect::{self, Detector};
use crate::redact::kind::Kind;

/// The confidence from which findings count where no rule says otherwise.
pub const THRESHOLD: u8 = 50;

/// A detector rule as its file says it.
#[derive(Debug, Clone)]
pub enum DetectorRule {
    /// A shipped one, by id.
    Shipped {
        /// Its id.
        name: String,
        /// Findings below are dropped; none: it does not look at all.
        threshold: Option<u8>,
    },
    /// A pattern.
    Pattern {
        /// The pattern, for people.
        pattern: String,
        /// What it finds.
        kind: Kind,
        /// It, compiled.
        detector: Arc<dyn Detector>,
    },
}

impl DetectorRule {
    /// Which, and how sure.
    pub fn summary(&self) -> (String, String) {
        match self {
            DetectorRule::Shipped { name, threshold: Some(n) } => (format!("use {name}"), format!("threshold {n}")),
            DetectorRule::Shipped { name, threshold: None } => (format!("use {name}"), "off".into()),
            DetectorRule::Pattern { pattern, kind, .. } => (format!("pattern {pattern}"), kind.to_string()),
        }
    }
}

/// Reads the own part of a `[[detector]]`.
pub fn read(table: &mut Table<'_>, id: &str, problems: &mut Problems) -> Option<DetectorRule> {
    let used = table.text("use", problems);
    let pattern = table.text("pattern", problems);
    match (used, pattern) {
        (Some(used), None) => shipped(table, &used, problems),
        (None, Some(pattern)) => own(table, id, &pattern, problems),
        (Some(_), Some(pattern)) => {
            let error = table.error(pattern.span, "a detector has either `use` or `pattern`");
            problems.push(error.help("write two rules"));
            None
        }
        (None, None) => {
            let error = table.error(table.span(), "the rule names no detector");
            problems.push(error.help("add `use = \"nhs-number\"`, or `pattern` and `kind`"));
            None
        }
    }
}

fn shipped(table: &mut Table<'_>, used: &At<String>, problems: &mut Problems) -> Option<DetectorRule> {
    let threshold = table.whole("threshold", 0..=100, problems);
    let off = table.flag("off", problems).unwrap_or(false);
    if !detect::ALL.iter().any(|e| e.id == used.value) {
        let known: Vec<&str> = detect::ALL.iter().map(|e| e.id).collect();
        let error = table.error(used.span.clone(), format!("unknown detector {:?}", used.value));
        problems.push(error.help(suggest::help(&used.value, &known)));
        return None;
    }
    let threshold = threshold.and_then(|t| u8::try_from(t.value).ok()).unwrap_or(THRESHOLD);
    Some(DetectorRule::Shipped { name: used.value.clone(), threshold: (!off).then_some(threshold) })
}

fn own(table: &mut Table<'_>, id: &str, pattern: &At<String>, problems: &mut Problems) -> Option<DetectorRule> {
    if !table.has("kind") {
        problems.push(table.missing("kind"));
    }
    let kind = table.text("kind", problems).and_then(|k| kind_named(table, &k, problems));
    let context: Vec<String> = table.texts("context", problems).into_iter().map(|t| t.value).collect();
    let confidence =
        table.whole("confidence", 1..=100, problems).and_then(|c| u8::try_from(c.value).ok()).unwrap_or(90);
    let kind = kind?;
    match PatternDetector::new(id, kind, &pattern.value, &context, confidence) {
        Ok(detector) => Some(DetectorRule::Pattern { pattern: pattern.value.clone(), kind, detector }),
        Err(reason) => {
            let error = table.error(pattern.span.clone(), reason);
            problems.push(error.help("a pattern needs a maximum length: [0-9]{6,8} rather than [0-9]+"));
            None
        }
    }
}
