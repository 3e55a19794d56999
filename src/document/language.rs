//! Whether a text is one: fonts can say of each glyph that it is another letter, and then what is read is not what is seen.
//!
//! A document whose words are hardly ever common ones, in which vowels are rare, is not shown. It costs little to be wrong here, and
//! much to draw names that nobody could read.
//!
//! ```
//! use fanlight::document::language::is;
//! let letter = "Thank you for seeing this patient, who has a changing lesion on the left forearm. She takes levothyroxine.";
//! assert!(is([letter].into_iter()));
//! let turned: String = letter.chars().map(|c| if c.is_ascii_lowercase() { char::from((c as u8 - b'a' + 13) % 26 + b'a') } else { c }).collect();
//! assert!(!is([turned.as_str()].into_iter()));
//! ```

/// Words of letters, forms and lists, in English and Welsh.
const COMMON: &[&str] = &[
    "a",
    "ac",
    "address",
    "admission",
    "admitted",
    "age",
    "all",
    "am",
    "an",
    "and",
    "ar",
    "are",
    "as",
    "at",
    "be",
    "been",
    "blood",
    "born",
    "but",
    "by",
    "can",
    "care",
    "chest",
    "clinic",
    "clinical",
    "code",
    "condition",
    "consultant",
    "contact",
    "daily",
    "date",
    "day",
    "days",
    "dear",
    "department",
    "diagnosis",
    "discharge",
    "dob",
    "doctor",
    "dose",
    "dr",
    "email",
    "final",
    "findings",
    "follow",
    "for",
    "from",
    "full",
    "general",
    "gp",
    "gyda",
    "had",
    "has",
    "have",
    "he",
    "health",
    "her",
    "his",
    "history",
    "home",
    "hospital",
    "i",
    "if",
    "in",
    "is",
    "it",
    "left",
    "letter",
    "list",
    "mae",
    "may",
    "medical",
    "mg",
    "mobile",
    "mr",
    "mrs",
    "ms",
    "name",
    "next",
    "nhs",
    "no",
    "not",
    "notes",
    "number",
    "o",
    "of",
    "on",
    "once",
    "one",
    "or",
    "our",
    "outpatient",
    "page",
    "patient",
    "patients",
    "phone",
    "plan",
    "please",
    "postcode",
    "practice",
    "previous",
    "re",
    "reason",
    "received",
    "referral",
    "report",
    "result",
    "results",
    "review",
    "right",
    "sample",
    "seen",
    "she",
    "sincerely",
    "some",
    "street",
    "summary",
    "surgery",
    "telephone",
    "test",
    "than",
    "thank",
    "that",
    "the",
    "their",
    "them",
    "there",
    "this",
    "time",
    "to",
    "today",
    "treatment",
    "type",
    "unit",
    "ward",
    "was",
    "we",
    "were",
    "which",
    "who",
    "will",
    "with",
    "would",
    "y",
    "yn",
    "you",
    "your",
    "yours",
    "yr",
];

/// Shorter texts are judged by nobody.
const ENOUGH: usize = 60;
/// Of a running text's words, more are common.
const RUNNING: f64 = 0.08;
/// Of a list's, at least so many, if its letters are those of words.
const LISTED: f64 = 0.015;
/// So many letters of a hundred are vowels, at least.
const VOWELS: f64 = 0.30;

/// Whether these texts are language.
pub fn is<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let (mut letters, mut vowels, mut words, mut common) = (0_usize, 0_usize, 0_usize, 0_usize);
    for word in texts.flat_map(|text| text.split(|c: char| !c.is_alphabetic())).filter(|word| !word.is_empty()) {
        let word = word.to_lowercase();
        words += 1;
        letters += word.chars().count();
        vowels += word.chars().filter(|c| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')).count();
        common += usize::from(COMMON.binary_search(&word.as_str()).is_ok());
    }
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
    let common = share(common, words);
    letters < ENOUGH || common >= RUNNING || (common >= LISTED && share(vowels, letters) >= VOWELS)
}

/// What stands in a text for a glyph that says nothing.
pub const NOTHING: char = '\u{fffd}';

/// So many words with letters that say nothing are chance: a ligature, a sign of its own.
const TORN: usize = 3;

/// Whether a word has letters that can be read and one that cannot: nobody can say what it is.
pub fn is_torn(word: &str) -> bool {
    word.contains(NOTHING) && word.chars().any(char::is_alphanumeric)
}

/// Whether so many words of these texts are torn that the others cannot be understood: without its label, a name is any word.
pub fn are_torn<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let (mut words, mut torn) = (0_usize, 0_usize);
    for word in texts.flat_map(str::split_whitespace) {
        words += 1;
        torn += usize::from(is_torn(word));
    }
    torn > TORN && torn * 50 > words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_holes_are_no_text() {
        assert!(is_torn("Mac\u{fffd}onald") && !is_torn("\u{fffd}") && !is_torn("MacDonald"));
        assert!(are_torn(
            ["Miss Agniesz\u{fffd}a Mac\u{fffd}onald \u{fffd}as admitted \u{fffd}it\u{fffd} fever"].into_iter()
        ));
        let list = "\u{fffd} Furosemide 40 mg \u{fffd} Bisoprolol 5 mg \u{fffd} Ramipril \u{fffd} of\u{fffd}ce";
        assert!(!are_torn([list].into_iter()));
    }

    #[test]
    fn the_list_is_in_order() {
        assert!(COMMON.is_sorted());
    }

    #[test]
    fn a_list_of_people_is_a_text() {
        let list =
            "Name NHS No Ward Abbott Ramiro Alder Williams Janet Alder Nwosu Patricia Birch Ellsworth Terence Birch";
        assert!(is([list].into_iter()));
        assert!(is(["no more than this"].into_iter()));
    }
}
