//! What stands around a candidate: its neighbours, and the words that say what it is.

use std::ops::Range;

use super::Context;

/// Where the words that say what a value is were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Near {
    /// In the label beside the text.
    Label,
    /// In the words before, in the same text.
    Before,
    /// Nowhere.
    Nothing,
}

impl Near {
    /// Whether any were seen.
    pub(super) fn said(self) -> bool {
        self != Near::Nothing
    }
}

/// What masks are made of; one such sign alone parts what stands in a line.
const MASKED: &str = "••";

/// How far back words count, in bytes.
const WINDOW: usize = 48;

/// Words that say what a value is, [normalised](crate::redact::label::normalise); each is matched as whole words.
#[derive(Debug)]
pub(super) struct Cues {
    /// Any of these says it.
    pub(super) words: &'static [&'static str],
    /// Unless one of these is there as well: `visit date` is no visit number.
    pub(super) never: &'static [&'static str],
}

impl Cues {
    /// Where the cue for the value at `at` is.
    pub(super) fn near(&self, text: &str, at: usize, context: &Context<'_>) -> Near {
        if self.says(context.place.label) {
            return Near::Label;
        }
        if self.precedes(text, at) { Near::Before } else { Near::Nothing }
    }

    /// Whether a label says it.
    pub(super) fn says(&self, label: &str) -> bool {
        if label.is_empty() {
            return false;
        }
        let padded = pad(label);
        let initials = initials(&padded);
        self.words.iter().any(|w| may_begin(w, initials) && has_words(&padded, w))
            && !self.never.iter().any(|w| has_words(&padded, w))
    }

    /// Whether the words right before `at` say it: no other number may stand between, it would be the one meant.
    pub(super) fn precedes(&self, text: &str, at: usize) -> bool {
        let read = before(text, at, WINDOW);
        // What they spoke of is masked already: nothing more is meant.
        let read = pad(read.rsplit(MASKED).next().unwrap_or(read));
        let initials = initials(&read);
        let last = self.words.iter().filter(|w| may_begin(w, initials)).filter_map(|w| last_words(&read, w)).max();
        last.is_some_and(|end| {
            let between = read.get(end..).unwrap_or_default();
            !between.bytes().any(|b| b.is_ascii_digit())
                && between.split(' ').filter(|w| !w.is_empty()).count() <= 4
                && !self.never.iter().any(|w| last_words(&read, w).is_some_and(|e| e >= end))
        })
    }
}

/// Lower case words with one space between, before and behind.
pub(super) fn pad(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !c.is_ascii() && c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if c != '\'' && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// The first bytes of the words of padded text, a bit each: most cues begin with none of them.
fn initials(padded: &str) -> u64 {
    let mut after_space = false;
    padded.bytes().fold(0, |all, b| {
        let begins = std::mem::replace(&mut after_space, b == b' ');
        if begins { all | 1 << (b & 63) } else { all }
    })
}

fn may_begin(words: &str, initials: u64) -> bool {
    words.as_bytes().first().is_some_and(|b| initials & (1 << (b & 63)) != 0)
}

fn has_words(padded: &str, words: &str) -> bool {
    last_words(padded, words).is_some()
}

/// Where the last occurrence of whole `words` ends in padded text. Compared at each beginning of a word: the text is short, and
/// a searcher takes longer to set up.
fn last_words(padded: &str, words: &str) -> Option<usize> {
    let (bytes, words) = (padded.as_bytes(), words.as_bytes());
    let starts = bytes.iter().enumerate().rev().filter(|(_, b)| **b == b' ').map(|(at, _)| at + 1);
    starts.into_iter().find_map(|from| {
        let rest = bytes.get(from..)?;
        (rest.starts_with(words) && rest.get(words.len()) == Some(&b' ')).then_some(from + words.len())
    })
}

/// At most `max` bytes before `at`.
pub(super) fn before(text: &str, at: usize, max: usize) -> &str {
    let mut from = at.saturating_sub(max);
    while from < at && !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at).unwrap_or_default()
}

/// At most `max` bytes from `at`.
pub(super) fn after(text: &str, at: usize, max: usize) -> &str {
    let mut to = text.len().min(at.saturating_add(max));
    while to > at && !text.is_char_boundary(to) {
        to -= 1;
    }
    text.get(at..to).unwrap_or_default()
}

/// The character before `at`.
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character at `at`.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Whether a candidate is a whole word: no letter, digit or underscore touches it.
pub(super) fn whole_word(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !joins(char_before(text, range.start)) && !joins(char_at(text, range.end))
}

/// Whether a candidate stands free: a whole word that is not a part of something longer written with hyphens, dots or
/// slashes (a UUID, a version, a product code, a path) either.
pub(super) fn stands_free(text: &str, range: &Range<usize>) -> bool {
    if !whole_word(text, range) {
        return false;
    }
    let glue = |c: Option<char>| matches!(c, Some('-' | '.' | '+' | '=' | '#' | '$' | '%' | '@' | '\\'));
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let first = char_before(text, range.start);
    let glued_before = glue(first) && first.is_some_and(|c| word(char_before(text, range.start - c.len_utf8())));
    let next = char_at(text, range.end);
    let glued_after = glue(next) && next.is_some_and(|c| word(char_at(text, range.end + c.len_utf8())));
    !glued_before && !glued_after
}

#[cfg(test)]
mod tests {
    use super::*;

    const NHS: Cues = Cues { words: &["nhs no", "nhs number"], never: &["nhs number status"] };

    #[test]
    fn words_before_say_what_the_next_number_is_and_no_other() {
        assert!(NHS.precedes("NHS No.: 943", 9));
        assert!(NHS.precedes("https://fhir.nhs.uk/Id/nhs-number|943", 34));
        assert!(!NHS.precedes("NHS No 12 ward 943", 15));
        assert!(!NHS.precedes("your NHS nothing 943", 17));
        assert!(!NHS.precedes("NHS number status 1", 18));
        let masked = "NHS No ••• ••• •••• 943";
        assert!(!NHS.precedes(masked, masked.len() - 3));
    }

    #[test]
    fn parts_of_longer_things_do_not_stand_free() {
        for (text, free) in [("9", true), ("a-9", false), ("(9)", true), ("9.5", false), ("9.", true), ("9-", true)] {
            let at = text.find('9').unwrap();
            assert_eq!(stands_free(text, &(at..at + 1)), free, "{text}");
        }
    }
}
