//! Names by how people are spoken to: greetings, what is said to somebody, and the name below a letter.
//!
//! ```text
//! Hello Grace, how are you?      Good morning, Riya.      Welcome Brenda
//! Sure, Arjun.                   You're welcome, Neha!
//! Kind regards, Grace            also with the name on a line of its own
//! Welcome Page                   nobody is called so
//! ```

use super::conduct;
use super::things::{ALSO, SYSTEMS};
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
/// How a letter ends, behind "Kind", "Yours", "Many" or another of the kind.
const CLOSINGS: &[&str] = &["faithfully", "regards", "sincerely", "thanks", "truly", "wishes"];

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, word) in scene.words.iter().enumerate() {
        if word.case != Case::Title || word.lower.len() < 2 {
            continue;
        }
        // "Hey Alexa", "Sure, Siri"
        let system = conduct::has(SYSTEMS, &word.lower) || conduct::has(ALSO, &word.lower);
        let thing = system || scene.lists.is_thing(&word.lower);
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
    let back =
        cue.lower == "back" && at.checked_sub(1).and_then(|n| scene.word(n)).is_some_and(|w| w.lower == "welcome");
    let cue_is = |list: &[&str]| list.contains(&cue.lower.as_str());
    let said = match cue.lower.as_str() {
        // "seen this morning", "Evening Primrose"
        "morning" | "afternoon" | "evening" => {
            at.checked_sub(1).and_then(|n| scene.word(n)).is_some_and(|w| w.lower == "good" && w.gap == Gap::Space)
        }
        // "Welcome back, Oyinkan"
        "back" => back,
        _ => cue_is(GREETINGS) || (cue_is(OPENING) && cue.case == Case::Title && begins(scene, at)),
    };
    // "Hello Grace, how are you?": a word stands for somebody where nothing goes on.
    let alone = word.gap != Gap::Space || scene.word(i + 1).is_none();
    // "Hi Oyinkan,": whom no list knows, where nothing but the greeting stands.
    let rest = scene.text.get(word.range.end..).unwrap_or_default();
    let called = || word.stranger() && (back || begins(scene, at) && rest.starts_with(','));
    said && ends(scene, i, word) && (word.sure_forename() || (alone && word.forename) || (alone && called()))
}

fn answered(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let before = i.checked_sub(1).and_then(|at| scene.word(at));
    let rest = scene.text.get(word.range.end..).unwrap_or_default();
    let said = before.is_some_and(|w| w.gap == Gap::Comma && ANSWERS.contains(&w.lower.as_str()));
    said && word.sure_forename() && (rest.is_empty() || rest.starts_with(['.', '!', '?', ',']))
}

/// "Kind regards, Grace", "Many thanks Pat", on one line or on two: a given name right behind what ends a letter.
fn signed(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    const BEFORE: &[&str] =
        &["all", "best", "good", "kind", "kindest", "many", "most", "warm", "warmest", "with", "yours"];
    let at = |n: usize| i.checked_sub(n).and_then(|at| scene.word(at));
    let Some(last) = at(1) else { return false };
    // "Thanks, Gloria": the last that is said.
    let over = scene.words.len() == i + 1 && last.gap != Gap::Stop && word.sure_forename();
    if over && matches!(last.lower.as_str(), "thanks" | "regards" | "cheers") {
        return true;
    }
    let Some(first) = at(2) else { return false };
    let joined = matches!(last.gap, Gap::Space | Gap::Comma) && first.gap == Gap::Space;
    let closes = CLOSINGS.contains(&last.lower.as_str()) && BEFORE.contains(&first.lower.as_str());
    joined && closes && word.forename
}
