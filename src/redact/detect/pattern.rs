//! Detectors that a rule set writes itself: a pattern, its kind, and words that must stand near.

use std::sync::Arc;

use regex::Regex;

use super::{Context, Detector};
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;
use crate::redact::label;

/// The longest text a pattern may match, in bytes.
pub const MAX_REACH: usize = 256;

/// A pattern of a rule set.
#[derive(Debug)]
pub struct PatternDetector {
    id: String,
    kind: Kind,
    pattern: Regex,
    context: Vec<String>,
    confidence: Confidence,
    reach: usize,
}

impl PatternDetector {
    /// Compiles a pattern. A capture group named `value` (or the first one) is what is found, else the whole match. With
    /// `context_words` (labels as people write them) one of them must be the label or stand in the words before.
    ///
    /// # Errors
    /// Says what is wrong: syntax, no maximum length, can match nothing, too large.
    #[allow(clippy::new_ret_no_self, reason = "plans hold detectors as trait objects only")]
    pub fn new(
        id: &str,
        kind: Kind,
        pattern: &str,
        context_words: &[String],
        confidence: Confidence,
    ) -> Result<Arc<dyn Detector>, String> {
        let reach = bounded(pattern)?;
        let pattern = regex::RegexBuilder::new(pattern)
            .size_limit(1 << 20)
            .build()
            .map_err(|e| format!("the pattern is too large or not a regular expression: {e}"))?;
        let context = context_words.iter().map(|w| label::normalise(w)).collect();
        Ok(Arc::new(Self { id: id.to_owned(), kind, pattern, context, confidence, reach }))
    }
}

/// The longest text that a pattern can match, in bytes.
///
/// # Errors
/// When it has none, or it is past [`MAX_REACH`], or the pattern can match the empty text.
pub fn bounded(pattern: &str) -> Result<usize, String> {
    bounded_by(pattern, MAX_REACH)
}

pub(super) fn bounded_by(pattern: &str, most: usize) -> Result<usize, String> {
    let hir = regex_syntax::parse(pattern).map_err(|e| format!("not a regular expression: {e}"))?;
    let properties = hir.properties();
    if properties.minimum_len().unwrap_or(0) == 0 {
        return Err("the pattern can match an empty text; make something in it required".into());
    }
    match properties.maximum_len() {
        None => Err("the pattern has no maximum length; write {1,20} instead of + or *".into()),
        Some(n) if n > most => Err(format!("the pattern can match {n} bytes; at most {most} are allowed")),
        Some(n) => Ok(n),
    }
}

impl Detector for PatternDetector {
    fn id(&self) -> &str {
        &self.id
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn reach(&self) -> usize {
        self.reach
    }

    fn wants(&self, _context: &Context<'_>) -> bool {
        true
    }

    fn find(&self, text: &str, context: &Context<'_>, out: &mut Vec<Finding>) {
        for groups in self.pattern.captures_iter(text) {
            let Some(found) = groups.name("value").or_else(|| groups.get(1)).or_else(|| groups.get(0)) else {
                continue;
            };
            let before = text.get(..found.start()).unwrap_or_default().to_lowercase();
            let near = self.context.is_empty()
                || self.context.iter().any(|w| context.place.label.contains(w.as_str()) || before.contains(w.as_str()));
            if near && !found.is_empty() {
                out.push(Finding {
                    range: found.range(),
                    kind: self.kind,
                    confidence: self.confidence,
                    finder: Finder::Detector(self.id.clone().into()),
                });
            }
        }
    }
}
