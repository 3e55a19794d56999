//! `CPRSPATIENT,TWELVE  02-03-23`: names in capitals without a space behind the comma, before what tells of a person. See `roster`.

use super::super::roster;
use super::words::Case;
use super::{Hit, Scene};

/// "Quelqe, Mark (2)": alone in what it stands in, and the given name is a word as well.
fn alone_in_its_place(scene: &Scene<'_>) -> Option<Hit> {
    const MONTHS: &[&str] = &["april", "may", "june", "august"];
    let (family, given) = (scene.word(0)?, scene.word(1)?);
    let first = scene.text.get(..family.range.start)?.trim().is_empty();
    let comma = scene.text.get(family.range.end..given.range.start)? == ", ";
    let lists = scene.lists;
    let strange = family.case == Case::Title && family.lower.len() > 3 && !lists.is_word(&family.lower);
    let called = given.case == Case::Title && given.forename && !MONTHS.contains(&given.lower.as_str());
    let behind = scene.text.get(given.range.end..)?.trim_start();
    (first
        && comma
        && strange
        && called
        && !lists.is_thing(&family.lower)
        && (behind.is_empty() || behind.starts_with(['(', '['])))
    .then_some(Hit { from: 0, to: 1, confidence: 66 })
}

/// The most given names.
const GIVEN: usize = 3;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if !scene.code {
        hits.extend(alone_in_its_place(scene));
    }
    if scene.code || scene.context.signs.digits < 4 {
        return;
    }
    let capitals = |i: usize| scene.word(i).filter(|w| matches!(w.case, Case::Upper | Case::Initial));
    for i in 0..scene.words.len() {
        let Some((family, first)) = capitals(i).zip(capitals(i + 1)) else { continue };
        let comma = scene.text.get(family.range.end..first.range.start) == Some(",");
        if family.case != Case::Upper || family.lower.len() < 3 || !comma {
            continue;
        }
        let told = (i + 1..=i + GIVEN)
            .map_while(capitals)
            .position(|word| roster::tells_of_a_person(scene.text, word.range.end));
        if let Some(given) = told {
            hits.push(Hit { from: i, to: i + 1 + given, confidence: 88 });
        }
    }
}
