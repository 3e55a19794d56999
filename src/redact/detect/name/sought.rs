//! Names by who is looked for: a page of results says again what was typed, in small letters as often as not.
//!
//! ```text
//! Search results for Okafor            whoever is searched for
//! No patients found matching "bilkis"  also whom nobody found
//! Search results for aspirin           no name
//! must be an array; got 'Cristiane'    what an error says again of what was sent
//! ```

use super::words::{Gap, Word};
use super::{Hit, Scene};

/// What is looked for by a search.
const SEARCHED: &[&str] = &[
    "search",
    "searched",
    "searching",
    "result",
    "results",
    "match",
    "matches",
    "found",
    "patient",
    "patients",
    "person",
    "people",
    "record",
    "records",
    "client",
    "clients",
    "looking",
    "looked",
];
/// What stands between a search and what was typed.
const FOR: &[&str] = &["for", "matching", "named", "called", "containing", "matches", "like"];
/// What stands before a value that a system refused.
const SENT: &[&str] = &["got", "value", "received", "invalid", "input", "entered", "was", "name"];
/// How sure a name is that stands between quotation marks there.
const QUOTED: u8 = 72;
/// The most words that are typed of a name.
const WORDS: usize = 3;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, word) in scene.words.iter().enumerate().skip(1) {
        let searched = scene.word(i - 1).is_some_and(|w| w.gap == Gap::Space && SEARCHED.contains(&w.lower.as_str()));
        if searched && FOR.contains(&word.lower.as_str()) {
            hits.extend(typed(scene, i, word));
        }
    }
    for (i, word) in scene.words.iter().enumerate() {
        if SENT.contains(&word.lower.as_str()) {
            hits.extend(typed(scene, i, word).filter(|hit| hit.confidence == QUOTED));
        }
    }
}

/// The words behind the cue, where the text or a quotation ends with them.
fn typed(scene: &Scene<'_>, cue: usize, word: &Word<'_>) -> Option<Hit> {
    const OPENS: &[char] = &['"', '\'', '“', '‘', '«'];
    const CLOSES: &[char] = &['"', '\'', '”', '’', '»', '.', '!', '?', ':', ')'];
    let between = scene.text.get(word.range.end..scene.word(cue + 1)?.range.start)?;
    let quoted = between.contains(OPENS);
    let last =
        (cue + 1..=cue + WORDS).find(|&i| scene.word(i).is_none_or(|w| !matches!(w.gap, Gap::Space | Gap::Comma)))?;
    let words = scene.words.get(cue + 1..=last)?;
    let behind = scene.text.get(words.last()?.range.end..)?;
    let ends = behind.trim().is_empty() || behind.trim_start().starts_with(CLOSES);
    let plain = between.trim_matches([' ', ':', '-', '–', '\u{a0}']).trim_matches(OPENS).is_empty();
    let name = |w: &Word<'_>| {
        (scene.lists.is_surname(&w.lower) || scene.lists.is_forename(&w.lower)) && !scene.lists.is_thing(&w.lower)
    };
    // "Results for White": a word is a name where it is written as one, beside what is typed or not.
    let sure = |w: &Word<'_>| name(w) && w.lower.len() > 2 && !scene.lists.is_word(&w.lower);
    // "invalid value - 'Thwaite' in field 'given'": the field says whose it is.
    let told = || quoted && is_field_of_name(behind) && words.iter().all(|w| !w.word);
    let known = || words.iter().all(|w| name(w) || w.lower.len() == 1) && words.iter().any(sure);
    let fits = ends && plain && (known() || told());
    fits.then_some(Hit { from: cue + 1, to: last, confidence: if quoted { QUOTED } else { 66 } })
}

/// Whether an error goes on with the field that a quoted value was for, and that field holds names: `' in field 'given'`.
fn is_field_of_name(behind: &str) -> bool {
    const FIELDS: &[&str] = &["given", "family", "firstname", "lastname", "surname", "forename"];
    const JOINS: &[&str] =
        &[" in field ", " for field ", " in the field ", " in parameter ", " for parameter ", " for "];
    let behind = behind.trim_start_matches(['"', '\'', '”', '’']);
    let field = JOINS.iter().find_map(|join| behind.strip_prefix(join)).unwrap_or_default();
    let field = field.trim_start_matches(['"', '\'', '“', '‘']);
    let field =
        field.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).next().unwrap_or_default();
    let last = field.rsplit('.').next().unwrap_or_default().replace(['_', '-'], "").to_lowercase();
    FIELDS.contains(&last.as_str())
}
