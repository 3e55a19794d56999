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

use super::beside::{OLD, is_clinician, is_code};
use super::detect::{date, gazetteer};
use super::finding::{Finder, Finding};
use super::kind::Kind;
use super::place::{Place, Surface};

/// How far behind a name is looked.
const REACH: usize = 48;

/// So many things stand behind a name at most.
const THINGS: usize = 5;

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
    in_file_names(text, found, &mut more);
    aged(text, &mut more);
    born(text, &mut more);
    // A run may have thousands of names: both lists in order, each is looked at once.
    found.sort_by_key(|f| f.range.start);
    more.sort_by_key(|(range, _)| range.start);
    let mut taken = 0;
    let mut new = Vec::new();
    for (range, kind) in more {
        let next = found.partition_point(|f| f.range.start < range.end);
        let before = next.checked_sub(1).and_then(|at| found.get(at)).map_or(0, |f| f.range.end);
        // "Young, Delroy (12/12/1960)", of whom only the forename was known: what is found twice is looked at once more.
        let known = next.checked_sub(1).and_then(|at| found.get(at)).is_some_and(|f| f.range.start <= range.start);
        if before.max(taken) <= range.start || (kind == Kind::Name && taken <= range.start && !known) {
            taken = range.end;
            let finder = Finder::Detector("behind-a-name".into());
            new.push(Finding { range, kind, confidence: 82, finder });
        }
    }
    found.append(&mut new);
}

/// `RAL4480013_19810702_CT.dcm`: an old date behind the number of a record, as names of files have them.
fn in_file_names(text: &str, found: &[Finding], out: &mut Vec<(Range<usize>, Kind)>) {
    let keys = found.iter().filter(|f| f.kind == Kind::Name || f.kind.is_key());
    for key in keys {
        let Some(behind) = text.get(key.range.end..).and_then(|rest| rest.strip_prefix(['_', '-'])) else { continue };
        let day = behind.get(..behind.bytes().take_while(u8::is_ascii_digit).count()).unwrap_or_default();
        let ends = behind.get(day.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', '-', '.']));
        // `Passport_Aoife Cosgrave_AB771204.pdf`
        let code = behind.get(..behind.bytes().take_while(u8::is_ascii_alphanumeric).count()).unwrap_or_default();
        if code.len() >= 6
            && !date::is_date(code)
            && is_code(code)
            && behind.get(code.len()..).is_some_and(|r| r.starts_with('.'))
        {
            let from = key.range.end + 1;
            out.push((from..from + code.len(), Kind::RecordId));
        }
        if day.len() == 8 && ends && date::is_date(day) && date::days(day).iter().all(|d| d.year <= OLD) {
            let from = key.range.end + 1;
            out.push((from..from + day.len(), Kind::DateOfBirth));
        }
    }
}

/// `Grace PARK 35F 30601122`: words with capitals, an age with a sex, the number of a record.
fn aged(text: &str, out: &mut Vec<(Range<usize>, Kind)>) {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for word in text.split(' ') {
        let range = from..from + word.len();
        from += word.len() + 1;
        if word.is_empty() {
            continue;
        }
        if words.len() == 3 {
            words.remove(0);
        }
        words.push(range);
        let [.., first, last, age] = words.as_slice() else { continue };
        let shown = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let years =
            shown(age).strip_suffix(['M', 'F']).is_some_and(|n| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit()));
        let name = |w: &str| {
            w.chars().count() > 1
                && w.starts_with(char::is_uppercase)
                && w.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-'))
        };
        // `4555001 HARGREAVE DEAN`
        let capitals = |w: &str| w.len() > 2 && w.chars().all(|c| c.is_uppercase() || matches!(c, '\'' | '-'));
        let code = shown(first);
        if code.len() >= 6
            && is_code(code)
            && !date::is_date(code)
            && capitals(shown(last))
            && capitals(shown(age))
            && gazetteer::shipped().is_forename(&shown(age).to_lowercase())
        {
            out.push((first.clone(), Kind::RecordId));
            out.push((last.start..age.end, Kind::Name));
        }
        let next = text.get(age.end..).unwrap_or_default().trim_start().split(' ').next().unwrap_or_default();
        let numbered = next.len() >= 6 && next.bytes().all(|b| b.is_ascii_alphanumeric()) && is_code(next);
        if years && numbered && name(shown(first)) && name(shown(last)) {
            let code = age.end + text.get(age.end..).and_then(|rest| rest.find(next)).unwrap_or(0);
            out.push((first.start..last.end, Kind::Name));
            out.push((code..code + next.len(), Kind::RecordId));
        }
    }
}

/// `Bhattacharjee, Subrata (10/10/1953)`: two words with a comma between, in no list of words, and an old date right behind.
fn born(text: &str, out: &mut Vec<(Range<usize>, Kind)>) {
    let lists = gazetteer::shipped();
    let part = |w: &str| {
        let lower = w.to_lowercase();
        w.chars().count() > 1
            && w.starts_with(char::is_uppercase)
            && w.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'))
            && !lists.is_thing(&lower)
            && (!lists.is_word(&lower) || lists.is_forename(&lower) || lists.is_surname(&lower))
    };
    for (comma, _) in text.match_indices(", ") {
        let (before, behind) = (text.get(..comma).unwrap_or_default(), text.get(comma + 2..).unwrap_or_default());
        let from = before
            .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | ':' | '|' | ';'))
            .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
        let from =
            from + before.get(from..).map_or(0, |family| family.len() - family.trim_start_matches(['\'', '"']).len());
        let given = behind.get(..behind.find([' ', '\t', '\u{a0}', '(']).unwrap_or(behind.len())).unwrap_or_default();
        let rest = behind.get(given.len()..).unwrap_or_default();
        let shown = rest.trim_start_matches([' ', '\t', '\u{a0}', '(', '[']);
        if shown.len() == rest.len() || rest.len() - shown.len() > 4 || !part(given) {
            continue;
        }
        let near = (0..=shown.len().min(REACH)).rev().find(|&i| shown.is_char_boundary(i)).unwrap_or(0);
        let dates = date::find_all(shown.get(..near).unwrap_or_default());
        // The first of January is what programs write where there is no date.
        let listed = |w: &str| lists.is_forename(&w.to_lowercase()) || lists.is_surname(&w.to_lowercase());
        let known = text.get(from..comma).is_some_and(listed) || listed(given);
        let old = |days: &[date::Day]| days.iter().all(|d| d.year <= OLD && (known || (d.month, d.day) != (1, 1)));
        let first = dates.first().filter(|(range, days)| range.start == 0 && old(days));
        if let Some((range, _)) = first.filter(|_| text.get(from..comma).is_some_and(part)) {
            out.push((from..comma + 2 + given.len(), Kind::Name));
            let at = text.len() - shown.len();
            out.push((at..at + range.end, Kind::DateOfBirth));
        }
    }
}

fn things(text: &str, name: &Finding, out: &mut Vec<(Range<usize>, Kind)>) {
    let mut at = name.range.end;
    let bound = (at..=text.len().min(at + REACH)).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(at);
    for _ in 0..THINGS {
        let rest = text.get(at..bound).unwrap_or_default();
        let inner =
            rest.trim_start_matches([' ', ',', ';', '-', '(', '[', '#', '*', '·', '|', '/', ')', ']', ':', '\'']);
        at += rest.len() - inner.len();
        let opened = text.get(..at).is_some_and(|before| before.trim_end_matches('\'').ends_with(['(', '[', '*']));
        let dates = date::find_all(inner);
        if let Some((range, days)) = dates.first().filter(|(range, _)| range.start == 0) {
            let old = days.iter().all(|d| d.year <= OLD);
            // "Seen by John Smith 12 Mar 2004" is a visit; in brackets, or as the world writes birthdays in lists, it is a birth.
            if old && !is_clinician(text, name) && (opened || !in_sentence(text, name)) {
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
        if is_given(text, name, word) {
            out.push((at..at + length, Kind::Name));
        } else if !is_age(word) {
            let Some(kind) = number(text, name, word, opened) else { return };
            out.push((at..at + length, kind));
        }
        at += length;
    }
}

/// `HARGREAVES  DENISE`: a given name in capitals behind a family name in capitals, though a gap is between.
fn is_given(text: &str, name: &Finding, word: &str) -> bool {
    let shouted = |w: &str| w.chars().count() > 1 && w.chars().all(|c| c.is_uppercase() || matches!(c, '\'' | '-'));
    let family = text.get(name.range.clone()).unwrap_or_default();
    shouted(word) && shouted(family) && gazetteer::shipped().is_forename(&word.to_lowercase())
}

/// An age, a sex, or both: `74M`, `(88)`, `F`, `yrs`.
fn is_age(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - rest.len();
    let sexes =
        ["", "m", "f", "male", "female", "y", "yr", "yrs", "yo", "years", "y/o", "dob", "d.o.b", "d.o.b.", "born"];
    digits <= 3 && sexes.iter().any(|s| rest.eq_ignore_ascii_case(s))
}

fn number(text: &str, name: &Finding, word: &str, opened: bool) -> Option<Kind> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let phone = word.starts_with('0') && digits >= 10;
    // `[Cosgrave, Aoife DLASIP01]`: capitals and a count.
    let capitals =
        word.len() == 8 && digits == 2 && word.get(..6).is_some_and(|w| w.bytes().all(|b| b.is_ascii_uppercase()));
    if capitals {
        return Some(Kind::RecordId);
    }
    if !phone && (digits >= 5 || opened) && word.len() >= 6 && is_code(word) {
        return Some(Kind::RecordId);
    }
    // The initial of the family name, which stands first, and four digits.
    let initial = text.get(name.range.clone())?.chars().next()?.to_ascii_uppercase();
    let last = word.strip_prefix(initial).filter(|last| last.len() == 4 && last.bytes().all(|b| b.is_ascii_digit()));
    last.map(|_| Kind::RecordId)
}

/// Whether words of a sentence stand right before the name: somebody did something, on a date.
fn in_sentence(text: &str, name: &Finding) -> bool {
    // Near by: a text may have no blank at all.
    let from = name.range.start.saturating_sub(REACH);
    let from = (from..=name.range.start).find(|&i| text.is_char_boundary(i)).unwrap_or(name.range.start);
    let before = text.get(from..name.range.start).unwrap_or_default().trim_end();
    let word = before.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    // "It's Joan, love. Joan Ashworth, 4th March 1946": a sentence of its own begins with the name.
    word.chars().next().is_some_and(char::is_lowercase) && !(word.len() > 3 && word.ends_with(['.', '?', '!']))
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
    fn words_before_an_age_and_a_number() {
        let found = |text: &str| {
            let mut out = Vec::new();
            aged(text, &mut out);
            out.into_iter().map(|(r, _)| text.get(r).unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("Bed 5  Grace PARK 35F 30601122 pyelo"), ["Grace PARK", "30601122"]);
        assert_eq!(found("3 4555001 HARGREAVE DEAN M"), ["4555001", "HARGREAVE DEAN"]);
        assert!(found("Follow Up 12M later").is_empty());
    }

    #[test]
    fn what_touches_a_name() {
        assert_eq!(behind("BEAUMONT, Jean-Luc (10 Oct 1965)", "BEAUMONT, Jean-Luc"), ["10 Oct 1965"]);
        assert_eq!(behind("Bed 1  William MARSH 74M 30447182  UTI gent", "William MARSH"), ["30447182"]);
        assert_eq!(behind("<li>MARSH 14/02/1967 30447182 x", "MARSH"), ["14/02/1967", "30447182"]);
        assert_eq!(behind("1 HARGREAVES DENISE F 02.03.71", "HARGREAVES"), ["DENISE", "02.03.71"]);
        assert_eq!(behind("ABERNATHY,JOYCE P  (A4418)^74", "ABERNATHY,JOYCE P"), ["A4418"]);
        assert!(behind("Seen by Dr John Smith 12 Mar 2004", "Dr John Smith").is_empty());
        assert!(behind("Dr John Smith on 12 Mar 2004", "Dr John Smith").is_empty());
        assert!(behind("John Smith (12/03/2024) 138 mmol/L", "John Smith").is_empty());
        assert!(behind("John Smith 020 7946 0018", "John Smith").is_empty());
    }
}
