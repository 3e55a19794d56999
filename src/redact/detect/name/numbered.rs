//! Names with a number behind each part, as makers of test patients write them: "Augustine565 Conroy74", "Andrea7 Wolf938".
//!
//! Synthea gives its people such names so that nobody takes them for real ones; whoever upgrades a system tests it with them.

use std::sync::LazyLock;

use regex::Regex;

use super::Scene;
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;

/// Sure where a list knows one of the parts.
const SURE: Confidence = 78;

pub(super) fn find(scene: &Scene<'_>, out: &mut Vec<Finding>) {
    static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let part = r"\p{Lu}[\p{L}'’]{1,20}(?:-\p{Lu}[\p{L}'’]{1,20})?[0-9]{1,3}";
        Regex::new(&format!(r"\b{part}(?: {part}){{1,2}}\b")).ok()
    });
    if scene.code || !scene.context.signs.upper || scene.context.signs.digits < 2 {
        return;
    }
    let Some(names) = NAMES.as_ref() else { return };
    for found in names.find_iter(scene.text) {
        let known = |part: &str| {
            let word = part.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
            let named = scene.lists.is_forename(&word) || scene.lists.is_surname(&word);
            named && !scene.lists.is_thing(&word) && !scene.lists.is_word(&word)
        };
        // `Cobas6 Module2` are parts of an analyser: one of the numbers is longer.
        let long = |part: &str| part.bytes().filter(u8::is_ascii_digit).count() > 1;
        if found.as_str().split(' ').any(known) && found.as_str().split(' ').any(long) {
            let finder = Finder::Detector(super::ENTRY.id.into());
            out.push(Finding { range: found.range(), kind: Kind::Name, confidence: SURE, finder });
        }
    }
}
