//! Numbers in a run: how much of a labelled text is the number, and labels that no colon parts from it.
//!
//! ```text
//! 756 564 6008 Number present and verified     a status behind it is none of it
//! 103482W OpenMRS ID                           the label stands behind
//! Old Identification Number RF0278494          or before, without a colon
//! ```

use std::ops::Range;

use super::words::{Label, label_of};
use crate::redact::detect::gazetteer;
use crate::redact::format::ends::words;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label;
use crate::redact::operator::is_masked;

/// Kinds whose values are a number, or letters and digits, in a few groups.
pub(in crate::redact) fn is_number(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::NhsNumber | Kind::HospitalNumber | Kind::RecordId | Kind::Phone | Kind::Accession | Kind::Visit
    )
}

/// The part of a text that is a number: without the words of the language before and behind it. None where it has no digit.
pub(in crate::redact) fn part(text: &str) -> Option<Range<usize>> {
    let words = words(text);
    let first = words.iter().position(|w| !is_word(text.get(w.clone()).unwrap_or_default()))?;
    let digit = |w: &Range<usize>| text.get(w.clone()).is_some_and(|t| t.bytes().any(|b| b.is_ascii_digit()));
    let last = words.iter().rposition(digit)?;
    // "1184207 MHA: Section 3": the next label.
    let labelled =
        |w: &Range<usize>| text.get(w.clone()).is_some_and(|t| t.ends_with(':') && t.starts_with(char::is_alphabetic));
    let next = words.iter().enumerate().skip(first + 1).find(|(_, w)| labelled(w)).map_or(usize::MAX, |(n, _)| n);
    let last = last.min(next.saturating_sub(1));
    let behind =
        words.iter().enumerate().skip(last + 1).find(|(_, w)| is_word(text.get((*w).clone()).unwrap_or_default()));
    let last = behind.map_or(words.len(), |(n, _)| n).checked_sub(1)?;
    let (from, to) = (words.get(first.min(last))?.start, words.get(last)?.end);
    let end = text.get(from..to)?.trim_end_matches([' ', ',', ';', '(', '[', '-']).len();
    Some(from..from + end)
}

/// Whether a text is a sentence rather than a number: below a header of telephones a note may stand.
pub(super) fn is_prose(text: &str) -> bool {
    words(text).iter().filter(|w| text.get((*w).clone()).is_some_and(is_word)).count() >= 5
}

/// A word of the language, of three letters or more.
fn is_word(token: &str) -> bool {
    let bare = token.trim_matches(|c: char| !c.is_alphanumeric());
    bare.chars().count() >= 3
        && bare.chars().all(char::is_alphabetic)
        && gazetteer::shipped().is_word(&bare.to_lowercase())
}

/// A short text that is a number and a label that rules know of numbers, with no colon between them: where the number stands.
pub(super) fn beside_label(ins: &Inspector, text: &str) -> Option<(Range<usize>, Label)> {
    if text.len() > 2 * label::MAX || text.contains(':') {
        return None;
    }
    let words = words(text);
    if !(2..=10).contains(&words.len()) {
        return None;
    }
    let code = |w: &Range<usize>| {
        let t = text.get(w.clone()).unwrap_or_default();
        let written = t.bytes().filter(u8::is_ascii_digit).count() >= 3
            && t.chars()
                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, '-' | '/' | '(' | ')' | ','));
        // What stands for a number is one.
        written || t.chars().all(|c| c == '•') || is_masked(t)
    };
    let first = words.iter().position(code)?;
    let last = words.iter().rposition(code)?;
    let all = words.get(first..=last)?.iter().all(code);
    let (before, behind) = (text.get(..words.get(first)?.start)?, text.get(words.get(last)?.end..)?);
    let label = match (before.trim().is_empty(), behind.trim().is_empty()) {
        (true, false) => label_of(ins, behind, false),
        (false, true) => label_of(ins, before, false),
        (_, _) => return None,
    };
    let number = label.kind().is_some_and(is_number);
    (all && number).then(|| (words.get(first).map_or(0, |w| w.start)..words.get(last).map_or(0, |w| w.end), label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_the_words_around_it() {
        for (text, want) in [
            ("756 564 6008 Number present and verified", Some("756 564 6008")),
            ("943 476 5919", Some("943 476 5919")),
            ("RF 123456 A", Some("RF 123456 A")),
            ("Mobile 07700 900700", Some("07700 900700")),
            ("Not known", None),
        ] {
            assert_eq!(part(text).and_then(|r| text.get(r)), want, "{text}");
        }
    }
}
