//! Names lists: known forenames and surnames, and the words that look like names and are none.
//!
//! The lists ship in `rules/names` and stand in the binary; a rule set adds its own. They are kept as sorted slices, so that
//! loading them is a walk over their lines and a look-up a few comparisons; only capitalised words are looked up.
//!
//! ```
//! use fanlight::redact::detect::gazetteer;
//! let lists = gazetteer::with_lists(&["[surnames]\nQuillfeather"]);
//! assert!(lists.is_surname("quillfeather") && !lists.is_forename("quillfeather"));
//! assert!(lists.is_forename("janet") && lists.is_word("screening"));
//! ```

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use unicode_normalization::UnicodeNormalization;

use super::clinical;
use crate::redact::run::is_mark;

/// Known forenames and surnames, and words that are none.
#[derive(Debug, Default, Clone)]
pub struct Gazetteer {
    forenames: HashSet<Box<str>>,
    surnames: HashSet<Box<str>>,
}

#[derive(Debug, Default)]
struct Lists {
    forenames: Vec<&'static str>,
    surnames: Vec<&'static str>,
    words: Vec<&'static str>,
    not_people: Vec<&'static str>,
    after: Vec<&'static str>,
    phrases: Vec<&'static str>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let mut lists = Lists {
        forenames: lines(include_str!("../../../rules/names/forenames.txt")).collect(),
        surnames: lines(include_str!("../../../rules/names/surnames.txt")).collect(),
        words: lines(include_str!("../../../rules/names/words.txt")).collect(),
        ..Lists::default()
    };
    let mut section = "";
    for line in lines(include_str!("../../../rules/names/not-people.txt")) {
        match (line, section) {
            ("[words]" | "[after]" | "[phrases]", _) => section = line,
            (_, "[after]") => lists.after.push(line),
            (_, "[phrases]") => lists.phrases.push(line),
            (_, _) => lists.not_people.push(line),
        }
    }
    lists
});

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
}

static SHIPPED: LazyLock<Arc<Gazetteer>> = LazyLock::new(|| Arc::new(Gazetteer::default()));

/// The lists that ship.
pub fn shipped() -> Arc<Gazetteer> {
    SHIPPED.clone()
}

/// The lists that ship and others: each the text of a file with one name a line, `#` comments, and the headings
/// `[forenames]` and `[surnames]`; a name under no heading counts as both.
pub fn with_lists(extra: &[&str]) -> Arc<Gazetteer> {
    let mut all = Gazetteer::default();
    for text in extra {
        all.add(text);
    }
    Arc::new(all)
}

impl Gazetteer {
    fn add(&mut self, text: &str) {
        let (mut fore, mut sur) = (true, true);
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            match line {
                "[forenames]" => (fore, sur) = (true, false),
                "[surnames]" => (fore, sur) = (false, true),
                name => {
                    let name = name.to_lowercase();
                    if fore {
                        self.forenames.insert(name.as_str().into());
                    }
                    if sur {
                        self.surnames.insert(name.into());
                    }
                }
            }
        }
    }

    /// Whether `word` (lower case) is a forename; one with a hyphen, when its first part is.
    pub fn is_forename(&self, word: &str) -> bool {
        let first = word.split('-').next().unwrap_or(word);
        let known = |w: &str| LISTS.forenames.binary_search(&w).is_ok() || self.forenames.contains(w);
        known(word) || (first.len() > 2 && first != word && known(first))
    }

    /// Whether `word` (lower case) is a surname; one with a hyphen, when any part is. A Slavic woman's name is known when her
    /// brother's is (Kowalska, Karimova), an Arabic one when it is without its article (Aljabouri).
    pub fn is_surname(&self, word: &str) -> bool {
        let listed = |w: &str| LISTS.surnames.binary_search(&w).is_ok() || self.surnames.contains(w);
        let known = |w: &str| listed(w) || brothers(w).is_some_and(|w| listed(&w));
        known(word) || (word.contains('-') && word.split('-').any(|part| part.len() > 2 && known(part)))
    }

    /// Whether `word` (lower case) is an ordinary word, place or term, so that as a name it needs more.
    pub fn is_word(&self, word: &str) -> bool {
        let known = |w: &str| LISTS.words.binary_search(&w).is_ok() || LISTS.not_people.binary_search(&w).is_ok();
        known(word)
            || (word.contains('-') && word.split('-').all(|part| part.len() < 3 || known(part)))
            || clinical::is_term(word)
    }

    /// Whether `word` (lower case) is a place, an institution, a drug or a word of pages, so that it is hardly ever a surname.
    pub fn is_thing(&self, word: &str) -> bool {
        LISTS.not_people.binary_search(&word).is_ok()
    }

    /// Whether `word` (lower case) behind a name makes it an institution, a street or an eponym.
    pub fn is_after(&self, word: &str) -> bool {
        LISTS.after.binary_search(&word).is_ok()
    }

    /// Whether two words (lower case) together are never a person.
    pub fn is_phrase(&self, first: &str, second: &str) -> bool {
        let both = format!("{first} {second}");
        LISTS.phrases.binary_search(&both.as_str()).is_ok()
    }
}

/// A word or name without its accents, as lists and the names of files have it; `None` when it has none.
///
/// ```
/// use fanlight::redact::detect::gazetteer::unaccented;
/// assert_eq!(unaccented("Siobhán Łukasz").as_deref(), Some("Siobhan Lukasz"));
/// assert_eq!(unaccented("Jane"), None);
/// ```
#[must_use]
pub fn unaccented(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_mark(*c)) {
        // Letters with a stroke are of one piece.
        match c {
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'ø' => plain.push('o'),
            'Ø' => plain.push('O'),
            'đ' => plain.push('d'),
            'Đ' => plain.push('D'),
            'ı' => plain.push('i'),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("Ae"),
            c => plain.push(c),
        }
    }
    let plain: String = plain.nfc().collect();
    (plain != text).then_some(plain)
}

/// The form in which lists have a surname that is written in another: `borkowski` of `borkowska`.
fn brothers(word: &str) -> Option<String> {
    let ending =
        |of: &str, is: &str| word.strip_suffix(of).filter(|stem| stem.len() > 3).map(|stem| format!("{stem}{is}"));
    ending("ska", "ski")
        .or_else(|| ending("cka", "cki"))
        .or_else(|| ending("ova", "ov"))
        .or_else(|| ending("eva", "ev"))
        .or_else(|| word.strip_prefix("al").filter(|rest| rest.len() > 4).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_large_enough() {
        let l = &*LISTS;
        for (name, list, least) in [
            ("forenames", &l.forenames, 15_000),
            ("surnames", &l.surnames, 30_000),
            ("words", &l.words, 30_000),
            ("not-people", &l.not_people, 400),
            ("after", &l.after, 100),
            ("phrases", &l.phrases, 100),
        ] {
            assert!(list.windows(2).all(|w| w[0] < w[1]), "{name}");
            assert!(list.len() >= least, "{name}: {}", list.len());
        }
    }

    #[test]
    fn names_that_are_words_are_both() {
        let lists = shipped();
        for word in ["mark", "april", "white", "rose", "grace", "ward", "church"] {
            assert!(lists.is_word(word) && (lists.is_forename(word) || lists.is_surname(word)), "{word}");
        }
        for name in ["smith", "peter", "janet", "o'reilly", "gloria"] {
            assert!(!lists.is_word(name) && (lists.is_forename(name) || lists.is_surname(name)), "{name}");
        }
        for name in ["borkowska", "zawadzka", "al-mansouri", "chukwuemeka", "bilkis"] {
            assert!(lists.is_surname(name) || lists.is_forename(name), "{name}");
        }
        assert!(lists.is_surname("botsford-bosco") && lists.is_forename("mary-jane"));
    }
}
