//! What stands right behind a name is that person's: a birth date in brackets, an age, the number of the record.
//!
//! ```text
//! BEAUMONT, Jean-Luc (10 Oct 1965)
//! William MARSH 74M 30447182  UTI gent side room
//! ABERNATHY,JOYCE P  (A4418)               the initial and the last digits of a number, as veterans are known by
//! ```
//!
//! In a sentence too: only what touches the name but for signs, an age and a sex counts, so that a date of a visit further on stays.

use std::ops::Range;

use super::beside::is_code;
use super::detect::date;
use super::finding::{Finder, Finding};
use super::kind::Kind;
use super::place::{Place, Surface};

/// How far behind a name is looked.
const REACH: usize = 48;

/// So many things stand behind a name at most.
const THINGS: usize = 5;

/// A date in or before this year beside a name is a birth date.
const OLD: u16 = 2012;

/// Adds what stands behind the names that were found.
pub(super) fn find(text: &str, place: &Place<'_>, found: &mut Vec<Finding>) {
    if !matches!(
        place.surface,
        Surface::Text
            | Surface::ShownAttribute
            | Surface::Attribute
            | Surface::Data
            | Surface::Script
            | Surface::Comment
    ) {
        return;
    }
    let named = found.iter().filter(|f| f.kind == Kind::Name && f.confidence >= 60);
    let mut more: Vec<(Range<usize>, Kind)> = Vec::new();
    for name in named {
        things(text, name, &mut more);
    }
    for (range, kind) in more {
        if !found.iter().any(|f| f.range.start < range.end && range.start < f.range.end) {
            let finder = Finder::Detector("behind-a-name".into());
            found.push(Finding { range, kind, confidence: 82, finder });
        }
    }
}

fn things(text: &str, name: &Finding, out: &mut Vec<(Range<usize>, Kind)>) {
    let mut at = name.range.end;
    let bound = (at..=text.len().min(at + REACH)).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(at);
    for _ in 0..THINGS {
        let rest = text.get(at..bound).unwrap_or_default();
        let inner = rest.trim_start_matches([' ', ',', ';', '-', '(', '[', '#', '*', '·', '|', '/', ')', ']', ':']);
        at += rest.len() - inner.len();
        let opened = text.get(..at).is_some_and(|before| before.ends_with(['(', '[', '*']));
        let dates = date::find_all(inner);
        if let Some((range, days)) = dates.first().filter(|(range, _)| range.start == 0) {
            let old = days.iter().all(|d| d.year <= OLD);
            // "Seen by John Smith 12 Mar 2004" is a visit; in brackets, or as the world writes birthdays in lists, it is a birth.
            if old && (opened || !in_sentence(text, name)) {
                out.push((at..at + range.end, Kind::DateOfBirth));
            }
            at += range.end;
            continue;
        }
        let length = inner.find([' ', ',', ';', ')', '(', ']', '|', '\n', '\t', '^', ':']).unwrap_or(inner.len());
        let word = inner.get(..length).unwrap_or_default();
        // What reaches to the end of the look may go on.
        if word.is_empty() || (at + length == bound && bound < text.len()) {
            return;
        }
        if !is_age(word) {
            let Some(kind) = number(text, name, word) else { return };
            out.push((at..at + length, kind));
        }
        at += length;
    }
}

/// An age, a sex, or both: `74M`, `(88)`, `F`, `yrs`.
fn is_age(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - rest.len();
    let sexes =
        ["", "m", "f", "male", "female", "y", "yr", "yrs", "yo", "years", "y/o", "dob", "d.o.b", "d.o.b.", "born"];
    digits <= 3 && sexes.iter().any(|s| rest.eq_ignore_ascii_case(s))
}

fn number(text: &str, name: &Finding, word: &str) -> Option<Kind> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let phone = word.starts_with('0') && digits >= 10;
    if !phone && digits >= 5 && word.len() >= 6 && is_code(word) {
        return Some(Kind::RecordId);
    }
    // The initial of the family name, which stands first, and four digits.
    let initial = text.get(name.range.clone())?.chars().next()?.to_ascii_uppercase();
    let last = word.strip_prefix(initial).filter(|last| last.len() == 4 && last.bytes().all(|b| b.is_ascii_digit()));
    last.map(|_| Kind::RecordId)
}

/// Whether words of a sentence stand right before the name: somebody did something, on a date.
fn in_sentence(text: &str, name: &Finding) -> bool {
    let before = text.get(..name.range.start).unwrap_or_default().trim_end();
    let word = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    word.chars().next().is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(text: &str, name: &str) -> Vec<String> {
        let at = text.find(name).unwrap();
        let range = at..at + name.len();
        let mut found = vec![Finding { range, kind: Kind::Name, confidence: 90, finder: Finder::Dictionary }];
        find(text, &Place::on(Surface::Text), &mut found);
        found.iter().skip(1).map(|f| text.get(f.range.clone()).unwrap().to_owned()).collect()
    }

    #[test]
    fn what_touches_a_name() {
        assert_eq!(behind("BEAUMONT, Jean-Luc (10 Oct 1965)", "BEAUMONT, Jean-Luc"), ["10 Oct 1965"]);
        assert_eq!(behind("Bed 1  William MARSH 74M 30447182  UTI gent", "William MARSH"), ["30447182"]);
        assert_eq!(behind("<li>MARSH 14/02/1967 30447182 x", "MARSH"), ["14/02/1967", "30447182"]);
        assert_eq!(behind("ABERNATHY,JOYCE P  (A4418)^74", "ABERNATHY,JOYCE P"), ["A4418"]);
        assert!(behind("Seen by Dr John Smith 12 Mar 2004", "Dr John Smith").is_empty());
        assert!(behind("Dr John Smith on 12 Mar 2004", "Dr John Smith").is_empty());
        assert!(behind("John Smith (12/03/2024) 138 mmol/L", "John Smith").is_empty());
        assert!(behind("John Smith 020 7946 0018", "John Smith").is_empty());
    }
}
