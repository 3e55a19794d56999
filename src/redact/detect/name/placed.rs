//! Who lies in a bed, as wards hand over.
//!
//! ```text
//! Bed 4: Wrona, NBM            a surname behind the bed's number
//! Cot 2 - OKONKWO A - CPAP     with an initial
//! Bed 4: cleaned               nobody
//! ```

use super::words::{Case, Gap, Word};
use super::{Hit, Scene};

/// What one person lies or sits in. Rooms are called after people too often.
const PLACES: &[&str] = &["bed", "chair", "cot", "cubicle", "incubator", "trolley"];

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code || scene.context.signs.digits == 0 {
        return;
    }
    hits.extend(scene.words.iter().enumerate().filter_map(|(i, word)| {
        let next = scene.word(i + 1).filter(|_| PLACES.contains(&word.lower.as_str()))?;
        let number = scene.text.get(word.range.end..next.range.start)?;
        (is_number(number) && is_surname(scene, next)).then(|| {
            let initial = scene.word(i + 2).is_some_and(|w| w.case == Case::Initial && next.gap == Gap::Space);
            Hit { from: i + 1, to: if initial { i + 2 } else { i + 1 }, confidence: 66 }
        })
    }))
}

/// " 4: ", " 12 - ", " 3 ": the number, and what parts it from the name.
fn is_number(between: &str) -> bool {
    let digits = between.trim().trim_end_matches([':', '-', '–', ',', '.', ' ']);
    (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A surname and no word, that ends there: "Bed 4: Harvey ward" is somewhere.
fn is_surname(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    let behind = scene.text.get(word.range.end..).unwrap_or_default().trim_start();
    let mut letters = behind.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none_or(|c| !c.is_alphanumeric());
    let ends = behind.is_empty() || behind.starts_with([',', '-', '–', ':', ';', '(', '|', '<']);
    matches!(word.case, Case::Title | Case::Upper)
        && word.sure_surname()
        && word.lower.len() > 2
        && !scene.lists.is_thing(&word.lower)
        && (ends || initial)
}
