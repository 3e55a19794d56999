//! Names by how people are spoken to: greetings, what is said to somebody, and the name below a letter.
//!
//! ```text
//! Hello Grace, how are you?      Good morning, Riya.      Welcome Brenda
//! Sure, Arjun.                   You're welcome, Neha!
//! Kind regards,                  below it, alone in its line: Grace
//! Welcome Page                   nobody is called so
//! ```

use super::words::{Case, Gap, Word};
use super::{Hit, Scene};

/// Before whom it is said to.
const GREETINGS: &[&str] =
    &["hello", "hi", "hey", "hiya", "morning", "afternoon", "evening", "goodbye", "bye", "congratulations"];
/// As [`GREETINGS`] where a sentence begins with them; elsewhere they are words of sentences.
const OPENING: &[&str] = &["welcome", "thanks", "cheers", "sorry"];
/// Before a comma, and then whom it is said to: "Sure, Arjun".
const ANSWERS: &[&str] = &[
    "absolutely",
    "alright",
    "bye",
    "course",
    "cheers",
    "fine",
    "good",
    "goodbye",
    "great",
    "lovely",
    "no",
    "okay",
    "ok",
    "perfect",
    "please",
    "problem",
    "right",
    "sorry",
    "sure",
    "thanks",
    "there",
    "welcome",
    "yeah",
    "yes",
    "you",
];
/// How a letter ends.
const CLOSINGS: &[&str] = &[
    "best",
    "cheers",
    "faithfully",
    "love",
    "regards",
    "respectfully",
    "sincerely",
    "thanks",
    "thank you",
    "truly",
    "wishes",
    "yours",
];

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, word) in scene.words.iter().enumerate() {
        if word.case != Case::Title || word.lower.len() < 2 {
            continue;
        }
        let thing = scene.lists.is_thing(&word.lower);
        // Below a letter stands a name, and no score: "Grace".
        let signs = (!thing || word.forename) && signed(scene, i, word);
        if signs || (!thing && (greeted(scene, i, word) || answered(scene, i, word))) {
            hits.push(Hit { from: i, to: i, confidence: 66 });
        }
    }
}

/// Whether a sentence begins with the word at `at`.
fn begins(scene: &Scene<'_>, at: usize) -> bool {
    at.checked_sub(1).and_then(|before| scene.word(before)).is_none_or(|w| matches!(w.gap, Gap::Stop | Gap::Other))
}

/// Whether nothing goes on behind a name that could be a part of it: "Welcome Charlotte Ward".
fn ends(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let goes_on = scene.word(i + 1).is_some_and(|next| word.gap == Gap::Space && next.case != Case::Lower);
    let rest = scene.text.get(word.range.end..).unwrap_or_default();
    !goes_on && !rest.starts_with(['-', '/', '_', '@', '(', '\'', '’'])
}

fn greeted(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let Some(at) = i.checked_sub(1) else { return false };
    let Some(cue) = scene.word(at).filter(|w| matches!(w.gap, Gap::Space | Gap::Comma)) else { return false };
    let cue_is = |list: &[&str]| list.contains(&cue.lower.as_str());
    let said = match cue.lower.as_str() {
        // "seen this morning", "Evening Primrose"
        "morning" | "afternoon" | "evening" => {
            at.checked_sub(1).and_then(|n| scene.word(n)).is_some_and(|w| w.lower == "good" && w.gap == Gap::Space)
        }
        _ => cue_is(GREETINGS) || (cue_is(OPENING) && cue.case == Case::Title && begins(scene, at)),
    };
    // "Hello Grace, how are you?": a word stands for somebody where nothing goes on.
    let alone = word.gap != Gap::Space || scene.word(i + 1).is_none();
    said && ends(scene, i, word) && (word.sure_forename() || (alone && word.forename))
}

fn answered(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let before = i.checked_sub(1).and_then(|at| scene.word(at));
    let rest = scene.text.get(word.range.end..).unwrap_or_default();
    let said = before.is_some_and(|w| w.gap == Gap::Comma && ANSWERS.contains(&w.lower.as_str()));
    said && word.sure_forename() && (rest.is_empty() || rest.starts_with(['.', '!', '?', ',']))
}

/// A line of one name below a line that ends a letter.
fn signed(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    const LONGEST: usize = 40;
    let rest = scene.text.get(word.range.end..).unwrap_or_default();
    let line_ends = rest.trim_start_matches([' ', '\t', '.', ',', '\r']);
    let before = scene.text.get(..word.range.start).unwrap_or_default();
    let above = before.trim_end_matches([' ', '\t']);
    let broken = above.ends_with('\n') && (line_ends.is_empty() || line_ends.starts_with('\n'));
    let Some(last) = i.checked_sub(1).and_then(|at| scene.word(at)).filter(|_| broken) else { return false };
    let line = above.trim_end().rsplit('\n').next().unwrap_or_default();
    let closes = || {
        let line = line.trim().trim_end_matches([',', '.', '!', ' ', '-']).to_lowercase();
        line.len() <= LONGEST && CLOSINGS.iter().any(|end| line == *end || line.ends_with(&format!(" {end}")))
    };
    last.case != Case::Code && (word.known() || word.stranger()) && closes()
}
