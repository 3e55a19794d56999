//! `CPRSPATIENT,TWELVE  02-03-23`: names in capitals without a space behind the comma, before what tells of a person. See `roster`.

use super::super::roster;
use super::words::Case;
use super::{Hit, Scene};

/// The most given names.
const GIVEN: usize = 3;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code || scene.context.signs.digits < 4 {
        return;
    }
    let capitals = |i: usize| scene.word(i).filter(|w| matches!(w.case, Case::Upper | Case::Initial));
    for i in 0..scene.words.len() {
        let Some((family, first)) = capitals(i).zip(capitals(i + 1)) else { continue };
        let comma = scene.text.get(family.range.end..first.range.start) == Some(",");
        // "MASK,SURGICAL LARGE 123456789"
        let thing =
            !family.sure_surname() && (scene.lists.is_word(&family.lower) || scene.lists.is_thing(&family.lower));
        if family.case != Case::Upper || family.lower.len() < 3 || !comma || thing {
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
