//! Names lists: known forenames and surnames, and the words that look like names and are none.
//!
//! The lists ship in `rules/names` and stand in the binary; a rule set adds its own. Every word of a text may be looked up
//! several times, so that one table holds what each is: a search through sorted lists took a tenth of a page's time.
//!
//! ```
//! use fanlight::redact::detect::gazetteer;
//! let lists = gazetteer::with_lists(&["[surnames]\nQuillfeather"]);
//! assert!(lists.is_surname("quillfeather") && !lists.is_forename("quillfeather"));
//! assert!(lists.is_forename("janet") && lists.is_word("screening"));
//! ```

use std::collections::{HashMap, HashSet};
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

/// What a word of the lists that ship is; several, as a rule.
const FORENAME: u8 = 1;
const SURNAME: u8 = 2;
const WORD: u8 = 4;
const NOT_PEOPLE: u8 = 8;
const AFTER: u8 = 16;
/// Two words that are never a person.
const PHRASE: u8 = 32;

static LISTS: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut lists = HashMap::with_capacity(1 << 17);
    for (what, text) in texts() {
        for line in lines(text) {
            *lists.entry(line).or_default() |= what;
        }
    }
    lists
});

/// Whether the lists that ship say of `word` that it is one of `what`.
fn listed(word: &str, what: u8) -> bool {
    LISTS.get(word).is_some_and(|is| is & what != 0)
}

/// The lists that ship, one line a word.
fn texts() -> [(u8, &'static str); 6] {
    let not_people = include_str!("../../../rules/names/not-people.txt");
    let part = |name: &str| {
        let rest = not_people.split_once(name).map(|(_, rest)| rest).unwrap_or_default();
        rest.split_once("\n[").map_or(rest, |(part, _)| part)
    };
    [
        (FORENAME, include_str!("../../../rules/names/forenames.txt")),
        (SURNAME, include_str!("../../../rules/names/surnames.txt")),
        (WORD, include_str!("../../../rules/names/words.txt")),
        (NOT_PEOPLE, part("\n[words]")),
        (AFTER, part("\n[after]")),
        (PHRASE, part("\n[phrases]")),
    ]
}

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
        let known = |w: &str| listed(w, FORENAME) || self.forenames.contains(w);
        known(word) || (first.len() > 2 && first != word && known(first))
    }

    /// Whether `word` (lower case) is a surname; one with a hyphen, when any part is. A Slavic woman's name is known when her
    /// brother's is (Kowalska, Karimova), an Arabic one when it is without its article (Aljabouri).
    pub fn is_surname(&self, word: &str) -> bool {
        let ours = |w: &str| listed(w, SURNAME) || self.surnames.contains(w);
        let known = |w: &str| ours(w) || brothers(w).is_some_and(|w| ours(&w));
        known(word) || (word.contains('-') && word.split('-').any(|part| part.len() > 2 && known(part)))
    }

    /// Whether `word` (lower case) is an ordinary word, place or term, so that as a name it needs more.
    pub fn is_word(&self, word: &str) -> bool {
        let known = |w: &str| listed(w, WORD | NOT_PEOPLE);
        known(word)
            || (word.contains('-') && word.split('-').all(|part| part.len() < 3 || known(part)))
            || clinical::is_term(word)
    }

    /// Whether `word` (lower case) is a place, an institution, a drug or a word of pages, so that it is hardly ever a surname.
    pub fn is_thing(&self, word: &str) -> bool {
        listed(word, NOT_PEOPLE)
    }

    /// Whether `word` (lower case) behind a name makes it an institution, a street or an eponym.
    pub fn is_after(&self, word: &str) -> bool {
        listed(word, AFTER)
    }

    /// Whether two words (lower case) together are never a person.
    pub fn is_phrase(&self, first: &str, second: &str) -> bool {
        let both = format!("{first} {second}");
        listed(&both, PHRASE)
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
        let least = [15_000, 30_000, 30_000, 400, 100, 100];
        for ((what, text), least) in texts().into_iter().zip(least) {
            let list: Vec<_> = lines(text).collect();
            assert!(list.windows(2).all(|w| w[0] < w[1]), "{what}");
            assert!(list.len() >= least, "{what}: {}", list.len());
            assert!(list.iter().all(|word| listed(word, what)), "{what}");
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
