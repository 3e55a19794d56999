//! What somebody says, behind who says it: a transcript has labels too.
//!
//! ```text
//! Patient: Got it.                    said by the patient
//! Mother: She's 18 months old.        said by the mother
//! Patient: Maud Oakshott              the patient
//! Mother: zorbi oakshott              and hers
//! ```

use crate::redact::detect::gazetteer;
use crate::redact::detect::name::is_relation;

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
    "about",
    "absolutely",
    "after",
    "also",
    "always",
    "and",
    "at",
    "because",
    "before",
    "but",
    "can",
    "could",
    "did",
    "do",
    "does",
    "exactly",
    "for",
    "from",
    "good",
    "got",
    "had",
    "has",
    "have",
    "he",
    "hello",
    "hey",
    "hi",
    "how",
    "i",
    "in",
    "is",
    "it",
    "just",
    "maybe",
    "my",
    "never",
    "no",
    "not",
    "nothing",
    "oh",
    "ok",
    "okay",
    "on",
    "only",
    "or",
    "she",
    "since",
    "so",
    "sometimes",
    "sorry",
    "still",
    "sure",
    "thank",
    "thanks",
    "that",
    "the",
    "then",
    "there",
    "they",
    "this",
    "to",
    "um",
    "very",
    "was",
    "we",
    "well",
    "were",
    "what",
    "when",
    "where",
    "who",
    "why",
    "yeah",
    "yep",
    "yes",
    "you",
];

/// What is said alone, before a comma or a stop.
const ALONE: &[&str] = &[
    "absolutely",
    "exactly",
    "hello",
    "hey",
    "hi",
    "maybe",
    "no",
    "nothing",
    "oh",
    "ok",
    "okay",
    "sorry",
    "sure",
    "thanks",
    "um",
    "well",
    "yeah",
    "yep",
    "yes",
];

/// Whether what stands behind a (normalised) label is a sentence that somebody says, and no name: it begins with a word that nobody is
/// called, and goes on in small letters or not at all. Many a family is called So, He, My or In.
pub(super) fn is_said(label: &str, behind: &str) -> bool {
    let speaks = SPEAKERS.contains(&label);
    if !speaks && !matches!(label, "nok" | "next of kin" | "emergency contact" | "main carer") {
        return false;
    }
    let behind = behind.trim_start_matches([' ', '\t', '"', '“', '*', '_']);
    // "NOK: Wife, Zorbi Quelch", "Patient: came here with Emrek Kaya": where somebody may be named, a label says so, and only it does.
    if may_name(behind) {
        return false;
    }
    if is_state(behind) || is_age(behind) {
        return true;
    }
    if !speaks {
        return false;
    }
    let (first, rest) = word(behind);
    // "I'm", "She's", "That's"
    let ends = |end: &str| matches!(end.to_lowercase().as_str(), "s" | "m" | "re" | "ve" | "ll" | "d" | "t");
    let bare = match first.split_once(['\'', '’']) {
        Some((bare, end)) if ends(end) => bare.to_lowercase(),
        Some(_) => return false,
        None => first.to_lowercase(),
    };
    let lists = gazetteer::shipped();
    let begins = BEGIN.contains(&bare.as_str());
    let next = rest.trim_start_matches([' ', ',', '-', '…', '.']);
    let small = next.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
    let (following, _) = word(next);
    // "Fair enough": a surname that is a word, before another word.
    let goes_on = following.starts_with(char::is_lowercase)
        && lists.is_word(&bare)
        && lists.is_word(following)
        && !lists.is_surname(following);
    let named = lists.is_forename(&bare) || (lists.is_surname(&bare) && !goes_on);
    if bare.is_empty() || (named && !begins) {
        return false;
    }
    let over = !rest.trim().is_empty() && rest.trim().chars().all(|c| matches!(c, '.' | '!' | '?' | '"' | '”' | '…'));
    let alone = ALONE.contains(&bare.as_str());
    // "Yes, I'm happy with that": what is said goes on as a sentence begins.
    let (next_bare, _) = following.split_once(['\'', '’']).unwrap_or((following, ""));
    let answers = alone && rest.starts_with(',') && BEGIN.contains(&next_bare.to_lowercase().as_str()) && {
        let (_, behind) = word(next);
        behind.trim_start().starts_with(char::is_lowercase)
    };
    // "So young Kim" is somebody as well.
    let (_, behind) = word(next);
    let small = small && !behind.trim_start().starts_with(char::is_uppercase);
    (begins && (small || answers || (over && (alone || !named))))
        || ((lists.is_word(&bare) || lists.is_thing(&bare)) && (small || over))
}

/// Whether a word behind the first is written as a name and is no word of the language, or is a name as well.
fn may_name(behind: &str) -> bool {
    let lists = gazetteer::shipped();
    let words = behind.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')));
    words.filter(|word| !word.is_empty()).skip(1).filter(|word| word.starts_with(char::is_uppercase)).any(|word| {
        let bare = word.split(['\'', '’']).next().unwrap_or_default().to_lowercase();
        let plain = lists.is_word(&bare) && !lists.is_forename(&bare) && !lists.is_surname(&bare);
        bare.chars().count() > 1 && !plain
    })
}

/// "Spouse: Retired.", "Father: Deceased", "NOK: Son": how somebody is, or who, and no name.
fn is_state(behind: &str) -> bool {
    const STATES: &[&str] = &[
        "alive",
        "autistic",
        "deceased",
        "diabetic",
        "died",
        "divorced",
        "employed",
        "fit",
        "healthy",
        "married",
        "retired",
        "separated",
        "smoker",
        "unemployed",
        "unwell",
        "widowed",
    ];
    let (first, rest) = word(behind);
    let over = rest.trim_start().chars().next().is_none_or(|c| matches!(c, '.' | ',' | ';'));
    let first = first.to_lowercase();
    over && (STATES.contains(&first.as_str()) || is_relation(&first))
}

/// "Patient: 73 y/o F", "Patient: 54M with chest pain".
fn is_age(behind: &str) -> bool {
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let unit = behind.get(digits..).unwrap_or_default().trim_start_matches([' ', '-']).to_lowercase();
    let begins = |with: &str| unit.strip_prefix(with).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    (1..=3).contains(&digits)
        && ["y", "yo", "y/o", "yr", "yrs", "year", "years", "m", "f", "male", "female"].iter().any(|u| begins(u))
}

/// The first word, its apostrophes included, and the rest.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’'))).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or_default()
}

/// Whether a (normalised) label is of somebody who may be named in small letters: of anything else, words are words.
pub(super) fn is_somebodys(label: &str) -> bool {
    SPEAKERS.contains(&label) || label.ends_with("patient name")
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
            "73 y/o F",
            "54M with chest pain",
            "Deceased",
            "Retired.",
        ] {
            assert!(is_said("patient", said), "{said}");
        }
        for name in [
            "Maud Oakshott",
            "maud oakshott",
            "Rose White",
            "Zorbi Quell was seen",
            "Mark",
            "Will Grace",
            "Price",
            "My Nguyen",
            "In Sook Park",
            "He Xiuying",
            "So Young Kim",
            "Got Smith",
            "At'tall Zorbi",
            "I'm Zorbi Quell",
            "So",
            "No Siew Kim",
            "came here with Emrek Kaya",
            "Deceased, Zelmi Grimblewick",
            "Wife, Rose White",
            "54M Oyin Brontwick",
        ] {
            assert!(!is_said("patient", name), "{name}");
        }
        assert!(!is_said("patient name", "Got it."));
        assert!(is_small_name("maud oakshott") && is_small_name("maud smith"));
        assert!(!is_small_name("seen today") && !is_small_name("not known"));
    }
}
