//! A given name alone in a sentence, by what the sentence says of it.
//!
//! ```text
//! Margaret is coping well since …          somebody who copes
//! Explained the diagnosis to Oluwaseun     somebody who is told
//! two children (Simran 6, Arjan 3)         a list of children
//! Victoria Ward is full                    no name alone
//! ```

use std::sync::LazyLock;

use regex::Regex;

use super::words::{Case, Gap, Word};
use super::{Hit, Scene};

/// What is said of somebody.
const DOES: &[&str] = &[
    "is", "was", "has", "had", "will", "would", "can", "cannot", "could", "does", "did", "feels", "felt", "says", "said", "states",
    "stated", "reports", "reported", "denies", "denied", "lives", "attends", "attended", "presented", "presents", "came", "went", "wants",
    "wanted", "wishes", "remains", "seems", "seemed", "appears", "appeared", "describes", "described", "complains", "complained",
    "understands", "understood", "agrees", "agreed", "needs", "continues", "tells", "told", "takes", "took", "died", "consented",
    "declined", "declines", "asked", "rang", "called", "phoned", "thinks", "thought", "manages", "managed", "mentioned", "uses",
    "reported", "started", "stopped", "returned", "sleeps", "eats", "walks", "mobilises", "mobilised", "struggles", "struggled", "enjoys",
];
/// Talk, which is had with somebody.
const TALK: &[&str] = &[
    "explained", "explain", "spoke", "speak", "speaking", "spoken", "discussed", "discuss", "discussion", "conversation", "chat",
    "chatted", "talked", "talking", "talk", "said", "told", "agreed", "advice", "advised", "reassurance", "given", "apologised",
    "contact", "meeting", "visit", "message", "call", "letter",
];
/// Verbs whose object is somebody.
const TO: &[&str] = &[
    "told", "asked", "advised", "informed", "reassured", "phoned", "rang", "visited", "met", "saw", "thanked", "contacted", "encouraged",
    "supported", "helped", "accompanied", "congratulated", "called", "reviewed", "examined", "assisted",
];
/// How many words before "to Oluwaseun" the talk may stand.
const NEAR: usize = 5;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code || scene.words.len() < 4 {
        return;
    }
    for (i, word) in scene.words.iter().enumerate() {
        if given(scene, i, word) && (does(scene, i) || is_told(scene, i)) {
            hits.push(Hit { from: i, to: i, confidence: 66 });
        }
    }
    children(scene, hits);
}

/// A given name and nothing else that is known, with no other capital beside it.
fn given(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let beside = |at: Option<usize>, joined: fn(Gap) -> bool| {
        let before = at.and_then(|at| scene.word(at));
        before.is_some_and(|w| joined(w.gap) && w.case != Case::Lower)
    };
    word.case == Case::Title
        && word.sure_forename()
        && word.lower.len() > 2
        && !scene.lists.is_thing(&word.lower)
        && word.gap == Gap::Space
        // "Princess Margaret is", "Dr Margaret": that is for others to judge.
        && !beside(i.checked_sub(1), |gap| matches!(gap, Gap::Space))
        && scene.word(i + 1).is_some_and(|w| w.case == Case::Lower)
}

fn does(scene: &Scene<'_>, i: usize) -> bool {
    scene.word(i + 1).is_some_and(|w| DOES.contains(&w.lower.as_str())) && !is_place_before(scene, i)
}

/// "in Florence is": a preposition of places stands before it.
fn is_place_before(scene: &Scene<'_>, i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space);
    before.is_some_and(|w| matches!(w.lower.as_str(), "in" | "at" | "near" | "from" | "on" | "the" | "of" | "into"))
}

fn is_told(scene: &Scene<'_>, i: usize) -> bool {
    let before = |n: usize| i.checked_sub(n).and_then(|at| scene.word(at)).filter(|w| w.case == Case::Lower);
    let Some(last) = before(1).filter(|w| w.gap == Gap::Space) else { return false };
    if TO.contains(&last.lower.as_str()) {
        return true;
    }
    // A talk's first word may begin the sentence.
    let talk = |n: usize| i.checked_sub(n).and_then(|at| scene.word(at)).is_some_and(|w| TALK.contains(&w.lower.as_str()));
    matches!(last.lower.as_str(), "to" | "with" | "from") && (2..=NEAR + 1).any(talk)
}

/// "children: Simran 6, Arjan 3"
fn children(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = r"[A-Z][\p{L}'’-]{1,20}(?: \(?(?:aged? )?[0-9]{1,2}(?: ?(?:y|yrs?|years|months|m|/12)\b)?\)?)";
        let pattern = format!(
            r"\b(?i:children|kids|sons|daughters|siblings|brothers|sisters|grandchildren)(?:,? (?i:are|called|named))?[ :(–-]{{1,3}}({name}(?:(?:, | and | & |, and ){name}){{0,8}})"
        );
        Regex::new(&pattern).ok()
    });
    // Cheaper than the pattern.
    if !scene.text.bytes().any(|b| b.is_ascii_digit()) {
        return;
    }
    let Some(list) = LIST.as_ref() else { return };
    for found in list.captures_iter(scene.text).filter_map(|c| c.get(1)) {
        let listed = |w: &Word<'_>| found.range().contains(&w.range.start) && w.case == Case::Title;
        let named = scene.words.iter().enumerate().filter(|(_, w)| listed(w) && !scene.lists.is_thing(&w.lower));
        hits.extend(named.map(|(i, _)| Hit { from: i, to: i, confidence: 70 }));
    }
}
