//! Numbers told in a sentence, behind what they are and without a colon.
//!
//! ```text
//! Aadhaar no 4321 8765 0987 linked      a label of the rules that ends in "no"
//! Medicare no. 2951 47856 1
//! His PPS number is 1234567TA
//! MR# 4455667
//! Ward no 4; order number 881204        of a place, of a thing
//! ```

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::finding::{Finder, Finding};
use super::format::html::numbers;
use super::inspect::Inspector;
use super::kind::Kind;
use super::label::normalise;
use super::overlap::overlap;
use super::plan::{FieldEffect, FieldRule};

/// The fewest digits of such a number.
const FEWEST: usize = 5;

/// The most words of a label before "no".
const WORDS: usize = 3;

/// Words of labels that say whose a number is only in what is about somebody: a hospital has policies, accounts and studies of its own.
const ANYBODYS: &[&str] = &[
    "account",
    "acct",
    "card",
    "case",
    "client",
    "file",
    "folder",
    "group",
    "id",
    "member",
    "membership",
    "policy",
    "program",
    "programme",
    "ref",
    "reference",
    "register",
    "registration",
    "scheme",
    "study",
    "trial",
    "unit",
];

/// The numbers that a text tells and that nothing has found so far. `somebody`: it is about a person.
pub(super) fn find(ins: &Inspector, text: &str, somebody: bool, found: &mut Vec<Finding>) {
    static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let value = r"[A-Z]{0,4}[ -]?[0-9][0-9A-Z]*(?:[ /-][0-9]{3,}[0-9A-Z]*|[/-][0-9A-Z]{1,4}){0,5}(?: [0-9])?";
        Regex::new(&format!(r"(?:\b(?i:no|nos|number|num|id)\.?(?i: is| was)?|#) ?(?P<value>{value})\b")).ok()
    });
    if text.bytes().filter(u8::is_ascii_digit).nth(FEWEST - 1).is_none() {
        return;
    }
    let Some(told) = TOLD.as_ref() else { return };
    found.sort_by_key(|f| f.range.start);
    let before = found.len();
    for number in told.captures_iter(text) {
        let (Some(whole), Some(value)) = (number.get(0), number.name("value")) else { continue };
        let mut range = value.start() + (value.len() - value.as_str().trim_start().len())..value.end();
        let behind = text.get(range.end..).unwrap_or_default();
        // A quantity, a time or a part of something longer.
        let goes_on = behind.starts_with([':', '%', '_', '@', '-', '/'])
            || (behind.starts_with('.')
                && behind.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())));
        let head = whole.as_str().split([' ', '.']).next().unwrap_or_default();
        let head = head.trim_end_matches(|c: char| c.is_ascii_digit());
        let Some(words) = text.get(..whole.start()).filter(|_| !goes_on) else { continue };
        let Some((label, rule, kind)) = named(ins, words, if head.starts_with('#') { "#" } else { head }) else {
            continue;
        };
        let own = somebody || !label.split(' ').take(label.split(' ').count() - 1).any(|w| ANYBODYS.contains(&w));
        // Medicare's last digit says which of a family it is; elsewhere one digit is a quantity.
        let shown = text.get(range.clone()).unwrap_or_default();
        if !label.contains("medicare") && shown.len() > 2 && shown.as_bytes().get(shown.len() - 2) == Some(&b' ') {
            range.end -= 2;
        }
        // The detector of hospital numbers knows which are written like them; in groups none is.
        if label.starts_with("hospital") && !text.get(range.clone()).unwrap_or_default().contains(' ') {
            continue;
        }
        let digits = text.get(range.clone()).unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
        // What was found before stands in order and apart, and so do numbers told.
        let (others, _) = found.split_at(before);
        let next = others.partition_point(|f| f.range.end <= range.start);
        let free = others.get(next).is_none_or(|f| !overlap(&f.range, &range));
        if own && digits >= FEWEST && free {
            found.push(Finding { range, kind, confidence: 90, finder: Finder::Field(rule.id.clone()) });
        }
    }
    if found.len() > before {
        found.sort_by_key(|f| f.range.start);
    }
}

/// The longest label that ends at a number's word.
fn named(ins: &Inspector, before: &str, head: &str) -> Option<(String, Arc<FieldRule>, Kind)> {
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
            .then(|| (label, Arc::clone(&rule), *kind))
    })
}
