//! A given name that no list has, right before a surname that is known: "Nyaruai Quistgaard" where Quistgaard is a patient of the
//! page.
//!
//! The dictionary knows the surname alone again, in whatever sentence it stands; what stands before it, written as a name and no word
//! of the language, is the same person's or a relative's.

use super::detect::gazetteer;
use super::finding::{Finder, Finding};
use super::kind::Kind;
use super::place::{Place, Surface};
use super::plausible::is_action;
use super::title::is_title;

/// The longest given name, in bytes.
const LONGEST: usize = 32;

/// What stands before a name as its label.
const LABELS: &[&str] = &["firstname", "forename", "fullname", "lastname", "patientname", "surname", "username"];

/// Lets names that the dictionary found begin at the strange capitalised word before them.
pub(super) fn take_in(text: &str, place: &Place<'_>, found: &mut [Finding]) {
    let read = match place.surface {
        Surface::Text | Surface::Field | Surface::ShownAttribute | Surface::Data | Surface::Comment => true,
        Surface::Attribute | Surface::Url | Surface::Script | Surface::Style | Surface::Header | Surface::Remark => {
            false
        }
    };
    if !read {
        return;
    }
    let mut taken: Vec<_> = found.iter().map(|f| f.range.clone()).collect();
    taken.sort_by_key(|range| range.start);
    for finding in found.iter_mut().filter(|f| f.kind == Kind::Name && f.finder == Finder::Dictionary) {
        let Some(from) = text.get(..finding.range.start).and_then(given) else { continue };
        // A sentence may begin with any word: "Texted Smith". Within one, and alone in its place, it is a name.
        let before = text.get(..from).unwrap_or_default().trim_end();
        let alone = before.is_empty() && text.get(finding.range.end..).is_some_and(|rest| rest.trim().is_empty());
        let within = before.ends_with(|c: char| c.is_lowercase() || matches!(c, ':' | '(' | ',' | '–'));
        let free = taken.iter().take(taken.partition_point(|t| t.start < finding.range.start)).next_back();
        if (alone || within) && free.is_none_or(|t| t.end <= from) {
            finding.range.start = from;
        }
    }
}

/// Where the word begins that ends `before`, if it may be a given name.
fn given(before: &str) -> Option<usize> {
    let head = before.strip_suffix(' ')?;
    let from = head
        .rfind(|c: char| !(c.is_alphabetic() || c == '-' || c == '’' || c == '\''))
        .map_or(0, |at| at + head.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let word = head.get(from..)?;
    let mut letters = word.chars();
    let titled = letters.next().is_some_and(char::is_uppercase) && letters.clone().any(char::is_lowercase);
    let humps = letters.filter(|c| c.is_uppercase()).count() > usize::from(word.contains(['-', '\'', '’']));
    let glued = head.get(..from)?.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '.' | '@' | '&'));
    let lower = word.to_lowercase();
    let lists = gazetteer::shipped();
    let said = ["ed", "ing", "ly", "ics", "tion", "ment"].iter().any(|end| lower.ends_with(end));
    let strange = !said
        && !LABELS.contains(&lower.as_str())
        && !is_action(&lower)
        && !is_title(&lower)
        && !lists.is_word(&lower)
        && !lists.is_thing(&lower)
        && !lists.is_after(&lower);
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii();
    let long = (5..=LONGEST).contains(&word.len()) && lower.contains(vowel);
    (titled && !humps && !glued && strange && long).then_some(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_given_name() {
        for (before, want) in [
            ("patient Nyaruai ", Some("Nyaruai ")),
            ("Zsófi-Anna ", Some("Zsófi-Anna ")),
            ("The ", None),
            ("seen by ", None),
            ("AbcDef ", None),
            ("ward.Nyaruai ", None),
            ("Nyaruai, ", None),
            ("Penicillin ", None),
            ("Texted ", None),
            ("Surname ", None),
            ("Search ", None),
            ("Prof ", None),
        ] {
            assert_eq!(given(before).and_then(|from| before.get(from..)), want, "{before}");
        }
    }
}
