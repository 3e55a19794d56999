//! Names in notes that somebody typed in small letters.
//!
//! ```text
//! mr smith is known to us          a surname behind a title
//! pt's wife mary states he fell    a given name behind a relation
//! tel call from mrs brown          also one that is a word
//! an mr brain was booked           an image, and nobody
//! ```
//!
//! Small letters are no evidence: lists must know the name, and only the surest of the words before it count.

use std::sync::LazyLock;

use regex::Regex;

use super::titled::{RELATIONS, is_relation};
use super::words::{Case, Gap, Word};
use super::{Hit, Scene};
use crate::redact::detect::gazetteer::Gazetteer;

/// Titles that are short for nothing else in small letters, but for MR, an image.
const TITLES: &[&str] = &["mr", "mrs", "mstr"];
/// Titles that are words or short for illnesses too: the name behind them must be no word.
const DOUBTFUL: &[&str] = &["dr", "miss", "ms", "mx", "prof", "sir"];
/// `mr` is short for an image and for a valve that leaks as well: of surnames that are words, these alone are meant behind it.
const MEANT: &[&str] = &[
    "baker", "bell", "black", "brown", "butler", "cook", "cooper", "fisher", "fox", "grant", "gray", "green", "hall",
    "hill", "hunt", "hunter", "king", "knight", "lamb", "lane", "marsh", "mason", "moore", "parker", "pearce",
    "pearson", "porter", "price", "rice", "rose", "shepherd", "stone", "turner", "walker", "webb", "west", "white",
    "wood", "young",
];

/// Whether a text without a capital may name somebody, before it is cut into words.
pub(super) fn may_name(text: &str) -> bool {
    static CUES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let titles: Vec<&str> = TITLES.iter().chain(DOUBTFUL).copied().collect();
        let (titles, relations) = (titles.join("|"), RELATIONS.join("|"));
        Regex::new(&format!(r"\b(?:{titles})\.? [a-z]{{2}}|(?:{relations}) \(?[a-z]{{2}}")).ok()
    });
    CUES.as_ref().is_none_or(|cues| cues.is_match(text))
}

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, word) in scene.words.iter().enumerate() {
        if word.case != Case::Lower {
            continue;
        }
        let Some(next) = scene.word(i + 1).filter(|w| w.case == Case::Lower && w.lower.len() > 2) else { continue };
        let title = TITLES.contains(&word.lower.as_str());
        let doubtful = DOUBTFUL.contains(&word.lower.as_str());
        if title || doubtful {
            let behind = matches!(word.gap, Gap::Space | Gap::Stop);
            let (forename, surname) = (is_given(scene.lists, next), scene.lists.is_surname(&next.lower));
            let word_too = scene.lists.is_word(&next.lower);
            // Fat and water are told apart as Dixon did.
            let dixon = word.lower == "mr" && matches!(next.lower.as_str(), "abdo" | "dixon");
            let meant = title && (word.lower != "mr" || MEANT.contains(&next.lower.as_str()));
            let named = (forename || surname) && !scene.lists.is_thing(&next.lower);
            if !behind || !named || dixon || (word_too && !meant) {
                continue;
            }
            // "mr john smith"
            let last = scene
                .word(i + 2)
                .filter(|w| forename && next.gap == Gap::Space && w.case == Case::Lower && is_family(scene.lists, w));
            let to = if last.is_some() { i + 2 } else { i + 1 };
            hits.push(Hit { from: i + 1, to, confidence: if word_too { 62 } else { 78 } });
        } else if is_relation(&word.lower) && is_given(scene.lists, next) {
            let bracket = scene.text.get(word.range.end..next.range.start) == Some(" (");
            if word.gap == Gap::Space || bracket {
                hits.push(Hit { from: i + 1, to: i + 1, confidence: 66 });
            }
        }
    }
}

/// A given name and no word.
fn is_given(lists: &Gazetteer, word: &Word<'_>) -> bool {
    lists.is_forename(&word.lower) && !lists.is_word(&word.lower) && !lists.is_thing(&word.lower)
}

/// As [`is_given`], a surname.
fn is_family(lists: &Gazetteer, word: &Word<'_>) -> bool {
    lists.is_surname(&word.lower) && !lists.is_word(&word.lower) && !lists.is_thing(&word.lower)
}
