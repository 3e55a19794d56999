//! `Quelqe, Mark`, `Earp, Will (2)`: a name turned round that is all there is in its place. The given name may be a word: beside a family
//! name that is none, before a comma, it is somebody's.

use super::words::Case;
use super::{Hit, Scene};

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if !scene.code {
        hits.extend(turned(scene));
    }
}

fn turned(scene: &Scene<'_>) -> Option<Hit> {
    const MONTHS: &[&str] = &["april", "may", "june", "august"];
    let (family, given) = (scene.word(0)?, scene.word(1)?);
    let first = scene.text.get(..family.range.start)?.trim().is_empty();
    let comma = scene.text.get(family.range.end..given.range.start)? == ", ";
    let lists = scene.lists;
    let strange = family.case == Case::Title && family.lower.len() > 3 && !lists.is_word(&family.lower);
    let called = given.case == Case::Title && given.forename && !MONTHS.contains(&given.lower.as_str());
    let behind = scene.text.get(given.range.end..)?.trim_start();
    // "Whitby, Summer (open daily)"
    let counted =
        behind.strip_prefix(['(', '[']).is_some_and(|inside| inside.starts_with(|c: char| c.is_ascii_digit()));
    (first && comma && strange && called && !lists.is_thing(&family.lower) && (behind.is_empty() || counted))
        .then_some(Hit { from: 0, to: 1, confidence: 66 })
}
