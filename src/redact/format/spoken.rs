//! What somebody says, behind who says it: a transcript has labels too.
//!
//! ```text
//! Patient: Got it.                    said by the patient
//! Mother: She's 18 months old.        said by the mother
//! Patient: Maud Oakshott              the patient
//! Mother: zorbi oakshott              and hers
//! ```

use crate::redact::detect::gazetteer;

/// Labels of those who speak, and of whom somebody is named behind.
const SPEAKERS: &[&str] = &[
    "aunt",
    "boyfriend",
    "brother",
    "carer",
    "caregiver",
    "client",
    "dad",
    "daughter",
    "father",
    "friend",
    "girlfriend",
    "grandfather",
    "grandmother",
    "guardian",
    "husband",
    "interpreter",
    "mom",
    "mother",
    "mum",
    "neighbour",
    "parent",
    "partner",
    "patient",
    "person",
    "pt",
    "relative",
    "resident",
    "sister",
    "son",
    "spouse",
    "subject",
    "wife",
];
/// What sentences begin with, and no names.
const BEGIN: &[&str] = &[
    "and",
    "but",
    "can",
    "could",
    "did",
    "do",
    "does",
    "good",
    "got",
    "had",
    "has",
    "have",
    "hello",
    "hey",
    "hi",
    "how",
    "i",
    "is",
    "it",
    "just",
    "maybe",
    "my",
    "no",
    "not",
    "oh",
    "ok",
    "okay",
    "so",
    "sorry",
    "sure",
    "thank",
    "thanks",
    "that",
    "the",
    "then",
    "there",
    "they",
    "this",
    "um",
    "well",
    "what",
    "when",
    "where",
    "who",
    "why",
    "yeah",
    "yep",
    "yes",
    "you",
    "he",
    "she",
    "we",
    "was",
    "were",
    "about",
    "after",
    "also",
    "at",
    "because",
    "before",
    "in",
    "on",
    "only",
    "or",
    "since",
    "sometimes",
    "still",
    "very",
    "for",
    "from",
    "to",
    "nothing",
    "never",
    "always",
    "absolutely",
    "exactly",
];

/// Whether what stands behind a (normalised) label is a sentence that somebody says, and no name: it begins with a word that nobody is
/// called, and goes on in small letters or not at all.
pub(super) fn is_said(label: &str, behind: &str) -> bool {
    if !SPEAKERS.contains(&label) {
        return false;
    }
    let behind = behind.trim_start_matches([' ', '\t', '"', '“', '*', '_']);
    let first = behind.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’'))).next().unwrap_or_default();
    let rest = behind.get(first.len()..).unwrap_or_default();
    // "I'm", "She's", "That's"
    let (bare, contracted) = first.split_once(['\'', '’']).map_or((first, false), |(bare, end)| {
        (bare, matches!(end.to_lowercase().as_str(), "s" | "m" | "re" | "ve" | "ll" | "d" | "t"))
    });
    let word = bare.to_lowercase();
    let lists = gazetteer::shipped();
    let begins = BEGIN.contains(&word.as_str());
    let next = rest.trim_start_matches([' ', ',', '-', '…', '.']);
    let following = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    // "Fair enough": a surname that is a word, before another word.
    let goes_on = following.starts_with(char::is_lowercase)
        && lists.is_word(&word)
        && lists.is_word(following)
        && !lists.is_surname(following);
    let named = lists.is_forename(&word) || (lists.is_surname(&word) && !goes_on);
    if word.is_empty() || (named && !begins) {
        return false;
    }
    let word_of_language = || lists.is_word(&word) || lists.is_thing(&word);
    let small = next.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
    let over = rest.trim().chars().all(|c| matches!(c, '.' | '!' | '?' | '"' | '”' | '…'));
    // "Yes", "I'm Maud": what follows may name somebody, and is looked at as any text is.
    (begins && (contracted || over || small || !bare.eq_ignore_ascii_case("no") || rest.starts_with(',')))
        || (word_of_language() && (small || (over && !rest.trim().is_empty())))
}

/// Whether words in small letters are a name: each may be one, and one of them is nothing else.
pub(super) fn is_small_name(value: &str) -> bool {
    const WORDS: std::ops::RangeInclusive<usize> = 2..=4;
    let lists = gazetteer::shipped();
    let value = value.trim();
    let plain = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_lowercase() || matches!(c, '\'' | '-'));
    let named = |word: &str| lists.is_forename(word) || lists.is_surname(word) || !lists.is_word(word);
    let sure = |word: &str| lists.is_forename(word) && !lists.is_word(word);
    let words = || value.split(' ');
    WORDS.contains(&words().count()) && words().all(|w| plain(w) && named(w)) && words().any(sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_names() {
        for said in [
            "Got it.",
            "Yes, I'm happy with that.",
            "Paracetamol every 6 hours",
            "She's 18 months old.",
            "Fair enough.",
            "No, that's everything.",
            "I have a headache",
            "Hello Doctor.",
        ] {
            assert!(is_said("patient", said), "{said}");
        }
        for name in
            ["Maud Oakshott", "maud oakshott", "Rose White", "Zorbi Quell was seen", "Mark", "Will Grace", "Price"]
        {
            assert!(!is_said("patient", name), "{name}");
        }
        assert!(!is_said("patient name", "Got it."));
        assert!(is_small_name("maud oakshott") && is_small_name("maud smith"));
        assert!(!is_small_name("seen today") && !is_small_name("not known"));
    }
}
