//! Who lies in a bed, and how old, as wards and crews hand over.
//!
//! ```text
//! Bed 4: Wrona, NBM            a surname behind the bed's number
//! Cot 2 - OKONKWO A - CPAP     with an initial
//! Bed 4: cleaned               nobody
//! 12 Patel 84F CAP, Kaya 34M   before an age and a sex in one word
//! ATMIST: 34F, Kaya, RTC       or behind them
//! Foley 16F                    a catheter, in French gauge
//! ```

use super::words::{Case, Gap, Word};
use super::{Hit, Scene};

/// What one person lies or sits in. Rooms are called after people too often.
const PLACES: &[&str] = &["bed", "chair", "cot", "cubicle", "incubator", "trolley"];

/// "Bennett 840F" is a ventilator.
const OLDEST: u16 = 115;
/// The widest catheter in F, the French gauge.
const WIDEST: u16 = 28;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code || scene.context.signs.digits == 0 {
        return;
    }
    hits.extend(scene.words.iter().enumerate().filter_map(|(i, word)| aged(scene, i, word)));
    hits.extend(scene.words.iter().enumerate().filter_map(|(i, word)| {
        let next = scene.word(i + 1).filter(|_| PLACES.contains(&word.lower.as_str()))?;
        let number = scene.text.get(word.range.end..next.range.start)?;
        (is_number(number) && is_surname(scene, next)).then(|| {
            let initial = scene.word(i + 2).is_some_and(|w| w.case == Case::Initial && next.gap == Gap::Space);
            Hit { from: i + 1, to: if initial { i + 2 } else { i + 1 }, confidence: 66 }
        })
    }))
}

/// "Patel 84F", "34F, Kaya,": a name of which lists are sure beside an age with its sex.
fn aged(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> Option<Hit> {
    let named = (word.sure_surname() || word.sure_forename()) && word.capital() && word.lower.len() > 2;
    if !named || scene.lists.is_thing(&word.lower) {
        return None;
    }
    let initial = scene.word(i + 1).filter(|w| w.case == Case::Initial && word.gap == Gap::Space);
    let end = initial.map_or(word.range.end, |w| w.range.end);
    let behind = scene.text.get(end..).unwrap_or_default().trim_start_matches(['.', ',']);
    let before = scene.text.get(..word.range.start).unwrap_or_default();
    let follows = || behind.strip_prefix(' ').is_some_and(|rest| age_and_sex(rest).is_some());
    let precedes = || {
        let before = before.strip_suffix(", ")?;
        let last = before.rsplit(' ').next().unwrap_or(before);
        let ends = behind.is_empty() || behind.starts_with(' ');
        (age_and_sex(last)? == last.len() && ends).then_some(())
    };
    (follows() || precedes().is_some()).then(|| Hit {
        from: i,
        to: if initial.is_some() { i + 1 } else { i },
        confidence: 66,
    })
}

/// `84F`, `45yM`, `45yo M`: how long it is where `text` begins with it.
fn age_and_sex(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let age: u16 = text.get(..digits)?.parse().ok()?;
    let rest = text.get(digits..).filter(|_| age <= OLDEST)?;
    let years = ["yrs", "yr", "yo", "y"].iter().find_map(|y| rest.strip_prefix(y)).unwrap_or(rest);
    let sex = years.strip_prefix(' ').filter(|_| years.len() < rest.len()).unwrap_or(years);
    let behind = sex.strip_prefix(['F', 'M'])?;
    // "Simmons 5F" is a catheter, as wide as five thirds of a millimetre.
    let gauge = rest.starts_with('F') && age <= WIDEST;
    (!gauge && !behind.starts_with(char::is_alphanumeric)).then(|| text.len() - behind.len())
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
