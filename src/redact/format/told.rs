//! Numbers told in a sentence, behind what they are and without a colon.
//!
//! ```text
//! Aadhaar no 4321 8765 0987 linked      a label of the rules that ends in "no"
//! Medicare no. 2951 47856 1
//! His PPS number is 1234567TA
//! MR# 4455667
//! Ward no 4; order number 881204        of a place, of a thing
//! ```

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::html::numbers;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::{FieldEffect, FieldRule};

/// The fewest digits of such a number.
const FEWEST: usize = 5;

/// The most words of a label before "no".
const WORDS: usize = 3;

/// A number, and the label that a sentence gives it.
#[derive(Debug)]
pub(super) struct Told {
    /// Normalised.
    pub(super) label: String,
    pub(super) rule: Arc<FieldRule>,
    pub(super) value: Range<usize>,
}

/// Whether a text has digits enough for one.
pub(super) fn may_tell(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).nth(FEWEST - 1).is_some()
}

/// The numbers of a line.
pub(super) fn find(ins: &Inspector, line: &str) -> Vec<Told> {
    static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let value = r"[A-Z]{0,4}[ -]?[0-9][0-9A-Z]*(?:[ /-][0-9]{3,}[0-9A-Z]*|[/-][0-9A-Z]{1,4}){0,5}(?: [0-9])?";
        Regex::new(&format!(r"(?:\b(?i:no|nos|number|num|id)\.?(?i: is| was)?|#) ?(?P<value>{value})\b")).ok()
    });
    let Some(told) = TOLD.as_ref().filter(|_| may_tell(line)) else { return Vec::new() };
    told.captures_iter(line)
        .filter_map(|found| {
            let (whole, value) = (found.get(0)?, found.name("value")?);
            let value = value.start() + (value.len() - value.as_str().trim_start().len())..value.end();
            let digits = line.get(value.clone())?.bytes().filter(u8::is_ascii_digit).count();
            let behind = line.get(value.end..)?;
            // A quantity, a time or a part of something longer.
            let goes_on =
                behind.starts_with(['.', ':', '%', '_', '@']) && !behind.starts_with(". ") && behind.len() > 1;
            if digits < FEWEST || goes_on {
                return None;
            }
            let head = whole.as_str().split([' ', '.']).next()?.trim_end_matches(|c: char| c.is_ascii_digit());
            let head = line.get(whole.start()..whole.start() + head.len())?;
            let before = line.get(..whole.start())?;
            let (label, rule) = named(ins, before, if head.starts_with('#') { "#" } else { head })?;
            // Detectors know them better, and say so.
            let detected =
                label.starts_with("nhs") || (label.starts_with("hospital") && !line.get(value.clone())?.contains(' '));
            if detected {
                return None;
            }
            Some(Told { label, rule, value })
        })
        .collect()
}

/// The longest label that ends at a number's word.
fn named(ins: &Inspector, before: &str, head: &str) -> Option<(String, Arc<FieldRule>)> {
    let glued = head == "#" && before.ends_with(|c: char| c.is_alphanumeric());
    if !glued && !before.ends_with(' ') {
        return None;
    }
    // Labels are short.
    let near = before.get(before.floor_char_boundary(before.len().saturating_sub(64))..)?.trim_end();
    let mut starts: Vec<usize> = near.rmatch_indices([' ', '(', ',']).map(|(at, _)| at + 1).take(WORDS).collect();
    if starts.len() < WORDS {
        starts.push(0);
    }
    starts.iter().rev().find_map(|start| {
        let words = near.get(*start..).filter(|words| !words.trim().is_empty())?;
        let label = normalise(&format!("{words} {head}"));
        let rule = ins.label_field(&label)?;
        let FieldEffect::Identifier { kind, .. } = &rule.effect else { return None };
        let number = numbers::is_number(*kind) || *kind == Kind::Other;
        (number && !matches!(kind, Kind::Visit | Kind::Accession | Kind::Phone | Kind::DateOfBirth))
            .then_some((label, rule))
    })
}
