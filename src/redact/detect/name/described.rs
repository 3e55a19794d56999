//! Names by what stands right behind them: a sex and an age, the number of a record.
//!
//! ```text
//! Li Na, female, 54                         at the front of a line: who else has both?
//! CT TAP - SUMMERS RAL4502217 2WW LUNG      a surname in capitals, and a number with a hospital's letters
//! ```

use super::words::{Case, Gap, Word};
use super::{Hit, Scene};

/// The most words of a name at the front of a line.
const WORDS: usize = 4;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code || scene.context.signs.digits < 2 {
        return;
    }
    hits.extend(sexed(scene));
    hits.extend(aged(scene));
    for (i, word) in scene.words.iter().enumerate() {
        if numbered(scene, word) {
            hits.push(Hit { from: i, to: i, confidence: 64 });
        }
    }
}

/// "Li Na, female, 54", "Rose Green, F, 71 years".
fn sexed(scene: &Scene<'_>) -> Option<Hit> {
    let first = scene.word(0)?;
    if !scene.text.get(..first.range.start)?.trim().is_empty() {
        return None;
    }
    let last = (0..WORDS).find(|&i| scene.word(i).is_none_or(|w| w.gap == Gap::Comma))?;
    let named = scene.words.get(0..=last)?;
    let written = |w: &Word<'_>| matches!(w.case, Case::Title | Case::Upper | Case::Initial) && w.gap != Gap::Naming;
    let fits = last > 0 && named.iter().all(|w| written(w) && !scene.lists.is_thing(&w.lower));
    let behind = scene.text.get(named.last()?.range.end..)?.strip_prefix(',')?.trim_start();
    let (sex, age) = behind.split_once(',')?;
    let sex = matches!(sex.trim().to_lowercase().as_str(), "female" | "male" | "f" | "m" | "transgender" | "intersex");
    let age = age.trim_start();
    let years = age.bytes().take_while(u8::is_ascii_digit).count();
    (fits && sex && (1..=3).contains(&years)).then_some(Hit { from: 0, to: last, confidence: 76 })
}

/// "Oskar, 15", and nothing else: how lists of a family's children are written.
fn aged(scene: &Scene<'_>) -> Option<Hit> {
    let word = scene.words.first().filter(|_| scene.words.len() < 3)?;
    let before = scene.text.get(..word.range.start)?.trim();
    let behind = scene.text.get(word.range.end..)?.strip_prefix(", ")?.trim_end();
    let age = behind.strip_suffix("yo").or_else(|| behind.strip_suffix(" years")).unwrap_or(behind);
    let years = (1..=2).contains(&age.len()) && age.bytes().all(|b| b.is_ascii_digit());
    (years && before.is_empty() && word.case == Case::Title && word.sure_forename()).then_some(Hit {
        from: 0,
        to: 0,
        confidence: 72,
    })
}

/// "SUMMERS RAL4502217": two to four letters and six to nine digits behind a surname that is shouted.
fn numbered(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    let name = word.case == Case::Upper
        && word.gap == Gap::Space
        && word.lower.len() > 2
        && (word.surname || word.stranger())
        && !scene.lists.is_thing(&word.lower);
    let behind = || scene.text.get(word.range.end..).unwrap_or_default().trim_start_matches(' ');
    name && {
        let code = behind().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = code.get(letters..).unwrap_or_default();
        (2..=4).contains(&letters) && (6..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    }
}
