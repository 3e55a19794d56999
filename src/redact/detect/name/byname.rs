//! Names with what people are called beside them, or with a letter for the rest.
//!
//! ```text
//! Mr Anthony (Tony) Blackwood, Elizabeth "Betty" Wright     all of it
//! Tony J. came back. Sarah W. did not                       a given name and a letter
//! Specimen from SMITH J.                                    a surname and a letter, as laboratories write
//! Twin 1 (Noah) and twin 2 (Ava)                            who is counted
//! TC from Linda, sister                                     whose relative is told behind
//! ```

use super::titled::is_relation;
use super::words::{Case, Gap, Word};
use super::{Hit, Scene};

/// What enclosed what somebody is called.
const ENCLOSED: &[(&str, &str)] = &[(" (", ") "), (" \"", "\" "), (" '", "' "), (" “", "” "), (" ‘", "’ ")];
/// Who is counted where more than one is born or lives.
const COUNTED: &[&str] = &["twin", "triplet", "baby", "child", "sibling"];

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, word) in scene.words.iter().enumerate() {
        if !word.capital() || word.lower.len() < 3 || scene.lists.is_thing(&word.lower) {
            continue;
        }
        if called(scene, i, word) {
            // Each by itself: the signs between them stay.
            hits.extend((i..=i + 2).map(|at| Hit { from: at, to: at, confidence: 76 }));
        }
        if lettered(scene, i, word) {
            hits.push(Hit { from: i, to: i + 1, confidence: 66 });
        }
        if counted(scene, i, word) || relates(scene, i, word) {
            hits.push(Hit { from: i, to: i, confidence: 66 });
        }
    }
}

/// "Anthony (Tony) Blackwood": a given name, what stands for it, and a surname, all written alike.
fn called(scene: &Scene<'_>, i: usize, first: &Word<'_>) -> bool {
    let (Some(nick), Some(last)) = (scene.word(i + 1), scene.word(i + 2)) else { return false };
    let between = |a: &Word<'_>, b: &Word<'_>| scene.text.get(a.range.end..b.range.start);
    let enclosed = ENCLOSED
        .iter()
        .any(|(opens, closes)| between(first, nick) == Some(opens) && between(nick, last) == Some(closes));
    let person = |w: &Word<'_>| w.case == Case::Title && !scene.lists.is_thing(&w.lower);
    enclosed
        && first.forename
        && (first.sure_forename() || nick.sure_forename())
        && [nick, last].into_iter().all(person)
        && (nick.forename || nick.uncommon())
        && (last.surname || last.stranger())
}

/// "Tony J.", "SMITH J.": and nothing that goes on.
fn lettered(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let Some(letter) = scene.word(i + 1).filter(|w| w.case == Case::Initial && word.gap == Gap::Space) else {
        return false;
    };
    let before = i.checked_sub(1).and_then(|at| scene.word(at));
    let joined = before.is_some_and(|w| w.gap == Gap::Space && w.case != Case::Lower);
    let behind = scene.text.get(letter.range.end..).unwrap_or_default();
    // "Tony J. Smith" is for others to judge, as is "Martin S.A."
    let ends = behind.strip_prefix('.').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    // In a list of them the next one has a letter as well: "SMITH J. JONES K."
    let next = scene.word(i + 2).filter(|w| letter.gap == Gap::Stop && w.capital() && w.known());
    let listed =
        next.is_some_and(|w| w.gap == Gap::Space && scene.word(i + 3).is_some_and(|w| w.case == Case::Initial));
    let goes_on = next.is_some() && !(listed && word.case == Case::Upper);
    let named = match word.case {
        Case::Title => word.sure_forename(),
        Case::Upper => word.sure_surname() && !word.text.contains(['-', '\'']),
        Case::Initial | Case::Lower | Case::Code => false,
    };
    named && ends && !goes_on && !joined
}

/// "TC from Linda, sister": whose relative somebody is, told behind a comma and not gone on with.
fn relates(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let talked = i.checked_sub(1).and_then(|at| scene.word(at)).is_some_and(|w| {
        w.gap == Gap::Space && matches!(w.lower.as_str(), "by" | "from" | "to" | "with") && w.case == Case::Lower
    });
    let Some(relation) = scene.word(i + 1).filter(|_| talked && word.gap == Gap::Comma) else { return false };
    let ends = scene
        .text
        .get(relation.range.end..)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ',', ';', ')']));
    ends && relation.case == Case::Lower && is_relation(&relation.lower) && word.case == Case::Title && word.forename
}

/// "Twin 2 (Ava)".
fn counted(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let Some(before) = i.checked_sub(1).and_then(|at| scene.word(at)) else { return false };
    let number = scene.text.get(before.range.end..word.range.start).and_then(|t| t.strip_suffix(" ("));
    let number = number.map(str::trim).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    let ends = scene.text.get(word.range.end..).is_some_and(|rest| rest.starts_with(')'));
    number && ends && COUNTED.contains(&before.lower.as_str()) && word.case == Case::Title && word.sure_forename()
}
